//! Names that look like a country and are not, or not that one.

use super::*;
use crate::extract::PersonMention;

/// The countries of a body, as `code code`, in order of first mention; `people` are names in it.
fn among(body: &str, people: &[&str]) -> String {
    let people: Vec<Person> = people
        .iter()
        .map(|name| {
            let mentions = body.match_indices(name).map(|(start, _)| PersonMention {
                span: Span { part: Part::Body, start: start as u32, end: (start + name.len()) as u32 },
                via: PersonVia::FullName,
            });
            Person { name: (*name).to_owned(), mentions: mentions.collect() }
        })
        .collect();
    let found = Gazetteer::new().find(&Text::new("", body), &people, [None; 2]);
    found.iter().map(|country| country.code).collect::<Vec<_>>().join(" ")
}

/// Holds that each body speaks of just these countries.
fn holds(cases: &[(&str, &str)]) {
    for (body, expected) in cases {
        assert_eq!(among(body, &[]), *expected, "{body}");
    }
}

#[test]
fn given_names_and_surnames_are_no_countries() {
    for (body, people, expected) in [
        ("Michael Jordan and Chad Smith met Georgia O'Keeffe.", vec!["Michael Jordan", "Chad Smith"], ""),
        ("Israel Vazquez beat Rafael Marquez on Friday.", vec!["Israel Vazquez", "Rafael Marquez"], ""),
        ("Paris Hilton came late.", vec!["Paris Hilton"], ""),
        ("George Washington crossed the river.", vec!["George Washington"], ""),
        (
            "Jack London wrote of dogs, and Sydney Pollack filmed it.",
            vec!["Jack London", "Sydney Pollack"],
            "",
        ),
        ("Troops from Chad crossed into Jordan and Israel.", vec![], "TD JO IL"),
        ("Mr. Jordan said he knew nothing.", vec![], ""),
    ] {
        assert_eq!(among(body, &people), expected, "{body}");
    }
}

#[test]
fn words_in_small_letters_and_set_phrases_are_no_countries() {
    holds(&[
        ("They ate turkey off fine china, and it told us that a chad hung in the mali.", ""),
        ("He was a Guinea pig, wore a Panama hat and ate Brazil nuts.", ""),
        ("An outbreak of the Marburg virus and Lassa fever was feared.", ""),
        ("The sum of US$10 million was paid.", ""),
        ("She answered in French.", ""),
        ("Officials in Conakry said Guinea would vote.", "GN"),
        ("Us and them. HELP US! It is all about us.", ""),
    ]);
}

#[test]
fn names_within_names() {
    holds(&[
        ("Police in New Mexico found it.", "US"),
        ("Others were Mexico, China, Japan and Lebanon, Syria.", "MX CN JP LB SY"),
        ("A vote in Northern Ireland and one in Ireland.", "GB IE"),
        ("North Korea fired at South Korea.", "KP KR"),
        ("Korea beat Japan in the final.", "KR JP"),
        ("The Democratic Republic of the Congo and the Republic of Congo signed.", "CD CG"),
        ("Rebels in Kinshasa said Congo would fall.", "CD"),
        ("In Brazzaville, the Republic of Congo said Congo would vote.", "CG"),
        ("Equatorial Guinea, Guinea-Bissau, Papua New Guinea and Guinea met.", "GQ GW PG GN"),
        ("Dominica and the Dominican Republic quarrelled.", "DM DO"),
        ("From Niger to Nigeria; Nigerien and Nigerian troops.", "NE NG"),
        ("The Indonesian province of Papua rose up.", "ID"),
        ("South Africa, South Sudan and Sudan.", "ZA SS SD"),
        ("People's Republic of China, and the Republic of China.", "CN TW"),
        ("The U.S. Virgin Islands and the British Virgin Islands.", "VI VG"),
        ("Latin American leaders and North America's farmers.", ""),
    ]);
}

