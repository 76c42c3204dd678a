//! The values of a facet that are returned: counts of all segments added up, the wanted ones chosen, their names
//! looked up.

use std::cmp::Ordering;
use std::collections::hash_map::Entry;

use rustc_hash::FxHashMap;
use tantivy::Searcher;
use tantivy::columnar::StrColumn;

use super::book::{Book, also};
use super::facets::{Counter, Counts, Ordinals};
use super::ordinals::{Joined, Numberings};
use super::tally::Tally;
use crate::article::country;
use crate::article::name::fold;
use crate::search::{Beside, Facet, FacetCounts, FacetRequest, FacetValue, Order, Relation, Second};

/// Names that are looked up one by one; for more, segments are added up by common numbers.
const MOST_LOOKED_UP: usize = 2_000;

/// A facet counted under a query, with the number of articles of the query.
pub(super) struct Counted {
    pub(super) counter: Counter,
    pub(super) total: u64,
}

/// The values a request asks for, of the first query, and beside them those of the second.
pub(super) fn choose(
    request: &FacetRequest,
    first: Counted,
    second: Option<Counted>,
    searcher: &Searcher,
    numberings: &Numberings,
) -> tantivy::Result<FacetCounts> {
    let totals = (first.total, second.as_ref().map(|second| second.total));
    let missing = first.counter.missing();
    let rule = Rule { request, totals };
    let mut counts = vec![first.counter.into_counts()];
    counts.extend(second.map(|second| second.counter.into_counts()));
    let (values, distinct) = match numbered(&counts, request, searcher, numberings)? {
        Some(numbers) => numbers.values(&mut counts, &rule, searcher)?,
        None => by_name(counts, &rule)?,
    };
    let second = request.beside.as_ref().zip(totals.1);
    let beside = second.map(|(beside, total)| Second { relation: beside.relation, total });
    Ok(FacetCounts { facet: request.facet, values, distinct, missing, total: totals.0, beside })
}

/// Counts of a value under the first and the second query.
type Pair = [u32; 2];

/// Which values are wanted, and which first.
struct Rule<'a> {
    request: &'a FacetRequest,
    totals: (u64, Option<u64>),
}

impl Rule<'_> {
    /// What a value is sorted by, greatest first; `None` when it is not wanted.
    fn weight(&self, pair: Pair) -> Option<f64> {
        let [count, beside] = pair.map(u64::from);
        let least = self.request.min_count.max(1);
        let Some(Beside { relation, order, .. }) = &self.request.beside else {
            return (count >= least).then_some(count as f64);
        };
        let sum = match relation {
            Relation::Whole => count,
            Relation::Other => count + beside,
        };
        if sum < least {
            return None;
        }
        let second = (beside, self.totals.1.unwrap_or_default());
        let association = relation.association((count, self.totals.0), second);
        if *relation == Relation::Whole && association.lift() <= 1.0 {
            return None;
        }
        Some(match order {
            Order::Count => sum as f64,
            Order::Lift if *relation == Relation::Other => {
                association.lift().max(association.turned().lift())
            }
            Order::Lift => association.lift(),
            Order::Likelihood => association.g2(),
        })
    }

    fn value(&self, value: String, pair: Pair) -> FacetValue {
        FacetValue {
            label: label(self.request.facet, &value),
            value,
            count: u64::from(pair[0]),
            beside: self.request.beside.as_ref().map(|_| u64::from(pair[1])),
            also: Vec::new(),
        }
    }
}

/// The first values of an order, kept while they come in: however many there are, no more than twice the wanted ones
/// are sorted.
struct Best<K> {
    end: usize,
    kept: Vec<(f64, K, Pair)>,
    floor: f64,
    distinct: u64,
}

impl<K: Ord> Best<K> {
    fn new(request: &FacetRequest) -> Self {
        let end = request.offset.saturating_add(request.limit);
        Self { end, kept: Vec::new(), floor: f64::MIN, distinct: 0 }
    }

    fn offer(&mut self, rule: &Rule, key: K, pair: Pair) {
        let Some(weight) = rule.weight(pair) else { return };
        self.distinct += 1;
        if weight < self.floor {
            return;
        }
        self.kept.push((weight, key, pair));
        if self.kept.len() >= self.end.saturating_mul(2).max(256) {
            self.cut();
        }
    }

