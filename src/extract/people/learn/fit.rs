//! Fits the weights of both stages by stochastic gradient (AdaGrad, Duchi et al. 2011) on the likelihood
//! of the labellings that the annotation allows.

#![allow(clippy::needless_range_loop)] // a label is the index into several tables at once

use super::super::context::{self, Context};
use super::super::crf::{
    ANY, BEGIN, INSIDE, LABELS, LAST, Lattice, ORGANISATION, OTHER, OUTSIDE, PLACE, Scores, Transitions, UNIT,
};
use super::super::document::{Document, Run};
use super::super::feature;
use super::super::lexicon::{ANY_GIVEN, Lexicon};
use super::random::Random;
use super::vary::{NamePool, vary};
use super::{Example, Kind, Labelled, Options, zeros};
use crate::extract::text::Text;
use crate::extract::text::token::SENTENCE_START;

/// Weights in training.
#[derive(Debug)]
pub(super) struct Weights {
    /// Rows of features.
    pub rows: Vec<Scores>,
    /// Label pairs.
    pub transitions: Transitions,
    squares: Vec<Scores>,
    pair_squares: [Scores; LABELS],
}

impl Weights {
    fn new(bits: u32) -> Self {
        Self {
            rows: zeros(bits),
            transitions: Transitions { pairs: [[0.0; LABELS]; LABELS] },
            squares: zeros(bits),
            pair_squares: [[0.0; LABELS]; LABELS],
        }
    }

    /// The mean of several fits.
    pub(super) fn mean(fits: &[Self]) -> Self {
        let mut mean = Self::new(0);
        let share = 1.0 / fits.len().max(1) as f32;
        mean.rows = vec![[0.0; LABELS]; fits.first().map_or(0, |fit| fit.rows.len())];
        for fit in fits {
            for (sum, row) in mean.rows.as_flattened_mut().iter_mut().zip(fit.rows.as_flattened()) {
                *sum += share * row;
            }
            let pairs = mean.transitions.pairs.as_flattened_mut();
            for (sum, pair) in pairs.iter_mut().zip(fit.transitions.pairs.as_flattened()) {
                *sum += share * pair;
            }
        }
        mean
    }

    fn add(&self, rows: &[u32], scores: &mut Scores) {
        for &row in rows {
            for label in 0..LABELS {
                scores[label] += self.rows[row as usize][label];
            }
        }
    }

    /// One step of the gradient for a run whose scores are given.
    fn step(
        &mut self,
        run: &RunRows<'_>,
        scores: &[Scores],
        lattices: &mut (Lattice, Lattice),
        rate: f32,
        decay: f32,
    ) {
        let factors = self.transitions.factors();
        let (free, bound) = lattices;
        if !free.run(scores, None, &factors, true) || !bound.run(scores, Some(run.allowed), &factors, true) {
            return;
        }
        for (i, rows) in run.rows.iter().enumerate() {
            let mut gradient = free.marginal[i];
            for label in 0..LABELS {
                gradient[label] -= bound.marginal[i][label];
            }
            if gradient.iter().all(|g| g.abs() < 1e-3) {
                continue;
            }
            for &row in rows {
                let (weights, squares) = (&mut self.rows[row as usize], &mut self.squares[row as usize]);
                for label in 0..LABELS {
                    let g = gradient[label] + decay * weights[label];
                    squares[label] += g * g;
                    weights[label] -= rate * g / (squares[label].sqrt() + 1e-2);
                }
            }
        }
        for a in 0..LABELS {
            for b in 0..LABELS {
                let g = free.pairs[a][b] - bound.pairs[a][b];
                self.pair_squares[a][b] += g * g;
                self.transitions.pairs[a][b] -= rate * g / (self.pair_squares[a][b].sqrt() + 1e-2);
            }
        }
    }
}

/// Rows and allowed labels of the tokens of a run.
struct RunRows<'a> {
    rows: &'a [Vec<u32>],
    allowed: &'a [u8],
}

/// What both stages need.
#[derive(Debug)]
pub(super) struct Fit<'a> {
    /// Name lists.
    pub lexicon: &'a Lexicon,
    /// Names to vary with.
    pub pool: &'a NamePool,
    /// How to train.
    pub options: &'a Options,
}

