//! The cutting itself: where tokens, sentences and lines begin and end. See [`token`](super::token).

use super::token::{
    ALL_CAPS, CAPITAL, CAPS_LINE, DIGIT, FOREIGN, HYPHEN, INITIAL, INNER_CAPITAL, LINE_START, PARAGRAPH,
    PARTICLE, PLAIN, POSSESSIVE, PUNCT, SENTENCE_START, SPACED, STOP, TITLE_LINE, Token, is_particle, key_of,
    key_of_bytes, key_of_char, key_of_mark, key_step, may_be_particle, packed, packed_list,
};
use crate::article::ascii::{self, HIGH, ONES};
use crate::article::name::fold_into;

/// Lower-case Arabic and Romance prefixes joined to a capitalised name: `al-Sudani`, `d'Estaing`.
const PREFIXES: [&str; 17] = [
    "al", "el", "ad", "an", "ar", "as", "ash", "at", "az", "ul", "ez", "d", "dell", "ibn", "bin", "abd", "l",
];

/// Abbreviations whose stop does not end a sentence, folded, without the stop.
const ABBREVIATIONS: [u64; 66] = packed_list([
    "adm", "ald", "amb", "apr", "assn", "aug", "ave", "bros", "brig", "capt", "cmdr", "col", "cpl", "ct",
    "dec", "dept", "det", "dr", "drs", "esq", "feb", "fr", "ft", "gen", "gov", "hon", "insp", "jan", "jr",
    "lt", "ltd", "maj", "messrs", "mgr", "mme", "mr", "mrs", "ms", "msgr", "mt", "no", "nov", "oct", "ofc",
    "ph", "pres", "prof", "pte", "pvt", "rep", "reps", "rev", "sec", "sen", "sens", "sep", "sept", "sgt",
    "spc", "sr", "ssgt", "st", "ste", "supt", "univ", "vs",
]);

/// Key of a possessive `'s`.
const POSSESSIVE_KEY: u64 = key_step(2, u16::from_le_bytes(*b"'s") as u64);

/// Cuts a text into tokens, appending to `tokens`.
pub(super) fn split(text: &str, tokens: &mut Vec<Token>) {
    let mut cutter = Cutter {
        text,
        bytes: text.as_bytes(),
        at: 0,
        pending: SENTENCE_START | LINE_START | PARAGRAPH,
        folded: String::new(),
        line: Line { first: tokens.len(), ..Line::default() },
    };
    let wrapped = is_wrapped(text);
    while let Some(newlines) = cutter.skip_blanks() {
        if newlines > 0 {
            if newlines > 1 {
                cutter.pending |= PARAGRAPH;
            }
            if !(wrapped && cutter.continues_line()) {
                cutter.end_line(tokens);
                cutter.pending |= SENTENCE_START | LINE_START;
            }
        }
        cutter.token(tokens);
    }
    cutter.end_line(tokens);
}

/// Whether a text is wrapped at a fixed width: most of its lines that go on are 50 to 90 bytes long.
fn is_wrapped(text: &str) -> bool {
    let (mut lines, mut fitting) = (0u32, 0u32);
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', text.as_bytes()) {
        let length = end - start;
        start = end + 1;
        if text.as_bytes().get(start).is_none_or(|&b| b == b'\n') || length == 0 {
            continue; // last line of a paragraph
        }
        lines += 1;
        fitting += u32::from((50..=90).contains(&length));
    }
    lines >= 3 && fitting * 10 >= lines * 8
}

/// What the words of a line say of it.
#[derive(Default)]
struct Line {
    /// Its first token.
    first: usize,
    /// Words of four letters or more, or in capitals.
    words: u32,
    /// Those in capitals.
    caps: u32,
    /// Those that are capitalised.
    capital: u32,
}

/// Whether a line ends as a sentence does: `Officials met Antony Blinken Friday in Baghdad.` is no headline.
fn ends_with_stop(line: &[Token]) -> bool {
    let mut signs = line.iter().rev().take_while(|token| token.is(PUNCT)).take(2);
    signs.any(|token| token.key == key_of_mark(b'.'))
}

