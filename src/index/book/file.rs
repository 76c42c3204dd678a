//! The people book on disk: made for one state of the index, read in place.
//!
//! Beside the index lies `people.book`. It can be removed at any time and is made again. All numbers are
//! little-endian `u32`:
//!
//! | part | numbers |
//! |---|---|
//! | head | `dlpb`, version, state (two), names, people, segments, bytes of names, bytes of keys, words |
//! | tables | for each segment the number of ordinals, then the person of each |
//! | doubles | for each segment twice their number, then article and person of each |
//! | names | end of each name; count; person; rule; name it was compared with |
//! | keys | names in order of their keys; end of each key |
//! | words | where each word of each key begins, in order of the key's text from there on |
//! | people | end of each person's names; names of all people, the one to show first; articles |
//! | text | the names, the keys |

use std::ops::Range;

use tantivy::directory::OwnedBytes;

use super::rule::Rule;
use crate::article::name::name_key;

/// First bytes of the file.
const MAGIC: u32 = u32::from_le_bytes(*b"dlpb");
/// Version of the file and of the rules.
pub(super) const VERSION: u32 = 2;
/// Numbers in the head.
const HEAD: usize = 10;

/// What a book is written from.
pub(super) struct Draft<'a> {
    pub(super) names: &'a [String],
    pub(super) counts: &'a [u32],
    /// Person, rule and name it was compared with, of each name.
    pub(super) joins: &'a [(u32, Rule, u32)],
    /// Names of each person, the one to show first.
    pub(super) people: &'a [Vec<u32>],
    /// Articles of each person.
    pub(super) articles: &'a [u32],
    /// Names that an article has beyond the first of a person, as article and person for each segment.
    pub(super) doubles: &'a [Vec<(u32, u32)>],
    /// Number of the name by segment and ordinal.
    pub(super) of_ordinal: &'a [Vec<u32>],
}

impl Draft<'_> {
    /// The bytes of the book for a state of the index.
    pub(super) fn write(&self, state: u64) -> Vec<u8> {
        let keys: Vec<String> = self.names.iter().map(|name| name_key(name)).collect();
        let mut by_key: Vec<u32> = (0..keys.len() as u32).collect();
        by_key.sort_by(|a, b| keys[*a as usize].cmp(&keys[*b as usize]).then(a.cmp(b)));
        let size = |texts: &[String]| texts.iter().map(String::len).sum::<usize>() as u32;
        let words = words(by_key.iter().map(|name| keys[*name as usize].as_str()));
        let mut out = Numbers(Vec::with_capacity(self.names.len() * 96));
        out.all([MAGIC, VERSION, state as u32, (state >> 32) as u32]);
        out.all([self.names.len() as u32, self.people.len() as u32, self.of_ordinal.len() as u32]);
        out.all([size(self.names), size(&keys), words.len() as u32]);
        for table in self.of_ordinal {
            out.all([table.len() as u32]);
            out.all(table.iter().map(|name| self.joins.get(*name as usize).map_or(u32::MAX, |join| join.0)));
        }
        for doubles in self.doubles {
            out.all([doubles.len() as u32 * 2]);
            out.all(doubles.iter().flat_map(|(article, person)| [*article, *person]));
        }
        out.all(ends(self.names.iter().map(String::len)));
        out.all(self.counts.iter().copied());
        out.all(self.joins.iter().map(|join| join.0));
        out.all(self.joins.iter().map(|join| u32::from(join.1.number())));
        out.all(self.joins.iter().map(|join| join.2));
        out.all(by_key.iter().copied());
        out.all(ends(by_key.iter().map(|name| keys[*name as usize].len())));
        out.all(words);
        out.all(ends(self.people.iter().map(Vec::len)));
        out.all(self.people.iter().flatten().copied());
        out.all(self.articles.iter().copied());
        let mut bytes = out.0;
        self.names.iter().for_each(|name| bytes.extend_from_slice(name.as_bytes()));
        by_key.iter().for_each(|name| bytes.extend_from_slice(keys[*name as usize].as_bytes()));
        bytes
    }
}

struct Numbers(Vec<u8>);

impl Numbers {
    fn all(&mut self, numbers: impl IntoIterator<Item = u32>) {
        numbers.into_iter().for_each(|number| self.0.extend_from_slice(&number.to_le_bytes()));
    }
}

fn ends(lengths: impl Iterator<Item = usize>) -> impl Iterator<Item = u32> {
    lengths.scan(0, |end, length| {
        *end += length as u32;
        Some(*end)
    })
}

/// Where the words of keys begin among all keys, in order of the key's text from there on.
fn words<'a>(keys: impl Iterator<Item = &'a str>) -> Vec<u32> {
    let mut words: Vec<(&str, u32)> = Vec::new();
    let mut start = 0;
    for key in keys {
        let starts = key.match_indices(' ').map(|(at, _)| at + 1);
        let starts = (!key.is_empty()).then_some(0).into_iter().chain(starts);
        words.extend(starts.map(|at| (&key[at..], start + at as u32)));
        start += key.len() as u32;
    }
    words.sort_unstable();
    words.into_iter().map(|(_, at)| at).collect()
}

