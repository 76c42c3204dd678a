//! `dateline people`: who is in the archive, under which names, by which rule; and correcting it.
//!
//! Corrections go into `people.toml` in the index folder, a file for hands and version control: entries are added at
//! its end, whatever else stands there stays as it is.

use std::io::Write;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::Serialize;

use super::archive::Archive;
use super::failure::Failure;
use super::saved;
use super::screen::{PERSON, QUIET, Screen, columns, counted, fit, grouped, styled};
use super::search::{Form, print_notes};
use crate::article::name::name_key;
use crate::index::{
    CORRECTIONS, Correction, Index, Near, PeopleRequest, Person, Rule, read_corrections, with_correction,
    without_last_correction,
};

/// Version of the JSON output: raised when a field changes its meaning or goes, not when one is added.
const VERSION: u32 = 1;

/// `dateline people` with its subcommands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum PeopleCommand {
    /// Who there is.
    List { archive: Archive, request: PeopleRequest, form: Form },
    /// How one person's names were joined.
    Show { archive: Archive, name: String, form: Form },
    /// A correction to add.
    Correct { archive: Archive, correction: Correction },
    /// The last correction to take back.
    Undo { archive: Archive },
}

impl PeopleCommand {
    /// Whose people.
    pub(super) fn archive(&self) -> &Archive {
        match self {
            Self::List { archive, .. }
            | Self::Show { archive, .. }
            | Self::Correct { archive, .. }
            | Self::Undo { archive } => archive,
        }
    }
}

/// People as `--output json` prints them.
#[derive(Serialize, JsonSchema)]
pub(super) struct PeopleAnswer {
    /// Version of this shape.
    version: u32,
    /// People that fit, listed or not.
    total: u64,
    /// People, those of most articles first.
    people: Vec<PersonOut>,
    /// What was decided automatically.
    notes: Vec<String>,
}

/// A person; also a line of `--output jsonl`.
#[derive(Serialize, JsonSchema)]
struct PersonOut {
    /// The name the person goes by, as `person:` takes it.
    name: String,
    /// Articles, each counted once.
    articles: u64,
    /// Every form of the name, the one above first, then the most frequent.
    forms: Vec<FormOut>,
    /// Whom the person was not joined with though names are alike; for `people show` alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    near: Vec<NearOut>,
}

/// A form of a name.
#[derive(Serialize, JsonSchema)]
struct FormOut {
    /// As it is written.
    name: String,
    /// Articles with it; 0 for a name that only people.toml has.
    articles: u64,
    /// The rule that joined it: name, same-key, apart, middle, initial, nickname, spelling, ending, slip, surname or
    /// people.toml.
    rule: String,
    /// The form it was compared with.
    #[serde(skip_serializing_if = "Option::is_none")]
    like: Option<String>,
}

/// Someone else of a like name.
#[derive(Serialize, JsonSchema)]
struct NearOut {
    /// The form of the person.
    form: String,
    /// The other person.
    name: String,
    /// Articles of the other person.
    articles: u64,
    /// What speaks against a join.
    why: String,
}

impl PersonOut {
    fn new(person: &Person, near: &[Near]) -> Self {
        let forms = person.forms.iter().map(|form| FormOut {
            name: form.name.clone(),
            articles: form.articles,
            rule: form.rule.to_string(),
            like: form.like.clone(),
        });
        let near = near.iter().map(|near| NearOut {
            form: near.form.clone(),
            name: near.other.clone(),
            articles: near.articles,
            why: near.why.to_owned(),
        });
        Self {
            name: person.name.clone(),
            articles: person.articles,
            forms: forms.collect(),
            near: near.collect(),
        }
    }
}

/// Runs the command. Returns the exit code: 0 found or done, 1 nobody found.
pub(super) fn run(command: &PeopleCommand) -> anyhow::Result<u8> {
    match command {
        PeopleCommand::List { archive, request, form } => list(archive, request, *form),
        PeopleCommand::Show { archive, name, form } => show(archive, name, *form),
        PeopleCommand::Correct { archive, correction } => correct(archive, correction),
        PeopleCommand::Undo { archive } => undo(archive),
    }
}

fn list(archive: &Archive, request: &PeopleRequest, form: Form) -> anyhow::Result<u8> {
    let index = archive.open()?;
    let (people, total) = index.people(request).map_err(Failure::from)?;
    let notes = notes(archive, &index)?;
    if form != Form::Json {
        print_notes(&notes);
    }
    let mut out = Screen::open(form == Form::Table);
    match form {
        Form::Json => {
            let people = people.iter().map(|person| PersonOut::new(person, &[])).collect();
            serde_json::to_writer_pretty(&mut out, &PeopleAnswer { version: VERSION, total, people, notes })?;
            writeln!(out)?;
        }
        Form::Jsonl => {
            for person in &people {
                serde_json::to_writer(&mut out, &PersonOut::new(person, &[]))?;
                writeln!(out)?;
            }
        }
        Form::Csv | Form::Tsv => rows(&mut out, &people, form)?,
        _ => {
            names(&mut out, &people)?;
            let shown = people.len() as u64;
            let mut foot = format!(
                "  {}",
                if total == 1 { "1 person".to_owned() } else { format!("{} people", grouped(total)) }
            );
            if shown < total {
                foot = format!("  {} of{foot}; more with -n N or --all", grouped(shown));
            }
            writeln!(out, "{}", styled(QUIET, &foot))?;
        }
    }
    out.close()?;
    Ok(if total > 0 { 0 } else { 1 })
}

