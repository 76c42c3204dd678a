//! Indexing: what changed is read, what vanished is pruned, what was killed is taken up again.

use std::time::Duration;

use super::fixture::Archive;

fn record(id: u32, text: &str) -> String {
    format!("{{\"id\":\"a{id}\",\"title\":\"Title {id}\",\"date\":\"2024-12-13\",\"text\":\"{text}\"}}\n")
}

#[test]
fn a_second_run_reads_no_article_again() {
    let archive = Archive::sample();
    let first = archive.ok(&["index", "."]);
    assert!(first.contains("103 articles"), "{first}");
    // The files are younger than the file system's clock can be trusted on: the next run looks at them once more.
    std::thread::sleep(Duration::from_millis(2100));
    archive.ok(&["index", "."]);
    let third = archive.ok(&["index", "."]);
    assert!(third.contains("read 0 articles from 0 files"), "{third}");
    assert!(third.contains("46 files unchanged"), "{third}");
}

#[test]
fn a_newer_version_replaces_the_older() {
    let archive = Archive::empty();
    archive.file("a.jsonl", record(1, "first version about Basra") + &record(2, "other")).index();
    archive.file("a.jsonl", record(1, "second version about Mosul") + &record(2, "other"));
    let summary = archive.ok(&["index", "."]);
    assert!(summary.contains("1 updated") && summary.contains("1 unchanged"), "{summary}");
    assert_eq!(archive.ids(&["Mosul"]), ["a1"]);
    assert!(archive.ids(&["Basra"]).is_empty());
    assert_eq!(archive.ids(&["*"]), ["a1", "a2"]);
}

#[test]
fn prune_drops_what_vanished_and_only_then() {
    let archive = Archive::empty();
    archive.file("a.jsonl", record(1, "one") + &record(2, "two")).file("b.txt", "Gone\n\nSoon gone.").index();
    std::fs::remove_file(archive.path().join("b.txt")).unwrap();
    archive.file("a.jsonl", record(2, "two"));
    archive.ok(&["index", "."]);
    assert_eq!(archive.ids(&["*"]).len(), 3);
    archive.ok(&["index", ".", "--prune", "--reread"]);
    assert_eq!(archive.ids(&["*"]), ["a2"]);
}

#[test]
fn standard_input_is_read() {
    let archive = Archive::empty();
    let ran = archive.run_with(&["index", "-"], &record(7, "from a pipe"));
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert_eq!(archive.ids(&["pipe"]), ["a7"]);
}

#[test]
fn a_broken_record_loses_no_good_one() {
    let archive = Archive::empty();
    archive.file("a.jsonl", record(1, "good") + "{\"title\": broken\n" + &record(2, "good"));
    let ran = archive.run(&["index", ".", "--report", "report.jsonl"]);
    assert_eq!(ran.code, 4, "{}", ran.out);
    assert_eq!(archive.ids(&["good"]), ["a1", "a2"]);
    let report = std::fs::read_to_string(archive.path().join("report.jsonl")).unwrap();
    let row: serde_json::Value = serde_json::from_str(report.lines().next().unwrap()).unwrap();
    assert_eq!((row["path"].as_str(), row["record"].as_u64()), (Some("a.jsonl"), Some(2)), "{report}");
    assert!(!report.contains("report.jsonl"), "a report is no input of its own run: {report}");
}

#[test]
fn a_killed_run_leaves_the_index_whole_and_the_next_completes_it() {
    let archive = Archive::empty();
    let articles = 6_000;
    for file in 0..6 {
        let part = file * articles / 6..(file + 1) * articles / 6;
        let text: String = part
            .map(|id| record(id, &format!("Article {id} about Iraq. {}", "More words. ".repeat(40))))
            .collect();
        archive.file(&format!("{file}.jsonl"), text);
    }
    let mut killed = 0;
    for round in 0..12u64 {
        let wait = Duration::from_millis(15 + 35 * round);
        killed += u32::from(archive.kill_after(&["index", ".", "--quiet", "--memory", "40"], wait));
        let found = archive.run(&["search", "-o", "ids", "--all", "*"]);
        assert!(
            found.code <= 1 || found.code == 3 && round == 0 || found.err.contains("no index"),
            "{}",
            found.err
        );
        let mut ids: Vec<_> = found.out.lines().collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "an article is there twice");
    }
    assert!(killed > 0, "no run was killed");
    archive.ok(&["index", ".", "--memory", "40"]);
    assert_eq!(archive.ids(&["Iraq"]).len(), articles as usize);
}

#[test]
fn an_index_of_another_version_is_refused_with_the_way_out() {
    let archive = Archive::empty();
    archive.file("a.txt", "Title\n\nBody of it.").index();
    let meta = archive.path().join(".dateline/meta.json");
    let text = std::fs::read_to_string(&meta).unwrap();
    let mut value: serde_json::Value = serde_json::from_str(&text).unwrap();
    value["format"] = 999.into();
    std::fs::write(&meta, value.to_string()).unwrap();
    let ran = archive.run(&["search", "Body"]);
    assert_eq!(ran.code, 3);
    assert!(ran.err.contains("999") && ran.err.contains("hint:"), "{}", ran.err);
}

#[test]
fn a_damaged_index_is_an_error_not_a_crash() {
    let archive = Archive::empty();
    archive.file("a.txt", "Title\n\nBody of it.").index();
    std::fs::write(archive.path().join(".dateline/meta.json"), "{").unwrap();
    let ran = archive.run(&["search", "Body"]);
    assert_eq!(ran.code, 3, "{}", ran.err);
    assert!(ran.err.contains("damaged") && !ran.err.contains("panicked"), "{}", ran.err);
}
