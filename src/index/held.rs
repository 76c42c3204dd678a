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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::Held;
    use crate::index::Index;

    #[test]
    fn it_is_made_once_for_a_state_and_again_after_a_refresh() {
        let index = Index::in_memory().unwrap();
        let held: Held<u32> = Held::default();
        let of = |made: u32| held.of(&index.searcher(), || Ok::<_, ()>(made)).unwrap();
        assert_eq!((of(1), of(2)), (1, 1));
        index.refresh().unwrap();
        assert_eq!((of(3), of(4)), (3, 3));
        index.refresh().unwrap();
        assert_eq!(held.of(&index.searcher(), || Err("no")), Err("no"));
        assert_eq!(of(5), 5);
    }
}
