//! An article and its annotations as bytes: what the document store keeps, before it is packed.
//!
//! First all numbers behind their length, with the [`mentions`], then the letters of all texts. The text is kept once;
//! mentions are offsets into it.

use chrono::{NaiveDate, TimeDelta};

use super::bytes::{Reader, TextReader, TextWriter, Writer};
use super::calendar::GRANULARITIES;
use super::mentions::{self, Mentions, Texts};
use crate::article::{Article, Interval, Origin, Published, PublishedVia};
use crate::extract::Annotations;

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
    pub(super) body: &'a str,
    mentions: Mentions<'a>,
    rest: TextReader<'a>,
}

/// An article as bytes.
#[derive(Debug)]
pub(super) struct Encoded {
    pub(super) bytes: Vec<u8>,
    /// Hash of everything but where it was read: the same article read elsewhere has the same.
    pub(super) hash: u64,
}

/// Encodes an article.
pub(super) fn encode(article: &Article, annotations: &Annotations) -> Encoded {
    let around = article.published.as_ref().map(|published| published.on.first);
    let texts = Texts { title: &article.title, body: &article.body, around };
    let mut out = TextWriter::default();
    out.letters.reserve(article.body.len() + 512);
    out.numbers.0.reserve(256);
    out.text(&article.id);
    out.text(&article.title);
    published(&mut out.numbers, article.published.as_ref());
    out.option(article.source.as_deref());
    out.option(article.section.as_deref());
    out.option(article.url.as_deref());
    let before = (out.numbers.0.len(), out.letters.len());
    out.text(&article.origin.path);
    out.numbers.number(article.origin.record.map_or(0, |record| record.saturating_add(1)));
    let behind = (out.numbers.0.len(), out.letters.len());
    out.text(&article.body);
    mentions::write(&mut out, annotations, &texts);
    out.texts(&article.authors);
    out.option(article.language.as_deref());
    out.option(article.kind.as_deref());
    out.option(article.dateline.as_deref());
    out.texts(&article.editor_people);
    out.texts(&article.editor_places);
    mentions::write_dates(&mut out.numbers, &annotations.dates, &texts);
    let TextWriter { numbers: Writer(numbers), letters } = out;
    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    for part in [&numbers[..before.0], &numbers[behind.0..], &letters[..before.1], &letters[behind.1..]] {
        hash.update(part);
    }
    let mut bytes = Writer(Vec::with_capacity(numbers.len() + letters.len() + 3));
    bytes.number(numbers.len() as u64);
    bytes.0.extend(numbers);
    bytes.0.extend(letters);
    Encoded { hash: hash.digest(), bytes: bytes.0 }
}

/// Cuts an encoded article into its numbers, with their length, and the letters of its texts.
pub(super) fn parts(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut reader = Reader(bytes);
    let length = reader.number()?;
    reader.bytes(length)?;
    Some(bytes.split_at(bytes.len() - reader.0.len()))
}

/// Reads what a result list shows; `None` when the bytes are damaged.
pub(super) fn head(bytes: &[u8]) -> Option<Head<'_>> {
    let mut letters = Reader(bytes);
    let length = letters.number()?;
    let numbers = Reader(letters.bytes(length)?);
    let mut rest = TextReader { numbers, letters };
    let id = rest.text()?;
    let title = rest.text()?;
    let published = read_published(&mut rest.numbers)?;
    let source = rest.option()?;
    let section = rest.option()?;
    let url = rest.option()?;
    let path = rest.text()?;
    let record = rest.numbers.number()?.checked_sub(1);
    let body = rest.text()?;
    let around = published.as_ref().map(|published| published.on.first);
    let mentions = mentions::read(&mut rest, &Texts { title, body, around })?;
    Some(Head { id, title, published, source, section, url, path, record, body, mentions, rest })
}

impl<'a> Head<'a> {
    /// Names with their number of mentions, in order of first mention.
    pub(super) fn people(&self) -> impl Iterator<Item = (&'a str, usize)> {
        self.mentions.people.iter().map(|(name, mentions)| (*name, mentions.len()))
    }

    /// Codes with their number of mentions, in order of first mention.
    pub(super) fn countries(&self) -> impl Iterator<Item = (&'static str, usize)> {
        self.mentions.countries.iter().map(|(code, mentions)| (*code, mentions.len()))
    }

    /// Reads the rest; `None` when the bytes are damaged.
    pub(super) fn article(&self) -> Option<(Article, Annotations)> {
        let mut rest = self.rest;
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
        let around = self.published.as_ref().map(|published| published.on.first);
        let texts = Texts { title: self.title, body: self.body, around };
        let dates = mentions::read_dates(&mut rest.numbers, &texts)?;
        Some((article, self.mentions.with_dates(dates)))
    }
}

