//! The scenario set: queries of `tests/scenarios/*.toml` over `tests/scenarios/archive.jsonl`. The files say nothing of
//! the engine, so another one can be held to them.

use serde::Deserialize;

use super::fixture::Archive;

#[derive(Deserialize)]
struct Scenarios {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    query: String,
    #[serde(default)]
    args: Vec<String>,
    ids: Option<Vec<String>>,
    total: Option<u64>,
    /// Id of the best match.
    first: Option<String>,
    #[serde(default)]
    error: Vec<String>,
    #[serde(default)]
    note: Vec<String>,
}

/// What is wrong with the answer to a case, if anything.
fn fault(archive: &Archive, case: &Case) -> Option<String> {
    let mut args = vec!["search", "-o", "json", "-n", "100"];
    if case.args.iter().any(|arg| arg == "-n") {
        args.truncate(3);
    }
    args.extend(case.args.iter().map(String::as_str));
    if !case.query.is_empty() {
        args.push(&case.query);
    }
    let ran = archive.run(&args);
    if !case.error.is_empty() {
        if ran.code != 2 {
            return Some(format!("exit code {} in place of 2\n{}{}", ran.code, ran.out, ran.err));
        }
        let missing = case.error.iter().find(|words| !ran.err.contains(words.as_str()))?;
        return Some(format!("the error does not say `{missing}`\n{}", ran.err));
    }
    let answer: serde_json::Value = match serde_json::from_str(&ran.out) {
        Ok(answer) => answer,
        Err(error) => return Some(format!("no answer ({error}), exit code {}\n{}", ran.code, ran.err)),
    };
    let total = answer["total"].as_u64()?;
    let mut ids: Vec<_> = answer["hits"].as_array()?.iter().filter_map(|hit| hit["id"].as_str()).collect();
    if let Some(first) = &case.first
        && ids.first() != Some(&first.as_str())
    {
        return Some(format!("the best match is {:?}", ids.first()));
    }
    if let Some(expected) = &case.ids {
        let mut expected: Vec<_> = expected.iter().map(String::as_str).collect();
        expected.sort_unstable();
        ids.sort_unstable();
        if ids != expected || total != expected.len() as u64 {
            return Some(format!("found {ids:?} (total {total}), expected {expected:?}"));
        }
    }
    if let Some(expected) = case.total
        && total != expected
    {
        return Some(format!("found {total}, expected {expected}"));
    }
    let notes = answer["notes"].to_string();
    let missing = case.note.iter().find(|words| !notes.contains(words.as_str()))?;
    Some(format!("no note says `{missing}`: {notes}"))
}

fn run(file: &str) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let scenarios: Scenarios = toml::from_str(&std::fs::read_to_string(folder.join(file)).unwrap()).unwrap();
    let archive = Archive::empty();
    archive.file("archive.jsonl", std::fs::read(folder.join("archive.jsonl")).unwrap()).index();
    let faults: Vec<_> = scenarios
        .case
        .iter()
        .filter_map(|case| Some(format!("{} ({}): {}", case.name, case.query, fault(&archive, case)?)))
        .collect();
    assert!(
        faults.is_empty(),
        "{} of {} fail\n\n{}",
        faults.len(),
        scenarios.case.len(),
        faults.join("\n\n")
    );
}

#[test]
fn the_query_language_finds_what_it_says() {
    run("language.toml");
}

#[test]
fn bad_queries_are_explained() {
    run("errors.toml");
}

#[test]
fn automatic_decisions_are_noted() {
    run("notes.toml");
}
