//! Stems of words.

use std::borrow::Cow;

use frostem::{Algorithm, Stemmer};

/// The spelling that stands for a stem: where nearly all its words are one word, that word (`people` for
/// `peopl`), so that it need not be indexed twice. One line for each: stem, word. In order of the stems, comments first.
const SPELLINGS: &str = include_str!("spellings.txt");

/// Where each line of [`SPELLINGS`] begins. Counted by the compiler: to make a table of the lines took .5 ms of every start,
/// a fifteenth of a search from the shell.
static LINES: [u32; lines(&mut [])] = {
    let mut starts = [0; lines(&mut [])];
    lines(&mut starts);
    starts
};

/// Counts the lines, and writes down where those begin that there is room for.
const fn lines(starts: &mut [u32]) -> usize {
    let bytes = SPELLINGS.as_bytes();
    let (mut count, mut at) = (0, 0);
    while at < bytes.len() {
        if at == 0 || bytes[at - 1] == b'\n' {
            if count < starts.len() {
                starts[count] = at as u32;
            }
            count += 1;
        }
        at += 1;
    }
    count
}

/// The word that stands for a stem.
fn spelling(stem: &str) -> Option<&'static str> {
    let line = |start: &u32| &SPELLINGS[*start as usize..];
    let before = |start: &u32| line(start).bytes().take_while(|byte| *byte != b' ').lt(stem.bytes());
    let found = LINES.get(LINES.partition_point(before)).map(line)?;
    found.strip_prefix(stem)?.strip_prefix(' ')?.lines().next()
}

/// An English stemmer (Porter 2).
pub(super) struct Stems {
    stemmer: Stemmer,
}

impl std::fmt::Debug for Stems {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stems").finish_non_exhaustive()
    }
}

impl Default for Stems {
    fn default() -> Self {
        Self { stemmer: Stemmer::new(Algorithm::English) }
    }
}

impl Stems {
    /// Calls `each` with the stem of a folded word.
    pub(super) fn with<R>(&self, word: &str, each: impl FnOnce(&str) -> R) -> R {
        each(&self.stem(word))
    }

    /// The letters all words of a stem begin with, but for the last one or two.
    pub(super) fn root<'a>(&self, stem: &'a str) -> Cow<'a, str> {
        self.stemmer.stem(stem)
    }

    /// What the words of a stem begin with: each with one of these. Porter 2 writes `i` for `y`, gives back an `e` that was
    /// cut (`hope` from `hoping`), makes `bl` of `bility`, and knows `die` from `dying` and `sky` from `skies`.
    pub(super) fn beginnings(&self, stem: &str) -> impl Iterator<Item = String> {
        let root = self.root(stem).into_owned();
        let (cut, ends): (usize, &[&str]) = match root.as_bytes() {
            [_, .., b'i', b'e'] => (2, &["i", "y"]),
            [_, .., b'i' | b'y'] => (1, &["i", "y"]),
            [_, .., b'l'] => (1, &["l", "i"]),
            [_, .., b'e'] => (1, &[""]),
            _ => (0, &[""]),
        };
        ends.iter().map(move |end| format!("{}{end}", &root[..root.len() - cut]))
    }

    /// The stem of a folded word.
    pub(super) fn stem<'a>(&self, word: &'a str) -> Cow<'a, str> {
        if word.len() < 3 {
            return Cow::Borrowed(word); // Porter 2 leaves words of one and two letters as they are
        }
        let stem = self.stemmer.stem(word);
        spelling(&stem).map_or(stem, Cow::Borrowed)
    }

    /// The stem of a folded word.
    pub(super) fn of(&self, word: &str) -> String {
        self.stem(word).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Stems with their spellings.
    fn spellings() -> impl Iterator<Item = (&'static str, &'static str)> {
        SPELLINGS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| line.split_once(' '))
    }

    #[test]
    fn every_spelling_is_found() {
        let mut before = "";
        for (stem, word) in spellings() {
            assert!(before < stem, "{stem} stands out of order");
            assert_eq!(spelling(stem), Some(word));
            assert_eq!(spelling(&format!("{stem}~")), None);
            before = stem;
        }
        for stem in ["", "aaa", "zzz"] {
            assert_eq!(spelling(stem), None);
        }
    }

    /// Two stems must not meet in one spelling, or their words would be found for each other.
    #[test]
    fn a_spelling_stands_for_its_own_stem_alone() {
        let plain = Stemmer::new(Algorithm::English);
        for (stem, word) in spellings() {
            assert_eq!(plain.stem(word), stem);
            assert_ne!(stem, word);
            assert_ne!(plain.stem(&format!("{word}s")), word, "{word} is a stem itself");
        }
    }

    #[test]
    fn all_words_of_a_stem_begin_as_it_says() {
        let stems = Stems::default();
        let plain = Stemmer::new(Algorithm::English);
        let spelt = spellings().map(|(_, word)| word);
        let endings = ["s", "ed", "ing", "ly", "ies", "er", "ation", "ability", "ness", "ful", "fulness"];
        let inflected = spellings().flat_map(|(stem, _)| endings.map(|ending| format!("{stem}{ending}")));
        let odd = [
            "dying", "lying", "tying", "skies", "hoping", "sized", "hopping", "only", "idly", "ugly", "ties",
        ];
        let all = spelt.chain(odd).map(str::to_owned).chain(inflected);
        for word in all {
            let stem = plain.stem(&word);
            assert!(
                stems.beginnings(&stem).any(|beginning| word.starts_with(&beginning)),
                "{word} of {stem}"
            );
        }
    }
}
