//! Binary formats by their first bytes.

use memchr::memmem;

use super::Container;
use crate::ingest::code;

/// The container the bytes begin.
pub(super) fn container(head: &[u8]) -> Option<Container> {
    let starts = |magic: &[u8]| head.starts_with(magic);
    if starts(b"\x1f\x8b") {
        Some(Container::Gzip)
    } else if starts(b"\x28\xb5\x2f\xfd")
        || head.len() > 8 && head[0] & 0xf0 == 0x50 && head[1..4] == *b"\x2a\x4d\x18"
    {
        Some(Container::Zstd)
    } else if starts(b"\xfd7zXZ\0") {
        Some(Container::Xz)
    } else if head.len() > 10
        && starts(b"BZh")
        && (head[4..10] == *b"\x31\x41\x59\x26\x53\x59" || head[4..10] == *b"\x17\x72\x45\x38\x50\x90")
    {
        Some(Container::Bzip2)
    } else if starts(b"PK\x03\x04") || starts(b"PK\x05\x06") {
        Some(Container::Zip)
    } else if is_tar(head) {
        Some(Container::Tar)
    } else {
        None
    }
}

/// A tar header block, by its magic or (old archives) its check sum.
fn is_tar(head: &[u8]) -> bool {
    let Some(block) = head.get(..512) else {
        return false;
    };
    if block[257..262] == *b"ustar" {
        return true;
    }
    let stated = std::str::from_utf8(&block[148..156])
        .ok()
        .and_then(|field| u32::from_str_radix(field.trim_matches(['\0', ' ']), 8).ok());
    let sum: u32 = block.iter().map(|b| u32::from(*b)).sum();
    let field: u32 = block[148..156].iter().map(|b| u32::from(*b)).sum();
    block[0] != 0 && stated == Some(sum - field + 8 * 32)
}

/// Why a zip is a document of an office program and not an archive, with the tool that converts it.
pub(super) fn office(head: &[u8]) -> Option<&'static str> {
    let start = &head[..head.len().min(8192)];
    let holds = |name: &str| memmem::find(start, name.as_bytes()).is_some();
    if holds("application/epub+zip") {
        Some("an EPUB book — convert it with `pandoc -t plain`")
    } else if holds("application/vnd.oasis.opendocument") {
        Some("an OpenDocument file — convert it with `pandoc -t plain` or `libreoffice --convert-to txt`")
    } else if holds("[Content_Types].xml") || holds("word/document.xml") || holds("_rels/.rels") {
        Some("an Office file — convert it with `pandoc -t plain` or `libreoffice --convert-to txt`")
    } else {
        None
    }
}

/// Reject code and message for binary formats that hold no articles or none we read.
pub(super) fn foreign(head: &[u8], complete: bool, suffix: &str) -> Option<(&'static str, String)> {
    let starts = |magic: &[u8]| head.starts_with(magic);
    let unsupported = |text: &str| Some((code::UNSUPPORTED, text.to_owned()));
    let not_text = |text: &str| Some((code::NOT_TEXT, text.to_owned()));
    if starts(b"%PDF-") {
        // A whole PDF ends with a trailer and its mark.
        if complete && memmem::find(head, b"startxref").is_none() {
            return Some((code::BAD_PDF, "a damaged PDF: it has no cross-reference table".into()));
        }
        return unsupported("a PDF — convert it with `pdftotext -layout`");
    }
    if starts(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return unsupported(
            "an old Office file — convert it with `libreoffice --convert-to txt` or `catdoc`",
        );
    }
    if starts(b"{\\rtf") {
        return unsupported("an RTF file — convert it with `pandoc -t plain` or `unrtf --text`");
    }
    if starts(b"7z\xbc\xaf\x27\x1c") || starts(b"Rar!\x1a\x07") {
        return unsupported("a 7-Zip or RAR archive — unpack it with `7z x`");
    }
    if starts(b"\x04\x22\x4d\x18") {
        return unsupported("an LZ4 file — unpack it with `lz4 -d`");
    }
    if starts(b"SQLite format 3\0") {
        return unsupported("an SQLite database — export it with `sqlite3 -json FILE 'select …'`");
    }
    if starts(b"PAR1") || starts(b"ARROW1") {
        return unsupported("a Parquet or Arrow table — convert it to JSON lines, e.g. with `duckdb`");
    }
    let image = [
        &b"\xff\xd8\xff"[..],
        b"\x89PNG\r\n",
        b"GIF87a",
        b"GIF89a",
        b"II*\0",
        b"MM\0*",
        b"8BPS",
        b"\0\0\x01\0",
    ]
    .into_iter()
    .any(starts);
    if image || starts(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        return not_text("an image — text in a scan is read with `tesseract`");
    }
    let media = [&b"ID3"[..], b"OggS", b"fLaC", b"RIFF", b"\x1a\x45\xdf\xa3", b"\0\0\x01\xba"]
        .into_iter()
        .any(starts);
    if media || head.get(4..8) == Some(b"ftyp") {
        return not_text("sound or video");
    }
    if starts(b"\x7fELF") || starts(b"MZ") && head.contains(&0) || starts(b"\xca\xfe\xba\xbe") {
        return not_text("a program");
    }
    match suffix {
        "pdf" => Some((code::BAD_PDF, "named as a PDF but it is none".into())),
        "doc" | "docx" | "xls" | "xlsx" | "ppt" | "pptx" | "odt" | "ods" | "odp" | "pages" | "key"
        | "numbers" => unsupported("named as an Office file — convert it with `pandoc -t plain`"),
        _ => None,
    }
}
