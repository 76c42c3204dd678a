//! The tokens the grammar of dates reads: those of the text, with numbers, hyphens and stops cut apart.

use super::lexicon::{Kind, LEXICON, Lexicon};
use super::table::{Entry, HOLIDAY, class_of};
use crate::extract::text::token::{self as text, CAPITAL, PARAGRAPH, PLAIN, PUNCT, SPACED, key_of_bytes};

/// A word, number or sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    /// First byte.
    pub(super) start: u32,
    /// One past the last byte.
    pub(super) end: u32,
    /// What it is.
    pub(super) kind: Kind,
    /// Whether a blank stands before it.
    pub(super) spaced: bool,
    /// Whether a paragraph begins with it.
    pub(super) opens: bool,
    /// Whether it begins with a capital letter.
    pub(super) capital: bool,
    /// What it says of where dates begin, as marks of [`table`](super::table).
    pub(super) class: u8,
}

/// Classes of bytes: 0 sign, 1 letter or byte of a longer character, 2 digit, 3 blank.
const CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut b = 0;
    while b < 256 {
        let byte = b as u8;
        table[b] = match byte {
            b'a'..=b'z' | b'A'..=b'Z' | 0x80..=0xff => 1,
            b'0'..=b'9' => 2,
            b' ' | b'\t' | b'\r' | b'\n' => 3,
            _ => 0,
        };
        b += 1;
    }
    table
};

/// The tokens of a text, into `out`.
pub(super) fn tokens(text: &str, cut: &[text::Token], out: &mut Vec<Token>) {
    out.clear();
    out.reserve(cut.len() + cut.len() / 8 + 8);
    let lexicon = &*LEXICON;
    let bytes = text.as_bytes();
    // plain words stand together, so that what is done for each is done in one go
    for stretch in cut.chunk_by(|one, next| one.is(PLAIN) && next.is(PLAIN)) {
        let [token, ..] = stretch else { continue };
        if token.is(PLAIN) {
            out.extend(stretch.iter().map(|token| plain(token, lexicon)));
            continue;
        }
        let first = out.len();
        if token.is(PUNCT) {
            out.push(sign(bytes, token));
        } else {
            open(&bytes[..token.end as usize], token.start as usize, lexicon, out);
        }
        if let Some(opened) = out.get_mut(first) {
            (opened.opens, opened.spaced) = (token.is(PARAGRAPH), token.is(SPACED | PARAGRAPH));
        }
    }
}

/// A word of ASCII letters.
#[inline]
fn plain(token: &text::Token, lexicon: &Lexicon) -> Token {
    let Entry { kind, class, .. } = lexicon.word(token.key);
    let capital = token.is(CAPITAL);
    Token {
        start: token.start,
        end: token.end,
        kind,
        spaced: token.is(SPACED | PARAGRAPH),
        opens: token.is(PARAGRAPH),
        capital,
        class: class & !(u8::from(!capital) * HOLIDAY),
    }
}

/// A punctuation mark or symbol.
#[inline]
fn sign(bytes: &[u8], token: &text::Token) -> Token {
    let kind = match bytes[token.start as usize] {
        b'`' => Kind::Punct(b'\''),
        sign if sign.is_ascii() => Kind::Punct(sign),
        _ => typographic(bytes, token.start as usize).map_or(Kind::Other, |(sign, _)| Kind::Punct(sign)),
    };
    Token {
        start: token.start,
        end: token.end,
        kind,
        spaced: false,
        opens: false,
        capital: false,
        class: class_of(kind),
    }
}

/// Cuts what stands from `at` to the end into runs of letters, runs of digits and signs.
fn open(bytes: &[u8], mut at: usize, lexicon: &Lexicon, out: &mut Vec<Token>) {
    let mut spaced = false;
    while at < bytes.len() {
        let start = at;
        let first = bytes[at];
        let capital = first.is_ascii_uppercase();
        let mut holiday = 0;
        let kind = match CLASS[usize::from(first)] {
            3 => {
                spaced = true;
                at += 1;
                continue;
            }
            2 => {
                let mut value: u32 = 0;
                while at < bytes.len() && bytes[at].is_ascii_digit() {
                    value = value.saturating_mul(10).saturating_add(u32::from(bytes[at] - b'0'));
                    at += 1;
                }
                Kind::Number(value, u8::try_from(at - start).unwrap_or(u8::MAX))
            }
            0 => {
                at += 1;
                Kind::Punct(if first == b'`' { b'\'' } else { first })
            }
            _ => match typographic(bytes, at) {
                Some((b' ', length)) => {
                    spaced = true;
                    at += length;
                    continue;
                }
                Some((sign, length)) => {
                    at += length;
                    Kind::Punct(sign)
                }
                None => {
                    at = word_end(bytes, start);
                    let entry = lexicon.word(key_of_bytes(&bytes[start..at]));
                    holiday = entry.class & HOLIDAY;
                    entry.kind
                }
            },
        };
        out.push(Token {
            start: start as u32,
            end: at as u32,
            kind,
            spaced,
            opens: false,
            capital,
            class: class_of(kind) | if capital { holiday } else { 0 },
        });
        spaced = false;
    }
}

/// The end of the word of letters at `start`.
fn word_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while at < bytes.len()
        && CLASS[usize::from(bytes[at])] == 1
        && (bytes[at] < 0xc2 || typographic(bytes, at).is_none())
    {
        at += 1;
    }
    at
}

/// Dashes, quotes and blanks beyond ASCII: the ASCII sign that stands for it and its length in bytes.
#[inline]
fn typographic(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    match bytes[at] {
        0xe2 => match (bytes.get(at + 1), bytes.get(at + 2)) {
            (Some(0x80), Some(&third)) => Some((
                match third {
                    0x80..=0x8b | 0xa8 | 0xa9 | 0xaf => b' ',
                    0x90..=0x93 => b'-',
                    0x94 | 0x95 => b';',
                    0x98 | 0x99 | 0xb2 => b'\'',
                    0x9c..=0x9e => b'"',
                    0xa6 => b'.',
                    _ => b'*',
                },
                3,
            )),
            (Some(0x88), Some(0x92)) => Some((b'-', 3)),
            _ => None,
        },
        0xc2 => match bytes.get(at + 1) {
            Some(0xa0) => Some((b' ', 2)),
            Some(0xa3..=0xa5) => Some((b'$', 2)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Part;
    use crate::extract::text::Text;

    #[test]
    fn signs_dashes_and_blanks() {
        let mut out = Vec::new();
        let text = Text::new("", "In 1939–45,\u{a0}the ‘90s’ Łódź\n\nFriday’s");
        tokens(text.part(Part::Body), text.tokens_of(Part::Body), &mut out);
        let kinds: Vec<Kind> = out.iter().map(|t| t.kind).collect();
        assert_eq!(
            kinds[1..5],
            [Kind::Number(1939, 4), Kind::Punct(b'-'), Kind::Number(45, 2), Kind::Punct(b',')]
        );
        assert_eq!(kinds[5], Kind::The);
        assert!(out[5].spaced);
        assert_eq!(kinds[6..9], [Kind::Punct(b'\''), Kind::Number(90, 2), Kind::Other]);
        let friday = out.iter().find(|t| t.kind == Kind::Weekday(4)).copied();
        assert!(friday.is_some_and(|t| t.opens && t.capital));
    }
}
