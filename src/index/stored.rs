//! An article and its annotations as bytes: what the document store keeps.
//!
//! Lengths and numbers are LEB128 varints, texts UTF-8. What a result list shows comes first, then the
//! body, then the mentions, so that a list need not read the mentions. The text is kept once; mentions are
//! offsets into it.

use chrono::{Datelike, NaiveDate};

use super::calendar::GRANULARITIES;
use crate::article::{Article, Interval, Origin, Part, Published, PublishedVia, Span};
use crate::extract::{
    Annotations, CountryMention, CountryMentions, CountryVia, DateMention, DateVia, Person, PersonMention,
    PersonVia,
};

const PUBLISHED_VIA: [PublishedVia; 8] = [
    PublishedVia::Record,
    PublishedVia::JsonLd,
    PublishedVia::Meta,
    PublishedVia::Microdata,
    PublishedVia::Time,
    PublishedVia::Url,
    PublishedVia::Path,
    PublishedVia::Dateline,
];
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

/// What a result list shows of a stored article, borrowed from its bytes.
#[derive(Debug)]
pub(super) struct Head<'a> {
    pub(super) id: &'a str,
    pub(super) title: &'a str,
    pub(super) published: Option<Published>,
    pub(super) source: Option<&'a str>,
    pub(super) section: Option<&'a str>,
    pub(super) url: Option<&'a str>,
    pub(super) path: &'a str,
    pub(super) record: Option<u64>,
    /// Names with their number of mentions, in order of first mention.
    pub(super) people: Vec<(&'a str, u64)>,
    /// Codes with their number of mentions, in order of first mention.
    pub(super) countries: Vec<(&'static str, u64)>,
    pub(super) body: &'a str,
    rest: Reader<'a>,
}

/// Encodes an article.
pub(super) fn encode(article: &Article, annotations: &Annotations) -> Vec<u8> {
    let mut out = Writer(Vec::with_capacity(article.body.len() + 512));
    out.text(&article.id);
    out.text(&article.title);
    match &article.published {
        None => out.number(0),
        Some(published) => {
            out.number(1 + index_of(&PUBLISHED_VIA, &published.via));
            out.interval(&published.on);
            match published.at {
                None => out.number(0),
                Some(at) => {
                    out.number(1);
                    out.signed(at);
                }
            }
        }
    }
    out.option(article.source.as_deref());
    out.option(article.section.as_deref());
    out.option(article.url.as_deref());
    out.text(&article.origin.path);
    out.number(article.origin.record.map_or(0, |record| record.saturating_add(1)));
    out.number(annotations.people.len() as u64);
    for person in &annotations.people {
        out.text(&person.name);
        out.number(person.mentions.len() as u64);
    }
    out.number(annotations.countries.len() as u64);
    for country in &annotations.countries {
        out.0.extend(country.code.as_bytes());
        out.number(country.mentions.len() as u64);
    }
    out.text(&article.body);
    out.texts(&article.authors);
    out.option(article.language.as_deref());
    out.option(article.kind.as_deref());
    out.option(article.dateline.as_deref());
    out.texts(&article.editor_people);
    out.texts(&article.editor_places);
    for person in &annotations.people {
        for mention in &person.mentions {
            out.span(&mention.span);
            out.number(index_of(&PERSON_VIA, &mention.via));
        }
    }
    for country in &annotations.countries {
        for mention in &country.mentions {
            out.span(&mention.span);
            out.number(index_of(&COUNTRY_VIA, &mention.via));
            out.option(mention.place.as_deref());
        }
    }
    out.number(annotations.dates.len() as u64);
    for date in &annotations.dates {
        out.span(&date.span);
        out.interval(&date.value);
        out.number(index_of(&DATE_VIA, &date.via));
    }
    out.0
}

/// Reads what a result list shows; `None` when the bytes are damaged.
pub(super) fn head(bytes: &[u8]) -> Option<Head<'_>> {
    let mut rest = Reader(bytes);
    let id = rest.text()?;
    let title = rest.text()?;
    let published = match rest.number()? {
        0 => None,
        via => {
            let via = *PUBLISHED_VIA.get(via as usize - 1)?;
            let on = rest.interval()?;
            let at = (rest.number()? == 1).then(|| rest.signed());
            let at = match at {
                Some(at) => Some(at?),
                None => None,
            };
            Some(Published { on, at, via })
        }
    };
    let source = rest.option()?;
    let section = rest.option()?;
    let url = rest.option()?;
    let path = rest.text()?;
    let record = rest.number()?.checked_sub(1);
    let people = (0..rest.number()?).map(|_| Some((rest.text()?, rest.number()?))).collect::<Option<_>>()?;
    let countries =
        (0..rest.number()?).map(|_| Some((rest.code()?, rest.number()?))).collect::<Option<_>>()?;
    let body = rest.text()?;
    Some(Head { id, title, published, source, section, url, path, record, people, countries, body, rest })
}

