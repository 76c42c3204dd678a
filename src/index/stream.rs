//! Words of a document on their way into tantivy.
//!
//! A document is cut into words once, in the thread that puts it, and handed to tantivy's indexing threads
//! as compact streams of terms; the "tokenizers" here only read them back. That is half the cost of cutting
//! and stemming inside tantivy, where every field would cut the text again, and it runs in parallel.
//!
//! A stream with positions holds each term once, with all its positions: it takes half the memory while it waits.
//! The time tantivy takes is the same, three quarters of which is waiting for its table of terms, which no cache
//! holds: what counts there is how many different terms an article has.

use std::hash::Hasher;

use rustc_hash::FxHasher;
use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Longest term of a stream, in bytes: a length is one ASCII byte.
const MAX_TERM: usize = 126;
/// Numbers are written in groups of so many bits, so that every byte is ASCII, with [`MORE`] on all but the last.
const GROUP: u32 = 6;
/// Marks a group that others follow.
const MORE: u8 = 1 << GROUP;

/// Most slots of a table that are kept for the next document: clearing them takes time.
const MOST_KEPT: usize = 1 << 13;

/// Number of a term among those of one document.
pub(super) type TermNumber = u32;

/// Terms with positions. Reused from document to document.
#[derive(Debug, Default)]
pub(super) struct Placed {
    /// Length and bytes of each term, one behind the other.
    texts: Vec<u8>,
    terms: Vec<PlacedTerm>,
    /// Numbers of terms plus one by their hash; 0 where there is none. A power of two long.
    table: Vec<TermNumber>,
    /// Every occurrence: term and position.
    occurrences: Vec<(TermNumber, u32)>,
    sorted: Vec<u32>,
}

#[derive(Clone, Copy, Debug)]
struct PlacedTerm {
    /// Where its length and bytes stand.
    text: u32,
    hash: u32,
    count: u32,
}

impl Placed {
    /// Adds a term at a position.
    pub(super) fn push(&mut self, term: &str, position: u32) {
        let number = self.number(None, term);
        self.push_number(number, position);
    }

    /// The number of a term, with a character of one byte before it or none.
    pub(super) fn number(&mut self, before: Option<char>, term: &str) -> TermNumber {
        let length = usize::from(before.is_some());
        let term = cut(term, MAX_TERM - length).as_bytes();
        let mut hasher = FxHasher::default();
        hasher.write(term);
        hasher.write_u8(before.map_or(0, |c| c as u8));
        let hash = (hasher.finish() >> 32) as u32;
        if self.terms.len() * 2 >= self.table.len() {
            self.grow();
        }
        let mask = self.table.len() - 1;
        let mut at = hash as usize & mask;
        while let Some(number) = self.table[at].checked_sub(1) {
            if self.terms[number as usize].hash == hash && self.is(number, before, term) {
                return number;
            }
            at = (at + 1) & mask;
        }
        let number = self.terms.len() as TermNumber;
        self.table[at] = number + 1;
        self.terms.push(PlacedTerm { text: self.texts.len() as u32, hash, count: 0 });
        self.texts.push((term.len() + length) as u8);
        self.texts.extend(before.map(|c| c as u8));
        self.texts.extend_from_slice(term);
        number
    }

    /// Adds an occurrence of a numbered term.
    pub(super) fn push_number(&mut self, number: TermNumber, position: u32) {
        self.occurrences.push((number, position));
        self.terms[number as usize].count += 1;
    }

    fn is(&self, number: TermNumber, before: Option<char>, term: &[u8]) -> bool {
        let text = text_at(&self.texts, &self.terms[number as usize]);
        match before {
            None => text == term,
            Some(c) => text.split_first().is_some_and(|(first, rest)| *first == c as u8 && rest == term),
        }
    }

    fn grow(&mut self) {
        let slots = (self.table.len() * 2).max(1024);
        self.table.clear();
        self.table.resize(slots, 0);
        for (number, term) in self.terms.iter().enumerate() {
            let mut at = term.hash as usize & (slots - 1);
            while self.table[at] != 0 {
                at = (at + 1) & (slots - 1);
            }
            self.table[at] = number as TermNumber + 1;
        }
    }

