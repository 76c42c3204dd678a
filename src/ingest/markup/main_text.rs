//! The main text of a page: what a reader came for, without menus, teasers, comments and banners.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rustc_hash::FxHashSet;

use super::html_text;
use super::page_prune::Pruned;
use super::paragraphs::{Paragraph, Paragraphs};
use super::tags::{Tags, Token};

/// Elements above which no tree is built.
const MOST_ELEMENTS: usize = 60_000;
/// Bytes of pruned markup above which no tree is built.
const LARGEST_TREE: usize = 6 << 20;
/// Below this many bytes of text the second extractor is asked too.
const TOO_LITTLE: usize = 200;
/// Longest paragraph that may be a line of the page's furniture.
const LONGEST_LINE: usize = 240;

/// The paragraphs of the main text of a pruned page; `headlines` are its first-level headings.
pub(super) fn of(page: &Pruned, headlines: &[String]) -> Vec<Paragraph> {
    let mut text = if page.elements > MOST_ELEMENTS || page.html.len() > LARGEST_TREE {
        html_text::read(&page.html)
    } else {
        extracted(&page.html)
    };
    // What stands over the headline is furniture.
    let head = text.iter().take(4).rposition(|p| headlines.contains(&p.text));
    if let Some(headline) = head {
        text.drain(..=headline);
    }
    let links = link_texts(&page.html);
    text.retain(|p| !is_furniture(p, &links));
    while text.last().is_some_and(|last| last.heading) {
        text.pop();
    }
    // A text has at least one line that could be a sentence.
    if !text
        .iter()
        .any(|p| p.text.chars().count() >= 40 || p.text.ends_with(['.', '!', '?', '。', '…', '"', '”']))
    {
        text.clear();
    }
    text
}

/// Asks the extractors. They are guarded: a fault of theirs costs the page's shape, not the run.
fn extracted(html: &str) -> Vec<Paragraph> {
    let options = trafilatura::Options::default().with_exclude_comments(true).with_fallback(true);
    let first = catch_unwind(AssertUnwindSafe(|| {
        trafilatura::extract(html, &options)
            .map(|found| html_text::read(&found.content_html))
            .unwrap_or_default()
    }));
    let first = first.unwrap_or_default();
    if length(&first) >= TOO_LITTLE {
        return first;
    }
    let second = catch_unwind(AssertUnwindSafe(|| {
        let found = dom_smoothie::Readability::new(html, None, None).and_then(|mut page| page.parse());
        found.map(|found| html_text::read(&found.content)).unwrap_or_default()
    }));
    let second = second.unwrap_or_default();
    if length(&second) > length(&first) { second } else { first }
}

fn length(text: &[Paragraph]) -> usize {
    text.iter().map(|p| p.text.len()).sum()
}

/// The texts of all links of a page.
fn link_texts(html: &str) -> FxHashSet<String> {
    let mut texts = FxHashSet::default();
    let mut link: Option<Paragraphs> = None;
    for token in Tags::html(html) {
        match token {
            Token::Open(tag) if tag.is("a") => link = Some(Paragraphs::default()),
            Token::Close(name) if name.eq_ignore_ascii_case("a") => {
                texts.extend(link.take().map(Paragraphs::finish).filter(|text| text.len() <= LONGEST_LINE));
            }
            Token::Text(text) => {
                if let Some(link) = &mut link {
                    link.text(&super::entity::decode(text));
                }
            }
            _ => {}
        }
    }
    texts
}

/// Words that open lines which lead away from the text.
const LEADS_AWAY: [&str; 14] = [
    "read more:",
    "read more",
    "read also:",
    "read next:",
    "see also:",
    "see more:",
    "also read:",
    "related:",
    "advertisement",
    "continue reading below",
    "click here to",
    "share this",
    "don't miss",
    "you may also like",
];

/// What a banner asks. Two of a kind in one short paragraph make it a banner.
const CONSENT: [&str; 12] = [
    "cookie",
    "consent",
    "privacy",
    "accept all",
    "i accept",
    "our partners",
    "personalised ads",
    "personalized ads",
    "targeted ads",
    "advertising purposes",
    "browsing experience",
    "manage preferences",
];

/// Whether a paragraph is no part of the text: a link on its own, a pointer elsewhere, a banner.
fn is_furniture(paragraph: &Paragraph, links: &FxHashSet<String>) -> bool {
    let text = paragraph.text.as_str();
    if text.len() > 2 * LONGEST_LINE {
        return false;
    }
    let lower = text.to_lowercase();
    let banner = CONSENT.iter().filter(|words| lower.contains(*words)).count() >= 2;
    if banner || text.len() > LONGEST_LINE {
        return banner;
    }
    let alone = links.contains(text) && !text.ends_with(['.', '?', '!']);
    alone || LEADS_AWAY.iter().any(|words| lower.starts_with(words))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::markup::page_prune::prune;

    const SENTENCE: &str =
        "The envoy met the prime minister in the capital on Sunday, the ministry said in a note. ";

    fn text_of(html: &str) -> String {
        super::super::paragraphs::join(&of(&prune(html), &["Envoy in the capital".to_owned()]))
    }

    #[test]
    fn the_text_is_found_among_the_furniture() {
        let html = format!(
            "<body><nav><a href=/>Home</a> <a href=/w>World</a></nav><article><h1>Envoy in the capital</h1>\
             <p>{SENTENCE}</p><p><a href=/x>Minister resigns after long dispute over budget</a></p>\
             <p>{SENTENCE}{SENTENCE}</p><p>Read more: talks go on</p></article>\
             <div class=cookie>We use cookies, manage your privacy here.</div><footer>Copyright</footer>"
        );
        let text = text_of(&html);
        assert_eq!(text, format!("{}\n\n{}{}", SENTENCE.trim(), SENTENCE, SENTENCE.trim()));
    }

    #[test]
    fn a_cookie_wall_has_no_text() {
        let html = "<div class=cookie>We value your privacy. Accept all cookies to continue.</div>\
                    <article><h1>Envoy in the capital</h1></article>";
        assert_eq!(text_of(html), "");
    }

    #[test]
    fn a_deep_page_keeps_its_text() {
        let html = format!("<article>{}<p>{}</p>", "<div>".repeat(1000), SENTENCE.repeat(4));
        assert!(text_of(&html).contains(SENTENCE.trim()));
    }

    #[test]
    fn a_page_of_very_many_elements_is_read_without_a_tree() {
        let html = format!("<article>{}", format!("<p>{SENTENCE}</p>").repeat(MOST_ELEMENTS + 1));
        assert!(text_of(&html).len() > MOST_ELEMENTS * SENTENCE.len());
    }
}
