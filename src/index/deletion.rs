//! Deleting an article from what the index holds at that moment, and not from what is added later.
//!
//! tantivy compares the age of a deletion with that of each document of the segments it builds itself. Of a segment
//! that is handed to it whole it only says that it "may" see earlier deletions; the article that replaces another
//! would go with it. So a deletion knows which segments came after it.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use tantivy::index::{SegmentId, SegmentMeta};
use tantivy::query::{EmptyScorer, EnableScoring, Explanation, Query, Scorer, TermQuery, Weight};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocId, IndexWriter, Score, SegmentReader, Term};

/// The order in which segments were added to the index. Clones share it.
#[derive(Clone, Debug, Default)]
pub(super) struct Additions(Arc<Mutex<Order>>);

#[derive(Debug, Default)]
struct Order {
    /// Segments added so far.
    added: u64,
    /// How many were added before each.
    before: FxHashMap<SegmentId, u64>,
}

impl Additions {
    /// Adds a segment.
    ///
    /// # Errors
    /// What tantivy answers.
    pub(super) fn add(&self, writer: &IndexWriter, segment: SegmentMeta) -> tantivy::Result<()> {
        self.with(|order| {
            order.before.insert(segment.id(), order.added);
            order.added += 1;
        });
        writer.add_segment(segment)
    }

    /// Deletes what has a term in the segments that are there.
    ///
    /// # Errors
    /// What tantivy answers.
    pub(super) fn delete(&self, writer: &IndexWriter, term: Term) -> tantivy::Result<()> {
        let added = self.with(|order| order.added);
        writer.delete_query(Box::new(Deletion { term, added, additions: self.clone() }))?;
        Ok(())
    }

    /// Whether a segment was there when so many had been added. One that is not known was there from the start, or
    /// was merged of such; what is merged has seen all earlier deletions.
    fn was_there(&self, segment: SegmentId, added: u64) -> bool {
        self.with(|order| order.before.get(&segment).is_none_or(|before| *before < added))
    }

    fn with<R>(&self, work: impl FnOnce(&mut Order) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The articles with a term in the segments that were there when so many had been added.
#[derive(Clone, Debug)]
struct Deletion {
    term: Term,
    added: u64,
    additions: Additions,
}

impl Query for Deletion {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        let weight = TermQuery::new(self.term.clone(), IndexRecordOption::Basic).weight(scoring)?;
        Ok(Box::new(DeletionWeight { weight, added: self.added, additions: self.additions.clone() }))
    }
}

struct DeletionWeight {
    weight: Box<dyn Weight>,
    added: u64,
    additions: Additions,
}

impl Weight for DeletionWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        if self.additions.was_there(reader.segment_id(), self.added) {
            self.weight.scorer(reader, boost)
        } else {
            Ok(Box::new(EmptyScorer))
        }
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.weight.explain(reader, doc)
    }
}
