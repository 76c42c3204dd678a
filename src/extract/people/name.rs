//! From labels to names: titles, honorifics and weekdays are cut off, possessives stay outside, and what
//! cannot be a name is dropped.

use super::crf::{BEGIN, INSIDE, LAST, UNIT};
use super::document::Document;
use super::lexicon::{ANY_FAMILY, ANY_GIVEN, CALENDAR, HONORIFIC, SUFFIX, TITLE};
use super::token::{ALL_CAPS, CAPITAL, DIGIT, INITIAL, PARTICLE, STOP};

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

/// The names of a tagged document, in order of the text.
pub(super) fn names(document: &Document<'_>, labels: &[u8]) -> Vec<Name> {
    let mut names = Vec::new();
    let mut at = 0;
    for run in &document.runs {
        let own = &labels[at..at + run.end - run.start];
        at += own.len();
        let mut start = None;
        for (offset, &label) in own.iter().enumerate() {
            let i = run.start + offset;
            match label as usize {
                UNIT => names.extend(trim(document, run.start, i, i + 1)),
                BEGIN => start = Some(i),
                LAST => {
                    if let Some(start) = start.take() {
                        names.extend(trim(document, run.start, start, i + 1));
                    }
                }
                INSIDE => {}
                _ => start = None,
            }
        }
    }
    names
}

/// Cuts what is no part of the name; `None` when nothing is left.
fn trim(document: &Document<'_>, run_start: usize, mut start: usize, mut end: usize) -> Option<Name> {
    let marks = &document.marks;
    let named = |i: usize| marks[i] & (ANY_GIVEN | ANY_FAMILY) != 0;
    while end - start > 1 {
        let first = marks[start];
        let honorific = first & HONORIFIC != 0;
        // a title that is also a name ("Dean", "Pope") is cut only where a name of two is left
        let title = first & TITLE != 0 && (!named(start) || end - start > 2) && !is_initial(document, start);
        if honorific || title || first & CALENDAR != 0 && !named(start) {
            start += 1;
        } else {
            break;
        }
    }
    while end - start > 1 {
        let last = end - 1;
        let calendar = marks[last] & CALENDAR != 0 && !document.tokens[last].is(ALL_CAPS);
        if calendar || document.tokens[last].is(PARTICLE) && !document.tokens[last].is(CAPITAL) {
            end -= 1;
        } else {
            break;
        }
    }
    if end - start == 1 {
        let token = &document.tokens[start];
        let mark = marks[start];
        let bare_title = mark & (TITLE | HONORIFIC | CALENDAR) != 0 && !named(start);
        let letter = token.end - token.start <= 2 && (token.is(INITIAL) || token.is(STOP));
        if bare_title || letter || mark & SUFFIX != 0 || token.is(DIGIT) {
            return None;
        }
    }
    let titled = start > run_start && marks[start - 1] & (TITLE | HONORIFIC) != 0
        || start > 0 && marks[start - 1] & HONORIFIC != 0;
    Some(Name { start, end, titled })
}

fn is_initial(document: &Document<'_>, i: usize) -> bool {
    document.tokens[i].is(INITIAL)
}
