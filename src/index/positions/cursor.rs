//! Postings that move from article to article: of several terms as one, and of all a query asks for.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use rustc_hash::FxHashMap;
use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED};

use crate::index::schema::{anchor, term};
use crate::index::stem::Stems;

/// So many lists are looked through one by one; more are kept in a heap.
const MOST_SCANNED: usize = 8;
/// Alternations of "all of" and "any of" that are followed; deeper ones are taken for "any of all their
/// words", which lets more articles through to where positions decide.
const MOST_NESTED: usize = 32;

/// The postings of several terms as one.
pub(super) struct Cursor {
    lists: Vec<List>,
    /// The article each list stands at, when there are many lists.
    heap: BinaryHeap<Reverse<(DocId, usize)>>,
    doc: DocId,
    anchors: Vec<Anchor>,
    /// Room for numbers of positions, and for places in the heap.
    numbers: Vec<u32>,
    open: Vec<usize>,
}

/// The postings of a term.
struct List {
    postings: SegmentPostings,
    /// The anchor whose positions those of the term are numbers of.
    anchor: Option<usize>,
}

/// The postings of an anchor, which follow those of its terms.
struct Anchor {
    postings: SegmentPostings,
    /// The article whose positions are at hand, each once.
    doc: DocId,
    positions: Vec<u32>,
}

impl Cursor {
    /// Opens the terms of a field on a segment; those it does not hold are passed over.
    pub(super) fn open(terms: &[String], reader: &SegmentReader, field: Field) -> tantivy::Result<Self> {
        let index = reader.inverted_index(field)?;
        let postings =
            |text: &str| index.read_postings(&term(field, text), IndexRecordOption::WithFreqsAndPositions);
        let stems = Stems::default();
        let mut lists = Vec::with_capacity(terms.len().min(64));
        let (mut anchors, mut opened): (Vec<Anchor>, FxHashMap<String, usize>) = Default::default();
        for text in terms {
            let Some(placed) = postings(text)? else { continue };
            let Some(anchor) = anchor(text, &stems) else {
                lists.push(List { postings: placed, anchor: None });
                continue;
            };
            let number = match opened.get(&anchor) {
                Some(number) => *number,
                None => {
                    let Some(postings) = postings(&anchor)? else { continue };
                    anchors.push(Anchor { postings, doc: TERMINATED, positions: Vec::new() });
                    opened.insert(anchor, anchors.len() - 1);
                    anchors.len() - 1
                }
            };
            lists.push(List { postings: placed, anchor: Some(number) });
        }
        Ok(Self::of(lists, anchors))
    }

    fn of(lists: Vec<List>, anchors: Vec<Anchor>) -> Self {
        let heap = if lists.len() > MOST_SCANNED {
            lists.iter().enumerate().map(|(number, list)| Reverse((list.postings.doc(), number))).collect()
        } else {
            BinaryHeap::new()
        };
        let doc = lists.iter().map(|list| list.postings.doc()).min().unwrap_or(TERMINATED);
        Self { lists, heap, doc, anchors, numbers: Vec::new(), open: Vec::new() }
    }

    /// Moves to the first article from `target` on; stays when it is there already.
    #[inline]
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target {
            self.doc = match self.lists.as_mut_slice() {
                [list] => list.postings.seek(target),
                _ => self.seek_many(target),
            };
        }
        self.doc
    }

    fn seek_many(&mut self, target: DocId) -> DocId {
        let lists = self.lists.as_mut_slice();
        if self.heap.is_empty() {
            let stands = lists.iter_mut().map(|list| moved(&mut list.postings, target));
            return stands.min().unwrap_or(TERMINATED);
        }
        while let Some(mut top) = self.heap.peek_mut() {
            let Reverse((doc, list)) = *top;
            if doc >= target {
                return doc;
            }
            *top = Reverse((lists[list].postings.seek(target), list));
        }
        TERMINATED
    }

    /// Positions in the article it stands at, in order, each once.
    #[inline]
    pub(super) fn positions(&mut self, out: &mut Vec<u32>) {
        out.clear();
        let Self { lists, heap, doc, anchors, numbers, open } = self;
        if let [List { postings, anchor: None }] = lists.as_mut_slice() {
            postings.append_positions_with_offset(0, out);
            out.dedup();
            return;
        }
        each_at(lists, heap, *doc, open, |list| match list.anchor {
            None => list.postings.append_positions_with_offset(0, out),
            Some(anchor) => {
                numbers.clear();
                list.postings.append_positions_with_offset(0, numbers);
                let positions = anchors[anchor].positions(*doc);
                out.extend(numbers.iter().filter_map(|number| positions.get(*number as usize)));
            }
        });
        if !out.is_sorted() {
            out.sort_unstable();
        }
        out.dedup();
    }

    /// Articles its lists pass through.
    pub(super) fn size(&self) -> u32 {
        self.lists.iter().map(|list| list.postings.size_hint()).fold(0, u32::saturating_add)
    }
}

impl Anchor {
    /// Its positions in an article, each once. Articles never go back.
    fn positions(&mut self, doc: DocId) -> &[u32] {
        if self.doc != doc {
            self.doc = doc;
            self.positions.clear();
            if moved(&mut self.postings, doc) == doc {
                self.postings.append_positions_with_offset(0, &mut self.positions);
                self.positions.dedup();
            }
        }
        &self.positions
    }
}

