//! Which mentions are one person: a surname, a given name or a title with surname joins the fullest form
//! of the article that it can stand for.

use rustc_hash::FxHashMap;

use super::document::Document;
use super::lexicon::{HONORIFIC, SUFFIX};
use super::name::Name;
use crate::article::Span;
use crate::extract::text::token::{CAPITAL, INITIAL, key_of_word, key_step};
use crate::extract::{Person, PersonMention, PersonVia};

/// The people of an article from its names, in order of first mention.
pub(super) fn people(document: &Document<'_>, names: Vec<Name>) -> Vec<Person> {
    // distinct forms, in order of first mention
    let mut forms: Vec<Form> = Vec::new();
    let mut by_key: FxHashMap<u64, usize> = FxHashMap::default();
    let mut form_of = Vec::with_capacity(names.len());
    for name in &names {
        let parts = parts(document, name);
        let key = parts.iter().fold(0, |key, &part| key_step(key, part));
        let form = *by_key.entry(key).or_insert_with(|| {
            forms.push(Form { parts, name: *name, person: usize::MAX });
            forms.len() - 1
        });
        form_of.push(form);
    }
    // fullest first; of equal length the earlier
    let mut order: Vec<usize> = (0..forms.len()).collect();
    order.sort_by_key(|&form| (std::cmp::Reverse(forms[form].parts.len()), form));
    let mut heads: Vec<usize> = Vec::new();
    for form in order {
        let joined = heads.iter().copied().filter(|&head| stands_for(document, &forms[form], &forms[head]));
        // of several bearers the one named last before, else the first named after
        let first = forms[form].name.start;
        let head = joined.min_by_key(|&head| {
            let at = last_before(&names, &form_of, head, first);
            match at {
                Some(at) => (0, first - at),
                None => (1, forms[head].name.start),
            }
        });
        match head {
            Some(head) => forms[form].person = head,
            None => {
                forms[form].person = form;
                heads.push(form);
            }
        }
    }
    collect(document, &names, &form_of, &forms)
}

fn last_before(names: &[Name], form_of: &[usize], form: usize, before: usize) -> Option<usize> {
    names
        .iter()
        .zip(form_of)
        .take_while(|(name, _)| name.start < before)
        .filter(|(_, of)| **of == form)
        .map(|(name, _)| name.start)
        .last()
}

fn collect(document: &Document<'_>, names: &[Name], form_of: &[usize], forms: &[Form]) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    let mut number: FxHashMap<usize, usize> = FxHashMap::default();
    for (name, &form) in names.iter().zip(form_of) {
        let head = forms[form].person;
        let person = *number.entry(head).or_insert_with(|| {
            people.push(Person { name: display(document, &forms[head].name), mentions: Vec::new() });
            people.len() - 1
        });
        let via = if form != head {
            PersonVia::ShortForm
        } else if name.end - name.start > 1 {
            PersonVia::FullName
        } else if name.titled {
            PersonVia::Title
        } else {
            PersonVia::SingleName
        };
        people[person].mentions.push(PersonMention { span: span(document, name), via });
    }
    people
}

/// A distinct way a name is written.
#[derive(Debug)]
struct Form {
    parts: Vec<u64>,
    name: Name,
    person: usize,
}

/// Keys of the words of a name without its suffix. The Arabic article opens: `al-Assad` is two, so that `Assad` ends it.
fn parts(document: &Document<'_>, name: &Name) -> Vec<u64> {
    let mut parts = Vec::with_capacity(name.end - name.start + 1);
    for i in name.start..name.end {
        if document.marks[i] & (SUFFIX | HONORIFIC) != 0 && i != name.start {
            continue;
        }
        match document.text(i).split_once(['-', '‑', '‐']) {
            Some((article, rest)) if is_article(article) && !rest.is_empty() => {
                parts.extend([key_of_word(article), key_of_word(rest)]);
            }
            _ => parts.push(document.tokens[i].key),
        }
    }
    parts
}

/// The Arabic article before a name, also as it sounds before some consonants.
fn is_article(word: &str) -> bool {
    const ARTICLES: [&str; 12] = ["al", "el", "ul", "ad", "ar", "as", "ash", "at", "az", "an", "es", "ed"];
    ARTICLES.iter().any(|article| word.eq_ignore_ascii_case(article))
}

/// Whether the shorter form can stand for the fuller one.
fn stands_for(document: &Document<'_>, short: &Form, full: &Form) -> bool {
    let (s, f) = (&short.parts, &full.parts);
    if s.len() >= f.len() {
        return false;
    }
    if f.ends_with(s) || s.len() == 1 && f[0] == s[0] {
        return true;
    }
    // "George Bush" for "George W. Bush": the same ends, initials or middle names between
    if s.len() >= 2 && s[0] == f[0] && s[s.len() - 1] == f[f.len() - 1] {
        return true;
    }
    // "Kim" for "Kim Jong Il" is the first word; "Jong Il" ends it; "van der Westhuizen" with its particles ends it too
    let inner_initial = |i: usize| document.tokens[i].is(INITIAL) && document.tokens[i].is(CAPITAL);
    s.len() == 2 && inner_initial(short.name.start) && s[1] == f[f.len() - 1] && {
        let initial = document.text(short.name.start).chars().next();
        let given = document.text(full.name.start).chars().next();
        initial == given
    }
}

fn span(document: &Document<'_>, name: &Name) -> Span {
    Span {
        part: document.part(name.start),
        start: document.tokens[name.start].start,
        end: document.tokens[name.end - 1].end,
    }
}

fn display(document: &Document<'_>, name: &Name) -> String {
    let words: Vec<&str> = (name.start..name.end).map(|i| document.text(i)).collect();
    words.join(" ")
}
