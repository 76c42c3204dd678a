//! The values of fields that are no text: people, countries, regions, dates, metadata, lengths.

use std::ops::Range;

use crate::article::{DateError, country, name};

use super::ast::{Clause, DateField, Field, MetaField, Node};
use super::compare::{
    after, before, between, compare, comparison, date_error, dots, length, lengths, number,
};
use super::date::{self, Calendar, Span};
use super::error::{ErrorCode, Note, NoteCode, QueryError};
use super::field::{Name, one_typo};
use super::support;
use super::token::{Letter, RangeToken, range_of, text_of};

/// Reads values; notes gather on the way.
pub(super) struct Values<'a> {
    pub(super) calendar: Calendar,
    pub(super) notes: &'a mut Vec<Note>,
}

impl Values<'_> {
    /// One value of a field that is no text; the node stands at `at`. `letters` is not empty.
    ///
    /// # Errors
    /// The field cannot take the value.
    pub(super) fn read(
        &mut self,
        field: Name,
        letters: &[Letter],
        at: Range<usize>,
    ) -> Result<Node, QueryError> {
        if letters.iter().all(|l| l.is('*')) {
            return has(field, at);
        }
        let value = trimmed(letters);
        if value.is_empty() {
            return Err(missing(field, at));
        }
        let place = range_of(value);
        let clause = match field {
            Name::Date(field) => self.date(field, value)?,
            Name::Length => length(value)?,
            Name::Person => self.person(value, place)?,
            Name::Country => self.country(&text_of(value), place)?,
            Name::Region => self.region(&text_of(value), place)?,
            Name::Where => self.somewhere(value, place)?,
            Name::Place => {
                no_wildcard(field, value)?;
                Clause::Place(text_of(value))
            }
            Name::Org => return Err(support::organisations(place)),
            Name::Meta(field) => self.meta(field, value)?,
            Name::Like => Clause::Like(text_of(value)),
            Name::Copies => Clause::Copies(text_of(value)),
            Name::Saved => Clause::Saved(text_of(value)),
            Name::Exists => {
                return match Name::of(&text_of(value)) {
                    Some(field) => has(field, at),
                    None => Err(QueryError::new(
                        ErrorCode::UnknownName,
                        place,
                        format!("unknown field '{}'", text_of(value)),
                    )
                    .with_hint("for example _exists_:person, or person:*")),
                };
            }
            // The parser reads texts itself.
            Name::Text(_) | Name::Exact => return Err(missing(field, at)),
        };
        Ok(Node::new(at, clause))
    }

    /// `[a TO b]`.
    ///
    /// # Errors
    /// The field has no order, or an edge cannot be read.
    pub(super) fn range(
        &mut self,
        field: Name,
        range: &RangeToken,
        at: Range<usize>,
    ) -> Result<Node, QueryError> {
        let open = |letters: &[Letter]| letters.iter().all(|l| l.c == '*');
        let (low, high) = (&range.low[..], &range.high[..]);
        let clause = match field {
            Name::Date(date) => {
                let first = if open(low) { None } else { Some(self.day(low)?) };
                let last = if open(high) { None } else { Some(self.day(high)?) };
                let from = first.map(|s| if range.above_low { after(s.last) } else { s.first });
                let to = last.map(|s| if range.below_high { before(s.first) } else { s.last });
                if first.is_none() && last.is_none() {
                    return has(field, at);
                }
                let reversed = || format!("{}..{}", text_of(high), text_of(low));
                between(date, from, to, at.clone(), reversed)?
            }
            Name::Length => {
                let low =
                    if open(low) { None } else { Some(number(low)?.saturating_add(range.above_low.into())) };
                let high = if open(high) {
                    None
                } else {
                    Some(number(high)?.saturating_sub(range.below_high.into()))
                };
                lengths(low, high, &at)?
            }
            other => return Err(no_range(Some(other), at)),
        };
        Ok(Node::new(at, clause))
    }

    /// `2024-12`, `>2024`, `2024-12..2025-01`.
    fn date(&mut self, field: DateField, value: &[Letter]) -> Result<Clause, QueryError> {
        let at = range_of(value);
        let (comparison, edge) = comparison(value);
        if let Some(comparison) = comparison {
            if edge.is_empty() {
                return Err(date_error(&DateError::NotUnderstood(text_of(value)), at));
            }
            let span = self.day(edge)?;
            let (first, last) = compare(comparison, span);
            return Ok(Clause::Date { field, first, last });
        }
        let Some(dots) = dots(value) else {
            let span = self.day(value)?;
            return Ok(Clause::Date { field, first: Some(span.first), last: Some(span.last) });
        };
        let (low, high) = (&value[..dots], &value[dots + 2..]);
        if low.is_empty() && high.is_empty() {
            return Err(date_error(&DateError::NotUnderstood(text_of(value)), at));
        }
        let first = if low.is_empty() { None } else { Some(self.day(low)?.first) };
        let last = if high.is_empty() { None } else { Some(self.day(high)?.last) };
        between(field, first, last, at, || format!("{}..{}", text_of(high), text_of(low)))
    }

    /// The days of one date value.
    pub(super) fn day(&mut self, value: &[Letter]) -> Result<Span, QueryError> {
        let at = range_of(value);
        let text = text_of(value);
        let span = date::read(&text, self.calendar).map_err(|e| date_error(&e, at.clone()))?;
        if span.timed {
            let message =
                format!("the time of day in '{text}' is left out: the whole day {} is read", span.first);
            self.notes.push(Note { code: NoteCode::LeftOut, at, message });
        }
        Ok(span)
    }

    fn person(&mut self, value: &[Letter], at: Range<usize>) -> Result<Clause, QueryError> {
        let exact = value.first().is_some_and(|l| l.is('='));
        let value = trimmed(&value[usize::from(exact)..]);
        no_wildcard(Name::Person, value)?;
        let mut name = text_of(value);
        // `Blinken, Antony` as in a register; not `Sammy Davis, Jr.`
        if let Some((last, first)) = name.split_once(',').map(|(l, f)| (l.trim(), f.trim()))
            && !first.contains(',')
            && !first.is_empty()
            && !last.is_empty()
            && !matches!(name::fold(first).trim_end_matches('.'), "jr" | "sr" | "ii" | "iii" | "iv")
        {
            let turned = format!("{first} {last}");
            self.note(NoteCode::ReadAsValue, at.clone(), format!("'{name}' is read as {turned}"));
            name = turned;
        }
        if name::name_key(&name).trim().is_empty() {
            return Err(missing(Name::Person, at));
        }
        Ok(Clause::Person { name, exact })
    }

    fn country(&mut self, text: &str, at: Range<usize>) -> Result<Clause, QueryError> {
        if let Some(found) = country::by_name(text) {
            self.note_homonym(text, found, at);
            return Ok(Clause::Country(found.code));
        }
        if let Some((name, _)) = country::region(text) {
            return Err(QueryError::new(
                ErrorCode::Value,
                at,
                format!("'{text}' is a region, not a country"),
            )
            .with_hint(format!("write region:\"{name}\"")));
        }
        if let Some(found) = country::nearest(text) {
            let message = format!("'{text}' is read as {} ({})", found.name, found.code);
            self.note(NoteCode::ReadAsValue, at, message);
            return Ok(Clause::Country(found.code));
        }
        Err(QueryError::new(ErrorCode::Value, at, format!("no country is called '{text}'")).with_hint(
            "write an ISO code or a name, in quotes when it has blanks: country:IQ, country:\"New Zealand\"; \
             for a city write place:, for a group of countries region:",
        ))
    }

    /// Says which of several places of a name was taken. Facts: names that newspapers use bare for one
    /// country and that also name another country or a state.
    fn note_homonym(&mut self, text: &str, found: &country::Country, at: Range<usize>) {
        let other = match (name::fold(text).as_str(), found.code) {
            ("georgia", "GE") => "the US state is place:\"Georgia, US\"",
            ("congo", "CD") => "the Republic of the Congo (Brazzaville) is country:CG",
            ("congo", "CG") => "the Democratic Republic of the Congo (Kinshasa) is country:CD",
            ("korea", "KR") => "North Korea is country:KP",
            ("korea", "KP") => "South Korea is country:KR",
            ("samoa", "WS") => "American Samoa is country:AS",
            ("micronesia", "FM") => "the region is region:Micronesia",
            ("macedonia", "MK") => "the Greek region is place:\"Macedonia, GR\"",
            ("luxembourg", "LU") => "the Belgian province is place:\"Luxembourg, BE\"",
            _ => return,
        };
        let message = format!("{} the country ({}); {other}", found.name, found.code);
        self.note(NoteCode::OtherMeaning, at, message);
    }

    fn region(&mut self, text: &str, at: Range<usize>) -> Result<Clause, QueryError> {
        let found = country::region(text).or_else(|| {
            let near = country::regions().find(|region| one_typo(text, region))?;
            let message = format!("'{text}' is read as {near}");
            self.note(NoteCode::ReadAsValue, at.clone(), message);
            country::region(near)
        });
        if let Some((name, members)) = found {
            let codes = members.into_iter().map(|country| country.code).collect();
            return Ok(Clause::Region { name: name.to_owned(), codes });
        }
        Err(match country::by_name(text) {
            Some(found) => QueryError::new(ErrorCode::Value, at, format!("'{text}' is a country, not a region"))
                .with_hint(format!("write country:{}", found.code)),
            None => QueryError::new(ErrorCode::Value, at, format!("no region is called '{text}'")).with_hint(
                "write a UN region or a group, in quotes when it has blanks: region:Asia, region:\"Middle East\", \
                 region:EU; for a city or state write place:",
            ),
        })
    }

    fn somewhere(&mut self, value: &[Letter], at: Range<usize>) -> Result<Clause, QueryError> {
        no_wildcard(Name::Where, value)?;
        let text = text_of(value);
        // A code counts in capitals only: `where:in` is no country.
        let code = text.len() == 2 && text.chars().any(|c| !c.is_ascii_uppercase());
        if let Some(found) = country::by_name(&text).filter(|_| !code) {
            self.note_homonym(&text, found, at);
            return Ok(Clause::Country(found.code));
        }
        match country::region(&text) {
            Some(_) => self.region(&text, at),
            None => Ok(Clause::Place(text)),
        }
    }

    fn meta(&mut self, field: MetaField, value: &[Letter]) -> Result<Clause, QueryError> {
        let stars = value.iter().rev().take_while(|l| l.is('*')).count();
        let body = &value[..value.len() - stars];
        if field != MetaField::Url
            && let Some(star) = body.iter().find(|l| l.is('*'))
        {
            let at = star.at..star.at + 1;
            return Err(QueryError::new(
                ErrorCode::Pattern,
                at,
                "here * can stand only at the end of the value",
            )
            .with_hint("for example source:Reut*"));
        }
        let mut text = text_of(body);
        if field == MetaField::Language && stars == 0 {
            text = self.language(text, range_of(value));
        }
        if stars > 0 {
            text.push('*');
        }
        Ok(Clause::Meta { field, value: text })
    }

    /// Names of languages and tags with a region → the primary subtag the index keeps.
    fn language(&mut self, text: String, at: Range<usize>) -> String {
        // English names of the languages with most news, ISO 639-1 codes.
        const NAMES: [(&str, &str); 24] = [
            ("english", "en"),
            ("arabic", "ar"),
            ("chinese", "zh"),
            ("czech", "cs"),
            ("danish", "da"),
            ("dutch", "nl"),
            ("finnish", "fi"),
            ("french", "fr"),
            ("german", "de"),
            ("greek", "el"),
            ("hebrew", "he"),
            ("hindi", "hi"),
            ("hungarian", "hu"),
            ("italian", "it"),
            ("japanese", "ja"),
            ("korean", "ko"),
            ("norwegian", "no"),
            ("polish", "pl"),
            ("portuguese", "pt"),
            ("romanian", "ro"),
            ("russian", "ru"),
            ("spanish", "es"),
            ("swedish", "sv"),
            ("turkish", "tr"),
        ];
        let folded = name::fold(&text);
        let code = match NAMES.iter().find(|(name, _)| *name == folded) {
            Some((_, code)) => (*code).to_owned(),
            None => folded.split(['-', '_']).next().unwrap_or(&folded).to_owned(),
        };
        if code.is_empty() {
            return text;
        }
        if code != folded {
            self.note(NoteCode::ReadAsValue, at, format!("'{text}' is read as language:{code}"));
        }
        code
    }

    fn note(&mut self, code: NoteCode, at: Range<usize>, message: String) {
        self.notes.push(Note { code, at, message });
    }
}

