//! Publication dates as they stand in the fields of news records.

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Weekday};

use super::super::name::fold;
use super::super::{DateError, DateOrder, Interval};
use super::clock::{Token, take_time, tokens};

/// Years an article can have been published in: newspapers begin in the 17th century.
pub(super) const YEARS: std::ops::RangeInclusive<i32> = 1600..=2200;

/// Longest text looked at, in bytes; a date's field is never longer.
const MAX_BYTES: usize = 200;

/// Interval and instant (seconds since the epoch) of a record's date.
pub(super) fn parse(text: &str, order: Option<DateOrder>) -> Result<(Interval, Option<i64>), DateError> {
    let shown = || text.chars().take(80).collect::<String>();
    let bare = text.trim().trim_matches(['"', '\'', '“', '”']).trim();
    if bare.is_empty() || bare.len() > MAX_BYTES || bare.contains("://") {
        return Err(DateError::NotUnderstood(shown()));
    }
    if let Some(found) = in_digits(bare) {
        let (on, at) = found.map_err(|e| e.with(shown()))?;
        return plausible(on, at).map_err(|e| e.with(shown()));
    }
    if let Some(found) = week_quarter_half(bare) {
        return found.and_then(|on| plausible(on, None)).map_err(|e| e.with(shown()));
    }
    let mut parts = tokens(bare);
    let seconds = take_time(&mut parts);
    let on = calendar(&parts, order).map_err(|e| e.with(shown()))?;
    let at = match seconds {
        Some(s) if on.first == on.last => Some(instant(on.first) + s),
        _ => None,
    };
    plausible(on, at).map_err(|e| e.with(shown()))
}

/// Why no date came of it, before the text is put in.
enum Fault {
    NotUnderstood,
    NoSuchDate,
    Implausible,
    Ambiguous { month_first: NaiveDate, day_first: NaiveDate },
}

impl Fault {
    fn with(self, text: String) -> DateError {
        match self {
            Self::NotUnderstood => DateError::NotUnderstood(text),
            Self::NoSuchDate => DateError::NoSuchDate(text),
            Self::Implausible => DateError::Implausible(text),
            Self::Ambiguous { month_first, day_first } => {
                DateError::Ambiguous { text, month_first, day_first }
            }
        }
    }
}

fn plausible(on: Interval, at: Option<i64>) -> Result<(Interval, Option<i64>), Fault> {
    // The first second of the epoch, and the last before it, are what an empty field becomes on its way.
    if !YEARS.contains(&on.first.year()) || matches!(at, Some(0 | -1)) {
        return Err(Fault::Implausible);
    }
    Ok((on, at))
}

fn instant(day: NaiveDate) -> i64 {
    day.and_time(NaiveTime::MIN).and_utc().timestamp()
}

type Found = Result<(Interval, Option<i64>), Fault>;

