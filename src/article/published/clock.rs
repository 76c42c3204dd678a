//! The time of day and the zone that follow a date, as the parts of a text.

/// A part of a date's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// A run of ASCII digits as it stands.
    Digits(&'a str),
    /// A run of letters.
    Word(&'a str),
    /// Any other sign; runs of blanks are one `' '`.
    Sign(char),
}

impl Token<'_> {
    /// The number, when it has at most `width` digits.
    pub(super) fn number(&self, width: usize) -> Option<u32> {
        match self {
            Token::Digits(d) if d.len() <= width => d.parse().ok(),
            _ => None,
        }
    }
}

/// Cuts a text into [`Token`]s.
pub(super) fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let kind = |c: char| match c {
            '0'..='9' => 0,
            c if c.is_alphabetic() || unicode_normalization::char::is_combining_mark(c) => 1,
            c if c.is_whitespace() => 2,
            _ => 3,
        };
        let class = kind(c);
        let end = match class {
            3 => c.len_utf8(),
            _ => rest.find(|c| kind(c) != class).unwrap_or(rest.len()),
        };
        out.push(match class {
            0 => Token::Digits(&rest[..end]),
            1 => Token::Word(&rest[..end]),
            2 => Token::Sign(' '),
            _ => Token::Sign(c),
        });
        rest = &rest[end..];
    }
    out
}

/// Takes the time of day and its zone out of `tokens`, leaving a blank in their place, and returns the seconds
/// since the day's midnight in UTC (negative or above a day's where the zone shifts the day). A time that no
/// clock shows is left where it stands.
pub(super) fn take_time(tokens: &mut Vec<Token<'_>>) -> Option<i64> {
    let at = (0..tokens.len()).find(|&i| reads_time(tokens, i).is_some())?;
    let (mut seconds, mut end) = reads_time(tokens, at)?;
    if let Some((shift, next)) = half_day(tokens, end, seconds) {
        seconds = shift;
        end = next;
    }
    if let Some((offset, next)) = zone(tokens, end) {
        seconds -= offset;
        end = next;
    }
    let start = match at.checked_sub(1).map(|i| tokens[i]) {
        Some(Token::Word("T" | "t")) => at - 1,
        _ => at,
    };
    tokens.splice(start..end, [Token::Sign(' ')]);
    Some(seconds)
}

