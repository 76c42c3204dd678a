//! The port: what a front end asks of an engine and what it gets back. An engine that answers these types
//! can stand behind the command line; the embedded one is [`crate::index`].

mod association;
mod facet;

pub use association::Association;
pub use facet::{
    Beside, Facet, FacetCounts, FacetRequest, FacetValue, Order, Period, Relation, Second, Split, Timeline,
    TimelineRequest,
};

use serde::Serialize;

use crate::article::{Article, Interval, Origin, Published};
use crate::extract::Annotations;
use crate::query::Node;

/// Reading side of an engine.
pub trait Engine: Send + Sync {
    /// Answers a request: hits, count and facets in one pass.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    fn search(&self, request: &SearchRequest) -> Result<SearchResponse, EngineError>;

    /// Calls `each` with every match in the order of the request's sort, without a cap and with bounded
    /// memory, until it answers `Break`. `limit`, `facets` and `snippet_width` of the request apply as they do to `search`,
    /// except that `limit` is ignored.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    fn stream(
        &self,
        request: &SearchRequest,
        each: &mut dyn FnMut(Hit) -> std::ops::ControlFlow<()>,
    ) -> Result<(), EngineError>;

    /// The article of an id with its annotations; `None` when there is none.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    fn article(&self, id: &str) -> Result<Option<(Article, Annotations)>, EngineError>;

    /// What the index holds.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    fn stats(&self) -> Result<Stats, EngineError>;
}

/// A question.
#[derive(Clone, Debug)]
pub struct SearchRequest {
    /// What must hold of an article.
    pub query: Node,
    /// Order of the hits.
    pub sort: Sort,
    /// Most hits to return; 0 asks for counts only.
    pub limit: usize,
    /// Answer one article of each story, the best by the sort, in place of all its copies. Counts and facets stay
    /// those of all articles. A query that asks for copies (`dup:`) is answered in full.
    pub fold: bool,
    /// Continue behind the hit that gave this cursor.
    pub after: Option<Cursor>,
    /// Facets to count.
    pub facets: Vec<FacetRequest>,
    /// Timeline to count.
    pub timeline: Option<TimelineRequest>,
    /// Most characters of a snippet; 0 asks for none.
    pub snippet_width: usize,
    /// Whether to say, when nothing is found, how many articles each clause has.
    pub explain_zero: bool,
}

impl SearchRequest {
    /// A request for the count alone: no hits, no facets.
    pub fn new(query: Node, sort: Sort) -> Self {
        Self {
            query,
            sort,
            limit: 0,
            fold: false,
            after: None,
            facets: Vec::new(),
            timeline: None,
            snippet_width: 0,
            explain_zero: false,
        }
    }
}

/// Order of hits. Ties are broken by a stable key of the article, never by chance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Sort {
    /// Best score first.
    #[default]
    Relevance,
    /// Latest publication first; articles without a date last.
    Newest,
    /// Earliest publication first; articles without a date last.
    Oldest,
}

/// Where a page ended: the sort key of its last hit.
#[derive(Clone, Debug, PartialEq)]
pub struct Cursor {
    /// Score bits or publication seconds of the last hit, order-preserving; `None` for no date.
    pub key: Option<i64>,
    /// Stable key of the last hit.
    pub tie: u64,
}

impl std::fmt::Display for Cursor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.key {
            Some(key) => write!(f, "{:x}.{:x}", key as u64, self.tie),
            None => write!(f, "-.{:x}", self.tie),
        }
    }
}

impl std::str::FromStr for Cursor {
    type Err = EngineError;

    fn from_str(text: &str) -> Result<Self, EngineError> {
        let read = || {
            let (key, tie) = text.split_once('.')?;
            let key = match key {
                "-" => None,
                key => Some(u64::from_str_radix(key, 16).ok()? as i64),
            };
            Some(Self { key, tie: u64::from_str_radix(tie, 16).ok()? })
        };
        read().ok_or_else(|| {
            EngineError::User(format!(
                "`{text}` is no cursor — use the one that the last page of the same search gave"
            ))
        })
    }
}

/// An answer.
#[derive(Clone, Debug, Default)]
pub struct SearchResponse {
    /// Exact number of articles that match.
    pub total: u64,
    /// Exact number of stories that they tell: of an article and its copies one is counted. Equal to `total` where
    /// no hits were asked for.
    pub stories: u64,
    /// Whether the hits are one for each story.
    pub folded: bool,
    /// The page of hits.
    pub hits: Vec<Hit>,
    /// One for each facet asked for, in that order.
    pub facets: Vec<FacetCounts>,
    /// The timeline asked for, without empty steps, in order of time.
    pub timeline: Option<Timeline>,
    /// What the engine decided by itself: people matched, near names, clauses to blame.
    pub notes: Vec<String>,
}

impl SearchResponse {
    /// How many hits there are on all pages together.
    pub fn hits_in_all(&self) -> u64 {
        if self.folded { self.stories } else { self.total }
    }
}

