//! The folder tantivy works in, whose files are read as suits whoever opened it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tantivy::directory::error::{DeleteError, LockError, OpenDirectoryError, OpenReadError, OpenWriteError};
use tantivy::directory::{
    Directory, DirectoryLock, FileHandle, Lock, MmapDirectory, WatchCallback, WatchHandle, WritePtr,
};

use super::ahead::ahead;
use super::windowed::Windowed;

/// Files that a merge passes over in order and that grow with the archive: postings, positions, stored articles and
/// columns. Of these it holds one at a time.
const MERGED: &[&str] = &["idx", "pos", "store", "fast"];
/// Files that whoever passes over much of an index reads little stretches of. Columns are held to the end.
const PASSED_OVER: &[&str] = &["idx", "pos", "store"];

/// How files are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reading {
    /// Mapped, and asked for ahead.
    Ahead,
    /// In windows where they end like this, else mapped.
    Windowed(&'static [&'static str]),
}

/// A folder on disk.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    path: PathBuf,
    mapped: MmapDirectory,
    reading: Reading,
}

impl Folder {
    /// A folder to search in: its files are mapped.
    pub(super) fn to_search(path: &Path) -> Result<Self, OpenDirectoryError> {
        Self::open(path, Reading::Ahead)
    }

    /// A folder to write to and merge in.
    pub(super) fn to_write(path: &Path) -> Result<Self, OpenDirectoryError> {
        Self::open(path, Reading::Windowed(MERGED))
    }

    /// A folder of which much is read once.
    pub(super) fn to_pass_over(path: &Path) -> Result<Self, OpenDirectoryError> {
        Self::open(path, Reading::Windowed(PASSED_OVER))
    }

    fn open(path: &Path, reading: Reading) -> Result<Self, OpenDirectoryError> {
        Ok(Self { path: path.to_owned(), mapped: MmapDirectory::open(path)?, reading })
    }
}

impl Directory for Folder {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let whole = self.path.join(path);
        match self.reading {
            // A file that cannot be opened here gets its error from the other.
            Reading::Windowed(ends)
                if cfg!(unix)
                    && path.extension().is_some_and(|end| ends.iter().any(|other| end == *other)) =>
            {
                if let Ok(file) = Windowed::open(&whole) {
                    return Ok(Arc::new(file));
                }
            }
            Reading::Ahead if cfg!(target_os = "linux") => {
                return Ok(ahead(&whole, self.mapped.get_file_handle(path)?));
            }
            _ => {}
        }
        self.mapped.get_file_handle(path)
    }

    fn delete(&self, path: &Path) -> Result<(), DeleteError> {
        self.mapped.delete(path)
    }

    fn exists(&self, path: &Path) -> Result<bool, OpenReadError> {
        self.mapped.exists(path)
    }

    fn open_write(&self, path: &Path) -> Result<WritePtr, OpenWriteError> {
        self.mapped.open_write(path)
    }

    fn atomic_read(&self, path: &Path) -> Result<Vec<u8>, OpenReadError> {
        self.mapped.atomic_read(path)
    }

    fn atomic_write(&self, path: &Path, data: &[u8]) -> io::Result<()> {
        self.mapped.atomic_write(path, data)
    }

    fn sync_directory(&self) -> io::Result<()> {
        self.mapped.sync_directory()
    }

    fn acquire_lock(&self, lock: &Lock) -> Result<DirectoryLock, LockError> {
        self.mapped.acquire_lock(lock)
    }

    fn watch(&self, callback: WatchCallback) -> tantivy::Result<WatchHandle> {
        self.mapped.watch(callback)
    }
}
