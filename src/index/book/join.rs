//! Joining the names of an archive into people.
//!
//! Fuller forms come first. A shorter form joins the one person it can stand for; where it could stand for two
//! of like weight, it joins none. What speaks against a join, in any form of the person, forbids it.

use rustc_hash::{FxHashMap, FxHashSet};

use super::relation::{Reason, Relation, relation};
use super::rule::Rule;
use super::unit::{Unit, Units};

/// A person must outweigh all others that a form could stand for so many times.
pub(super) const DOMINANCE: u64 = 8;
/// Others that fit by a less certain rule weigh so many times less.
const WEAKER: u64 = 4;
/// One of two spellings that are names of their own must be so many times rarer.
const OWN_LOPSIDED: u64 = 10;
/// How a unit became a part of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Joined {
    /// Number of the person.
    pub(super) person: u32,
    /// The rule; [`Rule::Name`] for the unit that names the person.
    pub(super) rule: Rule,
    /// The unit it was compared with.
    pub(super) via: u32,
}

/// Why a unit did not join a person, for whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) unit: u32,
    /// A unit of the other person.
    pub(super) other: u32,
    pub(super) why: Why,
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// They are two people.
    Against(Reason),
    /// It fits another person as well.
    Equal,
    /// A vowel differs, and neither is much rarer.
    NotRare,
    /// Both spellings of the family name have bearers of their own.
    OwnName,
    /// Too little says that the family name alone is this person.
    Unknown,
}

impl Why {
    /// What it says, as it stands behind a name.
    pub(super) fn says(self) -> &'static str {
        match self {
            Self::Against(reason) => reason.says(),
            Self::Equal => "fits another person as well",
            Self::NotRare => "alike, and neither is rare",
            Self::Unknown => "too little says that the word alone is this person",
            Self::OwnName => "the other spelling is a family name of its own",
        }
    }
}

/// What the joins of some units refused.
#[derive(Debug)]
pub(super) struct Refusals<'a> {
    units: &'a FxHashSet<u32>,
    pub(super) found: Vec<Refused>,
}

impl<'a> Refusals<'a> {
    pub(super) fn of(units: &'a FxHashSet<u32>) -> Self {
        Self { units, found: Vec::new() }
    }
}

/// How many articles name two units as two people; answers for pairs that share a block.
pub(super) type Together = FxHashMap<(u32, u32), u32>;

/// What an archive says of its units.
pub(super) struct Evidence<'a> {
    pub(super) together: &'a Together,
    /// How many articles have a word, whatever it means there; answers for few words only.
    pub(super) said: &'a dyn Fn(&str) -> u64,
}

/// A person on the way.
#[derive(Debug, Default)]
pub(super) struct Person {
    pub(super) units: Vec<u32>,
    pub(super) weight: u64,
    /// The sounds their given names begin with.
    sounds: u32,
}

/// Joins units into people. The numbers of people are in no order.
pub(super) fn join(
    units: &Units,
    evidence: &Evidence<'_>,
    refusals: Option<&mut Refusals<'_>>,
) -> Vec<Joined> {
    let mut joiner = Joiner {
        units,
        evidence,
        people: Vec::new(),
        joined: vec![Joined { person: u32::MAX, rule: Rule::Name, via: u32::MAX }; units.all.len()],
        refusals,
    };
    for number in 0..units.blocks.len() as u32 {
        joiner.full_forms(number);
    }
    joiner.slips();
    for block in &units.blocks {
        joiner.endings(block);
    }
    for block in &units.blocks {
        joiner.surnames(block);
    }
    for unit in 0..units.all.len() as u32 {
        if joiner.joined[unit as usize].person == u32::MAX {
            joiner.found(unit);
        }
    }
    joiner.joined
}

/// A person that a form can stand for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) person: u32,
    pub(super) rule: Rule,
    pub(super) via: u32,
    pub(super) weight: u64,
}

