//! The best hits of a query in an order that chance has no part in.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tantivy::columnar::Column;
use tantivy::query::{EnableScoring, Query};
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentReader};

use crate::search::{Cursor, Sort};

/// A hit before it is read: better ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// What it is sorted by, the greater the earlier.
    order: i64,
    /// Stable key, the smaller the earlier.
    tie: u64,
    pub(super) at: DocAddress,
}

impl Ord for Found {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.order, Reverse(self.tie), Reverse(self.at)).cmp(&(
            other.order,
            Reverse(other.tie),
            Reverse(other.at),
        ))
    }
}

impl PartialOrd for Found {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Articles without a date come last in either order.
const UNDATED: i64 = i64::MIN;

impl Found {
    /// Where the next page begins.
    pub(super) fn cursor(&self, sort: Sort) -> Cursor {
        let key = match sort {
            Sort::Relevance => Some(self.order),
            _ if self.order == UNDATED => None,
            Sort::Newest => Some(self.order),
            Sort::Oldest => Some(-self.order),
        };
        Cursor { key, tie: self.tie }
    }

    /// The score, when sorted by it.
    pub(super) fn score(&self, sort: Sort) -> f32 {
        if sort == Sort::Relevance { score_of(self.order) } else { 0.0 }
    }
}

fn order_of_score(score: Score) -> i64 {
    let bits = i64::from(score.to_bits() as i32);
    if bits < 0 { i64::from(i32::MIN) - bits } else { bits }
}

fn score_of(order: i64) -> Score {
    let bits = if order < 0 { i64::from(i32::MIN) - order } else { order };
    f32::from_bits(bits as i32 as u32)
}

/// The best `limit` hits behind a cursor, kept while they come in.
pub(super) struct Top {
    limit: usize,
    after: Option<(i64, u64)>,
    heap: BinaryHeap<Reverse<Found>>,
}

impl Top {
    pub(super) fn new(limit: usize, sort: Sort, after: Option<&Cursor>) -> Self {
        let after = after.map(|cursor| {
            let order = match (sort, cursor.key) {
                (_, None) => UNDATED,
                (Sort::Oldest, Some(key)) => key.saturating_neg(),
                (_, Some(key)) => key,
            };
            (order, cursor.tie)
        });
        Self { limit, after, heap: BinaryHeap::with_capacity(limit.min(1 << 16) + 1) }
    }

    /// Takes a hit in if it is among the best. `tie` is asked for only when needed.
    fn offer(&mut self, order: i64, at: DocAddress, tie: impl FnOnce() -> u64) {
        let worst = self.worst();
        if worst.is_some_and(|worst| order < worst.order) {
            return;
        }
        let tie = tie();
        if self.after.is_some_and(|(last, last_tie)| (order, Reverse(tie)) >= (last, Reverse(last_tie))) {
            return;
        }
        let found = Found { order, tie, at };
        if worst.is_some_and(|worst| found < worst) {
            return;
        }
        self.heap.push(Reverse(found));
        if self.heap.len() > self.limit {
            self.heap.pop();
        }
    }

    /// The worst of the best, once there are enough.
    fn worst(&self) -> Option<Found> {
        (self.heap.len() >= self.limit).then(|| self.heap.peek().map(|Reverse(found)| *found))?
    }

    /// The hits, best first.
    pub(super) fn finish(self) -> Vec<Found> {
        self.heap.into_sorted_vec().into_iter().map(|Reverse(found)| found).collect()
    }

    /// Takes in all matches by score. Blocks of articles that cannot reach the worst of the best are not
    /// looked at.
    pub(super) fn by_score(&mut self, searcher: &Searcher, query: &dyn Query) -> tantivy::Result<()> {
        if self.limit == 0 {
            return Ok(());
        }
        let weight = query.weight(EnableScoring::enabled_from_searcher(searcher))?;
        for (ord, segment) in searcher.segment_readers().iter().enumerate() {
            let keys = segment.fast_fields().u64("key")?;
            let alive = segment.alive_bitset();
            weight.for_each_pruning(self.threshold(), segment, &mut |doc, score| {
                if alive.is_none_or(|alive| alive.is_alive(doc)) {
                    let at = DocAddress::new(ord as u32, doc);
                    self.offer(order_of_score(score), at, || keys.first(doc).unwrap_or(u64::MAX));
                }
                self.threshold()
            })?;
        }
        Ok(())
    }

    /// Scores up to this are not worth offering. Equal scores are: ties are for the key to break.
    fn threshold(&self) -> Score {
        self.worst().map_or(Score::MIN, |worst| score_of(worst.order).next_down())
    }
}

/// The publication dates of a segment, for sorting.
pub(super) struct Dates {
    at: Column<i64>,
    keys: Column<u64>,
    ord: u32,
    oldest: bool,
    buffer: Vec<Option<i64>>,
}

impl Dates {
    pub(super) fn open(segment: &SegmentReader, ord: u32, sort: Sort) -> tantivy::Result<Self> {
        let fast = segment.fast_fields();
        Ok(Self {
            at: fast.i64("published_at")?,
            keys: fast.u64("key")?,
            ord,
            oldest: sort == Sort::Oldest,
            buffer: Vec::new(),
        })
    }

    /// Offers articles by date.
    pub(super) fn offer(&mut self, docs: &[DocId], top: &mut Top) {
        if top.limit == 0 {
            return;
        }
        self.buffer.clear();
        self.buffer.resize(docs.len(), None);
        self.at.first_vals(docs, &mut self.buffer);
        for (doc, at) in docs.iter().zip(&self.buffer) {
            let order = match at {
                None => UNDATED,
                Some(at) if self.oldest => at.saturating_neg(),
                Some(at) => *at,
            };
            top.offer(order, DocAddress::new(self.ord, *doc), || self.keys.first(*doc).unwrap_or(u64::MAX));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_keep_their_order_as_numbers() {
        let scores = [-3.5f32, 0.0, 1e-30, 0.5, 1.0, 7.25, f32::MAX];
        for pair in scores.windows(2) {
            assert!(order_of_score(pair[0]) <= order_of_score(pair[1]), "{pair:?}");
        }
        for score in scores {
            assert_eq!(score_of(order_of_score(score)).to_bits(), score.to_bits());
        }
    }

    #[test]
    fn ties_go_to_the_smaller_key_and_a_cursor_continues_behind_its_hit() {
        let all: Vec<(i64, u64)> = vec![(5, 9), (7, 3), (5, 1), (7, 2), (5, 4), (1, 0)];
        let page = |limit, after: Option<&Cursor>| {
            let mut top = Top::new(limit, Sort::Newest, after);
            for (i, (order, tie)) in all.iter().enumerate() {
                top.offer(*order, DocAddress::new(0, i as u32), || *tie);
            }
            top.finish()
        };
        let whole: Vec<_> = page(10, None).iter().map(|f| (f.order, f.tie)).collect();
        assert_eq!(whole, [(7, 2), (7, 3), (5, 1), (5, 4), (5, 9), (1, 0)]);
        let mut paged = Vec::new();
        let mut after = None;
        loop {
            let next = page(2, after.as_ref());
            let Some(last) = next.last() else { break };
            after = Some(last.cursor(Sort::Newest));
            paged.extend(next.iter().map(|f| (f.order, f.tie)));
        }
        assert_eq!(paged, whole);
    }
}
