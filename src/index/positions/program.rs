//! A tree opened on one segment: a list of steps, each behind those it rests on, that find the occurrences
//! in one article.

use tantivy::DocId;

use super::cursor::{Articles, Cursor};
use super::phrase::{self, Slots};
use super::spans::{self, Keep, Room, Rule, Span};
use crate::index::schema::BODY_START;

/// Only where the body begins something new.
const PARTS: &[u32] = &[BODY_START];

/// What two occurrences must be to each other.
pub(super) enum Nearness {
    /// So many positions apart, and whether the left comes first.
    Apart(u32, bool),
    /// In one unit; the cursor is that of the marks of its first words.
    SameUnit(usize),
}

pub(super) enum Test {
    /// Positions from, to (inclusive).
    Between(u32, u32),
    /// From a position to the end of the lead, whose mark the cursor finds.
    Lead(u32, usize),
    /// So many without overlap.
    AtLeast(u32),
    /// Every word is marked, or none.
    Marked(usize, bool),
}

/// What a step does; numbers are those of cursors and of earlier steps.
pub(super) enum Action {
    Words(usize),
    /// Entity tokens, and the marks that part neighbouring mentions.
    Mentions(usize, usize),
    Phrase {
        cursors: Vec<usize>,
        slop: u32,
        repeats: Vec<(usize, Vec<usize>)>,
        /// Places and positions of the slots.
        slots: Vec<(u32, Vec<u32>)>,
    },
    Or(Vec<usize>),
    Pair {
        left: usize,
        right: usize,
        nearness: Nearness,
        negated: bool,
        /// Whether one may stand in the gap of the other.
        interlocking: bool,
    },
    Filter(usize, Test),
}

/// Occurrences a step found.
#[derive(Default)]
pub(super) struct Found {
    /// Those that are one word each.
    words: Vec<u32>,
    /// The others.
    spans: Vec<Span>,
}

impl Found {
    fn clear(&mut self) {
        self.words.clear();
        self.spans.clear();
    }

    fn is_empty(&self) -> bool {
        self.words.is_empty() && self.spans.is_empty()
    }

    fn keep_between(&mut self, first: u32, last: u32) {
        self.words.retain(|at| (first..=last).contains(at));
        self.spans.retain(|span| span.start >= first && span.end <= last);
    }

    /// All of them as spans; `room` holds them if they are words.
    fn as_spans<'a>(&'a self, room: &'a mut Vec<Span>) -> &'a [Span] {
        if self.words.is_empty() {
            return &self.spans;
        }
        room.clear();
        room.extend(self.words.iter().map(|at| Span::run(*at, *at)));
        room
    }
}

/// One step.
pub(super) struct Step {
    pub(super) action: Action,
    /// The later step that finds nothing either when this one does.
    pub(super) empties: Option<usize>,
    /// Whether what it finds becomes part of a pair.
    pub(super) paired: bool,
}

/// A tree on a segment.
pub(super) struct Program {
    pub(super) cursors: Vec<Cursor>,
    pub(super) articles: Articles,
    pub(super) steps: Vec<Step>,
    pub(super) found: Vec<Found>,
    pub(super) room: Rooms,
    /// The whole program when it is two words near each other, which is what most queries are.
    pub(super) duo: Option<Duo>,
    /// Whether the weight of what it finds is asked for; else one occurrence is enough.
    pub(super) weighed: bool,
    /// Weight found by `duo`.
    pub(super) weight: Option<f32>,
}

/// Two words near each other: their cursors, most positions apart, whether the left comes first.
#[derive(Clone, Copy)]
pub(super) struct Duo {
    left: usize,
    right: usize,
    reach: u32,
    ordered: bool,
}

impl Duo {
    /// What some steps are if they are no more than two words near each other.
    pub(super) fn of(steps: &[Step]) -> Option<Self> {
        let [first, second, last] = steps else { return None };
        match (&first.action, &second.action, &last.action) {
            (
                Action::Words(left),
                Action::Words(right),
                Action::Pair { nearness: Nearness::Apart(reach, ordered), negated: false, .. },
            ) => Some(Self { left: *left, right: *right, reach: *reach, ordered: *ordered }),
            _ => None,
        }
    }
}

/// Room kept from article to article.
#[derive(Default)]
pub(super) struct Rooms {
    sweeps: Room,
    marks: Vec<u32>,
    left: Vec<Span>,
    right: Vec<Span>,
}

impl Program {
    /// Moves to the first article from `target` on that holds the words.
    pub(super) fn seek(&mut self, target: DocId) -> DocId {
        self.articles.seek(&mut self.cursors, target)
    }

    /// Whether an article holds the words; if not, an article before which there is none that does.
    pub(super) fn holds(&mut self, target: DocId) -> Result<(), DocId> {
        self.articles.holds(&mut self.cursors, target)
    }

    /// Whether an article that holds the words has them where they must stand.
    pub(super) fn matches(&mut self, doc: DocId) -> bool {
        if let Some(duo) = self.duo
            && let [left, right, ..] = self.found.as_mut_slice()
        {
            read(&mut self.cursors[duo.left], doc, &mut left.words);
            read(&mut self.cursors[duo.right], doc, &mut right.words);
            let rule = Rule { reach: duo.reach, ordered: duo.ordered, bounds: PARTS, interlocking: false };
            self.weight = spans::word_pairs_weight(&left.words, &right.words, rule, self.weighed);
            if let Some(weight) = self.weight {
                return weight > 0.0;
            }
        }
        let mut at = 0;
        while at < self.steps.len() {
            self.run(at, doc);
            // One that finds nothing leaves nothing to find for those that rest on it.
            while let Some(empty) = self.steps[at].empties.filter(|_| self.found[at].is_empty()) {
                at = empty;
                self.found[at].clear();
            }
            at += 1;
        }
        self.found.last().is_some_and(|found| !found.is_empty())
    }

