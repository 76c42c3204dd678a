//! What the index says of names: in how many articles each stands, and which stand together.

use tantivy::columnar::StrColumn;
use tantivy::schema::Field;
use tantivy::{DocId, Searcher};

use super::join::Together;
use super::unit::Units;
use crate::index::ordinals::Joined;
use crate::index::schema::{PEOPLE, mark, term};
use crate::index::stem::Stems;

/// Articles read together.
const BATCH: usize = 1024;

/// The names of an index that articles have, in order.
pub(super) struct Names {
    pub(super) names: Vec<String>,
    /// Articles with each.
    pub(super) counts: Vec<u32>,
    /// Number of each name by segment and ordinal; `u32::MAX` for one that only deleted articles have.
    pub(super) of_ordinal: Vec<Vec<u32>>,
    columns: Vec<Option<StrColumn>>,
}

impl Names {
    /// Reads the dictionaries and counts.
    pub(super) fn read(searcher: &Searcher) -> tantivy::Result<Self> {
        let columns: Vec<Option<StrColumn>> = searcher
            .segment_readers()
            .iter()
            .map(|segment| segment.fast_fields().str(PEOPLE))
            .collect::<tantivy::Result<_>>()?;
        let joined = Joined::new(&columns)?;
        let mut counts = vec![0; joined.found_at.len()];
        let mut of_ordinal = joined.common;
        each_article(searcher, &columns, |segment, _, ordinals| {
            for ordinal in ordinals {
                if let Some(number) = of_ordinal[segment].get(*ordinal as usize) {
                    counts[*number as usize] += 1;
                }
            }
        });
        let mut names = vec![String::new(); counts.len()];
        for (column, numbers) in columns.iter().zip(&of_ordinal) {
            let Some(column) = column else { continue };
            let mut stream = column.dictionary().stream()?;
            let mut numbers = numbers.iter();
            while stream.advance() {
                let name = numbers.next().and_then(|number| names.get_mut(*number as usize));
                if let Some(name) = name.filter(|name| name.is_empty()) {
                    name.push_str(&String::from_utf8_lossy(stream.key()));
                }
            }
        }
        // Names that only deleted articles have go.
        let mut kept = 0;
        let number: Vec<u32> = counts
            .iter()
            .map(|count| {
                if *count == 0 {
                    return u32::MAX;
                }
                kept += 1;
                kept - 1
            })
            .collect();
        for numbers in &mut of_ordinal {
            for common in numbers {
                *common = number.get(*common as usize).copied().unwrap_or(u32::MAX);
            }
        }
        let mut is_kept = counts.iter().map(|count| *count > 0);
        names.retain(|_| is_kept.next().unwrap_or(false));
        counts.retain(|count| *count > 0);
        Ok(Self { names, counts, of_ordinal, columns })
    }

    /// Counts the articles that name two units of a block.
    pub(super) fn together(&self, searcher: &Searcher, units: &Units) -> Together {
        // Most names have nobody beside them in their blocks.
        let crowded: Vec<[Option<u32>; 2]> = units
            .of_name
            .iter()
            .map(|unit| {
                let crowded = |block: &u32| units.blocks[*block as usize].len() > 1;
                units.all[*unit as usize].blocks.map(|block| block.filter(crowded))
            })
            .collect();
        let mut together = Together::default();
        let mut here: Vec<(u32, u32)> = Vec::new();
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        each_article(searcher, &self.columns, |segment, _, ordinals| {
            if ordinals.len() < 2 {
                return;
            }
            here.clear();
            for ordinal in ordinals {
                let number = self.of_ordinal[segment].get(*ordinal as usize).copied().unwrap_or(u32::MAX);
                for block in crowded.get(number as usize).into_iter().flatten().flatten() {
                    here.push((*block, units.of_name[number as usize]));
                }
            }
            if here.len() < 2 {
                return;
            }
            here.sort_unstable();
            here.dedup();
            pairs.clear();
            for block in here.chunk_by(|a, b| a.0 == b.0) {
                for (i, (_, a)) in block.iter().enumerate() {
                    pairs.extend(block[i + 1..].iter().map(|(_, b)| (*a, *b)));
                }
            }
            pairs.sort_unstable();
            pairs.dedup();
            for pair in &pairs {
                *together.entry(*pair).or_default() += 1;
            }
        });
        together
    }

    /// Counts the articles with each of `people` people, each article once. With them the names that an article has
    /// beyond the first of a person, as article and person for each segment.
    pub(super) fn articles(
        &self,
        searcher: &Searcher,
        person_of: &[u32],
        people: usize,
    ) -> (Vec<u32>, Vec<Vec<(DocId, u32)>>) {
        let mut counts = vec![0; people];
        let mut doubles = vec![Vec::new(); self.of_ordinal.len()];
        let mut here: Vec<u32> = Vec::new();
        each_article(searcher, &self.columns, |segment, doc, ordinals| {
            here.clear();
            for ordinal in ordinals {
                let number = self.of_ordinal[segment].get(*ordinal as usize).copied().unwrap_or(u32::MAX);
                let Some(person) = person_of.get(number as usize) else { continue };
                if here.contains(person) {
                    doubles[segment].push((doc, *person));
                } else {
                    here.push(*person);
                    counts[*person as usize] += 1;
                }
            }
        });
        (counts, doubles)
    }
}

/// How many articles have a word in their text.
pub(super) fn said(searcher: &Searcher, text: Field, word: &str) -> u64 {
    let stems = Stems::default();
    // Beside the stem of other words stands the word as written.
    let found = if stems.of(word) == word { word.to_owned() } else { format!("{}{word}", mark::WRITTEN) };
    // What cannot be read speaks for nothing.
    searcher.doc_freq(&term(text, &found)).unwrap_or(0)
}

/// Calls `each` with the segment, the number and the ordinals of every article that is not deleted and names people.
fn each_article(
    searcher: &Searcher,
    columns: &[Option<StrColumn>],
    mut each: impl FnMut(usize, DocId, &[u64]),
) {
    let (mut with, mut rows, mut values) = (Vec::new(), Vec::new(), Vec::new());
    for (number, (segment, column)) in searcher.segment_readers().iter().zip(columns).enumerate() {
        let Some(column) = column else { continue };
        let column = column.ords();
        let alive: Vec<u32> = segment.doc_ids_alive().collect();
        for docs in alive.chunks(BATCH) {
            with.clear();
            rows.clear();
            column.row_ids_for_docs(docs, &mut with, &mut rows);
            values.clear();
            values.resize(rows.len(), 0);
            column.values.get_vals(&rows, &mut values);
            let mut at = 0;
            for article in with.chunk_by(|a: &u32, b| a == b) {
                each(number, article[0], &values[at..at + article.len()]);
                at += article.len();
            }
        }
    }
}
