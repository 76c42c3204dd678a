//! Whether what lies in an index folder is what was written, and dropping what is not.
//!
//! Every commit is atomic, so damage comes from outside: a failing disk, a copy cut short, a hand in the folder.
//! tantivy keeps a checksum at the end of each file but looks at it only when asked; here it is asked.

use std::collections::{BTreeSet, HashSet};
use std::hash::BuildHasherDefault;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rustc_hash::FxHasher;
use tantivy::directory::error::{LockError, OpenReadError};
use tantivy::directory::{Directory, DirectoryLock, INDEX_WRITER_LOCK, MmapDirectory};
use tantivy::index::SegmentMeta;
use tantivy::{SegmentReader, TantivyError};

use super::failure::Context;
use super::packed::{self, Packing};
use super::schema::Fields;
use super::{Index, Meta, WriterOptions, kept, rows};
use crate::search::{Engine, EngineError};

/// A run that commits between two looks at the folder takes files away; the look is then repeated this often.
const LOOKS: usize = 4;
/// Blocks of the document store kept unpacked while it is read from front to back.
const BLOCKS: usize = 2;

/// What a look at an index found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Check {
    /// Segments the last commit speaks of.
    pub segments: u64,
    /// Files whose checksums were computed.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Articles read back.
    pub articles: u64,
    /// What is wrong, a sentence without full stop each; empty when the index is sound.
    pub faults: Vec<String>,
    /// Segments that cannot be read in full.
    broken: BTreeSet<String>,
    /// Segments whose rows are not what was written.
    rows: BTreeSet<String>,
    /// Ids that more than one article has.
    twice: BTreeSet<String>,
    /// Nothing can be read.
    lost: bool,
}

/// What became of a damaged index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mended {
    /// Nothing was wrong.
    Sound,
    /// The damaged parts were dropped; the articles of the others are kept.
    Dropped,
    /// All was dropped: there is no index any more.
    Emptied,
}

impl Check {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    fn lost(fault: String) -> Self {
        Self { faults: vec![fault], lost: true, ..Self::default() }
    }
}

/// Reads all of the index in a folder: its description, the checksum of every file, every stored article. Needs no
/// lock; a run may be writing.
///
/// # Errors
/// [`EngineError::NotFound`] when there is no index, [`EngineError::Incompatible`] when its format is not ours,
/// [`EngineError::Io`] when the folder cannot be read. Damage is no error but a fault of the [`Check`].
pub fn check(dir: &Path) -> Result<Check, EngineError> {
    match Meta::read(dir) {
        Ok(Some(_)) => {}
        Ok(None) if dir.join("tantivy").is_dir() => return Ok(Check::lost("meta.json is gone".to_owned())),
        Ok(None) => return Err(EngineError::NotFound(dir.display().to_string())),
        Err(EngineError::Damaged { cause, .. }) => return Ok(Check::lost(cause)),
        Err(error) => return Err(error),
    }
    let mut found = Check::default();
    for _ in 0..LOOKS {
        let before = commit(dir);
        found = look(dir)?;
        if found.is_sound() || before == commit(dir) {
            break;
        }
    }
    if found.is_sound() {
        let counted = Index::open(dir)?.stats()?.articles;
        // A commit in between changes the figure without any fault; then the segments changed as well.
        if counted != found.articles && look(dir)?.articles == found.articles {
            found.faults.push(format!("{} articles are stored, {counted} are counted", found.articles));
            found.lost = true;
        }
    }
    Ok(found)
}

/// Drops what a check found to be unreadable: segments that are broken, articles whose id is not theirs alone, or
/// everything when nothing can be read. What was dropped must be read from the archive again.
///
/// # Errors
/// [`EngineError::Locked`] when a run is writing; [`EngineError`] by kind when the folder cannot be written.
pub fn mend(dir: &Path, found: &Check) -> Result<Mended, EngineError> {
    if found.is_sound() {
        return Ok(Mended::Sound);
    }
    if found.lost || !drop_segments(dir, &found.broken)? {
        empty(dir)?;
        return Ok(Mended::Emptied);
    }
    for segment in &found.rows {
        let file = rows::file(dir, segment);
        gone(std::fs::remove_file(&file), &file)?; // the next run makes them anew
    }
    if !found.twice.is_empty() {
        let writer = Index::open(dir)?.writer(&WriterOptions::default())?;
        for id in &found.twice {
            writer.delete(id)?;
        }
        writer.finish()?;
    }
    Ok(Mended::Dropped)
}

