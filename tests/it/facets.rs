//! Facets as one uses them: choosing among values, leaving some out, looking for one.

use serde_json::Value;

use super::fixture::Archive;

/// The first facet of an answer: values with their counts.
fn values(archive: &Archive, args: &[&str]) -> Vec<(String, u64)> {
    let answer = answer(archive, args);
    let values = answer["facets"][0]["values"].as_array().unwrap();
    values.iter().map(|v| (v["value"].as_str().unwrap().to_owned(), v["count"].as_u64().unwrap())).collect()
}

fn answer(archive: &Archive, args: &[&str]) -> Value {
    let mut args = args.to_vec();
    args.extend(["-o", "json"]);
    serde_json::from_str(&archive.ok(&args)).unwrap()
}

#[test]
fn a_filter_does_not_hide_the_other_values_of_its_facet() {
    let archive = Archive::sample();
    archive.index();
    let free = values(&archive, &["facets", "country", "Blinken", "--all"]);
    assert_eq!(values(&archive, &["facets", "country", "Blinken", "-c", "IQ", "--all"]), free);
    let beside = answer(&archive, &["search", "Blinken", "-c", "IQ", "-c", "SY", "--facet", "country:100"]);
    let counted = beside["facets"][0]["values"].as_array().unwrap();
    assert_eq!(counted.len(), free.len());
    let chosen: Vec<_> =
        counted.iter().filter(|v| v["chosen"] == true).map(|v| v["value"].as_str().unwrap()).collect();
    assert_eq!(chosen, ["IQ", "SY"]);
    assert!(beside["facets"][0]["total"].as_u64() > beside["total"].as_u64());
    // Other filters hold, and so does a clause of the query.
    let narrow = values(&archive, &["facets", "country", "Blinken", "-c", "IQ", "--since", "2024", "--all"]);
    assert_eq!(narrow, values(&archive, &["facets", "country", "Blinken published:>=2024", "--all"]));
    let within = values(&archive, &["facets", "country", "Blinken country:IQ", "--all"]);
    assert!(within.len() < free.len() && within[0].0 == "IQ");
    let shown = archive.ok(&["facets", "country", "Blinken", "-c", "IQ"]);
    assert!(shown.contains("✓ Iraq (IQ)") && shown.contains("with the chosen values"), "{shown}");
}

#[test]
fn what_is_excluded_is_left_out_everywhere() {
    let archive = Archive::sample();
    archive.index();
    for (flag, value, clause) in [
        ("--not-country", "US", "country:US"),
        ("--not-country", "US,IR", "country:US,IR"),
        ("--not-person", "Antony Blinken", "person:\"Antony Blinken\""),
        ("--not-region", "Asia", "region:Asia"),
        ("--not-source", "Saltmarsh Echo", "source:\"Saltmarsh Echo\""),
        ("--not-section", "World", "section:World"),
        ("--not-lang", "en", "language:en"),
    ] {
        let flagged = archive.ids(&["Iraq", flag, value]);
        assert_eq!(flagged, archive.ids(&[&format!("Iraq AND NOT {clause}")]), "{flag} {value}");
        if !value.contains(',') && clause != "language:en" {
            assert_eq!(flagged, archive.ids(&["Iraq", &format!("-{clause}")]), "-{clause}");
        }
        assert!(flagged.len() < archive.ids(&["Iraq"]).len() || clause == "language:en", "{flag} {value}");
    }
    // By itself an exclusion leaves all the others.
    assert_eq!(archive.ids(&["--not-country", "US"]), archive.ids(&["NOT country:US"]));
    let countries = values(&archive, &["facets", "country", "Iraq", "--not-country", "US", "--all"]);
    assert!(!countries.is_empty() && countries.iter().all(|(code, _)| code != "US"), "{countries:?}");
}

#[test]
fn a_value_is_looked_for_without_regard_to_case_and_accents() {
    let archive = Archive::sample();
    archive.index();
    let found = values(&archive, &["facets", "person", "--like", "ERDOGAN"]);
    assert!(found[0].0.contains("Erdoğan"), "{found:?}");
    assert_eq!(found, values(&archive, &["facets", "person", "--like", "erdoğan"]));
    // By the name one reads, too.
    assert_eq!(values(&archive, &["facets", "country", "--like", "iraq"])[0].0, "IQ");
    let all = values(&archive, &["facets", "person", "--like", "a", "--all"]);
    let next = values(&archive, &["facets", "person", "--like", "a", "--offset", "2", "-n", "3"]);
    assert_eq!(next, all[2..5]);
    let frequent = values(&archive, &["facets", "person", "--like", "a", "--min-count", "3", "--all"]);
    assert_eq!(frequent, all.iter().filter(|(_, n)| *n >= 3).cloned().collect::<Vec<_>>());
}

