//! `dateline index --dry-run`: parses without writing and shows what was found.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::ops::ControlFlow;

use serde::Serialize;

use super::archive::Archive;
use super::index::{IndexCommand, Report};
use super::schema::ArticleRecord;
use super::screen::{QUIET, Screen, TITLE, fit, grouped, styled};
use crate::article::Article;
use crate::ingest::{self, Format, Outcome};
use crate::pipeline::Event;

/// Articles shown of each format.
const SHOWN: usize = 3;

/// A parsed article as a line of JSON.
#[derive(Serialize)]
struct Parsed<'a> {
    #[serde(flatten)]
    record: ArticleRecord,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    record_number: Option<u64>,
    published_via: Option<String>,
    flags: Vec<&'static str>,
}

/// Parses all inputs and prints either the first articles of each format or, with `jsonl`, every article. Returns
/// the exit code: 0, or 4 with rejects.
pub(super) fn run(command: &IndexCommand, jsonl: bool) -> anyhow::Result<u8> {
    let mut screen = Screen::open(false);
    let mut report = command.report.as_deref().map(Report::create).transpose()?;
    let mut seen: BTreeMap<&'static str, (u64, Vec<Article>)> = BTreeMap::new();
    let mut rejected: BTreeMap<&'static str, u64> = BTreeMap::new();
    let mut format = Format::Text;
    let mut failed: Option<anyhow::Error> = None;
    {
        let mut take = |outcome: Outcome| {
            let done = (|| -> anyhow::Result<bool> {
                match outcome {
                    Outcome::Opened(_, opened) => format = opened,
                    Outcome::Article(article, flags) => {
                        if let Some(report) = &mut report {
                            for flag in &flags {
                                report.add(&Event::Flagged(article.origin.clone(), flag.clone()))?;
                            }
                        }
                        if jsonl {
                            let flags = flags.iter().map(|flag| flag.code).collect();
                            serde_json::to_writer(&mut screen, &parsed(&article, flags))?;
                            writeln!(screen)?;
                        }
                        let entry = seen.entry(format.name()).or_default();
                        entry.0 += 1;
                        if entry.1.len() < SHOWN {
                            entry.1.push(*article);
                        }
                    }
                    Outcome::Flagged(origin, flag) => {
                        if let Some(report) = &mut report {
                            report.add(&Event::Flagged(origin, flag))?;
                        }
                    }
                    Outcome::Reject(reject) => {
                        *rejected.entry(reject.code).or_default() += 1;
                        if let Some(report) = &mut report {
                            report.add(&Event::Rejected(reject))?;
                        }
                        return Ok(!command.strict);
                    }
                }
                Ok(true)
            })();
            match done {
                Ok(true) => ControlFlow::Continue(()),
                Ok(false) => ControlFlow::Break(()),
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            }
        };
        let _ = read_all(command, &command.archive, &mut take);
    }
    if let Some(error) = failed {
        return Err(error);
    }
    if let Some(report) = report {
        report.finish()?;
    }
    if !jsonl {
        show(&mut screen, &seen, &rejected)?;
    }
    screen.close()?;
    Ok(if rejected.is_empty() { 0 } else { 4 })
}

fn read_all(
    command: &IndexCommand,
    archive: &Archive,
    take: &mut dyn FnMut(Outcome) -> ControlFlow<()>,
) -> ControlFlow<()> {
    for input in &command.paths {
        if input.as_os_str() == "-" {
            ingest::read_stream(io::stdin().lock(), "-", &command.read, take)?;
            continue;
        }
        for found in ingest::walk(&archive.root, input) {
            match found {
                Ok(file) => ingest::read_file(&file, &command.read, take)?,
                Err(reject) => take(Outcome::Reject(reject))?,
            }
        }
    }
    ControlFlow::Continue(())
}

fn parsed<'a>(article: &'a Article, flags: Vec<&'static str>) -> Parsed<'a> {
    Parsed {
        record: ArticleRecord {
            id: Some(article.id.clone()),
            title: Some(article.title.clone()),
            body: article.body.clone(),
            published: article.published.as_ref().map(|published| published.on.value()),
            authors: article.authors.clone(),
            source: article.source.clone(),
            section: article.section.clone(),
            language: article.language.clone(),
            kind: article.kind.clone(),
            url: article.url.clone(),
            dateline: article.dateline.clone(),
            people: article.editor_people.clone(),
            places: article.editor_places.clone(),
        },
        path: &article.origin.path,
        record_number: article.origin.record,
        published_via: article.published.as_ref().map(|published| published.via.to_string()),
        flags,
    }
}

/// Prints the first articles of each format, and the rejects by reason.
fn show(
    out: &mut Screen,
    seen: &BTreeMap<&'static str, (u64, Vec<Article>)>,
    rejected: &BTreeMap<&'static str, u64>,
) -> io::Result<()> {
    for (format, (count, first)) in seen {
        writeln!(out, "{}  {}", styled(TITLE, format), grouped(*count))?;
        for article in first {
            let date = match &article.published {
                Some(published) => format!("{} (from {})", published.on, published.via),
                None => "no date".to_owned(),
            };
            let title = fit(&out.safe(&article.title), out.width.saturating_sub(4)).into_owned();
            writeln!(out, "  {title}")?;
            let lead: String =
                article.body.chars().take(2 * out.width).map(|c| if c == '\n' { ' ' } else { c }).collect();
            let facts =
                format!("{date} · {} · {}", article.source.as_deref().unwrap_or("no source"), article.origin);
            let facts = fit(&out.safe(&facts), out.width.saturating_sub(4)).into_owned();
            writeln!(out, "  {}", styled(QUIET, &facts))?;
            let lead = fit(&out.safe(&lead), out.width.saturating_sub(4)).into_owned();
            writeln!(out, "  {lead}\n")?;
        }
    }
    for (code, count) in rejected {
        writeln!(out, "rejected  {}  {code}", grouped(*count))?;
    }
    if seen.is_empty() && rejected.is_empty() {
        writeln!(out, "there are no files to read")?;
    }
    Ok(())
}
