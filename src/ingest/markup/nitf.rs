//! NITF 2.5–3.6, with the dialect of the New York Times Annotated Corpus. NewsML carries NITF too.

use super::Refusal;
use super::paragraphs::{self, Paragraph};
use super::xml::{Element, Xml};
use super::{filed_from, html_text};
use crate::article::PublishedVia;
use crate::ingest::Draft;

/// Elements of the body that are no running text.
pub(super) const NO_TEXT: [&str; 10] = [
    "media",
    "media-caption",
    "media-metadata",
    "note",
    "ed-msg",
    "series",
    "fn",
    "script",
    "style",
    "figcaption",
];

/// Reads a document whose root is (or holds) `nitf`.
pub(super) fn document(text: &str) -> Result<Draft, Refusal> {
    let xml = Xml::parse(text)?;
    let root = xml.root();
    let mut draft = read(root.find("nitf").unwrap_or(root));
    xml.flag(&mut draft);
    Ok(draft)
}

/// Reads a `nitf` element.
pub(super) fn read(nitf: Element<'_>) -> Draft {
    let mut draft = Draft::default();
    if let Some(head) = nitf.child("head") {
        read_head(head, &mut draft);
    }
    let body_head = nitf.at("body/body.head");
    if let Some(head) = body_head {
        read_body_head(head, &mut draft);
    }
    draft.title = body_head
        .and_then(|head| head.find("hl1").or_else(|| head.find("hedline")))
        .and_then(Element::text)
        .or_else(|| nitf.text_at("head/title"));
    draft.language = ["baselang", "xml:lang"].iter().find_map(|name| nitf.attribute(name)).map(str::to_owned);
    if let Some(content) = nitf.at("body/body.content") {
        draft.body = body(content, draft.title.as_deref().unwrap_or_default());
        for marked in content.descendants() {
            let Some(name) = marked.text() else { continue };
            let name = name.trim_end_matches("'s").trim_end_matches("’s").to_owned();
            match marked.name() {
                "person" => push_new(&mut draft.people, name),
                "location" | "country" => push_new(&mut draft.places, name),
                _ => {}
            }
        }
    }
    draft
}

/// The text of a `body.content`. The New York Times repeats the lead in a block of its own, others the headline.
fn body(content: Element<'_>, headline: &str) -> String {
    let full = content.children().find(|block| block.attribute("class") == Some("full_text"));
    let mut text = full.unwrap_or(content).paragraphs(&NO_TEXT);
    text.retain(|paragraph| !is_embed(paragraph));
    if text.first().is_some_and(|first| first.text == headline) {
        text.remove(0);
    }
    paragraphs::join(&text)
}

/// A paragraph that shows a machine's markup instead of text.
pub(super) fn is_embed(paragraph: &Paragraph) -> bool {
    paragraph.text.starts_with('<') && html_text::of_fragment(&paragraph.text).is_empty()
}

fn read_head(head: Element<'_>, draft: &mut Draft) {
    let meta = |name: &str| {
        let found =
            head.children().find(|meta| meta.name() == "meta" && meta.attribute("name") == Some(name));
        found.and_then(|meta| meta.attribute("content"))
    };
    if let Some(docdata) = head.child("docdata") {
        read_docdata(docdata, draft);
    }
    if let Some(pubdata) = head.child("pubdata") {
        draft.date(pubdata.attribute("date.publication").unwrap_or_default(), PublishedVia::Record);
        draft.source = pubdata.attribute("name").map(str::to_owned).or(draft.source.take());
        draft.url = pubdata.attribute("ex-ref").filter(|url| url.starts_with("http")).map(str::to_owned);
        draft.section = pubdata.attribute("position.section").map(str::to_owned);
    }
    if let (Some(year), Some(month), Some(day)) =
        (meta("publication_year"), meta("publication_month"), meta("publication_day_of_month"))
    {
        draft.date(format!("{year}-{month:0>2}-{day:0>2}"), PublishedVia::Record);
    }
    draft.section = ["online_sections", "dsk"]
        .iter()
        .find_map(|name| meta(name))
        .map(str::to_owned)
        .or(draft.section.take());
    let release = head.at("docdata/date.release").and_then(|date| date.attribute("norm"));
    draft.date(release.unwrap_or_default(), PublishedVia::Record);
    if let Some(tobject) = head.child("tobject") {
        // `news` says nothing; a desk or an article's type does.
        let kind = tobject.find("tobject.property").and_then(|p| p.attribute("tobject.property.type"));
        draft.kind = kind.filter(|kind| !matches!(*kind, "current" | "Current")).map(str::to_owned);
        let subject = tobject.all("tobject.subject").find_map(|subject| {
            subject.attribute("tobject.subject.type").or(subject.attribute("tobject.subject.matter"))
        });
        draft.section = draft.section.take().or(subject.map(str::to_owned));
    }
}

