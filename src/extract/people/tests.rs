//! What a reader expects of people in news, trap by trap.

use super::*;
use crate::article::Part;
use crate::extract::PersonVia;

fn tagger() -> &'static Tagger {
    static TAGGER: std::sync::OnceLock<Tagger> = std::sync::OnceLock::new();
    TAGGER.get_or_init(Tagger::new)
}

fn find(body: &str) -> Vec<Person> {
    tagger().find(&Text::new("", body))
}

/// The names of the people found.
fn people(body: &str) -> Vec<String> {
    find(body).into_iter().map(|person| person.name).collect()
}

/// Each mention as it stands, in order of the text.
fn mentions(body: &str) -> Vec<String> {
    let mut spans: Vec<_> =
        find(body).into_iter().flat_map(|person| person.mentions).map(|m| m.span).collect();
    spans.sort();
    spans.iter().map(|span| body[span.start as usize..span.end as usize].to_owned()).collect()
}

#[test]
fn titles_and_honorifics_are_cut() {
    assert_eq!(people("Secretary of State Antony Blinken arrived in Baghdad."), ["Antony Blinken"]);
    assert_eq!(
        people("Prime Minister Keir Starmer met President Emmanuel Macron."),
        ["Keir Starmer", "Emmanuel Macron"]
    );
    assert_eq!(mentions("He criticised Mrs Thatcher and Dr. Kissinger."), ["Thatcher", "Kissinger"]);
    assert_eq!(people("Lt. Gen. Mark A. Milley told reporters."), ["Mark A. Milley"]);
    assert_eq!(people("Sen. Chris Murphy, D-Conn., spoke."), ["Chris Murphy"]);
}

#[test]
fn possessives_stay_outside() {
    assert_eq!(mentions("Antony Blinken's visit and Blinken’s plane."), ["Antony Blinken", "Blinken"]);
    assert_eq!(mentions("Critics called it Margaret Thatcher's revolution."), ["Margaret Thatcher"]);
}

#[test]
fn an_epithet_is_no_name() {
    assert_eq!(people("The Iron Lady's husband, Denis Thatcher, died."), ["Denis Thatcher"]);
}

#[test]
fn weekdays_are_no_part_of_a_name() {
    assert_eq!(people("Officials met Antony Blinken Friday in Baghdad."), ["Antony Blinken"]);
    assert_eq!(people("On Tuesday Angela Merkel resigned."), ["Angela Merkel"]);
}

#[test]
fn particles_and_suffixes_are_kept() {
    assert_eq!(people("Crown Prince Mohammed bin Salman spoke."), ["Mohammed bin Salman"]);
    assert_eq!(people("Iraqi Prime Minister Mohammed Shia al-Sudani said so."), ["Mohammed Shia al-Sudani"]);
    assert_eq!(people("The full-back, Ruan van der Walt, scored."), ["Ruan van der Walt"]);
    assert_eq!(people("Former president Fernando de la Rua resigned."), ["Fernando de la Rua"]);
    assert_eq!(people("Robert F. Kennedy Jr. said he would run."), ["Robert F. Kennedy Jr."]);
    assert_eq!(
        mentions("Al Qaida leader Osama bin Laden was killed. Analysts said bin Laden knew."),
        ["Osama bin Laden", "bin Laden"]
    );
}

#[test]
fn initials_belong_to_the_name() {
    assert_eq!(people("President George W. Bush met reporters on Monday."), ["George W. Bush"]);
    assert_eq!(people("India's A. P. J. Abdul Kalam was elected."), ["A. P. J. Abdul Kalam"]);
    // Antony is a town near Paris too.
    let text = "U.S. Secretary of State Antony J. Blinken met officials in Beijing on Monday.\n\nBlinken is the first \
                secretary of state to visit China since Mike Pompeo.";
    assert_eq!(people(text), ["Antony J. Blinken", "Mike Pompeo"]);
}

#[test]
fn family_name_first_keeps_the_order_of_the_text() {
    assert_eq!(
        people("Chinese President Xi Jinping met Kim Jong Un, officials said. Mr. Xi smiled."),
        ["Xi Jinping", "Kim Jong Un"]
    );
}

#[test]
fn short_forms_join_the_fullest_form() {
    let found =
        find("Antony Blinken landed on Friday. Blinken met the prime minister. Secretary Blinken left.");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].name, "Antony Blinken");
    let via: Vec<PersonVia> = found[0].mentions.iter().map(|m| m.via).collect();
    assert_eq!(via, [PersonVia::FullName, PersonVia::ShortForm, PersonVia::ShortForm]);
}

#[test]
fn a_short_form_before_the_full_name_joins_it() {
    let body = "U.S. Secretary of State Antony Blinken visited Baghdad on Friday.";
    let found = tagger().find(&Text::new("Blinken visits Baghdad", body));
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].name, "Antony Blinken");
    assert_eq!(found[0].mentions[0].span.part, Part::Title);
}

#[test]
fn two_of_one_surname_stay_two() {
    let text =
        "Bill Clinton campaigned in Ohio for his wife. Hillary Clinton thanked him. Bill Clinton waved.";
    assert_eq!(people(text), ["Bill Clinton", "Hillary Clinton"]);
    let text =
        "President George W. Bush spoke of his father, George H.W. Bush, on Monday. Barbara Bush was there.";
    assert_eq!(people(text), ["George W. Bush", "George H.W. Bush", "Barbara Bush"]);
}

#[test]
fn a_lone_surname_stays_under_the_surname() {
    let found = find("Mr. Netanyahu rejected the plan.");
    assert_eq!(found[0].name, "Netanyahu");
    assert_eq!(found[0].mentions[0].via, PersonVia::Title);
}

