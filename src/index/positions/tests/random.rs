//! Random trees over random articles: the scorer finds what trying everything finds.

use proptest::prelude::*;
use tantivy::collector::{Count, TopDocs};
use tantivy::query::{BooleanQuery, EnableScoring, Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{DocSet, SeekDangerResult, TERMINATED};

use super::*;
use crate::index::positions::Range;
use crate::index::schema::term;
use crate::query::ast::Unit;

/// Words of the articles, of which two have the stem of the one before.
const WORDS: [&str; 5] = ["a", "b", "hop", "hops", "hopping"];
/// Terms that are asked for: two stand at words of another stem, one nowhere.
const TERMS: [&str; 6] = ["a", "b", "hop", "\u{3}hops", "\u{3}hopping", "c"];

fn word() -> impl Strategy<Value = Word> {
    let person = prop_oneof![3 => Just(None), 1 => (0..2u8).prop_map(Some)];
    (0..WORDS.len(), 0..12u8, person).prop_map(|(word, begin, person)| Word {
        text: WORDS[word].to_owned(),
        sentence: begin < 2,
        paragraph: begin == 0,
        person,
        next: false,
    })
}

fn text() -> impl Strategy<Value = Text> {
    let part = |most| prop::collection::vec((word(), any::<bool>()), 0..most);
    (part(5), part(16)).prop_map(|(title, body)| {
        let whole = |part: Vec<(Word, bool)>| {
            let mut words: Vec<Word> = Vec::new();
            for (mut word, next) in part {
                let before = words.last().and_then(|word| word.person);
                word.next = word.person.is_some() && before.is_some() && (next || before != word.person);
                words.push(word);
            }
            words
        };
        Text { title: whole(title), body: whole(body) }
    })
}

fn a_term() -> impl Strategy<Value = String> {
    (0..TERMS.len()).prop_map(|term| TERMS[term].to_owned())
}

fn terms(most: usize) -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(a_term(), 0..=most)
}

/// Words, and some that are not meant, as of a stem that stands at other words too.
fn some_terms() -> impl Strategy<Value = Terms> {
    let not = prop_oneof![3 => Just(Vec::new()), 1 => terms(1)];
    (a_term(), terms(1), not).prop_map(|(term, more, not)| {
        let any = more.into_iter().chain([term]).collect();
        Terms { any, not }
    })
}

/// A stem without some of its words, beside other words: what is counted and not looked for.
fn stem_without() -> impl Strategy<Value = Terms> {
    let written = prop_oneof![Just(vec![3]), Just(vec![4]), Just(vec![3, 4])];
    let beside = prop_oneof![Just(vec![]), Just(vec![0]), Just(vec![5, 1])];
    (written, beside).prop_map(|(written, beside)| {
        let named = |terms: Vec<usize>| terms.into_iter().map(|term| TERMS[term].to_owned()).collect();
        let terms = Terms { any: named([beside, vec![2]].concat()), not: named(written) };
        assert!(terms.add_up());
        terms
    })
}

fn tree() -> impl Strategy<Value = Tree> {
    let leaf = prop_oneof![
        5 => some_terms().prop_map(Tree::Words),
        1 => Just(any_person()),
        1 => (0..2u8).prop_map(person),
        2 => prop::collection::vec(some_terms(), 2..4)
            .prop_map(|slots| Tree::Phrase { slots: (0..).zip(slots).collect(), slop: 0 }),
    ];
    leaf.prop_recursive(4, 12, 3, |inner| {
        let two = || (inner.clone(), inner.clone());
        prop_oneof![
            4 => (two(), 1..7u32, any::<bool>(), prop::bool::weighted(0.2)).prop_map(
                |((left, right), distance, ordered, negated)| Tree::Near {
                    left: Box::new(left), right: Box::new(right), distance, ordered, negated,
                }
            ),
            2 => (two(), any::<bool>(), prop::bool::weighted(0.2)).prop_map(
                |((left, right), sentence, negated)| Tree::Same {
                    left: Box::new(left),
                    right: Box::new(right),
                    unit: if sentence { Unit::Sentence } else { Unit::Paragraph },
                    negated,
                }
            ),
            2 => prop::collection::vec(inner.clone(), 1..4).prop_map(Tree::Or),
            1 => (prop_oneof![
                Just(Range::Title), Just(Range::Body), Just(Range::Lead), Just(Range::TitleLead),
                (1..8u32).prop_map(Range::First),
            ], inner.clone()).prop_map(|(range, inner)| Tree::Within(range, Box::new(inner))),
            1 => (1..4u32, inner.clone()).prop_map(|(count, inner)| Tree::AtLeast(count, Box::new(inner))),
        ]
    })
}

