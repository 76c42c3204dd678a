//! What the first stage sees of a token: hashed features of the word, its neighbours, the lexicon and the
//! line, as row numbers of the weight table.

use super::document::{Document, Run};
use super::lexicon::{
    ANY_FAMILY, ANY_GIVEN, ANY_PLACE, CALENDAR, COMMON, DOING, FAMILY_LOW, FAMILY_MID, FAMILY_TOP, GIVEN_TOP,
    GROUP, HONORIFIC, LANDMARK, MIXED, NATION, ORGANISATION, ROLE, SAYING, SUFFIX, TITLE,
};
use super::token::{
    ALL_CAPS, CAPITAL, CAPS_LINE, DIGIT, FOREIGN, HYPHEN, INITIAL, INNER_CAPITAL, LINE_START, PARTICLE,
    POSSESSIVE, PUNCT, SENTENCE_START, STOP, TITLE_LINE, key_of_mark};

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
    let h = (value ^ id.wrapping_mul(0xd6e8_feb8_6659_fd93)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let h = (h ^ (h >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (h >> (64 - ROW_BITS)) as u32
}

/// Key of the token `offset` away from `i`, [`EDGE`] beyond the sentence.
fn key_at(document: &Document<'_>, i: usize, offset: isize) -> u64 {
    let Some(at) = i.checked_add_signed(offset) else { return EDGE };
    let tokens = &document.tokens;
    if at >= tokens.len() {
        return EDGE;
    }
    let edge = if offset < 0 {
        tokens[at + 1..=i].iter().any(|token| token.is(SENTENCE_START))
    } else {
        tokens[i + 1..=at].iter().any(|token| token.is(LINE_START))
    };
    if edge { EDGE } else { tokens[at].key }
}

#[inline]
fn marks_at(document: &Document<'_>, i: usize, offset: isize) -> u32 {
    i.checked_add_signed(offset).and_then(|at| document.marks.get(at)).copied().unwrap_or(0)
}

/// Form of a token: capitals, initials, hyphens and the like.
#[inline]
fn shape(flags: u16) -> u64 {
    const FORM: u16 = CAPITAL
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

/// The marks that say how a word can stand in a name, in few classes.
#[inline]
fn class(marks: u32) -> u64 {
    let mut class = 0;
    let mut bit = 1;
    for group in [
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
    ] {
        if marks & group != 0 {
            class |= bit;
        }
        bit <<= 1;
    }
    class
}

/// The marks of words around names.
#[inline]
fn role(marks: u32) -> u64 {
    u64::from(marks & (TITLE | HONORIFIC | SAYING | DOING | ROLE | ORGANISATION | NATION | CALENDAR | COMMON))
}

/// Writes the rows of token `i` of a run.
pub(super) fn rows(document: &Document<'_>, run: Run, i: usize, rows: &mut Vec<u32>) {
    let tokens = &document.tokens;
    let token = tokens[i];
    let marks = document.marks[i];
    let (class0, shape0) = (class(marks), shape(token.flags));
    let own = token.key;
    let (before, before2) = (key_at(document, i, -1), key_at(document, i, -2));
    let (after, after2) = (key_at(document, i, 1), key_at(document, i, 2));
    let line = u64::from(token.flags & (CAPS_LINE | TITLE_LINE));
    let start = u64::from(token.is(SENTENCE_START));
    let (before_in, after_in) = (i > run.start, i + 1 < run.end);
    let class_before =
        if before_in { class(marks_at(document, i, -1)) } else { 1 << 20 | role(marks_at(document, i, -1)) };
    let class_after =
        if after_in { class(marks_at(document, i, 1)) } else { 1 << 20 | role(marks_at(document, i, 1)) };
    let length = (run.end - run.start).min(5) as u64;
    let place = (((i - run.start).min(3) as u64) << 3 | (run.end - 1 - i).min(3) as u64) << 1 | start;
    let edge_before = key_at(document, run.start, -1);
    let edge_after = key_at(document, run.end - 1, 1);

    rows.push(row(1, own));
    rows.push(row(2, mix(own, before)));
    rows.push(row(3, mix(own, after)));
    rows.push(row(4, before));
    rows.push(row(5, after));
    rows.push(row(6, before2));
    rows.push(row(7, after2));
    rows.push(row(8, mix(before, after)));
    rows.push(row(9, mix(before2, before)));

    let known = mix(class0, shape0);
    rows.push(row(11, known));
    rows.push(row(12, mix(class0, class_before)));
    rows.push(row(13, mix(class0, class_after)));
    rows.push(row(14, mix(mix(class0, class_before), class_after)));
    rows.push(row(15, mix(before, class0)));
    rows.push(row(16, mix(after, class0)));
    rows.push(row(17, mix(shape0, start << 8 | line)));
    rows.push(row(19, mix(class0, place << 16 | line)));
    rows.push(row(20, mix(place, length << 16 | line)));
    rows.push(row(21, mix(edge_before, place)));
    rows.push(row(22, mix(edge_after, place)));
    let roles = (
        role(run.start.checked_sub(1).map_or(0, |at| document.marks[at])),
        role(document.marks.get(run.end).copied().unwrap_or(0)),
    );
    rows.push(row(24, mix(mix(roles.0, roles.1), place)));
    rows.push(row(25, mix(mix(roles.0, roles.1), class0)));
    // "Smith, 42," and "Smith (Jamaica) 10.03"
    let comma_number = edge_after == key_of_mark(b',')
        && tokens.get(run.end + 1).is_some_and(|next| next.is(DIGIT));
    rows.push(row(26, mix(u64::from(comma_number), class0)));
    rows.push(row(28, mix(own, class_before)));
    rows.push(row(29, mix(own, class_after)));

    affixes(document.text(i), shape0, rows);
    let mut bits = marks;
    while bits != 0 {
        let bit = u64::from(bits.trailing_zeros());
        rows.push(row(50, bit << 8 | u64::from(before_in) << 1 | u64::from(after_in)));
        bits &= bits - 1;
    }
}

/// Beginnings and endings of the word.
fn affixes(word: &str, shape: u64, rows: &mut Vec<u32>) {
    let bytes = word.as_bytes();
    let packed =
        |bytes: &[u8]| bytes.iter().fold(0u64, |sum, &b| sum << 8 | u64::from(b.to_ascii_lowercase()));
    for (id, length) in [(41, 3), (42, 4)] {
        if bytes.len() > length {
            rows.push(row(id, packed(&bytes[bytes.len() - length..])));
        }
    }
    if bytes.len() > 3 {
        rows.push(row(43, packed(&bytes[..3])));
        rows.push(row(44, mix(packed(&bytes[bytes.len() - 2..]), shape)));
    }
    // "London-based", "U.S.-led": what follows the hyphen
    if let Some(at) = bytes.iter().rposition(|&b| b == b'-') {
        rows.push(row(45, packed(&bytes[at + 1..(at + 8).min(bytes.len())])));
    }
}
