//! Values counted under two queries, side by side: for `dateline with` and `dateline facets --versus`.

use std::io::{self, Write};

use super::output::{rounded, share};
use super::question::Question;
use super::screen::{BAR, QUIET, Screen, TITLE, columns, counted, fit, grouped, styled};
use super::table;
use crate::search::{FacetCounts, FacetValue, Relation, Second};

/// G² that chance alone exceeds in 5 % of cases.
const SURE: f64 = 3.84;
/// Columns before the value.
const INDENT: usize = 2;

/// Says which articles the two counts are of.
pub(super) fn heading(out: &mut Screen, question: &Question, counts: &FacetCounts) -> io::Result<()> {
    let Some(second) = counts.beside else { return Ok(()) };
    let names = match second.relation {
        Relation::Whole => ["with", "all"],
        Relation::Other => ["first", "second"],
    };
    let other = question.beside.as_ref().map(ToString::to_string).unwrap_or_default();
    let totals = [counts.total, second.total].map(|total| counted(total, "article"));
    let wide = totals.iter().map(|total| columns(total)).max().unwrap_or(0);
    for ((name, total), query) in names.iter().zip(&totals).zip([question.query.to_string(), other]) {
        let query = if query == "*" { "everything".to_owned() } else { query };
        let query = fit(&out.safe(&query), out.width.saturating_sub(wide + 10)).into_owned();
        writeln!(out, "{}", styled(QUIET, &format!("{name:<6}  {total:>wide$}  {query}")))?;
    }
    writeln!(out)
}

/// Prints the values of a facet with both counts and what they say.
pub(super) fn table(out: &mut Screen, counts: &FacetCounts) -> io::Result<()> {
    let Some(second) = counts.beside else { return Ok(()) };
    let titles: &[&str] = match second.relation {
        Relation::Whole => &["with", "all", "expected", "lift", "G²"],
        Relation::Other => &["first", "%", "second", "%", "difference", "G²"],
    };
    let rows: Vec<Vec<String>> = counts.values.iter().map(|value| figures(counts, second, value)).collect();
    let wide: Vec<usize> = (0..titles.len())
        .map(|at| rows.iter().map(|row| columns(&row[at])).chain([columns(titles[at])]).max().unwrap_or(0))
        .collect();
    let figures_wide: usize = wide.iter().map(|wide| wide + 2).sum();
    let room = out.width.saturating_sub(INDENT + figures_wide).clamp(12, 48);
    let labels: Vec<String> = counts
        .values
        .iter()
        .map(|value| fit(&out.safe(&table::label(counts.facet, value)), room).into_owned())
        .collect();
    let facet = counts.facet.to_string();
    let first = labels.iter().map(|label| columns(label)).chain([columns(&facet)]).max().unwrap_or(0);
    let line = |cells: &[String]| {
        cells
            .iter()
            .zip(&wide)
            .map(|(cell, wide)| format!("  {}{cell}", " ".repeat(wide.saturating_sub(columns(cell)))))
            .collect::<String>()
    };
    let pad = |label: &str, to: usize| " ".repeat(to.saturating_sub(columns(label)));
    let titles: Vec<String> = titles.iter().map(|title| (*title).to_owned()).collect();
    writeln!(
        out,
        "{}{}{}",
        styled(TITLE, &facet),
        pad(&facet, first + INDENT),
        styled(QUIET, &line(&titles))
    )?;
    let most = counts
        .values
        .iter()
        .filter_map(|value| counts.association(value))
        .map(|a| a.g2())
        .fold(0.0, f64::max);
    let bar_room = out.width.saturating_sub(INDENT + first + figures_wide + 2).min(24);
    for ((value, label), row) in counts.values.iter().zip(&labels).zip(&rows) {
        let g2 = counts.association(value).map_or(0.0, |association| association.g2());
        // A bar takes whole numbers; tenths are exact enough for it.
        let bar = super::timeline::bar((g2 * 10.0) as u64, ((most * 10.0) as u64).max(1), bar_room);
        let text = format!("  {label}{}{}", pad(label, first), line(row));
        // What chance explains well enough stays in the background.
        let text = if g2 < SURE { styled(QUIET, &text) } else { text };
        let line = format!("{text}  {}", styled(BAR, &bar));
        writeln!(out, "{}", line.trim_end())?;
    }
    let shown = counts.values.len() as u64;
    if shown == 0 {
        writeln!(out, "{}", styled(QUIET, "  nothing"))?;
    } else if counts.distinct > shown {
        let more = format!("  {} of {}; more with -n N", grouped(shown), counted(counts.distinct, "value"));
        writeln!(out, "{}", styled(QUIET, &more))?;
    }
    writeln!(out)
}

/// The figures of a value, as they stand in its row.
fn figures(counts: &FacetCounts, second: Second, value: &FacetValue) -> Vec<String> {
    let Some(association) = counts.association(value) else { return Vec::new() };
    let beside = value.beside.unwrap_or_default();
    let g2 = format!("{:.1}", association.g2());
    match second.relation {
        Relation::Whole => vec![
            grouped(value.count),
            grouped(beside),
            format!("{:.1}", association.expected()),
            format!("{:.1}×", association.lift()),
            g2,
        ],
        Relation::Other => {
            let shares = [share(value.count, counts.total) * 100.0, share(beside, second.total) * 100.0];
            vec![
                grouped(value.count),
                format!("{:.1}", shares[0]),
                grouped(beside),
                format!("{:.1}", shares[1]),
                format!("{:+.1}", shares[0] - shares[1]),
                g2,
            ]
        }
    }
}

/// Writes the values of all facets with both counts and what they say.
pub(super) fn as_csv<W: Write>(rows: &mut csv::Writer<W>, facets: &[FacetCounts]) -> anyhow::Result<()> {
    let Some(second) = facets.first().and_then(|counts| counts.beside) else { return Ok(()) };
    rows.write_record(match second.relation {
        Relation::Whole => ["facet", "value", "label", "count", "all", "expected", "lift", "g2"].as_slice(),
        Relation::Other => {
            &["facet", "value", "label", "first", "first_share", "second", "second_share", "difference", "g2"]
        }
    })?;
    for counts in facets {
        for value in &counts.values {
            let Some(association) = counts.association(value) else { continue };
            let beside = value.beside.unwrap_or_default();
            let mut row = vec![
                counts.facet.to_string(),
                value.value.clone(),
                value.label.clone(),
                value.count.to_string(),
            ];
            match second.relation {
                Relation::Whole => row.extend([
                    beside.to_string(),
                    rounded(association.expected(), 2).to_string(),
                    rounded(association.lift(), 3).to_string(),
                ]),
                Relation::Other => {
                    let (here, there) = (share(value.count, counts.total), share(beside, second.total));
                    row.extend([
                        rounded(here, 5).to_string(),
                        beside.to_string(),
                        rounded(there, 5).to_string(),
                        rounded(here - there, 5).to_string(),
                    ]);
                }
            }
            row.push(rounded(association.g2(), 2).to_string());
            rows.write_record(&row)?;
        }
    }
    rows.flush()?;
    Ok(())
}
