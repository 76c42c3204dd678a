//! `dateline show`: an article with its people, countries and dates marked, and how each was read.

use std::io::{self, Write};

use super::failure::Failure;
use super::output::country_name;
use super::screen::{COUNTRY, DATE, PERSON, QUIET, Screen, TITLE, columns, grouped, styled, visible};
use crate::article::{Article, Part, Span};
use crate::extract::{Annotations, CountryVia, DateVia, PersonVia};
use crate::query::Node;
use crate::query::ast::Clause;
use crate::search::{Engine, Hit, SearchRequest, SearchResponse, Sort};

/// A stretch of text to mark.
struct Mark {
    span: Span,
    style: anstyle::Style,
}

/// Most copies named under an article.
const MOST_COPIES: usize = 20;

/// Copies of an article.
pub(super) struct Copies {
    /// How many there are.
    number: u64,
    /// The first ones, earliest first.
    first: Vec<Hit>,
}

/// Looks for the copies of an article.
pub(super) fn copies(engine: &dyn Engine, id: &str) -> Result<Copies, Failure> {
    let request = SearchRequest {
        limit: MOST_COPIES + 1,
        ..SearchRequest::new(Node::new(0..0, Clause::Copies(id.to_owned())), Sort::Oldest)
    };
    let SearchResponse { total, mut hits, .. } = engine.search(&request)?;
    hits.retain(|hit| hit.id != id);
    hits.truncate(MOST_COPIES);
    Ok(Copies { number: total.saturating_sub(1), first: hits })
}

/// Prints an article.
pub(super) fn text(
    out: &mut Screen,
    article: &Article,
    found: &Annotations,
    copies: &Copies,
) -> io::Result<()> {
    let marks = marks(found);
    let title = if article.title.is_empty() { "(no title)" } else { &article.title };
    for line in wrap(&marked(title, Part::Title, &marks, TITLE), out.width) {
        writeln!(out, "{line}")?;
    }
    for (name, value) in facts(article) {
        let value = out.safe(&value).into_owned();
        writeln!(out, "{}", styled(QUIET, &format!("{name:<10} {value}")))?;
    }
    writeln!(out)?;
    for paragraph in marked(&article.body, Part::Body, &marks, anstyle::Style::new()).split("\n") {
        for line in wrap(paragraph, out.width) {
            writeln!(out, "{line}")?;
        }
    }
    evidence(out, article, found)?;
    if copies.number > 0 {
        writeln!(out, "\n{}", styled(TITLE, "copies"))?;
    }
    for copy in &copies.first {
        let published = copy.published.as_ref().map(|published| published.on.value());
        let source = copy.source.clone();
        let from = [published, source].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let line = format!("  {from:30} {}  {}", copy.title, copy.id);
        writeln!(out, "{}", out.safe(&line).into_owned())?;
    }
    if copies.number > copies.first.len() as u64 {
        writeln!(out, "  {}", styled(QUIET, &format!("{} in all: search 'dup:ID'", grouped(copies.number))))?;
    }
    Ok(())
}

/// Prints an article and its annotations as JSON. Offsets count bytes of the part they name.
pub(super) fn json(
    out: &mut Screen,
    article: &Article,
    found: &Annotations,
    copies: &Copies,
) -> anyhow::Result<()> {
    #[derive(serde::Serialize)]
    struct Shown<'a> {
        article: &'a Article,
        annotations: &'a Annotations,
        /// Ids of the first copies, earliest first.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        copies: Vec<&'a str>,
    }
    let copies = copies.first.iter().map(|copy| copy.id.as_str()).collect();
    serde_json::to_writer_pretty(&mut *out, &Shown { article, annotations: found, copies })?;
    writeln!(out)?;
    Ok(())
}

/// The facts beside the text, those that are known.
fn facts(article: &Article) -> Vec<(&'static str, String)> {
    let mut facts = vec![("id", article.id.clone())];
    match &article.published {
        Some(published) => facts.push(("published", format!("{} (from {})", published.on, published.via))),
        None => facts.push(("published", "unknown".to_owned())),
    }
    let optional = [
        ("by", (!article.authors.is_empty()).then(|| article.authors.join(", "))),
        ("source", article.source.clone()),
        ("section", article.section.clone()),
        ("language", article.language.clone()),
        ("kind", article.kind.clone()),
        ("filed from", article.dateline.clone()),
        ("url", article.url.clone()),
    ];
    facts.extend(optional.into_iter().filter_map(|(name, value)| Some((name, value?))));
    facts.push(("read from", article.origin.to_string()));
    facts
}

fn marks(found: &Annotations) -> Vec<Mark> {
    let people = found.people.iter().flat_map(|person| &person.mentions);
    let countries = found.countries.iter().flat_map(|country| &country.mentions);
    let mut marks: Vec<Mark> = people
        .map(|m| Mark { span: m.span, style: PERSON })
        .chain(countries.map(|m| Mark { span: m.span, style: COUNTRY }))
        .chain(found.dates.iter().map(|m| Mark { span: m.span, style: DATE }))
        .filter(|mark| mark.span.start < mark.span.end)
        .collect();
    marks.sort_by_key(|mark| (mark.span.part, mark.span.start, std::cmp::Reverse(mark.span.end)));
    marks
}

