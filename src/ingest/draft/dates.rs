//! Settling the publication date: the record, else metadata of the page, its address, its path, its dateline.

use chrono::{DateTime, Datelike, NaiveDate};

use super::{DateText, Draft};
use crate::article::{DateError, DateOrder, Interval, Published};
use crate::ingest::{ReadOptions, code};

/// The publication date by the best evidence there is; never invented. Marks what could not be used.
pub(super) fn settle(
    draft: &mut Draft,
    path: &str,
    url: Option<&str>,
    body: &str,
    options: &ReadOptions,
    shown: &mut ShownOrder,
) -> Option<Published> {
    let stated = std::mem::take(&mut draft.dates);
    let mut ambiguous = None;
    let mut odd = None;
    let mut ununderstood = None;
    let mut future = None;
    for date in &stated {
        match Published::parse(&date.text, date.via, options.date_order) {
            Ok(published) if lies_ahead(&published, options.today) => {
                future.get_or_insert_with(|| date.text.clone());
            }
            Ok(published) => {
                shown.learn(&date.text);
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
        .or_else(|| Some(head_of(body)).filter(|head| holds_year(head)).and_then(Published::from_dateline))
        .filter(|published| !lies_ahead(published, options.today));
    if let Some(date) = ambiguous {
        return disambiguate(draft, date, elsewhere, shown);
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
    date: &DateText,
    elsewhere: Option<Published>,
    shown: &ShownOrder,
) -> Option<Published> {
    let read = |order| Published::parse(&date.text, date.via, Some(order)).ok();
    let readings = [read(DateOrder::Mdy), read(DateOrder::Dmy)];
    if let Some(other) = elsewhere {
        let supported = readings.iter().flatten().find(|reading| other.on.contains(&reading.on));
        return Some(supported.cloned().unwrap_or(other));
    }
    let text = shorten(&date.text);
    if let Some((order, sure)) = shown.order() {
        if !sure {
            let first = if order == DateOrder::Dmy { "day" } else { "month" };
            let message = format!("`{text}` was read {first} first, as another date of the file shows");
            draft.flag(code::DATE_AMBIGUOUS, message);
        }
        return read(order);
    }
    let message =
        format!("`{text}` can be read day or month first; only its year was kept — see --date-order");
    draft.flag(code::DATE_AMBIGUOUS, message);
    let year = readings.iter().flatten().next()?.on.first.year();
    Some(Published { on: Interval::year(year)?, at: None, via: date.via })
}

/// How the dates in figures of a file have been written so far, by those that can be read only one way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShownOrder {
    month_first: u32,
    day_first: u32,
}

impl ShownOrder {
    /// Dates that agree before the rest is read like them without a mark.
    const ENOUGH: u32 = 3;

    /// `31/12/2017` shows that the day comes first.
    fn learn(&mut self, text: &str) {
        let mut numbers = text.trim().split(['/', '.', '-']);
        let (Some(first), Some(second), Some(third)) = (numbers.next(), numbers.next(), numbers.next())
        else {
            return;
        };
        let year = third.len() >= 4 && third.as_bytes()[..4].iter().all(u8::is_ascii_digit);
        match (year, first.parse::<u8>(), second.parse::<u8>()) {
            (true, Ok(13..=31), Ok(1..=12)) => self.day_first += 1,
            (true, Ok(1..=12), Ok(13..=31)) => self.month_first += 1,
            _ => {}
        }
    }

    /// The order all of them have, and whether they are enough to be sure.
    fn order(&self) -> Option<(DateOrder, bool)> {
        match (self.month_first, self.day_first) {
            (0, 0) => None,
            (seen, 0) => Some((DateOrder::Mdy, seen >= Self::ENOUGH)),
            (0, seen) => Some((DateOrder::Dmy, seen >= Self::ENOUGH)),
            _ => None,
        }
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

/// Whether a dateline with a full date can be there at all: four figures in a row.
fn holds_year(head: &str) -> bool {
    head.as_bytes().windows(4).any(|four| four.iter().all(u8::is_ascii_digit))
}

fn shorten(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(60).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settled(dates: &[&str], path: &str, order: &mut ShownOrder) -> (Option<String>, Vec<&'static str>) {
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
        assert_eq!(
            settled(&["2023-11-05"], "a.json", &mut ShownOrder::default()),
            (some("2023-11-05 record"), vec![])
        );
        assert_eq!(
            settled(&["x", "2023-11-05"], "a.json", &mut ShownOrder::default()),
            (some("2023-11-05 record"), vec![])
        );
        assert_eq!(
            settled(&[], "2024/12/13/a.json", &mut ShownOrder::default()),
            (some("2024-12-13 path"), vec![])
        );
        assert_eq!(
            settled(&["yesterday"], "a.json", &mut ShownOrder::default()),
            (None, vec![code::DATE_MISSING])
        );
        assert_eq!(
            settled(&["2150-01-01"], "a.json", &mut ShownOrder::default()),
            (None, vec![code::DATE_IMPLAUSIBLE])
        );
        assert_eq!(
            settled(&["0000-00-00"], "a.json", &mut ShownOrder::default()),
            (None, vec![code::DATE_IMPLAUSIBLE])
        );
    }

    #[test]
    fn figures_that_read_two_ways_are_settled_by_evidence_or_left_open() {
        let mut order = ShownOrder::default();
        assert_eq!(
            settled(&["03/04/2017"], "a", &mut order),
            (Some("2017 record".into()), vec![code::DATE_AMBIGUOUS])
        );
        assert_eq!(settled(&["31/12/2017"], "a", &mut order).0.as_deref(), Some("2017-12-31 record"));
        let marked = (Some("2017-04-03 record".to_owned()), vec![code::DATE_AMBIGUOUS]);
        assert_eq!(settled(&["03/04/2017"], "a", &mut order), marked);
        for _ in 0..2 {
            settled(&["31/12/2017"], "a", &mut order);
        }
        assert_eq!(settled(&["03/04/2017"], "a", &mut order), (marked.0, vec![]));
        settled(&["12/31/2017"], "a", &mut order);
        assert_eq!(settled(&["03/04/2017"], "a", &mut order).0.as_deref(), Some("2017 record"));
        let by_path = settled(&["03/04/2017"], "2017/03/04/a.txt", &mut ShownOrder::default());
        assert_eq!(by_path, (Some("2017-03-04 record".into()), vec![]));
    }
}
