//! Whether two articles are copies of one story. Precision comes first: two different stories must never pass,
//! though they are made from one template (a market report of each day, earnings in brief, the weather) or end in
//! the same lines about the agency.

use rustc_hash::FxHashSet;

use super::sketch::hash;
use crate::article::words;

/// Words that must stand in a row in both texts to count as the same.
const ROW: usize = 4;
/// Share of the shorter text's words that must stand in the longer one, in percent.
const LEAST_SHARED: usize = 85;
/// Share of its numbers and names that may be others, in percent: in a template those are what changes.
const MOST_OTHER_FACTS: usize = 8;
/// The shorter text has at least this share of the longer one's words, in percent: a paragraph in a digest is no
/// copy of the digest.
const LEAST_LENGTH: usize = 50;
/// Words at the beginning and at the end of the shorter text that may differ: a dateline, an agency's notice.
const HEAD: usize = 15;
const TAIL: usize = 40;
/// What is left must have so many words.
const LEAST_WORDS: usize = 30;
/// Of a text with fewer words the headline must speak too: stubs (“subscribe to read on”) are the same below any.
const SPEAKS_FOR_ITSELF: usize = 150;
/// Fewest letters of a word of a headline that says something.
const TELLING: usize = 4;

/// An article, read to be compared.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Hashes of the telling words of the headline.
    headline: Vec<u64>,
    /// Hashes of the words of the body.
    words: Vec<u64>,
    /// Whether each is a number or a name.
    facts: Vec<bool>,
}

impl Told {
    /// Reads an article.
    pub(super) fn new(title: &str, body: &str) -> Self {
        let mut told = Self::default();
        words::each(title, |term, _, _, _, covers| {
            if covers == 1 && term.chars().count() >= TELLING {
                told.headline.push(hash(term));
            }
        });
        let mut before = 0;
        words::each(body, |term, start, end, _, covers| {
            if covers > 1 {
                return;
            }
            told.words.push(hash(term));
            let first = body.get(start..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
            // The first word of a sentence has a capital whatever it is.
            let inside = body.get(before..start).is_some_and(|gap| matches!(gap, " " | ", " | " (" | "-"));
            told.facts.push(first.is_numeric() || inside && first.is_uppercase());
            before = end;
        });
        told
    }

    /// Whether the body says a word of the headline; so does one without telling words.
    fn says(&self, headline: &[u64]) -> bool {
        headline.is_empty() || headline.iter().any(|word| self.words.contains(word))
    }
}

/// Whether two articles are copies of one story, with edits or not. The order does not matter.
pub(super) fn are_copies(one: &Told, other: &Told) -> bool {
    let (short, long) = if one.words.len() <= other.words.len() { (one, other) } else { (other, one) };
    if short.words.len() < LEAST_WORDS || short.words.len() * 100 < long.words.len() * LEAST_LENGTH {
        return false;
    }
    if short.words.len() < SPEAKS_FOR_ITSELF && !(short.says(&long.headline) && long.says(&short.headline)) {
        return false;
    }
    let shared = shared(&short.words, &long.words);
    let head = shared.iter().take(HEAD).take_while(|shared| !**shared).count();
    let tail = shared.iter().rev().take(TAIL).take_while(|shared| !**shared).count();
    let Some(core) = shared.len().checked_sub(head + tail).filter(|core| *core >= LEAST_WORDS) else {
        return false;
    };
    let there = shared.iter().filter(|shared| **shared).count();
    if there * 100 < core * LEAST_SHARED {
        return false;
    }
    let core = head..head + core;
    let facts = short.facts[core.clone()].iter().filter(|fact| **fact).count();
    let others = core.filter(|at| short.facts[*at] && !shared[*at]).count();
    others * 100 <= facts * MOST_OTHER_FACTS
}

/// For each word whether it stands in a row of [`ROW`] words that the other text has too.
fn shared(words: &[u64], other: &[u64]) -> Vec<bool> {
    let rows: FxHashSet<u64> = other.windows(ROW).map(row).collect();
    let mut shared = vec![false; words.len()];
    for (at, window) in words.windows(ROW).enumerate() {
        if rows.contains(&row(window)) {
            shared[at..at + ROW].fill(true);
        }
    }
    shared
}

fn row(words: &[u64]) -> u64 {
    words.iter().fold(0, |row: u64, word| row.rotate_left(17).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ word)
}
