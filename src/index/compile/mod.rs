//! A [`Node`] of the query language as a tantivy query.

mod any;
mod names;
mod running;
mod text;
mod when;

pub(super) use names::nearest_people;

use std::ops::Bound;
use std::path::Path;

use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, Occur, Query, RangeQuery, TermQuery,
};
use tantivy::schema::{Field as TantivyField, IndexRecordOption};
use tantivy::{Searcher, Term};

use super::book::Books;
use super::dictionary::Dictionary;
use super::highlight::Highlights;
use super::packed::Packing;
use super::pass::By;
use super::schema::{Fields, term};
use super::stem::Stems;
use crate::article::name::fold;
use crate::query::ast::{Clause, DateField, Field, MetaField, Node, Scope};
use crate::search::{EngineError, Sort};
use any::AnyQuery;

/// Deepest nesting of a query.
const MOST_DEPTH: usize = 200;
/// Most clauses of a query.
const MOST_CLAUSES: usize = 4_096;
/// Terms up to this number are scored each by itself; more of them only match.
const MOST_SCORED: usize = 24;

/// Articles from which on a word is common. Of two such words the best matches and then their number take .85 of the time
/// of one look at all; of words in a tenth as many articles 1.4.
const COMMON: u64 = 8192;

/// A compiled query.
pub(super) struct Compiled {
    pub(super) query: Box<dyn Query>,
    /// What to mark in a hit.
    pub(super) highlights: Highlights,
    /// What was decided on the way.
    pub(super) notes: Vec<String>,
}

impl Compiled {
    /// What matches are offered by in an order, where that is not a score of each.
    pub(super) fn offers_by(&self, sort: Sort) -> Option<By> {
        if sort != Sort::Relevance {
            Some(By::Date(sort))
        } else if self.query.is::<AnyQuery>() {
            Some(By::OneScore(1.0))
        } else {
            // Made of what filters, and for nothing else.
            self.query.is::<ConstScoreQuery>().then_some(By::OneScore(0.0))
        }
    }

    /// Whether tantivy had better find the best matches without a look at all of them: of single words, of any of several,
    /// and of all of several that are common, when nobody is to look at them all anyway.
    pub(super) fn prunes(&self, searcher: &Searcher, counts_facets: bool) -> bool {
        let Some(query) = self.query.downcast_ref::<BooleanQuery>() else {
            return self.query.is::<TermQuery>();
        };
        let words = |wanted: Occur, pass: &dyn Fn(&TermQuery) -> bool| {
            let passes = |member: &dyn Query| member.downcast_ref().is_some_and(pass);
            query.clauses().iter().all(|(occur, member)| *occur == wanted && passes(&**member))
        };
        let common =
            |word: &TermQuery| searcher.doc_freq(word.term()).is_ok_and(|articles| articles >= COMMON);
        words(Occur::Should, &|_| true) || !counts_facets && words(Occur::Must, &common)
    }
}

/// Compiles a query against what the index holds.
///
/// # Errors
/// [`EngineError::User`] for what cannot be asked, others when the index cannot be read.
pub(super) fn compile(
    searcher: &Searcher,
    fields: &Fields,
    packing: &Packing,
    path: &Path,
    books: &Books,
    copies_of: &CopiesOf<'_>,
    node: &Node,
) -> Result<Compiled, EngineError> {
    let mut compiler = Compiler {
        searcher,
        fields,
        packing,
        path,
        books,
        copies_of,
        stems: Stems::default(),
        highlights: Highlights::default(),
        notes: Vec::new(),
        hidden: 0,
        byline: false,
        depth: 0,
        clauses: 0,
    };
    let query = compiler.node(node)?;
    Ok(Compiled { query, highlights: compiler.highlights, notes: compiler.notes })
}

