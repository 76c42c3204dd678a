//! Which articles are copies of one story, as it is kept beside the index and asked for in a search.
//!
//! The table is derived from the index (see [`super::derive`]) and lies in the file `copies` of its folder. It names
//! documents by segment and number, which is all a search has to look up. Segments merge and vanish: an entry
//! whose segment is gone is found again by the hash of its article. A file that is missing, damaged or behind the
//! index never fails a search; articles it does not know stand for themselves.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use rustc_hash::FxHashMap;
use tantivy::{DocAddress, DocId, Searcher, SegmentReader};

/// First bytes of the file.
const MAGIC: &[u8] = b"dateline copies 1\n";
/// Bytes of a segment's name.
const NAME: usize = 32;
/// Marks the first article of a story in its number.
const FIRST: u32 = 1 << 31;

/// A document that belongs to a story of several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::index) struct Member {
    pub(in crate::index) doc: DocId,
    /// Number of the story, and whether it is the one that others were compared with.
    story: u32,
    /// Hash of the article.
    hash: u64,
}

impl Member {
    pub(in crate::index) fn new(doc: DocId, story: u32, first: bool, hash: u64) -> Self {
        Self { doc, story: if first { story | FIRST } else { story & !FIRST }, hash }
    }

    /// Number of the story.
    pub(in crate::index) fn story(&self) -> u32 {
        self.story & !FIRST
    }

    /// Whether others were compared with it.
    pub(super) fn is_first(&self) -> bool {
        self.story & FIRST != 0
    }
}

/// The stories of several articles in a state of the index.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::index) struct Copies {
    /// Members by segment, in order of their documents.
    pub(super) segments: Vec<Vec<Member>>,
    /// One more than the greatest number of a story.
    pub(super) stories: u32,
}

impl Copies {
    /// The table of what a searcher sees of the index in a folder.
    pub(in crate::index) fn open(searcher: &Searcher, dir: &Path) -> tantivy::Result<Arc<Self>> {
        Ok(Arc::new(Table::read(&path(dir)).unwrap_or_default().resolve(searcher)?))
    }

    /// A table of one segment, for tests.
    #[cfg(test)]
    pub(in crate::index) fn of_one_segment(members: Vec<Member>) -> Self {
        let stories = members.iter().map(|member| member.story() + 1).max().unwrap_or(0);
        Self { segments: vec![members], stories }
    }

    /// Whether no article has a copy.
    pub(in crate::index) fn is_empty(&self) -> bool {
        self.stories == 0
    }

    /// One more than the greatest number of a story.
    pub(in crate::index) fn stories(&self) -> usize {
        self.stories as usize
    }

    /// The members in a segment, in order.
    pub(in crate::index) fn of_segment(&self, ord: usize) -> &[Member] {
        self.segments.get(ord).map_or(&[], Vec::as_slice)
    }

    /// The story of a document; none when it has no copies.
    pub(in crate::index) fn story(&self, at: DocAddress) -> Option<u32> {
        let members = self.of_segment(at.segment_ord as usize);
        let found = members.binary_search_by_key(&at.doc_id, |member| member.doc).ok()?;
        members.get(found).map(Member::story)
    }

    /// All documents of a story.
    pub(in crate::index) fn members(&self, story: u32) -> impl Iterator<Item = DocAddress> {
        self.segments.iter().enumerate().flat_map(move |(ord, members)| {
            members
                .iter()
                .filter(move |member| member.story() == story)
                .map(move |member| DocAddress::new(ord as u32, member.doc))
        })
    }
}

/// The table of an index as it is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Table {
    /// Articles added before this time, in seconds since 1970, were compared with all others.
    pub(super) upto: i64,
    /// Members by the name of their segment.
    pub(super) segments: HashMap<String, Vec<Member>>,
}

/// Where the table of an index lies.
pub(super) fn path(dir: &Path) -> PathBuf {
    dir.join("copies")
}

impl Table {
    /// The table of what a searcher sees.
    pub(super) fn of(copies: &Copies, searcher: &Searcher, upto: i64) -> Self {
        let named = |(members, segment): (&Vec<Member>, &SegmentReader)| {
            (segment.segment_id().uuid_string(), members.clone())
        };
        Self { upto, segments: copies.segments.iter().zip(searcher.segment_readers()).map(named).collect() }
    }

