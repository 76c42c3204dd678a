//! Making the rows of segments from their columns.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use tantivy::columnar::StrColumn;
use tantivy::{DocId, SegmentReader};
use xxhash_rust::xxh3::Xxh3;

use super::{AT_ONCE, AllRows, BLOCK, MAGIC, VERSION, file, folder, name};
use crate::index::Index;
use crate::index::batch::{BATCH, Batch};
use crate::index::failure::Context;
use crate::index::schema::{COUNTRIES, PEOPLE};
use crate::search::EngineError;

/// Makes the rows of the segments that have none and removes those of segments that are gone.
///
/// # Errors
/// [`EngineError`], by kind.
pub(in crate::index) fn follow(index: &Index) -> Result<(), EngineError> {
    if !Index::exists(&index.path) {
        return Ok(());
    }
    let folder = folder(&index.path);
    let fail = |source| EngineError::Io { context: format!("writing {}", folder.display()), source };
    std::fs::create_dir_all(&folder).map_err(fail)?;
    let searcher = index.searcher();
    let there = AllRows::open(&index.path, &searcher);
    let mut names = HashSet::new();
    for (segment, rows) in searcher.segment_readers().iter().zip(&*there.0) {
        let name = name(segment);
        if rows.is_none() {
            write(&file(&index.path, &name), segment).at(&index.path)?;
        }
        names.insert(OsString::from(name));
    }
    for entry in std::fs::read_dir(&folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        if !names.contains(&entry.file_name()) {
            // Some systems keep what another process has open: the next run tries again.
            let _ = std::fs::remove_file(entry.path());
        }
    }
    Ok(())
}

/// Writes the file of a segment, whole or not at all; none where rows cannot tell what the columns do.
pub(super) fn write(path: &Path, segment: &SegmentReader) -> tantivy::Result<()> {
    let Some(columns) = Columns::open(segment)? else { return Ok(()) };
    let Some(starts) = Starts::of(&columns) else { return Ok(()) };
    let draft = path.with_extension("new");
    let mut out = BufWriter::new(Summed { file: File::create(&draft)?, sum: Xxh3::new() });
    out.write_all(&MAGIC)?;
    write_numbers(&mut out, [VERSION, columns.articles, columns.width as u32])?;
    starts.write(&mut out)?;
    columns.write(&mut out)?;
    out.write_all(&[0; AT_ONCE])?;
    let Summed { mut file, sum } = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.write_all(&sum.digest().to_le_bytes())?;
    file.sync_all()?;
    Ok(std::fs::rename(&draft, path)?)
}

/// What the rows of a segment are written from.
struct Columns {
    articles: DocId,
    countries: Option<StrColumn>,
    people: Option<StrColumn>,
    /// Bytes of a name.
    width: usize,
}

impl Columns {
    /// `None` where there are more countries than a byte can tell.
    fn open(segment: &SegmentReader) -> tantivy::Result<Option<Self>> {
        let (articles, fast) = (segment.max_doc(), segment.fast_fields());
        let (countries, people) = (fast.str(COUNTRIES)?, fast.str(PEOPLE)?);
        let width = (1..4).find(|width| greatest(people.as_ref()) >> (8 * width) == 0).unwrap_or(4);
        let fits = greatest(countries.as_ref()) <= u8::MAX.into();
        Ok(fits.then_some(Self { articles, countries, people, width }))
    }

    /// Calls `each` with what every article has, in order: ordinals of countries, and of names.
    fn each<E>(&self, mut each: impl FnMut(&[u64], &[u64]) -> Result<(), E>) -> Result<(), E> {
        let mut both = [(&self.countries, Batch::default()), (&self.people, Batch::default())];
        for first in (0..self.articles).step_by(BATCH) {
            let docs: Vec<DocId> = (first..self.articles.min(first + BATCH as DocId)).collect();
            for (column, batch) in &mut both {
                if let Some(column) = column {
                    batch.fetch(column.ords(), &docs);
                }
            }
            let mut at = [0, 0];
            for doc in docs {
                let [countries, people] = [0, 1].map(|of| {
                    let (start, batch) = (at[of], &both[of].1);
                    at[of] += batch.docs[start..].iter().take_while(|other| **other == doc).count();
                    &batch.values[start..at[of]]
                });
                each(countries, people)?;
            }
        }
        Ok(())
    }

    /// Bytes of the row of an article with so many countries and names.
    fn length(&self, countries: usize, people: usize) -> usize {
        if countries + people == 0 { 0 } else { 1 + countries + people * self.width }
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let mut row = Vec::new();
        self.each(|countries, people| {
            row.clear();
            if self.length(countries.len(), people.len()) > 0 {
                row.push(countries.len() as u8);
            }
            row.extend(countries.iter().map(|country| *country as u8));
            people.iter().for_each(|name| row.extend_from_slice(&name.to_le_bytes()[..self.width]));
            out.write_all(&row)
        })
    }
}

/// The greatest ordinal of a column.
fn greatest(column: Option<&StrColumn>) -> usize {
    column.map_or(0, |column| column.num_terms().saturating_sub(1))
}

/// Where the row of each article begins, and where that of the last ends.
struct Starts {
    all: Vec<u32>,
    /// Articles of a block, as a power of two.
    block: u32,
}

impl Starts {
    /// `None` where an article has more countries or names, or all together have, than rows can tell.
    fn of(columns: &Columns) -> Option<Self> {
        let mut starts = Self { all: vec![0], block: BLOCK };
        let mut end = 0_u32;
        let lengths: Result<(), ()> = columns.each(|countries, people| {
            let length = u32::try_from(columns.length(countries.len(), people.len())).ok();
            end = length
                .and_then(|length| end.checked_add(length))
                .filter(|_| countries.len() <= 255)
                .ok_or(())?;
            starts.all.push(end);
            Ok(())
        });
        lengths.ok()?;
        while starts.blocks().any(|(base, some)| some.iter().any(|start| start - base > u16::MAX.into())) {
            starts.block = starts.block.checked_sub(1)?;
        }
        Some(starts)
    }

    /// Where each block begins, with the same for each of its articles, and where the last one ends.
    fn blocks(&self) -> impl Iterator<Item = (u32, &[u32])> {
        let articles = self.all.len() - 1;
        let size = 1 << self.block;
        let block = move |first: usize| &self.all[first..=articles.min(first + size)];
        (0..articles).step_by(size).map(block).map(|some| (some[0], some))
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        write_numbers(out, [self.block, self.all.last().copied().unwrap_or_default()])?;
        write_numbers(out, self.blocks().map(|(base, _)| base))?;
        for (base, some) in self.blocks() {
            some.iter().try_for_each(|start| out.write_all(&((start - base) as u16).to_le_bytes()))?;
        }
        Ok(())
    }
}

fn write_numbers(out: &mut impl Write, numbers: impl IntoIterator<Item = u32>) -> io::Result<()> {
    numbers.into_iter().try_for_each(|number| out.write_all(&number.to_le_bytes()))
}

/// A file being written, and the checksum of what is.
struct Summed {
    file: File,
    sum: Xxh3,
}

impl Write for Summed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.file.write(bytes)?;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
