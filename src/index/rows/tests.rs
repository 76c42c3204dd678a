use tantivy::schema::{FAST, STRING, Schema};
use tantivy::{Index, IndexWriter, TantivyDocument};

use super::*;
use crate::article::{Article, Part, Span};
use crate::extract::{Annotations, Person, PersonMention, PersonVia};
use crate::index::WriterOptions;
use crate::index::batch::Batch;
use crate::index::schema::{COUNTRIES, PEOPLE};
use crate::query::ast::{Clause, Node};
use crate::search::{Engine, Facet, FacetRequest, SearchRequest, Sink, Sort};

/// A segment in which each article has these names; every third has a country, and some have many.
fn segment(names: &[Vec<String>]) -> Searcher {
    segment_of(names, |article| match article % 40 {
        7 => 0..20,
        _ if article % 3 == 0 => article % 5..article % 5 + 1,
        _ => 0..0,
    })
}

fn segment_of(names: &[Vec<String>], countries_of: impl Fn(usize) -> Range<usize>) -> Searcher {
    let mut schema = Schema::builder();
    let [people, countries] = [PEOPLE, COUNTRIES].map(|column| schema.add_text_field(column, STRING | FAST));
    let index = Index::create_in_ram(schema.build());
    let mut writer: IndexWriter = index.writer_with_num_threads(1, 100_000_000).unwrap();
    for (at, names) in names.iter().enumerate() {
        let mut document = TantivyDocument::default();
        names.iter().for_each(|name| document.add_text(people, name));
        countries_of(at).for_each(|country| document.add_text(countries, format!("{country:03}")));
        writer.add_document(document).unwrap();
    }
    writer.commit().unwrap();
    let searcher = index.reader().unwrap().searcher();
    assert_eq!(searcher.segment_readers().len(), 1);
    searcher
}

/// The bytes of the rows of a segment; none where there can be none.
fn written(searcher: &Searcher) -> Option<Vec<u8>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("segment");
    make::write(&path, searcher.segment_reader(0)).unwrap();
    assert!(!path.with_extension("new").exists());
    std::fs::read(path).ok()
}

/// How many articles have no value, and the counts of values.
type Counts = (u64, Vec<(u32, u32)>);

/// Countries and names as rows count them.
fn of_rows(rows: &Rows, docs: &[DocId], size: usize) -> [Counts; 2] {
    let (mut gathered, mut tallies, mut missing) =
        (Gathered::default(), [(); 2].map(|()| Tally::default()), [0; 2]);
    tallies.iter_mut().for_each(|tally| tally.reset(size));
    for docs in docs.chunks(100) {
        gathered.read(rows, docs);
        missing[0] += gathered.count_countries(&mut tallies[0]);
        missing[1] += gathered.count_people(&mut tallies[1], |name| name);
    }
    [0, 1].map(|at| (missing[at], tallies[at].sorted()))
}

/// The values of a column as they are counted without rows.
fn of_column(searcher: &Searcher, column: &str, docs: &[DocId], size: usize) -> Counts {
    let column = searcher.segment_reader(0).fast_fields().str(column).unwrap().unwrap();
    let (mut batch, mut tally) = (Batch::default(), Tally::default());
    tally.reset(size);
    (batch.count(&column, docs, &mut tally, |ordinal| ordinal), tally.sorted())
}

#[test]
fn rows_say_what_their_columns_say() {
    let name = |number: usize| format!("name {number:06}");
    let few = |number: usize, names: usize| (0..number % 7).map(|at| name((number * at) % names)).collect();
    let archives: [(Vec<Vec<String>>, usize); 5] = [
        ((0..1000).map(|number| few(number, 200)).collect(), 1),
        ((0..1000).map(|number| few(number, 3000)).collect(), 2),
        // Rows that are longer than what is copied at once.
        ((0..300).map(|number| (0..number % 50).map(|at| name(at * 7 + number)).collect()).collect(), 2),
        // Blocks whose values are too many for their starts.
        ((0..260).map(|number| (0..600).map(|at| name(at + number)).collect()).collect(), 2),
        ((0..700).map(|number| (0..100).map(|at| name(number * 100 + at)).collect()).collect(), 3),
    ];
    for (names, width) in archives {
        let searcher = segment(&names);
        let articles = names.len() as DocId;
        let bytes = written(&searcher).unwrap();
        assert!(are_sound(&bytes));
        let rows = read(OwnedBytes::new(bytes), articles).unwrap();
        assert_eq!(rows.width, width);
        let asked: [Vec<DocId>; 6] = [
            (0..articles).collect(),
            (17..190).collect(),
            (0..articles).step_by(7).collect(),
            (0..articles).filter(|doc| doc % 5 > 2).collect(),
            vec![articles - 1],
            Vec::new(),
        ];
        for docs in asked {
            let expected = [COUNTRIES, PEOPLE].map(|column| of_column(&searcher, column, &docs, 100_000));
            assert_eq!(of_rows(&rows, &docs, 100_000), expected, "{docs:?}");
        }
    }
}

