//! A form of a name cut into the words that rules compare.

use rustc_hash::FxHashMap;

use super::spelling::{Alike, Spelling};
use crate::article::name::fold;
use crate::extract::people::KnownWords;

/// The Arabic article, also as it sounds before some consonants.
const ARTICLES: [&str; 12] = ["al", "el", "ul", "ad", "ar", "as", "ash", "at", "az", "an", "es", "ed"];
/// Words that stand before a part of a name and are left out now and then.
const PARTICLES: [&str; 19] = [
    "bin", "ibn", "ben", "bint", "van", "von", "de", "der", "den", "da", "di", "la", "le", "du", "dos",
    "del", "das", "do", "zu",
];
/// What stands before or behind a name and is no part of it.
const COURTESY: [&str; 12] =
    ["mr", "mrs", "ms", "dr", "prof", "sir", "dame", "rev", "esq", "phd", "md", "obe"];
/// Suffixes that tell generations apart.
const SUFFIXES: [&str; 7] = ["jr", "sr", "ii", "iii", "iv", "junior", "senior"];
/// First parts of Arabic names that are written together with the second or apart.
const SERVANT: [&str; 4] = ["abdul", "abdel", "abdal", "abdol"];
/// Family names that stand before the given name: Chinese, Korean and Vietnamese.
const FAMILY_FIRST: [&str; 84] = [
    "ahn", "ban", "cao", "chan", "chang", "chen", "cheng", "cheong", "cho", "choe", "choi", "chou", "chow",
    "chun", "chung", "deng", "ding", "do", "duong", "fan", "fang", "feng", "gao", "guo", "han", "ho", "hong",
    "hu", "hua", "huang", "huynh", "hwang", "jang", "jeong", "jia", "jiang", "jin", "jo", "ju", "jung",
    "kang", "kim", "ko", "kwon", "lai", "le", "lee", "li", "liang", "lim", "lin", "liu", "lu", "luo", "ma",
    "meng", "moon", "ngo", "nguyen", "noh", "oh", "pak", "park", "peng", "pham", "phan", "qin", "ri", "roh",
    "ryu", "shen", "shin", "song", "sun", "tang", "tran", "tsai", "wang", "wen", "wu", "xi", "xu", "yang",
    "yoon",
];

/// A group of given names that a word belongs to.
#[derive(Clone, Copy, Debug)]
struct Group {
    number: u16,
    /// It is a full form and not what people are called.
    full: bool,
    /// Newsrooms choose the spelling.
    transliterated: bool,
}

/// A word of names, with what is known of it.
#[derive(Clone, Debug)]
pub(super) struct Word {
    pub(super) text: Box<str>,
    pub(super) spelling: Spelling,
    groups: Vec<Group>,
    /// A bit for each sound that a given name which fits it can begin with.
    pub(super) sounds: u32,
    /// It often means something else than a person.
    pub(super) ambiguous: bool,
    /// A family name that many families bear.
    pub(super) common: bool,
    /// A given name, known as such.
    pub(super) is_given: bool,
    /// Forms of several words that begin with it.
    pub(super) begins: u32,
    /// Forms of several words that end with it.
    pub(super) ends: u32,
}

impl Word {
    fn is_initial(&self) -> bool {
        self.text.len() == 1
    }
}

/// A form of a name. Numbers are those of [`Words`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Form {
    /// Its words without Arabic articles, courtesies and suffix.
    pub(super) words: Vec<u32>,
    /// Position in the list of suffixes, counted from 1.
    pub(super) suffix: u8,
}

impl Form {
    pub(super) fn first(&self) -> u32 {
        self.words.first().copied().unwrap_or(u32::MAX)
    }

    pub(super) fn last(&self) -> u32 {
        self.words.last().copied().unwrap_or(u32::MAX)
    }
}

