//! Calendar intervals at a granularity: `2024`, `2024-Q4`, `2024-W50`, `2024-12`, `2024-12-13`.
//!
//! Both kinds of date in dateline are intervals: when an article was *published* and what dates its text
//! *mentions*. Values are written as TIMEX3 calendar values (TimeML 1.2.1).

use std::fmt;

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};
use serde::{Deserialize, Serialize};

/// How exact a date is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Granularity {
    /// A hundred years, value `19`.
    Century,
    /// Ten years, value `199`.
    Decade,
    /// A calendar (or fiscal) year, value `1999`.
    Year,
    /// A half year, value `1999-H1`.
    Half,
    /// A season, value `1999-SU`; winter is named by the year it begins in.
    Season,
    /// A quarter, value `1999-Q3`.
    Quarter,
    /// A month, value `1999-07`.
    Month,
    /// An ISO 8601 week, value `1999-W28`; a weekend is `1999-W28-WE`.
    Week,
    /// A day, value `1999-07-14`.
    Day,
}

/// Which of day and month stands first in dates written as figures (`03/04/2017`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    /// Month, day, year, as in the United States.
    Mdy,
    /// Day, month, year, as nearly everywhere else.
    Dmy,
}

/// A stretch of whole days with the granularity it was stated at. Never empty, `first <= last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Interval {
    /// First day.
    pub first: NaiveDate,
    /// Last day, inclusive.
    pub last: NaiveDate,
    /// How exact the statement was.
    pub granularity: Granularity,
}

/// Why a text is not a date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// The form is a date's but no such day, month, week or quarter exists.
    #[error("there is no date '{0}' — check the month and the day")]
    NoSuchDate(String),
    /// The form is not understood.
    #[error("did not understand the date '{0}' — write 2024, 2024-12, 2024-12-13")]
    NotUnderstood(String),
    /// A placeholder (`0000-00-00`, the epoch's first second) or a year no article was published in.
    #[error("the date '{0}' is a placeholder or lies outside 1600–2200")]
    Implausible(String),
    /// Day and month can be either way round.
    #[error(
        "'{text}' can be read as {month_first} or {day_first} — write the date as {month_first}, or set date_order = \"mdy\" or \"dmy\" in the configuration"
    )]
    Ambiguous {
        /// The text as given.
        text: String,
        /// The reading with the month first.
        month_first: NaiveDate,
        /// The reading with the day first.
        day_first: NaiveDate,
    },
}

impl Interval {
    /// One day.
    pub fn day(day: NaiveDate) -> Self {
        Self { first: day, last: day, granularity: Granularity::Day }
    }

    /// Day `d` of month `m` of year `y`; `None` where the calendar has no such day.
    pub fn ymd(y: i32, m: u32, d: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(y, m, d).map(Self::day)
    }

    /// A month; `None` unless `m` is 1–12.
    pub fn month(y: i32, m: u32) -> Option<Self> {
        Self::months(y, m, 1, Granularity::Month)
    }

    /// A quarter; `None` unless `q` is 1–4.
    pub fn quarter(y: i32, q: u32) -> Option<Self> {
        (1..=4).contains(&q).then(|| Self::months(y, q * 3 - 2, 3, Granularity::Quarter))?
    }

    /// A half year; `None` unless `h` is 1 or 2.
    pub fn half(y: i32, h: u32) -> Option<Self> {
        (1..=2).contains(&h).then(|| Self::months(y, h * 6 - 5, 6, Granularity::Half))?
    }

    /// A calendar year.
    pub fn year(y: i32) -> Option<Self> {
        Self::months(y, 1, 12, Granularity::Year)
    }

    /// The decade that begins with year `decade * 10`: `199` is the 1990s.
    pub fn decade(decade: i32) -> Option<Self> {
        Self::months(decade * 10, 1, 120, Granularity::Decade)
    }

    /// The century that begins with year `century * 100`: `19` is 1900–1999.
    pub fn century(century: i32) -> Option<Self> {
        Self::months(century * 100, 1, 1200, Granularity::Century)
    }

    /// A year before the common era, `480` for 480 BC: value `BC0480`.
    pub fn year_bc(y: i32) -> Option<Self> {
        Self::year(1i32.checked_sub(y)?)
    }

    /// The decade `47` of the 470s BC: value `BC047`.
    pub fn decade_bc(decade: i32) -> Option<Self> {
        Self::months(
            (-9i32).checked_sub(decade.checked_mul(10)?)?.checked_add(1)?,
            1,
            120,
            Granularity::Decade,
        )
    }

    /// The century `3` of the years 400–301 BC: value `BC03`.
    pub fn century_bc(century: i32) -> Option<Self> {
        Self::months((-99i32).checked_sub(century.checked_mul(100)?)?, 1, 1200, Granularity::Century)
    }

