//! The codes a report gives for what was wrong with an input. They are stable: scripts may rely on them.

/// The file has no bytes.
pub const EMPTY_FILE: &str = "empty_file";
/// A record without body text.
pub const EMPTY_BODY: &str = "empty_body";
/// Nothing here is an article: another kind of data, an error page, a redirect.
pub const NOT_ARTICLE: &str = "not_article";
/// Bytes that are no text.
pub const NOT_TEXT: &str = "not_text";
/// A format dateline does not read; the message names a tool that converts it.
pub const UNSUPPORTED: &str = "unsupported";
/// A PDF that is damaged.
pub const BAD_PDF: &str = "bad_pdf";
/// The fields of a table or record could not be matched to those of an article.
pub const NO_MAPPING: &str = "no_mapping";

/// Text that is not JSON.
pub const BAD_JSON: &str = "bad_json";
/// A table row that does not fit its table.
pub const BAD_CSV_ROW: &str = "bad_csv_row";
/// Text that is not XML, past repair.
pub const BAD_XML: &str = "bad_xml";
/// A record of a larger file that is damaged.
pub const BAD_RECORD: &str = "bad_record";
/// Front matter that could not be read; the body was indexed.
pub const BAD_FRONT_MATTER: &str = "bad_front_matter";
/// XML with faults that were read past.
pub const LENIENT_XML: &str = "lenient_xml";
/// Only part of the record could be read.
pub const PARTIAL: &str = "partial";
/// Nested more deeply than any article is.
pub const TOO_DEEP: &str = "too_deep";
/// Larger than the limit for one record or file.
pub const TOO_LARGE: &str = "too_large";

/// The input ends in the middle.
pub const TRUNCATED: &str = "truncated_input";
/// Compressed data that is damaged.
pub const CORRUPT_ARCHIVE: &str = "corrupt_archive";
/// Bytes after the end of compressed data.
pub const TRAILING_GARBAGE: &str = "trailing_garbage";
/// Data made to expand beyond measure.
pub const BOMB: &str = "bomb";
/// A member of a container whose name points outside of it, or that is a link or device.
pub const UNSAFE_PATH: &str = "unsafe_path";
/// The file's name says another format than its bytes.
pub const WRONG_EXTENSION: &str = "wrong_extension";
/// A fault of dateline's own on this input.
pub const INTERNAL: &str = "internal_error";
/// Encrypted, and there is no password.
pub const ENCRYPTED: &str = "encrypted";

/// The declared encoding is not the one the bytes are in.
pub const ENCODING_CONFLICT: &str = "encoding_conflict";
/// No encoding was declared and the bytes are not UTF-8: it was guessed.
pub const ENCODING_GUESSED: &str = "encoding_guessed";
/// The text looks decoded wrongly before it came here (`â€™`).
pub const MOJIBAKE: &str = "mojibake_suspected";
/// Control or direction characters were taken out of the text.
pub const CONTROL_CHARS: &str = "control_chars_stripped";

/// No publication date was found.
pub const DATE_MISSING: &str = "date_missing";
/// A date stands there but cannot be the article's.
pub const DATE_IMPLAUSIBLE: &str = "date_implausible";
/// A date that can be read in two ways.
pub const DATE_AMBIGUOUS: &str = "date_ambiguous";

/// The same article or file again.
pub const DUPLICATE: &str = "duplicate";
/// The file could not be opened or read.
pub const UNREADABLE: &str = "unreadable";
/// A link that leads to a folder above itself.
pub const SYMLINK_CYCLE: &str = "symlink_cycle";
/// A link that leads out of the archive.
pub const SYMLINK_OUTSIDE: &str = "symlink_outside";
/// A pipe, socket or device.
pub const NOT_REGULAR_FILE: &str = "not_regular_file";
