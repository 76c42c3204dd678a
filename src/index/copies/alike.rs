//! Whether two articles are copies of one story. Precision comes first: two different stories must never pass,
//! though they are made from one template (a market report of each day, earnings in brief, the weather) or end in
//! the same lines about the agency.

use rustc_hash::FxHashSet;

use super::sketch::hash;
use crate::article::words;

/// Words that must stand in a row in both texts to count as the same.
const ROW: usize = 4;
/// Share of the shorter text's words that must stand in the longer one, in percent.
const LEAST_SHARED: usize = 90;
/// Share of its numbers and names that may be others, in percent: in a template those are what changes.
const MOST_OTHER_FACTS: usize = 8;
/// The shorter text has at least this share of the longer one's words, in percent: a paragraph in a digest is no
/// copy of the digest.
const LEAST_LENGTH: usize = 50;
/// Words at the beginning and at the end of the shorter text that may differ: a dateline, an agency's notice.
const HEAD: usize = 6;
const TAIL: usize = 40;
/// Numbers that may stand there: a day, a year.
const NUMBERS_THERE: usize = 2;
/// What is left must have so many words, and this share of all, in percent.
const LEAST_WORDS: usize = 30;
const LEAST_CORE: usize = 60;
/// Of a text with fewer words the headline must speak too: stubs (“subscribe to read on”) are the same below any.
pub(super) const SPEAKS_FOR_ITSELF: usize = 150;
/// Fewest letters of a word of a headline that says something.
const TELLING: usize = 4;

/// An article, read to be compared.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Hashes of the telling words of the headline.
    headline: Vec<u64>,
    /// Hashes of the words of the body.
    words: Vec<u64>,
    /// Whether each is a number or a name.
    facts: Vec<Option<Fact>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fact {
    Number,
    Name,
}

