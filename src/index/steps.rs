//! Dates in steps of a period.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::batch::Batch;
use super::calendar;
use crate::article::Interval;
use crate::search::Period;

/// Dates of which the step is known: the days of 22 years, or what else begins on them.
const RECENT: usize = 8 << 10;

/// No step.
const NONE: u32 = u32::MAX;

/// Counts by steps of a period: two days of a month in one article count once for the month. One serves for all
/// segments, so that each date is placed once.
pub(super) struct Steps {
    period: Period,
    /// A date met that begins on each day, days counted from 0 again and again, and the number of its step; [`NONE`] for
    /// dates less exact than the period.
    recent: Box<[(u32, u32); RECENT]>,
    /// The steps met, by their first days.
    known: BTreeMap<NaiveDate, u32>,
    steps: Vec<(Interval, u32)>,
    here: Vec<u32>,
}

impl Steps {
    pub(super) fn new(period: Period) -> Self {
        let recent = Box::new([(0, NONE); RECENT]);
        Self { period, recent, known: BTreeMap::new(), steps: Vec::new(), here: Vec::new() }
    }

    /// Steps of the same period with nothing counted.
    pub(super) fn another(&self) -> Self {
        Self::new(self.period)
    }

    /// Counts articles with any number of dates, and answers how many have one as exact as the period.
    pub(super) fn count(&mut self, batch: &Batch) -> u64 {
        let mut with = 0;
        let mut here = std::mem::take(&mut self.here);
        let mut at = 0;
        for run in batch.docs.chunk_by(|a, b| a == b) {
            self.of_article(&batch.values[at..at + run.len()], &mut here);
            for step in &here {
                self.steps[*step as usize].1 += 1;
            }
            with += u64::from(!here.is_empty());
            at += run.len();
        }
        self.here = here;
        with
    }

    /// The same for articles with one date each.
    pub(super) fn count_each(&mut self, dates: &[u64]) -> u64 {
        let mut with = 0;
        for date in dates {
            if let Some(step) = self.of_date(*date) {
                self.steps[step as usize].1 += 1;
                with += 1;
            }
        }
        with
    }

    /// The numbers of the steps of an article's dates, each once.
    pub(super) fn of_article(&mut self, dates: &[u64], steps: &mut Vec<u32>) {
        steps.clear();
        for date in dates {
            if let Some(step) = self.of_date(*date)
                && !steps.contains(&step)
            {
                steps.push(step);
            }
        }
    }

    /// The number of the step a date lies in, likely known.
    #[inline]
    fn of_date(&mut self, packed: u64) -> Option<u32> {
        let at = calendar::first_day(packed) as usize % RECENT;
        let (date, step) = self.recent[at];
        let step = if u64::from(date) == packed { step } else { self.met(packed, at) };
        (step != NONE).then_some(step)
    }

    /// Places a date and keeps its step in mind, `at` its day.
    #[cold]
    fn met(&mut self, packed: u64, at: usize) -> u32 {
        let step = self.place(packed).unwrap_or(NONE);
        // A number of another form is no date and has no step.
        self.recent[at] = (u32::try_from(packed).unwrap_or_default(), step);
        step
    }

    /// The number of the step a date lies in.
    fn place(&mut self, packed: u64) -> Option<u32> {
        let interval = calendar::unpack(packed)?;
        // Most dates lie in a step that was met: to look there costs less than to ask the calendar.
        if let Some((_, at)) = self.known.range(..=interval.first).next_back()
            && self.steps[*at as usize].0.contains(&interval)
        {
            return Some(*at);
        }
        let step = calendar::unit(interval.first, self.period.granularity())?;
        if !step.contains(&interval) || calendar::pack(&step).is_none() {
            return None;
        }
        Some(self.at(step))
    }

    /// The number of a step, a new one where it was not met.
    fn at(&mut self, step: Interval) -> u32 {
        *self.known.entry(step.first).or_insert_with(|| {
            self.steps.push((step, 0));
            self.steps.len() as u32 - 1
        })
    }

    /// Adds what was counted of other articles.
    pub(super) fn add(&mut self, others: &Self) {
        for (step, count) in &others.steps {
            let at = self.at(*step);
            self.steps[at as usize].1 += count;
        }
    }

    /// The steps met, in no order, each at its number, with their articles.
    pub(super) fn counted(&self) -> &[(Interval, u32)] {
        &self.steps
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_date_counts_once_for_the_step_that_holds_it_and_for_none_that_does_not() {
        let dates = [
            "2024",
            "2024-02",
            "2024-Q1",
            "2024-02-28",
            "2024-02-29",
            "2024-W09",
            "2023-12-31",
            "19",
            "2023-W52",
            // Takes the place of the day 8,192 days before.
            "2046-08-03",
        ];
        let packed = dates.map(|date| calendar::pack(&Interval::parse_value(date).unwrap()).unwrap());
        for period in [Period::Year, Period::Quarter, Period::Month, Period::Week, Period::Day] {
            let mut steps = Steps::new(period);
            let mut found = Vec::new();
            // Forwards and back, so that steps are met by one date and known to the next.
            for date in packed.iter().chain(packed.iter().rev()) {
                let interval = calendar::unpack(*date).unwrap();
                let unit = calendar::unit(interval.first, period.granularity()).unwrap();
                let expected: Vec<Interval> =
                    Some(unit).filter(|unit| unit.contains(&interval)).into_iter().collect();
                steps.of_article(&[*date, *date], &mut found);
                let found: Vec<Interval> =
                    found.iter().map(|step| steps.counted()[*step as usize].0).collect();
                assert_eq!(found, expected, "{} in {period:?}", interval.value());
            }
            let single = packed.iter().flat_map(|date| [*date; 3]);
            let with = packed.iter().filter(|date| steps.of_date(**date).is_some()).count() as u64;
            let before: u32 = steps.counted().iter().map(|(_, count)| count).sum();
            assert_eq!(steps.count_each(&single.collect::<Vec<_>>()), 3 * with, "{period:?}");
            let after: u32 = steps.counted().iter().map(|(_, count)| count).sum();
            assert_eq!(u64::from(after - before), 3 * with, "{period:?}");
            let mut starts: Vec<NaiveDate> = steps.counted().iter().map(|(step, _)| step.first).collect();
            let met = starts.len();
            starts.sort_unstable();
            starts.dedup();
            assert_eq!(starts.len(), met, "{period:?}");
        }
    }
}
