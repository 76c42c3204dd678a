//! RSS 0.9–2.0, RDF site summaries, Atom, and the exports of WordPress (WXR).

use std::io::BufRead;

use super::records::{Piece, Records};
use super::xml::{Element, Xml};
use super::{html_text, paragraphs};
use crate::article::PublishedVia;
use crate::ingest::{Draft, Emitter, Flow, code, encoding};

/// What a feed says of all its items.
#[derive(Debug, Default)]
struct Channel {
    title: Option<String>,
    language: Option<String>,
    /// Encoding of the XML declaration.
    encoding: Option<String>,
}

/// Reads a feed of any length, item by item.
pub(super) fn stream(reader: &mut dyn BufRead, emit: &mut Emitter<'_>) -> Flow {
    let names = &["item", "entry", "atom:entry", "rss:item"];
    let mut records = Records::xml(reader, names, emit.options().max_record_bytes);
    let mut bytes = Vec::new();
    let mut channel = Channel::default();
    let mut number = 0;
    loop {
        let piece = match records.next(&mut bytes) {
            Ok(Some(Piece::Between)) => {
                channel.read(&bytes);
                continue;
            }
            Ok(Some(piece)) => piece,
            Ok(None) if number == 0 => return emit.reject(None, code::NOT_ARTICLE, "the feed has no items"),
            Ok(None) => return Flow::Continue(()),
            Err(error) => return emit.read_error(Some(number + 1), &error),
        };
        number += 1;
        if piece == Piece::TooLarge {
            emit.reject(Some(number), code::TOO_LARGE, "the item is longer than one article may be")?;
            continue;
        }
        let decoded = encoding::decode(&bytes, channel.encoding.as_deref());
        let xml = match Xml::parse(&decoded.text) {
            Ok(xml) => xml,
            Err((code, message)) => {
                emit.reject(Some(number), code, message)?;
                continue;
            }
        };
        if let Some(reason) = unpublished(xml.root()) {
            emit.reject(Some(number), code::NOT_ARTICLE, reason)?;
            continue;
        }
        let mut draft = read(xml.root(), &channel);
        draft.record = Some(number);
        draft.flags.extend(decoded.flags);
        xml.flag(&mut draft);
        emit.draft(draft)?;
    }
}

impl Channel {
    /// Takes what stands around items: the head of the feed, before them, as a rule.
    fn read(&mut self, bytes: &[u8]) {
        if self.encoding.is_none() {
            self.encoding = declared_encoding(bytes);
        }
        if self.title.is_some() {
            return;
        }
        let decoded = encoding::decode(bytes, self.encoding.as_deref());
        let Ok(xml) = Xml::parse(&decoded.text) else { return };
        let head = xml.root().find("channel").unwrap_or(xml.root());
        self.title = child(head, &["title", "atom:title", "dc:title"]).and_then(Element::text);
        self.language = child(head, &["language", "dc:language"])
            .and_then(Element::text)
            .or_else(|| xml.root().attribute("xml:lang").map(str::to_owned));
    }
}

/// The encoding an XML declaration names.
pub(super) fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head = String::from_utf8_lossy(bytes.get(..200).unwrap_or(bytes)).into_owned();
    let declaration = &head[head.find("<?xml")?..];
    let declaration = &declaration[..declaration.find("?>")?];
    let after = declaration.split_once("encoding")?.1.trim_start().strip_prefix('=')?.trim_start();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    Some(after[1..].split(quote).next()?.to_owned())
}

/// First child with one of these names, prefix included.
fn child<'x>(item: Element<'x>, names: &[&str]) -> Option<Element<'x>> {
    names
        .iter()
        .find_map(|name| item.children().find(|child| child.full_name() == *name && child.text().is_some()))
}

fn text(item: Element<'_>, names: &[&str]) -> Option<String> {
    child(item, names).and_then(Element::text)
}

