//! Finding and reading stored articles.

use std::path::Path;

use tantivy::schema::document::{
    DeserializeError, DocumentDeserialize, DocumentDeserializer, ValueDeserialize, ValueDeserializer,
    ValueVisitor,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocAddress, DocSet, Searcher, TERMINATED};

use super::damaged;
use super::failure::Context;
use super::packed::Packing;
use super::schema::term;
use crate::search::EngineError;

/// The bytes of a stored article, packed.
pub(super) struct StoredBytes(pub(super) Vec<u8>);

impl DocumentDeserialize for StoredBytes {
    fn deserialize<'de, D>(mut deserializer: D) -> Result<Self, DeserializeError>
    where
        D: DocumentDeserializer<'de>,
    {
        let mut bytes = Vec::new();
        while let Some((_, Bytes(value))) = deserializer.next_field()? {
            bytes = value;
        }
        Ok(Self(bytes))
    }
}

struct Bytes(Vec<u8>);

impl ValueDeserialize for Bytes {
    fn deserialize<'de, D>(deserializer: D) -> Result<Self, DeserializeError>
    where
        D: ValueDeserializer<'de>,
    {
        struct Visitor;
        impl ValueVisitor for Visitor {
            type Value = Bytes;

            fn visit_bytes(&self, bytes: Vec<u8>) -> Result<Bytes, DeserializeError> {
                Ok(Bytes(bytes))
            }
        }
        deserializer.deserialize_any(Visitor)
    }
}

/// The encoded article at an address.
pub(super) fn bytes(
    searcher: &Searcher,
    at: DocAddress,
    packing: &Packing,
    path: &Path,
) -> Result<Vec<u8>, EngineError> {
    let packed = searcher.doc::<StoredBytes>(at).at(path)?;
    packing.unpack(&packed.0).ok_or_else(|| unreadable(path))
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
