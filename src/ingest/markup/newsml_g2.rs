//! NewsML-G2: a `newsItem`, or a `newsMessage` with several.

use super::paragraphs;
use super::xml::{Element, Xml};
use super::{filed_from, html_text, nitf};
use crate::article::PublishedVia;
use crate::ingest::{Draft, Emitter, Flow, code};

/// Elements of an XHTML content that are no running text.
const NO_TEXT: [&str; 9] =
    ["head", "header", "footer", "nav", "aside", "figcaption", "script", "style", "template"];

/// Reads a document and hands on every item that has a text.
pub(super) fn document(text: &str, emit: &mut Emitter<'_>) -> Flow {
    let xml = match Xml::parse(text) {
        Ok(xml) => xml,
        Err((code, message)) => return emit.reject(None, code, message),
    };
    let mut items: Vec<_> = xml.root().all("newsItem").collect();
    if items.is_empty() && matches!(xml.root().name(), "contentSet" | "contentMeta") {
        items.push(xml.root()); // a part on its own
    }
    let several = items.len() > 1;
    for (number, item) in (1..).zip(&items) {
        let record = several.then_some(number);
        let class = item.at("itemMeta/itemClass").and_then(|class| class.attribute("qcode"));
        let medium = class.map_or("text", |code| code.rsplit(':').next().unwrap_or(code));
        if !matches!(medium, "text" | "composite") {
            emit.reject(record, code::NOT_ARTICLE, format!("the item is no text but of the class {medium}"))?;
            continue;
        }
        let mut draft = read(*item);
        draft.record = record;
        xml.flag(&mut draft);
        emit.draft(draft)?;
    }
    if items.is_empty() {
        return emit.reject(None, code::NOT_ARTICLE, "there is no <newsItem> in it, only links to items");
    }
    Flow::Continue(())
}

fn read(item: Element<'_>) -> Draft {
    let mut draft = Draft::default();
    let content = item.find("contentSet");
    if let Some(content) = content {
        match content.find("nitf") {
            Some(found) => draft = nitf::read(found),
            None => draft.body = body(content),
        }
    }
    let from_nitf = std::mem::take(&mut draft.dates);
    if let Some(meta) = item.find("itemMeta") {
        for name in ["firstCreated", "versionCreated"] {
            draft.date(meta.text_at(name).unwrap_or_default(), PublishedVia::Record);
        }
        draft.source = meta.child("provider").and_then(named).or(draft.source);
    }
    draft.id = item.attribute("guid").map(str::to_owned).or(draft.id);
    draft.language = item.attribute("xml:lang").map(str::to_owned).or(draft.language);
    if let Some(meta) = item.find("contentMeta") {
        read_content_meta(meta, item, &mut draft);
    }
    draft.dates.extend(from_nitf);
    draft
}

fn read_content_meta(meta: Element<'_>, item: Element<'_>, draft: &mut Draft) {
    draft.date(meta.text_at("contentCreated").unwrap_or_default(), PublishedVia::Record);
    let headline = meta.children().find(|child| {
        child.name() == "headline"
            && child.attribute("role").is_none_or(|role| !role.to_lowercase().contains("sub"))
    });
    draft.title = headline.and_then(Element::text).or(draft.title.take());
    draft.title = draft.title.take().or_else(|| meta.text_at("slugline"));
    if let Some(language) = meta.child("language").and_then(|language| language.attribute("tag")) {
        draft.language = Some(language.to_owned());
    }
    let by = meta.text_at("by");
    let creators = || {
        let creators =
            meta.children().filter(|child| child.name() == "creator" && child.find("name").is_some());
        creators.filter_map(named).filter(|name| name.contains(' ')).collect::<Vec<_>>()
    };
    if let Some(by) = by {
        draft.authors = vec![by];
    } else if draft.authors.is_empty() {
        draft.authors = creators();
    }
    let source = meta.children().filter(|child| child.name() == "infoSource").find_map(named);
    draft.source = draft.source.take().or(source).or_else(|| meta.text_at("creditline"));
    let located = meta.child("located");
    draft.dateline = meta
        .text_at("dateline")
        .and_then(|line| filed_from::place(&line))
        .or(draft.dateline.take())
        .or_else(|| located.and_then(|located| named(located).or_else(|| coded_name(located))));
    draft.kind = draft.kind.take().or_else(|| meta.child("genre").and_then(named));
    for subject in meta.children().filter(|child| child.name() == "subject") {
        read_subject(subject, item, draft);
    }
    // Where the story was filed is a place an editor gave, too, down to its country.
    if let Some(located) = located {
        push_place(located, draft);
        for broader in located.children().filter(|child| child.name() == "broader") {
            push_place(broader, draft);
        }
    }
}

fn read_subject(subject: Element<'_>, item: Element<'_>, draft: &mut Draft) {
    let kind = subject.attribute("type").unwrap_or_default();
    let code = subject.attribute("qcode").unwrap_or_default();
    match kind.rsplit(':').next().unwrap_or(kind) {
        "person" => {
            if let Some(name) = named(subject).or_else(|| asserted(item, code).next().and_then(named)) {
                push_new(&mut draft.people, name);
            }
        }
        "geoArea" => {
            let before = draft.places.len();
            push_place(subject, draft);
            if draft.places.len() == before {
                for assert in asserted(item, code) {
                    push_place(assert, draft);
                    for broader in assert.children().filter(|child| child.name() == "broader") {
                        push_place(broader, draft);
                    }
                }
            }
        }
        _ => {
            let department = ["department", "category", "desk"]
                .iter()
                .any(|word| kind.contains(word) || code.contains(word));
            if department && draft.section.is_none() {
                draft.section = named(subject);
            }
        }
    }
}

