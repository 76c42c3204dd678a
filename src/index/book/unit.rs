//! The names of an archive before any rule is asked: spellings that nobody would tell apart are one unit.

use rustc_hash::FxHashMap;

use super::form::{Form, Words};
use super::rule::Rule;
use crate::article::name::name_key;

/// A name of an archive as it is written, and the number of articles with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    pub(super) count: u32,
}

/// Names that differ in case, accents, hyphens, articles or blanks alone.
#[derive(Clone, Debug)]
pub(super) struct Unit {
    pub(super) form: Form,
    /// Numbers of its names, most frequent first.
    pub(super) names: Vec<u32>,
    /// Articles, counted by name: an article with two of the names counts twice.
    pub(super) weight: u64,
    /// Blocks it stands in: of its last word, and of its first where that may be the family name.
    pub(super) blocks: [Option<u32>; 2],
}

impl Unit {
    /// Whether it is one word.
    pub(super) fn is_bare(&self) -> bool {
        self.form.words.len() < 2
    }
}

/// All units of an archive.
#[derive(Debug)]
pub(super) struct Units {
    pub(super) words: Words,
    pub(super) all: Vec<Unit>,
    /// Unit by name.
    pub(super) of_name: Vec<u32>,
    /// Units whose family names sound alike: those that may be one person or compete for a name.
    pub(super) blocks: Vec<Vec<u32>>,
}

impl Units {
    /// Reads names; their order does not matter for what is joined.
    pub(super) fn read<'a>(names: impl Iterator<Item = Named<'a>>) -> Self {
        let mut words = Words::default();
        let mut all: Vec<Unit> = Vec::new();
        let mut of_name = Vec::new();
        let mut numbers: FxHashMap<(String, u8, bool), u32> = FxHashMap::default();
        for (number, Named { name, count }) in names.enumerate() {
            let form = words.read(name);
            let mut joined = String::with_capacity(name.len());
            form.words.iter().for_each(|word| joined.push_str(&words.get(*word).text));
            let unit = *numbers.entry((joined, form.suffix, form.words.len() < 2)).or_insert_with(|| {
                all.push(Unit { form, names: Vec::new(), weight: 0, blocks: [None; 2] });
                all.len() as u32 - 1
            });
            of_name.push(unit);
            all[unit as usize].weight += u64::from(count);
            all[unit as usize].names.push(number as u32);
        }
        let mut units = Self { words, all, of_name, blocks: Vec::new() };
        units.block();
        units
    }

    /// Puts units whose family names sound alike together.
    fn block(&mut self) {
        let Self { words, all, blocks, .. } = self;
        let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
        for (number, unit) in all.iter_mut().enumerate() {
            let first = words.family_first(&unit.form).then(|| unit.form.first());
            let block = [Some(unit.form.last()), first].map(|word| {
                let bones = words.get(word?).spelling.bones.as_str();
                Some(*numbers.entry(bones).or_insert_with(|| {
                    blocks.push(Vec::new());
                    blocks.len() as u32 - 1
                }))
            });
            unit.blocks = if block[0] == block[1] { [block[0], None] } else { block };
            for block in unit.blocks.into_iter().flatten() {
                blocks[block as usize].push(number as u32);
            }
        }
    }

    /// The rule between two names of one unit.
    pub(super) fn within(a: &str, b: &str) -> Rule {
        if name_key(a) == name_key(b) { Rule::SameKey } else { Rule::Apart }
    }
}
