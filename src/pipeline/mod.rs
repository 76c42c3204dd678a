//! Reading an archive into an engine: ingest → extract → sink, with back-pressure between them.
//!
//! Reader threads parse files and hand over batches of articles; worker threads extract and put them. Both kinds
//! are as many as there are jobs: an archive of pages is parsed on all cores, one of a single large file is
//! extracted on all. The calling thread lists the files, commits now and then and reports what happens as
//! typed [`Event`]s. Nothing is printed.

mod seen;
mod shadows;
mod shared;
mod threads;
mod work;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant, SystemTime};

use crossbeam_channel::{Receiver, RecvTimeoutError, bounded};

use crate::article::Origin;
use crate::extract::Extractor;
use crate::ingest::{self, FileEntry, Flag, ReadOptions, Reject};
use crate::search::{EngineError, Sink};
use seen::Seen;
use shared::{Batch, Shared};
use threads::{put_batches, read_files};

pub use work::Work;

/// How often progress is reported.
const TICK: Duration = Duration::from_millis(100);

/// What to read and how.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Folder that paths of articles are relative to.
    pub archive: PathBuf,
    /// Files and folders to read.
    pub inputs: Vec<PathBuf>,
    /// How files are read.
    pub read: ReadOptions,
    /// Threads of each kind.
    pub jobs: usize,
    /// Drop articles whose file, or whose record in a changed file, has vanished.
    pub prune: bool,
    /// Read files again though they have not changed.
    pub reread: bool,
    /// Stop at the first reject.
    pub strict: bool,
    /// Commit after so many articles …
    pub commit_every: u64,
    /// … or after so long.
    pub commit_after: Duration,
    /// List of the files read in earlier runs.
    pub seen: PathBuf,
    /// A file that whoever runs this writes meanwhile, such as a report: no input, wherever it lies.
    pub written: Option<PathBuf>,
}

/// Something that happened, for a report.
#[derive(Clone, Debug)]
pub enum Event {
    /// How far the run is; ten times a second.
    Progress(Progress),
    /// An input was rejected.
    Rejected(Reject),
    /// An article was indexed with a mark, or a file got one.
    Flagged(Origin, Flag),
}

/// How far a run is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Files listed so far that must be read, and whether the listing is complete.
    pub files: u64,
    /// Bytes of these files.
    pub bytes: u64,
    /// Whether all files are listed.
    pub listed: bool,
    /// Files read.
    pub files_read: u64,
    /// Bytes of the files read.
    pub bytes_read: u64,
    /// Articles read.
    pub articles: u64,
}

/// What a run did.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Files read.
    pub files_read: u64,
    /// Files passed over because they had not changed.
    pub files_unchanged: u64,
    /// Articles read.
    pub read: u64,
    /// New articles.
    pub added: u64,
    /// Articles that replaced an older version.
    pub updated: u64,
    /// Articles that were there already, word for word.
    pub unchanged: u64,
    /// Articles of which a newer version was there already.
    pub outdated: u64,
    /// Articles that are there already, read from elsewhere in this run or under another id.
    pub duplicates: u64,
    /// Articles removed because their source vanished.
    pub removed: u64,
    /// Articles read that have no publication date.
    pub undated: u64,
    /// Rejected inputs by reason code.
    pub rejected: BTreeMap<&'static str, u64>,
    /// Marks by code.
    pub flagged: BTreeMap<&'static str, u64>,
    /// Whether the run was stopped before its end.
    pub interrupted: bool,
    /// Time taken, with the look for files.
    pub elapsed: Duration,
    /// Bytes of the files read.
    pub bytes: u64,
}

/// Reads what is new or changed into `sink`. `stop` ends the run early; what is done is committed.
///
/// # Errors
/// What the sink answered; or [`EngineError::Io`] when the list of files read cannot be written.
pub fn run(
    plan: &Plan,
    work: Work,
    extractor: &Extractor,
    sink: &dyn Sink,
    stop: &AtomicBool,
    on_event: &mut dyn FnMut(Event),
) -> Result<Summary, EngineError> {
    let clock = SystemTime::now();
    let mut summary = work.summary();
    let Work { started, mut seen, mut shadows, todo, rejects, .. } = work;
    let shared = Shared::new(plan, stop, todo.iter().map(|file| file.size).sum(), todo.len() as u64, &seen);
    for reject in rejects {
        on_event(Event::Rejected(reject));
    }

    let read_back = std::thread::scope(|scope| {
        let (file_out, file_in) = bounded::<FileEntry>(2 * plan.jobs);
        let (batch_out, batch_in) = bounded::<Batch>(plan.jobs);
        let (event_out, event_in) = bounded::<Event>(1024);
        let shared = &shared;
        for _ in 0..plan.jobs {
            let (files, batches, events) = (file_in.clone(), batch_out.clone(), event_out.clone());
            scope.spawn(move || read_files(&files, &batches, &events, shared));
            let batches = batch_in.clone();
            let events = event_out.clone();
            scope.spawn(move || put_batches(&batches, &events, extractor, sink, shared));
        }
        drop((file_in, batch_out, event_out, batch_in));
        scope.spawn(move || {
            for file in todo {
                if shared.stopped() || file_out.send(file).is_err() {
                    break;
                }
            }
        });
        supervise(plan, sink, shared, &event_in, &mut seen, clock, &mut summary, on_event)
    });
    read_back?;
    shared.take_error()?;
    summary.interrupted = stop.load(SeqCst);

    sink.commit()?;
    let done = shared.take_done();
    let mut gone = Vec::new();
    if plan.prune && !shared.stopped() {
        gone = prune(plan, &seen, &shared, sink, &mut summary)?;
        sink.commit()?;
    }
    let duplicates = sink.settle()?;
    if !duplicates.is_empty() {
        sink.commit()?;
    }
    summary.duplicates = duplicates.len() as u64;
    for duplicate in duplicates {
        on_event(threads::duplicate(duplicate.origin, &duplicate.of.to_string()));
    }
    shadows.record(&done, sink.shadowed())?;
    record(&mut seen, &done, &gone, clock)?;
    shared.counts.fill(&mut summary);
    summary.elapsed = started.elapsed();
    Ok(summary)
}

