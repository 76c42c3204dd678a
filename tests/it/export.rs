//! Results taken elsewhere: tables, references, pictures; and queries that are kept and asked again.

use super::fixture::Archive;

fn indexed() -> Archive {
    let archive = Archive::sample();
    archive.index();
    archive
}

#[test]
fn every_form_has_every_match() {
    let archive = indexed();
    let ids = archive.ids(&["Blinken"]);
    let all = |form: &str| archive.ok(&["search", "Blinken", "--all", "-o", form]);
    assert!(ids.len() > 10);
    assert_eq!(all("ris").matches("TY  - NEWS\r\n").count(), ids.len());
    assert_eq!(all("ris").matches("ER  - \r\n").count(), ids.len());
    assert_eq!(all("bibtex").matches("@article{").count(), ids.len());
    assert_eq!(all("tsv").lines().count(), ids.len() + 1);
    let csl: serde_json::Value = serde_json::from_str(&all("csl")).unwrap();
    let mut found: Vec<_> = csl.as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
    found.sort_unstable();
    assert_eq!(found, ids);
    assert!(csl[0]["issued"]["date-parts"][0][0].is_number(), "{}", csl[0]);
    let text = all("text");
    assert!(ids.iter().all(|id| text.lines().any(|line| line == id)), "{text}");
    assert_eq!(all("bibtex"), all("bibtex"));
}

#[test]
fn nothing_found_is_still_json() {
    let archive = indexed();
    let ran = archive.run(&["search", "zzzqqq", "--all", "-o", "csl"]);
    assert_eq!(ran.code, 1);
    assert_eq!(serde_json::from_str::<serde_json::Value>(&ran.out).unwrap(), serde_json::json!([]));
}

#[test]
fn references_name_the_authors() {
    let archive = Archive::empty();
    let article = r#"{"id":"x","title":"50% {more} & more","body":"Oil rose.","authors":["Ann Lee"],"source":"Desk News","published":"2024-12-03"}"#;
    archive.file("a.jsonl", article).index();
    assert!(archive.ok(&["search", "oil", "-o", "ris"]).contains("AU  - Ann Lee\r\n"));
    let entry = archive.ok(&["search", "oil", "-o", "bibtex"]);
    assert!(entry.contains("{{50\\% \\textbraceleft{}more\\textbraceright{} \\& more}}"), "{entry}");
    assert!(entry.contains("author = {Ann Lee}") && entry.contains("month = dec"), "{entry}");
}

#[test]
fn columns_are_chosen_by_name() {
    let archive = indexed();
    let table = archive.ok(&["search", "Blinken", "-n", "1", "-o", "csv", "--bom", "--fields", "title,id"]);
    assert!(table.starts_with("\u{feff}title,id\n"), "{table}");
    let line = archive.ok(&["search", "Blinken", "-n", "1", "-o", "jsonl", "--fields", "url,id"]);
    assert!(line.starts_with("{\"url\":") && line.contains(",\"id\":"), "{line}");
    let ran = archive.run(&["search", "Blinken", "-o", "tsv", "--fields", "titel"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("titel") && ran.err.contains("published_via"), "{}", ran.err);
}

#[test]
fn a_timeline_is_a_picture_with_the_query_as_its_title() {
    let archive = indexed();
    let svg = archive.ok(&["timeline", "Blinken", "-o", "svg"]);
    assert!(svg.contains("<svg xmlns=") && svg.contains("Blinken</title>"), "{svg}");
    assert!(svg.trim_end().ends_with("</svg>"), "{svg}");
}

#[test]
fn a_saved_query_stands_in_others() {
    let archive = indexed();
    archive.ok(&["save", "visit", "Blinken", "-Iraq"]);
    archive.ok(&["save", "late", "query:visit published:>=2024-12"]);
    assert_eq!(archive.ids(&["query:visit"]), archive.ids(&["Blinken AND NOT Iraq"]));
    assert!(archive.ok(&["saved"]).contains("Blinken -Iraq"));
    assert_eq!(archive.run(&["save", "bad", "(oil"]).code, 2);
    assert_eq!(archive.run(&["save", "visit", "query:late"]).code, 2, "a circle");
    assert_eq!(archive.run(&["save", "two words", "oil"]).code, 2);
    archive.ok(&["saved", "--remove", "late"]);
    let ran = archive.run(&["search", "query:late"]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("late"), "{}", ran.err);
}

#[test]
fn news_is_told_once() {
    let archive = Archive::empty();
    archive.file("a.txt", "Oil price\n\nOil rose.").index();
    archive.ok(&["save", "oil", "oil"]);
    let new = || {
        let ran = archive.run(&["new", "oil", "-o", "ids"]);
        (ran.code, ran.out.lines().count())
    };
    assert_eq!(new(), (0, 1));
    assert_eq!(new(), (1, 0));
    archive.file("b.txt", "Crude\n\nMore oil.").file("c.txt", "Tea\n\nTea fell.").index();
    assert_eq!(new(), (0, 1));
    assert_eq!(new(), (1, 0));
    archive.ok(&["save", "oil", "oil OR tea"]);
    assert_eq!(new(), (0, 3), "another query under the name");
    assert_eq!(archive.run(&["new", "gas"]).code, 2);
}
