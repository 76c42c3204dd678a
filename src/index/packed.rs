//! Stored articles, each compressed by itself with a dictionary of what its archive is made of.
//!
//! A document store compresses blocks of several articles, and a hit then costs a whole block: 32 KB for the three
//! of an article of news. With a dictionary one article alone becomes smaller than in such a block (.47 of its
//! text against .51) and is read in 5 µs. The dictionary is trained once on the first articles, which are
//! stored without; it lies in the index folder, is written before any article that needs it, and never changes.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use xxhash_rust::xxh3::xxh3_64;
use zstd::bulk::{Compressor, Decompressor};

use super::bytes::{Reader, Writer};
use super::vocabulary::Vocabulary;
use super::{damaged, stored};
use crate::search::EngineError;

/// Level of zstd.
const LEVEL: i32 = 3;
/// Articles a dictionary is learnt from, in .2 s. With a quarter of them later articles are a ninth larger.
const SAMPLES: usize = 2000;
/// zstd is trained on one of so many of them: on all it takes four times as long, and articles are no smaller.
const TRAINED_ON_ONE_IN: usize = 4;
/// Most bytes taken of each.
const SAMPLE_BYTES: usize = 16 << 10;
/// Size of what zstd is trained to: twice of it makes articles no smaller, half of it a fiftieth larger.
const TRAINED_BYTES: usize = 128 << 10;
/// What every frame of zstd begins with; it is left out.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];
/// First byte of an article packed without a dictionary.
const PLAIN: u8 = 0;
/// First byte of an article packed with the dictionary of its index.
const WITH_DICTIONARY: u8 = 1;

/// What packs and unpacks the articles of one index. Clones share it.
#[derive(Clone)]
pub(super) struct Packing(Arc<Shared>);

struct Shared {
    /// Where the dictionary lies; none for an index in memory.
    file: Option<PathBuf>,
    dictionary: OnceLock<Dictionary>,
    /// Articles the dictionary will be learnt from.
    samples: Mutex<Vec<Vec<u8>>>,
    plain: Mutex<Vec<Decompressor<'static>>>,
    trained: Mutex<Vec<Decompressor<'static>>>,
}

/// What is known of the articles of an archive.
struct Dictionary {
    vocabulary: Vocabulary,
    /// What zstd was trained to on texts in short.
    trained: Vec<u8>,
}

/// Packs articles. One for each thread.
pub(super) struct Packer {
    plain: Option<Compressor<'static>>,
    trained: Option<Compressor<'static>>,
    /// The text at hand in short.
    short: Writer,
}

impl std::fmt::Debug for Packing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Packing").field("file", &self.0.file).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Packer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Packer").finish_non_exhaustive()
    }
}

/// The file of the dictionary of an index folder.
pub(super) fn file(dir: &Path) -> PathBuf {
    dir.join("dictionary")
}

impl Packing {
    /// That of an index folder, or of an index in memory.
    ///
    /// # Errors
    /// [`EngineError::Damaged`] when the dictionary is not what was written, [`EngineError::Io`] when it cannot be
    /// read.
    pub(super) fn open(dir: Option<&Path>) -> Result<Self, EngineError> {
        let dictionary = OnceLock::new();
        if let Some(dir) = dir
            && let Some(found) = load(&file(dir)).map_err(|error| unreadable(dir, error))?
        {
            let _ = dictionary.set(found);
        }
        Ok(Self(Arc::new(Shared {
            file: dir.map(file),
            dictionary,
            samples: Mutex::default(),
            plain: Mutex::default(),
            trained: Mutex::default(),
        })))
    }

    /// Whether the index lies in a folder.
    pub(super) fn is_on_disk(&self) -> bool {
        self.0.file.is_some()
    }

    pub(super) fn packer(&self) -> Packer {
        Packer { plain: None, trained: None, short: Writer::default() }
    }

