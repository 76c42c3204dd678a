//! What a query says, independent of any engine.
//!
//! A [`Node`] is a [`Clause`] with the place it stands at in the text. Nodes are built by the parser already
//! normalised: fields have their canonical names, countries are codes, dates are days, phrases are kept as
//! typed (quotation marks and escapes removed) and cut into words by
//! [`article::words`](crate::article::words) when compiled.

use std::ops::Range;

use chrono::NaiveDate;

/// A clause and where it stands. Two nodes are equal when they say the same, wherever they stand.
#[derive(Clone, Debug)]
pub struct Node {
    /// Byte range in the query text; for nodes of a saved query, that of the `query:NAME` clause.
    pub at: Range<usize>,
    /// What it says.
    pub clause: Clause,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.clause == other.clause
    }
}

impl Node {
    /// A clause that stands at `at`.
    pub fn new(at: Range<usize>, clause: Clause) -> Self {
        Self { at, clause }
    }

    /// All of the nodes; members that are conjunctions themselves are opened, a single one is returned as
    /// it is, none at all means every article.
    pub fn all_of(at: Range<usize>, nodes: Vec<Node>) -> Self {
        Self::join(at, nodes, Clause::And, |clause| match clause {
            Clause::And(members) => Ok(members),
            other => Err(other),
        })
    }

    /// At least one of the nodes, opened and collapsed as in [`Node::all_of`].
    pub fn any_of(at: Range<usize>, nodes: Vec<Node>) -> Self {
        Self::join(at, nodes, Clause::Or, |clause| match clause {
            Clause::Or(members) => Ok(members),
            other => Err(other),
        })
    }

    /// The nodes directly below.
    pub fn children(&self) -> Vec<&Node> {
        match &self.clause {
            Clause::And(members) | Clause::Or(members) => members.iter().collect(),
            Clause::Maybe(main, others) => std::iter::once(&**main).chain(others).collect(),
            Clause::Near { left, right, .. } | Clause::SameUnit { left, right, .. } => vec![left, right],
            Clause::Not(inner)
            | Clause::Boost(inner, _)
            | Clause::AtLeast(_, inner)
            | Clause::First(_, inner)
            | Clause::Caps(_, inner) => vec![inner],
            _ => Vec::new(),
        }
    }

    /// Levels of nodes, 1 for a leaf.
    pub fn depth(&self) -> usize {
        1 + self.children().into_iter().map(Node::depth).max().unwrap_or(0)
    }

    fn join(
        at: Range<usize>,
        nodes: Vec<Node>,
        kind: fn(Vec<Node>) -> Clause,
        open: fn(Clause) -> Result<Vec<Node>, Clause>,
    ) -> Self {
        let mut members = Vec::with_capacity(nodes.len());
        for node in nodes {
            match open(node.clause) {
                Ok(inner) => members.extend(inner),
                Err(clause) => members.push(Node { at: node.at, clause }),
            }
        }
        match members.len() {
            0 => Self { at, clause: Clause::All },
            1 => members.swap_remove(0),
            _ => Self { at, clause: kind(members) },
        }
    }
}

