//! What holds of any text.

use proptest::prelude::*;

use super::*;

/// Pieces that mean something, to be strewn together.
const PIECES: &[&str] = &[
    "Blinken",
    "iraq",
    "al-Sudani",
    "U.S.",
    "O'Brien",
    "C++",
    "AT&T",
    "10:30",
    "Féin",
    "北京",
    "a",
    "!",
    "?",
    "*",
    "~",
    "~1",
    "\"",
    "“",
    "”",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "/",
    "\\",
    "^2",
    "^",
    "-",
    "+",
    "–",
    ",",
    ".",
    "..",
    ":",
    "=",
    ">",
    "<=",
    " ",
    " ",
    " ",
    " ",
    "AND",
    "OR",
    "NOT",
    "MAYBE",
    "and",
    "or",
    "not",
    "but not",
    "&&",
    "||",
    "w/5",
    "w5",
    "pre/3",
    "w/s",
    "/p",
    "/5",
    "NOT w/3",
    "title:",
    "hlead(",
    "exact:",
    "person:",
    "country:",
    "where:",
    "region:",
    "published:",
    "mentions:",
    "when:",
    "source:",
    "lang:",
    "url:",
    "id:",
    "length:",
    "query:",
    "like:",
    "org:",
    "persn:",
    "foo:",
    "atleast5(",
    "first50(",
    "allcaps(",
    "atleast3 ",
    "IN [",
    " TO ",
    "PERSON",
    "DATE",
    "date aft ",
    "date is ",
    "IQ",
    "Georgia",
    "\"Middle East\"",
    "2024",
    "2024-12",
    "2024-12-13",
    "last-30d",
    "12/13/2024",
    "/oil|gas/",
    "\"a b\"~3",
    "\"a b\"*",
    "terroris!",
    "Blin*",
    "http://x.org/a?b",
    "_exists_:",
    "🙂",
    "\u{301}",
    "\t",
];

fn query() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(PIECES), 0..14).prop_map(|pieces| pieces.concat())
}

/// Queries that mostly can be read.
fn sound() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(
        &[
            "Blinken",
            "iraq",
            "\"Antony Blinken\"",
            "al-Sudani",
            "10:30",
            "foo\\:bar",
            "\\and",
            "w/o",
            "C#",
            "U.S.",
            "\\w/5",
            "terroris!",
            "Bl?nk*",
            "Blinkin~",
            "/(o')?brien/",
            "\"a b\"~3",
            "\"a \\\" b\"*",
            "exact:\"Féin\"",
            "title:oil",
            "title:(exact:x)",
            "title:oil,gas",
            "byline:Smith",
            "person:\"Antony Blinken\"",
            "person:=Tony",
            "country:IQ,IR",
            "region:\"Middle East\"",
            "where:Baghdad",
            "place:\"Georgia, US\"",
            "published:2024-12",
            "published:>2024",
            "mentions:..2003",
            "when:[2001 TO 2002}",
            "source:\"New \\\\ York\"*",
            "lang:English",
            "url:http://a.b/c?d",
            "id:x,y",
            "length:>800",
            "length:1..2",
            "title:*",
            "person:*",
            "*",
            "like:x-1",
            "dup:\"a b\"",
            "query:q",
            "PERSON",
            "date aft 2024",
            "O’Brien",
            "北京",
        ][..],
    )
    .prop_map(str::to_owned);
    leaf.prop_recursive(5, 40, 4, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            (
                pair.clone(),
                prop::sample::select(&[" ", " AND ", " OR ", " and ", " or ", " MAYBE ", " -", " NOT "][..])
            )
                .prop_map(|((a, b), operator)| format!("{a}{operator}{b}")),
            pair.clone().prop_map(|(a, b)| format!("({a}) OR ({b})")),
            (pair, prop::sample::select(&["w/5", "pre/3", "NOT w/2", "w/s", "not w/p"][..]))
                .prop_map(|((a, b), operator)| format!("({a} {operator} {b})")),
            inner.clone().prop_map(|a| format!("NOT ({a})")),
            inner.clone().prop_map(|a| format!("({a})^2.5")),
            inner.clone().prop_map(|a| format!("atleast2({a})")),
            inner.clone().prop_map(|a| format!("first20({a})")),
            inner.clone().prop_map(|a| format!("allcaps({a})")),
            inner.prop_map(|a| format!("hlead({a})")),
        ]
    })
}

fn all_options() -> impl Iterator<Item = ParseOptions<'static>> {
    let syntaxes = [Syntax::Dateline, Syntax::Lucene, Syntax::Nexis, Syntax::Plain];
    syntaxes.into_iter().flat_map(|syntax| [false, true].map(|any| ParseOptions { any, ..with(syntax) }))
}

/// Reads a text in every way and checks all that must hold of the answer.
fn check(text: &str) -> Result<(), TestCaseError> {
    for options in all_options() {
        match parse(text, &options) {
            Ok(parsed) => {
                let canonical = parsed.node.to_string();
                let again = read(&canonical);
                prop_assert!(again.is_ok(), "{text:?} prints as {canonical:?}: {:?}", again.err());
                let again = again.map(|p| p.node).ok();
                prop_assert_eq!(again, Some(parsed.node.clone()), "{:?} prints as {:?}", text, canonical);
                prop_assert!(!explain(&parsed.node).is_empty());
                for note in &parsed.notes {
                    prop_assert!(text.get(note.at.clone()).is_some(), "{text:?}: {note:?}");
                }
                let mut nodes = vec![&parsed.node];
                while let Some(node) = nodes.pop() {
                    prop_assert!(text.get(node.at.clone()).is_some(), "{text:?}: {node:?}");
                    nodes.extend(node.children());
                }
                let strict = parse(text, &ParseOptions { strict: true, ..options });
                prop_assert_eq!(strict.is_ok(), parsed.notes.is_empty());
            }
            Err(error) => {
                prop_assert!(text.get(error.at.clone()).is_some(), "{text:?}: {error:?}");
                prop_assert!(error.render(text).contains('^'), "{text:?}");
                prop_assert!(!error.message.is_empty() && error.hint.is_some(), "{text:?}: {error:?}");
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        check(&text)?;
    }

    #[test]
    fn any_jumble_of_marks_is_read_or_refused(text in query()) {
        check(&text)?;
    }

    #[test]
    fn canonical_text_reads_as_the_query_it_prints(text in sound()) {
        check(&text)?;
    }
}
