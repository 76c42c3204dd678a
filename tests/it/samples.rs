//! Files as agencies and newsrooms write them, and the fields that must be read from each.
//!
//! `tests/samples` holds the files and `expected.jsonl`, a line for each article in them: the fields that
//! `dateline index --dry-run -o jsonl` prints, with the beginning, the end and the number of paragraphs of the body in
//! place of the body.

use std::path::Path;

use serde_json::{Value, json};

use super::fixture::Archive;

#[test]
fn every_field_of_the_samples_is_read() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let archive = Archive::empty();
    for entry in std::fs::read_dir(&samples).unwrap() {
        let path = entry.unwrap().path();
        if path.file_name().is_some_and(|name| name != "expected.jsonl") {
            std::fs::copy(&path, archive.path().join(path.file_name().unwrap())).unwrap();
        }
    }
    let lines = |text: &str| text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expected: Vec<Value> = lines(&std::fs::read_to_string(samples.join("expected.jsonl")).unwrap());
    // Pages that are no stories are rejects.
    let ran = archive.run(&["index", ".", "--dry-run", "-o", "jsonl"]);
    assert_eq!(ran.code, 4, "{}", ran.err);
    let read: Vec<Value> = lines(&ran.out);
    let read: Vec<Value> = read.into_iter().map(with_body_told).collect();
    for (read, expected) in read.iter().zip(&expected) {
        assert_eq!(read, expected, "{}", expected["path"]);
    }
    assert_eq!(read.len(), expected.len());
}

/// An article with what tells its body in place of the body.
fn with_body_told(mut article: Value) -> Value {
    let fields = article.as_object_mut().unwrap();
    let body = fields.remove("body").unwrap().as_str().unwrap().to_owned();
    let letters: Vec<char> = body.chars().collect();
    fields.insert("body_begins".into(), letters[..letters.len().min(60)].iter().collect::<String>().into());
    fields.insert(
        "body_ends".into(),
        letters[letters.len().saturating_sub(50)..].iter().collect::<String>().into(),
    );
    fields.insert("paragraphs".into(), json!(body.matches("\n\n").count() + 1));
    article
}