impl Told {
    /// Reads an article.
    pub(super) fn new(title: &str, body: &str) -> Self {
        let mut told = Self::default();
        words::each(title, |term, _, _, _, covers| {
            if covers == 1 && term.chars().count() >= TELLING {
                told.headline.push(hash(term));
            }
        });
        let mut before = 0;
        words::each(body, |term, start, end, _, covers| {
            if covers > 1 {
                return;
            }
            told.words.push(hash(term));
            let first = body.get(start..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
            // The first word of a sentence has a capital whatever it is.
            let inside = body.get(before..start).is_some_and(|gap| matches!(gap, " " | ", " | " (" | "-"));
            told.facts.push(if first.is_numeric() {
                Some(Fact::Number)
            } else if inside && first.is_uppercase() {
                Some(Fact::Name)
            } else {
                None
            });
            before = end;
        });
        told
    }

    /// Whether the body says a word of the headline; so does one without telling words.
    fn says(&self, headline: &[u64]) -> bool {
        headline.is_empty() || headline.iter().any(|word| self.words.contains(word))
    }
}

/// Whether articles of so many words can be copies at all: a look that costs no reading.
pub(super) fn fit(one: usize, other: usize) -> bool {
    let (short, long) = (one.min(other), one.max(other));
    short >= LEAST_WORDS && short * 100 >= long * LEAST_LENGTH
}

/// Whether two articles are copies of one story, with edits or not. The order does not matter.
pub(super) fn are_copies(one: &Told, other: &Told) -> bool {
    let (short, long) = if one.words.len() <= other.words.len() { (one, other) } else { (other, one) };
    if !fit(short.words.len(), long.words.len()) {
        return false;
    }
    if short.words.len() < SPEAKS_FOR_ITSELF && !(short.says(&long.headline) && long.says(&short.headline)) {
        return false;
    }
    let shared = shared(&short.words, &long.words);
    let head = shared.iter().take(HEAD).take_while(|shared| !**shared).count();
    let tail = shared.iter().rev().take(TAIL).take_while(|shared| !**shared).count();
    let Some(core) = shared.len().checked_sub(head + tail) else { return false };
    if core < LEAST_WORDS || core * 100 < shared.len() * LEAST_CORE {
        return false;
    }
    let there = shared.iter().filter(|shared| **shared).count();
    if there * 100 < core * LEAST_SHARED {
        return false;
    }
    let core = head..head + core;
    let facts = short.facts[core.clone()].iter().flatten().count();
    let others = core.clone().filter(|at| short.facts[*at].is_some() && !shared[*at]).count();
    let numbers = (0..shared.len()).filter(|at| !core.contains(at) && short.facts[*at] == Some(Fact::Number));
    let others = others + numbers.count().saturating_sub(NUMBERS_THERE);
    others * 100 <= facts * MOST_OTHER_FACTS
}

/// For each word whether it stands in a row of [`ROW`] words that the other text has too.
fn shared(words: &[u64], other: &[u64]) -> Vec<bool> {
    let rows: FxHashSet<u64> = other.windows(ROW).map(row).collect();
    let mut shared = vec![false; words.len()];
    for (at, window) in words.windows(ROW).enumerate() {
        if rows.contains(&row(window)) {
            shared[at..at + ROW].fill(true);
        }
    }
    shared
}

fn row(words: &[u64]) -> u64 {
    words.iter().fold(0, |row: u64, word| row.rotate_left(17).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ word)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = "HARBOURTON (Wire) - Ferry crews in Harbourton ended a strike of nine days on Tuesday after \
        the company agreed to raise pay by 4.5 percent and to hire 60 sailors before the summer.\n\nThe union's \
        chairwoman, Petra Lindqvist, said her members had voted for the offer by a margin of three to one. \"Nobody \
        wanted to be on the quay for another weekend,\" she told reporters outside the old customs house.\n\nThe \
        walkout had stranded some 2,300 islanders and left hotels on Skerry half empty at the beginning of the \
        season. Freight was carried by two ships of the coast guard, which brought bread, diesel and mail.\n\n\
        Northline, which runs 14 routes, had first offered 2 percent and warned that it might have to sell its \
        oldest vessel, the Gannet. Its director, Oskar Brandt, said on Tuesday that nothing would be sold this year \
        and that timetables would be back to normal by Friday morning.\n\nThe mayor of Harbourton, Ines Calloway, \
        thanked both sides and promised to review the contract, which the town signed in 1998 and which runs until \
        the end of 2027. Opposition councillors called for a public hearing about it.";

    fn copies(one: (&str, &str), other: (&str, &str)) -> bool {
        let (one, other) = (Told::new(one.0, one.1), Told::new(other.0, other.1));
        let found = are_copies(&one, &other);
        assert_eq!(found, are_copies(&other, &one), "the order must not matter");
        found
    }

    fn first_words(text: &str, percent: usize) -> String {
        let words: Vec<_> = text.split(' ').collect();
        words[..words.len() * percent / 100].join(" ")
    }

    #[test]
    fn a_copy_may_have_another_headline_a_cut_tail_a_notice_and_small_edits() {
        let story = ("Ferry strike ends", STORY);
        assert!(copies(story, ("Islanders can sail home as Harbourton crews accept offer", STORY)));
        assert!(copies(story, ("Ferry strike ends", &first_words(STORY, 60))));
        let notice = format!(
            "By our staff and agencies\n\n{STORY}\n\nCopyright 2031 The Coastal Press. All rights reserved. This \
             material may not be published, broadcast or rewritten."
        );
        assert!(copies(story, ("Ferry strike ends", &notice)));
        let edited = STORY
            .replace("strike of nine days", "nine-day strike")
            .replace("told reporters", "said")
            .replace("some 2,300", "2,300")
            .replace("half empty", "half-empty")
            .replace("(Wire) - ", "— ");
        assert!(copies(story, ("Ferry strike ends", &edited)));
        let mut paragraphs: Vec<_> = STORY.split("\n\n").collect();
        paragraphs.rotate_left(2);
        paragraphs.pop();
        assert!(copies(story, ("Ferry strike ends", &paragraphs.join("\n\n"))));
    }

    #[test]
    fn a_report_made_from_the_same_template_is_another_story() {
        let report = |day: &str, index: &str, change: &str, turnover: &str, winner: &str, loser: &str| {
            format!(
                "Shares on the Harbourton exchange closed {change} percent higher on {day} as investors took heart \
                 from company results. The blue-chip index ended the session at {index} points, with turnover of \
                 {turnover} million crowns. {winner} led the winners while {loser} was the day's biggest loser. \
                 Analysts said that trading would stay thin until the central bank decides about its rate. The crown \
                 was little changed against the main currencies in late business."
            )
        };
        let monday = report("Monday", "1,204.5", "0.7", "310", "Northline", "Skerry Bank");
        let tuesday = report("Tuesday", "1,211.9", "0.6", "287", "Gannet Foods", "Northline");
        assert!(!copies(
            ("Harbourton shares close higher", &monday),
            ("Harbourton shares close higher", &tuesday)
        ));
    }

    #[test]
    fn a_template_that_begins_or_ends_with_what_changes_is_another_story() {
        let contract = |company: &str, sum: &str, day: &str| {
            format!(
                "{company} has won a contract worth {sum} million crowns for work on the coastal radar programme, the                  defence ministry said. The contract covers the design and the first tests of sensors that are to                  be put on towers along the northern coast. It is part of the ministry's plan to replace stations                  from the seventies. Work will begin in {day} and is expected to take four years."
            )
        };
        let one = contract("Northline Missiles and Space Company", "304", "June");
        let other = contract("The electronic systems division of Gannet Corporation", "303.9", "June");
        assert!(!copies(("Northline gets radar contract", &one), ("Gannet gets radar contract", &other)));
        let table = |numbers: [u32; 8]| {
            let [a, b, c, d, e, f, g, h] = numbers;
            format!(
                "The central bank of the islands published the following figures about the reserves of commercial                  banks today, in millions of crowns, for the two weeks that ended on Wednesday, with the figures of the                  period before for comparison. Required reserves {a} against {b}, excess reserves {c} against {d},                  total reserves {e} against {f}, monetary base {g} against {h}."
            )
        };
        let (one, other) = (table([11, 12, 13, 14, 15, 16, 17, 18]), table([21, 22, 23, 24, 25, 26, 27, 28]));
        assert!(!copies(("Bank reserves", &one), ("Bank reserves", &other)));
    }

    #[test]
    fn the_same_last_lines_make_no_copy() {
        let lines = " (Reporting by Ann Ode and Bo Ray; Editing by Cy Lund. Our newsroom follows the principles of \
            trust: integrity, independence and freedom from bias are upheld at all times by everybody who works \
            for us, wherever they are, and complaints are answered within five working days by the editor.)";
        let other = "Beekeepers in the north lost a third of their colonies over the winter, their association said. \
            It blamed a warm January and a parasite that came with queens from abroad. Honey will cost more.";
        let (one, other) = (format!("{}{lines}", first_words(STORY, 30)), format!("{other}{lines}"));
        assert!(!copies(("Ferry strike ends", &one), ("Hard winter for bees", &other)));
    }

    #[test]
    fn an_item_in_a_digest_is_no_copy_of_the_digest() {
        let digest =
            format!("{STORY}\n\n{}", "In other news, something else happened to somebody. ".repeat(40));
        assert!(!copies(("Ferry strike ends", &first_words(STORY, 50)), ("News in brief", &digest)));
    }

    #[test]
    fn a_stub_below_different_headlines_is_no_story() {
        let stub = "This article is for subscribers. Log in or start your free trial to read on and to support the \
            work of independent reporters. You can cancel at any time, and the first month costs nothing at all.";
        assert!(!copies(("Mayor resigns over ferry deal", stub), ("Storm closes two schools", stub)));
        let short = first_words(STORY, 40);
        assert!(copies(("Ferry strike ends", &short), ("Harbourton crews accept offer", &short)));
    }

    #[test]
    fn a_correction_of_one_number_is_a_copy_and_many_are_not() {
        let story = ("Ferry strike ends", STORY);
        assert!(copies(story, ("CORRECTED: Ferry strike ends", &STORY.replace("14 routes", "15 routes"))));
        let other = STORY
            .replace("4.5", "3.9")
            .replace("60 sailors", "75 sailors")
            .replace("2,300", "1,100")
            .replace("14 routes", "9 routes")
            .replace("Tuesday", "Friday");
        assert!(!copies(story, ("Ferry strike ends", &other)));
    }
}
