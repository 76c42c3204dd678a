//! What the words around a name say about it: place, person, organisation or street; and datelines.

use super::words::{char_at, char_before, is_letter};

/// What stands right before and behind a name, as evidence that it is meant as a place.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Context {
    /// Sum of the evidence, in rough log-odds; positive speaks for a place.
    pub(super) weight: f32,
    /// The words before or behind say outright that it is a place (`in X`, `city of X`, `X residents`).
    pub(super) place: bool,
    /// It is part of a longer name: a street, an organisation, an unknown capitalised word beside it.
    pub(super) part: bool,
    /// A title or given-name-like word stands before it, or it speaks.
    pub(super) person: bool,
    /// It begins a sentence, so its capital says nothing.
    pub(super) starts: bool,
    /// What follows is of local interest only: `X Police Department`, `X man`, `City of X`.
    pub(super) local: bool,
    /// `X County`, which is in the United States more often than not.
    pub(super) county: bool,
    /// It names a disease or the like, or a language.
    pub(super) other: bool,
    /// It is written in capitals like an acronym, in a line that is not.
    pub(super) short_capitals: bool,
    /// The whole line is in capitals.
    pub(super) caps_line: bool,
}

/// Reads the context of `text[start..end]`.
pub(super) fn read(text: &str, start: usize, end: usize) -> Context {
    let mut context = Context { caps_line: in_caps_line(text, start, end), ..Context::default() };
    let before = word_before(text, start);
    let behind = word_behind(text, end);
    read_before(text, before, &mut context);
    read_behind(behind, &mut context);
    let written = &text[start..end];
    context.county = matches!(behind.word, "County" | "Counties" | "counties") && !behind.possessive;
    if saint_of_a_church(written, behind) || is_sum(text, start, end) || counts_years(text, start, written) {
        context.other = true;
    }
    context.short_capitals = !context.caps_line && written.len() < 6 && !written.contains(char::is_lowercase);
    context
}

/// `St. Michael's Hospital`.
fn saint_of_a_church(written: &str, behind: Neighbour<'_>) -> bool {
    let saint = ["St.", "St ", "ST.", "Saint ", "San ", "Santa "].iter().any(|s| written.starts_with(s));
    saint && (behind.possessive || SAINTS_OWN.contains(&behind.word))
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

fn read_before(text: &str, before: Neighbour<'_>, context: &mut Context) {
    context.starts = before.sentence_break || before.word.is_empty();
    if before.word.is_empty() || before.sentence_break && !is_title(before.word) {
        return;
    }
    let lower = before.word.to_lowercase();
    let capital = before.word.starts_with(char::is_uppercase);
    let opens = capital && {
        let earlier = word_before(text, before.start);
        earlier.word.is_empty() || earlier.sentence_break
    };
    if is_title(before.word) {
        context.weight -= 4.0;
        context.person = true;
    } else if PLACE_BEFORE.contains(&lower.as_str()) {
        context.weight += 2.0;
        context.place = true;
    } else if lower == "the" {
        context.weight += 0.2;
    } else if WEAKLY_BEFORE.contains(&lower.as_str()) {
        context.weight += 0.8;
    } else if SIDES.contains(&lower.as_str()) {
        context.weight += 1.5;
        context.place = !capital || opens;
    } else if lower == "of" && char_before(text, before.start.saturating_sub(1)) == ',' {
        // `John Smith, 51, of X`
        context.local = true;
        context.place = true;
        context.weight += 2.0;
    } else if lower == "of" {
        let noun = word_before(text, before.start).word.to_lowercase();
        if PLACE_NOUNS.contains(&noun.as_str()) {
            context.local |=
                matches!(noun.as_str(), "city" | "town" | "residents" | "mayor" | "east" | "west");
            context.weight += 3.0;
            context.place = true;
        } else if noun == "university" || noun == "bank" || noun == "bishop" {
            context.part = true;
            context.weight += 0.5;
        } else {
            context.weight += 0.6;
        }
    } else if capital && !context.caps_line && !opens && before.blank_only && !is_calendar(&lower) {
        context.weight -= 2.0;
        context.part = true;
    }
}

fn read_behind(behind: Neighbour<'_>, context: &mut Context) {
    if behind.word.is_empty() || behind.sentence_break {
        return;
    }
    let lower = behind.word.to_lowercase();
    let capital = behind.word.starts_with(char::is_uppercase);
    context.local |= !behind.possessive && LOCAL_BEHIND.contains(&lower.as_str());
    if DISEASES.contains(&lower.as_str()) || capital && MEDIA.contains(&lower.as_str()) && !behind.possessive
    {
        context.other = true;
    } else if LOCAL_INSTITUTIONS.contains(&lower.as_str()) && capital && !behind.possessive {
        context.weight += 0.5;
        context.local = true;
    } else if !behind.possessive && STREETS.contains(&lower.as_str()) && capital {
        context.weight -= 3.0;
        context.part = true;
    } else if PLACE_BEHIND.contains(&lower.as_str()) {
        context.weight += 2.0;
        context.place = true;
    } else if !behind.possessive && SPEAKS.contains(&lower.as_str()) {
        context.weight -= 1.5;
        context.person = true;
    } else if capital
        && behind.blank_only
        && !behind.possessive
        && !context.caps_line
        && !is_calendar(&lower)
        && !OFFICES.contains(&lower.as_str())
    {
        context.weight -= 2.0;
        context.part = true;
    }
}

/// A word beside a name and what lies between.
#[derive(Clone, Copy, Debug, Default)]
struct Neighbour<'a> {
    /// The word, with the stop of an abbreviation; empty where there is none.
    word: &'a str,
    /// Its first byte.
    start: usize,
    /// Only a blank or line break lies between, no punctuation.
    blank_only: bool,
    /// A sentence or line ends between.
    sentence_break: bool,
    /// The name carries a possessive.
    possessive: bool,
}

