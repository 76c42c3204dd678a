//! Putting a [`Program`] together from a [`Tree`]. No recursion: a query may nest deeply.

use std::collections::HashMap;

use tantivy::SegmentReader;
use tantivy::schema::Field;

use super::cursor::{Articles, Cursor};
use super::program::{Action, Duo, Found, Nearness, Program, Rooms, Step, Test, Wanted};
use super::{Range, Terms, Tree};
use crate::index::schema::{BODY_START, mark};
use crate::query::ast::Unit;

impl Program {
    /// Opens a tree on a segment. Without `weighed` it only tells whether there is an occurrence.
    pub(super) fn open(
        tree: &Tree,
        reader: &SegmentReader,
        field: Field,
        weighed: bool,
    ) -> tantivy::Result<Self> {
        let mut builder = Builder {
            reader,
            field,
            cursors: Vec::new(),
            marks: Vec::new(),
            sentences: None,
            steps: Vec::new(),
            made_of: Vec::new(),
            open: Vec::new(),
        };
        for part in tree.parts() {
            builder.add(part)?;
        }
        let (_, articles) = builder.take();
        let mut steps = builder.steps;
        link(&mut steps);
        let found = steps.iter().map(|_| Found::default()).collect();
        Ok(Self {
            cursors: builder.cursors,
            articles,
            duo: Duo::of(&steps),
            steps,
            found,
            room: Rooms::default(),
            weighed,
            weight: None,
        })
    }
}

/// What the occurrences of a step are made of.
#[derive(Clone)]
struct MadeOf {
    /// Whether some are windows with a gap.
    windows: bool,
    /// How many words, phrases or mentions each.
    parts: usize,
    /// Their terms, sorted: to know those that two operands share.
    terms: Vec<String>,
}

/// A program that is being put together.
struct Builder<'a> {
    reader: &'a SegmentReader,
    field: Field,
    cursors: Vec<Cursor>,
    /// Cursors of marks, by their term.
    marks: Vec<(&'static str, usize)>,
    sentences: Option<usize>,
    steps: Vec<Step>,
    made_of: Vec<MadeOf>,
    /// Steps whose occurrences no later step has taken yet, with the articles they may be in.
    open: Vec<(usize, Articles)>,
}

