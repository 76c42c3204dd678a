//! Setting phrases against the publication date and against each other.
//!
//! In news a name like `March` or `Friday` lies near the publication date, and tense says on which side. In a
//! narrative (a history, a chronicle: most of its dates stand in full and lie years away) it lies near the date
//! told last.

use chrono::{Datelike, NaiveDate, Weekday};

use super::super::DateVia;
use super::calendar::{
    after, ago, before, fine_enough, nearest, nth_weekday, occurrence, one_day, step, told_next,
    weekday_after, weekday_before,
};
use super::holidays::shift;
use super::lexicon::{Season, Unit};
use super::phrase::{Expr, Named, Phrase, Which};
use super::tense::{Direction, direction, leads_sentence};
use super::token::Token;
use crate::article::{Granularity, Interval};

/// How many tokens a quarter reported on is remembered for `a year earlier`.
const QUARTER_REACH: usize = 150;

/// How many tokens a quarter is remembered for `the full year`.
const BESIDE: usize = 25;

/// How many tokens another date of a news text is remembered for `the next day`.
const REFERENCE_REACH: usize = 120;

/// A value and how it was found.
type Resolved = (Interval, DateVia);

/// The dates of a text as far as it has been read.
pub(super) struct Resolver {
    now: Option<Interval>,
    narrative: bool,
    interview: bool,
    reference: Option<(Interval, usize)>,
    quarter: Option<(Interval, usize)>,
}

impl Resolver {
    pub(super) fn new(now: Option<Interval>) -> Self {
        Self { now, narrative: now.is_none(), interview: false, reference: None, quarter: None }
    }

    /// Decides from the phrases of the article's body whether it tells a history or news.
    ///
    /// In an interview, questions being paragraphs of their own, `today` is not the day of publication.
    pub(super) fn set_kind(&mut self, questions: usize, phrases: &[Phrase]) {
        self.interview = questions >= 4;
        let Some(now) = self.now else { return };
        let (mut far, mut near) = (0, 0);
        for phrase in phrases {
            match phrase.expr {
                Expr::Named(Named::Day(..) | Named::Month(_), Which::Year(y)) => {
                    far += i32::from((y - now.first.year()).abs() >= 2);
                }
                Expr::Fixed(time) if time.granularity == Granularity::Year => {
                    far += i32::from((time.first.year() - now.first.year()).abs() >= 20);
                }
                Expr::Weekday(..) | Expr::Dated(..) | Expr::Days(_) | Expr::Ago(..) => near += 1,
                Expr::Unit(_, Which::Last | Which::This | Which::Next) => near += 1,
                _ => {}
            }
        }
        self.narrative = far >= 3 && far > 2 * near;
    }

    /// Begins another part of the article: distances in tokens count anew.
    pub(super) fn next_part(&mut self) {
        self.reference = self.reference.map(|(time, _)| (time, 0));
        self.quarter = None;
    }

    /// The value of a phrase; `None` when nothing says which one is meant.
    pub(super) fn resolve(&mut self, text: &str, tokens: &[Token], phrase: &Phrase) -> Option<Resolved> {
        let at = phrase.first;
        let look = || direction(text, tokens, phrase.first, phrase.end);
        let found = match phrase.expr {
            Expr::Fixed(time) => Some((time, DateVia::Absolute)),
            Expr::ShortYear(n) => self.short_year(n),
            Expr::ShortDecade(n) => self.short_decade(n),
            Expr::Named(name, which) => self.named(name, which, at, look),
            Expr::Weekday(weekday, which) => self.weekday(weekday, which, at, look),
            Expr::Dated(weekday, m, d, which) => {
                self.meeting(weekday, m, d, at).or_else(|| self.named(Named::Day(m, d), which, at, look))
            }
            Expr::NthWeekday(n, weekday, m, which) => {
                let (month, via) = self.named(Named::Month(m), which, at, look)?;
                Some((Interval::day(nth_weekday(month, n, weekday)?), via))
            }
            Expr::NthWeek(n, m, which) => {
                let (month, via) = self.named(Named::Month(m), which, at, look)?;
                // Full weeks are counted.
                let day =
                    if n < 0 { shift(month.last, -6)? } else { shift(month.first, 7 * i64::from(n) - 1)? };
                let week = day.iso_week();
                Some((Interval::week(week.year(), week.week())?, via))
            }
            Expr::DayOfMonth(d) => self.day_of_month(d, at),
            Expr::Unit(unit, which) => self.unit(unit, which, at, look),
            Expr::Days(days) => self.days(days),
            Expr::Ago(n, unit) => self.ago(n, unit, at),
            Expr::Ahead(n, unit) => published(step(self.now?, unit, i64::from(n))),
            Expr::Later(n, unit) => {
                let time = step(self.reference(at)?, unit, i64::from(n))?;
                // What a report tells of as later lies before it, unless it announces.
                let ahead = self.now.is_some_and(|now| time.first > now.last);
                (!ahead || look() == Some(Direction::Future)).then_some((time, DateVia::Context))
            }
            Expr::Earlier(n, unit) => self.earlier(n, unit, at),
            Expr::YearAgo(unit) => self.year_ago(unit, at),
            Expr::YearEnd => {
                let (base, via) = self.base(at)?;
                Some((Interval::year(base.first.year())?, via))
            }
            Expr::WeekOf(name, which) => {
                let (day, via) = self.named(name, which, at, look)?;
                let week = day.first.iso_week();
                Some((Interval::week(week.year(), week.week())?, via))
            }
        }?;
        self.remember(found.0, phrase, tokens);
        Some(found)
    }