fn word_before(text: &str, start: usize) -> Neighbour<'_> {
    let mut neighbour = Neighbour { start, blank_only: true, ..Neighbour::default() };
    let mut at = start;
    let mut breaks = 0;
    loop {
        let c = char_before(text, at);
        if c == '\0' {
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
        if start - at > 12 {
            neighbour.sentence_break = true;
            return neighbour;
        }
    }
    let end = at;
    while is_letter(char_before(text, at)) || char_before(text, at) == '-' {
        at -= char_before(text, at).len_utf8();
        if end - at > 40 {
            break;
        }
    }
    neighbour.start = at;
    neighbour.word = text.get(at..end).unwrap_or("");
    neighbour.sentence_break |= breaks > 1;
    if neighbour.sentence_break && text.get(end..start) == Some(". ") && is_abbreviation(neighbour.word) {
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
        if c == '\0' || at - from > 3 {
            neighbour.sentence_break = true;
            return neighbour;
        }
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
    }
    let mut to = at;
    while is_letter(char_at(text, to)) && to - at < 40 {
        to += char_at(text, to).len_utf8();
    }
    neighbour.start = at;
    neighbour.word = text.get(at..to).unwrap_or("");
    neighbour
}

/// Whether the line around a name holds no small letter.
pub(super) fn in_caps_line(text: &str, start: usize, end: usize) -> bool {
    if text[start..end].chars().any(char::is_lowercase) {
        return false;
    }
    let before = text[..start].rfind('\n').map_or(0, |at| at + 1);
    let behind = text[end..].find('\n').map_or(text.len(), |at| end + at);
    let mut letters = 0;
    for c in text[before..behind].chars().take(400) {
        if c.is_lowercase() {
            return false;
        }
        letters += usize::from(c.is_uppercase());
    }
    letters > end - start + 3
}

/// Whether a name that no small letter surrounds is where the story was filed from: at the head of the body,
/// in capitals or before a dash, with at most a region, an agency and a date between.
pub(super) fn is_dateline(text: &str, start: usize, end: usize, caps_line: bool) -> bool {
    if start > 1_200 || caps_line {
        return false;
    }
    let capitals = end - start > 3 && !text[start..end].chars().any(char::is_lowercase);
    let goes_on = behind_starts_small(&text[end..]);
    let line_start = text[..start].trim_end_matches(' ').chars().next_back().is_none_or(|c| c == '\n');
    let behind = &text[end..text.floor_char(end + 70)];
    let behind = behind.split('\n').next().unwrap_or("");
    if capitals && line_start && !goes_on && start < 500 {
        return true;
    }
    if !capitals && !(line_start && start < 500) {
        return false;
    }
    let Some(dash) = ["--", " - ", "—", " – "].iter().filter_map(|dash| behind.find(dash)).min() else {
        return capitals && behind.starts_with(" (") && behind.contains(')');
    };
    // Between name and dash: nothing but names, a date, an agency in brackets.
    behind[..dash]
        .split([' ', ',', '(', ')', '/', '.'])
        .filter(|word| !word.is_empty())
        .all(|word| word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) || word.len() <= 2)
}

