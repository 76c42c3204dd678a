//! Makes a page safe and cheap for a tree builder: out go scripts, styles, comments and formatting, attributes
//! without end and nesting beyond a limit. HTML tree builders are quadratic in depth and in the attributes of a
//! tag, and overflow the stack on deep trees; what leaves here is none of that.

use super::html_text::{is_block, is_void};
use super::tags::{Tag, Tags, Token};

/// Depth of the tree that is built. Deeper structure is flattened, its text stays.
const MAX_DEPTH: usize = 192;
/// Depth at which a page is no page any more.
pub(super) const ABSURD_DEPTH: usize = 10_000;
/// Attributes kept of one tag.
const MAX_ATTRIBUTES: usize = 48;
/// Longest attribute value kept, in bytes.
const MAX_VALUE: usize = 1024;
/// How far up the stack an end tag looks for its start tag.
const REACH: usize = 64;

/// A page made safe.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pruned {
    /// The markup that is left.
    pub(super) html: String,
    /// Elements in it.
    pub(super) elements: usize,
    /// How deep the page was nested before.
    pub(super) depth: usize,
    /// How deep formatting was nested in it.
    pub(super) formatting: usize,
}

/// Elements that go with everything in them.
const DROPPED: [&str; 9] =
    ["script", "style", "noscript", "template", "svg", "math", "iframe", "object", "canvas"];

/// Formatting whose tags go and whose text stays.
const UNWRAPPED: [&str; 20] = [
    "b", "i", "u", "s", "em", "strong", "font", "small", "big", "strike", "tt", "nobr", "mark", "ins",
    "abbr", "acronym", "wbr", "link", "meta", "base",
];

struct Open<'a> {
    name: &'a str,
    kept: bool,
}

/// Prunes a page.
pub(super) fn prune(html: &str) -> Pruned {
    let mut pruner = Pruner { out: String::with_capacity(html.len() / 2), ..Pruner::default() };
    let mut dropped: Option<(&str, usize)> = None;
    let mut ld_json = false;
    for token in Tags::html(html) {
        if let Some((name, depth)) = &mut dropped {
            match token {
                Token::Open(tag) if tag.is(name) && !tag.closes_itself() => *depth += 1,
                Token::Close(closed) if closed.eq_ignore_ascii_case(name) => *depth -= 1,
                Token::Close(closed) if closed.eq_ignore_ascii_case("body") => *depth = 0,
                Token::Open(tag) if tag.is("body") || tag.is("article") => *depth = 0,
                _ => {}
            }
            if *depth == 0 {
                dropped = None;
            } else {
                continue;
            }
        }
        match token {
            Token::Text(text) => pruner.text(text),
            Token::Raw(text) if ld_json => pruner.out.push_str(text),
            Token::Raw(text) => pruner.title(text),
            Token::Open(tag) if is_ld_json(&tag) => {
                ld_json = true;
                pruner.out.push_str("<script type=\"application/ld+json\">");
            }
            Token::Close(name) if ld_json && name.eq_ignore_ascii_case("script") => {
                ld_json = false;
                pruner.out.push_str("</script>");
            }
            Token::Open(tag) if DROPPED.iter().any(|name| tag.is(name)) => {
                if !tag.closes_itself() {
                    dropped = Some((tag.name, 1));
                }
            }
            Token::Open(tag) => pruner.open(&tag),
            Token::Close(name) => pruner.close(name),
        }
    }
    while let Some(open) = pruner.stack.pop() {
        pruner.write_close(&open);
    }
    Pruned {
        html: pruner.out,
        elements: pruner.elements,
        depth: pruner.depth,
        formatting: pruner.deepest_formatting,
    }
}

fn is_ld_json(tag: &Tag<'_>) -> bool {
    tag.is("script")
        && tag.attribute("type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json"))
}

#[derive(Default)]
struct Pruner<'a> {
    out: String,
    stack: Vec<Open<'a>>,
    kept: usize,
    elements: usize,
    depth: usize,
    formatting: usize,
    deepest_formatting: usize,
}

impl<'a> Pruner<'a> {
    fn text(&mut self, text: &str) {
        // A bare `<` would be read as a tag the second time.
        match text.strip_prefix('<') {
            Some(rest) => {
                self.out.push_str("&lt;");
                self.out.push_str(rest);
            }
            None => self.out.push_str(text),
        }
    }

    /// Content of `<title>` and `<textarea>`.
    fn title(&mut self, text: &str) {
        if self.stack.last().is_some_and(|open| open.name.eq_ignore_ascii_case("title")) {
            self.out.push_str(text);
        }
    }

