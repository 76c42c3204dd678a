//! `dateline index --watch`: goes on after the run and reads what changes.
//!
//! The system tells which folders changed; what to read is then found as in every run, so that a change it did not
//! tell (a network drive, too many folders to watch) is only found later: by the look taken every minute.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use chrono::Local;
use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};

use super::failure::Failure;
use super::index::{self, IndexCommand};
use super::screen::{QUIET, Screen, counted, grouped, styled};
use crate::pipeline::Summary;

/// A file is read when nothing changed for this long: it is then likely to be complete.
const CALM: Duration = Duration::from_secs(1);
/// Changes that never cease are read after this long.
const PATIENCE: Duration = Duration::from_secs(15);
/// How often all files are looked at though nothing is said to have changed.
const RESCAN: Duration = Duration::from_secs(60);
/// How soon Ctrl-C is seen.
const TICK: Duration = Duration::from_millis(200);

/// Reads the archive, then what changes in it, until `stop`. Returns the exit code: that of the first run when it was
/// stopped, else 0, or 130 when a later one was interrupted.
pub(super) fn run(command: &IndexCommand, stop: &'static AtomicBool) -> anyhow::Result<u8> {
    if command.paths.iter().any(|path| path.as_os_str() == "-") {
        return Err(Failure::usage("standard input cannot be watched").hint("name files or folders").into());
    }
    // Before the first run: what changes while it reads is not missed.
    let (mut heard, fault) = listen(command);
    let code = index::run(command, stop)?;
    if stop.load(SeqCst) {
        return Ok(code);
    }
    if let Some(fault) = fault {
        note(&format!("cannot watch all folders ({fault}); looking for changes every minute"));
    }
    if !command.quiet {
        say("watching for changes; Ctrl-C ends")?;
    }
    let mut rejected = None;
    while wait(&mut heard, stop) {
        match update(command, stop) {
            Ok(summary) => {
                // What is still rejected was said before.
                let rejects: u64 = summary.rejected.values().sum();
                let news = rejects > 0 && rejected.replace(rejects) != Some(rejects);
                if !command.quiet && (news || changes(&summary) > 0) {
                    say(&line(&summary, rejects))?;
                }
                if summary.interrupted {
                    return Ok(130);
                }
            }
            // Another run is writing: what it does not read is read at the next look.
            Err(failure) if failure.locked => note(&failure.to_string()),
            Err(failure) => return Err(failure.into()),
        }
    }
    Ok(0)
}

fn update(command: &IndexCommand, stop: &AtomicBool) -> Result<Summary, Failure> {
    let mut plan = command.archive.plan(command.paths.clone(), command.read.clone());
    (plan.prune, plan.jobs) = (command.prune, command.jobs);
    command.archive.update(&plan, command.memory_mb, stop, &mut |_| {})
}

/// What tells of changes: a message for each, from a watcher that lives as long as this.
struct Heard {
    changes: Receiver<()>,
    _watcher: Option<RecommendedWatcher>,
}

/// Asks the system for changes below the inputs. Without its help (the reason is returned) there is silence.
fn listen(command: &IndexCommand) -> (Heard, Option<String>) {
    let (told, changes) = mpsc::channel();
    let absolute = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
    let roots: Vec<PathBuf> = command.paths.iter().map(absolute).collect();
    let below = roots.clone();
    // The index may not be there yet; its folder's parent is.
    let index = match (command.archive.root.canonicalize(), command.archive.index.canonicalize()) {
        (_, Ok(index)) => index,
        (Ok(root), Err(_)) => root.join(super::archive::INDEX_FOLDER),
        _ => command.archive.index.clone(),
    };
    let watcher = notify::recommended_watcher(move |event: notify::Result<Event>| {
        let wanted = match event {
            Ok(event) => {
                event.need_rescan() || is_change(&event.kind) && concerns(&event.paths, &below, &index)
            }
            Err(_) => true,
        };
        if wanted {
            // Nobody listens any more when the command ends.
            let _ = told.send(());
        }
    });
    let mut watcher = match watcher {
        Ok(watcher) => watcher,
        Err(error) => return (Heard { changes, _watcher: None }, Some(error.to_string())),
    };
    let mut fault = None;
    for root in &roots {
        if let Err(error) = watcher.watch(root, RecursiveMode::Recursive) {
            fault.get_or_insert(error.to_string());
        }
    }
    (Heard { changes, _watcher: Some(watcher) }, fault)
}

