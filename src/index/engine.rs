//! Answering requests.

use std::convert::Infallible;
use std::ops::ControlFlow;
use std::sync::Arc;

use tantivy::Searcher;
use tantivy::query::Query;

use super::Index;
use super::book::Book;
use super::compile::{Compiled, compile, nearest_people};
use super::copies::{Tally, folds};
use super::dictionary::Dictionary;
use super::failure::Context;
use super::highlight::{self, Finder, Highlights, Mark};
use super::pass::{By, Count, Questions, pass, scored_pass};
use super::read::{self, Stores};
use super::rows::AllRows;
use super::series::Series;
use super::stem::Stems;
use super::top::{Found, Top, keys};
use super::values;
use crate::article::{Article, Part, words};
use crate::extract::Annotations;
use crate::query::ast::{Clause, Node, Pattern};
use crate::search::{
    EngineError, Facet, Hit, SearchRequest, SearchResponse, Snippet, Sort, Split, Timeline, TimelineRequest,
    grouped,
};

/// Hits that `stream` keeps in mind at once, about 32 bytes each. A longer answer takes further passes, each
/// beginning where the one before ended.
const STREAMED: usize = 1 << 20;
/// Most clauses whose counts are told when nothing is found.
const MOST_BLAMED: usize = 12;

impl Index {
    /// Answers a request, see [`crate::search::Engine::search`].
    pub(super) fn answer(&self, request: &SearchRequest) -> Result<SearchResponse, EngineError> {
        let searcher = self.searcher();
        let compiled = self.compiled(&searcher, &request.query)?;
        let mut response = SearchResponse { notes: compiled.notes.clone(), ..SearchResponse::default() };
        let copies = if request.limit > 0 { self.copies(&searcher)? } else { Arc::default() };
        let fold = folds(request).then_some(&*copies);
        let keys = self.opened.keys.of(&searcher, || keys(&searcher)).at(&self.path)?;
        let mut top = Top::new(&keys, request.limit, request.sort, request.after.as_ref(), fold);
        let mut tally = Tally::new(&copies);
        let (book, rows) = (|| self.books.of(&searcher), || self.rows(&searcher));
        let mut questions = Questions::of(request, &searcher, &book, &rows)?;
        let by = (request.limit > 0).then(|| compiled.offers_by(request.sort)).flatten();
        let by_score = request.limit > 0 && by.is_none();
        let own = &mut questions.0[0];
        let at_once = by_score && !compiled.prunes(&searcher, own.facets.is_some());
        if at_once {
            let mut count = Count::new(&mut own.facets).telling(&mut tally);
            own.total = scored_pass(&searcher, &*compiled.query, &mut count, &mut top).at(&self.path)?;
        } else if own.facets.is_none() && by.is_none() {
            own.total = compiled.query.count(&searcher).at(&self.path)? as u64;
            tally.count(&searcher, &*compiled.query).at(&self.path)?;
        } else {
            let mut count = Count::new(&mut own.facets).telling(&mut tally);
            if let Some(by) = by {
                count = count.offering(by, &mut top);
            }
            own.total = pass(&searcher, &*compiled.query, &mut count).at(&self.path)?;
        }
        response.total = own.total;
        response.folded = fold.is_some();
        response.stories = response.total.saturating_sub(tally.copied());
        if let Some(by) = by {
            again(&searcher, &*compiled.query, by, &mut top).at(&self.path)?;
        } else if by_score && !at_once && response.total > 0 {
            top.by_score(&searcher, &*compiled.query).at(&self.path)?;
        }
        for other in &mut questions.0[1..] {
            let compiled = self.compiled(&searcher, other.query)?;
            let mut count = Count::new(&mut other.facets);
            other.total = pass(&searcher, &*compiled.query, &mut count).at(&self.path)?;
        }
        // Read while other threads count.
        let mut reader = HitReader::new(self, &searcher, &compiled.highlights, request)?;
        for found in top.finish() {
            let mut hit = reader.hit(&found)?;
            let story = fold.and_then(|copies| copies.story(found.at));
            hit.copies = story.map_or(0, |story| tally.others(story));
            response.hits.push(hit);
        }
        for facet in &request.facets {
            let Some(first) = questions.counted(facet.query.as_ref()).at(&self.path)? else { continue };
            let second = match &facet.beside {
                Some(beside) => questions.counted(Some(&beside.query)).at(&self.path)?,
                None => None,
            };
            let chosen = values::choose(facet, first, second, &searcher, &self.opened.numberings);
            response.facets.push(chosen.at(&self.path)?);
        }
        if request.facets.iter().any(|facet| facet.facet == Facet::Person) {
            let note = self.books.note(&searcher)?;
            response.notes.extend(note.filter(|note| !response.notes.contains(note)));
        }
        if let Some(wanted) = &request.timeline {
            response.timeline = self.timeline(&searcher, &compiled, wanted, &mut questions)?;
        }
        if response.total == 0 && request.explain_zero {
            response.notes.extend(self.blame(&searcher, &request.query)?);
        }
        Ok(response)
    }

