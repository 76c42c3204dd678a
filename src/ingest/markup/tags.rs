//! A tolerant scanner for HTML and SGML: text in, tokens out, in one pass over any input, however broken. It
//! builds no tree, so nesting costs nothing.

use std::borrow::Cow;

use memchr::{memchr, memchr2};

use super::entity;

/// A piece of marked-up text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// Text between tags, references unresolved.
    Text(&'a str),
    /// Text taken literally: a CDATA section, or what stands in `<script>`, `<style>` and their like.
    Raw(&'a str),
    /// A start tag.
    Open(Tag<'a>),
    /// An end tag: its name.
    Close(&'a str),
}

/// A start tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    /// As written; compare with [`Tag::is`].
    pub(super) name: &'a str,
    /// What stands between the name and `>`.
    attributes: &'a str,
}

impl<'a> Tag<'a> {
    /// Whether the tag has this name, in any case.
    pub(super) fn is(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// Whether it ends in `/>`.
    pub(super) fn closes_itself(&self) -> bool {
        self.attributes.ends_with('/')
    }

    /// Value of an attribute, references resolved; an attribute without value is empty.
    pub(super) fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        let (_, value) = self.attributes().find(|(key, _)| key.eq_ignore_ascii_case(name))?;
        Some(entity::decode(value))
    }

    /// Names and values as written, quotes off.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let mut rest = self.attributes;
        std::iter::from_fn(move || {
            rest = rest.trim_start_matches(|c: char| c.is_ascii_whitespace() || c == '/');
            let end = rest.find(|c: char| c.is_ascii_whitespace() || c == '=' || c == '/');
            // A stray `=` is skipped with whatever follows it.
            let end = end.map_or(rest.len(), |end| end.max(1));
            if rest.is_empty() || !rest.is_char_boundary(end) {
                return None;
            }
            let name = &rest[..end];
            rest = rest[end..].trim_start();
            let Some(after) = rest.strip_prefix('=') else { return Some((name, "")) };
            let after = after.trim_start();
            let (value, left) = match after.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    after[1..].split_once(quote).unwrap_or((after[1..].trim_end_matches('/'), ""))
                }
                _ => after.split_at(after.find(|c: char| c.is_ascii_whitespace()).unwrap_or(after.len())),
            };
            rest = left;
            Some((name, value))
        })
    }
}

/// Elements whose content is no markup.
const RAW_TEXT: [&str; 7] = ["script", "style", "textarea", "noembed", "noframes", "xmp", "title"];

/// The tokens of a text. Comments, declarations and processing instructions are passed over.
#[derive(Clone, Debug)]
pub(super) struct Tags<'a> {
    text: &'a str,
    at: usize,
    /// HTML rules: the content of `<script>` and its like is raw.
    html: bool,
    /// Name of the raw element whose content comes next.
    raw: Option<&'a str>,
}

impl<'a> Tags<'a> {
    /// Tokens of HTML.
    pub(super) fn html(text: &'a str) -> Self {
        Self { text, at: 0, html: true, raw: None }
    }

    /// Tokens of SGML (or XML), where every element may hold markup.
    pub(super) fn sgml(text: &'a str) -> Self {
        Self { text, at: 0, html: false, raw: None }
    }

    /// Byte offset of the next token.
    pub(super) fn offset(&self) -> usize {
        self.at
    }

    /// The content of a raw element up to its end tag, which is left for the next call.
    fn raw_text(&mut self, name: &str) -> Token<'a> {
        let rest = &self.text[self.at..];
        let bytes = rest.as_bytes();
        let mut from = 0;
        let mut end = rest.len();
        while let Some(found) = memchr(b'<', &bytes[from..]) {
            let at = from + found;
            let tail = &bytes[at + 1..];
            if tail.first() == Some(&b'/')
                && tail.get(1..=name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()))
            {
                end = at;
                break;
            }
            from = at + 1;
        }
        self.at += end;
        Token::Raw(&rest[..end])
    }

    /// Reads the tag at `self.at`, where a `<` stands; `None` when it is no tag.
    fn tag(&mut self) -> Option<Token<'a>> {
        let rest = &self.text[self.at + 1..];
        let bytes = rest.as_bytes();
        let closing = bytes.first() == Some(&b'/');
        let start = usize::from(closing);
        if !bytes.get(start)?.is_ascii_alphabetic() {
            return None;
        }
        let is_name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.');
        let length = bytes[start..].iter().position(|b| !is_name(b)).unwrap_or(bytes.len() - start);
        let name = &rest[start..start + length];
        let from = start + length;
        let end = from + tag_end(&bytes[from..]);
        let attributes = rest[from..end].trim_matches(|c: char| c.is_ascii_whitespace());
        let closed = bytes.get(end) == Some(&b'>');
        self.at += 1 + end + usize::from(closed);
        if closing {
            return Some(Token::Close(name));
        }
        let tag = Tag { name, attributes };
        if self.html && RAW_TEXT.iter().any(|raw| tag.is(raw)) && !tag.closes_itself() {
            self.raw = Some(name);
        }
        Some(Token::Open(tag))
    }

    /// Passes over a comment, declaration or instruction at `self.at`; gives the content of a CDATA section.
    fn declaration(&mut self) -> Option<&'a str> {
        let rest = &self.text[self.at..];
        let until = |open: usize, close: &str| {
            let inside = &rest[open.min(rest.len())..];
            match inside.find(close) {
                Some(end) => (&inside[..end], open + end + close.len()),
                None => (inside, rest.len()),
            }
        };
        if rest.starts_with("<![CDATA[") {
            let (inside, length) = until(9, "]]>");
            self.at += length;
            return Some(inside);
        }
        let (_, length) = if rest.starts_with("<!--") { until(4, "-->") } else { until(2, ">") };
        self.at += length;
        None
    }
}