/// Moves a list to `target` if it stands before; returns where it stands.
pub(super) fn moved(list: &mut SegmentPostings, target: DocId) -> DocId {
    match list.doc() {
        doc if doc < target => list.seek(target),
        doc => doc,
    }
}

/// Calls `each` for the lists that stand at an article; `open` is room.
fn each_at(
    lists: &mut [List],
    heap: &BinaryHeap<Reverse<(DocId, usize)>>,
    doc: DocId,
    open: &mut Vec<usize>,
    mut each: impl FnMut(&mut List),
) {
    if heap.is_empty() {
        lists.iter_mut().filter(|list| list.postings.doc() == doc).for_each(each);
        return;
    }
    // In the tree that a heap is, those at its lowest article hang together from the root.
    let slots = heap.as_slice();
    open.push(0);
    while let Some(slot) = open.pop() {
        let Some(Reverse((at, list))) = slots.get(slot) else { continue };
        if *at == doc {
            each(&mut lists[*list]);
            open.extend([2 * slot + 1, 2 * slot + 2]);
        }
    }
}

/// Which articles hold the words they must: a superset of those whose positions match.
pub(super) enum Articles {
    /// Those of a cursor, by its number.
    Of(usize),
    /// Those of all members.
    All(Vec<Articles>, Option<DocId>),
    /// Those of any member.
    Any(Vec<Articles>, Option<DocId>),
}

impl Articles {
    /// Those that all members have, the rarest first.
    pub(super) fn all(members: Vec<Articles>, cursors: &[Cursor]) -> Self {
        let mut flat = Vec::with_capacity(members.len());
        for member in members {
            match member {
                Self::All(inner, _) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        flat.sort_by_key(|member| member.size(cursors));
        Self::All(flat, None).shallow()
    }

    /// Those that any member has.
    pub(super) fn any(members: Vec<Articles>) -> Self {
        let mut flat = Vec::with_capacity(members.len());
        for member in members {
            match member {
                Self::Any(inner, _) => flat.extend(inner),
                other => flat.push(other),
            }
        }
        Self::Any(flat, None).shallow()
    }

    fn members(&self) -> &[Articles] {
        match self {
            Self::Of(_) => &[],
            Self::All(members, _) | Self::Any(members, _) => members,
        }
    }

    /// Itself, or the union of its cursors when it is nested too deeply to be walked by calls.
    fn shallow(self) -> Self {
        let mut deepest = 0;
        let mut cursors = Vec::new();
        let mut open = vec![(&self, 0)];
        while let Some((articles, depth)) = open.pop() {
            deepest = deepest.max(depth);
            if let Self::Of(cursor) = articles {
                cursors.push(*cursor);
            }
            open.extend(articles.members().iter().map(|member| (member, depth + 1)));
        }
        if deepest <= MOST_NESTED {
            return self;
        }
        Self::Any(cursors.into_iter().map(Self::Of).collect(), None)
    }

    /// The first article from `target` on. Targets never go back.
    pub(super) fn seek(&mut self, cursors: &mut [Cursor], target: DocId) -> DocId {
        match self {
            Self::Of(cursor) => cursors[*cursor].seek(target),
            Self::All(_, Some(doc)) | Self::Any(_, Some(doc)) if *doc >= target => *doc,
            Self::All(members, at) => {
                let mut doc = target;
                'again: while doc < TERMINATED {
                    for member in members.iter_mut() {
                        let found = match member {
                            Self::Of(cursor) => cursors[*cursor].seek(doc),
                            other => other.seek(cursors, doc),
                        };
                        if found > doc {
                            doc = found;
                            continue 'again;
                        }
                    }
                    break;
                }
                *at = Some(doc);
                doc
            }
            Self::Any(members, at) => {
                let doc = members.iter_mut().map(|member| member.seek(cursors, target)).min();
                let doc = doc.unwrap_or(TERMINATED);
                *at = Some(doc);
                doc
            }
        }
    }

    /// Whether an article is one of them; if not, an article before which there is none of them.
    pub(super) fn holds(&mut self, cursors: &mut [Cursor], target: DocId) -> Result<(), DocId> {
        let found = match self {
            Self::Of(cursor) => cursors[*cursor].seek(target),
            Self::All(_, Some(doc)) | Self::Any(_, Some(doc)) if *doc >= target => *doc,
            Self::All(members, at) => {
                for member in members.iter_mut() {
                    member.holds(cursors, target)?;
                }
                *at = Some(target);
                target
            }
            Self::Any(members, at) => {
                let mut lowest = TERMINATED;
                let mut held = false;
                for member in members.iter_mut() {
                    match member.holds(cursors, target) {
                        Ok(()) => held = true,
                        Err(bound) => lowest = lowest.min(bound),
                    }
                }
                if held {
                    *at = Some(target);
                    target
                } else {
                    lowest
                }
            }
        };
        if found == target { Ok(()) } else { Err(found) }
    }

    /// About how many articles there are.
    pub(super) fn size(&self, cursors: &[Cursor]) -> u32 {
        match self {
            Self::Of(cursor) => cursors[*cursor].size(),
            Self::All(members, _) => members.iter().map(|m| m.size(cursors)).min().unwrap_or(0),
            Self::Any(members, _) => members.iter().map(|m| m.size(cursors)).fold(0, u32::saturating_add),
        }
    }
}
