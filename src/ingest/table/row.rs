//! One row of a table (RFC 4180), fed line by line, and what to do where its quotes are not right.

use memchr::memchr;

use crate::ingest::Flag;

/// A row's fields.
pub(super) struct Row {
    pub(super) cells: Vec<String>,
    pub(super) flags: Vec<Flag>,
    /// Whether quotes were read leniently.
    pub(super) mended: bool,
}

/// What a line did to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fed {
    /// The row is complete.
    Complete,
    /// A quoted field is open: the next line belongs to it.
    Open,
    /// Something other than a delimiter follows a closing quote.
    Stray,
}

/// Number of columns of a line, quotes minded.
pub(super) fn columns(line: &str, delimiter: u8) -> usize {
    let mut quoted = false;
    let cuts = line.bytes().filter(|byte| {
        quoted ^= *byte == b'"';
        *byte == delimiter && !quoted
    });
    cuts.count() + 1
}

/// Reads a row line by line.
pub(super) struct RowReader {
    delimiter: u8,
    /// Quotes close only before a delimiter or at the end of a line, and need not be doubled inside.
    lenient: bool,
    cells: Vec<String>,
    open: Option<String>,
}

impl RowReader {
    pub(super) fn new(delimiter: u8, lenient: bool) -> Self {
        Self { delimiter, lenient, cells: Vec::new(), open: None }
    }

    pub(super) fn cells(self) -> Vec<String> {
        self.cells
    }

    /// Takes in a line (without its line break).
    pub(super) fn feed(&mut self, line: &str) -> Fed {
        let bytes = line.as_bytes();
        let mut at = 0;
        if let Some(cell) = self.open.as_mut() {
            cell.push('\n');
        }
        loop {
            if self.open.is_none() && bytes.get(at) == Some(&b'"') {
                self.open = Some(String::new());
                at += 1;
            }
            let Some(mut cell) = self.open.take() else {
                let end = memchr(self.delimiter, &bytes[at..]).map_or(bytes.len(), |cut| at + cut);
                self.cells.push(line[at..end].to_owned());
                if end == bytes.len() {
                    return Fed::Complete;
                }
                at = end + 1;
                continue;
            };
            match self.close(line, at, &mut cell) {
                None => {
                    self.open = Some(cell);
                    return Fed::Open;
                }
                Some(end) => {
                    self.cells.push(cell);
                    match bytes.get(end) {
                        None => return Fed::Complete,
                        Some(byte) if *byte == self.delimiter => at = end + 1,
                        Some(_) => return Fed::Stray,
                    }
                }
            }
        }
    }

    /// Appends the rest of a quoted field to `cell`; the offset after its closing quote, if it closes in this line.
    fn close(&self, line: &str, start: usize, cell: &mut String) -> Option<usize> {
        let bytes = line.as_bytes();
        let mut from = start;
        loop {
            let Some(quote) = memchr(b'"', &bytes[from..]).map(|at| from + at) else {
                cell.push_str(&line[from..]);
                return None;
            };
            cell.push_str(&line[from..quote]);
            let next = bytes.get(quote + 1);
            if next == Some(&b'"') {
                // In lenient reading `""` at the end of a field is a quoted word and the closing quote.
                cell.push('"');
                from = quote + 2;
            } else if !self.lenient || next.is_none_or(|next| *next == self.delimiter) {
                return Some(quote + 1);
            } else {
                cell.push('"');
                from = quote + 1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fed(lines: &[&str], lenient: bool) -> (Vec<Fed>, Vec<String>) {
        let mut reader = RowReader::new(b',', lenient);
        let states = lines.iter().map(|line| reader.feed(line)).collect();
        (states, reader.cells())
    }

    #[test]
    fn rows_are_cut_as_the_standard_says() {
        assert_eq!(fed(&["a,\"b,\"\"c\"\"\",,d"], false).1, ["a", "b,\"c\"", "", "d"]);
        assert_eq!(fed(&["a,"], false).1, ["a", ""]);
        assert_eq!(
            fed(&["a,\"b", "c\",d"], false),
            (vec![Fed::Open, Fed::Complete], vec!["a".into(), "b\nc".into(), "d".into()])
        );
        assert_eq!(fed(&["a,\"b\"c"], false).0, [Fed::Stray]);
        assert_eq!(fed(&["a,\"b \"x\" c\",d"], true).1, ["a", "b \"x\" c", "d"]);
    }
}
