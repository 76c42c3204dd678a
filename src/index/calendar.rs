//! Dates as terms: every date of an article is indexed under each calendar unit that wholly contains it, so
//! that a range of days is the union of the few units that tile it, never a scan.
//!
//! Intervals that no unit of the tiling contains (a week across two months, a winter across two years) are
//! found by their own value, written with `=` in front.

use chrono::{Datelike, Days, NaiveDate, Weekday};

use crate::article::{Granularity, Interval};

/// Units that ranges are tiled with, from the longest.
const TILES: [Granularity; 6] = [
    Granularity::Century,
    Granularity::Decade,
    Granularity::Year,
    Granularity::Quarter,
    Granularity::Month,
    Granularity::Day,
];

/// Every granularity at the place that is its number on disk.
pub(super) const GRANULARITIES: [Granularity; 9] = [
    Granularity::Century,
    Granularity::Decade,
    Granularity::Year,
    Granularity::Half,
    Granularity::Season,
    Granularity::Quarter,
    Granularity::Month,
    Granularity::Week,
    Granularity::Day,
];

/// The unit of a granularity that a day lies in.
pub(super) fn unit(day: NaiveDate, granularity: Granularity) -> Option<Interval> {
    let (y, m) = (day.year(), day.month());
    match granularity {
        Granularity::Century => Interval::century(y.div_euclid(100)),
        Granularity::Decade => Interval::decade(y.div_euclid(10)),
        Granularity::Year => Interval::year(y),
        Granularity::Half => Interval::half(y, (m - 1) / 6 + 1),
        Granularity::Season => match m {
            1 | 2 => Interval::season(y - 1, "WI"),
            3..=5 => Interval::season(y, "SP"),
            6..=8 => Interval::season(y, "SU"),
            9..=11 => Interval::season(y, "FA"),
            _ => Interval::season(y, "WI"),
        },
        Granularity::Quarter => Interval::quarter(y, (m - 1) / 3 + 1),
        Granularity::Month => Interval::month(y, m),
        Granularity::Week => Interval::week(day.iso_week().year(), day.iso_week().week()),
        Granularity::Day => Some(Interval::day(day)),
    }
}

fn weekend(day: NaiveDate) -> Option<Interval> {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
        .then(|| Interval::weekend(day.iso_week().year(), day.iso_week().week()))?
}

/// The term of a unit that contains dates.
fn inside(unit: &Interval) -> String {
    unit.value()
}

/// The term of a date itself.
fn itself(interval: &Interval) -> String {
    format!("={}", interval.value())
}

/// Terms a date is indexed under.
pub(super) fn terms(interval: &Interval, mut each: impl FnMut(&str)) {
    for granularity in [
        Granularity::Century,
        Granularity::Decade,
        Granularity::Year,
        Granularity::Quarter,
        Granularity::Month,
        Granularity::Week,
        Granularity::Day,
    ] {
        if let Some(unit) = unit(interval.first, granularity)
            && unit.contains(interval)
        {
            each(&inside(&unit));
        }
    }
    if interval.granularity != Granularity::Day {
        each(&itself(interval));
    }
}

/// First and last day that can be asked for.
fn bounds() -> Option<(NaiveDate, NaiveDate)> {
    Some((NaiveDate::from_ymd_opt(0, 1, 1)?, NaiveDate::from_ymd_opt(9999, 12, 31)?))
}

/// Terms whose union is every date that lies inside the days.
pub(super) fn within(first: Option<NaiveDate>, last: Option<NaiveDate>) -> Vec<String> {
    let Some((earliest, latest)) = bounds() else { return Vec::new() };
    let first = first.unwrap_or(earliest).max(earliest);
    let last = last.unwrap_or(latest).min(latest);
    let range = Interval { first, last, granularity: Granularity::Day };
    if let Some(week) = unit(first, Granularity::Week)
        && week.first == first
        && week.last == last
    {
        return vec![inside(&week)];
    }
    let mut out = Vec::new();
    let mut day = first;
    while day <= last {
        let tile = TILES
            .iter()
            .filter_map(|granularity| unit(day, *granularity))
            .find(|unit| unit.first == day && unit.last <= last)
            .unwrap_or(Interval::day(day));
        if day > first {
            across(day, &range, &mut out);
        }
        out.push(inside(&tile));
        let Some(next) = tile.last.succ_opt() else { break };
        day = next;
    }
    out
}

/// Adds the dates inside the range that no tile contains because they cross into `day`.
fn across(day: NaiveDate, range: &Interval, out: &mut Vec<String>) {
    let Some(before) = day.pred_opt() else { return };
    let crossing = [
        unit(day, Granularity::Week),
        weekend(day),
        unit(day, Granularity::Half),
        unit(day, Granularity::Season),
    ];
    for interval in crossing.into_iter().flatten() {
        if interval.first <= before && range.contains(&interval) {
            let term = itself(&interval);
            if !out.contains(&term) {
                out.push(term);
            }
        }
    }
}

