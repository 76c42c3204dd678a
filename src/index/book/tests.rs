//! What is joined and what is not, on names as archives have them.

use super::corrections::Correction;
use super::derive::{People, units};
use super::join::{Evidence, Together};

/// An archive of names with their articles; names that stand together in articles; a word said without a person.
#[derive(Default)]
struct Archive<'a> {
    names: &'a [(&'a str, u32)],
    together: &'a [(&'a str, &'a str, u32)],
    said: &'a [(&'a str, u64)],
    corrections: &'a [Correction],
}

impl Archive<'_> {
    /// The people, each as its names in order, the one to show first.
    fn people(&self) -> Vec<Vec<String>> {
        let mut sorted = self.names.to_vec();
        sorted.sort_unstable();
        let names: Vec<String> = sorted.iter().map(|(name, _)| (*name).to_owned()).collect();
        let counts: Vec<u32> = sorted.iter().map(|(_, count)| *count).collect();
        let units = units(&names, &counts);
        let unit = |name: &str| units.of_name[names.iter().position(|other| other == name).unwrap()];
        let mut together = Together::default();
        for (a, b, count) in self.together {
            let (a, b) = (unit(a), unit(b));
            together.insert((a.min(b), a.max(b)), *count);
        }
        let said =
            |word: &str| self.said.iter().find(|(said, _)| *said == word).map_or(0, |(_, count)| *count);
        let mut people = People::new(&names, &counts, &units, &Evidence { together: &together, said: &said });
        people.correct_all(self.corrections);
        let people = people.finish(&counts);
        let named = |name: &u32| people.names[*name as usize].clone();
        people.members.iter().map(|members| members.iter().map(named).collect()).collect()
    }

    /// The people with several names, each in a line.
    fn joined(&self) -> Vec<String> {
        let several = self.people().into_iter().filter(|names| names.len() > 1);
        several.map(|names| names.join(" = ")).collect()
    }
}

/// `Tony Blair 50; Cherie Blair 4`
fn counted(names: &str) -> Vec<(&str, u32)> {
    let entries = names.split("; ").map(|entry| entry.rsplit_once(' ').unwrap());
    entries.map(|(name, count)| (name, count.parse().unwrap())).collect()
}

#[track_caller]
fn joins(names: &[(&str, u32)], expected: &[&str]) {
    assert_eq!(Archive { names, ..Archive::default() }.joined(), expected);
}

#[test]
fn forms_of_one_person_are_joined() {
    for (names, expected) in [
        (
            "Antony Blinken 90; Antony J. Blinken 5; Tony Blinken 9; Blinken 30; ANTONY BLINKEN 2",
            "Antony Blinken = Blinken = Tony Blinken = Antony J. Blinken = ANTONY BLINKEN",
        ),
        (
            "Muammar Gaddafi 30; Moammar Gadhafi 12; Muammar Qaddafi 8; Moammar Khadafy 1",
            "Muammar Gaddafi = Moammar Gadhafi = Muammar Qaddafi = Moammar Khadafy",
        ),
        (
            "Volodymyr Zelenskyy 40; Volodymyr Zelensky 30; Volodymyr Zelenskiy 9; Vladimir Zelensky 2",
            "Volodymyr Zelenskyy = Volodymyr Zelensky = Volodymyr Zelenskiy = Vladimir Zelensky",
        ),
        (
            "Mohamed ElBaradei 9; Mohammed ElBaradei 7; Mohamed El Baradei 3; Muhammad al-Baradei 1",
            "Mohamed ElBaradei = Mohammed ElBaradei = Mohamed El Baradei = Muhammad al-Baradei",
        ),
        (
            "Abdel Fattah el-Sisi 9; Abdelfattah Al-Sisi 4; Abdel-Fattah Sisi 1",
            "Abdel Fattah el-Sisi = Abdelfattah Al-Sisi = Abdel-Fattah Sisi",
        ),
        ("Hugo Chávez 9; Hugo Chavez 5", "Hugo Chávez = Hugo Chavez"),
        ("Kim Jong Il 9; Kim Jong-il 8", "Kim Jong Il = Kim Jong-il"),
        (
            "Mohammed bin Salman 9; Mohammed Bin Salman 2; bin Salman 3",
            "Mohammed bin Salman = bin Salman = Mohammed Bin Salman",
        ),
        (
            "Andrés Manuel López Obrador 9; López Obrador 4; Andres Lopez Obrador 2",
            "Andrés Manuel López Obrador = López Obrador = Andres Lopez Obrador",
        ),
        (
            "George W. Bush 300; George Bush 20; George H. W. Bush 9; Bush 150; Jeb Bush 4",
            "George W. Bush = Bush = George Bush",
        ),
        ("Warren Buffett 99; Warren Buffet 3; W. Buffett 2", "Warren Buffett = Warren Buffet = W. Buffett"),
        ("Bernard Orr 300; Benrard Orr 1", "Bernard Orr = Benrard Orr"),
        ("Gerhard Schröder 40; Gerhard Schroeder 30", "Gerhard Schröder = Gerhard Schroeder"),
        ("K. Rupert Murdoch 2; Rupert Murdoch 40", "Rupert Murdoch = K. Rupert Murdoch"),
        ("Xi Jinping 40; Xi 9", "Xi Jinping = Xi"),
        ("Martin Luther King Jr. 9; Martin Luther King 5", "Martin Luther King Jr. = Martin Luther King"),
    ] {
        joins(&counted(names), &[expected]);
    }
}

