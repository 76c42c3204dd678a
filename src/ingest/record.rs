//! A record with named fields (JSON object, table row, front matter) → draft.

mod shape;

use std::borrow::Cow;

use super::options::{Field, FieldMap};
use super::value::Value;
use super::{Draft, fields, fragment};
use crate::article::PublishedVia;
pub(super) use shape::wrapped;

/// What a record turned out to be.
pub(super) enum Reading {
    /// An article, perhaps without body.
    Article(Box<Draft>),
    /// An article of which only a summary was found; it may be said of the list it wraps.
    Summary(Box<Draft>),
    /// Nothing in it is a field of an article.
    Foreign,
}

/// Candidates for each field, best first.
#[derive(Default)]
struct Slots<'v, 'a> {
    found: [Vec<(u8, &'v Value<'a>)>; Field::ALL.len()],
}

impl<'v, 'a> Slots<'v, 'a> {
    fn add(&mut self, field: Field, rank: u8, value: &'v Value<'a>) {
        if value.is_blank() {
            return;
        }
        let list = &mut self.found[field as usize];
        let at = list.partition_point(|(other, _)| *other <= rank);
        list.insert(at, (rank, value));
    }

    fn best(&self, field: Field) -> Option<(u8, &'v Value<'a>)> {
        self.found[field as usize].first().copied()
    }

    fn text(&self, field: Field) -> Option<String> {
        self.found[field as usize].iter().find_map(|(_, value)| shape::line_of(value))
    }

    fn texts(&self, field: Field) -> Vec<String> {
        self.found[field as usize].iter().take(1).flat_map(|(_, value)| shape::names_of(value)).collect()
    }
}

/// A body of this rank is only a summary: it makes an article only beside a headline, a date or an address.
const SUMMARY: u8 = 5;
/// Keys of this rank name many things besides.
const VAGUE: u8 = 4;
/// How far envelopes around an article are opened.
const MAX_ENVELOPES: u32 = 3;

/// Reads a record by the user's map, then by the names fields usually have.
pub(super) fn read(value: &Value<'_>, map: &FieldMap) -> Reading {
    let mut slots = Slots::default();
    for (field, path) in &map.pairs {
        for found in value.at_path(path) {
            slots.add(*field, 0, found);
        }
    }
    let mapped: Vec<Field> = map.pairs.iter().map(|(field, _)| *field).collect();
    let mut parts = shape::Parts::default();
    collect(value, &mapped, 0, &mut slots, &mut parts);

    let body = slots.found[Field::Body as usize].iter().find_map(|(rank, value)| {
        let text = shape::body_of(value, &mut parts);
        (!text.trim().is_empty()).then_some((*rank, text))
    });
    let title = slots.text(Field::Title);
    let title_rank = slots.best(Field::Title).map_or(u8::MAX, |(rank, _)| rank);
    let named =
        title_rank < VAGUE || slots.best(Field::Url).is_some() || slots.best(Field::Published).is_some();
    let has_body_field = slots.best(Field::Body).is_some_and(|(rank, _)| rank < SUMMARY);
    let body = body.filter(|(rank, _)| *rank < SUMMARY || named);
    let summary = body.as_ref().is_some_and(|(rank, _)| *rank >= SUMMARY);
    let body = body.map(|(_, text)| text);
    if body.is_none() && !(title_rank < VAGUE || has_body_field) {
        return Reading::Foreign;
    }

    let mut draft = Draft {
        id: slots.text(Field::Id),
        title: title.or(parts.title),
        body: body.unwrap_or_default(),
        source: slots.text(Field::Source),
        section: slots.text(Field::Section).or(parts.section),
        language: slots.text(Field::Language),
        kind: slots.text(Field::Kind),
        url: slots.found[Field::Url as usize].iter().find_map(|(_, value)| shape::line_of(value)),
        dateline: slots.text(Field::Dateline).or(parts.dateline),
        authors: slots.texts(Field::Authors),
        people: slots.texts(Field::People),
        places: slots.texts(Field::Places),
        ..Draft::default()
    };
    draft.people.extend(parts.people);
    draft.places.extend(parts.places);
    if draft.authors.is_empty() {
        draft.authors = parts.authors;
    }
    for (_, value) in &slots.found[Field::Published as usize] {
        if let Some(text) = shape::date_of(value) {
            draft.date(text, PublishedVia::Record);
        }
    }
    for text in parts.dates {
        draft.date(text, PublishedVia::Record);
    }
    // Ids that are addresses (`uri`, `guid`) tell the address too.
    if draft.url.is_none() && draft.id.as_deref().is_some_and(|id| id.starts_with("http")) {
        draft.url.clone_from(&draft.id);
    }
    let subject = slots.found[Field::Title as usize].iter().find(|(rank, _)| *rank == 3);
    if draft.section.is_none()
        && let Some((_, subject)) = subject.filter(|_| title_rank < 3)
    {
        draft.section = shape::line_of(subject);
    }
    if summary { Reading::Summary(Box::new(draft)) } else { Reading::Article(Box::new(draft)) }
}