    /// An ISO 8601 week, Monday to Sunday.
    pub fn week(iso_year: i32, week: u32) -> Option<Self> {
        let first = NaiveDate::from_isoywd_opt(iso_year, week, Weekday::Mon)?;
        Some(Self { first, last: first.checked_add_days(Days::new(6))?, granularity: Granularity::Week })
    }

    /// The season of `SP`, `SU`, `FA`, `WI` that begins in year `y` (meteorological, northern: spring is
    /// March–May, winter December–February of the following year).
    pub fn season(y: i32, code: &str) -> Option<Self> {
        let month = match code {
            "SP" => 3,
            "SU" => 6,
            "FA" => 9,
            "WI" => 12,
            _ => return None,
        };
        Self::months(y, month, 3, Granularity::Season)
    }

    fn months(y: i32, m: u32, count: u32, granularity: Granularity) -> Option<Self> {
        let first = NaiveDate::from_ymd_opt(y, m, 1)?;
        let last = first.checked_add_months(Months::new(count))?.pred_opt()?;
        Some(Self { first, last, granularity })
    }

    /// The calendar unit of a granularity that a day lies in (of seasons, the meteorological one).
    pub fn period(day: NaiveDate, granularity: Granularity) -> Option<Self> {
        let (y, m) = (day.year(), day.month());
        match granularity {
            Granularity::Century => Self::century(y.div_euclid(100)),
            Granularity::Decade => Self::decade(y.div_euclid(10)),
            Granularity::Year => Self::year(y),
            Granularity::Half => Self::half(y, (m - 1) / 6 + 1),
            Granularity::Season => match m {
                1 | 2 => Self::season(y - 1, "WI"),
                3..=5 => Self::season(y, "SP"),
                6..=8 => Self::season(y, "SU"),
                9..=11 => Self::season(y, "FA"),
                _ => Self::season(y, "WI"),
            },
            Granularity::Quarter => Self::quarter(y, (m - 1) / 3 + 1),
            Granularity::Month => Self::month(y, m),
            Granularity::Week => Self::week(day.iso_week().year(), day.iso_week().week()),
            Granularity::Day => Some(Self::day(day)),
        }
    }

    /// Reads a TIMEX3 calendar value (`2024-12-13`, `2024-12`, `2024-W50`, `2024-Q4`, `2024-H1`,
    /// `2024-SU`, `2024`, `202`, `20`; any time of day after `T` is ignored).
    ///
    /// # Errors
    /// [`DateError::NotUnderstood`] for another form, [`DateError::NoSuchDate`] for a day, month, week
    /// or quarter that does not exist.
    pub fn parse_value(text: &str) -> Result<Self, DateError> {
        let value = text.split('T').next().unwrap_or(text);
        let (value, before_era) = value.strip_prefix("BC").map_or((value, false), |rest| (rest, true));
        let mut parts = value.split('-');
        let (year, second, third) = (parts.next().unwrap_or(""), parts.next(), parts.next());
        let not_understood = || DateError::NotUnderstood(text.to_owned());
        let no_such = || DateError::NoSuchDate(text.to_owned());
        if year.is_empty() || !year.bytes().all(|b| b.is_ascii_digit()) || parts.next().is_some() {
            return Err(not_understood());
        }
        let y: i32 = year.parse().map_err(|_| not_understood())?;
        let y = if before_era && year.len() == 4 { 1 - y } else { y };
        match (year.len(), second, third) {
            (2, None, None) if before_era => Self::century_bc(y).ok_or_else(no_such),
            (3, None, None) if before_era => Self::decade_bc(y).ok_or_else(no_such),
            (2, None, None) => Self::century(y).ok_or_else(no_such),
            (3, None, None) => Self::decade(y).ok_or_else(no_such),
            (4, None, None) => Self::year(y).ok_or_else(no_such),
            (4, Some(unit), third) => {
                let rest = unit.get(1..).and_then(|n| n.parse::<u32>().ok());
                match (unit.as_bytes().first(), third) {
                    (Some(b'W'), Some("WE")) => {
                        Self::weekend(y, rest.ok_or_else(not_understood)?).ok_or_else(no_such)
                    }
                    (Some(b'W'), None) if unit != "WI" => {
                        Self::week(y, rest.ok_or_else(not_understood)?).ok_or_else(no_such)
                    }
                    (Some(b'Q'), None) => {
                        Self::quarter(y, rest.ok_or_else(not_understood)?).ok_or_else(no_such)
                    }
                    (Some(b'H'), None) => Self::half(y, rest.ok_or_else(not_understood)?).ok_or_else(no_such),
                    (Some(b'S' | b'F' | b'W'), None) => Self::season(y, unit).ok_or_else(not_understood),
                    (_, third) => {
                        let two = |s: &str| (s.len() <= 2).then(|| s.parse::<u32>().ok()).flatten();
                        let m = two(unit).ok_or_else(not_understood)?;
                        match third {
                            None => Self::month(y, m).ok_or_else(no_such),
                            Some(d) => {
                                Self::ymd(y, m, two(d).ok_or_else(not_understood)?).ok_or_else(no_such)
                            }
                        }
                    }
                }
            }
            _ => Err(not_understood()),
        }
    }

