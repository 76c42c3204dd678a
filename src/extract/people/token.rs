//! Cutting newswire into tokens: words, numbers and punctuation, with the marks the tagger reads.
//!
//! Survives initials (`George W. Bush`), abbreviations (`Gen.`, `U.S.`), possessives, headlines in
//! capitals, datelines, bullet lists and text wrapped at a fixed width.

use crate::article::name::fold_into;

/// A sentence, headline or list item begins at this token.
pub(super) const SENTENCE_START: u16 = 1;
/// A line begins at this token.
pub(super) const LINE_START: u16 = 1 << 1;
/// White space stands before this token.
pub(super) const SPACED: u16 = 1 << 2;
/// The token can be (part of) a name: it is capitalised.
pub(super) const CAPITAL: u16 = 1 << 3;
/// A lower-case particle of names: `van`, `bin`, `de`.
pub(super) const PARTICLE: u16 = 1 << 4;
/// All its letters are capitals, and it has at least two.
pub(super) const ALL_CAPS: u16 = 1 << 5;
/// One capital letter, or several with stops: `J.`, `J`, `U.S.`
pub(super) const INITIAL: u16 = 1 << 6;
/// A number or a word with a digit in it.
pub(super) const DIGIT: u16 = 1 << 7;
/// Ends with a full stop that belongs to it.
pub(super) const STOP: u16 = 1 << 8;
/// A punctuation mark or symbol.
pub(super) const PUNCT: u16 = 1 << 9;
/// A possessive `'s`.
pub(super) const POSSESSIVE: u16 = 1 << 10;
/// Its line is (nearly) all in capitals.
pub(super) const CAPS_LINE: u16 = 1 << 11;
/// Its line capitalises (nearly) every word, as headlines do.
pub(super) const TITLE_LINE: u16 = 1 << 12;
/// Has a hyphen inside.
pub(super) const HYPHEN: u16 = 1 << 13;
/// A capital after its first letter, but not in all of them: `McCain`, `AfD`.
pub(super) const INNER_CAPITAL: u16 = 1 << 14;
/// Has a letter outside ASCII.
pub(super) const FOREIGN: u16 = 1 << 15;

/// One token of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// First byte in the text.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
    /// The marks above.
    pub flags: u16,
    /// Hash of the folded form, without a closing stop.
    pub key: u64,
}

impl Token {
    /// Whether any of the marks is set.
    #[inline]
    pub(super) fn is(&self, marks: u16) -> bool {
        self.flags & marks != 0
    }

    /// Whether it can be part of a name in a run.
    #[inline]
    pub(super) fn in_run(&self) -> bool {
        self.is(CAPITAL | PARTICLE)
    }
}

/// Multiplier of the key hash (the odd constant of the 64-bit golden ratio).
const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Key of a folded word, as tokens carry it. Numbers meet by their pattern: `1996` and `2004` have one key.
pub(super) fn key_of(folded: &str) -> u64 {
    if folded.bytes().any(|byte| byte.is_ascii_digit()) {
        let pattern: Vec<u8> = folded.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte }).collect();
        return key_of_bytes(&pattern);
    }
    key_of_bytes(folded.as_bytes())
}

/// Key of a word as written.
pub(super) fn key_of_word(word: &str) -> u64 {
    let mut folded = String::new();
    fold_into(word, &mut folded);
    key_of(folded.strip_suffix('.').unwrap_or(&folded))
}

/// Key of ASCII letters in any case, without digits; apostrophes, hyphens and stops count as they are.
/// Eight bytes at a time.
#[inline]
fn key_of_bytes(word: &[u8]) -> u64 {
    // makes letters lower case and leaves `'`, `-` and `.` alone
    const LOWER: u64 = 0x2020_2020_2020_2020;
    let mut key = word.len() as u64;
    let mut rest = word;
    while let Some((chunk, tail)) = rest.split_first_chunk::<8>() {
        key = (key.rotate_left(29) ^ (u64::from_le_bytes(*chunk) | LOWER)).wrapping_mul(GOLDEN);
        key ^= key >> 32;
        rest = tail;
    }
    let last = if let (Some(first), Some(last)) = (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32
    } else if let [first, .., last] = rest {
        u64::from(*first) | u64::from(rest[rest.len() / 2]) << 8 | u64::from(*last) << 16
    } else if let [only] = rest {
        u64::from(*only)
    } else {
        return key;
    };
    key = (key.rotate_left(29) ^ (last | LOWER)).wrapping_mul(GOLDEN);
    key ^ key >> 32
}

/// Key of a punctuation mark.
pub(super) const fn key_of_mark(mark: u8) -> u64 {
    (mark as u64 ^ 0xf00d).wrapping_mul(GOLDEN)
}

/// A short word of ASCII letters as a number, so that it can be looked up without comparing strings.
const fn packed(word: &[u8]) -> u64 {
    let mut sum = 0;
    let mut i = 0;
    while i < word.len() && i < 8 {
        sum = sum << 8 | word[i].to_ascii_lowercase() as u64;
        i += 1;
    }
    sum
}

