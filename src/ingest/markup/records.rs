//! Cuts a byte stream into the records of a large SGML or XML file: `<DOC>`…`</DOC>`, `<item>`…`</item>`. It holds
//! one record at a time, looks at tags only, and so reads on behind any damage.

use std::io::{self, BufRead};

use memchr::{memchr, memchr2};

/// Bytes kept of what stands between records.
const MOST_BETWEEN: usize = 1 << 20;
/// Longest tag that is looked at; longer ones are text.
const LONGEST_TAG: usize = 1 << 16;

/// What was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// What stands before the next record (or after the last), at most the first megabyte of it.
    Between,
    /// A record with its outer tags.
    Record,
    /// A record whose end is missing: another began, or the stream ended.
    Unclosed,
    /// A record longer than the limit; the buffer holds its beginning.
    TooLarge,
}

/// Reads records from a stream.
pub(super) struct Records<'r> {
    reader: &'r mut dyn BufRead,
    names: &'static [&'static str],
    limit: usize,
    /// CDATA sections and comments hide tags.
    xml: bool,
    /// Start tag of the next record, read already.
    pending: Vec<u8>,
    done: bool,
}

impl<'r> Records<'r> {
    /// Records are the elements of these names (any case in SGML), each at most `limit` bytes long.
    pub(super) fn sgml(reader: &'r mut dyn BufRead, names: &'static [&'static str], limit: usize) -> Self {
        Self { reader, names, limit, xml: false, pending: Vec::new(), done: false }
    }

    /// The same for XML.
    pub(super) fn xml(reader: &'r mut dyn BufRead, names: &'static [&'static str], limit: usize) -> Self {
        Self { xml: true, ..Self::sgml(reader, names, limit) }
    }

    /// Reads the next piece into `out` (cleared first); `None` at the end.
    pub(super) fn next(&mut self, out: &mut Vec<u8>) -> io::Result<Option<Piece>> {
        out.clear();
        if self.pending.is_empty() {
            if self.done {
                return Ok(None);
            }
            self.between(out)?;
            let blank = out.iter().all(u8::is_ascii_whitespace);
            if !blank || self.pending.is_empty() {
                return Ok((!blank).then_some(Piece::Between));
            }
            out.clear();
        }
        self.record(out).map(Some)
    }

    fn between(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        let mut tag = Vec::new();
        loop {
            self.text(out, MOST_BETWEEN)?;
            if !self.tag(&mut tag)? {
                self.done = true;
                return Ok(());
            }
            if self.opens_record(&tag) {
                self.pending = tag;
                return Ok(());
            }
            append(out, &tag, MOST_BETWEEN);
        }
    }

    fn record(&mut self, out: &mut Vec<u8>) -> io::Result<Piece> {
        let mut tag = std::mem::take(&mut self.pending);
        let name_length = tag[1..].iter().position(|b| !is_name_byte(*b)).unwrap_or(0);
        let name = tag[1..=name_length].to_vec();
        let mut length = tag.len();
        append(out, &tag, self.limit);
        if tag.ends_with(b"/>") {
            return Ok(Piece::Record);
        }
        let piece = loop {
            length += self.text(out, self.limit)?;
            if !self.tag(&mut tag)? {
                self.done = true;
                break Piece::Unclosed;
            }
            if self.opens_record(&tag) {
                self.pending = tag;
                break Piece::Unclosed;
            }
            length += tag.len();
            append(out, &tag, self.limit);
            let closes = tag.get(..2) == Some(b"</") && self.same(&name, &tag[2..]);
            if closes {
                break Piece::Record;
            }
        };
        Ok(if length > self.limit { Piece::TooLarge } else { piece })
    }

    fn opens_record(&self, tag: &[u8]) -> bool {
        tag.first() == Some(&b'<') && self.names.iter().any(|name| self.same(name.as_bytes(), &tag[1..]))
    }

    /// Whether the tag whose inside is given has this name.
    fn same(&self, name: &[u8], tag: &[u8]) -> bool {
        let Some((head, rest)) = tag.split_at_checked(name.len()) else { return false };
        let equal = if self.xml { head == name } else { head.eq_ignore_ascii_case(name) };
        equal && rest.first().is_none_or(|b| !is_name_byte(*b))
    }

    /// Copies text up to the next `<` into `out` while there is room; returns its length.
    fn text(&mut self, out: &mut Vec<u8>, limit: usize) -> io::Result<usize> {
        let mut length = 0;
        loop {
            let chunk = fill(self.reader)?;
            let end = memchr(b'<', chunk).unwrap_or(chunk.len());
            append(out, &chunk[..end], limit);
            let last = end < chunk.len() || chunk.is_empty();
            self.reader.consume(end);
            length += end;
            if last {
                return Ok(length);
            }
        }
    }

    /// Reads the tag that begins here; `false` at the end of the stream. A `<` inside ends it: it was no tag.
    /// In XML a CDATA section or comment is read as one tag, in pieces if it is long.
    fn tag(&mut self, tag: &mut Vec<u8>) -> io::Result<bool> {
        tag.clear();
        loop {
            let chunk = fill(self.reader)?;
            if chunk.is_empty() {
                return Ok(!tag.is_empty());
            }
            let from = usize::from(tag.is_empty());
            if self.xml && tag.len() + chunk.len() > 9 && is_section(tag, chunk) {
                return self.section(tag);
            }
            let found = memchr2(b'>', b'<', &chunk[from..]).map(|at| from + at);
            let (end, last) = match found {
                Some(at) if chunk[at] == b'>' => (at + 1, true),
                Some(at) => (at, true),
                None => (chunk.len(), false),
            };
            tag.extend_from_slice(&chunk[..end]);
            self.reader.consume(end);
            if last || tag.len() > LONGEST_TAG {
                return Ok(true);
            }
        }
    }

    /// Reads on to the end of a CDATA section or comment.
    fn section(&mut self, tag: &mut Vec<u8>) -> io::Result<bool> {
        loop {
            let chunk = fill(self.reader)?;
            if chunk.is_empty() {
                return Ok(true);
            }
            let end = memchr(b'>', chunk).map(|at| at + 1);
            let length = end.unwrap_or(chunk.len());
            append(tag, &chunk[..length], self.limit.saturating_add(LONGEST_TAG));
            self.reader.consume(length);
            let close: &[u8] = if tag.starts_with(b"<!-") { b"-->" } else { b"]]>" };
            if end.is_some() && (tag.ends_with(close) || tag.len() > self.limit) {
                return Ok(true);
            }
        }
    }
}

fn append(out: &mut Vec<u8>, bytes: &[u8], limit: usize) {
    let room = limit.saturating_sub(out.len());
    out.extend_from_slice(&bytes[..bytes.len().min(room)]);
}

fn fill(reader: &mut dyn BufRead) -> io::Result<&[u8]> {
    // A second call gives the same bytes: the borrow checker wants the error told from the bytes first.
    loop {
        match reader.fill_buf() {
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    reader.fill_buf()
}

fn is_section(tag: &[u8], chunk: &[u8]) -> bool {
    let head: Vec<u8> = tag.iter().chain(chunk).take(9).copied().collect();
    head.starts_with(b"<!--") || head.starts_with(b"<![CDATA[")
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b':' | b'.') || byte >= 0x80
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn pieces(input: &str, xml: bool, capacity: usize) -> Vec<(Piece, String)> {
        let mut reader = io::BufReader::with_capacity(capacity, input.as_bytes());
        let mut records = Records { xml, ..Records::sgml(&mut reader, &["item", "DOC"], 60) };
        let mut out = Vec::new();
        let mut seen = Vec::new();
        while let Some(piece) = records.next(&mut out).unwrap() {
            seen.push((piece, String::from_utf8_lossy(&out).trim().to_owned()));
        }
        seen
    }

    #[test]
    fn records_and_what_stands_between() {
        let input =
            "<rss><channel><items/>\n<item a='1'>one</item> <item>two < 3</item>\n<item/></channel></rss>";
        let expected = [
            (Piece::Between, "<rss><channel><items/>"),
            (Piece::Record, "<item a='1'>one</item>"),
            (Piece::Record, "<item>two < 3</item>"),
            (Piece::Record, "<item/>"),
            (Piece::Between, "</channel></rss>"),
        ]
        .map(|(piece, text)| (piece, text.to_owned()));
        for capacity in [1, 2, 7, 4096] {
            assert_eq!(pieces(input, true, capacity.max(12)), expected, "{capacity}");
        }
        assert_eq!(pieces(input, false, 3), expected);
    }

    #[test]
    fn a_record_in_cdata_is_none() {
        let input = "<item><![CDATA[ </item> <item> ]]></item><!-- <item> --><item>2</item>";
        let seen = pieces(input, true, 64);
        assert_eq!(seen[0], (Piece::Record, "<item><![CDATA[ </item> <item> ]]></item>".to_owned()));
        assert_eq!(seen.len(), 3);
    }

    #[test]
    fn damage_is_read_past() {
        let long = "x".repeat(100);
        let input = format!("<DOC>one<doc>{long}</Doc><DOC>three</DOC><DOC>cut");
        let seen: Vec<_> = pieces(&input, false, 16).into_iter().map(|(piece, _)| piece).collect();
        assert_eq!(seen, [Piece::Unclosed, Piece::TooLarge, Piece::Record, Piece::Unclosed]);
    }
}
