//! Article text → people, countries and dates, each with the words it came from.
//!
//! The [`Extractor`] holds the lexicons and the model, all of them compiled in; it is built once and
//! shared by threads. It never fails: text without mentions gives empty [`Annotations`].

pub mod countries;
pub mod dates;
mod editor;
pub mod people;
pub mod text;

use crate::article::{Article, Interval, Span};

/// What an article says of who, where and when.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Annotations {
    /// People in order of first mention; each person once.
    pub people: Vec<Person>,
    /// Countries in order of first mention; each country once.
    pub countries: Vec<CountryMentions>,
    /// Dates in order of the text, title first.
    pub dates: Vec<DateMention>,
}

/// One person of an article.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Person {
    /// The fullest form of the name in the article, without title: `Antony Blinken`.
    pub name: String,
    /// Every mention, in order of the text, title first.
    pub mentions: Vec<PersonMention>,
}

/// A place in the text where a person is named.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct PersonMention {
    /// The name as it stands, without title and possessive.
    pub span: Span,
    /// How it was read.
    pub via: PersonVia,
}

/// How a person mention was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PersonVia {
    /// Two or more names, the fullest form or equal to it.
    FullName,
    /// A short form of a person named more fully elsewhere in the article.
    ShortForm,
    /// A title or honorific stood before it.
    Title,
    /// A single name with no fuller form in the article.
    SingleName,
    /// Assigned by an editor in the record; the span is empty at the start of the body.
    Editor,
}

/// One country of an article.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct CountryMentions {
    /// ISO 3166-1 alpha-2 code.
    pub code: &'static str,
    /// Every mention, in order of the text, title first.
    pub mentions: Vec<CountryMention>,
}

/// A place in the text that speaks of a country.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct CountryMention {
    /// The words.
    pub span: Span,
    /// How they name the country.
    pub via: CountryVia,
    /// For a city or region, its canonical name: `Baghdad`, `Texas`.
    pub place: Option<String>,
}

/// How words name a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CountryVia {
    /// The country's name.
    Name,
    /// Demonym, adjective or people.
    Demonym,
    /// A city in it.
    City,
    /// A state, province or other region of it.
    Region,
    /// A seat of its government and the like: `the Kremlin`.
    Metonym,
    /// The place the story was filed from.
    Dateline,
    /// Assigned by an editor in the record; the span is empty at the start of the body.
    Editor,
}

/// A date in the text.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct DateMention {
    /// The words.
    pub span: Span,
    /// The days meant.
    pub value: Interval,
    /// How it was resolved.
    pub via: DateVia,
}

/// How a date was resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateVia {
    /// It stands in full.
    Absolute,
    /// Relative to the publication date.
    Published,
    /// Relative to another date of the text.
    Context,
}

/// What the extractor reads.
#[derive(Clone, Copy, Debug, Default)]
pub struct Input<'a> {
    /// Headline, may be empty.
    pub title: &'a str,
    /// Body text.
    pub body: &'a str,
    /// Publication date, against which relative dates are resolved.
    pub published: Option<Interval>,
    /// Publication the article appeared in; evidence for ambiguous places.
    pub source: Option<&'a str>,
    /// Place the story was filed from, where the record names it apart from the text.
    pub dateline: Option<&'a str>,
}

/// Lexicons and model.
#[derive(Debug, Default)]
pub struct Extractor {
    people: people::Tagger,
    countries: countries::Gazetteer,
}

impl Extractor {
    /// Grows whenever the extractor may read the same text otherwise than before; archives are read again then.
    pub const VERSION: u32 = 5;

    /// Builds the look-up tables; takes some milliseconds.
    pub fn new() -> Self {
        Self::default()
    }

    /// Finds people, countries and dates in a text.
    pub fn annotate(&self, input: &Input<'_>) -> Annotations {
        let text = text::Text::new(input.title, input.body);
        // A name that holds a place (`Paris Hilton`) is no place, so people come first.
        let people = self.people.find(&text);
        let countries = self.countries.find(&text, &people, [input.dateline, input.source]);
        let dates = dates::find(&text, input.published);
        Annotations { people, countries, dates }
    }

    /// Finds people, countries and dates in an article and joins what its editors assigned to them.
    pub fn annotate_article(&self, article: &Article) -> Annotations {
        let mut found = self.annotate(&Input {
            title: &article.title,
            body: &article.body,
            published: article.published.as_ref().map(|published| published.on),
            source: article.source.as_deref(),
            dateline: article.dateline.as_deref(),
        });
        editor::join(article, &mut found);
        found
    }
}
