//! Varies the examples from pass to pass, so that the model learns how names stand in text rather than
//! the names of one decade: other people's names, fewer titles, headlines in capitals.

use super::random::Random;
use super::{Example, Kind, Labelled};

/// Names to put in the place of others, by culture.
#[derive(Clone, Debug, Default)]
pub struct NamePool {
    cultures: Vec<Culture>,
    places: Vec<String>,
}

#[derive(Clone, Debug, Default)]
struct Culture {
    given: Vec<String>,
    family: Vec<String>,
}

impl NamePool {
    /// From the lists compiled in.
    pub fn new() -> Self {
        let given = sections(include_str!("../../lexicon/people/given_world.txt"));
        let family = sections(include_str!("../../lexicon/people/family_world.txt"));
        let mut cultures: Vec<Culture> = Vec::new();
        for (title, names) in given {
            let family = family.iter().find(|(other, _)| *other == title).map(|(_, names)| names.clone());
            cultures.push(Culture { given: names, family: family.unwrap_or_default() });
        }
        let us = |list: &str, most: usize| -> Vec<String> {
            list.lines()
                .filter(|line| !line.starts_with('#'))
                .flat_map(str::split_whitespace)
                .take(most)
                .map(capitalised)
                .collect()
        };
        let english = Culture {
            given: us(include_str!("../../lexicon/people/given_us.txt"), 1_500),
            family: us(include_str!("../../lexicon/people/family_us.txt"), 20_000),
        };
        for _ in 0..cultures.len().div_ceil(3).max(1) {
            cultures.push(english.clone());
        }
        cultures.retain(|culture| !culture.given.is_empty() && !culture.family.is_empty());
        let places = include_str!("../../lexicon/people/places.txt")
            .lines()
            .filter(|line| !line.starts_with(['#', '[']))
            .flat_map(|line| line.split(", "))
            .map(str::to_owned)
            .collect();
        Self { cultures, places }
    }
}

fn sections(list: &str) -> Vec<(String, Vec<String>)> {
    let mut sections: Vec<(String, Vec<String>)> = Vec::new();
    for line in list.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            sections.push((title.to_owned(), Vec::new()));
        } else if !line.starts_with('#')
            && let Some((_, names)) = sections.last_mut()
        {
            names.extend(line.split_whitespace().map(capitalised));
        }
    }
    sections
}

/// `al-sudani` → `al-Sudani`, `o'brien` → `O'Brien`, `kim` → `Kim`.
fn capitalised(word: &str) -> String {
    if let Some(rest) = word.strip_prefix("al-") {
        return format!("al-{}", capitalised(rest));
    }
    let mut out = String::with_capacity(word.len());
    let mut upper = true;
    for c in word.chars() {
        if upper {
            out.extend(c.to_uppercase());
        } else {
            out.push(c);
        }
        upper = c == '\'' || c == '-';
    }
    out
}

/// A variant of an example.
pub(super) fn vary(example: &Example, pool: &NamePool, random: &mut Random) -> Example {
    let mut writer =
        Writer { example, out: Example { text: String::new(), names: Vec::new(), ..*example }, at: 0 };
    let rename = random.chance(if example.sketch { 0.9 } else { 0.6 }) && !pool.cultures.is_empty();
    let move_places = random.chance(0.4);
    let rename_groups = random.chance(0.4);
    let drop_honorific = random.chance(0.6);
    let drop_title = random.chance(0.15);
    let mut replaced: Vec<(&str, String)> = Vec::new();
    for name in &example.names {
        if name.kind == Kind::Person {
            let before = &example.text[writer.at..name.start];
            let kept = if drop_honorific { cut_word(before, &["Mr.", "Mrs.", "Ms."]) } else { before };
            let kept = if drop_title && kept.len() == before.len() {
                cut_word(before, &["President", "Minister", "Senator", "General", "Secretary"])
            } else {
                kept
            };
            writer.out.text.push_str(kept);
            writer.at = name.start;
            if rename {
                let written = &example.text[name.start..name.end];
                let new = renamed(written, pool, random, &mut replaced);
                writer.name(name, &new);
                continue;
            }
        }
        let written = &example.text[name.start..name.end];
        let rename = match name.kind {
            Kind::Place => move_places,
            Kind::Organisation => rename_groups && !written.contains(' ') && written.len() > 3,
            _ => false,
        };
        if !rename {
            writer.name(name, written);
            continue;
        }
        let known = replaced.iter().find(|(old, _)| *old == written);
        let new = match known {
            Some((_, new)) => new.clone(),
            None => {
                let new = other_name(name.kind, pool, random);
                replaced.push((written, new.clone()));
                new
            }
        };
        writer.name(name, &new);
    }
    let rest = &example.text[writer.at..];
    writer.out.text.push_str(rest);
    let mut out = writer.out;
    if random.chance(0.12) {
        headline(&mut out, random);
    }
    out
}

/// A name for a place, or for a group: a family name, a town or a made-up word.
fn other_name(kind: Kind, pool: &NamePool, random: &mut Random) -> String {
    let place = pool.places[random.below(pool.places.len())].clone();
    if kind == Kind::Place {
        return place;
    }
    let culture = &pool.cultures[random.below(pool.cultures.len())];
    let family = culture.family[random.below(culture.family.len())].clone();
    match random.below(3) {
        0 => place,
        1 => family,
        _ => blend(&family, &place),
    }
}

