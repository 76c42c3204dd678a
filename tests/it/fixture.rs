//! An archive of its own for every test, and the `dateline` command run in it without the tester's settings.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// A folder that is removed when the test ends.
pub(super) struct Archive {
    folder: tempfile::TempDir,
}

/// What a run of the command gave.
pub(super) struct Ran {
    /// Exit code.
    pub(super) code: i32,
    /// Standard output.
    pub(super) out: String,
    /// Standard error.
    pub(super) err: String,
}

impl Archive {
    /// An empty archive.
    pub(super) fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// A copy of the sample corpus.
    pub(super) fn sample() -> Self {
        let archive = Self::empty();
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("sample_corpus"), archive.path());
        archive
    }

    /// Writes a file of the archive.
    pub(super) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    /// Where it lies.
    pub(super) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The command, ready to run inside the archive.
    pub(super) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(args).current_dir(self.path());
        for name in ["DATELINE_INDEX", "DATELINE_PAGER", "PAGER", "LESS", "NO_COLOR", "CLICOLOR_FORCE"] {
            command.env_remove(name);
        }
        command.env("COLUMNS", "100").env("TZ", "UTC");
        command
    }

    /// Runs the command inside the archive.
    pub(super) fn run(&self, args: &[&str]) -> Ran {
        self.command(args).output().unwrap().into()
    }

    /// Runs the command and kills it when it has run so long; whether it was still running.
    pub(super) fn kill_after(&self, args: &[&str], wait: Duration) -> bool {
        let mut run = self.command(args).spawn().unwrap();
        let started = Instant::now();
        while started.elapsed() < wait && run.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(2));
        }
        let running = run.try_wait().unwrap().is_none();
        let _ = run.kill();
        run.wait().unwrap();
        running
    }

    /// Runs the command with text on standard input.
    pub(super) fn run_with(&self, args: &[&str], input: &str) -> Ran {
        assert_cmd::Command::from_std(self.command(args)).write_stdin(input).output().unwrap().into()
    }

    /// Runs the command and expects it to succeed.
    pub(super) fn ok(&self, args: &[&str]) -> String {
        let ran = self.run(args);
        assert_eq!(ran.code, 0, "dateline {args:?}\n{}{}", ran.out, ran.err);
        ran.out
    }

    /// Indexes the archive.
    pub(super) fn index(&self) -> &Self {
        self.ok(&["index", "."]);
        self
    }

    /// The ids a search finds, sorted.
    pub(super) fn ids(&self, args: &[&str]) -> Vec<String> {
        let mut all = vec!["search", "-o", "ids", "--all"];
        all.extend(args);
        let ran = self.run(&all);
        assert!(ran.code <= 1, "dateline {all:?}\n{}{}", ran.out, ran.err);
        let mut ids: Vec<_> = ran.out.lines().map(str::to_owned).collect();
        ids.sort();
        ids
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

/// The command under test.
pub(super) fn binary() -> PathBuf {
    env!("CARGO_BIN_EXE_dateline").into()
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            if entry.file_name() != ".dateline" {
                std::fs::create_dir_all(&target).unwrap();
                copy(&entry.path(), &target);
            }
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}