/// Length of the attributes of a tag: up to `>` outside quotes. A `<` outside quotes, or the end of the text,
/// ends it too: the tag was never closed. A quote that is never closed does not swallow the rest.
fn tag_end(bytes: &[u8]) -> usize {
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'>' | b'<' => return at,
            b'"' | b'\'' if at > 0 && value_begins(&bytes[..at]) => {
                match memchr2(byte, b'<', &bytes[at + 1..]) {
                    Some(length) if bytes[at + 1 + length] == byte => at += length + 1,
                    // A `<` in a value is seen in the wild, as JSON or HTML in `data-` attributes.
                    Some(_) => match memchr(byte, &bytes[at + 1..(at + LONGEST_VALUE).min(bytes.len())]) {
                        Some(length) => at += length + 1,
                        None => return memchr(b'>', bytes).unwrap_or(bytes.len()),
                    },
                    None => return memchr(b'>', bytes).unwrap_or(bytes.len()),
                }
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// Longest attribute value that may hold a `<`.
const LONGEST_VALUE: usize = 1 << 18;

/// Whether a quote after these bytes opens a value.
fn value_begins(before: &[u8]) -> bool {
    before.iter().rev().find(|b| !b.is_ascii_whitespace()) == Some(&b'=')
}

impl<'a> Iterator for Tags<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        if let Some(name) = self.raw.take() {
            return Some(self.raw_text(name));
        }
        while self.at < self.text.len() {
            let rest = &self.text[self.at..];
            let bytes = rest.as_bytes();
            if bytes[0] == b'<' {
                if matches!(bytes.get(1), Some(b'!' | b'?')) {
                    if let Some(inside) = self.declaration() {
                        return Some(Token::Raw(inside));
                    }
                    continue;
                }
                if let Some(token) = self.tag() {
                    return Some(token);
                }
            }
            // Text up to the next `<` (a first `<` that opened no tag is text).
            let end = memchr(b'<', &bytes[1..]).map_or(rest.len(), |end| end + 1);
            self.at += end;
            return Some(Token::Text(&rest[..end]));
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(tokens: Tags<'_>) -> String {
        tokens
            .map(|token| match token {
                Token::Text(text) => format!("'{text}'"),
                Token::Raw(text) => format!("[{text}]"),
                Token::Open(tag) => format!("<{}>", tag.name),
                Token::Close(name) => format!("</{name}>"),
            })
            .collect()
    }

    #[test]
    fn broken_markup_still_gives_its_text() {
        for (html, expected) in [
            ("<p>a < b</p>", "<p>'a ''< b'</p>"),
            ("<p class=x>1<br/>2", "<p>'1'<br>'2'"),
            ("<a href='x'title=\"a>b\">t</a >", "<a>'t'</a>"),
            ("<p title=\"open>text</p>", "<p>'text'</p>"),
            ("<p <b>x</b>", "<p><b>'x'</b>"),
            ("<script>if (a<b) '</p>'</script>x", "<script>[if (a<b) '</p>']</script>'x'"),
            ("<script>never closed", "<script>[never closed]"),
            ("a<!-- <p> -->b<!DOCTYPE x><?php x ?>c", "'a''b''c'"),
            ("<![CDATA[<p>]]>", "[<p>]"),
            ("<", "'<'"),
            ("a<!-- open", "'a'"),
        ] {
            assert_eq!(shape(Tags::html(html)), expected, "{html}");
        }
        assert_eq!(shape(Tags::sgml("<TITLE>a <B>b</TITLE>")), "<TITLE>'a '<B>'b'</TITLE>");
    }

    #[test]
    fn attributes_are_read_in_every_style() {
        let Some(Token::Open(tag)) =
            Tags::html("<F P=101 a='x y' B=\"1 &amp; 2\" checked data-x = z / >").next()
        else {
            panic!("no tag")
        };
        assert_eq!(tag.attribute("p").as_deref(), Some("101"));
        assert_eq!(tag.attribute("A").as_deref(), Some("x y"));
        assert_eq!(tag.attribute("b").as_deref(), Some("1 & 2"));
        assert_eq!(tag.attribute("checked").as_deref(), Some(""));
        assert_eq!(tag.attribute("data-x").as_deref(), Some("z"));
        assert_eq!(tag.attribute("none"), None);
        assert!(tag.closes_itself());
    }

    #[test]
    fn many_open_quotes_take_linear_time() {
        let html = "<a b=\"".repeat(50_000);
        assert!(Tags::html(&html).count() < 200_000);
    }
}
