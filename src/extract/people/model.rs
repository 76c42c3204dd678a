//! The weights: two tables of bytes, eight labels a row, read from the model file compiled in.
//!
//! A byte a weight, rather than two, halves what a token's forty rows fetch from memory; the tables lie in the second
//! cache of the processor beside the name lists.
//!
//! File: the bytes `DLP2`, log2 of the rows of both tables (one byte each), two zero bytes, the units of the weights
//! of both tables (f32 each), the label pairs of both stages (64 f32 each), then the tables; all little-endian.

use super::crf::{Factors, LABELS, Scores, Steps, Transitions};

const MAGIC: &[u8; 4] = b"DLP2";

/// Eight weights, a byte each from the lowest up, each 128 more than it is: without signs they are added several at a
/// time in ordinary registers.
type Row = u64;

/// What a weight is more than it is.
const BIAS: u8 = 0x80;

fn row_of(weights: [i8; LABELS]) -> Row {
    Row::from_le_bytes(weights.map(|weight| weight as u8 ^ BIAS))
}

fn weights_of(row: Row) -> [i8; LABELS] {
    row.to_le_bytes().map(|byte| (byte ^ BIAS) as i8)
}

/// One stage of the model.
#[derive(Debug)]
pub(super) struct Stage {
    /// Weights of label pairs.
    pub transitions: Transitions,
    rows: Vec<Row>,
    unit: f32,
}

impl Stage {
    /// Quantises trained weights; `unit` is the weight one step of the integers stands for.
    pub(super) fn quantise(rows: &[Scores], transitions: &Transitions, unit: f32) -> Self {
        let quantise = |weight: f32| (weight / unit).round().clamp(-127.0, 127.0) as i8;
        Self {
            transitions: transitions.clone(),
            rows: rows.iter().map(|row| row_of(row.map(quantise))).collect(),
            unit,
        }
    }

    /// Sums of the weights of the rows, those of every other label in sixteen bits each: with weights widened one by one,
    /// tagging took 3 % more instructions. Not in line, where one of the sums lay in memory.
    #[inline(never)]
    fn sums(&self, rows: &[u32]) -> (u64, u64) {
        const EVERY_OTHER: u64 = 0x00ff_00ff_00ff_00ff;
        let last = self.rows.len() - 1;
        rows.iter().fold((0, 0), |(even, odd): (u64, u64), &row| {
            let weights = self.rows[row as usize & last];
            (even.wrapping_add(weights & EVERY_OTHER), odd.wrapping_add(weights >> 8 & EVERY_OTHER))
        })
    }

    /// Sum of the weights of the rows, added to `scores`. There may be 256 rows.
    #[inline]
    pub(super) fn add(&self, rows: &[u32], scores: &mut Scores) {
        let (even, odd) = self.sums(rows);
        let bias = rows.len() as i32 * i32::from(BIAS);
        for (label, score) in scores.iter_mut().enumerate() {
            let sums = if label % 2 == 0 { even } else { odd };
            let sum = (sums >> (8 * (label & !1)) & 0xffff) as i32 - bias;
            *score += sum as f32 * self.unit;
        }
    }
}

/// Both stages.
#[derive(Debug)]
pub(super) struct Model {
    /// Scores a token by its own features.
    pub first: Stage,
    /// Corrects them by the rest of the article.
    pub second: Stage,
    /// Label pairs of the first stage.
    pub factors: Factors,
    /// Label pairs of the second stage.
    pub steps: Steps,
}

impl Model {
    /// A model of two stages.
    pub(super) fn new(first: Stage, second: Stage) -> Self {
        let (factors, steps) = (first.transitions.factors(), second.transitions.steps());
        Self { first, second, factors, steps }
    }

    /// The model compiled in.
    pub(super) fn built_in() -> Self {
        let bytes: &[u8] = include_bytes!("people.model");
        Self::read(bytes).unwrap_or_else(Self::empty)
    }

    /// A model without weights, that finds nobody.
    pub(super) fn empty() -> Self {
        let stage = || {
            let transitions = Transitions { pairs: [[0.0; LABELS]; LABELS] };
            Stage { transitions, rows: vec![row_of([0; LABELS])], unit: 1.0 }
        };
        Self::new(stage(), stage())
    }

    /// Reads a model file; `None` when it is not one.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (head, mut rest) = bytes.split_at_checked(16)?;
        if &head[..4] != MAGIC || head[4] > 24 || head[5] > 24 {
            return None;
        }
        let unit1 = f32::from_le_bytes(head[8..12].try_into().ok()?);
        let unit2 = f32::from_le_bytes(head[12..].try_into().ok()?);
        let mut transitions = || {
            let (own, tail) = rest.split_at_checked(LABELS * LABELS * 4)?;
            rest = tail;
            let mut pairs = [[0.0; LABELS]; LABELS];
            for (weight, bytes) in pairs.as_flattened_mut().iter_mut().zip(own.as_chunks::<4>().0) {
                *weight = f32::from_le_bytes(*bytes);
            }
            Some(Transitions { pairs })
        };
        let (first, second) = (transitions()?, transitions()?);
        let mut table = |bits: u8| {
            let (own, tail) = rest.split_at_checked((1usize << bits) * LABELS)?;
            rest = tail;
            Some(own.as_chunks::<LABELS>().0.iter().map(|row| row_of(row.map(|byte| byte as i8))).collect())
        };
        let (rows1, rows2) = (table(head[4])?, table(head[5])?);
        Some(Self::new(
            Stage { transitions: first, rows: rows1, unit: unit1 },
            Stage { transitions: second, rows: rows2, unit: unit2 },
        ))
    }

    /// The model as the bytes of a model file.
    pub(super) fn write(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(MAGIC);
        out.push(self.first.rows.len().trailing_zeros() as u8);
        out.push(self.second.rows.len().trailing_zeros() as u8);
        out.extend_from_slice(&[0, 0]);
        out.extend_from_slice(&self.first.unit.to_le_bytes());
        out.extend_from_slice(&self.second.unit.to_le_bytes());
        for stage in [&self.first, &self.second] {
            for weight in stage.transitions.pairs.as_flattened() {
                out.extend_from_slice(&weight.to_le_bytes());
            }
        }
        for stage in [&self.first, &self.second] {
            for &row in &stage.rows {
                out.extend(weights_of(row).map(|weight| weight as u8));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_model_file_reads_and_writes_the_same() {
        let bytes: &[u8] = include_bytes!("people.model");
        assert_eq!(Model::read(bytes).map(|model| model.write()).as_deref(), Some(bytes));
        assert!(Model::read(&bytes[..bytes.len() - 1]).is_none());
    }
}
