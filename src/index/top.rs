//! The best hits of a query in an order that chance has no part in.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use tantivy::columnar::{Column, ColumnIndex};
use tantivy::query::{EnableScoring, Query, Weight};
use tantivy::{DocAddress, DocId, Score, Searcher, SegmentReader};

use super::copies::Copies;
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

/// Nothing comes behind it.
const NO_FLOOR: (i64, u64) = (i64::MIN, u64::MAX);

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
pub(super) struct Top<'a> {
    /// Keys by segment.
    keys: &'a [Column<u64>],
    limit: usize,
    after: Option<(i64, u64)>,
    /// What comes behind this order and tie is not among the best.
    floor: (i64, u64),
    heap: BinaryHeap<Reverse<Found>>,
    /// Of each story one hit, when copies are folded; `heap` is empty then.
    folded: Option<Folded<'a>>,
    near: Near,
}

/// Hits of a segment that may be among the best: room that is kept.
#[derive(Default)]
struct Near {
    docs: Vec<DocId>,
    orders: Vec<i64>,
    ties: Vec<u64>,
}

/// The best hits, of each story its best one.
struct Folded<'a> {
    copies: &'a Copies,
    /// Hits that were taken out stay here until they are the worst; the worst is never one of them.
    heap: BinaryHeap<Reverse<Found>>,
    out: FxHashSet<DocAddress>,
    /// The hits that have copies, by story.
    of_story: FxHashMap<u32, Found>,
    /// Stories whose best hit stands before the cursor: they were shown.
    shown: FxHashSet<u32>,
    /// A hit was taken out because its story was shown; what had to give way to it is missing.
    taken_out: bool,
}

impl Folded<'_> {
    fn len(&self) -> usize {
        self.heap.len() - self.out.len()
    }

    fn worst(&self) -> Option<Found> {
        self.heap.peek().map(|Reverse(found)| *found)
    }

    /// Takes the hit of a story out; whether there was one.
    fn remove(&mut self, story: u32) -> bool {
        let Some(found) = self.of_story.remove(&story) else { return false };
        self.out.insert(found.at);
        self.tidy();
        true
    }

    /// Keeps a hit unless its story has a better one.
    fn keep(&mut self, found: Found) {
        if let Some(story) = self.copies.story(found.at) {
            if self.shown.contains(&story) || self.of_story.get(&story).is_some_and(|best| *best >= found) {
                return;
            }
            self.remove(story);
            self.of_story.insert(story, found);
        }
        self.heap.push(Reverse(found));
    }

    fn drop_worst(&mut self) {
        if let Some(Reverse(found)) = self.heap.pop()
            && let Some(story) = self.copies.story(found.at)
        {
            self.of_story.remove(&story);
        }
        self.tidy();
    }

    fn tidy(&mut self) {
        while let Some(Reverse(found)) = self.heap.peek()
            && self.out.remove(&found.at)
        {
            self.heap.pop();
        }
    }
}

impl<'a> Top<'a> {
    /// Of the stories of `fold` one hit each is kept.
    pub(super) fn new(
        keys: &'a [Column<u64>],
        limit: usize,
        sort: Sort,
        after: Option<&Cursor>,
        fold: Option<&'a Copies>,
    ) -> Self {
        let after = after.map(|cursor| {
            let order = match (sort, cursor.key) {
                (_, None) => UNDATED,
                (Sort::Oldest, Some(key)) => key.saturating_neg(),
                (_, Some(key)) => key,
            };
            (order, cursor.tie)
        });
        let folded = fold.filter(|copies| !copies.is_empty()).map(|copies| Folded {
            copies,
            heap: BinaryHeap::new(),
            out: FxHashSet::default(),
            of_story: FxHashMap::default(),
            shown: FxHashSet::default(),
            taken_out: false,
        });
        let heap = BinaryHeap::with_capacity(limit.min(1 << 16) + 1);
        Self { keys, limit, after, floor: NO_FLOOR, heap, folded, near: Near::default() }
    }

    /// Takes a hit in if it is among the best. `tie` is asked for only when needed.
    #[inline]
    fn offer(&mut self, order: i64, at: DocAddress, tie: impl FnOnce() -> u64) {
        // Most hits end here, so that it is one comparison: with a look at the heap a hit by date took 3 ns more.
        let (floor, least) = self.floor;
        if order < floor {
            return;
        }
        let tie = tie();
        if order > floor || tie <= least {
            self.take_in(order, tie, at);
            self.floor = self.worst().map_or(NO_FLOOR, |worst| (worst.order, worst.tie));
        }
    }

    fn take_in(&mut self, order: i64, tie: u64, at: DocAddress) {
        let worst = self.worst();
        if self.after.is_some_and(|(last, last_tie)| (order, Reverse(tie)) >= (last, Reverse(last_tie))) {
            if let Some(folded) = &mut self.folded
                && let Some(story) = folded.copies.story(at)
            {
                folded.shown.insert(story);
                folded.taken_out |= folded.remove(story);
            }
            return;
        }
        let found = Found { order, tie, at };
        if worst.is_some_and(|worst| found < worst) {
            return;
        }
        if let Some(folded) = &mut self.folded {
            folded.keep(found);
            if folded.len() > self.limit {
                folded.drop_worst();
            }
            return;
        }
        self.heap.push(Reverse(found));
        if self.heap.len() > self.limit {
            self.heap.pop();
        }
    }

