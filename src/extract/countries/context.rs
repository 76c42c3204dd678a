//! What the words around a name say about it: place, person, organisation or street.

use super::dateline::in_caps_line;
use super::vocabulary::{Class, Classes, classes};
use super::words::{char_at, char_before, is_letter};

/// What stands right before and behind a name, as evidence that it is meant as a place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Context {
    /// Sum of the evidence, in rough log-odds; positive speaks for a place.
    pub(super) weight: f32,
    /// It begins a sentence, so its capital says nothing.
    pub(super) starts: bool,
    /// What stands beside is of local interest only: `X Police Department`, `X man`, `City of X`.
    pub(super) local: bool,
    /// `X County`, which is in the United States more often than not.
    pub(super) county: bool,
    /// It names something else for sure: a disease, a language, a newspaper, a church, a sum.
    pub(super) other: bool,
    /// It is written in capitals like an acronym, in a line that is not.
    pub(super) short_capitals: bool,
    /// The whole line is in capitals.
    pub(super) caps_line: bool,
}

/// Reads the context of `text[start..end]`; a demonym may also be a language, a kitchen or a breed.
pub(super) fn read(text: &str, start: usize, end: usize, demonym: bool) -> Context {
    let mut context = Context { caps_line: in_caps_line(text, start, end), ..Context::default() };
    let before = word_before(text, start);
    let behind = word_behind(text, end);
    read_before(text, before, &mut context);
    read_behind(behind, &mut context);
    let written = &text[start..end];
    context.county = matches!(behind.word, "County" | "Counties" | "counties") && !behind.possessive;
    context.other |= is_church(written, behind)
        || is_sum(text, start, end)
        || counts_years(text, start, written)
        || is_pronoun(written, before, behind)
        || demonym && is_no_people(before, behind);
    context.short_capitals = !context.caps_line && written.len() < 6 && !written.contains(char::is_lowercase);
    context
}

/// Whether the words between two places say that they lie side by side: `, south of `, ` suburb of `, ` near `.
pub(super) fn is_direction(gap: &str) -> bool {
    if gap.len() > 30 || !gap.ends_with(' ') || gap.contains(['.', '\n', ';']) {
        return false;
    }
    let mut words = gap.trim_matches([',', ' ']).rsplit(' ');
    match (words.next(), words.next()) {
        (Some("near" | "outside"), _) => true,
        (Some("of"), Some(noun)) => {
            classes(noun).has(Class::Side) || matches!(noun, "suburb" | "suburbs" | "outside" | "outskirts")
        }
        (Some("suburb"), None) => true,
        _ => false,
    }
}

/// Whether the words between a country and a place say that the place is in it: `'s capital, `, ` town of `, `'s `.
pub(super) fn is_place_of(gap: &str) -> bool {
    if gap.len() > 40 || !gap.ends_with(' ') || gap.contains(['.', '\n', ';', '(']) {
        return false;
    }
    let mut words = gap.trim_matches([',', ' ']).rsplit(' ');
    match (words.next(), words.next()) {
        (Some("of"), Some(noun)) => {
            matches!(
                noun,
                "city"
                    | "town"
                    | "village"
                    | "port"
                    | "province"
                    | "state"
                    | "region"
                    | "island"
                    | "district"
            )
        }
        (Some("capital" | "city" | "town" | "village" | "port"), Some(_)) => !gap.contains(" and "),
        (Some("'s" | "’s" | "'" | "’" | "capital"), None) => true,
        _ => false,
    }
}

/// `St. Michael's Hospital`, `St. John's University`.
fn is_church(written: &str, behind: Neighbour<'_>) -> bool {
    (behind.possessive || behind.classes.has(Class::SaintsOwn))
        && ["St.", "St ", "ST.", "Saint ", "San ", "Santa "].iter().any(|s| written.starts_with(s))
}

/// `US$10 million`.
fn is_sum(text: &str, start: usize, end: usize) -> bool {
    char_at(text, end) == '$' || end - start <= 2 && char_before(text, start) == '$'
}

/// `500 BC`.
fn counts_years(text: &str, start: usize, written: &str) -> bool {
    matches!(written, "BC" | "B.C." | "B.C")
        && text[..start].trim_end_matches(' ').ends_with(|c: char| c.is_ascii_digit())
}

/// `HELP US!`
fn is_pronoun(written: &str, before: Neighbour<'_>, behind: Neighbour<'_>) -> bool {
    written == "US"
        && (behind.sentence_break || behind.word.is_empty())
        && !before.sentence_break
        && before.word.len() > 2
        && before.word.bytes().all(|b| b.is_ascii_uppercase())
        && !before.classes.has(Class::PlaceBefore)
        && !before.classes.has(Class::WeakBefore)
}