    /// Streams every match, see [`crate::search::Engine::stream`].
    pub(super) fn answer_all(
        &self,
        request: &SearchRequest,
        each: &mut dyn FnMut(Hit) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        let searcher = self.searcher();
        let compiled = self.compiled(&searcher, &request.query)?;
        let mut reader = HitReader::new(self, &searcher, &compiled.highlights, request)?;
        let copies = if folds(request) { self.copies(&searcher)? } else { Arc::default() };
        let mut tally = Tally::new(&copies);
        tally.count(&searcher, &*compiled.query).at(&self.path)?;
        let keys = self.opened.keys.of(&searcher, || keys(&searcher)).at(&self.path)?;
        let mut after = request.after.clone();
        loop {
            let mut top = Top::new(&keys, STREAMED, request.sort, after.as_ref(), Some(&copies));
            match compiled.offers_by(request.sort) {
                None => top.by_score(&searcher, &*compiled.query).at(&self.path)?,
                Some(by) => {
                    let mut offered = Count::default().offering(by, &mut top);
                    pass(&searcher, &*compiled.query, &mut offered).at(&self.path)?;
                    again(&searcher, &*compiled.query, by, &mut top).at(&self.path)?;
                }
            }
            let page = top.finish();
            for found in &page {
                let mut hit = reader.hit(found)?;
                hit.copies = copies.story(found.at).map_or(0, |story| tally.others(story));
                if each(hit).is_break() {
                    return Ok(());
                }
            }
            match page.last() {
                Some(last) if page.len() == STREAMED => after = Some(last.cursor(request.sort)),
                _ => return Ok(()),
            }
        }
    }

    /// The article of an id with its annotations.
    pub(super) fn whole_article(&self, id: &str) -> Result<Option<(Article, Annotations)>, EngineError> {
        let searcher = self.searcher();
        let Some(at) = read::find(&searcher, self.fields.id, id, &self.path)? else { return Ok(None) };
        let unpacked = read::article(&searcher, at, &self.packing, &self.path)?;
        let article = unpacked.head().and_then(|head| head.article());
        article.map(Some).ok_or_else(|| read::unreadable(&self.path))
    }
}

impl Index {
    fn compiled(&self, searcher: &Searcher, node: &Node) -> Result<Compiled, EngineError> {
        compile(
            searcher,
            &self.fields,
            &self.packing,
            &self.path,
            &self.books,
            &|id| self.copies_of(searcher, id),
            node,
        )
    }

    /// The rows of what a searcher sees.
    pub(super) fn rows(&self, searcher: &Searcher) -> AllRows {
        let open = || Ok::<_, Infallible>(AllRows::open(&self.path, searcher));
        let Ok(rows) = self.opened.rows.of(searcher, open);
        rows
    }

    /// The timeline counted, and if wanted that of the values of a facet.
    fn timeline(
        &self,
        searcher: &Searcher,
        compiled: &Compiled,
        wanted: &TimelineRequest,
        questions: &mut Questions<'_>,
    ) -> Result<Option<Timeline>, EngineError> {
        let split = match &wanted.facet {
            Some(facet) => questions.counted(None).at(&self.path)?.map(|counted| (facet, counted)),
            None => None,
        };
        let Some(counted) = questions.counted(None).at(&self.path)? else { return Ok(None) };
        let mut timeline = counted.counter.into_timeline(wanted.by);
        if let Some((facet, first)) = split {
            let counts =
                values::choose(facet, first, None, searcher, &self.opened.numberings).at(&self.path)?;
            let book = if facet.facet == Facet::Person { Some(self.books.of(searcher)?) } else { None };
            let mut series = Series::new(wanted, facet.facet, &counts.values, book).ok_or_else(|| {
                let facet = facet.facet;
                EngineError::User(format!(
                    "a timeline cannot be split by {facet}, which has a time of its own"
                ))
            })?;
            pass(searcher, &*compiled.query, &mut series).at(&self.path)?;
            let steps = series.steps(&timeline);
            timeline.split = Some(Split { counts, steps });
        }
        Ok(Some(timeline))
    }

    /// When nothing is found: how many articles each clause has by itself.
    fn blame(&self, searcher: &Searcher, query: &Node) -> Result<Vec<String>, EngineError> {
        let members = match &query.clause {
            Clause::And(members) => members.as_slice(),
            _ => std::slice::from_ref(query),
        };
        let (mut counts, mut notes) = (Vec::new(), Vec::new());
        for member in members.iter().take(MOST_BLAMED) {
            let compiled = self.compiled(searcher, member)?;
            let count = compiled.query.count(searcher).at(&self.path)?;
            counts.push(format!("{} {}", member, grouped(count as u64)));
            if let (0, Clause::Text { pattern: Pattern::Word(text), .. }) = (count, &member.clause)
                && let [word] = words::split(text).as_slice()
            {
                let dictionary = Dictionary { searcher, field: self.fields.text, path: &self.path };
                if let Some((near, count)) = dictionary.nearest_word(&word.term, &Stems::default())? {
                    notes.push(format!("no article says '{text}'; nearest: {near} ({})", grouped(count)));
                }
            }
            if let (0, Clause::Person { name, .. }) = (count, &member.clause) {
                let near =
                    nearest_people(searcher, &self.fields, &self.path, &*self.books.of(searcher)?, name)?;
                let shown: Vec<String> =
                    near.iter().map(|(name, count)| format!("{name} ({})", grouped(*count))).collect();
                notes.push(match shown.is_empty() {
                    true => format!("no person matches '{name}'"),
                    false => format!("no person matches '{name}'; nearest: {}", shown.join(", ")),
                });
            }
        }
        if members.len() > 1 {
            notes.insert(0, format!("{} · all together 0", counts.join(" · ")));
        }
        Ok(notes)
    }
}

