//! Scorers of position queries: BM25 over occurrences weighted by closeness.

use std::sync::Arc;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::query::{Bm25StatisticsProvider, Explanation, Scorer};
use tantivy::schema::Field;
use tantivy::{DocId, DocSet, Score, SeekDangerResult, TERMINATED};

use super::Tree;
use super::program::Program;
use crate::index::schema::term;

/// Saturation of BM25, as in tantivy, so that scores of words and of positions compare.
const K1: f32 = 1.2;
/// Share of the length of an article in BM25, as in tantivy.
const B: f32 = 0.75;
/// What decoding the positions of a cursor costs an article, in steps through postings; others go first.
const COST: u64 = 10;

/// The weight of a tree in BM25.
#[derive(Clone, Debug)]
pub(super) struct Similarity {
    weight: f32,
    average: f32,
    /// What an article of each length code adds to its frequency: to compute it for each article took as long as all
    /// else about its score.
    dampings: Arc<[f32; 256]>,
}

impl Similarity {
    /// The sum of the inverse document frequencies of what a tree asks for; of alternatives, the smallest.
    pub(super) fn of(
        tree: &Tree,
        field: Field,
        norms: Option<Field>,
        statistics: &dyn Bm25StatisticsProvider,
    ) -> tantivy::Result<Self> {
        let articles = statistics.total_num_docs()?.max(1);
        let leaf = |terms: &[String]| -> tantivy::Result<f32> {
            let mut found = 0;
            for text in terms {
                found += statistics.doc_freq(&term(field, text))?;
            }
            let found = found.min(articles) as f32;
            Ok((1.0 + (articles as f32 - found + 0.5) / (found + 0.5)).ln())
        };
        let mut weights: Vec<f32> = Vec::new();
        for part in tree.parts() {
            let weight = match part {
                Tree::Words(terms) => leaf(&terms.any)?,
                Tree::Mentions { terms: Some(terms), .. } => leaf(terms)?,
                Tree::Mentions { terms: None, kind } => leaf(&[(*kind).to_owned()])?,
                Tree::Phrase { slots, .. } => {
                    slots.iter().map(|(_, terms)| leaf(&terms.any)).sum::<tantivy::Result<f32>>()?
                }
                Tree::Or(members) => {
                    let from = weights.len().saturating_sub(members.len());
                    weights.drain(from..).reduce(f32::min).unwrap_or(0.0)
                }
                Tree::Near { negated, .. } | Tree::Same { negated, .. } => {
                    let (right, left) = (weights.pop().unwrap_or(0.0), weights.pop().unwrap_or(0.0));
                    if *negated { left } else { left + right }
                }
                Tree::Within(..) | Tree::AtLeast(..) => weights.pop().unwrap_or(0.0),
            };
            weights.push(weight);
        }
        let average = match norms {
            Some(field) => statistics.total_num_tokens(field)? as f32 / articles as f32,
            None => 1.0,
        };
        let weight = weights.pop().unwrap_or(0.0) * (1.0 + K1);
        let average = average.max(1.0);
        let dampings = std::array::from_fn(|code| {
            let length = FieldNormReader::id_to_fieldnorm(code as u8) as f32 / average;
            damping(length)
        });
        Ok(Self { weight, average, dampings: Arc::new(dampings) })
    }

    pub(super) fn boosted(&self, boost: f32) -> Self {
        Self { weight: self.weight * boost, ..self.clone() }
    }
}

/// Gives articles their score.
pub(super) struct Weigher {
    pub(super) similarity: Similarity,
    /// Lengths of the articles; without them all count as average.
    pub(super) norms: Option<FieldNormReader>,
}

impl Weigher {
    pub(super) fn score(&self, doc: DocId, frequency: f32) -> Score {
        let Similarity { weight, dampings, .. } = &self.similarity;
        let damping = match &self.norms {
            Some(norms) => dampings[usize::from(norms.fieldnorm_id(doc))],
            None => damping(1.0),
        };
        weight * frequency / (frequency + damping)
    }

    pub(super) fn explain(&self, doc: DocId, frequency: f32) -> Explanation {
        let Similarity { weight, average, .. } = self.similarity;
        let mut explanation = Explanation::new(
            "idf * (k1 + 1) * freq / (freq + k1 * (1 - b + b * dl / avgdl))",
            self.score(doc, frequency),
        );
        explanation.add_const("idf, sum over the words", weight / (1.0 + K1));
        explanation.add_const("freq, occurrences weighted by closeness", frequency);
        explanation.add_const("k1, saturation", K1);
        explanation.add_const("b, share of the length", B);
        if let Some(norms) = &self.norms {
            explanation.add_const("dl, length of the article", norms.fieldnorm(doc) as f32);
            explanation.add_const("avgdl, average length", average);
        }
        explanation
    }
}

/// What an article adds to its frequency in BM25; its length is a multiple of the average.
fn damping(length: f32) -> f32 {
    K1 * (1.0 - B + B * length)
}

/// A scorer that stands nowhere yet: call `begin` or `seek_danger` first.
pub(super) trait FrequencyScorer: Scorer {
    /// Moves to the first match.
    fn begin(&mut self) -> DocId;

    /// Occurrences in the article it stands at, weighted by closeness.
    fn frequency(&self) -> f32;

    /// Calls `callback` for all matches; of each kind of scorer its own, so that what it does at a match is no call.
    fn each(&mut self, callback: &mut dyn FnMut(DocId, Score)) {
        let mut doc = self.begin();
        while doc < TERMINATED {
            callback(doc, self.score());
            doc = self.advance();
        }
    }
}

/// Matches an article when its positions do.
pub(super) struct PositionScorer {
    program: Program,
    doc: DocId,
    weigher: Option<Weigher>,
}

impl PositionScorer {
    pub(super) fn new(program: Program, weigher: Option<Weigher>) -> Self {
        Self { program, doc: 0, weigher }
    }

    fn next_match(&mut self, mut target: DocId) -> DocId {
        self.doc = loop {
            let doc = self.program.seek(target);
            if doc >= TERMINATED {
                break TERMINATED;
            }
            if self.program.matches(doc) {
                break doc;
            }
            target = doc + 1;
        };
        self.doc
    }
}

impl FrequencyScorer for PositionScorer {
    fn begin(&mut self) -> DocId {
        self.next_match(0)
    }

    fn frequency(&self) -> f32 {
        self.program.frequency()
    }
}

impl DocSet for PositionScorer {
    fn advance(&mut self) -> DocId {
        if self.doc < TERMINATED { self.next_match(self.doc + 1) } else { TERMINATED }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target { self.next_match(target) } else { self.doc }
    }

    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        if target >= TERMINATED {
            return SeekDangerResult::SeekLowerBound(TERMINATED);
        }
        if self.doc > target {
            return SeekDangerResult::SeekLowerBound(self.doc);
        }
        if let Err(bound) = self.program.holds(target) {
            return SeekDangerResult::SeekLowerBound(bound);
        }
        // Where it stands already its positions have been found.
        if self.program.matches(target) {
            self.doc = target;
            SeekDangerResult::Found
        } else {
            SeekDangerResult::SeekLowerBound(target + 1)
        }
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        // Far fewer articles hold words near each other than hold them at all.
        self.program.size() / self.program.cursors().clamp(1, 10)
    }

    fn cost(&self) -> u64 {
        u64::from(self.program.size()) * COST * u64::from(self.program.cursors())
    }
}

impl Scorer for PositionScorer {
    fn score(&mut self) -> Score {
        match &self.weigher {
            Some(weigher) => weigher.score(self.doc, self.frequency()),
            None => 1.0,
        }
    }
}
