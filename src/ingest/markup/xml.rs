//! A small tree of one XML record. The parser under it streams; the tree is flat (indices, no recursion), bounded
//! in depth, and keeps what is good of a document that breaks off or does not nest. Nothing is ever fetched, and
//! entities a document defines are not expanded.

use std::borrow::Cow;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::Refusal;
use super::entity::{self, Resolved};
use super::html_text::{is_block, is_heading};
use super::paragraphs::{Paragraph, Paragraphs};
use crate::ingest::{Draft, code};

/// Deepest nesting of a record.
const MAX_DEPTH: usize = 256;
/// Attributes read of one element.
const MAX_ATTRIBUTES: usize = 64;

#[derive(Debug)]
enum Content {
    Element { name: Box<str>, attributes: Vec<(Box<str>, Box<str>)> },
    Text(String),
}

#[derive(Debug)]
struct Node {
    content: Content,
    first_child: u32,
    last_child: u32,
    next: u32,
    /// One past the last node inside; nodes stand in document order.
    end: u32,
}

/// No node.
const NONE: u32 = u32::MAX;

/// The tree of a record.
#[derive(Debug)]
pub(super) struct Xml {
    nodes: Vec<Node>,
    /// Faults were read past: undeclared entities, bare `&`, end tags that do not match.
    pub(super) lenient: bool,
    /// The text broke off inside an element, or could not be read further.
    pub(super) cut: bool,
}

/// An element of a tree.
#[derive(Clone, Copy, Debug)]
pub(super) struct Element<'x> {
    xml: &'x Xml,
    at: u32,
}

impl Xml {
    /// Reads a document, or as much of it as can be read.
    pub(super) fn parse(text: &str) -> Result<Self, Refusal> {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.check_end_names = false;
        config.allow_unmatched_ends = true;
        config.allow_dangling_amp = true;
        let mut builder = Builder::default();
        loop {
            match reader.read_event() {
                Ok(Event::Start(start)) => builder.open(&start)?,
                Ok(Event::Empty(start)) => {
                    builder.open(&start)?;
                    builder.close(start.name().0.as_ref());
                }
                Ok(Event::End(end)) => builder.close(end.name().0.as_ref()),
                Ok(Event::Text(text)) => {
                    builder.lenient |= text.contains('&');
                    builder.text(&text);
                }
                Ok(Event::CData(text)) => builder.text(&text),
                Ok(Event::GeneralRef(reference)) => builder.reference(&reference),
                Ok(Event::DocType(_)) => builder.has_doctype = true,
                Ok(Event::Eof) => break,
                Ok(_) => {}
                Err(_) => {
                    builder.cut = true;
                    break;
                }
            }
        }
        builder.finish()
    }

    /// The outermost element.
    pub(super) fn root(&self) -> Element<'_> {
        Element { xml: self, at: 0 }
    }

    /// Marks a draft with what was wrong with the XML it came from.
    pub(super) fn flag(&self, draft: &mut Draft) {
        if self.cut {
            draft.flag(code::PARTIAL, "the XML breaks off; what came before was read");
        }
        if self.lenient {
            draft.flag(code::LENIENT_XML, "the XML is faulty (undeclared entities, bare & or unclosed tags)");
        }
    }
}

#[derive(Default)]
struct Builder {
    nodes: Vec<Node>,
    open: Vec<u32>,
    lenient: bool,
    cut: bool,
    has_doctype: bool,
}

impl Builder {
    fn open(&mut self, start: &BytesStart<'_>) -> Result<(), Refusal> {
        if self.open.len() >= MAX_DEPTH {
            return Err((code::TOO_DEEP, "elements are nested more than 256 deep, as no article is"));
        }
        if self.open.is_empty() && !self.nodes.is_empty() {
            self.lenient = true; // a second root: what follows stands beside the first
            return Ok(());
        }
        let mut attributes = Vec::new();
        for attribute in start.attributes().with_checks(false).take(MAX_ATTRIBUTES) {
            let Ok(attribute) = attribute else {
                self.lenient = true;
                continue;
            };
            let name: &str = attribute.key.0;
            let value: &str = attribute.value.as_ref();
            attributes.push((name.into(), entity::decode(value).into()));
        }
        let name: &str = start.name().0;
        let at = self.push(Content::Element { name: name.into(), attributes });
        self.open.push(at);
        Ok(())
    }

    fn close(&mut self, name: &str) {
        let is_it = |at: &u32| matches!(&self.nodes[*at as usize].content, Content::Element { name: open, .. } if **open == *name);
        match self.open.iter().rposition(is_it) {
            Some(depth) => {
                self.lenient |= depth + 1 < self.open.len();
                while self.open.len() > depth {
                    self.end_last();
                }
            }
            None => self.lenient |= !self.nodes.is_empty(),
        }
    }

    fn end_last(&mut self) {
        let end = self.next_index();
        if let Some(at) = self.open.pop() {
            self.nodes[at as usize].end = end;
        }
    }

