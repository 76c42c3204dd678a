//! Clauses about people, countries and places.

use std::path::Path;

use tantivy::Searcher;
use tantivy::query::Query;

use super::{Compiler, Made};
use crate::article::name::{fold, name_key};
use crate::index::dictionary::Dictionary;
use crate::index::document::person_word;
use crate::index::schema::{Fields, mark};
use crate::query::ast::Entity;
use crate::search::{EngineError, grouped};

/// Most equally near people whose articles are counted.
const MOST_LOOKED_AT: usize = 200;
/// Most people named in a note.
const MOST_NAMED: usize = 4;

impl Compiler<'_> {
    pub(super) fn person(&mut self, name: &str, exact: bool) -> Made {
        let keys = self.people(name, exact)?;
        let terms: Vec<String> = keys.iter().map(|key| person_term(key)).collect();
        Ok(self.scored(self.fields.text, &terms))
    }

    /// The name keys a name stands for: those that contain its words in order.
    pub(super) fn people(&mut self, name: &str, exact: bool) -> Result<Vec<String>, EngineError> {
        let wanted = name_key(name);
        if wanted.is_empty() {
            return Err(EngineError::User(format!("there is no name in '{name}'")));
        }
        let keys = if exact {
            let there = self.dictionary(self.fields.text).count(&person_term(&wanted))? > 0;
            if there { vec![wanted.clone()] } else { Vec::new() }
        } else {
            self.people_with(&wanted)?
        };
        if self.hidden == 0 {
            self.highlights.people.extend(keys.iter().cloned());
        }
        if keys.len() > 1 {
            self.name_people(name, &keys)?;
        }
        Ok(keys)
    }

    /// Keys that contain the words of `wanted` in order, found by the longest of them.
    fn people_with(&self, wanted: &str) -> Result<Vec<String>, EngineError> {
        let words: Vec<&str> = wanted.split(' ').collect();
        let longest = words.iter().max_by_key(|word| word.len()).copied().unwrap_or(wanted);
        let fits = |key: &str| {
            let mut key = key.split(' ');
            words.iter().all(|word| key.any(|other| other == *word))
        };
        // Keys that begin with the word are found by themselves, the others through the word.
        let keys = self.dictionary(self.fields.text);
        let found =
            keys.beginning(&person_term(longest), wanted, |term| fits(&term[mark::PERSON_KEY.len()..]))?;
        let mut found: Vec<String> =
            found.iter().map(|term| term[mark::PERSON_KEY.len()..].to_owned()).collect();
        let lead = person_word(longest, "");
        let through = self.dictionary(self.fields.person_word);
        let entries = through.beginning(&lead, wanted, |entry| fits(&entry[lead.len()..]))?;
        found.extend(entries.iter().map(|entry| entry[lead.len()..].to_owned()));
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    /// Says which people a name was read as.
    fn name_people(&mut self, name: &str, keys: &[String]) -> Result<(), EngineError> {
        let dictionary = self.dictionary(self.fields.text);
        let mut counted = Vec::with_capacity(keys.len());
        for key in keys {
            counted.push((dictionary.count(&person_term(key))?, key.as_str()));
        }
        counted.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        let mut shown: Vec<String> = counted
            .iter()
            .take(MOST_NAMED)
            .map(|(count, key)| format!("{} {}", capitalised(key), grouped(*count)))
            .collect();
        if counted.len() > MOST_NAMED {
            shown.push(format!("{} more", counted.len() - MOST_NAMED));
        }
        self.notes.push(format!("{} people match '{name}': {}", counted.len(), shown.join(" · ")));
        Ok(())
    }

    pub(super) fn countries(&mut self, codes: &[&'static str]) -> Box<dyn Query> {
        if self.hidden == 0 {
            self.highlights.countries.extend(codes.iter().copied());
        }
        let terms: Vec<String> = codes.iter().map(|code| format!("{}{code}", mark::COUNTRY_CODE)).collect();
        self.scored(self.fields.text, &terms)
    }

    pub(super) fn place(&mut self, name: &str) -> Made {
        let folded = fold(name);
        // `Georgia, US` and `Georgia, United States` name the same term.
        let folded = match folded.rsplit_once(',') {
            Some((place, country)) => {
                let country = country.trim();
                let known = crate::article::country::by_name(country)
                    .or_else(|| crate::article::country::by_code(country));
                match known {
                    Some(country) => format!("{}, {}", place.trim(), country.code.to_lowercase()),
                    None => folded,
                }
            }
            None => folded,
        };
        if self.hidden == 0 {
            self.highlights.places.insert(folded.clone());
        }
        Ok(self.filter(self.fields.place, &[folded]))
    }

    pub(super) fn any(&mut self, entity: Entity) -> Made {
        if self.hidden == 0 {
            match entity {
                Entity::Person => self.highlights.any_person = true,
                Entity::Country => self.highlights.any_country = true,
                Entity::Date => self.highlights.dates.push((None, None)),
            }
        }
        let name = match entity {
            Entity::Person => "person",
            Entity::Country => "country",
            Entity::Date => "mentions",
        };
        Ok(self.filter(self.fields.has, &[name.to_owned()]))
    }

    /// The term of an entity kind in the text.
    pub(super) fn entity_mark(entity: Entity) -> &'static str {
        match entity {
            Entity::Person => mark::PERSON,
            Entity::Country => mark::COUNTRY,
            Entity::Date => mark::DATE,
        }
    }
}