struct Writer<'a> {
    example: &'a Example,
    out: Example,
    at: usize,
}

impl Writer<'_> {
    fn name(&mut self, name: &Labelled, written: &str) {
        self.out.text.push_str(&self.example.text[self.at..name.start]);
        let start = self.out.text.len();
        self.out.text.push_str(written);
        self.out.names.push(Labelled { start, end: self.out.text.len(), kind: name.kind });
        self.at = name.end;
    }
}

/// `before` without the word at its end when it is one of `words`.
fn cut_word<'a>(before: &'a str, words: &[&str]) -> &'a str {
    let trimmed = before.trim_end();
    for word in words {
        if let Some(rest) = trimmed.strip_suffix(word) {
            // not across a sentence start that would be left in lower case
            return if rest.is_empty() || rest.ends_with(' ') { rest } else { before };
        }
    }
    before
}

/// Another name of the same form; equal words are replaced alike within a text.
fn renamed<'a>(
    written: &'a str,
    pool: &NamePool,
    random: &mut Random,
    replaced: &mut Vec<(&'a str, String)>,
) -> String {
    let words: Vec<&str> = written.split(' ').collect();
    let culture = &pool.cultures[random.below(pool.cultures.len())];
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    for (i, word) in words.iter().enumerate() {
        let keep = word.len() <= 2
            || word.ends_with('.')
            || !word.starts_with(|c: char| c.is_uppercase())
                && !word.strip_prefix("al-").is_some_and(|rest| rest.starts_with(|c: char| c.is_uppercase()));
        if keep {
            out.push((*word).to_owned());
            continue;
        }
        let caps = word.len() > 2 && word.chars().all(|c| !c.is_lowercase());
        let cased = |new: &str| if caps { new.to_uppercase() } else { new.to_owned() };
        if let Some((_, new)) = replaced.iter().find(|(old, _)| old.eq_ignore_ascii_case(word)) {
            out.push(cased(new));
            continue;
        }
        let list = if i == 0 && words.len() > 1 { &culture.given } else { &culture.family };
        // the first names of a list are the frequent ones
        let reach = if random.chance(0.3) { list.len().div_ceil(10) } else { list.len() };
        let mut new = list[random.below(reach)].clone();
        if random.chance(0.15) {
            new = blend(&new, &list[random.below(list.len())]);
        }
        out.push(cased(&new));
        replaced.push((word, new));
    }
    out.join(" ")
}

/// The beginning of one name with the end of another: a name that no list knows.
fn blend(first: &str, second: &str) -> String {
    let cut = |word: &str| word.char_indices().map(|(at, _)| at).nth(word.chars().count() / 2).unwrap_or(0);
    let end = &second[cut(second)..];
    let mut out = first[..cut(first)].to_owned();
    if out.is_empty() {
        out.push_str(first);
    }
    out.push_str(&end.to_lowercase());
    out
}

/// Turns one sentence into a line of capitals or of capitalised words.
fn headline(example: &mut Example, random: &mut Random) {
    let starts: Vec<usize> = std::iter::once(0)
        .chain(example.text.match_indices(". ").map(|(at, _)| at + 2))
        .filter(|&at| !example.names.iter().any(|name| name.start < at && at < name.end))
        .collect();
    let pick = random.below(starts.len());
    let start = starts[pick];
    let end = starts.get(pick + 1).copied().unwrap_or(example.text.len());
    if end - start > 160 || !example.text[start..end].is_ascii() || end - start < 10 {
        return;
    }
    let caps = random.chance(0.5);
    let mut bytes = std::mem::take(&mut example.text).into_bytes();
    if caps {
        bytes[start..end].make_ascii_uppercase();
    } else {
        for i in start..end {
            if i == start || bytes[i - 1] == b' ' {
                bytes[i] = bytes[i].to_ascii_uppercase();
            }
        }
    }
    if start > 0 {
        bytes[start - 1] = b'\n';
    }
    if end < bytes.len() && bytes[end - 1] == b' ' {
        bytes[end - 1] = b'\n';
    }
    example.text = String::from_utf8(bytes).unwrap_or_default();
    if example.text.is_empty() {
        example.names.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_variant_keeps_its_annotation_in_place() {
        let example = super::super::parse_marked("Mr. [Ann Lee] met [Lee] in [Rome|L]. She left.").remove(0);
        let pool = NamePool::new();
        let mut random = Random::new(7);
        for _ in 0..200 {
            let varied = vary(&example, &pool, &mut random);
            let last = varied.names[2];
            assert!(varied.text[..last.start].to_lowercase().ends_with(" in ") && varied.text[last.end..].starts_with('.'));
            let (full, short) = (varied.names[0], varied.names[1]);
            let full = varied.text[full.start..full.end].to_lowercase();
            assert!(full.ends_with(&varied.text[short.start..short.end].to_lowercase()));
        }
    }

    #[test]
    fn names_are_capitalised_as_written_in_news() {
        assert_eq!(capitalised("o'brien"), "O'Brien");
        assert_eq!(capitalised("al-sudani"), "al-Sudani");
    }
}
