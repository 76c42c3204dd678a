//! Files mapped into memory, of which what will be read is asked for first.
//!
//! Where a page of a mapped file is missing, the system reads what lies around it as well, on some disks 8 MB at 6 ms. A search
//! of an index that was not read before touches forty places, one after the other: 240 ms. What is asked for by its length
//! is read by its length, most of it in a fifth of a millisecond, and while the search goes on.

use std::fs::File;
use std::io;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tantivy::HasLen;
use tantivy::directory::{FileHandle, OwnedBytes};

/// Bytes that are asked for together, and once.
const CHUNK: usize = 16 << 10;
/// More is asked for by its ends only: it may be a whole dictionary or column, of which little is needed.
const AT_ONCE: usize = 1 << 20;
/// Bytes at the end of a file or stretch where tantivy says what lies where in it.
const END: usize = 4 * CHUNK;

/// A mapped file.
#[derive(Debug)]
struct Ahead {
    file: File,
    mapped: Arc<dyn FileHandle>,
    /// A bit for each chunk that was asked for.
    asked: Box<[AtomicU64]>,
}

/// The file at `path`, of which the end is asked for at once. One that has little before its end stays as it is `mapped`.
pub(super) fn ahead(path: &Path, mapped: Arc<dyn FileHandle>) -> Arc<dyn FileHandle> {
    let Ok(file) = File::open(path) else { return mapped };
    let length = mapped.len();
    if length <= END {
        will_need(&file, 0..length);
        return mapped;
    }
    let chunks = length.div_ceil(CHUNK);
    let asked = (0..chunks.div_ceil(64)).map(|_| AtomicU64::new(0)).collect();
    let ahead = Ahead { file, mapped, asked };
    ahead.ask(length - END..length);
    Arc::new(ahead)
}

impl Ahead {
    /// Asks for what was not asked for before.
    fn ask(&self, range: Range<usize>) {
        let (mut at, end) = (range.start / CHUNK, range.end.div_ceil(CHUNK));
        while at < end {
            let from = at;
            while at < end && self.is_new(at) {
                at += 1;
            }
            if at > from {
                will_need(&self.file, from * CHUNK..at * CHUNK);
            }
            at += 1;
        }
    }

    /// Whether a chunk was not asked for before; now it is.
    fn is_new(&self, chunk: usize) -> bool {
        let bit = 1 << (chunk % 64);
        let Some(asked) = self.asked.get(chunk / 64) else { return false };
        asked.load(Ordering::Relaxed) & bit == 0 && asked.fetch_or(bit, Ordering::Relaxed) & bit == 0
    }
}

impl HasLen for Ahead {
    fn len(&self) -> usize {
        self.mapped.len()
    }
}

impl FileHandle for Ahead {
    fn read_bytes(&self, range: Range<usize>) -> io::Result<OwnedBytes> {
        if range.len() <= AT_ONCE {
            self.ask(range.clone());
        } else {
            self.ask(range.start..range.start + CHUNK);
            self.ask(range.end - END..range.end);
        }
        self.mapped.read_bytes(range)
    }
}

/// Has the system read a stretch of a file and does not wait for it. That it cannot is no error: it is read when it is
/// touched.
#[cfg(target_os = "linux")]
fn will_need(file: &File, range: Range<usize>) {
    let length = std::num::NonZeroU64::new(range.len() as u64);
    let _ = rustix::fs::fadvise(file, range.start as u64, length, rustix::fs::Advice::WillNeed);
}

#[cfg(not(target_os = "linux"))]
fn will_need(_: &File, _: Range<usize>) {}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_file_reads_as_it_is_and_each_chunk_is_asked_for_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.store");
        let bytes: Vec<u8> = (0..AT_ONCE * 2 + 7).map(|i| (i * 31 % 251) as u8).collect();
        std::fs::write(&path, &bytes).unwrap();
        let mapped: Arc<dyn FileHandle> = Arc::new(OwnedBytes::new(bytes.clone()));
        let handle = ahead(&path, Arc::clone(&mapped));
        assert_eq!(handle.len(), bytes.len());
        let ends = [0, 1, CHUNK - 1, CHUNK, 70 * CHUNK, AT_ONCE + 1, bytes.len() - 1, bytes.len()];
        for from in ends {
            for to in ends.into_iter().filter(|to| *to >= from) {
                assert_eq!(&*handle.read_bytes(from..to).unwrap(), &bytes[from..to], "{from}..{to}");
            }
        }
        let asked = (0..3).map(|_| AtomicU64::new(0)).collect();
        let file = Ahead { file: File::open(&path).unwrap(), mapped, asked };
        file.read_bytes(CHUNK + 1..2 * CHUNK + 1).unwrap();
        let new: Vec<usize> = (0..4).filter(|chunk| file.is_new(*chunk)).collect();
        assert_eq!(new, [0, 3]);
        assert!(!file.is_new(0));
    }

    #[test]
    fn a_small_file_is_left_to_its_mapping() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.idx");
        std::fs::write(&path, [1; END]).unwrap();
        let mapped: Arc<dyn FileHandle> = Arc::new(OwnedBytes::new(vec![1; END]));
        assert!(Arc::ptr_eq(&ahead(&path, Arc::clone(&mapped)), &mapped));
        assert!(Arc::ptr_eq(&ahead(&folder.path().join("gone"), Arc::clone(&mapped)), &mapped));
    }
}
