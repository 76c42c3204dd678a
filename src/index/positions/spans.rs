//! The algebra of places in one article: which occurrences stand near each other.
//!
//! An occurrence is a [`Span`] of positions. One made of two others remembers the words it rests on, since
//! distances are counted between words, and a word cannot be its own neighbour.

use crate::index::schema::BODY_START;

/// Most pairs kept of one article. Beyond it an article matches anyway, only its score no longer grows.
const MOST_PAIRS: usize = 8_192;

/// An occurrence: positions, both inclusive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
    /// Share in the score, 1 for a plain occurrence.
    pub(super) weight: f32,
    /// The words it rests on, in [`Spans::words`]; empty when it is those of `start..=end`.
    from: u32,
    to: u32,
}

impl Span {
    /// A run of words.
    pub(super) fn run(start: u32, end: u32) -> Self {
        Self { start, end, weight: 1.0, from: 0, to: 0 }
    }
}

/// Occurrences in order of their start.
#[derive(Debug, Default)]
pub(super) struct Spans {
    pub(super) items: Vec<Span>,
    words: Vec<(u32, u32)>,
}

impl Spans {
    pub(super) fn clear(&mut self) {
        self.items.clear();
        self.words.clear();
    }

    fn words_of<'a>(&'a self, span: &'a Span, whole: &'a mut (u32, u32)) -> &'a [(u32, u32)] {
        if span.from == span.to {
            *whole = (span.start, span.end);
            std::slice::from_ref(whole)
        } else {
            &self.words[span.from as usize..span.to as usize]
        }
    }

    /// Takes over an occurrence of another list.
    fn take(&mut self, other: &Spans, span: &Span) {
        let from = self.words.len() as u32;
        if span.from != span.to {
            self.words.extend(&other.words[span.from as usize..span.to as usize]);
        }
        self.items.push(Span { from, to: self.words.len() as u32, ..*span });
    }

    /// Adds all occurrences of another list; call [`Spans::sort`] when done.
    pub(super) fn extend(&mut self, other: &Spans) {
        for span in &other.items {
            self.take(other, span);
        }
    }

    /// Puts the occurrences in order and drops repeated ones.
    pub(super) fn sort(&mut self) {
        self.items.sort_unstable_by_key(|span| (span.start, span.end));
        self.items.dedup_by_key(|span| (span.start, span.end));
    }

    /// Keeps the occurrences that pass.
    pub(super) fn retain(&mut self, keep: impl FnMut(&Span) -> bool) {
        self.items.retain(keep);
    }

    /// How many occurrences there are without overlap.
    pub(super) fn disjoint(&self) -> u32 {
        let mut count = 0;
        let mut free_from = 0;
        let mut ends: Vec<(u32, u32)> = self.items.iter().map(|span| (span.end, span.start)).collect();
        ends.sort_unstable();
        for (end, start) in ends {
            if start >= free_from {
                count += 1;
                free_from = end + 1;
            }
        }
        count
    }

    fn widest(&self) -> u32 {
        self.items.iter().map(|span| span.end - span.start).max().unwrap_or(0)
    }

    /// The pair as one occurrence.
    fn join(&mut self, left: (&Spans, &Span), right: (&Spans, &Span), weight: f32) {
        let from = self.words.len() as u32;
        let mut whole = (0, 0);
        self.words.extend(left.0.words_of(left.1, &mut whole));
        self.words.extend(right.0.words_of(right.1, &mut whole));
        self.items.push(Span {
            start: left.1.start.min(right.1.start),
            end: left.1.end.max(right.1.end),
            weight,
            from,
            to: self.words.len() as u32,
        });
    }
}

