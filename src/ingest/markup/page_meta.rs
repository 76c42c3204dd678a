//! What a page says about itself outside its text: meta elements, JSON-LD, microdata, `<time>`, headings.

use super::entity;
use super::headline::Stated;
use super::json_ld::{self, Described};
use super::shown_date::{TimeRank, dated_class, is_dated, unlabelled};
use super::tags::{Tag, Tags, Token};
use crate::article::PublishedVia;

/// What a page says about itself. Texts are decoded and folded to single blanks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PageMeta {
    /// `name`/`property`/`http-equiv` in lower case and content of the meta elements, in order.
    metas: Vec<(String, String)>,
    /// The article that JSON-LD describes.
    pub(super) described: Described,
    /// Content of `<title>`.
    pub(super) title: String,
    /// First-level headings, in order.
    pub(super) headings: Vec<String>,
    /// Address the page gives as its own.
    canonical: Option<String>,
    /// Language of the root element.
    lang: Option<String>,
    /// Names marked as the author's by microdata or `rel="author"`.
    marked_authors: Vec<String>,
    /// Texts in elements whose class says byline.
    bylines: Vec<String>,
    /// Section by microdata.
    marked_section: Option<String>,
    /// `datePublished` by microdata.
    marked_dates: Vec<String>,
    /// `<time>` elements, best first.
    times: Vec<(TimeRank, String)>,
    /// Second- to fourth-level headings that are links: teasers of other pages.
    pub(super) teasers: usize,
}

/// Meta elements that give the publication date, best first.
const DATE_METAS: [&str; 30] = [
    "article:published_time",
    "article:published",
    "article:publish_time",
    "article:publish_date",
    "og:article:published_time",
    "og:published_time",
    "og:pubdate",
    "datepublished",
    "date_published",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "publishdate",
    "publish-date",
    "publish_date",
    "published_time",
    "publication_date",
    "publication-date",
    "pubdate",
    "pub_date",
    "dc.date.issued",
    "dcterms.issued",
    "dcterms.created",
    "dc.date.created",
    "dc.date",
    "dcterms.date",
    "citation_publication_date",
    "displaydate",
    "date",
];

const AUTHOR_METAS: [&str; 9] = [
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "byl",
    "dc.creator",
    "dcterms.creator",
    "article:author_name",
    "citation_author",
];

const SECTION_METAS: [&str; 6] = [
    "article:section",
    "parsely-section",
    "og:article:section",
    "section",
    "cxenseparse:section",
    "articlesection",
];

const SOURCE_METAS: [&str; 6] = [
    "og:site_name",
    "application-name",
    "dc.publisher",
    "dcterms.publisher",
    "publisher",
    "apple-mobile-web-app-title",
];

/// Longest text that is collected from an element, in bytes.
const LONGEST_TEXT: usize = 400;
/// Most elements of a kind that are collected.
const MOST: usize = 64;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Wanted {
    Heading,
    Teaser,
    MarkedAuthor,
    Byline,
    Section,
    MarkedDate,
    Time(TimeRank),
}

struct Capture<'a> {
    wanted: Wanted,
    name: &'a str,
    depth: u32,
    text: String,
    link: bool,
}

impl PageMeta {
    /// Reads a page in one pass.
    pub(super) fn read(html: &str) -> Self {
        let mut meta = Self::default();
        let mut captures: Vec<Capture<'_>> = Vec::new();
        let mut raw: Option<Tag<'_>> = None;
        for token in Tags::html(html) {
            match token {
                Token::Text(text) => {
                    for capture in &mut captures {
                        if capture.text.len() < LONGEST_TEXT {
                            capture.text.push_str(text);
                        }
                    }
                }
                Token::Raw(text) => match raw.take() {
                    Some(tag) if tag.is("title") && meta.title.is_empty() => meta.title = clean(text),
                    Some(tag) if tag.is("script") && is_ld_json(&tag) => {
                        json_ld::read(text, &mut meta.described)
                    }
                    _ => {}
                },
                Token::Open(tag) => {
                    raw = Some(tag);
                    for capture in &mut captures {
                        capture.depth += u32::from(tag.is(capture.name) && !tag.closes_itself());
                        capture.link |= tag.is("a");
                        capture.text.push(' ');
                    }
                    meta.open(&tag, &mut captures);
                }
                Token::Close(name) => {
                    for capture in &mut captures {
                        capture.depth -= u32::from(name.eq_ignore_ascii_case(capture.name));
                        capture.text.push(' ');
                    }
                    while let Some(at) =
                        captures.iter().position(|c| c.depth == 0 || c.text.len() > 2 * LONGEST_TEXT)
                    {
                        let capture = captures.swap_remove(at);
                        meta.captured(capture);
                    }
                }
            }
        }
        meta.times.sort_by_key(|(rank, _)| *rank);
        meta
    }

