//! `meta.json`: what an index says of itself, read before anything else of it.

use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::schema::FORMAT;
use crate::search::EngineError;

/// What an index says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Meta {
    /// Version of the on-disk format.
    pub format: u32,
    /// The dateline that made the index.
    pub made_by: String,
    /// The tantivy that wrote it.
    pub engine: String,
}

impl Default for Meta {
    fn default() -> Self {
        Self {
            format: FORMAT,
            made_by: format!("dateline {}", env!("CARGO_PKG_VERSION")),
            engine: tantivy::version_string().to_owned(),
        }
    }
}

impl Meta {
    /// Reads the file of an index folder; `None` when there is none.
    pub(super) fn read(dir: &Path) -> Result<Option<Self>, EngineError> {
        let path = file(dir);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {
                return Ok(None);
            }
            Err(source) => {
                return Err(EngineError::Io { context: format!("reading {}", path.display()), source });
            }
        };
        let damaged = |cause: String| EngineError::Damaged { path: dir.display().to_string(), cause };
        // The version first: the rest of another format's file is not ours to understand.
        let value: serde_json::Value =
            serde_json::from_str(&text).map_err(|error| damaged(format!("meta.json: {error}")))?;
        let format = value.get("format").and_then(serde_json::Value::as_u64);
        let format = format
            .and_then(|format| u32::try_from(format).ok())
            .ok_or_else(|| damaged("meta.json names no format".to_owned()))?;
        if format != FORMAT {
            let path = dir.display().to_string();
            return Err(EngineError::Incompatible { path, found: format, expected: FORMAT });
        }
        serde_json::from_value(value).map(Some).map_err(|error| damaged(format!("meta.json: {error}")))
    }

    /// Writes the file of an index folder, whole or not at all.
    pub(super) fn write(&self, dir: &Path) -> Result<(), EngineError> {
        let path = file(dir);
        let fail = |source| EngineError::Io { context: format!("writing {}", path.display()), source };
        let text = serde_json::to_string_pretty(self)
            .map_err(|error| EngineError::Internal(format!("meta.json: {error}")))?;
        let draft = dir.join("meta.json.new");
        let mut out = std::fs::File::create(&draft).map_err(fail)?;
        out.write_all(text.as_bytes()).map_err(fail)?;
        out.sync_all().map_err(fail)?;
        std::fs::rename(&draft, &path).map_err(fail)
    }
}

fn file(dir: &Path) -> PathBuf {
    dir.join("meta.json")
}
