//! Marks in a hit: which words of its text made it match, and the stretch of the body that shows most of
//! them.
//!
//! The text is cut into words once, up to a bound. Only words with the right first letter are looked up, and only
//! those that begin as words of a wanted stem do are stemmed, which takes a third off the time of a snippet.

use chrono::NaiveDate;
use rustc_hash::{FxHashMap, FxHashSet};

use super::stem::Stems;
use crate::article::name::{fold, name_key};
use crate::article::{Part, words};
use crate::extract::Annotations;
use crate::search::Snippet;

/// Most bytes of a body that are looked through for marks.
const MOST_BYTES: usize = 64 * 1024;
/// Most marks of one text.
const MOST_MARKS: usize = 200;
/// What a kind of match that is new to a stretch counts, against 1 for one more of a kind it has.
const NEW_KIND: usize = 8;

/// Words in order; each place holds any of some.
#[derive(Clone, Debug, Default)]
pub(super) struct Phrase {
    pub(super) places: Vec<FxHashSet<String>>,
    /// Moves allowed.
    pub(super) moves: u32,
}

/// What to mark.
#[derive(Clone, Debug, Default)]
pub(super) struct Highlights {
    pub(super) stems: FxHashSet<String>,
    pub(super) phrases: Vec<Phrase>,
    pub(super) people: FxHashSet<String>,
    pub(super) countries: FxHashSet<&'static str>,
    pub(super) places: FxHashSet<String>,
    pub(super) any_person: bool,
    pub(super) any_country: bool,
    pub(super) dates: Vec<(Option<NaiveDate>, Option<NaiveDate>)>,
}

/// A match: bytes of the text, and which part of the query it answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Mark {
    pub(super) start: usize,
    pub(super) end: usize,
    kind: u32,
}

impl Highlights {
    /// Takes over what another marks in words.
    pub(super) fn add(&mut self, other: &Highlights) {
        self.stems.extend(other.stems.iter().cloned());
        self.phrases.extend(other.phrases.iter().cloned());
    }

    /// Whether marks need the article's annotations.
    pub(super) fn wants_annotations(&self) -> bool {
        self.any_person
            || self.any_country
            || !(self.people.is_empty()
                && self.countries.is_empty()
                && self.places.is_empty()
                && self.dates.is_empty())
    }

    /// The marks of entities in one part of an article.
    pub(super) fn entities(&self, annotations: &Annotations, part: Part, out: &mut Vec<Mark>) {
        let mut push = |span: &crate::article::Span, kind| {
            if span.part == part && span.start < span.end {
                out.push(Mark { start: span.start as usize, end: span.end as usize, kind });
            }
        };
        for person in &annotations.people {
            if self.any_person || self.people.contains(&name_key(&person.name)) {
                person.mentions.iter().for_each(|m| push(&m.span, 1 << 24));
            }
        }
        for country in &annotations.countries {
            let whole = self.any_country || self.countries.contains(country.code);
            for mention in &country.mentions {
                let here = || {
                    mention.place.as_ref().is_some_and(|place| {
                        let place = fold(place);
                        let with_code = format!("{place}, {}", country.code.to_lowercase());
                        self.places.contains(&place) || self.places.contains(&with_code)
                    })
                };
                if whole || !self.places.is_empty() && here() {
                    push(&mention.span, 2 << 24);
                }
            }
        }
        for date in &annotations.dates {
            let inside = |(first, last): &(Option<NaiveDate>, Option<NaiveDate>)| {
                first.is_none_or(|first| date.value.first >= first)
                    && last.is_none_or(|last| date.value.last <= last)
            };
            if self.dates.iter().any(inside) {
                push(&date.span, 3 << 24);
            }
        }
    }
}

/// [`Highlights`] made ready to look through texts.
pub(super) struct Finder<'a> {
    highlights: &'a Highlights,
    /// Where a word stands in the phrases.
    words: FxHashMap<&'a str, Vec<(u32, u32)>>,
    first_of_words: [bool; 256],
    first_of_stems: [bool; 256],
    /// What the words of the stems begin with.
    beginnings: Vec<String>,
}

struct Candidate<'a> {
    position: u32,
    start: usize,
    end: usize,
    places: &'a [(u32, u32)],
}

impl<'a> Finder<'a> {
    pub(super) fn new(highlights: &'a Highlights) -> Self {
        let mut words: FxHashMap<&str, Vec<(u32, u32)>> = FxHashMap::default();
        for (number, phrase) in highlights.phrases.iter().enumerate() {
            for (place, terms) in phrase.places.iter().enumerate() {
                for term in terms {
                    words.entry(term).or_default().push((number as u32, place as u32));
                }
            }
        }
        let mut first_of_words = [false; 256];
        for word in words.keys() {
            word.bytes().take(1).for_each(|b| first_of_words[b as usize] = true);
        }
        let stems = Stems::default();
        let mut first_of_stems = [false; 256];
        let mut beginnings = Vec::with_capacity(highlights.stems.len());
        for stem in &highlights.stems {
            stem.bytes().take(1).for_each(|b| first_of_stems[b as usize] = true);
            beginnings.extend(stems.beginnings(stem));
        }
        Self { highlights, words, first_of_words, first_of_stems, beginnings }
    }

