//! Deriving the table of copies from the index: after a run, for the articles that came in.
//!
//! Articles that share hashes of their fingerprints and were published within a few days of each other are
//! candidates; their texts decide. A story forms around its first article (the earliest published, then the
//! smaller key): each copy was compared with that one, so that no chain of ever so small edits joins two different
//! texts. Which articles form a story does not depend on threads or on the order in which a run read them. Over
//! several runs it may in two rare cases: an article published before the first one of a story comes in later, or
//! an article is a copy of two first articles that are no copies of each other.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::columnar::Column;
use tantivy::{DocAddress, Searcher};

use super::alike::{Told, are_copies};
use super::table::{Copies, Member, Table, path};
use crate::index::failure::Context;
use crate::index::{Index, read, stored};
use crate::search::EngineError;

/// Hashes that two fingerprints must share.
const LEAST_SHARED: usize = 2;
/// Copies are published within so many seconds of the first: what appears again after weeks is another edition of a
/// chronology, not a copy.
const WINDOW: i64 = 4 * 86_400;
/// A hash that more articles have is one of lines that all sorts of articles end in.
const MOST_ALIKE: usize = 2048;
/// An article is compared with so many of those with the same hash before it.
const NEIGHBOURS: usize = 4;
/// An article is compared with the first ones of so many stories.
const MOST_COMPARED: usize = 3;
/// Hashes sorted at a time, 8 bytes each; more are sorted in several passes.
const SORTED: usize = 4 << 20;
/// Articles kept in mind to be compared again.
const REMEMBERED: usize = 128;

/// Brings the table of copies up to date with the index and writes it.
///
/// # Errors
/// [`EngineError`], by kind.
pub(in crate::index) fn derive(index: &Index) -> Result<(), EngineError> {
    let searcher = index.searcher();
    let file = path(&index.path);
    let before = Table::read(&file).unwrap_or_default();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
    // A clock that was set back tells nothing of what is new.
    let since = if before.upto > now { i64::MIN } else { before.upto };
    let old = before.clone().resolve(&searcher).at(&index.path)?;
    let corpus = Corpus::open(&searcher, since).at(&index.path)?;
    let candidates = if corpus.new.is_empty() { Vec::new() } else { candidates(&corpus) };
    let mut stories = Stories::new(&corpus, &old);
    stories.join(index, &searcher, &candidates)?;
    let copies = stories.finish();
    let named = |(ord, members): (usize, &Vec<Member>)| {
        let segment = searcher.segment_reader(ord as u32);
        (segment.segment_id().uuid_string(), members.clone())
    };
    let segments: HashMap<_, _> = copies.segments.iter().enumerate().map(named).collect();
    let table = Table { upto: corpus.upto.max(since), segments };
    if table != before && Index::exists(&index.path) {
        let fail = |source| EngineError::Io { context: format!("writing {}", file.display()), source };
        table.write(&file).map_err(fail)?;
    }
    index.copies.keep(&searcher, &index.path, copies);
    Ok(())
}

/// The columns of an index; documents are numbered through all segments.
struct Corpus {
    segments: Vec<Columns>,
    /// Documents that were added since the last time, in order.
    new: Vec<u32>,
    /// When the last document was added.
    upto: i64,
}

struct Columns {
    /// Number of the first document.
    base: u32,
    docs: u32,
    sketches: Column<u64>,
    published: Column<i64>,
    hashes: Column<u64>,
}

impl Corpus {
    fn open(searcher: &Searcher, since: i64) -> tantivy::Result<Self> {
        let mut corpus = Self { segments: Vec::new(), new: Vec::new(), upto: i64::MIN };
        let mut base = 0u32;
        for segment in searcher.segment_readers() {
            let fast = segment.fast_fields();
            let ingested = fast.i64("ingested")?;
            for doc in segment.doc_ids_alive() {
                let added = ingested.first(doc).unwrap_or(i64::MIN);
                corpus.upto = corpus.upto.max(added);
                if added >= since {
                    corpus.new.push(base + doc);
                }
            }
            corpus.segments.push(Columns {
                base,
                docs: segment.max_doc(),
                sketches: fast.u64("sketch")?,
                published: fast.i64("published_at")?,
                hashes: fast.u64("hash")?,
            });
            base = base.saturating_add(segment.max_doc());
        }
        Ok(corpus)
    }

    /// Where a document is.
    fn at(&self, doc: u32) -> DocAddress {
        let ord = self.segments.partition_point(|segment| segment.base <= doc).saturating_sub(1);
        DocAddress::new(ord as u32, doc - self.segments[ord].base)
    }

