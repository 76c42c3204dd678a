//! The words of the text and their terms.

use std::num::NonZero;

use super::terms::{TermNumber, Terms};

/// Slots of the cache. 2^14 slots of half a cache line each lie in a core's second-level cache and hold nearly all
/// of the running words of news.
const SLOTS: usize = 1 << 14;
/// Longest word a slot holds, in bytes.
const INLINE: usize = 16;

/// The terms of a field that a word stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::index) struct WordTerms {
    /// Its stem.
    pub(in crate::index) stem: TermNumber,
    /// The word as written, when it is not its own stem.
    pub(in crate::index) written: Option<NonZero<TermNumber>>,
}

#[derive(Clone, Copy, Default)]
#[repr(align(32))]
struct Slot {
    word: Key,
    terms: WordTerms,
}

/// A word as numbers, which compare faster than bytes of any length: its first and its last bytes, which overlap
/// where it is shorter than both, and its length.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Key {
    first: u64,
    last: u64,
    length: u8,
}

impl Key {
    /// The key of a word of 1 to [`INLINE`] bytes.
    #[inline]
    fn of(word: &[u8]) -> Option<Self> {
        let (first, last) = match word {
            [] => return None,
            [one] => (u64::from(*one), 0),
            [one, .., last] if word.len() < 4 => {
                (u64::from(*one), u64::from(word[1]) << 8 | u64::from(*last))
            }
            _ if word.len() < 8 => (
                u64::from(u32::from_le_bytes(*word.first_chunk()?)),
                u64::from(u32::from_le_bytes(*word.last_chunk()?)),
            ),
            _ if word.len() <= INLINE => {
                (u64::from_le_bytes(*word.first_chunk()?), u64::from_le_bytes(*word.last_chunk()?))
            }
            _ => return None,
        };
        Some(Self { first, last, length: word.len() as u8 })
    }

    #[inline]
    fn slot(self) -> usize {
        const MIX: u64 = 0x517c_c1b7_2722_0a95;
        let hash = (self.first ^ u64::from(self.length)).wrapping_mul(MIX);
        let hash = (hash.rotate_left(23) ^ self.last).wrapping_mul(MIX);
        (hash >> (64 - SLOTS.trailing_zeros())) as usize
    }
}

/// The words of one segment.
pub(super) struct Words {
    cache: Vec<Slot>,
    all: Terms,
    /// The terms of each word, by its number in `all`.
    terms: Vec<WordTerms>,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Words").field("words", &self.terms.len()).finish_non_exhaustive()
    }
}

impl Default for Words {
    fn default() -> Self {
        Self { cache: vec![Slot::default(); SLOTS], all: Terms::default(), terms: Vec::new() }
    }
}

impl Words {
    /// The terms of a folded word. `find` is asked for them once.
    #[inline]
    pub(super) fn terms(&mut self, word: &str, find: impl FnOnce() -> WordTerms) -> WordTerms {
        let Some(key) = Key::of(word.as_bytes()) else { return self.look_up(word, find) };
        let slot = key.slot();
        if self.cache[slot].word != key {
            self.cache[slot] = Slot { word: key, terms: self.look_up(word, find) };
        }
        self.cache[slot].terms
    }

    fn look_up(&mut self, word: &str, find: impl FnOnce() -> WordTerms) -> WordTerms {
        let number = self.all.number(None, word) as usize;
        if number == self.terms.len() {
            self.terms.push(find());
        }
        self.terms[number]
    }

    /// Bytes it holds.
    pub(super) fn memory(&self) -> usize {
        SLOTS * size_of::<Slot>() + self.all.memory() + self.terms.capacity() * size_of::<WordTerms>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_asked_for_once_and_never_taken_for_each_other() {
        let mut all = Words::default();
        let words: Vec<String> = (0..40_000).map(|i| format!("{}word{i}", "x".repeat(i % 23))).collect();
        let mut asked = 0;
        for _ in 0..2 {
            for (number, word) in words.iter().enumerate() {
                let terms = all.terms(word, || {
                    asked += 1;
                    WordTerms { stem: number as u32, written: NonZero::new(number as u32) }
                });
                assert_eq!(terms.stem, number as u32, "{word}");
            }
        }
        assert_eq!(asked, words.len());
    }
}
