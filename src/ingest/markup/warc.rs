//! Web archives: WARC 0.17–1.1, WET, and the older ARC. The time of a crawl is no publication date.

use std::io::{self, BufRead};

use super::http::{self, Fault};
use super::{html, paragraphs};
use crate::ingest::stream::{Line, read_line};
use crate::ingest::{Draft, Emitter, Flow, code, encoding};

/// Longest line of a record's head.
const LONGEST_LINE: usize = 1 << 16;
/// Most lines of a record's head.
const MOST_LINES: usize = 1000;

/// The head of a record.
#[derive(Debug, Default)]
struct Head {
    kind: String,
    url: Option<String>,
    media_type: String,
    length: Option<u64>,
}

/// What became of a record's content.
enum Content {
    Whole,
    /// The stream ended before it.
    Cut,
    /// It is longer than the limit and was passed over.
    TooLarge,
}

/// Reads an archive of any length, record by record.
pub(super) fn stream(reader: &mut dyn BufRead, emit: &mut Emitter<'_>) -> Flow {
    let limit = emit.options().max_record_bytes;
    let mut line = Vec::new();
    let mut content = Vec::new();
    let mut number = 0;
    loop {
        let head = match next_head(reader, &mut line) {
            Ok(Some(head)) => head,
            Ok(None) if number == 0 => {
                return emit.reject(None, code::NOT_ARTICLE, "there is no WARC or ARC record in it");
            }
            Ok(None) => return Flow::Continue(()),
            Err(error) => return emit.read_error(Some(number + 1), &error),
        };
        number += 1;
        let Some(length) = head.length else {
            emit.reject(
                Some(number),
                code::BAD_RECORD,
                "the record does not say how long it is; the next one was looked for",
            )?;
            continue;
        };
        let wanted = matches!(head.kind.as_str(), "response" | "resource" | "conversion");
        let read = if wanted {
            read_content(reader, length, limit, &mut content)
        } else {
            read_content(reader, length, 0, &mut content)
        };
        match read {
            Ok(Content::Cut) => {
                // What is left of a cut page could be half a sentence: it is not indexed.
                return emit.reject(Some(number), code::TRUNCATED, "the archive ends inside the record");
            }
            Ok(Content::TooLarge) if wanted => {
                emit.reject(Some(number), code::TOO_LARGE, "the record is longer than one article may be")?;
                continue;
            }
            Ok(_) => {}
            Err(error) => return emit.read_error(Some(number), &error),
        }
        match head.kind.as_str() {
            "response" => response(&head, &content, number, emit)?,
            "resource" | "conversion" => {
                let (media_type, charset) = http::media_type(&head.media_type);
                document(&head, &media_type, charset.as_deref(), &content, number, emit)?;
            }
            "revisit" => emit.reject(
                Some(number),
                code::NOT_ARTICLE,
                "the record only says that a page had not changed",
            )?,
            _ => {}
        }
    }
}

/// Finds the next record and reads its head.
fn next_head(reader: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<Option<Head>> {
    loop {
        match read_line(reader, line, LONGEST_LINE)? {
            Line::End => return Ok(None),
            Line::TooLong => continue,
            Line::Full => {}
        }
        let text = String::from_utf8_lossy(line);
        if text.starts_with("WARC/") {
            return warc_head(reader, line).map(Some);
        }
        if let Some(head) = arc_head(text.trim_end()) {
            return Ok(Some(head));
        }
    }
}

fn warc_head(reader: &mut dyn BufRead, line: &mut Vec<u8>) -> io::Result<Head> {
    let mut head = Head::default();
    for _ in 0..MOST_LINES {
        if read_line(reader, line, LONGEST_LINE)? == Line::End {
            break;
        }
        let text = String::from_utf8_lossy(line);
        let text = text.trim();
        if text.is_empty() {
            break;
        }
        let Some((name, value)) = text.split_once(':') else { continue };
        let value = value.trim();
        match name.trim().to_ascii_lowercase().as_str() {
            "warc-type" => head.kind = value.to_ascii_lowercase(),
            "warc-target-uri" => head.url = Some(value.trim_matches(['<', '>']).to_owned()),
            "content-type" => head.media_type = value.to_owned(),
            "content-length" => head.length = value.parse().ok(),
            _ => {}
        }
    }
    Ok(head)
}

/// `http://example.org/ 192.0.2.1 20140216050221 text/html 1591`
fn arc_head(line: &str) -> Option<Head> {
    let fields: Vec<_> = line.split(' ').collect();
    let [url, _, date, media_type, .., length] = fields.as_slice() else { return None };
    let dated = date.len() >= 12 && date.bytes().all(|b| b.is_ascii_digit());
    if !dated || !url.contains(':') {
        return None;
    }
    let kind = if url.starts_with("http") { "response" } else { "filedesc" };
    Some(Head {
        kind: kind.to_owned(),
        url: Some((*url).to_owned()),
        media_type: (*media_type).to_owned(),
        length: length.parse().ok(),
    })
}

/// Reads a record's content, at most `limit` bytes of it; the stream stands behind the content afterwards. Memory
/// follows what is there and not what the record says.
fn read_content(
    reader: &mut dyn BufRead,
    length: u64,
    limit: usize,
    content: &mut Vec<u8>,
) -> io::Result<Content> {
    content.clear();
    let mut left = length;
    while left > 0 {
        let chunk = match reader.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if chunk.is_empty() {
            return Ok(Content::Cut);
        }
        let take = usize::try_from(left).map_or(chunk.len(), |left| left.min(chunk.len()));
        if length <= limit as u64 {
            content.extend_from_slice(&chunk[..take]);
        }
        reader.consume(take);
        left -= take as u64;
    }
    Ok(if length > limit as u64 { Content::TooLarge } else { Content::Whole })
}

fn response(head: &Head, content: &[u8], number: u64, emit: &mut Emitter<'_>) -> Flow {
    let answer = match http::read(content, emit.options().max_record_bytes) {
        Ok(answer) => answer,
        Err(fault) => {
            let (code, message) = match fault {
                Fault::NoHeader => (code::NOT_ARTICLE, "the record holds no answer of a web server"),
                Fault::UnknownEncoding => {
                    (code::UNSUPPORTED, "the page is compressed in a way that is not read here")
                }
                Fault::TooLarge => (code::TOO_LARGE, "the page is longer than one article may be"),
                Fault::Damaged => (code::BAD_RECORD, "the compressed page is damaged"),
            };
            return emit.reject(Some(number), code, message);
        }
    };
    if answer.status != 200 {
        return emit.reject(
            Some(number),
            code::NOT_ARTICLE,
            format!("the server answered {}, not with a page", answer.status),
        );
    }
    document(head, &answer.media_type, answer.charset.as_deref(), &answer.body, number, emit)
}

/// A page, or the plain text of one.
fn document(
    head: &Head,
    media_type: &str,
    charset: Option<&str>,
    body: &[u8],
    number: u64,
    emit: &mut Emitter<'_>,
) -> Flow {
    let is_page = match media_type {
        "text/html" | "application/xhtml+xml" => true,
        "text/plain" if head.kind == "conversion" => false,
        "" => body.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'<'),
        other => {
            return emit.reject(
                Some(number),
                code::NOT_ARTICLE,
                format!("the content is no page but {other}"),
            );
        }
    };
    let decoded = encoding::decode(body, charset);
    let found = if is_page { html::page(&decoded.text) } else { Ok(plain(&decoded.text)) };
    match found {
        Ok(mut draft) => {
            draft.record = Some(number);
            draft.flags.extend(decoded.flags);
            draft.url = draft.url.or_else(|| head.url.clone().filter(|url| url.starts_with("http")));
            emit.draft(draft)
        }
        Err((code, message)) => emit.reject(Some(number), code, message),
    }
}

