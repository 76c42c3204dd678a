//! Pairs of articles that may be copies of one story.

use std::cmp::Reverse;

use super::alike::fit;
use super::corpus::{Corpus, Part};
use super::sketch::{CLASSES, KEPT};

/// Least share of the shorter text's runs that must stand in the longer one, as their fingerprints tell. A copy has
/// nine in ten of them. Of 9,900 copies, most of them cut and edited, 38 were missed so (with a third of the smallest
/// hashes alone 52), and of 200,000 texts put together from the same sentences 20,000 pairs need be read (69,000).
const LEAST_SHARED: f64 = 0.525;
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
        // However many have the same body, each is compared with one before it.
        let mut pairs =
            corpus.alike(Part::Body, |alike, pairs| neighbours(corpus, alike, 1, |_, _| true, pairs));
        pairs.extend(corpus.alike(Part::Runs, |alike, pairs| {
            if alike.len() <= MOST_ALIKE {
                let may_be = |one, other| may_be_copies(corpus, one, other);
                neighbours(corpus, alike, NEIGHBOURS, may_be, pairs);
            }
        }));
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
            let sketch = self.corpus.sketch(doc);
            others.sort_by_cached_key(|other| {
                let shared = shared(Part::Runs.of(&self.corpus.sketch(*other)), Part::Runs.of(&sketch));
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
    let ratio = long.0 as f64 / short.0 as f64;
    let (short, long) = (corpus.sketch(short.1), corpus.sketch(long.1));
    // Two estimates of the same share, whose errors do not depend on each other.
    let runs = shared_runs(Part::Runs.of(&short), Part::Runs.of(&long));
    let signs = shared_by_signs(Part::Signs.of(&short), Part::Signs.of(&long), ratio);
    runs + signs >= 2.0 * LEAST_SHARED
}

/// The share of the shorter text's runs that the longer one has, from the smallest hashes of both.
fn shared_runs(short: &[u64], long: &[u64]) -> f64 {
    // A full fingerprint says nothing of hashes above its greatest.
    let reach = if long.len() < KEPT { u64::MAX } else { long.iter().copied().max().unwrap_or(0) };
    let reached = short.iter().filter(|run| **run <= reach).count();
    shared(short, long) as f64 / reached.max(1) as f64
}

/// The same from the signs of both; `ratio` is how many times as long the longer one is.
fn shared_by_signs(short: &[u64], long: &[u64], ratio: f64) -> f64 {
    let other: u32 = short.iter().zip(long).map(|(one, other)| (one ^ other).count_ones()).sum();
    // Half the classes without a shared run have one sign by chance. What is left is the share of all their runs.
    let of_both = (1.0 - 2.0 * f64::from(other) / CLASSES as f64).max(0.0);
    of_both * (1.0 + ratio) / (1.0 + of_both)
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

#[cfg(test)]
mod tests {
    use super::super::sketch::Sketcher;
    use super::*;
    use crate::index::by_word::Key;

    /// Both estimates of the share of the shorter text's runs that stand in the longer one.
    fn estimates(short: std::ops::Range<u32>, long: std::ops::Range<u32>) -> [f64; 2] {
        let ratio = f64::from(long.end - long.start) / f64::from(short.end - short.start);
        let [short, long] = [short, long].map(|words| {
            let mut sketcher = Sketcher::default();
            words
                .map(|word| format!("word{word}"))
                .for_each(|word| sketcher.word(Key::of(word.as_bytes()), &word));
            sketcher.finish(None, None).collect::<Vec<_>>()
        });
        [
            shared_runs(Part::Runs.of(&short), Part::Runs.of(&long)),
            shared_by_signs(Part::Signs.of(&short), Part::Signs.of(&long), ratio),
        ]
    }

    #[test]
    fn fingerprints_tell_about_how_much_two_texts_share() {
        let means = |short: std::ops::Range<u32>, long: std::ops::Range<u32>| {
            let mut means = [0.0; 2];
            for text in 0..50 {
                let at = 10_000 * text;
                let found = estimates(at + short.start..at + short.end, at + long.start..at + long.end);
                means.iter_mut().zip(found).for_each(|(mean, found)| *mean += found / 50.0);
            }
            means
        };
        for (short, long, share) in [
            (0..600, 0..600, 1.0),
            (0..600, 0..1000, 1.0),
            (300..900, 0..600, 0.5),
            (500..900, 0..600, 0.25),
            (600..900, 0..600, 0.0),
        ] {
            for mean in means(short.clone(), long.clone()) {
                assert!((mean - share).abs() < 0.15, "{short:?} in {long:?}: {mean}");
            }
        }
    }
}