    /// Packs an encoded article.
    ///
    /// # Errors
    /// [`EngineError::Io`] when the dictionary cannot be written, or zstd refuses.
    pub(super) fn pack(&self, packer: &mut Packer, encoded: &[u8]) -> Result<Vec<u8>, EngineError> {
        let fail = |source| EngineError::Io { context: "packing an article".to_owned(), source };
        let (numbers, texts) = stored::parts(encoded).unwrap_or((&[], encoded));
        if self.0.dictionary.get().is_none() {
            drop(self.samples()); // while it is made, to wait is better than to go without
        }
        let (first, frame) = match self.0.dictionary.get() {
            Some(Dictionary { vocabulary, trained }) => {
                packer.short.0.clear();
                vocabulary.shorten(texts, &mut packer.short);
                let compressor = room(&mut packer.trained, trained).map_err(fail)?;
                (WITH_DICTIONARY, compressor.compress(&packer.short.0))
            }
            None => (PLAIN, room(&mut packer.plain, &[]).map_err(fail)?.compress(texts)),
        };
        let frame = frame.map_err(fail)?;
        let frame = frame.strip_prefix(&MAGIC).unwrap_or(&frame);
        let mut out = Vec::with_capacity(1 + numbers.len() + frame.len());
        out.push(first);
        out.extend_from_slice(numbers);
        out.extend_from_slice(frame);
        if first == PLAIN {
            self.sample(texts)?;
        }
        Ok(out)
    }

    /// What [`Packing::pack`] was given; `None` when the bytes are damaged.
    pub(super) fn unpack(&self, packed: &[u8]) -> Option<Vec<u8>> {
        let (first, rest) = packed.split_first()?;
        let mut reader = Reader(rest);
        let length = reader.number()?;
        reader.bytes(length)?;
        let (numbers, frame) = rest.split_at(rest.len() - reader.0.len());
        let frame = [&MAGIC, frame].concat();
        let length = zstd::zstd_safe::get_frame_content_size(&frame).ok()??;
        let mut inner = Vec::new();
        inner.try_reserve_exact(usize::try_from(length).ok()?).ok()?;
        let (pool, dictionary) = match *first {
            PLAIN => (&self.0.plain, None),
            WITH_DICTIONARY => (&self.0.trained, Some(self.dictionary()?)),
            _ => return None,
        };
        let pooled = pool.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut decompressor = match pooled {
            Some(decompressor) => decompressor,
            None => Decompressor::with_dictionary(dictionary.map_or(&[], |known| known.trained.as_slice()))
                .ok()?,
        };
        decompressor.decompress_to_buffer(&frame, &mut inner).ok()?;
        pool.lock().unwrap_or_else(PoisonError::into_inner).push(decompressor);
        // In short a text takes about a third of its length.
        let mut out = Vec::with_capacity(numbers.len() + inner.len() * 4);
        out.extend_from_slice(numbers);
        match dictionary {
            Some(known) => known.vocabulary.spell_out(&inner, &mut out)?,
            None => out.extend_from_slice(&inner),
        }
        Some(out)
    }

    /// The dictionary, which another process may have written since the index was opened.
    fn dictionary(&self) -> Option<&Dictionary> {
        if let Some(dictionary) = self.0.dictionary.get() {
            return Some(dictionary);
        }
        let found = load(self.0.file.as_ref()?).ok()??;
        Some(self.0.dictionary.get_or_init(|| found))
    }

    fn samples(&self) -> MutexGuard<'_, Vec<Vec<u8>>> {
        self.0.samples.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether articles are still looked at to learn the dictionary from.
    pub(super) fn wants_samples(&self) -> bool {
        self.0.dictionary.get().is_none() && self.samples().len() < SAMPLES
    }

    /// Looks at an encoded article that is stored already.
    ///
    /// # Errors
    /// [`EngineError::Io`] when the dictionary cannot be written.
    pub(super) fn look_at(&self, encoded: &[u8]) -> Result<(), EngineError> {
        self.sample(stored::parts(encoded).map_or(encoded, |(_, texts)| texts))
    }

