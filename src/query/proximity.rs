//! What can stand on either side of a proximity operator, and how the two are joined.

use std::ops::Range;

use super::ast::{Clause, Node, Pattern, Scope};
use super::error::{ErrorCode, QueryError};
use super::token::Near;

/// Errs when a node cannot be an operand of `operator` (as typed, at `at`): only what stands at a place in
/// the text can.
///
/// # Errors
/// [`ErrorCode::Proximity`] at the operator, with the way out.
pub(super) fn check_operand(node: &Node, operator: &str, at: &Range<usize>) -> Result<(), QueryError> {
    let error = |what: &str| {
        QueryError::new(ErrorCode::Proximity, at.clone(), format!("'{operator}' cannot join {what}"))
    };
    match &node.clause {
        Clause::Text { scope: Scope::Byline, .. } => {
            Err(error("words of the byline").with_hint("it joins words of title and body"))
        }
        Clause::Text { pattern: Pattern::Exact(_), .. } => {
            Err(error("exact:").with_hint(format!("put it beside: (a {operator} b) AND exact:\"Féin\"")))
        }
        Clause::Text { .. }
        | Clause::Any(_)
        | Clause::Person { .. }
        | Clause::Country(_)
        | Clause::Region { .. }
        | Clause::Place(_)
        | Clause::Near { .. }
        | Clause::SameUnit { .. }
        | Clause::Caps(..) => Ok(()),
        Clause::Or(members) => members.iter().try_for_each(|member| check_operand(member, operator, at)),
        Clause::And(_) => Err(error("a group that contains AND").with_hint(format!(
            "use OR inside the group, or repeat the proximity: (a {operator} c) AND (b {operator} c)"
        ))),
        Clause::Not(_) => Err(error("a group that contains NOT")
            .with_hint(format!("exclude outside: (a {operator} b) AND NOT c, or write a NOT {operator} b"))),
        Clause::Maybe(..) => Err(error("a group that contains MAYBE")
            .with_hint(format!("put it outside: (a {operator} b) MAYBE c"))),
        Clause::Boost(..) => {
            Err(error("a weighted term").with_hint(format!("give the whole a weight: (a {operator} b)^2")))
        }
        Clause::AtLeast(..) | Clause::First(..) => {
            Err(error("atleast( ) or first( )")
                .with_hint(format!("put it outside: atleast2(a {operator} b)")))
        }
        Clause::All => Err(error("*").with_hint("use AND, or leave it out")),
        Clause::Date { .. } => Err(error("a date clause")
            .with_hint("write DATE for any date in the text, or join the clause with AND")),
        Clause::Meta { .. }
        | Clause::Length { .. }
        | Clause::Has(_)
        | Clause::Like(_)
        | Clause::Copies(_)
        | Clause::Saved(_) => Err(error("what stands at no place in the text")
            .with_hint("it joins words, phrases, people, countries, PERSON, COUNTRY and DATE; use AND")),
    }
}

/// The node of a proximity.
pub(super) fn join(at: Range<usize>, left: Node, right: Node, near: Near, negated: bool) -> Node {
    let (left, right) = (Box::new(left), Box::new(right));
    let clause = match near {
        Near::Words { distance, ordered } => Clause::Near { left, right, distance, ordered, negated },
        Near::Unit(unit) => Clause::SameUnit { left, right, unit, negated },
    };
    Node::new(at, clause)
}