/// The bytes behind a word of letters with which it may go on: digits, `-`, `'`, `.`, bytes of longer characters.
const MAY_GO_ON: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = matches!(b as u8, b'0'..=b'9' | b'-' | b'\'' | b'.' | 0x80..);
        b += 1;
    }
    table
};

/// Eight bytes in lower case, and a mark in the high bit of each that is no ASCII letter.
#[inline]
fn lower_and_stops(raw: u64) -> (u64, u64) {
    ((raw | ONES << 5) & !HIGH, ascii::letters(raw) ^ HIGH)
}

/// A run of ASCII letters.
struct Letters {
    end: usize,
    key: u64,
    /// The first letter is a capital.
    capital: bool,
    /// A letter behind the first is one.
    inner_capital: bool,
}

/// The ASCII letters at `start`, perhaps none, and their key, eight bytes at a time: a loop over bytes would mispredict
/// the end of every word. `None` for more than fifteen and near the end of the text.
#[inline]
fn letters(bytes: &[u8], start: usize) -> Option<Letters> {
    const CAPITALS: u64 = ONES * 0x20;
    let eight = |at: usize| Some(u64::from_le_bytes(*bytes.get(at..)?.first_chunk::<8>()?));
    let raw = eight(start)?;
    let (lower, stops) = lower_and_stops(raw);
    let capital = raw & 0x20 == 0;
    if stops != 0 {
        let bits = stops.trailing_zeros() & !7;
        let mask = (1 << bits) - 1;
        let length = (bits / 8) as usize;
        let key = key_step(length as u64, lower & mask);
        return Some(Letters {
            end: start + length,
            key,
            capital,
            inner_capital: !raw & CAPITALS & mask & !0xff != 0,
        });
    }
    let raw2 = eight(start + 8)?;
    let (lower2, stops2) = lower_and_stops(raw2);
    if stops2 == 0 {
        return None;
    }
    let bits = stops2.trailing_zeros() & !7;
    let mask = (1 << bits) - 1;
    let length = 8 + (bits / 8) as usize;
    let mut key = key_step(length as u64, lower);
    if length > 8 {
        key = key_step(key, lower2 & mask);
    }
    let inner_capital = (!raw & !0xff | !raw2 & mask) & CAPITALS != 0;
    Some(Letters { end: start + length, key, capital, inner_capital })
}

struct Cutter<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    pending: u32,
    folded: String,
    line: Line,
}

