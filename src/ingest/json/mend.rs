//! JSON as careless writers leave it: lone surrogates, raw control characters, `NaN`, trailing commas.

/// The text with the usual faults mended; only worth a try after a parser refused it.
pub(super) fn mend(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '"' {
            rest = mend_string(rest, &mut out);
        } else if let Some((word, instead)) = WORDS.iter().find(|(word, _)| rest.starts_with(word)) {
            out.push_str(instead);
            rest = &rest[word.len()..];
        } else {
            rest = &rest[c.len_utf8()..];
            let closes = rest.trim_start().starts_with([']', '}']);
            if c != ',' || !closes {
                out.push(c);
            }
        }
    }
    out
}

/// Words of Python and JavaScript, and what JSON has for them.
const WORDS: &[(&str, &str)] = &[
    ("-Infinity", "null"),
    ("Infinity", "null"),
    ("NaN", "null"),
    ("None", "null"),
    ("undefined", "null"),
    ("True", "true"),
    ("False", "false"),
];

/// Copies the string that `text` begins with; what follows it.
fn mend_string<'t>(text: &'t str, out: &mut String) -> &'t str {
    out.push('"');
    let mut chars = text[1..].char_indices();
    while let Some((at, c)) = chars.next() {
        let after = &text[1 + at + c.len_utf8()..];
        match c {
            '"' => {
                out.push('"');
                return after;
            }
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => out.push(' '),
            '\\' => {
                let taken = mend_escape(after, out);
                for _ in 0..taken {
                    chars.next();
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
    ""
}

/// Copies what follows a backslash; the number of characters taken.
fn mend_escape(after: &str, out: &mut String) -> usize {
    match after.bytes().next() {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
            out.push('\\');
            out.push_str(&after[..1]);
            1
        }
        Some(b'u') => {
            let unit = |text: &str| u16::from_str_radix(text.get(..4)?, 16).ok();
            let Some(first) = unit(&after[1..]) else { return 0 };
            let second = after.get(5..).and_then(|next| next.strip_prefix("\\u")).and_then(unit);
            match (first, second) {
                (0xd800..=0xdbff, Some(0xdc00..=0xdfff)) => {
                    out.push('\\');
                    out.push_str(&after[..11]);
                    11
                }
                (0xd800..=0xdfff, _) => {
                    out.push('\u{fffd}');
                    5
                }
                _ => {
                    out.push('\\');
                    out.push_str(&after[..5]);
                    5
                }
            }
        }
        // No escape of JSON: the character stands for itself.
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::mend;

    #[test]
    fn usual_faults_are_mended() {
        for (bad, good) in [
            (r#"{"a":"x\ud83d y","b":NaN,}"#, "{\"a\":\"x\u{fffd} y\",\"b\":null}"),
            ("{\"a\":\"line\nnext\u{1}\"}", r#"{"a":"line\nnext "}"#),
            (r#"{"a":"it\'s","b":[1,2,],"c":None}"#, r#"{"a":"it's","b":[1,2],"c":null}"#),
            (r#"{"a":"\ud83d\ude00 NaN \" \\"}"#, r#"{"a":"\ud83d\ude00 NaN \" \\"}"#),
        ] {
            assert_eq!(mend(bad), good);
            assert!(serde_json::from_str::<serde_json::Value>(good).is_ok(), "{good}");
        }
        for cut in ["\"\\", "\"\\u", "\"\\ud8", "\"é\\ué", "{\"a"] {
            mend(cut); // must not panic
        }
    }
}
