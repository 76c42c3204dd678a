//! What is made for a state of the index and kept while that is asked.
//!
//! To open a column is a tenth of the time of a query of one word, to look whether a file beside the index has changed
//! another: it is done once for a state. What another process changes shows when the index is refreshed.

use std::sync::{Arc, Mutex, PoisonError};

use tantivy::{Searcher, SearcherGeneration};

/// What was made for the state of the index asked last. Clones share it.
#[derive(Debug)]
pub(super) struct Held<T>(Arc<Mutex<Option<(SearcherGeneration, T)>>>);

impl<T> Clone for Held<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Held<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T: Clone> Held<T> {
    /// What is held for the state a searcher sees; made where it is of another.
    pub(super) fn of<E>(&self, searcher: &Searcher, make: impl FnOnce() -> Result<T, E>) -> Result<T, E> {
        let state = searcher.generation();
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((known, made)) = &*held
            && known == state
        {
            return Ok(made.clone());
        }
        let made = make()?;
        *held = Some((state.clone(), made.clone()));
        Ok(made)
    }
}
