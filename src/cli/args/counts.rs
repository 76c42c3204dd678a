//! Arguments of the commands that count.

use clap::{Args, ValueEnum};

use super::{PlaceArgs, QueryArgs};

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  dateline facets person 'country:IQ'
  dateline facets published --by month Blinken
  dateline facets country Iraq --tree
  dateline facets person --like blin
  dateline facets country 'person:Blinken' --versus 'person:Austin'")]
pub(in crate::cli) struct FacetsArgs {
    /// person, country, region, place, published[:PERIOD], mentions[:PERIOD], source, section, language
    #[arg(value_name = "FACET")]
    pub(in crate::cli) facet: String,
    #[command(flatten)]
    pub(in crate::cli) query: QueryArgs,
    #[command(flatten)]
    pub(in crate::cli) place: PlaceArgs,
    /// Number of values
    #[arg(short = 'n', long, value_name = "N", default_value_t = 20)]
    pub(in crate::cli) limit: usize,
    /// All values
    #[arg(long, conflicts_with = "limit")]
    pub(in crate::cli) all: bool,
    /// Leave out so many of the most frequent values first
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(in crate::cli) offset: usize,
    /// Leave out values with fewer articles
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(in crate::cli) min_count: u64,
    /// Only values that contain this text
    #[arg(long, value_name = "TEXT")]
    pub(in crate::cli) like: Option<String>,
    /// As a tree: countries in their regions, days in their months and years; -n is for each branch of a table
    #[arg(long, conflicts_with_all = ["offset", "versus"])]
    pub(in crate::cli) tree: bool,
    /// Of published and mentions: length of a step, as published:month
    #[arg(long, value_enum, value_name = "PERIOD")]
    pub(in crate::cli) by: Option<PeriodArg>,
    /// Set beside the articles of another query; filters hold for both
    #[arg(long, value_name = "QUERY", allow_hyphen_values = true)]
    pub(in crate::cli) versus: Option<String>,
    /// With --versus: values that differ most surely first, or the most frequent, or the most one-sided
    #[arg(long, value_enum, default_value_t = OrderArg::G2, value_name = "ORDER", requires = "versus")]
    pub(in crate::cli) sort: OrderArg,
    /// Form of the output
    #[arg(short, long, value_enum, default_value_t = CountsArg::Table, value_name = "FORM")]
    pub(in crate::cli) output: CountsArg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum CountsArg {
    Table,
    Json,
    Csv,
}

#[derive(Args, Debug)]
#[command(after_help = "Examples:
  dateline timeline Iraq --by month
  dateline timeline 'person:Gaddafi' --by year --field mentions -o csv
  dateline timeline Iraq --by year -o svg > iraq.svg
  dateline timeline 'person:Gaddafi' --on 2011 --facet country:6")]
pub(in crate::cli) struct TimelineArgs {
    #[command(flatten)]
    pub(in crate::cli) query: QueryArgs,
    #[command(flatten)]
    pub(in crate::cli) place: PlaceArgs,
    /// Length of a step
    #[arg(long, value_enum, default_value_t = PeriodArg::Month, value_name = "PERIOD")]
    pub(in crate::cli) by: PeriodArg,
    /// Which date
    #[arg(long, value_enum, default_value_t = TimeFieldArg::Published, value_name = "FIELD")]
    pub(in crate::cli) field: TimeFieldArg,
    /// Count the most frequent values of a facet along time as well, e.g. country:5
    #[arg(long, value_name = "FACET[:N]")]
    pub(in crate::cli) facet: Option<String>,
    /// Form of the output
    #[arg(short, long, value_enum, default_value_t = TimelineArg::Table, value_name = "FORM")]
    pub(in crate::cli) output: TimelineArg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum TimelineArg {
    Table,
    Json,
    Csv,
    /// A picture for a report
    Svg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum PeriodArg {
    Year,
    Quarter,
    Month,
    Week,
    Day,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum TimeFieldArg {
    Published,
    Mentions,
}

#[derive(Args, Debug)]
#[command(
    after_help = "A bare name means the person. Whoever and whatever the query asks for is left out of its own company.

  with      articles of the query that have the value
  all       all articles that have it: those that --since, --until, --on, --source, --section, --lang and the
            --not filters leave
  expected  articles of the query that would have it by chance
  lift      how many times as many there are
  G²        log-likelihood ratio: 3.8 is exceeded by chance in 5 % of cases, 10.8 in 0.1 %

Examples:
  dateline with 'Antony Blinken'
  dateline with 'Blinken w/10 Iraq' --since 2024 --facet person:30
  dateline with 'country:IQ' --sort lift --min-count 5 -o csv > company.csv"
)]
pub(in crate::cli) struct WithArgs {
    #[command(flatten)]
    pub(in crate::cli) query: QueryArgs,
    #[command(flatten)]
    pub(in crate::cli) place: PlaceArgs,
    /// What to look at, e.g. person:30,country
    #[arg(
        long,
        value_name = "FACET[:N],…",
        value_delimiter = ',',
        default_value = "person,country,published:month"
    )]
    pub(in crate::cli) facet: Vec<String>,
    /// Number of values of each facet that names none
    #[arg(short = 'n', long, value_name = "N", default_value_t = 10)]
    pub(in crate::cli) limit: usize,
    /// Leave out values with fewer articles of the query
    #[arg(long, value_name = "N", default_value_t = 2)]
    pub(in crate::cli) min_count: u64,
    /// Order of the values: the surest first, or the most frequent, or the most times as frequent as by chance
    #[arg(long, value_enum, default_value_t = OrderArg::G2, value_name = "ORDER")]
    pub(in crate::cli) sort: OrderArg,
    /// Form of the output
    #[arg(short, long, value_enum, default_value_t = CountsArg::Table, value_name = "FORM")]
    pub(in crate::cli) output: CountsArg,
}

/// Order of values that are counted under two queries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum OrderArg {
    /// By log-likelihood
    G2,
    Count,
    Lift,
}
