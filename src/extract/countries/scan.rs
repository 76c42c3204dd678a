//! Finding the names of the lexicon in a text: the longest one at each capitalised word.

use super::dateline::in_caps_line;
use super::lexicon::{Lexicon, Node, Sense};
use super::words::{EMPTY, Word, char_at, char_before, is_letter, join, next_in_name, word_at, word_of};
use crate::article::Part;
use crate::extract::text::Text;
use crate::extract::text::token::{CAPITAL, INNER_CAPITAL, PLAIN, Token, key_of_mark};

/// A name found in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    /// First byte.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
    /// What it is in the lexicon.
    pub(super) name: Name,
}

/// What a name found is in the lexicon.
#[derive(Clone, Copy, Debug)]
pub(super) enum Name {
    /// The number of a form.
    Form(u32),
    /// A region abbreviated behind a comma (`Athens, Ga.`, `Portland, OR`).
    Abbreviation(Sense),
}

/// Longest name, in words.
const MAX_WORDS: usize = 9;

/// All names of a part of a text, in order, none inside another.
pub(super) fn scan(text: &Text<'_>, part: Part, lexicon: &Lexicon, found: &mut Vec<Found>) {
    let beginnings = beginnings(text.tokens(), text.named_of(part), lexicon);
    let (text, tokens) = (text.part(part), text.tokens());
    let mut at = 0;
    for (number, node) in beginnings {
        let token = &tokens[number as usize];
        let start = token.start as usize;
        if start < at {
            continue;
        }
        if token.is(PLAIN) {
            at = name_at(text, start, word_of(token), node, lexicon, found);
        } else {
            // parts of a word, each of which may begin a name: `anti-American`, `Franco-German`
            at = scan_parts(text, start, token.end as usize, lexicon, found);
        }
    }
}

/// The tokens among `named` at which a name may begin, and what is known of such a beginning. All are looked up at once,
/// first in the small table without branches, then in the large one, so that the processor fetches several lines of
/// them at a time: waiting for one after the other was most of the time of [`name_at`].
fn beginnings(tokens: &[Token], named: &[u32], lexicon: &Lexicon) -> Vec<(u32, Node)> {
    let hash = |token: &Token| join(EMPTY, word_of(token).hash);
    let mut numbers = vec![0; named.len()];
    let mut count = 0;
    for &number in named {
        let token = &tokens[number as usize];
        // a region may be abbreviated behind a comma
        let before = tokens.get((number as usize).wrapping_sub(1));
        let comma = before.is_some_and(|before| before.key == key_of_mark(b','));
        let begins = lexicon.may_begin(hash(token));
        numbers[count] = number;
        let plain = token.is(PLAIN);
        let part = !plain & token.is(CAPITAL | INNER_CAPITAL);
        count += usize::from(part | plain & token.is(CAPITAL) & (begins | comma));
    }
    let node = |&number: &u32| (number, lexicon.look_up(hash(&tokens[number as usize])));
    numbers[..count].iter().map(node).collect()
}

/// As [`scan`] inside a word; gives where to go on.
fn scan_parts(text: &str, mut at: usize, end: usize, lexicon: &Lexicon, found: &mut Vec<Found>) -> usize {
    let bytes = text.as_bytes();
    while let Some(start) = next_capital(&bytes[..end.max(at)], at) {
        let inside = !text.is_char_boundary(start) || is_letter(char_before(text, start));
        at = match word_at(text, start) {
            Some(word) if !inside && starts_upper(text, start) => {
                let node = lexicon.look_up(join(EMPTY, word.hash));
                name_at(text, start, word, node, lexicon, found)
            }
            _ => start + 1,
        };
    }
    at
}

/// Adds the name that begins with a word, of which `node` is known; gives the end of the name or of the word.
fn name_at(
    text: &str,
    start: usize,
    word: Word,
    node: Node,
    lexicon: &Lexicon,
    found: &mut Vec<Found>,
) -> usize {
    let name = abbreviation(text, start, word, lexicon).or_else(|| longest(text, start, word, node, lexicon));
    let Some(name) = name else {
        return word.end;
    };
    found.push(name);
    name.end
}

