//! Files as a writer reads them: in windows, not mapped.
//!
//! Merging passes over whole segments. Where they are mapped, every page that it touches counts as memory of the
//! process, so that a merge of 600 MB looks like a leak of 600 MB; here it holds a window on each file.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use tantivy::HasLen;
use tantivy::directory::{FileHandle, OwnedBytes};

/// Bytes read at once.
const WINDOW: usize = 256 << 10;
/// Bytes that may be passed over in a file that is read in order.
const LEAP: usize = 64 << 10;

/// A file of which the stretch read last is kept.
#[derive(Debug)]
pub(super) struct Windowed {
    file: File,
    length: usize,
    /// Where the window begins, and its bytes.
    window: Mutex<(usize, OwnedBytes)>,
}

impl Windowed {
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
        Ok(Self { file, length, window: Mutex::new((0, OwnedBytes::empty())) })
    }

    fn read(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        let mut bytes = vec![0; range.len()];
        read_at(&self.file, &mut bytes, range.start as u64)?;
        Ok(OwnedBytes::new(bytes))
    }
}

impl HasLen for Windowed {
    fn len(&self) -> usize {
        self.length
    }
}

impl FileHandle for Windowed {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.len() > WINDOW / 2 {
            return self.read(range);
        }
        let mut window = self.window.lock().unwrap_or_else(PoisonError::into_inner);
        let inside = range.start >= window.0 && range.end <= window.0 + window.1.len();
        if !inside {
            // Whoever goes on where the window ends will go on; whoever leaps will leap again.
            let follows = range.start >= window.0 && range.start <= window.0 + window.1.len() + LEAP;
            let ahead = if follows { WINDOW } else { 0 };
            let end = self.length.min(range.start.saturating_add(ahead)).max(range.end);
            *window = (range.start, self.read(range.start..end)?);
        }
        Ok(window.1.slice(range.start - window.0..range.end - window.0))
    }
}

#[cfg(unix)]
fn read_at(file: &File, out: &mut [u8], at: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, out, at)
}

#[cfg(not(unix))]
fn read_at(_: &File, _: &mut [u8], _: u64) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    #[cfg(unix)]
    fn a_file_reads_as_it_is_in_any_order() {
        let folder = tempfile::tempdir().unwrap();
        let bytes: Vec<u8> = (0..WINDOW * 3 + 7).map(|i| (i * 31 % 251) as u8).collect();
        let path = folder.path().join("a.pos");
        std::fs::write(&path, &bytes).unwrap();
        let handle = Windowed::open(&path).unwrap();
        assert_eq!(handle.len(), bytes.len());
        let ends = [0, 1, 100, WINDOW - 1, WINDOW + 5, 2 * WINDOW, bytes.len() - 1, bytes.len()];
        for from in ends {
            for to in ends.into_iter().filter(|to| *to >= from).rev() {
                assert_eq!(&*handle.read_bytes(from..to).unwrap(), &bytes[from..to], "{from}..{to}");
            }
        }
        assert!(handle.read_bytes(bytes.len()..bytes.len() + 1).is_err());
    }
}
