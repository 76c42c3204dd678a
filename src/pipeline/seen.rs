//! Which files of the archive the index already holds, so that a second run reads only what changed.
//!
//! An append-only text file beside the index: a header that names what the readings depend on, then one line for
//! each file read (`size`, `mtime` in nanoseconds since 1970, path, separated by tabs); a later line for a path
//! replaces an earlier one and a `-` for the size forgets it. It is written after the commit that it speaks of, so
//! a run that dies in between reads some files again and finds their articles unchanged.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustc_hash::FxHashMap;

use crate::ingest::FileEntry;

/// A change this recent may be followed by another one within the same tick of the file system's clock.
const RACY: Duration = Duration::from_secs(2);

/// The files that were read into an index.
#[derive(Debug)]
pub(super) struct Seen {
    at: PathBuf,
    header: String,
    files: FxHashMap<String, Stamp>,
    /// Lines in the file on disk; when most of them are dead it is written anew.
    lines: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    size: u64,
    modified: u128,
}

impl Seen {
    /// Reads the list at `at`. A missing one, one that depends on something else than `basis` now says (options of
    /// reading, version of the extractor) or one that cannot be read is an empty one: every file is read again.
    pub(super) fn load(at: PathBuf, basis: &str) -> Self {
        let header = format!("dateline files 1\t{}", basis.replace(['\n', '\t'], " "));
        let mut seen = Self { at, header, files: FxHashMap::default(), lines: 0 };
        let Ok(text) = fs::read_to_string(&seen.at) else { return seen };
        let Some((first, rest)) = text.split_once('\n') else { return seen };
        if first != seen.header {
            return seen;
        }
        seen.files.reserve(memchr::memchr_iter(b'\n', rest.as_bytes()).count());
        for line in rest.split_inclusive('\n') {
            // A line without its end was cut off by a crash.
            let Some(line) = line.strip_suffix('\n') else { break };
            let mut parts = line.splitn(3, '\t');
            let (Some(size), Some(modified), Some(path)) = (parts.next(), parts.next(), parts.next()) else {
                continue;
            };
            seen.lines += 1;
            match (size.parse(), modified.parse()) {
                (Ok(size), Ok(modified)) => {
                    seen.files.insert(path.to_owned(), Stamp { size, modified });
                }
                _ => {
                    seen.files.remove(path);
                }
            }
        }
        seen
    }

    /// Whether the file is as it was when it was read.
    pub(super) fn is_unchanged(&self, file: &FileEntry) -> bool {
        self.files.get(&file.name).is_some_and(|stamp| Some(*stamp) == Stamp::of(file))
    }

    /// The paths that were read.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// Adds files that were read (as they were when `started`) and drops others; durable on return.
    pub(super) fn record(
        &mut self,
        read: &[FileEntry],
        gone: &[String],
        started: SystemTime,
    ) -> io::Result<()> {
        if read.is_empty() && gone.is_empty() {
            return Ok(());
        }
        let mut lines = Vec::new();
        for file in read {
            let racy = file.modified.is_none_or(|at| at + RACY > started);
            match Stamp::of(file).filter(|_| !racy) {
                Some(stamp) => {
                    writeln!(lines, "{}\t{}\t{}", stamp.size, stamp.modified, file.name)?;
                    self.files.insert(file.name.clone(), stamp);
                }
                None => {
                    // Known, but read again next time.
                    writeln!(lines, "{}\t0\t{}", file.size, file.name)?;
                    self.files.insert(file.name.clone(), Stamp { size: file.size, modified: 0 });
                }
            }
        }
        for name in gone {
            writeln!(lines, "-\t-\t{name}")?;
            self.files.remove(name);
        }
        let fresh = self.lines == 0;
        self.lines += read.len() + gone.len();
        if fresh || self.lines > 2 * self.files.len() + 1000 {
            return self.rewrite();
        }
        let mut file = fs::OpenOptions::new().append(true).open(&self.at)?;
        file.write_all(&lines)?;
        file.sync_data()
    }

