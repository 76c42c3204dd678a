//! A buffered reader that shows what is coming.

use std::io::{self, BufRead, Read};

/// Bytes looked at to tell encodings, containers and formats.
pub(super) const HEAD_BYTES: usize = 1 << 16;

/// A buffered reader over anything, whose head can be looked at before it is read.
pub(super) struct PeekReader<'a> {
    inner: Box<dyn Read + 'a>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    /// An error met while looking ahead; handed out once the bytes before it are read.
    pending: Option<io::Error>,
}

impl<'a> PeekReader<'a> {
    pub(super) fn new(inner: impl Read + 'a) -> Self {
        Self { inner: Box::new(inner), buffer: vec![0; HEAD_BYTES], start: 0, end: 0, pending: None }
    }

    /// The coming bytes, [`HEAD_BYTES`] or all there are.
    pub(super) fn peek(&mut self) -> &[u8] {
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        while self.end < self.buffer.len() && self.pending.is_none() {
            match self.inner.read(&mut self.buffer[self.end..]) {
                Ok(0) => break,
                Ok(read) => self.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => self.pending = Some(error),
            }
        }
        &self.buffer[..self.end]
    }

    /// Takes the error that stopped the last look ahead, where nothing else is to be read.
    pub(super) fn take_error(&mut self) -> Option<io::Error> {
        self.pending.take()
    }
}

impl BufRead for PeekReader<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.start == self.end {
            if let Some(error) = self.pending.take() {
                return Err(error);
            }
            self.start = 0;
            self.end = 0;
            self.end = self.inner.read(&mut self.buffer)?;
        }
        Ok(&self.buffer[self.start..self.end])
    }

    fn consume(&mut self, amount: usize) {
        self.start = (self.start + amount).min(self.end);
    }
}

impl Read for PeekReader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let take = available.len().min(out.len());
        out[..take].copy_from_slice(&available[..take]);
        self.consume(take);
        Ok(take)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Failing(Vec<u8>);

    impl Read for Failing {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            match self.0.pop() {
                Some(byte) => {
                    out[0] = byte;
                    Ok(1)
                }
                None => Err(io::Error::other("broken")),
            }
        }
    }

    #[test]
    fn an_error_ahead_loses_nothing_before_it() {
        let mut reader = PeekReader::new(Failing(vec![b'b', b'a']));
        assert_eq!(reader.peek(), b"ab");
        let mut text = Vec::new();
        assert!(reader.read_to_end(&mut text).is_err());
        assert_eq!(text, b"ab");
    }
}
