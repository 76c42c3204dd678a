//! The articles both engines index.

use std::io::{BufRead, BufReader};

use dateline::article::{Article, Interval, Origin, Published, PublishedVia};

use super::random::{Random, word};

/// Articles generated when no corpus is named.
const GENERATED: usize = 20_000;

/// Reads the corpus that the environment names, or generates one.
pub(super) fn load() -> Vec<Article> {
    let most = std::env::var("DATELINE_BENCH_ARTICLES").ok().and_then(|n| n.parse().ok());
    match std::env::var_os("DATELINE_BENCH_CORPUS") {
        Some(path) => {
            let file = BufReader::new(std::fs::File::open(path).unwrap());
            file.lines().take(most.unwrap_or(usize::MAX)).map(|line| read(&line.unwrap())).collect()
        }
        None => generate(most.unwrap_or(GENERATED)),
    }
}

fn read(line: &str) -> Article {
    let record: serde_json::Value = serde_json::from_str(line).unwrap();
    let text = |name: &str| record.get(name).and_then(|v| v.as_str()).unwrap_or("").to_owned();
    let id = text("id");
    Article {
        title: text("title"),
        body: text("text"),
        published: published(text("published").get(..10).unwrap_or("")),
        source: Some("Wire".to_owned()),
        origin: Origin { path: "corpus.jsonl".to_owned(), record: None },
        id,
        ..Article::default()
    }
}

fn published(day: &str) -> Option<Published> {
    Some(Published { on: Interval::parse_value(day).ok()?, at: None, via: PublishedVia::Record })
}

/// Articles of words that are about as frequent as words of news are, always the same.
fn generate(count: usize) -> Vec<Article> {
    let mut random = Random::new(0);
    let mut random = move |below: f64| random.below(below);
    let mut articles = Vec::with_capacity(count);
    for number in 0..count {
        let mut body = String::new();
        for position in 0..150 + random(500.0) as usize {
            // A rank drawn so that frequency falls as 1 / rank.
            let next = word((random(12.0).exp()) as u64);
            if position > 0 {
                body.push_str(match position % 80 {
                    0 => ".\n\n",
                    20 | 40 | 60 => ". ",
                    _ => " ",
                });
            }
            if random(1.0) < 0.1 {
                body.push_str(&next[..1].to_uppercase());
                body.push_str(&next[1..]);
            } else {
                body.push_str(&next);
            }
        }
        let day = format!("{}-{:02}-{:02}", 1990 + number % 35, 1 + number % 12, 1 + number % 28);
        articles.push(Article {
            id: format!("g{number}"),
            title: body.split(' ').take(8).collect::<Vec<_>>().join(" "),
            body,
            published: published(&day),
            source: Some("Wire".to_owned()),
            origin: Origin { path: "generated".to_owned(), record: None },
            ..Article::default()
        });
    }
    articles
}