pub(super) struct Joiner<'a, 'b> {
    pub(super) units: &'a Units,
    pub(super) evidence: &'a Evidence<'a>,
    pub(super) people: Vec<Person>,
    pub(super) joined: Vec<Joined>,
    refusals: Option<&'a mut Refusals<'b>>,
}

impl Joiner<'_, '_> {
    pub(super) fn unit(&self, number: u32) -> &Unit {
        &self.units.all[number as usize]
    }

    /// The sounds that a given name which fits a unit's can begin with.
    fn sounds(&self, unit: u32) -> u32 {
        self.units.words.get(self.unit(unit).form.first()).sounds
    }

    /// A person of its own.
    fn found(&mut self, unit: u32) -> u32 {
        let person = self.people.len() as u32;
        self.people.push(Person {
            units: vec![unit],
            weight: self.unit(unit).weight,
            sounds: self.sounds(unit),
        });
        self.joined[unit as usize] = Joined { person, rule: Rule::Name, via: unit };
        person
    }

    pub(super) fn add(&mut self, unit: u32, to: &Candidate) {
        let (weight, sounds) = (self.unit(unit).weight, self.sounds(unit));
        let person = &mut self.people[to.person as usize];
        person.sounds |= sounds;
        person.units.push(unit);
        person.weight += weight;
        self.joined[unit as usize] = Joined { person: to.person, rule: to.rule, via: to.via };
    }

    pub(super) fn refuse(&mut self, unit: u32, other: u32, why: Why) {
        if let Some(refusals) = &mut self.refusals
            && (refusals.units.contains(&unit) || refusals.units.contains(&other))
        {
            refusals.found.push(Refused { unit, other, why });
        }
    }

    /// Whether articles name both as different people, more often than a fault of extraction explains.
    /// Other spellings meet in an article by oversight.
    pub(super) fn apart(&self, a: u32, b: u32, rule: Rule) -> bool {
        let met = self.evidence.together.get(&(a.min(b), a.max(b))).copied().unwrap_or(0);
        let rarer = self.unit(a).weight.min(self.unit(b).weight);
        let oversight = matches!(rule, Rule::Apart | Rule::Spelling | Rule::Slip);
        u64::from(met) * 10 > rarer + if oversight { 10 } else { 5 }
    }

    /// Joins the forms of two words and more of a block.
    fn full_forms(&mut self, block: u32) {
        let words = &self.units.words;
        let mut order: Vec<u32> = self.units.blocks[block as usize].clone();
        order.retain(|unit| !self.unit(*unit).is_bare() && self.unit(*unit).blocks[0] == Some(block));
        order.sort_by_cached_key(|number| {
            let unit = self.unit(*number);
            let first = unit.form.first();
            let initial = words.is_initial(first);
            let inner = unit.form.words.len() - 2 + usize::from(unit.form.suffix > 0);
            let full = (!initial, inner, !words.is_nickname(first));
            (std::cmp::Reverse((full, unit.weight)), self.spelt(*number))
        });
        let mut here: Vec<u32> = Vec::new();
        for unit in order {
            let candidates = self.candidates(unit, &here);
            match self.choose(unit, candidates) {
                Some(candidate) => self.add(unit, &candidate),
                None => here.push(self.found(unit)),
            }
        }
    }

    /// The words of a unit, to break ties the same way whatever the order of the names.
    pub(super) fn spelt(&self, unit: u32) -> Vec<&str> {
        let form = &self.unit(unit).form;
        form.words.iter().map(|word| &*self.units.words.get(*word).text).collect()
    }

