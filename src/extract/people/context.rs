//! The second stage: what the rest of the article says of a word. A surname that is a person in one place
//! is one in the next; a word that elsewhere stands in lower case is none; names in a list are of a kind.

use std::ops::Range;

use super::crf::{BEGIN, INSIDE, LAST, ORGANISATION, OTHER, OUTSIDE, PLACE, Scores, UNIT};
use super::document::Document;
use crate::extract::text::token::{CAPITAL, CAPS_LINE, LINE_START, PUNCT, SENTENCE_START, TITLE_LINE};

/// log2 of the number of rows of the second stage.
pub(super) const ROW_BITS: u32 = 13;

/// What the first stage thinks of all places where a word stands.
#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    count: f32,
    /// Sums of probabilities, outside lines in capitals.
    person: f32,
    place: f32,
    organisation: f32,
    outside: f32,
    /// Highest probability as the last (or first) word of a name of several.
    last: f32,
    first: f32,
    /// Times in lower case.
    lower: f32,
    /// Levels of the two highest probabilities as an end of a longer name.
    ends: u64,
    /// Level of the mean probability of a person.
    mean: u64,
}

/// Sums over the words of an article.
#[derive(Debug, Default)]
pub(super) struct Context {
    /// The words of runs, each once.
    words: Vec<Seen>,
    /// The number in `words` of each token of a run, in order.
    numbers: Vec<u32>,
    /// Levels of each token of a run, in order: its neighbours and the runs beside look at them again.
    levels: Vec<Levels>,
}

/// Levels of the probabilities that a token is in a person's name and that it is a place.
#[derive(Clone, Copy, Debug)]
struct Levels {
    person: u64,
    place: u64,
}

/// Probability that a token is in a person's name.
#[inline]
pub(super) fn person(row: &Scores) -> f32 {
    row[BEGIN] + row[INSIDE] + row[LAST] + row[UNIT]
}

impl Context {
    /// Gathers from the probabilities of the first stage, which stand in `marginals` for each token of a
    /// run in order.
    pub(super) fn gather(document: &Document<'_>, marginals: &[Scores]) -> Self {
        let mut words: Vec<Seen> = Vec::new();
        let mut numbers = Vec::with_capacity(marginals.len());
        let mut known = Numbers::with_room(marginals.len());
        let mut wanted = Filter::default();
        let tokens = document.runs.iter().flat_map(|run| &document.tokens[run.start..run.end]);
        for (token, row) in tokens.zip(marginals) {
            let weight = if token.is(CAPS_LINE | TITLE_LINE) { 0.3 } else { 1.0 };
            let number = known.add(token.key);
            if number as usize == words.len() {
                wanted.add(token.key);
                words.push(Seen::default());
            }
            numbers.push(number);
            let seen = &mut words[number as usize];
            seen.count += weight;
            seen.person += weight * person(row);
            seen.place += weight * row[PLACE];
            seen.organisation += weight * (row[ORGANISATION] + row[OTHER]);
            seen.outside += weight * row[OUTSIDE];
            seen.last = seen.last.max(row[LAST]);
            seen.first = seen.first.max(row[BEGIN]);
        }
        for token in document.tokens {
            if wanted.has(token.key)
                && !token.is(CAPITAL | PUNCT)
                && let Some(number) = known.get(token.key)
            {
                words[number as usize].lower += 1.0;
            }
        }
        for &other in &document.others {
            if let Some(number) = known.get(document.tokens[other].key) {
                words[number as usize].count += 1.0;
                words[number as usize].organisation += 1.0;
            }
        }
        for seen in &mut words {
            seen.ends = level(seen.last) << 3 | level(seen.first);
            seen.mean = level(seen.person / seen.count.max(0.3));
        }
        let levels =
            marginals.iter().map(|row| Levels { person: level(person(row)), place: level(row[PLACE]) });
        Self { words, numbers, levels: levels.collect() }
    }

