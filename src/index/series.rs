//! A timeline for each of some values of a facet, in one pass.

use std::sync::Arc;

use chrono::NaiveDate;
use rustc_hash::FxHashMap;
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader};

use super::batch::{BATCH, Batch};
use super::book::Book;
use super::facets::{self, Source, source};
use super::pass::Collect;
use super::schema::{COUNTRIES, PEOPLE};
use super::steps::Steps;
use crate::article::country;
use crate::search::{Facet, FacetValue, Timeline, TimelineRequest};

/// Counts by step and value.
pub(super) struct Series<'v> {
    /// The column of the values.
    values_in: &'static str,
    dates: Source,
    facet: Facet,
    values: &'v [FacetValue],
    /// All names of people, where they are the values.
    book: Option<Arc<Book>>,
    steps: Steps,
    /// By the number of a step in time: articles of each value.
    counts: Vec<Vec<u32>>,
}

impl<'v> Series<'v> {
    /// `None` for a facet of dates, which has a time of its own.
    pub(super) fn new(
        timeline: &TimelineRequest,
        facet: Facet,
        values: &'v [FacetValue],
        book: Option<Arc<Book>>,
    ) -> Option<Self> {
        let values_in = match source(facet) {
            Source::Names(field) => field,
            Source::People => PEOPLE,
            Source::Regions => COUNTRIES,
            Source::Dates(..) => return None,
        };
        let dates = source(facets::dates(timeline));
        let steps = Steps::new(timeline.by);
        Some(Self { values_in, dates, facet, values, book, steps, counts: Vec::new() })
    }

    /// For each step of the timeline the counts in order of the values.
    pub(super) fn steps(&self, timeline: &Timeline) -> Vec<Vec<u64>> {
        let none = vec![0; self.values.len()];
        let counted = self.steps.counted().iter().zip(&self.counts);
        let of_step: FxHashMap<NaiveDate, &Vec<u32>> =
            counted.map(|((step, _), counts)| (step.first, counts)).collect();
        let steps = timeline.steps.iter().map(|(step, _)| of_step.get(&step.first).copied().unwrap_or(&none));
        steps.map(|counts| counts.iter().map(|count| u64::from(*count)).collect()).collect()
    }

    /// The ordinals of a segment's column that count for each value.
    fn ordinals(&self, column: &StrColumn) -> tantivy::Result<Ordinals> {
        let mut ordinals = Ordinals::default();
        let person = |value: &FacetValue| {
            let book = self.book.as_ref()?;
            Some((book, book.person_named(&value.value)?))
        };
        for (at, value) in self.values.iter().enumerate() {
            let mut names: Vec<&str> = Vec::new();
            if self.facet == Facet::Region {
                let within = |country: &&country::Country| {
                    country.region == value.value || country.subregion == value.value
                };
                names.extend(country::all().iter().filter(within).map(|country| country.code));
            } else if let Some((book, person)) = person(value) {
                names.extend(book.names_of(person).map(|name| book.name(name)));
            } else {
                names.push(&value.value);
            }
            for name in names {
                if let Some(ord) = column.dictionary().term_ord(name.as_bytes())? {
                    ordinals.entry(ord).or_default().push(at as u32);
                }
            }
        }
        Ok(ordinals)
    }
}

/// The places of the values that each ordinal of a segment's column counts for.
type Ordinals = FxHashMap<u64, Vec<u32>>;

/// A segment being counted.
pub(super) struct Segment {
    /// Nothing where the segment has no dates or none of the values.
    columns: Option<(Column<u64>, StrColumn, Ordinals)>,
    docs: Vec<DocId>,
    dates: Batch,
    names: Batch,
}

impl Collect for Series<'_> {
    type Segment = Segment;

    fn open(&mut self, _: u32, segment: &SegmentReader) -> tantivy::Result<Segment> {
        let fast = segment.fast_fields();
        let mut columns = None;
        if let Source::Dates(field, _) = self.dates
            && let (Some(dates), Some(names)) = (fast.column_opt::<u64>(field)?, fast.str(self.values_in)?)
        {
            let ordinals = self.ordinals(&names)?;
            if !ordinals.is_empty() {
                columns = Some((dates, names, ordinals));
            }
        }
        Ok(Segment {
            columns,
            docs: Vec::with_capacity(BATCH),
            dates: Batch::default(),
            names: Batch::default(),
        })
    }

    fn collect(&mut self, segment: &mut Segment, docs: &[DocId]) {
        if segment.columns.is_none() {
            return;
        }
        segment.docs.extend_from_slice(docs);
        if segment.docs.len() >= BATCH {
            self.count(segment);
        }
    }

    fn close(&mut self, mut segment: Segment) {
        self.count(&mut segment);
    }
}

impl Series<'_> {
    /// Counts the articles that wait.
    fn count(&mut self, segment: &mut Segment) {
        let Segment { columns, docs, dates, names } = segment;
        let Some((times, column, ordinals)) = columns else { return };
        dates.fetch(times, docs);
        names.fetch(column.ords(), docs);
        let (mut of_article, mut here): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
        let (mut date_at, mut name_at) = (0, 0);
        // Both are in order of the articles; one with a date and a value stands in both.
        for run in dates.docs.chunk_by(|a, b| a == b) {
            let doc = run[0];
            let first = name_at + names.docs[name_at..].partition_point(|other| *other < doc);
            name_at = first + names.docs[first..].iter().take_while(|other| **other == doc).count();
            here.clear();
            for ord in &names.values[first..name_at] {
                for value in ordinals.get(ord).into_iter().flatten() {
                    if !here.contains(value) {
                        here.push(*value);
                    }
                }
            }
            if !here.is_empty() {
                self.steps.of_article(&dates.values[date_at..date_at + run.len()], &mut of_article);
                for step in &of_article {
                    let met = self.counts.len().max(*step as usize + 1);
                    self.counts.resize_with(met, || vec![0; self.values.len()]);
                    let counts = &mut self.counts[*step as usize];
                    here.iter().for_each(|value| counts[*value as usize] += 1);
                }
            }
            date_at += run.len();
        }
        docs.clear();
    }
}