    fn open<'a>(&mut self, tag: &Tag<'a>, captures: &mut Vec<Capture<'a>>) {
        if tag.is("meta") {
            return self.meta_element(tag);
        }
        if tag.is("html") {
            self.lang = self.lang.take().or(tag.attribute("lang").map(|lang| clean(&lang)));
            return;
        }
        let rel = tag.attribute("rel");
        if tag.is("link") {
            if rel.is_some_and(|rel| rel.eq_ignore_ascii_case("canonical")) && self.canonical.is_none() {
                self.canonical = tag.attribute("href").map(|href| clean(&href));
            }
            return;
        }
        let Some((wanted, value)) = self.wanted(tag, rel.as_deref()) else { return };
        match value {
            Some(value) => self.found(wanted, clean(&value), false),
            None if captures.len() < 8 && !super::html_text::is_void(tag.name) && !tag.closes_itself() => {
                captures.push(Capture { wanted, name: tag.name, depth: 1, text: String::new(), link: false })
            }
            None => {}
        }
    }

    /// What an element gives, and its value if an attribute holds it.
    fn wanted(&self, tag: &Tag<'_>, rel: Option<&str>) -> Option<(Wanted, Option<String>)> {
        let itemprop = tag.attribute("itemprop");
        let attribute = |name: &str| tag.attribute(name).map(|value| value.into_owned());
        if let Some(itemprop) = itemprop.as_deref() {
            let value = attribute("content").or_else(|| attribute("datetime"));
            match itemprop.trim() {
                "datePublished" => return Some((Wanted::MarkedDate, value)),
                "author" => return Some((Wanted::MarkedAuthor, value)),
                "articleSection" => return Some((Wanted::Section, value)),
                _ => {}
            }
        }
        if tag.is("h1") {
            return Some((Wanted::Heading, None));
        }
        if tag.is("h2") || tag.is("h3") || tag.is("h4") {
            return Some((Wanted::Teaser, None));
        }
        let class = tag.attribute("class").unwrap_or_default();
        if tag.is("time") {
            let says = |text: &str| text.to_ascii_lowercase().contains("publish");
            let rank = if attribute("pubdate").is_some() || says(&class) {
                TimeRank::Marked
            } else if self.headings.is_empty() {
                TimeRank::Elsewhere
            } else {
                TimeRank::AfterHeading
            };
            return Some((Wanted::Time(rank), attribute("datetime").filter(|value| !value.is_empty())));
        }
        if rel.is_some_and(|rel| rel.split_ascii_whitespace().any(|r| r.eq_ignore_ascii_case("author"))) {
            return Some((Wanted::MarkedAuthor, None));
        }
        let byline = class.split_ascii_whitespace().any(|c| {
            ["byline", "author-name", "article-author", "author_name", "by-line"]
                .iter()
                .any(|name| c.eq_ignore_ascii_case(name))
        });
        if byline {
            return Some((Wanted::Byline, None));
        }
        let rank = dated_class(&class)?;
        let shown = matches!(rank, TimeRank::MarkedText) || !self.headings.is_empty();
        shown.then(|| (Wanted::Time(rank), attribute("datetime").or_else(|| attribute("value"))))
    }

    fn meta_element(&mut self, tag: &Tag<'_>) {
        let key = ["property", "name", "itemprop", "http-equiv"].iter().find_map(|name| tag.attribute(name));
        let (Some(key), Some(content)) = (key, tag.attribute("content")) else { return };
        let content = clean(&content);
        if !content.is_empty() && self.metas.len() < 4 * MOST {
            self.metas.push((key.trim().to_ascii_lowercase(), content));
        }
    }

    fn captured(&mut self, capture: Capture<'_>) {
        let text = clean(&capture.text);
        if text.len() <= LONGEST_TEXT {
            self.found(capture.wanted, text, capture.link);
        }
    }

    fn found(&mut self, wanted: Wanted, text: String, link: bool) {
        if text.is_empty() {
            return;
        }
        if wanted == Wanted::Teaser {
            self.teasers += usize::from(link);
            return;
        }
        let list = match wanted {
            Wanted::Heading => &mut self.headings,
            Wanted::MarkedAuthor => &mut self.marked_authors,
            Wanted::Byline => &mut self.bylines,
            Wanted::MarkedDate => &mut self.marked_dates,
            Wanted::Section => {
                self.marked_section.get_or_insert(text);
                return;
            }
            Wanted::Time(rank) => {
                let of_class = matches!(rank, TimeRank::MarkedText | TimeRank::TextAfterHeading);
                if self.times.len() < MOST && (!of_class || is_dated(&text)) {
                    self.times.push((rank, unlabelled(text)));
                }
                return;
            }
            Wanted::Teaser => return,
        };
        if list.len() < MOST && !list.contains(&text) {
            list.push(text);
        }
    }

    /// First content of the first of these meta elements that is there.
    fn meta(&self, keys: &[&str]) -> Option<&str> {
        keys.iter()
            .find_map(|key| self.metas.iter().find(|(name, _)| name == key))
            .map(|(_, text)| text.as_str())
    }

    /// The texts that may give the publication date, best first.
    pub(super) fn dates(&self) -> Vec<(&str, PublishedVia)> {
        let mut dates: Vec<(&str, PublishedVia)> = Vec::new();
        dates.extend(self.described.published.iter().map(|text| (text.as_str(), PublishedVia::JsonLd)));
        for key in DATE_METAS {
            dates.extend(
                self.metas
                    .iter()
                    .filter(|(name, _)| name == key)
                    .map(|(_, t)| (t.as_str(), PublishedVia::Meta)),
            );
        }
        dates.extend(self.marked_dates.iter().map(|text| (text.as_str(), PublishedVia::Microdata)));
        dates.extend(self.times.iter().map(|(_, text)| (text.as_str(), PublishedVia::Time)));
        dates
    }

    /// Authors as written, one or several in each text.
    pub(super) fn authors(&self) -> Vec<String> {
        let named = |texts: Vec<String>| {
            let texts: Vec<_> = texts.into_iter().filter(|text| is_name(text)).collect();
            (!texts.is_empty()).then_some(texts)
        };
        let metas = || {
            AUTHOR_METAS.iter().find_map(|key| {
                named(
                    self.metas.iter().filter(|(name, _)| name == key).map(|(_, text)| text.clone()).collect(),
                )
            })
        };
        named(self.described.authors.clone())
            .or_else(metas)
            .or_else(|| named(self.marked_authors.iter().take(4).cloned().collect()))
            .or_else(|| named(self.bylines.iter().take(1).cloned().collect()))
            .unwrap_or_default()
    }

    /// The publication. Some sites give a machine's name for themselves (`usatoday`); their publisher knows better.
    pub(super) fn source(&self) -> Option<&str> {
        let site = self.meta(&SOURCE_METAS[..1]).filter(|site| !site.contains("://"));
        let publisher = self.described.publisher.as_deref();
        let machine =
            site.is_some_and(|site| site.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()));
        let (first, second) = if machine { (publisher, site) } else { (site, publisher) };
        first.or(second).or_else(|| self.meta(&SOURCE_METAS[1..]))
    }

    /// The section.
    pub(super) fn section(&self) -> Option<&str> {
        self.meta(&SECTION_METAS).or(self.described.section.as_deref()).or(self.marked_section.as_deref())
    }

    /// The language tag.
    pub(super) fn language(&self) -> Option<&str> {
        let lang = self.lang.as_deref().filter(|lang| !lang.is_empty());
        lang.or(self.described.language.as_deref())
            .or_else(|| self.meta(&["og:locale", "content-language", "dc.language", "language"]))
    }

    /// The page's own address, if it gives one that is not its site's front door.
    pub(super) fn url(&self) -> Option<&str> {
        let candidates = [self.canonical.as_deref(), self.meta(&["og:url"]), self.described.url.as_deref()];
        candidates.into_iter().flatten().find(|url| is_page_address(url))
    }

    /// Whether the page says that it is an article.
    pub(super) fn says_article(&self) -> bool {
        self.described.is_article
            || self.meta(&["og:type"]).is_some_and(|kind| kind.to_ascii_lowercase().contains("article"))
            || self.metas.iter().any(|(name, _)| name.starts_with("article:"))
            || !self.marked_dates.is_empty()
    }

    /// The headline.
    pub(super) fn headline(&self) -> Option<String> {
        let stated = Stated {
            described: self.described.headline.as_deref(),
            social: self.meta(&["og:title", "twitter:title", "parsely-title", "sailthru.title", "dc.title"]),
            window: &self.title,
            printed: &self.headings,
            site: self.source(),
        };
        stated.headline().map(str::to_owned)
    }
}

