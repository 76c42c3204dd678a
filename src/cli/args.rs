//! The command line as clap reads it. No effects, no input or output; [`super::command`] makes plain typed
//! commands of it.

mod counts;
mod people;

pub(super) use counts::{
    CountsArg, FacetsArgs, OrderArg, PeriodArg, TimeFieldArg, TimelineArg, TimelineArgs, WithArgs,
};
pub(super) use people::{PeopleArgs, PeopleOutputArg, PeopleSub};

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Search a news archive by who, where and when.
#[derive(Parser, Debug)]
#[command(
    name = "dateline",
    version,
    max_term_width = 100,
    disable_help_subcommand = true,
    after_help = "Examples:
  dateline index ~/archive                           read new and changed articles
  dateline search 'Blinken AND Iraq'                 ranked results (from inside the archive)
  dateline search militia -p 'Antony Blinken' -c IQ --since 2024-12
  dateline facets person 'country:IQ'                who is named in articles about Iraq
  dateline with 'Antony Blinken'                     whose company he keeps, where and when
  dateline help query                                the query language on one screen"
)]
pub(super) struct Cli {
    #[command(subcommand)]
    pub(super) command: Sub,

    /// When to use colours
    #[arg(long, global = true, value_enum, default_value_t = ColorArg::Auto, value_name = "WHEN")]
    pub(super) color: ColorArg,
}

