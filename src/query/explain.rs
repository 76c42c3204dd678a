//! [`Node`] → its reading: fully parenthesised, dates as days, names of fields written out.

use super::ast::{Clause, Node, Pattern, Scope, Unit};
use super::field::{self, Name};
use super::print::{entity_name, letters_name, quoted, value};

/// The reading of a query, for `--explain`. Not meant to be parsed; [`Node`]'s `Display` is.
pub fn explain(node: &Node) -> String {
    match &node.clause {
        Clause::All => "all-docs()".to_owned(),
        Clause::And(members) => format!("({})", join(members, " AND ")),
        Clause::Or(members) => format!("({})", join(members, " OR ")),
        Clause::Not(inner) => format!("NOT {}", explain(inner)),
        Clause::Maybe(main, others) => format!("maybe({}, {})", explain(main), join(others, ", ")),
        Clause::Boost(inner, weight) => format!("boost({weight:?}, {})", explain(inner)),
        Clause::Text { scope, pattern } => text(*scope, pattern),
        Clause::Near { left, right, distance, ordered, negated } => {
            let not = if *negated { "not-" } else { "" };
            let operator = if *ordered { "pre" } else { "near" };
            format!("({} {not}{operator}/{distance} {})", explain(left), explain(right))
        }
        Clause::SameUnit { left, right, unit, negated } => {
            let not = if *negated { "not-" } else { "" };
            let unit = if *unit == Unit::Sentence { "sentence" } else { "paragraph" };
            format!("{not}same-{unit}({}, {})", explain(left), explain(right))
        }
        Clause::AtLeast(n, inner) => format!("atleast({n}, {})", explain(inner)),
        Clause::First(n, inner) => format!("first({n}, {})", explain(inner)),
        Clause::Caps(letters, inner) => format!("{}({})", letters_name(*letters), explain(inner)),
        Clause::Any(entity) => entity_name(*entity).to_owned(),
        Clause::Person { name, exact } => format!("person:{}{}", if *exact { "=" } else { "" }, value(name)),
        Clause::Country(code) => format!("country:{code}"),
        Clause::Region { name, .. } => format!("region:{}", value(name)),
        Clause::Place(name) => format!("place:{}", value(name)),
        Clause::Date { field, first, last } => {
            let edge = |day: &Option<chrono::NaiveDate>| day.map_or("*".to_owned(), |day| day.to_string());
            format!("{}[{}..{}]", Name::Date(*field).as_str(), edge(first), edge(last))
        }
        Clause::Meta { field, value: text } => {
            let body = text.trim_end_matches('*');
            let star = if body.len() < text.len() { "*" } else { "" };
            format!("{}:{}{star}", Name::Meta(*field).as_str(), value(body))
        }
        Clause::Length { min, max } => length(*min, *max),
        Clause::Has(has) => format!("has({})", field::name_of(*has)),
        Clause::Like(id) => format!("like:{}", value(id)),
        Clause::Copies(id) => format!("dup:{}", value(id)),
        Clause::Saved(name) => format!("query:{}", value(name)),
    }
}

fn join(nodes: &[Node], with: &str) -> String {
    nodes.iter().map(explain).collect::<Vec<_>>().join(with)
}

fn text(scope: Scope, pattern: &Pattern) -> String {
    let pattern = match pattern {
        Pattern::Word(word) => word.clone(),
        Pattern::Phrase { text, slop: 0, prefix: false } => quoted(text),
        Pattern::Phrase { text, prefix: true, .. } => format!("phrase*({text})"),
        Pattern::Phrase { text, slop, .. } => format!("phrase~({slop}, {text})"),
        Pattern::Exact(text) => format!("exact({text})"),
        Pattern::Wildcard(pattern) => match pattern.strip_suffix('*') {
            Some(root) if !root.contains(['*', '?']) => format!("prefix({root})"),
            _ => format!("wildcard({pattern})"),
        },
        Pattern::Fuzzy(word, distance) => format!("fuzzy({distance}, {word})"),
        Pattern::Regex(source) => format!("regex({source})"),
    };
    match scope {
        Scope::All => pattern,
        scope => format!("{}:{pattern}", Name::Text(scope).as_str()),
    }
}

/// Of the two equal forms `>800` and `>=801` the rounder one reads better.
fn length(min: Option<u64>, max: Option<u64>) -> String {
    let round = |n: u64| n.to_string().bytes().rev().take_while(|b| *b == b'0').count();
    match (min, max) {
        (Some(min), Some(max)) if min == max => format!("length(=, {min})"),
        (Some(min), Some(max)) => format!("length[{min}..{max}]"),
        (Some(min), None) if min > 0 && round(min - 1) > round(min) => format!("length(>, {})", min - 1),
        (Some(min), None) => format!("length(>=, {min})"),
        (None, Some(max)) if round(max.saturating_add(1)) > round(max) => {
            format!("length(<, {})", max.saturating_add(1))
        }
        (None, Some(max)) => format!("length(<=, {max})"),
        (None, None) => "all-docs()".to_owned(),
    }
}
