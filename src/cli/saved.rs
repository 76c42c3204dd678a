//! Saved queries: `dateline save`, `saved` and `new`.
//!
//! `saved.toml` in the index folder is for hands: a line `name = "query"` for each. What `new` has to remember lies beside
//! it in `asked.json`: for each name the query that was asked, the day, and which articles of that day and the day
//! before were reported, since articles carry the second they came in but a query names days.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{ErrorKind, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use chrono::{NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use super::archive::Archive;
use super::export::{Layout, Rows};
use super::failure::Failure;
use super::question::Question;
use super::screen::{QUIET, Screen, TITLE, columns, counted, styled};
use super::search::{Form, print_notes, snippet_width};
use super::table;
use crate::query::ast::{Clause, DateField};
use crate::query::{Node, filter};
use crate::search::{Engine, Hit, SearchRequest, Sort};

/// The saved queries of an index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Saved {
    path: PathBuf,
    /// The file as it stands: comments and order are the user's.
    file: String,
    queries: BTreeMap<String, String>,
}

/// `dateline save`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SaveCommand {
    pub(super) archive: Archive,
    /// With the new query.
    pub(super) saved: Saved,
    pub(super) name: String,
}

/// `dateline new`.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NewCommand {
    pub(super) archive: Archive,
    pub(super) name: String,
    /// The query as saved.
    pub(super) text: String,
    pub(super) question: Question,
    pub(super) layout: Layout,
}

/// When a saved query was last asked.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Asked {
    query: String,
    /// Day in UTC.
    day: NaiveDate,
    /// Ids of the articles that had matched and came in on that day or the day before: a run of `index` may commit
    /// after midnight what it read before.
    seen: BTreeSet<String>,
}

/// A name that can stand behind `query:`.
///
/// # Errors
/// Any other.
pub(super) fn name(text: &str) -> Result<&str, Failure> {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    if text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(plain) {
        Ok(text)
    } else {
        Err(Failure::usage(format!("`{text}` is no name for a query"))
            .hint("letters, digits, - and _: dateline save iraq-oil 'country:IQ oil'"))
    }
}

impl Saved {
    /// Reads `saved.toml` of an index folder; none is there before the first query is saved.
    pub(super) fn read(index: &Path) -> Result<Self, Failure> {
        let path = index.join("saved.toml");
        let file = read(&path)?.unwrap_or_default();
        let queries = toml::from_str(&file).map_err(|error: toml::de::Error| {
            Failure::usage(format!("{}: {}", path.display(), error.to_string().trim_end()))
                .hint("each line is a name, = and a query in quotes: iraq-oil = 'country:IQ oil'")
        })?;
        Ok(Self { path, file, queries })
    }

    /// The query of a name.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.queries.get(name).cloned()
    }

    /// The query of a name.
    ///
    /// # Errors
    /// There is none.
    pub(super) fn get(&self, name: &str) -> Result<&str, Failure> {
        self.queries.get(name).map(String::as_str).ok_or_else(|| {
            let names: Vec<_> = self.queries.keys().map(String::as_str).collect();
            Failure::usage(format!("there is no saved query `{name}`")).hint(if names.is_empty() {
                format!("save one with `dateline save {name} QUERY`")
            } else {
                format!("there are {}", names.join(", "))
            })
        })
    }

    /// Sets a query, in place of an older one of the name.
    pub(super) fn put(&mut self, name: &str, text: &str) {
        let text = text.replace(char::is_control, " ");
        let line = line(name, &text);
        let old = self.queries.insert(name.to_owned(), text);
        match old {
            Some(old) => self.change(name, &old, Some(&line)),
            None => {
                if !self.file.is_empty() && !self.file.ends_with('\n') {
                    self.file.push('\n');
                }
                self.file += &line;
            }
        }
    }

    /// Removes a query; whether there was one.
    fn remove(&mut self, name: &str) -> bool {
        let Some(old) = self.queries.remove(name) else { return false };
        self.change(name, &old, None);
        true
    }

    /// Changes the line of a query and leaves the others as they are. One that is written in another way than on a
    /// line of its own costs the file its comments.
    fn change(&mut self, name: &str, old: &str, new: Option<&str>) {
        let is_it = |line: &str| {
            let read: Option<BTreeMap<String, String>> = toml::from_str(line).ok();
            read.is_some_and(|read| read.get(name).is_some_and(|text| text == old))
        };
        let lines: String = self
            .file
            .split_inclusive('\n')
            .map(|line| if is_it(line) { new.unwrap_or_default() } else { line })
            .collect();
        let right = toml::from_str(&lines).is_ok_and(|read: BTreeMap<String, String>| read == self.queries);
        self.file =
            if right { lines } else { self.queries.iter().map(|(name, text)| line(name, text)).collect() };
    }

    fn write(&self) -> Result<(), Failure> {
        write(&self.path, self.file.as_bytes())
    }
}

