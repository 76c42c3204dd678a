//! Plain text: the first line is the title, unless lines of `Name: value` come first.

use super::options::Field;
use super::{Draft, Emitter, Flow, fields};
use crate::article::PublishedVia;

/// Longest first line that is taken for a title, in characters.
const MAX_TITLE_CHARS: usize = 250;

/// Reads a text.
pub(super) fn parse(text: &str, emit: &mut Emitter<'_>) -> Flow {
    let mut draft = Draft::default();
    let text = read_header(text, &mut draft);
    let (title, body) = split_title(text);
    match draft.title {
        Some(_) => draft.body = text.to_owned(),
        None => {
            draft.title = title.map(str::to_owned);
            draft.body = read_byline(body, &mut draft).to_owned();
        }
    }
    emit.draft(draft)
}

/// The first line and the rest, or no title where the first line is a paragraph or all there is.
fn split_title(text: &str) -> (Option<&str>, &str) {
    let text = text.trim_start_matches(['\u{feff}', '\r', '\n', ' ', '\t', '\u{c}']);
    let end = text.find(['\n', '\r']).unwrap_or(text.len());
    let (line, rest) = (text[..end].trim(), text[end..].trim_start());
    // An underlined title.
    let rule = rest.lines().next().unwrap_or_default();
    let underlined =
        rule.len() >= 3 && rule.trim_end().bytes().all(|b| matches!(b, b'=' | b'-' | b'~' | b'*'));
    let rest = if underlined { rest[rule.len()..].trim_start() } else { rest };
    if rest.is_empty() || line.chars().count() > MAX_TITLE_CHARS {
        return (None, text);
    }
    (Some(line.trim_start_matches("# ")), rest)
}

/// Takes a byline of its own line after the title.
fn read_byline<'t>(body: &'t str, draft: &mut Draft) -> &'t str {
    let line = body.lines().next().unwrap_or_default();
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_byline = matches!(words.first(), Some(&("By" | "BY")))
        && (3..=12).contains(&words.len())
        && words[1].starts_with(char::is_uppercase)
        && !line.trim_end().ends_with(['.', ',', ';']);
    if !is_byline {
        return body;
    }
    draft.authors.push(line.to_owned());
    &body[line.len()..]
}

/// Takes lines of `Name: value` at the head, if there are at least two with names of an article's fields.
fn read_header<'t>(text: &'t str, draft: &mut Draft) -> &'t str {
    let mut found = Vec::new();
    let mut rest = text.trim_start_matches('\u{feff}');
    loop {
        let line = rest.lines().next().unwrap_or_default();
        let Some((name, value)) = line.split_once(':') else { break };
        let Some((field, rank)) = fields::known(name.trim()).filter(|_| name.len() <= 30) else { break };
        if rank > 3 && field != Field::Published || field == Field::Body {
            break;
        }
        found.push((field, value.trim()));
        rest = &rest[line.len()..];
        rest = rest.strip_prefix('\r').unwrap_or(rest);
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    if found.len() < 2 {
        return text;
    }
    for (field, value) in found.into_iter().filter(|(_, value)| !value.is_empty()) {
        let value = value.to_owned();
        match field {
            Field::Id => draft.id = Some(value),
            Field::Title => draft.title = Some(value),
            Field::Published => draft.date(value, PublishedVia::Record),
            Field::Authors => draft.authors.push(value),
            Field::Source => draft.source = Some(value),
            Field::Section => draft.section = Some(value),
            Field::Language => draft.language = Some(value),
            Field::Kind => draft.kind = Some(value),
            Field::Url => draft.url = Some(value),
            Field::Dateline => draft.dateline = Some(value),
            Field::People => draft.people.extend(value.split([';', ',']).map(str::to_owned)),
            Field::Places => draft.places.extend(value.split([';', ',']).map(str::to_owned)),
            Field::Body => {}
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;
    use crate::ingest::{Outcome, ReadOptions};

    fn read(text: &str) -> Article {
        let options = ReadOptions::default();
        let mut article = None;
        let mut sink = |outcome| {
            if let Outcome::Article(read, _) = outcome {
                article = Some(*read);
            }
            Flow::Continue(())
        };
        let mut emit = Emitter::new("a.txt".into(), &options, &mut sink);
        let _ = parse(text, &mut emit);
        article.unwrap_or_default()
    }

    #[test]
    fn the_first_line_is_the_title() {
        let article = read("Blinken visits Iraq\n===\n\nBy Jane Doe\n\nBAGHDAD - He came.\n");
        assert_eq!(article.title, "Blinken visits Iraq");
        assert_eq!(article.body, "BAGHDAD - He came.");
        assert_eq!(article.authors, ["Jane Doe"]);
        assert_eq!(read("By Friday the army had left. It was over.\n\nMore.").authors, Vec::<String>::new());
    }

    #[test]
    fn one_paragraph_is_a_body() {
        let article = read("Only one line of text.");
        assert_eq!(
            (article.title.as_str(), article.body.as_str()),
            ("Only one line of text.", "Only one line of text.")
        );
    }

    #[test]
    fn header_lines_are_fields() {
        let article = read("Title: A: b\nDate: 2023-11-05\nSource: AP\n\nThe body: text.");
        assert_eq!((article.title.as_str(), article.body.as_str()), ("A: b", "The body: text."));
        assert_eq!(article.source.as_deref(), Some("AP"));
        assert_eq!(article.published.map(|p| p.on.value()).as_deref(), Some("2023-11-05"));
    }
}
