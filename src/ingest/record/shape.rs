//! The shapes that the value of a field may have: text, number, list of paragraphs, list of typed blocks, object.

use super::plain;
use crate::ingest::value::Value;

/// Fields found inside the body's blocks and the keyword lists of a record.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) title: Option<String>,
    pub(super) section: Option<String>,
    pub(super) dateline: Option<String>,
    pub(super) authors: Vec<String>,
    pub(super) dates: Vec<String>,
    pub(super) people: Vec<String>,
    pub(super) places: Vec<String>,
}

/// Keys under which an object keeps its text.
const TEXT_KEYS: &[&str] = &[
    "rendered",
    "value",
    "content",
    "text",
    "body",
    "html",
    "main",
    "name",
    "#text",
    "$t",
    "_",
    "__cdata",
    "full",
    "original",
    "title",
    "label",
    "plain",
    "default",
    "en",
    "$oid",
    "$numberLong",
    "literal",
];

/// The text of a value; lists and objects are searched. Numbers are no text.
pub(in crate::ingest) fn text_of(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Text(text) => Some(plain(text).into_owned()),
        Value::List(items) => main_item(items).and_then(text_of),
        Value::Map(_) => {
            TEXT_KEYS.iter().find_map(|key| value.get(key).filter(|v| !v.is_blank()).and_then(text_of))
        }
        _ => None,
    }
}

/// Text or number on one line, for ids, titles and the like.
pub(super) fn line_of(value: &Value<'_>) -> Option<String> {
    let text = match value {
        Value::Integer(number) => number.to_string(),
        Value::Float(number) => number.to_string(),
        Value::List(items) => return main_item(items).and_then(line_of),
        Value::Map(_) => {
            return TEXT_KEYS
                .iter()
                .find_map(|key| value.get(key).filter(|v| !v.is_blank()).and_then(line_of));
        }
        other => text_of(other)?,
    };
    Some(text).filter(|text| !text.trim().is_empty())
}

/// The item of a list that is meant first: the one whose role is `main`, else the first with content.
fn main_item<'v, 'a>(items: &'v [Value<'a>]) -> Option<&'v Value<'a>> {
    let is_main = |item: &&Value<'_>| item.get("role").and_then(Value::as_str) == Some("main");
    items.iter().find(is_main).or_else(|| items.iter().find(|item| !item.is_blank()))
}

/// A date: text, or seconds, milliseconds and so on since 1970.
pub(super) fn date_of(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone().into_owned()),
        Value::Integer(number) => Some(number.to_string()),
        #[allow(clippy::cast_possible_truncation)] // seconds with a fraction; the fraction is not kept
        Value::Float(number) if number.abs() < 1e18 => Some((*number as i64).to_string()),
        Value::List(items) => items.iter().find_map(date_of),
        Value::Map(_) => {
            ["$date", "$numberLong", "$__toml_private_datetime", "value", "date", "iso", "published", "text"]
                .iter()
                .find_map(|key| value.get(key).and_then(date_of))
        }
        _ => None,
    }
}

/// Names: a text (several at `;` or `|`), or a list of texts or of objects with a name.
pub(super) fn names_of(value: &Value<'_>) -> Vec<String> {
    let mut names = Vec::new();
    for item in value.items() {
        match item {
            Value::Text(text) => {
                let text = plain(text);
                let listed = bracketed(&text);
                match listed {
                    Some(list) => names.extend(list),
                    None => names.extend(text.split([';', '|']).map(str::to_owned)),
                }
            }
            Value::Map(_) => {
                let keys = [
                    "name",
                    "original",
                    "fullname",
                    "full_name",
                    "value",
                    "label",
                    "literal",
                    "code",
                    "qcode",
                    "title",
                ];
                let name =
                    keys.iter().find_map(|key| item.get(key).filter(|v| !v.is_blank()).and_then(line_of));
                names.extend(name);
            }
            _ => {}
        }
    }
    names.retain(|name| !name.trim().is_empty());
    names
}

/// The items of a list written into a text, as tables made with Python hold it: `['A B', "C D"]`.
fn bracketed(text: &str) -> Option<Vec<String>> {
    let inner = text.trim().strip_prefix('[')?.strip_suffix(']')?;
    let mut items = Vec::new();
    let mut item = String::new();
    let mut quote = None;
    for c in inner.chars() {
        match (quote, c) {
            (None, '\'' | '"') => quote = Some(c),
            (None, ',') => items.push(std::mem::take(&mut item)),
            (Some(open), c) if c == open => quote = None,
            (_, c) => item.push(c),
        }
    }
    items.push(item);
    Some(items.into_iter().map(|item| item.trim().to_owned()).filter(|item| !item.is_empty()).collect())
}

