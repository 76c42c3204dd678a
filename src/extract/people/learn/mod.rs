//! How the model is made: annotated text in, model file out, the same bytes each time. Used by the
//! `train_people` example only; no part of what users call.

mod clean;
mod fit;
mod random;
mod vary;

use serde::Deserialize;

use super::crf::{LABELS, Scores};
use super::lexicon::Lexicon;
use super::model::{Model, Stage};

pub use vary::NamePool;

/// An annotated text.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Example {
    /// The text.
    pub text: String,
    /// Its names, in order, not overlapping.
    pub names: Vec<Labelled>,
    /// Whether the annotation was made by hand and needs no cleaning.
    pub trusted: bool,
    /// Whether only people are annotated: what has no annotation is no person, but may be another name.
    pub people_only: bool,
    /// Whether the text was invented to show a form: its people are always renamed.
    pub sketch: bool,
}

/// A name in an annotated text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Labelled {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// What it names.
    pub kind: Kind,
}

/// What a name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A person.
    Person,
    /// A place.
    Place,
    /// An organisation.
    Organisation,
    /// Anything else.
    Other,
    /// Not known: the annotation is not to be believed here.
    Doubtful,
}

#[derive(Deserialize)]
struct Record {
    text: String,
    mentions: Vec<Mention>,
}

#[derive(Deserialize)]
struct Mention {
    start: usize,
    end: usize,
    #[serde(rename = "type")]
    kind: String,
}

/// Reads one JSON line `{"text", "mentions": [{"start", "end", "type"}]}`, offsets in characters.
///
/// # Errors
/// When the line is not such a record.
pub fn parse_json(line: &str) -> Result<Example, serde_json::Error> {
    let record: Record = serde_json::from_str(line)?;
    let mut offsets: Vec<usize> = record.text.char_indices().map(|(at, _)| at).collect();
    offsets.push(record.text.len());
    let mut names: Vec<Labelled> = Vec::new();
    let mut mentions = record.mentions;
    mentions.sort_by_key(|mention| mention.start);
    for mention in mentions {
        let (Some(&start), Some(&end)) = (offsets.get(mention.start), offsets.get(mention.end)) else {
            continue;
        };
        if names.last().is_some_and(|last| start < last.end) || end <= start {
            continue;
        }
        let kind = match mention.kind.as_str() {
            "PER" => Kind::Person,
            "LOC" => Kind::Place,
            "ORG" => Kind::Organisation,
            _ => Kind::Other,
        };
        names.push(Labelled { start, end, kind });
    }
    Ok(Example { text: record.text, names, ..Example::default() })
}

#[derive(Deserialize)]
struct Article {
    id: String,
    title: String,
    text: String,
}

#[derive(Deserialize)]
struct Spans {
    id: String,
    people: Vec<(usize, usize)>,
    doubtful: Vec<(usize, usize)>,
}

/// Reads annotation kept apart from its texts. `spans` holds JSON lines `{"id", "people": [[start, end]],
/// "doubtful": [[start, end]]}`, `articles` holds `{"id", "title", "text"}`; offsets count characters of
/// the title, two line ends and the text. All that is not named there is no person.
///
/// # Errors
/// When a line is not such a record.
pub fn parse_apart(spans: &str, articles: &str) -> Result<Vec<Example>, serde_json::Error> {
    let mut texts = std::collections::HashMap::new();
    for line in articles.lines() {
        let article: Article = serde_json::from_str(line)?;
        texts.insert(article.id, format!("{}\n\n{}", article.title, article.text));
    }
    let mut examples = Vec::new();
    for line in spans.lines() {
        let spans: Spans = serde_json::from_str(line)?;
        let Some(text) = texts.remove(&spans.id) else { continue };
        let mut offsets: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        offsets.push(text.len());
        let mut names = Vec::new();
        for (list, kind) in [(spans.people, Kind::Person), (spans.doubtful, Kind::Doubtful)] {
            for (start, end) in list {
                if let (Some(&start), Some(&end)) = (offsets.get(start), offsets.get(end)) {
                    names.push(Labelled { start, end, kind });
                }
            }
        }
        names.sort_by_key(|name| name.start);
        examples.push(Example { text, names, trusted: true, people_only: true, sketch: false });
    }
    Ok(examples)
}

