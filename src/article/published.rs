//! When an article was published, and how that is known.

mod clock;
mod place;
mod record;

use serde::{Deserialize, Serialize};

use super::{DateError, DateOrder, Interval};

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

impl Published {
    /// Reads a publication date as it stands in a news record: ISO 8601 in all its short forms, RFC 3339,
    /// RFC 2822, the Unix epoch in seconds to nanoseconds, dates with a month's name in the common languages,
    /// and dates in figures. A time of day without a zone counts as UTC.
    ///
    /// `order` settles dates in figures that can be read two ways; `via` is kept in the result.
    ///
    /// # Errors
    /// [`DateError::NotUnderstood`] for text that is no date (relative and yearless dates among it),
    /// [`DateError::NoSuchDate`] for a day that does not exist, [`DateError::Implausible`] for placeholders
    /// and years outside 1600–2200, [`DateError::Ambiguous`] for figures that need an `order`.
    pub fn parse(text: &str, via: PublishedVia, order: Option<DateOrder>) -> Result<Self, DateError> {
        record::parse(text, order).map(|(on, at)| Self { on, at, via })
    }

    /// The date in the path of a file: `2024/12/13/x.json`, `2024-12-13-slug.md`, `news_20241213.txt`,
    /// `1824/0217`, `2024/12/x.json`. The date nearest to the file's name wins, a full date before a month.
    pub fn from_path(path: &str) -> Option<Self> {
        place::in_path(path).map(|on| Self { on, at: None, via: PublishedVia::Path })
    }

    /// The date in the path of a web address: `/2024/12/13/`, `/2024/dec/13/`, `/2024-12-13-slug`, `/20241213/`,
    /// `/2024/12/slug`. Host, query and fragment are not looked at.
    pub fn from_url(url: &str) -> Option<Self> {
        place::in_url(url).map(|on| Self { on, at: None, via: PublishedVia::Url })
    }

    /// The full date at the very head of a text: `Friday, January 4, 2019`, `BAGHDAD, Dec 13, 2024 (Reuters) -`.
    /// `None` when any of day, month and year is missing or a sentence begins there.
    pub fn from_dateline(body_head: &str) -> Option<Self> {
        place::in_dateline(body_head).map(|on| Self { on, at: None, via: PublishedVia::Dateline })
    }
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
