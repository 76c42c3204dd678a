//! Answering requests.

use std::ops::ControlFlow;
use std::sync::Arc;

use tantivy::query::{EnableScoring, Query};
use tantivy::{DocId, Searcher};

use super::compile::{Compiled, compile, nearest_people};
use super::copies::{Copies, Documents, Tally};
use super::dictionary::Dictionary;
use super::facets::{self, Counter};
use super::failure::Context;
use super::highlight::{self, Finder, Highlights, Mark};
use super::stem::Stems;
use super::top::{Dates, Found, Top};
use super::{Index, read, stored};
use crate::article::{Article, Part, words};
use crate::extract::Annotations;
use crate::query::ast::{Clause, Node, Pattern};
use crate::search::{
    Engine, EngineError, FacetCounts, Hit, SearchRequest, SearchResponse, Snippet, Sort, Stats, grouped,
};

/// Hits that `stream` keeps in mind at once, about 32 bytes each. A longer answer takes further passes, each
/// beginning where the one before ended.
const STREAMED: usize = 1 << 20;
/// Most clauses whose counts are told when nothing is found.
const MOST_BLAMED: usize = 12;

impl Engine for Index {
    fn search(&self, request: &SearchRequest) -> Result<SearchResponse, EngineError> {
        let searcher = self.searcher();
        let compiled = self.compiled(&searcher, &request.query)?;
        let mut response = SearchResponse { notes: compiled.notes.clone(), ..SearchResponse::default() };
        let copies = if request.limit > 0 { self.copies(&searcher)? } else { Arc::default() };
        let fold = folds(request).then_some(&*copies);
        let mut top = Top::new(request.limit, request.sort, request.after.as_ref(), fold);
        let mut tally = Tally::new(&copies);
        let own: Vec<usize> =
            (0..request.facets.len()).filter(|i| request.facets[*i].query.is_none()).collect();
        let mut counters: Vec<Counter> =
            own.iter().map(|i| Counter::facet(request.facets[*i].facet)).collect();
        if let Some(timeline) = &request.timeline {
            counters.push(Counter::timeline(timeline.by, timeline.mentions));
        }
        let by_date = request.sort != Sort::Relevance && request.limit > 0;
        if counters.is_empty() && !by_date {
            response.total = compiled.query.count(&searcher).at(&self.path)? as u64;
            tally.count(&searcher, &*compiled.query).at(&self.path)?;
        } else {
            let dated = by_date.then_some((request.sort, &mut top));
            response.total =
                pass(&searcher, &*compiled.query, &mut counters, dated, Some(&mut tally)).at(&self.path)?;
        }
        response.folded = fold.is_some();
        response.stories = response.total.saturating_sub(tally.copied());
        if by_date {
            while top.must_go_again() {
                let dated = Some((request.sort, &mut top));
                pass(&searcher, &*compiled.query, &mut [], dated, None).at(&self.path)?;
            }
        } else if response.total > 0 {
            top.by_score(&searcher, &*compiled.query).at(&self.path)?;
        }
        let mut counters = counters.into_iter();
        for facet in &request.facets {
            response.facets.push(match &facet.query {
                None => match counters.next() {
                    Some(counter) => counter.finish(facet, &searcher, &self.numberings).at(&self.path)?,
                    None => FacetCounts { facet: facet.facet, values: Vec::new(), distinct: 0, missing: 0 },
                },
                Some(other) => {
                    let other = self.compiled(&searcher, other)?;
                    let mut counter = [Counter::facet(facet.facet)];
                    pass(&searcher, &*other.query, &mut counter, None, None).at(&self.path)?;
                    let [counter] = counter;
                    counter.finish(facet, &searcher, &self.numberings).at(&self.path)?
                }
            });
        }
        response.timeline =
            request.timeline.as_ref().and_then(|t| Some(counters.next()?.into_timeline(t.by)));
        let mut reader = HitReader::new(self, &searcher, &compiled.highlights, request);
        for found in top.finish() {
            let mut hit = reader.hit(&found)?;
            let story = fold.and_then(|copies| copies.story(found.at));
            hit.copies = story.map_or(0, |story| tally.others(story));
            response.hits.push(hit);
        }
        if response.total == 0 && request.explain_zero {
            response.notes.extend(self.blame(&searcher, &request.query)?);
        }
        Ok(response)
    }