/// How many positions apart two occurrences are, by their nearest words; `None` when they share one.
fn distance(a: (&Spans, &Span), b: (&Spans, &Span)) -> Option<u32> {
    let (mut whole_a, mut whole_b) = ((0, 0), (0, 0));
    let mut nearest = u32::MAX;
    for x in a.0.words_of(a.1, &mut whole_a) {
        for y in b.0.words_of(b.1, &mut whole_b) {
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

/// Closer pairs score higher: 1 side by side, ⅓ five apart.
fn closeness(distance: u32) -> f32 {
    2.0 / (1.0 + distance as f32)
}

fn in_title(span: &Span) -> bool {
    span.start < BODY_START
}

/// What makes a pair.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nearness {
    /// Most positions apart.
    pub(super) distance: u32,
    /// The left stands before the right.
    pub(super) ordered: bool,
}

/// Which pairs to keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keep {
    /// Of each left occurrence the closest pair: enough to match and to score.
    Closest,
    /// All of them: the pair is part of a longer one.
    All,
    /// The left occurrences without a pair.
    Unpaired,
}

/// Pairs of occurrences that stand near each other, never one in the title and one in the body.
pub(super) fn near(left: &Spans, right: &Spans, rule: Nearness, keep: Keep, out: &mut Spans) {
    let reach = rule.distance.saturating_add(right.widest());
    pairs(
        left,
        right,
        keep,
        out,
        |l| (l.start.saturating_sub(reach), l.end.saturating_add(rule.distance)),
        |l, r| {
            if in_title(l.1) != in_title(r.1) || rule.ordered && r.1.start <= l.1.end {
                return None;
            }
            distance(l, r).filter(|gap| *gap <= rule.distance)
        },
    );
}

/// Pairs of occurrences that stand in one unit; `begins` are the positions units begin at, in order.
pub(super) fn same_unit(left: &Spans, right: &Spans, begins: &[u32], keep: Keep, out: &mut Spans) {
    let bounds = |at: u32| {
        let next = begins.partition_point(|begin| *begin <= at);
        let first = next.checked_sub(1).map_or(0, |i| begins[i]);
        (first, begins.get(next).map_or(u32::MAX, |begin| begin - 1))
    };
    pairs(
        left,
        right,
        keep,
        out,
        |l| bounds(l.start),
        |l, r| {
            let (first, last) = bounds(l.1.start);
            let inside = r.1.start >= first && r.1.end <= last && l.1.end <= last;
            if inside { distance(l, r) } else { None }
        },
    );
}

/// For each left occurrence the right ones that begin within `window` of it and satisfy `rule`.
fn pairs(
    left: &Spans,
    right: &Spans,
    keep: Keep,
    out: &mut Spans,
    window: impl Fn(&Span) -> (u32, u32),
    rule: impl Fn((&Spans, &Span), (&Spans, &Span)) -> Option<u32>,
) {
    out.clear();
    for l in &left.items {
        let (first, last) = window(l);
        let mut best: Option<(u32, &Span)> = None;
        let at = right.items.partition_point(|r| r.start < first);
        for r in right.items[at..].iter().take_while(|r| r.start <= last) {
            let Some(gap) = rule((left, l), (right, r)) else { continue };
            if keep == Keep::All && out.items.len() < MOST_PAIRS {
                let weight = (l.weight + r.weight) / 2.0 * closeness(gap);
                out.join((left, l), (right, r), weight);
            } else if best.is_none_or(|(other, _)| gap < other) {
                best = Some((gap, r));
            }
            if keep == Keep::Unpaired {
                break;
            }
        }
        match (keep, best) {
            (Keep::Unpaired, None) => out.take(left, l),
            (Keep::Closest | Keep::All, Some((gap, r))) => {
                out.join((left, l), (right, r), (l.weight + r.weight) / 2.0 * closeness(gap));
            }
            _ => {}
        }
    }
    if keep == Keep::All {
        out.sort();
    }
}

/// Occurrences of a phrase: `slots` are the positions of its words with their place in the phrase.
/// `slop` is the most the words may be moved in sum, as Lucene counts it.
pub(super) fn phrase(slots: &[(u32, Vec<u32>)], slop: u32, out: &mut Spans) {
    out.clear();
    let Some(last_place) = slots.iter().map(|(place, _)| *place).max() else { return };
    if slop == 0 {
        // The rarest word leads.
        let Some((place, lead)) = slots.iter().min_by_key(|(_, positions)| positions.len()) else { return };
        for position in lead {
            let Some(start) = position.checked_sub(*place) else { continue };
            if slots.iter().all(|(place, positions)| positions.binary_search(&(start + place)).is_ok()) {
                out.items.push(Span::run(start, start + last_place));
            }
        }
        return;
    }
    // Shifted by their place, the words of an undisturbed phrase stand at one position; the smallest range
    // that holds one of each word, moving on the word that stands first, finds all that are close enough.
    let mut next = vec![0usize; slots.len()];
    loop {
        let mut first: Option<(i64, usize)> = None;
        let mut last = i64::MIN;
        let (mut start, mut end) = (u32::MAX, 0);
        let mut distinct = true;
        for (slot, (place, positions)) in slots.iter().enumerate() {
            let Some(&position) = positions.get(next[slot]) else { return };
            let shifted = i64::from(position) - i64::from(*place);
            if first.is_none_or(|(other, _)| shifted < other) {
                first = Some((shifted, slot));
            }
            last = last.max(shifted);
            start = start.min(position);
            end = end.max(position);
            distinct &= (0..slot).all(|other| slots[other].1.get(next[other]) != Some(&position));
        }
        let Some((shifted, slot)) = first else { return };
        let moved = last - shifted;
        let together = (start < BODY_START) == (end < BODY_START);
        if distinct && together && moved <= i64::from(slop) {
            let weight = 1.0 / (1.0 + moved as f32);
            out.items.push(Span { weight, ..Span::run(start, end) });
        }
        next[slot] += 1;
    }
}

/// Runs of neighbouring positions as occurrences; a run also ends before a position of `breaks`. With
/// `begins`, only the runs that begin at one of these.
pub(super) fn mentions(positions: &[u32], breaks: &[u32], begins: Option<&[u32]>, out: &mut Spans) {
    out.clear();
    for &position in positions {
        match out.items.last_mut() {
            Some(last) if last.end + 1 == position && breaks.binary_search(&position).is_err() => {
                last.end = position;
            }
            _ => out.items.push(Span::run(position, position)),
        }
    }
    if let Some(begins) = begins {
        out.items.retain(|span| begins.binary_search(&span.start).is_ok());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(positions: &[u32]) -> Spans {
        Spans { items: positions.iter().map(|p| Span::run(*p, *p)).collect(), words: Vec::new() }
    }

    fn found(spans: &Spans) -> Vec<(u32, u32)> {
        spans.items.iter().map(|span| (span.start, span.end)).collect()
    }

    fn pairs_of(left: &Spans, right: &Spans, distance: u32, ordered: bool, keep: Keep) -> Spans {
        let mut out = Spans::default();
        near(left, right, Nearness { distance, ordered }, keep, &mut out);
        out
    }

    #[test]
    fn distance_counts_positions_and_order_matters_only_if_asked() {
        let (a, b) = (words(&[10]), words(&[15]));
        assert_eq!(found(&pairs_of(&a, &b, 5, false, Keep::Closest)), [(10, 15)]);
        assert_eq!(found(&pairs_of(&b, &a, 5, false, Keep::Closest)), [(10, 15)]);
        assert_eq!(found(&pairs_of(&a, &b, 4, false, Keep::Closest)), []);
        assert_eq!(found(&pairs_of(&b, &a, 5, true, Keep::Closest)), []);
    }

    #[test]
    fn a_word_is_not_its_own_neighbour() {
        let once = words(&[10]);
        let twice = words(&[10, 12]);
        assert_eq!(found(&pairs_of(&once, &once, 5, false, Keep::Closest)), []);
        assert_eq!(found(&pairs_of(&twice, &twice, 5, false, Keep::All)), [(10, 12)]);
    }

    #[test]
    fn nothing_reaches_from_the_title_into_the_body() {
        let (title, body) = (words(&[BODY_START - 1]), words(&[BODY_START]));
        assert_eq!(found(&pairs_of(&title, &body, 255, false, Keep::Closest)), []);
    }

    #[test]
    fn a_third_word_may_stand_inside_a_pair() {
        let pair = pairs_of(&words(&[10]), &words(&[14]), 5, false, Keep::All);
        assert_eq!(found(&pairs_of(&pair, &words(&[12]), 2, false, Keep::Closest)), [(10, 14)]);
        assert_eq!(found(&pairs_of(&pair, &words(&[14]), 5, false, Keep::Closest)), []);
    }

    #[test]
    fn every_pair_counts_when_a_longer_one_is_looked_for() {
        // a b x b c: the second b, not the nearest one, stands before c.
        let pair = pairs_of(&words(&[0]), &words(&[1, 3]), 5, false, Keep::All);
        assert_eq!(found(&pairs_of(&pair, &words(&[4]), 1, true, Keep::Closest)), [(0, 4)]);
    }

    #[test]
    fn unpaired_are_the_left_ones_without_a_right() {
        let out = pairs_of(&words(&[10, 50]), &words(&[12]), 3, false, Keep::Unpaired);
        assert_eq!(found(&out), [(50, 50)]);
    }

    #[test]
    fn a_unit_ends_where_the_next_begins() {
        let begins = [0, BODY_START, BODY_START + 10];
        let mut out = Spans::default();
        let (a, b) = (words(&[BODY_START + 9]), words(&[BODY_START + 10, BODY_START + 1]));
        let mut b = b;
        b.sort();
        same_unit(&a, &b, &begins, Keep::Closest, &mut out);
        assert_eq!(found(&out), [(BODY_START + 1, BODY_START + 9)]);
    }

    #[test]
    fn phrases_with_and_without_moves() {
        let mut out = Spans::default();
        let slots = [(0, vec![3, 10]), (1, vec![4, 13])];
        phrase(&slots, 0, &mut out);
        assert_eq!(found(&out), [(3, 4)]);
        phrase(&slots, 2, &mut out);
        assert_eq!(found(&out), [(3, 4), (10, 13)]);
        // The other way round costs two moves.
        phrase(&[(0, vec![5]), (1, vec![4])], 1, &mut out);
        assert_eq!(found(&out), []);
        phrase(&[(0, vec![5]), (1, vec![4])], 2, &mut out);
        assert_eq!(found(&out), [(4, 5)]);
        // One word is not two.
        phrase(&[(0, vec![5]), (1, vec![5])], 3, &mut out);
        assert_eq!(found(&out), []);
    }

    #[test]
    fn neighbouring_words_of_a_mention_are_one_occurrence() {
        let mut out = Spans::default();
        mentions(&[4, 5, 6, 9, 10], &[6], None, &mut out);
        assert_eq!(found(&out), [(4, 5), (6, 6), (9, 10)]);
        mentions(&[4, 5, 6, 9, 10], &[6], Some(&[6, 9]), &mut out);
        assert_eq!(found(&out), [(6, 6), (9, 10)]);
    }

    #[test]
    fn occurrences_that_overlap_count_once() {
        let spans = Spans {
            items: vec![Span::run(0, 5), Span::run(1, 2), Span::run(3, 4), Span::run(6, 6)],
            words: Vec::new(),
        };
        assert_eq!(spans.disjoint(), 3);
    }
}