    fn open(&mut self, tag: &Tag<'a>) {
        if UNWRAPPED.iter().any(|name| tag.is(name)) {
            if !is_void(tag.name) {
                self.formatting += 1;
                self.deepest_formatting = self.deepest_formatting.max(self.formatting);
            }
            return;
        }
        self.close_implied(tag);
        let void = is_void(tag.name);
        let leaf = void || matches!(tag.name, "p" | "P" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6");
        let kept = self.kept < MAX_DEPTH || leaf && self.kept < MAX_DEPTH + 2;
        if kept {
            self.write_open(tag);
        } else if is_block(tag.name) {
            self.out.push(' ');
        }
        if !void {
            self.stack.push(Open { name: tag.name, kept });
            self.kept += usize::from(kept);
            self.depth = self.depth.max(self.stack.len());
        }
    }

    /// Closes what a start tag closes without saying so.
    fn close_implied(&mut self, tag: &Tag<'_>) {
        let until = |of: &[&'static str], within: &[&'static str]| (of.to_vec(), within.to_vec());
        let (of, within) = if tag.is("li") {
            until(&["li"], &["ul", "ol"])
        } else if tag.is("tr") {
            until(&["tr"], &["table"])
        } else if tag.is("td") || tag.is("th") {
            until(&["td", "th"], &["tr", "table"])
        } else if tag.is("dt") || tag.is("dd") {
            until(&["dt", "dd"], &["dl"])
        } else if tag.is("option") {
            until(&["option"], &["select"])
        } else if is_block(tag.name) {
            until(&["p"], &["div", "td", "th", "li", "table", "article", "section", "body", "blockquote"])
        } else {
            return;
        };
        for (i, open) in self.stack.iter().enumerate().rev().take(REACH) {
            if within.iter().any(|name| open.name.eq_ignore_ascii_case(name)) {
                return;
            }
            if of.iter().any(|name| open.name.eq_ignore_ascii_case(name)) {
                return self.pop_to(i);
            }
        }
    }

    fn close(&mut self, name: &str) {
        if UNWRAPPED.iter().any(|formatting| name.eq_ignore_ascii_case(formatting)) {
            self.formatting = self.formatting.saturating_sub(1);
            return;
        }
        let block = is_block(name);
        let table = matches!(name, "table" | "TABLE" | "tr" | "tbody" | "td" | "th" | "body" | "html");
        for (i, open) in self.stack.iter().enumerate().rev().take(REACH) {
            if open.name.eq_ignore_ascii_case(name) {
                return self.pop_to(i);
            }
            let barrier = if block || table { !table && is_cell(open.name) } else { is_block(open.name) };
            if barrier {
                return self.close_across(name);
            }
        }
    }

    /// A link whose end tag stands inside a block opened in it: the tree builder knows what to do.
    fn close_across(&mut self, name: &str) {
        if !name.eq_ignore_ascii_case("a") {
            return;
        }
        let found = self.stack.iter().rposition(|open| open.name.eq_ignore_ascii_case("a"));
        if let Some(at) = found.filter(|at| self.stack.len() - at < REACH) {
            let open = self.stack.remove(at);
            if open.kept {
                self.kept -= 1;
                self.out.push_str("</a>");
            }
        }
    }

    fn pop_to(&mut self, at: usize) {
        while self.stack.len() > at {
            if let Some(open) = self.stack.pop() {
                self.write_close(&open);
            }
        }
    }

    fn write_open(&mut self, tag: &Tag<'_>) {
        self.elements += 1;
        self.out.push('<');
        self.out.push_str(tag.name);
        for (name, value) in tag.attributes().take(MAX_ATTRIBUTES) {
            let sane =
                name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b':' | b'.'));
            if !sane || value.len() > MAX_VALUE {
                continue;
            }
            self.out.push(' ');
            self.out.push_str(name);
            self.out.push_str("=\"");
            for (i, part) in value.split('"').enumerate() {
                if i > 0 {
                    self.out.push_str("&quot;");
                }
                self.out.push_str(part);
            }
            self.out.push('"');
        }
        self.out.push('>');
    }

    fn write_close(&mut self, open: &Open<'_>) {
        if open.kept {
            self.kept = self.kept.saturating_sub(1);
            self.out.push_str("</");
            self.out.push_str(open.name);
            self.out.push('>');
        } else if is_block(open.name) {
            self.out.push(' ');
        }
    }
}

/// Table cells, which the end tags of other blocks do not leave.
fn is_cell(name: &str) -> bool {
    ["td", "th", "table", "caption"].iter().any(|cell| name.eq_ignore_ascii_case(cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_formatting_and_comments_go_and_text_stays() {
        let pruned =
            prune("<body><script>x<y</script><p>a <b>b</b><!-- c --><p>d < e<svg><p>no</svg></body>");
        assert_eq!(pruned.html, "<body><p>a b</p><p>d &lt; e</p></body>");
    }

    #[test]
    fn nesting_is_bounded_whatever_comes() {
        for unit in ["<div>", "<div><span>", "<b><i>", "<blockquote><p>", "<table><tr><td>", "<a><font x=1>"]
        {
            let page = format!("{}text", unit.repeat(30_000));
            let pruned = prune(&page);
            let (mut depth, mut deepest) = (0, 0);
            for token in Tags::html(&pruned.html) {
                match token {
                    Token::Open(_) => depth += 1,
                    Token::Close(_) => depth -= 1,
                    _ => {}
                }
                deepest = deepest.max(depth);
            }
            assert!(depth == 0 && deepest <= MAX_DEPTH + 2, "{unit} {deepest}");
            assert!(pruned.html.contains("text"), "{unit}");
        }
        assert!(prune(&"<div>".repeat(30_000)).depth > ABSURD_DEPTH);
        assert!(prune(&"<p>x<li>y<td>z<br>".repeat(30_000)).depth < 10);
    }

    #[test]
    fn attributes_are_bounded() {
        let many: String = (0..20_000).map(|i| format!(" a{i}=1")).collect();
        let pruned = prune(&format!("<p{many} data-x='{}' class='a\"b'>text</p>", "y".repeat(5000)));
        assert!(pruned.html.len() < 1000 && pruned.html.ends_with(">text</p>"));
    }
}
