//! The comparisons of Nexis, written without a colon: `date aft 12/13/2024`, `length > 800`.

use std::ops::Range;

use super::Syntax;
use super::ast::{Clause, Node};
use super::compare::{self, Comparison};
use super::date::{self, Calendar};
use super::error::{ErrorCode, QueryError};
use super::field::Name;
use super::parser::Parser;
use super::token::{Kind, Letter, range_of, text_of};
use super::value;

impl Parser<'_> {
    /// `date aft 12/13/2024`, `date is "13 December 2024"`, `length > 800`. `None` where the words are
    /// just words (`date night`).
    pub(super) fn nexis_date(&mut self, at: Range<usize>) -> Option<Result<Node, QueryError>> {
        if self.options.syntax == Syntax::Lucene {
            return None;
        }
        let token = self.tokens.get(self.pos)?;
        let name = if token.is_word("date") {
            Name::Date(super::ast::DateField::Published)
        } else if token.is_word("length") || token.is_word("wc") {
            Name::Length
        } else {
            return None;
        };
        let next = self.tokens.get(self.pos + 1)?;
        let letters = next.word()?;
        if let (Some(_), _) = compare::comparison(letters) {
            self.pos += 1;
            let compared = if name == Name::Length {
                self.items(name, at.clone(), true)
            } else {
                self.compared_date(Some(name), at)
            };
            return Some(compared);
        }
        if name == Name::Length {
            return None;
        }
        self.pos += 1;
        let (_, sure) = self.date_comparison().or_else(|| {
            self.pos -= 1;
            None
        })?;
        // `date is` may go on as prose; the other words never do.
        if !sure && self.date_words(1).is_none() {
            self.pos -= 1;
            return None;
        }
        Some(self.compared_date(Some(name), at))
    }

    /// The comparison word or sign that stands here, and whether it is never an ordinary word.
    pub(super) fn date_comparison(&self) -> Option<(Comparison, bool)> {
        let token = self.tokens.get(self.pos)?;
        let letters = token.word()?;
        let word = text_of(letters).to_lowercase();
        let found = match word.as_str() {
            "is" => (Comparison::Is, false),
            "aft" => (Comparison::Above, true),
            "bef" => (Comparison::Below, true),
            "geq" => (Comparison::From, true),
            "leq" => (Comparison::UpTo, true),
            _ => match compare::comparison(letters) {
                (Some(comparison), []) => (comparison, true),
                _ => return None,
            },
        };
        letters.iter().all(|l| !l.literal).then_some(found)
    }

    /// The longest run of up to four words from `ahead` on that is a date, and how many words it is.
    pub(super) fn date_words(&self, ahead: usize) -> Option<(usize, Vec<Letter>)> {
        let mut letters: Vec<Letter> = Vec::new();
        let mut found = None;
        for (n, token) in self.tokens.iter().skip(self.pos + ahead).take(4).enumerate() {
            let (Kind::Word(word) | Kind::Phrase { letters: word, .. }) = &token.kind else { break };
            if let Some(last) = letters.last().copied() {
                letters.push(Letter { c: ' ', literal: true, ..last });
            }
            letters.extend(word);
            let calendar = Calendar { today: self.options.today, order: self.options.date_order };
            if !matches!(
                date::read(&text_of(&letters), calendar),
                Err(crate::article::DateError::NotUnderstood(_))
            ) {
                found = Some((n + 1, letters.clone()));
            }
        }
        found
    }

    /// `aft 12/13/2024`, `>= (12/1/2024)`, at the comparison.
    pub(super) fn compared_date(
        &mut self,
        field: Option<Name>,
        at: Range<usize>,
    ) -> Result<Node, QueryError> {
        let Some(Name::Date(date_field)) = field else { return Err(value::no_range(field, at)) };
        let (comparison, rest) = match self.date_comparison() {
            Some((comparison, _)) => (comparison, Vec::new()),
            // `date >2024`: sign and value are one word.
            None => match self.tokens.get(self.pos).and_then(|t| t.word()).map(compare::comparison) {
                Some((Some(comparison), rest)) => (comparison, rest.to_vec()),
                _ => return Err(value::missing(Name::Date(date_field), at)),
            },
        };
        self.pos += 1;
        let open = rest.is_empty() && matches!(self.peek(), Some(Kind::Open));
        self.pos += usize::from(open);
        let letters = if !rest.is_empty() {
            rest
        } else if let Some((words, letters)) = self.date_words(0) {
            self.pos += words;
            letters
        } else {
            self.run()
        };
        if letters.is_empty() {
            return Err(value::missing(Name::Date(date_field), at));
        }
        if open {
            if !matches!(self.peek(), Some(Kind::Close)) {
                return Err(QueryError::new(
                    ErrorCode::Date,
                    range_of(&letters),
                    "one date can stand in these parentheses",
                )
                .with_hint("for example date geq (12/13/2024)"));
            }
            self.pos += 1;
        }
        let at = at.start..self.end();
        self.count(&at)?;
        let span = self.values().day(&letters)?;
        let (first, last) = compare::compare(comparison, span);
        Ok(Node::new(at, Clause::Date { field: date_field, first, last }))
    }
}
