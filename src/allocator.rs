//! What gives memory to the command, and to the benches as it does to the command.
#![cfg(all(feature = "jemalloc", target_os = "linux", target_pointer_width = "64"))]

/// Indexing takes 6 % less CPU than with glibc's (eight pairs of runs over 50,000 articles, side by side), and
/// more than that on a busy machine.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// What jemalloc is told, in a C string of the name it looks for.
///
/// Memory in pages of 2 MB, where the system gives them to who asks: the tables of words, weights and postings are
/// walked at random, and without the wait for the places of small pages indexing takes another 1 to 6 % less, by the
/// hour of the machine. Four arenas instead of four for each core, and freed memory goes back to the system after a second
/// instead of ten: what one thread freed is there for the next, however many there are. Indexing a million articles on
/// two cores peaked at 379 MB so, at 368 and 399 with eight arenas. Two took as long there, but more threads would wait for
/// each other.
#[expect(unsafe_code, reason = "a symbol has to be named")]
#[unsafe(export_name = "_rjem_malloc_conf")]
static OPTIONS: &[u8; 41] = b"thp:always,narenas:4,dirty_decay_ms:1000\0";
