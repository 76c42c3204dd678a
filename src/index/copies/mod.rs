//! Syndicated copies: the same story told by several articles with another headline, a cut tail or small edits.
//!
//! - [`sketch`] is the fingerprint of a body, made while its words are cut and kept in a column.
//! - [`alike`] decides whether two texts are copies of one story.
//! - [`corpus`] reads the fingerprints of an index, [`candidates`] finds those that share hashes.
//! - [`derive`] brings the table of copies up to date after a run, [`table`] keeps it.
//! - [`duplicates`] finds articles that are the same but for their ids.
//! - [`documents`] is the query for the copies of an article.
//! - [`fold`] is what the engine asks.
//! - [`tally`] counts the stories among the matches of a query.

mod alike;
mod candidates;
mod corpus;
mod derive;
mod documents;
mod duplicates;
mod fold;
mod sketch;
mod table;
mod tally;

pub(super) use derive::{derive, follow};
pub(super) use duplicates::duplicates;
pub(super) use fold::folds;
pub(super) use sketch::Sketcher;
pub(super) use table::{Copies, Member};
pub(super) use tally::Tally;
