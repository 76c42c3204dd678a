//! What is known of a word beforehand: name lists, places, common words and the words of titles and
//! saying. The lists are data files under `src/extract/lexicon/people`; each names its source at its top.

use rustc_hash::FxHashMap;

use crate::extract::text::token::{key_of, key_of_word};

/// Frequent given name (first 300 of either sex, US Census 1990).
pub(super) const GIVEN_TOP: u32 = 1;
/// Less frequent given name of the same list.
pub(super) const GIVEN: u32 = 1 << 1;
/// Given name elsewhere in the world.
pub(super) const GIVEN_WORLD: u32 = 1 << 2;
/// Family name among the first 1,000 (US Census 1990).
pub(super) const FAMILY_TOP: u32 = 1 << 3;
/// Family name among the first 10,000.
pub(super) const FAMILY_MID: u32 = 1 << 4;
/// Rarer family name of the same list.
pub(super) const FAMILY_LOW: u32 = 1 << 5;
/// Family name elsewhere in the world.
pub(super) const FAMILY_WORLD: u32 = 1 << 6;
/// City of 500,000 and more.
pub(super) const PLACE_BIG: u32 = 1 << 7;
/// City of 100,000 and more, or region.
pub(super) const PLACE_MID: u32 = 1 << 8;
/// Smaller town.
pub(super) const PLACE_SMALL: u32 = 1 << 9;
/// Country.
pub(super) const COUNTRY: u32 = 1 << 10;
/// Word mostly written in lower case.
pub(super) const COMMON: u32 = 1 << 11;
/// Word often written in lower case, names apart.
pub(super) const MIXED: u32 = 1 << 12;
/// Title or office before a name: `President`, `Gen`.
pub(super) const TITLE: u32 = 1 << 13;
/// Honorific that only people have: `Mr`, `Mrs`, `Dr`.
pub(super) const HONORIFIC: u32 = 1 << 14;
/// Weekday, month.
pub(super) const CALENDAR: u32 = 1 << 15;
/// Adjective or noun of a nation, people, faith or party.
pub(super) const NATION: u32 = 1 << 16;
/// Word of the names of organisations: `Corp`, `University`, `Ministry`.
pub(super) const ORGANISATION: u32 = 1 << 17;
/// Word of the names of places: `Street`, `River`, `Mount`.
pub(super) const LANDMARK: u32 = 1 << 18;
/// Verb of saying.
pub(super) const SAYING: u32 = 1 << 19;
/// Occupation or relation in lower case: `striker`, `brother`, `lawmaker`.
pub(super) const ROLE: u32 = 1 << 20;
/// Suffix of a name: `Jr`, `III`.
pub(super) const SUFFIX: u32 = 1 << 21;
/// Team, newspaper, company or party known by this one word.
pub(super) const GROUP: u32 = 1 << 22;
/// Function word that no name is made of.
pub(super) const FUNCTION: u32 = 1 << 23;
/// First word of a place or group of several words.
pub(super) const PAIR_FIRST: u32 = 1 << 24;
/// Part of the name of a company, team, newspaper or the like that is listed as a whole: `Morgan Stanley`.
pub(super) const LISTED_GROUP: u32 = 1 << 26;
/// What stands before the name of a ship or storm: `USS`, `tanker`, `Hurricane`.
pub(super) const NAMED_THING: u32 = 1 << 27;
/// What makes an organisation, place or prize of the name before it: `University`, `Inc`, `Prize`.
pub(super) const MAKES_GROUP: u32 = 1 << 28;
/// The marks that features are made of; the others are for rules.
pub(super) const FEATURES: u32 = (1 << 27) - 1;
/// Verb of what people do, as wires report it: `resigned`, `scored`.
pub(super) const DOING: u32 = 1 << 25;

/// Any sign of a given name.
pub(super) const ANY_GIVEN: u32 = GIVEN_TOP | GIVEN | GIVEN_WORLD;
/// Any sign of a family name.
pub(super) const ANY_FAMILY: u32 = FAMILY_TOP | FAMILY_MID | FAMILY_LOW | FAMILY_WORLD;
/// Any sign of a place.
pub(super) const ANY_PLACE: u32 = PLACE_BIG | PLACE_MID | PLACE_SMALL | COUNTRY;

