//! Articles that have any of some words, weighed by how often they stand there. Positions are looked at only in articles
//! that have words of their stems that are not meant as well.

use tantivy::postings::{Postings, SegmentPostings};
use tantivy::query::Scorer;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{DocId, DocSet, Score, SeekDangerResult, SegmentReader, TERMINATED};

use super::Terms;
use super::cursor::moved;
use super::scorer::{FrequencyScorer, Weigher};
use crate::index::schema::term;

/// Articles whose words are counted together.
const WINDOW: usize = 4096;

/// Matches an article that has any of some words, and none that has only words that are not meant.
///
/// A stem is counted at these too; they are counted for themselves and taken off ([`Terms::add_up`]).
///
/// The words are counted for a window of articles at a time, list by list. To ask all lists at each article took four
/// times as long with a dozen words in every second article.
pub(super) struct PlainScorer {
    lists: Vec<SegmentPostings>,
    /// Words that are not meant.
    unlike: Vec<SegmentPostings>,
    positions: Vec<u32>,
    window: Window,
    doc: DocId,
    /// Occurrences in the article it stands at.
    frequency: f32,
    weigher: Option<Weigher>,
}

/// Opens terms of a field on a segment; those it does not hold are passed over.
fn lists(
    terms: &[String],
    reader: &SegmentReader,
    field: Field,
    option: IndexRecordOption,
) -> tantivy::Result<Vec<SegmentPostings>> {
    let index = reader.inverted_index(field)?;
    let postings = |text| index.read_postings(&term(field, text), option);
    let found = terms.iter().filter_map(|text| postings(text).transpose());
    Ok(found.collect::<std::io::Result<_>>()?)
}

/// How often the term of a list stands in the article it stands at, whatever it weighs there: in how many places.
fn places(list: &mut SegmentPostings, positions: &mut Vec<u32>) -> u32 {
    if list.term_freq() == 1 {
        return 1;
    }
    positions.clear();
    list.append_positions_with_offset(0, positions);
    positions.chunk_by(|a, b| a == b).count() as u32
}

impl PlainScorer {
    /// Opens terms of a field on a segment; they must [add up](Terms::add_up).
    pub(super) fn open(
        Terms { any, not }: &Terms,
        reader: &SegmentReader,
        field: Field,
        weigher: Option<Weigher>,
    ) -> tantivy::Result<Self> {
        let option = match not.is_empty() {
            true => IndexRecordOption::WithFreqs,
            false => IndexRecordOption::WithFreqsAndPositions,
        };
        let unlike = lists(not, reader, field, IndexRecordOption::WithFreqs)?;
        Ok(Self {
            lists: lists(any, reader, field, option)?,
            unlike,
            positions: Vec::new(),
            window: Window::default(),
            doc: 0,
            frequency: 0.0,
            weigher,
        })
    }

    /// Takes an article in which words were counted for where it stands, if any are meant.
    fn stand_at(&mut self, doc: DocId, Counted { any, unlike }: Counted) -> bool {
        if any > unlike {
            (self.doc, self.frequency) = (doc, (any - unlike) as f32);
        }
        any > unlike
    }

    /// Moves to the first match from `target` on.
    fn next_match(&mut self, target: DocId) -> DocId {
        self.window.leave_out(target);
        let mut next = target.max(self.window.end);
        loop {
            while let Some((doc, counted)) = self.window.take() {
                if self.stand_at(doc, counted) {
                    return doc;
                }
            }
            if !self.count_from(next) {
                (self.doc, self.frequency) = (TERMINATED, 0.0);
                return TERMINATED;
            }
            next = self.window.end;
        }
    }

    /// Counts the words of the next window in which there is any, from `target` on; false when there is none.
    fn count_from(&mut self, target: DocId) -> bool {
        let first = self.to(target);
        if first >= TERMINATED {
            return false;
        }
        let Self { lists, unlike, positions, window, .. } = self;
        window.begin(first);
        for list in unlike.iter_mut() {
            let mut doc = moved(list, first);
            while doc < window.end {
                window.count(doc).unlike += list.term_freq();
                doc = list.advance();
            }
        }
        for list in lists {
            let mut doc = list.doc();
            while doc < window.end {
                let counted = window.count(doc);
                counted.any += if counted.unlike == 0 { list.term_freq() } else { places(list, positions) };
                doc = list.advance();
            }
        }
        true
    }

    /// Counts the words of the article that all lists stand at or behind.
    fn count_at(&mut self, doc: DocId) -> Counted {
        let others =
            self.unlike.iter_mut().filter_map(|list| (moved(list, doc) == doc).then(|| list.term_freq()));
        let unlike = others.sum();
        let lists = self.lists.iter_mut().filter(|list| list.doc() == doc);
        let any = match unlike {
            0 => lists.map(|list| list.term_freq()).sum(),
            _ => lists.map(|list| places(list, &mut self.positions)).sum(),
        };
        Counted { any, unlike }
    }

