//! The words of the index: opening wildcards, stems and misspellings into the words that are there.

use std::collections::BTreeSet;
use std::path::Path;

use regex::RegexBuilder;
use rustc_hash::FxHashSet;
use tantivy::Searcher;
use tantivy::query::FuzzyTermQuery;
use tantivy::schema::Field;

use super::failure::Context;
use super::positions::Terms;
use super::schema::{mark, term};
use super::stem::Stems;
use crate::search::EngineError;

/// Most words one part of a query may open into.
pub(super) const MOST_WORDS: usize = 10_000;
/// For more stems than this the written words are read through once; each takes some 50 µs to look up.
const MOST_LOOKED_UP: usize = 200;
/// Longest ending a stemmer cuts.
const LONGEST_ENDING: usize = 9;

/// The terms of one field.
#[derive(Clone, Copy)]
pub(super) struct Dictionary<'a> {
    pub(super) searcher: &'a Searcher,
    pub(super) field: Field,
    pub(super) path: &'a Path,
}

/// Terms that were asked for, or that there are too many.
pub(super) type Opened = Result<Vec<String>, EngineError>;

/// First character of words, behind all marks.
const FIRST_WORD: &str = "\u{4}";

impl Dictionary<'_> {
    /// The terms that begin with `prefix` and pass, in order. `shown` names the pattern in the error when
    /// there are more than [`MOST_WORDS`].
    pub(super) fn beginning(&self, prefix: &str, shown: &str, keep: impl FnMut(&str) -> bool) -> Opened {
        self.between(prefix, after(prefix).as_deref(), shown, keep)
    }

    fn between(
        &self,
        from: &str,
        to: Option<&[u8]>,
        shown: &str,
        mut keep: impl FnMut(&str) -> bool,
    ) -> Opened {
        let mut found: Vec<String> = Vec::new();
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(self.field).at(self.path)?;
            let mut range = index.terms().range().ge(from);
            if let Some(to) = to {
                range = range.lt(to);
            }
            let mut stream = range.into_stream().at(self.path)?;
            let before = found.len();
            while stream.advance() {
                let Ok(word) = std::str::from_utf8(stream.key()) else { continue };
                if keep(word) {
                    found.push(word.to_owned());
                    if found.len() - before > MOST_WORDS {
                        return Err(too_many(shown));
                    }
                }
            }
            if before > 0 {
                found.sort();
                found.dedup();
            }
        }
        if found.len() > MOST_WORDS {
            return Err(too_many(shown));
        }
        Ok(found)
    }

    /// Calls `each` with every term of the prefix, in order of the segments.
    pub(super) fn each_beginning(&self, prefix: &str, mut each: impl FnMut(&str)) -> Result<(), EngineError> {
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(self.field).at(self.path)?;
            let mut range = index.terms().range().ge(prefix);
            if let Some(end) = after(prefix) {
                range = range.lt(end);
            }
            let mut stream = range.into_stream().at(self.path)?;
            while stream.advance() {
                std::str::from_utf8(stream.key()).into_iter().for_each(&mut each);
            }
        }
        Ok(())
    }

    /// A word as written, in a field of stems.
    pub(super) fn written(&self, word: &str, stems: &Stems) -> Result<Terms, EngineError> {
        let stem = stems.of(word);
        if stem != word {
            return Ok(Terms { any: vec![format!("{}{word}", mark::WRITTEN)], not: Vec::new() });
        }
        let not = self.inflected(std::slice::from_ref(&stem), stems, |_| false)?;
        Ok(Terms { any: vec![stem], not })
    }

    /// The written words, with their mark, that have one of the stems, unless they are `meant`.
    fn inflected(&self, wanted: &[String], stems: &Stems, meant: impl Fn(&str) -> bool) -> Opened {
        let longest = wanted.iter().map(String::len).max().unwrap_or(0) + LONGEST_ENDING;
        let mut beginnings: Vec<String> = wanted.iter().flat_map(|stem| stems.beginnings(stem)).collect();
        let wanted: FxHashSet<&str> = wanted.iter().map(String::as_str).collect();
        // Words of stems that begin alike stand together: they are read through once.
        beginnings.sort_unstable();
        beginnings.dedup_by(|next, kept| next.starts_with(kept.as_str()));
        // To find the stem of a word takes longer than all else.
        let keep = |word: &str| {
            word.len() <= longest && !meant(word) && stems.with(word, |stem| wanted.contains(stem))
        };
        if beginnings.len() > MOST_LOOKED_UP {
            return self.every_written(keep);
        }
        let mut all = Vec::new();
        for beginning in beginnings {
            let prefix = format!("{}{beginning}", mark::WRITTEN);
            all.extend(self.beginning(&prefix, &beginning, |word| keep(&word[1..]))?);
        }
        Ok(all)
    }

    fn every_written(&self, mut keep: impl FnMut(&str) -> bool) -> Opened {
        let from = mark::WRITTEN.to_string();
        self.beginning(&from, "*", |word| keep(&word[1..]))
    }

    /// The words as written that pass, among those that begin with `prefix`.
    fn choose(
        &self,
        prefix: &str,
        shown: &str,
        stems: &Stems,
        mere_prefix: bool,
        pass: impl Fn(&str) -> bool,
    ) -> Result<Terms, EngineError> {
        let mut any = if prefix.is_empty() {
            self.between(FIRST_WORD, None, shown, &pass)?
        } else {
            self.beginning(prefix, shown, &pass)?
        };
        // Of a stem that passes, the words that do not pass are not meant. All words of a stem begin as its
        // root does, so with a mere beginning that is well inside the root there are none.
        let mut doubtful = any.clone();
        if mere_prefix {
            doubtful.retain(|stem| prefix.len() + 2 > stems.root(stem).len());
        }
        let not = self.inflected(&doubtful, stems, &pass)?;
        let prefix = format!("{}{prefix}", mark::WRITTEN);
        any.extend(self.beginning(&prefix, shown, |word| pass(&word[1..]))?);
        if any.len() > MOST_WORDS {
            return Err(too_many(shown));
        }
        Ok(Terms { any, not })
    }

    /// The words that match a pattern of `*` (any letters) and `?` (one letter).
    pub(super) fn wildcard(&self, pattern: &str, shown: &str, stems: &Stems) -> Result<Terms, EngineError> {
        let literal = pattern.find(['*', '?']).unwrap_or(pattern.len());
        let chars: Vec<char> = pattern.chars().collect();
        let prefix = &pattern[..literal];
        if &pattern[literal..] == "*" {
            return self.choose(prefix, shown, stems, true, |word| word.starts_with(prefix));
        }
        self.choose(prefix, shown, stems, false, |word| matches(&chars, word))
    }

    /// The words that a regular expression matches whole.
    pub(super) fn regex(&self, pattern: &str, stems: &Stems) -> Result<Terms, EngineError> {
        let regex =
            RegexBuilder::new(&format!("^(?:{pattern})$")).size_limit(1 << 20).build().map_err(|error| {
                EngineError::User(format!("the regular expression /{pattern}/ is not valid: {error}"))
            })?;
        self.choose(&literal_prefix(pattern), &format!("/{pattern}/"), stems, false, |word| {
            regex.is_match(word)
        })
    }

    /// The words within an edit distance of 1 or 2 (a swap of neighbours is one edit).
    pub(super) fn fuzzy(&self, word: &str, distance: u8, stems: &Stems) -> Result<Terms, EngineError> {
        let mark = mark::WRITTEN.to_string();
        let mut any = self.near(word, distance, FIRST_WORD, None)?;
        let written = self.near(&format!("{mark}{word}"), distance, &mark, after(&mark).as_deref())?;
        let meant: FxHashSet<&str> = written.iter().map(|word| &word[1..]).collect();
        let not = self.inflected(&any, stems, |word| meant.contains(word))?;
        any.extend(written);
        if any.len() > MOST_WORDS {
            return Err(too_many(&format!("{word}~{distance}")));
        }
        Ok(Terms { any, not })
    }

    /// The commonest word near a misspelt one, with the number of its articles: one edit away, or two for a word of
    /// eight letters and more; none for words of fewer than four, which are near too many.
    pub(super) fn nearest_word(
        &self,
        word: &str,
        stems: &Stems,
    ) -> Result<Option<(String, u64)>, EngineError> {
        let distances = match word.chars().count() {
            0..4 => 1..1,
            4..8 => 1..2,
            _ => 1..3,
        };
        for distance in distances {
            let mut best: Option<(String, u64)> = None;
            for term in self.fuzzy(word, distance, stems)?.any {
                let count = self.count(&term)?;
                if best.as_ref().is_none_or(|(_, most)| count > *most) {
                    best = Some((term.trim_start_matches(mark::WRITTEN).to_owned(), count));
                }
            }
            if best.as_ref().is_some_and(|(_, count)| *count > 0) {
                return Ok(best);
            }
        }
        Ok(None)
    }

    /// The terms within an edit distance of a word, of those in a stretch of the dictionary.
    fn near(&self, word: &str, distance: u8, from: &str, to: Option<&[u8]>) -> Opened {
        let query = FuzzyTermQuery::new(term(self.field, word), distance.min(2), true);
        let automaton = query.automaton().at(self.path)?;
        let mut found = BTreeSet::new();
        for segment in self.searcher.segment_readers() {
            let index = segment.inverted_index(self.field).at(self.path)?;
            let mut near = index.terms().search(&automaton).ge(from);
            if let Some(to) = to {
                near = near.lt(to);
            }
            let mut stream = near.into_stream().at(self.path)?;
            while stream.advance() {
                found.extend(std::str::from_utf8(stream.key()).map(str::to_owned));
            }
        }
        Ok(found.into_iter().collect())
    }

    /// Articles that hold a term.
    pub(super) fn count(&self, text: &str) -> Result<u64, EngineError> {
        self.searcher.doc_freq(&term(self.field, text)).at(self.path)
    }
}

pub(super) fn too_many(shown: &str) -> EngineError {
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
