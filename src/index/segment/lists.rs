//! The postings of one field while a segment is built.
//!
//! What an article says is written to a log when the article ends: for each of its terms the number of the term and
//! the bytes of its posting. When memory is full or the segment is written the log is dealt out to the terms, all of whose
//! sizes are known by then. So the places of an article's terms are looked for in tables that a core's cache holds, and
//! memory is otherwise walked in order; a table of growing lists for each term, as tantivy's own writer has, waits
//! for memory at each term of each article: that was a quarter of the time of indexing.

use tantivy::DocId;
use tantivy::postings::FieldSerializer;
use tantivy::schema::IndexRecordOption;

use crate::index::bytes::{Reader, Writer};
use crate::index::terms::{TermNumber, Terms};
use crate::prefetch::prefetch;

/// Longest word, in bytes.
const MAX_WORD: usize = 126;
/// Longest term that is kept.
pub(super) const MAX_TERM: usize = 65_530;

/// The postings of one field.
#[derive(Debug)]
pub(in crate::index) struct Lists {
    option: IndexRecordOption,
    terms: Terms,
    lists: Vec<List>,
    /// For each article and each of its terms: the term, the length of the posting, the posting.
    log: Writer,
    /// Occurrences in the log.
    tokens: u64,
    /// Occurrences in the article at hand: term and position.
    occurrences: Vec<(TermNumber, u32)>,
    /// Those that stand where another term does.
    anchored: Vec<Anchored>,
    /// The terms of the article at hand.
    met: Vec<TermNumber>,
    /// The positions of the article at hand by term, and where those of each end.
    positions: Vec<u32>,
    ends: Vec<u32>,
    /// How many different ones each has, where that was asked for.
    distinct: Vec<usize>,
}

/// An occurrence of a term at one of another, its anchor.
#[derive(Clone, Copy, Debug)]
struct Anchored {
    term: TermNumber,
    anchor: TermNumber,
    position: u32,
}

/// What is known of the postings of a term: one cache line holds that of four.
#[derive(Clone, Copy, Debug, Default)]
struct List {
    /// The last article, plus one.
    last: u32,
    /// Articles.
    articles: u32,
    /// Bytes of the postings.
    bytes: u32,
    /// Occurrences in the article at hand, then the end of their positions, then one more than its place among the
    /// terms of the article.
    here: u32,
}

impl Lists {
    /// Postings that hold as much as the option says.
    pub(super) fn new(option: IndexRecordOption) -> Self {
        Self {
            option,
            terms: Terms::default(),
            lists: Vec::new(),
            log: Writer::default(),
            tokens: 0,
            occurrences: Vec::new(),
            anchored: Vec::new(),
            met: Vec::new(),
            positions: Vec::new(),
            ends: Vec::new(),
            distinct: Vec::new(),
        }
    }

    /// The number of a word, with a character of one byte before it or none.
    pub(in crate::index) fn number(&mut self, before: Option<char>, word: &str) -> TermNumber {
        self.number_of(before, cut(word, MAX_WORD - usize::from(before.is_some())))
    }

    /// The word of a number.
    pub(in crate::index) fn word(&self, number: TermNumber) -> &str {
        // Words are texts that were cut between characters.
        std::str::from_utf8(self.terms.bytes(number)).unwrap_or("")
    }

    /// Asks memory for what is known of a term, to which an occurrence will be added.
    #[inline]
    pub(super) fn seek(&self, number: TermNumber) {
        if let Some(list) = self.lists.get(number as usize) {
            prefetch(list);
        }
    }

    /// Adds an occurrence of a word in the article at hand.
    pub(in crate::index) fn push(&mut self, word: &str, position: u32) {
        let number = self.number(None, word);
        self.push_number(number, position);
    }

    /// Adds an occurrence of a numbered word in the article at hand.
    #[inline]
    pub(in crate::index) fn push_number(&mut self, number: TermNumber, position: u32) {
        self.occurrences.push((number, position));
    }