#[test]
fn people_who_share_a_name_stay_apart() {
    for names in [
        "George W. Bush 90; George H. W. Bush 80; George Bush 30; Bush 60; Jeb Bush 20",
        "Bill Clinton 90; Hillary Clinton 80; Chelsea Clinton 3; Clinton 60",
        "Sonia Gandhi 40; Rahul Gandhi 30; Indira Gandhi 20; Mahatma Gandhi 20; Gandhi 30",
        "Kim Jong Il 40; Kim Jong Un 30; Kim Il Sung 20; Kim Dae-jung 20; Kim 90",
        "John A. Smith 9; John B. Smith 8; John Smith 20",
        "Bashar al-Assad 40; Hafez al-Assad 30; Assad 30",
        "Martin Luther King Jr. 9; Martin Luther King Sr. 5; Martin Luther King 5",
        "Maria Gonzalez 9; Mario Gonzalez 1",
        "Christian Meier 30; Christina Meier 1",
        "Reid 4; Harry Reid 9; Harry Reed 9; John Reid 8",
        "David Cohen 30; David Kahn 9",
        "Paul Taylor 40; John Paul Taylor 3",
        "Jean Juncker 4; Jean-Claude Juncker 40",
        "Anil Ambani 9; Dhirubhai Ambani 1; Mukesh Ambani 5",
        "Chris Smith 30; Christopher Smith 4; Christian Smith 4",
        "Francis 9; Matthew Francis 9",
        "Kelly 9; John Kelly 40; Megyn Kelly 30",
    ] {
        joins(&counted(names), &[]);
    }
}

#[test]
fn a_fathers_name_in_the_middle_is_not_the_father() {
    joins(
        &counted("Anil Dhirubhai Ambani 1; Anil Ambani 9; Dhirubhai Ambani 1"),
        &["Anil Ambani = Anil Dhirubhai Ambani"],
    );
}

#[test]
fn a_crowded_family_name_takes_more_proof() {
    let crowd = ["Anna", "Bert", "Cleo", "Dirk", "Elsa", "Fred", "Gina", "Hugo", "Ines"];
    let crowd: Vec<String> = crowd.iter().map(|given| format!("{given} Jackson")).collect();
    let mut names: Vec<(&str, u32)> = crowd.iter().map(|name| (name.as_str(), 2)).collect();
    names.extend([("Mike Jackson", 14), ("Michael Jackson", 4)]);
    joins(&names, &[]);
    names.truncate(1);
    names.extend([("Mike Jackson", 14), ("Michael Jackson", 4)]);
    joins(&names, &["Mike Jackson = Michael Jackson"]);
}

#[test]
fn names_of_two_people_in_the_same_articles_are_not_joined() {
    let names = &[("Tony Blair", 50), ("Anthony Blair", 20)];
    joins(names, &["Tony Blair = Anthony Blair"]);
    let together = &[("Tony Blair", "Anthony Blair", 9)];
    assert_eq!(Archive { names, together, ..Archive::default() }.joined(), [""; 0]);
    // Once is a slip of whoever wrote or read it.
    let together = &[("Tony Blair", "Anthony Blair", 1)];
    assert_eq!(Archive { names, together, ..Archive::default() }.joined().len(), 1);
}

#[test]
fn a_word_that_is_said_of_other_things_is_no_family_name() {
    let names = &[("Goldie Sandvik", 80), ("Sandvik", 20)];
    assert_eq!(Archive { names, said: &[("sandvik", 105)], ..Archive::default() }.joined().len(), 1);
    assert_eq!(Archive { names, said: &[("sandvik", 400)], ..Archive::default() }.joined(), [""; 0]);
}

#[test]
fn every_name_belongs_to_one_person() {
    let names = [
        ("Al", 1),
        ("al-", 2),
        ("-", 1),
        ("Jr.", 1),
        ("J. R. Jr.", 1),
        ("李 明", 3),
        ("A", 1),
        ("a b c d e f g", 1),
    ];
    let mut all: Vec<String> = Archive { names: &names, ..Archive::default() }.people().concat();
    all.sort_unstable();
    let mut expected: Vec<String> = names.iter().map(|(name, _)| (*name).to_owned()).collect();
    expected.sort_unstable();
    assert_eq!(all, expected);
}

#[test]
fn corrections_come_before_all_rules_and_in_order() {
    let names = &[("Antony Blinken", 90), ("Tony Blinken", 9), ("Alan Blinken", 5), ("Blinken", 3)];
    let text = |text: &str| text.to_owned();
    let of = |corrections: &[Correction]| Archive { names, corrections, ..Archive::default() }.people();
    let split = Correction::Split {
        name: text("antony blinken"),
        forms: vec![text("Tony Blinken"), text("BLINKEN")],
    };
    let merge = Correction::Merge { names: vec![text("Alan Blinken"), text("tony blinken")] };
    let rename = Correction::Rename { name: text("Alan Blinken"), to: text("The Blinkens") };
    assert_eq!(of(&[]), [vec!["Alan Blinken"], vec!["Antony Blinken", "Tony Blinken", "Blinken"]]);
    assert_eq!(
        of(std::slice::from_ref(&split)),
        [vec!["Alan Blinken"], vec!["Antony Blinken"], vec!["Tony Blinken", "Blinken"]]
    );
    let all = of(&[split, merge, rename]);
    assert_eq!(
        all,
        [vec!["Antony Blinken"], vec!["The Blinkens", "Tony Blinken", "Alan Blinken", "Blinken"]]
    );
    // Names that nobody has change nothing.
    let nobody = Correction::Merge { names: vec![text("Nobody"), text("Alan Blinken"), text("No One")] };
    assert_eq!(of(&[nobody]), of(&[]));
}
