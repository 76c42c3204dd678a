//! Postings that leave memory before their segment is written.
//!
//! The postings that memory holds at once are a run. All but the last run of a segment lie in files without a name,
//! their terms in order, and are read side by side when the segment is written. So a segment is as large as the
//! articles between two commits. When each run was a segment of its own, tantivy merged them, for which it takes every
//! posting apart and puts it together again: with runs 200,000 articles take .85 of the CPU time, and how much memory
//! there is does not matter to it any more.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
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

/// A term of one run. Entries sort by their term; those of one term by their run, in the order of its articles.
#[derive(Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    term: Vec<u8>,
    run: usize,
    articles: u32,
    postings: Vec<u8>,
}

/// The terms of a field in one run, in order.
trait InOrder {
    /// Reads the next term into the room of an entry of the run; none at the end.
    fn next(&mut self, room: Entry) -> io::Result<Option<Entry>>;
}

impl InOrder for Run {
    fn next(&mut self, mut to: Entry) -> io::Result<Option<Entry>> {
        let length = self.number()?;
        if length == END {
            return Ok(None);
        }
        to.articles = self.number()?;
        let postings = self.number()?;
        to.term.resize(length as usize, 0);
        self.0.read_exact(&mut to.term)?;
        to.postings.resize(postings as usize, 0);
        self.0.read_exact(&mut to.postings)?;
        Ok(Some(to))
    }
}

impl<'a, I: Iterator<Item = Posted<'a>>> InOrder for I {
    fn next(&mut self, mut to: Entry) -> io::Result<Option<Entry>> {
        let Some(Posted { term, articles, postings }) = Iterator::next(self) else { return Ok(None) };
        to.articles = articles;
        to.term.clear();
        to.term.extend_from_slice(term);
        to.postings.clear();
        to.postings.extend_from_slice(postings);
        Ok(Some(to))
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
    // The next entry of each run.
    let mut next = BinaryHeap::with_capacity(all.len());
    for (run, terms) in all.iter_mut().enumerate() {
        next.extend(terms.next(Entry { run, ..Entry::default() })?.map(Reverse));
    }
    if next.is_empty() {
        return Ok(());
    }
    let option = last.option();
    let mut to = to.new_field(field, last.tokens(), norms)?;
    let (mut same, mut deltas): (Vec<Entry>, _) = (Vec::new(), Vec::new());
    while let Some(Reverse(first)) = next.pop() {
        same.push(first);
        while let Some(another) = next.peek_mut().filter(|entry| entry.0.term == same[0].term) {
            same.push(PeekMut::pop(another).0);
        }
        let articles = same.iter().map(|entry| entry.articles).sum();
        to.new_term(&same[0].term, articles, option.has_freq())?;
        for Entry { articles, postings, .. } in &same {
            write_postings(option, *articles, postings, &mut to, &mut deltas);
        }
        to.close_term()?;
        for spent in same.drain(..) {
            next.extend(all[spent.run].next(spent)?.map(Reverse));
        }
    }
    to.close()
}
