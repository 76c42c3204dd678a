//! The command line as clap reads it. No effects, no input or output; [`super::command`] makes plain typed
//! commands of it.

use clap::{Args, Parser, Subcommand};

/// Search a news archive by who, where and when.
#[derive(Parser, Debug)]
#[command(name = "dateline", version, about, max_term_width = 100)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Sub,
}

#[derive(Subcommand, Debug)]
pub(super) enum Sub {
    /// Find people, countries and dates in a text from standard input
    Annotate(AnnotateArgs),
}

#[derive(Args, Debug)]
pub(super) struct AnnotateArgs {
    /// Read lines of JSON: {"id","text","title"?,"published"?}
    #[arg(long)]
    pub(super) jsonl: bool,
    /// Publication date that relative dates are resolved against
    #[arg(long, value_name = "DATE")]
    pub(super) published: Option<String>,
}
