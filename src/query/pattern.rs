//! A word of a query → what must stand in the text: word, wildcard, truncation, fuzzy term, address.

use crate::article::name::{fold, fold_into};
use crate::article::words;

use super::Syntax;
use super::ast::Pattern;
use super::error::{ErrorCode, Note, NoteCode, QueryError};
use super::token::{Letter, range_of, text_of};

/// What a word says.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Reading {
    Pattern(Pattern),
    /// `*`, `*:*`: every article.
    All,
    /// No letter or digit in it.
    Nothing,
}

/// Fewest letters of a wildcard term, of a truncated and of a fuzzy one.
const WILDCARD_LETTERS: usize = 2;
const TRUNCATION_LETTERS: usize = 3;
const FUZZY_LETTERS: usize = 3;

/// Words of up to so many letters are searched with one typo by a bare `~`, longer ones with two.
const SHORT_FUZZY: usize = 5;

/// Longest word, in letters; longer runs hold no word anyone wrote.
const MAX_LETTERS: usize = 2_000;

/// Longest regular expression, in bytes.
const MAX_REGEX: usize = 500;

/// Reads a bare word.
///
/// # Errors
/// Wildcards, truncation and fuzziness that would match nearly everything or cannot be.
pub(super) fn read(letters: &[Letter], syntax: Syntax, notes: &mut Vec<Note>) -> Result<Reading, QueryError> {
    let at = range_of(letters);
    if letters.len() > MAX_LETTERS {
        return Err(QueryError::new(ErrorCode::Limit, at, format!("a word of {} letters", letters.len()))
            .with_hint(format!("words have at most {MAX_LETTERS} letters")));
    }
    let all = |l: &Letter, i: usize| l.is('*') || l.is(':') && i == 1 && letters.len() == 3;
    if !letters.is_empty() && letters.iter().enumerate().all(|(i, l)| all(l, i)) {
        return Ok(Reading::All);
    }
    let letters = trim_marks(letters);
    if !letters.iter().any(|l| l.c.is_alphanumeric()) {
        return match letters.iter().any(|l| l.is('*')) {
            true => Err(too_wide(letters, at)),
            false => Ok(Reading::Nothing),
        };
    }
    let text = text_of(letters);
    if text.contains("://") {
        let text = text.trim_end_matches(['?', '!']).to_owned();
        return Ok(Reading::Pattern(Pattern::Phrase { text, slop: 0, prefix: false }));
    }
    if let Some(tilde) = letters.iter().rposition(|l| l.is('~')) {
        let tail = text_of(&letters[tilde + 1..]);
        if tilde > 0 && tail.chars().all(|c| c.is_ascii_digit() || c == '.') {
            return fuzzy(&letters[..tilde], &tail, at).map(Reading::Pattern);
        }
    }
    let unexcited = trim_end(letters, |l| l.is('!'));
    if unexcited.len() < letters.len() && syntax != Syntax::Lucene {
        return truncation(unexcited, letters, at);
    }
    let core = trim_end(unexcited, |l| l.is('?') || is_idle(l));
    if unexcited[core.len()..].iter().any(|l| l.is('?')) {
        let message = format!(
            "the '?' at the end of '{}' is left out; for any letter there write '{}*'",
            text_of(unexcited),
            text_of(core)
        );
        notes.push(Note { code: NoteCode::LeftOut, at: at.clone(), message });
    }
    if core.iter().any(|l| l.is('*') || l.is('?')) {
        // Signs that only a word such as C++ keeps, and what they hid.
        let core = trim_end(core, |l| l.is('?') || !is_inner(l.c) && !l.is('*'));
        if !core.iter().any(|l| l.is('*') || l.is('?')) {
            return Ok(Reading::Pattern(Pattern::Word(trimmed(core))));
        }
        return wildcard(core, at).map(Reading::Pattern);
    }
    let text = trimmed(core);
    let found = words::split(&text);
    if found.is_empty() {
        return Ok(Reading::Nothing);
    }
    let lists = |c: char| matches!(c, ',' | ';');
    if text.contains(lists) && found.iter().any(|w| w.position > 0) {
        let message = format!("the words of '{text}' are searched side by side; for any of them write OR");
        notes.push(Note { code: NoteCode::ReadAsWord, at, message });
    }
    Ok(Reading::Pattern(Pattern::Word(text)))
}

