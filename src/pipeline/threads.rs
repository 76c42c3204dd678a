//! The threads of a run: readers parse files into batches of articles, workers annotate and put them.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};

use crossbeam_channel::{Receiver, Sender};
use rustc_hash::FxHashSet;

use super::Event;
use super::shared::{Batch, FileRun, Shared};
use crate::article::{Article, Origin};
use crate::extract::{Annotations, Extractor};
use crate::ingest::{self, FileEntry, Flag, Outcome, code};
use crate::search::{Put, Sink};

/// Articles in a batch. A worker finds what is in all of them, then puts all: each works with tables that fill a core's
/// cache, and with 64 articles to fetch them again took 7 % of the time of indexing, more than 256 gain but 1 %.
const FEWEST_ARTICLES: usize = 64;
const MOST_ARTICLES: usize = 512;
/// A batch is a small part of what was read before it, so that at the end no worker is left with much.
const PART: usize = 16;
/// Bytes of text after which a batch is handed on though it has few articles: what all batches under way may take, and
/// what one of few threads may.
const ALL_BYTES: usize = 24 << 20;
const MOST_BYTES: usize = 2 << 20;
/// Batches of each thread that are under way: one is read, one waits, one is put.
const UNDER_WAY: usize = 3;

/// Gathers articles into batches.
struct Gathering<'a> {
    batches: &'a Sender<Batch>,
    batch: Batch,
    bytes: usize,
    most_bytes: usize,
    /// Articles handed on.
    before: usize,
}

impl<'a> Gathering<'a> {
    fn new(batches: &'a Sender<Batch>, jobs: usize) -> Self {
        let most_bytes = (ALL_BYTES / UNDER_WAY / jobs.max(1)).min(MOST_BYTES);
        Self { batches, batch: Batch::new(), bytes: 0, most_bytes, before: 0 }
    }

    fn add(&mut self, file: &Arc<FileRun>, article: Article) {
        file.open.fetch_add(1, SeqCst);
        self.bytes += article.body.len();
        self.batch.push((Arc::clone(file), article));
        let most = (self.before / PART).clamp(FEWEST_ARTICLES, MOST_ARTICLES);
        if self.batch.len() >= most || self.bytes >= self.most_bytes {
            self.hand_on();
        }
    }

    fn hand_on(&mut self) {
        if !self.batch.is_empty() {
            self.before += self.batch.len();
            self.bytes = 0;
            let _ = self.batches.send(std::mem::take(&mut self.batch));
        }
    }
}

/// A reader thread: files in, batches and events out.
pub(super) fn read_files(
    files: &Receiver<FileEntry>,
    batches: &Sender<Batch>,
    events: &Sender<Event>,
    shared: &Shared<'_>,
) {
    let mut gathering = Gathering::new(batches, shared.plan.jobs);
    for entry in files {
        if shared.stopped() {
            break;
        }
        let file = Arc::new(FileRun {
            entry,
            open: AtomicUsize::new(1),
            told: AtomicU64::new(0),
            whole: AtomicBool::new(true),
        });
        let mut broken = false;
        let mut take = |outcome: Outcome| {
            match outcome {
                Outcome::Article(article, flags) => {
                    for flag in flags {
                        let _ = events.send(Event::Flagged(article.origin.clone(), flag));
                    }
                    gathering.add(&file, *article);
                }
                Outcome::Flagged(origin, flag) => {
                    let _ = events.send(Event::Flagged(origin, flag));
                }
                Outcome::Reject(reject) => {
                    broken = true;
                    let _ = events.send(Event::Rejected(reject));
                }
                Outcome::Opened(..) => {}
            }
            if shared.stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let flow = if file.entry.name == "-" {
            ingest::read_stream(std::io::stdin().lock(), "-", &shared.plan.read, &mut take)
        } else {
            ingest::read_file(&file.entry, &shared.plan.read, &mut take)
        };
        if flow.is_break() {
            file.whole.store(false, SeqCst);
        }
        if broken {
            shared.mark_broken(&file.entry.name);
        }
        shared.close(&file);
    }
    gathering.hand_on();
}

/// A worker thread: batches in, articles annotated and put.
pub(super) fn put_batches(
    batches: &Receiver<Batch>,
    events: &Sender<Event>,
    extractor: &Extractor,
    sink: &dyn Sink,
    shared: &Shared<'_>,
) {
    for batch in batches {
        if shared.halt.load(Relaxed) {
            batch.iter().for_each(|(file, _)| file.whole.store(false, SeqCst));
            continue; // Drain, so that no reader waits.
        }
        let annotated: Vec<Annotated<'_>> = batch
            .iter()
            .map(|(file, article)| (file, article, extractor.annotate_article(article)))
            .collect();
        for of_file in annotated.chunk_by(|one, next| Arc::ptr_eq(one.0, next.0)) {
            put_articles(of_file, events, sink, shared);
        }
    }
}

/// An article of a file with what was found in it.
type Annotated<'a> = (&'a Arc<FileRun>, &'a Article, Annotations);

/// Puts articles of one file.
fn put_articles(of_file: &[Annotated<'_>], events: &Sender<Event>, sink: &dyn Sink, shared: &Shared<'_>) {
    let Some((file, ..)) = of_file.first() else { return };
    let name = &file.entry.name;
    let mut ids = FxHashSet::default();
    let mut bytes = 0;
    for (_, article, annotations) in of_file {
        if shared.halt.load(Relaxed) {
            file.whole.store(false, SeqCst);
            break;
        }
        match sink.put(article, annotations) {
            Ok(put) => count(put, article, events, shared),
            Err(error) => {
                file.whole.store(false, SeqCst);
                shared.fail(error);
                break;
            }
        }
        if shared.known.contains(name) {
            ids.insert(article.id.clone());
        }
        bytes += article.title.len() + article.body.len();
    }
    if !ids.is_empty() {
        shared.keep(name, ids);
    }
    shared.tell(file, bytes as u64);
    of_file.iter().for_each(|(file, ..)| shared.close(file));
}

fn count(put: Put, article: &Article, events: &Sender<Event>, shared: &Shared<'_>) {
    let counts = &shared.counts;
    counts.read.fetch_add(1, Relaxed);
    if article.published.is_none() {
        counts.undated.fetch_add(1, Relaxed);
    }
    let counted = match put {
        Put::Added => &counts.added,
        Put::Updated => &counts.updated,
        Put::Duplicate => {
            let _ = events.send(duplicate(article.origin.clone(), "an article of this id"));
            &counts.duplicates
        }
        Put::Unchanged => &counts.unchanged,
        Put::Outdated => &counts.outdated,
    };
    counted.fetch_add(1, Relaxed);
}

/// What is said of an article that was read before.
pub(super) fn duplicate(origin: Origin, what: &str) -> Event {
    let message = format!("{what} says the same; one of them is kept");
    Event::Flagged(origin, Flag { code: code::DUPLICATE, message })
}