fn read_docdata(docdata: Element<'_>, draft: &mut Draft) {
    let of =
        |element: &str, attribute: &str| docdata.child(element).and_then(|found| found.attribute(attribute));
    draft.id = of("doc-id", "id-string").map(str::to_owned);
    draft.date(of("date.issue", "norm").unwrap_or_default(), PublishedVia::Record);
    let source = docdata.find("from-src").and_then(|src| src.attribute("src-name"));
    let holder =
        of("doc.copyright", "holder").map(|holder| holder.split(". All rights").next().unwrap_or(holder));
    draft.source = source.or(holder).or(of("doc-id", "regsrc")).map(str::to_owned);
    for place in docdata.children().filter(|child| child.name() == "evloc") {
        push_place(place, draft);
    }
    let Some(identified) = docdata.child("identified-content") else { return };
    for named in identified.children() {
        let Some(text) = named.text().or_else(|| named.attribute("value").map(str::to_owned)) else {
            continue;
        };
        match named.name() {
            "person" => push_new(&mut draft.people, person(&text)),
            "location" => push_new(&mut draft.places, place(&text)),
            "classifier" => {
                if let Some(country) =
                    text.split_once("/Countries and Territories/").map(|(_, country)| country)
                {
                    push_new(&mut draft.places, country.split('/').next().unwrap_or(country).to_owned());
                }
            }
            _ => {}
        }
    }
}

fn read_body_head(head: Element<'_>, draft: &mut Draft) {
    let bylines: Vec<_> = head.children().filter(|child| child.name() == "byline").collect();
    let printed = bylines.iter().filter(|byline| byline.attribute("class") != Some("normalized_byline"));
    let normalized = bylines.iter().filter(|byline| byline.attribute("class") == Some("normalized_byline"));
    for byline in printed.chain(normalized).take(1) {
        let people: Vec<_> = byline.all("person").filter_map(Element::text).collect();
        match (people.is_empty(), byline.paragraphs(&["byttl"]).into_iter().next()) {
            (false, _) => draft.authors = people,
            // `flp/rcf/lab` are the initials of a desk.
            (true, Some(text)) if text.text.contains('/') && !text.text.contains(' ') => {}
            (true, Some(text)) => draft.authors = vec![text.text.trim_end_matches([',', ' ']).to_owned()],
            (true, None) => {}
        }
    }
    if let Some(dateline) = head.child("dateline") {
        let place = dateline.find("city").or_else(|| dateline.find("location")).unwrap_or(dateline).text();
        draft.dateline = place.and_then(|line| filed_from::place(&line));
        if let Some(date) = dateline.find("story.date") {
            draft.date(
                date.attribute("norm").map(str::to_owned).or(date.text()).unwrap_or_default(),
                PublishedVia::Record,
            );
        }
    }
    let distributor = head.child("distributor").and_then(Element::text);
    draft.source = draft.source.take().or(distributor);
}

/// The place of an event, country last.
fn push_place(place: Element<'_>, draft: &mut Draft) {
    for name in ["city", "iso-cc", "state-prov"] {
        // A country may stand where a state belongs; a state says nothing beside its country.
        if name == "state-prov" && place.attribute("iso-cc").is_some() {
            continue;
        }
        if let Some(value) = place.attribute(name) {
            push_new(&mut draft.places, value.to_owned());
        }
    }
}

fn push_new(list: &mut Vec<String>, value: String) {
    if !value.is_empty() && !list.iter().any(|known| known.eq_ignore_ascii_case(&value)) {
        list.push(value);
    }
}

/// `DOE, JANE Q (PRIME MIN)` → `Jane Q Doe`.
fn person(text: &str) -> String {
    let name = text.split('(').next().unwrap_or(text).trim();
    let turned = match name.split_once(',') {
        Some((surname, given)) if !given.trim().is_empty() => {
            // `KING, MARTIN LUTHER, JR`: what follows a second comma goes to the end.
            let (given, suffix) = given.split_once(',').unwrap_or((given, ""));
            format!("{} {} {}", given.trim(), surname.trim(), suffix.trim())
        }
        _ => name.to_owned(),
    };
    capitalized(turned.trim())
}