/// Removes the index of a folder, whatever its format; other files in it stay (settings, the list of files read).
///
/// # Errors
/// [`EngineError::Locked`] when a run is writing; [`EngineError::Io`] when something cannot be removed.
pub fn empty(dir: &Path) -> Result<(), EngineError> {
    let folder = dir.join("tantivy");
    let lock = lock(dir, &folder)?;
    gone(std::fs::remove_dir_all(&folder), &folder)?;
    let rows = rows::folder(dir);
    gone(std::fs::remove_dir_all(&rows), &rows)?;
    let dictionary = packed::file(dir);
    gone(std::fs::remove_file(&dictionary), &dictionary)?;
    // Last: without it there is no index, and with it a removal cut short is damage that a check finds.
    let meta = dir.join("meta.json");
    gone(std::fs::remove_file(&meta), &meta)?;
    drop(lock);
    Ok(())
}

fn gone(removed: std::io::Result<()>, path: &Path) -> Result<(), EngineError> {
    match removed {
        Err(source) if source.kind() != ErrorKind::NotFound => {
            Err(EngineError::Io { context: format!("removing {}", path.display()), source })
        }
        _ => Ok(()),
    }
}

/// Keeps writers away; `None` where no folder is that one could write.
fn lock(dir: &Path, folder: &Path) -> Result<Option<DirectoryLock>, EngineError> {
    if !folder.is_dir() {
        return Ok(None);
    }
    let directory = MmapDirectory::open(folder).at(dir)?;
    let held = directory.acquire_lock(&INDEX_WRITER_LOCK);
    held.map(Some).map_err(|error: LockError| TantivyError::LockFailure(error, None)).at(dir)
}

/// The last commit as it is written, to tell whether there was another one meanwhile.
fn commit(dir: &Path) -> Option<Vec<u8>> {
    std::fs::read(dir.join("tantivy/meta.json")).ok()
}

fn look(dir: &Path) -> Result<Check, EngineError> {
    let folder = dir.join("tantivy");
    let opened = MmapDirectory::open(&folder).map_err(TantivyError::from).and_then(tantivy::Index::open);
    let inner = match opened {
        Ok(inner) => inner,
        Err(error) => return lost_or(Err::<(), _>(error).at(dir)),
    };
    if inner.schema() != Fields::build().1 {
        return Ok(Check::lost("its fields are not those of its format".to_owned()));
    }
    let metas = match inner.load_metas().at(dir) {
        Ok(metas) => metas,
        Err(error) => return lost_or(Err::<(), _>(error)),
    };
    let packing = match Packing::open(Some(dir)) {
        Ok(packing) => packing,
        Err(error) => return lost_or(Err(error)),
    };
    let names = names(&folder)?;
    let mut found = Check { segments: metas.segments.len() as u64, ..Check::default() };
    let mut ids: HashSet<u128, BuildHasherDefault<FxHasher>> = HashSet::default();
    for segment in &metas.segments {
        let name = segment.id().uuid_string();
        check_rows(dir, &name, &mut found);
        let before = found.faults.len();
        checksums(&inner, &folder, segment, &names, &mut found);
        // Bytes that are not what was written are not worth reading.
        if found.faults.len() == before {
            articles(&inner, segment, &packing, &mut ids, &mut found);
        }
        if found.faults.len() > before {
            found.broken.insert(name);
        }
    }
    for id in &found.twice {
        found.faults.push(format!("the id {id} is there more than once"));
    }
    Ok(found)
}

/// Damage is a finding; that the disk refuses or a lock is held is an error.
fn lost_or(outcome: Result<(), EngineError>) -> Result<Check, EngineError> {
    match outcome {
        Err(EngineError::Damaged { cause, .. } | EngineError::Internal(cause)) => Ok(Check::lost(cause)),
        Err(EngineError::Io { source, .. })
            if matches!(source.kind(), ErrorKind::NotFound | ErrorKind::UnexpectedEof) =>
        {
            Ok(Check::lost(format!("its articles are gone ({source})")))
        }
        Err(error) => Err(error),
        Ok(()) => Ok(Check::default()),
    }
}

fn names(folder: &Path) -> Result<Vec<String>, EngineError> {
    let fail = |source| EngineError::Io { context: format!("reading {}", folder.display()), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        names.push(entry.map_err(fail)?.file_name().to_string_lossy().into_owned());
    }
    names.sort_unstable();
    Ok(names)
}