    fn columns(&self, doc: u32) -> (&Columns, u32) {
        let at = self.at(doc);
        (&self.segments[at.segment_ord as usize], at.doc_id)
    }

    /// Publication in seconds; none is before all others.
    fn published(&self, doc: u32) -> Option<i64> {
        let (columns, doc) = self.columns(doc);
        columns.published.first(doc)
    }

    fn hash(&self, doc: u32) -> u64 {
        let (columns, doc) = self.columns(doc);
        columns.hashes.first(doc).unwrap_or_default()
    }

    /// The order in which articles become the first of a story.
    fn order(&self, doc: u32) -> (Option<i64>, u64) {
        (self.published(doc), self.hash(doc))
    }

    fn is_new(&self, doc: u32) -> bool {
        self.new.binary_search(&doc).is_ok()
    }

    /// Calls `each` with the hashes of every document of a fingerprint.
    fn each_hash(&self, mut each: impl FnMut(u32, u32)) {
        let mut hashes = Vec::new();
        for segment in &self.segments {
            for doc in 0..segment.docs {
                hashes.clear();
                hashes.extend(segment.sketches.values_for_doc(doc));
                for hash in &hashes {
                    each(*hash as u32, segment.base + doc);
                }
            }
        }
    }
}

/// A new document, one before it that it may be a copy of, and how many hashes they share.
struct Candidate {
    doc: u32,
    other: u32,
    shared: usize,
}

/// Pairs of documents that share hashes and were published close to each other, in the order in which stories form.
fn candidates(corpus: &Corpus) -> Vec<Candidate> {
    let of_new = hashes_of_new(corpus);
    let expected = of_new.as_ref().map_or_else(
        || corpus.segments.iter().map(|segment| segment.sketches.values.num_vals() as usize).sum(),
        FxHashSet::len,
    );
    let passes = expected.div_ceil(SORTED).max(1) as u64;
    let mut pairs: Vec<u64> = Vec::new();
    for pass in 0..passes {
        let mut entries: Vec<(u32, u32)> = Vec::new();
        corpus.each_hash(|hash, doc| {
            let mine = passes == 1 || u64::from(hash) * passes >> 32 == pass;
            if mine && of_new.as_ref().is_none_or(|of_new| of_new.contains(&hash)) {
                entries.push((hash, doc));
            }
        });
        entries.sort_unstable();
        for alike in entries.chunk_by(|one, other| one.0 == other.0) {
            if (2..=MOST_ALIKE).contains(&alike.len()) {
                neighbours(corpus, alike, &mut pairs);
            }
        }
    }
    pairs.sort_unstable();
    let mut candidates: Vec<Candidate> = pairs
        .chunk_by(|one, other| one == other)
        .filter(|same| same.len() >= LEAST_SHARED)
        .map(|same| Candidate { doc: (same[0] >> 32) as u32, other: same[0] as u32, shared: same.len() })
        .collect();
    candidates.sort_by_cached_key(|candidate| (corpus.order(candidate.doc), Reverse(candidate.shared)));
    candidates
}

/// The hashes of new documents; `None` when most are new and all hashes count.
fn hashes_of_new(corpus: &Corpus) -> Option<FxHashSet<u32>> {
    let all: u64 = corpus.segments.iter().map(|segment| u64::from(segment.docs)).sum();
    if corpus.new.len() as u64 * 4 > all {
        return None;
    }
    let mut hashes = FxHashSet::default();
    for doc in &corpus.new {
        let (columns, doc) = corpus.columns(*doc);
        hashes.extend(columns.sketches.values_for_doc(doc).map(|hash| hash as u32));
    }
    Some(hashes)
}

/// Adds pairs of documents with one hash that were published close to each other, at least one of them new.
fn neighbours(corpus: &Corpus, alike: &[(u32, u32)], pairs: &mut Vec<u64>) {
    let mut docs: Vec<((Option<i64>, u64), u32)> =
        alike.iter().map(|(_, doc)| (corpus.order(*doc), *doc)).collect();
    docs.sort_unstable();
    docs.dedup();
    for (i, (order, doc)) in docs.iter().enumerate() {
        for (before, other) in docs[..i].iter().rev().take(NEIGHBOURS) {
            if !close(before.0, order.0) {
                break;
            }
            let (later, earlier) = match (corpus.is_new(*doc), corpus.is_new(*other)) {
                (true, _) => (*doc, *other),
                (false, true) => (*other, *doc),
                (false, false) => continue,
            };
            pairs.push(u64::from(later) << 32 | u64::from(earlier));
        }
    }
}