/// The people of the index whose name, or a word of it, is nearest to a name that none has: at most one
/// wrong, missing, extra or swapped letter in four. Names with their number of articles, nearest first.
pub(in crate::index) fn nearest_people(
    searcher: &Searcher,
    fields: &Fields,
    path: &Path,
    name: &str,
) -> Result<Vec<(String, u64)>, EngineError> {
    let wanted = name_key(name);
    let most = wanted.chars().count() / 4;
    let whole = wanted.contains(' ');
    let dictionary = Dictionary { searcher, field: fields.text, path };
    let mut near: Vec<(usize, String)> = Vec::new();
    dictionary.each_beginning(mark::PERSON_KEY, |term| {
        let key = &term[mark::PERSON_KEY.len()..];
        let distance = if whole {
            edits(&wanted, key, most)
        } else {
            key.split(' ').filter_map(|word| edits(&wanted, word, most)).min()
        };
        if let Some(distance) = distance {
            near.push((distance, key.to_owned()));
        }
    })?;
    near.sort_unstable();
    near.dedup();
    let least = near.first().map_or(0, |(distance, _)| *distance);
    let mut counted = Vec::new();
    for (distance, key) in near.into_iter().filter(|(distance, _)| *distance == least).take(MOST_LOOKED_AT) {
        counted.push((distance, dictionary.count(&person_term(&key))?, capitalised(&key)));
    }
    counted.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)).then(a.2.cmp(&b.2)));
    Ok(counted.into_iter().take(MOST_NAMED).map(|(_, count, name)| (name, count)).collect())
}

/// Edits between two names, a swap of neighbours being one, when there are at most `most`.
fn edits(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let mut cost = (last[j] + usize::from(x != y)).min(last[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && a[i - 1] == *y && b[j - 1] == *x {
                cost = cost.min(before[j - 1] + 1);
            }
            row.push(cost);
        }
        if row.iter().min().is_some_and(|least| *least > most) {
            return None;
        }
        before = std::mem::replace(&mut last, row);
    }
    last.last().copied().filter(|cost| *cost <= most)
}

/// The term of a person in the text.
pub(super) fn person_term(key: &str) -> String {
    format!("{}{key}", mark::PERSON_KEY)
}

/// A name key as one reads it: `antony blinken` → `Antony Blinken`.
fn capitalised(key: &str) -> String {
    let mut out = String::with_capacity(key.len());
    for (i, word) in key.split(' ').enumerate() {
        if i > 0 {
            out.push(' ');
        }
        let mut chars = word.chars();
        out.extend(chars.next().into_iter().flat_map(char::to_uppercase));
        out.push_str(chars.as_str());
    }
    out
}
