//! `people.toml`: what the user knows better than the rules.
//!
//! ```toml
//! # The foreign minister and the band leader are two people.
//! [[split]]
//! name = "Antony Blinken"
//! forms = ["Blinken"]
//!
//! [[merge]]
//! names = ["Muammar Gaddafi", "the Colonel"]
//!
//! [[rename]]
//! name = "Muammar Gaddafi"
//! to = "Muammar al-Gaddafi"
//! ```
//!
//! Entries apply from top to bottom. Names count without case, accents and hyphens.

use serde::Deserialize;
use toml::Spanned;

/// One entry of `people.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Correction {
    /// The people of these names are one, who goes by the first.
    Merge {
        /// Names, each of any form.
        names: Vec<String>,
    },
    /// Forms that are not this person's; together they are another person.
    Split {
        /// A name of the person.
        name: String,
        /// Names to take away.
        forms: Vec<String>,
    },
    /// A person goes by another name.
    Rename {
        /// A name of the person.
        name: String,
        /// The name to show, one of the person's forms or not.
        to: String,
    },
}

impl Correction {
    /// The names it speaks of that must be there.
    pub fn names(&self) -> Vec<&str> {
        match self {
            Self::Merge { names } => names.iter().map(String::as_str).collect(),
            Self::Split { name, forms } => std::iter::once(name).chain(forms).map(String::as_str).collect(),
            Self::Rename { name, .. } => vec![name],
        }
    }
}

impl std::fmt::Display for Correction {
    /// The entry as it stands in the file.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = |text: &String| toml::Value::String(text.replace(char::is_control, " ")).to_string();
        let list = |all: &[String]| all.iter().map(text).collect::<Vec<_>>().join(", ");
        match self {
            Self::Merge { names } => writeln!(f, "[[merge]]\nnames = [{}]", list(names)),
            Self::Split { name, forms } => {
                writeln!(f, "[[split]]\nname = {}\nforms = [{}]", text(name), list(forms))
            }
            Self::Rename { name, to } => writeln!(f, "[[rename]]\nname = {}\nto = {}", text(name), text(to)),
        }
    }
}

/// Why `people.toml` cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("people.toml, line {line}: {cause}")]
pub struct CorrectionError {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong and the way out.
    pub cause: String,
}

/// Reads the text of `people.toml`: entries with their lines, from top to bottom.
///
/// # Errors
/// The first line that cannot be read.
pub fn read_corrections(text: &str) -> Result<Vec<(usize, Correction)>, CorrectionError> {
    let line = |at: usize| text.get(..at).unwrap_or(text).matches('\n').count() + 1;
    let file: File = toml::from_str(text).map_err(|error| CorrectionError {
        line: line(error.span().map_or(0, |span| span.start)),
        cause: format!(
            "{} — entries are [[merge]] with names, [[split]] with name and forms, [[rename]] with name and to",
            error.message()
        ),
    })?;
    let mut found: Vec<(usize, Correction)> = Vec::new();
    found.extend(file.merge.into_iter().map(|entry| {
        let at = line(entry.span().start);
        (at, Correction::Merge { names: entry.into_inner().names })
    }));
    found.extend(file.split.into_iter().map(|entry| {
        let at = line(entry.span().start);
        let Split { name, forms } = entry.into_inner();
        (at, Correction::Split { name, forms })
    }));
    found.extend(file.rename.into_iter().map(|entry| {
        let at = line(entry.span().start);
        let Rename { name, to } = entry.into_inner();
        (at, Correction::Rename { name, to })
    }));
    found.sort_by_key(|(line, _)| *line);
    for (line, entry) in &found {
        let cause = match entry {
            Correction::Merge { names } if names.len() < 2 => "a merge takes two names or more",
            Correction::Split { forms, .. } if forms.is_empty() => "a split takes the forms to take away",
            Correction::Rename { to, .. } if to.trim().is_empty() => "a rename takes the name to show",
            entry if entry.names().iter().any(|name| name.trim().is_empty()) => "a name is empty",
            _ => continue,
        };
        return Err(CorrectionError { line: *line, cause: cause.to_owned() });
    }
    Ok(found)
}

/// The file with an entry more, at its end.
pub fn with_correction(text: &str, correction: &Correction) -> String {
    let mut new = text.to_owned();
    if !new.is_empty() {
        if !new.ends_with('\n') {
            new.push('\n');
        }
        new.push('\n');
    }
    new + &correction.to_string()
}

/// The file without its last entry, and that entry; `None` when it has none. Comments behind it stay.
pub fn without_last_correction(text: &str) -> Option<(String, String)> {
    let last = read_corrections(text).ok()?.last()?.0;
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let (before, from) = lines.split_at_checked(last - 1)?;
    let is_empty = |line: &&str| line.trim().is_empty() || line.trim_start().starts_with('#');
    let end = from.iter().rposition(|line| !is_empty(line)).map_or(0, |last| last + 1);
    let (entry, behind) = from.split_at(end);
    let mut rest = before.concat();
    // The blank line that parted it goes, too.
    if rest.ends_with("\n\n") {
        rest.pop();
    }
    rest += &behind.concat();
    Some((rest, entry.concat()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    merge: Vec<Spanned<Merge>>,
    #[serde(default)]
    split: Vec<Spanned<Split>>,
    #[serde(default)]
    rename: Vec<Spanned<Rename>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Merge {
    names: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Split {
    name: String,
    forms: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rename {
    name: String,
    to: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_in_order() {
        let all = [
            Correction::Rename { name: "A \"B\" C".into(), to: "D".into() },
            Correction::Merge { names: vec!["A".into(), "É\\".into()] },
            Correction::Split { name: "X Y".into(), forms: vec!["Y".into()] },
        ];
        let text: String = all.iter().map(|entry| format!("# why\n{entry}\n")).collect();
        let read = read_corrections(&text).unwrap();
        assert!(read.iter().map(|(_, entry)| entry).eq(&all), "{text}");
        assert_eq!(read.iter().map(|(line, _)| *line).collect::<Vec<_>>(), [2, 7, 11]);
        assert_eq!(read_corrections("# nothing\n"), Ok(Vec::new()));
    }

    #[test]
    fn an_entry_is_added_and_taken_back_and_the_rest_stays() {
        let text = "# mine\n[[merge]]\nnames = [\n  \"A\", # the first\n  \"B\",\n]\n# end";
        let entry = Correction::Rename { name: "A".into(), to: "C".into() };
        let more = with_correction(text, &entry);
        assert_eq!(read_corrections(&more).unwrap().last().unwrap().1, entry);
        let (back, last) = without_last_correction(&more).unwrap();
        assert_eq!((back.trim_end(), last), (text, entry.to_string()));
        let (empty, _) = without_last_correction(&back).unwrap();
        assert_eq!(empty.trim_end(), "# mine\n# end");
        assert_eq!(without_last_correction(&empty), None);
        assert_eq!(with_correction("", &entry), entry.to_string());
    }

    #[test]
    fn a_mistake_names_its_line() {
        for (text, line, word) in [
            ("\n[[merge]]\nnames = [\"A\"]\n", 2, "two names"),
            ("[[merge]]\nname = [\"A\", \"B\"]\n", 2, "names"),
            ("[[split]]\nname = \"A\"\nforms = []\n", 1, "forms"),
            ("[[rename]]\nname = \"A\"\n", 1, "to"),
            ("x", 1, "[[merge]]"),
        ] {
            let error = read_corrections(text).unwrap_err();
            assert_eq!(error.line, line, "{text}: {error}");
            assert!(error.cause.contains(word), "{text}: {error}");
        }
    }
}
