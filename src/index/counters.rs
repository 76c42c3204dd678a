//! All facets of a query, counted while its matches are still looked for.
//!
//! Matches wait in chunks. Where they become many, other threads take the oldest, each with counters of its own; the
//! thread that finds them counts what is left in the end, and the counts are added up.

use std::collections::VecDeque;
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};
use tantivy::{DocId, Searcher, TantivyError};

use super::batch::{BATCH, in_a_row};
use super::cores;
use super::facets::Counter;
use super::rows::{AllRows, Gathered, Rows};

/// Matches of a chunk: a quarter of a millisecond of counting, for which it is worth to wake a thread, and by which
/// threads end one behind the other at most; in a row so many more as take as long.
const CHUNK: usize = 2 << 10;
/// So many matches in a row are counted while one is that stands alone.
const IN_A_ROW: usize = 16;
/// Most chunks that wait; then the thread that finds the matches counts too.
const MOST_WAITING: usize = 64;
/// For so many matches a further thread is worth the .3 ms that it takes to start it, with what it counts in, and to add
/// up: for 3,000 that name a few people each it took three times as long as to count them.
const WORTH_A_THREAD: usize = 4 << 10;

/// Counts facets of the matches of a query.
pub(super) struct Counters {
    columns: Columns,
    own: Set,
    /// The matches found last.
    chunk: Chunk,
    /// Matches in all chunks before, of those in a row a part that takes as long.
    handed: usize,
    sender: Sender<Chunk>,
    waiting: Receiver<Chunk>,
    helpers: Vec<JoinHandle<tantivy::Result<Set>>>,
    failed: Option<TantivyError>,
}

/// Where the values of matches are read.
#[derive(Clone)]
struct Columns {
    searcher: Searcher,
    rows: AllRows,
}

/// Matches of one segment, in order.
#[derive(Default)]
struct Chunk {
    /// Place of the segment among all.
    segment: u32,
    docs: Vec<DocId>,
}

/// A counter for each facet, and the segment that is open in them.
struct Set {
    counters: Vec<Counter>,
    open: Option<u32>,
    /// The rows of the segment, where they are counted.
    rows: Option<Rows>,
    gathered: Gathered,
}

impl Set {
    fn of(counters: Vec<Counter>) -> Self {
        Self { counters, open: None, rows: None, gathered: Gathered::default() }
    }

    /// Counts matches; segments must come in order.
    fn count(&mut self, columns: &Columns, chunk: &Chunk) -> tantivy::Result<()> {
        if self.open != Some(chunk.segment) {
            self.close();
            let Columns { searcher, rows } = columns;
            let (at, segment) = (chunk.segment, searcher.segment_reader(chunk.segment));
            self.rows = rows.of(at).filter(|_| self.counters.iter().any(Counter::reads_rows)).cloned();
            let with_rows = self.rows.is_some();
            self.counters.iter_mut().try_for_each(|counter| counter.open(at, segment, with_rows))?;
            self.open = Some(at);
        }
        for docs in chunk.docs.chunks(BATCH) {
            let gathered = self.rows.as_ref().map(|rows| self.gathered.read(rows, docs));
            self.counters.iter_mut().for_each(|counter| counter.count(docs, gathered));
        }
        Ok(())
    }

    fn close(&mut self) {
        if self.open.take().is_some() {
            self.counters.iter_mut().for_each(Counter::close);
        }
    }
}

impl Counters {
    pub(super) fn new(searcher: &Searcher, rows: AllRows) -> Self {
        let (sender, waiting) = bounded(MOST_WAITING);
        Self {
            columns: Columns { searcher: searcher.clone(), rows },
            own: Set::of(Vec::new()),
            chunk: Chunk::default(),
            handed: 0,
            sender,
            waiting,
            helpers: Vec::new(),
            failed: None,
        }
    }

    /// Counts a further facet, if nothing is counted yet.
    pub(super) fn push(&mut self, counter: Counter) {
        self.own.counters.push(counter);
    }

    /// Begins a segment, of which `at` is the place among all.
    pub(super) fn open(&mut self, at: u32) {
        self.chunk.segment = at;
    }

