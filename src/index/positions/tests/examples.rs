//! What the query language promises of positions, by example.

use tantivy::collector::TopDocs;

use super::*;
use crate::index::positions::Range;
use crate::query::ast::Unit;

fn matches(text: &str, tree: &Tree) -> bool {
    !found(&index(&[Text::read(text)]), &query(tree)).is_empty()
}

fn w(word: &str) -> Tree {
    words(word)
}

#[test]
fn side_by_side_is_one_position_apart() {
    assert!(matches("blinken iraq", &near(w("iraq"), 1, w("blinken"))));
    assert!(!matches("blinken in iraq", &near(w("iraq"), 1, w("blinken"))));
    assert!(matches("blinken in iraq", &near(w("iraq"), 2, w("blinken"))));
    assert!(matches("iraq x x x x blinken", &near(w("blinken"), 5, w("iraq"))));
    assert!(!matches("iraq x x x x x blinken", &near(w("blinken"), 5, w("iraq"))));
}

#[test]
fn the_order_counts_if_asked() {
    let tree = before(w("blinken"), 3, phrase("prime minister", 0));
    assert!(matches("blinken met the prime minister", &tree));
    assert!(!matches("the prime minister met blinken", &tree));
}

#[test]
fn a_word_is_not_its_own_neighbour() {
    let tree = near(w("blinken"), 5, w("blinken"));
    assert!(!matches("blinken said", &tree));
    assert!(matches("blinken said blinken", &tree));
    let tree = near(tree, 5, w("blinken"));
    assert!(!matches("blinken said blinken", &tree));
    assert!(matches("blinken said blinken blinken", &tree));
    assert!(!matches("[0 antony blinken] said", &near(person(0), 5, w("blinken"))));
}

#[test]
fn nothing_reaches_from_the_title_into_the_body() {
    assert!(!matches("talks with blinken | iraq waits", &near(w("blinken"), 255, w("iraq"))));
    let tree = Tree::Same {
        left: Box::new(w("blinken")),
        right: Box::new(w("iraq")),
        unit: Unit::Paragraph,
        negated: false,
    };
    assert!(!matches("talks with blinken | iraq waits", &tree));
    assert!(!matches("prime | minister", &phrase("prime minister", 200)));
}

#[test]
fn groups_stand_near_each_other() {
    let tree = near(w("blinken austin"), 10, w("baghdad mosul"));
    assert!(matches("austin flew to mosul", &tree));
    assert!(!matches("blinken and austin", &tree));
}

#[test]
fn a_third_word_stands_outside_or_within_the_window() {
    let tree = near(near(w("a"), 5, w("b")), 5, w("c"));
    for text in ["a b c", "c a b", "a c b", "b x c x a", "a b x b c"] {
        assert!(matches(text, &tree), "{text}");
    }
    // Both windows lie in each other's gaps.
    assert!(matches("a c b d", &near(near(w("a"), 3, w("b")), 3, near(w("c"), 3, w("d")))));
    // The second b, not the nearest one to a, stands before c.
    assert!(matches("a b x b c", &before(near(w("a"), 5, w("b")), 1, w("c"))));
}

#[test]
fn not_near_keeps_an_occurrence_without_a_neighbour() {
    let tree = not_near(w("iraq"), 3, w("veteran veterans"));
    assert!(!matches("an iraq veteran", &tree));
    assert!(matches("an iraq veteran was in the talks on iraq", &tree));
    assert!(matches("iraq | veteran", &tree));
    // One that overlaps is near.
    assert!(!matches("washington post", &not_near(w("washington"), 1, phrase("washington post", 0))));
    // The occurrence itself is not its own neighbour.
    assert!(matches("iraq", &not_near(w("iraq"), 3, w("iraq"))));
    assert!(!matches("iraq and iraq", &not_near(w("iraq"), 3, w("iraq"))));
}

#[test]
fn mentions_are_as_wide_as_their_words() {
    let tree = near(phrase("crime scene", 0), 2, any_person());
    assert!(matches("crime scene near [0 john smith]", &tree));
    assert!(matches("[0 john smith] at crime scene", &tree));
    assert!(!matches("[0 john smith] at a crime scene", &tree));
    let two = Tree::AtLeast(2, Box::new(any_person()));
    assert!(!matches("[0 john smith] said", &two));
    assert!(matches("[0 john smith] [1 jane jones] said", &two));
    assert!(matches("[0 antony blinken] in [1 iraq]", &near(person(0), 15, person(1))));
}

