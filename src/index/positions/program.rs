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
}

/// Cursors of the words that are wanted, and of those among them that are not.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) any: usize,
    pub(super) not: Option<usize>,
}

/// What a step does; numbers are those of cursors and of earlier steps.
pub(super) enum Action {
    Words(Wanted),
    Mentions {
        /// What stands at the first word of those wanted, if not all are.
        begins: Option<usize>,
        /// What stands at every word of the kind.
        kind: usize,
        /// What parts neighbouring mentions.
        next: usize,
    },
    Phrase {
        words: Vec<Wanted>,
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
    left: Wanted,
    right: Wanted,
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
    breaks: Vec<u32>,
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
            for (wanted, words) in [(duo.left, &mut left.words), (duo.right, &mut right.words)] {
                read(&mut self.cursors[wanted.any], doc, words);
            }
            let unlike = duo.left.not.is_some() || duo.right.not.is_some();
            let rule = Rule { reach: duo.reach, ordered: duo.ordered, bounds: PARTS, interlocking: false };
            let weigh = spans::word_pairs_weight;
            self.weight = weigh(&left.words, &right.words, rule, self.weighed && !unlike);
            // Only a match is worth a look at the words that are not meant.
            if unlike && self.weight != Some(0.0) {
                for (wanted, words) in [(duo.left, &mut left.words), (duo.right, &mut right.words)] {
                    take_away(wanted.not, &mut self.cursors, doc, words, &mut self.room.marks);
                }
                self.weight = weigh(&left.words, &right.words, rule, self.weighed);
            }
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
            Action::Words(words) => {
                read(&mut cursors[words.any], doc, &mut out.words);
                take_away(words.not, cursors, doc, &mut out.words, &mut room.marks);
            }
            Action::Mentions { begins, kind, next } => {
                read(&mut cursors[*kind], doc, &mut room.marks);
                // What parts neighbours matters only where two words stand side by side.
                let neighbours = room.marks.windows(2).any(|two| two[0] + 1 == two[1]);
                room.breaks.clear();
                if neighbours {
                    read(&mut cursors[*next], doc, &mut room.breaks);
                }
                phrase::mentions(&room.marks, &room.breaks, &mut out.spans);
                if let Some(begins) = begins {
                    read(&mut cursors[*begins], doc, &mut room.marks);
                    out.spans.retain(|span| room.marks.binary_search(&span.start).is_ok());
                }
            }
            Action::Phrase { words, slop, repeats, slots } => {
                for ((_, positions), words) in slots.iter_mut().zip(words.iter()) {
                    read(&mut cursors[words.any], doc, positions);
                    if positions.is_empty() {
                        return;
                    }
                }
                let find = |slots: &[(u32, Vec<u32>)], sweeps: &mut Room, out: &mut Vec<Span>| {
                    let wanted = Slots { slots, slop: *slop, repeats: repeats.as_slice(), body: BODY_START };
                    phrase::find(&wanted, sweeps, out);
                };
                find(slots, &mut room.sweeps, &mut out.spans);
                // Only a match is worth a look at the words that are not meant.
                if !out.spans.is_empty() {
                    let mut taken = false;
                    for ((_, positions), words) in slots.iter_mut().zip(words.iter()) {
                        taken |= take_away(words.not, cursors, doc, positions, &mut room.marks);
                    }
                    if taken {
                        find(slots, &mut room.sweeps, &mut out.spans);
                    }
                }
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
                }
            }
        }
    }
}

/// Takes from positions those of the words that are not meant; whether there were any.
fn take_away(
    not: Option<usize>,
    cursors: &mut [Cursor],
    doc: DocId,
    from: &mut Vec<u32>,
    room: &mut Vec<u32>,
) -> bool {
    let before = from.len();
    if let Some(not) = not
        && !from.is_empty()
    {
        read(&mut cursors[not], doc, room);
        if !room.is_empty() {
            from.retain(|at| room.binary_search(at).is_err());
        }
    }
    from.len() < before
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
