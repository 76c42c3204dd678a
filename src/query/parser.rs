//! Tokens → AST, for the syntaxes with operators.
//!
//! ```text
//! query   = [ or ] ;
//! or      = and { OR and } ;
//! and     = prox { [ AND ] prox } { MAYBE prox } ;
//! prox    = unary { [ NOT ] PROX unary } ;              (left to right)
//! unary   = { NOT | "-" | "!" | "+" } atom { "^" number } ;
//! atom    = "(" or ")" | field | func | phrase | regex | word | any | nexdate | lenrange ;
//! field   = NAME ":" value | NAME "(" or ")" ;          (the group's words are values of the field)
//! value   = "*" | list | "IN" "[" word { word } "]" | range | cmp | atom ;
//! list    = item "," item { "," item } ;
//! range   = "[" edge "TO" edge "]" | [ edge ] ".." [ edge ] ;   ("{", "}" leave the edge out)
//! cmp     = ( ">" | ">=" | "<" | "<=" | "=" ) edge ;
//! func    = ( "atleast" n | "first" n | "caps" | "allcaps" | "nocaps" ) "(" or ")" | "atleast" n atom ;
//! any     = "PERSON" | "COUNTRY" | "DATE" ;
//! nexdate = "date" ( is | aft | bef | geq | leq | "=" | ">" | "<" | ">=" | "<=" ) date ;
//! lenrange = ( "length" | "wc" ) cmp ;
//! ```
//!
//! [`lexer`](super::lexer) makes the tokens, [`operators`](super::operators) decides which words are
//! operators, [`clause`](super::clause) reads fields and functions, [`nexis`](super::nexis) has the
//! precedence of Nexis. Recursion is bounded by [`MAX_PARENS`] and [`MAX_CHAIN`].

use std::ops::Range;

use super::ast::{Clause, Node, Pattern, Scope};
use super::error::{ErrorCode, Note, NoteCode, QueryError, boundary};
use super::field::Name;
use super::proximity;
use super::saved::Expansion;
use super::token::{Kind, Near, Operator, Token};
use super::{ParseOptions, Syntax, explain};

/// Most clauses of a query.
pub const MAX_CLAUSES: usize = 4_096;

/// Most parentheses inside each other in the text.
pub(super) const MAX_PARENS: usize = 100;

/// Most levels of nodes.
pub(super) const MAX_DEPTH: usize = 48;

/// Most operands of one chain `a w/5 b w/5 c`.
pub(super) const MAX_CHAIN: usize = 16;

pub(super) struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) tokens: Vec<Token>,
    pub(super) pos: usize,
    pub(super) options: &'a ParseOptions<'a>,
    pub(super) notes: Vec<Note>,
    /// Open parentheses.
    pub(super) parens: usize,
    /// Inside how many operands of proximity operators and functions we are.
    pub(super) counting: usize,
    /// The text that `exact:` looks in.
    pub(super) scope: Scope,
    /// Clauses and saved queries so far.
    pub(super) expansion: &'a mut Expansion,
}

const PLUS: &str = "every word is required already, so + is left out; for optional words write MAYBE";

/// A member of a conjunction on the way.
struct Member {
    node: Node,
    /// Joined to the one before by a blank.
    blank: bool,
    /// `+x`.
    required: bool,
    /// A bare word, or a proximity of bare operands: what a missing pair of quotation marks is seen by.
    shape: Shape,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Word,
    Near,
    Other,
}

