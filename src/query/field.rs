//! The fields and functions of the language, their other names, and the nearest one to a misspelt name.

use super::ast::{DateField, Field, Letters, MetaField, Scope};

/// A field of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Name {
    Text(Scope),
    /// `exact:"Féin"`.
    Exact,
    Person,
    Country,
    Place,
    Region,
    /// Country, place or region, whichever the name is.
    Where,
    Org,
    Date(DateField),
    Meta(MetaField),
    Length,
    Like,
    Copies,
    Saved,
    /// `_exists_:person` of Elasticsearch.
    Exists,
}

/// Canonical name first, then the others. One table for look-up, suggestion and printing.
const FIELDS: &[(Name, &[&str])] = &[
    (Name::Text(Scope::All), &["all"]),
    (Name::Text(Scope::Title), &["title", "headline", "hl", "hd", "ti"]),
    (Name::Text(Scope::Lead), &["lead", "lp"]),
    (Name::Text(Scope::TitleLead), &["hlead", "hlp"]),
    (Name::Text(Scope::Body), &["body", "text", "td"]),
    (Name::Text(Scope::Byline), &["byline", "author", "by", "au"]),
    (Name::Exact, &["exact"]),
    (Name::Person, &["person", "people", "pe", "who"]),
    (Name::Country, &["country", "geo", "geographic"]),
    (Name::Place, &["place", "city"]),
    (Name::Region, &["region", "continent"]),
    (Name::Where, &["where"]),
    (Name::Org, &["org", "company", "co", "organization", "organisation"]),
    (Name::Date(DateField::Mentions), &["mentions"]),
    (Name::Date(DateField::MentionsOverlaps), &["mentions.overlaps"]),
    (Name::Date(DateField::When), &["when"]),
    (Name::Date(DateField::Published), &["published", "date", "pd"]),
    (Name::Date(DateField::Ingested), &["ingested"]),
    (Name::Meta(MetaField::Source), &["source", "publication", "pub"]),
    (Name::Meta(MetaField::Section), &["section", "se"]),
    (Name::Meta(MetaField::Language), &["language", "lang", "la"]),
    (Name::Meta(MetaField::Kind), &["type"]),
    (Name::Meta(MetaField::Url), &["url"]),
    (Name::Meta(MetaField::Id), &["id"]),
    (Name::Length, &["length", "wc", "words"]),
    (Name::Like, &["like"]),
    (Name::Copies, &["dup"]),
    (Name::Saved, &["query"]),
    (Name::Exists, &["_exists_"]),
];

impl Name {
    /// The field of a name, any case.
    pub(super) fn of(name: &str) -> Option<Name> {
        FIELDS
            .iter()
            .find(|(_, names)| names.iter().any(|n| n.eq_ignore_ascii_case(name)))
            .map(|(field, _)| *field)
    }

    /// The canonical name.
    pub(super) fn as_str(self) -> &'static str {
        FIELDS.iter().find(|(field, _)| *field == self).and_then(|(_, names)| names.first()).unwrap_or(&"all")
    }

    /// A value to show in a hint.
    pub(super) fn example(self) -> &'static str {
        match self {
            Name::Text(Scope::Byline) => "byline:Smith",
            Name::Text(_) => "title:(Iraq \"oil exports\")",
            Name::Exact => "exact:\"Féin\"",
            Name::Person => "person:\"Antony Blinken\"",
            Name::Country => "country:IQ or country:Iraq",
            Name::Place => "place:Baghdad",
            Name::Region => "region:\"Middle East\"",
            Name::Where => "where:Baghdad",
            Name::Org => "org:NATO",
            Name::Date(DateField::Mentions | DateField::MentionsOverlaps) => "mentions:2003-03",
            Name::Date(DateField::When) => "when:2024-12",
            Name::Date(DateField::Published) => "published:2024-12",
            Name::Date(DateField::Ingested) => "ingested:today",
            Name::Meta(MetaField::Source) => "source:\"New York Times\"",
            Name::Meta(MetaField::Section) => "section:World",
            Name::Meta(MetaField::Language) => "language:en",
            Name::Meta(MetaField::Kind) => "type:obituary",
            Name::Meta(MetaField::Url) => "url:http://example.com/*",
            Name::Meta(MetaField::Id) => "id:nyt-2024-12-13-0042",
            Name::Length => "length:>800 or length:300..800",
            Name::Like => "like:nyt-2024-12-13-0042",
            Name::Copies => "dup:nyt-2024-12-13-0042",
            Name::Saved => "query:elections",
            Name::Exists => "person:*",
        }
    }

    /// Whether `name>2024` without a colon means the field.
    pub(super) fn is_ordered(self) -> bool {
        matches!(self, Name::Date(_) | Name::Length)
    }

    /// The field of a `x:*`.
    pub(super) fn as_field(self) -> Option<Field> {
        match self {
            Name::Text(scope) => Some(Field::Text(scope)),
            Name::Person => Some(Field::Person),
            Name::Country | Name::Region => Some(Field::Country),
            Name::Place => Some(Field::Place),
            Name::Date(field) => Some(Field::Date(field)),
            Name::Meta(field) => Some(Field::Meta(field)),
            _ => None,
        }
    }
}

