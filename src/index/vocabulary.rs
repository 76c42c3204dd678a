//! The words an archive uses, and texts written with one or two bytes for each of them.
//!
//! A compressor that sees one article alone spends most of its bytes on the spelling of words that stand in many
//! others. Written so before zstd packs them, articles of news take .30 of their text instead of .37, in less time
//! (zstd sees a third of the bytes), and a hit is still read without reading others.
//!
//! A text is cut into words (letters and digits of ASCII, and bytes of other characters) and the gaps between them. Both
//! are in the vocabulary; what is not stands behind [`SPELLED`], byte by byte. A gap of one blank between two words
//! is not written.

use std::cmp::Reverse;
use std::sync::OnceLock;

use super::by_word::{ByWord, Key};
use super::bytes::{Reader, Writer};
use super::terms::Terms;

/// Words that take one byte: the commonest.
const ONE_BYTE: usize = 128;
/// Before a word that is spelled out: its length and its bytes follow.
const SPELLED: u8 = u8::MAX;
/// Words that fit: those of one byte, and 256 for every other first byte but [`SPELLED`].
const MOST: usize = ONE_BYTE + (SPELLED as usize - ONE_BYTE) * 256;
/// Bytes that are copied at once when a text is spelled out: most words have no more.
const SHORT: usize = 16;
/// Words that are cut before the first of them is looked up, so that the waits for memory overlap.
const AHEAD: usize = 64;
/// Longest word that is kept, in bytes: what is longer does not come again.
const LONGEST: usize = 32;

/// The words of an archive, the commonest first.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    /// Each word behind a byte that holds its length.
    words: Vec<u8>,
    /// Where each begins.
    starts: Vec<u32>,
    /// What is written for each, which only writing asks for.
    codes: OnceLock<ByWord<Code>>,
}

/// What is written for a word: one byte, or two of which the first is none of those.
#[derive(Clone, Copy, Default)]
struct Code(u8, u8);

impl Code {
    fn of(number: usize) -> Self {
        match number.checked_sub(ONE_BYTE) {
            None => Self(number as u8, 0),
            Some(above) => Self((ONE_BYTE + above / 256) as u8, above as u8),
        }
    }
}

impl Vocabulary {
    /// The words of some texts.
    pub(super) fn learn<'a>(texts: impl Iterator<Item = &'a [u8]>) -> Self {
        let mut all = Terms::default();
        let mut counts: Vec<u32> = Vec::new();
        for piece in texts.flat_map(Pieces).filter(|piece| piece.len() <= LONGEST) {
            let number = all.number(None, piece) as usize;
            counts.resize(all.len(), 0);
            counts[number] += 1;
        }
        let mut order = all.sorted();
        order.sort_by_key(|number| Reverse(counts[*number as usize]));
        order.truncate(MOST);
        let mut words = Vec::new();
        for number in order {
            let word = all.bytes(number);
            words.push(word.len() as u8);
            words.extend_from_slice(word);
        }
        Self::of(words).unwrap_or_default()
    }

    /// That of words as they are written; `None` when it is something else.
    pub(super) fn of(words: Vec<u8>) -> Option<Self> {
        let mut starts = Vec::with_capacity(MOST);
        let mut at = 0;
        while let Some(length) = words.get(at) {
            starts.push(at as u32);
            at += 1 + usize::from(*length);
        }
        let whole = at == words.len() && starts.len() <= MOST;
        whole.then(|| Self { words, starts, codes: OnceLock::new() })
    }

    /// The words as they are written.
    pub(super) fn written(&self) -> &[u8] {
        &self.words
    }

    fn word(&self, number: usize) -> Option<&[u8]> {
        let (length, rest) = self.from(number)?;
        rest.get(..length)
    }

    /// The length of a word, and all words from it on.
    fn from(&self, number: usize) -> Option<(usize, &[u8])> {
        let (length, rest) = self.words.get(*self.starts.get(number)? as usize..)?.split_first()?;
        Some((usize::from(*length), rest))
    }

    fn codes(&self) -> &ByWord<Code> {
        self.codes.get_or_init(|| {
            let mut codes = ByWord::default();
            for number in 0..self.starts.len() {
                if let Some(word) = self.word(number) {
                    codes.of(codes.seek(word), word, || Code::of(number));
                }
            }
            codes
        })
    }

    /// Appends a text in short.
    pub(super) fn shorten(&self, text: &[u8], out: &mut Writer) {
        let codes = self.codes();
        let mut ahead: Vec<(&[u8], Key)> = Vec::with_capacity(AHEAD);
        let mut rest = text;
        let mut after_word = false;
        while !rest.is_empty() {
            while ahead.len() < AHEAD
                && let [first, behind @ ..] = rest
            {
                // What is behind a gap is a word.
                if *first == b' ' && after_word && behind.first().is_some_and(|byte| is_of_word(*byte)) {
                    rest = behind;
                }
                let Some(piece) = first_piece(rest) else { break };
                rest = &rest[piece.len()..];
                after_word = is_of_word(piece[0]);
                ahead.push((piece, codes.seek(piece)));
            }
            for (piece, key) in ahead.drain(..) {
                match codes.get(key, piece) {
                    Some(Code(one, _)) if usize::from(one) < ONE_BYTE => out.0.push(one),
                    Some(Code(first, second)) => out.0.extend([first, second]),
                    None => {
                        out.0.push(SPELLED);
                        out.number(piece.len() as u64);
                        out.0.extend_from_slice(piece);
                    }
                }
            }
        }
    }

    /// Appends the text that [`Vocabulary::shorten`] made short; `None` when it made something else.
    pub(super) fn spell_out(&self, short: &[u8], out: &mut Vec<u8>) -> Option<()> {
        let mut rest = Reader(short);
        let mut after_word = false;
        while let Some(first) = rest.byte() {
            let (length, from) = match first {
                SPELLED => (usize::try_from(rest.number()?).ok()?, rest.0),
                first => {
                    let number = match usize::from(first).checked_sub(ONE_BYTE) {
                        None => usize::from(first),
                        Some(above) => ONE_BYTE + above * 256 + usize::from(rest.byte()?),
                    };
                    self.from(number)?
                }
            };
            let piece = from.get(..length)?;
            let is_word = is_of_word(*piece.first()?);
            if is_word && after_word {
                out.push(b' ');
            }
            // A copy of a known length is no call: that takes a third off the time.
            match from.first_chunk::<SHORT>() {
                Some(chunk) if length <= SHORT => {
                    let end = out.len() + length;
                    out.extend_from_slice(chunk);
                    out.truncate(end);
                }
                _ => out.extend_from_slice(piece),
            }
            if first == SPELLED {
                rest.0 = &from[length..];
            }
            after_word = is_word;
        }
        Some(())
    }
}