impl Cutter<'_> {
    /// Marks the tokens of the line that ends here, if it is in capitals or in headline case.
    fn end_line(&mut self, tokens: &mut [Token]) {
        let next = Line { first: tokens.len(), ..Line::default() };
        let Line { first, words, caps, capital } = std::mem::replace(&mut self.line, next);
        let mark = if words >= 2 && caps * 10 >= words * 8 {
            CAPS_LINE
        } else if words >= 4 && capital * 10 >= words * 8 && !ends_with_stop(&tokens[first..]) {
            TITLE_LINE
        } else {
            return;
        };
        for token in &mut tokens[first..] {
            token.flags |= mark;
        }
    }

    /// Skips white space; how many lines ended in it. `None` at the end of the text.
    #[inline]
    fn skip_blanks(&mut self) -> Option<u32> {
        let mut newlines = 0;
        while let Some(&byte) = self.bytes.get(self.at) {
            let width = if byte == b' ' || byte == b'\t' {
                1
            } else if byte < b' ' {
                newlines +=
                    u32::from(byte == b'\n' || byte == b'\r' && self.bytes.get(self.at + 1) != Some(&b'\n'));
                1
            } else if byte < 0x80 {
                break;
            } else {
                let c = self.char_at(self.at);
                if !c.is_whitespace() && !matches!(c, '\u{feff}' | '\u{200b}' | '\u{ad}') {
                    break;
                }
                newlines += u32::from(matches!(c, '\u{2028}' | '\u{2029}' | '\u{85}'));
                c.len_utf8()
            };
            self.pending |= SPACED;
            self.at += width;
        }
        (self.at < self.bytes.len()).then_some(newlines)
    }

    /// Whether the line that begins here goes on from the one above, in wrapped text.
    fn continues_line(&self) -> bool {
        let above = self.text[..self.at].trim_end_matches([' ', '\t']);
        if above.ends_with("\n\n") || above.ends_with("\n\r\n") {
            return false;
        }
        let above = above.trim_end();
        let line = above.len() - above.rfind('\n').map_or(0, |at| at + 1);
        line >= 45 && self.bytes[self.at].is_ascii_alphanumeric() && !self.bytes[self.at - 1].is_ascii_digit()
    }

    fn char_at(&self, at: usize) -> char {
        self.text[at..].chars().next().unwrap_or(' ')
    }

    fn token(&mut self, tokens: &mut Vec<Token>) {
        let start = self.at;
        let byte = self.bytes[start];
        if byte.is_ascii_alphabetic() && self.plain_words(tokens) {
            return;
        }
        let first = if byte.is_ascii() { char::from(byte) } else { self.char_at(start) };
        if first.is_alphanumeric() {
            self.word(start, first, tokens);
            return;
        }
        if matches!(first, '\'' | '’') && !tokens.is_empty() && self.pending & SPACED == 0 {
            let after = start + first.len_utf8();
            if matches!(self.bytes.get(after), Some(b's' | b'S')) && !self.alnum_at(after + 1) {
                self.push(start, after + 1, POSSESSIVE, POSSESSIVE_KEY, 0, tokens);
                return;
            }
        }
        let end = start + first.len_utf8();
        let key = match first {
            '`' => key_of_mark(b'\''),
            c if c.is_ascii() => key_of_mark(byte),
            '’' | '‘' => key_of_mark(b'\''),
            '“' | '”' | '«' | '»' | '„' => key_of_mark(b'"'),
            '–' | '—' | '―' => key_of_mark(b'-'),
            '•' | '·' | '■' | '●' | '▪' => key_of_mark(b'*'),
            c => key_of_char(c),
        };
        self.push(start, end, PUNCT, key, 0, tokens);
        if matches!(first, '.' | '!' | '?' | '…' | '•' | '■' | '●' | '▪') {
            self.pending |= SENTENCE_START;
        } else if matches!(
            first,
            '"' | '“' | '”' | '«' | '»' | ')' | '\'' | '’' | '‘' | '(' | '[' | ']' | '*'
        ) {
            // quotes and brackets pass a sentence start on to the word after them
            if let Some(last) = tokens.last()
                && last.is(SENTENCE_START)
            {
                self.pending |= SENTENCE_START;
            }
        }
    }

    fn alnum_at(&self, at: usize) -> bool {
        match self.bytes.get(at) {
            None => false,
            Some(byte) if byte.is_ascii() => byte.is_ascii_alphanumeric(),
            Some(_) => self.char_at(at).is_alphanumeric(),
        }
    }

    /// Adds a token that counts for its line; `long` is one for a word that counts, else zero.
    #[inline]
    fn push(&mut self, start: usize, end: usize, flags: u32, key: u64, long: u32, tokens: &mut Vec<Token>) {
        self.line.words += long;
        self.line.capital += long & u32::from(flags & CAPITAL != 0);
        tokens.push(Token { start: start as u32, end: end as u32, flags: flags | self.pending, key });
        self.pending = 0;
        self.at = end;
    }

    /// Most words: ASCII letters, in lower case but perhaps for the first, with a blank between. Whether there was one.
    /// What is rare is done elsewhere, so that the registers hold what is done for every word.
    fn plain_words(&mut self, tokens: &mut Vec<Token>) -> bool {
        let first = self.at;
        let (mut start, mut pending) = (first, self.pending);
        // words that count for the line, in the upper half those that are capitalised
        let mut line = 0u64;
        while let Some(Letters { end, key, capital, inner_capital: false }) = letters(self.bytes, start) {
            let length = end - start;
            if length == 0 {
                break;
            }
            let after = self.bytes.get(end).copied().unwrap_or(b' ');
            if MAY_GO_ON[usize::from(after)] && !self.ends_here(start, end) {
                break;
            }
            // without branches: whether a word is long or capitalised is hard to foretell
            let mut flags =
                PLAIN | (u32::from(capital) * CAPITAL) | (u32::from(capital & (length == 1)) * INITIAL);
            if may_be_particle(key) && !capital && self.particle_at(start, end, tokens) {
                flags |= PARTICLE;
            }
            line += u64::from(length >= 4) << (32 * u32::from(capital)) | u64::from(length >= 4);
            tokens.push(Token { start: start as u32, end: end as u32, flags: flags | pending, key });
            (start, pending) = (end, 0);
            if after != b' ' {
                break;
            }
            (start, pending) = (end + 1, SPACED);
        }
        (self.at, self.pending) = (start, pending);
        self.line.words += line as u32;
        self.line.capital += (line >> 32) as u32;
        start > first
    }

    /// Whether a word in lower case is a particle.
    #[inline(never)]
    fn particle_at(&self, start: usize, end: usize, tokens: &[Token]) -> bool {
        let word = &self.bytes[start..end];
        self.beside_name(end, word, tokens) && is_particle(word)
    }

    /// Whether a word of letters ends before a byte with which it may go on.
    #[inline(never)]
    fn ends_here(&self, start: usize, end: usize) -> bool {
        match self.bytes[end] {
            b'0'..=b'9' => false,
            b'.' => {
                let (length, capital) = (end - start, self.bytes[start].is_ascii_uppercase());
                let short =
                    capital && (length == 1 || length <= 6 && is_abbreviation(&self.bytes[start..end]));
                !short && !self.alnum_at(end + 1)
            }
            _ => self.ends_before_joint(end),
        }
    }

    /// Whether a word of letters ends before a hyphen, an apostrophe or a longer character.
    fn ends_before_joint(&self, at: usize) -> bool {
        match self.bytes[at] {
            b'-' => !self.alnum_at(at + 1),
            b'\'' => !self.alnum_at(at + 1) || self.contracted_at(at + 1),
            _ => {
                let c = self.char_at(at);
                if matches!(c, '’' | '‐' | '‑') {
                    !self.alnum_at(at + 3) || c == '’' && self.contracted_at(at + 3)
                } else {
                    !(c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c))
                }
            }
        }
    }

    /// Any other word or number, which begins at `start`.
    fn word(&mut self, start: usize, first: char, tokens: &mut Vec<Token>) {
        let mut scan = Scan::default();
        let mut at = start;
        let mut part = start; // begin of the part since the last connector
        while at < self.bytes.len() {
            let byte = self.bytes[at];
            if byte.is_ascii_alphanumeric() {
                scan.ascii(byte);
                at += 1;
                continue;
            }
            if byte >= 0x80 {
                let c = self.char_at(at);
                if c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c) {
                    scan.wide(c);
                    at += c.len_utf8();
                    continue;
                }
            }
            let width = self.connector(at, part, &scan);
            if width == 0 {
                break;
            }
            scan.connector(byte);
            at += width;
            part = at;
        }
        let plain = part == start && !scan.foreign && scan.digits == 0;
        let mut flags = scan.flags(first) | if plain { PLAIN } else { 0 };
        let word = &self.text[start..at];
        let key = if scan.foreign {
            self.folded.clear();
            fold_into(word, &mut self.folded);
            key_of(&self.folded)
        } else if scan.digits > 0 {
            key_of(word)
        } else {
            key_of_bytes(word.as_bytes())
        };
        if flags & (CAPITAL | DIGIT) == 0 {
            if self.beside_name(at, word.as_bytes(), tokens) && is_particle(word.as_bytes()) {
                flags |= PARTICLE;
            } else if flags & (HYPHEN | INNER_CAPITAL) != 0 && has_name_prefix(word) {
                flags |= CAPITAL;
            }
        }
        if self.bytes.get(at) == Some(&b'.') && self.owns_stop(word, &scan, at) {
            flags = (flags | STOP) & !PLAIN;
            at += 1;
        }
        let caps = flags & ALL_CAPS != 0 && flags & DIGIT == 0;
        self.line.caps += u32::from(caps);
        let long = u32::from(caps || at - start >= 4 && flags & DIGIT == 0);
        self.push(start, at, flags, key, long, tokens);
    }

    /// Whether a word in lower case that ends at `at` can be a particle: it follows a name or goes before one.
    #[inline]
    fn beside_name(&self, at: usize, word: &[u8], tokens: &[Token]) -> bool {
        tokens.last().is_some_and(Token::in_run)
            || self.bytes.get(at) == Some(&b' ')
                && (self.bytes.get(at + 1).is_some_and(|&next| next.is_ascii_uppercase() || next >= 0x80)
                    || matches!(word, b"van" | b"von" | b"de"))
    }

    /// Width of the connector at `at` when the word goes on after it, else 0.
    fn connector(&self, at: usize, part: usize, scan: &Scan) -> usize {
        let byte = self.bytes[at];
        match byte {
            b'-' => usize::from(self.alnum_at(at + 1)),
            b'\'' => usize::from(self.alnum_at(at + 1) && !self.contracted_at(at + 1)),
            b'.' if self.alnum_at(at + 1) => {
                let next = self.bytes[at + 1];
                let initial = at - part == 1 && self.bytes[part].is_ascii_uppercase();
                let inside = initial && next.is_ascii_uppercase()
                    || next.is_ascii_lowercase()
                    || scan.only_digits() && next.is_ascii_digit();
                usize::from(inside)
            }
            b',' => {
                let number = scan.only_digits() && self.bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
                usize::from(number)
            }
            0xe2 => {
                let c = self.char_at(at);
                let apostrophe = c == '’' && !self.contracted_at(at + 3);
                if (apostrophe || matches!(c, '‐' | '‑')) && self.alnum_at(at + 3) { 3 } else { 0 }
            }
            _ => 0,
        }
    }

    /// Whether what follows an apostrophe is a possessive or a short verb: `Iraq's`, `They've`, `Obama'll`.
    fn contracted_at(&self, at: usize) -> bool {
        let length = match self.bytes.get(at..).unwrap_or_default() {
            [b's' | b'S' | b'd' | b'm', ..] => 1,
            [b'v' | b'r', b'e', ..] | [b'l', b'l', ..] => 2,
            _ => return false,
        };
        !self.alnum_at(at + length)
    }

    /// Whether the stop after a word belongs to it: initials and abbreviations.
    fn owns_stop(&self, word: &str, scan: &Scan, at: usize) -> bool {
        if scan.initial(word) {
            return true;
        }
        if scan.uppers == 0 || word.len() > 6 {
            return false;
        }
        // "No." and "Jr." may end a sentence; at the end of a line they do
        is_abbreviation(word.as_bytes())
            && (self.bytes.get(at + 1) != Some(&b'\n') || !word.eq_ignore_ascii_case("no"))
    }
}