    fn remember(&mut self, time: Interval, phrase: &Phrase, tokens: &[Token]) {
        // The quarter reported on, not the one it is compared with.
        let over = self.now.is_none_or(|now| time.last < now.first);
        if time.granularity == Granularity::Quarter && over && matches!(phrase.expr, Expr::Named(..)) {
            self.quarter = Some((time, phrase.end));
        }
        let told = !matches!(phrase.expr, Expr::ShortDecade(_) | Expr::YearAgo(_))
            && time.granularity >= Granularity::Year;
        // A narrative that tells of days and months goes on from them after an aside: a year within a sentence,
        // a look back.
        let aside = match phrase.expr {
            Expr::Fixed(_) => !leads_sentence(tokens, phrase.first),
            Expr::Earlier(..) | Expr::Unit(_, Which::Ref(-1)) => true,
            _ => false,
        };
        let fine = self.reference.is_some_and(|(told, _)| told.granularity > Granularity::Year);
        if self.narrative && aside && fine && time.granularity == Granularity::Year {
            return;
        }
        if told {
            self.reference = Some((time, phrase.end));
        }
    }

    /// The date told last; in news only while it is near.
    fn reference(&self, at: usize) -> Option<Interval> {
        self.reference
            .filter(|&(_, end)| self.narrative || at.saturating_sub(end) <= REFERENCE_REACH)
            .map(|(time, _)| time)
    }

    /// What names and units are set against: the publication date in news, the date told last in a narrative.
    fn base(&self, at: usize) -> Option<Resolved> {
        if self.narrative {
            return self.reference(at).map(|time| (time, DateVia::Context));
        }
        self.now.map(|now| (now, DateVia::Published))
    }

    fn short_year(&self, n: u8) -> Option<Resolved> {
        if let (true, Some((told, _))) = (self.narrative, self.reference) {
            let y = told.first.year() + 20;
            return context(Interval::year(y - (y - i32::from(n)).rem_euclid(100)));
        }
        let y = self.now?.first.year();
        let y = (y + 5) - (y + 5 - i32::from(n)).rem_euclid(100);
        published(Interval::year(y))
    }

    fn short_decade(&self, n: u8) -> Option<Resolved> {
        if let (true, Some((told, _))) = (self.narrative, self.reference) {
            let y = told.first.year() + 20;
            return context(Interval::decade((y - (y - i32::from(n)).rem_euclid(100)).div_euclid(10)));
        }
        let y = self.now?.first.year();
        let y = y - (y - i32::from(n)).rem_euclid(100);
        published(Interval::decade(y.div_euclid(10)))
    }