    fn text(&mut self, text: &str) {
        let Some(&parent) = self.open.last() else { return };
        let last = self.nodes[parent as usize].last_child;
        if let Some(Node { content: Content::Text(before), .. }) = self.nodes.get_mut(last as usize) {
            before.push_str(text);
        } else {
            self.push(Content::Text(text.to_owned()));
        }
    }

    fn reference(&mut self, name: &str) {
        let mut text = String::new();
        match entity::resolve(name) {
            Some(resolved) => {
                let of_xml = matches!(name, "amp" | "lt" | "gt" | "quot" | "apos");
                self.lenient |= matches!(resolved, Resolved::Named(_)) && !of_xml && !self.has_doctype;
                resolved.push_to(&mut text);
            }
            None => {
                self.lenient = true;
                text = format!("&{name};");
            }
        }
        self.text(&text);
    }

    fn next_index(&self) -> u32 {
        u32::try_from(self.nodes.len()).unwrap_or(NONE)
    }

    fn push(&mut self, content: Content) -> u32 {
        let at = self.next_index();
        self.nodes.push(Node { content, first_child: NONE, last_child: NONE, next: NONE, end: at + 1 });
        if let Some(&parent) = self.open.last() {
            let parent = &mut self.nodes[parent as usize];
            let before = std::mem::replace(&mut parent.last_child, at);
            if before == NONE {
                parent.first_child = at;
            } else {
                self.nodes[before as usize].next = at;
            }
        }
        at
    }

    fn finish(mut self) -> Result<Xml, Refusal> {
        if self.nodes.is_empty() {
            return Err((code::BAD_XML, "there is no element in it"));
        }
        self.cut |= !self.open.is_empty();
        while !self.open.is_empty() {
            self.end_last();
        }
        Ok(Xml { nodes: self.nodes, lenient: self.lenient, cut: self.cut })
    }
}

impl<'x> Element<'x> {
    fn node(self) -> &'x Node {
        &self.xml.nodes[self.at as usize]
    }

    /// Name with its prefix, as written.
    pub(super) fn full_name(self) -> &'x str {
        match &self.node().content {
            Content::Element { name, .. } => name,
            Content::Text(_) => "",
        }
    }

    /// Name without prefix.
    pub(super) fn name(self) -> &'x str {
        let name = self.full_name();
        name.rsplit_once(':').map_or(name, |(_, local)| local)
    }

    /// Value of an attribute, by its name as written; `None` when it is missing or blank.
    pub(super) fn attribute(self, name: &str) -> Option<&'x str> {
        let Content::Element { attributes, .. } = &self.node().content else { return None };
        let value = attributes.iter().find(|(key, _)| **key == *name)?.1.trim();
        (!value.is_empty()).then_some(value)
    }

    /// Child elements.
    pub(super) fn children(self) -> impl Iterator<Item = Element<'x>> {
        let xml = self.xml;
        let mut at = self.node().first_child;
        std::iter::from_fn(move || {
            while at != NONE {
                let element = Element { xml, at };
                at = element.node().next;
                if matches!(element.node().content, Content::Element { .. }) {
                    return Some(element);
                }
            }
            None
        })
    }

    /// First child with a name (without prefix).
    pub(super) fn child(self, name: &str) -> Option<Element<'x>> {
        self.children().find(|child| child.name() == name)
    }

    /// The element at a path of names below this one: `head/title`.
    pub(super) fn at(self, path: &str) -> Option<Element<'x>> {
        path.split('/').try_fold(self, Element::child)
    }

    /// This element and all inside, in document order.
    pub(super) fn descendants(self) -> impl Iterator<Item = Element<'x>> {
        let xml = self.xml;
        (self.at..self.node().end)
            .map(move |at| Element { xml, at })
            .filter(|element| matches!(element.node().content, Content::Element { .. }))
    }

    /// First element inside with a name (without prefix).
    pub(super) fn find(self, name: &str) -> Option<Element<'x>> {
        self.descendants().find(|element| element.name() == name)
    }

    /// All elements inside with a name (without prefix).
    pub(super) fn all<'n>(self, name: &'n str) -> impl Iterator<Item = Element<'x>> + use<'x, 'n> {
        self.descendants().filter(move |element| element.name() == name)
    }

    /// All text inside as it stands.
    pub(super) fn raw_text(self) -> Cow<'x, str> {
        let nodes = &self.xml.nodes[self.at as usize..self.node().end as usize];
        let mut texts = nodes.iter().filter_map(|node| match &node.content {
            Content::Text(text) => Some(text.as_str()),
            Content::Element { .. } => None,
        });
        let Some(first) = texts.next() else { return Cow::Borrowed("") };
        match texts.next() {
            None => Cow::Borrowed(first),
            Some(second) => Cow::Owned([first, second].into_iter().chain(texts).collect()),
        }
    }

    /// All text inside on one line; `None` when there is none.
    pub(super) fn text(self) -> Option<String> {
        let mut line = String::new();
        for word in self.raw_text().split_whitespace() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        (!line.is_empty()).then_some(line)
    }

    /// Text of the element at a path, on one line.
    pub(super) fn text_at(self, path: &str) -> Option<String> {
        self.at(path)?.text()
    }

    /// Whether no element stands inside.
    pub(super) fn is_leaf(self) -> bool {
        self.children().next().is_none()
    }

    /// The running text inside as paragraphs; elements named in `skip` are left out.
    pub(super) fn paragraphs(self, skip: &[&str]) -> Vec<Paragraph> {
        let mut out = Paragraphs::default();
        let nodes = &self.xml.nodes;
        // Ends of the blocks that are open, innermost last.
        let mut blocks: Vec<u32> = Vec::new();
        let mut at = self.at;
        let end = self.node().end;
        while at < end {
            while blocks.last().is_some_and(|block| *block <= at) {
                blocks.pop();
                out.paragraph_break();
            }
            let node = &nodes[at as usize];
            at += 1;
            match &node.content {
                Content::Text(text) => out.text(text),
                Content::Element { name, .. } => {
                    let name = name.rsplit_once(':').map_or(&**name, |(_, local)| local);
                    if skip.contains(&name) {
                        at = node.end;
                    } else if name == "br" {
                        if out.at_line_start() { out.paragraph_break() } else { out.line_break() }
                    } else if name == "tr" {
                        out.end_line();
                    } else if matches!(name, "td" | "th") {
                        out.blank();
                    } else if is_block(name) || is_nitf_block(name) {
                        out.paragraph_break();
                        blocks.push(node.end);
                        if is_heading(name) || matches!(name, "hl1" | "hl2") {
                            out.heading();
                        }
                    }
                }
            }
        }
        out.into_vec()
    }
}

