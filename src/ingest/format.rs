//! The formats an archive may hold.

use serde::{Deserialize, Serialize};

/// A format articles are read from. Containers (gzip, zip, tar, …) are no formats: they are opened on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Plain text; the first line is the title.
    Text,
    /// Markdown, with YAML, TOML or no front matter.
    Markdown,
    /// JSON: an object, an array, or a wrapper around an array of articles; ninjs 1–3 among them.
    Json,
    /// JSON, one article a line.
    Jsonl,
    /// Comma-separated values; semicolons and bars are sniffed.
    Csv,
    /// Tab-separated values.
    Tsv,
    /// HTML and XHTML pages.
    Html,
    /// NITF, with the NYT Annotated variant.
    Nitf,
    /// NewsML 1.x.
    Newsml1,
    /// NewsML-G2.
    NewsmlG2,
    /// Reuters Corpus volume 1.
    Rcv1,
    /// XML whose elements are named as the fields of an article.
    Xml,
    /// RSS, Atom and WordPress exports.
    Feed,
    /// MediaWiki XML dumps.
    Mediawiki,
    /// Reuters-21578 SGML.
    Reuters21578,
    /// TREC SGML.
    Trec,
    /// WARC and ARC web archives.
    Warc,
    /// One mail message.
    Eml,
    /// A mailbox of mail messages.
    Mbox,
    /// IPTC 7901 and ANPA wire messages.
    Iptc7901,
}

/// How much of an input a format's parser sees at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grain {
    /// The whole decoded text; inputs over the record limit are rejected.
    Document,
    /// A stream of bytes, of any length, decoded record by record.
    Stream,
}

impl Format {
    /// All formats, in the order help texts list them.
    pub const ALL: [Self; 20] = [
        Self::Text,
        Self::Markdown,
        Self::Json,
        Self::Jsonl,
        Self::Csv,
        Self::Tsv,
        Self::Html,
        Self::Nitf,
        Self::Newsml1,
        Self::NewsmlG2,
        Self::Rcv1,
        Self::Xml,
        Self::Feed,
        Self::Mediawiki,
        Self::Reuters21578,
        Self::Trec,
        Self::Warc,
        Self::Eml,
        Self::Mbox,
        Self::Iptc7901,
    ];

    /// The name `--format` takes and reports show.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Markdown => "markdown",
            Self::Json => "json",
            Self::Jsonl => "jsonl",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Html => "html",
            Self::Nitf => "nitf",
            Self::Newsml1 => "newsml1",
            Self::NewsmlG2 => "newsml-g2",
            Self::Rcv1 => "rcv1",
            Self::Xml => "xml",
            Self::Feed => "feed",
            Self::Mediawiki => "mediawiki",
            Self::Reuters21578 => "reuters21578",
            Self::Trec => "trec",
            Self::Warc => "warc",
            Self::Eml => "eml",
            Self::Mbox => "mbox",
            Self::Iptc7901 => "iptc7901",
        }
    }

    /// The format a name stands for, any case; the usual other names (`txt`, `md`, `ninjs`, `rss`, …) are known.
    pub fn from_name(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        Self::ALL.into_iter().find(|format| format.name() == name).or_else(|| {
            Some(match name.as_str() {
                "txt" | "plain" => Self::Text,
                "md" => Self::Markdown,
                "ninjs" => Self::Json,
                "ndjson" | "json-lines" | "jsonlines" => Self::Jsonl,
                "htm" | "xhtml" => Self::Html,
                "newsml" | "newsml-1" => Self::Newsml1,
                "newsmlg2" | "g2" => Self::NewsmlG2,
                "rss" | "atom" | "wxr" => Self::Feed,
                "wikinews" | "wiki" => Self::Mediawiki,
                "reuters" | "reuters-21578" => Self::Reuters21578,
                "trec-sgml" | "sgml" => Self::Trec,
                "arc" | "wet" => Self::Warc,
                "email" | "mail" => Self::Eml,
                "anpa" | "iptc-7901" => Self::Iptc7901,
                _ => return None,
            })
        })
    }

    /// Whether its parser wants the whole decoded text or a stream of bytes.
    pub fn grain(self) -> Grain {
        match self {
            Self::Text
            | Self::Markdown
            | Self::Html
            | Self::Nitf
            | Self::Newsml1
            | Self::NewsmlG2
            | Self::Rcv1
            | Self::Xml
            | Self::Iptc7901 => Grain::Document,
            Self::Json
            | Self::Jsonl
            | Self::Csv
            | Self::Tsv
            | Self::Feed
            | Self::Mediawiki
            | Self::Reuters21578
            | Self::Trec
            | Self::Warc
            | Self::Eml
            | Self::Mbox => Grain::Stream,
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_reads_back_and_is_the_serialised_form() {
        for format in Format::ALL {
            assert_eq!(Format::from_name(format.name()), Some(format));
            let json = serde_json::to_string(&format).unwrap_or_default();
            assert_eq!(json, format!("\"{}\"", format.name()));
        }
        assert_eq!(Format::from_name("docx"), None);
    }
}
