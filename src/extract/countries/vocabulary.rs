//! Classes of the words that stand beside names, from `lexicon/places/context_words.tsv`.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::lexicon::{rows, split};
use crate::extract::text::token::key_of_bytes;

const WORDS: &str = include_str!("../lexicon/places/context_words.tsv");

/// A class of words, a bit of [`Classes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    Title,
    PlaceBefore,
    WeakBefore,
    Side,
    PlaceNoun,
    Media,
    LocalBehind,
    Institution,
    PlaceBehind,
    Street,
    Speaks,
    Office,
    Disease,
    Calendar,
    NoPeople,
    SaintsOwn,
    LanguageVerb,
    Link,
    Town,
}

/// Each class with its name in the table.
const CLASSES: [(&str, Class); 19] = [
    ("title", Class::Title),
    ("place-before", Class::PlaceBefore),
    ("weak-before", Class::WeakBefore),
    ("side", Class::Side),
    ("place-noun", Class::PlaceNoun),
    ("media", Class::Media),
    ("local-behind", Class::LocalBehind),
    ("institution", Class::Institution),
    ("place-behind", Class::PlaceBehind),
    ("street", Class::Street),
    ("speaks", Class::Speaks),
    ("office", Class::Office),
    ("disease", Class::Disease),
    ("calendar", Class::Calendar),
    ("no-people", Class::NoPeople),
    ("saints-own", Class::SaintsOwn),
    ("language-verb", Class::LanguageVerb),
    ("link", Class::Link),
    ("town", Class::Town),
];

/// The classes of a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Classes(u32);

impl Classes {
    /// Whether the word is of a class.
    pub(super) fn has(self, class: Class) -> bool {
        self.0 & 1 << class as u32 != 0
    }
}

/// The classes of words by their keys. Most words beside names are in none; a few bits of the key tell them.
struct Table {
    classes: FxHashMap<u64, u32>,
    filter: [u64; FILTER / 64],
}

/// Bits of the filter, a power of two.
const FILTER: usize = 1 << 13;

fn bit(key: u64) -> (usize, u64) {
    let bit = (key >> 40) as usize % FILTER;
    (bit / 64, 1 << (bit % 64))
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { classes: FxHashMap::default(), filter: [0; FILTER / 64] };
    for row in rows(WORDS) {
        let [name, _, words] = row[..] else { continue };
        let Some((_, class)) = CLASSES.iter().find(|(known, _)| *known == name) else { continue };
        for word in split(words) {
            let key = key_of_bytes(word.as_bytes());
            *table.classes.entry(key).or_insert(0) |= 1 << *class as u32;
            let (word, bit) = bit(key);
            table.filter[word] |= bit;
        }
    }
    table
});

/// The classes of a word in any case.
pub(super) fn classes(word: &str) -> Classes {
    let key = key_of_bytes(word.as_bytes());
    let (at, bit) = bit(key);
    let table = &*TABLE;
    if table.filter[at] & bit == 0 {
        return Classes::default();
    }
    table.classes.get(&key).map_or(Classes::default(), |&bits| Classes(bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_a_class_with_words_in_lower_case() {
        assert_eq!(rows(WORDS).count(), CLASSES.len());
        for row in rows(WORDS) {
            assert!(CLASSES.iter().any(|(name, _)| *name == row[0]), "{row:?}");
            assert!(split(row[2]).all(|word| word == word.to_lowercase()));
        }
    }

    #[test]
    fn words_are_told_in_any_case() {
        assert!(classes("Senator").has(Class::Title) && classes("IN").has(Class::PlaceBefore));
        assert!(!classes("Erdoğan").has(Class::Title));
        assert_eq!(classes(&"x".repeat(100)), Classes::default());
    }
}
