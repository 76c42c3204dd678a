//! The values of many articles, fetched from a column together.

use tantivy::DocId;
use tantivy::columnar::column_index::{MultiValueIndex, OptionalIndex, Set};
use tantivy::columnar::{Column, ColumnIndex, ColumnValues, StrColumn};

use super::tally::Tally;

/// Articles whose values are fetched together.
pub(super) const BATCH: usize = 1024;

/// Values of a column. One batch serves for many fetches, as its buffers keep their size.
#[derive(Default)]
pub(super) struct Batch {
    /// The article of each value, where it was asked for.
    pub(super) docs: Vec<DocId>,
    pub(super) values: Vec<u64>,
    rows: Vec<u32>,
    /// Articles that have a value, their numbers among those, and where the values of each begin and end.
    with: Vec<DocId>,
    ranks: Vec<u32>,
    bounds: Vec<[u32; 2]>,
}

impl Batch {
    /// Fetches the values of articles; `docs` and `values` run in parallel. Returns how many articles have
    /// none.
    pub(super) fn fetch(&mut self, column: &Column<u64>, docs: &[DocId]) -> u64 {
        let none = self.fetch_some(column, docs);
        if let ColumnIndex::Multivalued(MultiValueIndex::MultiValueIndexV2(_)) = &column.index {
            for (doc, bounds) in self.with.iter().zip(&self.bounds) {
                self.docs.resize(self.docs.len() + length(bounds), *doc);
            }
        }
        none
    }

    /// Fetches the values, and the articles of each only where that costs nothing.
    fn fetch_some(&mut self, column: &Column<u64>, docs: &[DocId]) -> u64 {
        self.docs.clear();
        if let ColumnIndex::Multivalued(MultiValueIndex::MultiValueIndexV2(index)) = &column.index {
            self.several(&index.optional_index, &*index.start_index_column, &*column.values, docs);
            return (docs.len() - self.with.len()) as u64;
        }
        if let ColumnIndex::Full = &column.index {
            self.docs.extend_from_slice(docs);
            self.values.resize(docs.len(), 0);
            column.values.get_vals(docs, &mut self.values);
            return 0;
        }
        self.rows.clear();
        column.row_ids_for_docs(docs, &mut self.docs, &mut self.rows);
        self.values.resize(self.rows.len(), 0);
        match (self.rows.first(), self.rows.last()) {
            (Some(first), Some(last)) if (last - first) as usize + 1 == self.rows.len() => {
                column.values.get_range(u64::from(*first), &mut self.values);
            }
            _ => column.values.get_vals(&self.rows, &mut self.values),
        }
        docs.len() as u64 - self.docs.chunk_by(|a, b| a == b).count() as u64
    }

    /// The values of articles with any number of them: those of each are read in one stretch, but where they begin is
    /// looked up for all articles first, since a processor waits for several places in memory at once.
    fn several(
        &mut self,
        some: &OptionalIndex,
        starts: &dyn ColumnValues<u32>,
        column: &dyn ColumnValues<u64>,
        docs: &[DocId],
    ) {
        let Self { values, rows, with, ranks, bounds, .. } = self;
        with.clear();
        ranks.clear();
        some.rank_if_exists_batch(docs, with, ranks);
        rows.clear();
        rows.extend(ranks.iter().flat_map(|rank| [*rank, rank + 1]));
        bounds.resize(ranks.len(), [0; 2]);
        starts.get_vals(rows, bounds.as_flattened_mut());
        values.resize(bounds.iter().map(length).sum(), 0);
        let mut rest = values.as_mut_slice();
        for bounds in bounds.iter() {
            let (here, behind) = rest.split_at_mut(length(bounds));
            column.get_range(u64::from(bounds[0]), here);
            rest = behind;
        }
    }

