//! Search results as a person reads them.

use std::io::{self, Write};

use super::output::country_name;
use super::question::Question;
use super::screen::{COUNTRY, MATCH, PERSON, QUIET, Screen, TITLE, columns, counted, fit, grouped, styled};
use crate::search::{Facet, FacetCounts, FacetValue, Hit, SearchResponse};

/// Most people and countries named under a result.
const MOST_NAMES: usize = 6;

/// Prints one result.
pub(super) fn hit(out: &mut Screen, number: usize, hit: &Hit) -> io::Result<()> {
    let date = hit.published.as_ref().map(|published| published.on.value()).unwrap_or_default();
    let indent = number.to_string().len().max(2) + 2;
    let room = out.width.saturating_sub(indent + date.len() + 2).max(20);
    let title = if hit.title.is_empty() { "(no title)" } else { &hit.title };
    let title = out.safe(title).into_owned();
    let shown = fit(&title, room);
    let pad = " ".repeat(room.saturating_sub(columns(&shown)) + 2);
    let marked =
        if title == hit.title { marked(&shown, &hit.title_marks, TITLE) } else { styled(TITLE, &shown) };
    let lead = format!("{number:>width$}  ", width = indent - 2);
    writeln!(out, "{}{marked}{pad}{}", styled(QUIET, &lead), styled(QUIET, &date))?;

    let margin = " ".repeat(indent);
    let from: Vec<_> = [hit.source.as_deref(), hit.section.as_deref()].into_iter().flatten().collect();
    let mut from = from.join(" · ");
    if !from.is_empty() {
        from += "  ";
    }
    if hit.copies > 0 {
        from += &format!("+{}  ", counted(hit.copies, "copy"));
    }
    let from = out.safe(&from).into_owned() + &out.safe(&hit.id);
    writeln!(out, "{margin}{}", styled(QUIET, &fit(&from, out.width.saturating_sub(indent))))?;

    for line in wrapped(out, hit, out.width.saturating_sub(indent)) {
        writeln!(out, "{margin}{line}")?;
    }
    let names = names(out, hit, out.width.saturating_sub(indent));
    if !names.is_empty() {
        writeln!(out, "{margin}{names}")?;
    }
    writeln!(out)
}

/// The snippet in lines of at most `room` columns, matches marked.
fn wrapped(out: &Screen, hit: &Hit, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let (mut line, mut used) = (String::new(), 0);
    let text = &hit.snippet.text;
    let mut at = 0;
    for word in text.split_inclusive(' ') {
        let span = (at, at + word.len());
        at = span.1;
        let bare = word.trim_end();
        let width = columns(bare);
        if used > 0 && used + width > room {
            lines.push(std::mem::take(&mut line).trim_end().to_owned());
            used = 0;
        }
        let inside: Vec<_> = hit
            .snippet
            .marks
            .iter()
            .filter(|(start, end)| *start < span.1 && *end > span.0)
            .map(|(start, end)| (start.max(&span.0) - span.0, (end.min(&span.1) - span.0).min(bare.len())))
            .collect();
        line.push_str(&marked_safely(out, bare, &inside));
        line.push(' ');
        used += width + 1;
    }
    if !line.trim().is_empty() {
        lines.push(line.trim_end().to_owned());
    }
    lines
}

fn marked_safely(out: &Screen, word: &str, marks: &[(usize, usize)]) -> String {
    let safe = out.safe(word);
    if safe != word { safe.into_owned() } else { marked(word, marks, anstyle::Style::new()) }
}

/// Text in a style with matches marked; marks beyond the end are left out.
fn marked(text: &str, marks: &[(usize, usize)], style: anstyle::Style) -> String {
    let mut line = String::new();
    let mut at = 0;
    for &(start, end) in marks {
        let (Some(before), Some(inside)) = (text.get(at..start), text.get(start..end)) else { continue };
        if !before.is_empty() {
            line += &styled(style, before);
        }
        line += &styled(MATCH, inside);
        at = end;
    }
    let rest = text.get(at..).unwrap_or("");
    if !rest.is_empty() {
        line += &if style == anstyle::Style::new() { rest.to_owned() } else { styled(style, rest) };
    }
    line
}

