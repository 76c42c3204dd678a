//! Collects running text into paragraphs: white space folded, one blank line between paragraphs.

/// Lines at least this long (in bytes) are taken for wrapped text: a break after one is no end of a line.
const WRAPPED_LINE: usize = 50;

/// A paragraph of a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Paragraph {
    /// Its lines, without blanks at either end.
    pub(super) text: String,
    /// Bytes of it that stood in links.
    pub(super) linked: usize,
    /// It is a heading.
    pub(super) heading: bool,
}

/// Text under construction. Feed it text and breaks in any order; empty paragraphs and stray blanks vanish.
#[derive(Debug, Default)]
pub(super) struct Paragraphs {
    done: Vec<Paragraph>,
    line: String,
    linked: usize,
    heading: bool,
    /// The last paragraph of `done` goes on.
    open: bool,
}

impl Paragraphs {
    /// Adds text; every run of white space becomes one blank.
    pub(super) fn text(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            self.line.push_str(&rest[..end]);
            let Some(blank) = rest[end..].chars().next() else { break };
            if !self.line.is_empty() && !self.line.ends_with(' ') {
                self.line.push(' ');
            }
            rest = &rest[end + blank.len_utf8()..];
        }
    }

    /// Adds text that stands in a link.
    pub(super) fn linked_text(&mut self, text: &str) {
        let before = self.line.len();
        self.text(text);
        self.linked += self.line.len() - before;
    }

    /// The paragraph that begins here is a heading.
    pub(super) fn heading(&mut self) {
        self.heading = true;
    }

    /// A blank between two pieces that must not run together.
    pub(super) fn blank(&mut self) {
        self.text(" ");
    }

    /// Ends the line. After a long line without a full stop the text runs on: it was only wrapped there.
    pub(super) fn line_break(&mut self) {
        let line = self.line.trim_end();
        let stops = line.ends_with(['.', '!', '?', ':', ';', '"', '”', '。']);
        if line.len() >= WRAPPED_LINE && !stops {
            self.blank();
        } else {
            self.end_line();
        }
    }

    /// Ends the line whatever it looks like.
    pub(super) fn end_line(&mut self) {
        let line = self.line.trim();
        if !line.is_empty() {
            match self.done.last_mut().filter(|_| self.open) {
                Some(last) => {
                    last.text.push('\n');
                    last.text.push_str(line);
                    last.linked += self.linked;
                }
                None => self.done.push(Paragraph {
                    text: line.to_owned(),
                    linked: self.linked,
                    heading: self.heading,
                }),
            }
            self.open = true;
        }
        self.line.clear();
        self.linked = 0;
    }

    /// Ends the paragraph.
    pub(super) fn paragraph_break(&mut self) {
        self.end_line();
        self.open = false;
        self.heading = false;
    }

    /// Whether the current line has no text yet.
    pub(super) fn at_line_start(&self) -> bool {
        self.line.trim().is_empty()
    }

    /// The paragraphs.
    pub(super) fn into_vec(mut self) -> Vec<Paragraph> {
        self.paragraph_break();
        self.done
    }

    /// The text, a blank line between paragraphs.
    pub(super) fn finish(self) -> String {
        join(&self.into_vec())
    }
}

/// Paragraphs as one text, a blank line between them.
pub(super) fn join(paragraphs: &[Paragraph]) -> String {
    let length = paragraphs.iter().map(|p| p.text.len() + 2).sum();
    let mut text = String::with_capacity(length);
    for paragraph in paragraphs {
        if !text.is_empty() {
            text.push_str("\n\n");
        }
        text.push_str(&paragraph.text);
    }
    text
}

/// Longest line of text that is taken for hard-wrapped, in bytes.
const WIDEST_WRAP: usize = 120;

/// Paragraphs of plain text as wires and mails send it: a blank line, or a line indented deeper than the margin,
/// begins a paragraph; lines that were broken only for want of room are joined, rows of tables are not.
pub(super) fn of_plain_text(text: &str) -> String {
    let filled = || text.lines().filter(|line| !line.trim().is_empty());
    let width = filled().map(|line| line.trim_end().len()).max().unwrap_or(0);
    let margin = filled().map(indent_of).min().unwrap_or(0);
    let wrapped = width <= WIDEST_WRAP;
    let mut paragraphs = Paragraphs::default();
    let mut before: Option<&str> = None;
    for line in text.lines() {
        let content = line.trim();
        if content.is_empty() {
            paragraphs.paragraph_break();
            before = None;
            continue;
        }
        if let Some(last) = before {
            let indented = |line| indent_of(line) > margin + 1;
            let last_ends = last.trim_end().ends_with(['.', '!', '?', ':', '"', '”']);
            let word = content.find(char::is_whitespace).unwrap_or(content.len());
            let no_room =
                last.trim_end().len() + 1 + word + width / 10 > width && !last.trim_end().ends_with(':');
            if indented(line) && (!indented(last) || last_ends) {
                paragraphs.paragraph_break();
            } else if wrapped && (no_room || content.starts_with(char::is_lowercase)) {
                paragraphs.blank();
            } else {
                paragraphs.end_line();
            }
        }
        before = Some(line);
        paragraphs.text(content);
    }
    paragraphs.finish()
}

fn indent_of(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_lines_join_and_short_lines_stay() {
        let mut p = Paragraphs::default();
        p.text("The minister said on Friday that the talks about\u{a0}the ");
        p.line_break();
        p.text("border would go on.");
        p.line_break();
        p.text("Ends");
        p.paragraph_break();
        p.paragraph_break();
        p.text("  Second ");
        let expected =
            "The minister said on Friday that the talks about the border would go on.\nEnds\n\nSecond";
        assert_eq!(p.finish(), expected);
    }

    #[test]
    fn lines_with_room_to_spare_end_where_they_end() {
        let text = "Results of the second round on Saturday night:\nUnited 2, City 1\nRovers 0, Rangers 0\n";
        assert_eq!(of_plain_text(text), text.trim());
    }

    #[test]
    fn an_indented_line_begins_a_paragraph() {
        let text = "Showers continued throughout the week in\nthe cocoa zone, he said.\n    The dry period means a \
                    late\nharvest this year.\n    Third.\n";
        let expected = "Showers continued throughout the week in the cocoa zone, he said.\n\nThe dry period \
                        means a late harvest this year.\n\nThird.";
        assert_eq!(of_plain_text(text), expected);
    }
}
