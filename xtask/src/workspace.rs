//! Where things are.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::trouble::{Result, Trouble};

/// The folder of the repository.
pub(crate) fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

/// `cargo` of the toolchain in use, at the repository's root.
///
/// What cargo told this program about itself is not passed on: build scripts watch some of those
/// variables, and would run again for nothing.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    if crate::say::colours() {
        // Our pipe between cargo and the terminal would otherwise cost its colours and its bar.
        command.env("CARGO_TERM_COLOR", "always");
        command.env("CARGO_TERM_PROGRESS_WHEN", "always").env("CARGO_TERM_PROGRESS_WIDTH", "80");
    }
    command
}

/// What cargo says about the members of the workspace, without going to the network.
///
/// # Errors
/// When cargo cannot read a manifest.
pub(crate) fn metadata() -> Result<Value> {
    let output = cargo()
        .args(["metadata", "--no-deps", "--format-version", "1", "--offline"])
        .output()
        .map_err(|error| Trouble::new(format!("cargo cannot be started: {error}")))?;
    if !output.status.success() {
        let text = String::from_utf8_lossy(&output.stderr);
        return Err(Trouble::new(format!("cargo metadata: {}", text.trim())));
    }
    serde_json::from_slice(&output.stdout)
        .map_err(|error| Trouble::new(format!("cargo metadata: {error}")))
}

/// The folder that cargo builds in, `CARGO_TARGET_DIR` and configuration considered.
///
/// # Errors
/// As [`metadata`].
pub(crate) fn target() -> Result<PathBuf> {
    let metadata = metadata()?;
    let folder = metadata["target_directory"].as_str();
    folder.map(PathBuf::from).ok_or_else(|| Trouble::new("cargo metadata names no target folder"))
}

/// The service's binary in `profile`'s folder (`debug` or `release`).
///
/// # Errors
/// As [`metadata`].
pub(crate) fn binary(profile: &str) -> Result<PathBuf> {
    Ok(target()?.join(profile).join(format!("zipchat{}", std::env::consts::EXE_SUFFIX)))
}

/// The first of `names` on the `PATH`.
pub(crate) fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let files = folders.iter().flat_map(|folder| names.iter().map(|name| folder.join(name)));
    files.into_iter().find(|file| file.is_file())
}