/// `10:30`, `10:30:05.25`, or `T1030`, `T103005` after a `T`: seconds and the token after it.
fn reads_time(tokens: &[Token<'_>], at: usize) -> Option<(i64, usize)> {
    let after_t = at > 0 && matches!(tokens[at - 1], Token::Word("T" | "t"));
    let Token::Digits(first) = tokens[at] else { return None };
    let (h, m, s, mut end);
    if after_t && matches!(first.len(), 4 | 6) {
        h = first[..2].parse().ok()?;
        m = first[2..4].parse().ok()?;
        s = if first.len() == 6 { first[4..].parse().ok()? } else { 0 };
        end = at + 1;
    } else if first.len() <= 2 && tokens.get(at + 1) == Some(&Token::Sign(':')) {
        if at > 0 && tokens[at - 1] == Token::Sign(':') {
            return None;
        }
        h = tokens[at].number(2)?;
        m = tokens.get(at + 2)?.number(2)?;
        end = at + 3;
        match (tokens.get(end), tokens.get(end + 1).and_then(|t| t.number(2))) {
            (Some(Token::Sign(':')), Some(seconds)) => {
                s = seconds;
                end += 2;
            }
            _ => s = 0,
        }
    } else if after_t && at > 1 && first.len() == 2 && matches!(tokens[at - 2], Token::Digits(_)) {
        h = tokens[at].number(2)?;
        (m, s, end) = (0, 0, at + 1);
    } else {
        return None;
    }
    if let (Some(Token::Sign('.' | ',')), Some(Token::Digits(_))) = (tokens.get(end), tokens.get(end + 1)) {
        end += 2;
    }
    let midnight = h == 24 && m == 0 && s == 0;
    ((h < 24 || midnight) && m < 60 && s <= 60)
        .then(|| (i64::from(h) * 3600 + i64::from(m) * 60 + i64::from(s.min(59)), end))
}

/// `pm`, `p.m.`, `AM` after a time on a twelve-hour clock.
fn half_day(tokens: &[Token<'_>], at: usize, seconds: i64) -> Option<(i64, usize)> {
    let mut i = at;
    if tokens.get(i) == Some(&Token::Sign(' ')) {
        i += 1;
    }
    let Some(Token::Word(word)) = tokens.get(i) else { return None };
    let pm = match word.to_ascii_lowercase().as_str() {
        "pm" | "p" => true,
        "am" | "a" => false,
        _ => return None,
    };
    i += 1;
    if word.len() == 1 {
        let dotted = tokens.get(i) == Some(&Token::Sign('.'));
        let m = tokens.get(i + usize::from(dotted));
        if !matches!(m, Some(Token::Word("m" | "M"))) {
            return None;
        }
        i += usize::from(dotted) + 1;
        if tokens.get(i) == Some(&Token::Sign('.')) {
            i += 1;
        }
    }
    let hour = seconds / 3600;
    let shift = match (pm, hour) {
        (true, 1..=11) => 12,
        (false, 12) => -12,
        _ => 0,
    };
    Some((seconds + shift * 3600, i))
}

/// The zone after a time: seconds east of UTC and the token after it.
fn zone(tokens: &[Token<'_>], at: usize) -> Option<(i64, usize)> {
    let mut i = at;
    if tokens.get(i) == Some(&Token::Sign(' ')) {
        i += 1;
    }
    if let Some(Token::Word(name)) = tokens.get(i) {
        let hours = zone_hours(name)?;
        // `GMT+0100` is the offset, not the name.
        return match offset(tokens, i + 1) {
            Some(found) => Some(found),
            None => Some((hours * 3600, i + 1)),
        };
    }
    offset(tokens, i)
}

/// `+01`, `+0100`, `-05:00`, `−05:00`.
fn offset(tokens: &[Token<'_>], at: usize) -> Option<(i64, usize)> {
    let sign = match tokens.get(at)? {
        Token::Sign('+') => 1,
        Token::Sign('-' | '−') => -1,
        _ => return None,
    };
    let Some(Token::Digits(d)) = tokens.get(at + 1) else { return None };
    let minutes = || tokens.get(at + 3).filter(|t| matches!(t, Token::Digits(d) if d.len() == 2))?.number(2);
    let (h, m, end): (i64, i64, usize) = match (d.len(), tokens.get(at + 2)) {
        (1 | 2, Some(Token::Sign(':'))) => (d.parse().ok()?, i64::from(minutes()?), at + 4),
        (1 | 2, _) => (d.parse().ok()?, 0, at + 2),
        (4, _) => (d[..2].parse().ok()?, d[2..].parse().ok()?, at + 2),
        _ => return None,
    };
    (h <= 15 && m < 60).then_some((sign * (h * 3600 + m * 60), end))
}

/// Hours east of UTC of the zone names that stand in news records; names shared by several zones (IST, CST of
/// China) are read as RFC 2822 does or not at all.
fn zone_hours(name: &str) -> Option<i64> {
    Some(match name.to_ascii_uppercase().as_str() {
        "Z" | "UTC" | "GMT" | "UT" | "WET" => 0,
        "BST" | "CET" | "MEZ" | "WEST" | "WAT" => 1,
        "CEST" | "MESZ" | "EET" | "SAST" | "CAT" => 2,
        "EEST" | "MSK" | "EAT" => 3,
        "PKT" => 5,
        "SGT" | "HKT" | "AWST" => 8,
        "JST" | "KST" => 9,
        "AEST" => 10,
        "AEDT" => 11,
        "NZST" => 12,
        "NZDT" => 13,
        "EDT" | "AST" => -4,
        "EST" | "CDT" | "ET" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" | "PT" | "AKDT" => -8,
        "AKST" => -9,
        "HST" => -10,
        "BRT" | "ART" => -3,
        _ => return None,
    })
}
