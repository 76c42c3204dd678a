//! The command line: arguments → plain typed command → run → print. Only here text is printed and exit
//! codes are decided.

mod annotate;
mod archive;
mod args;
mod beside;
mod check;
mod choice;
mod citation;
mod command;
mod counts;
mod dry_run;
mod export;
mod failure;
mod fault;
mod help;
mod index;
mod output;
mod people;
mod question;
mod saved;
mod schema;
mod screen;
mod search;
mod shell;
mod show;
mod stats;
mod svg;
mod table;
mod timeline;
mod tree;
mod watch;

use std::io::{self, Write};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;

use anyhow::Context;
use clap::{CommandFactory, FromArgMatches};

use crate::search::Engine;
use archive::Archive;
use args::{Cli, ColorArg, PlaceArgs, SchemaArg, ShowArg, StatsArg, Sub};
use failure::Failure;
use question::Question;
use screen::{ERROR, Screen, styled};

/// Set by Ctrl-C; an index run ends early and commits what is done.
static STOP: AtomicBool = AtomicBool::new(false);

/// Runs the command the process was called with and returns its exit code: 0 found or done, 1 nothing found, 2
/// bad query, flag or configuration, 3 index missing, damaged or of another version, 4 done but some inputs
/// were rejected, 130 interrupted.
pub fn main() -> ExitCode {
    let shape = Cli::command();
    let args = shell::mark(std::env::args_os(), &shape);
    let read = shape.try_get_matches_from(args).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = read.unwrap_or_else(|error| error.exit());
    match cli.color {
        ColorArg::Auto => {}
        ColorArg::Always => anstream::ColorChoice::Always.write_global(),
        ColorArg::Never => anstream::ColorChoice::Never.write_global(),
    }
    match fault::contain(|| run(cli.command)) {
        Ok(code) => ExitCode::from(code),
        Err(error) if Failure::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::from(error.downcast_ref::<Failure>().map_or(2, |failure| failure.code))
        }
    }
}

