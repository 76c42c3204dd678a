//! Finding the names of the lexicon in a text: the longest one at each capitalised word.

use super::lexicon::Lexicon;
use super::words::{EMPTY, char_before, is_letter, join, next_in_name, word_at};

/// A name found in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// First byte.
    pub(super) start: usize,
    /// One past the last byte.
    pub(super) end: usize,
    /// Number of the form in the lexicon.
    pub(super) form: u32,
}

/// Longest name, in words.
const MAX_WORDS: usize = 9;

/// All names of a text, in order, none inside another.
pub(super) fn scan(text: &str, lexicon: &Lexicon, found: &mut Vec<Found>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(start) = next_capital(bytes, at) {
        let before = char_before(text, start);
        let inside = is_letter(before);
        if !text.is_char_boundary(start) || inside || !starts_upper(text, start) {
            at = start + 1;
            continue;
        }
        at = match longest(text, start, lexicon) {
            Ok(name) => {
                found.push(name);
                name.end
            }
            Err(word_end) => word_end,
        };
    }
}

/// The longest name that begins at `start`, or the end of the word there.
fn longest(text: &str, start: usize, lexicon: &Lexicon) -> Result<Found, usize> {
    let Some(first) = word_at(text, start) else { return Err(start + 1) };
    let mut best = None;
    let mut hash = EMPTY;
    let mut word = first;
    for _ in 0..MAX_WORDS {
        hash = join(hash, word.hash);
        let Some((form, more)) = lexicon.look_up(hash) else { break };
        if let Some(form) = form
            && (!lexicon.form(form).acronym || capitals(&text[start..word.end]))
        {
            best = Some(Found { start, end: word.end, form });
        }
        if !more {
            break;
        }
        let Some(next) = next_in_name(text, word.end).and_then(|next| word_at(text, next)) else { break };
        word = next;
    }
    best.ok_or(first.end)
}

/// The next byte at or after `at` that may begin a capitalised word.
fn next_capital(bytes: &[u8], at: usize) -> Option<usize> {
    let rest = bytes.get(at..)?;
    rest.iter().position(|byte| byte.is_ascii_uppercase() || *byte >= 0xc3).map(|offset| at + offset)
}

fn starts_upper(text: &str, start: usize) -> bool {
    text[start..].chars().next().is_some_and(char::is_uppercase)
}

fn capitals(written: &str) -> bool {
    !written.chars().any(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        let mut found = Vec::new();
        scan(text, &Lexicon::new(), &mut found);
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
