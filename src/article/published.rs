//! When an article was published, and how that is known.

use serde::{Deserialize, Serialize};

use super::Interval;

/// Publication date of an article.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Published {
    /// The day (or month, or year, if no more is known) in the article's own zone.
    pub on: Interval,
    /// The instant in seconds since 1970-01-01T00:00:00Z, where a time of day was given.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub at: Option<i64>,
    /// Where the date was found.
    pub via: PublishedVia,
}

/// Where a publication date was found, from the best evidence to the weakest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PublishedVia {
    /// A date field of the record.
    Record,
    /// JSON-LD in a page.
    JsonLd,
    /// A `<meta>` element of a page.
    Meta,
    /// Microdata of a page.
    Microdata,
    /// A `<time>` element of a page.
    Time,
    /// The page's address.
    Url,
    /// The path of the file.
    Path,
    /// The dateline at the head of the text.
    Dateline,
}

impl std::fmt::Display for PublishedVia {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Record => "record",
            Self::JsonLd => "json-ld",
            Self::Meta => "meta",
            Self::Microdata => "microdata",
            Self::Time => "time",
            Self::Url => "url",
            Self::Path => "path",
            Self::Dateline => "dateline",
        })
    }
}