/// A line for each person.
fn names(out: &mut Screen, people: &[Person]) -> anyhow::Result<()> {
    let room = (out.width / 2).min(48);
    let wide = people.iter().map(|person| columns(&person.name)).max().unwrap_or(0).min(room);
    let number = people.iter().map(|person| grouped(person.articles).len()).max().unwrap_or(0);
    for person in people {
        let name = fit(&out.safe(&person.name), room).into_owned();
        let pad = " ".repeat(wide.saturating_sub(columns(&name)));
        let others = person.forms.iter().skip(1).filter(|form| form.rule != Rule::SameKey);
        let also: Vec<String> =
            others.map(|form| format!("{} {}", form.name, grouped(form.articles))).collect();
        let also = match also.is_empty() {
            true => String::new(),
            false => format!("  also: {}", out.safe(&also.join(", "))),
        };
        let also = fit(&also, out.width.saturating_sub(wide + number + 4)).into_owned();
        writeln!(
            out,
            "  {}{pad}  {:>number$}{}",
            styled(PERSON, &name),
            grouped(person.articles),
            styled(QUIET, &also)
        )?;
    }
    Ok(())
}

/// A row for each form of each person.
fn rows(out: &mut Screen, people: &[Person], form: Form) -> anyhow::Result<()> {
    let delimiter = if form == Form::Tsv { b'\t' } else { b',' };
    let mut rows = csv::WriterBuilder::new().delimiter(delimiter).from_writer(out);
    rows.write_record(["person", "articles", "form", "form_articles", "rule", "like"])?;
    for person in people {
        for form in &person.forms {
            rows.write_record([
                person.name.as_str(),
                &person.articles.to_string(),
                &form.name,
                &form.articles.to_string(),
                &form.rule.to_string(),
                form.like.as_deref().unwrap_or_default(),
            ])?;
        }
    }
    rows.flush()?;
    Ok(())
}

fn show(archive: &Archive, name: &str, form: Form) -> anyhow::Result<u8> {
    let index = archive.open()?;
    let person = one(&index, name)?;
    let near = index.people_near(&person.name).map_err(Failure::from)?;
    let notes = notes(archive, &index)?;
    let mut out = Screen::open(form == Form::Table);
    if form == Form::Json {
        let answer =
            PeopleAnswer { version: VERSION, total: 1, people: vec![PersonOut::new(&person, &near)], notes };
        serde_json::to_writer_pretty(&mut out, &answer)?;
        writeln!(out)?;
    } else {
        print_notes(&notes);
        card(&mut out, &person, &near)?;
    }
    out.close()?;
    Ok(0)
}

/// All that is known of a person's names.
fn card(out: &mut Screen, person: &Person, near: &[Near]) -> anyhow::Result<()> {
    let title = out.safe(&person.name).into_owned();
    writeln!(out, "{}  {}", styled(PERSON, &title), counted(person.articles, "article"))?;
    let safe: Vec<String> = person.forms.iter().map(|form| out.safe(&form.name).into_owned()).collect();
    let wide = safe.iter().map(|name| columns(name)).max().unwrap_or(0);
    let number = person.forms.iter().map(|form| grouped(form.articles).len()).max().unwrap_or(0);
    for (form, name) in person.forms.iter().zip(&safe) {
        let pad = " ".repeat(wide - columns(name));
        let mut rule = form.rule.says().to_owned();
        if let Some(like) = form.like.as_ref().filter(|like| **like != person.name) {
            rule += &format!(": {}", out.safe(like));
        }
        writeln!(out, "  {name}{pad}  {:>number$}  {}", grouped(form.articles), styled(QUIET, &rule))?;
    }
    if !near.is_empty() {
        writeln!(out, "not the same person")?;
        for near in near {
            let form = out.safe(&near.form).into_owned();
            let other = out.safe(&near.other).into_owned();
            let why =
                if form == person.name { near.why.to_owned() } else { format!("'{form}': {}", near.why) };
            writeln!(out, "  {other}  {}  {}", grouped(near.articles), styled(QUIET, &why))?;
        }
    }
    Ok(())
}