    /// Moves all lists to `target` or behind; returns the first article that one of them stands at.
    fn to(&mut self, target: DocId) -> DocId {
        self.lists.iter_mut().map(|list| moved(list, target)).min().unwrap_or(TERMINATED)
    }
}

impl FrequencyScorer for PlainScorer {
    fn begin(&mut self) -> DocId {
        self.next_match(0)
    }

    fn frequency(&self) -> f32 {
        self.frequency
    }

    /// Window by window: nothing is left out on the way, which advancing has to look for at each match.
    fn each(&mut self, callback: &mut dyn FnMut(DocId, Score)) {
        while self.count_from(self.window.end) {
            while let Some((doc, counted)) = self.window.take() {
                if self.stand_at(doc, counted) {
                    callback(doc, self.score());
                }
            }
        }
        (self.doc, self.frequency) = (TERMINATED, 0.0);
    }
}

impl DocSet for PlainScorer {
    fn advance(&mut self) -> DocId {
        if self.doc < TERMINATED { self.next_match(self.doc + 1) } else { TERMINATED }
    }

    fn seek(&mut self, target: DocId) -> DocId {
        if self.doc < target { self.next_match(target) } else { self.doc }
    }

    /// Whoever leaps over the window will leap again: no other is counted for that.
    fn seek_danger(&mut self, target: DocId) -> SeekDangerResult {
        if target >= TERMINATED {
            return SeekDangerResult::SeekLowerBound(TERMINATED);
        }
        if target < self.window.end {
            return match self.seek(target) {
                doc if doc > target => SeekDangerResult::SeekLowerBound(doc),
                _ => SeekDangerResult::Found,
            };
        }
        self.window.leave_out(target);
        let first = self.to(target);
        if first > target {
            return SeekDangerResult::SeekLowerBound(first);
        }
        let counted = self.count_at(target);
        match self.stand_at(target, counted) {
            true => SeekDangerResult::Found,
            false => SeekDangerResult::SeekLowerBound(target + 1),
        }
    }

    fn doc(&self) -> DocId {
        self.doc
    }

    fn size_hint(&self) -> u32 {
        self.lists.iter().map(DocSet::size_hint).fold(0, u32::saturating_add)
    }
}

impl Scorer for PlainScorer {
    fn score(&mut self) -> Score {
        match &self.weigher {
            Some(weigher) => weigher.score(self.doc, self.frequency),
            None => 1.0,
        }
    }
}

/// How often words stand in an article.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    /// All of them.
    any: u32,
    /// Those that are not meant, which are among them.
    unlike: u32,
}

/// How often the words stand in each article of a stretch.
struct Window {
    from: DocId,
    /// One past its last article.
    end: DocId,
    counts: Box<[Counted]>,
    /// A bit for each article that has any.
    there: [u64; WINDOW / 64],
    /// The first of `there` that may have a bit.
    at: usize,
}

impl Default for Window {
    fn default() -> Self {
        let counts = vec![Counted::default(); WINDOW].into_boxed_slice();
        Self { from: 0, end: 0, counts, there: [0; WINDOW / 64], at: WINDOW / 64 }
    }
}

impl Window {
    /// Begins another stretch; all articles of the one before were taken or left out.
    fn begin(&mut self, from: DocId) {
        (self.from, self.end, self.at) = (from, TERMINATED.min(from + WINDOW as DocId), 0);
    }

    /// What is counted in an article, which has some word then.
    #[inline]
    fn count(&mut self, doc: DocId) -> &mut Counted {
        let place = (doc - self.from) as usize;
        self.there[place / 64] |= 1 << (place % 64);
        &mut self.counts[place]
    }

    /// Takes the next article out, with what was counted in it.
    #[inline]
    fn take(&mut self) -> Option<(DocId, Counted)> {
        while let Some(bits) = self.there.get_mut(self.at) {
            if *bits != 0 {
                let place = self.at * 64 + bits.trailing_zeros() as usize;
                *bits &= *bits - 1;
                return Some((self.from + place as DocId, std::mem::take(&mut self.counts[place])));
            }
            self.at += 1;
        }
        None
    }