/// Terms that, with those of [`within`], make every date that shares a day with the days.
pub(super) fn touching(first: Option<NaiveDate>, last: Option<NaiveDate>) -> Vec<String> {
    let Some((earliest, latest)) = bounds() else { return Vec::new() };
    let range = Interval {
        first: first.unwrap_or(earliest).max(earliest),
        last: last.unwrap_or(latest).min(latest),
        granularity: Granularity::Day,
    };
    let mut out = Vec::new();
    for edge in [range.first, range.last] {
        let coarse =
            GRANULARITIES.iter().filter_map(|granularity| unit(edge, *granularity)).chain(weekend(edge));
        for interval in coarse {
            let term = itself(&interval);
            if !range.contains(&interval) && !out.contains(&term) {
                out.push(term);
            }
        }
    }
    out
}

/// An interval as a number that sorts by first day; `None` before the year 1.
pub(super) fn pack(interval: &Interval) -> Option<u64> {
    let day = u64::try_from(interval.first.num_days_from_ce()).ok()?;
    let granularity = GRANULARITIES.iter().position(|g| *g == interval.granularity)? as u64;
    Some(day << 4 | granularity)
}

/// The first day of a number of [`pack`], counted from the first of the year 1.
pub(super) fn first_day(packed: u64) -> u64 {
    packed >> 4
}

/// The interval of a number of [`pack`].
pub(super) fn unpack(packed: u64) -> Option<Interval> {
    let day = NaiveDate::from_num_days_from_ce_opt(i32::try_from(first_day(packed)).ok()?)?;
    let granularity = *GRANULARITIES.get((packed & 15) as usize)?;
    if granularity == Granularity::Week && day.weekday() == Weekday::Sat {
        return Some(Interval { first: day, last: day.checked_add_days(Days::new(1))?, granularity });
    }
    unit(day, granularity)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn indexed(value: &str) -> Vec<String> {
        let mut out = Vec::new();
        terms(&Interval::parse_value(value).unwrap(), |term| out.push(term.to_owned()));
        out
    }

    fn asked(first: &str, last: &str) -> (Interval, Vec<String>) {
        let first = Interval::parse_value(first).unwrap().first;
        let last = Interval::parse_value(last).unwrap().last;
        (Interval { first, last, granularity: Granularity::Day }, within(Some(first), Some(last)))
    }

    #[test]
    fn a_day_is_found_by_every_unit_around_it() {
        assert_eq!(
            indexed("2024-12-13"),
            ["20", "202", "2024", "2024-Q4", "2024-12", "2024-W50", "2024-12-13"]
        );
        assert_eq!(indexed("2024-12"), ["20", "202", "2024", "2024-Q4", "2024-12", "=2024-12"]);
    }

    #[test]
    fn ranges_are_tiled_with_the_fewest_units() {
        assert_eq!(asked("2024-12", "2024-12").1, ["2024-12"]);
        assert_eq!(asked("2024-12-09", "2024-12-15").1, ["2024-W50"]);
        let (_, tiles) = asked("2024-11-30", "2025-01");
        assert!(tiles.contains(&"2024-11-30".to_owned()) && tiles.contains(&"2025-01".to_owned()));
        assert!(within(None, None).len() < 700);
    }

    /// Every interval is found exactly by the ranges that contain it, and touched by those it overlaps.
    #[test]
    fn terms_decide_as_the_days_do() {
        let values = [
            "19",
            "20",
            "199",
            "202",
            "2023",
            "2024",
            "2024-H1",
            "2024-H2",
            "2024-SP",
            "2023-WI",
            "2024-WI",
            "2024-Q1",
            "2024-Q4",
            "2024-02",
            "2024-12",
            "2024-W01",
            "2024-W05",
            "2024-W50",
            "2025-W01",
            "2024-W22-WE",
            "2024-W26-WE",
            "2024-02-29",
            "2024-12-31",
            "2025-01-01",
        ];
        let edges = [
            ("1900-01-01", "1999-12-31"),
            ("2023-12-01", "2024-02-29"),
            ("2023-11-30", "2024-06-30"),
            ("2024-01-01", "2024-06-30"),
            ("2024-01-15", "2024-12-31"),
            ("2024-06-01", "2024-06-02"),
            ("2024-12-13", "2024-12-13"),
            ("2024-12-30", "2025-01-05"),
            ("2024-12-29", "2025-01-06"),
            ("1990-01-01", "2030-12-31"),
        ];
        for value in values {
            let interval = Interval::parse_value(value).unwrap();
            let indexed = indexed(value);
            for (first, last) in edges {
                let (range, mut tiles) = asked(first, last);
                let found = tiles.iter().any(|tile| indexed.contains(tile));
                assert_eq!(found, range.contains(&interval), "{value} in {first}..{last}");
                tiles.extend(touching(Some(range.first), Some(range.last)));
                let touched = tiles.iter().any(|tile| indexed.contains(tile));
                assert_eq!(touched, range.overlaps(&interval), "{value} touching {first}..{last}");
            }
            assert_eq!(unpack(pack(&interval).unwrap()), Some(interval));
        }
    }
}
