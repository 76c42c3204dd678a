//! The tables of queries with their readings and errors. Columns: query; reading, or error with its
//! column; beginnings of the notes in order of place, joined by `¦` (none may be missing, none too many).

use super::*;

/// `strict`: a query without notes in its row may have none.
fn check(table: &str, strict: bool) {
    let mut wrong = Vec::new();
    for row in table.lines().skip(1).filter(|l| !l.is_empty()) {
        let mut columns = row.split('\t');
        let (query, expected) = (columns.next().unwrap(), columns.next().unwrap());
        let found = reading(query, &options());
        if found != expected {
            wrong.push(format!("{query}\n  expected {expected}\n  found    {found}"));
        }
        let wanted: Vec<&str> = columns
            .next()
            .unwrap_or("")
            .trim_start_matches("note: ")
            .split('¦')
            .filter(|note| !note.is_empty())
            .collect();
        let notes = notes(query);
        let fits = wanted.iter().all(|w| notes.iter().any(|note| note.starts_with(w)));
        if !fits || strict && wanted.len() != notes.len() {
            wrong.push(format!("{query}\n  expected the notes {wanted:?}\n  found {notes:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn queries_read_as_the_table_says() {
    check(include_str!("readings.tsv"), true);
}

#[test]
fn errors_say_what_the_table_says() {
    check(include_str!("errors.tsv"), false);
}

#[test]
fn the_examples_of_the_language_read_as_described() {
    check(include_str!("sections.tsv"), true);
}

#[test]
fn traps_are_read_or_refused_with_a_word() {
    check(include_str!("traps.tsv"), true);
}

#[test]
fn nexis_binds_or_tighter_and_reads_adjacent_words_as_a_phrase() {
    for (query, expected) in [
        ("Antony Blinken w/5 Iraq or Iran", "(\"Antony Blinken\" near/5 (Iraq OR Iran))"),
        ("blinken and iraq or iran", "(blinken AND (iraq OR iran))"),
        ("oil pric! and Iraq and not Iran", "(phrase*(oil pric) AND Iraq AND NOT Iran)"),
        ("a and not b and c", "(a AND NOT (b AND c))"),
        ("Blinken not Iraq", "(Blinken AND NOT Iraq)"),
        ("(oil or gas) prices w/3 rise", "(((oil OR gas) pre/1 prices) near/3 rise)"),
        (
            "hlead(Blinken and Iraq) and date aft 2024",
            "(hlead:Blinken AND hlead:Iraq AND published[2025-01-01..*])",
        ),
        ("headline(Iraq) person:Blinken", "(title:Iraq AND person:Blinken)"),
        ("country:(Iraq or Iran)", "(country:IQ OR country:IR)"),
    ] {
        assert_eq!(reading(query, &with(Syntax::Nexis)), expected, "{query}");
    }
}

#[test]
fn lucene_has_operators_in_capitals_only() {
    for (query, expected) in [
        ("a and b or not c", "(a AND and AND b AND or AND not AND c)"),
        ("a w/5 b", "(a AND w/5 AND b)"),
        ("root! !x PERSON date is 2024", "(root AND NOT x AND PERSON AND date AND is AND 2024)"),
        ("(a OR b) AND title:\"x y\"~2 -c^2", "((a OR b) AND title:phrase~(2, x y) AND NOT boost(2.0, c))"),
    ] {
        assert_eq!(reading(query, &with(Syntax::Lucene)), expected, "{query}");
    }
}

#[test]
fn plain_text_has_no_operators() {
    let plain = with(Syntax::Plain);
    for (query, expected) in [
        ("Re: \"what (he) said", "(Re AND what AND he AND said)"),
        ("AND not -x title:y C++ w/5", "(AND AND not AND x AND title:y AND C++ AND w/5)"),
        ("O’Brien's \u{1F642}", "O'Brien's"),
        ("", "all-docs()"),
    ] {
        assert_eq!(reading(query, &plain), expected, "{query}");
    }
    let any = ParseOptions { any: true, ..plain };
    assert_eq!(reading("oil and gas", &any), "(oil OR and OR gas)");
}

#[test]
fn a_wordy_question_needs_any_of_its_words() {
    let any = ParseOptions { any: true, ..options() };
    for (query, expected) in [
        ("what did Blinken say or do?", "(what OR did OR Blinken OR say OR or OR do)"),
        ("oil prices country:IQ -Iran", "(country:IQ AND NOT Iran AND (oil OR prices))"),
        ("+oil prices \"spot market\"", "maybe(oil, prices, \"spot market\")"),
        ("a AND b c", "((a AND b) OR c)"),
    ] {
        assert_eq!(reading(query, &any), expected, "{query}");
        assert_eq!(parse(query, &any).unwrap().notes, [], "{query}");
    }
}

#[test]
fn strict_makes_a_note_an_error() {
    let strict = ParseOptions { strict: true, ..options() };
    let error = parse("Blinken or Iraq", &strict).unwrap_err();
    assert_eq!((error.code, error.at), (super::super::ErrorCode::Strict, 8..10));
    assert!(parse("Blinken OR Iraq", &strict).is_ok());
}

#[test]
fn a_clause_knows_its_place() {
    let query = "x person:\"Antony Blinken\" country:IQ,IR title:(a b)";
    let node = read(query).unwrap().node;
    let places: Vec<&str> = node.children().into_iter().map(|n| &query[n.at.clone()]).collect();
    assert_eq!(places, ["x", "person:\"Antony Blinken\"", "country:IQ,IR", "a", "b"]);
}

#[test]
fn every_example_of_the_help_is_read_without_a_note() {
    let examples = super::super::HELP.lines().filter_map(|line| line.strip_prefix("  ")).flat_map(|line| {
        // Two blanks part examples from each other and from their explanation.
        line.split("  ").map(str::trim).filter(|part| part.contains([':', '"', '(', '/', '*', '^', '~', '!']))
    });
    let (mut read_well, mut wrong) = (0, Vec::new());
    for example in examples.filter(|e| !e.ends_with(':')) {
        // An example with words of explanation behind it (`a^3 counts threefold`) is cut to its marks.
        match read(example).or_else(|_| read(example.split(' ').next().unwrap_or(""))) {
            Ok(parsed) if parsed.notes.is_empty() => read_well += 1,
            Ok(parsed) => wrong.push(format!("{example}: {:?}", parsed.notes)),
            Err(error) => wrong.push(format!("{example}: {error}")),
        }
    }
    assert!(wrong.is_empty() && read_well > 30, "{read_well} read, {}", wrong.join("\n"));
}
