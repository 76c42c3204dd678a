//! The keys of articles, which settle the order of equal hits.
//!
//! To open a column is a tenth of the time of a query of one word, so that they stay open for a state of the index.

use std::sync::{Arc, Mutex, PoisonError};

use tantivy::Searcher;
use tantivy::columnar::Column;

/// The keys of each segment.
pub(super) type Keys = Arc<[Column<u64>]>;

/// The keys of the state of the index asked last, as tantivy counts them.
#[derive(Clone, Default)]
pub(super) struct HeldKeys(Arc<Mutex<Option<(u64, Keys)>>>);

impl HeldKeys {
    /// The keys of what a searcher sees.
    pub(super) fn of(&self, searcher: &Searcher) -> tantivy::Result<Keys> {
        let state = searcher.generation().generation_id();
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, keys)) = &*held
            && *known == state
        {
            return Ok(Arc::clone(keys));
        }
        let columns = searcher.segment_readers().iter().map(|segment| segment.fast_fields().u64("key"));
        let keys: Keys = columns.collect::<tantivy::Result<_>>()?;
        *held = Some((state, Arc::clone(&keys)));
        Ok(keys)
    }
}
