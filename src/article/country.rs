//! Countries and territories (ISO 3166-1, plus `XK`), the regions above them (UN M49) and the groups
//! newsrooms speak of. Shared by extraction (codes of mentions), query (names in `country:`) and index.

/// A country or territory with a code of its own.
#[derive(Debug, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2 code, upper case.
    pub code: &'static str,
    /// ISO 3166-1 alpha-3 code, upper case.
    pub alpha3: &'static str,
    /// Short English name one reads in a newspaper.
    pub name: &'static str,
    /// UN M49 sub-region, e.g. "Western Asia".
    pub subregion: &'static str,
    /// UN M49 region, e.g. "Asia".
    pub region: &'static str,
}

/// The country of an ISO alpha-2 code, any case.
pub fn by_code(code: &str) -> Option<&'static Country> {
    let _ = code;
    None
}

/// The country a name, alpha-2 or alpha-3 code stands for; folded for case and accents. No fuzzy match.
pub fn by_name(name: &str) -> Option<&'static Country> {
    let _ = name;
    None
}

/// The country whose name is nearest to a misspelt one (`Irak` → Iraq), if one is near enough to be meant.
pub fn nearest(name: &str) -> Option<&'static Country> {
    let _ = name;
    None
}

/// The members of a region, sub-region or group (`Asia`, `Western Asia`, `Middle East`, `EU`), sorted by code,
/// and the region's canonical name.
pub fn region(name: &str) -> Option<(&'static str, Vec<&'static Country>)> {
    let _ = name;
    None
}

/// All countries, sorted by code.
pub fn all() -> &'static [Country] {
    &[]
}
