//! What [`find`](super::find) reads, by form and by trap.

use proptest::prelude::*;

use super::super::DateVia;
use super::super::text::Text;
use super::find;
use crate::article::{Interval, Part};

/// The dates of a text published on a day, as `words=value`.
fn dates(published: &str, text: &str) -> Vec<String> {
    let published = Interval::parse_value(published).ok();
    let found = find(&Text::new("", text), published);
    found
        .iter()
        .map(|d| format!("{}={}", &text[d.span.start as usize..d.span.end as usize], d.value))
        .collect()
}

/// Friday, 13 December 2024.
const FRIDAY: &str = "2024-12-13";

fn holds(published: &str, rows: &[(&str, &[&str])]) {
    for (text, expected) in rows {
        assert_eq!(dates(published, text), *expected, "{text}");
    }
}

#[test]
fn absolute_dates_in_the_orders_of_the_world() {
    holds(
        "",
        &[
            ("It opened on December 13, 2024, in Rome.", &["December 13, 2024=2024-12-13"]),
            ("It opened on Dec. 13, 2024 in Rome.", &["Dec. 13, 2024=2024-12-13"]),
            ("It opened on 13 December 2024.", &["13 December 2024=2024-12-13"]),
            ("It opened on the 13th of December, 2024.", &["the 13th of December, 2024=2024-12-13"]),
            ("It opened on December 13th, 2024.", &["December 13th, 2024=2024-12-13"]),
            ("Friday, December 13, 2024\n\nMany came.", &["Friday, December 13, 2024=2024-12-13"]),
            ("Filed 2024-12-13.", &["2024-12-13=2024-12-13"]),
            (
                "Filed 12/31/2017, 31.12.2017, 31/12/17.",
                &["12/31/2017=2017-12-31", "31.12.2017=2017-12-31", "31/12/17=2017-12-31"],
            ),
            ("Filed 31-Oct-1974.", &["31-Oct-1974=1974-10-31"]),
            ("In December 2024 and in 2025", &["December 2024=2024-12", "2025=2025"]),
            ("on 5 May '45", &["5 May '45=1945-05-05"]),
            ("the 9/11 attacks", &["9/11=2001-09-11"]),
        ],
    );
}

#[test]
fn a_spoken_year_and_the_years_of_antiquity() {
    holds(
        "",
        &[
            ("in nineteen ninety-six", &["nineteen ninety-six=1996"]),
            ("by the year two thousand", &["the year two thousand=2000"]),
            ("in 480 BC", &["480 BC=BC0480"]),
            ("the war (264-241 B.C.)", &["264=BC0264", "241 B.C.=BC0241"]),
            ("in September 480 BC", &["September 480 BC=BC0480-09"]),
            ("the 4th century BC", &["the 4th century BC=BC03"]),
            ("the 470s BC", &["the 470s BC=BC047"]),
        ],
    );
}

#[test]
fn month_and_day_without_a_year_take_the_nearest_and_tense_settles_it() {
    holds(
        FRIDAY,
        &[
            ("He was elected on November 5.", &["November 5=2024-11-05"]),
            ("They will meet on March 5.", &["March 5=2025-03-05"]),
            ("They met in March.", &["March=2024-03"]),
            ("They will meet in March.", &["March=2025-03"]),
            ("The vote is scheduled for January.", &["January=2025-01"]),
            ("He was killed on Jan. 20.", &["Jan. 20=2024-01-20"]),
            ("The deadline was extended until Jan. 20.", &["Jan. 20=2025-01-20"]),
            ("He invited them to a ceremony on December 20.", &["December 20=2024-12-20"]),
            ("Sales rose in December.", &["December=2024-12"]),
            ("He agreed in June to sell it.", &["June=2024-06"]),
            ("He agreed to sell it in March.", &["March=2025-03"]),
            ("It was ended by the March accession.", &["March=2024-03"]),
        ],
    );
}