    /// Heavier values first, equal ones in order of their keys, which is that of the names.
    fn order(a: &(f64, K, Pair), b: &(f64, K, Pair)) -> Ordering {
        b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1))
    }

    fn cut(&mut self) {
        match self.end.checked_sub(1) {
            None => self.kept.clear(),
            Some(last) if last < self.kept.len() => {
                let (_, (worst, ..), _) = self.kept.select_nth_unstable_by(last, Self::order);
                self.floor = *worst;
                self.kept.truncate(self.end);
            }
            Some(_) => {}
        }
    }

    fn finish(mut self, offset: usize) -> (impl Iterator<Item = (K, Pair)>, u64) {
        self.cut();
        self.kept.sort_unstable_by(Self::order);
        (self.kept.into_iter().skip(offset).map(|(_, key, pair)| (key, pair)), self.distinct)
    }
}

/// Adds up by value.
fn by_name(counts: Vec<Counts>, rule: &Rule) -> tantivy::Result<(Vec<FacetValue>, u64)> {
    let facet = rule.request.facet;
    let like = rule.request.like.as_deref().map(fold);
    let wanted = |value: &str| {
        let Some(like) = like.as_deref() else { return true };
        fold(value).contains(like) || has_label(facet) && fold(&label(facet, value)).contains(like)
    };
    let mut sums: FxHashMap<String, Pair> = FxHashMap::default();
    for (side, counts) in counts.into_iter().enumerate() {
        let mut add = |value: &str, count: u32| match sums.get_mut(value) {
            Some(pair) => pair[side] += count,
            None if wanted(value) => {
                let mut pair = [0; 2];
                pair[side] = count;
                sums.insert(value.to_owned(), pair);
            }
            None => {}
        };
        match counts {
            Counts::Names(names) => names.iter().for_each(|(value, count)| add(value, *count)),
            Counts::People(_) => {}
            Counts::Ordinals(_, segments) => {
                for segment in segments {
                    looked_up(segment, &mut add)?;
                }
            }
        }
    }
    let mut best = Best::new(rule.request);
    sums.into_iter().for_each(|(value, pair)| best.offer(rule, value, pair));
    let (values, distinct) = best.finish(rule.request.offset);
    Ok((values.map(|(value, pair)| rule.value(value, pair)).collect(), distinct))
}

/// Calls `each` with the names of a segment's ordinals and their counts, in order of the names.
fn looked_up(mut segment: Ordinals, each: &mut dyn FnMut(&str, u32)) -> tantivy::Result<()> {
    segment.counts.sort_unstable();
    let (ords, counts): (Vec<u64>, Vec<u32>) =
        segment.counts.into_iter().map(|(ord, count)| (u64::from(ord), count)).unzip();
    let mut counts = counts.into_iter();
    segment.column.dictionary().sorted_ords_to_term_cb(&ords, |bytes| {
        if let (Some(count), Ok(name)) = (counts.next(), std::str::from_utf8(bytes)) {
            each(name, count);
        }
    })?;
    Ok(())
}

/// Numbers of values that all segments share, in order of the names.
enum Numbers {
    /// Those of the only segment that has any.
    Own(u32),
    /// Those of the people book.
    People(std::sync::Arc<Book>),
    /// Those of the sorted dictionaries merged.
    Common(std::sync::Arc<Joined>),
}

/// The numbers to add up by; `None` where to do it by name is less work.
fn numbered(
    counts: &[Counts],
    request: &FacetRequest,
    searcher: &Searcher,
    numberings: &Numberings,
) -> tantivy::Result<Option<Numbers>> {
    if let [Counts::People(people), ..] = counts {
        return Ok(Some(Numbers::People(people.book())));
    }
    let [Counts::Ordinals(field, _), ..] = counts else { return Ok(None) };
    let segments = || counts.iter().flat_map(Counts::by_segment);
    let Some(first) = segments().next().filter(|_| request.like.is_none()) else { return Ok(None) };
    if segments().all(|other| other.segment == first.segment) {
        return Ok(Some(Numbers::Own(first.segment)));
    }
    if segments().map(|segment| segment.counts.len()).sum::<usize>() <= MOST_LOOKED_UP {
        return Ok(None);
    }
    Ok(Some(Numbers::Common(numberings.of(searcher, field)?)))
}

