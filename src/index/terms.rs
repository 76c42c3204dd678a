//! Different terms, numbered in the order they come: those of one field, or the words of an archive.

use std::hash::Hasher;

use rustc_hash::FxHasher;

/// Number of a term among those it was numbered with.
pub(super) type TermNumber = u32;

/// Terms and their numbers.
#[derive(Debug, Default)]
pub(super) struct Terms {
    /// The bytes of all terms, one behind the other.
    bytes: Vec<u8>,
    /// One past the last byte of each; it begins where the one before ends.
    ends: Vec<u32>,
    /// A power of two of slots.
    table: Vec<Slot>,
}

/// A term in the table. With the hash beside the number those of other terms are passed by without a look at these.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    hash: u32,
    /// The number plus one; 0 where there is none.
    after: TermNumber,
}

impl Terms {
    /// The number of a term, with a character of one byte before it or none. It gets one when it has none.
    pub(super) fn number(&mut self, before: Option<char>, term: &[u8]) -> TermNumber {
        if self.ends.len() * 2 >= self.table.len() {
            self.grow();
        }
        let hash = hash(before, term);
        match self.look_up(hash, before, term) {
            Ok(number) => number,
            Err(slot) => {
                let number = self.ends.len() as TermNumber;
                self.table[slot] = Slot { hash, after: number + 1 };
                self.bytes.extend(before.map(|c| c as u8));
                self.bytes.extend_from_slice(term);
                self.ends.push(self.bytes.len() as u32);
                number
            }
        }
    }

    /// The number of a term, or the slot of the table where it belongs.
    fn look_up(&self, hash: u32, before: Option<char>, term: &[u8]) -> Result<TermNumber, usize> {
        let mask = self.table.len() - 1;
        let mut at = hash as usize & mask;
        loop {
            let slot = self.table[at];
            match slot.after.checked_sub(1) {
                None => return Err(at),
                Some(number) if slot.hash == hash && self.is(number, before, term) => return Ok(number),
                Some(_) => at = (at + 1) & mask,
            }
        }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of a term.
    pub(super) fn bytes(&self, number: TermNumber) -> &[u8] {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.bytes[start as usize..self.ends[number] as usize]
    }

    /// The numbers of all terms in the order of their bytes.
    pub(super) fn sorted(&self) -> Vec<TermNumber> {
        // Most are told apart by their first bytes, side by side with the number.
        let mut sorted: Vec<(u64, TermNumber)> = (0..self.ends.len() as TermNumber)
            .map(|number| (first_bytes(self.bytes(number)), number))
            .collect();
        sorted.sort_unstable_by(|a, b| a.0.cmp(&b.0).then_with(|| self.bytes(a.1).cmp(self.bytes(b.1))));
        sorted.into_iter().map(|(_, number)| number).collect()
    }

    /// Bytes it holds.
    pub(super) fn memory(&self) -> usize {
        self.bytes.capacity()
            + self.ends.capacity() * size_of::<u32>()
            + self.table.capacity() * size_of::<Slot>()
    }

    fn is(&self, number: TermNumber, before: Option<char>, term: &[u8]) -> bool {
        let bytes = self.bytes(number);
        match before {
            None => bytes == term,
            Some(c) => bytes.split_first().is_some_and(|(first, rest)| *first == c as u8 && rest == term),
        }
    }

    fn grow(&mut self) {
        let slots = (self.table.len() * 2).max(256);
        for slot in std::mem::replace(&mut self.table, vec![Slot::default(); slots]) {
            if slot.after == 0 {
                continue;
            }
            let mut at = slot.hash as usize & (slots - 1);
            while self.table[at].after != 0 {
                at = (at + 1) & (slots - 1);
            }
            self.table[at] = slot;
        }
    }
}

fn hash(before: Option<char>, term: &[u8]) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write(term);
    hasher.write_u8(before.map_or(0, |c| c as u8));
    (hasher.finish() >> 32) as u32
}

/// The first eight bytes as a number that sorts as they do; zeros for those that are missing.
fn first_bytes(bytes: &[u8]) -> u64 {
    let mut eight = [0; 8];
    let length = bytes.len().min(8);
    eight[..length].copy_from_slice(&bytes[..length]);
    u64::from_be_bytes(eight)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn terms_keep_their_numbers_and_sort_by_their_bytes() {
        let mut terms = Terms::default();
        let mut all: Vec<String> = (0..3000).map(|i| format!("word{}", i * 7919 % 3001)).collect();
        all.extend(["", "a", "a\0", "a\0b", "internationally", "internationale", "łódź"].map(str::to_owned));
        for round in 0..2 {
            for (number, term) in all.iter().enumerate() {
                assert_eq!(terms.number(None, term.as_bytes()), number as u32, "{term} in round {round}");
            }
        }
        let marked = terms.number(Some('\u{3}'), b"word1");
        assert_eq!(terms.number(Some('\u{3}'), b"word1"), marked);
        assert_ne!(terms.number(None, b"word1"), marked);
        assert_eq!(terms.bytes(marked), b"\x03word1");
        let sorted = terms.sorted();
        assert_eq!(sorted.len(), all.len() + 1);
        assert!(sorted.windows(2).all(|two| terms.bytes(two[0]) < terms.bytes(two[1])));
    }
}
