//! Company kept and comparisons: which values are told, and the figures beside them.

use serde_json::Value;

use super::fixture::Archive;

fn answer(archive: &Archive, args: &[&str]) -> Value {
    let mut args = args.to_vec();
    args.extend(["-o", "json"]);
    serde_json::from_str(&archive.ok(&args)).unwrap()
}

fn facet<'a>(answer: &'a Value, name: &str) -> &'a Vec<Value> {
    let facets = answer["facets"].as_array().unwrap();
    facets.iter().find(|facet| facet["facet"] == name).unwrap()["values"].as_array().unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap()
}

#[test]
fn a_bare_name_is_the_person_and_not_in_his_own_company() {
    let archive = Archive::sample();
    archive.index();
    let ran = archive.run(&["with", "antony", "blinken", "-o", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let answer: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(answer["query"], "person:\"antony blinken\"");
    assert!(answer["notes"][0].as_str().unwrap().contains("is read as person:"), "{}", answer["notes"]);
    let people = facet(&answer, "person");
    assert!(people.len() > 3 && people.iter().all(|person| !text(person, "value").contains("Blinken")));
    // A country's name is no person, and what stands in quotation marks is words.
    assert_eq!(self::answer(&archive, &["with", "Iraq"])["query"], "Iraq");
    assert_eq!(self::answer(&archive, &["with", "\"Blinken\""])["query"], "\"Blinken\"");
}

#[test]
fn every_figure_can_be_counted_again() {
    let archive = Archive::sample();
    archive.index();
    let answer = answer(&archive, &["with", "person:Blinken", "--since", "2023", "--facet", "country:40"]);
    let all = archive.ids(&["--since", "2023"]).len() as u64;
    let own = archive.ids(&["person:Blinken", "--since", "2023"]).len() as u64;
    assert_eq!(
        (answer["total"].as_u64(), answer["facets"][0]["beside"]["total"].as_u64()),
        (Some(own), Some(all))
    );
    let countries = facet(&answer, "country");
    assert!(countries.len() > 3);
    let mut last = f64::MAX;
    for country in countries {
        let code = text(country, "value");
        let count = archive.ids(&["person:Blinken", "--since", "2023", "-c", code]).len() as u64;
        let overall = archive.ids(&["--since", "2023", "-c", code]).len() as u64;
        let beside = &country["beside"];
        assert_eq!(
            (country["count"].as_u64(), beside["count"].as_u64()),
            (Some(count), Some(overall)),
            "{code}"
        );
        let expected = own as f64 * overall as f64 / all as f64;
        assert!((beside["expected"].as_f64().unwrap() - expected).abs() < 0.006, "{code}");
        assert!(beside["lift"].as_f64().unwrap() > 1.0 && count >= 2, "{code}");
        let g2 = beside["g2"].as_f64().unwrap();
        assert!(g2 <= last, "{code}");
        last = g2;
    }
}

#[test]
fn company_is_ordered_as_asked() {
    let archive = Archive::sample();
    archive.index();
    let order = |sort: &str, figure: &dyn Fn(&Value) -> f64| {
        let answer = answer(&archive, &["with", "person:Blinken", "--sort", sort, "--facet", "person:50"]);
        let figures: Vec<f64> = facet(&answer, "person").iter().map(figure).collect();
        assert!(
            figures.len() > 3 && figures.windows(2).all(|pair| pair[0] >= pair[1]),
            "{sort}: {figures:?}"
        );
    };
    order("count", &|value| value["count"].as_f64().unwrap());
    order("lift", &|value| value["beside"]["lift"].as_f64().unwrap());
    order("g2", &|value| value["beside"]["g2"].as_f64().unwrap());
    let csv = archive.ok(&["with", "person:Blinken", "-o", "csv"]);
    assert!(csv.starts_with("facet,value,label,count,all,expected,lift,g2\nperson,"), "{csv}");
    let ran = archive.run(&["with", "--since", "2023"]);
    assert!(ran.code == 2 && ran.err.contains("dateline with 'Antony Blinken'"), "{}", ran.err);
    assert_eq!(archive.run(&["with", "zzzqqq"]).code, 1);
}

#[test]
fn two_queries_stand_side_by_side() {
    let archive = Archive::sample();
    archive.index();
    let compared = ["facets", "country", "person:Blinken", "--versus", "person:Biden", "--all"];
    let answer = answer(&archive, &compared);
    let second = &answer["facets"][0]["beside"];
    assert_eq!((text(second, "relation"), text(second, "query")), ("other", "person:Biden"));
    assert_eq!(second["total"].as_u64(), Some(archive.ids(&["person:Biden"]).len() as u64));
    for value in facet(&answer, "country") {
        let code = text(value, "value");
        let first = archive.ids(&["person:Blinken", "-c", code]).len() as u64;
        let other = archive.ids(&["person:Biden", "-c", code]).len() as u64;
        assert_eq!(
            (value["count"].as_u64(), value["beside"]["count"].as_u64()),
            (Some(first), Some(other)),
            "{code}"
        );
    }
    // Values of the second query alone are told as well.
    assert!(facet(&answer, "country").iter().any(|value| value["count"] == 0));
    assert!(answer["notes"].as_array().unwrap().iter().any(|n| n.as_str().unwrap().contains("both queries")));
    let csv = archive.ok(&["facets", "country", "person:Blinken", "--versus", "person:Biden", "-o", "csv"]);
    assert!(
        csv.starts_with("facet,value,label,first,first_share,second,second_share,difference,g2\n"),
        "{csv}"
    );
    let shown = archive.ok(&compared);
    assert!(shown.contains("first ") && shown.contains("difference") && shown.contains("G²"), "{shown}");
}
