//! One numbering of the names of a column over all segments.
//!
//! Each segment numbers its names by itself. To add up counts of several segments without looking every name
//! up, the sorted dictionaries are merged once for a state of the index: about 0.1 µs a name.

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;
use tantivy::Searcher;
use tantivy::columnar::StrColumn;

/// The common numbers of a column's names, in order of the names.
pub(super) struct Joined {
    /// Common number by segment and its own number.
    pub(super) common: Vec<Vec<u32>>,
    /// One segment and number where each name stands.
    pub(super) found_at: Vec<(u32, u32)>,
}

impl Joined {
    pub(super) fn new(columns: &[Option<StrColumn>]) -> tantivy::Result<Self> {
        let mut streams = Vec::new();
        for (segment, column) in columns.iter().enumerate() {
            let Some(column) = column else { continue };
            let mut stream = column.dictionary().stream()?;
            if stream.advance() {
                streams.push((segment, stream));
            }
        }
        let mut common: Vec<Vec<u32>> = columns
            .iter()
            .map(|column| Vec::with_capacity(column.as_ref().map_or(0, |column| column.num_terms())))
            .collect();
        let mut found_at = Vec::new();
        let mut least: Vec<u8> = Vec::new();
        while !streams.is_empty() {
            least.clear();
            least.extend(streams.iter().map(|(_, stream)| stream.key()).min().unwrap_or_default());
            let number = found_at.len() as u32;
            let mut first = None;
            streams.retain_mut(|(segment, stream)| {
                if stream.key() != least.as_slice() {
                    return true;
                }
                first.get_or_insert((*segment as u32, common[*segment].len() as u32));
                common[*segment].push(number);
                stream.advance()
            });
            found_at.extend(first);
        }
        Ok(Self { common, found_at })
    }
}

/// The numberings made for the state of the index asked last.
#[derive(Clone, Default)]
pub(super) struct Numberings(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    /// The state of the index, as tantivy counts them.
    state: u64,
    columns: FxHashMap<&'static str, Arc<Joined>>,
}

impl Numberings {
    /// The common numbers of a column.
    pub(super) fn of(&self, searcher: &Searcher, field: &'static str) -> tantivy::Result<Arc<Joined>> {
        let state = searcher.generation().generation_id();
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if held.state != state {
            *held = Held { state, columns: FxHashMap::default() };
        }
        if let Some(joined) = held.columns.get(field) {
            return Ok(Arc::clone(joined));
        }
        let columns = searcher.segment_readers().iter().map(|segment| segment.fast_fields().str(field));
        let joined = Arc::new(Joined::new(&columns.collect::<tantivy::Result<Vec<_>>>()?)?);
        held.columns.insert(field, Arc::clone(&joined));
        Ok(joined)
    }
}
