//! The people and countries of each article, in rows that are read in place.
//!
//! A column of tantivy has room for anything: to find what an article has in it takes some 150 instructions, and 18 for
//! each value, of which there are ten in the two columns. It was two thirds of the time of a page whose facets count
//! every fifth of a million articles. Rows say the same in a form that is only read, of 20 bytes an article.
//!
//! A segment never changes, and neither do its rows: a file of its name in the folder `rows` beside the index, made
//! after a run and removed when the segment is gone. It can be removed at any time; where there is none the columns are
//! read. Numbers are little-endian:
//!
//! | part | bytes |
//! |---|---|
//! | head | `dlro`, version (4), articles (4) |
//! | of each column | bytes of a value (4), articles of a block as a power of two (4), values (4) |
//! | | where the values of each block begin (4 each) |
//! | | for each block where the values of its articles begin and those of the last end, from there (2 each) |
//! | | the values: ordinals of the column |
//! | | [`AT_ONCE`] bytes of nothing |
//! | checksum | XXH3 of all before (8) |

mod make;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

pub(super) use make::follow;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::columnar::StrColumn;
use tantivy::directory::{Directory, OwnedBytes};
use tantivy::{DocId, Searcher, SegmentReader};
use xxhash_rust::xxh3::xxh3_64;

use super::batch::{Batch, in_a_row};
use super::folder::Folder;
use super::tally::Tally;

/// The columns that have rows, in the order of a file.
const COLUMNS: [&str; 2] = ["person_name", "country_code"];
/// First bytes of a file.
const MAGIC: [u8; 4] = *b"dlro";
const VERSION: u32 = 1;
/// Bytes of a row that are copied whether it has them or not. Nearly all have fewer, and where every row ends elsewhere
/// a processor guesses the end of half of them wrong.
const AT_ONCE: usize = 32;
/// Articles of a block, as a power of two, unless their values are too many.
const BLOCK: u32 = 7;

/// The values of a column by article of a segment.
#[derive(Clone, Debug)]
pub(super) struct Rows {
    /// Bytes of a value.
    width: usize,
    /// Articles of a block, as a power of two.
    block: u32,
    bases: OwnedBytes,
    starts: OwnedBytes,
    values: OwnedBytes,
}

impl Rows {
    /// Adds one to a count for each value of articles, whatever article it is of: to that of the number it stands for.
    /// Returns how many articles have no value.
    fn count(&self, docs: &[DocId], room: &mut Room, tally: &mut Tally, of: impl Fn(u32) -> u32) -> u64 {
        match self.width {
            1 => self.count_as::<1>(docs, room, tally, of),
            2 => self.count_as::<2>(docs, room, tally, of),
            3 => self.count_as::<3>(docs, room, tally, of),
            _ => self.count_as::<4>(docs, room, tally, of),
        }
    }

    /// The same where a value has so many bytes.
    fn count_as<const WIDTH: usize>(
        &self,
        docs: &[DocId],
        room: &mut Room,
        tally: &mut Tally,
        of: impl Fn(u32) -> u32,
    ) -> u64 {
        let number = |value: &[u8; WIDTH]| {
            let mut number = [0; 4];
            number[..WIDTH].copy_from_slice(value);
            of(u32::from_le_bytes(number))
        };
        let missing = self.find(docs, WIDTH, room);
        let bytes = if in_a_row(docs) { self.stretch(room) } else { self.gather(room) };
        tally.add(bytes.as_chunks().0.iter().map(number));
        missing
    }

    /// Finds where the bytes of articles begin and end. Returns how many have none.
    #[inline]
    fn find(&self, docs: &[DocId], width: usize, room: &mut Room) -> u64 {
        let (bases, _) = self.bases.as_chunks::<4>();
        let (starts, _) = self.starts.as_chunks::<2>();
        room.bounds.resize(docs.len(), (0, 0));
        let mut missing = 0;
        for (doc, bounds) in docs.iter().zip(&mut room.bounds) {
            let block = (doc >> self.block) as usize;
            let at = *doc as usize + block;
            // Numbers that changed on the disk lead nowhere, or astray.
            *bounds = match (bases.get(block), starts.get(at..at + 2)) {
                (Some(base), Some([start, end])) => {
                    let [start, end] = [start, end].map(|from| usize::from(u16::from_le_bytes(*from)));
                    let base = u32::from_le_bytes(*base) as usize;
                    ((base + start) * width, end.saturating_sub(start) * width)
                }
                _ => (0, 0),
            };
            missing += u64::from(bounds.1 == 0);
        }
        missing
    }

