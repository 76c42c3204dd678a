//! Markdown, with YAML (`---`), TOML (`+++`) or no front matter.

mod prose;

use super::record::{self, Reading};
use super::value::Value;
use super::{Draft, Emitter, Flow, code};
use crate::article::PublishedVia;
use crate::ingest::fields;
use crate::ingest::options::Field;

/// Front matter longer than this is none.
const MAX_FRONT_MATTER_BYTES: usize = 256 << 10;

/// Reads a document.
pub(super) fn parse(text: &str, emit: &mut Emitter<'_>) -> Flow {
    let (front, rest) = split_front_matter(text);
    let mut draft = match front {
        Some(front) => read_front_matter(&front, emit),
        None => Draft::default(),
    };
    let prose = prose::plain(rest);
    draft.title = draft.title.or(prose.title);
    // What the front matter says of the text (`summary`, `description`) is not the text.
    draft.body = prose.body;
    emit.draft(draft)
}

struct FrontMatter<'t> {
    text: &'t str,
    toml: bool,
}

/// The front matter between its fences, and what follows.
fn split_front_matter(text: &str) -> (Option<FrontMatter<'_>>, &str) {
    let start = text.trim_start_matches('\u{feff}').trim_start();
    let fence = start.lines().next().unwrap_or_default();
    let toml = match fence.trim_end() {
        "---" => false,
        "+++" => true,
        _ => return (None, text),
    };
    let body = &start[fence.len()..];
    let mut at = 0;
    for line in body.split_inclusive('\n') {
        let end = line.trim_end();
        if at > 0 && (end == fence.trim_end() || !toml && end == "...") && at <= MAX_FRONT_MATTER_BYTES {
            return (Some(FrontMatter { text: &body[..at], toml }), &body[at + line.len()..]);
        }
        at += line.len();
    }
    (None, text)
}

/// The fields of front matter; what is broken as a whole is read line by line and marked.
fn read_front_matter(front: &FrontMatter<'_>, emit: &Emitter<'_>) -> Draft {
    let parsed: Result<Value<'_>, String> = if front.toml {
        toml::from_str(front.text).map_err(|error| error.message().to_owned())
    } else if front.text.trim().is_empty() {
        Ok(Value::Null)
    } else {
        serde_yaml_ng::from_str(front.text).map_err(|error| error.to_string())
    };
    match parsed {
        Ok(value @ Value::Map(_)) => from_value(value, emit),
        Ok(Value::Null) => Draft::default(),
        Ok(_) => salvage(front.text, "it holds no names and values"),
        Err(message) => salvage(front.text, message.lines().next().unwrap_or_default()),
    }
}

fn from_value(value: Value<'_>, emit: &Emitter<'_>) -> Draft {
    // A title makes a record of it; the body comes from below the fence.
    let Value::Map(mut pairs) = value else { return Draft::default() };
    pairs.push(("body".into(), Value::Text("-".into())));
    match record::read(&Value::Map(pairs), &emit.options().map) {
        Reading::Article(draft) | Reading::Summary(draft) => *draft,
        Reading::Foreign => Draft::default(),
    }
}

/// Title, date and authors from lines of `name: value` or `name = value`.
fn salvage(text: &str, why: &str) -> Draft {
    let mut draft = Draft::default();
    draft.flag(
        code::BAD_FRONT_MATTER,
        format!("the front matter could not be read ({why}); read line by line"),
    );
    for line in text.lines().filter(|line| !line.starts_with([' ', '\t', '-', '#'])) {
        let Some((name, value)) = line.split_once([':', '=']) else { continue };
        let value = value.trim().trim_matches(['"', '\'']).trim();
        if value.is_empty() || value.starts_with(['[', '{', '&', '*', '|', '>']) {
            continue;
        }
        match fields::known(name.trim()) {
            Some((Field::Title, 0..=2)) => draft.title = draft.title.or_else(|| Some(value.to_owned())),
            Some((Field::Published, _)) => draft.date(value, PublishedVia::Record),
            Some((Field::Authors, _)) => draft.authors.push(value.to_owned()),
            Some((Field::Url, _)) => draft.url = Some(value.to_owned()),
            _ => {}
        }
    }
    draft
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;
    use crate::ingest::{Outcome, ReadOptions};

    fn read(text: &str) -> (Article, Vec<&'static str>) {
        let options = ReadOptions::default();
        let mut seen = None;
        let mut sink = |outcome| {
            if let Outcome::Article(article, flags) = outcome {
                seen = Some((*article, flags.iter().map(|flag| flag.code).collect()));
            }
            Flow::Continue(())
        };
        let mut emit = Emitter::new("a.md".into(), &options, &mut sink);
        let _ = parse(text, &mut emit);
        seen.unwrap_or_default()
    }

    #[test]
    fn yaml_and_toml_front_matter() {
        for text in [
            "---\ntitle: >\n  The\n  title\nauthors:\n  - A B\n  - C D\ndate: 2023-11-05\ncountry: NO\nsummary: S\n---\n\nBody.",
            "+++\r\ntitle = \"The title\"\r\nauthors = [\"A B\", \"C D\"]\r\ndate = 2023-11-05\r\ncountry = \"NO\"\r\n+++\r\nBody.\r\n",
        ] {
            let (article, codes) = read(text);
            assert_eq!((article.title.as_str(), article.body.as_str()), ("The title", "Body."));
            assert_eq!((article.authors.join("|").as_str(), codes.len()), ("A B|C D", 0), "{codes:?}");
            assert_eq!(article.published.map(|p| p.on.value()).as_deref(), Some("2023-11-05"));
            assert_eq!(article.editor_places, ["NO"]);
        }
    }

    #[test]
    fn broken_front_matter_is_marked_and_the_body_kept() {
        let (article, codes) = read("---\ntitle: \"Blinken: visits\ndate: 2023-11-05\ntags: - a\n---\nBody.");
        assert_eq!((article.title.as_str(), article.body.as_str()), ("Blinken: visits", "Body."));
        assert_eq!(codes, [code::BAD_FRONT_MATTER]);
        let mut bomb = "---\na: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
        for (name, of) in ('b'..='k').zip('a'..) {
            bomb += &format!("{name}: &{name} [*{of},*{of},*{of},*{of},*{of},*{of},*{of},*{of},*{of}]\n");
        }
        let (article, codes) = read(&(bomb + "title: t\n---\nBody."));
        assert_eq!((article.title.as_str(), article.body.as_str()), ("t", "Body."));
        assert!(codes.contains(&code::BAD_FRONT_MATTER));
    }

    #[test]
    fn without_front_matter_the_first_heading_is_the_title() {
        let (article, _) = read("# The *title*\n\nBody with a [link](http://x.y) and `code`.");
        assert_eq!(
            (article.title.as_str(), article.body.as_str()),
            ("The title", "Body with a link and code.")
        );
        assert_eq!(read("---\nno fence\n").0.body, "---\nno fence");
    }
}
