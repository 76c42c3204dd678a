//! Cutting a stream of JSON into values without parsing them: the elements of a top-level array, values one after
//! the other, and the elements of the array in a wrapper that is too large to be held.

use std::io::{self, BufRead};

use memchr::memchr2;

/// What comes next in the stream.
pub(super) enum Piece<'b> {
    /// The bytes of a value; `alone` when it is the document's first and no element of an array.
    Value { bytes: &'b [u8], alone: bool },
    /// A value longer than the limit, passed over.
    TooLarge,
    /// The stream cannot be read further.
    Broken(&'static str),
    /// Nothing more.
    End,
}

/// Cuts a stream into values.
pub(super) struct Splitter<'r> {
    reader: &'r mut dyn BufRead,
    limit: usize,
    /// Bytes read and not yet done with; `at` is where the next value is looked for.
    window: Vec<u8>,
    at: usize,
    in_array: bool,
    in_wrapper: bool,
    values: u64,
    ended: bool,
}

impl<'r> Splitter<'r> {
    pub(super) fn new(reader: &'r mut dyn BufRead, limit: usize) -> Self {
        Self {
            reader,
            limit,
            window: Vec::new(),
            at: 0,
            in_array: false,
            in_wrapper: false,
            values: 0,
            ended: false,
        }
    }