    /// Takes in those of some hits of a segment that are among the best by their scores. Their keys are fetched together,
    /// since a processor waits for several places in memory at once: where all hits are equal (any of many words)
    /// to wait for one after the other took half of the time of the query.
    pub(super) fn offer_scores(&mut self, segment: u32, docs: &[DocId], scores: &[Score]) {
        let mut near = std::mem::take(&mut self.near);
        near.docs.clear();
        near.orders.clear();
        for (doc, score) in docs.iter().zip(scores) {
            let order = order_of_score(*score);
            if order >= self.floor.0 {
                near.docs.push(*doc);
                near.orders.push(order);
            }
        }
        if !near.docs.is_empty() {
            keys_of(self.keys, segment, &near.docs, &mut near.ties);
            for ((doc, order), tie) in near.docs.iter().zip(&near.orders).zip(&near.ties) {
                self.offer(*order, DocAddress::new(segment, *doc), || *tie);
            }
        }
        self.near = near;
    }

    /// The same where all have one score.
    pub(super) fn offer_equals(&mut self, segment: u32, docs: &[DocId], score: Score) {
        let order = order_of_score(score);
        if self.limit == 0 || order < self.floor.0 {
            return;
        }
        let mut ties = std::mem::take(&mut self.near.ties);
        keys_of(self.keys, segment, docs, &mut ties);
        for (doc, tie) in docs.iter().zip(&ties) {
            self.offer(order, DocAddress::new(segment, *doc), || *tie);
        }
        self.near.ties = ties;
    }

    /// Takes a hit in by its score if it is among the best.
    #[inline]
    fn offer_score(&mut self, score: Score, at: DocAddress) {
        let keys = self.keys;
        self.offer(order_of_score(score), at, || key(keys, at));
    }

    /// The worst of the best, once there are enough.
    fn worst(&self) -> Option<Found> {
        if let Some(folded) = &self.folded {
            return (folded.len() >= self.limit).then(|| folded.worst())?;
        }
        (self.heap.len() >= self.limit).then(|| self.heap.peek().map(|Reverse(found)| *found))?
    }

    /// Whether the matches must be offered once more: a copy came in before the hit of its story that an earlier
    /// page showed, and kept others away. Now it is known, so that this happens once at most.
    pub(super) fn must_go_again(&mut self) -> bool {
        let Some(folded) = &mut self.folded else { return false };
        if !folded.taken_out {
            return false;
        }
        folded.taken_out = false;
        self.floor = NO_FLOOR;
        folded.heap.clear();
        folded.out.clear();
        folded.of_story.clear();
        true
    }

    /// The hits, best first.
    pub(super) fn finish(self) -> Vec<Found> {
        if let Some(folded) = self.folded {
            let found = folded.heap.into_sorted_vec().into_iter().map(|Reverse(found)| found);
            return found.filter(|found| !folded.out.contains(&found.at)).collect();
        }
        self.heap.into_sorted_vec().into_iter().map(|Reverse(found)| found).collect()
    }

    /// Takes in all matches by score. Blocks of articles that cannot reach the worst of the best are not
    /// looked at.
    pub(super) fn by_score(&mut self, searcher: &Searcher, query: &dyn Query) -> tantivy::Result<()> {
        if self.limit == 0 {
            return Ok(());
        }
        let weight = query.weight(EnableScoring::enabled_from_searcher(searcher))?;
        self.by_weight(searcher, &*weight)?;
        while self.must_go_again() {
            self.by_weight(searcher, &*weight)?;
        }
        Ok(())
    }

