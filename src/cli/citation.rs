//! Articles as reference managers read them: RIS, BibTeX and CSL-JSON. What the archive does not know is left out;
//! authors are given as the article writes them, never taken apart.

use chrono::Datelike;
use serde_json::{Value, json};

use super::output::country_name;
use crate::article::{Article, Granularity, Interval};
use crate::search::Hit;

/// What a reference says of an article.
#[derive(Clone, Debug, Default)]
pub(super) struct Citation {
    id: String,
    title: String,
    authors: Vec<String>,
    source: Option<String>,
    section: Option<String>,
    published: Option<Interval>,
    url: Option<String>,
    language: Option<String>,
    keywords: Vec<String>,
}

impl Citation {
    /// Of a result and, where it is at hand, the article itself: results do not carry authors.
    pub(super) fn new(hit: &Hit, article: Option<&Article>) -> Self {
        let countries = hit.countries.iter().map(|code| country_name(code).to_owned());
        Self {
            id: hit.id.clone(),
            title: hit.title.clone(),
            authors: article.map(|article| article.authors.clone()).unwrap_or_default(),
            source: hit.source.clone(),
            section: hit.section.clone(),
            published: hit.published.as_ref().map(|published| published.on),
            url: hit.url.clone(),
            language: article.and_then(|article| article.language.clone()),
            keywords: hit.people.iter().cloned().chain(countries).collect(),
        }
    }

    /// A RIS record with its empty line, lines ended as the format asks.
    pub(super) fn ris(&self) -> String {
        let mut record = String::from("TY  - NEWS\r\n");
        let mut tag = |name: &str, value: &str| {
            let value = on_one_line(value);
            if !value.is_empty() {
                record += &format!("{name}  - {value}\r\n");
            }
        };
        tag("ID", &self.id);
        tag("TI", &self.title);
        self.authors.iter().for_each(|author| tag("AU", author));
        tag("T2", self.source.as_deref().unwrap_or_default());
        tag("SE", self.section.as_deref().unwrap_or_default());
        if let Some(parts) = self.published.map(date_parts) {
            tag("PY", &format!("{:04}", parts[0]));
            let rest: String = parts[1..].iter().map(|part| format!("{part:02}/")).collect();
            let open = "/".repeat(3 - parts.len());
            tag("DA", &format!("{:04}/{rest}{open}", parts[0]));
        }
        tag("UR", self.url.as_deref().unwrap_or_default());
        tag("LA", self.language.as_deref().unwrap_or_default());
        self.keywords.iter().for_each(|keyword| tag("KW", keyword));
        record + "ER  - \r\n\r\n"
    }

    /// A BibTeX entry with an empty line behind it.
    pub(super) fn bibtex(&self) -> String {
        const MONTHS: [&str; 12] =
            ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
        let mut entry = format!("@article{{{}", self.key());
        let mut field = |name: &str, value: String| {
            if !value.is_empty() {
                entry += &format!(",\n  {name} = {value}");
            }
        };
        let braced = |value: &str| if value.is_empty() { String::new() } else { format!("{{{value}}}") };
        let text = |value: &Option<String>| braced(&tex(value.as_deref().unwrap_or_default()));
        let authors: Vec<_> = self.authors.iter().map(|author| tex(author)).collect();
        // The second braces keep the capitals of a headline.
        field("title", braced(&braced(&tex(&self.title))));
        field("author", braced(&authors.join(" and ")));
        field("journal", text(&self.source));
        if let Some(parts) = self.published.map(date_parts) {
            field("year", braced(&format!("{:04}", parts[0])));
            if let Some(month) = parts.get(1).and_then(|month| MONTHS.get((*month as usize).wrapping_sub(1)))
            {
                field("month", (*month).to_owned());
            }
            if let Some(day) = parts.get(2) {
                field("day", braced(&day.to_string()));
            }
        }
        field("url", braced(&verbatim(self.url.as_deref().unwrap_or_default())));
        field("language", text(&self.language));
        field("keywords", braced(&tex(&self.keywords.join("; "))));
        field("note", braced(&tex(&format!("dateline id {}", self.id))));
        entry + "\n}\n\n"
    }

    /// A CSL-JSON item.
    pub(super) fn csl(&self) -> Value {
        let mut item = json!({ "id": self.id, "type": "article-newspaper", "title": self.title });
        let mut field = |name: &str, value: Option<Value>| {
            if let Some(value) = value {
                item[name] = value;
            }
        };
        let authors: Vec<_> = self.authors.iter().map(|author| json!({ "literal": author })).collect();
        field("author", (!authors.is_empty()).then(|| authors.into()));
        field("container-title", self.source.clone().map(Value::from));
        field("section", self.section.clone().map(Value::from));
        field("issued", self.published.map(|on| json!({ "date-parts": [date_parts(on)] })));
        field("URL", self.url.clone().map(Value::from));
        field("language", self.language.clone().map(Value::from));
        field("keyword", (!self.keywords.is_empty()).then(|| self.keywords.join(", ").into()));
        item
    }

