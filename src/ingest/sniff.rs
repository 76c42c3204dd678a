//! Telling what an input is: by its bytes first, by its name second.

mod magic;
mod text;

use super::encoding::{self, Verdict};
use super::{Format, code};

/// A container: compression or a bundle of files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Container {
    Gzip,
    Zstd,
    Xz,
    Bzip2,
    Tar,
    Zip,
}

impl Container {
    /// Ends of names that say this container; the first is taken off to name what is inside.
    fn suffixes(self) -> &'static [&'static str] {
        match self {
            Self::Gzip => &["gz", "tgz", "gzip"],
            Self::Zstd => &["zst", "tzst", "zstd"],
            Self::Xz => &["xz", "txz", "lzma"],
            Self::Bzip2 => &["bz2", "tbz", "tbz2"],
            Self::Tar => &["tar"],
            Self::Zip => &["zip"],
        }
    }

    fn of_suffix(suffix: &str) -> Option<Self> {
        [Self::Gzip, Self::Zstd, Self::Xz, Self::Bzip2, Self::Tar, Self::Zip]
            .into_iter()
            .find(|container| container.suffixes().contains(&suffix))
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Xz => "xz",
            Self::Bzip2 => "bzip2",
            Self::Tar => "tar",
            Self::Zip => "zip",
        }
    }

    /// The name of what is inside a compressed file: `a.json.gz` → `a.json`, `a.tgz` → `a.tar`.
    pub(super) fn inner_name(self, name: &str) -> String {
        match name.rsplit_once('.') {
            Some((stem, suffix)) if self.suffixes()[0].eq_ignore_ascii_case(suffix) => stem.to_owned(),
            Some((stem, suffix)) if suffix.len() > 1 && suffix.starts_with(['t', 'T']) => {
                format!("{stem}.tar")
            }
            _ => name.to_owned(),
        }
    }
}

/// What an input is.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A container to be opened.
    Container(Container),
    /// Text of a format in an encoding.
    Text(Format, Verdict),
    /// Nothing that is read: reject code and message.
    Nothing(&'static str, String),
}

/// Tells an input by its first bytes (all of them when `complete`) and its name.
pub(super) fn sniff(head: &[u8], complete: bool, name: &str, forced: Option<Format>) -> Kind {
    if head.is_empty() {
        return Kind::Nothing(code::EMPTY_FILE, "the file is empty".into());
    }
    let suffix = suffix_of(name);
    if let Some(container) = magic::container(head) {
        return match (container, magic::office(head)) {
            (Container::Zip, Some(what)) => Kind::Nothing(code::UNSUPPORTED, what.into()),
            _ => Kind::Container(container),
        };
    }
    let verdict = encoding::judge(head, None, complete);
    if let Some(format) = forced {
        return Kind::Text(format, verdict);
    }
    if let Some((code, message)) = magic::foreign(head, complete, &suffix) {
        return Kind::Nothing(code, message);
    }
    let (text, _) = verdict.encoding.decode_without_bom_handling(&head[verdict.skip..]);
    if let Some(format) = text::wire(&text) {
        return Kind::Text(format, verdict);
    }
    if !is_text(&text) {
        return Kind::Nothing(code::NOT_TEXT, "the bytes are no text in any encoding".into());
    }
    match text::format(&text, complete, &suffix) {
        Ok(format) => Kind::Text(format, verdict),
        Err((code, message)) => Kind::Nothing(code, message),
    }
}

/// What is wrong when a name promises another container than the bytes hold.
pub(super) fn wrong_name(kind: &Kind, name: &str) -> Option<String> {
    let suffix = suffix_of(name);
    let promised = Container::of_suffix(&suffix);
    match (kind, promised) {
        (Kind::Text(format, _), Some(promised)) => {
            Some(format!("named as {} but not compressed; read as {format}", promised.name()))
        }
        (Kind::Container(found), Some(promised)) if *found != promised => {
            Some(format!("named as {} but it is {}", promised.name(), found.name()))
        }
        (Kind::Container(found), None) if text::knows_suffix(&suffix) => {
            Some(format!("named as .{suffix} but it is {}", found.name()))
        }
        _ => None,
    }
}

