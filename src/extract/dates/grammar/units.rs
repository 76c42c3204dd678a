//! Units, months, weekdays and seasons with a determiner: `last week`, `the following year`, `this Friday`,
//! `the year-ago quarter`, `the summer of 1994`, `fiscal 1989`, `year-end`.

use super::super::lexicon::{Kind, Part, Prep, Rel, Unit};
use super::super::phrase::{Expr, Named, Which};
use super::{Core, Grammar};
use crate::article::Granularity;

impl Grammar<'_> {
    /// A core that begins with `the`, `this`, `that`, a possessive or a word like `last`.
    pub(super) fn determined(&self, at: usize) -> Option<Core> {
        let (determiner, mut i) = match self.kind(at) {
            kind @ (Kind::The | Kind::This | Kind::That | Kind::Poss) => (kind, at + 1),
            _ => (Kind::Other, at),
        };
        let mut rel = None;
        if let Kind::Rel(word) = self.kind(i) {
            rel = Some(word);
            i += 1;
            // `the last full year`
            i += usize::from(self.kind(i) == Kind::Rel(Rel::Whole));
        }
        if self.kind(i) == Kind::Fiscal {
            i = self.past_hyphen(i + 1);
        }
        if self.opens(i) {
            return None;
        }
        let named = || which_name(determiner, rel);
        match self.kind(i) {
            Kind::Unit(unit) => self.determined_unit(determiner, rel, i, unit),
            _ if self.is(i, "period") => self.period(determiner, rel, i),
            // `the Oct. 23 slaying`, `his Sunday Mass`: the article is no part of the date.
            Kind::Month(_) | Kind::MonthShort(_) | Kind::Weekday(_) | Kind::WeekdayShort(_)
                if rel.is_none()
                    && matches!(determiner, Kind::The | Kind::Poss | Kind::Other | Kind::That) =>
            {
                None
            }
            Kind::Month(_) | Kind::MonthShort(_) => self.month(i, named()),
            Kind::Weekday(_) | Kind::WeekdayShort(_) => self.weekday(i, named()),
            Kind::Season(_) if rel.is_none() && matches!(determiner, Kind::Poss | Kind::That) => None,
            Kind::Season(season) => {
                if let Some((end, which)) = self.year_of(i + 1) {
                    return Some((end, Expr::Named(Named::Season(season), which)));
                }
                self.season_alone(i, named())
            }
            // `its third quarter`, `the third-quarter loss`
            Kind::Ordinal(_)
                if rel.is_none() && (determiner == Kind::Poss || self.past_hyphen(i + 1) > i + 1) =>
            {
                match self.ordinal(i)? {
                    (_, Expr::Named(..)) => None,
                    found => Some(found),
                }
            }
            Kind::Ordinal(_) => match self.ordinal(i)? {
                (end, Expr::Named(name @ (Named::Quarter(_) | Named::Half(_)), Which::Bare)) => {
                    Some((end, Expr::Named(name, named())))
                }
                found => Some(found),
            },
            Kind::Half if rel == Some(Rel::Last) => self.half(i + 1, 2),
            Kind::Daypart => self.determined_daypart(determiner, rel, i),
            Kind::DecadeName(tens) if determiner == Kind::The => Some((i + 1, Expr::ShortDecade(tens))),
            Kind::Number(..) if determiner == Kind::The && rel.is_none() => self.the_number(i),
            Kind::Punct(b'\'') if determiner == Kind::The => {
                self.apostrophe_year(i).filter(|(_, expr)| matches!(expr, Expr::ShortDecade(_)))
            }
            _ if self.capital(i) && rel.is_some() => match self.holiday(i)? {
                (end, Expr::Named(name, Which::Bare)) => Some((end, Expr::Named(name, named()))),
                found => Some(found),
            },
            _ => None,
        }
    }

    /// `the 24th`, `the 1988 second quarter`, `the 1990s`, from the number on.
    fn the_number(&self, at: usize) -> Option<Core> {
        if let (Some(after), Kind::Number(d @ 1..=31, _)) = (self.past_ordinal_suffix(at), self.kind(at))
            && self.day_month(at).is_none()
            && self.ends_after_day(after)
        {
            return Some((after, Expr::DayOfMonth(d as u8)));
        }
        if let (Kind::Number(y, 4), Kind::Ordinal(n @ 1..=4)) = (self.kind(at), self.kind(at + 1)) {
            let unit = self.past_hyphen(at + 2);
            if self.kind(unit) == Kind::Unit(Unit::Quarter) && self.is_year_value(y) {
                return Some((unit + 1, Expr::Named(Named::Quarter(n as u8), Which::Year(y as i32))));
            }
        }
        let (end, expr) = self.figures(at)?;
        // The article belongs to `the 1990s`, not to `the 1996 election`.
        let joins = match expr {
            Expr::Fixed(time) => time.granularity < Granularity::Year,
            Expr::ShortDecade(_) | Expr::Named(..) => true,
            _ => false,
        };
        joins.then_some((end, expr))
    }

    /// Whether what follows `the 24th` leaves it a day rather than the 24th of something.
    fn ends_after_day(&self, at: usize) -> bool {
        self.opens(at)
            || match self.kind(at) {
                Kind::Punct(b',' | b'.' | b';' | b')') | Kind::Past | Kind::The | Kind::Present => true,
                Kind::Prep(prep) => prep != Prep::Of,
                _ => false,
            }
    }

    fn determined_unit(&self, determiner: Kind, rel: Option<Rel>, at: usize, unit: Unit) -> Option<Core> {
        let end = at + 1;
        let the = determiner == Kind::The;
        // `"This Week"`: a programme or a page
        if unit < Unit::Day || self.capital(at) && !self.begins_sentence(at - 1) && self.capital(at - 1) {
            return None;
        }
        // `the quarter a year ago`, `the same month last year`, `the comparable year-ago quarter`
        if matches!(unit, Unit::Quarter | Unit::Month)
            && the
            && let Some(end) = self.past_year_ago(end)
        {
            return Some((end, Expr::YearAgo(Some(unit))));
        }
        if unit == Unit::Year
            && the
            && matches!(rel, Some(Rel::Same))
            && self.past_hyphen(end) > end
            && let Some((end, expr @ Expr::YearAgo(_))) = self.year_word(at)
        {
            return Some((end, expr));
        }
        if unit == Unit::Day {
            return self.determined_day(determiner, rel, at);
        }
        if unit == Unit::Year
            && rel.is_none()
            && let Some(found) = self.year_word(at)
        {
            // `the year-ago results`: without the article
            let bare = matches!(found.1, Expr::YearAgo(None)) && !self.is(found.0 - 1, "period");
            return (!bare).then_some(found);
        }
        let which = match (determiner, rel) {
            (Kind::This, None) => Which::This,
            (Kind::That, None | Some(Rel::Same)) => Which::Ref(0),
            (_, Some(Rel::This)) => Which::This,
            (Kind::That | Kind::Poss, Some(Rel::Last)) => return None,
            // `the last week of March`
            (_, Some(Rel::Last)) if unit == Unit::Week && self.of_month(end).is_some() => {
                let (end, m, which) = self.of_month(end)?;
                return Some((end, Expr::NthWeek(-1, m, which)));
            }
            (_, Some(Rel::Last)) => Which::Last,
            (Kind::This, Some(Rel::Past)) => Which::Last,
            (_, Some(Rel::Past)) if unit == Unit::Weekend => Which::Last,
            (_, Some(Rel::Next)) if the => Which::Ref(1),
            (_, Some(Rel::Next | Rel::Coming)) => Which::Next,
            (_, Some(Rel::Previous)) => Which::Ref(-1),
            (_, Some(Rel::Following)) => Which::Ref(1),
            (Kind::The, Some(Rel::Same)) => Which::Ref(0),
            (_, Some(Rel::Latest)) if unit == Unit::Quarter => Which::Reported,
            (_, Some(Rel::Latest)) if matches!(unit, Unit::Year | Unit::Week | Unit::Month) => Which::Last,
            (Kind::The, Some(Rel::Whole)) if unit == Unit::Year => Which::Whole,
            (Kind::The, None) if unit == Unit::Year && self.is_the_year(at) => Which::This,
            (Kind::The, None) if unit == Unit::Quarter && !self.is_no_quarter(end) => Which::Reported,
            (Kind::The, None) if unit == Unit::Weekend => Which::Bare,
            (Kind::The, None) if unit == Unit::Week && self.kind(end) == Kind::Prep(Prep::Of) => {
                return match self.core(end + 1)? {
                    (end, Expr::Named(name, which)) => Some((end, Expr::WeekOf(name, which))),
                    _ => None,
                };
            }
            _ => return None,
        };
        // `last year's third quarter`
        if unit == Unit::Year
            && let Some(i) = self.past_possessive(end)
        {
            let i = i + usize::from(self.kind(i) == Kind::Fiscal);
            let year = match which {
                Which::This => Which::NowYear(0),
                Which::Last => Which::NowYear(-1),
                Which::Next => Which::NowYear(1),
                Which::Ref(n) => Which::RefYear(n),
                other => other,
            };
            if let Some((
                end,
                Expr::Named(name @ (Named::Quarter(_) | Named::Half(_) | Named::Season(_)), Which::Bare),
            )) = self.core(i)
            {
                return Some((end, Expr::Named(name, year)));
            }
        }
        Some((end, Expr::Unit(unit, which)))
    }

    /// `the period`, `the latest period`, `the same period last year`: the quarter or month reported on.
    fn period(&self, determiner: Kind, rel: Option<Rel>, at: usize) -> Option<Core> {
        match rel {
            Some(Rel::Latest) => Some((at + 1, Expr::Unit(Unit::Quarter, Which::Reported))),
            Some(Rel::Same) if determiner == Kind::The => {
                Some((self.past_year_ago(at + 1)?, Expr::YearAgo(None)))
            }
            _ => None,
        }
    }

    /// Past `a year ago`, `a year earlier`, `last year`, `of last year`.
    fn past_year_ago(&self, at: usize) -> Option<usize> {
        if let (Kind::A, Some((end, Expr::Ago(1, Unit::Year) | Expr::Earlier(1, Unit::Year)))) =
            (self.kind(at), self.counted(at))
        {
            return Some(end);
        }
        let i = at + usize::from(matches!(self.kind(at), Kind::Prep(Prep::Of | Prep::In)));
        let i = i + usize::from(self.kind(i) == Kind::The);
        let last = matches!(self.kind(i), Kind::Rel(Rel::Last | Rel::Previous));
        (last && self.kind(i + 1) == Kind::Unit(Unit::Year)).then_some(i + 2)
    }

    /// Whether `the year` is this year and not one told by what follows: `for the year,` but not `the year ended
    /// March 31`, `the year before`.
    fn is_the_year(&self, at: usize) -> bool {
        let led = at >= 2
            && matches!(self.kind(at - 2), Kind::Prep(Prep::For | Prep::In | Prep::Of | Prep::During));
        led && (self.opens(at + 1) || matches!(self.kind(at + 1), Kind::Punct(b',' | b'.' | b';' | b')')))
    }

    /// `the quarter of …`, `the quarter mile`, `the quarter-final`: another thing.
    fn is_no_quarter(&self, at: usize) -> bool {
        matches!(self.kind(at), Kind::Prep(Prep::Of) | Kind::Quantity | Kind::Punct(b'-'))
    }

    /// `that day`, `the next day`, `the day before yesterday`.
    fn determined_day(&self, determiner: Kind, rel: Option<Rel>, at: usize) -> Option<Core> {
        let end = at + 1;
        let beside = match (determiner, rel) {
            (Kind::That, None | Some(Rel::Same)) | (Kind::The, Some(Rel::Same)) => 0,
            (Kind::The | Kind::Other, Some(Rel::Next | Rel::Following)) => 1,
            (Kind::The, Some(Rel::Previous)) => -1,
            (Kind::The, None) => {
                let sign = match self.kind(end) {
                    Kind::Before => -1,
                    Kind::After | Kind::Rel(Rel::Following) => 1,
                    _ => return None,
                };
                return match self.kind(end + 1) {
                    Kind::Deictic(days) if days != 0 => Some((end + 2, Expr::Days(days + sign))),
                    Kind::Punct(_) => Some((end + 1, Expr::Unit(Unit::Day, Which::Ref(sign)))),
                    _ => None,
                };
            }
            _ => return None,
        };
        Some((end, Expr::Unit(Unit::Day, Which::Ref(beside))))
    }

    /// `this morning`, `last night`, `the next morning`, `that evening`.
    fn determined_daypart(&self, determiner: Kind, rel: Option<Rel>, at: usize) -> Option<Core> {
        let expr = match (determiner, rel) {
            (Kind::This, None) => Expr::Days(0),
            (Kind::Other, Some(Rel::Last)) => Expr::Days(-1),
            (Kind::That, None | Some(Rel::Same)) => Expr::Unit(Unit::Day, Which::Ref(0)),
            (Kind::The, Some(Rel::Next | Rel::Following)) => Expr::Unit(Unit::Day, Which::Ref(1)),
            (Kind::The, Some(Rel::Previous)) => Expr::Unit(Unit::Day, Which::Ref(-1)),
            _ => return None,
        };
        Some((at + 1, expr))
    }

    /// A season without a determiner.
    pub(super) fn season(&self, at: usize) -> Option<Core> {
        let Kind::Season(season) = self.kind(at) else { return None };
        // `the fall of 1989` is one of Berlin as often; `a 4.3 percent fall this year`
        let said = matches!(self.before(at), Kind::Prep(_) | Kind::Part(_) | Kind::Poss | Kind::Punct(_));
        let fall_of = self.is(at, "fall") && (self.kind(at + 1) == Kind::Prep(Prep::Of) || !said);
        if let (false, Some((end, which))) = (fall_of, self.year_of(at + 1)) {
            return Some((end, Expr::Named(Named::Season(season), which)));
        }
        let spoken = match self.before(at) {
            Kind::Prep(prep) => {
                matches!(prep, Prep::In | Prep::By | Prep::Since | Prep::Until | Prep::During | Prep::Other)
            }
            Kind::Part(_) => true,
            Kind::Punct(b'-') => at >= 2 && matches!(self.kind(at - 2), Kind::Part(_)),
            _ => false,
        };
        if !spoken
            || self.is(at, "fall")
                && !matches!(self.before(at), Kind::Part(_) | Kind::Prep(Prep::In | Prep::By))
        {
            return None;
        }
        self.season_alone(at, Which::Bare)
    }

    fn season_alone(&self, at: usize, which: Which) -> Option<Core> {
        let Kind::Season(season) = self.kind(at) else { return None };
        // `the Winter Olympics`, `the fall of Saigon`, `the fall in prices`
        if self.capital(at + 1) && self.kind(at + 1) == Kind::Other && !self.opens(at + 1) {
            return None;
        }
        if self.is(at, "fall") && which == Which::Bare {
            let then = matches!(self.kind(at + 1), Kind::Prep(Prep::Of | Prep::In | Prep::To | Prep::From));
            let said =
                at >= 2 && self.kind(at - 1) == Kind::The && matches!(self.kind(at - 2), Kind::Prep(_))
                    || matches!(self.before(at), Kind::Part(_) | Kind::Prep(_));
            if then || !said {
                return None;
            }
        }
        Some((at + 1, Expr::Named(Named::Season(season), which)))
    }

    /// `year-ago quarter`, `year-earlier`, `year-end`, `year's end`, `year 2000`.
    pub(super) fn year_word(&self, at: usize) -> Option<Core> {
        let next = self.past_hyphen(at + 1);
        if next > at + 1 && matches!(self.kind(next), Kind::Ago | Kind::Part(Part::Earlier)) {
            let end = next + 1;
            let ordinal = self.past_hyphen(end + 1);
            return Some(match self.kind(end) {
                Kind::Unit(unit @ (Unit::Quarter | Unit::Month)) => (end + 1, Expr::YearAgo(Some(unit))),
                _ if self.is(end, "period") => (end + 1, Expr::YearAgo(None)),
                // `the year-ago third quarter`
                Kind::Ordinal(n @ 1..=4) if self.kind(ordinal) == Kind::Unit(Unit::Quarter) => {
                    (ordinal + 1, Expr::Named(Named::Quarter(n as u8), Which::NowYear(-1)))
                }
                _ => (end, Expr::YearAgo(None)),
            });
        }
        match self.kind(next) {
            Kind::Edge if self.is(next, "end") => Some((next + 1, Expr::YearEnd)),
            Kind::Number(y, 4) if self.is_year_value(y) => self.lone_year(at + 1),
            Kind::Cardinal(_) => self.spoken_year(at + 1),
            _ => self.unit_end(at),
        }
    }

    /// `year's end`, `month's end`.
    pub(super) fn unit_end(&self, at: usize) -> Option<Core> {
        let Kind::Unit(unit) = self.kind(at) else { return None };
        let i = self.past_possessive(at + 1)?;
        if !self.is(i, "end") {
            return None;
        }
        let expr = if unit == Unit::Year { Expr::YearEnd } else { Expr::Unit(unit, Which::This) };
        Some((i + 1, expr))
    }

    /// `fiscal 1989`, `fiscal third quarter`, `fiscal year 1989`.
    pub(super) fn fiscal(&self, at: usize) -> Option<Core> {
        let mut i = self.past_hyphen(at + 1);
        if self.kind(i) == Kind::Unit(Unit::Year) {
            i += 1;
        }
        match self.kind(i) {
            Kind::Number(_, 4) => self.lone_year(i),
            Kind::Ordinal(_) => self.ordinal(i),
            _ => None,
        }
    }
}

/// Which one of a named time a determiner and a word like `last` mean.
fn which_name(determiner: Kind, rel: Option<Rel>) -> Which {
    match (determiner, rel) {
        (Kind::This, None | Some(Rel::Coming | Rel::Next)) => Which::This,
        (Kind::This, Some(Rel::Past | Rel::Last)) => Which::Last,
        (Kind::That, None | Some(Rel::Same)) => Which::Ref(0),
        (_, Some(Rel::Last | Rel::Past)) => Which::Last,
        (Kind::The, Some(Rel::Next)) => Which::Ref(1),
        (_, Some(Rel::Next | Rel::Coming)) => Which::Next,
        (_, Some(Rel::Previous)) => Which::Ref(-1),
        (_, Some(Rel::Following)) => Which::Ref(1),
        (_, Some(Rel::This)) => Which::This,
        (_, Some(Rel::Same)) => Which::Ref(0),
        _ => Which::Bare,
    }
}
