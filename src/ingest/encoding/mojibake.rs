//! Text that was decoded wrongly before it reached us.

/// Whether the text holds UTF-8 read as windows-1252 or Latin-1: `â€™`, `Ã©`, `Â£`. All such sequences begin
/// with a letter that is U+00C2…U+00F4 and go on with what windows-1252 makes of a continuation byte.
pub fn looks_misdecoded(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr_iter(0xc3, bytes).any(|at| {
        let rest = &bytes[at + 1..];
        match rest {
            // â, followed by € or U+0080: the punctuation of U+2000–U+203F
            [0xa2, 0xe2, 0x82, 0xac, ..] | [0xa2, 0xc2, 0x80, ..] => true,
            // Ã, Â followed by a continuation byte read as Latin-1
            [0x82 | 0x83, 0xc2, 0x80..=0xbf, ..] => true,
            // Ð, Ñ (Cyrillic) followed by one
            [0x90 | 0x91, 0xc2, 0x80..=0xbf, ..] => true,
            _ => false,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::looks_misdecoded;

    #[test]
    fn double_encoded_text_is_told_from_accented_text() {
        for text in ["itâ€™s", "CafÃ©", "Â£5", "ÐœÐ¾ÑÐºÐ²Ð°"] {
            assert!(looks_misdecoded(text), "{text}");
        }
        for text in ["it’s", "Café", "£5", "SÃO PAULO", "Âge", "Łódź", "plain"] {
            assert!(!looks_misdecoded(text), "{text}");
        }
    }
}
