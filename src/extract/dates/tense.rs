//! Which way a sentence looks from the publication day: tense, modal verbs and words of planning near a phrase.

use super::lexicon::{Kind, Prep, Rel};
use super::token::Token;

/// Before or after the publication day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    /// The sentence reports.
    Past,
    /// It reports of something that may be to come: `agreed to sell it in`, `invited them to a ceremony on`.
    Loose,
    /// The sentence announces.
    Future,
}

/// What makes a participle look ahead.
const AUXILIARIES: [&str; 6] = ["will", "would", "shall", "ll", "should", "must"];

/// Verbs whose infinitive is still to come: `agreed to meet on Friday`.
const INTENTIONS: [&str; 12] = [
    "agreed",
    "planned",
    "hoped",
    "intended",
    "vowed",
    "promised",
    "pledged",
    "decided",
    "prepared",
    "offered",
    "threatened",
    "proposed",
];

/// How many tokens are looked at on either side.
const REACH: usize = 30;

/// The direction of the clause round tokens `first..end`: the nearest verb or word of planning before the phrase
/// in its sentence decides, else the nearest after it.
pub(super) fn direction(text: &str, tokens: &[Token], first: usize, end: usize) -> Option<Direction> {
    let word = |i: usize| tokens.get(i).map_or("", |t: &Token| &text[t.start as usize..t.end as usize]);
    // `until Friday`, `by March` look ahead, unless the sentence that begins so reports.
    let limit = first
        .checked_sub(1)
        .filter(|&i| matches!(tokens[i].kind, Kind::Prep(Prep::Until | Prep::Through | Prep::By)));
    // `after Friday's attack`, `in the wake of Friday's attack`, `ahead of Friday's vote`
    if let Some(i) = first.checked_sub(1) {
        let of = tokens[i].kind == Kind::Prep(Prep::Of);
        let led = |words: &[&str]| of && i > 0 && words.iter().any(|w| word(i - 1).eq_ignore_ascii_case(w));
        if led(&["ahead"]) {
            return Some(Direction::Future);
        }
        if led(&["wake"])
            || matches!(tokens[i].kind, Kind::After | Kind::Rel(Rel::Following) | Kind::Prep(Prep::Since))
        {
            return Some(Direction::Past);
        }
    }
    // `as early as Friday`
    let as_as = first >= 3
        && tokens[first - 1].kind == Kind::Prep(Prep::As)
        && tokens[first - 3].kind == Kind::Prep(Prep::As)
        && ["early", "soon"].iter().any(|w| word(first - 2).eq_ignore_ascii_case(w));
    if as_as {
        return Some(Direction::Future);
    }
    if let Some(i) = limit {
        let begins = i == 0 || tokens[i].opens || ends_sentence(tokens, i - 1, i);
        // `had filed reports by Wednesday`
        let had = tokens[i].kind == Kind::Prep(Prep::By)
            && (1..=8)
                .map_while(|back| i.checked_sub(back))
                .take_while(|&j| !tokens[j].opens)
                .any(|j| word(j) == "had");
        if !begins && !had {
            return Some(Direction::Future);
        }
    }
    let mut at = first;
    let mut to = false;
    for _ in 0..REACH {
        let Some(previous) = at.checked_sub(1) else { break };
        if tokens[at].opens || ends_sentence(tokens, previous, at) {
            break;
        }
        at = previous;
        if let Some(found) = cue(tokens, at, &word) {
            return Some(match found {
                Direction::Past if to && INTENTIONS.iter().any(|w| word(at).eq_ignore_ascii_case(w)) => {
                    Direction::Future
                }
                Direction::Past if to => Direction::Loose,
                found => found,
            });
        }
        to |= tokens[at].kind == Kind::Prep(Prep::To);
    }
    for at in end..end + REACH {
        let Some(token) = tokens.get(at) else { break };
        if token.opens || at > end && ends_sentence(tokens, at - 1, at) {
            break;
        }
        if let Some(found) = cue(tokens, at, &word) {
            return Some(found);
        }
    }
    None
}

/// Whether a sentence begins with token `at`, or with one word before it (`In 1944`).
pub(super) fn leads_sentence(tokens: &[Token], at: usize) -> bool {
    (0..=1)
        .filter_map(|back| at.checked_sub(back))
        .any(|i| i == 0 || tokens[i].opens || ends_sentence(tokens, i - 1, i))
}

/// Whether a sentence ends with the sign at `sign`, the next token being `next`.
pub(super) fn ends_sentence(tokens: &[Token], sign: usize, next: usize) -> bool {
    let Kind::Punct(b'.' | b'!' | b'?') = tokens[sign].kind else { return false };
    if !tokens[next].spaced || !tokens[next].capital && !matches!(tokens[next].kind, Kind::Punct(_)) {
        return false;
    }
    // A stop behind one letter or a short form of a month is none.
    sign.checked_sub(1).is_none_or(|before| {
        let t = tokens[before];
        !(t.end - t.start <= 1 && t.capital || matches!(t.kind, Kind::MonthShort(_)))
    })
}

/// What token `at` says, with the auxiliaries before a participle.
fn cue<'a>(tokens: &[Token], at: usize, word: &impl Fn(usize) -> &'a str) -> Option<Direction> {
    let next = tokens.get(at + 1).map_or(Kind::Other, |t| t.kind);
    match tokens[at].kind {
        // `had been scheduled`, `was due`: what was to come is over.
        Kind::Future => {
            // `than expected`, `weaker-than-expected`: a comparison
            if at > 0
                && (tokens[at - 1].kind == Kind::Punct(b'-') || word(at - 1).eq_ignore_ascii_case("than"))
            {
                return None;
            }
            let over =
                (1..=2).any(|back| at.checked_sub(back).is_some_and(|i| word(i).eq_ignore_ascii_case("had")));
            Some(if over { Direction::Past } else { Direction::Future })
        }
        // `is to`, `set to`, `going to`, `planned for`
        Kind::Present | Kind::Past | Kind::Other if looks_ahead(word(at), next) => Some(Direction::Future),
        Kind::Past => Some(with_auxiliary(tokens, at, word)),
        Kind::Other if !tokens[at].capital => {
            let word_here = word(at);
            (word_here.len() >= 4 && word_here.ends_with("ed") && !word_here.ends_with("eed"))
                .then(|| with_auxiliary(tokens, at, word))
        }
        _ => None,
    }
}

/// Words that look ahead with the preposition behind them.
fn looks_ahead(word: &str, next: Kind) -> bool {
    match next {
        Kind::Prep(Prep::To) => {
            ["is", "are", "set", "going", "ready"].iter().any(|w| word.eq_ignore_ascii_case(w))
        }
        Kind::Prep(Prep::For) => ["set", "planned"].iter().any(|w| word.eq_ignore_ascii_case(w)),
        _ => false,
    }
}

/// A participle looks where its auxiliary looks: `will be released`, `to be released`, `is released`.
fn with_auxiliary<'a>(tokens: &[Token], at: usize, word: &impl Fn(usize) -> &'a str) -> Direction {
    for back in 1..=3 {
        let Some(i) = at.checked_sub(back) else { break };
        match tokens[i].kind {
            _ if AUXILIARIES.iter().any(|aux| word(i).eq_ignore_ascii_case(aux)) => {
                return Direction::Future;
            }
            Kind::Prep(Prep::To) if back == 2 && word(i + 1).eq_ignore_ascii_case("be") => {
                return Direction::Future;
            }
            Kind::Punct(_) => break,
            _ => {}
        }
    }
    Direction::Past
}
