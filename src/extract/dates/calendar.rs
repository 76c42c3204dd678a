//! Steps and occurrences on the calendar: units from a time, names in a year, weekdays beside a day.

use chrono::{Datelike, Months, NaiveDate, Weekday};

use super::holidays::shift;
use super::lexicon::{LEXICON, Unit};
use super::phrase::Named;
use super::tense::Direction;
use crate::article::{Granularity, Interval};

/// The day of an interval of one day.
pub(super) fn one_day(time: Interval) -> Option<NaiveDate> {
    (time.granularity == Granularity::Day).then_some(time.first)
}

/// Whether a time is told exactly enough for a unit to be counted from it.
pub(super) fn fine_enough(time: Interval, unit: Unit) -> bool {
    let needed = match unit {
        Unit::Minute | Unit::Hour | Unit::Day => Granularity::Day,
        Unit::Weekend | Unit::Week | Unit::Fortnight => Granularity::Week,
        Unit::Month => Granularity::Month,
        Unit::Quarter => Granularity::Quarter,
        Unit::Year | Unit::Decade | Unit::Century => Granularity::Century,
    };
    time.granularity >= needed
}

/// The unit `n` units from the one that holds the beginning of `base`.
pub(super) fn step(base: Interval, unit: Unit, n: i64) -> Option<Interval> {
    if !fine_enough(base, unit) {
        return None;
    }
    let (y, small) = (base.first.year(), i32::try_from(n).ok()?);
    match unit {
        Unit::Minute | Unit::Hour => None,
        Unit::Day => Some(Interval::day(shift(base.first, n)?)),
        Unit::Weekend => {
            let week = shift(base.first, n.checked_mul(7)?)?.iso_week();
            Interval::weekend(week.year(), week.week())
        }
        Unit::Week | Unit::Fortnight => {
            let days = n.checked_mul(if unit == Unit::Week { 7 } else { 14 })?;
            let week = shift(base.first, days)?.iso_week();
            Interval::week(week.year(), week.week())
        }
        Unit::Month => {
            let first = base.first.with_day(1)?;
            let months = Months::new(small.unsigned_abs());
            let first =
                if small < 0 { first.checked_sub_months(months) } else { first.checked_add_months(months) }?;
            Interval::month(first.year(), first.month())
        }
        Unit::Quarter => {
            let index =
                y.checked_mul(4)?.checked_add((base.first.month0() / 3) as i32)?.checked_add(small)?;
            Interval::quarter(index.div_euclid(4), index.rem_euclid(4) as u32 + 1)
        }
        Unit::Year => Interval::year(y.checked_add(small)?),
        Unit::Decade => Interval::decade(y.div_euclid(10).checked_add(small)?),
        Unit::Century => Interval::century(y.div_euclid(100).checked_add(small)?),
    }
}

/// `n` units before a time: decades and centuries back it is a year that is meant.
pub(super) fn ago(base: Interval, n: u32, unit: Unit) -> Option<Interval> {
    match unit {
        Unit::Decade => step(base, Unit::Year, -i64::from(n) * 10),
        Unit::Century => step(base, Unit::Year, -i64::from(n) * 100),
        _ => step(base, unit, -i64::from(n)),
    }
}

/// A named time in a year.
pub(super) fn occurrence(name: Named, y: i32) -> Option<Interval> {
    match name {
        Named::Month(m) => Interval::month(y, u32::from(m)),
        Named::Day(m, d) => Interval::ymd(y, u32::from(m), u32::from(d)),
        Named::Quarter(q) => Interval::quarter(y, u32::from(q)),
        Named::Half(h) => Interval::half(y, u32::from(h)),
        Named::Season(season) => Interval::season(y, season.code()),
        Named::Holiday(number) => LEXICON.holiday_in(number, y).map(Interval::day),
    }
}

/// The last one that ended before a day.
pub(super) fn before(name: Named, day: NaiveDate) -> Option<Interval> {
    let y = day.year();
    (y - 8..=y).rev().find_map(|y| occurrence(name, y).filter(|time| time.last < day))
}

/// The first one that begins after a time.
pub(super) fn after(name: Named, time: Interval) -> Option<Interval> {
    let y = time.first.year();
    (y..=y + 8).find_map(|y| occurrence(name, y).filter(|next| next.first > time.last))
}

/// The one a news text means that says neither year nor `last` or `next`.
pub(super) fn nearest(name: Named, now: Interval, look: Option<Direction>) -> Option<Interval> {
    let y = now.first.year();
    let begun = (y - 8..=y).rev().find_map(|y| occurrence(name, y).filter(|time| time.first <= now.last));
    let coming = after(name, now);
    let (Some(begun), Some(coming)) = (begun, coming) else { return begun.or(coming) };
    if begun.last >= now.first {
        return Some(begun);
    }
    let back = (now.first - begun.last).num_days();
    let ahead = (coming.first - now.last).num_days();
    let past = match look {
        Some(Direction::Past) => back < ahead * 12,
        Some(Direction::Loose) => back < ahead * 4,
        Some(Direction::Future) => back * 6 < ahead,
        None => back < ahead * 3,
    };
    Some(if past { begun } else { coming })
}

/// The one a narrative means that has just told of `told`: it moves on, across the turn of a year too.
pub(super) fn told_next(name: Named, told: Interval) -> Option<Interval> {
    let same = occurrence(name, told.first.year());
    if told.granularity <= Granularity::Year {
        return same;
    }
    let Some(same) = same else { return after(name, told) };
    let back = (told.first - same.last).num_days();
    if back > 240 { after(name, told) } else { Some(same) }
}

/// The Nth of a weekday in a month, -1 the last.
pub(super) fn nth_weekday(month: Interval, n: i8, weekday: Weekday) -> Option<NaiveDate> {
    if n < 0 {
        return weekday_before(month.last.succ_opt()?, weekday);
    }
    NaiveDate::from_weekday_of_month_opt(
        month.first.year(),
        month.first.month(),
        weekday,
        u8::try_from(n).ok()?,
    )
}

/// The last such weekday before a day.
pub(super) fn weekday_before(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let back =
        (7 + i64::from(day.weekday().num_days_from_monday()) - i64::from(weekday.num_days_from_monday())) % 7;
    shift(day, -(if back == 0 { 7 } else { back }))
}

/// The first such weekday after a day.
pub(super) fn weekday_after(day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
    let ahead =
        (7 + i64::from(weekday.num_days_from_monday()) - i64::from(day.weekday().num_days_from_monday())) % 7;
    shift(day, if ahead == 0 { 7 } else { ahead })
}
