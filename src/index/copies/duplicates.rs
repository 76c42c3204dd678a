//! Articles that are the same but for their ids.

use super::corpus::{Corpus, Part};
use super::table::{Table, path};
use crate::article::{Origin, words};
use crate::index::Index;
use crate::index::failure::Context;
use crate::index::read::{self, Stores};
use crate::search::{Duplicate, EngineError};

/// An article as it is compared.
struct Same {
    doc: u32,
    id: String,
    origin: Origin,
    headline: Vec<String>,
    published: Option<i64>,
    source: Option<String>,
}

/// Finds what came in since copies were derived last and is the same as another article: the same words in headline
/// and body, the same publication and source. Bodies of less than 30 words tell nothing, and without a date there is
/// nothing that tells a story from its next printing: those fold as copies, none is lost.
///
/// # Errors
/// [`EngineError`], by kind.
pub(in crate::index) fn duplicates(index: &Index) -> Result<Vec<Duplicate>, EngineError> {
    let searcher = index.searcher();
    let since = Table::read(&path(&index.path)).map_or(i64::MIN, |table| table.since());
    let corpus = Corpus::open(&searcher, since).at(&index.path)?;
    let mut groups: Vec<Vec<u32>> = corpus.alike(Part::Content, |alike, groups| {
        if alike.iter().any(|doc| corpus.is_new(*doc)) {
            groups.push(alike.to_vec());
        }
    });
    // Whichever core found it.
    groups.sort_unstable();
    let stores = Stores::open(&searcher).at(&index.path)?;
    let mut duplicates = Vec::new();
    for group in groups {
        let mut articles = Vec::with_capacity(group.len());
        for doc in group {
            let unpacked = stores.article(corpus.at(doc), &index.packing, &index.path)?;
            let head = unpacked.head().ok_or_else(|| read::unreadable(&index.path))?;
            articles.push(Same {
                doc,
                id: head.id.to_owned(),
                origin: Origin { path: head.path.to_owned(), record: head.record },
                headline: words::split(head.title).into_iter().map(|word| word.term).collect(),
                published: corpus.published(doc),
                source: head.source.map(str::to_owned),
            });
        }
        // What was there before comes first, then what stands first in the archive.
        articles.sort_by_cached_key(|same| {
            (corpus.is_new(same.doc), same.origin.path.clone(), same.origin.record)
        });
        let mut kept: Vec<Same> = Vec::new();
        for article in articles {
            let same = |other: &&Same| {
                article.published.is_some()
                    && (&article.headline, article.published, &article.source)
                        == (&other.headline, other.published, &other.source)
                    && corpus.same_body(article.doc, other.doc)
            };
            match kept.iter().find(same) {
                Some(first) if corpus.is_new(article.doc) => {
                    let of = first.origin.clone();
                    duplicates.push(Duplicate { id: article.id, origin: article.origin, of });
                }
                _ => kept.push(article),
            }
        }
    }
    Ok(duplicates)
}