/// An article that matches.
#[derive(Clone, Debug)]
pub struct Hit {
    /// The article's id.
    pub id: String,
    /// Relevance; 0 when sorted by date.
    pub score: f32,
    /// Headline.
    pub title: String,
    /// Publication date.
    pub published: Option<Published>,
    /// Publication.
    pub source: Option<String>,
    /// Section.
    pub section: Option<String>,
    /// Address.
    pub url: Option<String>,
    /// Where it was read.
    pub path: String,
    /// People of the article, most mentioned first.
    pub people: Vec<String>,
    /// ISO codes of the countries of the article, most mentioned first.
    pub countries: Vec<String>,
    /// Words of the text around the matches.
    pub snippet: Snippet,
    /// The matches in the title: byte ranges.
    pub title_marks: Vec<(usize, usize)>,
    /// Copies of it that match as well, when these are folded.
    pub copies: u64,
    /// Where the next page would begin.
    pub cursor: Cursor,
}

/// A stretch of the body with its matches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Snippet {
    /// The text, one line.
    pub text: String,
    /// Matches: byte ranges of `text`, in order, not overlapping.
    pub marks: Vec<(usize, usize)>,
}

/// What an index holds.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Stats {
    /// Articles.
    pub articles: u64,
    /// Articles without a publication date.
    pub undated: u64,
    /// First and last publication day.
    pub first_published: Option<Interval>,
    /// Last publication day.
    pub last_published: Option<Interval>,
    /// Distinct people, each once whatever the forms of the name.
    pub people: u64,
    /// Distinct countries.
    pub countries: u64,
    /// Bytes on disk.
    pub bytes: u64,
    /// Segments.
    pub segments: u64,
    /// Version of the on-disk format.
    pub format: u32,
}

/// Writing side of an engine. Many threads put at the same time; one commits.
pub trait Sink: Send + Sync {
    /// Adds an article. One of the same id is replaced if this is newer: read from the same file, or published
    /// later, or, where both are equal, from the path that sorts later; so the outcome does not depend on which thread
    /// came first.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    fn put(&self, article: &Article, annotations: &Annotations) -> Result<Put, EngineError>;

    /// Deletes the articles read from an archive file (the path before any `!/`) except those whose id `keep`
    /// accepts. Answers how many were deleted.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    fn delete_origin(&self, file: &str, keep: &dyn Fn(&str) -> bool) -> Result<u64, EngineError>;

    /// Makes all that was put and deleted durable and visible. Waits for puts under way.
    ///
    /// # Errors
    /// [`EngineError`], by kind; the state before stays readable.
    fn commit(&self) -> Result<(), EngineError>;

    /// Deletes, at the end of a run and after a commit, what came in and is the same as another article but for its
    /// id: headline, body, publication and source say the same, word for word. The one that was there before stays,
    /// else the one whose place comes first in order.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    fn settle(&self) -> Result<Vec<Duplicate>, EngineError> {
        Ok(Vec::new())
    }

    /// Pairs of archive files since the last call: an article of the second gave way to one of the first. When the
    /// first changes or vanishes, the second must be read again.
    fn shadowed(&self) -> Vec<(String, String)> {
        Vec::new()
    }
}

/// An article that was left out because another one is the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate {
    /// Its id.
    pub id: String,
    /// Where it was read.
    pub origin: Origin,
    /// Where the other one was read.
    pub of: Origin,
}

/// What became of an article that was put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Put {
    /// It is new.
    Added,
    /// It replaced an older version.
    Updated,
    /// The same content was there already, from an earlier run.
    Unchanged,
    /// The same article was read before in this run; one of them is there.
    Duplicate,
    /// A newer version was there already.
    Outdated,
}

/// Why an engine could not answer, by what a front end does about it.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The request cannot be answered as put; the message says why and the way out.
    #[error("{0}")]
    User(String),
    /// There is no index there.
    #[error("there is no index at {0}")]
    NotFound(String),
    /// The index is of another format version.
    #[error("the index at {path} has format {found}, this dateline reads format {expected}")]
    Incompatible {
        /// Where the index lies.
        path: String,
        /// Its format.
        found: u32,
        /// The format this program reads and writes.
        expected: u32,
    },
    /// The index is damaged.
    #[error("the index at {path} is damaged: {cause}")]
    Damaged {
        /// Where the index lies.
        path: String,
        /// What is wrong.
        cause: String,
    },
    /// Another process writes to the index.
    #[error("another dateline is writing to the index at {0}")]
    Locked(String),
    /// Reading or writing failed.
    #[error("{context}: {source}")]
    Io {
        /// What was being done, to what.
        context: String,
        /// The cause.
        source: std::io::Error,
    },
    /// The engine failed in a way that is nobody's fault but ours.
    #[error("{0}")]
    Internal(String),
}

/// A number as one reads it in a note or on a screen, its thousands apart: `1,204`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}
