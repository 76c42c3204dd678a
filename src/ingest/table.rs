//! CSV and TSV: rows under a header that names fields of an article.

mod row;

use std::borrow::Cow;
use std::io::{self, BufRead};

use super::options::Field;
use super::record::{self, Reading};
use super::stream::{self, Line};
use super::value::Value;
use super::{Emitter, Flow, code, encoding, fields};
use row::{Fed, Row, RowReader};

/// The delimiter of a table, from its first lines: of `,`, `;`, tab and `|` the one that cuts the header into most
/// columns and the following line into about as many.
pub(super) fn sniff_delimiter(head: &str) -> Option<u8> {
    let mut lines = head.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next()?;
    [b'\t', b';', b',', b'|']
        .into_iter()
        .map(|delimiter| (row::columns(first, delimiter), delimiter))
        .filter(|(columns, _)| *columns > 1)
        .max_by_key(|(columns, delimiter)| (*columns, *delimiter == b','))
        .map(|(_, delimiter)| delimiter)
}

/// Reads a table; `tab` when its format says that tabs separate.
pub(super) fn rows(reader: &mut dyn BufRead, tab: bool, emit: &mut Emitter<'_>) -> Flow {
    let mut source = Source::new(reader, emit.options().max_record_bytes);
    let header = loop {
        match source.line() {
            Ok(Some(line)) if line.text.trim().is_empty() => {}
            Ok(Some(line)) => break line,
            Ok(None) => return emit.reject(None, code::EMPTY_FILE, "the table has no rows"),
            Err(error) => return emit.read_error(None, &error),
        }
    };
    // Excel's own line.
    let stated = header.text.strip_prefix("sep=").and_then(|rest| rest.bytes().next());
    let header = match stated {
        None => header,
        Some(_) => match source.line() {
            Ok(Some(line)) => line,
            Ok(None) => return emit.reject(None, code::EMPTY_FILE, "the table has no rows"),
            Err(error) => return emit.read_error(None, &error),
        },
    };
    let delimiter = if let Some(delimiter) = stated {
        delimiter
    } else if tab {
        b'\t'
    } else {
        sniff_delimiter(&header.text).unwrap_or(b',')
    };
    let mut first = RowReader::new(delimiter, true);
    if first.feed(&header.text) != Fed::Complete {
        return emit.reject(Some(1), code::BAD_CSV_ROW, "the header's quotes do not match");
    }
    let cells = first.cells();
    let Some(names) = header_names(&cells, emit) else {
        return no_mapping(&cells, emit);
    };
    let patience = MAX_OPEN_BYTES.min(emit.options().max_record_bytes);
    let mut reader = Table { source, delimiter, columns: names.len(), patience };
    loop {
        match reader.next_row() {
            Ok(Some(Next::Row(row, number))) => read_row(&row, &names, number, emit)?,
            Ok(Some(Next::Bad(number, message))) => emit.reject(Some(number), code::BAD_CSV_ROW, message)?,
            Ok(None) => return Flow::Continue(()),
            Err(error) => return emit.read_error(Some(reader.source.number), &error),
        }
    }
}

/// The names of the columns, if they are names: at least one is a body or headline, by itself or by the user's map.
fn header_names(cells: &[String], emit: &Emitter<'_>) -> Option<Vec<String>> {
    let names: Vec<String> =
        cells.iter().map(|cell| cell.trim().trim_start_matches('\u{feff}').to_owned()).collect();
    let mapped = emit.options().map.pairs.iter().any(|(field, key)| {
        matches!(field, Field::Body | Field::Title) && names.iter().any(|name| name == key)
    });
    let known = names
        .iter()
        .any(|name| matches!(fields::known(name), Some((Field::Body | Field::Title, rank)) if rank < 6));
    (mapped || known).then_some(names)
}

fn no_mapping(cells: &[String], emit: &mut Emitter<'_>) -> Flow {
    let shown: Vec<String> = cells.iter().map(|cell| cell.chars().take(30).collect()).collect();
    emit.reject(
        None,
        code::NO_MAPPING,
        format!(
            "the first row names no column for the text (text, body, content, article) or the headline (title, headline); \
             its columns are: {} — name them with --map title=…,body=…",
            shown.join(" | ")
        ),
    )
}