/// Forwards events, reports progress and commits until all readers are done.
#[allow(clippy::too_many_arguments)]
fn supervise(
    plan: &Plan,
    sink: &dyn Sink,
    shared: &Shared<'_>,
    events: &Receiver<Event>,
    seen: &mut Seen,
    clock: SystemTime,
    summary: &mut Summary,
    on_event: &mut dyn FnMut(Event),
) -> Result<(), EngineError> {
    let (mut committed, mut last) = (0, Instant::now());
    let mut ticked = Instant::now();
    let outcome = loop {
        let event = events.recv_timeout(TICK);
        if ticked.elapsed() >= TICK {
            ticked = Instant::now();
            on_event(Event::Progress(shared.progress()));
            let put = shared.counts.put();
            let waiting = put - committed;
            if waiting >= plan.commit_every || waiting > 0 && last.elapsed() >= plan.commit_after {
                // What was complete before the commit is durable after it.
                let done = shared.take_done();
                if let Err(error) = sink.commit().and_then(|()| record(seen, &done, &[], clock)) {
                    break Err(error);
                }
                (committed, last) = (put, Instant::now());
            }
        }
        match event {
            Ok(event) => {
                match &event {
                    Event::Rejected(reject) => {
                        *summary.rejected.entry(reject.code).or_default() += 1;
                        if plan.strict {
                            shared.halt.store(true, SeqCst);
                        }
                    }
                    Event::Flagged(_, flag) if flag.code == ingest::code::DUPLICATE => {}
                    Event::Flagged(_, flag) => *summary.flagged.entry(flag.code).or_default() += 1,
                    Event::Progress(_) => {}
                }
                on_event(event);
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break Ok(()),
        }
    };
    shared.halt.fetch_or(outcome.is_err(), SeqCst);
    // Readers blocked on a full channel go on until they see the halt.
    while outcome.is_err() && events.recv().is_ok() {}
    on_event(Event::Progress(shared.progress()));
    outcome
}

/// Removes the articles of vanished files and of records that vanished from changed files. Returns the
/// vanished files.
fn prune(
    plan: &Plan,
    seen: &Seen,
    shared: &Shared<'_>,
    sink: &dyn Sink,
    summary: &mut Summary,
) -> Result<Vec<String>, EngineError> {
    let starts: Vec<String> =
        plan.inputs.iter().map(|input| ingest::walk::name_of(&plan.archive, input)).collect();
    let on_disk = |name: &str| plan.archive.join(name).is_file();
    let gone: Vec<String> = seen
        .names()
        .filter(|name| seen::lies_below(name, &starts) && !on_disk(name))
        .map(str::to_owned)
        .collect();
    for name in &gone {
        summary.removed += sink.delete_origin(name, &|_| false)?;
    }
    shared.each_reread(|name, kept| {
        summary.removed += sink.delete_origin(name, &|id| kept.contains(id))?;
        Ok(())
    })?;
    Ok(gone)
}

fn record(
    seen: &mut Seen,
    done: &[FileEntry],
    gone: &[String],
    clock: SystemTime,
) -> Result<(), EngineError> {
    seen.record(done, gone, clock).map_err(|source| EngineError::Io {
        context: "cannot write the list of files read".to_owned(),
        source,
    })
}

/// Threads to use when the user names no number: all cores.
pub fn default_jobs() -> usize {
    std::thread::available_parallelism().map_or(1, |n| n.get())
}

/// Where the list of files read lies in an index folder.
pub fn seen_path(index: &Path) -> PathBuf {
    index.join("files")
}

/// Marks every file of the list in an index folder to be read again, whether it changed or not; which files there
/// were is kept, so that `prune` still knows what vanished.
///
/// # Errors
/// [`EngineError::Io`] when the list cannot be written.
pub fn forget(index: &Path) -> Result<(), EngineError> {
    seen::doubt(&seen_path(index)).map_err(|source| EngineError::Io {
        context: "cannot write the list of files read".to_owned(),
        source,
    })
}