fn suffix_of(name: &str) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    file.rsplit_once('.').map(|(_, suffix)| suffix.to_ascii_lowercase()).unwrap_or_default()
}

/// Whether a decoded head reads as text: few control characters, few undecodable bytes.
fn is_text(text: &str) -> bool {
    let mut total = 0_usize;
    let mut odd = 0_usize;
    for c in text.chars() {
        total += 1;
        odd += usize::from(matches!(c, '\0'..='\x08' | '\x0e'..='\x1a' | '\x1c'..='\x1f' | '\u{fffd}'));
    }
    odd * 20 <= total
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(head: &[u8], name: &str) -> String {
        match sniff(head, true, name, None) {
            Kind::Container(container) => container.name().to_owned(),
            Kind::Text(format, _) => format.name().to_owned(),
            Kind::Nothing(code, _) => code.to_owned(),
        }
    }

    #[test]
    fn bytes_go_before_names() {
        for (head, name, expected) in [
            (&b"\x1f\x8b\x08rest"[..], "a.jsonl", "gzip"),
            (b"PK\x03\x04", "a.txt", "zip"),
            (b"%PDF-1.4 x", "a.html", "bad_pdf"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "a.html", "not_text"),
            (b"{\"title\":\"a\",\"text\":\"b\"}\n{\"title\":\"a\"}\n", "a.txt", "jsonl"),
            (b"[\n {\"title\": 1}]", "a.jsonl", "json"),
            (b"{\n \"title\": 1}", "a", "json"),
            (b"[Reuters] Baghdad\n\nText", "a.txt", "text"),
            (b"<?xml version='1.0'?>\n<!-- c --><nitf><body/></nitf>", "a", "nitf"),
            (b"<!DOCTYPE lewis SYSTEM \"lewis.dtd\">\n<REUTERS TOPICS=\"YES\">", "a.sgm", "reuters21578"),
            (b"<DOC>\n<DOCNO> FT911-3 </DOCNO>", "x", "trec"),
            (b"<newsitem itemid=\"1\" xmlns:dc=\"x\">", "x.xml", "rcv1"),
            (b"<newsItem xmlns=\"http://iptc.org/std/nar/2006-10-01/\">", "x.xml", "newsml-g2"),
            (b"<NewsML Version=\"1.2\">", "x.xml", "newsml1"),
            (b"<rss version=\"2.0\">", "x.xml", "feed"),
            (b"<mediawiki xmlns=\"x\">", "x.xml", "mediawiki"),
            (b"<!DOCTYPE html><html>", "x", "html"),
            (b"<svg xmlns='x'></svg>", "x.xml", "not_article"),
            (b"WARC/1.0\r\nWARC-Type: response\r\n", "x", "warc"),
            (b"From a@b.org Sun Nov  5 19:00:00 2023\nSubject: x\n", "x", "mbox"),
            (b"From: a@b.org\r\nSubject: x\r\nDate: 5 Nov 2023\r\n\r\nBody", "x", "eml"),
            (b"---\ntitle: x\n---\nBody", "x", "markdown"),
            (b"id;title;text\n1;a;b\n2;c;d\n", "x", "csv"),
            (b"title\ttext\na\tb\n", "x.tsv", "tsv"),
            (b"A title\n\nA body, with commas, and more.", "x.story", "text"),
            (b"fn main() {}", "x.rs", "not_article"),
            (b"owner", "~$lock.docx", "unsupported"),
        ] {
            assert_eq!(told(head, name), expected, "{name}: {}", String::from_utf8_lossy(head));
        }
    }

    #[test]
    fn names_inside_compressed_files() {
        assert_eq!(Container::Gzip.inner_name("a.json.gz"), "a.json");
        assert_eq!(Container::Gzip.inner_name("a.tgz"), "a.tar");
        assert_eq!(Container::Zstd.inner_name("a.jsonl"), "a.jsonl");
    }
}