/// Letters without the marks around them that mean nothing in a query.
fn trim_marks(letters: &[Letter]) -> &[Letter] {
    let start = letters.iter().position(|l| is_inner(l.c) || l.is('*') || l.is('?'));
    trim_end(&letters[start.unwrap_or(letters.len())..], is_idle)
}

/// Whether a letter at the end of a word says nothing: it is in no word and no mark of the language.
fn is_idle(letter: Letter) -> bool {
    let mark = !letter.literal && matches!(letter.c, '*' | '?' | '!' | '~');
    !is_inner(letter.c) && !mark && !matches!(letter.c, '+' | '#')
}

/// Letters without those at the end that `mark` names. A full stop stays with an initialism.
fn trim_end(letters: &[Letter], mark: impl Fn(Letter) -> bool) -> &[Letter] {
    let mut end = letters.len();
    let dotted = |end: usize| letters[end - 1].c == '.';
    while end > 0 && mark(letters[end - 1]) {
        let letters = &letters[..end - 1];
        let of_initials = letters.last().is_some_and(|l| l.c.is_alphanumeric());
        if dotted(end) && of_initials && letters.iter().any(|l| l.c == '.') {
            break;
        }
        end -= 1;
    }
    &letters[..end]
}

/// The text from its first to its last letter or digit; `C++`, `C#` and `U.S.` keep their marks.
fn trimmed(letters: &[Letter]) -> String {
    let text = text_of(letters).split_whitespace().collect::<Vec<_>>().join(" ");
    let meaningful = |c: char| c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c);
    let text = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let core = text.trim_end_matches(|c: char| !meaningful(c));
    let tail = &text[core.len()..];
    let keep = match tail {
        _ if tail.starts_with("++") => 2,
        _ if tail.starts_with('#') => 1,
        _ if tail.starts_with('.') && core.contains('.') => 1,
        _ => 0,
    };
    text[..core.len() + keep].to_owned()
}

/// `terroris!`.
fn truncation(root: &[Letter], whole: &[Letter], at: std::ops::Range<usize>) -> Result<Reading, QueryError> {
    let last: usize = root.iter().rev().take_while(|l| l.c.is_alphanumeric()).count();
    if last < TRUNCATION_LETTERS {
        return Err(QueryError::new(
            ErrorCode::Pattern,
            at,
            format!("'{}': truncation needs at least {TRUNCATION_LETTERS} letters", text_of(whole)),
        )
        .with_hint("write more of the word"));
    }
    let mut letters = root.to_vec();
    letters.push(Letter::new(at.end.saturating_sub(1), '*', false));
    wildcard(&letters, at).map(Reading::Pattern)
}

/// `pre*`, `*suf`, `w?ld`. A word that opens into several (`al-Sud*`) is a phrase with an open end.
fn wildcard(letters: &[Letter], at: std::ops::Range<usize>) -> Result<Pattern, QueryError> {
    let known = letters.iter().filter(|l| l.c.is_alphanumeric()).count();
    let star = letters.iter().any(|l| l.is('*'));
    if star && known < WILDCARD_LETTERS {
        return Err(too_wide(letters, at));
    }
    // Every wildcard stands for a letter: `al-Sud*` has two words, `*-Sudani` too.
    let probe: String = letters.iter().map(|l| if l.is('*') || l.is('?') { 'x' } else { l.c }).collect();
    if words::split(&probe).iter().any(|w| w.position > 0) {
        let (root, stars) = letters.split_at(letters.iter().rposition(|l| !l.is('*')).map_or(0, |i| i + 1));
        let text = trimmed(root);
        if !stars.is_empty() && !root.iter().any(|l| l.is('*') || l.is('?')) && !text.is_empty() {
            return Ok(Pattern::Phrase { text, slop: 0, prefix: true });
        }
        return Err(QueryError::new(
            ErrorCode::Pattern,
            at,
            format!("'{}' is more than one word, and a wildcard works inside one", text_of(letters)),
        )
        .with_hint("write the words apart, or \"al Sud\"* for an open end"));
    }
    let mut pattern = String::new();
    for letter in letters {
        let wild = letter.is('*') || letter.is('?');
        if letter.is('*') && pattern.ends_with('*') || !wild && !is_inner(letter.c) {
            continue;
        }
        pattern.push(letter.c);
    }
    Ok(Pattern::Wildcard(pattern))
}