impl Builder<'_> {
    fn cursor(&mut self, terms: &[String]) -> tantivy::Result<usize> {
        self.cursors.push(Cursor::open(terms, self.reader, self.field)?);
        Ok(self.cursors.len() - 1)
    }

    fn mark(&mut self, mark: &'static str) -> tantivy::Result<usize> {
        if let Some((_, cursor)) = self.marks.iter().find(|(other, _)| *other == mark) {
            return Ok(*cursor);
        }
        let cursor = self.cursor(&[mark.to_owned()])?;
        self.marks.push((mark, cursor));
        Ok(cursor)
    }

    /// The words a sentence begins with: a paragraph begins one too.
    fn sentences(&mut self) -> tantivy::Result<usize> {
        if let Some(cursor) = self.sentences {
            return Ok(cursor);
        }
        let cursor = self.cursor(&[mark::SENTENCE.to_owned(), mark::PARAGRAPH.to_owned()])?;
        self.sentences = Some(cursor);
        Ok(cursor)
    }

    fn wanted(&mut self, terms: &Terms) -> tantivy::Result<Wanted> {
        let any = self.cursor(&terms.any)?;
        let not = if terms.not.is_empty() { None } else { Some(self.cursor(&terms.not)?) };
        Ok(Wanted { any, not })
    }

    fn take(&mut self) -> (usize, Articles) {
        // A tree's members stand before it, so there always is one.
        self.open.pop().unwrap_or((0, Articles::Any(Vec::new(), None)))
    }

    fn step(&mut self, action: Action, made_of: MadeOf, articles: Articles) {
        self.open.push((self.steps.len(), articles));
        self.steps.push(Step { action, empties: None, paired: false });
        self.made_of.push(made_of);
    }

    fn add(&mut self, tree: &Tree) -> tantivy::Result<()> {
        match tree {
            Tree::Words(terms) => {
                let words = self.wanted(terms)?;
                self.step(Action::Words(words), MadeOf::one(terms.any.iter()), Articles::Of(words.any));
            }
            Tree::Mentions { terms, kind } => {
                let begins = match terms {
                    Some(terms) => Some(self.cursor(terms)?),
                    None => None,
                };
                let next = self.mark(mark::NEXT_MENTION)?;
                // One that decides which articles there are moves by itself.
                let all =
                    if begins.is_some() { self.mark(kind)? } else { self.cursor(&[(*kind).to_owned()])? };
                let kind = (*kind).to_owned();
                let made_of = MadeOf::one(terms.as_deref().unwrap_or(std::slice::from_ref(&kind)).iter());
                let articles = Articles::Of(begins.unwrap_or(all));
                self.step(Action::Mentions { begins, kind: all, next }, made_of, articles);
            }
            Tree::Phrase { slots, slop } => {
                let mut words = Vec::with_capacity(slots.len());
                for (_, terms) in slots {
                    words.push(self.wanted(terms)?);
                }
                let members = words.iter().map(|words| Articles::Of(words.any)).collect();
                let articles = Articles::all(members, &self.cursors);
                let repeats = if *slop > 0 { repeats(slots) } else { Vec::new() };
                let made_of = MadeOf::one(slots.iter().flat_map(|(_, terms)| &terms.any));
                let slots = slots.iter().map(|(place, _)| (*place, Vec::new())).collect();
                self.step(Action::Phrase { words, slop: *slop, repeats, slots }, made_of, articles);
            }
            Tree::Or(members) => {
                let from = self.open.len().saturating_sub(members.len());
                let (steps, articles): (Vec<_>, Vec<_>) = self.open.drain(from..).unzip();
                let members = steps.iter().map(|step| &self.made_of[*step]);
                let made_of = MadeOf {
                    windows: members.clone().any(|member| member.windows),
                    parts: members.clone().map(|member| member.parts).max().unwrap_or(1),
                    terms: sorted(members.flat_map(|member| &member.terms)),
                };
                self.step(Action::Or(steps), made_of, Articles::any(articles));
            }
            Tree::Near { distance, ordered, negated, .. } => {
                self.pair(Nearness::Apart(*distance, *ordered), *negated);
            }
            Tree::Same { unit, negated, .. } => {
                let marks = match unit {
                    Unit::Sentence => self.sentences()?,
                    Unit::Paragraph => self.mark(mark::PARAGRAPH)?,
                };
                self.pair(Nearness::SameUnit(marks), *negated);
            }
            Tree::Within(range, _) => {
                let test = match range {
                    Range::Title => Test::Between(0, BODY_START - 1),
                    Range::Body => Test::Between(BODY_START, u32::MAX),
                    Range::First(0) => Test::Between(1, 0),
                    Range::First(words) => Test::Between(BODY_START, (BODY_START - 1).saturating_add(*words)),
                    Range::Lead => Test::Lead(BODY_START, self.mark(mark::LEAD_END)?),
                    Range::TitleLead => Test::Lead(0, self.mark(mark::LEAD_END)?),
                };
                self.filter(test);
            }
            Tree::AtLeast(count, _) => self.filter(Test::AtLeast(*count)),
        }
        Ok(())
    }

    fn filter(&mut self, test: Test) {
        let (inner, articles) = self.take();
        let made_of = self.made_of[inner].clone();
        self.step(Action::Filter(inner, test), made_of, articles);
    }

    fn pair(&mut self, nearness: Nearness, negated: bool) {
        let ((right, its), (left, mine)) = (self.take(), self.take());
        let (ours, theirs) = (&self.made_of[left], &self.made_of[right]);
        // Of windows of more than two only the outer ones are known. So that none of the others serves
        // twice, operands that share a term must then stand clear of each other.
        let shared = (ours.parts > 2 || theirs.parts > 2)
            && ours.terms.iter().any(|term| theirs.terms.binary_search(term).is_ok());
        let interlocking = (ours.windows || theirs.windows) && !shared;
        let (made_of, articles) = if negated {
            (ours.clone(), mine)
        } else {
            let made_of = MadeOf {
                windows: true,
                parts: ours.parts + theirs.parts,
                terms: sorted(ours.terms.iter().chain(&theirs.terms)),
            };
            (made_of, Articles::all(vec![mine, its], &self.cursors))
        };
        self.step(Action::Pair { left, right, nearness, negated, interlocking }, made_of, articles);
    }
}

impl MadeOf {
    fn one<'a>(terms: impl Iterator<Item = &'a String>) -> Self {
        Self { windows: false, parts: 1, terms: sorted(terms) }
    }
}

/// Tells each step what becomes of what it finds.
fn link(steps: &mut [Step]) {
    for at in (0..steps.len()).rev() {
        let paired = steps[at].paired;
        let mut told: Vec<(usize, bool, bool)> = Vec::new();
        match &steps[at].action {
            Action::Words(_) | Action::Mentions { .. } | Action::Phrase { .. } => {}
            Action::Or(members) => told.extend(members.iter().map(|member| (*member, paired, false))),
            Action::Pair { left, right, negated, .. } => {
                told.extend([(*left, true, true), (*right, true, !negated)]);
            }
            Action::Filter(inner, _) => told.push((*inner, paired, true)),
        }
        for (step, paired, empties) in told {
            steps[step].paired = paired;
            steps[step].empties = empties.then_some(at);
        }
    }
}

fn sorted<'a>(terms: impl Iterator<Item = &'a String>) -> Vec<String> {
    let mut terms: Vec<String> = terms.cloned().collect();
    terms.sort_unstable();
    terms.dedup();
    terms
}

/// Slots of a phrase with the earlier ones that share a word with them.
fn repeats(slots: &[(u32, Terms)]) -> Vec<(usize, Vec<usize>)> {
    let mut met: HashMap<&str, Vec<usize>> = HashMap::new();
    let mut repeats = Vec::new();
    for (slot, (_, terms)) in slots.iter().enumerate() {
        let mut earlier = Vec::new();
        for term in &terms.any {
            let at = met.entry(term).or_default();
            earlier.extend(at.iter().copied());
            at.push(slot);
        }
        earlier.sort_unstable();
        earlier.dedup();
        earlier.retain(|other| *other != slot);
        if !earlier.is_empty() {
            repeats.push((slot, earlier));
        }
    }
    repeats
}
