//! Countries of an article, from their names and from whatever else in the text stands for them.
//!
//! [`Gazetteer::find`] takes the capitalised names of the text from the lexicon, reads what stands around
//! each ([`context`]), and decides by what is sure in the article, which of them are places and where
//! ([`resolve`]).

mod context;
mod dateline;
mod lexicon;
mod local;
mod resolve;
mod scan;
mod vocabulary;
mod words;

#[cfg(test)]
mod traps;

use std::sync::LazyLock;

use crate::article::{Part, Span, country};
use crate::extract::text::Text;
use crate::extract::{CountryMention, CountryMentions, CountryVia, Person, PersonVia};

use context::Context;
use lexicon::{Kind, Lexicon};
use local::LocalWords;
use resolve::{Candidate, Evidence};
use scan::{Found, Name};

/// Finds countries. The tables are read at the first use and shared from then on.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gazetteer {}

/// The tables of `lexicon/places`, read in some twenty milliseconds.
#[derive(Debug)]
struct Tables {
    lexicon: Lexicon,
    local_words: LocalWords,
}

static TABLES: LazyLock<Tables> =
    LazyLock::new(|| Tables { lexicon: Lexicon::new(), local_words: LocalWords::new() });

impl Gazetteer {
    /// A finder; costs nothing until it is used.
    pub fn new() -> Self {
        Self::default()
    }

    /// The countries of an article in order of first mention, each with its mentions. The people found
    /// before keep `Paris Hilton` from being a place.
    ///
    /// `beside` are fields of the record that name places (the dateline, the publication): evidence for what the
    /// text means, no mentions.
    pub fn find(
        &self,
        text: &Text<'_>,
        people: &[Person],
        beside: [Option<&str>; 2],
    ) -> Vec<CountryMentions> {
        TABLES.find(text, people, beside)
    }
}

impl Tables {
    fn find(&self, text: &Text<'_>, people: &[Person], beside: [Option<&str>; 2]) -> Vec<CountryMentions> {
        let mut candidates = Vec::new();
        let mut evidence = Evidence::default();
        let mut found = Vec::new();
        for part in [Part::Title, Part::Body] {
            found.clear();
            scan::scan(text, part, &self.lexicon, &mut found);
            let (text, tokens) = (text.part(part), text.tokens_of(part));
            let first = candidates.len();
            self.candidates(part, text, &found, &mut candidates);
            mark_people(part, people, &mut candidates[first..]);
            self.local_words.weigh(text, tokens, &mut evidence);
        }
        for told in beside.into_iter().flatten() {
            self.weigh(told, &mut evidence);
        }
        let decisions = resolve::resolve(&candidates, &self.lexicon, evidence);
        let mut countries: Vec<CountryMentions> = Vec::new();
        for decision in decisions {
            let candidate = &candidates[decision.candidate];
            let Some(country) = country::all().get(usize::from(decision.sense.country)) else { continue };
            let mention = CountryMention {
                span: Span { part: candidate.part, start: candidate.start as u32, end: candidate.end as u32 },
                via: match decision.sense.kind {
                    Kind::City | Kind::Region if candidate.dateline => CountryVia::Dateline,
                    Kind::Demonym => CountryVia::Demonym,
                    Kind::City => CountryVia::City,
                    Kind::Region => CountryVia::Region,
                    Kind::Metonym => CountryVia::Metonym,
                    Kind::Name | Kind::Cue | Kind::Eponym => CountryVia::Name,
                },
                place: Some(decision.sense.place).filter(|place| !place.is_empty()).map(str::to_owned),
            };
            match countries.iter_mut().find(|known| known.code == country.code) {
                Some(known) => known.mentions.push(mention),
                None => countries.push(CountryMentions { code: country.code, mentions: vec![mention] }),
            }
        }
        countries
    }

