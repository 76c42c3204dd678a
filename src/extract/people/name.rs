//! From labels to names: titles, honorifics and weekdays are cut off, a given name or initial left outside
//! is taken in, nicknames in quotes are bridged, and what cannot be a name is dropped.

use super::crf::{BEGIN, INSIDE, LAST, UNIT};
use super::document::{Document, Run};
use super::lexicon::{
    ANY_FAMILY, ANY_GIVEN, ANY_PLACE, CALENDAR, COMMON, GROUP, HONORIFIC, LANDMARK, LISTED_GROUP, MIXED,
    NATION, ORGANISATION, ROLE, SUFFIX, TITLE,
};
use super::{others, recall};
use crate::extract::text::token::{
    ALL_CAPS, CAPITAL, CAPS_LINE, DIGIT, INITIAL, LINE_START, PARTICLE, POSSESSIVE, PUNCT, STOP, TITLE_LINE,
};

/// A person's name in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Name {
    /// First token.
    pub start: usize,
    /// One past the last token.
    pub end: usize,
    /// A title or honorific stands before it.
    pub titled: bool,
}

/// Most tokens between the quotes or brackets of a nickname.
const NICKNAME: usize = 4;

/// The names of a document, in order of the text, from the label of each token of a run.
pub(super) fn names(document: &Document<'_>, labels: &[u8]) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    for (run, own) in document.labelled_runs(labels) {
        let mut begin = None;
        for (offset, &label) in own.iter().enumerate() {
            let i = run.start + offset;
            let start = match label as usize {
                UNIT => Some(i),
                LAST => begin.take(),
                BEGIN => {
                    begin = Some(i);
                    None
                }
                INSIDE => None,
                _ => {
                    begin = None;
                    None
                }
            };
            let Some(start) = start else { continue };
            let floor = names.last().map_or(run.start, |last| last.end.max(run.start));
            let end = widen_right(document, run, own, start, i + 1);
            let start = widen_left(document, floor, start);
            if names.last().is_some_and(|last| start < last.end) {
                continue; // taken in by the name before
            }
            names.extend(trim(document, run.start, start, end));
        }
    }
    recall::initialled(document, labels, &mut names);
    recall::given(document, labels, &mut names);
    bridge_nicknames(document, &mut names);
    recall::families(document, &mut names);
    others::drop(document, &mut names);
    names
}

/// What no part of a name is, whatever else it is.
const NO_PART: u32 = TITLE
    | HONORIFIC
    | CALENDAR
    | NATION
    | ANY_PLACE
    | ORGANISATION
    | LANDMARK
    | GROUP
    | COMMON
    | MIXED
    | ROLE;

/// Whether a token stands in a line of running text.
pub(super) fn plain_line(document: &Document<'_>, i: usize) -> bool {
    !document.tokens[i].is(CAPS_LINE | TITLE_LINE)
}

/// Takes in the initials and the given name in front: `H. D. Kumaraswamy`, `Atal Bihari Vajpayee`. A given name
/// that is a place too is none before an initial: `Antony J. Blinken`.
fn widen_left(document: &Document<'_>, floor: usize, mut start: usize) -> usize {
    let is_initial = |at: usize| {
        document.tokens[at].is(INITIAL) && document.text(at).trim_end_matches('.').chars().count() == 1
    };
    while start > floor {
        let before = &document.tokens[start - 1];
        let marks = document.marks[start - 1];
        let initial = is_initial(start - 1);
        let no_part = if is_initial(start) { NO_PART & !ANY_PLACE } else { NO_PART };
        let given = marks & ANY_GIVEN != 0
            && marks & no_part == 0
            && !before.is(ALL_CAPS)
            && plain_line(document, start);
        if !(initial || given) {
            break;
        }
        start -= 1;
    }
    start
}

/// Takes in the family name behind a lone given name.
fn widen_right(document: &Document<'_>, run: Run, labels: &[u8], start: usize, end: usize) -> usize {
    let Some(&label) = labels.get(end - run.start) else { return end };
    let ends = &document.tokens[end - 1];
    if end - start > 1
        && ends.is(INITIAL)
        && ends.is(STOP)
        && document.marks[end] & (TITLE | CALENDAR | NATION) == 0
    {
        return end + 1; // an initial is not the end: `George H.W. Bush`
    }
    let person = matches!(label as usize, BEGIN | INSIDE | LAST | UNIT);
    let (given, next) = (document.marks[start], document.marks[end]);
    let lone = end - start == 1 && given & ANY_GIVEN != 0 && given & ANY_PLACE == 0;
    if lone && !person && next & ANY_FAMILY != 0 && next & NO_PART == 0 && plain_line(document, start) {
        end + 1
    } else {
        end
    }
}

