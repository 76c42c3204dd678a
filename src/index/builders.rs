//! The segments that are being built, one for each thread that puts articles.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::ThreadId;

use tantivy::{DocId, IndexWriter, Term};

use super::deletion::Additions;
use super::failure::Context;
use super::packed::{Packer, Packing};
use super::schema::Fields;
use super::segment::{Building, Fate};
use super::stem::Stems;
use super::stored::Encoded;
use super::{Index, document};
use crate::article::Article;
use crate::extract::Annotations;
use crate::search::EngineError;

/// Bytes of articles that are packed together. The dictionary's tables are then in the cache for all but the first: that
/// takes a third of the time.
const PACKED_TOGETHER: usize = 256 << 10;

/// Bytes of articles that wait for the dictionary while another thread makes it, instead of the thread that has them: it
/// stood still for .2 s otherwise.
const LEARNT_MEANWHILE: usize = 8 << 20;

/// Runs of postings of all builders, each an open file: some systems allow no more than 256.
const ALL_RUNS: usize = 128;

/// Where an article is that was put since the last commit: in a segment that is built, or was meanwhile.
#[derive(Clone, Debug)]
pub(super) struct Seat {
    segment: Arc<Fate>,
    article: DocId,
}

/// All builders of a writer.
#[derive(Debug)]
pub(super) struct Builders {
    path: PathBuf,
    index: tantivy::Index,
    fields: Fields,
    packing: Packing,
    additions: Additions,
    /// Memory each may take, in bytes.
    memory: usize,
    /// Runs of postings each may have.
    most_runs: usize,
    state: Mutex<State>,
    /// A builder came back.
    back: Condvar,
}

#[derive(Debug, Default)]
struct State {
    idle: Vec<Builder>,
    /// Builders that may still be made.
    more: usize,
    /// A builder was lost to a failure, with articles that nobody else has.
    lost: bool,
}

/// What a thread builds with.
pub(super) struct Builder {
    /// The thread that had it last.
    thread: ThreadId,
    stems: Stems,
    packer: Packer,
    building: Option<Building>,
    /// The last articles of the segment, which are not stored yet.
    unpacked: Vec<Encoded>,
    unpacked_bytes: usize,
}

impl std::fmt::Debug for Builder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Builder").field("building", &self.building).finish_non_exhaustive()
    }
}

/// A builder in the hands of a thread: one that is not given back is lost.
struct Lent<'a> {
    from: &'a Builders,
    builder: Option<Builder>,
}

impl Drop for Lent<'_> {
    fn drop(&mut self) {
        let mut state = self.from.lock();
        match self.builder.take() {
            Some(builder) => state.idle.push(builder),
            None => {
                state.lost = true;
                state.more += 1;
            }
        }
        self.from.back.notify_one();
    }
}

impl Builders {
    /// At most so many, each with so much memory; `to` is the index as its writer opened it.
    pub(super) fn new(index: &Index, to: &tantivy::Index, most: usize, memory: usize) -> Self {
        Self {
            path: index.path.clone(),
            index: to.clone(),
            fields: index.fields,
            packing: index.packing.clone(),
            additions: Additions::default(),
            memory,
            most_runs: ALL_RUNS / most.max(1),
            state: Mutex::new(State { more: most, ..State::default() }),
            back: Condvar::new(),
        }
    }

    /// Lends a builder to `work`, waiting for one if all are lent. Where its memory is full afterwards, postings leave it, or
    /// else the segment goes to `writer`.
    ///
    /// # Errors
    /// What `work` answers, or when articles cannot be packed or the segment written. The builder is lost then.
    pub(super) fn lend<R>(
        &self,
        writer: &IndexWriter,
        work: impl FnOnce(&mut Builder) -> Result<R, EngineError>,
    ) -> Result<R, EngineError> {
        let mut builder = self.idle();
        let mut lent = Lent { from: self, builder: None };
        let done = work(&mut builder)?;
        if builder.unpacked_bytes >= self.packed_together() {
            self.pack(&mut builder)?;
        }
        if let Some(building) = &mut builder.building
            && building.memory() >= self.memory
            && !building.make_room(&self.path, self.most_runs).at(&self.path)?
        {
            self.write(&mut builder, writer)?;
        }
        lent.builder = Some(builder);
        Ok(done)
    }

