//! The people and countries of each article, in rows that are read in place.
//!
//! A column of tantivy has room for anything: to find what an article has in it takes some 150 instructions, and 18 for
//! each value, of which there are ten in the two columns. It was two thirds of the time of a page whose facets count
//! every fifth of a million articles. Rows say the same in a form that is only read, of 18 bytes an article.
//!
//! A segment never changes, and neither do its rows: a file of its name in the folder `rows` beside the index, made
//! after a run and removed when the segment is gone. It can be removed at any time; where there is none the columns are
//! read. Numbers are little-endian:
//!
//! | part | bytes |
//! |---|---|
//! | head | `dlro`, version (4), articles (4), bytes of a name (4), articles of a block as a power of two (4), bytes of all rows (4) |
//! | blocks | where the rows of each begin (4) |
//! | starts | for each block where the rows of its articles begin and the last one ends, from there (2 each) |
//! | rows | of each article that has any: how many countries (1), these (1 each), its names (1 to 4 each) |
//! | | [`AT_ONCE`] bytes of nothing |
//! | checksum | XXH3 of all before (8) |
//!
//! Countries and names are ordinals of their columns.

mod make;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub(super) use make::follow;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::{Directory, OwnedBytes};
use tantivy::{DocId, Searcher, SegmentReader};
use xxhash_rust::xxh3::xxh3_64;

use super::folder::Folder;
use super::tally::Tally;

/// First bytes of a file.
const MAGIC: [u8; 4] = *b"dlro";
const VERSION: u32 = 2;
/// Bytes of countries and of names that are copied whether a row has them or not. Nearly all have fewer, and where every
/// row ends elsewhere a processor guesses the end of half of them wrong.
const COUNTRIES_AT_ONCE: usize = 16;
const NAMES_AT_ONCE: usize = 32;
/// Bytes that are there from the beginning of each row.
const AT_ONCE: usize = 1 + COUNTRIES_AT_ONCE + NAMES_AT_ONCE;
/// Articles of a block, as a power of two, unless their rows are too long.
const BLOCK: u32 = 7;

/// The rows of a segment.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    /// Bytes of a name.
    width: usize,
    /// Articles of a block, as a power of two.
    block: u32,
    bases: OwnedBytes,
    starts: OwnedBytes,
    rows: OwnedBytes,
}

/// The rows of the segments that a searcher sees, of each that has any.
#[derive(Clone, Debug, Default)]
pub(super) struct AllRows(Arc<[Option<Rows>]>);

impl AllRows {
    /// Opens those beside an index.
    pub(super) fn open(dir: &Path, searcher: &Searcher) -> Self {
        let Ok(files) = Folder::to_search(&folder(dir)) else { return Self::default() };
        let open = |segment: &SegmentReader| {
            let file = files.open_read(Path::new(&name(segment))).ok()?;
            read(file.read_bytes().ok()?, segment.max_doc())
        };
        Self(searcher.segment_readers().iter().map(open).collect())
    }

    /// Those of the segment at a place among all.
    pub(super) fn of(&self, segment: u32) -> Option<&Rows> {
        self.0.get(segment as usize)?.as_ref()
    }
}

impl Rows {
    /// Finds where the rows of articles begin, and their lengths. Returns the sum of these.
    fn find(&self, docs: &[DocId], found: &mut Vec<(u32, u32)>) -> usize {
        let (bases, _) = self.bases.as_chunks::<4>();
        let (starts, _) = self.starts.as_chunks::<2>();
        found.resize(docs.len(), (0, 0));
        let mut all = 0;
        for (doc, found) in docs.iter().zip(found) {
            let block = (doc >> self.block) as usize;
            let at = *doc as usize + block;
            // Numbers that changed on the disk lead nowhere, or astray.
            let (Some(base), Some([start, end])) = (bases.get(block), starts.get(at..at + 2)) else {
                *found = (0, 0);
                continue;
            };
            let [start, end] = [start, end].map(|from| u32::from(u16::from_le_bytes(*from)));
            *found = (u32::from_le_bytes(*base).wrapping_add(start), end.saturating_sub(start));
            all += found.1 as usize;
        }
        all
    }
}

/// What the rows of some articles say, whatever article each value is of. One serves for many, as its room is kept.
#[derive(Default)]
pub(super) struct Gathered {
    /// Where the row of each article begins, and its length.
    found: Vec<(u32, u32)>,
    countries: Part,
    names: Part,
    /// Bytes of a name.
    width: usize,
}

/// What they say of one column.
#[derive(Default)]
struct Part {
    bytes: Vec<u8>,
    /// How many of them are in use.
    end: usize,
    /// Articles that have no value.
    missing: u64,
}

impl Part {
    fn values(&self) -> &[u8] {
        self.bytes.get(..self.end).unwrap_or_default()
    }
}