    /// Adds an occurrence of a term where its anchor stands. What is kept is not the position but its number among those
    /// of the anchor in the article, a quarter of the room; one behind the last when the anchor does not stand there.
    #[inline]
    pub(in crate::index) fn push_anchored(&mut self, term: TermNumber, anchor: TermNumber, position: u32) {
        self.anchored.push(Anchored { term, anchor, position });
    }

    /// Adds a value that is one term as it is, whatever its length.
    pub(in crate::index) fn push_whole(&mut self, value: &str) {
        if value.len() <= MAX_TERM {
            let number = self.number_of(None, value);
            self.push_number(number, 0);
        }
    }

    fn number_of(&mut self, before: Option<char>, term: &str) -> TermNumber {
        let number = self.terms.number(before, term.as_bytes());
        if number as usize == self.lists.len() {
            self.lists.push(List::default());
        }
        number
    }

    /// The article at hand ends; returns how many occurrences it has.
    pub(super) fn end_article(&mut self, doc: DocId) -> u32 {
        let occurrences = (self.occurrences.len() + self.anchored.len()) as u32;
        self.tokens += u64::from(occurrences);
        self.end_occurrences(doc);
        if !self.anchored.is_empty() {
            self.count_at_anchors();
            self.forget_places();
            self.end_occurrences(doc);
        }
        self.forget_places();
        occurrences
    }

    /// Writes the occurrences at hand to the log.
    fn end_occurrences(&mut self, doc: DocId) {
        for (number, _) in &self.occurrences {
            let list = &mut self.lists[*number as usize];
            if list.here == 0 {
                self.met.push(*number);
            }
            list.here += 1;
        }
        if self.option.has_positions() {
            self.positions_by_term();
        }
        self.log_postings(doc);
        self.occurrences.clear();
    }

    /// Makes occurrences of those at anchors, whose positions are known by now.
    fn count_at_anchors(&mut self) {
        self.distinct.clear();
        self.distinct.resize(self.ends.len(), 0);
        for Anchored { term, anchor, position } in self.anchored.drain(..) {
            let mut number = 0;
            if let Some(place) = self.lists[anchor as usize].here.checked_sub(1) {
                let place = place as usize;
                let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
                let positions = &mut self.positions[start as usize..self.ends[place] as usize];
                // An anchor may stand at a position more than once, to weigh more.
                let distinct = &mut self.distinct[place];
                if *distinct == 0 {
                    *distinct = keep_distinct(positions);
                }
                number = positions[..*distinct].partition_point(|at| *at < position) as u32;
            }
            self.occurrences.push((term, number));
        }
    }

    /// Forgets which terms the article has.
    fn forget_places(&mut self) {
        for number in self.met.drain(..) {
            self.lists[number as usize].here = 0;
        }
        self.ends.clear();
    }

    /// Puts the positions of each term side by side, in the order they came; `here` becomes their end.
    fn positions_by_term(&mut self) {
        let mut end = 0;
        for number in &self.met {
            let here = &mut self.lists[*number as usize].here;
            (*here, end) = (end, end + *here);
        }
        self.positions.resize(end as usize, 0);
        for (number, position) in &self.occurrences {
            let here = &mut self.lists[*number as usize].here;
            self.positions[*here as usize] = *position;
            *here += 1;
        }
    }

