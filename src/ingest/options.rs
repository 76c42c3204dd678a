//! What a user may set about reading.

use chrono::NaiveDate;

use super::Format;
use super::draft::today;
use crate::article::DateOrder;

/// How inputs are read. `Default` is right for nearly every archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// Format of every file, instead of telling it by bytes and name. Containers are opened all the same.
    pub format: Option<Format>,
    /// Names of fields beyond the usual ones.
    pub map: FieldMap,
    /// How an all-digit date such as `03/04/2017` is read; `None` learns it from the file's other dates.
    pub date_order: Option<DateOrder>,
    /// The day of the run: later dates cannot be publication dates.
    pub today: NaiveDate,
    /// Largest record in bytes: a line, a JSON element, a page, a message. Larger ones are rejected (`too_large`).
    pub max_record_bytes: usize,
    /// How deep containers may be nested.
    pub max_container_depth: u32,
}

impl Default for ReadOptions {
    fn default() -> Self {
        Self {
            format: None,
            map: FieldMap::default(),
            date_order: None,
            today: today(),
            max_record_bytes: 16 << 20,
            max_container_depth: 6,
        }
    }
}

/// The fields of an article that a record may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The record's own id.
    Id,
    /// Headline.
    Title,
    /// Body text.
    Body,
    /// Publication date.
    Published,
    /// Authors or byline.
    Authors,
    /// Publication.
    Source,
    /// Section or desk.
    Section,
    /// Language.
    Language,
    /// Kind of piece.
    Kind,
    /// Address.
    Url,
    /// Place the story was filed from.
    Dateline,
    /// People assigned by editors.
    People,
    /// Places assigned by editors.
    Places,
}

impl Field {
    /// All fields, in the order help texts list them.
    pub const ALL: [Self; 13] = [
        Self::Id,
        Self::Title,
        Self::Body,
        Self::Published,
        Self::Authors,
        Self::Source,
        Self::Section,
        Self::Language,
        Self::Kind,
        Self::Url,
        Self::Dateline,
        Self::People,
        Self::Places,
    ];

    /// Name in `--map`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Title => "title",
            Self::Body => "body",
            Self::Published => "published",
            Self::Authors => "authors",
            Self::Source => "source",
            Self::Section => "section",
            Self::Language => "language",
            Self::Kind => "kind",
            Self::Url => "url",
            Self::Dateline => "dateline",
            Self::People => "people",
            Self::Places => "places",
        }
    }
}

/// The user's names of fields, e.g. from `--map title=hl,body=story`. They go before the usual names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FieldMap {
    /// Field and the key it is read from; a dot in the key steps into an object (`article.text`).
    pub pairs: Vec<(Field, String)>,
}

/// Why a `--map` value is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldMapError {
    /// A part without `=`.
    #[error("`{0}` is no pair — write field=key, as in title=hl,body=story")]
    NoPair(String),
    /// The part before `=` is no field of an article.
    #[error(
        "an article has no field `{0}` — there are {list}",
        list = Field::ALL.map(Field::name).join(", ")
    )]
    NoField(String),
}

impl FieldMap {
    /// Reads `title=hl,body=story`; the other names of a field (`text`, `date`, …) are taken too.
    pub fn parse(text: &str) -> Result<Self, FieldMapError> {
        let mut pairs = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, key) = part
                .split_once('=')
                .filter(|(_, key)| !key.trim().is_empty())
                .ok_or_else(|| FieldMapError::NoPair(part.to_owned()))?;
            let name = name.trim().to_ascii_lowercase();
            let field = match name.as_str() {
                "headline" => Some(Field::Title),
                "text" | "content" => Some(Field::Body),
                "date" => Some(Field::Published),
                "author" | "byline" => Some(Field::Authors),
                "category" => Some(Field::Section),
                "lang" => Some(Field::Language),
                "link" => Some(Field::Url),
                _ => Field::ALL.into_iter().find(|field| field.name() == name),
            };
            pairs.push((field.ok_or(FieldMapError::NoField(name))?, key.trim().to_owned()));
        }
        Ok(Self { pairs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_map_reads_pairs_and_says_what_is_wrong() {
        let map = FieldMap::parse("title=hl, body=story.text,date=ts");
        let pairs = map.map(|m| m.pairs).unwrap_or_default();
        assert_eq!(
            pairs,
            [
                (Field::Title, "hl".to_owned()),
                (Field::Body, "story.text".to_owned()),
                (Field::Published, "ts".to_owned())
            ]
        );
        assert_eq!(FieldMap::parse("title"), Err(FieldMapError::NoPair("title".into())));
        let message = FieldMap::parse("colour=x").map_err(|e| e.to_string());
        assert!(message.is_err_and(|m| m.contains("`colour`") && m.contains("published")));
    }
}
