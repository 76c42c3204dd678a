//! An article on its way into the index: cut into words, stemmed, with its entities standing in the text.

use super::calendar;
use super::copies::Sketcher;
use super::schema::{BODY_START, Fields, LEAD_WEIGHT, TITLE_WEIGHT, TITLE_WORDS, mark, surname};
use super::segment::{Building, Lists, Placed, TextTerms, WordTerms};
use super::sentences::{Begin, begins};
use super::stem::Stems;
use super::stored::Encoded;
use super::terms::TermNumber;
use crate::article::name::{fold, name_key};
use crate::article::{Article, Interval, Part, Published, Span, words};
use crate::extract::{Annotations, PersonMention};

/// Most words of a first paragraph that weigh as the lead: a text without paragraphs is not all lead.
const LEAD_WORDS: u32 = 30;
/// Words of the title that have no place before the body stand so many positions behind it: further than any distance
/// reaches.
const FAR_BEHIND: u32 = 300;

/// A mention in one part of the article, with the number of its entity.
struct Mention {
    start: u32,
    end: u32,
    kind: Kind,
    entity: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Person,
    Country,
    Date,
}

/// Cuts an article into what the index holds of it beside what is stored, and adds that to a segment. `now` is the
/// time of adding, in seconds.
pub(super) fn add(
    to: &mut Building,
    fields: &Fields,
    stems: &Stems,
    article: &Article,
    annotations: &Annotations,
    encoded: &Encoded,
    now: i64,
) {
    to.lists(fields.id).push_whole(&article.id);
    to.number(fields.hash, encoded.hash);
    to.lists(fields.origin).push_whole(top_file(&article.origin.path));
    let keys: Vec<String> = annotations.people.iter().map(|person| name_key(&person.name)).collect();
    let length = text(to, fields, stems, article, annotations, &keys);
    to.number(fields.length, u64::from(length));
    to.signed(fields.ingested, now);
    people(to, fields, annotations, &keys);
    places(to, fields, annotations);
    dates(to, fields, article, annotations);
    metadata(to, fields, article);
}

/// Words of title, body and byline; returns the number of words of the body. `keys` are those of the people.
fn text(
    to: &mut Building,
    fields: &Fields,
    stems: &Stems,
    article: &Article,
    annotations: &Annotations,
    keys: &[String],
) -> u32 {
    let (text, title) = to.text_beside(fields.text, fields.title_stem, stems);
    let marks = Marks::of(text.lists);
    let people = keys.iter().map(|key| (format!("{}{key}", mark::PERSON_KEY), marks.person));
    let codes = annotations.countries.iter().map(|country| country.code);
    let countries = codes.map(|code| (format!("{}{code}", mark::COUNTRY_CODE), marks.country));
    let entities = people
        .chain(countries)
        .map(|(term, mark)| Entity { term: text.lists.number(None, &term), mark, placed: false })
        .collect();
    let mut cutter = Cutter { text, title, sketcher: Sketcher::default(), marks, entities };
    let in_title = mentions(annotations, Part::Title);
    let in_body = mentions(annotations, Part::Body);
    let title_words = cutter.title(&article.title, &in_title);
    let body_words = cutter.body(&article.body, &in_body);
    cutter.beside_the_text();
    if title_words > TITLE_WORDS {
        cutter.overflow(&article.title, BODY_START + body_words + FAR_BEHIND);
    }
    let sketcher = cutter.sketcher;
    for hash in sketcher.finish(article.published.as_ref().map(seconds), article.source.as_deref()) {
        to.number(fields.sketch, hash);
    }
    let byline = to.lists(fields.byline);
    let mut at = 0;
    for author in &article.authors {
        let used = words::each(author, |term, _, _, position, _| byline.push(term, at + position));
        at += used + 8; // a phrase does not reach from one author into the next
    }
    let has = to.lists(fields.has);
    for (name, is_there) in [("title", title_words > 0), ("body", body_words > 0), ("byline", at > 0)] {
        if is_there {
            has.push(name, 0);
        }
    }
    body_words
}

