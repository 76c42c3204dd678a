//! Which files hold articles that gave way to the same or newer ones of other files.
//!
//! Such a file is read again when one of the others changes or its articles go: what was left out may then be the
//! only one. A text file beside the index, one line for each pair (file before, file behind, a tab between).

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::PathBuf;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::ingest::FileEntry;
use crate::search::EngineError;

/// The pairs of files.
#[derive(Debug)]
pub(super) struct Shadows {
    at: PathBuf,
    /// The files before by the file behind.
    before: FxHashMap<String, FxHashSet<String>>,
}

impl Shadows {
    /// Reads the pairs; none when there is no file or it cannot be read.
    pub(super) fn load(at: PathBuf) -> Self {
        let mut before: FxHashMap<String, FxHashSet<String>> = FxHashMap::default();
        let text = fs::read_to_string(&at).unwrap_or_default();
        for (first, second) in text.lines().filter_map(|line| line.split_once('\t')) {
            before.entry(second.to_owned()).or_default().insert(first.to_owned());
        }
        Self { at, before }
    }

    /// Whether articles of a file gave way to others.
    pub(super) fn is_behind(&self, file: &str) -> bool {
        self.before.contains_key(file)
    }

    /// The files that articles of a file gave way to.
    pub(super) fn before(&self, file: &str) -> impl Iterator<Item = &str> {
        self.before.get(file).into_iter().flatten().map(String::as_str)
    }

    /// Replaces what is known of files that were read by what was found now; durable on return.
    ///
    /// # Errors
    /// [`EngineError::Io`] when the pairs cannot be written.
    pub(super) fn record(
        &mut self,
        read: &[FileEntry],
        found: Vec<(String, String)>,
    ) -> Result<(), EngineError> {
        let forgotten = read.iter().filter(|file| self.before.remove(&file.name).is_some()).count();
        if forgotten == 0 && found.is_empty() {
            return Ok(());
        }
        // A name with a line break in it cannot be kept; that file is not read again by itself.
        for (first, second) in found {
            if !first.contains(['\n', '\t']) && !second.contains(['\n', '\t']) {
                self.before.entry(second).or_default().insert(first);
            }
        }
        self.write().map_err(|source| EngineError::Io {
            context: "cannot write the list of files with duplicates".to_owned(),
            source,
        })
    }

    fn write(&self) -> std::io::Result<()> {
        let mut pairs: Vec<(&String, &String)> = self
            .before
            .iter()
            .flat_map(|(second, all)| all.iter().map(move |first| (first, second)))
            .collect();
        pairs.sort_unstable();
        let beside = self.at.with_extension("new");
        let mut out = BufWriter::new(File::create(&beside)?);
        for (first, second) in pairs {
            writeln!(out, "{first}\t{second}")?;
        }
        out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
        fs::rename(beside, &self.at)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_kept_until_the_file_behind_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path().join("duplicates");
        let pair = |first: &str, second: &str| (first.to_owned(), second.to_owned());
        let entry =
            |name: &str| FileEntry { path: name.into(), name: name.to_owned(), size: 1, modified: None };
        let mut shadows = Shadows::load(at.clone());
        shadows.record(&[], vec![pair("a", "b"), pair("a", "c"), pair("d", "c")]).unwrap();
        let mut shadows = Shadows::load(at.clone());
        assert!(shadows.is_behind("b") && !shadows.is_behind("a"));
        let mut before: Vec<_> = shadows.before("c").collect();
        before.sort_unstable();
        assert_eq!(before, ["a", "d"]);
        shadows.record(&[entry("c")], vec![pair("e", "c")]).unwrap();
        assert_eq!(Shadows::load(at).before("c").collect::<Vec<_>>(), ["e"]);
    }
}
