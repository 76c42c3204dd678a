//! The algebra of places in one article: which occurrences stand near each other.
//!
//! An occurrence is a [`Span`] of positions. Lists of them are in order of start, then end, without two of
//! the same start and end. Every operation is one or a few sweeps over sorted lists: its work grows with the
//! number of occurrences (times its logarithm where a sort is needed), never with the number of pairs.

use std::collections::VecDeque;

/// Steps of closeness: windows of words 1, 6 and 26 positions apart weigh 1, 1/2 and 1/6.
const CLOSE: f32 = 5.0;
/// Most neighbours of an occurrence that are looked at for pairs that interlock.
const MOST_INTERLOCKED: usize = 64;

/// An occurrence: positions, all inclusive.
///
/// One made of two others is a window: what stands between its outer two, after `head` and before `tail`, is
/// not taken, and a third word may stand there. One that is no window has `head == end` and `tail == start`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
    /// End of the first of the two.
    pub(super) head: u32,
    /// Start of the last of the two.
    pub(super) tail: u32,
    /// Share in the score, 1 for a plain occurrence.
    pub(super) weight: f32,
}

impl Span {
    /// A run of words.
    pub(super) fn run(start: u32, end: u32) -> Self {
        Self { start, end, head: end, tail: start, weight: 1.0 }
    }

    fn is_window(&self) -> bool {
        self.head < self.end
    }

    /// The parts that are taken; the second repeats the first when there is only one.
    fn parts(&self) -> [(u32, u32); 2] {
        if self.is_window() {
            [(self.start, self.head), (self.tail, self.end)]
        } else {
            [(self.start, self.end); 2]
        }
    }

    /// The window of two.
    fn window(self, other: Self, gap: u32) -> Self {
        let (first, last) = (
            if self.start <= other.start { self } else { other },
            if self.end >= other.end { self } else { other },
        );
        let (head, tail) = (first.head, last.tail);
        let weight = self.weight.min(other.weight) * closeness(gap);
        Self { start: first.start, end: last.end, head, tail, weight }
    }

    /// Read from the right end of the text.
    fn mirrored(self) -> Self {
        let flip = |position: u32| u32::MAX - position;
        Self {
            start: flip(self.end),
            end: flip(self.start),
            head: flip(self.tail),
            tail: flip(self.head),
            weight: self.weight,
        }
    }
}

/// How many positions apart two occurrences are, counted between the nearest ends of what they take; `None`
/// when they share a position.
pub(super) fn gap(a: &Span, b: &Span) -> Option<u32> {
    let mut nearest = u32::MAX;
    for x in a.parts() {
        for y in b.parts() {
            let gap = if x.1 < y.0 {
                y.0 - x.1
            } else if y.1 < x.0 {
                x.0 - y.1
            } else {
                return None;
            };
            nearest = nearest.min(gap);
        }
    }
    Some(nearest)
}

/// What a window counts in the score: 1 side by side, one half with five words more between.
pub(super) fn closeness(gap: u32) -> f32 {
    CLOSE / (CLOSE + gap.saturating_sub(1) as f32)
}

/// When two occurrences make a pair.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rule<'a> {
    /// Most positions apart.
    pub(super) reach: u32,
    /// The left ends before the right begins.
    pub(super) ordered: bool,
    /// Positions that something new begins at, in order: both stand wholly between the same two.
    pub(super) bounds: &'a [u32],
    /// Whether one may stand in the gap of the other.
    pub(super) interlocking: bool,
}

impl Rule<'_> {
    /// First and last position between the bounds that a position stands between.
    fn between(&self, position: u32) -> (u32, u32) {
        let next = self.bounds.partition_point(|bound| *bound <= position);
        let first = next.checked_sub(1).map_or(0, |at| self.bounds[at]);
        (first, self.bounds.get(next).map_or(u32::MAX, |bound| bound.saturating_sub(1)))
    }
}

/// Which windows to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// Those that hold no other: they decide whether the article matches, how often and how well.
    Minimal,
    /// Of each occurrence, on either side, the window with its nearest partner: for a longer pair.
    Nearest,
}

/// Room for the sweeps, kept from article to article.
#[derive(Debug, Default)]
pub(super) struct Room {
    left: Vec<Span>,
    right: Vec<Span>,
    first: Vec<Span>,
    second: Vec<Span>,
    found: Vec<Span>,
    queue: VecDeque<Span>,
    highest: Vec<[Option<(u32, u32)>; 2]>,
    pub(super) starts: Vec<u32>,
    pub(super) pointers: Vec<usize>,
    pub(super) chosen: Vec<usize>,
}

