//! Clauses about words: by stem, as written, by pattern, and where they stand.

use std::sync::Arc;

use tantivy::query::{EmptyQuery, PhraseQuery, Query, TermQuery};
use tantivy::schema::IndexRecordOption;

use super::{AnyQuery, Compiler, Made};
use crate::article::name::fold;
use crate::article::words;
use crate::index::dictionary::Dictionary;
use crate::index::highlight::Phrase;
use crate::index::positions::{PositionQuery, Range, Terms, Tree};
use crate::index::schema::{anchor, mark, term};
use crate::index::stem::Stems;
use crate::index::verify::WrittenQuery;
use crate::query::ast::{Clause, Letters, Node, Pattern, Scope};
use crate::query::fold_regex;
use crate::search::EngineError;

/// Patterns that open into more words than this match without being weighed by their number: a set of
/// articles is made of them at once, which is ten times faster.
const MOST_WEIGHED: usize = 24;
/// Hyphenated words of a phrase of which every mixture of opened and joined forms is tried.
const MOST_MIXED: usize = 3;

impl Compiler<'_> {
    /// A text clause at the top of a query or inside a Boolean one.
    pub(super) fn text(&mut self, scope: Scope, pattern: &Pattern) -> Made {
        self.byline = scope == Scope::Byline;
        if let Pattern::Exact(text) = pattern {
            return self.exact(scope, text);
        }
        if let (Scope::All | Scope::Title, Pattern::Word(word)) = (scope, pattern)
            && let Some(query) = self.stemmed(scope, word)
        {
            return Ok(query);
        }
        let tree = self.tree(pattern)?;
        Ok(self.placed(scope, tree))
    }

    /// A bare word by its stem; `None` when positions are needed.
    fn stemmed(&mut self, scope: Scope, word: &str) -> Option<Box<dyn Query>> {
        let parts = words::split(word);
        let field = if scope == Scope::Title { self.fields.title_stem } else { self.fields.text };
        match parts.as_slice() {
            [one] => {
                let stem = self.stems.of(&one.term);
                if self.hidden == 0 {
                    self.highlights.stems.insert(stem.clone());
                }
                Some(Box::new(TermQuery::new(term(field, &stem), IndexRecordOption::WithFreqs)))
            }
            _ => None,
        }
    }

    /// A tree in a part of the article, as the cheapest query that says it.
    fn placed(&mut self, scope: Scope, tree: Tree) -> Box<dyn Query> {
        let fields = self.fields;
        let (field, norms) = match scope {
            Scope::Byline => (fields.byline, None),
            _ => (fields.text, Some(fields.text)),
        };
        if matches!(scope, Scope::All | Scope::Byline) {
            match &tree {
                Tree::Words(Terms { any, not }) if not.is_empty() && any.len() > MOST_WEIGHED => {
                    return Box::new(AnyQuery::new(field, any));
                }
                Tree::Words(terms) if terms.any.is_empty() => return Box::new(EmptyQuery),
                Tree::Words(Terms { any, not }) if not.is_empty() && any.len() == 1 && norms.is_some() => {
                    return Box::new(TermQuery::new(term(field, &any[0]), IndexRecordOption::WithFreqs));
                }
                Tree::Phrase { slots, slop: 0 } if slots.len() > 1 => {
                    if let Some(query) = plain_phrase(slots, field, &self.stems) {
                        return Box::new(query);
                    }
                }
                _ => {}
            }
        }
        let tree = match range(scope) {
            Some(range) => Tree::Within(range, Box::new(tree)),
            None => tree,
        };
        Box::new(PositionQuery { field, norms, tree: Arc::new(tree) })
    }

    /// What a pattern asks of positions.
    pub(super) fn tree(&mut self, pattern: &Pattern) -> Result<Tree, EngineError> {
        let mut tree = match pattern {
            Pattern::Word(word) => self.word(word)?,
            Pattern::Phrase { text, slop, prefix } => self.phrase(text, *slop, *prefix)?,
            Pattern::Wildcard(text) => self.wildcard(text)?,
            Pattern::Fuzzy(word, distance) => {
                let folded = folded_word(word);
                if folded.is_empty() {
                    return Err(nothing_in(word));
                }
                Tree::Words(words_of(self).fuzzy(&folded, *distance, &self.stems)?)
            }
            Pattern::Regex(pattern) => Tree::Words(words_of(self).regex(&fold_regex(pattern), &self.stems)?),
            Pattern::Exact(_) => {
                return Err(EngineError::User(
                    "'exact:' cannot stand inside a proximity — put it beside it with AND".to_owned(),
                ));
            }
        };
        if self.hidden == 0 && !matches!(pattern, Pattern::Word(_)) {
            self.highlights.phrases.extend(phrases(&tree));
        }
        if !self.byline {
            tree.leave_out_anchored(&self.stems);
        }
        Ok(tree)
    }

    /// A bare word, or the parts of a hyphenated one in order, by stem.
    fn word(&mut self, word: &str) -> Result<Tree, EngineError> {
        let parts = words::split(word);
        if parts.is_empty() {
            return Err(nothing_in(word));
        }
        let stem = |compiler: &mut Self, word: &str| {
            let stem = if compiler.byline { word.to_owned() } else { compiler.stems.of(word) };
            Ok(Terms { any: vec![stem], not: Vec::new() })
        };
        let tree = self.slots(&parts, 0, &stem)?;
        if self.hidden == 0 {
            match &tree {
                Tree::Words(terms) => self.highlights.stems.extend(terms.any.iter().cloned()),
                _ => {
                    let shown = self.slots(&parts, 0, &as_is)?;
                    self.highlights.phrases.extend(phrases(&shown));
                }
            }
        }
        Ok(tree)
    }

    fn phrase(&mut self, text: &str, slop: u32, prefix: bool) -> Result<Tree, EngineError> {
        let parts = words::split(text);
        if parts.is_empty() {
            return Err(nothing_in(text));
        }
        let last = parts.iter().rfind(|word| word.covers == 1).map(|word| word.term.clone());
        let written = |compiler: &mut Self, word: &str| {
            if prefix && last.as_deref() == Some(word) {
                return words_of(compiler).wildcard(
                    &format!("{word}*"),
                    &format!("{word}*"),
                    &compiler.stems,
                );
            }
            if compiler.byline {
                return as_is(compiler, word);
            }
            words_of(compiler).written(word, &compiler.stems)
        };
        self.slots(&parts, slop, &written)
    }

    /// Words in order, each made into terms.
    fn slots(
        &mut self,
        parts: &[words::Word],
        slop: u32,
        terms: &dyn Fn(&mut Self, &str) -> Result<Terms, EngineError>,
    ) -> Result<Tree, EngineError> {
        let mut trees = Vec::new();
        for reading in readings(parts) {
            let mut slots = Vec::with_capacity(reading.len());
            for (place, word) in reading {
                slots.push((place, terms(self, word)?));
            }
            trees.push(match slots.len() {
                1 => Tree::Words(slots.pop().map(|(_, terms)| terms).unwrap_or_default()),
                _ => Tree::Phrase { slots, slop },
            });
        }
        Ok(if trees.len() == 1 { trees.remove(0) } else { Tree::Or(trees) })
    }

    /// `pre*`, `*suf`, `w?ld`; with hyphens the parts are a phrase.
    fn wildcard(&mut self, text: &str) -> Result<Tree, EngineError> {
        let folded: String = fold(text).chars().filter(|c| *c != '\'').collect();
        let parts: Vec<&str> = folded.split(['-', '‐', '‑', '&']).filter(|part| !part.is_empty()).collect();
        if !folded.contains(|c: char| c.is_alphanumeric()) {
            return Err(EngineError::User(format!("'{text}' would match every word — write some letters")));
        }
        let dictionary = words_of(self);
        let joined = Tree::Words(dictionary.wildcard(&parts.concat(), text, &self.stems)?);
        if parts.len() == 1 {
            return Ok(joined);
        }
        let mut slots = Vec::with_capacity(parts.len());
        for (place, part) in parts.iter().enumerate() {
            slots.push((place as u32, dictionary.wildcard(part, text, &self.stems)?));
        }
        Ok(Tree::Or(vec![Tree::Phrase { slots, slop: 0 }, joined]))
    }

    /// As written: the folded phrase, and then a look at the text itself.
    fn exact(&mut self, scope: Scope, text: &str) -> Made {
        let tree = self.phrase(text, 0, false)?;
        if self.hidden == 0 {
            self.highlights.phrases.extend(phrases(&tree));
        }
        let inner = self.placed(scope, tree);
        Ok(Box::new(WrittenQuery::new(inner, scope, text, self.packing)))
    }

    /// A clause about positions.
    pub(super) fn places(&mut self, node: &Node) -> Made {
        match &node.clause {
            // `first50(a AND b)`, `allcaps(a OR b)`: a Boolean inside is one outside.
            Clause::First(count, inner) => {
                let count = *count;
                self.spread(inner, &mut |node| Node {
                    at: node.at.clone(),
                    clause: Clause::First(count, Box::new(node)),
                })
            }
            Clause::Caps(letters, inner) => self.letters(*letters, inner),
            _ => {
                let (scope, tree) = self.operand(node)?;
                Ok(self.placed(scope, tree))
            }
        }
    }

    /// Words written in capitals, with one, without: the words, and then a look at the text itself.
    fn letters(&mut self, letters: Letters, inner: &Node) -> Made {
        if let Clause::And(members) | Clause::Or(members) = &inner.clause {
            let wrap =
                |m: &Node| Node { at: m.at.clone(), clause: Clause::Caps(letters, Box::new(m.clone())) };
            let members = members.iter().map(wrap).collect();
            let clause = match inner.clause {
                Clause::And(_) => Clause::And(members),
                _ => Clause::Or(members),
            };
            return self.node(&Node { at: inner.at.clone(), clause });
        }
        let outer = std::mem::take(&mut self.highlights);
        let hidden = std::mem::take(&mut self.hidden);
        let made = self.operand(inner).map(|(scope, tree)| (scope, self.placed(scope, tree)));
        let wanted = std::mem::replace(&mut self.highlights, outer);
        self.hidden = hidden;
        let (scope, query) = made?;
        if self.hidden == 0 {
            self.highlights.add(&wanted);
        }
        Ok(Box::new(WrittenQuery::letters(query, scope, wanted, letters, self.packing)))
    }

    fn spread(&mut self, inner: &Node, wrap: &mut dyn FnMut(Node) -> Node) -> Made {
        let again = |members: &[Node], wrap: &mut dyn FnMut(Node) -> Node| {
            members.iter().map(|member| wrap(member.clone())).collect::<Vec<_>>()
        };
        let clause = match &inner.clause {
            Clause::And(members) => Clause::And(again(members, wrap)),
            Clause::Not(inner) => Clause::Not(Box::new(wrap((**inner).clone()))),
            Clause::Boost(inner, factor) => Clause::Boost(Box::new(wrap((**inner).clone())), *factor),
            Clause::Or(members) if members.iter().any(|m| !is_operand(m)) => Clause::Or(again(members, wrap)),
            _ => {
                let node = wrap(inner.clone());
                let (scope, tree) = self.operand(&node)?;
                return Ok(self.placed(scope, tree));
            }
        };
        self.node(&Node { at: inner.at.clone(), clause })
    }

    /// What an operand of a proximity asks of positions, and in which text.
    fn operand(&mut self, node: &Node) -> Result<(Scope, Tree), EngineError> {
        self.depth += 1;
        self.clauses += 1;
        if self.depth > super::MOST_DEPTH || self.clauses > super::MOST_CLAUSES {
            return Err(EngineError::User(
                "the query is nested too deeply or has too many clauses".to_owned(),
            ));
        }
        let made = self.operand_of(node);
        self.depth -= 1;
        made
    }

    fn operand_of(&mut self, node: &Node) -> Result<(Scope, Tree), EngineError> {
        match &node.clause {
            Clause::Text { scope, pattern } => {
                self.byline = *scope == Scope::Byline;
                Ok((*scope, self.tree(pattern)?))
            }
            Clause::Any(entity) => {
                self.any(*entity)?;
                Ok((Scope::All, Tree::Mentions { terms: None, kind: Self::entity_mark(*entity) }))
            }
            Clause::Person { name, exact } => {
                let keys = self.people(name, *exact)?;
                let terms = keys.iter().map(|key| super::names::person_term(key)).collect();
                Ok((Scope::All, Tree::Mentions { terms: Some(terms), kind: mark::PERSON }))
            }
            Clause::Country(code) => Ok((Scope::All, self.country_mentions(&[code]))),
            Clause::Region { codes, .. } => Ok((Scope::All, self.country_mentions(codes))),
            // A place stands where its name does: `Georgia, US` where `Georgia` is.
            Clause::Place(name) => {
                let name = name.split(',').next().unwrap_or(name);
                Ok((Scope::All, self.phrase(name, 0, false)?))
            }
            Clause::Or(members) => {
                let mut trees = Vec::with_capacity(members.len());
                let mut common = None;
                for member in members {
                    let (scope, tree) = self.operand(member)?;
                    common = Some(same_text(common, scope)?);
                    trees.push(tree);
                }
                Ok((common.unwrap_or(Scope::All), Tree::Or(trees)))
            }
            Clause::Near { left, right, distance, ordered, negated } => {
                let (scope, left, right) = self.pair(left, right, *negated)?;
                Ok((
                    scope,
                    Tree::Near { left, right, distance: *distance, ordered: *ordered, negated: *negated },
                ))
            }
            Clause::SameUnit { left, right, unit, negated } => {
                let (scope, left, right) = self.pair(left, right, *negated)?;
                Ok((scope, Tree::Same { left, right, unit: *unit, negated: *negated }))
            }
            Clause::AtLeast(count, inner) => {
                let (scope, tree) = self.operand(inner)?;
                Ok((scope, Tree::AtLeast(*count, Box::new(tree))))
            }
            Clause::First(count, inner) => {
                let (scope, tree) = self.operand(inner)?;
                Ok((scope, Tree::Within(Range::First(*count), Box::new(tree))))
            }
            Clause::Caps(..) => Err(EngineError::User(
                "caps( ), allcaps( ) and nocaps( ) cannot stand inside a proximity — put them beside it with AND"
                    .to_owned(),
            )),
            Clause::Boost(inner, _) => self.operand(inner),
            _ => Err(EngineError::User(
                "a proximity joins words, phrases, people, countries and OR groups of these".to_owned(),
            )),
        }
    }

    fn pair(
        &mut self,
        left: &Node,
        right: &Node,
        negated: bool,
    ) -> Result<(Scope, Box<Tree>, Box<Tree>), EngineError> {
        let (left_scope, left) = self.operand(left)?;
        self.hidden += usize::from(negated);
        let right = self.operand(right);
        self.hidden -= usize::from(negated);
        let (right_scope, right) = right?;
        let scope = same_text(Some(left_scope), right_scope)?;
        Ok((scope, Box::new(left), Box::new(right)))
    }

    fn country_mentions(&mut self, codes: &[&'static str]) -> Tree {
        self.countries(codes);
        let terms = codes.iter().map(|code| format!("{}{code}", mark::COUNTRY_CODE)).collect();
        Tree::Mentions { terms: Some(terms), kind: mark::COUNTRY }
    }
}

