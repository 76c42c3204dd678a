//! Facets over many light articles: people, countries and days put down directly, hardly any text, so that the index
//! is built in seconds. Asked of all articles, of one in a hundred and of one in a thousand, each beside the same
//! question without facets.

use std::path::Path;
use std::time::Instant;

use dateline::article::{Article, Interval, Origin, Part, Published, PublishedVia, Span, country};
use dateline::extract::{
    Annotations, CountryMention, CountryMentions, CountryVia, Person, PersonMention, PersonVia,
};
use dateline::index::{Index, Writer, WriterOptions};
use dateline::query::ast::{Clause, Node, Pattern, Scope};
use dateline::search::{Engine, Facet, FacetRequest, Period, SearchRequest, Sink, Sort};

use super::random::{Random, word as made_up};

/// Articles when the environment names no number.
const ARTICLES: usize = 50_000;
/// Distinct people for each article, as news archives have them.
const PEOPLE_SHARE: f64 = 0.18;

/// Builds the index unless it is there, then asks.
pub(super) fn run(dir: &Path) {
    let articles =
        std::env::var("DATELINE_BENCH_FACETS").ok().and_then(|n| n.parse().ok()).unwrap_or(ARTICLES);
    let folder = dir.join(format!("facets-{articles}"));
    if !Index::exists(&folder) {
        let started = Instant::now();
        build(&folder, articles);
        println!("{articles} light articles indexed in {:.1} s", started.elapsed().as_secs_f64());
    }
    let index = Index::open(&folder).unwrap();
    let stats = index.stats().unwrap();
    println!("{} articles, {} people, {} segments", stats.articles, stats.people, stats.segments);
    let rounds = std::env::var("DATELINE_BENCH_ROUNDS").ok().and_then(|n| n.parse().ok()).unwrap_or(50);
    let only = std::env::var("DATELINE_BENCH_CASE").ok();
    let people = [facet(Facet::Person, 20)];
    let several =
        [facet(Facet::Person, 10), facet(Facet::Country, 10), facet(Facet::Published(Period::Month), 12)];
    println!("{:34} {:>9} {:>9} {:>9} {:>6} {:>9}", "facets", "p50 µs", "p99", "bare p50", "ratio", "hits");
    for (name, query) in
        [("all", Clause::All), ("1 in 100", word("hundredth")), ("1 in 1,000", word("thousandth"))]
    {
        for (what, limit, facets) in [
            ("20 people, count", 0, &people[..]),
            ("20 people, 10 hits", 10, &people[..]),
            ("who, where, when, 10 hits", 10, &several[..]),
        ] {
            let name = format!("{name}: {what}");
            if only.as_ref().is_some_and(|only| !name.contains(only)) {
                continue;
            }
            let bare =
                SearchRequest { limit, ..SearchRequest::new(Node::new(0..0, query.clone()), Sort::Newest) };
            let bare = if matches!(query, Clause::All) {
                bare
            } else {
                SearchRequest { sort: Sort::Relevance, ..bare }
            };
            let asked = SearchRequest { facets: facets.to_vec(), ..bare.clone() };
            let (mut with, mut without, mut total) = (Vec::new(), Vec::new(), 0);
            for round in 0..rounds + 3 {
                let started = Instant::now();
                total = index.search(&asked).unwrap().total;
                let faceted = started.elapsed().as_secs_f64() * 1e6;
                let started = Instant::now();
                std::hint::black_box(index.search(&bare).unwrap());
                if round >= 3 {
                    with.push(faceted);
                    without.push(started.elapsed().as_secs_f64() * 1e6);
                }
            }
            let (p50, p99) = (super::at(&mut with, 0.5), super::at(&mut with, 0.99));
            let bare = super::at(&mut without, 0.5);
            println!("{name:34} {p50:9.1} {p99:9.1} {bare:9.1} {:6.2} {total:9}", p50 / bare);
        }
    }
}

fn word(text: &str) -> Clause {
    Clause::Text { scope: Scope::All, pattern: Pattern::Word(text.to_owned()) }
}

fn facet(facet: Facet, limit: usize) -> FacetRequest {
    FacetRequest::new(facet, limit)
}

fn build(folder: &Path, articles: usize) {
    let jobs = std::thread::available_parallelism().map_or(1, usize::from).min(2);
    let writer = Writer::open(folder, &WriterOptions { memory_bytes: super::MEMORY, jobs }).unwrap();
    let names = ((articles as f64 * PEOPLE_SHARE) as usize).max(1);
    std::thread::scope(|scope| {
        for job in 0..jobs {
            let writer = &writer;
            scope.spawn(move || {
                let mut random = Random::new(job as u64);
                for number in (job..articles).step_by(jobs) {
                    let (article, annotations) = light(number, names, &mut random);
                    writer.put(&article, &annotations).unwrap();
                }
            });
        }
    });
    writer.finish().unwrap();
}

/// The name of the person of a rank.
fn name(rank: usize) -> String {
    let capitalised = |word: String| word[..1].to_uppercase() + &word[1..];
    let rank = rank as u64;
    format!("{} {}", capitalised(made_up(rank * 7 % 1009)), capitalised(made_up(rank)))
}

/// An article of few words that names two to seven people, the frequent ones most often, and one to three countries.
fn light(number: usize, names: usize, random: &mut Random) -> (Article, Annotations) {
    let mut body = format!("Report {number} from the wire");
    for (every, word) in [(100, " hundredth"), (1000, " thousandth")] {
        if number.is_multiple_of(every) {
            body += word;
        }
    }
    // Every person is named at least once, and by rank about as often as people of the news are.
    let mut people = vec![number % names];
    for _ in 0..1 + random.below(6.0) as usize {
        people.push(random.below((names as f64).ln()).exp() as usize % names);
    }
    people.sort_unstable();
    people.dedup();
    let span = || Span { part: Part::Body, start: 0, end: 0 };
    let people = people.into_iter().map(|rank| Person {
        name: name(rank),
        mentions: vec![PersonMention { span: span(), via: PersonVia::Editor }],
    });
    let countries = country::all();
    let mut codes: Vec<usize> = (0..1 + random.below(3.0) as usize)
        .map(|_| random.below((countries.len() as f64).ln()).exp() as usize % countries.len())
        .collect();
    codes.sort_unstable();
    codes.dedup();
    let codes = codes.into_iter().map(|at| CountryMentions {
        code: countries[at].code,
        mentions: vec![CountryMention { span: span(), via: CountryVia::Editor, place: None }],
    });
    let annotations =
        Annotations { people: people.collect(), countries: codes.collect(), ..Annotations::default() };
    let day = format!("{}-{:02}-{:02}", 1990 + number % 35, 1 + number % 12, 1 + number % 28);
    let on = Interval::parse_value(&day).unwrap();
    let article = Article {
        id: format!("light{number}"),
        body,
        published: Some(Published { on, at: None, via: PublishedVia::Record }),
        source: Some("Wire".to_owned()),
        origin: Origin { path: "light".to_owned(), record: None },
        ..Article::default()
    };
    (article, annotations)
}
