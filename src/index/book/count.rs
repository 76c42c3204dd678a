//! Counting people: the names of matches through the book's table, each article once.

use std::sync::Arc;

use tantivy::DocId;
use tantivy::columnar::StrColumn;
use tantivy::directory::OwnedBytes;

use super::Book;
use super::rule::Rule;
use crate::article::name::fold;
use crate::search::{FacetCounts, FacetRequest, FacetValue};

/// Articles by person.
pub(in crate::index) struct PeopleCounts {
    book: Arc<Book>,
    counts: Vec<u32>,
    /// People with articles, so that few matches cost no walk over all people.
    counted: Vec<u32>,
    /// The names of the segment being counted, and the person of each ordinal.
    column: Option<(StrColumn, OwnedBytes)>,
    here: Vec<u32>,
}

impl PeopleCounts {
    pub(in crate::index) fn new(book: Arc<Book>) -> Self {
        let counts = vec![0; book.people() as usize];
        Self { book, counts, counted: Vec::new(), column: None, here: Vec::new() }
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
        let mut article = DocId::MAX;
        for (doc, ordinal) in docs.iter().zip(ordinals) {
            if *doc != article {
                article = *doc;
                self.here.clear();
            }
            let person = table.get(*ordinal as usize).map_or(u32::MAX, |bytes| u32::from_le_bytes(*bytes));
            if self.here.contains(&person) {
                continue;
            }
            self.here.push(person);
            if let Some(count) = self.counts.get_mut(person as usize) {
                if *count == 0 {
                    self.counted.push(person);
                }
                *count += 1;
            }
        }
    }

    /// The counts as asked for. `missing` is the number of articles without people.
    pub(in crate::index) fn finish(self, request: &FacetRequest, missing: u64) -> FacetCounts {
        let Self { book, counts, counted, .. } = self;
        let like = request.like.as_deref().map(fold);
        let mut people: Vec<(u32, u32)> = counted
            .into_iter()
            .map(|person| (counts[person as usize], person))
            .filter(|(count, _)| u64::from(*count) >= request.min_count)
            .filter(|(_, person)| {
                let mut names = book.names_of(*person).map(|name| book.name(name));
                like.as_deref().is_none_or(|like| names.any(|name| fold(name).contains(like)))
            })
            .collect();
        let distinct = people.len() as u64;
        let end = request.offset.saturating_add(request.limit).min(people.len());
        // The numbers of people are in order of their names.
        let order = |a: &(u32, u32), b: &(u32, u32)| b.0.cmp(&a.0).then(a.1.cmp(&b.1));
        if end > 0 && end < people.len() {
            people.select_nth_unstable_by(end - 1, order);
        }
        people.truncate(end);
        people.sort_unstable_by(order);
        let values = people.into_iter().skip(request.offset).map(|(count, person)| FacetValue {
            value: book.title(person).to_owned(),
            label: book.title(person).to_owned(),
            count: u64::from(count),
            also: also(&book, person),
        });
        FacetCounts { facet: request.facet, values: values.collect(), distinct, missing }
    }
}

/// The other names of a person, most frequent first, without those that differ in case and the like alone.
pub(in crate::index) fn also(book: &Book, person: u32) -> Vec<String> {
    let others = book.names_of(person).skip(1).filter(|name| book.join_of(*name).0 != Rule::SameKey);
    others.map(|name| book.name(name).to_owned()).collect()
}