/// Whether a word is written short, with a stop that does not end a sentence.
fn is_abbreviation(word: &[u8]) -> bool {
    ABBREVIATIONS.binary_search(&packed(word)).is_ok()
}

/// Whether a word with a hyphen or apostrophe is a prefixed name: `al-Sudani`, `d'Estaing`.
fn has_name_prefix(word: &str) -> bool {
    let Some(at) = word.find(['-', '\'', '’', '‑']) else { return false };
    let rest = word[at..].trim_start_matches(['-', '\'', '’', '‑']);
    rest.chars().next().is_some_and(char::is_uppercase) && PREFIXES.contains(&&word[..at])
}

/// What the letters of a word say.
#[derive(Default)]
struct Scan {
    uppers: u32,
    lowers: u32,
    digits: u32,
    stops: u32,
    hyphens: u32,
    others: u32,
    inner: bool,
    foreign: bool,
    after_connector: bool,
}

impl Scan {
    #[inline]
    fn ascii(&mut self, byte: u8) {
        if byte.is_ascii_lowercase() {
            self.lowers += 1;
        } else if byte.is_ascii_uppercase() {
            self.inner |= self.lowers > 0 && !self.after_connector;
            self.uppers += 1;
        } else {
            self.digits += 1;
        }
        self.after_connector = false;
    }

