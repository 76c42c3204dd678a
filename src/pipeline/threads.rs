//! The threads of a run: readers parse files into batches of articles, workers annotate and put them.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed, Ordering::SeqCst};

use crossbeam_channel::{Receiver, Sender};
use rustc_hash::FxHashSet;

use super::Event;
use super::shared::{Batch, FileRun, Shared};
use crate::article::{Article, Origin};
use crate::extract::Extractor;
use crate::ingest::{self, FileEntry, Flag, Outcome, code};
use crate::search::{Put, Sink};

/// Articles in a batch: locks and channels are paid for once a batch.
const BATCH_ARTICLES: usize = 64;
/// Bytes of text after which a batch is handed on though it has few articles.
const BATCH_BYTES: usize = 256 << 10;

/// A reader thread: files in, batches and events out.
pub(super) fn read_files(
    files: &Receiver<FileEntry>,
    batches: &Sender<Batch>,
    events: &Sender<Event>,
    shared: &Shared<'_>,
) {
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
        let mut articles = Vec::new();
        let mut bytes = 0;
        let mut broken = false;
        let send = |articles: Vec<Article>| {
            file.open.fetch_add(1, SeqCst);
            let _ = batches.send(Batch { file: Arc::clone(&file), articles });
        };
        let mut take = |outcome: Outcome| {
            match outcome {
                Outcome::Article(article, flags) => {
                    for flag in flags {
                        let _ = events.send(Event::Flagged(article.origin.clone(), flag));
                    }
                    bytes += article.body.len();
                    articles.push(*article);
                    if articles.len() >= BATCH_ARTICLES || bytes >= BATCH_BYTES {
                        bytes = 0;
                        send(std::mem::take(&mut articles));
                    }
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
        if !articles.is_empty() {
            send(std::mem::take(&mut articles));
        }
        if broken {
            shared.mark_broken(&file.entry.name);
        }
        shared.close(&file);
    }
}

/// A worker thread: batches in, articles annotated and put.
pub(super) fn put_batches(
    batches: &Receiver<Batch>,
    events: &Sender<Event>,
    extractor: &Extractor,
    sink: &dyn Sink,
    shared: &Shared<'_>,
) {
    let counts = &shared.counts;
    for batch in batches {
        if shared.halt.load(Relaxed) {
            batch.file.whole.store(false, SeqCst);
            continue; // Drain, so that no reader waits.
        }
        let name = &batch.file.entry.name;
        let mut ids = FxHashSet::default();
        // First the ones, then the others: each works with tables that fill a core's cache.
        let annotated: Vec<_> =
            batch.articles.iter().map(|article| (article, extractor.annotate_article(article))).collect();
        for (article, annotations) in &annotated {
            counts.read.fetch_add(1, Relaxed);
            if article.published.is_none() {
                counts.undated.fetch_add(1, Relaxed);
            }
            match sink.put(article, annotations) {
                Ok(Put::Added) => counts.added.fetch_add(1, Relaxed),
                Ok(Put::Updated) => counts.updated.fetch_add(1, Relaxed),
                Ok(Put::Duplicate) => {
                    let _ = events.send(duplicate(article.origin.clone(), "an article of this id"));
                    counts.duplicates.fetch_add(1, Relaxed)
                }
                Ok(Put::Unchanged) => counts.unchanged.fetch_add(1, Relaxed),
                Ok(Put::Outdated) => counts.outdated.fetch_add(1, Relaxed),
                Err(error) => {
                    batch.file.whole.store(false, SeqCst);
                    shared.fail(error);
                    break;
                }
            };
            if shared.known.contains(name) {
                ids.insert(article.id.clone());
            }
        }
        if !ids.is_empty() {
            shared.keep(name, ids);
        }
        let bytes: usize =
            batch.articles.iter().map(|article| article.title.len() + article.body.len()).sum();
        shared.tell(&batch.file, bytes as u64);
        shared.close(&batch.file);
    }
}

/// What is said of an article that was read before.
pub(super) fn duplicate(origin: Origin, what: &str) -> Event {
    let message = format!("{what} says the same; one of them is kept");
    Event::Flagged(origin, Flag { code: code::DUPLICATE, message })
}
