//! Passing over all matches of a query.

use std::collections::VecDeque;
use std::sync::Arc;

use tantivy::query::{EnableScoring, Query};
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, Score, Searcher, SegmentReader};

use super::book::Book;
use super::copies::{Member, Tally};
use super::facets::{self, Counter};
use super::top::{Dates, Top};
use super::values::Counted;
use crate::query::Node;
use crate::search::{EngineError, SearchRequest, Sort};

/// Matches that facets count at once, 128 KB of them.
const MOST_WAITING: usize = 32 << 10;
/// From so many on, half a millisecond of counting, a thread for each facet is worth its 30 µs; on busy cores fewer lose.
const WORTH_A_THREAD: usize = 4 << 10;

/// What is done with matches, one segment after the other.
pub(super) trait Collect {
    /// What is known of a segment.
    type Segment;

    /// Begins a segment, of which `at` is the place among all.
    fn open(&mut self, at: u32, segment: &SegmentReader) -> tantivy::Result<Self::Segment>;

    /// Takes matches in, in order.
    fn collect(&mut self, segment: &mut Self::Segment, docs: &[DocId]);

    /// Ends a segment.
    fn close(&mut self, segment: Self::Segment);
}

/// Passes over all matches and answers how many there are.
pub(super) fn pass(
    searcher: &Searcher,
    query: &dyn Query,
    collector: &mut impl Collect,
) -> tantivy::Result<u64> {
    let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
    let mut total = 0;
    for (at, reader) in searcher.segment_readers().iter().enumerate() {
        let mut segment = collector.open(at as u32, reader)?;
        let alive = reader.alive_bitset();
        let mut kept: Vec<DocId> = Vec::new();
        weight.for_each_no_score(reader, &mut |docs| {
            let docs = match alive {
                None => docs,
                Some(alive) => {
                    kept.clear();
                    kept.extend(docs.iter().filter(|doc| alive.is_alive(**doc)));
                    &kept
                }
            };
            total += docs.len() as u64;
            collector.collect(&mut segment, docs);
        })?;
        collector.close(segment);
    }
    Ok(total)
}

/// Passes over all matches with their scores, offers them to `top` and answers how many there are: one pass where the
/// best cannot be found without looking at all of them.
pub(super) fn scored_pass(
    searcher: &Searcher,
    query: &dyn Query,
    collector: &mut impl Collect,
    top: &mut Top<'_>,
) -> tantivy::Result<u64> {
    let weight = query.weight(EnableScoring::enabled_from_searcher(searcher))?;
    let mut total = 0;
    let mut docs: Vec<DocId> = Vec::with_capacity(COLLECT_BLOCK_BUFFER_LEN);
    let mut scores: Vec<Score> = Vec::with_capacity(COLLECT_BLOCK_BUFFER_LEN);
    for (at, reader) in searcher.segment_readers().iter().enumerate() {
        let mut segment = collector.open(at as u32, reader)?;
        let alive = reader.alive_bitset();
        weight.for_each(reader, &mut |doc, score| {
            if alive.is_some_and(|alive| !alive.is_alive(doc)) {
                return;
            }
            total += 1;
            docs.push(doc);
            scores.push(score);
            if docs.len() == COLLECT_BLOCK_BUFFER_LEN {
                top.offer_scores(at as u32, &docs, &scores);
                collector.collect(&mut segment, &docs);
                docs.clear();
                scores.clear();
            }
        })?;
        top.offer_scores(at as u32, &docs, &scores);
        collector.collect(&mut segment, &docs);
        docs.clear();
        scores.clear();
        collector.close(segment);
    }
    while top.must_go_again() {
        top.by_weight(searcher, &*weight)?;
    }
    Ok(total)
}

/// Counts facets and stories of the matches and offers them by date.
pub(super) struct Count<'a, 'c> {
    counters: &'a mut VecDeque<Counter>,
    dated: Option<(Sort, &'a mut Top<'c>)>,
    tally: Option<&'a mut Tally<'c>>,
}

impl<'a, 'c> Count<'a, 'c> {
    pub(super) fn new(counters: &'a mut VecDeque<Counter>, dated: Option<(Sort, &'a mut Top<'c>)>) -> Self {
        Self { counters, dated, tally: None }
    }

    /// Counts how many stories the matches tell.
    pub(super) fn telling(self, tally: &'a mut Tally<'c>) -> Self {
        Self { tally: Some(tally), ..self }
    }
}

/// A segment being counted.
pub(super) struct Counting<'c> {
    facets: Vec<facets::Segment>,
    /// Matches that facets have not counted yet.
    waiting: Vec<DocId>,
    dates: Option<Dates>,
    members: &'c [Member],
}

impl Counting<'_> {
    /// Counts the matches that wait; where they are many, each facet in a thread of its own.
    fn count(&mut self) {
        let docs = self.waiting.as_slice();
        if docs.len() < WORTH_A_THREAD {
            self.facets.iter_mut().for_each(|facet| facet.collect(docs));
        } else if let Some((first, others)) = self.facets.split_first_mut() {
            std::thread::scope(|scope| {
                let others: Vec<_> =
                    others.iter_mut().map(|facet| scope.spawn(|| facet.collect(docs))).collect();
                first.collect(docs);
                // What a damaged column makes tantivy say is said on.
                for other in others {
                    other.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload));
                }
            });
        }
        self.waiting.clear();
    }
}

