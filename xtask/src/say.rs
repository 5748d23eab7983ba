//! The only place that prints.

use std::io::{IsTerminal, Write};

/// Progress and trouble, on standard error.
pub(crate) fn say(line: &str) {
    if cfg!(test) {
        // The test harness keeps only what comes this way.
        eprintln!("{line}");
    } else {
        // A closed standard error is no reason to stop the work.
        let _ = writeln!(std::io::stderr(), "{line}");
    }
}

/// A step that begins, in the form that cargo itself uses.
pub(crate) fn step(verb: &str, rest: &str) {
    if colours() {
        say(&format!("\u{1b}[1;32m{verb:>12}\u{1b}[0m {rest}"));
    } else {
        say(&format!("{verb:>12} {rest}"));
    }
}

/// What a command was asked for, on standard output.
#[expect(clippy::print_stdout, reason = "the answer of a command belongs on standard output")]
pub(crate) fn answer(text: &str) {
    println!("{text}");
}

/// Whether people look at what is printed.
pub(crate) fn colours() -> bool {
    std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}
