//! An article and its annotations as what the document store keeps, before it is packed.
//!
//! That is all numbers, with those of the [`mentions`], and the letters of all texts. The text is kept once; mentions are
//! offsets into it.

use chrono::{NaiveDate, TimeDelta};

use super::calendar::GRANULARITIES;
use super::mentions::{self, Mentions, Texts};
use super::numbers::{Numbers, NumbersReader, Quantity};
use super::texts::{TextReader, TextWriter};
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

/// What a result list shows of a stored article, borrowed from what was unpacked.
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

/// An article to be packed.
#[derive(Debug)]
pub(super) struct Encoded {
    pub(super) numbers: Numbers,
    /// The letters of its texts.
    pub(super) letters: Vec<u8>,
    /// Hash of everything but where it was read: the same article read elsewhere has the same.
    pub(super) hash: u64,
}

impl Encoded {
    /// About how many bytes of memory it takes.
    pub(super) fn memory(&self) -> usize {
        self.letters.len() + std::mem::size_of_val(self.numbers.all())
    }
}

/// Encodes an article.
pub(super) fn encode(article: &Article, annotations: &Annotations) -> Encoded {
    let around = article.published.as_ref().map(|published| published.on.first);
    let texts = Texts { title: &article.title, body: &article.body, around };
    let mut out = TextWriter {
        numbers: Numbers::with_room(256),
        letters: Vec::with_capacity(article.body.len() + 512),
    };
    out.text(Quantity::Id, &article.id);
    out.text(Quantity::Title, &article.title);
    published(&mut out.numbers, article.published.as_ref());
    out.option(Quantity::Source, article.source.as_deref());
    out.option(Quantity::Section, article.section.as_deref());
    out.option(Quantity::Url, article.url.as_deref());
    let before = (out.numbers.all().len(), out.letters.len());
    out.text(Quantity::Path, &article.origin.path);
    out.numbers.put(Quantity::Record, article.origin.record.map_or(0, |record| record.saturating_add(1)));
    let behind = (out.numbers.all().len(), out.letters.len());
    out.text(Quantity::Body, &article.body);
    mentions::write(&mut out, annotations, &texts);
    out.texts(Quantity::Authors, Quantity::Author, &article.authors);
    out.option(Quantity::Language, article.language.as_deref());
    out.option(Quantity::Kind, article.kind.as_deref());
    out.option(Quantity::Dateline, article.dateline.as_deref());
    out.texts(Quantity::EditorPeople, Quantity::EditorPerson, &article.editor_people);
    out.texts(Quantity::EditorPlaces, Quantity::EditorPlace, &article.editor_places);
    mentions::write_dates(&mut out.numbers, &annotations.dates, &texts);
    let TextWriter { numbers, letters } = out;
    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    let mut hashed = Vec::with_capacity(numbers.all().len() * size_of::<u64>());
    for (_, number) in numbers.all()[..before.0].iter().chain(&numbers.all()[behind.0..]) {
        hashed.extend_from_slice(&number.to_le_bytes());
    }
    for part in [&hashed, &letters[..before.1], &letters[behind.1..]] {
        hash.update(part);
    }
    Encoded { hash: hash.digest(), numbers, letters }
}

