//! Occurrences that are runs of words: phrases, with or without moves, and mentions.

use super::spans::{Keep, Room, Span, closeness, settle};

/// A phrase: where the words of each slot stand, and where the slot lies in the phrase.
pub(super) struct Slots<'a> {
    /// Place in the phrase and positions of its words, by slot.
    pub(super) slots: &'a [(u32, Vec<u32>)],
    /// Moves allowed.
    pub(super) slop: u32,
    /// Slots with the earlier ones that share a word with them: they need a position each.
    pub(super) repeats: &'a [(usize, Vec<usize>)],
    /// Where the body begins.
    pub(super) body: u32,
}

/// Occurrences of a phrase.
///
/// With moves: shifted by their places, the words of an undisturbed phrase stand at one position; the moves
/// are the width of the range the shifted words stand in (as Lucene counts them, so that two words the other
/// way round are two moves).
pub(super) fn find(phrase: &Slots<'_>, room: &mut Room, out: &mut Vec<Span>) {
    out.clear();
    let slots = phrase.slots;
    let Some(last_place) = slots.iter().map(|(place, _)| *place).max() else { return };
    if phrase.slop == 0 {
        // The rarest word leads.
        let Some(lead) = (0..slots.len()).min_by_key(|slot| slots[*slot].1.len()) else { return };
        let (place, positions) = &slots[lead];
        let starts = &mut room.starts;
        starts.clear();
        starts.extend(positions.iter().filter_map(|position| position.checked_sub(*place)));
        for (slot, (place, positions)) in slots.iter().enumerate() {
            if slot != lead {
                keep_followed(starts, *place, positions);
            }
        }
        out.extend(starts.iter().map(|start| Span::run(*start, start + last_place)));
        return;
    }
    // Move on the word that stands first, again and again: this meets the narrowest range of each.
    room.pointers.clear();
    room.pointers.resize(slots.len(), 0);
    loop {
        let mut first: Option<(i64, usize)> = None;
        for (slot, ((place, positions), pointer)) in slots.iter().zip(&room.pointers).enumerate() {
            let Some(position) = positions.get(*pointer) else {
                settle(out, Keep::Minimal);
                return;
            };
            let shifted = i64::from(*position) - i64::from(*place);
            if first.is_none_or(|(other, _)| shifted < other) {
                first = Some((shifted, slot));
            }
        }
        let Some((_, slot)) = first else { return };
        out.extend(moved(phrase, &room.pointers, &mut room.chosen));
        room.pointers[slot] += 1;
    }
}

/// Keeps of the sorted starts those that have a position so many places on.
fn keep_followed(starts: &mut Vec<u32>, place: u32, positions: &[u32]) {
    let (mut from, mut kept, mut at) = (0, 0, 0);
    let leap = positions.len() / 8 > starts.len();
    while let (Some(start), Some(position)) = (starts.get(from).copied(), positions.get(at)) {
        let wanted = start + place;
        if leap && *position < wanted {
            at += skip(&positions[at..], wanted);
            continue;
        }
        // Without branches: a third of the time for words that are equally frequent.
        starts[kept] = start;
        kept += usize::from(wanted == *position);
        from += usize::from(wanted <= *position);
        at += usize::from(wanted >= *position);
    }
    starts.truncate(kept);
}

/// The occurrence of a phrase at a choice of positions, if it needs no more moves than allowed.
fn moved(phrase: &Slots<'_>, pointers: &[usize], chosen: &mut Vec<usize>) -> Option<Span> {
    chosen.clear();
    chosen.extend(pointers);
    let at = |slot: usize, chosen: &[usize]| phrase.slots[slot].1.get(chosen[slot]).copied();
    for (slot, earlier) in phrase.repeats {
        let mut position = at(*slot, chosen)?;
        while earlier.iter().any(|other| at(*other, chosen) == Some(position)) {
            chosen[*slot] += 1;
            position = at(*slot, chosen)?;
        }
    }
    let (mut lowest, mut highest) = (i64::MAX, i64::MIN);
    let (mut start, mut end) = (u32::MAX, 0);
    for (slot, (place, _)) in phrase.slots.iter().enumerate() {
        let position = at(slot, chosen)?;
        let shifted = i64::from(position) - i64::from(*place);
        (lowest, highest) = (lowest.min(shifted), highest.max(shifted));
        (start, end) = (start.min(position), end.max(position));
    }
    let moves = highest - lowest;
    let together = (start < phrase.body) == (end < phrase.body);
    if !together || moves > i64::from(phrase.slop) {
        return None;
    }
    let weight = closeness(u32::try_from(moves).unwrap_or(u32::MAX).saturating_add(1));
    Some(Span { weight, ..Span::run(start, end) })
}

/// How many of the sorted positions stand before `wanted`: doubling steps, then halving ones.
fn skip(positions: &[u32], wanted: u32) -> usize {
    let mut step = 1;
    while positions.get(step).is_some_and(|position| *position < wanted) {
        step *= 2;
    }
    let until = positions.len().min(step + 1);
    let from = step / 2;
    from.min(until) + positions[from.min(until)..until].partition_point(|position| *position < wanted)
}

/// Runs of neighbouring positions as occurrences; a run also ends before a position of `breaks`.
pub(super) fn mentions(positions: &[u32], breaks: &[u32], out: &mut Vec<Span>) {
    out.clear();
    for &position in positions {
        match out.last_mut() {
            Some(last) if last.end + 1 == position && breaks.binary_search(&position).is_err() => {
                *last = Span::run(last.start, position);
            }
            _ => out.push(Span::run(position, position)),
        }
    }
}
