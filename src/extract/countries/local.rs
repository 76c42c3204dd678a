//! Which country's local press a text comes from, told by its words and spelling: weak evidence for
//! ambiguous places (`Athens` beside `sheriff's deputies` is no Greek city).

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};

use super::lexicon::{country_place, rows, split};
use super::resolve::Evidence;
use super::words::{char_at, char_before, is_letter};

const WORDS: &str = include_str!("../lexicon/places/local_words.tsv");

/// How much of a text is read, in bytes: the first paragraphs tell.
const READ: usize = 3_000;

/// The words of `lexicon/places/local_words.tsv`.
#[derive(Debug)]
pub(super) struct LocalWords {
    /// `None` only if the automaton could not be built.
    automaton: Option<AhoCorasick>,
    /// Weight and countries of each word.
    words: Vec<(f32, Vec<u16>)>,
}

impl LocalWords {
    /// Reads the table that is compiled in.
    pub(super) fn new() -> Self {
        let mut patterns: Vec<&'static str> = Vec::new();
        let mut words: Vec<(f32, Vec<u16>)> = Vec::new();
        for row in rows(WORDS) {
            let [weight, countries, forms] = row[..] else { continue };
            let Ok(weight) = weight.parse() else { continue };
            let countries: Vec<u16> = countries.split(' ').filter_map(country_place).collect();
            for form in split(forms) {
                match patterns.iter().position(|known| *known == form) {
                    Some(at) => words[at].1.extend(&countries),
                    None => {
                        patterns.push(form);
                        words.push((weight, countries.clone()));
                    }
                }
            }
        }
        let automaton = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .kind(Some(AhoCorasickKind::DFA))
            .build(&patterns)
            .ok();
        Self { automaton, words }
    }

    /// Adds what the words of a text say, each once.
    pub(super) fn weigh(&self, text: &str, evidence: &mut Evidence) {
        let Some(automaton) = &self.automaton else { return };
        let mut seen = vec![false; self.words.len()];
        for found in automaton.find_iter(&text.as_bytes()[..text.len().min(READ)]) {
            let number = found.pattern().as_usize();
            if seen[number]
                || is_letter(char_before(text, found.start())) && is_letter(char_at(text, found.start()))
                || is_letter(char_at(text, found.end())) && is_letter(char_before(text, found.end()))
            {
                continue;
            }
            seen[number] = true;
            let (weight, countries) = &self.words[number];
            for &country in countries {
                evidence.add_local(country, *weight);
            }
        }
    }
}
