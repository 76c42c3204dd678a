//! Finding and reading stored articles.

use std::path::Path;
use std::sync::Arc;

use tantivy::schema::{Field, IndexRecordOption};
use tantivy::store::StoreReader;
use tantivy::{DocAddress, DocSet, Searcher, TERMINATED};

use super::failure::Context;
use super::packed::{Packing, Unpacked};
use super::schema::term;
use super::{damaged, kept};
use crate::search::EngineError;

/// The document stores of an index, open.
#[derive(Clone)]
pub(super) struct Stores(Arc<[StoreReader]>);

impl Stores {
    /// Those of the segments a searcher sees.
    pub(super) fn open(searcher: &Searcher) -> tantivy::Result<Self> {
        let stores = searcher.segment_readers().iter().map(|segment| segment.get_store_reader(CACHED_BLOCKS));
        Ok(Self(stores.collect::<std::io::Result<_>>()?))
    }

    /// The article at an address.
    pub(super) fn article(
        &self,
        at: DocAddress,
        packing: &Packing,
        path: &Path,
    ) -> Result<Unpacked, EngineError> {
        let store = self.0.get(at.segment_ord as usize).ok_or_else(|| unreadable(path))?;
        unpacked(store, at, packing, path)
    }
}

/// Blocks of a store kept in memory, of 16 KB each.
const CACHED_BLOCKS: usize = 100;

/// The article at an address, for whoever has no store open.
pub(super) fn article(
    searcher: &Searcher,
    at: DocAddress,
    packing: &Packing,
    path: &Path,
) -> Result<Unpacked, EngineError> {
    let store = searcher.segment_reader(at.segment_ord).get_store_reader(0).at(path)?;
    unpacked(&store, at, packing, path)
}

fn unpacked(
    store: &StoreReader,
    at: DocAddress,
    packing: &Packing,
    path: &Path,
) -> Result<Unpacked, EngineError> {
    let document = store.get_document_bytes(at.doc_id).at(path)?;
    kept::packed(&document).and_then(|packed| packing.unpack(packed)).ok_or_else(|| unreadable(path))
}

/// The error of a stored article that cannot be read.
pub(super) fn unreadable(path: &Path) -> EngineError {
    damaged(path, "a stored article cannot be read")
}

/// Where the article of an id is.
pub(super) fn find(
    searcher: &Searcher,
    field: Field,
    id: &str,
    path: &Path,
) -> Result<Option<DocAddress>, EngineError> {
    let term = term(field, id);
    for (ord, segment) in searcher.segment_readers().iter().enumerate() {
        let terms = segment.inverted_index(field).at(path)?;
        let Some(mut postings) = terms.read_postings(&term, IndexRecordOption::Basic).at(path)? else {
            continue;
        };
        while postings.doc() != TERMINATED {
            let doc = postings.doc();
            if segment.alive_bitset().is_none_or(|alive| alive.is_alive(doc)) {
                return Ok(Some(DocAddress::new(ord as u32, doc)));
            }
            postings.advance();
        }
    }
    Ok(None)
}
