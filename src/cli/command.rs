//! clap's structures → plain typed commands: queries parsed, filters joined, names checked. Reads only the
//! configuration of the index; prints nothing.

use std::path::PathBuf;

use chrono::NaiveDate;

use super::archive::{Archive, date_order};
use super::args::{
    CheckArgs, CountsArg, FacetsArgs, IndexArgs, LayoutArgs, NewArgs, OrderArg, OutputArg, PeopleArgs,
    PeopleOutputArg, PeopleSub, PeriodArg, SaveArgs, SearchArgs, ShowArg, SortArg, TimeFieldArg, TimelineArg,
    TimelineArgs, WithArgs,
};
use super::check::CheckCommand;
use super::counts::{CountCommand, WithCommand};
use super::export::Layout;
use super::failure::Failure;
use super::index::IndexCommand;
use super::people::PeopleCommand;
use super::question::Question;
use super::saved::{self, NewCommand, SaveCommand, Saved};
use super::search::{BatchCommand, Form, SearchCommand};
use super::shell;
use crate::article::Interval;
use crate::index::{Correction, PeopleRequest};
use crate::ingest::{FieldMap, Format, ReadOptions};
use crate::search::{Beside, Facet, FacetRequest, Order, Period, Relation, Sort, TimelineRequest};

/// Values of a facet shown when no number is given.
const FACET_VALUES: usize = 10;

/// Values that a timeline is split by when no number is given.
const SPLIT_VALUES: usize = 5;

/// `dateline index`.
pub(super) fn index(args: IndexArgs) -> Result<IndexCommand, Failure> {
    let archive = Archive::to_write(&args.paths, args.index.as_deref())?;
    let paths = if args.paths.is_empty() { vec![archive.root.clone()] } else { args.paths };
    for path in paths.iter().filter(|path| path.as_os_str() != "-") {
        if let Err(error) = std::fs::metadata(path) {
            return Err(Failure::usage(format!("cannot read {}: {error}", path.display()))
                .hint("PATH is a file or folder of articles, or - for standard input"));
        }
    }
    let read =
        read_options(&archive, args.format.as_deref(), args.map.as_deref(), args.date_order.as_deref())?;
    Ok(IndexCommand {
        paths,
        archive,
        read,
        prune: args.prune,
        reread: args.reread,
        memory_mb: args.memory,
        jobs: args.jobs.map_or_else(crate::pipeline::default_jobs, usize::from),
        report: args.report,
        strict: args.strict,
        quiet: args.quiet,
    })
}

/// How files are read: what the flags say, else the configuration of the index.
pub(super) fn read_options(
    archive: &Archive,
    format: Option<&str>,
    map: Option<&str>,
    order: Option<&str>,
) -> Result<ReadOptions, Failure> {
    let config = archive.config()?;
    let mut read = ReadOptions::default();
    if let Some(name) = format {
        read.format = Some(Format::from_name(name).ok_or_else(|| {
            let names: Vec<_> = Format::ALL.iter().map(|format| format.name()).collect();
            Failure::usage(format!("there is no format `{name}`"))
                .hint(format!("there are {}", names.join(", ")))
        })?);
    }
    if let Some(map) = map.or(config.map.as_deref()) {
        read.map = FieldMap::parse(map).map_err(|error| Failure::usage(error.to_string()))?;
    }
    if let Some(order) = date_order(order.or(config.date_order.as_deref()))? {
        read.date_order = Some(order);
    }
    Ok(read)
}

/// `dateline search`.
pub(super) fn search(args: &SearchArgs) -> Result<SearchCommand, Failure> {
    let archive = Archive::at(&args.place)?;
    let mut facets = Vec::new();
    for text in args.facet.iter().filter(|text| !text.is_empty()) {
        facets.push(facet(text, FACET_VALUES)?);
    }
    let after = args.after.as_ref().map(|text| text.parse()).transpose()?;
    let question = Question::of(&args.query, &archive)?;
    for facet in &mut facets {
        facet.query = question.without(facet.facet);
    }
    Ok(SearchCommand {
        question,
        archive,
        sort: match args.sort {
            SortArg::Relevance => Sort::Relevance,
            SortArg::Newest => Sort::Newest,
            SortArg::Oldest => Sort::Oldest,
        },
        limit: args.limit,
        all: args.all,
        fold: if args.all { args.fold } else { !args.copies },
        after,
        facets,
        layout: layout(&args.layout)?,
        pager: !args.no_pager,
    })
}

fn layout(args: &LayoutArgs) -> Result<Layout, Failure> {
    let form = match args.output {
        OutputArg::Table => Form::Table,
        OutputArg::Json => Form::Json,
        OutputArg::Jsonl => Form::Jsonl,
        OutputArg::Csv => Form::Csv,
        OutputArg::Tsv => Form::Tsv,
        OutputArg::Ids => Form::Ids,
        OutputArg::Ris => Form::Ris,
        OutputArg::Bibtex => Form::Bibtex,
        OutputArg::Csl => Form::Csl,
        OutputArg::Text => Form::Text,
        OutputArg::Trec => {
            return Err(Failure::usage("-o trec prints the run of a file of queries")
                .hint("name the file with -f: dateline search -f queries.tsv -o trec"));
        }
    };
    Layout::new(form, &args.fields, args.bom)
}

