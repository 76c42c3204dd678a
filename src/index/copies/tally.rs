//! How many stories the matches of a query tell.

use tantivy::query::{EnableScoring, Query};
use tantivy::{DocId, Searcher, TERMINATED};

use super::table::{Copies, Member};

/// Counts the matches of each story of several articles.
#[derive(Debug)]
pub(in crate::index) struct Tally<'a> {
    copies: &'a Copies,
    /// Matches by story.
    counts: Vec<u32>,
    /// Matches that are not the first counted of their story.
    copied: u64,
}

impl<'a> Tally<'a> {
    pub(in crate::index) fn new(copies: &'a Copies) -> Self {
        Self { copies, counts: vec![0; copies.stories()], copied: 0 }
    }

    /// The members in a segment, to be passed with every block of its matches.
    pub(in crate::index) fn open(&self, ord: usize) -> &'a [Member] {
        self.copies.of_segment(ord)
    }

    /// Counts a block of matches of a segment; `rest` holds its members from there on.
    pub(in crate::index) fn collect(&mut self, docs: &[DocId], rest: &mut &'a [Member]) {
        let (Some(from), Some(to)) = (docs.first(), docs.last()) else { return };
        *rest = &rest[rest.partition_point(|member| member.doc < *from)..];
        let end = rest.partition_point(|member| member.doc <= *to);
        let (here, behind) = rest.split_at(end);
        *rest = behind;
        for member in here {
            if docs.binary_search(&member.doc).is_ok() {
                self.add(member);
            }
        }
    }

    /// Counts the matches of a query: only members are looked at.
    pub(in crate::index) fn count(&mut self, searcher: &Searcher, query: &dyn Query) -> tantivy::Result<()> {
        if self.copies.is_empty() {
            return Ok(());
        }
        let weight = query.weight(EnableScoring::disabled_from_searcher(searcher))?;
        for (ord, segment) in searcher.segment_readers().iter().enumerate() {
            let mut members = self.copies.of_segment(ord);
            if members.is_empty() {
                continue;
            }
            let alive = segment.alive_bitset();
            let mut matches = weight.scorer(segment, 1.0)?;
            while let Some(member) = members.first() {
                let mut doc = matches.doc();
                if doc < member.doc {
                    doc = matches.seek(member.doc);
                }
                if doc == TERMINATED {
                    break;
                }
                if doc == member.doc {
                    if alive.is_none_or(|alive| alive.is_alive(doc)) {
                        self.add(member);
                    }
                    members = &members[1..];
                } else {
                    members = &members[ahead(members, doc)..];
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, member: &Member) {
        let count = &mut self.counts[member.story() as usize];
        self.copied += u64::from(*count > 0);
        *count += 1;
    }

    /// How many of the matches are copies of others among them.
    pub(in crate::index) fn copied(&self) -> u64 {
        self.copied
    }

    /// Matches of a story beside one of them.
    pub(in crate::index) fn others(&self, story: u32) -> u64 {
        self.counts.get(story as usize).map_or(0, |count| u64::from(count.saturating_sub(1)))
    }
}

/// Number of members before a document: few as a rule, so that steps begin small.
fn ahead(members: &[Member], doc: DocId) -> usize {
    let mut reach = 1;
    while members.get(reach).is_some_and(|member| member.doc < doc) {
        reach *= 2;
    }
    let from = reach / 2;
    let to = members.len().min(reach + 1);
    from + members[from..to].partition_point(|member| member.doc < doc)
}
