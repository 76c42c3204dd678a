//! Joining names without a given name: ends of names and family names that stand alone.

use super::form::ESTABLISHED;
use super::join::{Candidate, DOMINANCE, Joiner, Why};
use super::relation::{Ending, Reason, ending};
use super::rule::Rule;

/// A person of fewer articles owns no family name.
const OWNER: u64 = 2;
/// With fewer articles a person is as often called by the family name alone as not.
const FEW: u64 = 10;
/// A person of fewer articles owns no family name that many bear or that means other things.
const OWNER_OF_COMMON: u64 = 20;
/// From so many articles on a person is so well known that the family name alone may be written more often.
const WELL_KNOWN: u64 = 100;
/// How much more often.
const MOST_ALONE: u64 = 3;
/// Who is known by a family name that many bear is called by it alone in one of so many articles at least.
const CALLED: u64 = 50;

impl Joiner<'_, '_> {
    /// Joins ends of names: `López Obrador`.
    pub(super) fn endings(&mut self, block: &[u32]) {
        let units = self.units;
        let mut short: Vec<u32> = block
            .iter()
            .copied()
            .filter(|unit| !self.unit(*unit).is_bare() && self.is_alone(self.joined[*unit as usize].person))
            .collect();
        short.sort_by_cached_key(|unit| {
            (std::cmp::Reverse(self.unit(*unit).form.words.len()), self.spelt(*unit))
        });
        for number in short {
            let unit = self.unit(number);
            let mut found: Vec<Candidate> = Vec::new();
            for &other in block {
                let Some(how) = ending(&units.words, &unit.form, &self.unit(other).form) else { continue };
                let person = self.joined[other as usize].person;
                let weight = self.people[person as usize].weight;
                let full = self.unit(other).weight;
                // Of a father's name in the middle the person's usual form knows nothing.
                let usual = how == Ending::Sure || full * 2 >= weight && unit.weight <= full;
                if usual
                    && !self.apart(number, other, Rule::Ending)
                    && !found.iter().any(|known| known.person == person)
                {
                    found.push(Candidate { person, rule: Rule::Ending, via: other, weight });
                }
            }
            if let Some(to) = self.choose(number, found) {
                self.merge(number, to.via, Rule::Ending);
            }
        }
    }

    /// Joins family names that stand alone.
    pub(super) fn surnames(&mut self, block: &[u32]) {
        for &unit in block {
            if !self.unit(unit).is_bare() {
                continue;
            }
            let owners = self.owners(unit, block);
            match self.owner(unit, &owners) {
                Ok(Some(to)) => self.add(unit, &to),
                Ok(None) => {}
                Err(why) => owners.iter().for_each(|other| self.refuse(unit, other.candidate.via, why)),
            }
        }
    }

    /// The people of a family name.
    fn owners(&self, unit: u32, block: &[u32]) -> Vec<Owner> {
        let words = &self.units.words;
        let word = self.unit(unit).form.last();
        let mut found: Vec<Owner> = Vec::new();
        for &other in block {
            let full = &self.unit(other).form;
            if full.words.len() < 2 {
                continue;
            }
            let family_first = words.family_first(full) && full.first() == word;
            if full.last() != word && !family_first {
                continue;
            }
            let met = self.apart(unit, other, Rule::Surname);
            let named = !words.is_initial(full.first());
            let person = self.joined[other as usize].person;
            match found.iter_mut().find(|owner| owner.candidate.person == person) {
                Some(owner) => {
                    owner.met |= met;
                    owner.named |= named;
                    // The heaviest form of the person is the one to tell.
                    if self.unit(owner.candidate.via).weight < self.unit(other).weight {
                        owner.candidate.via = other;
                    }
                }
                None => {
                    let weight = self.people[person as usize].weight;
                    let candidate = Candidate { person, rule: Rule::Surname, via: other, weight };
                    found.push(Owner { candidate, family_first, met, named });
                }
            }
        }
        found
    }

    /// The one owner of a family name, none where nobody bears it, or why there is none.
    fn owner(&self, unit: u32, owners: &[Owner]) -> Result<Option<Candidate>, Why> {
        let Some(first) = owners.iter().max_by_key(|owner| (owner.candidate.weight, owner.candidate.via))
        else {
            return Ok(None);
        };
        if owners.iter().any(|owner| owner.met) {
            return Err(Why::Against(Reason::Together));
        }
        let others = owners.iter().filter(|owner| owner.candidate.person != first.candidate.person);
        let others: Vec<u64> = others.map(|owner| owner.candidate.weight).collect();
        let (own, all) = (first.candidate.weight, others.iter().sum::<u64>() + first.candidate.weight);
        if own * 20 < all * 15 || own < DOMINANCE * others.iter().max().copied().unwrap_or(0) {
            return Err(Why::Equal);
        }
        let weight = self.unit(unit).weight;
        let word = self.units.words.get(self.unit(unit).form.last());
        let given = !first.family_first
            && (word.is_given && !word.common || word.begins >= ESTABLISHED && word.begins > word.ends);
        if given || !first.named || own < OWNER {
            return Err(Why::Unknown);
        }
        // Where the word is said without anybody of the name, it is a company, a place, a thing.
        if (self.evidence.said)(&word.text) * 2 > (all + weight) * 3 {
            return Err(Why::Unknown);
        }
        let known = match own {
            0..FEW => weight <= own && !word.ambiguous && !word.common,
            FEW..OWNER_OF_COMMON => weight * 2 <= own && !word.ambiguous && !word.common,
            OWNER_OF_COMMON..WELL_KNOWN => weight * 2 <= own,
            _ => weight <= own * if word.common { 1 } else { MOST_ALONE },
        } && (!word.common || weight * CALLED >= own);
        if known { Ok(Some(first.candidate)) } else { Err(Why::Unknown) }
    }
}

/// Someone whose family name stands alone elsewhere.
struct Owner {
    candidate: Candidate,
    /// The family name stands before the given name.
    family_first: bool,
    /// Articles name both as two people.
    met: bool,
    /// A form has a full given name.
    named: bool,
}