/// Blocks of NITF that HTML does not have.
fn is_nitf_block(name: &str) -> bool {
    matches!(
        name,
        "hl1" | "hl2" | "bq" | "credit" | "fn" | "nitf-table" | "body.content" | "abstract" | "datasource"
    )
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn text(xml: &str, path: &str) -> Option<String> {
        Xml::parse(xml).ok()?.root().text_at(path)
    }

    #[test]
    fn a_tree_is_walked_by_names_without_prefixes() {
        let xml = Xml::parse("<a:x id='1 &amp; 2'><a:y>one</a:y> <y>two <b>three</b></y></a:x>").unwrap();
        let root = xml.root();
        assert_eq!((root.name(), root.full_name(), root.attribute("id")), ("x", "a:x", Some("1 & 2")));
        assert_eq!(root.all("y").filter_map(Element::text).collect::<Vec<_>>(), ["one", "two three"]);
        assert!(!xml.lenient && !xml.cut);
    }

    #[test]
    fn faults_of_the_newsroom_are_read_past() {
        let xml = Xml::parse("<n><t>A&nbsp;B & C &unknown;</t><p>one<hr></p><p>two</q></p></n>").unwrap();
        assert!(xml.lenient && !xml.cut);
        assert_eq!(xml.root().text_at("t").as_deref(), Some("A B & C &unknown;"));
        assert_eq!(xml.root().all("p").filter_map(Element::text).collect::<Vec<_>>(), ["one", "two"]);
    }

    #[test]
    fn a_cut_document_keeps_what_came_before() {
        let xml = Xml::parse("<n><p>one</p><p>two <b").unwrap();
        assert!(xml.cut);
        assert_eq!(xml.root().text().as_deref(), Some("onetwo"));
    }

    #[test]
    fn deep_nesting_and_no_markup_are_refused() {
        assert_eq!(Xml::parse(&"<a>".repeat(50_000)).err().map(|e| e.0), Some(code::TOO_DEEP));
        assert_eq!(Xml::parse("no markup").err().map(|e| e.0), Some(code::BAD_XML));
        assert_eq!(Xml::parse("").err().map(|e| e.0), Some(code::BAD_XML));
    }

    #[test]
    fn nothing_a_document_defines_is_expanded() {
        let bomb =
            "<!DOCTYPE a [<!ENTITY x 'y'><!ENTITY f SYSTEM 'file:///etc/passwd'>]><a><b>&x;&f;</b></a>";
        assert_eq!(text(bomb, "b").as_deref(), Some("&x;&f;"));
    }

    #[test]
    fn blocks_make_paragraphs_and_skipped_elements_none() {
        let xml = Xml::parse(
            "<c><hl2>Head</hl2><p>One <person>A B</person>.</p><media><p>no</p></media>\
             <block><p>Two<br/>lines</p></block>tail</c>",
        )
        .unwrap();
        let texts: Vec<_> = xml.root().paragraphs(&["media"]).into_iter().map(|p| p.text).collect();
        assert_eq!(texts, ["Head", "One A B.", "Two\nlines", "tail"]);
    }
}
