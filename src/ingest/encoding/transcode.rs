//! A stream of bytes in some encoding, read as UTF-8.

use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, Encoding};

/// Reads a stream as UTF-8. Bytes that mean nothing become U+FFFD.
pub(in crate::ingest) struct Transcoder<R> {
    inner: R,
    decoder: Decoder,
    out: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<R: BufRead> Transcoder<R> {
    /// Reads `inner` from `encoding`; a byte order mark must be consumed already.
    pub(in crate::ingest) fn new(inner: R, encoding: &'static Encoding) -> Self {
        Self {
            inner,
            decoder: encoding.new_decoder_without_bom_handling(),
            out: Vec::new(),
            at: 0,
            ended: false,
        }
    }
}

impl<R: BufRead> BufRead for Transcoder<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.at >= self.out.len() && !self.ended {
            let chunk = self.inner.fill_buf()?;
            let last = chunk.is_empty();
            let wanted = self.decoder.max_utf8_buffer_length(chunk.len()).unwrap_or(1 << 16);
            self.out.resize(wanted.min(1 << 18), 0);
            let (state, read, written, _) = self.decoder.decode_to_utf8(chunk, &mut self.out, last);
            self.out.truncate(written);
            self.at = 0;
            self.inner.consume(read);
            self.ended = last && state == CoderResult::InputEmpty;
        }
        Ok(&self.out[self.at..])
    }

    fn consume(&mut self, amount: usize) {
        self.at = (self.at + amount).min(self.out.len());
    }
}

impl<R: BufRead> Read for Transcoder<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let available = self.fill_buf()?;
        let take = available.len().min(buffer.len());
        buffer[..take].copy_from_slice(&available[..take]);
        self.consume(take);
        Ok(take)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_split_between_chunks_come_out_whole() {
        let bytes: Vec<u8> = "Łódź 𝄞 end".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let inner = io::BufReader::with_capacity(3, &bytes[..]);
        let mut text = String::new();
        let read = Transcoder::new(inner, encoding_rs::UTF_16BE).read_to_string(&mut text);
        assert!(read.is_ok());
        assert_eq!(text, "Łódź 𝄞 end");
    }
}