#[test]
fn a_timeline_is_split_by_the_values_of_a_facet() {
    let archive = Archive::sample();
    archive.index();
    for (field, facet) in [("published", "country:3"), ("published", "region:2"), ("mentions", "person:2")] {
        let args = ["timeline", "(Iraq OR Blinken)", "--by", "year", "--field", field, "--facet", facet];
        let answer = answer(&archive, &args);
        let timeline = &answer["timeline"];
        let values = timeline["split"]["values"].as_array().unwrap();
        assert_eq!(values.len().to_string(), facet[facet.len() - 1..], "{facet}");
        let name = facet.split(':').next().unwrap();
        let mut some = 0;
        for step in timeline["steps"].as_array().unwrap() {
            let period = step["period"].as_str().unwrap();
            for (value, count) in values.iter().zip(step["values"].as_array().unwrap()) {
                let value = value["value"].as_str().unwrap();
                let clause = format!("{name}:\"{value}\"");
                let found = archive.ids(&["(Iraq OR Blinken)", &clause, &format!("{field}:{period}")]).len();
                assert_eq!(count.as_u64(), Some(found as u64), "{facet} {value} {period}");
                some += found;
            }
        }
        assert!(some > 3, "{facet}");
    }
    let csv = archive.ok(&["timeline", "Iraq", "--by", "year", "--facet", "country:2", "-o", "csv"]);
    assert!(csv.starts_with("period,count,IQ,"), "{csv}");
    let shown = archive.ok(&["timeline", "Iraq", "--by", "year", "--facet", "country:2"]);
    assert!(shown.contains("Iraq (IQ)") && shown.contains('█'), "{shown}");
    let svg = archive.ok(&["timeline", "Iraq", "--by", "year", "--facet", "country:2", "-o", "svg"]);
    assert!(svg.contains("<desc") && svg.contains(">Iraq (IQ) <tspan"), "{svg}");
    let ran = archive.run(&["timeline", "Iraq", "--facet", "published:month"]);
    assert!(ran.code == 2 && ran.err.contains("a time of its own"), "{}", ran.err);
}

#[test]
fn values_stand_in_what_they_lie_in() {
    let archive = Archive::sample();
    archive.index();
    let shown = archive.ok(&["facets", "country", "Blinken", "--tree"]);
    let lines: Vec<&str> = shown.lines().collect();
    let at = |wanted: &str| {
        lines.iter().position(|line| line.starts_with(wanted)).unwrap_or_else(|| panic!("{wanted}\n{shown}"))
    };
    assert!(at("  Asia ") < at("    Western Asia ") && at("    Western Asia ") < at("      Iraq (IQ) "));
    // Regions by themselves are a tree, too; an article with two countries of a region counts once for it.
    let regions = archive.ok(&["facets", "region", "Blinken"]);
    assert!(regions.contains("\n    Western Asia ") || regions.contains("    Western Asia "), "{regions}");
    let tree = answer(&archive, &["facets", "country", "Blinken", "--tree"]);
    let names: Vec<_> =
        tree["facets"].as_array().unwrap().iter().map(|f| f["facet"].as_str().unwrap()).collect();
    assert_eq!(names, ["region", "country"]);
    let countries = tree["facets"][1]["values"].as_array().unwrap();
    let iraq = countries.iter().find(|value| value["value"] == "IQ").unwrap();
    assert_eq!(iraq["within"], "Western Asia");
    let asia = tree["facets"][0]["values"].as_array().unwrap().iter().find(|v| v["value"] == "Asia").unwrap();
    assert_eq!(asia["count"].as_u64(), Some(archive.ids(&["Blinken", "--region", "Asia"]).len() as u64));
    let searched = archive.ok(&["facets", "country", "--tree", "--like", "iraq"]);
    assert_eq!(searched.lines().count(), 4, "{searched}");
    let days = archive.ok(&["facets", "published", "--by", "day", "--tree", "Blinken", "--on", "2024"]);
    assert!(
        days.starts_with("  2024 ")
            && days.contains("\n    2024-12 ")
            && days.contains("\n      2024-12-13 "),
        "{days}"
    );
    let csv = archive.ok(&["facets", "published:month", "--tree", "Blinken", "-o", "csv"]);
    assert!(csv.starts_with("facet,within,value,label,count\npublished:year,,"), "{csv}");
    assert!(csv.contains("published:month,2024,2024-12,"), "{csv}");
    let ran = archive.run(&["facets", "country", "--by", "month"]);
    assert!(ran.code == 2 && ran.err.contains("no periods"), "{}", ran.err);
}

#[test]
fn a_chosen_value_is_shown_below_the_top() {
    let archive = Archive::sample();
    archive.index();
    let all = values(&archive, &["facets", "country", "Iraq", "--all"]);
    let (code, count) = all.iter().rev().find(|(code, _)| code != "IQ").unwrap();
    let ran = |args: &[&str]| values(&archive, args);
    let shown = ran(&["facets", "country", "Iraq", "-c", code, "-n", "2"]);
    assert_eq!(shown, [all[0].clone(), all[1].clone(), (code.clone(), *count)]);
    assert_eq!(shown, ran(&["search", "Iraq", "-c", code, "--facet", "country:2"]));
    let both = format!("{code},{}", all[all.len() - 2].0);
    assert_eq!(ran(&["facets", "country", "Iraq", "-c", &both, "-n", "2"]).len(), 4);
    assert_eq!(ran(&["facets", "country", "Iraq", "-c", "IQ", "-n", "2"]).len(), 2);
}

#[test]
fn nothing_found_in_a_facet_is_said() {
    let archive = Archive::sample();
    archive.index();
    let ran = archive.run(&["facets", "country", "Iraq", "--like", "zzz"]);
    assert!(ran.code == 1 && ran.err.contains("no country of these articles contains 'zzz'"), "{}", ran.err);
    let ran = archive.run(&["with", "Blinkne"]);
    assert!(
        ran.code == 1 && ran.err.contains("nearest: ") && !ran.out.contains("lift"),
        "{}{}",
        ran.out,
        ran.err
    );
}
