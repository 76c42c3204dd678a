//! Building a segment of the index: what one commit or one load of memory adds to it.
//!
//! tantivy's own segment writer takes a document at a time and cuts its text by itself. Here the thread that cuts an
//! article puts its terms where they belong at once, and the files are written with tantivy's serializers, so that
//! reading and merging them is tantivy's affair.

mod lists;
mod runs;

pub(super) use lists::Lists;

use std::io::{self, Write};
use std::num::NonZero;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rustc_hash::FxHashMap;
use tantivy::columnar::{ColumnType, ColumnarWriter};
use tantivy::directory::TerminatingWrite;
use tantivy::fastfield::write_alive_bitset;
use tantivy::fieldnorm::{FieldNormReaders, FieldNormsSerializer, FieldNormsWriter};
use tantivy::index::{SegmentComponent, SegmentMeta};
use tantivy::postings::InvertedIndexSerializer;
use tantivy::schema::{Field, FieldType, IndexRecordOption, Schema};
use tantivy::store::StoreWriter;
use tantivy::{BitSet, DocId, Index, Segment};

use super::by_word::{ByWord, Key};
use super::stem::Stems;
use super::terms::TermNumber;
use super::{calendar, kept};
use crate::article::{Interval, words};
use runs::Run;

/// Bytes that the terms of a date take in memory.
const DATE_MEMORY: usize = size_of::<((Field, Interval), Box<[TermNumber]>)>() + size_of::<[TermNumber; 8]>();

/// A segment being built.
pub(super) struct Building {
    segment: Segment,
    schema: Schema,
    words: ByWord<WordTerms>,
    ahead: Ahead,
    /// Postings by number of their field.
    lists: Vec<Lists>,
    /// Those of articles before, which have left memory.
    runs: Vec<Run>,
    /// The terms of each date in each field.
    dates: FxHashMap<(Field, Interval), Box<[TermNumber]>>,
    columns: ColumnarWriter,
    store: StoreWriter,
    /// The document at hand.
    document: Vec<u8>,
    norms: FieldNormsWriter,
    /// Fields with norms.
    normed: Vec<Field>,
    articles: DocId,
    fate: Arc<Fate>,
}

/// Which articles of a segment gave way to others while it was built; shared with those who may replace them.
#[derive(Debug, Default)]
pub(super) struct Fate(Mutex<State>);

#[derive(Debug)]
enum State {
    /// The segment is still built; these articles are not wanted any more.
    Building(Vec<DocId>),
    /// The index has it: what it holds is deleted as everything else in the index.
    InIndex,
}

impl Default for State {
    fn default() -> Self {
        Self::Building(Vec::new())
    }
}

