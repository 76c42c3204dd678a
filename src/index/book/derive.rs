//! From the names of an index to people: evidence, rules, then the user's corrections.

use tantivy::Searcher;
use tantivy::schema::Field;

use super::corrections::Correction;
use super::evidence::{Names, said};
use super::file::Draft;
use super::join::{Evidence, join};
use super::rule::Rule;
use super::unit::{Named, Units};
use crate::article::name::name_key;

/// Makes the bytes of the book for a state of the index.
pub(super) fn derive(
    searcher: &Searcher,
    text: Field,
    corrections: &[Correction],
    state: u64,
) -> tantivy::Result<Vec<u8>> {
    let mut found = Names::read(searcher)?;
    let units = units(&found.names, &found.counts);
    let together = found.together(searcher, &units);
    let said = |word: &str| said(searcher, text, word);
    let evidence = Evidence { together: &together, said: &said };
    let mut people = People::new(&found.names, &found.counts, &units, &evidence);
    people.correct_all(corrections);
    let People { names, joins, members, .. } = people.finish(&found.counts);
    found.counts.resize(names.len(), 0);
    let person_of: Vec<u32> = joins.iter().map(|join| join.0).collect();
    let (articles, doubles) = found.articles(searcher, &person_of, members.len());
    let draft = Draft {
        names: &names,
        counts: &found.counts,
        joins: &joins,
        people: &members,
        articles: &articles,
        doubles: &doubles,
        of_ordinal: &found.of_ordinal,
    };
    Ok(draft.write(state))
}

/// The units of names with their counts.
pub(super) fn units(names: &[String], counts: &[u32]) -> Units {
    Units::read(names.iter().zip(counts).map(|(name, count)| Named { name, count: *count }))
}

/// People by name, being corrected.
pub(super) struct People {
    /// The names of the index, and behind them those that only a correction has.
    pub(super) names: Vec<String>,
    keys: std::collections::HashMap<String, Vec<u32>>,
    /// Person, rule and name compared with, of each name.
    joins: Vec<(u32, Rule, u32)>,
    /// Names of each person.
    pub(super) members: Vec<Vec<u32>>,
    /// The name a person goes by, where the user says so.
    titles: Vec<Option<u32>>,
}

impl People {
    pub(super) fn new(names: &[String], counts: &[u32], units: &Units, evidence: &Evidence<'_>) -> Self {
        let joined = join(units, evidence, None);
        // The most frequent name of a unit stands for it.
        let head: Vec<u32> = units
            .all
            .iter()
            .map(|unit| {
                let most = |name: &&u32| (counts[**name as usize], std::cmp::Reverse(**name));
                unit.names.iter().max_by_key(most).copied().unwrap_or(0)
            })
            .collect();
        let mut members: Vec<Vec<u32>> = Vec::new();
        let mut joins = Vec::with_capacity(names.len());
        for (name, unit) in units.of_name.iter().enumerate() {
            let (unit, name) = (*unit as usize, name as u32);
            let to = joined[unit];
            let (rule, via) = if head[unit] == name {
                (to.rule, head.get(to.via as usize).copied().unwrap_or(name))
            } else {
                (Units::within(&names[head[unit] as usize], &names[name as usize]), head[unit])
            };
            joins.push((to.person, rule, via));
            if members.len() <= to.person as usize {
                members.resize(to.person as usize + 1, Vec::new());
            }
            members[to.person as usize].push(name);
        }
        let titles = vec![None; members.len()];
        Self { names: names.to_vec(), keys: std::collections::HashMap::new(), joins, members, titles }
    }

    /// The names with a key.
    fn with_key(&mut self, name: &str) -> Vec<u32> {
        if self.keys.is_empty() {
            for (number, name) in self.names.iter().enumerate() {
                self.keys.entry(name_key(name)).or_default().push(number as u32);
            }
        }
        self.keys.get(&name_key(name)).cloned().unwrap_or_default()
    }

    fn person_of(&mut self, name: &str) -> Option<u32> {
        let name = *self.with_key(name).first()?;
        Some(self.joins[name as usize].0)
    }

    /// Applies the user's corrections in order.
    pub(super) fn correct_all(&mut self, corrections: &[Correction]) {
        corrections.iter().for_each(|correction| self.correct(correction));
    }

