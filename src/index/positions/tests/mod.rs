//! Positions in small articles made for the test.

#![allow(clippy::unwrap_used)]

mod examples;
mod naive;
mod random;
mod timing;

use std::sync::Arc;

use tantivy::collector::DocSetCollector;
use tantivy::query::Query;
use tantivy::{Index, Searcher};

use super::{PositionQuery, Terms, Tree};
use crate::index::schema::{self, BODY_START, Fields, mark};
use crate::index::segment::{Building, Lists};
use crate::index::stem::Stems;

/// A word of a test article.
#[derive(Clone, Debug, Default)]
struct Word {
    text: String,
    /// Begins a sentence; a paragraph.
    sentence: bool,
    paragraph: bool,
    /// Belongs to a mention of the person of this key.
    person: Option<u8>,
    /// Begins a new mention directly behind another.
    next: bool,
}

/// A test article: title, then body.
#[derive(Clone, Debug, Default)]
struct Text {
    title: Vec<Word>,
    body: Vec<Word>,
}

impl Text {
    /// Reads `title | body`: a full stop ends a sentence, `/` a paragraph, `[0 word word]` is a mention of the
    /// person 0.
    fn read(text: &str) -> Self {
        let (title, body) = text.split_once('|').unwrap_or(("", text));
        Self { title: read_part(title), body: read_part(body) }
    }

    /// Terms with their positions, in the order of the index.
    fn terms(&self) -> Vec<(String, u32)> {
        let mut terms = Vec::new();
        for (part, from) in [(&self.title, 0), (&self.body, BODY_START)] {
            for (word, at) in part.iter().zip(from..) {
                let mut push = |term: String| terms.push((term, at));
                push(Stems::default().of(&word.text));
                if written(&word.text) != word.text {
                    push(written(&word.text));
                }
                let first = at == from;
                for (mark, stands) in [
                    (mark::SENTENCE, !first && word.sentence && !word.paragraph),
                    (mark::PARAGRAPH, first || word.paragraph),
                    (mark::PERSON, word.person.is_some()),
                    (mark::NEXT_MENTION, word.next),
                ] {
                    if stands {
                        push(mark.to_owned());
                    }
                }
                // Who it is stands at the first word of a mention.
                let before = at.checked_sub(from + 1).and_then(|before| part[before as usize].person);
                if let Some(key) = word.person
                    && (word.next || before.is_none())
                {
                    push(format!("{}{key}", mark::PERSON_KEY));
                }
            }
        }
        if let Some(end) = self.lead_end() {
            terms.push((mark::LEAD_END.to_owned(), end));
        }
        terms
    }

    /// Position of the last word of the lead.
    fn lead_end(&self) -> Option<u32> {
        let words = self.body.iter().skip(1).take_while(|word| !word.paragraph).count() as u32;
        (!self.body.is_empty()).then_some(BODY_START + words)
    }
}

/// The term of a word as written.
fn written(word: &str) -> String {
    if Stems::default().of(word) == word { word.to_owned() } else { format!("{}{word}", mark::WRITTEN) }
}

fn read_part(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let (mut sentence, mut paragraph) = (false, false);
    let mut person = None;
    let mut begins = false;
    for token in text.split_whitespace() {
        match token {
            "/" => paragraph = true,
            "." => sentence = true,
            _ => {
                if let Some(key) = token.strip_prefix('[') {
                    (person, begins) = (Some(key.parse().unwrap()), true);
                    continue;
                }
                let text = token.trim_end_matches(']');
                let next = begins && words.last().is_some_and(|word| word.person.is_some());
                words.push(Word { text: text.to_owned(), sentence, paragraph, person, next });
                (sentence, paragraph, begins) = (false, false, false);
                if token.ends_with(']') {
                    person = None;
                }
            }
        }
    }
    words
}

/// An index of test articles, in their order.
fn index(texts: &[Text]) -> Searcher {
    built(texts.iter(), |text, lists| {
        for (term, at) in text.terms() {
            push(lists, &term, at);
        }
    })
}

/// Adds an occurrence of a term as the index keeps it: what has no anchor weighs more in a title.
fn push(lists: &mut Lists, term: &str, at: u32) {
    let number = lists.number(None, term);
    match schema::anchor(term, &Stems::default()) {
        Some(anchor) => {
            let anchor = lists.number(None, &anchor);
            lists.push_anchored(number, anchor, at);
        }
        None => {
            let weight = if at < BODY_START { 2 } else { 1 };
            (0..weight).for_each(|_| lists.push_number(number, at));
        }
    }
}

/// An index of one segment; `cut` puts the words of an article in place.
fn built<T>(articles: impl Iterator<Item = T>, cut: impl Fn(T, &mut Lists)) -> Searcher {
    let (fields, schema) = Fields::build();
    let index = Index::create_in_ram(schema);
    let mut segment = Building::begin(&index).unwrap();
    for article in articles {
        cut(article, segment.lists(fields.text));
        segment.end_article();
        segment.store(fields.stored, &[]).unwrap();
    }
    let mut writer = index.writer_with_num_threads::<tantivy::TantivyDocument>(1, 15_000_000).unwrap();
    segment.finish(|segment| writer.add_segment(segment)).unwrap();
    writer.commit().unwrap();
    index.reader().unwrap().searcher()
}

fn query(tree: &Tree) -> PositionQuery {
    let (fields, _) = Fields::build();
    PositionQuery { field: fields.text, norms: None, tree: Arc::new(tree.clone()) }
}

/// Numbers of the articles a query finds.
fn found(searcher: &Searcher, query: &dyn Query) -> Vec<u32> {
    let mut found: Vec<u32> =
        searcher.search(query, &DocSetCollector).unwrap().into_iter().map(|address| address.doc_id).collect();
    found.sort_unstable();
    found
}

fn terms(all: &str) -> Terms {
    Terms { any: all.split(' ').map(written).collect(), not: Vec::new() }
}

fn words(all: &str) -> Tree {
    Tree::Words(terms(all))
}

fn phrase(text: &str, slop: u32) -> Tree {
    Tree::Phrase { slots: (0..).zip(text.split(' ').map(terms)).collect(), slop }
}

fn any_person() -> Tree {
    Tree::Mentions { terms: None, kind: mark::PERSON }
}

fn person(key: u8) -> Tree {
    Tree::Mentions { terms: Some(vec![format!("{}{key}", mark::PERSON_KEY)]), kind: mark::PERSON }
}

fn near(left: Tree, distance: u32, right: Tree) -> Tree {
    Tree::Near { left: Box::new(left), right: Box::new(right), distance, ordered: false, negated: false }
}

fn before(left: Tree, distance: u32, right: Tree) -> Tree {
    Tree::Near { left: Box::new(left), right: Box::new(right), distance, ordered: true, negated: false }
}

fn not_near(left: Tree, distance: u32, right: Tree) -> Tree {
    Tree::Near { left: Box::new(left), right: Box::new(right), distance, ordered: false, negated: true }
}
