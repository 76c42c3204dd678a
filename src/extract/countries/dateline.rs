//! Datelines, and lines in capitals.

/// How far a line is looked at, in bytes on either side of a name.
const LINE_REACH: usize = 240;

/// Whether the line around a name holds no small letter.
pub(super) fn in_caps_line(text: &str, start: usize, end: usize) -> bool {
    let small = |c: char| c.is_lowercase();
    if text[start..end].contains(small) {
        return false;
    }
    let before = &text[ceil(text, start.saturating_sub(LINE_REACH))..start];
    let before = before.rsplit('\n').next().unwrap_or("");
    let behind = &text[end..floor(text, end + LINE_REACH)];
    let behind = behind.split('\n').next().unwrap_or("");
    if before.contains(small) || behind.contains(small) {
        return false;
    }
    let letters = before.chars().chain(behind.chars()).filter(|c| c.is_uppercase()).count();
    letters > 3
}

/// Whether a name is where the story was filed from: at the head of the body, in capitals or before a dash, with at
/// most a region, an agency and a date between.
pub(super) fn is_dateline(text: &str, start: usize, end: usize, caps_line: bool) -> bool {
    if start > 1_200 || caps_line {
        return false;
    }
    let capitals = end - start > 3 && !text[start..end].contains(char::is_lowercase);
    let line_start = || text[..start].trim_end_matches(' ').chars().next_back().is_none_or(|c| c == '\n');
    let line_start = start < 500 && line_start();
    if !(capitals || line_start) {
        return false;
    }
    let behind = &text[end..floor(text, end + 70)];
    let behind = behind.split('\n').next().unwrap_or("");
    let goes_on = behind.strip_prefix(' ').is_some_and(|rest| rest.starts_with(char::is_lowercase));
    if capitals && line_start && !goes_on {
        return true;
    }
    let Some(dash) = ["--", " - ", "—", " – "].iter().filter_map(|dash| behind.find(dash)).min() else {
        return capitals && behind.starts_with(" (") && behind.contains(')');
    };
    // Between name and dash: nothing but names, a date, an agency in brackets.
    behind[..dash]
        .split([' ', ',', '(', ')', '/', '.'])
        .filter(|word| !word.is_empty())
        .all(|word| word.starts_with(|c: char| c.is_uppercase() || c.is_ascii_digit()) || word.len() <= 2)
}

/// The last character boundary at or before a byte.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0)
}

/// The first character boundary at or behind a byte.
fn ceil(text: &str, at: usize) -> usize {
    (at..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn datelines_are_told() {
        for (text, name, expected) in [
            ("BAGHDAD (AP) — Iraq's army", "BAGHDAD", true),
            ("ATHENS, Ga. -- The council", "ATHENS", true),
            ("London, 12 Dec (AFP) - Ministers", "London", true),
            ("LONDON 1996-08-30\nWest", "LONDON", true),
            ("WASHINGTON Barack Obama pardoned", "WASHINGTON", true),
            ("NICE to see you", "NICE", false),
            ("London is a city - so they say", "London", false),
            ("He left.\nThen PARIS was lost", "PARIS", false),
        ] {
            let start = text.find(name).unwrap();
            assert_eq!(is_dateline(text, start, start + name.len(), false), expected, "{text}");
        }
    }

    #[test]
    fn a_line_in_capitals_is_told_from_an_acronym() {
        let told = |text: &str, name: &str| {
            let start = text.find(name).unwrap();
            in_caps_line(text, start, start + name.len())
        };
        assert!(told("Reuters\nWALL STREET TELLS US\nmore", "US"));
        assert!(!told("The US said", "US"));
        assert!(!told("US", "US"));
    }
}