fn run(command: Sub) -> anyhow::Result<u8> {
    match command {
        Sub::Index(args) => {
            let (dry_run, jsonl, watch) = (args.dry_run, args.output == "jsonl", args.watch);
            let command = command::index(args)?;
            if dry_run {
                return dry_run::run(&command, jsonl);
            }
            index::stop_on_interrupt(&STOP);
            if watch { watch::run(&command, &STOP) } else { index::run(&command, &STOP) }
        }
        Sub::Search(args) => {
            if let Some(file) = &args.file {
                let command = command::batch(&args, file)?;
                refresh(&args.place, &command.archive, None)?;
                return search::batch(&command);
            }
            let command = command::search(&args)?;
            refresh(&args.place, &command.archive, Some(&command.question))?;
            search::run(&command)
        }
        Sub::Facets(args) => {
            let command = command::facets(&args)?;
            refresh(&args.place, &command.archive, Some(&command.question))?;
            counts::run(&command)
        }
        Sub::Timeline(args) => {
            let command = command::timeline(&args)?;
            refresh(&args.place, &command.archive, Some(&command.question))?;
            counts::run(&command)
        }
        Sub::With(args) => {
            let command = command::with(&args)?;
            refresh(&args.place, &command.archive, Some(&command.question))?;
            counts::with(&command)
        }
        Sub::Show(args) => {
            let archive = Archive::at(&args.place)?;
            refresh(&args.place, &archive, None)?;
            let engine = archive.open()?;
            let Some((article, found)) = engine.article(&args.id).map_err(Failure::from)? else {
                return Err(Failure {
                    code: 1,
                    ..Failure::usage(format!("there is no article `{}`", args.id))
                }
                .hint("search prints the id of each article under its title")
                .into());
            };
            let copies = show::copies(&engine, &args.id)?;
            let mut screen = Screen::open(!args.no_pager && args.output == ShowArg::Text);
            match args.output {
                ShowArg::Text => show::text(&mut screen, &article, &found, &copies)?,
                ShowArg::Json => show::json(&mut screen, &article, &found, &copies)?,
            }
            screen.close()?;
            Ok(0)
        }
        Sub::People(args) => {
            let place = args.place().clone();
            let command = command::people(args)?;
            refresh(&place, command.archive(), None)?;
            people::run(&command)
        }
        Sub::Save(args) => saved::save(&command::save(&args)?),
        Sub::Saved(args) => {
            let archive = Archive::at(&args.place)?;
            saved::list(&archive, args.remove.as_deref())
        }
        Sub::New(args) => {
            let command = command::new(&args)?;
            refresh(&args.place, &command.archive, None)?;
            saved::news(&command)
        }
        Sub::Stats(args) => {
            let archive = Archive::at(&args.place)?;
            refresh(&args.place, &archive, None)?;
            let stats = archive.open()?.stats().map_err(Failure::from)?;
            let mut screen = Screen::open(false);
            match args.output {
                StatsArg::Table => stats::print(&mut screen, &archive, &stats)?,
                StatsArg::Json => stats::json(&mut screen, &stats)?,
            }
            screen.close()?;
            Ok(0)
        }
        Sub::Check(args) => {
            let command = command::check(&args)?;
            index::stop_on_interrupt(&STOP);
            check::run(&command, &STOP)
        }
        Sub::Annotate(args) => {
            let published = args.published.as_deref().map(command::day).transpose()?;
            let mut output = io::BufWriter::new(io::stdout().lock());
            let day = published.map(crate::article::Interval::day);
            let passed_over =
                annotate::run(args.jsonl, day, &mut io::stdin().lock(), &mut output, &mut io::stderr())?;
            output.flush()?;
            Ok(if passed_over == 0 { 0 } else { 4 })
        }
        Sub::Schema(args) => {
            let schema = match args.name {
                SchemaArg::Article => schema::article(),
                SchemaArg::Index => crate::index::describe(),
                SchemaArg::Output => schema::output(),
                SchemaArg::People => schema::people(),
            };
            let mut out = io::stdout().lock();
            serde_json::to_writer_pretty(&mut out, &schema)?;
            writeln!(out)?;
            Ok(0)
        }
        Sub::Completions(args) => {
            clap_complete::generate(args.shell, &mut Cli::command(), "dateline", &mut io::stdout());
            Ok(0)
        }
        Sub::Man => {
            clap_mangen::Man::new(Cli::command()).render(&mut io::stdout())?;
            Ok(0)
        }
        Sub::Help(args) => print_help(args.topic.as_deref()),
    }
}

/// With `--archive` a question first reads what is new, and an index is made where there is none, unless it is only to be
/// explained.
fn refresh(place: &PlaceArgs, archive: &Archive, question: Option<&Question>) -> anyhow::Result<()> {
    if place.archive.is_none() || question.is_some_and(|question| question.explain) {
        return Ok(());
    }
    index::refresh(&command::refresh(archive)?, &STOP)
}

fn print_help(topic: Option<&str>) -> anyhow::Result<u8> {
    let mut cli = Cli::command();
    cli.build();
    let text = match topic {
        None => cli.render_help().ansi().to_string(),
        Some("query") => help::QUERY.to_owned(),
        Some(name) => match cli.find_subcommand_mut(name) {
            Some(command) => command.render_help().ansi().to_string(),
            None => {
                return Err(Failure::usage(format!("there is no help on `{name}`"))
                    .hint("there is `dateline help query`, and help on every command: `dateline help search`")
                    .into());
            }
        },
    };
    write!(anstream::stdout(), "{text}").context("cannot print the help")?;
    Ok(0)
}

/// Prints an error to standard error: what, its causes, the way out.
fn report(error: &anyhow::Error) {
    let mut text = match error.downcast_ref::<Failure>() {
        // A query error comes rendered, with its caret.
        Some(failure) if failure.message.starts_with("error: ") => {
            failure.message.replacen("error:", &styled(ERROR, "error:"), 1)
        }
        _ => format!("{} {}", styled(ERROR, "error:"), screen::visible(&error.to_string())),
    };
    for cause in error.chain().skip(1) {
        text += &format!("\n  caused by: {}", screen::visible(&cause.to_string()));
    }
    if let Some(hint) = error.downcast_ref::<Failure>().and_then(|failure| failure.hint.as_deref()) {
        text += &format!("\nhint: {hint}");
    }
    // Nothing is left to be done when standard error is closed.
    let _ = writeln!(anstream::stderr(), "{}", text.trim_end());
}
