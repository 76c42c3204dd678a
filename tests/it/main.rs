//! The integration tests, one binary: each module tests one thing a user relies on.

#![allow(clippy::unwrap_used)]

mod archive;
mod command_line;
mod company;
mod copies;
mod duplicates;
mod durability;
mod export;
mod facets;
mod fixture;
mod layers;
mod people;
mod samples;
mod scenarios;
mod schemas;