    fn wide(&mut self, c: char) {
        self.foreign = true;
        if c.is_uppercase() {
            self.inner |= self.lowers > 0 && !self.after_connector;
            self.uppers += 1;
        } else if c.is_lowercase() {
            self.lowers += 1;
        } else {
            self.others += 1;
        }
        self.after_connector = false;
    }

    fn connector(&mut self, byte: u8) {
        self.after_connector = true;
        match byte {
            b'.' => self.stops += 1,
            b'-' => self.hyphens += 1,
            0xe2 => self.foreign = true, // a typographic sign: folded as a whole
            _ => {}
        }
    }

    fn only_digits(&self) -> bool {
        self.digits > 0 && self.uppers + self.lowers + self.others == 0
    }

    /// `J`, `U.S`, but not `I` alone.
    fn initial(&self, word: &str) -> bool {
        self.lowers + self.digits + self.others + self.hyphens == 0
            && self.uppers > 0
            && self.uppers <= 4
            && self.stops + 1 == self.uppers
            && word != "I"
    }

    fn flags(&self, first: char) -> u32 {
        let mut flags = 0;
        if self.digits > 0 {
            flags |= DIGIT;
        }
        if first.is_uppercase() {
            flags |= CAPITAL;
            if self.lowers == 0 && self.uppers >= 2 {
                flags |= ALL_CAPS;
            }
            if self.lowers == 0 && self.uppers == self.stops + 1 {
                flags |= INITIAL;
            }
        }
        if self.hyphens > 0 {
            flags |= HYPHEN;
        }
        if self.inner || (flags & CAPITAL == 0 && self.uppers > 0) {
            flags |= INNER_CAPITAL;
        }
        if self.foreign {
            flags |= FOREIGN;
        }
        flags
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        let mut tokens = Vec::new();
        split(text, &mut tokens);
        tokens.iter().map(|t| &text[t.start as usize..t.end as usize]).collect()
    }

