//! The index behind the port. Every answer is guarded: bytes of the index that have changed on the disk are told as
//! damage, see [`guarded`].

use std::ops::ControlFlow;

use super::Index;
use super::failure::guarded;
use crate::article::Article;
use crate::extract::Annotations;
use crate::search::{Engine, EngineError, Hit, SearchRequest, SearchResponse, Stats};

impl Engine for Index {
    fn search(&self, request: &SearchRequest) -> Result<SearchResponse, EngineError> {
        guarded(self.path(), || self.answer(request))
    }

    fn stream(
        &self,
        request: &SearchRequest,
        each: &mut dyn FnMut(Hit) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        guarded(self.path(), || self.answer_all(request, each))
    }

    fn article(&self, id: &str) -> Result<Option<(Article, Annotations)>, EngineError> {
        guarded(self.path(), || self.whole_article(id))
    }

    fn stats(&self) -> Result<Stats, EngineError> {
        guarded(self.path(), || super::stats::stats(self))
    }
}
