//! Wikitext → paragraphs: links become their labels; templates, tables, references and categories go.

use super::html_text;

/// Deepest nesting of templates, tables and links that is followed; what is nested deeper goes with its holder.
const MAX_DEPTH: usize = 40;

/// What a page's markup holds beside its text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct WikiPage {
    /// Paragraphs, a blank line between them.
    pub(super) text: String,
    /// Templates as written between their outermost braces.
    pub(super) templates: Vec<String>,
    /// Names of categories.
    pub(super) categories: Vec<String>,
}

/// Sections that are no part of an article's text.
const APPENDICES: [&str; 12] = [
    "sources",
    "source",
    "references",
    "external links",
    "related news",
    "sister links",
    "see also",
    "notes",
    "related articles",
    "further reading",
    "sister projects",
    "bibliography",
];

/// Templates that stand for their last plain argument.
const TRANSPARENT: [&str; 9] =
    ["w", "wikipedia", "link", "l", "nowrap", "lang", "foreign", "haveyoursay-text", "user"];

/// Reads the markup of a page.
pub(super) fn read(markup: &str) -> WikiPage {
    let mut page = WikiPage::default();
    let without = strip(markup, &mut page);
    page.text = lines(&without);
    page
}

/// An opened bracket: what it is and where its content begins in the output.
struct Open {
    close: &'static str,
    start: usize,
}