    fn named(
        &self,
        name: Named,
        which: Which,
        at: usize,
        look: impl Fn() -> Option<Direction>,
    ) -> Option<Resolved> {
        let in_year = |y: i32, via| Some((occurrence(name, y)?, via));
        match which {
            Which::Year(y) => in_year(y, DateVia::Absolute),
            Which::NowYear(n) => {
                let (base, via) = self.base(at)?;
                in_year(base.first.year() + i32::from(n), via)
            }
            Which::RefYear(n) => {
                let (base, via) = match self.reference(at) {
                    Some(time) => (time, DateVia::Context),
                    None => self.base(at)?,
                };
                in_year(base.first.year() + i32::from(n), via)
            }
            Which::Ref(n) => {
                let told = self.reference(at)?;
                context(match n {
                    0 => occurrence(name, told.first.year()),
                    1 => after(name, told),
                    _ => before(name, told.first),
                })
            }
            Which::Last => {
                let (base, via) = self.base(at)?;
                Some((before(name, base.first)?, via))
            }
            Which::Next => {
                let (base, via) = self.base(at)?;
                Some((after(name, base)?, via))
            }
            Which::This => {
                let (base, via) = self.base(at)?;
                let y = base.first.year();
                let winter = matches!(name, Named::Season(Season::Winter)) && base.first.month() <= 3;
                Some((occurrence(name, y - i32::from(winter))?, via))
            }
            Which::Bare | Which::Reported | Which::Whole if self.narrative => {
                let told = self.reference(at)?;
                let found = told_next(name, told)?;
                // A history does not run ahead of its publication.
                let ahead = self.now.is_some_and(|now| told.first <= now.last && found.first > now.last);
                let found = if ahead { occurrence(name, found.first.year() - 1)? } else { found };
                Some((found, DateVia::Context))
            }
            Which::Bare | Which::Reported | Which::Whole => published(nearest(name, self.now?, look())),
        }
    }

    fn weekday(
        &self,
        weekday: Weekday,
        which: Which,
        at: usize,
        look: impl Fn() -> Option<Direction>,
    ) -> Option<Resolved> {
        let day = |day: Option<NaiveDate>| day.map(Interval::day);
        if let Which::Ref(n) = which {
            let told = one_day(self.reference(at)?)?;
            return context(day(match n {
                1 => weekday_after(told, weekday),
                -1 => weekday_before(told, weekday),
                _ => shift(weekday_before(shift(told, 4)?, weekday)?, 0),
            }));
        }
        let now = one_day(self.now?)?;
        published(day(match which {
            Which::Last => weekday_before(now, weekday),
            Which::This | Which::Next
                if !matches!(look(), Some(Direction::Past | Direction::Loose)) || which == Which::Next =>
            {
                weekday_after(now, weekday)
            }
            Which::NowYear(weeks) => {
                let monday = shift(now, -i64::from(now.weekday().num_days_from_monday()))?;
                shift(monday, i64::from(weeks) * 7 + i64::from(weekday.num_days_from_monday()))
            }
            _ if now.weekday() == weekday => Some(now),
            _ if look() == Some(Direction::Future) => weekday_after(now, weekday),
            _ => weekday_before(now, weekday),
        }))
    }

    /// The nearest year in which a day of a month falls on a weekday, within three years.
    fn meeting(&self, weekday: Weekday, m: u8, d: u8, at: usize) -> Option<Resolved> {
        let (base, via) = self.base(at)?;
        let y = base.first.year();
        let day =
            |y| NaiveDate::from_ymd_opt(y, u32::from(m), u32::from(d)).filter(|day| day.weekday() == weekday);
        let near = (y - 3..=y + 3).filter_map(day).min_by_key(|day| (*day - base.first).num_days().abs())?;
        Some((Interval::day(near), via))
    }

    fn day_of_month(&self, d: u8, at: usize) -> Option<Resolved> {
        let told =
            self.reference(at).filter(|time| time.granularity >= Granularity::Month && self.narrative)?;
        if told.granularity == Granularity::Week {
            return None;
        }
        context(Interval::ymd(told.first.year(), told.first.month(), u32::from(d)))
    }

    fn days(&self, days: i8) -> Option<Resolved> {
        if self.narrative || self.interview && days == 0 {
            return None;
        }
        published(shift(one_day(self.now?)?, i64::from(days)).map(Interval::day))
    }

