//! `cargo xtask build`: web and the release binary.

use std::process::ExitCode;

use crate::run::check_compiler;
use crate::say::{answer, step};
use crate::trouble::{Result, Trouble};
use crate::{child, web, workspace};

/// Builds the release binary, with web's files in it; prints its path and size.
///
/// # Errors
/// When something that is needed is missing, or a build fails.
pub(crate) fn build() -> Result<ExitCode> {
    web::check_node()?;
    check_compiler()?;
    web::install()?;
    web::build()?;
    embed_anew()?;
    step("Compiling", "the service (release profile: smaller and faster; some minutes)");
    let mut build = workspace::cargo();
    build.args(["build", "--release", "--package", "server", "--bin", "zipchat"]);
    child::run(&mut build)?.good("cargo build --release")?;
    let binary = workspace::binary("release")?;
    let size = std::fs::metadata(&binary).map_err(|error| Trouble::file(&binary, &error))?.len();
    answer(&format!("{} ({})", binary.display(), mebibytes(size)));
    Ok(ExitCode::SUCCESS)
}

/// Makes cargo compile the file again that takes web's files in: of files that are new since, it would not notice.
fn embed_anew() -> Result<()> {
    let file = workspace::root().join("crates/server/src/http/assets.rs");
    // Written as it is, it is newer than what was compiled from it.
    let touch = || std::fs::write(&file, std::fs::read(&file)?);
    touch().map_err(|error| Trouble::file(&file, &error))
}

/// A size with one decimal, by whole-number arithmetic.
fn mebibytes(bytes: u64) -> String {
    let tenths = bytes * 10 / (1024 * 1024);
    format!("{}.{} MiB", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::mebibytes;

    #[test]
    fn sizes_have_one_decimal() {
        assert_eq!(mebibytes(0), "0.0 MiB");
        assert_eq!(mebibytes(24 * 1024 * 1024 + 512 * 1024), "24.5 MiB");
    }
}