    /// The stream. What was added is forgotten.
    pub(super) fn finish(&mut self) -> String {
        // Occurrences by term, in the order they came.
        let mut end = 0;
        let mut ends: Vec<u32> = Vec::with_capacity(self.terms.len());
        for term in &self.terms {
            ends.push(end);
            end += term.count;
        }
        self.sorted.clear();
        self.sorted.resize(end as usize, 0);
        for (number, position) in &self.occurrences {
            let end = &mut ends[*number as usize];
            self.sorted[*end as usize] = *position;
            *end += 1;
        }
        let mut stream = Vec::with_capacity(self.texts.len() + self.terms.len() + 2 * self.sorted.len());
        for (term, end) in self.terms.iter().zip(ends) {
            let positions = &mut self.sorted[(end - term.count) as usize..end as usize];
            // A joined form steps back; tantivy wants the positions of a term in order.
            if !positions.is_sorted() {
                positions.sort_unstable();
            }
            let text = text_at(&self.texts, term);
            stream.push(text.len() as u8);
            stream.extend_from_slice(text);
            write_number(&mut stream, term.count);
            let mut last = 0;
            for position in positions {
                write_number(&mut stream, *position - last);
                last = *position;
            }
        }
        self.texts.clear();
        self.terms.clear();
        self.occurrences.clear();
        if self.table.len() > MOST_KEPT {
            self.table = Vec::new();
        }
        self.table.fill(0);
        // ASCII bytes between whole texts are always text.
        String::from_utf8(stream).unwrap_or_default()
    }
}

fn text_at<'a>(texts: &'a [u8], term: &PlacedTerm) -> &'a [u8] {
    let from = term.text as usize;
    &texts[from + 1..from + 1 + usize::from(texts[from])]
}

fn write_number(out: &mut Vec<u8>, mut number: u32) {
    while number >= u32::from(MORE) {
        out.push(number as u8 & (MORE - 1) | MORE);
        number >>= GROUP;
    }
    out.push(number as u8);
}

/// Terms with how often they count.
#[derive(Debug, Default)]
pub(super) struct Counted {
    stream: String,
}

impl Counted {
    /// Adds a term that counts `times` (at most 126).
    pub(super) fn push(&mut self, term: &str, times: u8) {
        let term = cut(term, MAX_TERM);
        self.stream.push(times.min(126) as char);
        self.stream.push(term.len() as u8 as char);
        self.stream.push_str(term);
    }

    /// The stream.
    pub(super) fn finish(self) -> String {
        self.stream
    }
}

fn cut(term: &str, most: usize) -> &str {
    if term.len() <= most { term } else { &term[..term.floor_char_boundary(most)] }
}

/// Reads back what [`Placed`] wrote.
#[derive(Clone, Debug, Default)]
pub(super) struct PlacedStream;

impl Tokenizer for PlacedStream {
    type TokenStream<'a> = Reader<'a, true>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        Reader::new(text)
    }
}

/// Reads back what [`Counted`] wrote.
#[derive(Clone, Debug, Default)]
pub(super) struct CountedStream;

impl Tokenizer for CountedStream {
    type TokenStream<'a> = Reader<'a, false>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Self::TokenStream<'a> {
        Reader::new(text)
    }
}

/// Cursor over a stream. A stream that is cut short ends there.
#[derive(Debug)]
pub(super) struct Reader<'a, const PLACED: bool> {
    rest: &'a [u8],
    token: Token,
    /// Occurrences of the term that are still to come.
    again: u32,
}

impl<'a, const PLACED: bool> Reader<'a, PLACED> {
    fn new(text: &'a str) -> Self {
        let token = Token { position: 0, text: String::with_capacity(MAX_TERM), ..Token::default() };
        Self { rest: text.as_bytes(), token, again: 0 }
    }

    fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*byte)
    }

    fn number(&mut self) -> Option<u32> {
        let mut number = 0;
        for shift in (0..32).step_by(GROUP as usize) {
            let byte = self.byte()?;
            number |= u32::from(byte & (MORE - 1)) << shift;
            if byte & MORE == 0 {
                return Some(number);
            }
        }
        None
    }

    fn text(&mut self) -> Option<()> {
        let length = usize::from(self.byte()?);
        let (text, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        self.token.text.clear();
        self.token.text.push_str(std::str::from_utf8(text).ok()?);
        Some(())
    }

    /// Goes on to the next term, and in a stream with positions to its first.
    fn next_term(&mut self) -> Option<()> {
        if PLACED {
            self.text()?;
            self.again = self.number()?;
            self.token.position = 0;
            self.next_position()
        } else {
            self.again = u32::from(self.byte()?).saturating_sub(1);
            self.text()
        }
    }

    fn next_position(&mut self) -> Option<()> {
        self.again = self.again.checked_sub(1)?;
        self.token.position += self.number()? as usize;
        Some(())
    }
}

impl<const PLACED: bool> TokenStream for Reader<'_, PLACED> {
    fn advance(&mut self) -> bool {
        if self.again == 0 {
            return self.next_term().is_some();
        }
        if PLACED {
            return self.next_position().is_some();
        }
        self.again -= 1;
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_back(stream: &str) -> Vec<(String, usize)> {
        let mut reader = PlacedStream;
        let mut reader = reader.token_stream(stream);
        let mut seen = Vec::new();
        while reader.advance() {
            seen.push((reader.token().text.clone(), reader.token().position));
        }
        seen
    }

    #[test]
    fn placed_terms_read_back_together_and_with_their_positions_in_order() {
        let mut placed = Placed::default();
        for _ in 0..2 {
            for (term, position) in [
                ("al", 1),
                ("sudani", 3),
                ("alsudani", 1),
                ("łódź", 4_000_000_000),
                ("sudani", 2),
                ("al", 64),
            ] {
                placed.push(term, position);
            }
            let marked = placed.number(Some('\u{3}'), "al");
            placed.push_number(marked, 9);
            let expected = [
                ("al", 1),
                ("al", 64),
                ("sudani", 2),
                ("sudani", 3),
                ("alsudani", 1),
                ("łódź", 4_000_000_000),
                ("\u{3}al", 9),
            ];
            let expected: Vec<_> = expected.map(|(term, position)| (term.to_owned(), position)).into();
            assert_eq!(read_back(&placed.finish()), expected, "also when it is used again");
        }
    }

    #[test]
    fn many_terms_are_kept_apart() {
        let mut placed = Placed::default();
        for round in 0..2 {
            for word in 0..5_000 {
                placed.push(&format!("word{word}"), word + round);
            }
        }
        let seen = read_back(&placed.finish());
        assert_eq!(seen.len(), 10_000);
        assert!(seen.chunks(2).all(|pair| pair[0].0 == pair[1].0 && pair[0].1 + 1 == pair[1].1));
    }

    #[test]
    fn a_stream_that_is_cut_ends_without_panic() {
        let mut placed = Placed::default();
        placed.push("łódź", 5);
        placed.push("łódź", 500);
        let stream = placed.finish();
        for end in (0..stream.len()).filter(|end| stream.is_char_boundary(*end)) {
            assert!(read_back(&stream[..end]).len() < 2);
        }
    }

    #[test]
    fn counted_terms_come_as_often_as_they_count() {
        let mut counted = Counted::default();
        counted.push("iraq", 3);
        counted.push("visit", 1);
        let stream = counted.finish();
        let mut tokenizer = CountedStream;
        let mut reader = tokenizer.token_stream(&stream);
        let mut seen = Vec::new();
        reader.process(&mut |token| seen.push(token.text.clone()));
        assert_eq!(seen, ["iraq", "iraq", "iraq", "visit"]);
    }

    #[test]
    fn a_term_too_long_is_cut_between_characters() {
        let mut placed = Placed::default();
        placed.push(&"é".repeat(100), 0);
        let stream = placed.finish();
        let mut tokenizer = PlacedStream;
        let mut reader = tokenizer.token_stream(&stream);
        assert!(reader.advance());
        assert_eq!(reader.token().text, "é".repeat(63));
    }
}
