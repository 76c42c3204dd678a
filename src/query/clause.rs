//! The atoms of the grammar: words, phrases, fields with their values, functions, Nexis dates.

use std::ops::Range;

use super::Syntax;
use super::ast::{Clause, Entity, Node, Pattern, Scope};
use super::compare;
use super::date::Calendar;
use super::error::{ErrorCode, NoteCode, QueryError};
use super::field::{Function, Name};
use super::parser::Parser;
use super::pattern::{self, Reading};
use super::token::{Kind, Letter, Operator, range_of, text_of};
use super::value::{self, Values};
use super::{proximity, support};

/// Largest number of `atleastN`, and of `firstN`.
const MAX_TIMES: u32 = 1_000;
const MAX_FIRST: u32 = 100_000;

impl Parser<'_> {
    pub(super) fn values(&mut self) -> Values<'_> {
        let calendar = Calendar { today: self.options.today, order: self.options.date_order };
        Values { calendar, notes: &mut self.notes }
    }

    pub(super) fn atom(&mut self, field: Option<Name>) -> Result<Node, QueryError> {
        let at = self.here();
        match self.peek() {
            Some(Kind::Open) => self.group(field),
            Some(Kind::Field(name)) => {
                let name = *name;
                self.pos += 1;
                let scope = match field {
                    Some(Name::Text(scope)) => scope,
                    _ => Scope::All,
                };
                let outer = std::mem::replace(&mut self.scope, scope);
                let node = self.field(name, at);
                self.scope = outer;
                node
            }
            Some(Kind::Function(function)) => {
                let function = *function;
                self.pos += 1;
                self.function(function, at, field)
            }
            Some(Kind::Word(_) | Kind::Phrase { .. } | Kind::Regex(_)) => match field {
                None => self.nexis_date(at.clone()).unwrap_or_else(|| self.text(None)),
                Some(Name::Text(_) | Name::Exact) => self.text(field),
                Some(Name::Date(_)) if self.date_comparison().is_some() => self.compared_date(field, at),
                Some(name) => self.items(name, at, false),
            },
            Some(Kind::Range(_) | Kind::InList(_)) => self.bracket(field, at),
            Some(Kind::Operator(_) | Kind::Near(_)) => {
                let name = self.text.get(at.clone()).unwrap_or("");
                let message = format!("'{name}' needs a term on its left");
                Err(QueryError::new(ErrorCode::Operator, at.clone(), message)
                    .with_hint(format!("to search for the word, write \"{name}\"")))
            }
            // Signs are taken by `unary`, weights follow an atom, and groups are closed by `group`.
            Some(Kind::Minus | Kind::Plus | Kind::Bang | Kind::Boost(_) | Kind::Close) | None => {
                let (what, hint) = match self.peek() {
                    Some(Kind::Close) => {
                        ("this ) has no matching (", "remove it, or write \"\\)\" in quotes")
                    }
                    _ => ("a term is missing here", "write a word, a phrase or a field"),
                };
                Err(QueryError::new(ErrorCode::Unbalanced, at, what).with_hint(hint))
            }
        }
    }

    /// A word, phrase or regular expression of a text; words of the language (`PERSON`) where no field
    /// says otherwise.
    fn text(&mut self, field: Option<Name>) -> Result<Node, QueryError> {
        let Some(token) = self.tokens.get(self.pos).cloned() else {
            return Ok(Node::new(self.here(), Clause::All));
        };
        self.pos += 1;
        self.count(&token.at)?;
        let scope = match field {
            Some(Name::Text(scope)) => scope,
            Some(Name::Exact) => self.scope,
            _ => Scope::All,
        };
        let pattern = match token.kind {
            Kind::Regex(source) => pattern::regex(&source, token.at.clone())?,
            Kind::Phrase { letters, slop, prefix } => {
                let text = text_of(&letters).split_whitespace().collect::<Vec<_>>().join(" ");
                if !pattern::has_words(&text) {
                    return Err(QueryError::new(
                        ErrorCode::Unbalanced,
                        token.at,
                        "no word in these quotation marks",
                    )
                    .with_hint("put a word between them, or remove them"));
                }
                if !prefix && letters.windows(2).any(|w| w[0].c.is_alphanumeric() && w[1].c == '*') {
                    let message =
                        "* inside quotation marks is no wildcard; write \"oil pric\"* for an open end";
                    self.note(NoteCode::ReadAsWord, token.at.clone(), message);
                }
                Pattern::Phrase { text, slop: slop.unwrap_or(0), prefix }
            }
            Kind::Word(letters) => {
                if field.is_none()
                    && self.options.syntax != Syntax::Lucene
                    && let Some(any) = entity(&letters)
                {
                    let any = any.map_err(|()| support::organisations(token.at.clone()))?;
                    return Ok(Node::new(token.at, Clause::Any(any)));
                }
                match pattern::read(&letters, self.options.syntax, &mut self.notes)? {
                    Reading::Pattern(pattern) => pattern,
                    Reading::All => return value_of_star(field, scope, token.at),
                    // Only marks that the lexer kept for a list come here.
                    Reading::Nothing => {
                        return Err(QueryError::new(
                            ErrorCode::Value,
                            token.at,
                            format!("'{}' holds no letter or digit", text_of(&letters)),
                        )
                        .with_hint("remove it, or put it in quotes with a word"));
                    }
                }
            }
            _ => return Ok(Node::new(token.at, Clause::All)),
        };
        let pattern = match (field, pattern) {
            (Some(Name::Exact), Pattern::Word(text) | Pattern::Phrase { text, prefix: false, slop: 0 }) => {
                Pattern::Exact(text)
            }
            (Some(Name::Exact), _) => {
                return Err(QueryError::new(
                    ErrorCode::Pattern,
                    token.at,
                    "'exact:' takes words without wildcards",
                )
                .with_hint("for example exact:\"Féin\""));
            }
            (_, pattern) => pattern,
        };
        Ok(Node::new(token.at, Clause::Text { scope, pattern }))
    }

    /// What follows `title:` or `title(`; the field's token stands at `at`.
    fn field(&mut self, name: Name, at: Range<usize>) -> Result<Node, QueryError> {
        let glued = self.tokens.get(self.pos).is_some_and(|t| t.glued);
        let value = match self.peek() {
            Some(Kind::Open | Kind::Range(_) | Kind::InList(_) | Kind::Word(_) | Kind::Phrase { .. }) => true,
            Some(Kind::Regex(_)) => matches!(name, Name::Text(_) | Name::Exact),
            _ => false,
        };
        if !value {
            return Err(value::missing(name, at));
        }
        if name == Name::Org {
            return Err(support::organisations(at.start..self.here().end));
        }
        if !glued {
            let message = format!("the blank behind '{}:' is left out", name.as_str());
            self.note(NoteCode::ReadAsValue, at.clone(), message);
        }
        let mut node = match (self.peek(), name) {
            (Some(Kind::Open), _) => self.group(Some(name))?,
            (Some(Kind::Range(_) | Kind::InList(_)), _) => self.bracket(Some(name), at.clone())?,
            (Some(Kind::Word(_)), Name::Text(_)) => self.text_list(name)?,
            (_, Name::Text(_) | Name::Exact) => self.text(Some(name))?,
            _ => self.items(name, at.clone(), true)?,
        };
        node.at = at.start..self.end().max(at.end);
        Ok(node)
    }

    /// `title:oil,gas`: a list of words.
    fn text_list(&mut self, name: Name) -> Result<Node, QueryError> {
        let Some(Kind::Word(letters)) = self.peek() else { return self.text(Some(name)) };
        let letters = letters.clone();
        let parts = value::split_list(name, &letters);
        if parts.len() < 2 {
            return self.text(Some(name));
        }
        let at = self.here();
        let mut members = Vec::new();
        for part in parts {
            self.tokens[self.pos].kind = Kind::Word(part.to_vec());
            self.tokens[self.pos].at = range_of(part);
            members.push(self.text(Some(name))?);
            self.pos -= 1;
        }
        self.tokens[self.pos].at = at.clone();
        self.pos += 1;
        Ok(Node::any_of(at, members))
    }

    /// `[a TO b]`, `IN [a b]`.
    fn bracket(&mut self, field: Option<Name>, at: Range<usize>) -> Result<Node, QueryError> {
        let here = self.here();
        let Some(token) = self.tokens.get(self.pos).cloned() else {
            return Err(value::no_range(field, here));
        };
        self.pos += 1;
        let Some(name) = field else { return Err(value::no_range(None, here)) };
        let at = at.start.min(here.start)..here.end;
        match token.kind {
            Kind::Range(range) => {
                self.count(&at)?;
                self.values().range(name, &range, at)
            }
            Kind::InList(items) => {
                let mut members = Vec::with_capacity(items.len());
                for item in items {
                    members.push(self.item(name, &item, range_of(&item))?);
                }
                Ok(Node::any_of(at, members))
            }
            _ => Err(value::no_range(field, here)),
        }
    }

    /// The value or list of values of a field that is no text. `direct`: right behind the field.
    pub(super) fn items(&mut self, name: Name, at: Range<usize>, direct: bool) -> Result<Node, QueryError> {
        let mut letters = self.run();
        // `length:> 800`: the edge stands behind a blank.
        if let (Some(_), []) = compare::comparison(&letters) {
            letters.extend(self.run());
        }
        let mut parts: Vec<Vec<Letter>> =
            value::split_list(name, &letters).into_iter().map(<[Letter]>::to_vec).collect();
        // `country:IQ, IR`: a list with blanks.
        while letters.last().is_some_and(|l| l.is(','))
            && matches!(self.peek(), Some(Kind::Word(_) | Kind::Phrase { .. }))
        {
            let next = self.here();
            letters = self.run();
            let message = format!("the comma goes on with the list of '{}:'", name.as_str());
            self.note(NoteCode::ReadAsValue, next, message);
            parts.extend(value::split_list(name, &letters).into_iter().map(<[Letter]>::to_vec));
        }
        if parts.iter().all(|part| part.iter().all(|l| l.is(','))) {
            return Err(value::missing(name, at));
        }
        let whole = if direct { at.start..self.end() } else { range_of(&letters) };
        if direct && parts.len() == 1 {
            self.note_loose_name(name, &parts[0], at.start)?;
        }
        if parts.len() == 1 {
            return self.item(name, &parts[0], whole);
        }
        let mut members = Vec::with_capacity(parts.len());
        for part in &parts {
            members.push(self.item(name, part, range_of(part))?);
        }
        Ok(Node::any_of(whole, members))
    }

    /// The words and phrases that stand together without a blank, as one run of letters.
    pub(super) fn run(&mut self) -> Vec<Letter> {
        let mut run: Vec<Letter> = Vec::new();
        while let Some(token) = self.tokens.get(self.pos) {
            if !run.is_empty() && !token.glued {
                break;
            }
            match &token.kind {
                Kind::Word(letters) => run.extend(letters),
                Kind::Phrase { letters, prefix, .. } => {
                    run.extend(letters);
                    if *prefix {
                        run.push(Letter::new(token.at.end.saturating_sub(1), '*', false));
                    }
                }
                _ => break,
            }
            self.pos += 1;
        }
        run
    }

    /// One value of a field that is no text.
    fn item(&mut self, name: Name, letters: &[Letter], at: Range<usize>) -> Result<Node, QueryError> {
        self.count(&at)?;
        let node = match name {
            Name::Text(scope) => match pattern::read(letters, self.options.syntax, &mut self.notes)? {
                Reading::Pattern(pattern) => Node::new(at, Clause::Text { scope, pattern }),
                Reading::All => value_of_star(Some(name), scope, at)?,
                Reading::Nothing => return Err(value::missing(name, at)),
            },
            name => self.values().read(name, letters, at)?,
        };
        match node.clause {
            Clause::Saved(saved) => self.expand(saved, node.at),
            _ => Ok(node),
        }
    }

    /// `atleast5(…)`, `first50(…)`, `caps(…)`; the function's token stands at `at`.
    fn function(
        &mut self,
        function: Function,
        at: Range<usize>,
        field: Option<Name>,
    ) -> Result<Node, QueryError> {
        let number = |n: Option<u32>, max: u32, name: &str| match n {
            Some(n) if (1..=max).contains(&n) => Ok(n),
            Some(n) => Err(QueryError::new(
                ErrorCode::Value,
                at.clone(),
                format!("the number {n} is outside 1..{max}"),
            )
            .with_hint(format!("for example {name}5(Blinken)"))),
            None => Err(QueryError::new(ErrorCode::Value, at.clone(), format!("'{name}(' needs a number"))
                .with_hint(format!("for example {name}5(Blinken)"))),
        };
        let name = self.text.get(at.clone()).unwrap_or("").to_owned();
        self.counting += 1;
        let inner = match self.peek() {
            Some(Kind::Open) => self.group(field),
            // `atleast5 atleast5 …` nests without parentheses.
            _ => self.deeper(&at).and_then(|()| {
                let inner = self.atom(field);
                self.parens -= 1;
                inner
            }),
        };
        self.counting -= 1;
        let inner = inner?;
        let clause = match function {
            Function::AtLeast(n) => {
                let n = number(n, MAX_TIMES, "atleast")?;
                proximity::check_operand(&inner, &name, &at).map_err(|e| QueryError {
                    message: e.message.replace("cannot join", "cannot count"),
                    hint: Some(format!(
                        "it counts a word, a phrase, a person, a country or an OR group: {name}(a) AND {name}(b)"
                    )),
                    ..e
                })?;
                Clause::AtLeast(n, Box::new(inner))
            }
            Function::First(n) => Clause::First(number(n, MAX_FIRST, "first")?, Box::new(inner)),
            Function::Letters(letters) => Clause::Caps(letters, Box::new(inner)),
        };
        Ok(Node::new(at.start..self.end(), clause))
    }
}

