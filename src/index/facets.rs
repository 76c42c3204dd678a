//! Counting the values of all matches, in one pass for all facets.
//!
//! Each article counts once for a value. A segment counts by ordinals of its columns; names are looked up
//! only for what is returned, or to join the counts of several segments.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Searcher, SegmentReader};

use super::book::{Book, PeopleCounts};
use super::calendar;
use super::ordinals::Numberings;
use crate::article::Interval;
use crate::article::country;
use crate::article::name::fold;
use crate::search::{Facet, FacetCounts, FacetRequest, FacetValue, Period, Timeline};

/// Names that are looked up one by one; for more, segments are added up by common numbers.
const MOST_LOOKED_UP: usize = 2_000;
/// Articles whose values are fetched together.
const BATCH: usize = 1024;

/// What a facet is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// Names of people, through the people book.
    People,
    /// Names in a text column.
    Names(&'static str),
    /// Regions and sub-regions of the codes in a text column.
    Regions,
    /// Packed intervals in a number column, in steps of a period.
    Dates(&'static str, Period),
}

fn source(facet: Facet) -> Source {
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
    names: FxHashMap<String, u64>,
    steps: FxHashMap<u64, u64>,
    missing: u64,
    /// Counts of people; a segment has them while it is open.
    people: Option<PeopleCounts>,
}

impl Counter {
    /// A counter of a facet; people are counted through the book that `book` opens.
    pub(super) fn facet<E>(facet: Facet, book: impl FnOnce() -> Result<Arc<Book>, E>) -> Result<Self, E> {
        let mut counter = Self::of(source(facet));
        if counter.source == Source::People {
            counter.people = Some(PeopleCounts::new(book()?));
        }
        Ok(counter)
    }

    pub(super) fn timeline(by: Period, mentions: bool) -> Self {
        Self::of(Source::Dates(if mentions { "mentioned" } else { "published_on" }, by))
    }

    fn of(source: Source) -> Self {
        Self {
            source,
            ordinals: Vec::new(),
            names: FxHashMap::default(),
            steps: FxHashMap::default(),
            missing: 0,
            people: None,
        }
    }

    /// Begins the segment of a number.
    pub(super) fn open(&mut self, number: usize, segment: &SegmentReader) -> tantivy::Result<Segment> {
        let fast = segment.fast_fields();
        let kind = match self.source {
            Source::People => match self.people.take() {
                Some(mut people) => {
                    people.open(number, fast.str("person_name")?);
                    Kind::People(people)
                }
                None => Kind::Absent,
            },
            Source::Names(field) => match fast.str(field)? {
                Some(column) => Kind::Names(Ordinals::new(column)),
                None => Kind::Absent,
            },
            Source::Regions => match fast.str("country_code")? {
                Some(column) => Kind::Regions(Regions::new(column)?),
                None => Kind::Absent,
            },
            Source::Dates(field, period) => match fast.column_opt::<u64>(field)? {
                Some(column) => Kind::Dates(Steps {
                    column,
                    period,
                    cache: FxHashMap::default(),
                    counts: FxHashMap::default(),
                }),
                None => Kind::Absent,
            },
        };
        Ok(Segment { kind, docs: Vec::with_capacity(BATCH), batch: Batch::default(), missing: 0 })
    }

    /// Ends a segment.
    pub(super) fn close(&mut self, mut segment: Segment) -> tantivy::Result<()> {
        segment.flush();
        self.missing += segment.missing;
        match segment.kind {
            Kind::Absent => self.ordinals.push(None),
            Kind::People(people) => self.people = Some(people),
            Kind::Names(ordinals) => self.ordinals.push(Some(ordinals)),
            Kind::Regions(regions) => {
                for (group, count) in regions.names.iter().zip(regions.counts).filter(|(_, count)| *count > 0)
                {
                    *self.names.entry(group.clone()).or_default() += u64::from(count);
                }
            }
            Kind::Dates(steps) => {
                for (step, count) in steps.counts {
                    *self.steps.entry(step).or_default() += count;
                }
            }
        }
        Ok(())
    }

    /// The counts as asked for.
    pub(super) fn finish(
        mut self,
        request: &FacetRequest,
        searcher: &Searcher,
        numberings: &Numberings,
    ) -> tantivy::Result<FacetCounts> {
        if let Some(people) = self.people {
            return Ok(people.finish(request, self.missing));
        }
        if let Source::Names(field) = self.source {
            let counted: usize = self.ordinals.iter().flatten().map(Ordinals::counted).sum();
            let alone = self.ordinals.iter().flatten().count() == 1;
            if request.like.is_none() && (alone || counted > MOST_LOOKED_UP) {
                return self.by_number(request, field, searcher, numberings);
            }
            for ordinals in self.ordinals.iter().flatten() {
                ordinals.each(|name, count| match self.names.get_mut(name) {
                    Some(sum) => *sum += count,
                    None => {
                        self.names.insert(name.to_owned(), count);
                    }
                })?;
            }
        }
        Ok(self.by_name(request))
    }

    /// Adds up and chooses by the common numbers of names; only what is returned is looked up.
    fn by_number(
        self,
        request: &FacetRequest,
        field: &'static str,
        searcher: &Searcher,
        numberings: &Numberings,
    ) -> tantivy::Result<FacetCounts> {
        let alone = self.ordinals.iter().flatten().count() == 1;
        let joined = if alone { None } else { Some(numberings.of(searcher, field)?) };
        let mut sums: Vec<u64>;
        match &joined {
            None => {
                sums = self
                    .ordinals
                    .iter()
                    .flatten()
                    .flat_map(|o| o.counts.iter().map(|c| u64::from(*c)))
                    .collect()
            }
            Some(joined) => {
                sums = vec![0; joined.found_at.len()];
                for (ordinals, common) in self.ordinals.iter().zip(&joined.common) {
                    let Some(ordinals) = ordinals else { continue };
                    for (count, number) in ordinals.counts.iter().zip(common) {
                        sums[*number as usize] += u64::from(*count);
                    }
                }
            }
        }
        let least = request.min_count.max(1);
        let mut values: Vec<(u64, u32)> = sums
            .iter()
            .enumerate()
            .filter(|(_, sum)| **sum >= least)
            .map(|(n, sum)| (*sum, n as u32))
            .collect();
        let distinct = values.len() as u64;
        let end = request.offset.saturating_add(request.limit).min(values.len());
        // Numbers are in order of the names.
        let order = |a: &(u64, u32), b: &(u64, u32)| b.0.cmp(&a.0).then(a.1.cmp(&b.1));
        if end > 0 && end < values.len() {
            values.select_nth_unstable_by(end - 1, order);
        }
        values.truncate(end);
        values.sort_unstable_by(order);
        let mut shown = Vec::with_capacity(end.saturating_sub(request.offset));
        for (count, number) in values.into_iter().skip(request.offset) {
            let (segment, ord) = match &joined {
                None => (self.ordinals.iter().position(Option::is_some).unwrap_or(0), number),
                Some(joined) => {
                    let (segment, ord) = joined.found_at[number as usize];
                    (segment as usize, ord)
                }
            };
            let mut value = String::new();
            if let Some(Some(ordinals)) = self.ordinals.get(segment) {
                ordinals.column.ord_to_str(u64::from(ord), &mut value)?;
            }
            shown.push(FacetValue { label: label(request.facet, &value), value, count, also: Vec::new() });
        }
        Ok(FacetCounts { facet: request.facet, values: shown, distinct, missing: self.missing })
    }

    fn by_name(self, request: &FacetRequest) -> FacetCounts {
        let mut values: Vec<(String, u64)> = match self.source {
            Source::Dates(..) => {
                let steps = self.steps.into_iter();
                steps.filter_map(|(step, count)| Some((calendar::unpack(step)?.value(), count))).collect()
            }
            _ => self.names.into_iter().collect(),
        };
        let like = request.like.as_deref().map(fold);
        values.retain(|(value, count)| {
            *count >= request.min_count.max(1)
                && like.as_deref().is_none_or(|like| {
                    fold(value).contains(like) || fold(&label(request.facet, value)).contains(like)
                })
        });
        let distinct = values.len() as u64;
        let end = request.offset.saturating_add(request.limit).min(values.len());
        let order = |a: &(String, u64), b: &(String, u64)| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0));
        if end > 0 && end < values.len() {
            values.select_nth_unstable_by(end - 1, order);
            values.truncate(end);
        }
        values.sort_unstable_by(order);
        let values = values
            .into_iter()
            .take(end)
            .skip(request.offset)
            .map(|(value, count)| FacetValue {
                label: label(request.facet, &value),
                value,
                count,
                also: Vec::new(),
            })
            .collect();
        FacetCounts { facet: request.facet, values, distinct, missing: self.missing }
    }

    /// The counts along time.
    pub(super) fn into_timeline(self, by: Period) -> Timeline {
        let mut steps: Vec<(Interval, u64)> = self
            .steps
            .into_iter()
            .filter_map(|(step, count)| Some((calendar::unpack(step)?, count)))
            .collect();
        steps.sort_unstable_by_key(|(interval, _)| interval.first);
        Timeline { by, steps, undated: self.missing }
    }
}