    /// The bytes of articles that follow one another.
    fn stretch(&self, room: &Room) -> &[u8] {
        let bounds = room.bounds.first().zip(room.bounds.last());
        let stretch = bounds.and_then(|((first, _), (last, length))| self.values.get(*first..last + length));
        stretch.unwrap_or_default()
    }

    /// The bytes of articles anywhere, one behind the other.
    #[inline]
    fn gather<'a>(&self, room: &'a mut Room) -> &'a [u8] {
        let all = self.values.as_slice();
        let size = room.bounds.iter().map(|(_, length)| length).sum::<usize>();
        if room.bytes.len() < size + AT_ONCE {
            room.bytes.resize(size + AT_ONCE, 0);
        }
        let mut rest = room.bytes.as_mut_slice();
        for (start, length) in &room.bounds {
            let (Some(from), Some(to)) =
                (all.get(*start..start + AT_ONCE), rest.first_chunk_mut::<AT_ONCE>())
            else {
                continue;
            };
            to.copy_from_slice(from);
            if *length > AT_ONCE
                && let (Some(from), Some(to)) = (all.get(*start..start + length), rest.get_mut(..*length))
            {
                to.copy_from_slice(from);
            }
            rest = rest.split_at_mut_checked(*length).map_or(&mut [], |(_, rest)| rest);
        }
        &room.bytes[..size]
    }
}

/// Room to count rows in.
#[derive(Default)]
pub(super) struct Room {
    /// Where the bytes of each article begin, and how many there are.
    bounds: Vec<(usize, usize)>,
    bytes: Vec<u8>,
}

/// What the values of a segment are counted from.
pub(super) enum Values {
    Rows(Rows),
    Column(StrColumn),
}

impl Values {
    /// Those of a column of the segment at a place among all; `None` where no article has any.
    pub(super) fn open(
        at: u32,
        segment: &SegmentReader,
        column: &str,
        rows: &AllRows,
    ) -> tantivy::Result<Option<Self>> {
        match rows.of(at, column) {
            Some(rows) => Ok(Some(Self::Rows(rows.clone()))),
            None => Ok(segment.fast_fields().str(column)?.map(Self::Column)),
        }
    }

    /// Adds one to a count for each value of articles, whatever article it is of: to that of the number that its ordinal
    /// stands for. Returns how many articles have no value.
    pub(super) fn count(
        &self,
        docs: &[DocId],
        batch: &mut Batch,
        tally: &mut Tally,
        of: impl Fn(u32) -> u32,
    ) -> u64 {
        match self {
            Self::Rows(rows) => rows.count(docs, &mut batch.room, tally, of),
            Self::Column(column) => {
                let missing = batch.fetch_values(column.ords(), docs);
                tally.add(batch.values.iter().map(|ordinal| of(*ordinal as u32)));
                missing
            }
        }
    }
}

/// The rows of the segments that a searcher sees, of each that has any.
#[derive(Clone, Debug, Default)]
pub(super) struct AllRows(Arc<[Option<[Rows; COLUMNS.len()]>]>);

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

    /// The rows of a column in the segment at a place among all.
    pub(super) fn of(&self, segment: u32, column: &str) -> Option<&Rows> {
        let columns = self.0.get(segment as usize)?.as_ref()?;
        COLUMNS.iter().zip(columns).find(|(name, _)| **name == column).map(|(_, rows)| rows)
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
fn read(mut file: OwnedBytes, articles: DocId) -> Option<[Rows; COLUMNS.len()]> {
    fn take(file: &mut OwnedBytes, length: usize) -> Option<OwnedBytes> {
        let (part, rest) = (length <= file.len()).then(|| file.clone().split(length))?;
        *file = rest;
        Some(part)
    }
    fn number(file: &mut OwnedBytes) -> Option<u32> {
        Some(u32::from_le_bytes(take(file, 4)?.as_slice().try_into().ok()?))
    }
    let head = [u32::from_le_bytes(MAGIC), VERSION, articles];
    for expected in head {
        if number(&mut file)? != expected {
            return None;
        }
    }
    let mut column = || {
        let (width, block, values) =
            (number(&mut file)? as usize, number(&mut file)?, number(&mut file)? as usize);
        if !(1..=4).contains(&width) || block > BLOCK {
            return None;
        }
        let blocks = articles.div_ceil(1 << block) as usize;
        let bases = take(&mut file, blocks * 4)?;
        let starts = take(&mut file, (articles as usize + blocks) * 2)?;
        let values = take(&mut file, values.checked_mul(width)?.checked_add(AT_ONCE)?)?;
        Some(Rows { width, block, bases, starts, values })
    };
    let columns = [column()?, column()?];
    (file.len() == SUM).then_some(columns)
}

/// Bytes of the checksum.
const SUM: usize = size_of::<u64>();
