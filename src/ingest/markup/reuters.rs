//! Reuters-21578: the SGML of the 1987 newswire collection.

use std::io::BufRead;

use super::paragraphs;
use super::records::{Piece, Records};
use super::tags::{Tags, Token};
use super::{entity, filed_from};
use crate::article::PublishedVia;
use crate::ingest::{Draft, Emitter, Flow, code, encoding};

/// Reads a file of the collection.
pub(super) fn stream(reader: &mut dyn BufRead, emit: &mut Emitter<'_>) -> Flow {
    let mut records = Records::sgml(reader, &["REUTERS"], emit.options().max_record_bytes);
    let mut bytes = Vec::new();
    let mut number = 0;
    loop {
        let piece = match records.next(&mut bytes) {
            Ok(Some(Piece::Between)) => continue,
            Ok(Some(piece)) => piece,
            Ok(None) if number == 0 => {
                return emit.reject(None, code::NOT_ARTICLE, "there is no <REUTERS> record in it");
            }
            Ok(None) => return Flow::Continue(()),
            Err(error) => return emit.read_error(Some(number + 1), &error),
        };
        number += 1;
        if piece == Piece::TooLarge {
            emit.reject(Some(number), code::TOO_LARGE, "the record is longer than one article may be")?;
            continue;
        }
        let decoded = encoding::decode(&bytes, None);
        let mut draft = read(&decoded.text);
        draft.record = Some(number);
        draft.flags.extend(decoded.flags);
        if piece == Piece::Unclosed {
            draft.flag(code::PARTIAL, "the record has no end; what stands before the next was read");
        }
        emit.draft(draft)?;
    }
}

/// Parts of a record's text by the element they stand in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Date,
    Topics,
    Places,
    People,
    Title,
    Author,
    Dateline,
    Body,
    /// `TEXT` outside its parts: the whole text of a brief.
    Text,
    Other,
}

fn part(name: &str) -> Option<Part> {
    Some(match name.to_ascii_uppercase().as_str() {
        "DATE" => Part::Date,
        "TOPICS" => Part::Topics,
        "PLACES" => Part::Places,
        "PEOPLE" => Part::People,
        "TITLE" => Part::Title,
        "AUTHOR" => Part::Author,
        "DATELINE" => Part::Dateline,
        "BODY" => Part::Body,
        "TEXT" => Part::Text,
        "ORGS" | "EXCHANGES" | "COMPANIES" | "UNKNOWN" | "MKNOTE" => Part::Other,
        _ => return None,
    })
}

fn read(record: &str) -> Draft {
    let mut draft =
        Draft { source: Some("Reuters".to_owned()), language: Some("en".to_owned()), ..Draft::default() };
    let mut open = vec![Part::Other];
    let (mut title, mut author, mut dateline) = (String::new(), String::new(), String::new());
    let (mut body, mut loose, mut date) = (String::new(), String::new(), String::new());
    let mut topics = Vec::new();
    for token in Tags::sgml(record) {
        match token {
            Token::Open(tag) if tag.is("REUTERS") => {
                draft.id = tag.attribute("NEWID").map(|id| format!("reut-{id}"))
            }
            Token::Open(tag) => open.extend(part(tag.name)),
            Token::Close(name) => {
                if let Some(depth) = part(name).and_then(|part| open.iter().rposition(|p| *p == part)) {
                    open.truncate(depth.max(1));
                }
            }
            Token::Text(text) | Token::Raw(text) => {
                let text = entity::decode(text);
                let item = || Some(named(&text)).filter(|item| !item.is_empty());
                match open.last().copied().unwrap_or(Part::Other) {
                    Part::Date => date.push_str(&text),
                    Part::Topics => topics.extend(item()),
                    Part::Places => draft.places.extend(item()),
                    Part::People => draft.people.extend(item()),
                    Part::Title => title.push_str(&text),
                    Part::Author => author.push_str(&text),
                    Part::Dateline => dateline.push_str(&text),
                    Part::Body => body.push_str(&text),
                    Part::Text => loose.push_str(&text),
                    Part::Other => {}
                }
            }
        }
    }
    // A brief has its text loose; an unprocessed one with its headline first.
    let unparted = body.trim().is_empty();
    // The body begins on the line that the dateline stands on.
    let text = if unparted { loose } else { " ".repeat(dateline.trim_end_matches('\n').len()) + &body };
    draft.body = paragraphs::of_plain_text(without_sign_off(&text));
    let title = title.split_whitespace().collect::<Vec<_>>().join(" ");
    if unparted && draft.body.is_empty() && !title.is_empty() {
        draft.body.clone_from(&title); // a one-line bulletin is all there is
    }
    if title.is_empty() && unparted {
        let (first, rest) = draft.body.split_once('\n').unwrap_or((&draft.body, ""));
        let (first, rest) = (first.to_owned(), rest.trim_start().to_owned());
        draft.title = Some(first);
        if !rest.is_empty() {
            draft.body = rest;
        }
    } else {
        draft.title = Some(title);
    }
    draft.dateline = filed_from::place(&dateline);
    draft.authors = Some(author.trim()).filter(|a| !a.is_empty()).map(str::to_owned).into_iter().collect();
    draft.date(day(&date), PublishedVia::Record);
    draft.section = topics.into_iter().next();
    draft
}

