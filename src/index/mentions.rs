//! The mentions of a stored article, in a few bytes each.
//!
//! They are offsets into the text and what was read there; names that stand in the text are not written again.
//! Each begins with its distance from the mention before it (the first of a person or country: from the first
//! of the one before), and a mention that was read as the one before it says no more. All but names are numbers.

use chrono::{Datelike, NaiveDate, TimeDelta};

use super::calendar::{self, GRANULARITIES};
use super::numbers::{Numbers, NumbersReader, Quantity};
use super::texts::{TextReader, TextWriter};
use crate::article::{Granularity, Interval, Part, Span};
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
    out.numbers.put(Quantity::People, annotations.people.len() as u64);
    let mut before = START;
    for person in &annotations.people {
        out.numbers.put(Quantity::PersonMentions, person.mentions.len() as u64);
        let spans = person.mentions.iter().map(|mention| mention.span);
        name(out, &person.name, spans, texts);
        let mut last: Option<&PersonMention> = None;
        for mention in &person.mentions {
            let same =
                last.is_some_and(|last| (length(last.span), last.via) == (length(mention.span), mention.via));
            let base = last.map_or(before, |last| last.span);
            if PERSON_STEPS.of(last.is_some()).write(&mut out.numbers, base, mention.span, same) {
                out.numbers.put(Quantity::PersonVia, number_of(&PERSON_VIA, &mention.via));
                out.numbers.put(Quantity::PersonLength, length(mention.span));
            }
            last = Some(mention);
        }
        before = person.mentions.first().map_or(before, |mention| mention.span);
    }
    out.numbers.put(Quantity::Countries, annotations.countries.len() as u64);
    let mut before = START;
    for country in &annotations.countries {
        for (of, letter) in CODE.into_iter().zip(country.code.bytes()) {
            out.numbers.put(of, u64::from(letter.wrapping_sub(b'A')));
        }
        out.numbers.put(Quantity::CountryMentions, country.mentions.len() as u64);
        let mut last: Option<&CountryMention> = None;
        for mention in &country.mentions {
            let same = last.is_some_and(|last| {
                (length(last.span), last.via, &last.place)
                    == (length(mention.span), mention.via, &mention.place)
            });
            let base = last.map_or(before, |last| last.span);
            if COUNTRY_STEPS.of(last.is_some()).write(&mut out.numbers, base, mention.span, same) {
                let place = mention.place.as_deref();
                let stands = place.is_some() && texts.at(mention.span) == place;
                let named = if stands { PLACE_STANDS } else { place.map_or(PLACE_NONE, |_| PLACE_WRITTEN) };
                out.numbers.put(Quantity::CountryVia, number_of(&COUNTRY_VIA, &mention.via) * PLACES + named);
                out.numbers.put(Quantity::CountryLength, length(mention.span));
                if named == PLACE_WRITTEN {
                    out.text(Quantity::CountryName, place.unwrap_or(""));
                }
            }
            last = Some(mention);
        }
        before = country.mentions.first().map_or(before, |mention| mention.span);
    }
}

