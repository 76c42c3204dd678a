//! Stored articles, each compressed by itself with a dictionary of what its archive is made of.
//!
//! A document store compresses blocks of several articles, and a hit then costs a whole block: 32 KB for the three
//! of an article of news. With a dictionary one article alone becomes smaller than in such a block (.47 of its
//! text against .51) and is read in 5 µs. The dictionary is learnt once from the first articles, which are
//! stored without; it lies in the index folder, is written before any article that needs it, and never changes.
//!
//! A packed article is a first byte, the length of its numbers, these, and a frame of zstd with the letters of its texts.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};

use xxhash_rust::xxh3::xxh3_64;
use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::{CParameter, Strategy};

use super::bytes::{Reader, Writer};
use super::damaged;
use super::numbers::{Numbers, NumbersReader};
use super::odds::Odds;
use super::stored::{self, Encoded, Head};
use super::texts::TextReader;
use super::vocabulary::Vocabulary;
use crate::search::EngineError;

/// Level of zstd, whose search for repetitions is another: at one place only, for four bytes, which are two words in
/// short. With the level's own, articles are a sixtieth larger, in half as much time again.
const LEVEL: i32 = 3;
/// Places, as a power of two, among which repetitions are looked for. Half of them make articles a 160th larger.
const PLACES: u32 = 17;
/// Least bytes that are a repetition.
const REPEATED: u32 = 4;
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
    samples: Mutex<Vec<Sample>>,
    plain: Mutex<Vec<Decompressor<'static>>>,
    trained: Mutex<Vec<Decompressor<'static>>>,
}

/// What the dictionary is learnt from of one article.
#[derive(Default)]
struct Sample {
    numbers: Numbers,
    letters: Vec<u8>,
}

/// What is known of the articles of an archive.
struct Dictionary {
    odds: Odds,
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

/// An article as it was before it was packed.
#[derive(Debug)]
pub(super) struct Unpacked {
    numbers: PackedNumbers,
    letters: Vec<u8>,
    packing: Packing,
}

/// The numbers of an article in one of two forms.
#[derive(Debug)]
enum PackedNumbers {
    /// [`Numbers::written`].
    Written(Vec<u8>),
    /// [`Odds::code`].
    Coded(Vec<u16>),
}

impl Unpacked {
    fn reader(&self) -> Option<TextReader<'_>> {
        let numbers = match &self.numbers {
            PackedNumbers::Written(bytes) => NumbersReader::Written(Reader(bytes)),
            PackedNumbers::Coded(words) => NumbersReader::coded(words, &self.packing.dictionary()?.odds)?,
        };
        Some(TextReader { numbers, letters: Reader(&self.letters) })
    }

