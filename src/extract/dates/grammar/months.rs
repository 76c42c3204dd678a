//! Months, days of months and weekdays: `June 3-5, 2024`, `13 December`, `Friday, Dec. 13`.

use chrono::Weekday;

use super::super::lexicon::{Kind, Prep, Rel, Unit};
use super::super::phrase::{Expr, Named, Phrase, Which};
use super::{Core, Grammar};

/// What makes a weekday behind it a name of its own.
const DAY_NAMES: [&str; 12] = [
    "super", "black", "bloody", "holy", "ash", "fat", "cyber", "giving", "casual", "red", "shrove", "maundy",
];

impl Grammar<'_> {
    /// The month of a name at `at` and the token after it (and after the stop of a short form).
    pub(super) fn month_name(&self, at: usize) -> Option<(usize, u8)> {
        match self.kind(at) {
            Kind::Month(m) if self.capital(at) || !matches!(m, 3 | 5) => Some((at + 1, m)),
            // `march`, `may` are verbs unless a figure follows: `may 5`, `march 2015`.
            Kind::Month(m)
                if matches!(self.kind(at + 1), Kind::Number(_, 1 | 2 | 4)) && !self.counts_things(at + 1) =>
            {
                Some((at + 1, m))
            }
            Kind::MonthShort(m) if self.capital(at) => {
                let stopped = self.punct(at + 1, b'.') && self.glued(at + 1);
                let figured = matches!(self.kind(at + 1), Kind::Number(_, 1 | 2 | 4))
                    || matches!(self.before(at), Kind::Number(_, 1 | 2));
                (stopped || figured).then_some((at + 1 + usize::from(stopped), m))
            }
            _ => None,
        }
    }

    /// Past `st`, `nd`, `rd`, `th` behind the number at `at`.
    pub(super) fn past_ordinal_suffix(&self, at: usize) -> Option<usize> {
        let suffix = ["st", "nd", "rd", "th"].iter().any(|s| self.is(at + 1, s));
        (suffix && self.glued(at + 1)).then_some(at + 2)
    }

    /// A day of a month in figures at `at`, with its suffix: the token after it and the day.
    fn day_number(&self, at: usize) -> Option<(usize, u8)> {
        match self.kind(at) {
            Kind::Number(d @ 1..=31, 1 | 2) => {
                Some((self.past_ordinal_suffix(at).unwrap_or(at + 1), d as u8))
            }
            _ => None,
        }
    }

    /// A month at `at`: with its day, its year, or alone.
    pub(super) fn month(&self, at: usize, which: Which) -> Option<Core> {
        let (end, m) = self.month_name(at)?;
        let day = if self.opens(end) { None } else { self.day_after_month(end) };
        let Some((end, d)) = day else { return self.bare_month(at, end, m, which) };
        if !possible(m, d) {
            return None;
        }
        let (end, which) = self.year_of(end).unwrap_or((end, which));
        Some((end, Expr::Named(Named::Day(m, d), which)))
    }

    /// The day after a month's name: `June 3`, `June the 3rd`, `May eighth`, `May twenty-first`.
    fn day_after_month(&self, at: usize) -> Option<(usize, u8)> {
        let mut i = at;
        if self.kind(i) == Kind::The && self.past_ordinal_suffix(i + 1).is_some() {
            i += 1;
        }
        match self.kind(i) {
            Kind::Number(..) => self.day_number(i).filter(|&(after, _)| !self.no_day(i, after)),
            Kind::Ordinal(d @ 1..) => {
                let unit = matches!(self.kind(self.past_hyphen(i + 1)), Kind::Unit(_) | Kind::Half);
                (!unit).then_some((i + 1, d as u8))
            }
            Kind::Cardinal(tens @ (20 | 30)) => match self.kind(self.past_hyphen(i + 1)) {
                Kind::Ordinal(d @ 1..=9) => Some((self.past_hyphen(i + 1) + 1, tens as u8 + d as u8)),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the number at `at` (the token after it is `after`) is no day: a time, a part of a longer figure,
    /// or a count.
    fn no_day(&self, at: usize, after: usize) -> bool {
        match self.kind(after) {
            Kind::Punct(b'%') => self.glued(after),
            Kind::Punct(b'.' | b',' | b':') if self.glued(after) && self.glued(after + 1) => {
                matches!(self.kind(after + 1), Kind::Number(_, w) if w != 4)
            }
            Kind::Quantity => true,
            Kind::Clock => true,
            Kind::Other => self.glued(after) && after == at + 1,
            _ => false,
        }
    }

    /// A month without a day: with its year, or alone where it cannot be a name or a verb.
    fn bare_month(&self, at: usize, end: usize, m: u8, which: Which) -> Option<Core> {
        if let Some((end, year)) = self.year_of(end) {
            return Some((end, Expr::Named(Named::Month(m), year)));
        }
        if matches!(self.kind(at), Kind::MonthShort(_)) && end == at + 1 {
            return None;
        }
        let doubtful = matches!(m, 3 | 4 | 5 | 6 | 8) && matches!(self.kind(at), Kind::Month(_));
        if doubtful && which == Which::Bare {
            if !self.speaks_of_time(at) {
                return None;
            }
            // `March Madness`, `April Fools`, `August Wilson`
            let name = self.kind(end) == Kind::Other && self.capital(end) && !self.opens(end);
            if name && !matches!(self.before(at), Kind::Prep(_) | Kind::Part(_) | Kind::Punct(b'-')) {
                return None;
            }
        }
        Some((end, Expr::Named(Named::Month(m), which)))
    }

    /// Whether the words before a month's name, or a month beside it, show that a month is meant.
    fn speaks_of_time(&self, at: usize) -> bool {
        let month = |i: usize| matches!(self.kind(i), Kind::Month(_) | Kind::MonthShort(_));
        match self.before(at) {
            Kind::Prep(Prep::And | Prep::Or | Prep::To) if at >= 2 => {
                month(at - 2) || matches!(self.kind(at - 2), Kind::Number(..))
            }
            Kind::Prep(Prep::Per) => false,
            Kind::Prep(_)
            | Kind::Part(_)
            | Kind::Rel(_)
            | Kind::This
            | Kind::Before
            | Kind::After
            | Kind::Edge => true,
            Kind::Punct(b'-') => at >= 2 && (month(at - 2) || matches!(self.kind(at - 2), Kind::Part(_))),
            Kind::Punct(b',') => at >= 2 && month(at - 2) || month(at + 2),
            Kind::Punct(b'(') => true,
            // `the March accession`, `a June agreement`
            Kind::The | Kind::A | Kind::Poss
                if self.kind(at + 1) == Kind::Other && !self.capital(at + 1) && !self.glued(at + 1) =>
            {
                true
            }
            _ => {
                let joint =
                    matches!(self.kind(at + 1), Kind::Prep(Prep::And | Prep::To | Prep::Or | Prep::Through))
                        || self.punct(at + 1, b'-');
                let verb = matches!(self.kind(at + 1), Kind::Present | Kind::Past | Kind::Punct(b','));
                let name = matches!(self.kind(at), Kind::Month(3 | 5));
                month(at + 2) && joint || self.begins_sentence(at) && verb && !name
            }
        }
    }

    /// `13 December 2024`, `5th of June` (from the number on).
    pub(super) fn day_month(&self, at: usize) -> Option<Core> {
        let (after, d) = self.day_number(at)?;
        let i = after + usize::from(self.kind(after) == Kind::Prep(Prep::Of) && after == at + 2);
        let (end, m) = self.month_name(i)?;
        if self.opens(i) || self.glued(i) || !possible(m, d) {
            return None;
        }
        let (year_end, which) = self.year_of(end).unwrap_or((end, Which::Bare));
        // `Room 5 May 3`: the month belongs to the number after it.
        if year_end == end && self.day_after_month(end).is_some() && !self.opens(end) {
            return None;
        }
        Some((year_end, Expr::Named(Named::Day(m, d), which)))
    }

    /// `of March`, `in October 2014`: the token after it, the month and which one.
    pub(super) fn of_month(&self, at: usize) -> Option<(usize, u8, Which)> {
        if !matches!(self.kind(at), Kind::Prep(Prep::Of | Prep::In)) {
            return None;
        }
        let (end, m) = self.month_name(at + 1)?;
        let (end, which) = self.year_of(end).unwrap_or((end, Which::Bare));
        (which != Which::Bare || self.day_after_month(end).is_none()).then_some((end, m, which))
    }

    /// Two days of one month: `June 3-5`, `3–5 June 1944`, `3 and 5 June`. The token after them and both phrases.
    pub(super) fn range(&self, at: usize) -> Option<(usize, [Phrase; 2])> {
        let joint = |i: usize| {
            let dash = self.punct(i, b'-');
            let word = matches!(
                self.kind(i),
                Kind::Prep(Prep::And | Prep::To | Prep::Or | Prep::Through | Prep::Until)
            );
            (dash || word).then_some((i + 1, dash))
        };
        if let Kind::Number(..) = self.kind(at) {
            if let Some(found) = self.range_bc(at) {
                return Some(found);
            }
            let open = matches!(self.before(at), Kind::Punct(b'(' | b'"' | b'\'' | b';'));
            if self.glued(at) && at > 0 && !open {
                return None;
            }
            let (after, d1) = self.day_number(at)?;
            let (i, _) = joint(after)?;
            let (end, expr) = self.day_month(i)?;
            let Expr::Named(Named::Day(m, d2), which) = expr else { return None };
            if d1 >= d2 || !possible(m, d1) {
                return None;
            }
            let one = Phrase { first: at, end: after, expr: Expr::Named(Named::Day(m, d1), which) };
            return Some((end, [one, Phrase { first: i, end, expr }]));
        }
        let (i, m) = self.month_name(at)?;
        let (after, d1) = self.day_number(i).filter(|&(after, _)| !self.no_day(i, after))?;
        let (second, dash) = joint(after)?;
        let (end, d2) = self.day_number(second).filter(|&(after, _)| !self.no_day(second, after))?;
        let of_next = self.month_name(end).is_some();
        if d1 >= d2 || of_next || !possible(m, d2) || !dash && self.counts_things(second) {
            return None;
        }
        let (end, which) = self.year_of(end).unwrap_or((end, Which::Bare));
        let one = Phrase { first: at, end: after, expr: Expr::Named(Named::Day(m, d1), which) };
        Some((end, [one, Phrase { first: second, end, expr: Expr::Named(Named::Day(m, d2), which) }]))
    }

    /// A weekday at `at`, with the date that follows it.
    pub(super) fn weekday(&self, at: usize, which: Which) -> Option<Core> {
        let (end, number) = match self.kind(at) {
            Kind::Weekday(number) => (at + 1, number),
            Kind::WeekdayShort(number) if self.capital(at) => {
                let stopped = self.punct(at + 1, b'.') && self.glued(at + 1);
                let end = at + 1 + usize::from(stopped);
                let next = end + usize::from(self.punct(end, b','));
                let dated = self.month_name(next).is_some() || self.day_month(next).is_some();
                if !dated && (!stopped || matches!(number, 5 | 6)) {
                    return None;
                }
                (end, number)
            }
            _ => return None,
        };
        let comma = end + usize::from(self.punct(end, b','));
        if !self.opens(comma) {
            let next = comma + usize::from(self.kind(comma) == Kind::The);
            let dated = match self.kind(next) {
                Kind::Month(_) | Kind::MonthShort(_) => self.month(next, Which::Bare),
                Kind::Number(..) => self.day_month(next).or_else(|| self.figures(next)),
                _ => None,
            };
            match dated {
                Some((
                    end,
                    Expr::Named(
                        Named::Day(m, d),
                        which @ (Which::Bare | Which::This | Which::Last | Which::Next),
                    ),
                )) => {
                    return Some((end, Expr::Dated(Weekday::try_from(number).ok()?, m, d, which)));
                }
                Some(found @ (_, Expr::Named(Named::Day(..), _))) => return Some(found),
                Some(found @ (_, Expr::Fixed(day))) if day.first == day.last => return Some(found),
                _ => {}
            }
        }
        if self.kind(end) == Kind::Paper && self.capital(end) || self.is_plural(end) {
            return None;
        }
        // `Super Tuesday`, `Bloody Sunday`: names
        if at > 0 && self.capital(at) && DAY_NAMES.iter().any(|name| self.is(at - 1, name)) {
            return None;
        }
        // `every Monday`, `on a Monday`: habits
        let habit = match self.before(at) {
            Kind::Prep(Prep::Per) => true,
            Kind::A => at >= 2 && self.kind(at - 2) == Kind::Prep(Prep::On),
            _ => false,
        };
        if habit {
            return None;
        }
        let weekday = Weekday::try_from(number).ok()?;
        // `the last Monday of March`
        if which == Which::Last
            && let Some((end, m, which)) = self.of_month(end)
        {
            return Some((end, Expr::NthWeekday(-1, weekday, m, which)));
        }
        // `Friday last week`, `Monday of next week`
        let i = end + usize::from(self.kind(end) == Kind::Prep(Prep::Of));
        if self.kind(i + 1) == Kind::Unit(Unit::Week) {
            let which = match self.kind(i) {
                Kind::This => Some(Which::NowYear(0)),
                Kind::Rel(Rel::Last) => Some(Which::NowYear(-1)),
                Kind::Rel(Rel::Next) => Some(Which::NowYear(1)),
                _ => None,
            };
            if let Some(which) = which {
                return Some((i + 2, Expr::Weekday(weekday, which)));
            }
        }
        Some((end, Expr::Weekday(weekday, which)))
    }
}

/// Whether a month ever has such a day.
fn possible(m: u8, d: u8) -> bool {
    let longest = match m {
        2 => 29,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    (1..=longest).contains(&d)
}
