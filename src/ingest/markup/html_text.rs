//! HTML → paragraphs, in one pass and without a tree: for fragments whose every word is wanted (the main text of a
//! page once it is found, the body of a feed item or mail) and for pages too wild for a tree.

use super::entity;
use super::paragraphs::{self, Paragraph, Paragraphs};
use super::tags::{Tag, Tags, Token};

/// Elements that hold no running text.
const SKIPPED: [&str; 16] = [
    "script",
    "style",
    "noscript",
    "template",
    "svg",
    "math",
    "iframe",
    "object",
    "head",
    "select",
    "button",
    "textarea",
    "figcaption",
    "audio",
    "video",
    "canvas",
];

/// Elements that begin and end a paragraph.
const BLOCKS: [&str; 38] = [
    "p",
    "div",
    "section",
    "article",
    "main",
    "header",
    "footer",
    "aside",
    "nav",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "pre",
    "table",
    "caption",
    "figure",
    "form",
    "fieldset",
    "address",
    "hr",
    "body",
    "html",
    "center",
    "details",
    "summary",
    "tbody",
    "thead",
    "block",
];

/// Whether an element begins and ends a paragraph.
pub(super) fn is_block(name: &str) -> bool {
    BLOCKS.iter().any(|block| name.eq_ignore_ascii_case(block))
}

/// Whether an element is a heading.
pub(super) fn is_heading(name: &str) -> bool {
    matches!(name.as_bytes(), [b'h' | b'H', b'1'..=b'6'])
}

/// Elements that have no end tag.
pub(super) fn is_void(name: &str) -> bool {
    const VOID: [&str; 14] = [
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
        "track", "wbr",
    ];
    VOID.iter().any(|void| name.eq_ignore_ascii_case(void))
}

/// All text of a fragment, a blank line between paragraphs.
pub(super) fn of_fragment(html: &str) -> String {
    paragraphs::join(&read(html))
}

/// The paragraphs of a fragment.
pub(super) fn read(html: &str) -> Vec<Paragraph> {
    let mut out = Paragraphs::default();
    let mut in_link = false;
    let mut preformatted = 0_u32;
    let mut skipped: Option<(&str, u32)> = None; // the skipped element and its depth in itself
    for token in Tags::html(html) {
        if let Some((name, depth)) = &mut skipped {
            match token {
                Token::Open(tag) if tag.is(name) && !tag.closes_itself() => *depth += 1,
                Token::Close(closed) if closed.eq_ignore_ascii_case(name) => *depth -= 1,
                // An element that was never closed ends with what holds it.
                Token::Close(closed) if closed.eq_ignore_ascii_case("body") => *depth = 0,
                Token::Open(tag) if tag.is("body") => *depth = 0,
                _ => {}
            }
            if *depth == 0 {
                skipped = None;
            }
            continue;
        }
        match token {
            Token::Text(text) => {
                let text = entity::decode(text);
                if preformatted > 0 {
                    lines(&text, &mut out);
                } else if in_link {
                    out.linked_text(&text);
                } else {
                    out.text(&text);
                }
            }
            Token::Raw(_) => {}
            Token::Open(tag) => {
                if SKIPPED.iter().any(|name| tag.is(name)) && !tag.closes_itself() {
                    skipped = Some((tag.name, 1));
                } else if tag.is("a") {
                    in_link = true;
                } else {
                    preformatted += u32::from(tag.is("pre"));
                    open(&tag, &mut out);
                }
            }
            Token::Close(name) => {
                if name.eq_ignore_ascii_case("a") {
                    in_link = false;
                } else if is_block(name) {
                    if name.eq_ignore_ascii_case("pre") {
                        preformatted = preformatted.saturating_sub(1);
                    }
                    out.paragraph_break();
                } else if name.eq_ignore_ascii_case("tr") {
                    out.end_line();
                } else if matches!(name, "td" | "th" | "TD" | "TH") {
                    out.blank();
                }
            }
        }
    }
    out.into_vec()
}

fn open(tag: &Tag<'_>, out: &mut Paragraphs) {
    if is_block(tag.name) {
        out.paragraph_break();
        if is_heading(tag.name) {
            out.heading();
        }
    } else if tag.is("br") {
        if out.at_line_start() { out.paragraph_break() } else { out.line_break() }
    } else if tag.is("tr") {
        out.end_line();
    }
}

fn lines(text: &str, out: &mut Paragraphs) {
    let mut first = true;
    for line in text.split('\n') {
        if !first {
            if out.at_line_start() { out.paragraph_break() } else { out.line_break() }
        }
        first = false;
        out.text(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_make_paragraphs() {
        let html = "<div>One <b>bold</b>&nbsp;word.<p>Two<br>lines<br><br>Three</div><ul><li>a<li>b</ul>\
                    <script>no()</script><figure><img><figcaption>no</figcaption></figure>\
                    <table><tr><td>x</td><td>y</td></tr><tr><td>z</table>";
        let expected = "One bold word.\n\nTwo\nlines\n\nThree\n\na\n\nb\n\nx y\nz";
        assert_eq!(of_fragment(html), expected);
    }

    #[test]
    fn links_are_counted() {
        let read: Vec<_> = read("<h2><a href=x>Home</a></h2> <p>Text</p>");
        assert_eq!(read.iter().map(|p| (p.linked, p.heading)).collect::<Vec<_>>(), [(4, true), (0, false)]);
    }

    #[test]
    fn a_head_that_is_never_closed_does_not_swallow_the_body() {
        assert_eq!(of_fragment("<head><title>x</title><body><p>Text"), "Text");
    }
}
