//! Passing over all matches of a query.

use std::collections::VecDeque;
use std::sync::Arc;

use tantivy::query::{EnableScoring, Query};
use tantivy::{COLLECT_BLOCK_BUFFER_LEN, DocId, Score, Searcher, SegmentReader};

use super::book::Book;
use super::copies::{Member, Tally};
use super::counters::Counters;
use super::facets::{Counter, dates};
use super::rows::AllRows;
use super::top::{Dates, Top};
use super::values::Counted;
use crate::query::Node;
use crate::search::{EngineError, Facet, SearchRequest, Sort};

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

/// What matches are offered by.
#[derive(Clone, Copy, Debug)]
pub(super) enum By {
    /// Their dates, in this order.
    Date(Sort),
    /// The score that all of them have.
    OneScore(Score),
}

/// Counts facets and stories of the matches and offers them: what of it is asked for.
#[derive(Default)]
pub(super) struct Count<'a, 'c> {
    facets: Option<&'a mut Counters>,
    top: Option<(By, &'a mut Top<'c>)>,
    tally: Option<&'a mut Tally<'c>>,
}

impl<'a, 'c> Count<'a, 'c> {
    /// Counts facets, if any.
    pub(super) fn new(facets: &'a mut Option<Counters>) -> Self {
        Self { facets: facets.as_mut(), ..Self::default() }
    }

    /// Offers the matches.
    pub(super) fn offering(self, by: By, top: &'a mut Top<'c>) -> Self {
        Self { top: Some((by, top)), ..self }
    }

    /// Counts how many stories the matches tell.
    pub(super) fn telling(self, tally: &'a mut Tally<'c>) -> Self {
        Self { tally: Some(tally), ..self }
    }
}

/// A segment being counted.
pub(super) struct Counting<'c> {
    /// Place among all.
    at: u32,
    dates: Option<Dates>,
    members: &'c [Member],
}

impl<'c> Collect for Count<'_, 'c> {
    type Segment = Counting<'c>;

    fn open(&mut self, at: u32, segment: &SegmentReader) -> tantivy::Result<Self::Segment> {
        if let Some(facets) = &mut self.facets {
            facets.open(at);
        }
        let dates = match self.top {
            Some((By::Date(sort), _)) => Some(Dates::open(segment, at, sort)?),
            _ => None,
        };
        let members = self.tally.as_ref().map_or(&[][..], |tally| tally.open(at as usize));
        Ok(Counting { at, dates, members })
    }

    fn collect(&mut self, segment: &mut Self::Segment, docs: &[DocId]) {
        if let Some(facets) = &mut self.facets {
            facets.count(docs);
        }
        match (&mut self.top, &mut segment.dates) {
            (Some((By::OneScore(score), top)), _) => top.offer_equals(segment.at, docs, *score),
            (Some((By::Date(_), top)), Some(dates)) => dates.offer(docs, top),
            _ => {}
        }
        if let Some(tally) = &mut self.tally
            && !segment.members.is_empty()
        {
            tally.collect(docs, &mut segment.members);
        }
    }

    fn close(&mut self, _: Self::Segment) {
        if let Some(facets) = &mut self.facets {
            facets.close();
        }
    }
}

/// The queries of a request, each with what is counted under it: as many passes as there are different queries.
pub(super) struct Questions<'r>(pub(super) Vec<Question<'r>>);

pub(super) struct Question<'r> {
    pub(super) query: &'r Node,
    /// What counts the facets asked for under it, if any.
    pub(super) facets: Option<Counters>,
    /// Facets counted, in the order in which they are asked for again.
    counted: VecDeque<Counter>,
    pub(super) total: u64,
}

impl<'r> Question<'r> {
    fn new(query: &'r Node) -> Self {
        Self { query, facets: None, counted: VecDeque::new(), total: 0 }
    }
}

impl<'r> Questions<'r> {
    pub(super) fn of(
        request: &'r SearchRequest,
        searcher: &Searcher,
        book: &dyn Fn() -> Result<Arc<Book>, EngineError>,
        rows: &dyn Fn() -> AllRows,
    ) -> Result<Self, EngineError> {
        let mut all = Self(vec![Question::new(&request.query)]);
        let mut count = |query: Option<&'r Node>, facet: Facet| -> Result<(), EngineError> {
            let counter = Counter::facet(facet, book)?;
            let at = match (all.at(query), query) {
                (None, Some(query)) => {
                    all.0.push(Question::new(query));
                    all.0.len() - 1
                }
                (at, _) => at.unwrap_or_default(),
            };
            all.0[at].facets.get_or_insert_with(|| Counters::new(searcher, rows())).push(counter);
            Ok(())
        };
        for facet in &request.facets {
            count(facet.query.as_ref(), facet.facet)?;
            if let Some(beside) = &facet.beside {
                count(Some(&beside.query), facet.facet)?;
            }
        }
        if let Some(timeline) = &request.timeline {
            if let Some(facet) = &timeline.facet {
                count(None, facet.facet)?;
            }
            count(None, dates(timeline))?;
        }
        Ok(all)
    }

    /// The question of a query; the first one is that of the request.
    fn at(&self, query: Option<&Node>) -> Option<usize> {
        query.map_or(Some(0), |query| self.0.iter().position(|question| question.query == query))
    }

    /// What was counted next under a query; all of it is counted then.
    pub(super) fn counted(&mut self, query: Option<&Node>) -> tantivy::Result<Option<Counted>> {
        let Some(question) = self.at(query).and_then(|at| self.0.get_mut(at)) else { return Ok(None) };
        if let Some(facets) = question.facets.take() {
            question.counted = facets.finish()?;
        }
        let total = question.total;
        Ok(question.counted.pop_front().map(|counter| Counted { counter, total }))
    }
}
