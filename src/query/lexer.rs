//! Text → tokens.
//!
//! What a character means depends on where it stands: `-` excludes only at the start of a token, `/` opens
//! a regular expression only there, a colon makes a field only behind the name of one. Everything that is
//! no mark of the language is part of a word, so that any pasted text can be read.

use super::Syntax;
use super::error::{ErrorCode, Note, NoteCode, QueryError};
use super::field::{self, Function, Name};
use super::operators::{is_connective, near_word};
use super::token::{Kind, Letter, Operator, Token};

/// Cuts a query into tokens.
///
/// # Errors
/// Marks that are left open, misspelt names of fields and functions, numbers that do not fit.
pub(super) fn tokens(text: &str, syntax: Syntax, notes: &mut Vec<Note>) -> Result<Vec<Token>, QueryError> {
    let chars = text.char_indices().map(|(at, c)| Letter::new(at, c, false)).collect();
    let mut lexer = Lexer { chars, len: text.len(), pos: 0, syntax, tokens: Vec::new(), notes, curly: false };
    while lexer.next()? {}
    Ok(lexer.tokens)
}

pub(super) struct Lexer<'a> {
    pub(super) chars: Vec<Letter>,
    /// Bytes of the text.
    len: usize,
    /// Index into `chars`.
    pub(super) pos: usize,
    syntax: Syntax,
    tokens: Vec<Token>,
    notes: &'a mut Vec<Note>,
    /// Whether curly quotation marks were noted already.
    curly: bool,
}

/// Whether a character opens and closes phrases.
pub(super) fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '″' | '‟' | '＂')
}

/// Typographic apostrophes become the plain one.
pub(super) fn plain(c: char) -> char {
    if matches!(c, '’' | '‘' | 'ʼ' | '′' | '`') { '\'' } else { c }
}

pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{200b}' | '\u{feff}') || c.is_control()
}

