//! The grammar of dates: which tokens make a phrase and what it says.
//!
//! [`Grammar::phrases`] goes through the tokens once. A phrase is a core (a date in figures, a month, a weekday,
//! a unit with `last` or `ago` …) with what may stand before it (`early`, `the end of`, `9 p.m.`) and after it
//! (`of last year`, `night`). The cores are in the files beside this one.

mod counted;
mod figures;
mod months;
mod units;

use super::lexicon::{Kind, LEXICON, Part, Prep, Rel, Unit};
use super::phrase::{Expr, Named, Phrase, Which};
use super::table::{BARS, HOLIDAY, OPENS, OPENS_BEFORE, QUESTION};
use super::token::Token;

/// A text and its tokens.
pub(super) struct Grammar<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
}

/// A core: the token after it and what it says.
type Core = (usize, Expr);

impl Grammar<'_> {
    /// All phrases of the text, in order, none overlapping another, and the number of questions that are
    /// paragraphs of their own.
    pub(super) fn phrases(&self, out: &mut Vec<Phrase>) -> usize {
        let mut at = 0;
        let mut questions = 0;
        for start in self.starts() {
            let start = start as usize;
            if self.tokens[start].class & QUESTION != 0 {
                questions += usize::from(start >= at && self.opens(start + 1));
            } else if start >= at {
                self.phrase(start, out);
                at = out.last().map_or(at, |phrase| phrase.end.max(at));
            }
        }
        questions
    }

    /// The tokens with which a phrase may begin, by themselves and the next one; and question marks. Written without
    /// branches, for one in eight is such a token.
    fn starts(&self) -> Vec<u32> {
        let mut starts = vec![0; self.tokens.len()];
        let mut count = 0;
        let mut look = |at: usize, class: u8, next: u8| {
            let before = u8::from(next & BARS == 0) * OPENS_BEFORE;
            starts[count] = at as u32;
            count += usize::from(class & (OPENS | HOLIDAY | QUESTION | before) != 0);
        };
        for (at, pair) in self.tokens.windows(2).enumerate() {
            look(at, pair[0].class, pair[1].class);
        }
        if let Some(last) = self.tokens.last() {
            look(self.tokens.len() - 1, last.class, BARS);
        }
        starts.truncate(count);
        starts
    }

    /// The kind of token `at`; [`Kind::Other`] past the end.
    #[inline]
    fn kind(&self, at: usize) -> Kind {
        self.tokens.get(at).map_or(Kind::Other, |t| t.kind)
    }

    /// The kind of the token before `at`.
    #[inline]
    fn before(&self, at: usize) -> Kind {
        at.checked_sub(1).map_or(Kind::Other, |at| self.kind(at))
    }

    fn word(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| &self.text[t.start as usize..t.end as usize])
    }

    fn is(&self, at: usize, word: &str) -> bool {
        self.word(at).eq_ignore_ascii_case(word)
    }

    /// Whether token `at` stands right behind the one before it.
    #[inline]
    fn glued(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|t| !t.spaced)
    }

    #[inline]
    fn capital(&self, at: usize) -> bool {
        self.tokens.get(at).is_some_and(|t| t.capital)
    }

    #[inline]
    fn opens(&self, at: usize) -> bool {
        self.tokens.get(at).is_none_or(|t| t.opens)
    }

    /// Whether token `at` begins a sentence, as far as the sign before it tells.
    fn begins_sentence(&self, at: usize) -> bool {
        at == 0
            || self.opens(at)
            || matches!(self.before(at), Kind::Punct(b'.' | b'!' | b'?' | b'"' | b':' | b';'))
    }

    #[inline]
    fn punct(&self, at: usize, sign: u8) -> bool {
        matches!(self.kind(at), Kind::Punct(found) if found == sign)
    }

    /// Past a hyphen, where one stands.
    #[inline]
    fn past_hyphen(&self, at: usize) -> usize {
        at + usize::from(self.punct(at, b'-') && self.glued(at))
    }

    /// Past `'s`, where it stands; else `None`.
    fn past_possessive(&self, at: usize) -> Option<usize> {
        (self.punct(at, b'\'') && self.is(at + 1, "s") && self.glued(at + 1)).then_some(at + 2)
    }

    /// `nights`, `mornings`: a habit, not a day.
    fn is_plural(&self, at: usize) -> bool {
        self.kind(at) == Kind::Daypart && self.word(at).ends_with(['s', 'S'])
    }

    /// Pushes the phrase that begins at `at`, and what a range adds to it.
    fn phrase(&self, at: usize, out: &mut Vec<Phrase>) {
        if let Some((end, expr)) = self.with_prefix(at) {
            let end = self.past_daypart(end, &expr);
            out.push(Phrase { first: at, end, expr });
            return;
        }
        if let Some((end, pair)) = self.range(at) {
            out.extend(pair);
            if let Some(last) = out.last_mut() {
                last.end = end;
            }
            return;
        }
        if let Some((end, expr)) = self.core(at) {
            let end = self.past_daypart(end, &expr);
            out.push(Phrase { first: at, end, expr });
            self.tail_of_range(end, &expr, out);
        }
    }

    /// A core with words before it that belong to it: `early`, `the end of`, `9 p.m.`.
    fn with_prefix(&self, at: usize) -> Option<Core> {
        let mut i = at;
        let article = matches!(self.kind(i), Kind::The);
        i += usize::from(article);
        match self.kind(i) {
            Kind::Part(part) => {
                if i > 0 && self.glued(i) && self.punct(i - 1, b'-') {
                    return None;
                }
                i = self.past_hyphen(i + 1);
                if matches!(self.kind(i), Kind::Prep(Prep::In | Prep::On)) && part != Part::Mid {
                    i += 1;
                    if self.kind(i) == Kind::The && self.kind(i + 1) == Kind::Unit(Unit::Year) {
                        return Some((i + 2, Expr::Unit(Unit::Year, Which::This)));
                    }
                }
                if matches!(self.kind(i), Kind::Ordinal(_)) {
                    return None;
                }
                // `the late president`, `early this`: a core must follow at once.
                self.core(i)
            }
            Kind::Edge => {
                i += 1;
                if self.kind(i) != Kind::Prep(Prep::Of) {
                    return None;
                }
                i += 1;
                if self.kind(i) == Kind::The
                    && let Kind::Unit(
                        unit @ (Unit::Year
                        | Unit::Month
                        | Unit::Week
                        | Unit::Quarter
                        | Unit::Decade
                        | Unit::Century),
                    ) = self.kind(i + 1)
                    && self.kind(i + 2) != Kind::Prep(Prep::Of)
                {
                    let which = if unit == Unit::Quarter { Which::Reported } else { Which::This };
                    return Some((i + 2, Expr::Unit(unit, which)));
                }
                if matches!(self.kind(i), Kind::Part(_)) {
                    i = self.past_hyphen(i + 1);
                }
                self.core(i)
            }
            Kind::Number(..) | Kind::Daypart if !article => {
                let i = self.past_clock(at)?;
                let i = i + usize::from(self.kind(i) == Kind::Prep(Prep::On) || self.punct(i, b','));
                let core = self.core(i)?;
                matches!(
                    core.1,
                    Expr::Days(_)
                        | Expr::Weekday(..)
                        | Expr::Dated(..)
                        | Expr::Named(Named::Day(..) | Named::Holiday(_), _)
                        | Expr::Fixed(_)
                )
                .then_some(core)
            }
            Kind::Approx => {
                let i = match self.kind(i + 1) {
                    Kind::Approx if self.is(i, "more") && self.is(i + 1, "than") => i + 2,
                    _ if ["more", "than", "least"].iter().any(|w| self.is(i, w)) => return None,
                    _ => i + 1,
                };
                let core = self.counted(i)?;
                matches!(core.1, Expr::Ago(..) | Expr::Earlier(..) | Expr::Later(..)).then_some(core)
            }
            _ => None,
        }
    }

    /// Past a time of day: `9 p.m. EST`, `10:30 a.m.`, `noon`.
    fn past_clock(&self, at: usize) -> Option<usize> {
        if self.kind(at) == Kind::Daypart {
            return matches!(self.word(at).as_bytes().first(), Some(b'n' | b'm' | b'd' | b'N' | b'M' | b'D'))
                .then_some(at + 1)
                .filter(|_| !self.is(at, "night") && !self.is(at, "morning"));
        }
        let Kind::Number(hour, 1 | 2) = self.kind(at) else { return None };
        let mut i = at + 1;
        if self.punct(i, b':') && self.glued(i) && matches!(self.kind(i + 1), Kind::Number(_, 2)) {
            i += 2;
        }
        if self.kind(i) == Kind::Clock {
            i += 1;
        } else if (self.is(i, "a") || self.is(i, "p")) && self.punct(i + 1, b'.') && self.is(i + 2, "m") {
            i += 3;
            i += usize::from(self.punct(i, b'.') && self.glued(i));
        } else if i == at + 1 {
            return None;
        }
        i += usize::from(self.kind(i) == Kind::Zone);
        (hour <= 24).then_some(i)
    }

    /// Past a part of the day that belongs to a day: `Friday night`.
    fn past_daypart(&self, end: usize, expr: &Expr) -> usize {
        let day = matches!(
            expr,
            Expr::Days(_)
                | Expr::Weekday(..)
                | Expr::Dated(..)
                | Expr::Named(Named::Day(..) | Named::Holiday(_), _)
                | Expr::DayOfMonth(_)
        );
        let part = self.kind(end) == Kind::Daypart && !self.opens(end) && !self.is_plural(end);
        if day && part { end + 1 } else { end }
    }

    /// A core at `at`.
    fn core(&self, at: usize) -> Option<Core> {
        if self.tokens.get(at).is_some_and(|token| token.class & HOLIDAY != 0)
            && let Some(found) = self.holiday(at)
        {
            return Some(found);
        }
        match self.kind(at) {
            Kind::Number(..) => self.figures(at).or_else(|| self.counted(at)),
            Kind::Punct(b'\'') => self.apostrophe_year(at),
            Kind::Month(_) | Kind::MonthShort(_) => self.month(at, Which::Bare),
            Kind::Weekday(_) | Kind::WeekdayShort(_) => self.weekday(at, Which::Bare),
            Kind::Season(_) => self.season(at),
            Kind::Deictic(days) => self.deictic(at, days),
            Kind::Ordinal(_) => self.ordinal(at),
            Kind::Cardinal(_) => self.counted(at).or_else(|| self.spoken_year(at)),
            Kind::A => self.counted(at),
            Kind::The | Kind::This | Kind::That | Kind::Poss | Kind::Rel(_) => self.determined(at),
            Kind::Unit(Unit::Year) => self.year_word(at),
            Kind::Unit(Unit::Month | Unit::Quarter | Unit::Week) => self.unit_end(at),
            Kind::Fiscal => self.fiscal(at),
            _ => None,
        }
    }

    /// `today`, `yesterday`; `the day before yesterday` is read with its determiner.
    fn deictic(&self, at: usize, days: i8) -> Option<Core> {
        if self.is(at, "today") && self.glued(at + 1) && self.punct(at + 1, b'-') {
            return None;
        }
        // `in today's world`, `for today's youth`: these days, unless it is the paper's own edition
        let own = self.is(at + 3, "edition") || self.is(at + 3, "editions") || self.is(at + 3, "issue");
        if days == 0
            && self.past_possessive(at + 1).is_some()
            && matches!(self.before(at), Kind::Prep(Prep::In | Prep::Of | Prep::For | Prep::At))
            && !own
        {
            return None;
        }
        // `the people of tomorrow`
        if self.is(at, "tomorrow") && self.before(at) == Kind::Prep(Prep::Of) {
            return None;
        }
        // `USA Today`, `Russia Today`: names.
        if self.capital(at)
            && at > 0
            && !self.begins_sentence(at)
            && self.capital(at - 1)
            && self.kind(at - 1) == Kind::Other
        {
            return None;
        }
        Some((at + 1, Expr::Days(days)))
    }

    /// A holiday, with its year.
    fn holiday(&self, at: usize) -> Option<Core> {
        let token = self.tokens.get(at)?;
        let rest = &self.text[token.start as usize..];
        let (number, length) = LEXICON.holiday(rest)?;
        let stop = token.start + length as u32;
        let mut end = at;
        while self.tokens.get(end).is_some_and(|t| t.end <= stop) {
            end += 1;
        }
        if let Some(Kind::Other) = self.tokens.get(end).map(|t| t.kind)
            && self.capital(end)
        {
            // `Easter Island`, `Christmas Carol`
            return None;
        }
        let (end, which) = self.year_of(end).map_or((end, Which::Bare), |(end, which)| (end, which));
        Some((end, Expr::Named(Named::Holiday(number), which)))
    }

    /// The year that follows a month, quarter, season or holiday: `2024`, `, 2024`, `of 2024`, `of last year`,
    /// `this year`, `of that year`.
    fn year_of(&self, at: usize) -> Option<(usize, Which)> {
        if self.opens(at) {
            return None;
        }
        let mut i = at;
        let comma = self.punct(i, b',') && matches!(self.kind(i + 1), Kind::Number(_, 4));
        i += usize::from(comma || self.kind(i) == Kind::Prep(Prep::Of));
        i += usize::from(self.kind(i) == Kind::Fiscal);
        match self.kind(i) {
            Kind::Number(y @ 1.., 1..=4) if self.past_bc(i + 1).is_some() => {
                return Some((self.past_bc(i + 1)?, Which::Year(1 - y as i32)));
            }
            Kind::Number(y, 4) if self.is_year_value(y) && !self.counts_things(i) => {
                return Some((i + 1, Which::Year(y as i32)));
            }
            Kind::Punct(b'\'') if self.glued(i + 1) => {
                if let (Kind::Number(y, 2), false) =
                    (self.kind(i + 1), self.is(i + 2, "s") && self.glued(i + 2))
                {
                    let century = if y < 40 { 2000 } else { 1900 };
                    return Some((i + 2, Which::Year(century + y as i32)));
                }
            }
            Kind::Cardinal(_) => {
                if let Some((end, Expr::Fixed(year))) = self.spoken_year(i) {
                    return Some((end, Which::Year(chrono::Datelike::year(&year.first))));
                }
            }
            _ => {}
        }
        // `this`, `last`, `next`, `that`, `the same`, `the following` year
        let article = self.kind(i) == Kind::The;
        i += usize::from(article);
        let which = match self.kind(i) {
            Kind::This => Which::NowYear(0),
            Kind::That => Which::RefYear(0),
            Kind::Rel(Rel::This) => Which::NowYear(0),
            Kind::Rel(Rel::Last | Rel::Past) => Which::NowYear(-1),
            Kind::Rel(Rel::Next) if !article => Which::NowYear(1),
            Kind::Rel(Rel::Next | Rel::Following) => Which::RefYear(1),
            Kind::Rel(Rel::Previous) => Which::RefYear(-1),
            Kind::Rel(Rel::Same) => Which::RefYear(0),
            _ => return None,
        };
        i += 1;
        i += usize::from(self.kind(i) == Kind::Fiscal);
        (self.kind(i) == Kind::Unit(Unit::Year) && self.past_possessive(i + 1).is_none())
            .then_some((i + 1, which))
    }
}
