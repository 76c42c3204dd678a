//! The engine as its callers see it: articles in, requests answered.

#![allow(clippy::unwrap_used)]

use std::ops::ControlFlow;

use super::*;
use crate::article::{Article, Interval, Origin, Part, Published, PublishedVia, Span};
use crate::extract::{
    Annotations, CountryMention, CountryMentions, CountryVia, DateMention, DateVia, Person, PersonMention,
    PersonVia,
};
use crate::query::ast::{Clause, DateField, Entity, Field, Letters, MetaField, Node, Pattern, Scope, Unit};
use crate::search::{Engine, Facet, FacetRequest, Period, Put, SearchRequest, Sink, Sort, TimelineRequest};

/// Marks up `[P:Name|words]`, `[C:IQ|words]`, `[C:IQ/Baghdad|words]` and `[D:2024-12-13|words]` in title
/// and body.
fn article(id: &str, day: &str, title: &str, body: &str) -> (Article, Annotations) {
    let mut annotations = Annotations::default();
    let title = annotate(title, Part::Title, &mut annotations);
    let body = annotate(body, Part::Body, &mut annotations);
    let published = (!day.is_empty()).then(|| Published {
        on: Interval::parse_value(day).unwrap(),
        at: None,
        via: PublishedVia::Record,
    });
    let origin = Origin { path: format!("{id}.txt"), record: None };
    let article = Article {
        id: id.into(),
        title,
        body,
        published,
        source: Some("Łódź Times".into()),
        origin,
        ..Article::default()
    };
    (article, annotations)
}

fn annotate(marked: &str, part: Part, annotations: &mut Annotations) -> String {
    let mut text = String::new();
    let mut rest = marked;
    while let Some((before, after)) = rest.split_once('[') {
        text.push_str(before);
        let (tag, after) = after.split_once('|').unwrap();
        let (words, after) = after.split_once(']').unwrap();
        let start = text.len() as u32;
        text.push_str(words);
        let span = Span { part, start, end: text.len() as u32 };
        let (kind, value) = tag.split_once(':').unwrap();
        match kind {
            "P" => {
                let mention = PersonMention { span, via: PersonVia::FullName };
                match annotations.people.iter_mut().find(|p| p.name == value) {
                    Some(person) => person.mentions.push(mention),
                    None => {
                        annotations.people.push(Person { name: value.into(), mentions: vec![mention] });
                    }
                }
            }
            "C" => {
                let (code, place) = value.split_once('/').map_or((value, None), |(c, p)| (c, Some(p)));
                let mention = CountryMention { span, via: CountryVia::Name, place: place.map(str::to_owned) };
                let code = stored::code(code.as_bytes()).unwrap();
                match annotations.countries.iter_mut().find(|c| c.code == code) {
                    Some(country) => country.mentions.push(mention),
                    None => annotations.countries.push(CountryMentions { code, mentions: vec![mention] }),
                }
            }
            _ => annotations.dates.push(DateMention {
                span,
                value: Interval::parse_value(value).unwrap(),
                via: DateVia::Absolute,
            }),
        }
        rest = after;
    }
    text.push_str(rest);
    text
}

fn sample() -> Index {
    let index = Index::in_memory().unwrap();
    let writer = index.writer(&WriterOptions { memory_bytes: 32 << 20, jobs: 1 }).unwrap();
    for (article, annotations) in [
        article(
            "visit",
            "2024-12-13",
            "[P:Antony Blinken|Blinken] visits [C:IQ/Baghdad|Baghdad]",
            "[P:Antony Blinken|Antony Blinken] arrived in [C:IQ|Iraq] on [D:2024-12-13|Friday]. He met Prime \
             Minister [P:Mohammed Shia al-Sudani|Mohammed Shia al-Sudani].\n\nThe crime scene was far from \
             [P:Antony Blinken|Blinken]. Oil prices rose.",
        ),
        article(
            "oil",
            "2024-12-01",
            "Oil exports of [C:IQ|Iraq]",
            "The price of oil fell in [D:2024-11|November]. US officials told us that [C:IR|Iran] visited.",
        ),
        article("undated", "", "To be", "Alan [P:Alan Blinken|Blinken] wrote to the Iraqis, co-operating."),
        article(
            "old",
            "1991-01-17",
            "Desert Storm",
            "The war in [C:IQ|Iraq] began. Iraq Iraq Iraq. Sinn Féin.",
        ),
    ] {
        assert_eq!(writer.put(&article, &annotations).unwrap(), Put::Added);
    }
    writer.commit().unwrap();
    index
}

fn node(clause: Clause) -> Node {
    Node { at: 0..0, clause }
}

