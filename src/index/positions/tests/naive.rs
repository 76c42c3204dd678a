//! What a tree finds in an article, by trying everything: slow and plain, to compare the real thing with.

use std::collections::BTreeSet;

use super::Text;
use crate::index::positions::{Range, Terms, Tree};
use crate::index::schema::{BODY_START, mark};
use crate::query::ast::Unit;

/// Start, end, end of the first part, start of the last.
pub(super) type Place = (u32, u32, u32, u32);

/// Positions an occurrence takes.
fn taken(place: Place) -> BTreeSet<u32> {
    let (start, end, head, tail) = place;
    (start..=end).filter(|at| head == end || *at <= head || *at >= tail).collect()
}

fn gap(a: Place, b: Place) -> Option<u32> {
    let (a, b) = (taken(a), taken(b));
    if !a.is_disjoint(&b) {
        return None;
    }
    a.iter().flat_map(|x| b.iter().map(|y| x.abs_diff(*y))).min()
}

fn window(a: Place, b: Place) -> Place {
    let (first, last) = (if a.0 < b.0 { a } else { b }, if a.1 > b.1 { a } else { b });
    (first.0, last.1, first.2, last.3)
}

/// Each start and end once, with the widest gap.
fn united(places: Vec<Place>) -> Vec<Place> {
    let keys: BTreeSet<(u32, u32)> = places.iter().map(|place| (place.0, place.1)).collect();
    let of = |key: &(u32, u32)| {
        let same = || places.iter().filter(|place| (place.0, place.1) == *key);
        (key.0, key.1, same().map(|p| p.2).min().unwrap(), same().map(|p| p.3).max().unwrap())
    };
    keys.iter().map(of).collect()
}

fn positions(text: &Text, terms: &[String]) -> Vec<u32> {
    let all: BTreeSet<u32> =
        text.terms().into_iter().filter(|(term, _)| terms.contains(term)).map(|(_, at)| at).collect();
    all.into_iter().collect()
}

fn wanted(text: &Text, terms: &Terms) -> Vec<u32> {
    let not = positions(text, &terms.not);
    positions(text, &terms.any).into_iter().filter(|at| !not.contains(at)).collect()
}

fn marked(text: &Text, mark: &str) -> Vec<u32> {
    positions(text, &[mark.to_owned()])
}

/// Number of the unit a position lies in.
fn unit_of(at: u32, begins: &[u32]) -> usize {
    begins.iter().filter(|begin| **begin <= at).count()
}

fn is_windowed(tree: &Tree) -> bool {
    match tree {
        Tree::Near { negated: false, .. } | Tree::Same { negated: false, .. } => true,
        Tree::Near { left, .. } | Tree::Same { left, .. } => is_windowed(left),
        Tree::Or(members) => members.iter().any(is_windowed),
        Tree::Within(_, inner) | Tree::AtLeast(_, inner) => is_windowed(inner),
        _ => false,
    }
}

fn count_parts(tree: &Tree) -> usize {
    match tree {
        Tree::Near { left, right, negated: false, .. } | Tree::Same { left, right, negated: false, .. } => {
            count_parts(left) + count_parts(right)
        }
        Tree::Near { left, .. } | Tree::Same { left, .. } => count_parts(left),
        Tree::Or(members) => members.iter().map(count_parts).max().unwrap_or(1),
        Tree::Within(_, inner) | Tree::AtLeast(_, inner) => count_parts(inner),
        _ => 1,
    }
}

fn terms_of(tree: &Tree) -> BTreeSet<String> {
    match tree {
        Tree::Words(terms) => terms.any.iter().cloned().collect(),
        Tree::Mentions { terms: Some(terms), .. } => terms.iter().cloned().collect(),
        Tree::Mentions { terms: None, kind } => BTreeSet::from([(*kind).to_owned()]),
        Tree::Phrase { slots, .. } => slots.iter().flat_map(|(_, terms)| terms.any.iter().cloned()).collect(),
        Tree::Or(members) => members.iter().flat_map(terms_of).collect(),
        Tree::Near { left, negated: true, .. } | Tree::Same { left, negated: true, .. } => terms_of(left),
        Tree::Near { left, right, .. } | Tree::Same { left, right, .. } => {
            terms_of(left).into_iter().chain(terms_of(right)).collect()
        }
        Tree::Within(_, inner) | Tree::AtLeast(_, inner) => terms_of(inner),
    }
}