    /// Keeps a text for the dictionary, and makes it when there are enough.
    fn sample(&self, texts: &[u8]) -> Result<(), EngineError> {
        let mut samples = self.samples();
        if samples.len() >= SAMPLES {
            return Ok(()); // another thread has made it, or it was no use
        }
        samples.push(texts[..texts.len().min(SAMPLE_BYTES)].to_vec());
        if samples.len() < SAMPLES {
            return Ok(());
        }
        let taken: Vec<Vec<u8>> = samples.iter_mut().map(std::mem::take).collect();
        if self.dictionary().is_some() {
            return Ok(()); // another process wrote it since the index was opened, and articles that need it
        }
        let Some(dictionary) = Dictionary::learn(&taken) else { return Ok(()) };
        if let Some(file) = &self.0.file {
            save(file, &dictionary).map_err(|source| EngineError::Io {
                context: format!("writing {}", file.display()),
                source,
            })?;
        }
        let _ = self.0.dictionary.set(dictionary);
        Ok(())
    }
}

impl Dictionary {
    /// Learns from texts. `None` when zstd finds nothing to learn: articles are then stored without.
    fn learn(texts: &[Vec<u8>]) -> Option<Self> {
        let vocabulary = Vocabulary::learn(texts.iter().map(Vec::as_slice));
        let (mut short, mut lengths) = (Writer::default(), Vec::new());
        for text in texts.iter().step_by(TRAINED_ON_ONE_IN) {
            let before = short.0.len();
            vocabulary.shorten(text, &mut short);
            lengths.push(short.0.len() - before);
        }
        let trained = zstd::dict::from_continuous(&short.0, &lengths, TRAINED_BYTES).ok()?;
        Some(Self { vocabulary, trained })
    }
}

/// The compressor of a slot, made when there is none.
fn room<'a>(
    slot: &'a mut Option<Compressor<'static>>,
    dictionary: &[u8],
) -> std::io::Result<&'a mut Compressor<'static>> {
    if slot.is_none() {
        let mut made = Compressor::with_dictionary(LEVEL, dictionary)?;
        made.include_dictid(false)?;
        made.include_checksum(false)?;
        *slot = Some(made);
    }
    slot.as_mut().ok_or_else(|| ErrorKind::OutOfMemory.into())
}

/// Reads a dictionary; `None` when there is none.
fn load(file: &Path) -> std::io::Result<Option<Dictionary>> {
    let bytes = match std::fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    parse(bytes).map(Some).ok_or_else(|| ErrorKind::InvalidData.into())
}

/// What a file of a dictionary holds; `None` when it is not what was written.
fn parse(mut file: Vec<u8>) -> Option<Dictionary> {
    let (sum, rest) = file.split_first_chunk::<8>()?;
    if xxh3_64(rest).to_le_bytes() != *sum {
        return None;
    }
    let mut reader = Reader(rest);
    let length = reader.number()?;
    let words = reader.bytes(length)?.len();
    // Moved and not copied where it can be: new memory costs every search more than to move what is there.
    let trained = file.split_off(file.len() - reader.0.len());
    file.drain(..file.len() - words);
    Some(Dictionary { vocabulary: Vocabulary::of(file)?, trained })
}

