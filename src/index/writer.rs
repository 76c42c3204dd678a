//! Taking articles in.
//!
//! Articles may be put by several threads at once: each cuts and stems its own, tantivy's threads build the
//! postings. What waits between the two is bounded in bytes, whatever the size of an article.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustc_hash::{FxHashSet, FxHasher};
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy, UserOperation};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, IndexReader, IndexWriter, Searcher, TERMINATED};

use super::document::{Maker, Prepared};
use super::failure::Context;
use super::schema::{Fields, term};
use super::{Index, read};
use crate::article::Article;
use crate::extract::Annotations;
use crate::search::{EngineError, Put, Sink};

/// Locks the identities of articles in so many groups, so that threads seldom meet.
const SHARDS: usize = 64;
/// Segments with a greater share of deleted articles are merged.
const DELETED_SHARE: f32 = 0.25;
/// Least memory of a building thread, in bytes; below it segments are so small that merging costs more.
const THREAD_MEMORY: usize = 32 << 20;

/// How a [`Writer`] works.
#[derive(Clone, Debug)]
pub struct WriterSettings {
    /// Memory for building, in bytes, shared by the threads.
    pub memory: usize,
    /// Threads that build postings (1–8); others put.
    pub threads: usize,
}

impl Default for WriterSettings {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(1, usize::from).clamp(1, 8);
        Self { memory: 256 << 20, threads }
    }
}

/// The stable key of an article's id: what breaks ties between equal hits, and names articles to
/// [`Writer::delete_origin`].
pub fn key(id: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(id.as_bytes())
}

/// The articles of this run by the hash of their id: the hash of their content, `None` when deleted.
type Recent = HashMap<u128, Option<u64>, BuildHasherDefault<FxHasher>>;

/// Writing side of an index.
pub struct Writer {
    path: PathBuf,
    fields: Fields,
    reader: IndexReader,
    writer: RwLock<IndexWriter<Prepared>>,
    /// What was committed when the run began or at its last commit.
    committed: RwLock<Searcher>,
    /// What changed since.
    recent: Vec<Mutex<Recent>>,
    makers: Mutex<Vec<Maker>>,
    waiting: Arc<AtomicUsize>,
    most_waiting: usize,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Writer {
    pub(super) fn new(index: &Index, settings: &WriterSettings) -> Result<Self, EngineError> {
        let most = (settings.memory / THREAD_MEMORY).max(1);
        let threads = settings.threads.clamp(1, most.min(8));
        let options = IndexWriterOptions::builder()
            .num_worker_threads(threads)
            .num_merge_threads(threads)
            .memory_budget_per_thread((settings.memory / threads).clamp(THREAD_MEMORY, 2 << 30))
            .build();
        let writer: IndexWriter<Prepared> = index.inner.writer_with_options(options).at(&index.path)?;
        let mut policy = LogMergePolicy::default();
        policy.set_del_docs_ratio_before_merge(DELETED_SHARE);
        writer.set_merge_policy(Box::new(policy));
        index.refresh()?;
        Ok(Self {
            path: index.path.clone(),
            fields: index.fields,
            reader: index.reader.clone(),
            writer: RwLock::new(writer),
            committed: RwLock::new(index.searcher()),
            recent: (0..SHARDS).map(|_| Mutex::default()).collect(),
            makers: Mutex::default(),
            waiting: Arc::default(),
            most_waiting: (settings.memory / 8).max(8 << 20),
        })
    }

    /// Adds an article, replacing one of the same id. Threads may call it at the same time.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    pub fn put(&self, article: &Article, annotations: &Annotations) -> Result<Put, EngineError> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
        let mut maker = lock(&self.makers).pop().unwrap_or_default();
        let mut document = maker.make(&self.fields, article, annotations, key(&article.id), now);
        lock(&self.makers).push(maker);
        self.wait_for_room(document.weight());
        document.enter(&self.waiting);
        let hash = document.hash;
        let (shard, full) = self.shard(&article.id);
        // Held until the article is queued: two threads that put one id must not both find it missing.
        let mut recent = lock(shard);
        let known = match recent.get(&full) {
            Some(known) => *known,
            None => self.committed_hash(&article.id)?,
        };
        if known == Some(hash) {
            recent.insert(full, Some(hash));
            return Ok(Put::Unchanged);
        }
        let writer = self.writer.read().unwrap_or_else(PoisonError::into_inner);
        if known.is_some() {
            let old = term(self.fields.id, &article.id);
            writer.run([UserOperation::Delete(old), UserOperation::Add(document)]).at(&self.path)?;
        } else {
            writer.add_document(document).at(&self.path)?;
        }
        recent.insert(full, Some(hash));
        Ok(if known.is_some() { Put::Updated } else { Put::Added })
    }