/// The assertions about a code: of the code itself or of another scheme's code for the same thing.
fn asserted<'x>(item: Element<'x>, code: &str) -> impl Iterator<Item = Element<'x>> {
    let last = code.rsplit(':').next().unwrap_or(code).to_owned();
    item.all("assert").filter(move |assert| {
        let about = assert.attribute("qcode").unwrap_or_default();
        !last.is_empty() && about.rsplit(':').next() == Some(last.as_str())
    })
}

fn push_place(place: Element<'_>, draft: &mut Draft) {
    let name = named(place).filter(|name| name != "N/A").or_else(|| coded_name(place));
    let code = place.attribute("qcode").and_then(country_code);
    for value in name.into_iter().chain(code) {
        push_new(&mut draft.places, value);
    }
}

/// `iso3166-1a2:DE`, `cntry:USA`, `N2:IND` → the country's code.
fn country_code(qcode: &str) -> Option<String> {
    let (scheme, code) = qcode.split_once(':')?;
    let scheme = scheme.to_ascii_lowercase();
    let of_countries =
        ["iso3166", "cntry", "country"].iter().any(|name| scheme.contains(name)) || scheme == "n2";
    let shape = (2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_uppercase());
    (of_countries && shape).then(|| code.to_owned())
}

/// The name of a thing: its English `name`, else its first, else its literal or the plain text.
fn named(thing: Element<'_>) -> Option<String> {
    let names = || thing.children().filter(|child| child.name() == "name");
    let english = names().find(|name| name.attribute("xml:lang").is_some_and(|lang| lang.starts_with("en")));
    let bare = || if thing.is_leaf() { thing.text() } else { None };
    english
        .and_then(Element::text)
        .or_else(|| names().find_map(Element::text))
        .or_else(|| thing.attribute("literal").map(str::to_owned))
        .or_else(bare)
}

/// A name that stands in a code: `city:Philadelphia`.
fn coded_name(place: Element<'_>) -> Option<String> {
    let (_, code) = place.attribute("qcode")?.split_once(':')?;
    let word = code.starts_with(char::is_uppercase) && code.chars().all(char::is_alphabetic);
    (word && code.contains(char::is_lowercase)).then(|| code.to_owned())
}

fn push_new(list: &mut Vec<String>, value: String) {
    if !list.contains(&value) {
        list.push(value);
    }
}

/// The text of a content set: the longest of its renditions.
fn body(content: Element<'_>) -> String {
    let renditions = content.children().filter(|child| matches!(child.name(), "inlineXML" | "inlineData"));
    let texts = renditions.map(|rendition| {
        if rendition.is_leaf() {
            let text = rendition.raw_text();
            let marked_up = text.contains("</") || text.contains("<p");
            return if marked_up { html_text::of_fragment(&text) } else { paragraphs::of_plain_text(&text) };
        }
        let mut text = rendition.paragraphs(&NO_TEXT);
        text.retain(|paragraph| !nitf::is_embed(paragraph));
        paragraphs::join(&text)
    });
    texts.max_by_key(String::len).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const ITEM: &str = r#"<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="urn:x:1" xml:lang="en-GB"><itemMeta>
        <itemClass qcode="ninat:text"/><provider literal="XYZ"/><versionCreated>2016-10-21T16:25:32-05:00</versionCreated>
        <firstCreated>2016-10-18T13:12:21-05:00</firstCreated></itemMeta><contentMeta>
        <contentCreated>2016-10-18T11:12:00-05:00</contentCreated>
        <located type="cptype:city"><name>Berlin</name><broader qcode="iso3166-1a2:DE"><name>Germany</name></broader></located>
        <creator><name>Meredith Jameson</name></creator>
        <subject type="cpnat:person" qcode="p:1"><name xml:lang="de">Frau X Y</name><name xml:lang="en">Ms X Y</name></subject>
        <subject type="cpnat:geoArea" qcode="alias:77"/><subject type="cpnat:abstract" qcode="medtop:1"><name>economy</name></subject>
        <subject type="cpnat:abstract" qcode="sttdepartment:9"><name>Politics</name></subject>
        <headline role="hld:subHeadline">Sub</headline><headline>Headline</headline>
        <dateline>MOSCOW, Monday (XYZ)</dateline></contentMeta>
        <assert qcode="meta:default:77"><broader qcode="c:1"><name>Estonia</name></broader></assert>
        <contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml">
        <head><title>no</title></head><body><header><h1>no</h1></header><section><p>One.</p><h2>Head</h2><p>Two.</p></section>
        </body></html></inlineXML></contentSet></newsItem>"#;

    #[test]
    fn an_item_with_its_subjects() {
        let xml = Xml::parse(ITEM).unwrap();
        let draft = read(xml.root());
        assert_eq!(draft.body, "One.\n\nHead\n\nTwo.");
        assert_eq!((draft.title.as_deref(), draft.id.as_deref()), (Some("Headline"), Some("urn:x:1")));
        assert_eq!((draft.dateline.as_deref(), draft.source.as_deref()), (Some("MOSCOW"), Some("XYZ")));
        assert_eq!(draft.people, ["Ms X Y"]);
        assert_eq!(draft.places, ["Estonia", "Berlin", "Germany", "DE"]);
        assert_eq!(
            (draft.section.as_deref(), &draft.authors[..]),
            (Some("Politics"), &["Meredith Jameson".to_owned()][..])
        );
        assert_eq!(draft.dates[0].text, "2016-10-18T13:12:21-05:00");
    }
}
