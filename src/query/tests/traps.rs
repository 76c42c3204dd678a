//! Saved queries, filters, limits, and what engines cannot do.

use crate::article::country;

use super::super::ast::DateField;
use super::super::{ErrorCode, check_support, filter};
use super::*;

#[test]
fn a_saved_query_is_read_in_place() {
    let resolve = |name: &str| match name {
        "gulf" => Some("Iraq OR Kuwait".to_owned()),
        "deep" => Some("query:gulf oil or gas".to_owned()),
        "loop" => Some("x query:pool".to_owned()),
        "pool" => Some("query:loop".to_owned()),
        "bad" => Some("(oil".to_owned()),
        "twice" => Some("query:gulf,deep".to_owned()),
        _ => None,
    };
    let options = ParseOptions { saved: Some(&resolve), ..options() };
    for (query, expected) in [
        ("oil query:gulf", "(oil AND (Iraq OR Kuwait))"),
        ("-query:gulf", "NOT (Iraq OR Kuwait)"),
        ("query:deep", "(((Iraq OR Kuwait) AND oil) OR gas)"),
        ("query:twice", "(Iraq OR Kuwait OR ((Iraq OR Kuwait) AND oil) OR gas)"),
        (
            "a query:loop",
            "ERROR at 3: in the saved query 'loop': in the saved query 'pool': the saved query 'loop' contains \
             itself ('loop' → 'pool' → 'loop') — change one of them",
        ),
        ("query:none", "ERROR at 1: there is no saved query 'none' — check its name"),
        (
            "query:bad",
            "ERROR at 1: in the saved query 'bad': this ( is never closed — add a closing ) at the end of the \
             group, or put the ( in quotes",
        ),
    ] {
        assert_eq!(reading(query, &options), expected, "{query}");
    }
    let parsed = parse("a query:deep", &options).unwrap();
    assert!(parsed.notes.iter().all(|note| note.at == (2..12)), "{:?}", parsed.notes);
    assert_eq!(reading("query:gulf", &super::options()), "query:gulf");
}

#[test]
fn saved_queries_cannot_multiply_without_bound() {
    let resolve = |name: &str| {
        let n: u32 = name.parse().ok()?;
        Some(format!("x query:{} query:{}", n + 1, n + 1))
    };
    let options = ParseOptions { saved: Some(&resolve), ..options() };
    assert_eq!(parse("query:0", &options).unwrap_err().code, ErrorCode::Saved);
}

#[test]
fn a_filter_is_its_clause() {
    for (field, value, clause) in [
        ("person", "Antony Blinken", "person:\"Antony Blinken\""),
        ("person", "=Tony Blinken", "person:=\"Tony Blinken\""),
        ("person", "Blinken, Antony", "person:\"Blinken, Antony\""),
        ("country", "IQ,IR", "country:IQ,IR"),
        ("country", "New Zealand", "country:\"New Zealand\""),
        ("country", "Irak", "country:Irak"),
        ("country", "Georgia", "country:Georgia"),
        ("country", "*", "country:*"),
        ("region", "Middle East", "region:\"Middle East\""),
        ("where", "Georgia, US", "where:\"Georgia, US\""),
        ("published", "2024-12", "published:2024-12"),
        ("published", ">=13 Dec 2024", "published:>=\"13 Dec 2024\""),
        ("mentions", "2003-03..2003-04", "mentions:2003-03..2003-04"),
        ("mentions.overlaps", "2003", "mentions.overlaps:2003"),
        ("source", "\"New York Times\",Reuters", "source:\"New York Times\",Reuters"),
        ("section", "World", "section:World"),
        ("lang", "English", "lang:English"),
        ("length", ">800", "length:>800"),
    ] {
        let filter = filter::field_clause(field, value, &options()).unwrap();
        let query = read(clause).unwrap();
        assert_eq!(filter.node, query.node, "{clause}");
        let messages = |p: &Parsed| p.notes.iter().map(|n| n.message.clone()).collect::<Vec<_>>();
        assert_eq!(messages(&filter), messages(&query), "{clause}");
    }
    for (field, value) in
        [("country", "Blorf"), ("published", "next-week"), ("region", "Iraq"), ("length", "long")]
    {
        let filter = filter::field_clause(field, value, &options()).unwrap_err();
        let query = read(&format!("{field}:{value}")).unwrap_err();
        assert_eq!((filter.message, filter.hint), (query.message, query.hint));
        assert_eq!(filter.at, 0..value.len());
    }
    assert_eq!(filter::person_clause(" ", &options()).unwrap_err().message, "'person:' has no value");
    assert_eq!(filter::field_clause("persn", "x", &options()).unwrap_err().code, ErrorCode::UnknownName);
}

