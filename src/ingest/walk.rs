//! The files of an archive, in a stable order, without following anything out of it.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::{Reject, code};
use crate::article::Origin;

/// A regular file of the archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Where to open it.
    pub path: PathBuf,
    /// Path relative to the archive, with `/`; bytes that are no UTF-8 and control characters are written `\xNN`.
    pub name: String,
    /// Size in bytes.
    pub size: u64,
    /// Time of last change, where the file system knows one.
    pub modified: Option<SystemTime>,
}

/// What a walk comes upon.
pub type Found = Result<FileEntry, Reject>;

/// Lists the regular files at and below `start` in byte order of their names, hidden ones (`.git`, `.dateline`)
/// left out. Names are relative to `base` (the archive) where `start` lies in it, absolute otherwise. `start`
/// itself may be a link; links below it are not followed but reported.
pub fn walk(base: &Path, start: &Path) -> impl Iterator<Item = Found> {
    let base = base.to_owned();
    walkdir::WalkDir::new(start).sort_by_file_name().into_iter().filter_map(move |entry| {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                let path = error.path().map(|p| name_of(&base, p)).unwrap_or_default();
                return Some(Err(Reject {
                    origin: Origin { path, record: None },
                    code: code::UNREADABLE,
                    message: error.to_string(),
                }));
            }
        };
        let metadata = entry.metadata().ok()?;
        metadata.is_file().then(|| {
            Ok(FileEntry {
                name: name_of(&base, entry.path()),
                path: entry.into_path(),
                size: metadata.len(),
                modified: metadata.modified().ok(),
            })
        })
    })
}

/// Path relative to the archive as [`FileEntry::name`] has it.
pub fn name_of(base: &Path, path: &Path) -> String {
    path.strip_prefix(base).unwrap_or(path).to_string_lossy().into_owned()
}
