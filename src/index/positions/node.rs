//! A [`Tree`] opened on one segment: postings that move from article to article together, and the
//! occurrences in the one they stand at.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, SegmentReader, TERMINATED};

use super::spans::{self, Keep, Nearness, Span, Spans};
use super::{Range, Terms, Tree};
use crate::index::schema::{BODY_START, mark, term};
use crate::query::ast::Unit;

/// The postings of several terms as one.
pub(super) struct Union {
    lists: Vec<SegmentPostings>,
    /// Lists that stand at `doc`.
    here: Vec<usize>,
    /// The others, by the article they stand at.
    ahead: BinaryHeap<Reverse<(DocId, usize)>>,
    doc: DocId,
}

impl Union {
    fn open(
        terms: &[String],
        reader: &SegmentReader,
        field: Field,
        option: IndexRecordOption,
    ) -> tantivy::Result<Self> {
        let index = reader.inverted_index(field)?;
        let mut lists = Vec::new();
        for text in terms {
            lists.extend(index.read_postings(&term(field, text), option)?);
        }
        let ahead = lists.iter().enumerate().map(|(i, list)| Reverse((list.doc(), i))).collect();
        let mut union = Self { lists, here: Vec::new(), ahead, doc: 0 };
        union.gather();
        Ok(union)
    }

    pub(super) fn doc(&self) -> DocId {
        self.doc
    }

    /// Moves to the first article from `target` on; stays when it is there already.
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        if self.doc >= target {
            return self.doc;
        }
        if let [list] = self.lists.as_mut_slice() {
            self.doc = list.seek(target);
            return self.doc;
        }
        for i in self.here.drain(..) {
            let doc = self.lists[i].seek(target);
            if doc != TERMINATED {
                self.ahead.push(Reverse((doc, i)));
            }
        }
        while let Some(Reverse((doc, i))) = self.ahead.peek().copied() {
            if doc >= target {
                break;
            }
            self.ahead.pop();
            let doc = self.lists[i].seek(target);
            if doc != TERMINATED {
                self.ahead.push(Reverse((doc, i)));
            }
        }
        self.gather();
        self.doc
    }

    fn gather(&mut self) {
        self.doc = TERMINATED;
        while let Some(Reverse((doc, i))) = self.ahead.peek().copied() {
            if self.here.is_empty() {
                self.doc = doc;
            } else if doc != self.doc {
                break;
            }
            self.ahead.pop();
            self.here.push(i);
        }
    }

    /// Positions in the article it stands at, in order.
    pub(super) fn positions(&mut self, out: &mut Vec<u32>) {
        out.clear();
        for &i in &self.here {
            self.lists[i].append_positions_with_offset(0, out);
        }
        if self.here.len() > 1 {
            out.sort_unstable();
        }
        out.dedup(); // words of title and lead stand there as often as they weigh
    }

    /// Occurrences in the article it stands at.
    pub(super) fn frequency(&self) -> u32 {
        self.here.iter().map(|i| self.lists[*i].term_freq()).sum()
    }

    pub(super) fn size(&self) -> u32 {
        self.lists.iter().map(DocSet::size_hint).sum()
    }
}

enum Pairing {
    Near(Nearness),
    Same(Union),
}

enum Filter {
    /// Positions from, to (inclusive).
    Positions(u32, u32),
    /// Positions from, to the end of the lead.
    Lead(u32, Union),
    AtLeast(u32),
}

/// Words less others.
struct Choice {
    any: Union,
    /// Left out when there is nothing to take away.
    not: Option<Union>,
}

impl Choice {
    fn take_away(&mut self, doc: DocId, positions: &mut Vec<u32>) {
        if let Some(not) = &mut self.not
            && not.seek(doc) == doc
        {
            let mut others = Vec::new();
            not.positions(&mut others);
            positions.retain(|p| others.binary_search(p).is_err());
        }
    }
}

enum Kind {
    Words(Choice),
    /// First words (none: all of the kind), words of the kind, breaks between neighbours.
    Mentions(Option<Union>, Union, Union),
    Phrase(Vec<(u32, Choice)>, u32, Vec<(u32, Vec<u32>)>),
    Or(Vec<Node>),
    Pair {
        left: Box<Node>,
        right: Box<Node>,
        pairing: Pairing,
        negated: bool,
    },
    Filter(Filter, Box<Node>),
}

/// A part of a tree on a segment.
pub(super) struct Node {
    kind: Kind,
    /// Occurrences in the article asked for last.
    pub(super) spans: Spans,
    positions: Vec<u32>,
}

