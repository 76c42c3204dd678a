//! Counting people: the names of matches through the book's table, each article once.

use std::sync::Arc;

use tantivy::DocId;
use tantivy::directory::OwnedBytes;

use super::Book;
use super::rule::Rule;
use crate::index::batch::Batch;
use crate::index::rows::Values;
use crate::index::tally::Tally;

/// Articles by person, over all segments.
pub(in crate::index) struct PeopleCounts {
    book: Arc<Book>,
    tally: Tally,
    /// The names of the segment being counted, and the person of each ordinal.
    names: Option<(Values, OwnedBytes)>,
    /// Articles of the segment that have a person under one name more, in order.
    doubles: OwnedBytes,
    /// The first of them that may still come.
    double: usize,
}

impl PeopleCounts {
    pub(in crate::index) fn new(book: Arc<Book>) -> Self {
        let mut tally = Tally::default();
        tally.reset(book.people() as usize);
        Self { book, tally, names: None, doubles: OwnedBytes::empty(), double: 0 }
    }

    /// Begins a segment.
    pub(in crate::index) fn open(&mut self, segment: u32, names: Option<Values>) {
        self.doubles = self.book.doubles(segment);
        self.double = 0;
        self.names = names.map(|names| (names, self.book.table(segment)));
    }

    /// Counts the people of articles, and answers how many articles have none.
    pub(in crate::index) fn count(&mut self, docs: &[DocId], batch: &mut Batch) -> u64 {
        let Some((names, table)) = &self.names else { return docs.len() as u64 };
        let (table, _) = table.as_slice().as_chunks::<4>();
        let person =
            |ordinal: u32| table.get(ordinal as usize).map_or(u32::MAX, |person| u32::from_le_bytes(*person));
        let missing = names.count(docs, batch, &mut self.tally, person);
        self.take_off_doubles(docs);
        missing
    }

    /// Takes off what articles have counted twice.
    fn take_off_doubles(&mut self, docs: &[DocId]) {
        let (Some(first), Some(last)) = (docs.first(), docs.last()) else { return };
        let (doubles, _) = self.doubles.as_slice().as_chunks::<4>();
        let (doubles, _) = doubles.as_chunks::<2>();
        let read = |pair: &[[u8; 4]; 2]| pair.map(u32::from_le_bytes);
        // Both are in order of the articles.
        self.double += doubles[self.double..].partition_point(|pair| read(pair)[0] < *first);
        let mut next = 0;
        while let Some([doc, person]) = doubles.get(self.double).map(read).filter(|[doc, _]| doc <= last) {
            self.double += 1;
            next += docs[next..].partition_point(|other| *other < doc);
            if docs.get(next) == Some(&doc) {
                self.tally.take_off(person, 1);
            }
        }
    }

    /// Adds what was counted of other articles.
    pub(in crate::index) fn add(&mut self, others: &Self) {
        self.tally.add_all(&others.tally);
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
