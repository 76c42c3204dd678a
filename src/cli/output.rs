//! What `--output json|jsonl|csv` prints. The shapes are versioned and described in `schema/output.schema.json`.

use schemars::JsonSchema;
use serde::Serialize;

use super::question::Question;
use super::timeline::Step;
use crate::article::country;
use crate::query::Node;
use crate::search::{FacetCounts, FacetValue, Hit, Relation, SearchResponse, Timeline};

/// Version of the JSON output: raised when a field changes its meaning or goes, not when one is added.
pub(super) const VERSION: u32 = 1;

/// An answer as `--output json` prints it.
#[derive(Serialize, JsonSchema)]
pub(super) struct Answer {
    /// Version of this shape.
    version: u32,
    /// How the query was read, in canonical form.
    query: String,
    /// Exact number of articles that match.
    total: u64,
    /// Exact number of stories that these articles tell: an article and its copies are one.
    #[serde(skip_serializing_if = "Option::is_none")]
    stories: Option<u64>,
    /// The page of results; none for `facets` and `timeline`.
    #[serde(skip_serializing_if = "Option::is_none")]
    hits: Option<Vec<HitOut>>,
    /// Facets asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    facets: Vec<FacetOut>,
    /// Timeline asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    timeline: Option<TimelineOut>,
    /// What was decided automatically.
    notes: Vec<String>,
    /// Cursor for `--after`, when there are more results.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// Milliseconds taken.
    took_ms: f64,
}

/// One result; also a line of `--output jsonl`.
#[derive(Serialize, JsonSchema)]
pub(super) struct HitOut {
    /// The article's id, for `dateline show`.
    pub(super) id: String,
    /// Headline.
    pub(super) title: String,
    /// Publication date: a day, or a month or year where no more is known.
    pub(super) published: Option<String>,
    /// Where the publication date was found.
    pub(super) published_via: Option<String>,
    /// Publication.
    pub(super) source: Option<String>,
    /// Section.
    pub(super) section: Option<String>,
    /// Address.
    pub(super) url: Option<String>,
    /// Where in the archive the article was read.
    pub(super) path: String,
    /// People of the article, most mentioned first.
    pub(super) people: Vec<String>,
    /// ISO 3166-1 alpha-2 codes of its countries, most mentioned first.
    pub(super) countries: Vec<String>,
    /// Words of the text around the matches.
    pub(super) snippet: String,
    /// Matches in the snippet: pairs of character offsets, end exclusive.
    pub(super) marks: Vec<(usize, usize)>,
    /// Relevance; 0 when sorted by date.
    pub(super) score: f32,
    /// Copies of it that match as well and are folded under it.
    pub(super) copies: u64,
    /// Cursor: `--after` it continues behind this result.
    pub(super) cursor: String,
}

/// Counts of a facet.
#[derive(Serialize, JsonSchema)]
pub(super) struct FacetOut {
    /// Name of the facet.
    facet: String,
    /// Number of distinct values.
    distinct: u64,
    /// Number of articles without a value.
    missing: u64,
    /// Number of articles that were counted: more than `total` of the answer where filters choose among this facet's
    /// values, since they do not hide the others.
    total: u64,
    /// The second query that was counted, of `with` and of `facets --versus`.
    #[serde(skip_serializing_if = "Option::is_none")]
    beside: Option<SecondOut>,
    /// Values, most frequent first.
    values: Vec<FacetValueOut>,
}

/// A second query under which a facet was counted.
#[derive(Serialize, JsonSchema)]
struct SecondOut {
    /// How it was read, in canonical form.
    query: String,
    /// `whole`: it holds the articles of the first query (`with`). `other`: it is set beside it (`--versus`).
    relation: &'static str,
    /// Number of articles that match it.
    total: u64,
}

/// What two counts of a value say.
#[derive(Serialize, JsonSchema)]
struct BesideOut {
    /// Articles with it of the second query.
    count: u64,
    /// Share of the first query's articles that have it, from 0 to 1.
    share: f64,
    /// Share of the second query's articles that have it.
    beside_share: f64,
    /// Articles of the first query that would have it by chance.
    expected: f64,
    /// How many times as many there are as expected.
    lift: f64,
    /// Log-likelihood ratio G²: 3.84 is exceeded by chance in 5 % of cases, 10.83 in 0.1 %.
    g2: f64,
}

/// One value of a facet.
#[derive(Serialize, JsonSchema)]
struct FacetValueOut {
    /// As a query takes it.
    value: String,
    /// As one reads it.
    label: String,
    /// The value of another facet that it lies in: a country's region, a day's month.
    #[serde(skip_serializing_if = "Option::is_none")]
    within: Option<String>,
    /// Articles, each counted once.
    count: u64,
    /// Other forms counted under it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    also: Vec<String>,
    /// What the second query makes of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    beside: Option<BesideOut>,
    /// Whether a filter chose it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    chosen: bool,
}