impl Numbers {
    /// Adds up and chooses by numbers; only what is returned is looked up.
    fn values(
        &self,
        counts: &mut [Counts],
        rule: &Rule,
        searcher: &Searcher,
    ) -> tantivy::Result<(Vec<FacetValue>, u64)> {
        let sums: Vec<Tally> = counts.iter_mut().map(|counts| self.sum(counts)).collect();
        let mut sums = sums.into_iter();
        let first = sums.next().unwrap_or_default();
        let mut best = Best::new(rule.request);
        let like = rule.request.like.as_deref().map(fold);
        let wanted = |number: u32| match (self, &like) {
            (Self::People(book), Some(like)) => {
                book.names_of(number).any(|name| fold(book.name(name)).contains(like.as_str()))
            }
            _ => true,
        };
        match sums.next() {
            None if like.is_none() => {
                let least = u32::try_from(rule.request.min_count).unwrap_or(u32::MAX);
                let distinct = first.greatest(least, |n, count| {
                    best.offer(rule, n, [count, 0]);
                    best.floor as u32
                });
                best.distinct = distinct; // those passed over as well
            }
            None => {
                first.each(|n, count| {
                    if wanted(n) {
                        best.offer(rule, n, [count, 0])
                    }
                });
            }
            Some(mut second) => {
                first.each(|n, count| {
                    if wanted(n) {
                        best.offer(rule, n, [count, second.take(n)])
                    }
                });
                second.each(|n, count| {
                    if wanted(n) {
                        best.offer(rule, n, [0, count])
                    }
                });
            }
        }
        let (values, distinct) = best.finish(rule.request.offset);
        if let Self::People(book) = self {
            let person = |(person, pair): (u32, Pair)| FacetValue {
                also: also(book, person),
                ..rule.value(book.title(person).to_owned(), pair)
            };
            return Ok((values.map(person).collect(), distinct));
        }
        let Some(Counts::Ordinals(field, _)) = counts.first() else { return Ok((Vec::new(), 0)) };
        let mut columns: FxHashMap<u32, Option<StrColumn>> = FxHashMap::default();
        let mut shown = Vec::new();
        for (number, pair) in values {
            let (segment, ord) = match self {
                Self::People(_) => continue,
                Self::Own(segment) => (*segment, number),
                Self::Common(joined) => joined.found_at[number as usize],
            };
            let column = match columns.entry(segment) {
                Entry::Occupied(column) => column.into_mut(),
                Entry::Vacant(none) => {
                    none.insert(searcher.segment_reader(segment).fast_fields().str(field)?)
                }
            };
            let mut value = String::new();
            if let Some(column) = column {
                column.ord_to_str(u64::from(ord), &mut value)?;
            }
            shown.push(rule.value(value, pair));
        }
        Ok((shown, distinct))
    }

    fn sum(&self, counts: &mut Counts) -> Tally {
        let mut sums = Tally::default();
        let segments = match counts {
            Counts::Ordinals(_, segments) => segments,
            Counts::People(people) => return people.take(),
            Counts::Names(_) => return sums,
        };
        match self {
            Self::People(_) => {}
            Self::Own(_) => {
                sums.reset(segments.first().map_or(0, |segment| segment.column.num_terms()));
                for (ord, count) in segments.iter().flat_map(|segment| &segment.counts) {
                    sums.add_many(*ord, *count);
                }
            }
            Self::Common(joined) => {
                sums.reset(joined.found_at.len());
                for segment in segments {
                    let Some(common) = joined.common.get(segment.segment as usize) else { continue };
                    for (ord, count) in &segment.counts {
                        if let Some(number) = common.get(*ord as usize) {
                            sums.add_many(*number, *count);
                        }
                    }
                }
            }
        }
        sums
    }
}

/// Whether a facet's values are read otherwise than they are written in a query.
fn has_label(facet: Facet) -> bool {
    matches!(facet, Facet::Country | Facet::Place | Facet::Region)
}

