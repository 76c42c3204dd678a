//! Taking articles in.
//!
//! Articles may be put by several threads at once: each cuts and stems its own, tantivy's threads build the
//! postings. What waits between the two is bounded in bytes, whatever the size of an article.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustc_hash::{FxHashSet, FxHasher};
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, UserOperation};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, IndexReader, IndexWriter, Searcher, TERMINATED};

use super::document::{Maker, Prepared, seconds, top_file};
use super::failure::Context;
use super::packed::Packing;
use super::schema::{Fields, term};
use super::{Index, copies, read, stored};
use crate::article::Article;
use crate::extract::Annotations;
use crate::search::{Duplicate, EngineError, Put, Sink};

/// Locks the identities of articles in so many groups, so that threads seldom meet.
const SHARDS: usize = 64;
/// Segments with a greater share of deleted articles are merged.
const DELETED_SHARE: f32 = 0.25;
/// Least memory of a building thread, in bytes; below it segments are so small that merging costs more.
const THREAD_MEMORY: usize = 32 << 20;
/// Most threads tantivy builds with.
const MOST_THREADS: usize = 8;

/// How a [`Writer`] works.
#[derive(Clone, Debug)]
pub struct WriterOptions {
    /// Memory for building, in bytes, shared by the threads.
    pub memory_bytes: u64,
    /// Threads that build postings (at most 8 are used); others put.
    pub jobs: usize,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self { memory_bytes: 256 << 20, jobs: std::thread::available_parallelism().map_or(1, usize::from) }
    }
}

/// The stable key of an article's id: what breaks ties between equal hits.
pub(super) fn key(id: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(id.as_bytes())
}

/// A version of an article that is there.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Version {
    /// Hash of the content.
    hash: u64,
    /// Publication, in seconds.
    published: Option<i64>,
    path: Box<str>,
    record: Option<u64>,
    /// It was put by an earlier run. Of one that was put and committed within a second nobody knows.
    earlier: bool,
}

/// What becomes of an article of an id that is there.
enum Verdict {
    Keep(Put),
    Replace(Put),
}

impl Version {
    fn place(&self) -> (&str, Option<u64>) {
        (&self.path, self.record)
    }

    /// Whether an article of the same id takes its place. Of the same content within a run the first place in
    /// order stays, whichever thread came first; of another content the later publication, then the later place.
    fn against(&self, other: &Self) -> Verdict {
        if self.hash == other.hash {
            return match (self.earlier, self.path == other.path) {
                (true, true) => Verdict::Keep(Put::Unchanged),
                // Where it was before may be gone; the new place is sure.
                (true, false) => Verdict::Replace(Put::Unchanged),
                (false, _) if other.place() < self.place() => Verdict::Replace(Put::Duplicate),
                (false, _) => Verdict::Keep(Put::Duplicate),
            };
        }
        let read_again = self.earlier && self.path == other.path;
        if read_again || (self.published, self.place()) <= (other.published, other.place()) {
            Verdict::Replace(Put::Updated)
        } else {
            Verdict::Keep(Put::Outdated)
        }
    }
}

/// The articles put since the last commit by the hash of their id; `None` when deleted.
type Recent = HashMap<u128, Option<Version>, BuildHasherDefault<FxHasher>>;

