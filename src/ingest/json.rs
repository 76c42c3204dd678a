//! JSON: objects, arrays, wrappers around arrays, one value a line or many in a row; of any length.

mod mend;
mod split;

use std::io::BufRead;
use std::ops::ControlFlow;

use super::record::{self, Reading};
use super::stream::{self, Line};
use super::value::Value;
use super::{Emitter, Flag, Flow, code, encoding};
use split::{Piece, Splitter};

/// Reads lines of JSON, one record each.
pub(super) fn lines(reader: &mut dyn BufRead, emit: &mut Emitter<'_>) -> Flow {
    let limit = emit.options().max_record_bytes;
    let mut line = Vec::new();
    let mut number = 0;
    let mut first = true;
    loop {
        let state = match stream::read_line(reader, &mut line, limit) {
            Ok(state) => state,
            Err(error) => {
                // A line cut off by the fault is no record; the fault says so.
                return emit.read_error(Some(number + 1), &error);
            }
        };
        number += 1;
        match state {
            Line::End => return Flow::Continue(()),
            Line::TooLong => {
                let message =
                    format!("the line is longer than {} MB, the limit for one article", limit >> 20);
                emit.reject(Some(number), code::TOO_LARGE, message)?;
                // Its room is not needed again.
                line = Vec::new();
            }
            Line::Full => {
                let bytes =
                    line.strip_prefix(b"\xef\xbb\xbf").filter(|_| first).unwrap_or(&line).trim_ascii();
                first = false;
                if !bytes.is_empty() {
                    value(bytes, number, true, emit)?;
                }
            }
        }
    }
}

/// Reads a JSON document, or values one after the other.
pub(super) fn document(reader: &mut dyn BufRead, emit: &mut Emitter<'_>) -> Flow {
    let limit = emit.options().max_record_bytes;
    let mut splitter = Splitter::new(reader, limit);
    let mut record = 0;
    loop {
        match splitter.next_piece() {
            Ok(Piece::Value { bytes, alone }) => {
                record += 1;
                value(bytes, record, !alone, emit)?;
            }
            Ok(Piece::TooLarge) => {
                record += 1;
                let message =
                    format!("the value is longer than {} MB, the limit for one article", limit >> 20);
                emit.reject(Some(record), code::TOO_LARGE, message)?;
            }
            Ok(Piece::Broken(message)) => return emit.reject(Some(record + 1), code::BAD_JSON, message),
            Ok(Piece::End) => return Flow::Continue(()),
            Err(error) => return emit.read_error(Some(record + 1), &error),
        }
    }
}

/// Reads one value; `numbered` when it is one of several.
fn value(bytes: &[u8], number: u64, numbered: bool, emit: &mut Emitter<'_>) -> Flow {
    let mut decoded = encoding::decode(bytes, None);
    if let Some(error) = values(&decoded.text, number, numbered, &decoded.flags, emit)? {
        if error.is_eof() || error.to_string().contains("recursion limit") {
            return refuse(&error, number, emit);
        }
        let message = format!("mended what was no JSON: {error}");
        decoded.flags.push(Flag { code: code::BAD_JSON, message });
        let mended = mend::mend(&decoded.text);
        if values(&mended, number, numbered, &decoded.flags, emit)?.is_some() {
            return refuse(&error, number, emit);
        }
    }
    Flow::Continue(())
}

/// Reads the values of a text, one as a rule; the error where one is no JSON and none came before it.
fn values(
    text: &str,
    number: u64,
    numbered: bool,
    flags: &[Flag],
    emit: &mut Emitter<'_>,
) -> ControlFlow<(), Option<serde_json::Error>> {
    let values = serde_json::Deserializer::from_str(text).into_iter::<Value<'_>>();
    for (seen, value) in (1..).zip(values) {
        let value = match value {
            Ok(value) => value,
            Err(error) if seen == 1 => return ControlFlow::Continue(Some(error)),
            Err(error) => return refuse(&error, number, emit).map_continue(|()| None),
        };
        if seen == 2 {
            emit.note(Some(number), code::BAD_JSON, "several values on one line; each was read")?;
        }
        let record = (numbered || seen > 1).then_some(number);
        read_value(&value, record, seen, flags, emit)?;
    }
    ControlFlow::Continue(None)
}

fn refuse(error: &serde_json::Error, number: u64, emit: &mut Emitter<'_>) -> Flow {
    let (code, message) = fault(error);
    emit.reject(Some(number), code, message)
}

/// The articles of a value: itself, those it wraps, those of a list.
fn read_value(
    value: &Value<'_>,
    record: Option<u64>,
    seen: u64,
    flags: &[Flag],
    emit: &mut Emitter<'_>,
) -> Flow {
    let map = &emit.options().map;
    match record::read(value, map) {
        // Articles in a list go before what is only said of the list.
        Reading::Article(mut draft) if !draft.body.trim().is_empty() => {
            if seen > 1 {
                place_id(&mut draft, record, seen, emit);
            }
            article(*draft, record, flags, emit)
        }
        reading => {
            let is_article = |value: &Value<'_>| !matches!(record::read(value, map), Reading::Foreign);
            let list = match value {
                Value::List(items) => Some(items.as_slice()),
                value => record::wrapped(value, &is_article),
            };
            match (list, reading) {
                (Some(items), _) => {
                    for (number, item) in (1_u64..).zip(items) {
                        match record::read(item, map) {
                            Reading::Article(mut draft) | Reading::Summary(mut draft) => {
                                place_id(&mut draft, record, number, emit);
                                article(*draft, record.or(Some(number)), flags, emit)?;
                            }
                            Reading::Foreign => foreign(item, record.or(Some(number)), emit)?,
                        }
                    }
                    Flow::Continue(())
                }
                (None, Reading::Article(draft) | Reading::Summary(draft)) => {
                    article(*draft, record, flags, emit)
                }
                (None, Reading::Foreign) => foreign(value, record, emit),
            }
        }
    }
}

