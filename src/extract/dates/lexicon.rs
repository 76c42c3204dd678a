//! The words the grammar of dates knows.

use std::sync::LazyLock;

use chrono::NaiveDate;

use super::holidays::Rule;
use super::table::{Entry, HOLIDAY, Table};
use crate::extract::text::token::key_of_bytes;

/// What a word is to the grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A word or sign without a part in dates.
    Other,
    /// A run of digits: value (saturating) and how many.
    Number(u32, u8),
    /// A sign; typographic quotes and dashes are mapped to `'`, `"`, `-` and `;` (the long dash).
    Punct(u8),
    /// Month by its full name, 1–12.
    Month(u8),
    /// Month by a short form, 1–12.
    MonthShort(u8),
    /// Weekday by its full name, Monday 0.
    Weekday(u8),
    /// Weekday by a short form, Monday 0.
    WeekdayShort(u8),
    /// A unit in the singular.
    Unit(Unit),
    /// A unit in the plural.
    Units(Unit),
    /// `half`.
    Half,
    /// A season.
    Season(Season),
    /// `first` …; `final` is -1.
    Ordinal(i8),
    /// `one` … `thousand`.
    Cardinal(u16),
    /// `nineties`: 90.
    DecadeName(u8),
    /// `today` 0, `yesterday` -1, `tomorrow` 1.
    Deictic(i8),
    /// `last`, `next` and their like.
    Rel(Rel),
    /// `the`.
    The,
    /// `a`, `an`.
    A,
    /// `this`.
    This,
    /// `that`.
    That,
    /// `its`, `his` …
    Poss,
    /// `early`, `late`, `mid`, `earlier`, `later`.
    Part(Part),
    /// `beginning`, `end`, `middle` …
    Edge,
    /// `about`, `nearly` …
    Approx,
    /// `ago`.
    Ago,
    /// `before`, `previously`.
    Before,
    /// `after`, `afterwards`.
    After,
    /// `hence`.
    Hence,
    /// `now`.
    Now,
    /// A preposition or conjunction.
    Prep(Prep),
    /// `morning`, `night`, `noon` …
    Daypart,
    /// `fiscal`, `financial`.
    Fiscal,
    /// `few`, `several`.
    Few,
    /// `BC`, `BCE`: true; `AD`, `CE`: false.
    Era(bool),
    /// A zone of time: `EST`.
    Zone,
    /// `am`, `pm`, `o'clock`.
    Clock,
    /// A word that turns what follows towards the future.
    Future,
    /// A verb of the past.
    Past,
    /// A verb of the present.
    Present,
    /// What a number before it counts.
    Quantity,
    /// What makes a weekday before it a newspaper's or an occasion's name.
    Paper,
    /// `anniversary`.
    Anniversary,
}

/// Units of the calendar and the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Unit {
    Minute,
    Hour,
    Day,
    Weekend,
    Week,
    Fortnight,
    Month,
    Quarter,
    Year,
    Decade,
    Century,
}

/// Seasons by the code of their TIMEX3 value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Season {
    Spring,
    Summer,
    Fall,
    Winter,
}

impl Season {
    /// The code of the TIMEX3 value.
    pub(super) fn code(self) -> &'static str {
        match self {
            Self::Spring => "SP",
            Self::Summer => "SU",
            Self::Fall => "FA",
            Self::Winter => "WI",
        }
    }
}

/// Words that place a unit beside another time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rel {
    Last,
    Past,
    Next,
    Previous,
    Following,
    Coming,
    This,
    Same,
    Latest,
    Whole,
}

/// Words for a part of a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Early,
    Late,
    Mid,
    Earlier,
    Later,
}

/// Prepositions and conjunctions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Prep {
    Of,
    In,
    On,
    At,
    By,
    Since,
    Until,
    Through,
    To,
    From,
    During,
    Between,
    And,
    Or,
    For,
    As,
    Per,
    Other,
}

