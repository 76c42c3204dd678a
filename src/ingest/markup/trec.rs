//! TREC SGML: the `<DOC>` files of the newswire collections (AP, WSJ, LA Times, FT, FBIS, …) and TREC web pages.

use std::io::BufRead;

use super::records::{Piece, Records};
use super::tags::{Tags, Token};
use super::{entity, html, paragraphs};
use crate::article::PublishedVia;
use crate::ingest::{Draft, Emitter, Flow, code, encoding};

/// Reads a file of documents.
pub(super) fn stream(reader: &mut dyn BufRead, emit: &mut Emitter<'_>) -> Flow {
    let mut records = Records::sgml(reader, &["DOC"], emit.options().max_record_bytes);
    let mut bytes = Vec::new();
    let mut number = 0;
    loop {
        let piece = match records.next(&mut bytes) {
            Ok(Some(Piece::Between)) => continue,
            Ok(Some(piece)) => piece,
            Ok(None) if number == 0 => {
                return emit.reject(None, code::NOT_ARTICLE, "there is no <DOC> in it");
            }
            Ok(None) => return Flow::Continue(()),
            Err(error) => return emit.read_error(Some(number + 1), &error),
        };
        number += 1;
        if piece == Piece::TooLarge {
            emit.reject(Some(number), code::TOO_LARGE, "the document is longer than one article may be")?;
            continue;
        }
        let decoded = encoding::decode(&bytes, None);
        let Some(mut draft) = read(&decoded.text) else {
            emit.reject(
                Some(number),
                code::BAD_RECORD,
                "the document's head is broken: there is no <DOCNO> with its end",
            )?;
            continue;
        };
        draft.record = Some(number);
        draft.flags.extend(decoded.flags);
        if piece == Piece::Unclosed {
            draft.flag(code::PARTIAL, "the document has no end; what stands before the next was read");
        }
        emit.draft(draft)?;
    }
}

/// The fields of a document, by the names of the several collections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Id,
    Title,
    Body,
    Byline,
    Dateline,
    Date,
    Section,
    Source,
    Kind,
    /// FBIS: `<F P=101>`.
    Country,
    /// A page of the TREC web tracks.
    Page,
    Other,
}

fn part(name: &str) -> Option<Part> {
    Some(match name.to_ascii_uppercase().as_str() {
        "DOCNO" => Part::Id,
        "HEADLINE" | "HEAD" | "HL" | "TTL" | "TI" | "TITLE" | "DOCTITLE" => Part::Title,
        "TEXT" | "LEADPARA" | "LP" | "GRAPHIC" => Part::Body,
        "BYLINE" => Part::Byline,
        "DATELINE" => Part::Dateline,
        "DATE" | "DATE1" | "DATE_TIME" | "DD" => Part::Date,
        "SECTION" | "DESK" => Part::Section,
        "SO" | "PUB" | "SOURCE" => Part::Source,
        "TYPE" | "DOCTYPE" => Part::Kind,
        "HTML" => Part::Page,
        "DOCID" | "FILEID" | "FIRST" | "SECOND" | "LENGTH" | "SUBJECT" | "CO" | "IN" | "NS" | "RE" | "PE"
        | "CN" | "TP" | "PAGE" | "PROFILE" | "HT" | "HEADER" | "AU" | "ABS" | "DOCHDR" | "CORRECTION"
        | "CORRECTION-DATE" | "SLUG" | "NOTE" | "XX" | "KEYWORD" => Part::Other,
        _ => return None,
    })
}

