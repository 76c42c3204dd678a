//! From what a format holds to an [`Article`]: the one place where ids, titles, dates and texts are settled.

mod dates;
mod identity;

pub use dates::ShownOrder;
pub(super) use dates::today;

use super::{Flag, Outcome, ReadOptions, Reject, byline, clean, code, encoding};
use crate::article::{Article, Origin, PublishedVia};

/// What a parser found in one record. Everything may be missing; texts may still be dirty (white space,
/// control characters, entities decoded, markup gone).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    /// Line or number (1-based) of the record in its file; `None` when the file holds one article.
    pub record: Option<u64>,
    /// The record's own id.
    pub id: Option<String>,
    /// Headline.
    pub title: Option<String>,
    /// Body text, paragraphs separated by a blank line.
    pub body: String,
    /// Texts that state the publication date, best first, each with where it stood.
    pub dates: Vec<DateText>,
    /// Bylines or names, one or several in each, with or without "By".
    pub authors: Vec<String>,
    /// Publication.
    pub source: Option<String>,
    /// Section or desk.
    pub section: Option<String>,
    /// Language tag or name.
    pub language: Option<String>,
    /// Kind of piece.
    pub kind: Option<String>,
    /// Address of the article.
    pub url: Option<String>,
    /// Place the story was filed from.
    pub dateline: Option<String>,
    /// People assigned by editors.
    pub people: Vec<String>,
    /// Places or country codes assigned by editors.
    pub places: Vec<String>,
    /// Marks put on it while parsing.
    pub flags: Vec<Flag>,
}

/// A text that states a publication date, and where it stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateText {
    /// As it stands.
    pub text: String,
    /// Kind of place.
    pub via: PublishedVia,
}

/// Longest headline kept, in characters; what is longer is no headline.
const MAX_TITLE_CHARS: usize = 500;

impl Draft {
    /// Adds a publication date, if the text is not blank.
    pub fn date(&mut self, text: impl Into<String>, via: PublishedVia) {
        let text = text.into();
        if !text.trim().is_empty() {
            self.dates.push(DateText { text, via });
        }
    }

    /// Adds a mark; each code once.
    pub fn flag(&mut self, code: &'static str, message: impl Into<String>) {
        if !self.flags.iter().any(|flag| flag.code == code) {
            self.flags.push(Flag { code, message: message.into() });
        }
    }

    /// Settles everything; a draft without body text becomes a reject. `order` is how dates in figures have been
    /// written in this file so far, where that could be told.
    pub fn finish(mut self, path: &str, options: &ReadOptions, order: &mut ShownOrder) -> Outcome {
        let origin = Origin { path: path.to_owned(), record: self.record };
        let cleaned = clean::body(std::mem::take(&mut self.body));
        let mut body = cleaned.text;
        let mut stripped = cleaned.stripped;
        if !says_something(&body) {
            let message = "there is no body text".to_owned();
            return Outcome::Reject(Reject { origin, code: code::EMPTY_BODY, message });
        }
        let mut line = |text: Option<String>| {
            let cleaned = clean::line(&text?);
            stripped |= cleaned.stripped;
            Some(cleaned.text).filter(|text| !text.is_empty())
        };
        let title = line(self.title.take());
        let id = line(self.id.take());
        let url = line(self.url.take()).and_then(|url| identity::address(&url));
        let source = line(self.source.take()).or_else(|| url.as_deref().and_then(identity::host));
        let section = line(self.section.take());
        let kind = line(self.kind.take()).filter(|kind| !is_generic(kind));
        let dateline = line(self.dateline.take()).map(place_of);
        let language = line(self.language.take()).and_then(|tag| identity::language(&tag));
        let mut lines = |texts: Vec<String>| -> Vec<String> {
            texts.into_iter().filter_map(|text| line(Some(text))).collect()
        };
        let mut authors: Vec<String> =
            lines(std::mem::take(&mut self.authors)).iter().flat_map(|a| byline::authors(a)).collect();
        let people = lines(std::mem::take(&mut self.people));
        let mut editor_people: Vec<String> = people.iter().map(|name| byline::natural_order(name)).collect();
        let mut editor_places = lines(std::mem::take(&mut self.places));
        for list in [&mut authors, &mut editor_people, &mut editor_places] {
            keep_first_of_each(list);
        }
        if stripped {
            self.flag(code::CONTROL_CHARS, "control or direction characters were taken out");
        }
        if encoding::looks_misdecoded(&body) || title.as_deref().is_some_and(encoding::looks_misdecoded) {
            self.flag(
                code::MOJIBAKE,
                "the text was decoded wrongly before it came here; it is indexed as it is",
            );
        }
        let title = match title {
            Some(title) => {
                drop_repeated_title(&title, &mut body);
                cut(title)
            }
            None => headline_of(&body),
        };
        let published = dates::settle(&mut self, path, url.as_deref(), &body, options, order);
        let id = identity::id(id, url.as_deref(), &origin);
        let article = Article {
            id,
            title,
            body,
            published,
            authors,
            source,
            section,
            language,
            kind,
            url,
            dateline,
            editor_people,
            editor_places,
            origin,
        };
        Outcome::Article(Box::new(article), self.flags)
    }
}

/// Whether a kind says no more than that it is an article.
fn is_generic(kind: &str) -> bool {
    matches!(
        kind.to_ascii_lowercase().as_str(),
        "text" | "article" | "story" | "news" | "composite" | "newsarticle"
    )
}

/// Whether a text is more than a placeholder.
fn says_something(body: &str) -> bool {
    let short = body.len() <= 9;
    !(short
        && matches!(body.to_ascii_lowercase().as_str(), "" | "null" | "none" | "nan" | "n/a" | "undefined"))
        && body.chars().any(char::is_alphanumeric)
}

