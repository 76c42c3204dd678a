//! Facets that lie within one another: region > sub-region > country, year > month > day.

use std::io::{self, Write};

use rustc_hash::{FxHashMap, FxHashSet};

use super::question::Question;
use super::screen::{BAR, QUIET, Screen, columns, fit, grouped, styled};
use super::table;
use crate::article::country;
use crate::search::{Facet, FacetCounts, FacetRequest, FacetValue, Period};

/// The facets that make the tree of one, the outermost first. A facet that nothing lies above is alone.
pub(super) fn levels(facet: Facet) -> Vec<Facet> {
    let dated = |of: fn(Period) -> Facet, period: Period| match period {
        Period::Year => vec![of(Period::Year)],
        Period::Day => vec![of(Period::Year), of(Period::Month), of(Period::Day)],
        other => vec![of(Period::Year), of(other)],
    };
    match facet {
        Facet::Country => vec![Facet::Region, Facet::Country],
        Facet::Published(period) => dated(Facet::Published, period),
        Facet::Mentions(period) => dated(Facet::Mentions, period),
        other => vec![other],
    }
}

/// The requests for the levels of a tree: every value of each, so that none stands without what it lies in.
pub(super) fn requests(leaf: &FacetRequest) -> Vec<FacetRequest> {
    let level = |facet: Facet| FacetRequest {
        facet,
        limit: usize::MAX,
        like: leaf.like.clone().filter(|_| facet == leaf.facet),
        ..leaf.clone()
    };
    levels(leaf.facet).into_iter().map(level).collect()
}

/// What a value of a facet lies in, as its own facet writes it; `None` for the outermost.
pub(super) fn parent(facet: Facet, value: &str) -> Option<String> {
    match facet {
        Facet::Region => {
            let within = country::all().iter().find(|country| country.subregion == value)?;
            (within.region != value).then(|| within.region.to_owned())
        }
        Facet::Country => country::by_code(value).map(|country| country.subregion.to_owned()),
        Facet::Published(period) | Facet::Mentions(period) => {
            let year = value.split('-').next()?;
            match period {
                Period::Year => None,
                Period::Day => value.rsplit_once('-').map(|(month, _)| month.to_owned()),
                _ => Some(year.to_owned()),
            }
        }
        _ => None,
    }
}

/// A line of a tree.
#[derive(Clone, Copy)]
enum Row<'c> {
    /// A value, and how deep it lies.
    Value(Facet, &'c FacetValue, usize),
    /// So many values of the branch above are left out.
    More(usize, usize),
}

type Branch<'c> = Vec<(Facet, &'c FacetValue)>;

/// The values as a tree, in rows from its root. At most `limit` of those that lie in the same one are kept; dates stand
/// in order of time and are all kept.
fn rows<'c>(facets: &'c [FacetCounts], limit: usize, only_with_leaves: bool) -> Vec<Row<'c>> {
    let Some(leaf) = facets.last() else { return Vec::new() };
    let by_time = matches!(leaf.facet, Facet::Published(_) | Facet::Mentions(_));
    let limit = if by_time { usize::MAX } else { limit };
    let all = || facets.iter().flat_map(|counts| counts.values.iter().map(|value| (counts.facet, value)));
    let facets_of: FxHashMap<&str, Facet> =
        all().map(|(facet, value)| (value.value.as_str(), facet)).collect();
    let mut wanted: FxHashSet<String> = FxHashSet::default();
    for value in &leaf.values {
        let mut next = Some((leaf.facet, value.value.clone()));
        while let Some((facet, name)) = next {
            let above = parent(facet, &name);
            next = above.and_then(|above| Some((*facets_of.get(above.as_str())?, above)));
            wanted.insert(name);
        }
    }
    let mut below: FxHashMap<String, Branch> = FxHashMap::default();
    let mut roots = Branch::new();
    for (facet, value) in all().filter(|(_, value)| !only_with_leaves || wanted.contains(&value.value)) {
        match parent(facet, &value.value).filter(|above| facets_of.contains_key(above.as_str())) {
            Some(above) => below.entry(above).or_default().push((facet, value)),
            None => roots.push((facet, value)),
        }
    }
    let arrange = |branch: &mut Branch| {
        if by_time {
            branch.sort_by(|a, b| a.1.value.cmp(&b.1.value));
        } else {
            branch.sort_by(|a, b| b.1.count.cmp(&a.1.count).then_with(|| a.1.value.cmp(&b.1.value)));
        }
    };
    below.values_mut().for_each(arrange);
    arrange(&mut roots);
    // A stack in place of recursion: the last is the next row.
    let stacked = |branch: &Branch<'c>, depth: usize| {
        let hidden = branch.len().saturating_sub(limit);
        let more = (hidden > 0).then_some(Row::More(hidden, depth));
        let values =
            branch.iter().take(limit).rev().map(move |(facet, value)| Row::Value(*facet, value, depth));
        more.into_iter().chain(values).collect::<Vec<_>>()
    };
    let mut waiting = stacked(&roots, 0);
    let mut rows = Vec::new();
    while let Some(row) = waiting.pop() {
        rows.push(row);
        if let Row::Value(_, value, depth) = row
            && let Some(branch) = below.remove(&value.value)
        {
            waiting.extend(stacked(&branch, depth + 1));
        }
    }
    rows
}

