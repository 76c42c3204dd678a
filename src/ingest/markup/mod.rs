//! Formats with markup: HTML, the XML of news agencies, feeds, MediaWiki, SGML, web archives, mail, wire messages.

mod entity;
mod feed;
mod filed_from;
mod headline;
mod html;
mod html_text;
mod http;
mod iptc7901;
mod json_ld;
mod mail;
mod main_text;
mod mediawiki;
mod newsml1;
mod newsml_g2;
mod nitf;
mod page_meta;
mod page_prune;
mod paragraphs;
mod rcv1;
mod record_xml;
mod records;
mod reuters;
mod shown_date;
mod tags;
mod trec;
mod warc;
mod wikitext;
mod xml;

use std::io::BufRead;

use super::{Draft, Emitter, Flow, Format, code};

/// Why a document is no article: code and message of the reject.
type Refusal = (&'static str, &'static str);

/// Reads a whole document of one of the formats whose [grain](Format::grain) is `Document`. `text` is decoded
/// already, line ends and markup are as they were.
pub(super) fn parse_document(format: Format, text: &str, emit: &mut Emitter<'_>) -> Flow {
    match format {
        Format::Html => one(html::page(text), emit),
        Format::Nitf => one(nitf::document(text), emit),
        Format::Newsml1 => newsml1::document(text, emit),
        Format::NewsmlG2 => newsml_g2::document(text, emit),
        Format::Iptc7901 => iptc7901::document(text, emit),
        Format::Rcv1 => one(rcv1::document(text), emit),
        Format::Xml => record_xml::document(text, emit),
        other => emit.reject(None, code::UNSUPPORTED, format!("{other} is not read yet")),
    }
}

/// Reads a stream of one of the formats whose [grain](Format::grain) is `Stream`. The bytes are raw: records are
/// decoded one by one with [`encoding::decode`](super::encoding::decode).
pub(super) fn parse_stream(format: Format, reader: &mut dyn BufRead, emit: &mut Emitter<'_>) -> Flow {
    match format {
        Format::Trec => trec::stream(reader, emit),
        Format::Feed => feed::stream(reader, emit),
        Format::Mediawiki => mediawiki::stream(reader, emit),
        Format::Warc => warc::stream(reader, emit),
        Format::Eml => mail::message(reader, emit),
        Format::Mbox => mail::mailbox(reader, emit),
        Format::Reuters21578 => reuters::stream(reader, emit),
        other => emit.reject(None, code::UNSUPPORTED, format!("{other} is not read yet")),
    }
}

/// Hands on the only article of a file.
fn one(found: Result<Draft, Refusal>, emit: &mut Emitter<'_>) -> Flow {
    match found {
        Ok(draft) => emit.draft(draft),
        Err((code, message)) => emit.reject(None, code, message),
    }
}
