//! Clauses about people, countries and places.

use tantivy::query::Query;

use super::{Compiler, Made};
use crate::article::name::{fold, name_key};
use crate::index::document::person_word;
use crate::index::schema::mark;
use crate::query::ast::Entity;
use crate::search::EngineError;

/// Most people named in a note.
const MOST_NAMED: usize = 4;

impl Compiler<'_> {
    pub(super) fn person(&mut self, name: &str, exact: bool) -> Made {
        let keys = self.people(name, exact)?;
        Ok(self.scored(self.fields.person, &keys))
    }

    /// The name keys a name stands for: those that contain its words in order.
    pub(super) fn people(&mut self, name: &str, exact: bool) -> Result<Vec<String>, EngineError> {
        let wanted = name_key(name);
        if wanted.is_empty() {
            return Err(EngineError::User(format!("there is no name in '{name}'")));
        }
        let keys = if exact {
            let there = self.dictionary(self.fields.person).count(&wanted)? > 0;
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
        let keys = self.dictionary(self.fields.person);
        let mut found = keys.beginning(longest, wanted, fits)?;
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
        let dictionary = self.dictionary(self.fields.person);
        let mut counted = Vec::with_capacity(keys.len());
        for key in keys {
            counted.push((dictionary.count(key)?, key.as_str()));
        }
        counted.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(b.1)));
        let mut shown: Vec<String> = counted
            .iter()
            .take(MOST_NAMED)
            .map(|(count, key)| format!("{} {count}", capitalised(key)))
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
        let codes: Vec<String> = codes.iter().map(|code| (*code).to_owned()).collect();
        self.scored(self.fields.country, &codes)
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
