//! Markdown's marks taken out of its text.

use crate::ingest::fragment;

/// The text of a document and its first heading, which is left out of the text.
pub(super) struct Prose {
    pub(super) title: Option<String>,
    pub(super) body: String,
}

/// Takes headings', lists', quotes', links' and emphasis' marks away.
pub(super) fn plain(text: &str) -> Prose {
    let text = fragment::plain(text);
    let mut prose = Prose { title: None, body: String::with_capacity(text.len()) };
    let mut fence: Option<&str> = None;
    for line in text.lines() {
        let bare = line.trim();
        if let Some(mark) = ["```", "~~~"].into_iter().find(|mark| bare.starts_with(mark)) {
            fence = match fence {
                Some(open) if open == mark => None,
                None => Some(mark),
                open => open,
            };
            continue;
        }
        if fence.is_some() {
            prose.body.push_str(line);
            prose.body.push('\n');
            continue;
        }
        let is_rule = bare.len() >= 3 && bare.bytes().all(|b| matches!(b, b'-' | b'*' | b'_' | b'=' | b' '));
        let is_definition =
            bare.starts_with('[') && bare.split_once("]:").is_some_and(|(name, _)| !name.contains(' '));
        if is_rule && !prose.body.trim().is_empty() || is_definition || is_template(bare) {
            continue;
        }
        let (level, words) = heading(bare);
        let words = inline(unmarked(words));
        if level > 0 && prose.title.is_none() && prose.body.trim().is_empty() {
            prose.title = Some(words);
            continue;
        }
        prose.body.push_str(&words);
        prose.body.push('\n');
        if level > 0 {
            prose.body.push('\n');
        }
    }
    prose
}

/// A line that is only a directive of a site generator.
fn is_template(line: &str) -> bool {
    (line.starts_with("{%") && line.ends_with("%}")) || (line.starts_with("{{") && line.ends_with("}}"))
}

fn heading(line: &str) -> (usize, &str) {
    let level = line.bytes().take_while(|b| *b == b'#').count();
    match line[level..].strip_prefix(' ') {
        Some(words) if (1..=6).contains(&level) => (level, words.trim_end_matches('#').trim()),
        _ => (0, line),
    }
}

/// A line without the marks of quotes and lists.
fn unmarked(line: &str) -> &str {
    let mut rest = line;
    while let Some(quoted) = rest.strip_prefix('>') {
        rest = quoted.trim_start();
    }
    for mark in ["- ", "* ", "+ "] {
        if let Some(item) = rest.strip_prefix(mark) {
            return item.trim_start();
        }
    }
    rest
}

/// A line without the marks of links, images, emphasis and code.
fn inline(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(at) = rest.find(['[', '!', '*', '_', '`', '\\', '~', '{']) {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        if let Some((words, length)) = link(rest.strip_prefix('!').unwrap_or(rest)) {
            let image = rest.starts_with('!');
            if !image {
                out.push_str(&inline_marks(words));
            }
            rest = &rest[length + usize::from(image)..];
            continue;
        }
        let c = rest.chars().next().unwrap_or(' ');
        let next = rest[1..].chars().next();
        match c {
            '\\' if next.is_some_and(|c| c.is_ascii_punctuation()) => {
                out.extend(next);
                rest = &rest[2..];
                continue;
            }
            '`' => {}
            '{' if rest.starts_with("{{") || rest.starts_with("{%") => {
                if let Some(end) = rest.find("}}").or_else(|| rest.find("%}")) {
                    rest = &rest[end + 2..];
                    continue;
                }
                out.push(c);
            }
            '~' if rest.starts_with("~~") => {
                rest = &rest[2..];
                continue;
            }
            '*' | '_' => {
                let before = out.chars().next_back();
                let in_word =
                    before.is_some_and(char::is_alphanumeric) && next.is_some_and(char::is_alphanumeric);
                let alone = before.is_none_or(char::is_whitespace) && next.is_none_or(char::is_whitespace);
                if alone || in_word && c == '_' {
                    out.push(c);
                }
            }
            c => out.push(c),
        }
        rest = &rest[1..];
    }
    out.push_str(rest);
    out
}

fn inline_marks(words: &str) -> String {
    words.replace("**", "").replace(['*', '`'], "")
}

/// The words of a link `[words](target)`, `[words][name]` that the text begins with, and its length.
fn link(text: &str) -> Option<(&str, usize)> {
    const LONGEST: usize = 4096;
    let text = &text[..text.floor_char_boundary(LONGEST)];
    let close = matching(text, b'[', b']')?;
    let words = &text[1..close];
    let after = &text[close + 1..];
    if words.starts_with('^') {
        return Some(("", close + 1)); // a footnote
    }
    let end = match after.as_bytes().first()? {
        b'(' => matching(after, b'(', b')')?,
        b'[' => matching(after, b'[', b']')?,
        _ => return None,
    };
    Some((words, close + 1 + end + 1))
}

/// Where the bracket closes that the text begins with.
fn matching(text: &str, open: u8, close: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.first() != Some(&open) {
        return None;
    }
    let mut depth = 0_usize;
    for (at, byte) in bytes.iter().enumerate() {
        if *byte == open {
            depth += 1;
        } else if *byte == close {
            depth -= 1;
            if depth == 0 {
                return Some(at);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn marks_go_and_words_stay() {
        for (markdown, text) in [
            ("A **bold** and _soft_ snake_case 2 * 3", "A bold and soft snake_case 2 * 3"),
            ("![alt](x.png)See [the *site*](http://e.org/a_(b)) now[^1].", "See the site now."),
            ("> quoted\n- item", "quoted\nitem"),
            ("text\n\n---\n\n```\ncode *x*\n```\nend", "text\n\n\ncode *x*\nend"),
            ("a [b]({{ \"/x/\" | url }}) c {% include y %}d", "a b c d"),
            ("caf&eacute; <i>x</i> \\*not\\*", "café x *not*"),
            ("[see] this", "[see] this"),
        ] {
            assert_eq!(plain(markdown).body.trim_end(), text, "{markdown}");
        }
    }
}
