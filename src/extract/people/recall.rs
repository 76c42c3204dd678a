//! Names that the labels miss and that the words themselves give away.

use super::crf::ORGANISATION as ORGANISATION_LABEL;
use super::document::{Document, Run};
use super::lexicon::{
    ANY_GIVEN, ANY_PLACE, CALENDAR, COMMON, COUNTRY, GIVEN, GIVEN_TOP, GROUP, HONORIFIC, LANDMARK,
    MAKES_GROUP, MIXED, NATION, ORGANISATION, PLACE_BIG, PLACE_MID, ROLE, SUFFIX, TITLE,
};
use super::name::{Name, plain_line};
use crate::extract::text::token::{
    ALL_CAPS, CAPITAL, CAPS_LINE, INITIAL, PARTICLE, SPACED, STOP, TITLE_LINE,
};

/// What no word of a name is, as far as rules may tell.
const NO_NAME: u32 =
    TITLE | HONORIFIC | CALENDAR | NATION | ORGANISATION | LANDMARK | GROUP | COMMON | ROLE | MAKES_GROUP;

/// Initials that are no person's: states, their unions and the hours.
const INITIALS_OF_OTHERS: [&str; 30] = [
    "U.S.", "U.N.", "U.K.", "E.U.", "U.A.E.", "U.S.A.", "U.S.S.R.", "D.C.", "L.A.", "N.Y.", "N.J.", "N.C.",
    "S.C.", "N.H.", "N.M.", "N.D.", "S.D.", "R.I.", "B.C.", "A.D.", "P.R.", "D.R.", "S.A.", "G.O.P.",
    "F.B.I.", "C.I.A.", "A.M.", "P.M.", "N.S.W.", "P.R.C.",
];

/// Adds a given name and what follows it where a title stands right before and nothing was read: `Secretary of State
/// Colin Powell`, whose `State` speaks for an office rather than a person. Without a title the given name must be a
/// sure one and the model must have no other reading of the words: `Officials met Antony Blinken Friday`.
pub(super) fn given(document: &Document<'_>, labels: &[u8], names: &mut Vec<Name>) {
    let (tokens, marks) = (document.tokens, &document.marks);
    let mut added = Vec::new();
    let mut known = 0;
    for (run, own) in document.labelled_runs(labels) {
        for i in run.start..run.end.saturating_sub(1) {
            let sure = marks[i] & ANY_GIVEN != 0 && marks[i] & NO_NAME == 0 && tokens[i].is(CAPITAL);
            if !sure || !plain_line(document, i) {
                continue;
            }
            let family = behind_initials(document, run, i + 1);
            let free = next_name(names, &mut known, i).is_none_or(|name| family < name.start);
            if !free || !can_end(document, family) || marks[family] & NO_NAME != 0 {
                continue;
            }
            let office = i >= 3 && marks[i - 3] & TITLE != 0 && document.text(i - 2) == "of";
            let titled = i > run.start && (office || marks[i - 1] & (TITLE | HONORIFIC) != 0);
            let open = [i, family].iter().all(|&at| usize::from(own[at - run.start]) != ORGANISATION_LABEL);
            let lone = marks[i] & (GIVEN_TOP | GIVEN) != 0
                && marks[i] & (PLACE_BIG | PLACE_MID | COUNTRY | MIXED) == 0
                && marks[family] & (ANY_PLACE | MIXED) == 0;
            if titled || open && lone {
                added.push(Name { start: i, end: family + 1, titled });
            }
        }
    }
    names.append(&mut added);
    names.sort_by_key(|name| name.start);
    names.dedup_by(|next, name| next.start < name.end);
}

