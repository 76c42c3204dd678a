//! `dateline timeline`: bars along time, empty periods shown.

use std::io::{self, Write};

use crate::article::Interval;
use crate::cli::screen::{self, BAR, QUIET, Screen, counted, grouped, styled};
use crate::search::{Period, Timeline};

/// Longest stretch filled with empty steps; beyond it only steps with articles are listed.
const MOST_STEPS: usize = 5_000;

/// The steps of a timeline with the empty ones between the first and the last.
pub(super) fn with_empty_steps(timeline: &Timeline) -> Vec<(Interval, u64)> {
    let Some((first, _)) = timeline.steps.first() else { return Vec::new() };
    let mut filled = Vec::with_capacity(timeline.steps.len());
    let mut next = Some(*first);
    for &(step, count) in &timeline.steps {
        while let Some(empty) = next
            && empty.first < step.first
        {
            if filled.len() >= MOST_STEPS {
                return timeline.steps.clone();
            }
            filled.push((empty, 0));
            next = following(empty, timeline.by);
        }
        filled.push((step, count));
        next = following(step, timeline.by);
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
    let most = steps.iter().map(|(_, count)| *count).max().unwrap_or(0).max(1);
    let label = steps.iter().map(|(step, _)| screen::columns(&step.value())).max().unwrap_or(4);
    let number = grouped(most).len();
    let room = out.width.saturating_sub(label + number + 4).max(10);
    for (step, count) in &steps {
        write!(out, "{:<label$}  {:>number$}", step.value(), grouped(*count))?;
        if *count > 0 {
            write!(out, "  {}", styled(BAR, &bar(*count, most, room)))?;
        }
        writeln!(out)?;
    }
    let mut foot = counted(total, "article");
    if timeline.undated > 0 {
        foot += &format!(" · {} without a date", grouped(timeline.undated));
    }
    writeln!(out, "{}", styled(QUIET, &foot))
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
        };
        let filled: Vec<_> = with_empty_steps(&timeline).iter().map(|(s, n)| format!("{s} {n}")).collect();
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