/// Reads what a result list shows; `None` when it is damaged.
pub(super) fn head(mut rest: TextReader<'_>) -> Option<Head<'_>> {
    let id = rest.text(Quantity::Id)?;
    let title = rest.text(Quantity::Title)?;
    let published = read_published(&mut rest.numbers)?;
    let source = rest.option(Quantity::Source)?;
    let section = rest.option(Quantity::Section)?;
    let url = rest.option(Quantity::Url)?;
    let path = rest.text(Quantity::Path)?;
    let record = rest.numbers.number(Quantity::Record)?.checked_sub(1);
    let body = rest.text(Quantity::Body)?;
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

    /// Reads the rest; `None` when it is damaged.
    pub(super) fn article(&self) -> Option<(Article, Annotations)> {
        let mut rest = self.rest.clone();
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let authors = rest.texts(Quantity::Authors, Quantity::Author)?;
        let language = owned(rest.option(Quantity::Language)?);
        let kind = owned(rest.option(Quantity::Kind)?);
        let dateline = owned(rest.option(Quantity::Dateline)?);
        let editor_people = rest.texts(Quantity::EditorPeople, Quantity::EditorPerson)?;
        let editor_places = rest.texts(Quantity::EditorPlaces, Quantity::EditorPlace)?;
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
        rest.is_at_end().then(|| (article, self.mentions.with_dates(dates)))
    }
}

/// Writes when an article was published: whether and how that is known, the day, the instant as seconds from it.
fn published(out: &mut Numbers, published: Option<&Published>) {
    let Some(Published { on, at, via }) = published else { return out.put(Quantity::PublishedVia, 0) };
    let via = PUBLISHED_VIA.iter().position(|other| other == via).unwrap_or(0) as u64;
    out.put(Quantity::PublishedVia, 1 + via * 2 + u64::from(at.is_some()));
    let granularity = GRANULARITIES.iter().position(|granularity| *granularity == on.granularity);
    out.put(Quantity::PublishedGranularity, granularity.unwrap_or(0) as u64);
    out.put_signed(Quantity::PublishedDay, (on.first - NaiveDate::default()).num_days());
    out.put(Quantity::PublishedDays, (on.last - on.first).num_days().max(0) as u64);
    if let Some(at) = at {
        out.put_signed(Quantity::PublishedAt, at.wrapping_sub(midnight(on.first)));
    }
}

fn read_published(from: &mut NumbersReader<'_>) -> Option<Option<Published>> {
    let Some(read) = from.number(Quantity::PublishedVia)?.checked_sub(1) else { return Some(None) };
    let via = *PUBLISHED_VIA.get(usize::try_from(read / 2).ok()?)?;
    let granularity = from.number(Quantity::PublishedGranularity)?;
    let granularity = *GRANULARITIES.get(usize::try_from(granularity).ok()?)?;
    let after = |day: NaiveDate, days: i64| day.checked_add_signed(TimeDelta::try_days(days)?);
    let first = after(NaiveDate::default(), from.signed(Quantity::PublishedDay)?)?;
    let last = after(first, i64::try_from(from.number(Quantity::PublishedDays)?).ok()?)?;
    let at = if read % 2 == 1 {
        Some(from.signed(Quantity::PublishedAt)?.wrapping_add(midnight(first)))
    } else {
        None
    };
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
    use crate::index::bytes::Reader;
    use crate::index::odds::Odds;

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
        let encoded = encode(&article, &annotations);
        let written = encoded.numbers.written();
        let head = head(reader(&written, &encoded.letters)).unwrap();
        assert_eq!(head.people().collect::<Vec<_>>(), [("Antony Blinken", 2), ("Lee", 1)]);
        assert_eq!(head.article(), Some((article, annotations)));
    }

    fn reader<'a>(numbers: &'a [u8], letters: &'a [u8]) -> TextReader<'a> {
        TextReader { numbers: NumbersReader::Written(Reader(numbers)), letters: Reader(letters) }
    }

    /// What was written for a number counts what is asked for when it is read: else its odds would be others.
    #[test]
    fn an_article_reads_back_from_coded_numbers() {
        let (article, annotations) = sample();
        for (article, annotations) in [(Article::default(), Annotations::default()), (article, annotations)] {
            let encoded = encode(&article, &annotations);
            let odds = Odds::learn([&encoded.numbers].into_iter()).unwrap();
            let words = odds.code(&encoded.numbers).unwrap();
            let numbers = NumbersReader::coded(&words, &odds).unwrap();
            let reader = TextReader { numbers, letters: Reader(&encoded.letters) };
            assert_eq!(head(reader).unwrap().article(), Some((article, annotations)));
        }
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
    fn damaged_articles_are_noticed_never_a_panic() {
        let (article, annotations) = sample();
        let encoded = encode(&article, &annotations);
        let (numbers, letters) = (encoded.numbers.written(), encoded.letters);
        let whole = |numbers: &[u8], letters: &[u8]| head(reader(numbers, letters))?.article();
        for cut in 0..numbers.len() {
            assert!(whole(&numbers[..cut], &letters).is_none());
        }
        for cut in 0..letters.len() {
            assert!(whole(&numbers, &letters[..cut]).is_none());
        }
        for at in 0..numbers.len() {
            let mut damaged = numbers.clone();
            damaged[at] ^= 0xff;
            let _ = whole(&damaged, &letters);
        }
        let odds = Odds::learn([&encoded.numbers].into_iter()).unwrap();
        let words = odds.code(&encoded.numbers).unwrap();
        for at in 0..words.len() * 16 {
            let mut damaged = words.clone();
            damaged[at / 16] ^= 1 << (at % 16);
            let numbers = NumbersReader::coded(&damaged, &odds);
            let reader = numbers.map(|numbers| TextReader { numbers, letters: Reader(&letters) });
            let _ = reader.and_then(head).and_then(|head| head.article());
        }
    }
}
