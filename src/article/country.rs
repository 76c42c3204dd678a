//! Countries and territories (ISO 3166-1, plus `XK`), the regions above them (UN M49) and the groups
//! newsrooms speak of. Shared by extraction (codes of mentions), query (names in `country:`) and index.
//!
//! The tables are `countries.tsv` and `regions.tsv` beside this file; each explains its columns at its top.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::name::fold;

/// A country or territory with a code of its own.
#[derive(Debug, PartialEq, Eq)]
pub struct Country {
    /// ISO 3166-1 alpha-2 code, upper case.
    pub code: &'static str,
    /// ISO 3166-1 alpha-3 code, upper case.
    pub alpha3: &'static str,
    /// Short English name one reads in a newspaper.
    pub name: &'static str,
    /// UN M49 sub-region, e.g. "Western Asia"; where M49 has an intermediate region, that one
    /// ("Western Africa", "South America").
    pub subregion: &'static str,
    /// UN M49 region, e.g. "Asia".
    pub region: &'static str,
}

/// The country of an ISO alpha-2 code, any case.
pub fn by_code(code: &str) -> Option<&'static Country> {
    let [a, b] = *code.as_bytes() else { return None };
    let slot = CODES.get(code_slot(a, b)?)?;
    all().get(usize::from(*slot))
}

/// The country a name, alpha-2 or alpha-3 code stands for; folded for case and accents. No fuzzy match.
///
/// `Korea` is South Korea, `Congo` the Democratic Republic, as newspapers use the bare names; former
/// names lead to the successor of the same capital (`Zaire`, `Burma`, `Soviet Union`).
pub fn by_name(name: &str) -> Option<&'static Country> {
    by_code(name).or_else(|| all().get(usize::from(*NAMES.get(&key(name))?)))
}

/// The country whose name is nearest to a misspelt one (`Irak` → Iraq), if one is near enough to be meant.
///
/// A wrong, missing, extra or swapped letter costs two, a mix-up of letters that sound alike (`k` and `q`)
/// or a letter wrongly doubled costs one; names of four and five letters may differ by two, of six to
/// eight by three, longer ones by four. Where two countries are equally near, none is meant.
pub fn nearest(name: &str) -> Option<&'static Country> {
    if let Some(country) = by_name(name) {
        return Some(country);
    }
    let wanted: Vec<char> = key(name).chars().collect();
    let budget = match wanted.len() {
        0..=3 => return None,
        4..=5 => 2,
        6..=8 => 3,
        9..=60 => 4,
        _ => return None,
    };
    let mut best = (budget + 1, u16::MAX);
    let mut tied = false;
    for (candidate, &country) in NAMES.iter().filter(|(candidate, _)| candidate.len() > 3) {
        let cost = edit_cost(&wanted, candidate, best.0);
        if cost < best.0 {
            best = (cost, country);
            tied = false;
        } else if cost == best.0 && country != best.1 {
            tied = true;
        }
    }
    if tied || best.0 > budget {
        return None;
    }
    all().get(usize::from(best.1))
}

/// The members of a region, sub-region or group (`Asia`, `Western Asia`, `Middle East`, `EU`), sorted by code,
/// and the region's canonical name.
pub fn region(name: &str) -> Option<(&'static str, Vec<&'static Country>)> {
    let region = REGIONS.list.get(*REGIONS.by_key.get(&key(name))?)?;
    let members = region.members.iter().filter_map(|&i| all().get(usize::from(i))).collect();
    Some((region.name, members))
}

/// All countries, sorted by code.
pub fn all() -> &'static [Country] {
    &COUNTRIES
}

/// The canonical names of all regions, sub-regions and groups: M49 regions first, groups after.
pub fn regions() -> impl Iterator<Item = &'static str> {
    REGIONS.list.iter().map(|region| region.name)
}

const TABLE: &str = include_str!("countries.tsv");
const REGION_TABLE: &str = include_str!("regions.tsv");

