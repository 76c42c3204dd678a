//! Opening inputs: containers within containers, streamed and never unpacked to disk, down to the formats.
//!
//! Each layer reads from the one below through [`meter::Metered`], which counts what came out of the whole nest
//! against what went in, so that data made to expand beyond measure (`bomb`) stops early at any depth.

mod bundle;
mod gzip;
mod meter;
mod zip;

use std::io::{self, Read};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::encoding::Transcoder;
use super::peek::{HEAD_BYTES, PeekReader};
use super::sniff::{self, Container, Kind};
use super::stream::{self, StreamError};
use super::{Emitter, Flag, Flow, Format, Grain, Outcome, ReadOptions, Reject, code};
use crate::article::Origin;
use meter::{Meter, Metered};

/// Encodings in which even ASCII looks different.
const WIDE: [&encoding_rs::Encoding; 2] = [encoding_rs::UTF_16BE, encoding_rs::UTF_16LE];

/// Whether a stream is decoded as a whole before its parser sees it. Feeds and dumps state their encoding in a head
/// that their parsers read themselves, unless nothing can be read in it; mail and web archives hold many encodings.
fn is_decoded_ahead(format: Format, encoding: &'static encoding_rs::Encoding) -> bool {
    match format {
        Format::Json | Format::Jsonl | Format::Csv | Format::Tsv | Format::Reuters21578 | Format::Trec => {
            true
        }
        Format::Feed | Format::Mediawiki => WIDE.contains(&encoding),
        _ => false,
    }
}

/// One run over one file of the archive: what all its layers share.
pub(super) struct Opening<'a> {
    options: &'a ReadOptions,
    sink: &'a mut dyn FnMut(Outcome) -> Flow,
    meter: Meter,
    /// Size of the file itself, where it is one.
    size: u64,
}

impl<'a> Opening<'a> {
    pub(super) fn new(options: &'a ReadOptions, sink: &'a mut dyn FnMut(Outcome) -> Flow) -> Self {
        Self { options, sink, meter: Meter::default(), size: 0 }
    }

    /// Reads a file that can be sought in; zip archives need that.
    pub(super) fn file(&mut self, mut file: std::fs::File, size: u64, name: &str) -> Flow {
        self.size = size;
        let mut magic = [0; 4];
        let is_zip = matches!(io::Read::read(&mut file, &mut magic), Ok(4)) && magic.starts_with(b"PK");
        if let Err(error) = io::Seek::rewind(&mut file) {
            return self.reject(name, code::UNREADABLE, error.to_string());
        }
        if !is_zip {
            let counted = self.meter.source(file);
            return self.stream(counted, name, name, 0);
        }
        // What kind of zip it is (an archive, an Office file) is told by its head.
        let mut head = vec![0; HEAD_BYTES];
        let mut filled = 0;
        while let Ok(read @ 1..) = file.read(&mut head[filled..]) {
            filled += read;
        }
        head.truncate(filled);
        match sniff::sniff(&head, filled < HEAD_BYTES, name, self.options.format) {
            Kind::Container(Container::Zip) => zip::seekable(self, file, name, 0),
            Kind::Nothing(code, message) => self.reject(name, code, message),
            _ => match io::Seek::rewind(&mut file) {
                Ok(()) => {
                    let counted = self.meter.source(file);
                    self.stream(counted, name, name, 0)
                }
                Err(error) => self.reject(name, code::UNREADABLE, error.to_string()),
            },
        }
    }

    /// Reads a stream that cannot be sought in.
    pub(super) fn source(&mut self, reader: impl Read, name: &str) -> Flow {
        let counted = self.meter.source(reader);
        self.stream(counted, name, name, 0)
    }