/// Prints the tree.
pub(super) fn draw(
    out: &mut Screen,
    facets: &[FacetCounts],
    question: &Question,
    leaf: &FacetRequest,
) -> io::Result<()> {
    let rows = rows(facets, leaf.limit, leaf.like.is_some());
    let room = (out.width / 2).min(56);
    let name = |facet: Facet, value: &FacetValue, depth: usize| {
        let label = match facet {
            // What it lies in stands above.
            Facet::Region => value.value.clone(),
            _ => table::label(facet, value),
        };
        fit(&format!("{}{}", "  ".repeat(depth), out.safe(&label)), room).into_owned()
    };
    let values = || {
        rows.iter().filter_map(|row| match row {
            Row::Value(facet, value, depth) => Some((*facet, *value, *depth)),
            Row::More(..) => None,
        })
    };
    let wide = values().map(|(facet, value, depth)| columns(&name(facet, value, depth))).max().unwrap_or(0);
    let most = values().map(|(_, value, _)| value.count).max().unwrap_or(1).max(1);
    let number = grouped(most).len();
    let bar_room = out.width.saturating_sub(wide + number + 6).min(40);
    let mut lines = Vec::with_capacity(rows.len());
    for row in &rows {
        lines.push(match row {
            Row::Value(facet, value, depth) => {
                let name = name(*facet, value, *depth);
                let pad = " ".repeat(wide.saturating_sub(columns(&name)));
                let tick = if question.has_chosen(*facet, value) { "✓" } else { " " };
                let bar = styled(BAR, &super::timeline::bar(value.count, most, bar_room));
                format!("{tick} {name}{pad}  {:>number$}  {bar}", grouped(value.count))
            }
            Row::More(hidden, depth) => {
                styled(QUIET, &format!("  {}… {} more", "  ".repeat(*depth), grouped(*hidden as u64)))
            }
        });
    }
    for line in lines {
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(facet: Facet, values: &[(&str, u64)]) -> FacetCounts {
        let value = |(value, count): &(&str, u64)| FacetValue {
            value: (*value).to_owned(),
            label: (*value).to_owned(),
            count: *count,
            beside: None,
            also: Vec::new(),
        };
        let values: Vec<_> = values.iter().map(value).collect();
        FacetCounts { facet, distinct: values.len() as u64, values, missing: 0, total: 9, beside: None }
    }

    fn shown(facets: &[FacetCounts], limit: usize, only_with_leaves: bool) -> Vec<String> {
        let line = |row: &Row| match row {
            Row::Value(_, value, depth) => format!("{}{} {}", "-".repeat(*depth), value.value, value.count),
            Row::More(hidden, depth) => format!("{}+{hidden}", "-".repeat(*depth)),
        };
        rows(facets, limit, only_with_leaves).iter().map(line).collect()
    }

    #[test]
    fn countries_lie_in_their_regions() {
        let regions = counts(
            Facet::Region,
            &[("Asia", 9), ("Western Asia", 8), ("Northern America", 7), ("Americas", 7), ("Europe", 1)],
        );
        let countries = counts(Facet::Country, &[("IQ", 6), ("IR", 3), ("SY", 2), ("US", 7)]);
        let facets = [regions, countries];
        assert_eq!(
            shown(&facets, 2, false),
            [
                "Asia 9",
                "-Western Asia 8",
                "--IQ 6",
                "--SY 2",
                "Americas 7",
                "-Northern America 7",
                "--US 7",
                "+2"
            ],
            "Iran lies in Southern Asia, which is not among the regions, so it stands by itself, left out"
        );
        let only = shown(&facets, usize::MAX, true);
        assert!(!only.contains(&"Europe 1".to_owned()) && only.contains(&"IR 3".to_owned()), "{only:?}");
    }

    #[test]
    fn days_lie_in_months_and_years_in_order_of_time() {
        let years = counts(Facet::Published(Period::Year), &[("2024", 2), ("2011", 9)]);
        let months =
            counts(Facet::Published(Period::Month), &[("2011-03", 4), ("2011-02", 5), ("2024-12", 2)]);
        assert_eq!(
            shown(&[years, months], 1, false),
            ["2011 9", "-2011-02 5", "-2011-03 4", "2024 2", "-2024-12 2"]
        );
        assert_eq!(parent(Facet::Mentions(Period::Day), "2024-12-13").as_deref(), Some("2024-12"));
        assert_eq!(parent(Facet::Mentions(Period::Week), "2024-W50").as_deref(), Some("2024"));
        assert_eq!(parent(Facet::Region, "Asia"), None);
    }
}