/// Reads texts in which names are marked `[Antony Blinken]` for people, `[Baghdad|L]`, `[NATO|O]` and
/// `[Iraqi|M]` for the others; a line `---` parts them.
pub fn parse_marked(marked: &str) -> Vec<Example> {
    let mut examples = Vec::new();
    for block in marked.split("\n---\n") {
        let mut example = Example { trusted: true, sketch: true, ..Example::default() };
        let mut open = None;
        let mut kind = Kind::Person;
        let mut chars = block.trim().chars().peekable();
        while let Some(c) = chars.next() {
            match c {
                '[' => {
                    open = Some(example.text.len());
                    kind = Kind::Person;
                }
                '|' if open.is_some() => {
                    kind = match chars.next() {
                        Some('L') => Kind::Place,
                        Some('O') => Kind::Organisation,
                        _ => Kind::Other,
                    };
                }
                ']' => {
                    if let Some(start) = open.take() {
                        example.names.push(Labelled { start, end: example.text.len(), kind });
                    }
                }
                c => example.text.push(c),
            }
        }
        if !example.text.is_empty() {
            examples.push(example);
        }
    }
    examples
}

/// How to train.
#[derive(Clone, Debug)]
pub struct Options {
    /// Passes over the examples in the first stage.
    pub epochs: usize,
    /// Parts the examples are cut into for the second stage.
    pub folds: usize,
    /// How often an example annotated by hand counts.
    pub trust: usize,
    /// How often an invented example counts; each time its names are others.
    pub sketch: usize,
    /// Fits of either stage that are averaged; each sees the examples in another order and under other names.
    pub fits: u64,
    /// Pull of the weights towards zero.
    pub decay: f32,
}

impl Default for Options {
    fn default() -> Self {
        Self { epochs: 8, folds: 4, trust: 1, sketch: 12, fits: 6, decay: 1e-4 }
    }
}

/// Trains both stages and gives the bytes of the model file.
pub fn train(mut examples: Vec<Example>, pool: &NamePool, options: &Options) -> Vec<u8> {
    let lexicon = Lexicon::new();
    clean::clean(&mut examples, &lexicon);
    let fit = fit::Fit { lexicon: &lexicon, pool, options };
    let all: Vec<usize> = (0..examples.len()).collect();
    // first round: find what the annotation says against all evidence, and leave it open
    let held = fit.folds(&examples, 1);
    for (first, test) in &held {
        for &i in test {
            if !examples[i].trusted {
                examples[i].names = fit.doubted(&examples[i], first);
            }
        }
    }
    let held = fit.folds(&examples, 101);
    let fits: Vec<_> =
        (4711..4711 + options.fits).map(|seed| fit.second_stage(&examples, &held, seed)).collect();
    let second = fit::Weights::mean(&fits);
    let fits: Vec<_> = (99..99 + options.fits).map(|seed| fit.first_stage(&examples, &all, seed)).collect();
    let first = fit::Weights::mean(&fits);
    // one weight in a thousand is cut off at 127 units
    Model::new(
        Stage::quantise(&first.rows, &first.transitions, 1.0 / 112.0),
        Stage::quantise(&second.rows, &second.transitions, 1.0 / 224.0),
    )
    .write()
}

/// A table of zero weights.
fn zeros(bits: u32) -> Vec<Scores> {
    vec![[0.0; LABELS]; 1 << bits]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marked_text_is_read() {
        let examples = parse_marked("[Ann Lee] left [Rome|L].\n---\nNobody.");
        assert_eq!(examples.len(), 2);
        assert_eq!(examples[0].text, "Ann Lee left Rome.");
        assert_eq!(examples[0].names[1], Labelled { start: 13, end: 17, kind: Kind::Place });
    }

    #[test]
    fn json_offsets_count_characters() {
        let example = parse_json(r#"{"text":"É Ann","mentions":[{"start":2,"end":5,"type":"PER"}]}"#);
        assert_eq!(example.map(|e| e.names[0].start).ok(), Some(3));
    }
}
