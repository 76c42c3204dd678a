//! An article on its way into tantivy: cut into words, stemmed, with its entities standing in the text.

use std::num::NonZero;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tantivy::schema::document::{ReferenceValue, ReferenceValueLeaf, Value};
use tantivy::schema::{Document, Field};

use super::calendar;
use super::copies::Sketcher;
use super::packed::{Packer, Packing};
use super::schema::{BODY_START, Fields, LEAD_WEIGHT, TITLE_WEIGHT, TITLE_WORDS, mark};
use super::sentences::{Begin, begins};
use super::stem::{Numbers, Stems};
use super::stored::Encoded;
use super::stream::{Counted, Placed};
use crate::article::name::{fold, name_key};
use crate::article::{Article, Interval, Part, Published, Span, words};
use crate::extract::Annotations;
use crate::search::EngineError;

/// Most words of a first paragraph that weigh as the lead: a text without paragraphs is not all lead.
const LEAD_WORDS: u32 = 30;
/// What has no place in the text stands so many positions behind it: further than any distance reaches.
const FAR_BEHIND: u32 = 300;

/// One value of a document.
#[derive(Clone, Debug)]
pub(super) enum Held {
    Text(String),
    Number(u64),
    Signed(i64),
    Bytes(Vec<u8>),
}

/// A document ready for tantivy. Its weight is taken off the account of waiting bytes when it is dropped.
#[derive(Debug)]
pub(super) struct Prepared {
    values: Vec<(Field, Held)>,
    weight: usize,
    account: Option<Arc<AtomicUsize>>,
}

impl Drop for Prepared {
    fn drop(&mut self) {
        if let Some(account) = &self.account {
            account.fetch_sub(self.weight, Ordering::Relaxed);
        }
    }
}

impl Prepared {
    /// Enters the document's bytes in an account, until it is dropped.
    pub(super) fn enter(&mut self, account: &Arc<AtomicUsize>) {
        account.fetch_add(self.weight, Ordering::Relaxed);
        self.account = Some(Arc::clone(account));
    }

    /// Bytes it holds.
    pub(super) fn weight(&self) -> usize {
        self.weight
    }
}

impl Document for Prepared {
    type Value<'a> = Shown<'a>;
    type FieldsValuesIter<'a> = ShownFields<'a>;

    fn iter_fields_and_values(&self) -> Self::FieldsValuesIter<'_> {
        ShownFields(self.values.iter())
    }
}

/// The values of a document, as tantivy wants to see them.
#[derive(Debug)]
pub(super) struct ShownFields<'a>(std::slice::Iter<'a, (Field, Held)>);

impl<'a> Iterator for ShownFields<'a> {
    type Item = (Field, Shown<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next().map(|(field, held)| (*field, Shown(held)))
    }
}

/// A value, borrowed.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shown<'a>(&'a Held);

impl<'a> Value<'a> for Shown<'a> {
    type ArrayIter = std::iter::Empty<Self>;
    type ObjectIter = std::iter::Empty<(&'a str, Self)>;

    fn as_value(&self) -> ReferenceValue<'a, Self> {
        ReferenceValue::Leaf(match self.0 {
            Held::Text(text) => ReferenceValueLeaf::Str(text),
            Held::Number(number) => ReferenceValueLeaf::U64(*number),
            Held::Signed(number) => ReferenceValueLeaf::I64(*number),
            Held::Bytes(bytes) => ReferenceValueLeaf::Bytes(bytes),
        })
    }
}

/// A mention in one part of the article, with the term that stands for its entity.
struct Mention {
    start: u32,
    end: u32,
    any: &'static str,
    term: Option<usize>,
}

/// Makes documents. One for each thread; it keeps the stems it has met, and room to work in.
#[derive(Debug)]
pub(super) struct Maker {
    stems: Stems,
    placed: Placed,
    packing: Packing,
    packer: Packer,
}

impl Maker {
    pub(super) fn new(packing: Packing) -> Self {
        let packer = packing.packer();
        Self { stems: Stems::default(), placed: Placed::default(), packing, packer }
    }

