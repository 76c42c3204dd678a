//! The places dateline knows: the tables of `lexicon/places` behind one look-up by hashed words.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::words::name_hashes;
use crate::article::country;

/// What a name says of a country.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Names the country.
    Name,
    /// Its people or its adjective.
    Demonym,
    /// A city in it.
    City,
    /// A region of it.
    Region,
    /// Stands for its government and the like.
    Metonym,
    /// Tells that the story plays there; no mention of it.
    Cue,
    /// A fixed phrase that only looks like a place.
    Eponym,
}

/// One reading of a form.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sense {
    /// Place in [`country::all`].
    pub(super) country: u16,
    pub(super) kind: Kind,
    /// Decimal logarithm of the population times ten, for cities; comparable guesses for the others.
    pub(super) size: u8,
    /// Canonical name of a city or region.
    pub(super) place: &'static str,
}

/// What is known of a form apart from its readings.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Form {
    first: u32,
    count: u32,
    /// The context decides whether the form is meant at all.
    pub(super) doubtful: bool,
    /// Also a given name or a frequent surname.
    pub(super) person: bool,
    /// Also a common word.
    pub(super) word: bool,
    /// Made of several words.
    pub(super) several: bool,
    /// Written in capitals only (`US`, `UAE`).
    pub(super) acronym: bool,
}

/// What is known of the beginning of a name: the number of the form that ends here and whether longer ones begin so, in
/// one word; one more than these, so that zero is nothing.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node(u32);

impl Node {
    /// The form.
    #[inline]
    pub(super) fn form(self) -> Option<u32> {
        Some(self.0.checked_sub(1)? & !MORE).filter(|form| *form != NO_FORM)
    }

    /// Whether longer forms begin so.
    #[inline]
    pub(super) fn goes_on(self) -> bool {
        self.0.checked_sub(1).is_some_and(|node| node & MORE != 0)
    }
}

/// The nodes by the hashes of their words. Most words of a text begin no name; a small table of bits
/// tells them before the large one is asked.
#[derive(Debug)]
struct Index {
    /// Open addressing: some middle bits of a hash pick the slot, its low bits are compared. A free slot has node zero.
    slots: Vec<Slot>,
    used: usize,
    bits: Vec<u64>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    tag: u32,
    node: u32,
}

/// No form ends here.
const NO_FORM: u32 = (u32::MAX >> 1) - 1;
/// Longer names begin so.
const MORE: u32 = 1 << 31;
/// Bits of the small table; a power of two, some eight for each node.
const BITS: usize = 1 << 20;
/// Slots of the large one; a power of two, some two for each node.
const SLOTS: usize = 1 << 18;

impl Default for Index {
    fn default() -> Self {
        Self { slots: vec![Slot::default(); SLOTS], used: 0, bits: vec![0; BITS / 64] }
    }
}

impl Index {
    fn bit(hash: u64) -> (usize, u64) {
        let bit = (hash >> 20) as usize % BITS;
        (bit / 64, 1 << (bit % 64))
    }

    /// Where a hash is, or would be.
    #[inline]
    fn slot(&self, hash: u64) -> usize {
        let mut at = (hash >> 40) as usize % SLOTS;
        while self.slots[at].node != 0 && self.slots[at].tag != hash as u32 {
            at = (at + 1) % SLOTS;
        }
        at
    }

    #[inline]
    fn may_have(&self, hash: u64) -> bool {
        let (word, bit) = Self::bit(hash);
        self.bits[word] & bit != 0
    }

    #[inline]
    fn get(&self, hash: u64) -> Node {
        Node(if self.may_have(hash) { self.slots[self.slot(hash)].node } else { 0 })
    }

    /// Changes the node of a hash; nothing where the table is all but full, which a test holds it is not.
    fn set(&mut self, hash: u64, change: impl FnOnce(u32) -> u32) -> Option<u32> {
        let at = self.slot(hash);
        let old = self.slots[at].node.checked_sub(1);
        if old.is_none() {
            if self.used * 8 > SLOTS * 7 {
                return None;
            }
            self.used += 1;
        }
        let (word, bit) = Self::bit(hash);
        self.bits[word] |= bit;
        let node = change(old.unwrap_or(NO_FORM));
        self.slots[at] = Slot { tag: hash as u32, node: node + 1 };
        Some(node)
    }
}

/// All forms, their readings and the abbreviations of regions.
#[derive(Debug, Default)]
pub(super) struct Lexicon {
    index: Index,
    forms: Vec<Form>,
    senses: Vec<Sense>,
    /// Abbreviations of regions with a stop (`Ga.`) and postal codes (`GA`).
    abbreviations: FxHashMap<u64, Sense>,
    postal_codes: FxHashMap<u64, Sense>,
}

