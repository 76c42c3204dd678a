//! The numbers of a stored article, each with what it counts.
//!
//! What a number counts says which values are likely: most names have some twelve letters, a text for which there is
//! seldom a value has length 0. With [`Odds`] each number takes the bits that it is worth; the first articles, which
//! these are learnt from, have their numbers one behind the other.

use super::bytes::{Reader, Writer};
use super::odds::{CodedReader, Odds};

/// What a number of a stored article counts. Kinds of mentions have their own, and so has the first mention of a person
/// or country beside those that follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Quantity {
    Id,
    Title,
    PublishedVia,
    PublishedGranularity,
    PublishedDay,
    PublishedDays,
    PublishedAt,
    Source,
    Section,
    Url,
    Path,
    Record,
    Body,
    Authors,
    Author,
    Language,
    Kind,
    Dateline,
    EditorPeople,
    EditorPerson,
    EditorPlaces,
    EditorPlace,
    People,
    PersonMentions,
    PersonNamedBy,
    PersonName,
    PersonPlace,
    PersonDistance,
    PersonNextPlace,
    PersonNextDistance,
    PersonVia,
    PersonLength,
    Countries,
    CountryFirstLetter,
    CountrySecondLetter,
    CountryMentions,
    CountryPlace,
    CountryDistance,
    CountryNextPlace,
    CountryNextDistance,
    CountryVia,
    CountryLength,
    CountryName,
    Dates,
    DatePlace,
    DateDistance,
    DateVia,
    DateGranularity,
    DateLength,
    DateOfDay,
    DateOfOther,
    DateDays,
}

impl Quantity {
    /// How many there are.
    pub(super) const COUNT: usize = Self::DateDays as usize + 1;
}

/// Numbers in the order in which they are read again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Numbers(Vec<(Quantity, u64)>);

impl Numbers {
    pub(super) fn with_room(room: usize) -> Self {
        Self(Vec::with_capacity(room))
    }

    #[inline]
    pub(super) fn put(&mut self, of: Quantity, number: u64) {
        self.0.push((of, number));
    }

    pub(super) fn put_signed(&mut self, of: Quantity, number: i64) {
        self.put(of, ((number << 1) ^ (number >> 63)) as u64);
    }

    pub(super) fn all(&self) -> &[(Quantity, u64)] {
        &self.0
    }

    /// The numbers one behind the other.
    pub(super) fn written(&self) -> Vec<u8> {
        let mut out = Writer(Vec::with_capacity(self.0.len() * 2));
        self.0.iter().for_each(|(_, number)| out.number(*number));
        out.0
    }
}

/// Reads numbers in the order in which they were put; `None` when they are something else.
#[derive(Clone, Debug)]
pub(super) enum NumbersReader<'a> {
    /// What [`Numbers::written`] made.
    Written(Reader<'a>),
    /// What [`Odds::code`] made.
    Coded(CodedReader<'a>),
}

impl<'a> NumbersReader<'a> {
    /// Of words that [`Odds::code`] made.
    pub(super) fn coded(words: &'a [u16], odds: &'a Odds) -> Option<Self> {
        CodedReader::new(words, odds).map(Self::Coded)
    }

    #[inline]
    pub(super) fn number(&mut self, of: Quantity) -> Option<u64> {
        match self {
            Self::Written(reader) => reader.number(),
            Self::Coded(reader) => reader.number(of),
        }
    }

    pub(super) fn signed(&mut self, of: Quantity) -> Option<i64> {
        let number = self.number(of)?;
        Some((number >> 1) as i64 ^ -((number & 1) as i64))
    }

    /// Whether all were read.
    pub(super) fn is_at_end(&self) -> bool {
        match self {
            Self::Written(reader) => reader.0.is_empty(),
            Self::Coded(reader) => reader.is_at_end(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn numbers_read_back_written_and_coded() {
        let all = [0, 1, 31, 32, 127, 128, 4_095, (1 << 17) - 1, 1 << 17, 1 << 40, u64::MAX];
        let signed = [0, -1, 1, i64::MIN, i64::MAX];
        let mut numbers = Numbers::default();
        for number in all {
            numbers.put(Quantity::Body, number);
            numbers.put(Quantity::DateDays, number);
        }
        signed.iter().for_each(|number| numbers.put_signed(Quantity::PublishedAt, *number));
        let odds = Odds::learn([&numbers].into_iter()).unwrap();
        let (written, coded) = (numbers.written(), odds.code(&numbers).unwrap());
        let readers =
            [NumbersReader::Written(Reader(&written)), NumbersReader::coded(&coded, &odds).unwrap()];
        for mut reader in readers {
            for number in all {
                assert!(!reader.is_at_end());
                assert_eq!(reader.number(Quantity::Body), Some(number));
                assert_eq!(reader.number(Quantity::DateDays), Some(number));
            }
            for number in signed {
                assert_eq!(reader.signed(Quantity::PublishedAt), Some(number));
            }
            assert!(reader.is_at_end());
        }
    }
}
