//! The syntax without operators: pasted text as it is.

use super::ast::{Clause, Node, Pattern, Scope};
use super::error::{ErrorCode, QueryError};
use super::parser::MAX_CLAUSES;
use super::saved::Expansion;
use super::{ParseOptions, lexer, pattern};

/// Every run of letters between blanks is a word; all must occur, or any under
/// [`ParseOptions::any`].
///
/// # Errors
/// More than [`MAX_CLAUSES`] words.
pub(super) fn parse(
    text: &str,
    options: &ParseOptions<'_>,
    expansion: &mut Expansion,
) -> Result<Node, QueryError> {
    let mut words = Vec::new();
    for (at, chunk) in chunks(text) {
        let word = chunk.trim_matches(|c: char| !c.is_alphanumeric());
        let kept = chunk.strip_suffix("++").or_else(|| chunk.strip_suffix('#')).is_some_and(|w| w == word);
        let word = if kept { chunk } else { word };
        if !pattern::has_words(word) {
            continue;
        }
        let at = at..at + chunk.len();
        expansion.clauses += 1;
        if expansion.clauses > MAX_CLAUSES {
            return Err(QueryError::new(ErrorCode::Limit, at, format!("more than {MAX_CLAUSES} words"))
                .with_hint("paste a shorter piece of the text"));
        }
        let word = word.replace(|c: char| lexer::plain(c) == '\'', "'");
        let pattern = match word.contains("://") {
            true => Pattern::Phrase { text: word, slop: 0, prefix: false },
            false => Pattern::Word(word),
        };
        words.push(Node::new(at, Clause::Text { scope: Scope::All, pattern }));
    }
    if words.is_empty() && !text.trim().is_empty() {
        return Err(QueryError::new(
            ErrorCode::Value,
            0..text.len(),
            "there is nothing to search for in this",
        )
        .with_hint("write some words"));
    }
    let at = 0..text.len();
    Ok(if options.any { Node::any_of(at, words) } else { Node::all_of(at, words) })
}

/// Runs between blanks with their places.
fn chunks(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split(lexer::is_blank)
        .map(|chunk| (chunk.as_ptr() as usize - text.as_ptr() as usize, chunk))
        .filter(|(_, chunk)| !chunk.is_empty())
}
