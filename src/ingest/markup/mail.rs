//! Mail messages and mailboxes (mbox in all its quotings): newsletters and press releases.

use std::borrow::Cow;
use std::io::BufRead;

use mail_parser::{HeaderName, Message, MessageParser, PartType};

use super::{html_text, paragraphs};
use crate::article::PublishedVia;
use crate::ingest::stream::{Line, read_all, read_line};
use crate::ingest::{Draft, Emitter, Flow, code, encoding};

/// Reads one message.
pub(super) fn message(reader: &mut dyn BufRead, emit: &mut Emitter<'_>) -> Flow {
    let mut bytes = Vec::new();
    match read_all(reader, &mut bytes, emit.options().max_record_bytes) {
        Ok(true) => one(&bytes, None, emit),
        Ok(false) => emit.reject(None, code::TOO_LARGE, "the message is longer than one article may be"),
        Err(error) => emit.read_error(None, &error),
    }
}

/// Reads a mailbox of any length, message by message.
pub(super) fn mailbox(reader: &mut dyn BufRead, emit: &mut Emitter<'_>) -> Flow {
    let limit = emit.options().max_record_bytes;
    let mut line = Vec::new();
    let mut message = Vec::new();
    let mut number = 0;
    let mut too_large = false;
    let mut after_blank = true;
    loop {
        let read = match read_line(reader, &mut line, limit) {
            Ok(read) => read,
            Err(error) => return emit.read_error(Some(number), &error),
        };
        let separates = after_blank && separates(&line);
        if separates || read == Line::End {
            if too_large {
                emit.reject(Some(number), code::TOO_LARGE, "the message is longer than one article may be")?;
            } else if !message.is_empty() {
                one(&message, Some(number), emit)?;
            }
            if read == Line::End {
                return Flow::Continue(());
            }
            message.clear();
            too_large = false;
            number += 1;
            after_blank = false;
            continue;
        }
        after_blank = line.iter().all(u8::is_ascii_whitespace);
        too_large |= read == Line::TooLong || message.len() + line.len() > limit;
        if !too_large && number > 0 {
            // `>From ` is a line of the text that began with `From `.
            let quoted = line.iter().take_while(|b| **b == b'>').count();
            let from = usize::from(quoted > 0 && line[quoted..].starts_with(b"From "));
            message.extend_from_slice(&line[from..]);
        }
    }
}

/// `From jane@example.org Thu Jan  1 00:00:00 2015`
fn separates(line: &[u8]) -> bool {
    line.starts_with(b"From ")
        && line.windows(3).any(|w| w[0].is_ascii_digit() && w[1] == b':' && w[2].is_ascii_digit())
}

fn one(bytes: &[u8], record: Option<u64>, emit: &mut Emitter<'_>) -> Flow {
    let start = bytes.iter().position(|b| !b.is_ascii_whitespace()).unwrap_or(bytes.len());
    let bytes = &bytes[start..];
    // Bytes beyond ASCII without a word on their encoding: the message as a whole is guessed.
    let mut flags = Vec::new();
    let mut text = Cow::Borrowed(bytes);
    if std::str::from_utf8(bytes).is_err() && !names_charset(bytes) {
        let decoded = encoding::decode(bytes, None);
        flags = decoded.flags;
        text = Cow::Owned(decoded.text.into_owned().into_bytes());
    }
    let Some(message) =
        MessageParser::default().parse(&*text).filter(|message| !message.headers().is_empty())
    else {
        return emit.reject(record, code::BAD_RECORD, "the message has no header");
    };
    let mut draft = read(&message);
    draft.record = record;
    draft.flags.extend(flags);
    if draft.body.contains('\u{fffd}') {
        draft.flag(code::ENCODING_CONFLICT, "some bytes are not of the encoding the message declares");
    }
    emit.draft(draft)
}

fn names_charset(bytes: &[u8]) -> bool {
    let mut from = 0;
    while let Some(at) = memchr::memchr2(b'c', b'C', &bytes[from..]) {
        let at = from + at;
        if bytes[at..].get(..8).is_some_and(|word| word.eq_ignore_ascii_case(b"charset=")) {
            return true;
        }
        from = at + 1;
    }
    false
}

