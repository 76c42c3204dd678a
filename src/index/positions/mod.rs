//! Queries on positions: phrases over alternatives, words and entities near each other, in one sentence or
//! paragraph, at least so often, in one part of the article.
//!
//! A [`Tree`] says what must stand where. It becomes a tantivy query whose scorer works in two phases: it
//! first finds the articles that hold all the words, on postings alone, and decodes positions only of those
//! that the other clauses of the query let through (`seek_danger`).

mod node;
mod scorer;
mod spans;

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::Field;
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED, Term};

use crate::query::ast::Unit;
use node::Node;
use scorer::{PlainScorer, PositionScorer, Similarity};

/// What must stand where in an article.
#[derive(Clone, Debug)]
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
#[derive(Clone, Debug, Default)]
pub(super) struct Terms {
    pub(super) any: Vec<String>,
    /// A stem stands at all its words; these are the ones not meant.
    pub(super) not: Vec<String>,
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

/// A [`Tree`] as a query on a field with positions.
#[derive(Clone, Debug)]
pub(super) struct PositionQuery {
    /// The field with the positions.
    pub(super) field: Field,
    /// The field whose lengths are those of the articles, when there is one.
    pub(super) norms: Option<Field>,
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
        Ok(Box::new(PositionWeight { query: self.clone(), similarity }))
    }

    fn query_terms<'a>(&'a self, _visitor: &mut dyn FnMut(&'a Term, bool)) {}
}

struct PositionWeight {
    query: PositionQuery,
    similarity: Option<Similarity>,
}

impl PositionWeight {
    /// Whether postings alone decide.
    fn plain(&self) -> bool {
        matches!(&*self.query.tree, Tree::Words(terms) if terms.not.is_empty())
    }

    fn norms(&self, reader: &SegmentReader) -> tantivy::Result<Option<FieldNormReader>> {
        match (&self.similarity, self.query.norms) {
            (Some(_), Some(field)) => reader.get_fieldnorms_reader(field).map(Some),
            _ => Ok(None),
        }
    }

    /// A scorer that has not looked for its first match.
    fn lazy(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<PositionScorer> {
        let node = Node::open(&self.query.tree, reader, self.query.field, true)?;
        let similarity = self.similarity.as_ref().map(|similarity| similarity.boosted(boost));
        Ok(PositionScorer::new(node, similarity, self.norms(reader)?))
    }
}

impl Weight for PositionWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        // Words alone need no positions.
        if self.plain() {
            let node = Node::open(&self.query.tree, reader, self.query.field, false)?;
            let similarity = self.similarity.as_ref().map(|similarity| similarity.boosted(boost));
            return Ok(Box::new(PlainScorer::new(node, similarity, self.norms(reader)?)));
        }
        let mut scorer = self.lazy(reader, boost)?;
        scorer.begin();
        Ok(Box::new(scorer))
    }

    fn scorer_danger(
        &self,
        reader: &SegmentReader,
        target: DocId,
        boost: Score,
    ) -> tantivy::Result<(SeekDangerResult, Box<dyn Scorer>)> {
        if self.plain() {
            let mut scorer = self.scorer(reader, boost)?;
            return Ok((scorer.seek_danger(target), scorer));
        }
        let mut scorer = self.lazy(reader, boost)?;
        Ok((scorer.seek_danger(target), Box::new(scorer)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        let mut scorer = self.scorer(reader, 1.0)?;
        let at = if scorer.doc() < doc { scorer.seek(doc) } else { scorer.doc() };
        let score = if at == doc && at != TERMINATED { scorer.score() } else { 0.0 };
        Ok(Explanation::new("positions", score))
    }
}
