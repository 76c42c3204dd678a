//! A fault of dateline itself: told in a line like every other error, with where it happened, never as a backtrace
//! across the screen.

use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::{Mutex, PoisonError};

use super::failure::Failure;

/// What the first fault said and where, kept until it is reported.
static FAULT: Mutex<Option<String>> = Mutex::new(None);

/// Runs a command; a panic becomes an error. Faults that somebody catches on the way (a parser given a hostile file, an
/// engine over damaged bytes) are theirs to report and print nothing here, unless `RUST_BACKTRACE` asks for it.
pub(super) fn contain(run: impl FnOnce() -> anyhow::Result<u8>) -> anyhow::Result<u8> {
    let usual = std::panic::take_hook();
    let wanted = std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value != "0");
    std::panic::set_hook(Box::new(move |info| {
        *FAULT.lock().unwrap_or_else(PoisonError::into_inner) = Some(describe(info));
        if wanted {
            usual(info);
        }
    }));
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| {
        let fault = FAULT.lock().unwrap_or_else(PoisonError::into_inner).take();
        let message = format!("dateline failed: {}", fault.as_deref().unwrap_or("for an unknown reason"));
        Err(Failure::missing(message)
            .hint("this is a fault of dateline; please report it with the command and RUST_BACKTRACE=1")
            .into())
    })
}

fn describe(info: &PanicHookInfo<'_>) -> String {
    let message = info.payload_as_str().unwrap_or("no reason given");
    match info.location() {
        Some(place) => format!("{message} ({}:{})", place.file(), place.line()),
        None => message.to_owned(),
    }
}