/// Writing side of an index.
pub struct Writer {
    path: PathBuf,
    index: Index,
    fields: Fields,
    reader: IndexReader,
    writer: RwLock<IndexWriter<Prepared>>,
    /// What was committed when the run began or at its last commit.
    committed: RwLock<Searcher>,
    /// What changed since.
    recent: Vec<Mutex<Recent>>,
    /// When the run began, in seconds since 1970.
    started: i64,
    /// Files whose articles gave way to those of others, behind these.
    shadowed: Mutex<FxHashSet<(Box<str>, Box<str>)>>,
    makers: Mutex<Vec<Maker>>,
    packing: Packing,
    waiting: Arc<AtomicUsize>,
    most_waiting: usize,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Writer {
    pub(super) fn new(index: &Index, options: &WriterOptions) -> Result<Self, EngineError> {
        let memory = usize::try_from(options.memory_bytes).unwrap_or(usize::MAX);
        let most = (memory / THREAD_MEMORY).clamp(1, MOST_THREADS);
        let threads = options.jobs.clamp(1, most);
        // An eighth waits to be built, the rest is for merging: one merge at a time holds the terms of all it merges.
        let building = memory / 2;
        let build = IndexWriterOptions::builder()
            .num_worker_threads(threads)
            .num_merge_threads(1)
            .memory_budget_per_thread((building / threads).clamp(THREAD_MEMORY, 2 << 30))
            .build();
        let writer: IndexWriter<Prepared> = index.for_writing()?.writer_with_options(build).at(&index.path)?;
        let mut policy = LogMergePolicy::default();
        policy.set_del_docs_ratio_before_merge(DELETED_SHARE);
        writer.set_merge_policy(Box::new(policy));
        index.refresh()?;
        Ok(Self {
            path: index.path.clone(),
            index: index.clone(),
            fields: index.fields,
            reader: index.reader.clone(),
            writer: RwLock::new(writer),
            committed: RwLock::new(index.searcher()),
            recent: (0..SHARDS).map(|_| Mutex::default()).collect(),
            started: now(),
            shadowed: Mutex::default(),
            makers: Mutex::default(),
            packing: index.packing.clone(),
            waiting: Arc::default(),
            most_waiting: (memory / 8).max(8 << 20),
        })
    }

    /// Opens the index in a folder for writing, making an empty one where there is none.
    ///
    /// # Errors
    /// As [`Index::create_or_open`] and [`Index::writer`].
    pub fn open(dir: &Path, options: &WriterOptions) -> Result<Self, EngineError> {
        Index::create_or_open(dir)?.writer(options)
    }

    fn put_one(&self, article: &Article, annotations: &Annotations) -> Result<Put, EngineError> {
        let encoded = stored::encode(article, annotations);
        let version = Version {
            hash: encoded.hash(),
            published: article.published.as_ref().map(seconds),
            path: article.origin.path.as_str().into(),
            record: article.origin.record,
            earlier: false,
        };
        // Held to the end: no commit comes between the two looks. Taken before the identity, as a commit does:
        // the other way round the two would wait for each other.
        let writer = self.writer.read().unwrap_or_else(PoisonError::into_inner);
        let (shard, full) = self.shard(&article.id);
        let known = {
            let mut recent = lock(shard);
            let known = match recent.get(&full) {
                Some(known) => known.clone(),
                None => self.committed_version(&article.id)?,
            };
            // Most that is there already stays, and no document is made in vain.
            if let Some(put) = self.kept(known.as_ref(), &version) {
                recent.insert(full, known.map(|known| Version { earlier: false, ..known }));
                return Ok(put);
            }
            known
        };
        let maker = lock(&self.makers).pop();
        let mut maker = maker.unwrap_or_else(|| Maker::new(self.packing.clone()));
        let made = maker.make(&self.fields, article, annotations, &encoded, key(&article.id), now());
        lock(&self.makers).push(maker);
        let mut document = made?;
        self.wait_for_room(document.weight());
        document.enter(&self.waiting);
        // Held until the article is queued: two threads that put one id must not both find it missing.
        let mut recent = lock(shard);
        let known = recent.get(&full).cloned().unwrap_or(known);
        if let Some(put) = self.kept(known.as_ref(), &version) {
            return Ok(put);
        }
        let put = match known.as_ref().map(|known| known.against(&version)) {
            None => {
                writer.add_document(document).at(&self.path)?;
                Put::Added
            }
            Some(Verdict::Keep(put) | Verdict::Replace(put)) => {
                let old = term(self.fields.id, &article.id);
                writer.run([UserOperation::Delete(old), UserOperation::Add(document)]).at(&self.path)?;
                put
            }
        };
        if let Some(known) = &known {
            self.shadow(&version.path, &known.path);
        }
        recent.insert(full, Some(version));
        Ok(put)
    }

    /// What to answer when the version that is there stays.
    fn kept(&self, known: Option<&Version>, version: &Version) -> Option<Put> {
        let known = known?;
        let Verdict::Keep(put) = known.against(version) else { return None };
        self.shadow(&known.path, &version.path);
        Some(put)
    }

    /// Notes that an article of one place gave way to one of another.
    fn shadow(&self, before: &str, behind: &str) {
        let (before, behind) = (top_file(before), top_file(behind));
        if before != behind {
            lock(&self.shadowed).insert((before.into(), behind.into()));
        }
    }

    /// Deletes the article of an id; whether there was one.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    pub fn delete(&self, id: &str) -> Result<bool, EngineError> {
        let writer = self.writer.read().unwrap_or_else(PoisonError::into_inner);
        let (shard, full) = self.shard(id);
        let mut recent = lock(shard);
        let known = match recent.get(&full) {
            Some(known) => known.is_some(),
            None => self.committed_version(id)?.is_some(),
        };
        if known {
            writer.delete_term(term(self.fields.id, id));
            recent.insert(full, None);
        }
        Ok(known)
    }

