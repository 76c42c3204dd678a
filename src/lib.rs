//! dateline searches a news archive by who, where and when.

pub mod article;
pub mod extract;
pub mod ingest;
pub mod query;
pub mod search;