/// `BAGHDAD (IRAQ)` → `Baghdad, Iraq`.
fn place(text: &str) -> String {
    let place = match text.split_once('(') {
        Some((place, within)) => format!("{}, {}", place.trim(), within.trim_end_matches([')', ' '])),
        None => text.to_owned(),
    };
    capitalized(place.trim())
}

/// A name in capitals as one writes it; other names as they are.
fn capitalized(name: &str) -> String {
    if name.chars().any(char::is_lowercase) {
        return name.to_owned();
    }
    let mut out = String::with_capacity(name.len());
    let mut begins = true;
    for c in name.chars() {
        if begins {
            out.push(c)
        } else {
            out.extend(c.to_lowercase())
        }
        begins = !c.is_alphanumeric() && c != '\'' && c != '’';
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const STORY: &str = r#"<?xml version="1.0"?><!DOCTYPE nitf SYSTEM "nitf-3-3.dtd"><nitf change.date="June 10, 2005">
        <head><title>Head title</title><meta name="online_sections" content="World"/>
        <docdata><doc-id id-string="77"/><date.issue norm="20070131T230000Z"/><evloc city="Baghdad" iso-cc="IRQ"/>
        <identified-content><person class="indexing_service">DOE, JANE Q</person><person>Doe, Jane Q</person>
        <person>AL-SMITH, OMAR (PRIME MIN)</person><location>BAGHDAD (IRAQ)</location>
        <classifier>Top/News/World/Countries and Territories/Iraq</classifier></identified-content></docdata>
        <pubdata date.publication="20070201T000000" name="Example Paper" ex-ref="http://example.org/77"/></head>
        <body><body.head><hedline><hl1>Envoy Meets Leaders</hl1><hl2>Second</hl2></hedline>
        <byline class="print_byline">By A. N. AUTHOR</byline><byline class="normalized_byline">Author, A N</byline>
        <dateline>BAGHDAD, Jan. 31</dateline><abstract><p>Abstract</p></abstract></body.head>
        <body.content><block class="lead_paragraph"><p>Lead.</p></block>
        <block class="full_text"><p>Lead.</p><p>More from <location>Iraq's</location> <person>Ann Ro</person>.</p>
        <media><media-caption>no</media-caption></media></block></body.content></body></nitf>"#;

    #[test]
    fn a_story_of_the_annotated_corpus() {
        let draft = document(STORY).unwrap();
        assert_eq!(draft.title.as_deref(), Some("Envoy Meets Leaders"));
        assert_eq!(draft.body, "Lead.\n\nMore from Iraq's Ann Ro.");
        assert_eq!(draft.authors, ["By A. N. AUTHOR"]);
        assert_eq!(draft.dateline.as_deref(), Some("BAGHDAD"));
        let dates: Vec<_> = draft.dates.iter().map(|date| date.text.as_str()).collect();
        assert_eq!(dates, ["20070131T230000Z", "20070201T000000"]);
        assert_eq!(draft.people, ["Jane Q Doe", "Omar Al-Smith", "Ann Ro"]);
        assert_eq!(draft.places, ["Baghdad", "IRQ", "Baghdad, Iraq", "Iraq"]);
        assert_eq!((draft.id.as_deref(), draft.source.as_deref()), (Some("77"), Some("Example Paper")));
        assert_eq!(
            (draft.section.as_deref(), draft.url.as_deref()),
            (Some("World"), Some("http://example.org/77"))
        );
        assert!(draft.flags.is_empty());
    }

    #[test]
    fn names_are_turned_round() {
        for (text, expected) in [
            ("KING, MARTIN LUTHER, JR", "Martin Luther King Jr"),
            ("O'NEIL, PATRICK", "Patrick O'neil"),
            ("Jane Doe", "Jane Doe"),
            ("PELE", "Pele"),
        ] {
            assert_eq!(person(text), expected);
        }
    }

    #[test]
    fn a_byline_with_a_title_gives_the_person() {
        let xml = "<nitf><body><body.head><byline>By <person>Ann Ro</person><byttl>Staff</byttl></byline></body.head>\
                   <body.content><p>Text</p></body.content></body></nitf>";
        assert_eq!(document(xml).unwrap().authors, ["Ann Ro"]);
    }
}
