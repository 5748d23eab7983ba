//! `cargo xtask bench`: the benchmarks of `bench/`.

use std::process::ExitCode;

use crate::say::say;
use crate::trouble::Result;

/// There are no benchmarks yet: says so, and is not a success.
///
/// # Errors
/// None yet.
#[expect(clippy::unnecessary_wraps, reason = "one signature for all commands")]
pub(crate) fn bench() -> Result<ExitCode> {
    say("There are no benchmarks yet: nothing was measured. bench/README.md says what is planned.");
    Ok(ExitCode::FAILURE)
}
