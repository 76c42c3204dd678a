//! Date values: text → days. The forms are those of the query language, a superset of the calendar values
//! of [`article::date`](crate::article::date): relative to a given day, with month names, with `/`.

use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

use crate::article::{DateError, DateOrder, Granularity, Interval};

/// What a date value is read against.
#[derive(Clone, Copy, Debug)]
pub(super) struct Calendar {
    pub(super) today: NaiveDate,
    pub(super) order: Option<DateOrder>,
}

/// Whole days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) first: NaiveDate,
    pub(super) last: NaiveDate,
    /// A time of day was given and is ignored.
    pub(super) timed: bool,
}

impl From<Interval> for Span {
    fn from(interval: Interval) -> Self {
        Span { first: interval.first, last: interval.last, timed: false }
    }
}

/// Longest text that can be a date, in bytes.
const MAX_BYTES: usize = 60;

/// Reads a date value: `2024`, `2020s`, `2024-Q4`, `2024-W50`, `2024-12`, `2024-12-13`, `20241213`,
/// `13 Dec 2024`, `December 2024`, `12/13/2024`, `today`, `last-month`, `last-30d`, `now-7d`.
///
/// # Errors
/// As [`DateError`] says.
pub(super) fn read(text: &str, calendar: Calendar) -> Result<Span, DateError> {
    let not_understood = || DateError::NotUnderstood(text.to_owned());
    let lower = text.trim().to_lowercase();
    if lower.len() > MAX_BYTES || lower.is_empty() {
        return Err(not_understood());
    }
    if let Some(span) = relative(&lower, calendar.today) {
        return span.ok_or_else(not_understood);
    }
    let (day, timed) = cut_time(&lower);
    let found = match numeric(day, text, calendar)? {
        Some(interval) => interval,
        None => named(day, text)?.ok_or_else(not_understood)?,
    };
    Ok(Span { timed, ..found.into() })
}

/// Splits `2024-12-13t10:00` or `2024-12-13 10:00` behind the day.
fn cut_time(text: &str) -> (&str, bool) {
    match text.split_at_checked(10) {
        Some((day, time))
            if day.as_bytes()[4] == b'-'
                && time.starts_with(['t', ' '])
                && time.len() > 2
                && time.chars().skip(1).all(|c| c.is_ascii_digit() || ":.z+-".contains(c)) =>
        {
            (day, true)
        }
        _ => (text, false),
    }
}

/// `today`, `this-week`, `last-30d`, `now-7d`; the inner `None` is beyond the calendar.
fn relative(text: &str, today: NaiveDate) -> Option<Option<Span>> {
    let text = text.split([' ', '_']).filter(|p| !p.is_empty()).collect::<Vec<_>>().join("-");
    let day = |day: Option<NaiveDate>| day.map(|d| Interval::day(d).into());
    match text.as_str() {
        "today" | "now" => return Some(day(Some(today))),
        "yesterday" => return Some(day(today.pred_opt())),
        _ => {}
    }
    if let Some(rest) = text.strip_prefix("now-") {
        let rest = rest.split('/').next().unwrap_or(rest);
        return Some(day(before(today, rest)?));
    }
    if let Some(unit) = text.strip_prefix("this-") {
        return Some(unit_around(today, unit)?.map(Span::from));
    }
    let rest = text.strip_prefix("last-").or_else(|| text.strip_prefix("past-"))?;
    if rest.starts_with(|c: char| c.is_ascii_digit()) {
        let first = before(today, &rest.replace('-', ""))?.and_then(|d| d.succ_opt());
        return Some(first.filter(|f| *f <= today).map(|first| Span { first, last: today, timed: false }));
    }
    let this = unit_around(today, rest)?;
    Some(this.and_then(|i| i.first.pred_opt()).and_then(|d| unit_around(d, rest)?).map(Span::from))
}

/// The day `30d` (or `2w`, `3months`) before another.
fn before(day: NaiveDate, amount: &str) -> Option<Option<NaiveDate>> {
    let unit = amount.trim_start_matches(|c: char| c.is_ascii_digit());
    let n: u32 = amount[..amount.len() - unit.len()].parse().ok().filter(|n| *n <= 100_000)?;
    let found = match unit {
        "d" | "day" | "days" => day.checked_sub_days(Days::new(n.into())),
        "w" | "week" | "weeks" => day.checked_sub_days(Days::new(u64::from(n) * 7)),
        "m" | "mo" | "month" | "months" => day.checked_sub_months(Months::new(n)),
        "y" | "year" | "years" => day.checked_sub_months(Months::new(n * 12)),
        _ => return None,
    };
    Some(found.filter(|day| day.year() > 0))
}

