//! dateline's index beside bare tantivy: the same text in the same run, interleaved, told as ratios.
//!
//! `DATELINE_BENCH_CORPUS` names a JSONL file of articles (`id`, `title`, `text`, `published`); without it a
//! small corpus is generated. `DATELINE_BENCH_ARTICLES` limits the articles, `DATELINE_BENCH_ROUNDS` sets how
//! often each query is asked, `DATELINE_BENCH_WORDS` about which five words, the last one rare.
//! `DATELINE_BENCH_DIR` keeps the indexes and uses them again. Facets are counted over light articles with many
//! people, `DATELINE_BENCH_FACETS` says how many, `DATELINE_BENCH_CASE` which cases by a part of
//! their name; the word `text` or `facets` asks for one part alone. `hold` builds only, and fails where that takes
//! more than [`MOST_CPU`] times the CPU time of bare tantivy, or more than [`MOST_SIZE`] times its room: the short
//! form for a machine that looks at every change.
//!
//! ```text
//! DATELINE_BENCH_CORPUS=articles.jsonl cargo bench --bench engine
//! DATELINE_BENCH_FACETS=1000000 cargo bench --bench engine -- facets
//! DATELINE_BENCH_ARTICLES=5000 cargo bench --bench engine -- hold
//! ```

#![allow(clippy::print_stdout, clippy::unwrap_used, missing_docs)]

#[path = "../../src/allocator.rs"]
mod allocator;
mod bare;
mod corpus;
mod facets;
mod queries;
mod random;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use dateline::article::Article;
use dateline::extract::{Annotations, Extractor};
use dateline::index::{Index, Writer, WriterOptions};
use dateline::search::Sink;

/// Memory for building, for both engines.
const MEMORY: u64 = 256 << 20;
/// Articles that are extracted, then put, together.
const BATCH: usize = 512;
/// How often each builds with all threads.
const TURNS: usize = 3;
/// Most CPU time of building, as a multiple of bare tantivy's; generous, since machines are noisy. In a build for
/// tests tantivy is optimised and dateline is not.
const MOST_CPU: f64 = if cfg!(debug_assertions) { 6.0 } else { 2.0 };
/// Most room of an index, as a multiple of bare tantivy's; generated words come with more entities than news.
const MOST_SIZE: f64 = 2.0;

fn main() {
    let kept = std::env::var_os("DATELINE_BENCH_DIR").map(PathBuf::from);
    let temporary = tempfile::tempdir().unwrap();
    let dir = kept.clone().unwrap_or_else(|| temporary.path().to_owned());
    let only = std::env::args().skip(1).find(|arg| !arg.starts_with('-'));
    match only.as_deref() {
        Some("hold") => hold(&dir),
        Some("text") => text(&dir, kept.is_some()),
        Some("facets") => facets::run(&dir),
        _ => {
            text(&dir, kept.is_some());
            facets::run(&dir);
        }
    }
}

/// Indexing alone, which must stay within bounds.
fn hold(dir: &Path) {
    let (articles, mega) = articles();
    let (cpu, room, _) = indexing(&articles, mega, dir);
    assert!(cpu <= MOST_CPU, "building takes {cpu:.2} × the CPU time of bare tantivy");
    assert!(room <= MOST_SIZE, "the index takes {room:.2} × the room of bare tantivy's");
}

/// The articles, and the megabytes of their text.
fn articles() -> (Vec<Article>, f64) {
    let articles = corpus::load();
    let bytes: usize = articles.iter().map(|a| a.title.len() + a.body.len()).sum();
    let mega = bytes as f64 / 1e6;
    println!("{} articles, {mega:.1} MB of text", articles.len());
    (articles, mega)
}

/// Indexing and queries over articles of text.
fn text(dir: &Path, kept: bool) {
    let (articles, mega) = articles();
    if !kept || !Index::exists(&dir.join("dateline")) {
        let (.., annotations) = indexing(&articles, mega, dir);
        bare::index(&dir.join("bare-filtered"), &articles, Some(&annotations), jobs(), MEMORY as usize);
    }
    queries::run(dir, articles.len());
}

/// Threads that build together.
fn jobs() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(2)
}

