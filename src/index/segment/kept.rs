//! What is stored of an article, as tantivy wants to see a document.

use tantivy::schema::document::{ReferenceValue, ReferenceValueLeaf, Value};
use tantivy::schema::{Document, Field};

/// A document of one field, which holds bytes.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) field: Field,
    pub(super) bytes: Vec<u8>,
}

impl Document for Kept {
    type Value<'a> = Bytes<'a>;
    type FieldsValuesIter<'a> = std::iter::Once<(Field, Bytes<'a>)>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        std::iter::once((self.field, Bytes(&self.bytes)))
    }
}

/// The bytes, borrowed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bytes<'a>(&'a [u8]);

impl<'a> Value<'a> for Bytes<'a> {
    type ArrayIter = std::iter::Empty<Self>;
    type ObjectIter = std::iter::Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(ReferenceValueLeaf::Bytes(self.0))
    }
}