impl Head<'_> {
    /// Reads the rest; `None` when the bytes are damaged.
    pub(super) fn article(&self) -> Option<(Article, Annotations)> {
        let mut rest = Reader(self.rest.0);
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let authors = rest.texts()?;
        let language = owned(rest.option()?);
        let kind = owned(rest.option()?);
        let dateline = owned(rest.option()?);
        let editor_people = rest.texts()?;
        let editor_places = rest.texts()?;
        let article = Article {
            id: self.id.to_owned(),
            title: self.title.to_owned(),
            body: self.body.to_owned(),
            published: self.published.clone(),
            authors,
            source: owned(self.source),
            section: owned(self.section),
            language,
            kind,
            url: owned(self.url),
            dateline,
            editor_people,
            editor_places,
            origin: Origin { path: self.path.to_owned(), record: self.record },
        };
        let mut annotations = Annotations::default();
        for (name, count) in &self.people {
            let mentions = (0..*count)
                .map(|_| {
                    Some(PersonMention { span: rest.span()?, via: *PERSON_VIA.get(rest.number()? as usize)? })
                })
                .collect::<Option<_>>()?;
            annotations.people.push(Person { name: (*name).to_owned(), mentions });
        }
        for (code, count) in &self.countries {
            let mentions = (0..*count)
                .map(|_| {
                    Some(CountryMention {
                        span: rest.span()?,
                        via: *COUNTRY_VIA.get(rest.number()? as usize)?,
                        place: owned(rest.option()?),
                    })
                })
                .collect::<Option<_>>()?;
            annotations.countries.push(CountryMentions { code, mentions });
        }
        annotations.dates = (0..rest.number()?)
            .map(|_| {
                Some(DateMention {
                    span: rest.span()?,
                    value: rest.interval()?,
                    via: *DATE_VIA.get(rest.number()? as usize)?,
                })
            })
            .collect::<Option<_>>()?;
        Some((article, annotations))
    }
}

fn index_of<T: PartialEq>(table: &[T], value: &T) -> u64 {
    table.iter().position(|other| other == value).unwrap_or(0) as u64
}

struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)) as u64);
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend(text.as_bytes());
    }

    fn option(&mut self, text: Option<&str>) {
        match text {
            None => self.number(0),
            Some(text) => {
                self.number(text.len() as u64 + 1);
                self.0.extend(text.as_bytes());
            }
        }
    }

    fn texts(&mut self, texts: &[String]) {
        self.number(texts.len() as u64);
        for text in texts {
            self.text(text);
        }
    }

    fn interval(&mut self, interval: &Interval) {
        self.number(index_of(&GRANULARITIES, &interval.granularity));
        self.signed(i64::from(interval.first.num_days_from_ce()));
        self.number((interval.last - interval.first).num_days().max(0) as u64);
    }

    fn span(&mut self, span: &Span) {
        let length = u64::from(span.end.saturating_sub(span.start));
        self.number(u64::from(span.start) << 1 | u64::from(span.part == Part::Body));
        self.number(length);
    }
}