/// The file of the archive that a path lies in, without the way into containers.
pub(super) fn top_file(path: &str) -> &str {
    path.split_once("!/").map_or(path, |(file, _)| file)
}

struct Cutter<'a> {
    text: TextTerms<'a>,
    title: &'a mut Lists,
    sketcher: Sketcher,
    marks: Marks,
    entities: Vec<Entity>,
}

/// A person or country of the article.
#[derive(Clone, Copy)]
struct Entity {
    term: TermNumber,
    /// The mark of its kind.
    mark: TermNumber,
    /// Whether it stands in the text.
    placed: bool,
}

/// The numbers of the marks in the segment at hand.
#[derive(Clone, Copy)]
struct Marks {
    person: TermNumber,
    country: TermNumber,
    date: TermNumber,
    next_mention: TermNumber,
    sentence: TermNumber,
    paragraph: TermNumber,
    lead_end: TermNumber,
}

impl Marks {
    fn of(text: &mut Lists) -> Self {
        Self {
            person: text.number(None, mark::PERSON),
            country: text.number(None, mark::COUNTRY),
            date: text.number(None, mark::DATE),
            next_mention: text.number(None, mark::NEXT_MENTION),
            sentence: text.number(None, mark::SENTENCE),
            paragraph: text.number(None, mark::PARAGRAPH),
            lead_end: text.number(None, mark::LEAD_END),
        }
    }

    fn kind(&self, kind: Kind) -> TermNumber {
        match kind {
            Kind::Person => self.person,
            Kind::Country => self.country,
            Kind::Date => self.date,
        }
    }
}

/// Adds a word: its stem, as often as it weighs, and itself when it is another.
#[inline]
fn push_word(text: &mut Lists, terms: WordTerms, place: u32, weight: u8) {
    for _ in 0..weight {
        text.push_number(terms.stem, place);
    }
    if let Some(written) = terms.written {
        text.push_anchored(written.get(), terms.stem, place);
    }
}

impl Cutter<'_> {
    fn title(&mut self, title: &str, mentions: &[Mention]) -> u32 {
        let Self { text, title: stems, sketcher, marks, entities } = self;
        let mut walk = Walk::new(mentions);
        text.each(title, mark::WRITTEN, |lists, Placed { word, terms, start, end, position, covers, .. }| {
            stems.push(lists.word(terms.stem), 0);
            sketcher.headline(word);
            if position >= TITLE_WORDS {
                return;
            }
            push_word(lists, terms, position, TITLE_WEIGHT);
            if covers == 1 {
                if position == 0 {
                    lists.push_number(marks.paragraph, 0);
                }
                walk.word(start, end, position, marks, entities, lists);
            }
        })
    }

    fn body(&mut self, body: &str, mentions: &[Mention]) -> u32 {
        let Self { text, entities, marks, sketcher, .. } = self;
        let mut walk = Walk::new(mentions);
        let mut previous: Option<(usize, usize)> = None;
        let mut in_lead = true;
        let used = text.each(body, mark::WRITTEN, |lists, word| {
            let Placed { word, key, terms, start, end, position, covers } = word;
            let place = BODY_START + position;
            let weight = if in_lead && position < LEAD_WORDS { LEAD_WEIGHT } else { 1 };
            if covers > 1 {
                push_word(lists, terms, place, weight);
                return;
            }
            sketcher.word(key, word);
            let begin = match previous {
                None => Begin::Paragraph,
                Some((from, to)) => begins(body, from..to, start),
            };
            match begin {
                Begin::Nothing => {}
                Begin::Sentence => lists.push_number(marks.sentence, place),
                Begin::Paragraph => {
                    if previous.is_some() && in_lead {
                        in_lead = false;
                        lists.push_number(marks.lead_end, place - 1);
                    }
                    lists.push_number(marks.paragraph, place);
                }
            }
            push_word(lists, terms, place, if in_lead { weight } else { 1 });
            walk.word(start, end, place, marks, entities, lists);
            previous = Some((start, end));
        });
        if in_lead && used > 0 {
            self.text.lists.push_number(self.marks.lead_end, BODY_START + used - 1);
        }
        used
    }

    /// People and countries of the article that none of its words name: an editor assigned them. They stand behind
    /// all mentions.
    fn beside_the_text(&mut self) {
        for entity in self.entities.iter().filter(|entity| !entity.placed) {
            self.text.lists.push_anchored(entity.term, entity.mark, u32::MAX);
        }
    }

    /// Words of a very long title that found no place before the body.
    fn overflow(&mut self, title: &str, from: u32) {
        self.text.each(title, mark::WRITTEN, |lists, Placed { terms, position, .. }| {
            if position >= TITLE_WORDS {
                push_word(lists, terms, from + position - TITLE_WORDS, 1);
            }
        });
    }
}