/// Offers the matches once more where folding asks for it.
fn again(searcher: &Searcher, query: &dyn Query, by: By, top: &mut Top<'_>) -> tantivy::Result<()> {
    while top.must_go_again() {
        pass(searcher, query, &mut Count::default().offering(by, top))?;
    }
    Ok(())
}

/// Reads hits from the document store.
struct HitReader<'a> {
    index: &'a Index,
    searcher: &'a Searcher,
    highlights: &'a Highlights,
    stores: Stores,
    finder: Finder<'a>,
    stems: Stems,
    marks: Vec<Mark>,
    /// Opened for the first hit with people.
    book: Option<Arc<Book>>,
    sort: Sort,
    width: usize,
}

impl<'a> HitReader<'a> {
    fn new(
        index: &'a Index,
        searcher: &'a Searcher,
        highlights: &'a Highlights,
        request: &SearchRequest,
    ) -> Result<Self, EngineError> {
        let stores = index.opened.stores.of(searcher, || Stores::open(searcher)).at(&index.path)?;
        Ok(Self {
            index,
            searcher,
            highlights,
            stores,
            finder: Finder::new(highlights),
            stems: Stems::default(),
            marks: Vec::new(),
            book: None,
            sort: request.sort,
            width: request.snippet_width,
        })
    }

    fn hit(&mut self, found: &Found) -> Result<Hit, EngineError> {
        let path = &self.index.path;
        let unpacked = self.stores.article(found.at, &self.index.packing, path)?;
        let unreadable = || read::unreadable(path);
        let head = unpacked.head().ok_or_else(unreadable)?;
        let (mut snippet, mut title_marks) = (Snippet::default(), Vec::new());
        if self.width > 0 {
            let annotations = if self.highlights.wants_annotations() {
                head.article().ok_or_else(unreadable)?.1
            } else {
                Annotations::default()
            };
            self.mark(head.title, Part::Title, &annotations);
            title_marks = self.marks.iter().map(|mark| (mark.start, mark.end)).collect();
            self.mark(head.body, Part::Body, &annotations);
            snippet = highlight::snippet(head.body, &self.marks, self.width);
        }
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Ok(Hit {
            id: head.id.to_owned(),
            score: found.score(self.sort),
            title: head.title.to_owned(),
            published: head.published.clone(),
            source: owned(head.source),
            section: owned(head.section),
            url: owned(head.url),
            path: head.path.to_owned(),
            people: self.people(head.people())?,
            countries: most_first(head.countries()),
            snippet,
            title_marks,
            copies: 0,
            cursor: found.cursor(self.sort),
        })
    }

    /// People by their number of mentions, under the names they go by across the archive.
    fn people<'n>(
        &mut self,
        counted: impl Iterator<Item = (&'n str, usize)>,
    ) -> Result<Vec<String>, EngineError> {
        let mut counted = counted.peekable();
        if counted.peek().is_none() {
            return Ok(Vec::new());
        }
        let book = match &self.book {
            Some(book) => book,
            None => self.book.insert(self.index.books.of(self.searcher)?),
        };
        let mut people: Vec<(&str, usize)> = Vec::new();
        for (name, count) in counted {
            let title = book.person_named(name).map_or(name, |person| book.title(person));
            match people.iter_mut().find(|(other, _)| *other == title) {
                Some((_, sum)) => *sum += count,
                None => people.push((title, count)),
            }
        }
        Ok(most_first(people.into_iter()))
    }

    fn mark(&mut self, text: &str, part: Part, annotations: &Annotations) {
        self.marks.clear();
        self.finder.marks(text, &self.stems, &mut self.marks);
        self.highlights.entities(annotations, part, &mut self.marks);
        self.marks.retain(|mark| text.get(mark.start..mark.end).is_some());
        highlight::tidy(&mut self.marks);
    }
}

/// Names by their number of mentions; equal ones in order of first mention.
fn most_first<'a>(counted: impl Iterator<Item = (&'a str, usize)>) -> Vec<String> {
    let mut order: Vec<(&str, usize)> = counted.collect();
    order.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    order.into_iter().map(|(name, _)| name.to_owned()).collect()
}