fn unit_around(day: NaiveDate, unit: &str) -> Option<Option<Interval>> {
    let (year, month) = (day.year(), day.month());
    Some(match unit {
        "week" => Interval::week(day.iso_week().year(), day.iso_week().week()),
        "month" => Interval::month(year, month),
        "quarter" => Interval::quarter(year, (month - 1) / 3 + 1),
        "year" => Interval::year(year),
        "decade" => Interval::decade(year / 10),
        _ => return None,
    })
}

/// Forms of digits and separators, with `q4`, `w50`, `h1`.
fn numeric(day: &str, text: &str, calendar: Calendar) -> Result<Option<Interval>, DateError> {
    let no_such = || DateError::NoSuchDate(text.to_owned());
    let found = |interval: Option<Interval>| interval.map(Some).ok_or_else(no_such);
    if let Some(decade) = day.strip_suffix("0s").filter(|d| d.len() == 3 && is_number(d)) {
        return found(number(decade).and_then(|d| Interval::decade(d as i32)));
    }
    if is_number(day) {
        return match day.len() {
            4 => found(year(day).and_then(Interval::year)),
            8 => found(ymd(&day[..4], &day[4..6], &day[6..])),
            _ => Ok(None),
        };
    }
    // `2024q4` is `2024-q4`.
    if let Some((y, unit)) = day.split_at_checked(4)
        && is_number(y)
        && unit.starts_with(['q', 'w', 'h'])
    {
        return calendar_unit(y, unit, None, text);
    }
    let Some(separator) = day.chars().find(|c| matches!(c, '-' | '/' | '.')) else { return Ok(None) };
    let parts: Vec<&str> = day.split(separator).collect();
    match parts[..] {
        [y, unit] if is_year(y) && unit.starts_with(|c: char| c.is_ascii_alphabetic()) => {
            calendar_unit(y, unit, None, text)
        }
        [y, week, weekday] if is_year(y) && week.starts_with('w') => {
            calendar_unit(y, week, Some(weekday), text)
        }
        [y, m] if is_year(y) && is_short(m) => {
            found(year(y).zip(number(m)).and_then(|(y, m)| Interval::month(y, m)))
        }
        [m, y] if is_year(y) && is_short(m) => {
            found(year(y).zip(number(m)).and_then(|(y, m)| Interval::month(y, m)))
        }
        [y, m, d] if is_year(y) && is_short(m) && is_short(d) => found(ymd(y, m, d)),
        [a, b, y] if is_year(y) && is_short(a) && is_short(b) => {
            let (month_first, day_first) = (ymd(y, a, b), ymd(y, b, a));
            let order = if separator == '.' { Some(DateOrder::Dmy) } else { calendar.order };
            match (month_first, day_first, order) {
                (Some(m), Some(d), _) if m == d => Ok(Some(m)),
                (Some(m), Some(_), Some(DateOrder::Mdy)) => Ok(Some(m)),
                (Some(_), Some(d), Some(DateOrder::Dmy)) => Ok(Some(d)),
                (Some(m), Some(d), None) => Err(DateError::Ambiguous {
                    text: text.to_owned(),
                    month_first: m.first,
                    day_first: d.first,
                }),
                (m, d, _) => found(m.or(d)),
            }
        }
        _ => Ok(None),
    }
}

/// `q4`, `w50`, `w50-5`, `h1`, `su`.
fn calendar_unit(
    y: &str,
    unit: &str,
    weekday: Option<&str>,
    text: &str,
) -> Result<Option<Interval>, DateError> {
    let value = format!("{y}-{}", unit.to_uppercase());
    let interval = match Interval::parse_value(&value) {
        Ok(interval) => interval,
        Err(DateError::NoSuchDate(_)) => return Err(DateError::NoSuchDate(text.to_owned())),
        Err(_) => return Ok(None),
    };
    let Some(weekday) = weekday else { return Ok(Some(interval)) };
    match number(weekday) {
        Some(n @ 1..=7) => {
            Ok(interval.first.checked_add_days(Days::new(u64::from(n) - 1)).map(Interval::day))
        }
        _ => Err(DateError::NoSuchDate(text.to_owned())),
    }
}