/// Whether bytes or names changed; that a file was opened or read is no change, or every run would cause the next.
fn is_change(kind: &EventKind) -> bool {
    !matches!(kind, EventKind::Access(access) if *access != AccessKind::Close(AccessMode::Write))
}

/// Whether a path is one that a run would read: neither in the index nor hidden.
fn concerns(paths: &[PathBuf], roots: &[PathBuf], index: &Path) -> bool {
    paths.is_empty()
        || paths.iter().any(|path| {
            let below = roots.iter().find_map(|root| path.strip_prefix(root).ok()).unwrap_or(path);
            let hidden = below.components().any(|part| part.as_os_str().as_encoded_bytes().starts_with(b"."));
            !path.starts_with(index) && !hidden
        })
}

/// Waits until changes have calmed down or it is time to look; false when the watch is to end.
fn wait(heard: &mut Heard, stop: &AtomicBool) -> bool {
    let started = Instant::now();
    let (mut first, mut last): (Option<Instant>, Option<Instant>) = (None, None);
    while !stop.load(SeqCst) {
        match heard.changes.recv_timeout(TICK) {
            Ok(()) => {
                let now = Instant::now();
                first.get_or_insert(now);
                last = Some(now);
                // A burst is one change.
                while heard.changes.try_recv().is_ok() {}
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(TICK),
        }
        let calm = last.is_some_and(|last| last.elapsed() >= CALM);
        let long = first.is_some_and(|first| first.elapsed() >= PATIENCE);
        if calm || long || started.elapsed() >= RESCAN {
            return true;
        }
    }
    false
}

fn changes(summary: &Summary) -> u64 {
    summary.added + summary.updated + summary.removed
}

/// One line about an update.
fn line(summary: &Summary, rejects: u64) -> String {
    let mut parts = vec![format!("{} read", counted(summary.files_read, "file"))];
    for (count, what) in [
        (summary.added, "added"),
        (summary.updated, "updated"),
        (summary.unchanged, "unchanged"),
        (summary.removed, "removed"),
        (rejects, "rejected"),
    ] {
        if count > 0 {
            parts.push(format!("{} {what}", grouped(count)));
        }
    }
    format!("{}  {}", Local::now().format("%H:%M:%S"), parts.join(", "))
}

fn say(line: &str) -> io::Result<()> {
    let mut screen = Screen::open(false);
    writeln!(screen, "{line}")?;
    screen.close()
}

fn note(text: &str) {
    // Standard error may be closed; the watch goes on.
    let _ = writeln!(anstream::stderr(), "{}", styled(QUIET, &format!("note: {text}")));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_run_would_read_is_a_change() {
        let roots = [PathBuf::from("/home/.me/news")];
        let index = Path::new("/home/.me/news/.dateline");
        let wakes = |path: &str| concerns(&[path.into()], &roots, index);
        assert!(wakes("/home/.me/news/2024/a.txt"), "a hidden folder above the archive hides nothing");
        assert!(!wakes("/home/.me/news/.dateline/tantivy/meta.json"));
        assert!(!wakes("/home/.me/news/.git/index"));
        assert!(!is_change(&EventKind::Access(AccessKind::Open(AccessMode::Any))));
        assert!(is_change(&EventKind::Access(AccessKind::Close(AccessMode::Write))));
    }
}
