//! Joining slips of the keyboard: rare forms that are one letter away from a frequent one.

use rustc_hash::FxHashMap;

use super::form::ESTABLISHED;
use super::join::Joiner;
use super::rule::Rule;
use super::spelling::edits;
use super::unit::Unit;

/// A slip must be so many times rarer than the name.
const SLIP_LOPSIDED: u64 = 10;
/// Shortest word that a slip is told by.
const SHORTEST_SLIP: usize = 6;
/// Shortest word in which one letter may stand for another; in shorter ones it makes another name.
const SHORTEST_CHANGED: usize = 8;

impl Joiner<'_, '_> {
    /// Joins rare forms that are one letter away from a frequent one.
    pub(super) fn slips(&mut self) {
        let mut by_given: FxHashMap<(&[u32], &[u8]), Vec<u32>> = FxHashMap::default();
        let units = self.units;
        let beginning = |unit: &Unit| -> Option<&[u8]> {
            let last = units.words.get(unit.form.last()).text.as_bytes();
            if last.len() >= SHORTEST_SLIP { last.get(..2) } else { None }
        };
        for (number, unit) in units.all.iter().enumerate() {
            if unit.form.words.len() > 1
                && unit.weight >= SLIP_LOPSIDED
                && let Some(beginning) = beginning(unit)
            {
                let given = &unit.form.words[..unit.form.words.len() - 1];
                by_given.entry((given, beginning)).or_default().push(number as u32);
            }
        }
        for (number, unit) in units.all.iter().enumerate() {
            let number = number as u32;
            let joined = self.joined[number as usize];
            if unit.is_bare() || !self.is_alone(joined.person) {
                continue;
            }
            let last = units.words.get(unit.form.last());
            // Others bear it: a family name of its own.
            if last.ends > 1 {
                continue;
            }
            let Some(beginning) = beginning(unit) else { continue };
            let given = &unit.form.words[..unit.form.words.len() - 1];
            let mut near = by_given.get(&(given, beginning)).into_iter().flatten().copied().filter(|other| {
                *other != number
                    && self.unit(*other).weight >= SLIP_LOPSIDED * unit.weight
                    && self.unit(*other).form.suffix == unit.form.suffix
                    && is_slip(&units.words.get(self.unit(*other).form.last()).text, &last.text)
            });
            if let (Some(other), None) = (near.next(), near.next()) {
                self.merge(number, other, Rule::Slip);
            }
        }
        self.slips_of_given_names();
    }

    /// The same where the letter is in the given name.
    fn slips_of_given_names(&mut self) {
        let units = self.units;
        for block in &units.blocks {
            for &number in block {
                let unit = self.unit(number);
                if unit.form.words.len() < 2 || !self.is_alone(self.joined[number as usize].person) {
                    continue;
                }
                let first = units.words.get(unit.form.first());
                if first.text.len() < SHORTEST_SLIP || first.is_given || first.begins >= ESTABLISHED {
                    continue;
                }
                let mut near = block.iter().copied().filter(|other| {
                    let full = self.unit(*other);
                    *other != number
                        && full.weight >= SLIP_LOPSIDED * unit.weight
                        && full.form.words.len() == unit.form.words.len()
                        && full.form.words[1..] == unit.form.words[1..]
                        && full.form.suffix == unit.form.suffix
                        && is_slip(&units.words.get(full.form.first()).text, &first.text)
                });
                if let (Some(other), None) = (near.next(), near.next()) {
                    self.merge(number, other, Rule::Slip);
                }
            }
        }
    }
}

/// Whether one letter is missing, too many, swapped with its neighbour or, in a long word, another.
fn is_slip(name: &str, slip: &str) -> bool {
    if edits(name, slip, 1).is_none() {
        return false;
    }
    let letters = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    name.len() != slip.len() || name.len() >= SHORTEST_CHANGED || letters(name) == letters(slip)
}
