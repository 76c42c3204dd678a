//! Dates and years in figures: `2024-12-13`, `12/13/2024`, `1996`, `1990s`, `480 BC`, `nineteen ninety-six`.

use chrono::Datelike;

use super::super::lexicon::{Kind, Prep, Unit};
use super::super::phrase::{Expr, Named, Phrase, Which};
use super::{Core, Grammar};
use crate::article::{Granularity, Interval};

/// Years that may stand without a word before them that says so.
const PLAIN_YEARS: std::ops::RangeInclusive<u32> = 1600..=2060;

/// Words whose number is a name.
const NUMBERED: [&str; 14] = [
    "flight",
    "route",
    "highway",
    "room",
    "windows",
    "model",
    "boeing",
    "number",
    "channel",
    "interstate",
    "article",
    "section",
    "resolution",
    "nasdaq",
];

impl Grammar<'_> {
    /// A date that begins with a number.
    pub(super) fn figures(&self, at: usize) -> Option<Core> {
        let Kind::Number(n, width) = self.kind(at) else { return None };
        if at > 0 && self.glued(at) && !self.may_precede(at) {
            return None;
        }
        if let Some(found) = self.iso(at).or_else(|| self.slashed(at)).or_else(|| self.era(at)) {
            return Some(found);
        }
        if width <= 2
            && let Some(found) = self.day_month(at)
        {
            return Some(found);
        }
        if width <= 2
            && let Some(after) = self.past_ordinal_suffix(at)
        {
            let after = self.past_hyphen(after);
            return match self.kind(after) {
                Kind::Unit(Unit::Century) => self.century(after + 1, n as i32),
                Kind::Unit(Unit::Quarter) if (1..=4).contains(&n) => self.quarter_year(after + 1, n as u8),
                _ => None,
            };
        }
        // `3Q`
        if width == 1 && self.glued(at + 1) && self.is(at + 1, "q") && (1..=4).contains(&n) {
            return self.quarter_year(at + 2, n as u8);
        }
        if width == 4 {
            return self.decade(at).or_else(|| self.lone_year(at));
        }
        if width == 2 && n % 10 == 0 && self.is(at + 1, "s") && self.glued(at + 1) {
            // `70s` of years, not of age or of degrees: after `the` or beside another decade.
            let beside = matches!(self.before(at), Kind::The | Kind::Part(_) | Kind::Prep(Prep::And));
            return (beside && n >= 20).then_some((at + 2, Expr::ShortDecade(n as u8)));
        }
        (width == 2 && self.is_short_year(at)).then_some((at + 1, Expr::ShortYear(n as u8)))
    }

    /// `Reagan in 80 and 84, Romney in 08`: a bare number of two figures behind `in`, with nothing to count.
    fn is_short_year(&self, at: usize) -> bool {
        let Kind::Number(n, 2) = self.kind(at) else { return false };
        let closes = self.opens(at + 1)
            || matches!(self.kind(at + 1), Kind::Punct(b',' | b'.' | b';' | b'?')) && !self.counts_things(at)
            || self.kind(at + 1) == Kind::Prep(Prep::And) && matches!(self.kind(at + 2), Kind::Number(_, 2));
        let spoken = match self.before(at) {
            Kind::Prep(Prep::In | Prep::Since) => {
                // `one in 50`
                !matches!(at.checked_sub(2).map(|i| self.kind(i)), Some(Kind::Number(..) | Kind::Cardinal(_)))
            }
            Kind::Prep(Prep::And) => {
                at >= 3 && matches!(self.kind(at - 2), Kind::Number(_, 2)) && self.is_short_year(at - 2)
            }
            _ => false,
        };
        closes && spoken && !(10..60).contains(&n)
    }

    /// What may stand right before a number that begins a date: an opening sign, or a hyphen behind a word.
    fn may_precede(&self, at: usize) -> bool {
        match self.before(at) {
            Kind::Punct(b'(' | b'[' | b'"' | b'\'' | b';' | b'*' | b'>') => true,
            Kind::Punct(b'-' | b'/') if at > 1 => match self.kind(at - 2) {
                Kind::Number(..) | Kind::Punct(_) => false,
                Kind::Other => self.word(at - 2).len() > 2,
                _ => true,
            },
            _ => false,
        }
    }

    /// `2024-12-13`, `2024/12/13`.
    fn iso(&self, at: usize) -> Option<Core> {
        let (Kind::Number(y, 4), Kind::Number(m, 1 | 2), Kind::Number(d, 1 | 2)) =
            (self.kind(at), self.kind(at + 2), self.kind(at + 4))
        else {
            return None;
        };
        let sign = self.kind(at + 1);
        let whole = (at + 1..at + 5).all(|i| self.glued(i));
        if !matches!(sign, Kind::Punct(b'-' | b'/' | b'.')) || sign != self.kind(at + 3) || !whole {
            return None;
        }
        Some((at + 5, Expr::Fixed(Interval::ymd(y as i32, m, d)?)))
    }

    /// `12/31/2017`, `31.12.2017`, `10-31-74`, `31/Oct/1974`, `9/11`.
    fn slashed(&self, at: usize) -> Option<Core> {
        let Kind::Number(a, 1 | 2) = self.kind(at) else { return None };
        let sign = self.kind(at + 1);
        if !matches!(sign, Kind::Punct(b'/' | b'-' | b'.')) || !self.glued(at + 1) || !self.glued(at + 2) {
            return None;
        }
        let has_year = self.kind(at + 3) == sign && self.glued(at + 3) && self.glued(at + 4);
        let year = |at| match self.kind(at) {
            Kind::Number(y, 4) => Some(y as i32),
            Kind::Number(y, 2) if sign != Kind::Punct(b'.') => {
                Some(if y < 50 { 2000 } else { 1900 } + y as i32)
            }
            _ => None,
        };
        match self.kind(at + 2) {
            Kind::Month(m) | Kind::MonthShort(m) if has_year => {
                Some((at + 5, Expr::Fixed(Interval::ymd(year(at + 4)?, u32::from(m), a)?)))
            }
            Kind::Number(b, 1 | 2) if has_year => {
                let y = year(at + 4)?;
                // Stops are the custom of lands that put the day first.
                let (m, d) = if sign == Kind::Punct(b'.') { (b, a) } else { (a, b) };
                let day = Interval::ymd(y, m, d).or_else(|| Interval::ymd(y, d, m))?;
                Some((at + 5, Expr::Fixed(day)))
            }
            Kind::Number(11, 2) if a == 9 && sign == Kind::Punct(b'/') && self.kind(at + 3) != sign => {
                Some((at + 3, Expr::Fixed(Interval::ymd(2001, 9, 11)?)))
            }
            _ => None,
        }
    }

    /// `480 BC`, `70 AD`, `the 470s BC`.
    fn era(&self, at: usize) -> Option<Core> {
        let Kind::Number(y, 1..=4) = self.kind(at) else { return None };
        let y = y as i32;
        if self.glued(at + 1) && self.is(at + 1, "s") && y % 10 == 0 {
            let end = self.past_bc(at + 2)?;
            return Some((end, Expr::Fixed(Interval::decade_bc(y / 10)?)));
        }
        if let Some(end) = self.past_bc(at + 1) {
            return Some((end, Expr::Fixed(Interval::year_bc(y)?)));
        }
        let end = match self.kind(at + 1) {
            Kind::Era(false) if self.capital(at + 1) => at + 2,
            _ if self.is(at + 1, "a")
                && self.capital(at + 1)
                && self.punct(at + 2, b'.')
                && self.is(at + 3, "d") =>
            {
                at + 4 + usize::from(self.punct(at + 4, b'.') && self.glued(at + 4))
            }
            _ => return None,
        };
        Some((end, Expr::Fixed(Interval::year(y)?)))
    }

    /// `499-493 BC`, `264 to 241 BC`: the era stands once for both.
    pub(super) fn range_bc(&self, at: usize) -> Option<(usize, [Phrase; 2])> {
        let (Kind::Number(y1, 1..=4), Kind::Number(y2, 1..=4)) = (self.kind(at), self.kind(at + 2)) else {
            return None;
        };
        let joint =
            matches!(self.kind(at + 1), Kind::Punct(b'-') | Kind::Prep(Prep::To | Prep::And | Prep::Or));
        let end = self.past_bc(at + 3)?;
        if !joint || y1 <= y2 {
            return None;
        }
        let year = |y: u32| Some(Expr::Fixed(Interval::year_bc(y as i32)?));
        let one = Phrase { first: at, end: at + 1, expr: year(y1)? };
        Some((end, [one, Phrase { first: at + 2, end, expr: year(y2)? }]))
    }

    /// `1980s`, `1980's`.
    fn decade(&self, at: usize) -> Option<Core> {
        let Kind::Number(y, 4) = self.kind(at) else { return None };
        let plain = self.glued(at + 1) && self.is(at + 1, "s");
        let end = if plain { at + 2 } else { self.past_possessive(at + 1)? };
        if y % 10 != 0
            || !self.is_year_value(y)
            || !plain && !matches!(self.before(at), Kind::The | Kind::Part(_))
        {
            return None;
        }
        let century = y % 100 == 0 && y < 2000;
        let found = if century { Interval::century(y as i32 / 100) } else { Interval::decade(y as i32 / 10) };
        Some((end, Expr::Fixed(found?)))
    }

    /// A century that ends before `end`, with its era.
    pub(super) fn century(&self, end: usize, n: i32) -> Option<Core> {
        match self.past_bc(end) {
            Some(end) => Some((end, Expr::Fixed(Interval::century_bc(n - 1)?))),
            None => Some((end, Expr::Fixed(Interval::century(n - 1)?))),
        }
    }

    /// Past `BC`, `BCE`, `B.C.`, where it stands.
    pub(super) fn past_bc(&self, at: usize) -> Option<usize> {
        match self.kind(at) {
            Kind::Era(true) if self.capital(at) => Some(at + 1),
            _ if self.is(at, "b") && self.capital(at) && self.punct(at + 1, b'.') && self.is(at + 2, "c") => {
                Some(at + 3 + usize::from(self.punct(at + 3, b'.') && self.glued(at + 3)))
            }
            _ => None,
        }
    }

    /// Whether a number can be a year of news and history.
    pub(super) fn is_year_value(&self, y: u32) -> bool {
        (1000..=2200).contains(&y)
    }

    /// Whether the number at `at` counts what follows, or is part of a longer figure.
    pub(super) fn counts_things(&self, at: usize) -> bool {
        if self.opens(at + 1) {
            return false;
        }
        match self.kind(at + 1) {
            Kind::Punct(b',' | b'.' | b':') if self.glued(at + 1) && self.glued(at + 2) => {
                // `1288.HK`: a ticker
                matches!(self.kind(at + 2), Kind::Number(..))
                    || self.punct(at + 1, b'.') && self.capital(at + 2)
            }
            Kind::Punct(b'%' | b'$') => true,
            Kind::Punct(b'-') if self.glued(at + 1) && self.glued(at + 2) => {
                // `2019-nCoV`: a name
                let name = || self.word(at + 2).bytes().skip(1).any(|b| b.is_ascii_uppercase());
                match self.kind(at + 2) {
                    Kind::Quantity | Kind::Unit(_) | Kind::Units(_) => true,
                    Kind::Other => name(),
                    _ => false,
                }
            }
            Kind::Quantity | Kind::Units(_) | Kind::Few | Kind::Clock | Kind::Zone => true,
            Kind::Prep(Prep::Of) => self.before(at) == Kind::Approx,
            Kind::Other => self.glued(at + 1) && !self.is(at + 1, "s"),
            _ => false,
        }
    }

    /// A year of four figures that stands alone.
    pub(super) fn lone_year(&self, at: usize) -> Option<Core> {
        let Kind::Number(y, 4) = self.kind(at) else { return None };
        if !self.is_year_value(y) || self.counts_things(at) {
            return None;
        }
        let before = self.before(at);
        let said = matches!(
            before,
            Kind::Prep(
                Prep::In | Prep::Since | Prep::By | Prep::Until | Prep::During | Prep::From | Prep::Between
            ) | Kind::Before
                | Kind::After
                | Kind::Part(_)
                | Kind::Punct(b'(')
                | Kind::Unit(Unit::Year)
                | Kind::Units(Unit::Year)
                | Kind::Fiscal
        );
        let plain = PLAIN_YEARS.contains(&y);
        if !said && !plain {
            // `of 1453`, `and 1066`: beside another year it is one.
            let year_near =
                at >= 2 && matches!(self.kind(at - 2), Kind::Number(o, 4) if self.is_year_value(o));
            let joined =
                matches!(before, Kind::Prep(Prep::And | Prep::To | Prep::Of) | Kind::Punct(b'-' | b','));
            if !(joined && year_near) {
                return None;
            }
        }
        // A lower-case word after an unlikely year is what it counts: `in 1200 villages`.
        if !plain && self.kind(at + 1) == Kind::Other && !self.capital(at + 1) && self.tokens.len() > at + 1 {
            return None;
        }
        let near = ["circa", "around", "about"].iter().any(|w| at > 0 && self.is(at - 1, w));
        if before == Kind::Approx && !near || before == Kind::Punct(b'$') {
            return None;
        }
        if before == Kind::Punct(b'.') && at >= 2 && self.is(at - 2, "no") {
            return None;
        }
        if at > 0 && before == Kind::Other && !said && self.capital(at - 1) && self.names_a_thing(at - 1) {
            return None;
        }
        Some((at + 1, Expr::Fixed(Interval::year(y as i32)?)))
    }

    /// Words and acronyms whose number is part of a name: `Flight 1990`, `ABC 2000`.
    fn names_a_thing(&self, at: usize) -> bool {
        let word = self.word(at);
        let acronym = word.len() >= 2 && word.bytes().all(|b| b.is_ascii_uppercase());
        acronym || NUMBERED.iter().any(|name| word.eq_ignore_ascii_case(name))
    }

    /// `'90s`, `'45`.
    pub(super) fn apostrophe_year(&self, at: usize) -> Option<Core> {
        let Kind::Number(n, 2) = self.kind(at + 1) else { return None };
        if !self.glued(at + 1) || at > 0 && self.glued(at) && !matches!(self.before(at), Kind::Punct(_)) {
            return None;
        }
        if self.glued(at + 2) && self.is(at + 2, "s") {
            return (n % 10 == 0).then_some((at + 3, Expr::ShortDecade(n as u8)));
        }
        let closes = self.punct(at + 2, b'\'') || self.counts_things(at + 1);
        (!closes).then_some((at + 2, Expr::ShortYear(n as u8)))
    }

    /// `nineteen ninety-six`, and `two thousand` after `year`.
    pub(super) fn spoken_year(&self, at: usize) -> Option<Core> {
        let Kind::Cardinal(century) = self.kind(at) else { return None };
        if century == 2
            && self.kind(at + 1) == Kind::Cardinal(1000)
            && self.before(at) == Kind::Unit(Unit::Year)
        {
            return Some((at + 2, Expr::Fixed(Interval::year(2000)?)));
        }
        if !(16..=20).contains(&century) {
            return None;
        }
        let second = self.past_hyphen(at + 1);
        let Kind::Cardinal(tens @ (10..=20 | 30 | 40 | 50 | 60 | 70 | 80 | 90)) = self.kind(second) else {
            return None;
        };
        let mut end = second + 1;
        let mut year = i32::from(century) * 100 + i32::from(tens);
        if tens >= 20
            && let Kind::Cardinal(ones @ 1..=9) = self.kind(self.past_hyphen(end))
        {
            year += i32::from(ones);
            end = self.past_hyphen(end) + 1;
        }
        Some((end, Expr::Fixed(Interval::year(year)?)))
    }

    /// The end of a range of years after its beginning: `1939–45`, `1988/89`, `1939-1945`.
    pub(super) fn tail_of_range(&self, end: usize, expr: &Expr, out: &mut Vec<Phrase>) {
        let Expr::Fixed(found) = expr else { return };
        let y = found.first.year();
        let joined =
            matches!(self.kind(end), Kind::Punct(b'-' | b'/')) && self.glued(end) && self.glued(end + 1);
        if found.granularity != Granularity::Year || !joined {
            return;
        }
        let second = match self.kind(end + 1) {
            Kind::Number(n, 2) if n as i32 > y % 100 => y / 100 * 100 + n as i32,
            Kind::Number(n, 4) if self.is_year_value(n) && n as i32 > y && !self.counts_things(end + 1) => {
                n as i32
            }
            _ => return,
        };
        let goes_on =
            self.glued(end + 2) && matches!(self.kind(end + 2), Kind::Punct(b'-' | b'/') | Kind::Other);
        if let (false, Some(second)) = (goes_on, Interval::year(second)) {
            out.push(Phrase { first: end + 1, end: end + 2, expr: Expr::Fixed(second) });
        }
    }

    /// A quarter, with the year after it.
    pub(super) fn quarter_year(&self, end: usize, quarter: u8) -> Option<Core> {
        let (end, which) = self.year_of(end).unwrap_or((end, Which::Bare));
        Some((end, Expr::Named(Named::Quarter(quarter), which)))
    }
}
