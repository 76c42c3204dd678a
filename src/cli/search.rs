//! `dateline search`: asks the engine and prints the answer in the form wanted.

use std::io::{self, Write};
use std::ops::ControlFlow;
use std::time::Instant;

use super::archive::Archive;
use super::export::{Layout, Rows};
use super::failure::Failure;
use super::output::Answer;
use super::question::Question;
use super::screen::{QUIET, Screen, counted, styled};
use super::{choice, table};
use crate::search::{Cursor, Engine, FacetRequest, SearchRequest, Sort};

/// `dateline search`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct SearchCommand {
    pub(super) archive: Archive,
    pub(super) question: Question,
    pub(super) sort: Sort,
    pub(super) limit: usize,
    pub(super) all: bool,
    /// One article of each story.
    pub(super) fold: bool,
    pub(super) after: Option<Cursor>,
    pub(super) facets: Vec<FacetRequest>,
    pub(super) layout: Layout,
    pub(super) pager: bool,
}

/// Form of the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Table,
    Json,
    Jsonl,
    Csv,
    Tsv,
    Ids,
    Ris,
    Bibtex,
    Csl,
    Text,
    Svg,
}

/// `dateline search -f FILE -o trec`: many questions, each with a name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct BatchCommand {
    pub(super) archive: Archive,
    pub(super) questions: Vec<(String, Question)>,
    pub(super) limit: usize,
}

/// Answers every question and prints a TREC run: name, `Q0`, id, rank, score, `dateline`.
pub(super) fn batch(command: &BatchCommand) -> anyhow::Result<u8> {
    let engine = command.archive.open()?;
    let mut out = Screen::open(false);
    let mut found = false;
    for (name, question) in &command.questions {
        let request = SearchRequest {
            limit: command.limit,
            ..SearchRequest::new(question.query.clone(), Sort::Relevance)
        };
        let response = engine.search(&request).map_err(Failure::from)?;
        for (i, hit) in response.hits.iter().enumerate() {
            // A run is cut at blanks; an id with one could not be read back.
            let id = hit.id.replace(char::is_whitespace, "_");
            writeln!(out, "{name} Q0 {id} {} {} dateline", i + 1, hit.score)?;
            found = true;
        }
    }
    out.close()?;
    Ok(if found { 0 } else { 1 })
}

/// Searches and prints. Returns the exit code: 0 found, 1 nothing found.
pub(super) fn run(command: &SearchCommand) -> anyhow::Result<u8> {
    if explained(&command.question)? {
        return Ok(0);
    }
    let engine = command.archive.open()?;
    let mut screen = Screen::open(command.pager && command.layout.form == Form::Table);
    let request = SearchRequest {
        query: command.question.query.clone(),
        sort: command.sort,
        limit: command.limit,
        fold: command.fold,
        after: command.after.clone(),
        facets: command.facets.clone(),
        timeline: None,
        snippet_width: snippet_width(command.layout.form, &screen),
        explain_zero: true,
    };
    let found = if command.all {
        stream(&engine, &request, command, &mut screen)?
    } else {
        page(&engine, &request, command, &mut screen)?
    };
    screen.close()?;
    Ok(if found { 0 } else { 1 })
}

/// Characters of snippet that a form shows.
pub(super) fn snippet_width(form: Form, screen: &Screen) -> usize {
    match form {
        Form::Table => screen.width.saturating_sub(4) * 2,
        Form::Ids | Form::Ris | Form::Bibtex | Form::Csl | Form::Svg => 0,
        Form::Json | Form::Jsonl | Form::Csv | Form::Tsv | Form::Text => 240,
    }
}

/// One page of results.
fn page(
    engine: &dyn Engine,
    request: &SearchRequest,
    command: &SearchCommand,
    out: &mut Screen,
) -> anyhow::Result<bool> {
    let started = Instant::now();
    let mut response = engine.search(request).map_err(Failure::from)?;
    for (counts, asked) in response.facets.iter_mut().zip(&request.facets) {
        choice::complete(engine, &command.question, asked, counts).map_err(Failure::from)?;
    }
    let took = started.elapsed().as_secs_f64() * 1e3;
    response.notes.splice(0..0, command.question.notes.iter().cloned());
    if command.layout.form != Form::Json {
        print_notes(&response.notes);
    }
    match command.layout.form {
        Form::Table => {
            let first = if command.after.is_some() { None } else { Some(1) };
            for (i, hit) in response.hits.iter().enumerate() {
                table::hit(out, first.map_or(i + 1, |first| first + i), hit)?;
            }
            for counts in &response.facets {
                table::facet(out, counts, &command.question, true)?;
            }
            table::foot(out, &response, response.hits.len(), took)?;
        }
        Form::Json => {
            let answer = Answer::new(&command.question, &response, true, took);
            serde_json::to_writer_pretty(&mut *out, &answer)?;
            writeln!(out)?;
        }
        _ => {
            let mut rows = Rows::new(engine, &command.layout);
            for hit in &response.hits {
                rows.write(out, hit)?;
            }
            rows.finish(out)?;
        }
    }
    Ok(response.total > 0)
}

/// Every match.
fn stream(
    engine: &dyn Engine,
    request: &SearchRequest,
    command: &SearchCommand,
    out: &mut Screen,
) -> anyhow::Result<bool> {
    print_notes(&command.question.notes);
    let form = command.layout.form;
    let mut rows = Rows::new(engine, &command.layout);
    let mut failed = None;
    let mut count: u64 = 0;
    let started = Instant::now();
    engine
        .stream(request, &mut |hit| {
            let printed = match form {
                Form::Table => table::hit(out, count as usize + 1, &hit).map_err(anyhow::Error::from),
                _ => rows.write(out, &hit),
            };
            count += 1;
            match printed {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failed = Some(error);
                    ControlFlow::Break(())
                }
            }
        })
        .map_err(Failure::from)?;
    if let Some(error) = failed {
        return Err(error);
    }
    rows.finish(out)?;
    if form == Form::Table {
        let took = started.elapsed().as_secs_f64() * 1e3;
        let foot = format!("{} · {took:.1} ms", counted(count, "article"));
        writeln!(out, "{}", styled(QUIET, &foot))?;
    }
    Ok(count > 0)
}

/// Prints the reading when asked for; whether that was all.
pub(super) fn explained(question: &Question) -> io::Result<bool> {
    if question.explain {
        print_notes(&question.notes);
        writeln!(io::stdout(), "{}", crate::query::explain(&question.query))?;
    }
    Ok(question.explain)
}

/// Notes go to standard error, apart from the results.
pub(super) fn print_notes(notes: &[String]) {
    for note in notes {
        let line = format!("note: {}", super::screen::visible(note));
        // Standard error may be closed; the results matter more.
        let _ = writeln!(anstream::stderr(), "{}", styled(QUIET, &line));
    }
}