/// Occurrences of a tree; those that become part of a pair are taken with their nearest partners.
pub(super) fn places(text: &Text, tree: &Tree, paired: bool) -> Vec<Place> {
    let run = |start: u32, end: u32| (start, end, end, start);
    match tree {
        Tree::Words(terms) => wanted(text, terms).into_iter().map(|at| run(at, at)).collect(),
        Tree::Mentions { terms, kind } => {
            let next = marked(text, mark::NEXT_MENTION);
            let at = marked(text, kind);
            let begins = |p: &u32| *p == 0 || !at.contains(&(p - 1)) || next.contains(p);
            let who = terms.as_ref().map(|terms| positions(text, terms));
            let starts = at.iter().filter(|p| begins(p) && who.as_ref().is_none_or(|who| who.contains(p)));
            let end = |from: u32| (from..).find(|p| !at.contains(&(p + 1)) || begins(&(p + 1))).unwrap();
            starts.map(|start| run(*start, end(*start))).collect()
        }
        Tree::Phrase { slots, .. } => {
            let ends = slots.iter().map(|(place, _)| *place).max().unwrap();
            let stands = |start: u32| {
                slots.iter().all(|(place, terms)| wanted(text, terms).contains(&(start + place)))
            };
            (0..BODY_START + 64).filter(|s| stands(*s)).map(|s| run(s, s + ends)).collect()
        }
        Tree::Or(members) => united(members.iter().flat_map(|m| places(text, m, paired)).collect()),
        Tree::Near { left, right, distance, ordered, negated } => {
            let interlock = interlock(left, right);
            let (a, b) = (places(text, left, true), places(text, right, true));
            pair(&a, &b, *distance, *ordered, *negated, &[BODY_START], interlock, paired)
        }
        Tree::Same { left, right, unit, negated } => {
            let mut begins = marked(text, mark::PARAGRAPH);
            if *unit == Unit::Sentence {
                begins.extend(marked(text, mark::SENTENCE));
            }
            let interlock = interlock(left, right);
            let (a, b) = (places(text, left, true), places(text, right, true));
            pair(&a, &b, u32::MAX, false, *negated, &begins, interlock, paired)
        }
        Tree::Within(range, inner) => {
            let lead = text.lead_end().unwrap_or(BODY_START - 1);
            let (first, last) = match range {
                Range::Title => (0, BODY_START - 1),
                Range::Body => (BODY_START, u32::MAX),
                Range::Lead => (BODY_START, lead),
                Range::TitleLead => (0, lead),
                Range::First(words) => (BODY_START, BODY_START + words - 1),
            };
            let inside = |p: &Place| p.0 >= first && p.1 <= last;
            places(text, inner, paired).into_iter().filter(inside).collect()
        }
        Tree::AtLeast(count, inner) => {
            let mut all = places(text, inner, paired);
            let mut by_end = all.clone();
            by_end.sort_by_key(|place| place.1);
            let (mut apart, mut end) = (0, None);
            for place in by_end {
                if end.is_none_or(|end| place.0 > end) {
                    apart += 1;
                    end = Some(place.1);
                }
            }
            if apart < *count {
                all.clear();
            }
            all
        }
    }
}

fn interlock(left: &Tree, right: &Tree) -> bool {
    let shared = !terms_of(left).is_disjoint(&terms_of(right));
    let long = count_parts(left) > 2 || count_parts(right) > 2;
    (is_windowed(left) || is_windowed(right)) && !(shared && long)
}

#[allow(clippy::too_many_arguments)]
fn pair(
    left: &[Place],
    right: &[Place],
    reach: u32,
    ordered: bool,
    negated: bool,
    bounds: &[u32],
    interlock: bool,
    paired: bool,
) -> Vec<Place> {
    let units = |p: Place| (unit_of(p.0, bounds), unit_of(p.1, bounds));
    if negated {
        let near = |a: Place, b: Place| {
            let share_unit = units(a).0 <= units(b).1 && units(b).0 <= units(a).1;
            let apart = if b.0 > a.1 { b.0 - a.1 } else { a.0.saturating_sub(b.1) };
            let behind = !ordered || b.1 >= a.0;
            share_unit && apart <= reach && behind && (a.0, a.1) != (b.0, b.1)
        };
        return left.iter().copied().filter(|a| !right.iter().any(|b| near(*a, *b))).collect();
    }
    let fits = |a: Place, b: Place| {
        units(a) == units(b) && units(a).0 == units(a).1 && gap(a, b).is_some_and(|gap| gap <= reach)
    };
    let mut out = Vec::new();
    let orders: &[(&[Place], &[Place])] =
        if ordered { &[(left, right)] } else { &[(left, right), (right, left)] };
    for (first, second) in orders {
        for b in *second {
            let earlier = first.iter().filter(|a| a.1 < b.0 && fits(**a, *b));
            out.extend(earlier.max_by_key(|a| (a.0, u32::MAX - a.2)).map(|a| window(*a, *b)));
        }
        for a in *first {
            let later = second.iter().filter(|b| a.1 < b.0 && fits(*a, **b));
            out.extend(later.min_by_key(|b| (b.1, u32::MAX - b.3)).map(|b| window(*a, *b)));
        }
    }
    if interlock && !ordered {
        for a in left {
            let crossing = right.iter().filter(|b| a.0 <= b.1 && b.0 <= a.1 && fits(*a, **b));
            out.extend(crossing.map(|b| window(*a, *b)));
        }
    }
    let out = united(out);
    if paired {
        return out;
    }
    let holds = |a: &Place, b: &Place| a.0 <= b.0 && b.1 <= a.1 && (a.0, a.1) != (b.0, b.1);
    out.iter().copied().filter(|a| !out.iter().any(|b| holds(a, b))).collect()
}
