//! The fingerprint of a body: what two copies of a story have in common however they were edited.
//!
//! Every run of [`RUN`] words is hashed, and the [`KEPT`] smallest hashes are kept (a bottom-k sketch: A. Broder,
//! "On the resemblance and containment of documents", 1997). A copy whose tail was cut or whose words were
//! changed here and there still has most of these runs, so some of its smallest hashes are the same; a text that
//! only speaks of the same thing has none of them. They find candidates.
//!
//! Eight hashes tell little of how much two texts share. So the runs are dealt to [`CLASSES`] by their hashes, and of
//! the smallest in each class one bit is kept, its sign (b-bit minwise hashing: P. Li and A. König, 2010; with one
//! hash for all classes: P. Li, A. Owen and C. Zhang, "One permutation hashing", 2012). Of texts that share no run half
//! the signs are the same, of equal texts all. Which candidates are copies [`super::alike`] decides.

use crate::index::by_word::Key;

/// Words in a run.
const RUN: usize = 5;
/// Hashes kept.
pub(super) const KEPT: usize = 8;
/// Classes of runs.
pub(super) const CLASSES: usize = 64;
/// The bit of a hash that is the sign of its class; those below tell the class.
const SIGN: u32 = CLASSES.ilog2();
/// Bodies with fewer words have no fingerprint: a line of text is often the same by chance or by custom.
const LEAST_WORDS: usize = 30;
/// Odd multiplier of the rolling hash, from the golden ratio.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Makes the fingerprint while a body is cut into words.
#[derive(Debug)]
pub(in crate::index) struct Sketcher {
    /// Hashes of the last words.
    last: [u64; RUN],
    words: usize,
    /// Hash of the last words together.
    run: u64,
    /// Hash of all words together.
    all: u64,
    /// Hash of the words of the headline.
    headline: u64,
    /// The smallest, in order; filled up with the greatest number.
    least: [u32; KEPT],
    /// The smallest of each class.
    of_class: [u32; CLASSES],
}

/// [`BASE`] to the power of [`RUN`]: what a word weighs when it leaves the run.
const LEAVING: u64 = {
    let (mut power, mut i) = (1u64, 0);
    while i < RUN {
        power = power.wrapping_mul(BASE);
        i += 1;
    }
    power
};

impl Default for Sketcher {
    fn default() -> Self {
        Self {
            last: [0; RUN],
            words: 0,
            run: 0,
            all: 0,
            headline: 0,
            least: [u32::MAX; KEPT],
            of_class: [u32::MAX; CLASSES],
        }
    }
}

impl Sketcher {
    /// Takes the next word of the body in, folded, with its key.
    #[inline]
    pub(in crate::index) fn word(&mut self, key: Key, term: &str) {
        // Most words have a hash already: another one took a hundredth of the time of indexing.
        let word = key.hash().unwrap_or_else(|| hash(term));
        let slot = self.words % RUN;
        self.run = self
            .run
            .wrapping_mul(BASE)
            .wrapping_add(word)
            .wrapping_sub(self.last[slot].wrapping_mul(LEAVING));
        self.all = self.all.wrapping_mul(BASE).wrapping_add(word);
        self.last[slot] = word;
        self.words += 1;
        if self.words < RUN {
            return;
        }
        let run = mixed(self.run);
        // The lower half, which is independent of what is kept of the upper one.
        let lower = run as u32;
        let least = &mut self.of_class[lower as usize % CLASSES];
        *least = lower.min(*least);
        let upper = upper(run);
        if upper < self.least[KEPT - 1] {
            self.keep(upper);
        }
    }

    /// Takes the next word of the headline in, folded.
    pub(in crate::index) fn headline(&mut self, term: &str) {
        self.headline = self.headline.wrapping_mul(BASE).wrapping_add(hash(term));
    }

    fn keep(&mut self, run: u32) {
        let at = self.least.partition_point(|kept| *kept < run);
        if self.least[at] != run {
            self.least.copy_within(at..KEPT - 1, at + 1);
            self.least[at] = run;
        }
    }