/// The words of a list in ascending order of their number.
const fn packed_list<const N: usize>(words: [&str; N]) -> [u64; N] {
    let mut list = [0; N];
    let mut i = 0;
    while i < N {
        // insertion sort
        let new = packed(words[i].as_bytes());
        let mut at = i;
        while at > 0 && list[at - 1] > new {
            list[at] = list[at - 1];
            at -= 1;
        }
        list[at] = new;
        i += 1;
    }
    list
}

/// Particles that stand inside a name in lower case.
const PARTICLES: [u64; 41] = packed_list([
    "af", "al", "as", "ben", "bin", "bint", "binti", "d", "da", "dal", "dari", "das", "de", "degli", "dei",
    "del", "della", "den", "der", "di", "do", "dos", "du", "e", "el", "ibn", "la", "las", "le", "los", "mac",
    "o", "ould", "ten", "ter", "ul", "uz", "van", "von", "y", "zu",
]);

/// Particles that may also open a name in lower case: `bin Laden`, `de Gaulle`.
const OPENERS: [u64; 17] = packed_list([
    "al", "bin", "da", "de", "del", "della", "der", "di", "dos", "du", "el", "ibn", "ould", "ten", "ter",
    "van", "von",
]);

/// Whether a lower-case word is a particle of names.
fn is_particle(word: &[u8]) -> bool {
    word.len() <= 6 && PARTICLES.binary_search(&packed(word)).is_ok()
}

/// Whether a particle may open a name.
pub(super) fn opens_name(word: &str) -> bool {
    word.len() <= 6 && OPENERS.binary_search(&packed(word.as_bytes())).is_ok()
}

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

/// Cuts a text into tokens, appending to `tokens`.
pub(super) fn split(text: &str, tokens: &mut Vec<Token>) {
    let wrapped = is_wrapped(text);
    let mut cutter = Cutter {
        text,
        bytes: text.as_bytes(),
        at: 0,
        pending: SENTENCE_START | LINE_START,
        folded: String::new(),
    };
    let mut line_first = tokens.len();
    while let Some(newline) = cutter.skip_blanks() {
        if newline && !(wrapped && cutter.continues_line()) {
            mark_line(&mut tokens[line_first..]);
            line_first = tokens.len();
            cutter.pending |= SENTENCE_START | LINE_START;
        }
        if cutter.at >= cutter.bytes.len() {
            break;
        }
        cutter.token(tokens);
    }
    mark_line(&mut tokens[line_first..]);
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

/// Marks the tokens of a line in capitals or in headline case.
fn mark_line(tokens: &mut [Token]) {
    let (mut words, mut caps, mut capital) = (0u32, 0u32, 0u32);
    for token in tokens.iter() {
        let long = token.end - token.start >= 4;
        if token.is(PUNCT | DIGIT | POSSESSIVE) || !(long || token.is(ALL_CAPS)) {
            continue;
        }
        words += 1;
        caps += u32::from(token.is(ALL_CAPS));
        capital += u32::from(token.is(CAPITAL));
    }
    let mark = if words >= 2 && caps * 10 >= words * 8 {
        CAPS_LINE
    } else if words >= 4 && capital * 10 >= words * 8 {
        TITLE_LINE
    } else {
        return;
    };
    for token in tokens {
        token.flags |= mark;
    }
}

struct Cutter<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    pending: u16,
    folded: String,
}