    /// What is known of the word of the `at`-th of all run tokens.
    fn seen(&self, at: usize) -> Seen {
        self.numbers.get(at).and_then(|&number| self.words.get(number as usize)).copied().unwrap_or_default()
    }

    /// Whether the first stage is sure that the words of a run, of which these are the numbers among all run tokens,
    /// name nobody, here or elsewhere in the article: then the second one says so too.
    pub(super) fn names_nobody(&self, run: Range<usize>) -> bool {
        run.into_iter().all(|at| {
            let seen = self.seen(at);
            self.levels[at].person <= 1 && seen.ends == 0 && seen.mean <= 1
        })
    }

    /// Rows of the second stage for token `i`, the `at`-th of all run tokens; `run` is the number of its run.
    pub(super) fn rows(
        &self,
        document: &Document<'_>,
        run: usize,
        i: usize,
        at: usize,
        marginals: &[Scores],
        rows: &mut Vec<u32>,
    ) {
        let token = &document.tokens[i];
        let own = &marginals[at];
        let line = if token.is(CAPS_LINE) { 2 } else { u64::from(token.is(TITLE_LINE)) };
        let weight = if line > 0 { 0.3 } else { 1.0 };
        let seen = self.seen(at);
        let others = seen.count - weight;
        let share =
            |sum: f32, own: f32| if others > 0.05 { 1 + level((sum - weight * own) / others) } else { 0 };
        let many = if others > 3.5 { 2 } else { u64::from(others > 0.5) };
        let person_share = share(seen.person, person(own));
        let place_share = share(seen.place, own[PLACE]);
        let group_share = share(seen.organisation, own[ORGANISATION] + own[OTHER]);
        let outside_share = share(seen.outside, own[OUTSIDE]);
        let own_level = self.levels[at].person;
        let lower = if seen.lower > 2.5 { 2 } else { u64::from(seen.lower > 0.5) };
        // as an end of a longer name elsewhere (this place itself counts when it is one)
        let end = seen.ends;
        let Span { start, end: stop } = Span::of(document, run);
        let place = u64::from(i > start) << 1 | u64::from(i + 1 < stop);

        rows.push(row(1, own_level << 3 | line));
        rows.push(row(2, person_share << 8 | many << 4 | place));
        rows.push(row(3, person_share << 8 | own_level << 4 | place));
        rows.push(row(4, place_share << 8 | own_level << 4 | many));
        rows.push(row(5, group_share << 8 | own_level << 4 | many));
        rows.push(row(6, outside_share << 8 | own_level << 4 | many));
        rows.push(row(
            7,
            (person_share << 12 | place_share << 8 | group_share << 4 | outside_share) << 2 | line,
        ));
        rows.push(row(8, lower << 12 | own_level << 4 | line << 2 | u64::from(token.is(SENTENCE_START))));
        rows.push(row(9, end << 8 | own_level << 4 | place));
        rows.push(row(10, end << 8 | person_share << 4 | place));
        // neighbours in the run
        let beside = |j: usize, inside: bool| {
            if !inside {
                return (15, 15);
            }
            let at = if j < i { at - 1 } else { at + 1 };
            (self.levels[at].person, self.seen(at).mean)
        };
        let before = beside(i.saturating_sub(1), i > start);
        let after = beside(i + 1, i + 1 < stop);
        rows.push(row(11, own_level << 12 | before.0 << 8 | before.1 << 4 | line));
        rows.push(row(12, own_level << 12 | after.0 << 8 | after.1 << 4 | line));
        rows.push(row(13, own_level << 16 | before.0 << 8 | after.0 << 4 | person_share));
        // the names before and after in a list or apposition
        let previous = run.checked_sub(1).map(|r| (Span::of(document, r).end, start, at - (i - start)));
        let previous = previous.and_then(|(end, start, at)| {
            Some((link(document, end, start)?, self.levels.get(at.checked_sub(1)?)?))
        });
        let next = document.runs.get(run + 1).map(|next| (stop, next.start, at + (stop - i)));
        let next =
            next.and_then(|(end, start, at)| Some((link(document, end, start)?, self.levels.get(at)?)));
        for (id, neighbour) in [(14, previous), (15, next)] {
            let value =
                neighbour.map_or(1 << 40, |(link, levels)| link << 8 | levels.person << 4 | levels.place);
            rows.push(row(id, value << 4 | own_level));
        }
    }
}

