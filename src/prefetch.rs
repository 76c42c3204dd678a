//! Asking memory for what will be needed soon.

/// Lets a processor fetch what a reference points to while it goes on: where that lies in none of its caches, whoever
/// reads it later waits less. Does nothing where there is no such hint.
#[inline]
pub(crate) fn prefetch<T>(soon: &T) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a hint reads nothing, and what it is about is there.
        #[expect(unsafe_code, reason = "there is no safe way to give the hint")]
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(std::ptr::from_ref(soon).cast());
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = soon;
}