    /// Leaves the articles before `target` out.
    fn leave_out(&mut self, target: DocId) {
        let places = (target.saturating_sub(self.from) as usize).min(WINDOW);
        while self.at < WINDOW / 64 {
            let mut gone = self.there[self.at];
            let left = places - (self.at * 64).min(places);
            if left < 64 {
                gone &= (1 << left) - 1;
            }
            self.there[self.at] ^= gone;
            while gone != 0 {
                self.counts[self.at * 64 + gone.trailing_zeros() as usize] = Counted::default();
                gone &= gone - 1;
            }
            if left < 64 {
                return;
            }
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::*;
    use tantivy::schema::{Schema, TextFieldIndexing, TextOptions};
    use tantivy::{Index, IndexWriter, TantivyDocument};

    use super::*;

    const ARTICLES: u32 = 3 * WINDOW as u32;

    /// How often each of three words stands in an article: often, seldom, and in bursts with long gaps.
    fn words_of(doc: DocId) -> [u32; 3] {
        let burst = u32::from(doc / 50 % 120 == 7);
        [u32::from(doc.is_multiple_of(3)), 2 * u32::from(doc % 997 == 5), burst * (1 + doc % 3)]
    }

    fn index() -> (Index, Field) {
        let mut schema = Schema::builder();
        let indexing = TextFieldIndexing::default()
            .set_tokenizer("whitespace")
            .set_index_option(IndexRecordOption::WithFreqs);
        let text = schema.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
        let index = Index::create_in_ram(schema.build());
        let mut writer: IndexWriter = index.writer_with_num_threads(1, 50_000_000).unwrap();
        for doc in 0..ARTICLES {
            let mut document = TantivyDocument::default();
            let counts = ["often", "seldom", "burst"].into_iter().zip(words_of(doc));
            counts
                .for_each(|(word, count)| document.add_text(text, format!("{word} ").repeat(count as usize)));
            writer.add_document(document).unwrap();
        }
        writer.commit().unwrap();
        (index, text)
    }

    fn matches(words: &[usize]) -> Vec<(DocId, f32)> {
        let count = |doc| words.iter().map(|word| words_of(doc)[*word]).sum::<u32>();
        (0..ARTICLES).filter(|doc| count(*doc) > 0).map(|doc| (doc, count(doc) as f32)).collect()
    }

    /// Whatever way it is walked, it stands at the articles that have any of the words, with their sum.
    #[test]
    fn any_way_through_the_articles_meets_the_same_ones() {
        let (index, field) = index();
        let searcher = index.reader().unwrap().searcher();
        let [segment] = searcher.segment_readers() else { panic!("one segment") };
        let names = ["often", "seldom", "burst"];
        let steps = prop::collection::vec((0..3u8, prop_oneof![1..9u32, 1..700u32, 1..9000u32]), 1..60);
        let mut runner = proptest::test_runner::TestRunner::default();
        let asked = prop::sample::select(vec![vec![0], vec![1], vec![2], vec![1, 2], vec![0, 1, 2]]);
        runner
            .run(&(asked, steps), |(asked, steps)| {
                let any = asked.iter().map(|word| names[*word].to_owned()).collect();
                let terms = Terms { any, not: Vec::new() };
                let all = matches(&asked);
                let from = |target: DocId| {
                    let at = all.partition_point(|(doc, _)| *doc < target);
                    all.get(at).copied().unwrap_or((TERMINATED, 0.0))
                };
                let mut scorer = PlainScorer::open(&terms, segment, field, None).unwrap();
                prop_assert_eq!(scorer.begin(), from(0).0);
                for (step, by) in steps {
                    let mut target = scorer.doc().saturating_add(by).min(TERMINATED);
                    match step {
                        0 => {
                            target = scorer.doc().saturating_add(1).min(TERMINATED);
                            scorer.advance();
                        }
                        1 => {
                            scorer.seek(target);
                        }
                        _ => {
                            while let SeekDangerResult::SeekLowerBound(next) = scorer.seek_danger(target) {
                                prop_assert!(next <= from(target).0);
                                if next >= TERMINATED {
                                    return Ok(());
                                }
                                prop_assert!(next > target);
                                target = next;
                            }
                        }
                    }
                    prop_assert_eq!((scorer.doc(), scorer.frequency()), from(target));
                }
                Ok(())
            })
            .unwrap();
    }

    #[test]
    fn each_is_called_for_all_of_them() {
        let (index, field) = index();
        let searcher = index.reader().unwrap().searcher();
        let [segment] = searcher.segment_readers() else { panic!("one segment") };
        for (asked, terms) in [(vec![1], vec!["seldom"]), (vec![0, 2], vec!["often", "burst"])] {
            let terms = Terms { any: terms.into_iter().map(str::to_owned).collect(), not: Vec::new() };
            let mut scorer = PlainScorer::open(&terms, segment, field, None).unwrap();
            let mut met = Vec::new();
            scorer.each(&mut |doc, _| met.push(doc));
            assert_eq!(met, matches(&asked).into_iter().map(|(doc, _)| doc).collect::<Vec<_>>());
            assert_eq!(scorer.doc(), TERMINATED);
        }
    }
}
