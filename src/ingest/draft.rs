//! From what a format holds to an [`Article`]: the one place where ids, titles, dates and texts are settled.

use super::{Flag, Outcome, ReadOptions, Reject, code};
use crate::article::{Article, Interval, Origin, Published, PublishedVia};

/// What a parser found in one record. Everything may be missing; texts may still be dirty (white space,
/// control characters, entities decoded, markup gone).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// Line or number (1-based) of the record in its file; `None` when the file holds one article.
    pub record: Option<u64>,
    /// The record's own id.
    pub id: Option<String>,
    /// Headline.
    pub title: Option<String>,
    /// Body text, paragraphs separated by a blank line.
    pub body: String,
    /// Texts that state the publication date, best first, each with where it stood.
    pub dates: Vec<DateText>,
    /// Bylines or names, one or several in each, with or without "By".
    pub authors: Vec<String>,
    /// Publication.
    pub source: Option<String>,
    /// Section or desk.
    pub section: Option<String>,
    /// Language tag or name.
    pub language: Option<String>,
    /// Kind of piece.
    pub kind: Option<String>,
    /// Address of the article.
    pub url: Option<String>,
    /// Place the story was filed from.
    pub dateline: Option<String>,
    /// People assigned by editors.
    pub people: Vec<String>,
    /// Places or country codes assigned by editors.
    pub places: Vec<String>,
    /// Marks put on it while parsing.
    pub flags: Vec<Flag>,
}

/// A text that states a publication date, and where it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateText {
    /// As it stands.
    pub text: String,
    /// Kind of place.
    pub via: PublishedVia,
}

impl Draft {
    /// Adds a publication date, if the text is not blank.
    pub fn date(&mut self, text: impl Into<String>, via: PublishedVia) {
        let text = text.into();
        if !text.trim().is_empty() {
            self.dates.push(DateText { text, via });
        }
    }

    /// Adds a mark.
    pub fn flag(&mut self, code: &'static str, message: impl Into<String>) {
        self.flags.push(Flag { code, message: message.into() });
    }

    /// Settles everything; a draft without body text becomes a reject.
    pub fn finish(self, path: &str, options: &ReadOptions) -> Outcome {
        let origin = Origin { path: path.to_owned(), record: self.record };
        let body = self.body.trim().to_owned();
        if body.is_empty() {
            return Outcome::Reject(Reject {
                origin,
                code: code::EMPTY_BODY,
                message: "there is no body text".into(),
            });
        }
        let _ = options;
        let mut flags = self.flags;
        let published = self.dates.iter().find_map(|date| {
            let on = Interval::parse_value(date.text.get(..10)?).ok()?;
            Some(Published { on, at: None, via: date.via })
        });
        if published.is_none() {
            flags.push(Flag { code: code::DATE_MISSING, message: "no publication date was found".into() });
        }
        let id = self.id.or_else(|| self.url.clone()).unwrap_or_else(|| match self.record {
            Some(record) => format!("{path}#{record}"),
            None => path.to_owned(),
        });
        let article = Article {
            id,
            title: self.title.unwrap_or_default().trim().to_owned(),
            body,
            published,
            authors: self.authors,
            source: self.source,
            section: self.section,
            language: self.language,
            kind: self.kind,
            url: self.url,
            dateline: self.dateline,
            editor_people: self.people,
            editor_places: self.places,
            origin,
        };
        Outcome::Article(Box::new(article), flags)
    }
}