impl Cutter<'_> {
    /// Skips white space; whether a line ended in it. `None` at the end of the text.
    fn skip_blanks(&mut self) -> Option<bool> {
        let mut newline = false;
        while self.at < self.bytes.len() {
            let byte = self.bytes[self.at];
            let width = if byte == b'\n' || byte == b'\r' {
                newline = true;
                1
            } else if byte == b' ' || byte == b'\t' || byte < b' ' {
                1
            } else if byte < 0x80 {
                break;
            } else {
                let c = self.char_at(self.at);
                if !c.is_whitespace() && !matches!(c, '\u{feff}' | '\u{200b}' | '\u{ad}') {
                    break;
                }
                newline |= matches!(c, '\u{2028}' | '\u{2029}' | '\u{85}');
                c.len_utf8()
            };
            self.pending |= SPACED;
            self.at += width;
        }
        (self.at < self.bytes.len()).then_some(newline)
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
        let first = self.char_at(start);
        if first.is_alphanumeric() {
            self.word(start, first, tokens);
            return;
        }
        if matches!(first, '\'' | '’') && !tokens.is_empty() && self.pending & SPACED == 0 {
            let after = start + first.len_utf8();
            if matches!(self.bytes.get(after), Some(b's' | b'S')) && !self.alnum_at(after + 1) {
                self.push(start, after + 1, POSSESSIVE, key_of("'s"), tokens);
                return;
            }
        }
        let end = start + first.len_utf8();
        let key = match first {
            '’' | '‘' | '`' => key_of_mark(b'\''),
            '“' | '”' | '«' | '»' | '„' => key_of_mark(b'"'),
            '–' | '—' | '―' => key_of_mark(b'-'),
            '•' | '·' | '■' | '●' | '▪' => key_of_mark(b'*'),
            c if c.is_ascii() => key_of_mark(c as u8),
            c => u64::from(c as u32).wrapping_mul(GOLDEN),
        };
        self.push(start, end, PUNCT, key, tokens);
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

    fn push(&mut self, start: usize, end: usize, flags: u16, key: u64, tokens: &mut Vec<Token>) {
        tokens.push(Token { start: start as u32, end: end as u32, flags: flags | self.pending, key });
        self.pending = 0;
        self.at = end;
    }

    /// A word or number that begins at `start`.
    fn word(&mut self, start: usize, first: char, tokens: &mut Vec<Token>) {
        // most words: ASCII letters, in lower case but perhaps for the first
        let mut at = start + 1;
        while self.bytes.get(at).is_some_and(u8::is_ascii_lowercase) {
            at += 1;
        }
        let plain_end = match self.bytes.get(at) {
            None | Some(b' ' | b',' | b'\n' | b'"' | b')' | b';' | b':') => true,
            Some(b'.') => first.is_ascii_lowercase() && !self.alnum_at(at + 1),
            _ => false,
        };
        if plain_end && (first.is_ascii_lowercase() || first.is_ascii_uppercase() && at > start + 1) {
            let word = &self.text[start..at];
            let mut flags = 0;
            if first.is_ascii_uppercase() {
                flags = CAPITAL;
            } else if at - start <= 6 && self.beside_name(at, word, tokens) && is_particle(word.as_bytes()) {
                flags = PARTICLE;
            }
            self.push(start, at, flags, key_of_bytes(word.as_bytes()), tokens);
            return;
        }
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
        let mut flags = scan.flags(first);
        let word = &self.text[start..at];
        let key = if scan.foreign || scan.digits > 0 {
            self.folded.clear();
            fold_into(word, &mut self.folded);
            key_of(&self.folded)
        } else {
            key_of_bytes(word.as_bytes())
        };
        if flags & (CAPITAL | DIGIT) == 0 {
            if self.beside_name(at, word, tokens) && is_particle(word.as_bytes()) {
                flags |= PARTICLE;
            } else if flags & (HYPHEN | INNER_CAPITAL) != 0 && has_name_prefix(word) {
                flags |= CAPITAL;
            }
        }
        if self.bytes.get(at) == Some(&b'.') && self.owns_stop(word, &scan, at) {
            flags |= STOP;
            at += 1;
        }
        self.push(start, at, flags, key, tokens);
    }

    /// Whether a word in lower case that ends at `at` can be a particle: it follows a name or goes before one.
    fn beside_name(&self, at: usize, word: &str, tokens: &[Token]) -> bool {
        tokens.last().is_some_and(Token::in_run)
            || self.bytes.get(at) == Some(&b' ')
                && (self.bytes.get(at + 1).is_some_and(|&next| next.is_ascii_uppercase() || next >= 0x80)
                    || matches!(word, "van" | "von" | "de"))
    }

    /// Width of the connector at `at` when the word goes on after it, else 0.
    fn connector(&self, at: usize, part: usize, scan: &Scan) -> usize {
        let byte = self.bytes[at];
        match byte {
            b'-' => usize::from(self.alnum_at(at + 1)),
            b'\'' => usize::from(self.alnum_at(at + 1) && !self.possessive_at(at + 1)),
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
                let apostrophe = c == '’' && !self.possessive_at(at + 3);
                if (apostrophe || matches!(c, '‐' | '‑')) && self.alnum_at(at + 3) { 3 } else { 0 }
            }
            _ => 0,
        }
    }

    fn possessive_at(&self, at: usize) -> bool {
        matches!(self.bytes.get(at), Some(b's' | b'S')) && !self.alnum_at(at + 1)
    }

    /// Whether the stop after a word belongs to it: initials and abbreviations.
    fn owns_stop(&self, word: &str, scan: &Scan, at: usize) -> bool {
        if scan.initial(word) {
            return true;
        }
        if scan.uppers == 0 || word.len() > 6 {
            return false;
        }
        let known = ABBREVIATIONS.binary_search(&packed(word.as_bytes())).is_ok();
        // "No." and "Jr." may end a sentence; at the end of a line they do
        known && (self.bytes.get(at + 1) != Some(&b'\n') || !word.eq_ignore_ascii_case("no"))
    }
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

    fn flags(&self, first: char) -> u16 {
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

    #[test]
    fn short_words_are_found_by_number() {
        assert!(
            is_particle(b"van") && is_particle(b"della") && !is_particle(b"vans") && !is_particle(b"the")
        );
        assert!(ABBREVIATIONS.is_sorted() && OPENERS.is_sorted() && PARTICLES.is_sorted());
    }
}
