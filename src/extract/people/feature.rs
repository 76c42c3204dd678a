//! What the first stage sees of a token: hashed features of the word, its neighbours, the lexicon and the
//! line, as row numbers of the weight table.

use super::document::{Document, Run};
use super::lexicon::{
    ANY_FAMILY, ANY_GIVEN, ANY_PLACE, CALENDAR, COMMON, DOING, FAMILY_LOW, FAMILY_MID, FAMILY_TOP, FEATURES,
    GIVEN_TOP, GROUP, HONORIFIC, LANDMARK, MIXED, NATION, ORGANISATION, ROLE, SAYING, SUFFIX, TITLE,
};
use crate::extract::text::token::{
    ALL_CAPS, CAPITAL, CAPS_LINE, DIGIT, FOREIGN, HYPHEN, INITIAL, INNER_CAPITAL, LINE_START, PARTICLE,
    POSSESSIVE, PUNCT, SENTENCE_START, STOP, TITLE_LINE, key_of_mark,
};

/// log2 of the number of rows.
pub(super) const ROW_BITS: u32 = 16;

/// Word that stands for the edge of a sentence.
const EDGE: u64 = 0x5bd1_e995;

#[inline]
fn mix(a: u64, b: u64) -> u64 {
    (a.rotate_left(23) ^ b).wrapping_mul(0x9fb2_1c65_1e98_df25)
}