    fn log_postings(&mut self, doc: DocId) {
        let mut start = 0;
        for (place, number) in (1..).zip(&self.met) {
            let list = &mut self.lists[*number as usize];
            let end = std::mem::replace(&mut list.here, place);
            let frequency = if self.option.has_positions() { end - start } else { end };
            self.log.number(u64::from(*number));
            let before = self.log.0.len();
            self.log.0.push(0); // room for the length
            let step = doc + 1 - list.last;
            if self.option.has_freq() {
                self.log.number(u64::from(step) << 1 | u64::from(frequency > 1));
                if frequency > 1 {
                    self.log.number(u64::from(frequency));
                }
            } else {
                self.log.number(u64::from(step));
            }
            if self.option.has_positions() {
                let positions = &mut self.positions[start as usize..end as usize];
                // A joined form steps back; positions of a term must be in order.
                if !positions.is_sorted() {
                    positions.sort_unstable();
                }
                let mut last = 0;
                for position in positions {
                    self.log.number(u64::from(*position - last));
                    last = *position;
                }
                self.ends.push(end);
                start = end;
            }
            let length = self.log.0.len() - before - 1;
            if length < 0x80 {
                self.log.0[before] = length as u8;
            } else {
                let mut long = Writer::default();
                long.number(length as u64);
                self.log.0.splice(before..=before, long.0);
            }
            list.last = doc + 1;
            list.articles += 1;
            list.bytes += length as u32;
        }
    }

    /// How much a posting of the field says.
    pub(super) fn option(&self) -> IndexRecordOption {
        self.option
    }

    /// Occurrences in all articles.
    pub(super) fn tokens(&self) -> u64 {
        self.tokens
    }

    /// Bytes it holds, and those it will take to deal them out.
    pub(super) fn memory(&self) -> usize {
        self.log.0.len() * 2
            + self.terms.memory()
            + self.lists.capacity() * size_of::<List>()
            + self.occurrences.capacity() * size_of::<(TermNumber, u32)>()
            + self.anchored.capacity() * size_of::<Anchored>()
    }

    /// Deals the postings out to their terms. What follows is numbered anew.
    pub(super) fn deal(&mut self) -> Dealt {
        let (terms, lists) = (std::mem::take(&mut self.terms), std::mem::take(&mut self.lists));
        let mut order = terms.sorted();
        order.retain(|number| lists[*number as usize].articles > 0);
        let mut ends: Vec<usize> = vec![0; lists.len()];
        let mut end = 0;
        for number in &order {
            ends[*number as usize] = end;
            end += lists[*number as usize].bytes as usize;
        }
        let mut postings = vec![0; end];
        let log = std::mem::take(&mut self.log);
        let mut rest = Reader(&log.0);
        while !rest.0.is_empty() {
            let number = next(&mut rest) as usize;
            let length = next(&mut rest) as usize;
            let (posting, others) = rest.0.split_at(length);
            let end = &mut ends[number];
            copy(posting, &mut postings[*end..*end + length]);
            *end += length;
            rest.0 = others;
        }
        Dealt { terms, lists, order, postings }
    }
}

/// The postings of one field dealt out to their terms.
#[derive(Debug)]
pub(super) struct Dealt {
    terms: Terms,
    lists: Vec<List>,
    /// Terms that have postings, by their bytes.
    order: Vec<TermNumber>,
    /// In that order.
    postings: Vec<u8>,
}

impl Dealt {
    /// The terms in order.
    pub(super) fn terms(&self) -> impl Iterator<Item = Posted<'_>> {
        let mut rest = self.postings.as_slice();
        self.order.iter().map(move |number| {
            let list = self.lists[*number as usize];
            let (postings, others) = rest.split_at(list.bytes as usize);
            rest = others;
            Posted { term: self.terms.bytes(*number), articles: list.articles, postings }
        })
    }
}

/// A term with its postings.
#[derive(Clone, Copy, Debug)]
pub(super) struct Posted<'a> {
    pub(super) term: &'a [u8],
    /// Articles that have it.
    pub(super) articles: u32,
    /// As they were logged.
    pub(super) postings: &'a [u8],
}

/// Writes the postings of a term in some articles, as they were logged.
pub(super) fn write_postings(
    option: IndexRecordOption,
    articles: u32,
    postings: &[u8],
    to: &mut FieldSerializer<'_>,
    deltas: &mut Vec<u32>,
) {
    let mut rest = Reader(postings);
    let mut doc = 0;
    for _ in 0..articles {
        let first = next(&mut rest);
        let (step, many) = if option.has_freq() { (first >> 1, first & 1) } else { (first, 0) };
        let frequency = if many == 1 { next(&mut rest) as u32 } else { 1 };
        deltas.clear();
        if option.has_positions() {
            deltas.extend((0..frequency).map(|_| next(&mut rest) as u32));
        }
        doc += step as u32;
        to.write_doc(doc - 1, frequency, deltas);
    }
}

