//! `exact:`, `caps( )`: the index folds case and accents, so what it finds is looked up in the stored text.

use std::sync::Arc;

use tantivy::query::{EnableScoring, Explanation, Query, Scorer, Weight};
use tantivy::store::StoreReader;
use tantivy::{DocId, DocSet, Score, SegmentReader, TERMINATED, Term};
use unicode_normalization::UnicodeNormalization;

use super::highlight::{Finder, Highlights};
use super::kept;
use super::packed::Packing;
use super::stem::Stems;
use crate::query::ast::{Letters, Scope};

/// Blocks of the document store kept while articles are looked at in order.
const CACHED_BLOCKS: usize = 2;

/// The matches of a query whose text holds a stretch exactly as written.
#[derive(Clone, Debug)]
pub(super) struct WrittenQuery {
    inner: Arc<dyn Query>,
    written: Written,
}

#[derive(Clone, Debug)]
struct Written {
    scope: Scope,
    asked: Asked,
    packing: Packing,
}

/// What must stand in the text.
#[derive(Clone, Debug)]
enum Asked {
    /// This, letter by letter.
    Text(Arc<str>),
    /// A match of these, written so.
    Letters(Arc<Highlights>, Letters),
}

impl WrittenQuery {
    /// The matches that have one of `wanted` written so.
    pub(super) fn letters(
        inner: Box<dyn Query>,
        scope: Scope,
        wanted: Highlights,
        letters: Letters,
        packing: &Packing,
    ) -> Self {
        let asked = Asked::Letters(Arc::new(wanted), letters);
        Self { inner: Arc::from(inner), written: Written { scope, asked, packing: packing.clone() } }
    }

    /// The matches that hold `text` as whole words.
    pub(super) fn new(inner: Box<dyn Query>, scope: Scope, text: &str, packing: &Packing) -> Self {
        let text: String = text.trim().nfc().collect();
        let asked = Asked::Text(text.into());
        Self { inner: Arc::from(inner), written: Written { scope, asked, packing: packing.clone() } }
    }
}

impl Query for WrittenQuery {
    fn weight(&self, scoring: EnableScoring<'_>) -> tantivy::Result<Box<dyn Weight>> {
        Ok(Box::new(WrittenWeight { inner: self.inner.weight(scoring)?, written: self.written.clone() }))
    }

    fn query_terms<'a>(&'a self, _visitor: &mut dyn FnMut(&'a Term, bool)) {}
}

struct WrittenWeight {
    inner: Box<dyn Weight>,
    written: Written,
}

impl Weight for WrittenWeight {
    fn scorer(&self, reader: &SegmentReader, boost: Score) -> tantivy::Result<Box<dyn Scorer>> {
        let mut scorer = WrittenScorer {
            inner: self.inner.scorer(reader, boost)?,
            store: reader.get_store_reader(CACHED_BLOCKS)?,
            written: self.written.clone(),
        };
        scorer.settle();
        Ok(Box::new(scorer))
    }

    fn explain(&self, reader: &SegmentReader, doc: DocId) -> tantivy::Result<Explanation> {
        self.inner.explain(reader, doc)
    }
}

struct WrittenScorer {
    inner: Box<dyn Scorer>,
    store: StoreReader,
    written: Written,
}

impl WrittenScorer {
    /// Moves on to the first article, from where it stands, that holds the text.
    fn settle(&mut self) -> DocId {
        while self.inner.doc() != TERMINATED && !self.holds(self.inner.doc()) {
            self.inner.advance();
        }
        self.inner.doc()
    }

    fn holds(&self, doc: DocId) -> bool {
        let Ok(document) = self.store.get_document_bytes(doc) else { return false };
        let Some(unpacked) = kept::packed(&document).and_then(|packed| self.written.packing.unpack(packed))
        else {
            return false;
        };
        let Some(head) = unpacked.head() else { return false };
        let lead = || head.body.split("\n\n").next().unwrap_or("");
        let found = |text: &str| self.written.asked.stands_in(text);
        match self.written.scope {
            Scope::All => found(head.title) || found(head.body),
            Scope::Title => found(head.title),
            Scope::Lead => found(lead()),
            Scope::TitleLead => found(head.title) || found(lead()),
            Scope::Body => found(head.body),
            Scope::Byline => {
                head.article().is_some_and(|(article, _)| article.authors.iter().any(|a| found(a)))
            }
        }
    }
}

impl Asked {
    fn stands_in(&self, text: &str) -> bool {
        match self {
            Self::Text(wanted) => stands_in(text, wanted),
            Self::Letters(wanted, letters) => {
                let mut marks = Vec::new();
                Finder::new(wanted).marks(text, &Stems::default(), &mut marks);
                marks.iter().any(|mark| {
                    let mut chars = text[mark.start..mark.end].chars();
                    match letters {
                        Letters::Caps => chars.any(char::is_uppercase),
                        Letters::AllCaps => chars.all(|c| !c.is_lowercase()),
                        Letters::NoCaps => !chars.any(char::is_uppercase),
                    }
                })
            }
        }
    }
}

/// Whether a text holds another as whole words.
fn stands_in(text: &str, wanted: &str) -> bool {
    let composed: String;
    let text = if text.is_ascii() {
        text
    } else {
        composed = text.nfc().collect();
        &composed
    };
    let letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    text.match_indices(wanted).any(|(at, found)| {
        !letter(text[..at].chars().next_back()) && !letter(text[at + found.len()..].chars().next())
    })
}

impl DocSet for WrittenScorer {
    fn advance(&mut self) -> DocId {
        self.inner.advance();
        self.settle()
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.inner.doc() < target {
            self.inner.seek(target);
        }
        self.settle()
    }

    fn doc(&self) -> DocId {
        self.inner.doc()
    }

    fn size_hint(&self) -> u32 {
        self.inner.size_hint() / 2
    }

    fn cost(&self) -> u64 {
        self.inner.cost().saturating_mul(1_000)
    }
}

impl Scorer for WrittenScorer {
    fn score(&mut self) -> Score {
        self.inner.score()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_text_stands_as_whole_words() {
        assert!(stands_in("Sinn Féin won", "Féin"));
        assert!(stands_in("Sinn Fe\u{301}in won", "Féin"));
        assert!(!stands_in("Sinn Fein won", "Féin"));
        assert!(!stands_in("the USA", "US"));
        assert!(stands_in("the USA and US.", "US"));
    }
}
