//! What the language has room for and this version cannot do yet, said in one place.

use std::ops::Range;

use super::ast::{Clause, Node};
use super::error::{ErrorCode, QueryError};
use super::field::Name;

/// Errs at the first clause that is understood (`--explain` shows its reading) but that no engine answers
/// yet.
///
/// # Errors
/// [`ErrorCode::Unsupported`] with the place of the clause and what to write instead.
pub fn check_support(query: &Node) -> Result<(), QueryError> {
    let reason = match &query.clause {
        Clause::Like(_) => Some((
            "like: is not supported yet",
            "paste some sentences of the article with --any --syntax plain",
        )),
        Clause::Saved(_) => Some(("there are no saved queries here", "write the query itself")),
        _ => None,
    };
    if let Some((message, hint)) = reason {
        return Err(QueryError::new(ErrorCode::Unsupported, query.at.clone(), message).with_hint(hint));
    }
    query.children().into_iter().try_for_each(check_support)
}

/// `org:`, `ORG`.
pub(super) fn organisations(at: Range<usize>) -> QueryError {
    QueryError::new(ErrorCode::Unsupported, at, "organisations are not recognised yet")
        .with_hint("search for the name in quotes: \"World Bank\"")
}

/// `w/seg`, without a place.
pub(super) fn same_segment() -> QueryError {
    QueryError::new(ErrorCode::Unsupported, 0..0, "'w/seg' is not supported")
        .with_hint("name the part of the article: title(a AND b), hlead(a AND b)")
}

/// Wildcards and fuzziness on names.
pub(super) fn name_pattern(field: Name, at: Range<usize>) -> QueryError {
    let field = field.as_str();
    QueryError::new(ErrorCode::Unsupported, at, format!("'{field}:' takes a name, without wildcards and ~"))
        .with_hint(match field {
            "person" => "one word of the name finds everybody who has it; a misspelt name gets suggestions",
            _ => "write the whole name",
        })
}
