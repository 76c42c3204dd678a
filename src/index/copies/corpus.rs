//! The fingerprints of all articles of an index, read from their columns.

use rustc_hash::FxHashSet;
use tantivy::columnar::Column;
use tantivy::{DocAddress, Searcher};

use super::sketch::KEPT;
use crate::index::cores;

/// Hashes that all cores together sort at a time, 8 bytes each; more are sorted in several passes.
const SORTED: usize = 1 << 21;

/// The columns of an index; documents are numbered through all segments.
pub(super) struct Corpus {
    pub(super) segments: Vec<Columns>,
    /// Documents that were added since a time, in order.
    pub(super) new: Vec<u32>,
    /// When the last document was added.
    pub(super) upto: i64,
    /// Documents that were deleted, in order.
    dead: Vec<u32>,
}

/// The columns of a segment.
pub(super) struct Columns {
    /// Number of the first document.
    pub(super) base: u32,
    docs: u32,
    sketches: Column<u64>,
    published: Column<i64>,
    hashes: Column<u64>,
    lengths: Column<u64>,
}

/// Which hashes of a fingerprint (see [`Sketcher::finish`](super::Sketcher::finish)) are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// The hash of all that makes an article the same.
    Content,
    /// The hash of the body.
    Body,
    /// The signs of the classes of runs.
    Signs,
    /// The hashes of runs of words.
    Runs,
}

impl Part {
    /// Its hashes.
    pub(super) fn of(self, sketch: &[u64]) -> &[u64] {
        match self {
            Self::Content => sketch.get(..1),
            Self::Body => sketch.get(1..2),
            Self::Signs => sketch.get(2..4),
            Self::Runs => sketch.get(4..),
        }
        .unwrap_or_default()
    }

    /// Most hashes of it that a fingerprint has.
    fn most(self) -> usize {
        match self {
            Self::Content | Self::Body => 1,
            Self::Signs => 2,
            Self::Runs => KEPT,
        }
    }
}

impl Corpus {
    /// Opens what a searcher sees; documents added from `since` on, in seconds, are new.
    pub(super) fn open(searcher: &Searcher, since: i64) -> tantivy::Result<Self> {
        let mut corpus = Self { segments: Vec::new(), new: Vec::new(), upto: i64::MIN, dead: Vec::new() };
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
            if let Some(alive) = segment.alive_bitset() {
                corpus.dead.extend(
                    (0..segment.max_doc()).filter(|doc| alive.is_deleted(*doc)).map(|doc| base + doc),
                );
            }
            corpus.segments.push(Columns {
                base,
                docs: segment.max_doc(),
                sketches: fast.u64("sketch")?,
                published: fast.i64("published_at")?,
                hashes: fast.u64("hash")?,
                lengths: fast.u64("length")?,
            });
            base = base.saturating_add(segment.max_doc());
        }
        Ok(corpus)
    }

    /// Where a document is.
    pub(super) fn at(&self, doc: u32) -> DocAddress {
        let ord = self.segments.partition_point(|segment| segment.base <= doc).saturating_sub(1);
        DocAddress::new(ord as u32, doc - self.segments[ord].base)
    }

    fn columns(&self, doc: u32) -> (&Columns, u32) {
        let at = self.at(doc);
        (&self.segments[at.segment_ord as usize], at.doc_id)
    }

    /// Publication in seconds.
    pub(super) fn published(&self, doc: u32) -> Option<i64> {
        let (columns, doc) = self.columns(doc);
        columns.published.first(doc)
    }

    /// Hash of the article.
    pub(super) fn hash(&self, doc: u32) -> u64 {
        let (columns, doc) = self.columns(doc);
        columns.hashes.first(doc).unwrap_or_default()
    }

    /// Words of the body.
    pub(super) fn length(&self, doc: u32) -> u64 {
        let (columns, doc) = self.columns(doc);
        columns.lengths.first(doc).unwrap_or_default()
    }

    /// Whether two bodies are the same word for word.
    pub(super) fn same_body(&self, one: u32, other: u32) -> bool {
        let (a, b) = (self.sketch(one), self.sketch(other));
        a.len() > 1 && self.length(one) == self.length(other) && a.get(1..) == b.get(1..)
    }

    /// The fingerprint of a document.
    pub(super) fn sketch(&self, doc: u32) -> Vec<u64> {
        let (columns, doc) = self.columns(doc);
        columns.sketches.values_for_doc(doc).collect()
    }

    pub(super) fn is_new(&self, doc: u32) -> bool {
        self.new.binary_search(&doc).is_ok()
    }

    /// Documents by a part of their fingerprints: calls `each` with those that share a hash, at least two, new or
    /// not; of a hash that no new document has it may not be called. Answers what it pushed, in no order.
    pub(super) fn alike<T: Send>(&self, part: Part, each: impl Fn(&[u32], &mut Vec<T>) + Sync) -> Vec<T> {
        if self.new.is_empty() {
            return Vec::new();
        }
        let of_new = self.hashes_of_new(part);
        let expected = of_new.as_ref().map_or_else(|| self.hashes(part), FxHashSet::len);
        let passes: Vec<u64> = (0..(expected * cores::count()).div_ceil(SORTED).max(1) as u64).collect();
        let found = cores::deal(&passes, |mine| {
            let (mut found, mut docs) = (Vec::new(), Vec::new());
            for pass in mine {
                // By the last bits: the first ones of the smallest hashes are all zeros.
                let counts = |hash: u32| {
                    u64::from(hash) % passes.len() as u64 == *pass
                        && of_new.as_ref().is_none_or(|of_new| of_new.contains(&hash))
                };
                let entries = self.entries(part, counts);
                for alike in entries.chunk_by(|one, other| one.0 == other.0).filter(|alike| alike.len() > 1) {
                    docs.clear();
                    docs.extend(alike.iter().map(|(_, doc)| *doc));
                    each(&docs, &mut found);
                }
            }
            found
        });
        found.into_iter().flatten().collect()
    }

    /// The hashes that count, each with its document, sorted.
    fn entries(&self, part: Part, counts: impl Fn(u32) -> bool) -> Vec<(u32, u32)> {
        let (mut entries, mut sketch) = (Vec::new(), Vec::new());
        for segment in &self.segments {
            for doc in 0..segment.docs {
                if self.dead.binary_search(&(segment.base + doc)).is_ok() {
                    continue;
                }
                sketch.clear();
                sketch.extend(segment.sketches.values_for_doc(doc));
                let hashes = part.of(&sketch).iter().map(|hash| *hash as u32).filter(|hash| counts(*hash));
                entries.extend(hashes.map(|hash| (hash, segment.base + doc)));
            }
        }
        entries.sort_unstable();
        entries
    }

    /// How many hashes there are at most.
    fn hashes(&self, part: Part) -> usize {
        part.most() * self.segments.iter().map(|columns| columns.docs as usize).sum::<usize>()
    }

    /// The hashes of new documents; `None` when many are new and all hashes count.
    fn hashes_of_new(&self, part: Part) -> Option<FxHashSet<u32>> {
        let all: u64 = self.segments.iter().map(|segment| u64::from(segment.docs)).sum();
        if self.new.len() as u64 * 4 > all {
            return None;
        }
        let mut hashes = FxHashSet::default();
        for doc in &self.new {
            hashes.extend(part.of(&self.sketch(*doc)).iter().map(|hash| *hash as u32));
        }
        Some(hashes)
    }
}
