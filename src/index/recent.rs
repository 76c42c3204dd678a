//! A cache of what is known of running words.

/// Longest word it holds, in bytes.
const INLINE: usize = 16;

/// What is known of words, each in a slot of its own that the last word to come there keeps.
pub(super) struct Recent<V>(Vec<Slot<V>>);

/// Half a cache line with eight bytes of what is known.
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

    /// One of a power of two of slots.
    #[inline]
    fn slot(self, slots: usize) -> usize {
        const MIX: u64 = 0x517c_c1b7_2722_0a95;
        let hash = (self.first ^ u64::from(self.length)).wrapping_mul(MIX);
        let hash = (hash.rotate_left(23) ^ self.last).wrapping_mul(MIX);
        (hash >> (64 - slots.trailing_zeros())) as usize
    }
}

impl<V: Copy + Default> Recent<V> {
    /// With a power of two of slots, more than one.
    pub(super) fn new(slots: usize) -> Self {
        Self(vec![Slot::default(); slots])
    }

    /// What is known of a word; `find` is asked when it is not at hand.
    #[inline]
    pub(super) fn of(&mut self, word: &[u8], find: impl FnOnce() -> V) -> V {
        let Some(key) = Key::of(word) else { return find() };
        let slots = self.0.len();
        let slot = &mut self.0[key.slot(slots)];
        if slot.word != key {
            *slot = Slot { word: key, known: find() };
        }
        slot.known
    }

    /// Bytes it holds.
    pub(super) fn memory(&self) -> usize {
        self.0.capacity() * size_of::<Slot<V>>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_never_taken_for_each_other() {
        let mut recent = Recent::new(64);
        let words: Vec<String> = (0..40_000).map(|i| format!("{}{i}", "x".repeat(i % 23))).collect();
        for (number, word) in words.iter().enumerate() {
            for _ in 0..2 {
                assert_eq!(recent.of(word.as_bytes(), || number), number, "{word}");
            }
        }
        assert_eq!(recent.of(b"a word that is longer", || 1), 1);
        assert_eq!(recent.of(b"", || 2), 2);
        assert_eq!(recent.of(&[0], || 3), 3, "an empty slot is no word");
    }
}