impl<'c> Collect for Count<'_, 'c> {
    type Segment = Counting<'c>;

    fn open(&mut self, at: u32, segment: &SegmentReader) -> tantivy::Result<Self::Segment> {
        let open = self.counters.iter_mut().map(|counter| counter.open(at, segment));
        let facets = open.collect::<tantivy::Result<_>>()?;
        let dates = match &self.dated {
            Some((sort, _)) => Some(Dates::open(segment, at, *sort)?),
            None => None,
        };
        let members = self.tally.as_ref().map_or(&[][..], |tally| tally.open(at as usize));
        Ok(Counting { facets, waiting: Vec::new(), dates, members })
    }

    fn collect(&mut self, segment: &mut Self::Segment, docs: &[DocId]) {
        if !segment.facets.is_empty() {
            segment.waiting.extend_from_slice(docs);
            if segment.waiting.len() >= MOST_WAITING {
                segment.count();
            }
        }
        if let (Some(dates), Some((_, top))) = (&mut segment.dates, &mut self.dated) {
            dates.offer(docs, top);
        }
        if let Some(tally) = &mut self.tally
            && !segment.members.is_empty()
        {
            tally.collect(docs, &mut segment.members);
        }
    }

    fn close(&mut self, mut segment: Self::Segment) {
        segment.count();
        for (counter, segment) in self.counters.iter_mut().zip(segment.facets) {
            counter.close(segment);
        }
    }
}

/// The queries of a request, each with what is counted under it: as many passes as there are different queries.
pub(super) struct Questions<'r>(pub(super) Vec<Question<'r>>);

pub(super) struct Question<'r> {
    pub(super) query: &'r Node,
    pub(super) counters: VecDeque<Counter>,
    pub(super) total: u64,
}

impl<'r> Questions<'r> {
    /// Counters stand in the order in which they are asked for again.
    pub(super) fn of(
        request: &'r SearchRequest,
        book: &dyn Fn() -> Result<Arc<Book>, EngineError>,
    ) -> Result<Self, EngineError> {
        let mut all = Self(vec![Question { query: &request.query, counters: VecDeque::new(), total: 0 }]);
        for facet in &request.facets {
            all.count(facet.query.as_ref(), Counter::facet(facet.facet, book)?);
            if let Some(beside) = &facet.beside {
                all.count(Some(&beside.query), Counter::facet(facet.facet, book)?);
            }
        }
        if let Some(timeline) = &request.timeline {
            if let Some(facet) = &timeline.facet {
                all.count(None, Counter::facet(facet.facet, book)?);
            }
            all.count(None, Counter::timeline(timeline.by, timeline.mentions));
        }
        Ok(all)
    }

    /// The question of a query; the first one is that of the request.
    fn at(&self, query: Option<&Node>) -> Option<usize> {
        query.map_or(Some(0), |query| self.0.iter().position(|question| question.query == query))
    }

    fn count(&mut self, query: Option<&'r Node>, counter: Counter) {
        match (self.at(query), query) {
            (Some(at), _) => self.0[at].counters.push_back(counter),
            (None, Some(query)) => {
                self.0.push(Question { query, counters: VecDeque::from([counter]), total: 0 });
            }
            (None, None) => {}
        }
    }

    /// What was counted next under a query.
    pub(super) fn counted(&mut self, query: Option<&Node>) -> Option<Counted> {
        let at = self.at(query)?;
        let question = self.0.get_mut(at)?;
        Some(Counted { counter: question.counters.pop_front()?, total: question.total })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::WORTH_A_THREAD;
    use crate::article::{Article, Interval, Published, PublishedVia};
    use crate::extract::Annotations;
    use crate::index::{Index, WriterOptions};
    use crate::query::ast::{Clause, Node, Pattern, Scope};
    use crate::search::{Engine, Facet, FacetRequest, Period, SearchRequest, Sink, Sort};

    /// Facets of few matches are counted where they are met, of many each in a thread: both count every match once.
    #[test]
    fn facets_of_few_and_of_many_matches_count_each_of_them() {
        let index = Index::in_memory().unwrap();
        let writer = index.writer(&WriterOptions { memory_bytes: 64 << 20, jobs: 1 }).unwrap();
        let all = 2 * WORTH_A_THREAD + 10;
        for number in 0..all {
            let on = Interval::parse_value(if number % 2 == 0 { "2023-05-06" } else { "2024" }).unwrap();
            let article = Article {
                id: number.to_string(),
                body: if number % 5 == 0 { "fifth".to_owned() } else { String::new() },
                source: (number % 4 != 3).then(|| format!("Paper {}", number % 4)),
                published: Some(Published { on, at: None, via: PublishedVia::Record }),
                ..Article::default()
            };
            writer.put(&article, &Annotations::default()).unwrap();
        }
        writer.commit().unwrap();
        let fifth = Pattern::Word("fifth".to_owned());
        for (clause, step) in [(Clause::All, 1), (Clause::Text { scope: Scope::All, pattern: fifth }, 5)] {
            let months = FacetRequest::new(Facet::Published(Period::Month), 5);
            let facets = vec![FacetRequest::new(Facet::Source, 5), months];
            let query = Node::new(0..0, clause);
            let response = index
                .search(&SearchRequest { facets, ..SearchRequest::new(query, Sort::Relevance) })
                .unwrap();
            let count = |pass: &dyn Fn(usize) -> bool| {
                (0..all).step_by(step).filter(|number| pass(*number)).count() as u64
            };
            let [sources, months] = &response.facets[..] else { panic!("two facets") };
            assert_eq!(sources.missing, count(&|number| number % 4 == 3));
            for value in &sources.values {
                let paper: usize = value.value["Paper ".len()..].parse().unwrap();
                assert_eq!(value.count, count(&|number| number % 4 == paper), "{}", value.value);
            }
            assert_eq!(sources.values.len(), 3);
            let even = count(&|number| number % 2 == 0);
            assert_eq!((months.values[0].value.as_str(), months.values[0].count), ("2023-05", even));
            assert_eq!((months.values.len(), months.missing), (1, response.total - even));
        }
    }
}