/// Figures only: `20241213`, `202412131030`, `20241213103015`, `202412`, `2024`, or the epoch in seconds,
/// milliseconds, microseconds or nanoseconds, with a fraction or not. `None` for other text.
fn in_digits(text: &str) -> Option<Found> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (whole, fraction) = rest.split_once('.').unwrap_or((rest, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(fraction) || fraction.is_empty() && rest.contains('.') {
        return None;
    }
    if !negative && fraction.is_empty() {
        let day = || NaiveDate::parse_from_str(&whole[..8], "%Y%m%d").ok();
        let stamp = |tail: &str| {
            let h: i64 = tail[..2].parse().ok().filter(|h| *h < 24)?;
            let m: i64 = tail[2..4].parse().ok().filter(|m| *m < 60)?;
            let s: i64 = tail.get(4..6).map_or(Some(0), |s| s.parse().ok())?;
            (s <= 60).then(|| h * 3600 + m * 60 + s.min(59))
        };
        match whole.len() {
            4 => return Some(year(whole.parse().unwrap_or(0)).map(|on| (on, None))),
            6 => {
                let (y, m) = (whole[..4].parse().unwrap_or(0), whole[4..].parse().unwrap_or(0));
                return Some(match m {
                    0 => Err(Fault::NoSuchDate),
                    m => Interval::month(y, m).map(|on| (on, None)).ok_or(Fault::NoSuchDate),
                });
            }
            8 => {
                let none = if digits_are_zero(whole) { Fault::Implausible } else { Fault::NoSuchDate };
                return Some(day().map(|d| (Interval::day(d), None)).ok_or(none));
            }
            12 | 14 => {
                if let (Some(day), Some(s)) = (day(), stamp(&whole[8..]))
                    && YEARS.contains(&day.year())
                {
                    return Some(Ok((Interval::day(day), Some(instant(day) + s))));
                }
            }
            _ => {}
        }
    }
    // Seconds since the epoch have 9 or 10 digits from 1973 to 2286; each finer unit has three more.
    let unit = match whole.len() {
        9..=11 => 1,
        12..=14 => 1_000,
        15..=17 => 1_000_000,
        18 | 19 => 1_000_000_000,
        _ if digits_are_zero(whole) => return Some(Err(Fault::Implausible)),
        _ => return Some(Err(Fault::NotUnderstood)),
    };
    let count: i64 = whole.parse().ok()?;
    let seconds = if negative { -count } else { count }.div_euclid(unit);
    Some(match DateTime::from_timestamp(seconds, 0) {
        Some(at) => Ok((Interval::day(at.date_naive()), Some(seconds))),
        None => Err(Fault::Implausible),
    })
}

fn digits_are_zero(digits: &str) -> bool {
    digits.bytes().all(|b| b == b'0')
}

fn year(y: i32) -> Result<Interval, Fault> {
    if y == 0 { Err(Fault::Implausible) } else { Interval::year(y).ok_or(Fault::NoSuchDate) }
}

/// `2023-W44`, `2023-W44-3`, `2023W443`, `2024-Q4`, `2024-H1`; `None` for other text.
fn week_quarter_half(text: &str) -> Option<Result<Interval, Fault>> {
    let y: i32 = text.get(..4)?.parse().ok()?;
    let rest = text[4..].strip_prefix('-').unwrap_or(&text[4..]);
    let figures = rest.get(1..)?;
    if !figures.bytes().all(|b| b.is_ascii_digit() || b == b'-') {
        return None;
    }
    let figures = figures.replace('-', "");
    let n: u32 = figures.get(..2).unwrap_or(&figures).parse().ok()?;
    let found = match (rest.as_bytes()[0], figures.len()) {
        (b'W' | b'w', 2) => Interval::week(y, n),
        (b'W' | b'w', 3) => {
            let day = figures[2..].parse::<u8>().ok()?.checked_sub(1)?;
            let weekday = Weekday::try_from(day).ok()?;
            NaiveDate::from_isoywd_opt(y, n, weekday).map(Interval::day)
        }
        (b'Q' | b'q', 1) => Interval::quarter(y, n),
        (b'H' | b'h', 1) => Interval::half(y, n),
        _ => return None,
    };
    Some(found.ok_or(Fault::NoSuchDate))
}

/// A date among `parts`, the time of day taken out.
fn calendar(parts: &[Token<'_>], order: Option<DateOrder>) -> Result<Interval, Fault> {
    if let Some(found) = named_month(parts) {
        return found;
    }
    // Without a month's name nothing but figures, their separators and a few words may stand there.
    let mut figures: Vec<&str> = Vec::new();
    let mut signs: Vec<char> = Vec::new();
    let mut last_sign = ' ';
    for part in parts {
        match part {
            Token::Digits(d) => {
                if !figures.is_empty() {
                    signs.push(last_sign);
                }
                figures.push(d);
                last_sign = ' ';
            }
            Token::Sign(c @ ('-' | '/' | '.' | '_' | '‐' | '‑' | '–')) => last_sign = *c,
            Token::Sign(' ' | ',' | '(' | ')' | ':' | '|' | '[' | ']' | '+') => {}
            Token::Word(w) if matches!(*w, "年" | "月" | "日" | "년" | "월" | "일") => last_sign = '年',
            Token::Word(w) if is_filler(w) => {}
            _ => return Err(Fault::NotUnderstood),
        }
    }
    let n = |s: &str| s.parse::<u32>().map_err(|_| Fault::NotUnderstood);
    let short = |s: &str| s.len() <= 2;
    match figures.as_slice() {
        [y, m, d, ..] if y.len() == 4 && short(m) && short(d) && figures.len() == 3 => {
            ymd(n(y)?, n(m)?, n(d)?)
        }
        [a, b, y] if short(a) && short(b) && y.len() == 4 => either(n(a)?, n(b)?, n(y)?, order),
        [a, b, y] if [a, b, y].iter().all(|s| s.len() == 2) || short(a) && short(b) && y.len() == 2 => {
            either(n(a)?, n(b)?, full_year(n(y)?), order)
        }
        [y, m] if y.len() == 4 && short(m) => month(n(y)?, n(m)?),
        [m, y] if y.len() == 4 && short(m) => month(n(y)?, n(m)?),
        [y, day] if y.len() == 4 && day.len() == 3 && signs == ['-'] => {
            let (y, day) = (n(y)?, n(day)?);
            NaiveDate::from_yo_opt(y as i32, day).map(Interval::day).ok_or(Fault::NoSuchDate)
        }
        [one] if one.len() == 8 => ymd(n(&one[..4])?, n(&one[4..6])?, n(&one[6..])?),
        [one] if one.len() == 4 => year(n(one)? as i32),
        [signed, ..] if signed.len() > 4 && figures.len() == 3 => Err(Fault::Implausible),
        _ => Err(Fault::NotUnderstood),
    }
}

/// A year of two figures as RFC 2822 reads it.
fn full_year(y: u32) -> u32 {
    match y {
        0..=49 => 2000 + y,
        50..=99 => 1900 + y,
        _ => y,
    }
}

fn ymd(y: u32, m: u32, d: u32) -> Result<Interval, Fault> {
    if m == 0 && d == 0 {
        // `1998-00-00`: the year is all that is known; `0000-00-00` is nothing.
        return year(y as i32);
    }
    if d == 0 {
        return month(y, m);
    }
    if y == 0 {
        return Err(Fault::Implausible);
    }
    Interval::ymd(y as i32, m, d).ok_or(Fault::NoSuchDate)
}

fn month(y: u32, m: u32) -> Result<Interval, Fault> {
    match (y, m) {
        (0, _) => Err(Fault::Implausible),
        (_, 0) => year(y as i32),
        _ => Interval::month(y as i32, m).ok_or(Fault::NoSuchDate),
    }
}

/// Day and month in either order.
fn either(a: u32, b: u32, y: u32, order: Option<DateOrder>) -> Result<Interval, Fault> {
    if a == 0 && b == 0 {
        return year(y as i32);
    }
    let month_first = NaiveDate::from_ymd_opt(y as i32, a, b);
    let day_first = NaiveDate::from_ymd_opt(y as i32, b, a);
    let day = match (month_first, day_first, order) {
        (None, None, _) => return Err(if y == 0 { Fault::Implausible } else { Fault::NoSuchDate }),
        (Some(day), None, _) | (None, Some(day), _) => day,
        (Some(m), Some(d), _) if m == d => m,
        (Some(m), Some(_), Some(DateOrder::Mdy)) => m,
        (Some(_), Some(d), Some(DateOrder::Dmy)) => d,
        (Some(month_first), Some(day_first), None) => {
            return Err(Fault::Ambiguous { month_first, day_first });
        }
    };
    Ok(Interval::day(day))
}

/// A date round a month's name; `None` when there is no such name beside a figure.
fn named_month(parts: &[Token<'_>]) -> Option<Result<Interval, Fault>> {
    let solid: Vec<Token<'_>> = parts
        .iter()
        .filter(|t| match t {
            Token::Sign(c) => !matches!(c, ' ' | '-' | '/' | '.' | ',' | '_' | '–' | 'º' | '‐' | '‑'),
            Token::Word(w) => !is_joint(w),
            Token::Digits(_) => true,
        })
        .copied()
        .collect();
    let mut best = None;
    for (i, part) in solid.iter().enumerate() {
        let Token::Word(word) = part else { continue };
        let Some(m) = month_number(word) else { continue };
        let figure = |i: Option<usize>| match i.and_then(|i| solid.get(i)) {
            Some(Token::Digits(d)) => d.parse::<u32>().ok().map(|n| (n, d.len())),
            _ => None,
        };
        let found = match (figure(i.checked_sub(1)), figure(Some(i + 1)), figure(Some(i + 2))) {
            (Some((d, 1 | 2)), Some((y, 4)), _) => ymd(y, m, d),
            (Some((y, 4)), Some((d, 1 | 2)), _) => ymd(y, m, d),
            (_, Some((d, 1 | 2)), Some((y, 4))) => ymd(y, m, d),
            (Some((d, 1 | 2)), Some((y, 2)), _) if d != 0 => ymd(full_year(y), m, d),
            (None, Some((y, 4)), _) => month(y, m),
            (Some((y, 4)), None, _) => month(y, m),
            _ => continue,
        };
        best = Some(found);
    }
    best
}

/// The month of a name in one of the languages of `months.tsv`.
pub(super) fn month_number(word: &str) -> Option<u32> {
    let name = fold(word);
    include_str!("months.tsv").lines().filter(|line| !line.starts_with('#')).find_map(|line| {
        let mut columns = line.split('\t');
        (columns.next() == Some(name.as_str())).then(|| columns.next()?.parse().ok())?
    })
}

/// Words between the parts of a date that say nothing: `31 de diciembre de 2017`, `13th of December`.
fn is_joint(word: &str) -> bool {
    matches!(
        word.to_lowercase().as_str(),
        "de" | "del" | "of" | "the" | "d" | "st" | "nd" | "rd" | "th" | "er" | "º" | "ª" | "г" | "den"
    )
}

/// Words that may stand round a date in figures: labels, prepositions, zones and weekdays.
const FILLERS: &str = "published updated posted created date on at am pm le el il um uhr \
    utc gmt est edt mon tue tues wed thu thur thurs fri sat sun \
    monday tuesday wednesday thursday friday saturday sunday mo di mi do fr sa so \
    montag dienstag mittwoch donnerstag freitag samstag sonntag";

/// Whether a word may stand round a date in figures.
fn is_filler(word: &str) -> bool {
    if is_joint(word) || word.chars().count() == 1 && word.chars().all(|c| "TtZz".contains(c)) {
        return true;
    }
    let word = fold(word);
    FILLERS.split(' ').any(|filler| filler == word)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::super::Published;
    use super::*;

    proptest! {
        #[test]
        fn no_text_panics(text in "[0-9]{0,20}|[-+0-9TZ:. /,a-mJDW年é]{0,24}|.{0,40}") {
            let _ = parse(&text, None);
            let _ = Published::from_path(&text);
            let _ = Published::from_url(&format!("http://x/{text}"));
            let _ = Published::from_dateline(&text);
        }
    }

    fn value(text: &str) -> Result<String, DateError> {
        parse(text, None).map(|(on, _)| on.value())
    }

    #[test]
    fn forms_of_news_records() {
        for (text, expected) in [
            ("20151210T191044Z", "2015-12-10"),
            ("20160116T131559+0000", "2016-01-16"),
            ("2015-12-10 19:10", "2015-12-10"),
            ("2015-12-10T19:10:44.123+02:00", "2015-12-10"),
            ("20241213", "2024-12-13"),
            ("2024-12-13T19", "2024-12-13"),
            ("2024-348", "2024-12-13"),
            ("2023-W44", "2023-W44"),
            ("2023-W44-3", "2023-11-01"),
            ("2024-Q4", "2024-Q4"),
            ("Wed, 25 Apr 2017 15:12:49 +0000", "2017-04-25"),
            ("Sun, 05 Nov 2023 19:00:00 GMT", "2023-11-05"),
            ("Sun, 5 Nov 23 19:00 EST", "2023-11-05"),
            ("Wed Nov 20 06:35:39 UTC 2019", "2019-11-20"),
            ("Wed Nov 20 2019 06:35:39 GMT+0100 (CET)", "2019-11-20"),
            ("26-FEB-1987 15:01:01.79", "1987-02-26"),
            (" 2-JUN-1987 09:14:36.57E RM f1\u{5}", "1987-06-02"),
            ("31-MAR-1987 605:12:19.12", "1987-03-31"),
            ("December 31, 2017 ", "2017-12-31"),
            ("Dec. 31, 2017", "2017-12-31"),
            ("31 December 2017", "2017-12-31"),
            ("13th of December, 2024", "2024-12-13"),
            ("Friday, January 4, 2019", "2019-01-04"),
            ("April 29, 1990, Sunday, Home Edition", "1990-04-29"),
            ("13 Dec 2024 10:00 GMT", "2024-12-13"),
            ("Sept. 5, 2011, 9:30 p.m. EDT", "2011-09-05"),
            ("Published: Dec. 31, 2017 | 10:15 AM", "2017-12-31"),
            ("2017/12/31", "2017-12-31"),
            ("31.12.2017", "2017-12-31"),
            ("12/31/2017", "2017-12-31"),
            ("Updated at 3/3/2017", "2017-03-03"),
            ("31-Oct-74", "1974-10-31"),
            ("2017-Dec-31", "2017-12-31"),
            ("12/2017", "2017-12"),
            ("2017-12", "2017-12"),
            ("201712", "2017-12"),
            ("December 2017", "2017-12"),
            ("2017", "2017"),
            ("1998-00-00", "1998"),
            ("5 novembre 2023", "2023-11-05"),
            ("31 de diciembre de 2017", "2017-12-31"),
            ("31. Dezember 2017", "2017-12-31"),
            ("1er août 2020", "2020-08-01"),
            ("5 ноября 2023 г.", "2023-11-05"),
            ("2024年12月13日", "2024-12-13"),
            ("\"2024-12-13\"", "2024-12-13"),
        ] {
            assert_eq!(value(text), Ok(expected.to_owned()), "{text}");
        }
    }

    #[test]
    fn the_epoch_in_four_units() {
        for text in ["1320278400", "1320278400000", "1320278400000000", "1320278400000000000", "1320278400.5"]
        {
            let (on, at) = parse(text, None).unwrap();
            assert_eq!((on.value().as_str(), at), ("2011-11-03", Some(1_320_278_400)), "{text}");
        }
        assert_eq!(value("20111103000000"), Ok("2011-11-03".to_owned()));
    }

    #[test]
    fn the_day_is_the_articles_own_and_the_instant_the_worlds() {
        let (on, at) = parse("2023-11-05T23:30:00-05:00", None).unwrap();
        assert_eq!((on.value().as_str(), at), ("2023-11-05", Some(1_699_245_000)));
        let (on, at) = parse("Nov. 5, 2023 11:30 pm EST", None).unwrap();
        assert_eq!((on.value().as_str(), at), ("2023-11-05", Some(1_699_245_000)));
        let (_, at) = parse("5 Nov 2023 12:10 a.m. GMT", None).unwrap();
        assert_eq!(at, Some(1_699_142_400 + 600));
        assert_eq!(parse("2023-11-05", None).unwrap().1, None);
    }

    #[test]
    fn two_readings_need_an_order() {
        assert!(matches!(parse("03/04/2017", None), Err(DateError::Ambiguous { .. })));
        assert!(matches!(parse("05.11.23", None), Err(DateError::Ambiguous { .. })));
        let with = |order| parse("03/04/2017", Some(order)).map(|(on, _)| on.value());
        assert_eq!(with(DateOrder::Mdy), Ok("2017-03-04".to_owned()));
        assert_eq!(with(DateOrder::Dmy), Ok("2017-04-03".to_owned()));
        // The order only settles doubt; it does not bend a date that has one reading.
        assert_eq!(
            parse("31/12/2017", Some(DateOrder::Mdy)).map(|(on, _)| on.value()),
            Ok("2017-12-31".into())
        );
    }

    #[test]
    fn placeholders_and_nonsense_are_errors() {
        for text in [
            "0000-00-00",
            "00000000",
            "0",
            "1970-01-01T00:00:00Z",
            "1969-12-31T19:00:00-05:00",
            "1969-12-31T23:59:59Z",
            "2999-01-01",
            "+292278994-08-17",
            "0001-01-01T00:00:00Z",
            "9999-12-31",
            "01/01/0001",
        ] {
            assert!(matches!(value(text), Err(DateError::Implausible(_))), "{text}: {:?}", value(text));
        }
        for text in ["1600-02-30", "2017-13-01", "20171301", "31 February 2017", "32/01/2017"] {
            assert!(matches!(value(text), Err(DateError::NoSuchDate(_))), "{text}: {:?}", value(text));
        }
        for text in [
            "",
            "yesterday",
            "https://100percentfedup.com/x",
            "March 5",
            "5 days ago",
            "v1.2.3",
            "-",
            "12:30",
            "7",
        ] {
            assert!(matches!(value(text), Err(DateError::NotUnderstood(_))), "{text}: {:?}", value(text));
        }
    }
}
