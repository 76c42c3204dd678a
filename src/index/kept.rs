//! A stored article as a document of tantivy's: one field, its number, its kind, the length, the bytes.
//!
//! tantivy itself writes and reads the bytes one by one: for an article that takes longer than to find it, and a
//! fiftieth of the time of indexing.

use tantivy::schema::Field;

/// Marks the last byte of a number.
const END: u8 = 0x80;
/// The number of fields.
const ONE: u8 = 1 | END;
/// tantivy's number for a field of bytes.
const BYTES: u8 = 4;

/// Appends the document that holds a packed article.
pub(super) fn document(field: Field, packed: &[u8], out: &mut Vec<u8>) {
    out.push(ONE);
    out.extend_from_slice(&field.field_id().to_le_bytes());
    out.push(BYTES);
    let mut length = packed.len();
    while length >= usize::from(END) {
        out.push(length as u8 & !END);
        length >>= 7;
    }
    out.push(length as u8 | END);
    out.extend_from_slice(packed);
}

/// The packed article of a document; `None` when it is something else.
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use tantivy::schema::{STORED, Schema};
    use tantivy::{IndexWriter, TantivyDocument};

    use super::*;

    #[test]
    fn a_document_is_what_tantivy_makes_of_it() {
        let mut schema = Schema::builder();
        schema.add_u64_field("another", STORED);
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
            let written = store.get_document_bytes(doc as u32).unwrap();
            assert_eq!(packed(&written), Some(bytes.as_slice()));
            let mut ours = Vec::new();
            document(field, bytes, &mut ours);
            assert_eq!(ours, written.as_slice());
            for cut in 0..written.len().min(200) {
                assert_eq!(packed(&written[..cut]), None, "{cut}");
            }
        }
    }
}