/// A body: text, paragraphs, alternatives of one text in several types, or typed blocks, of which those that are
/// other fields go to `parts`.
pub(super) fn body_of(value: &Value<'_>, parts: &mut Parts) -> String {
    match value {
        Value::Text(text) => plain(text).into_owned(),
        Value::List(items) if are_alternatives(items) => {
            let is_html = |item: &&Value<'_>| content_type(item).is_some_and(|kind| kind.contains("html"));
            let best = items.iter().find(|item| is_html(item) && text_of(item).is_some());
            best.or_else(|| items.iter().find(|item| text_of(item).is_some()))
                .and_then(text_of)
                .unwrap_or_default()
        }
        Value::List(items) => {
            let mut body = String::new();
            for item in items {
                let text = match item.get("type").and_then(Value::as_str) {
                    Some(kind) if matches!(item, Value::Map(_)) => block(kind, item, parts),
                    _ => Some(body_of(item, parts)),
                };
                if let Some(text) = text.filter(|text| !text.trim().is_empty()) {
                    if !body.is_empty() {
                        body.push_str("\n\n");
                    }
                    body.push_str(&text);
                }
            }
            body
        }
        Value::Map(_) => {
            let inner = TEXT_KEYS.iter().find_map(|key| value.get(key).filter(|v| !v.is_blank()));
            inner.map(|inner| body_of(inner, parts)).unwrap_or_default()
        }
        _ => String::new(),
    }
}

fn content_type<'v>(item: &'v Value<'_>) -> Option<&'v str> {
    ["contenttype", "contentType", "mimetype"].iter().find_map(|key| item.get(key)).and_then(Value::as_str)
}

/// The same text several times in different types, as ninjs has it.
fn are_alternatives(items: &[Value<'_>]) -> bool {
    items.iter().any(|item| content_type(item).is_some() || item.get("role").is_some())
}

/// The text of a typed block, if it is part of the body.
fn block(kind: &str, item: &Value<'_>, parts: &mut Parts) -> Option<String> {
    let text = || text_of(item).filter(|text| !text.trim().is_empty());
    let kind = kind.to_ascii_lowercase();
    match kind.as_str() {
        "sanitized_html" | "text" | "paragraph" | "p" | "html" | "list" | "heading" | "header" | "quote"
        | "pullquote" | "blockquote" | "raw_html" | "rich-text" | "richtext" => text(),
        "title" | "headline" => {
            parts.title = parts.title.take().or_else(text);
            None
        }
        "kicker" | "section" => {
            parts.section = parts.section.take().or_else(text);
            None
        }
        "dateline" => {
            parts.dateline = parts.dateline.take().or_else(text);
            None
        }
        "byline" | "author" => {
            parts.authors.extend(text());
            None
        }
        "date" => {
            parts.dates.extend(item.get("content").and_then(date_of));
            None
        }
        _ => None,
    }
}

/// People and places among keywords and categories: `{"name":"persons","value":"Blinken, Antony"}`,
/// `{"type":"dnltype:geosubject","name":"Irak"}`.
pub(super) fn read_keywords(value: &Value<'_>, parts: &mut Parts) {
    for item in value.items() {
        let Value::Map(_) = item else { continue };
        let tag = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default().to_ascii_lowercase();
        let (name, kind) = (tag("name"), tag("type"));
        match (name.as_str(), item.get("value").and_then(Value::as_str)) {
            ("persons", Some(person)) => parts.people.push(person.to_owned()),
            ("glocations", Some(place)) => parts.places.push(place.to_owned()),
            _ => {
                let own = item.get("name").or_else(|| item.get("label")).and_then(Value::as_str);
                let target = if kind.contains("geo") || kind == "place" || kind == "location" {
                    &mut parts.places
                } else if kind.contains("person") {
                    &mut parts.people
                } else {
                    continue;
                };
                target.extend(own.map(str::to_owned));
            }
        }
    }
}

/// The articles that a document wraps: the first list of objects with the fields of articles, looked for breadth
/// first under any key.
pub(in crate::ingest) fn wrapped<'v, 'a>(
    value: &'v Value<'a>,
    is_article: &dyn Fn(&Value<'a>) -> bool,
) -> Option<&'v [Value<'a>]> {
    const MAX_DEPTH: usize = 4;
    const PROBED: usize = 3;
    let mut level = vec![value];
    for _ in 0..MAX_DEPTH {
        let mut next = Vec::new();
        for value in level {
            for (_, inner) in value.pairs() {
                match inner {
                    Value::List(items) if items.iter().take(PROBED).any(is_article) => return Some(items),
                    Value::Map(_) => next.push(inner),
                    _ => {}
                }
            }
        }
        level = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_all_shapes() {
        for (json, names) in [
            (r#""A B; C D""#, &["A B", " C D"][..]),
            (r#"["A B", "C D"]"#, &["A B", "C D"]),
            (r#"[{"name":"A B"},{"code":"it"}]"#, &["A B", "it"]),
            (r#""['A B', \"C O'D\"]""#, &["A B", "C O'D"]),
            ("[]", &[]),
        ] {
            assert_eq!(names_of(&serde_json::from_str(json).unwrap()), names, "{json}");
        }
    }
}
