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