    /// The marks of words in a text, in order.
    pub(super) fn marks(&self, text: &str, stems: &Stems, out: &mut Vec<Mark>) {
        if self.highlights.stems.is_empty() && self.words.is_empty() {
            return;
        }
        let text = &text[..text.floor_char_boundary(MOST_BYTES)];
        let mut candidates: Vec<Candidate<'_>> = Vec::new();
        words::each(text, |term, start, end, position, _| {
            if out.len() >= MOST_MARKS {
                return;
            }
            let first = term.as_bytes().first().copied().unwrap_or(0) as usize;
            if self.first_of_stems[first] && self.begins(term) {
                let kind = stems.with(term, |stem| {
                    self.highlights
                        .stems
                        .get(stem)
                        .map(|stem| xxhash_rust::xxh3::xxh3_64(stem.as_bytes()) as u32)
                });
                if let Some(kind) = kind {
                    out.push(Mark { start, end, kind: 4 << 24 | kind & 0xff_ffff });
                    return;
                }
            }
            if self.first_of_words[first]
                && let Some(places) = self.words.get(term)
            {
                candidates.push(Candidate { position, start, end, places });
            }
        });
        self.phrases(&candidates, out);
    }

    /// Whether a word may be one of the stems.
    fn begins(&self, word: &str) -> bool {
        self.beginnings.iter().any(|beginning| word.starts_with(beginning.as_str()))
    }