#[derive(Debug)]
struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn number(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    fn bytes(&mut self, length: u64) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(bytes)
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.number()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }

    fn option(&mut self) -> Option<Option<&'a str>> {
        match self.number()? {
            0 => Some(None),
            length => Some(Some(std::str::from_utf8(self.bytes(length - 1)?).ok()?)),
        }
    }

    fn texts(&mut self) -> Option<Vec<String>> {
        (0..self.number()?).map(|_| self.text().map(str::to_owned)).collect()
    }

    fn code(&mut self) -> Option<&'static str> {
        code(self.bytes(2)?)
    }

    fn interval(&mut self) -> Option<Interval> {
        let granularity = *GRANULARITIES.get(self.number()? as usize)?;
        let first = i32::try_from(self.signed()?).ok()?;
        let last = first.checked_add(i32::try_from(self.number()?).ok()?)?;
        Some(Interval {
            first: NaiveDate::from_num_days_from_ce_opt(first)?,
            last: NaiveDate::from_num_days_from_ce_opt(last)?,
            granularity,
        })
    }

    fn span(&mut self) -> Option<Span> {
        let head = self.number()?;
        let start = u32::try_from(head >> 1).ok()?;
        let end = start.checked_add(u32::try_from(self.number()?).ok()?)?;
        Some(Span { part: if head & 1 == 1 { Part::Body } else { Part::Title }, start, end })
    }
}

/// Two capital letters as a static text, whichever table of countries this build has.
pub(super) fn code(bytes: &[u8]) -> Option<&'static str> {
    const PAIRS: [u8; 26 * 26 * 2] = {
        let mut pairs = [0; 26 * 26 * 2];
        let mut i = 0;
        while i < 26 * 26 {
            pairs[2 * i] = b'A' + (i / 26) as u8;
            pairs[2 * i + 1] = b'A' + (i % 26) as u8;
            i += 1;
        }
        pairs
    };
    static TABLE: [u8; 26 * 26 * 2] = PAIRS;
    let [a @ b'A'..=b'Z', b @ b'A'..=b'Z'] = bytes else { return None };
    let at = 2 * (usize::from(a - b'A') * 26 + usize::from(b - b'A'));
    std::str::from_utf8(TABLE.get(at..at + 2)?).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn sample() -> (Article, Annotations) {
        let span = |start, end| Span { part: Part::Body, start, end };
        let article = Article {
            id: "wire-1".into(),
            title: "Blinken visits Baghdad".into(),
            body: "Antony Blinken arrived on Friday.\n\nHe left.".into(),
            published: Some(Published {
                on: Interval::parse_value("2024-12-13").unwrap(),
                at: Some(-5),
                via: PublishedVia::JsonLd,
            }),
            authors: vec!["A. Writer".into()],
            source: Some("Łódź Times".into()),
            url: Some(String::new()),
            origin: Origin { path: "a/b.jsonl".into(), record: Some(7) },
            ..Article::default()
        };
        let annotations = Annotations {
            people: vec![Person {
                name: "Antony Blinken".into(),
                mentions: vec![PersonMention { span: span(0, 14), via: PersonVia::FullName }],
            }],
            countries: vec![CountryMentions {
                code: "IQ",
                mentions: vec![CountryMention {
                    span: Span { part: Part::Title, start: 15, end: 22 },
                    via: CountryVia::City,
                    place: Some("Baghdad".into()),
                }],
            }],
            dates: vec![DateMention {
                span: span(26, 32),
                value: Interval::parse_value("2024-W50-WE").unwrap(),
                via: DateVia::Published,
            }],
        };
        (article, annotations)
    }

    #[test]
    fn an_article_reads_back_as_it_was() {
        let (article, annotations) = sample();
        let bytes = encode(&article, &annotations);
        let head = head(&bytes).unwrap();
        assert_eq!(head.people, [("Antony Blinken", 1)]);
        assert_eq!(head.article(), Some((article, annotations)));
    }

    #[test]
    fn damaged_bytes_are_noticed_never_a_panic() {
        let (article, annotations) = sample();
        let bytes = encode(&article, &annotations);
        for cut in 0..bytes.len() {
            assert!(head(&bytes[..cut]).and_then(|head| head.article()).is_none());
        }
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0xff;
            let _ = head(&damaged).and_then(|head| head.article());
        }
    }
}
