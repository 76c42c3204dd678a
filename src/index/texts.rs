//! The texts of a stored article: their letters one text behind the other, their lengths among its numbers.

use super::bytes::Reader;
use super::numbers::{Numbers, NumbersReader, Quantity};

/// What stands behind a text that is not empty, so that its last word and the first of the next are two.
const END: u8 = b'\n';

/// Appends texts, whose letters a compressor will see without what is no letter between them, and other numbers.
#[derive(Debug, Default)]
pub(super) struct TextWriter {
    pub(super) numbers: Numbers,
    pub(super) letters: Vec<u8>,
}

impl TextWriter {
    pub(super) fn text(&mut self, of: Quantity, text: &str) {
        self.numbers.put(of, text.len() as u64);
        self.spell(text);
    }

    pub(super) fn option(&mut self, of: Quantity, text: Option<&str>) {
        self.numbers.put(of, text.map_or(0, |text| text.len() as u64 + 1));
        self.spell(text.unwrap_or(""));
    }

    pub(super) fn texts(&mut self, all: Quantity, each: Quantity, texts: &[String]) {
        self.numbers.put(all, texts.len() as u64);
        texts.iter().for_each(|text| self.text(each, text));
    }

    fn spell(&mut self, text: &str) {
        if !text.is_empty() {
            self.letters.extend(text.as_bytes());
            self.letters.push(END);
        }
    }
}

/// Reads what a [`TextWriter`] wrote; `None` when it is something else.
#[derive(Clone, Debug)]
pub(super) struct TextReader<'a> {
    pub(super) numbers: NumbersReader<'a>,
    pub(super) letters: Reader<'a>,
}

impl<'a> TextReader<'a> {
    pub(super) fn text(&mut self, of: Quantity) -> Option<&'a str> {
        let length = self.numbers.number(of)?;
        self.spelled(length)
    }

    pub(super) fn option(&mut self, of: Quantity) -> Option<Option<&'a str>> {
        match self.numbers.number(of)? {
            0 => Some(None),
            length => self.spelled(length - 1).map(Some),
        }
    }

    pub(super) fn texts(&mut self, all: Quantity, each: Quantity) -> Option<Vec<String>> {
        (0..self.numbers.number(all)?).map(|_| self.text(each).map(str::to_owned)).collect()
    }

    /// Whether all was read.
    pub(super) fn is_at_end(&self) -> bool {
        self.numbers.is_at_end() && self.letters.0.is_empty()
    }

    fn spelled(&mut self, length: u64) -> Option<&'a str> {
        if length == 0 {
            return Some("");
        }
        let text = std::str::from_utf8(self.letters.bytes(length)?).ok()?;
        (self.letters.byte()? == END).then_some(text)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn texts_read_back_from_letters_without_numbers() {
        const OF: Quantity = Quantity::Title;
        let mut writer = TextWriter::default();
        let all = ["Łódź".to_owned(), String::new(), "two\nlines\n".to_owned()];
        all.iter().for_each(|text| writer.text(OF, text));
        writer.option(OF, None);
        writer.option(OF, Some(""));
        writer.option(OF, Some("there"));
        writer.texts(Quantity::Authors, Quantity::Author, &all);
        assert!(writer.letters.starts_with("Łódź\ntwo\nlines\n\nthere\n".as_bytes()));
        let written = writer.numbers.written();
        let reader = || TextReader {
            numbers: NumbersReader::Written(Reader(&written)),
            letters: Reader(&writer.letters),
        };
        let mut whole = reader();
        all.iter().for_each(|text| assert_eq!(whole.text(OF).unwrap(), text));
        assert_eq!(
            [whole.option(OF), whole.option(OF), whole.option(OF)].map(Option::unwrap),
            [None, Some(""), Some("there")]
        );
        assert!(!whole.is_at_end());
        assert_eq!(whole.texts(Quantity::Authors, Quantity::Author).unwrap(), all);
        assert!(whole.is_at_end() && whole.text(OF).is_none());
        let mut damaged = TextReader { letters: Reader("Łódź and".as_bytes()), ..reader() };
        assert!(damaged.text(OF).is_none(), "no end where one must be");
    }
}
