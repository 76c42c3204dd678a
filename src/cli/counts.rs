//! `dateline facets`, `timeline` and `with`: asks for counts and prints them in the form wanted.

use std::io::{self, Write};
use std::time::Instant;

use super::archive::Archive;
use super::failure::Failure;
use super::output::Answer;
use super::question::Question;
use super::screen::{QUIET, Screen, counted, grouped, styled};
use super::search::{Form, explained, print_notes};
use super::{beside, choice, svg, table, timeline, tree};
use crate::index::Index;
use crate::query::Node;
use crate::query::ast::{Clause, Pattern, Scope};
use crate::search::{
    Engine, FacetCounts, FacetRequest, Relation, SearchRequest, SearchResponse, Sort, TimelineRequest,
};

/// `dateline facets` and `dateline timeline`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct CountCommand {
    pub(super) archive: Archive,
    pub(super) question: Question,
    pub(super) facet: Option<FacetRequest>,
    /// The facet is told with those that it lies in.
    pub(super) tree: bool,
    pub(super) timeline: Option<TimelineRequest>,
    pub(super) form: Form,
}

/// `dateline with`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct WithCommand {
    pub(super) archive: Archive,
    pub(super) question: Question,
    pub(super) facets: Vec<FacetRequest>,
    pub(super) form: Form,
}

/// Counts and prints. Returns the exit code: 0 found, 1 nothing found.
pub(super) fn run(command: &CountCommand) -> anyhow::Result<u8> {
    if explained(&command.question)? {
        return Ok(0);
    }
    let engine = command.archive.open()?;
    let request = SearchRequest {
        facets: match &command.facet {
            Some(leaf) if command.tree => tree::requests(leaf),
            other => other.iter().cloned().collect(),
        },
        timeline: command.timeline.clone(),
        explain_zero: true,
        ..SearchRequest::new(command.question.query.clone(), Sort::Relevance)
    };
    let started = Instant::now();
    let mut response = engine.search(&request).map_err(Failure::from)?;
    for (counts, asked) in response.facets.iter_mut().zip(&request.facets) {
        choice::complete(&engine, &command.question, asked, counts).map_err(Failure::from)?;
    }
    let took = started.elapsed().as_secs_f64() * 1e3;
    if response.total > 0
        && let Some(like) = command.facet.as_ref().and_then(|facet| facet.like.as_ref())
        && response.facets.last().is_some_and(|counts| counts.values.is_empty())
    {
        let facet = command.facet.as_ref().map(|facet| facet.facet.to_string()).unwrap_or_default();
        response.notes.push(format!("no {facet} of these articles contains '{like}'"));
    }
    response.notes.extend(shared(&engine, &command.question)?);
    let leaf = command.facet.as_ref().filter(|_| command.tree);
    print(command.form, &command.question, response, leaf, took)
}

/// Articles of both queries are in both counts; a reader should know.
fn shared(engine: &Index, question: &Question) -> anyhow::Result<Option<String>> {
    let Some(other) = &question.beside else { return Ok(None) };
    let both = Node::all_of(0..0, vec![question.query.clone(), other.clone()]);
    let both = engine.search(&SearchRequest::new(both, Sort::Relevance)).map_err(Failure::from)?.total;
    let is_one = if both == 1 { "matches" } else { "match" };
    Ok((both > 0).then(|| format!("{} {is_one} both queries and count for both", counted(both, "article"))))
}

/// Who and what appears with what is asked for. Returns the exit code: 0 found, 1 nothing found.
pub(super) fn with(command: &WithCommand) -> anyhow::Result<u8> {
    let engine = command.archive.open()?;
    let mut question = command.question.clone();
    if let Some((person, note)) = as_person(&engine, &question.text)? {
        question.notes.push(note);
        if let Some(person) = person {
            question.reread(person);
        }
    }
    if explained(&question)? {
        return Ok(0);
    }
    let started = Instant::now();
    let response = company(&engine, &question, &command.facets)?;
    let took = started.elapsed().as_secs_f64() * 1e3;
    print(command.form, &question, response, None, took)
}

/// A name without anything else means the person. It is no name when most articles with its words name nobody of it:
/// `Iraq` is no person, whoever is called so. Answers the person clause, if it is one, and what to say about it.
fn as_person(engine: &Index, text: &Node) -> anyhow::Result<Option<(Option<Node>, String)>> {
    let members = match &text.clause {
        Clause::And(members) => members.as_slice(),
        _ => std::slice::from_ref(text),
    };
    let mut words = Vec::with_capacity(members.len());
    for member in members {
        let Clause::Text { scope: Scope::All, pattern: Pattern::Word(word) } = &member.clause else {
            return Ok(None);
        };
        words.push(word.as_str());
    }
    let name = words.join(" ");
    let person = Node::new(text.at.clone(), Clause::Person { name: name.clone(), exact: false });
    let count = |query: &Node| -> anyhow::Result<u64> {
        let request = SearchRequest::new(query.clone(), Sort::Relevance);
        Ok(engine.search(&request).map_err(Failure::from)?.total)
    };
    let (named, said) = (count(&person)?, count(text)?);
    // Where neither is there, the names nearest to it are told.
    Ok(Some(if named >= said.div_ceil(4) {
        let note = format!("'{name}' is read as {person}; for the words put them in quotation marks");
        (Some(person), note)
    } else {
        (None, format!("'{name}' is read as words; {person} has {}", counted(named, "article")))
    }))
}