fn boxed(clause: Clause) -> Box<Node> {
    Box::new(node(clause))
}

fn text(scope: Scope, pattern: Pattern) -> Clause {
    Clause::Text { scope, pattern }
}

fn word(word: &str) -> Clause {
    text(Scope::All, Pattern::Word(word.into()))
}

fn phrase(words: &str) -> Clause {
    text(Scope::All, Pattern::Phrase { text: words.into(), slop: 0, prefix: false })
}

fn person(name: &str) -> Clause {
    Clause::Person { name: name.into(), exact: false }
}

fn near(left: Clause, right: Clause, distance: u32) -> Clause {
    Clause::Near { left: boxed(left), right: boxed(right), distance, ordered: false, negated: false }
}

fn pre(left: Clause, right: Clause, distance: u32) -> Clause {
    Clause::Near { left: boxed(left), right: boxed(right), distance, ordered: true, negated: false }
}

fn ask(clause: Clause) -> SearchRequest {
    SearchRequest {
        fold: false,
        query: node(clause),
        sort: Sort::Newest,
        limit: 10,
        after: None,
        facets: Vec::new(),
        timeline: None,
        snippet_width: 200,
        explain_zero: true,
    }
}

/// Ids found, newest first, undated last.
fn ids(index: &Index, clause: Clause) -> String {
    let response = index.search(&ask(clause)).unwrap();
    assert_eq!(response.total, response.hits.len() as u64);
    response.hits.iter().map(|hit| hit.id.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn words_match_by_stem_and_quotes_as_written() {
    let index = sample();
    assert_eq!(ids(&index, word("visiting")), "visit oil");
    assert_eq!(ids(&index, phrase("visited")), "oil");
    assert_eq!(ids(&index, phrase("Antony Blinken")), "visit");
    assert_eq!(ids(&index, phrase("blinken antony")), "");
    assert_eq!(ids(&index, phrase("Blinken visits Baghdad Antony")), "", "never across title and body");
    assert_eq!(ids(&index, phrase("To Be")), "undated");
    assert_eq!(ids(&index, word("al-Sudani")), "visit");
    assert_eq!(ids(&index, word("alsudani")), "visit");
    assert_eq!(ids(&index, word("cooperate")), "undated");
    assert_eq!(ids(&index, phrase("Shia al-Sudani")), "visit");
    assert_eq!(ids(&index, phrase("sinn fein")), "old");
    assert_eq!(ids(&index, text(Scope::All, Pattern::Exact("Sinn Féin".into()))), "old");
    assert_eq!(ids(&index, text(Scope::All, Pattern::Exact("Sinn Fein".into()))), "");
    let slop = Pattern::Phrase { text: "antony iraq".into(), slop: 3, prefix: false };
    assert_eq!(ids(&index, text(Scope::All, slop)), "visit");
    let prefix = Pattern::Phrase { text: "crime sce".into(), slop: 0, prefix: true };
    assert_eq!(ids(&index, text(Scope::All, prefix)), "visit");
}

#[test]
fn patterns_open_into_the_words_of_the_index() {
    let index = sample();
    let pattern = |pattern| ids(&index, text(Scope::All, pattern));
    assert_eq!(pattern(Pattern::Wildcard("export*".into())), "oil");
    assert_eq!(pattern(Pattern::Wildcard("*raqis".into())), "undated");
    assert_eq!(pattern(Pattern::Wildcard("Bl?nken".into())), "visit undated");
    assert_eq!(pattern(Pattern::Wildcard("al-Sud*".into())), "visit");
    assert_eq!(pattern(Pattern::Fuzzy("Blinkin".into(), 1)), "visit undated");
    assert_eq!(pattern(Pattern::Regex("ira[nq]".into())), "visit oil old");
    assert!(index.search(&ask(text(Scope::All, Pattern::Regex("(".into())))).is_err());
}

#[test]
fn a_word_in_quotes_is_none_of_its_inflections() {
    let index = Index::in_memory().unwrap();
    let writer = index.writer(&WriterOptions { memory_bytes: 32 << 20, jobs: 1 }).unwrap();
    let bodies = [
        "the government fell",
        "governing is hard",
        "he governs",
        "happily",
        "happy people",
        "skies",
        "governments govern",
        "market-beating",
        "marketing",
    ];
    for (number, body) in bodies.iter().enumerate() {
        let (article, annotations) = article(&number.to_string(), "", "", body);
        writer.put(&article, &annotations).unwrap();
    }
    writer.commit().unwrap();
    let found = |pattern| {
        let mut ids: Vec<String> = index
            .search(&ask(text(Scope::All, pattern)))
            .unwrap()
            .hits
            .into_iter()
            .map(|hit| hit.id)
            .collect();
        ids.sort();
        ids.concat()
    };
    let quoted = |words: &str| Pattern::Phrase { text: words.into(), slop: 0, prefix: false };
    assert_eq!(found(quoted("government")), "0");
    assert_eq!(found(quoted("the government")), "0");
    assert_eq!(found(quoted("the govern")), "");
    assert_eq!(found(quoted("governs")), "2");
    assert_eq!(found(quoted("govern")), "6");
    assert_eq!(found(quoted("happy people")), "4");
    assert_eq!(found(quoted("sky")), "");
    assert_eq!(found(Pattern::Word("govern".into())), "0126");
    assert_eq!(found(Pattern::Word("sky".into())), "5");
    assert_eq!(found(Pattern::Wildcard("happ*".into())), "34");
    assert_eq!(found(Pattern::Wildcard("gover?ing".into())), "1");
    assert_eq!(found(Pattern::Wildcard("govern".into())), "6");
    assert_eq!(found(Pattern::Regex("govern(s|ing)".into())), "12");
    // `marketbeating` stands where `market` does, and has a stem as near as that to what is asked for.
    assert_eq!(found(Pattern::Fuzzy("market".into(), 1)), "7");
}

#[test]
fn scopes_are_parts_of_the_article() {
    let index = sample();
    let oil = || Pattern::Word("oil".into());
    assert_eq!(ids(&index, text(Scope::Title, oil())), "oil");
    assert_eq!(ids(&index, text(Scope::Body, oil())), "visit oil");
    assert_eq!(ids(&index, text(Scope::Lead, oil())), "oil");
    assert_eq!(ids(&index, text(Scope::TitleLead, Pattern::Word("Baghdad".into()))), "visit");
    let exports = Pattern::Phrase { text: "oil exports".into(), slop: 0, prefix: false };
    assert_eq!(ids(&index, text(Scope::Title, exports.clone())), "oil");
    assert_eq!(ids(&index, text(Scope::Body, exports)), "");
}

#[test]
fn boolean_clauses_combine_and_a_lone_not_is_every_other_article() {
    let index = sample();
    let not = |clause| Clause::Not(boxed(clause));
    assert_eq!(ids(&index, Clause::And(vec![node(word("blinken")), node(word("iraq"))])), "visit");
    assert_eq!(ids(&index, Clause::And(vec![node(word("blinken")), node(not(word("oil")))])), "undated");
    assert_eq!(ids(&index, Clause::Or(vec![node(word("desert")), node(not(word("iraq")))])), "old undated");
    assert_eq!(ids(&index, not(word("iraq"))), "undated");
    assert_eq!(ids(&index, Clause::All), "visit oil old undated");
    let maybe = Clause::Maybe(boxed(word("oil")), vec![node(word("blinken"))]);
    let mut request = ask(maybe);
    request.sort = Sort::Relevance;
    let hits = index.search(&request).unwrap().hits;
    assert_eq!(hits.len(), 2);
    let boosted = Clause::Or(vec![node(Clause::Boost(boxed(word("desert")), 100.0)), node(word("oil"))]);
    let mut request = ask(boosted);
    request.sort = Sort::Relevance;
    assert_eq!(index.search(&request).unwrap().hits[0].id, "old");
}

#[test]
fn who_where_and_when() {
    let index = sample();
    assert_eq!(ids(&index, person("Blinken")), "visit undated");
    assert_eq!(ids(&index, person("Antony Blinken")), "visit");
    assert_eq!(ids(&index, person("Mohammed al-Sudani")), "visit", "a middle name may be left out");
    assert_eq!(ids(&index, Clause::Person { name: "Blinken".into(), exact: true }), "");
    assert_eq!(ids(&index, Clause::Country("IQ")), "visit oil old");
    let region = Clause::Region { name: "r".into(), codes: vec!["IR", "SY"] };
    assert_eq!(ids(&index, region), "oil");
    assert_eq!(ids(&index, Clause::Place("baghdad".into())), "visit");
    assert_eq!(ids(&index, Clause::Place("Baghdad, IQ".into())), "visit");
    let date = |field, value: &str| {
        let interval = Interval::parse_value(value).unwrap();
        ids(&index, Clause::Date { field, first: Some(interval.first), last: Some(interval.last) })
    };
    assert_eq!(date(DateField::Published, "2024-12"), "visit oil");
    assert_eq!(date(DateField::Mentions, "2024-12"), "visit");
    assert_eq!(date(DateField::Mentions, "2024-11-05"), "");
    assert_eq!(date(DateField::MentionsOverlaps, "2024-11-05"), "oil");
    assert_eq!(date(DateField::When, "1991"), "old");
    let open = Clause::Date { field: DateField::Published, first: None, last: None };
    assert_eq!(ids(&index, open), "visit oil old");
    let today = chrono::Utc::now().date_naive();
    let ingested = Clause::Date { field: DateField::Ingested, first: today.pred_opt(), last: Some(today) };
    assert_eq!(ids(&index, ingested), "visit oil old undated");
    assert_eq!(ids(&index, Clause::Has(Field::Place)), "visit");
    assert_eq!(ids(&index, Clause::Not(boxed(Clause::Has(Field::Date(DateField::Published))))), "undated");
    let meta = |value: &str| ids(&index, Clause::Meta { field: MetaField::Source, value: value.into() });
    assert_eq!(meta("LODZ times"), "visit oil old undated");
    assert_eq!(meta("łódź*"), "visit oil old undated");
    assert_eq!(meta("Times"), "");
    assert_eq!(ids(&index, Clause::Length { min: Some(20), max: None }), "visit");
}

/// One term finds all names that end with a word, however many; others are found beside it.
#[test]
fn many_people_of_a_name_come_first_where_they_are_named_most() {
    let index = Index::in_memory().unwrap();
    let writer = index.writer(&WriterOptions::default()).unwrap();
    let put = |id: &str, title: &str, body: &str| {
        let (article, annotations) = article(id, "2024-12-13", title, body);
        assert_eq!(writer.put(&article, &annotations).unwrap(), Put::Added);
    };
    for number in 0..40 {
        let given: String =
            format!("{number:02}").bytes().map(|digit| char::from(digit - b'0' + b'a')).collect();
        put(
            &number.to_string(),
            "",
            &format!("It was [P:X{given} Smith|X{given} Smith] who spoke of {number}."),
        );
    }
    put("twice", "", "[P:Xaa Smith|Xaa Smith] spoke. So did [P:Xab Smith|Xab Smith].");
    put("headline", "[P:Xaa Smith|Xaa Smith] speaks", "Nobody else did.");
    put("middle", "", "Then [P:Anna Smith Osgood|Anna Smith Osgood] spoke.");
    put("single", "", "Then [P:Smith|Smith] spoke.");
    put("other", "", "Then [P:Xaa Smithers|Xaa Smithers] spoke.");
    writer.commit().unwrap();
    let found = |name: &str| {
        let mut request = ask(person(name));
        (request.sort, request.limit) = (Sort::Relevance, 100);
        let response = index.search(&request).unwrap();
        assert_eq!(response.total, response.hits.len() as u64);
        response.hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>()
    };
    let all = found("Smith");
    assert_eq!(all.len(), 44);
    let at = |id: &str| all.iter().position(|found| found == id).unwrap();
    assert!(at("headline") < at("twice") && at("twice") < at("7"), "{all:?}");
    assert!(!all.contains(&"other".to_owned()));
    let mut one = found("Xaa Smith");
    one.sort();
    assert_eq!(one, ["0", "headline", "twice"]);
}

#[test]
fn words_and_people_near_each_other() {
    let index = sample();
    assert_eq!(ids(&index, near(word("blinken"), word("iraq"), 3)), "visit");
    assert_eq!(ids(&index, near(word("blinken"), word("iraq"), 2)), "");
    assert_eq!(ids(&index, near(word("iraq"), word("antony"), 4)), "visit");
    assert_eq!(ids(&index, pre(word("iraq"), word("antony"), 4)), "");
    assert_eq!(ids(&index, near(person("Antony Blinken"), Clause::Country("IQ"), 3)), "visit");
    assert_eq!(ids(&index, near(phrase("crime scene"), Clause::Any(Entity::Person), 2)), "visit");
    assert_eq!(ids(&index, near(phrase("crime scene"), Clause::Any(Entity::Person), 1)), "");
    assert_eq!(ids(&index, near(word("exported"), word("iraq"), 2)), "oil", "by stem, in the title");
    assert_eq!(ids(&index, near(word("iraq"), word("iraq"), 1)), "old", "two words, not one twice");
    let group = Clause::Or(vec![node(word("fell")), node(word("rose"))]);
    assert_eq!(ids(&index, near(group, text(Scope::All, Pattern::Wildcard("pric*".into())), 4)), "visit oil");
    let nested = near(near(word("antony"), word("iraq"), 5), word("friday"), 2);
    assert_eq!(ids(&index, nested), "visit");
    let negated = |distance| Clause::Near {
        left: boxed(word("oil")),
        right: boxed(word("price")),
        distance,
        ordered: false,
        negated: true,
    };
    assert_eq!(ids(&index, negated(1)), "oil");
    assert_eq!(ids(&index, near(word("oil"), person("Nobody"), 5)), "");
}

#[test]
fn units_counts_and_letters() {
    let index = sample();
    let same = |left, right, unit, negated| {
        ids(&index, Clause::SameUnit { left: boxed(left), right: boxed(right), unit, negated })
    };
    assert_eq!(same(word("antony"), word("friday"), Unit::Sentence, false), "visit");
    assert_eq!(same(word("antony"), word("minister"), Unit::Sentence, false), "");
    assert_eq!(same(word("antony"), word("minister"), Unit::Paragraph, false), "visit");
    assert_eq!(same(word("antony"), word("oil"), Unit::Paragraph, false), "");
    assert_eq!(same(word("oil"), word("price"), Unit::Sentence, true), "oil");
    assert_eq!(ids(&index, Clause::AtLeast(4, boxed(word("iraq")))), "old");
    assert_eq!(ids(&index, Clause::AtLeast(3, boxed(person("Antony Blinken")))), "visit");
    assert_eq!(ids(&index, Clause::AtLeast(4, boxed(person("Antony Blinken")))), "");
    assert_eq!(ids(&index, Clause::First(4, boxed(word("iraq")))), "old");
    let both = Clause::And(vec![node(word("iraq")), node(word("war"))]);
    assert_eq!(ids(&index, Clause::First(5, boxed(both))), "old");
    assert_eq!(ids(&index, Clause::Caps(Letters::AllCaps, boxed(phrase("us")))), "oil");
    assert_eq!(ids(&index, Clause::Caps(Letters::NoCaps, boxed(word("oil")))), "oil");
    assert_eq!(ids(&index, Clause::Caps(Letters::Caps, boxed(word("oil")))), "visit oil");
}

#[test]
fn counts_of_all_matches() {
    let index = sample();
    let facet = |facet, query| FacetRequest { query, ..FacetRequest::new(facet, 10) };
    let mut request = ask(word("iraq"));
    request.limit = 1;
    request.facets = vec![
        facet(Facet::Country, None),
        facet(Facet::Person, None),
        facet(Facet::Published(Period::Year), None),
        facet(Facet::Mentions(Period::Month), None),
        facet(Facet::Person, Some(node(Clause::All))),
    ];
    request.timeline = Some(TimelineRequest { by: Period::Month, mentions: false, facet: None });
    let response = index.search(&request).unwrap();
    assert_eq!((response.total, response.hits.len()), (3, 1));
    let shown: Vec<Vec<(String, u64)>> = response
        .facets
        .iter()
        .map(|counts| counts.values.iter().map(|v| (v.value.clone(), v.count)).collect())
        .collect();
    let pairs = |all: &[(&str, u64)]| all.iter().map(|(v, c)| ((*v).to_owned(), *c)).collect::<Vec<_>>();
    assert_eq!(shown[0], pairs(&[("IQ", 3), ("IR", 1)]));
    assert_eq!(shown[1], pairs(&[("Antony Blinken", 1), ("Mohammed Shia al-Sudani", 1)]));
    assert_eq!(shown[2], pairs(&[("2024", 2), ("1991", 1)]));
    assert_eq!(shown[3], pairs(&[("2024-11", 1), ("2024-12", 1)]));
    assert_eq!(shown[4].len(), 3);
    assert_eq!(response.facets[1].missing, 2);
    let timeline = response.timeline.unwrap();
    let steps: Vec<_> = timeline.steps.iter().map(|(step, count)| (step.value(), *count)).collect();
    assert_eq!(steps, [("1991-01".to_owned(), 1), ("2024-12".to_owned(), 2)]);
}

#[test]
fn pages_and_streams_give_every_hit_once_in_order() {
    let index = Index::in_memory().unwrap();
    let writer = index.writer(&WriterOptions { memory_bytes: 32 << 20, jobs: 1 }).unwrap();
    for number in 0..50 {
        let day = if number % 7 == 0 { String::new() } else { format!("2024-12-{:02}", 1 + number % 9) };
        // A word of its own, too: there are more that begin so than are weighed one by one.
        let body = format!("{}iraq{number}", "iraq ".repeat(1 + number % 3));
        let (article, annotations) = article(&format!("n{number}"), &day, "Same words", &body);
        writer.put(&article, &annotations).unwrap();
        if number % 20 == 19 {
            writer.commit().unwrap();
        }
    }
    writer.commit().unwrap();
    let any = text(Scope::All, Pattern::Wildcard("iraq*".into()));
    for (clause, sort) in [
        (word("iraq"), Sort::Relevance),
        (word("iraq"), Sort::Newest),
        (word("iraq"), Sort::Oldest),
        (any, Sort::Relevance),
        (Clause::All, Sort::Relevance),
    ] {
        let equal = match clause {
            Clause::All => Some(0.0),
            Clause::Text { pattern: Pattern::Wildcard(_), .. } => Some(1.0),
            _ => None,
        };
        let mut request = ask(clause);
        request.sort = sort;
        request.limit = 7;
        let mut paged = Vec::new();
        loop {
            let response = index.search(&request).unwrap();
            assert_eq!(response.total, 50);
            assert!(response.hits.iter().all(|hit| equal.is_none_or(|score| hit.score == score)));
            let Some(last) = response.hits.last() else { break };
            request.after = Some(last.cursor.clone());
            paged.extend(response.hits.into_iter().map(|hit| hit.id));
        }
        request.after = None;
        let mut streamed = Vec::new();
        let mut each = |hit: crate::search::Hit| {
            streamed.push(hit.id);
            ControlFlow::Continue(())
        };
        index.stream(&request, &mut each).unwrap();
        assert_eq!(paged, streamed, "{sort:?}");
        let mut all = streamed.clone();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 50);
        if sort != Sort::Relevance {
            assert!(streamed[48..].iter().all(|id| id[1..].parse::<u32>().unwrap() % 7 == 0), "{streamed:?}");
        }
    }
}

#[test]
fn a_hit_shows_its_matches() {
    let index = sample();
    let clause = Clause::And(vec![node(person("Antony Blinken")), node(word("arrive"))]);
    let hit = index.search(&ask(clause)).unwrap().hits.remove(0);
    assert_eq!(hit.title, "Blinken visits Baghdad");
    assert_eq!(hit.title_marks, [(0, 7)]);
    assert_eq!(hit.people, ["Antony Blinken", "Mohammed Shia al-Sudani"]);
    let marked: Vec<_> = hit.snippet.marks.iter().map(|(s, e)| &hit.snippet.text[*s..*e]).collect();
    assert_eq!(marked[..2], ["Antony Blinken", "arrived"]);
    let (article, annotations) = index.article("visit").unwrap().unwrap();
    assert_eq!((article.id.as_str(), annotations.people.len()), ("visit", 2));
    assert_eq!(index.article("nothing").unwrap(), None);
}

#[test]
fn the_same_id_is_replaced_and_the_same_content_is_left_alone() {
    let index = Index::in_memory().unwrap();
    let writer = index.writer(&WriterOptions { memory_bytes: 32 << 20, jobs: 1 }).unwrap();
    let one = article("a", "2024", "One", "first");
    let two = article("a", "2024", "Two", "second");
    assert_eq!(writer.put(&one.0, &one.1).unwrap(), Put::Added);
    assert_eq!(writer.put(&one.0, &one.1).unwrap(), Put::Duplicate, "again in one run");
    assert_eq!(writer.put(&two.0, &two.1).unwrap(), Put::Updated, "before the commit");
    writer.commit().unwrap();
    drop(writer);
    let writer = index.writer(&WriterOptions { memory_bytes: 32 << 20, jobs: 1 }).unwrap();
    assert_eq!(writer.put(&two.0, &two.1).unwrap(), Put::Unchanged);
    assert_eq!(writer.put(&one.0, &one.1).unwrap(), Put::Updated);
    writer.commit().unwrap();
    assert_eq!(ids(&index, word("first")), "a");
    assert_eq!(ids(&index, Clause::All), "a");
    assert!(writer.delete("a").unwrap());
    assert!(!writer.contains("a").unwrap());
    assert_eq!(writer.put(&one.0, &one.1).unwrap(), Put::Added, "after it was deleted");
    writer.commit().unwrap();
    assert_eq!(ids(&index, Clause::All), "a");
    writer.delete("a").unwrap();
    writer.rollback().unwrap();
    assert!(writer.contains("a").unwrap());
}

#[test]
fn articles_of_a_vanished_file_go_but_not_those_that_moved() {
    let index = Index::in_memory().unwrap();
    let writer = index.writer(&WriterOptions { memory_bytes: 32 << 20, jobs: 1 }).unwrap();
    let put = |id: &str, path: &str| {
        let (mut article, annotations) = article(id, "2024", "t", "b");
        article.origin.path = path.into();
        writer.put(&article, &annotations).unwrap()
    };
    put("stays", "a.zip!/1");
    put("moves", "a.zip!/2");
    put("goes", "a.zip!/3");
    writer.commit().unwrap();
    drop(writer);
    let writer = index.writer(&WriterOptions { memory_bytes: 32 << 20, jobs: 1 }).unwrap();
    let put = |id: &str, path: &str| {
        let (mut article, annotations) = article(id, "2024", "t", "b");
        article.origin.path = path.into();
        writer.put(&article, &annotations).unwrap()
    };
    assert_eq!(put("moves", "b.txt"), Put::Unchanged);
    assert_eq!(put("goes", "a.zip!/3"), Put::Unchanged);
    assert_eq!(writer.delete_origin("a.zip", &|id| id == "stays").unwrap(), 1);
    writer.commit().unwrap();
    assert!(writer.contains("stays").unwrap() && writer.contains("moves").unwrap());
    assert!(!writer.contains("goes").unwrap());
}

#[test]
fn of_two_versions_the_newer_stays_whichever_came_first() {
    let versions = [("2024-12-01", "b.txt"), ("2024-12-02", "a.txt"), ("2024-12-02", "c.txt"), ("", "z.txt")];
    for commit in [false, true] {
        for first in 0..versions.len() {
            let index = Index::in_memory().unwrap();
            let writer = index.writer(&WriterOptions { memory_bytes: 32 << 20, jobs: 1 }).unwrap();
            for turn in 0..versions.len() {
                let (day, path) = versions[(first + turn) % versions.len()];
                let (mut article, annotations) = article("same", day, path, "b");
                article.origin.path = path.into();
                writer.put(&article, &annotations).unwrap();
                if commit {
                    writer.commit().unwrap();
                }
            }
            writer.commit().unwrap();
            let (article, _) = index.article("same").unwrap().unwrap();
            assert_eq!(article.origin.path, "c.txt", "from {first}, committed {commit}");
        }
    }
}

#[test]
fn a_file_that_was_read_again_replaces_what_it_gave_before() {
    let index = Index::in_memory().unwrap();
    let writer = index.writer(&WriterOptions { memory_bytes: 32 << 20, jobs: 1 }).unwrap();
    let (newer, annotations) = article("a", "2024-12-02", "t", "first");
    assert_eq!(writer.put(&newer, &annotations).unwrap(), Put::Added);
    writer.commit().unwrap();
    let (older, annotations) = article("a", "2024-12-01", "t", "corrected");
    assert_eq!(writer.put(&older, &annotations).unwrap(), Put::Updated, "the date was corrected");
}

#[test]
fn an_index_on_disk_survives_and_says_what_is_wrong_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("a/.dateline");
    assert!(matches!(Index::open(&dir), Err(EngineError::NotFound(_))));
    let index = Index::create_or_open(&dir).unwrap();
    let settings = WriterOptions { memory_bytes: 32 << 20, jobs: 1 };
    let writer = index.writer(&settings).unwrap();
    assert!(matches!(index.writer(&settings), Err(EngineError::Locked(_))));
    let (article, annotations) = article("a", "2024-12-13", "One", "first");
    writer.put(&article, &annotations).unwrap();
    writer.commit_with("where the run stood").unwrap();
    writer.put(&Article { id: "b".into(), ..article }, &annotations).unwrap();
    drop(writer); // as if killed: what was not committed is gone
    let index = Index::open(&dir).unwrap();
    assert_eq!(ids(&index, Clause::All), "a");
    assert_eq!(index.payload().unwrap().as_deref(), Some("where the run stood"));
    let stats = index.stats().unwrap();
    assert_eq!((stats.articles, stats.undated, stats.format), (1, 0, FORMAT));
    assert_eq!(stats.first_published, stats.last_published);
    std::fs::write(dir.join("meta.json"), r#"{"format": 99, "new": true}"#).unwrap();
    assert!(matches!(Index::open(&dir), Err(EngineError::Incompatible { found: 99, expected: FORMAT, .. })));
    std::fs::write(dir.join("meta.json"), "{").unwrap();
    assert!(matches!(Index::open(&dir), Err(EngineError::Damaged { .. })));
    index.meta().write(&dir).unwrap();
    std::fs::remove_dir_all(dir.join("tantivy")).unwrap();
    assert!(matches!(Index::open(&dir), Err(EngineError::Damaged { .. })));
}

#[test]
fn threads_put_at_the_same_time() {
    let index = Index::in_memory().unwrap();
    let writer = index.writer(&WriterOptions { memory_bytes: 64 << 20, jobs: 2 }).unwrap();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let writer = &writer;
            scope.spawn(move || {
                for number in 0..50 {
                    // Every id is put by two threads.
                    let (article, annotations) =
                        article(&format!("{}-{number}", thread / 2), "2024", "t", &format!("by {thread}"));
                    writer.put(&article, &annotations).unwrap();
                }
            });
        }
    });
    writer.finish().unwrap();
    let mut request = ask(Clause::All);
    request.limit = 0;
    assert_eq!(index.search(&request).unwrap().total, 100);
}

