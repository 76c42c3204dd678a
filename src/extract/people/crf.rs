//! A linear-chain conditional random field over eight labels: probabilities of a run of tokens and its
//! best labelling (Lafferty, McCallum and Pereira 2001). The same code trains and tags.

#![allow(clippy::needless_range_loop)] // a label is the index into several tables at once

/// Number of labels.
pub(super) const LABELS: usize = 8;
/// Scores or probabilities of the labels of one token.
pub(super) type Scores = [f32; LABELS];

/// Not a name, or a title.
pub(super) const OUTSIDE: usize = 0;
/// First token of a person's name of several.
pub(super) const BEGIN: usize = 1;
/// Inner token of a person's name.
pub(super) const INSIDE: usize = 2;
/// Last token of a person's name of several.
pub(super) const LAST: usize = 3;
/// A person's name of one token.
pub(super) const UNIT: usize = 4;
/// Place.
pub(super) const PLACE: usize = 5;
/// Organisation.
pub(super) const ORGANISATION: usize = 6;
/// Any other name: nationality, product, event.
pub(super) const OTHER: usize = 7;

/// The labels that a run of one token can have.
const ALONE: [usize; 5] = [OUTSIDE, UNIT, PLACE, ORGANISATION, OTHER];

/// All labels allowed.
pub(super) const ANY: u8 = 0xff;

/// Whether `next` may follow `label` inside a run.
#[inline]
pub(super) const fn may_follow(label: usize, next: usize) -> bool {
    let open = label == BEGIN || label == INSIDE;
    let goes_on = next == INSIDE || next == LAST;
    open == goes_on
}

/// Whether a run may start with a label.
#[inline]
pub(super) const fn may_start(label: usize) -> bool {
    label != INSIDE && label != LAST
}

/// Whether a run may end with a label.
#[inline]
pub(super) const fn may_end(label: usize) -> bool {
    label != BEGIN && label != INSIDE
}

/// Weights of label pairs.
#[derive(Clone, Debug)]
pub(super) struct Transitions {
    /// `pairs[a][b]`: weight of `b` after `a`.
    pub pairs: [Scores; LABELS],
}

/// The same as factors, zero where a pair is not allowed.
#[derive(Debug)]
pub(super) struct Factors {
    pairs: [Scores; LABELS],
    /// `back[b][a]` = `pairs[a][b]`.
    back: [Scores; LABELS],
}

impl Transitions {
    /// As factors.
    pub(super) fn factors(&self) -> Factors {
        let mut factors = Factors { pairs: [[0.0; LABELS]; LABELS], back: [[0.0; LABELS]; LABELS] };
        for a in 0..LABELS {
            for b in 0..LABELS {
                if may_follow(a, b) {
                    let factor = exp(self.pairs[a][b]);
                    factors.pairs[a][b] = factor;
                    factors.back[b][a] = factor;
                }
            }
        }
        factors
    }
}

/// The same, [`f32::NEG_INFINITY`] where a pair is not allowed.
#[derive(Debug)]
pub(super) struct Steps([Scores; LABELS]);

impl Transitions {
    /// As steps of the best labelling.
    pub(super) fn steps(&self) -> Steps {
        let mut steps = Steps([[f32::NEG_INFINITY; LABELS]; LABELS]);
        for a in 0..LABELS {
            for b in (0..LABELS).filter(|&b| may_follow(a, b)) {
                steps.0[a][b] = self.pairs[a][b];
            }
        }
        steps
    }
}

/// e^x for the scores of the model, within 2e-6 of the true value relative to it; the same on every machine. Below -80
/// it gives about zero, above 80 it stays. Without branches and casts, so that it is done for several labels at once.
#[inline]
pub(super) fn exp(x: f32) -> f32 {
    /// So large that what is added to it loses its fraction and stands in the lowest bits.
    const WHOLE: f32 = 12_582_912.0;
    let x = x.clamp(-80.0, 80.0) * std::f32::consts::LOG2_E;
    let whole = x + WHOLE;
    let t = (x - (whole - WHOLE)) * std::f32::consts::LN_2;
    let series = 1.0
        + t * (1.0
            + t * (0.5 + t * (0.166_666_67 + t * (0.041_666_668 + t * (0.008_333_334 + t * 0.001_388_889)))));
    series * f32::from_bits((whole.to_bits() << 23).wrapping_add(1.0f32.to_bits()))
}

/// The scores as factors, the highest one.
#[inline]
fn factors_of(score: &Scores) -> Scores {
    let top = score.iter().fold(f32::MIN, |a, &b| if b > a { b } else { a });
    let mut factors = *score;
    for factor in &mut factors {
        *factor = exp(*factor - top);
    }
    factors
}

