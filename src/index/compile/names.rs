//! Clauses about people, countries and places.

use std::cmp::Reverse;
use std::path::Path;

use tantivy::Searcher;
use tantivy::query::{BooleanQuery, Query};

use super::{Compiler, MOST_SCORED, Made};
use crate::article::name::{fold, name_key};
use crate::index::book::{Book, also, edits};
use crate::index::dictionary::{Dictionary, MOST_WORDS, too_many};
use crate::index::schema::{Fields, mark, surname};
use crate::query::ast::Entity;
use crate::search::{EngineError, grouped};

/// Most equally near people whose articles are counted.
const MOST_LOOKED_AT: usize = 200;
/// Most people named in a note.
const MOST_NAMED: usize = 4;

impl Compiler<'_> {
    pub(super) fn person(&mut self, name: &str, exact: bool) -> Made {
        let mut keys = self.people(name, exact)?;
        let word = name_key(name);
        // All names that end with the word are meant, so that one term finds them: a search for two hundred names took
        // twice as long one by one.
        let mut ending = None;
        if keys.len() > MOST_SCORED && !word.contains(' ') {
            keys.retain(|key| surname(key) != Some(&word));
            ending = Some(self.scored(self.fields.surname, &[word]));
        }
        let terms: Vec<String> = keys.iter().map(|key| person_term(key)).collect();
        let others = self.scored(self.fields.text, &terms);
        Ok(match ending {
            None => others,
            Some(ending) if keys.is_empty() => ending,
            Some(ending) => Box::new(BooleanQuery::union(vec![ending, others])),
        })
    }

    /// The name keys a name stands for: of all forms of the people who have a form with its words in order.
    /// An exact name is that form alone.
    pub(super) fn people(&mut self, name: &str, exact: bool) -> Result<Vec<String>, EngineError> {
        let wanted = name_key(name);
        if wanted.is_empty() {
            return Err(EngineError::User(format!("there is no name in '{name}'")));
        }
        let keys = if exact {
            let there = self.dictionary(self.fields.text).count(&person_term(&wanted))? > 0;
            if there { vec![wanted] } else { Vec::new() }
        } else {
            self.every_form(name, &wanted)?
        };
        if self.hidden == 0 {
            self.highlights.people.extend(keys.iter().cloned());
        }
        Ok(keys)
    }

    /// The keys of all forms of the people who have a form with the words.
    fn every_form(&mut self, name: &str, wanted: &str) -> Result<Vec<String>, EngineError> {
        let book = self.books.of(self.searcher)?;
        self.notes.extend(self.books.note(self.searcher)?.filter(|note| !self.notes.contains(note)));
        let words: Vec<&str> = wanted.split(' ').collect();
        let longest = words.iter().max_by_key(|word| word.len()).copied().unwrap_or(wanted);
        let mut fitting: Vec<(u32, &str)> =
            book.with_word(longest).filter(|(_, key)| fits(&words, key)).collect();
        fitting.sort_unstable();
        let mut people: Vec<u32> = fitting.iter().map(|(form, _)| book.person_of(*form)).collect();
        people.sort_unstable();
        people.dedup();
        // Most forms fit, and the book has their keys: to make those of two hundred anew takes 40 µs.
        let key = |form: u32| match fitting.binary_search_by_key(&form, |(fitting, _)| *fitting) {
            Ok(at) => fitting[at].1.to_owned(),
            Err(_) => name_key(book.name(form)),
        };
        let mut keys: Vec<String> =
            people.iter().flat_map(|person| book.names_of(*person)).map(key).collect();
        keys.sort_unstable();
        keys.dedup();
        if keys.len() > MOST_WORDS {
            return Err(too_many(wanted));
        }
        self.name_people(name, &book, people);
        Ok(keys)
    }

    /// Says which people a name was read as, or under which other names its one person is found.
    fn name_people(&mut self, name: &str, book: &Book, mut people: Vec<u32>) {
        if let [person] = people[..] {
            let mut also = also(book, person);
            let (asked, title) = (name_key(name), book.title(person));
            also.retain(|form| name_key(form) != asked);
            if !also.is_empty() {
                let more = also.len().saturating_sub(MOST_NAMED);
                let mut shown: Vec<String> = also.into_iter().take(MOST_NAMED).collect();
                if more > 0 {
                    shown.push(format!("{more} more"));
                }
                let who = match name_key(title) == asked {
                    true => format!("{title} is"),
                    false => format!("'{name}' is {title},"),
                };
                self.notes.push(format!("{who} also written {}", shown.join(" · ")));
            }
            return;
        }
        people.sort_unstable_by_key(|person| (Reverse(book.articles(*person)), *person));
        let mut shown: Vec<String> = people
            .iter()
            .take(MOST_NAMED)
            .map(|person| format!("{} {}", book.title(*person), grouped(u64::from(book.articles(*person)))))
            .collect();
        if people.len() > MOST_NAMED {
            shown.push(format!("{} more", people.len() - MOST_NAMED));
        }
        if people.len() > 1 {
            self.notes.push(format!("{} people match '{name}': {}", people.len(), shown.join(" · ")));
        }
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
    book: &Book,
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
    let near = near.iter().filter(|(distance, _)| *distance == least).take(MOST_LOOKED_AT);
    let mut people: Vec<u32> =
        near.filter_map(|(_, key)| Some(book.person_of(book.with_key(key).next()?))).collect();
    people.sort_unstable_by_key(|person| (Reverse(book.articles(*person)), *person));
    people.dedup();
    let named = |person: u32| (book.title(person).to_owned(), u64::from(book.articles(person)));
    Ok(people.into_iter().take(MOST_NAMED).map(named).collect())
}

/// The term of a person in the text.
pub(super) fn person_term(key: &str) -> String {
    [mark::PERSON_KEY, key].concat()
}

/// Whether a key holds the words in order.
fn fits(words: &[&str], key: &str) -> bool {
    let mut key = key.split(' ');
    words.iter().all(|word| key.any(|other| other == *word))
}