/// Takes out comments, templates, tables and links, in one pass and without recursion.
fn strip(markup: &str, page: &mut WikiPage) -> String {
    let mut out = String::with_capacity(markup.len());
    let mut open: Vec<Open> = Vec::new();
    let mut rest = markup;
    while let Some(next) = rest.chars().next() {
        let found = ["{{", "{|", "[["].iter().find(|mark| rest.starts_with(**mark));
        if let Some(mark) = found {
            let close = match *mark {
                "{{" => "}}",
                "{|" => "|}",
                _ => "]]",
            };
            if open.len() < MAX_DEPTH {
                open.push(Open { close, start: out.len() });
            }
            rest = &rest[mark.len()..];
            continue;
        }
        // The innermost bracket closes, or one around it that holds it open by mistake.
        let closing = open.iter().rposition(|o| rest.starts_with(o.close));
        if let Some(at) = closing.filter(|at| open.len() - at <= 2) {
            let close = open[at].close;
            let start = open[at].start;
            open.truncate(at);
            let inside = out.split_off(start);
            out.push_str(&replacement(close, &inside, open.is_empty(), page));
            rest = &rest[close.len()..];
        } else if rest.starts_with("<!--") {
            rest = rest.find("-->").map_or("", |end| &rest[end + 3..]);
        } else if let Some(skipped) = skipped_element(rest) {
            rest = &rest[skipped..];
        } else {
            out.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    // What was never closed stays as text.
    out
}

/// What stands in the text for a bracket's content.
fn replacement(close: &str, inside: &str, outermost: bool, page: &mut WikiPage) -> String {
    match close {
        "]]" => link(inside, page),
        "}}" => {
            let mut parts = inside.split('|');
            let name = parts.next().unwrap_or_default().trim().to_lowercase();
            if outermost {
                page.templates.push(inside.to_owned());
            }
            if TRANSPARENT.contains(&name.as_str()) {
                let plain: Vec<_> = parts.filter(|part| !part.contains('=')).collect();
                let label = if name == "w" || name == "wikipedia" {
                    plain.get(1).or(plain.first())
                } else {
                    plain.last()
                };
                label.map(|label| label.trim().to_owned()).unwrap_or_default()
            } else {
                String::new()
            }
        }
        _ => String::new(),
    }
}

/// `[[target|label]]`: the label, or nothing for categories, files and other languages.
fn link(inside: &str, page: &mut WikiPage) -> String {
    let (target, label) = inside.split_once('|').unwrap_or((inside, ""));
    let target = target.trim();
    if let Some((space, name)) = target.split_once(':') {
        let space = space.trim().to_lowercase();
        match space.as_str() {
            "category" | "kategorie" | "catégorie" | "categoría" | "categoria" | "категория" => {
                page.categories.push(name.trim().to_owned());
                return String::new();
            }
            "file" | "image" | "media" | "datei" | "bild" | "fichier" | "archivo" | "файл" => {
                return String::new();
            }
            _ => {}
        }
        // A bare two- or three-letter prefix without a label links the same page in another language.
        let language = (2..=3).contains(&space.len()) && space.bytes().all(|b| b.is_ascii_lowercase());
        if language && label.is_empty() {
            return String::new();
        }
    }
    let label = label.rsplit('|').next().unwrap_or(label).trim();
    if label.is_empty() {
        let page_name = target.trim_start_matches(':').rsplit(':').next().unwrap_or(target);
        page_name.split('#').next().unwrap_or(page_name).to_owned()
    } else {
        label.to_owned()
    }
}

/// Length of an element that goes with its content: references, galleries and their like.
fn skipped_element(rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix('<')?;
    let name = ["ref", "gallery", "math", "timeline", "score", "syntaxhighlight", "dynamicpagelist"]
        .iter()
        .find(|name| inside.get(..name.len()).is_some_and(|head| head.eq_ignore_ascii_case(name)))?;
    if inside[name.len()..].starts_with(|c: char| c.is_alphanumeric()) {
        return None; // `<references />`
    }
    let tag_end = rest.find('>')? + 1;
    if rest[..tag_end].ends_with("/>") {
        return Some(tag_end);
    }
    // ASCII names: lower-casing a window keeps its offsets.
    let longest = if *name == "ref" { 4_000 } else { 20_000 };
    let window = head(rest, tag_end + longest);
    let close = format!("</{name}>");
    let end = window.to_ascii_lowercase().find(&close)?;
    Some(end + close.len())
}

/// The first `length` bytes of a text, or a few less, to the end of a character.
fn head(text: &str, length: usize) -> &str {
    let mut end = length.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// Cuts at the first appendix and turns line markup into paragraphs.
fn lines(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 64);
    for line in text.lines() {
        let trimmed = line.trim();
        if let Some(heading) = heading(trimmed) {
            if APPENDICES.contains(&heading.to_lowercase().as_str()) {
                break;
            }
            html.push_str("<h2>");
            html.push_str(heading);
            html.push_str("</h2>");
        } else if trimmed.is_empty() || trimmed.starts_with("----") {
            html.push_str("<p>");
        } else if trimmed.starts_with("__") && trimmed.ends_with("__") {
            // `__NOTOC__`
        } else if let Some(item) = trimmed.strip_prefix(['*', '#', ';', ':']) {
            html.push_str("<p>");
            html.push_str(item.trim_start_matches(['*', '#', ';', ':', ' ']));
            html.push_str("<p>");
        } else {
            html.push_str(trimmed);
            html.push('\n');
        }
    }
    let html = html.replace("'''''", "").replace("'''", "").replace("''", "");
    html_text::of_fragment(&external_links(&html))
}

fn heading(line: &str) -> Option<&str> {
    let inside = line.strip_prefix("==")?.strip_suffix("==")?;
    Some(inside.trim_matches(['=', ' '])).filter(|heading| !heading.is_empty())
}

/// `[http://… label]` → the label.
fn external_links(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("[http") {
        out.push_str(&rest[..at]);
        let inside = &rest[at + 1..];
        let window = head(inside, 2000);
        match window.find(']') {
            Some(end) if !window[..end].contains('\n') => {
                out.push_str(window[..end].split_once(' ').map_or("", |(_, label)| label));
                rest = &inside[end + 1..];
            }
            _ => {
                out.push('[');
                rest = inside;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_becomes_text() {
        let page = read(
            "{{date|November 14, 2004}}\n{{Iraq}}\n[[File:x.jpg|thumb|A [[nested]] caption]]\n'''Envoy [[w:Jane Doe|Jane Doe]]''' met \
             leaders in {{w|Baghdad}} on Sunday.<ref>no</ref><ref name=x/>\nStill one.\n\n== Talks ==\n* [http://e.org a label]\n\
             {| class=x\n| cell\n|}\nMore &amp; more [[de:Artikel]] of [[Iraq#History]].<!-- no -->\n\n== Sources ==\n*{{source|url=x}}\n\
             {{publish}}\n[[Category:Iraq]]\n[[Category:November 14, 2004]]",
        );
        let expected = "Envoy Jane Doe met leaders in Baghdad on Sunday. Still one.\n\nTalks\n\na label\n\nMore & more of Iraq.";
        assert_eq!(page.text, expected);
        assert_eq!(page.categories, ["Iraq", "November 14, 2004"]);
        assert_eq!(page.templates[..2], ["date|November 14, 2004", "Iraq"]);
        assert!(page.templates.iter().any(|template| template == "publish"));
    }

    #[test]
    fn broken_markup_takes_linear_time_and_keeps_text() {
        for unit in ["{{", "[[", "{|", "}}", "]]", "<ref>", "[http", "''", "<!--"] {
            let page = read(&format!("Text before. {}", unit.repeat(50_000)));
            assert!(page.text.starts_with("Text before."), "{unit}");
        }
    }
}
