//! Finding and reading stored articles.

use std::path::Path;
use std::sync::Arc;

use tantivy::schema::document::{
    DeserializeError, DocumentDeserialize, DocumentDeserializer, ValueDeserialize, ValueDeserializer,
    ValueVisitor,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::store::StoreReader;
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

/// The document stores of an index, open.
#[derive(Clone)]
pub(super) struct Stores(Arc<[StoreReader]>);

impl Stores {
    /// Those of the segments a searcher sees.
    pub(super) fn open(searcher: &Searcher) -> tantivy::Result<Self> {
        let stores = searcher.segment_readers().iter().map(|segment| segment.get_store_reader(CACHED_BLOCKS));
        Ok(Self(stores.collect::<std::io::Result<_>>()?))
    }

    /// The encoded article at an address.
    pub(super) fn bytes(
        &self,
        at: DocAddress,
        packing: &Packing,
        path: &Path,
    ) -> Result<Vec<u8>, EngineError> {
        let store = self.0.get(at.segment_ord as usize).ok_or_else(|| unreadable(path))?;
        let document = store.get_document_bytes(at.doc_id).at(path)?;
        packed(&document).and_then(|packed| packing.unpack(packed)).ok_or_else(|| unreadable(path))
    }
}

/// The packed article of a document as tantivy stores it: one field, its number, its kind, the length, the bytes. tantivy
/// itself reads them one by one, which for an article takes longer than all else that is done to it.
pub(super) fn packed(document: &[u8]) -> Option<&[u8]> {
    let rest = document.strip_prefix(&[ONE])?;
    let (_, rest) = rest.split_first_chunk::<4>()?;
    let mut rest = rest.strip_prefix(&[BYTES])?;
    let mut length = 0;
    for shift in (0..32).step_by(7) {
        let (byte, behind) = rest.split_first()?;
        rest = behind;
        length |= usize::from(byte & !END) << shift;
        if byte & END != 0 {
            return (rest.len() == length).then_some(rest);
        }
    }
    None
}

/// Marks the last byte of a number.
const END: u8 = 0x80;
/// The number of fields.
const ONE: u8 = 1 | END;
/// tantivy's number for a field of bytes.
const BYTES: u8 = 4;
/// Blocks of a store kept in memory, of 16 KB each.
const CACHED_BLOCKS: usize = 100;

/// The encoded article at an address, for whoever has no store open.
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use tantivy::schema::{STORED, Schema};
    use tantivy::{IndexWriter, TantivyDocument};

    use super::*;

    #[test]
    fn a_document_holds_what_was_stored_in_it() {
        let mut schema = Schema::builder();
        let field = schema.add_bytes_field("article", STORED);
        let index = tantivy::Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 20_000_000).unwrap();
        let articles: Vec<Vec<u8>> = [0, 1, 127, 128, 20_000].map(|length| vec![0x83; length]).to_vec();
        for bytes in &articles {
            let mut document = TantivyDocument::default();
            document.add_bytes(field, bytes);
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let store = searcher.segment_reader(0).get_store_reader(0).unwrap();
        for (doc, bytes) in articles.iter().enumerate() {
            let document = store.get_document_bytes(doc as u32).unwrap();
            assert_eq!(packed(&document), Some(bytes.as_slice()));
            for cut in 0..document.len().min(200) {
                assert_eq!(packed(&document[..cut]), None, "{cut}");
            }
        }
    }
}
