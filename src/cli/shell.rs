//! A word of the query that begins with a hyphen, told from a flag.
//!
//! `dateline search Blinken -Iraq -n 5` excludes Iraq and asks for five results. clap would either refuse `-Iraq` or
//! take `-n` for a word, so such words are marked before clap sees them and unmarked afterwards.

use std::ffi::OsString;

use clap::{Arg, Command};

/// Set before a word that is no flag; a private-use character that no one types.
const MARK: char = '\u{f8ff}';

/// Marks the words of a query among the arguments of a command that takes one.
pub(super) fn mark(args: impl IntoIterator<Item = OsString>, cli: &Command) -> Vec<OsString> {
    let mut args = args.into_iter();
    let mut marked: Vec<OsString> = args.by_ref().take(1).collect();
    let mut command = None;
    let mut value_follows = false;
    while let Some(arg) = args.next() {
        let Some(text) = arg.to_str() else {
            marked.push(arg);
            continue;
        };
        let known: &Command = match command {
            None => {
                command = cli.find_subcommand(text).filter(|found| takes_query(found));
                marked.push(arg);
                continue;
            }
            Some(known) => known,
        };
        if text == "--" {
            marked.push(arg);
            marked.extend(args);
            break;
        }
        if std::mem::replace(&mut value_follows, false) {
            marked.push(arg);
            continue;
        }
        let is_word = is_excluding(text, known, cli);
        value_follows = !is_word && wants_value(text, known, cli);
        marked.push(if is_word { format!("{MARK}{text}").into() } else { arg });
    }
    marked
}

/// A word as it was typed.
pub(super) fn unmark(word: &str) -> &str {
    word.strip_prefix(MARK).unwrap_or(word)
}

fn takes_query(command: &Command) -> bool {
    command.get_positionals().any(|arg| arg.get_id() == "query")
}

fn arguments<'c>(command: &'c Command, cli: &'c Command) -> impl Iterator<Item = &'c Arg> {
    command.get_arguments().chain(cli.get_arguments())
}

/// Whether a word with one hyphen is part of the query. A known letter alone is a flag, so is one with a
/// number (`-n5`); `-police` is a word and not `-p olice`.
fn is_excluding(text: &str, command: &Command, cli: &Command) -> bool {
    let Some(rest) = text.strip_prefix('-').filter(|rest| !rest.is_empty() && !rest.starts_with('-')) else {
        return false;
    };
    let mut letters = rest.chars();
    let first = letters.next();
    let known =
        matches!(first, Some('h' | 'V')) || arguments(command, cli).any(|arg| arg.get_short() == first);
    let rest = letters.as_str();
    !(known && (rest.is_empty() || rest.bytes().all(|b| b.is_ascii_digit()) || rest.starts_with('=')))
}

fn wants_value(text: &str, command: &Command, cli: &Command) -> bool {
    let named = |arg: &&Arg| match text.strip_prefix("--") {
        Some(long) => arg.get_long() == Some(long),
        None => {
            text.len() == 2
                && text
                    .strip_prefix('-')
                    .and_then(|rest| rest.chars().next())
                    .is_some_and(|c| arg.get_short() == Some(c))
        }
    };
    arguments(command, cli).find(named).is_some_and(|arg| arg.get_action().takes_values())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::cli::args::Cli;

    fn marked(line: &str) -> String {
        let mut cli = Cli::command();
        cli.build();
        let args = line.split(' ').map(OsString::from);
        let marked = mark(args, &cli);
        marked.iter().map(|arg| arg.to_string_lossy().replace(MARK, "!")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn words_and_flags_are_told_apart() {
        for (line, expected) in [
            ("dateline search Blinken -Iraq -n 5", "dateline search Blinken !-Iraq -n 5"),
            ("dateline search a -police -p x", "dateline search a !-police -p x"),
            ("dateline search a -n5 --after -.3f", "dateline search a -n5 --after -.3f"),
            ("dateline search -- -Iraq", "dateline search -- -Iraq"),
            ("dateline search a --limt 5 --color never", "dateline search a --limt 5 --color never"),
            ("dateline index -q -", "dateline index -q -"),
        ] {
            assert_eq!(marked(line), expected);
        }
        assert_eq!(unmark("\u{f8ff}-Iraq"), "-Iraq");
    }
}
