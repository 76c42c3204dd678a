//! `dateline annotate`: text in, people, countries and dates out, as JSON lines.

use std::io::{self, BufRead, Write};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::article::{Interval, Part, Published, PublishedVia, Span, country};
use crate::extract::{Annotations, Extractor, Input};

/// A line of `--jsonl` input.
#[derive(Deserialize)]
struct Line {
    id: serde_json::Value,
    text: String,
    #[serde(default)]
    title: Option<String>,
    #[serde(default)]
    published: Option<String>,
    #[serde(default)]
    source: Option<String>,
}

#[derive(Serialize)]
struct Annotated<'a> {
    id: &'a serde_json::Value,
    people: Vec<PersonOut<'a>>,
    countries: Vec<CountryOut<'a>>,
    dates: Vec<DateOut<'a>>,
}

#[derive(Serialize)]
struct PersonOut<'a> {
    name: &'a str,
    mentions: Vec<MentionOut<'a>>,
}

#[derive(Serialize)]
struct CountryOut<'a> {
    code: &'a str,
    name: &'a str,
    mentions: Vec<MentionOut<'a>>,
}

#[derive(Serialize)]
struct MentionOut<'a> {
    start: usize,
    end: usize,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    via: Option<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'a str>,
}

#[derive(Serialize)]
struct DateOut<'a> {
    start: usize,
    end: usize,
    text: &'a str,
    value: String,
    granularity: String,
}

/// Reads articles from `input` and writes a line for each to `output`: one plain text, or with `jsonl` a
/// record a line. Offsets count characters of the text. A line that is no record is reported to `warn`.
/// Returns how many lines were passed over.
pub(super) fn run(
    jsonl: bool,
    published: Option<Interval>,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
    warn: &mut dyn Write,
) -> anyhow::Result<u64> {
    let extractor = Extractor::new();
    if !jsonl {
        let mut bytes = Vec::new();
        input.read_to_end(&mut bytes).context("cannot read standard input")?;
        let text = String::from_utf8_lossy(&bytes);
        let annotations = extractor.annotate(&Input { body: &text, published, ..Input::default() });
        write(output, &"-".into(), &text, &annotations)?;
        return Ok(0);
    }
    let mut passed_over = 0;
    let mut line = Vec::new();
    for number in 1u64.. {
        line.clear();
        if input.read_until(b'\n', &mut line).context("cannot read standard input")? == 0 {
            break;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let record: Line = match serde_json::from_slice(&line) {
            Ok(record) => record,
            Err(cause) => {
                passed_over += 1;
                writeln!(
                    warn,
                    "warning: line {number} is not a record: {cause}; it needs at least \"id\" and \"text\""
                )?;
                continue;
            }
        };
        let day = record
            .published
            .as_deref()
            .and_then(|text| Published::parse(text, PublishedVia::Record, None).ok())
            .map(|published| published.on)
            .or(published);
        let annotations = extractor.annotate(&Input {
            title: record.title.as_deref().unwrap_or(""),
            body: &record.text,
            published: day,
            source: record.source.as_deref(),
            dateline: None,
        });
        write(output, &record.id, &record.text, &annotations)?;
    }
    Ok(passed_over)
}

fn write(output: &mut dyn Write, id: &serde_json::Value, text: &str, found: &Annotations) -> io::Result<()> {
    let chars = CharOffsets::new(text);
    let mention = |span: Span, via, place| MentionOut {
        start: chars.at(span.start),
        end: chars.at(span.end),
        text: text.get(span.start as usize..span.end as usize).unwrap_or(""),
        via,
        place,
    };
    let in_text = |span: &Span| span.part == Part::Body;
    let line = Annotated {
        id,
        people: found
            .people
            .iter()
            .map(|person| PersonOut {
                name: &person.name,
                mentions: person
                    .mentions
                    .iter()
                    .filter(|m| in_text(&m.span))
                    .map(|m| mention(m.span, None, None))
                    .collect(),
            })
            .collect(),
        countries: found
            .countries
            .iter()
            .map(|found| CountryOut {
                code: found.code,
                name: country::by_code(found.code).map_or(found.code, |country| country.name),
                mentions: found
                    .mentions
                    .iter()
                    .filter(|m| in_text(&m.span))
                    .map(|m| mention(m.span, serde_json::to_value(m.via).ok(), m.place.as_deref()))
                    .collect(),
            })
            .collect(),
        dates: found
            .dates
            .iter()
            .filter(|date| in_text(&date.span))
            .map(|date| DateOut {
                start: chars.at(date.span.start),
                end: chars.at(date.span.end),
                text: text.get(date.span.start as usize..date.span.end as usize).unwrap_or(""),
                value: date.value.value(),
                granularity: date.value.granularity.to_string(),
            })
            .collect(),
    };
    serde_json::to_writer(&mut *output, &line)?;
    output.write_all(b"\n")
}

/// Byte offset → character offset: the number of characters before every 64th byte, counted on from there.
struct CharOffsets<'a> {
    text: &'a [u8],
    every_64: Vec<usize>,
}

impl<'a> CharOffsets<'a> {
    fn new(text: &'a str) -> Self {
        let text = text.as_bytes();
        let mut every_64 = vec![0];
        let mut count = 0;
        for block in text.chunks(64) {
            count += starts(block);
            every_64.push(count);
        }
        Self { text, every_64 }
    }

    fn at(&self, byte: u32) -> usize {
        let byte = (byte as usize).min(self.text.len());
        self.every_64[byte / 64] + starts(&self.text[byte / 64 * 64..byte])
    }
}

/// Characters that begin in a stretch of UTF-8.
fn starts(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| **b & 0xc0 != 0x80).count()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn character_offsets_count_characters() {
        let text = "Łódź ".repeat(40);
        let offsets = CharOffsets::new(&text);
        for (chars, (bytes, _)) in text.char_indices().enumerate() {
            assert_eq!(offsets.at(bytes as u32), chars);
        }
        assert_eq!(offsets.at(text.len() as u32), text.chars().count());
    }

    #[test]
    fn a_broken_line_is_passed_over_and_named() {
        let (mut out, mut warn) = (Vec::new(), Vec::new());
        let input = b"{\"id\":1,\"text\":\"a\"}\n{oops\n\n{\"id\":2,\"text\":\"b\"}\n";
        assert_eq!(run(true, None, &mut &input[..], &mut out, &mut warn).unwrap(), 1);
        assert_eq!(String::from_utf8(out).unwrap().lines().count(), 2);
        assert!(String::from_utf8(warn).unwrap().contains("line 2"));
    }
}
