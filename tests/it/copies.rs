//! Copies of a story are folded in results and counted apart; nothing is lost by it.

use serde_json::Value;

use super::fixture::Archive;

/// Bodies of different stories: 400 words drawn from a few dozen, each time in another order.
fn body(story: usize) -> String {
    let words = "ferry bridge orchard lighthouse tram quarry market canal mayor union school hospital budget vote \
        officials council winter summer harbour island closed opened sold repaired inspected flooded painted counted \
        promised refused warned hired paid moved voted asked said that after before because while although of in \
        near against without between many several three seven forty";
    let words: Vec<&str> = words.split_whitespace().collect();
    let mut state = 1 + story as u64;
    let mut pick = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        words[(state >> 33) as usize % words.len()]
    };
    (0..40)
        .map(|_| format!("The officials {}.", [(); 8].map(|()| pick()).join(" ")))
        .collect::<Vec<_>>()
        .join(" ")
}

fn record(id: &str, title: &str, day: u32, source: &str, body: &str) -> String {
    let article = serde_json::json!({
        "id": id, "title": title, "date": format!("2024-12-{day:02}"), "source": source, "body": body,
    });
    format!("{article}\n")
}

/// Six stories; the first has three copies, the second one, the others none.
fn archive() -> Archive {
    let archive = Archive::empty();
    let mut lines = String::new();
    for story in 0..6 {
        lines += &record(&format!("wire-{story}"), &format!("Report {story}"), 10, "Wire", &body(story));
    }
    archive.file("wire.jsonl", lines);
    let cut: String = body(0).split_inclusive(' ').take(230).collect();
    let lines = [
        record("echo-0", "Officials closed them", 11, "Echo", &body(0)),
        record("courier-0", "Report 0", 11, "Courier", &cut),
        record(
            "post-0",
            "Report 0",
            12,
            "Post",
            &format!("{} The agency contributed to this report.", body(0)),
        ),
        record("echo-1", "Officials opened them", 10, "Echo", &body(1)),
    ];
    archive.file("papers.jsonl", lines.concat());
    archive.index();
    archive
}

fn json(archive: &Archive, args: &[&str]) -> Value {
    let mut all = vec!["search", "-o", "json"];
    all.extend(args);
    serde_json::from_str(&archive.ok(&all)).unwrap()
}