    fn rewrite(&mut self) -> io::Result<()> {
        let beside = self.at.with_extension("new");
        let mut out = BufWriter::new(File::create(&beside)?);
        writeln!(out, "{}", self.header)?;
        let mut names: Vec<_> = self.files.iter().collect();
        names.sort_unstable_by_key(|(name, _)| name.as_str());
        for (name, stamp) in names {
            writeln!(out, "{}\t{}\t{name}", stamp.size, stamp.modified)?;
        }
        out.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        self.lines = self.files.len();
        fs::rename(beside, &self.at)
    }
}

impl Stamp {
    fn of(file: &FileEntry) -> Option<Self> {
        let modified = file.modified?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
        Some(Self { size: file.size, modified })
    }
}

/// Lets every file of the list at `at` be read again: a list that holds no time of change for any of them. One
/// that is no text is removed.
pub(super) fn doubt(at: &Path) -> io::Result<()> {
    let text = match fs::read_to_string(at) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => return fs::remove_file(at),
        Err(error) => return Err(error),
    };
    let mut lines = text.split_inclusive('\n');
    let mut out = lines.next().unwrap_or_default().to_owned();
    for line in lines {
        let mut parts = line.splitn(3, '\t');
        if let (Some(size), Some(modified), Some(path)) = (parts.next(), parts.next(), parts.next()) {
            let modified = if modified == "-" { "-" } else { "0" };
            out.extend([size, "\t", modified, "\t", path]);
        }
    }
    let beside = at.with_extension("new");
    let mut file = File::create(&beside)?;
    file.write_all(out.as_bytes())?;
    file.sync_all()?;
    fs::rename(beside, at)
}

/// Whether `name` is one of `starts` or lies below one of them.
pub(super) fn lies_below(name: &str, starts: &[String]) -> bool {
    starts.iter().any(|start| {
        start.is_empty()
            || name == start
            || Path::new(name).starts_with(Path::new(start)) && name.len() > start.len()
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn entry(name: &str, size: u64, seconds: u64) -> FileEntry {
        FileEntry {
            path: name.into(),
            name: name.to_owned(),
            size,
            modified: Some(UNIX_EPOCH + Duration::from_secs(seconds)),
        }
    }

    #[test]
    fn files_are_remembered_until_they_change() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("files");
        let now = UNIX_EPOCH + Duration::from_secs(10_000);
        let mut seen = Seen::load(at.clone(), "a");
        seen.record(&[entry("x.txt", 5, 100), entry("y.txt", 5, 9_999)], &[], now).unwrap();
        seen.record(&[entry("z.txt", 7, 100)], &["x.txt".to_owned()], now).unwrap();
        fs::OpenOptions::new().append(true).open(&at).unwrap().write_all(b"9\t9\tcut").unwrap();

        let seen = Seen::load(at.clone(), "a");
        assert!(seen.is_unchanged(&entry("z.txt", 7, 100)));
        assert!(!seen.is_unchanged(&entry("z.txt", 8, 100)));
        assert!(!seen.is_unchanged(&entry("y.txt", 5, 9_999)), "changed too lately to be trusted");
        let names: std::collections::BTreeSet<_> = seen.names().collect();
        assert_eq!(names, ["y.txt", "z.txt"].into());
        assert_eq!(Seen::load(at.clone(), "other options").names().count(), 0);

        doubt(&at).unwrap();
        let seen = Seen::load(at, "a");
        assert!(!seen.is_unchanged(&entry("z.txt", 7, 100)), "to be read again");
        let names: std::collections::BTreeSet<_> = seen.names().collect();
        assert_eq!(names, ["y.txt", "z.txt"].into());
    }

    #[test]
    fn a_folder_holds_what_lies_below_it() {
        let starts = ["2024".to_owned()];
        assert!(lies_below("2024/a.txt", &starts) && lies_below("2024", &starts));
        assert!(!lies_below("2024b/a.txt", &starts));
        assert!(lies_below("a.txt", &[String::new()]));
    }
}
