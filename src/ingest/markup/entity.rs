//! Character references: `&amp;`, `&eacute;`, `&#233;`, `&#xE9;`.

use std::borrow::Cow;

use memchr::memchr;

/// Longest name between `&` and `;` that is looked up.
const LONGEST_NAME: usize = 32;

/// The text with HTML character references resolved, XML's among them. What is none stays as it stands;
/// references to control characters vanish.
pub(super) fn decode(text: &str) -> Cow<'_, str> {
    let Some(first) = memchr(b'&', text.as_bytes()) else { return Cow::Borrowed(text) };
    let mut out = String::with_capacity(text.len());
    out.push_str(&text[..first]);
    let mut rest = &text[first..];
    while let Some(at) = memchr(b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        match reference(rest) {
            Some((resolved, length)) => {
                resolved.push_to(&mut out);
                rest = &rest[length..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// What a reference stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Resolved {
    /// A character, or `None` for one that no text may hold.
    Char(Option<char>),
    /// A named one.
    Named(&'static str),
}

impl Resolved {
    /// Appends it to a text.
    pub(super) fn push_to(self, out: &mut String) {
        match self {
            Self::Char(c) => out.extend(c),
            Self::Named(text) => out.push_str(text),
        }
    }
}

/// The reference whose inside (between `&` and `;`) is given.
pub(super) fn resolve(inside: &str) -> Option<Resolved> {
    if let Some(number) = inside.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return code.ok().map(|code| Resolved::Char(character(code)));
    }
    quick_xml::escape::resolve_html5_entity(inside).map(Resolved::Named)
}

/// Reads the reference at the head of `text` (which begins with `&`): what it stands for and its length.
fn reference(text: &str) -> Option<(Resolved, usize)> {
    let head = &text.as_bytes()[1..text.len().min(LONGEST_NAME + 2)];
    let digits =
        if matches!(head, [b'#', b'x' | b'X', ..]) { u8::is_ascii_hexdigit } else { u8::is_ascii_digit };
    let start = if matches!(head, [b'#', b'x' | b'X', ..]) { 2 } else { 1 };
    let end = match head {
        [b'#', ..] => start + head.get(start..)?.iter().position(|b| !digits(b))?,
        _ => head.iter().position(|b| !b.is_ascii_alphanumeric())?,
    };
    let inside = &text[1..=end];
    if head[end] == b';' {
        return resolve(inside).map(|resolved| (resolved, end + 2));
    }
    // Browsers also read numbers, and the oldest names, without the semicolon.
    let old = ["amp", "lt", "gt", "quot", "nbsp"];
    let bare = inside.starts_with('#') || old.contains(&inside) && head[end] != b'=';
    if bare { resolve(inside).map(|resolved| (resolved, end + 1)) } else { None }
}

/// The character of a number; the numbers 128–159 mean Windows-1252, as in every browser.
fn character(code: u32) -> Option<char> {
    if (0x80..0xa0).contains(&code) {
        let byte = [u8::try_from(code).ok()?];
        return encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte).0.chars().next();
    }
    char::from_u32(code).filter(|c| !c.is_control() || matches!(c, '\n' | '\t' | '\r'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_resolved_and_bare_ampersands_stay() {
        for (text, expected) in [
            ("A&nbsp;B &mdash; &eacute;t&eacute; & more", "A\u{a0}B — été & more"),
            ("&lt;p&gt; &#39;x&#x27; &amp;amp;", "<p> 'x' &amp;"),
            ("&#5;&#31;x&#147;y&#148;", "x“y”"),
            ("AT&T &unknown; &", "AT&T &unknown; &"),
            ("?a=1&lt=2&amp b&#8217s", "?a=1&lt=2& b’s"),
            ("&#99999999;x&#xD800;", "x"),
            ("&#Ù;&#xÙ;&#;&#x;", "&#Ù;&#xÙ;&#;&#x;"),
        ] {
            assert_eq!(decode(text), expected, "{text}");
        }
    }
}
