//! The files of an archive, in a stable order, without following anything out of it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
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

/// A place of the walk before it is looked at. A look is a call of the system: of 100,000 files two thirds of the
/// walk, so several threads can share them.
pub struct Listed {
    what: What,
}

enum What {
    StandardInput,
    Entry(walkdir::Result<walkdir::DirEntry>, Arc<Start>),
}

/// Where a walk began.
struct Start {
    namer: Namer,
    root: PathBuf,
}

/// Lists the regular files at and below `start` in byte order of their names, hidden ones (`.git`, `.dateline`)
/// and those of an index that lies in the archive left out. Names are relative to `base` (the archive) where `start`
/// lies in it, absolute otherwise. `start` itself may be a link; links below it are not followed but reported.
pub fn walk(base: &Path, start: &Path) -> impl Iterator<Item = Found> + use<> {
    list(base, start).filter_map(Listed::look)
}

/// As [`walk()`], without a look at what is there; `-` is standard input.
pub fn list(base: &Path, start: &Path) -> impl Iterator<Item = Listed> + use<> {
    let standard_input = (start.as_os_str() == "-").then_some(Listed { what: What::StandardInput });
    let walked = standard_input.is_none().then(|| list_files(base, start));
    standard_input.into_iter().chain(walked.into_iter().flatten())
}

fn list_files(base: &Path, start: &Path) -> impl Iterator<Item = Listed> + use<> {
    let root = fs::canonicalize(start).unwrap_or_else(|_| start.to_owned());
    let from = Arc::new(Start { namer: Namer::new(base, start), root });
    // Those of one folder differ in their last part only; to cut that off for each comparison takes a tenth of the walk.
    let by_name =
        |a: &walkdir::DirEntry, b: &walkdir::DirEntry| a.path().as_os_str().cmp(b.path().as_os_str());
    let walker = walkdir::WalkDir::new(start).sort_by(by_name).into_iter();
    let visible = walker.filter_entry(|entry| entry.depth() == 0 || !is_hidden(entry) && !is_index(entry));
    visible.map(move |entry| Listed { what: What::Entry(entry, Arc::clone(&from)) })
}

impl Listed {
    /// Looks at what is there; none for a folder.
    pub fn look(self) -> Option<Found> {
        let (entry, start) = match self.what {
            What::Entry(entry, start) => (entry, start),
            What::StandardInput => {
                let (path, name) = (PathBuf::from("-"), "-".to_owned());
                return Some(Ok(FileEntry { path, name, size: 0, modified: None }));
            }
        };
        match entry {
            Ok(entry) => {
                let name = start.namer.name(entry.path());
                look_at(entry, name, &start.root).transpose()
            }
            Err(error) => {
                let path = error.path().map(|path| start.namer.name(path)).unwrap_or_default();
                let message = error.io_error().map_or_else(|| error.to_string(), io::Error::to_string);
                Some(Err(reject(path, code::UNREADABLE, message)))
            }
        }
    }
}

/// The name that [`walk()`] gives to an input, or to the folder its files are below.
pub fn name_of(base: &Path, input: &Path) -> String {
    Namer::new(base, input).name(input)
}

/// A name as text that is safe to print and to build an id from: bytes that are no UTF-8 and control characters
/// are written `\xNN`, line breaks and tabs `\n`, `\r`, `\t`.
pub(super) fn printable(raw: &[u8]) -> String {
    let mut out = String::with_capacity(raw.len());
    print(raw, &mut out);
    out
}

/// Appends a name as [`printable`] text.
fn print(raw: &[u8], out: &mut String) {
    for chunk in raw.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\n' | '\r' | '\t' => out.extend(c.escape_default()),
                c if c.is_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
                c => out.push(c),
            }
        }
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
}

/// Appends the names of a path, each behind a `/` but the first of all.
fn print_path(path: &Path, out: &mut String) {
    for part in path.components() {
        if let std::path::Component::Normal(name) = part {
            if !out.is_empty() {
                out.push('/');
            }
            print(name.as_encoded_bytes(), out);
        }
    }
}

fn is_hidden(entry: &walkdir::DirEntry) -> bool {
    entry.file_name().as_encoded_bytes().starts_with(b".")
}

/// Whether a folder is an index of ours: it looks like one and holds no articles, whatever its name.
fn is_index(entry: &walkdir::DirEntry) -> bool {
    entry.file_type().is_dir()
        && entry.path().join("tantivy/meta.json").is_file()
        && entry.path().join("meta.json").is_file()
}

/// The file of a directory entry, nothing (a folder), or why it is not read.
fn look_at(entry: walkdir::DirEntry, name: String, root: &Path) -> Result<Option<FileEntry>, Reject> {
    if entry.depth() > 0 && entry.path_is_symlink() {
        return Err(judge_link(entry.path(), name, root));
    }
    let metadata = match fs::metadata(entry.path()) {
        Ok(metadata) => metadata,
        Err(error) => return Err(reject(name, code::UNREADABLE, error.to_string())),
    };
    if metadata.is_dir() {
        return Ok(None);
    }
    if !metadata.is_file() {
        return Err(reject(name, code::NOT_REGULAR_FILE, "a pipe, socket or device"));
    }
    Ok(Some(FileEntry {
        path: entry.into_path(),
        name,
        size: metadata.len(),
        modified: metadata.modified().ok(),
    }))
}

