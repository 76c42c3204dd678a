//! The tables of queries with their readings and errors. Columns: query, reading or error, notes.

use super::*;

fn check(table: &str) {
    let mut wrong = Vec::new();
    for row in table.lines().skip(1).filter(|l| !l.is_empty()) {
        let mut columns = row.split('\t');
        let (query, expected) = (columns.next().unwrap(), columns.next().unwrap());
        let found = reading(query, &options());
        if found != expected {
            wrong.push(format!("{query}\n  expected {expected}\n  found    {found}"));
        }
        let note = columns.next().unwrap_or("").trim_start_matches("note: ");
        if !note.is_empty() && !notes(query).iter().any(|n| n.starts_with(note)) {
            wrong.push(format!("{query}\n  expected the note {note}\n  found {:?}", notes(query)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn queries_read_as_the_table_says() {
    check(include_str!("readings.tsv"));
}

#[test]
fn errors_say_what_the_table_says() {
    check(include_str!("errors.tsv"));
}
