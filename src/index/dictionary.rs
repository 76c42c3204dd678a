//! The words of the index: opening wildcards, stems and misspellings into the words that are there.

use std::collections::BTreeSet;
use std::path::Path;

use regex::Regex;
use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;
use tantivy::{Searcher, Term};

use super::failure::Context;
use super::schema::term;
use super::stem::Stems;
use crate::search::EngineError;

/// Most words one part of a query may open into.
pub(super) const MOST_WORDS: usize = 10_000;

/// The terms of one field.
#[derive(Clone, Copy)]
pub(super) struct Dictionary<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) field: Field,
    pub(super) path: &'a Path,
}

/// Terms that were asked for, or that there are too many.
pub(super) type Opened = Result<Vec<String>, EngineError>;

impl Dictionary<'_> {
    /// The terms that begin with `prefix` and pass, in order. `shown` names the pattern in the error when
    /// there are more than [`MOST_WORDS`].
    pub(super) fn beginning(&self, prefix: &str, shown: &str, keep: impl Fn(&str) -> bool) -> Opened {
        // Marks begin with a control character; no word does.
        let from = if prefix.is_empty() { "\u{2}" } else { prefix };
        let mut found = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(self.field).at(self.path)?;
            let mut range = index.terms().range().ge(from);
            let end = after(prefix);
            if let Some(end) = &end {
                range = range.lt(end);
            }
            let mut stream = range.into_stream().at(self.path)?;
            while stream.advance() {
                let Ok(word) = std::str::from_utf8(stream.key()) else { continue };
                if keep(word) && found.insert(word.to_owned()) && found.len() > MOST_WORDS {
                    return Err(too_many(shown));
                }
            }
        }
        Ok(found.into_iter().collect())
    }

    /// The terms that match a pattern of `*` (any letters) and `?` (one letter).
    pub(super) fn wildcard(&self, pattern: &str, shown: &str) -> Opened {
        let literal = pattern.find(['*', '?']).unwrap_or(pattern.len());
        let chars: Vec<char> = pattern.chars().collect();
        let rest_is_star = &pattern[literal..] == "*";
        self.beginning(&pattern[..literal], shown, |word| rest_is_star || matches(&chars, word))
    }

    /// The terms that a regular expression matches whole.
    pub(super) fn regex(&self, pattern: &str) -> Opened {
        let regex = regex::RegexBuilder::new(&format!("^(?:{pattern})$"))
            .size_limit(1 << 20)
            .build()
            .map_err(|error| {
                EngineError::User(format!("the regular expression /{pattern}/ is not valid: {error}"))
            })?;
        self.beginning(&literal_prefix(pattern), &format!("/{pattern}/"), |word| {
            Regex::is_match(&regex, word)
        })
    }

    /// The terms within an edit distance of 1 or 2 (a swap of neighbours is one edit).
    pub(super) fn fuzzy(&self, word: &str, distance: u8) -> Opened {
        let query = FuzzyTermQuery::new(term(self.field, word), distance.min(2), true);
        let mut found = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(self.field).at(self.path)?;
            let automaton = query.automaton().at(self.path)?;
            let mut stream = index.terms().search(automaton).into_stream().at(self.path)?;
            while stream.advance() {
                let Ok(word) = std::str::from_utf8(stream.key()) else { continue };
                if !word.starts_with('\u{1}') {
                    found.insert(word.to_owned());
                }
            }
        }
        if found.len() > MOST_WORDS {
            return Err(too_many(&format!("{word}~{distance}")));
        }
        Ok(found.into_iter().collect())
    }

    /// The written forms of a stem, among them the word asked for.
    pub(super) fn forms(&self, word: &str, stems: &mut Stems) -> Opened {
        let stem = stems.of(word);
        // A stem differs from its words behind the first letters: `happi` from `happy`, `die` from `dying`.
        let common = stem.bytes().zip(word.bytes()).take_while(|(a, b)| a == b).count();
        let keep = common.min(stem.len().saturating_sub(2)).max(1).min(common);
        let prefix = &stem[..stem.floor_char_boundary(keep)];
        let stems = std::cell::RefCell::new(stems);
        let mut forms = self.beginning(prefix, word, |other| {
            other.len() <= stem.len() + 9 && stems.borrow_mut().with(other, |s| s == stem)
        })?;
        if forms.is_empty() {
            forms.push(word.to_owned());
        }
        Ok(forms)
    }

    /// Articles that hold a term.
    pub(super) fn count(&self, text: &str) -> Result<u64, EngineError> {
        self.searcher.doc_freq(&self.term(text)).at(self.path)
    }

    /// A term of the field.
    pub(super) fn term(&self, text: &str) -> Term {
        term(self.field, text)
    }
}

fn too_many(shown: &str) -> EngineError {
    EngineError::User(format!("'{shown}' matches more than {MOST_WORDS} words — write more of the word"))
}

/// The least text that is greater than every text with the prefix.
fn after(prefix: &str) -> Option<Vec<u8>> {
    let mut end = prefix.as_bytes().to_vec();
    while let Some(last) = end.pop() {
        if last < 0xff {
            end.push(last + 1);
            return Some(end);
        }
    }
    None
}

/// The letters every match of a regular expression begins with, as far as they are plain to see.
fn literal_prefix(pattern: &str) -> String {
    if pattern.contains('|') {
        return String::new();
    }
    let end = pattern.find(|c: char| !c.is_alphanumeric()).unwrap_or(pattern.len());
    let mut prefix = pattern[..end].to_owned();
    // `ab?`, `ab*`, `ab{0}`: the last letter may be missing.
    if pattern[end..].starts_with(['?', '*', '{']) {
        prefix.pop();
    }
    prefix
}

/// Whether a word matches a pattern of `*` and `?`.
fn matches(pattern: &[char], word: &str) -> bool {
    let word: Vec<char> = word.chars().collect();
    let (mut p, mut w) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while w < word.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, w));
                p += 1;
            }
            Some(c) if *c == '?' || *c == word[w] => {
                p += 1;
                w += 1;
            }
            _ => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    w = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_match_whole_words() {
        for (pattern, word, expected) in [
            ("blink*", "blinken", true),
            ("*ken", "blinken", true),
            ("bl?nken", "blinken", true),
            ("bl?nken", "blnken", false),
            ("b*k*n", "blinken", true),
            ("b*k", "blinken", false),
            ("łod?", "łodz", true),
            ("*", "", true),
        ] {
            let chars: Vec<char> = pattern.chars().collect();
            assert_eq!(matches(&chars, word), expected, "{pattern} {word}");
        }
    }

    #[test]
    fn the_literal_beginning_of_an_expression_is_never_too_long() {
        for (pattern, prefix) in
            [("(o)?brien", ""), ("oil|gas", ""), ("colou?r", "colo"), ("ab.*", "ab"), ("ab", "ab")]
        {
            assert_eq!(literal_prefix(pattern), prefix);
        }
    }
}