/// How two given names fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    Same,
    /// One is the first letter of the other.
    Initial,
    /// One is what people with the other are called.
    Nickname,
    Alike(Alike),
    /// Two different names.
    Other,
}

/// Family names that many families bear, beside those frequent in English.
const COMMON_ELSEWHERE: [&str; 40] = [
    "ahmed",
    "ali",
    "chan",
    "chen",
    "choi",
    "das",
    "fernandez",
    "gupta",
    "hassan",
    "hernandez",
    "huang",
    "hussein",
    "ibrahim",
    "jung",
    "khan",
    "kim",
    "kumar",
    "lee",
    "li",
    "lin",
    "liu",
    "lopez",
    "mohammed",
    "mueller",
    "nguyen",
    "park",
    "patel",
    "rahman",
    "santos",
    "shah",
    "sharma",
    "silva",
    "singh",
    "tanaka",
    "tran",
    "wang",
    "wu",
    "yang",
    "zhang",
    "zhao",
];

/// All words of names, each once.
#[derive(Debug)]
pub(super) struct Words {
    numbers: FxHashMap<Box<str>, u32>,
    all: Vec<Word>,
    given: FxHashMap<&'static str, Vec<Group>>,
    /// The sounds that names of a group begin with.
    sounds: Vec<u32>,
    known: KnownWords,
}

impl Default for Words {
    fn default() -> Self {
        let mut given: FxHashMap<&'static str, Vec<Group>> = FxHashMap::default();
        let mut sounds: Vec<u32> = Vec::new();
        let lines = include_str!("given.txt").lines().filter(|line| !line.starts_with('#'));
        for (number, line) in lines.enumerate() {
            let (line, transliterated) = line.strip_prefix('*').map_or((line, false), |line| (line, true));
            let (long, short) = line.split_once(':').unwrap_or((line, ""));
            for (names, full) in [(long, true), (short, false)] {
                let group = Group { number: number as u16, full, transliterated };
                for name in names.split_ascii_whitespace() {
                    if sounds.len() <= number {
                        sounds.push(0);
                    }
                    sounds[number] |= first_sounds(name, &Spelling::of(name));
                    given.entry(name).or_default().push(group);
                }
            }
        }
        Self { numbers: FxHashMap::default(), all: Vec::new(), given, sounds, known: KnownWords::default() }
    }
}

impl Words {
    pub(super) fn get(&self, number: u32) -> &Word {
        &self.all[number as usize]
    }

    fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.all.len() as u32;
        let spelling = Spelling::of(text);
        let groups = self.given.get(text).cloned().unwrap_or_default();
        let of_groups = groups.iter().filter_map(|group| self.sounds.get(usize::from(group.number)));
        self.all.push(Word {
            text: text.into(),
            sounds: of_groups.fold(first_sounds(text, &spelling), |all, sounds| all | sounds),
            spelling,
            groups,
            ambiguous: self.known.is_ambiguous(text),
            common: COMMON_ELSEWHERE.contains(&text) || self.known.is_frequent_family(text),
            is_given: self.given.contains_key(text) || self.known.is_given(text),
            begins: 0,
            ends: 0,
        });
        self.numbers.insert(text.into(), number);
        number
    }

    /// Cuts a name into its form.
    pub(super) fn read(&mut self, name: &str) -> Form {
        let (words, suffix) = cut(name);
        let words: Vec<u32> = words.iter().map(|word| self.number(word)).collect();
        if let [first, .., last] = words[..] {
            self.all[first as usize].begins += 1;
            self.all[last as usize].ends += 1;
        }
        Form { words, suffix }
    }

    pub(super) fn is_initial(&self, word: u32) -> bool {
        self.get(word).is_initial()
    }

    pub(super) fn is_particle(&self, word: u32) -> bool {
        PARTICLES.contains(&&*self.get(word).text)
    }

    /// Whether a form's first word can be its family name.
    pub(super) fn family_first(&self, form: &Form) -> bool {
        matches!(form.words.len(), 2 | 3) && FAMILY_FIRST.contains(&&*self.get(form.first()).text)
    }

    /// Whether so many bear a family name that two of them may be called alike.
    pub(super) fn is_crowded(&self, word: u32) -> bool {
        let word = self.get(word);
        word.common && word.ends >= CROWD
    }

    /// Whether a given name is mostly what people are called and not what they are named.
    pub(super) fn is_nickname(&self, word: u32) -> bool {
        let groups = &self.get(word).groups;
        !groups.is_empty() && groups.iter().all(|group| !group.full)
    }

    /// How two given names fit.
    pub(super) fn given(&self, a: u32, b: u32) -> Given {
        if a == b {
            return Given::Same;
        }
        let (a, b) = (self.get(a), self.get(b));
        if a.is_initial() || b.is_initial() {
            let letter = |word: &Word| word.text.chars().next();
            return if letter(a) == letter(b) { Given::Initial } else { Given::Other };
        }
        let mut nickname = false;
        let mut own_spelling = false;
        for group in &a.groups {
            for other in b.groups.iter().filter(|other| other.number == group.number) {
                match group.full && other.full {
                    true if group.transliterated => return Given::Alike(Alike::Respelt),
                    true => own_spelling = true,
                    false => nickname = true,
                }
            }
        }
        if own_spelling {
            return Given::Alike(Alike::Near);
        }
        if nickname {
            return Given::Nickname;
        }
        match a.spelling.alike(&b.spelling) {
            None => Given::Other,
            // `Christian` and `Christina`, `Mario` and `Maria`; names that many bear are two names.
            Some(Alike::Near) if !same_ending(a, b) || a.begins.min(b.begins) >= ESTABLISHED => {
                Given::Alike(Alike::Faint)
            }
            Some(alike) => Given::Alike(alike),
        }
    }

    /// How two family names are alike; the same one is `Respelt`.
    pub(super) fn family(&self, a: u32, b: u32) -> Option<Alike> {
        if a == b {
            return Some(Alike::Respelt);
        }
        self.get(a).spelling.alike(&self.get(b).spelling)
    }
}

/// So many forms end with the family name of a crowd.
const CROWD: u32 = 10;
/// A given name that so many forms begin with is a name of its own, not a slip of another.
pub(super) const ESTABLISHED: u32 = 4;

fn same_ending(a: &Word, b: &Word) -> bool {
    a.text.chars().next_back() == b.text.chars().next_back()
}

/// The words of a name, folded, and its suffix.
fn cut(name: &str) -> (Vec<String>, u8) {
    let mut words: Vec<String> = Vec::new();
    let name = name.strip_suffix("'s").or_else(|| name.strip_suffix("’s")).unwrap_or(name);
    for token in name.split(|c: char| c.is_whitespace() || c == ',' || c == '.') {
        let folded: String = fold(token).chars().filter(|c| *c != '\'').collect();
        if folded.is_empty() {
            continue;
        }
        // `al-Sadr`, `al Sadr`, `Saad El Hariri`; but `Al Gore`
        let hyphen = |c: char| matches!(c, '-' | '‐' | '‑' | '–');
        let small = token.starts_with(char::is_lowercase);
        let rest = match folded.split_once(hyphen) {
            Some((article, rest)) if ARTICLES.contains(&article) && !rest.is_empty() => rest,
            None if small && ARTICLES.contains(&folded.as_str()) => continue,
            None if !words.is_empty() && matches!(folded.as_str(), "al" | "el" | "ul") => continue,
            // `ElBaradei`
            _ if has_article_inside(token) => folded.get(2..).unwrap_or_default(),
            _ => folded.as_str(),
        };
        // What a hyphen holds together is one name: `Jean-Claude` is no `Jean`.
        let word: String = rest.chars().filter(|c| !hyphen(*c)).collect();
        match SERVANT.iter().find_map(|servant| Some((servant, word.strip_prefix(servant)?))) {
            Some((servant, rest)) if rest.len() >= 4 => {
                words.extend([(*servant).to_owned(), rest.to_owned()]);
            }
            _ if word.is_empty() => {}
            _ => words.push(word),
        }
    }
    let mut suffix = 0;
    while words.len() > 1 {
        let last = words.last().map_or("", String::as_str);
        if let Some(at) = SUFFIXES.iter().position(|suffix| *suffix == last) {
            suffix = match at {
                5 => 1,
                6 => 2,
                at => at as u8 + 1,
            };
        } else if words.len() < 3 || !COURTESY.contains(&last) {
            break;
        }
        words.pop();
    }
    while words.len() > 2 && COURTESY.contains(&words[0].as_str()) {
        words.remove(0);
    }
    // A name of articles alone keeps them.
    if words.is_empty() {
        words.extend(fold(name).split_whitespace().map(str::to_owned));
    }
    (words, suffix)
}

