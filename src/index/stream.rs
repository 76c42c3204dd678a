//! Words of a document on their way into tantivy.
//!
//! A document is cut into words once, in the thread that puts it, and handed to tantivy's indexing threads
//! as compact streams of terms; the "tokenizers" here only read them back. That is half the cost of cutting
//! and stemming inside tantivy, where every field would cut the text again, and it runs in parallel.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

/// Longest term of a stream, in bytes: a length is one ASCII byte.
const MAX_TERM: usize = 126;
/// A step of zero is written as this byte.
const STEP_ZERO: i64 = 32;
/// Marks a step that does not fit one byte.
const FAR: u8 = 0x7e;

/// Terms with positions; steps may go back a little.
#[derive(Debug, Default)]
pub(super) struct Placed {
    stream: Vec<u8>,
    last: u32,
}

impl Placed {
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self { stream: Vec::with_capacity(bytes), last: 0 }
    }

    /// Adds a term at a position.
    pub(super) fn push(&mut self, term: &str, position: u32) {
        let term = cut(term, MAX_TERM).as_bytes();
        self.head(position, term.len());
        self.stream.extend_from_slice(term);
    }

    /// Adds a term with a character of one byte before it.
    pub(super) fn push_with(&mut self, before: char, term: &str, position: u32) {
        let term = cut(term, MAX_TERM - 1).as_bytes();
        self.head(position, term.len() + 1);
        self.stream.push(before as u8);
        self.stream.extend_from_slice(term);
    }

    fn head(&mut self, position: u32, length: usize) {
        let step = i64::from(position) - i64::from(self.last) + STEP_ZERO;
        if (0..i64::from(FAR)).contains(&step) {
            self.stream.extend_from_slice(&[step as u8, length as u8]);
        } else {
            self.stream.push(FAR);
            for part in 0..5 {
                self.stream.push(((position >> (7 * part)) & 0x7f) as u8);
            }
            self.stream.push(length as u8);
        }
        self.last = position;
    }

    /// The stream.
    pub(super) fn finish(self) -> String {
        // ASCII bytes between whole texts are always text.
        String::from_utf8(self.stream).unwrap_or_default()
    }
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
    rest: &'a str,
    token: Token,
    again: u8,
}

impl<'a, const PLACED: bool> Reader<'a, PLACED> {
    fn new(text: &'a str) -> Self {
        let token = Token { position: 0, text: String::with_capacity(MAX_TERM), ..Token::default() };
        Self { rest: text, token, again: 0 }
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.rest.as_bytes().first()?;
        self.rest = self.rest.get(1..)?;
        Some(byte)
    }

    fn read(&mut self) -> Option<()> {
        let head = self.byte()?;
        if !PLACED {
            self.again = head.saturating_sub(1);
        } else if head == FAR {
            let mut position = 0usize;
            for part in 0..5 {
                position |= usize::from(self.byte()?) << (7 * part);
            }
            self.token.position = position;
        } else {
            let position = self.token.position as i64 + i64::from(head) - STEP_ZERO;
            self.token.position = usize::try_from(position).ok()?;
        }
        let length = usize::from(self.byte()?);
        self.token.text.clear();
        self.token.text.push_str(self.rest.get(..length)?);
        self.rest = self.rest.get(length..)?;
        Some(())
    }
}

impl<const PLACED: bool> TokenStream for Reader<'_, PLACED> {
    fn advance(&mut self) -> bool {
        if self.again > 0 {
            self.again -= 1;
            return true;
        }
        self.read().is_some()
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

    #[test]
    fn placed_terms_read_back_with_their_positions() {
        let mut placed = Placed::default();
        let terms = [("al", 1), ("sudani", 2), ("alsudani", 1), ("łódź", 256), ("far", 4_000_000_000)];
        for (term, position) in terms {
            placed.push(term, position);
        }
        let stream = placed.finish();
        let mut reader = PlacedStream;
        let mut reader = reader.token_stream(&stream);
        for (term, position) in terms {
            assert!(reader.advance());
            assert_eq!((reader.token().text.as_str(), reader.token().position), (term, position as usize));
        }
        assert!(!reader.advance());
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