/// Builds both indexes; returns CPU time (one thread) and size of ours as multiples of the other's, and what was found in
/// the articles.
fn indexing(articles: &[Article], mega: f64, dir: &Path) -> (f64, f64, Vec<Annotations>) {
    let jobs = jobs();
    let extractor = Extractor::new();
    let (wall, cpu) = (Instant::now(), cpu_seconds());
    let annotations: Vec<Annotations> = articles.iter().map(|a| extractor.annotate_article(a)).collect();
    let extraction = report("extraction", wall, cpu, mega);
    let bare = |name: &str, threads| {
        let _ = std::fs::remove_dir_all(dir.join(name));
        let (wall, cpu) = (Instant::now(), cpu_seconds());
        bare::index(&dir.join(name), articles, None, threads, MEMORY as usize);
        report(&format!("bare tantivy, {threads} threads"), wall, cpu, mega)
    };
    let ours = |name: &str, what: &str, jobs: usize, put: &dyn Fn(&Writer)| {
        let folder = dir.join(name);
        let _ = std::fs::remove_dir_all(&folder);
        let (wall, cpu) = (Instant::now(), cpu_seconds());
        let writer = Writer::open(&folder, &WriterOptions { memory_bytes: MEMORY, jobs }).unwrap();
        put(&writer);
        writer.finish().unwrap();
        report(&format!("dateline{what}, {jobs} threads"), wall, cpu, mega)
    };
    let alone =
        |name: &str, jobs| ours(name, "", jobs, &|writer| put_all(writer, articles, &annotations, jobs));
    let bare_one = bare("bare-one", 1);
    let ours_one = alone("dateline-one", 1);
    // With all threads turn by turn: a machine that is busy with something else for a while slows all of them down.
    let (mut bare_all, mut ours_all, mut whole) = ((0.0, 0.0), (0.0, 0.0), (0.0, 0.0));
    let add = |sum: &mut (f64, f64), (wall, cpu): (f64, f64)| *sum = (sum.0 + wall, sum.1 + cpu);
    for _ in 0..TURNS {
        add(&mut bare_all, bare("bare", jobs));
        add(&mut ours_all, alone("dateline", jobs));
        let put = |writer: &Writer| extract_and_put_all(writer, articles, &extractor, jobs);
        add(&mut whole, ours("dateline-whole", " with extraction", jobs, &put));
    }
    println!(
        "index alone, CPU: {:.2} × bare (1 thread), {:.2} × ({jobs})",
        ours_one.1 / bare_one.1,
        ours_all.1 / bare_all.1
    );
    println!(
        "index alone, wall: {:.2} × bare (1 thread), {:.2} × ({jobs})",
        ours_one.0 / bare_one.0,
        ours_all.0 / bare_all.0
    );
    println!(
        "with extraction, CPU: {:.2} × bare (1 thread), {:.2} × ({jobs})",
        (ours_one.1 + extraction.1) / bare_one.1,
        whole.1 / bare_all.1
    );
    println!(
        "with extraction, wall: {:.2} × bare (1 thread), {:.2} × ({jobs})",
        (ours_one.0 + extraction.0) / bare_one.0,
        whole.0 / bare_all.0
    );
    let sizes = ["bare", "dateline"].map(|name| size(&dir.join(name)) as f64 / 1e6 / mega);
    println!("size of bare: {:.3} × the text", sizes[0]);
    println!("size of dateline: {:.3} × the text", sizes[1]);
    println!("peak memory: {} MB", peak_memory());
    for name in ["bare-one", "dateline-one", "dateline-whole"] {
        let _ = std::fs::remove_dir_all(dir.join(name));
    }
    (ours_one.1 / bare_one.1, sizes[1] / sizes[0], annotations)
}

fn put_all(writer: &Writer, articles: &[Article], annotations: &[Annotations], jobs: usize) {
    deal(articles.len(), jobs, |batch| {
        put(writer, &articles[batch.clone()], &annotations[batch]);
    });
}

/// Extracts and puts, in batches as an archive is read.
fn extract_and_put_all(writer: &Writer, articles: &[Article], extractor: &Extractor, jobs: usize) {
    deal(articles.len(), jobs, |batch| {
        let articles = &articles[batch];
        let annotations: Vec<_> = articles.iter().map(|a| extractor.annotate_article(a)).collect();
        put(writer, articles, &annotations);
    });
}

fn put(writer: &Writer, articles: &[Article], annotations: &[Annotations]) {
    for (article, annotations) in articles.iter().zip(annotations) {
        writer.put(article, annotations).unwrap();
    }
}

/// Deals numbers from 0 out to threads, batch by batch.
fn deal(all: usize, jobs: usize, work: impl Fn(Range<usize>) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..jobs {
            scope.spawn(|| {
                loop {
                    let from = next.fetch_add(BATCH, Ordering::Relaxed);
                    if from >= all {
                        return;
                    }
                    work(from..all.min(from + BATCH));
                }
            });
        }
    });
}

/// Prints and returns wall and CPU seconds.
fn report(what: &str, wall: Instant, cpu: f64, mega: f64) -> (f64, f64) {
    let (wall, cpu) = (wall.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    println!("{what}: {wall:.2} s, {cpu:.2} s CPU, {:.1} MB/s of CPU", mega / cpu);
    (wall, cpu)
}

/// CPU time of this process in seconds; 0 where the system does not tell.
fn cpu_seconds() -> f64 {
    let Ok(stat) = std::fs::read_to_string("/proc/self/stat") else { return 0.0 };
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks = |i: usize| fields.get(i).and_then(|f| f.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// Peak memory of this process in MB.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or("");
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn size(dir: &Path) -> u64 {
    let mut sum = 0;
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        sum += if path.is_dir() { size(&path) } else { entry.metadata().map_or(0, |m| m.len()) };
    }
    sum
}

/// The time that a share of the times does not exceed.
fn at(times: &mut [f64], share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    times[((times.len() - 1) as f64 * share) as usize]
}