    /// Takes in all matches of a weight by score.
    pub(super) fn by_weight(&mut self, searcher: &Searcher, weight: &dyn Weight) -> tantivy::Result<()> {
        for (ord, segment) in searcher.segment_readers().iter().enumerate() {
            let alive = segment.alive_bitset();
            weight.for_each_pruning(self.threshold(), segment, &mut |doc, score| {
                if alive.is_none_or(|alive| alive.is_alive(doc)) {
                    self.offer_score(score, DocAddress::new(ord as u32, doc));
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

/// The keys of each segment, which settle the order of equal hits.
pub(super) type Keys = Arc<[Column<u64>]>;

/// Opens the keys of what a searcher sees.
pub(super) fn keys(searcher: &Searcher) -> tantivy::Result<Keys> {
    searcher.segment_readers().iter().map(|segment| segment.fast_fields().u64("hash")).collect()
}

/// The key of a document.
fn key(keys: &[Column<u64>], at: DocAddress) -> u64 {
    let Some(keys) = keys.get(at.segment_ord as usize) else { return u64::MAX };
    match keys.index {
        // Every article has one: it need not be asked which.
        ColumnIndex::Full => keys.values.get_val(at.doc_id),
        _ => keys.first(at.doc_id).unwrap_or(u64::MAX),
    }
}

/// The keys of some documents of a segment.
fn keys_of(keys: &[Column<u64>], segment: u32, docs: &[DocId], out: &mut Vec<u64>) {
    out.clear();
    match keys.get(segment as usize) {
        Some(column) if matches!(column.index, ColumnIndex::Full) => {
            out.resize(docs.len(), 0);
            column.values.get_vals(docs, out);
        }
        _ => out.extend(docs.iter().map(|doc| key(keys, DocAddress::new(segment, *doc)))),
    }
}

/// The publication dates of a segment, for sorting.
pub(super) struct Dates {
    at: Column<i64>,
    ord: u32,
    oldest: bool,
    buffer: Vec<Option<i64>>,
}

impl Dates {
    pub(super) fn open(segment: &SegmentReader, ord: u32, sort: Sort) -> tantivy::Result<Self> {
        Ok(Self {
            at: segment.fast_fields().i64("published_at")?,
            ord,
            oldest: sort == Sort::Oldest,
            buffer: Vec::new(),
        })
    }

    /// Offers articles by date.
    pub(super) fn offer(&mut self, docs: &[DocId], top: &mut Top<'_>) {
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
            let (at, keys) = (DocAddress::new(self.ord, *doc), top.keys);
            top.offer(order, at, || key(keys, at));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::copies::{Copies, Member};
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
            let mut top = Top::new(&[], limit, Sort::Newest, after, None);
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

    #[test]
    fn hits_offered_together_are_those_offered_one_by_one() {
        let docs: Vec<DocId> = (0..300).collect();
        let scores: Vec<Score> = docs.iter().map(|doc| ((doc * 7) % 5) as f32).collect();
        let mut one_by_one = Top::new(&[], 70, Sort::Relevance, None, None);
        for (doc, score) in docs.iter().zip(&scores) {
            one_by_one.offer_score(*score, DocAddress::new(0, *doc));
        }
        let mut together = Top::new(&[], 70, Sort::Relevance, None, None);
        for (docs, scores) in docs.chunks(64).zip(scores.chunks(64)) {
            together.offer_scores(0, docs, scores);
        }
        let mut by_score = Top::new(&[], 70, Sort::Relevance, None, None);
        for docs in (0..5).rev().map(|score| docs.iter().copied().filter(move |doc| doc * 7 % 5 == score)) {
            let docs: Vec<DocId> = docs.collect();
            by_score.offer_equals(0, &docs, scores[docs[0] as usize]);
        }
        let found = together.finish();
        assert_eq!(found, by_score.finish());
        assert_eq!(found, one_by_one.finish());
        assert_eq!(
            found.iter().map(|found| found.score(Sort::Relevance)).sum::<f32>(),
            60.0 * 4.0 + 10.0 * 3.0
        );
    }

    /// Hits as (order, tie), a story for some; the document is their place.
    fn folded(all: &[(i64, u64, Option<u32>)], limit: usize) -> Vec<(i64, u64)> {
        let members = all
            .iter()
            .enumerate()
            .filter_map(|(doc, (_, tie, story))| Some(Member::new(doc as u32, (*story)?, false, *tie)));
        let copies = Copies::of_one_segment(members.collect());
        let (mut paged, mut after) = (Vec::new(), None);
        loop {
            let mut top = Top::new(&[], limit, Sort::Newest, after.as_ref(), Some(&copies));
            loop {
                for (doc, (order, tie, _)) in all.iter().enumerate() {
                    top.offer(*order, DocAddress::new(0, doc as u32), || *tie);
                }
                if !top.must_go_again() {
                    break;
                }
            }
            let page = top.finish();
            let Some(last) = page.last() else { return paged };
            after = Some(last.cursor(Sort::Newest));
            paged.extend(page.iter().map(|found| (found.order, found.tie)));
        }
    }

    #[test]
    fn a_story_is_shown_once_by_its_best_hit_whatever_the_size_of_a_page() {
        // Copies come in before and after the best of their story, and stand on other pages than it.
        let mut all = Vec::new();
        for i in 0..60u64 {
            let story = [Some(0), None, Some(1 + i as u32 / 9), None][i as usize % 4];
            all.push(((i as i64 * 37) % 23, i, story));
        }
        let whole = folded(&all, 1000);
        let mut best: Vec<(i64, u64)> = Vec::new();
        let mut sorted = all.clone();
        sorted.sort_by_key(|(order, tie, _)| (Reverse(*order), *tie));
        let mut shown = FxHashSet::default();
        for (order, tie, story) in sorted {
            if story.is_none_or(|story| shown.insert(story)) {
                best.push((order, tie));
            }
        }
        assert_eq!(whole, best);
        for limit in 1..40 {
            assert_eq!(folded(&all, limit), whole, "pages of {limit}");
        }
    }
}
