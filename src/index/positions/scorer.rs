//! Scorers of position queries: BM25 over occurrences weighted by closeness.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::query::{Bm25StatisticsProvider, Scorer};
use tantivy::schema::Field;
use tantivy::{DocId, DocSet, Score, SeekDangerResult, TERMINATED};

use super::Tree;
use super::node::Node;
use crate::index::schema::term;

/// Saturation of BM25, as in tantivy, so that scores of words and of positions compare.
const K1: f32 = 1.2;
/// Share of the length of an article in BM25, as in tantivy.
const B: f32 = 0.75;
/// What decoding positions costs an article, in steps through postings; others go first.
const COST: u64 = 20;

/// The weight of a tree in BM25.
#[derive(Clone, Debug)]
pub(super) struct Similarity {
    weight: f32,
    average: f32,
}

impl Similarity {
    /// The sum of the inverse document frequencies of the words a tree asks for.
    pub(super) fn of(
        tree: &Tree,
        field: Field,
        norms: Option<Field>,
        statistics: &dyn Bm25StatisticsProvider,
    ) -> tantivy::Result<Self> {
        let articles = statistics.total_num_docs()?.max(1);
        let mut weight = 0.0;
        let mut trees = vec![tree];
        while let Some(tree) = trees.pop() {
            let leaf = |terms: &[String]| -> tantivy::Result<f32> {
                let mut found = 0;
                for text in terms {
                    found += statistics.doc_freq(&term(field, text))?;
                }
                let found = found.min(articles) as f32;
                Ok((1.0 + (articles as f32 - found + 0.5) / (found + 0.5)).ln())
            };
            match tree {
                Tree::Words(terms) => weight += leaf(&terms.any)?,
                Tree::Mentions { terms: Some(terms), .. } => weight += leaf(terms)?,
                Tree::Mentions { terms: None, kind } => weight += leaf(&[(*kind).to_owned()])?,
                Tree::Phrase { slots, .. } => {
                    for (_, terms) in slots {
                        weight += leaf(&terms.any)?;
                    }
                }
                // Alternatives: the first stands for all, they are readings of one thing.
                Tree::Or(members) => trees.extend(members.first()),
                Tree::Near { left, right, negated, .. } | Tree::Same { left, right, negated, .. } => {
                    trees.push(left);
                    if !negated {
                        trees.push(right);
                    }
                }
                Tree::Within(_, inner) | Tree::AtLeast(_, inner) => trees.push(inner),
            }
        }
        let average = match norms {
            Some(field) => statistics.total_num_tokens(field)? as f32 / articles as f32,
            None => 1.0,
        };
        Ok(Self { weight: weight * (1.0 + K1), average: average.max(1.0) })
    }

    pub(super) fn boosted(&self, boost: f32) -> Self {
        Self { weight: self.weight * boost, average: self.average }
    }

    fn score(&self, frequency: f32, length: Option<u32>) -> Score {
        let length = length.map_or(1.0, |length| length as f32 / self.average);
        self.weight * frequency / (frequency + K1 * (1.0 - B + B * length))
    }
}

/// Matches an article when its positions do.
pub(super) struct PositionScorer {
    node: Node,
    doc: DocId,
    similarity: Option<Similarity>,
    norms: Option<FieldNormReader>,
}

impl PositionScorer {
    pub(super) fn new(node: Node, similarity: Option<Similarity>, norms: Option<FieldNormReader>) -> Self {
        Self { node, doc: 0, similarity, norms }
    }

    /// Moves to the first match.
    pub(super) fn begin(&mut self) {
        self.doc = self.next_match(0);
    }

    fn next_match(&mut self, mut target: DocId) -> DocId {
        loop {
            let doc = self.node.seek(target);
            if doc >= TERMINATED || self.node.find(doc, false) {
                return doc;
            }
            target = doc + 1;
        }
    }
}

impl DocSet for PositionScorer {
    fn advance(&mut self) -> DocId {
        if self.doc < TERMINATED {
            self.doc = self.next_match(self.doc + 1);
        }
        self.doc
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            self.doc = self.next_match(target);
        }
        self.doc
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        if target >= TERMINATED {
            return SeekDangerResult::SeekLowerBound(TERMINATED);
        }
        let doc = self.node.seek(target);
        if doc != target {
            return SeekDangerResult::SeekLowerBound(doc);
        }
        if self.node.find(doc, false) {
            self.doc = doc;
            SeekDangerResult::Found
        } else {
            SeekDangerResult::SeekLowerBound(target + 1)
        }
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.node.size() / 2
    }

    fn cost(&self) -> u64 {
        u64::from(self.node.size()) * COST
    }
}

impl Scorer for PositionScorer {
    fn score(&mut self) -> Score {
        let Some(similarity) = &self.similarity else { return 1.0 };
        let frequency = self.node.spans.items.iter().map(|span| span.weight).sum();
        similarity.score(frequency, self.norms.as_ref().map(|norms| norms.fieldnorm(self.doc)))
    }
}

/// Matches an article that has any of some words.
pub(super) struct PlainScorer {
    node: Node,
    similarity: Option<Similarity>,
    norms: Option<FieldNormReader>,
}

impl PlainScorer {
    pub(super) fn new(node: Node, similarity: Option<Similarity>, norms: Option<FieldNormReader>) -> Self {
        Self { node, similarity, norms }
    }
}

impl DocSet for PlainScorer {
    fn advance(&mut self) -> DocId {
        match self.node.doc() {
            TERMINATED => TERMINATED,
            doc => self.node.seek(doc + 1),
        }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        self.node.seek(target)
    }

    fn doc(&self) -> DocId {
        self.node.doc()
    }

    fn size_hint(&self) -> u32 {
        self.node.size()
    }
}

impl Scorer for PlainScorer {
    fn score(&mut self) -> Score {
        let Some(similarity) = &self.similarity else { return 1.0 };
        let length = self.norms.as_ref().map(|norms| norms.fieldnorm(self.node.doc()));
        similarity.score(self.node.frequency() as f32, length)
    }
}