/// Reads a document; `None` when it has no number and no id of its own.
fn read(record: &str) -> Option<Draft> {
    let mut draft = Draft::default();
    let mut open: Vec<(&str, Part)> = Vec::new();
    let mut texts: Vec<(Part, String)> = Vec::new();
    let mut tokens = Tags::sgml(record);
    let mut closed_number = false;
    loop {
        let before = tokens.offset();
        let Some(token) = tokens.next() else { break };
        match token {
            Token::Open(tag) if tag.is("DOC") => draft.id = tag.attribute("id").map(|id| id.into_owned()),
            Token::Open(tag) => {
                let field = if tag.is("F") {
                    match tag.attribute("P").as_deref() {
                        Some("101") => Some(Part::Country),
                        _ => Some(Part::Other),
                    }
                } else {
                    part(tag.name)
                };
                match field {
                    Some(Part::Page) if open.is_empty() => {
                        let page = &record[before..];
                        let end = page.rfind("</DOC>").or_else(|| page.rfind("</doc>")).unwrap_or(page.len());
                        return page_of(&page[..end], draft, &texts);
                    }
                    // Marks inside the text (`<H3>`, `<F P=105>`, the language before translation) are not fields of it.
                    Some(field) if !in_body(&open) => {
                        open.push((tag.name, field));
                        texts.push((field, String::new()));
                    }
                    _ if in_body(&open) && breaks_paragraph(tag.name) => push(&mut texts, "\n\n"),
                    _ => {}
                }
            }
            Token::Close(name) => {
                closed_number |=
                    name.eq_ignore_ascii_case("DOCNO") && open.iter().any(|(_, part)| *part == Part::Id);
                match open.iter().rposition(|(tag, _)| tag.eq_ignore_ascii_case(name)) {
                    Some(depth) => {
                        open.truncate(depth);
                        if let Some((_, field)) = open.last() {
                            texts.push((*field, String::new())); // go on behind the inner field
                        }
                    }
                    None if breaks_paragraph(name) => push(&mut texts, "\n\n"),
                    None => {}
                }
            }
            Token::Text(text) | Token::Raw(text) if !open.is_empty() => {
                push(&mut texts, &entity::decode(text))
            }
            Token::Text(_) | Token::Raw(_) => {}
        }
    }
    if !closed_number && draft.id.is_none() {
        return None;
    }
    fill(&mut draft, &texts);
    Some(draft)
}

fn in_body(open: &[(&str, Part)]) -> bool {
    open.last().is_some_and(|(_, part)| *part == Part::Body)
}

fn breaks_paragraph(name: &str) -> bool {
    ["P", "H3", "H4", "H5", "BR", "TABLE", "ROWRULE"].iter().any(|b| name.eq_ignore_ascii_case(b))
}

fn push(texts: &mut [(Part, String)], text: &str) {
    if let Some((_, last)) = texts.last_mut() {
        last.push_str(text);
    }
}

fn fill(draft: &mut Draft, texts: &[(Part, String)]) {
    let all = |part: Part| {
        let texts = texts.iter().filter(move |(p, _)| *p == part).map(|(_, text)| text.trim());
        texts.filter(|text| !text.is_empty())
    };
    let line =
        |part: Part| all(part).next().map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "));
    draft.id = line(Part::Id).or(draft.id.take());
    // AP gives a story several headlines; the first is the one it ran under.
    draft.title = line(Part::Title);
    let body = all(Part::Body).map(without_labels).collect::<Vec<_>>().join("\n\n");
    draft.body = paragraphs::of_plain_text(&body);
    draft.authors.extend(line(Part::Byline));
    draft.dateline = line(Part::Dateline).and_then(|line| super::filed_from::place(&line));
    for date in all(Part::Date) {
        draft.date(date.split_whitespace().collect::<Vec<_>>().join(" "), PublishedVia::Record);
    }
    if let Some(day) = draft.id.as_deref().and_then(day_of_number) {
        draft.date(day, PublishedVia::Record);
    }
    draft.section = line(Part::Section).map(|text| {
        // LA Times: `TV Times; Page 3; Television Desk`.
        text.split(';').next().unwrap_or_default().trim().to_owned()
    });
    draft.source =
        line(Part::Source).or_else(|| draft.id.as_deref().and_then(source_of_number).map(str::to_owned));
    draft.kind = line(Part::Kind);
    draft.places.extend(line(Part::Country));
}

/// FBIS begins its texts with labels (`Language: Arabic`, `Article Type:BFN`) and `[Text]`.
fn without_labels(text: &str) -> String {
    const LABELS: [&str; 3] = ["Language:", "Article Type:", "Document Type:"];
    let is_label = |line: &&str| LABELS.iter().any(|label| line.starts_with(label));
    let kept: Vec<_> = text.lines().filter(|line| !is_label(line)).collect();
    kept.join("\n").replacen("[Text]", "      ", 1)
}

/// A page of the web tracks: what follows the header is HTML.
fn page_of(page: &str, numbered: Draft, texts: &[(Part, String)]) -> Option<Draft> {
    let number = texts.iter().find(|(part, text)| *part == Part::Id && !text.trim().is_empty());
    let id = number.map(|(_, text)| text.trim().to_owned()).or(numbered.id)?;
    let mut draft = html::page(page).ok()?;
    if draft.body.is_empty() {
        draft.body = super::html_text::of_fragment(page);
    }
    draft.id = Some(id);
    Some(draft)
}

