//! MediaWiki XML dumps; of Wikinews the date, the place and the countries too.

use std::io::BufRead;

use super::feed::declared_encoding;
use super::records::{Piece, Records};
use super::wikitext::{self, WikiPage};
use super::xml::{Element, Xml};
use crate::article::PublishedVia;
use crate::ingest::{Draft, Emitter, Flow, code, encoding};

/// What a dump says of all its pages.
#[derive(Debug, Default)]
struct Site {
    name: Option<String>,
    /// Address of the main page.
    base: Option<String>,
    language: Option<String>,
    encoding: Option<String>,
}

/// Reads a dump of any length, page by page.
pub(super) fn stream(reader: &mut dyn BufRead, emit: &mut Emitter<'_>) -> Flow {
    let mut records = Records::xml(reader, &["page"], emit.options().max_record_bytes);
    let mut bytes = Vec::new();
    let mut site = Site::default();
    let mut number = 0;
    loop {
        let piece = match records.next(&mut bytes) {
            Ok(Some(Piece::Between)) => {
                site.read(&bytes);
                continue;
            }
            Ok(Some(piece)) => piece,
            Ok(None) if number == 0 => {
                return emit.reject(None, code::NOT_ARTICLE, "there is no <page> in it");
            }
            Ok(None) => return Flow::Continue(()),
            Err(error) => return emit.read_error(Some(number + 1), &error),
        };
        number += 1;
        if piece == Piece::TooLarge {
            emit.reject(
                Some(number),
                code::TOO_LARGE,
                "the page and its history are longer than one article may be",
            )?;
            continue;
        }
        let decoded = encoding::decode(&bytes, site.encoding.as_deref());
        let xml = match Xml::parse(&decoded.text) {
            Ok(xml) => xml,
            Err((code, message)) => {
                emit.reject(Some(number), code, message)?;
                continue;
            }
        };
        match read(xml.root(), &site) {
            Ok(mut draft) => {
                draft.record = Some(number);
                draft.flags.extend(decoded.flags);
                xml.flag(&mut draft);
                emit.draft(draft)?;
            }
            Err(reason) => emit.reject(Some(number), code::NOT_ARTICLE, reason)?,
        }
    }
}

impl Site {
    fn read(&mut self, bytes: &[u8]) {
        if self.name.is_some() {
            return;
        }
        self.encoding = declared_encoding(bytes);
        let decoded = encoding::decode(bytes, self.encoding.as_deref());
        let Ok(xml) = Xml::parse(&decoded.text) else { return };
        let text = |name: &str| xml.root().find(name).and_then(Element::text);
        self.name = text("sitename");
        self.base = text("base");
        self.language = xml.root().attribute("xml:lang").map(str::to_owned);
    }

    fn is_wikinews(&self) -> bool {
        self.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case("wikinews"))
            || self.base.as_deref().is_some_and(|base| base.contains("wikinews.org"))
    }

    /// Address of a page.
    fn address(&self, title: &str) -> Option<String> {
        let base = self.base.as_deref()?;
        let folder = base.rfind('/')? + 1;
        let mut url = base[..folder].to_owned();
        for byte in title.replace(' ', "_").bytes() {
            if byte.is_ascii_alphanumeric() || b"_-.~:/,()!'*".contains(&byte) {
                url.push(char::from(byte));
            } else {
                url.push_str(&format!("%{byte:02X}"));
            }
        }
        Some(url)
    }
}

fn read(page: Element<'_>, site: &Site) -> Result<Draft, String> {
    if let Some(space) = page.text_at("ns").filter(|space| space != "0") {
        return Err(format!("the page is in the namespace {space}, not among the articles"));
    }
    if page.child("redirect").is_some() {
        return Err("the page is a redirect".into());
    }
    // The last revision is the page as it stands.
    let revision = page.children().filter(|child| child.name() == "revision").last();
    let text =
        revision.and_then(|revision| revision.child("text")).map(Element::raw_text).unwrap_or_default();
    if text.trim_start().get(..9).is_some_and(|head| head.eq_ignore_ascii_case("#redirect")) {
        return Err("the page is a redirect".into());
    }
    let wiki = wikitext::read(&text);
    if site.is_wikinews() && !is_published(&wiki) {
        return Err("the page was never published".into());
    }
    let title = page.text_at("title");
    let mut draft = Draft {
        id: if site.base.is_some() { None } else { page.text_at("id") }, // the address says more
        url: title.as_deref().and_then(|title| site.address(title)),
        title,
        source: site.name.clone(),
        language: site.language.clone(),
        ..Draft::default()
    };
    for template in &wiki.templates {
        of_template(template, &mut draft);
    }
    for category in &wiki.categories {
        if is_day(category) {
            draft.date(category.clone(), PublishedVia::Record);
        }
    }
    // Wikinews names its countries and people in categories; other wikis everything.
    if site.is_wikinews() {
        let boxes = wiki.templates.iter().filter(|template| !template.contains('|'));
        for name in wiki.categories.iter().chain(boxes).filter(|name| is_place(name)) {
            if !draft.places.contains(name) {
                draft.places.push(name.clone());
            }
        }
    }
    draft.body = wiki.text;
    Ok(draft)
}