/// Rows of a table as columns, comments and blank lines left out.
fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    table.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).map(|l| l.split('\t').collect())
}

static COUNTRIES: LazyLock<Vec<Country>> = LazyLock::new(|| {
    rows(TABLE)
        .filter_map(|row| match row[..] {
            [code, alpha3, name, subregion, region, _] => {
                Some(Country { code, alpha3, name, subregion, region })
            }
            _ => None,
        })
        .collect()
});

/// Place in [`COUNTRIES`] by the two letters of a code; `u16::MAX` where there is none.
static CODES: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut slots = vec![u16::MAX; 26 * 26];
    for (i, country) in (0..).zip(all()) {
        if let [a, b] = *country.code.as_bytes()
            && let Some(slot) = code_slot(a, b).and_then(|slot| slots.get_mut(slot))
        {
            *slot = i;
        }
    }
    slots
});

fn code_slot(a: u8, b: u8) -> Option<usize> {
    let letter = |c: u8| c.is_ascii_alphabetic().then(|| usize::from(c.to_ascii_uppercase() - b'A'));
    Some(letter(a)? * 26 + letter(b)?)
}

/// Place in [`COUNTRIES`] by the [`key`] of each name and alpha-3 code.
static NAMES: LazyLock<FxHashMap<String, u16>> = LazyLock::new(|| {
    let mut names = FxHashMap::default();
    for (i, row) in (0..).zip(rows(TABLE)) {
        let [_, alpha3, name, _, _, others] = row[..] else { continue };
        for form in [alpha3, name].into_iter().chain(others.split(';')).filter(|form| !form.is_empty()) {
            names.insert(key(form), i);
        }
    }
    names
});

struct Region {
    name: &'static str,
    /// Places in [`COUNTRIES`], ascending, so sorted by code.
    members: Vec<u16>,
}

struct Regions {
    list: Vec<Region>,
    by_key: FxHashMap<String, usize>,
}

static REGIONS: LazyLock<Regions> = LazyLock::new(|| {
    let mut list: Vec<Region> = Vec::new();
    let mut by_key = FxHashMap::default();
    for (i, country) in (0..).zip(all()) {
        for name in [country.region, country.subregion] {
            let at = *by_key.entry(key(name)).or_insert_with(|| {
                list.push(Region { name, members: Vec::new() });
                list.len() - 1
            });
            if list[at].members.last() != Some(&i) {
                list[at].members.push(i);
            }
        }
    }
    for row in rows(REGION_TABLE) {
        let [name, others, members] = row[..] else { continue };
        let mut places: Vec<u16> = Vec::new();
        for member in members.split(' ') {
            match member.strip_prefix('=') {
                Some(part) => {
                    let part = by_key.get(&key(&part.replace('_', " "))).and_then(|&at| list.get(at));
                    places.extend(part.into_iter().flat_map(|part| &part.members));
                }
                None => places.extend(member_place(member)),
            }
        }
        places.sort_unstable();
        places.dedup();
        for form in [name].into_iter().chain(others.split(';')).filter(|form| !form.is_empty()) {
            by_key.entry(key(form)).or_insert(list.len());
        }
        list.push(Region { name, members: places });
    }
    Regions { list, by_key }
});

fn member_place(code: &str) -> Option<u16> {
    let [a, b] = *code.as_bytes() else { return None };
    CODES.get(code_slot(a, b)?).copied().filter(|&i| i != u16::MAX)
}

