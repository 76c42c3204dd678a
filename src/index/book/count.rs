//! Counting people: the names of matches through the book's table, each article once.

use std::sync::Arc;

use tantivy::DocId;
use tantivy::columnar::StrColumn;
use tantivy::directory::OwnedBytes;

use super::Book;
use super::rule::Rule;
use crate::index::tally::Tally;

/// Articles by person, over all segments.
pub(in crate::index) struct PeopleCounts {
    book: Arc<Book>,
    tally: Tally,
    /// The names of the segment being counted, and the person of each ordinal.
    column: Option<(StrColumn, OwnedBytes)>,
    people: Vec<u64>,
}

impl PeopleCounts {
    pub(in crate::index) fn new(book: Arc<Book>) -> Self {
        let mut tally = Tally::default();
        tally.reset(book.people() as usize);
        Self { book, tally, column: None, people: Vec::new() }
    }

    /// Begins a segment.
    pub(in crate::index) fn open(&mut self, segment: usize, column: Option<StrColumn>) {
        self.column = column.map(|column| (column, self.book.table(segment)));
    }

    /// The names of the segment; none where no article has any.
    pub(in crate::index) fn column(&self) -> Option<&StrColumn> {
        self.column.as_ref().map(|(column, _)| column)
    }

    /// Counts names: `docs` and `ordinals` run in parallel, in order of the articles.
    pub(in crate::index) fn count(&mut self, docs: &[DocId], ordinals: &[u64]) {
        let Some((_, table)) = &self.column else { return };
        let (table, _) = table.as_slice().as_chunks::<4>();
        self.people.clear();
        // Where the people of the article begin.
        let (mut article, mut begin) = (DocId::MAX, 0);
        for (doc, ordinal) in docs.iter().zip(ordinals) {
            if *doc != article {
                (article, begin) = (*doc, self.people.len());
            }
            let person = table.get(*ordinal as usize).map_or(u32::MAX, |bytes| u32::from_le_bytes(*bytes));
            if !self.people[begin..].contains(&u64::from(person)) {
                self.people.push(u64::from(person));
            }
        }
        self.tally.add(&self.people);
    }

    /// The book they are counted by.
    pub(in crate::index) fn book(&self) -> Arc<Book> {
        Arc::clone(&self.book)
    }

    /// Articles by person.
    pub(in crate::index) fn take(&mut self) -> Tally {
        std::mem::take(&mut self.tally)
    }
}

/// The other names of a person, most frequent first, without those that differ in case and the like alone.
pub(in crate::index) fn also(book: &Book, person: u32) -> Vec<String> {
    let others = book.names_of(person).skip(1).filter(|name| book.join_of(*name).0 != Rule::SameKey);
    others.map(|name| book.name(name).to_owned()).collect()
}