/// Writes when an article was published: whether and how that is known, the day, the instant as seconds from it.
fn published(out: &mut Writer, published: Option<&Published>) {
    let Some(Published { on, at, via }) = published else { return out.number(0) };
    let via = PUBLISHED_VIA.iter().position(|other| other == via).unwrap_or(0) as u64;
    out.number(1 + via * 2 + u64::from(at.is_some()));
    let granularity = GRANULARITIES.iter().position(|granularity| *granularity == on.granularity);
    out.number(granularity.unwrap_or(0) as u64);
    out.signed((on.first - NaiveDate::default()).num_days());
    out.number((on.last - on.first).num_days().max(0) as u64);
    if let Some(at) = at {
        out.signed(at.wrapping_sub(midnight(on.first)));
    }
}

fn read_published(from: &mut Reader<'_>) -> Option<Option<Published>> {
    let Some(read) = from.number()?.checked_sub(1) else { return Some(None) };
    let via = *PUBLISHED_VIA.get(usize::try_from(read / 2).ok()?)?;
    let granularity = *GRANULARITIES.get(usize::try_from(from.number()?).ok()?)?;
    let after = |day: NaiveDate, days: i64| day.checked_add_signed(TimeDelta::try_days(days)?);
    let first = after(NaiveDate::default(), from.signed()?)?;
    let last = after(first, i64::try_from(from.number()?).ok()?)?;
    let at = if read % 2 == 1 { Some(from.signed()?.wrapping_add(midnight(first))) } else { None };
    Some(Some(Published { on: Interval { first, last, granularity }, at, via }))
}

/// The beginning of a day in seconds since 1970, which is where [`NaiveDate::default`] lies.
fn midnight(day: NaiveDate) -> i64 {
    (day - NaiveDate::default()).num_seconds()
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
    use crate::article::{Part, Span};
    use crate::extract::{
        CountryMention, CountryMentions, CountryVia, DateMention, DateVia, Person, PersonMention, PersonVia,
    };

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
            people: vec![
                Person {
                    name: "Antony Blinken".into(),
                    mentions: vec![
                        PersonMention { span: span(0, 14), via: PersonVia::FullName },
                        PersonMention { span: span(35, 37), via: PersonVia::ShortForm },
                    ],
                },
                Person {
                    name: "Lee".into(),
                    mentions: vec![PersonMention { span: span(0, 0), via: PersonVia::Editor }],
                },
            ],
            countries: vec![CountryMentions {
                code: "IQ",
                mentions: vec![
                    CountryMention {
                        span: Span { part: Part::Title, start: 15, end: 22 },
                        via: CountryVia::City,
                        place: Some("Baghdad".into()),
                    },
                    CountryMention { span: span(15, 22), via: CountryVia::City, place: Some("Mosul".into()) },
                    CountryMention { span: span(22, 29), via: CountryVia::City, place: Some("Mosul".into()) },
                ],
            }],
            dates: vec![
                DateMention {
                    span: span(26, 32),
                    value: Interval::parse_value("2024-W50-WE").unwrap(),
                    via: DateVia::Published,
                },
                DateMention {
                    span: span(20, 24),
                    value: Interval::parse_value("0999").unwrap(),
                    via: DateVia::Absolute,
                },
                DateMention {
                    span: span(30, 34),
                    value: Interval::parse_value("0999").unwrap(),
                    via: DateVia::Absolute,
                },
            ],
        };
        (article, annotations)
    }

    #[test]
    fn an_article_reads_back_as_it_was() {
        let (article, annotations) = sample();
        let bytes = encode(&article, &annotations).bytes;
        let head = head(&bytes).unwrap();
        assert_eq!(head.people().collect::<Vec<_>>(), [("Antony Blinken", 2), ("Lee", 1)]);
        assert_eq!(head.article(), Some((article, annotations)));
    }

    #[test]
    fn where_it_was_read_makes_no_other_article() {
        let (mut article, annotations) = sample();
        let hash = encode(&article, &annotations).hash;
        article.origin = Origin { path: "elsewhere.txt".into(), record: None };
        assert_eq!(encode(&article, &annotations).hash, hash);
        article.section = Some("World".into());
        assert_ne!(encode(&article, &annotations).hash, hash);
    }

    #[test]
    fn damaged_bytes_are_noticed_never_a_panic() {
        let (article, annotations) = sample();
        let bytes = encode(&article, &annotations).bytes;
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
