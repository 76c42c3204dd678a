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

/// What decides the order in which articles become the first of a story: by publication, those without first.
type Order = (Option<i64>, u64);

/// Pairs of documents that may be copies of each other.
pub(super) struct Candidates<'a> {
    corpus: &'a Corpus,
    /// A new document above one that it may be a copy of, in order. Eight bytes a pair: of texts that are put together
    /// from the same sentences there are as many pairs as articles.
    pairs: Vec<u64>,
    /// The new documents in the order in which stories form, with their first pairs.
    docs: Vec<(Order, u32)>,
}

/// The order of a document.
pub(super) fn order(corpus: &Corpus, doc: u32) -> Order {
    (corpus.published(doc), corpus.hash(doc))
}

impl<'a> Candidates<'a> {
    /// Pairs of documents that share hashes and were published close to each other.
    pub(super) fn find(corpus: &'a Corpus) -> Self {
        let mut pairs: Vec<u64> = Vec::new();
        // However many have the same body, each is compared with one before it.
        corpus.each_alike(Part::Body, |alike| neighbours(corpus, alike, 1, |_, _| true, &mut pairs));
        corpus.each_alike(Part::Runs, |alike| {
            if alike.len() <= MOST_ALIKE {
                let may_be = |one, other| may_be_copies(corpus, one, other);
                neighbours(corpus, alike, NEIGHBOURS, may_be, &mut pairs);
            }
        });
        pairs.sort_unstable();
        pairs.dedup();
        let first = |at: &usize| *at == 0 || pairs[at - 1] >> 32 != pairs[*at] >> 32;
        let firsts = (0..pairs.len()).filter(first);
        let mut docs: Vec<(Order, u32)> =
            firsts.map(|at| (order(corpus, (pairs[at] >> 32) as u32), at as u32)).collect();
        // By no number of a document: it depends on threads.
        docs.sort_unstable();
        Self { corpus, pairs, docs }
    }

    /// The new documents in the order in which stories form, each with those that it may be a copy of: first those
    /// that share the most.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u32, Vec<u32>)> {
        self.docs.iter().map(|(_, at)| {
            let rest = &self.pairs[*at as usize..];
            let doc = rest.first().map_or(0, |pair| pair >> 32);
            let others = rest.iter().take_while(|pair| **pair >> 32 == doc).map(|pair| *pair as u32);
            let mut others: Vec<u32> = others.collect();
            let doc = doc as u32;
            let runs = self.corpus.part(Part::Runs, doc);
            others.sort_by_cached_key(|other| {
                let shared = shared(&self.corpus.part(Part::Runs, *other), &runs);
                (Reverse(shared), order(self.corpus, *other))
            });
            (doc, others)
        })
    }
}

/// Adds pairs of documents with one hash that were published close to each other, at least one of them new: each with
/// so many before it, if the two `may_be` copies.
fn neighbours(
    corpus: &Corpus,
    alike: &[u32],
    most: usize,
    may_be: impl Fn(u32, u32) -> bool,
    pairs: &mut Vec<u64>,
) {
    let mut docs: Vec<(Order, u32)> = alike.iter().map(|doc| (order(corpus, *doc), *doc)).collect();
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
            if !may_be(later, earlier) {
                continue;
            }
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
    let (short, long) = (corpus.part(Part::Runs, short.1), corpus.part(Part::Runs, long.1));
    // A full fingerprint says nothing of hashes above its greatest.
    let reach = if long.len() < KEPT { u64::MAX } else { long.iter().copied().max().unwrap_or(0) };
    let reached = short.iter().filter(|run| **run <= reach).count();
    let shared = shared(&short, &long);
    shared >= LEAST_SHARED && shared * ONE_IN > reached
}

/// How many hashes of a fingerprint another one has.
fn shared(one: &[u64], other: &[u64]) -> usize {
    one.iter().filter(|run| other.contains(run)).count()
}

/// Whether two articles were published close to each other; what is not known does not speak against it.
pub(super) fn close(one: Option<i64>, other: Option<i64>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.abs_diff(other) <= WINDOW as u64,
        _ => true,
    }
}
