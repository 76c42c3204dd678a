//! Zip archives: sought in where the file allows it, in memory or as a stream inside other containers.

use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::read::{ZipFile, read_zipfile_from_stream};
use zip::result::ZipError;

use super::bundle::{is_hidden, safe_name};
use super::{Container, Damage, Flow, Metered, Opening, code, named, stream};
use crate::ingest::peek::PeekReader;

/// Reads the members of a zip by its central directory; without a sound one, from the front as far as it goes.
pub(super) fn seekable(opening: &mut Opening<'_>, reader: impl Read + Seek, path: &str, depth: u32) -> Flow {
    let mut reader = BufReader::with_capacity(1 << 15, reader);
    let mut archive = match ZipArchive::new(&mut reader) {
        Ok(archive) => archive,
        Err(error) => {
            opening.reject(
                path,
                code::CORRUPT_ARCHIVE,
                format!("the zip's directory is damaged: {error}"),
            )?;
            return match reader.rewind() {
                Ok(()) => from_the_front(opening, &mut reader, path, depth),
                Err(error) => opening.reject(path, code::UNREADABLE, error.to_string()),
            };
        }
    };
    if archive.has_overlapping_files().unwrap_or(true) {
        return opening.reject(
            path,
            code::BOMB,
            "members of the zip share their data: made to exhaust memory",
        );
    }
    let twice = archive.has_duplicate_names();
    let directory = archive.central_directory_start();
    for index in 0..archive.len() {
        match archive.by_index(index) {
            Ok(file) => member(opening, file, path, depth)?,
            Err(error) => faulty(opening, &error, &format!("{path}!/{index}"))?,
        }
    }
    drop(archive);
    if twice && shares_headers(&mut reader, directory).unwrap_or(true) {
        return opening.reject(
            path,
            code::BOMB,
            "many members of the zip are one and the same; it was read once",
        );
    }
    Flow::Continue(())
}

/// Reads a zip inside another container: in memory when it is small, else from the front.
pub(super) fn streamed(
    opening: &mut Opening<'_>,
    mut reader: PeekReader<'_>,
    path: &str,
    depth: u32,
) -> Flow {
    let mut bytes = Vec::new();
    match stream::read_all(&mut reader, &mut bytes, 2 * opening.options.max_record_bytes) {
        Ok(true) => seekable(opening, Cursor::new(bytes), path, depth),
        Ok(false) => from_the_front(opening, &mut Cursor::new(bytes).chain(reader), path, depth),
        Err(error) => {
            from_the_front(opening, &mut Cursor::new(bytes), path, depth)?;
            opening.emitter(path).read_error(None, &error)
        }
    }
}

fn from_the_front(opening: &mut Opening<'_>, reader: &mut dyn Read, path: &str, depth: u32) -> Flow {
    let mut reader = reader;
    loop {
        match read_zipfile_from_stream(&mut reader) {
            Ok(Some(file)) => member(opening, file, path, depth)?,
            Ok(None) => return Flow::Continue(()),
            Err(ZipError::Io(error)) => return opening.emitter(path).read_error(None, &named(error, "zip")),
            Err(error) => return faulty(opening, &error, path),
        }
    }
}

fn member<R: Read>(opening: &mut Opening<'_>, file: ZipFile<'_, R>, path: &str, depth: u32) -> Flow {
    let (name, was_unsafe) = safe_name(file.name_raw());
    let shown = match file.name() {
        Ok(decoded) if !was_unsafe => safe_name(decoded.as_bytes()).0,
        _ => name,
    };
    let member = format!("{path}!/{shown}");
    if file.is_dir() || is_hidden(&shown) {
        return Flow::Continue(());
    }
    if file.is_symlink() {
        return opening.reject(&member, code::UNSAFE_PATH, "a link; not followed");
    }
    if file.encrypted() {
        return opening.reject(&member, code::ENCRYPTED, "encrypted — unpack it with the password first");
    }
    if was_unsafe {
        opening.note(
            &member,
            code::UNSAFE_PATH,
            "its name points out of the archive; read under a safe one",
        )?;
    }
    opening.meter.take(file.compressed_size());
    let data = Metered::new(Damage { inner: file, container: Container::Zip }, opening.meter.clone());
    opening.stream(data, &member, &shown, depth + 1)
}

fn faulty(opening: &mut Opening<'_>, error: &ZipError, path: &str) -> Flow {
    let (code, message) = match error {
        ZipError::UnsupportedArchive(text) if text.contains("assword") => {
            (code::ENCRYPTED, "encrypted — unpack it with the password first".to_owned())
        }
        ZipError::UnsupportedArchive(_) | ZipError::CompressionMethodNotSupported(_) => {
            (code::UNSUPPORTED, format!("{error} — unpack it with `unzip` or `7z x`"))
        }
        _ => (code::CORRUPT_ARCHIVE, error.to_string()),
    };
    opening.reject(path, code, message)
}

/// Whether entries of the central directory point at the same member; the archive reader keeps only one of
/// entries of one name.
fn shares_headers(reader: &mut (impl Read + Seek), directory: u64) -> io::Result<bool> {
    let mut seen = rustc_hash::FxHashSet::default();
    reader.seek(SeekFrom::Start(directory))?;
    let mut entry = [0; 46];
    loop {
        if reader.read_exact(&mut entry).is_err() || !entry.starts_with(b"PK\x01\x02") {
            return Ok(false);
        }
        let short = |at: usize| i64::from(u16::from_le_bytes([entry[at], entry[at + 1]]));
        let offset = u32::from_le_bytes([entry[42], entry[43], entry[44], entry[45]]);
        if offset != u32::MAX && !seen.insert(offset) {
            return Ok(true);
        }
        reader.seek(SeekFrom::Current(short(28) + short(30) + short(32)))?;
    }
}