/// Writes a dictionary behind its checksum, whole or not at all; durable on return.
fn save(file: &Path, dictionary: &Dictionary) -> std::io::Result<()> {
    let words = dictionary.vocabulary.written();
    let mut bytes = Writer::default();
    bytes.number(words.len() as u64);
    bytes.0.extend_from_slice(words);
    bytes.0.extend_from_slice(&dictionary.trained);
    let draft = file.with_extension("new");
    let mut out = std::fs::File::create(&draft)?;
    out.write_all(&xxh3_64(&bytes.0).to_le_bytes())?;
    out.write_all(&bytes.0)?;
    out.sync_all()?;
    std::fs::rename(&draft, file)?;
    // The name must last too. A folder cannot be opened so everywhere; where it cannot, it needs not.
    if let Some(folder) = file.parent()
        && let Ok(folder) = std::fs::File::open(folder)
    {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn unreadable(dir: &Path, error: std::io::Error) -> EngineError {
    if error.kind() == ErrorKind::InvalidData {
        return damaged(dir, "the dictionary of its articles is not what was written");
    }
    EngineError::Io { context: format!("reading {}", file(dir).display()), source: error }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::article::Article;
    use crate::extract::Annotations;
    use crate::index::{Index, Writer, WriterOptions};
    use crate::search::{Engine, Sink};

    fn encoded(number: usize) -> Vec<u8> {
        let mut writer = super::Writer::default();
        writer.number(5);
        writer.0.extend(b"marks");
        for word in 0..6 {
            let word = (number * 7 + word * word) % 911;
            writer.0.extend(format!("the minister of {word} said on Friday that {} ", word * number).bytes());
        }
        writer.0
    }

    #[test]
    fn articles_unpack_as_they_were_before_and_after_there_is_a_dictionary() {
        let folder = tempfile::tempdir().unwrap();
        let packing = Packing::open(Some(folder.path())).unwrap();
        let early = Packing::open(Some(folder.path())).unwrap();
        let mut packer = packing.packer();
        let packed: Vec<Vec<u8>> =
            (0..SAMPLES + 20).map(|number| packing.pack(&mut packer, &encoded(number)).unwrap()).collect();
        assert_eq!((packed[0][0], packed[SAMPLES + 1][0]), (PLAIN, WITH_DICTIONARY));
        assert!(packed[SAMPLES + 1].len() < packed[SAMPLES - 1].len());
        // Also those that opened the index before there was one, and those that come later.
        for packing in [packing, early, Packing::open(Some(folder.path())).unwrap()] {
            for (number, packed) in packed.iter().enumerate() {
                assert_eq!(packing.unpack(packed), Some(encoded(number)));
            }
        }
    }

    /// An archive that grows by some articles a day has a dictionary once there are enough of them.
    #[test]
    fn the_articles_of_earlier_runs_count_for_the_dictionary() {
        let folder = tempfile::tempdir().unwrap();
        let run = |ids: std::ops::Range<usize>| {
            let writer = Writer::open(folder.path(), &WriterOptions::default()).unwrap();
            for id in ids {
                let body = format!("The minister of {} said on Friday that {id} would go.", id % 97);
                let article = Article { id: id.to_string(), body, ..Article::default() };
                writer.put(&article, &Annotations::default()).unwrap();
            }
            writer.finish().unwrap();
        };
        run(0..SAMPLES - 100);
        run(0..SAMPLES - 100);
        assert!(!file(folder.path()).exists(), "the same articles are no more");
        run(SAMPLES - 100..SAMPLES + 100);
        assert!(file(folder.path()).exists());
        let index = Index::open(folder.path()).unwrap();
        for id in [0, SAMPLES - 101, SAMPLES, SAMPLES + 99] {
            let (article, _) = index.article(&id.to_string()).unwrap().unwrap();
            assert!(article.body.contains(&format!("that {id} would")), "{}", article.body);
        }
    }

    #[test]
    fn damage_is_noticed_never_a_panic() {
        let folder = tempfile::tempdir().unwrap();
        let packing = Packing::open(Some(folder.path())).unwrap();
        let mut packer = packing.packer();
        let packed = packing.pack(&mut packer, &encoded(1)).unwrap();
        for cut in 0..packed.len() {
            assert_eq!(packing.unpack(&packed[..cut]), None);
        }
        for at in 0..packed.len() {
            let mut changed = packed.clone();
            changed[at] ^= 0xff;
            let _ = packing.unpack(&changed);
        }
        std::fs::write(file(folder.path()), b"12345678 something else").unwrap();
        assert!(matches!(Packing::open(Some(folder.path())), Err(EngineError::Damaged { .. })));
    }
}
