//! Counting the values of all matches, in one pass for all facets.
//!
//! Each article counts once for a value. A segment counts by ordinals of its columns; [`super::values`] adds the
//! segments up and looks up the names of what is returned.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader};

use super::batch::{BATCH, Batch};
use super::book::{Book, PeopleCounts};
use super::steps::Steps;
use super::tally::Tally;
use crate::article::Interval;
use crate::article::country;
use crate::search::{Facet, Period, Timeline};

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
    missing: u64,
    /// What segments count with, one after another.
    tally: Tally,
    batch: Batch,
    /// Counts of people, and of steps in time; a segment has them while it is open.
    people: Option<Box<PeopleCounts>>,
    steps: Option<Box<Steps>>,
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
            missing: 0,
            tally: Tally::default(),
            batch: Batch::default(),
            people: None,
            steps: match source {
                Source::Dates(_, period) => Some(Box::new(Steps::new(period))),
                _ => None,
            },
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
            Source::Dates(field, _) => match fast.column_opt::<u64>(field)? {
                Some(column) => self.steps.take().map_or(Kind::Absent, |steps| Kind::Dates(column, steps)),
                None => Kind::Absent,
            },
        };
        let batch = std::mem::take(&mut self.batch);
        Ok(Segment { kind, batch, missing: 0 })
    }

    /// Ends a segment.
    pub(super) fn close(&mut self, segment: Segment) {
        self.missing += segment.missing;
        self.batch = segment.batch;
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
            Kind::Dates(_, steps) => self.steps = Some(steps),
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
                Counts::Names(self.steps().map(|(step, count)| (step.value(), count)).collect())
            }
        }
    }

    /// The counts along time.
    pub(super) fn into_timeline(self, by: Period) -> Timeline {
        let mut steps: Vec<(Interval, u64)> =
            self.steps().map(|(step, count)| (step, u64::from(count))).collect();
        steps.sort_unstable_by_key(|(interval, _)| interval.first);
        Timeline { by, steps, undated: self.missing, split: None }
    }

    /// The steps in time that have articles.
    fn steps(&self) -> impl Iterator<Item = (Interval, u32)> {
        let steps = self.steps.as_ref().map_or(&[][..], |steps| steps.counted());
        steps.iter().copied().filter(|(_, count)| *count > 0)
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
    batch: Batch,
    missing: u64,
}

enum Kind {
    Absent,
    People(Box<PeopleCounts>),
    Names(Names),
    Regions(Regions),
    Dates(Column<u64>, Box<Steps>),
}

impl Segment {
    /// Counts articles, in order; best are many at once.
    pub(super) fn collect(&mut self, docs: &[DocId]) {
        docs.chunks(BATCH).for_each(|docs| self.count(docs));
    }

    fn count(&mut self, docs: &[DocId]) {
        let Self { kind, batch, missing } = self;
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
            Kind::Dates(column, steps) => {
                batch.fetch(column, docs);
                *missing += docs.len() as u64 - steps.count(batch);
            }
        }
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