#[test]
fn too_many_names_or_countries_leave_a_segment_without_rows() {
    let names = |many: usize| vec![Vec::new(), (0..many).map(|at| at.to_string()).collect()];
    // Two bytes each, and one that says that there is no country.
    assert!(written(&segment(&names(32_767))).is_some());
    assert!(written(&segment(&names(32_768))).is_none());
    for (countries, fit) in [(255, true), (256, false), (257, false)] {
        assert_eq!(written(&segment_of(&names(1), |_| 0..countries)).is_some(), fit, "{countries}");
    }
}

#[test]
fn bytes_that_changed_are_refused_or_counted_without_harm() {
    let names: Vec<Vec<String>> =
        (0..300).map(|number| (0..number % 9).map(|at| format!("{}", at * number)).collect()).collect();
    let bytes = written(&segment(&names)).unwrap();
    let docs: Vec<DocId> = (0..300).step_by(2).collect();
    for length in 0..bytes.len() {
        assert!(read(OwnedBytes::new(bytes[..length].to_vec()), 300).is_none(), "{length}");
    }
    assert!(read(OwnedBytes::new(bytes.clone()), 299).is_none());
    for at in 0..bytes.len() {
        let mut bytes = bytes.clone();
        bytes[at] ^= 0xff;
        assert!(!are_sound(&bytes), "{at}");
        if let Some(rows) = read(OwnedBytes::new(bytes), 300) {
            of_rows(&rows, &docs, 400);
            of_rows(&rows, &(0..300).collect::<Vec<_>>(), 400);
        }
    }
}

/// Files of rows beside an index.
fn files(dir: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder(dir))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort_unstable();
    names
}

/// People and countries of all articles by count, and how many articles have none.
fn facets(index: &crate::index::Index) -> Vec<(Vec<(String, u64)>, u64)> {
    let facets = [Facet::Person, Facet::Country].map(|facet| FacetRequest::new(facet, 50)).to_vec();
    let query = Node::new(0..0, Clause::All);
    let response = index.search(&SearchRequest { facets, ..SearchRequest::new(query, Sort::Relevance) });
    let counts = response.unwrap().facets.into_iter().map(|facet| {
        (facet.values.into_iter().map(|value| (value.value, value.count)).collect(), facet.missing)
    });
    counts.collect()
}

#[test]
fn each_segment_has_its_rows_after_a_run_and_none_that_is_gone() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let index = crate::index::Index::create_or_open(dir).unwrap();
    let people = ["Angela Merkel", "Narendra Modi", "Boris Johnson", "Dilma Rousseff", "Shinzo Abe"];
    let span = || Span { part: Part::Body, start: 0, end: 0 };
    let person = |name: &str| Person {
        name: name.to_owned(),
        mentions: vec![PersonMention { span: span(), via: PersonVia::Editor }],
    };
    for run in 0..9 {
        let writer = index.writer(&WriterOptions::default()).unwrap();
        for number in 0..10 {
            let article = Article { id: format!("{run} {number}"), ..Article::default() };
            let people = people.iter().take(number.min(run)).map(|name| person(name)).collect();
            writer.put(&article, &Annotations { people, ..Annotations::default() }).unwrap();
        }
        std::fs::create_dir_all(folder(dir)).unwrap();
        std::fs::write(folder(dir).join("left.new"), "by a run that was killed").unwrap();
        writer.finish().unwrap();
        let searcher = index.searcher();
        let mut names: Vec<String> = searcher.segment_readers().iter().map(name).collect();
        names.sort_unstable();
        assert_eq!(files(dir), names, "run {run}");
        assert!(AllRows::open(dir, &searcher).0.iter().all(Option::is_some), "run {run}");
    }
    let with = facets(&index);
    assert!(with[0].0.len() == 5 && with[0].1 > 0 && with[1].1 == 90);
    let kept = files(dir);
    std::fs::remove_dir_all(folder(dir)).unwrap();
    index.refresh().unwrap();
    assert_eq!(facets(&index), with, "without rows");
    index.writer(&WriterOptions::default()).unwrap().finish().unwrap();
    assert_eq!(files(dir), kept);
}
