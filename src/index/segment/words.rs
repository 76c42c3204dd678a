//! The words of the text and their terms.

use std::num::NonZero;

use crate::index::recent::Recent;
use crate::index::terms::{TermNumber, Terms};

/// Slots of the cache. 2^14 slots of half a cache line each lie in a core's second-level cache and hold nearly all
/// of the running words of news.
const SLOTS: usize = 1 << 14;

/// The terms of a field that a word stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::index) struct WordTerms {
    /// Its stem.
    pub(in crate::index) stem: TermNumber,
    /// The word as written, when it is not its own stem.
    pub(in crate::index) written: Option<NonZero<TermNumber>>,
}

/// The words of one segment.
pub(super) struct Words {
    recent: Recent<WordTerms>,
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
        Self { recent: Recent::new(SLOTS), all: Terms::default(), terms: Vec::new() }
    }
}

impl Words {
    /// The terms of a folded word. `find` is asked for them once.
    #[inline]
    pub(super) fn terms(&mut self, word: &str, find: impl FnOnce() -> WordTerms) -> WordTerms {
        let Self { recent, all, terms } = self;
        recent.of(word.as_bytes(), || {
            let number = all.number(None, word.as_bytes()) as usize;
            if number == terms.len() {
                terms.push(find());
            }
            terms[number]
        })
    }

    /// Bytes it holds.
    pub(super) fn memory(&self) -> usize {
        self.recent.memory() + self.all.memory() + self.terms.capacity() * size_of::<WordTerms>()
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
