//! How long position queries take beside tantivy's phrase query. Ignored: it needs a corpus. The variable
//! `DATELINE_NEWS` names a file of JSON lines with `title` and `text`:
//!
//! `DATELINE_NEWS=news.jsonl cargo test --profile quick --lib positions::tests::timing -- --ignored --nocapture`

#![allow(clippy::print_stdout)]

use std::io::BufRead;
use std::time::{Duration, Instant};

use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, PhraseQuery, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::*;
use crate::article::words as split;
use crate::index::schema::term;
use crate::index::sentences::{Begin, begins};
use crate::query::ast::Unit;

fn corpus(path: &str) -> Searcher {
    let lines = std::io::BufReader::new(std::fs::File::open(path).unwrap()).lines();
    built(lines, |line, lists| {
        let article: serde_json::Value = serde_json::from_str(&line.unwrap()).unwrap();
        split::each(article["title"].as_str().unwrap_or(""), |word, _, _, at, _| {
            lists.push(word, at.min(schema::TITLE_WORDS - 1))
        });
        let body = article["text"].as_str().unwrap_or("");
        let mut before: Option<std::ops::Range<usize>> = None;
        split::each(body, |word, start, end, at, covers| {
            let at = at + BODY_START;
            lists.push(word, at);
            if covers == 1 {
                let begin = before.clone().map_or(Begin::Paragraph, |word| begins(body, word, start));
                if begin != Begin::Nothing {
                    lists.push(mark::SENTENCE, at);
                }
                before = Some(start..end);
            }
        });
    })
}

/// The least of some runs.
fn least(mut run: impl FnMut() -> usize) -> (Duration, usize) {
    let mut best = (Duration::MAX, 0);
    for _ in 0..40 {
        let begun = Instant::now();
        let hits = run();
        best = best.min((begun.elapsed(), hits));
    }
    best
}

#[test]
#[ignore = "needs a corpus and an optimised build"]
fn beside_the_phrase_query() {
    let searcher = corpus(&std::env::var("DATELINE_NEWS").unwrap());
    let (fields, _) = Fields::build();
    let top =
        |query: &dyn Query| searcher.search(query, &TopDocs::with_limit(10).order_by_score()).unwrap().len();
    let count = |query: &dyn Query| searcher.search(query, &Count).unwrap();
    println!("{} articles; microseconds: top 10, count, hits", searcher.num_docs());
    for (a, b) in [
        ("prime", "minister"),
        ("oil", "price"),
        ("new", "york"),
        ("the", "company"),
        ("of", "the"),
        ("interest", "rates"),
        ("said", "on"),
        ("federal", "reserve"),
        ("hedge", "fund"),
        ("merger", "shares"),
    ] {
        let plain = PhraseQuery::new(vec![term(fields.text, a), term(fields.text, b)]);
        let same = |negated| Tree::Same {
            left: Box::new(words(a)),
            right: Box::new(words(b)),
            unit: Unit::Sentence,
            negated,
        };
        let base = least(|| top(&plain)).0;
        let base_count = least(|| count(&plain));
        println!(
            "{a} {b}\n  tantivy phrase {:>7} {:>7} {:>6}",
            base.as_micros(),
            base_count.0.as_micros(),
            base_count.1
        );
        for (name, tree) in [
            ("phrase", phrase(&format!("{a} {b}"), 0)),
            ("w/5", near(words(a), 5, words(b))),
            ("pre/5", before(words(a), 5, words(b))),
            ("NOT w/5", not_near(words(a), 5, words(b))),
            ("w/s", same(false)),
            ("~3", phrase(&format!("{a} {b}"), 3)),
            ("w/5 w/10 said", near(near(words(a), 5, words(b)), 10, words("said"))),
            ("(x OR y) w/5", near(words(&format!("{a} market iraq")), 5, words(b))),
        ] {
            let query = query(&tree);
            let best = least(|| top(&query)).0;
            let counted = least(|| count(&query));
            println!(
                "  {name:<14} {:>7} {:>7} {:>6}  x{:.2} x{:.2}",
                best.as_micros(),
                counted.0.as_micros(),
                counted.1,
                best.as_secs_f64() / base.as_secs_f64(),
                counted.0.as_secs_f64() / base_count.0.as_secs_f64(),
            );
        }
        let rare = TermQuery::new(term(fields.text, "baghdad"), IndexRecordOption::Basic);
        let with = |query: &dyn Query| {
            let both = BooleanQuery::intersection(vec![Box::new(rare.clone()), query.box_clone()]);
            least(|| top(&both)).0.as_micros()
        };
        println!("  AND baghdad: phrase {} w/5 {}", with(&plain), with(&query(&near(words(a), 5, words(b)))));
    }
}