fn is_dash(c: char) -> bool {
    matches!(c, '–' | '—' | '−' | '―')
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.pos + ahead).map(|l| l.c)
    }

    fn byte(&self, pos: usize) -> usize {
        self.chars.get(pos).map_or(self.len, |l| l.at)
    }

    pub(super) fn push(&mut self, start: usize, kind: Kind) {
        let at = self.byte(start)..self.byte(self.pos);
        let glued = self.tokens.last().is_some_and(|t| t.at.end == at.start);
        self.tokens.push(Token { at, glued, kind });
    }

    pub(super) fn error(
        &self,
        start: usize,
        end: usize,
        code: ErrorCode,
        message: impl Into<String>,
    ) -> QueryError {
        QueryError::new(code, self.byte(start)..self.byte(end), message)
    }

    fn note(&mut self, code: NoteCode, start: usize, end: usize, message: impl Into<String>) {
        let at = self.byte(start)..self.byte(end);
        self.notes.push(Note { code, at, message: message.into() });
    }

    /// The field whose value begins here, when a field was just read and no blank follows.
    fn value_of(&self) -> Option<Name> {
        match self.tokens.last()? {
            Token { at, kind: Kind::Field(name), .. } if at.end == self.byte(self.pos) => Some(*name),
            _ => None,
        }
    }

    /// Whether a sign can stand here: at the start of a token, so not behind a word or quotation mark.
    fn at_token_start(&self) -> bool {
        self.pos == 0
            || self.chars.get(self.pos - 1).is_some_and(|l| is_blank(l.c) || l.c == '(')
            || matches!(self.tokens.last(), Some(Token { at, kind: Kind::Minus | Kind::Plus | Kind::Bang, .. }) if at.end == self.byte(self.pos))
    }

    /// Reads one token; `false` at the end.
    fn next(&mut self) -> Result<bool, QueryError> {
        while self.peek(0).is_some_and(is_blank) {
            self.pos += 1;
        }
        let start = self.pos;
        let Some(c) = self.peek(0) else { return Ok(false) };
        let value_of = self.value_of();
        let follows = self.peek(1).filter(|c| !is_blank(*c) && *c != ')');
        match c {
            '(' | ')' => {
                self.pos += 1;
                self.push(start, if c == '(' { Kind::Open } else { Kind::Close });
            }
            _ if is_quote(c) => self.phrase()?,
            '^' => self.boost()?,
            '[' | '{' => self.bracket(value_of)?,
            '/' if self.slash(value_of)? => {}
            '-' if value_of.is_some() && follows.is_some_and(|c| c != '-') => {
                let name = value_of.map_or("", Name::as_str);
                return Err(self
                    .error(start, start + 1, ErrorCode::Value, format!("'-' cannot stand behind '{name}:'"))
                    .with_hint(format!("put it in front of the field: -{name}:…")));
            }
            '-' | '+' | '!' if value_of.is_none() && self.at_token_start() && follows.is_some() => {
                self.sign(c, follows);
            }
            _ if is_dash(c) && self.at_token_start() && follows.is_some_and(|c| !is_dash(c)) => {
                self.pos += 1;
                self.note(
                    NoteCode::Typography,
                    start,
                    start + 1,
                    format!("'{c}' is a dash and no operator; to exclude the next word, write - or NOT"),
                );
            }
            _ if value_of.is_none() && self.name()? => {}
            _ => self.word(value_of)?,
        }
        Ok(true)
    }

    /// `-x`, `+x`, `!x`; several dashes in a row are typography.
    fn sign(&mut self, c: char, follows: Option<char>) {
        let start = self.pos;
        self.pos += 1;
        if c == '-' && follows == Some('-') {
            while self.peek(0) == Some('-') {
                self.pos += 1;
            }
            self.note(NoteCode::LeftOut, start, self.pos, "'--' is no operator and is left out");
            return;
        }
        self.push(
            start,
            match c {
                '-' => Kind::Minus,
                '+' => Kind::Plus,
                _ => Kind::Bang,
            },
        );
    }

    /// From an opening quotation mark to the next one.
    fn phrase(&mut self) -> Result<(), QueryError> {
        let start = self.pos;
        let mut curly = self.peek(0) != Some('"');
        self.pos += 1;
        let mut letters = Vec::new();
        loop {
            let Some(&letter) = self.chars.get(self.pos) else {
                return Err(self
                    .error(start, start + 1, ErrorCode::Unbalanced, "this quotation mark is never closed")
                    .with_hint("add a closing \" at the end of the phrase"));
            };
            self.pos += 1;
            match letter.c {
                '\\' => {
                    if let Some(next) = self.chars.get(self.pos) {
                        letters.push(Letter { literal: true, c: plain(next.c), ..*next });
                        self.pos += 1;
                    }
                }
                c if is_quote(c) => {
                    curly |= c != '"';
                    break;
                }
                c => letters.push(Letter { c: plain(c), literal: true, ..letter }),
            }
        }
        if curly && !self.curly {
            self.curly = true;
            self.note(NoteCode::Typography, start, self.pos, "typographic quotation marks are read as \"…\"");
        }
        if letters.iter().all(|l| is_blank(l.c)) {
            return Err(self
                .error(start, self.pos, ErrorCode::Unbalanced, "empty quotation marks")
                .with_hint("put a word between them, or remove them"));
        }
        let (mut slop, mut prefix) = (None, false);
        if self.syntax != Syntax::Plain && self.peek(0) == Some('~') {
            let tilde = self.pos;
            self.pos += 1;
            let digits = self.digits();
            slop = match digits.parse::<u32>() {
                Ok(n) if n <= 255 => Some(n),
                _ => {
                    let end = self.pos;
                    return Err(self
                        .error(tilde, end, ErrorCode::Proximity, "a number from 0 to 255 must follow \"…\"~")
                        .with_hint("for example \"a b\"~3: the words may be moved by three places"));
                }
            };
        } else if self.peek(0) == Some('*') && self.peek(1).is_none_or(|c| is_blank(c) || "),^".contains(c)) {
            self.pos += 1;
            prefix = true;
        }
        self.push(start, Kind::Phrase { letters, slop, prefix });
        Ok(())
    }

    fn digits(&mut self) -> String {
        let mut digits = String::new();
        while let Some(c) = self.peek(0).filter(char::is_ascii_digit) {
            digits.push(c);
            self.pos += 1;
        }
        digits
    }

    /// `^2`, `^0.5`.
    fn boost(&mut self) -> Result<(), QueryError> {
        let start = self.pos;
        self.pos += 1;
        let mut number = self.digits();
        if self.peek(0) == Some('.') {
            self.pos += 1;
            number.push('.');
            number += &self.digits();
        }
        let glued = self.tokens.last().is_some_and(|t| t.at.end == self.byte(start) && t.ends_operand());
        match number.parse::<f32>() {
            _ if !glued => Err(self
                .error(start, start + 1, ErrorCode::Operator, "^ must follow a term directly")
                .with_hint("write Blinken^2 to give a term double weight")),
            Ok(weight) if weight <= MAX_BOOST => {
                self.push(start, Kind::Boost(weight));
                Ok(())
            }
            Ok(_) => Err(self
                .error(start, self.pos, ErrorCode::Operator, format!("the weight {number} is too large"))
                .with_hint(format!("write a number from 0 to {MAX_BOOST}"))),
            Err(_) => Err(self
                .error(start, start + 1, ErrorCode::Operator, "^ must be followed by a number")
                .with_hint("write Blinken^2 to give a term double weight")),
        }
    }

    /// `/5`, `/s`, `/regex/`; `false` when the slash begins a word.
    fn slash(&mut self, value_of: Option<Name>) -> Result<bool, QueryError> {
        let start = self.pos;
        if value_of.is_some_and(|name| !matches!(name, Name::Text(_) | Name::Exact)) {
            return Ok(false);
        }
        let run: String =
            self.chars[start..].iter().map(|l| l.c).take_while(|c| ends_word(*c).is_none()).collect();
        let end = start + run.chars().count();
        let operators = value_of.is_none() && self.syntax != Syntax::Lucene;
        let near = if operators { near_word(&run) } else { None };
        let alone = self.chars.get(end).is_none_or(|l| is_blank(l.c));
        let regex = if near.is_some() && alone { None } else { self.regex(start) };
        match (regex, near) {
            (Some((regex, close)), _) if !regex.contains(is_blank) => {
                self.pos = close + 1;
                self.push(start, Kind::Regex(regex));
                Ok(true)
            }
            (_, Some(near)) => {
                let at = self.byte(start)..self.byte(end);
                let near = near.map_err(|error| QueryError { at, ..error })?;
                self.pos = end;
                self.push(start, Kind::Near(near));
                Ok(true)
            }
            (Some((_, close)), None) => {
                let message = "a regular expression matches one word and can hold no blank";
                Err(self
                    .error(start, close + 1, ErrorCode::Pattern, message)
                    .with_hint("write one for each word: /oil|gas/ /export.*/"))
            }
            (None, None) => Ok(false),
        }
    }

    /// What stands between the slash at `start` and the next one, and where that is; `None` where the two
    /// are no pair.
    fn regex(&self, start: usize) -> Option<(String, usize)> {
        let mut regex = String::new();
        let mut pos = start + 1;
        while let Some(letter) = self.chars.get(pos).filter(|_| pos - start < MAX_REGEX) {
            match letter.c {
                '\\' => {
                    let next = self.chars.get(pos + 1).map(|l| l.c);
                    if next != Some('/') {
                        regex.push('\\');
                    }
                    regex.extend(next);
                    pos += 1;
                }
                '/' => break,
                c => regex.push(c),
            }
            pos += 1;
        }
        let closes = self.chars.get(pos).is_some_and(|l| l.c == '/')
            && self.chars.get(pos + 1).is_none_or(|l| is_blank(l.c) || "()^,".contains(l.c));
        let edges = regex.starts_with(is_blank) || regex.ends_with(is_blank);
        (closes && !regex.is_empty() && !edges).then_some((regex, pos))
    }

    /// `title:`, `title(`, `atleast5(`, `length>`; `false` when no name of the language stands here.
    fn name(&mut self) -> Result<bool, QueryError> {
        let start = self.pos;
        let name: String = self.chars[start..]
            .iter()
            .map(|l| l.c)
            .take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_'))
            .collect();
        let end = start + name.len();
        let Some(mark) = self.chars.get(end).map(|l| l.c) else { return Ok(false) };
        if !name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return Ok(false);
        }
        let after = |ahead: usize| self.chars.get(end + ahead).map(|l| l.c);
        let known = Name::of(&name);
        match mark {
            ':' if after(1) == Some('/') && after(2) == Some('/') => Ok(false),
            ':' => {
                if let Some(field) = known {
                    self.pos = end + 1;
                    self.push(start, Kind::Field(field));
                    return Ok(true);
                }
                // `Mike: …` in pasted prose is no slip for `like:`.
                let prose = name.len() == 4 && after(1).is_none_or(is_blank);
                if let Some(near) = field::near_field(&name).filter(|_| !prose) {
                    return Err(self
                        .error(start, end, ErrorCode::UnknownName, format!("unknown field '{name}'"))
                        .with_hint(format!(
                            "did you mean '{near}:'?  To search the word itself, put it in quotes"
                        )));
                }
                if name.len() > 1 && after(1).is_some_and(|c| !is_blank(c) && c != ')') {
                    let message = format!("there is no field '{name}:'; it is searched as text");
                    self.note(NoteCode::ReadAsWord, start, end + 1, message);
                }
                Ok(false)
            }
            '(' if is_connective(&name) || near_word(&name).is_some() => Ok(false),
            '(' => {
                let kind = match (Function::of(&name), known) {
                    (Some(function), _) => Kind::Function(function),
                    (None, Some(field)) => Kind::Field(field),
                    (None, None) => {
                        return match field::near_function(&name) {
                            Some(near) => Err(self
                                .error(
                                    start,
                                    end + 1,
                                    ErrorCode::UnknownName,
                                    format!("unknown function or field '{name}('"),
                                )
                                .with_hint(format!(
                                    "did you mean '{near}('? put a space before ( to search the word"
                                ))),
                            None => {
                                let message =
                                    format!("'{name}(' is no function; it is read as a word and a group");
                                self.note(NoteCode::ReadAsWord, start, end + 1, message);
                                Ok(false)
                            }
                        };
                    }
                };
                self.pos = end;
                self.push(start, kind);
                Ok(true)
            }
            '=' | '<' | '>' => match known {
                // Factiva's `hd=Iraq`.
                Some(field) if mark == '=' && after(1).is_some_and(|c| !is_blank(c)) => {
                    self.pos = end + 1;
                    self.push(start, Kind::Field(field));
                    Ok(true)
                }
                Some(field) if field.is_ordered() => {
                    self.pos = end;
                    self.push(start, Kind::Field(field));
                    Ok(true)
                }
                _ => Ok(false),
            },
            _ => Ok(false),
        }
    }

    /// Everything else: up to a blank, parenthesis, quotation mark or `^`.
    pub(super) fn word(&mut self, value_of: Option<Name>) -> Result<(), QueryError> {
        let start = self.pos;
        if value_of.is_some() && self.peek(0) == Some('I') && self.peek(1) == Some('N') && self.in_list()? {
            return Ok(());
        }
        let mut letters = Vec::new();
        while let Some(&letter) = self.chars.get(self.pos) {
            if letter.c == '\\' {
                self.pos += 1;
                if let Some(next) = self.chars.get(self.pos) {
                    letters.push(Letter { literal: true, c: plain(next.c), ..*next });
                    self.pos += 1;
                }
                continue;
            }
            if ends_word(letter.c).is_some() {
                break;
            }
            letters.push(Letter { c: plain(letter.c), ..letter });
            self.pos += 1;
        }
        let bare: Option<String> =
            letters.iter().all(|l| !l.literal).then(|| letters.iter().map(|l| l.c).collect());
        let bare = bare.unwrap_or_default();
        let upper = match bare.as_str() {
            "AND" | "&&" => Some(Operator::And),
            "OR" | "||" => Some(Operator::Or),
            "NOT" => Some(Operator::Not),
            "MAYBE" => Some(Operator::Maybe),
            _ => None,
        };
        if let Some(operator) = upper {
            self.push(start, Kind::Operator(operator));
            return Ok(());
        }
        if value_of.is_none() && self.syntax != Syntax::Lucene && bare.contains('/') {
            match near_word(&bare) {
                Some(Ok(near)) => {
                    self.push(start, Kind::Near(near));
                    return Ok(());
                }
                Some(Err(error)) => {
                    return Err(QueryError { at: self.byte(start)..self.byte(self.pos), ..error });
                }
                None => {}
            }
        }
        self.push(start, Kind::Word(letters));
        Ok(())
    }
}

/// Most characters between two slashes that can be a regular expression.
const MAX_REGEX: usize = 1_000;

/// Largest weight of a term.
const MAX_BOOST: f32 = 1000.0;

/// Whether a character ends a word.
fn ends_word(c: char) -> Option<char> {
    (is_blank(c) || is_quote(c) || matches!(c, '(' | ')' | '^')).then_some(c)
}