/// ` 2-JUN-1987 09:14:36.57`, sometimes with noise behind it → day and time.
fn day(text: &str) -> String {
    let mut words = text.split_whitespace();
    let day = words.next().unwrap_or_default();
    let time = words.next().unwrap_or_default().split('.').next().unwrap_or_default();
    let is_time = time.len() == 8 && time.bytes().all(|b| b.is_ascii_digit() || b == b':');
    if is_time { format!("{day} {time}") } else { day.to_owned() }
}

/// `west-germany` → `West Germany`, `usa` → `USA`.
fn named(item: &str) -> String {
    let item = item.trim();
    if item.len() <= 3 {
        return item.to_uppercase();
    }
    let mut out = String::new();
    for word in item.split(['-', ' ']).filter(|word| !word.is_empty()) {
        if !out.is_empty() {
            out.push(' ');
        }
        let mut chars = word.chars();
        out.extend(chars.next().into_iter().flat_map(char::to_uppercase));
        out.push_str(chars.as_str());
    }
    out
}

/// The wire ends each story with its name on a line (`Reuter`, `REUTER…`) and a control character.
fn without_sign_off(body: &str) -> &str {
    let body = body.trim_end_matches(|c: char| c.is_control() || c.is_whitespace());
    let line = body.rfind('\n').map_or(0, |at| at + 1);
    let last = body[line..].trim_matches(|c: char| !c.is_alphabetic());
    if last.eq_ignore_ascii_case("reuter") { &body[..line] } else { body }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = "<REUTERS TOPICS=\"YES\" NEWID=\"7\"><DATE> 2-JUN-1987 09:14:36.57</DATE><TOPICS><D>money-fx</D></TOPICS>\n\
        <PLACES><D>uk</D><D>west-germany</D></PLACES><PEOPLE><D>lawson</D></PEOPLE>\n<UNKNOWN>&#5;&#5;RM V</UNKNOWN>\n\
        <TEXT>&#2;\n<TITLE>LAWSON &lt;UK> SPEAKS</TITLE>\n<AUTHOR>    By Ann Ro, Example</AUTHOR>\
        <DATELINE>    LONDON, June 2 - </DATELINE><BODY>The agreement by the Group of Seven finance ministers to\n\
        stabilise currencies has worked.\n    Lawson spoke to reporters before the summit.\n Reuter\n&#3;</BODY></TEXT>\n</REUTERS>";

    #[test]
    fn a_story() {
        let draft = read(STORY);
        assert_eq!(draft.title.as_deref(), Some("LAWSON <UK> SPEAKS"));
        assert_eq!(
            draft.body,
            "The agreement by the Group of Seven finance ministers to stabilise currencies has worked.\n\n\
             Lawson spoke to reporters before the summit."
        );
        assert_eq!(
            (draft.dates[0].text.as_str(), draft.dateline.as_deref()),
            ("2-JUN-1987 09:14:36", Some("LONDON"))
        );
        assert_eq!(
            (draft.places, draft.people),
            (vec!["UK".into(), "West Germany".into()], vec!["Lawson".into()])
        );
        assert_eq!((draft.id.as_deref(), draft.section.as_deref()), (Some("reut-7"), Some("Money Fx")));
        assert_eq!(draft.authors, ["By Ann Ro, Example"]);
    }

    #[test]
    fn briefs_have_their_text_loose() {
        let brief = read(
            "<REUTERS><TEXT TYPE=\"BRIEF\">&#2;\n****<TITLE>EXAMPLE 1ST QTR SHR LOSS\n</TITLE>Blah blah blah.\n&#3;</TEXT>",
        );
        assert_eq!(brief.title.as_deref(), Some("EXAMPLE 1ST QTR SHR LOSS"));
        assert!(brief.body.contains("Blah blah blah."));
        let raw = read(
            "<REUTERS><TEXT TYPE=\"UNPROC\">&#2;\nMONEY MARKET RATES\n  One 5.5 pct\n  Two 6 pct\n&#3;</TEXT>",
        );
        assert_eq!(
            (raw.title.as_deref(), raw.body.as_str()),
            (Some("MONEY MARKET RATES"), "One 5.5 pct\nTwo 6 pct")
        );
    }
}
