//! The words of names: where one ends, how it is folded and hashed. Text and lexicon are cut the same way.
//!
//! A word is a run of letters, digits and inner apostrophes (`N'Djamena`); an initialism keeps its stops
//! (`U.S.`), a possessive `'s` stays outside. Hyphens separate words. `St.`, `Mt.` and `Ft.` read as
//! `Saint`, `Mount` and `Fort`.

use crate::article::name::fold_into;
use crate::extract::text::token::{Token, key_of_bytes, keys_of};

/// A word at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// One past the last byte that belongs to the word, with the stop of an initialism.
    pub(super) end: usize,
    /// Hash of the folded word.
    pub(super) hash: u64,
}

/// Hash of a name so far, before its first word.
pub(super) const EMPTY: u64 = 0;

/// Hash of a name that goes on with a word.
#[inline]
pub(super) fn join(name: u64, word: u64) -> u64 {
    (name.rotate_left(23) ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// The word that begins at byte `start`, which must lie on a character boundary; `None` when there is no
/// letter or digit.
pub(super) fn word_at(text: &str, start: usize) -> Option<Word> {
    let bytes = text.as_bytes();
    let mut at = start;
    let mut letters = 0_usize;
    let mut plain = true;
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_alphanumeric() {
            at += 1;
            letters += 1;
        } else if byte == b'.' && letters > 0 && initialism(bytes, start, at) {
            plain = false;
            at += 1;
        } else if !byte.is_ascii() || byte == b'\'' || byte == b'`' {
            let c = char_at(text, at);
            let next = at + c.len_utf8();
            if is_letter(c) {
                letters += 1;
            } else if !is_apostrophe(c) || letters == 0 || !joins(text, next) {
                break;
            }
            plain = false;
            at = next;
        } else {
            break;
        }
    }
    if letters == 0 {
        return None;
    }
    let hash = if plain {
        key_of_bytes(&bytes[start..at])
    } else {
        let mut folded = String::new();
        fold_into(&text[start..at], &mut folded);
        folded.retain(|c| !matches!(c, '\'' | '.'));
        key_of_bytes(folded.as_bytes())
    };
    Some(Word { end: at, hash: in_full(hash, letters) })
}

/// The hash of what a word of so many letters is short for: `St.`, `Mt.`, `Ft.`; else its own.
#[inline]
fn in_full(hash: u64, letters: usize) -> u64 {
    const SHORT: [u64; 3] = keys_of(["st", "mt", "ft"]);
    const FULL: [u64; 3] = keys_of(["saint", "mount", "fort"]);
    if letters != 2 {
        return hash;
    }
    SHORT.iter().position(|&short| hash == short).map_or(hash, |at| FULL[at])
}

/// The word that is a token of ASCII letters.
#[inline]
pub(super) fn word_of(token: &Token) -> Word {
    let end = token.end as usize;
    Word { end, hash: in_full(token.key, end - token.start as usize) }
}

/// Where the next word of a name may begin after a word that ended at `end`: behind one blank, line break
/// or hyphen, with an abbreviation's stop before it (`St. Louis`).
pub(super) fn next_in_name(text: &str, end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    match *bytes.get(end)? {
        b' ' | b'-' => Some(end + 1),
        b'\n' if bytes.get(end + 1) != Some(&b'\n') => Some(end + 1),
        // `People's Republic`
        b'\'' if bytes[end..].starts_with(b"'s ") => Some(end + 1),
        b'.' if bytes.get(end + 1) == Some(&b' ') => Some(end + 2),
        b'.' if bytes.get(end + 1).is_some_and(u8::is_ascii_uppercase) => Some(end + 1),
        _ if text.is_char_boundary(end) => match char_at(text, end) {
            c @ ('\u{a0}' | '‐' | '‑' | '–') => Some(end + c.len_utf8()),
            c @ '’' if text[end + c.len_utf8()..].starts_with("s ") => Some(end + c.len_utf8()),
            _ => None,
        },
        _ => None,
    }
}

/// Whether the stop at `at` stands inside an initialism that began at `start`: single letters before it.
fn initialism(bytes: &[u8], start: usize, at: usize) -> bool {
    let single = at == start + 1 || bytes.get(at.wrapping_sub(2)) == Some(&b'.');
    if !single || !bytes[at - 1].is_ascii_uppercase() {
        return false;
    }
    let inner = bytes.get(at + 1).is_some_and(u8::is_ascii_uppercase)
        && bytes.get(at + 2).is_none_or(|&byte| byte == b'.' || !byte.is_ascii_alphanumeric());
    inner || at > start + 1
}

/// Whether the word goes on behind an apostrophe: not with a possessive `s` and not with a quote's end.
fn joins(text: &str, next: usize) -> bool {
    let mut rest = text[next..].chars();
    match (rest.next(), rest.next()) {
        (Some('s' | 'S'), then) => then.is_some_and(is_letter),
        (Some(c), _) => is_letter(c),
        (None, _) => false,
    }
}

/// Whether a character is part of a word.
#[inline]
pub(super) fn is_letter(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | 'ʻ' | '′')
}