    /// Adds an article to the segment of a builder; it is packed when the builder comes back.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn add(
        &self,
        builder: &mut Builder,
        article: &Article,
        annotations: &Annotations,
        encoded: Encoded,
        now: i64,
    ) -> Result<Seat, EngineError> {
        let building = match &mut builder.building {
            Some(building) => building,
            none => none.insert(Building::begin(&self.index).at(&self.path)?),
        };
        document::add(building, &self.fields, &builder.stems, article, annotations, &encoded, now);
        let seat = Seat { segment: building.fate(), article: building.end_article() };
        builder.unpacked_bytes += encoded.memory();
        builder.unpacked.push(encoded);
        Ok(seat)
    }

    /// Bytes of articles from which on they are packed.
    fn packed_together(&self) -> usize {
        if self.packing.is_learning() { LEARNT_MEANWHILE } else { PACKED_TOGETHER }
    }

    /// Stores the articles of a builder that are not stored yet.
    fn pack(&self, builder: &mut Builder) -> Result<(), EngineError> {
        let Some(building) = &mut builder.building else { return Ok(()) };
        builder.unpacked_bytes = 0;
        for article in builder.unpacked.drain(..) {
            let packed = self.packing.pack(&mut builder.packer, &article)?;
            building.store(self.fields.stored, &packed).at(&self.path)?;
        }
        Ok(())
    }

    /// Writes the segment of a builder.
    fn write(&self, builder: &mut Builder, writer: &IndexWriter) -> Result<(), EngineError> {
        self.pack(builder)?;
        match builder.building.take() {
            Some(building) => building.finish(|segment| self.additions.add(writer, segment)).at(&self.path),
            None => Ok(()),
        }
    }

    /// Deletes an article by the term of its id; `seat` is where it is when it was put since the last commit.
    ///
    /// # Errors
    /// What tantivy answers.
    pub(super) fn delete(
        &self,
        writer: &IndexWriter,
        seat: Option<&Seat>,
        id: Term,
    ) -> Result<(), EngineError> {
        if seat.is_some_and(|seat| seat.segment.leave_out(seat.article)) {
            return Ok(());
        }
        self.additions.delete(writer, id).at(&self.path)
    }

    /// Writes all that is being built. No builder may be lent meanwhile.
    ///
    /// # Errors
    /// When it cannot be written, or articles were lost to an earlier failure.
    pub(super) fn finish(&self, writer: &IndexWriter) -> Result<(), EngineError> {
        let mut builders = {
            let mut state = self.lock();
            if state.lost {
                return Err(EngineError::Internal(
                    "articles could not be written; what came since the last commit is not kept".to_owned(),
                ));
            }
            std::mem::take(&mut state.idle)
        };
        let written: Result<Vec<()>, EngineError> = std::thread::scope(|scope| {
            let threads: Vec<_> =
                builders.iter_mut().map(|builder| scope.spawn(|| self.write(builder, writer))).collect();
            let failed = |_| EngineError::Internal("writing a segment failed".to_owned());
            threads.into_iter().map(|thread| thread.join().map_err(failed)?).collect()
        });
        let mut state = self.lock();
        state.idle = builders;
        state.lost |= written.is_err();
        written.map(|_| ())
    }

    /// Forgets all that is being built.
    pub(super) fn forget(&self) {
        let mut state = self.lock();
        for builder in &mut state.idle {
            builder.building = None;
            builder.unpacked.clear();
            builder.unpacked_bytes = 0;
        }
        state.lost = false;
    }

    /// A builder for this thread: the one it had last if that is idle, whose tables lie in the cache of its core. With
    /// any of them two threads took a fifth more CPU time than one.
    fn idle(&self) -> Builder {
        let thread = std::thread::current().id();
        let mut state = self.lock();
        loop {
            if let Some(last) = state.idle.len().checked_sub(1) {
                let own = state.idle.iter().position(|builder| builder.thread == thread);
                let mut builder = state.idle.swap_remove(own.unwrap_or(last));
                builder.thread = thread;
                return builder;
            }
            if state.more > 0 {
                state.more -= 1;
                return Builder {
                    thread,
                    stems: Stems::default(),
                    packer: self.packing.packer(),
                    building: None,
                    unpacked: Vec::new(),
                    unpacked_bytes: 0,
                };
            }
            state = self.back.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::collections::BTreeMap;
    use std::ops::ControlFlow;

    use super::*;
    use crate::article::{Interval, Published, PublishedVia};
    use crate::index::WriterOptions;
    use crate::query::ast::{Clause, Node};
    use crate::search::{Engine, SearchRequest, Sink, Sort};

    fn version(id: usize, day: usize) -> Article {
        let on = Interval::parse_value(&format!(
            "{}-{:02}-{:02}",
            1990 + day / 336,
            1 + day / 28 % 12,
            1 + day % 28
        ));
        Article {
            id: format!("id{id}"),
            title: format!("Version {day}"),
            body: format!("Nothing but what was said on day {day}."),
            published: Some(Published { on: on.unwrap(), at: None, via: PublishedVia::Record }),
            ..Article::default()
        }
    }

    fn titles(index: &Index) -> BTreeMap<String, String> {
        index.refresh().unwrap();
        let request = SearchRequest {
            fold: false,
            query: Node { at: 0..0, clause: Clause::All },
            sort: Sort::Newest,
            limit: usize::MAX,
            after: None,
            facets: Vec::new(),
            timeline: None,
            snippet_width: 0,
            explain_zero: false,
        };
        let mut found = BTreeMap::new();
        index
            .stream(&request, &mut |hit| {
                assert_eq!(found.insert(hit.id, hit.title), None, "each once");
                ControlFlow::Continue(())
            })
            .unwrap();
        found
    }

    /// Where the version that gives way lies (in the segment at hand, in one that is full, in the index) must not
    /// matter; nor into how many segments and merges the articles fall.
    #[test]
    fn the_last_version_stays_wherever_the_one_before_lies() {
        for memory_bytes in [1, 64 << 20] {
            let index = Index::in_memory().unwrap();
            let writer = index.writer(&WriterOptions { memory_bytes, jobs: 1 }).unwrap();
            let (mut expected, mut committed) = (BTreeMap::new(), BTreeMap::new());
            let mut random = 7_u64;
            for day in 0..400 {
                random =
                    random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                let (id, what) = ((random >> 33) as usize % 12, (random >> 20) % 32);
                match what {
                    0 => {
                        writer.commit().unwrap();
                        committed = expected.clone();
                        assert_eq!(titles(&index), committed, "after {day} of {memory_bytes}");
                    }
                    1 => {
                        writer.rollback().unwrap();
                        expected = committed.clone();
                    }
                    2..6 => {
                        let there = writer.delete(&format!("id{id}")).unwrap();
                        assert_eq!(there, expected.remove(&format!("id{id}")).is_some());
                    }
                    _ => {
                        let article = version(id, day);
                        writer.put(&article, &Annotations::default()).unwrap();
                        expected.insert(article.id, article.title);
                    }
                }
            }
            writer.finish().unwrap();
            assert_eq!(titles(&index), expected);
        }
    }
}
