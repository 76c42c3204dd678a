//! The people book from outside: names are joined when counted and asked for, and a small file corrects it without
//! another index.

use super::fixture::Archive;

/// Articles about people under several names.
fn archive() -> Archive {
    let archive = Archive::empty();
    let blinken = |who: &str, n: usize| {
        format!(
            "{{\"id\": \"{n}\", \"title\": \"Talks on day {n}\", \"published\": \"2024-12-{:02}\", \"text\": \"BAGHDAD - {who}, \
             the secretary of state, met officials in Baghdad on Friday. {who} said that the talks were good.\"}}\n",
            n % 28 + 1
        )
    };
    let mut lines = String::new();
    for n in 0..6 {
        lines += &blinken("Antony Blinken", n);
    }
    for n in 6..8 {
        lines += &blinken("Antony J. Blinken", n);
    }
    lines += &blinken("Tony Blinken", 8);
    lines += &blinken("Mr. Blinken", 9);
    lines += &blinken("Hillary Clinton", 10);
    lines += &blinken("Bill Clinton", 11);
    archive.file("news.jsonl", lines).index();
    archive
}

/// Lines of a facet as `value,count`.
fn people(archive: &Archive) -> Vec<String> {
    let out = archive.ok(&["facets", "person", "-o", "csv", "--all"]);
    out.lines()
        .skip(1)
        .map(|line| line.replacen(&format!("{},", line.split(',').next().unwrap()), "", 1))
        .collect()
}

#[test]
fn a_facet_counts_people_and_not_names() {
    assert_eq!(people(&archive()), ["Antony Blinken,10", "Bill Clinton,1", "Hillary Clinton,1"]);
}

#[test]
fn any_name_of_a_person_finds_all_articles() {
    let archive = archive();
    for name in ["Blinken", "Antony Blinken", "tony blinken", "Antony J. Blinken"] {
        let query = format!("person:\"{name}\"");
        assert_eq!(archive.ids(&[&query]).len(), 10, "{query}");
        assert_eq!(archive.ids(&["-p", name]).len(), 10, "-p {name}");
        assert_eq!(archive.ids(&[&format!("{query} w/20 secretary")]).len(), 10, "{query} in a proximity");
    }
    assert_eq!(archive.ids(&["-person:Blinken"]).len(), 2);
    let ran = archive.run(&["search", "person:\"Tony Blinken\"", "-n", "1"]);
    assert!(ran.err.contains("'Tony Blinken' is Antony Blinken, also written"), "{}", ran.err);
    let ran = archive.run(&["search", "person:Clinton", "-n", "1"]);
    assert!(ran.err.contains("2 people match 'Clinton': Bill Clinton 1 · Hillary Clinton 1"), "{}", ran.err);
}