#[test]
fn companies_ships_storms_places_and_prizes_are_no_people() {
    for text in [
        "Analysts at Morgan Stanley cut their forecast.",
        "The talks were held in St. Petersburg.",
        "The storm, named Hurricane Katrina, struck New Orleans.",
        "The aircraft carrier USS Abraham Lincoln left port.",
        "The Nobel Prize will be awarded in Oslo.",
        "The Supreme Court ruled on Monday.",
        "Manchester United beat Real Madrid on Wednesday.",
        "Shares of Goldman Sachs and JP Morgan rose.",
        "He studied at Johns Hopkins University.",
        "The San Francisco Giants lost.",
        "The U.S. Federal Reserve raised rates.",
    ] {
        assert_eq!(people(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn given_names_that_are_countries_are_read_by_context() {
    assert_eq!(people("Coach Michael Jordan, who played for Chicago, smiled."), ["Michael Jordan"]);
    assert_eq!(people("King Abdullah of Jordan arrived in Georgia."), ["Abdullah"]);
}

#[test]
fn headlines_in_capitals_are_read_with_the_article() {
    let text = "BLINKEN ARRIVES IN BAGHDAD\n\nBAGHDAD (Reuters) - Antony Blinken arrived on Friday. Blinken will \
                meet Iraqi officials.";
    assert_eq!(people(text), ["Antony Blinken"]);
    assert_eq!(mentions(text)[0], "BLINKEN");
}

#[test]
fn datelines_and_agencies_are_no_people() {
    assert_eq!(people("WASHINGTON (AP) - The Senate voted on Monday."), Vec::<String>::new());
    assert_eq!(people("LOS ANGELES, Nov 22 - Fires spread."), Vec::<String>::new());
}

#[test]
fn lists_with_bullets_give_one_name_a_line() {
    let text = "The winners are:\n* Maria Gonzalez, Spain\n* Peter Schmidt, Germany\n* Li Wei, China\n";
    assert_eq!(people(text), ["Maria Gonzalez", "Peter Schmidt", "Li Wei"]);
}

#[test]
fn nicknames_in_quotes_are_inside_the_name() {
    assert_eq!(
        mentions("Boxer Carlos \"The Hammer\" Mendoza won the fight.")[0],
        "Carlos \"The Hammer\" Mendoza"
    );
}

#[test]
fn no_input_is_too_strange() {
    for text in [
        "",
        "\n",
        ".",
        "'s",
        "A",
        "van der",
        "\u{feff}\u{200b}",
        "“”’",
        "Ж",
        "MR",
        "J.",
        "-",
        "al-",
        "🙂 Ann 🙂",
    ] {
        let _ = find(text);
    }
    let long = "Ann ".repeat(20_000);
    let _ = find(&long);
    let nested = "(".repeat(50_000);
    let _ = find(&nested);
}

#[test]
fn spans_lie_on_words_of_their_part() {
    let body = "Señor Andrés Manuel López Obrador — “AMLO” — met Łukasz Żak’s aide.";
    for person in find(body) {
        for mention in person.mentions {
            let word = &body[mention.span.start as usize..mention.span.end as usize];
            assert!(!word.is_empty() && word.trim() == word);
        }
    }
}

#[test]
fn an_office_with_of_is_a_title() {
    assert_eq!(
        mentions("Powell makes a stop. Secretary of State Colin Powell made a visit. Powell wore a vest."),
        ["Powell", "Colin Powell", "Powell"]
    );
}

#[test]
fn the_arabic_article_may_be_left_out() {
    assert_eq!(people("Bashar al-Assad fled to Moscow. Assad was seen there."), ["Bashar al-Assad"]);
    assert_eq!(
        people("They met Mohammed Shia al-Sudani. Al-Sudani thanked them."),
        ["Mohammed Shia al-Sudani"]
    );
}

#[test]
fn initials_without_a_blank_belong_to_the_name() {
    assert_eq!(
        people("The novelist J.K. Rowling said so. T.S. Eliot and W.E.B. Du Bois left."),
        ["J.K. Rowling", "T.S. Eliot", "W.E.B. Du Bois"]
    );
    assert_eq!(people("Secretary of State Antony J. Blinken said so on Friday."), ["Antony J. Blinken"]);
    assert_eq!(people("U.S. Steel and the U.N. Charter."), Vec::<String>::new());
}

#[test]
fn who_made_the_report_is_not_in_it() {
    assert_eq!(
        people(
            "Angela Merkel said so.\n\n(Additional reporting by Tim Baker in Paris; Editing by Leslie Adler)"
        ),
        ["Angela Merkel"]
    );
    assert_eq!(people("Reporting by Jonathan Stempel\n\nBen Bernanke said so."), ["Ben Bernanke"]);
    assert_eq!(
        people("The book was reviewed in an essay written by Jonathan Stempel."),
        ["Jonathan Stempel"]
    );
}

#[test]
fn companies_are_told_by_ticker_and_legal_form() {
    assert_eq!(
        people("Shares of Charles Wilson CWI.N fell. Charles Wilson said Janet Yellen was right."),
        ["Janet Yellen"]
    );
    assert_eq!(
        people("Miller Baxter Inc hired Robert Kelly on Monday. Baxter shares rose, Kelly said."),
        ["Robert Kelly"]
    );
    assert_eq!(people("They've seen it, and Basel III rules for Moody's and SPX."), Vec::<String>::new());
}

#[test]
fn what_is_longer_than_any_name_is_none() {
    let word = format!("W{}", "ord".repeat(40));
    assert_eq!(people(&format!("Mr. {word} said that Ben Bernanke met Dr. {word}.")), ["Ben Bernanke"]);
    assert_eq!(mentions("Mr. Wordword said so."), ["Wordword"]);
}
