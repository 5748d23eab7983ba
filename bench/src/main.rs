//! The benchmarks: `cargo xtask bench`. What each measures and how is in `docs/benchmarks.md`.
//!
//! A figure of one machine says little on another, so each is a ratio to a limit or a peer measured in the same run, in
//! alternating rounds. A goal that is not met is told, and is no failure: machines and their neighbours differ.

mod identity;
mod measure;
mod report;
mod verify;

use std::error::Error;
use std::io::Write as _;

fn main() -> Result<(), Box<dyn Error>> {
    let mut out = std::io::stdout();
    let wanted = std::env::args().nth(1);
    let is_wanted = |name: &str| wanted.as_deref().is_none_or(|wanted| wanted == name);
    if is_wanted("verify") {
        out.write_all(verify::run()?.as_bytes())?;
    }
    if is_wanted("identity") {
        out.write_all(identity::run()?.as_bytes())?;
    }
    Ok(())
}