/// The words and the holidays.
pub(super) struct Lexicon {
    words: Table,
    holidays: Vec<(&'static str, Rule)>,
}

impl Lexicon {
    /// What is known of a word, by its key as tokens carry it.
    #[inline]
    pub(super) fn word(&self, key: u64) -> Entry {
        self.words.get(key)
    }

    /// The longest holiday whose name stands at the head of `text`: its number and the bytes it takes.
    pub(super) fn holiday(&self, text: &str) -> Option<(u8, usize)> {
        let mut best: Option<(u8, usize)> = None;
        let first = text.as_bytes().first()? | 0x20;
        for (number, (name, _)) in self.holidays.iter().enumerate() {
            if name.as_bytes().first() == Some(&first)
                && let Some(length) = starts_with_name(text, name)
                && best.is_none_or(|(_, longest)| length > longest)
            {
                best = u8::try_from(number).ok().map(|n| (n, length));
            }
        }
        best
    }

    /// The day of holiday `number` in year `y`.
    pub(super) fn holiday_in(&self, number: u8, y: i32) -> Option<NaiveDate> {
        self.holidays.get(usize::from(number))?.1.day(y)
    }
}

/// Compares a folded holiday name with the head of a text; any apostrophe and a missing one are equal.
fn starts_with_name(text: &str, name: &str) -> Option<usize> {
    let mut chars = text.char_indices().peekable();
    for expected in name.chars() {
        match chars.peek().copied() {
            Some((_, c)) if c.to_ascii_lowercase() == expected => {
                chars.next();
            }
            Some((_, '’' | '`')) if expected == '\'' => {
                chars.next();
            }
            _ => return None,
        }
    }
    let end = chars.peek().map_or(text.len(), |(at, _)| *at);
    (!text[end..].starts_with(|c: char| c.is_alphanumeric())).then_some(end)
}

/// The lexicon, built on first use.
pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let mut words = Vec::new();
    for line in include_str!("../lexicon/dates/words.tsv").lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let (Some(word), Some(kind), Some(value)) = (columns.next(), columns.next(), columns.next()) else {
            continue;
        };
        let Some(kind) = kind_of(kind, value) else { continue };
        words.push((key_of_bytes(word.as_bytes()), kind, 0));
    }
    let holidays: Vec<(&str, Rule)> = include_str!("../lexicon/dates/holidays.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| {
            let (name, rule) = line.split_once('\t')?;
            Some((name, Rule::read(rule)?))
        })
        .collect();
    for (name, _) in &holidays {
        let head = name.split(|c: char| !c.is_alphabetic()).next().unwrap_or_default();
        words.push((key_of_bytes(head.as_bytes()), Kind::Other, HOLIDAY));
    }
    Lexicon { words: Table::new(&words), holidays }
});