/// Tells several articles of one line apart, where nothing in them does.
fn place_id(draft: &mut super::Draft, record: Option<u64>, number: u64, emit: &Emitter<'_>) {
    if let Some(record) = record
        && draft.id.is_none()
        && draft.url.is_none()
    {
        draft.id = Some(format!("{}#{record}.{number}", emit.path()));
    }
}

fn article(mut draft: super::Draft, record: Option<u64>, flags: &[Flag], emit: &mut Emitter<'_>) -> Flow {
    draft.record = record;
    draft.flags.extend_from_slice(flags);
    emit.draft(draft)
}

fn foreign(value: &Value<'_>, record: Option<u64>, emit: &mut Emitter<'_>) -> Flow {
    let message = match value {
        Value::Map(pairs) if !pairs.is_empty() => {
            const SHOWN: usize = 8;
            let keys: Vec<&str> = pairs.iter().take(SHOWN).map(|(key, _)| key.as_ref()).collect();
            let keys: String = keys.join(", ").chars().take(200).collect();
            format!(
                "no field is known as headline or text among {keys} — name them with --map title=…,body=…"
            )
        }
        _ => "no object with the fields of an article".to_owned(),
    };
    emit.reject(record, code::NOT_ARTICLE, message)
}

fn fault(error: &serde_json::Error) -> (&'static str, String) {
    let text = error.to_string();
    if text.contains("recursion limit") {
        return (code::TOO_DEEP, "nested more than 128 deep".into());
    }
    let text = text.split(" at line ").next().unwrap_or_default();
    (code::BAD_JSON, format!("{text} at column {}", error.column()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{Outcome, ReadOptions};

    fn run(text: &str, parse: fn(&mut dyn BufRead, &mut Emitter<'_>) -> Flow, limit: usize) -> Vec<String> {
        let options = ReadOptions { max_record_bytes: limit, ..ReadOptions::default() };
        let mut seen = Vec::new();
        let mut sink = |outcome| {
            seen.push(match outcome {
                Outcome::Article(article, _) => format!("{} {}", article.id, article.body),
                Outcome::Reject(reject) => format!("{} {}", reject.origin, reject.code),
                Outcome::Flagged(origin, flag) => format!("{origin} ({})", flag.code),
                Outcome::Opened(..) => String::new(),
            });
            Flow::Continue(())
        };
        let mut emit = Emitter::new("f".into(), &options, &mut sink);
        let _ = parse(&mut text.as_bytes(), &mut emit);
        seen
    }

    const MUCH: usize = 1 << 20;

    #[test]
    fn one_bad_line_costs_one_record() {
        let text = "\u{feff}{\"id\":\"a\",\"text\":\"one\"}\n\n{\"id\":\"b\",\n{\"id\":\"c\",\"text\":\"two\"}\n[1]\n";
        assert_eq!(run(text, lines, MUCH), ["a one", "f:3 bad_json", "c two", "f:5 not_article"]);
        let long = format!("{{\"text\":\"{}\"}}\n{{\"id\":\"z\",\"text\":\"ok\"}}", "x".repeat(100));
        assert_eq!(run(&long, lines, 50), ["f:1 too_large", "z ok"]);
        let two = "{\"id\":\"a\",\"text\":\"one\"}{\"id\":\"b\",\"text\":\"two\"}\n";
        assert_eq!(run(two, lines, MUCH), ["a one", "f:1 (bad_json)", "b two"]);
    }

    #[test]
    fn documents_of_all_shapes() {
        let article = r#"{"title":"T","text":"one"}"#;
        for (text, expected) in [
            (article.to_owned(), &["f one"][..]),
            (format!("[{article},\n{article}]"), &["f#1 one", "f#2 one"]),
            (format!(r#"{{"status":"ok","articles":[{article},{article}]}}"#), &["f#1 one", "f#2 one"]),
            (format!(r#"{{"response":{{"docs":[{article}]}},"title":"x"}}"#), &["f#1 one"]),
            (format!("{article}\n{article}"), &["f one", "f#2 one"]),
            (r#"{"name":"x"}"#.to_owned(), &["f not_article"]),
            ("{\"title\":\"T\",\"text\":\"one\",}".to_owned(), &["f one"]),
            (format!("[{article}, {{\"x\":}}, {article}]"), &["f#1 one", "f:2 bad_json", "f#3 one"]),
            (format!("[{article}, {{\"x\":"), &["f#1 one", "f:2 bad_json"]),
        ] {
            assert_eq!(run(&text, document, MUCH), expected, "{text}");
        }
    }

    #[test]
    fn a_wrapper_larger_than_the_limit_is_streamed() {
        let article = r#"{"title":"T","text":"one"}"#;
        let many = vec![article; 50].join(",");
        let text = format!(r#"{{"meta":{{"n":[1,2]}},"response":{{"docs":[{many}]}},"after":1}}"#);
        let seen = run(&text, document, 200);
        assert_eq!(seen.len(), 50, "{seen:?}");
        assert_eq!(seen[49], "f#50 one");
    }

    #[test]
    fn depth_is_an_error_and_no_crash() {
        let deep = "[".repeat(100_000);
        assert_eq!(run(&deep, document, MUCH), ["f:1 too_deep"]);
        let deep = format!("{{\"a\":{}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(run(&deep, document, MUCH), ["f:1 too_deep"]);
    }
}
