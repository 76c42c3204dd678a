//! Cutting text into words, the same for index and query.
//!
//! - A word is a run of letters and digits, folded by [`fold`](super::name::fold).
//! - Apostrophes inside vanish (`O'Brien` → `obrien`), a possessive `'s` is dropped.
//! - Hyphens and `&` inside open the word and also join it: `al-Sudani` is `al`, `sudani` and, at the
//!   position of `al`, the joined `alsudani`; `AT&T` is `at`, `t` and `att`.
//! - Initialisms lose their stops (`U.S.` → `us`), numbers their thousands commas (`1,984` → `1984`) but
//!   not their decimal point (`3.5`).
//! - `C++`, `C#` and their like keep their signs.
//! - Each ideograph, and each kana, is a word of its own.

use std::ops::Range;

use super::ascii;
use super::name::fold_into;

/// Longest term kept, in bytes; longer runs (data, not words) are cut there on a character boundary.
pub const MAX_TERM_BYTES: usize = 120;

/// One word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Folded form.
    pub term: String,
    /// First byte in the text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Number of the word in the text, from 0; a joined form has the position of its first part.
    pub position: u32,
    /// For the joined form of an opened word, how many positions it covers; else 1.
    pub covers: u32,
}

/// All words of a text in order; a joined form follows its parts.
pub fn split(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    each(text, |term, start, end, position, covers| {
        words.push(Word { term: term.to_owned(), start, end, position, covers });
    });
    words
}

/// Calls `word(term, start, end, position, covers)` for each word, as in [`split`], without allocating
/// for each. Returns the number of positions used.
pub fn each(text: &str, mut word: impl FnMut(&str, usize, usize, u32, u32)) -> u32 {
    each_within(text, &mut String::new(), |terms, term, start, end, position, covers| {
        word(&terms[term], start, end, position, covers);
        terms.truncate(text.len());
    })
}

/// As [`each`], for those who gather the terms: `terms` becomes the text in lower case, in which most of them stand;
/// others are appended to it, and may be truncated from it. `word` is called with it and where the term is.
pub fn each_within(
    text: &str,
    terms: &mut String,
    mut word: impl FnMut(&mut String, Range<usize>, usize, usize, u32, u32),
) -> u32 {
    // At once: to lower each word by itself, and to copy it, took as long as to find where it ends.
    terms.clear();
    terms.push_str(text);
    terms.make_ascii_lowercase();
    let bytes = text.as_bytes();
    let mut term = String::new();
    let mut position = 0;
    let mut at = 0;
    while at < bytes.len() {
        let c = if bytes[at].is_ascii() { char::from(bytes[at]) } else { char_at(text, at) };
        if !c.is_alphanumeric() {
            at += c.len_utf8();
            continue;
        }
        let start = at;
        if !c.is_ascii() && is_ideographic(c) {
            at += c.len_utf8();
            word(terms, start..at, start, at, position, 1);
            position += 1;
            continue;
        }
        let (end, plain) = chunk_end(text, start);
        at = end;
        if plain {
            let most = end.min(start + MAX_TERM_BYTES); // ASCII
            word(terms, start..most, start, end, position, 1);
            position += 1;
        } else {
            let mut append = |term: &str, start, end, position, covers| {
                let from = terms.len();
                terms.push_str(term);
                word(terms, from..terms.len(), start, end, position, covers);
            };
            position += open_chunk(text, start, end, position, &mut term, &mut append);
        }
    }
    position
}

/// End of the run of word characters and inner connectors that begins at `start`, and whether it is
/// ASCII letters and digits only.
fn chunk_end(text: &str, start: usize) -> (usize, bool) {
    let bytes = text.as_bytes();
    let mut at = start;
    let mut plain = true;
    let mut run_start = start; // of the letters and digits since the last connector
    loop {
        at += ascii::letters_and_digits(&bytes[at..]);
        // Most words end before a blank, or before a stop or comma and a blank.
        match bytes.get(at..) {
            None | Some([] | [b' ' | b'\n' | b')' | b'"', ..] | [b'.' | b',', b' ' | b'\n', ..]) => {
                return (at, plain);
            }
            _ => {}
        }
        let c = char_at(text, at);
        let next = at + c.len_utf8();
        if !c.is_ascii() && !is_ideographic(c) && (c.is_alphanumeric() || is_combining(c)) {
            plain = false;
            at = next;
            continue;
        }
        if (c == '+' && text[next..].starts_with('+') || c == '#')
            && at - run_start == 1
            && bytes[run_start].is_ascii_alphabetic()
        {
            let end = if c == '+' { next + 1 } else { next };
            let ends = text[end..].chars().next().is_none_or(|c| !c.is_alphanumeric());
            return if ends { (end, false) } else { (at, plain) };
        }
        // `U.S.-led`: the last stop of an initialism before a hyphen belongs to the initialism.
        if c == '.' && run_start > start && one_letter(&text[run_start..at]) && text[next..].starts_with('-')
        {
            at = next;
            continue;
        }
        let Some(after) = text[next..].chars().next().filter(|c| c.is_alphanumeric() && !is_ideographic(*c))
        else {
            return (at, plain);
        };
        let joins = match c {
            '\'' | '’' | '‘' | 'ʼ' | '`' | '′' | 'ʻ' | '＇' => true,
            '-' | '‐' | '‑' | '&' | '\u{ad}' => true,
            '.' => {
                let digits = bytes[at - 1].is_ascii_digit() && after.is_ascii_digit();
                let single = one_letter(&text[run_start..at]);
                let then = text[next + after.len_utf8()..].chars().next();
                digits || single && after.is_alphabetic() && then.is_none_or(|c| !c.is_alphanumeric())
            }
            ',' => {
                let group = &bytes[next..];
                bytes[at - 1].is_ascii_digit()
                    && at - run_start <= 3
                    && group.len() >= 3
                    && group[..3].iter().all(u8::is_ascii_digit)
                    && !group.get(3).is_some_and(u8::is_ascii_digit)
            }
            _ => false,
        };
        if !joins {
            return (at, plain);
        }
        plain = false;
        at = next;
        run_start = next;
    }
}

