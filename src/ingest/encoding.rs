//! Bytes → text: byte order marks, declared and guessed encodings, and what does not fit together.

mod declared;
mod mojibake;
mod transcode;

use std::borrow::Cow;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::{Flag, code};

pub use declared::declared_in;
pub use mojibake::looks_misdecoded;
pub(super) use transcode::Transcoder;

/// Text and how it was come by.
#[derive(Clone, Debug)]
pub struct Decoded<'a> {
    /// The text, without byte order mark.
    pub text: Cow<'a, str>,
    /// WHATWG name of the encoding it was read in.
    pub encoding: &'static str,
    /// What was guessed or did not fit, for the article's flags.
    pub flags: Vec<Flag>,
}

/// An encoding settled on, and what was odd about it.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    /// The encoding.
    pub(super) encoding: &'static Encoding,
    /// Length of the byte order mark.
    pub(super) skip: usize,
    /// The oddity, if any.
    pub(super) flag: Option<Flag>,
}

impl Verdict {
    fn plain(encoding: &'static Encoding) -> Self {
        Self { encoding, skip: 0, flag: None }
    }

    fn flagged(encoding: &'static Encoding, code: &'static str, message: String) -> Self {
        Self { encoding, skip: 0, flag: Some(Flag { code, message }) }
    }
}

/// Decodes a record or file. `declared` is an encoding label from outside the bytes (a mail or HTTP header);
/// a byte order mark goes before it, and one declared inside (`<?xml encoding`, `<meta charset`) after it.
/// Never fails: bytes that fit no encoding become U+FFFD.
pub fn decode<'a>(bytes: &'a [u8], declared: Option<&str>) -> Decoded<'a> {
    if declared.is_none()
        && bytes.first().is_some_and(|b| *b != b'<')
        && !bytes.starts_with(b"\xef\xbb\xbf")
        && memchr::memchr2(0, 0x1b, bytes).is_none()
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return Decoded { text: Cow::Borrowed(text), encoding: UTF_8.name(), flags: Vec::new() };
    }
    let verdict = judge(bytes, declared, true);
    let bytes = &bytes[verdict.skip..];
    let (text, _) = verdict.encoding.decode_without_bom_handling(bytes);
    let mut flags = Vec::from_iter(verdict.flag);
    if verdict.encoding != UTF_8 || !matches!(text, Cow::Owned(_)) {
        return Decoded { text, encoding: verdict.encoding.name(), flags };
    }
    // UTF-8 in the main, with stray bytes in it: those are read one by one.
    if flags.is_empty() {
        flags.push(Flag {
            code: code::ENCODING_GUESSED,
            message: "some bytes are not UTF-8; they were read as windows-1252".into(),
        });
    }
    Decoded { text: Cow::Owned(patch(bytes)), encoding: UTF_8.name(), flags }
}

/// Settles on an encoding from the bytes at hand: the whole input, or (`complete` false) its beginning.
pub(super) fn judge(bytes: &[u8], declared: Option<&str>, complete: bool) -> Verdict {
    if let Some((encoding, skip)) = Encoding::for_bom(bytes) {
        return Verdict { encoding, skip, flag: None };
    }
    if let Some(encoding) = wide(bytes) {
        return match declared.and_then(|label| Encoding::for_label(label.as_bytes())) {
            Some(said) if said == encoding => Verdict::plain(encoding),
            _ => Verdict::flagged(
                encoding,
                code::ENCODING_GUESSED,
                format!("there is no byte order mark; read as {}", encoding.name()),
            ),
        };
    }
    let label = declared.map(str::to_owned).or_else(|| declared_in(bytes));
    let said = label.as_deref().and_then(|label| Encoding::for_label(label.trim().as_bytes()));
    let (valid, multibyte, stray) = utf8_census(bytes, complete);
    if valid {
        return judge_valid_utf8(bytes, said, multibyte > 0);
    }
    if multibyte > 4 * stray && said.is_none_or(|said| said == UTF_8) {
        return Verdict::plain(UTF_8);
    }
    match said.filter(|said| *said != UTF_8 && !wide_name(said)) {
        Some(said) => judge_declared(bytes, said, complete),
        None => {
            let guess = guess(bytes, complete);
            match label {
                Some(label) => conflict(guess, &label),
                None => Verdict::flagged(
                    guess,
                    code::ENCODING_GUESSED,
                    format!("no encoding is declared; read as {}", guess.name()),
                ),
            }
        }
    }
}

fn judge_valid_utf8(bytes: &[u8], said: Option<&'static Encoding>, beyond_ascii: bool) -> Verdict {
    if has_iso_2022_escape(bytes)
        && ISO_2022_JP.decode_without_bom_handling_and_without_replacement(bytes).is_some()
    {
        return match said {
            Some(said) if said == ISO_2022_JP => Verdict::plain(ISO_2022_JP),
            _ => Verdict::flagged(
                ISO_2022_JP,
                code::ENCODING_GUESSED,
                "read as ISO-2022-JP by its escape sequences".into(),
            ),
        };
    }
    match said {
        // What is said to be UTF-16 and reads as UTF-8 was turned into it on the way here.
        Some(said) if said != UTF_8 && beyond_ascii && !wide_name(said) => conflict(UTF_8, said.name()),
        _ => Verdict::plain(UTF_8),
    }
}

