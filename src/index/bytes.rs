//! Numbers and texts as bytes, the way stored articles hold them: numbers are LEB128 varints, texts UTF-8
//! behind their length.

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

    pub(super) fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.0.extend(text.as_bytes());
    }

    pub(super) fn option(&mut self, text: Option<&str>) {
        match text {
            None => self.number(0),
            Some(text) => {
                self.number(text.len() as u64 + 1);
                self.0.extend(text.as_bytes());
            }
        }
    }

    pub(super) fn texts(&mut self, texts: &[String]) {
        self.number(texts.len() as u64);
        for text in texts {
            self.text(text);
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

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = self.number()?;
        std::str::from_utf8(self.bytes(length)?).ok()
    }

    pub(super) fn option(&mut self) -> Option<Option<&'a str>> {
        match self.number()? {
            0 => Some(None),
            length => Some(Some(std::str::from_utf8(self.bytes(length - 1)?).ok()?)),
        }
    }

    pub(super) fn texts(&mut self) -> Option<Vec<String>> {
        (0..self.number()?).map(|_| self.text().map(str::to_owned)).collect()
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
}
