//! The article that a page's JSON-LD describes (schema.org).

use serde_json::{Map, Value};

/// What JSON-LD says of the article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Described {
    /// A node of an article's type is there.
    pub(super) is_article: bool,
    /// `headline`.
    pub(super) headline: Option<String>,
    /// `datePublished` and, after it, `dateCreated`.
    pub(super) published: Vec<String>,
    /// Names of `author`.
    pub(super) authors: Vec<String>,
    /// Name of `publisher`.
    pub(super) publisher: Option<String>,
    /// `articleSection`.
    pub(super) section: Option<String>,
    /// `inLanguage`.
    pub(super) language: Option<String>,
    /// `url` or `mainEntityOfPage`.
    pub(super) url: Option<String>,
    /// `dateline` of a `NewsArticle`.
    pub(super) dateline: Option<String>,
    /// The type, where it is more telling than `NewsArticle`.
    pub(super) kind: Option<String>,
    /// People in `about` and `mentions`.
    pub(super) people: Vec<String>,
    /// Places in `about`, `mentions` and `contentLocation`.
    pub(super) places: Vec<String>,
}

/// Types that are articles beside those whose name ends in `Article`.
const ARTICLE_TYPES: [&str; 5] = ["BlogPosting", "LiveBlogPosting", "Report", "SocialMediaPosting", "Review"];
/// Nodes looked at in one script.
const MOST_NODES: usize = 2000;

/// Adds what a script's text says. Scripts that are no JSON even after the usual repairs are passed over.
pub(super) fn read(script: &str, into: &mut Described) {
    let text = script.trim().trim_start_matches("<!--").trim_end_matches("-->");
    let text =
        text.trim().trim_start_matches("//<![CDATA[").trim_end_matches("//]]>").trim().trim_end_matches(';');
    // Raw line breaks in strings are the usual fault.
    let parsed = serde_json::from_str::<Value>(text)
        .or_else(|_| serde_json::from_str(&text.replace(|c: char| c.is_control(), " ")));
    let Ok(value) = parsed else { return };
    let mut nodes = vec![&value];
    let mut seen = 0;
    while let Some(node) = nodes.pop() {
        seen += 1;
        if seen > MOST_NODES {
            return;
        }
        match node {
            Value::Array(items) => nodes.extend(items.iter().rev()),
            Value::Object(object) => {
                if let Some(kind) = article_type(object) {
                    article(object, kind, into);
                }
                nodes.extend(["mainEntity", "@graph"].iter().filter_map(|key| object.get(*key)));
                if !into.is_article {
                    nodes.extend(object.get("mainEntityOfPage").filter(|v| v.is_object()));
                }
            }
            _ => {}
        }
    }
}

fn article_type(object: &Map<String, Value>) -> Option<&str> {
    let is_article = |kind: &&str| {
        let kind = kind.rsplit(['/', '#']).next().unwrap_or(kind);
        kind.ends_with("Article") || ARTICLE_TYPES.contains(&kind)
    };
    match object.get("@type")? {
        Value::String(kind) => Some(kind.as_str()).filter(is_article),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).find(is_article),
        _ => None,
    }
}

/// The first article described is the page's own; others fill what it left open only if it had no headline.
fn article(object: &Map<String, Value>, kind: &str, into: &mut Described) {
    if into.headline.is_some() {
        return;
    }
    let get = |key: &str| object.get(key).into_iter().flat_map(texts).next();
    into.is_article = true;
    into.headline = get("headline").or_else(|| get("name"));
    for key in ["datePublished", "dateCreated"] {
        into.published.extend(get(key));
    }
    if into.authors.is_empty() {
        into.authors = object.get("author").map(texts).unwrap_or_default();
    }
    into.publisher = into.publisher.take().or_else(|| get("publisher"));
    into.section = into.section.take().or_else(|| get("articleSection"));
    into.language = into.language.take().or_else(|| get("inLanguage"));
    into.dateline = into.dateline.take().or_else(|| get("dateline"));
    into.url = into.url.take().or_else(|| get("url")).or_else(|| match object.get("mainEntityOfPage")? {
        Value::Object(page) => page.get("@id").and_then(Value::as_str).map(str::to_owned),
        Value::String(url) => Some(url.clone()),
        _ => None,
    });
    if !matches!(kind, "NewsArticle" | "Article" | "BlogPosting") {
        into.kind = Some(kind.rsplit(['/', '#']).next().unwrap_or(kind).to_owned());
    }
    for key in ["about", "mentions"] {
        let things = match object.get(key) {
            Some(Value::Array(things)) => things.as_slice(),
            Some(thing) => std::slice::from_ref(thing),
            None => &[],
        };
        for thing in things {
            match thing.get("@type").and_then(Value::as_str) {
                Some("Person") => into.people.extend(texts(thing)),
                Some("Place" | "Country" | "City" | "State" | "AdministrativeArea") => {
                    into.places.extend(texts(thing))
                }
                _ => {}
            }
        }
    }
    into.places.extend(object.get("contentLocation").map(texts).unwrap_or_default());
}

/// The texts of a value: a string, the name of a thing, or those of a list.
fn texts(value: &Value) -> Vec<String> {
    let one = |value: &Value| {
        let text = match value {
            Value::String(text) => Some(text.as_str()),
            Value::Object(thing) => match thing.get("name").or_else(|| thing.get("@value")) {
                Some(Value::Array(names)) => names.first().and_then(Value::as_str),
                name => name.and_then(Value::as_str),
            },
            _ => None,
        }?;
        let text = super::html_text::of_fragment(text).replace('\n', " ");
        (!text.is_empty()).then_some(text)
    };
    match value {
        Value::Array(items) => items.iter().filter_map(one).collect(),
        other => one(other).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn described(script: &str) -> Described {
        let mut described = Described::default();
        read(script, &mut described);
        described
    }

    #[test]
    fn the_article_is_found_in_a_graph() {
        let d = described(
            r#"{"@context":"https://schema.org","@graph":[{"@type":"WebSite","name":"Site"},
            {"@type":["NewsArticle"],"headline":"Envoy &amp; leaders meet","datePublished":"2024-12-13T09:00:00+03:00",
             "author":[{"@type":"Person","name":"Jane Doe"},{"@type":"Person","name":"Omar Smith"}],
             "publisher":{"@type":"Organization","name":"Example"},"dateline":"BAGHDAD","inLanguage":"en",
             "about":[{"@type":"Person","name":"Ann Ro"},{"@type":"Country","name":"Iraq"}]}]}"#,
        );
        assert_eq!(d.headline.as_deref(), Some("Envoy & leaders meet"));
        assert_eq!(d.published, ["2024-12-13T09:00:00+03:00"]);
        assert_eq!(d.authors, ["Jane Doe", "Omar Smith"]);
        assert_eq!((d.people, d.places), (vec!["Ann Ro".to_owned()], vec!["Iraq".to_owned()]));
        assert_eq!((d.publisher.as_deref(), d.dateline.as_deref()), (Some("Example"), Some("BAGHDAD")));
    }

    #[test]
    fn faulty_scripts_are_repaired_or_passed_over() {
        let broken = "<!-- {\"@type\":\"OpinionNewsArticle\",\"headline\":\"Two\nlines\"}; -->";
        let d = described(broken);
        assert_eq!(d.headline.as_deref(), Some("Two lines"));
        assert_eq!(d.kind.as_deref(), Some("OpinionNewsArticle"));
        for text in ["", "{", "[[[[", "null", &"[".repeat(100_000)] {
            assert_eq!(described(text), Described::default());
        }
    }
}
