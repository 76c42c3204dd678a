//! Members of bundles: safe names, and tar.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use tar::EntryType;

use super::{Flow, Opening, code, named};
use crate::ingest::peek::PeekReader;
use crate::ingest::stream::StreamError;
use crate::ingest::walk::printable;

/// A member's name made safe to show and to build an id from, and whether it had pointed out of the bundle.
pub(super) fn safe_name(raw: &[u8]) -> (String, bool) {
    let slashed: Vec<u8> = raw.iter().map(|b| if *b == b'\\' { b'/' } else { *b }).collect();
    let name = printable(&slashed);
    let drive = name.as_bytes().get(1) == Some(&b':') && name.as_bytes()[0].is_ascii_alphabetic();
    let unsafe_name = drive || name.starts_with('/') || name.split('/').any(|part| part == "..");
    let parts = name.split('/').filter(|part| !matches!(*part, "" | "." | ".."));
    let parts = parts.map(|part| part.trim_end_matches(':'));
    (parts.collect::<Vec<_>>().join("/"), unsafe_name)
}

/// Whether a member is the packer's and not the user's.
pub(super) fn is_hidden(name: &str) -> bool {
    name.split('/').any(|part| part.starts_with('.') || part == "__MACOSX")
}

/// Reads the members of a tar.
pub(super) fn tar(opening: &mut Opening<'_>, reader: PeekReader<'_>, path: &str, depth: u32) -> Flow {
    let budget = Rc::new(Cell::new(None));
    let mut archive = tar::Archive::new(Budgeted { inner: reader, left: Rc::clone(&budget) });
    let mut entries = match archive.entries() {
        Ok(entries) => entries,
        Err(error) => return opening.reject(path, code::CORRUPT_ARCHIVE, error.to_string()),
    };
    loop {
        // Long names are read into memory before an entry is handed out: they must not be endless.
        budget.set(Some(HEADER_BYTES));
        let entry = entries.next();
        budget.set(None);
        let mut entry = match entry {
            None => return Flow::Continue(()),
            Some(Ok(entry)) => entry,
            Some(Err(error)) => return opening.emitter(path).read_error(None, &named(error, "tar")),
        };
        let (name, was_unsafe) = safe_name(&entry.path_bytes());
        let member = format!("{path}!/{name}");
        match entry.header().entry_type() {
            EntryType::Regular | EntryType::Continuous | EntryType::GNUSparse => {
                if was_unsafe {
                    opening.note(
                        &member,
                        code::UNSAFE_PATH,
                        "its name points out of the archive; read under a safe one",
                    )?;
                }
                if !is_hidden(&name) {
                    opening.stream(&mut entry, &member, &name, depth + 1)?;
                }
            }
            EntryType::Directory | EntryType::XGlobalHeader | EntryType::XHeader => {}
            EntryType::Symlink | EntryType::Link => {
                opening.reject(&member, code::UNSAFE_PATH, "a link; not followed")?;
            }
            _ => opening.reject(&member, code::NOT_REGULAR_FILE, "a device or pipe")?,
        }
        // Without this the next step would read the rest of the member out of the header's budget.
        if let Err(error) = io::copy(&mut entry, &mut io::sink()) {
            return opening.emitter(path).read_error(None, &named(error, "tar"));
        }
    }
}

const HEADER_BYTES: u64 = 1 << 20;

/// A reader that gives no more than a budget, while one is set.
struct Budgeted<R> {
    inner: R,
    left: Rc<Cell<Option<u64>>>,
}

impl<R: Read> Read for Budgeted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let Some(left) = self.left.get() else {
            return self.inner.read(buffer);
        };
        if left == 0 {
            return Err(StreamError::io(code::CORRUPT_ARCHIVE, "the name of a tar member has no end"));
        }
        let room = buffer.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let read = self.inner.read(&mut buffer[..room])?;
        self.left.set(Some(left - read as u64));
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::safe_name;

    #[test]
    fn names_cannot_leave_the_bundle() {
        for (raw, safe, was_unsafe) in [
            (&b"a/b.txt"[..], "a/b.txt", false),
            (b"./a/b.txt", "a/b.txt", false),
            (b"../../etc/x.txt", "etc/x.txt", true),
            (b"/etc/x.txt", "etc/x.txt", true),
            (b"C:\\x.txt", "C/x.txt", true),
            (b"a\nb\xff.txt", "a\\nb\\xff.txt", false),
        ] {
            assert_eq!(safe_name(raw), (safe.to_owned(), was_unsafe));
        }
    }
}
