//! Bytes → articles: walking an archive, opening containers, telling encodings and formats, and one file
//! for each format.
//!
//! [`walk()`] lists the files of an archive, [`read_file`] reads one and [`read_stream`] standard input or any
//! other stream. Everything is streamed through a callback: a reader calls `sink` with each [`Outcome`] and stops
//! when the sink answers [`ControlFlow::Break`]. A broken input is an outcome, never an error that stops a run.
//!
//! A format parser turns a document or a stream of records into [`Draft`]s and hands them to the [`Emitter`];
//! [`Draft::finish`] settles ids, titles, dates and texts for all formats alike.

mod byline;
mod clean;
pub mod code;
mod container;
pub mod draft;
pub mod emit;
pub mod encoding;
mod fields;
pub mod format;
mod fragment;
mod json;
mod markdown;
mod markup;
pub mod options;
mod peek;
mod record;
mod sniff;
pub mod stream;
mod table;
mod text;
mod value;
pub mod walk;

use std::io::{BufRead, Read};
use std::ops::ControlFlow;

pub use draft::{DateText, Draft};
pub use emit::{Emitter, Flow};
pub use format::{Format, Grain};
pub use options::{Field, FieldMap, FieldMapError, ReadOptions};
pub use walk::{FileEntry, Found, walk};

use container::Opening;

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
        Ok(opened) => Opening::new(options, sink).file(opened, file.size, &file.name),
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
    Opening::new(options, sink).source(reader, name)
}

/// Reads a document that is held whole.
fn parse_document(format: Format, bytes: &[u8], emit: &mut Emitter<'_>) -> Flow {
    let decoded = encoding::decode(bytes, None);
    for flag in decoded.flags {
        emit.flag_all(flag.code, flag.message);
    }
    match format {
        Format::Text => text::parse(&decoded.text, emit),
        Format::Markdown => markdown::parse(&decoded.text, emit),
        _ => markup::parse_document(format, &decoded.text, emit),
    }
}

/// Reads a stream of records. What is not UTF-8 in it stands out record by record, unless the whole stream was
/// told to be in another encoding: then it comes here as UTF-8.
fn parse_stream(format: Format, reader: &mut dyn BufRead, emit: &mut Emitter<'_>) -> Flow {
    match format {
        Format::Json => json::document(reader, emit),
        Format::Jsonl => json::lines(reader, emit),
        Format::Csv => table::rows(reader, false, emit),
        Format::Tsv => table::rows(reader, true, emit),
        _ => markup::parse_stream(format, reader, emit),
    }
}