/// People and countries of a result on one line.
fn names(out: &Screen, hit: &Hit, room: usize) -> String {
    let mut line = String::new();
    let mut used = 0;
    let people = hit.people.iter().take(MOST_NAMES).map(|name| (PERSON, name.as_str()));
    let countries = hit.countries.iter().take(MOST_NAMES).map(|code| (COUNTRY, country_name(code)));
    let mut kind = None;
    for (style, name) in people.chain(countries) {
        let name = out.safe(name);
        let between = match kind {
            None => "",
            Some(last) if last == style => ", ",
            Some(_) => " · ",
        };
        let width = columns(between) + columns(&name);
        if used + width > room {
            continue;
        }
        kind = Some(style);
        used += width;
        line += between;
        line += &styled(style, &name);
    }
    line
}

/// A value as a table shows it. A code says little by itself; elsewhere the label is the value, or shows where it belongs.
pub(super) fn label(facet: Facet, value: &FacetValue) -> String {
    match facet {
        Facet::Country => format!("{} ({})", value.label, value.value),
        _ => value.label.clone(),
    }
}

/// Prints a facet: value, count, share as a bar. Values that a filter chose are ticked.
pub(super) fn facet(
    out: &mut Screen,
    counts: &FacetCounts,
    question: &Question,
    heading: bool,
) -> io::Result<()> {
    if heading {
        writeln!(out, "{}", styled(TITLE, &counts.facet.to_string()))?;
    }
    let most = counts.values.first().map_or(1, |value| value.count).max(1);
    let room = (out.width / 2).min(48);
    let wide =
        counts.values.iter().map(|value| columns(&label(counts.facet, value))).max().unwrap_or(0).min(room);
    let number = grouped(most).len();
    for value in &counts.values {
        let name = label(counts.facet, value);
        let name = fit(&out.safe(&name), room).into_owned();
        let pad = " ".repeat(wide.saturating_sub(columns(&name)));
        let bar_room = out.width.saturating_sub(wide + number + 6).min(40);
        let bar = super::timeline::bar(value.count, most, bar_room);
        let also = if value.also.is_empty() {
            String::new()
        } else {
            let room = out.width.saturating_sub(wide + number + 6 + columns(&bar) + 8);
            styled(QUIET, &fit(&format!("  also: {}", out.safe(&value.also.join(", "))), room))
        };
        let tick = if question.has_chosen(counts.facet, value) { "✓" } else { " " };
        let line = format!(
            "{tick} {name}{pad}  {:>number$}  {}{also}",
            grouped(value.count),
            styled(super::screen::BAR, &bar)
        );
        writeln!(out, "{}", line.trim_end())?;
    }
    let shown = counts.values.len() as u64;
    if counts.distinct > shown {
        let more =
            format!("  {} of {}; more with -n N or --all", grouped(shown), counted(counts.distinct, "value"));
        writeln!(out, "{}", styled(QUIET, &more))?;
    }
    if heading {
        writeln!(out)?;
    }
    Ok(())
}

/// The line under the results: the count, the time, where to go on.
pub(super) fn foot(
    out: &mut Screen,
    response: &SearchResponse,
    shown: usize,
    took_ms: f64,
) -> io::Result<()> {
    let in_all = response.hits_in_all();
    let (articles, stories) = (counted(response.total, "article"), counted(response.stories, "story"));
    let mut line = if response.folded && response.stories < response.total {
        format!("{stories} · {articles}")
    } else if response.stories < response.total {
        format!("{articles} · {stories}")
    } else {
        articles
    };
    if (shown as u64) < in_all && shown > 0 {
        line = format!("{} of {line}", grouped(shown as u64));
    }
    line += &format!(" · {took_ms:.1} ms");
    if let Some(last) = response.hits.last().filter(|_| (shown as u64) < in_all) {
        line += &format!(" · next page: --after {}", last.cursor);
    }
    writeln!(out, "{}", styled(QUIET, &line))
}