/// The sounds that a word begins with, by its letter and by how it is spoken.
fn first_sounds(word: &str, spelling: &Spelling) -> u32 {
    let spoken = spelling.bones.chars().next();
    let written = Spelling::of(&word.chars().take(1).collect::<String>()).bones.chars().next();
    // All that is no Latin letter is one sound.
    let bit = |c: char| if c.is_ascii_lowercase() { 1 << (c as u32 - 'a' as u32) } else { 1 << 31 };
    [spoken, written].into_iter().flatten().map(bit).fold(0, |all, sound| all | sound)
}

/// Whether an article and a name are written together, each with a capital.
fn has_article_inside(token: &str) -> bool {
    let mut chars = token.chars();
    matches!((chars.next(), chars.next()), (Some('E' | 'A'), Some('l')))
        && chars.next().is_some_and(char::is_uppercase)
        && chars.next().is_some_and(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_into_words() {
        for (name, words, suffix) in [
            ("Mohammed Shia' al-Sudani", "mohammed shia sudani", 0),
            ("al-Sadr", "sadr", 0),
            ("Al Gore", "al gore", 0),
            ("Abdel-Fattah El Sisi", "abdel fattah sisi", 0),
            ("Abdelfattah el-Sisi", "abdel fattah sisi", 0),
            ("George H.W. Bush", "george h w bush", 0),
            ("Martin Luther King, Jr.", "martin luther king", 1),
            ("Dr. Ursula von der Leyen", "ursula von der leyen", 0),
            ("Barack Obama’s", "barack obama", 0),
            ("Conan O'Brien", "conan obrien", 0),
            ("Al", "al", 0),
            ("Mohamed ElBaradei", "mohamed baradei", 0),
            ("Jean-Claude Juncker", "jeanclaude juncker", 0),
            ("Kim Jong-il", "kim jongil", 0),
        ] {
            let (found, found_suffix) = cut(name);
            assert_eq!((found.join(" ").as_str(), found_suffix), (words, suffix), "{name}");
        }
    }

    #[test]
    fn given_names_fit_by_table_initial_and_spelling() {
        let mut words = Words::default();
        let mut of = |name: &str| words.number(name);
        let pairs = [
            ("antony", "anthony", Given::Alike(Alike::Near)),
            ("antony", "tony", Given::Nickname),
            ("bill", "billy", Given::Nickname),
            ("a", "antony", Given::Initial),
            ("mohammed", "muhamad", Given::Alike(Alike::Respelt)),
            ("maria", "mario", Given::Alike(Alike::Faint)),
            ("john", "jane", Given::Alike(Alike::Faint)),
            ("john", "peter", Given::Other),
        ]
        .map(|(a, b, fit)| (of(a), of(b), fit));
        for (a, b, fit) in pairs {
            assert_eq!(words.given(a, b), fit, "{} {}", words.get(a).text, words.get(b).text);
        }
    }
}
