//! Queries on positions: phrases over alternatives, words and entities near each other, in one sentence or
//! paragraph, at least so often, in one part of the article.
//!
//! A [`Tree`] says what must stand where; [`PositionQuery`] makes a tantivy query of it. What matches is an
//! *occurrence*: a run of positions.
//!
//! - A word is one position, a phrase or a mention of an entity a run of them.
//! - Two occurrences are as far apart as their nearest ends: side by side is 1. They never share a position,
//!   so that `Blinken w/5 Blinken` needs the name twice; they never stand one in the title, one in the body.
//! - A pair is a window from the first to the last of its words. A third occurrence is near it when it is
//!   near one of its ends, outside the window or in its gap. As the operand of a further pair, every
//!   occurrence is taken with its nearest partner on either side; to count and to score, only windows that
//!   hold no other are.
//! - `NOT w/n` keeps the left occurrences that no right one is near to or overlaps.
//! - "At least n" counts occurrences without overlap.
//!
//! **Two phases.** The scorer first finds the articles that hold all the words, on postings alone, and decodes
//! positions only of those that the other clauses of the query let through (`seek_danger`).
//!
//! **Score.** BM25, in which an occurrence counts 1 and a window `5 / (4 + distance)`, so that it counts one
//! half when five words more stand between than side by side; a window of windows takes the smaller weight of
//! its two. The inverse document frequency is the sum of those of the words; of alternatives, the smallest.

mod build;
mod cursor;
mod phrase;
mod plain;
mod program;
mod scorer;
mod spans;
#[cfg(test)]
mod tests;

use std::borrow::Borrow;
use std::hash::Hash;
use std::sync::Arc;

use rustc_hash::FxHashSet;
use tantivy::fieldnorm::FieldNormReader;
use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::Field;
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED, TantivyError};

use super::schema::anchor;
use super::stem::Stems;
use crate::query::ast::Unit;
use plain::PlainScorer;
use program::Program;
use scorer::{FrequencyScorer, PositionScorer, Similarity, Weigher};

/// What must stand where in an article.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Tree {
    /// Each occurrence a word.
    Words(Terms),
    /// Mentions that begin with any of the terms.
    Mentions {
        /// Terms at the first word of a mention; none for every mention of the kind.
        terms: Option<Vec<String>>,
        /// The term at every word of a mention of the kind.
        kind: &'static str,
    },
    /// Words in order.
    Phrase {
        /// Words by their place in the phrase.
        slots: Vec<(u32, Terms)>,
        /// Moves allowed in sum.
        slop: u32,
    },
    /// Any of them.
    Or(Vec<Tree>),
    /// Two near each other.
    Near { left: Box<Tree>, right: Box<Tree>, distance: u32, ordered: bool, negated: bool },
    /// Two in one unit.
    Same { left: Box<Tree>, right: Box<Tree>, unit: Unit, negated: bool },
    /// Those in one part of the article.
    Within(Range, Box<Tree>),
    /// So many or none.
    AtLeast(u32, Box<Tree>),
}

/// Positions of words: those of any of some terms, less those of others.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Terms {
    /// Terms that are meant.
    pub(super) any: Vec<String>,
    /// A stem stands at all its words; these are the ones not meant.
    pub(super) not: Vec<String>,
}

impl Terms {
    /// Leaves out the terms that stand only where another one that is meant does (see [`anchor`]): they add nothing
    /// but work, and would count twice.
    pub(super) fn leave_out_anchored(&mut self, stems: &Stems) {
        let meant: FxHashSet<String> = self.any.iter().cloned().collect();
        self.any.retain(|term| !stands_with(term, &meant, stems));
    }

    /// Whether as many places of an article have a word that is meant as have any of them, less those of the words that
    /// are not: each of these stands where one of the others does, and no two of the others stand together.
    fn add_up(&self) -> bool {
        if self.not.is_empty() {
            return true;
        }
        let stems = Stems::default();
        let meant: FxHashSet<&str> = self.any.iter().map(String::as_str).collect();
        let others: FxHashSet<&str> = self.not.iter().map(String::as_str).collect();
        let with_one_meant = |term: &String| stands_with(term, &meant, &stems);
        (meant.len(), others.len()) == (self.any.len(), self.not.len())
            && !self.any.iter().any(with_one_meant)
            && self.not.iter().all(with_one_meant)
    }
}

/// Whether a term stands only where one of some others does.
fn stands_with<T: Borrow<str> + Eq + Hash>(term: &str, others: &FxHashSet<T>, stems: &Stems) -> bool {
    anchor(term, stems).is_some_and(|anchor| others.contains(anchor.as_str()))
}

/// A part of the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Range {
    /// The headline.
    Title,
    /// The body.
    Body,
    /// The first paragraph.
    Lead,
    /// Headline and first paragraph.
    TitleLead,
    /// So many words of the body.
    First(u32),
}

