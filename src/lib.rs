//! dateline searches a news archive by **who, where and when**: it reads articles, finds the people, countries and
//! dates in them, keeps all of it in an on-disk index, and answers ranked and faceted queries.
//!
//! The data flows one way. [`ingest`] turns bytes into [`article::Article`]s, [`extract`] finds
//! [`extract::Annotations`] in them, [`pipeline`] brings both into a [`search::Sink`]; [`query`] turns text into a
//! [`query::Node`], and a [`search::Engine`] answers it. [`index`] is the engine: both of these on disk, with tantivy.
//! A module imports only from those before it.
//!
//! ```
//! use dateline::article::Article;
//! use dateline::extract::Extractor;
//! use dateline::index::Index;
//! use dateline::query::{ParseOptions, parse};
//! use dateline::search::{Engine, SearchRequest, Sink, Sort};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let article = Article {
//!     id: "1".to_owned(),
//!     title: "Blinken makes surprise stop in Baghdad".to_owned(),
//!     body: "Antony Blinken met Iraqi officials on Friday.".to_owned(),
//!     ..Article::default()
//! };
//! let index = Index::in_memory()?;
//! let writer = index.writer(&Default::default())?;
//! writer.put(&article, &Extractor::new().annotate_article(&article))?;
//! writer.finish()?;
//!
//! let today = "2024-12-13".parse()?;
//! let query = parse("person:Blinken country:Iraq", &ParseOptions::new(today))?.node;
//! let answer = index.search(&SearchRequest { limit: 10, ..SearchRequest::new(query, Sort::Relevance) })?;
//! assert_eq!(answer.total, 1);
//! assert_eq!(answer.hits[0].people, ["Antony Blinken"]);
//! # Ok(())
//! # }
//! ```
//!
//! The library never prints and never exits; [`cli`] does, and is left out with `--no-default-features`.

pub mod article;
#[cfg(feature = "cli")]
pub mod cli;
pub mod extract;
pub mod index;
pub mod ingest;
pub mod pipeline;
mod prefetch;
pub mod query;
pub mod search;
