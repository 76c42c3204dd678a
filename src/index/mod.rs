//! The embedded engine: articles in a tantivy index on disk, behind the port of [`crate::search`].
//!
//! - [`Index`] opens or creates an index folder and answers requests.
//! - [`Writer`] takes articles in, from as many threads as call it.
//!
//! On the way in an article is cut by [`document`] into a [`segment`] that [`builders`] lend to the thread that puts it;
//! tantivy merges the segments. On the way out a query is [`compile`]d and answered by [`engine`].
//!
//! Only this module names tantivy. The folder holds `meta.json` (format version, written here), `tantivy/` and
//! `dictionary` (what stored articles are packed with), and what is derived from these: `people.book`, `copies`, `rows`.
//! Other parts of dateline keep their own files beside them.

mod ahead;
mod batch;
mod book;
mod builders;
mod by_word;
mod bytes;
mod calendar;
mod check;
mod compile;
mod copies;
mod cores;
mod counters;
mod deletion;
mod dictionary;
mod document;
mod engine;
mod facets;
mod failure;
mod folder;
mod held;
mod highlight;
mod kept;
mod mentions;
mod meta;
mod numbers;
mod odds;
mod ordinals;
mod packed;
mod pass;
mod port;
mod positions;
mod read;
mod rows;
mod schema;
mod segment;
mod sentences;
mod series;
mod stats;
mod stem;
mod steps;
mod stored;
mod tally;
mod terms;
mod texts;
mod top;
mod values;
mod verify;
mod vocabulary;
mod windowed;
mod writer;

pub use book::{
    CORRECTIONS, Correction, CorrectionError, Near, PeopleRequest, Person, PersonForm, Rule,
    read_corrections, with_correction, without_last_correction,
};
pub use check::{Check, Mended, check, empty, mend};
pub use meta::Meta;
pub use schema::{FORMAT, describe};
pub use writer::{Writer, WriterOptions};

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::error::OpenDirectoryError;
use tantivy::{IndexReader, ReloadPolicy, Searcher};

use crate::search::EngineError;
use book::Books;
use copies::Copies;
use failure::{Context, guarded};
use folder::Folder;
use held::Held;
use ordinals::Numberings;
use packed::Packing;
use read::Stores;
use rows::AllRows;
use schema::Fields;
use top::Keys;

/// An index on disk, open for reading.
#[derive(Clone)]
pub struct Index {
    path: PathBuf,
    inner: tantivy::Index,
    reader: IndexReader,
    fields: Fields,
    meta: Meta,
    opened: Opened,
    packing: Packing,
    books: Books,
}

/// What was opened for a state of the index.
#[derive(Clone, Default)]
struct Opened {
    numberings: Numberings,
    keys: Held<Keys>,
    copies: Held<Arc<Copies>>,
    stores: Held<Stores>,
    rows: Held<AllRows>,
}

impl std::fmt::Debug for Index {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Index").field("path", &self.path).finish_non_exhaustive()
    }
}

impl Index {
    /// Whether there is an index in a folder, readable or not.
    pub fn exists(dir: &Path) -> bool {
        dir.join("meta.json").is_file()
    }

    /// Opens the index in a folder.
    ///
    /// # Errors
    /// [`EngineError::NotFound`] when there is none, [`EngineError::Incompatible`] when its format is not
    /// [`FORMAT`], [`EngineError::Damaged`] or [`EngineError::Io`] when it cannot be read.
    pub fn open(dir: &Path) -> Result<Self, EngineError> {
        let meta = Meta::read(dir)?.ok_or_else(|| EngineError::NotFound(dir.display().to_string()))?;
        let folder = dir.join("tantivy");
        let directory = Folder::to_search(&folder).at(dir)?;
        if !tantivy::Index::exists(&directory).map_err(tantivy::TantivyError::from).at(dir)? {
            return Err(damaged(dir, "its articles are gone"));
        }
        let packing = Packing::open(Some(dir))?;
        guarded(dir, || Self::with(dir, tantivy::Index::open(directory).at(dir)?, meta, packing))
    }