/// The character at a byte on a character boundary; `\0` at the end.
#[inline]
pub(super) fn char_at(text: &str, at: usize) -> char {
    if let Some(&byte) = text.as_bytes().get(at)
        && byte.is_ascii()
    {
        return char::from(byte);
    }
    text.get(at..).and_then(|rest| rest.chars().next()).unwrap_or('\0')
}

/// The character before a byte on a character boundary; `\0` at the start.
#[inline]
pub(super) fn char_before(text: &str, at: usize) -> char {
    if let Some(&byte) = at.checked_sub(1).and_then(|before| text.as_bytes().get(before))
        && byte.is_ascii()
    {
        return char::from(byte);
    }
    text.get(..at).and_then(|rest| rest.chars().next_back()).unwrap_or('\0')
}

/// Hashes of a whole name as the lexicon stores it, one for each beginning of it; the last is the name's.
/// Blanks, hyphens and commas separate its words.
pub(super) fn name_hashes(name: &str, hashes: &mut Vec<u64>) {
    hashes.clear();
    let mut at = 0;
    let mut hash = EMPTY;
    while at < name.len() {
        match word_at(name, at) {
            Some(word) => {
                hash = join(hash, word.hash);
                hashes.push(hash);
                at = word.end;
            }
            None => at += char_at(name, at).len_utf8(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(name: &str) -> u64 {
        let mut hashes = Vec::new();
        name_hashes(name, &mut hashes);
        hashes.last().copied().unwrap_or(EMPTY)
    }

    #[test]
    fn spellings_of_a_place_share_a_hash() {
        for (a, b) in [
            ("Saint Petersburg", "St. Petersburg"),
            ("ST PETERSBURG", "St-Petersburg"),
            ("U.S.", "US"),
            ("Łódź", "Lodz"),
            ("N’Djamena", "NDJAMENA"),
            ("Côte d’Ivoire", "Cote d'Ivoire"),
            ("Guinea-Bissau", "Guinea Bissau"),
            ("Washington, D.C.", "Washington DC"),
        ] {
            assert_eq!(hash(a), hash(b), "{a} and {b}");
        }
        assert_ne!(hash("Niger"), hash("Nigeria"));
        assert_ne!(hash("New York"), hash("York New"));
    }

    #[test]
    fn a_word_ends_where_its_name_does() {
        for (text, word) in [
            ("Iraq's army", "Iraq"),
            ("Iraq’s army", "Iraq"),
            ("U.S. troops", "U.S."),
            ("U.S.-led", "U.S."),
            ("U.S", "U.S"),
            ("States' rights", "States"),
            ("Sana'a.", "Sana'a"),
            ("Paris.Then", "Paris"),
            ("I. Newton", "I"),
            ("D.C.", "D.C."),
            ("Łódź—", "Łódź"),
        ] {
            let found = word_at(text, 0).map(|w| &text[..w.end]);
            assert_eq!(found, Some(word), "{text}");
        }
        assert_eq!(word_at("— x", 0), None);
        assert_eq!(word_at("", 0), None);
    }
}
