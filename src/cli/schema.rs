//! `dateline schema`: what the outside may rely on, generated from the code.

use schemars::{JsonSchema, schema_for};
use serde::Serialize;

use super::output::Answer;
use super::people::PeopleAnswer;

/// What a JSON article may hold. Other names of the usual dumps are understood too (`headline`, `text`,
/// `date`, …); these are the names dateline itself writes.
#[derive(Serialize, JsonSchema)]
#[schemars(title = "dateline article")]
pub(super) struct ArticleRecord {
    /// Stable identity; a later article of the same id replaces this one. Without one, the address or the
    /// place in the archive is taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    /// Headline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<String>,
    /// Body; paragraphs are separated by a blank line.
    pub(super) body: String,
    /// Publication date, ISO 8601 preferred.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) published: Option<String>,
    /// Authors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) authors: Vec<String>,
    /// Publication.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<String>,
    /// Section or desk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) section: Option<String>,
    /// Language as a BCP 47 tag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) language: Option<String>,
    /// Kind of piece, e.g. "obituary".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) kind: Option<String>,
    /// Canonical address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) url: Option<String>,
    /// Place the story was filed from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) dateline: Option<String>,
    /// People assigned by editors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) people: Vec<String>,
    /// Places or country codes assigned by editors.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) places: Vec<String>,
}

/// Schema of a JSON article.
pub(super) fn article() -> serde_json::Value {
    schema_for!(ArticleRecord).into()
}

/// Schema of `--output json` of `dateline people`.
pub(super) fn people() -> serde_json::Value {
    schema_for!(PeopleAnswer).into()
}

/// Schema of `--output json`.
pub(super) fn output() -> serde_json::Value {
    schema_for!(Answer).into()
}