    /// Opens the index in a folder, or makes an empty one (and the folder).
    ///
    /// # Errors
    /// As [`Index::open`], except that nothing there is no error.
    pub fn create_or_open(dir: &Path) -> Result<Self, EngineError> {
        if Meta::read(dir)?.is_some() {
            return Self::open(dir);
        }
        let folder = dir.join("tantivy");
        std::fs::create_dir_all(&folder).map_err(|source| EngineError::Io {
            context: format!("creating {}", folder.display()),
            source,
        })?;
        let directory = Folder::to_search(&folder).at(dir)?;
        let (_, schema) = Fields::build();
        // A folder without our own file may hold an index whose creation was cut short: it is taken over.
        let inner = tantivy::Index::builder()
            .schema(schema)
            .settings(schema::settings())
            .open_or_create(directory)
            .at(dir)?;
        let meta = Meta::default();
        meta.write(dir)?;
        Self::with(dir, inner, meta, Packing::open(Some(dir))?)
    }

    /// Makes an index in memory, for tests.
    ///
    /// # Errors
    /// [`EngineError::Internal`] when tantivy refuses the schema.
    pub fn in_memory() -> Result<Self, EngineError> {
        let path = Path::new("memory");
        let (_, schema) = Fields::build();
        let inner =
            tantivy::Index::builder().schema(schema).settings(schema::settings()).create_in_ram().at(path)?;
        let mut index = Self::with(path, inner, Meta::default(), Packing::open(None)?)?;
        index.books = Books::new(None, index.fields.text);
        Ok(index)
    }

    fn with(dir: &Path, inner: tantivy::Index, meta: Meta, packing: Packing) -> Result<Self, EngineError> {
        let (fields, schema) = Fields::build();
        if inner.schema() != schema {
            return Err(damaged(dir, "its fields are not those of its format"));
        }
        let reader = inner.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().at(dir)?;
        let books = Books::new(Some(dir), fields.text);
        let opened = Opened::default();
        Ok(Self { path: dir.to_owned(), inner, reader, fields, meta, opened, packing, books })
    }

    /// What the index says of itself.
    pub fn meta(&self) -> &Meta {
        &self.meta
    }

    /// The folder it lies in.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes visible what another process committed, or changed of the files beside the index.
    ///
    /// # Errors
    /// [`EngineError::Damaged`] or [`EngineError::Io`].
    pub fn refresh(&self) -> Result<(), EngineError> {
        self.reader.reload().at(&self.path)
    }

    /// What was committed last was committed with this text, see [`Writer::commit_with`].
    ///
    /// # Errors
    /// [`EngineError::Damaged`] or [`EngineError::Io`].
    pub fn payload(&self) -> Result<Option<String>, EngineError> {
        Ok(self.inner.load_metas().at(&self.path)?.payload)
    }

    /// Opens the index for writing; one writer at a time.
    ///
    /// # Errors
    /// [`EngineError::Locked`] when another one writes.
    pub fn writer(&self, options: &WriterOptions) -> Result<Writer, EngineError> {
        Writer::new(self, options)
    }

    /// The index opened to pass over much of it without mapping it into memory.
    fn windowed(&self) -> Result<Self, EngineError> {
        let inner = self.opened_in(Folder::to_pass_over)?;
        let reader = inner.reader_builder().reload_policy(ReloadPolicy::Manual).try_into().at(&self.path)?;
        // What is open for a state of the index belongs to the reader that counts its states.
        Ok(Self { inner, reader, opened: Opened::default(), ..self.clone() })
    }

    /// The index as a writer opens it.
    fn for_writing(&self) -> Result<tantivy::Index, EngineError> {
        self.opened_in(Folder::to_write)
    }

    /// The index once more, its folder opened another way.
    fn opened_in(
        &self,
        open: impl FnOnce(&Path) -> Result<Folder, OpenDirectoryError>,
    ) -> Result<tantivy::Index, EngineError> {
        if !self.packing.is_on_disk() {
            return Ok(self.inner.clone());
        }
        let folder = open(&self.path.join("tantivy")).at(&self.path)?;
        tantivy::Index::open(folder).at(&self.path)
    }

    fn searcher(&self) -> Searcher {
        self.reader.searcher()
    }
}

fn damaged(dir: &Path, cause: &str) -> EngineError {
    EngineError::Damaged { path: dir.display().to_string(), cause: cause.to_owned() }
}

#[cfg(test)]
mod tests;
