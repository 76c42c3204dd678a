//! `dateline stats`: what the index holds.

use std::io::{self, Write};

use super::archive::Archive;
use super::screen::{Screen, bytes, grouped};
use crate::search::Stats;

/// Prints the figures of an index.
pub(super) fn print(out: &mut Screen, archive: &Archive, stats: &Stats) -> io::Result<()> {
    let mut row = |name: &str, value: String| writeln!(out, "{name:<11} {value}");
    let undated = if stats.undated > 0 {
        format!(" ({} without a publication date)", grouped(stats.undated))
    } else {
        String::new()
    };
    row("articles", format!("{}{undated}", grouped(stats.articles)))?;
    if let (Some(first), Some(last)) = (stats.first_published, stats.last_published) {
        row("published", format!("{first} to {last}"))?;
    }
    row("people", grouped(stats.people))?;
    row("countries", grouped(stats.countries))?;
    row("index", archive.index.display().to_string())?;
    row("on disk", format!("{} in {} segments", bytes(stats.bytes), grouped(stats.segments)))?;
    row("format", stats.format.to_string())
}

/// Prints the figures of an index as JSON.
pub(super) fn json(out: &mut Screen, stats: &Stats) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, stats)?;
    writeln!(out)
}