/// A value as one reads it.
fn label(facet: Facet, value: &str) -> String {
    match facet {
        Facet::Country => country::by_code(value).map_or(value, |country| country.name).to_owned(),
        Facet::Place => value.rsplit_once(", ").map_or(value, |(place, _)| place).to_owned(),
        Facet::Region => {
            let above =
                country::all().iter().find(|country| country.subregion == value && country.region != value);
            above.map_or_else(|| value.to_owned(), |country| format!("{} > {value}", country.region))
        }
        _ => value.to_owned(),
    }
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
    People(PeopleCounts),
    Names(Ordinals),
    Regions(Regions),
    Dates(Steps),
}

#[derive(Default)]
struct Batch {
    docs: Vec<DocId>,
    rows: Vec<u32>,
    values: Vec<u64>,
}

impl Batch {
    /// Fetches the values of articles; `docs` and `values` run in parallel. Returns how many articles have
    /// none.
    fn fetch(&mut self, column: &Column<u64>, docs: &[DocId]) -> u64 {
        self.docs.clear();
        self.rows.clear();
        column.row_ids_for_docs(docs, &mut self.docs, &mut self.rows);
        self.values.clear();
        self.values.resize(self.rows.len(), 0);
        column.values.get_vals(&self.rows, &mut self.values);
        let with = self.docs.chunk_by(|a, b| a == b).count();
        (docs.len() - with) as u64
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
                    *missing += batch.fetch(column.ords(), docs);
                    people.count(&batch.docs, &batch.values);
                }
                None => *missing += docs.len() as u64,
            },
            Kind::Names(ordinals) => {
                *missing += batch.fetch(ordinals.column.ords(), docs);
                for ord in &batch.values {
                    if let Some(count) = ordinals.counts.get_mut(*ord as usize) {
                        *count += 1;
                    }
                }
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

struct Ordinals {
    column: StrColumn,
    counts: Vec<u32>,
}

impl Ordinals {
    fn new(column: StrColumn) -> Self {
        let counts = vec![0; column.num_terms()];
        Self { column, counts }
    }

    fn counted(&self) -> usize {
        self.counts.iter().filter(|count| **count > 0).count()
    }

    fn each(&self, mut each: impl FnMut(&str, u64)) -> tantivy::Result<()> {
        let counted = self.counts.iter().enumerate().filter(|(_, count)| **count > 0);
        let (ords, counts): (Vec<u64>, Vec<u32>) = counted.map(|(ord, count)| (ord as u64, *count)).unzip();
        let mut counts = counts.into_iter();
        self.column.dictionary().sorted_ords_to_term_cb(&ords, |bytes| {
            if let (Ok(name), Some(count)) = (std::str::from_utf8(bytes), counts.next()) {
                each(name, u64::from(count));
            }
        })?;
        Ok(())
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

/// Dates counted in steps of a period: two days of a month in one article count once for the month.
struct Steps {
    column: Column<u64>,
    period: Period,
    /// The step of each date met; none for dates less exact than the period.
    cache: FxHashMap<u64, Option<u64>>,
    counts: FxHashMap<u64, u64>,
}

impl Steps {
    /// Answers how many articles have a date as exact as the period.
    fn count(&mut self, batch: &Batch) -> u64 {
        let mut with = 0;
        let mut seen: Vec<u64> = Vec::new();
        let mut at = 0;
        for run in batch.docs.chunk_by(|a, b| a == b) {
            seen.clear();
            for value in &batch.values[at..at + run.len()] {
                let period = self.period;
                let step = self.cache.entry(*value).or_insert_with(|| step(*value, period));
                if let Some(step) = *step
                    && !seen.contains(&step)
                {
                    seen.push(step);
                    *self.counts.entry(step).or_default() += 1;
                }
            }
            with += u64::from(!seen.is_empty());
            at += run.len();
        }
        with
    }
}

fn step(packed: u64, period: Period) -> Option<u64> {
    let interval = calendar::unpack(packed)?;
    let unit = calendar::unit(interval.first, period.granularity())?;
    if unit.contains(&interval) { calendar::pack(&unit) } else { None }
}