/// A value as one reads it.
fn label(facet: Facet, value: &str) -> String {
    match facet {
        Facet::Country => country::by_code(value).map_or(value, |country| country.name).to_owned(),
        Facet::Place => value.rsplit_once(", ").map_or(value, |(place, _)| place).to_owned(),
        Facet::Region => {
            let above =
                country::all().iter().find(|country| country.subregion == value && country.region != value);
            above.map_or_else(|| value.to_owned(), |country| format!("{} > {value}", country.region))
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::article::{Article, Part, Span};
    use crate::extract::{Annotations, CountryMention, CountryMentions, CountryVia};
    use crate::index::{Index, WriterOptions};
    use crate::query::ast::{Clause, Node, Pattern, Scope};
    use crate::search::{
        Beside, Engine, Facet, FacetCounts, FacetRequest, Order, Relation, SearchRequest, Sink, Sort,
    };

    fn word(text: &str) -> Node {
        let pattern = Pattern::Word(text.to_owned());
        Node::new(0..0, Clause::Text { scope: Scope::All, pattern })
    }

    /// Articles in three segments, so many places that they are added up by number: each once, `Often Named` in
    /// all, `Odd Named` in every other.
    fn crowd() -> Index {
        let index = Index::in_memory().unwrap();
        let writer = index.writer(&WriterOptions { memory_bytes: 32 << 20, jobs: 1 }).unwrap();
        for number in 0..1500 {
            let mut names =
                vec!["Often Named".to_owned(), format!("Number One{number}"), format!("Number Two{number}")];
            if number % 2 == 1 {
                names.push("Odd Named".to_owned());
            }
            let span = || Span { part: Part::Body, start: 0, end: 0 };
            let mentions = names.into_iter().map(|name| CountryMention {
                span: span(),
                via: CountryVia::Editor,
                place: Some(name),
            });
            let country = CountryMentions { code: "IQ", mentions: mentions.collect() };
            let annotations = Annotations { countries: vec![country], ..Annotations::default() };
            let third = if number % 3 == 0 { "third" } else { "other" };
            let body = format!("{third} {}", if number % 2 == 1 { "odd" } else { "even" });
            let article = Article { id: format!("a{number}"), body, ..Article::default() };
            writer.put(&article, &annotations).unwrap();
            if number % 600 == 599 {
                writer.commit().unwrap();
            }
        }
        writer.commit().unwrap();
        index
    }

    fn ask(index: &Index, query: Node, facet: FacetRequest) -> FacetCounts {
        let request = SearchRequest { facets: vec![facet], ..SearchRequest::new(query, Sort::Relevance) };
        index.search(&request).unwrap().facets.remove(0)
    }

    /// Looking for a part of a name adds up by name; both ways must agree on everything.
    #[test]
    fn by_name_and_by_number_are_the_same() {
        let index = crowd();
        let beside = |relation, order| Some(Beside { query: word("odd"), relation, order });
        let mut asked = vec![FacetRequest::new(Facet::Place, 7), FacetRequest::new(Facet::Place, usize::MAX)];
        asked.push(FacetRequest { offset: 3, min_count: 1, ..FacetRequest::new(Facet::Place, 5) });
        asked.push(FacetRequest { min_count: 2, ..FacetRequest::new(Facet::Place, 5) });
        for order in [Order::Count, Order::Lift, Order::Likelihood] {
            for relation in [Relation::Whole, Relation::Other] {
                asked.push(FacetRequest {
                    beside: beside(relation, order),
                    ..FacetRequest::new(Facet::Place, 300)
                });
            }
        }
        for facet in asked {
            for query in [Node::new(0..0, Clause::All), word("third")] {
                let by_number = ask(&index, query.clone(), facet.clone());
                let by_name = ask(&index, query, FacetRequest { like: Some(String::new()), ..facet.clone() });
                assert_eq!(by_number.values, by_name.values, "{facet:?}");
                assert_eq!(
                    (by_number.distinct, by_number.total),
                    (by_name.distinct, by_name.total),
                    "{facet:?}"
                );
            }
        }
    }

    #[test]
    fn a_second_count_is_of_the_second_query() {
        let index = crowd();
        let beside = Beside { query: word("odd"), relation: Relation::Other, order: Order::Likelihood };
        let facet = FacetRequest { beside: Some(beside), ..FacetRequest::new(Facet::Place, 1) };
        let counts = ask(&index, word("third"), facet);
        assert_eq!((counts.total, counts.beside.unwrap().total), (500, 750));
        let odd = &counts.values[0];
        assert_eq!((odd.label.as_str(), odd.count, odd.beside), ("Odd Named", 250, Some(750)));
        // The places of either query: two of each article, those of both once, and the two that are in many.
        assert_eq!(counts.distinct, 2 * (500 + 750 - 250) + 2);
        // What is in all of the whole is in no part of it more often than by chance.
        let beside =
            Beside { query: Node::new(0..0, Clause::All), relation: Relation::Whole, order: Order::Count };
        let facet = FacetRequest { beside: Some(beside), ..FacetRequest::new(Facet::Place, usize::MAX) };
        let company = ask(&index, word("third"), facet);
        assert!(company.values.iter().all(|place| place.value.starts_with("Number")));
        assert_eq!(company.values.len(), 1000);
    }
}