fn kind_of(kind: &str, value: &str) -> Option<Kind> {
    let number = || value.parse::<i32>().ok();
    let small = || value.parse::<u8>().ok();
    Some(match kind {
        "month" => Kind::Month(small()?),
        "month-short" => Kind::MonthShort(small()?),
        "weekday" => Kind::Weekday(small()?),
        "weekday-short" => Kind::WeekdayShort(small()?),
        "unit" => Kind::Unit(unit(value)?),
        "units" => Kind::Units(unit(value)?),
        "half" => Kind::Half,
        "season" => Kind::Season(match value {
            "SP" => Season::Spring,
            "SU" => Season::Summer,
            "FA" => Season::Fall,
            _ => Season::Winter,
        }),
        "ordinal" => Kind::Ordinal(number()? as i8),
        "cardinal" => Kind::Cardinal(number()? as u16),
        "decade-name" => Kind::DecadeName(small()?),
        "deictic" => Kind::Deictic(number()? as i8),
        "rel" => Kind::Rel(match value {
            "last" => Rel::Last,
            "past" => Rel::Past,
            "next" => Rel::Next,
            "previous" => Rel::Previous,
            "following" => Rel::Following,
            "coming" => Rel::Coming,
            "this" => Rel::This,
            "same" => Rel::Same,
            "latest" => Rel::Latest,
            _ => Rel::Whole,
        }),
        "the" => Kind::The,
        "a" => Kind::A,
        "this" => Kind::This,
        "that" => Kind::That,
        "poss" => Kind::Poss,
        "part" => Kind::Part(match value {
            "early" => Part::Early,
            "late" => Part::Late,
            "mid" => Part::Mid,
            "earlier" => Part::Earlier,
            _ => Part::Later,
        }),
        "edge" => Kind::Edge,
        "approx" => Kind::Approx,
        "ago" => Kind::Ago,
        "before" => Kind::Before,
        "after" => Kind::After,
        "hence" => Kind::Hence,
        "now" => Kind::Now,
        "prep" => Kind::Prep(match value {
            "of" => Prep::Of,
            "in" => Prep::In,
            "on" => Prep::On,
            "at" => Prep::At,
            "by" => Prep::By,
            "since" => Prep::Since,
            "until" | "till" => Prep::Until,
            "through" => Prep::Through,
            "to" => Prep::To,
            "from" => Prep::From,
            "during" => Prep::During,
            "between" => Prep::Between,
            "and" => Prep::And,
            "or" => Prep::Or,
            "for" => Prep::For,
            "as" => Prep::As,
            "per" | "every" | "each" => Prep::Per,
            _ => Prep::Other,
        }),
        "daypart" => Kind::Daypart,
        "fiscal" => Kind::Fiscal,
        "few" => Kind::Few,
        "era" => Kind::Era(value == "bc"),
        "zone" => Kind::Zone,
        "clock" => Kind::Clock,
        "future" => Kind::Future,
        "past" => Kind::Past,
        "present" => Kind::Present,
        "quantity" => Kind::Quantity,
        "paper" => Kind::Paper,
        "year-word" => Kind::Anniversary,
        _ => return None,
    })
}

fn unit(name: &str) -> Option<Unit> {
    Some(match name {
        "minute" => Unit::Minute,
        "hour" => Unit::Hour,
        "day" => Unit::Day,
        "weekend" => Unit::Weekend,
        "week" => Unit::Week,
        "fortnight" => Unit::Fortnight,
        "month" => Unit::Month,
        "quarter" => Unit::Quarter,
        "year" => Unit::Year,
        "decade" => Unit::Decade,
        "century" => Unit::Century,
        _ => return None,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn kind(word: &str) -> Kind {
        LEXICON.word(key_of_bytes(word.as_bytes())).kind
    }

    #[test]
    fn words_are_found_in_any_case() {
        assert_eq!(kind("March"), Kind::Month(3));
        assert_eq!(kind("FRIDAY"), Kind::Weekday(4));
        assert_eq!(kind("blinken"), Kind::Other);
    }

    #[test]
    fn every_row_of_the_word_list_has_a_kind() {
        for line in include_str!("../lexicon/dates/words.tsv").lines().filter(|line| !line.starts_with('#')) {
            let word = line.split('\t').next().unwrap();
            assert_ne!(kind(word), Kind::Other, "{line}");
        }
        let rows =
            include_str!("../lexicon/dates/holidays.tsv").lines().filter(|l| !l.starts_with('#')).count();
        assert_eq!(LEXICON.holidays.len(), rows);
    }

    #[test]
    fn holidays_fall_on_their_days() {
        for (name, y, expected) in [
            ("Easter", 2024, "2024-03-31"),
            ("Good Friday", 2025, "2025-04-18"),
            ("Thanksgiving Day", 1998, "1998-11-26"),
            ("Memorial Day", 2024, "2024-05-27"),
            ("Election Day", 2016, "2016-11-08"),
            ("Christmas Eve", 1999, "1999-12-24"),
            ("New Year’s Day", 2001, "2001-01-01"),
            ("Martin Luther King Day", 2013, "2013-01-21"),
        ] {
            let (number, _) = LEXICON.holiday(name).unwrap();
            assert_eq!(LEXICON.holiday_in(number, y).unwrap().to_string(), expected, "{name}");
        }
        assert_eq!(LEXICON.holiday("Martin Luther King' day"), None);
        assert_eq!(LEXICON.holiday("Eastern Europe"), None);
    }
}
