//! Arguments of `dateline people`.

use clap::{Args, Subcommand, ValueEnum};

use super::{PlaceArgs, ShowArg};

#[derive(Args, Debug)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "Names of one person are joined across the archive when people are counted and asked for; nothing is
indexed again. What people.toml in the index folder says comes before all rules.

Examples:
  dateline people                                      those of most articles, with their other names
  dateline people Gaddafi                              everybody of that name
  dateline people show 'Muammar Gaddafi'               each form, and the rule that joined it
  dateline people merge 'Antony Blinken' Blinken       one person; shown under the first name
  dateline people split 'George W. Bush' 'George Bush' that form is someone else
  dateline people rename 'Muammar Gaddafi' 'Muammar al-Gaddafi'
  dateline people undo                                 take the last of these back"
)]
pub(in crate::cli) struct PeopleArgs {
    #[command(subcommand)]
    pub(in crate::cli) command: Option<PeopleSub>,
    #[command(flatten)]
    pub(in crate::cli) list: PeopleListArgs,
}

impl PeopleArgs {
    /// Where the index lies.
    pub(in crate::cli) fn place(&self) -> &PlaceArgs {
        match &self.command {
            None => &self.list.place,
            Some(PeopleSub::Show(args)) => &args.place,
            Some(PeopleSub::Merge(args)) => &args.place,
            Some(PeopleSub::Split(args)) => &args.place,
            Some(PeopleSub::Rename(args)) => &args.place,
            Some(PeopleSub::Undo(place)) => place,
        }
    }
}

#[derive(Args, Debug)]
pub(in crate::cli) struct PeopleListArgs {
    /// Words of a name, in order
    #[arg(value_name = "NAME")]
    pub(in crate::cli) words: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) place: PlaceArgs,
    /// Only people with a name that contains this text
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) like: Option<String>,
    /// Number of people
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    pub(in crate::cli) limit: usize,
    /// All people
    #[arg(long, conflicts_with = "limit")]
    pub(in crate::cli) all: bool,
    /// Form of the output
    #[arg(short, long, value_enum, default_value_t = PeopleOutputArg::Table, value_name = "FORM")]
    pub(in crate::cli) output: PeopleOutputArg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PeopleOutputArg {
    Table,
    Json,
    Jsonl,
    Csv,
    Tsv,
}

#[derive(Subcommand, Debug)]
pub(in crate::cli) enum PeopleSub {
    /// Say under which names a person is found, which rule joined each, and who was not joined
    Show(PersonArgs),
    /// Make one person of several; shown under the first name
    Merge(MergeArgs),
    /// Take forms away from a person: they are someone else
    Split(SplitArgs),
    /// Show a person under another name
    Rename(RenameArgs),
    /// Take the last correction back
    Undo(PlaceArgs),
}

#[derive(Args, Debug)]
pub(in crate::cli) struct PersonArgs {
    /// A form of the name
    #[arg(value_name = "NAME", required = true)]
    pub(in crate::cli) name: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) place: PlaceArgs,
    /// Form of the output
    #[arg(short, long, value_enum, default_value_t = ShowArg::Text, value_name = "FORM")]
    pub(in crate::cli) output: ShowArg,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct MergeArgs {
    /// Names, each in quotes; any form will do
    #[arg(value_name = "NAME", required = true, num_args = 2..)]
    pub(in crate::cli) names: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) place: PlaceArgs,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct SplitArgs {
    /// The person
    #[arg(value_name = "NAME")]
    pub(in crate::cli) name: String,
    /// Forms that are someone else; together they are one person
    #[arg(value_name = "FORM", required = true)]
    pub(in crate::cli) forms: Vec<String>,
    #[command(flatten)]
    pub(in crate::cli) place: PlaceArgs,
}

#[derive(Args, Debug)]
pub(in crate::cli) struct RenameArgs {
    /// The person
    #[arg(value_name = "NAME")]
    pub(in crate::cli) name: String,
    /// The name to show
    #[arg(value_name = "NEW")]
    pub(in crate::cli) to: String,
    #[command(flatten)]
    pub(in crate::cli) place: PlaceArgs,
}