#[test]
fn nothing_found_says_which_clause_is_to_blame() {
    let index = sample();
    let response = index.search(&ask(Clause::And(vec![node(word("iraq")), node(word("nowhere"))]))).unwrap();
    assert_eq!(response.notes, ["iraq 3 · nowhere 0 · all together 0"]);
    let response = index.search(&ask(person("Blinkin"))).unwrap();
    assert_eq!(
        response.notes,
        ["no person matches 'Blinkin'; nearest: Alan Blinken (1), Antony Blinken (1)"]
    );
    let response = index.search(&ask(person("Antonny Blinken"))).unwrap();
    assert_eq!(response.notes, ["no person matches 'Antonny Blinken'; nearest: Antony Blinken (1)"]);
    let response = index.search(&ask(person("Zebedee"))).unwrap();
    assert_eq!(response.notes, ["no person matches 'Zebedee'"]);
    let response = index.search(&ask(person("Blinken"))).unwrap();
    assert_eq!(response.notes, ["2 people match 'Blinken': Alan Blinken 1 · Antony Blinken 1"]);
}

#[test]
fn any_text_can_be_indexed() {
    let index = Index::in_memory().unwrap();
    let writer = index.writer(&WriterOptions { memory_bytes: 32 << 20, jobs: 1 }).unwrap();
    let long = "word ".repeat(5_000);
    for (number, body) in ["", "\u{1}P\u{0}", "🎉\u{202e}", &long, &"x".repeat(100_000)].iter().enumerate()
    {
        let (mut article, annotations) = article(&format!("{number}"), "", "", "");
        article.title = (*body).to_owned();
        article.body = (*body).to_owned();
        article.id = format!("{number} {}", &body[..body.len().min(1) * usize::from(body.is_ascii())]);
        writer.put(&article, &annotations).unwrap();
    }
    writer.commit().unwrap();
    assert_eq!(ids(&index, word("word")), ids(&index, phrase("word word")));
}