    /// Deletes the article of an id; whether there was one.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    pub fn delete(&self, id: &str) -> Result<bool, EngineError> {
        let (shard, full) = self.shard(id);
        let mut recent = lock(shard);
        let known = match recent.get(&full) {
            Some(known) => *known,
            None => self.committed_hash(id)?,
        };
        if known.is_none() {
            return Ok(false);
        }
        let writer = self.writer.read().unwrap_or_else(PoisonError::into_inner);
        writer.delete_term(term(self.fields.id, id));
        recent.insert(full, None);
        Ok(true)
    }

    /// Deletes the committed articles of an archive file (path without the way into containers), except
    /// those whose [`key`] is in `keep` and those that were put again since the last commit: for a file that
    /// vanished `keep` is empty, for a file that was read again it holds what was read. Answers how many
    /// were deleted.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    pub fn delete_origin(&self, path: &str, keep: &FxHashSet<u64>) -> Result<u64, EngineError> {
        let committed = self.committed.read().unwrap_or_else(PoisonError::into_inner).clone();
        let mut deleted = 0;
        for (ord, segment) in committed.segment_readers().iter().enumerate() {
            let terms = segment.inverted_index(self.fields.origin).at(&self.path)?;
            let postings = terms.read_postings(&term(self.fields.origin, path), IndexRecordOption::Basic);
            let Some(mut postings) = postings.at(&self.path)? else { continue };
            let keys = segment.fast_fields().u64("key").at(&self.path)?;
            while postings.doc() != TERMINATED {
                let doc = postings.doc();
                postings.advance();
                let alive = segment.alive_bitset().is_none_or(|alive| alive.is_alive(doc));
                if !alive || keys.first(doc).is_some_and(|key| keep.contains(&key)) {
                    continue;
                }
                let id = read::id(&committed, DocAddress::new(ord as u32, doc), &self.path)?;
                let (shard, full) = self.shard(&id);
                if matches!(lock(shard).get(&full), Some(Some(_))) {
                    continue;
                }
                deleted += u64::from(self.delete(&id)?);
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
        let recent = lock(shard).get(&full).copied();
        match recent {
            Some(known) => Ok(known.is_some()),
            None => Ok(self.committed_hash(id)?.is_some()),
        }
    }

    /// Makes all that was put durable and visible. Threads that put meanwhile wait.
    ///
    /// # Errors
    /// [`EngineError`], by kind; the state before stays readable.
    pub fn commit(&self) -> Result<(), EngineError> {
        self.commit_as(None)
    }

    /// As [`Writer::commit`], with a text that is committed in the same breath; see [`Index::payload`].
    ///
    /// # Errors
    /// As [`Writer::commit`].
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

    /// Commits and waits until merging is done.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    pub fn finish(self) -> Result<(), EngineError> {
        self.commit()?;
        let writer = self.writer.into_inner().unwrap_or_else(PoisonError::into_inner);
        writer.wait_merging_threads().at(&self.path)?;
        self.reader.reload().at(&self.path)
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

    /// The content hash of the committed article of an id.
    fn committed_hash(&self, id: &str) -> Result<Option<u64>, EngineError> {
        let committed = self.committed.read().unwrap_or_else(PoisonError::into_inner);
        let Some(at) = read::find(&committed, self.fields.id, id, &self.path)? else { return Ok(None) };
        let segment = committed.segment_reader(at.segment_ord);
        Ok(segment.fast_fields().u64("hash").at(&self.path)?.first(at.doc_id))
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
        Writer::put(self, article, annotations)
    }

    fn commit(&self) -> Result<(), EngineError> {
        Writer::commit(self)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
