//! Settling the publication date: the record, else metadata of the page, its address, its path, its dateline.

use chrono::{DateTime, Datelike, NaiveDate};

use super::Draft;
use crate::article::{DateError, DateOrder, Interval, Published, PublishedVia};
use crate::ingest::{ReadOptions, code};

/// The publication date by the best evidence there is; never invented. Marks what could not be used.
pub(super) fn settle(
    draft: &mut Draft,
    path: &str,
    url: Option<&str>,
    body: &str,
    options: &ReadOptions,
    order: &mut Option<DateOrder>,
) -> Option<Published> {
    let stated = std::mem::take(&mut draft.dates);
    let order_now = options.date_order.or(*order);
    let mut ambiguous = None;
    let mut odd = None;
    let mut ununderstood = None;
    let mut future = None;
    for date in &stated {
        match Published::parse(&date.text, date.via, order_now) {
            Ok(published) if lies_ahead(&published, options.today) => {
                future.get_or_insert_with(|| date.text.clone());
            }
            Ok(published) => {
                if let Some(shown) = shown_order(&date.text) {
                    *order = Some(shown);
                }
                return Some(published);
            }
            Err(DateError::Ambiguous { .. }) => {
                ambiguous.get_or_insert(date);
            }
            Err(DateError::NotUnderstood(_)) => {
                ununderstood.get_or_insert(&date.text);
            }
            Err(_) => {
                odd.get_or_insert(&date.text);
            }
        }
    }
    let elsewhere = url
        .and_then(Published::from_url)
        .or_else(|| Published::from_path(path))
        .or_else(|| Published::from_dateline(head_of(body)))
        .filter(|published| !lies_ahead(published, options.today));
    if let Some(date) = ambiguous {
        return Some(disambiguate(draft, &date.text, date.via, elsewhere)).flatten();
    }
    if let Some(text) = future.as_ref().or(odd) {
        draft.flag(code::DATE_IMPLAUSIBLE, format!("`{}` cannot be the publication date", shorten(text)));
    } else if elsewhere.is_none() {
        let message = match ununderstood {
            Some(text) => format!("did not understand the date `{}`", shorten(text)),
            None => "no publication date was found".to_owned(),
        };
        draft.flag(code::DATE_MISSING, message);
    }
    elsewhere
}

/// `03/04/2017`: the reading that other evidence supports, else only what both readings agree on.
fn disambiguate(
    draft: &mut Draft,
    text: &str,
    via: PublishedVia,
    elsewhere: Option<Published>,
) -> Option<Published> {
    let read = |order| Published::parse(text, via, Some(order)).ok();
    let readings = [read(DateOrder::Mdy), read(DateOrder::Dmy)];
    if let Some(other) = elsewhere {
        let supported = readings.iter().flatten().find(|reading| other.on.contains(&reading.on));
        return Some(supported.cloned().unwrap_or(other));
    }
    draft.flag(
        code::DATE_AMBIGUOUS,
        format!(
            "`{}` can be read day or month first; only its year was kept — see --date-order",
            shorten(text)
        ),
    );
    let year = readings.iter().flatten().next()?.on.first.year();
    Some(Published { on: Interval::year(year)?, at: None, via })
}

/// The order a date in figures shows by itself: `31/12/2017` is day first.
fn shown_order(text: &str) -> Option<DateOrder> {
    let mut numbers = text.trim().split(['/', '.', '-']);
    let (first, second, third) = (numbers.next()?, numbers.next()?, numbers.next()?);
    if third.len() < 4 || !third.as_bytes()[..4].iter().all(u8::is_ascii_digit) {
        return None;
    }
    match (first.parse::<u8>().ok()?, second.parse::<u8>().ok()?) {
        (13..=31, 1..=12) => Some(DateOrder::Dmy),
        (1..=12, 13..=31) => Some(DateOrder::Mdy),
        _ => None,
    }
}

/// Whether a date is more than a few days ahead: time zones and embargoes reach no further.
fn lies_ahead(published: &Published, today: NaiveDate) -> bool {
    const GRACE_DAYS: i64 = 7;
    (published.on.first - today).num_days() > GRACE_DAYS
}

/// The day of the run, in UTC.
pub(in crate::ingest) fn today() -> NaiveDate {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(now.as_secs()).unwrap_or_default();
    DateTime::from_timestamp(seconds, 0).map(|now| now.date_naive()).unwrap_or_default()
}

fn head_of(body: &str) -> &str {
    const DATELINE_BYTES: usize = 300;
    &body[..body.floor_char_boundary(DATELINE_BYTES)]
}

fn shorten(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(
        dates: &[&str],
        path: &str,
        order: &mut Option<DateOrder>,
    ) -> (Option<String>, Vec<&'static str>) {
        let mut draft = Draft::default();
        for date in dates {
            draft.date(*date, PublishedVia::Record);
        }
        let published = settle(&mut draft, path, None, "Body.", &ReadOptions::default(), order);
        (
            published.map(|p| format!("{} {}", p.on.value(), p.via)),
            draft.flags.iter().map(|f| f.code).collect(),
        )
    }

    #[test]
    fn the_first_date_that_can_be_used_is_used() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(settled(&["2023-11-05"], "a.json", &mut None), (some("2023-11-05 record"), vec![]));
        assert_eq!(settled(&["x", "2023-11-05"], "a.json", &mut None), (some("2023-11-05 record"), vec![]));
        assert_eq!(settled(&[], "2024/12/13/a.json", &mut None), (some("2024-12-13 path"), vec![]));
        assert_eq!(settled(&["yesterday"], "a.json", &mut None), (None, vec![code::DATE_MISSING]));
        assert_eq!(settled(&["2150-01-01"], "a.json", &mut None), (None, vec![code::DATE_IMPLAUSIBLE]));
        assert_eq!(settled(&["0000-00-00"], "a.json", &mut None), (None, vec![code::DATE_IMPLAUSIBLE]));
    }

    #[test]
    fn figures_that_read_two_ways_are_settled_by_evidence_or_left_open() {
        let mut order = None;
        assert_eq!(
            settled(&["03/04/2017"], "a", &mut order),
            (Some("2017 record".into()), vec![code::DATE_AMBIGUOUS])
        );
        assert_eq!(settled(&["31/12/2017"], "a", &mut order).0.as_deref(), Some("2017-12-31 record"));
        assert_eq!(order, Some(DateOrder::Dmy));
        assert_eq!(settled(&["03/04/2017"], "a", &mut order), (Some("2017-04-03 record".into()), vec![]));
        let by_path = settled(&["03/04/2017"], "2017/03/04/a.txt", &mut None);
        assert_eq!(by_path, (Some("2017-03-04 record".into()), vec![]));
    }
}
