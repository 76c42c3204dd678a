//! Dates that a page shows: which elements hold them, and how likely one is the publication date.

/// How likely a `<time>` element gives the publication date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum TimeRank {
    /// Marked as the publication date.
    Marked,
    /// An element of another name, marked so by its class.
    MarkedText,
    /// A `<time>` below the headline.
    AfterHeading,
    /// The same, marked as a date by its class.
    TextAfterHeading,
    /// A `<time>` anywhere.
    Elsewhere,
}

/// What a class says of the date an element shows; `None` when it says nothing or names another date.
pub(super) fn dated_class(class: &str) -> Option<TimeRank> {
    const OTHER: [&str; 8] =
        ["update", "modif", "comment", "tweet", "relat", "recommend", "copyright", "event"];
    let class = class.to_ascii_lowercase();
    if OTHER.iter().any(|other| class.contains(other)) {
        return None;
    }
    let mut parts = class.split(|c: char| !c.is_ascii_alphanumeric());
    if ["publish", "pubdate", "posted"].iter().any(|word| class.contains(word)) && class.contains("date") {
        return Some(TimeRank::MarkedText);
    }
    parts
        .any(|part| matches!(part, "date" | "datetime" | "timestamp" | "published" | "posted" | "pubdate"))
        .then_some(TimeRank::TextAfterHeading)
}

/// Whether a short text shows a year.
pub(super) fn is_dated(text: &str) -> bool {
    let mut numbers = text.split(|c: char| !c.is_ascii_digit());
    text.len() <= 80 && numbers.any(|n| n.len() == 4 && (n.starts_with("19") || n.starts_with("20")))
}

/// A date without the words before it: `Published: 18 November 2019`, `Posted on …`.
pub(super) fn unlabelled(mut text: String) -> String {
    for label in ["published", "posted", "date", "on", "at", "by"] {
        let rest = text.get(label.len()..).filter(|_| text[..label.len()].eq_ignore_ascii_case(label));
        if let Some(rest) = rest.filter(|rest| !rest.starts_with(char::is_alphanumeric)) {
            text = rest.trim_start_matches([':', ' ', '\u{a0}']).to_owned();
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_that_name_a_date() {
        for (class, expected) in [
            ("article-publish-date", Some(TimeRank::MarkedText)),
            ("post__date", Some(TimeRank::TextAfterHeading)),
            ("date-updated", None),
            ("candidate", None),
            ("aptf-tweet-date", None),
        ] {
            assert_eq!(dated_class(class), expected, "{class}");
        }
    }

    #[test]
    fn labels_before_a_date_go() {
        assert_eq!(unlabelled("Published on: 18 November 2019".into()), "18 November 2019");
        assert_eq!(unlabelled("Monday, 1 May 2017".into()), "Monday, 1 May 2017");
        assert!(is_dated("18 November 2019") && !is_dated("13 hours ago"));
    }
}