/// The lists, as one table from word keys to the marks above. It is asked for every capitalised word and has to share
/// the processor's second cache with the weights, so a slot is four bytes: words have few different sets of marks.
#[derive(Debug)]
pub(super) struct Lexicon {
    /// The upper bits of a key pick the group, the next ones are compared with all slots of the group at once: whether
    /// a word is in the lists, and at which slot, is hard to foretell. A slot holds these bits above the number of a set
    /// of marks, zero where it is free; what finds its group full is in the next.
    groups: Vec<[u32; GROUP_SLOTS]>,
    /// The sets of marks.
    sets: Vec<u32>,
}

/// The lists while they are read.
#[derive(Debug)]
struct Draft {
    slots: Vec<Slot>,
    used: usize,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    tag: u32,
    marks: u32,
}

/// Slots of a group, half a line of the processor's cache.
const GROUP_SLOTS: usize = 8;
/// Number of groups, a power of two; the lists fill some two thirds of the slots.
const GROUPS: usize = 1 << 14;
/// Bits of a slot that number the set of marks. The others tell words apart: one word in a million of those that are
/// in no list is taken for one that is.
const SET_BITS: u32 = 10;

macro_rules! list {
    ($name:literal) => {
        include_str!(concat!("../lexicon/people/", $name))
    };
}

impl Lexicon {
    /// Builds the table from the lists compiled in.
    pub(super) fn new() -> Self {
        let mut lexicon = Draft { slots: vec![Slot::default(); GROUPS * GROUP_SLOTS], used: 0 };
        lexicon.ranked(list!("given_us.txt"), &[(600, GIVEN_TOP), (usize::MAX, GIVEN)]);
        lexicon.ranked(
            list!("family_us.txt"),
            &[(1_000, FAMILY_TOP), (10_000, FAMILY_MID), (usize::MAX, FAMILY_LOW)],
        );
        lexicon.ranked(list!("given_world.txt"), &[(usize::MAX, GIVEN_WORLD)]);
        lexicon.ranked(list!("family_world.txt"), &[(usize::MAX, FAMILY_WORLD)]);
        lexicon.sections(list!("places.txt"), place_mark);
        lexicon.sections(list!("words.txt"), word_mark);
        lexicon.sections(list!("common.txt"), word_mark);
        lexicon.compact()
    }

    /// Marks of a word by its key.
    #[inline]
    pub(super) fn get(&self, key: u64) -> u32 {
        let mut at = first_group(key);
        loop {
            let group = &self.groups[at % GROUPS];
            let mut set = 0;
            for slot in group {
                set |= if slot >> SET_BITS == tag(key) { slot % (1 << SET_BITS) } else { 0 };
            }
            if set != 0 || group[GROUP_SLOTS - 1] == 0 {
                return self.sets[set as usize];
            }
            at += 1;
        }
    }

    /// Marks of two words that stand together, as of `New York`.
    #[inline]
    pub(super) fn get_pair(&self, first: u64, second: u64) -> u32 {
        self.get(pair_key(first, second))
    }
}

impl Draft {
    /// The table as it is asked.
    fn compact(self) -> Lexicon {
        let mut sets = vec![0];
        let mut numbers: FxHashMap<u32, u32> = FxHashMap::default();
        let slots = self.slots.iter().map(|slot| {
            if slot.marks == 0 {
                return 0;
            }
            let number = *numbers.entry(slot.marks).or_insert_with(|| {
                sets.push(slot.marks);
                sets.len() as u32 - 1
            });
            slot.tag << SET_BITS | number
        });
        let slots: Vec<u32> = slots.collect();
        Lexicon { groups: slots.as_chunks().0.to_vec(), sets }
    }

    /// Where a key is, or would be.
    #[inline]
    fn slot(&self, key: u64) -> usize {
        let mut at = first_group(key) % GROUPS * GROUP_SLOTS;
        while self.slots[at].marks != 0 && self.slots[at].tag != tag(key) {
            at = (at + 1) % self.slots.len();
        }
        at
    }

    fn mark(&mut self, key: u64, mark: u32) {
        if mark == 0 {
            return;
        }
        if self.used * 8 > self.slots.len() * 7 {
            return; // never full: a search must end
        }
        let at = self.slot(key);
        self.used += usize::from(self.slots[at].marks == 0);
        self.slots[at].tag = tag(key);
        self.slots[at].marks |= mark;
    }

