//! Numbers and words that look like chance and are the same in every run.

/// A xorshift generator.
pub(super) struct Random(u64);

impl Random {
    /// A sequence of its own for each seed.
    pub(super) fn new(seed: u64) -> Self {
        Self(0x2545_f491_4f6c_dd1d ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// A number from 0 to below the bound.
    pub(super) fn below(&mut self, bound: f64) -> f64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as f64 / (1u64 << 53) as f64 * bound
    }
}

/// The word of a rank, shorter for the frequent ones; no two ranks have the same.
pub(super) fn word(rank: u64) -> String {
    let syllables = ["ka", "to", "ri", "men", "sol", "du", "va", "ne", "shi", "bor", "lin", "ta", "ge", "pu"];
    let mut rest = rank;
    let mut word = String::new();
    while word.is_empty() || rest > 0 {
        word.push_str(syllables[(rest % 14) as usize]);
        rest /= 14;
    }
    word
}
