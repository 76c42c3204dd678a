//! The mentions of a stored article, in a few bytes each.
//!
//! They are offsets into the text and what was read there; names that stand in the text are not written again.
//! Each begins with its distance from the mention before it (the first of a person or country: from the first
//! of the one before), and a mention that was read as the one before it says no more. All but names are numbers, which
//! are kept apart from the text, since a compressor of texts only makes them longer.

use chrono::{Datelike, NaiveDate, TimeDelta};

use super::bytes::{Reader, TextReader, TextWriter, Writer};
use super::calendar::{self, GRANULARITIES};
use crate::article::{Interval, Part, Span};
use crate::extract::{
    Annotations, CountryMention, CountryMentions, CountryVia, DateMention, DateVia, Person, PersonMention,
    PersonVia,
};

const PERSON_VIA: [PersonVia; 5] =
    [PersonVia::FullName, PersonVia::ShortForm, PersonVia::Title, PersonVia::SingleName, PersonVia::Editor];
const COUNTRY_VIA: [CountryVia; 7] = [
    CountryVia::Name,
    CountryVia::Demonym,
    CountryVia::City,
    CountryVia::Region,
    CountryVia::Metonym,
    CountryVia::Dateline,
    CountryVia::Editor,
];
const DATE_VIA: [DateVia; 3] = [DateVia::Absolute, DateVia::Published, DateVia::Context];

/// Texts that mentions lie in.
#[derive(Clone, Copy, Debug)]
pub(super) struct Texts<'a> {
    pub(super) title: &'a str,
    pub(super) body: &'a str,
    /// Most dates lie around this day.
    pub(super) around: Option<NaiveDate>,
}

/// The mentions of people and countries of an article; texts are borrowed.
#[derive(Debug)]
pub(super) struct Mentions<'a> {
    /// Names with their mentions.
    pub(super) people: Vec<(&'a str, Vec<PersonMention>)>,
    /// Codes with their mentions.
    pub(super) countries: Vec<(&'static str, Vec<PlaceMention<'a>>)>,
}

/// A mention of a country.
#[derive(Clone, Copy, Debug)]
pub(super) struct PlaceMention<'a> {
    span: Span,
    via: CountryVia,
    place: Option<&'a str>,
}

impl<'a> Texts<'a> {
    fn at(&self, span: Span) -> Option<&'a str> {
        let text = match span.part {
            Part::Title => self.title,
            Part::Body => self.body,
        };
        text.get(span.start as usize..span.end as usize)
    }

    fn around(&self) -> i64 {
        self.around.map_or(0, |day| i64::from(day.num_days_from_ce()))
    }
}

/// Writes the mentions of people and countries.
pub(super) fn write(out: &mut TextWriter, annotations: &Annotations, texts: &Texts<'_>) {
    out.numbers.short(annotations.people.len() as u64);
    let mut before = START;
    for person in &annotations.people {
        out.numbers.short(person.mentions.len() as u64);
        let spans = person.mentions.iter().map(|mention| mention.span);
        name(out, &person.name, spans, texts);
        let mut last: Option<(Span, u64)> = None;
        for mention in &person.mentions {
            let kind = number_of(&PERSON_VIA, &mention.via) + length(mention.span) * PERSON_VIA.len() as u64;
            let base = last.map_or(before, |(span, _)| span);
            if step(&mut out.numbers, base, mention.span, last.is_some_and(|(_, other)| other == kind)) {
                out.numbers.short(kind);
            }
            last = Some((mention.span, kind));
        }
        before = person.mentions.first().map_or(before, |mention| mention.span);
    }
    out.numbers.short(annotations.countries.len() as u64);
    let mut before = START;
    for country in &annotations.countries {
        out.numbers.0.extend(country.code.as_bytes());
        out.numbers.short(country.mentions.len() as u64);
        let mut last: Option<(Span, u64, Option<&str>)> = None;
        for mention in &country.mentions {
            let place = mention.place.as_deref();
            let stands = place.is_some() && texts.at(mention.span) == place;
            let named = if stands { PLACE_STANDS } else { place.map_or(PLACE_NONE, |_| PLACE_WRITTEN) };
            let via = number_of(&COUNTRY_VIA, &mention.via) * PLACES + named;
            let kind = via + length(mention.span) * PLACES * COUNTRY_VIA.len() as u64;
            let base = last.map_or(before, |(span, ..)| span);
            let same = last.is_some_and(|(_, k, p)| (k, p) == (kind, place));
            if step(&mut out.numbers, base, mention.span, same) {
                out.numbers.short(kind);
                if named == PLACE_WRITTEN {
                    out.text(place.unwrap_or(""));
                }
            }
            last = Some((mention.span, kind, place));
        }
        before = country.mentions.first().map_or(before, |mention| mention.span);
    }
}

