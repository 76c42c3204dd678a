//! A query for the articles that hold any of many words.

use std::sync::Arc;

use tantivy::postings::BlockSegmentPostings;
use tantivy::query::{BitSetDocSet, ConstScorer, EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{BitSet, DocId, Score, SegmentReader, TantivyError, Term};

use crate::index::schema::term;

/// Finds articles that hold any of some words, and does not weigh by their number.
///
/// Each word is looked up by itself. tantivy's query for a set of terms builds an automaton of them first, which takes
/// a quarter of a millisecond however few there are.
#[derive(Clone, Debug)]
pub(super) struct AnyQuery {
    field: Field,
    words: Arc<[Term]>,
}

impl AnyQuery {
    pub(super) fn new(field: Field, words: &[String]) -> Self {
        Self { field, words: words.iter().map(|word| term(field, word)).collect() }
    }

    fn articles(&self, reader: &SegmentReader) -> tantivy::Result<BitSet> {
        let mut articles = BitSet::with_max_value(reader.max_doc());
        let index = reader.inverted_index(self.field)?;
        let mut opened: Option<BlockSegmentPostings> = None;
        for word in self.words.iter() {
            let Some(found) = index.get_term_info(word)? else { continue };
            let postings = match &mut opened {
                Some(postings) => {
                    index.reset_block_postings_from_terminfo(&found, postings)?;
                    postings
                }
                None => {
                    let basic = IndexRecordOption::Basic;
                    opened.insert(index.read_block_postings_from_terminfo(&found, basic)?)
                }
            };
            while !postings.docs().is_empty() {
                for doc in postings.docs() {
                    articles.insert(*doc);
                }
                postings.advance();
            }
        }
        Ok(articles)
    }
}

impl Query for AnyQuery {
    fn weight(&self, _: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(self.clone()))
    }
}

impl Weight for AnyQuery {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        Ok(Box::new(ConstScorer::new(BitSetDocSet::from(self.articles(reader)?), boost)))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        match self.articles(reader)?.contains(doc) {
            true => Ok(Explanation::new("any of many words", 1.0)),
            false => Err(TantivyError::InvalidArgument(format!("document {doc} holds none of the words"))),
        }
    }
}