    /// Fetches the values of articles where it does not matter which article has which. Of articles that follow one
    /// another, as when all match, they are read in one stretch.
    pub(super) fn fetch_values(&mut self, column: &Column<u64>, docs: &[DocId]) -> u64 {
        let (Some(first), Some(last)) = (docs.first(), docs.last()) else {
            self.values.clear();
            return 0;
        };
        let with = match &column.index {
            ColumnIndex::Full => Some(docs.len() as u32),
            ColumnIndex::Optional(some) => Some(some.rank(last + 1) - some.rank(*first)),
            ColumnIndex::Multivalued(MultiValueIndex::MultiValueIndexV2(index)) => {
                Some(index.optional_index.rank(last + 1) - index.optional_index.rank(*first))
            }
            _ => None,
        };
        let (true, Some(with)) = (in_a_row(docs), with) else { return self.fetch_some(column, docs) };
        let rows = column.index.docid_range_to_rowids(*first..last + 1);
        self.values.resize(rows.len(), 0);
        column.values.get_range(u64::from(rows.start), &mut self.values);
        docs.len() as u64 - u64::from(with)
    }

    /// Adds one to the count of what each value of articles stands for; the column is one of ordinals. Returns how many
    /// articles have no value.
    pub(super) fn count(
        &mut self,
        column: &StrColumn,
        docs: &[DocId],
        tally: &mut Tally,
        of: impl Fn(u32) -> u32,
    ) -> u64 {
        let missing = self.fetch_values(column.ords(), docs);
        tally.add(self.values.iter().map(|ordinal| of(*ordinal as u32)));
        missing
    }
}

/// Whether articles follow one another without a gap; they stand in order.
pub(super) fn in_a_row(docs: &[DocId]) -> bool {
    let ends = docs.first().zip(docs.last());
    ends.is_some_and(|(first, last)| (last - first) as usize + 1 == docs.len())
}

/// How many values lie between two bounds.
fn length([start, end]: &[u32; 2]) -> usize {
    end.saturating_sub(*start) as usize
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use tantivy::schema::{FAST, Schema};
    use tantivy::{IndexWriter, TantivyDocument};

    use super::*;

    /// Whatever articles are asked for, of columns of every kind: in a row or not, with gaps or without.
    #[test]
    fn a_batch_holds_the_values_that_its_articles_have() {
        let mut schema = Schema::builder();
        let names = ["full", "some", "several", "several_of_some", "none"];
        let fields = names.map(|name| schema.add_u64_field(name, FAST));
        let index = tantivy::Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 20_000_000).unwrap();
        let held = |field: usize, doc: u64| match field {
            0 => vec![doc],
            1 => doc.is_multiple_of(3).then_some(doc * 7).into_iter().collect(),
            2 => (0..1 + doc % 4).map(|n| doc + n).collect(),
            3 => (0..doc % 4).map(|n| doc * 2 + n).collect(),
            _ => Vec::new(),
        };
        for doc in 0..500 {
            let mut document = TantivyDocument::default();
            for (at, field) in fields.iter().enumerate() {
                held(at, doc).into_iter().for_each(|value| document.add_u64(*field, value));
            }
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        let searcher = index.reader().unwrap().searcher();
        let fast = searcher.segment_reader(0).fast_fields();
        let mut batch = Batch::default();
        let asked: [Vec<DocId>; 6] = [
            (0..500).collect(),
            (17..90).collect(),
            (0..500).step_by(7).collect(),
            vec![499],
            vec![4, 8],
            Vec::new(),
        ];
        for (at, name) in names.iter().enumerate() {
            let Some(column) = fast.column_opt::<u64>(name).unwrap() else { continue };
            for docs in &asked {
                let expected: Vec<(DocId, u64)> = docs
                    .iter()
                    .flat_map(|doc| held(at, u64::from(*doc)).into_iter().map(|value| (*doc, value)))
                    .collect();
                let none = docs.iter().filter(|doc| held(at, u64::from(**doc)).is_empty()).count() as u64;
                assert_eq!(batch.fetch_values(&column, docs), none, "{name} {docs:?}");
                assert!(batch.values.iter().copied().eq(expected.iter().map(|(_, value)| *value)), "{name}");
                assert_eq!(batch.fetch(&column, docs), none, "{name} {docs:?}");
                let found: Vec<_> = batch.docs.iter().copied().zip(batch.values.iter().copied()).collect();
                assert_eq!(found, expected, "{name} {docs:?}");
            }
        }
    }
}