impl Parser<'_> {
    pub(super) fn peek(&self) -> Option<&Kind> {
        self.tokens.get(self.pos).map(|t| &t.kind)
    }

    pub(super) fn here(&self) -> Range<usize> {
        self.tokens.get(self.pos).map_or(self.text.len()..self.text.len(), |t| t.at.clone())
    }

    fn spelled(&self, at: &Range<usize>) -> &str {
        self.text.get(at.clone()).unwrap_or("")
    }

    pub(super) fn note(&mut self, code: NoteCode, at: Range<usize>, message: impl Into<String>) {
        self.notes.push(Note { code, at, message: message.into() });
    }

    /// End of the last token taken.
    pub(super) fn end(&self) -> usize {
        self.pos.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(0, |t| t.at.end)
    }

    /// The whole query.
    pub(super) fn query(&mut self) -> Result<Node, QueryError> {
        if self.tokens.is_empty() {
            return Ok(Node::new(0..self.text.len(), Clause::All));
        }
        let node = self.top(None)?;
        if matches!(self.peek(), Some(Kind::Close)) {
            return Err(QueryError::new(ErrorCode::Unbalanced, self.here(), "this ) has no matching (")
                .with_hint("remove it, or write \"\\)\" in quotes"));
        }
        self.check_depth(&node)?;
        Ok(node)
    }

    /// The loosest level of the syntax.
    pub(super) fn top(&mut self, field: Option<Name>) -> Result<Node, QueryError> {
        if self.options.syntax == Syntax::Nexis && field.is_none_or(|f| matches!(f, Name::Text(_))) {
            self.nexis(field)
        } else {
            self.or(field)
        }
    }

    pub(super) fn check_depth(&self, node: &Node) -> Result<(), QueryError> {
        if node.depth() <= MAX_DEPTH {
            return Ok(());
        }
        Err(QueryError::new(
            ErrorCode::Limit,
            node.at.clone(),
            format!("more than {MAX_DEPTH} levels of groups"),
        )
        .with_hint("make the query flatter"))
    }

    fn or(&mut self, field: Option<Name>) -> Result<Node, QueryError> {
        let start = self.here().start;
        let (first, mut mixed) = self.and(field)?;
        let mut members = vec![first];
        while matches!(self.peek(), Some(Kind::Operator(Operator::Or))) {
            self.operator()?;
            let (member, joined) = self.and(field)?;
            mixed |= joined;
            members.push(member);
        }
        let several = members.len() > 1;
        let node = Node::any_of(start..self.end(), members);
        if several && mixed && !self.options.any {
            let mut reading = explain(&node);
            if let Some(inner) = reading.strip_prefix('(').and_then(|r| r.strip_suffix(')')) {
                reading = inner.to_owned();
            }
            if reading.len() > 200 {
                reading.truncate(boundary(&reading, 200));
                reading.push('…');
            }
            let message = format!("AND binds tighter than OR; this is read as {reading}");
            self.note(NoteCode::Precedence, node.at.clone(), message);
        }
        Ok(node)
    }

    /// Takes a binary operator and makes sure that an operand follows.
    pub(super) fn operator(&mut self) -> Result<Range<usize>, QueryError> {
        let at = self.here();
        self.pos += 1;
        self.right_of(&at)?;
        Ok(at)
    }

    /// Errs unless an operand follows the operator at `at`.
    pub(super) fn right_of(&self, at: &Range<usize>) -> Result<(), QueryError> {
        let name = self.spelled(at);
        match self.peek() {
            None | Some(Kind::Close) => Err(QueryError::new(
                ErrorCode::Operator,
                at.clone(),
                format!("'{name}' needs a term on its right"),
            )
            .with_hint(format!("to search for the word, write \"{name}\""))),
            Some(Kind::Operator(Operator::And | Operator::Or | Operator::Maybe) | Kind::Near(_)) => {
                let other = self.here();
                let message = format!("two operators in a row: '{name}' and '{}'", self.spelled(&other));
                Err(QueryError::new(ErrorCode::Operator, other, message).with_hint("remove one of them"))
            }
            Some(_) => Ok(()),
        }
    }

    /// Also says whether several members were joined here without parentheses.
    fn and(&mut self, field: Option<Name>) -> Result<(Node, bool), QueryError> {
        let start = self.here().start;
        let mut members: Vec<Member> = Vec::new();
        let mut extras: Vec<Node> = Vec::new();
        loop {
            let mut blank = true;
            let mut extra = false;
            match self.peek() {
                None | Some(Kind::Close | Kind::Operator(Operator::Or)) if !members.is_empty() => break,
                Some(Kind::Operator(Operator::And)) if !members.is_empty() => {
                    let at = self.operator()?;
                    blank = false;
                    if !extras.is_empty() {
                        return Err(QueryError::new(
                            ErrorCode::Operator,
                            at,
                            "AND behind MAYBE can be read in two ways",
                        )
                        .with_hint("use parentheses: (a AND b) MAYBE c, or a MAYBE (b AND c)"));
                    }
                }
                Some(Kind::Operator(Operator::Maybe)) if !members.is_empty() => {
                    self.operator()?;
                    extra = true;
                }
                _ if !extras.is_empty() => {
                    let at = self.here();
                    self.note(
                        NoteCode::ReadAsOperator,
                        at,
                        "behind MAYBE every term only raises the rank; required ones stand before it",
                    );
                    extra = true;
                }
                _ => {}
            }
            let required = matches!(self.peek(), Some(Kind::Plus));
            let first = self.pos;
            let node = self.prox(field)?;
            if extra {
                extras.push(node);
                continue;
            }
            let shape = match (&node.clause, self.pos - first) {
                (Clause::Text { pattern: Pattern::Word(_), .. }, 1) => Shape::Word,
                (Clause::Near { .. }, 3..) if !matches!(self.tokens[first].kind, Kind::Open) => Shape::Near,
                _ => Shape::Other,
            };
            if blank && let Some(before) = members.last() {
                self.note_loose_words(before, &node, shape);
            }
            members.push(Member { node, blank, required, shape });
        }
        let joined = members.len() > 1;
        let main = if self.options.any && field.is_none() {
            any_of_words(start..self.end(), members)
        } else {
            Node::all_of(start..self.end(), members.into_iter().map(|m| m.node).collect())
        };
        if extras.is_empty() {
            return Ok((main, joined));
        }
        let at = start..self.end();
        Ok((Node::new(at, Clause::Maybe(Box::new(main), extras)), true))
    }

    /// `Antony Blinken w/5 Iraq`: the first word stands apart.
    fn note_loose_words(&mut self, before: &Member, node: &Node, shape: Shape) {
        let at = before.node.at.start..node.at.end;
        match (before.shape, shape) {
            (Shape::Word, Shape::Near) => {
                let word = self.spelled(&before.node.at).to_owned();
                let message = format!(
                    "'{word}' stands outside the proximity and may be anywhere; for several words on one side use quotes"
                );
                self.note(NoteCode::Precedence, at, message);
            }
            (Shape::Near, Shape::Word) => {
                let word = self.spelled(&node.at).to_owned();
                let message = format!(
                    "'{word}' stands outside the proximity and may be anywhere; for several words on one side use quotes"
                );
                self.note(NoteCode::Precedence, at, message);
            }
            _ => {}
        }
    }

    pub(super) fn prox(&mut self, field: Option<Name>) -> Result<Node, QueryError> {
        let start = self.here().start;
        let first = self.pos;
        let mut left = self.unary(field)?;
        let mut operands = 1;
        while let Some((near, negated)) = self.near()? {
            let at = self.here();
            self.pos += 1;
            self.right_of(&at)?;
            operands += 1;
            self.check_chain(operands, &at)?;
            self.counting += 1;
            let right = self.unary(field);
            self.counting -= 1;
            left = self.joined(start, left, right?, near, negated, &at)?;
        }
        if operands == 1 && self.counting == 0 && self.pos == first + 1 {
            self.note_any(&left);
        }
        Ok(left)
    }

    /// The proximity of two operands, by the operator at `at`.
    pub(super) fn joined(
        &self,
        start: usize,
        left: Node,
        right: Node,
        near: Near,
        negated: bool,
        at: &Range<usize>,
    ) -> Result<Node, QueryError> {
        for operand in [&left, &right] {
            proximity::check_operand(operand, self.spelled(at), at)?;
        }
        Ok(proximity::join(start..self.end(), left, right, near, negated))
    }

    /// The proximity operator that comes next, and whether it is negated; its NOT is taken.
    pub(super) fn near(&mut self) -> Result<Option<(Near, bool)>, QueryError> {
        match (self.peek(), self.tokens.get(self.pos + 1).map(|t| &t.kind)) {
            (Some(Kind::Near(near)), _) => Ok(Some((*near, false))),
            (Some(Kind::Operator(Operator::Not)), Some(Kind::Near(near))) => {
                let near = *near;
                self.pos += 1;
                Ok(Some((near, true)))
            }
            _ => Ok(None),
        }
    }

    /// `PERSON` outside a proximity may have been meant as a word.
    fn note_any(&mut self, node: &Node) {
        if let Clause::Any(_) = node.clause {
            let word = self.spelled(&node.at).to_owned();
            let message = format!(
                "'{word}' means any {}; to search the word, write \"{}\"",
                word.to_lowercase(),
                word.to_lowercase()
            );
            self.note(NoteCode::ReadAsOperator, node.at.clone(), message);
        }
    }

    pub(super) fn unary(&mut self, field: Option<Name>) -> Result<Node, QueryError> {
        let start = self.here().start;
        let mut negated = false;
        while let Some(kind) = self.peek() {
            let at = self.here();
            match kind {
                Kind::Operator(Operator::Not) | Kind::Minus => negated = !negated,
                Kind::Bang => {
                    negated = !negated;
                    if self.options.syntax != Syntax::Lucene {
                        self.note(
                            NoteCode::ReadAsOperator,
                            at.clone(),
                            "!x read as NOT x; to cut a word short, write x!",
                        );
                    }
                }
                Kind::Plus => {
                    if !self.options.any && !self.notes.iter().any(|n| n.message == PLUS) {
                        self.note(NoteCode::LeftOut, at.clone(), PLUS);
                    }
                }
                _ => break,
            }
            self.pos += 1;
            self.right_of(&at)?;
        }
        let mut node = self.atom(field)?;
        let mut weight: Option<f32> = None;
        while let Some(Kind::Boost(w)) = self.peek() {
            weight = Some(weight.unwrap_or(1.0) * w);
            self.pos += 1;
        }
        if let Some(weight) = weight {
            let at = node.at.start..self.end();
            node = Node::new(at, Clause::Boost(Box::new(node), weight));
        }
        Ok(if negated { negate(start..self.end(), node) } else { node })
    }

    /// `( … )`; the parenthesis is the current token.
    pub(super) fn group(&mut self, field: Option<Name>) -> Result<Node, QueryError> {
        let open = self.here();
        self.pos += 1;
        if matches!(self.peek(), Some(Kind::Close)) {
            return Err(QueryError::new(
                ErrorCode::Unbalanced,
                open.start..self.here().end,
                "empty parentheses",
            )
            .with_hint("put a term inside, or remove them"));
        }
        let unclosed = || {
            QueryError::new(ErrorCode::Unbalanced, open.clone(), "this ( is never closed")
                .with_hint("add a closing ) at the end of the group, or put the ( in quotes")
        };
        if self.peek().is_none() {
            return Err(unclosed());
        }
        self.deeper(&open)?;
        let inner = self.top(field);
        self.parens -= 1;
        let inner = inner?;
        if !matches!(self.peek(), Some(Kind::Close)) {
            return Err(unclosed());
        }
        self.pos += 1;
        self.check_depth(&inner)?;
        Ok(inner)
    }

    /// Goes one level deeper, at the parenthesis or function at `at`.
    pub(super) fn deeper(&mut self, at: &Range<usize>) -> Result<(), QueryError> {
        if self.parens >= MAX_PARENS {
            let message = format!("more than {MAX_PARENS} parentheses inside each other");
            return Err(
                QueryError::new(ErrorCode::Limit, at.clone(), message).with_hint("make the query flatter")
            );
        }
        self.parens += 1;
        Ok(())
    }

    /// A leaf is made: counts it.
    pub(super) fn count(&mut self, at: &Range<usize>) -> Result<(), QueryError> {
        self.expansion.clauses += 1;
        if self.expansion.clauses <= MAX_CLAUSES {
            return Ok(());
        }
        Err(QueryError::new(ErrorCode::Limit, at.clone(), format!("more than {MAX_CLAUSES} clauses"))
            .with_hint("split the query into several"))
    }
}

