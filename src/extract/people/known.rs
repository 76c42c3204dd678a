//! What the name lists say of a word that stands alone, for whoever weighs names across articles.

use super::lexicon::{
    ANY_PLACE, COMMON, FAMILY_TOP, GIVEN, GIVEN_TOP, GROUP, LANDMARK, LISTED_GROUP, Lexicon, MIXED, NATION,
    ORGANISATION, PAIR_FIRST,
};
use crate::extract::text::token::key_of_word;

/// The name lists, word by word.
#[derive(Debug)]
pub struct KnownWords {
    lexicon: Lexicon,
}

impl Default for KnownWords {
    fn default() -> Self {
        Self { lexicon: Lexicon::new() }
    }
}

impl KnownWords {
    /// Whether a word often means something else than a person: `Fields`, `Chase`, `Jordan`.
    pub fn is_ambiguous(&self, word: &str) -> bool {
        const ELSE: u32 =
            COMMON | MIXED | NATION | ORGANISATION | LANDMARK | GROUP | LISTED_GROUP | ANY_PLACE | PAIR_FIRST;
        self.lexicon.get(key_of_word(word)) & ELSE != 0
    }

    /// Whether it is among the thousand most frequent family names of English.
    pub fn is_frequent_family(&self, word: &str) -> bool {
        self.lexicon.get(key_of_word(word)) & FAMILY_TOP != 0
    }

    /// Whether it is a given name of English.
    pub fn is_given(&self, word: &str) -> bool {
        self.lexicon.get(key_of_word(word)) & (GIVEN_TOP | GIVEN) != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_apart() {
        let known = KnownWords::default();
        for (word, ambiguous, family, given) in [
            ("fields", true, true, false),
            ("copper", true, false, false),
            ("baxter", false, true, false),
            ("mac", false, false, true),
            ("bernanke", false, false, false),
        ] {
            let found = (known.is_ambiguous(word), known.is_frequent_family(word), known.is_given(word));
            assert_eq!(found, (ambiguous, family, given), "{word}");
        }
    }
}
