//! Numbers and texts as bytes, the way stored articles hold them: numbers are LEB128 varints, the letters of texts stand
//! apart from them, one text behind the other.

/// Appends to bytes.
#[derive(Debug, Default)]
pub(super) struct Writer(pub(super) Vec<u8>);

impl Writer {
    #[inline]
    pub(super) fn number(&mut self, number: u64) {
        if number < 0x80 { self.0.push(number as u8) } else { self.long_number(number) }
    }

    fn long_number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// A number that seldom passes 223: one byte for those, two up to 8,159.
    pub(super) fn short(&mut self, number: u64) {
        match number {
            0..ONE_BYTE => self.0.push(number as u8),
            ONE_BYTE..TWO_BYTES => {
                let number = number - ONE_BYTE;
                self.0.extend([(ONE_BYTE + (number >> 8)) as u8, number as u8]);
            }
            _ => {
                self.0.push(u8::MAX);
                self.number(number);
            }
        }
    }

    pub(super) fn signed(&mut self, number: i64) {
        self.number(((number << 1) ^ (number >> 63)) as u64);
    }
}

/// Appends numbers, and texts whose letters a compressor will see without what is no letter between them.
#[derive(Debug, Default)]
pub(super) struct TextWriter {
    pub(super) numbers: Writer,
    pub(super) letters: Vec<u8>,
}

/// What stands behind a text that is not empty, so that its last word and the first of the next are two.
const END: u8 = b'\n';

impl TextWriter {
    pub(super) fn text(&mut self, text: &str) {
        self.numbers.number(text.len() as u64);
        self.spell(text);
    }

    pub(super) fn option(&mut self, text: Option<&str>) {
        self.numbers.number(text.map_or(0, |text| text.len() as u64 + 1));
        self.spell(text.unwrap_or(""));
    }

    pub(super) fn texts(&mut self, texts: &[String]) {
        self.numbers.number(texts.len() as u64);
        for text in texts {
            self.text(text);
        }
    }

    fn spell(&mut self, text: &str) {
        if !text.is_empty() {
            self.letters.extend(text.as_bytes());
            self.letters.push(END);
        }
    }
}

/// Least number of [`Writer::short`] that takes two bytes.
const ONE_BYTE: u64 = 224;
/// Least number of [`Writer::short`] that takes more.
const TWO_BYTES: u64 = ONE_BYTE + (u8::MAX as u64 - ONE_BYTE) * 256;

/// Reads what a [`Writer`] wrote, from the front; `None` when it is something else.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    #[inline]
    pub(super) fn number(&mut self) -> Option<u64> {
        let byte = self.byte()?;
        if byte < 0x80 { Some(u64::from(byte)) } else { self.long_number(byte) }
    }

    fn long_number(&mut self, first: u8) -> Option<u64> {
        let mut number = u64::from(first & 0x7f);
        for shift in (7..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    pub(super) fn short(&mut self) -> Option<u64> {
        match self.byte()? {
            u8::MAX => self.number(),
            byte if u64::from(byte) < ONE_BYTE => Some(u64::from(byte)),
            byte => Some(ONE_BYTE + (u64::from(byte) - ONE_BYTE) * 256 + u64::from(self.byte()?)),
        }
    }

    pub(super) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    pub(super) fn bytes(&mut self, length: u64) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(usize::try_from(length).ok()?)?;
        self.0 = rest;
        Some(bytes)
    }
}

/// Reads what a [`TextWriter`] wrote; `None` when it is something else.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextReader<'a> {
    pub(super) numbers: Reader<'a>,
    pub(super) letters: Reader<'a>,
}

impl<'a> TextReader<'a> {
    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = self.numbers.number()?;
        self.spelled(length)
    }

    pub(super) fn option(&mut self) -> Option<Option<&'a str>> {
        match self.numbers.number()? {
            0 => Some(None),
            length => self.spelled(length - 1).map(Some),
        }
    }

    pub(super) fn texts(&mut self) -> Option<Vec<String>> {
        (0..self.numbers.number()?).map(|_| self.text().map(str::to_owned)).collect()
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
    fn numbers_read_back() {
        let numbers = [0, 1, 127, 128, 223, 224, 8_159, 8_160, 70_000, u64::MAX];
        let mut writer = Writer::default();
        for number in numbers {
            writer.short(number);
            writer.number(number);
            writer.signed(number as i64);
        }
        let mut reader = Reader(&writer.0);
        for number in numbers {
            assert_eq!(reader.short().unwrap(), number);
            assert_eq!(reader.number().unwrap(), number);
            assert_eq!(reader.signed().unwrap(), number as i64);
        }
        assert!(reader.byte().is_none() && reader.short().is_none());
        let mut one = Writer::default();
        one.short(223);
        assert_eq!(one.0.len(), 1);
        one.short(8_159);
        assert_eq!(one.0.len(), 3);
    }

    #[test]
    fn texts_read_back_from_letters_without_numbers() {
        let mut writer = TextWriter::default();
        let all = ["Łódź".to_owned(), String::new(), "two\nlines\n".to_owned()];
        all.iter().for_each(|text| writer.text(text));
        writer.option(None);
        writer.option(Some(""));
        writer.option(Some("there"));
        writer.texts(&all);
        assert!(writer.letters.starts_with("Łódź\ntwo\nlines\n\nthere\n".as_bytes()));
        let reader = || TextReader { numbers: Reader(&writer.numbers.0), letters: Reader(&writer.letters) };
        let mut whole = reader();
        all.iter().for_each(|text| assert_eq!(whole.text().unwrap(), text));
        assert_eq!(
            [whole.option(), whole.option(), whole.option()].map(Option::unwrap),
            [None, Some(""), Some("there")]
        );
        assert_eq!(whole.texts().unwrap(), all);
        assert!(whole.text().is_none());
        let mut damaged = TextReader { letters: Reader("Łódź and".as_bytes()), ..reader() };
        assert!(damaged.text().is_none(), "no end where one must be");
    }
}
