//! Runs the two stages over a document: probabilities from the words themselves, then the best labels
//! with the rest of the article in view.

use super::context::Context;
use super::crf::{Factors, LABELS, Lattice, OUTSIDE, Scores};
use super::document::Document;
use super::feature;
use super::model::Model;

/// Scores and probabilities of the first stage for each token of a run, in order.
pub(super) fn first(
    document: &Document<'_>,
    model: &Model,
    factors: &Factors,
    lattice: &mut Lattice,
) -> (Vec<Scores>, Vec<Scores>) {
    let count = document.runs.iter().map(|run| run.end - run.start).sum();
    let (mut scores, mut marginals) = (Vec::with_capacity(count), Vec::with_capacity(count));
    // first all rows, then all weights: the processor fetches several rows of weights at a time
    let mut rows = Vec::with_capacity(count * 40);
    let mut ends = Vec::with_capacity(count);
    for &run in &document.runs {
        feature::rows(document, run, &mut rows, &mut ends);
    }
    let mut start = 0;
    for end in ends {
        let mut score = Scores::default();
        model.first.add(&rows[start..end], &mut score);
        scores.push(score);
        start = end;
    }
    let mut from = 0;
    for &run in &document.runs {
        let to = from + run.end - run.start;
        lattice.run(&scores[from..to], None, factors, false);
        marginals.extend_from_slice(&lattice.marginal);
        marginals.resize(to, Scores::default());
        from = to;
    }
    (scores, marginals)
}

/// The label of each token of a run, in order.
pub(super) fn tag(document: &Document<'_>, model: &Model) -> Vec<u8> {
    let mut lattice = Lattice::default();
    let (mut scores, marginals) = first(document, model, &model.factors, &mut lattice);
    let context = Context::gather(document, &marginals);
    let mut labels = Vec::with_capacity(scores.len());
    let mut rows = Vec::with_capacity(32);
    let mut at = 0;
    for (number, run) in document.runs.iter().enumerate() {
        let from = at;
        let to = from + run.end - run.start;
        if context.names_nobody(from..to) {
            labels.extend(marginals[from..to].iter().map(likeliest));
            at = to;
            continue;
        }
        for i in run.start..run.end {
            rows.clear();
            context.rows(document, number, i, at, &marginals, &mut rows);
            model.second.add(&rows, &mut scores[at]);
            at += 1;
        }
        lattice.decode(&scores[from..to], &model.steps);
        labels.extend_from_slice(&lattice.labels);
    }
    labels
}

/// The label of the highest probability.
fn likeliest(row: &Scores) -> u8 {
    (1..LABELS).fold(OUTSIDE, |best, label| if row[label] > row[best] { label } else { best }) as u8
}
