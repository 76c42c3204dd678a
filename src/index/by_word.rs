//! What is known of words, found with one look.

use rustc_hash::FxHashMap;

use crate::prefetch::prefetch;

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

/// A word that is looked for, as numbers, which compare faster than bytes of any length: its first and its last bytes,
/// which overlap where it is shorter than both, and its length. One that is too long for the table has none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Key {
    first: u64,
    last: u64,
    length: u8,
}

impl Key {
    /// The key of a folded word.
    #[inline]
    pub(super) fn of(word: &[u8]) -> Self {
        let eight = |bytes: Option<&[u8; 8]>| bytes.map_or(0, |bytes| u64::from_le_bytes(*bytes));
        let four = |bytes: Option<&[u8; 4]>| bytes.map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes)));
        let (first, last) = match word {
            [] => return Self::default(),
            [one] => (u64::from(*one), 0),
            [one, .., last] if word.len() < 4 => {
                (u64::from(*one), u64::from(word[1]) << 8 | u64::from(*last))
            }
            _ if word.len() < 8 => (four(word.first_chunk()), four(word.last_chunk())),
            _ if word.len() <= INLINE => (eight(word.first_chunk()), eight(word.last_chunk())),
            _ => return Self::default(),
        };
        Self { first, last, length: word.len() as u8 }
    }

    #[inline]
    fn is_none(self) -> bool {
        self.length == 0
    }

    /// A hash of the word, the same in every build; none for a word without a key.
    #[inline]
    pub(super) fn hash(self) -> Option<u64> {
        (!self.is_none()).then(|| self.mixed())
    }

    #[inline]
    fn mixed(self) -> u64 {
        const MIX: u64 = 0x517c_c1b7_2722_0a95;
        let hash = (self.first ^ u64::from(self.length)).wrapping_mul(MIX);
        (hash.rotate_left(23) ^ self.last).wrapping_mul(MIX)
    }

    /// Where to look first among a power of two of slots.
    #[inline]
    fn slot(self, slots: usize) -> usize {
        (self.mixed() >> (64 - slots.trailing_zeros())) as usize
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
    /// The key of a word, for which memory is asked: who looks it up a little later need not wait.
    #[inline]
    pub(super) fn seek(&self, word: &[u8]) -> Key {
        let key = Key::of(word);
        prefetch(&self.slots[key.slot(self.slots.len())]);
        key
    }

    /// What is known of a word with its key, if anything is.
    #[inline]
    pub(super) fn get(&self, key: Key, word: &[u8]) -> Option<V> {
        if key.is_none() {
            return self.long.get(word).copied();
        }
        self.look_up(key).ok().map(|slot| self.slots[slot].known)
    }

    /// What is known of a word with its key; `find` is asked for it once.
    #[inline]
    pub(super) fn of(&mut self, key: Key, word: &[u8], find: impl FnOnce() -> V) -> V {
        if key.is_none() {
            if let Some(known) = self.long.get(word) {
                return *known;
            }
            return *self.long.entry(word.into()).or_insert_with(find);
        }
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
            if word.is_none() {
                return Err(at);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    fn grow(&mut self) {
        let slots = self.slots.len() * 2;
        for slot in std::mem::replace(&mut self.slots, vec![Slot::default(); slots]) {
            if !slot.word.is_none()
                && let Err(at) = self.look_up(slot.word)
            {
                self.slots[at] = slot;
            }
        }
    }

    /// Forgets all words and keeps the room of the table: to let it grow again took a 200th of the time of indexing.
    pub(super) fn clear(&mut self) {
        self.slots.fill(Slot::default());
        self.used = 0;
        self.long.clear();
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
            let word = word.as_bytes();
            let key = table.seek(word);
            assert_eq!(table.get(key, word), None);
            assert_eq!(table.of(key, word, || number), number);
        }
        for (number, word) in words.iter().enumerate() {
            let word = word.as_bytes();
            let key = table.seek(word);
            assert_eq!(table.of(key, word, || usize::MAX), number);
            assert_eq!(table.get(key, word), Some(number));
        }
        let longer = b"a word that is longer";
        assert_eq!(table.get(table.seek(longer), longer), None);
        assert!(table.memory() > words.len() * 32);
        table.clear();
        assert!(words.iter().all(|word| table.get(table.seek(word.as_bytes()), word.as_bytes()).is_none()));
    }
}