/// Cuts what is no part of the name; `None` when nothing is left.
fn trim(document: &Document<'_>, run_start: usize, mut start: usize, mut end: usize) -> Option<Name> {
    let (tokens, marks) = (&document.tokens, &document.marks);
    let named = |i: usize| marks[i] & (ANY_GIVEN | ANY_FAMILY) != 0;
    while end - start > 1 {
        let first = marks[start];
        // a title that is also a name ("Dean", "Pope") is cut only where a name of two is left
        let title = first & TITLE != 0 && (!named(start) || end - start > 2) && !tokens[start].is(INITIAL);
        if first & HONORIFIC != 0 || title || first & CALENDAR != 0 && !named(start) {
            start += 1;
        } else {
            break;
        }
    }
    while end - start > 1 {
        let last = end - 1;
        let calendar = marks[last] & CALENDAR != 0 && !tokens[last].is(ALL_CAPS);
        let particle = tokens[last].is(PARTICLE) && !tokens[last].is(CAPITAL);
        let common = end - start > 2 && marks[last] & COMMON != 0 && !named(last);
        if calendar || particle || common {
            end -= 1;
        } else {
            break;
        }
    }
    if (start..end).any(|i| marks[i] & LISTED_GROUP != 0) {
        return None;
    }
    if end - start == 1 {
        let (token, mark) = (&tokens[start], marks[start]);
        let bare_title = mark & (TITLE | HONORIFIC | CALENDAR) != 0 && !named(start);
        let letter = token.end - token.start <= 2 && token.is(INITIAL | STOP);
        if bare_title || letter || mark & SUFFIX != 0 || token.is(DIGIT) {
            return None;
        }
    }
    let titled = start > run_start && marks[start - 1] & (TITLE | HONORIFIC) != 0
        || start > 0 && marks[start - 1] & HONORIFIC != 0;
    Some(Name { start, end, titled })
}

/// Joins the parts of a name round a nickname: `Roberto "Hands of Stone" Duran`, `James (Leo) Nichols`.
fn bridge_nicknames(document: &Document<'_>, names: &mut Vec<Name>) {
    let mut i = 0;
    while i + 1 < names.len() {
        let (first, mut last) = (names[i], i + 1);
        // the nickname itself may have been read as a name
        if last + 1 < names.len() && closes(document, first.end, names[last].end) {
            last += 1;
        }
        if closes(document, first.end, names[last].start.saturating_sub(1)) {
            names[i].end = names[last].end;
            names.drain(i + 1..=last);
        }
        i += 1;
    }
    // only the family name was read: take in the given name before the nickname
    for i in 0..names.len() {
        let floor = if i > 0 { names[i - 1].end } else { 0 };
        let start = names[i].start;
        if start == 0 || !document.tokens[start - 1].is(PUNCT) {
            continue;
        }
        let open = (floor + 1..start.saturating_sub(1))
            .rev()
            .take(NICKNAME + 1)
            .find(|&open| closes(document, open, start - 1));
        if let Some(open) = open
            && document.marks[open - 1] & ANY_GIVEN != 0
            && document.marks[open - 1] & (TITLE | HONORIFIC) == 0
            && document.tokens[open - 1].is(CAPITAL)
        {
            names[i].start = widen_left(document, floor, open - 1);
        }
    }
}

/// Whether a nickname opens at `open` and closes at `close`.
fn closes(document: &Document<'_>, open: usize, close: usize) -> bool {
    if close <= open + 1 || close - open > NICKNAME + 1 || close >= document.tokens.len() {
        return false;
    }
    if !(document.tokens[open].is(PUNCT) && document.tokens[close].is(PUNCT)) {
        return false;
    }
    let pair = match (document.text(open), document.text(close)) {
        ("\"", "\"") | ("“", "”") | ("‘", "’") | ("«", "»") => true,
        ("(", ")") => close - open == 2,
        _ => false,
    };
    pair && document.tokens[open + 1..close]
        .iter()
        .all(|token| !token.is(PUNCT | DIGIT | LINE_START | POSSESSIVE))
        && document.tokens[open + 1].is(CAPITAL)
        && document.tokens.get(close + 1).is_some_and(|next| next.is(CAPITAL))
        && !document.tokens[open].is(LINE_START)
}