struct Span {
    start: usize,
    end: usize,
}

impl Span {
    fn of(document: &Document<'_>, run: usize) -> Self {
        let run = document.runs[run];
        Self { start: run.start, end: run.end }
    }
}

/// What stands between two runs when it is at most two tokens: its key.
fn link(document: &Document<'_>, end: usize, start: usize) -> Option<u64> {
    let between = document.tokens.get(end..start)?;
    if between.len() > 2 || document.tokens[end..=start].iter().any(|token| token.is(LINE_START)) {
        return None;
    }
    Some(between.iter().fold(between.len() as u64, |sum, token| sum.rotate_left(13) ^ token.key))
}

/// A probability in eight levels.
#[inline]
fn level(p: f32) -> u64 {
    let over = |step: f32| u64::from(p >= step);
    over(0.02) + over(0.1) + over(0.3) + over(0.5) + over(0.7) + over(0.9) + over(0.98)
}

#[inline]
fn row(id: u64, value: u64) -> u32 {
    let h = (value ^ id.wrapping_mul(0xd6e8_feb8_6659_fd93)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let h = (h ^ (h >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (h >> (64 - ROW_BITS)) as u32
}

/// Words by their keys, numbered in the order in which they were added.
struct Numbers {
    /// Open addressing: some middle bits of a key pick the slot, [`FREE`] or the number of a key. Half are free.
    slots: Vec<u32>,
    keys: Vec<u64>,
}

/// A slot without a number.
const FREE: u32 = u32::MAX;

impl Numbers {
    /// Room for so many words.
    fn with_room(count: usize) -> Self {
        Self { slots: vec![FREE; (2 * count + 2).next_power_of_two()], keys: Vec::with_capacity(count) }
    }

    /// Where a key is, or would be.
    #[inline]
    fn slot(&self, key: u64) -> usize {
        let mask = self.slots.len() - 1;
        let mut at = (key >> 40) as usize & mask;
        while self.slots[at] != FREE && self.keys[self.slots[at] as usize] != key {
            at = (at + 1) & mask;
        }
        at
    }

    #[inline]
    fn get(&self, key: u64) -> Option<u32> {
        Some(self.slots[self.slot(key)]).filter(|&number| number != FREE)
    }

    /// The number of a word, which is the next one if it is new.
    #[inline]
    fn add(&mut self, key: u64) -> u32 {
        let slot = self.slot(key);
        if self.slots[slot] == FREE {
            self.slots[slot] = self.keys.len() as u32;
            self.keys.push(key);
        }
        self.slots[slot]
    }
}

/// A small filter that spares looking up most words in lower case.
struct Filter {
    bits: [u64; 128],
}

impl Default for Filter {
    fn default() -> Self {
        Self { bits: [0; 128] }
    }
}

impl Filter {
    fn add(&mut self, key: u64) {
        self.bits[(key >> 57) as usize] |= 1 << (key >> 51 & 63);
    }

    fn has(&self, key: u64) -> bool {
        self.bits[(key >> 57) as usize] >> (key >> 51 & 63) & 1 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_numbered_in_order_also_where_their_slots_meet() {
        let keys = [7, 1 << 40, 3 << 40 | 1, 3 << 40 | 2, 3 << 40 | 3, u64::MAX];
        let mut numbers = Numbers::with_room(keys.len());
        assert_eq!(keys.map(|key| numbers.add(key)), [0, 1, 2, 3, 4, 5]);
        assert_eq!(keys.map(|key| numbers.add(key)), [0, 1, 2, 3, 4, 5]);
        assert_eq!((numbers.get(3 << 40 | 2), numbers.get(8)), (Some(3), None));
    }
}
