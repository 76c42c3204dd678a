//! Work for all cores.

use std::sync::OnceLock;

/// How many there are. The system is asked once: it reads files to tell.
pub(super) fn count() -> usize {
    static COUNT: OnceLock<usize> = OnceLock::new();
    *COUNT.get_or_init(|| std::thread::available_parallelism().map_or(1, usize::from))
}

/// What a thread that was waited for answers. If it panicked, as tantivy does over a damaged column, so does this one.
pub(super) fn answer<R>(ended: std::thread::Result<R>) -> R {
    ended.unwrap_or_else(|payload| std::panic::resume_unwind(payload))
}

/// Deals items out, each core a part, and answers what came of the parts, in order.
pub(super) fn deal<T: Sync, R: Send>(items: &[T], work: impl Fn(&[T]) -> R + Sync) -> Vec<R> {
    let work = &work;
    std::thread::scope(|scope| {
        let parts = items.chunks(items.len().div_ceil(count()).max(1));
        let parts: Vec<_> = parts.map(|part| scope.spawn(move || work(part))).collect();
        parts.into_iter().map(|part| answer(part.join())).collect()
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
