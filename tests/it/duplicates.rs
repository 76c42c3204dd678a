//! The same article by id or by content is one, whichever comes first, and nothing is lost when that one goes.

use super::fixture::Archive;

fn body(about: &str) -> String {
    (0..40)
        .map(|i| format!("{about} {i} was discussed by the council of the town on that evening."))
        .collect()
}

fn record(id: &str, title: &str, body: &str) -> String {
    let article =
        serde_json::json!({ "id": id, "title": title, "date": "2024-12-13", "source": "Wire", "body": body });
    format!("{article}\n")
}

fn report(archive: &Archive) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(archive.path().join(".dateline/report")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Indexes with a report and answers what was said.
fn index(archive: &Archive) -> String {
    std::fs::create_dir_all(archive.path().join(".dateline")).unwrap();
    archive.ok(&["index", ".", "--report", ".dateline/report"])
}

#[test]
fn records_of_one_id_and_content_are_one_and_counted() {
    let archive = Archive::empty();
    let one = record("a1", "Budget", &body("The budget"));
    archive.file("b.jsonl", [one.as_str(), &one, &one].concat()).file("c.jsonl", &one);
    archive.file("a.jsonl", record("a2", "Ferry", &body("The ferry")) + &one);
    let said = index(&archive);
    assert!(said.contains("2 added") && said.contains("4 duplicates"), "{said}");
    assert_eq!(report(&archive).iter().filter(|row| row["code"] == "duplicate").count(), 4);
    assert_eq!(archive.ids(&["*"]), ["a1", "a2"]);
    let shown = archive.ok(&["show", "a1"]);
    assert!(shown.contains("a.jsonl:2"), "the first place in order stays: {shown}");
    let said = index(&archive);
    assert!(!said.contains("added") && !said.contains("updated"), "a second run changes nothing: {said}");
}

#[test]
fn the_same_article_under_two_ids_is_one() {
    let archive = Archive::empty();
    archive.file("b.jsonl", record("b1", "Budget", &body("The budget")));
    archive.file("a.jsonl", record("a1", "BUDGET", &body("The  Budget")));
    let said = index(&archive);
    assert!(said.contains("1 added") && said.contains("1 duplicates"), "{said}");
    assert_eq!(archive.ids(&["*"]), ["a1"]);
    archive.file("c.jsonl", record("c1", "Budget", &body("The budget")));
    archive.index();
    assert_eq!(archive.ids(&["*"]), ["a1"], "what was there stays");
    let said = archive.ok(&["index", ".", "--reread"]);
    assert!(!said.contains("added") && archive.ids(&["*"]) == ["a1"], "{said}");
    archive.ok(&["check"]);
}

#[test]
fn what_differs_in_headline_day_or_source_is_another_article() {
    let archive = Archive::empty();
    let text = body("The budget");
    let other_day = record("a3", "Budget", &text).replace("2024-12-13", "2024-12-14");
    let other_source = record("a4", "Budget", &text).replace("Wire", "Echo");
    let lines = [record("a1", "Budget", &text), record("a2", "Budget 2", &text), other_day, other_source];
    archive.file("a.jsonl", lines.concat());
    archive.file("b.jsonl", record("b1", "Brief", "Too short.") + &record("b2", "Brief", "Too short."));
    archive.index();
    assert_eq!(archive.ids(&["*"]), ["a1", "a2", "a3", "a4", "b1", "b2"]);
}

#[test]
fn a_duplicate_comes_back_when_the_other_goes_or_changes() {
    for (id, change) in [("a1", false), ("b1", false), ("a1", true), ("b1", true)] {
        let archive = Archive::empty();
        let text = body("The budget");
        archive.file("a.jsonl", record("a1", "Budget", &text));
        archive.file("b.jsonl", record(id, "Budget", &text));
        archive.file("z.jsonl", record("z", "Other", &body("The ferry")));
        archive.index();
        assert_eq!(archive.ids(&["budget"]), ["a1"]);
        // Past the time in which a change could go unseen.
        old(&archive, "b.jsonl");
        archive.index();
        if change {
            archive.file("a.jsonl", record("new", "Market", &body("The market")));
        } else {
            std::fs::remove_file(archive.path().join("a.jsonl")).unwrap();
        }
        archive.ok(&["index", ".", "--prune"]);
        assert_eq!(archive.ids(&["budget"]), [id], "{id}, changed: {change}");
        archive.ok(&["check"]);
    }
}

/// Makes a file look as if it had not changed for long.
fn old(archive: &Archive, name: &str) {
    let file = std::fs::File::options().write(true).open(archive.path().join(name)).unwrap();
    let time = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000_000);
    file.set_modified(time).unwrap();
}

#[test]
fn a_renamed_file_keeps_its_articles() {
    for (before, after) in [("a.jsonl", "z.jsonl"), ("z.jsonl", "a.jsonl")] {
        let archive = Archive::empty();
        archive.file(before, record("a1", "Budget", &body("The budget")));
        archive.index();
        std::thread::sleep(std::time::Duration::from_millis(1100));
        std::fs::rename(archive.path().join(before), archive.path().join(after)).unwrap();
        archive.ok(&["index", ".", "--prune"]);
        assert_eq!(archive.ids(&["budget"]), ["a1"], "{before} to {after}");
    }
}

#[test]
fn threads_do_not_change_what_stays() {
    let text: String = (0..300)
        .map(|i| record(&format!("a{}", i % 100), "Budget", &body(&format!("Budget {}", i % 100))))
        .collect();
    let mut seen = Vec::new();
    for jobs in ["1", "4"] {
        let archive = Archive::empty();
        for name in ["c.jsonl", "a.jsonl", "b.jsonl"] {
            archive.file(name, &text);
        }
        archive.ok(&["index", ".", "--jobs", jobs]);
        let lines = archive.ok(&["search", "*", "--all", "-o", "jsonl", "--fields", "id,path"]);
        let mut lines: Vec<_> = lines.lines().map(str::to_owned).collect();
        lines.sort();
        assert_eq!(lines.len(), 100);
        assert!(lines.iter().all(|line| line.contains("a.jsonl")), "{}", lines[0]);
        seen.push(lines);
    }
    assert_eq!(seen[0], seen[1]);
}
