//! Results as rows and records for other programs, one at a time, so that an export of every match needs no memory.

use std::io::Write;

use serde_json::Value;

use super::citation::{Citation, on_one_line};
use super::failure::Failure;
use super::output::HitOut;
use super::screen::Screen;
use super::search::Form;
use crate::search::{Engine, Hit};

/// Names that `--fields` takes: those of a line of `--output jsonl`.
pub(super) const FIELDS: [&str; 15] = [
    "id",
    "title",
    "published",
    "published_via",
    "source",
    "section",
    "url",
    "path",
    "people",
    "countries",
    "snippet",
    "marks",
    "score",
    "copies",
    "cursor",
];

/// In which form results are exported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// The form.
    pub(super) form: Form,
    /// Fields in the order wanted; none for all that the form has by itself.
    fields: Vec<&'static str>,
    /// Begin with a byte order mark, by which spreadsheets tell UTF-8.
    bom: bool,
}

impl Layout {
    /// A form with its `--fields` and `--bom`.
    ///
    /// # Errors
    /// A name that no field has, or a flag that the form has no use for.
    pub(super) fn new(form: Form, fields: &[String], bom: bool) -> Result<Self, Failure> {
        let is_table = matches!(form, Form::Csv | Form::Tsv);
        if bom && !is_table {
            return Err(Failure::usage("--bom is for tables of a spreadsheet").hint("add -o csv or -o tsv"));
        }
        let mut known = Vec::new();
        for name in fields.iter().map(|name| name.trim()).filter(|name| !name.is_empty()) {
            known.push(*FIELDS.iter().find(|field| **field == name).ok_or_else(|| {
                Failure::usage(format!("there is no field `{name}`"))
                    .hint(format!("there are {}", FIELDS.join(", ")))
            })?);
        }
        if !fields.is_empty() && !is_table && form != Form::Jsonl {
            return Err(Failure::usage("--fields chooses columns").hint("add -o csv, -o tsv or -o jsonl"));
        }
        Ok(Self { form, fields: known, bom })
    }

    /// Columns of a table.
    fn columns(&self) -> &[&'static str] {
        if self.fields.is_empty() { &HitOut::COLUMNS } else { &self.fields }
    }
}

/// Writes results one after another.
pub(super) struct Rows<'e> {
    engine: &'e dyn Engine,
    layout: Layout,
    started: bool,
}

impl<'e> Rows<'e> {
    /// Rows of results of `engine`.
    pub(super) fn new(engine: &'e dyn Engine, layout: &Layout) -> Self {
        Self { engine, layout: layout.clone(), started: false }
    }

    /// Writes a result; before the first one what the form begins with.
    pub(super) fn write(&mut self, out: &mut Screen, hit: &Hit) -> anyhow::Result<()> {
        let first = !std::mem::replace(&mut self.started, true);
        match self.layout.form {
            Form::Ids => writeln!(out, "{}", out.safe(&hit.id).into_owned())?,
            Form::Jsonl if self.layout.fields.is_empty() => {
                serde_json::to_writer(&mut *out, &HitOut::new(hit))?;
                writeln!(out)?;
            }
            Form::Jsonl => writeln!(out, "{}", object(&values(hit, &self.layout.fields)?)?)?,
            Form::Json => {
                write!(out, "{}", if first { "[\n" } else { ",\n" })?;
                serde_json::to_writer(&mut *out, &HitOut::new(hit))?;
            }
            Form::Csl => {
                write!(out, "{}", if first { "[\n" } else { ",\n" })?;
                serde_json::to_writer(&mut *out, &self.citation(hit)?.csl())?;
            }
            Form::Ris => out.write_all(self.citation(hit)?.ris().as_bytes())?,
            Form::Bibtex => out.write_all(self.citation(hit)?.bibtex().as_bytes())?,
            Form::Text => text(out, hit)?,
            Form::Csv | Form::Tsv | Form::Table | Form::Svg => {
                let columns = self.layout.columns();
                if first {
                    let mark = if self.layout.bom { "\u{feff}" } else { "" };
                    write!(out, "{mark}")?;
                    self.line(out, columns.iter().map(|name| (*name).to_owned()))?;
                }
                self.line(out, values(hit, columns)?.iter().map(|(name, value)| cell(name, value)))?;
            }
        }
        Ok(())
    }

    /// Writes what the form ends with.
    pub(super) fn finish(self, out: &mut Screen) -> anyhow::Result<()> {
        if matches!(self.layout.form, Form::Json | Form::Csl) {
            writeln!(out, "{}\n]", if self.started { "" } else { "[" })?;
        }
        Ok(())
    }

