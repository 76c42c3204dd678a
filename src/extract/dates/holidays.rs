//! The days of holidays: fixed, counted from Easter, or the Nth weekday of a month.

use chrono::{Datelike, Days, NaiveDate, Weekday};

/// How the day of a holiday is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    /// Month and day.
    Fixed(u32, u32),
    /// Days after Western Easter.
    Easter(i64),
    /// The Nth weekday of a month (-1: the last), and days after it.
    Nth(u32, Weekday, i8, i64),
}

impl Rule {
    /// Reads a rule of `holidays.tsv`.
    pub(super) fn read(text: &str) -> Option<Self> {
        if let Some(days) = text.strip_prefix("easter") {
            return days.parse().ok().map(Self::Easter);
        }
        if let Some((month, day)) = text.split_once('-').filter(|_| !text.contains(' ')) {
            return Some(Self::Fixed(month.parse().ok()?, day.parse().ok()?));
        }
        let mut words = text.split(' ');
        let month = words.next()?.parse().ok()?;
        let weekday = words.next()?.parse().ok()?;
        let nth = words.next()?.parse().ok()?;
        Some(Self::Nth(month, weekday, nth, words.next().map_or(Some(0), |days| days.parse().ok())?))
    }

    /// The day in year `y`.
    pub(super) fn day(self, y: i32) -> Option<NaiveDate> {
        match self {
            Self::Fixed(m, d) => NaiveDate::from_ymd_opt(y, m, d),
            Self::Easter(days) => shift(easter(y)?, days),
            Self::Nth(m, weekday, -1, days) => {
                let last = NaiveDate::from_ymd_opt(y, m, 1)?
                    .checked_add_months(chrono::Months::new(1))?
                    .pred_opt()?;
                let back = (7 + last.weekday().num_days_from_monday() - weekday.num_days_from_monday()) % 7;
                shift(last, days - i64::from(back))
            }
            Self::Nth(m, weekday, nth, days) => {
                shift(NaiveDate::from_weekday_of_month_opt(y, m, weekday, u8::try_from(nth).ok()?)?, days)
            }
        }
    }
}

/// `days` after `day`.
pub(super) fn shift(day: NaiveDate, days: i64) -> Option<NaiveDate> {
    let count = Days::new(days.unsigned_abs());
    if days < 0 { day.checked_sub_days(count) } else { day.checked_add_days(count) }
}

/// Western Easter Sunday, after the anonymous Gregorian algorithm (Nature, 20 April 1876; Meeus, Astronomical
/// Algorithms, chapter 8).
fn easter(y: i32) -> Option<NaiveDate> {
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let g = (b - (b + 8) / 25 + 1) / 3;
    let h = (19 * a + b - b / 4 - g + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    NaiveDate::from_ymd_opt(y, u32::try_from(n / 31).ok()?, u32::try_from(n % 31 + 1).ok()?)
}