/// Whether two articles were published close to each other; what is not known does not speak against it.
fn close(one: Option<i64>, other: Option<i64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.abs_diff(other) <= WINDOW as u64,
        _ => true,
    }
}

/// The stories while they form.
struct Stories<'a> {
    corpus: &'a Corpus,
    /// Story by document.
    of: FxHashMap<u32, usize>,
    /// The first document of each story.
    first: Vec<u32>,
    told: FxHashMap<u32, Told>,
}

impl<'a> Stories<'a> {
    /// Begins with the stories there were.
    fn new(corpus: &'a Corpus, old: &Copies) -> Self {
        let mut stories =
            Self { corpus, of: FxHashMap::default(), first: Vec::new(), told: FxHashMap::default() };
        let mut firsts: Vec<Option<u32>> = vec![None; old.stories()];
        let mut numbered: FxHashMap<u32, usize> = FxHashMap::default();
        for (columns, members) in corpus.segments.iter().zip(&old.segments) {
            for member in members {
                let doc = columns.base + member.doc;
                let first = &mut firsts[member.story() as usize];
                // Where the first one is gone, any other stands in.
                if member.is_first() || first.is_none() {
                    *first = Some(doc);
                }
                let next = numbered.len();
                let story = *numbered.entry(member.story()).or_insert(next);
                stories.of.insert(doc, story);
            }
        }
        stories.first = vec![0; numbered.len()];
        for (number, story) in numbered {
            stories.first[story] = firsts[number as usize].unwrap_or_default();
        }
        stories
    }

    /// Compares candidates, those of one document behind each other.
    fn join(
        &mut self,
        index: &Index,
        searcher: &Searcher,
        candidates: &[Candidate],
    ) -> Result<(), EngineError> {
        for candidates in candidates.chunk_by(|one, other| one.doc == other.doc) {
            let Some(doc) = candidates.first().map(|candidate| candidate.doc) else { continue };
            if self.of.contains_key(&doc) {
                continue;
            }
            let mut compared: Vec<u32> = Vec::new();
            for candidate in candidates {
                let story = self.of.get(&candidate.other).copied();
                let first = story.map_or(candidate.other, |story| self.first[story]);
                if first == doc || compared.contains(&first) {
                    continue;
                }
                if compared.len() == MOST_COMPARED {
                    break;
                }
                compared.push(first);
                let near = close(self.corpus.published(first), self.corpus.published(doc));
                if near && self.are_copies(index, searcher, first, doc)? {
                    let story = story.unwrap_or_else(|| {
                        let earlier = self.corpus.order(doc) < self.corpus.order(first);
                        self.first.push(if earlier { doc } else { first });
                        self.of.insert(first, self.first.len() - 1);
                        self.first.len() - 1
                    });
                    self.of.insert(doc, story);
                    break;
                }
            }
        }
        Ok(())
    }

    fn are_copies(
        &mut self,
        index: &Index,
        searcher: &Searcher,
        one: u32,
        other: u32,
    ) -> Result<bool, EngineError> {
        if self.told.len() > REMEMBERED {
            self.told.clear();
        }
        for doc in [one, other] {
            if !self.told.contains_key(&doc) {
                let bytes = read::bytes(searcher, self.corpus.at(doc), &index.path)?;
                let head = stored::head(&bytes).ok_or_else(|| read::unreadable(&index.path))?;
                self.told.insert(doc, Told::new(head.title, head.body));
            }
        }
        Ok(are_copies(&self.told[&one], &self.told[&other]))
    }

    /// The stories of at least two articles.
    fn finish(self) -> Copies {
        let mut sizes = vec![0u32; self.first.len()];
        for story in self.of.values() {
            sizes[*story] += 1;
        }
        let mut numbers = FxHashMap::default();
        let mut docs: Vec<(u32, usize)> =
            self.of.into_iter().filter(|(_, story)| sizes[*story] > 1).collect();
        docs.sort_unstable();
        let mut copies = Copies { segments: vec![Vec::new(); self.corpus.segments.len()], stories: 0 };
        for (doc, story) in docs {
            let next = numbers.len() as u32;
            let number = *numbers.entry(story).or_insert(next);
            let at = self.corpus.at(doc);
            let member = Member::new(at.doc_id, number, self.first[story] == doc, self.corpus.hash(doc));
            copies.segments[at.segment_ord as usize].push(member);
        }
        copies.stories = numbers.len() as u32;
        copies
    }
}