    /// Tells what a stream holds and reads it. `path` is its origin, `name` what its format may be told by.
    fn stream(&mut self, reader: impl Read, path: &str, name: &str, depth: u32) -> Flow {
        let mut reader = PeekReader::new(reader);
        let head = reader.peek();
        let complete = head.len() < HEAD_BYTES;
        let empty = head.is_empty();
        let holes = head.iter().all(|b| *b == 0);
        let kind = sniff::sniff(head, complete, name, self.options.format);
        if let Some(error) = empty.then(|| reader.take_error()).flatten() {
            return self.emitter(path).read_error(None, &error);
        }
        let wrong_name = sniff::wrong_name(&kind, name);
        match kind {
            Kind::Container(container) => {
                if let Some(message) = wrong_name {
                    self.note(path, code::WRONG_EXTENSION, message)?;
                }
                if depth >= self.options.max_container_depth {
                    let message =
                        format!("containers nested more than {} deep", self.options.max_container_depth);
                    return self.reject(path, code::TOO_DEEP, message);
                }
                self.container(container, reader, path, name, depth)
            }
            Kind::Text(format, verdict) => {
                let mut flags = Vec::from_iter(verdict.flag);
                if let Some(message) = wrong_name {
                    flags.push(Flag { code: code::WRONG_EXTENSION, message });
                }
                let judged =
                    is_decoded_ahead(format, verdict.encoding).then_some((verdict.encoding, verdict.skip));
                self.format(format, reader, judged, flags, path, depth)
            }
            Kind::Nothing(code, message) => {
                // Zeros without end are no text, but what makes them worth a word is that they have no end.
                if depth > 0 && code == code::NOT_TEXT && self.is_bomb(&mut reader, path)? {
                    return Flow::Continue(());
                }
                if depth == 0 && holes && self.size > self.options.max_record_bytes as u64 {
                    let message = format!("{} MB that begin with nothing but zero bytes", self.size >> 20);
                    return self.reject(path, code::TOO_LARGE, message);
                }
                self.reject(path, code, message)
            }
        }
    }

    fn container(
        &mut self,
        container: Container,
        reader: PeekReader<'_>,
        path: &str,
        name: &str,
        depth: u32,
    ) -> Flow {
        let inner = container.inner_name(name);
        let meter = self.meter.clone();
        let result: io::Result<Box<dyn Read + '_>> = match container {
            Container::Tar => return bundle::tar(self, reader, path, depth),
            Container::Zip => return zip::streamed(self, reader, path, depth),
            Container::Gzip => {
                let notes = gzip::Garbage::default();
                let gzip = gzip::MultiGzip::new(reader, notes.clone());
                self.stream(Metered::new(gzip, meter), path, &inner, depth + 1)?;
                return match notes.seen() {
                    0 => Flow::Continue(()),
                    _ => self.note(
                        path,
                        code::TRAILING_GARBAGE,
                        "bytes after the end of the gzip data were passed over",
                    ),
                };
            }
            Container::Zstd => zstd_reader(reader),
            Container::Xz => xz_reader(reader),
            Container::Bzip2 => Ok(Box::new(bzip2::read::MultiBzDecoder::new(reader))),
        };
        match result {
            Ok(decoded) => {
                let decoded = Metered::new(Damage { inner: decoded, container }, meter);
                self.stream(decoded, path, &inner, depth + 1)
            }
            Err(error) => self.reject(path, code::CORRUPT_ARCHIVE, error.to_string()),
        }
    }

    /// Reads a format. Should a parser fail by a fault of its own, that costs this input and not the run.
    fn format(
        &mut self,
        format: Format,
        reader: PeekReader<'_>,
        judged: Option<(&'static encoding_rs::Encoding, usize)>,
        flags: Vec<Flag>,
        path: &str,
        depth: u32,
    ) -> Flow {
        let parsing = AssertUnwindSafe(|| self.parse(format, reader, judged, flags, path, depth));
        match catch_unwind(parsing) {
            Ok(flow) => flow,
            Err(_) => self.reject(path, code::INTERNAL, "dateline failed on this input — please report it"),
        }
    }

    fn parse(
        &mut self,
        format: Format,
        mut reader: PeekReader<'_>,
        judged: Option<(&'static encoding_rs::Encoding, usize)>,
        flags: Vec<Flag>,
        path: &str,
        depth: u32,
    ) -> Flow {
        (self.sink)(Outcome::Opened(Origin { path: path.to_owned(), record: None }, format))?;
        let compressed = depth > 0;
        let mut emit = self.emitter(path);
        if let Some((encoding, skip)) = judged {
            io::BufRead::consume(&mut reader, skip);
            for flag in flags {
                if WIDE.contains(&encoding) || flag.code == code::WRONG_EXTENSION {
                    emit.flag_all(flag.code, flag.message);
                } else {
                    emit.flag_beyond_ascii(flag);
                }
            }
            return if encoding == encoding_rs::UTF_8 {
                super::parse_stream(format, &mut reader, &mut emit)
            } else {
                super::parse_stream(format, &mut Transcoder::new(reader, encoding), &mut emit)
            };
        }
        for flag in flags.into_iter().filter(|flag| flag.code == code::WRONG_EXTENSION) {
            emit.flag_all(flag.code, flag.message);
        }
        if format.grain() == Grain::Stream {
            return super::parse_stream(format, &mut reader, &mut emit);
        }
        let limit = emit.options().max_record_bytes;
        let mut bytes = Vec::new();
        match stream::read_all(&mut reader, &mut bytes, limit) {
            Ok(true) => super::parse_document(format, &bytes, &mut emit),
            Ok(false) => {
                drop(bytes);
                if compressed && self.is_bomb(&mut reader, path)? {
                    return Flow::Continue(());
                }
                let message = format!("larger than {} MB, the limit for one article", limit >> 20);
                self.reject(path, code::TOO_LARGE, message)
            }
            // What was read before the break is worth reading, and the break worth reporting.
            Err(error) => {
                if !bytes.is_empty() && !is_code(&error, code::BOMB) {
                    emit.flag_all(code::PARTIAL, "the input breaks off; this is what came before");
                    super::parse_document(format, &bytes, &mut emit)?;
                }
                emit.read_error(None, &error)
            }
        }
    }

    /// Whether the rest of a stream expands beyond measure; if so that is reported.
    fn is_bomb(&mut self, reader: &mut dyn io::BufRead, path: &str) -> ControlFlow<(), bool> {
        /// Past this a stream would have been found out.
        const ENOUGH: u64 = 64 << 20;
        let mut left = ENOUGH;
        while left > 0 {
            let read = match reader.fill_buf() {
                Ok([]) => return ControlFlow::Continue(false),
                Ok(chunk) => chunk.len(),
                Err(error) if is_code(&error, code::BOMB) => {
                    return self.emitter(path).read_error(None, &error).map_continue(|()| true);
                }
                Err(_) => return ControlFlow::Continue(false),
            };
            reader.consume(read);
            left = left.saturating_sub(read as u64);
        }
        ControlFlow::Continue(false)
    }

    fn emitter(&mut self, path: &str) -> Emitter<'_> {
        Emitter::counted(path.to_owned(), self.options, self.sink, self.meter.articles())
    }

    fn reject(&mut self, path: &str, code: &'static str, message: impl Into<String>) -> Flow {
        let origin = Origin { path: path.to_owned(), record: None };
        (self.sink)(Outcome::Reject(Reject { origin, code, message: message.into() }))
    }

    fn note(&mut self, path: &str, code: &'static str, message: impl Into<String>) -> Flow {
        let origin = Origin { path: path.to_owned(), record: None };
        (self.sink)(Outcome::Flagged(origin, Flag { code, message: message.into() }))
    }
}

