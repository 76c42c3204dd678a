//! Publication dates in addresses, in paths of files and at the head of a text.

use super::super::{Granularity, Interval};
use super::clock::{Token, tokens};
use super::record::{YEARS, month_number};

/// How much of a text's head can be a dateline, in characters.
const HEAD: usize = 160;

/// The date in a path of a file.
pub(super) fn in_path(path: &str) -> Option<Interval> {
    let parts = tokens(path);
    let mut best: Option<Interval> = None;
    for at in 0..parts.len() {
        if at > 0 && matches!(parts[at - 1], Token::Sign('.' | '+')) {
            continue;
        }
        if let Some(found) = numbers_at(&parts, at)
            && best.is_none_or(|b| found.granularity >= b.granularity)
        {
            best = Some(found);
        }
    }
    best
}

/// The date in the path of an address.
pub(super) fn in_url(url: &str) -> Option<Interval> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = rest.find('/').map_or("", |slash| &rest[slash..]);
    in_path(path.split(['?', '#']).next().unwrap_or(path))
}

/// A date whose year begins with token `at`: `2024/12/13`, `2024-12-13`, `2024/dec/13`, `20241213`, `1824/0217`,
/// `2024/12/`.
fn numbers_at(parts: &[Token<'_>], at: usize) -> Option<Interval> {
    let Token::Digits(digits) = parts[at] else { return None };
    if digits.len() == 8 || digits.len() == 14 {
        return day(digits[..4].parse().ok()?, digits[4..6].parse().ok()?, digits[6..8].parse().ok()?);
    }
    let y: i32 = (digits.len() == 4).then(|| digits.parse().ok())??;
    let sign = match parts.get(at + 1)? {
        Token::Sign(c @ ('/' | '-' | '_' | '.')) => *c,
        _ => return None,
    };
    let m = match parts.get(at + 2)? {
        Token::Digits(d) if d.len() == 2 || d.len() == 1 && sign == '/' => d.parse().ok()?,
        Token::Digits(d) if d.len() == 4 && sign == '/' => {
            return day(y, d[..2].parse().ok()?, d[2..].parse().ok()?);
        }
        Token::Word(word) if sign == '/' => month_number(word)?,
        _ => return None,
    };
    let second = parts.get(at + 3) == Some(&Token::Sign(sign));
    match parts.get(at + 4) {
        Some(Token::Digits(d)) if second && (d.len() == 2 || d.len() == 1 && sign == '/') => {
            day(y, m, d.parse().ok()?)
        }
        // `/2024/12/slug` is a month; `2024-12-slug` may be anything.
        _ if sign == '/' && second && YEARS.contains(&y) => Interval::month(y, m),
        _ => None,
    }
}

fn day(y: i32, m: u32, d: u32) -> Option<Interval> {
    YEARS.contains(&y).then(|| Interval::ymd(y, m, d))?
}

/// The full date at the head of a text.
pub(super) fn in_dateline(head: &str) -> Option<Interval> {
    let head = head.trim_start();
    let line = head.lines().next()?;
    let line = line.char_indices().nth(HEAD).map_or(line, |(end, _)| &line[..end]);
    let parts: Vec<Token<'_>> = tokens(line);
    let mut at = place_end(&parts);
    // Weekday before the date.
    let mut solid =
        parts[at..].iter().enumerate().filter(|(_, t)| !matches!(t, Token::Sign(' ' | ',' | '.')));
    if let Some((_, Token::Word(word))) = solid.next()
        && is_weekday(word)
    {
        at += solid.next()?.0;
    }
    let skip = |mut i: usize| {
        while matches!(parts.get(i), Some(Token::Sign(' ' | ',' | '.')))
            || matches!(parts.get(i), Some(Token::Word("st" | "nd" | "rd" | "th" | "of" | "de")))
        {
            i += 1;
        }
        i
    };
    let one = skip(at);
    let two = skip(one + 1);
    let three = skip(two + 1);
    let number = |i: usize, width: usize| match parts.get(i) {
        Some(Token::Digits(d)) if d.len() <= width => d.parse::<u32>().ok(),
        _ => None,
    };
    let name = |i: usize| match parts.get(i) {
        Some(Token::Word(w)) if w.chars().next().is_some_and(char::is_uppercase) || w.len() > 3 => {
            month_number(w)
        }
        _ => None,
    };
    let y = match parts.get(three) {
        Some(Token::Digits(d)) if d.len() == 4 => d.parse().ok()?,
        _ => return None,
    };
    let found = match (name(one), number(two, 2)) {
        (Some(m), Some(d)) => day(y, m, d)?,
        _ => day(y, name(two)?, number(one, 2)?)?,
    };
    debug_assert_eq!(found.granularity, Granularity::Day);
    ends_dateline(&parts[three + 1..]).then_some(found)
}

/// Where the place of a dateline (`BAGHDAD,`, `NEW YORK (AP) —`) ends: 0 when the line has none.
fn place_end(parts: &[Token<'_>]) -> usize {
    let mut capitals = false;
    let mut words = 0;
    for (i, part) in parts.iter().enumerate() {
        match part {
            Token::Digits(_) => return 0,
            Token::Word(word) => {
                words += 1;
                let upper = word.chars().next().is_some_and(char::is_uppercase);
                if words > 8 || !upper && !matches!(*word, "de" | "of" | "al" | "el" | "the" | "and") {
                    return 0;
                }
                capitals |= word.chars().count() > 1 && word.chars().all(char::is_uppercase);
                if month_number(word).is_some() || is_weekday(word) {
                    let before = parts[..i].iter().rev().find(|t| **t != Token::Sign(' '));
                    let closed = matches!(before, Some(Token::Sign(',' | '-' | '–' | '—' | ')' | ':' | '|')));
                    return if closed && capitals { i } else { 0 };
                }
            }
            Token::Sign(',' | ' ' | '.' | '(' | ')' | '-' | '–' | '—' | '/' | '\'' | '’' | '|' | ':') =>
                {}
            Token::Sign(_) => return 0,
        }
        // `BAGHDAD, 13 December 2024`
        if let (Some(Token::Sign(' ')), Some(Token::Digits(_)), true) =
            (parts.get(i + 1), parts.get(i + 2), *part == Token::Sign(','))
        {
            return if capitals { i + 1 } else { 0 };
        }
    }
    0
}

/// Whether what follows the date closes a dateline rather than going on as a sentence.
fn ends_dateline(rest: &[Token<'_>]) -> bool {
    match rest.iter().find(|t| **t != Token::Sign(' ')) {
        None => true,
        Some(Token::Sign(c)) => matches!(c, '(' | '-' | '–' | '—' | '/' | '|' | ':' | '.' | '[' | ';'),
        Some(Token::Word(word)) => is_weekday(word),
        Some(Token::Digits(_)) => rest.contains(&Token::Sign(':')),
    }
}

fn is_weekday(word: &str) -> bool {
    let full = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let word = word.to_ascii_lowercase();
    full.iter().any(|day| *day == word || word.len() >= 3 && word.len() <= 5 && day.starts_with(&word))
}

#[cfg(test)]
mod tests {
    use super::super::Published;

    fn value(found: Option<Published>) -> Option<String> {
        found.map(|p| p.on.value())
    }

    #[test]
    fn addresses() {
        for (url, expected) in [
            ("https://x.org/2024/12/13/slug-2", Some("2024-12-13")),
            ("https://x.org/world/2024/dec/13/slug", Some("2024-12-13")),
            ("https://x.org/a/2024-12-13-slug.html", Some("2024-12-13")),
            ("https://x.org/a/slug-20241213.html", Some("2024-12-13")),
            ("https://x.org/2024/12/slug", Some("2024-12")),
            ("http://x.org/2024/1/3/slug", Some("2024-01-03")),
            ("https://x.org/2024/13/45/slug", None),
            ("https://2024-12-13.org/slug", None),
            ("https://x.org/slug?d=2024-12-13", None),
            ("https://x.org/news-12345678", None),
            ("https://x.org/2020-vision", None),
            ("https://x.org", None),
        ] {
            assert_eq!(value(Published::from_url(url)).as_deref(), expected, "{url}");
        }
    }

    #[test]
    fn paths() {
        for (path, expected) in [
            ("2024/12/13/x.json", Some("2024-12-13")),
            ("posts/2024-12-13-slug.md", Some("2024-12-13")),
            ("1824/0217/p1.xml", Some("1824-02-17")),
            ("2019/2018-03-04_x.txt", Some("2018-03-04")),
            ("news_20241213.txt", Some("2024-12-13")),
            ("CC-NEWS-20191120112001-00123.warc.gz", Some("2019-11-20")),
            ("2024/12/x.json", Some("2024-12")),
            ("2024/x.json", None),
            ("v1.2024.12.13/x", None),
            ("x.json", None),
        ] {
            assert_eq!(value(Published::from_path(path)).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn datelines_need_day_month_and_year_at_the_head() {
        for (head, expected) in [
            ("Friday, January 4, 2019\n\nThe talks", Some("2019-01-04")),
            ("January 4, 2019", Some("2019-01-04")),
            ("4 January 2019 – The talks", Some("2019-01-04")),
            ("BAGHDAD, Dec 13, 2024 (Reuters) - The talks", Some("2024-12-13")),
            ("BAGHDAD, 13 December 2024 (AFP) — The talks", Some("2024-12-13")),
            ("NEW YORK, Dec. 31, 2017 /PRNewswire/ -- Acme", Some("2017-12-31")),
            ("SAN JOSE, Calif., Tuesday, Jan. 3, 2012 (AP) - Acme", Some("2012-01-03")),
            ("BAGHDAD, Dec 13 (Reuters) - The talks", None),
            ("January 4, 2019 was a Friday", None),
            ("On January 4, 2019, talks", None),
            ("The talks of January 4, 2019", None),
            ("Mr. Smith, January 4, 2019", None),
            ("", None),
        ] {
            assert_eq!(value(Published::from_dateline(head)).as_deref(), expected, "{head}");
        }
    }
}