    /// Cuts an article into what the index holds of it. `now` is the time of adding, in seconds.
    ///
    /// # Errors
    /// As [`Packing::pack`].
    pub(super) fn make(
        &mut self,
        fields: &Fields,
        article: &Article,
        annotations: &Annotations,
        encoded: &Encoded,
        key: u64,
        now: i64,
    ) -> Result<Prepared, EngineError> {
        let stored = self.packing.pack(&mut self.packer, &encoded.bytes)?;
        let mut values = Vec::with_capacity(40);
        values.push((fields.id, Held::Text(article.id.clone())));
        values.push((fields.key, Held::Number(key)));
        values.push((fields.hash, Held::Number(encoded.hash())));
        values.push((fields.origin, Held::Text(top_file(&article.origin.path).to_owned())));
        let mut has = Counted::default();
        let length = self.text(fields, article, annotations, &mut values, &mut has);
        values.push((fields.length, Held::Number(u64::from(length))));
        values.push((fields.ingested, Held::Signed(now)));
        people(fields, annotations, &mut values, &mut has);
        places(fields, annotations, &mut values, &mut has);
        dates(fields, article, annotations, &mut values, &mut has);
        metadata(fields, article, &mut values, &mut has);
        values.push((fields.has, Held::Text(has.finish())));
        values.push((fields.stored, Held::Bytes(stored)));
        let weight = values
            .iter()
            .map(|(_, held)| match held {
                Held::Text(text) => text.len() + 32,
                Held::Bytes(bytes) => bytes.len() + 32,
                Held::Number(_) | Held::Signed(_) => 32,
            })
            .sum();
        Ok(Prepared { values, weight, account: None })
    }

    /// Words of title, body and byline; returns the number of words of the body.
    fn text(
        &mut self,
        fields: &Fields,
        article: &Article,
        annotations: &Annotations,
        values: &mut Vec<(Field, Held)>,
        has: &mut Counted,
    ) -> u32 {
        self.stems.next_document();
        let mut cutter = Cutter {
            stems: &mut self.stems,
            text: &mut self.placed,
            title_stem: Counted::default(),
            sketcher: Sketcher::default(),
            entities: annotations
                .people
                .iter()
                .map(|person| format!("{}{}", mark::PERSON_KEY, name_key(&person.name)))
                .chain(annotations.countries.iter().map(|c| format!("{}{}", mark::COUNTRY_CODE, c.code)))
                .collect(),
        };
        let in_title = mentions(annotations, Part::Title);
        let in_body = mentions(annotations, Part::Body);
        let title_words = cutter.title(&article.title, &in_title);
        let body_words = cutter.body(&article.body, &in_body);
        let behind = BODY_START + body_words + FAR_BEHIND;
        cutter.beside_the_text(annotations, behind);
        if title_words > TITLE_WORDS {
            cutter.overflow(&article.title, behind + FAR_BEHIND);
        }
        let Cutter { text, title_stem, sketcher, .. } = cutter;
        let sketch = sketcher.finish(article.published.as_ref().map(seconds), article.source.as_deref());
        values.extend(sketch.map(|hash| (fields.sketch, Held::Number(hash))));
        values.push((fields.text, Held::Text(text.finish())));
        if title_words > 0 {
            values.push((fields.title_stem, Held::Text(title_stem.finish())));
            has.push("title", 1);
        }
        if body_words > 0 {
            has.push("body", 1);
        }
        let byline = &mut self.placed;
        let mut at = 0;
        for author in &article.authors {
            let used = words::each(author, |term, _, _, position, _| byline.push(term, at + position));
            at += used + 8; // a phrase does not reach from one author into the next
        }
        if at > 0 {
            values.push((fields.byline, Held::Text(byline.finish())));
            has.push("byline", 1);
        }
        body_words
    }
}

/// The file of the archive that a path lies in, without the way into containers.
pub(super) fn top_file(path: &str) -> &str {
    path.split_once("!/").map_or(path, |(file, _)| file)
}

struct Cutter<'a> {
    stems: &'a mut Stems,
    text: &'a mut Placed,
    title_stem: Counted,
    sketcher: Sketcher,
    entities: Vec<String>,
}

/// Adds a word: its stem, as often as it weighs, and itself when it is another.
fn push_word(stems: &mut Stems, text: &mut Placed, term: &str, place: u32, weight: u8) {
    let terms = stems.numbers(term, |stem| Numbers {
        stem: text.number(None, stem),
        // It comes behind its stem, so it never is the first.
        written: (stem != term).then(|| text.number(Some(mark::WRITTEN), term)).and_then(NonZero::new),
    });
    for _ in 0..weight {
        text.push_number(terms.stem, place);
    }
    if let Some(written) = terms.written {
        text.push_number(written.get(), place);
    }
}