#[test]
fn a_hit_shows_people_under_the_names_they_go_by() {
    let archive = archive();
    let out = archive.ok(&["search", "id:8", "-o", "jsonl", "--fields", "people"]);
    assert_eq!(out.trim(), r#"{"people":["Antony Blinken"]}"#);
}

#[test]
fn people_are_listed_in_every_form() {
    let archive = archive();
    let table = archive.ok(&["people"]);
    assert!(table.contains("Antony Blinken   10  also: Antony J. Blinken 2, "), "{table}");
    assert_eq!(archive.ok(&["people", "clinton"]).lines().count(), 3);
    assert_eq!(archive.run(&["people", "Nobody"]).code, 1);
    assert_eq!(archive.ok(&["people", "--like", "tony b", "-o", "csv", "-n", "1"]).lines().count(), 5);
    let json: serde_json::Value =
        serde_json::from_str(&archive.ok(&["people", "-o", "json", "-n", "1"])).unwrap();
    assert_eq!((json["total"].as_u64(), json["people"][0]["articles"].as_u64()), (Some(3), Some(10)));
    let rules: Vec<_> = json["people"][0]["forms"]
        .as_array()
        .unwrap()
        .iter()
        .map(|form| form["rule"].as_str().unwrap())
        .collect();
    assert_eq!(rules, ["name", "middle", "surname", "nickname"]);
    for line in archive.ok(&["people", "-o", "jsonl", "--all"]).lines() {
        serde_json::from_str::<serde_json::Value>(line).unwrap();
    }
}

#[test]
fn a_person_is_explained() {
    let archive = archive();
    let out = archive.ok(&["people", "show", "Tony", "Blinken"]);
    assert!(out.contains("Tony Blinken       1  nickname"), "{out}");
    assert!(out.contains("family name that one person owns"), "{out}");
    let ran = archive.run(&["people", "show", "Clinton"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("`Bill Clinton`, `Hillary Clinton`"), "{}", ran.err);
    assert_eq!(archive.run(&["people", "show", "Nobody"]).code, 1);
}

#[test]
fn corrections_take_effect_at_once_and_are_taken_back() {
    let archive = archive();
    let before = people(&archive);
    archive.ok(&["people", "split", "Antony Blinken", "Tony Blinken"]);
    assert_eq!(
        people(&archive),
        ["Antony Blinken,9", "Bill Clinton,1", "Hillary Clinton,1", "Tony Blinken,1"]
    );
    assert_eq!(archive.ids(&["person:\"Antony Blinken\""]).len(), 9);
    archive.ok(&["people", "merge", "Hillary Clinton", "Bill Clinton"]);
    archive.ok(&["people", "rename", "Bill Clinton", "The Clintons"]);
    assert_eq!(people(&archive), ["Antony Blinken,9", "The Clintons,2", "Tony Blinken,1"]);
    assert_eq!(archive.ids(&["person:\"The Clintons\""]).len(), 2);
    for _ in 0..3 {
        archive.ok(&["people", "undo"]);
    }
    assert_eq!(people(&archive), before);
    assert_eq!(archive.run(&["people", "undo"]).code, 1);
}

#[test]
fn an_article_counts_once_however_many_names_it_has() {
    let archive = archive();
    let both = "{\"id\": \"both\", \"title\": \"A visit\", \"published\": \"2024-12-20\", \"text\": \"NEW YORK - Hillary Clinton \
                and Bill Clinton spoke on Friday. Hillary Clinton said that Bill Clinton was well.\"}\n";
    archive.file("both.jsonl", both).index();
    archive.ok(&["people", "merge", "Hillary Clinton", "Bill Clinton"]);
    assert_eq!(people(&archive), ["Antony Blinken,10", "Hillary Clinton,3"]);
    let some = archive.ok(&["facets", "person", "visit OR id:10", "-o", "csv"]);
    assert!(some.contains("Hillary Clinton,Hillary Clinton,2"), "{some}");
    assert!(archive.ok(&["people"]).contains("Hillary Clinton   3  also: Bill Clinton 2"));
    let hit = archive.ok(&["search", "id:both", "-o", "jsonl", "--fields", "people"]);
    assert_eq!(hit.trim(), r#"{"people":["Hillary Clinton"]}"#);
}

#[test]
fn people_do_not_depend_on_the_order_in_which_articles_came() {
    let whole = archive();
    let parts = Archive::empty();
    let lines = std::fs::read_to_string(whole.path().join("news.jsonl")).unwrap();
    for (number, line) in lines.lines().enumerate().collect::<Vec<_>>().into_iter().rev() {
        if number % 3 == 0 {
            parts.index();
        }
        parts.file(&format!("{number}.jsonl"), line);
    }
    parts.index();
    let all = ["people", "--all", "-o", "csv"];
    assert_eq!(parts.ok(&all), whole.ok(&all));
}

#[test]
fn a_correction_that_makes_no_sense_is_refused() {
    let archive = archive();
    for (args, word) in [
        (&["people", "merge", "Antony Blinken", "Tony Blinken"] as &[&str], "one person already"),
        (&["people", "merge", "Antony Blinken", "Nobody"], "no one is called `Nobody`"),
        (&["people", "split", "Bill Clinton", "Bill Clinton"], "nothing would be left"),
        (&["people", "split", "Bill Clinton", "Hillary Clinton"], "is no form of"),
        (&["people", "rename", "Bill Clinton", "Hillary Clinton"], "another person"),
    ] {
        let ran = archive.run(args);
        assert_eq!(ran.code, 2, "{args:?}");
        assert!(ran.err.contains(word) && ran.err.contains("hint:"), "{args:?}: {}", ran.err);
    }
    assert!(!archive.path().join(".dateline/people.toml").exists());
}

#[test]
fn a_mistake_in_the_file_blocks_no_search() {
    let archive = archive();
    archive.file(".dateline/people.toml", "# mine\n[[merge]]\nname = \"Bill Clinton\"\n");
    let ran = archive.run(&["search", "person:Blinken", "-n", "1"]);
    assert_eq!(ran.code, 0);
    assert!(ran.err.contains("people.toml, line 3"), "{}", ran.err);
    let ran = archive.run(&["people", "merge", "Bill Clinton", "Hillary Clinton"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("people.toml, line 3") && ran.err.contains("hint:"), "{}", ran.err);
    archive.file(".dateline/people.toml", "[[merge]]\nnames = [\"Bill Clinton\", \"Nobody\"]\n");
    let ran = archive.run(&["people", "-n", "1"]);
    assert!(ran.err.contains("line 1: nobody is called `Nobody`"), "{}", ran.err);
}

#[test]
fn the_book_is_made_anew_when_it_is_gone_or_damaged() {
    let archive = archive();
    let before = people(&archive);
    let book = archive.path().join(".dateline/people.book");
    let bytes = std::fs::read(&book).unwrap();
    for damaged in [&b""[..], &b"dlpb"[..], &bytes[..bytes.len() / 2]] {
        std::fs::write(&book, damaged).unwrap();
        assert_eq!(people(&archive), before);
    }
    std::fs::remove_file(&book).unwrap();
    assert_eq!(people(&archive), before);
    assert_eq!(std::fs::read(&book).unwrap(), bytes, "the same index gives the same book");
}
