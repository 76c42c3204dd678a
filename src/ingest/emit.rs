//! Where format parsers put what they read.

use std::cell::Cell;
use std::io;
use std::ops::ControlFlow;
use std::rc::Rc;

use super::draft::ShownOrder;
use super::{Draft, Flag, Outcome, ReadOptions, Reject, code, stream::StreamError};
use crate::article::Origin;

/// Go on, or stop because the caller wants no more. Parsers hand it on with `?`.
pub type Flow = ControlFlow<()>;

/// Takes the drafts and complaints of one file (or container member) and turns them into [`Outcome`]s.
pub struct Emitter<'a> {
    options: &'a ReadOptions,
    path: String,
    sink: &'a mut dyn FnMut(Outcome) -> Flow,
    file_flags: Vec<Flag>,
    /// Flags that concern articles with characters beyond ASCII only.
    beyond_ascii: Vec<Flag>,
    articles: Rc<Cell<u64>>,
    order: ShownOrder,
}

impl<'a> Emitter<'a> {
    /// An emitter for the file at an origin path.
    pub fn new(path: String, options: &'a ReadOptions, sink: &'a mut dyn FnMut(Outcome) -> Flow) -> Self {
        Self::counted(path, options, sink, Rc::default())
    }

    /// An emitter that counts articles for others to see.
    pub(super) fn counted(
        path: String,
        options: &'a ReadOptions,
        sink: &'a mut dyn FnMut(Outcome) -> Flow,
        articles: Rc<Cell<u64>>,
    ) -> Self {
        Self {
            options,
            path,
            sink,
            file_flags: Vec::new(),
            beyond_ascii: Vec::new(),
            articles,
            order: ShownOrder::default(),
        }
    }

    /// The options of the run.
    pub fn options(&self) -> &'a ReadOptions {
        self.options
    }

    /// Path of the file in the archive, with the way into containers.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Finishes a draft and hands on the article, or the reason why it is none.
    pub fn draft(&mut self, mut draft: Draft) -> Flow {
        for flag in &self.file_flags {
            draft.flag(flag.code, flag.message.as_str());
        }
        let is_ascii = || draft.body.is_ascii() && draft.title.as_deref().is_none_or(str::is_ascii);
        if !self.beyond_ascii.is_empty() && !is_ascii() {
            for flag in &self.beyond_ascii {
                draft.flag(flag.code, flag.message.as_str());
            }
        }
        let outcome = draft.finish(&self.path, self.options, &mut self.order);
        if matches!(outcome, Outcome::Article(..)) {
            self.articles.set(self.articles.get() + 1);
        }
        (self.sink)(outcome)
    }

    /// Reports a record (`None`: the file) that could not be read.
    pub fn reject(&mut self, record: Option<u64>, code: &'static str, message: impl Into<String>) -> Flow {
        let origin = Origin { path: self.path.clone(), record };
        (self.sink)(Outcome::Reject(Reject { origin, code, message: message.into() }))
    }

    /// Reports something about the file that concerns no single article.
    pub fn note(&mut self, record: Option<u64>, code: &'static str, message: impl Into<String>) -> Flow {
        let origin = Origin { path: self.path.clone(), record };
        (self.sink)(Outcome::Flagged(origin, Flag { code, message: message.into() }))
    }

    /// Puts a flag on every article of the file from here on.
    pub fn flag_all(&mut self, code: &'static str, message: impl Into<String>) {
        if !self.file_flags.iter().any(|flag| flag.code == code) {
            self.file_flags.push(Flag { code, message: message.into() });
        }
    }

    /// Puts a flag on the articles of the file that hold more than ASCII: a guessed encoding concerns no others.
    pub(super) fn flag_beyond_ascii(&mut self, flag: Flag) {
        self.beyond_ascii.push(flag);
    }

    /// Reports that reading the stream failed; what was read before stands.
    pub fn read_error(&mut self, record: Option<u64>, error: &io::Error) -> Flow {
        let (code, message) = match error.get_ref().and_then(|inner| inner.downcast_ref::<StreamError>()) {
            Some(known) => (known.code, known.message.clone()),
            None if error.kind() == io::ErrorKind::UnexpectedEof => {
                (code::TRUNCATED, "the input ends in the middle; what came before was read".to_owned())
            }
            None => (code::UNREADABLE, error.to_string()),
        };
        self.reject(record, code, message)
    }
}
