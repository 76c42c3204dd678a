//! People: who is named in an article, where, and which mentions are one person.
//!
//! Of the tokens of a [`Text`] only capitalised ones can be names, in runs of neighbours ([`document`]). A conditional random field ([`crf`]) over hashed features ([`feature`]) gives each
//! token a probability; a second stage ([`context`]) corrects it by the rest of the article; rules
//! ([`name`]) cut titles and possessives, find what the labels miss ([`recall`]) and drop what only looks like a person
//! ([`others`]); mentions of one person are joined ([`join`]). The name lists
//! are in [`lexicon`], the weights in [`model`]; [`learn`] makes them.

mod context;
mod crf;
mod document;
mod feature;
mod join;
mod known;
#[doc(hidden)]
pub mod learn;
mod lexicon;
mod model;
mod name;
mod others;
mod recall;
mod tag;
#[cfg(test)]
mod tests;

pub use known::KnownWords;

use super::Person;
use super::text::Text;
use document::Document;
use lexicon::Lexicon;
use model::Model;

/// Finds the people of an article.
#[derive(Debug)]
pub struct Tagger {
    lexicon: Lexicon,
    model: Model,
}

impl Default for Tagger {
    fn default() -> Self {
        Self::new()
    }
}

impl Tagger {
    /// Builds the look-up tables and reads the model compiled in; takes some milliseconds.
    pub fn new() -> Self {
        Self { lexicon: Lexicon::new(), model: Model::built_in() }
    }

    /// The people of title and body, in order of first mention, each once and under the fullest form of
    /// the name. Text without people gives none.
    pub fn find(&self, text: &Text<'_>) -> Vec<Person> {
        let document = Document::new(text, &self.lexicon);
        let labels = tag::tag(&document, &self.model);
        let names = name::names(&document, &labels);
        join::people(&document, names)
    }
}
