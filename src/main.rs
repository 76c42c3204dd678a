//! The `dateline` command; all of it is [`dateline::cli`].

mod allocator;

fn main() -> std::process::ExitCode {
    dateline::cli::main()
}
