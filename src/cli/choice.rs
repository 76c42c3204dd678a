//! Which values of a facet a query asks for by name, and those that filters chose.

use super::question::Question;
use crate::article::name::{fold, name_key};
use crate::query::Node;
use crate::query::ast::{Clause, MetaField};
use crate::search::{Engine, EngineError, Facet, FacetCounts, FacetRequest, FacetValue, SearchRequest, Sort};

/// Values among which those that a filter chose are looked for.
const MOST_CHOSEN: usize = 100;

/// Whether a query, or a part of it that is not excluded, asks for a value of a facet: `country:IQ` for Iraq,
/// `person:Blinken` for every person of the name.
pub(super) fn names(query: &Node, facet: Facet, value: &FacetValue) -> bool {
    let mut open = vec![query];
    while let Some(node) = open.pop() {
        let here = match (&node.clause, facet) {
            (Clause::Not(_), _) => continue,
            (Clause::Person { name, exact }, Facet::Person) => {
                let forms = std::iter::once(&value.value).chain(&value.also);
                forms.into_iter().any(|form| is_person(form, name, *exact))
            }
            (Clause::Country(code), Facet::Country) => value.value == *code,
            (Clause::Region { name, .. }, Facet::Region) => fold(&value.value) == fold(name),
            (Clause::Place(name), Facet::Place) => {
                [&value.value, &value.label].iter().any(|known| fold(known) == fold(name))
            }
            (Clause::Meta { field, value: wanted }, _) if facet_of(*field) == Some(facet) => {
                let (wanted, known) = (fold(wanted), fold(&value.value));
                wanted.strip_suffix('*').map_or(known == wanted, |prefix| known.starts_with(prefix))
            }
            _ => false,
        };
        if here {
            return true;
        }
        open.extend(node.children());
    }
    false
}

/// Adds the values that a filter chose to a facet whose top they are not among.
///
/// # Errors
/// As those of a search.
pub(super) fn complete(
    engine: &dyn Engine,
    question: &Question,
    asked: &FacetRequest,
    counts: &mut FacetCounts,
) -> Result<(), EngineError> {
    if asked.offset > 0 || asked.like.is_some() || asked.beside.is_some() || counts.values.len() < asked.limit
    {
        return Ok(());
    }
    for (filter, query) in question.choosing(asked.facet) {
        let wanted = match &filter.clause {
            Clause::Or(members) => members.len(),
            _ => 1,
        };
        let there = counts.values.iter().filter(|value| names(filter, asked.facet, value)).count();
        if there >= wanted {
            continue;
        }
        // Every article has one of them, so that they are at the top.
        let facet = FacetRequest::new(asked.facet, MOST_CHOSEN);
        let request = SearchRequest { facets: vec![facet], ..SearchRequest::new(query, Sort::Relevance) };
        for value in engine.search(&request)?.facets.into_iter().flat_map(|found| found.values) {
            let known = counts.values.iter().any(|other| other.value == value.value);
            if !known && value.count >= asked.min_count && names(filter, asked.facet, &value) {
                counts.values.push(value);
            }
        }
    }
    Ok(())
}

/// Whether a name is one that a person is asked for by: its words in order.
fn is_person(form: &str, wanted: &str, exact: bool) -> bool {
    let (form, wanted) = (name_key(form), name_key(wanted));
    let mut words = form.split(' ');
    if exact { form == wanted } else { wanted.split(' ').all(|wanted| words.any(|word| word == wanted)) }
}

fn facet_of(field: MetaField) -> Option<Facet> {
    match field {
        MetaField::Source => Some(Facet::Source),
        MetaField::Section => Some(Facet::Section),
        MetaField::Language => Some(Facet::Language),
        MetaField::Kind | MetaField::Url | MetaField::Id => None,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::query::{ParseOptions, parse};

    fn asked(query: &str, facet: Facet, value: &str) -> bool {
        let day = NaiveDate::from_ymd_opt(2024, 12, 13).unwrap();
        let query = parse(query, &ParseOptions::new(day)).unwrap().node;
        let value = value.to_owned();
        let value = FacetValue { label: value.clone(), value, count: 1, beside: None, also: Vec::new() };
        names(&query, facet, &value)
    }

    #[test]
    fn a_value_is_asked_for_by_any_name_of_it() {
        for (query, facet, value) in [
            ("country:Iraq oil", Facet::Country, "IQ"),
            ("country:IQ,IR", Facet::Country, "IR"),
            ("person:blinken", Facet::Person, "Antony J. Blinken"),
            ("oil OR person:\"antony blinken\"", Facet::Person, "Antony J. Blinken"),
            ("source:reut*", Facet::Source, "Reuters"),
            ("region:\"western asia\"", Facet::Region, "Western Asia"),
        ] {
            assert!(asked(query, facet, value), "{query}: {value}");
        }
    }

    #[test]
    fn others_are_not() {
        for (query, facet, value) in [
            ("country:Iraq", Facet::Country, "IR"),
            ("oil NOT country:IR", Facet::Country, "IR"),
            ("person:=Blinken", Facet::Person, "Antony Blinken"),
            ("person:\"Blinken Antony\"", Facet::Person, "Antony Blinken"),
            ("Reuters", Facet::Source, "Reuters"),
        ] {
            assert!(!asked(query, facet, value), "{query}: {value}");
        }
    }
}
