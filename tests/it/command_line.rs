//! The command line's manners: what it prints, where, and its exit codes.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use super::fixture::Archive;

#[test]
fn the_first_search_of_a_fresh_clone_answers() {
    let archive = Archive::sample();
    let found = archive.ok(&["search", "--archive", ".", "Blinken AND Iraq"]);
    assert!(found.contains("7 articles"), "{found}");
    assert!(found.contains("Baghdad"), "{found}");
    assert!(archive.ids(&["-p", "Blinken", "-c", "Iraq"]).len() >= 8);
    assert_eq!(archive.ids(&["--mentions", "2023-10-07"]).len(), 7);
}

#[test]
fn boilerplate_of_pages_is_not_searched() {
    let archive = Archive::sample();
    archive.index();
    for word in ["marmalade", "newsletter", "crossword"] {
        assert!(archive.ids(&[word]).is_empty(), "{word}");
    }
}

#[test]
fn nothing_found_is_code_1_and_says_why() {
    let archive = Archive::sample();
    archive.index();
    let ran = archive.run(&["search", "Blinken zzzqqq"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("zzzqqq 0"), "{}", ran.err);
}

#[test]
fn no_index_is_code_3_with_the_command_that_mends_it() {
    let archive = Archive::empty();
    let ran = archive.run(&["search", "word"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("dateline index"), "{}", ran.err);
}

#[test]
fn an_empty_folder_is_no_error() {
    let archive = Archive::empty();
    let ran = archive.run(&["index", "."]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("no files to read"), "{}", ran.out);
}

#[test]
fn a_missing_path_and_a_mistyped_flag_are_code_2() {
    let archive = Archive::empty();
    let ran = archive.run(&["index", "no/such/folder"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("no/such/folder"), "{}", ran.err);
    archive.file("a.txt", "Title\n\nBody.").index();
    let ran = archive.run(&["search", "word", "--limt", "5"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("--limt"), "{}", ran.err);
}

#[test]
fn a_minus_in_the_shell_excludes() {
    let archive = Archive::sample();
    archive.index();
    let without = archive.ids(&["Blinken", "-Iraq"]);
    assert_eq!(without, archive.ids(&["Blinken AND NOT Iraq"]));
    assert_eq!(without.len(), 5);
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let archive = Archive::sample();
    archive.index();
    let mut child = archive
        .command(&["search", "*", "--all", "-o", "jsonl"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(first.starts_with('{'));
    assert_eq!(output.stderr, b"", "{}", String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success());
}

#[test]
fn pages_and_the_stream_agree() {
    let archive = Archive::sample();
    archive.index();
    for sort in ["relevance", "newest", "oldest"] {
        let all: Vec<_> = archive
            .ok(&["search", "the", "--all", "-o", "ids", "--sort", sort])
            .lines()
            .map(str::to_owned)
            .collect();
        assert!(all.len() > 60);
        let (mut paged, mut cursor) = (Vec::new(), None::<String>);
        loop {
            let mut args = vec!["search", "the", "-o", "json", "-n", "7", "--copies", "--sort", sort];
            if let Some(cursor) = &cursor {
                args.extend(["--after", cursor]);
            }
            let ran = archive.run(&args);
            let page: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
            assert_eq!(page["total"].as_u64(), Some(all.len() as u64));
            let hits = page["hits"].as_array().unwrap();
            paged.extend(hits.iter().map(|hit| hit["id"].as_str().unwrap().to_owned()));
            match page["next"].as_str() {
                Some(next) if !hits.is_empty() => cursor = Some(next.to_owned()),
                _ => break,
            }
        }
        assert_eq!(paged, all, "{sort}");
    }
}

#[test]
fn facets_count_what_the_query_finds() {
    let archive = Archive::sample();
    archive.index();
    let answer: serde_json::Value =
        serde_json::from_str(&archive.ok(&["facets", "country", "Blinken", "--all", "-o", "json"])).unwrap();
    let values = answer["facets"][0]["values"].as_array().unwrap();
    assert!(!values.is_empty());
    for value in values {
        let code = value["value"].as_str().unwrap();
        let found = archive.ids(&["Blinken", "-c", code]).len() as u64;
        assert_eq!(value["count"].as_u64(), Some(found), "{code}");
    }
    let years = archive.ok(&["timeline", "*", "--by", "year", "-o", "csv"]);
    let sum: u64 =
        years.lines().skip(1).map(|row| row.split(',').nth(1).unwrap().parse::<u64>().unwrap()).sum();
    assert_eq!(sum, 101, "{years}");
}

#[test]
fn results_for_programs_are_what_the_schema_says() {
    let archive = Archive::sample();
    archive.index();
    let line = archive.ok(&["search", "Blinken Baghdad", "-o", "jsonl", "-n", "1"]);
    let hit: serde_json::Value = serde_json::from_str(&line).unwrap();
    for field in ["id", "title", "published", "source", "path", "people", "countries", "snippet", "cursor"] {
        assert!(hit.get(field).is_some(), "{field}");
    }
    let csv = archive.ok(&["search", "Blinken", "-o", "csv"]);
    assert!(csv.starts_with("id,published,source"), "{csv}");
}

#[test]
fn show_explains_every_value() {
    let archive = Archive::sample();
    archive.index();
    let id = archive.ids(&["title:Baghdad", "person:Blinken", "published:2024-12-13"]).remove(0);
    let shown = archive.ok(&["show", &id]);
    for words in ["people", "Antony Blinken", "full name", "countries", "Iraq (IQ)", "dates", "published"] {
        assert!(shown.contains(words), "{words}\n{shown}");
    }
    let ran = archive.run(&["show", "no-such-id"]);
    assert_eq!(ran.code, 1);
}

#[test]
fn annotate_gives_spans_in_characters() {
    let archive = Archive::empty();
    let line =
        r#"{"id":"x","published":"2024-12-13","text":"Łódź: Antony Blinken met Iraqi officials on Friday."}"#;
    let ran = archive.run_with(&["annotate", "--jsonl"], line);
    let found: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let person = &found["people"][0];
    assert_eq!(person["name"], "Antony Blinken");
    assert_eq!(
        (person["mentions"][0]["start"].as_u64(), person["mentions"][0]["end"].as_u64()),
        (Some(6), Some(20))
    );
    assert!(found["countries"].as_array().unwrap().iter().any(|country| country["code"] == "IQ"));
    assert_eq!(found["dates"][0]["value"], "2024-12-13");
}

#[test]
fn help_has_the_language_on_one_screen() {
    let archive = Archive::empty();
    let help = archive.ok(&["help", "query"]);
    assert!(help.lines().count() <= 45 && help.contains("w/5"), "{help}");
    assert!(archive.ok(&["--help"]).contains("Examples:"));
    assert!(archive.ok(&["completions", "bash"]).contains("dateline"));
}

#[test]
fn colours_only_where_they_are_wanted() {
    let archive = Archive::sample();
    archive.index();
    assert!(!archive.ok(&["search", "Blinken"]).contains('\u{1b}'));
    assert!(archive.ok(&["search", "Blinken", "--color", "always"]).contains('\u{1b}'));
}
