//! An article and its annotations as bytes: what the document store keeps, before it is packed.
//!
//! First the [`mentions`] behind their length, then the texts of the article. The text is kept once; mentions
//! are offsets into it.

use chrono::{Datelike, NaiveDate};

use super::bytes::{Reader, Writer};
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
    rest: Reader<'a>,
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
    let mut marks = Writer(Vec::with_capacity(256));
    mentions::write(&mut marks, annotations, &texts);
    let mut out = Writer(Vec::with_capacity(marks.0.len() + article.body.len() + 512));
    out.number(marks.0.len() as u64);
    out.0.extend(marks.0);
    out.text(&article.id);
    out.text(&article.title);
    match &article.published {
        None => out.number(0),
        Some(published) => {
            out.number(1 + PUBLISHED_VIA.iter().position(|via| *via == published.via).unwrap_or(0) as u64);
            interval(&mut out, &published.on);
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
    let before = out.0.len();
    out.text(&article.origin.path);
    out.number(article.origin.record.map_or(0, |record| record.saturating_add(1)));
    let origin = before..out.0.len();
    out.text(&article.body);
    out.texts(&article.authors);
    out.option(article.language.as_deref());
    out.option(article.kind.as_deref());
    out.option(article.dateline.as_deref());
    out.texts(&article.editor_people);
    out.texts(&article.editor_places);
    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    hash.update(&out.0[..origin.start]);
    hash.update(&out.0[origin.end..]);
    Encoded { hash: hash.digest(), bytes: out.0 }
}

/// Cuts an encoded article into its mentions and its texts.
pub(super) fn parts(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut reader = Reader(bytes);
    let length = reader.number()?;
    reader.bytes(length)?;
    Some(bytes.split_at(bytes.len() - reader.0.len()))
}

/// Reads what a result list shows; `None` when the bytes are damaged.
pub(super) fn head(bytes: &[u8]) -> Option<Head<'_>> {
    let mut rest = Reader(bytes);
    let length = rest.number()?;
    let marks = Reader(rest.bytes(length)?);
    let id = rest.text()?;
    let title = rest.text()?;
    let published = match rest.number()? {
        0 => None,
        via => {
            let via = *PUBLISHED_VIA.get(via as usize - 1)?;
            let on = read_interval(&mut rest)?;
            let at = if rest.number()? == 1 { Some(rest.signed()?) } else { None };
            Some(Published { on, at, via })
        }
    };
    let source = rest.option()?;
    let section = rest.option()?;
    let url = rest.option()?;
    let path = rest.text()?;
    let record = rest.number()?.checked_sub(1);
    let body = rest.text()?;
    let around = published.as_ref().map(|published| published.on.first);
    let mentions = mentions::read(marks, &Texts { title, body, around })?;
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
        Some((article, self.mentions.annotations(&texts)?))
    }
}

fn interval(out: &mut Writer, interval: &Interval) {
    let granularity = GRANULARITIES.iter().position(|granularity| *granularity == interval.granularity);
    out.number(granularity.unwrap_or(0) as u64);
    out.signed(i64::from(interval.first.num_days_from_ce()));
    out.number((interval.last - interval.first).num_days().max(0) as u64);
}

fn read_interval(from: &mut Reader<'_>) -> Option<Interval> {
    let granularity = *GRANULARITIES.get(from.number()? as usize)?;
    let first = i32::try_from(from.signed()?).ok()?;
    let last = first.checked_add(i32::try_from(from.number()?).ok()?)?;
    Some(Interval {
        first: NaiveDate::from_num_days_from_ce_opt(first)?,
        last: NaiveDate::from_num_days_from_ce_opt(last)?,
        granularity,
    })
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
