//! NewsML 1.x, as AFP, EFE, ANA and others send it. A document may hold several items.

use super::xml::{Element, Xml};
use super::{filed_from, html_text, nitf, paragraphs};
use crate::article::PublishedVia;
use crate::ingest::{Draft, Emitter, Flow, code};

/// Reads a document and hands on every item that has a text.
pub(super) fn document(text: &str, emit: &mut Emitter<'_>) -> Flow {
    let xml = match Xml::parse(text) {
        Ok(xml) => xml,
        Err((code, message)) => return emit.reject(None, code, message),
    };
    let items: Vec<_> = xml.root().all("NewsItem").collect();
    let several = items.len() > 1;
    let sent = xml.root().find("DateAndTime").and_then(Element::text);
    for (number, item) in (1..).zip(&items) {
        let record = several.then_some(number);
        if item.find("ContentItem").is_none() {
            emit.reject(record, code::NOT_ARTICLE, "the item has no content: it is a list or a notice")?;
            continue;
        }
        let mut draft = read(*item);
        draft.record = record;
        draft.date(sent.clone().unwrap_or_default(), PublishedVia::Record);
        xml.flag(&mut draft);
        emit.draft(draft)?;
    }
    if items.is_empty() {
        return emit.reject(None, code::NOT_ARTICLE, "there is no <NewsItem> in it");
    }
    Flow::Continue(())
}

fn read(item: Element<'_>) -> Draft {
    let mut draft = Draft::default();
    if let Some(content) = main_text(item) {
        match content.find("nitf") {
            Some(found) => draft = nitf::read(found),
            None => draft.body = body(content),
        }
    }
    let line = |name: &str| item.all(name).find_map(Element::text);
    let party = |name: &str| {
        let party = item.all(name).find_map(|role| role.child("Party")?.attribute("FormalName"));
        party.map(str::to_owned)
    };
    draft.id = line("PublicIdentifier").or_else(|| line("NewsItemId")).or(draft.id);
    draft.title = line("HeadLine").or(draft.title).or_else(|| line("SlugLine")).or_else(|| line("NameLabel"));
    let dates = std::mem::take(&mut draft.dates);
    for name in ["FirstCreated", "ThisRevisionCreated", "DateId"] {
        draft.date(line(name).unwrap_or_default(), PublishedVia::Record);
    }
    draft.dates.extend(dates);
    draft.source =
        party("Provider").or_else(|| party("Source")).or(draft.source).or_else(|| line("ProviderId"));
    let creator = party("Creator").filter(|name| is_person(name) && draft.source.as_deref() != Some(name));
    if let Some(author) = line("ByLine").or_else(|| draft.authors.is_empty().then_some(creator)?) {
        draft.authors = vec![author];
    }
    draft.language = item
        .find("Language")
        .and_then(|l| l.attribute("FormalName"))
        .map(str::to_owned)
        .or(draft.language.take());
    draft.language = draft.language.or_else(|| item.attribute("xml:lang").map(str::to_owned));
    draft.kind = draft.kind.or_else(|| Some(item.find("Genre")?.attribute("FormalName")?.to_owned()));
    draft.section = draft.section.or_else(|| category(item));
    let mut city = None;
    for property in item.all("Property") {
        let (Some(name), Some(value)) = (property.attribute("FormalName"), property.attribute("Value"))
        else {
            continue;
        };
        if matches!(name, "Country" | "City" | "CountryArea") {
            if name == "City" {
                city = city.or(Some(value));
            }
            if !draft.places.iter().any(|place| place == value) {
                draft.places.push(value.to_owned());
            }
        }
    }
    draft.dateline = line("DateLine")
        .and_then(|line| filed_from::place(&line))
        .or(draft.dateline.take())
        .or_else(|| city.map(str::to_owned));
    draft
}

/// The content of the item's text: that of the main component, else the longest.
fn main_text(item: Element<'_>) -> Option<Element<'_>> {
    let is_main = |component: &Element<'_>| {
        let role = component.child("Role").and_then(|role| role.attribute("FormalName"));
        role.is_some_and(|role| role.eq_ignore_ascii_case("main"))
    };
    item.all("NewsComponent").filter(is_main).find_map(longest_text).or_else(|| longest_text(item))
}