/// Cuts a text into words and the gaps between them.
struct Pieces<'a>(&'a [u8]);

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let piece = first_piece(self.0)?;
        self.0 = &self.0[piece.len()..];
        Some(piece)
    }
}

/// The word or the gap a text begins with.
#[inline]
fn first_piece(text: &[u8]) -> Option<&[u8]> {
    let first = is_of_word(*text.first()?);
    let end = text.iter().position(|byte| is_of_word(*byte) != first).unwrap_or(text.len());
    Some(&text[..end])
}

/// Whether a byte belongs to a word.
#[inline]
fn is_of_word(byte: u8) -> bool {
    const TABLE: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            table[byte] = byte >= 0x80 || (byte as u8).is_ascii_alphanumeric();
            byte += 1;
        }
        table
    };
    TABLE[usize::from(byte)]
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn there_and_back(vocabulary: &Vocabulary, text: &[u8]) -> usize {
        let (mut short, mut long) = (Writer::default(), b"before ".to_vec());
        vocabulary.shorten(text, &mut short);
        vocabulary.spell_out(&short.0, &mut long).unwrap();
        assert_eq!(&long[7..], text);
        short.0.len()
    }

    #[test]
    fn every_text_comes_back_as_it_was() {
        let many: Vec<u8> = (0..MOST * 2).flat_map(|number| format!("w{number} ").into_bytes()).collect();
        let news = b"The minister said on Friday, \"No.\"\n\nThe minister left on Friday ".as_slice();
        for sample in [b"".as_slice(), news, &many] {
            let vocabulary = Vocabulary::learn([sample, news].into_iter());
            let odd = "  two blanks, \u{feff}Łódź 東京 it's\r\n\t50% \u{0}\u{7f}".as_bytes();
            for text in
                [b"".as_slice(), b" ", b"a", b" a ", b"a  b", b"\xff\x80 \xfe", odd, news, &many[..9000]]
            {
                there_and_back(&vocabulary, text);
            }
        }
    }

    #[test]
    fn common_words_take_a_byte_and_a_blank_between_words_none() {
        let vocabulary = Vocabulary::learn([b"on Friday, on Monday, on Friday".as_slice()].into_iter());
        assert_eq!(there_and_back(&vocabulary, b"on Monday, Friday"), 4);
        assert_eq!(there_and_back(&vocabulary, b"on Sunday"), 1 + 2 + 6);
    }

    #[test]
    fn words_read_back_in_their_order() {
        let vocabulary = Vocabulary::learn([b"b a b c d b a".as_slice()].into_iter());
        let written = vocabulary.written().to_vec();
        let read = Vocabulary::of(written.clone()).unwrap();
        let words: Vec<_> = (0..6).map_while(|number| read.word(number)).collect();
        assert_eq!(words, [b" ", b"b", b"a", b"c", b"d"]);
        assert!(Vocabulary::of(written[..written.len() - 1].to_vec()).is_none());
        let mut out = Vec::new();
        for damaged in [[5, 0].as_slice(), &[200], &[SPELLED], &[SPELLED, 0], &[SPELLED, 9, b'a'], &[1, 254]]
        {
            assert_eq!(read.spell_out(damaged, &mut out), None, "{damaged:?}");
        }
    }
}
