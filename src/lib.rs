//! dateline searches a news archive by who, where and when.

pub mod article;
#[cfg(feature = "cli")]
pub mod cli;
pub mod extract;
pub mod index;
pub mod ingest;
pub mod pipeline;
pub mod query;
pub mod search;