fn longest_text(within: Element<'_>) -> Option<Element<'_>> {
    let is_text = |content: &Element<'_>| {
        let medium = content.child("MediaType").and_then(|medium| medium.attribute("FormalName"));
        medium.is_none_or(|medium| medium.eq_ignore_ascii_case("text"))
    };
    let texts = within.all("ContentItem").filter(is_text).filter_map(|content| content.child("DataContent"));
    texts.max_by_key(|data| data.raw_text().len())
}

/// The text of a `DataContent` that is no NITF: elements, escaped HTML or plain text.
fn body(content: Element<'_>) -> String {
    if !content.is_leaf() {
        return paragraphs::join(&content.paragraphs(&nitf::NO_TEXT));
    }
    let text = content.raw_text();
    let marked_up = text.contains("</") || text.contains("<p") || text.contains("<br");
    if marked_up { html_text::of_fragment(&text) } else { paragraphs::of_plain_text(&text) }
}

/// Whether a creator is a name and no desk's initials.
fn is_person(name: &str) -> bool {
    name.trim().contains(' ') && !name.contains(['/', '@']) && !name.contains(|c: char| c.is_ascii_digit())
}

/// The agency's own category of the subject (`POL`, `ECO`).
fn category(item: Element<'_>) -> Option<String> {
    let subjects = item.all("SubjectCode").flat_map(Element::children);
    subjects.filter_map(|subject| subject.attribute("cat")).map(str::to_owned).next()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const TWO: &str = r#"<NewsML Version="1.2"><NewsEnvelope><DateAndTime>20240710T130037Z</DateAndTime></NewsEnvelope>
        <NewsItem xml:lang="en"><Identification><NewsIdentifier><ProviderId>example.com</ProviderId><NewsItemId>7</NewsItemId>
        <PublicIdentifier>urn:x:7</PublicIdentifier></NewsIdentifier></Identification>
        <NewsManagement><FirstCreated>20240710T125902Z</FirstCreated></NewsManagement>
        <NewsComponent><NewsLines><HeadLine>Court ruling</HeadLine><ByLine>Ann Ro</ByLine>
        <DateLine>Geneva, 10 July 2024 (XYZ)</DateLine></NewsLines>
        <AdministrativeMetadata><Provider><Party FormalName="XYZ"/></Provider></AdministrativeMetadata>
        <DescriptiveMetadata><Language FormalName="fr"/><Location HowPresent="Origin">
        <Property FormalName="Country" Value="CHE"/><Property FormalName="City" Value="Geneva"/></Location></DescriptiveMetadata>
        <NewsComponent><Role FormalName="Main"/><ContentItem><MediaType FormalName="Text"/>
        <DataContent><p>First.</p><p>Second.</p></DataContent></ContentItem></NewsComponent>
        <NewsComponent><Role FormalName="Caption"/><ContentItem><DataContent><p>A much longer caption text.</p></DataContent>
        </ContentItem></NewsComponent></NewsComponent></NewsItem>
        <NewsItem><NewsComponent><NewsLines><HeadLine/></NewsLines><ContentItem>
        <DataContent><![CDATA[<P>Escaped &amp; old.</P><P>Two</P>]]></DataContent></ContentItem></NewsComponent></NewsItem>
        <NewsItem><NewsComponent/></NewsItem></NewsML>"#;

    #[test]
    fn items_of_a_document() {
        let xml = Xml::parse(TWO).unwrap();
        let drafts: Vec<_> = xml.root().all("NewsItem").map(read).collect();
        let first = &drafts[0];
        assert_eq!(first.body, "First.\n\nSecond.");
        assert_eq!((first.id.as_deref(), first.title.as_deref()), (Some("urn:x:7"), Some("Court ruling")));
        assert_eq!((first.dateline.as_deref(), first.language.as_deref()), (Some("Geneva"), Some("fr")));
        assert_eq!((first.source.as_deref(), &first.authors[..]), (Some("XYZ"), &["Ann Ro".to_owned()][..]));
        assert_eq!(first.places, ["CHE", "Geneva"]);
        assert_eq!(first.dates[0].text, "20240710T125902Z");
        assert_eq!(drafts[1].body, "Escaped & old.\n\nTwo");
    }

    #[test]
    fn initials_are_no_author() {
        assert!(is_person("Said Khatib") && !is_person("cae/tcr") && !is_person("VRG"));
    }
}
