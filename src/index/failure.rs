//! tantivy's errors, sorted by what a front end does about them.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use tantivy::TantivyError;
use tantivy::directory::error::{LockError, OpenDirectoryError, OpenReadError, OpenWriteError};

use crate::search::EngineError;

/// Says which index a failure belongs to.
pub(super) trait Context<T> {
    /// Turns the error of an operation on the index at `path` into ours.
    fn at(self, path: &Path) -> Result<T, EngineError>;
}

impl<T, E: Into<TantivyError>> Context<T> for Result<T, E> {
    fn at(self, path: &Path) -> Result<T, EngineError> {
        self.map_err(|error| sort(path, error.into()))
    }
}

/// Reads from the index at `path`. Its checksums are verified by a check, not by every question: bytes that have
/// changed on the disk can make tantivy panic, which is damage to whoever asked.
pub(super) fn guarded<T>(
    path: &Path,
    read: impl FnOnce() -> Result<T, EngineError>,
) -> Result<T, EngineError> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|payload| {
        let said = payload.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("no reason given");
        Err(EngineError::Damaged {
            path: path.display().to_string(),
            cause: format!("reading it failed ({said})"),
        })
    })
}

fn sort(path: &Path, error: TantivyError) -> EngineError {
    let shown = path.display().to_string();
    let io = |source: &io::Error| EngineError::Io {
        context: format!("the index at {shown}"),
        source: io::Error::new(source.kind(), source.to_string()),
    };
    // What was cut short or does not decompress is damage, though tantivy meets it as a failed reading.
    if let TantivyError::OpenReadError(OpenReadError::IoError { io_error, filepath }) = &error
        && is_damage(io_error)
    {
        let cause = format!("tantivy/{} is cut short or overwritten", filepath.display());
        return EngineError::Damaged { path: shown, cause };
    }
    match &error {
        TantivyError::IoError(source) if is_damage(source) => {
            EngineError::Damaged { path: shown, cause: source.to_string() }
        }
        TantivyError::LockFailure(LockError::LockBusy, _) => EngineError::Locked(shown),
        TantivyError::LockFailure(LockError::IoError(source), _) | TantivyError::IoError(source) => {
            io(source)
        }
        TantivyError::OpenDirectoryError(OpenDirectoryError::IoError { io_error, .. }) => io(io_error),
        TantivyError::OpenReadError(OpenReadError::IoError { io_error, .. })
        | TantivyError::OpenWriteError(OpenWriteError::IoError { io_error, .. }) => io(io_error),
        TantivyError::OpenDirectoryError(_)
        | TantivyError::OpenReadError(_)
        | TantivyError::DataCorruption(_)
        | TantivyError::DeserializeError(_)
        // The schema is that of the format, or the index would not be open: what it misses is a changed column.
        | TantivyError::SchemaError(_)
        | TantivyError::IncompatibleIndex(_) => {
            EngineError::Damaged { path: shown, cause: error.to_string() }
        }
        _ => EngineError::Internal(format!("the index at {shown}: {error}")),
    }
}

/// Whether what was read is not what was written: no failure of the system, which has a number.
fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, Other, UnexpectedEof};
    error.raw_os_error().is_none() && matches!(error.kind(), InvalidData | UnexpectedEof | Other)
}
