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

/// Files that a merge passes over in order and that grow with the archive: postings, positions, stored articles.
const WINDOWED: [&str; 3] = ["idx", "pos", "store"];

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reader {
    Search,
    Merge,
}

/// A folder on disk.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    path: PathBuf,
    mapped: MmapDirectory,
    reader: Reader,
}

impl Folder {
    /// A folder to search in: its files are mapped.
    pub(super) fn to_search(path: &Path) -> Result<Self, OpenDirectoryError> {
        Self::open(path, Reader::Search)
    }

    /// A folder to write to: its large files are read in windows.
    pub(super) fn to_write(path: &Path) -> Result<Self, OpenDirectoryError> {
        Self::open(path, Reader::Merge)
    }

    fn open(path: &Path, reader: Reader) -> Result<Self, OpenDirectoryError> {
        Ok(Self { path: path.to_owned(), mapped: MmapDirectory::open(path)?, reader })
    }
}

impl Directory for Folder {
    fn get_file_handle(&self, path: &Path) -> Result<Arc<dyn FileHandle>, OpenReadError> {
        let windowed = |end: &std::ffi::OsStr| WINDOWED.iter().any(|windowed| end == *windowed);
        let whole = self.path.join(path);
        // A file that cannot be opened here gets its error from the other.
        match self.reader {
            Reader::Merge if cfg!(unix) && path.extension().is_some_and(windowed) => {
                if let Ok(file) = Windowed::open(&whole) {
                    return Ok(Arc::new(file));
                }
            }
            Reader::Search if cfg!(target_os = "linux") => {
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
