//! The query language: text → [`Node`] with notes and errors, [`Node`] → canonical text. Knows no engine.

pub mod ast;

pub use ast::{Clause, Node};