fn line(name: &str, text: &str) -> String {
    format!("{name} = {}\n", toml::Value::String(text.to_owned()))
}

/// Saves a query.
pub(super) fn save(command: &SaveCommand) -> anyhow::Result<u8> {
    if !command.archive.index.is_dir() {
        return Err(Failure::missing(format!("there is no index at {}", command.archive.index.display()))
            .hint("index the archive with `dateline index DIR` first")
            .into());
    }
    command.saved.write()?;
    let mut out = Screen::open(false);
    writeln!(out, "saved; ask it with query:{0}, and what is new with `dateline new {0}`", command.name)?;
    out.close()?;
    Ok(0)
}

/// Lists the saved queries, or removes one. Returns the exit code: 0 done, 1 there is none.
pub(super) fn list(archive: &Archive, remove: Option<&str>) -> anyhow::Result<u8> {
    let mut saved = Saved::read(&archive.index)?;
    if let Some(name) = remove {
        saved.get(name)?;
        saved.remove(name);
        saved.write()?;
        let mut asked = asked(archive)?;
        if asked.remove(name).is_some() {
            remember(archive, &asked)?;
        }
        return Ok(0);
    }
    let asked = asked(archive)?;
    let mut out = Screen::open(false);
    let wide = saved.queries.keys().map(|name| columns(name)).max().unwrap_or(0);
    for (name, text) in &saved.queries {
        let pad = " ".repeat(wide - columns(name));
        let name_shown = styled(TITLE, &out.safe(name));
        let last = asked.get(name).map(|asked| format!("  (asked {})", asked.day)).unwrap_or_default();
        let text = out.safe(text).into_owned();
        writeln!(out, "{name_shown}{pad}  {text}{}", styled(QUIET, &last))?;
    }
    out.close()?;
    if saved.queries.is_empty() {
        print_notes(&["there are no saved queries; `dateline save NAME QUERY` makes one".to_owned()]);
    }
    Ok(if saved.queries.is_empty() { 1 } else { 0 })
}

/// Prints what matches and came in since the query was last asked, newest first. Returns the exit code: 0 with news,
/// 1 without. What was printed counts as asked only when all of it could be written.
pub(super) fn news(command: &NewCommand) -> anyhow::Result<u8> {
    let mut all_asked = asked(&command.archive)?;
    // A query that was changed since is another query: all of its matches are new.
    let last = all_asked.get(&command.name).filter(|asked| asked.query == command.text);
    let today = Utc::now().date_naive();
    let engine = command.archive.open()?;
    let mut out = Screen::open(false);
    print_notes(&command.question.notes);

    // What to remember is read first: an article that comes in meanwhile is then reported twice rather than never.
    let mut seen = BTreeSet::new();
    each(&engine, &command.question.query, Some(today), 0, &mut |hit| {
        seen.insert(hit.id.clone());
        Ok(())
    })?;
    let form = command.layout.form;
    let width = snippet_width(form, &out);
    let mut rows = Rows::new(&engine, &command.layout);
    let mut count: u64 = 0;
    each(&engine, &command.question.query, last.map(|asked| asked.day), width, &mut |hit| {
        if last.is_some_and(|asked| asked.seen.contains(&hit.id)) {
            return Ok(());
        }
        count += 1;
        if form == Form::Table {
            return Ok(table::hit(&mut out, count as usize, hit)?);
        }
        rows.write(&mut out, hit)
    })?;
    rows.finish(&mut out)?;
    if form == Form::Table && count > 0 {
        writeln!(out, "{}", styled(QUIET, &format!("{} new", counted(count, "article"))))?;
    }
    out.close()?;
    all_asked.insert(command.name.clone(), Asked { query: command.text.clone(), day: today, seen });
    remember(&command.archive, &all_asked)?;
    Ok(if count > 0 { 0 } else { 1 })
}

