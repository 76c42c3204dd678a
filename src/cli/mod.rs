//! The command line: arguments → plain typed command → run → print. Only here text is printed and exit
//! codes are decided.

mod annotate;
mod args;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use crate::article::Interval;

/// Runs the command the process was called with and returns its exit code.
pub fn main() -> ExitCode {
    let cli = args::Cli::parse();
    let outcome = match cli.command {
        args::Sub::Annotate(args) => {
            let published = args.published.as_deref().and_then(|text| Interval::parse_value(text).ok());
            let mut output = std::io::BufWriter::new(std::io::stdout().lock());
            annotate::run(
                args.jsonl,
                published,
                &mut std::io::stdin().lock(),
                &mut output,
                &mut std::io::stderr(),
            )
            .and_then(|passed_over| Ok(output.flush().map(|()| passed_over)?))
        }
    };
    match outcome {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(4),
        Err(_) => ExitCode::from(2),
    }
}