/// Forms with the name of a month, season or quarter: `13 dec 2024`, `december 13, 2024`, `dec-2024`.
fn named(day: &str, text: &str) -> Result<Option<Interval>, DateError> {
    let mut numbers: Vec<&str> = Vec::new();
    let (mut month, mut season, mut quarter, mut weekday) = (None, None, None, None);
    let mut rest = day;
    while let Some(c) = rest.chars().next() {
        let digit = c.is_ascii_digit();
        let letter = c.is_alphabetic();
        let same = |c: &char| if digit { c.is_ascii_digit() } else { letter && c.is_alphabetic() };
        let len: usize = rest.chars().take_while(same).map(char::len_utf8).sum();
        let (word, after) = rest.split_at(if len == 0 { c.len_utf8() } else { len });
        rest = after;
        if digit {
            if let Some(tail) = ["st", "nd", "rd", "th"].iter().find_map(|s| rest.strip_prefix(s))
                && !tail.starts_with(char::is_alphabetic)
            {
                rest = tail;
            }
            numbers.push(word);
        } else if letter {
            if word == "q" && rest.starts_with(|c: char| ('1'..='4').contains(&c)) {
                quarter = number(&rest[..1]);
                rest = &rest[1..];
            } else if let Some(m) = month_number(word) {
                if month.replace(m).is_some() {
                    return Ok(None);
                }
            } else if let Some(code) = season_code(word) {
                season = Some(code);
            } else if let Some(day) = weekday_of(word) {
                weekday = Some(day);
            } else if !matches!(word, "of" | "the") {
                return Ok(None);
            }
        } else if !matches!(c, ' ' | ',' | '-' | '/' | '.') {
            return Ok(None);
        }
    }
    let no_such = || DateError::NoSuchDate(text.to_owned());
    let interval = match (month, season, quarter, &numbers[..]) {
        (Some(m), None, None, [y]) if is_year(y) => year(y).and_then(|y| Interval::month(y, m)),
        (Some(m), None, None, [d, y] | [y, d]) if is_year(y) && is_short(d) => {
            year(y).zip(number(d)).and_then(|(y, d)| Interval::ymd(y, m, d))
        }
        (None, Some(code), None, [y]) if is_year(y) => year(y).and_then(|y| Interval::season(y, code)),
        (None, None, Some(q), [y]) if is_year(y) => year(y).and_then(|y| Interval::quarter(y, q)),
        _ => return Ok(None),
    };
    let interval = interval.ok_or_else(no_such)?;
    match weekday {
        Some(w) if interval.granularity == Granularity::Day && interval.first.weekday() != w => {
            Err(no_such())
        }
        _ => Ok(Some(interval)),
    }
}

fn month_number(word: &str) -> Option<u32> {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let fits =
        |month: &&str| word == *month || word == &month[..3] || (word == "sept" && month.starts_with("sept"));
    (1..).zip(MONTHS).find(|(_, month)| fits(month)).map(|(n, _)| n)
}

fn season_code(word: &str) -> Option<&'static str> {
    match word {
        "spring" => Some("SP"),
        "summer" => Some("SU"),
        "autumn" | "fall" => Some("FA"),
        "winter" => Some("WI"),
        _ => None,
    }
}

fn weekday_of(word: &str) -> Option<Weekday> {
    if word.len() < 3 { None } else { word.parse().ok() }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && is_number(text)
}

fn is_short(text: &str) -> bool {
    text.len() <= 2 && is_number(text)
}

fn number(text: &str) -> Option<u32> {
    text.parse().ok()
}

fn year(text: &str) -> Option<i32> {
    text.parse().ok().filter(|y| *y > 0)
}

