//! [`Node`] → canonical text in the default syntax, which parses back to the same node.

use std::fmt::{self, Write};

use super::ast::{Clause, Entity, Letters, Node, Pattern, Scope, Unit};
use super::field::{self, Function, Name};
use super::lexer;
use super::operators::{is_reserved, near_word};

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.clause {
            Clause::All => f.write_char('*'),
            Clause::And(members) => list(f, members, " AND "),
            Clause::Or(members) => list(f, members, " OR "),
            Clause::Not(inner) => write!(f, "NOT {}", Operand(inner)),
            Clause::Maybe(main, others) => {
                write!(f, "{}", Operand(main))?;
                others.iter().try_for_each(|other| write!(f, " MAYBE {}", Member(other)))
            }
            Clause::Boost(inner, weight) => match inner.clause {
                Clause::Boost(..) => write!(f, "({inner})^{weight}"),
                _ => write!(f, "{}^{weight}", Operand(inner)),
            },
            Clause::Text { scope, pattern } => text(f, *scope, pattern),
            Clause::Near { left, right, distance, ordered, negated } => {
                let not = if *negated { "NOT " } else { "" };
                let operator = if *ordered { "pre" } else { "w" };
                write!(f, "{} {not}{operator}/{distance} {}", Operand(left), Operand(right))
            }
            Clause::SameUnit { left, right, unit, negated } => {
                let not = if *negated { "NOT " } else { "" };
                let operator = if *unit == Unit::Sentence { "w/s" } else { "w/p" };
                write!(f, "{} {not}{operator} {}", Operand(left), Operand(right))
            }
            Clause::AtLeast(n, inner) => write!(f, "atleast{n}({inner})"),
            Clause::First(n, inner) => write!(f, "first{n}({inner})"),
            Clause::Caps(letters, inner) => write!(f, "{}({inner})", letters_name(*letters)),
            Clause::Any(entity) => f.write_str(entity_name(*entity)),
            Clause::Person { name, exact } => {
                write!(f, "person:{}{}", if *exact { "=" } else { "" }, Value(name))
            }
            Clause::Country(code) => write!(f, "country:{code}"),
            Clause::Region { name, .. } => write!(f, "region:{}", Value(name)),
            Clause::Place(name) => write!(f, "place:{}", Value(name)),
            Clause::Date { field, first, last } => {
                write!(f, "{}:", Name::Date(*field).as_str())?;
                match (first, last) {
                    (Some(first), Some(last)) if first == last => write!(f, "{first}"),
                    (Some(first), Some(last)) => write!(f, "{first}..{last}"),
                    (Some(first), None) => write!(f, "{first}.."),
                    (None, Some(last)) => write!(f, "..{last}"),
                    (None, None) => f.write_char('*'),
                }
            }
            Clause::Meta { field, value } => {
                let body = value.trim_end_matches('*');
                let star = if body.len() < value.len() { "*" } else { "" };
                write!(f, "{}:{}{star}", Name::Meta(*field).as_str(), Value(body))
            }
            Clause::Length { min, max } => match (min, max) {
                (Some(min), Some(max)) if min == max => write!(f, "length:{min}"),
                (Some(min), Some(max)) => write!(f, "length:{min}..{max}"),
                (Some(min), None) => write!(f, "length:{min}.."),
                (None, Some(max)) => write!(f, "length:..{max}"),
                (None, None) => f.write_char('*'),
            },
            Clause::Has(has) => write!(f, "{}:*", field::name_of(*has)),
            Clause::Like(id) => write!(f, "like:{}", Value(id)),
            Clause::Copies(id) => write!(f, "dup:{}", Value(id)),
            Clause::Saved(name) => write!(f, "query:{}", Value(name)),
        }
    }
}

/// A node inside another: composite ones in parentheses.
struct Operand<'a>(&'a Node);

impl fmt::Display for Operand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.clause {
            Clause::Not(_) => write!(f, "({})", self.0),
            _ => write!(f, "{}", Member(self.0)),
        }
    }
}

/// A member of AND and OR, where an exclusion needs no parentheses.
struct Member<'a>(&'a Node);