/// Whether a blank and a small letter follow.
fn behind_starts_small(behind: &str) -> bool {
    let mut chars = behind.chars();
    chars.next() == Some(' ') && chars.next().is_some_and(char::is_lowercase)
}

/// Bounds of text kept on character boundaries.
trait FloorChar {
    fn floor_char(&self, at: usize) -> usize;
}

impl FloorChar for str {
    fn floor_char(&self, at: usize) -> usize {
        let mut at = at.min(self.len());
        while !self.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
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
            SIDES.contains(&noun) || matches!(noun, "suburb" | "suburbs" | "outside" | "outskirts")
        }
        (Some("suburb"), None) => true,
        _ => false,
    }
}

/// Whether a demonym names no people here but a language (`in French`, `speaks Spanish`, `English-speaking`), a kitchen
/// (`Polish sausage`) or a breed.
pub(super) fn is_language(text: &str, start: usize, end: usize) -> bool {
    let behind = word_behind(text, end);
    let next = behind.word.to_lowercase();
    if NO_PEOPLE.contains(&next.as_str()) {
        return true;
    }
    let before = word_before(text, start);
    if before.sentence_break {
        return false;
    }
    let last = before.word.to_lowercase();
    let speaks = matches!(
        last.as_str(),
        "speak" | "speaks" | "spoke" | "speaking" | "learn" | "learning" | "fluent" | "translated" | "broken"
    );
    let ends = behind.word.is_empty()
        || behind.sentence_break
        || matches!(
            next.as_str(),
            "and"
                | "or"
                | "but"
                | "on"
                | "at"
                | "to"
                | "for"
                | "that"
                | "with"
                | "is"
                | "was"
                | "as"
                | "by"
                | "from"
        );
    speaks || matches!(last.as_str(), "in" | "into") && ends
}

fn is_title(word: &str) -> bool {
    TITLES.contains(&word.trim_end_matches('.').to_lowercase().as_str())
        && word.starts_with(char::is_uppercase)
}

fn is_abbreviation(word: &str) -> bool {
    is_title(word) || word.chars().count() == 1 || matches!(word, "Jr" | "Ft" | "Mt" | "N" | "S" | "vs")
}

fn is_calendar(lower: &str) -> bool {
    CALENDAR.contains(&lower)
}

/// What follows a demonym that means a language, a kitchen or a breed.
const NO_PEOPLE: [&str; 32] = [
    "language",
    "languages",
    "speaking",
    "speaker",
    "speakers",
    "lessons",
    "immersion",
    "teacher",
    "restaurant",
    "restaurants",
    "cuisine",
    "food",
    "foods",
    "sausage",
    "sausages",
    "pub",
    "grill",
    "deli",
    "bakery",
    "grocery",
    "spaniel",
    "terrier",
    "setter",
    "bulldog",
    "retriever",
    "shepherd",
    "wolfhound",
    "poodle",
    "toast",
    "fries",
    "dressing",
    "pastry",
];
/// What is named after saints.
const SAINTS_OWN: [&str; 12] = [
    "University",
    "Hospital",
    "Church",
    "Cathedral",
    "College",
    "School",
    "Basilica",
    "Parish",
    "Catholic",
    "Medical",
    "Square",
    "hospital",
];
const TITLES: [&str; 62] = [
    "mr",
    "mrs",
    "ms",
    "miss",
    "dr",
    "prof",
    "professor",
    "sir",
    "lord",
    "lady",
    "dame",
    "rev",
    "reverend",
    "father",
    "sister",
    "brother",
    "president",
    "senator",
    "sen",
    "rep",
    "gov",
    "governor",
    "congressman",
    "congresswoman",
    "chancellor",
    "judge",
    "justice",
    "general",
    "gen",
    "lt",
    "lieutenant",
    "col",
    "colonel",
    "maj",
    "major",
    "capt",
    "captain",
    "sgt",
    "sergeant",
    "cpl",
    "corporal",
    "officer",
    "detective",
    "det",
    "deputy",
    "sheriff",
    "coach",
    "king",
    "queen",
    "prince",
    "princess",
    "pope",
    "bishop",
    "archbishop",
    "cardinal",
    "rabbi",
    "imam",
    "sheikh",
    "councilman",
    "councilwoman",
    "commissioner",
    "st",
];
const PLACE_BEFORE: [&str; 26] = [
    "in",
    "near",
    "at",
    "outside",
    "around",
    "across",
    "throughout",
    "into",
    "inside",
    "toward",
    "towards",
    "leaving",
    "visited",
    "visiting",
    "visit",
    "downtown",
    "central",
    "greater",
    "suburban",
    "nearby",
    "invaded",
    "neighboring",
    "neighbouring",
    "occupied",
    "mainland",
    "metropolitan",
];
const WEAKLY_BEFORE: [&str; 11] =
    ["from", "to", "via", "between", "against", "through", "over", "within", "beyond", "and", "or"];
