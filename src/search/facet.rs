//! Facets and timelines: what can be counted, and the counts.

use serde::Serialize;

use super::{Association, EngineError};
use crate::article::{Granularity, Interval};
use crate::query::Node;

/// A facet asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct FacetRequest {
    /// Which one.
    pub facet: Facet,
    /// Most values to return; `usize::MAX` for all.
    pub limit: usize,
    /// How many of the most frequent values to leave out first.
    pub offset: usize,
    /// Leave out values with fewer articles.
    pub min_count: u64,
    /// Only values that contain this text, folded.
    pub like: Option<String>,
    /// The query to count under in place of the request's, for multi-select: the query without this
    /// facet's own filter.
    pub query: Option<Node>,
    /// A second count to set beside the first one.
    pub beside: Option<Beside>,
}

impl FacetRequest {
    /// The most frequent values under the query of the search.
    pub fn new(facet: Facet, limit: usize) -> Self {
        Self { facet, limit, offset: 0, min_count: 1, like: None, query: None, beside: None }
    }
}

/// A second query under which a facet's values are counted as well, and what follows from the two counts.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    /// The second query.
    pub query: Node,
    /// How it stands to the first.
    pub relation: Relation,
    /// Which values come first.
    pub order: Order,
}

/// How the articles of a second query stand to those of the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// They hold the first ones: a value is told when it is in more of the first than chance would have it. `min_count`
    /// is of the first.
    Whole,
    /// They are others: a value of either is told. `min_count` is of the two together.
    Other,
}

impl Relation {
    /// How a value stands that so many of all articles of the first query and of the second one have.
    pub fn association(self, first: (u64, u64), second: (u64, u64)) -> Association {
        match self {
            Self::Whole => Association::in_whole(first, second),
            Self::Other => Association { here: first, there: second },
        }
    }
}

/// Order of values that are counted under two queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Most articles first: of the first query, or of the two together where the second has others.
    Count,
    /// Most times as frequent as expected first.
    Lift,
    /// What chance explains least first: by log-likelihood.
    Likelihood,
}

/// What can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Facet {
    /// People, one value for each person of the people book.
    Person,
    /// Countries by ISO code.
    Country,
    /// Region > sub-region.
    Region,
    /// Cities and regions.
    Place,
    /// Publication date by year, month, day.
    Published(Period),
    /// Dates of the text by year, month, day.
    Mentions(Period),
    /// Publication.
    Source,
    /// Section.
    Section,
    /// Language.
    Language,
}

impl std::fmt::Display for Facet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Person => "person",
            Self::Country => "country",
            Self::Region => "region",
            Self::Place => "place",
            Self::Published(_) => "published",
            Self::Mentions(_) => "mentions",
            Self::Source => "source",
            Self::Section => "section",
            Self::Language => "language",
        })?;
        match self {
            Self::Published(period) | Self::Mentions(period) => write!(f, ":{period}"),
            _ => Ok(()),
        }
    }
}

impl std::str::FromStr for Facet {
    type Err = EngineError;

    /// Reads a facet's name, dates with their period (`published:month`; a year when none is named).
    fn from_str(text: &str) -> Result<Self, EngineError> {
        let (name, period) = text.split_once(':').unwrap_or((text, ""));
        let dated = |facet: fn(Period) -> Self| match period {
            "" | "year" => Ok(facet(Period::Year)),
            "quarter" => Ok(facet(Period::Quarter)),
            "month" => Ok(facet(Period::Month)),
            "week" => Ok(facet(Period::Week)),
            "day" => Ok(facet(Period::Day)),
            other => Err(EngineError::User(format!(
                "there is no period `{other}` — there are year, quarter, month, week and day"
            ))),
        };
        let plain = |facet| {
            if period.is_empty() {
                Ok(facet)
            } else {
                Err(EngineError::User(format!(
                    "the facet `{name}` has no periods — only published and mentions have"
                )))
            }
        };
        match name.to_ascii_lowercase().as_str() {
            "person" | "people" | "who" => plain(Self::Person),
            "country" | "countries" => plain(Self::Country),
            "region" | "regions" => plain(Self::Region),
            "place" | "places" | "city" => plain(Self::Place),
            "published" | "date" => dated(Self::Published),
            "mentions" => dated(Self::Mentions),
            "source" | "publication" => plain(Self::Source),
            "section" => plain(Self::Section),
            "language" | "lang" => plain(Self::Language),
            _ => Err(EngineError::User(format!(
                "there is no facet `{name}` — there are person, country, region, place, published, mentions, source, section and language"
            ))),
        }
    }
}

/// Length of one step of a timeline or date facet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Period {
    /// Calendar year.
    Year,
    /// Quarter.
    Quarter,
    /// Month.
    Month,
    /// ISO week.
    Week,
    /// Day.
    Day,
}

impl Period {
    /// The granularity of its intervals.
    pub fn granularity(self) -> Granularity {
        match self {
            Self::Year => Granularity::Year,
            Self::Quarter => Granularity::Quarter,
            Self::Month => Granularity::Month,
            Self::Week => Granularity::Week,
            Self::Day => Granularity::Day,
        }
    }
}

impl std::fmt::Display for Period {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.granularity().fmt(f)
    }
}

/// A timeline asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct TimelineRequest {
    /// Length of a step.
    pub by: Period,
    /// Dates of the text in place of the publication date.
    pub mentions: bool,
    /// Count along time the values of this facet as well: those it asks for.
    pub facet: Option<FacetRequest>,
}

/// Counts of one facet.
#[derive(Clone, Debug)]
pub struct FacetCounts {
    /// Which one.
    pub facet: Facet,
    /// Values by count, most first; ties by name.
    pub values: Vec<FacetValue>,
    /// Number of distinct values with at least `min_count` articles.
    pub distinct: u64,
    /// Number of articles with no value.
    pub missing: u64,
    /// Number of articles of the query that was counted under.
    pub total: u64,
    /// What was counted beside it.
    pub beside: Option<Second>,
}

/// A second count beside the first one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Second {
    /// How the second query stands to the first.
    pub relation: Relation,
    /// Number of articles of the second query.
    pub total: u64,
}

impl FacetCounts {
    /// How a value stands in the articles counted to those counted beside them, where there are such.
    pub fn association(&self, value: &FacetValue) -> Option<Association> {
        let second = self.beside?;
        let beside = (value.beside.unwrap_or_default(), second.total);
        Some(second.relation.association((value.count, self.total), beside))
    }
}

/// One value of a facet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FacetValue {
    /// The value as a query takes it: a name, an ISO code, `2024-12`.
    pub value: String,
    /// The value as one reads it, e.g. `Iraq`.
    pub label: String,
    /// Articles with it, each once.
    pub count: u64,
    /// Articles with it of the second query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub beside: Option<u64>,
    /// Other forms counted under it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
}

/// Counts along time.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// Length of a step.
    pub by: Period,
    /// Steps with at least one article.
    pub steps: Vec<(Interval, u64)>,
    /// Articles without a date.
    pub undated: u64,
    /// The facet counted along time, where one was asked for.
    pub split: Option<Split>,
}

/// A timeline for each value of a facet.
#[derive(Clone, Debug)]
pub struct Split {
    /// The facet with the values chosen, over all the time.
    pub counts: FacetCounts,
    /// For each step of the timeline the articles of each value, in order of the values.
    pub steps: Vec<Vec<u64>>,
}
