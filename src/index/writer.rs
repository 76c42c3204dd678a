//! Taking articles in.
//!
//! Articles may be put by several threads at once: each builds a segment of its own, which goes to the index at every
//! commit, or before when it has grown beyond its memory.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};
use std::time::{SystemTime, UNIX_EPOCH};

use rustc_hash::{FxHashSet, FxHasher};
use tantivy::indexer::{IndexWriterOptions, LogMergePolicy};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocAddress, DocSet, IndexReader, IndexWriter, Searcher, TERMINATED};

use super::builders::{Builders, Seat};
use super::document::{seconds, top_file};
use super::failure::Context;
use super::read::{self, Stores};
use super::schema::{Fields, term};
use super::{Index, copies, cores, rows, stored};
use crate::article::Article;
use crate::extract::Annotations;
use crate::search::{Duplicate, EngineError, Put, Sink};

/// Locks the identities of articles in so many groups, so that threads seldom meet.
const SHARDS: usize = 64;
/// Segments with a greater share of deleted articles are merged.
const DELETED_SHARE: f32 = 0.25;
/// Least memory of a segment that is built, in bytes; below it runs of postings are so small that joining them costs more.
const SEGMENT_MEMORY: usize = 16 << 20;
/// What tantivy wants for its own building thread, which never gets anything to do.
const IDLE_MEMORY: usize = 16 << 20;

/// How a [`Writer`] works.
#[derive(Clone, Debug)]
pub struct WriterOptions {
    /// Memory for building and merging, in bytes, shared by the threads.
    pub memory_bytes: u64,
    /// Threads that put articles, each of which builds a segment while there is memory for it.
    pub jobs: usize,
}

impl Default for WriterOptions {
    fn default() -> Self {
        Self { memory_bytes: 256 << 20, jobs: cores::count() }
    }
}