fn is_code(error: &io::Error, code: &str) -> bool {
    error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<StreamError>())
        .is_some_and(|known| known.code == code)
}

fn zstd_reader<'a>(reader: PeekReader<'a>) -> io::Result<Box<dyn Read + 'a>> {
    /// Archives made with `zstd --long=31` need windows of 2 GB; memory is used only as they fill.
    const LONGEST_WINDOW: u32 = 31;
    let mut decoder = zstd::stream::read::Decoder::with_buffer(reader)?;
    decoder.window_log_max(LONGEST_WINDOW)?;
    Ok(Box::new(decoder))
}

fn xz_reader<'a>(reader: PeekReader<'a>) -> io::Result<Box<dyn Read + 'a>> {
    /// `xz -9` needs 65 MB; more is asked for only by hand.
    const MEMORY: u64 = 256 << 20;
    let stream = liblzma::stream::Stream::new_stream_decoder(MEMORY, liblzma::stream::CONCATENATED)?;
    Ok(Box::new(liblzma::bufread::XzDecoder::new_stream(reader, stream)))
}

/// Names the faults of compressed data.
struct Damage<R> {
    inner: R,
    container: Container,
}

impl<R: Read> Read for Damage<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.inner.read(buffer).map_err(|error| named(error, self.container.name()))
    }
}

/// The error of a decoder as the report has it; errors of the layers below are handed on.
fn named(error: io::Error, what: &str) -> io::Error {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<StreamError>());
    if let Some(known) = inner {
        return StreamError::io(known.code, known.message.clone());
    }
    let text = error.to_string();
    let cut = error.kind() == io::ErrorKind::UnexpectedEof
        || ["incomplete frame", "premature eof", "unexpected end", "finished before the end"]
            .iter()
            .any(|sign| text.to_ascii_lowercase().contains(sign));
    if cut {
        StreamError::io(
            code::TRUNCATED,
            format!("the {what} data ends in the middle; what came before was read"),
        )
    } else {
        StreamError::io(code::CORRUPT_ARCHIVE, format!("the {what} data is damaged: {text}"))
    }
}

#[cfg(test)]
mod tests;