#[derive(Subcommand, Debug)]
pub(super) enum Sub {
    /// Read an archive into its index: what is new or changed since the last run
    Index(IndexArgs),
    /// Find articles
    Search(SearchArgs),
    /// Count people, countries, dates, … over all articles that match
    Facets(FacetsArgs),
    /// Count articles along time
    Timeline(TimelineArgs),
    /// Who and what appears with a person, or a query, more than by chance
    With(WithArgs),
    /// Show an article with its people, countries and dates marked, and how each was read
    Show(ShowArgs),
    /// List the people of the archive, say how their names were joined, and correct it
    People(PeopleArgs),
    /// Keep a query under a name; query:NAME stands for it in other queries
    Save(SaveArgs),
    /// List the saved queries
    Saved(SavedArgs),
    /// What matches a saved query and came in since this was last asked
    New(NewArgs),
    /// Say what the index holds
    Stats(StatsArgs),
    /// Verify that the index is what was written, and repair it
    Check(CheckArgs),
    /// Find people, countries and dates in a text from standard input
    Annotate(AnnotateArgs),
    /// Print a JSON schema: of articles, of the index, of --output json
    Schema(SchemaArgs),
    /// Print shell completions
    Completions(CompletionsArgs),
    /// Print the manual page
    #[command(hide = true)]
    Man,
    /// Print help: of a command, or `help query` for the query language
    Help(HelpArgs),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorArg {
    Auto,
    Always,
    Never,
}

/// Where the index lies.
#[derive(Args, Debug, Clone)]
pub(super) struct PlaceArgs {
    /// Archive folder; before a question its index is brought up to date
    #[arg(long, value_name = "DIR")]
    pub(super) archive: Option<PathBuf>,
    /// Index folder [default: the .dateline folder of the archive, found upwards from here]
    #[arg(long, value_name = "DIR", env = "DATELINE_INDEX")]
    pub(super) index: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(super) struct IndexArgs {
    /// Files and folders to read; `-` for standard input [default: the archive, else this folder]
    #[arg(value_name = "PATH")]
    pub(super) paths: Vec<PathBuf>,
    /// Index folder [default: PATH/.dateline]
    #[arg(long, value_name = "DIR", env = "DATELINE_INDEX")]
    pub(super) index: Option<PathBuf>,
    /// Read every file as this format instead of telling it by its bytes and name
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: Option<String>,
    /// Names of fields in records, e.g. title=hl,body=story
    #[arg(long, value_name = "FIELD=KEY,…")]
    pub(super) map: Option<String>,
    /// How 03/04/2024 is read
    #[arg(long, value_name = "ORDER", value_parser = ["mdy", "dmy"])]
    pub(super) date_order: Option<String>,
    /// Drop articles whose file or record has vanished
    #[arg(long)]
    pub(super) prune: bool,
    /// Read every file again, changed or not
    #[arg(long)]
    pub(super) reread: bool,
    /// Memory for building the index, in megabytes, or as 2G
    #[arg(long, value_name = "MB", default_value = "256", value_parser = megabytes)]
    pub(super) memory: u64,
    /// Threads [default: all cores]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(super) jobs: Option<u16>,
    /// Write a line of JSON for each reject and flag
    #[arg(long, value_name = "FILE")]
    pub(super) report: Option<PathBuf>,
    /// Stop at the first input that is rejected
    #[arg(long)]
    pub(super) strict: bool,
    /// Go on after the run: read what changes until Ctrl-C
    #[arg(long, conflicts_with_all = ["dry_run", "reread", "strict", "report"])]
    pub(super) watch: bool,
    /// Parse without writing and show what was found
    #[arg(long)]
    pub(super) dry_run: bool,
    /// With --dry-run: print every article as a line of JSON
    #[arg(short, long, value_name = "FORM", value_parser = ["table", "jsonl"], default_value = "table", requires = "dry_run")]
    pub(super) output: String,
    /// Print nothing but errors
    #[arg(short, long)]
    pub(super) quiet: bool,
}

/// The query and the filters beside it, the same for all commands that ask.
#[derive(Args, Debug, Clone)]
pub(super) struct QueryArgs {
    /// Words, phrases and fields; see `dateline help query`
    #[arg(value_name = "QUERY")]
    pub(super) query: Vec<String>,
    /// Person, as person:NAME
    #[arg(short, long, value_name = "NAME")]
    pub(super) person: Vec<String>,
    /// Country by name or ISO code, as country:X
    #[arg(short, long, value_name = "COUNTRY")]
    pub(super) country: Vec<String>,
    /// Region, as region:X
    #[arg(long, value_name = "REGION")]
    pub(super) region: Vec<String>,
    /// Published on or after, as published:>=DATE
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub(super) since: Option<String>,
    /// Published on or before, as published:<=DATE
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub(super) until: Option<String>,
    /// Published within, as published:DATE
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub(super) on: Option<String>,
    /// The text mentions a date within, as mentions:DATE
    #[arg(long, value_name = "DATE", allow_hyphen_values = true)]
    pub(super) mentions: Vec<String>,
    /// Publication, as source:X
    #[arg(long, value_name = "SOURCE")]
    pub(super) source: Vec<String>,
    /// Section, as section:X
    #[arg(long, value_name = "SECTION")]
    pub(super) section: Vec<String>,
    /// Language, as language:X
    #[arg(long, value_name = "LANG")]
    pub(super) lang: Vec<String>,
    /// Not this person, as NOT person:NAME
    #[arg(long, value_name = "NAME")]
    pub(super) not_person: Vec<String>,
    /// Not this country, as NOT country:X
    #[arg(long, value_name = "COUNTRY")]
    pub(super) not_country: Vec<String>,
    /// Not this region, as NOT region:X
    #[arg(long, value_name = "REGION")]
    pub(super) not_region: Vec<String>,
    /// Not this publication, as NOT source:X
    #[arg(long, value_name = "SOURCE")]
    pub(super) not_source: Vec<String>,
    /// Not this section, as NOT section:X
    #[arg(long, value_name = "SECTION")]
    pub(super) not_section: Vec<String>,
    /// Not this language, as NOT language:X
    #[arg(long, value_name = "LANG")]
    pub(super) not_lang: Vec<String>,
    /// How the query is written
    #[arg(long, value_enum, default_value_t = SyntaxArg::Dateline, value_name = "SYNTAX")]
    pub(super) syntax: SyntaxArg,
    /// Not every word must occur: the best matches of any of them
    #[arg(long)]
    pub(super) any: bool,
    /// Make every note about how the query was read an error
    #[arg(long)]
    pub(super) strict: bool,
    /// The day that relative dates count from [default: today]
    #[arg(long, value_name = "DATE")]
    pub(super) now: Option<String>,
    /// How 03/04/2024 is read
    #[arg(long, value_name = "ORDER", value_parser = ["mdy", "dmy"])]
    pub(super) date_order: Option<String>,
    /// Print how the query is read and stop
    #[arg(long)]
    pub(super) explain: bool,
}

/// Reads an amount of memory: megabytes, or with a unit.
fn megabytes(text: &str) -> Result<u64, String> {
    let folded = text.to_ascii_lowercase();
    let number = folded.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match &folded[number.len()..] {
        "" | "m" | "mb" | "mib" => 1,
        "g" | "gb" | "gib" => 1024,
        unit => return Err(format!("there is no unit `{unit}` — megabytes, or 512M, or 2G")),
    };
    let amount = number.parse::<u64>().map_err(|_| "megabytes, or 512M, or 2G".to_owned())?;
    match amount.saturating_mul(factor) {
        memory @ 40..=64_000 => Ok(memory),
        _ => Err("between 40 and 64000 megabytes".to_owned()),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SyntaxArg {
    Dateline,
    Lucene,
    Nexis,
    Plain,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  dateline search 'Blinken AND Iraq'
  dateline search '\"interim government\" OR militia' --sort newest -n 50 -o jsonl | jq .title
  dateline search --archive sample_corpus -p 'Antony Blinken' -c IQ --since 2024-12
  dateline search 'Blinken w/10 Iraq' --facet person:10,country")]
pub(super) struct SearchArgs {
    #[command(flatten)]
    pub(super) query: QueryArgs,
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    /// Order of the results
    #[arg(long, value_enum, default_value_t = SortArg::Relevance, value_name = "ORDER")]
    pub(super) sort: SortArg,
    /// Number of results
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10)]
    pub(super) limit: usize,
    /// Every match, streamed
    #[arg(long, conflicts_with_all = ["limit", "after"])]
    pub(super) all: bool,
    /// Show every copy of a story, not one article of each
    #[arg(long)]
    pub(super) copies: bool,
    /// With --all: one article of each story
    #[arg(long, requires = "all", conflicts_with = "copies")]
    pub(super) fold: bool,
    /// Continue behind the result with this cursor
    #[arg(long, value_name = "CURSOR", allow_hyphen_values = true)]
    pub(super) after: Option<String>,
    /// Count facets too, e.g. person:10,country
    #[arg(long, value_name = "FACET[:N],…", value_delimiter = ',')]
    pub(super) facet: Vec<String>,
    #[command(flatten)]
    pub(super) layout: LayoutArgs,
    /// Do not page long output on a terminal
    #[arg(long)]
    pub(super) no_pager: bool,
    /// Answer every query of a file of lines `name<TAB>query`; prints a TREC run (with -o trec)
    #[arg(short = 'f', long, value_name = "FILE", conflicts_with_all = ["query", "all", "after", "facet"])]
    pub(super) file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SortArg {
    Relevance,
    Newest,
    Oldest,
}

/// In which form articles are printed.
#[derive(Args, Debug)]
pub(super) struct LayoutArgs {
    /// Form of the output
    #[arg(short, long, value_enum, default_value_t = OutputArg::Table, value_name = "FORM")]
    pub(super) output: OutputArg,
    /// Columns of csv and tsv, names of jsonl, e.g. published,title,url
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(super) fields: Vec<String>,
    /// Begin csv or tsv with a byte order mark, for spreadsheets
    #[arg(long)]
    pub(super) bom: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum OutputArg {
    Table,
    Json,
    Jsonl,
    Csv,
    Tsv,
    Ids,
    /// References for Zotero, EndNote and others
    Ris,
    Bibtex,
    /// References as CSL-JSON
    Csl,
    Text,
    /// A TREC run, with --file
    Trec,
}

#[derive(Args, Debug)]
pub(super) struct StatsArgs {
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    /// Form of the output
    #[arg(short, long, value_enum, default_value_t = StatsArg::Table, value_name = "FORM")]
    pub(super) output: StatsArg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum StatsArg {
    Table,
    Json,
}

#[derive(Args, Debug)]
pub(super) struct ShowArgs {
    /// Id of the article, as search prints it
    #[arg(value_name = "ID")]
    pub(super) id: String,
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    /// Form of the output
    #[arg(short, long, value_enum, default_value_t = ShowArg::Text, value_name = "FORM")]
    pub(super) output: ShowArg,
    /// Do not page long output on a terminal
    #[arg(long)]
    pub(super) no_pager: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ShowArg {
    Text,
    Json,
}

#[derive(Args, Debug)]
pub(super) struct SaveArgs {
    /// Letters, digits, - and _
    #[arg(value_name = "NAME")]
    pub(super) name: String,
    /// The query; see `dateline help query`
    #[arg(value_name = "QUERY", required = true)]
    pub(super) query: Vec<String>,
    #[command(flatten)]
    pub(super) place: PlaceArgs,
}

#[derive(Args, Debug)]
pub(super) struct SavedArgs {
    /// Remove a saved query
    #[arg(long, value_name = "NAME")]
    pub(super) remove: Option<String>,
    #[command(flatten)]
    pub(super) place: PlaceArgs,
}

#[derive(Args, Debug)]
#[command(after_help = "The first time every match is new. Exit code 0 with news, 1 without.

Example, for cron:
  dateline new iraq --archive ~/archive > news.txt && mail -s Iraq me@example.org < news.txt")]
pub(super) struct NewArgs {
    /// Name of a saved query
    #[arg(value_name = "NAME")]
    pub(super) name: String,
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    #[command(flatten)]
    pub(super) layout: LayoutArgs,
}

#[derive(Args, Debug)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) place: PlaceArgs,
    /// Drop what cannot be read and read the archive again
    #[arg(long)]
    pub(super) repair: bool,
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

#[derive(Args, Debug)]
pub(super) struct SchemaArgs {
    /// Which schema
    #[arg(value_enum, value_name = "NAME")]
    pub(super) name: SchemaArg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaArg {
    Article,
    Index,
    Output,
    /// Output of `people`
    People,
}

#[derive(Args, Debug)]
pub(super) struct CompletionsArgs {
    /// Shell
    #[arg(value_enum, value_name = "SHELL")]
    pub(super) shell: clap_complete::Shell,
}

#[derive(Args, Debug)]
pub(super) struct HelpArgs {
    /// A command, or `query`
    #[arg(value_name = "TOPIC")]
    pub(super) topic: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::megabytes;

    #[test]
    fn memory_is_read_with_and_without_a_unit() {
        assert_eq!(megabytes("256"), Ok(256));
        assert_eq!(megabytes("64M"), Ok(64));
        assert_eq!(megabytes("2gb"), Ok(2048));
        for wrong in ["", "M", "3", "65G", "9x", "-5", "1.5G", "99999999999999999999"] {
            assert!(megabytes(wrong).is_err(), "{wrong} was read");
        }
    }
}
