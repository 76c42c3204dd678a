//! Tokens of newswire: words, numbers and punctuation, with the marks the tagger reads.
//!
//! Survives initials (`George W. Bush`), abbreviations (`Gen.`, `U.S.`), possessives, headlines in
//! capitals, datelines, bullet lists and text wrapped at a fixed width.

use crate::article::name::fold_into;

/// A sentence, headline or list item begins at this token.
pub(super) const SENTENCE_START: u16 = 1;
/// A line begins at this token.
pub(super) const LINE_START: u16 = 1 << 1;
/// White space stands before this token.
pub(super) const SPACED: u16 = 1 << 2;
/// The token can be (part of) a name: it is capitalised.
pub(super) const CAPITAL: u16 = 1 << 3;
/// A lower-case particle of names: `van`, `bin`, `de`.
pub(super) const PARTICLE: u16 = 1 << 4;
/// All its letters are capitals, and it has at least two.
pub(super) const ALL_CAPS: u16 = 1 << 5;
/// One capital letter, or several with stops: `J.`, `J`, `U.S.`
pub(super) const INITIAL: u16 = 1 << 6;
/// A number or a word with a digit in it.
pub(super) const DIGIT: u16 = 1 << 7;
/// Ends with a full stop that belongs to it.
pub(super) const STOP: u16 = 1 << 8;
/// A punctuation mark or symbol.
pub(super) const PUNCT: u16 = 1 << 9;
/// A possessive `'s`.
pub(super) const POSSESSIVE: u16 = 1 << 10;
/// Its line is (nearly) all in capitals.
pub(super) const CAPS_LINE: u16 = 1 << 11;
/// Its line capitalises (nearly) every word, as headlines do.
pub(super) const TITLE_LINE: u16 = 1 << 12;
/// Has a hyphen inside.
pub(super) const HYPHEN: u16 = 1 << 13;
/// A capital after its first letter, but not in all of them: `McCain`, `AfD`.
pub(super) const INNER_CAPITAL: u16 = 1 << 14;
/// Has a letter outside ASCII.
pub(super) const FOREIGN: u16 = 1 << 15;

/// One token of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// First byte in the text.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// The marks above.
    pub flags: u16,
    /// Hash of the folded form, without a closing stop.
    pub key: u64,
}

impl Token {
    /// Whether any of the marks is set.
    #[inline]
    pub(super) fn is(&self, marks: u16) -> bool {
        self.flags & marks != 0
    }

    /// Whether it can be part of a name in a run.
    #[inline]
    pub(super) fn in_run(&self) -> bool {
        self.is(CAPITAL | PARTICLE)
    }
}

/// Multiplier of the key hash (the odd constant of the 64-bit golden ratio).
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Key of a folded word, as tokens carry it. Numbers meet by their pattern: `1996` and `2004` have one key.
pub(super) fn key_of(folded: &str) -> u64 {
    if folded.bytes().any(|byte| byte.is_ascii_digit()) {
        let pattern: Vec<u8> =
            folded.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte }).collect();
        return key_of_bytes(&pattern);
    }
    key_of_bytes(folded.as_bytes())
}

/// Key of a word as written.
pub(super) fn key_of_word(word: &str) -> u64 {
    let mut folded = String::new();
    fold_into(word, &mut folded);
    key_of(folded.strip_suffix('.').unwrap_or(&folded))
}

/// Key of ASCII letters in any case, without digits; apostrophes, hyphens and stops count as they are.
/// Eight bytes at a time.
#[inline]
pub(super) fn key_of_bytes(word: &[u8]) -> u64 {
    // makes letters lower case and leaves `'`, `-` and `.` alone
    const LOWER: u64 = 0x2020_2020_2020_2020;
    let mut key = word.len() as u64;
    let mut rest = word;
    while let Some((chunk, tail)) = rest.split_first_chunk::<8>() {
        key = (key.rotate_left(29) ^ (u64::from_le_bytes(*chunk) | LOWER)).wrapping_mul(GOLDEN);
        key ^= key >> 32;
        rest = tail;
    }
    let last = if let (Some(first), Some(last)) = (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32
    } else if let [first, .., last] = rest {
        u64::from(*first) | u64::from(rest[rest.len() / 2]) << 8 | u64::from(*last) << 16
    } else if let [only] = rest {
        u64::from(*only)
    } else {
        return key;
    };
    key = (key.rotate_left(29) ^ (last | LOWER)).wrapping_mul(GOLDEN);
    key ^ key >> 32
}

/// Key of a punctuation mark.
pub(super) const fn key_of_mark(mark: u8) -> u64 {
    (mark as u64 ^ 0xf00d).wrapping_mul(GOLDEN)
}

/// Key of a sign outside ASCII.
pub(super) fn key_of_char(c: char) -> u64 {
    u64::from(c as u32).wrapping_mul(GOLDEN)
}

/// A short word of ASCII letters as a number, so that it can be looked up without comparing strings.
pub(super) const fn packed(word: &[u8]) -> u64 {
    let mut sum = 0;
    let mut i = 0;
    while i < word.len() && i < 8 {
        sum = sum << 8 | word[i].to_ascii_lowercase() as u64;
        i += 1;
    }
    sum
}

/// The words of a list in ascending order of their number.
pub(super) const fn packed_list<const N: usize>(words: [&str; N]) -> [u64; N] {
    let mut list = [0; N];
    let mut i = 0;
    while i < N {
        // insertion sort
        let new = packed(words[i].as_bytes());
        let mut at = i;
        while at > 0 && list[at - 1] > new {
            list[at] = list[at - 1];
            at -= 1;
        }
        list[at] = new;
        i += 1;
    }
    list
}

/// Particles that stand inside a name in lower case.
const PARTICLES: [u64; 41] = packed_list([
    "af", "al", "as", "ben", "bin", "bint", "binti", "d", "da", "dal", "dari", "das", "de", "degli", "dei",
    "del", "della", "den", "der", "di", "do", "dos", "du", "e", "el", "ibn", "la", "las", "le", "los", "mac",
    "o", "ould", "ten", "ter", "ul", "uz", "van", "von", "y", "zu",
]);

/// Particles that may also open a name in lower case: `bin Laden`, `de Gaulle`.
const OPENERS: [u64; 17] = packed_list([
    "al", "bin", "da", "de", "del", "della", "der", "di", "dos", "du", "el", "ibn", "ould", "ten", "ter",
    "van", "von",
]);

/// Whether a lower-case word is a particle of names.
pub(super) fn is_particle(word: &[u8]) -> bool {
    word.len() <= 6 && PARTICLES.binary_search(&packed(word)).is_ok()
}

/// Whether a particle may open a name.
pub(super) fn opens_name(word: &str) -> bool {
    word.len() <= 6 && OPENERS.binary_search(&packed(word.as_bytes())).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_words_are_found_by_number() {
        assert!(
            is_particle(b"van") && is_particle(b"della") && !is_particle(b"vans") && !is_particle(b"the")
        );
        assert!(OPENERS.is_sorted() && PARTICLES.is_sorted());
    }

    #[test]
    fn numbers_meet_by_their_pattern_and_words_in_any_case() {
        assert_eq!(key_of_word("1996"), key_of_word("2004"));
        assert_eq!(key_of_bytes(b"McDonald"), key_of("mcdonald"));
        assert_ne!(key_of("march"), key_of("charm"));
    }
}