impl Fate {
    /// Leaves an article out of the segment while it is built; whether that was possible.
    pub(super) fn leave_out(&self, article: DocId) -> bool {
        match &mut *self.lock() {
            State::Building(dropped) => {
                dropped.push(article);
                true
            }
            State::InIndex => false,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl std::fmt::Debug for Building {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Building").field("articles", &self.articles).finish_non_exhaustive()
    }
}

impl Building {
    /// Begins a segment of an index.
    ///
    /// # Errors
    /// When the file of stored articles cannot be made.
    pub(super) fn begin(index: &Index) -> tantivy::Result<Self> {
        let (segment, schema) = (index.new_segment(), index.schema());
        let settings = index.settings();
        let file = segment.open_write(SegmentComponent::Store)?;
        let store =
            StoreWriter::new(file, settings.docstore_compression, settings.docstore_blocksize, false)?;
        let mut columns = ColumnarWriter::default();
        let (mut lists, mut normed) = (Vec::new(), Vec::new());
        for (field, entry) in schema.fields() {
            let kind = entry.field_type();
            lists.push(Lists::new(kind.index_record_option().unwrap_or(IndexRecordOption::Basic)));
            if entry.has_fieldnorms() {
                normed.push(field);
            }
            if let (true, Some(column)) = (entry.is_fast(), column_type(kind)) {
                columns.record_column_type(entry.name(), column, false);
            }
        }
        let norms = FieldNormsWriter::for_schema(&schema);
        let (words, fate) = (ByWord::default(), Arc::default());
        Ok(Self {
            segment,
            schema,
            words,
            ahead: Ahead::default(),
            lists,
            runs: Vec::new(),
            dates: FxHashMap::default(),
            columns,
            store,
            document: Vec::new(),
            norms,
            normed,
            articles: 0,
            fate,
        })
    }

    /// Adds the terms of a date to a field. They are made once for each date: to write them for every article that has
    /// it took a fortieth of the time of indexing.
    pub(super) fn date(&mut self, field: Field, date: &Interval) {
        let lists = &mut self.lists[field.field_id() as usize];
        let terms = self.dates.entry((field, *date)).or_insert_with(|| {
            let mut numbers = Vec::with_capacity(8);
            calendar::terms(date, |term| numbers.push(lists.number(None, term)));
            numbers.into()
        });
        for number in &**terms {
            lists.push_number(*number, 0);
        }
    }

    /// The postings of a field.
    pub(super) fn lists(&mut self, field: Field) -> &mut Lists {
        &mut self.lists[field.field_id() as usize]
    }

    /// The terms of the field of text, and the postings of a field behind it in the schema.
    pub(super) fn text_beside<'a>(
        &'a mut self,
        text: Field,
        other: Field,
        stems: &'a Stems,
    ) -> (TextTerms<'a>, &'a mut Lists) {
        let (before, behind) = self.lists.split_at_mut(other.field_id() as usize);
        let lists = &mut before[text.field_id() as usize];
        (TextTerms { lists, words: &mut self.words, stems, ahead: &mut self.ahead }, &mut behind[0])
    }

    /// A number of the article at hand, in a column.
    pub(super) fn number(&mut self, field: Field, number: u64) {
        self.columns.record_numerical(self.articles, self.schema.get_field_name(field), number);
    }

    /// A number that may be less than 0, likewise.
    pub(super) fn signed(&mut self, field: Field, number: i64) {
        self.columns.record_numerical(self.articles, self.schema.get_field_name(field), number);
    }

    /// A text, likewise. One that is longer than a term can be is cut between characters, before tantivy cuts it between
    /// bytes.
    pub(super) fn value(&mut self, field: Field, value: &str) {
        let value = lists::cut(value, lists::MAX_TERM);
        self.columns.record_str(self.articles, self.schema.get_field_name(field), value);
    }

    /// The article at hand ends. Returns its number in the segment.
    pub(super) fn end_article(&mut self) -> DocId {
        let article = self.articles;
        for (number, lists) in self.lists.iter_mut().enumerate() {
            let tokens = lists.end_article(article);
            let field = Field::from_field_id(number as u32);
            if tokens > 0 && self.normed.contains(&field) {
                self.norms.record(article, field, tokens);
            }
        }
        self.articles += 1;
        article
    }

    /// Stores bytes in a field: for each article once, in the order of the articles.
    ///
    /// # Errors
    /// When they cannot be written.
    pub(super) fn store(&mut self, field: Field, bytes: &[u8]) -> tantivy::Result<()> {
        self.document.clear();
        kept::document(field, bytes, &mut self.document);
        self.store.store_bytes(&self.document)?;
        Ok(())
    }

    /// Bytes of memory it takes, with those it will take when it is written.
    pub(super) fn memory(&self) -> usize {
        self.memory_of_postings() + self.columns.mem_usage() + self.store.mem_usage()
    }

    fn memory_of_postings(&self) -> usize {
        self.lists.iter().map(Lists::memory).sum::<usize>()
            + self.words.memory()
            + self.dates.capacity() * DATE_MEMORY
    }

    /// Lets the postings leave memory for a file in a folder, if that makes room worth the while and there are not
    /// `most_runs` files yet: whether it did.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub(super) fn make_room(&mut self, folder: &Path, most_runs: usize) -> io::Result<bool> {
        // Columns and the rest stay. At half the segments of 200,000 articles ended before a commit, small ones behind them.
        let worth = self.memory_of_postings() >= self.memory() / 4 && self.runs.len() < most_runs;
        if worth {
            self.end_run(folder)?;
        }
        Ok(worth)
    }

    fn end_run(&mut self, folder: &Path) -> io::Result<()> {
        self.runs.push(Run::save(&mut self.lists, folder)?);
        self.words.clear();
        self.dates = FxHashMap::default();
        Ok(())
    }

    /// Whoever may replace its articles asks here.
    pub(super) fn fate(&self) -> Arc<Fate> {
        Arc::clone(&self.fate)
    }

    /// Writes the segment and hands it to `add`. From then on its articles are deleted through the index.
    ///
    /// # Errors
    /// When it cannot be written, or what `add` answers.
    pub(super) fn finish(
        mut self,
        add: impl FnOnce(SegmentMeta) -> tantivy::Result<()>,
    ) -> tantivy::Result<()> {
        let mut segment = self.segment;
        self.norms.fill_up_to_max_doc(self.articles);
        let norms = FieldNormsSerializer::from_write(segment.open_write(SegmentComponent::FieldNorms)?)?;
        self.norms.serialize(norms, None)?;
        let norms = FieldNormReaders::open(segment.open_read(SegmentComponent::FieldNorms)?)?;
        let mut postings = InvertedIndexSerializer::open(&segment)?;
        for (number, lists) in self.lists.iter_mut().enumerate() {
            let field = Field::from_field_id(number as u32);
            runs::write(&mut self.runs, lists, field, &mut postings, norms.get_field(field)?)?;
        }
        postings.close()?;
        let mut columns = segment.open_write(SegmentComponent::FastFields)?;
        self.columns.serialize(self.articles, None, &mut columns)?;
        columns.terminate()?;
        self.store.close()?;
        segment = segment.with_max_doc(self.articles);
        // Held until the index has it, so that no article is replaced in between.
        let mut state = self.fate.lock();
        if let State::Building(dropped) = &*state
            && !dropped.is_empty()
        {
            segment = without(segment, self.articles, dropped)?;
        }
        *state = State::InIndex;
        let meta = segment.meta().clone();
        meta.untrack_temp_docstore();
        add(meta)
    }
}

