//! Making the rows of segments from their columns.

use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use tantivy::columnar::StrColumn;
use tantivy::{DocId, SegmentReader};
use xxhash_rust::xxh3::Xxh3;

use super::{AT_ONCE, AllRows, BLOCK, COLUMNS, MAGIC, VERSION, file, folder, name};
use crate::index::Index;
use crate::index::batch::{BATCH, Batch};
use crate::index::failure::Context;
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
    let mut columns = Vec::new();
    for column in COLUMNS {
        let column = segment.fast_fields().str(column)?;
        let Some(draft) = Draft::of(column, segment.max_doc()) else { return Ok(()) };
        columns.push(draft);
    }
    let draft = path.with_extension("new");
    let mut out = BufWriter::new(Summed { file: File::create(&draft)?, sum: Xxh3::new() });
    out.write_all(&MAGIC)?;
    write_numbers(&mut out, [VERSION, segment.max_doc()])?;
    columns.iter().try_for_each(|column| column.write(&mut out))?;
    let Summed { mut file, sum } = out.into_inner().map_err(io::IntoInnerError::into_error)?;
    file.write_all(&sum.digest().to_le_bytes())?;
    file.sync_all()?;
    Ok(std::fs::rename(&draft, path)?)
}

/// What the rows of a column are written from.
struct Draft {
    column: Option<StrColumn>,
    /// Where the values of each article begin among all, and where those of the last end.
    starts: Vec<u32>,
    /// Articles of a block, as a power of two.
    block: u32,
}

impl Draft {
    /// `None` where an article has more values than rows can tell.
    fn of(column: Option<StrColumn>, articles: DocId) -> Option<Self> {
        let mut starts = vec![0; articles as usize + 1];
        let mut batch = Batch::default();
        for docs in chunks(articles) {
            if let Some(column) = &column {
                batch.fetch(column.ords(), &docs);
            }
            batch.docs.iter().for_each(|doc| starts[*doc as usize + 1] += 1);
        }
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        let mut draft = Self { column, starts, block: BLOCK };
        while draft.blocks().any(|(base, some)| some.iter().any(|start| start - base > u16::MAX.into())) {
            draft.block = draft.block.checked_sub(1)?;
        }
        Some(draft)
    }

    /// Where the values of each block begin; the same for each of its articles, and where those of the last end.
    fn blocks(&self) -> impl Iterator<Item = (u32, &[u32])> {
        let articles = self.starts.len() - 1;
        let size = 1 << self.block;
        let block = move |first: usize| &self.starts[first..=articles.min(first + size)];
        (0..articles).step_by(size).map(block).map(|some| (some[0], some))
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let greatest = self.column.as_ref().map_or(0, |column| column.num_terms().saturating_sub(1));
        let width = (1..4).find(|width| greatest >> (8 * width) == 0).unwrap_or(4);
        let values = self.starts.last().copied().unwrap_or_default();
        write_numbers(out, [width as u32, self.block, values])?;
        write_numbers(out, self.blocks().map(|(base, _)| base))?;
        for (base, some) in self.blocks() {
            some.iter().try_for_each(|start| out.write_all(&((start - base) as u16).to_le_bytes()))?;
        }
        let mut batch = Batch::default();
        for docs in chunks(self.starts.len() as DocId - 1) {
            if let Some(column) = &self.column {
                batch.fetch(column.ords(), &docs);
            }
            batch.values.iter().try_for_each(|value| out.write_all(&value.to_le_bytes()[..width]))?;
        }
        out.write_all(&[0; AT_ONCE])
    }
}

/// All articles of a segment, as many at once as a batch fetches.
fn chunks(articles: DocId) -> impl Iterator<Item = Vec<DocId>> {
    let size = BATCH as DocId;
    (0..articles).step_by(BATCH).map(move |first| (first..articles.min(first + size)).collect())
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
