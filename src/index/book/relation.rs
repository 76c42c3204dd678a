//! Whether two forms of names can be one person, by their words alone.

use super::form::{Form, Given, Words};
use super::rule::Rule;
use super::spelling::Alike;

/// What the words of two forms say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Relation {
    /// They can be one person.
    Fits {
        rule: Rule,
        /// How many times rarer one form must be than the other.
        ratio: u64,
        /// How many bearers of its own each of two family names has at least, if they are two names; none
        /// where the family names are one.
        own_bearers: Option<usize>,
    },
    /// They say nothing of each other.
    Open,
    /// They are two people.
    Against(Reason),
}

/// One of two spellings must be so many times rarer where it is a slip by its looks.
const SLIP: u64 = 3;
/// The same for short names, and for what many people are called.
const RARE: u64 = 10;
/// From this length on a family name is long.
const LONG: usize = 8;
/// Shorter family names that sound alike are two names as often as one.
const SHORT: usize = 6;
/// With so few forms that end with a family name two initials need no proof.
const FEW: u32 = 4;

/// Why two forms are two people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// Two given names.
    Given,
    /// Two middle names or initials.
    Middle,
    /// Two suffixes (Jr., Sr., II).
    Suffix,
    /// Articles name both.
    Together,
}

impl Reason {
    /// What it says, as it stands behind a name.
    pub(super) fn says(self) -> &'static str {
        match self {
            Self::Given => "another given name",
            Self::Middle => "another middle name or initial",
            Self::Suffix => "another suffix",
            Self::Together => "both are named in the same articles",
        }
    }
}

/// What two forms of at least two words with family names of the same sound say of each other.
pub(super) fn relation(words: &Words, a: &Form, b: &Form) -> Relation {
    let Some(family) = words.family(a.last(), b.last()) else { return Relation::Open };
    if a.suffix != b.suffix && a.suffix != 0 && b.suffix != 0 {
        return Relation::Against(Reason::Suffix);
    }
    let common = words.is_crowded(a.last());
    let given = words.given(a.first(), b.first());
    let (mut rule, mut ratio) = match given {
        Given::Same => (Rule::SameKey, 1),
        Given::Initial => (Rule::Initial, 1),
        Given::Nickname => (Rule::Nickname, if common { RARE } else { 1 }),
        Given::Alike(Alike::Respelt) => (Rule::Spelling, if common { RARE } else { 1 }),
        Given::Alike(Alike::Near) => (Rule::Spelling, if common { RARE } else { SLIP }),
        Given::Alike(Alike::Faint) | Given::Other => return Relation::Against(Reason::Given),
    };
    match middles(words, a, b) {
        Middles::Same => {}
        Middles::Particle => rule = rule.max(Rule::Apart),
        Middles::LeftOut { full } => {
            rule = rule.max(Rule::Middle);
            if full && common {
                ratio = RARE;
            }
        }
        Middles::Other => return Relation::Against(Reason::Middle),
    }
    if a.suffix != b.suffix {
        rule = rule.max(Rule::Middle);
    }
    // `R. K. Gupta` is any of many; `J. J. Kinahan` may well be Joe.
    if given == Given::Initial {
        let (short, full) = if words.is_initial(a.first()) { (a, b) } else { (b, a) };
        if short.words.len() > full.words.len() && words.get(a.last()).ends > FEW {
            return Relation::Open;
        }
    }
    if a.last() == b.last() {
        return Relation::Fits { rule, ratio, own_bearers: None };
    }
    let shorter = words.get(a.last()).text.len().min(words.get(b.last()).text.len());
    let own_bearers = match (family, given) {
        (Alike::Respelt, Given::Same | Given::Alike(Alike::Respelt)) => {
            ratio = ratio.max(if shorter < SHORT { RARE } else { 1 });
            RESPELT_BEARERS
        }
        (Alike::Near, Given::Same | Given::Alike(Alike::Respelt)) => {
            ratio = ratio.max(if shorter < LONG { RARE } else { SLIP });
            1
        }
        _ => return Relation::Open,
    };
    Relation::Fits { rule: rule.max(Rule::Spelling), ratio, own_bearers: Some(own_bearers) }
}

/// Transliterations of one family name have bearers of their own, too, by chance of who wrote.
const RESPELT_BEARERS: usize = 3;

enum Middles {
    Same,
    /// The same but for `bin`, `van`, `de`, …
    Particle,
    /// One form has more; whether a full name is among it.
    LeftOut {
        full: bool,
    },
    Other,
}

fn middles(words: &Words, a: &Form, b: &Form) -> Middles {
    let between = |form: &Form| -> Vec<u32> {
        let inner = form.words.get(1..form.words.len().saturating_sub(1)).unwrap_or_default();
        inner.iter().copied().filter(|word| !words.is_particle(*word)).collect()
    };
    let (x, y) = (between(a), between(b));
    let fits = |(x, y): (&u32, &u32)| {
        matches!(
            words.given(*x, *y),
            Given::Same | Given::Initial | Given::Nickname | Given::Alike(Alike::Respelt | Alike::Near)
        )
    };
    if x == y {
        return if a.words.len() == b.words.len() { Middles::Same } else { Middles::Particle };
    }
    let (short, long) = if x.len() < y.len() { (&x, &y) } else { (&y, &x) };
    let full = |rest: &[u32]| rest.iter().any(|word| !words.is_initial(*word));
    // From the front: `H.` and `H. W.`, not `W.` and `H. W.`
    if short.iter().zip(long).all(fits) {
        return Middles::LeftOut { full: full(&long[short.len()..]) };
    }
    // From the back full words only: `López` and `Manuel López`
    if short.len() < long.len() && long.ends_with(short) && !short.iter().any(|word| words.is_initial(*word))
    {
        return Middles::LeftOut { full: full(&long[..long.len() - short.len()]) };
    }
    Middles::Other
}

/// How the words of a form end a fuller one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// It lacks only what is left out as a rule: `López Obrador`, `bin Salman`, `Rupert Murdoch` of `K. Rupert
    /// Murdoch`.
    Sure,
    /// Its first word is no given name that others bear, but may be: `Suu Kyi`.
    Unsure,
}

/// Whether, and how, the words of a form are the end of a fuller one.
pub(super) fn ending(words: &Words, short: &Form, full: &Form) -> Option<Ending> {
    if short.words.len() < 2 || short.words.len() >= full.words.len() || !full.words.ends_with(&short.words) {
        return None;
    }
    if short.suffix != full.suffix && short.suffix != 0 && full.suffix != 0 {
        return None;
    }
    let cut = &full.words[..full.words.len() - short.words.len()];
    if cut.iter().all(|word| words.is_initial(*word)) {
        return Some(Ending::Sure);
    }
    if words.is_particle(short.first()) {
        return Some(Ending::Sure);
    }
    let first = words.get(short.first());
    if words.is_initial(short.first()) || first.is_given {
        return None;
    }
    if first.ends > 1 && first.ends >= 2 * first.begins {
        return Some(Ending::Sure);
    }
    // The form itself begins with it once.
    (first.begins <= 1).then_some(Ending::Unsure)
}
