//! Cutting a text into the tokens the grammar of dates reads.

use super::lexicon::{Kind, LEXICON, LONGEST, key};

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

/// All tokens of a text, into `out`.
pub(super) fn tokens(text: &str, out: &mut Vec<Token>) {
    out.clear();
    // Five bytes a token is common in English.
    out.reserve(text.len() / 5 + 8);
    let bytes = text.as_bytes();
    let lexicon = &*LEXICON;
    let mut at = 0;
    let (mut spaced, mut lines) = (true, 2);
    while at < bytes.len() {
        let start = at;
        let first = bytes[at];
        let kind = match CLASS[usize::from(first)] {
            3 => {
                lines += u32::from(first == b'\n');
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
                    let (end, key) = word(bytes, start);
                    at = end;
                    key.map_or(Kind::Other, |key| lexicon.kind(key))
                }
            },
        };
        out.push(Token {
            start: start as u32,
            end: at as u32,
            kind,
            spaced,
            opens: lines > 1,
            capital: first.is_ascii_uppercase(),
        });
        lines = 0;
        // Most tokens are followed by one blank.
        spaced = bytes.get(at) == Some(&b' ');
        at += usize::from(spaced);
    }
}

/// Each byte of a word of sixteen.
const ONES: u128 = u128::from_ne_bytes([1; 16]);

/// The word of letters at `start`: its end, and its key unless it is longer than the lexicon's words. Sixteen
/// bytes are looked at together; a loop over bytes would mispredict the end of every word.
#[inline]
fn word(bytes: &[u8], start: usize) -> (usize, Option<u128>) {
    if let Some(Ok(whole)) = bytes.get(start..start + 16).map(<[u8; 16]>::try_from) {
        let raw = u128::from_le_bytes(whole);
        let lower = (raw | (ONES * 0x20)) & (ONES * 0x7f);
        let letters = (lower + ONES * 0x1f) & !(lower + ONES * 0x05) & !raw & (ONES * 0x80);
        let length = ((letters ^ (ONES * 0x80)).trailing_zeros() / 8) as usize;
        if length <= LONGEST && whole[length] < 0x80 {
            return (start + length, Some(lower & ((1u128 << (length * 8)) - 1)));
        }
    }
    let mut at = start + 1;
    while at < bytes.len()
        && CLASS[usize::from(bytes[at])] == 1
        && (bytes[at] < 0xc2 || typographic(bytes, at).is_none())
    {
        at += 1;
    }
    (at, key(&bytes[start..at]))
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

    #[test]
    fn signs_dashes_and_blanks() {
        let mut out = Vec::new();
        tokens("In 1939–45,\u{a0}the ‘90s’ Łódź\n\nFriday’s", &mut out);
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