#[test]
fn one_sentence_or_paragraph() {
    let same = |unit, negated| Tree::Same {
        left: Box::new(w("blinken")),
        right: Box::new(w("iraq")),
        unit,
        negated,
    };
    assert!(matches("x . blinken left iraq . y", &same(Unit::Sentence, false)));
    assert!(!matches("blinken left . iraq waits", &same(Unit::Sentence, false)));
    assert!(matches("blinken left . iraq waits", &same(Unit::Paragraph, false)));
    assert!(!matches("blinken left / iraq waits", &same(Unit::Paragraph, false)));
    assert!(matches("blinken left . iraq waits", &same(Unit::Sentence, true)));
    assert!(!matches("blinken left iraq", &same(Unit::Sentence, true)));
}

#[test]
fn at_least_counts_occurrences_without_overlap() {
    let five = |tree| Tree::AtLeast(5, Box::new(tree));
    assert!(matches("a a x | a a a", &five(w("a"))));
    assert!(!matches("a a x | a a", &five(w("a"))));
    let sudani = Tree::Or(vec![phrase("al sudani", 0), w("al")]);
    assert!(!matches("al sudani", &Tree::AtLeast(2, Box::new(sudani))));
}

#[test]
fn parts_of_the_article() {
    let within = |range, tree| Tree::Within(range, Box::new(tree));
    let text = "iraq talks | one two iraq / three basra";
    assert!(matches(text, &within(Range::Title, w("iraq"))));
    assert!(!matches(text, &within(Range::Title, w("basra"))));
    assert!(matches(text, &within(Range::Lead, w("iraq"))));
    assert!(!matches(text, &within(Range::Lead, w("basra"))));
    assert!(!matches(text, &within(Range::Lead, w("talks"))));
    assert!(matches(text, &within(Range::TitleLead, w("talks"))));
    assert!(!matches(text, &within(Range::Body, w("talks"))));
    assert!(matches(text, &within(Range::First(3), w("iraq"))));
    assert!(!matches(text, &within(Range::First(2), w("iraq"))));
    assert!(!matches(text, &within(Range::First(0), w("one"))));
    assert!(!matches("iraq |", &within(Range::Lead, w("iraq"))));
}

#[test]
fn moves_of_a_phrase() {
    assert!(matches("antony j blinken", &phrase("antony blinken", 3)));
    assert!(!matches("blinken antony", &phrase("antony blinken", 1)));
    assert!(matches("blinken antony", &phrase("antony blinken", 2)));
    assert!(!matches("to be", &phrase("to be or not to be", 6)));
    assert!(matches("to be or not to be", &phrase("to be or not to be", 6)));
}

#[test]
fn closer_words_and_more_of_them_score_higher() {
    let texts = ["a x x b", "a b", "a x x b y y a x x b", "a x x x b"].map(Text::read);
    let searcher = index(&texts);
    let tree = near(w("a"), 5, w("b"));
    let top = searcher.search(&query(&tree), &TopDocs::with_limit(9).order_by_score()).unwrap();
    let order: Vec<u32> = top.iter().map(|(_, address)| address.doc_id).collect();
    assert_eq!(order, [2, 1, 0, 3]);
}

#[test]
fn a_deep_query_and_a_repeated_word_are_no_trouble() {
    let text = "a b ".repeat(4_000);
    let mut tree = w("a");
    for _ in 0..60 {
        tree = Tree::Or(vec![near(tree, 3, w("b a")), w("zz")]);
    }
    let begun = std::time::Instant::now();
    assert!(matches(&text, &tree));
    assert!(begun.elapsed().as_secs() < 20, "{:?}", begun.elapsed());
}

#[test]
fn words_as_written_are_left_out_beside_their_stem() {
    let mut tree = Tree::Or(vec![words("hop hops hopping skips"), phrase("hop hopping", 0)]);
    tree.leave_out_anchored(&Stems::default());
    assert_eq!(tree, Tree::Or(vec![words("hop skips"), phrase("hop hopping", 0)]));
}
