//! Wire messages of IPTC 7901 and ANPA 1312: text between control characters, as agencies have sent it since the
//! days of the teleprinter.

use super::{filed_from, paragraphs};
use crate::article::PublishedVia;
use crate::ingest::{Draft, Emitter, Flow, code};

const SOH: char = '\u{1}';
const STX: char = '\u{2}';
const ETX: char = '\u{3}';
const EOT: char = '\u{4}';

/// Lines among which the end of the headline is looked for.
const HEAD_LINES: usize = 8;

/// Reads a file of one or more messages.
pub(super) fn document(text: &str, emit: &mut Emitter<'_>) -> Flow {
    let messages: Vec<&str> = text.split(SOH).skip(1).filter(|message| !message.trim().is_empty()).collect();
    if messages.is_empty() {
        return emit.reject(None, code::NOT_ARTICLE, "no wire message begins in it");
    }
    let several = messages.len() > 1;
    for (number, message) in (1..).zip(messages) {
        let record = several.then_some(number);
        match read(message) {
            Some(mut draft) => {
                draft.record = record;
                emit.draft(draft)?;
            }
            None => emit.reject(record, code::BAD_RECORD, "the message has no start of text")?,
        }
    }
    Flow::Continue(())
}

fn read(message: &str) -> Option<Draft> {
    let (header, rest) = message.split_once(STX)?;
    let (text, trailer) = rest.split_once(ETX).unwrap_or((rest, ""));
    let text: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect();
    let mut draft = Draft { source: service(header), ..Draft::default() };
    let body = head_off(&text, &mut draft);
    draft.body = paragraphs::of_plain_text(public_part(body));
    draft.dateline = dateline(&draft.body);
    if let Some(date) = trailer_date(trailer.split(EOT).next().unwrap_or_default()) {
        draft.date(date, PublishedVia::Record);
    }
    Some(draft)
}

/// The service that sent the message: the word before its number at the end of the first line
/// (`eca062 4 i 211 ccccb   dpa 061`).
fn service(header: &str) -> Option<String> {
    let line = header.lines().next()?;
    let mut words = line.split_whitespace().rev();
    let number = words.next()?;
    let service = words.next()?;
    let numbered = number.bytes().all(|b| b.is_ascii_digit());
    (numbered && service.contains(char::is_alphabetic)).then(|| service.to_owned())
}

/// Takes headline and byline off the text. Their end is marked by `=` in IPTC messages; ANPA marks each line with
/// `^` and ends it with `<`.
fn head_off<'t>(text: &'t str, draft: &mut Draft) -> &'t str {
    let mut lines = Vec::new();
    let mut at = 0;
    let mut end = None;
    for line in text.split_inclusive('\n').take(HEAD_LINES) {
        at += line.len();
        let trimmed = line.trim();
        if trimmed.is_empty() {
            continue;
        }
        let anpa = trimmed.starts_with('^');
        lines.push(trimmed.trim_start_matches('^').trim_end_matches(['<', '=', '^']).trim());
        if trimmed.ends_with('=') && !anpa {
            end = Some(at);
            break;
        }
        if anpa {
            end = Some(at);
        } else if end.is_some() {
            lines.pop();
            break;
        }
    }
    let Some(end) = end else {
        // Nothing is marked: the first line is the headline.
        let first = text.trim_start();
        let (headline, rest) = first.split_once('\n').unwrap_or((first, ""));
        draft.title = Some(headline.trim().to_owned());
        return rest;
    };
    let is_byline = |line: &&str| line.get(..3).is_some_and(|by| by.eq_ignore_ascii_case("by "));
    draft.authors.extend(lines.iter().copied().find(is_byline).map(str::to_owned));
    // `REFILE`, `1ST LEAD`: marks for the desk.
    let is_mark = |line: &str| !line.contains(char::is_lowercase) && line.split_whitespace().count() <= 3;
    let headline: Vec<&str> = lines.iter().copied().filter(|line| !is_byline(line)).collect();
    let unmarked: Vec<&str> = headline.iter().copied().filter(|line| !is_mark(line)).collect();
    draft.title = Some(if unmarked.is_empty() { headline.join(" ") } else { unmarked.join(" ") });
    &text[end..]
}