impl Fit<'_> {
    /// First stages, each fitted without one part of the examples, with the numbers of that part.
    pub(super) fn folds(&self, examples: &[Example], seed: u64) -> Vec<(Weights, Vec<usize>)> {
        let folds = self.options.folds;
        (0..folds)
            .map(|fold| {
                let (test, rest): (Vec<usize>, Vec<usize>) =
                    (0..examples.len()).partition(|i| i % folds == fold);
                (self.first_stage(examples, &rest, seed + fold as u64), test)
            })
            .collect()
    }

    /// The chosen examples, those annotated by hand several times: each time they vary.
    fn repeated(&self, examples: &[Example], chosen: &[usize]) -> Vec<usize> {
        let times = |i: usize| match &examples[i] {
            example if example.sketch => self.options.sketch,
            example if example.trusted => self.options.trust,
            _ => 1,
        };
        chosen.iter().flat_map(|&i| std::iter::repeat_n(i, times(i))).collect()
    }

    /// The names of an example where those that a first stage fitted to other examples finds all but
    /// impossible are marked as doubtful.
    pub(super) fn doubted(&self, example: &Example, first: &Weights) -> Vec<Labelled> {
        let text = Text::new("", &example.text);
        let document = Document::new(&text, self.lexicon);
        let allowed = allowed(&document, example);
        let (_, marginals) = score(&document, first, &mut Lattice::default());
        let mut names = example.names.clone();
        let tokens = document.runs.iter().flat_map(|run| run.start..run.end);
        for ((i, labels), row) in tokens.zip(allowed).zip(marginals) {
            let person = context::person(&row);
            let tagged = labels & PERSON != 0;
            if labels == ANY || !(tagged && person < 0.05 || !tagged && person > 0.9) {
                continue;
            }
            let token = &document.tokens[i];
            let (mut start, mut end) = (token.start as usize, token.end as usize);
            names.retain(|name| {
                let apart = name.end <= start || end <= name.start;
                if !apart {
                    (start, end) = (start.min(name.start), end.max(name.end));
                }
                apart
            });
            names.push(Labelled { start, end, kind: Kind::Doubtful });
        }
        names.sort_by_key(|name| name.start);
        names
    }

    /// Fits the first stage to the chosen examples.
    pub(super) fn first_stage(&self, examples: &[Example], chosen: &[usize], seed: u64) -> Weights {
        let mut weights = Weights::new(feature::ROW_BITS);
        let mut random = Random::new(seed);
        let mut order = self.repeated(examples, chosen);
        let mut lattices = (Lattice::default(), Lattice::default());
        let mut average = zeros(feature::ROW_BITS);
        let mut averaged = 0.0;
        for epoch in 0..self.options.epochs {
            random.shuffle(&mut order);
            let rate = 0.1 / (1.0 + 0.15 * epoch as f32);
            for &example in &order {
                let varied = vary(&examples[example], self.pool, &mut random);
                let text = Text::new("", &varied.text);
                let document = Document::with_all_runs(&text, self.lexicon);
                let allowed = allowed(&document, &varied);
                let mut at = 0;
                for &run in &document.runs {
                    let rows = first_rows(&document, run);
                    let mut scores = vec![[0.0; LABELS]; rows.len()];
                    for (rows, score) in rows.iter().zip(&mut scores) {
                        weights.add(rows, score);
                    }
                    let run_rows = RunRows { rows: &rows, allowed: &allowed[at..at + rows.len()] };
                    at += rows.len();
                    weights.step(&run_rows, &scores, &mut lattices, rate, self.options.decay);
                }
            }
            if epoch * 2 >= self.options.epochs {
                averaged += 1.0;
                for (sum, row) in average.as_flattened_mut().iter_mut().zip(weights.rows.as_flattened()) {
                    *sum += row;
                }
            }
        }
        if averaged > 0.0 {
            for sum in average.as_flattened_mut() {
                *sum /= averaged;
            }
            weights.rows = average;
        }
        weights
    }

    /// Fits the second stage on what first stages say of examples they were not fitted to.
    pub(super) fn second_stage(
        &self,
        examples: &[Example],
        held: &[(Weights, Vec<usize>)],
        seed: u64,
    ) -> Weights {
        let mut weights = Weights::new(context::ROW_BITS);
        if let Some((first, _)) = held.first() {
            weights.transitions = first.transitions.clone();
        }
        let mut random = Random::new(seed);
        let mut lattices = (Lattice::default(), Lattice::default());
        let mut order: Vec<(usize, usize)> = held
            .iter()
            .enumerate()
            .flat_map(|(fold, (_, test))| test.iter().map(move |&i| (fold, i)))
            .collect();
        let epochs = self.options.epochs.div_ceil(2);
        for epoch in 0..epochs {
            random.shuffle(&mut order);
            let rate = 0.03 / (1.0 + epoch as f32);
            for &(fold, example) in &order {
                let first = &held[fold].0;
                let varied = vary(&examples[example], self.pool, &mut random);
                let text = Text::new("", &varied.text);
                let document = Document::new(&text, self.lexicon);
                let allowed = allowed(&document, &varied);
                let (mut scores, marginals) = score(&document, first, &mut lattices.0);
                let context = Context::gather(&document, &marginals);
                let mut at = 0;
                for (number, run) in document.runs.iter().enumerate() {
                    let from = at;
                    let mut rows = Vec::with_capacity(run.end - run.start);
                    for i in run.start..run.end {
                        let mut own = Vec::new();
                        context.rows(&document, number, i, at, &marginals, &mut own);
                        weights.add(&own, &mut scores[at]);
                        rows.push(own);
                        at += 1;
                    }
                    let run_rows = RunRows { rows: &rows, allowed: &allowed[from..at] };
                    weights.step(&run_rows, &scores[from..at], &mut lattices, rate, self.options.decay);
                }
            }
        }
        weights
    }
}

