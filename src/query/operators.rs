//! Which words are operators: needs to see the neighbours, so it runs over the tokens after the lexer.
//!
//! Lower-case `and`, `or`, `and not`, `but not` count only between two operands, and so do proximity
//! operators without a slash (`w5`); everywhere else they are words. Marks that hold no letter (`-`
//! between blanks, `&`, an emoji) are left out.

use super::ast::Unit;
use super::error::{ErrorCode, Note, NoteCode, QueryError};
use super::field::{Function, Name};
use super::token::{Kind, Letter, Near, Operator, Token, text_of};
use super::{ParseOptions, Syntax};

/// Largest distance of a proximity operator.
pub(super) const MAX_DISTANCE: u32 = 255;

/// Largest distance of `w50` and its like without a slash; above, it is a word such as `N95`.
const MAX_BARE_DISTANCE: u32 = 50;

/// Whether a word, in any case, joins or excludes others.
pub(super) fn is_connective(word: &str) -> bool {
    ["and", "or", "not", "but", "maybe", "in", "to"].iter().any(|w| w.eq_ignore_ascii_case(word))
}

/// Whether a word, in any case, means more than itself somewhere in the language.
pub(super) fn is_reserved(word: &str) -> bool {
    const WORDS: [&str; 8] = ["person", "country", "date", "org", "length", "wc", "&&", "||"];
    is_connective(word) || WORDS.iter().any(|w| w.eq_ignore_ascii_case(word))
}

/// Reads a proximity operator: `w/5`, `near/5`, `pre/3`, `/5`, `w/s`, and `w5` without the slash.
/// `None` for other words; an error (without a place) for a distance that is out of range.
pub(super) fn near_word(word: &str) -> Option<Result<Near, QueryError>> {
    let lower = word.to_ascii_lowercase();
    match lower.as_str() {
        "w/s" | "w/sent" | "/s" | "/sent" => return Some(Ok(Near::Unit(Unit::Sentence))),
        "w/p" | "w/para" | "/p" | "/para" => return Some(Ok(Near::Unit(Unit::Paragraph))),
        "w/seg" => return Some(Err(super::support::same_segment())),
        _ => {}
    }
    let head = lower.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &lower[head.len()..];
    if digits.is_empty() {
        return None;
    }
    let (name, slash) = match head.strip_suffix('/') {
        Some(name) => (name, true),
        None => (head, false),
    };
    let ordered = match name {
        "w" | "near" | "n" => false,
        "" if slash => false,
        "pre" | "p" | "onear" | "adj" => true,
        _ => return None,
    };
    let distance: u32 = digits.parse().unwrap_or(u32::MAX);
    if !slash && distance > if name.len() == 1 { MAX_BARE_DISTANCE } else { MAX_DISTANCE } {
        return None;
    }
    if (1..=MAX_DISTANCE).contains(&distance) {
        return Some(Ok(Near::Words { distance, ordered }));
    }
    let name = if name.is_empty() { "w" } else { name };
    Some(Err(QueryError::new(
        ErrorCode::Proximity,
        0..0,
        format!("the distance {digits} is outside 1..{MAX_DISTANCE}"),
    )
    .with_hint(format!("write {name}/1 to {name}/{MAX_DISTANCE}, or AND for the same article"))))
}

/// Turns words into operators where they are, and drops marks. Nexis has its operators in any case, and so
/// needs no notes of them; Lucene has them in capitals only, and so has a wordy question.
pub(super) fn resolve(tokens: Vec<Token>, options: &ParseOptions<'_>, notes: &mut Vec<Note>) -> Vec<Token> {
    let lower_case = options.syntax != Syntax::Lucene && !options.any;
    let mut tokens = drop_marks(tokens, notes);
    note_single_quotes(&tokens, notes);
    for i in 0..tokens.len() {
        if in_value(&tokens, i) {
            continue;
        }
        if lower_case {
            if options.syntax == Syntax::Nexis {
                nexis_connective(&mut tokens, i);
            } else {
                connective(&mut tokens, i, notes);
            }
            bare_near(&mut tokens, i, notes);
        }
        counted(&mut tokens, i);
    }
    tokens
}

/// Whether the token is the value of a field that stands right before it.
fn in_value(tokens: &[Token], i: usize) -> bool {
    tokens[i].glued && i > 0 && matches!(tokens[i - 1].kind, Kind::Field(_))
}

fn before_ends(tokens: &[Token], i: usize) -> bool {
    i > 0 && tokens[i - 1].ends_operand()
}

fn begins(tokens: &[Token], i: usize) -> bool {
    tokens.get(i).is_some_and(Token::begins_operand)
}

