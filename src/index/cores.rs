//! Work for all cores.

/// How many there are.
pub(super) fn count() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Deals items out, each core a part, and answers what came of the parts, in order.
pub(super) fn deal<T: Sync, R: Send>(items: &[T], work: impl Fn(&[T]) -> R + Sync) -> Vec<R> {
    let work = &work;
    std::thread::scope(|scope| {
        let parts = items.chunks(items.len().div_ceil(count()).max(1));
        let parts: Vec<_> = parts.map(|part| scope.spawn(move || work(part))).collect();
        let done = |part: std::thread::ScopedJoinHandle<'_, R>| {
            part.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload))
        };
        parts.into_iter().map(done).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_all_the_items_in_order() {
        for count in [0, 1, 2, 100, 101] {
            let items: Vec<u32> = (0..count).collect();
            let parts = deal(&items, <[u32]>::to_vec);
            assert_eq!(parts.concat(), items);
        }
    }
}