fn read_row(row: &Row, names: &[String], number: u64, emit: &mut Emitter<'_>) -> Flow {
    let cells = row.cells.iter().zip(names);
    let pairs =
        cells.map(|(cell, name)| (Cow::Borrowed(name.as_str()), Value::Text(Cow::Borrowed(cell.as_str()))));
    let value = Value::Map(pairs.collect());
    let (Reading::Article(mut draft) | Reading::Summary(mut draft)) =
        record::read(&value, &emit.options().map)
    else {
        return emit.reject(Some(number), code::EMPTY_BODY, "the row has neither headline nor text");
    };
    draft.record = Some(number);
    draft.flags.clone_from(&row.flags);
    if row.cells.len() != names.len() {
        let message = format!("the row has {} columns, the header {}", row.cells.len(), names.len());
        draft.flag(code::BAD_CSV_ROW, message);
    } else if row.mended {
        draft.flag(code::BAD_CSV_ROW, "quotes inside a field are not doubled; read as part of it");
    }
    emit.draft(*draft)
}

/// Longest field with line breaks, in bytes; what is open longer was never meant to be.
const MAX_OPEN_BYTES: usize = 4 << 20;
/// Look-ahead left after many open quotes came to nothing.
const MIN_OPEN_BYTES: usize = 4 << 10;

/// Rows of a table. A row whose quotes do not match costs that row and not those after it.
struct Table<'r> {
    source: Source<'r>,
    delimiter: u8,
    columns: usize,
    /// How far an open quote is followed; shrinks with each that came to nothing, so that a table full of them
    /// is read in good time.
    patience: usize,
}

enum Next {
    Row(Row, u64),
    Bad(u64, &'static str),
}

impl Table<'_> {
    fn next_row(&mut self) -> io::Result<Option<Next>> {
        loop {
            let Some(first) = self.source.line()? else {
                return Ok(None);
            };
            let number = first.number;
            if first.too_long {
                return Ok(Some(Next::Bad(number, "the line is longer than the limit for one article")));
            }
            if first.text.trim().is_empty() {
                continue;
            }
            return self.row(first).map(Some);
        }
    }

    /// The row that begins with a line: strictly, else with quotes read leniently if that gives the right columns.
    fn row(&mut self, first: TextLine) -> io::Result<Next> {
        let number = first.number;
        let mut strict = RowReader::new(self.delimiter, false);
        let mut lines = vec![first];
        let mut state = strict.feed(&lines[0].text);
        let mut length = lines[0].text.len();
        while state == Fed::Open && length <= self.patience {
            let Some(line) = self.source.line()? else { break };
            length += line.text.len();
            state = if line.too_long { Fed::Stray } else { strict.feed(&line.text) };
            lines.push(line);
        }
        if state == Fed::Complete {
            if lines.len() > 1 {
                self.patience = (self.patience * 2).min(MAX_OPEN_BYTES);
            }
            let flags = lines.into_iter().flat_map(|line| line.flags).collect();
            return Ok(Next::Row(Row { cells: strict.cells(), flags, mended: false }, number));
        }
        if let Some((taken, cells)) = self.leniently(&lines) {
            let rest = lines.split_off(taken);
            self.source.give_back(rest);
            let flags = lines.into_iter().flat_map(|line| line.flags).collect();
            return Ok(Next::Row(Row { cells, flags, mended: true }, number));
        }
        self.patience = (self.patience / 4).max(MIN_OPEN_BYTES);
        self.source.give_back(lines.split_off(1));
        Ok(Next::Bad(number, "a quote is opened and never closed; the row was left out"))
    }

    /// The row read with quotes that close only before a delimiter, and how many lines it takes. Ends without one
    /// where a line looks like a row of its own.
    fn leniently(&self, lines: &[TextLine]) -> Option<(usize, Vec<String>)> {
        let mut reader = RowReader::new(self.delimiter, true);
        for (at, line) in lines.iter().enumerate() {
            if line.too_long || at > 0 && self.is_row(&line.text) {
                return None;
            }
            match reader.feed(&line.text) {
                Fed::Complete => {
                    return Some((at + 1, reader.cells())).filter(|(_, cells)| cells.len() == self.columns);
                }
                Fed::Open => {}
                Fed::Stray => return None,
            }
        }
        None
    }