    /// Chooses the name each person goes by and numbers people in order of these names. `counts` are those of the
    /// index's names; added ones have none.
    pub(super) fn finish(mut self, counts: &[u32]) -> Self {
        let Self { names, joins, members, titles, .. } = &mut self;
        let count = |name: u32| counts.get(name as usize).copied().unwrap_or(0);
        for (person, members) in members.iter_mut().enumerate() {
            let Some(title) = titles[person].or_else(|| title(names, &count, members)) else { continue };
            root_at(title, joins);
            members.sort_by_key(|name| (*name != title, std::cmp::Reverse(count(*name)), *name));
        }
        let mut order: Vec<u32> =
            (0..members.len() as u32).filter(|p| !members[*p as usize].is_empty()).collect();
        let first = |person: u32| members[person as usize].first().map(|name| names[*name as usize].as_str());
        order.sort_by(|a, b| first(*a).cmp(&first(*b)).then(a.cmp(b)));
        let mut number = vec![u32::MAX; members.len()];
        for (at, person) in order.iter().enumerate() {
            number[*person as usize] = at as u32;
        }
        for join in joins.iter_mut() {
            join.0 = number.get(join.0 as usize).copied().unwrap_or(u32::MAX);
        }
        *members = order.iter().map(|person| std::mem::take(&mut members[*person as usize])).collect();
        self
    }

    fn correct(&mut self, correction: &Correction) {
        match correction {
            Correction::Merge { names } => {
                let mut known = names
                    .iter()
                    .filter_map(|name| Some((self.with_key(name).first().copied()?, self.person_of(name)?)))
                    .collect::<Vec<_>>()
                    .into_iter();
                let Some((first, to)) = known.next() else { return };
                for (name, from) in known {
                    if from == to {
                        continue;
                    }
                    let moved = std::mem::take(&mut self.members[from as usize]);
                    root_at(name, &mut self.joins);
                    for member in &moved {
                        self.joins[*member as usize].0 = to;
                    }
                    self.joins[name as usize] = (to, Rule::User, first);
                    self.members[to as usize].extend(moved);
                }
                self.titles[to as usize] = Some(first);
            }
            Correction::Split { name, forms } => {
                let Some(from) = self.person_of(name) else { return };
                let mut parted: Vec<u32> = forms.iter().flat_map(|form| self.with_key(form)).collect();
                parted.retain(|form| self.joins[*form as usize].0 == from);
                parted.sort_unstable();
                parted.dedup();
                // A person is not split off from itself.
                if parted.is_empty() || parted.len() == self.members[from as usize].len() {
                    return;
                }
                let person = self.members.len() as u32;
                self.members[from as usize].retain(|member| !parted.contains(member));
                self.titles.push(None);
                if self.titles[from as usize].is_some_and(|title| parted.contains(&title)) {
                    self.titles[from as usize] = None;
                }
                // What was compared with a form that went away keeps its rule.
                for form in &parted {
                    self.joins[*form as usize] = (person, Rule::User, parted[0]);
                }
                self.joins[parted[0] as usize].1 = Rule::Name;
                self.members.push(parted);
            }
            Correction::Rename { name, to } => {
                let Some(person) = self.person_of(name) else { return };
                let own = self.with_key(to).into_iter().filter(|name| self.joins[*name as usize].0 == person);
                let own: Vec<u32> = own.collect();
                let exact = own.iter().find(|name| self.names[**name as usize] == *to).or(own.first());
                let title = exact.copied().unwrap_or_else(|| {
                    let number = self.names.len() as u32;
                    self.names.push(to.clone());
                    self.keys.entry(name_key(to)).or_default().push(number);
                    let via = self.members[person as usize].first().copied().unwrap_or(number);
                    self.joins.push((person, Rule::User, via));
                    self.members[person as usize].push(number);
                    number
                });
                self.titles[person as usize] = Some(title);
            }
        }
    }
}

/// The name to show: a full one rather than a short one, and the most frequent of these.
fn title(names: &[String], count: &dyn Fn(u32) -> u32, members: &[u32]) -> Option<u32> {
    members.iter().copied().max_by_key(|name| {
        let text = &names[*name as usize];
        let mut words = text.split_whitespace();
        let initial = words.next().is_some_and(|word| word.trim_end_matches('.').chars().nth(1).is_none());
        let full = !initial && words.next().is_some();
        let loud = !text.chars().any(char::is_lowercase);
        (full, !loud, count(*name), std::cmp::Reverse(*name))
    })
}

/// Turns the comparisons of a person round so that they lead to `title`.
fn root_at(title: u32, joins: &mut [(u32, Rule, u32)]) {
    let (mut name, mut rule, mut via) = (title, Rule::Name, title);
    // Every step leads nearer to the name that was compared with none.
    for _ in 0..joins.len() {
        let Some(join) = joins.get_mut(name as usize) else { return };
        let (_, old_rule, old_via) = *join;
        (join.1, join.2) = (rule, via);
        if old_rule == Rule::Name || old_via == name {
            return;
        }
        (via, rule, name) = (name, old_rule, old_via);
    }
}