    #[test]
    fn initials_and_abbreviations_keep_their_stop() {
        assert_eq!(
            words("Gen. George W. Bush of the U.S. met J.K. Rowling. He left."),
            [
                "Gen.", "George", "W.", "Bush", "of", "the", "U.S.", "met", "J.K.", "Rowling", ".", "He",
                "left", "."
            ]
        );
    }

    #[test]
    fn possessives_are_cut_and_inner_apostrophes_kept() {
        assert_eq!(words("O’Brien's dog"), ["O’Brien", "'s", "dog"]);
        assert_eq!(words("Jesus’ and Biden’s"), ["Jesus", "’", "and", "Biden", "’s"]);
        assert_eq!(words("They've met d'Estaing"), ["They", "'", "ve", "met", "d'Estaing"]);
    }

    #[test]
    fn sentences_start_after_stops_and_lines_but_not_after_abbreviations() {
        let mut tokens = Vec::new();
        split("He met Gen. Powell. She left.\n* Tom Baker\nEnd", &mut tokens);
        let starts: Vec<u32> =
            tokens.iter().filter(|t| t.is(SENTENCE_START) && !t.is(PUNCT)).map(|t| t.start).collect();
        assert_eq!(starts, [0, 20, 32, 42]);
    }

    #[test]
    fn wrapped_lines_go_on() {
        let text = "The leader of the opposition party in the lower house, John\nSmith, said on Monday that the \
                    government of the country would\nfall within weeks, adding that the members of his own party\nwould vote.";
        let mut tokens = Vec::new();
        split(text, &mut tokens);
        let smith = tokens.iter().find(|t| &text[t.start as usize..t.end as usize] == "Smith");
        assert!(smith.is_some_and(|t| !t.is(LINE_START)));
    }

    #[test]
    fn lines_in_capitals_and_headline_case_are_marked() {
        let mut tokens = Vec::new();
        split("CLINTON WINS VOTE\nBiden Meets Xi Jinping In Beijing Again\nThey met there.", &mut tokens);
        assert!(
            tokens[0].is(CAPS_LINE) && tokens[3].is(TITLE_LINE) && !tokens[10].is(TITLE_LINE | CAPS_LINE)
        );
    }
}