/// `x:*`.
fn has(field: Name, at: Range<usize>) -> Result<Node, QueryError> {
    let clause = match field {
        Name::Where => {
            let members = [Field::Country, Field::Place].map(|f| Node::new(at.clone(), Clause::Has(f)));
            return Ok(Node::any_of(at, members.into()));
        }
        Name::Text(super::ast::Scope::All) | Name::Length => Clause::All,
        Name::Org => return Err(support::organisations(at)),
        field => match field.as_field() {
            Some(field) => Clause::Has(field),
            None => return Err(missing(field, at)),
        },
    };
    Ok(Node::new(at, clause))
}

/// A field without a value.
pub(super) fn missing(field: Name, at: Range<usize>) -> QueryError {
    QueryError::new(ErrorCode::Value, at, format!("'{}:' has no value", field.as_str()))
        .with_hint(format!("for example {}", field.example()))
}

/// A range at a field that has no order, or at none.
pub(super) fn no_range(field: Option<Name>, at: Range<usize>) -> QueryError {
    match field {
        None => QueryError::new(ErrorCode::Value, at, "a range needs a field"),
        Some(field) => QueryError::new(ErrorCode::Value, at, format!("'{}:' takes no range", field.as_str())),
    }
    .with_hint("for example published:[2024-12-01 TO 2024-12-31]")
}