/// Counts the facets without the values that are asked for.
fn company(engine: &Index, question: &Question, facets: &[FacetRequest]) -> anyhow::Result<SearchResponse> {
    /// Values asked for that are expected: forms of a name.
    const OWN: usize = 16;
    let mut spare = OWN;
    loop {
        let asked = facets
            .iter()
            .map(|facet| FacetRequest { limit: facet.limit.saturating_add(spare), ..facet.clone() });
        let request = SearchRequest {
            facets: asked.collect(),
            explain_zero: true,
            ..SearchRequest::new(question.query.clone(), Sort::Relevance)
        };
        let mut response = engine.search(&request).map_err(Failure::from)?;
        let mut enough = true;
        for ((counts, facet), asked) in response.facets.iter_mut().zip(facets).zip(&request.facets) {
            let found = counts.values.len();
            counts.values.retain(|value| !choice::names(&question.query, counts.facet, value));
            let own = found - counts.values.len();
            counts.distinct -= own as u64;
            enough &= counts.values.len() >= facet.limit || found < asked.limit;
            counts.values.truncate(facet.limit);
        }
        if enough {
            return Ok(response);
        }
        spare = spare.saturating_mul(16);
    }
}

/// Prints an answer, the facets as a tree where its leaves are named. Returns the exit code: 0 found, 1 nothing found.
fn print(
    form: Form,
    question: &Question,
    mut response: SearchResponse,
    leaf: Option<&FacetRequest>,
    took: f64,
) -> anyhow::Result<u8> {
    response.notes.splice(0..0, question.notes.iter().cloned());
    if form != Form::Json {
        print_notes(&response.notes);
    }
    let mut screen = Screen::open(false);
    match form {
        Form::Json => {
            let answer = Answer::new(question, &response, false, took);
            serde_json::to_writer_pretty(&mut screen, &answer)?;
            writeln!(screen)?;
        }
        Form::Csv => as_csv(&mut screen, &response, leaf.is_some())?,
        Form::Svg => {
            if let Some(counts) = &response.timeline {
                let picture = svg::timeline(&question.query.to_string(), counts, response.total);
                screen.write_all(picture.as_bytes())?;
            }
        }
        _ => match leaf {
            Some(leaf) => {
                tree::draw(&mut screen, &response.facets, question, leaf)?;
                if let Some(counts) = response.facets.last() {
                    foot(&mut screen, counts, &response, took)?;
                }
            }
            None => on_screen(&mut screen, question, &response, took)?,
        },
    }
    screen.close()?;
    let beside = response.facets.iter().filter_map(|counts| counts.beside);
    let others = beside.filter(|second| second.relation == Relation::Other).map(|second| second.total);
    let any = response.total + others.sum::<u64>() > 0;
    let some = response.facets.is_empty() || response.facets.iter().any(|counts| !counts.values.is_empty());
    Ok(if any && some { 0 } else { 1 })
}

fn on_screen(
    screen: &mut Screen,
    question: &Question,
    response: &SearchResponse,
    took: f64,
) -> anyhow::Result<()> {
    if let Some(counts) = response.facets.first()
        && let Some(second) = counts.beside
    {
        beside::heading(screen, question, counts)?;
        if response.total == 0 && (second.relation == Relation::Whole || second.total == 0) {
            return Ok(());
        }
    }
    for counts in &response.facets {
        if counts.beside.is_some() {
            beside::table(screen, counts)?;
            continue;
        }
        table::facet(screen, counts, question, false)?;
        foot(screen, counts, response, took)?;
    }
    if let Some(counts) = &response.timeline {
        timeline::draw(screen, counts, response.total)?;
    }
    Ok(())
}

/// The line under a facet: of how many articles it is.
fn foot(out: &mut Screen, counts: &FacetCounts, response: &SearchResponse, took: f64) -> io::Result<()> {
    let mut foot = counted(counts.total, "article");
    if counts.total > response.total {
        foot += &format!(" · {} with the chosen values", grouped(response.total));
    }
    if counts.missing > 0 {
        foot += &format!(" · {} without one", counted(counts.missing, "article"));
    }
    writeln!(out, "{}", styled(QUIET, &format!("  {foot} · {took:.1} ms")))
}

fn as_csv(out: &mut Screen, response: &SearchResponse, is_tree: bool) -> anyhow::Result<()> {
    let mut rows = csv::Writer::from_writer(out);
    if response.facets.iter().any(|counts| counts.beside.is_some()) {
        return beside::as_csv(&mut rows, &response.facets);
    }
    if is_tree {
        rows.write_record(["facet", "within", "value", "label", "count"])?;
        for counts in &response.facets {
            for value in &counts.values {
                let within = tree::parent(counts.facet, &value.value).unwrap_or_default();
                let facet = counts.facet.to_string();
                rows.write_record([&facet, &within, &value.value, &value.label, &value.count.to_string()])?;
            }
        }
        rows.flush()?;
        return Ok(());
    }
    for counts in &response.facets {
        rows.write_record([counts.facet.to_string().as_str(), "label", "count"])?;
        for value in &counts.values {
            rows.write_record([value.value.as_str(), &value.label, &value.count.to_string()])?;
        }
    }
    if let Some(counts) = &response.timeline {
        let values = counts.split.as_ref().map(|split| split.counts.values.as_slice()).unwrap_or_default();
        let names = values.iter().map(|value| value.value.as_str());
        rows.write_record(["period", "count"].into_iter().chain(names))?;
        for step in timeline::with_empty_steps(counts) {
            let numbers = (0..values.len()).map(|at| step.value(at).to_string());
            rows.write_record([step.period.value(), step.count.to_string()].into_iter().chain(numbers))?;
        }
    }
    rows.flush()?;
    Ok(())
}
