//! The tokens in square and curly brackets: ranges and lists.

use super::error::{ErrorCode, QueryError};
use super::field::Name;
use super::lexer::{Lexer, is_blank, is_quote, plain};
use super::token::{Kind, Letter, RangeToken};

/// Most characters between the brackets of a range.
const MAX_BRACKET: usize = 400;

impl Lexer<'_> {
    /// `[a TO b]`; another bracket begins a word.
    pub(super) fn bracket(&mut self, value_of: Option<Name>) -> Result<(), QueryError> {
        let start = self.pos;
        let reach = self.chars.len().min(start + MAX_BRACKET);
        let close = (start..reach).find(|&i| matches!(self.chars[i].c, ']' | '}'));
        if close.is_none() && value_of.is_none() {
            return self.word(value_of);
        }
        let inner = &self.chars[start + 1..close.unwrap_or(reach)];
        let parts = split_blank(inner);
        let to =
            parts.iter().position(|p| p.len() == 2 && matches!((p[0].c, p[1].c), ('T', 'O') | ('t', 'o')));
        let edge = |parts: &[Vec<Letter>]| parts.join(&Letter::new(0, ' ', true));
        match (close, to) {
            (Some(close), Some(to)) if to > 0 && to + 1 < parts.len() => {
                let range = RangeToken {
                    low: edge(&parts[..to]),
                    high: edge(&parts[to + 1..]),
                    above_low: self.chars[start].c == '{',
                    below_high: self.chars[close].c == '}',
                };
                self.pos = close + 1;
                self.push(start, Kind::Range(range));
                Ok(())
            }
            (None, _) if value_of.is_some() => Err(self
                .error(start, start + 1, ErrorCode::Unbalanced, "this [ is never closed")
                .with_hint("write a range as [2024-12-01 TO 2024-12-31]")),
            (Some(close), _) if value_of.is_some_and(Name::is_ordered) => Err(self
                .error(start, close + 1, ErrorCode::Value, "a range in brackets needs TO between two values")
                .with_hint("for example [2024-12-01 TO 2024-12-31]")),
            _ => self.word(value_of),
        }
    }

    /// `IN [a "b c"]` behind a field; `false` when no bracket follows.
    pub(super) fn in_list(&mut self) -> Result<bool, QueryError> {
        let start = self.pos;
        let mut open = start + 2;
        while self.chars.get(open).is_some_and(|l| is_blank(l.c)) {
            open += 1;
        }
        if self.chars.get(open).is_none_or(|l| l.c != '[') {
            return Ok(false);
        }
        let Some(close) = (open..self.chars.len()).find(|&i| self.chars[i].c == ']') else {
            return Err(self
                .error(open, open + 1, ErrorCode::Unbalanced, "this [ is never closed")
                .with_hint("write a list as IN [IQ IR SY]"));
        };
        let items: Vec<Vec<Letter>> = split_blank(&self.chars[open + 1..close])
            .iter()
            .flat_map(|part| part.split(|l| l.is(',')))
            .filter(|item| !item.is_empty())
            .map(<[Letter]>::to_vec)
            .collect();
        if items.is_empty() {
            return Err(self
                .error(open, close + 1, ErrorCode::Unbalanced, "this list is empty")
                .with_hint("write a list as IN [IQ IR SY]"));
        }
        self.pos = close + 1;
        self.push(start, Kind::InList(items));
        Ok(true)
    }
}

/// Parts between blanks; quotation marks hold a part together and make it literal.
fn split_blank(letters: &[Letter]) -> Vec<Vec<Letter>> {
    let mut parts = vec![Vec::new()];
    let mut quoted = false;
    for &letter in letters {
        if is_quote(letter.c) {
            quoted = !quoted;
        } else if is_blank(letter.c) && !quoted {
            parts.push(Vec::new());
        } else if let Some(part) = parts.last_mut() {
            part.push(Letter { literal: quoted, c: plain(letter.c), ..letter });
        }
    }
    parts.retain(|part: &Vec<Letter>| !part.is_empty());
    parts
}