fn read(message: &Message<'_>) -> Draft {
    let mut draft = Draft {
        id: message.message_id().map(str::to_owned),
        title: message.subject().map(|subject| subject.split_whitespace().collect::<Vec<_>>().join(" ")),
        body: body(message),
        ..Draft::default()
    };
    let date = message.header_raw(HeaderName::Date).unwrap_or_default();
    draft.date(date.split_whitespace().collect::<Vec<_>>().join(" "), PublishedVia::Record);
    let sender = message.from().and_then(|from| from.first());
    draft.authors.extend(sender.and_then(|sender| sender.name()).map(str::to_owned));
    draft.language = message.header_raw("Content-Language").map(|tag| tag.trim().to_owned());
    draft
}

/// The text part, else the HTML part; the latter too where the former only says that there is one.
fn body(message: &Message<'_>) -> String {
    let text = message.text_bodies().find_map(|part| match &part.body {
        PartType::Text(text) => Some(paragraphs::of_plain_text(without_signature(text))),
        _ => None,
    });
    let html = || {
        message.html_bodies().find_map(|part| match &part.body {
            PartType::Html(html) => Some(html_text::of_fragment(html)),
            _ => None,
        })
    };
    match text {
        Some(text) if text.len() >= 200 => text,
        text => {
            let html = html().unwrap_or_default();
            let text = text.unwrap_or_default();
            if html.len() > 4 * text.len() { html } else { text }
        }
    }
}

/// A line of two dashes begins the signature.
fn without_signature(text: &str) -> &str {
    let mut from = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_end() == "--" {
            return &text[..from];
        }
        from += line.len();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;
    use crate::ingest::{Outcome, ReadOptions};

    fn read_all_of(bytes: &[u8], mbox: bool) -> Vec<Article> {
        let options = ReadOptions::default();
        let mut seen = Vec::new();
        let mut sink = |outcome| {
            if let Outcome::Article(article, _) = outcome {
                seen.push(*article);
            }
            Flow::Continue(())
        };
        let mut emit = Emitter::new("m".into(), &options, &mut sink);
        let _ = if mbox { mailbox(&mut &bytes[..], &mut emit) } else { message(&mut &bytes[..], &mut emit) };
        seen
    }

    #[test]
    fn a_message_with_encoded_words_and_two_parts() {
        let mail = "From: =?iso-8859-1?Q?Ren=E9e?= Roe <r@example.org>\r\nSubject: =?utf-8?B?Q2Fmw6k=?= news\r\nDate: Sun, 5 Nov 2023 10:00:00 +0100\r\n\
            Message-ID: <1@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\
            Content-Type: text/html; charset=utf-8\r\n\r\n<p>no</p>\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\
            Content-Transfer-Encoding: quoted-printable\r\n\r\nCaf=E9 text.\r\n\r\nSecond.\r\n-- \r\nsignature\r\n--b--\r\n";
        let articles = read_all_of(mail.as_bytes(), false);
        assert_eq!(articles[0].title, "Café news");
        assert_eq!(articles[0].body, "Café text.\n\nSecond.");
        assert_eq!(
            (articles[0].id.as_str(), articles[0].authors.first().map(String::as_str)),
            ("1@example.org", Some("Renée Roe"))
        );
    }

    #[test]
    fn a_mailbox_is_parted_where_messages_begin() {
        let mbox = "From a@e.org Thu Jan  1 00:00:00 2015\nSubject: One\n\nFirst text.\n>From here on quoted.\nFrom now on not.\n\n\
            From b@e.org Thu Jan  1 00:00:00 2015\nSubject: Two\n\nSecond text.\n";
        let articles = read_all_of(mbox.as_bytes(), true);
        assert_eq!(articles.iter().map(|a| a.title.as_str()).collect::<Vec<_>>(), ["One", "Two"]);
        assert!(
            articles[0].body.contains("From here on quoted.") && !articles[0].body.contains('>'),
            "{}",
            articles[0].body
        );
        assert_eq!(articles[1].origin.record, Some(2));
    }

    #[test]
    fn a_message_of_html_alone() {
        let mail =
            "Subject: Letter\nContent-Type: text/html\n\n<html><body><p>One.</p><p>Two.</p></body></html>";
        assert_eq!(read_all_of(mail.as_bytes(), false)[0].body, "One.\n\nTwo.");
    }
}