/// Names are matched by their words; patterns on them say so.
fn no_wildcard(field: Name, value: &[Letter]) -> Result<(), QueryError> {
    let fuzzy = value
        .iter()
        .rposition(|l| l.is('~'))
        .filter(|&i| i > 0 && value[i + 1..].iter().all(|l| l.c.is_ascii_digit()));
    match value.iter().find(|l| l.is('*')) {
        Some(_) => Err(support::name_pattern(field, range_of(value))),
        None if fuzzy.is_some() => Err(support::name_pattern(field, range_of(value))),
        None => Ok(()),
    }
}

/// A value without blanks around and the commas of prose behind.
pub(super) fn trimmed(value: &[Letter]) -> &[Letter] {
    let blank = |l: &Letter| l.c.is_whitespace();
    let start = value.iter().position(|l| !blank(l)).unwrap_or(value.len());
    let end = value.iter().rposition(|l| !blank(l) && !l.is(',') && !l.is(';')).map_or(start, |i| i + 1);
    &value[start.min(end)..end]
}

/// Cuts a list at its commas. Commas before a blank (`Georgia, US`) and those of thousands in a length
/// stay, and so do those of addresses.
pub(super) fn split_list(field: Name, letters: &[Letter]) -> Vec<&[Letter]> {
    let text = text_of(letters);
    let address = matches!(field, Name::Meta(MetaField::Url | MetaField::Id) | Name::Like | Name::Copies)
        && (text.contains("://") || text.contains(':'));
    let mut items = Vec::new();
    let mut start = 0;
    for (i, letter) in letters.iter().enumerate() {
        let thousands = || {
            let digits = letters[i + 1..].iter().take_while(|l| l.c.is_ascii_digit()).count();
            matches!(field, Name::Length | Name::Text(_))
                && digits == 3
                && i > 0
                && letters[i - 1].c.is_ascii_digit()
        };
        let prose = || letters.get(i + 1).is_some_and(|l| l.c.is_whitespace());
        if letter.is(',') && !address && !thousands() && !prose() {
            items.push(&letters[start..i]);
            start = i + 1;
        }
    }
    items.push(&letters[start..]);
    items.retain(|item| !item.is_empty());
    items
}