/// Writes the mentions of dates.
pub(super) fn write_dates(out: &mut Numbers, dates: &[DateMention], texts: &Texts<'_>) {
    out.put(Quantity::Dates, dates.len() as u64);
    let mut last: Option<&DateMention> = None;
    for date in dates {
        let same = last.is_some_and(|other| {
            (length(other.span), other.via, other.value) == (length(date.span), date.via, date.value)
        });
        if DATE_STEPS.write(out, last.map_or(START, |other| other.span), date.span, same) {
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

/// The letters of a country's code.
const CODE: [Quantity; 2] = [Quantity::CountryFirstLetter, Quantity::CountrySecondLetter];

/// A name: where it stands among the mentions, or itself.
fn name(out: &mut TextWriter, name: &str, spans: impl Iterator<Item = Span>, texts: &Texts<'_>) {
    let mut spans = spans;
    match spans.position(|span| texts.at(span) == Some(name)) {
        Some(at) => out.numbers.put(Quantity::PersonNamedBy, at as u64 + 1),
        None => {
            out.numbers.put(Quantity::PersonNamedBy, 0);
            out.text(Quantity::PersonName, name);
        }
    }
}

/// What the numbers of a step from mention to mention count.
#[derive(Clone, Copy)]
struct Step {
    place: Quantity,
    distance: Quantity,
}

/// The steps to the first mention of a person or country, and to those that follow.
struct Steps {
    first: Step,
    next: Step,
}

const PERSON_STEPS: Steps = Steps {
    first: Step { place: Quantity::PersonPlace, distance: Quantity::PersonDistance },
    next: Step { place: Quantity::PersonNextPlace, distance: Quantity::PersonNextDistance },
};
const COUNTRY_STEPS: Steps = Steps {
    first: Step { place: Quantity::CountryPlace, distance: Quantity::CountryDistance },
    next: Step { place: Quantity::CountryNextPlace, distance: Quantity::CountryNextDistance },
};
const DATE_STEPS: Step = Step { place: Quantity::DatePlace, distance: Quantity::DateDistance };

impl Steps {
    fn of(&self, follows: bool) -> Step {
        if follows { self.next } else { self.first }
    }
}

/// The mention is else as the one before it.
const SAME: u64 = 1;
/// The distance is not from the mention before but from the beginning of the part,
const FAR: u64 = 2;
/// which is the body.
const BODY: u64 = 4;

impl Step {
    /// Writes where a mention begins; whether more must be said of it.
    fn write(self, out: &mut Numbers, base: Span, span: Span, same: bool) -> bool {
        let near = base.part == span.part && base.start <= span.start;
        let far = if near { 0 } else { FAR };
        let body = if !near && span.part == Part::Body { BODY } else { 0 };
        out.put(self.place, far | body | if same { SAME } else { 0 });
        out.put(self.distance, u64::from(if near { span.start - base.start } else { span.start }));
        !same
    }

    /// Where a mention begins, and whether it is else as the one before it.
    fn read(self, from: &mut NumbersReader<'_>, base: Span) -> Option<(Span, bool)> {
        let place = from.number(self.place)?;
        let distance = u32::try_from(from.number(self.distance)?).ok()?;
        let (part, start) = if place & FAR == 0 {
            (base.part, base.start.checked_add(distance)?)
        } else {
            (if place & BODY == 0 { Part::Title } else { Part::Body }, distance)
        };
        Some((Span { part, start, end: start }, place & SAME != 0))
    }
}

/// What a date mention says: how it was read, its length, the days.
fn date(out: &mut Numbers, date: &DateMention, around: i64) {
    let value = &date.value;
    // Most intervals are calendar units, known by their first day.
    let unit = calendar::unit(value.first, value.granularity) == Some(*value);
    out.put(Quantity::DateVia, number_of(&DATE_VIA, &date.via) * 2 + u64::from(unit));
    out.put(Quantity::DateGranularity, number_of(&GRANULARITIES, &value.granularity));
    out.put(Quantity::DateLength, length(date.span));
    out.put_signed(first_of(value.granularity), i64::from(value.first.num_days_from_ce()) - around);
    if !unit {
        out.put(Quantity::DateDays, (value.last - value.first).num_days().max(0) as u64);
    }
}

/// The first day, counted from that of publication: a day is often a neighbour, a year seldom.
fn first_of(granularity: Granularity) -> Quantity {
    if granularity == Granularity::Day { Quantity::DateOfDay } else { Quantity::DateOfOther }
}

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
    for _ in 0..from.numbers.number(Quantity::People)? {
        let count = from.numbers.number(Quantity::PersonMentions)?;
        let named_by = from.numbers.number(Quantity::PersonNamedBy)?;
        let written = if named_by == 0 { from.text(Quantity::PersonName)? } else { "" };
        let mut mentions: Vec<PersonMention> = Vec::new();
        for _ in 0..count {
            let last = mentions.last();
            let base = last.map_or(before, |last| last.span);
            let (mut span, same) = PERSON_STEPS.of(last.is_some()).read(&mut from.numbers, base)?;
            let (via, length) = match last {
                Some(last) if same => (last.via, length(last.span)),
                _ => (
                    named(&PERSON_VIA, from.numbers.number(Quantity::PersonVia)?)?,
                    from.numbers.number(Quantity::PersonLength)?,
                ),
            };
            span.end = end(span, length)?;
            mentions.push(PersonMention { span, via });
        }
        let name = match named_by.checked_sub(1) {
            None => written,
            Some(at) => texts.at(mentions.get(usize::try_from(at).ok()?)?.span)?,
        };
        before = mentions.first().map_or(before, |mention| mention.span);
        people.push((name, mentions));
    }
    let mut countries = Vec::new();
    let mut before = START;
    for _ in 0..from.numbers.number(Quantity::Countries)? {
        let [first, second] = CODE.map(|of| b'A'.checked_add(u8::try_from(from.numbers.number(of)?).ok()?));
        let code = super::stored::code(&[first?, second?])?;
        let mut mentions: Vec<PlaceMention<'a>> = Vec::new();
        for _ in 0..from.numbers.number(Quantity::CountryMentions)? {
            let last = mentions.last().copied();
            let base = last.map_or(before, |last| last.span);
            let (mut span, same) = COUNTRY_STEPS.of(last.is_some()).read(&mut from.numbers, base)?;
            let mention = match last {
                Some(last) if same => {
                    span.end = end(span, length(last.span))?;
                    PlaceMention { span, ..last }
                }
                _ => {
                    let via = from.numbers.number(Quantity::CountryVia)?;
                    span.end = end(span, from.numbers.number(Quantity::CountryLength)?)?;
                    let place = match via % PLACES {
                        PLACE_NONE => None,
                        PLACE_STANDS => Some(texts.at(span)?),
                        _ => Some(from.text(Quantity::CountryName)?),
                    };
                    PlaceMention { span, via: named(&COUNTRY_VIA, via / PLACES)?, place }
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
pub(super) fn read_dates(from: &mut NumbersReader<'_>, texts: &Texts<'_>) -> Option<Vec<DateMention>> {
    let mut dates: Vec<DateMention> = Vec::new();
    for _ in 0..from.number(Quantity::Dates)? {
        let (mut span, same) = DATE_STEPS.read(from, dates.last().map_or(START, |last| last.span))?;
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

fn read_date(from: &mut NumbersReader<'_>, mut span: Span, around: i64) -> Option<DateMention> {
    let via = from.number(Quantity::DateVia)?;
    let granularity = named(&GRANULARITIES, from.number(Quantity::DateGranularity)?)?;
    span.end = end(span, from.number(Quantity::DateLength)?)?;
    let days = from.signed(first_of(granularity))?.checked_add(around)?;
    let first = NaiveDate::from_num_days_from_ce_opt(i32::try_from(days).ok()?)?;
    let value = if via % 2 == 1 {
        calendar::unit(first, granularity)?
    } else {
        let length = TimeDelta::try_days(i64::try_from(from.number(Quantity::DateDays)?).ok()?)?;
        Interval { first, last: first.checked_add_signed(length)?, granularity }
    };
    Some(DateMention { span, value, via: named(&DATE_VIA, via / 2)? })
}

/// What has the number in a table.
fn named<T: Copy>(table: &[T], number: u64) -> Option<T> {
    table.get(usize::try_from(number).ok()?).copied()
}

fn end(span: Span, length: u64) -> Option<u32> {
    span.start.checked_add(u32::try_from(length).ok()?)
}
