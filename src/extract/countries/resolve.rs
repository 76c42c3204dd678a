//! Deciding which names are places and in which country: by what is sure in the article, by containment
//! (`London, Ontario`), by the words around and by size; one reading of a form in one article.

use rustc_hash::FxHashMap;

use super::context::Context;
use super::lexicon::{Form, Kind, Lexicon, Sense};
use crate::article::Part;

/// A name in the article on its way to a decision.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) part: Part,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Number of the form in the lexicon; `None` for an abbreviated region.
    pub(super) form: Option<u32>,
    pub(super) context: Context,
    /// The place the story was filed from.
    pub(super) dateline: bool,
    /// A person's name covers it.
    pub(super) person: bool,
    /// Country that a region or country named right behind puts it in.
    pub(super) within: Option<u16>,
    /// The reading of an abbreviated region.
    pub(super) fixed: Option<Sense>,
    /// Beside another place in a list or a pair.
    pub(super) listed: bool,
}

/// A candidate that is a place, with its reading.
#[derive(Clone, Debug)]
pub(super) struct Decision {
    pub(super) candidate: usize,
    pub(super) sense: Sense,
}

/// Evidence for each country, from what is sure.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    weights: FxHashMap<u16, f32>,
}

impl Evidence {
    pub(super) fn add(&mut self, country: u16, weight: f32) {
        *self.weights.entry(country).or_default() += weight;
    }

    fn of(&self, country: u16) -> f32 {
        self.weights.get(&country).copied().unwrap_or(0.0)
    }
}

/// Decides all candidates of an article.
pub(super) fn resolve(candidates: &[Candidate], lexicon: &Lexicon, mut evidence: Evidence) -> Vec<Decision> {
    let groups = group(candidates);
    gather(candidates, &groups, lexicon, &mut evidence);
    let mut decisions = Vec::new();
    for (form, members) in &groups {
        decide_form(*form, members, candidates, lexicon, &evidence, &mut decisions);
    }
    for (number, candidate) in candidates.iter().enumerate() {
        if let Some(sense) = candidate.fixed {
            decisions.push(Decision { candidate: number, sense });
        }
    }
    decisions.sort_by_key(|decision| decision.candidate);
    decisions
}

