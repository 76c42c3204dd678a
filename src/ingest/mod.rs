//! Bytes → articles: walking an archive, opening containers, telling encodings and formats, and one file
//! for each format.
//!
//! [`walk()`] lists the files of an archive, [`read_file`] reads one and [`read_stream`] standard input or any
//! other stream. Everything is streamed through a callback: a reader calls `sink` with each [`Outcome`] and stops
//! when the sink answers [`ControlFlow::Break`]. A broken input is an outcome, never an error that stops a run.
//!
//! A format parser turns a document or a stream of records into [`Draft`]s and hands them to the [`Emitter`];
//! [`Draft::finish`] settles ids, titles, dates and texts for all formats alike.

pub mod code;
pub mod draft;
pub mod emit;
pub mod encoding;
pub mod format;
mod markup;
pub mod options;
pub mod stream;
pub mod walk;

use std::io::{self, BufRead, Read};
use std::ops::ControlFlow;

pub use draft::{DateText, Draft};
pub use emit::{Emitter, Flow};
pub use format::{Format, Grain};
pub use options::{DateOrder, Field, FieldMap, FieldMapError, ReadOptions};
pub use walk::{FileEntry, walk};

use crate::article::{Article, Origin};

/// What came of one record of the archive.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// A file or a member of a container was opened and its format told; its articles follow.
    Opened(Origin, Format),
    /// An article, with the marks put on it (may be none).
    Article(Box<Article>, Vec<Flag>),
    /// A mark on a file as a whole, or on a part that holds no article.
    Flagged(Origin, Flag),
    /// An input, or a part of one, that could not be indexed.
    Reject(Reject),
}

/// Something a reader should know about an article that was indexed all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// Stable machine-readable code, one of [`code`].
    pub code: &'static str,
    /// What was seen and what was done.
    pub message: String,
}

/// An input that could not be indexed, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Where.
    pub origin: Origin,
    /// Stable machine-readable code, one of [`code`].
    pub code: &'static str,
    /// What is wrong and the way out.
    pub message: String,
}

/// Reads the articles of a file. `Break` when the sink wanted no more.
pub fn read_file(
    file: &FileEntry,
    options: &ReadOptions,
    sink: &mut dyn FnMut(Outcome) -> ControlFlow<()>,
) -> Flow {
    match std::fs::File::open(&file.path) {
        Ok(opened) => read_stream(opened, &file.name, options, sink),
        Err(error) => sink(Outcome::Reject(Reject {
            origin: Origin { path: file.name.clone(), record: None },
            code: code::UNREADABLE,
            message: error.to_string(),
        })),
    }
}

/// Reads the articles of a stream of any length; `name` stands for its path (`-` for standard input).
pub fn read_stream(
    reader: impl Read,
    name: &str,
    options: &ReadOptions,
    sink: &mut dyn FnMut(Outcome) -> ControlFlow<()>,
) -> Flow {
    let mut reader = io::BufReader::with_capacity(1 << 16, reader);
    let format = options.format.unwrap_or(Format::Text);
    sink(Outcome::Opened(Origin { path: name.to_owned(), record: None }, format))?;
    let mut emit = Emitter::new(name.to_owned(), options, sink);
    match format.grain() {
        Grain::Stream => markup::parse_stream(format, &mut reader, &mut emit),
        Grain::Document => document(format, &mut reader, &mut emit),
    }
}

fn document(format: Format, reader: &mut dyn BufRead, emit: &mut Emitter<'_>) -> Flow {
    let mut bytes = Vec::new();
    match stream::read_all(reader, &mut bytes, emit.options().max_record_bytes) {
        Ok(true) => {}
        Ok(false) => return emit.reject(None, code::TOO_LARGE, "larger than one article may be"),
        Err(error) => return emit.read_error(None, &error),
    }
    let decoded = encoding::decode(&bytes, None);
    for flag in decoded.flags {
        emit.flag_all(flag.code, flag.message);
    }
    markup::parse_document(format, &decoded.text, emit)
}
