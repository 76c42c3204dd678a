//! The place in a printed dateline: `STOCKHOLM, Aug 29, 2014 (AFP) -` → `STOCKHOLM`.

/// How words that are no place begin: English weekdays and months, in lower case.
const DAYS_AND_MONTHS: [&str; 19] = [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "jan",
    "feb",
    "march",
    "april",
    "may",
    "june",
    "july",
    "aug",
    "sept",
    "oct",
    "nov",
    "dec",
];

/// The place a dateline names; `None` when it names none (a date alone, a dash).
pub(super) fn place(dateline: &str) -> Option<String> {
    let mut line = dateline.trim();
    for mark in ["(", " -", "--", "–", "—", " _", "/"] {
        // At the very start it would leave nothing.
        if let Some(at) = line.find(mark).filter(|at| *at > 0) {
            line = &line[..at];
        }
    }
    let mut place = String::new();
    for part in line.split(',').map(str::trim) {
        let lower = part.to_lowercase();
        let dated = part.contains(|c: char| c.is_ascii_digit())
            || DAYS_AND_MONTHS.iter().any(|name| {
                lower.strip_prefix(name).is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
            });
        if dated {
            break;
        }
        if !place.is_empty() {
            place.push_str(", ");
        }
        place.push_str(part);
    }
    let place = place.trim_end_matches([' ', '-', ',', ':']).trim_start_matches(['-', ' ']);
    place.contains(char::is_alphabetic).then(|| place.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_datelines() {
        for (dateline, expected) in [
            ("STOCKHOLM, Aug 29, 2014 (AFP) -", Some("STOCKHOLM")),
            ("    SALVADOR, Feb 26 - ", Some("SALVADOR")),
            ("MOSCOW, Monday (Reuters)", Some("MOSCOW")),
            ("Strasbourg, 10 juil 2024 (AFP)", Some("Strasbourg")),
            ("NEW YORK, N.Y.", Some("NEW YORK, N.Y.")),
            ("London (dpa) - ", Some("London")),
            ("AUGUSTA, Maine, April 3", Some("AUGUSTA, Maine")),
            ("4/4/2018", None),
            (" - ", None),
            ("", None),
        ] {
            assert_eq!(place(dateline).as_deref(), expected, "{dateline}");
        }
    }
}
