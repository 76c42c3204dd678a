//! `dateline timeline`: bars along time, empty periods shown.

use std::io::{self, Write};

use crate::article::Interval;
use crate::cli::screen::{self, BAR, QUIET, Screen, counted, grouped, styled};
use crate::search::{Period, Split, Timeline};

/// Longest stretch filled with empty steps; beyond it only steps with articles are listed.
const MOST_STEPS: usize = 5_000;

/// One step as it is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Step<'t> {
    pub(super) period: Interval,
    /// Articles.
    pub(super) count: u64,
    /// Articles of each value of a facet; nothing where all are zero.
    pub(super) values: &'t [u64],
}

impl Step<'_> {
    /// Articles of a value.
    pub(super) fn value(&self, at: usize) -> u64 {
        self.values.get(at).copied().unwrap_or(0)
    }
}

/// The steps of a timeline with the empty ones between the first and the last.
pub(super) fn with_empty_steps(timeline: &Timeline) -> Vec<Step<'_>> {
    let values = |at: usize| {
        let steps = timeline.split.as_ref().map(|split| split.steps.as_slice()).unwrap_or_default();
        steps.get(at).map(Vec::as_slice).unwrap_or_default()
    };
    let steps = timeline.steps.iter().enumerate();
    let full: Vec<Step> =
        steps.map(|(at, &(period, count))| Step { period, count, values: values(at) }).collect();
    let mut next = full.first().map(|step| step.period);
    let mut filled = Vec::with_capacity(full.len());
    for step in &full {
        while let Some(period) = next
            && period.first < step.period.first
        {
            if filled.len() >= MOST_STEPS {
                return full;
            }
            filled.push(Step { period, count: 0, values: &[] });
            next = following(period, timeline.by);
        }
        filled.push(*step);
        next = following(step.period, timeline.by);
    }
    filled
}

/// The step after one.
fn following(step: Interval, by: Period) -> Option<Interval> {
    Interval::period(step.last.succ_opt()?, by.granularity())
}

/// Draws a timeline.
pub(super) fn draw(out: &mut Screen, timeline: &Timeline, total: u64) -> io::Result<()> {
    let steps = with_empty_steps(timeline);
    let label = steps.iter().map(|step| screen::columns(&step.period.value())).max().unwrap_or(4);
    match &timeline.split {
        None => {
            let most = steps.iter().map(|step| step.count).max().unwrap_or(0).max(1);
            let number = grouped(most).len();
            let room = out.width.saturating_sub(label + number + 4).max(10);
            for step in &steps {
                let line = format!(
                    "{:<label$}  {:>number$}  {}",
                    step.period.value(),
                    grouped(step.count),
                    styled(BAR, &bar(step.count, most, room))
                );
                writeln!(out, "{line}")?;
            }
        }
        Some(split) => split_rows(out, &steps, split, label)?,
    }
    let mut foot = counted(total, "article");
    if timeline.undated > 0 {
        foot += &format!(" · {} without a date", grouped(timeline.undated));
    }
    writeln!(out, "{}", styled(QUIET, &foot))
}

/// A row for each step with a column for each value: its number, and a bar where there is room. Bars of all values have
/// one scale.
fn split_rows(out: &mut Screen, steps: &[Step], split: &Split, label: usize) -> io::Result<()> {
    /// Narrowest column with a bar.
    const WITH_BAR: usize = 12;
    let values = &split.counts.values;
    let all = steps.iter().map(|step| step.count).max().map_or(1, |most| grouped(most).len()).max(3);
    let most = steps.iter().flat_map(|step| step.values).copied().max().unwrap_or(0).max(1);
    let number = grouped(most).len();
    let room = out.width.saturating_sub(label + 2 + all) / values.len().max(1);
    let wide = room.saturating_sub(2).clamp(number.max(6), 40);
    let mut heads = String::new();
    for value in values {
        let name = super::table::label(split.counts.facet, value);
        let name = screen::fit(&out.safe(&name), wide).into_owned();
        heads += &format!("  {name}{}", " ".repeat(wide.saturating_sub(screen::columns(&name))));
    }
    let head = format!("{:<label$}  {:>all$}{}", "", "all", heads.trim_end());
    writeln!(out, "{}", styled(QUIET, &head))?;
    for step in steps {
        let mut line = format!("{:<label$}  {:>all$}", step.period.value(), grouped(step.count));
        for at in 0..values.len() {
            let count = step.value(at);
            let shown = if count == 0 { "·".to_owned() } else { grouped(count) };
            let bar = if wide >= WITH_BAR { bar(count, most, wide - number - 1) } else { String::new() };
            let pad = wide.saturating_sub(number + 1 + screen::columns(&bar));
            line += &format!("  {shown:>number$} {}{}", styled(BAR, &bar), " ".repeat(pad));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

/// A bar of up to `room` columns in steps of an eighth; anything above zero shows.
pub(super) fn bar(count: u64, most: u64, room: usize) -> String {
    const EIGHTHS: [&str; 8] = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];
    let eighths = (count as f64 / most as f64 * (room * 8) as f64).round() as usize;
    let eighths = if count > 0 { eighths.max(1) } else { 0 };
    format!("{}{}", "█".repeat(eighths / 8), EIGHTHS[eighths % 8])
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn empty_steps_are_shown() {
        let step = |value: &str| Interval::parse_value(value).unwrap();
        let timeline = Timeline {
            by: Period::Month,
            steps: vec![(step("2024-11"), 2), (step("2025-02"), 1)],
            undated: 0,
            split: None,
        };
        let filled: Vec<_> =
            with_empty_steps(&timeline).iter().map(|s| format!("{} {}", s.period, s.count)).collect();
        assert_eq!(filled, ["2024-11 2", "2024-12 0", "2025-01 0", "2025-02 1"]);
    }

    #[test]
    fn bars_are_in_proportion_and_never_vanish() {
        assert_eq!(bar(10, 10, 4), "████");
        assert_eq!(bar(5, 10, 4), "██");
        assert_eq!(bar(1, 1000, 4), "▏");
        assert_eq!(bar(0, 10, 4), "");
    }
}