    /// A BibTeX key that the same article has in every export and no other article shares: a word of the source, the
    /// year, and a hash of the id.
    fn key(&self) -> String {
        let source = self.source.as_deref().unwrap_or_default();
        let word = source
            .split(|c: char| !c.is_ascii_alphanumeric())
            .find(|word| word.len() > 3)
            .unwrap_or("article")
            .to_ascii_lowercase();
        let year = self.published.map(|on| on.first.year().to_string()).unwrap_or_default();
        format!("{word}{year}-{:016x}", xxhash_rust::xxh3::xxh3_64(self.id.as_bytes()))
    }
}

/// Year, month, day, as far as they are known.
fn date_parts(on: Interval) -> Vec<i32> {
    let (year, month, day) = (on.first.year(), on.first.month() as i32, on.first.day() as i32);
    match on.granularity {
        Granularity::Day => vec![year, month, day],
        Granularity::Month => vec![year, month],
        _ => vec![year],
    }
}

/// Line breaks and control characters, which would end a tag early, become single blanks.
pub(super) fn on_one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Text as TeX sets it. Braces get a command: BibTeX counts even those behind a backslash.
fn tex(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in on_one_line(text).chars() {
        match c {
            '\\' => out += "\\textbackslash{}",
            '{' => out += "\\textbraceleft{}",
            '}' => out += "\\textbraceright{}",
            '~' => out += "\\textasciitilde{}",
            '^' => out += "\\textasciicircum{}",
            '$' | '&' | '%' | '#' | '_' => out.extend(['\\', c]),
            c => out.push(c),
        }
    }
    out
}

/// An address, which is set as it stands; only what would break the entry is percent-encoded.
fn verbatim(url: &str) -> String {
    let mut out = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            '{' | '}' | '\\' | '"' => out += &format!("%{:02X}", u32::from(c)),
            c if c.is_whitespace() || c.is_control() => out += "%20",
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn hostile() -> Citation {
        Citation {
            id: "a/1".into(),
            title: "Profit {up} 5% at\nAT&T_x\\".into(),
            authors: vec!["Ann Lee".into(), "Bo Ray".into()],
            source: Some("The Guardian".into()),
            published: Some(Interval::parse_value("2024-12-03").unwrap()),
            url: Some("https://x.org/a_b?c={1}".into()),
            ..Citation::default()
        }
    }

    #[test]
    fn a_ris_tag_is_one_line() {
        let record = hostile().ris();
        assert!(
            record.starts_with("TY  - NEWS\r\nID  - a/1\r\nTI  - Profit {up} 5% at AT&T_x\\\r\n"),
            "{record}"
        );
        assert!(record.contains("AU  - Ann Lee\r\nAU  - Bo Ray\r\n"), "{record}");
        assert!(record.contains("PY  - 2024\r\nDA  - 2024/12/03/\r\n"), "{record}");
        assert!(record.ends_with("ER  - \r\n\r\n"), "{record}");
        let month = Citation { published: Some(Interval::parse_value("2024-12").unwrap()), ..hostile() };
        assert!(month.ris().contains("DA  - 2024/12//\r\n"), "{}", month.ris());
    }

    #[test]
    fn a_bibtex_entry_balances_its_braces() {
        let entry = hostile().bibtex();
        assert!(
            entry.contains(
                "title = {{Profit \\textbraceleft{}up\\textbraceright{} 5\\% at AT\\&T\\_x\\textbackslash{}}}"
            ),
            "{entry}"
        );
        assert!(entry.contains("author = {Ann Lee and Bo Ray}"), "{entry}");
        assert!(
            entry.contains("month = dec,\n  day = {3},\n  url = {https://x.org/a_b?c=%7B1%7D}"),
            "{entry}"
        );
        assert_eq!(entry.matches('{').count(), entry.matches('}').count(), "{entry}");
    }

    #[test]
    fn keys_are_stable_and_differ_between_articles() {
        let key = hostile().key();
        assert!(key.starts_with("guardian2024-"), "{key}");
        assert_eq!(key, Citation { title: "Corrected".into(), ..hostile() }.key());
        assert_ne!(key, Citation { id: "a/2".into(), ..hostile() }.key());
    }

    #[test]
    fn csl_dates_say_no_more_than_is_known() {
        let issued = |value: &str| {
            let on = Some(Interval::parse_value(value).unwrap());
            Citation { published: on, ..hostile() }.csl()["issued"]["date-parts"].to_string()
        };
        assert_eq!(
            ["2024-12-03", "2024-12", "2024", "2024-Q4"].map(issued),
            ["[[2024,12,3]]", "[[2024,12]]", "[[2024]]", "[[2024]]"]
        );
    }
}