/// The windows of single words: a window is minimal when no other of the words stands between.
pub(super) fn word_pairs(left: &[u32], right: &[u32], rule: Rule<'_>, out: &mut Vec<Span>) {
    out.clear();
    let (mut l, mut r, mut bound) = (0, 0, 0);
    let mut before: Option<(u32, bool, bool)> = None;
    loop {
        let (in_left, in_right, at) = match (left.get(l), right.get(r)) {
            (Some(a), Some(b)) => (a <= b, b <= a, *a.min(b)),
            // When one side has come to its end, only its last word can still find a partner.
            (Some(a), None) if before.is_some_and(|(_, _, is_right)| is_right) => (true, false, *a),
            (None, Some(b)) if before.is_some_and(|(_, is_left, _)| is_left) => (false, true, *b),
            _ => return,
        };
        l += usize::from(in_left);
        r += usize::from(in_right);
        while rule.bounds.get(bound).is_some_and(|bound| *bound <= at) {
            bound += 1;
            before = None;
        }
        if let Some((from, was_left, was_right)) = before
            && at - from <= rule.reach
            && (was_left && in_right || !rule.ordered && was_right && in_left)
        {
            let weight = closeness(at - from);
            out.push(Span { start: from, end: at, head: from, tail: at, weight });
        }
        before = Some((at, in_left, in_right));
    }
}

/// The weight of all windows of [`word_pairs`], or if that is not wanted of one; `None` when a position is in
/// both lists, which needs the general way.
pub(super) fn word_pairs_weight(left: &[u32], right: &[u32], rule: Rule<'_>, all: bool) -> Option<f32> {
    let fits = |from: u32, to: u32| {
        to - from <= rule.reach && !rule.bounds.iter().any(|bound| from < *bound && *bound <= to)
    };
    let (mut l, mut r, mut sum) = (0, 0, 0.0);
    while let (Some(&a), Some(&b)) = (left.get(l), right.get(r)) {
        // The last of the one before the first of the other behind it.
        let (from, to, last) = if a < b {
            l += 1;
            (a, b, left.get(l).is_none_or(|next| *next >= b))
        } else if b < a {
            r += 1;
            (b, a, !rule.ordered && right.get(r).is_none_or(|next| *next >= a))
        } else {
            return None;
        };
        if last && fits(from, to) {
            sum += closeness(to - from);
            if !all {
                break;
            }
        }
    }
    Some(sum)
}

/// The windows of pairs.
pub(super) fn pairs(
    left: &[Span],
    right: &[Span],
    rule: Rule<'_>,
    keep: Keep,
    room: &mut Room,
    out: &mut Vec<Span>,
) {
    out.clear();
    let (mut l, mut r) = (0, 0);
    // From bound to bound.
    while let (Some(a), Some(b)) = (left.get(l), right.get(r)) {
        let (first, last) = rule.between(a.start.max(b.start));
        l += left[l..].partition_point(|span| span.start < first);
        r += right[r..].partition_point(|span| span.start < first);
        let until = |spans: &[Span]| spans.partition_point(|span| span.start <= last);
        let (l_to, r_to) = (l + until(&left[l..]), r + until(&right[r..]));
        let mut ours = std::mem::take(&mut room.left);
        let mut theirs = std::mem::take(&mut room.right);
        ours.clear();
        theirs.clear();
        ours.extend(left[l..l_to].iter().filter(|span| span.end <= last));
        theirs.extend(right[r..r_to].iter().filter(|span| span.end <= last));
        following(&ours, &theirs, rule.reach, room, out);
        if !rule.ordered {
            following(&theirs, &ours, rule.reach, room, out);
            if rule.interlocking {
                interlocked(&ours, &theirs, rule.reach, out);
            }
        }
        (room.left, room.right) = (ours, theirs);
        (l, r) = (l_to, r_to);
    }
    settle(out, keep);
}

/// Windows of one that ends before another begins, each with its nearest partner.
fn following(first: &[Span], second: &[Span], reach: u32, room: &mut Room, out: &mut Vec<Span>) {
    if first.is_empty() || second.is_empty() {
        return;
    }
    if is_ladder(first) && is_ladder(second) {
        let mut next = 0;
        for b in second {
            next += first[next..].iter().take_while(|a| a.end < b.start).count();
            if let Some(a) = next.checked_sub(1).map(|at| first[at])
                && b.start - a.end <= reach
            {
                out.push(a.window(*b, b.start - a.end));
            }
        }
        let mut next = 0;
        for a in first {
            next += second[next..].iter().take_while(|b| b.start <= a.end).count();
            if let Some(b) = second.get(next)
                && b.start - a.end <= reach
            {
                out.push(a.window(*b, b.start - a.end));
            }
        }
        return;
    }
    room.first.clear();
    room.first.extend(first);
    room.second.clear();
    room.second.extend(second);
    latest_before(room, reach);
    out.append(&mut room.found);
    // The earliest behind is the latest before in the mirror.
    room.first.clear();
    room.first.extend(second.iter().map(|span| span.mirrored()));
    room.second.clear();
    room.second.extend(first.iter().map(|span| span.mirrored()));
    latest_before(room, reach);
    out.extend(room.found.drain(..).map(Span::mirrored));
}