impl Cutter<'_> {
    fn title(&mut self, title: &str, mentions: &[Mention]) -> u32 {
        let Self { stems, text, title_stem, sketcher, entities } = self;
        let mut walk = Walk::new(mentions);
        words::each(title, |term, start, end, position, covers| {
            stems.with(term, |stem| title_stem.push(stem, 1));
            sketcher.headline(term);
            if position >= TITLE_WORDS {
                return;
            }
            push_word(stems, text, term, position, TITLE_WEIGHT);
            if covers == 1 {
                if position == 0 {
                    text.push(mark::PARAGRAPH, 0);
                }
                walk.word(start, end, position, entities, text);
            }
        })
    }

    fn body(&mut self, body: &str, mentions: &[Mention]) -> u32 {
        let Self { stems, text, entities, sketcher, .. } = self;
        let mut walk = Walk::new(mentions);
        let mut previous: Option<(usize, usize)> = None;
        let mut in_lead = true;
        let used = words::each(body, |term, start, end, position, covers| {
            let place = BODY_START + position;
            let weight = if in_lead && position < LEAD_WORDS { LEAD_WEIGHT } else { 1 };
            if covers > 1 {
                push_word(stems, text, term, place, weight);
                return;
            }
            sketcher.word(term);
            let begin = match previous {
                None => Begin::Paragraph,
                Some(word) => begins(body, word.0..word.1, start),
            };
            match begin {
                Begin::Nothing => {}
                Begin::Sentence => text.push(mark::SENTENCE, place),
                Begin::Paragraph => {
                    if previous.is_some() && in_lead {
                        in_lead = false;
                        text.push(mark::LEAD_END, place - 1);
                    }
                    text.push(mark::PARAGRAPH, place);
                }
            }
            push_word(stems, text, term, place, if in_lead { weight } else { 1 });
            walk.word(start, end, place, entities, text);
            previous = Some((start, end));
        });
        if in_lead && used > 0 {
            self.text.push(mark::LEAD_END, BODY_START + used - 1);
        }
        used
    }

    /// People and countries of the article that no words of it name: an editor assigned them.
    fn beside_the_text(&mut self, annotations: &Annotations, mut place: u32) {
        let people = annotations.people.iter().map(|p| p.mentions.iter().any(|m| m.span.start < m.span.end));
        let countries =
            annotations.countries.iter().map(|c| c.mentions.iter().any(|m| m.span.start < m.span.end));
        for (term, named) in self.entities.iter().zip(people.chain(countries)) {
            if !named {
                self.text.push(term, place);
                place += 2;
            }
        }
    }

    /// Words of a very long title that found no place before the body.
    fn overflow(&mut self, title: &str, from: u32) {
        words::each(title, |term, _, _, position, _| {
            if position >= TITLE_WORDS {
                push_word(self.stems, self.text, term, from + position - TITLE_WORDS, 1);
            }
        });
    }
}