fn ymd(y: &str, m: &str, d: &str) -> Option<Interval> {
    Interval::ymd(year(y)?, number(m)?, number(d)?)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn calendar(order: Option<DateOrder>) -> Calendar {
        Calendar { today: NaiveDate::from_ymd_opt(2024, 12, 13).unwrap(), order }
    }

    fn days(text: &str) -> String {
        match read(text, calendar(None)) {
            Ok(span) => format!("{}..{}", span.first, span.last),
            Err(DateError::NoSuchDate(_)) => "no such".to_owned(),
            Err(DateError::NotUnderstood(_) | DateError::Implausible(_)) => "?".to_owned(),
            Err(DateError::Ambiguous { month_first, day_first, .. }) => {
                format!("{month_first} or {day_first}")
            }
        }
    }

    #[test]
    fn every_form_of_date_value_is_read() {
        for (text, expected) in [
            ("2024", "2024-01-01..2024-12-31"),
            ("2020s", "2020-01-01..2029-12-31"),
            ("2024-Q4", "2024-10-01..2024-12-31"),
            ("2024q4", "2024-10-01..2024-12-31"),
            ("Q4 2024", "2024-10-01..2024-12-31"),
            ("2024-H2", "2024-07-01..2024-12-31"),
            ("2024-W50", "2024-12-09..2024-12-15"),
            ("2024-W50-5", "2024-12-13..2024-12-13"),
            ("2024-12", "2024-12-01..2024-12-31"),
            ("12/2024", "2024-12-01..2024-12-31"),
            ("2024-2-3", "2024-02-03..2024-02-03"),
            ("2024/12/13", "2024-12-13..2024-12-13"),
            ("20241213", "2024-12-13..2024-12-13"),
            ("13 Dec 2024", "2024-12-13..2024-12-13"),
            ("13-Dec-2024", "2024-12-13..2024-12-13"),
            ("13DEC2024", "2024-12-13..2024-12-13"),
            ("December 13th, 2024", "2024-12-13..2024-12-13"),
            ("Friday, 13 December 2024", "2024-12-13..2024-12-13"),
            ("Monday, 13 December 2024", "no such"),
            ("December 2024", "2024-12-01..2024-12-31"),
            ("Sept 2024", "2024-09-01..2024-09-30"),
            ("summer 2024", "2024-06-01..2024-08-31"),
            ("2024-12-13T10:00:00Z", "2024-12-13..2024-12-13"),
            ("13/12/2024", "2024-12-13..2024-12-13"),
            ("12/13/2024", "2024-12-13..2024-12-13"),
            ("03/04/2024", "2024-03-04 or 2024-04-03"),
            ("04/04/2024", "2024-04-04..2024-04-04"),
            ("03.04.2024", "2024-04-03..2024-04-03"),
            ("today", "2024-12-13..2024-12-13"),
            ("yesterday", "2024-12-12..2024-12-12"),
            ("this-week", "2024-12-09..2024-12-15"),
            ("last week", "2024-12-02..2024-12-08"),
            ("this-month", "2024-12-01..2024-12-31"),
            ("last-month", "2024-11-01..2024-11-30"),
            ("last-quarter", "2024-07-01..2024-09-30"),
            ("last-year", "2023-01-01..2023-12-31"),
            ("last-30d", "2024-11-14..2024-12-13"),
            ("last-1d", "2024-12-13..2024-12-13"),
            ("last 2 weeks", "2024-11-30..2024-12-13"),
            ("last-3m", "2024-09-14..2024-12-13"),
            ("last-1y", "2023-12-14..2024-12-13"),
            ("now-7d", "2024-12-06..2024-12-06"),
            ("now-7d/d", "2024-12-06..2024-12-06"),
        ] {
            assert_eq!(days(text), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_says_so() {
        for text in
            ["2024-02-30", "2024-13", "2024-00", "2024-Q5", "2023-W53", "20241340", "0000", "31/31/2024"]
        {
            assert_eq!(days(text), "no such", "{text}");
        }
        let texts = [
            "",
            "next-week",
            "2024*",
            "199",
            "20241",
            "3/4/24",
            "December",
            "13 Dec",
            "last-0d",
            "last-99999y",
            "½",
            "éèê-12-13",
            "2024-12-13-14",
            "-2024",
            "now-",
            "last-",
            "last-5x",
            "q",
            "2024-q",
            "Dec Dec 2024",
        ];
        for text in texts {
            assert_eq!(days(text), "?", "{text}");
        }
    }

    #[test]
    fn a_configured_order_settles_day_and_month() {
        for (order, expected) in [(DateOrder::Mdy, "2024-03-04"), (DateOrder::Dmy, "2024-04-03")] {
            assert_eq!(read("03/04/2024", calendar(Some(order))).unwrap().first.to_string(), expected);
        }
    }
}
