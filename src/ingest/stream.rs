//! Bounded reading from streams of any length.

use std::io::{self, BufRead};

use memchr::memchr;

/// Why a stream cannot be read further; travels inside an [`io::Error`].
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct StreamError {
    /// Code of the report.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
}

impl StreamError {
    /// The error as the reading traits hand it on.
    pub fn io(code: &'static str, message: impl Into<String>) -> io::Error {
        io::Error::other(Self { code, message: message.into() })
    }
}

/// What a bounded read of one line gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// The line, with its line break, is in the buffer.
    Full,
    /// The line was longer than the limit; it was skipped and the buffer holds its beginning.
    TooLong,
    /// There are no more lines.
    End,
}

/// Reads one line into `buffer` (cleared first), at most `limit` bytes of it.
pub fn read_line(reader: &mut dyn BufRead, buffer: &mut Vec<u8>, limit: usize) -> io::Result<Line> {
    buffer.clear();
    let mut total = 0_u64;
    loop {
        let chunk = match reader.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if chunk.is_empty() {
            return Ok(match total {
                0 => Line::End,
                t if t > limit as u64 => Line::TooLong,
                _ => Line::Full,
            });
        }
        let end = memchr(b'\n', chunk);
        let take = end.map_or(chunk.len(), |at| at + 1);
        let room = limit.saturating_sub(buffer.len());
        buffer.extend_from_slice(&chunk[..take.min(room)]);
        total += take as u64;
        reader.consume(take);
        if end.is_some() {
            return Ok(if total > limit as u64 { Line::TooLong } else { Line::Full });
        }
    }
}

/// Reads the rest of a stream; `false` when it is longer than `limit` (the buffer then holds `limit` bytes).
pub fn read_all(reader: &mut dyn BufRead, buffer: &mut Vec<u8>, limit: usize) -> io::Result<bool> {
    loop {
        let chunk = match reader.fill_buf() {
            Ok(chunk) => chunk,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        if chunk.is_empty() {
            return Ok(true);
        }
        let take = chunk.len();
        let room = limit.saturating_sub(buffer.len());
        if take > room {
            buffer.extend_from_slice(&chunk[..room]);
            return Ok(false);
        }
        buffer.extend_from_slice(chunk);
        reader.consume(take);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_skipped_and_the_next_is_whole() {
        let mut input = io::BufReader::with_capacity(4, &b"short\nmuch too long\nlast"[..]);
        let mut line = Vec::new();
        let mut seen = Vec::new();
        loop {
            let state = read_line(&mut input, &mut line, 6).unwrap_or(Line::End);
            if state == Line::End {
                break;
            }
            seen.push((state, String::from_utf8_lossy(&line).into_owned()));
        }
        let expected = [(Line::Full, "short\n"), (Line::TooLong, "much t"), (Line::Full, "last")]
            .map(|(s, t)| (s, t.into()));
        assert_eq!(seen, expected);
    }

    #[test]
    fn reading_all_stops_at_the_limit() {
        let mut buffer = Vec::new();
        assert!(!read_all(&mut &b"abcdef"[..], &mut buffer, 4).unwrap_or(true));
        assert_eq!(buffer, b"abcd");
    }
}
