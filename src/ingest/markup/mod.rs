//! Formats with markup: HTML, the XML of news agencies, feeds, MediaWiki, SGML, web archives, mail, wire messages.

use std::io::BufRead;

use super::{Emitter, Flow, Format, code};

/// Reads a whole document of one of the formats whose [grain](Format::grain) is `Document`. `text` is decoded
/// already, line ends and markup are as they were.
pub(super) fn parse_document(format: Format, text: &str, emit: &mut Emitter<'_>) -> Flow {
    let _ = text;
    emit.reject(None, code::UNSUPPORTED, format!("{format} is not read yet"))
}

/// Reads a stream of one of the formats whose [grain](Format::grain) is `Stream`. The bytes are raw: records are
/// decoded one by one with [`encoding::decode`](super::encoding::decode).
pub(super) fn parse_stream(format: Format, reader: &mut dyn BufRead, emit: &mut Emitter<'_>) -> Flow {
    let _ = reader;
    emit.reject(None, code::UNSUPPORTED, format!("{format} is not read yet"))
}