    /// Counts matches, in order.
    pub(super) fn count(&mut self, docs: &[DocId]) {
        self.chunk.docs.extend_from_slice(docs);
        if self.chunk.docs.len() >= CHUNK * while_one(&self.chunk.docs) {
            self.hand_over();
        }
    }

    /// Ends a segment.
    pub(super) fn close(&mut self) {
        if !self.chunk.docs.is_empty() {
            self.hand_over();
        }
    }

    fn hand_over(&mut self) {
        let segment = self.chunk.segment;
        let mut chunk = std::mem::replace(&mut self.chunk, Chunk { segment, docs: Vec::new() });
        self.handed += chunk.docs.len() / while_one(&chunk.docs);
        while let Err(TrySendError::Full(back)) = self.sender.try_send(chunk) {
            chunk = back;
            self.count_oldest();
        }
        let threads = self.helpers.len() + 1;
        if self.handed >= threads * WORTH_A_THREAD && threads < cores::count() {
            self.helpers.extend(self.helper());
        }
    }

    /// A further thread that counts, where the system has one.
    fn helper(&self) -> Option<JoinHandle<tantivy::Result<Set>>> {
        let mut set = Set::of(self.own.counters.iter().map(Counter::another).collect());
        let (columns, waiting) = (self.columns.clone(), self.waiting.clone());
        let work = move || {
            waiting.iter().try_for_each(|chunk| set.count(&columns, &chunk))?;
            set.close();
            Ok(set)
        };
        std::thread::Builder::new().spawn(work).ok()
    }

    /// Counts the chunk that waits longest, so that each thread meets the segments in order; whether there was one.
    fn count_oldest(&mut self) -> bool {
        let Ok(chunk) = self.waiting.try_recv() else { return false };
        if let Err(error) = self.own.count(&self.columns, &chunk) {
            self.failed.get_or_insert(error);
        }
        true
    }

    /// All that was counted, in the order of the facets.
    ///
    /// # Errors
    /// What tantivy said of a column.
    pub(super) fn finish(mut self) -> tantivy::Result<VecDeque<Counter>> {
        while self.count_oldest() {}
        self.own.close();
        drop(self.sender); // helpers go on until there is none
        for helper in self.helpers {
            let others = cores::answer(helper.join())?;
            self.own.counters.iter_mut().zip(others.counters).for_each(|(own, other)| own.add(other));
        }
        self.failed.map_or(Ok(self.own.counters.into()), Err)
    }
}

