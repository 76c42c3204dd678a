//! Counting people: the names of matches through the book's table, each article once.

use std::sync::Arc;

use tantivy::DocId;
use tantivy::columnar::StrColumn;
use tantivy::directory::OwnedBytes;

use super::Book;
use super::rule::Rule;
use crate::index::batch::Batch;
use crate::index::rows::Gathered;
use crate::index::tally::Tally;

/// Articles by person, over all segments.
pub(in crate::index) struct PeopleCounts {
    book: Arc<Book>,
    tally: Tally,
    /// The names of the segment being counted, where there are no rows.
    column: Option<StrColumn>,
    /// The person of each of its ordinals.
    table: OwnedBytes,
    /// Articles of the segment that have a person under one name more, in order.
    doubles: OwnedBytes,
    /// The first of them that may still come.
    double: usize,
}

impl PeopleCounts {
    pub(in crate::index) fn new(book: Arc<Book>) -> Self {
        let mut tally = Tally::default();
        tally.reset(book.people() as usize);
        Self {
            book,
            tally,
            column: None,
            table: OwnedBytes::empty(),
            doubles: OwnedBytes::empty(),
            double: 0,
        }
    }

    /// Begins a segment: with its column, or with none where rows are counted or no article has a name.
    pub(in crate::index) fn open(&mut self, segment: u32, column: Option<StrColumn>) {
        self.doubles = self.book.doubles(segment);
        self.double = 0;
        self.table = self.book.table(segment);
        self.column = column;
    }

    /// Counts the people of articles, from their rows where there are any. Answers how many articles have none.
    pub(in crate::index) fn count(
        &mut self,
        docs: &[DocId],
        rows: Option<&Gathered>,
        batch: &mut Batch,
    ) -> u64 {
        let (table, _) = self.table.as_slice().as_chunks::<4>();
        let person =
            |name: u32| table.get(name as usize).map_or(u32::MAX, |person| u32::from_le_bytes(*person));
        let missing = match (rows, &self.column) {
            (Some(rows), _) => rows.count_people(&mut self.tally, person),
            (None, Some(column)) => batch.count(column, docs, &mut self.tally, person),
            (None, None) => return docs.len() as u64,
        };
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
