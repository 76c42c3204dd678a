//! Where sentences and paragraphs begin, told from what stands between two words.

use std::ops::Range;

use crate::article::name::fold;

/// What begins with a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Begin {
    /// Nothing: the sentence goes on.
    Nothing,
    /// A sentence.
    Sentence,
    /// A paragraph, and with it a sentence.
    Paragraph,
}

/// Words before a full stop that does not end a sentence.
const ABBREVIATIONS: [&str; 40] = [
    "mr", "mrs", "ms", "dr", "gen", "sen", "rep", "gov", "lt", "col", "sgt", "capt", "cmdr", "maj", "prof",
    "rev", "st", "no", "vs", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov",
    "dec", "mt", "ft", "hon", "fr", "sr", "adm", "brig", "supt", "messrs",
];

/// What begins with the word at `next`, when `previous` is where the word before it stands.
#[inline]
pub(super) fn begins(text: &str, previous: Range<usize>, next: usize) -> Begin {
    let end = previous.end;
    if next == end + 1 && text.as_bytes().get(end) == Some(&b' ') {
        return Begin::Nothing;
    }
    let Some(gap) = text.get(end..next) else { return Begin::Nothing };
    if gap.contains('\n') && gap.bytes().filter(|b| *b == b'\n').count() > 1 {
        return Begin::Paragraph;
    }
    let Some(stop) = gap.find(['.', '!', '?', '…', '。']) else { return Begin::Nothing };
    if !gap[stop..].contains(char::is_whitespace) && !gap.contains('。') {
        return Begin::Nothing;
    }
    let first = text[next..].chars().next().unwrap_or(' ');
    if first.is_lowercase() {
        return Begin::Nothing;
    }
    if gap.as_bytes().get(stop) == Some(&b'.') {
        let mut previous = fold(text.get(previous).unwrap_or(""));
        previous.retain(char::is_alphanumeric);
        // A single letter is an initial, a word with a stop inside an initialism (`U.S. Senator`).
        let inside = text[..end].bytes().rev().take(previous.len() + 2).any(|b| b == b'.');
        let initial = previous.chars().count() == 1 && !previous.bytes().all(|b| b.is_ascii_digit());
        let initialism = inside && previous.len() <= 4 && previous.bytes().all(|b| b.is_ascii_alphabetic());
        if initial || initialism || ABBREVIATIONS.contains(&previous.as_str()) {
            return Begin::Nothing;
        }
    }
    Begin::Sentence
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::words;

    fn starts(text: &str) -> Vec<String> {
        let words = words::split(text);
        let mut out = Vec::new();
        for pair in words.windows(2) {
            match begins(text, pair[0].start..pair[0].end, pair[1].start) {
                Begin::Nothing => {}
                Begin::Sentence => out.push(format!("s {}", pair[1].term)),
                Begin::Paragraph => out.push(format!("p {}", pair[1].term)),
            }
        }
        out
    }

    #[test]
    fn sentences_and_paragraphs_begin_where_a_reader_sees_them() {
        assert_eq!(
            starts("He came. She left! Why? \"Because.\" Then"),
            ["s she", "s why", "s because", "s then"]
        );
        assert_eq!(starts("One.\n\nTwo\n \nThree\nfour"), ["p two", "p three"]);
    }

    #[test]
    fn abbreviations_and_initials_do_not_end_a_sentence() {
        for text in
            ["Mr. Smith", "the U.S. Senate", "J. Smith", "Dec. 13", "3.5 million", "e.g. that", "end.Next"]
        {
            assert_eq!(starts(text), Vec::<String>::new(), "{text}");
        }
    }
}