/// Writes the mentions of dates.
pub(super) fn write_dates(out: &mut Writer, dates: &[DateMention], texts: &Texts<'_>) {
    out.short(dates.len() as u64);
    let mut last: Option<&DateMention> = None;
    for date in dates {
        let same = last.is_some_and(|other| {
            (length(other.span), other.via, other.value) == (length(date.span), date.via, date.value)
        });
        if step(out, last.map_or(START, |other| other.span), date.span, same) {
            self::date(out, date, texts.around());
        }
        last = Some(date);
    }
}

/// Where the text begins: the first distance is from here.
const START: Span = Span { part: Part::Title, start: 0, end: 0 };

/// No place is named.
const PLACE_NONE: u64 = 0;
/// The mention is the name of the place.
const PLACE_STANDS: u64 = 1;
/// The name follows.
const PLACE_WRITTEN: u64 = 2;
const PLACES: u64 = 3;

/// A name: where it stands among the mentions, or itself.
fn name(out: &mut TextWriter, name: &str, spans: impl Iterator<Item = Span>, texts: &Texts<'_>) {
    let mut spans = spans;
    match spans.position(|span| texts.at(span) == Some(name)) {
        Some(at) => out.numbers.short(at as u64 + 1),
        None => {
            out.numbers.short(0);
            out.text(name);
        }
    }
}

/// Where a mention begins; whether more must be said of it.
fn step(out: &mut Writer, base: Span, span: Span, same: bool) -> bool {
    let near = base.part == span.part && base.start <= span.start;
    if near {
        out.short(u64::from(span.start - base.start) << 2 | u64::from(same));
    } else {
        out.short(u64::from(span.start) << 3 | u64::from(span.part == Part::Body) << 2 | 2 | u64::from(same));
    }
    !same
}

/// What a date mention says: length, how it was read, the days.
fn date(out: &mut Writer, date: &DateMention, around: i64) {
    let value = &date.value;
    // Most intervals are calendar units, known by their first day.
    let unit = calendar::unit(value.first, value.granularity) == Some(*value);
    let read = number_of(&GRANULARITIES, &value.granularity) * DATE_VIA.len() as u64;
    let read = (read + number_of(&DATE_VIA, &date.via)) * 2 + u64::from(unit);
    out.short(read + length(date.span) * READINGS);
    let days = i64::from(value.first.num_days_from_ce()) - around;
    out.short(((days << 1) ^ (days >> 63)) as u64);
    if !unit {
        out.number((value.last - value.first).num_days().max(0) as u64);
    }
}

/// Ways to read a date: granularity, via, whether it is a calendar unit.
const READINGS: u64 = (GRANULARITIES.len() * DATE_VIA.len() * 2) as u64;

fn length(span: Span) -> u64 {
    u64::from(span.end.saturating_sub(span.start))
}

fn number_of<T: PartialEq>(table: &[T], value: &T) -> u64 {
    table.iter().position(|other| other == value).unwrap_or(0) as u64
}

