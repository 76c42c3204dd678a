//! The article and its parts: what every other module speaks about.
//!
//! Rank 0 of the house. It knows no file format, no lexicon and no engine; it holds the [`Article`],
//! calendar [`Interval`]s with a [`Granularity`], the folding of names and the cutting of text into
//! words that index and query must agree on, and the table of countries.

pub(crate) mod ascii;
pub mod country;
pub mod date;
pub mod name;
pub mod published;
pub mod words;

pub use date::{DateError, DateOrder, Granularity, Interval};
pub use published::{Published, PublishedVia};

use serde::{Deserialize, Serialize};

/// One article as ingest hands it on: plain text, no markup, Unicode NFC not required.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Article {
    /// Stable identity: the record's own id, else its canonical URL, else its place in the archive.
    /// A later article of the same id replaces this one.
    pub id: String,
    /// Headline, one line; may be empty.
    pub title: String,
    /// Body text; paragraphs are separated by one blank line.
    pub body: String,
    /// Publication date, when one was found.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub published: Option<Published>,
    /// Authors, one name each, without "By".
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub authors: Vec<String>,
    /// Publication the article appeared in, e.g. "Reuters".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub source: Option<String>,
    /// Section or desk, e.g. "World".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub section: Option<String>,
    /// Language as a BCP 47 primary subtag, e.g. "en".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub language: Option<String>,
    /// Kind of piece as its source names it, e.g. "obituary".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<String>,
    /// Canonical address.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub url: Option<String>,
    /// Place the story was filed from, as printed, e.g. "BAGHDAD".
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub dateline: Option<String>,
    /// People that editors assigned in the record, natural name order where it can be told.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub editor_people: Vec<String>,
    /// Places or country codes that editors assigned in the record, as written there.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub editor_places: Vec<String>,
    /// Where in the archive the article was read.
    pub origin: Origin,
}

/// Where an article was read: a file below the archive, the way into containers, the record in it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origin {
    /// Path of the file relative to the archive root, with `/`; members of containers follow after `!/`,
    /// e.g. `2024/dump.tar.gz!/world/0042.json`.
    pub path: String,
    /// Line (1-based) of a line-based record, or number (1-based) of the record in its file.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub record: Option<u64>,
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.record {
            Some(record) => write!(f, "{}:{record}", self.path),
            None => f.write_str(&self.path),
        }
    }
}

/// The two texts of an article that mentions stand in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    /// The headline.
    Title,
    /// The body.
    Body,
}

/// A stretch of one part of an article: byte offsets into that part, end exclusive, on character
/// boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The text the offsets count in.
    pub part: Part,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}
