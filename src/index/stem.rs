//! Stems of words, with a small cache: the stemmer alone takes a third of the time of stock indexing.

use std::borrow::Cow;
use std::sync::LazyLock;

use frostem::{Algorithm, Stemmer};
use rustc_hash::FxHashMap;

use super::stream::TermNumber;

/// Slots of the cache. 2^14 slots of a cache line each stay in a core's second-level cache and hold nearly all
/// of the running words of news.
const SLOTS: usize = 1 << 14;
/// Longest word and stem a slot holds.
const INLINE: usize = 23;

#[derive(Clone, Copy)]
#[repr(align(64))]
struct Slot {
    /// The word's bytes, then zeros: three numbers compare faster than bytes of any length.
    word: [u64; 3],
    stem: [u8; INLINE],
    /// Length of the stem; [`SAME`] when it is the word itself.
    stem_len: u8,
    /// The document that `terms` are numbered in.
    document: u32,
    terms: Numbers,
}

/// The terms of one document that a word stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Numbers {
    /// Its stem.
    pub(super) stem: TermNumber,
    /// The word as written, when it is not its own stem.
    pub(super) written: Option<std::num::NonZero<TermNumber>>,
}

const SAME: u8 = u8::MAX;

/// The spelling that stands for a stem: where nearly all its words are one word, that word (`people` for
/// `peopl`), so that it need not be indexed twice. One line for each: stem, word.
const SPELLINGS: &str = include_str!("spellings.txt");

static SPELLING: LazyLock<FxHashMap<&'static str, &'static str>> = LazyLock::new(|| {
    SPELLINGS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' ')).collect()
});

impl Slot {
    /// The stem of its word.
    fn stem<'a>(&'a self, word: &'a str) -> &'a str {
        if self.stem_len == SAME {
            return word;
        }
        // It is whole: a stem was copied.
        std::str::from_utf8(&self.stem[..self.stem_len as usize]).unwrap_or(word)
    }
}

/// An English stemmer (Porter 2) that remembers. One for each thread.
pub(super) struct Stems {
    stemmer: Stemmer,
    slots: Vec<Slot>,
    document: u32,
}

impl std::fmt::Debug for Stems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stems").finish_non_exhaustive()
    }
}

impl Default for Stems {
    fn default() -> Self {
        let terms = Numbers { stem: 0, written: None };
        let empty = Slot { word: [0; 3], stem: [0; INLINE], stem_len: SAME, document: 0, terms };
        Self { stemmer: Stemmer::new(Algorithm::English), slots: vec![empty; SLOTS], document: 1 }
    }
}

impl Stems {
    /// A stemmer without a memory, for a few words.
    pub(super) fn uncached() -> Self {
        Self { stemmer: Stemmer::new(Algorithm::English), slots: Vec::new(), document: 1 }
    }

    /// Forgets the numbers of terms: another document begins.
    pub(super) fn next_document(&mut self) {
        self.document = self.document.wrapping_add(1);
        if self.document == 0 {
            self.slots.iter_mut().for_each(|slot| slot.document = 0);
            self.document = 1;
        }
    }

    /// The terms of this document that a folded word stands for. `number` is asked with the word's stem when they
    /// are not known.
    pub(super) fn numbers(&mut self, word: &str, number: impl FnOnce(&str) -> Numbers) -> Numbers {
        let Some(at) = self.slot(word) else { return self.with(word, number) };
        let slot = &self.slots[at];
        if slot.document == self.document {
            return slot.terms;
        }
        let terms = number(slot.stem(word));
        let slot = &mut self.slots[at];
        (slot.document, slot.terms) = (self.document, terms);
        terms
    }

    /// Calls `each` with the stem of a folded word.
    pub(super) fn with<R>(&mut self, word: &str, each: impl FnOnce(&str) -> R) -> R {
        if word.len() < 3 {
            return each(word); // Porter 2 leaves words of one and two letters as they are
        }
        match self.slot(word) {
            Some(at) => each(self.slots[at].stem(word)),
            None => each(&self.spelt(word)),
        }
    }