/// `and`, `or`, `and not`, `but not`, `not w/3`.
fn connective(tokens: &mut [Token], i: usize, notes: &mut Vec<Note>) {
    let Some(letters) = tokens[i].word() else { return };
    if letters.len() > 4 || letters.iter().any(|l| l.literal) {
        return;
    }
    let word = text_of(letters);
    let at = tokens[i].at.clone();
    let between = before_ends(tokens, i) && begins(tokens, i + 1);
    let not_next = tokens.get(i + 1).is_some_and(|t| match t.kind {
        Kind::Operator(Operator::Not) => true,
        _ => t.is_word("not"),
    });
    let mut note = |code, at, message: &str| notes.push(Note { code, at, message: message.to_owned() });
    match word.as_str() {
        "and" | "but" | "BUT" if between && not_next && begins(tokens, i + 2) => {
            let end = tokens[i + 1].at.end;
            if word != "BUT" || tokens[i + 1].word().is_some() {
                let message =
                    format!("'{word} not' is read as AND NOT; to search the words, put them in quotes");
                note(NoteCode::ReadAsOperator, at.start..end, &message);
            }
            tokens[i].kind = Kind::Operator(Operator::And);
            tokens[i + 1].kind = Kind::Operator(Operator::Not);
        }
        "and" if between => tokens[i].kind = Kind::Operator(Operator::And),
        "or" if between => {
            tokens[i].kind = Kind::Operator(Operator::Or);
            note(NoteCode::ReadAsOperator, at, "'or' is read as OR; to search the word, write \"or\"");
        }
        "not" | "Not" => {
            if matches!(tokens.get(i + 1).map(|t| &t.kind), Some(Kind::Near(_))) {
                tokens[i].kind = Kind::Operator(Operator::Not);
            } else {
                let message = format!("'{word}' searched as a word; write NOT to exclude");
                note(NoteCode::ReadAsWord, at, &message);
            }
        }
        "NEAR" | "SAME" | "ADJ" | "XOR" if between => {
            let message =
                format!("'{word}' searched as a word; near each other is w/5, in one paragraph w/p");
            note(NoteCode::ReadAsWord, at, &message);
        }
        "or" | "Or" => {
            let message = format!("'{word}' searched as a word; write OR between two terms for either");
            note(NoteCode::ReadAsWord, at, &message);
        }
        _ => {}
    }
}

/// `and`, `or`, `not` of Nexis, in any case, between operands; `not` in front of one.
fn nexis_connective(tokens: &mut [Token], i: usize) {
    let (operator, placed) = if tokens[i].is_word("and") {
        (Operator::And, before_ends(tokens, i))
    } else if tokens[i].is_word("or") {
        (Operator::Or, before_ends(tokens, i))
    } else if tokens[i].is_word("but") {
        let not_next = tokens.get(i + 1).is_some_and(|t| t.is_word("not"));
        (Operator::And, not_next && before_ends(tokens, i))
    } else if tokens[i].is_word("not") {
        (Operator::Not, true)
    } else {
        return;
    };
    let near_next = matches!(tokens.get(i + 1).map(|t| &t.kind), Some(Kind::Near(_)));
    if placed && (begins(tokens, i + 1) || operator == Operator::Not && near_next) {
        tokens[i].kind = Kind::Operator(operator);
    }
}

/// `w5`, `near5` between two operands.
fn bare_near(tokens: &mut [Token], i: usize, notes: &mut Vec<Note>) {
    let Some(letters) = tokens[i].word() else { return };
    if letters.len() > 8 || letters.iter().any(|l| l.literal) {
        return;
    }
    let word = text_of(letters);
    if word.contains('/') || !before_ends(tokens, i) || !begins(tokens, i + 1) {
        return;
    }
    if let Some(Ok(near)) = near_word(&word) {
        let head = word.trim_end_matches(|c: char| c.is_ascii_digit());
        let message = format!(
            "'{word}' is read as {head}/{}; to search the word, write \"{word}\"",
            &word[head.len()..]
        );
        notes.push(Note { code: NoteCode::ReadAsOperator, at: tokens[i].at.clone(), message });
        tokens[i].kind = Kind::Near(near);
    }
}

/// `atleast3 "oil price"`: the function without parentheses.
fn counted(tokens: &mut [Token], i: usize) {
    let Some(letters) = tokens[i].word() else { return };
    if letters.len() < 8 || letters.len() > 20 || letters.iter().any(|l| l.literal) {
        return;
    }
    if let Some(function @ Function::AtLeast(Some(_))) = Function::of(&text_of(letters))
        && begins(tokens, i + 1)
    {
        tokens[i].kind = Kind::Function(function);
    }
}

