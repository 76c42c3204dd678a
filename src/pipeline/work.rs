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
        // Each with the number of its part of the walk, whichever thread looked at it first.
        let (mut todo, mut rejects, mut behind) = (Vec::new(), Vec::new(), Vec::new());
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
            let looked = looked.into_iter();
            for (number, found) in
                looked.flat_map(|(number, found)| found.into_iter().map(move |f| (number, f)))
            {
                match found {
                    Ok(file) if written.as_ref() == Some(&file.name) => {}
                    Ok(file) if !plan.reread && seen.is_unchanged(&file) => {
                        unchanged += 1;
                        if shadows.is_behind(&file.name) {
                            behind.push((number, file));
                        }
                    }
                    Ok(file) => todo.push((number, file)),
                    Err(reject) => rejects.push((number, reject)),
                }
            }
            (seen, shadows)
        });
        let mut todo = in_order(todo);
        // What gave way to articles of a file that is read again, or whose articles go, may be wanted now.
        let gone = |name: &str| plan.prune && !plan.archive.join(name).exists();
        let mut again: Vec<FileEntry> = Vec::new();
        let read: FxHashSet<&str> = todo.iter().map(|file: &FileEntry| file.name.as_str()).collect();
        for file in in_order(behind) {
            if shadows.before(&file.name).any(|before| read.contains(before) || gone(before)) {
                again.push(file);
            }
        }
        unchanged -= again.len() as u64;
        todo.extend(again);
        Self { started, seen, shadows, todo, rejects: in_order(rejects), unchanged }
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
type Numbered<T> = (usize, Vec<T>);

/// What was kept of numbered parts, in their order; that of one part as it was kept.
fn in_order<T>(mut kept: Vec<(usize, T)>) -> Vec<T> {
    kept.sort_by_key(|(number, _)| *number);
    kept.into_iter().map(|(_, item)| item).collect()
}

/// Lists the files of all inputs, in order.
fn list(plan: &Plan, out: &Sender<Numbered<Listed>>) {
    let mut listed = plan.inputs.iter().flat_map(|input| walk::list(&plan.archive, input));
    for number in 0.. {
        let together: Vec<Listed> = listed.by_ref().take(TOGETHER).collect();
        if together.is_empty() || out.send((number, together)).is_err() {
            return;
        }
    }
}

/// Looks at the files that are listed.
fn look(listed: &Receiver<Numbered<Listed>>, out: &Sender<Numbered<Found>>) {
    for (number, together) in listed {
        let found = together.into_iter().filter_map(Listed::look).collect();
        if out.send((number, found)).is_err() {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_stands_in_the_order_of_the_walk_whichever_part_came_first() {
        let kept = vec![(1, 'c'), (0, 'a'), (2, 'e'), (1, 'd'), (0, 'b')];
        assert_eq!(in_order(kept), ['a', 'b', 'c', 'd', 'e']);
    }
}
