//! Deciding which names are places and in which country: by what is sure in the article, by containment
//! (`London, Ontario`), by the words around and by size; one reading of a form in one article.

use rustc_hash::FxHashMap;

use super::context::Context;
use super::lexicon::{Form, Kind, Lexicon, Sense};
use crate::article::{Part, country};

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
    /// The person's name is this candidate or a part of it.
    pub(super) whole: bool,
    /// Country that a region or country named right behind puts it in.
    pub(super) within: Option<u16>,
    /// The reading of an abbreviated region.
    pub(super) fixed: Option<Sense>,
    /// Beside another place in a list or a pair.
    pub(super) listed: bool,
}

impl Candidate {
    /// A name as found, before anything is known of it but its context.
    pub(super) fn new(part: Part, start: usize, end: usize, context: Context) -> Self {
        Self {
            part,
            start,
            end,
            form: None,
            context,
            dateline: false,
            person: false,
            whole: false,
            within: None,
            fixed: None,
            listed: false,
        }
    }
}

/// A candidate that is a place, with its reading.
#[derive(Clone, Debug)]
pub(super) struct Decision {
    pub(super) candidate: usize,
    pub(super) sense: Sense,
}

/// Evidence for each country, from what is sure.
#[derive(Debug)]
pub(super) struct Evidence {
    weights: Vec<f32>,
    /// From words and spelling of the local press.
    local: Vec<f32>,
    /// Sum of both.
    all: f32,
}

impl Default for Evidence {
    fn default() -> Self {
        let none = || vec![0.0; country::all().len()];
        Self { weights: none(), local: none(), all: 0.0 }
    }
}

/// The press of a country is not surer than this.
const LOCAL_LIMIT: f32 = 3.0;

impl Evidence {
    pub(super) fn add(&mut self, country: u16, weight: f32) {
        if let Some(sum) = self.weights.get_mut(usize::from(country)) {
            *sum += weight;
            self.all += weight;
        }
    }

    pub(super) fn add_local(&mut self, country: u16, weight: f32) {
        if let Some(sum) = self.local.get_mut(usize::from(country)) {
            let before = sum.min(LOCAL_LIMIT);
            *sum += weight;
            self.all += sum.min(LOCAL_LIMIT) - before;
        }
    }

    /// Evidence that the article speaks of a country.
    fn of(&self, country: u16) -> f32 {
        self.weights.get(usize::from(country)).copied().unwrap_or(0.0)
    }

    /// Evidence that the article plays in a country: what it speaks of and what it sounds like.
    fn at(&self, country: u16) -> f32 {
        self.of(country) + self.local.get(usize::from(country)).copied().unwrap_or(0.0).min(LOCAL_LIMIT)
    }

    /// The part of all evidence that speaks for a country, 0 to 1.
    fn share(&self, country: u16) -> f32 {
        self.at(country).max(0.0) / (self.all + 1.0)
    }
}

/// Decides all candidates of an article.
pub(super) fn resolve(candidates: &[Candidate], lexicon: &Lexicon, mut evidence: Evidence) -> Vec<Decision> {
    let groups = group(candidates);
    let own = gather(candidates, &groups, lexicon, &mut evidence);
    let mut decisions = Vec::new();
    let mut scores = Vec::new();
    for (members, own) in groups.chunk_by(same_form).zip(own) {
        // A form is no evidence for itself.
        if let Some((country, weight)) = own {
            evidence.add(country, -weight);
        }
        decide_form(members, candidates, lexicon, &evidence, &mut scores, &mut decisions);
        if let Some((country, weight)) = own {
            evidence.add(country, weight);
        }
    }
    for (number, candidate) in candidates.iter().enumerate() {
        if let Some(sense) = candidate.fixed {
            decisions.push(Decision { candidate: number, sense });
        }
    }
    decisions.sort_by_key(|decision| decision.candidate);
    decisions
}

/// A candidate of a form.
#[derive(Clone, Copy)]
struct Member {
    /// The candidates before which the form was first named.
    first: usize,
    form: u32,
    /// The number of the candidate.
    candidate: usize,
}

/// Whether two candidates are of one form.
fn same_form(one: &Member, other: &Member) -> bool {
    one.form == other.form
}

/// The candidates form by form, forms in order of their first mention: [`same_form`] parts them.
fn group(candidates: &[Candidate]) -> Vec<Member> {
    let mut firsts: FxHashMap<u32, usize> = FxHashMap::default();
    let forms = candidates.iter().enumerate();
    let forms = forms.filter_map(|(candidate, known)| Some((candidate, known.form?)));
    let mut members: Vec<Member> = forms
        .map(|(candidate, form)| Member { first: *firsts.entry(form).or_insert(candidate), form, candidate })
        .collect();
    members.sort_by_key(|member| member.first);
    members
}

