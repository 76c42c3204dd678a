//! The query language: text → [`Node`] with notes and errors, [`Node`] → canonical text. Knows no engine.
//!
//! - [`parse`] reads a query in one of four syntaxes ([`Syntax`]); what it decided on the user's behalf
//!   comes back as [`Note`]s, what it cannot read as a [`QueryError`] with a place and a way out.
//! - [`Node`] prints as canonical text that parses back to the same node; [`explain`] prints the reading.
//! - [`filter`] makes the clauses of command-line filters, each the same as its clause in a query.
//! - [`HELP`] is the language on one screen; [`check_support`] names what no engine answers yet.
//!
//! Any text is read or refused in bounded time and stack: [`MAX_QUERY_BYTES`], [`MAX_CLAUSES`] and a
//! limit on nesting.
//!
//! ```
//! use chrono::NaiveDate;
//! use dateline::query::{ParseOptions, explain, parse};
//!
//! let options = ParseOptions::new(NaiveDate::from_ymd_opt(2024, 12, 13).unwrap_or_default());
//! let parsed = parse("Blinken w/5 Iraq published:2024-12", &options)?;
//! assert_eq!(explain(&parsed.node), "((Blinken near/5 Iraq) AND published[2024-12-01..2024-12-31])");
//! # Ok::<(), dateline::query::QueryError>(())
//! ```

pub mod ast;
mod bracket;
mod clause;
mod compare;
mod compared;
mod date;
mod error;
mod explain;
mod field;
pub mod filter;
mod lexer;
mod loose;
mod nexis;
mod operators;
mod parser;
mod pattern;
mod plain;
mod print;
mod proximity;
mod saved;
mod support;
mod token;
mod value;

#[cfg(test)]
mod tests;

use chrono::NaiveDate;

pub use crate::article::date::DateOrder;
pub use ast::{Clause, Node};
pub use error::{ErrorCode, Note, NoteCode, QueryError};
pub use explain::explain;
pub use parser::MAX_CLAUSES;
pub use pattern::fold_regex;
pub use support::check_support;

/// The language on one screen, for a terminal.
pub const HELP: &str = include_str!("help.txt");

/// Longest query, in bytes.
pub const MAX_QUERY_BYTES: usize = 256 * 1024;

/// How the text of a query is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// The default: a superset of what Lucene and Nexis users type.
    #[default]
    Dateline,
    /// Lower-case `and`, `or`, `not` are words and there is no `w/n` and no `root!`.
    Lucene,
    /// OR binds tighter than `w/n`, that tighter than AND, that tighter than AND NOT; adjacent words are a
    /// phrase.
    Nexis,
    /// No operators at all: every word of the text is searched. Safe for pasted text.
    Plain,
}

/// Finds the text of a saved query by its name.
pub type SavedQueries<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// What a query is read against.
#[derive(Clone, Copy)]
pub struct ParseOptions<'a> {
    /// The day `today` and `last-30d` count from.
    pub today: NaiveDate,
    /// Order of day and month in `03/04/2024`; without one such a date is an error.
    pub date_order: Option<DateOrder>,
    /// How the text is read.
    pub syntax: Syntax,
    /// Words joined by blanks are alternatives: not every one must occur. Fields, exclusions and `+x`
    /// stay required. For wordy questions.
    pub any: bool,
    /// Notes are errors.
    pub strict: bool,
    /// Finds the text of a saved query by name; without it `query:NAME` stays a clause.
    pub saved: Option<&'a SavedQueries<'a>>,
}

impl ParseOptions<'_> {
    /// The default syntax on a given day.
    pub fn new(today: NaiveDate) -> Self {
        Self { today, date_order: None, syntax: Syntax::default(), any: false, strict: false, saved: None }
    }
}

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// What must hold of an article.
    pub node: Node,
    /// What was decided on the user's behalf, in the order it stands in the text.
    pub notes: Vec<Note>,
}

impl Parsed {
    /// Sorts the notes, and makes them an error where they are not allowed.
    fn new(node: Node, mut notes: Vec<Note>, options: &ParseOptions<'_>) -> Result<Self, QueryError> {
        if options.any {
            // A pasted question ends with a question mark; nobody needs to be told.
            notes.retain(|note| note.code != NoteCode::LeftOut);
        }
        notes.sort_by_key(|note| note.at.start);
        match notes.first() {
            Some(note) if options.strict => {
                Err(QueryError::new(ErrorCode::Strict, note.at.clone(), note.message.clone()).with_hint(
                    "--strict makes this note an error; write it unmistakably, or leave --strict out",
                ))
            }
            _ => Ok(Self { node, notes }),
        }
    }
}

/// Reads a query. An empty text means every article.
///
/// # Errors
/// The first thing in the text that cannot be read.
pub fn parse(text: &str, options: &ParseOptions<'_>) -> Result<Parsed, QueryError> {
    let (node, notes) = saved::parse_within(text, options, &mut saved::Expansion::default())?;
    Parsed::new(node, notes, options)
}
