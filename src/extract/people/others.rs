//! What only looks like a person: companies, ships, acronyms, and those who wrote the report.

use rustc_hash::FxHashSet;

use super::document::{Document, Run};
use super::lexicon::{
    ANY_FAMILY, ANY_GIVEN, ANY_PLACE, CALENDAR, GROUP, HONORIFIC, LANDMARK, LISTED_GROUP, MAKES_GROUP,
    NAMED_THING, NATION, ORGANISATION, SUFFIX, TITLE,
};
use super::name::Name;
use crate::article::words::MAX_TERM_BYTES;
use crate::extract::text::token::{
    ALL_CAPS, CAPITAL, CAPS_LINE, HYPHEN, INITIAL, LINE_START, POSSESSIVE, PUNCT, SPACED, TITLE_LINE, Token,
    key_of_letters, key_of_mark, keys_of,
};

/// Drops the names that are no people's.
pub(super) fn drop(document: &Document<'_>, names: &mut Vec<Name>) {
    drop_things(document, names);
    drop_credits(document, names);
    drop_companies(document, names);
    drop_bare(document, names);
    drop_endless(document, names);
}

/// Drops what is longer than a term of the index: data that was read as text.
fn drop_endless(document: &Document<'_>, names: &mut Vec<Name>) {
    let tokens = document.tokens;
    let length = |name: &Name| tokens[name.end - 1].end - tokens[name.start].start;
    names.retain(|name| length(name) as usize <= MAX_TERM_BYTES);
}

/// Most tokens of a credit: `(Reporting by A and B in C; Editing by D)`.
const CREDIT: usize = 80;
/// Most tokens of a line that is a credit without brackets.
const CREDIT_LINE: usize = 40;

/// Drops those who are only credited with the report, in brackets or on a line of their own: `(Additional reporting by
/// Ann Lee; Editing by Tom Fox)`. They are the article's makers, not people in it.
fn drop_credits(document: &Document<'_>, names: &mut Vec<Name>) {
    let tokens = document.tokens;
    let mut at = 0;
    names.retain(|name| {
        while at < name.start {
            // every token before the last name is looked at: with a call for each, 4 % of finding people
            let Some(next) = tokens[at..name.start].iter().position(may_open_credit) else {
                at = name.start;
                break;
            };
            at += next;
            at = credit(tokens, at).unwrap_or(at + 1);
        }
        // the search stops at the end of a credit that covers the name
        at <= name.start
    });
}

/// Whether a credit can begin with a token.
#[inline]
fn may_open_credit(token: &Token) -> bool {
    token.key == key_of_mark(b'(') || token.is(LINE_START)
}

/// What is done with a report.
const WORK: [u64; 8] =
    keys_of(["reporting", "editing", "writing", "compiled", "reported", "edited", "written", "translated"]);
const ADDITIONAL: u64 = key_of_letters(b"additional");
const BY: u64 = key_of_letters(b"by");

/// The end of the credit that begins at `at`, with a token that may open one, where one does.
fn credit(tokens: &[Token], at: usize) -> Option<usize> {
    let token = &tokens[at];
    let bracket = token.key == key_of_mark(b'(');
    let first = at + usize::from(token.is(PUNCT));
    let first = first + usize::from(tokens.get(first)?.key == ADDITIONAL);
    let (work, by) = (tokens.get(first)?, tokens.get(first + 1)?);
    if by.key != BY || !WORK.contains(&work.key) {
        return None;
    }
    let most = if bracket { CREDIT } else { CREDIT_LINE };
    let rest = tokens.get(first + 2..)?;
    let closing = |token: &Token| bracket && token.key == key_of_mark(b')') || token.is(LINE_START);
    let length = rest.iter().position(closing).unwrap_or(rest.len());
    (length <= most).then_some(first + 2 + length)
}

/// Words that only companies end with.
const CORPORATE: [u64; 13] = keys_of([
    "inc", "corp", "ltd", "plc", "llc", "llp", "gmbh", "co", "holdings", "bancorp", "ag", "nv", "spa",
]);

/// Drops companies that bear a person's name and are told by what stands behind it somewhere in the article: a ticker
/// (`Freddie Mac FRE.N`, `Dell (DELL.O)`) or a legal form (`Lehman Brothers Holdings Inc`).
fn drop_companies(document: &Document<'_>, names: &mut Vec<Name>) {
    if names.is_empty() {
        return;
    }
    let mut words: FxHashSet<u64> = FxHashSet::default();
    for run in &document.runs {
        // the short form of a listed company: `Freddie` of `Freddie Mac`
        let listed = (run.start..run.end).filter(|&i| document.marks[i] & LISTED_GROUP != 0);
        words.extend(listed.map(|i| document.tokens[i].key));
        if let Some(end) = company_end(document, *run) {
            let barred = TITLE | HONORIFIC | CALENDAR | NATION | SUFFIX;
            let own = (run.start..end).filter(|&i| document.marks[i] & barred == 0);
            words.extend(own.map(|i| document.tokens[i].key));
            // `Kohl's Corp`
            let formal = (run.start..end).all(|i| document.marks[i] & ORGANISATION != 0);
            if formal && run.start > 1 && document.tokens[run.start - 1].is(POSSESSIVE) {
                words.insert(document.tokens[run.start - 2].key);
            }
        }
    }
    if words.is_empty() {
        return;
    }
    let full: FxHashSet<u64> = names
        .iter()
        .filter(|name| name.end - name.start > 1)
        .filter(|name| (name.start..name.end).any(|i| !words.contains(&document.tokens[i].key)))
        .map(|name| document.tokens[name.end - 1].key)
        .collect();
    names.retain(|name| {
        let whole = (name.start..name.end).all(|i| words.contains(&document.tokens[i].key));
        let bearer = name.end - name.start == 1 && full.contains(&document.tokens[name.start].key);
        name.titled || bearer || !whole
    });
}

