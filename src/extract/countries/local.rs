//! Which country's local press a text comes from, told by its words and spelling: weak evidence for
//! ambiguous places (`Athens` beside `sheriff's deputies` is no Greek city).

use rustc_hash::FxHashMap;

use super::lexicon::{country_place, rows, split};
use super::resolve::Evidence;
use super::words::{char_at, char_before, is_letter};
use crate::extract::text::Text;
use crate::extract::text::token::Token;

const WORDS: &str = include_str!("../lexicon/places/local_words.tsv");

/// How much of a text is read, in bytes: the first paragraphs tell.
const READ: usize = 3_000;

/// The words of `lexicon/places/local_words.tsv`.
#[derive(Debug)]
pub(super) struct LocalWords {
    entries: Vec<Entry>,
    /// The entries that begin with a token, by its key, the longest first.
    by_token: FxHashMap<u64, Vec<usize>>,
    /// Bits of the keys: most words of a text are in no entry.
    filter: [u64; FILTER / 64],
}

#[derive(Debug)]
struct Entry {
    written: &'static str,
    weight: f32,
    countries: Vec<u16>,
}

/// Bits of the filter, a power of two.
const FILTER: usize = 1 << 13;

#[inline]
fn bit(key: u64) -> (usize, u64) {
    let bit = (key >> 40) as usize % FILTER;
    (bit / 64, 1 << (bit % 64))
}

impl LocalWords {
    /// Reads the table that is compiled in.
    pub(super) fn new() -> Self {
        let mut entries: Vec<Entry> = Vec::new();
        for row in rows(WORDS) {
            let [weight, countries, forms] = row[..] else { continue };
            let Ok(weight) = weight.parse() else { continue };
            let countries: Vec<u16> = countries.split(' ').filter_map(country_place).collect();
            for written in split(forms) {
                match entries.iter_mut().find(|known| known.written == written) {
                    Some(known) => known.countries.extend(&countries),
                    None => entries.push(Entry { written, weight, countries: countries.clone() }),
                }
            }
        }
        let mut words = Self { entries, by_token: FxHashMap::default(), filter: [0; FILTER / 64] };
        for (number, entry) in words.entries.iter().enumerate() {
            if let Some(token) = Text::new("", entry.written).tokens().first() {
                words.by_token.entry(token.key).or_default().push(number);
                let (word, bit) = bit(token.key);
                words.filter[word] |= bit;
            }
        }
        for numbers in words.by_token.values_mut() {
            numbers.sort_by_key(|&number| std::cmp::Reverse(words.entries[number].written.len()));
        }
        words
    }

    /// Whether an entry may begin with a token; with most none does.
    #[inline]
    fn may_begin(&self, token: &Token) -> bool {
        let (word, bit) = bit(token.key);
        self.filter[word] & bit != 0
    }

    /// Adds what the words of a text say, each once.
    pub(super) fn weigh(&self, text: &str, tokens: &[Token], evidence: &mut Evidence) {
        let mut seen = vec![false; self.entries.len()];
        let mut at = 0;
        let read = tokens.partition_point(|token| (token.start as usize) < READ);
        for token in tokens[..read].iter().filter(|token| self.may_begin(token)) {
            let start = token.start as usize;
            if start < at {
                continue;
            }
            let Some(numbers) = self.by_token.get(&token.key) else { continue };
            let stands = |entry: &Entry| {
                let end = start + entry.written.len();
                text[start..].starts_with(entry.written)
                    && !(is_letter(char_at(text, end)) && is_letter(char_before(text, end)))
            };
            let Some(&number) = numbers.iter().find(|&&number| stands(&self.entries[number])) else {
                continue;
            };
            let entry = &self.entries[number];
            at = start + entry.written.len();
            if !std::mem::replace(&mut seen[number], true) {
                for &country in &entry.countries {
                    evidence.add_local(country, entry.weight);
                }
            }
        }
    }
}