/// Compares the files of a segment with the checksums they end in.
fn checksums(
    inner: &tantivy::Index,
    folder: &Path,
    segment: &SegmentMeta,
    names: &[String],
    found: &mut Check,
) {
    let own = segment.id().uuid_string();
    let deletes = segment.delete_opstamp().map(|stamp| format!("{own}.{stamp}.del"));
    for name in names.iter().filter(|name| name.starts_with(&own)) {
        // Deletes of another commit, and drafts that a killed run left behind, belong to nothing.
        if name.ends_with(".temp") || name.ends_with(".del") && Some(name) != deletes.as_ref() {
            continue;
        }
        let path = PathBuf::from(name);
        found.files += 1;
        found.bytes += std::fs::metadata(folder.join(&path)).map_or(0, |data| data.len());
        match inner.directory().validate_checksum(&path) {
            Ok(true) => {}
            Ok(false) => found.faults.push(format!("tantivy/{name} is not what was written (checksum)")),
            Err(OpenReadError::IoError { io_error, .. }) if io_error.kind() == ErrorKind::InvalidData => {
                found.faults.push(format!("tantivy/{name} is cut short or overwritten"));
            }
            Err(error) => found.faults.push(format!("tantivy/{name} cannot be read: {error}")),
        }
    }
}

/// Compares the rows of a segment, where it has any, with the checksum they end in.
fn check_rows(dir: &Path, segment: &str, found: &mut Check) {
    let bytes = match std::fs::read(rows::file(dir, segment)) {
        Err(error) if error.kind() == ErrorKind::NotFound => return,
        bytes => bytes.unwrap_or_default(),
    };
    found.files += 1;
    found.bytes += bytes.len() as u64;
    if !rows::are_sound(&bytes) {
        found.faults.push(format!("rows/{segment} is not what was written (checksum)"));
        found.rows.insert(segment.to_owned());
    }
}

/// Reads every article of a segment.
fn articles(
    inner: &tantivy::Index,
    segment: &SegmentMeta,
    packing: &Packing,
    ids: &mut HashSet<u128, BuildHasherDefault<FxHasher>>,
    found: &mut Check,
) {
    let name = segment.id().uuid_string();
    let opened = SegmentReader::open(&inner.segment(segment.clone()))
        .and_then(|reader| Ok((reader.get_store_reader(BLOCKS)?, reader)));
    let (store, reader) = match opened {
        Ok(opened) => opened,
        Err(error) => {
            found.faults.push(format!("segment {name} cannot be opened: {error}"));
            return;
        }
    };
    let (mut read, mut unread) = (0, 0);
    for doc in reader.doc_ids_alive() {
        let id = store.get_document_bytes(doc).ok().and_then(|document| {
            let (article, _) = packing.unpack(kept::packed(&document)?)?.head()?.article()?;
            Some(article.id)
        });
        match id {
            None => unread += 1,
            Some(id) => {
                read += 1;
                if !ids.insert(xxhash_rust::xxh3::xxh3_128(id.as_bytes())) {
                    found.twice.insert(id);
                }
            }
        }
    }
    found.articles += read;
    if unread > 0 {
        found.faults.push(format!("segment {name}: {unread} stored articles cannot be read"));
    } else if read != u64::from(segment.num_docs()) || read != u64::from(reader.num_docs()) {
        let counted = segment.num_docs();
        found.faults.push(format!("segment {name}: {read} articles are stored, {counted} are counted"));
    }
}

/// Takes segments out of the commit; whether what is left can be opened.
fn drop_segments(dir: &Path, broken: &BTreeSet<String>) -> Result<bool, EngineError> {
    if broken.is_empty() {
        return Ok(true);
    }
    let folder = dir.join("tantivy");
    let _lock = lock(dir, &folder)?;
    let path = folder.join("meta.json");
    let fail = |source| EngineError::Io { context: format!("writing {}", path.display()), source };
    let text = std::fs::read(&path).map_err(fail)?;
    let Ok(mut metas) = serde_json::from_slice::<serde_json::Value>(&text) else { return Ok(false) };
    let Some(segments) = metas.get_mut("segments").and_then(serde_json::Value::as_array_mut) else {
        return Ok(false);
    };
    segments.retain(|segment| {
        let id = segment.get("segment_id").and_then(serde_json::Value::as_str).unwrap_or_default();
        !broken.contains(&id.replace('-', ""))
    });
    let directory = MmapDirectory::open(&folder).at(dir)?;
    directory.atomic_write(Path::new("meta.json"), metas.to_string().as_bytes()).map_err(fail)?;
    directory.sync_directory().map_err(fail)?;
    match Index::open(dir) {
        Ok(_) => Ok(true),
        Err(EngineError::Damaged { .. } | EngineError::Internal(_)) => Ok(false),
        Err(error) => Err(error),
    }
}