    /// Marks the candidates that stand in a whole phrase.
    fn phrases(&self, candidates: &[Candidate<'_>], out: &mut Vec<Mark>) {
        for (at, candidate) in candidates.iter().enumerate() {
            for (number, place) in candidate.places {
                let Some(phrase) = self.highlights.phrases.get(*number as usize) else { continue };
                if *place != 0 || out.len() >= MOST_MARKS {
                    continue;
                }
                let kind = 5 << 24 | number;
                let mut members = vec![(candidate.start, candidate.end)];
                for wanted in 1..phrase.places.len() as u32 {
                    let expected = i64::from(candidate.position + wanted);
                    let near = candidates[at.saturating_sub(8)..].iter().take(24).find(|other| {
                        other.places.contains(&(*number, wanted))
                            && (i64::from(other.position) - expected).abs() <= i64::from(phrase.moves)
                    });
                    match near {
                        Some(other) => members.push((other.start, other.end)),
                        None => break,
                    }
                }
                if members.len() < phrase.places.len() {
                    continue;
                }
                if phrase.moves == 0 {
                    let end = members.iter().map(|(_, end)| *end).max().unwrap_or(candidate.end);
                    out.push(Mark { start: candidate.start, end, kind });
                } else {
                    out.extend(members.into_iter().map(|(start, end)| Mark { start, end, kind }));
                }
            }
        }
    }
}

/// Puts marks in order and joins those that overlap.
pub(super) fn tidy(marks: &mut Vec<Mark>) {
    marks.sort_unstable();
    marks.dedup_by(|next, kept| {
        let overlaps = next.start < kept.end;
        if overlaps {
            kept.end = kept.end.max(next.end);
        }
        overlaps
    });
}

/// The stretch of a body, at most `width` characters on one line, that shows most kinds of marks.
pub(super) fn snippet(body: &str, marks: &[Mark], width: usize) -> Snippet {
    if width == 0 {
        return Snippet::default();
    }
    let (first, last) = best(marks, width);
    let mut start = match marks.get(first) {
        None => 0,
        Some(mark) => {
            // The marks stand in the middle of what room is left.
            let taken = marks[last].end - mark.start;
            begin(body, mark.start.saturating_sub(width.saturating_sub(taken) / 2))
        }
    };
    while body[start..].starts_with(char::is_whitespace) {
        start += body[start..].chars().next().map_or(1, char::len_utf8);
    }
    let mut text = String::with_capacity(width + 8);
    if start > 0 {
        text.push('…');
    }
    let mut out = Snippet::default();
    let mut open: Option<(usize, usize)> = None;
    let mut pending = marks.iter().skip_while(|mark| mark.end <= start).peekable();
    let mut count = text.chars().count();
    let mut whole = true;
    let mut boundary = (text.len(), 0);
    for (at, c) in body[start..].char_indices() {
        let at = start + at;
        if let Some((from, end)) = open
            && at >= end
        {
            out.marks.push((from, text.len()));
            open = None;
        }
        if count + 1 >= width && !c.is_whitespace() {
            whole = false;
            break;
        }
        if c.is_whitespace() || c.is_control() {
            if !text.ends_with(' ') && !text.is_empty() {
                boundary = (text.len(), out.marks.len());
                text.push(' ');
                count += 1;
            }
            continue;
        }
        if open.is_none()
            && let Some(mark) = pending.next_if(|mark| mark.start <= at)
        {
            open = Some((text.len(), mark.end));
        }
        text.push(c);
        count += 1;
    }
    if whole {
        if let Some((from, _)) = open {
            out.marks.push((from, text.trim_end().len()));
        }
        text.truncate(text.trim_end().len());
    } else {
        // Cut behind the last whole word.
        if boundary.0 > 3 {
            text.truncate(boundary.0);
            out.marks.truncate(boundary.1);
        } else if let Some((from, _)) = open {
            out.marks.push((from, text.len()));
        }
        text.push('…');
    }
    out.text = text;
    out
}

/// First and last mark of the best stretch.
fn best(marks: &[Mark], width: usize) -> (usize, usize) {
    let mut best = (0, 0, 0);
    for first in 0..marks.len() {
        let mut kinds: Vec<u32> = Vec::new();
        let mut worth = 0;
        let mut last = first;
        for (at, mark) in marks.iter().enumerate().skip(first) {
            if mark.end - marks[first].start > width * 3 / 4 && at > first {
                break;
            }
            last = at;
            if kinds.contains(&mark.kind) {
                worth += 1;
            } else {
                kinds.push(mark.kind);
                worth += NEW_KIND;
            }
        }
        if worth > best.0 {
            best = (worth, first, last);
        }
    }
    (best.1, best.2)
}

/// A good place to begin at or a little before `at`: a sentence, else a word.
fn begin(body: &str, at: usize) -> usize {
    let at = body.floor_char_boundary(at);
    if at == 0 {
        return 0;
    }
    let from = body.floor_char_boundary(at.saturating_sub(40));
    let window = &body[from..at];
    if let Some(stop) = window.rfind(['.', '!', '?', '\n'])
        && window[stop + 1..].starts_with(char::is_whitespace) | window[stop..].starts_with('\n')
    {
        return from + stop + 1;
    }
    match window.rfind(char::is_whitespace) {
        Some(blank) => from + blank,
        None => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(snippet: &Snippet) -> Vec<&str> {
        snippet.marks.iter().map(|(start, end)| &snippet.text[*start..*end]).collect()
    }

    fn finds(highlights: &Highlights, text: &str) -> Vec<Mark> {
        let mut marks = Vec::new();
        Finder::new(highlights).marks(text, &Stems::default(), &mut marks);
        tidy(&mut marks);
        marks
    }

    fn phrase(words: &[&str]) -> Phrase {
        Phrase { places: words.iter().map(|w| FxHashSet::from_iter([(*w).to_owned()])).collect(), moves: 0 }
    }

    #[test]
    fn words_are_marked_by_stem_and_phrases_whole() {
        let highlights = Highlights {
            stems: FxHashSet::from_iter(["visit"].map(|word| Stems::default().with(word, str::to_owned))),
            phrases: vec![phrase(&["antony", "blinken"])],
            ..Highlights::default()
        };
        let body = "Blinken visited Baghdad.\n\nAntony  Blinken's visits continue.";
        let snippet = snippet(body, &finds(&highlights, body), 200);
        assert_eq!(snippet.text, "Blinken visited Baghdad. Antony Blinken's visits continue.");
        assert_eq!(marked(&snippet), ["visited", "Antony Blinken's", "visits"]);
    }

    #[test]
    fn the_snippet_is_where_most_different_matches_stand() {
        let highlights = Highlights {
            stems: ["oil", "price"].map(|word| Stems::default().of(word)).into_iter().collect(),
            ..Highlights::default()
        };
        let body = format!(
            "Oil. Oil. Oil. {} Then the price of oil fell. {}",
            "word ".repeat(60),
            "word ".repeat(60)
        );
        let snippet = snippet(&body, &finds(&highlights, &body), 80);
        assert!(snippet.text.contains("price of oil"), "{}", snippet.text);
        assert!(snippet.text.chars().count() <= 81, "{}", snippet.text);
        assert_eq!(marked(&snippet), ["price", "oil"]);
    }

    #[test]
    fn any_text_and_width_gives_a_snippet() {
        let highlights =
            Highlights { stems: FxHashSet::from_iter(["łodz".to_owned()]), ..Highlights::default() };
        for body in ["", "Łódź", "żółć Łódź żółć", "x\n\n\n", "ŁódźŁódź"] {
            for width in 0..12 {
                let snippet = snippet(body, &finds(&highlights, body), width);
                for (start, end) in snippet.marks {
                    assert!(snippet.text.get(start..end).is_some());
                }
            }
        }
    }
}
