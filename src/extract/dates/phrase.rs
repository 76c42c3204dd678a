//! What a phrase says of a time, before it is set against the publication date or another date of the text.

use chrono::Weekday;

use super::lexicon::{Season, Unit};
use crate::article::Interval;

/// A phrase of a text: tokens `first..end` and what they say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Phrase {
    pub(super) first: usize,
    pub(super) end: usize,
    pub(super) expr: Expr,
}

/// What a phrase says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Expr {
    /// A time that stands in full.
    Fixed(Interval),
    /// `'45`: a year of two figures.
    ShortYear(u8),
    /// `the '90s`: a decade of two figures.
    ShortDecade(u8),
    /// A time that comes round each year, and which one of them.
    Named(Named, Which),
    /// A weekday, and which one.
    Weekday(Weekday, Which),
    /// A weekday with month and day and no year: the year in which they meet.
    Dated(Weekday, u8, u8, Which),
    /// `the last Monday of March`: the Nth weekday of a month, -1 the last.
    NthWeekday(i8, Weekday, u8, Which),
    /// `the first week of October`: the Nth week of a month, -1 the last.
    NthWeek(i8, u8, Which),
    /// `the 24th`: a day of the month spoken of.
    DayOfMonth(u8),
    /// A unit of the calendar beside now or beside another date of the text.
    Unit(Unit, Which),
    /// Days from the publication day: `yesterday` -1.
    Days(i8),
    /// Units before now: `two weeks ago`.
    Ago(u32, Unit),
    /// Units after a date of the text: `two weeks later`.
    Later(u32, Unit),
    /// Units before a date of the text: `two weeks earlier`.
    Earlier(u32, Unit),
    /// Units after now: `two weeks from now`.
    Ahead(u32, Unit),
    /// `the year-ago quarter`, and its unit where one is named.
    YearAgo(Option<Unit>),
    /// `year-end`, of this year or the year of the text.
    YearEnd,
    /// `the week of March 6`: the week round the date of another expression.
    WeekOf(Named, Which),
}

/// A time that comes round each year.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Named {
    /// A month, 1–12.
    Month(u8),
    /// Month and day.
    Day(u8, u8),
    /// A quarter, 1–4.
    Quarter(u8),
    /// A half, 1–2.
    Half(u8),
    /// A season.
    Season(Season),
    /// A holiday by its number in the lexicon.
    Holiday(u8),
}

/// Which one of the times of a name or unit is meant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Which {
    /// Nothing is said: tense and distance decide.
    Bare,
    /// The one in a year.
    Year(i32),
    /// The one in the year of publication, or so many years from it.
    NowYear(i8),
    /// The one in the year spoken of, or so many years from it.
    RefYear(i8),
    /// `last`.
    Last,
    /// `this`.
    This,
    /// `next`.
    Next,
    /// Beside the date spoken of: -1 `the previous`, 0 `that`, `the same`, 1 `the following`.
    Ref(i8),
    /// `the full year`: the one of the quarter or year just spoken of, else this one.
    Whole,
    /// `the quarter`, `the latest quarter`: the one reported on.
    Reported,
}