#[test]
fn a_weekday_lies_where_its_verb_points() {
    holds(
        FRIDAY,
        &[
            ("He met the minister on Friday.", &["Friday=2024-12-13"]),
            ("He met the minister on Tuesday.", &["Tuesday=2024-12-10"]),
            ("He will meet the minister on Tuesday.", &["Tuesday=2024-12-17"]),
            ("The talks, expected to begin Monday, may fail.", &["Monday=2024-12-16"]),
            ("The results were better than expected on Monday.", &["Monday=2024-12-09"]),
            ("Offices are to reopen on Monday.", &["Monday=2024-12-16"]),
            ("The offer had been due to expire Monday.", &["Monday=2024-12-09"]),
            ("On Monday, the court will rule.", &["Monday=2024-12-16"]),
            ("last Friday and next Friday", &["last Friday=2024-12-06", "next Friday=2024-12-20"]),
            ("He died Thursday night.", &["Thursday night=2024-12-12"]),
            ("It ended at noon Thursday.", &["noon Thursday=2024-12-12"]),
            ("It opened at 9 a.m. EST Thursday.", &["9 a.m. EST Thursday=2024-12-12"]),
            ("It ran on Monday of last week.", &["Monday of last week=2024-12-02"]),
            ("on Thursday, April 4", &["Thursday, April 4=2024-04-04"]),
            ("He will speak after Tuesday's attack.", &["Tuesday=2024-12-10"]),
            ("He was named ahead of Tuesday's vote.", &["Tuesday=2024-12-17"]),
            ("It could open as early as Tuesday.", &["Tuesday=2024-12-17"]),
            ("They agreed to meet on Tuesday.", &["Tuesday=2024-12-17"]),
            ("They had filed reports by Tuesday.", &["Tuesday=2024-12-10"]),
            ("They must file reports by Tuesday.", &["Tuesday=2024-12-17"]),
        ],
    );
}

#[test]
fn days_weeks_months_and_years_beside_now() {
    holds(
        FRIDAY,
        &[
            (
                "yesterday, today, tonight and tomorrow",
                &["yesterday=2024-12-12", "today=2024-12-13", "tonight=2024-12-13", "tomorrow=2024-12-14"],
            ),
            ("the day before yesterday", &["the day before yesterday=2024-12-11"]),
            ("last night and this morning", &["last night=2024-12-12", "this morning=2024-12-13"]),
            (
                "last week, this week, next week",
                &["last week=2024-W49", "this week=2024-W50", "next week=2024-W51"],
            ),
            (
                "last month, this month, next month",
                &["last month=2024-11", "this month=2024-12", "next month=2025-01"],
            ),
            ("last year, this year, next year", &["last year=2023", "this year=2024", "next year=2025"]),
            ("over the weekend", &["the weekend=2024-W49-WE"]),
            ("They will vote this weekend.", &["this weekend=2024-W50-WE"]),
            ("later this month", &["later this month=2024-12"]),
            ("two days ago", &["two days ago=2024-12-11"]),
            ("six weeks ago", &["six weeks ago=2024-W44"]),
            ("ten months ago", &["ten months ago=2024-02"]),
            ("nearly twenty-five years ago", &["nearly twenty-five years ago=1999"]),
            ("a decade ago", &["a decade ago=2014"]),
            ("two years from now", &["two years from now=2026"]),
        ],
    );
}

#[test]
fn quarters_halves_and_fiscal_years() {
    holds(
        FRIDAY,
        &[
            ("Profit rose in the third quarter.", &["the third quarter=2024-Q3"]),
            ("Its third-quarter profit rose.", &["third-quarter=2024-Q3"]),
            ("in the fourth quarter of 2023", &["the fourth quarter of 2023=2023-Q4"]),
            ("in the first quarter of next year", &["the first quarter of next year=2025-Q1"]),
            ("in last year's third quarter", &["last year's third quarter=2023-Q3"]),
            ("in the first half of 1995", &["the first half of 1995=1995-H1"]),
            ("in fiscal 2023", &["fiscal 2023=2023"]),
            (
                "Third-quarter profit was $5 million, from $4 million a year earlier.",
                &["Third-quarter=2024-Q3", "a year earlier=2023-Q3"],
            ),
            (
                "Profit rose in the third quarter. In the year-ago quarter it fell. For the quarter, sales rose.",
                &["the third quarter=2024-Q3", "the year-ago quarter=2023-Q3", "the quarter=2024-Q3"],
            ),
            (
                "The crash came in February. Sales fell 8% from the same month a year ago.",
                &["February=2024-02", "the same month a year ago=2023-02"],
            ),
        ],
    );
}

#[test]
fn seasons_parts_decades_and_centuries() {
    holds(
        FRIDAY,
        &[
            ("in the winter of 1994", &["the winter of 1994=1994-WI"]),
            ("this summer and last fall", &["this summer=2024-SU", "last fall=2024-FA"]),
            ("in early 2003 and mid-June", &["early 2003=2003", "mid-June=2024-06"]),
            ("at the end of October", &["the end of October=2024-10"]),
            ("by the end of the year", &["the end of the year=2024"]),
            ("late last week", &["late last week=2024-W49"]),
            ("in the 1980s", &["the 1980s=198"]),
            ("in the late 1970s", &["the late 1970s=197"]),
            ("in the '90s", &["the '90s=199"]),
            ("Reagan in 80 and 84, Romney in 08.", &["80=1980", "84=1984", "08=2008"]),
            ("in the nineties", &["the nineties=199"]),
            ("in the 20th century", &["the 20th century=19"]),
            ("a nineteenth-century house", &["nineteenth-century=18"]),
        ],
    );
}

