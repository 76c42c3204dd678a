//! Counting what compressed data expands to.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

use crate::ingest::code;
use crate::ingest::stream::StreamError;

/// Expansion that no text reaches, whatever its size: tolerated for this many bytes.
const WILD_RATIO: u64 = 900;
const WILD_BYTES: u64 = 4 << 20;
/// Expansion that much repetition may reach as long as articles come of it: tolerated without any for so long.
const HIGH_RATIO: u64 = 100;
const HIGH_BYTES: u64 = 48 << 20;

/// Counters of one file of the archive and of all containers in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Meter {
    taken: Rc<Cell<u64>>,
    articles: Rc<Cell<u64>>,
}

impl Meter {
    /// Counts the bytes of the file itself.
    pub(super) fn source<R: Read>(&self, inner: R) -> Source<R> {
        Source { inner, taken: Rc::clone(&self.taken) }
    }

    /// The number of articles so far; emitters add to it.
    pub(super) fn articles(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.articles)
    }

    /// Adds bytes read past [`Self::source`], e.g. by seeking.
    pub(super) fn take(&self, bytes: u64) {
        self.taken.set(self.taken.get() + bytes);
    }
}

/// The file itself.
pub(super) struct Source<R> {
    inner: R,
    taken: Rc<Cell<u64>>,
}

impl<R: Read> Read for Source<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.taken.set(self.taken.get() + read as u64);
        Ok(read)
    }
}

/// What comes out of a decoder.
pub(super) struct Metered<R> {
    inner: R,
    meter: Meter,
    given: u64,
    articles_seen: u64,
}

impl<R: Read> Metered<R> {
    pub(super) fn new(inner: R, meter: Meter) -> Self {
        let articles_seen = meter.articles.get();
        Self { inner, meter, given: 0, articles_seen }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        let articles = self.meter.articles.get();
        if articles != self.articles_seen {
            // Articles come of it: count anew.
            self.articles_seen = articles;
            self.given = 0;
        }
        self.given += read as u64;
        let taken = self.meter.taken.get().max(1);
        if self.given > WILD_BYTES && self.given / taken > WILD_RATIO
            || self.given > HIGH_BYTES && self.given / taken > HIGH_RATIO
        {
            let message = format!(
                "{taken} bytes expand to more than {} MB without an article: made to exhaust memory",
                self.given >> 20
            );
            return Err(StreamError::io(code::BOMB, message));
        }
        Ok(read)
    }
}
