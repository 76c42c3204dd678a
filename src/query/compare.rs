//! What has an order: comparisons, ranges, lengths, and the errors of dates.

use std::ops::Range;

use chrono::{Datelike, NaiveDate};

use crate::article::DateError;

use super::ast::{Clause, DateField};
use super::date::Span;
use super::error::{ErrorCode, QueryError};
use super::token::{Letter, range_of, text_of};
use super::value::trimmed;

/// `>`, `>=`, `<`, `<=`, `=`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Above,
    From,
    Below,
    UpTo,
    Is,
}

/// The comparison a value begins with, and the rest.
pub(super) fn comparison(value: &[Letter]) -> (Option<Comparison>, &[Letter]) {
    let mark = |i: usize| value.get(i).filter(|l| !l.literal).map(|l| l.c);
    let (comparison, len) = match (mark(0), mark(1)) {
        (Some('>'), Some('=')) => (Comparison::From, 2),
        (Some('<'), Some('=')) => (Comparison::UpTo, 2),
        (Some('>'), _) => (Comparison::Above, 1),
        (Some('<'), _) => (Comparison::Below, 1),
        (Some('='), _) => (Comparison::Is, 1),
        _ => return (None, value),
    };
    (Some(comparison), trimmed(&value[len..]))
}

/// The open interval a comparison with a span of days says.
pub(super) fn compare(comparison: Comparison, span: Span) -> (Option<NaiveDate>, Option<NaiveDate>) {
    match comparison {
        Comparison::Above => (Some(after(span.last)), None),
        Comparison::From => (Some(span.first), None),
        Comparison::Below => (None, Some(before(span.first))),
        Comparison::UpTo => (None, Some(span.last)),
        Comparison::Is => (Some(span.first), Some(span.last)),
    }
}

/// The next day, but never beyond the years that can be written.
pub(super) fn after(day: NaiveDate) -> NaiveDate {
    day.succ_opt().filter(|d| d.year() <= 9999).unwrap_or(day)
}

/// The day before, but never before the years that can be written.
pub(super) fn before(day: NaiveDate) -> NaiveDate {
    day.pred_opt().filter(|d| d.year() > 0).unwrap_or(day)
}

/// Where `..` stands.
pub(super) fn dots(value: &[Letter]) -> Option<usize> {
    value.windows(2).position(|pair| pair.iter().all(|l| l.is('.')))
}

pub(super) fn length(value: &[Letter]) -> Result<Clause, QueryError> {
    let at = range_of(value);
    let (comparison, edge) = comparison(value);
    let (min, max) = match (comparison, dots(value)) {
        (Some(Comparison::Above), _) => (Some(number(edge)?.saturating_add(1)), None),
        (Some(Comparison::From), _) => (Some(number(edge)?), None),
        (Some(Comparison::Below), _) => match number(edge)?.checked_sub(1) {
            Some(max) => (None, Some(max)),
            None => return Err(not_a_number(edge, "no article is shorter than 0 words")),
        },
        (Some(Comparison::UpTo), _) => (None, Some(number(edge)?)),
        (Some(Comparison::Is), _) => (Some(number(edge)?), Some(number(edge)?)),
        (None, Some(dots)) if value.len() > 2 => {
            let edge = |e: &[Letter]| if e.is_empty() { Ok(None) } else { number(e).map(Some) };
            (edge(&value[..dots])?, edge(&value[dots + 2..])?)
        }
        (None, _) => (Some(number(value)?), Some(number(value)?)),
    };
    lengths(min, max, &at)
}

pub(super) fn lengths(min: Option<u64>, max: Option<u64>, at: &Range<usize>) -> Result<Clause, QueryError> {
    match (min, max) {
        (Some(min), Some(max)) if min > max => {
            Err(QueryError::new(ErrorCode::Value, at.clone(), "the range ends before it starts")
                .with_hint(format!("did you mean {max}..{min}?")))
        }
        (None, None) => Ok(Clause::All),
        _ => Ok(Clause::Length { min, max }),
    }
}

pub(super) fn number(value: &[Letter]) -> Result<u64, QueryError> {
    let digits: String = value.iter().map(|l| l.c).filter(|c| *c != ',').collect();
    let message = || format!("'{}' is not a number", text_of(value));
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(not_a_number(value, &message()));
    }
    digits.parse().map_err(|_| not_a_number(value, &message()))
}

fn not_a_number(value: &[Letter], message: &str) -> QueryError {
    QueryError::new(ErrorCode::Value, range_of(value), message)
        .with_hint("for example length:>800 or length:300..800")
}

/// A date clause from a first to a last day; `turned` is the range the other way round.
///
/// # Errors
/// The last day is before the first.
pub(super) fn between(
    field: DateField,
    first: Option<NaiveDate>,
    last: Option<NaiveDate>,
    at: Range<usize>,
    turned: impl Fn() -> String,
) -> Result<Clause, QueryError> {
    match (first, last) {
        (Some(f), Some(l)) if f > l => {
            Err(QueryError::new(ErrorCode::Date, at, "the range ends before it starts")
                .with_hint(format!("did you mean {}?", turned())))
        }
        _ => Ok(Clause::Date { field, first, last }),
    }
}

/// An error for a date value that stands at `at`.
pub(super) fn date_error(error: &DateError, at: Range<usize>) -> QueryError {
    match error {
        DateError::NoSuchDate(text) => {
            QueryError::new(ErrorCode::Date, at, format!("there is no date '{text}'"))
                .with_hint("check the month and the day")
        }
        DateError::NotUnderstood(text) | DateError::Implausible(text) => {
            QueryError::new(ErrorCode::Date, at, format!("did not understand the date '{text}'"))
                .with_hint("write 2024, 2024-12, 2024-12-13, 2024-12..2025-01, >=2024-12, last-30d, today")
        }
        DateError::Ambiguous { text, month_first, day_first } => QueryError::new(
            ErrorCode::Date,
            at,
            format!("'{text}' can be read as {month_first} or {day_first}"),
        )
        .with_hint(format!(
            "write the date as {month_first}, or set date_order = \"mdy\" or \"dmy\" in the configuration"
        )),
    }
}
