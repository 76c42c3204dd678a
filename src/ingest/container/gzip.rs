//! Gzip of several members, with whatever follows the last of them.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

use flate2::bufread::GzDecoder;

use super::named;
use crate::ingest::peek::PeekReader;

/// Bytes after the last member, for the report.
#[derive(Clone, Debug, Default)]
pub(super) struct Garbage(Rc<Cell<u64>>);

impl Garbage {
    pub(super) fn seen(&self) -> u64 {
        self.0.get()
    }
}

/// Reads all members of a gzip file as one stream; stops at what is no member.
pub(super) struct MultiGzip<'a> {
    member: Option<GzDecoder<PeekReader<'a>>>,
    garbage: Garbage,
}

impl<'a> MultiGzip<'a> {
    pub(super) fn new(reader: PeekReader<'a>, garbage: Garbage) -> Self {
        Self { member: Some(GzDecoder::new(reader)), garbage }
    }
}

impl Read for MultiGzip<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if buffer.is_empty() {
            return Ok(0);
        }
        while let Some(member) = self.member.as_mut() {
            let read = member.read(buffer).map_err(|error| named(error, "gzip"))?;
            if read > 0 {
                return Ok(read);
            }
            let Some(mut rest) = self.member.take().map(GzDecoder::into_inner) else {
                break;
            };
            let next = rest.fill_buf().map_err(|error| named(error, "gzip"))?;
            if next.starts_with(b"\x1f\x8b") || next == b"\x1f" {
                self.member = Some(GzDecoder::new(rest));
            } else if !next.is_empty() {
                self.garbage.0.set(next.len() as u64);
            }
        }
        Ok(0)
    }
}
