//! A query for documents that are known.

use std::collections::HashMap;
use std::sync::Arc;

use tantivy::index::SegmentId;
use tantivy::query::{ConstScorer, EmptyScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::{DocAddress, DocId, DocSet, Score, Searcher, SegmentReader, TERMINATED, TantivyError};

/// Finds documents that are known, wherever they are from.
#[derive(Clone, Debug)]
pub(in crate::index) struct Documents(HashMap<SegmentId, Arc<[DocId]>>);

impl Documents {
    /// The query for some documents of what a searcher sees.
    pub(in crate::index) fn new(searcher: &Searcher, documents: impl Iterator<Item = DocAddress>) -> Self {
        let mut by_segment: HashMap<SegmentId, Vec<DocId>> = HashMap::new();
        for at in documents {
            by_segment
                .entry(searcher.segment_reader(at.segment_ord).segment_id())
                .or_default()
                .push(at.doc_id);
        }
        Self(
            by_segment
                .into_iter()
                .map(|(segment, mut docs)| {
                    docs.sort_unstable();
                    docs.dedup();
                    (segment, docs.into())
                })
                .collect(),
        )
    }
}

impl Query for Documents {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for Documents {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(match self.0.get(&reader.segment_id()) {
            None => Box::new(EmptyScorer),
            Some(docs) => Box::new(ConstScorer::new(Walk { docs: Arc::clone(docs), at: 0 }, boost)),
        })
    }

    fn explain(&self, _: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        Err(TantivyError::InvalidArgument(format!("document {doc} is asked for by its number")))
    }
}

/// Walks over documents in order.
struct Walk {
    docs: Arc<[DocId]>,
    at: usize,
}

impl DocSet for Walk {
    fn advance(&mut self) -> DocId {
        self.at += 1;
        self.doc()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        let rest = self.docs.get(self.at..).unwrap_or_default();
        self.at += rest.partition_point(|doc| *doc < target);
        self.doc()
    }

    fn doc(&self) -> DocId {
        self.docs.get(self.at).copied().unwrap_or(TERMINATED)
    }

    fn size_hint(&self) -> u32 {
        self.docs.len() as u32
    }
}