/// A declared encoding over bytes that are not UTF-8: believed unless the bytes speak against it.
fn judge_declared(bytes: &[u8], said: &'static Encoding, complete: bool) -> Verdict {
    let faults = if said.is_single_byte() {
        // Every byte means something in these. Running text in Latin script is never mostly accented letters,
        // so many of them say that another script was meant.
        said == WINDOWS_1252 && mostly_high(bytes)
    } else {
        let cut = if complete { bytes } else { &bytes[..bytes.len().saturating_sub(4)] };
        let (text, errors) = said.decode_without_bom_handling(cut);
        errors && text.chars().filter(|c| *c == '\u{fffd}').count() * 200 > text.chars().count()
    };
    if !faults {
        return Verdict::plain(said);
    }
    let guess = guess(bytes, complete);
    if guess == said { Verdict::plain(said) } else { conflict(guess, said.name()) }
}

fn conflict(read_as: &'static Encoding, said: &str) -> Verdict {
    let message =
        format!("declared as {said} but the bytes are {name}; read as {name}", name = read_as.name());
    Verdict::flagged(read_as, code::ENCODING_CONFLICT, message)
}

fn guess(bytes: &[u8], complete: bool) -> &'static Encoding {
    const ENOUGH: usize = 1 << 18;
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    // The detector learns from bytes beyond ASCII only: begin near the first of them.
    let first = bytes.iter().position(|b| *b >= 0x80).unwrap_or(0).saturating_sub(64);
    let sample = &bytes[first..bytes.len().min(first + ENOUGH)];
    detector.feed(sample, complete && first + sample.len() == bytes.len());
    detector.guess(None, Utf8Detection::Deny)
}

/// UTF-16 without a byte order mark: zero bytes nearly all on one side of the pairs.
fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = &bytes[..bytes.len().min(4096) & !1];
    let (mut even, mut odd) = (0_usize, 0_usize);
    for pair in head.chunks_exact(2) {
        even += usize::from(pair[0] == 0);
        odd += usize::from(pair[1] == 0);
    }
    let pairs = head.len() / 2;
    let (encoding, zeros, other) = if even > odd { (UTF_16BE, even, odd) } else { (UTF_16LE, odd, even) };
    if zeros < 2 || zeros * 50 < pairs || other * 20 > zeros {
        return None;
    }
    // Text in bytes with some zeros strewn in: few enough of them, and the rest reads as UTF-8.
    if zeros * 3 < pairs {
        let (valid, _, _) = utf8_census(head, false);
        let controls = head.iter().filter(|b| matches!(b, 1..=8 | 0xe..=0x1a | 0x1c..=0x1f)).count();
        if valid && controls * 50 < head.len() {
            return None;
        }
    }
    let (text, _) = encoding.decode_without_bom_handling(head);
    let odd_chars = text.chars().filter(|c| {
        *c == '\u{fffd}' || matches!(u32::from(*c), 0..=8 | 0xe..=0x1f | 0xe000..=0xf8ff | 0xfff0..=0xffff)
    });
    (odd_chars.count() * 50 <= pairs).then_some(encoding)
}

fn wide_name(encoding: &Encoding) -> bool {
    encoding == UTF_16BE || encoding == UTF_16LE
}

/// Whether the bytes are UTF-8 (a character cut at the end forgiven unless `complete`), how many characters
/// of several bytes there are, and how many stray bytes.
fn utf8_census(bytes: &[u8], complete: bool) -> (bool, usize, usize) {
    const ENOUGH_STRAYS: usize = 10_000;
    let (mut multibyte, mut stray) = (0, 0);
    let mut valid = true;
    let mut rest = bytes;
    while !rest.is_empty() && stray < ENOUGH_STRAYS {
        let (good, bad) = match std::str::from_utf8(rest) {
            Ok(_) => (rest.len(), 0),
            Err(error) => {
                let good = error.valid_up_to();
                match error.error_len() {
                    Some(bad) => (good, bad),
                    None if complete => (good, rest.len() - good),
                    None => (rest.len(), 0),
                }
            }
        };
        multibyte += rest[..good].iter().filter(|b| **b >= 0xc0).count();
        if bad > 0 {
            valid = false;
            stray += 1;
        }
        rest = &rest[good + bad..];
    }
    (valid, multibyte, stray)
}

/// Whether more than a third of the letters are bytes beyond ASCII.
fn mostly_high(bytes: &[u8]) -> bool {
    let high = bytes.iter().filter(|b| **b >= 0xc0).count();
    let low = bytes.iter().filter(|b| b.is_ascii_alphabetic()).count();
    // Tags are ASCII whatever the script of the text.
    let tags: usize = bytes.split(|b| *b == b'<').skip(1).map(|t| memchr::memchr(b'>', t).unwrap_or(0)).sum();
    high * 2 > low.saturating_sub(tags) + high && high > 8
}

