//! ASCII letters and digits, eight bytes at a time: a loop over bytes mispredicts the end of nearly every word.

/// A one in each byte of eight.
pub(crate) const ONES: u64 = u64::from_ne_bytes([1; 8]);
/// The high bit of each byte of eight.
pub(crate) const HIGH: u64 = ONES << 7;

/// How many bytes a text begins with that are ASCII letters and digits.
#[inline]
pub(super) fn letters_and_digits(bytes: &[u8]) -> usize {
    let (chunks, rest) = bytes.as_chunks::<8>();
    for (number, chunk) in chunks.iter().enumerate() {
        let eight = u64::from_le_bytes(*chunk);
        let others = (letters(eight) | within(eight, b'0', b'9')) ^ HIGH;
        if others != 0 {
            return number * 8 + others.trailing_zeros() as usize / 8;
        }
    }
    chunks.len() * 8 + rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count()
}

/// Marks each of eight bytes that is an ASCII letter in its high bit.
#[inline]
pub(crate) fn letters(eight: u64) -> u64 {
    within(eight | ONES << 5, b'a', b'z')
}

/// Marks each of eight bytes that is one of some ASCII characters that follow one another.
#[inline]
fn within(eight: u64, first: u8, last: u8) -> u64 {
    // Of bytes below 0x80 a sum reaches the high bit from a number on, and never the byte beside.
    let from = |first: u8| (eight & !HIGH) + ONES * u64::from(0x80 - first);
    from(first) & !from(last + 1) & !eight & HIGH
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