/// Why an item of a WordPress export is none of the site's articles.
fn unpublished(item: Element<'_>) -> Option<String> {
    let status =
        text(item, &["wp:status"]).filter(|status| !matches!(status.as_str(), "publish" | "inherit"));
    let kind = text(item, &["wp:post_type"]).filter(|kind| {
        matches!(
            kind.as_str(),
            "attachment" | "nav_menu_item" | "revision" | "custom_css" | "wp_global_styles"
        )
    });
    match (kind, status) {
        (Some(kind), _) => Some(format!("the item is no article but of the type {kind}")),
        (None, Some(status)) => Some(format!("the item was never published: its status is {status}")),
        (None, None) => None,
    }
}

fn read(item: Element<'_>, channel: &Channel) -> Draft {
    let mut draft = Draft {
        title: child(item, &["title", "atom:title", "dc:title"]).map(|title| one_line(&marked_up(title))),
        body: body(item),
        language: text(item, &["dc:language", "language"]).or_else(|| channel.language.clone()),
        ..Draft::default()
    };
    draft.url = link(item);
    draft.id = text(item, &["guid", "id", "atom:id", "dc:identifier"])
        .or_else(|| item.attribute("rdf:about").map(str::to_owned))
        .or_else(|| draft.url.clone());
    // A blog's own clock goes before the one of Greenwich.
    for name in
        ["wp:post_date", "pubDate", "published", "atom:published", "dc:date", "dcterms:issued", "issued"]
    {
        let date = text(item, &[name]).filter(|date| !date.starts_with("0000"));
        draft.date(date.unwrap_or_default(), PublishedVia::Record);
    }
    if draft.dates.is_empty() {
        draft.date(
            text(item, &["updated", "atom:updated", "modified"]).unwrap_or_default(),
            PublishedVia::Record,
        );
    }
    draft.authors = authors(item);
    draft.source = text(item, &["source", "dc:publisher"]).or_else(|| {
        let origin = item.children().find(|child| child.full_name() == "source")?;
        origin.text_at("title")
    });
    draft.source = draft.source.or_else(|| channel.title.clone());
    draft.section = section(item);
    draft
}

/// The fullest text of an item.
fn body(item: Element<'_>) -> String {
    let full =
        item.children().find(|child| child.name() == "encoded" && child.full_name() != "excerpt:encoded");
    let content =
        ["content", "atom:content", "fulltext", "description", "summary", "atom:summary", "dc:description"];
    let rest = content.iter().filter_map(|name| child(item, &[name]));
    full.into_iter().chain(rest).map(marked_up).find(|text| !text.is_empty()).unwrap_or_default()
}