/// The canonical name of a field that can be asked for with `*`.
pub(super) fn name_of(field: Field) -> &'static str {
    match field {
        Field::Text(scope) => Name::Text(scope),
        Field::Person => Name::Person,
        Field::Country => Name::Country,
        Field::Place => Name::Place,
        Field::Date(date) => Name::Date(date),
        Field::Meta(meta) => Name::Meta(meta),
    }
    .as_str()
}

/// A function of the language with its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    AtLeast(Option<u32>),
    First(Option<u32>),
    Letters(Letters),
}

impl Function {
    /// The function of a name such as `atleast5` or `caps`, any case. A number that does not fit is the
    /// largest one.
    pub(super) fn of(name: &str) -> Option<Function> {
        let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
        let digits = &name[letters.len()..];
        let number = (!digits.is_empty()).then(|| digits.parse().unwrap_or(u32::MAX));
        match (letters.to_ascii_lowercase().as_str(), number) {
            ("atleast", n) => Some(Function::AtLeast(n)),
            ("first", n) => Some(Function::First(n)),
            ("caps", None) => Some(Function::Letters(Letters::Caps)),
            ("allcaps", None) => Some(Function::Letters(Letters::AllCaps)),
            ("nocaps", None) => Some(Function::Letters(Letters::NoCaps)),
            _ => None,
        }
    }
}

const FUNCTIONS: [&str; 5] = ["atleast", "first", "caps", "allcaps", "nocaps"];

/// Shortest name that counts as misspelt, in letters: below, everything is near to something.
const SHORTEST: usize = 4;

/// The field name that is one letter (missing, extra, wrong or swapped) away.
pub(super) fn near_field(name: &str) -> Option<&'static str> {
    near(name, FIELDS.iter().flat_map(|(_, names)| names.iter().copied()))
}

/// The function name, or field name, that is one letter away; digits at the end do not count.
pub(super) fn near_function(name: &str) -> Option<&'static str> {
    let letters = name.trim_end_matches(|c: char| c.is_ascii_digit());
    // `word(s)` in prose is no slip for `words(`.
    if letters.len() <= SHORTEST {
        return None;
    }
    near(letters, FUNCTIONS.into_iter()).or_else(|| near_field(name))
}

fn near(name: &str, names: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let mut names = names.filter(|n| n.len() >= SHORTEST);
    if name.len() < SHORTEST { None } else { names.find(|n| one_typo(name, n)) }
}

/// Whether one insertion, deletion, substitution or swap of neighbours turns one into the other, whatever
/// their case.
pub(super) fn one_typo(a: &str, b: &str) -> bool {
    let [a, b] = [a, b].map(|name| name.to_lowercase().chars().collect::<Vec<char>>());
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[head..], &b[head..]);
    match (a, b) {
        ([_, a @ ..], [_, b @ ..]) if a == b => true,
        ([_, a @ ..], b) if a == b => true,
        (a, [_, b @ ..]) if a == b => true,
        ([w, x, a @ ..], [y, z, b @ ..]) => w == z && x == y && a == b,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_belongs_to_one_field() {
        let mut names: Vec<&str> = FIELDS.iter().flat_map(|(_, names)| names.iter().copied()).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn a_misspelt_name_has_a_near_one() {
        for (name, near) in [
            ("persn", Some("person")),
            ("perzon", Some("person")),
            ("Coutnry", Some("country")),
            ("personn", Some("person")),
            ("Re", None),
            ("Mission", None),
            ("http", None),
            ("pers", None),
        ] {
            assert_eq!(near_field(name), near, "{name}");
        }
        assert_eq!(near_function("atlest5"), Some("atleast"));
        assert_eq!(near_function("hleed"), Some("hlead"));
    }
}
