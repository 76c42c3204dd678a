//! Why a command could not do what it was asked, and the exit code that says so.

use std::fmt;

use crate::search::EngineError;

/// The reason a command ends without its result: what and where, the way out, the exit code.
#[derive(Debug)]
pub(super) struct Failure {
    /// Exit code: 2 bad query, flag or configuration; 3 index missing, damaged or of another version.
    pub(super) code: u8,
    /// What went wrong, lower case, no full stop; may have several lines (a query with its caret).
    pub(super) message: String,
    /// The way out.
    pub(super) hint: Option<String>,
    /// Another run is writing the index.
    pub(super) locked: bool,
}

impl Failure {
    /// A bad query, flag, configuration or input.
    pub(super) fn usage(message: impl Into<String>) -> Self {
        Self { code: 2, message: message.into(), hint: None, locked: false }
    }

    /// No index, or one that cannot be used.
    pub(super) fn missing(message: impl Into<String>) -> Self {
        Self { code: 3, message: message.into(), hint: None, locked: false }
    }

    /// With a way out.
    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Whether the reader of our output has gone away, which is nobody's fault.
    pub(super) fn is_broken_pipe(error: &anyhow::Error) -> bool {
        error.chain().any(|cause| {
            cause.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
        })
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Failure {}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        let message = error.to_string();
        match error {
            EngineError::User(_) => Self::usage(message),
            EngineError::NotFound(_) => Self::missing(message)
                .hint("create it with `dateline index DIR`, or name another with --archive or --index"),
            EngineError::Incompatible { found, expected, path } => Self::missing(message).hint(if found > expected {
                "a newer dateline wrote it: use that one, or index the archive into another folder with --index".to_owned()
            } else {
                format!("remove {path} and run `dateline index` again; the archive itself is not touched")
            }),
            EngineError::Damaged { path, .. } => Self::missing(message).hint(format!(
                "`dateline check --repair --index {path}` mends it from the archive, which is not touched"
            )),
            EngineError::Locked(_) => Self { locked: true, ..Self::missing(message) }.hint("wait until it has finished, then try again"),
            EngineError::Io { .. } => {
                Self::missing(message).hint("check that the disk has room and that the folder may be written")
            }
            EngineError::Internal(_) => Self::missing(message).hint("this is a fault of dateline; please report it"),
        }
    }
}