impl Node {
    pub(super) fn open(
        tree: &Tree,
        reader: &SegmentReader,
        field: Field,
        positions: bool,
    ) -> tantivy::Result<Self> {
        let option =
            if positions { IndexRecordOption::WithFreqsAndPositions } else { IndexRecordOption::WithFreqs };
        let union = |terms: &[String]| Union::open(terms, reader, field, option);
        let marks = |mark: &str| Union::open(&[mark.to_owned()], reader, field, option);
        let choice = |terms: &Terms| {
            let not = if terms.not.is_empty() { None } else { Some(union(&terms.not)?) };
            Ok::<_, tantivy::TantivyError>(Choice { any: union(&terms.any)?, not })
        };
        let open = |tree: &Tree| {
            Ok::<_, tantivy::TantivyError>(Box::new(Self::open(tree, reader, field, positions)?))
        };
        let kind = match tree {
            Tree::Words(terms) => Kind::Words(choice(terms)?),
            Tree::Mentions { terms, kind } => {
                let begins = match terms {
                    Some(terms) => Some(union(terms)?),
                    None => None,
                };
                Kind::Mentions(begins, marks(kind)?, marks(mark::NEXT_MENTION)?)
            }
            Tree::Phrase { slots, slop } => {
                let mut opened = Vec::with_capacity(slots.len());
                for (place, terms) in slots {
                    opened.push((*place, choice(terms)?));
                }
                let buffers = slots.iter().map(|(place, _)| (*place, Vec::new())).collect();
                Kind::Phrase(opened, *slop, buffers)
            }
            Tree::Or(members) => {
                Kind::Or(members.iter().map(|m| Ok(*open(m)?)).collect::<tantivy::Result<_>>()?)
            }
            Tree::Near { left, right, distance, ordered, negated } => Kind::Pair {
                left: open(left)?,
                right: open(right)?,
                pairing: Pairing::Near(Nearness { distance: *distance, ordered: *ordered }),
                negated: *negated,
            },
            Tree::Same { left, right, unit, negated } => Kind::Pair {
                left: open(left)?,
                right: open(right)?,
                pairing: Pairing::Same(match unit {
                    Unit::Sentence => union(&[mark::SENTENCE.to_owned(), mark::PARAGRAPH.to_owned()])?,
                    Unit::Paragraph => marks(mark::PARAGRAPH)?,
                }),
                negated: *negated,
            },
            Tree::Within(range, inner) => {
                let filter = match range {
                    Range::Title => Filter::Positions(0, BODY_START - 1),
                    Range::Body => Filter::Positions(BODY_START, u32::MAX),
                    Range::First(words) => {
                        Filter::Positions(BODY_START, (BODY_START - 1).saturating_add(*words))
                    }
                    Range::Lead => Filter::Lead(BODY_START, marks(mark::LEAD_END)?),
                    Range::TitleLead => Filter::Lead(0, marks(mark::LEAD_END)?),
                };
                Kind::Filter(filter, open(inner)?)
            }
            Tree::AtLeast(count, inner) => Kind::Filter(Filter::AtLeast(*count), open(inner)?),
        };
        Ok(Self { kind, spans: Spans::default(), positions: Vec::new() })
    }

    /// The article the postings stand at: the next that may match.
    pub(super) fn doc(&self) -> DocId {
        match &self.kind {
            Kind::Words(words) => words.any.doc(),
            Kind::Mentions(begins, kind, _) => begins.as_ref().unwrap_or(kind).doc(),
            Kind::Phrase(slots, _, _) => slots.first().map_or(TERMINATED, |(_, words)| words.any.doc()),
            Kind::Or(members) => members.iter().map(Node::doc).min().unwrap_or(TERMINATED),
            Kind::Pair { left, .. } => left.doc(),
            Kind::Filter(_, inner) => inner.doc(),
        }
    }