    fn delete_of(&self, file: &str, keep: &dyn Fn(&str) -> bool) -> Result<u64, EngineError> {
        let committed = self.committed.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut deleted = 0;
        for (ord, segment) in committed.segment_readers().iter().enumerate() {
            let terms = segment.inverted_index(self.fields.origin).at(&self.path)?;
            let postings = terms.read_postings(&term(self.fields.origin, file), IndexRecordOption::Basic);
            let Some(mut postings) = postings.at(&self.path)? else { continue };
            while postings.doc() != TERMINATED {
                let doc = postings.doc();
                postings.advance();
                if segment.alive_bitset().is_some_and(|alive| alive.is_deleted(doc)) {
                    continue;
                }
                let at = DocAddress::new(ord as u32, doc);
                let bytes = read::bytes(&committed, at, &self.packing, &self.path)?;
                let head = stored::head(&bytes).ok_or_else(|| read::unreadable(&self.path))?;
                if keep(head.id) {
                    continue;
                }
                // Put again since the last commit, and so perhaps from another file.
                let (shard, full) = self.shard(head.id);
                let moved =
                    matches!(lock(shard).get(&full), Some(Some(version)) if top_file(&version.path) != file);
                deleted += u64::from(!moved && self.delete(head.id)?);
            }
        }
        Ok(deleted)
    }