    /// Candidates from the names found, with their contexts, datelines and containment.
    fn candidates(&self, part: Part, text: &str, found: &[Found], candidates: &mut Vec<Candidate>) {
        let from = candidates.len();
        candidates.reserve(found.len());
        for name in found {
            let form = match name.name {
                Name::Form(form) => form,
                Name::Abbreviation(sense) => {
                    let mut region = Candidate::new(part, name.start, name.end, Context::default());
                    region.fixed = Some(sense);
                    candidates.push(region);
                    continue;
                }
            };
            let senses = self.lexicon.senses(form);
            let demonym = senses.iter().any(|sense| sense.kind == Kind::Demonym);
            let context = context::read(text, name.start, name.end, demonym);
            let mut candidate = Candidate::new(part, name.start, name.end, context);
            candidate.form = Some(form);
            candidate.dateline = part == Part::Body
                && senses.iter().any(|s| matches!(s.kind, Kind::City | Kind::Region | Kind::Name))
                && dateline::is_dateline(text, name.start, name.end, context.caps_line);
            candidates.push(candidate);
        }
        let mut at = from;
        while at + 1 < candidates.len() {
            self.relate(text, at, candidates);
            at += 1;
        }
    }

    /// What a candidate and the next one say of each other.
    fn relate(&self, text: &str, at: usize, candidates: &mut [Candidate]) {
        let (Some(this), Some(next)) = (candidates.get(at), candidates.get(at + 1)) else { return };
        let (Some(form), Some(gap)) = (this.form, text.get(this.end..next.start)) else { return };
        if let Some(region) = next.fixed {
            if gap == ", " {
                candidates[at].within = Some(region.country);
            }
            return;
        }
        let Some(next_form) = next.form else { return };
        let senses = self.lexicon.senses(form);
        let inside = self.lexicon.senses(next_form);
        if let Some(whole) = senses.iter().find(|s| matches!(s.kind, Kind::Name | Kind::Demonym))
            && senses.len() == 1
            && inside.len() > 1
            && inside.iter().any(|s| s.kind == Kind::City && s.country == whole.country)
            && context::is_place_of(gap)
        {
            candidates[at + 1].within = Some(whole.country);
            return;
        }
        let place = |kind| matches!(kind, Kind::City | Kind::Region | Kind::Name);
        if !senses.iter().any(|s| place(s.kind)) {
            return;
        }
        let behind = self.lexicon.senses(next_form);
        if !behind.iter().any(|s| place(s.kind)) {
            return;
        }
        if matches!(gap, ", " | ",\n" | " (") {
            // The reading behind that holds a reading of this one; `China, Japan` are two countries.
            let country = senses.iter().any(|s| s.kind == Kind::Name);
            let whole = behind
                .iter()
                .filter(|s| s.kind == Kind::Region || s.kind == Kind::Name && !country)
                .filter(|s| senses.iter().any(|own| own.kind == Kind::City && own.country == s.country))
                .max_by_key(|s| s.size);
            if let Some(whole) = whole {
                let country = whole.country;
                candidates[at].within = Some(country);
                if behind.len() > 1 {
                    candidates[at + 1].within = Some(country);
                }
                return;
            }
        }
        if context::is_direction(gap) {
            let shared = behind
                .iter()
                .filter(|s| senses.iter().any(|own| own.country == s.country))
                .max_by_key(|s| s.size);
            let top = behind.iter().map(|s| s.size).max().unwrap_or(0);
            if let Some(shared) = shared
                && shared.size + 6 > top
            {
                candidates[at].within = Some(shared.country);
            }
            return;
        }
        if matches!(gap, ", " | " and " | ", and " | " or " | "/" | " to " | "-") {
            candidates[at].listed = true;
            candidates[at + 1].listed = true;
        }
    }

    /// Adds what a field of the record (dateline, source) says of countries to the evidence.
    fn weigh(&self, field: &str, evidence: &mut Evidence) {
        let mut found = Vec::new();
        scan::scan(&Text::new("", field), Part::Body, &self.lexicon, &mut found);
        for name in found {
            let Name::Form(form) = name.name else { continue };
            if let Some(sense) = self.lexicon.senses(form).iter().max_by_key(|sense| sense.size)
                && sense.kind != Kind::Eponym
            {
                evidence.add(sense.country, 1.0);
            }
        }
    }
}

/// Marks the candidates that a person's name covers.
fn mark_people(part: Part, people: &[Person], candidates: &mut [Candidate]) {
    for person in people {
        for mention in &person.mentions {
            if mention.span.part != part || mention.via == PersonVia::Editor {
                continue;
            }
            let (start, end) = (mention.span.start as usize, mention.span.end as usize);
            let first = candidates.partition_point(|candidate| candidate.end <= start);
            for candidate in candidates[first..].iter_mut().take_while(|candidate| candidate.start < end) {
                candidate.person = true;
                candidate.whole = candidate.start <= start && end <= candidate.end;
            }
        }
    }
}