impl Tree {
    fn members(&self) -> Vec<&Tree> {
        match self {
            Self::Words(_) | Self::Mentions { .. } | Self::Phrase { .. } => Vec::new(),
            Self::Or(members) => members.iter().collect(),
            Self::Near { left, right, .. } | Self::Same { left, right, .. } => vec![left, right],
            Self::Within(_, inner) | Self::AtLeast(_, inner) => vec![inner],
        }
    }

    /// Leaves out of all alternatives what stands only where another of them does.
    pub(super) fn leave_out_anchored(&mut self, stems: &Stems) {
        let mut open = vec![self];
        while let Some(tree) = open.pop() {
            match tree {
                Self::Words(terms) => terms.leave_out_anchored(stems),
                Self::Mentions { .. } => {}
                Self::Phrase { slots, .. } => {
                    slots.iter_mut().for_each(|(_, terms)| terms.leave_out_anchored(stems));
                }
                Self::Or(members) => open.extend(members),
                Self::Near { left, right, .. } | Self::Same { left, right, .. } => {
                    open.extend([&mut **left, &mut **right]);
                }
                Self::Within(_, inner) | Self::AtLeast(_, inner) => open.push(inner),
            }
        }
    }

    /// All parts of the tree, each behind its members, which stand in order. A query may nest deeply, so
    /// this is no recursion.
    fn parts(&self) -> Vec<&Tree> {
        let mut parts = Vec::new();
        let mut open = vec![self];
        while let Some(tree) = open.pop() {
            parts.push(tree);
            open.extend(tree.members());
        }
        parts.reverse();
        parts
    }
}

/// A [`Tree`] as a query on a field with positions.
#[derive(Clone, Debug)]
pub(super) struct PositionQuery {
    /// The field with the positions.
    pub(super) field: Field,
    /// The field whose lengths are those of the articles, when there is one.
    pub(super) norms: Option<Field>,
    /// What must stand there.
    pub(super) tree: Arc<Tree>,
}

impl Query for PositionQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let similarity = match scoring {
            EnableScoring::Disabled { .. } => None,
            EnableScoring::Enabled { statistics_provider, .. } => {
                Some(Similarity::of(&self.tree, self.field, self.norms, statistics_provider)?)
            }
        };
        let plain = matches!(&*self.tree, Tree::Words(terms) if terms.add_up());
        Ok(Box::new(PositionWeight { query: self.clone(), similarity, plain }))
    }
}

struct PositionWeight {
    query: PositionQuery,
    similarity: Option<Similarity>,
    /// Whether it asks for words alone, which are counted.
    plain: bool,
}

impl PositionWeight {
    fn weigher(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Option<Weigher>> {
        let Some(similarity) = &self.similarity else { return Ok(None) };
        let norms: Option<FieldNormReader> = match self.query.norms {
            Some(field) => reader.fieldnorms_readers().get_field(field)?,
            None => None,
        };
        Ok(Some(Weigher { similarity: similarity.boosted(boost), norms }))
    }

    /// A scorer that has not looked for its first match.
    fn open(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn FrequencyScorer>> {
        let weigher = self.weigher(reader, boost)?;
        let field = self.query.field;
        if let (Tree::Words(terms), true) = (&*self.query.tree, self.plain) {
            return Ok(Box::new(PlainScorer::open(terms, reader, field, weigher)?));
        }
        let program = Program::open(&self.query.tree, reader, field, self.similarity.is_some())?;
        Ok(Box::new(PositionScorer::new(program, weigher)))
    }
}

impl Weight for PositionWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut scorer = self.open(reader, boost)?;
        if scorer.begin() == TERMINATED {
            return Ok(Box::new(EmptyScorer));
        }
        Ok(scorer)
    }

    fn for_each(
        &self,
        reader: &SegmentReader,
        callback: &mut dyn FnMut(DocId, Score),
    ) -> tantivy::Result<()> {
        self.open(reader, 1.0)?.each(callback);
        Ok(())
    }

    fn scorer_danger(
        &self,
        reader: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> tantivy::Result<(SeekDangerResult, Box<dyn Scorer>)> {
        let mut scorer = self.open(reader, boost)?;
        Ok((scorer.seek_danger(target), scorer))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let no_match = || TantivyError::InvalidArgument(format!("Document #({doc}) does not match"));
        let Some(weigher) = self.weigher(reader, 1.0)? else { return Err(no_match()) };
        let mut scorer = self.open(reader, 1.0)?;
        let frequency = (scorer.seek_danger(doc) == SeekDangerResult::Found).then(|| scorer.frequency());
        frequency.filter(|_| doc < TERMINATED).map(|f| weigher.explain(doc, f)).ok_or_else(no_match)
    }
}