/// The day in a document's number: `LA042990-0001`, `AP880212-0001`, `FT911-3` has none, `WSJ870324-0001`.
fn day_of_number(number: &str) -> Option<String> {
    let digits_from = number.find(|c: char| c.is_ascii_digit())?;
    let (name, rest) = number.split_at(digits_from);
    let digits = rest.get(..6).filter(|six| six.bytes().all(|b| b.is_ascii_digit()))?;
    if !matches!(rest.as_bytes().get(6), Some(b'-' | b'.' | b'_')) {
        return None;
    }
    let (a, b, c) = (&digits[..2], &digits[2..4], &digits[4..]);
    // The LA Times writes month, day, year; the others year, month, day.
    let (year, month, day) = if name == "LA" { (c, a, b) } else { (a, b, c) };
    let century = if year < "70" { "20" } else { "19" };
    Some(format!("{century}{year}-{month}-{day}"))
}

/// The publication in a document's number.
fn source_of_number(number: &str) -> Option<&'static str> {
    let name = number.split(|c: char| !c.is_ascii_alphabetic()).next()?;
    Some(match name {
        "AP" => "Associated Press",
        "LA" => "Los Angeles Times",
        "FT" => "Financial Times",
        "WSJ" => "Wall Street Journal",
        "SJMN" => "San Jose Mercury News",
        "FBIS" => "FBIS",
        "NYT" => "New York Times",
        "XIE" | "XIN" => "Xinhua",
        _ => return None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_story_of_the_press() {
        let doc = "<DOC>\n<DOCNO> LA042990-0001 </DOCNO>\n<DOCID> 21 </DOCID>\n<DATE>\n<P>\nApril 29, 1990, Sunday\n</P>\n</DATE>\n\
            <SECTION>\n<P>\nTimes; Page 3; Desk\n</P>\n</SECTION>\n<HEADLINE><P>Good & bad</P></HEADLINE><BYLINE>By ANN RO</BYLINE>\n\
            <TEXT>\n<P>\nWhat a production that was on the screen last \nweek.\n</P>\n<P>\nSecond one.\n</P>\n</TEXT>\n</DOC>";
        let draft = read(doc).unwrap();
        assert_eq!(
            (draft.id.as_deref(), draft.title.as_deref()),
            (Some("LA042990-0001"), Some("Good & bad"))
        );
        assert_eq!(draft.body, "What a production that was on the screen last week.\n\nSecond one.");
        let dates: Vec<_> = draft.dates.iter().map(|d| d.text.as_str()).collect();
        assert_eq!(dates, ["April 29, 1990, Sunday", "1990-04-29"]);
        assert_eq!(
            (draft.section.as_deref(), draft.source.as_deref()),
            (Some("Times"), Some("Los Angeles Times"))
        );
        assert_eq!(draft.authors, ["By ANN RO"]);
    }

    #[test]
    fn a_report_with_unquoted_attributes() {
        let doc = "<DOC>\n<DOCNO> FBIS3-1 </DOCNO>\n<F P=100> NEAR EAST </F>\n<F P=101> IRAQ </F>\n<H3> <TI> A & B </TI></H3>\n\
            <TEXT>\nLanguage: <F P=105> Arabic </F>\nArticle Type:BFN\n\n  [Text] First words here.\n</TEXT>\n</DOC>";
        let draft = read(doc).unwrap();
        assert_eq!((draft.title.as_deref(), draft.body.as_str()), (Some("A & B"), "First words here."));
        assert_eq!(draft.places, ["IRAQ"]);
    }

    #[test]
    fn a_broken_head_is_no_document() {
        assert!(read("<DOC>\nFBIS3-2 </DOCNO>\n<TEXT>broken head</TEXT>\n</DOC>").is_none());
        assert_eq!(read("<DOC id=\"d2\"><TEXT>some text.</TEXT></DOC>").unwrap().id.as_deref(), Some("d2"));
    }

    #[test]
    fn a_page_of_a_web_track() {
        let doc = "<DOC>\n<DOCNO> WEB-1 </DOCNO>\n<DOCHDR>http://x</DOCHDR>\n<html>What ever here will be parsed\n<br> asdf <div>\n</html>\n</DOC>";
        let draft = read(doc).unwrap();
        assert_eq!(draft.id.as_deref(), Some("WEB-1"));
        assert!(draft.body.starts_with("What ever here"), "{}", draft.body);
    }
}
