//! The answer of a web server as archives keep it: status, header, body in transfer and content encodings.

use std::io::Read;

/// A parsed answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// Status code.
    pub(super) status: u16,
    /// Media type in lower case, without parameters.
    pub(super) media_type: String,
    /// `charset` of the media type.
    pub(super) charset: Option<String>,
    /// Body as the server meant it.
    pub(super) body: Vec<u8>,
}

/// Why a body cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// There is no status line and header.
    NoHeader,
    /// The content encoding is not known.
    UnknownEncoding,
    /// The body expands beyond the limit.
    TooLarge,
    /// The body is damaged from the start.
    Damaged,
}

/// Reads an answer whose body may hold at most `limit` bytes when it is decoded.
pub(super) fn read(bytes: &[u8], limit: usize) -> Result<Answer, Fault> {
    let (head, raw) = split_header(bytes).ok_or(Fault::NoHeader)?;
    let head = String::from_utf8_lossy(head);
    let mut lines = head.lines();
    let status_line = lines.next().unwrap_or_default();
    let status =
        status_line.strip_prefix("HTTP/").and_then(|rest| rest.split_whitespace().nth(1)?.parse().ok());
    let status = status.ok_or(Fault::NoHeader)?;
    let field = |name: &str| {
        let of = |line: &str| {
            line.split_once(':')
                .filter(|(key, _)| key.trim().eq_ignore_ascii_case(name))
                .map(|(_, v)| v.trim().to_owned())
        };
        head.lines().skip(1).find_map(of)
    };
    let (media_type, charset) = media_type(&field("content-type").unwrap_or_default());
    let chunked = field("transfer-encoding").is_some_and(|v| v.to_ascii_lowercase().contains("chunked"));
    let unchunked = if chunked { dechunk(raw) } else { None };
    let body = unchunked.as_deref().unwrap_or(raw);
    let body = decode(body, &field("content-encoding").unwrap_or_default(), limit)?;
    Ok(Answer { status, media_type, charset, body })
}

/// Header and body, parted by a blank line.
fn split_header(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut at = 0;
    while let Some(end) = memchr::memchr(b'\n', &bytes[at..]) {
        let line = &bytes[at..at + end];
        let next = at + end + 1;
        if line.is_empty() || line == b"\r" {
            return Some((&bytes[..at], &bytes[next..]));
        }
        if next > 1 << 16 {
            return None;
        }
        at = next;
    }
    None
}

/// `text/html; charset="utf-8"` → type and charset.
pub(super) fn media_type(value: &str) -> (String, Option<String>) {
    let mut parts = value.split(';');
    let media_type = parts.next().unwrap_or_default().trim().to_ascii_lowercase();
    let charset = parts.find_map(|part| {
        let (key, value) = part.split_once('=')?;
        key.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches(['"', '\'']).to_owned())
    });
    (media_type, charset.filter(|charset| !charset.is_empty()))
}

/// The content of chunks; `None` when there are none after all, as archivers that undo chunking keep the field.
/// A body cut short gives the chunks there are.
fn dechunk(raw: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(end) = memchr::memchr(b'\n', rest.get(..rest.len().min(200))?) {
        let size = String::from_utf8_lossy(&rest[..end]);
        let size = size.split(';').next().unwrap_or_default().trim();
        let Ok(size) = usize::from_str_radix(size, 16) else {
            return (!out.is_empty()).then_some(out);
        };
        if size == 0 {
            return Some(out);
        }
        rest = &rest[end + 1..];
        let taken = size.min(rest.len());
        out.extend_from_slice(&rest[..taken]);
        rest = &rest[taken..];
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
    (!out.is_empty()).then_some(out)
}

/// Undoes the content encoding. What is named compressed but is not is taken as it is.
fn decode(body: &[u8], encoding: &str, limit: usize) -> Result<Vec<u8>, Fault> {
    match encoding.trim().to_ascii_lowercase().as_str() {
        "gzip" | "x-gzip" if body.starts_with(&[0x1f, 0x8b]) => {
            inflate(flate2::read::MultiGzDecoder::new(body), limit)
        }
        "deflate" => inflate(flate2::read::ZlibDecoder::new(body), limit)
            .or_else(|_| inflate(flate2::read::DeflateDecoder::new(body), limit)),
        "zstd" => inflate(zstd::stream::read::Decoder::new(body).map_err(|_| Fault::Damaged)?, limit),
        "" | "identity" | "none" | "gzip" | "x-gzip" | "utf-8" => {
            if body.len() > limit {
                Err(Fault::TooLarge)
            } else {
                Ok(body.to_vec())
            }
        }
        _ => Err(Fault::UnknownEncoding),
    }
}

/// What a decoder gives before it ends or fails.
fn inflate(mut decoder: impl Read, limit: usize) -> Result<Vec<u8>, Fault> {
    let mut out = Vec::new();
    let mut buffer = [0; 1 << 14];
    loop {
        match decoder.read(&mut buffer) {
            Ok(0) => return Ok(out),
            Ok(length) if out.len() + length > limit => return Err(Fault::TooLarge),
            Ok(length) => out.extend_from_slice(&buffer[..length]),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(_) if out.is_empty() => return Err(Fault::Damaged),
            Err(_) => return Ok(out),
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use std::io::Write;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn chunks_and_gzip_are_undone() {
        let packed = gzip(b"<p>Text</p>");
        let mut answer =
            b"HTTP/1.1 200 OK\r\nContent-Type: text/HTML; charset=\"utf-8\"\r\nTransfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n\r\n".to_vec();
        for part in packed.chunks(7) {
            answer.extend(format!("{:x}\r\n", part.len()).bytes());
            answer.extend_from_slice(part);
            answer.extend(b"\r\n");
        }
        answer.extend(b"0\r\n\r\n");
        let read = read(&answer, 1000).unwrap();
        assert_eq!(
            (read.status, read.media_type.as_str(), read.charset.as_deref()),
            (200, "text/html", Some("utf-8"))
        );
        assert_eq!(read.body, b"<p>Text</p>");
    }

    #[test]
    fn fields_that_lie_do_no_harm() {
        let plain =
            b"HTTP/1.0 200 OK\nTransfer-Encoding: chunked\nContent-Encoding: gzip\n\n<p>not chunked</p>\n";
        assert_eq!(read(plain, 1000).map(|a| a.body), Ok(b"<p>not chunked</p>\n".to_vec()));
        assert_eq!(read(b"nonsense", 1000), Err(Fault::NoHeader));
        let mut bomb = b"HTTP/1.0 200 OK\nContent-Encoding: gzip\n\n".to_vec();
        bomb.extend(gzip(&vec![b' '; 100_000]));
        assert_eq!(read(&bomb, 1000), Err(Fault::TooLarge));
    }
}