/// Counts along time, empty steps included.
#[derive(Serialize, JsonSchema)]
struct TimelineOut {
    /// year, quarter, month, week or day.
    by: String,
    /// Articles without a date.
    undated: u64,
    /// The facet that each step is split by, its values in the order of the steps' `values`.
    #[serde(skip_serializing_if = "Option::is_none")]
    split: Option<FacetOut>,
    /// Steps in order of time.
    steps: Vec<StepOut>,
}

/// One step of a timeline.
#[derive(Serialize, JsonSchema)]
struct StepOut {
    /// The period, e.g. `2024-12`.
    period: String,
    /// Articles.
    count: u64,
    /// Articles of each value of the split. One with several values counts for each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    values: Vec<u64>,
}

impl Answer {
    pub(super) fn new(question: &Question, response: &SearchResponse, with_hits: bool, took_ms: f64) -> Self {
        let more = with_hits && (response.hits.len() as u64) < response.hits_in_all();
        Self {
            version: VERSION,
            query: question.query.to_string(),
            total: response.total,
            stories: with_hits.then_some(response.stories),
            hits: with_hits.then(|| response.hits.iter().map(HitOut::new).collect()),
            facets: response.facets.iter().map(|counts| FacetOut::new(counts, question)).collect(),
            timeline: response.timeline.as_ref().map(|timeline| TimelineOut::new(timeline, question)),
            notes: response.notes.clone(),
            next: response.hits.last().filter(|_| more).map(|hit| hit.cursor.to_string()),
            took_ms: rounded(took_ms, 2),
        }
    }
}

impl HitOut {
    pub(super) fn new(hit: &Hit) -> Self {
        let chars = |byte: usize| hit.snippet.text.get(..byte).map_or(0, |before| before.chars().count());
        Self {
            id: hit.id.clone(),
            title: hit.title.clone(),
            published: hit.published.as_ref().map(|p| p.on.value()),
            published_via: hit.published.as_ref().map(|p| p.via.to_string()),
            source: hit.source.clone(),
            section: hit.section.clone(),
            url: hit.url.clone(),
            path: hit.path.clone(),
            people: hit.people.clone(),
            countries: hit.countries.clone(),
            snippet: hit.snippet.text.clone(),
            marks: hit.snippet.marks.iter().map(|&(start, end)| (chars(start), chars(end))).collect(),
            score: hit.score,
            copies: hit.copies,
            cursor: hit.cursor.to_string(),
        }
    }

    /// Column names of `--output csv` and `tsv` where none are chosen.
    pub(super) const COLUMNS: [&'static str; 11] = [
        "id",
        "published",
        "source",
        "section",
        "title",
        "people",
        "countries",
        "url",
        "path",
        "snippet",
        "score",
    ];
}

impl FacetOut {
    fn new(counts: &FacetCounts, question: &Question) -> Self {
        let value = |value: &FacetValue| FacetValueOut {
            value: value.value.clone(),
            label: value.label.clone(),
            within: super::tree::parent(counts.facet, &value.value),
            count: value.count,
            also: value.also.clone(),
            beside: BesideOut::new(counts, value),
            chosen: question.has_chosen(counts.facet, value),
        };
        Self {
            facet: counts.facet.to_string(),
            distinct: counts.distinct,
            missing: counts.missing,
            total: counts.total,
            beside: counts.beside.map(|second| SecondOut {
                query: question.beside.as_ref().map(Node::to_string).unwrap_or_default(),
                relation: match second.relation {
                    Relation::Whole => "whole",
                    Relation::Other => "other",
                },
                total: second.total,
            }),
            values: counts.values.iter().map(value).collect(),
        }
    }
}

impl BesideOut {
    fn new(counts: &FacetCounts, value: &FacetValue) -> Option<Self> {
        let association = counts.association(value)?;
        let second = counts.beside?;
        let count = value.beside.unwrap_or_default();
        Some(Self {
            count,
            share: rounded(share(value.count, counts.total), 5),
            beside_share: rounded(share(count, second.total), 5),
            expected: rounded(association.expected(), 2),
            lift: rounded(association.lift(), 3),
            g2: rounded(association.g2(), 2),
        })
    }
}

/// A part of a whole, from 0 to 1.
pub(super) fn share(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// A number with so many decimals.
pub(super) fn rounded(number: f64, decimals: i32) -> f64 {
    let factor = 10f64.powi(decimals);
    (number * factor).round() / factor
}

impl TimelineOut {
    fn new(timeline: &Timeline, question: &Question) -> Self {
        let values = timeline.split.as_ref().map_or(0, |split| split.counts.values.len());
        let steps = super::timeline::with_empty_steps(timeline);
        let step = |step: &Step| StepOut {
            period: step.period.value(),
            count: step.count,
            values: (0..values).map(|at| step.value(at)).collect(),
        };
        Self {
            by: timeline.by.to_string(),
            undated: timeline.undated,
            split: timeline.split.as_ref().map(|split| FacetOut::new(&split.counts, question)),
            steps: steps.iter().map(step).collect(),
        }
    }
}

/// Short name of a country one reads.
pub(super) fn country_name(code: &str) -> &str {
    country::by_code(code).map_or(code, |country| country.name)
}
