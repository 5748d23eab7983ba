//! Where commands print. A reader who has gone, as `head` does, is no error.

use std::io::Write;

use serde::Serialize;

use super::refusal::Refusal;

/// A line, or several, on standard output.
pub(super) fn line(text: &str) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// One line of JSON on standard output.
pub(super) fn json(value: &impl Serialize) -> Result<(), Refusal> {
    line(&serde_json::to_string(value)?);
    Ok(())
}

/// A line on standard error.
pub(super) fn error(text: &str) {
    let _ = writeln!(std::io::stderr(), "error: {text}");
}

/// A remark on standard error, beside the data on standard output.
pub(super) fn remark(text: &str) {
    let _ = writeln!(std::io::stderr(), "{text}");
}
