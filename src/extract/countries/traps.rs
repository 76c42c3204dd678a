//! Names that look like a country and are not, or not that one.