#[test]
fn since_and_until_are_a_range() {
    let clause = |since, until| filter::date_clause(DateField::Published, since, until, &options());
    for (since, until, query) in [
        (Some("2024-12"), Some("2024-12-31"), "published:2024-12..2024-12-31"),
        (Some("2024-12"), None, "published:>=2024-12"),
        (None, Some("2024"), "published:<=2024"),
        (Some("last-30d"), Some("today"), "published:last-30d"),
    ] {
        assert_eq!(clause(since, until).unwrap().unwrap().node, read(query).unwrap().node);
    }
    assert!(clause(None, None).unwrap().is_none());
    let error = clause(Some("2025-01"), Some("2024-12")).unwrap_err();
    assert_eq!(error.to_string(), "the range ends before it starts — did you mean 2024-12..2025-01?");
}

#[test]
fn what_no_engine_can_do_says_so() {
    for query in ["a (b OR like:x)", "NOT like:x", "query:x"] {
        let error = check_support(&read(query).unwrap().node).unwrap_err();
        assert_eq!(error.code, ErrorCode::Unsupported, "{query}");
    }
    assert!(check_support(&read("a w/5 person:b first5(c) allcaps(US)").unwrap().node).is_ok());
}

#[test]
fn limits_are_said() {
    let deep = |n: usize| format!("{}a{}", "(b OR (c AND ".repeat(n), "))".repeat(n));
    for (query, word) in [
        ("a ".repeat(5_000), "clauses"),
        ("(".repeat(5_000) + "a", "parentheses"),
        (format!("{}a{}", "(".repeat(200), ")".repeat(200)), "parentheses"),
        (deep(40), "levels"),
        ("a w/5 ".repeat(40) + "a", "chain"),
        ("a".repeat(300_000), "too long"),
        ("a".repeat(3_000), "letters"),
    ] {
        let error = read(&query).unwrap_err();
        assert_eq!(error.code, ErrorCode::Limit, "{}", &query[..20]);
        assert!(error.message.contains(word), "{}", error.message);
    }
    assert!(read(&"a ".repeat(4_096)).is_ok() && read(&deep(20)).is_ok());
    assert!(read(&format!("{}a{}", "(".repeat(99), ")".repeat(99))).is_ok());
}

#[test]
fn hostile_texts_are_read_in_bounded_time() {
    let start = std::time::Instant::now();
    let pieces = [
        "(",
        ")",
        "\"",
        "[",
        "[ ",
        "[a ",
        "{",
        "/",
        "/a ",
        "/a",
        "NOT ",
        "- ",
        "-",
        "!",
        "+",
        "a w/5 ",
        "^",
        "a^",
        "~",
        "*",
        "?",
        "\\",
        ",",
        ":",
        "a:",
        "title:",
        "title: ",
        "title:(",
        "published:[",
        "country:IN [",
        "date ",
        "date is ",
        "date aft ",
        "length ",
        "atleast5 ",
        "atleast5(",
        "or ",
        "and ",
        "not ",
        "a or ",
        "“",
        "'",
        "' ",
        "..",
        "a,",
        "country:IQ,",
        "country:IQ, ",
        "MAYBE ",
        "a MAYBE ",
        "–",
        "\u{0}",
        "\u{200b}",
        "🙂 ",
        "Aa ",
    ];
    for piece in pieces {
        let text = piece.repeat(200_000 / piece.len());
        for syntax in [Syntax::Dateline, Syntax::Lucene, Syntax::Nexis, Syntax::Plain] {
            match parse(&text, &with(syntax)) {
                Ok(parsed) => drop(explain(&parsed.node)),
                Err(error) => drop(error.render(&text)),
            }
        }
    }
    assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
}

#[test]
fn every_country_and_region_prints_as_it_is_read() {
    let codes = country::all().iter().map(|c| format!("country:{}", c.code));
    let names = country::regions().map(|name| format!("region:\"{name}\""));
    for clause in codes.chain(names) {
        let node = read(&clause).unwrap().node;
        assert_eq!(read(&node.to_string()).unwrap(), Parsed { node, notes: Vec::new() }, "{clause}");
    }
}
