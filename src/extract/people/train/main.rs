//! Makes the model file of the people tagger, and measures a tagger on annotated text.
//!
//! ```text
//! train_people train OUT.model FILE…   the model file, the same bytes each time
//! train_people lists OUT CENSUS GEONAMES TEXT.jsonl…   the name lists from open data, see `lists`
//! train_people speed IN.jsonl ROUNDS   tags all texts, to be measured from outside
//! train_people annotate IN.jsonl OUT.jsonl                            people of each {"id","text"} line
//! ```
//!
//! The model file in the project was made from `train/wikinews.people.jsonl` with the articles it annotates
//! (`wikinews_2019_2020.jsonl`), `train/sentences.txt`, `gmb.jsonl` and `wikigold.jsonl`, in this order. Files
//! that end in `.txt` hold texts with marked names (`learn::parse_marked`), `.people.jsonl` annotation kept
//! apart from the articles in the file named after it (`learn::parse_apart`), others `learn::parse_json`.

#![allow(clippy::print_stderr)]

mod lists;

use std::error::Error;
use std::fs;
use std::time::Instant;

use dateline::extract::people::Tagger;
use dateline::extract::people::learn::{self, NamePool, Options};
use dateline::extract::text::Text;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["train", out, ref files @ ..] => train(out, files),
        ["lists", out, census, geonames, ref texts @ ..] => {
            lists::names(out.as_ref(), census.as_ref(), geonames.as_ref())?;
            lists::common(out.as_ref(), texts)
        }
        ["speed", input, rounds] => speed(input, rounds.parse()?),
        ["annotate", input, output] => annotate(input, output),
        _ => Err("usage: train_people train OUT FILE… | lists OUT CENSUS GEONAMES TEXT… | annotate IN OUT | speed IN ROUNDS".into()),
    }
}

fn train(out: &str, files: &[&str]) -> Result<(), Box<dyn Error>> {
    let mut examples = Vec::new();
    let mut files = files.iter();
    while let Some(file) = files.next() {
        let text = fs::read_to_string(file)?;
        if file.ends_with(".txt") {
            examples.extend(learn::parse_marked(&text));
        } else if file.ends_with(".people.jsonl") {
            let articles = fs::read_to_string(files.next().ok_or("no articles behind the annotation")?)?;
            examples.extend(learn::parse_apart(&text, &articles)?);
        } else {
            for line in text.lines() {
                examples.push(learn::parse_json(line)?);
            }
        }
    }
    let started = Instant::now();
    fs::write(out, learn::train(examples, &NamePool::new(), &Options::default()))?;
    eprintln!("trained in {:.1} s", started.elapsed().as_secs_f32());
    Ok(())
}

/// Tags all texts so many times; measure the process from outside.
fn speed(input: &str, rounds: usize) -> Result<(), Box<dyn Error>> {
    let tagger = Tagger::new();
    let mut texts = Vec::new();
    for line in fs::read_to_string(input)?.lines() {
        let record: serde_json::Value = serde_json::from_str(line)?;
        texts.push(record["text"].as_str().unwrap_or_default().to_owned());
    }
    let bytes: usize = texts.iter().map(String::len).sum();
    let mut people = 0;
    for _ in 0..rounds {
        for text in &texts {
            people += tagger.find(&Text::new("", text)).len();
        }
    }
    eprintln!("{rounds} times {bytes} bytes, {people} people");
    Ok(())
}

fn annotate(input: &str, output: &str) -> Result<(), Box<dyn Error>> {
    let started = Instant::now();
    let tagger = Tagger::new();
    eprintln!("built in {:.1} ms", started.elapsed().as_secs_f32() * 1e3);
    let (mut bytes, mut seconds) = (0usize, 0.0);
    let mut out = String::new();
    for line in fs::read_to_string(input)?.lines() {
        let record: serde_json::Value = serde_json::from_str(line)?;
        let text = record["text"].as_str().unwrap_or_default();
        let started = Instant::now();
        let people = tagger.find(&Text::new("", text));
        seconds += started.elapsed().as_secs_f64();
        bytes += text.len();
        let chars = |at: u32| text[..at as usize].chars().count();
        let people: Vec<_> = people
            .iter()
            .map(|person| {
                let mentions: Vec<_> = person
                    .mentions
                    .iter()
                    .map(|m| serde_json::json!({"start": chars(m.span.start), "end": chars(m.span.end)}))
                    .collect();
                serde_json::json!({"name": person.name, "mentions": mentions})
            })
            .collect();
        out.push_str(&serde_json::json!({"id": record["id"], "people": people}).to_string());
        out.push('\n');
    }
    fs::write(output, out)?;
    eprintln!("{:.1} MB/s, {:.1} ms/MB", bytes as f64 / 1e6 / seconds, seconds * 1e3 / (bytes as f64 / 1e6));
    Ok(())
}