/// How many of these matches are counted while one is that stands alone.
fn while_one(docs: &[DocId]) -> usize {
    if in_a_row(docs) { IN_A_ROW } else { 1 }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::article::{Article, Interval, Part, Published, PublishedVia, Span, country};
    use crate::extract::{
        Annotations, CountryMention, CountryMentions, CountryVia, Person, PersonMention, PersonVia,
    };
    use crate::index::ordinals::Numberings;
    use crate::index::values::{Counted, choose};
    use crate::index::{Index, WriterOptions};
    use crate::query::ast::{Clause, Node, Pattern, Scope};
    use crate::search::{Engine, Facet, FacetRequest, Period, SearchRequest, Sink, Sort};

    const ALL: usize = 3 * CHUNK;
    const PEOPLE: [&str; 4] = ["Angela Merkel", "Narendra Modi", "Boris Johnson", "Dilma Rousseff"];

    /// Articles in several segments, of which each fifth says so, each second has a day and the others a year.
    fn index() -> Index {
        let index = Index::in_memory().unwrap();
        let writer = index.writer(&WriterOptions { memory_bytes: 64 << 20, jobs: 1 }).unwrap();
        let span = || Span { part: Part::Body, start: 0, end: 0 };
        for number in 0..ALL {
            let on = Interval::parse_value(if number % 2 == 0 { "2023-05-06" } else { "2024" }).unwrap();
            let article = Article {
                id: number.to_string(),
                body: if number % 5 == 0 { "fifth".to_owned() } else { String::new() },
                source: (number % 4 != 3).then(|| format!("Paper {}", number % 4)),
                published: Some(Published { on, at: None, via: PublishedVia::Record }),
                ..Article::default()
            };
            let people = PEOPLE.iter().enumerate().filter(|(at, _)| number.is_multiple_of(at + 2));
            let person = |(_, name): (usize, &&str)| Person {
                name: (*name).to_owned(),
                mentions: vec![PersonMention { span: span(), via: PersonVia::Editor }],
            };
            let countries = vec![CountryMentions {
                code: country::all()[number % 50].code,
                mentions: vec![CountryMention { span: span(), via: CountryVia::Editor, place: None }],
            }];
            let people = people.map(person).collect();
            writer.put(&article, &Annotations { people, countries, ..Annotations::default() }).unwrap();
            if number % (ALL / 3) == 0 {
                writer.commit().unwrap();
            }
        }
        writer.commit().unwrap();
        index
    }

    #[test]
    fn matches_in_a_row_and_with_gaps_are_each_counted_once() {
        let index = index();
        let fifth = Pattern::Word("fifth".to_owned());
        for (clause, step) in [(Clause::All, 1), (Clause::Text { scope: Scope::All, pattern: fifth }, 5)] {
            let months = FacetRequest::new(Facet::Published(Period::Month), 5);
            let facets =
                vec![FacetRequest::new(Facet::Source, 5), months, FacetRequest::new(Facet::Person, 5)];
            let query = Node::new(0..0, clause);
            let response = index
                .search(&SearchRequest { facets, ..SearchRequest::new(query, Sort::Relevance) })
                .unwrap();
            let count = |pass: &dyn Fn(usize) -> bool| {
                (0..ALL).step_by(step).filter(|number| pass(*number)).count() as u64
            };
            let [sources, months, people] = &response.facets[..] else { panic!("three facets") };
            assert_eq!(sources.missing, count(&|number| number % 4 == 3));
            for value in &sources.values {
                let paper: usize = value.value["Paper ".len()..].parse().unwrap();
                assert_eq!(value.count, count(&|number| number % 4 == paper), "{}", value.value);
            }
            assert_eq!(sources.values.len(), 3);
            let even = count(&|number| number % 2 == 0);
            assert_eq!((months.values[0].value.as_str(), months.values[0].count), ("2023-05", even));
            assert_eq!((months.values.len(), months.missing), (1, response.total - even));
            assert_eq!(people.values.len(), PEOPLE.len());
            for value in &people.values {
                let at = PEOPLE.iter().position(|name| *name == value.value).unwrap();
                assert_eq!(value.count, count(&|number| number.is_multiple_of(at + 2)), "{}", value.value);
            }
        }
    }

    #[test]
    fn counts_are_the_same_however_many_threads_count() {
        let index = index();
        let searcher = index.searcher();
        assert!(searcher.segment_readers().len() > 1);
        let facets = [
            Facet::Person,
            Facet::Country,
            Facet::Region,
            Facet::Source,
            Facet::Published(Period::Month),
            Facet::Published(Period::Year),
        ];
        let count = |helpers: usize| {
            let mut counters = Counters::new(&searcher, index.rows(&searcher));
            for facet in facets {
                counters.push(Counter::facet(facet, || index.books.of(&searcher)).unwrap());
            }
            counters.helpers.extend((0..helpers).map(|_| counters.helper().unwrap()).collect::<Vec<_>>());
            for (at, segment) in searcher.segment_readers().iter().enumerate() {
                counters.open(at as u32);
                let docs: Vec<DocId> = (0..segment.max_doc()).filter(|doc| doc % 3 != 0).collect();
                docs.chunks(64).for_each(|docs| counters.count(docs));
                counters.close();
            }
            let counted = counters.finish().unwrap();
            let told = facets.iter().zip(counted).map(|(facet, counter)| {
                let first = Counted { counter, total: 0 };
                let request = FacetRequest::new(*facet, 1000);
                let counts = choose(&request, first, None, &searcher, &Numberings::default()).unwrap();
                assert_eq!(counts.distinct as usize, counts.values.len());
                let values: Vec<_> =
                    counts.values.into_iter().map(|value| (value.value, value.count)).collect();
                (values, counts.missing)
            });
            told.collect::<Vec<_>>()
        };
        let alone = count(0);
        assert!(alone.iter().all(|(values, _)| !values.is_empty()));
        (1..4).for_each(|helpers| assert_eq!(count(helpers), alone, "{helpers} threads more"));
    }
}
