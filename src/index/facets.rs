//! Counting the values of one facet. [`super::counters`] has all facets of a query counted in one pass.
//!
//! Each article counts once for a value. A segment counts by ordinals of its columns; [`super::values`] adds the
//! segments up and looks up the names of what is returned.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader};

use super::batch::Batch;
use super::book::{Book, PeopleCounts};
use super::rows::Gathered;
use super::schema::{COUNTRIES, PEOPLE};
use super::steps::Steps;
use super::tally::Tally;
use crate::article::Interval;
use crate::article::country;
use crate::search::{Facet, Period, Timeline, TimelineRequest};

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
        Facet::Country => Source::Names(COUNTRIES),
        Facet::Region => Source::Regions,
        Facet::Place => Source::Names("place_name"),
        Facet::Source => Source::Names("source_name"),
        Facet::Section => Source::Names("section_name"),
        Facet::Language => Source::Names("language_name"),
        Facet::Published(period) => Source::Dates("published_on", period),
        Facet::Mentions(period) => Source::Dates("mentioned", period),
    }
}

/// The facet of the dates that a timeline runs along.
pub(super) fn dates(timeline: &TimelineRequest) -> Facet {
    if timeline.mentions { Facet::Mentions(timeline.by) } else { Facet::Published(timeline.by) }
}

/// Counts one facet, segment after segment.
pub(super) struct Counter {
    kind: Kind,
    /// Articles with no value.
    missing: u64,
    batch: Batch,
}

/// What is counted so far, and what counts the segment at hand; a segment without the column has nothing to count.
enum Kind {
    People(Box<PeopleCounts>),
    Names(Names),
    Regions(FxHashMap<String, u32>, Option<Regions>),
    Dates(&'static str, Steps, Option<Column<u64>>),
}

impl Counter {
    /// A counter of a facet; people are counted through the book that `book` opens.
    pub(super) fn facet<E>(facet: Facet, book: impl FnOnce() -> Result<Arc<Book>, E>) -> Result<Self, E> {
        Ok(Self::of(match source(facet) {
            Source::People => Kind::People(Box::new(PeopleCounts::new(book()?))),
            Source::Names(field) => Kind::Names(Names::new(field)),
            Source::Regions => Kind::Regions(FxHashMap::default(), None),
            Source::Dates(field, period) => Kind::Dates(field, Steps::new(period), None),
        }))
    }

    fn of(kind: Kind) -> Self {
        Self { kind, missing: 0, batch: Batch::default() }
    }

    /// A counter of the same facet that has counted nothing.
    pub(super) fn another(&self) -> Self {
        Self::of(match &self.kind {
            Kind::People(people) => Kind::People(Box::new(PeopleCounts::new(people.book()))),
            Kind::Names(names) => Kind::Names(Names::new(names.field)),
            Kind::Regions(..) => Kind::Regions(FxHashMap::default(), None),
            Kind::Dates(field, steps, _) => Kind::Dates(field, steps.another(), None),
        })
    }

    /// Whether what rows hold is counted.
    pub(super) fn reads_rows(&self) -> bool {
        match &self.kind {
            Kind::People(_) => true,
            Kind::Names(names) => names.field == COUNTRIES,
            Kind::Regions(..) | Kind::Dates(..) => false,
        }
    }

    /// Begins a segment, of which `at` is the place among all, with rows or without.
    pub(super) fn open(&mut self, at: u32, segment: &SegmentReader, rows: bool) -> tantivy::Result<()> {
        let fast = segment.fast_fields();
        match &mut self.kind {
            Kind::People(people) => people.open(at, if rows { None } else { fast.str(PEOPLE)? }),
            Kind::Names(names) => names.open(at, fast.str(names.field)?),
            Kind::Regions(_, here) => *here = fast.str(COUNTRIES)?.map(Regions::new).transpose()?,
            Kind::Dates(field, _, column) => *column = fast.column_opt::<u64>(field)?,
        }
        Ok(())
    }

    /// Ends a segment.
    pub(super) fn close(&mut self) {
        match &mut self.kind {
            Kind::People(_) | Kind::Dates(..) => {}
            Kind::Names(names) => names.close(),
            Kind::Regions(counts, here) => {
                let Some(here) = here.take() else { return };
                add_up(counts, here.names.into_iter().zip(here.counts).filter(|(_, count)| *count > 0));
            }
        }
    }

    /// Counts articles of the segment, in order, no more than a batch fetches; `rows` says what their rows do, where the
    /// segment has any.
    pub(super) fn count(&mut self, docs: &[DocId], rows: Option<&Gathered>) {
        let rows = rows.filter(|_| self.reads_rows());
        self.missing += self.count_batch(docs, rows);
    }

