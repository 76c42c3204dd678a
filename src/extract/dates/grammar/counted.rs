//! Counted units with a direction (`two weeks ago`, `a year earlier`) and ordinals (`third quarter`,
//! `first half of 1995`, `nineteenth century`).

use chrono::Weekday;

use super::super::lexicon::{Kind, Part, Prep, Unit};
use super::super::phrase::{Expr, Named, Which};
use super::{Core, Grammar};

/// What companies report by half years.
const REPORTED: [&str; 11] = [
    "profit", "profits", "results", "result", "earnings", "sales", "net", "revenue", "loss", "income",
    "pretax",
];

impl Grammar<'_> {
    /// A number in words or figures at `at`: the token after it and its value.
    fn count(&self, at: usize) -> Option<(usize, u32)> {
        match self.kind(at) {
            Kind::A => match self.kind(at + 1) {
                Kind::Cardinal(n @ (100 | 1000)) => Some((at + 2, u32::from(n))),
                _ => Some((at + 1, 1)),
            },
            Kind::Number(n, 1..=4) if at == 0 || !self.glued(at) => Some((at + 1, n)),
            Kind::Cardinal(n @ (20 | 30 | 40 | 50 | 60 | 70 | 80 | 90)) => {
                let second = self.past_hyphen(at + 1);
                match self.kind(second) {
                    Kind::Cardinal(ones @ 1..=9) => Some((second + 1, u32::from(n + ones))),
                    _ => Some((at + 1, u32::from(n))),
                }
            }
            Kind::Cardinal(n @ 1..=99) => match self.kind(at + 1) {
                Kind::Cardinal(100) => Some((at + 2, u32::from(n) * 100)),
                _ => Some((at + 1, u32::from(n))),
            },
            _ => None,
        }
    }

    /// `two weeks ago`, `a year earlier`, `10 days later`.
    pub(super) fn counted(&self, at: usize) -> Option<Core> {
        let (i, n) = self.count(at)?;
        let i = self.past_hyphen(i);
        let i = i + usize::from(self.is(i, "more") || self.is(i, "full"));
        let (Kind::Unit(unit) | Kind::Units(unit)) = self.kind(i) else { return None };
        if unit < Unit::Day || self.opens(i) {
            return None;
        }
        // `a year-earlier loss`: without its article, see `year_word`.
        if unit == Unit::Year && self.past_hyphen(i + 1) > i + 1 {
            return None;
        }
        let mut i = self.past_hyphen(i + 1);
        // `a week or so ago`
        if self.kind(i) == Kind::Prep(Prep::Or) && self.is(i + 1, "so") {
            i += 2;
        }
        let closes = |i: usize| {
            self.opens(i)
                || matches!(
                    self.kind(i),
                    Kind::Punct(_) | Kind::Past | Kind::Prep(Prep::And) | Kind::Present | Kind::Future
                )
        };
        let expr = match self.kind(i) {
            Kind::Ago => Expr::Ago(n, unit),
            Kind::Part(Part::Earlier) => Expr::Earlier(n, unit),
            Kind::Part(Part::Later) => Expr::Later(n, unit),
            Kind::Before if self.is(i, "previously") || closes(i + 1) => Expr::Earlier(n, unit),
            Kind::After if closes(i + 1) => Expr::Later(n, unit),
            Kind::Hence => Expr::Ahead(n, unit),
            Kind::Prep(Prep::From) if matches!(self.kind(i + 1), Kind::Now | Kind::Deictic(0)) => {
                return Some((i + 2, Expr::Ahead(n, unit)));
            }
            _ => return None,
        };
        Some((i + 1, expr))
    }

    /// `third quarter`, `first-half`, `last half of 1989`, `nineteenth century`, `fifth of May`.
    pub(super) fn ordinal(&self, at: usize) -> Option<Core> {
        let Kind::Ordinal(n) = self.kind(at) else { return None };
        let i = self.past_hyphen(at + 1);
        match self.kind(i) {
            Kind::Unit(Unit::Quarter) if n <= 4 => self.quarter_year(i + 1, if n < 0 { 4 } else { n as u8 }),
            Kind::Half if matches!(n, 1 | 2) => self.half(i + 1, n as u8),
            Kind::Unit(Unit::Century) if n > 0 => self.century(i + 1, i32::from(n)),
            Kind::Weekday(number) => {
                let (end, m, which) = self.of_month(i + 1)?;
                Some((end, Expr::NthWeekday(n, Weekday::try_from(number).ok()?, m, which)))
            }
            Kind::Unit(Unit::Week) => {
                let (end, m, which) = self.of_month(i + 1)?;
                Some((end, Expr::NthWeek(n, m, which)))
            }
            Kind::Prep(Prep::Of) if n > 0 => {
                let (end, m) = self.month_name(i + 1)?;
                let (end, which) = self.year_of(end).unwrap_or((end, Which::Bare));
                Some((end, Expr::Named(Named::Day(m, n as u8), which)))
            }
            _ => None,
        }
    }

    /// A half with its year; alone only where a company reports it, since matches have halves too.
    pub(super) fn half(&self, end: usize, n: u8) -> Option<Core> {
        if let Some((end, which)) = self.year_of(end) {
            return Some((end, Expr::Named(Named::Half(n), which)));
        }
        let of_the_year = self.kind(end) == Kind::Prep(Prep::Of)
            && self.kind(end + 1) == Kind::The
            && self.kind(end + 2) == Kind::Unit(Unit::Year);
        if of_the_year {
            return Some((end + 3, Expr::Named(Named::Half(n), Which::NowYear(0))));
        }
        REPORTED
            .iter()
            .any(|word| self.is(end, word))
            .then_some((end, Expr::Named(Named::Half(n), Which::Bare)))
    }
}