    /// What a result list shows of it; `None` when it is damaged.
    pub(super) fn head(&self) -> Option<Head<'_>> {
        stored::head(self.reader()?)
    }
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

    /// Packs an article.
    ///
    /// # Errors
    /// [`EngineError::Io`] when the dictionary cannot be written, or zstd refuses.
    pub(super) fn pack(&self, packer: &mut Packer, article: &Encoded) -> Result<Vec<u8>, EngineError> {
        let fail = |source| EngineError::Io { context: "packing an article".to_owned(), source };
        if self.0.dictionary.get().is_none() {
            drop(self.samples()); // while it is made, to wait is better than to go without
        }
        let mut out = Writer(Vec::with_capacity(article.letters.len() / 2 + 64));
        let frame = match self.0.dictionary.get() {
            Some(Dictionary { odds, vocabulary, trained }) => {
                let words = odds.code(&article.numbers).ok_or_else(|| fail(ErrorKind::InvalidData.into()))?;
                out.0.push(WITH_DICTIONARY);
                out.number(words.len() as u64);
                words.iter().for_each(|word| out.0.extend_from_slice(&word.to_le_bytes()));
                packer.short.0.clear();
                vocabulary.shorten(&article.letters, &mut packer.short);
                room(&mut packer.trained, trained).map_err(fail)?.compress(&packer.short.0)
            }
            None => {
                let numbers = article.numbers.written();
                out.0.push(PLAIN);
                out.number(numbers.len() as u64);
                out.0.extend_from_slice(&numbers);
                self.look_at(article)?;
                room(&mut packer.plain, &[]).map_err(fail)?.compress(&article.letters)
            }
        };
        let frame = frame.map_err(fail)?;
        out.0.extend_from_slice(frame.strip_prefix(&MAGIC).unwrap_or(&frame));
        Ok(out.0)
    }

    /// What [`Packing::pack`] was given; `None` when the bytes are damaged.
    pub(super) fn unpack(&self, packed: &[u8]) -> Option<Unpacked> {
        let (first, rest) = packed.split_first()?;
        let mut rest = Reader(rest);
        let length = rest.number()?;
        let (numbers, pool, dictionary) = match *first {
            PLAIN => (PackedNumbers::Written(rest.bytes(length)?.to_vec()), &self.0.plain, None),
            WITH_DICTIONARY => {
                let words = rest.bytes(length.checked_mul(2)?)?.as_chunks::<2>().0;
                let words = words.iter().map(|word| u16::from_le_bytes(*word)).collect();
                (PackedNumbers::Coded(words), &self.0.trained, Some(self.dictionary()?))
            }
            _ => return None,
        };
        let frame = [&MAGIC, rest.0].concat();
        let length = zstd::zstd_safe::get_frame_content_size(&frame).ok()??;
        let mut inner = Vec::new();
        inner.try_reserve_exact(usize::try_from(length).ok()?).ok()?;
        let pooled = pool.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut decompressor = match pooled {
            Some(decompressor) => decompressor,
            None => Decompressor::with_dictionary(dictionary.map_or(&[], |known| known.trained.as_slice()))
                .ok()?,
        };
        decompressor.decompress_to_buffer(&frame, &mut inner).ok()?;
        pool.lock().unwrap_or_else(PoisonError::into_inner).push(decompressor);
        let letters = match dictionary {
            Some(known) => {
                // In short a text takes about a third of its length.
                let mut letters = Vec::with_capacity(inner.len() * 4);
                known.vocabulary.spell_out(&inner, &mut letters)?;
                letters
            }
            None => inner,
        };
        Some(Unpacked { numbers, letters, packing: self.clone() })
    }

    /// The dictionary, which another process may have written since the index was opened.
    fn dictionary(&self) -> Option<&Dictionary> {
        if let Some(dictionary) = self.0.dictionary.get() {
            return Some(dictionary);
        }
        let found = load(self.0.file.as_ref()?).ok()??;
        Some(self.0.dictionary.get_or_init(|| found))
    }

    fn samples(&self) -> MutexGuard<'_, Vec<Sample>> {
        self.0.samples.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a thread makes the dictionary at the moment.
    pub(super) fn is_learning(&self) -> bool {
        self.0.dictionary.get().is_none()
            && matches!(self.0.samples.try_lock(), Err(TryLockError::WouldBlock))
    }

    /// Whether articles are still looked at to learn the dictionary from.
    pub(super) fn wants_samples(&self) -> bool {
        self.0.dictionary.get().is_none() && self.samples().len() < SAMPLES
    }

    /// Keeps an article for the dictionary, and makes it when there are enough.
    ///
    /// # Errors
    /// [`EngineError::Io`] when the dictionary cannot be written.
    pub(super) fn look_at(&self, article: &Encoded) -> Result<(), EngineError> {
        let mut samples = self.samples();
        if samples.len() >= SAMPLES {
            return Ok(()); // another thread has made it, or it was no use
        }
        let letters = article.letters[..article.letters.len().min(SAMPLE_BYTES)].to_vec();
        samples.push(Sample { numbers: article.numbers.clone(), letters });
        if samples.len() < SAMPLES {
            return Ok(());
        }
        let taken: Vec<Sample> = samples.iter_mut().map(std::mem::take).collect();
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
    /// Learns from articles. `None` when zstd finds nothing to learn: they are then stored without.
    fn learn(articles: &[Sample]) -> Option<Self> {
        let odds = Odds::learn(articles.iter().map(|article| &article.numbers))?;
        let vocabulary = Vocabulary::learn(articles.iter().map(|article| article.letters.as_slice()));
        let (mut short, mut lengths) = (Writer::default(), Vec::new());
        for article in articles.iter().step_by(TRAINED_ON_ONE_IN) {
            let before = short.0.len();
            vocabulary.shorten(&article.letters, &mut short);
            lengths.push(short.0.len() - before);
        }
        let trained = zstd::dict::from_continuous(&short.0, &lengths, TRAINED_BYTES).ok()?;
        Some(Self { odds, vocabulary, trained })
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
        made.set_parameter(CParameter::Strategy(Strategy::ZSTD_fast))?;
        made.set_parameter(CParameter::HashLog(PLACES))?;
        made.set_parameter(CParameter::MinMatch(REPEATED))?;
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
    let shares = (0..reader.number()?).map(|_| u16::try_from(reader.number()?).ok());
    let odds = Odds::of(shares.collect::<Option<_>>()?)?;
    let length = reader.number()?;
    let words = reader.bytes(length)?.len();
    // Moved and not copied where it can be: new memory costs every search more than to move what is there.
    let trained = file.split_off(file.len() - reader.0.len());
    file.drain(..file.len() - words);
    Some(Dictionary { odds, vocabulary: Vocabulary::of(file)?, trained })
}

/// Writes a dictionary behind its checksum, whole or not at all; durable on return.
fn save(file: &Path, dictionary: &Dictionary) -> std::io::Result<()> {
    let (shares, words) = (dictionary.odds.written(), dictionary.vocabulary.written());
    let mut bytes = Writer::default();
    bytes.number(shares.len() as u64);
    shares.iter().for_each(|share| bytes.number(u64::from(*share)));
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
    use crate::index::numbers::Quantity;
    use crate::index::{Index, Writer, WriterOptions};
    use crate::search::{Engine, Sink};

    fn encoded(number: usize) -> Encoded {
        let mut letters = Vec::new();
        for word in 0..6 {
            let word = (number * 7 + word * word) % 911;
            letters.extend(format!("the minister of {word} said on Friday that {} ", word * number).bytes());
        }
        let mut numbers = Numbers::default();
        (0..20).for_each(|i| numbers.put(Quantity::PersonDistance, (number * i) as u64));
        Encoded { numbers, letters, hash: 0 }
    }

    #[test]
    fn it_learns_while_a_thread_makes_the_dictionary_and_never_again() {
        let packing = Packing::open(None).unwrap();
        assert!(!packing.is_learning());
        let making = packing.samples();
        assert!(packing.is_learning());
        drop(making);
        assert!(!packing.is_learning());
        (0..SAMPLES).for_each(|number| packing.look_at(&encoded(number)).unwrap());
        assert!(packing.dictionary().is_some());
        let _held = packing.samples();
        assert!(!packing.is_learning());
    }

    /// Whether an article unpacks as the one of a number.
    fn unpacks_to(packing: &Packing, packed: &[u8], number: usize) -> bool {
        let expected = encoded(number);
        let unpacked = packing.unpack(packed).unwrap();
        let mut reader = unpacked.reader().unwrap();
        let same = expected.numbers.all().iter().all(|(of, at)| reader.numbers.number(*of) == Some(*at));
        same && reader.numbers.is_at_end() && reader.letters.0 == expected.letters
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
                assert!(unpacks_to(&packing, packed, number), "{number}");
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
            assert!(packing.unpack(&packed[..cut]).is_none());
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
