//! How often each quantity of stored articles has which value, and numbers written in as many bits as that makes them
//! worth.
//!
//! The numbers of an article of 3 KB take 155 bytes as varints and 94 so. The coder is an ANS coder (J. Duda,
//! "Asymmetric numeral systems", 2013), that of `constriction`. A number is a class, which has odds, and the bits
//! that tell the numbers of the class apart, which have none.

use constriction::backends::Cursor;
use constriction::stream::model::{ContiguousCategoricalEntropyModel, UniformModel};
use constriction::stream::stack::SmallAnsCoder;
use constriction::stream::{Code, Decode, Encode};

use super::numbers::{Numbers, Quantity};

/// Odds are shares of two to the power of this.
const PRECISION: usize = 12;
const WHOLE: u16 = 1 << PRECISION;
/// Numbers below are a class of their own each.
const SINGLE: u64 = 32;
/// Bits after the first that tell classes of greater numbers apart.
const LEADING: u32 = 2;
/// Numbers from two to the power of this on are one class.
const GREATEST: u32 = 17;
/// The class of those.
const GREAT: usize = SINGLE as usize + ((GREATEST - SINGLE.ilog2()) << LEADING) as usize;
const CLASSES: usize = GREAT + 1;

/// The coder's state behind the last number. From here on every number makes it greater (a class has less than the whole),
/// so that it is found again there and nowhere before: for 12 bits damaged articles end, and are noticed.
const END: u32 = 1 << PRECISION;

type Model = ContiguousCategoricalEntropyModel<u16, Vec<u16>, PRECISION>;

/// The odds of the classes of each quantity.
#[derive(Debug)]
pub(super) struct Odds {
    models: Vec<Model>,
    /// The share of each class of each quantity.
    shares: Vec<u16>,
}

/// A number as its class and the bits that tell it there, with how many they are.
fn class(number: u64) -> (usize, u64, u32) {
    if number < SINGLE {
        return (number as usize, 0, 0);
    }
    let exponent = number.ilog2();
    if exponent >= GREATEST {
        return (GREAT, number, u64::BITS);
    }
    let rest = exponent - LEADING;
    let above = ((exponent - SINGLE.ilog2()) << LEADING) as usize;
    let leading = (number >> rest) as usize & ((1 << LEADING) - 1);
    (SINGLE as usize + above + leading, number & ((1 << rest) - 1), rest)
}

/// The least number of a class, and how many bits are added to it.
fn least(class: usize) -> (u64, u32) {
    let Some(above) = class.checked_sub(SINGLE as usize) else { return (class as u64, 0) };
    if class == GREAT {
        return (0, u64::BITS);
    }
    let rest = SINGLE.ilog2() - LEADING + (above >> LEADING) as u32;
    let leading = (1 << LEADING) + (above as u64 & ((1 << LEADING) - 1));
    (leading << rest, rest)
}

impl Odds {
    /// Those of some articles; `None` where [`Odds::of`] would not take them, which does not come about.
    pub(super) fn learn<'a>(articles: impl Iterator<Item = &'a Numbers>) -> Option<Self> {
        let mut counts = vec![[0u64; CLASSES]; Quantity::COUNT];
        for (of, number) in articles.flat_map(Numbers::all) {
            counts[*of as usize][class(*number).0] += 1;
        }
        Self::of(counts.iter().flat_map(shares).collect())
    }

    /// Those of shares as they are written; `None` when they are something else.
    pub(super) fn of(shares: Vec<u16>) -> Option<Self> {
        let models = shares.chunks(CLASSES).map(|shares| {
            let whole = shares.len() == CLASSES && !shares.contains(&0);
            whole.then(|| Model::from_nonzero_fixed_point_probabilities(shares, false).ok())?
        });
        let models: Vec<Model> = models.collect::<Option<_>>()?;
        (models.len() == Quantity::COUNT).then_some(Self { models, shares })
    }

    /// The odds as they are written.
    pub(super) fn written(&self) -> &[u16] {
        &self.shares
    }

    /// Writes numbers in few bits. `None` only where a class has no odds, which [`Odds::of`] does not let be.
    pub(super) fn code(&self, numbers: &Numbers) -> Option<Vec<u16>> {
        let mut coder = SmallAnsCoder::from_raw_parts(Vec::with_capacity(numbers.all().len()), END);
        // What is written last is read first.
        for (of, number) in numbers.all().iter().rev() {
            let (class, rest, bits) = class(*number);
            for (from, length) in parts(bits).rev() {
                let part = (rest >> from) as usize & ((1 << length) - 1);
                coder.encode_symbol(part, even(length)).ok()?;
            }
            coder.encode_symbol(class, self.models[*of as usize].as_view()).ok()?;
        }
        coder.into_compressed().ok()
    }
}

/// So many bits in parts that the coder takes at once: where each begins and its length.
fn parts(bits: u32) -> impl DoubleEndedIterator<Item = (u32, u32)> {
    (0..bits).step_by(PRECISION).map(move |from| (from, (bits - from).min(PRECISION as u32)))
}

/// All numbers of so many bits are as likely.
fn even(bits: u32) -> UniformModel<u16, PRECISION> {
    UniformModel::new(1 << bits)
}