/// Evidence from what is sure: countries by name, people, regions, cues, places put in a country.
/// Returns what each form has added.
fn gather(
    candidates: &[Candidate],
    groups: &[Member],
    lexicon: &Lexicon,
    evidence: &mut Evidence,
) -> Vec<Option<(u16, f32)>> {
    for candidate in candidates {
        if let Some(country) = candidate.within {
            evidence.add(country, 1.0);
        }
        if let Some(sense) = candidate.fixed {
            evidence.add(sense.country, 0.5);
        }
    }
    let mut own = Vec::new();
    for members in groups.chunk_by(same_form) {
        let weight = certain(members, candidates, lexicon);
        if let Some((country, weight)) = weight {
            evidence.add(country, weight);
        }
        own.push(weight);
    }
    own
}

/// The country a form speaks for without doubt, and how much.
fn certain(members: &[Member], candidates: &[Candidate], lexicon: &Lexicon) -> Option<(u16, f32)> {
    let number = members.first()?.form;
    let form = lexicon.form(number);
    let senses = lexicon.senses(number);
    let open = members.iter().map(|m| &candidates[m.candidate]).filter(|c| !c.person && c.within.is_none());
    let mut count = 0.0_f32;
    let mut context = f32::MIN;
    for candidate in open {
        count += 1.0;
        context = context.max(candidate.context.weight);
    }
    let top = senses.iter().max_by_key(|sense| sense.size)?;
    let clear = senses.iter().all(|s| s.country == top.country || s.size + 12 < top.size);
    let weight = match top.kind {
        Kind::Cue => 0.7,
        Kind::Eponym => return None,
        _ if count == 0.0 || form.doubtful || !clear => return None,
        Kind::City if top.size < 50 && !form.word && !form.person && context > 0.0 => 0.3,
        Kind::City if top.size < 50 || form.word || form.person && top.size < 57 => return None,
        Kind::City if context < -1.0 => return None,
        Kind::City => 0.6,
        Kind::Name | Kind::Demonym | Kind::Region | Kind::Metonym => 1.0,
    };
    Some((top.country, weight * (1.0 + count.max(1.0).ln() * 0.5)))
}

/// Decides the candidates of one form; `scores` is room to do it in.
fn decide_form(
    members: &[Member],
    candidates: &[Candidate],
    lexicon: &Lexicon,
    evidence: &Evidence,
    scores: &mut Vec<f32>,
    decisions: &mut Vec<Decision>,
) {
    let Some(&Member { form: number, .. }) = members.first() else { return };
    let own = || members.iter().map(|member| &candidates[member.candidate]);
    let form = lexicon.form(number);
    let senses = lexicon.senses(number);
    if senses.iter().any(|sense| matches!(sense.kind, Kind::Eponym | Kind::Cue)) {
        return;
    }
    let local = own().any(|candidate| candidate.context.local);
    let county = own().any(|candidate| candidate.context.county);
    let within = |country| own().any(|candidate| candidate.within == Some(country));
    let Some(sense) = best_sense(senses, evidence, local, county, within) else { return };
    let support = evidence.at(sense.country);
    scores.clear();
    scores.extend(own().map(|candidate| score(candidate, form, sense, support)));
    let best = scores.iter().copied().fold(f32::MIN, f32::max);
    for (&Member { candidate: member, .. }, &score) in members.iter().zip(&*scores) {
        let candidate = &candidates[member];
        if candidate.context.other {
            continue;
        }
        // Where the form is a place elsewhere in the article, it is one here unless the words say otherwise.
        let echo = if best >= 3.0 { 1.0 } else { 0.0 };
        let Some(country) = candidate.within else {
            // A name that only a country bears is no person's, whatever it was taken for.
            let sure = matches!(sense.kind, Kind::Name | Kind::Demonym) && !form.doubtful && !form.person;
            if (!candidate.person || candidate.whole && sure) && score + echo > 0.0 {
                decisions.push(Decision { candidate: member, sense });
            }
            continue;
        };
        let own = senses.iter().filter(|sense| sense.country == country).max_by_key(|sense| sense.size);
        let own = own.copied().unwrap_or(Sense { country, kind: Kind::City, ..sense });
        decisions.push(Decision { candidate: member, sense: own });
    }
}

/// The reading that size and the article's other places speak for.
fn best_sense(
    senses: &[Sense],
    evidence: &Evidence,
    local: bool,
    county: bool,
    within: impl Fn(u16) -> bool,
) -> Option<Sense> {
    let weight = |sense: &Sense| {
        let size = f32::from(sense.size) / 10.0;
        let at = 0.35 * (1.0 + evidence.at(sense.country).max(0.0)).ln();
        let share = evidence.share(sense.country) * if local { 3.2 } else { 1.3 };
        let county =
            if county && country::all()[usize::from(sense.country)].code == "US" { 1.5 } else { 0.0 };
        size + at + share + county + if within(sense.country) { 4.0 } else { 0.0 }
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
    if matches!(sense.kind, Kind::City | Kind::Region)
        && context.short_capitals
        && !candidate.dateline
        && !form.acronym
    {
        score -= 4.0;
    }
    if sense.kind == Kind::City {
        if context.local {
            score += 0.5;
        }
        if form.word {
            score -= if form.several { 1.5 } else { 3.0 };
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