    /// Reads a table; `None` when there is none or it is damaged.
    pub(super) fn read(path: &Path) -> Option<Self> {
        let bytes = std::fs::read(path).ok()?;
        let (body, sum) = bytes.strip_prefix(MAGIC)?.split_last_chunk()?;
        if u64::from_le_bytes(*sum) != xxhash_rust::xxh3::xxh3_64(body) {
            return None;
        }
        let mut rest = body;
        let upto = i64::from_le_bytes(take(&mut rest)?);
        let mut segments = HashMap::new();
        while !rest.is_empty() {
            let name = String::from_utf8(take::<NAME>(&mut rest)?.to_vec()).ok()?;
            let count = u32::from_le_bytes(take(&mut rest)?) as usize;
            let mut members = Vec::with_capacity(count.min(rest.len() / 16));
            for _ in 0..count {
                members.push(Member {
                    doc: u32::from_le_bytes(take(&mut rest)?),
                    story: u32::from_le_bytes(take(&mut rest)?),
                    hash: u64::from_le_bytes(take(&mut rest)?),
                });
            }
            segments.insert(name, members);
        }
        Some(Self { upto, segments })
    }

    /// Articles added from then on were not compared yet; all of them when the clock was set back.
    pub(super) fn since(&self) -> i64 {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64);
        if self.upto > now { i64::MIN } else { self.upto }
    }

    /// Writes the table, whole or not at all.
    pub(super) fn write(&self, path: &Path) -> std::io::Result<()> {
        let mut bytes = MAGIC.to_vec();
        bytes.extend(self.upto.to_le_bytes());
        let mut names: Vec<&String> = self.segments.keys().filter(|name| name.len() == NAME).collect();
        names.sort_unstable();
        for name in names {
            let members = &self.segments[name];
            bytes.extend(name.as_bytes());
            bytes.extend((members.len() as u32).to_le_bytes());
            for member in members {
                bytes.extend(member.doc.to_le_bytes());
                bytes.extend(member.story.to_le_bytes());
                bytes.extend(member.hash.to_le_bytes());
            }
        }
        let sum = xxhash_rust::xxh3::xxh3_64(&bytes[MAGIC.len()..]);
        bytes.extend(sum.to_le_bytes());
        let draft = path.with_extension("new");
        let mut out = File::create(&draft)?;
        out.write_all(&bytes)?;
        out.sync_all()?;
        std::fs::rename(&draft, path)
    }

    /// The copies among what a searcher sees.
    pub(super) fn resolve(mut self, searcher: &Searcher) -> tantivy::Result<Copies> {
        let mut copies = Copies::default();
        let mut unknown: Vec<(usize, &SegmentReader)> = Vec::new();
        for (ord, segment) in searcher.segment_readers().iter().enumerate() {
            let known = self.segments.remove(&segment.segment_id().uuid_string());
            if known.is_none() {
                unknown.push((ord, segment));
            }
            let mut members = known.unwrap_or_default();
            let alive = |doc| segment.alive_bitset().is_none_or(|alive| alive.is_alive(doc));
            members.retain(|member| member.doc < segment.max_doc() && alive(member.doc));
            copies.segments.push(members);
        }
        let lost: FxHashMap<u64, u32> =
            self.segments.into_values().flatten().map(|member| (member.hash, member.story)).collect();
        if !lost.is_empty() {
            for (ord, segment) in unknown {
                copies.segments[ord] = found_again(segment, &lost)?;
            }
        }
        let members = copies.segments.iter().flatten();
        copies.stories = members.map(|member| member.story() + 1).max().unwrap_or(0);
        Ok(copies)
    }
}

/// The members of a segment by the hashes of their articles.
fn found_again(segment: &SegmentReader, lost: &FxHashMap<u64, u32>) -> tantivy::Result<Vec<Member>> {
    let hashes = segment.fast_fields().u64("hash")?;
    let mut members = Vec::new();
    for doc in segment.doc_ids_alive() {
        let Some(hash) = hashes.first(doc) else { continue };
        if let Some(story) = lost.get(&hash) {
            members.push(Member { doc, story: *story, hash });
        }
    }
    Ok(members)
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (head, tail) = rest.split_first_chunk::<N>()?;
    *rest = tail;
    Some(*head)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn table() -> Table {
        let members = vec![Member::new(3, 0, true, 77), Member::new(9, 0, false, 78)];
        Table { upto: 1_700_000_000, segments: HashMap::from([("0123456789abcdef".repeat(2), members)]) }
    }

    #[test]
    fn a_table_reads_back_as_it_was() {
        let dir = tempfile::tempdir().unwrap();
        let path = path(dir.path());
        assert_eq!(Table::read(&path), None);
        table().write(&path).unwrap();
        assert_eq!(Table::read(&path), Some(table()));
    }

    #[test]
    fn a_damaged_table_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let path = path(dir.path());
        table().write(&path).unwrap();
        let whole = std::fs::read(&path).unwrap();
        for cut in 0..whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            assert_eq!(Table::read(&path), None, "{cut}");
        }
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 0x10;
            std::fs::write(&path, &bytes).unwrap();
            assert_eq!(Table::read(&path), None, "{at}");
        }
    }
}