/// Whether a script element holds JSON-LD.
pub(super) fn is_ld_json(tag: &Tag<'_>) -> bool {
    tag.attribute("type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/ld+json"))
}

/// References resolved, white space folded.
fn clean(text: &str) -> String {
    let text = entity::decode(text);
    let text = if text.contains('<') { super::html_text::of_fragment(&text).into() } else { text };
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

fn is_name(text: &str) -> bool {
    let words = text.split_whitespace().count();
    !text.contains("://") && !text.starts_with(['@', '/']) && (1..=24).contains(&words) && text.len() < 200
}

fn is_page_address(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let path = rest.split_once('/').map_or("", |(_, path)| path);
    matches!(scheme, "http" | "https") && !path.is_empty() && !url.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_describes_itself_in_many_ways() {
        let html = "<html lang=en-GB><head><title>Envoy meets leaders | Example Paper</title>\
            <meta property='og:site_name' content='Example Paper'><meta content='World' property=article:section>\
            <meta name='article:published_time' content='2024-12-13T09:00:00Z'>\
            <link rel=canonical href='https://example.org/world/envoy'><meta name=author content='Jane &amp; Joe'>\
            </head><body><h1>Envoy <i>meets</i>  leaders</h1><time datetime=2024-12-14>Saturday</time></body>";
        let meta = PageMeta::read(html);
        assert_eq!(meta.headline().as_deref(), Some("Envoy meets leaders"));
        assert_eq!(meta.source(), Some("Example Paper"));
        assert_eq!(meta.section(), Some("World"));
        assert_eq!(meta.language(), Some("en-GB"));
        assert_eq!(meta.url(), Some("https://example.org/world/envoy"));
        assert_eq!(meta.authors(), ["Jane & Joe"]);
        let dates = [("2024-12-13T09:00:00Z", PublishedVia::Meta), ("2024-12-14", PublishedVia::Time)];
        assert_eq!(meta.dates(), dates);
        assert!(meta.says_article());
    }

    #[test]
    fn microdata_is_read_from_attribute_or_text() {
        let html = "<span itemprop=datePublished content=2020-01-02>2 Jan</span>\
                    <b itemprop=datePublished>3 January 2020</b><span itemprop='author'><a rel=author>By A B</a></span>";
        let meta = PageMeta::read(html);
        let via = PublishedVia::Microdata;
        assert_eq!(meta.dates(), [("2020-01-02", via), ("3 January 2020", via)]);
        assert_eq!(meta.authors(), ["By A B"]);
    }

    #[test]
    fn a_date_shown_under_the_headline_is_found_by_its_class() {
        let html = "<div class=site-date>January 1, 2024</div><h1>Head</h1><span class=update-date>May 2, 2020</span>\
                    <div class='post__date'>Published on: <b>November 18, 2019</b></div><i class=date>13 hours ago</i>";
        assert_eq!(PageMeta::read(html).dates(), [("November 18, 2019", PublishedVia::Time)]);
    }

    #[test]
    fn a_front_door_is_no_address_of_an_article() {
        let html = "<link rel=canonical href='https://example.org/'><meta property=og:url content=https://example.org/a>";
        assert_eq!(PageMeta::read(html).url(), Some("https://example.org/a"));
    }
}
