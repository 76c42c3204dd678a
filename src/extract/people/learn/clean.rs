//! Corrects by rule what is plainly wrong in the machine-made annotation: countries and nationalities
//! tagged as people, people tagged as something else behind `Mr.`.

use rustc_hash::FxHashMap;

use super::super::lexicon::{
    ANY_FAMILY, ANY_GIVEN, COUNTRY, HONORIFIC, Lexicon, NATION, PLACE_BIG, PLACE_MID,
};
use super::{Example, Kind, Labelled};
use crate::extract::text::Text;
use crate::extract::text::token::{CAPITAL, SPACED, key_of_word};

/// Cleans all examples that are not trusted.
pub(super) fn clean(examples: &mut [Example], lexicon: &Lexicon) {
    let votes = votes(examples);
    for example in examples.iter_mut().filter(|example| !example.trusted) {
        retype(example, lexicon, &votes);
        add_titled(example, lexicon);
    }
}

/// How often each written name is tagged as each kind.
fn votes(examples: &[Example]) -> FxHashMap<String, [u32; 5]> {
    let mut votes: FxHashMap<String, [u32; 5]> = FxHashMap::default();
    for example in examples {
        for name in &example.names {
            let counts = votes.entry(example.text[name.start..name.end].to_owned()).or_default();
            counts[name.kind as usize] += 1;
        }
    }
    votes
}

/// Gives names the kind that the lexicon, the title before them or the rest of the corpus says.
fn retype(example: &mut Example, lexicon: &Lexicon, votes: &FxHashMap<String, [u32; 5]>) {
    let text = &example.text;
    for name in &mut example.names {
        let written = &text[name.start..name.end];
        let mut marks = written.split_whitespace().map(|word| lexicon.get(key_of_word(word)));
        let one = !written.contains(char::is_whitespace);
        let named = |marks: u32| marks & (ANY_GIVEN | ANY_FAMILY) != 0;
        if after_honorific(text, name.start, lexicon) {
            name.kind = Kind::Person;
            continue;
        }
        let first = marks.next().unwrap_or(0);
        let pair = {
            let mut keys = written.split_whitespace().map(key_of_word);
            match (keys.next(), keys.next(), keys.next()) {
                (Some(a), Some(b), None) => lexicon.get_pair(a, b),
                _ => 0,
            }
        };
        if one && first & NATION != 0 && !named(first) {
            name.kind = Kind::Other;
        } else if one && first & COUNTRY != 0 && name.kind == Kind::Person && !named(first)
            || pair & (COUNTRY | PLACE_BIG | PLACE_MID) != 0
        {
            name.kind = Kind::Place;
        } else if let Some(counts) = votes.get(written) {
            let total: u32 = counts.iter().sum();
            let (best, &count) =
                counts.iter().enumerate().max_by_key(|(_, count)| **count).unwrap_or((0, &0));
            if total >= 5 && count * 10 >= total * 8 {
                name.kind = [Kind::Person, Kind::Place, Kind::Organisation, Kind::Other][best];
            }
        }
    }
}

fn after_honorific(text: &str, start: usize, lexicon: &Lexicon) -> bool {
    let before = text[..start].trim_end();
    let Some(word) = before.rsplit(char::is_whitespace).next() else { return false };
    before.len() < start
        && matches!(word, "Mr." | "Mrs." | "Ms." | "Mr" | "Mrs")
        && lexicon.get(key_of_word(word)) & HONORIFIC != 0
}

/// Adds names that stand untagged behind `Mr.` and the like.
fn add_titled(example: &mut Example, lexicon: &Lexicon) {
    let mut added = Vec::new();
    for pair in Text::new("", &example.text).tokens().windows(2) {
        let (title, word) = (pair[0], pair[1]);
        if !word.is(CAPITAL) || !word.is(SPACED) {
            continue;
        }
        let (start, end) = (word.start as usize, word.end as usize);
        let covered = example.names.iter().any(|name| name.start < end && start < name.end);
        if !covered && title.end < word.start + 1 && after_honorific(&example.text, start, lexicon) {
            added.push(Labelled { start, end, kind: Kind::Person });
        }
    }
    example.names.extend(added);
    example.names.sort_by_key(|name| name.start);
}
