//! Copies as the engine asks for them.

use std::sync::Arc;

use tantivy::Searcher;
use tantivy::query::Query;

use super::documents::Documents;
use super::table::Copies;
use crate::index::failure::Context;
use crate::index::{Index, read};
use crate::query::ast::Clause;
use crate::search::{EngineError, SearchRequest};

/// Whether copies are folded: not where the query asks for them.
pub(in crate::index) fn folds(request: &SearchRequest) -> bool {
    let mut nodes = vec![&request.query];
    while request.fold
        && let Some(node) = nodes.pop()
    {
        if matches!(node.clause, Clause::Copies(_)) {
            return false;
        }
        nodes.extend(node.children());
    }
    request.fold
}

impl Index {
    /// The table of copies of what a searcher sees.
    pub(in crate::index) fn copies(&self, searcher: &Searcher) -> Result<Arc<Copies>, EngineError> {
        self.opened.copies.of(searcher, || Copies::open(searcher, &self.path)).at(&self.path)
    }

    /// Finds an article and its copies; `None` when there is no such article.
    pub(in crate::index) fn copies_of(
        &self,
        searcher: &Searcher,
        id: &str,
    ) -> Result<Option<Box<dyn Query>>, EngineError> {
        let Some(at) = read::find(searcher, self.fields.id, id, &self.path)? else { return Ok(None) };
        let copies = self.copies(searcher)?;
        Ok(Some(Box::new(match copies.story(at) {
            Some(story) => Documents::new(searcher, copies.members(story)),
            None => Documents::new(searcher, std::iter::once(at)),
        })))
    }
}