/// Candidates of the same form, forms in order of their first mention.
fn group(candidates: &[Candidate]) -> Vec<(u32, Vec<usize>)> {
    let mut places: FxHashMap<u32, usize> = FxHashMap::default();
    let mut groups: Vec<(u32, Vec<usize>)> = Vec::new();
    for (number, candidate) in candidates.iter().enumerate() {
        let Some(form) = candidate.form else { continue };
        let place = *places.entry(form).or_insert_with(|| {
            groups.push((form, Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(number);
    }
    groups
}

/// Evidence from what is sure: countries by name, people, regions, cues, places put in a country.
fn gather(
    candidates: &[Candidate],
    groups: &[(u32, Vec<usize>)],
    lexicon: &Lexicon,
    evidence: &mut Evidence,
) {
    for candidate in candidates {
        if let Some(country) = candidate.within {
            evidence.add(country, 1.0);
        }
        if let Some(sense) = candidate.fixed {
            evidence.add(sense.country, 0.5);
        }
    }
    for (number, members) in groups {
        let form = lexicon.form(*number);
        let senses = lexicon.senses(*number);
        let open: Vec<&Candidate> = members.iter().map(|&m| &candidates[m]).filter(|c| !c.person).collect();
        if open.is_empty() {
            continue;
        }
        let often = 1.0 + (open.len() as f32).ln() * 0.5;
        let Some(top) = senses.iter().max_by_key(|sense| sense.size) else { continue };
        let clear = senses.iter().all(|s| s.country == top.country || s.size + 12 < top.size);
        let context = open.iter().map(|c| c.context.weight).fold(f32::MIN, f32::max);
        let weight = match top.kind {
            Kind::Cue => 0.7,
            Kind::Eponym => continue,
            _ if form.doubtful || !clear => continue,
            Kind::City if top.size < 50 || form.word || form.person && top.size < 57 => continue,
            Kind::City if context < -1.0 => continue,
            Kind::City => 0.6,
            Kind::Name | Kind::Demonym | Kind::Region | Kind::Metonym => 1.0,
        };
        evidence.add(top.country, weight * often);
    }
}

/// Decides the candidates of one form.
fn decide_form(
    number: u32,
    members: &[usize],
    candidates: &[Candidate],
    lexicon: &Lexicon,
    evidence: &Evidence,
    decisions: &mut Vec<Decision>,
) {
    let form = lexicon.form(number);
    let senses = lexicon.senses(number);
    if senses.iter().any(|sense| matches!(sense.kind, Kind::Eponym | Kind::Cue)) {
        return;
    }
    let within: FxHashMap<u16, usize> = members.iter().filter_map(|&m| candidates[m].within).fold(
        FxHashMap::default(),
        |mut counts, country| {
            *counts.entry(country).or_default() += 1;
            counts
        },
    );
    let Some(sense) = best_sense(senses, evidence, |country| within.contains_key(&country)) else { return };
    let support = evidence.of(sense.country) - own_share(sense, form, members.len());
    let scores: Vec<f32> =
        members.iter().map(|&m| score(&candidates[m], form, sense, support.max(0.0))).collect();
    let best = scores.iter().copied().fold(f32::MIN, f32::max);
    for (&member, &score) in members.iter().zip(&scores) {
        let candidate = &candidates[member];
        if candidate.context.other {
            continue;
        }
        // Where the form is a place elsewhere in the article, it is one here unless the words say otherwise.
        let echo = if best >= 3.0 { 1.0 } else { 0.0 };
        let Some(country) = candidate.within else {
            if !candidate.person && score + echo > 0.0 {
                decisions.push(Decision { candidate: member, sense });
            }
            continue;
        };
        let own = senses.iter().filter(|sense| sense.country == country).max_by_key(|sense| sense.size);
        let own = own.copied().unwrap_or(Sense { country, kind: Kind::City, ..sense });
        decisions.push(Decision { candidate: member, sense: own });
    }
}

/// What the form itself has added to the evidence for its country in [`gather`].
fn own_share(sense: Sense, form: Form, count: usize) -> f32 {
    let _ = form;
    let often = 1.0 + (count as f32).ln() * 0.5;
    match sense.kind {
        Kind::City => 0.6 * often,
        _ => often,
    }
}

/// The reading that size and the article's other places speak for.
fn best_sense(senses: &[Sense], evidence: &Evidence, within: impl Fn(u16) -> bool) -> Option<Sense> {
    let weight = |sense: &Sense| {
        let size = f32::from(sense.size) / 10.0;
        let evidence = evidence.of(sense.country);
        size + 0.9 * (1.0 + evidence).ln() + if within(sense.country) { 4.0 } else { 0.0 }
    };
    senses.iter().copied().max_by(|a, b| weight(a).total_cmp(&weight(b)))
}

/// Rough log-odds that a candidate is a place; `support` is the evidence for its country from elsewhere.
fn score(candidate: &Candidate, form: Form, sense: Sense, support: f32) -> f32 {
    let context = candidate.context;
    let mut score = match sense.kind {
        Kind::Name if form.doubtful => 2.0,
        Kind::Name | Kind::Metonym => 8.0,
        Kind::Demonym if form.doubtful => 1.0,
        Kind::Demonym => 8.0,
        Kind::Region if form.doubtful => 0.5,
        Kind::Region => 5.0,
        Kind::City => match sense.size {
            60.. => 3.0,
            55..60 => 2.5,
            50..55 => 1.8,
            45..50 => 0.8,
            40..45 => 0.0,
            _ => -1.0,
        },
        Kind::Cue | Kind::Eponym => return f32::MIN,
    };
    if sense.kind == Kind::City {
        if form.word {
            score -= 3.0;
        }
        if form.person {
            score -= if sense.size >= 57 { 0.8 } else { 2.0 };
        }
    }
    score += context.weight;
    if context.starts && form.word {
        score -= 1.0;
    }
    if candidate.dateline {
        score += 4.0;
    }
    if candidate.listed {
        score += 1.0;
    }
    score + 1.2 * support.min(1.5)
}
