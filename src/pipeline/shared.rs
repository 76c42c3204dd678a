//! What the threads of a run share: counts, files under way, the first error.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::{FxHashMap, FxHashSet};

use super::seen::Seen;
use super::{Plan, Progress, Summary};
use crate::article::Article;
use crate::ingest::FileEntry;
use crate::search::EngineError;

/// Articles on their way from a reader to a worker, in order, those of one file side by side.
pub(super) type Batch = Vec<(Arc<FileRun>, Article)>;

/// A file under way: it is done when its reader has finished and its last article is put.
pub(super) struct FileRun {
    pub(super) entry: FileEntry,
    /// The articles under way, and its reader.
    pub(super) open: AtomicUsize,
    /// Bytes of it that progress has been told of.
    pub(super) told: AtomicU64,
    pub(super) whole: AtomicBool,
}

/// What all threads of a run share.
pub(super) struct Shared<'a> {
    pub(super) plan: &'a Plan,
    pub(super) stop: &'a AtomicBool,
    /// Set when the run must end for a reason of its own.
    pub(super) halt: AtomicBool,
    pub(super) counts: Counts,
    pub(super) todo: (u64, u64),
    done: Mutex<Vec<FileEntry>>,
    error: Mutex<Option<EngineError>>,
    /// With `prune`: the ids found in files that were read before.
    ids: Mutex<FxHashMap<String, FxHashSet<String>>>,
    /// Files with a reject: what is missing from them may be there still, so nothing of theirs is pruned.
    broken: Mutex<FxHashSet<String>>,
    pub(super) known: FxHashSet<String>,
}

#[derive(Default)]
pub(super) struct Counts {
    pub(super) files_read: AtomicU64,
    pub(super) bytes_read: AtomicU64,
    pub(super) read: AtomicU64,
    pub(super) added: AtomicU64,
    pub(super) updated: AtomicU64,
    pub(super) unchanged: AtomicU64,
    pub(super) outdated: AtomicU64,
    pub(super) undated: AtomicU64,
    pub(super) duplicates: AtomicU64,
}

impl<'a> Shared<'a> {
    pub(super) fn new(plan: &'a Plan, stop: &'a AtomicBool, bytes: u64, files: u64, seen: &Seen) -> Self {
        let known = if plan.prune { seen.names().map(str::to_owned).collect() } else { FxHashSet::default() };
        Self {
            plan,
            stop,
            halt: AtomicBool::new(false),
            counts: Counts::default(),
            todo: (files, bytes),
            done: Mutex::default(),
            error: Mutex::default(),
            ids: Mutex::default(),
            broken: Mutex::default(),
            known,
        }
    }

    pub(super) fn stopped(&self) -> bool {
        self.stop.load(Relaxed) || self.halt.load(Relaxed)
    }

    pub(super) fn fail(&self, error: EngineError) {
        self.halt.store(true, SeqCst);
        lock(&self.error).get_or_insert(error);
    }

    pub(super) fn take_error(&self) -> Result<(), EngineError> {
        lock(&self.error).take().map_or(Ok(()), Err)
    }

    pub(super) fn take_done(&self) -> Vec<FileEntry> {
        std::mem::take(&mut lock(&self.done))
    }

    /// Remembers the ids read from a file that was known before.
    pub(super) fn keep(&self, file: &str, ids: FxHashSet<String>) {
        lock(&self.ids).entry(file.to_owned()).or_default().extend(ids);
    }

    /// Remembers that a file had a reject.
    pub(super) fn mark_broken(&self, file: &str) {
        lock(&self.broken).insert(file.to_owned());
    }

    /// Calls `each` with the files read again without a reject and the ids they hold now.
    pub(super) fn each_reread<E>(
        &self,
        mut each: impl FnMut(&str, &FxHashSet<String>) -> Result<(), E>,
    ) -> Result<(), E> {
        let broken = lock(&self.broken);
        lock(&self.ids)
            .iter()
            .filter(|(file, _)| !broken.contains(*file))
            .try_for_each(|(file, ids)| each(file, ids))
    }

    /// One of the file's articles, or its reader, is finished.
    pub(super) fn close(&self, file: &Arc<FileRun>) {
        if file.open.fetch_sub(1, SeqCst) == 1 && file.whole.load(SeqCst) {
            self.counts.files_read.fetch_add(1, Relaxed);
            self.tell(file, file.entry.size);
            if file.entry.name != "-" {
                lock(&self.done).push(file.entry.clone());
            }
        }
    }

    /// Adds bytes of a file to the progress, never more than it has.
    pub(super) fn tell(&self, file: &FileRun, bytes: u64) {
        let told = file.told.load(Relaxed);
        let bytes = bytes.min(file.entry.size.saturating_sub(told));
        file.told.fetch_add(bytes, Relaxed);
        self.counts.bytes_read.fetch_add(bytes, Relaxed);
    }

    pub(super) fn progress(&self) -> Progress {
        Progress {
            files: self.todo.0,
            bytes: self.todo.1,
            listed: true,
            files_read: self.counts.files_read.load(Relaxed),
            bytes_read: self.counts.bytes_read.load(Relaxed),
            articles: self.counts.read.load(Relaxed),
        }
    }
}

impl Counts {
    pub(super) fn put(&self) -> u64 {
        self.added.load(Relaxed) + self.updated.load(Relaxed)
    }

    pub(super) fn fill(&self, summary: &mut Summary) {
        summary.files_read = self.files_read.load(Relaxed);
        summary.bytes = self.bytes_read.load(Relaxed);
        summary.read = self.read.load(Relaxed);
        // What was found to be the same as another article only at the end was added first.
        summary.added = self.added.load(Relaxed).saturating_sub(summary.duplicates);
        summary.updated = self.updated.load(Relaxed);
        summary.unchanged = self.unchanged.load(Relaxed);
        summary.outdated = self.outdated.load(Relaxed);
        summary.undated = self.undated.load(Relaxed);
        summary.duplicates += self.duplicates.load(Relaxed);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
