//! Saved queries: `query:NAME` stands for the text saved under the name, in parentheses.

use std::ops::Range;

use super::ast::{Clause, Node, Scope};
use super::error::{ErrorCode, Note, QueryError};
use super::parser::Parser;
use super::{MAX_QUERY_BYTES, ParseOptions, Syntax, lexer, operators, plain};

/// Most saved queries inside each other, and most expansions in all.
const MAX_NESTED: usize = 8;
const MAX_EXPANSIONS: usize = 256;

/// What has been expanded on the way to a text.
#[derive(Clone, Debug, Default)]
pub(super) struct Expansion {
    /// Names of the saved queries we are in.
    pub(super) names: Vec<String>,
    /// Expansions so far.
    pub(super) done: usize,
    /// Clauses so far.
    pub(super) clauses: usize,
}

/// Reads a text, perhaps inside saved queries.
pub(super) fn parse_within(
    text: &str,
    options: &ParseOptions<'_>,
    expansion: &mut Expansion,
) -> Result<(Node, Vec<Note>), QueryError> {
    if text.len() > MAX_QUERY_BYTES {
        let message = format!("a query of {} bytes is too long", text.len());
        return Err(QueryError::new(ErrorCode::Limit, 0..0, message)
            .with_hint(format!("write at most {MAX_QUERY_BYTES} bytes")));
    }
    if options.syntax == Syntax::Plain {
        return plain::parse(text, options, expansion).map(|node| (node, Vec::new()));
    }
    let mut notes = Vec::new();
    let tokens = lexer::tokens(text, options.syntax, &mut notes)?;
    let tokens = operators::resolve(tokens, options, &mut notes);
    if tokens.is_empty() && !text.trim().is_empty() {
        return Err(QueryError::new(
            ErrorCode::Value,
            0..text.len(),
            "there is nothing to search for in this",
        )
        .with_hint("write a word, a phrase in quotes, or a field such as country:IQ"));
    }
    let mut parser =
        Parser { text, tokens, pos: 0, options, notes, parens: 0, counting: 0, scope: Scope::All, expansion };
    let node = parser.query()?;
    Ok((node, parser.notes))
}

impl Parser<'_> {
    /// The clause `query:name` at `at`: its text, read in place; the clause itself without a resolver.
    pub(super) fn expand(&mut self, name: String, at: Range<usize>) -> Result<Node, QueryError> {
        let Some(resolve) = self.options.saved else {
            return Ok(Node::new(at, Clause::Saved(name)));
        };
        let error = |message: String| QueryError::new(ErrorCode::Saved, at.clone(), message);
        if self.expansion.names.contains(&name) {
            let path = self.expansion.names.join("' → '");
            return Err(error(format!("the saved query '{name}' contains itself ('{path}' → '{name}')"))
                .with_hint("change one of them"));
        }
        self.expansion.done += 1;
        if self.expansion.names.len() >= MAX_NESTED || self.expansion.done > MAX_EXPANSIONS {
            return Err(error("too many saved queries inside each other".to_owned())
                .with_hint(format!("at most {MAX_NESTED} levels and {MAX_EXPANSIONS} in all")));
        }
        let Some(text) = resolve(&name) else {
            return Err(error(format!("there is no saved query '{name}'")).with_hint("check its name"));
        };
        self.expansion.names.push(name.clone());
        let read = parse_within(&text, self.options, self.expansion);
        self.expansion.names.pop();
        let (mut node, notes) = read.map_err(|e| QueryError {
            at: at.clone(),
            code: e.code,
            message: format!("in the saved query '{name}': {}", e.message),
            hint: e.hint,
        })?;
        stamp(&mut node, &at);
        self.notes.extend(notes.into_iter().map(|note| Note {
            at: at.clone(),
            message: format!("in the saved query '{name}': {}", note.message),
            ..note
        }));
        Ok(node)
    }
}

/// Gives every node of an expanded query the place of its clause.
fn stamp(node: &mut Node, at: &Range<usize>) {
    node.at = at.clone();
    match &mut node.clause {
        Clause::And(members) | Clause::Or(members) => members.iter_mut().for_each(|m| stamp(m, at)),
        Clause::Maybe(main, others) => {
            stamp(main, at);
            others.iter_mut().for_each(|m| stamp(m, at));
        }
        Clause::Near { left, right, .. } | Clause::SameUnit { left, right, .. } => {
            stamp(left, at);
            stamp(right, at);
        }
        Clause::Not(inner)
        | Clause::Boost(inner, _)
        | Clause::AtLeast(_, inner)
        | Clause::First(_, inner)
        | Clause::Caps(_, inner) => stamp(inner, at),
        _ => {}
    }
}
