//! Runs the two stages over a document: probabilities from the words themselves, then the best labels
//! with the rest of the article in view.

use super::context::Context;
use super::crf::{Factors, Lattice, Scores};
use super::document::Document;
use super::feature;
use super::model::Model;

/// What tagging leaves: for each token of a run, in order.
#[derive(Debug, Default)]
pub(super) struct Tagged {
    /// Label of each token.
    pub labels: Vec<u8>,
    /// Probabilities of the labels after both stages.
    pub marginals: Vec<Scores>,
}

/// Scores and probabilities of the first stage for each token of a run, in order.
pub(super) fn first(
    document: &Document<'_>,
    model: &Model,
    factors: &Factors,
    lattice: &mut Lattice,
) -> (Vec<Scores>, Vec<Scores>) {
    let count = document.runs.iter().map(|run| run.end - run.start).sum();
    let (mut scores, mut marginals) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut rows = Vec::with_capacity(64);
    for &run in &document.runs {
        let from = scores.len();
        for i in run.start..run.end {
            rows.clear();
            feature::rows(document, run, i, &mut rows);
            let mut score = [0.0; 8];
            model.first.add(&rows, &mut score);
            scores.push(score);
        }
        lattice.run(&scores[from..], None, factors, false);
        marginals.extend_from_slice(&lattice.marginal);
        marginals.resize(scores.len(), Scores::default());
    }
    (scores, marginals)
}

/// Labels of a document.
pub(super) fn tag(document: &Document<'_>, model: &Model) -> Tagged {
    let mut lattice = Lattice::default();
    let (mut scores, marginals) = first(document, model, &model.first.transitions.factors(), &mut lattice);
    let factors = model.second.transitions.factors();
    let context = Context::gather(document, &marginals);
    let mut tagged = Tagged::default();
    let mut rows = Vec::with_capacity(32);
    let mut at = 0;
    for (number, run) in document.runs.iter().enumerate() {
        let from = at;
        for i in run.start..run.end {
            rows.clear();
            context.rows(document, number, i, at, &marginals, &mut rows);
            if std::env::var("NO2").is_err() {
                model.second.add(&rows, &mut scores[at]);
            }
            at += 1;
        }
        lattice.decode(
            &scores[from..at],
            if std::env::var("NO2").is_err() { &model.second.transitions } else { &model.first.transitions },
        );
        tagged.labels.extend_from_slice(&lattice.labels);
        lattice.run(&scores[from..at], None, &factors, false);
        tagged.marginals.extend_from_slice(&lattice.marginal);
        tagged.marginals.resize(at, Scores::default());
    }
    tagged
}