#[inline]
fn row(id: u64, value: u64) -> u32 {
    let hash = (value ^ id.wrapping_mul(0xd6e8_feb8_6659_fd93)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (hash >> (64 - ROW_BITS)) as u32
}

/// Form of a token: capitals, initials, hyphens and the like.
#[inline]
fn shape(flags: u32) -> u64 {
    const FORM: u32 = CAPITAL
        | PARTICLE
        | ALL_CAPS
        | INITIAL
        | DIGIT
        | STOP
        | PUNCT
        | HYPHEN
        | INNER_CAPITAL
        | FOREIGN
        | POSSESSIVE;
    u64::from(flags & FORM)
}

/// Classes of marks: how a word can stand in a name.
const GROUPS: [u32; 13] = [
    GIVEN_TOP,
    ANY_GIVEN,
    FAMILY_TOP | FAMILY_MID,
    FAMILY_LOW,
    ANY_FAMILY & !(FAMILY_TOP | FAMILY_MID | FAMILY_LOW),
    ANY_PLACE,
    COMMON | MIXED,
    TITLE,
    HONORIFIC,
    CALENDAR | NATION,
    ORGANISATION | GROUP,
    LANDMARK,
    SUFFIX,
];

/// Marks looked up together.
const THIRD: u32 = 9;

/// The classes that each third of the marks is in.
const CLASSES: [[u16; 1 << THIRD]; 3] = {
    let mut tables = [[0; 1 << THIRD]; 3];
    let mut at = 0;
    while at < 3 << THIRD {
        let (third, marks) = (at >> THIRD, (at % (1 << THIRD)) as u32);
        let mut group = 0;
        while group < GROUPS.len() {
            if GROUPS[group] >> (THIRD * third as u32) & marks != 0 {
                tables[third][marks as usize] |= 1 << group;
            }
            group += 1;
        }
        at += 1;
    }
    tables
};

/// The [`GROUPS`] that any of the marks is in, a bit for each.
#[inline]
fn class(marks: u32) -> u64 {
    let third = |number: u32| CLASSES[number as usize][(marks >> (THIRD * number)) as usize % (1 << THIRD)];
    u64::from(third(0) | third(1) | third(2))
}

/// The marks of words around names.
#[inline]
fn role(marks: u32) -> u64 {
    u64::from(marks & (TITLE | HONORIFIC | SAYING | DOING | ROLE | ORGANISATION | NATION | CALENDAR | COMMON))
}

/// Writes the rows of the tokens of a run, and where those of each token end.
pub(super) fn rows(document: &Document<'_>, run: Run, rows: &mut Vec<u32>, ends: &mut Vec<usize>) {
    let tokens = &document.tokens[run.start..run.end];
    let marks = &document.marks[run.start..run.end];
    let around = Around::new(document, run);
    let key = |at: usize, outside: [u64; 2], beyond: usize| match tokens.get(at) {
        Some(token) => token.key,
        None => outside[beyond],
    };
    let last = tokens.len() - 1;
    let length = tokens.len().min(5) as u64;
    let mut class_before = 1 << 20 | around.roles.0;
    let mut class_own = class(marks[0]);
    for (at, token) in tokens.iter().enumerate() {
        let class_after = if at < last { class(marks[at + 1]) } else { 1 << 20 | around.roles.1 };
        let (class0, shape0) = (class_own, shape(token.flags));
        let own = token.key;
        let (before, before2) = match at {
            0 => (around.before[0], around.before[1]),
            1 => (tokens[0].key, around.before[0]),
            _ => (tokens[at - 1].key, tokens[at - 2].key),
        };
        let after = key(at + 1, around.after, 0);
        let after2 = key(at + 2, around.after, (at + 2).saturating_sub(tokens.len()).min(1));
        let line = u64::from(token.flags & (CAPS_LINE | TITLE_LINE));
        let start = u64::from(token.is(SENTENCE_START));
        let place = ((at.min(3) as u64) << 3 | (last - at).min(3) as u64) << 1 | start;
        let classes = (mix(class0, class_before), mix(class0, class_after));
        rows.extend_from_slice(&[
            row(1, own),
            row(2, mix(own, before)),
            row(3, mix(own, after)),
            row(4, before),
            row(5, after),
            row(6, before2),
            row(7, after2),
            row(8, mix(before, after)),
            row(9, mix(before2, before)),
            row(11, mix(class0, shape0)),
            row(12, classes.0),
            row(13, classes.1),
            row(14, mix(classes.0, class_after)),
            row(15, mix(before, class0)),
            row(16, mix(after, class0)),
            row(17, mix(shape0, start << 8 | line)),
            row(19, mix(class0, place << 16 | line)),
            row(20, mix(place, length << 16 | line)),
            row(21, mix(around.before[0], place)),
            row(22, mix(around.after[0], place)),
            row(24, mix(around.both_roles, place)),
            row(25, mix(around.both_roles, class0)),
            row(26, mix(u64::from(around.comma_number), class0)),
            row(28, mix(own, class_before)),
            row(29, mix(own, class_after)),
        ]);
        affixes(document.text(run.start + at), shape0, rows);
        let inside = u64::from(at > 0) << 1 | u64::from(at < last);
        let mut bits = marks[at] & FEATURES;
        while bits != 0 {
            rows.push(row(50, u64::from(bits.trailing_zeros()) << 8 | inside));
            bits &= bits - 1;
        }
        ends.push(rows.len());
        (class_before, class_own) = (class0, class_after);
    }
}

/// What stands around a run.
struct Around {
    /// Keys of the token before the run and the one before that, [`EDGE`] beyond the sentence.
    before: [u64; 2],
    /// Keys of the two tokens behind the run, [`EDGE`] beyond the line.
    after: [u64; 2],
    /// Roles of the words right before and behind.
    roles: (u64, u64),
    both_roles: u64,
    /// `Smith, 42,` and `Smith (Jamaica) 10.03`
    comma_number: bool,
}

impl Around {
    fn new(document: &Document<'_>, run: Run) -> Self {
        let tokens = &document.tokens;
        let mut before = [EDGE; 2];
        for (key, at) in before.iter_mut().zip((0..run.start).rev()) {
            if tokens[at + 1].is(SENTENCE_START) {
                break;
            }
            *key = tokens[at].key;
        }
        let mut after = [EDGE; 2];
        for (key, token) in after.iter_mut().zip(&tokens[run.end..]) {
            if token.is(LINE_START) {
                break;
            }
            *key = token.key;
        }
        let roles = (
            role(run.start.checked_sub(1).map_or(0, |at| document.marks[at])),
            role(document.marks.get(run.end).copied().unwrap_or(0)),
        );
        let comma_number =
            after[0] == key_of_mark(b',') && tokens.get(run.end + 1).is_some_and(|next| next.is(DIGIT));
        Self { before, after, roles, both_roles: mix(roles.0, roles.1), comma_number }
    }
}

/// Beginnings and endings of the word.
fn affixes(word: &str, shape: u64, rows: &mut Vec<u32>) {
    let bytes = word.as_bytes();
    const LOWER: u32 = 0x2020_2020;
    if let (Some(first), Some(last)) = (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        let last = u32::from_le_bytes(*last) | LOWER;
        rows.extend_from_slice(&[
            row(41, u64::from(last >> 8)),
            row(43, u64::from((u32::from_le_bytes(*first) | LOWER) << 8)),
            row(44, mix(u64::from(last >> 16), shape)),
        ]);
        if bytes.len() > 4 {
            rows.push(row(42, u64::from(last)));
        }
    }
    // "London-based", "U.S.-led": what follows the hyphen
    if shape & u64::from(HYPHEN) != 0
        && let Some(at) = bytes.iter().rposition(|&b| b == b'-')
    {
        let tail = bytes[at + 1..].iter().take(7);
        rows.push(row(45, tail.fold(0, |sum, &b| sum << 8 | u64::from(b.to_ascii_lowercase()))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mark_is_in_its_classes() {
        for mark in (0..27).map(|bit| 1 << bit) {
            let classes = (0..).zip(GROUPS).filter(|(_, group)| group & mark != 0);
            assert_eq!(class(mark), classes.fold(0, |all, (number, _)| all | 1 << number), "{mark:b}");
        }
        assert_eq!(class(GIVEN_TOP | SUFFIX), 1 | 1 << 1 | 1 << 12);
    }
}
