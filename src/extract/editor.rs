//! People and places that editors assigned in the record, joined to what the text says.

use super::{Annotations, CountryMention, CountryMentions, CountryVia, Person, PersonMention, PersonVia};
use crate::article::name::name_key;
use crate::article::{Article, Part, Span, country};

/// An assignment stands nowhere in the text.
const NOWHERE: Span = Span { part: Part::Body, start: 0, end: 0 };

/// Adds the people and countries of an article's record. A person whom the text names, in full or by an ending of the
/// name, is that person; a place that names no country is left to the text.
pub(super) fn join(article: &Article, found: &mut Annotations) {
    for name in &article.editor_people {
        let key = name_key(name);
        if key.is_empty() {
            continue;
        }
        let mention = PersonMention { span: NOWHERE, via: PersonVia::Editor };
        let same = |person: &Person| {
            let known = name_key(&person.name);
            known == key || ends_with_name(&key, &known) || ends_with_name(&known, &key)
        };
        match found.people.iter_mut().find(|person| same(person)) {
            Some(person) => {
                if name.len() > person.name.len() && ends_with_name(&key, &name_key(&person.name)) {
                    person.name.clone_from(name);
                }
                person.mentions.push(mention);
            }
            None => found.people.push(Person { name: name.clone(), mentions: vec![mention] }),
        }
    }
    for place in &article.editor_places {
        let Some(country) = country::by_name(place).or_else(|| country::by_code(place)) else { continue };
        let mention = CountryMention { span: NOWHERE, via: CountryVia::Editor, place: None };
        match found.countries.iter_mut().find(|known| known.code == country.code) {
            Some(known) => known.mentions.push(mention),
            None => {
                found.countries.push(CountryMentions { code: country.code, mentions: vec![mention] });
            }
        }
    }
}

/// Whether the last words of `long` are `short`.
fn ends_with_name(long: &str, short: &str) -> bool {
    long.strip_suffix(short).is_some_and(|before| before.ends_with(' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn assignments_join_what_the_text_names() {
        let article = Article {
            editor_people: vec!["Antony Blinken".into(), "Ban Ki-moon".into()],
            editor_places: vec!["iraq".into(), "Somewhere".into()],
            ..Article::default()
        };
        let mention = PersonMention { span: NOWHERE, via: PersonVia::SingleName };
        let mut found = Annotations {
            people: vec![Person { name: "Blinken".into(), mentions: vec![mention] }],
            ..Annotations::default()
        };
        join(&article, &mut found);
        let names: Vec<_> = found.people.iter().map(|p| (p.name.as_str(), p.mentions.len())).collect();
        assert_eq!(names, [("Antony Blinken", 2), ("Ban Ki-moon", 1)]);
        let codes: Vec<_> = found.countries.iter().map(|c| c.code).collect();
        assert_eq!(codes, ["IQ"]);
    }
}
