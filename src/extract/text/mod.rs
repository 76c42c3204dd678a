//! An article's title and body as [tokens](token), cut once for people, countries and dates.

mod cut;
pub(super) mod token;

use crate::article::Part;
use token::{CAPITAL, INNER_CAPITAL, PARTICLE, Token};

/// Title and body as tokens.
#[derive(Debug)]
pub struct Text<'a> {
    title: &'a str,
    body: &'a str,
    /// Number of tokens of the title; the body's follow.
    title_tokens: usize,
    tokens: Vec<Token>,
    /// The numbers of the tokens with a capital and of the particles: one in six.
    named: Vec<u32>,
    /// Of these, how many stand in the title.
    title_named: usize,
}

impl<'a> Text<'a> {
    /// Cuts a title and a body, either of which may be empty. What lies beyond 4 GiB of one is not read.
    pub fn new(title: &'a str, body: &'a str) -> Self {
        let head = |text: &'a str| &text[..text.floor_char_boundary(u32::MAX as usize)];
        let (title, body) = (head(title), head(body));
        let mut tokens = Vec::with_capacity((title.len() + body.len()) / 5 + 8);
        cut::split(title, &mut tokens);
        let title_tokens = tokens.len();
        cut::split(body, &mut tokens);
        let named = numbers_of(&tokens, |token| token.is(CAPITAL | INNER_CAPITAL | PARTICLE));
        let title_named = named.partition_point(|&number| (number as usize) < title_tokens);
        Self { title, body, title_tokens, tokens, named, title_named }
    }

    /// The text of a part.
    #[inline]
    pub(super) fn part(&self, part: Part) -> &'a str {
        match part {
            Part::Title => self.title,
            Part::Body => self.body,
        }
    }

    /// The tokens of title and body.
    pub(super) fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// The tokens of a part.
    pub(super) fn tokens_of(&self, part: Part) -> &[Token] {
        match part {
            Part::Title => &self.tokens[..self.title_tokens],
            Part::Body => &self.tokens[self.title_tokens..],
        }
    }

    /// The numbers of the tokens, among those of title and body, that have a capital or are particles of names.
    pub(super) fn named(&self) -> &[u32] {
        &self.named
    }

    /// The same of a part.
    pub(super) fn named_of(&self, part: Part) -> &[u32] {
        match part {
            Part::Title => &self.named[..self.title_named],
            Part::Body => &self.named[self.title_named..],
        }
    }

    /// The part a token stands in.
    #[inline]
    pub(super) fn part_of(&self, token: usize) -> Part {
        if token < self.title_tokens { Part::Title } else { Part::Body }
    }

    /// The words of a token, with its stop.
    #[inline]
    pub(super) fn word(&self, token: usize) -> &'a str {
        let Token { start, end, .. } = self.tokens[token];
        self.part(self.part_of(token)).get(start as usize..end as usize).unwrap_or_default()
    }
}

/// The numbers of the tokens that are wanted, in order. Gathered without branches: which words are capitalised is hard
/// to foretell, and a loop over all of them would mispredict at every name.
fn numbers_of(tokens: &[Token], wanted: impl Fn(&Token) -> bool) -> Vec<u32> {
    let mut numbers = vec![0; tokens.len()];
    let mut count = 0;
    for (number, token) in tokens.iter().enumerate() {
        numbers[count] = number as u32;
        count += usize::from(wanted(token));
    }
    numbers.truncate(count);
    numbers
}
