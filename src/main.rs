//! The `dateline` command; all of it is [`dateline::cli`].

fn main() -> std::process::ExitCode {
    dateline::cli::main()
}