/// `dateline people`.
pub(super) fn people(args: PeopleArgs) -> Result<PeopleCommand, Failure> {
    let archive = Archive::at(args.place())?;
    Ok(match args.command {
        None => PeopleCommand::List {
            archive,
            request: PeopleRequest {
                words: args.list.words.join(" "),
                like: args.list.like,
                limit: if args.list.all { usize::MAX } else { args.list.limit },
            },
            form: match args.list.output {
                PeopleOutputArg::Table => Form::Table,
                PeopleOutputArg::Json => Form::Json,
                PeopleOutputArg::Jsonl => Form::Jsonl,
                PeopleOutputArg::Csv => Form::Csv,
                PeopleOutputArg::Tsv => Form::Tsv,
            },
        },
        Some(PeopleSub::Show(args)) => PeopleCommand::Show {
            archive,
            name: args.name.join(" "),
            form: match args.output {
                ShowArg::Text => Form::Table,
                ShowArg::Json => Form::Json,
            },
        },
        Some(PeopleSub::Merge(args)) => {
            PeopleCommand::Correct { archive, correction: Correction::Merge { names: args.names } }
        }
        Some(PeopleSub::Split(args)) => PeopleCommand::Correct {
            archive,
            correction: Correction::Split { name: args.name, forms: args.forms },
        },
        Some(PeopleSub::Rename(args)) => PeopleCommand::Correct {
            archive,
            correction: Correction::Rename { name: args.name, to: args.to },
        },
        Some(PeopleSub::Undo(_)) => PeopleCommand::Undo { archive },
    })
}

/// `dateline save`: a query that can be read.
pub(super) fn save(args: &SaveArgs) -> Result<SaveCommand, Failure> {
    let archive = Archive::at(&args.place)?;
    let text = args.query.iter().map(|word| shell::unmark(word)).collect::<Vec<_>>().join(" ");
    let name = saved::name(&args.name)?;
    let mut saved = Saved::read(&archive.index)?;
    saved.put(name, &text);
    Question::saved(&saved, name, &archive)?;
    Ok(SaveCommand { archive, saved, name: name.to_owned() })
}

/// `dateline new`.
pub(super) fn new(args: &NewArgs) -> Result<NewCommand, Failure> {
    let archive = Archive::at(&args.place)?;
    let saved = Saved::read(&archive.index)?;
    let text = saved.get(&args.name)?.to_owned();
    Ok(NewCommand {
        question: Question::saved(&saved, &args.name, &archive)?,
        archive,
        name: args.name.clone(),
        text,
        layout: layout(&args.layout)?,
    })
}

/// `dateline search -f FILE -o trec`.
pub(super) fn batch(args: &SearchArgs, file: &std::path::Path) -> Result<BatchCommand, Failure> {
    if args.layout.output != OutputArg::Trec {
        return Err(Failure::usage("a file of queries is answered as a TREC run").hint("add -o trec"));
    }
    let archive = Archive::at(&args.place)?;
    let text = std::fs::read_to_string(file)
        .map_err(|error| Failure::usage(format!("cannot read {}: {error}", file.display())))?;
    let mut questions = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let Some((name, query)) = line.split_once('\t') else {
            return Err(Failure::usage(format!("{}:{}: no tab in this line", file.display(), number + 1))
                .hint("each line is a name, a tab and a query"));
        };
        questions.push((name.to_owned(), Question::read(query, &args.query, &archive)?));
    }
    Ok(BatchCommand { archive, questions, limit: args.limit })
}

/// `person:10`, `country`, `published:month`, `published:month:24`.
fn facet(text: &str, values: usize) -> Result<FacetRequest, Failure> {
    let (name, limit) = match text.rsplit_once(':') {
        Some((name, number)) if number.bytes().all(|b| b.is_ascii_digit()) && !number.is_empty() => {
            let limit = number
                .parse()
                .map_err(|_| Failure::usage(format!("`{number}` is too many values for a facet")))?;
            (name, limit)
        }
        _ => (text, values),
    };
    Ok(FacetRequest::new(name.parse()?, limit))
}