/// Leaves out words without a letter or digit, but for `*`, comparisons and the commas of lists.
fn drop_marks(tokens: Vec<Token>, notes: &mut Vec<Note>) -> Vec<Token> {
    let mut kept: Vec<Token> = Vec::with_capacity(tokens.len());
    // For each open parenthesis, whether it holds values of a field that is no text.
    let mut groups: Vec<bool> = Vec::new();
    let mut chain = false;
    let mut dropped = false;
    for mut token in tokens {
        token.glued &= !std::mem::take(&mut dropped);
        let value_field = match kept.last().map(|t| &t.kind) {
            Some(Kind::Field(name)) => !matches!(name, Name::Text(_) | Name::Exact),
            _ => false,
        };
        let after_field = matches!(kept.last().map(|t| &t.kind), Some(Kind::Field(_)));
        chain = token.glued && (after_field || chain);
        match &token.kind {
            Kind::Open => groups.push(value_field),
            Kind::Close => {
                groups.pop();
            }
            Kind::Word(letters) if !has_letter(letters) && !chain => {
                let values = groups.last().is_some_and(|g| *g);
                let joins = values && continues_list(letters);
                if !joins && !is_comparison(letters, kept.last(), values) {
                    let mark = text_of(letters);
                    let lone =
                        !mark.is_empty() && (!token.glued || mark.chars().any(|c| !",.;:!?".contains(c)));
                    if lone {
                        let mark: String = mark.chars().take(20).collect();
                        let message = match mark.as_str() {
                            "–" | "—" | "−" | "-" => {
                                format!(
                                    "'{mark}' between blanks is no operator; to exclude a word, write -word"
                                )
                            }
                            "|" => "'|' is no operator and is left out; for either of two words write OR"
                                .to_owned(),
                            _ => format!("'{mark}' holds no letter or digit and is left out"),
                        };
                        notes.push(Note { code: NoteCode::LeftOut, at: token.at.clone(), message });
                    }
                    dropped = true;
                    continue;
                }
            }
            _ => {}
        }
        kept.push(token);
    }
    kept
}

/// Notes `'Antony Blinken'`: an apostrophe opens a word and another closes a later one.
fn note_single_quotes(tokens: &[Token], notes: &mut Vec<Note>) {
    let mut open: Option<&Token> = None;
    for token in tokens {
        let Some(letters) = token.word() else {
            open = None;
            continue;
        };
        if letters.first().is_some_and(|l| l.is('\'')) {
            open = Some(token);
        } else if let Some(first) = open
            && letters.last().is_some_and(|l| l.is('\''))
        {
            let message = "' is no quotation mark; for a phrase write \"…\"".to_owned();
            let at = first.at.start..token.at.end;
            notes.push(Note { code: NoteCode::Typography, at, message });
            return;
        }
    }
}

/// Whether a word has something to search, or is `*`.
pub(super) fn has_letter(letters: &[Letter]) -> bool {
    letters.iter().any(|l| l.c.is_alphanumeric() || l.is('*'))
}

/// `>`, `<=`, … behind a field, `date` or `length`, or among values.
fn is_comparison(letters: &[Letter], before: Option<&Token>, values: bool) -> bool {
    let word = text_of(letters);
    matches!(word.as_str(), "<" | "<=" | ">" | ">=" | "=")
        && (values
            || before.is_some_and(|t| {
                matches!(t.kind, Kind::Field(_))
                    || t.is_word("date")
                    || t.is_word("length")
                    || t.is_word("wc")
            }))
}

/// `,` or `..` that joins quoted values: `"a","b"`.
fn continues_list(letters: &[Letter]) -> bool {
    letters.first().is_some_and(|l| l.is(',')) || text_of(letters) == ".."
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn proximity_operators_are_told_from_words() {
        let words = |distance, ordered| Near::Words { distance, ordered };
        for (word, near) in [
            ("w/5", Some(words(5, false))),
            ("NEAR/10", Some(words(10, false))),
            ("n3", Some(words(3, false))),
            ("/5", Some(words(5, false))),
            ("pre/3", Some(words(3, true))),
            ("adj2", Some(words(2, true))),
            ("w/sent", Some(Near::Unit(Unit::Sentence))),
            ("w/para", Some(Near::Unit(Unit::Paragraph))),
            ("n95", None),
            ("w/o", None),
            ("24/7", None),
            ("near", None),
            ("2024", None),
        ] {
            assert_eq!(near_word(word).map(|n| n.unwrap()), near, "{word}");
        }
        assert!(near_word("w/0").unwrap().is_err() && near_word("w/99999999999").unwrap().is_err());
    }
}