/// Many formats repeat the headline as the first line of the body; words there would count twice.
fn drop_repeated_title(title: &str, body: &mut String) {
    if let Some(rest) = body.strip_prefix(title)
        && rest.starts_with('\n')
        && !rest.trim_start().is_empty()
    {
        let start = body.len() - rest.trim_start().len();
        body.drain(..start);
    }
}

fn cut(mut title: String) -> String {
    if let Some((at, _)) = title.char_indices().nth(MAX_TITLE_CHARS) {
        title.truncate(at);
        title.push('…');
    }
    title
}

/// A title for an article without one: its first line, or as much of its first sentence as fits a line.
fn headline_of(body: &str) -> String {
    const ROOM: usize = 120;
    let first = body.lines().next().unwrap_or_default().trim();
    if first.chars().count() <= ROOM {
        return first.to_owned();
    }
    let room = first.char_indices().nth(ROOM).map_or(first.len(), |(at, _)| at);
    let head = &first[..room];
    let stop = head.match_indices(['.', '!', '?']).map(|(at, _)| at).find(|at| {
        *at > 40
            && first[at + 1..].starts_with(' ')
            && first[at + 1..].trim_start().starts_with(char::is_uppercase)
    });
    match stop.or_else(|| head.rfind(' ')) {
        Some(at) if Some(at) == stop => head[..=at].to_owned(),
        Some(at) => format!("{}…", &head[..at]),
        None => format!("{head}…"),
    }
}

/// The place of a dateline: `BAGHDAD, Dec 13 (Reuters) -` → `BAGHDAD`.
fn place_of(dateline: String) -> String {
    let text = dateline.trim_end_matches(['-', '–', '—', ' ', ':']);
    let text = text.split(" (").next().unwrap_or(text);
    let parts: Vec<&str> = text.split(',').map(str::trim).collect();
    let dated = |part: &&str| part.chars().any(|c| c.is_ascii_digit());
    let end = parts.iter().position(|part| dated(&part)).unwrap_or(parts.len());
    let place = parts[..end].join(", ");
    if place.is_empty() { dateline } else { place }
}

fn keep_first_of_each(list: &mut Vec<String>) {
    let mut seen = rustc_hash::FxHashSet::default();
    if list.len() > 1 {
        list.retain(|item| seen.insert(item.clone()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Article;

    fn finish(draft: Draft) -> (Article, Vec<&'static str>) {
        match draft.finish("2024/a.json", &ReadOptions::default(), &mut ShownOrder::default()) {
            Outcome::Article(article, flags) => (*article, flags.iter().map(|flag| flag.code).collect()),
            other => panic!("{other:?}"),
        }
    }

    fn draft(title: &str, body: &str) -> Draft {
        Draft { title: Some(title.into()), body: body.into(), ..Draft::default() }
    }

    #[test]
    fn ids_come_from_the_record_the_address_or_the_place() {
        let mut with_all = draft("T", "Body text.");
        with_all.url = Some("https://example.org/a?utm_source=x&id=3#top".into());
        with_all.record = Some(7);
        let by_url = with_all.clone();
        with_all.id = Some(" h1 ".into());
        assert_eq!(finish(with_all).0.id, "h1");
        let article = finish(by_url).0;
        assert_eq!(article.id, "https://example.org/a?id=3");
        assert_eq!(article.source.as_deref(), Some("example.org"));
        let mut by_place = draft("T", "Body text.");
        by_place.record = Some(7);
        assert_eq!(finish(by_place).0.id, "2024/a.json#7");
        assert_eq!(finish(draft("T", "Body text.")).0.id, "2024/a.json");
    }

    #[test]
    fn missing_titles_are_made_and_repeated_ones_taken_out() {
        let (article, _) = finish(Draft { body: "First line\n\nSecond.".into(), ..Draft::default() });
        assert_eq!((article.title.as_str(), article.body.as_str()), ("First line", "First line\n\nSecond."));
        let long = format!(
            "The first sentence is here and it is long enough to be one. And {}",
            "so on ".repeat(40)
        );
        let (article, _) = finish(Draft { body: long, ..Draft::default() });
        assert_eq!(article.title, "The first sentence is here and it is long enough to be one.");
        let (article, _) = finish(draft("Head", "Head\nBody."));
        assert_eq!(article.body, "Body.");
    }

    #[test]
    fn bodies_that_say_nothing_are_rejected() {
        for body in ["", " \n\t", "null", "—", "NaN"] {
            let outcome = draft("T", body).finish("x", &ReadOptions::default(), &mut ShownOrder::default());
            assert!(matches!(outcome, Outcome::Reject(Reject { code: code::EMPTY_BODY, .. })), "{body:?}");
        }
    }

    #[test]
    fn marks_name_what_was_done() {
        let (article, codes) = finish(draft("A\u{1b}[31m title", "Itâ€™s a body."));
        assert_eq!(article.title, "A title");
        assert_eq!(codes, [code::CONTROL_CHARS, code::MOJIBAKE, code::DATE_MISSING]);
    }

    #[test]
    fn datelines_are_places() {
        for (text, place) in [
            ("BAGHDAD, Dec 13 (Reuters) -", "BAGHDAD"),
            ("GROSSETO, Italy (AP) --", "GROSSETO, Italy"),
            ("SAN FRANCISCO/NEW YORK", "SAN FRANCISCO/NEW YORK"),
        ] {
            assert_eq!(place_of(text.into()), place);
        }
    }
}