/// The end of the company's words in a run that a ticker or a legal form shows to be one, the ticker with them.
fn company_end(document: &Document<'_>, run: Run) -> Option<usize> {
    let tokens = document.tokens;
    // `Freddie Mac FRE.N`
    if run.end - run.start > 1 && is_ticker(tokens, run.end - 1) {
        return Some(run.end);
    }
    // `Dell (DELL.O)`, `Dell <DELL.O>`
    let bracket = tokens.get(run.end)?;
    if (bracket.key == key_of_mark(b'(') || bracket.key == key_of_mark(b'<'))
        && is_ticker(tokens, run.end + 1)
    {
        return Some(run.end);
    }
    let last = run.end - 1;
    let corporate =
        last > run.start && document.marks[last] & ORGANISATION != 0 && CORPORATE.contains(&tokens[last].key);
    corporate.then_some(run.end)
}

/// Whether an exchange's code for a share stands at `at`: `FRE.N`, `DELL.O`, `VOWG.DE`.
fn is_ticker(tokens: &[Token], at: usize) -> bool {
    let Some([code, stop, exchange]) = tokens.get(at..at + 3).and_then(|three| three.first_chunk::<3>())
    else {
        return false;
    };
    let length = |token: &Token| token.end - token.start;
    code.is(ALL_CAPS)
        && length(code) <= 5
        && stop.key == key_of_mark(b'.')
        && !stop.is(SPACED)
        && exchange.is(ALL_CAPS | INITIAL)
        && !exchange.is(SPACED)
        && length(exchange) <= 2
}

/// `Kong-listed`, `York-based`.
fn ends_as_adjective(word: &str) -> bool {
    const ENDS: [&str; 9] =
        ["based", "listed", "led", "backed", "born", "owned", "bound", "controlled", "style"];
    word.rsplit('-').next().is_some_and(|end| ENDS.contains(&end))
}

/// Whether a word with these marks is more likely something else than a person where it stands alone: an acronym or
/// ticker in running text, a company or newspaper known by the word, a street.
#[inline]
pub(super) fn is_other(token: &Token, marks: u32) -> bool {
    let length = token.end - token.start;
    let named = marks & (ANY_GIVEN | ANY_FAMILY) != 0;
    let acronym = token.is(ALL_CAPS) && !token.is(CAPS_LINE) && (length <= 3 || !named && length <= 5);
    acronym || marks & GROUP != 0 || marks & LANDMARK != 0 && !token.is(TITLE_LINE)
}

/// Drops single words without a title that [are more likely something else](is_other). Of a place a number makes no king (`Basel III`).
fn drop_bare(document: &Document<'_>, names: &mut Vec<Name>) {
    let (tokens, marks) = (document.tokens, &document.marks);
    let families: FxHashSet<u64> = names
        .iter()
        .filter(|name| name.end - name.start > 1)
        .flat_map(|name| [tokens[name.start].key, tokens[name.end - 1].key])
        .collect();
    names.retain(|name| {
        if name.titled {
            return true;
        }
        let (token, mark) = (&tokens[name.start], marks[name.start]);
        if name.end - name.start == 2 {
            let last = &tokens[name.end - 1];
            let number = marks[name.end - 1] & SUFFIX != 0 && last.is(ALL_CAPS);
            if last.is(HYPHEN) && ends_as_adjective(document.text(name.end - 1)) {
                return false;
            }
            return !(number && mark & ANY_PLACE != 0 && mark & ANY_GIVEN == 0);
        }
        if name.end - name.start != 1 || families.contains(&token.key) {
            return true;
        }
        !is_other(token, mark)
    });
}

/// Drops ships and storms, also where their name stands alone, and what carries a person's name: a
/// university, a street, a prize.
fn drop_things(document: &Document<'_>, names: &mut Vec<Name>) {
    let marks = &document.marks;
    let thing = |name: &Name| {
        let named = name.start > 0 && marks[name.start - 1] & NAMED_THING != 0;
        named && document.tokens[name.start].is(SPACED) && !document.tokens[name.start].is(LINE_START)
    };
    let carried = |name: &Name| {
        marks
            .get(name.end)
            .is_some_and(|next| next & MAKES_GROUP != 0 && next & (ANY_GIVEN | ANY_FAMILY) == 0)
            && document.tokens[name.end].is(CAPITAL)
            && document.tokens[name.end].is(SPACED)
            && !document.tokens[name.end].is(LINE_START | CAPS_LINE)
    };
    let things: Vec<u64> = names
        .iter()
        .filter(|name| name.end - name.start == 1 && thing(name))
        .map(|name| document.tokens[name.start].key)
        .collect();
    names.retain(|name| {
        let alone = name.end - name.start == 1 && !name.titled;
        !(thing(name) || carried(name) || alone && things.contains(&document.tokens[name.start].key))
    });
}