/// One part with its marks in colour, safe to print. Of marks that overlap the first and longest counts.
fn marked(text: &str, part: Part, marks: &[Mark], style: anstyle::Style) -> String {
    let mut line = String::with_capacity(text.len() * 2);
    let mut at = 0;
    let plain = |line: &mut String, text: &str| {
        if style == anstyle::Style::new() {
            *line += &visible(text)
        } else {
            *line += &styled(style, &visible(text))
        }
    };
    for mark in marks.iter().filter(|mark| mark.span.part == part) {
        let (start, end) = (mark.span.start as usize, mark.span.end as usize);
        let (Some(before), Some(inside)) = (text.get(at..start), text.get(start..end)) else { continue };
        plain(&mut line, before);
        line += &styled(mark.style, &visible(inside));
        at = end;
    }
    plain(&mut line, text.get(at..).unwrap_or(""));
    line
}

/// Breaks text at blanks into lines of at most `width` columns; escape sequences take none.
fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    for word in text.split_inclusive(' ') {
        let wide = columns(&anstream::adapter::strip_str(word.trim_end()).to_string());
        if used > 0 && used + wide > width {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            used = 0;
        }
        line += word;
        used += wide + 1;
    }
    lines.push(line.trim_end().to_owned());
    lines
}

/// What was found and how each was read.
fn evidence(out: &mut Screen, article: &Article, found: &Annotations) -> io::Result<()> {
    let words = |span: &Span| {
        let text = match span.part {
            Part::Title => &article.title,
            Part::Body => &article.body,
        };
        let words = text.get(span.start as usize..span.end as usize).unwrap_or("");
        format!("“{}”", visible(words).replace('\n', " "))
    };
    if !found.people.is_empty() {
        writeln!(out, "\n{}", styled(TITLE, "people"))?;
    }
    for person in &found.people {
        let readings = person.mentions.iter().map(|m| format!("{} ({})", words(&m.span), person_via(m.via)));
        row(out, PERSON, &visible(&person.name), readings)?;
    }
    if !found.countries.is_empty() {
        writeln!(out, "\n{}", styled(TITLE, "countries"))?;
    }
    for country in &found.countries {
        let readings = country.mentions.iter().map(|m| {
            let place = m.place.as_deref().map(|place| format!(": {place}")).unwrap_or_default();
            format!("{} ({}{place})", words(&m.span), country_via(m.via))
        });
        row(out, COUNTRY, &format!("{} ({})", country_name(country.code), country.code), readings)?;
    }
    if !found.dates.is_empty() {
        writeln!(out, "\n{}", styled(TITLE, "dates"))?;
    }
    for date in &found.dates {
        let reading = format!("{} ({})", words(&date.span), date_via(date.via));
        row(out, DATE, &date.value.value(), [reading].into_iter())?;
    }
    Ok(())
}

/// A value and its readings; equal readings are counted.
fn row(
    out: &mut Screen,
    style: anstyle::Style,
    value: &str,
    readings: impl Iterator<Item = String>,
) -> io::Result<()> {
    let mut counted: Vec<(String, usize)> = Vec::new();
    for reading in readings {
        match counted.iter_mut().find(|(known, _)| *known == reading) {
            Some((_, count)) => *count += 1,
            None => counted.push((reading, 1)),
        }
    }
    let readings: Vec<_> = counted
        .into_iter()
        .map(|(reading, count)| if count > 1 { format!("{reading} ×{count}") } else { reading })
        .collect();
    let pad = " ".repeat(30usize.saturating_sub(columns(value)));
    let lines = wrap(&readings.join(", "), out.width.saturating_sub(33).max(30));
    for (i, line) in lines.iter().enumerate() {
        if i == 0 {
            writeln!(out, "  {}{pad} {line}", styled(style, value))?;
        } else {
            writeln!(out, "  {:30} {line}", "")?;
        }
    }
    Ok(())
}

fn person_via(via: PersonVia) -> &'static str {
    match via {
        PersonVia::FullName => "full name",
        PersonVia::ShortForm => "short form",
        PersonVia::Title => "after a title",
        PersonVia::SingleName => "single name",
        PersonVia::Editor => "assigned by an editor",
    }
}

fn country_via(via: CountryVia) -> &'static str {
    match via {
        CountryVia::Name => "name",
        CountryVia::Demonym => "demonym",
        CountryVia::City => "city",
        CountryVia::Region => "region",
        CountryVia::Metonym => "metonym",
        CountryVia::Dateline => "dateline",
        CountryVia::Editor => "assigned by an editor",
    }
}

fn date_via(via: DateVia) -> &'static str {
    match via {
        DateVia::Absolute => "in full",
        DateVia::Published => "from the publication date",
        DateVia::Context => "from another date of the text",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_blanks_and_escapes_take_no_room() {
        let text = format!("one {} three", styled(PERSON, "two"));
        assert_eq!(wrap(&text, 7).len(), 2);
        assert_eq!(wrap("", 10), [""]);
    }

    #[test]
    fn marks_cover_their_words_only() {
        let span = Span { part: Part::Body, start: 0, end: 5 };
        let marks = [Mark { span, style: DATE }];
        let line = marked("today\u{1b} is", Part::Body, &marks, anstyle::Style::new());
        assert_eq!(anstream::adapter::strip_str(&line).to_string(), "today\\u{1b} is");
        assert!(line.starts_with(&styled(DATE, "today")));
    }
}
