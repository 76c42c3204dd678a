//! What the book says of people, for whoever lists or checks them.

use rustc_hash::FxHashSet;
use serde::Serialize;

use super::Book;
use super::derive::units;
use super::evidence::{Names, said};
use super::join::{Evidence, Refusals, Why, join};
use super::relation::Reason;
use super::rule::Rule;
use crate::article::name::{fold, name_key};
use crate::index::Index;
use crate::index::failure::{Context, guarded};
use crate::search::EngineError;

/// Most people near a person that are told.
const MOST_NEAR: usize = 20;

/// A person of the archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// The name the person goes by.
    pub name: String,
    /// Articles, each once.
    pub articles: u64,
    /// Every form of the name, the one above first, then the most frequent.
    pub forms: Vec<PersonForm>,
}

/// A form of a person's name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PersonForm {
    /// As it is written.
    pub name: String,
    /// Articles with it; 0 for a name that only the user gave.
    pub articles: u64,
    /// The rule that joined it.
    pub rule: Rule,
    /// The form it was compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub like: Option<String>,
}

/// Someone a person was not joined with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Near {
    /// The form of the person.
    pub form: String,
    /// The other person.
    pub other: String,
    /// Articles of the other person.
    pub articles: u64,
    /// What speaks against.
    pub why: &'static str,
}

/// Which people to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PeopleRequest {
    /// Only people with a form that has these words in this order; all when empty.
    pub words: String,
    /// Only people with a form that contains this text.
    pub like: Option<String>,
    /// Most people to return, those of most articles first.
    pub limit: usize,
}

impl Index {
    /// The people of the archive, and how many there are that fit the request.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    pub fn people(&self, request: &PeopleRequest) -> Result<(Vec<Person>, u64), EngineError> {
        guarded(self.path(), || self.read_people(request))
    }

    fn read_people(&self, request: &PeopleRequest) -> Result<(Vec<Person>, u64), EngineError> {
        let book = self.books.of(&self.searcher())?;
        let wanted = name_key(&request.words);
        let wanted: Vec<&str> = wanted.split(' ').filter(|word| !word.is_empty()).collect();
        let like = request.like.as_deref().map(fold);
        let fits = |name: &str| {
            let key = name_key(name);
            let mut words = key.split(' ');
            wanted.iter().all(|wanted| words.any(|word| word == *wanted))
                && like.as_deref().is_none_or(|like| fold(name).contains(like))
        };
        let any = wanted.is_empty() && like.is_none();
        let mut found: Vec<u32> = (0..book.people())
            .filter(|person| any || book.names_of(*person).any(|name| fits(book.name(name))))
            .collect();
        found.sort_by_key(|person| (std::cmp::Reverse(book.articles(*person)), *person));
        let all = found.len() as u64;
        found.truncate(request.limit);
        Ok((found.into_iter().map(|person| row(&book, person)).collect(), all))
    }

    /// What is wrong with `people.toml`; such a file joins nobody.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    pub fn people_note(&self) -> Result<Option<String>, EngineError> {
        guarded(self.path(), || self.read_people_note())
    }

    fn read_people_note(&self) -> Result<Option<String>, EngineError> {
        self.books.note(&self.searcher())
    }

    /// The person who has a form of this name, as it is written or else but for case, accents and hyphens.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    pub fn person_named(&self, name: &str) -> Result<Option<Person>, EngineError> {
        guarded(self.path(), || self.read_person_named(name))
    }

    fn read_person_named(&self, name: &str) -> Result<Option<Person>, EngineError> {
        let book = self.books.of(&self.searcher())?;
        Ok(book.person_named(name).map(|person| row(&book, person)))
    }

    /// Whom the person of this name was not joined with though names are alike, and why.
    ///
    /// # Errors
    /// [`EngineError`], by kind.
    pub fn people_near(&self, name: &str) -> Result<Vec<Near>, EngineError> {
        guarded(self.path(), || self.read_people_near(name))
    }

    fn read_people_near(&self, name: &str) -> Result<Vec<Near>, EngineError> {
        let searcher = self.searcher();
        let book = self.books.of(&searcher)?;
        let Some(person) = book.person_named(name) else { return Ok(Vec::new()) };
        // The rules are asked again: what they refused is not kept.
        let found = Names::read(&searcher).at(&self.path)?;
        let units = units(&found.names, &found.counts);
        let together = found.together(&searcher, &units);
        let own: FxHashSet<u32> =
            book.names_of(person).filter_map(|name| units.of_name.get(name as usize).copied()).collect();
        let mut refusals = Refusals::of(&own);
        let said = |word: &str| said(&searcher, self.fields.text, word);
        join(&units, &Evidence { together: &together, said: &said }, Some(&mut refusals));
        let name_of = |unit: u32| {
            let names = &units.all[unit as usize].names;
            names
                .iter()
                .copied()
                .max_by_key(|name| (book.count(*name), std::cmp::Reverse(*name)))
                .unwrap_or(0)
        };
        let mut near: Vec<(u64, Near)> = Vec::new();
        for refused in refusals.found {
            // Everybody of the family has another given name.
            if refused.why == Why::Against(Reason::Given) {
                continue;
            }
            let (form, other) = if own.contains(&refused.unit) {
                (refused.unit, refused.other)
            } else {
                (refused.other, refused.unit)
            };
            let other = book.person_of(name_of(other));
            if other == person {
                continue;
            }
            let articles = u64::from(book.articles(other));
            near.push((
                articles,
                Near {
                    form: book.name(name_of(form)).to_owned(),
                    other: book.title(other).to_owned(),
                    articles,
                    why: refused.why.says(),
                },
            ));
        }
        near.sort_by(|a, b| {
            b.0.cmp(&a.0).then_with(|| a.1.other.cmp(&b.1.other)).then_with(|| a.1.form.cmp(&b.1.form))
        });
        near.dedup_by(|a, b| a.1.other == b.1.other);
        Ok(near.into_iter().take(MOST_NEAR).map(|(_, near)| near).collect())
    }
}

fn row(book: &Book, person: u32) -> Person {
    let forms = book.names_of(person).map(|name| {
        let (rule, like) = book.join_of(name);
        PersonForm {
            name: book.name(name).to_owned(),
            articles: u64::from(book.count(name)),
            rule,
            like: (rule != Rule::Name && like != name).then(|| book.name(like).to_owned()),
        }
    });
    Person {
        name: book.title(person).to_owned(),
        articles: u64::from(book.articles(person)),
        forms: forms.collect(),
    }
}