    fn add(&mut self, entry: &str, mark: u32) {
        let mut words = entry.split_whitespace().map(key_of_word);
        let Some(mut key) = words.next() else { return };
        let first = key;
        let mut several = false;
        for word in words {
            key = pair_key(key, word);
            several = true;
        }
        self.mark(key, mark);
        if several && mark & (ANY_PLACE | LISTED_GROUP) != 0 {
            self.mark(first, PAIR_FIRST);
        }
    }

    /// A list in order of frequency; `ranks` are the marks with the rank each goes up to.
    fn ranked(&mut self, list: &str, ranks: &[(usize, u32)]) {
        let words = list.lines().filter(|line| !line.starts_with('#')).flat_map(str::split_whitespace);
        for (rank, word) in words.enumerate() {
            if let Some((_, mark)) = ranks.iter().find(|(last, _)| rank < *last) {
                let key = if word.is_ascii() && !word.bytes().any(|b| b.is_ascii_uppercase()) {
                    key_of(word)
                } else {
                    key_of_word(word)
                };
                self.mark(key, *mark);
            }
        }
    }

    /// A list with `[section]` lines; one entry a line, or several with commas between.
    fn sections(&mut self, list: &str, mark_of: fn(&str) -> u32) {
        let mut mark = 0;
        for line in list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            if let Some(section) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                mark = mark_of(section);
                continue;
            }
            for entry in line.split(',') {
                self.add(entry, mark);
            }
        }
    }
}

/// The bits of a key that a slot holds. Not its lowest: they are those of the group over again, mixed with bits that
/// only the first letters of a word decide.
#[inline]
fn tag(key: u64) -> u32 {
    (key >> 28) as u32 & (u32::MAX >> SET_BITS)
}

#[inline]
fn first_group(key: u64) -> usize {
    (key >> 50) as usize
}

fn pair_key(first: u64, second: u64) -> u64 {
    first.rotate_left(17) ^ second.wrapping_mul(0xff51_afd7_ed55_8ccd)
}

fn place_mark(section: &str) -> u32 {
    match section {
        "country" => COUNTRY,
        "big" => PLACE_BIG,
        "middle" | "region" => PLACE_MID,
        "small" => PLACE_SMALL,
        _ => 0,
    }
}

fn word_mark(section: &str) -> u32 {
    match section {
        "common" => COMMON,
        "mixed" => MIXED,
        "title" => TITLE,
        "honorific" => HONORIFIC | TITLE,
        "calendar" => CALENDAR,
        "nation" => NATION,
        "organisation" => ORGANISATION,
        "landmark" => LANDMARK,
        "saying" => SAYING,
        "doing" => DOING,
        "role" => ROLE,
        "suffix" => SUFFIX,
        "group" => GROUP,
        "thing" => NAMED_THING,
        "tail" => MAKES_GROUP,
        "groups" => GROUP | LISTED_GROUP,
        "function" => FUNCTION,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_room_to_spare() {
        let lexicon = Lexicon::new();
        let slots = lexicon.groups.as_flattened();
        let used = slots.iter().filter(|slot| **slot != 0).count();
        assert!(used * 4 < slots.len() * 3, "{used}");
        assert!(lexicon.sets.len() <= 1 << SET_BITS, "{}", lexicon.sets.len());
    }

    #[test]
    fn words_that_begin_like_listed_ones_are_not_taken_for_them() {
        let lexicon = Lexicon::new();
        let list = list!("family_us.txt").lines().filter(|line| !line.starts_with('#'));
        let strange = list.flat_map(str::split_whitespace).map(|word| format!("{word}qx"));
        let found: Vec<String> = strange.filter(|word| lexicon.get(key_of(word)) != 0).collect();
        assert!(found.len() < 3, "{found:?}");
    }

    #[test]
    fn the_lists_know_names_places_and_titles() {
        let lexicon = Lexicon::new();
        let of = |word: &str| lexicon.get(key_of_word(word));
        assert!(of("John") & GIVEN_TOP != 0 && of("Smith") & FAMILY_TOP != 0);
        assert!(of("Gen.") & TITLE != 0 && of("Mr.") & HONORIFIC != 0);
        assert!(of("Baghdad") & PLACE_BIG != 0 && of("Iraq") & COUNTRY != 0);
        assert!(of("Nguyen") & ANY_FAMILY != 0 && of("Recep") & ANY_GIVEN != 0);
        assert!(lexicon.get_pair(key_of_word("Buenos"), key_of_word("Aires")) & PLACE_BIG != 0);
    }
}