    /// The slot of a word, filled; `None` when it fits none.
    fn slot(&mut self, word: &str) -> Option<usize> {
        let bytes = word.as_bytes();
        if bytes.len() > INLINE || self.slots.is_empty() {
            return None;
        }
        let key = packed(bytes);
        let at = slot_of(key);
        if self.slots[at].word != key {
            let stem = if bytes.len() < 3 { Cow::Borrowed(word) } else { self.spelt(word) };
            if stem.len() > INLINE {
                return None;
            }
            let slot = &mut self.slots[at];
            slot.word = key;
            slot.stem[..stem.len()].copy_from_slice(stem.as_bytes());
            slot.stem_len = if *stem == *word { SAME } else { stem.len() as u8 };
            slot.document = 0;
        }
        Some(at)
    }

    /// The letters all words of a stem begin with, but for the last one or two.
    pub(super) fn root<'a>(&self, stem: &'a str) -> Cow<'a, str> {
        self.stemmer.stem(stem)
    }

    /// What every word of a stem begins with.
    pub(super) fn beginning(&self, stem: &str) -> String {
        let mut root = self.root(stem).into_owned();
        let keep = root.chars().count().saturating_sub(may_differ(&root)).max(1);
        root.truncate(root.char_indices().nth(keep).map_or(root.len(), |(at, _)| at));
        root
    }

    fn spelt<'a>(&self, word: &'a str) -> Cow<'a, str> {
        let stem = self.stemmer.stem(word);
        match SPELLING.get(&*stem) {
            Some(spelling) => Cow::Borrowed(spelling),
            None => stem,
        }
    }

    /// The stem of a folded word.
    pub(super) fn of(&mut self, word: &str) -> String {
        self.with(word, str::to_owned)
    }
}

/// Letters at the end of a stem that its words may not have: Porter 2 writes `i` for `y`, gives back an `e` that
/// was cut (`hope` from `hoping`), makes `bl` of `bility`, and knows `die` from `dying` and `sky` from `skies`.
fn may_differ(stem: &str) -> usize {
    match stem.as_bytes() {
        [.., b'i', b'e'] => 2,
        [.., b'i' | b'e' | b'l' | b'y'] => 1,
        _ => 0,
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

    /// Two stems must not meet in one spelling, or their words would be found for each other.
    #[test]
    fn a_spelling_stands_for_its_own_stem_alone() {
        let plain = Stemmer::new(Algorithm::English);
        for (stem, word) in SPELLING.iter() {
            assert_eq!(plain.stem(word), *stem);
            assert_ne!(stem, word);
            assert_ne!(plain.stem(&format!("{word}s")), *word, "{word} is a stem itself");
        }
    }

    #[test]
    fn all_words_of_a_stem_begin_as_it_says() {
        let stems = Stems::uncached();
        let plain = Stemmer::new(Algorithm::English);
        let spelt = SPELLING.values().copied();
        let endings = ["s", "ed", "ing", "ly", "ies", "er", "ation", "ability", "ness", "ful", "fulness"];
        let inflected = SPELLING.keys().flat_map(|stem| endings.map(|ending| format!("{stem}{ending}")));
        let odd = [
            "dying", "lying", "tying", "skies", "hoping", "sized", "hopping", "only", "idly", "ugly", "ties",
        ];
        let all = spelt.chain(odd).map(str::to_owned).chain(inflected);
        for word in all {
            let stem = plain.stem(&word);
            assert!(word.starts_with(&stems.beginning(&stem)), "{word} of {stem}");
        }
    }

    #[test]
    fn the_cache_answers_as_the_stemmer_does() {
        let plain = Stemmer::new(Algorithm::English);
        let mut stems = Stems::default();
        let words = ["visits", "visited", "visiting", "skies", "us", "c++", "łodz", "internationalization"];
        for round in 0..2 {
            for word in words {
                assert_eq!(stems.of(word), plain.stem(word), "{word} in round {round}");
            }
            assert_eq!(stems.of("peoples"), "people", "in round {round}");
        }
        let long = "a".repeat(60) + "ing";
        assert_eq!(stems.of(&long), plain.stem(&long));
    }
}