/// The opposite of a node; double negation is none.
pub(super) fn negate(at: Range<usize>, node: Node) -> Node {
    match node.clause {
        Clause::Not(inner) => Node::new(at, inner.clause),
        clause => Node::new(at.clone(), Clause::Not(Box::new(Node::new(node.at, clause)))),
    }
}

/// Joins the members of a conjunction where not every word must occur: words that are joined by blanks
/// are optional, everything else (fields, exclusions, `+x`) is required.
fn any_of_words(at: Range<usize>, members: Vec<Member>) -> Node {
    let mut groups: Vec<(Vec<Node>, bool)> = Vec::new();
    for member in members {
        match groups.last_mut() {
            Some((group, required)) if !member.blank => {
                group.push(member.node);
                *required |= member.required;
            }
            _ => groups.push((vec![member.node], member.required)),
        }
    }
    let (mut required, mut optional, mut plus) = (Vec::new(), Vec::new(), false);
    for (group, marked) in groups {
        let node = Node::all_of(at.clone(), group);
        if marked {
            plus = true;
            required.push(node);
        } else if is_wordy(&node) {
            optional.push(node);
        } else {
            required.push(node);
        }
    }
    if optional.is_empty() {
        return Node::all_of(at, required);
    }
    if plus {
        let main = Node::all_of(at.clone(), required);
        return Node::new(at, Clause::Maybe(Box::new(main), optional));
    }
    let words = Node::any_of(at.clone(), optional);
    required.push(words);
    Node::all_of(at, required)
}

/// Whether a clause speaks of words in the text.
fn is_wordy(node: &Node) -> bool {
    match &node.clause {
        Clause::Text { .. } | Clause::Near { .. } | Clause::SameUnit { .. } | Clause::AtLeast(..) => true,
        Clause::And(members) | Clause::Or(members) => members.iter().all(is_wordy),
        Clause::Boost(inner, _)
        | Clause::Maybe(inner, _)
        | Clause::First(_, inner)
        | Clause::Caps(_, inner) => is_wordy(inner),
        _ => false,
    }
}
