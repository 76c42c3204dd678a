//! The same questions to both engines, turn by turn.

use std::path::Path;
use std::time::Instant;

use dateline::index::Index;
use dateline::query::ast::{Clause, Node, Pattern, Scope};
use dateline::search::{Engine, Facet, FacetRequest, Period, SearchRequest, Sort};
use tantivy::Term;
use tantivy::query::{BooleanQuery, FuzzyTermQuery, Occur, PhraseQuery, Query, RegexQuery, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::at;
use super::bare::Bare;

struct Case {
    name: &'static str,
    ours: SearchRequest,
    bare: Option<Beside>,
}

/// What bare tantivy is asked in the same turn.
enum Beside {
    Text(Box<dyn Query>),
    /// Of the index with entities.
    Filtered(Box<dyn Query>),
}

/// Times every case. Prints p50 and p99 in microseconds, of bare tantivy too: the 10 best, read, and the exact count.
/// Then the ratio of the medians, and how long bare tantivy takes to find the 10 and count without reading any.
pub(super) fn run(dir: &Path, articles: usize) {
    let rounds = std::env::var("DATELINE_BENCH_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(200);
    let only = std::env::var("DATELINE_BENCH_CASE").ok();
    let index = Index::open(&dir.join("dateline")).unwrap();
    let (bare, filtered) = (Bare::open(&dir.join("bare")), Bare::open(&dir.join("bare-filtered")));
    let words = match std::env::var("DATELINE_BENCH_WORDS") {
        Ok(words) => words.split_whitespace().map(str::to_owned).collect(),
        Err(_) => frequent(&bare, articles),
    };
    println!("words: {}", words.join(" "));
    println!(
        "{:28} {:>9} {:>9} {:>9} {:>9} {:>6} {:>9} {:>9}",
        "query", "p50 µs", "p99", "bare p50", "p99", "ratio", "unread", "hits"
    );
    let wanted = |case: &Case| only.as_ref().is_none_or(|only| case.name.contains(only.as_str()));
    for case in cases(&bare, &filtered, &words).into_iter().filter(wanted) {
        let (mut ours, mut theirs, mut unread) = (Vec::new(), Vec::new(), Vec::new());
        let mut total = 0;
        for round in 0..rounds + 5 {
            let start = Instant::now();
            total = index.search(&case.ours).unwrap().total;
            let time = micros(start);
            if round >= 5 {
                ours.push(time);
            }
            if let Some(beside) = &case.bare {
                let start = Instant::now();
                let (index, query) = match beside {
                    Beside::Text(query) => (&bare, query),
                    Beside::Filtered(query) => (&filtered, query),
                };
                let found = match case.ours.sort {
                    Sort::Relevance => index.best(&**query),
                    Sort::Newest | Sort::Oldest => index.newest(&**query),
                };
                let finding = micros(start);
                index.read(&found);
                if round >= 5 {
                    theirs.push(micros(start));
                    unread.push(finding);
                }
            }
        }
        let (p50, p99) = (at(&mut ours, 0.5), at(&mut ours, 0.99));
        print!("{:28} {p50:9.1} {p99:9.1} ", case.name);
        if theirs.is_empty() {
            println!("{:>9} {:>9} {:>6} {:>9} {total:9}", "–", "–", "–", "–");
        } else {
            let (b50, b99, unread) = (at(&mut theirs, 0.5), at(&mut theirs, 0.99), at(&mut unread, 0.5));
            println!("{b50:9.1} {b99:9.1} {:6.2} {unread:9.1} {total:9}", p50 / b50);
        }
    }
}

fn micros(start: Instant) -> f64 {
    start.elapsed().as_secs_f64() * 1e6
}

/// Five words that are neither common nor rare, from the dictionary of the bare index.
fn frequent(bare: &Bare, articles: usize) -> Vec<String> {
    let wanted = [0.2, 0.1, 0.05, 0.03, 0.01];
    let mut best: Vec<(f64, String)> = wanted.iter().map(|_| (f64::MAX, String::new())).collect();
    let segment = &bare.searcher.segment_readers()[0];
    let share_of_segment = f64::from(segment.max_doc()) / articles as f64;
    let terms = segment.inverted_index(bare.field("body")).unwrap();
    let mut stream = terms.terms().stream().unwrap();
    while stream.advance() {
        let Ok(word) = std::str::from_utf8(stream.key()) else { continue };
        if word.len() < 5 || !word.bytes().all(|b| b.is_ascii_lowercase()) {
            continue;
        }
        // Its own stem, so that both engines look for the same.
        if frostem::Stemmer::new(frostem::Algorithm::English).stem(word) != word {
            continue;
        }
        let share = f64::from(stream.value().doc_freq) / articles as f64 / share_of_segment;
        for (slot, wanted) in best.iter_mut().zip(wanted) {
            let off = (share - wanted).abs();
            if off < slot.0 {
                *slot = (off, word.to_owned());
            }
        }
    }
    best.into_iter().map(|(_, word)| word).collect()
}

fn node(clause: Clause) -> Node {
    Node { at: 0..0, clause }
}

fn word(text: &str) -> Clause {
    Clause::Text { scope: Scope::All, pattern: Pattern::Word(text.to_owned()) }
}

fn near(left: &str, right: &str, distance: u32) -> Clause {
    Clause::Near {
        left: Box::new(node(word(left))),
        right: Box::new(node(word(right))),
        distance,
        ordered: false,
        negated: false,
    }
}

fn ask(clause: Clause) -> SearchRequest {
    SearchRequest {
        fold: true,
        query: node(clause),
        sort: Sort::Relevance,
        limit: 10,
        after: None,
        facets: Vec::new(),
        timeline: None,
        snippet_width: 0,
        explain_zero: false,
    }
}

fn facets() -> Vec<FacetRequest> {
    [Facet::Person, Facet::Country, Facet::Published(Period::Year)]
        .map(|facet| FacetRequest::new(facet, 10))
        .to_vec()
}

fn cases(bare: &Bare, filtered: &Bare, words: &[String]) -> Vec<Case> {
    let term = |text: &str| bare.term("body", text);
    let counted =
        |term: Term| -> Box<dyn Query> { Box::new(TermQuery::new(term, IndexRecordOption::WithFreqs)) };
    let bare_term = |text: &str| Some(Beside::Text(counted(term(text))));
    let both = |a: &str, b: &str| {
        let members = [a, b].map(|word| (Occur::Must, counted(term(word))));
        Some(Beside::Text(Box::new(BooleanQuery::new(members.into()))))
    };
    let sloppy = |a: &str, b: &str| {
        let mut phrase = PhraseQuery::new(vec![term(a), term(b)]);
        phrase.set_slop(5);
        Some(Beside::Text(Box::new(phrase)))
    };
    let bare_phrase = || Some(Beside::Text(Box::new(PhraseQuery::new(vec![term("said"), term("on")]))));
    let bare_entity = |field: &str, text: &str| Some(Beside::Filtered(counted(filtered.term(field, text))));
    let bare_filter = |word: &str, field: &str, text: &str| {
        let terms = [filtered.term("body", word), filtered.term(field, text)];
        Some(Beside::Filtered(Box::new(BooleanQuery::new(terms.map(|t| (Occur::Must, counted(t))).into()))))
    };
    let and = |a: &str, b: &str| Clause::And(vec![node(word(a)), node(word(b))]);
    let (a, b, rare) = (&words[0], &words[1], &words[4]);
    let with = |clause: Clause, change: &dyn Fn(&mut SearchRequest)| {
        let mut request = ask(clause);
        change(&mut request);
        request
    };
    let phrase = format!("{} {}", "said", "on");
    let country = Clause::Country("US");
    let smith = Clause::Person { name: "smith".into(), exact: false };
    vec![
        Case { name: "term 20 %", ours: ask(word(a)), bare: bare_term(a) },
        Case { name: "term 1 %", ours: ask(word(rare)), bare: bare_term(rare) },
        Case { name: "a AND b", ours: ask(and(a, b)), bare: both(a, b) },
        Case {
            name: "OR of 5",
            ours: ask(Clause::Or(words.iter().map(|w| node(word(w))).collect())),
            bare: Some(Beside::Text(Box::new(BooleanQuery::union(
                words.iter().map(|word| counted(term(word))).collect(),
            )))),
        },
        Case {
            name: "phrase",
            ours: ask(Clause::Text {
                scope: Scope::All,
                pattern: Pattern::Phrase { text: phrase, slop: 0, prefix: false },
            }),
            bare: bare_phrase(),
        },
        Case { name: "w/5 (beside phrase)", ours: ask(near("said", "on", 5)), bare: bare_phrase() },
        Case { name: "a w/5 b (beside a phrase)", ours: ask(near(a, b, 5)), bare: sloppy(a, b) },
        Case {
            name: "wildcard",
            ours: ask(Clause::Text {
                scope: Scope::All,
                pattern: Pattern::Wildcard(format!("{}*", &rare[..4])),
            }),
            bare: Some(Beside::Text(Box::new(
                RegexQuery::from_pattern(&format!("{}.*", &rare[..4]), bare.field("body")).unwrap(),
            ))),
        },
        Case {
            name: "fuzzy",
            ours: ask(Clause::Text { scope: Scope::All, pattern: Pattern::Fuzzy(rare.clone(), 1) }),
            bare: Some(Beside::Text(Box::new(FuzzyTermQuery::new(term(rare), 1, true)))),
        },
        Case { name: "a, newest", ours: with(word(a), &|r| r.sort = Sort::Newest), bare: bare_term(a) },
        Case { name: "country", ours: ask(country.clone()), bare: bare_entity("country", "US") },
        Case { name: "person:smith", ours: ask(smith.clone()), bare: bare_entity("person", "smith") },
        Case {
            name: "a AND country",
            ours: ask(Clause::And(vec![node(word(a)), node(country.clone())])),
            bare: bare_filter(a, "country", "US"),
        },
        Case {
            name: "a AND person:smith",
            ours: ask(Clause::And(vec![node(word(a)), node(smith)])),
            bare: bare_filter(a, "person", "smith"),
        },
        Case {
            name: "20 snippets",
            ours: with(and(a, b), &|r| {
                r.limit = 20;
                r.snippet_width = 200;
            }),
            bare: None,
        },
        Case { name: "20 hits, no snippets", ours: with(and(a, b), &|r| r.limit = 20), bare: None },
        Case {
            name: "full page",
            ours: with(word(a), &|r| {
                r.limit = 20;
                r.snippet_width = 200;
                r.facets = facets();
            }),
            bare: None,
        },
        Case {
            name: "full page, a AND b",
            ours: with(and(a, b), &|r| {
                r.limit = 20;
                r.snippet_width = 200;
                r.facets = facets();
            }),
            bare: None,
        },
        Case {
            name: "20 people of everything",
            ours: with(Clause::All, &|r| {
                r.limit = 0;
                r.facets = facets()[..1].to_vec();
                r.facets[0].limit = 20;
            }),
            bare: None,
        },
    ]
}