/// The shares of classes that were seen so often: all have one, since what comes later may be what was never seen.
fn shares(counts: &[u64; CLASSES]) -> [u16; CLASSES] {
    let mut shares = [1; CLASSES];
    let all: u64 = counts.iter().sum::<u64>().max(1);
    let left = u64::from(WHOLE) - CLASSES as u64;
    let mut given = 0;
    for (share, count) in shares.iter_mut().zip(counts) {
        let more = (count * left / all) as u16;
        *share += more;
        given += more;
    }
    if let Some(most) = shares.iter_mut().max() {
        *most += left as u16 - given;
    }
    shares
}

/// Reads what [`Odds::code`] wrote.
#[derive(Clone)]
pub(super) struct CodedReader<'a> {
    coder: SmallAnsCoder<Cursor<u16, &'a [u16]>>,
    odds: &'a Odds,
}

impl std::fmt::Debug for CodedReader<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CodedReader").field("state", &self.coder.state()).finish_non_exhaustive()
    }
}

impl<'a> CodedReader<'a> {
    pub(super) fn new(words: &'a [u16], odds: &'a Odds) -> Option<Self> {
        let coder = SmallAnsCoder::from_compressed_slice(words).ok()?;
        Some(Self { coder, odds })
    }

    pub(super) fn number(&mut self, of: Quantity) -> Option<u64> {
        if self.coder.state() <= END {
            return None;
        }
        let class = self.coder.decode_symbol(self.odds.models[of as usize].as_view()).ok()?;
        let (mut number, bits) = least(class);
        for (from, length) in parts(bits) {
            number += (self.coder.decode_symbol(even(length)).ok()? as u64) << from;
        }
        Some(number)
    }

    /// Whether all was read, and was what was written.
    pub(super) fn is_at_end(&self) -> bool {
        self.coder.state() == END
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn classes_follow_each_other_without_gaps() {
        let mut last = 0;
        for number in 0..1 << 18 {
            let (class, rest, bits) = class(number);
            assert!(class == last || class == last + 1, "{number}");
            last = class;
            assert_eq!(least(class), (number - rest, bits));
        }
        assert_eq!(last, GREAT);
    }

    #[test]
    fn shares_make_a_whole_and_none_is_nothing() {
        let mut counts = [0; CLASSES];
        for (class, count) in [(0, 0), (3, 1), (3, 1 << 50), (CLASSES - 1, 7)] {
            counts[class] = count;
            let shares = shares(&counts);
            assert_eq!(shares.iter().sum::<u16>(), WHOLE);
            assert!(!shares.contains(&0));
        }
        assert!(shares(&counts)[3] > WHOLE - 100);
    }

    #[test]
    fn what_is_likely_takes_fewer_bits() {
        let numbers = |number| {
            let mut numbers = Numbers::default();
            (0..100).for_each(|_| numbers.put(Quantity::PersonVia, number));
            numbers
        };
        let odds = Odds::learn([&numbers(3)].into_iter()).unwrap();
        let length = |number| odds.code(&numbers(number)).unwrap().len() * 2;
        assert!(length(3) <= 4, "{}", length(3));
        assert!(length(4) > 100);
    }

    #[test]
    fn shares_that_are_none_are_noticed() {
        let odds = Odds::learn(std::iter::empty()).unwrap();
        let written = odds.written();
        assert!(Odds::of(written.to_vec()).is_some());
        assert!(Odds::of(written[1..].to_vec()).is_none());
        for other in [0, 1, WHOLE, u16::MAX] {
            let mut changed = written.to_vec();
            changed[5] = other;
            assert_eq!(Odds::of(changed).is_some(), other == written[5], "{other}");
        }
    }

    #[test]
    fn damaged_words_are_no_panic() {
        let mut numbers = Numbers::default();
        (0..50).for_each(|number| numbers.put(Quantity::Body, number * number * number));
        let odds = Odds::learn([&numbers].into_iter()).unwrap();
        let words = odds.code(&numbers).unwrap();
        for at in 0..words.len() {
            let mut damaged = words.clone();
            damaged[at] ^= 0x5a5a;
            let Some(mut reader) = CodedReader::new(&damaged, &odds) else { continue };
            let read = (0..100_000).take_while(|_| reader.number(Quantity::Body).is_some()).count();
            assert!(read < 100_000, "an end is found");
        }
    }

    #[test]
    fn the_end_is_where_nothing_is_left_whatever_the_last_numbers_are() {
        let mut numbers = Numbers::default();
        for (count, number) in [(3, 7), (1000, 0), (2, 1)] {
            (0..count).for_each(|_| numbers.put(Quantity::Record, number));
            (0..count).for_each(|_| numbers.put(Quantity::Dates, 0));
            let odds = Odds::learn([&numbers].into_iter()).unwrap();
            let words = odds.code(&numbers).unwrap();
            let mut reader = CodedReader::new(&words, &odds).unwrap();
            for (of, number) in numbers.all() {
                assert!(!reader.is_at_end());
                assert_eq!(reader.number(*of), Some(*number));
            }
            assert!(reader.is_at_end() && reader.number(Quantity::Dates).is_none());
        }
    }
}