    /// Counts articles and answers how many have no value.
    fn count_batch(&mut self, docs: &[DocId], rows: Option<&Gathered>) -> u64 {
        let Self { kind, batch, .. } = self;
        match kind {
            Kind::People(people) => people.count(docs, rows, batch),
            Kind::Names(Names { column: Some(column), tally, .. }) => match rows {
                Some(rows) => rows.count_countries(tally),
                None => batch.count(column, docs, tally, |ordinal| ordinal),
            },
            Kind::Names(_) => docs.len() as u64,
            Kind::Regions(_, regions) => {
                let Some(regions) = regions else { return docs.len() as u64 };
                let missing = batch.fetch(regions.column.ords(), docs);
                regions.count(batch);
                missing
            }
            Kind::Dates(_, steps, column) => {
                let Some(column) = column else { return docs.len() as u64 };
                let with = if column.get_cardinality().is_multivalue() {
                    batch.fetch(column, docs);
                    steps.count(batch)
                } else {
                    batch.fetch_values(column, docs);
                    steps.count_each(&batch.values)
                };
                docs.len() as u64 - with
            }
        }
    }

    /// Adds what another counter of the facet has counted of other articles; no segment is open in either.
    pub(super) fn add(&mut self, other: Self) {
        self.missing += other.missing;
        match (&mut self.kind, other.kind) {
            (Kind::People(people), Kind::People(others)) => people.add(&others),
            (Kind::Names(names), Kind::Names(others)) => names.counted.extend(others.counted),
            (Kind::Regions(counts, _), Kind::Regions(others, _)) => add_up(counts, others),
            (Kind::Dates(_, steps, _), Kind::Dates(_, others, _)) => steps.add(&others),
            _ => {}
        }
    }

    /// Articles with no value.
    pub(super) fn missing(&self) -> u64 {
        self.missing
    }

    /// What was counted.
    pub(super) fn into_counts(self) -> Counts {
        match self.kind {
            Kind::People(people) => Counts::People(people),
            Kind::Names(names) => Counts::Ordinals(names.field, names.counted),
            Kind::Regions(counts, _) => Counts::Names(counts.into_iter().collect()),
            Kind::Dates(_, steps, _) => {
                Counts::Names(counted(&steps).map(|(step, count)| (step.value(), count)).collect())
            }
        }
    }

    /// The counts along time, of a facet of dates.
    pub(super) fn into_timeline(self, by: Period) -> Timeline {
        let mut steps: Vec<(Interval, u64)> = match &self.kind {
            Kind::Dates(_, steps, _) => {
                counted(steps).map(|(step, count)| (step, u64::from(count))).collect()
            }
            _ => Vec::new(),
        };
        steps.sort_unstable_by_key(|(interval, _)| interval.first);
        Timeline { by, steps, undated: self.missing, split: None }
    }
}

/// Adds counts to those of the same names.
fn add_up(counts: &mut FxHashMap<String, u32>, others: impl IntoIterator<Item = (String, u32)>) {
    for (name, count) in others {
        *counts.entry(name).or_default() += count;
    }
}

/// The steps in time that have articles.
fn counted(steps: &Steps) -> impl Iterator<Item = (Interval, u32)> {
    steps.counted().iter().copied().filter(|(_, count)| *count > 0)
}

/// Counts of a facet's values.
pub(super) enum Counts {
    /// By value.
    Names(Vec<(String, u32)>),
    /// By person.
    People(Box<PeopleCounts>),
    /// By ordinal of a text column; a segment may stand there more than once.
    Ordinals(&'static str, Vec<Ordinals>),
}

impl Counts {
    /// The counts by ordinal, where that is what they are.
    pub(super) fn by_segment(&self) -> &[Ordinals] {
        match self {
            Self::Ordinals(_, segments) => segments,
            Self::Names(_) | Self::People(_) => &[],
        }
    }
}

/// Counts by the ordinals of a segment's column.
pub(super) struct Ordinals {
    /// Place of the segment among all.
    pub(super) segment: u32,
    pub(super) column: StrColumn,
    /// Ordinals with their count, in no order.
    pub(super) counts: Vec<(u32, u32)>,
}

/// Names counted by the ordinals of their column.
struct Names {
    field: &'static str,
    counted: Vec<Ordinals>,
    /// The segment at hand, and what it is counted with.
    segment: u32,
    column: Option<StrColumn>,
    tally: Tally,
}

impl Names {
    fn new(field: &'static str) -> Self {
        Self { field, counted: Vec::new(), segment: 0, column: None, tally: Tally::default() }
    }

    fn open(&mut self, segment: u32, column: Option<StrColumn>) {
        if let Some(column) = &column {
            self.tally.reset(column.num_terms());
        }
        (self.segment, self.column) = (segment, column);
    }

    fn close(&mut self) {
        let Some(column) = self.column.take() else { return };
        self.counted.push(Ordinals { segment: self.segment, column, counts: self.tally.counted() });
    }
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
