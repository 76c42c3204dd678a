//! Deriving the table of copies from the index: after a run, for the articles that came in.
//!
//! Articles that share hashes of their fingerprints and were published within a few days of each other are
//! candidates; their texts decide. A story forms around its first article (the earliest published, then the
//! smaller key): each copy was compared with that one, so that no chain of ever so small edits joins two different
//! texts. Which articles form a story does not depend on threads or on the order in which a run read them. Over
//! several runs it may in two rare cases: an article published before the first one of a story comes in later, or
//! an article is a copy of two first articles that are no copies of each other.

use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;

use super::alike::{SPEAKS_FOR_ITSELF, Told, are_copies, fit};
use super::candidates::{Candidates, close, order};
use super::corpus::Corpus;
use super::table::{Copies, Member, Table, path};
use crate::index::Index;
use crate::index::cores;
use crate::index::failure::Context;
use crate::index::read::{self, Stores};
use crate::search::EngineError;

/// An article is compared with the first ones of so many stories.
const MOST_COMPARED: usize = 6;
/// Articles kept in mind to be compared again, some 5 KB each.
const REMEMBERED: usize = 2048;
/// Articles whose candidates are read together, by all cores: reading is four fifths of the time.
const READ_TOGETHER: usize = 256;

/// Brings the table of copies up to date with the index and writes it.
///
/// # Errors
/// [`EngineError`], by kind.
pub(in crate::index) fn derive(index: &Index) -> Result<(), EngineError> {
    let searcher = index.searcher();
    let before = Table::read(&path(&index.path)).unwrap_or_default();
    let since = before.since();
    let old = before.clone().resolve(&searcher).at(&index.path)?;
    let corpus = Corpus::open(&searcher, since).at(&index.path)?;
    let candidates = Candidates::find(&corpus);
    let mut stories = Stories::new(&corpus, &old);
    let stores = Stores::open(&searcher).at(&index.path)?;
    stories.join(&Texts { index, stores, corpus: &corpus }, &candidates)?;
    let table = Table::of(&stories.finish(), &searcher, corpus.upto.max(since));
    write(index, &before, &table)
}

/// Lets the table of copies name the segments that are there after merging, so that no search has to look for
/// documents by their hashes.
///
/// # Errors
/// [`EngineError`], by kind.
pub(in crate::index) fn follow(index: &Index) -> Result<(), EngineError> {
    let searcher = index.searcher();
    let Some(before) = Table::read(&path(&index.path)) else { return Ok(()) };
    let copies = before.clone().resolve(&searcher).at(&index.path)?;
    write(index, &before, &Table::of(&copies, &searcher, before.upto))
}

fn write(index: &Index, before: &Table, table: &Table) -> Result<(), EngineError> {
    if table == before || !Index::exists(&index.path) {
        return Ok(());
    }
    let file = path(&index.path);
    table
        .write(&file)
        .map_err(|source| EngineError::Io { context: format!("writing {}", file.display()), source })
}

/// The texts of articles.
struct Texts<'a> {
    index: &'a Index,
    stores: Stores,
    corpus: &'a Corpus,
}

impl Texts<'_> {
    /// Reads an article to be compared.
    fn tell(&self, doc: u32) -> Result<Told, EngineError> {
        let Self { index, stores, corpus } = self;
        let unpacked = stores.article(corpus.at(doc), &index.packing, &index.path)?;
        let head = unpacked.head().ok_or_else(|| read::unreadable(&index.path))?;
        Ok(Told::new(head.title, head.body))
    }

    /// Reads several, each core a part of them.
    fn tell_all(&self, docs: &[u32]) -> Result<Vec<(u32, Told)>, EngineError> {
        let tell = |docs: &[u32]| docs.iter().map(|doc| Ok((*doc, self.tell(*doc)?))).collect();
        let parts: Result<Vec<Vec<_>>, EngineError> = cores::deal(docs, tell).into_iter().collect();
        Ok(parts?.into_iter().flatten().collect())
    }
}

/// The stories while they form.
struct Stories<'a> {
    corpus: &'a Corpus,
    /// Story by document.
    of: FxHashMap<u32, usize>,
    /// The first document of each story.
    first: Vec<u32>,
    told: FxHashMap<u32, Told>,
}

impl<'a> Stories<'a> {
    /// Begins with the stories there were.
    fn new(corpus: &'a Corpus, old: &Copies) -> Self {
        let mut stories =
            Self { corpus, of: FxHashMap::default(), first: Vec::new(), told: FxHashMap::default() };
        let mut firsts: Vec<Option<u32>> = vec![None; old.stories()];
        let mut numbered: FxHashMap<u32, usize> = FxHashMap::default();
        for (columns, members) in corpus.segments.iter().zip(&old.segments) {
            for member in members {
                let doc = columns.base + member.doc;
                let first = &mut firsts[member.story() as usize];
                // Where the first one is gone, any other stands in.
                if member.is_first() || first.is_none() {
                    *first = Some(doc);
                }
                let next = numbered.len();
                let story = *numbered.entry(member.story()).or_insert(next);
                stories.of.insert(doc, story);
            }
        }
        stories.first = vec![0; numbered.len()];
        for (number, story) in numbered {
            stories.first[story] = firsts[number as usize].unwrap_or_default();
        }
        stories
    }

