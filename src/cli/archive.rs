//! Where the archive and its index lie, and bringing the index up to date.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use serde::Deserialize;

use super::args::PlaceArgs;
use super::failure::Failure;
use crate::article::date::DateOrder;
use crate::extract::Extractor;
use crate::index::{Index, Writer, WriterOptions};
use crate::ingest::ReadOptions;
use crate::pipeline::{self, Event, Plan, Summary, Work};

/// Name of the index folder in an archive.
pub(super) const INDEX_FOLDER: &str = ".dateline";
/// The file of an index that lies elsewhere than in its archive: the folder of the archive.
const ROOT_FILE: &str = "archive";

/// An archive and its index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Archive {
    /// Folder that paths of articles are relative to.
    pub(super) root: PathBuf,
    /// Index folder.
    pub(super) index: PathBuf,
}

/// What the file `config.toml` in the index folder may say.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub(super) struct Config {
    /// How 03/04/2024 is read: `mdy` or `dmy`.
    pub(super) date_order: Option<String>,
    /// Names of fields in records, as `--map`.
    pub(super) map: Option<String>,
}

impl Archive {
    /// The archive that a command line names.
    pub(super) fn at(place: &PlaceArgs) -> Result<Self, Failure> {
        Self::find(place.archive.as_deref(), place.index.as_deref())
    }

    /// The archive to ask: of `--index`, of `--archive`, else found upwards from the current folder.
    pub(super) fn find(archive: Option<&Path>, index: Option<&Path>) -> Result<Self, Failure> {
        if let Some(root) = archive
            && !root.exists()
        {
            return Err(Failure::usage(format!("there is no folder {}", root.display()))
                .hint("--archive takes the folder that holds the articles"));
        }
        match (archive, index) {
            (None, Some(index)) => Ok(Self::of_index(index)),
            (Some(root), None) => Ok(Self { root: root.to_owned(), index: root.join(INDEX_FOLDER) }),
            (Some(root), Some(index)) => {
                match recorded(index).filter(|other| other.exists() && whole(other) != whole(root)) {
                    None => Ok(Self { root: root.to_owned(), index: index.to_owned() }),
                    Some(other) => Err(Failure::usage(format!(
                        "the index at {} is that of {}, not of {}",
                        index.display(),
                        other.display(),
                        root.display()
                    ))
                    .hint("leave --archive out, or name another index (is DATELINE_INDEX set?)")),
                }
            }
            (None, None) => Self::upwards()?.ok_or_else(|| {
                Failure::missing("there is no index here or in a folder above").hint(
                    "index an archive with `dateline index DIR`, then search inside it or with --archive DIR",
                )
            }),
        }
    }

    /// The archive to write: of `--index`, of the one folder given, else found upwards, else the current folder.
    pub(super) fn to_write(paths: &[PathBuf], index: Option<&Path>) -> Result<Self, Failure> {
        let folder = match paths {
            [folder] if folder.is_dir() => Some(folder),
            _ => None,
        };
        if let Some(index) = index {
            let known = recorded(index).filter(|root| root.exists());
            // An archive that was moved is the one folder given: paths in it stay what they were.
            return Ok(match (known, folder) {
                (None, Some(root)) if !lies_inside(index) => {
                    Self { root: root.clone(), index: index.to_owned() }
                }
                _ => Self::of_index(index),
            });
        }
        if let Some(folder) = folder {
            // A folder inside an archive belongs to it.
            let absolute = whole(folder);
            let above = absolute.ancestors().skip(1).find(|above| Index::exists(&above.join(INDEX_FOLDER)));
            if let Some(root) = above.filter(|_| !Index::exists(&folder.join(INDEX_FOLDER))) {
                return Ok(Self { root: root.to_owned(), index: root.join(INDEX_FOLDER) });
            }
            return Ok(Self { root: folder.clone(), index: folder.join(INDEX_FOLDER) });
        }
        Ok(match Self::upwards()? {
            Some(archive) => archive,
            None => Self { root: ".".into(), index: INDEX_FOLDER.into() },
        })
    }

    /// The archive around an index folder, or the one it recorded, else the current folder.
    fn of_index(index: &Path) -> Self {
        let root = match index.parent() {
            Some(parent) if lies_inside(index) && !parent.as_os_str().is_empty() => parent.to_owned(),
            _ => recorded(index).unwrap_or_else(|| PathBuf::from(".")),
        };
        Self { root, index: index.to_owned() }
    }

    /// Whether it is known which folder the index was made of.
    pub(super) fn is_known(&self) -> bool {
        lies_inside(&self.index) || recorded(&self.index).is_some()
    }

    /// Notes in an index that lies elsewhere which folder it is made of: the paths of its articles are relative
    /// to that one, wherever the next run starts.
    fn record(&self) -> Result<(), Failure> {
        if lies_inside(&self.index) {
            return Ok(());
        }
        let (root, file) = (whole(&self.root), self.index.join(ROOT_FILE));
        if recorded(&self.index).as_ref() == Some(&root) {
            return Ok(());
        }
        std::fs::create_dir_all(&self.index)
            .and_then(|()| std::fs::write(&file, format!("{}\n", root.display())))
            .map_err(|error| Failure::usage(format!("cannot write {}: {error}", file.display())))
    }