    fn citation(&self, hit: &Hit) -> Result<Citation, Failure> {
        let article = self.engine.article(&hit.id)?;
        Ok(Citation::new(hit, article.as_ref().map(|(article, _)| article)))
    }

    /// A line of a table.
    fn line(&self, out: &mut Screen, cells: impl Iterator<Item = String>) -> anyhow::Result<()> {
        if self.layout.form == Form::Tsv {
            // The format has no quotes: a tab or line feed in a value would be a column or row.
            let cells: Vec<_> = cells.map(|cell| on_one_line(&cell)).collect();
            writeln!(out, "{}", cells.join("\t"))?;
        } else {
            let mut row = csv::WriterBuilder::new().from_writer(Vec::new());
            row.write_record(cells.collect::<Vec<_>>())?;
            out.write_all(&row.into_inner().map_err(|error| error.into_error())?)?;
        }
        Ok(())
    }
}

/// The fields of a result by name, in the order wanted.
fn values<'f>(hit: &Hit, fields: &[&'f str]) -> serde_json::Result<Vec<(&'f str, Value)>> {
    let all = serde_json::to_value(HitOut::new(hit))?;
    Ok(fields.iter().map(|name| (*name, all.get(name).cloned().unwrap_or_default())).collect())
}

/// A JSON object with its keys in the order given.
fn object(values: &[(&str, Value)]) -> serde_json::Result<String> {
    let mut members = Vec::with_capacity(values.len());
    for (name, value) in values {
        members.push(format!("{}:{}", serde_json::to_string(name)?, serde_json::to_string(value)?));
    }
    Ok(format!("{{{}}}", members.join(",")))
}

/// A value as a cell of a table shows it; lists are joined with `; `.
fn cell(name: &str, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(number) if name == "score" => format!("{:.4}", number.as_f64().unwrap_or_default()),
        Value::Array(list) if list.iter().all(Value::is_string) => {
            list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; ")
        }
        other => other.to_string(),
    }
}

/// A result to be read or quoted: title, where and when, people and countries, the words around the matches.
fn text(out: &mut Screen, hit: &Hit) -> std::io::Result<()> {
    let of = HitOut::new(hit);
    let from = [of.source, of.section, of.published].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let names = of
        .people
        .into_iter()
        .chain(of.countries.iter().map(|code| super::output::country_name(code).to_owned()));
    let names = names.collect::<Vec<_>>().join(", ");
    // The address often is the id.
    let url = of.url.filter(|url| *url != of.id).unwrap_or_default();
    for line in [of.title, from, url, of.id, names, of.snippet] {
        let line = on_one_line(&line);
        if !line.is_empty() {
            writeln!(out, "{}", out.safe(&line).into_owned())?;
        }
    }
    writeln!(out)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::search::{Cursor, Snippet};

    fn hit() -> Hit {
        Hit {
            id: "a".into(),
            score: 1.5,
            title: "Two\tparts".into(),
            published: None,
            source: None,
            section: None,
            url: None,
            path: "a.txt".into(),
            people: vec!["Ann Lee".into(), "Bo Ray".into()],
            countries: Vec::new(),
            snippet: Snippet::default(),
            title_marks: Vec::new(),
            copies: 0,
            cursor: Cursor { key: None, tie: 0 },
        }
    }

    #[test]
    fn the_fields_are_those_of_a_line_of_json() {
        let line = serde_json::to_value(HitOut::new(&hit())).unwrap();
        let mut names: Vec<_> = line.as_object().unwrap().keys().map(String::as_str).collect();
        let mut fields = FIELDS.to_vec();
        names.sort_unstable();
        fields.sort_unstable();
        assert_eq!(names, fields);
        assert!(HitOut::COLUMNS.iter().all(|column| FIELDS.contains(column)));
    }

    #[test]
    fn chosen_fields_come_in_the_order_wanted() {
        let chosen = values(&hit(), &["score", "people", "published"]).unwrap();
        assert_eq!(
            object(&chosen).unwrap(),
            r#"{"score":1.5,"people":["Ann Lee","Bo Ray"],"published":null}"#
        );
        let cells: Vec<_> = chosen.iter().map(|(name, value)| cell(name, value)).collect();
        assert_eq!(cells, ["1.5000", "Ann Lee; Bo Ray", ""]);
    }

    #[test]
    fn an_unknown_field_is_refused_with_the_list() {
        let error = Layout::new(Form::Csv, &["titel".to_owned()], false).unwrap_err();
        assert!(error.message.contains("titel") && error.hint.unwrap().contains("published_via"));
        assert!(Layout::new(Form::Ris, &["title".to_owned()], false).is_err());
        assert!(Layout::new(Form::Jsonl, &[], true).is_err());
    }
}