    /// Compares candidates.
    fn join(&mut self, texts: &Texts<'_>, candidates: &Candidates<'_>) -> Result<(), EngineError> {
        let mut candidates = candidates.iter();
        loop {
            let group: Vec<(u32, Vec<u32>)> = candidates.by_ref().take(READ_TOGETHER).collect();
            if group.is_empty() {
                return Ok(());
            }
            self.read(texts, &group)?;
            for (doc, others) in &group {
                self.find_story(texts, *doc, others)?;
            }
        }
    }

    /// Reads what will be compared as stories are by now.
    fn read(&mut self, texts: &Texts<'_>, group: &[(u32, Vec<u32>)]) -> Result<(), EngineError> {
        if self.told.len() > REMEMBERED {
            self.told.clear();
        }
        let mut docs: Vec<u32> = Vec::new();
        for (doc, others) in group.iter().filter(|(doc, _)| !self.of.contains_key(doc)) {
            let firsts = others.iter().take(MOST_COMPARED).map(|other| self.story(*other).1);
            for first in firsts.filter(|first| first != doc) {
                if self.without_texts(first, *doc).is_none() {
                    docs.extend([first, *doc]);
                }
            }
        }
        docs.sort_unstable();
        docs.dedup();
        docs.retain(|doc| !self.told.contains_key(doc));
        self.told.extend(texts.tell_all(&docs)?);
        Ok(())
    }

    /// The story of a document, if it has one, and its first document, else the document itself.
    fn story(&self, doc: u32) -> (Option<usize>, u32) {
        let story = self.of.get(&doc).copied();
        (story, story.map_or(doc, |story| self.first[story]))
    }

    /// Finds the story that a document belongs to among those of others.
    fn find_story(&mut self, texts: &Texts<'_>, doc: u32, others: &[u32]) -> Result<(), EngineError> {
        if self.of.contains_key(&doc) {
            return Ok(());
        }
        let mut compared: Vec<u32> = Vec::new();
        for other in others {
            let (story, first) = self.story(*other);
            if first == doc || compared.contains(&first) {
                continue;
            }
            if compared.len() == MOST_COMPARED {
                break;
            }
            compared.push(first);
            if self.are_copies(texts, first, doc)? {
                let story = story.unwrap_or_else(|| {
                    let earlier = order(self.corpus, doc) < order(self.corpus, first);
                    self.first.push(if earlier { doc } else { first });
                    self.of.insert(first, self.first.len() - 1);
                    self.first.len() - 1
                });
                self.of.insert(doc, story);
                break;
            }
        }
        Ok(())
    }

    /// Whether two documents are copies, as far as that shows without their texts; none where only these can tell.
    fn without_texts(&self, one: u32, other: u32) -> Option<bool> {
        let corpus = self.corpus;
        let length = |doc| corpus.length(doc) as usize;
        if !close(corpus.published(one), corpus.published(other)) {
            return Some(false);
        }
        if length(one) >= SPEAKS_FOR_ITSELF && corpus.same_body(one, other) {
            return Some(true);
        }
        (!fit(length(one), length(other))).then_some(false)
    }

    fn are_copies(&mut self, texts: &Texts<'_>, one: u32, other: u32) -> Result<bool, EngineError> {
        if let Some(told) = self.without_texts(one, other) {
            return Ok(told);
        }
        // It was not read before when a story began within the group.
        for doc in [one, other] {
            if let Entry::Vacant(missing) = self.told.entry(doc) {
                missing.insert(texts.tell(doc)?);
            }
        }
        Ok(are_copies(&self.told[&one], &self.told[&other]))
    }

    /// The stories of at least two articles.
    fn finish(self) -> Copies {
        let mut sizes = vec![0u32; self.first.len()];
        for story in self.of.values() {
            sizes[*story] += 1;
        }
        let mut numbers = FxHashMap::default();
        let mut docs: Vec<(u32, usize)> =
            self.of.into_iter().filter(|(_, story)| sizes[*story] > 1).collect();
        docs.sort_unstable();
        let mut copies = Copies { segments: vec![Vec::new(); self.corpus.segments.len()], stories: 0 };
        for (doc, story) in docs {
            let next = numbers.len() as u32;
            let number = *numbers.entry(story).or_insert(next);
            let at = self.corpus.at(doc);
            let member = Member::new(at.doc_id, number, self.first[story] == doc, self.corpus.hash(doc));
            copies.segments[at.segment_ord as usize].push(member);
        }
        copies.stories = numbers.len() as u32;
        copies
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::article::Article;
    use crate::extract::Annotations;
    use crate::index::WriterOptions;
    use crate::search::Sink;

    #[test]
    fn after_merging_the_table_names_the_segments_that_are_there() {
        let folder = tempfile::tempdir().unwrap();
        let index = Index::create_or_open(folder.path()).unwrap();
        let words = |from: usize| (from..from + 200).map(|i| format!("word{i} ")).collect::<String>();
        for run in 0..8 {
            let writer = index.writer(&WriterOptions::default()).unwrap();
            // Two runs have the same body; the others have words of their own.
            let body = words(if run == 5 { 2000 } else { 1000 * run });
            let article = Article { id: format!("a{run}"), body, ..Article::default() };
            writer.put(&article, &Annotations::default()).unwrap();
            writer.finish().unwrap();
        }
        let searcher = index.searcher();
        assert!(searcher.segment_readers().len() < 8, "the segments have merged");
        let there: Vec<String> =
            searcher.segment_readers().iter().map(|segment| segment.segment_id().uuid_string()).collect();
        let table = Table::read(&path(folder.path())).unwrap();
        assert!(table.segments.keys().all(|name| there.contains(name)));
        assert_eq!(table.segments.values().flatten().count(), 2);
    }
}