const COUNTRIES: &str = include_str!("../lexicon/places/countries.tsv");
const REGIONS: &str = include_str!("../lexicon/places/regions.tsv");
const CITIES: &str = include_str!("../lexicon/places/cities.tsv");
const METONYMS: &str = include_str!("../lexicon/places/metonyms.tsv");
const CUES: &str = include_str!("../lexicon/places/cues.tsv");
const EPONYMS: &str = include_str!("../lexicon/places/eponyms.tsv");

/// Cities that are also common words are listed from this size on (100,000 people).
const WORD_CITY_SIZE: u8 = 50;
/// Guesses at the weight of what is no city, on the scale of [`Sense::size`].
const COUNTRY_SIZE: u8 = 75;
const DOUBTFUL_COUNTRY_SIZE: u8 = 68;
const REGION_SIZE: u8 = 65;

impl Lexicon {
    /// Reads the tables that are compiled in.
    pub(super) fn new() -> Self {
        let mut pending = Pending::default();
        let mut lexicon = Self::default();
        for row in rows(COUNTRIES) {
            let [code, names, demonyms] = row[..] else { continue };
            let Some(country) = country_place(code) else { continue };
            for (forms, kind) in [(names, Kind::Name), (demonyms, Kind::Demonym)] {
                for form in split(forms) {
                    pending.add(form, Sense { country, kind, size: COUNTRY_SIZE, place: "" });
                }
            }
        }
        for row in rows(REGIONS) {
            let [code, name, others, abbreviations] = row[..] else { continue };
            let Some(country) = country_place(code) else { continue };
            let place = name.trim_start_matches('~');
            let sense = Sense { country, kind: Kind::Region, size: REGION_SIZE, place };
            for form in [name].into_iter().chain(split(others)) {
                pending.add(form, sense);
            }
            for form in split(abbreviations) {
                name_hashes(form, &mut pending.hashes);
                let table = if form.contains('.') || form.len() > 3 {
                    &mut lexicon.abbreviations
                } else {
                    &mut lexicon.postal_codes
                };
                if let Some(&hash) = pending.hashes.last() {
                    table.insert(hash, sense);
                }
            }
        }
        for (table, kind) in [(METONYMS, Kind::Metonym), (CUES, Kind::Cue)] {
            for row in rows(table) {
                let [code, forms] = row[..] else { continue };
                let Some(country) = country_place(code) else { continue };
                for form in split(forms) {
                    pending.add(form, Sense { country, kind, size: COUNTRY_SIZE, place: "" });
                }
            }
        }
        for row in rows(EPONYMS) {
            let sense = Sense { country: 0, kind: Kind::Eponym, size: 0, place: "" };
            row.first().into_iter().for_each(|form| pending.add(form, sense));
        }
        pending.add_cities();
        lexicon.take(pending);
        lexicon
    }

    fn take(&mut self, mut pending: Pending) {
        pending.senses.sort_by_key(|&(form, _)| form);
        self.forms = pending.forms;
        self.index = pending.index;
        self.senses.reserve(pending.senses.len());
        for (number, sense) in pending.senses {
            if let Some(form) = self.forms.get_mut(number as usize) {
                if form.count == 0 {
                    form.first = self.senses.len() as u32;
                }
                form.count += 1;
                self.senses.push(sense);
            }
        }
    }

    /// Whether a form may begin with the words that hash to `name`; most words of a text begin none.
    #[inline]
    pub(super) fn may_begin(&self, name: u64) -> bool {
        self.index.may_have(name)
    }

    /// What is known of the words that hash to `name`.
    #[inline]
    pub(super) fn look_up(&self, name: u64) -> Node {
        self.index.get(name)
    }

    /// What is known of a form.
    #[inline]
    pub(super) fn form(&self, number: u32) -> Form {
        self.forms.get(number as usize).copied().unwrap_or_default()
    }

    /// The readings of a form.
    #[inline]
    pub(super) fn senses(&self, number: u32) -> &[Sense] {
        let form = self.form(number);
        self.senses.get(form.first as usize..(form.first + form.count) as usize).unwrap_or_default()
    }

    /// The region that words stand for behind the name of a city: with a stop (`Ga.`, `W.Va.`) or as a
    /// postal code (`GA`).
    pub(super) fn abbreviation(&self, name: u64, postal: bool) -> Option<Sense> {
        if postal { self.postal_codes.get(&name) } else { self.abbreviations.get(&name) }.copied()
    }
}

/// Forms and readings while the tables are read.
#[derive(Default)]
struct Pending {
    index: Index,
    forms: Vec<Form>,
    senses: Vec<(u32, Sense)>,
    hashes: Vec<u64>,
}