/// Text of an element that holds XHTML, escaped HTML or plain text.
fn marked_up(element: Element<'_>) -> String {
    if !element.is_leaf() {
        return paragraphs::join(&element.paragraphs(&["script", "style", "figcaption"]));
    }
    let text = element.raw_text();
    let blocks = ["</p>", "<p>", "<p ", "<br", "<div", "<li"].iter().any(|tag| text.contains(tag));
    // WordPress keeps blank lines instead of paragraphs.
    let lines = !blocks && text.trim().contains("\n\n");
    let html = if lines { text.replace("\n\n", "<p>") } else { text.into_owned() };
    html_text::of_fragment(&html)
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn link(item: Element<'_>) -> Option<String> {
    let links = || item.children().filter(|child| matches!(child.full_name(), "link" | "atom:link"));
    let alternate = links().find(|link| link.attribute("rel").is_none_or(|rel| rel == "alternate"));
    let permanent = item
        .children()
        .find(|child| child.name() == "guid" && child.attribute("isPermaLink") != Some("false"));
    links()
        .find_map(Element::text)
        .or_else(|| alternate?.attribute("href").map(str::to_owned))
        .or_else(|| permanent?.text())
        .filter(|url| url.starts_with("http"))
}

fn authors(item: Element<'_>) -> Vec<String> {
    let named: Vec<_> =
        item.children().filter(|child| child.name() == "creator").filter_map(Element::text).collect();
    if !named.is_empty() {
        return named;
    }
    let authors = item
        .children()
        .filter(|child| matches!(child.full_name(), "author" | "atom:author" | "itunes:author"));
    authors
        .filter_map(|author| author.text_at("name").or_else(|| author.is_leaf().then(|| author.text())?))
        .map(|author| match author.split_once('(') {
            // RSS: `jane@example.org (Jane Doe)`
            Some((address, name)) if address.contains('@') => name.trim_end_matches([')', ' ']).to_owned(),
            _ => author,
        })
        .filter(|author| !author.contains('@'))
        .collect()
}

/// The item's category; WordPress tells categories from tags.
fn section(item: Element<'_>) -> Option<String> {
    let categories =
        || item.children().filter(|child| matches!(child.full_name(), "category" | "atom:category"));
    let chosen = categories()
        .find(|category| category.attribute("domain") == Some("category"))
        .or_else(|| categories().find(|category| category.attribute("domain") != Some("post_tag")))?;
    chosen.text().or_else(|| chosen.attribute("label").or(chosen.attribute("term")).map(str::to_owned))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn item(xml: &str) -> Draft {
        let channel = Channel { title: Some("Feed".into()), language: Some("en".into()), encoding: None };
        read(Xml::parse(xml).unwrap().root(), &channel)
    }

    #[test]
    fn an_item_of_a_blog() {
        let draft = item(
            "<item><title>A &amp;amp; B</title><link>http://example.org/1</link><pubDate>Mon, 29 Jul 2013 16:03:54 +0000</pubDate>\
             <dc:creator><![CDATA[jane]]></dc:creator><guid isPermaLink=\"false\">http://example.org/?p=216</guid>\
             <description>short</description><content:encoded><![CDATA[<p>One <b>two</b>.</p><p>Three</p>]]></content:encoded>\
             <excerpt:encoded><![CDATA[no]]></excerpt:encoded><wp:post_date>2013-07-29 18:03:54</wp:post_date>\
             <category domain=\"post_tag\">x</category><category domain=\"category\">World</category><media:title>no</media:title></item>",
        );
        assert_eq!((draft.title.as_deref(), draft.body.as_str()), (Some("A & B"), "One two.\n\nThree"));
        assert_eq!(
            (draft.url.as_deref(), draft.id.as_deref()),
            (Some("http://example.org/1"), Some("http://example.org/?p=216"))
        );
        let dates: Vec<_> = draft.dates.iter().map(|date| date.text.as_str()).collect();
        assert_eq!(dates, ["2013-07-29 18:03:54", "Mon, 29 Jul 2013 16:03:54 +0000"]);
        assert_eq!((draft.section.as_deref(), draft.source.as_deref()), (Some("World"), Some("Feed")));
        assert_eq!((&draft.authors[..], draft.language.as_deref()), (&["jane".to_owned()][..], Some("en")));
    }

    #[test]
    fn an_entry_of_atom() {
        let draft = item(
            "<entry xmlns='http://www.w3.org/2005/Atom'><title type='html'>&lt;b&gt;T&lt;/b&gt;</title>\
             <link rel='edit' href='http://e.org/edit'/><link href='http://e.org/1'/><id>tag:e.org,1</id>\
             <updated>2024-01-02T03:04:05Z</updated><author><name>Ann Ro</name></author>\
             <content type='xhtml'><div><p>One.</p><p>Two.</p></div></content></entry>",
        );
        assert_eq!((draft.title.as_deref(), draft.body.as_str()), (Some("T"), "One.\n\nTwo."));
        assert_eq!(
            (draft.url.as_deref(), draft.dates[0].text.as_str()),
            (Some("http://e.org/1"), "2024-01-02T03:04:05Z")
        );
        assert_eq!(draft.authors, ["Ann Ro"]);
    }

    #[test]
    fn drafts_and_attachments_are_no_articles() {
        let reason = |xml: &str| unpublished(Xml::parse(xml).unwrap().root());
        assert!(reason("<item><wp:status>draft</wp:status></item>").is_some_and(|r| r.contains("draft")));
        assert!(reason("<item><wp:post_type>attachment</wp:post_type></item>").is_some());
        assert_eq!(
            reason("<item><wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>"),
            None
        );
    }

    #[test]
    fn the_declared_encoding() {
        assert_eq!(
            declared_encoding(b"<?xml version='1.0' encoding='ISO-8859-1'?><rss>").as_deref(),
            Some("ISO-8859-1")
        );
        assert_eq!(declared_encoding(b"<rss>"), None);
    }
}