    /// Whether a line is a whole row with a quoted field.
    fn is_row(&self, line: &str) -> bool {
        let mut reader = RowReader::new(self.delimiter, false);
        memchr::memchr(b'"', line.as_bytes()).is_some()
            && reader.feed(line) == Fed::Complete
            && reader.cells().len() == self.columns
    }
}

/// A decoded line of the table.
struct TextLine {
    text: String,
    number: u64,
    too_long: bool,
    flags: Vec<super::Flag>,
}

/// Lines of the table, some of which may have been given back.
struct Source<'r> {
    reader: &'r mut dyn BufRead,
    limit: usize,
    number: u64,
    given_back: Vec<TextLine>,
    bytes: Vec<u8>,
}

impl<'r> Source<'r> {
    fn new(reader: &'r mut dyn BufRead, limit: usize) -> Self {
        Self { reader, limit, number: 0, given_back: Vec::new(), bytes: Vec::new() }
    }

    fn line(&mut self) -> io::Result<Option<TextLine>> {
        if let Some(line) = self.given_back.pop() {
            return Ok(Some(line));
        }
        let state = stream::read_line(self.reader, &mut self.bytes, self.limit)?;
        if state == Line::End {
            return Ok(None);
        }
        self.number += 1;
        let bytes = self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes);
        let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
        let decoded = encoding::decode(bytes, None);
        Ok(Some(TextLine {
            text: decoded.text.into_owned(),
            number: self.number,
            too_long: state == Line::TooLong,
            flags: decoded.flags,
        }))
    }

    fn give_back(&mut self, mut lines: Vec<TextLine>) {
        lines.reverse();
        self.given_back.append(&mut lines);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{FieldMap, Outcome, ReadOptions};

    fn run(text: &str, map: &str) -> Vec<String> {
        let options = ReadOptions { map: FieldMap::parse(map).unwrap(), ..ReadOptions::default() };
        let mut seen = Vec::new();
        let mut sink = |outcome| {
            seen.push(match outcome {
                Outcome::Article(article, flags) => {
                    let bad = flags.iter().any(|flag| flag.code == code::BAD_CSV_ROW);
                    format!("{}{} {}|{}", article.id, if bad { "!" } else { "" }, article.title, article.body)
                }
                Outcome::Reject(reject) => format!("{} {}", reject.origin, reject.code),
                other => format!("{other:?}"),
            });
            Flow::Continue(())
        };
        let mut emit = Emitter::new("f".into(), &options, &mut sink);
        let _ = rows(&mut text.as_bytes(), false, &mut emit);
        seen
    }

    #[test]
    fn delimiters_and_header_names_vary() {
        assert_eq!(run("id;Titel;Text;Datum\n1;A;\"b;\nc\";05.11.2023\n", ""), ["1 A|b;\nc"]);
        assert_eq!(run("title\ttext\nA\tb, c\n", ""), ["f#2 A|b, c"]);
        assert_eq!(run("hl,story\nA,b\n", "title=hl,body=story"), ["f#2 A|b"]);
        assert_eq!(run("title,text\n\"say \"\"x\"\"\",b\r\n\nC,d", ""), ["f#2 say \"x\"|b", "f#4 C|d"]);
    }

    #[test]
    fn ragged_rows_are_kept_and_marked() {
        assert_eq!(run("id,title,text,date\n1,A,b\n2,C,d,2020-01-01,x\n", ""), ["1! A|b", "2! C|d"]);
    }

    #[test]
    fn an_open_quote_costs_its_row_only() {
        let text = "id,title,text,date\n1,A,\"b\",x\n2,\"open,c,x\n3,T,d,x\n4,T,\"e\nf\",x\n";
        assert_eq!(run(text, ""), ["1 A|b", "f:3 bad_csv_row", "3 T|d", "4 T|e\nf"]);
    }

    #[test]
    fn quotes_that_are_not_doubled_are_read_as_text() {
        let text = "id,title,text\n1,A,\"he said \"no\" to it\"\n2,B,c\n";
        assert_eq!(run(text, ""), ["1! A|he said \"no\" to it", "2 B|c"]);
    }

    #[test]
    fn a_table_without_header_says_what_it_wants() {
        assert_eq!(run("1,Blinken visits Iraq,Long text,2023\n", ""), ["f no_mapping"]);
    }
}