/// The form under which spellings of a country's or region's name meet: folded, "the" before it cut,
/// stops and apostrophes dropped, hyphens and commas opened, `&` and `St` written out.
fn key(name: &str) -> String {
    let folded = fold(name);
    let mut out = String::with_capacity(folded.len());
    for word in folded.split(|c: char| c.is_whitespace() || matches!(c, '-' | '‐' | '‑' | '–' | ',' | '/'))
    {
        let word: String = word.chars().filter(|c| !matches!(c, '.' | '\'' | '(' | ')' | '"')).collect();
        let word = match word.as_str() {
            "" => continue,
            "the" if out.is_empty() => continue,
            "st" => "saint",
            "&" => "and",
            word => word,
        };
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

/// Weighted edit distance as [`nearest`] describes it; any value ≥ `limit + 1` once it is sure to exceed it.
fn edit_cost(a: &[char], b: &str, limit: u32) -> u32 {
    let b: Vec<char> = b.chars().collect();
    if a.len().abs_diff(b.len()) > limit as usize {
        return limit + 1;
    }
    let width = b.len() + 1;
    let mut before_last: Vec<u32> = vec![0; width];
    let mut last: Vec<u32> = Vec::with_capacity(width);
    last.push(0);
    for j in 0..b.len() {
        last.push(last[j] + gap_cost(&b, j));
    }
    let mut row = vec![0; width];
    for i in 0..a.len() {
        row[0] = last[0] + gap_cost(a, i);
        for j in 0..b.len() {
            let mut cost = last[j] + swap_cost(a[i], b[j]);
            cost = cost.min(last[j + 1] + gap_cost(a, i)).min(row[j] + gap_cost(&b, j));
            if i > 0 && j > 0 && a[i] == b[j - 1] && a[i - 1] == b[j] {
                cost = cost.min(before_last[j - 1] + 2);
            }
            row[j + 1] = cost;
        }
        if row.iter().all(|&cost| cost > limit) {
            return limit + 1;
        }
        std::mem::swap(&mut before_last, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    last[b.len()]
}

/// Cost of a letter the other name does not have.
fn gap_cost(letters: &[char], i: usize) -> u32 {
    if i > 0 && letters[i] == letters[i - 1] || letters[i] == ' ' { 1 } else { 2 }
}

/// Cost of one letter in place of another.
fn swap_cost(a: char, b: char) -> u32 {
    const ALIKE: [&str; 6] = ["ckq", "iyj", "szc", "vwf", "ou", "dt"];
    if a == b {
        0
    } else if ALIKE.iter().any(|group| group.contains(a) && group.contains(b)) {
        1
    } else {
        2
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn code(name: &str) -> &'static str {
        by_name(name).map_or("", |country| country.code)
    }

    fn near(name: &str) -> &'static str {
        nearest(name).map_or("", |country| country.code)
    }

    #[test]
    fn the_table_is_whole_and_sorted() {
        assert_eq!(all().len(), 250, "249 of ISO 3166-1 and XK");
        assert_eq!(rows(TABLE).count(), all().len(), "every row has six columns");
        assert!(all().windows(2).all(|pair| pair[0].code < pair[1].code));
        for country in all() {
            assert_eq!(by_code(country.code), Some(country));
            assert_eq!(by_name(country.name), Some(country), "{}", country.name);
            assert_eq!(by_name(country.alpha3), Some(country), "{}", country.alpha3);
            assert_eq!(country.alpha3.len(), 3);
        }
    }

    #[test]
    fn no_name_is_claimed_twice() {
        let mut seen: FxHashMap<String, &str> = FxHashMap::default();
        for row in rows(TABLE) {
            for form in [row[1], row[2]].into_iter().chain(row[5].split(';')).filter(|f| !f.is_empty()) {
                let before = seen.insert(key(form), row[0]);
                assert!(before.is_none_or(|code| code == row[0]), "{form} is {before:?} and {}", row[0]);
            }
        }
    }

    #[test]
    fn codes_in_any_case_and_nothing_else() {
        assert_eq!(by_code("iq").map(|c| c.name), Some("Iraq"));
        for not_a_code in ["", "i", "zz", "IRQ", "é", "1q", "日"] {
            assert_eq!(by_code(not_a_code), None, "{not_a_code}");
        }
    }

    #[test]
    fn names_in_their_variants() {
        for (name, expected) in [
            ("iraq", "IQ"),
            ("IRQ", "IQ"),
            ("U.S.", "US"),
            ("the United States of America", "US"),
            ("Great Britain", "GB"),
            ("Côte d’Ivoire", "CI"),
            ("Cote d'Ivoire", "CI"),
            ("Ivory Coast", "CI"),
            ("Burma", "MM"),
            ("Zaire", "CD"),
            ("Congo", "CD"),
            ("Congo-Brazzaville", "CG"),
            ("Republic of Congo", "CG"),
            ("Democratic Republic of Congo", "CD"),
            ("Swaziland", "SZ"),
            ("Czechia", "CZ"),
            ("Soviet Union", "RU"),
            ("Türkiye", "TR"),
            ("St. Kitts & Nevis", "KN"),
            ("The Gambia", "GM"),
            ("Korea", "KR"),
            ("North Korea", "KP"),
            ("Dominica", "DM"),
            ("Dominican Republic", "DO"),
            ("Niger", "NE"),
            ("Nigeria", "NG"),
            ("Kosovo", "XK"),
            ("Guinea-Bissau", "GW"),
            ("Paris", ""),
            ("", ""),
        ] {
            assert_eq!(code(name), expected, "{name}");
        }
    }

    #[test]
    fn misspelt_names_find_the_nearest() {
        for (name, expected) in [
            ("Irak", "IQ"),
            ("Irann", "IR"),
            ("Afganistan", "AF"),
            ("Columbia", "CO"),
            ("Phillipines", "PH"),
            ("Kazakstahn", "KZ"),
            ("Ukrain", "UA"),
            ("Lybia", "LY"),
            ("Irland", "IE"),
            ("Saudi-Arabien", "SA"),
            ("Untied States", "US"),
            ("Azerbajan", "AZ"),
        ] {
            assert_eq!(near(name), expected, "{name}");
        }
        for name in ["", "x", "Blinken", "Gondor", "Westeros", &"a".repeat(10_000)] {
            assert_eq!(near(name), "", "{name}");
        }
    }

    #[test]
    fn regions_sub_regions_and_groups() {
        let codes = |name: &str| {
            region(name).map(|(canonical, members)| {
                let codes: Vec<_> = members.iter().map(|country| country.code).collect();
                (canonical, codes.join(" "))
            })
        };
        assert_eq!(codes("benelux"), Some(("Benelux", "BE LU NL".to_owned())));
        assert_eq!(codes("the EU").map(|(name, _)| name), Some("European Union"));
        assert_eq!(codes("E.U.").map(|(_, codes)| codes.split(' ').count()), Some(27));
        assert_eq!(codes("Nato").map(|(_, codes)| codes.split(' ').count()), Some(32));
        assert_eq!(codes("g7"), Some(("G7", "CA DE FR GB IT JP US".to_owned())));
        assert_eq!(codes("western asia").map(|(name, _)| name), Some("Western Asia"));
        assert_eq!(codes("Southeast Asia").map(|(_, c)| c), codes("South-eastern Asia").map(|(_, c)| c));
        assert_eq!(codes("OPEC+").map(|(name, _)| name), Some("OPEC+"));
        assert_eq!(codes("Atlantis"), None);
        let (_, asia) = region("Asia").unwrap();
        assert!(asia.iter().any(|c| c.code == "IQ") && asia.windows(2).all(|p| p[0].code < p[1].code));
    }

    #[test]
    fn every_member_of_a_group_is_a_country() {
        for row in rows(REGION_TABLE) {
            assert_eq!(row.len(), 3, "{row:?}");
            for member in row[2].split(' ').filter(|member| !member.is_empty()) {
                let known = match member.strip_prefix('=') {
                    Some(part) => region(&part.replace('_', " ")).is_some(),
                    None => by_code(member).is_some(),
                };
                assert!(known, "{}: {member}", row[0]);
            }
            assert!(region(row[0]).is_some_and(|(name, members)| name == row[0] && !members.is_empty()));
        }
        assert!(regions().count() > 60);
    }
}