    pub(super) fn next_piece(&mut self) -> io::Result<Piece<'_>> {
        loop {
            if self.ended {
                return Ok(Piece::End);
            }
            if self.at == self.window.len() && !self.fill()? {
                self.ended = true;
                return Ok(match self.in_array {
                    true => Piece::Broken("the document ends in the middle of an array"),
                    false => Piece::End,
                });
            }
            let byte = self.window[self.at];
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' | b',' | 0xef | 0xbb | 0xbf | 0x1e => self.at += 1,
                b'[' if !self.in_array && !self.nests()? => {
                    self.at += 1;
                    self.in_array = true;
                }
                b']' if self.in_array => {
                    self.at += 1;
                    self.in_array = false;
                    // What a wrapper says after its articles is of no use.
                    self.ended = self.in_wrapper;
                }
                b']' | b'}' | b':' => {
                    self.ended = true;
                    return Ok(Piece::Broken("brackets do not match"));
                }
                _ => match self.value()? {
                    Found::Whole(start, end) => {
                        let alone = !self.in_array && self.values == 1;
                        return Ok(Piece::Value { bytes: &self.window[start..end], alone });
                    }
                    Found::TooLarge => return Ok(Piece::TooLarge),
                    Found::Wrapper => {}
                    Found::Cut => {
                        self.ended = true;
                        return Ok(Piece::Broken("the document ends in the middle of a value"));
                    }
                },
            }
        }
    }

    /// Whether another `[` follows the one here: no list of articles but nesting for the parser to judge.
    fn nests(&mut self) -> io::Result<bool> {
        let mut look = self.at + 1;
        loop {
            if look == self.window.len() && !self.fill()? {
                return Ok(false);
            }
            match self.window[look] {
                b' ' | b'\t' | b'\r' | b'\n' => look += 1,
                byte => return Ok(byte == b'['),
            }
        }
    }

    /// Takes the value that begins here.
    fn value(&mut self) -> io::Result<Found> {
        self.values += 1;
        self.window.drain(..self.at);
        self.at = 0;
        let mut scanner = Scanner::default();
        let mut scanned = 0;
        loop {
            if let Some(end) = scanner.run(&self.window[scanned..]) {
                self.at = scanned + end;
                return Ok(Found::Whole(0, self.at));
            }
            scanned = self.window.len();
            if scanned > self.limit {
                return self.too_large(scanner);
            }
            if !self.fill()? {
                self.at = scanned;
                // A scalar ends with the stream; nothing but opening brackets is for the parser to judge.
                let whole = scanner.depth == 0 && !scanner.in_string
                    || self.window.iter().all(|b| matches!(b, b'[' | b'\n'));
                return Ok(if whole { Found::Whole(0, scanned) } else { Found::Cut });
            }
        }
    }

    fn too_large(&mut self, mut scanner: Scanner) -> io::Result<Found> {
        if !self.in_array
            && self.values == 1
            && let Some(inside) = array_of_objects(&self.window)
        {
            self.at = inside;
            self.in_array = true;
            self.in_wrapper = true;
            self.values = 0;
            return Ok(Found::Wrapper);
        }
        self.window = Vec::new();
        self.at = 0;
        while self.fill()? {
            if let Some(end) = scanner.run(&self.window) {
                self.at = end;
                return Ok(Found::TooLarge);
            }
            self.window.clear();
        }
        self.ended = true;
        Ok(Found::TooLarge)
    }

    /// Appends what the reader has; `false` at the end of the stream.
    fn fill(&mut self) -> io::Result<bool> {
        let chunk = loop {
            match self.reader.fill_buf() {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        let length = chunk.len();
        self.window.extend_from_slice(chunk);
        self.reader.consume(length);
        Ok(length > 0)
    }
}

/// How a value was found.
enum Found {
    /// Between these offsets of the window.
    Whole(usize, usize),
    /// Longer than the limit and passed over.
    TooLarge,
    /// A wrapper longer than the limit; the window is now at the articles in it.
    Wrapper,
    /// The stream ends inside.
    Cut,
}

/// Follows brackets and strings to the end of a value.
#[derive(Clone, Default)]
struct Scanner {
    depth: usize,
    in_string: bool,
    escaped: bool,
    in_scalar: bool,
}

impl Scanner {
    /// Runs over more bytes; where the value ends in them, the offset after it.
    fn run(&mut self, bytes: &[u8]) -> Option<usize> {
        let mut at = 0;
        while at < bytes.len() {
            if self.in_string {
                if std::mem::take(&mut self.escaped) {
                    at += 1;
                    continue;
                }
                at += memchr2(b'"', b'\\', &bytes[at..])? + 1;
                match bytes[at - 1] {
                    b'"' => self.in_string = false,
                    _ => self.escaped = true,
                }
                if !self.in_string && self.depth == 0 {
                    return Some(at);
                }
                continue;
            }
            match bytes[at] {
                b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t' if self.depth == 0 && self.in_scalar => {
                    return Some(at);
                }
                b'"' => self.in_string = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' => {
                    self.depth = self.depth.saturating_sub(1);
                    if self.depth == 0 {
                        return Some(at + 1);
                    }
                }
                _ => self.in_scalar = self.depth == 0,
            }
            at += 1;
        }
        None
    }
}

/// Where, in the beginning of an object, the first array of objects begins that stands at most a few keys deep;
/// the offset is that of the first element.
fn array_of_objects(bytes: &[u8]) -> Option<usize> {
    const MAX_DEPTH: usize = 4;
    let (mut depth, mut at) = (0_usize, 0_usize);
    let mut after_colon = false;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => {
                let mut string = Scanner { in_string: true, ..Scanner::default() };
                at += string.run(&bytes[at + 1..])?;
                after_colon = false;
            }
            b':' => after_colon = true,
            b'{' => {
                depth += 1;
                after_colon = false;
            }
            b'}' => depth = depth.checked_sub(1)?,
            b'[' => {
                let inside = bytes[at + 1..].iter().position(|b| !b.is_ascii_whitespace())? + at + 1;
                if after_colon && bytes[inside] == b'{' && depth <= MAX_DEPTH {
                    return Some(inside);
                }
                let mut array = Scanner::default();
                at += array.run(&bytes[at..])? - 1;
                after_colon = false;
            }
            b' ' | b'\n' | b'\r' | b'\t' => {}
            _ => after_colon = false,
        }
        at += 1;
    }
    None
}