    /// The fingerprint: a hash of all that makes an article the same (headline, body, publication, source), one of
    /// the whole body, the signs of its classes in two numbers, then the smallest hashes of its runs. Nothing for a
    /// short body.
    pub(in crate::index) fn finish(
        &self,
        published: Option<i64>,
        source: Option<&str>,
    ) -> impl Iterator<Item = u64> {
        let content = [self.headline, published.map_or(0, |at| at as u64 | 1 << 63), source.map_or(0, hash)]
            .into_iter()
            .fold(self.all, |all, part| mixed(all) ^ part);
        let least = self.least.into_iter().filter(|run| *run != u32::MAX);
        let signs = self.of_class.iter().fold(0u64, |signs, least| signs << 1 | u64::from(least >> SIGN & 1));
        let whole = [upper(mixed(content)), upper(mixed(self.all)), upper(signs), signs as u32];
        let hashes = whole.into_iter().chain(least).map(u64::from);
        hashes.take(if self.words >= LEAST_WORDS { usize::MAX } else { 0 })
    }
}

/// The hash of a word; the same in every build.
pub(super) fn hash(term: &str) -> u64 {
    xxhash_rust::xxh3::xxh3_64(term.as_bytes())
}

fn upper(number: u64) -> u32 {
    (number >> 32) as u32
}

/// A number whose bits all depend on each other: the smallest are then a fair sample.
fn mixed(run: u64) -> u64 {
    let run = (run ^ (run >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    (run ^ (run >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(text: &str) -> Vec<u64> {
        let mut sketcher = Sketcher::default();
        text.split(' ').for_each(|word| sketcher.word(Key::of(word.as_bytes()), word));
        sketcher.finish(None, None).collect()
    }

    fn runs(text: &str) -> Vec<u64> {
        sketch(text).into_iter().skip(4).collect()
    }

    /// How many classes of two texts have another sign.
    fn other_signs(one: &str, other: &str) -> u32 {
        let signs = |text| sketch(text)[2] << 32 | sketch(text)[3];
        (signs(one) ^ signs(other)).count_ones()
    }

    fn words(from: usize, to: usize) -> String {
        let words: Vec<String> = (from..to).map(|i| format!("word{i}")).collect();
        words.join(" ")
    }

    fn shared(one: &str, other: &str) -> usize {
        let other = runs(other);
        runs(one).iter().filter(|run| other.contains(run)).count()
    }

    #[test]
    fn a_run_hashes_the_same_wherever_it_stands() {
        // The runs of the second half are all the long text has there.
        assert!(shared(&words(0, 400), &words(0, 240)) >= 2, "tail cut");
        assert!(shared(&words(0, 400), &words(160, 400)) >= 2, "head cut");
        let reordered = format!("{} {}", words(200, 400), words(0, 200));
        assert!(shared(&words(0, 400), &reordered) >= 6, "halves exchanged");
        assert_eq!(shared(&words(0, 400), &words(400, 800)), 0);
    }

    #[test]
    fn signs_differ_in_half_of_the_classes_that_share_nothing() {
        let text = words(0, 2000);
        assert_eq!(other_signs(&text, &text), 0);
        let different = other_signs(&text, &words(2000, 4000));
        assert!((20..=44).contains(&different), "{different}");
        // Nine in ten words are the same, as in most copies.
        let edited = other_signs(&text, &words(200, 2200));
        assert!(edited <= 14, "{edited}");
    }

    #[test]
    fn a_short_body_has_none_and_a_monotonous_one_is_no_fault() {
        assert!(sketch(&words(0, LEAST_WORDS - 1)).is_empty());
        assert_eq!(runs(&words(0, LEAST_WORDS)).len(), KEPT);
        assert!(runs(&["more"; 200].join(" ")).len() <= RUN);
    }

    #[test]
    fn headline_publication_and_source_tell_articles_with_one_body_apart() {
        let content = |headline: &str, published, source| {
            let mut sketcher = Sketcher::default();
            sketcher.headline(headline);
            words(0, 100).split(' ').for_each(|word| sketcher.word(Key::of(word.as_bytes()), word));
            sketcher.finish(published, source).next()
        };
        let all = [
            content("a", None, None),
            content("b", None, None),
            content("a", Some(0), None),
            content("a", Some(1), None),
            content("a", None, Some("wire")),
        ];
        let distinct: std::collections::HashSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
        assert_eq!(all[0], content("a", None, None));
    }

    #[test]
    fn one_other_word_changes_the_hash_of_the_body() {
        let text = words(0, 100);
        assert_ne!(sketch(&text)[1], sketch(&text.replace("word50", "word5O"))[1]);
        assert_eq!(sketch(&text), sketch(&text));
    }
}
