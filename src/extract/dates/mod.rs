//! Dates in article text: a compact grammar over tokens, then resolution against the publication date.
//!
//! [`find`] goes three times over a text: cutting it into [tokens](token), reading [phrases](grammar) off them,
//! and [resolving](resolve) each phrase to calendar days. Absolute dates resolve always; relative ones need the
//! publication date or another date of the text, and are left out, not guessed, where there is none.
//! Durations, ages, clock times without a day and quantities are not dates.

mod calendar;
mod grammar;
mod holidays;
mod lexicon;
mod phrase;
mod resolve;
mod tense;
mod token;

use self::grammar::Grammar;
use self::lexicon::{Kind, Prep};
use self::phrase::{Expr, Named, Phrase, Which};
use self::resolve::Resolver;
use self::token::Token;
use super::{DateMention, Input};
use crate::article::{Part, Span};

/// Finds the dates of an article, title first, in the order of the text.
pub fn find(input: &Input<'_>) -> Vec<DateMention> {
    let mut resolver = Resolver::new(input.published);
    let mut found = Vec::new();
    let body = read(input.body);
    resolver.set_kind(body.questions, &body.phrases);
    let title = read(input.title);
    for (part, text, reading) in [(Part::Title, input.title, title), (Part::Body, input.body, body)] {
        let Reading { tokens, phrases, .. } = reading;
        for phrase in &phrases {
            let Some((value, via)) = resolver.resolve(text, &tokens, phrase) else { continue };
            let span = Span { part, start: tokens[phrase.first].start, end: tokens[phrase.end - 1].end };
            found.push(DateMention { span, value, via });
        }
        resolver.next_part();
    }
    found
}

/// The tokens of a text and the phrases on them.
struct Reading {
    tokens: Vec<Token>,
    phrases: Vec<Phrase>,
    /// Questions that are paragraphs of their own.
    questions: usize,
}

fn read(text: &str) -> Reading {
    let mut tokens = Vec::new();
    let mut phrases = Vec::new();
    token::tokens(text, &mut tokens);
    let questions = Grammar { text, tokens: &tokens }.phrases(&mut phrases);
    share_years(&tokens, &mut phrases);
    Reading { tokens, phrases, questions }
}

/// A year that stands once belongs to both ends of a range or a pair: `March 3 to April 5, 1998`,
/// `March and April 1998`, `between March 1998 and May`.
fn share_years(tokens: &[Token], phrases: &mut [Phrase]) {
    for i in 1..phrases.len() {
        let (one, two) = (phrases[i - 1], phrases[i]);
        let between = &tokens[one.end.min(two.first)..two.first];
        let joint = |t: &Token| {
            matches!(
                t.kind,
                Kind::Prep(Prep::And | Prep::Or | Prep::To | Prep::Until | Prep::Through)
                    | Kind::Punct(b'-' | b',')
            )
        };
        if between.is_empty() || between.len() > 2 || !between.iter().all(joint) {
            continue;
        }
        let only_comma = between.iter().all(|t| t.kind == Kind::Punct(b','));
        let (Expr::Named(first, year1), Expr::Named(second, year2)) = (one.expr, two.expr) else { continue };
        let (Some(m1), Some(m2)) = (place(first), place(second)) else { continue };
        match (year1, year2) {
            (Which::Bare, Which::Year(y)) => {
                phrases[i - 1].expr = Expr::Named(first, Which::Year(y - i32::from(m1 > m2)));
            }
            (Which::Year(y), Which::Bare) if !only_comma => {
                phrases[i].expr = Expr::Named(second, Which::Year(y + i32::from(m2 < m1)));
            }
            _ => {}
        }
    }
}

/// Where in the year a month or a day of it lies.
fn place(name: Named) -> Option<(u8, u8)> {
    match name {
        Named::Month(m) => Some((m, 0)),
        Named::Day(m, d) => Some((m, d)),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