fn has_iso_2022_escape(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"\x1b$").is_some()
}

/// UTF-8 with its stray bytes read as windows-1252.
fn patch(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 16);
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        let (stray, _) = WINDOWS_1252.decode_without_bom_handling(chunk.invalid());
        out.push_str(&stray);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(decoded: &Decoded<'_>) -> Vec<&'static str> {
        decoded.flags.iter().map(|flag| flag.code).collect()
    }

    const RUSSIAN: &str =
        "Министр иностранных дел Сергей Лавров провёл переговоры в Багдаде с премьер-министром.";

    #[test]
    fn plain_utf8_is_borrowed_and_unmarked() {
        let decoded = decode("Łódź".as_bytes(), None);
        assert!(matches!(decoded.text, Cow::Borrowed("Łódź")));
        assert!(decoded.flags.is_empty());
    }

    #[test]
    fn a_byte_order_mark_beats_the_declaration() {
        let decoded = decode(b"\xef\xbb\xbf<?xml version='1.0' encoding='latin1'?><a>\xc3\xa9</a>", None);
        assert!(decoded.text.ends_with("<a>é</a>") && decoded.text.starts_with('<'));
        assert!(decoded.flags.is_empty());
        let utf16: Vec<u8> =
            [0xff, 0xfe].into_iter().chain("é!".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        assert_eq!(decode(&utf16, None).text, "é!");
    }

    #[test]
    fn utf16_without_mark_is_told_by_its_zeros() {
        for text in ["<a>Café in Baghdad</a>", RUSSIAN] {
            let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            let decoded = decode(&bytes, None);
            assert_eq!((decoded.text.as_ref(), codes(&decoded)), (text, vec![code::ENCODING_GUESSED]));
        }
    }

    #[test]
    fn zeros_strewn_into_text_make_no_utf16_of_it() {
        let decoded = decode(b"abc\0def and more of this text\0here, all of it ASCII", None);
        assert!(decoded.text.starts_with("abc\0def") && decoded.flags.is_empty());
    }

    #[test]
    fn what_is_declared_and_what_is_there_may_differ() {
        let cp1252 = b"<meta charset=utf-8><p>Caf\xe9 \x93quoted\x94 na\xefve text about a caf\xe9</p>";
        let decoded = decode(cp1252, None);
        assert!(decoded.text.contains("Café “quoted”"), "{}", decoded.text);
        assert_eq!(codes(&decoded), [code::ENCODING_CONFLICT]);

        let utf8 = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><p>Café</p>";
        let decoded = decode(utf8.as_bytes(), None);
        assert_eq!((decoded.text.as_ref(), codes(&decoded)), (utf8, vec![code::ENCODING_CONFLICT]));

        let (latin1, _, _) = WINDOWS_1252.encode("<meta charset=latin1><p>Café</p>");
        let decoded = decode(&latin1, None);
        assert!(decoded.text.contains("Café") && decoded.flags.is_empty());
    }

    #[test]
    fn undeclared_encodings_are_guessed_and_marked() {
        for (encoding, text) in [
            (encoding_rs::WINDOWS_1251, RUSSIAN),
            (encoding_rs::KOI8_U, RUSSIAN),
            (encoding_rs::SHIFT_JIS, "ブリンケン国務長官は日曜日にバグダッドを訪問し、首相と会談した。"),
            (encoding_rs::GB18030, "美国国务卿布林肯周日访问巴格达，会见了伊拉克总理。"),
            (
                encoding_rs::ISO_8859_2,
                "Prezydent Polski spotkał się w Łodzi z ministrem spraw zagranicznych i żoną.",
            ),
        ] {
            let (bytes, _, lost) = encoding.encode(text);
            assert!(!lost);
            let decoded = decode(&bytes, None);
            assert_eq!(decoded.text, text, "{}", encoding.name());
            assert_eq!(codes(&decoded), [code::ENCODING_GUESSED]);
        }
    }

    #[test]
    fn cyrillic_declared_as_latin_is_not_believed() {
        let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(RUSSIAN);
        let decoded = decode(&bytes, Some("iso-8859-1"));
        assert_eq!((decoded.text.as_ref(), codes(&decoded)), (RUSSIAN, vec![code::ENCODING_CONFLICT]));
    }

    #[test]
    fn one_stray_byte_does_not_spoil_the_rest() {
        let mut bytes = "“Łódź” and “Kraków” – ".repeat(4).into_bytes();
        bytes.extend_from_slice(b"M\xfcnchen");
        let decoded = decode(&bytes, None);
        assert!(decoded.text.starts_with("“Łódź”") && decoded.text.ends_with("München"));
        assert_eq!(codes(&decoded), [code::ENCODING_GUESSED]);
        let decoded = decode(b"The mayor of M\xfcnchen spoke to reporters in the town hall.", None);
        assert!(decoded.text.contains("München"), "{}", decoded.text);
    }
}
