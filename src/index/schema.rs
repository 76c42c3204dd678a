//! The fields of the on-disk index, and the numbers that index and query must agree on.

use tantivy::schema::{
    BytesOptions, Field, IndexRecordOption, NumericOptions, Schema, TextFieldIndexing, TextOptions,
};
use tantivy::store::Compressor;
use tantivy::{IndexSettings, Term};

use super::stem::Stems;

/// Version of the on-disk format: of the fields below, of the terms in them and of the stored articles.
/// It grows with every change that an older dateline could not read.
pub const FORMAT: u32 = 10;

/// Position of the first word of the body in the field `text`; the title stands before it.
///
/// A larger number costs bits in every first position of a document; headlines of more than
/// [`TITLE_WORDS`] words go on behind the body instead.
pub(super) const BODY_START: u32 = 64;

/// Most words of the title that stand before [`BODY_START`]. The room between keeps tantivy's own phrase
/// scorer from reaching across.
pub(super) const TITLE_WORDS: u32 = 62;

/// How many times a word of the title counts, against once for the body.
pub(super) const TITLE_WEIGHT: u8 = 3;
/// How many times a word of the lead counts.
pub(super) const LEAD_WEIGHT: u8 = 2;

/// Size of a block of the document store, in bytes. Its articles are packed before they come there.
const STORE_BLOCK: usize = 16_384;

/// What tantivy is told of how text is cut: it never is, all terms are put where they belong by
/// [`document`](super::document).
const RAW: &str = "raw";

/// The column of the people that each article names.
pub(super) const PEOPLE: &str = "person_name";
/// The column of its countries, by their codes.
pub(super) const COUNTRIES: &str = "country_code";

/// Terms of `text` that are no words begin with this character; no word does.
pub(super) mod mark {
    /// Any person.
    pub(in crate::index) const PERSON: &str = "\u{1}P";
    /// A person; the name's key follows.
    pub(in crate::index) const PERSON_KEY: &str = "\u{1}p";
    /// Any country.
    pub(in crate::index) const COUNTRY: &str = "\u{1}C";
    /// A country; its code follows.
    pub(in crate::index) const COUNTRY_CODE: &str = "\u{1}c";
    /// Any date.
    pub(in crate::index) const DATE: &str = "\u{1}D";
    /// First word of a sentence that does not begin a paragraph.
    pub(in crate::index) const SENTENCE: &str = "\u{1}s";
    /// First word of a paragraph.
    pub(in crate::index) const PARAGRAPH: &str = "\u{1}g";
    /// Last word of the lead.
    pub(in crate::index) const LEAD_END: &str = "\u{1}l";
    /// Stands before a word as written that is not its own stem.
    pub(in crate::index) const WRITTEN: char = '\u{3}';
    /// First word of a mention that directly follows another mention of the same kind.
    pub(in crate::index) const NEXT_MENTION: &str = "\u{1}n";
}

/// The term that stands wherever a term of [`Fields::text`] does, when there is one: the stem of a word as written, the
/// mark of an entity's kind. The positions of the term in an article are kept as numbers of those of its anchor, from
/// 0, each once: that takes a quarter of the room.
pub(super) fn anchor(term: &str, stems: &Stems) -> Option<String> {
    if let Some(word) = term.strip_prefix(mark::WRITTEN) {
        Some(stems.of(word))
    } else if term.starts_with(mark::PERSON_KEY) {
        Some(mark::PERSON.to_owned())
    } else if term.starts_with(mark::COUNTRY_CODE) {
        Some(mark::COUNTRY.to_owned())
    } else {
        None
    }
}

/// The term of [`Fields::surname`] for a name of several words, by its key.
pub(super) fn surname(key: &str) -> Option<&str> {
    key.rsplit_once(' ').map(|(_, last)| last)
}