/// The longest name that begins with a word, of which `node` is known.
fn longest(text: &str, start: usize, mut word: Word, mut node: Node, lexicon: &Lexicon) -> Option<Found> {
    let mut best = None;
    let mut hash = join(EMPTY, word.hash);
    for _ in 0..MAX_WORDS {
        if let Some(form) = node.form()
            && written_as(&text[start..word.end], lexicon.form(form).acronym)
        {
            best = Some(Found { start, end: word.end, name: Name::Form(form) });
        }
        if !node.goes_on() {
            break;
        }
        let Some(next) = next_in_name(text, word.end).and_then(|next| word_at(text, next)) else { break };
        word = next;
        hash = join(hash, word.hash);
        node = lexicon.look_up(hash);
    }
    best
}

/// A region abbreviated at `start`, behind a word and a comma.
fn abbreviation(text: &str, start: usize, mut word: Word, lexicon: &Lexicon) -> Option<Found> {
    if !text.as_bytes()[..start].ends_with(b", ") {
        return None;
    }
    let before = &text[..start - 2];
    let word_before = before.rsplit([' ', '\n', '(']).next().unwrap_or("");
    if !word_before.starts_with(char::is_uppercase) || !before.ends_with(|c: char| is_letter(c) || c == '.') {
        return None;
    }
    if word.end - start > 6 {
        return None;
    }
    let stopped = |word: Word| char_at(text, word.end) == '.' || text[start..word.end].ends_with('.');
    let mut hash = join(EMPTY, word.hash);
    let written = &text[start..word.end];
    let mut sense = None;
    if stopped(word) {
        sense = lexicon.abbreviation(hash, false);
    }
    if sense.is_none() && written.bytes().all(|b| b.is_ascii_uppercase()) {
        sense = lexicon.abbreviation(hash, true).filter(|_| !in_caps_line(text, start, word.end));
    }
    if sense.is_none() && written.len() < 3 {
        word = word_at(text, next_in_name(text, word.end)?)?;
        hash = join(hash, word.hash);
        sense = lexicon.abbreviation(hash, false).filter(|_| stopped(word));
    }
    let end = if char_at(text, word.end) == '.' { word.end + 1 } else { word.end };
    sense.map(|sense| Found { start, end, name: Name::Abbreviation(sense) })
}

/// The next byte at or after `at` that may begin a capitalised word.
fn next_capital(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    rest.iter().position(|byte| byte.is_ascii_uppercase() || *byte >= 0xc3).map(|offset| at + offset)
}

fn starts_upper(text: &str, start: usize) -> bool {
    text[start..].chars().next().is_some_and(char::is_uppercase)
}

/// Whether a form is written as it must be: an acronym in capitals, another without an acronym's stops.
fn written_as(written: &str, acronym: bool) -> bool {
    if acronym {
        !written.contains(char::is_lowercase)
    } else {
        !(written.len() < 8 && written.ends_with('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        scan(&Text::new("", text), Part::Body, &Lexicon::new(), &mut found);
        found.iter().map(|f| &text[f.start..f.end]).collect()
    }

    #[test]
    fn the_longest_name_wins() {
        assert_eq!(found("in New Mexico and Mexico"), ["New Mexico", "Mexico"]);
        assert_eq!(found("Papua New Guinea's coast, Guinea-Bissau"), ["Papua New Guinea", "Guinea-Bissau"]);
        assert_eq!(
            found("the Democratic Republic of the Congo and the Dominican Republic"),
            ["Democratic Republic of the Congo", "Dominican Republic"]
        );
        assert_eq!(found("People's Republic of China"), ["People's Republic of China"]);
        assert_eq!(found("Dry Prong, La., and Wheeling, W.Va."), ["La.", "Wheeling", "W.Va."]);
        assert_eq!(found("South Korean-led, U.S.-backed"), ["South Korean", "U.S."]);
        assert_eq!(found("St. Petersburg—Łódź"), ["St. Petersburg", "Łódź"]);
    }

    #[test]
    fn words_in_lower_case_are_no_names() {
        assert_eq!(found("turkey on china, told us of mali and iraq"), [""; 0]);
        assert_eq!(found("Us and them; but not in the US"), ["US"]);
    }

    #[test]
    fn any_text_is_read_without_harm() {
        for text in ["", "É", "É’", "U.", "U.S", "Ünder\u{301}", "\u{2019}S", "X’s", "Saint-", "A\u{a0}B"]
        {
            found(text);
        }
    }
}