/// `title:*`, `*`.
fn value_of_star(field: Option<Name>, scope: Scope, at: Range<usize>) -> Result<Node, QueryError> {
    let clause = match (field, scope) {
        (Some(Name::Text(_)), Scope::All) | (None, _) => Clause::All,
        (Some(Name::Text(scope)), _) => Clause::Has(super::ast::Field::Text(scope)),
        (Some(name), _) => return Err(value::missing(name, at)),
    };
    Ok(Node::new(at, clause))
}

/// `PERSON`, `COUNTRY`, `DATE`; `Err` for `ORG`.
fn entity(letters: &[Letter]) -> Option<Result<Entity, ()>> {
    if letters.len() > 7 || letters.iter().any(|l| l.literal) {
        return None;
    }
    entity_word(&text_of(letters))
}

pub(super) fn entity_word(word: &str) -> Option<Result<Entity, ()>> {
    match word {
        "PERSON" => Some(Ok(Entity::Person)),
        "COUNTRY" => Some(Ok(Entity::Country)),
        "DATE" => Some(Ok(Entity::Date)),
        "ORG" => Some(Err(())),
        _ => None,
    }
}

/// Whether an operator of the language stands here, for the syntax modules.
pub(super) fn is_operator(kind: Option<&Kind>, operator: Operator) -> bool {
    matches!(kind, Some(Kind::Operator(o)) if *o == operator)
}