/// The mentions of one part in order of the text. Entities are numbered people first, then countries.
fn mentions(annotations: &Annotations, part: Part) -> Vec<Mention> {
    let here = |span: &Span| span.part == part && span.start < span.end;
    let mut out = Vec::new();
    for (number, person) in annotations.people.iter().enumerate() {
        out.extend(person.mentions.iter().map(|m| m.span).filter(here).map(|span| Mention {
            start: span.start,
            end: span.end,
            kind: Kind::Person,
            entity: Some(number),
        }));
    }
    for (number, country) in annotations.countries.iter().enumerate() {
        out.extend(country.mentions.iter().map(|m| m.span).filter(here).map(|span| Mention {
            start: span.start,
            end: span.end,
            kind: Kind::Country,
            entity: Some(annotations.people.len() + number),
        }));
    }
    out.extend(annotations.dates.iter().map(|m| m.span).filter(here).map(|span| Mention {
        start: span.start,
        end: span.end,
        kind: Kind::Date,
        entity: None,
    }));
    out.sort_by_key(|mention| (mention.start, mention.end));
    out
}

/// Walks the mentions of a part along with its words.
struct Walk<'a> {
    mentions: &'a [Mention],
    /// Mentions that covered the word before, by number, to tell neighbours apart.
    before: Vec<usize>,
    now: Vec<usize>,
    next: usize,
}

impl<'a> Walk<'a> {
    fn new(mentions: &'a [Mention]) -> Self {
        Self { mentions, before: Vec::new(), now: Vec::new(), next: 0 }
    }

    fn word(
        &mut self,
        start: usize,
        end: usize,
        place: u32,
        marks: &Marks,
        entities: &mut [Entity],
        text: &mut Lists,
    ) {
        // Most words are far from any mention.
        if self.before.is_empty()
            && self.mentions.get(self.next).is_none_or(|next| next.start as usize >= end)
        {
            return;
        }
        self.now.clear();
        for (number, mention) in self.mentions.iter().enumerate().skip(self.next) {
            if mention.start as usize >= end {
                break;
            }
            if mention.end as usize <= start {
                // Mentions seldom overlap: the first that is over lets the walk begin behind it.
                if number == self.next {
                    self.next += 1;
                }
                continue;
            }
            self.now.push(number);
            text.push_number(marks.kind(mention.kind), place);
            // Which one it is stands at the first word only; the run of `any` tells where it ends.
            if let Some(entity) = mention.entity.and_then(|entity| entities.get_mut(entity))
                && !self.before.contains(&number)
            {
                entity.placed = true;
                text.push_anchored(entity.term, entity.mark, place);
            }
        }
        let follows = |number: &usize| {
            !self.before.contains(number)
                && self
                    .before
                    .iter()
                    .any(|b| self.mentions[*b].kind == self.mentions[*number].kind && !self.now.contains(b))
        };
        if self.now.iter().any(follows) {
            text.push_number(marks.next_mention, place);
        }
        std::mem::swap(&mut self.before, &mut self.now);
    }
}