    /// Saturday and Sunday of an ISO week.
    pub fn weekend(iso_year: i32, week: u32) -> Option<Self> {
        let first = NaiveDate::from_isoywd_opt(iso_year, week, Weekday::Sat)?;
        Some(Self { first, last: first.succ_opt()?, granularity: Granularity::Week })
    }

    /// The TIMEX3 calendar value, e.g. `2024-12`. [`Interval::parse_value`] reads it back.
    pub fn value(&self) -> String {
        let m = self.first.month();
        // Years before the common era are counted backwards and have no year 0.
        let (era, y) = match self.first.year() {
            y @ 1.. => ("", y),
            y if self.granularity <= Granularity::Decade && y < -8 => ("BC", 1 - y),
            y if self.granularity <= Granularity::Decade => ("", y),
            y => ("BC", 1 - y),
        };
        match self.granularity {
            Granularity::Century if !era.is_empty() => format!("BC{:02}", (y - 1) / 100),
            Granularity::Century => format!("{:02}", y / 100),
            Granularity::Decade => format!("{era}{:03}", y / 10),
            Granularity::Year => format!("{era}{y:04}"),
            Granularity::Half => format!("{era}{y:04}-H{}", (m - 1) / 6 + 1),
            Granularity::Season => {
                let code = match m {
                    3..=5 => "SP",
                    6..=8 => "SU",
                    9..=11 => "FA",
                    _ => "WI",
                };
                format!("{era}{y:04}-{code}")
            }
            Granularity::Quarter => format!("{era}{y:04}-Q{}", (m - 1) / 3 + 1),
            Granularity::Month => format!("{era}{y:04}-{m:02}"),
            Granularity::Week => {
                let week = self.first.iso_week();
                let weekend = if self.first.weekday() == Weekday::Sat { "-WE" } else { "" };
                format!("{:04}-W{:02}{weekend}", week.year(), week.week())
            }
            Granularity::Day => format!("{era}{y:04}-{m:02}-{:02}", self.first.day()),
        }
    }

    /// Whether `other` lies wholly inside.
    pub fn contains(&self, other: &Interval) -> bool {
        self.first <= other.first && other.last <= self.last
    }

    /// Whether the two share a day.
    pub fn overlaps(&self, other: &Interval) -> bool {
        self.first <= other.last && other.first <= self.last
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.value())
    }
}

impl fmt::Display for Granularity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Century => "century",
            Self::Decade => "decade",
            Self::Year => "year",
            Self::Half => "half",
            Self::Season => "season",
            Self::Quarter => "quarter",
            Self::Month => "month",
            Self::Week => "week",
            Self::Day => "day",
        })
    }
}

impl Serialize for Interval {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.value())
    }
}

impl<'de> Deserialize<'de> for Interval {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Interval::parse_value(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn values_read_back_as_written() {
        for value in [
            "2024-12-13",
            "2024-12",
            "2024-W50",
            "2024-W50-WE",
            "2024-Q4",
            "2024-H2",
            "2024-SU",
            "2024-WI",
            "2024",
            "199",
            "19",
            "BC0480",
            "BC0480-09",
            "BC0480-SU",
            "BC047",
            "BC03",
            "000",
            "0001",
        ] {
            assert_eq!(Interval::parse_value(value).map(|i| i.value()), Ok(value.to_owned()));
        }
    }

    #[test]
    fn days_that_do_not_exist_say_so() {
        for value in ["2024-02-30", "2024-13", "2024-Q5", "2023-W53"] {
            assert_eq!(Interval::parse_value(value), Err(DateError::NoSuchDate(value.to_owned())));
        }
        for value in ["", "next-week", "2024*", "-2024", "2024-12-13-01", "20241"] {
            assert!(matches!(Interval::parse_value(value), Err(DateError::NotUnderstood(_))), "{value}");
        }
    }

    #[test]
    fn an_interval_covers_whole_days() {
        let december = Interval::parse_value("2024-12").unwrap();
        let friday = Interval::parse_value("2024-12-13").unwrap();
        assert!(december.contains(&friday) && !friday.contains(&december) && december.overlaps(&friday));
        assert_eq!(december.last.to_string(), "2024-12-31");
    }
}
