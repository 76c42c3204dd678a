//! The people book: which names of the archive are one person.
//!
//! Inside an article extraction has joined the forms of a name. Across the archive the book does, from the names
//! alone: their words ([`form`], [`spelling`], [`relation`]), in how many articles each stands and which stand
//! together as different people ([`evidence`]). [`join`] applies the rules ([`rule`]); `people.toml`
//! ([`corrections`]) has the last word. The outcome is a table from the names of each segment to people
//! ([`file`]), made once for a state of the index, so that a join needs no re-index.

mod corrections;
mod count;
mod derive;
mod evidence;
mod file;
mod form;
mod join;
mod list;
mod relation;
mod rule;
mod slip;
mod spelling;
mod surname;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod unit;

pub use corrections::{
    Correction, CorrectionError, read_corrections, with_correction, without_last_correction,
};
pub(in crate::index) use count::{PeopleCounts, also};
pub(in crate::index) use file::Book;
pub use list::{Near, PeopleRequest, Person, PersonForm};
pub use rule::Rule;
pub(in crate::index) use spelling::edits;

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::{MmapDirectory, OwnedBytes};
use tantivy::schema::Field;
use tantivy::{Directory, Searcher};

use super::failure::Context;
use super::held::Held;
use crate::search::EngineError;

/// Name of the book beside the index.
const BOOK: &str = "people.book";
/// Name of the user's corrections beside the index.
pub const CORRECTIONS: &str = "people.toml";

/// The book of an index: opened when it is first needed, made where it is missing or old.
#[derive(Clone)]
pub(super) struct Books {
    /// Folder of the index; none for one in memory.
    dir: Option<PathBuf>,
    /// The field of words.
    text: Field,
    held: Held<Opened>,
}

/// The book, and what is wrong with the corrections.
#[derive(Clone)]
struct Opened {
    book: Arc<Book>,
    note: Option<String>,
}

impl Books {
    pub(super) fn new(dir: Option<&Path>, text: Field) -> Self {
        Self { dir: dir.map(Path::to_owned), text, held: Held::default() }
    }

    /// The book for what a searcher sees.
    pub(super) fn of(&self, searcher: &Searcher) -> Result<Arc<Book>, EngineError> {
        Ok(self.held(searcher)?.book)
    }

    /// What is wrong with `people.toml`, for whoever asks about people.
    pub(super) fn note(&self, searcher: &Searcher) -> Result<Option<String>, EngineError> {
        Ok(self.held(searcher)?.note)
    }

    fn held(&self, searcher: &Searcher) -> Result<Opened, EngineError> {
        self.held.of(searcher, || self.open(searcher))
    }

    fn open(&self, searcher: &Searcher) -> Result<Opened, EngineError> {
        let corrections = self.corrections()?;
        let state = state(searcher, &corrections);
        // Whoever searches gets an answer; what is wrong with the file is said beside it.
        let (entries, note) = match read_corrections(&corrections) {
            Ok(entries) => (entries.into_iter().map(|(_, entry)| entry).collect(), None),
            Err(error) => (Vec::new(), Some(format!("{error}; people are joined as without the file"))),
        };
        let book = match self.read(state) {
            Some(book) => book,
            None => self.make(searcher, &entries, state)?,
        };
        Ok(Opened { book: Arc::new(book), note })
    }

    fn corrections(&self) -> Result<String, EngineError> {
        let Some(dir) = &self.dir else { return Ok(String::new()) };
        let path = dir.join(CORRECTIONS);
        match std::fs::read_to_string(&path) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
            Err(source) => Err(EngineError::Io { context: format!("reading {}", path.display()), source }),
        }
    }

    fn read(&self, state: u64) -> Option<Book> {
        // A directory of its own: tantivy's keeps a file mapped that was replaced since.
        let directory = MmapDirectory::open(self.dir.as_ref()?).ok()?;
        let bytes = directory.open_read(Path::new(BOOK)).ok()?.read_bytes().ok()?;
        Book::read(bytes, state)
    }

    fn make(&self, searcher: &Searcher, entries: &[Correction], state: u64) -> Result<Book, EngineError> {
        let path = self.dir.as_deref().unwrap_or(Path::new("memory"));
        let bytes = derive::derive(searcher, self.text, entries, state).at(path)?;
        if let Some(dir) = &self.dir {
            // Where nothing can be written the book is made anew by each process.
            let _ = write(dir, &bytes);
        }
        Book::read(OwnedBytes::new(bytes), state)
            .ok_or_else(|| EngineError::Internal("the people book cannot be read back".to_owned()))
    }
}

/// Writes the book, whole or not at all.
fn write(dir: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let draft = dir.join(format!("{BOOK}.{}.tmp", std::process::id()));
    let written = std::fs::write(&draft, bytes).and_then(|()| std::fs::rename(&draft, dir.join(BOOK)));
    if written.is_err() {
        // Of two faults the first is told.
        let _ = std::fs::remove_file(&draft);
    }
    written
}

/// A hash of what a book is made from: the segments, their deletions, the corrections, the rules.
fn state(searcher: &Searcher, corrections: &str) -> u64 {
    let mut hash = xxhash_rust::xxh3::Xxh3::new();
    hash.update(&file::VERSION.to_le_bytes());
    for segment in searcher.segment_readers() {
        hash.update(segment.segment_id().uuid_string().as_bytes());
        hash.update(&segment.num_deleted_docs().to_le_bytes());
        hash.update(&segment.delete_opstamp().unwrap_or(0).to_le_bytes());
    }
    hash.update(corrections.as_bytes());
    hash.digest()
}