    fn upwards() -> Result<Option<Self>, Failure> {
        let here = std::env::current_dir()
            .map_err(|error| Failure::usage(format!("cannot tell the current folder: {error}")))?;
        Ok(here
            .ancestors()
            .map(|root| root.join(INDEX_FOLDER))
            .find(|index| Index::exists(index))
            .map(|index| Self { root: index.parent().unwrap_or(Path::new(".")).to_owned(), index }))
    }

    /// Opens the index for reading.
    pub(super) fn open(&self) -> Result<Index, Failure> {
        Ok(Index::open(&self.index)?)
    }

    /// What `config.toml` says; nothing when there is none.
    pub(super) fn config(&self) -> Result<Config, Failure> {
        let path = self.index.join("config.toml");
        match std::fs::read_to_string(&path) {
            Ok(text) => toml::from_str(&text).map_err(|error| {
                Failure::usage(format!("{}: {}", path.display(), error.message()))
                    .hint("it may hold date_order = \"mdy\" or \"dmy\" and map = \"title=hl,body=story\"")
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Config::default()),
            Err(error) => Err(Failure::usage(format!("cannot read {}: {error}", path.display()))),
        }
    }

    /// Reads what is new or changed. Where nothing is, the index is not opened for writing: a question asked while
    /// another run is writing need not wait.
    pub(super) fn update(
        &self,
        plan: &Plan,
        memory: u64,
        stop: &AtomicBool,
        on_event: &mut dyn FnMut(Event),
    ) -> Result<Summary, Failure> {
        let work = Work::find(plan);
        if work.is_none() && !plan.prune && Index::exists(&self.index) {
            return Ok(work.summary());
        }
        let options = WriterOptions { memory_bytes: memory << 20, jobs: plan.jobs };
        let writer = Writer::open(&self.index, &options)?;
        self.record()?;
        let summary = pipeline::run(plan, work, &Extractor::new(), &writer, stop, on_event)?;
        writer.finish()?;
        Ok(summary)
    }

    /// The plan of an ordinary run over `inputs`.
    pub(super) fn plan(&self, inputs: Vec<PathBuf>, read: ReadOptions) -> Plan {
        Plan {
            archive: self.root.clone(),
            inputs,
            read,
            jobs: pipeline::default_jobs(),
            prune: false,
            reread: false,
            strict: false,
            commit_every: 400_000,
            commit_after: Duration::from_secs(180),
            seen: pipeline::seen_path(&self.index),
            written: None,
        }
    }
}

/// Whether an index folder lies in its archive.
fn lies_inside(index: &Path) -> bool {
    index.file_name().is_some_and(|name| name == INDEX_FOLDER)
}

/// The folder that an index elsewhere was made of.
fn recorded(index: &Path) -> Option<PathBuf> {
    let text = std::fs::read_to_string(index.join(ROOT_FILE)).ok()?;
    Some(PathBuf::from(text.trim_end_matches('\n'))).filter(|root| root.is_absolute())
}

/// A path from the root of the file system, where that can be told.
fn whole(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// The order of day and month that a flag or the configuration names.
pub(super) fn date_order(name: Option<&str>) -> Result<Option<DateOrder>, Failure> {
    match name {
        None => Ok(None),
        Some("mdy") => Ok(Some(DateOrder::Mdy)),
        Some("dmy") => Ok(Some(DateOrder::Dmy)),
        Some(other) => {
            Err(Failure::usage(format!("`{other}` is no order of day and month")).hint("write mdy or dmy"))
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_lies_around_its_index_folder() {
        assert_eq!(Archive::of_index(Path::new("/a/news/.dateline")).root, Path::new("/a/news"));
        assert_eq!(Archive::of_index(Path::new(".dateline")).root, Path::new("."));
        assert_eq!(Archive::of_index(Path::new("/tmp/elsewhere")).root, Path::new("."));
    }

    #[test]
    fn an_index_elsewhere_knows_its_archive() {
        let place = tempfile::tempdir().unwrap();
        let (news, other, index) =
            (place.path().join("news"), place.path().join("other"), place.path().join("index"));
        std::fs::create_dir_all(&news).unwrap();
        std::fs::create_dir_all(&other).unwrap();
        let made = Archive::to_write(std::slice::from_ref(&news), Some(&index)).unwrap();
        assert_eq!(made, Archive { root: news.clone(), index: index.clone() });
        made.record().unwrap();
        let news = whole(&news);
        assert_eq!(Archive::find(None, Some(&index)).unwrap().root, news);
        assert_eq!(Archive::to_write(std::slice::from_ref(&other), Some(&index)).unwrap().root, news);
        assert_eq!(Archive::find(Some(&news), Some(&index)).unwrap().root, news);
        assert!(Archive::find(Some(&other), Some(&index)).is_err());
        // The archive moves.
        std::fs::remove_dir_all(&news).unwrap();
        assert_eq!(Archive::to_write(std::slice::from_ref(&other), Some(&index)).unwrap().root, other);
    }
}