/// A row of numbers in the file.
#[derive(Clone, Debug, Default)]
struct Row(Range<usize>);

/// The people of an index. Names are numbered in their order, people in the order of the names they go by.
#[derive(Debug)]
pub(in crate::index) struct Book {
    bytes: OwnedBytes,
    tables: Vec<Row>,
    doubles: Vec<Row>,
    name_ends: Row,
    counts: Row,
    person_of: Row,
    rules: Row,
    via: Row,
    by_key: Row,
    key_ends: Row,
    words: Row,
    people_ends: Row,
    members: Row,
    articles: Row,
    names: usize,
    keys: usize,
}

impl Book {
    /// Reads a book; `None` when it is not one for this state of the index.
    pub(super) fn read(bytes: OwnedBytes, state: u64) -> Option<Self> {
        let number = |at: usize| read_number(&bytes, at * 4);
        let head = [MAGIC, VERSION, state as u32, (state >> 32) as u32];
        if (0..head.len()).any(|at| number(at) != Some(head[at])) {
            return None;
        }
        let size = |at: usize| number(at).map(|size| size as usize);
        let (names, people, segments) = (size(4)?, size(5)?, size(6)?);
        let (name_bytes, key_bytes, words) = (size(7)?, size(8)?, size(9)?);
        let mut at = HEAD * 4;
        let row = |at: &mut usize, numbers: usize| {
            let end = at.checked_add(numbers.checked_mul(4)?)?;
            let row = Row(*at..end);
            *at = end;
            (end <= bytes.len()).then_some(row)
        };
        let rows = |at: &mut usize| -> Option<Vec<Row>> {
            let mut rows = Vec::new();
            for _ in 0..segments {
                let length = read_number(&bytes, *at)? as usize;
                *at += 4;
                rows.push(row(at, length)?);
            }
            Some(rows)
        };
        let (tables, doubles) = (rows(&mut at)?, rows(&mut at)?);
        let mut next = |numbers: usize| row(&mut at, numbers);
        let mut book = Self {
            tables,
            doubles,
            name_ends: next(names)?,
            counts: next(names)?,
            person_of: next(names)?,
            rules: next(names)?,
            via: next(names)?,
            by_key: next(names)?,
            key_ends: next(names)?,
            words: next(words)?,
            people_ends: next(people)?,
            members: next(names)?,
            articles: next(people)?,
            names: 0,
            keys: 0,
            bytes: OwnedBytes::empty(),
        };
        book.names = at;
        book.keys = at + name_bytes;
        if book.keys + key_bytes != bytes.len() {
            return None;
        }
        book.bytes = bytes;
        Some(book)
    }

    fn number(&self, row: &Row, at: u32) -> u32 {
        let start = row.0.start + at as usize * 4;
        if start >= row.0.end {
            return 0;
        };
        read_number(&self.bytes, start).unwrap_or(0)
    }

    fn numbers(&self, row: &Row) -> u32 {
        (row.0.len() / 4) as u32
    }

    /// The part `at` of a row of ends.
    fn part(&self, ends: &Row, at: u32) -> Range<usize> {
        let start = if at == 0 { 0 } else { self.number(ends, at - 1) };
        start as usize..self.number(ends, at) as usize
    }

    fn text(&self, from: usize, part: Range<usize>) -> &str {
        let bytes = self.bytes.get(from + part.start..from + part.end).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    /// Number of people.
    pub(in crate::index) fn people(&self) -> u32 {
        self.numbers(&self.articles)
    }

    /// Number of names.
    pub(in crate::index) fn names(&self) -> u32 {
        self.numbers(&self.counts)
    }

    /// A name as it is written.
    pub(in crate::index) fn name(&self, name: u32) -> &str {
        self.text(self.names, self.part(&self.name_ends, name))
    }

    /// Articles with a name.
    pub(in crate::index) fn count(&self, name: u32) -> u32 {
        self.number(&self.counts, name)
    }

    /// The person of a name.
    pub(in crate::index) fn person_of(&self, name: u32) -> u32 {
        self.number(&self.person_of, name)
    }

    /// The rule that joined a name to its person, and the name it was compared with.
    pub(in crate::index) fn join_of(&self, name: u32) -> (Rule, u32) {
        let rule = u8::try_from(self.number(&self.rules, name)).ok().and_then(Rule::from_number);
        (rule.unwrap_or_default(), self.number(&self.via, name))
    }

    /// The names of a person, the one to show first, then the most frequent.
    pub(in crate::index) fn names_of(&self, person: u32) -> impl Iterator<Item = u32> + '_ {
        let part = self.part(&self.people_ends, person);
        // Bytes that changed on the disk name no more than there are.
        (part.start..part.end.min(self.names() as usize)).map(|at| self.number(&self.members, at as u32))
    }

    /// The name a person goes by.
    pub(in crate::index) fn title(&self, person: u32) -> &str {
        self.names_of(person).next().map_or("", |name| self.name(name))
    }