fn people(to: &mut Building, fields: &Fields, annotations: &Annotations, keys: &[String]) {
    if annotations.people.is_empty() {
        return;
    }
    to.lists(fields.has).push("person", 0);
    let surnames = to.lists(fields.surname);
    for (person, key) in annotations.people.iter().zip(keys) {
        let Some(surname) = surname(key) else { continue };
        let weight = |mention: &PersonMention| match mention.span.part {
            Part::Title => usize::from(TITLE_WEIGHT),
            Part::Body => 1,
        };
        let number = surnames.number(None, surname);
        for _ in 0..person.mentions.iter().map(weight).sum::<usize>().max(1) {
            surnames.push_number(number, 0);
        }
    }
    let mut names: Vec<&str> = Vec::new();
    for (person, key) in annotations.people.iter().zip(keys) {
        if !key.is_empty() && !names.contains(&person.name.as_str()) {
            names.push(&person.name);
        }
    }
    for name in names {
        to.value(fields.person_name, name);
    }
}

fn places(to: &mut Building, fields: &Fields, annotations: &Annotations) {
    if annotations.countries.is_empty() {
        return;
    }
    to.lists(fields.has).push("country", 0);
    let mut seen: Vec<String> = Vec::new();
    for country in &annotations.countries {
        to.value(fields.country_code, country.code);
        for place in country.mentions.iter().filter_map(|m| m.place.as_deref()) {
            let name = format!("{place}, {}", country.code);
            if !seen.contains(&name) {
                seen.push(name);
            }
        }
    }
    if seen.is_empty() {
        return;
    }
    to.lists(fields.has).push("place", 0);
    for name in &seen {
        let folded = fold(name);
        let terms = to.lists(fields.place);
        terms.push(folded.rsplit_once(", ").map_or(folded.as_str(), |(place, _)| place), 0);
        terms.push(&folded, 0);
        to.value(fields.place_name, name);
    }
}

fn dates(to: &mut Building, fields: &Fields, article: &Article, annotations: &Annotations) {
    if let Some(published) = &article.published {
        to.date(fields.published, &published.on);
        to.signed(fields.published_at, seconds(published));
        if let Some(packed) = calendar::pack(&published.on) {
            to.number(fields.published_on, packed);
        }
        to.lists(fields.has).push("published", 0);
    }
    if annotations.dates.is_empty() {
        return;
    }
    to.lists(fields.has).push("mentions", 0);
    let mut packed: Vec<(u64, Interval)> =
        annotations.dates.iter().filter_map(|d| Some((calendar::pack(&d.value)?, d.value))).collect();
    packed.sort_unstable_by_key(|(packed, _)| *packed);
    packed.dedup_by_key(|(packed, _)| *packed);
    for (number, interval) in &packed {
        to.number(fields.mentioned, *number);
        to.date(fields.mentions, interval);
    }
}

/// The instant of publication, else midnight at the beginning of the day, in seconds since 1970.
pub(super) fn seconds(published: &Published) -> i64 {
    published.at.unwrap_or_else(|| published.on.first.and_time(chrono::NaiveTime::MIN).and_utc().timestamp())
}

fn metadata(to: &mut Building, fields: &Fields, article: &Article) {
    to.lists(fields.has).push("id", 0);
    let all = [
        ("source", &article.source, fields.source, Some(fields.source_name)),
        ("section", &article.section, fields.section, Some(fields.section_name)),
        ("language", &article.language, fields.language, Some(fields.language_name)),
        ("kind", &article.kind, fields.kind, None),
        ("url", &article.url, fields.url, None),
    ];
    for (name, value, field, fast) in all {
        let Some(value) = value.as_deref().filter(|value| !value.is_empty()) else { continue };
        to.lists(fields.has).push(name, 0);
        to.lists(field).push_whole(&fold(value));
        if let Some(fast) = fast {
            to.value(fast, value);
        }
    }
}