/// Every match that came in on the day before `since` or later, newest first.
fn each(
    engine: &dyn Engine,
    query: &Node,
    since: Option<NaiveDate>,
    snippet_width: usize,
    found: &mut dyn FnMut(&Hit) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let mut nodes = vec![query.clone()];
    if let Some(day) = since {
        let first = Some(day.pred_opt().unwrap_or(day));
        nodes.push(Node::new(0..0, Clause::Date { field: DateField::Ingested, first, last: None }));
    }
    let request = SearchRequest { snippet_width, ..SearchRequest::new(filter::all_of(nodes), Sort::Newest) };
    let mut failed = None;
    engine
        .stream(&request, &mut |hit| match found(&hit) {
            Ok(()) => ControlFlow::Continue(()),
            Err(error) => {
                failed = Some(error);
                ControlFlow::Break(())
            }
        })
        .map_err(Failure::from)?;
    failed.map_or(Ok(()), Err)
}

fn asked_path(archive: &Archive) -> PathBuf {
    archive.index.join("asked.json")
}

fn asked(archive: &Archive) -> Result<BTreeMap<String, Asked>, Failure> {
    let path = asked_path(archive);
    let Some(text) = read(&path)? else { return Ok(BTreeMap::new()) };
    serde_json::from_str(&text).map_err(|error| {
        Failure::usage(format!("{}: {error}", path.display()))
            .hint("remove the file: every match of a saved query is new then")
    })
}

fn remember(archive: &Archive, asked: &BTreeMap<String, Asked>) -> anyhow::Result<()> {
    Ok(write(&asked_path(archive), &serde_json::to_vec(asked)?)?)
}

pub(super) fn read(path: &Path) -> Result<Option<String>, Failure> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::usage(format!("cannot read {}: {error}", path.display()))),
    }
}

/// Writes a file so that a reader, or a crash, meets the old one or the new one whole.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let beside = path.with_extension(format!("{}.tmp", std::process::id()));
    let written = std::fs::File::create(&beside)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|error| {
        // Of two faults the first is told.
        let _ = std::fs::remove_file(&beside);
        Failure::missing(format!("cannot write {}: {error}", path.display()))
            .hint("check that the disk has room and that the folder may be written")
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn saved(file: &str) -> Saved {
        Saved { path: PathBuf::new(), file: file.to_owned(), queries: toml::from_str(file).unwrap() }
    }

    #[test]
    fn comments_and_order_outlive_a_change() {
        let mut all = saved("# desk\noil = \"oil\"\na = 'b c' # mine");
        all.put("oil", "oil OR \"crude\\\"");
        all.put("new", "x\ny");
        assert_eq!(toml::from_str::<BTreeMap<String, String>>(&all.file).unwrap(), all.queries);
        assert!(all.file.starts_with("# desk\noil = "), "{}", all.file);
        assert!(all.file.contains("# mine\nnew = \"x y\"\n"), "{}", all.file);
        assert!(all.remove("oil") && !all.remove("oil"));
        assert!(all.file.starts_with("# desk\na = "), "{}", all.file);
    }

    #[test]
    fn a_query_over_several_lines_is_replaced_whole() {
        let mut all = saved("long = \"\"\"a\nb\"\"\"\nx = 'y'\n");
        all.put("long", "c");
        assert_eq!(toml::from_str::<BTreeMap<String, String>>(&all.file).unwrap(), all.queries);
        assert_eq!(all.text("long").unwrap(), "c");
    }

    #[test]
    fn names_can_stand_behind_a_field() {
        assert!(["iraq-oil", "a_1"].iter().all(|text| name(text).is_ok()));
        assert!(["", "-a", "a b", "a:b", "é"].iter().all(|text| name(text).is_err()));
    }
}
