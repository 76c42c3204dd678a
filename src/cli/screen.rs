//! The terminal: its width, its colours, a pager, and text made safe to print on it.

use std::borrow::Cow;
use std::io::{self, IsTerminal, Write};
use std::process::{Child, Command, Stdio};

use anstyle::{AnsiColor, Style};

pub(super) use crate::search::grouped;

/// Titles.
pub(super) const TITLE: Style = Style::new().bold();
/// Words that match.
pub(super) const MATCH: Style = Style::new().bold().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Yellow)));
/// Dates, sources, paths and other lines beside the text.
pub(super) const QUIET: Style = Style::new().dimmed();
/// People.
pub(super) const PERSON: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Cyan)));
/// Countries and places.
pub(super) const COUNTRY: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green)));
/// Dates in the text.
pub(super) const DATE: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Magenta)));
/// Bars.
pub(super) const BAR: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Blue)));
/// The word `error`.
pub(super) const ERROR: Style = Style::new().bold().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red)));

/// Where results are printed.
pub(super) struct Screen {
    out: Box<dyn Write>,
    pager: Option<Child>,
    /// Columns.
    pub(super) width: usize,
    /// Whether a person looks at it: hostile text is made visible then.
    pub(super) is_terminal: bool,
}

impl Screen {
    /// Standard output; through a pager when `page` and it is a terminal.
    pub(super) fn open(page: bool) -> Self {
        let is_terminal = io::stdout().is_terminal();
        let width = terminal_size::terminal_size()
            .map(|(width, _)| usize::from(width.0))
            .or_else(|| std::env::var("COLUMNS").ok()?.parse().ok())
            .unwrap_or(100)
            .clamp(40, 140);
        if page
            && is_terminal
            && let Some((out, pager)) = start_pager()
        {
            return Self { out, pager: Some(pager), width, is_terminal };
        }
        let out = anstream::AutoStream::auto(io::stdout());
        Self { out: Box::new(io::BufWriter::with_capacity(1 << 16, out)), pager: None, width, is_terminal }
    }

    /// Text of an article, made safe for this screen.
    pub(super) fn safe<'t>(&self, text: &'t str) -> Cow<'t, str> {
        if self.is_terminal { visible(text) } else { Cow::Borrowed(text) }
    }

    /// Writes out what is buffered and waits for the pager to end.
    pub(super) fn close(mut self) -> io::Result<()> {
        self.out.flush()?;
        drop(self.out);
        if let Some(mut pager) = self.pager {
            pager.wait()?;
        }
        Ok(())
    }
}

impl Write for Screen {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// `$PAGER`, else `less`, set to stay away when all fits on one screen.
fn start_pager() -> Option<(Box<dyn Write>, Child)> {
    let wanted = std::env::var("DATELINE_PAGER").or_else(|_| std::env::var("PAGER")).unwrap_or_default();
    let mut words = wanted.split_whitespace();
    let program = words.next().unwrap_or("less");
    if program == "cat" {
        return None;
    }
    let mut command = Command::new(program);
    command.args(words);
    if std::env::var_os("LESS").is_none() {
        command.env("LESS", "FRX");
    }
    let mut child = command.stdin(Stdio::piped()).spawn().ok()?;
    let pipe = child.stdin.take()?;
    let pipe: Box<dyn Write + Send> = Box::new(pipe);
    let choice = anstream::AutoStream::choice(&io::stdout());
    Some((Box::new(io::BufWriter::new(anstream::AutoStream::new(pipe, choice))), child))
}

/// Shows control, direction and invisible characters as escapes, so that archive text cannot steer a terminal
/// or feign another text. Line feeds and tabs stay.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    let hostile = |c: char| {
        c.is_control() && c != '\n' && c != '\t'
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' | '\u{61c}')
    };
    if !text.contains(hostile) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if hostile(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    Cow::Owned(out)
}

/// Columns a text takes.
pub(super) fn columns(text: &str) -> usize {
    unicode_width::UnicodeWidthStr::width(text)
}

/// The beginning of a text that fits into `width` columns, with `…` where something is left out.
pub(super) fn fit(text: &str, width: usize) -> Cow<'_, str> {
    if columns(text) <= width {
        return Cow::Borrowed(text);
    }
    let mut out = String::new();
    let mut used = 1;
    for c in text.chars() {
        used += unicode_width::UnicodeWidthChar::width(c).unwrap_or(0);
        if used > width {
            break;
        }
        out.push(c);
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    Cow::Owned(out)
}

/// `1 article`, `1,204 articles`.
pub(super) fn counted(number: u64, noun: &str) -> String {
    match noun.strip_suffix('y') {
        _ if number == 1 => format!("1 {noun}"),
        // A story and a copy, and no day.
        Some(stem) if !stem.ends_with(['a', 'e', 'o']) => format!("{} {stem}ies", grouped(number)),
        _ => format!("{} {noun}s", grouped(number)),
    }
}

/// A size one reads: `12.4 MB`.
pub(super) fn bytes(number: u64) -> String {
    match number {
        0..1_000 => format!("{number} B"),
        1_000..1_000_000 => format!("{:.0} kB", number as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", number as f64 / 1e6),
        _ => format!("{:.2} GB", number as f64 / 1e9),
    }
}

/// Text with a style switched on before and off after it.
pub(super) fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_characters_become_visible() {
        assert_eq!(visible("a\u{1b}[31mb\u{202e}c"), "a\\u{1b}[31mb\\u{202e}c");
        assert!(matches!(visible("Łódź\n\tfine"), Cow::Borrowed(_)));
    }

    #[test]
    fn text_is_cut_by_columns() {
        assert_eq!(fit("short", 10), "short");
        assert_eq!(fit("a longer headline", 9), "a longer…");
        assert_eq!(fit("北京北京北京", 7), "北京北…");
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!([0, 12, 1204, 1_204_000].map(grouped), ["0", "12", "1,204", "1,204,000"]);
    }
}
