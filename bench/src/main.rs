//! The benchmarks: `cargo xtask bench`. What each measures and how is in `docs/benchmarks.md`.
//!
//! A figure of one machine says little on another, so each is a ratio to a limit or a peer measured in the same run, in
//! alternating rounds. A goal that is not met is told, and is no failure: machines and their neighbours differ.

mod measure;
mod report;
mod verify;

use std::error::Error;
use std::io::Write as _;

fn main() -> Result<(), Box<dyn Error>> {
    let report = verify::run()?;
    std::io::stdout().write_all(report.as_bytes())?;
    Ok(())
}
