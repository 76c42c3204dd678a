//! Running words of which any may occur (`--any`): a pasted question, a headline from memory.
//!
//! Each word scores by its stem, as everywhere. On top of that comes what tells apart articles that have the
//! same words: the words as they were written, and neighbours of the question that are neighbours in the
//! article. Only the parts of hyphenated words, which match alone here, change which articles match.
//!
//! The figures were set on headlines searched among 20,000 Reuters stories and on the test collections
//! Cranfield, CACM and Vaswani together; each gain is stated at its constant, as MRR@10 of the headlines and
//! nDCG@10 of the three. All together: .775 → .791; .515 → .527, .455 → .489, .430 → .441.

use tantivy::query::{BooleanQuery, BoostQuery, Occur, PhraseQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::{Compiler, Made};
use crate::article::words;
use crate::index::failure::Context;
use crate::index::schema::{mark, term};
use crate::query::ast::{Clause, Node, Pattern, Scope};
use crate::search::EngineError;

/// What a word counts in the very form it was written in, beside its stem.
/// 0.2 by itself: .775 → .787; .515 → .520, .455 → .463, .430 → .433.
const AS_WRITTEN: f32 = 0.25;
/// What two neighbours of the question count that are neighbours in the article.
/// 0.15 with none between, on top of [`PART`]: .782 → .793; .519 → .524, .462 → .476, .430 → .433.
const NEIGHBOURS: f32 = 0.1;
/// Words that may stand between neighbours.
const BETWEEN: u32 = 2;
/// What a part of a hyphenated word counts by itself: `multi-targeted` is near to `targeted`.
/// .775 → .782; .515 → .519, .455 → .462, .430 (no hyphens there).
const PART: f32 = 0.5;
/// A word that stands in more than this share of the articles says little about any of them …
const COMMON: f32 = 0.3;
/// … and counts only this. .792 → .790; .526 → .528, .479 → .486, .438 → .443.
const COMMON_WORD: f32 = 0.5;
/// Longer texts are searched by their words alone: their neighbours would cost more than they tell.
const MOST_WORDS: usize = 128;
/// An operator between two words takes more bytes than this.
const GAP: usize = 3;

impl Compiler<'_> {
    /// Members of which any may hold.
    pub(super) fn or(&mut self, members: &[Node]) -> Made {
        let words = if members.len() <= MOST_WORDS { running(members) } else { None };
        let mut made = Vec::with_capacity(members.len());
        for member in members {
            made.push((Occur::Should, self.node(member)?));
        }
        match words {
            Some(words) if self.hidden == 0 => self.wordy(&words, made),
            _ => Ok(Box::new(BooleanQuery::new(made))),
        }
    }

    /// Running words, with what they count beyond their stems.
    fn wordy(&mut self, all: &[&str], made: Vec<(Occur, Box<dyn Query>)>) -> Made {
        let mut matching = Vec::with_capacity(made.len());
        let mut bonus: Vec<(Occur, Box<dyn Query>)> = Vec::new();
        let mut previous: Option<String> = None;
        for (word, (_, query)) in all.iter().zip(made) {
            let mut parts = words::split(word);
            parts.retain(|part| part.covers == 1);
            let single = parts.len() == 1;
            let mut common = false;
            for part in &parts {
                let stem = self.stems.of(&part.term);
                common = single && self.is_common(&stem)?;
                if !single {
                    matching.push(boosted(self.one(&stem), PART));
                    self.highlights.stems.insert(stem.clone());
                }
                bonus.push(boosted(
                    match stem == part.term {
                        true => self.one(&stem),
                        false => self.one(&format!("{}{}", mark::WRITTEN, part.term)),
                    },
                    AS_WRITTEN,
                ));
                if let Some(before) = previous.filter(|before| *before != stem) {
                    let pair = vec![term(self.fields.text, &before), term(self.fields.text, &stem)];
                    let mut pair = PhraseQuery::new(pair);
                    pair.set_slop(BETWEEN);
                    bonus.push(boosted(Box::new(pair), NEIGHBOURS));
                }
                previous = Some(stem);
            }
            matching.push(if common { boosted(query, COMMON_WORD) } else { (Occur::Should, query) });
        }
        let mut out: Vec<(Occur, Box<dyn Query>)> =
            vec![(Occur::Must, Box::new(BooleanQuery::new(matching)))];
        out.append(&mut bonus);
        Ok(Box::new(BooleanQuery::new(out)))
    }

    fn one(&self, text: &str) -> Box<dyn Query> {
        Box::new(TermQuery::new(term(self.fields.text, text), IndexRecordOption::WithFreqs))
    }

    fn is_common(&self, stem: &str) -> Result<bool, EngineError> {
        let articles = self.searcher.doc_freq(&term(self.fields.text, stem)).at(self.path)?;
        Ok(articles as f32 > COMMON * self.searcher.num_docs() as f32)
    }
}

fn boosted(query: Box<dyn Query>, factor: f32) -> (Occur, Box<dyn Query>) {
    (Occur::Should, Box::new(BoostQuery::new(query, factor)))
}

/// The words, if all members are words of the whole article that follow one another in the query with no
/// operators between most of them. `iraq OR iran` is a choice between two words and not running text.
fn running(members: &[Node]) -> Option<Vec<&str>> {
    let words: Vec<&str> = members
        .iter()
        .map(|member| match &member.clause {
            Clause::Text { scope: Scope::All, pattern: Pattern::Word(word) } => Some(word.as_str()),
            _ => None,
        })
        .collect::<Option<_>>()?;
    let close = members
        .windows(2)
        .filter(|pair| pair[1].at.start > pair[0].at.end && pair[1].at.start - pair[0].at.end <= GAP)
        .count();
    (words.len() > 1 && close * 2 > words.len() - 1).then_some(words)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn members(text: &str) -> Vec<Node> {
        let mut out = Vec::new();
        let mut at = 0;
        for chunk in text.split(' ') {
            if chunk.chars().all(char::is_alphabetic) && chunk != "OR" {
                let pattern = Pattern::Word(chunk.to_owned());
                out.push(Node::new(at..at + chunk.len(), Clause::Text { scope: Scope::All, pattern }));
            }
            at += chunk.len() + 1;
        }
        out
    }

    #[test]
    fn words_side_by_side_are_running_text_and_a_choice_is_not() {
        assert_eq!(running(&members("oil prices fall")).unwrap(), ["oil", "prices", "fall"]);
        assert!(running(&members("oil prices ---- fall sharply")).is_some());
        assert!(running(&members("oil OR gas")).is_none());
        assert!(running(&members("oil OR gas OR coal OR wood")).is_none());
        assert!(running(&members("oil")).is_none());
    }

    #[test]
    fn words_of_a_saved_query_stand_all_in_one_place() {
        let mut all = members("oil gas coal");
        all.iter_mut().for_each(|node| node.at = 0..5);
        assert!(running(&all).is_none());
    }
}
