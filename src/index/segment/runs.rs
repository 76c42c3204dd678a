//! Postings that leave memory before their segment is written.
//!
//! The postings that memory holds at once are a run. All but the last run of a segment lie in files without a name,
//! their terms in order, and are read side by side when the segment is written. So a segment is as large as the
//! articles between two commits. When each run was a segment of its own, tantivy merged them, for which it takes every
//! posting apart and puts it together again: with runs 200,000 articles take .85 of the CPU time, and how much memory
//! there is does not matter to it any more.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

use tantivy::fieldnorm::FieldNormReader;
use tantivy::postings::InvertedIndexSerializer;
use tantivy::schema::Field;

use super::lists::{Lists, Posted, write_postings};

/// Bytes of a run that are read or written at once.
const AT_ONCE: usize = 128 << 10;
/// Stands for the length of a term where the terms of a field end.
const END: u32 = u32::MAX;

/// A run that lies in a file, read from its front: field by field, of each the terms in order.
#[derive(Debug)]
pub(super) struct Run(BufReader<File>);

impl Run {
    /// Lets the postings of all fields leave memory for a file in a folder; where there is no such folder, among the
    /// temporary files of the system.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn save(fields: &mut [Lists], folder: &Path) -> io::Result<Self> {
        let file = if folder.is_dir() { tempfile::tempfile_in(folder) } else { tempfile::tempfile() }?;
        let mut out = BufWriter::with_capacity(AT_ONCE, file);
        for lists in fields {
            for Posted { term, articles, postings } in lists.deal().terms() {
                for number in [term.len() as u32, articles, postings.len() as u32] {
                    out.write_all(&number.to_le_bytes())?;
                }
                out.write_all(term)?;
                out.write_all(postings)?;
            }
            out.write_all(&END.to_le_bytes())?;
        }
        let mut file = out.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.rewind()?;
        Ok(Self(BufReader::with_capacity(AT_ONCE, file)))
    }

    fn number(&mut self) -> io::Result<u32> {
        let mut bytes = [0; 4];
        self.0.read_exact(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }
}

/// A term of one run.
#[derive(Debug, Default)]
struct Entry {
    term: Vec<u8>,
    articles: u32,
    postings: Vec<u8>,
}

/// The terms of a field in one run, in order.
trait InOrder {
    /// Reads the next term; `false` at the end.
    fn next(&mut self, to: &mut Entry) -> io::Result<bool>;
}

impl InOrder for Run {
    fn next(&mut self, to: &mut Entry) -> io::Result<bool> {
        let length = self.number()?;
        if length == END {
            return Ok(false);
        }
        to.articles = self.number()?;
        let postings = self.number()?;
        to.term.resize(length as usize, 0);
        self.0.read_exact(&mut to.term)?;
        to.postings.resize(postings as usize, 0);
        self.0.read_exact(&mut to.postings)?;
        Ok(true)
    }
}

impl<'a, I: Iterator<Item = Posted<'a>>> InOrder for I {
    fn next(&mut self, to: &mut Entry) -> io::Result<bool> {
        let Some(Posted { term, articles, postings }) = Iterator::next(self) else { return Ok(false) };
        to.articles = articles;
        to.term.clear();
        to.term.extend_from_slice(term);
        to.postings.clear();
        to.postings.extend_from_slice(postings);
        Ok(true)
    }
}

/// Writes the postings of a field: those of the runs and, behind them, those in memory.
///
/// # Errors
/// When a run cannot be read, or the segment cannot be written.
pub(super) fn write(
    runs: &mut [Run],
    last: &mut Lists,
    field: Field,
    to: &mut InvertedIndexSerializer,
    norms: Option<FieldNormReader>,
) -> io::Result<()> {
    let dealt = last.deal();
    let mut held = dealt.terms();
    let mut all: Vec<&mut dyn InOrder> = runs.iter_mut().map(|run| run as &mut dyn InOrder).collect();
    all.push(&mut held);
    let mut entries: Vec<Entry> = all.iter().map(|_| Entry::default()).collect();
    // The runs by their next term; those that have the same in the order of their articles.
    let mut next = BinaryHeap::with_capacity(all.len());
    for (at, (terms, entry)) in all.iter_mut().zip(&mut entries).enumerate() {
        if terms.next(entry)? {
            next.push(Reverse((std::mem::take(&mut entry.term), at)));
        }
    }
    if next.is_empty() {
        return Ok(());
    }
    let option = last.option();
    let mut to = to.new_field(field, last.tokens(), norms)?;
    let (mut here, mut deltas) = (Vec::new(), Vec::new());
    while let Some(Reverse((term, at))) = next.pop() {
        here.push(at);
        while let Some(Reverse((other, at))) = next.peek()
            && *other == term
        {
            here.push(*at);
            if let Some(Reverse((other, at))) = next.pop() {
                entries[at].term = other;
            }
        }
        let articles = here.iter().map(|at| entries[*at].articles).sum();
        to.new_term(&term, articles, option.has_freq())?;
        for at in &here {
            write_postings(option, entries[*at].articles, &entries[*at].postings, &mut to, &mut deltas);
        }
        to.close_term()?;
        entries[at].term = term;
        for at in here.drain(..) {
            if all[at].next(&mut entries[at])? {
                next.push(Reverse((std::mem::take(&mut entries[at].term), at)));
            }
        }
    }
    to.close()
}
