//! What is known of words, found with one look.

use rustc_hash::FxHashMap;

/// Longest word that lies in the table itself, in bytes.
const INLINE: usize = 16;
/// Slots of a new table.
const FEWEST: usize = 1 << 10;

/// What is known of words.
///
/// A word lies in the table beside what is known of it: half a cache line with eight bytes of that. Those of running
/// text that come often then stay in a core's cache, and any other is a single wait for memory, where a table of
/// numbers of words waits for the number, the ends of the word, its bytes and what is known of it.
pub(super) struct ByWord<V> {
    /// A power of two, at least half of them empty.
    slots: Vec<Slot<V>>,
    used: usize,
    long: FxHashMap<Box<[u8]>, V>,
}

/// An empty slot has a word of no length.
#[derive(Clone, Copy, Default)]
#[repr(align(32))]
struct Slot<V> {
    word: Key,
    known: V,
}

/// A word as numbers, which compare faster than bytes of any length: its first and its last bytes, which overlap
/// where it is shorter than both, and its length.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
struct Key {
    first: u64,
    last: u64,
    length: u8,
}

impl Key {
    /// The key of a word of 1 to [`INLINE`] bytes.
    #[inline]
    fn of(word: &[u8]) -> Option<Self> {
        let (first, last) = match word {
            [] => return None,
            [one] => (u64::from(*one), 0),
            [one, .., last] if word.len() < 4 => {
                (u64::from(*one), u64::from(word[1]) << 8 | u64::from(*last))
            }
            _ if word.len() < 8 => (
                u64::from(u32::from_le_bytes(*word.first_chunk()?)),
                u64::from(u32::from_le_bytes(*word.last_chunk()?)),
            ),
            _ if word.len() <= INLINE => {
                (u64::from_le_bytes(*word.first_chunk()?), u64::from_le_bytes(*word.last_chunk()?))
            }
            _ => return None,
        };
        Some(Self { first, last, length: word.len() as u8 })
    }

    /// Where to look first among a power of two of slots.
    #[inline]
    fn slot(self, slots: usize) -> usize {
        const MIX: u64 = 0x517c_c1b7_2722_0a95;
        let hash = (self.first ^ u64::from(self.length)).wrapping_mul(MIX);
        let hash = (hash.rotate_left(23) ^ self.last).wrapping_mul(MIX);
        (hash >> (64 - slots.trailing_zeros())) as usize
    }
}

impl<V> std::fmt::Debug for ByWord<V> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ByWord").field("words", &(self.used + self.long.len())).finish_non_exhaustive()
    }
}

impl<V: Copy + Default> Default for ByWord<V> {
    fn default() -> Self {
        Self { slots: vec![Slot::default(); FEWEST], used: 0, long: FxHashMap::default() }
    }
}

impl<V: Copy + Default> ByWord<V> {
    /// What is known of a word, if anything is.
    #[inline]
    pub(super) fn get(&self, word: &[u8]) -> Option<V> {
        match Key::of(word) {
            Some(key) => self.look_up(key).ok().map(|slot| self.slots[slot].known),
            None => self.long.get(word).copied(),
        }
    }

    /// What is known of a word; `find` is asked for it once.
    #[inline]
    pub(super) fn of(&mut self, word: &[u8], find: impl FnOnce() -> V) -> V {
        let Some(key) = Key::of(word) else {
            if let Some(known) = self.long.get(word) {
                return *known;
            }
            return *self.long.entry(word.into()).or_insert_with(find);
        };
        match self.look_up(key) {
            Ok(slot) => self.slots[slot].known,
            Err(slot) => {
                let known = find();
                self.slots[slot] = Slot { word: key, known };
                self.used += 1;
                if self.used * 2 > self.slots.len() {
                    self.grow();
                }
                known
            }
        }
    }

    /// The slot of a word, or the one where it belongs.
    #[inline]
    fn look_up(&self, key: Key) -> Result<usize, usize> {
        let mut at = key.slot(self.slots.len());
        loop {
            let word = self.slots[at].word;
            if word == key {
                return Ok(at);
            }
            if word.length == 0 {
                return Err(at);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    fn grow(&mut self) {
        let slots = self.slots.len() * 2;
        for slot in std::mem::replace(&mut self.slots, vec![Slot::default(); slots]) {
            if slot.word.length > 0
                && let Err(at) = self.look_up(slot.word)
            {
                self.slots[at] = slot;
            }
        }
    }

    /// Bytes it holds.
    pub(super) fn memory(&self) -> usize {
        const LONG: usize = 64; // about what a word takes that does not lie in the table
        self.slots.capacity() * size_of::<Slot<V>>() + self.long.capacity() * LONG
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_asked_for_once_and_never_taken_for_each_other() {
        let mut table = ByWord::default();
        let mut words: Vec<String> = (0..40_000).map(|i| format!("{}{i}", "x".repeat(i % 23))).collect();
        words.extend(["", "\0", "a", "ab", "a\0", "\0\0", "abc", "abcd"].map(str::to_owned));
        for (number, word) in words.iter().enumerate() {
            assert_eq!(table.get(word.as_bytes()), None, "{word}");
            assert_eq!(table.of(word.as_bytes(), || number), number, "{word}");
        }
        for (number, word) in words.iter().enumerate() {
            assert_eq!(table.of(word.as_bytes(), || usize::MAX), number, "{word}");
            assert_eq!(table.get(word.as_bytes()), Some(number), "{word}");
        }
        assert_eq!(table.get(b"a word that is longer"), None);
        assert!(table.memory() > words.len() * 32);
    }
}