/// What a node says of an article. `And` and `Or` have at least two members and no direct member of their
/// own kind.
#[derive(Clone, Debug, PartialEq)]
pub enum Clause {
    /// Every article.
    All,
    /// All of them.
    And(Vec<Node>),
    /// At least one of them.
    Or(Vec<Node>),
    /// Not this one.
    Not(Box<Node>),
    /// The first decides; the others only raise the score.
    Maybe(Box<Node>, Vec<Node>),
    /// The same articles, its score multiplied.
    Boost(Box<Node>, f32),
    /// Words in a text.
    Text {
        /// Which text.
        scope: Scope,
        /// What must stand there.
        pattern: Pattern,
    },
    /// Two operands near each other. Operands are `Text` (not of the byline, not `Exact`), `Any`, `Person`, `Country`,
    /// `Region`, `Place` (where its name stands), `Near`, `SameUnit`, `Caps` or an `Or` of these.
    Near {
        /// Left operand.
        left: Box<Node>,
        /// Right operand.
        right: Box<Node>,
        /// At most so many positions apart; 1 is side by side.
        distance: u32,
        /// Whether the left must stand before the right.
        ordered: bool,
        /// `NOT w/n`: an occurrence of the left that has no right within the distance.
        negated: bool,
    },
    /// Two operands in one sentence or paragraph.
    SameUnit {
        /// Left operand.
        left: Box<Node>,
        /// Right operand.
        right: Box<Node>,
        /// Sentence or paragraph.
        unit: Unit,
        /// `NOT w/s`.
        negated: bool,
    },
    /// The operand occurs at least so many times (operand as of `Near`).
    AtLeast(u32, Box<Node>),
    /// The operand occurs within the first so many words of the body (operand as of `Near`, or a
    /// Boolean of these).
    First(u32, Box<Node>),
    /// The operand's words are written in this way.
    Caps(Letters, Box<Node>),
    /// Any entity of a kind.
    Any(Entity),
    /// A person.
    Person {
        /// The name as typed.
        name: String,
        /// `person:=X`: only this surface form, not its aliases.
        exact: bool,
    },
    /// A country by ISO 3166-1 alpha-2 code.
    Country(&'static str),
    /// A region or group: canonical name and the codes of its members.
    Region {
        /// Canonical name.
        name: String,
        /// ISO codes, sorted.
        codes: Vec<&'static str>,
    },
    /// A place below the country: a city or region, e.g. `Baghdad`, `Georgia, US`.
    Place(String),
    /// A date field within days; open ends are `None`. Never empty.
    Date {
        /// Which date.
        field: DateField,
        /// First day, inclusive.
        first: Option<NaiveDate>,
        /// Last day, inclusive.
        last: Option<NaiveDate>,
    },
    /// Metadata of the article equals a value, folded for case and accents (a trailing `*` in
    /// the value matches any ending).
    Meta {
        /// Which field.
        field: MetaField,
        /// The value.
        value: String,
    },
    /// Number of words in the body, inclusive bounds.
    Length {
        /// At least.
        min: Option<u64>,
        /// At most.
        max: Option<u64>,
    },
    /// `x:*`: the article has any value of the field.
    Has(Field),
    /// Articles similar to one.
    Like(String),
    /// Syndicated copies of one.
    Copies(String),
    /// A saved query by name.
    Saved(String),
}

/// The text a word is looked for in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// Title and body, the default.
    All,
    /// The headline.
    Title,
    /// The first paragraph of the body.
    Lead,
    /// Headline and lead.
    TitleLead,
    /// The body.
    Body,
    /// The byline.
    Byline,
}

/// What must stand in the text. Strings are as typed, not folded.
#[derive(Clone, Debug, PartialEq)]
pub enum Pattern {
    /// A bare word, by stem. May open into several words (`al-Sudani`).
    Word(String),
    /// A quoted phrase (or word), as written up to case and accents.
    Phrase {
        /// The words.
        text: String,
        /// Moves allowed: `"a b"~3`.
        slop: u32,
        /// `"a b"*`: the last word is a prefix.
        prefix: bool,
    },
    /// As written, case and accents included: `exact:"Féin"`.
    Exact(String),
    /// One word with `*` (any letters) and `?` (one letter); a prefix is `pre*`.
    Wildcard(String),
    /// One word, within an edit distance of 1 or 2.
    Fuzzy(String, u8),
    /// A regular expression over one whole folded word, as typed; [`fold_regex`](super::fold_regex) gives
    /// the form to match.
    Regex(String),
}

/// A unit of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Sentence.
    Sentence,
    /// Paragraph.
    Paragraph,
}

/// How letters are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Letters {
    /// At least one capital.
    Caps,
    /// Capitals only.
    AllCaps,
    /// No capital.
    NoCaps,
}

/// Kinds of entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Entity {
    /// People.
    Person,
    /// Countries.
    Country,
    /// Dates.
    Date,
}

/// Dates an article has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DateField {
    /// Publication date inside the days.
    Published,
    /// A date of the text inside the days.
    Mentions,
    /// A date of the text that shares a day with them.
    MentionsOverlaps,
    /// Published or mentioned inside the days.
    When,
    /// Added to the index on one of the days.
    Ingested,
}

/// Metadata fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MetaField {
    /// Publication.
    Source,
    /// Section.
    Section,
    /// Language.
    Language,
    /// Kind of piece.
    Kind,
    /// Address.
    Url,
    /// Identity.
    Id,
}

/// Every field that can be asked for with `*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// A text of the article.
    Text(Scope),
    /// People.
    Person,
    /// Countries.
    Country,
    /// Cities and regions.
    Place,
    /// A date.
    Date(DateField),
    /// Metadata.
    Meta(MetaField),
}