#[test]
fn a_region_behind_a_comma_says_where_a_city_is() {
    holds(&[
        ("She was born in Paris, Texas.", "US"),
        ("He drove to London, Ontario, that day.", "CA"),
        ("A church in Birmingham, Ala., burned.", "US"),
        ("The mayor of Athens, Georgia, resigned.", "US"),
        ("ATHENS, Ga. (AP) — The council met.", "US"),
        ("A plant in Batumi, Georgia, closed.", "GE"),
        ("He was held in Cordoba, Argentina, and then in Granada, Spain.", "AR ES"),
        ("Storms hit Granada, Nicaragua.", "NI"),
        ("Shots rang out in Lebanon, Tennessee.", "US"),
        ("A man from Dry Prong, La., died.", "US"),
        ("Offices in Portland, OR and Vancouver, BC.", "US CA"),
    ]);
}

#[test]
fn the_other_places_say_which_city_is_meant() {
    holds(&[
        ("Fighting in Tripoli spread, the Libyan army said; Benghazi was calm.", "LY"),
        ("Fighting in Tripoli spread, the Lebanese army said; Beirut was calm.", "LB"),
        ("Chile's president spoke in Santiago.", "CL"),
        ("In Hyderabad, Pakistan's second city of Sindh, Pakistani police fired.", "PK"),
        ("Indian software firms in Hyderabad and Bangalore hire.", "IN"),
        ("Costa Rica's parliament in San José voted.", "CR"),
        ("San Jose and Oakland, Calif., police said.", "US"),
        ("Police in Birmingham and Manchester held seven Britons.", "GB"),
        ("Australian bushfires spread across Victoria, said officials in Melbourne.", "AU"),
        ("Seychelles' capital Victoria was flooded.", "SC"),
        ("Greek police in Athens held two.", "GR"),
        ("Georgia's army fought Russian troops near Tbilisi.", "GE RU"),
        ("Georgia lawmakers in Atlanta passed a bill, the U.S. governor said.", "US"),
        (
            "An Alexandria woman was charged, the Rapides Parish sheriff's deputies said; the grand jury met.",
            "US",
        ),
    ]);
}

#[test]
fn washington_in_all_its_senses() {
    holds(&[
        ("Washington said it would not talk.", "US"),
        ("Seattle, Washington, saw rain.", "US"),
        ("The Washington Post reported it.", ""),
    ]);
}

#[test]
fn former_names_lead_to_successors() {
    holds(&[
        ("Burma, Zaire, Swaziland and the Ivory Coast.", "MM CD SZ CI"),
        ("Côte d’Ivoire and Czechia, once the Czech Republic.", "CI CZ"),
        ("The Soviet Union and the USSR.", "RU"),
        ("Upper Volta and Rhodesia.", "BF ZW"),
    ]);
}

#[test]
fn each_mention_says_how_it_was_read() {
    let body = "BAGHDAD (AP) — Iraqi troops left Mosul for Texas, the White House and Iraq said.";
    let found = Gazetteer::new().find(&Text::new("", body), &[], [None; 2]);
    let told: Vec<_> = found
        .iter()
        .flat_map(|country| {
            country.mentions.iter().map(|mention| {
                let words = &body[mention.span.start as usize..mention.span.end as usize];
                (country.code, words, mention.via, mention.place.as_deref().unwrap_or(""))
            })
        })
        .collect();
    assert_eq!(
        told,
        [
            ("IQ", "BAGHDAD", CountryVia::Dateline, "Baghdad"),
            ("IQ", "Iraqi", CountryVia::Demonym, ""),
            ("IQ", "Mosul", CountryVia::City, "Mosul"),
            ("IQ", "Iraq", CountryVia::Name, ""),
            ("US", "Texas", CountryVia::Region, "Texas"),
            ("US", "White House", CountryVia::Metonym, ""),
        ]
    );
}

#[test]
fn territories_have_codes_of_their_own() {
    holds(&[
        ("Hong Kong, Puerto Rico, Greenland, Gibraltar, Taiwan and Kosovo.", "HK PR GL GI TW XK"),
        ("Palestinians in Gaza and Ramallah.", "PS"),
    ]);
}

#[test]
fn any_text_is_read_without_harm() {
    for body in
        ["", "É", "’s", "U.S.", "St.", "Paris,", "\u{2019}S US$", "of Paris", "A\u{301}\u{301} B’s", "1, US"]
    {
        among(body, &[]);
    }
    among(&"US, Paris, ".repeat(20_000), &[]);
    among(&"É".repeat(50_000), &[]);
}