/// A language (`in French`, `speaks Spanish`, `English-speaking`), a kitchen (`Polish sausage`) or a breed.
fn is_no_people(before: Neighbour<'_>, behind: Neighbour<'_>) -> bool {
    if behind.classes.has(Class::NoPeople) {
        return true;
    }
    let ends = behind.word.is_empty() || behind.sentence_break || behind.classes.has(Class::Link);
    !before.sentence_break
        && (before.classes.has(Class::LanguageVerb) || matches!(before.word, "in" | "into" | "In") && ends)
}

fn read_before(text: &str, before: Neighbour<'_>, context: &mut Context) {
    let title = before.classes.has(Class::Title) && before.capital;
    context.starts = before.sentence_break || before.word.is_empty();
    if before.word.is_empty() || before.sentence_break && !title {
        return;
    }
    let is = |class| before.classes.has(class);
    let opens = || before.capital && word_before(text, before.start).sentence_break;
    if title {
        context.weight -= 4.0;
    } else if is(Class::PlaceBefore) {
        context.weight += 2.0;
    } else if before.word == "the" {
        context.weight += 0.2;
    } else if is(Class::WeakBefore) {
        context.weight += 0.8;
    } else if is(Class::Side) {
        context.weight += 1.5;
    } else if before.word == "of" && char_before(text, before.start.saturating_sub(1)) == ',' {
        // `John Smith, 51, of X`
        context.local = true;
        context.weight += 2.0;
    } else if before.word == "of" {
        let noun = word_before(text, before.start);
        context.local |= noun.classes.has(Class::Town);
        context.weight += if noun.classes.has(Class::PlaceNoun) { 3.0 } else { 0.6 };
    } else if before.capital && !context.caps_line && before.blank_only && !is(Class::Calendar) && !opens() {
        context.weight -= 2.0;
    }
}

fn read_behind(behind: Neighbour<'_>, context: &mut Context) {
    if behind.word.is_empty() || behind.sentence_break {
        return;
    }
    let is = |class| behind.classes.has(class);
    let name = behind.capital && !behind.possessive;
    context.local |= is(Class::LocalBehind) && !behind.possessive;
    if is(Class::Disease) || is(Class::Media) && name {
        context.other = true;
    } else if is(Class::Institution) && name {
        context.weight += 0.5;
        context.local = true;
    } else if is(Class::Street) && name {
        context.weight -= 3.0;
    } else if is(Class::PlaceBehind) {
        context.weight += 2.0;
    } else if is(Class::Speaks) && !behind.possessive {
        context.weight -= 1.5;
    } else if name && behind.blank_only && !context.caps_line && !is(Class::Calendar) && !is(Class::Office) {
        context.weight -= 2.0;
    }
}

/// A word beside a name and what lies between.
#[derive(Clone, Copy, Debug, Default)]
struct Neighbour<'a> {
    /// The word; empty where there is none.
    word: &'a str,
    classes: Classes,
    /// It begins with a capital.
    capital: bool,
    /// Its first byte.
    start: usize,
    /// Only a blank or line break lies between, no punctuation.
    blank_only: bool,
    /// A sentence or paragraph ends between, or the text does.
    sentence_break: bool,
    /// The name carries a possessive.
    possessive: bool,
}

impl<'a> Neighbour<'a> {
    fn set_word(&mut self, word: &'a str) {
        self.word = word;
        self.classes = classes(word);
        self.capital = word.starts_with(char::is_uppercase);
    }
}

/// How many bytes may lie between a name and the word before it.
const GAP_BEFORE: usize = 12;
/// Longer words are cut.
const LONGEST_WORD: usize = 40;

fn word_before(text: &str, start: usize) -> Neighbour<'_> {
    let mut neighbour = Neighbour { start, blank_only: true, ..Neighbour::default() };
    let mut at = start;
    let mut breaks = 0;
    loop {
        let c = char_before(text, at);
        if c == '\0' || start - at > GAP_BEFORE {
            neighbour.sentence_break = true;
            return neighbour;
        }
        if is_letter(c) {
            break;
        }
        match c {
            ' ' | '\u{a0}' => {}
            '\n' => breaks += 1,
            '.' | '!' | '?' | ':' | ';' | '"' | '“' | '”' | '—' | '*' | '•' => {
                neighbour.blank_only = false;
                // The stop of an abbreviation is told apart below, when the word is known.
                neighbour.sentence_break = true;
            }
            _ => neighbour.blank_only = false,
        }
        at -= c.len_utf8();
    }
    let end = at;
    loop {
        let c = char_before(text, at);
        if !(is_letter(c) || c == '-') || end - at > LONGEST_WORD {
            break;
        }
        at -= c.len_utf8();
    }
    neighbour.start = at;
    neighbour.set_word(text.get(at..end).unwrap_or(""));
    neighbour.sentence_break |= breaks > 1;
    if neighbour.sentence_break && text.get(end..start) == Some(". ") && is_abbreviation(neighbour) {
        neighbour.sentence_break = false;
        neighbour.blank_only = true;
    }
    neighbour
}