/// Emits the parts of a run with connectors or other scripts; returns the positions used.
fn open_chunk(
    text: &str,
    start: usize,
    end: usize,
    position: u32,
    term: &mut String,
    word: &mut impl FnMut(&str, usize, usize, u32, u32),
) -> u32 {
    let chunk = &text[start..end];
    let mut joined = String::new();
    let mut parts = 0;
    let mut from = 0;
    while from <= chunk.len() {
        let rest = &chunk[from..];
        let cut_at = rest.find(['-', '‐', '‑', '&']);
        let to = cut_at.map_or(chunk.len(), |i| from + i);
        term.clear();
        fold_part(&chunk[from..to], term);
        if !term.is_empty() {
            cut(term);
            word(term, start + from, start + to, position + parts, 1);
            joined.push_str(term);
            parts += 1;
        }
        match cut_at {
            Some(_) => from = to + char_at(chunk, to).len_utf8(),
            None => break,
        }
    }
    if parts > 1 {
        cut(&mut joined);
        word(&joined, start, end, position, parts);
    }
    parts
}

/// Folds one part: possessive cut, apostrophes and thousands commas dropped, stops of initialisms dropped.
fn fold_part(part: &str, out: &mut String) {
    fold_into(part, out);
    for possessive in ["'s", "'S"] {
        if let Some(stem) = out.strip_suffix(possessive)
            && !stem.is_empty()
        {
            out.truncate(stem.len());
        }
    }
    let decimal = out.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b','));
    out.retain(|c| c != '\'' && c != ',' && (c != '.' || decimal));
}

fn cut(term: &mut String) {
    if term.len() > MAX_TERM_BYTES {
        term.truncate(term.floor_char_boundary(MAX_TERM_BYTES));
    }
}

fn one_letter(run: &str) -> bool {
    let mut chars = run.chars();
    chars.next().is_some_and(char::is_alphabetic) && chars.next().is_none()
}

fn char_at(text: &str, at: usize) -> char {
    text[at..].chars().next().unwrap_or('\0')
}

fn is_combining(c: char) -> bool {
    unicode_normalization::char::is_combining_mark(c)
}

fn is_ideographic(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn terms(text: &str) -> String {
        split(text).iter().map(|w| format!("{}@{}", w.term, w.position)).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_of_news_text() {
        for (text, expected) in [
            ("Antony Blinken's visit", "antony@0 blinken@1 visit@2"),
            ("O’Brien met the Blinkens'", "obrien@0 met@1 the@2 blinkens@3"),
            ("Mohammed al-Sudani said", "mohammed@0 al@1 sudani@2 alsudani@1 said@3"),
            ("the U.S. and U.S.-led", "the@0 us@1 and@2 us@3 led@4 usled@3"),
            ("1,984 at 10:30, up 3.5%", "1984@0 at@1 10@2 30@3 up@4 3.5@5"),
            ("AT&T uses C++ and C#.", "at@0 t@1 att@0 uses@2 c++@3 and@4 c#@5"),
            ("Sinn Féin in Łódź", "sinn@0 fein@1 in@2 lodz@3"),
            ("J.K. Rowling at 5 p.m.", "jk@0 rowling@1 at@2 5@3 pm@4"),
            ("end.Next", "end@0 next@1"),
            ("北京 news", "北@0 京@1 news@2"),
            ("--- !!! …", ""),
        ] {
            assert_eq!(terms(text), expected, "{text}");
        }
    }

    #[test]
    fn offsets_point_at_the_words() {
        let text = "“Łódź”, al-Sudani’s";
        for word in split(text) {
            assert!(text.is_char_boundary(word.start) && text.is_char_boundary(word.end));
        }
        let words = split(text);
        assert_eq!(&text[words[0].start..words[0].end], "Łódź");
    }
}