/// The mentions of one part in order of the text. Terms are numbered people first, then countries.
fn mentions(annotations: &Annotations, part: Part) -> Vec<Mention> {
    let here = |span: &Span| span.part == part && span.start < span.end;
    let mut out = Vec::new();
    for (number, person) in annotations.people.iter().enumerate() {
        out.extend(person.mentions.iter().map(|m| m.span).filter(here).map(|span| Mention {
            start: span.start,
            end: span.end,
            any: mark::PERSON,
            term: Some(number),
        }));
    }
    for (number, country) in annotations.countries.iter().enumerate() {
        out.extend(country.mentions.iter().map(|m| m.span).filter(here).map(|span| Mention {
            start: span.start,
            end: span.end,
            any: mark::COUNTRY,
            term: Some(annotations.people.len() + number),
        }));
    }
    out.extend(annotations.dates.iter().map(|m| m.span).filter(here).map(|span| Mention {
        start: span.start,
        end: span.end,
        any: mark::DATE,
        term: None,
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

    fn word(&mut self, start: usize, end: usize, place: u32, entities: &[String], text: &mut Placed) {
        if self.next >= self.mentions.len() {
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
            text.push(mention.any, place);
            // Which one it is stands at the first word only; the run of `any` tells where it ends.
            if let Some(term) = mention.term.and_then(|term| entities.get(term))
                && !self.before.contains(&number)
            {
                text.push(term, place);
            }
        }
        let follows = |number: &usize| {
            !self.before.contains(number)
                && self
                    .before
                    .iter()
                    .any(|b| self.mentions[*b].any == self.mentions[*number].any && !self.now.contains(b))
        };
        if self.now.iter().any(follows) {
            text.push(mark::NEXT_MENTION, place);
        }
        std::mem::swap(&mut self.before, &mut self.now);
    }
}

fn people(fields: &Fields, annotations: &Annotations, values: &mut Vec<(Field, Held)>, has: &mut Counted) {
    if annotations.people.is_empty() {
        return;
    }
    has.push("person", 1);
    let mut words = Counted::default();
    let mut names: Vec<&str> = Vec::new();
    for person in &annotations.people {
        let key = name_key(&person.name);
        if key.is_empty() {
            continue;
        }
        // The first word leads to the key by itself.
        for word in key.split(' ').skip(1) {
            words.push(&person_word(word, &key), 1);
        }
        if !names.contains(&person.name.as_str()) {
            names.push(&person.name);
        }
    }
    values.push((fields.person_word, Held::Text(words.finish())));
    values.extend(names.into_iter().map(|name| (fields.person_name, Held::Text(name.to_owned()))));
}

/// The term that leads from a word of a name to the name's key.
pub(super) fn person_word(word: &str, key: &str) -> String {
    format!("{word}\u{1}{key}")
}

fn places(fields: &Fields, annotations: &Annotations, values: &mut Vec<(Field, Held)>, has: &mut Counted) {
    if annotations.countries.is_empty() {
        return;
    }
    has.push("country", 1);
    let mut seen: Vec<String> = Vec::new();
    for country in &annotations.countries {
        values.push((fields.country_code, Held::Text(country.code.to_owned())));
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
    has.push("place", 1);
    let mut terms = Counted::default();
    for name in &seen {
        let folded = fold(name);
        terms.push(folded.rsplit_once(", ").map_or(folded.as_str(), |(place, _)| place), 1);
        terms.push(&folded, 1);
    }
    values.push((fields.place, Held::Text(terms.finish())));
    values.extend(seen.into_iter().map(|name| (fields.place_name, Held::Text(name))));
}

fn dates(
    fields: &Fields,
    article: &Article,
    annotations: &Annotations,
    values: &mut Vec<(Field, Held)>,
    has: &mut Counted,
) {
    if let Some(published) = &article.published {
        let mut terms = Counted::default();
        calendar::terms(&published.on, |term| terms.push(term, 1));
        values.push((fields.published, Held::Text(terms.finish())));
        values.push((fields.published_at, Held::Signed(seconds(published))));
        if let Some(packed) = calendar::pack(&published.on) {
            values.push((fields.published_on, Held::Number(packed)));
        }
        has.push("published", 1);
    }
    if annotations.dates.is_empty() {
        return;
    }
    has.push("mentions", 1);
    let mut packed: Vec<(u64, Interval)> =
        annotations.dates.iter().filter_map(|d| Some((calendar::pack(&d.value)?, d.value))).collect();
    packed.sort_unstable_by_key(|(packed, _)| *packed);
    packed.dedup_by_key(|(packed, _)| *packed);
    let mut terms: Vec<String> = Vec::new();
    for (number, interval) in &packed {
        values.push((fields.mentioned, Held::Number(*number)));
        calendar::terms(interval, |term| terms.push(term.to_owned()));
    }
    terms.sort_unstable();
    terms.dedup();
    let mut stream = Counted::default();
    for term in &terms {
        stream.push(term, 1);
    }
    values.push((fields.mentions, Held::Text(stream.finish())));
}

/// The instant of publication, else midnight at the beginning of the day, in seconds since 1970.
pub(super) fn seconds(published: &Published) -> i64 {
    published.at.unwrap_or_else(|| published.on.first.and_time(chrono::NaiveTime::MIN).and_utc().timestamp())
}

fn metadata(fields: &Fields, article: &Article, values: &mut Vec<(Field, Held)>, has: &mut Counted) {
    has.push("id", 1);
    let all = [
        ("source", &article.source, fields.source, Some(fields.source_name)),
        ("section", &article.section, fields.section, Some(fields.section_name)),
        ("language", &article.language, fields.language, Some(fields.language_name)),
        ("kind", &article.kind, fields.kind, None),
        ("url", &article.url, fields.url, None),
    ];
    for (name, value, field, fast) in all {
        let Some(value) = value.as_deref().filter(|value| !value.is_empty()) else { continue };
        has.push(name, 1);
        values.push((field, Held::Text(fold(value))));
        if let Some(fast) = fast {
            values.push((fast, Held::Text(value.to_owned())));
        }
    }
}