impl Gathered {
    /// Gathers what the rows of articles say.
    pub(super) fn read(&mut self, rows: &Rows, docs: &[DocId]) -> &Self {
        self.width = rows.width;
        let most = rows.find(docs, &mut self.found) + AT_ONCE;
        for part in [&mut self.countries, &mut self.names] {
            part.bytes.resize(part.bytes.len().max(most), 0);
        }
        let bytes = rows.rows.as_slice();
        let (mut countries, mut names) = (&mut self.countries.bytes[..], &mut self.names.bytes[..]);
        let room = (countries.len(), names.len());
        let (mut no_country, mut no_name) = (0, 0);
        for (start, length) in &self.found {
            let (start, length) = (*start as usize, *length as usize);
            let Some(row) = bytes.get(start..).and_then(|row| row.first_chunk::<AT_ONCE>()) else { continue };
            let number = if length == 0 { 0 } else { usize::from(row[0]) };
            let named = length.saturating_sub(1 + number);
            no_country += u64::from(number == 0);
            no_name += u64::from(named == 0);
            if number <= COUNTRIES_AT_ONCE && named <= NAMES_AT_ONCE {
                copy::<COUNTRIES_AT_ONCE>(&row[1..], countries);
                copy::<NAMES_AT_ONCE>(&row[1 + number..], names);
            } else {
                copy_all(bytes, start + 1..start + 1 + number, countries);
                copy_all(bytes, start + 1 + number..start + length, names);
            }
            countries = countries.get_mut(number..).unwrap_or_default();
            names = names.get_mut(named..).unwrap_or_default();
        }
        let ends = (room.0 - countries.len(), room.1 - names.len());
        (self.countries.end, self.names.end) = ends;
        (self.countries.missing, self.names.missing) = (no_country, no_name);
        self
    }

    /// Adds one to the count of each country. Returns how many articles have none.
    pub(super) fn count_countries(&self, tally: &mut Tally) -> u64 {
        tally.add(self.countries.values().iter().map(|country| u32::from(*country)));
        self.countries.missing
    }

    /// Adds one to the count of whom each name stands for. Returns how many articles have none.
    pub(super) fn count_people(&self, tally: &mut Tally, of: impl Fn(u32) -> u32) -> u64 {
        match self.width {
            1 => self.count_names::<1>(tally, of),
            2 => self.count_names::<2>(tally, of),
            3 => self.count_names::<3>(tally, of),
            _ => self.count_names::<4>(tally, of),
        }
        self.names.missing
    }

    fn count_names<const WIDTH: usize>(&self, tally: &mut Tally, of: impl Fn(u32) -> u32) {
        let (names, _) = self.names.values().as_chunks::<WIDTH>();
        tally.add(names.iter().map(|name| {
            let mut number = [0; 4];
            number[..WIDTH].copy_from_slice(name);
            of(u32::from_le_bytes(number))
        }));
    }
}

/// Copies so many bytes to the front of others, which have room for them.
#[inline]
fn copy<const MANY: usize>(from: &[u8], to: &mut [u8]) {
    if let (Some(from), Some(to)) = (from.first_chunk::<MANY>(), to.first_chunk_mut::<MANY>()) {
        *to = *from;
    }
}

/// Copies part of some bytes to the front of others.
#[cold]
fn copy_all(bytes: &[u8], part: Range<usize>, to: &mut [u8]) {
    if let (Some(to), Some(from)) = (to.get_mut(..part.len()), bytes.get(part)) {
        to.copy_from_slice(from);
    }
}

/// The folder of the rows of an index.
pub(super) fn folder(dir: &Path) -> PathBuf {
    dir.join("rows")
}

/// The file of the segment of a name, whether it is there or not.
pub(super) fn file(dir: &Path, segment: &str) -> PathBuf {
    folder(dir).join(segment)
}

/// Whether the bytes of a file are what was written.
pub(super) fn are_sound(bytes: &[u8]) -> bool {
    bytes.split_last_chunk().is_some_and(|(all, sum)| xxh3_64(all) == u64::from_le_bytes(*sum))
}

/// Name of the file of a segment.
fn name(segment: &SegmentReader) -> String {
    segment.segment_id().uuid_string()
}

/// Reads the file of a segment of so many articles; `None` when it is something else.
fn read(mut file: OwnedBytes, articles: DocId) -> Option<Rows> {
    let head = [u32::from_le_bytes(MAGIC), VERSION, articles];
    for expected in head {
        if number(&mut file)? != expected {
            return None;
        }
    }
    let (width, block, length) =
        (number(&mut file)? as usize, number(&mut file)?, number(&mut file)? as usize);
    if !(1..=4).contains(&width) || block > BLOCK {
        return None;
    }
    let blocks = articles.div_ceil(1 << block) as usize;
    let bases = take(&mut file, blocks * 4)?;
    let starts = take(&mut file, (articles as usize + blocks) * 2)?;
    let rows = take(&mut file, length.checked_add(AT_ONCE)?)?;
    (file.len() == SUM).then_some(Rows { width, block, bases, starts, rows })
}

/// Bytes of the checksum.
const SUM: usize = size_of::<u64>();

/// Takes bytes from the front.
fn take(file: &mut OwnedBytes, length: usize) -> Option<OwnedBytes> {
    let (part, rest) = (length <= file.len()).then(|| file.clone().split(length))?;
    *file = rest;
    Some(part)
}

fn number(file: &mut OwnedBytes) -> Option<u32> {
    Some(u32::from_le_bytes(take(file, 4)?.as_slice().try_into().ok()?))
}