/// Letters, digits and the marks that terms keep.
fn is_inner(c: char) -> bool {
    c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)
}

fn too_wide(letters: &[Letter], at: std::ops::Range<usize>) -> QueryError {
    QueryError::new(ErrorCode::Pattern, at, format!("'{}' would match almost every word", text_of(letters)))
        .with_hint(format!("give at least {WILDCARD_LETTERS} letters next to the wildcard"))
}

/// `term~`, `term~1`.
fn fuzzy(root: &[Letter], tail: &str, at: std::ops::Range<usize>) -> Result<Pattern, QueryError> {
    let error = |message: String| QueryError::new(ErrorCode::Pattern, at.clone(), message);
    let text = trimmed(root);
    let found = words::split(&text);
    if root.iter().any(|l| l.is('*') || l.is('?')) {
        return Err(error(format!("'{}' has a wildcard and ~", text_of(root)))
            .with_hint("use one of the two: Blink* or Blinken~1"));
    }
    if found.is_empty() || found.iter().any(|w| w.position > 0) {
        return Err(error(format!("~ behind '{text}', which is not one word"))
            .with_hint("write ~ behind one word; for words near each other use \"a b\"~3"));
    }
    let letters = text.chars().filter(|c| c.is_alphanumeric()).count();
    let distance = match tail {
        "" if letters <= SHORT_FUZZY => 1,
        "" => 2,
        "0" => return Ok(Pattern::Phrase { text, slop: 0, prefix: false }),
        "1" => 1,
        "2" => 2,
        _ => {
            return Err(error(format!(
                "fuzziness {tail} is {}",
                if tail.contains('.') { "no whole number" } else { "too large" }
            ))
            .with_hint(format!(
                "use ~1 or ~2; for words near each other use \"a b\"~{n} or a w/{n} b",
                n = tail.parse::<u32>().unwrap_or(5).clamp(1, 255)
            )));
        }
    };
    if letters < FUZZY_LETTERS {
        return Err(error(format!("'{text}' is too short for ~"))
            .with_hint(format!("give at least {FUZZY_LETTERS} letters")));
    }
    Ok(Pattern::Fuzzy(text, distance))
}

/// Reads what stands between slashes.
///
/// # Errors
/// No regular expression, or one that matches nearly every word.
pub(super) fn regex(source: &str, at: std::ops::Range<usize>) -> Result<Pattern, QueryError> {
    let error = |message: String| QueryError::new(ErrorCode::Pattern, at.clone(), message);
    if source.len() > MAX_REGEX {
        return Err(error(format!("a regular expression of {} bytes is too long", source.len()))
            .with_hint(format!("write at most {MAX_REGEX}")));
    }
    let regex = regex::RegexBuilder::new(&format!("^(?:{})$", fold_regex(source)))
        .size_limit(1 << 20)
        .nest_limit(50)
        .build()
        .map_err(|e| {
            let cause = match &e {
                regex::Error::CompiledTooBig(_) => "it is too large".to_owned(),
                e => e.to_string().lines().last().unwrap_or("").trim_start_matches("error: ").to_owned(),
            };
            error(format!("/{source}/ is no regular expression: {cause}"))
                .with_hint("to search for a slash, put the text in quotes")
        })?;
    // Words without a letter in common: what matches them all matches nearly everything.
    if ["said", "brexit", "1749", "quow"].iter().all(|word| regex.is_match(word)) {
        return Err(error(format!("/{source}/ would match almost every word"))
            .with_hint("write some letters of the word"));
    }
    Ok(Pattern::Regex(source.to_owned()))
}