fn is_operand(node: &Node) -> bool {
    !matches!(node.clause, Clause::And(_) | Clause::Not(_) | Clause::Boost(..) | Clause::Maybe(..))
}

/// Both sides of a proximity must speak of one text; the whole article gives way to a part of it.
fn same_text(one: Option<Scope>, other: Scope) -> Result<Scope, EngineError> {
    match (one, other) {
        (None | Some(Scope::All), scope) => Ok(scope),
        (Some(scope), Scope::All) => Ok(scope),
        (Some(scope), other) if scope == other => Ok(scope),
        _ => Err(EngineError::User("a proximity cannot join words of different fields".to_owned())),
    }
}

fn range(scope: Scope) -> Option<Range> {
    match scope {
        Scope::All | Scope::Byline => None,
        Scope::Title => Some(Range::Title),
        Scope::Lead => Some(Range::Lead),
        Scope::TitleLead => Some(Range::TitleLead),
        Scope::Body => Some(Range::Body),
    }
}

fn nothing_in(text: &str) -> EngineError {
    EngineError::User(format!("there is no word to search in '{text}'"))
}

/// A word as the index spells it, without marks.
fn folded_word(word: &str) -> String {
    words::split(word).into_iter().max_by_key(|word| word.covers).map(|word| word.term).unwrap_or_default()
}

