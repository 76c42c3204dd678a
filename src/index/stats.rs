//! What an index holds.

use std::collections::HashSet;

use tantivy::columnar::Column;

use super::failure::Context;
use super::schema::{COUNTRIES, FORMAT};
use super::{Index, calendar};
use crate::article::Interval;
use crate::search::{EngineError, Stats};

/// Reads the figures of an index; only columns and dictionaries are looked at.
pub(super) fn stats(index: &Index) -> Result<Stats, EngineError> {
    let searcher = index.searcher();
    let mut stats = Stats { format: FORMAT, ..Stats::default() };
    let mut countries = HashSet::new();
    let (mut first, mut last): (Option<u64>, Option<u64>) = (None, None);
    for segment in searcher.segment_readers() {
        stats.segments += 1;
        stats.articles += u64::from(segment.num_docs());
        let fast = segment.fast_fields();
        let published: Option<Column<u64>> = fast.column_opt("published_on").at(&index.path)?;
        for doc in segment.doc_ids_alive() {
            match published.as_ref().and_then(|column| column.first(doc)) {
                None => stats.undated += 1,
                Some(on) => {
                    first = Some(first.map_or(on, |first| first.min(on)));
                    last = Some(last.map_or(on, |last| last.max(on)));
                }
            }
        }
        let Some(column) = fast.str(COUNTRIES).at(&index.path)? else { continue };
        let mut all = column.dictionary().stream().at(&index.path)?;
        while all.advance() {
            countries.insert(all.key().to_vec());
        }
    }
    stats.people = u64::from(index.books.of(&searcher)?.people());
    stats.countries = countries.len() as u64;
    stats.first_published = first.and_then(calendar::unpack);
    stats.last_published = last.and_then(calendar::unpack).map(|on: Interval| Interval::day(on.last));
    let usage = searcher.space_usage().at(&index.path)?;
    stats.bytes = usage.total().get_bytes();
    Ok(stats)
}