/// A query being compiled.
struct Compiler<'a> {
    searcher: &'a Searcher,
    fields: &'a Fields,
    packing: &'a Packing,
    path: &'a Path,
    books: &'a Books,
    copies_of: &'a CopiesOf<'a>,
    stems: Stems,
    highlights: Highlights,
    notes: Vec<String>,
    /// Inside so many negations: nothing to mark there.
    hidden: usize,
    /// In the byline words stand as written only.
    byline: bool,
    depth: usize,
    clauses: usize,
}

/// Finds an article of an id and its copies; `None` when there is no such article.
type CopiesOf<'a> = dyn Fn(&str) -> Result<Option<Box<dyn Query>>, EngineError> + 'a;

type Made = Result<Box<dyn Query>, EngineError>;

impl Compiler<'_> {
    fn node(&mut self, node: &Node) -> Made {
        self.depth += 1;
        self.clauses += 1;
        if self.depth > MOST_DEPTH {
            return Err(EngineError::User(format!("the query is nested deeper than {MOST_DEPTH} levels")));
        }
        if self.clauses > MOST_CLAUSES {
            return Err(EngineError::User(format!("the query has more than {MOST_CLAUSES} clauses")));
        }
        let made = self.clause(node);
        self.depth -= 1;
        made
    }

    fn clause(&mut self, node: &Node) -> Made {
        match &node.clause {
            Clause::All => Ok(Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0))),
            Clause::And(members) => self.and(members),
            Clause::Or(members) => self.or(members),
            Clause::Not(_) => self.and(std::slice::from_ref(node)),
            Clause::Maybe(main, others) => {
                let mut members = vec![(Occur::Must, self.node(main)?)];
                for other in others {
                    members.push((Occur::Should, self.node(other)?));
                }
                Ok(Box::new(BooleanQuery::new(members)))
            }
            Clause::Boost(inner, factor) => Ok(Box::new(BoostQuery::new(self.node(inner)?, *factor))),
            Clause::Text { scope, pattern } => self.text(*scope, pattern),
            Clause::Near { .. }
            | Clause::SameUnit { .. }
            | Clause::AtLeast(..)
            | Clause::First(..)
            | Clause::Caps(..) => self.places(node),
            Clause::Any(entity) => self.any(*entity),
            Clause::Person { name, exact } => self.person(name, *exact),
            Clause::Country(code) => Ok(self.countries(&[code])),
            Clause::Region { codes, .. } => Ok(self.countries(codes)),
            Clause::Place(name) => self.place(name),
            Clause::Date { field, first, last } => self.date(*field, *first, *last),
            Clause::Meta { field, value } => self.meta(*field, value),
            Clause::Length { min, max } => Ok(self.length(*min, *max)),
            Clause::Has(field) => Ok(self.has(*field)),
            Clause::Like(_) => Err(not_yet("like:")),
            Clause::Copies(id) => self.copies(id),
            Clause::Saved(name) => Err(EngineError::User(format!(
                "the saved query '{name}' was not put in place before the search"
            ))),
        }
    }

    /// Members that must hold, those that must not among them.
    fn and(&mut self, members: &[Node]) -> Made {
        let mut out = Vec::with_capacity(members.len());
        for member in members {
            if let Clause::Not(inner) = &member.clause {
                self.hidden += 1;
                let made = self.node(inner);
                self.hidden -= 1;
                out.push((Occur::MustNot, made?));
            } else {
                out.push((Occur::Must, self.node(member)?));
            }
        }
        // tantivy finds nothing when everything is excluded from nothing.
        if out.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            out.push((Occur::Must, Box::new(ConstScoreQuery::new(Box::new(AllQuery), 0.0))));
        }
        Ok(Box::new(BooleanQuery::new(out)))
    }

    fn dictionary(&self, field: TantivyField) -> Dictionary<'_> {
        Dictionary { searcher: self.searcher, field, path: self.path }
    }

    /// Scored by how often and how prominently the terms occur.
    fn scored(&self, field: TantivyField, terms: &[String]) -> Box<dyn Query> {
        match terms {
            [] => Box::new(EmptyQuery),
            [one] => Box::new(TermQuery::new(term(field, one), IndexRecordOption::WithFreqs)),
            few if few.len() <= MOST_SCORED => Box::new(BooleanQuery::union(
                few.iter()
                    .map(|text| {
                        let query = TermQuery::new(term(field, text), IndexRecordOption::WithFreqs);
                        Box::new(query) as Box<dyn Query>
                    })
                    .collect(),
            )),
            many => Box::new(AnyQuery::new(field, many)),
        }
    }

    /// Matches and does not score.
    fn filter(&self, field: TantivyField, terms: &[String]) -> Box<dyn Query> {
        let inner: Box<dyn Query> = match terms {
            [] => return Box::new(EmptyQuery),
            [one] => Box::new(TermQuery::new(term(field, one), IndexRecordOption::Basic)),
            few if few.len() <= MOST_SCORED => Box::new(BooleanQuery::union(
                few.iter()
                    .map(|text| {
                        let query = TermQuery::new(term(field, text), IndexRecordOption::Basic);
                        Box::new(query) as Box<dyn Query>
                    })
                    .collect(),
            )),
            many => Box::new(AnyQuery::new(field, many)),
        };
        Box::new(ConstScoreQuery::new(inner, 0.0))
    }

    fn meta(&mut self, field: MetaField, value: &str) -> Made {
        let (field, value) = match field {
            MetaField::Source => (self.fields.source, fold(value)),
            MetaField::Section => (self.fields.section, fold(value)),
            MetaField::Language => (self.fields.language, fold(value)),
            MetaField::Kind => (self.fields.kind, fold(value)),
            MetaField::Url => (self.fields.url, fold(value)),
            MetaField::Id => (self.fields.id, value.to_owned()),
        };
        if let Some(prefix) = value.strip_suffix('*') {
            let terms = self.dictionary(field).beginning(prefix, &value, |_| true)?;
            return Ok(self.filter(field, &terms));
        }
        Ok(self.filter(field, &[value]))
    }

    /// An article and its copies.
    fn copies(&mut self, id: &str) -> Made {
        let Some(copies) = (self.copies_of)(id)? else {
            self.notes.push(format!("there is no article with the id '{id}'"));
            return Ok(Box::new(EmptyQuery));
        };
        Ok(Box::new(ConstScoreQuery::new(copies, 0.0)))
    }

    fn length(&self, min: Option<u64>, max: Option<u64>) -> Box<dyn Query> {
        let bound = |value: Option<u64>| {
            value.map_or(Bound::Unbounded, |n| Bound::Included(Term::from_field_u64(self.fields.length, n)))
        };
        match (bound(min), bound(max)) {
            (Bound::Unbounded, Bound::Unbounded) => Box::new(AllQuery),
            (min, max) => Box::new(ConstScoreQuery::new(Box::new(RangeQuery::new(min, max)), 0.0)),
        }
    }

    fn has(&self, field: Field) -> Box<dyn Query> {
        let names: &[&str] = match field {
            Field::Text(Scope::All | Scope::TitleLead) => &["title", "body"],
            Field::Text(Scope::Title) => &["title"],
            Field::Text(Scope::Lead | Scope::Body) => &["body"],
            Field::Text(Scope::Byline) => &["byline"],
            Field::Person => &["person"],
            Field::Country => &["country"],
            Field::Place => &["place"],
            Field::Date(DateField::Published) => &["published"],
            Field::Date(DateField::Mentions | DateField::MentionsOverlaps) => &["mentions"],
            Field::Date(DateField::When) => &["published", "mentions"],
            Field::Date(DateField::Ingested) => &["id"],
            Field::Meta(MetaField::Source) => &["source"],
            Field::Meta(MetaField::Section) => &["section"],
            Field::Meta(MetaField::Language) => &["language"],
            Field::Meta(MetaField::Kind) => &["kind"],
            Field::Meta(MetaField::Url) => &["url"],
            Field::Meta(MetaField::Id) => &["id"],
        };
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        self.filter(self.fields.has, &names)
    }
}

fn not_yet(what: &str) -> EngineError {
    EngineError::User(format!("'{what}' is not there yet"))
}
