//! The precedence of Nexis: OR, then `w/n`, then AND, then AND NOT; adjacent words are a phrase.
//!
//! ```text
//! top  = [ NOT ] and { ( AND NOT | NOT | "-" ) and } ;
//! and  = prox { AND prox } { MAYBE prox } ;
//! prox = or { [ NOT ] PROX or } ;
//! or   = seq { OR seq } ;
//! seq  = atom { atom } ;
//! ```

use super::ast::{Clause, Node, Pattern, Scope};
use super::clause::is_operator;
use super::error::{ErrorCode, NoteCode, QueryError};
use super::field::Name;
use super::parser::{MAX_CHAIN, Parser, negate};
use super::proximity;
use super::token::{Kind, Near, Operator, Token};

impl Parser<'_> {
    pub(super) fn nexis(&mut self, field: Option<Name>) -> Result<Node, QueryError> {
        let start = self.here().start;
        let mut members = Vec::new();
        loop {
            let from = self.here();
            let excluded = self.exclusion()?;
            let node = self.nexis_and(field)?;
            members.push(if excluded { negate(from.start..self.end(), node) } else { node });
            if matches!(self.peek(), None | Some(Kind::Close)) {
                return Ok(Node::all_of(start..self.end(), members));
            }
        }
    }

    /// Takes `AND NOT`, `NOT`, `-`, `!` and says whether one was there.
    fn exclusion(&mut self) -> Result<bool, QueryError> {
        let mut excluded = false;
        loop {
            let at = self.here();
            match self.peek() {
                Some(Kind::Operator(Operator::And)) if self.not_at(self.pos + 1) => self.pos += 1,
                Some(Kind::Operator(Operator::Not) | Kind::Minus | Kind::Bang) => {
                    excluded = !excluded;
                    self.pos += 1;
                    self.right_of(&at)?;
                }
                _ => return Ok(excluded),
            }
        }
    }

    fn not_at(&self, pos: usize) -> bool {
        is_operator(self.tokens.get(pos).map(|t| &t.kind), Operator::Not)
    }

    fn nexis_and(&mut self, field: Option<Name>) -> Result<Node, QueryError> {
        let start = self.here().start;
        let mut members = vec![self.nexis_prox(field)?];
        let mut extras = Vec::new();
        loop {
            if is_operator(self.peek(), Operator::And) && !self.not_at(self.pos + 1) {
                self.operator()?;
                members.push(self.nexis_prox(field)?);
            } else if is_operator(self.peek(), Operator::Maybe) {
                self.operator()?;
                extras.push(self.nexis_prox(field)?);
            } else {
                break;
            }
        }
        let at = start..self.end();
        let main = Node::all_of(at.clone(), members);
        Ok(if extras.is_empty() { main } else { Node::new(at, Clause::Maybe(Box::new(main), extras)) })
    }

    fn nexis_prox(&mut self, field: Option<Name>) -> Result<Node, QueryError> {
        let start = self.here().start;
        let mut left = self.nexis_or(field)?;
        let mut operands = 1;
        while let Some((near, negated)) = self.near()? {
            let at = self.here();
            self.pos += 1;
            self.right_of(&at)?;
            operands += 1;
            self.check_chain(operands, &at)?;
            let right = self.nexis_or(field)?;
            left = self.joined(start, left, right, near, negated, &at)?;
        }
        Ok(left)
    }

    fn nexis_or(&mut self, field: Option<Name>) -> Result<Node, QueryError> {
        let start = self.here().start;
        let mut members = vec![self.sequence(field)?];
        while is_operator(self.peek(), Operator::Or) {
            self.operator()?;
            members.push(self.sequence(field)?);
        }
        Ok(Node::any_of(start..self.end(), members))
    }

    /// Adjacent words are one phrase; with wildcards or groups among them they stand side by side in
    /// order; what has no place in the text is joined by AND.
    fn sequence(&mut self, field: Option<Name>) -> Result<Node, QueryError> {
        let start = self.here().start;
        let mut parts = vec![self.unary(field)?];
        while self.tokens.get(self.pos).is_some_and(goes_on) {
            parts.push(self.unary(field)?);
        }
        let mut sequence: Vec<Node> = Vec::new();
        for part in parts {
            match sequence.last_mut().and_then(|before| merged(before, &part)) {
                Some(phrase) => {
                    if let Some(before) = sequence.last_mut() {
                        *before = Node::new(before.at.start..part.at.end, phrase);
                    }
                }
                None => sequence.push(part),
            }
        }
        let scope = sequence.first().and_then(scope_of);
        if sequence.len() > 1 && (scope.is_none() || sequence.iter().any(|node| scope_of(node) != scope)) {
            let at = start..self.end();
            self.note(NoteCode::ReadAsOperator, at.clone(), "clauses side by side are read as joined by AND");
            return Ok(Node::all_of(at, sequence));
        }
        let at = start..self.end();
        self.check_chain(sequence.len(), &at)?;
        let beside = Near::Words { distance: 1, ordered: true };
        let joined = sequence
            .into_iter()
            .reduce(|left, right| proximity::join(left.at.start..right.at.end, left, right, beside, false));
        Ok(joined.unwrap_or_else(|| Node::new(at, Clause::All)))
    }

    /// Errs when a chain has too many operands.
    pub(super) fn check_chain(&self, operands: usize, at: &std::ops::Range<usize>) -> Result<(), QueryError> {
        if operands <= MAX_CHAIN {
            return Ok(());
        }
        let message = format!("more than {MAX_CHAIN} terms in one chain of proximities");
        Err(QueryError::new(ErrorCode::Limit, at.clone(), message).with_hint("join parts of it with AND"))
    }
}

/// Whether another part of a sequence follows.
fn goes_on(token: &Token) -> bool {
    token.begins_operand() && !matches!(token.kind, Kind::Operator(_) | Kind::Minus | Kind::Bang)
}

/// The text that a part of a sequence stands in, where it is words and nothing else.
fn scope_of(node: &Node) -> Option<Scope> {
    match &node.clause {
        Clause::Text { scope: Scope::Byline, .. } | Clause::Text { pattern: Pattern::Exact(_), .. } => None,
        Clause::Text { scope, .. } => Some(*scope),
        Clause::Near { .. } | Clause::SameUnit { .. } | Clause::Or(_) => {
            let scopes: Vec<Option<Scope>> = node.children().into_iter().map(scope_of).collect();
            scopes.iter().all(|scope| *scope == scopes[0]).then(|| scopes[0])?
        }
        _ => None,
    }
}

/// Two adjacent texts as one phrase, where they are words.
fn merged(left: &Node, right: &Node) -> Option<Clause> {
    let (Clause::Text { scope, pattern }, Clause::Text { scope: other, pattern: next }) =
        (&left.clause, &right.clause)
    else {
        return None;
    };
    let plain = |pattern: &Pattern| match pattern {
        Pattern::Word(text) | Pattern::Phrase { text, slop: 0, prefix: false } => Some(text.clone()),
        _ => None,
    };
    let left = plain(pattern).filter(|_| scope == other)?;
    let (right, prefix) = match next {
        Pattern::Wildcard(wild) => {
            let root = wild.strip_suffix('*').filter(|root| !root.contains(['*', '?']))?;
            (root.to_owned(), true)
        }
        Pattern::Phrase { text, slop: 0, prefix: true } => (text.clone(), true),
        next => (plain(next)?, false),
    };
    let pattern = Pattern::Phrase { text: format!("{left} {right}"), slop: 0, prefix };
    Some(Clause::Text { scope: *scope, pattern })
}