const SIDES: [&str; 20] = [
    "north",
    "south",
    "east",
    "west",
    "northern",
    "southern",
    "eastern",
    "western",
    "northeast",
    "northwest",
    "southeast",
    "southwest",
    "northeastern",
    "northwestern",
    "southeastern",
    "southwestern",
    "north-east",
    "north-west",
    "south-east",
    "south-west",
];
const PLACE_NOUNS: [&str; 38] = [
    "city",
    "town",
    "village",
    "capital",
    "port",
    "state",
    "province",
    "region",
    "district",
    "suburb",
    "suburbs",
    "north",
    "south",
    "east",
    "west",
    "northeast",
    "northwest",
    "southeast",
    "southwest",
    "outskirts",
    "streets",
    "people",
    "republic",
    "island",
    "kingdom",
    "miles",
    "kilometers",
    "kilometres",
    "km",
    "coast",
    "borough",
    "mayor",
    "residents",
    "parts",
    "county",
    "township",
    "cities",
    "towns",
];
/// Words that make the name of a newspaper of the place before them.
const MEDIA: [&str; 14] = [
    "post",
    "times",
    "daily",
    "herald",
    "tribune",
    "journal",
    "gazette",
    "telegraph",
    "chronicle",
    "globe",
    "examiner",
    "inquirer",
    "courier",
    "sun-times",
];
const LOCAL_BEHIND: [&str; 36] = [
    "police",
    "man",
    "woman",
    "men",
    "women",
    "teen",
    "teenager",
    "boy",
    "girl",
    "couple",
    "family",
    "resident",
    "residents",
    "high",
    "middle",
    "elementary",
    "public",
    "city",
    "council",
    "councillor",
    "fire",
    "mayor",
    "school",
    "schools",
    "parents",
    "firefighters",
    "road",
    "area",
    "district",
    "independent",
    "county",
    "township",
    "library",
    "native",
    "home",
    "students",
];
const PLACE_BEHIND: [&str; 48] = [
    "city",
    "area",
    "region",
    "province",
    "state",
    "county",
    "parish",
    "district",
    "suburb",
    "airport",
    "residents",
    "resident",
    "police",
    "mayor",
    "councillor",
    "council",
    "neighborhood",
    "neighbourhood",
    "metro",
    "border",
    "based",
    "born",
    "bound",
    "area's",
    "peninsula",
    "coast",
    "town",
    "village",
    "township",
    "native",
    "natives",
    "suburbs",
    "prefecture",
    "oblast",
    "governorate",
    "municipality",
    "bureau",
    "embassy",
    "capital",
    "island",
    "islands",
    "valley",
    "harbor",
    "harbour",
    "port",
    "stock",
    "skyline",
    "schools",
];
/// Capitalised words behind a place that name an institution of it.
const LOCAL_INSTITUTIONS: [&str; 14] = [
    "police",
    "city",
    "council",
    "high",
    "public",
    "fire",
    "school",
    "schools",
    "independent",
    "county",
    "library",
    "elementary",
    "middle",
    "sheriff",
];
const STREETS: [&str; 34] = [
    "street",
    "st",
    "streets",
    "avenue",
    "ave",
    "avenues",
    "road",
    "rd",
    "roads",
    "lane",
    "drive",
    "dr",
    "boulevard",
    "blvd",
    "court",
    "place",
    "way",
    "highway",
    "parkway",
    "square",
    "hotel",
    "inn",
    "hall",
    "house",
    "tower",
    "building",
    "hospital",
    "church",
    "bridge",
    "creek",
    "river",
    "lake",
    "pike",
    "plaza",
];
const SPEAKS: [&str; 12] = [
    "said",
    "says",
    "told",
    "testified",
    "recalled",
    "added",
    "pleaded",
    "scored",
    "hit",
    "pitched",
    "threw",
    "wrote",
];
/// Capitalised words that may follow a place without making it part of another name.
const OFFICES: [&str; 40] = [
    "president",
    "prime",
    "foreign",
    "minister",
    "defense",
    "defence",
    "interior",
    "finance",
    "mayor",
    "governor",
    "gov",
    "senator",
    "sen",
    "rep",
    "republican",
    "democrat",
    "democratic",
    "attorney",
    "police",
    "secretary",
    "ambassador",
    "king",
    "queen",
    "crown",
    "chancellor",
    "army",
    "navy",
    "air",
    "parliament",
    "senate",
    "house",
    "supreme",
    "district",
    "congressman",
    "state",
    "opposition",
    "deputy",
    "vice",
    "government",
    "embassy",
];
const DISEASES: [&str; 14] = [
    "virus",
    "viruses",
    "ebolavirus",
    "fever",
    "flu",
    "influenza",
    "syndrome",
    "encephalitis",
    "measles",
    "disease",
    "strain",
    "haemorrhagic",
    "hemorrhagic",
    "variant",
];
const CALENDAR: [&str; 30] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sept",
    "sep",
    "oct",
    "nov",
    "dec",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn context(text: &str, name: &str) -> Context {
        let start = text.find(name).unwrap();
        read(text, start, start + name.len())
    }

    #[test]
    fn places_stand_behind_prepositions_and_before_residents() {
        for (text, name) in [
            ("He lives in Reading now", "Reading"),
            ("the town of Nice", "Nice"),
            ("Mobile residents said", "Mobile"),
            ("the London-based bank", "London"),
        ] {
            assert!(context(text, name).place, "{text}");
        }
    }

    #[test]
    fn titles_and_verbs_of_saying_make_a_person() {
        for text in ["Mr. Jordan", "told Sen. Jordan that", "Jordan said"] {
            assert!(context(text, "Jordan").person, "{text}");
        }
    }

    #[test]
    fn streets_and_longer_names_are_no_places() {
        for (text, name) in [
            ("on Lincoln Street", "Lincoln"),
            ("star Paris Hilton came", "Paris"),
            ("actor Michael Jordan came", "Jordan"),
        ] {
            assert!(context(text, name).part, "{text}");
        }
        assert!(!context("flew to Paris Monday", "Paris").part);
        assert!(!context("while Russian President Putin", "Russian").part);
    }

    #[test]
    fn diseases_and_languages_are_not_the_country() {
        assert!(context("the Marburg virus", "Marburg").other);
        let language = |text: &str, name: &str| {
            let start = text.find(name).unwrap();
            is_language(text, start, start + name.len())
        };
        assert!(language("she said in French.", "French"));
        assert!(language("he speaks Spanish at home", "Spanish"));
        assert!(language("an English-speaking crowd", "English"));
        assert!(!language("in French politics", "French"));
        assert!(!language("the French army", "French"));
    }

    #[test]
    fn datelines_are_told() {
        for (text, name, expected) in [
            ("BAGHDAD (AP) — Iraq's army", "BAGHDAD", true),
            ("ATHENS, Ga. -- The council", "ATHENS", true),
            ("London, 12 Dec (AFP) - Ministers", "London", true),
            ("LONDON 1996-08-30\nWest", "LONDON", true),
            ("London is a city - so they say", "London", false),
            ("He left.\nThen PARIS was lost", "PARIS", false),
        ] {
            let start = text.find(name).unwrap();
            assert_eq!(is_dateline(text, start, start + name.len(), false), expected, "{text}");
        }
    }
}