    /// Articles of a person, each once.
    pub(in crate::index) fn articles(&self, person: u32) -> u32 {
        self.number(&self.articles, person)
    }

    /// The person of every ordinal of a segment's names, as little-endian `u32`; `u32::MAX` for none.
    pub(in crate::index) fn table(&self, segment: u32) -> OwnedBytes {
        self.slice(self.tables.get(segment as usize))
    }

    fn slice(&self, row: Option<&Row>) -> OwnedBytes {
        row.map_or_else(OwnedBytes::empty, |row| self.bytes.slice(row.0.clone()))
    }

    /// Names that an article of a segment has beyond the first of a person: article and person, in order, as
    /// little-endian `u32`.
    pub(in crate::index) fn doubles(&self, segment: u32) -> OwnedBytes {
        self.slice(self.doubles.get(segment as usize))
    }

    /// The person of a name, as it is written or else but for case, accents and hyphens.
    pub(in crate::index) fn person_named(&self, name: &str) -> Option<u32> {
        let mut same = self.with_key(&name_key(name)).peekable();
        let first = same.peek().copied()?;
        let exact = same.find(|number| self.name(*number) == name).unwrap_or(first);
        Some(self.person_of(exact))
    }

    /// A key; its bytes stand in the order of its text, and need not be checked to be text.
    fn key_at(&self, at: u32) -> &[u8] {
        let part = self.part(&self.key_ends, at);
        self.bytes.get(self.keys + part.start..self.keys + part.end).unwrap_or_default()
    }

    /// The names with a key.
    pub(in crate::index) fn with_key(&self, key: &str) -> impl Iterator<Item = u32> + '_ {
        let key = key.as_bytes();
        let start = first(self.names(), |at| self.key_at(at) < key);
        let same = (start..self.names()).take_while(|at| self.key_at(*at) == key).count() as u32;
        (start..start + same).map(|at| self.number(&self.by_key, at))
    }

    /// The names whose key has a word, with their keys. A name that has it twice comes twice.
    pub(in crate::index) fn with_word(&self, word: &str) -> impl Iterator<Item = (u32, &str)> {
        let words = self.numbers(&self.words);
        let start = first(words, |at| self.at_word(at).1 < word.as_bytes());
        let has = |text: &[u8]| matches!(text.strip_prefix(word.as_bytes()), Some([] | [b' ', ..]));
        let with = (start..words).take_while(|at| has(self.at_word(*at).1)).count() as u32;
        (start..start + with).map(|at| {
            let key = self.at_word(at).0;
            (self.number(&self.by_key, key), std::str::from_utf8(self.key_at(key)).unwrap_or_default())
        })
    }

    /// The key that a word stands in, and its bytes from there on.
    fn at_word(&self, at: u32) -> (u32, &[u8]) {
        let start = self.number(&self.words, at);
        let key = first(self.names(), |key| self.number(&self.key_ends, key) <= start);
        let part = self.keys + start as usize..self.keys + self.number(&self.key_ends, key) as usize;
        (key, self.bytes.get(part).unwrap_or_default())
    }
}

/// The first of so many numbers that is not `before`, which those are that come first.
fn first(numbers: u32, before: impl Fn(u32) -> bool) -> u32 {
    let (mut low, mut high) = (0, numbers);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

fn read_number(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at.checked_add(4)?)?;
    Some(u32::from_le_bytes(bytes.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn book(names: &[&str]) -> Book {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let numbers = 0..names.len() as u32;
        let draft = Draft {
            names: &names,
            counts: &vec![1; names.len()],
            joins: &numbers.clone().map(|name| (name, Rule::default(), name)).collect::<Vec<_>>(),
            people: &numbers.map(|name| vec![name]).collect::<Vec<_>>(),
            articles: &vec![1; names.len()],
            doubles: &[],
            of_ordinal: &[],
        };
        Book::read(OwnedBytes::new(draft.write(7)), 7).unwrap()
    }

    #[test]
    fn a_word_leads_to_all_names_whose_key_has_it() {
        let book = book(&[
            "-",
            "Ann Smith",
            "ANN SMITH",
            "Anna Smithers",
            "Smith",
            "Smith Ann Smith",
            "Łukasz Ann-Smith",
        ]);
        let with = |word: &str| {
            let mut found: Vec<&str> = book.with_word(word).map(|(name, _)| book.name(name)).collect();
            found.sort_unstable();
            found
        };
        assert_eq!(with("ann"), ["ANN SMITH", "Ann Smith", "Smith Ann Smith", "Łukasz Ann-Smith"]);
        let smiths =
            ["ANN SMITH", "Ann Smith", "Smith", "Smith Ann Smith", "Smith Ann Smith", "Łukasz Ann-Smith"];
        assert_eq!(with("smith"), smiths);
        assert_eq!(with("smithers"), ["Anna Smithers"]);
        assert_eq!(with("lukasz"), ["Łukasz Ann-Smith"]);
        assert!(with("smit").is_empty() && with("zoe").is_empty() && with("").is_empty());
        assert!(book.with_word("ann").all(|(name, key)| key == name_key(book.name(name))));
    }
}