/// The form of a regular expression that matches folded words: letters folded for case and accents,
/// apostrophes dropped (words have none), `^` at the start and `$` at the end dropped (a whole word is
/// matched anyway). Escapes and classes such as `\W` and `\p{L}` stay as they are.
pub fn fold_regex(source: &str) -> String {
    let source = source.strip_prefix('^').unwrap_or(source);
    let source = match source.strip_suffix('$') {
        Some(rest) if rest.bytes().rev().take_while(|b| *b == b'\\').count() % 2 == 0 => rest,
        _ => source,
    };
    let mut out = String::with_capacity(source.len());
    let mut chars = source.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                out.push(c);
                let Some(escaped) = chars.next() else { break };
                out.push(escaped);
                if chars.peek() == Some(&'{') && matches!(escaped, 'p' | 'P' | 'x' | 'u' | 'U') {
                    for inner in chars.by_ref() {
                        out.push(inner);
                        if inner == '}' {
                            break;
                        }
                    }
                }
            }
            '\'' | '’' | '‘' | 'ʼ' | '′' | '`' => {
                // An apostrophe that is counted (`o'?`) takes its count along.
                if matches!(chars.peek(), Some('?' | '*' | '+')) {
                    chars.next();
                }
            }
            c if c.is_ascii() => out.push(c.to_ascii_lowercase()),
            c => {
                let mut folded = String::new();
                fold_into(c.encode_utf8(&mut [0; 4]), &mut folded);
                out.push_str(&folded);
            }
        }
    }
    out
}

/// Whether a phrase holds anything to search.
pub(super) fn has_words(text: &str) -> bool {
    !fold(text).is_empty() && !words::split(text).is_empty()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn reading(word: &str) -> Result<Reading, QueryError> {
        let letters: Vec<Letter> = word.char_indices().map(|(at, c)| Letter::new(at, c, false)).collect();
        read(&letters, Syntax::Dateline, &mut Vec::new())
    }

    #[test]
    fn marks_around_a_word_are_no_part_of_it() {
        for (word, expected) in [
            ("Iraq,", "Iraq"),
            ("'Iraq'", "Iraq"),
            ("[sic]", "sic"),
            ("#metoo", "metoo"),
            ("Iraq?", "Iraq"),
            ("C++", "C++"),
            ("C#", "C#"),
            ("U.S.", "U.S."),
            ("U.S.?.", "U.S."),
            ("end.", "end"),
            ("AT&T", "AT&T"),
            ("10:30", "10:30"),
            ("al-Sudani", "al-Sudani"),
            ("Blinken's", "Blinken's"),
            ("Re:", "Re"),
        ] {
            assert_eq!(reading(word), Ok(Reading::Pattern(Pattern::Word(expected.to_owned()))), "{word}");
        }
        assert_eq!(reading("…").unwrap(), Reading::Nothing);
    }

    #[test]
    fn wildcards_need_letters() {
        for (word, expected) in [
            ("Blin*", "Blin*"),
            ("*gate", "*gate"),
            ("Bl?nken", "Bl?nken"),
            ("o'br**", "obr*"),
            ("terroris!", "terroris*"),
        ] {
            assert_eq!(reading(word), Ok(Reading::Pattern(Pattern::Wildcard(expected.to_owned()))), "{word}");
        }
        let open = Pattern::Phrase { text: "al-Sud".to_owned(), slop: 0, prefix: true };
        assert_eq!(reading("al-Sud*"), Ok(Reading::Pattern(open)));
        for word in
            ["i*", "*a*", "a!", "?*", "a-b!", "*-Sudani", "ab~", "Blinken~5", "Blinken~0.8", "al-Sudani~1"]
        {
            assert_eq!(reading(word).unwrap_err().code, ErrorCode::Pattern, "{word}");
        }
    }

    #[test]
    fn a_regular_expression_meets_folded_words() {
        for (source, folded) in [
            ("(o')?brien", "(o)?brien"),
            ("o'?brien", "obrien"),
            ("^F\u{e9}in$", "fein"),
            (r"\W\p{Lu}A\$", r"\W\p{Lu}a\$"),
        ] {
            assert_eq!(fold_regex(source), folded);
        }
        assert!(regex("(o')?brien", 0..1).is_ok());
        for bad in ["(", ".*", r"\w+", "a{1000}{1000}", "[a-z0-9]+"] {
            assert!(regex(bad, 0..1).is_err(), "{bad}");
        }
    }
}