    /// Moves the postings to the first article from `target` on that may match.
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        match &mut self.kind {
            Kind::Words(words) => words.any.seek(target),
            Kind::Mentions(begins, kind, _) => begins.as_mut().unwrap_or(kind).seek(target),
            Kind::Phrase(slots, _, _) => {
                let mut doc = target;
                'again: loop {
                    for (_, words) in slots.iter_mut() {
                        let found = words.any.seek(doc);
                        if found > doc {
                            doc = found;
                            if doc == TERMINATED {
                                // All stand at the end, so that `doc` says so.
                                slots.iter_mut().for_each(|(_, words)| {
                                    words.any.seek(TERMINATED);
                                });
                                return TERMINATED;
                            }
                            continue 'again;
                        }
                    }
                    return doc;
                }
            }
            Kind::Or(members) => members.iter_mut().map(|m| m.seek(target)).min().unwrap_or(TERMINATED),
            Kind::Pair { left, negated: true, .. } => left.seek(target),
            Kind::Pair { left, right, .. } => {
                let mut doc = left.seek(target);
                loop {
                    let other = right.seek(doc);
                    if other == doc {
                        return doc;
                    }
                    doc = left.seek(other);
                    if doc == other {
                        return doc;
                    }
                }
            }
            Kind::Filter(_, inner) => inner.seek(target),
        }
    }

    /// Finds the occurrences in an article the postings have been moved to (or past). `part` says whether
    /// the occurrences are part of a longer one.
    pub(super) fn find(&mut self, doc: DocId, part: bool) -> bool {
        let Self { kind, spans: out, positions } = self;
        match kind {
            Kind::Words(words) => {
                out.clear();
                if words.any.seek(doc) == doc {
                    words.any.positions(positions);
                    words.take_away(doc, positions);
                    out.items.extend(positions.iter().map(|p| Span::run(*p, *p)));
                }
            }
            Kind::Mentions(begins, kind, breaks) => {
                out.clear();
                if kind.seek(doc) == doc {
                    kind.positions(positions);
                    let (mut first, mut cuts) = (Vec::new(), Vec::new());
                    if breaks.seek(doc) == doc {
                        breaks.positions(&mut cuts);
                    }
                    if let Some(begins) = begins
                        && begins.seek(doc) == doc
                    {
                        begins.positions(&mut first);
                    }
                    spans::mentions(positions, &cuts, begins.is_some().then_some(&first), out);
                }
            }
            Kind::Phrase(slots, slop, buffers) => {
                out.clear();
                let mut all = true;
                for ((_, words), (_, buffer)) in slots.iter_mut().zip(buffers.iter_mut()) {
                    all &= words.any.seek(doc) == doc;
                    if !all {
                        break;
                    }
                    words.any.positions(buffer);
                }
                if all {
                    spans::phrase(buffers, *slop, out);
                }
                // Only a match is worth a look at the words that are not meant.
                if !out.items.is_empty() && slots.iter().any(|(_, words)| words.not.is_some()) {
                    for ((_, words), (_, buffer)) in slots.iter_mut().zip(buffers.iter_mut()) {
                        words.take_away(doc, buffer);
                    }
                    spans::phrase(buffers, *slop, out);
                }
            }
            Kind::Or(members) => {
                out.clear();
                for member in members.iter_mut() {
                    if member.seek(doc) == doc && member.find(doc, part) {
                        out.extend(&member.spans);
                    }
                }
                out.sort();
            }
            Kind::Pair { left, right, pairing, negated } => {
                let keep = match (*negated, part) {
                    (true, _) => Keep::Unpaired,
                    (false, true) => Keep::All,
                    (false, false) => Keep::Closest,
                };
                out.clear();
                if left.seek(doc) == doc && left.find(doc, true) {
                    let beside = right.seek(doc) == doc && right.find(doc, true);
                    if !beside {
                        right.spans.clear();
                    }
                    match pairing {
                        Pairing::Near(rule) => spans::near(&left.spans, &right.spans, *rule, keep, out),
                        Pairing::Same(begins) => {
                            positions.clear();
                            if begins.seek(doc) == doc {
                                begins.positions(positions);
                            }
                            spans::same_unit(&left.spans, &right.spans, positions, keep, out);
                        }
                    }
                }
            }
            Kind::Filter(filter, inner) => {
                out.clear();
                // All pairs: the closest need not be the one that passes.
                if inner.seek(doc) == doc && inner.find(doc, true) {
                    std::mem::swap(out, &mut inner.spans);
                    filter.apply(doc, out, positions);
                }
            }
        }
        !out.items.is_empty()
    }

    /// Occurrences of a tree of words alone, without positions.
    pub(super) fn frequency(&self) -> u32 {
        match &self.kind {
            Kind::Words(words) => words.any.frequency(),
            _ => self.spans.items.len() as u32,
        }
    }

    /// About how many articles the postings pass through.
    pub(super) fn size(&self) -> u32 {
        match &self.kind {
            Kind::Words(words) => words.any.size(),
            Kind::Mentions(begins, kind, _) => begins.as_ref().unwrap_or(kind).size(),
            Kind::Phrase(slots, _, _) => slots.iter().map(|(_, words)| words.any.size()).min().unwrap_or(0),
            Kind::Or(members) => members.iter().map(Node::size).fold(0, u32::saturating_add),
            Kind::Pair { left, negated: true, .. } => left.size(),
            Kind::Pair { left, right, .. } => left.size().min(right.size()),
            Kind::Filter(_, inner) => inner.size(),
        }
    }
}

impl Filter {
    fn apply(&mut self, doc: DocId, spans: &mut Spans, positions: &mut Vec<u32>) {
        match self {
            Self::Positions(first, last) => spans.retain(|span| span.start >= *first && span.end <= *last),
            Self::Lead(first, ends) => {
                // An article without a body has no lead.
                positions.clear();
                if ends.seek(doc) == doc {
                    ends.positions(positions);
                }
                let last = positions.first().copied().unwrap_or(BODY_START - 1);
                spans.retain(|span| span.start >= *first && span.end <= last);
            }
            Self::AtLeast(count) => {
                if spans.disjoint() < *count {
                    spans.clear();
                }
            }
        }
    }
}
