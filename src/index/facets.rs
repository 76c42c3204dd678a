//! Counting the values of all matches, in one pass for all facets.
//!
//! Each article counts once for a value. A segment counts by ordinals of its columns; [`super::values`] adds the
//! segments up and looks up the names of what is returned.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::columnar::column_index::{MultiValueIndex, OptionalIndex, Set};
use tantivy::columnar::{Column, ColumnIndex, ColumnValues, StrColumn};
use tantivy::{DocId, SegmentReader};

use super::book::{Book, PeopleCounts};
use super::calendar;
use super::tally::Tally;
use crate::article::Interval;
use crate::article::country;
use crate::search::{Facet, Period, Timeline};

/// Articles whose values are fetched together.
pub(super) const BATCH: usize = 1024;

/// What a facet is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// Names of people, through the people book.
    People,
    /// Names in a text column.
    Names(&'static str),
    /// Regions and sub-regions of the codes in a text column.
    Regions,
    /// Packed intervals in a number column, in steps of a period.
    Dates(&'static str, Period),
}

pub(super) fn source(facet: Facet) -> Source {
    match facet {
        Facet::Person => Source::People,
        Facet::Country => Source::Names("country_code"),
        Facet::Region => Source::Regions,
        Facet::Place => Source::Names("place_name"),
        Facet::Source => Source::Names("source_name"),
        Facet::Section => Source::Names("section_name"),
        Facet::Language => Source::Names("language_name"),
        Facet::Published(period) => Source::Dates("published_on", period),
        Facet::Mentions(period) => Source::Dates("mentioned", period),
    }
}

/// Counts of one facet over all segments.
pub(super) struct Counter {
    source: Source,
    /// Counts by ordinal for each segment closed.
    ordinals: Vec<Option<Ordinals>>,
    names: FxHashMap<String, u32>,
    steps: FxHashMap<u64, u32>,
    missing: u64,
    /// The table that segments count with, one after another.
    tally: Tally,
    /// Counts of people; a segment has them while it is open.
    people: Option<Box<PeopleCounts>>,
}

impl Counter {
    /// A counter of a facet; people are counted through the book that `book` opens.
    pub(super) fn facet<E>(facet: Facet, book: impl FnOnce() -> Result<Arc<Book>, E>) -> Result<Self, E> {
        let mut counter = Self::of(source(facet));
        if counter.source == Source::People {
            counter.people = Some(Box::new(PeopleCounts::new(book()?)));
        }
        Ok(counter)
    }

    pub(super) fn timeline(by: Period, mentions: bool) -> Self {
        Self::of(source(if mentions { Facet::Mentions(by) } else { Facet::Published(by) }))
    }

    fn of(source: Source) -> Self {
        Self {
            source,
            ordinals: Vec::new(),
            names: FxHashMap::default(),
            steps: FxHashMap::default(),
            missing: 0,
            tally: Tally::default(),
            people: None,
        }
    }

    /// Begins a segment, of which `at` is the place among all.
    pub(super) fn open(&mut self, at: u32, segment: &SegmentReader) -> tantivy::Result<Segment> {
        let fast = segment.fast_fields();
        let kind = match self.source {
            Source::People => match self.people.take() {
                Some(mut people) => {
                    people.open(at, fast.str("person_name")?);
                    Kind::People(people)
                }
                None => Kind::Absent,
            },
            Source::Names(field) => match fast.str(field)? {
                Some(column) => {
                    let mut tally = std::mem::take(&mut self.tally);
                    tally.reset(column.num_terms());
                    Kind::Names(Names { column, tally })
                }
                None => Kind::Absent,
            },
            Source::Regions => match fast.str("country_code")? {
                Some(column) => Kind::Regions(Regions::new(column)?),
                None => Kind::Absent,
            },
            Source::Dates(field, period) => match fast.column_opt::<u64>(field)? {
                Some(column) => Kind::Dates(Steps::new(column, period)),
                None => Kind::Absent,
            },
        };
        Ok(Segment { kind, docs: Vec::with_capacity(BATCH), batch: Batch::default(), missing: 0 })
    }

    /// Ends a segment.
    pub(super) fn close(&mut self, mut segment: Segment) {
        segment.flush();
        self.missing += segment.missing;
        match segment.kind {
            Kind::Absent => self.ordinals.push(None),
            Kind::People(people) => self.people = Some(people),
            Kind::Names(Names { column, tally }) => {
                self.ordinals.push(Some(Ordinals { column, counts: tally.counted() }));
                self.tally = tally;
            }
            Kind::Regions(regions) => {
                for (group, count) in regions.names.iter().zip(regions.counts).filter(|(_, count)| *count > 0)
                {
                    *self.names.entry(group.clone()).or_default() += count;
                }
            }
            Kind::Dates(steps) => {
                for (step, count) in steps.counts {
                    *self.steps.entry(step).or_default() += count;
                }
            }
        }
    }

    /// Articles with no value.
    pub(super) fn missing(&self) -> u64 {
        self.missing
    }

    /// What was counted.
    pub(super) fn into_counts(self) -> Counts {
        match self.source {
            Source::People => self.people.map_or_else(|| Counts::Names(Vec::new()), Counts::People),
            Source::Names(field) => Counts::Ordinals(field, self.ordinals),
            Source::Regions => Counts::Names(self.names.into_iter().collect()),
            Source::Dates(..) => {
                let steps = self.steps.into_iter();
                Counts::Names(
                    steps
                        .filter_map(|(step, count)| Some((calendar::unpack(step)?.value(), count)))
                        .collect(),
                )
            }
        }
    }

    /// The counts along time.
    pub(super) fn into_timeline(self, by: Period) -> Timeline {
        let mut steps: Vec<(Interval, u64)> = self
            .steps
            .into_iter()
            .filter_map(|(step, count)| Some((calendar::unpack(step)?, u64::from(count))))
            .collect();
        steps.sort_unstable_by_key(|(interval, _)| interval.first);
        Timeline { by, steps, undated: self.missing, split: None }
    }
}

/// Counts of a facet's values.
pub(super) enum Counts {
    /// By value.
    Names(Vec<(String, u32)>),
    /// By person.
    People(Box<PeopleCounts>),
    /// By ordinal of a text column in each segment.
    Ordinals(&'static str, Vec<Option<Ordinals>>),
}

/// Counts by the ordinals of a segment's column.
pub(super) struct Ordinals {
    pub(super) column: StrColumn,
    /// Ordinals with their count, in no order.
    pub(super) counts: Vec<(u32, u32)>,
}

/// One facet being counted in one segment.
pub(super) struct Segment {
    kind: Kind,
    docs: Vec<DocId>,
    batch: Batch,
    missing: u64,
}

enum Kind {
    Absent,
    People(Box<PeopleCounts>),
    Names(Names),
    Regions(Regions),
    Dates(Steps),
}

#[derive(Default)]
pub(super) struct Batch {
    pub(super) docs: Vec<DocId>,
    rows: Vec<u32>,
    pub(super) values: Vec<u64>,
    /// Articles that have a value, their numbers among those, and where the values of each begin and end.
    with: Vec<DocId>,
    ranks: Vec<u32>,
    bounds: Vec<u32>,
}

impl Batch {
    /// Fetches the values of articles; `docs` and `values` run in parallel. Returns how many articles have
    /// none.
    pub(super) fn fetch(&mut self, column: &Column<u64>, docs: &[DocId]) -> u64 {
        self.docs.clear();
        self.rows.clear();
        if let ColumnIndex::Multivalued(MultiValueIndex::MultiValueIndexV2(index)) = &column.index {
            self.rows_of_several(&index.optional_index, &*index.start_index_column, docs);
        } else {
            column.row_ids_for_docs(docs, &mut self.docs, &mut self.rows);
            self.with.clear();
            self.with.extend(self.docs.chunk_by(|a, b| a == b).map(|run| run[0]));
        }
        self.values.clear();
        self.values.resize(self.rows.len(), 0);
        match (self.rows.first(), self.rows.last()) {
            (Some(first), Some(last)) if (last - first) as usize + 1 == self.rows.len() => {
                column.values.get_range(u64::from(*first), &mut self.values);
            }
            _ => column.values.get_vals(&self.rows, &mut self.values),
        }
        (docs.len() - self.with.len()) as u64
    }

    /// The rows of articles with any number of values, looked up together and not one article after the other.
    fn rows_of_several(&mut self, some: &OptionalIndex, starts: &dyn ColumnValues<u32>, docs: &[DocId]) {
        let Self { docs: out, rows, with, ranks, bounds, .. } = self;
        with.clear();
        ranks.clear();
        some.rank_if_exists_batch(docs, with, ranks);
        let (Some(first), Some(last)) = (ranks.first().copied(), ranks.last().copied()) else { return };
        let in_a_row = (last - first) as usize + 1 == ranks.len();
        // In a row the values of one end where those of the next begin.
        let step = if in_a_row {
            bounds.resize(ranks.len() + 1, 0);
            starts.get_range(u64::from(first), bounds);
            1
        } else {
            let ends: Vec<u32> = ranks.iter().flat_map(|rank| [*rank, rank + 1]).collect();
            bounds.resize(ends.len(), 0);
            starts.get_vals(&ends, bounds);
            2
        };
        for (doc, bounds) in with.iter().zip(bounds.windows(2).step_by(step)) {
            rows.extend(bounds[0]..bounds[1]);
            out.resize(rows.len(), *doc);
        }
    }

    /// Fetches the values of articles where it does not matter which article has which. Of articles that follow one
    /// another, as when all match, they are read in one stretch.
    fn fetch_values(&mut self, column: &Column<u64>, docs: &[DocId]) -> u64 {
        let (Some(first), Some(last)) = (docs.first(), docs.last()) else { return 0 };
        let in_a_row = (last - first) as usize + 1 == docs.len();
        let with = match &column.index {
            ColumnIndex::Full => Some(docs.len() as u32),
            ColumnIndex::Optional(some) => Some(some.rank(last + 1) - some.rank(*first)),
            ColumnIndex::Multivalued(MultiValueIndex::MultiValueIndexV2(index)) => {
                Some(index.optional_index.rank(last + 1) - index.optional_index.rank(*first))
            }
            _ => None,
        };
        let (true, Some(with)) = (in_a_row, with) else { return self.fetch(column, docs) };
        let rows = column.index.docid_range_to_rowids(*first..last + 1);
        self.values.clear();
        self.values.resize(rows.len(), 0);
        column.values.get_range(u64::from(rows.start), &mut self.values);
        docs.len() as u64 - u64::from(with)
    }
}

impl Segment {
    /// Counts articles, in order.
    pub(super) fn collect(&mut self, docs: &[DocId]) {
        self.docs.extend_from_slice(docs);
        if self.docs.len() >= BATCH {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let Self { kind, docs, batch, missing } = self;
        match kind {
            Kind::Absent => *missing += docs.len() as u64,
            Kind::People(people) => match people.column() {
                Some(column) => {
                    *missing += batch.fetch_values(column.ords(), docs);
                    people.count(docs, &batch.values);
                }
                None => *missing += docs.len() as u64,
            },
            Kind::Names(names) => {
                *missing += batch.fetch_values(names.column.ords(), docs);
                names.tally.add(&batch.values);
            }
            Kind::Regions(regions) => {
                *missing += batch.fetch(regions.column.ords(), docs);
                regions.count(batch);
            }
            Kind::Dates(steps) => {
                batch.fetch(&steps.column, docs);
                *missing += docs.len() as u64 - steps.count(batch);
            }
        }
        docs.clear();
    }
}

/// Names counted by the ordinals of their column.
struct Names {
    column: StrColumn,
    tally: Tally,
}

/// Countries counted under their regions: two countries of a region in one article count once.
struct Regions {
    column: StrColumn,
    names: Vec<String>,
    /// Region and sub-region of each ordinal.
    groups: Vec<[Option<u32>; 2]>,
    counts: Vec<u32>,
    seen: Vec<Option<DocId>>,
}

impl Regions {
    fn new(column: StrColumn) -> tantivy::Result<Self> {
        let mut names: Vec<String> = Vec::new();
        let mut groups = Vec::new();
        let mut group = |name: &str| {
            let at = names.iter().position(|other| other == name).unwrap_or_else(|| {
                names.push(name.to_owned());
                names.len() - 1
            });
            Some(at as u32)
        };
        let mut code = String::new();
        for ord in 0..column.num_terms() as u64 {
            column.ord_to_str(ord, &mut code)?;
            groups.push(match country::by_code(&code) {
                Some(country) if country.region == country.subregion => [group(country.region), None],
                Some(country) => [group(country.region), group(country.subregion)],
                None => [None, None],
            });
        }
        let (counts, seen) = (vec![0; names.len()], vec![None; names.len()]);
        Ok(Self { column, names, groups, counts, seen })
    }

    fn count(&mut self, batch: &Batch) {
        for (doc, ord) in batch.docs.iter().zip(&batch.values) {
            let Some(groups) = self.groups.get(*ord as usize) else { continue };
            for group in groups.iter().flatten() {
                let group = *group as usize;
                if self.seen[group] != Some(*doc) {
                    self.seen[group] = Some(*doc);
                    self.counts[group] += 1;
                }
            }
        }
    }
}

/// Dates in steps of a period: two days of a month in one article count once for the month.
pub(super) struct Steps {
    pub(super) column: Column<u64>,
    period: Period,
    /// The step of each date met; none for dates less exact than the period.
    cache: FxHashMap<u64, Option<u64>>,
    counts: FxHashMap<u64, u32>,
}

impl Steps {
    pub(super) fn new(column: Column<u64>, period: Period) -> Self {
        Self { column, period, cache: FxHashMap::default(), counts: FxHashMap::default() }
    }

    /// Answers how many articles have a date as exact as the period.
    fn count(&mut self, batch: &Batch) -> u64 {
        let mut with = 0;
        let mut seen: Vec<u64> = Vec::new();
        let mut at = 0;
        for run in batch.docs.chunk_by(|a, b| a == b) {
            self.of_article(&batch.values[at..at + run.len()], &mut seen);
            for step in &seen {
                *self.counts.entry(*step).or_default() += 1;
            }
            with += u64::from(!seen.is_empty());
            at += run.len();
        }
        with
    }

    /// The steps of an article's dates, each once.
    pub(super) fn of_article(&mut self, dates: &[u64], steps: &mut Vec<u64>) {
        steps.clear();
        for date in dates {
            let period = self.period;
            let step = self.cache.entry(*date).or_insert_with(|| step(*date, period));
            if let Some(step) = *step
                && !steps.contains(&step)
            {
                steps.push(step);
            }
        }
    }
}

fn step(packed: u64, period: Period) -> Option<u64> {
    let interval = calendar::unpack(packed)?;
    let unit = calendar::unit(interval.first, period.granularity())?;
    if unit.contains(&interval) { calendar::pack(&unit) } else { None }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use tantivy::schema::{FAST, Schema};
    use tantivy::{IndexWriter, TantivyDocument};

    use super::*;

    /// Whatever articles are asked for, of columns of every kind: in a row or not, with gaps or without.
    #[test]
    fn a_batch_holds_the_values_that_its_articles_have() {
        let mut schema = Schema::builder();
        let names = ["full", "some", "several", "several_of_some", "none"];
        let fields = names.map(|name| schema.add_u64_field(name, FAST));
        let index = tantivy::Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 20_000_000).unwrap();
        let held = |field: usize, doc: u64| match field {
            0 => vec![doc],
            1 => doc.is_multiple_of(3).then_some(doc * 7).into_iter().collect(),
            2 => (0..1 + doc % 4).map(|n| doc + n).collect(),
            3 => (0..doc % 4).map(|n| doc * 2 + n).collect(),
            _ => Vec::new(),
        };
        for doc in 0..500 {
            let mut document = TantivyDocument::default();
            for (at, field) in fields.iter().enumerate() {
                held(at, doc).into_iter().for_each(|value| document.add_u64(*field, value));
            }
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let fast = searcher.segment_reader(0).fast_fields();
        let mut batch = Batch::default();
        let asked: [Vec<DocId>; 6] = [
            (0..500).collect(),
            (17..90).collect(),
            (0..500).step_by(7).collect(),
            vec![499],
            vec![4, 8],
            Vec::new(),
        ];
        for (at, name) in names.iter().enumerate() {
            let Some(column) = fast.column_opt::<u64>(name).unwrap() else { continue };
            for docs in &asked {
                let expected: Vec<(DocId, u64)> = docs
                    .iter()
                    .flat_map(|doc| held(at, u64::from(*doc)).into_iter().map(|value| (*doc, value)))
                    .collect();
                let none = docs.iter().filter(|doc| held(at, u64::from(**doc)).is_empty()).count() as u64;
                assert_eq!(batch.fetch(&column, docs), none, "{name} {docs:?}");
                let found: Vec<_> = batch.docs.iter().copied().zip(batch.values.iter().copied()).collect();
                assert_eq!(found, expected, "{name} {docs:?}");
                assert_eq!(batch.fetch_values(&column, docs), none, "{name} {docs:?}");
                assert!(batch.values.iter().copied().eq(expected.iter().map(|(_, value)| *value)), "{name}");
            }
        }
    }
}