/// An article of Wikinews bears {{publish}}; those of the first years bear only their date.
fn is_published(wiki: &WikiPage) -> bool {
    let unready =
        ["develop", "review", "prepare", "editing", "tasks", "abandoned", "stale", "delete", "speedy"];
    let name = |template: &str| template.split('|').next().unwrap_or_default().trim().to_lowercase();
    let names: Vec<_> = wiki.templates.iter().map(|template| name(template)).collect();
    let bears = |wanted: &[&str]| names.iter().any(|name| wanted.contains(&name.as_str()));
    bears(&["publish", "published", "archive", "archived"])
        || !bears(&unready) && (bears(&["date", "byline"]) || wiki.categories.iter().any(|c| is_day(c)))
}

/// `date|November 14, 2004`, `byline|date=November 14, 2004|location=RAMALLAH`.
fn of_template(template: &str, draft: &mut Draft) {
    let mut parts = template.split('|');
    let name = parts.next().unwrap_or_default().trim().to_lowercase();
    if !matches!(name.as_str(), "date" | "byline" | "dateline") {
        return;
    }
    for part in parts {
        match part.split_once('=').map(|(key, value)| (key.trim().to_lowercase(), value.trim())) {
            Some((key, value)) if key == "date" => draft.date(value, PublishedVia::Record),
            Some((key, value)) if key == "location" && !value.is_empty() => {
                draft.dateline = Some(value.to_owned())
            }
            Some(_) => {}
            None if name == "date" => draft.date(part.trim(), PublishedVia::Record),
            None => {}
        }
    }
}

/// `November 14, 2004`.
fn is_day(category: &str) -> bool {
    let mut words = category.split_whitespace();
    let (Some(month), Some(day), Some(year), None) = (words.next(), words.next(), words.next(), words.next())
    else {
        return false;
    };
    month.chars().all(char::is_alphabetic)
        && day.strip_suffix(',').is_some_and(|day| day.parse::<u8>().is_ok())
        && year.len() == 4
        && year.bytes().all(|b| b.is_ascii_digit())
}

/// Whether a category is a country's name.
fn is_place(category: &str) -> bool {
    crate::article::country::by_name(category).is_some()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn page(xml: &str) -> Result<Draft, String> {
        let site = Site {
            name: Some("Wikinews".into()),
            base: Some("https://en.wikinews.org/wiki/Main_Page".into()),
            language: Some("en".into()),
            encoding: None,
        };
        read(Xml::parse(xml).unwrap().root(), &site)
    }

    #[test]
    fn a_story_and_its_date() {
        let draft = page(
            "<page><title>Envoy meets leaders</title><ns>0</ns><id>7</id><revision><timestamp>2010-01-01T00:00:00Z</timestamp>\
             <text>old</text></revision><revision><timestamp>2012-03-05T10:00:00Z</timestamp><text>{{byline|date=November 14, 2004|\
             location=RAMALLAH}}\nText here.\n{{publish}}\n[[Category:November 14, 2004]]</text></revision></page>",
        )
        .unwrap();
        assert_eq!(
            (draft.title.as_deref(), draft.body.as_str()),
            (Some("Envoy meets leaders"), "Text here.")
        );
        assert_eq!(draft.dates[0].text, "November 14, 2004");
        assert_eq!(draft.dateline.as_deref(), Some("RAMALLAH"));
        assert_eq!(draft.url.as_deref(), Some("https://en.wikinews.org/wiki/Envoy_meets_leaders"));
    }

    #[test]
    fn other_pages_are_no_articles() {
        for xml in [
            "<page><title>Talk:x</title><ns>1</ns><revision><text>x</text></revision></page>",
            "<page><title>x</title><ns>0</ns><redirect title='y'/><revision><text>#REDIRECT [[y]]</text></revision></page>",
            "<page><title>x</title><ns>0</ns><revision><text>#redirect [[y]]</text></revision></page>",
            "<page><title>x</title><ns>0</ns><revision><text>{{develop}} {{date|May 1, 2005}} draft</text></revision></page>",
        ] {
            assert!(page(xml).is_err(), "{xml}");
        }
    }
}
