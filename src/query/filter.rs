//! The clauses of command-line filters. Each is what its clause in a query is, with the same notes and
//! errors: `-p 'Antony Blinken'` is `person:"Antony Blinken"`, `-c IQ,IR` is `country:IQ,IR`. Places in
//! notes and errors count in the value.

use super::ast::{Clause, DateField, Node};
use super::compare;
use super::date::Calendar;
use super::error::{ErrorCode, QueryError};
use super::field::Name;
use super::lexer;
use super::token::{Letter, range_of};
use super::value::{self, Values};
use super::{ParseOptions, Parsed};

/// `field:value` for any field but those of texts, under any of its names. The value is taken whole:
/// blanks need no quotes; a comma without a blank behind it separates alternatives.
///
/// # Errors
/// There is no such field, or it cannot take the value.
pub fn field_clause(field: &str, value: &str, options: &ParseOptions<'_>) -> Result<Parsed, QueryError> {
    let all = 0..value.len();
    match Name::of(field) {
        Some(name) if !matches!(name, Name::Text(_) | Name::Exact | Name::Saved) => {
            named(name, value, options)
        }
        _ => Err(QueryError::new(ErrorCode::UnknownName, all, format!("unknown field '{field}'"))),
    }
}

/// `person:"…"`.
///
/// # Errors
/// As [`field_clause`].
pub fn person_clause(name: &str, options: &ParseOptions<'_>) -> Result<Parsed, QueryError> {
    named(Name::Person, name, options)
}

/// `country:…`: codes or names.
///
/// # Errors
/// As [`field_clause`].
pub fn country_clause(country: &str, options: &ParseOptions<'_>) -> Result<Parsed, QueryError> {
    named(Name::Country, country, options)
}

/// `region:"…"`.
///
/// # Errors
/// As [`field_clause`].
pub fn region_clause(region: &str, options: &ParseOptions<'_>) -> Result<Parsed, QueryError> {
    named(Name::Region, region, options)
}

/// `place:"…"`.
///
/// # Errors
/// As [`field_clause`].
pub fn place_clause(place: &str, options: &ParseOptions<'_>) -> Result<Parsed, QueryError> {
    named(Name::Place, place, options)
}

/// `published:…` (`--on`) or another date field: a day, month, year, range or comparison.
///
/// # Errors
/// As [`field_clause`].
pub fn on_clause(field: DateField, value: &str, options: &ParseOptions<'_>) -> Result<Parsed, QueryError> {
    named(Name::Date(field), value, options)
}

/// `mentions:…`.
///
/// # Errors
/// As [`field_clause`].
pub fn mentions_clause(value: &str, options: &ParseOptions<'_>) -> Result<Parsed, QueryError> {
    on_clause(DateField::Mentions, value, options)
}

/// `published:SINCE..UNTIL`: from the start of the one to the end of the other; either may be missing.
/// `None` when both are.
///
/// # Errors
/// One is no date (the place counts in that value), or the range ends before it starts (the place counts
/// in `until`).
pub fn date_clause(
    field: DateField,
    since: Option<&str>,
    until: Option<&str>,
    options: &ParseOptions<'_>,
) -> Result<Option<Parsed>, QueryError> {
    if since.is_none() && until.is_none() {
        return Ok(None);
    }
    let mut notes = Vec::new();
    let calendar = Calendar { today: options.today, order: options.date_order };
    let mut values = Values { calendar, notes: &mut notes };
    let first = since.map(|text| values.day(&letters(text))).transpose()?.map(|span| span.first);
    let last = until.map(|text| values.day(&letters(text))).transpose()?.map(|span| span.last);
    let at = 0..until.or(since).map_or(0, str::len);
    let turned = || format!("{}..{}", until.unwrap_or("").trim(), since.unwrap_or("").trim());
    let clause = compare::between(field, first, last, at.clone(), turned)?;
    Parsed::new(Node::new(at, clause), notes, options).map(Some)
}

/// All of the clauses: the query and its filters.
pub fn all_of(clauses: Vec<Node>) -> Node {
    let clauses: Vec<Node> = clauses.into_iter().filter(|node| node.clause != Clause::All).collect();
    let end = clauses.iter().map(|node| node.at.end).max().unwrap_or(0);
    Node::all_of(0..end, clauses)
}

fn named(field: Name, text: &str, options: &ParseOptions<'_>) -> Result<Parsed, QueryError> {
    let letters = letters(text);
    let mut notes = Vec::new();
    let calendar = Calendar { today: options.today, order: options.date_order };
    let mut values = Values { calendar, notes: &mut notes };
    let items = value::split_list(field, &letters);
    if letters.iter().all(|l| l.c.is_whitespace()) || items.is_empty() {
        return Err(value::missing(field, 0..text.len()));
    }
    let mut nodes = Vec::with_capacity(items.len());
    for item in items {
        nodes.push(values.read(field, item, range_of(item))?);
    }
    Parsed::new(Node::any_of(0..text.len(), nodes), notes, options)
}

/// The letters of a value; quotation marks around parts make them literal and are dropped.
fn letters(text: &str) -> Vec<Letter> {
    let mut quoted = false;
    let mut letters = Vec::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if lexer::is_quote(c) {
            quoted = !quoted;
        } else {
            letters.push(Letter { c: lexer::plain(c), ..Letter::new(at, c, quoted) });
        }
    }
    letters
}