/// For each of `room.second` the window with that of `room.first` that begins latest of those that end
/// before it and within reach.
fn latest_before(room: &mut Room, reach: u32) {
    let Room { first, second, found, queue, .. } = room;
    found.clear();
    queue.clear();
    first.sort_unstable_by_key(|span| (span.end, span.start));
    second.sort_unstable_by_key(|span| (span.start, span.end));
    let mut next = 0;
    for b in second.iter() {
        while let Some(a) = first.get(next).filter(|a| a.end < b.start) {
            // A later one that begins as late or later makes an earlier one useless, now and further on.
            let better = |other: &Span| (a.start, u32::MAX - a.head) >= (other.start, u32::MAX - other.head);
            while queue.back().is_some_and(better) {
                queue.pop_back();
            }
            queue.push_back(*a);
            next += 1;
        }
        while queue.front().is_some_and(|a| b.start - a.end > reach) {
            queue.pop_front();
        }
        if let Some(a) = queue.front() {
            found.push(a.window(*b, b.start - a.end));
        }
    }
}

/// Windows of two that lie in each other's gaps.
fn interlocked(left: &[Span], right: &[Span], reach: u32, out: &mut Vec<Span>) {
    let widest = left.iter().map(|span| span.end - span.start).max().unwrap_or(0);
    for b in right {
        let until = left.partition_point(|a| a.start <= b.end);
        let near = left[..until].iter().rev().take_while(|a| a.start.saturating_add(widest) >= b.start);
        for a in near.take(MOST_INTERLOCKED).filter(|a| a.end >= b.start) {
            if let Some(gap) = gap(a, b).filter(|gap| *gap <= reach) {
                out.push(a.window(*b, gap));
            }
        }
    }
}

/// Whether starts and ends both rise: no occurrence lies in another.
fn is_ladder(spans: &[Span]) -> bool {
    spans.windows(2).all(|two| two[0].start < two[1].start && two[0].end < two[1].end)
}

/// Puts windows in order, each once, and drops those that hold another if only the minimal ones are kept.
pub(super) fn settle(spans: &mut Vec<Span>, keep: Keep) {
    unite(spans);
    if keep == Keep::Minimal {
        minimal(spans);
    }
}

/// Puts occurrences in order, each once.
pub(super) fn unite(spans: &mut Vec<Span>) {
    let key = |span: &Span| (span.start, span.end);
    if !spans.is_sorted_by_key(key) {
        spans.sort_unstable_by_key(key);
    }
    spans.dedup_by(|again, kept| {
        let same = key(again) == key(kept);
        if same {
            kept.head = kept.head.min(again.head);
            kept.tail = kept.tail.max(again.tail);
            kept.weight = kept.weight.max(again.weight);
        }
        same
    });
}

/// Drops occurrences that hold another.
fn minimal(spans: &mut Vec<Span>) {
    // Of those that begin together the first is the shortest.
    spans.dedup_by_key(|span| span.start);
    let mut earliest_end = u32::MAX;
    let mut kept = spans.len();
    for at in (0..spans.len()).rev() {
        if spans[at].end < earliest_end {
            earliest_end = spans[at].end;
            kept -= 1;
            spans.swap(at, kept);
        }
    }
    spans.drain(..kept);
}

/// The left occurrences without a right one within reach. One that overlaps counts as near, except the very
/// same occurrence.
pub(super) fn unpaired(left: &[Span], right: &[Span], rule: Rule<'_>, room: &mut Room, out: &mut Vec<Span>) {
    out.clear();
    // Of the first so many right ones the two that end last.
    room.highest.clear();
    let mut top: [Option<(u32, u32)>; 2] = [None, None];
    for span in right {
        let one = Some((span.end, span.start));
        if one > top[0] {
            top = [one, top[0]];
        } else if one > top[1] {
            top[1] = one;
        }
        room.highest.push(top);
    }
    for span in left {
        let (first, _) = rule.between(span.start);
        let (_, last) = rule.between(span.end);
        let from = if rule.ordered { span.start } else { span.start.saturating_sub(rule.reach).max(first) };
        let to = span.end.saturating_add(rule.reach).min(last);
        let before = right.partition_point(|other| other.start <= to);
        let near = before.checked_sub(1).is_some_and(|at| {
            let top = room.highest[at].iter().flatten();
            top.filter(|other| **other != (span.end, span.start)).any(|(end, _)| *end >= from)
        });
        if !near {
            out.push(*span);
        }
    }
}

/// How many occurrences there are without overlap.
pub(super) fn disjoint(spans: &[Span]) -> u32 {
    let mut count = 0;
    let mut end: Option<u32> = None;
    for span in spans {
        if end.is_none_or(|end| span.start > end) {
            count += 1;
            end = Some(span.end);
        } else if end.is_some_and(|end| span.end < end) {
            // It lies in the one counted: a shorter one leaves more room for the next.
            end = Some(span.end);
        }
    }
    count
}