/// The fields of the index.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields {
    /// Identity, one raw term.
    pub(super) id: Field,
    /// Hash of everything stored but where it was read, fast: what tells whether an article changed, and the stable
    /// key that breaks ties.
    pub(super) hash: Field,
    /// Path of the archive file, one raw term.
    pub(super) origin: Field,
    /// Stems of all words with positions, title before body (see [`BODY_START`]); beside each that differs
    /// from its word, the word as written; and what stands at words, see [`mark`]. Positions of a term with an
    /// [`anchor`] are numbers of those of the anchor.
    pub(super) text: Field,
    /// Stems of the title with frequencies.
    pub(super) title_stem: Field,
    /// Words of the byline with positions.
    pub(super) byline: Field,
    /// Last words of the names of people that have several, as often as these are mentioned.
    pub(super) surname: Field,
    /// Places: folded name, and folded name with the country's code.
    pub(super) place: Field,
    /// Calendar terms of the publication date.
    pub(super) published: Field,
    /// Calendar terms of the dates of the text.
    pub(super) mentions: Field,
    /// Names of what the article has: `person`, `title`, …
    pub(super) has: Field,
    /// Publication, folded.
    pub(super) source: Field,
    /// Section, folded.
    pub(super) section: Field,
    /// Language, folded.
    pub(super) language: Field,
    /// Kind of piece, folded.
    pub(super) kind: Field,
    /// Address, folded.
    pub(super) url: Field,
    /// Publication as seconds since 1970, fast.
    pub(super) published_at: Field,
    /// Publication as a packed interval, fast.
    pub(super) published_on: Field,
    /// Dates of the text as packed intervals, fast, each once.
    pub(super) mentioned: Field,
    /// Words of the body, fast.
    pub(super) length: Field,
    /// Seconds since 1970 when the article was added, fast.
    pub(super) ingested: Field,
    /// Fingerprint of the body, fast: see [`Sketcher`](super::copies::Sketcher).
    pub(super) sketch: Field,
    /// Names of people, fast, each once.
    pub(super) person_name: Field,
    /// Codes of countries, fast, each once.
    pub(super) country_code: Field,
    /// Places as a query takes them, fast, each once.
    pub(super) place_name: Field,
    /// Publication, fast.
    pub(super) source_name: Field,
    /// Section, fast.
    pub(super) section_name: Field,
    /// Language, fast.
    pub(super) language_name: Field,
    /// The article and its annotations.
    pub(super) stored: Field,
}

impl Fields {
    /// The fields and their schema.
    pub(super) fn build() -> (Self, Schema) {
        let mut schema = Schema::builder();
        let terms = |option, norms| {
            TextOptions::default().set_indexing_options(
                TextFieldIndexing::default()
                    .set_tokenizer(RAW)
                    .set_index_option(option)
                    .set_fieldnorms(norms),
            )
        };
        let basic = IndexRecordOption::Basic;
        let freqs = IndexRecordOption::WithFreqs;
        let positions = IndexRecordOption::WithFreqsAndPositions;
        let raw = || terms(basic, false);
        let fast = || NumericOptions::default().set_fast();
        let names = || TextOptions::default().set_fast(RAW);
        let fields = Self {
            id: schema.add_text_field("id", raw()),
            hash: schema.add_u64_field("hash", fast()),
            origin: schema.add_text_field("origin", raw()),
            text: schema.add_text_field("text", terms(positions, true)),
            title_stem: schema.add_text_field("title_stem", terms(freqs, true)),
            byline: schema.add_text_field("byline", terms(positions, false)),
            surname: schema.add_text_field("surname", terms(freqs, false)),
            place: schema.add_text_field("place", terms(basic, false)),
            published: schema.add_text_field("published", terms(basic, false)),
            mentions: schema.add_text_field("mentions", terms(basic, false)),
            has: schema.add_text_field("has", terms(basic, false)),
            source: schema.add_text_field("source", raw()),
            section: schema.add_text_field("section", raw()),
            language: schema.add_text_field("language", raw()),
            kind: schema.add_text_field("kind", raw()),
            url: schema.add_text_field("url", raw()),
            published_at: schema.add_i64_field("published_at", fast()),
            published_on: schema.add_u64_field("published_on", fast()),
            mentioned: schema.add_u64_field("mentioned", fast()),
            length: schema.add_u64_field("length", fast()),
            ingested: schema.add_i64_field("ingested", fast()),
            sketch: schema.add_u64_field("sketch", fast()),
            person_name: schema.add_text_field(PEOPLE, names()),
            country_code: schema.add_text_field(COUNTRIES, names()),
            place_name: schema.add_text_field("place_name", names()),
            source_name: schema.add_text_field("source_name", names()),
            section_name: schema.add_text_field("section_name", names()),
            language_name: schema.add_text_field("language_name", names()),
            stored: schema.add_bytes_field("stored", BytesOptions::default().set_stored()),
        };
        (fields, schema.build())
    }
}

/// A term of a text field.
pub(super) fn term(field: Field, text: &str) -> Term {
    Term::from_field_text(field, text)
}

/// How tantivy keeps the documents.
pub(super) fn settings() -> IndexSettings {
    IndexSettings {
        docstore_compression: Compressor::None,
        docstore_blocksize: STORE_BLOCK,
        ..IndexSettings::default()
    }
}

/// The fields as JSON, for `schema/index.json`.
pub fn describe() -> serde_json::Value {
    let (_, schema) = Fields::build();
    serde_json::json!({
        "format": FORMAT,
        "engine": tantivy::version_string(),
        "body_start": BODY_START,
        "fields": schema,
    })
}
