//! The question of a command: its query and the filters beside it, read and joined.
//!
//! A clause of the query and its filter mean the same articles. They differ in what facets make of them: a clause is
//! what is asked about, a filter chooses among the values of its facet, and the others stay in sight.

use chrono::Local;

use super::archive::{Archive, date_order};
use super::args::{QueryArgs, SyntaxArg};
use super::choice;
use super::command::day;
use super::failure::Failure;
use super::saved::Saved;
use super::shell;
use crate::query::ast::{Clause, DateField};
use crate::query::{self, Node, ParseOptions, Parsed, QueryError, Syntax, filter};
use crate::search::{Facet, FacetValue, Period};

/// A question, ready to be asked.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Question {
    /// The query with the filters of the command line joined to it.
    pub(super) query: Node,
    /// The query without the filters.
    pub(super) text: Node,
    /// The filters.
    filters: Vec<Filter>,
    /// A second query whose articles are set beside those of the first.
    pub(super) beside: Option<Node>,
    /// What was decided while reading the query.
    pub(super) notes: Vec<String>,
    /// Print the reading and stop.
    pub(super) explain: bool,
}

/// A filter of the command line.
#[derive(Clone, Debug, PartialEq)]
struct Filter {
    node: Node,
    /// The facet among whose values it chooses. Dates bound what is counted, and what is excluded is not chosen.
    chooses: Option<Facet>,
    /// Whether it says which articles to look at rather than what to look for in them: when and where they were
    /// published, and what is excluded.
    bounds: bool,
}

impl Question {
    /// The query and the filters of a command.
    ///
    /// # Errors
    /// One of them cannot be read; the configuration or the saved queries of the index cannot.
    pub(super) fn of(args: &QueryArgs, archive: &Archive) -> Result<Self, Failure> {
        let text = args.query.iter().map(|word| shell::unmark(word)).collect::<Vec<_>>().join(" ");
        Self::read(&text, args, archive)
    }

    /// A query with the filters of a command.
    ///
    /// # Errors
    /// As [`Self::of`].
    pub(super) fn read(text: &str, args: &QueryArgs, archive: &Archive) -> Result<Self, Failure> {
        let config = archive.config()?;
        let today = match &args.now {
            Some(text) => day(text)?,
            None => Local::now().date_naive(),
        };
        let date_order = date_order(args.date_order.as_deref().or(config.date_order.as_deref()))?;
        let saved = Saved::read(&archive.index)?;
        let resolve = |name: &str| saved.text(name);
        let options = ParseOptions {
            saved: Some(&resolve),
            date_order,
            strict: args.strict,
            any: args.any,
            syntax: match args.syntax {
                SyntaxArg::Dateline => Syntax::Dateline,
                SyntaxArg::Lucene => Syntax::Lucene,
                SyntaxArg::Nexis => Syntax::Nexis,
                SyntaxArg::Plain => Syntax::Plain,
            },
            ..ParseOptions::new(today)
        };
        let read = Read::new(text, query::parse(text, &options))?;
        let (text_node, mut notes) = (read.node, read.notes);
        let filters = filters(args, &options, &mut notes)?;
        let all = std::iter::once(&text_node).chain(filters.iter().map(|filter| &filter.node));
        let query = filter::all_of(all.cloned().collect());
        if !args.explain {
            query::check_support(&query).map_err(|error| unreadable(text, &error))?;
        }
        Ok(Self { query, text: text_node, filters, beside: None, notes, explain: args.explain })
    }

    /// A saved query as it is read today, errors and notes shown in its own text.
    ///
    /// # Errors
    /// There is none of the name, or it cannot be read.
    pub(super) fn saved(saved: &Saved, name: &str, archive: &Archive) -> Result<Self, Failure> {
        let text = saved.get(name)?;
        let resolve = |wanted: &str| saved.text(wanted);
        let options = ParseOptions {
            date_order: date_order(archive.config()?.date_order.as_deref())?,
            saved: Some(&resolve),
            ..ParseOptions::new(Local::now().date_naive())
        };
        let read = Read::new(text, query::parse(text, &options))?;
        query::check_support(&read.node).map_err(|error| unreadable(text, &error))?;
        let query = read.node;
        Ok(Self {
            text: query.clone(),
            query,
            filters: Vec::new(),
            beside: None,
            notes: read.notes,
            explain: false,
        })
    }