    /// Whether an article of the id is there, put or committed.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    pub fn contains(&self, id: &str) -> Result<bool, EngineError> {
        let (shard, full) = self.shard(id);
        let recent = lock(shard).get(&full).map(Option::is_some);
        match recent {
            Some(there) => Ok(there),
            None => Ok(self.committed_version(id)?.is_some()),
        }
    }

    /// Commits with a text that is durable in the same breath; see [`Index::payload`].
    ///
    /// # Errors
    /// [`EngineError`], by kind; the state before stays readable.
    pub fn commit_with(&self, payload: &str) -> Result<(), EngineError> {
        self.commit_as(Some(payload))
    }

    fn commit_as(&self, payload: Option<&str>) -> Result<(), EngineError> {
        let mut writer = self.writer.write().unwrap_or_else(PoisonError::into_inner);
        let mut prepared = writer.prepare_commit().at(&self.path)?;
        if let Some(payload) = payload {
            prepared.set_payload(payload);
        }
        prepared.commit().at(&self.path)?;
        self.see_committed()
    }

    /// Forgets what was put or deleted since the last commit.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    pub fn rollback(&self) -> Result<(), EngineError> {
        let mut writer = self.writer.write().unwrap_or_else(PoisonError::into_inner);
        writer.rollback().at(&self.path)?;
        self.see_committed()
    }

    /// Commits, waits until merging is done, and finds the copies among what came in.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    pub fn finish(self) -> Result<(), EngineError> {
        self.commit_as(None)?;
        let writer = self.writer.into_inner().unwrap_or_else(PoisonError::into_inner);
        writer.wait_merging_threads().at(&self.path)?;
        self.reader.reload().at(&self.path)?;
        // Made now, so that no search has to wait for it.
        self.index.books.of(&self.reader.searcher())?;
        copies::derive(&self.index.windowed()?)
    }

    fn see_committed(&self) -> Result<(), EngineError> {
        self.reader.reload().at(&self.path)?;
        *self.committed.write().unwrap_or_else(PoisonError::into_inner) = self.reader.searcher();
        for shard in &self.recent {
            lock(shard).clear();
        }
        Ok(())
    }

    fn shard(&self, id: &str) -> (&Mutex<Recent>, u128) {
        let full = xxhash_rust::xxh3::xxh3_128(id.as_bytes());
        (&self.recent[full as usize % SHARDS], full)
    }

    /// The committed version of the article of an id.
    fn committed_version(&self, id: &str) -> Result<Option<Version>, EngineError> {
        let committed = self.committed.read().unwrap_or_else(PoisonError::into_inner);
        let Some(at) = read::find(&committed, self.fields.id, id, &self.path)? else { return Ok(None) };
        let fast = committed.segment_reader(at.segment_ord).fast_fields();
        let bytes = read::bytes(&committed, at, &self.packing, &self.path)?;
        let head = stored::head(&bytes).ok_or_else(|| read::unreadable(&self.path))?;
        let added = fast.i64("ingested").at(&self.path)?.first(at.doc_id);
        Ok(Some(Version {
            hash: fast.u64("hash").at(&self.path)?.first(at.doc_id).unwrap_or(0),
            published: fast.i64("published_at").at(&self.path)?.first(at.doc_id),
            path: head.path.into(),
            record: head.record,
            earlier: added.is_none_or(|added| added <= self.started),
        }))
    }

    /// Waits until what waits to be built leaves room for a document, or builders seem to be dead (then
    /// tantivy says so when the document is added).
    fn wait_for_room(&self, weight: usize) {
        let mut waited = Duration::ZERO;
        let step = Duration::from_micros(500);
        while self.waiting.load(Ordering::Relaxed) > self.most_waiting.saturating_sub(weight)
            && self.waiting.load(Ordering::Relaxed) > 0
            && waited < Duration::from_secs(30)
        {
            std::thread::sleep(step);
            waited += step;
        }
    }
}

impl Sink for Writer {
    fn put(&self, article: &Article, annotations: &Annotations) -> Result<Put, EngineError> {
        self.put_one(article, annotations)
    }

    fn delete_origin(&self, file: &str, keep: &dyn Fn(&str) -> bool) -> Result<u64, EngineError> {
        self.delete_of(file, keep)
    }

    fn commit(&self) -> Result<(), EngineError> {
        self.commit_as(None)
    }

    fn settle(&self) -> Result<Vec<Duplicate>, EngineError> {
        let duplicates = copies::duplicates(&self.index)?;
        for duplicate in &duplicates {
            self.delete(&duplicate.id)?;
            self.shadow(&duplicate.of.path, &duplicate.origin.path);
        }
        Ok(duplicates)
    }

    fn shadowed(&self) -> Vec<(String, String)> {
        let mut pairs: Vec<_> = lock(&self.shadowed)
            .drain()
            .map(|(before, behind)| (String::from(before), String::from(behind)))
            .collect();
        pairs.sort_unstable();
        pairs
    }
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