    fn stream(
        &self,
        request: &SearchRequest,
        each: &mut dyn FnMut(Hit) -> ControlFlow<()>,
    ) -> Result<(), EngineError> {
        let searcher = self.searcher();
        let compiled = self.compiled(&searcher, &request.query)?;
        let mut reader = HitReader::new(self, &searcher, &compiled.highlights, request);
        let copies = if folds(request) { self.copies(&searcher)? } else { Arc::default() };
        let mut tally = Tally::new(&copies);
        tally.count(&searcher, &*compiled.query).at(&self.path)?;
        let mut after = request.after.clone();
        loop {
            let mut top = Top::new(STREAMED, request.sort, after.as_ref(), Some(&copies));
            if request.sort == Sort::Relevance {
                top.by_score(&searcher, &*compiled.query).at(&self.path)?;
            } else {
                loop {
                    let dated = Some((request.sort, &mut top));
                    pass(&searcher, &*compiled.query, &mut [], dated, None).at(&self.path)?;
                    if !top.must_go_again() {
                        break;
                    }
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

    fn article(&self, id: &str) -> Result<Option<(Article, Annotations)>, EngineError> {
        let searcher = self.searcher();
        let Some(at) = read::find(&searcher, self.fields.id, id, &self.path)? else { return Ok(None) };
        let bytes = read::bytes(&searcher, at, &self.path)?;
        let article = stored::head(&bytes).and_then(|head| head.article());
        article.map(Some).ok_or_else(|| read::unreadable(&self.path))
    }

    fn stats(&self) -> Result<Stats, EngineError> {
        super::stats::stats(self)
    }
}

/// Whether copies are folded: not where the query asks for them.
fn folds(request: &SearchRequest) -> bool {
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

/// Passes over all matches: counts them, their facets, and offers them by date.
fn pass(
    searcher: &Searcher,
    query: &dyn Query,
    counters: &mut [Counter],
    mut dated: Option<(Sort, &mut Top<'_>)>,
    mut tally: Option<&mut Tally<'_>>,
) -> tantivy::Result<u64> {
    let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
    let mut total = 0;
    for (ord, reader) in searcher.segment_readers().iter().enumerate() {
        let mut segments: Vec<facets::Segment> =
            counters.iter().map(|counter| counter.open(reader)).collect::<tantivy::Result<_>>()?;
        let mut dates = match &dated {
            Some((sort, _)) => Some(Dates::open(reader, ord as u32, *sort)?),
            None => None,
        };
        let mut members = tally.as_ref().map_or(&[][..], |tally| tally.open(ord));
        let alive = reader.alive_bitset();
        let mut kept: Vec<DocId> = Vec::new();
        weight.for_each_no_score(reader, &mut |docs| {
            let docs = match alive {
                None => docs,
                Some(alive) => {
                    kept.clear();
                    kept.extend(docs.iter().filter(|doc| alive.is_alive(**doc)));
                    &kept
                }
            };
            total += docs.len() as u64;
            if let Some(tally) = &mut tally
                && !members.is_empty()
            {
                tally.collect(docs, &mut members);
            }
            for segment in &mut segments {
                segment.collect(docs);
            }
            if let (Some(dates), Some((_, top))) = (&mut dates, &mut dated) {
                dates.offer(docs, top);
            }
        })?;
        for (counter, segment) in counters.iter_mut().zip(segments) {
            counter.close(segment)?;
        }
    }
    Ok(total)
}

impl Index {
    fn compiled(&self, searcher: &Searcher, node: &Node) -> Result<Compiled, EngineError> {
        compile(searcher, &self.fields, &self.path, &|id| self.copies_of(searcher, id), node)
    }

    /// The table of copies.
    fn copies(&self, searcher: &Searcher) -> Result<Arc<Copies>, EngineError> {
        self.copies.of(searcher, &self.path).at(&self.path)
    }

    /// Finds an article and its copies; `None` when there is no such article.
    fn copies_of(&self, searcher: &Searcher, id: &str) -> Result<Option<Box<dyn Query>>, EngineError> {
        let Some(at) = read::find(searcher, self.fields.id, id, &self.path)? else { return Ok(None) };
        let copies = self.copies(searcher)?;
        Ok(Some(Box::new(match copies.story(at) {
            Some(story) => Documents::new(searcher, copies.members(story)),
            None => Documents::new(searcher, std::iter::once(at)),
        })))
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
                if let Some((near, count)) = dictionary.nearest_word(&word.term, &mut Stems::uncached())? {
                    notes.push(format!("no article says '{text}'; nearest: {near} ({})", grouped(count)));
                }
            }
            if let (0, Clause::Person { name, .. }) = (count, &member.clause) {
                let near = nearest_people(searcher, &self.fields, &self.path, name)?;
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

/// Reads hits from the document store.
struct HitReader<'a> {
    index: &'a Index,
    searcher: &'a Searcher,
    highlights: &'a Highlights,
    finder: Finder<'a>,
    stems: Stems,
    marks: Vec<Mark>,
    sort: Sort,
    width: usize,
}

impl<'a> HitReader<'a> {
    fn new(
        index: &'a Index,
        searcher: &'a Searcher,
        highlights: &'a Highlights,
        request: &SearchRequest,
    ) -> Self {
        Self {
            index,
            searcher,
            highlights,
            finder: Finder::new(highlights),
            stems: Stems::uncached(),
            marks: Vec::new(),
            sort: request.sort,
            width: request.snippet_width,
        }
    }

    fn hit(&mut self, found: &Found) -> Result<Hit, EngineError> {
        let path = &self.index.path;
        let bytes = read::bytes(self.searcher, found.at, path)?;
        let unreadable = || read::unreadable(path);
        let head = stored::head(&bytes).ok_or_else(unreadable)?;
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
            people: most_first(&head.people),
            countries: most_first(&head.countries),
            snippet,
            title_marks,
            copies: 0,
            cursor: found.cursor(self.sort),
        })
    }

    fn mark(&mut self, text: &str, part: Part, annotations: &Annotations) {
        self.marks.clear();
        self.finder.marks(text, &mut self.stems, &mut self.marks);
        self.highlights.entities(annotations, part, &mut self.marks);
        self.marks.retain(|mark| text.get(mark.start..mark.end).is_some());
        highlight::tidy(&mut self.marks);
    }
}

/// Names by their number of mentions; equal ones in order of first mention.
fn most_first(counted: &[(&str, u64)]) -> Vec<String> {
    let mut order: Vec<&(&str, u64)> = counted.iter().collect();
    order.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    order.into_iter().map(|(name, _)| (*name).to_owned()).collect()
}