fn ids(answer: &Value) -> Vec<String> {
    answer["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn results_show_one_article_of_a_story_and_count_both() {
    let archive = archive();
    let folded = json(&archive, &["officials", "-n", "20"]);
    assert_eq!((&folded["total"], &folded["stories"]), (&10.into(), &6.into()));
    assert_eq!(ids(&folded).len(), 6);
    let hidden: u64 =
        folded["hits"].as_array().unwrap().iter().map(|hit| hit["copies"].as_u64().unwrap()).sum();
    assert_eq!(hidden, 4, "shown and hidden together are all");

    let unfolded = json(&archive, &["officials", "-n", "20", "--copies"]);
    assert_eq!((&unfolded["total"], &unfolded["stories"]), (&10.into(), &6.into()));
    assert_eq!(ids(&unfolded).len(), 10);

    let screen = archive.ok(&["search", "officials", "-n", "20"]);
    assert!(screen.contains("+3 copies") && screen.contains("+1 copy"), "{screen}");
    assert!(screen.contains("6 stories · 10 articles"), "{screen}");
    let screen = archive.ok(&["search", "officials", "--copies", "-n", "20"]);
    assert!(screen.contains("10 articles · 6 stories") && !screen.contains("+3 copies"), "{screen}");
}

#[test]
fn a_copy_that_does_not_match_is_not_counted() {
    let archive = archive();
    let answer = json(&archive, &["officials source:Echo"]);
    assert_eq!((&answer["total"], &answer["stories"]), (&2.into(), &2.into()));
    assert!(answer["hits"].as_array().unwrap().iter().all(|hit| hit["copies"] == 0));
    let answer = json(&archive, &["source:Echo OR source:Courier"]);
    assert_eq!((&answer["total"], &answer["stories"]), (&3.into(), &2.into()));
}

#[test]
fn pages_show_every_story_once_in_any_order() {
    let archive = archive();
    for sort in ["relevance", "newest", "oldest"] {
        let whole = ids(&json(&archive, &["officials", "-n", "20", "--sort", sort]));
        assert_eq!(whole.len(), 6, "{sort}");
        for size in 1..6 {
            let (mut paged, mut after) = (Vec::new(), String::new());
            loop {
                let size = size.to_string();
                let mut args = vec!["officials", "--sort", sort, "-n", &size];
                if !after.is_empty() {
                    args.extend(["--after", &after]);
                }
                let ran = archive.run(&[&["search", "-o", "json"], args.as_slice()].concat());
                let answer: Value = serde_json::from_str(&ran.out).unwrap();
                let Some(last) = answer["hits"].as_array().unwrap().last() else { break };
                assert_eq!(answer["stories"], 6);
                after = last["cursor"].as_str().unwrap().to_owned();
                paged.extend(ids(&answer));
            }
            assert_eq!(paged, whole, "{sort}, pages of {size}");
        }
    }
}

#[test]
fn an_export_has_every_article_unless_it_is_folded() {
    let archive = archive();
    assert_eq!(archive.ids(&["officials"]).len(), 10);
    assert_eq!(archive.ids(&["officials", "--fold"]).len(), 6);
    let facets = archive.ok(&["facets", "source", "officials"]);
    assert!(facets.contains("10 articles"), "facets count articles: {facets}");
}

#[test]
fn dup_finds_an_article_and_its_copies() {
    let archive = archive();
    let all = ["courier-0", "echo-0", "post-0", "wire-0"];
    for id in all {
        assert_eq!(archive.ids(&[&format!("dup:{id}")]), all);
    }
    assert_eq!(ids(&json(&archive, &["dup:echo-0", "-n", "9"])).len(), 4, "asked for, copies are shown");
    assert_eq!(archive.ids(&["dup:echo-0 source:Post"]), ["post-0"]);
    assert_eq!(archive.ids(&["officials -dup:echo-0 -dup:wire-1"]).len(), 4);
    assert_eq!(archive.ids(&["dup:wire-5"]), ["wire-5"]);
    let ran = archive.run(&["search", "dup:nobody"]);
    assert!(ran.code == 1 && ran.err.contains("nobody"), "{}", ran.err);
    let shown = archive.ok(&["show", "wire-1"]);
    assert!(shown.contains("copies") && shown.contains("echo-1"), "{shown}");
    assert!(!archive.ok(&["show", "wire-5"]).contains("copies"));
}

#[test]
fn copies_are_found_across_runs_and_forgotten_with_the_article() {
    let archive = archive();
    archive.file("later.jsonl", record("late-2", "Report 2 again", 12, "Late", &body(2)));
    archive.index();
    assert_eq!(archive.ids(&["dup:wire-2"]), ["late-2", "wire-2"]);
    assert_eq!(archive.ids(&["dup:wire-0"]).len(), 4, "what was found before is kept");
    // The copy becomes another text, the first of a story vanishes.
    archive.file("later.jsonl", record("late-2", "Report 7", 13, "Late", &body(7)));
    let rest: String = (1..6)
        .map(|story| record(&format!("wire-{story}"), &format!("Report {story}"), 10, "Wire", &body(story)))
        .collect();
    archive.file("wire.jsonl", rest);
    archive.ok(&["index", ".", "--prune"]);
    assert_eq!(archive.ids(&["dup:wire-2"]), ["wire-2"]);
    assert_eq!(archive.ids(&["dup:echo-0"]), ["courier-0", "echo-0", "post-0"]);
    archive.file("again.jsonl", record("again-0", "Report 0", 12, "Again", &body(0)));
    archive.index();
    assert_eq!(archive.ids(&["dup:echo-0"]).len(), 4, "the others go on without their first");
}

#[test]
fn a_lost_or_damaged_table_is_made_again_and_never_in_the_way() {
    let archive = archive();
    let table = archive.path().join(".dateline/copies");
    std::fs::write(&table, "nonsense").unwrap();
    assert_eq!(json(&archive, &["officials"])["stories"], 10, "without it every article stands for itself");
    archive.file("new.txt", "A new title\n\nSomething new.");
    archive.index();
    assert_eq!(json(&archive, &["officials"])["stories"], 6);
}
