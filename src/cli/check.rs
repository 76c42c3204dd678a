//! `dateline check`: says whether the index is what was written, and mends it from the archive.

use std::io::{self, Write};
use std::sync::atomic::AtomicBool;

use super::archive::Archive;
use super::failure::Failure;
use super::index::{self, IndexCommand};
use super::screen::{Screen, bytes, counted};
use crate::index::{self as engine, Check, Mended};
use crate::pipeline;
use crate::search::EngineError;

/// Most faults printed one by one.
const SHOWN: usize = 20;

/// A look at an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CheckCommand {
    pub(super) archive: Archive,
    /// Drop what cannot be read.
    pub(super) repair: bool,
    /// The run that reads it again; `None` when the archive of the index is not known.
    pub(super) rebuild: Option<IndexCommand>,
}

/// Checks the index and prints what was looked at and what is wrong. Returns 0 when it is sound or was mended.
///
/// # Errors
/// A [`Failure`] with exit code 3 when the index is damaged and was not mended.
pub(super) fn run(command: &CheckCommand, stop: &'static AtomicBool) -> anyhow::Result<u8> {
    let path = &command.archive.index;
    let found = match engine::check(path) {
        // What an older dateline wrote is made anew; what a newer one wrote is not ours to remove.
        Err(EngineError::Incompatible { found, expected, .. }) if command.repair && found < expected => {
            let mut screen = Screen::open(false);
            writeln!(screen, "wrong: the index has format {found}, this dateline reads {expected}")?;
            screen.close()?;
            pipeline::forget(path).map_err(Failure::from)?;
            engine::empty(path).map_err(Failure::from)?;
            return reread(command, stop, Mended::Emptied);
        }
        found => found.map_err(Failure::from)?,
    };
    let mut screen = Screen::open(false);
    print(&mut screen, command, &found)?;
    screen.close()?;
    if found.is_sound() {
        return Ok(0);
    }
    if !command.repair {
        let faults = counted(found.faults.len() as u64, "fault");
        let failure = Failure::missing(format!("the index at {} is damaged: {faults}", path.display()));
        return Err(failure
            .hint("`dateline check --repair` drops what cannot be read and reads it from the archive again")
            .into());
    }
    // First, so that a repair cut short is completed by the next run of the indexer.
    pipeline::forget(path).map_err(Failure::from)?;
    let mended = engine::mend(path, &found).map_err(Failure::from)?;
    reread(command, stop, mended)
}

fn print(out: &mut Screen, command: &CheckCommand, found: &Check) -> io::Result<()> {
    writeln!(out, "index     {}", command.archive.index.display())?;
    writeln!(
        out,
        "checksums {} of {} ({})",
        counted(found.files, "file"),
        counted(found.segments, "segment"),
        bytes(found.bytes)
    )?;
    writeln!(out, "articles  {} read back", counted(found.articles, "article"))?;
    for fault in found.faults.iter().take(SHOWN) {
        let fault = out.safe(fault).into_owned();
        writeln!(out, "wrong: {fault}")?;
    }
    if found.faults.len() > SHOWN {
        writeln!(out, "wrong: … and {} more", found.faults.len() - SHOWN)?;
    }
    if found.is_sound() {
        writeln!(out, "nothing is wrong")?;
    }
    Ok(())
}

/// Reads the archive again after something was dropped.
fn reread(command: &CheckCommand, stop: &'static AtomicBool, mended: Mended) -> anyhow::Result<u8> {
    let what = match mended {
        Mended::Sound => return Ok(0),
        Mended::Dropped => "dropped what cannot be read",
        Mended::Emptied => "dropped the index",
    };
    let mut screen = Screen::open(false);
    let Some(rebuild) = &command.rebuild else {
        let index = command.archive.index.display().to_string();
        writeln!(screen, "{what}")?;
        writeln!(screen, "next: dateline index ARCHIVE --index {}", screen.safe(&index).into_owned())?;
        screen.close()?;
        return Ok(1); // the articles are not back yet
    };
    writeln!(screen, "{what}; reading the archive again")?;
    screen.close()?;
    index::run(&IndexCommand { quiet: false, ..rebuild.clone() }, stop)
}