/// Links are never followed; the report says what each would have led to.
fn judge_link(link: &Path, name: String, root: &Path) -> Reject {
    let target = match fs::canonicalize(link) {
        Ok(target) => target,
        // Links in a ring resolve to nothing.
        Err(error) if error.raw_os_error() == Some(40) => {
            return reject(name, code::SYMLINK_CYCLE, "a link that leads back to itself");
        }
        Err(error) => return reject(name, code::UNREADABLE, format!("a link that leads nowhere: {error}")),
    };
    if !target.starts_with(root) {
        return reject(name, code::SYMLINK_OUTSIDE, "a link out of the archive; not followed");
    }
    let folder = link.parent().and_then(|folder| fs::canonicalize(folder).ok());
    if folder.is_some_and(|folder| folder.starts_with(&target)) {
        return reject(name, code::SYMLINK_CYCLE, "a link to a folder above it; not followed");
    }
    reject(name, code::DUPLICATE, "a link within the archive; its target is read under its own name")
}

fn reject(path: String, code: &'static str, message: impl Into<String>) -> Reject {
    Reject { origin: Origin { path, record: None }, code, message: message.into() }
}

/// Makes names relative to the archive.
struct Namer {
    start: PathBuf,
    /// The name of the start: the way to it from the archive when it lies in it, else from the root.
    name: String,
}

impl Namer {
    fn new(base: &Path, start: &Path) -> Self {
        let absolute = |path: &Path| fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        // The start's own name is kept even where it is a link.
        let start_absolute = match (start.parent(), start.file_name()) {
            (Some(parent), Some(name)) if parent.as_os_str().is_empty() => {
                absolute(Path::new(".")).join(name)
            }
            (Some(parent), Some(name)) => absolute(parent).join(name),
            _ => absolute(start),
        };
        let base = absolute(base);
        let below = [start_absolute.clone(), absolute(start)]
            .iter()
            .find_map(|start| start.strip_prefix(&base).ok().map(Path::to_owned));
        let mut name = String::new();
        print_path(&below.unwrap_or(start_absolute), &mut name);
        Self { start: start.to_owned(), name }
    }

    /// The name of what lies at or below the start.
    fn name(&self, path: &Path) -> String {
        let mut name = self.name.clone();
        print_path(path.strip_prefix(&self.start).unwrap_or(path), &mut name);
        name
    }
}

#[cfg(all(test, unix))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    use std::os::unix::fs::symlink;

    use super::*;

    fn codes(base: &Path, start: &Path) -> Vec<(String, &'static str)> {
        walk(base, start)
            .map(|found| match found {
                Ok(file) => (file.name, "ok"),
                Err(reject) => (reject.origin.path, reject.code),
            })
            .collect()
    }

    fn tree() -> io::Result<tempfile::TempDir> {
        let dir = tempfile::tempdir()?;
        let root = dir.path();
        fs::create_dir_all(root.join("good"))?;
        fs::create_dir_all(root.join("a"))?;
        fs::create_dir_all(root.join(".git"))?;
        fs::write(root.join("good/x.txt"), "x")?;
        fs::write(root.join(".git/x.txt"), "x")?;
        fs::write(root.join("new\nline.txt"), "x")?;
        fs::write(root.join(OsStr::from_bytes(b"bad\xff.txt")), "x")?;
        symlink(".", root.join("loop"))?;
        symlink("../a", root.join("a/b"))?;
        symlink("ring", root.join("ring"))?;
        symlink("nowhere", root.join("dangling.txt"))?;
        symlink("/etc/passwd", root.join("passwd.txt"))?;
        symlink("good", root.join("dup"))?;
        Ok(dir)
    }

    #[test]
    fn links_are_reported_and_never_followed() {
        let dir = tree().unwrap();
        let expected = [
            ("a/b", code::SYMLINK_CYCLE),
            ("bad\\xff.txt", "ok"),
            ("dangling.txt", code::UNREADABLE),
            ("dup", code::DUPLICATE),
            ("good/x.txt", "ok"),
            ("loop", code::SYMLINK_CYCLE),
            ("new\\nline.txt", "ok"),
            ("passwd.txt", code::SYMLINK_OUTSIDE),
            ("ring", code::SYMLINK_CYCLE),
        ];
        let expected: Vec<_> = expected.into_iter().map(|(name, code)| (name.to_owned(), code)).collect();
        assert_eq!(codes(dir.path(), dir.path()), expected);
    }

    #[test]
    fn names_are_relative_to_the_archive_or_absolute() {
        let dir = tree().unwrap();
        let good = dir.path().join("good");
        assert_eq!(codes(dir.path(), &good), [("good/x.txt".to_owned(), "ok")]);
        assert_eq!(codes(dir.path(), &good.join("x.txt")), [("good/x.txt".to_owned(), "ok")]);
        let other = tempfile::tempdir().unwrap();
        let name = &codes(other.path(), &good)[0].0;
        assert!(name.ends_with("good/x.txt") && name.len() > "good/x.txt".len(), "{name}");
    }

    #[test]
    fn an_index_in_the_archive_is_not_read() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("idx/tantivy")).unwrap();
        fs::create_dir_all(dir.path().join("tantivy")).unwrap();
        for file in ["idx/meta.json", "idx/files", "idx/tantivy/meta.json", "meta.json", "tantivy/notes.txt"]
        {
            fs::write(dir.path().join(file), "{}").unwrap();
        }
        let expected = ["meta.json", "tantivy/notes.txt"].map(|name| (name.to_owned(), "ok"));
        assert_eq!(codes(dir.path(), dir.path()), expected);
    }

    #[test]
    fn a_start_that_does_not_exist_is_reported() {
        let dir = tempfile::tempdir().unwrap();
        let found = codes(dir.path(), &dir.path().join("none"));
        assert_eq!(found, [("none".to_owned(), code::UNREADABLE)]);
    }
}
