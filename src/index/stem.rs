//! Stems of words, with a small cache: the stemmer alone takes a third of the time of stock indexing.

use frostem::{Algorithm, Stemmer};

/// Slots of the cache. 2^14 slots of 48 bytes stay in a core's second-level cache and hold nearly all of
/// the running words of news.
const SLOTS: usize = 1 << 14;
/// Longest word and stem a slot holds.
const INLINE: usize = 23;

#[derive(Clone, Copy)]
struct Slot {
    /// The word's bytes, then zeros: three numbers compare faster than bytes of any length.
    word: [u64; 3],
    stem: [u8; INLINE],
    /// Length of the stem; [`SAME`] when it is the word itself.
    stem_len: u8,
}

const SAME: u8 = u8::MAX;

/// An English stemmer (Porter 2) that remembers. One for each thread.
pub(super) struct Stems {
    stemmer: Stemmer,
    slots: Vec<Slot>,
}

impl std::fmt::Debug for Stems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stems").finish_non_exhaustive()
    }
}

impl Default for Stems {
    fn default() -> Self {
        let empty = Slot { word: [0; 3], stem: [0; INLINE], stem_len: SAME };
        Self { stemmer: Stemmer::new(Algorithm::English), slots: vec![empty; SLOTS] }
    }
}

impl Stems {
    /// A stemmer without a memory, for a few words.
    pub(super) fn uncached() -> Self {
        Self { stemmer: Stemmer::new(Algorithm::English), slots: Vec::new() }
    }

    /// Calls `each` with the stem of a folded word.
    pub(super) fn with<R>(&mut self, word: &str, each: impl FnOnce(&str) -> R) -> R {
        let bytes = word.as_bytes();
        if bytes.len() < 3 {
            return each(word); // Porter 2 leaves words of one and two letters as they are
        }
        if bytes.len() > INLINE || self.slots.is_empty() {
            return each(&self.stemmer.stem(word));
        }
        let key = packed(bytes);
        let at = slot_of(key);
        if self.slots[at].word != key {
            let stem = self.stemmer.stem(word);
            if stem.len() > INLINE {
                return each(&stem);
            }
            let slot = &mut self.slots[at];
            slot.word = key;
            slot.stem[..stem.len()].copy_from_slice(stem.as_bytes());
            slot.stem_len = if *stem == *word { SAME } else { stem.len() as u8 };
        }
        let slot = &self.slots[at];
        if slot.stem_len == SAME {
            return each(word);
        }
        match std::str::from_utf8(&slot.stem[..slot.stem_len as usize]) {
            Ok(stem) => each(stem),
            Err(_) => each(word), // cannot be: a stem was copied whole
        }
    }

    /// The stem of a folded word.
    pub(super) fn of(&mut self, word: &str) -> String {
        self.with(word, str::to_owned)
    }
}

fn packed(word: &[u8]) -> [u64; 3] {
    let mut bytes = [0; 24];
    bytes[..word.len()].copy_from_slice(word);
    let part = |i: usize| {
        let mut eight = [0; 8];
        eight.copy_from_slice(&bytes[i * 8..i * 8 + 8]);
        u64::from_le_bytes(eight)
    };
    [part(0), part(1), part(2)]
}

fn slot_of(key: [u64; 3]) -> usize {
    const MIX: u64 = 0x517c_c1b7_2722_0a95;
    let mut hash = key[0].wrapping_mul(MIX);
    hash = (hash.rotate_left(23) ^ key[1]).wrapping_mul(MIX);
    hash = (hash.rotate_left(23) ^ key[2]).wrapping_mul(MIX);
    (hash >> (64 - SLOTS.trailing_zeros())) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cache_answers_as_the_stemmer_does() {
        let plain = Stemmer::new(Algorithm::English);
        let mut stems = Stems::default();
        let words = ["visits", "visited", "visiting", "skies", "us", "c++", "łodz", "internationalization"];
        for round in 0..2 {
            for word in words {
                assert_eq!(stems.of(word), plain.stem(word), "{word} in round {round}");
            }
        }
        let long = "a".repeat(60) + "ing";
        assert_eq!(stems.of(&long), plain.stem(&long));
    }
}
