//! White space, control characters and line ends of texts, made as the rest of the house expects them.

/// Bytes of a text that are looked at together.
const AT_ONCE: usize = 32;

/// A cleaned text and whether characters that act on a terminal or turn the reading direction were taken out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cleaned {
    pub(super) text: String,
    pub(super) stripped: bool,
}

/// Cleans a body: `\n` line ends, one blank line between paragraphs, no white space at line ends, no control
/// characters.
pub(super) fn body(text: String) -> Cleaned {
    if is_clean(text.as_bytes()) {
        return Cleaned { text, stripped: false };
    }
    let mut out = String::with_capacity(text.len());
    let stripped = without_controls(&text, |c| match c {
        '\n' => {
            while out.ends_with(' ') {
                out.pop();
            }
            if !out.is_empty() && !out.ends_with("\n\n") {
                out.push('\n');
            }
        }
        ' ' | '\u{a0}' if out.is_empty() || out.ends_with('\n') => {}
        '\u{a0}' => out.push(' '),
        c => out.push(c),
    });
    out.truncate(out.trim_end().len());
    Cleaned { text: out, stripped }
}

/// Cleans a text of one line: white space of any kind becomes single spaces.
pub(super) fn line(text: &str) -> Cleaned {
    let mut out = String::with_capacity(text.len());
    let stripped = without_controls(text, |c| {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    });
    out.truncate(out.trim_end().len());
    Cleaned { text: out, stripped }
}

/// Hands on the characters of a text, without control characters (escape sequences whole); line ends become `\n`,
/// tabs spaces. Whether any that act on a terminal or on the direction of reading were left out.
fn without_controls(text: &str, mut keep: impl FnMut(char)) -> bool {
    let mut stripped = false;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\n' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' => keep('\n'),
            '\u{2029}' => {
                keep('\n');
                keep('\n');
            }
            '\r' => {
                if chars.peek() != Some(&'\n') {
                    keep('\n');
                }
            }
            '\t' => keep(' '),
            '\u{1b}' => {
                stripped = true;
                skip_escape(&mut chars);
            }
            '\u{7}' | '\u{8}' | '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                stripped = true;
            }
            // Marks of wire services, soft hyphens, byte order marks, zero-width spaces: nothing a reader saw.
            '\0'..='\u{1f}' | '\u{ad}' | '\u{feff}' | '\u{200b}' | '\u{2060}' | '\u{fff9}'..='\u{fffb}' => {}
            c => keep(c),
        }
    }
    stripped
}

/// Skips the rest of a terminal escape sequence: `[…letter`, `]…BEL`, or one character.
fn skip_escape(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    const LONGEST: usize = 256;
    match chars.peek() {
        Some('[') => {
            chars.next();
            for _ in 0..LONGEST {
                match chars.peek() {
                    Some('0'..='?' | ' '..='/') => {
                        chars.next();
                    }
                    Some('@'..='~') => {
                        chars.next();
                        return;
                    }
                    _ => return,
                }
            }
        }
        Some(']' | 'P' | '^' | '_') => {
            // Only as far as its end is near: a lone introducer must not swallow the text.
            let mut ahead = chars.clone();
            let end = (0..LONGEST).find_map(|taken| match ahead.next() {
                Some('\u{7}' | '\u{9c}') => Some(taken + 1),
                Some('\u{1b}') => Some(taken + 2),
                Some(_) => None,
                None => Some(0),
            });
            for _ in 0..end.unwrap_or(1).max(1) {
                chars.next();
            }
        }
        _ => {}
    }
}

/// The beginning of a text, at most so many bytes of it.
pub(super) fn head(text: &str, max_bytes: usize) -> &str {
    let mut end = max_bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Whether [`body`] would change nothing; most bodies of good archives are so.
fn is_clean(bytes: &[u8]) -> bool {
    if bytes.first().is_none_or(u8::is_ascii_whitespace) || bytes.last().is_none_or(u8::is_ascii_whitespace) {
        return false;
    }
    // Whether any of several bytes is worth a look is found at once: a seventh of the time of a look at each.
    let seldom = |byte: &u8| matches!(byte, 0..=0x1f | 0x7f | 0xc2 | 0xe2 | 0xef);
    for (number, chunk) in bytes.chunks(AT_ONCE).enumerate() {
        if !chunk.iter().fold(false, |any, byte| any | seldom(byte)) {
            continue;
        }
        let mut places = (number * AT_ONCE..).zip(chunk);
        if !places.all(|(at, byte)| is_fine(bytes, at, *byte)) {
            return false;
        }
    }
    true
}

/// Whether a byte within a text that neither begins nor ends with white space stays as it is.
fn is_fine(bytes: &[u8], at: usize, byte: u8) -> bool {
    match byte {
        b'\n' => {
            let (before, after) = (bytes[at - 1], bytes[at + 1]);
            before != b' ' && after != b' ' && (before != b'\n' || after != b'\n')
        }
        0..=0x1f | 0x7f => false,
        // U+0080–U+00AD, U+2000–U+207F and U+F000–U+FFFF hold the characters to be looked at.
        0xc2 => !(bytes[at + 1] <= 0xa0 || bytes[at + 1] == 0xad),
        0xe2 => !matches!((bytes[at + 1], bytes[at + 2]), (0x80, 0x8b | 0xa8..=0xae) | (0x81, 0xa0..=0xa9)),
        0xef => !matches!(bytes[at + 1], 0xbb | 0xbf),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_and_lines() {
        let cleaned = body("\r\n  One  line \r\nnext\t\ttab\n \n\n\n Two\n".into());
        assert_eq!(cleaned.text, "One  line\nnext  tab\n\nTwo");
        assert!(!cleaned.stripped);
    }

    #[test]
    fn terminal_sequences_and_direction_marks_go() {
        let cleaned =
            line("Blinken \u{1b}]0;pwned\u{7}\u{1b}[2J\u{1b}[31mvisits\u{202e} qarI\u{9b}1m \u{1b}] Mosul");
        assert_eq!(cleaned.text, "Blinken visits qarI1m Mosul");
        assert!(cleaned.stripped);
        let wire = body("Reuter\u{3}\u{1f} end\u{ad}ed".into());
        assert_eq!((wire.text.as_str(), wire.stripped), ("Reuter ended", false));
    }

    #[test]
    fn clean_text_passes_untouched() {
        for text in ["One “two” – Łódź.\n\nThree\nfour", "北京 news", "a"] {
            assert!(is_clean(text.as_bytes()), "{text}");
            assert_eq!(body(text.into()).text, text);
        }
        for text in ["a\u{200b}b", "a \nb", "a\n\n\nb", "a\u{9b}b", "\u{feff}a", "a ", "a\n b"] {
            assert!(!is_clean(text.as_bytes()), "{text:?}");
        }
    }
}
