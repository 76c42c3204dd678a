//! What the lexer hands to the parser.

use std::ops::Range;

use super::ast::Unit;
use super::field::{Function, Name};

/// One letter of a word, where it stands, and whether a backslash or quotation marks take it literally.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Letter {
    pub(super) at: usize,
    /// Where the next one begins; `c` may be shorter than what was typed.
    pub(super) end: usize,
    pub(super) c: char,
    pub(super) literal: bool,
}

impl Letter {
    /// The character `c` as typed at `at`.
    pub(super) fn new(at: usize, c: char, literal: bool) -> Self {
        Self { at, end: at + c.len_utf8(), c, literal }
    }

    /// Whether this is the mark `c`, not a literal letter.
    pub(super) fn is(self, c: char) -> bool {
        self.c == c && !self.literal
    }
}

/// The text of some letters.
pub(super) fn text_of(letters: &[Letter]) -> String {
    letters.iter().map(|l| l.c).collect()
}

/// The byte range that letters cover in the query text.
pub(super) fn range_of(letters: &[Letter]) -> Range<usize> {
    match (letters.first(), letters.last()) {
        (Some(first), Some(last)) => first.at..last.end,
        _ => 0..0,
    }
}

/// A token and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) at: Range<usize>,
    /// Whether it begins where the token before it ends.
    pub(super) glued: bool,
    pub(super) kind: Kind,
}

/// Kinds of token.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Open,
    Close,
    Word(Vec<Letter>),
    Phrase {
        letters: Vec<Letter>,
        slop: Option<u32>,
        prefix: bool,
    },
    Regex(String),
    /// `[a TO b]`, `{a TO b}`.
    Range(RangeToken),
    /// `IN [a b]`.
    InList(Vec<Vec<Letter>>),
    /// `title:`, `title(`.
    Field(Name),
    /// `atleast5(`.
    Function(Function),
    /// `-x`.
    Minus,
    /// `+x`.
    Plus,
    /// `!x`.
    Bang,
    Operator(Operator),
    Near(Near),
    /// `^2`.
    Boost(f32),
}

/// The two edges of a range in brackets.
#[derive(Clone, Debug)]
pub(super) struct RangeToken {
    pub(super) low: Vec<Letter>,
    pub(super) high: Vec<Letter>,
    /// `{`: the lower edge itself is out.
    pub(super) above_low: bool,
    /// `}`: the upper edge itself is out.
    pub(super) below_high: bool,
}

/// Boolean operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    And,
    Or,
    Not,
    Maybe,
}

/// Proximity operators, without their negation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Near {
    Words { distance: u32, ordered: bool },
    Unit(Unit),
}

impl Token {
    /// Whether an operand can begin here.
    pub(super) fn begins_operand(&self) -> bool {
        !matches!(
            self.kind,
            Kind::Close
                | Kind::Near(_)
                | Kind::Boost(_)
                | Kind::Operator(Operator::And | Operator::Or | Operator::Maybe)
        )
    }

    /// Whether an operand can end here.
    pub(super) fn ends_operand(&self) -> bool {
        matches!(
            self.kind,
            Kind::Close
                | Kind::Word(_)
                | Kind::Phrase { .. }
                | Kind::Regex(_)
                | Kind::Range(_)
                | Kind::InList(_)
                | Kind::Boost(_)
        )
    }

    /// The letters of a word token.
    pub(super) fn word(&self) -> Option<&[Letter]> {
        match &self.kind {
            Kind::Word(letters) => Some(letters),
            _ => None,
        }
    }

    /// Whether this is the bare word `text` (lower case), in any case.
    pub(super) fn is_word(&self, text: &str) -> bool {
        self.word().is_some_and(|letters| {
            letters.iter().all(|l| !l.literal)
                && letters.iter().flat_map(|l| l.c.to_lowercase()).eq(text.chars())
        })
    }
}
