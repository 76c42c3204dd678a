//! Formats of text by how they begin.

use crate::ingest::{Format, code, fields, table};

/// Elements nested more deeply than any document of use.
const MAX_DEPTH: usize = 1000;

type Nothing = (&'static str, String);

/// Wire messages, which begin with control characters.
pub(super) fn wire(text: &str) -> Option<Format> {
    let start = text.trim_start_matches(['\0', '\r', '\n', ' ', '\x16', '\x1b']);
    let has_text_mark = || start.chars().take(2000).any(|c| c == '\x02');
    (start.starts_with('\x01') && has_text_mark()).then_some(Format::Iptc7901)
}

/// The format of a text whose first part (all of it when `complete`) is `text`.
pub(super) fn format(text: &str, complete: bool, suffix: &str) -> Result<Format, Nothing> {
    let start = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']);
    if let Some(format) = by_head(start, complete, suffix) {
        return format;
    }
    by_name(start, suffix)
}

fn by_head(start: &str, complete: bool, suffix: &str) -> Option<Result<Format, Nothing>> {
    match start.as_bytes().first()? {
        b'<' => markup(start, suffix),
        b'{' => json(start, complete, suffix).map(Ok),
        b'[' => {
            let next = start[1..].trim_start().chars().next();
            matches!(next, Some('{' | '[' | ']')).then_some(Ok(Format::Json))
        }
        b'-' | b'+' => {
            let fence = start.lines().next()?.trim_end();
            let closed = || start.lines().skip(1).any(|line| line.trim_end() == fence);
            (matches!(fence, "---" | "+++") && (closed() || !complete)).then_some(Ok(Format::Markdown))
        }
        b'W' if start.starts_with("WARC/") => Some(Ok(Format::Warc)),
        b'f' if start.starts_with("filedesc:") => Some(Ok(Format::Warc)),
        b'F' if is_mbox(start) => Some(Ok(Format::Mbox)),
        _ if is_mail(start, suffix) => Some(Ok(Format::Eml)),
        _ => None,
    }
}

fn json(start: &str, complete: bool, suffix: &str) -> Option<Format> {
    let first = start.lines().next()?;
    if matches!(suffix, "jsonl" | "ndjson") && first.len() == start.len() && !complete {
        return Some(Format::Jsonl); // a first line longer than the head
    }
    let mut values = serde_json::Deserializer::from_str(first).into_iter::<serde::de::IgnoredAny>();
    if matches!(values.next(), Some(Ok(_))) {
        let only =
            complete && start[first.len()..].trim().is_empty() && !matches!(suffix, "jsonl" | "ndjson");
        return Some(if only { Format::Json } else { Format::Jsonl });
    }
    let next = start[1..].trim_start().chars().next()?;
    match next {
        // A broken first line among lines of objects is one bad record and not a document.
        '"' if matches!(suffix, "jsonl" | "ndjson") && start.matches("\n{").count() > 0 => {
            Some(Format::Jsonl)
        }
        '"' | '}' => Some(Format::Json),
        _ if matches!(suffix, "jsonl" | "ndjson" | "json") => Some(Format::Json),
        _ => None,
    }
}

/// The first element's name, declarations, comments and processing instructions passed over.
fn root(start: &str) -> Option<(&str, &str)> {
    let mut rest = start;
    loop {
        rest = rest[rest.find('<')?..].trim_start();
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = &comment[comment.find("-->")? + 3..];
        } else if rest.starts_with("<!") || rest.starts_with("<?") {
            let subset = rest.find('[').filter(|at| rest[..*at].find('>').is_none());
            let end = match subset {
                Some(at) => at + rest[at..].find("]")?,
                None => 0,
            };
            rest = &rest[end + rest[end..].find('>')? + 1..];
        } else {
            let name = &rest[1..];
            let end = name.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(name.len());
            return Some((&name[..end], &name[end..]));
        }
    }
}

fn markup(start: &str, suffix: &str) -> Option<Result<Format, Nothing>> {
    let lower = start[..start.floor_char_boundary(256)].to_ascii_lowercase();
    if lower.starts_with("<!doctype html") {
        return Some(Ok(Format::Html));
    }
    let (name, rest) = root(start)?;
    let local = name.rsplit(':').next().unwrap_or(name);
    let tag = rest.split('>').next().unwrap_or_default();
    let format = match local {
        "nitf" => Format::Nitf,
        "NewsML" => Format::Newsml1,
        "newsItem" | "newsMessage" | "packageItem" | "conceptItem" => Format::NewsmlG2,
        "newsitem" => Format::Rcv1,
        "rss" | "feed" | "RDF" | "channel" => Format::Feed,
        "mediawiki" => Format::Mediawiki,
        "REUTERS" | "LEWIS" => Format::Reuters21578,
        "DOC" | "doc" => Format::Trec,
        _ if matches!(
            local.to_ascii_lowercase().as_str(),
            "html"
                | "head"
                | "body"
                | "title"
                | "meta"
                | "div"
                | "article"
                | "p"
                | "h1"
                | "h2"
                | "section"
                | "main"
                | "span"
                | "table"
                | "script"
                | "style"
                | "link"
                | "base"
                | "center"
                | "font"
                | "header"
                | "nav"
        ) =>
        {
            Format::Html
        }
        _ if matches!(suffix, "html" | "htm" | "xhtml" | "shtml") => Format::Html,
        _ if matches!(suffix, "sgm" | "sgml") => Format::Trec,
        _ if tag.contains("iptc.org/std/nar") => Format::NewsmlG2,
        _ if suffix == "xml" || start.starts_with("<?xml") => {
            if depth(start) > MAX_DEPTH {
                return Some(Err((code::TOO_DEEP, format!("elements nested more than {MAX_DEPTH} deep"))));
            }
            let message = format!("XML with the root <{local}> is of no kind that holds articles");
            return Some(Err((code::NOT_ARTICLE, message)));
        }
        _ => return None,
    };
    Some(Ok(format))
}