/// Gathers the fields of an object, of the envelope it came in, and of what it is an envelope of.
fn collect<'v, 'a>(
    value: &'v Value<'a>,
    mapped: &[Field],
    depth: u32,
    slots: &mut Slots<'v, 'a>,
    parts: &mut shape::Parts,
) {
    let level = u8::try_from(depth).unwrap_or(u8::MAX).saturating_mul(8);
    for (key, value) in value.pairs() {
        if matches!(key.as_ref(), "keywords" | "categories" | "subject" | "subjects") {
            shape::read_keywords(value, parts);
        }
        let known = fields::known(key).or_else(|| {
            let body = key.len() > 4 && key.as_bytes()[..4].eq_ignore_ascii_case(b"body");
            body.then_some((Field::Body, 3))
        });
        let Some((field, rank)) = known.filter(|(field, _)| !mapped.contains(field)) else {
            continue;
        };
        slots.add(field, rank.saturating_add(level), value);
    }
    if depth < MAX_ENVELOPES && slots.best(Field::Body).is_none_or(|(rank, _)| rank >= SUMMARY) {
        const ENVELOPES: &[&str] = &[
            "_source",
            "fields",
            "attributes",
            "data",
            "item",
            "article",
            "doc",
            "document",
            "post",
            "news",
            "story",
            "record",
            "node",
            "object",
            "content",
            "payload",
            "story_data",
            "properties",
            "result",
            "response",
        ];
        for name in ENVELOPES {
            if let Some(inner @ Value::Map(_)) = value.get(name) {
                collect(inner, mapped, depth + 1, slots, parts);
            }
        }
    }
}

