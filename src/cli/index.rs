//! `dateline index`: runs the pipeline, shows how far it is, and says what came of it.

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::{Duration, Instant};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use super::archive::{Archive, INDEX_FOLDER};
use super::screen::{self, Screen, counted, grouped};
use crate::article::Origin;
use crate::ingest::ReadOptions;
use crate::pipeline::{Event, Progress, Summary};

/// A run of the indexer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct IndexCommand {
    pub(super) paths: Vec<PathBuf>,
    pub(super) archive: Archive,
    pub(super) read: ReadOptions,
    pub(super) prune: bool,
    pub(super) reread: bool,
    pub(super) memory_mb: u64,
    pub(super) jobs: usize,
    pub(super) report: Option<PathBuf>,
    pub(super) strict: bool,
    pub(super) quiet: bool,
}

/// Reads the archive and prints a summary. Returns the exit code: 0, 4 with rejects, 130 when interrupted.
pub(super) fn run(command: &IndexCommand, stop: &'static AtomicBool) -> anyhow::Result<u8> {
    let mut plan = command.archive.plan(command.paths.clone(), command.read.clone());
    (plan.prune, plan.reread, plan.strict, plan.jobs) =
        (command.prune, command.reread, command.strict, command.jobs);
    plan.written.clone_from(&command.report);
    let mut report = command.report.as_deref().map(Report::create).transpose()?;
    let mut meter = Meter::new(command.quiet);
    let mut report_failed = None;
    let summary = command.archive.update(&plan, command.memory_mb, stop, &mut |event| {
        meter.see(&event);
        if let Some(report) = &mut report
            && let Err(error) = report.add(&event)
        {
            report_failed.get_or_insert(error);
        }
    })?;
    meter.clear();
    if let Some(error) = report_failed {
        return Err(error).context("cannot write the report");
    }
    if let Some(report) = report {
        report.finish()?;
    }
    if !command.quiet {
        let mut screen = Screen::open(false);
        summarise(&mut screen, command, &summary)?;
        screen.close()?;
    }
    Ok(match &summary {
        summary if summary.interrupted => 130,
        summary if !summary.rejected.is_empty() => 4,
        _ => 0,
    })
}

/// Reads what is new before a question is asked, with a bar only when it takes long enough to be seen. Rejects do not
/// matter to the question; they are counted in a line.
pub(super) fn refresh(command: &IndexCommand, stop: &'static AtomicBool) -> anyhow::Result<()> {
    stop_on_interrupt(stop);
    let plan = command.archive.plan(command.paths.clone(), command.read.clone());
    let mut meter = Meter::new(false);
    let summary = command.archive.update(&plan, command.memory_mb, stop, &mut |event| meter.see(&event))?;
    meter.clear();
    let rejected: u64 = summary.rejected.values().sum();
    if rejected > 0 {
        let line = format!("note: {} could not be read; see `dateline index`", counted(rejected, "input"));
        let _ = writeln!(anstream::stderr(), "{}", screen::styled(screen::QUIET, &line));
    }
    Ok(())
}

/// Prints what a run did and what to try next.
fn summarise(out: &mut Screen, command: &IndexCommand, summary: &Summary) -> io::Result<()> {
    let seconds = summary.elapsed.as_secs_f64();
    if summary.interrupted {
        writeln!(out, "interrupted; what was read is in the index, the next run goes on from there")?;
    }
    write!(out, "read {} from {}", counted(summary.read, "article"), counted(summary.files_read, "file"))?;
    if summary.files_unchanged > 0 {
        write!(out, " ({} unchanged)", counted(summary.files_unchanged, "file"))?;
    }
    writeln!(out, " in {}", duration(summary.elapsed))?;
    for (count, what) in [
        (summary.added, "added"),
        (summary.updated, "updated"),
        (summary.unchanged, "unchanged"),
        (summary.duplicates, "duplicates of others"),
        (summary.outdated, "older than the version in the index"),
        (summary.removed, "removed"),
        (summary.undated, "without a publication date"),
    ] {
        if count > 0 {
            writeln!(out, "  {:>9} {what}", grouped(count))?;
        }
    }
    let rejected: u64 = summary.rejected.values().sum();
    if rejected > 0 {
        writeln!(out, "  {:>9} rejected", grouped(rejected))?;
        for (code, count) in &summary.rejected {
            writeln!(out, "  {:>9}   {code}", grouped(*count))?;
        }
    }
    let flagged: u64 = summary.flagged.values().sum();
    if flagged > 0 {
        writeln!(out, "  {:>9} marked", grouped(flagged))?;
        for (code, count) in &summary.flagged {
            writeln!(out, "  {:>9}   {code}", grouped(*count))?;
        }
    }
    if seconds > 1.0 && summary.bytes > 0 {
        let rate = summary.bytes as f64 / seconds;
        writeln!(
            out,
            "  {:>9} a second ({}/s)",
            format!("{:.0}", summary.read as f64 / seconds),
            screen::bytes(rate as u64)
        )?;
    }
    if rejected > 0 && command.report.is_none() {
        writeln!(out, "for each reject with its reason: dateline index … --reread --report rejects.jsonl")?;
    }
    if summary.read == 0 && summary.files_unchanged == 0 && rejected == 0 {
        writeln!(out, "there are no files to read in {}", paths(&command.paths))?;
        return Ok(());
    }
    writeln!(out, "next: {}", next_command(command))
}