/// The text of a page as others extracted it (WET): its first line is the window's title.
fn plain(text: &str) -> Draft {
    let (first, rest) = text.trim().split_once('\n').unwrap_or((text, ""));
    let (title, body) = if rest.trim().is_empty() { ("", text) } else { (first, rest) };
    Draft {
        title: Some(title.trim().to_owned()).filter(|title| !title.is_empty()),
        body: paragraphs::of_plain_text(body),
        ..Draft::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{Outcome, ReadOptions};

    fn record(kind: &str, content: &str) -> String {
        format!(
            "WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: http://e.org/{kind}\r\nWARC-Date: 2023-11-05T00:00:00Z\r\n\
             Content-Length: {}\r\n\r\n{content}\r\n\r\n",
            content.len()
        )
    }

    fn page() -> String {
        let text =
            "The envoy met the prime minister in the capital on Sunday, the ministry said in a statement. "
                .repeat(4);
        format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<title>Envoy visits</title><article><h1>Envoy visits</h1><p>{text}</p></article>"
        )
    }

    fn read(archive: &[u8]) -> Vec<String> {
        let options = ReadOptions::default();
        let mut seen = Vec::new();
        let mut sink = |outcome| {
            seen.push(match outcome {
                Outcome::Article(article, _) => {
                    format!("{} {:?} {}", article.title, article.published, article.url.unwrap_or_default())
                }
                Outcome::Reject(reject) => format!("{}:{}", reject.origin.record.unwrap_or(0), reject.code),
                _ => String::new(),
            });
            Flow::Continue(())
        };
        let mut emit = Emitter::new("a.warc".into(), &options, &mut sink);
        let _ = stream(&mut &archive[..], &mut emit);
        seen
    }

    #[test]
    fn pages_are_read_and_the_rest_is_named() {
        let archive = [
            record("warcinfo", "software: x"),
            record("response", &page()),
            record("response", "HTTP/1.1 404 Not Found\r\n\r\nno"),
            record("revisit", "HTTP/1.1 200 OK\r\n\r\n"),
            record("response", "HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\nx"),
        ];
        let expected =
            ["Envoy visits None http://e.org/response", "3:not_article", "4:not_article", "5:not_article"];
        assert_eq!(read(archive.concat().as_bytes()), expected);
    }

    #[test]
    fn a_length_that_lies_costs_no_memory() {
        let lying = "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 1000000000000000000\r\n\r\nHTTP/1.1 200 OK\r\n";
        let archive = record("response", &page()) + lying;
        assert_eq!(
            read(archive.as_bytes()),
            ["Envoy visits None http://e.org/response", "2:truncated_input"]
        );
        let nonsense = "WARC/1.0\r\nWARC-Type: response\r\nContent-Length: many\r\n\r\n".to_owned()
            + &record("response", &page());
        assert_eq!(read(nonsense.as_bytes()), ["1:bad_record", "Envoy visits None http://e.org/response"]);
    }

    #[test]
    fn the_older_arc() {
        let page = page();
        let archive = format!(
            "filedesc://x.arc 127.0.0.1 20140216050221 text/plain 10\n1 0 Crawl\n\n\nhttp://e.org/1 192.0.2.1 20140216050221 text/html {}\n{page}\n",
            page.len()
        );
        assert_eq!(read(archive.as_bytes()), ["Envoy visits None http://e.org/1"]);
    }
}