/// A column holds 65,535 bytes of a value: characters of two bytes do not fit evenly.
#[test]
fn a_name_of_any_length_is_counted() {
    let index = Index::in_memory().unwrap();
    let writer = index.writer(&WriterOptions { memory_bytes: 32 << 20, jobs: 1 }).unwrap();
    let name = "Б".repeat(100_000);
    let (article, mut annotations) = article("a", "", "", "Said [P:Antony Blinken|Blinken].");
    annotations.people.push(Person { name: name.clone(), mentions: Vec::new() });
    let sourced = Article { source: Some(name.clone()), ..article };
    writer.put(&sourced, &annotations).unwrap();
    writer.finish().unwrap();
    index.refresh().unwrap();
    let facets = [Facet::Person, Facet::Source].map(|facet| FacetRequest::new(facet, 5)).to_vec();
    let response = index.search(&SearchRequest { facets, ..ask(Clause::All) }).unwrap();
    let [people, sources] = &response.facets[..] else { panic!("two facets") };
    let values: Vec<&str> = people.values.iter().chain(&sources.values).map(|v| v.value.as_str()).collect();
    assert_eq!(values[0], "Antony Blinken");
    assert_eq!(values.len(), 3);
    assert!(values[1..].iter().all(|value| value.len() > 60_000 && name.starts_with(value)));
}