/// A version of an article that is there.
#[derive(Clone, Debug)]
struct Version {
    /// Hash of the content.
    hash: u64,
    /// Publication, in seconds.
    published: Option<i64>,
    path: Box<str>,
    record: Option<u64>,
    /// It was put by an earlier run. Of one that was put and committed within a second nobody knows.
    earlier: bool,
    /// Where it is, when it was put since the last commit.
    seat: Option<Seat>,
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
    writer: RwLock<IndexWriter>,
    builders: Builders,
    /// What was committed when the run began or at its last commit.
    committed: RwLock<Searcher>,
    /// What changed since.
    recent: Vec<Mutex<Recent>>,
    /// When the run began, in seconds since 1970.
    started: i64,
    /// Files whose articles gave way to those of others, behind these.
    shadowed: Mutex<FxHashSet<(Box<str>, Box<str>)>>,
    /// Whether the articles of earlier runs were looked at for the dictionary.
    sampled: AtomicBool,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Writer {
    pub(super) fn new(index: &Index, options: &WriterOptions) -> Result<Self, EngineError> {
        let memory = usize::try_from(options.memory_bytes).unwrap_or(usize::MAX);
        // A quarter is for merging: one merge at a time holds the terms of all it merges.
        let building = memory / 4 * 3;
        let most = options.jobs.clamp(1, (building / SEGMENT_MEMORY).max(1));
        let build = IndexWriterOptions::builder()
            .num_worker_threads(1)
            .num_merge_threads(1)
            .memory_budget_per_thread(IDLE_MEMORY)
            .build();
        let inner = index.for_writing()?;
        let builders = Builders::new(index, &inner, most, building / most);
        let writer: IndexWriter = inner.writer_with_options(build).at(&index.path)?;
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
            builders,
            committed: RwLock::new(index.searcher()),
            recent: (0..SHARDS).map(|_| Mutex::default()).collect(),
            started: now(),
            shadowed: Mutex::default(),
            sampled: AtomicBool::new(false),
        })
    }

    /// Opens the index in a folder for writing, making an empty one where there is none.
    ///
    /// # Errors
    /// As [`Index::create_or_open`] and [`Index::writer`].
    pub fn open(dir: &Path, options: &WriterOptions) -> Result<Self, EngineError> {
        Index::create_or_open(dir)?.writer(options)
    }

    /// Lets the dictionary of stored articles be learnt from those of earlier runs too: an archive that grows by some
    /// articles a day would never have enough in one.
    fn sample_committed(&self) -> Result<(), EngineError> {
        let packing = &self.index.packing;
        if self.sampled.swap(true, Ordering::Relaxed) || !packing.wants_samples() {
            return Ok(());
        }
        let committed = self.committed.read().unwrap_or_else(PoisonError::into_inner).clone();
        let stores = Stores::open(&committed).at(&self.path)?;
        for (ord, segment) in committed.segment_readers().iter().enumerate() {
            for doc in segment.doc_ids_alive() {
                if !packing.wants_samples() {
                    return Ok(());
                }
                // One that cannot be read is no reason to refuse another.
                let unpacked = stores.article(DocAddress::new(ord as u32, doc), packing, &self.path);
                let read = unpacked.ok().and_then(|unpacked| unpacked.head()?.article());
                if let Some((article, annotations)) = read {
                    packing.look_at(&stored::encode(&article, &annotations))?;
                }
            }
        }
        Ok(())
    }

    fn put_one(&self, article: &Article, annotations: &Annotations) -> Result<Put, EngineError> {
        if !self.sampled.load(Ordering::Relaxed) {
            self.sample_committed()?;
        }
        let encoded = stored::encode(article, annotations);
        let mut version = Version {
            hash: encoded.hash,
            published: article.published.as_ref().map(seconds),
            path: article.origin.path.as_str().into(),
            record: article.origin.record,
            earlier: false,
            seat: None,
        };
        // Held to the end: no commit comes in between. Taken before the identity, as a commit does: the other way
        // round the two would wait for each other.
        let writer = self.writer.read().unwrap_or_else(PoisonError::into_inner);
        let (shard, full) = self.shard(&article.id);
        let known = {
            let mut recent = lock(shard);
            let known = self.known(&recent, full, &article.id)?;
            // Most that is there already stays, and no builder is waited for in vain.
            if let Some(put) = self.stays(&mut recent, full, known.as_ref(), &version) {
                return Ok(put);
            }
            known
        };
        self.builders.lend(&writer, |builder| {
            // Held until the article is in a segment: two threads that put one id must not both find it missing.
            let mut recent = lock(shard);
            let known = recent.get(&full).cloned().unwrap_or(known);
            if let Some(put) = self.stays(&mut recent, full, known.as_ref(), &version) {
                return Ok(put);
            }
            version.seat = Some(self.builders.add(builder, article, annotations, encoded, now())?);
            let put = match known {
                None => Put::Added,
                Some(known) => {
                    self.delete_version(&writer, &article.id, &known)?;
                    self.shadow(&version.path, &known.path);
                    match known.against(&version) {
                        Verdict::Keep(put) | Verdict::Replace(put) => put,
                    }
                }
            };
            recent.insert(full, Some(version));
            Ok(put)
        })
    }

    /// The version of an article that is there, put or committed.
    fn known(&self, recent: &Recent, full: u128, id: &str) -> Result<Option<Version>, EngineError> {
        match recent.get(&full) {
            Some(known) => Ok(known.clone()),
            None => self.committed_version(id),
        }
    }

    /// What to answer when the version that is there stays.
    fn stays(
        &self,
        recent: &mut Recent,
        full: u128,
        known: Option<&Version>,
        version: &Version,
    ) -> Option<Put> {
        let known = known?;
        let Verdict::Keep(put) = known.against(version) else { return None };
        self.shadow(&known.path, &version.path);
        recent.insert(full, Some(Version { earlier: false, ..known.clone() }));
        Some(put)
    }

    fn delete_version(&self, writer: &IndexWriter, id: &str, version: &Version) -> Result<(), EngineError> {
        self.builders.delete(writer, version.seat.as_ref(), term(self.fields.id, id))
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
        let known = self.known(&recent, full, id)?;
        if let Some(known) = &known {
            self.delete_version(&writer, id, known)?;
            recent.insert(full, None);
        }
        Ok(known.is_some())
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
                let unpacked = read::article(&committed, at, &self.index.packing, &self.path)?;
                let head = unpacked.head().ok_or_else(|| read::unreadable(&self.path))?;
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
        self.builders.finish(&writer)?;
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
        self.builders.forget();
        writer.rollback().at(&self.path)?;
        self.see_committed()
    }

    /// Commits, finds the copies among what came in, and waits until merging is done.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    pub fn finish(self) -> Result<(), EngineError> {
        self.commit_as(None)?;
        let writer = self.writer.into_inner().unwrap_or_else(PoisonError::into_inner);
        std::thread::scope(|scope| {
            // Meanwhile the last segments merge, and the people book is made, which keep one core busy.
            let derived = scope.spawn(|| self.index.windowed().and_then(|index| copies::derive(&index)));
            let merged = writer.wait_merging_threads().and_then(|()| self.reader.reload()).at(&self.path);
            // Made now, so that no search has to wait for them.
            let book = merged.and_then(|()| self.index.books.of(&self.reader.searcher()));
            let made = book.and_then(|_| rows::follow(&self.index));
            cores::answer(derived.join())?;
            made
        })?;
        copies::follow(&self.index)
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
        let unpacked = read::article(&committed, at, &self.index.packing, &self.path)?;
        let head = unpacked.head().ok_or_else(|| read::unreadable(&self.path))?;
        let added = fast.i64("ingested").at(&self.path)?.first(at.doc_id);
        Ok(Some(Version {
            hash: fast.u64("hash").at(&self.path)?.first(at.doc_id).unwrap_or(0),
            published: fast.i64("published_at").at(&self.path)?.first(at.doc_id),
            path: head.path.into(),
            record: head.record,
            earlier: added.is_none_or(|added| added <= self.started),
            seat: None,
        }))
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
        let duplicates = copies::duplicates(&self.index.windowed()?)?;
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