/// Articles by trying everything.
fn expected(texts: &[Text], tree: &Tree) -> Vec<u32> {
    let matches = |text: &Text| !naive::places(text, tree, false).is_empty();
    (0..).zip(texts).filter(|(_, text)| matches(text)).map(|(doc, _)| doc).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_scorer_finds_what_trying_everything_finds(
        texts in prop::collection::vec(text(), 1..14),
        tree in prop_oneof![3 => tree(), 1 => stem_without().prop_map(Tree::Words)],
        targets in prop::collection::vec(0..16u32, 1..6),
    ) {
        let searcher = index(&texts);
        let query = query(&tree);
        let expected = expected(&texts, &tree);
        prop_assert_eq!(&found(&searcher, &query), &expected);
        prop_assert_eq!(searcher.search(&query, &Count).unwrap(), expected.len());

        // Every match has a score, and explains it.
        let top = searcher.search(&query, &TopDocs::with_limit(20).order_by_score()).unwrap();
        prop_assert_eq!(top.len(), expected.len());
        for (score, address) in top {
            prop_assert!(score > 0.0 && score.is_finite());
            prop_assert_eq!(query.explain(&searcher, address).unwrap().value(), score);
        }

        // In any order of steps, and when another clause leads.
        let weight = query.weight(EnableScoring::disabled_from_searcher(&searcher)).unwrap();
        let reader = searcher.segment_reader(0);
        let mut scorer = weight.scorer(reader, 1.0).unwrap();
        for target in &targets {
            let from = scorer.doc();
            if *target >= from {
                let next = expected.iter().copied().find(|doc| doc >= target).unwrap_or(TERMINATED);
                prop_assert_eq!(scorer.seek(*target), next);
            }
        }
        let mut rising = targets.clone();
        rising.sort_unstable();
        rising.dedup();
        let (first, mut scorer) = weight.scorer_danger(reader, rising[0], 1.0).unwrap();
        for (number, target) in rising.iter().enumerate() {
            let result = if number == 0 { first } else { scorer.seek_danger(*target) };
            match result {
                SeekDangerResult::Found => {
                    prop_assert!(expected.contains(target));
                    prop_assert_eq!(scorer.doc(), *target);
                }
                SeekDangerResult::SeekLowerBound(bound) => {
                    prop_assert!(bound > *target);
                    prop_assert!(!expected.iter().any(|doc| (*target..bound).contains(doc)));
                }
            }
        }
        let (fields, _) = Fields::build();
        let a = TermQuery::new(term(fields.text, "a"), IndexRecordOption::Basic);
        let both = BooleanQuery::intersection(vec![Box::new(a.clone()), Box::new(query)]);
        let with_a = found(&searcher, &a);
        let in_both: Vec<u32> = expected.into_iter().filter(|doc| with_a.contains(doc)).collect();
        prop_assert_eq!(found(&searcher, &both), in_both);
    }

    /// What a reader means: there are three words, each another occurrence, as near as asked. When a word is
    /// asked for twice, the nearest partner of an occurrence may be the one that is needed elsewhere.
    #[test]
    fn a_chain_of_three_matches_when_any_three_words_fit(
        texts in prop::collection::vec(text(), 1..10),
        letters in prop::array::uniform3(0..3u8),
        distances in prop::array::uniform2(1..9u32),
    ) {
        let [a, b, c] = letters.map(|letter| char::from(b'a' + letter).to_string());
        let [inner, outer] = distances;
        let tree = near(near(words(&a), inner, words(&b)), outer, words(&c));
        let fits = |part: &[Word]| {
            let at = |letter: &String| {
                (0..part.len()).filter(|i| part[*i].text == *letter).collect::<Vec<_>>()
            };
            let apart = |x: usize, y: usize, most: u32| x != y && x.abs_diff(y) <= most as usize;
            at(&a).iter().any(|x| at(&b).iter().any(|y| apart(*x, *y, inner) && at(&c).iter().any(|z| {
                z != x && z != y && (apart(*x, *z, outer) || apart(*y, *z, outer))
            })))
        };
        let expected: Vec<u32> = (0..).zip(&texts)
            .filter(|(_, text)| fits(&text.title) || fits(&text.body)).map(|(doc, _)| doc).collect();
        let found = found(&index(&texts), &query(&tree));
        if a != b && b != c && a != c {
            prop_assert_eq!(found, expected);
        } else {
            prop_assert!(found.iter().all(|doc| expected.contains(doc)));
        }
    }

    /// A phrase with moves: some choice of positions, each another one, lies within so many moves.
    #[test]
    fn moves_of_a_phrase_are_counted_as_by_trying_every_choice(
        texts in prop::collection::vec(text(), 1..10),
        slots in prop::collection::vec(0..4u8, 2..4),
        slop in 1..6u32,
    ) {
        let slots: Vec<String> = slots.iter().map(|letter| char::from(b'a' + letter).to_string()).collect();
        let tree = phrase(&slots.join(" "), slop);
        let fits = |part: &[Word]| {
            let mut choices: Vec<Vec<usize>> = vec![Vec::new()];
            for slot in &slots {
                choices = choices.iter().flat_map(|choice| {
                    (0..part.len()).filter(|i| part[*i].text == *slot && !choice.contains(i)).map(|i| {
                        let mut choice = choice.clone();
                        choice.push(i);
                        choice
                    })
                }).collect();
            }
            choices.iter().any(|choice| {
                let shifted = || choice.iter().enumerate().map(|(place, at)| *at as i64 - place as i64);
                shifted().max().unwrap() - shifted().min().unwrap() <= i64::from(slop)
            })
        };
        let expected: Vec<u32> = (0..).zip(&texts)
            .filter(|(_, text)| fits(&text.title) || fits(&text.body)).map(|(doc, _)| doc).collect();
        prop_assert_eq!(found(&index(&texts), &query(&tree)), expected);
    }
}