#[test]
fn articles_are_put_while_others_commit() {
    let folder = tempfile::tempdir().unwrap();
    let writer = Writer::open(folder.path(), &WriterOptions { memory_bytes: 64 << 20, jobs: 2 }).unwrap();
    let (done, over) = std::sync::mpsc::channel();
    let put = |from: usize| {
        for number in from..from + 400 {
            let (article, found) = article(&number.to_string(), "2024-12-13", "Envoy returns", "He said so.");
            writer.put(&article, &found).unwrap();
        }
    };
    // A thread of its own, since what is tested is that it ends.
    std::thread::scope(|scope| {
        for from in [0, 1000, 2000] {
            let (put, done) = (&put, done.clone());
            scope.spawn(move || {
                put(from);
                done.send(()).unwrap();
            });
        }
        let mut ended = 0;
        let start = std::time::Instant::now();
        while ended < 3 {
            writer.commit().unwrap();
            ended += over.try_iter().count();
            // A commit waits for the disk: let some articles come in between.
            std::thread::sleep(std::time::Duration::from_millis(10));
            if start.elapsed().as_secs() > 60 {
                std::process::abort();
            }
        }
    });
    writer.finish().unwrap();
    assert_eq!(Index::open(folder.path()).unwrap().stats().unwrap().articles, 1200);
}