/// Room for the sums of a run, reused between runs.
#[derive(Debug, Default)]
pub(super) struct Lattice {
    potential: Vec<Scores>,
    forward: Vec<Scores>,
    /// Probability of each label of each token after [`Lattice::run`].
    pub marginal: Vec<Scores>,
    /// Expected count of label pairs after [`Lattice::run`] with `pairs`.
    pub pairs: [Scores; LABELS],
    best: Vec<Scores>,
    /// Best labels after [`Lattice::decode`].
    pub labels: Vec<u8>,
}

impl Lattice {
    /// Probabilities of the labels of a run with these scores, where `allowed` (if given) limits the
    /// labels of each token. Whether any labelling is possible.
    pub(super) fn run(
        &mut self,
        scores: &[Scores],
        allowed: Option<&[u8]>,
        factors: &Factors,
        pairs: bool,
    ) -> bool {
        let n = scores.len();
        self.potential.clear();
        self.forward.clear();
        self.marginal.clear();
        self.pairs = [[0.0; LABELS]; LABELS];
        if n == 0 {
            return true;
        }
        if let ([score], None, false) = (scores, allowed, pairs) {
            self.marginal.push(alone(score));
            return true;
        }
        for (i, score) in scores.iter().enumerate() {
            let mut row = factors_of(score);
            if let Some(allowed) = allowed {
                for (label, value) in row.iter_mut().enumerate() {
                    if allowed[i] >> label & 1 == 0 {
                        *value = 0.0;
                    }
                }
            }
            if i == 0 {
                row[INSIDE] = 0.0;
                row[LAST] = 0.0;
            }
            if i + 1 == n {
                row[BEGIN] = 0.0;
                row[INSIDE] = 0.0;
            }
            self.potential.push(row);
        }
        let mut row = self.potential[0];
        if !normalise(&mut row) {
            return false;
        }
        self.forward.push(row);
        for i in 1..n {
            let mut next = [0.0; LABELS];
            for a in 0..LABELS {
                let weight = row[a];
                for b in 0..LABELS {
                    next[b] += weight * factors.pairs[a][b];
                }
            }
            for b in 0..LABELS {
                next[b] *= self.potential[i][b];
            }
            if !normalise(&mut next) {
                return false;
            }
            self.forward.push(next);
            row = next;
        }
        self.marginal.resize(n, [0.0; LABELS]);
        let mut back = [1.0; LABELS];
        for i in (0..n).rev() {
            let mut marginal = self.forward[i];
            for label in 0..LABELS {
                marginal[label] *= back[label];
            }
            if !normalise(&mut marginal) {
                return false;
            }
            self.marginal[i] = marginal;
            if i == 0 {
                break;
            }
            let mut weight = self.potential[i];
            for b in 0..LABELS {
                weight[b] *= back[b];
            }
            if pairs {
                let mut joint = [[0.0; LABELS]; LABELS];
                let mut sum = 0.0;
                for a in 0..LABELS {
                    for b in 0..LABELS {
                        joint[a][b] = self.forward[i - 1][a] * factors.pairs[a][b] * weight[b];
                        sum += joint[a][b];
                    }
                }
                if sum > 0.0 {
                    for a in 0..LABELS {
                        for b in 0..LABELS {
                            self.pairs[a][b] += joint[a][b] / sum;
                        }
                    }
                }
            }
            let mut before = [0.0; LABELS];
            for b in 0..LABELS {
                for a in 0..LABELS {
                    before[a] += weight[b] * factors.back[b][a];
                }
            }
            if !normalise(&mut before) {
                return false;
            }
            back = before;
        }
        true
    }

    /// Best labelling of a run (Viterbi). On the way only the best sums are kept, on the way back the label before is
    /// looked for: so the sums of all labels are made at once.
    pub(super) fn decode(&mut self, scores: &[Scores], steps: &Steps) {
        self.best.clear();
        self.labels.clear();
        let n = scores.len();
        if n == 0 {
            return;
        }
        if let [score] = scores {
            let best = |best: usize, label: usize| if score[label] > score[best] { label } else { best };
            self.labels.push(ALONE.into_iter().fold(OUTSIDE, best) as u8);
            return;
        }
        let mut row = [f32::NEG_INFINITY; LABELS];
        for label in (0..LABELS).filter(|&label| may_start(label)) {
            row[label] = scores[0][label];
        }
        for score in &scores[1..] {
            let mut next = [f32::NEG_INFINITY; LABELS];
            for a in 0..LABELS {
                for b in 0..LABELS {
                    let sum = row[a] + steps.0[a][b];
                    next[b] = if sum > next[b] { sum } else { next[b] };
                }
            }
            for b in 0..LABELS {
                next[b] += score[b];
            }
            self.best.push(row);
            row = next;
        }
        let mut last = OUTSIDE;
        for label in (0..LABELS).filter(|&label| may_end(label)) {
            if row[label] > row[last] {
                last = label;
            }
        }
        self.labels.resize(n, 0);
        self.labels[n - 1] = last as u8;
        for i in (1..n).rev() {
            let before = &self.best[i - 1];
            let sum = |a: usize| before[a] + steps.0[a][last];
            last = (1..LABELS).fold(0, |best, a| if sum(a) > sum(best) { a } else { best });
            self.labels[i - 1] = last as u8;
        }
    }
}