/// The person of a form, or of words that only one person's names have.
fn one(index: &Index, name: &str) -> Result<Person, Failure> {
    if let Some(person) = index.person_named(name)? {
        return Ok(person);
    }
    let request = PeopleRequest { words: name.to_owned(), like: None, limit: 6 };
    let (mut people, total) = index.people(&request)?;
    match (people.len(), total) {
        (1, 1) => Ok(people.remove(0)),
        (0, _) => Err(Failure { code: 1, ..Failure::usage(format!("there is no person `{name}`")) }
            .hint("`dateline people --like TEXT` lists names that contain a text")),
        _ => {
            let names: Vec<String> = people.iter().map(|person| format!("`{}`", person.name)).collect();
            Err(Failure::usage(format!("{total} people match `{name}`"))
                .hint(format!("say which: {}", names.join(", "))))
        }
    }
}

/// What is wrong with `people.toml`: that it cannot be read, or whom it names and nobody is.
fn notes(archive: &Archive, index: &Index) -> Result<Vec<String>, Failure> {
    if let Some(note) = index.people_note()? {
        return Ok(vec![note]);
    }
    let mut notes = Vec::new();
    for (line, entry) in entries(&read(archive)?)? {
        for name in entry.names() {
            if index.person_named(name)?.is_none() {
                notes.push(format!("{CORRECTIONS}, line {line}: nobody is called `{name}` in this archive"));
            }
        }
    }
    Ok(notes)
}

fn entries(text: &str) -> Result<Vec<(usize, Correction)>, Failure> {
    read_corrections(text)
        .map_err(|error| Failure::usage(error.to_string()).hint("mend the line by hand, or remove the file"))
}

/// The file; the one it links to, so that a link into a folder under version control stays one.
fn path(archive: &Archive) -> PathBuf {
    let path = archive.index.join(CORRECTIONS);
    path.canonicalize().unwrap_or(path)
}

fn read(archive: &Archive) -> Result<String, Failure> {
    Ok(saved::read(&path(archive))?.unwrap_or_default())
}

fn correct(archive: &Archive, correction: &Correction) -> anyhow::Result<u8> {
    let index = archive.open()?;
    let text = read(archive)?;
    entries(&text)?;
    check(&index, correction)?;
    saved::write(&path(archive), with_correction(&text, correction).as_bytes())?;
    index.refresh().map_err(Failure::from)?;
    let mut out = Screen::open(false);
    for name in correction.names() {
        if let Some(person) = index.person_named(name).map_err(Failure::from)? {
            card(&mut out, &person, &[])?;
        }
        if !matches!(correction, Correction::Split { .. }) {
            break;
        }
    }
    let line = format!("written to {}; `dateline people undo` takes it back", path(archive).display());
    writeln!(out, "{}", styled(QUIET, &line))?;
    out.close()?;
    Ok(0)
}

/// Whether a correction says something of people who are there.
fn check(index: &Index, correction: &Correction) -> Result<(), Failure> {
    let person = |name: &str| -> Result<Person, Failure> {
        index.person_named(name)?.ok_or_else(|| {
            Failure::usage(format!("no one is called `{name}`"))
                .hint(format!("write the name as `dateline people {name}` lists it"))
        })
    };
    match correction {
        Correction::Merge { names } => {
            let people = names.iter().map(|name| person(name)).collect::<Result<Vec<_>, _>>()?;
            if people.iter().all(|other| other.name == people[0].name) {
                return Err(Failure::usage(format!("these are one person already: {}", people[0].name))
                    .hint("give it another name to go by with `dateline people rename`"));
            }
        }
        Correction::Split { name, forms } => {
            let whole = person(name)?;
            let of_form = forms.iter().map(|form| person(form)).collect::<Result<Vec<_>, _>>()?;
            if let Some((form, other)) =
                forms.iter().zip(&of_form).find(|(_, other)| other.name != whole.name)
            {
                return Err(Failure::usage(format!("`{form}` is no form of {}", whole.name))
                    .hint(format!("it is {}", other.name)));
            }
            let rest =
                whole.forms.iter().any(|own| !forms.iter().any(|form| name_key(form) == name_key(&own.name)));
            if !rest {
                return Err(Failure::usage(format!("nothing would be left of {}", whole.name))
                    .hint("leave out the forms that are the person's"));
            }
        }
        Correction::Rename { name, to } => {
            let renamed = person(name)?;
            if let Some(other) = index.person_named(to)?.filter(|other| other.name != renamed.name) {
                return Err(Failure::usage(format!("`{to}` is another person's name: {}", other.name))
                    .hint(format!("make them one with `dateline people merge '{to}' '{name}'`")));
            }
        }
    }
    Ok(())
}

fn undo(archive: &Archive) -> anyhow::Result<u8> {
    let text = read(archive)?;
    entries(&text)?;
    let Some((rest, last)) = without_last_correction(&text) else {
        print_notes(&[format!("{CORRECTIONS} has no entry to take back")]);
        return Ok(1);
    };
    saved::write(&path(archive), rest.as_bytes())?;
    let mut out = Screen::open(false);
    writeln!(out, "{}", styled(QUIET, "taken back:"))?;
    write!(out, "{}", out.safe(&last).into_owned())?;
    out.close()?;
    Ok(0)
}