/// The dictionary words are looked up in.
fn words_of<'a>(compiler: &Compiler<'a>) -> Dictionary<'a> {
    let field = if compiler.byline { compiler.fields.byline } else { compiler.fields.text };
    Dictionary { searcher: compiler.searcher, field, path: compiler.path }
}

fn as_is(_: &mut Compiler<'_>, word: &str) -> Result<Terms, EngineError> {
    Ok(Terms { any: vec![word.to_owned()], not: Vec::new() })
}

/// The ways to read a phrase: each hyphenated word opened or joined.
fn readings(all: &[words::Word]) -> Vec<Vec<(u32, &str)>> {
    let joined: Vec<&words::Word> = all.iter().filter(|word| word.covers > 1).collect();
    let mixtures: Vec<u32> =
        if joined.len() <= MOST_MIXED { (0..1 << joined.len()).collect() } else { vec![0, u32::MAX] };
    let mut out = Vec::with_capacity(mixtures.len());
    for mixture in mixtures {
        let mut slots = Vec::new();
        let mut shift = 0;
        let mut covered_to = 0;
        let mut number = 0;
        for word in all {
            // A joined form follows its parts: look ahead for the one that covers this part.
            if word.covers > 1 {
                number += 1;
                continue;
            }
            if word.position < covered_to {
                continue;
            }
            let cover = joined.get(number).filter(|j| {
                (j.position..j.position + j.covers).contains(&word.position) && mixture >> number & 1 == 1
            });
            match cover {
                Some(whole) => {
                    slots.push((whole.position - shift, whole.term.as_str()));
                    covered_to = whole.position + whole.covers;
                    shift += whole.covers - 1;
                }
                None => slots.push((word.position - shift, word.term.as_str())),
            }
        }
        out.push(slots);
    }
    out
}

