//! What can be wrong with a query, and what was decided on the user's behalf.

use std::fmt;
use std::ops::Range;

use unicode_width::UnicodeWidthChar;

/// Why a query cannot be read: where, what, and the way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueryError {
    /// Byte range of the culprit in the query text (of the value, for a command-line filter).
    pub at: Range<usize>,
    /// The kind, for programs.
    pub code: ErrorCode,
    /// What is wrong, one line, lower case, no full stop.
    pub message: String,
    /// What to write instead.
    pub hint: Option<String>,
}

/// Kinds of error; [`ErrorCode::as_str`] is what the JSON of an answer calls them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// An operator lacks an operand, or two operators meet.
    Operator,
    /// A parenthesis, bracket or quotation mark is left open or alone, or holds nothing.
    Unbalanced,
    /// A field or function of that name does not exist, but a near one does.
    UnknownName,
    /// A field has no value, or one it cannot take.
    Value,
    /// A date or range of dates cannot be read.
    Date,
    /// Distance, operands or place of a proximity operator.
    Proximity,
    /// Wildcard, truncation, fuzziness or regular expression.
    Pattern,
    /// Too long, too deep, too many clauses.
    Limit,
    /// A saved query is missing, broken or names itself.
    Saved,
    /// Understood, but not to be had in this version.
    Unsupported,
    /// A note, under `--strict`.
    Strict,
}

impl ErrorCode {
    /// The name programs see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Operator => "operator",
            Self::Unbalanced => "unbalanced",
            Self::UnknownName => "unknown-name",
            Self::Value => "value",
            Self::Date => "date",
            Self::Proximity => "proximity",
            Self::Pattern => "pattern",
            Self::Limit => "limit",
            Self::Saved => "saved-query",
            Self::Unsupported => "unsupported",
            Self::Strict => "strict",
        }
    }
}

/// An automatic decision of the parser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The kind, for programs.
    pub code: NoteCode,
    /// Byte range in the query text it speaks of.
    pub at: Range<usize>,
    /// What was decided and how to say the other thing, one line.
    pub message: String,
}

/// Kinds of note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NoteCode {
    /// A lower-case or typographic word was taken for an operator.
    ReadAsOperator,
    /// What looks like an operator was taken for a word.
    ReadAsWord,
    /// AND and OR stand side by side without parentheses.
    Precedence,
    /// Quotation marks or dashes of a word processor.
    Typography,
    /// A mark without meaning was left out.
    LeftOut,
    /// A value was read as another.
    ReadAsValue,
    /// A name has another meaning too.
    OtherMeaning,
}

impl NoteCode {
    /// The name programs see.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadAsOperator => "read-as-operator",
            Self::ReadAsWord => "read-as-word",
            Self::Precedence => "precedence",
            Self::Typography => "typography",
            Self::LeftOut => "left-out",
            Self::ReadAsValue => "read-as-value",
            Self::OtherMeaning => "other-meaning",
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// Most columns of the query that [`QueryError::render`] shows around the culprit.
const WINDOW: usize = 100;

impl QueryError {
    /// An error without a hint.
    pub fn new(code: ErrorCode, at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at, code, message: message.into(), hint: None }
    }

    /// The same with a hint.
    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Where the culprit begins: character number in `query`, from 1.
    pub fn column(&self, query: &str) -> usize {
        let start = boundary(query, self.at.start);
        query[..start].chars().count() + 1
    }

    /// The error as a terminal shows it: message, the query (a window of it, when it is long) with carets
    /// under the culprit, hint. Control characters of the query are shown as blanks; no newline at the end.
    ///
    /// ```text
    /// error: unknown field 'persn'
    ///   persn:"Antony Blinken" AND Iraq
    ///   ^^^^^
    /// hint: did you mean 'person:'?  To search the word itself, put it in quotes
    /// ```
    pub fn render(&self, query: &str) -> String {
        let start = boundary(query, self.at.start);
        let end = boundary(query, self.at.end).max(start);
        let mut from = start;
        let mut columns = 0;
        for (i, c) in query[..start].char_indices().rev() {
            columns += width(c);
            if columns > WINDOW / 2 {
                break;
            }
            from = i;
        }
        let mut line = String::from(if from > 0 { "  …" } else { "  " });
        let mut carets = " ".repeat(line.chars().count());
        let mut columns = 0;
        for (i, c) in query[from..].char_indices() {
            let at = from + i;
            columns += width(c);
            if columns > WINDOW {
                line.push('…');
                break;
            }
            line.push(printable(c));
            let mark = if at >= start && at < end { "^" } else { " " };
            carets.push_str(&mark.repeat(width(c)));
        }
        if start == end || !carets.contains('^') {
            carets.truncate(carets.trim_end().len());
            let column: usize = line_width(&query[from..start]) + if from > 0 { 3 } else { 2 };
            carets = " ".repeat(column) + "^";
        }
        carets.truncate(carets.trim_end().len());
        let mut out = format!("error: {}\n{}\n{carets}", self.message, line.trim_end());
        if let Some(hint) = &self.hint {
            out.push_str("\nhint: ");
            out.push_str(hint);
        }
        out
    }
}

impl fmt::Display for QueryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.hint {
            Some(hint) => write!(f, " — {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for QueryError {}

/// The character boundary at a byte or just before it, within the text.
pub(super) fn boundary(text: &str, byte: usize) -> usize {
    let byte = byte.min(text.len());
    (0..=byte).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

fn printable(c: char) -> char {
    let hidden = c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
    if hidden { ' ' } else { c }
}

fn width(c: char) -> usize {
    printable(c).width().unwrap_or(1)
}

fn line_width(text: &str) -> usize {
    text.chars().map(width).sum()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_error_points_at_its_culprit() {
        let error = QueryError::new(ErrorCode::UnknownName, 0..5, "unknown field 'persn'").with_hint("try");
        assert_eq!(
            error.render("persn:\"Antony Blinken\" AND Iraq"),
            "error: unknown field 'persn'\n  persn:\"Antony Blinken\" AND Iraq\n  ^^^^^\nhint: try"
        );
    }

    #[test]
    fn wide_and_hidden_letters_keep_the_caret_in_place() {
        let query = "北京 \u{202e}\nAND";
        let error = QueryError::new(ErrorCode::Operator, query.len() - 3..query.len(), "x");
        assert_eq!(error.render(query), "error: x\n  北京   AND\n         ^^^");
        assert_eq!(error.column(query), 6);
    }

    #[test]
    fn a_long_query_is_shown_in_part() {
        let query = "a".repeat(300) + " AND " + &"b".repeat(300);
        let rendered = QueryError::new(ErrorCode::Operator, 301..304, "x").render(&query);
        let lines: Vec<&str> = rendered.lines().collect();
        assert!(lines[1].starts_with("  …a") && lines[1].ends_with("b…"), "{rendered}");
        let caret = lines[2].find('^').unwrap();
        assert_eq!(lines[1].chars().skip(caret).take(3).collect::<String>(), "AND");
    }

    #[test]
    fn a_place_outside_the_text_does_not_panic() {
        let rendered = QueryError::new(ErrorCode::Value, 90..95, "x").render("äö");
        assert_eq!(rendered, "error: x\n  äö\n    ^");
    }
}
