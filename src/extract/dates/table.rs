//! The words of the grammar of dates by their keys, hashed without collisions: every word of a text is looked up, and
//! whether it is a word of dates is too hard to foretell for a branch.

use super::lexicon::Kind;

/// A date may begin with such a word.
pub(super) const OPENS: u8 = 1;
/// A date may begin so if what follows is not [`BARS`].
pub(super) const OPENS_BEFORE: u8 = 2;
/// No date goes on with such a word behind `the` and its like.
pub(super) const BARS: u8 = 4;
/// A holiday's name may begin so, where the word is capitalised.
pub(super) const HOLIDAY: u8 = 8;
/// A question mark.
pub(super) const QUESTION: u8 = 16;

/// What a kind of token says of where dates begin, as the marks above.
pub(super) fn class_of(kind: Kind) -> u8 {
    match kind {
        // No date has such a number.
        Kind::Number(_, 5..) => 0,
        Kind::Punct(b'\'') => OPENS,
        Kind::Punct(b'?') => QUESTION,
        Kind::Punct(_) => 0,
        // What follows must be of a time.
        Kind::The | Kind::This | Kind::That | Kind::Poss | Kind::A | Kind::Cardinal(_) | Kind::Approx => {
            OPENS_BEFORE
        }
        Kind::Other
        | Kind::Past
        | Kind::Future
        | Kind::Present
        | Kind::Quantity
        | Kind::Prep(_)
        | Kind::Paper => BARS,
        Kind::Era(_)
        | Kind::Units(_)
        | Kind::Ago
        | Kind::Zone
        | Kind::Hence
        | Kind::Before
        | Kind::After
        | Kind::Now
        | Kind::Few
        | Kind::Clock
        | Kind::Anniversary => 0,
        _ => OPENS,
    }
}

/// What is known of a word.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    tag: u32,
    /// What it is to the grammar.
    pub(super) kind: Kind,
    /// The marks above.
    pub(super) class: u8,
}

const NOTHING: Entry = Entry { tag: 0, kind: Kind::Other, class: BARS };

/// Number of slots, a power of two, 16 KB; the words fill two thirds of them.
const SLOTS: usize = 1 << 10;
const BUCKETS: usize = 512;

/// The table. Words of one bucket are moved together to where all of them find room (hash and displace, Pagh 1999).
#[derive(Debug)]
pub(super) struct Table {
    /// How far a bucket is moved.
    moves: [u8; BUCKETS],
    /// The first slot stands for all words that are not in the table.
    slots: Box<[Entry; SLOTS]>,
}

impl Table {
    /// A table of words by key, with kind and the mark [`HOLIDAY`] or none.
    pub(super) fn new(words: &[(u64, Kind, u8)]) -> Self {
        let mut buckets: Vec<Vec<(u64, Entry)>> = vec![Vec::new(); BUCKETS];
        for &(key, kind, mark) in words {
            let bucket = &mut buckets[bucket(key)];
            match bucket.iter_mut().find(|(known, _)| *known == key) {
                Some((_, entry)) => entry.class |= mark,
                None => bucket.push((key, Entry { tag: tag(key), kind, class: class_of(kind) | mark })),
            }
        }
        let mut table = Self { moves: [0; BUCKETS], slots: Box::new([NOTHING; SLOTS]) };
        let mut order: Vec<usize> = (0..BUCKETS).collect();
        order.sort_by_key(|&number| std::cmp::Reverse(buckets[number].len()));
        let mut taken = [false; SLOTS];
        taken[0] = true;
        for number in order {
            let free = |moved: u8| {
                let mut slots: Vec<usize> =
                    buckets[number].iter().map(|(key, _)| slot(*key, moved)).collect();
                slots.sort_unstable();
                slots.iter().all(|&slot| !taken[slot]) && slots.windows(2).all(|pair| pair[0] != pair[1])
            };
            // a test holds that every word finds room
            let Some(moved) = (0..=u8::MAX).find(|&moved| free(moved)) else { continue };
            table.moves[number] = moved;
            for &(key, entry) in &buckets[number] {
                let slot = slot(key, moved);
                taken[slot] = true;
                table.slots[slot] = entry;
            }
        }
        table
    }

    /// What is known of a word, by its key as tokens carry it.
    #[inline]
    pub(super) fn get(&self, key: u64) -> Entry {
        let slot = slot(key, self.moves[bucket(key)]);
        // masked, not branched
        self.slots[slot & usize::from(self.slots[slot].tag == tag(key)).wrapping_neg()]
    }
}

#[inline]
fn bucket(key: u64) -> usize {
    (key >> 32) as usize % BUCKETS
}

#[inline]
fn slot(key: u64, moved: u8) -> usize {
    let step = key >> 41 | 1;
    (key >> 50).wrapping_add(step.wrapping_mul(u64::from(moved))) as usize % SLOTS
}

#[inline]
fn tag(key: u64) -> u32 {
    key as u32
}