/// The text up to the agency's notes for editors.
fn public_part(text: &str) -> &str {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let notes = trimmed.starts_with("# ") || trimmed.starts_with("* * *") || trimmed.starts_with("## ");
        if notes {
            return &text[..at];
        }
        at += line.len();
    }
    text
}

/// `Berlin (dpa) - Negotiations …` → `Berlin`.
fn dateline(body: &str) -> Option<String> {
    let line = body.lines().next()?;
    let end = [" - ", " -- ", " — ", " – "].iter().filter_map(|dash| line.find(dash)).min()?;
    (end <= 80 && line[..end].contains('(')).then(|| filed_from::place(&line[..end]))?
}

/// `131137 GMT Nov 13`: day, hour, minute, zone, month, year of the century.
fn trailer_date(trailer: &str) -> Option<String> {
    let words: Vec<_> = trailer.split_whitespace().collect();
    let at = words.iter().position(|word| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit()))?;
    let clock = words[at];
    let month_at = words[at..].iter().position(|word| month(word).is_some())? + at;
    let month = month(words[month_at])?;
    let year = words.get(month_at + 1).filter(|year| year.bytes().all(|b| b.is_ascii_digit()))?;
    let year = match year.len() {
        4 => (*year).to_owned(),
        2 if *year >= "70" => format!("19{year}"),
        2 => format!("20{year}"),
        _ => return None,
    };
    let zone = if words[at + 1..month_at].iter().any(|zone| matches!(*zone, "GMT" | "UTC" | "Z")) {
        "Z"
    } else {
        ""
    };
    Some(format!("{year}-{month:02}-{}T{}:{}:00{zone}", &clock[..2], &clock[2..4], &clock[4..]))
}

fn month(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    let word = word.get(..3)?.to_ascii_lowercase();
    (1..).zip(MONTHS).find(|(_, name)| *name == word).map(|(number, _)| number)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const MESSAGE: &str = "eca0003 3 i 380  xyz 0045\r\n\nSwitzerland/migration/\r\n\u{2}REFILE\n1ST LEAD\nCountry joins list of others\n\
        By xyz correspondents =\r\n\nGeneva (xyz) - The country is joining a growing number of countries\r\nthat will refrain from signing, \
        the\r\ngovernment announced.\r\n\n   Second paragraph.\r\n\n# Notebook\r\n\n* * * *\r\nnot for print\r\n\u{3}212322 GMT Nov 18\r\n\u{7f}\u{4}";

    #[test]
    fn a_message() {
        let draft = read(MESSAGE).unwrap();
        assert_eq!(draft.title.as_deref(), Some("Country joins list of others"));
        assert_eq!(draft.authors, ["By xyz correspondents"]);
        let body = "Geneva (xyz) - The country is joining a growing number of countries that will refrain from signing, the \
                    government announced.\n\nSecond paragraph.";
        assert_eq!(draft.body, body);
        assert_eq!((draft.dateline.as_deref(), draft.source.as_deref()), (Some("Geneva"), Some("xyz")));
        assert_eq!(draft.dates[0].text, "2018-11-21T23:22:00Z");
    }

    #[test]
    fn a_message_of_anpa() {
        let draft = read("a0123\u{13}r i bc-x 01-02\n\u{2}^Envoy meets leaders<\n^By ANN RO=\n   BAGHDAD (XY) -- Text here.\n\u{3}").unwrap();
        assert_eq!(draft.title.as_deref(), Some("Envoy meets leaders"));
        assert_eq!(
            (draft.body.as_str(), draft.dateline.as_deref()),
            ("BAGHDAD (XY) -- Text here.", Some("BAGHDAD"))
        );
        assert_eq!(draft.authors, ["By ANN RO"]);
    }

    #[test]
    fn a_date_without_year_is_none() {
        assert_eq!(trailer_date("131137 GMT Nov"), None);
        assert_eq!(trailer_date(""), None);
    }
}
