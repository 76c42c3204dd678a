//! Dates in article text: a compact grammar over tokens, then resolution against the publication date.
//!
//! [`find`] opens the [tokens](token) of a text, reads [phrases](grammar) off them and goes on to
//! [resolving](resolve) each phrase to calendar days. Absolute dates resolve always; relative ones need the
//! publication date or another date of the text, and are left out, not guessed, where there is none.
//! Durations, ages, clock times without a day and quantities are not dates.

mod calendar;
mod grammar;
mod holidays;
mod lexicon;
mod phrase;
mod resolve;
mod table;
mod tense;
mod token;

use chrono::Datelike;

use self::grammar::Grammar;
use self::lexicon::{Kind, Prep};
use self::phrase::{Expr, Named, Phrase, Which};
use self::resolve::Resolver;
use self::tense::leads_sentence;
use self::token::Token;
use super::DateMention;
use super::text::Text;
use crate::article::{Granularity, Interval, Part, Span};

/// Finds the dates of an article published then, title first, in the order of the text.
pub fn find(text: &Text<'_>, published: Option<Interval>) -> Vec<DateMention> {
    let mut resolver = Resolver::new(published);
    let mut found = Vec::new();
    let body = read(text, Part::Body);
    resolver.set_kind(body.questions, &body.phrases);
    let title = read(text, Part::Title);
    for (part, reading) in [(Part::Title, title), (Part::Body, body)] {
        let Reading { tokens, phrases, .. } = reading;
        for phrase in &phrases {
            let Some((value, via)) = resolver.resolve(text.part(part), &tokens, phrase) else { continue };
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

fn read(text: &Text<'_>, part: Part) -> Reading {
    let mut tokens = Vec::new();
    let mut phrases = Vec::new();
    token::tokens(text.part(part), text.tokens_of(part), &mut tokens);
    let text = text.part(part);
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
        // `1994, January 1 -`: a chronicle's entry
        if let (true, Expr::Fixed(time), Expr::Named(name @ (Named::Month(_) | Named::Day(..)), Which::Bare)) =
            (only_comma && leads_sentence(tokens, one.first), one.expr, two.expr)
            && time.granularity == Granularity::Year
        {
            phrases[i].expr = Expr::Named(name, Which::Year(time.first.year()));
        }
        let (Expr::Named(first, year1), Expr::Named(second, year2)) = (one.expr, two.expr) else { continue };
        let (Some(m1), Some(m2)) = (place(first), place(second)) else { continue };
        match (year1, year2) {
            (Which::Bare, Which::Year(y)) => {
                phrases[i - 1].expr = Expr::Named(first, Which::Year(y - i32::from(m1 > m2)));
            }
            (Which::Year(y), Which::Bare) if !only_comma => {
                phrases[i].expr = Expr::Named(second, Which::Year(y + i32::from(m2 < m1)));
            }
            // `April, July and October`: the later follow the first, whatever year that is
            (Which::Bare | Which::Ref(1), Which::Bare) if m1 < m2 => {
                phrases[i].expr = Expr::Named(second, Which::Ref(1));
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
