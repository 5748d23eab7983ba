//! `cargo xtask bench`: the benchmarks of `bench/`.

use std::process::ExitCode;

use crate::run::check_compiler;
use crate::say::step;
use crate::trouble::Result;
use crate::{child, workspace};

/// Builds the benchmarks as a release is built, and runs them; they print what they measured.
///
/// A goal that is not met is no failure: how far one machine can be trusted is for its reader to judge.
///
/// # Errors
/// When they cannot be built, or could not measure.
pub(crate) fn bench() -> Result<ExitCode> {
    check_compiler()?;
    step("Measuring", "in the release profile; compiling it takes some minutes the first time");
    let mut bench = workspace::cargo();
    bench.args(["run", "--release", "--package", "bench"]);
    child::run(&mut bench)?.good("the benchmark")?;
    Ok(ExitCode::SUCCESS)
}