/// Probabilities of a run of one token.
fn alone(score: &Scores) -> Scores {
    let mut score = *score;
    for label in [BEGIN, INSIDE, LAST] {
        score[label] = f32::MIN;
    }
    let mut row = factors_of(&score);
    for label in [BEGIN, INSIDE, LAST] {
        row[label] = 0.0;
    }
    normalise(&mut row);
    row
}

/// Scales to a sum of one; `false` when the sum is zero.
fn normalise(row: &mut Scores) -> bool {
    // in this order on every machine, several at once
    let halves = [row[0] + row[4], row[1] + row[5], row[2] + row[6], row[3] + row[7]];
    let sum: f32 = (halves[0] + halves[2]) + (halves[1] + halves[3]);
    if sum <= 0.0 || !sum.is_finite() {
        return false;
    }
    let scale = 1.0 / sum;
    for value in row {
        *value *= scale;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exp_is_close() {
        for i in -400..400 {
            let x = i as f32 * 0.1;
            assert!((exp(x) / x.exp() - 1.0).abs() < 5e-6, "{x}");
        }
    }

    #[test]
    fn probabilities_sum_to_one_and_the_best_labelling_is_legal() {
        let transitions = Transitions { pairs: [[0.1; LABELS]; LABELS] };
        let mut lattice = Lattice::default();
        let mut scores = vec![[0.0; LABELS]; 3];
        scores[0][BEGIN] = 2.0;
        scores[1][BEGIN] = 3.0; // not allowed after a beginning
        scores[2][LAST] = 1.0;
        assert!(lattice.run(&scores, None, &transitions.factors(), true));
        for row in &lattice.marginal {
            assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        }
        lattice.decode(&scores, &transitions.steps());
        let labels: Vec<usize> = lattice.labels.iter().map(|&l| l as usize).collect();
        assert!(may_start(labels[0]) && may_end(labels[2]));
        assert!(labels.windows(2).all(|pair| may_follow(pair[0], pair[1])));
    }

    #[test]
    fn the_best_labelling_is_the_best_of_all() {
        let mut random = 1_u32;
        let mut weight = || {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (random >> 16) as f32 / 8192.0 - 4.0
        };
        for _ in 0..50 {
            let transitions = Transitions { pairs: [[0.0; LABELS]; LABELS].map(|row| row.map(|_| weight())) };
            let scores = [[0.0; LABELS]; 3].map(|row| row.map(|_| weight()));
            let sum = |labels: [usize; 3]| {
                let legal = may_start(labels[0])
                    && may_end(labels[2])
                    && labels.windows(2).all(|pair| may_follow(pair[0], pair[1]));
                let pairs: f32 = labels.windows(2).map(|pair| transitions.pairs[pair[0]][pair[1]]).sum();
                let own: f32 = labels.iter().zip(&scores).map(|(&label, row)| row[label]).sum();
                if legal { pairs + own } else { f32::MIN }
            };
            let all = (0..LABELS.pow(3)).map(|n| [n / LABELS.pow(2), n / LABELS % LABELS, n % LABELS]);
            let best = all.max_by(|&a, &b| sum(a).total_cmp(&sum(b)));
            let mut lattice = Lattice::default();
            lattice.decode(&scores, &transitions.steps());
            let labels: Vec<usize> = lattice.labels.iter().map(|&label| label as usize).collect();
            assert_eq!(best.map(Vec::from), Some(labels));
        }
    }

    #[test]
    fn an_impossible_constraint_is_reported() {
        let transitions = Transitions { pairs: [[0.0; LABELS]; LABELS] };
        let allowed = [1 << BEGIN];
        assert!(!Lattice::default().run(&[[0.0; LABELS]], Some(&allowed), &transitions.factors(), false));
    }
}