    /// The people among `people` that a form can stand for.
    fn candidates(&mut self, unit: u32, people: &[u32]) -> Vec<Candidate> {
        let mut found = Vec::new();
        let mut against = Vec::new();
        let form = &self.unit(unit).form;
        let sounds = self.sounds(unit);
        'people: for &person in people {
            if self.people[person as usize].sounds & sounds == 0 {
                continue;
            }
            let mut best: Option<(Rule, u32)> = None;
            for &other in &self.people[person as usize].units {
                match relation(&self.units.words, form, &self.unit(other).form) {
                    Relation::Open => {}
                    Relation::Against(reason) => {
                        against.push((other, Why::Against(reason)));
                        continue 'people;
                    }
                    Relation::Fits { rule, ratio, own_bearers } => {
                        if self.apart(unit, other, rule) {
                            against.push((other, Why::Against(Reason::Together)));
                            continue 'people;
                        }
                        if let Some(why) = self.unfit(unit, other, ratio, own_bearers) {
                            against.push((other, why));
                            continue;
                        }
                        if best.is_none_or(|(known, _)| rule < known) {
                            best = Some((rule, other));
                        }
                    }
                }
            }
            if let Some((rule, via)) = best {
                let weight = self.people[person as usize].weight;
                found.push(Candidate { person, rule, via, weight });
            }
        }
        if self.refusals.is_some() {
            for (other, why) in against {
                self.refuse(unit, other, why);
            }
        }
        found
    }

    /// Why two forms that fit by their words are not one.
    fn unfit(&self, a: u32, b: u32, ratio: u64, own_bearers: Option<usize>) -> Option<Why> {
        let (x, y) = (self.unit(a).weight, self.unit(b).weight);
        if x.max(y) < ratio * x.min(y) {
            return Some(Why::NotRare);
        }
        let own = own_bearers.is_some_and(|least| self.own_names(a, b, least));
        (own && x.max(y) < OWN_LOPSIDED * x.min(y)).then_some(Why::OwnName)
    }

    /// Whether both spellings of a family name have bearers that the other has not.
    fn own_names(&self, a: u32, b: u32, least: usize) -> bool {
        let bearers = |unit: u32| -> Vec<u32> {
            let last = self.unit(unit).form.last();
            let block = self.unit(unit).blocks[0].and_then(|block| self.units.blocks.get(block as usize));
            let forms = block.into_iter().flatten().map(|unit| &self.unit(*unit).form);
            forms
                .filter(|form| form.words.len() > 1 && form.last() == last)
                .map(|form| form.first())
                .collect()
        };
        let (x, y) = (bearers(a), bearers(b));
        let own = |x: &[u32], y: &[u32]| {
            let mut own: Vec<u32> = x.iter().filter(|first| !y.contains(first)).copied().collect();
            own.sort_unstable();
            own.dedup();
            own.len()
        };
        own(&x, &y) >= least && own(&y, &x) >= least
    }

    /// The one person of several that a form stands for.
    pub(super) fn choose(&mut self, unit: u32, mut candidates: Vec<Candidate>) -> Option<Candidate> {
        let certain = |rule: Rule| rule <= Rule::Initial;
        candidates.sort_by_key(|c| (!certain(c.rule), std::cmp::Reverse(c.weight), c.person));
        let (first, others) = candidates.split_first()?;
        let others_weigh: u64 = others
            .iter()
            .map(|other| {
                if certain(first.rule) && !certain(other.rule) { other.weight / WEAKER } else { other.weight }
            })
            .sum();
        if first.weight >= DOMINANCE * others_weigh {
            return Some(*first);
        }
        for other in &candidates {
            self.refuse(unit, other.via, Why::Equal);
        }
        None
    }

    pub(super) fn is_alone(&self, person: u32) -> bool {
        self.people.get(person as usize).is_some_and(|person| person.units.len() == 1)
    }

    /// Moves a unit that is a person of its own to the person of another unit.
    pub(super) fn merge(&mut self, unit: u32, other: u32, rule: Rule) {
        let (from, to) = (self.joined[unit as usize].person, self.joined[other as usize].person);
        if from == to || self.apart(unit, other, rule) {
            return;
        }
        if let Some(left) = self.people.get_mut(from as usize) {
            left.units.clear();
            left.weight = 0;
        }
        self.add(unit, &Candidate { person: to, rule, via: other, weight: 0 });
    }
}