#[test]
fn both_ends_of_a_range() {
    holds(
        FRIDAY,
        &[
            ("It ran June 3-5, 2023.", &["June 3=2023-06-03", "5, 2023=2023-06-05"]),
            ("from 3 to 5 June 1944", &["3=1944-06-03", "5 June 1944=1944-06-05"]),
            ("the war of 1939–45", &["1939=1939", "45=1945"]),
            ("(1775-1783)", &["1775=1775", "1783=1783"]),
            ("between March and May 2021", &["March=2021-03", "May 2021=2021-05"]),
            (
                "from December 28 to January 3, 2022",
                &["December 28=2021-12-28", "January 3, 2022=2022-01-03"],
            ),
            ("March and April 1998", &["March=1998-03", "April 1998=1998-04"]),
            ("It will be held between March and May.", &["March=2025-03", "May=2025-05"]),
            (
                "It was shut in April, July and October.",
                &["April=2024-04", "July=2024-07", "October=2024-10"],
            ),
        ],
    );
}

#[test]
fn holidays_and_days_counted_in_a_month() {
    holds(
        FRIDAY,
        &[
            ("It happened on Christmas Day 1999.", &["Christmas Day 1999=1999-12-25"]),
            ("They met on Good Friday.", &["Good Friday=2024-03-29"]),
            ("on Thanksgiving 2013", &["Thanksgiving 2013=2013-11-28"]),
            ("on Easter Island", &[]),
            ("the last Monday of March 2014", &["the last Monday of March 2014=2014-03-31"]),
            ("the first Wednesday of October 2014", &["the first Wednesday of October 2014=2014-10-01"]),
            ("the week of March 6, 2000", &["the week of March 6, 2000=2000-W10"]),
        ],
    );
}

#[test]
fn what_follows_a_date_of_the_text_is_counted_from_it() {
    let history = "In September 1939 war broke out. On 3 September Britain joined; the next day ships sailed. \
                   Two months later it snowed. By early January the front stood still. In May 1940 it moved. \
                   That year Paris fell, and the following year Athens. On 7 December 1941 the war spread.";
    assert_eq!(
        dates("2009-12-19", history),
        [
            "September 1939=1939-09",
            "3 September=1939-09-03",
            "the next day=1939-09-04",
            "Two months later=1939-11",
            "early January=1940-01",
            "May 1940=1940-05",
            "That year=1940",
            "the following year=1941",
            "7 December 1941=1941-12-07",
        ]
    );
}

#[test]
fn a_chronicle_puts_the_year_first() {
    assert_eq!(
        dates("2010-06-19", "How it went:\n\n1994, January 1 - It opens.\n\n2001, December -- It joins."),
        ["1994=1994", "January 1=1994-01-01", "2001=2001", "December=2001-12"]
    );
}

#[test]
fn news_compares_without_going_there() {
    assert_eq!(
        dates(
            FRIDAY,
            "Profit rose 5% from a year earlier. Sales in 2006 were lower than a year earlier. It fell in March."
        ),
        ["a year earlier=2023", "2006=2006", "a year earlier=2005", "March=2024-03"]
    );
}

#[test]
fn an_aside_does_not_move_a_narrative() {
    let history = "On 10 March 1975 the town fell. Planners had meant 1976. On 11 March the army broke. \
                   On 30 April 1975 the capital fell. On 2 July 1976 the country was one.";
    assert!(dates("2009-12-19", history).contains(&"11 March=1975-03-11".to_owned()));
}

#[test]
fn without_a_publication_date_only_what_is_said_in_full_is_resolved() {
    holds(
        "",
        &[
            ("He met them on Friday, yesterday, last week and in March.", &[]),
            ("two years ago, this summer, in the third quarter, tonight", &[]),
            (
                "On May 3, 1999 it began; two days later it ended.",
                &["May 3, 1999=1999-05-03", "two days later=1999-05-05"],
            ),
            ("in 1999 and in March", &["1999=1999", "March=1999-03"]),
        ],
    );
}

#[test]
fn a_publication_month_resolves_no_day() {
    holds("2024-12", &[("yesterday, on Friday, last month", &["last month=2024-11"])]);
}

