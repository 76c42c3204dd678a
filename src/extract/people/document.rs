//! An article made ready for tagging: its tokens, what the lexicon knows of them, and the runs in which names can
//! stand.

use super::lexicon::{
    ANY_FAMILY, ANY_GIVEN, CALENDAR, COMMON, COUNTRY, FUNCTION, Lexicon, NATION, PAIR_FIRST,
};
use super::others;
use crate::article::Part;
use crate::extract::text::Text;
use crate::extract::text::token::{
    CAPITAL, INITIAL, LINE_START, PARTICLE, PUNCT, SENTENCE_START, SPACED, STOP, Token, opens_name,
};

/// A stretch of neighbouring tokens in which names can stand: `President George W. Bush`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// First token.
    pub start: usize,
    /// One past the last token.
    pub end: usize,
}

/// Title and body as tokens.
#[derive(Debug)]
pub(super) struct Document<'a> {
    text: &'a Text<'a>,
    /// All tokens.
    pub tokens: &'a [Token],
    /// Marks of the lexicon for each token of a run and its neighbours, else 0.
    pub marks: Vec<u32>,
    /// The runs in order.
    pub runs: Vec<Run>,
    /// The words that stand alone and are [something else](others::is_other) than names: a quarter of all that stand
    /// alone. They are no runs, but tell what the same words are elsewhere.
    pub others: Vec<usize>,
}

/// Whether a word with these marks is no name where it stands alone: `Monday`, `Iraq`, `Russian`, `Nothing`.
fn never_alone(marks: u32) -> bool {
    marks & (COMMON | CALENDAR | NATION | COUNTRY) != 0 && marks & (ANY_GIVEN | ANY_FAMILY) == 0
}

impl<'a> Document<'a> {
    /// Looks up and finds the runs.
    pub(super) fn new(text: &'a Text<'a>, lexicon: &Lexicon) -> Self {
        Self::read(text, lexicon, false)
    }

    /// As [`Document::new`], with runs of one word that is never a name: training learns from them, tagging spares
    /// them.
    pub(super) fn with_all_runs(text: &'a Text<'a>, lexicon: &Lexicon) -> Self {
        Self::read(text, lexicon, true)
    }

    fn read(text: &'a Text<'a>, lexicon: &Lexicon, all: bool) -> Self {
        let tokens = text.tokens();
        let mut document =
            Self { text, tokens, marks: vec![0; tokens.len()], runs: Vec::new(), others: Vec::new() };
        document.mark_capitals(text.named(), lexicon);
        document.find_runs(text.named(), lexicon, all);
        document.mark_neighbours(lexicon);
        document
    }

    /// The part a token stands in.
    pub(super) fn part(&self, token: usize) -> Part {
        self.text.part_of(token)
    }

    /// The words of a token, with its stop.
    #[inline]
    pub(super) fn text(&self, token: usize) -> &'a str {
        self.text.word(token)
    }

    /// Looks up the capitalised words among `named`, all at once: so the processor fetches several slots of the table
    /// at a time.
    fn mark_capitals(&mut self, named: &[u32], lexicon: &Lexicon) {
        for i in named.iter().map(|&i| i as usize) {
            if self.tokens[i].is(CAPITAL) {
                self.marks[i] = lexicon.get(self.tokens[i].key);
            }
        }
    }

    /// Each run with its labels, from the labels of the tokens of all runs behind each other.
    pub(super) fn labelled_runs<'l>(&self, labels: &'l [u8]) -> impl Iterator<Item = (Run, &'l [u8])> {
        let mut rest = labels;
        self.runs.iter().map(move |run| {
            let (own, behind) = rest.split_at(run.end - run.start);
            rest = behind;
            (*run, own)
        })
    }

    /// Finds the runs; among `named` are all tokens that can be part of one.
    fn find_runs(&mut self, named: &[u32], lexicon: &Lexicon, all: bool) {
        let n = self.tokens.len();
        let mut i = 0;
        for start in named.iter().map(|&start| start as usize) {
            if start < i || !self.starts_run(start) {
                continue;
            }
            let mut end = start + 1; // one past the last capitalised token
            i = start + 1;
            while i < n && self.joins(i) {
                if self.tokens[i].is(CAPITAL) {
                    if self.is_function(i) {
                        break;
                    }
                    end = i + 1;
                } else if i - end >= 2 {
                    break; // three particles in a row are no name
                }
                i += 1;
            }
            let alone = end == start + 1;
            let (token, marks) = (&self.tokens[start], self.marks[start]);
            if !alone || token.is(CAPITAL) && all {
                self.runs.push(Run { start, end });
            } else if token.is(CAPITAL) && !never_alone(marks) {
                let named = marks & (ANY_GIVEN | ANY_FAMILY) != 0;
                if !named && others::is_other(token, marks) {
                    self.others.push(start);
                } else {
                    self.runs.push(Run { start, end });
                }
            }
            i = i.max(end);
        }
        for run in &self.runs {
            for i in run.start..run.end.saturating_sub(1) {
                let (first, second) = (self.tokens[i].key, self.tokens[i + 1].key);
                if self.marks[i] & PAIR_FIRST != 0 {
                    let pair = lexicon.get_pair(first, second);
                    // what is known of the pair holds for both words
                    self.marks[i] |= pair;
                    self.marks[i + 1] |= pair;
                }
            }
        }
    }

    fn starts_run(&self, i: usize) -> bool {
        let token = self.tokens[i];
        if token.is(CAPITAL) {
            return !self.is_function(i);
        }
        token.is(PARTICLE)
            && i + 1 < self.tokens.len()
            && self.joins(i + 1)
            && (self.tokens[i + 1].is(CAPITAL)
                || i + 2 < self.tokens.len() && self.tokens[i + 2].is(CAPITAL) && self.joins(i + 2))
            && opens_name(self.text(i))
    }

    /// Whether a token is a function word, not an initial like `A.`
    fn is_function(&self, i: usize) -> bool {
        self.marks[i] & FUNCTION != 0 && !(self.tokens[i].is(INITIAL) && self.tokens[i].is(STOP))
    }

    /// Whether a token can go on in the run of the one before it.
    fn joins(&self, i: usize) -> bool {
        let token = self.tokens[i];
        token.in_run() && token.is(SPACED) && !token.is(LINE_START | SENTENCE_START)
    }

    /// Looks up the token before and the two after each run.
    fn mark_neighbours(&mut self, lexicon: &Lexicon) {
        for run in &self.runs {
            let near =
                (run.start.saturating_sub(1)..run.start).chain(run.end..(run.end + 2).min(self.tokens.len()));
            for i in near {
                if self.marks[i] == 0 && !self.tokens[i].is(PUNCT) {
                    self.marks[i] = lexicon.get(self.tokens[i].key);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acronyms_and_groups_that_stand_alone_are_not_tagged() {
        let text = Text::new("", "the IMF told Smith that Reuters and IMF Director Lee met.");
        let document = Document::new(&text, &Lexicon::new());
        let others: Vec<&str> = document.others.iter().map(|&other| document.text(other)).collect();
        let runs: Vec<&str> = document.runs.iter().map(|run| document.text(run.start)).collect();
        assert_eq!((others, runs), (vec!["IMF", "Reuters"], vec!["Smith", "IMF"]));
        assert!(Document::with_all_runs(&text, &Lexicon::new()).others.is_empty());
    }
}