impl fmt::Display for Member<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.clause {
            Clause::And(_)
            | Clause::Or(_)
            | Clause::Maybe(..)
            | Clause::Near { .. }
            | Clause::SameUnit { .. } => write!(f, "({})", self.0),
            _ => write!(f, "{}", self.0),
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, members: &[Node], operator: &str) -> fmt::Result {
    for (i, member) in members.iter().enumerate() {
        if i > 0 {
            f.write_str(operator)?;
        }
        write!(f, "{}", Member(member))?;
    }
    Ok(())
}

fn text(f: &mut fmt::Formatter<'_>, scope: Scope, pattern: &Pattern) -> fmt::Result {
    if let Pattern::Exact(text) = pattern {
        return match scope {
            Scope::All => write!(f, "exact:{}", Quoted(text)),
            scope => write!(f, "{}:(exact:{})", Name::Text(scope).as_str(), Quoted(text)),
        };
    }
    if scope != Scope::All {
        write!(f, "{}:", Name::Text(scope).as_str())?;
    }
    match pattern {
        Pattern::Word(word) => write!(f, "{}", Word(word)),
        Pattern::Phrase { text, slop, prefix } => {
            write!(f, "{}", Quoted(text))?;
            if *prefix {
                f.write_char('*')?;
            } else if *slop > 0 {
                write!(f, "~{slop}")?;
            }
            Ok(())
        }
        Pattern::Exact(text) => write!(f, "{}", Quoted(text)),
        Pattern::Wildcard(pattern) => f.write_str(pattern),
        Pattern::Fuzzy(word, distance) => write!(f, "{}~{distance}", Word(word)),
        Pattern::Regex(source) => {
            f.write_char('/')?;
            let mut escaped = false;
            for c in source.chars() {
                if c == '/' && !escaped {
                    f.write_char('\\')?;
                }
                escaped = c == '\\' && !escaped;
                f.write_char(c)?;
            }
            f.write_char('/')
        }
    }
}

/// A bare word, with a backslash before whatever would mean something.
struct Word<'a>(&'a str);

impl fmt::Display for Word<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.0;
        if is_reserved(word) || near_word(word).is_some() || Function::of(word).is_some() {
            f.write_char('\\')?;
        }
        let numeric = word.starts_with(|c: char| !c.is_ascii_alphabetic());
        for c in word.chars() {
            let plain = c.is_alphanumeric()
                || matches!(c, '-' | '\'' | '.' | '_' | '&' | '+' | '#' | '/' | '@' | '$' | '%')
                || unicode_normalization::char::is_combining_mark(c)
                || c == ':' && numeric;
            if !plain {
                f.write_char('\\')?;
            }
            f.write_char(c)?;
        }
        Ok(())
    }
}

/// The value of a field, in quotes where needed.
struct Value<'a>(&'a str);

impl fmt::Display for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let simple = self.0.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '\'' | '_'))
            && self.0.starts_with(char::is_alphanumeric)
            && !is_reserved(self.0);
        if simple { f.write_str(self.0) } else { write!(f, "{}", Quoted(self.0)) }
    }
}

/// Text in quotation marks.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.0.chars() {
            if c == '\\' || lexer::is_quote(c) {
                f.write_char('\\')?;
            }
            f.write_char(c)?;
        }
        f.write_char('"')
    }
}

/// A field value as [`explain`](super::explain) shows it.
pub(super) fn value(text: &str) -> String {
    Value(text).to_string()
}

/// Text in quotation marks as [`explain`](super::explain) shows it.
pub(super) fn quoted(text: &str) -> String {
    Quoted(text).to_string()
}

pub(super) fn letters_name(letters: Letters) -> &'static str {
    match letters {
        Letters::Caps => "caps",
        Letters::AllCaps => "allcaps",
        Letters::NoCaps => "nocaps",
    }
}

pub(super) fn entity_name(entity: Entity) -> &'static str {
    match entity {
        Entity::Person => "PERSON",
        Entity::Country => "COUNTRY",
        Entity::Date => "DATE",
    }
}