/// `dateline facets`.
pub(super) fn facets(args: &FacetsArgs) -> Result<CountCommand, Failure> {
    let archive = Archive::at(&args.place)?;
    let limit = if args.all { usize::MAX } else { args.limit };
    let mut question = Question::of(&args.query, &archive)?;
    let facet = match (args.facet.parse()?, args.by.map(period)) {
        (facet, None) => facet,
        (Facet::Published(_), Some(period)) => Facet::Published(period),
        (Facet::Mentions(_), Some(period)) => Facet::Mentions(period),
        (facet, Some(_)) => {
            return Err(Failure::usage(format!("the facet `{facet}` has no periods"))
                .hint("--by is for published and mentions"));
        }
    };
    let beside = match &args.versus {
        None => None,
        Some(text) => {
            let mut other = Question::read(shell::unmark(text), &args.query, &archive)?;
            other.notes.retain(|note| !question.notes.contains(note));
            question.notes.append(&mut other.notes);
            question.beside = Some(other.query.clone());
            Some(Beside { query: other.query, relation: Relation::Other, order: order(args.sort) })
        }
    };
    let is_table = args.output == CountsArg::Table;
    let request = FacetRequest {
        query: if beside.is_none() { question.without(facet) } else { None },
        beside,
        offset: args.offset,
        min_count: args.min_count,
        like: args.like.clone(),
        ..FacetRequest::new(facet, limit)
    };
    Ok(CountCommand {
        question,
        archive,
        // Regions hold one another; a list would tell the same articles twice.
        tree: args.tree || is_table && facet == Facet::Region && request.beside.is_none() && args.offset == 0,
        facet: Some(request),
        timeline: None,
        form: counts_form(args.output),
    })
}

/// `dateline with`.
pub(super) fn with(args: &WithArgs) -> Result<WithCommand, Failure> {
    let archive = Archive::at(&args.place)?;
    let mut question = Question::of(&args.query, &archive)?;
    let all = question.bounds();
    if question.query == all {
        return Err(Failure::usage("with whom or what?")
            .hint("name a person, or any query: dateline with 'Antony Blinken'"));
    }
    let mut facets = Vec::new();
    for text in args.facet.iter().filter(|text| !text.is_empty()) {
        let beside = Beside { query: all.clone(), relation: Relation::Whole, order: order(args.sort) };
        facets.push(FacetRequest {
            min_count: args.min_count,
            beside: Some(beside),
            ..facet(text, args.limit)?
        });
    }
    question.beside = Some(all);
    Ok(WithCommand { archive, question, facets, form: counts_form(args.output) })
}

fn order(arg: OrderArg) -> Order {
    match arg {
        OrderArg::G2 => Order::Likelihood,
        OrderArg::Count => Order::Count,
        OrderArg::Lift => Order::Lift,
    }
}

/// `dateline timeline`.
pub(super) fn timeline(args: &TimelineArgs) -> Result<CountCommand, Failure> {
    let archive = Archive::at(&args.place)?;
    Ok(CountCommand {
        question: Question::of(&args.query, &archive)?,
        archive,
        tree: false,
        facet: None,
        timeline: Some(TimelineRequest {
            by: period(args.by),
            mentions: args.field == TimeFieldArg::Mentions,
            facet: args.facet.as_ref().map(|text| facet(text, SPLIT_VALUES)).transpose()?,
        }),
        form: match args.output {
            TimelineArg::Table => Form::Table,
            TimelineArg::Json => Form::Json,
            TimelineArg::Csv => Form::Csv,
            TimelineArg::Svg => Form::Svg,
        },
    })
}

fn period(arg: PeriodArg) -> Period {
    match arg {
        PeriodArg::Year => Period::Year,
        PeriodArg::Quarter => Period::Quarter,
        PeriodArg::Month => Period::Month,
        PeriodArg::Week => Period::Week,
        PeriodArg::Day => Period::Day,
    }
}

fn counts_form(output: CountsArg) -> Form {
    match output {
        CountsArg::Table => Form::Table,
        CountsArg::Json => Form::Json,
        CountsArg::Csv => Form::Csv,
    }
}

/// One day, as `--now` takes it.
pub(super) fn day(text: &str) -> Result<NaiveDate, Failure> {
    match Interval::parse_value(text) {
        Ok(interval) if interval.first == interval.last => Ok(interval.first),
        _ => Err(Failure::usage(format!("`{text}` is no day")).hint("write it as 2024-12-13")),
    }
}

/// `dateline check`.
pub(super) fn check(args: &CheckArgs) -> Result<CheckCommand, Failure> {
    let archive = Archive::at(&args.place)?;
    let known = archive.is_known() || args.place.archive.is_some();
    let rebuild = if args.repair && known { Some(refresh(&archive)?) } else { None };
    Ok(CheckCommand { archive, repair: args.repair, rebuild })
}

/// The articles of an archive named by `--archive`, to be read before it is asked.
pub(super) fn refresh(archive: &Archive) -> Result<IndexCommand, Failure> {
    Ok(IndexCommand {
        paths: vec![PathBuf::from(&archive.root)],
        read: read_options(archive, None, None, None)?,
        archive: archive.clone(),
        prune: false,
        reread: false,
        memory_mb: 256,
        jobs: crate::pipeline::default_jobs(),
        report: None,
        strict: false,
        quiet: true,
    })
}