fn first_rows(document: &Document<'_>, run: Run) -> Vec<Vec<u32>> {
    let (mut rows, mut ends) = (Vec::new(), Vec::new());
    feature::rows(document, run, &mut rows, &mut ends);
    let mut start = 0;
    ends.into_iter().map(|end| rows[std::mem::replace(&mut start, end)..end].to_vec()).collect()
}

/// Scores and probabilities of a document by unquantised weights.
fn score(document: &Document<'_>, weights: &Weights, lattice: &mut Lattice) -> (Vec<Scores>, Vec<Scores>) {
    let factors = weights.transitions.factors();
    let (mut scores, mut marginals) = (Vec::new(), Vec::new());
    for &run in &document.runs {
        let from = scores.len();
        for rows in first_rows(document, run) {
            let mut score = [0.0; LABELS];
            weights.add(&rows, &mut score);
            scores.push(score);
        }
        lattice.run(&scores[from..], None, &factors, false);
        marginals.extend_from_slice(&lattice.marginal);
        marginals.resize(scores.len(), Scores::default());
    }
    (scores, marginals)
}

/// Stands for any label.
const DOUBTFUL: usize = LABELS;
/// The labels of people.
const PERSON: u8 = 1 << BEGIN | 1 << INSIDE | 1 << LAST | 1 << UNIT;

/// The labels that the annotation allows each token of a run, in order.
fn allowed(document: &Document<'_>, example: &Example) -> Vec<u8> {
    let mut allowed = Vec::new();
    let mut names = example.names.iter().peekable();
    for run in &document.runs {
        let from = allowed.len();
        let mut previous = None;
        for i in run.start..run.end {
            let token = &document.tokens[i];
            let (start, end) = (token.start as usize, token.end as usize);
            while names.next_if(|name| name.end <= start).is_some() {}
            let name = names.peek().filter(|name| name.start < end);
            let label = match name.map(|name| name.kind) {
                None => OUTSIDE,
                Some(Kind::Place) => PLACE,
                Some(Kind::Organisation) => ORGANISATION,
                Some(Kind::Other) => OTHER,
                Some(Kind::Doubtful) => DOUBTFUL,
                Some(Kind::Person) => {
                    let at = name.map(|name| name.start);
                    let goes_on = i > run.start && previous.is_some() && previous == at;
                    if goes_on {
                        // the one before was taken for the last
                        if let Some(before) = allowed.last_mut() {
                            *before = if *before == 1 << UNIT { 1 << BEGIN } else { 1 << INSIDE };
                        }
                        LAST
                    } else {
                        UNIT
                    }
                }
            };
            previous = name.filter(|name| name.kind == Kind::Person).map(|name| name.start);
            allowed.push(match label {
                DOUBTFUL => ANY,
                OUTSIDE if example.people_only => !PERSON,
                _ => 1 << label,
            });
        }
        if !example.trusted {
            doubt(document, *run, &mut allowed[from..]);
        }
    }
    allowed
}

/// Lets open what the annotation may have missed: an untagged given name with a capitalised word behind it.
fn doubt(document: &Document<'_>, run: Run, allowed: &mut [u8]) {
    if allowed.len() < 2 || allowed.iter().any(|&labels| labels != 1 << OUTSIDE) {
        return;
    }
    let named = (run.start..run.end - 1)
        .any(|i| document.marks[i] & ANY_GIVEN != 0 && !document.tokens[i].is(SENTENCE_START));
    if named {
        allowed.fill(ANY);
    }
}
