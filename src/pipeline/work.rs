//! What a run has to do: the files that are new or changed since the last one.

use std::time::Instant;

use crossbeam_channel::{Receiver, Sender, bounded};
use rustc_hash::FxHashSet;

use super::seen::Seen;
use super::shadows::Shadows;
use super::{Plan, Summary};
use crate::extract::Extractor;
use crate::ingest::walk::{self, Listed};
use crate::ingest::{FileEntry, Found, Reject};

/// Files of the archive that are handed on together when it is listed, and how often that may be ahead.
const TOGETHER: usize = 256;
const AHEAD: usize = 64;

/// What a run has to do.
#[derive(Debug)]
pub struct Work {
    pub(super) started: Instant,
    pub(super) seen: Seen,
    pub(super) shadows: Shadows,
    /// In the order of the walk.
    pub(super) todo: Vec<FileEntry>,
    pub(super) rejects: Vec<Reject>,
    unchanged: u64,
}

impl Work {
    /// Looks for files that are new or changed since the last run: a look at each file's size and time, no more.
    pub fn find(plan: &Plan) -> Self {
        let started = Instant::now();
        let (mut todo, mut rejects, mut behind) = (Walked::new(), Walked::new(), Walked::new());
        let mut unchanged = 0;
        let written = plan.written.as_deref().map(|path| walk::name_of(&plan.archive, path));
        // One thread reads the folders, others look at the files, while the lists of earlier runs are read.
        let (seen, shadows) = std::thread::scope(|scope| {
            let (list_out, listed) = bounded(AHEAD);
            let (look_out, looked) = bounded(AHEAD);
            scope.spawn(move || list(plan, &list_out));
            for _ in 0..plan.jobs.max(1) {
                let (listed, look_out) = (listed.clone(), look_out.clone());
                scope.spawn(move || look(&listed, &look_out));
            }
            drop((listed, look_out));
            let seen = Seen::load(plan.seen.clone(), &format!("{:?} {}", plan.read, Extractor::VERSION));
            let shadows = Shadows::load(plan.seen.with_file_name("duplicates"));
            for (number, found) in looked
                .into_iter()
                .flat_map(|Numbered(number, found)| found.into_iter().map(move |found| (number, found)))
            {
                match found {
                    Ok(file) if written.as_ref() == Some(&file.name) => {}
                    Ok(file) if !plan.reread && seen.is_unchanged(&file) => {
                        unchanged += 1;
                        if shadows.is_behind(&file.name) {
                            behind.push(number, file);
                        }
                    }
                    Ok(file) => todo.push(number, file),
                    Err(reject) => rejects.push(number, reject),
                }
            }
            (seen, shadows)
        });
        let mut todo = todo.in_order();
        // What gave way to articles of a file that is read again, or whose articles go, may be wanted now.
        let gone = |name: &str| plan.prune && !plan.archive.join(name).exists();
        let mut again: Vec<FileEntry> = Vec::new();
        let read: FxHashSet<&str> = todo.iter().map(|file: &FileEntry| file.name.as_str()).collect();
        for file in behind.in_order() {
            if shadows.before(&file.name).any(|before| read.contains(before) || gone(before)) {
                again.push(file);
            }
        }
        unchanged -= again.len() as u64;
        todo.extend(again);
        Self { started, seen, shadows, todo, rejects: rejects.in_order(), unchanged }
    }

    /// Whether every file is as it was when it was read.
    pub fn is_none(&self) -> bool {
        self.todo.is_empty()
    }

    /// What a run would say that has nothing to read.
    pub fn summary(&self) -> Summary {
        let elapsed = self.started.elapsed();
        let mut summary = Summary { files_unchanged: self.unchanged, elapsed, ..Summary::default() };
        for reject in &self.rejects {
            *summary.rejected.entry(reject.code).or_default() += 1;
        }
        summary
    }
}

/// A part of the walk, with its number among all.
struct Numbered<T>(usize, Vec<T>);

/// What was kept of the parts of a walk, whichever thread came first.
struct Walked<T> {
    kept: Vec<(usize, T)>,
}

impl<T> Walked<T> {
    fn new() -> Self {
        Self { kept: Vec::new() }
    }

    /// Keeps something of the part of a number; of one part in its order.
    fn push(&mut self, number: usize, item: T) {
        self.kept.push((number, item));
    }

    /// What was kept, in the order of the walk.
    fn in_order(mut self) -> Vec<T> {
        self.kept.sort_by_key(|(number, _)| *number);
        self.kept.into_iter().map(|(_, item)| item).collect()
    }
}

/// Lists the files of all inputs, in order.
fn list(plan: &Plan, out: &Sender<Numbered<Listed>>) {
    let mut listed = plan.inputs.iter().flat_map(|input| walk::list(&plan.archive, input));
    for number in 0.. {
        let together: Vec<Listed> = listed.by_ref().take(TOGETHER).collect();
        if together.is_empty() || out.send(Numbered(number, together)).is_err() {
            return;
        }
    }
}

/// Looks at the files that are listed.
fn look(listed: &Receiver<Numbered<Listed>>, out: &Sender<Numbered<Found>>) {
    for Numbered(number, together) in listed {
        let found = together.into_iter().filter_map(Listed::look).collect();
        if out.send(Numbered(number, found)).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_stands_in_the_order_of_the_walk_whichever_part_came_first() {
        let mut walked = Walked::new();
        for (number, item) in [(1, 'c'), (0, 'a'), (2, 'e'), (1, 'd'), (0, 'b')] {
            walked.push(number, item);
        }
        assert_eq!(walked.in_order(), ['a', 'b', 'c', 'd', 'e']);
    }
}
