//! HTML and XHTML pages.

use super::main_text;
use super::page_meta::PageMeta;
use super::page_prune::{self, ABSURD_DEPTH};
use super::paragraphs;
use crate::ingest::{Draft, code};

/// Headings that are links above which a page without any mark of an article is a list of other pages.
const TEASERS_OF_A_LIST: usize = 8;

/// Reads a page. An error is the code and message of a reject.
pub(super) fn page(html: &str) -> Result<Draft, super::Refusal> {
    let pruned = page_prune::prune(html);
    if pruned.depth > ABSURD_DEPTH {
        return Err((code::TOO_DEEP, "elements are nested more than 10,000 deep, as no article is"));
    }
    let meta = PageMeta::read(html);
    let text = main_text::of(&pruned, &meta.headings);
    if meta.teasers >= TEASERS_OF_A_LIST && text.len() <= 2 * meta.teasers && !meta.says_article() {
        return Err((code::NOT_ARTICLE, "the page is a list of links to other pages"));
    }
    let mut draft = Draft {
        title: meta.headline(),
        body: paragraphs::join(&text),
        authors: meta.authors(),
        source: meta.source().map(str::to_owned),
        section: meta.section().map(str::to_owned),
        language: meta.language().map(str::to_owned),
        url: meta.url().map(str::to_owned),
        ..Draft::default()
    };
    if pruned.formatting > ABSURD_DEPTH {
        draft
            .flag(code::TOO_DEEP, "formatting is nested more than 10,000 deep; the text was read without it");
    }
    for (text, via) in meta.dates() {
        draft.date(text, via);
    }
    draft.kind = meta.described.kind;
    draft.dateline = meta.described.dateline;
    draft.people = meta.described.people;
    draft.places = meta.described.places;
    Ok(draft)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const SENTENCE: &str =
        "The envoy met the prime minister in the capital on Sunday, the ministry said in a note.";

    #[test]
    fn formatting_without_end_leaves_the_text_and_a_mark() {
        let draft = page(&format!("<h1>Envoy returns</h1><p>{}{SENTENCE}", "<b><i>".repeat(10_000))).unwrap();
        assert!(draft.body.ends_with(SENTENCE), "{}", draft.body);
        assert_eq!(draft.flags.iter().map(|flag| flag.code).collect::<Vec<_>>(), [code::TOO_DEEP]);
        let bold =
            page(&format!("<h1>Envoy returns</h1><p>{SENTENCE}{}", "<b>x</b> ".repeat(20_000))).unwrap();
        assert!(bold.flags.is_empty());
    }

    #[test]
    fn a_page_of_teasers_is_no_article() {
        let teaser = |i: usize| {
            format!("<h3><a href=/{i}>Minister number {i} resigns</a></h3><p>{SENTENCE} No {i}.</p>")
        };
        let list: String = (0..12).map(teaser).collect();
        assert_eq!(
            page(&format!("<h1>World</h1><div>{list}</div>")).err().map(|e| e.0),
            Some(code::NOT_ARTICLE)
        );
        // An article with teasers below it stays one.
        let article = format!(
            "<meta property=og:type content=article><h1>Envoy returns</h1><article><p>{SENTENCE}</p>\
             <p>{SENTENCE} And {SENTENCE}</p></article><aside>{list}</aside>"
        );
        assert!(page(&article).unwrap().body.starts_with(SENTENCE));
    }

    #[test]
    fn a_page_nested_beyond_reason_is_refused() {
        assert_eq!(page(&"<div>".repeat(100_000)).err().map(|e| e.0), Some(code::TOO_DEEP));
    }
}
