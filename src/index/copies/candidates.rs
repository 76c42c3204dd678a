//! Pairs of articles that may be copies of one story.

use std::cmp::Reverse;

use super::corpus::{Corpus, Part};

/// Hashes of runs that two fingerprints must share.
const LEAST_SHARED: usize = 2;
/// Copies are published within so many seconds of the first: what appears again after weeks is another edition of a
/// chronology, not a copy.
const WINDOW: i64 = 4 * 86_400;
/// A run that more articles have is one of lines that all sorts of articles end in.
const MOST_ALIKE: usize = 2048;
/// An article is compared with so many of those with the same run before it.
const NEIGHBOURS: usize = 4;
/// Hashes sorted at a time, 8 bytes each; more are sorted in several passes.
const SORTED: usize = 4 << 20;

/// A new document, one that it may be a copy of, and how many hashes they share.
pub(super) struct Candidate {
    pub(super) doc: u32,
    pub(super) other: u32,
    shared: usize,
}

/// The order in which articles become the first of a story: by publication, those without first.
pub(super) fn order(corpus: &Corpus, doc: u32) -> (Option<i64>, u64) {
    (corpus.published(doc), corpus.hash(doc))
}

/// Pairs of documents that share hashes and were published close to each other, in the order in which stories form.
pub(super) fn candidates(corpus: &Corpus) -> Vec<Candidate> {
    let mut pairs: Vec<u64> = Vec::new();
    // However many have the same body, each is compared with one before it.
    corpus.each_alike(Part::Body, SORTED, |alike| {
        for _ in 0..LEAST_SHARED {
            neighbours(corpus, alike, 1, &mut pairs);
        }
    });
    corpus.each_alike(Part::Runs, SORTED, |alike| {
        if alike.len() <= MOST_ALIKE {
            neighbours(corpus, alike, NEIGHBOURS, &mut pairs);
        }
    });
    pairs.sort_unstable();
    let mut candidates: Vec<Candidate> = pairs
        .chunk_by(|one, other| one == other)
        .filter(|same| same.len() >= LEAST_SHARED)
        .map(|same| Candidate { doc: (same[0] >> 32) as u32, other: same[0] as u32, shared: same.len() })
        .collect();
    // By no number of a document: it depends on threads.
    candidates.sort_by_cached_key(|candidate| {
        (order(corpus, candidate.doc), Reverse(candidate.shared), order(corpus, candidate.other))
    });
    candidates
}

/// Adds pairs of documents with one hash that were published close to each other, at least one of them new: each with
/// so many before it.
fn neighbours(corpus: &Corpus, alike: &[u32], most: usize, pairs: &mut Vec<u64>) {
    let mut docs: Vec<((Option<i64>, u64), u32)> =
        alike.iter().map(|doc| (order(corpus, *doc), *doc)).collect();
    docs.sort_unstable();
    docs.dedup();
    for (i, (order, doc)) in docs.iter().enumerate() {
        for (before, other) in docs[..i].iter().rev().take(most) {
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
pub(super) fn close(one: Option<i64>, other: Option<i64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.abs_diff(other) <= WINDOW as u64,
        _ => true,
    }
}