    /// Occurrences in the article asked for last, weighted by closeness.
    pub(super) fn frequency(&self) -> f32 {
        if let Some(weight) = self.weight {
            return weight;
        }
        let Some(found) = self.found.last() else { return 0.0 };
        found.words.len() as f32 + found.spans.iter().map(|span| span.weight).sum::<f32>()
    }

    /// About how many articles hold the words.
    pub(super) fn size(&self) -> u32 {
        self.articles.size(&self.cursors)
    }

    /// How many postings with positions move together.
    pub(super) fn cursors(&self) -> u32 {
        u32::try_from(self.cursors.len()).unwrap_or(u32::MAX)
    }

    fn run(&mut self, at: usize, doc: DocId) {
        let Self { cursors, steps, found, room, .. } = self;
        let (earlier, rest) = found.split_at_mut(at);
        let (Some(out), Some(step)) = (rest.first_mut(), steps.get_mut(at)) else { return };
        out.clear();
        match &mut step.action {
            Action::Words(cursor) => read(&mut cursors[*cursor], doc, &mut out.words),
            Action::Mentions(cursor, next) => {
                read(&mut cursors[*cursor], doc, &mut room.marks);
                let neighbours = room.marks.windows(2).any(|two| two[0] + 1 == two[1]);
                // The marks matter only where two words stand side by side.
                let mut breaks = std::mem::take(&mut out.words);
                if neighbours {
                    read(&mut cursors[*next], doc, &mut breaks);
                }
                phrase::mentions(&room.marks, &breaks, &mut out.spans);
                breaks.clear();
                out.words = breaks;
            }
            Action::Phrase { cursors: theirs, slop, repeats, slots } => {
                for ((_, positions), cursor) in slots.iter_mut().zip(theirs.iter()) {
                    read(&mut cursors[*cursor], doc, positions);
                    if positions.is_empty() {
                        return;
                    }
                }
                let wanted = Slots {
                    slots: slots.as_slice(),
                    slop: *slop,
                    repeats: repeats.as_slice(),
                    body: BODY_START,
                };
                phrase::find(&wanted, &mut room.sweeps, &mut out.spans);
            }
            Action::Or(members) => {
                for member in members.iter() {
                    let member = &earlier[*member];
                    out.spans.extend(member.words.iter().map(|at| Span::run(*at, *at)));
                    out.spans.extend(&member.spans);
                }
                spans::unite(&mut out.spans);
            }
            Action::Pair { left, right, nearness, negated, interlocking } => {
                let (left, right) = (&earlier[*left], &earlier[*right]);
                let (reach, ordered, bounds) = match nearness {
                    Nearness::Apart(reach, ordered) => (*reach, *ordered, PARTS),
                    Nearness::SameUnit(marks) => {
                        read(&mut cursors[*marks], doc, &mut room.marks);
                        (u32::MAX, false, room.marks.as_slice())
                    }
                };
                let rule = Rule { reach, ordered, bounds, interlocking: *interlocking };
                if !*negated && !step.paired && left.spans.is_empty() && right.spans.is_empty() {
                    spans::word_pairs(&left.words, &right.words, rule, &mut out.spans);
                    return;
                }
                let (left, right) = (left.as_spans(&mut room.left), right.as_spans(&mut room.right));
                if *negated {
                    spans::unpaired(left, right, rule, &mut room.sweeps, &mut out.spans);
                } else {
                    let keep = if step.paired { Keep::Nearest } else { Keep::Minimal };
                    spans::pairs(left, right, rule, keep, &mut room.sweeps, &mut out.spans);
                }
            }
            Action::Filter(inner, test) => {
                std::mem::swap(out, &mut earlier[*inner]);
                match test {
                    Test::Between(first, last) => out.keep_between(*first, *last),
                    Test::Lead(first, ends) => {
                        read(&mut cursors[*ends], doc, &mut room.marks);
                        // An article without a body has no lead.
                        out.keep_between(*first, room.marks.first().copied().unwrap_or(BODY_START - 1));
                    }
                    Test::AtLeast(count) => {
                        let words = u32::try_from(out.words.len()).unwrap_or(u32::MAX);
                        if words.saturating_add(spans::disjoint(&out.spans)) < *count {
                            out.clear();
                        }
                    }
                    Test::Marked(marks, wanted) => {
                        read(&mut cursors[*marks], doc, &mut room.marks);
                        let marked = |at: u32| room.marks.binary_search(&at).is_ok() == *wanted;
                        out.words.retain(|at| marked(*at));
                        out.spans.retain(|span| (span.start..=span.end).all(marked));
                    }
                }
            }
        }
    }
}

/// Positions of a cursor's terms in an article; none if they do not stand in it.
#[inline]
fn read(cursor: &mut Cursor, doc: DocId, out: &mut Vec<u32>) {
    if cursor.seek(doc) == doc {
        cursor.positions(out);
    } else {
        out.clear();
    }
}
