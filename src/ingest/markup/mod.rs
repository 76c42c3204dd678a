//! Formats with markup: HTML, the XML of news agencies, feeds, MediaWiki, SGML, web archives, mail, wire messages.

mod entity;
mod html;
mod html_text;
mod json_ld;
mod main_text;
mod page_meta;
mod page_prune;
mod paragraphs;
mod tags;

use std::io::BufRead;

use super::{Draft, Emitter, Flow, Format, code};

/// Why a document is no article: code and message of the reject.
type Refusal = (&'static str, &'static str);

/// Reads a whole document of one of the formats whose [grain](Format::grain) is `Document`. `text` is decoded
/// already, line ends and markup are as they were.
pub(super) fn parse_document(format: Format, text: &str, emit: &mut Emitter<'_>) -> Flow {
    match format {
        Format::Html => one(html::page(text), emit),
        other => emit.reject(None, code::UNSUPPORTED, format!("{other} is not read yet")),
    }
}

/// Reads a stream of one of the formats whose [grain](Format::grain) is `Stream`. The bytes are raw: records are
/// decoded one by one with [`encoding::decode`](super::encoding::decode).
pub(super) fn parse_stream(format: Format, reader: &mut dyn BufRead, emit: &mut Emitter<'_>) -> Flow {
    let _ = reader;
    emit.reject(None, code::UNSUPPORTED, format!("{format} is not read yet"))
}

/// Hands on the only article of a file.
fn one(found: Result<Draft, Refusal>, emit: &mut Emitter<'_>) -> Flow {
    match found {
        Ok(draft) => emit.draft(draft),
        Err((code, message)) => emit.reject(None, code, message),
    }
}