/// The segment with some of its articles deleted.
fn without(segment: Segment, articles: DocId, dropped: &[DocId]) -> tantivy::Result<Segment> {
    let mut alive = BitSet::with_max_value_and_full(articles);
    for article in dropped {
        alive.remove(*article);
    }
    let segment = segment.with_delete_meta(articles - alive.len() as u32, 0);
    let mut file = segment.open_write(SegmentComponent::Delete)?;
    write_alive_bitset(&alive, &mut file)?;
    file.flush()?;
    file.terminate()?;
    Ok(segment)
}

fn column_type(kind: &FieldType) -> Option<ColumnType> {
    match kind {
        FieldType::Str(_) => Some(ColumnType::Str),
        FieldType::U64(_) => Some(ColumnType::U64),
        FieldType::I64(_) => Some(ColumnType::I64),
        _ => None,
    }
}

/// The terms of a field that a word stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct WordTerms {
    /// Its stem.
    pub(super) stem: TermNumber,
    /// The word as written, when it is not its own stem.
    pub(super) written: Option<NonZero<TermNumber>>,
}

/// A word of a text with its terms.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placed<'a> {
    /// Folded.
    pub(super) word: &'a str,
    pub(super) key: Key,
    pub(super) terms: WordTerms,
    /// First byte in the text, and one past the last.
    pub(super) start: usize,
    pub(super) end: usize,
    /// Number of the word in the text.
    pub(super) position: u32,
    /// How many positions a joined form covers; else 1.
    pub(super) covers: u32,
}

/// The terms of a field of text: of each word its stem, and the word as written when it is another.
pub(super) struct TextTerms<'a> {
    pub(super) lists: &'a mut Lists,
    words: &'a mut ByWord<WordTerms>,
    stems: &'a Stems,
    ahead: &'a mut Ahead,
}

/// Words whose terms are looked up at once, so that the waits for memory overlap: one after the other, between all else
/// that is done with a word, they are a twelfth of the time of indexing.
const AT_ONCE: usize = 128;

/// The words that are cut and wait for their terms.
#[derive(Debug, Default)]
struct Ahead {
    /// The text in lower case, and behind it terms that do not stand there so.
    letters: String,
    cut: Vec<Cut>,
    terms: Vec<WordTerms>,
}

/// A word of a text; where its letters begin and end in [`Ahead`].
#[derive(Clone, Copy, Debug)]
struct Cut {
    term: (usize, usize),
    key: Key,
    start: usize,
    end: usize,
    position: u32,
    covers: u32,
}

impl TextTerms<'_> {
    /// Calls `each` for every word of a text; `mark` stands before words as written. Returns the number of positions used.
    pub(super) fn each(
        &mut self,
        text: &str,
        mark: char,
        mut each: impl FnMut(&mut Lists, Placed<'_>),
    ) -> u32 {
        let mut letters = std::mem::take(&mut self.ahead.letters);
        let used = words::each_within(text, &mut letters, |letters, term, start, end, position, covers| {
            let key = self.words.seek(letters[term.clone()].as_bytes());
            self.ahead.cut.push(Cut { term: (term.start, term.end), key, start, end, position, covers });
            if self.ahead.cut.len() == AT_ONCE {
                self.each_ahead(letters, mark, &mut each);
                letters.truncate(text.len());
            }
        });
        self.each_ahead(&letters, mark, &mut each);
        self.ahead.letters = letters;
        used
    }

    fn each_ahead(&mut self, letters: &str, mark: char, each: &mut impl FnMut(&mut Lists, Placed<'_>)) {
        let Self { lists, words, stems, ahead: Ahead { cut, terms, .. } } = self;
        for Cut { term: (from, to), key, .. } in &*cut {
            let word = &letters[*from..*to];
            let found = words.of(*key, word.as_bytes(), || {
                let stem = stems.stem(word);
                let stem_number = lists.number(None, &stem);
                // It comes behind its stem, so it never is the first.
                let written = (stem != word).then(|| lists.number(Some(mark), word));
                WordTerms { stem: stem_number, written: written.and_then(NonZero::new) }
            });
            lists.seek(found.stem);
            found.written.iter().for_each(|written| lists.seek(written.get()));
            terms.push(found);
        }
        for (Cut { term: (from, to), key, start, end, position, covers }, terms) in
            cut.drain(..).zip(terms.drain(..))
        {
            each(lists, Placed { word: &letters[from..to], key, terms, start, end, position, covers });
        }
    }
}
