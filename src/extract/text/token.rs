//! Tokens of newswire: words, numbers and punctuation, with the marks that people, countries and dates are read by.
//!
//! Survives initials (`George W. Bush`), abbreviations (`Gen.`, `U.S.`), possessives, headlines in
//! capitals, datelines, bullet lists and text wrapped at a fixed width.

use crate::article::name::fold_into;

/// A sentence, headline or list item begins at this token.
pub(in crate::extract) const SENTENCE_START: u32 = 1;
/// A line begins at this token.
pub(in crate::extract) const LINE_START: u32 = 1 << 1;
/// White space stands before this token.
pub(in crate::extract) const SPACED: u32 = 1 << 2;
/// The token can be (part of) a name: it is capitalised.
pub(in crate::extract) const CAPITAL: u32 = 1 << 3;
/// A lower-case particle of names: `van`, `bin`, `de`.
pub(in crate::extract) const PARTICLE: u32 = 1 << 4;
/// All its letters are capitals, and it has at least two.
pub(in crate::extract) const ALL_CAPS: u32 = 1 << 5;
/// One capital letter, or several with stops: `J.`, `J`, `U.S.`
pub(in crate::extract) const INITIAL: u32 = 1 << 6;
/// A number or a word with a digit in it.
pub(in crate::extract) const DIGIT: u32 = 1 << 7;
/// Ends with a full stop that belongs to it.
pub(in crate::extract) const STOP: u32 = 1 << 8;
/// A punctuation mark or symbol.
pub(in crate::extract) const PUNCT: u32 = 1 << 9;
/// A possessive `'s`.
pub(in crate::extract) const POSSESSIVE: u32 = 1 << 10;
/// Its line is (nearly) all in capitals.
pub(in crate::extract) const CAPS_LINE: u32 = 1 << 11;
/// Its line capitalises (nearly) every word, as headlines do.
pub(in crate::extract) const TITLE_LINE: u32 = 1 << 12;
/// Has a hyphen inside.
pub(in crate::extract) const HYPHEN: u32 = 1 << 13;
/// A capital after its first letter, but not in all of them: `McCain`, `AfD`.
pub(in crate::extract) const INNER_CAPITAL: u32 = 1 << 14;
/// Has a letter outside ASCII.
pub(in crate::extract) const FOREIGN: u32 = 1 << 15;

/// ASCII letters only, without a stop.
pub(in crate::extract) const PLAIN: u32 = 1 << 16;
/// A blank line stands before it, or nothing.
pub(in crate::extract) const PARAGRAPH: u32 = 1 << 17;

/// One token of a text.
#[derive(Clone, Copy, Debug)]
pub(in crate::extract) struct Token {
    /// First byte in the text.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// The marks above.
    pub flags: u32,
    /// Hash of the folded form, without a closing stop.
    pub key: u64,
}

impl Token {
    /// Whether any of the marks is set.
    #[inline]
    pub(in crate::extract) fn is(&self, marks: u32) -> bool {
        self.flags & marks != 0
    }

    /// Whether it can be part of a name in a run.
    #[inline]
    pub(in crate::extract) fn in_run(&self) -> bool {
        self.is(CAPITAL | PARTICLE)
    }
}

/// Multiplier of the key hash (the odd constant of the 64-bit golden ratio).
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Key of a folded word, as tokens carry it. Numbers meet by their pattern: `1996` and `2004` have one key.
pub(in crate::extract) fn key_of(folded: &str) -> u64 {
    key_of_chunks(folded.as_bytes(), |byte| if byte.is_ascii_digit() { b'0' } else { byte })
}

/// Key of a word as written.
pub(in crate::extract) fn key_of_word(word: &str) -> u64 {
    let mut folded = String::new();
    fold_into(word, &mut folded);
    key_of(folded.strip_suffix('.').unwrap_or(&folded))
}

/// Key of ASCII letters in any case, without digits; apostrophes, hyphens and stops count as they are.
#[inline]
pub(in crate::extract) fn key_of_bytes(word: &[u8]) -> u64 {
    key_of_chunks(word, |byte| byte)
}

/// The same, known beforehand.
pub(in crate::extract) const fn key_of_letters(word: &[u8]) -> u64 {
    let mut key = word.len() as u64;
    let mut at = 0;
    while at < word.len() {
        let mut bits = 0;
        let mut i = 0;
        while i < 8 && at + i < word.len() {
            bits |= ((word[at + i] | 0x20) as u64) << (8 * i);
            i += 1;
        }
        key = key_step(key, bits);
        at += 8;
    }
    key
}

/// The keys of a list of words.
pub(in crate::extract) const fn keys_of<const N: usize>(words: [&str; N]) -> [u64; N] {
    let mut keys = [0; N];
    let mut i = 0;
    while i < N {
        keys[i] = key_of_letters(words[i].as_bytes());
        i += 1;
    }
    keys
}

/// Goes through a word eight bytes at a time, the last of them filled up with zeros.
#[inline]
fn key_of_chunks(word: &[u8], fold: impl Fn(u8) -> u8) -> u64 {
    let mut key = word.len() as u64;
    for chunk in word.chunks(8) {
        let mut bits = 0;
        for (i, &byte) in chunk.iter().enumerate() {
            bits |= u64::from(fold(byte) | 0x20) << (8 * i);
        }
        key = key_step(key, bits);
    }
    key
}

/// The key of a word so far and its next eight bytes, in lower case. It begins with the word's length.
#[inline]
pub(in crate::extract) const fn key_step(key: u64, bytes: u64) -> u64 {
    let key = (key.rotate_left(29) ^ bytes).wrapping_mul(GOLDEN);
    key ^ key >> 32
}

/// Key of a punctuation mark.
#[inline]
pub(in crate::extract) const fn key_of_mark(mark: u8) -> u64 {
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

/// Bits of the keys of particles, so that one look tells most words.
const PARTICLE_BITS: [u64; 16] = {
    let mut bits = [0; 16];
    let mut i = 0;
    while i < PARTICLES.len() {
        // the letters stand in the key the other way round
        let length = 8 - PARTICLES[i].leading_zeros() as u64 / 8;
        let key = key_step(length, PARTICLES[i].swap_bytes() >> (64 - 8 * length));
        bits[(key >> 60) as usize] |= 1 << (key >> 54 & 63);
        i += 1;
    }
    bits
};

/// Whether a word may be a particle of names, by its key; most are not.
#[inline]
pub(super) fn may_be_particle(key: u64) -> bool {
    PARTICLE_BITS[(key >> 60) as usize] >> (key >> 54 & 63) & 1 != 0
}

/// Whether a lower-case word is a particle of names.
pub(super) fn is_particle(word: &[u8]) -> bool {
    word.len() <= 6 && PARTICLES.binary_search(&packed(word)).is_ok()
}

/// Whether a particle may open a name.
pub(in crate::extract) fn opens_name(word: &str) -> bool {
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
        assert!(["de", "della", "y", "AL"].iter().all(|word| may_be_particle(key_of_bytes(word.as_bytes()))));
        assert!(OPENERS.is_sorted() && PARTICLES.is_sorted());
    }

    #[test]
    fn numbers_meet_by_their_pattern_and_words_in_any_case() {
        assert_eq!(key_of_word("1996"), key_of_word("2004"));
        assert_eq!(key_of_bytes(b"McDonald"), key_of("mcdonald"));
        assert_eq!(keys_of(["By", "administration"]), [key_of("by"), key_of("administration")]);
        assert_ne!(key_of("march"), key_of("charm"));
    }
}