/// tantivy's own phrase query, when every place holds one word and takes none away, and none has an anchor.
fn plain_phrase(slots: &[(u32, Terms)], field: tantivy::schema::Field, stems: &Stems) -> Option<PhraseQuery> {
    let terms = slots
        .iter()
        .map(|(place, Terms { any, not })| match any.as_slice() {
            [one] if not.is_empty() && anchor(one, stems).is_none() => {
                Some((*place as usize, term(field, one)))
            }
            _ => None,
        })
        .collect::<Option<Vec<_>>>()?;
    Some(PhraseQuery::new_with_offset(terms))
}

/// The words of a tree that are marked in a hit.
fn phrases(tree: &Tree) -> Vec<Phrase> {
    let shown = |terms: &Terms| {
        terms.any.iter().map(|term| term.strip_prefix(mark::WRITTEN).unwrap_or(term).to_owned()).collect()
    };
    match tree {
        Tree::Words(terms) => vec![Phrase { places: vec![shown(terms)], moves: 0 }],
        Tree::Phrase { slots, slop } => {
            vec![Phrase { places: slots.iter().map(|(_, terms)| shown(terms)).collect(), moves: *slop }]
        }
        Tree::Or(members) => members.iter().flat_map(phrases).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        readings(&words::split(text))
            .iter()
            .map(|slots| {
                slots.iter().map(|(place, word)| format!("{place}{word}")).collect::<Vec<_>>().join(" ")
            })
            .collect()
    }

    #[test]
    fn a_hyphenated_word_is_read_opened_and_joined() {
        assert_eq!(read("Iraq"), ["0iraq"]);
        assert_eq!(read("al-Sudani"), ["0al 1sudani", "0alsudani"]);
        assert_eq!(
            read("Mohammed al-Sudani said"),
            ["0mohammed 1al 2sudani 3said", "0mohammed 1alsudani 2said"]
        );
        assert_eq!(read("al-Sudani co-operates").len(), 4);
        assert_eq!(read("a-b c-d e-f g-h i-j").len(), 2);
    }
}