#[test]
fn what_is_no_date() {
    for text in [
        "They fought for three days and waited two weeks.",
        "She is 45 years old; the 12-year-old left.",
        "It rose 1,984 points to 2010.5, or 3/4.",
        "They won 3-2 and 21-19.",
        "It costs $1999 and £2000.",
        "Call 650-650-6500 or 020 7946 0958.",
        "She may march on; the soldiers march home.",
        "Mrs May said May would stay. Theresa May left.",
        "March on, they cried.",
        "2000 troops and 1500 people, 1900 homes, 1800 MHz",
        "Flight 1990 and Room 1984, ABC 2000",
        "at 2:15 p.m. (1815 GMT)",
        "Agricultural Bank of China (1288.HK)",
        "a quarter of them, the quarter-final, a second half without goals",
        "every Monday, on a Monday, Tuesday nights",
        "on Super Tuesday, on Bloody Sunday",
        "The Sunday Times and USA Today reported it.",
        "in today's world, the people of tomorrow",
        "the fall of Saigon; prices fall; the Winter Olympics",
        "the 2019-nCoV virus",
        "a 30-year bond, a 52-week high, a six-day trip",
        "Dec, Mar and Sat are short.",
        "No. 1984 on the list",
        "one in 80, and 95 in 100; aged 70 and 75",
        "a 4.3 percent fall",
    ] {
        assert_eq!(dates(FRIDAY, text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn today_in_an_interview_is_these_days() {
    let interview = "Who came?\n\nAll of us.\n\nWhen was that?\n\nLong since.\n\nAnd now?\n\nToday we work.\n\nWhy?\n\nWe must.";
    assert_eq!(dates(FRIDAY, interview), Vec::<String>::new());
    assert_eq!(dates(FRIDAY, "Apple today showed it."), ["today=2024-12-13"]);
}

#[test]
fn title_comes_first_and_each_mention_says_how_it_was_resolved() {
    let published = Interval::parse_value(FRIDAY).ok();
    let text = Text::new("Talks fail on Friday", "They began on May 3, 2020 and ended two days later.");
    let found = find(&text, published);
    let how: Vec<_> = found.iter().map(|d| (d.span.part, d.value.value(), d.via)).collect();
    assert_eq!(
        how,
        [
            (Part::Title, "2024-12-13".to_owned(), DateVia::Published),
            (Part::Body, "2020-05-03".to_owned(), DateVia::Absolute),
            (Part::Body, "2020-05-05".to_owned(), DateVia::Context),
        ]
    );
}

#[test]
fn no_text_makes_the_grammar_deep() {
    for words in ["the week of ", "last year's ", "in 80 and 84 and ", "the end of ", "early late mid-"] {
        let _ = dates(FRIDAY, &words.repeat(200_000));
    }
}

#[test]
fn typographic_signs_and_short_texts() {
    holds(
        FRIDAY,
        &[
            ("Łódź’s Friday’s talks", &["Friday=2024-12-13"]),
            ("on\u{a0}May\u{a0}3, 2020", &["May\u{a0}3, 2020=2020-05-03"]),
            ("the ’90s", &["the ’90s=199"]),
            ("", &[]),
            ("1999", &["1999=1999"]),
        ],
    );
}

proptest! {
    #[test]
    fn no_text_panics_and_spans_lie_on_characters(
        words in proptest::collection::vec(
            prop_oneof![
                "[A-Za-z]{1,14}", "[0-9]{1,12}", "[-–—'’\"“.,:;/()%$£?é日 \n]{1,3}",
                Just("the last".to_owned()), Just("May".to_owned()), Just("quarter".to_owned()),
                Just("years ago".to_owned()), Just("BC".to_owned()), Just("century".to_owned()),
                Just("later".to_owned()), Just("of".to_owned()), Just("Easter".to_owned()), Just("first".to_owned()),
                Just("of the year".to_owned()), Just("Friday".to_owned()), Just("'".to_owned()),
            ],
            0..40,
        ),
        separator in "[ -]?",
        published in proptest::option::of("(0001|1600|2024|9999)(-12(-31)?)?"),
    ) {
        let text = words.join(&separator);
        let published = published.and_then(|p| Interval::parse_value(&p).ok());
        let mut last = 0;
        for date in find(&Text::new("", &text), published) {
            let (start, end) = (date.span.start as usize, date.span.end as usize);
            prop_assert!(last <= start && start < end && end <= text.len());
            prop_assert!(text.is_char_boundary(start) && text.is_char_boundary(end));
            prop_assert!(date.value.first <= date.value.last);
            last = end;
        }
    }
}
