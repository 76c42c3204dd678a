//! Bytes → articles: walking an archive, opening containers, telling encodings and formats, and one file
//! for each format.
//!
//! Everything is streamed through a callback: a reader calls `sink` with each [`Outcome`] and stops when the
//! sink answers [`ControlFlow::Break`](std::ops::ControlFlow). A broken input is an outcome, never an error that stops a run.

use crate::article::{Article, Origin};

/// What came of one record of the archive.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// An article, with the marks put on it (may be none).
    Article(Box<Article>, Vec<Flag>),
    /// An input, or a part of one, that could not be indexed.
    Reject(Reject),
}

/// Something a reader should know about an article that was indexed all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flag {
    /// Stable machine-readable code, e.g. `encoding_conflict`.
    pub code: &'static str,
    /// What was seen and what was done.
    pub message: String,
}

/// An input that could not be indexed, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Where.
    pub origin: Origin,
    /// Stable machine-readable code, e.g. `bad_json`.
    pub code: &'static str,
    /// What is wrong and the way out.
    pub message: String,
}