/// Adds initials with the family name behind them: `J.K. Rowling`, `T. S. Eliot`.
pub(super) fn initialled(document: &Document<'_>, labels: &[u8], names: &mut Vec<Name>) {
    let (tokens, marks) = (document.tokens, &document.marks);
    let mut added = Vec::new();
    let mut known = 0;
    for (run, own) in document.labelled_runs(labels) {
        let mut i = run.start;
        while i + 1 < run.end {
            let start = i;
            i += 1;
            let initial = tokens[start].is(INITIAL) && tokens[start].is(STOP);
            if !initial
                || marks[start] & (COUNTRY | NATION | ORGANISATION | GROUP | TITLE) != 0
                || INITIALS_OF_OTHERS.contains(&document.text(start))
            {
                continue;
            }
            // one letter may end what stands before it: `hepatitis B. Smith said`
            let one = tokens[start].end - tokens[start].start == 2;
            if one && start > run.start && marks[start - 1] & (TITLE | HONORIFIC | ROLE) == 0 {
                continue;
            }
            let family = behind_initials(document, run, start + 1);
            let free = next_name(names, &mut known, start).is_none_or(|name| family < name.start);
            if !free || !can_end(document, family) || marks[family] & (NO_NAME | ANY_PLACE) != 0 {
                continue;
            }
            let titled = start > run.start && marks[start - 1] & (TITLE | HONORIFIC) != 0;
            // what the model reads as one goes on as one: `W.E.B. Du Bois`
            let goes_on = |&at: &usize| {
                own[at - run.start] == own[family - run.start]
                    && can_end(document, at)
                    && marks[at] & NO_NAME == 0
            };
            let end = family + 1;
            let end = end + (end..run.end).take(2).take_while(goes_on).count();
            added.push(Name { start, end, titled });
            i = end;
        }
    }
    names.append(&mut added);
    names.sort_by_key(|name| name.start);
}

/// The first name that ends behind the token `at`. `known` is where the look for an earlier token ended.
fn next_name<'n>(names: &'n [Name], known: &mut usize, at: usize) -> Option<&'n Name> {
    *known += names[*known..].iter().take_while(|name| name.end <= at).count();
    names.get(*known)
}

/// The first token from `at` on that is no initial and no particle; at most the last of the run.
fn behind_initials(document: &Document<'_>, run: Run, at: usize) -> usize {
    let inner = |at: &usize| {
        let token = &document.tokens[*at];
        token.is(INITIAL) || token.is(PARTICLE) && !token.is(CAPITAL)
    };
    (at..run.end - 1).find(|at| !inner(at)).unwrap_or(run.end - 1)
}

/// Whether a token can be the family name at the end of a name, as it is written.
fn can_end(document: &Document<'_>, at: usize) -> bool {
    let token = &document.tokens[at];
    token.is(CAPITAL) && token.is(SPACED) && !token.is(INITIAL | ALL_CAPS) && plain_line(document, at)
}

/// Adds the places where the family name of somebody named in full stands alone, or in a headline, and was
/// not read as a name.
pub(super) fn families(document: &Document<'_>, names: &mut Vec<Name>) {
    let families: Vec<u64> = names
        .iter()
        .filter(|name| name.end - name.start > 1)
        .map(|name| name.end - 1)
        .filter(|&last| {
            document.marks[last] & (SUFFIX | ANY_PLACE | GROUP) == 0 && !document.tokens[last].is(INITIAL)
        })
        .map(|last| document.tokens[last].key)
        .collect();
    if families.is_empty() {
        return;
    }
    let mut added = Vec::new();
    let mut known = names.iter().peekable();
    for run in &document.runs {
        for i in run.start..run.end {
            while known.next_if(|name| name.end <= i).is_some() {}
            let token = &document.tokens[i];
            let alone =
                run.end - run.start == 1 && document.marks[i] & (COMMON | MIXED | TITLE | CALENDAR) == 0;
            if known.peek().is_none_or(|name| i < name.start)
                && (alone || token.is(CAPS_LINE | TITLE_LINE))
                && families.contains(&token.key)
            {
                added.push(Name { start: i, end: i + 1, titled: false });
            }
        }
    }
    names.append(&mut added);
    names.sort_by_key(|name| name.start);
}