    fn unit(
        &self,
        unit: Unit,
        which: Which,
        at: usize,
        look: impl Fn() -> Option<Direction>,
    ) -> Option<Resolved> {
        if unit == Unit::Weekend && !self.narrative {
            let now = one_day(self.now?)?;
            let saturday = shift(now, 5 - i64::from(now.weekday().num_days_from_monday()))?;
            let over = now.weekday().num_days_from_monday() >= 5;
            let weeks = match which {
                Which::Last if over => -1,
                Which::Next if over => 1,
                Which::Last => -1,
                Which::Next => 0,
                _ if over
                    || look() == Some(Direction::Future)
                    || which == Which::This && look() != Some(Direction::Past) =>
                {
                    0
                }
                _ => -1,
            };
            let week = shift(saturday, weeks * 7)?.iso_week();
            return published(Interval::weekend(week.year(), week.week()));
        }
        match which {
            Which::Reported if unit == Unit::Quarter && !self.narrative => match self.quarter {
                Some((quarter, _)) => context(Some(quarter)),
                None => published(step(self.now?, Unit::Quarter, -1)),
            },
            Which::Whole => match self.reference(at) {
                Some(told) if self.narrative || self.is_beside(told, at) => context(step(told, unit, 0)),
                _ => published(step(self.now?, unit, 0)),
            },
            Which::Ref(0) if unit == Unit::Quarter => context(self.quarter_near(at)),
            Which::Ref(n) => {
                let told = self.reference(at).filter(|time| fine_enough(*time, unit));
                match (told, n) {
                    (Some(told), _) => context(step(told, unit, i64::from(n))),
                    (None, -1 | 0) if unit > Unit::Day && !self.narrative => {
                        published(step(self.now?, unit, i64::from(n)))
                    }
                    _ => None,
                }
            }
            Which::Last | Which::This | Which::Next | Which::Bare | Which::Reported => {
                let (base, via) = self.base(at)?;
                let n = match which {
                    Which::Last => -1,
                    Which::Next => 1,
                    _ => 0,
                };
                fine_enough(base, unit).then(|| step(base, unit, n))?.map(|time| (time, via))
            }
            _ => None,
        }
    }

    fn ago(&self, n: u32, unit: Unit, at: usize) -> Option<Resolved> {
        if (n, unit) == (1, Unit::Year)
            && let Some(quarter) = self.quarter_near(at)
        {
            return context(step(quarter, Unit::Quarter, -4));
        }
        published(ago(self.now?, n, unit))
    }

    fn earlier(&self, n: u32, unit: Unit, at: usize) -> Option<Resolved> {
        if (n, unit) == (1, Unit::Year)
            && let Some(quarter) = self.quarter_near(at)
        {
            return context(step(quarter, Unit::Quarter, -4));
        }
        match self.reference(at).filter(|time| fine_enough(*time, unit)) {
            Some(told) => context(ago(told, n, unit)),
            None if unit > Unit::Week && !self.narrative => published(ago(self.now?, n, unit)),
            None => None,
        }
    }

    fn year_ago(&self, unit: Option<Unit>, at: usize) -> Option<Resolved> {
        if let (Some(quarter), None | Some(Unit::Quarter)) = (self.quarter_near(at), unit) {
            return context(step(quarter, Unit::Quarter, -4));
        }
        match self.reference(at) {
            Some(told) if told.granularity == Granularity::Month && unit != Some(Unit::Quarter) => {
                context(step(told, Unit::Month, -12))
            }
            _ if unit == Some(Unit::Month) => published(step(self.now?, Unit::Month, -12)),
            _ => published(step(self.now?, Unit::Year, -1)),
        }
    }

    /// Whether a quarter or year up to now stands right before.
    fn is_beside(&self, told: Interval, at: usize) -> bool {
        let near = self.reference.is_some_and(|(_, end)| at.saturating_sub(end) <= BESIDE);
        near && matches!(told.granularity, Granularity::Quarter | Granularity::Year)
            && self.now.is_none_or(|now| told.first <= now.last)
    }

    fn quarter_near(&self, at: usize) -> Option<Interval> {
        self.quarter.filter(|&(_, end)| at.saturating_sub(end) <= QUARTER_REACH).map(|(quarter, _)| quarter)
    }
}

fn published(time: Option<Interval>) -> Option<Resolved> {
    time.map(|time| (time, DateVia::Published))
}

fn context(time: Option<Interval>) -> Option<Resolved> {
    time.map(|time| (time, DateVia::Context))
}