    /// The articles that what is asked for is looked for in.
    pub(super) fn bounds(&self) -> Node {
        let bounds = self.filters.iter().filter(|filter| filter.bounds);
        filter::all_of(bounds.map(|filter| filter.node.clone()).collect())
    }

    /// Puts another reading in place of the query.
    pub(super) fn reread(&mut self, text: Node) {
        let filters = self.filters.iter().map(|filter| filter.node.clone());
        self.query = filter::all_of(std::iter::once(text.clone()).chain(filters).collect());
        self.text = text;
    }

    /// What to count a facet under so that its own filters do not hide its other values; `None` when it has none.
    pub(super) fn without(&self, facet: Facet) -> Option<Node> {
        let others = self.filters.iter().filter(|filter| filter.chooses != Some(facet));
        let others: Vec<Node> = others.map(|filter| filter.node.clone()).collect();
        (others.len() < self.filters.len())
            .then(|| filter::all_of(std::iter::once(self.text.clone()).chain(others).collect()))
    }

    /// For each filter of a facet: the filter, and the query under which the values it chose are counted as
    /// [`Self::without`] would count them.
    pub(super) fn choosing(&self, facet: Facet) -> Vec<(&Node, Node)> {
        let Some(others) = self.without(facet) else { return Vec::new() };
        let own = self.filters.iter().filter(|filter| filter.chooses == Some(facet));
        own.map(|own| (&own.node, filter::all_of(vec![others.clone(), own.node.clone()]))).collect()
    }

    /// Whether a filter has chosen a value of its facet.
    pub(super) fn has_chosen(&self, facet: Facet, value: &FacetValue) -> bool {
        let mut own = self.filters.iter().filter(|filter| filter.chooses == Some(facet));
        own.any(|filter| choice::names(&filter.node, facet, value))
    }
}

/// The filters of a command line.
fn filters(
    args: &QueryArgs,
    options: &ParseOptions<'_>,
    notes: &mut Vec<String>,
) -> Result<Vec<Filter>, Failure> {
    let mut filters = Vec::new();
    let mut add = |text: &str, parsed: Result<Parsed, QueryError>, excludes: bool, facet: Option<Facet>| {
        let read = Read::new(text, parsed)?;
        notes.extend(read.notes);
        let node = if excludes {
            Node::new(read.node.at.clone(), Clause::Not(Box::new(read.node)))
        } else {
            read.node
        };
        let is_of_publication =
            matches!(facet, Some(Facet::Published(_) | Facet::Source | Facet::Section | Facet::Language));
        filters.push(Filter {
            node,
            chooses: facet.filter(|facet| !excludes && !matches!(facet, Facet::Published(_))),
            bounds: excludes || is_of_publication,
        });
        Ok::<(), Failure>(())
    };
    for (field, values, excluded, facet) in [
        ("person", &args.person, &args.not_person, Facet::Person),
        ("country", &args.country, &args.not_country, Facet::Country),
        ("region", &args.region, &args.not_region, Facet::Region),
        ("source", &args.source, &args.not_source, Facet::Source),
        ("section", &args.section, &args.not_section, Facet::Section),
        ("language", &args.lang, &args.not_lang, Facet::Language),
    ] {
        for (values, excludes) in [(values, false), (excluded, true)] {
            for value in values {
                add(value, filter::field_clause(field, value, options), excludes, Some(facet))?;
            }
        }
    }
    for value in &args.mentions {
        add(value, filter::mentions_clause(value, options), false, None)?;
    }
    let (since, until) = (args.since.as_deref(), args.until.as_deref());
    let shown = until.or(since).unwrap_or_default();
    if let Some(parsed) = filter::date_clause(DateField::Published, since, until, options).transpose() {
        add(shown, parsed, false, Some(Facet::Published(Period::Day)))?;
    }
    if let Some(on) = &args.on {
        add(
            on,
            filter::on_clause(DateField::Published, on, options),
            false,
            Some(Facet::Published(Period::Day)),
        )?;
    }
    Ok(filters)
}

/// A query or a filter as it was read.
struct Read {
    node: Node,
    notes: Vec<String>,
}

impl Read {
    fn new(text: &str, parsed: Result<Parsed, QueryError>) -> Result<Self, Failure> {
        let parsed = parsed.map_err(|error| unreadable(text, &error))?;
        Ok(Self { node: parsed.node, notes: parsed.notes.into_iter().map(|note| note.message).collect() })
    }
}

/// A query that cannot be read, with a caret under the culprit.
fn unreadable(text: &str, error: &QueryError) -> Failure {
    Failure::usage(error.render(text))
}