/// How deep elements are nested at most, by their tags alone.
fn depth(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut depth, mut deepest) = (0_usize, 0);
    for at in memchr::memchr_iter(b'<', bytes) {
        match bytes.get(at + 1) {
            Some(b'/') => depth = depth.saturating_sub(1),
            Some(b) if b.is_ascii_alphabetic() => depth += 1,
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// A `From ` line with an address and a date, as mailboxes separate messages.
fn is_mbox(start: &str) -> bool {
    let line = start.lines().next().unwrap_or_default();
    let has_time =
        line.as_bytes().windows(3).any(|w| w[0].is_ascii_digit() && w[1] == b':' && w[2].is_ascii_digit());
    line.starts_with("From ") && has_time
}

/// Two header fields of a mail before anything else.
fn is_mail(start: &str, suffix: &str) -> bool {
    const FIELDS: &[&str] = &[
        "from",
        "to",
        "subject",
        "date",
        "received",
        "return-path",
        "delivered-to",
        "message-id",
        "mime-version",
        "content-type",
        "reply-to",
        "x-mailer",
        "dkim-signature",
        "cc",
        "sender",
        "x-original-to",
    ];
    let mut known = 0;
    for (number, line) in start.lines().take(40).enumerate() {
        if line.starts_with([' ', '\t']) && number > 0 {
            continue;
        }
        let Some((name, _)) = line.split_once(':') else {
            break;
        };
        if name.is_empty() || name.bytes().any(|b| !(b.is_ascii_alphanumeric() || b == b'-' || b == b'_')) {
            break;
        }
        known += usize::from(FIELDS.contains(&name.to_ascii_lowercase().as_str()));
    }
    known >= if suffix == "eml" { 1 } else { 2 }
}

fn by_name(start: &str, suffix: &str) -> Result<Format, Nothing> {
    let table = table::sniff_delimiter(start);
    Ok(match suffix {
        "md" | "markdown" | "mdown" | "mkd" | "mdx" => Format::Markdown,
        "csv" => Format::Csv,
        "tsv" | "tab" => Format::Tsv,
        "html" | "htm" | "xhtml" | "shtml" if start.contains('<') => Format::Html,
        "json" | "jsonl" | "ndjson" => Format::Jsonl,
        "css" | "js" | "mjs" | "ts" | "py" | "rs" | "go" | "c" | "h" | "cpp" | "hpp" | "java" | "rb"
        | "php" | "sh" | "bash" | "pl" | "r" | "sql" | "toml" | "yaml" | "yml" | "ini" | "cfg" | "conf"
        | "lock" | "log" | "dtd" | "xsd" | "xsl" | "xslt" | "rng" | "map" | "bat" | "ps1" | "ipynb"
        | "scss" | "less" | "svg" | "properties" => {
            return Err((
                code::NOT_ARTICLE,
                format!("a .{suffix} file is no article — `--format text` reads it all the same"),
            ));
        }
        _ => match table {
            Some(delimiter) if heads_a_table(start, delimiter) => match delimiter {
                b'\t' => Format::Tsv,
                _ => Format::Csv,
            },
            _ => Format::Text,
        },
    })
}

/// Whether the first line names at least two fields of an article, so that a file of any name is a table.
fn heads_a_table(start: &str, delimiter: u8) -> bool {
    let line = start.lines().next().unwrap_or_default();
    let known = line
        .split(char::from(delimiter))
        .filter(|name| fields::known(name.trim().trim_matches('"')).is_some());
    line.len() < 500 && known.count() >= 2
}

/// Whether files named so are usually read here, so that a container under the name is worth a remark.
pub(super) fn knows_suffix(suffix: &str) -> bool {
    matches!(
        suffix,
        "txt"
            | "md"
            | "json"
            | "jsonl"
            | "ndjson"
            | "csv"
            | "tsv"
            | "html"
            | "htm"
            | "xml"
            | "sgm"
            | "sgml"
            | "eml"
            | "mbox"
            | "warc"
            | "nitf"
    )
}
