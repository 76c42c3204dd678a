//! Markup inside fields that should hold text: tags taken out, entities decoded, blocks made paragraphs.

use std::borrow::Cow;

/// Elements that separate paragraphs.
const BLOCKS: &[&str] = &[
    "p",
    "div",
    "br",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ul",
    "ol",
    "tr",
    "table",
    "blockquote",
    "section",
    "article",
    "header",
    "footer",
    "figure",
    "figcaption",
    "pre",
    "hr",
    "dd",
    "dt",
    "dl",
    "body",
    "html",
    "aside",
    "main",
    "nav",
    "td",
    "th",
    "tbody",
    "thead",
    "address",
    "hl1",
    "hl2",
    "block",
];
/// Elements within a line.
const INLINE: &[&str] = &[
    "a", "b", "i", "u", "s", "em", "strong", "span", "font", "img", "sub", "sup", "small", "big", "abbr",
    "cite", "code", "q", "mark", "time", "wbr", "ins", "del", "strike", "center", "label", "input", "button",
    "meta", "link", "source", "picture", "video", "audio", "param", "embed", "tt", "kbd", "var", "samp",
    "dfn", "bdi", "bdo", "area", "map", "col", "colgroup",
];
/// Elements whose content is no text.
const SKIPPED: &[&str] = &[
    "script", "style", "head", "title", "noscript", "iframe", "svg", "object", "template", "form", "select",
];

/// Text without markup. Only tags of HTML count (`<SRD>` in a headline stays), and text without any is borrowed.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    if !has_markup(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = memchr::memchr2(b'<', b'&', rest.as_bytes()) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if rest.starts_with('&') {
            match entity(rest) {
                Some((c, length)) => {
                    out.push(c);
                    rest = &rest[length..];
                }
                None => {
                    out.push('&');
                    rest = &rest[1..];
                }
            }
            continue;
        }
        match tag(rest) {
            None => {
                out.push('<');
                rest = &rest[1..];
            }
            Some(Tag { kind, length, name, closing }) => {
                rest = &rest[length..];
                match kind {
                    TagKind::Block => out.push_str(if name == "br" { "\n" } else { "\n\n" }),
                    TagKind::Inline => {}
                    TagKind::Skipped if !closing => rest = after_element(rest, name),
                    TagKind::Skipped => {}
                }
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn has_markup(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'<', b'&', bytes).any(|at| match bytes[at] {
        b'<' => tag(&text[at..]).is_some(),
        _ => entity(&text[at..]).is_some(),
    })
}

enum TagKind {
    Block,
    Inline,
    Skipped,
}

struct Tag {
    kind: TagKind,
    /// Bytes up to and with the `>`.
    length: usize,
    name: &'static str,
    closing: bool,
}

/// The HTML tag, comment or declaration that `text` begins with.
fn tag(text: &str) -> Option<Tag> {
    const LONGEST_TAG: usize = 1 << 16;
    if let Some(rest) = text.strip_prefix("<!--") {
        let length = rest.find("-->").map_or(text.len(), |end| end + 7);
        return Some(Tag { kind: TagKind::Inline, length, name: "", closing: false });
    }
    let closing = text.starts_with("</");
    let body = &text[if closing { 2 } else { 1 }..];
    let body = body.strip_prefix('!').unwrap_or(body);
    let end = body.bytes().take(12).position(|b| !b.is_ascii_alphanumeric())?;
    let written = &body[..end];
    if !matches!(body.as_bytes().get(end), Some(b'>' | b'/' | b' ' | b'\n' | b'\t' | b'\r')) {
        return None;
    }
    let lookup =
        |names: &[&'static str]| names.iter().copied().find(|name| name.eq_ignore_ascii_case(written));
    let (kind, name) = if let Some(name) = lookup(BLOCKS) {
        (TagKind::Block, name)
    } else if let Some(name) = lookup(INLINE) {
        (TagKind::Inline, name)
    } else if let Some(name) = lookup(SKIPPED) {
        (TagKind::Skipped, name)
    } else if written.eq_ignore_ascii_case("doctype") {
        (TagKind::Inline, "")
    } else {
        return None;
    };
    // A `>` inside a quoted attribute does not end the tag.
    let start = text.len() - body.len() + end;
    let mut quote = None;
    for (at, byte) in text.as_bytes()[start..].iter().enumerate().take(LONGEST_TAG) {
        match (quote, byte) {
            (None, b'>') => return Some(Tag { kind, length: start + at + 1, name, closing }),
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if open == *byte => quote = None,
            _ => {}
        }
    }
    let end = memchr::memchr(b'>', &text.as_bytes()[start..])?;
    Some(Tag { kind, length: start + end + 1, name, closing })
}

/// What follows the end tag of an element; without one, the rest from here on.
fn after_element<'a>(rest: &'a str, name: &str) -> &'a str {
    let bytes = rest.as_bytes();
    for at in memchr::memchr_iter(b'<', bytes) {
        let after = &bytes[at + 1..];
        if after.first() == Some(&b'/')
            && after.get(1..=name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()))
        {
            return memchr::memchr(b'>', &bytes[at..]).map_or("", |end| &rest[at + end + 1..]);
        }
    }
    rest
}

/// The character of an entity that `text` begins with, and the entity's length.
fn entity(text: &str) -> Option<(char, usize)> {
    let end = text.as_bytes().iter().take(12).position(|b| *b == b';')?;
    let name = &text[1..end];
    let c = if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        // Numbers of the C1 block mean windows-1252, as browsers read them.
        match u8::try_from(code) {
            Ok(byte @ 0x80..=0x9f) => {
                encoding_rs::WINDOWS_1252.decode_without_bom_handling(&[byte]).0.chars().next()?
            }
            _ => char::from_u32(code)?,
        }
    } else {
        let mut text = quick_xml::escape::resolve_html5_entity(name)?.chars();
        text.next().filter(|_| text.next().is_none())?
    };
    Some((c, end + 1))
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn html_goes_and_its_text_stays() {
        for (html, text) in [
            ("<p>One &amp; two.</p><p>Three</p>", "\n\nOne & two.\n\n\n\nThree\n\n"),
            ("a<br/>b <b onmouseover=\"x>y\">c</b>", "a\nb c"),
            ("<script>x()</script>Blinken", "Blinken"),
            ("<p> </p><script>x()</script>", "\n\n \n\n"),
            ("caf&eacute; &#8217;s &#146; &AMPX; R&D", "café ’s ’ &AMPX; R&D"),
            ("<!-- note --><i>x</i>", "x"),
            ("<b unclosed", "<b unclosed"),
        ] {
            assert_eq!(plain(html), text, "{html}");
        }
    }

    #[test]
    fn what_only_looks_like_markup_stays() {
        for text in ["STANDARD OIL <SRD> TO FORM", "a < b and c > d", "AT&T", "<3", "x <p"] {
            assert!(matches!(plain(text), std::borrow::Cow::Borrowed(t) if t == text), "{text}");
        }
    }
}
