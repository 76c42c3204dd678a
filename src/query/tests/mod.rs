//! Readings, notes and errors of whole queries.
#![allow(clippy::unwrap_used)]

mod properties;
mod readings;
mod traps;

use chrono::NaiveDate;

use super::{ParseOptions, Parsed, QueryError, Syntax, explain, parse};

/// The day the tables count from.
fn options() -> ParseOptions<'static> {
    ParseOptions::new(NaiveDate::from_ymd_opt(2024, 12, 13).unwrap())
}

fn with(syntax: Syntax) -> ParseOptions<'static> {
    ParseOptions { syntax, ..options() }
}

fn read(query: &str) -> Result<Parsed, QueryError> {
    parse(query, &options())
}

/// The reading, or the error as the tables write it.
fn reading(query: &str, options: &ParseOptions<'_>) -> String {
    match parse(query, options) {
        Ok(parsed) => explain(&parsed.node),
        Err(error) => format!("ERROR at {}: {error}", error.column(query)),
    }
}

fn notes(query: &str) -> Vec<String> {
    read(query).map(|p| p.notes.into_iter().map(|n| n.message).collect()).unwrap_or_default()
}