fn next_command(command: &IndexCommand) -> String {
    let archive = &command.archive;
    if archive.index == archive.root.join(INDEX_FOLDER) {
        if archive.root == Path::new(".") {
            "dateline search 'WORDS'".to_owned()
        } else {
            format!("dateline search --archive {} 'WORDS'", quoted(&archive.root))
        }
    } else {
        format!("dateline search --index {} 'WORDS'", quoted(&archive.index))
    }
}

fn quoted(path: &Path) -> String {
    let text = screen::visible(&path.to_string_lossy()).into_owned();
    let plain = text.chars().all(|c| c.is_alphanumeric() || "/._-~".contains(c));
    if plain { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}

fn paths(paths: &[PathBuf]) -> String {
    paths.iter().map(|path| quoted(path)).collect::<Vec<_>>().join(", ")
}

fn duration(elapsed: Duration) -> String {
    match elapsed.as_secs() {
        0..10 => format!("{:.1} s", elapsed.as_secs_f64()),
        seconds @ 10..120 => format!("{seconds} s"),
        seconds => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// How far the run is: a bar on a terminal, a line every ten seconds otherwise.
struct Meter {
    bar: Option<ProgressBar>,
    quiet: bool,
    spoke: Instant,
    started: Instant,
}

impl Meter {
    fn new(quiet: bool) -> Self {
        let bar = (!quiet && io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::with_draw_target(Some(0), ProgressDrawTarget::stderr_with_hz(10));
            let style = ProgressStyle::with_template("{bar:30} {percent:>3}%  {msg}  {eta} left");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar
        });
        Self { bar, quiet, spoke: Instant::now(), started: Instant::now() }
    }

    fn see(&mut self, event: &Event) {
        let Event::Progress(progress) = event else { return };
        if let Some(bar) = &self.bar {
            bar.set_length(progress.bytes.max(1));
            bar.set_position(progress.bytes_read);
            bar.set_message(self.state(progress));
        } else if !self.quiet && self.spoke.elapsed() >= Duration::from_secs(10) {
            self.spoke = Instant::now();
            let percent = 100 * progress.bytes_read / progress.bytes.max(1);
            // Standard error may be closed; the run goes on.
            let _ = writeln!(io::stderr(), "{percent:>3}%  {}", self.state(progress));
        }
    }

    fn state(&self, progress: &Progress) -> String {
        let rate = progress.articles as f64 / self.started.elapsed().as_secs_f64().max(0.001);
        format!(
            "{}, {} of {} files, {}/s",
            counted(progress.articles, "article"),
            grouped(progress.files_read),
            grouped(progress.files),
            grouped(rate as u64)
        )
    }

    fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// A line of a report.
#[derive(Serialize)]
struct ReportRow<'a> {
    kind: &'static str,
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<u64>,
    code: &'static str,
    message: &'a str,
}

/// The report of a run: a line of JSON for each reject and flag.
pub(super) struct Report {
    out: BufWriter<File>,
}

impl Report {
    pub(super) fn create(path: &Path) -> anyhow::Result<Self> {
        let file =
            File::create(path).with_context(|| format!("cannot write the report {}", path.display()))?;
        Ok(Self { out: BufWriter::new(file) })
    }

    pub(super) fn add(&mut self, event: &Event) -> io::Result<()> {
        let (kind, origin, code, message) = match event {
            Event::Progress(_) => return Ok(()),
            Event::Rejected(reject) => ("reject", &reject.origin, reject.code, &reject.message),
            Event::Flagged(origin, flag) => ("flag", origin, flag.code, &flag.message),
        };
        let Origin { path, record } = origin;
        serde_json::to_writer(&mut self.out, &ReportRow { kind, path, record: *record, code, message })?;
        self.out.write_all(b"\n")
    }

    pub(super) fn finish(mut self) -> anyhow::Result<()> {
        self.out.flush().context("cannot write the report")
    }
}

/// Lets Ctrl-C end the run after what is under way; a second one ends at once.
pub(super) fn stop_on_interrupt(stop: &'static AtomicBool) {
    // Without a handler Ctrl-C still ends the process, and the last commit stays readable.
    let _ = ctrlc::set_handler(move || {
        if stop.swap(true, SeqCst) {
            #[allow(clippy::exit)]
            std::process::exit(130);
        }
        let _ = writeln!(
            io::stderr(),
            "\nstopping; what was read is being written (Ctrl-C again to end at once)"
        );
    });
}