impl Pending {
    /// Adds a reading of a form, which may begin with the mark of doubt.
    fn add(&mut self, form: &'static str, sense: Sense) {
        let (text, doubtful) = form.strip_prefix('~').map_or((form, false), |text| (text, true));
        let Some(number) = self.number(text) else { return };
        let size = if doubtful { sense.size.min(DOUBTFUL_COUNTRY_SIZE) } else { sense.size };
        let sense = Sense { size, ..sense };
        self.senses.push((number, sense));
        let form = &mut self.forms[number as usize];
        form.doubtful |= doubtful;
        form.acronym |= text.len() < 6 && text.chars().all(|c| c.is_uppercase() || c == '.');
    }

    fn add_cities(&mut self) {
        self.senses.reserve(CITIES.len() / 14);
        for line in CITIES.lines().filter(|line| !line.starts_with('#')) {
            let mut columns = line.split('\t');
            let (Some(name), Some(countries)) = (columns.next(), columns.next()) else { continue };
            let (flags, canonical) = (columns.next().unwrap_or(""), columns.next().unwrap_or(name));
            let word = flags.contains('w');
            let sizes = || countries.split(' ').filter_map(|country| country.split_at_checked(2));
            let largest = sizes().filter_map(|(_, size)| size.parse::<u8>().ok()).max();
            if word && largest < Some(WORD_CITY_SIZE) && !name.contains(' ') {
                continue;
            }
            let Some(number) = self.number(name) else { continue };
            for (code, size) in sizes() {
                if let (Some(country), Ok(size)) = (country_place(code), size.parse::<u8>()) {
                    self.senses.push((number, Sense { country, kind: Kind::City, size, place: canonical }));
                }
            }
            if let Some(form) = self.forms.get_mut(number as usize) {
                form.word |= word;
                form.several = name.contains(' ');
                form.acronym |= name.len() < 5 && !name.contains(char::is_lowercase);
                form.person |= flags.contains('p');
            }
        }
    }

    /// The number of a form, a new one if need be.
    fn number(&mut self, text: &str) -> Option<u32> {
        name_hashes(text, &mut self.hashes);
        let (&whole, beginnings) = self.hashes.split_last()?;
        for &beginning in beginnings {
            self.index.set(beginning, |node| node | MORE);
        }
        let new = self.forms.len() as u32;
        let node =
            self.index.set(whole, |node| if node & !MORE == NO_FORM { node & MORE | new } else { node })?;
        if node & !MORE == new {
            self.forms.push(Form::default());
        }
        Some(node & !MORE)
    }
}

pub(super) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).map(|l| l.split('\t').collect())
}

pub(super) fn split(forms: &'static str) -> impl Iterator<Item = &'static str> {
    forms.split(';').filter(|form| !form.is_empty())
}

/// Place of a code in [`country::all`].
pub(super) fn country_place(code: &str) -> Option<u16> {
    static PLACES: LazyLock<Vec<Option<u16>>> = LazyLock::new(|| {
        let mut places = vec![None; 1 << 10];
        for (place, country) in (0..).zip(country::all()) {
            if let Some(slot) = slot(country.code).and_then(|slot| places.get_mut(slot)) {
                *slot = Some(place);
            }
        }
        places
    });
    /// Five bits a letter.
    fn slot(code: &str) -> Option<usize> {
        let [a, b] = *code.as_bytes() else { return None };
        let letter = |c: u8| c.is_ascii_uppercase().then(|| usize::from(c - b'A'));
        Some(letter(a)? << 5 | letter(b)?)
    }
    *PLACES.get(slot(code)?)?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readings(name: &str) -> Vec<(&'static str, Kind)> {
        let lexicon = Lexicon::new();
        let mut hashes = Vec::new();
        name_hashes(name, &mut hashes);
        let form = hashes.last().and_then(|&hash| lexicon.look_up(hash).form());
        let senses = form.map(|form| lexicon.senses(form).to_vec()).unwrap_or_default();
        senses.iter().map(|s| (country::all()[usize::from(s.country)].code, s.kind)).collect()
    }

    #[test]
    fn every_row_of_every_table_is_read() {
        for (table, columns) in [(COUNTRIES, 3), (REGIONS, 4), (METONYMS, 2), (CUES, 2), (EPONYMS, 1)] {
            for row in rows(table) {
                assert_eq!(row.len(), columns, "{row:?}");
                assert!(columns == 1 || country_place(row[0]).is_some(), "{row:?}");
            }
        }
        assert_eq!(rows(COUNTRIES).count(), country::all().len());
        let index = Lexicon::new().index;
        assert!(index.used * 4 < SLOTS * 3, "{}", index.used);
    }

    #[test]
    fn a_form_has_all_its_readings() {
        assert_eq!(readings("Iraqi"), [("IQ", Kind::Demonym)]);
        assert_eq!(readings("Ga."), []);
        let georgia = readings("Georgia");
        assert!(georgia.contains(&("GE", Kind::Name)) && georgia.contains(&("US", Kind::Region)));
        let paris: Vec<_> = readings("Paris").iter().map(|r| r.0).collect();
        assert_eq!(paris, ["CA", "FR", "US"]);
    }
}
