//! Pairs of articles that may be copies of one story.

use std::cmp::Reverse;

use super::alike::fit;
use super::corpus::{Corpus, Part};
use super::sketch::KEPT;

/// Hashes of runs that two fingerprints must share.
const LEAST_SHARED: usize = 2;
/// Of those hashes of the shorter text that the longer one's fingerprint reaches, more than one in so many must be
/// in it. A copy has nine in ten of them. Of 900 copies that were found without this rule 4 were missed with it, and
/// of 118,000 pairs 52,000 need not be read.
const ONE_IN: usize = 3;
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
        .filter(|candidate| may_be_copies(corpus, candidate.doc, candidate.other))
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

/// Whether the lengths and fingerprints of two articles let them be copies.
fn may_be_copies(corpus: &Corpus, one: u32, other: u32) -> bool {
    let (mut short, mut long) = ((corpus.length(one), one), (corpus.length(other), other));
    if !fit(short.0 as usize, long.0 as usize) {
        return false;
    }
    if long < short {
        std::mem::swap(&mut short, &mut long);
    }
    let (short, long) = (corpus.runs(short.1), corpus.runs(long.1));
    // A full fingerprint says nothing of hashes above its greatest.
    let reach = if long.len() < KEPT { u64::MAX } else { long.iter().copied().max().unwrap_or(0) };
    let reached = short.iter().filter(|run| **run <= reach).count();
    let shared = short.iter().filter(|run| long.contains(run)).count();
    shared * ONE_IN > reached
}

/// Whether two articles were published close to each other; what is not known does not speak against it.
pub(super) fn close(one: Option<i64>, other: Option<i64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.abs_diff(other) <= WINDOW as u64,
        _ => true,
    }
}
