//! Runs of ASCII letters and digits, eight bytes at a time: a loop over bytes mispredicts the end of nearly every word.

/// A one in each byte of eight.
const ONES: u64 = u64::from_ne_bytes([1; 8]);
/// The high bit of each byte of eight.
const HIGH: u64 = ONES << 7;

/// How many bytes a text begins with that are ASCII letters and digits.
#[inline]
pub(super) fn letters_and_digits(bytes: &[u8]) -> usize {
    let (chunks, rest) = bytes.as_chunks::<8>();
    for (number, chunk) in chunks.iter().enumerate() {
        let others = !alphanumeric(u64::from_le_bytes(*chunk)) & HIGH;
        if others != 0 {
            return number * 8 + others.trailing_zeros() as usize / 8;
        }
    }
    chunks.len() * 8 + rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count()
}

/// Marks each of eight bytes that is an ASCII letter or digit in its high bit.
#[inline]
fn alphanumeric(eight: u64) -> u64 {
    // Of bytes below 0x80 a sum reaches the high bit from a number on, and never the byte beside.
    let low = eight & !HIGH;
    let from = |bytes: u64, first: u8| bytes + ONES * u64::from(0x80 - first);
    let within = |bytes, first, last| from(bytes, first) & !from(bytes, last + 1);
    (within(low | ONES << 5, b'a', b'z') | within(low, b'0', b'9')) & !eight & HIGH
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_ends_where_another_byte_stands() {
        let within: Vec<u8> = (0..=u8::MAX).filter(u8::is_ascii_alphanumeric).collect();
        for length in 0..20 {
            for end in 0..=u8::MAX {
                let mut bytes: Vec<u8> =
                    within.iter().copied().cycle().skip(length * 7).take(length).collect();
                bytes.push(end);
                bytes.extend_from_slice(&within[..length / 2]);
                let expected = bytes.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
                assert_eq!(letters_and_digits(&bytes), expected, "{bytes:?}");
            }
        }
    }
}