/// Text of a field that may hold HTML.
fn plain(text: &str) -> Cow<'_, str> {
    fragment::plain(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft(json: &str) -> Draft {
        match read(&serde_json::from_str(json).unwrap(), &FieldMap::default()) {
            Reading::Article(draft) | Reading::Summary(draft) => *draft,
            Reading::Foreign => panic!("no article: {json}"),
        }
    }

    #[test]
    fn usual_names_are_understood() {
        let d = draft(
            r#"{"headline":"H","short_description":"S","authors":"A B, C D","category":"WORLD",
                "link":"https://e.org/x","date":"2018-05-26","publication":"P","lang":"en","_id":7}"#,
        );
        assert_eq!((d.title.as_deref(), d.body.as_str()), (Some("H"), "S"));
        assert_eq!((d.section.as_deref(), d.url.as_deref()), (Some("WORLD"), Some("https://e.org/x")));
        assert_eq!((d.source.as_deref(), d.id.as_deref()), (Some("P"), Some("7")));
        assert_eq!(d.dates[0].text, "2018-05-26");
        assert_eq!(draft(r#"{"title":"T","summary":"S","text":"B"}"#).body, "B");
    }

    #[test]
    fn the_map_goes_before_the_usual_names() {
        let value =
            serde_json::from_str(r#"{"title":"internal","hl":"H","story":{"text":["a","b"]}}"#).unwrap();
        let map = FieldMap::parse("title=hl,body=story.text").unwrap();
        let Reading::Article(d) = read(&value, &map) else { panic!() };
        assert_eq!((d.title.as_deref(), d.body.as_str()), (Some("H"), "a\n\nb"));
    }

    #[test]
    fn odd_types_lose_nothing() {
        let d = draft(
            r#"{"id":12345,"title":{"rendered":"T &amp; U"},"text":["para one","para two"],"date":1699142400000}"#,
        );
        assert_eq!((d.title.as_deref(), d.body.as_str()), (Some("T & U"), "para one\n\npara two"));
        assert_eq!(d.dates[0].text, "1699142400000");
        assert_eq!(
            draft(r#"{"title":"T","text":{"content":"<p>One</p><p>Two</p>"}}"#).body.trim(),
            "One\n\n\n\nTwo"
        );
        assert_eq!(draft(r#"{"title":"T","text":12}"#).body, "");
        assert_eq!(draft(r#"{"title":null,"headline":"H","text":"B"}"#).title.as_deref(), Some("H"));
    }

    #[test]
    fn other_data_is_foreign() {
        for json in [
            r#"{"name":"x","version":"1.0.0","description":"A package"}"#,
            r#"{"a":1}"#,
            r#"{"id":3,"score":0.5}"#,
        ] {
            assert!(
                matches!(read(&serde_json::from_str(json).unwrap(), &FieldMap::default()), Reading::Foreign),
                "{json}"
            );
        }
    }

    #[test]
    fn blocks_of_contents_are_sorted_into_fields() {
        let d = draft(
            r#"{"id":"w","title":"T","author":"","published_date":1325376562000,"contents":[
                {"type":"kicker","content":"World"},{"type":"title","content":"T"},{"type":"byline","content":"By Jane Doe"},
                {"type":"image","fullcaption":"no"},null,
                {"type":"sanitized_html","subtype":"paragraph","content":"One <b>bold</b>."},
                {"type":"sanitized_html","content":"Two."}]}"#,
        );
        assert_eq!(d.body, "One bold.\n\nTwo.");
        assert_eq!(
            (d.section.as_deref(), d.authors.as_slice()),
            (Some("World"), &["By Jane Doe".to_owned()][..])
        );
    }

    #[test]
    fn ninjs_of_all_versions() {
        for json in [
            r#"{"uri":"http://n.example/1","headline":"H","body_text":"B","byline":"J D","located":"Rome",
                "versioncreated":"2013-07-09T10:37:00Z","person":[{"name":"F S"}],"place":[{"name":"Italy","code":"it"}]}"#,
            r#"{"uri":"http://n.example/1","headlines":[{"role":"sub","value":"x"},{"role":"main","value":"H"}],
                "bodies":[{"role":"text","contenttype":"text/plain","value":"B"}],"by":"J D","located":"Rome",
                "versioncreated":"2013-07-09T10:37:00Z","people":[{"name":"F S"}],"places":[{"name":"Italy"}]}"#,
            r#"{"uri":"http://n.example/1","headlines":[{"value":"H"}],"bodies":[{"contentType":"text/html","value":"<p>B</p>"}],
                "by":"J D","located":"Rome","versionCreated":"2013-07-09T10:37:00Z","people":[{"name":"F S"}],
                "places":[{"name":"Italy"}]}"#,
        ] {
            let d = draft(json);
            assert_eq!((d.title.as_deref(), d.body.trim()), (Some("H"), "B"), "{json}");
            assert_eq!((d.dateline.as_deref(), d.people.as_slice()), (Some("Rome"), &["F S".to_owned()][..]));
            assert_eq!((d.places.as_slice(), d.dates.len()), (&["Italy".to_owned()][..], 1));
            assert_eq!(d.authors, ["J D"]);
        }
    }

    #[test]
    fn envelopes_are_opened() {
        let d = draft(
            r#"{"_index":"news","_id":"9","_source":{"title":"T","body":"B","published":"2020-01-02"}}"#,
        );
        assert_eq!((d.id.as_deref(), d.title.as_deref(), d.body.as_str()), (Some("9"), Some("T"), "B"));
        let d = draft(
            r#"{"id":"world/1","webTitle":"T","webPublicationDate":"2020-01-02T03:04:05Z","fields":{"bodyText":"B","byline":"X Y"}}"#,
        );
        assert_eq!((d.body.as_str(), d.authors.len(), d.dates.len()), ("B", 1, 1));
        let d = draft(
            r#"{"web_url":"https://n.example/1","lead_paragraph":"L","abstract":"A","headline":{"main":"H"},
                "byline":{"original":"By X Y"},"pub_date":"2020-01-02T03:04:05+0000",
                "keywords":[{"name":"persons","value":"Blinken, Antony"},{"name":"glocations","value":"Iraq"}]}"#,
        );
        assert_eq!(
            (d.title.as_deref(), d.people.len(), d.places.as_slice()),
            (Some("H"), 1, &["Iraq".to_owned()][..])
        );
    }
}