/// Reads what [`write`] wrote; `None` when it is damaged.
pub(super) fn read<'a>(from: &mut TextReader<'a>, texts: &Texts<'a>) -> Option<Mentions<'a>> {
    let mut people = Vec::new();
    let mut before = START;
    for _ in 0..from.numbers.short()? {
        let count = from.numbers.short()?;
        let stands = from.numbers.short()?;
        let written = if stands == 0 { from.text()? } else { "" };
        let mut mentions: Vec<PersonMention> = Vec::new();
        for _ in 0..count {
            let (mut span, same) =
                place(&mut from.numbers, mentions.last().map_or(before, |last| last.span))?;
            let kinds = PERSON_VIA.len() as u64;
            let (length, via) = match mentions.last() {
                Some(last) if same => (length(last.span), last.via),
                _ => {
                    let kind = from.numbers.short()?;
                    (kind / kinds, PERSON_VIA[(kind % kinds) as usize])
                }
            };
            span.end = end(span, length)?;
            mentions.push(PersonMention { span, via });
        }
        let name = match stands.checked_sub(1) {
            None => written,
            Some(at) => texts.at(mentions.get(usize::try_from(at).ok()?)?.span)?,
        };
        before = mentions.first().map_or(before, |mention| mention.span);
        people.push((name, mentions));
    }
    let mut countries = Vec::new();
    let mut before = START;
    for _ in 0..from.numbers.short()? {
        let code = super::stored::code(from.numbers.bytes(2)?)?;
        let mut mentions: Vec<PlaceMention<'a>> = Vec::new();
        for _ in 0..from.numbers.short()? {
            let (mut span, same) =
                place(&mut from.numbers, mentions.last().map_or(before, |last| last.span))?;
            let kinds = PLACES * COUNTRY_VIA.len() as u64;
            let mention = match mentions.last() {
                Some(last) if same => {
                    span.end = end(span, length(last.span))?;
                    PlaceMention { span, ..*last }
                }
                _ => {
                    let kind = from.numbers.short()?;
                    span.end = end(span, kind / kinds)?;
                    let place = match kind % PLACES {
                        PLACE_NONE => None,
                        PLACE_STANDS => Some(texts.at(span)?),
                        _ => Some(from.text()?),
                    };
                    PlaceMention { span, via: COUNTRY_VIA[(kind % kinds / PLACES) as usize], place }
                }
            };
            mentions.push(mention);
        }
        before = mentions.first().map_or(before, |mention| mention.span);
        countries.push((code, mentions));
    }
    Some(Mentions { people, countries })
}

impl Mentions<'_> {
    /// These mentions beside those of dates, owned.
    pub(super) fn with_dates(&self, dates: Vec<DateMention>) -> Annotations {
        let people = self
            .people
            .iter()
            .map(|(name, mentions)| Person { name: (*name).to_owned(), mentions: mentions.clone() });
        let countries = self.countries.iter().map(|(code, mentions)| CountryMentions {
            code,
            mentions: mentions
                .iter()
                .map(|m| CountryMention { span: m.span, via: m.via, place: m.place.map(str::to_owned) })
                .collect(),
        });
        Annotations { people: people.collect(), countries: countries.collect(), dates }
    }
}

/// Reads what [`write_dates`] wrote; `None` when it is damaged.
pub(super) fn read_dates(from: &mut Reader<'_>, texts: &Texts<'_>) -> Option<Vec<DateMention>> {
    let mut dates: Vec<DateMention> = Vec::new();
    for _ in 0..from.short()? {
        let (mut span, same) = place(from, dates.last().map_or(START, |last| last.span))?;
        let date = match dates.last() {
            Some(last) if same => {
                span.end = end(span, length(last.span))?;
                DateMention { span, ..last.clone() }
            }
            _ => read_date(from, span, texts.around())?,
        };
        dates.push(date);
    }
    Some(dates)
}

fn read_date(from: &mut Reader<'_>, mut span: Span, around: i64) -> Option<DateMention> {
    let head = from.short()?;
    span.end = end(span, head / READINGS)?;
    let read = head % READINGS;
    let via = DATE_VIA[(read / 2) as usize % DATE_VIA.len()];
    let granularity = GRANULARITIES[(read / 2) as usize / DATE_VIA.len()];
    let days = from.short()?;
    let days = ((days >> 1) as i64 ^ -((days & 1) as i64)).checked_add(around)?;
    let first = NaiveDate::from_num_days_from_ce_opt(i32::try_from(days).ok()?)?;
    let value = if read % 2 == 1 {
        calendar::unit(first, granularity)?
    } else {
        let length = TimeDelta::try_days(i64::try_from(from.number()?).ok()?)?;
        Interval { first, last: first.checked_add_signed(length)?, granularity }
    };
    Some(DateMention { span, value, via })
}

/// Where a mention begins, and whether it is else as the one before it.
fn place(from: &mut Reader<'_>, base: Span) -> Option<(Span, bool)> {
    let head = from.short()?;
    let same = head & 1 == 1;
    let (part, start) = if head & 2 == 0 {
        (base.part, u64::from(base.start).checked_add(head >> 2)?)
    } else {
        (if head & 4 == 0 { Part::Title } else { Part::Body }, head >> 3)
    };
    let start = u32::try_from(start).ok()?;
    Some((Span { part, start, end: start }, same))
}

fn end(span: Span, length: u64) -> Option<u32> {
    span.start.checked_add(u32::try_from(length).ok()?)
}
