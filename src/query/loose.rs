//! Names of several words without quotes behind a field: seen and said.

use crate::article::country;

use super::ast::MetaField;
use super::clause::entity_word;
use super::error::{ErrorCode, NoteCode, QueryError};
use super::field::Name;
use super::parser::Parser;
use super::token::{Letter, text_of};

impl Parser<'_> {
    /// `country:New Zealand`, `person:Antony Blinken`: a name of several words without quotes.
    ///
    /// # Errors
    /// The first word alone is no country or region, but all together are.
    pub(super) fn note_loose_name(
        &mut self,
        name: Name,
        value: &[Letter],
        start: usize,
    ) -> Result<(), QueryError> {
        let named = matches!(name, Name::Person | Name::Place | Name::Country | Name::Region | Name::Where)
            || name == Name::Meta(MetaField::Source);
        let capital = |word: &[Letter]| word.first().is_some_and(|l| l.c.is_uppercase() && !l.literal);
        if !named || !capital(value) {
            return Ok(());
        }
        let geographic = |text: &str| country::by_name(text).is_some() || country::region(text).is_some();
        let first = text_of(value);
        let mut words = first.clone();
        let mut end = self.end();
        let mut longest = None;
        for token in self.tokens.iter().skip(self.pos).take(3) {
            let Some(word) = token.word().filter(|word| word.iter().all(|l| !l.literal)) else { break };
            words = format!("{words} {}", text_of(word));
            end = token.at.end;
            if geographic(&words) {
                longest = Some((words.clone(), end));
            }
        }
        let field = name.as_str();
        match (name, longest) {
            (Name::Country | Name::Region | Name::Where, Some((words, end))) if !geographic(&first) => {
                Err(QueryError::new(
                    ErrorCode::Value,
                    start..end,
                    format!("'{words}' has a blank, so it needs quotes"),
                )
                .with_hint(format!("write {field}:\"{words}\"")))
            }
            (Name::Country | Name::Region, None) => Ok(()),
            (_, Some((words, end))) => {
                let message =
                    format!("'{field}:' takes only '{first}'; for the other write {field}:\"{words}\"");
                self.note(NoteCode::OtherMeaning, start..end, message);
                Ok(())
            }
            (_, None) => {
                let next = self.tokens.get(self.pos).and_then(|t| t.word()).filter(|word| capital(word));
                if let Some(next) =
                    next.map(text_of).filter(|next| !geographic(next) && entity_word(next).is_none())
                {
                    let message = format!(
                        "'{field}:' takes only '{first}'; for a name of several words write {field}:\"{first} {next}\""
                    );
                    self.note(NoteCode::OtherMeaning, start..end, message);
                }
                Ok(())
            }
        }
    }
}