fn word_behind(text: &str, end: usize) -> Neighbour<'_> {
    let mut neighbour = Neighbour { start: end, blank_only: true, ..Neighbour::default() };
    let mut at = end;
    if let Some(rest) = text.get(at..)
        && let Some(possessive) = ["'s", "’s"].into_iter().find(|s| rest.starts_with(s))
    {
        neighbour.possessive = true;
        at += possessive.len();
    }
    let from = at;
    loop {
        let c = char_at(text, at);
        if is_letter(c) {
            break;
        }
        match c {
            ' ' | '\u{a0}' => {}
            '\n' if char_at(text, at + 1) != '\n' => {}
            '-' => neighbour.blank_only = false,
            _ => {
                neighbour.sentence_break = true;
                return neighbour;
            }
        }
        at += c.len_utf8();
        if at - from > 4 {
            neighbour.sentence_break = true;
            return neighbour;
        }
    }
    let mut to = at;
    loop {
        let c = char_at(text, to);
        if !is_letter(c) || to - at > LONGEST_WORD {
            break;
        }
        to += c.len_utf8();
    }
    neighbour.start = at;
    neighbour.set_word(text.get(at..to).unwrap_or(""));
    neighbour
}

/// Whether a stop behind a word is an abbreviation's: a title, an initial.
fn is_abbreviation(word: Neighbour<'_>) -> bool {
    word.classes.has(Class::Title) && word.capital
        || word.word.chars().nth(1).is_none()
        || matches!(word.word, "Jr" | "Ft" | "Mt" | "vs")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn context(text: &str, name: &str) -> Context {
        let start = text.find(name).unwrap();
        read(text, start, start + name.len(), false)
    }

    #[test]
    fn places_stand_behind_prepositions_and_before_residents() {
        for (text, name) in [
            ("He lives in Reading now", "Reading"),
            ("the town of Nice", "Nice"),
            ("Mobile residents said", "Mobile"),
            ("the London-based bank", "London"),
        ] {
            assert!(context(text, name).weight >= 2.0, "{text}");
        }
    }

    #[test]
    fn titles_and_verbs_of_saying_make_a_person() {
        for text in ["Mr. Jordan", "told Sen. Jordan that", "Jordan said"] {
            assert!(context(text, "Jordan").weight <= -1.5, "{text}");
        }
    }

    #[test]
    fn streets_and_longer_names_are_no_places() {
        for (text, name) in [
            ("on Lincoln Street", "Lincoln"),
            ("star Paris Hilton came", "Paris"),
            ("actor Michael Jordan came", "Jordan"),
        ] {
            assert!(context(text, name).weight <= -2.0, "{text}");
        }
        assert!(context("flew to Paris Monday", "Paris").weight > 0.0);
        assert!(context("while Russian President Putin", "Russian").weight >= 0.0);
    }

    #[test]
    fn diseases_papers_churches_and_sums_are_not_the_place() {
        for (text, name) in [
            ("the Marburg virus", "Marburg"),
            ("the Washington Post said", "Washington"),
            ("at St. Paul's Hospital", "St. Paul"),
            ("some US$10 million", "US"),
            ("in 500 BC the", "BC"),
        ] {
            assert!(context(text, name).other, "{text}");
        }
    }

    #[test]
    fn languages_kitchens_and_breeds_are_no_people() {
        let other = |text: &str, name: &str| {
            let start = text.find(name).unwrap();
            read(text, start, start + name.len(), true).other
        };
        assert!(other("she said in French.", "French"));
        assert!(other("he speaks Spanish at home", "Spanish"));
        assert!(other("an English-speaking crowd", "English"));
        assert!(other("a Polish sausage", "Polish"));
        assert!(!other("in French politics", "French"));
        assert!(!other("the French army", "French"));
    }

    #[test]
    fn places_of_a_country() {
        for gap in ["'s capital, ", " city of ", "’s ", " capital ", " port city of ", "' capital "] {
            assert!(is_place_of(gap), "{gap}");
        }
        for gap in [" and ", ", ", " troops left ", ". The city of ", " of "] {
            assert!(!is_place_of(gap), "{gap}");
        }
    }

    #[test]
    fn places_side_by_side() {
        assert!(is_direction(", south of ") && is_direction(" suburbs of ") && is_direction(", near "));
        assert!(!is_direction(" and ") && !is_direction(" of ") && !is_direction(". South of "));
    }
}