/// Copies bytes to as many. Most postings are a few bytes, for which a call takes longer than the copy.
#[inline]
fn copy(from: &[u8], to: &mut [u8]) {
    let (length, half) = (from.len(), from.len() / 2);
    match length {
        1..4 => [to[0], to[half], to[length - 1]] = [from[0], from[half], from[length - 1]],
        4..=8 => {
            to[..4].copy_from_slice(&from[..4]);
            to[length - 4..].copy_from_slice(&from[length - 4..]);
        }
        _ => to.copy_from_slice(from),
    }
}

/// Moves the different ones of sorted positions to the front, in order; returns how many there are.
fn keep_distinct(positions: &mut [u32]) -> usize {
    let mut kept = 0;
    for at in 0..positions.len() {
        if kept == 0 || positions[at] != positions[kept - 1] {
            positions[kept] = positions[at];
            kept += 1;
        }
    }
    kept
}

/// A word of at most so many bytes, cut between characters.
pub(super) fn cut(word: &str, most: usize) -> &str {
    if word.len() <= most { word } else { &word[..word.floor_char_boundary(most)] }
}

/// The next number of what was written here, in memory.
#[inline]
fn next(from: &mut Reader<'_>) -> u64 {
    from.number().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use tantivy::postings::Postings;
    use tantivy::schema::{Field, Schema, TextFieldIndexing, TextOptions};
    use tantivy::{DocSet, Index, TERMINATED, Term};

    use super::*;
    use crate::index::segment::Building;

    /// The postings of a term as they are read back: article, frequency, positions.
    fn read_back(index: &Index, field: Field, term: &str) -> Vec<(DocId, u32, Vec<u32>)> {
        let searcher = index.reader().unwrap().searcher();
        let [segment] = searcher.segment_readers() else { panic!("one segment") };
        let terms = segment.inverted_index(field).unwrap();
        let term = Term::from_field_text(field, term);
        let option = IndexRecordOption::WithFreqsAndPositions;
        let Some(mut postings) = terms.read_postings(&term, option).unwrap() else { return Vec::new() };
        let mut found = Vec::new();
        while postings.doc() != TERMINATED {
            let mut positions = Vec::new();
            postings.positions(&mut positions);
            found.push((postings.doc(), postings.term_freq(), positions));
            postings.advance();
        }
        found
    }

    /// An index of articles with the words of one field, which `push` gives by the number of the article; so many
    /// articles are a run.
    fn indexed(
        option: IndexRecordOption,
        articles: DocId,
        run: DocId,
        mut push: impl FnMut(DocId, &mut Lists),
    ) -> (Index, Field) {
        let mut schema = Schema::builder();
        let indexing =
            TextFieldIndexing::default().set_tokenizer("raw").set_index_option(option).set_fieldnorms(true);
        let field = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
        let stored = schema.add_bytes_field("stored", tantivy::schema::STORED);
        let index = Index::create_in_ram(schema.build());
        let mut building = Building::begin(&index).unwrap();
        let folder = tempfile::tempdir().unwrap();
        for article in 0..articles {
            if article > 0 && article % run == 0 {
                building.end_run(folder.path()).unwrap();
            }
            push(article, building.lists(field));
            building.end_article();
            building.store(stored, &[]).unwrap();
        }
        let mut writer = index.writer_with_num_threads::<tantivy::TantivyDocument>(1, 15_000_000).unwrap();
        building.finish(|segment| writer.add_segment(segment)).unwrap();
        writer.commit().unwrap();
        (index, field)
    }

    #[test]
    fn postings_read_back_with_frequencies_and_positions_in_order() {
        let options = [
            IndexRecordOption::Basic,
            IndexRecordOption::WithFreqs,
            IndexRecordOption::WithFreqsAndPositions,
        ];
        for (option, run) in options.iter().flat_map(|option| [1000, 100, 17].map(|run| (*option, run))) {
            let mut expected = Vec::new();
            let (index, field) = indexed(option, 1000, run, |article, lists| {
                let mut positions = Vec::new();
                for at in (0..article % 5).rev() {
                    let position = at * (article + 1) * 700;
                    lists.push("often", position);
                    positions.insert(0, position);
                }
                lists.push(&format!("once{article}"), 4_000_000_000);
                if !positions.is_empty() {
                    expected.push((article, positions.len() as u32, positions));
                }
            });
            for (_, frequency, positions) in &mut expected {
                if !option.has_freq() {
                    *frequency = 1;
                }
                if !option.has_positions() {
                    positions.clear();
                }
            }
            assert_eq!(read_back(&index, field, "often"), expected);
            let once = read_back(&index, field, "once999");
            let at = if option.has_positions() { vec![4_000_000_000] } else { vec![] };
            assert_eq!(once, [(999, 1, at)]);
            assert!(read_back(&index, field, "never").is_empty());
            let norms = index.reader().unwrap().searcher();
            let norms = norms.segment_reader(0).get_fieldnorms_reader(field).unwrap();
            assert_eq!([norms.fieldnorm(0), norms.fieldnorm(3)], [1, 4]);
        }
    }

    #[test]
    fn positions_at_an_anchor_are_numbers_of_its_positions() {
        let (index, field) = indexed(IndexRecordOption::WithFreqsAndPositions, 4, 3, |article, lists| {
            let [other, anchor, term, lonely] =
                ["other", "anchor", "term", "lonely"].map(|word| lists.number(None, word));
            if article % 2 == 1 {
                // This article has the term without its anchor.
                return lists.push_anchored(term, anchor, u32::MAX);
            }
            lists.push_number(other, 900);
            for position in [3, 3, 3, 70, 500, 500, 900] {
                lists.push_number(anchor, position);
            }
            // Not in order, as joined forms come.
            for position in [900, 3, 500] {
                lists.push_anchored(term, anchor, position);
            }
            lists.push_anchored(lonely, anchor, u32::MAX);
        });
        let term = [(0, vec![0, 2, 3]), (1, vec![0]), (2, vec![0, 2, 3]), (3, vec![0])];
        let lists = term.map(|(doc, numbers)| (doc, numbers.len() as u32, numbers));
        assert_eq!(read_back(&index, field, "term"), lists);
        assert_eq!(read_back(&index, field, "lonely"), [(0, 1, vec![4]), (2, 1, vec![4])]);
        assert_eq!(read_back(&index, field, "anchor")[1], (2, 7, vec![3, 3, 3, 70, 500, 500, 900]));
    }

    /// One after the other through all positions of the anchor, this would take minutes.
    #[test]
    fn a_word_may_stand_in_an_article_a_million_times() {
        let mut lists = Lists::new(IndexRecordOption::WithFreqsAndPositions);
        let [anchor, term] = ["anchor", "term"].map(|word| lists.number(None, word));
        for position in 0..1_000_000 {
            lists.push_number(anchor, position);
            lists.push_anchored(term, anchor, position);
        }
        assert_eq!(lists.end_article(0), 2_000_000);
        let list = lists.lists[term as usize];
        assert_eq!((list.articles, list.bytes), (1, 1_000_004), "a byte for each step of one");
    }

    #[test]
    fn a_word_too_long_is_cut_between_characters_and_a_whole_value_is_not() {
        let mut lists = Lists::new(IndexRecordOption::Basic);
        let number = lists.number(None, &"é".repeat(100));
        assert_eq!(lists.word(number), "é".repeat(63));
        lists.push_whole(&"é".repeat(100));
        assert_eq!(lists.word(number + 1), "é".repeat(100));
        lists.push_whole(&"x".repeat(MAX_TERM + 1));
        assert_eq!(lists.lists.len(), 2);
    }
}
