//! Node, npm and what they build: the widget and the dashboard.

use std::path::{Path, PathBuf};
use std::process::Command;

use sha2::{Digest, Sha256};

use crate::child;
use crate::say::{colours, step};
use crate::trouble::{Result, Trouble};
use crate::workspace::root;

/// The oldest Node that the build tools run on.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// Which of web's sources a built `dist` was made from; kept beside the packages, which every
/// build has and no clone does.
const BUILD_STAMP: &str = "node_modules/.zipchat-build";
const INSTALL_STAMP: &str = "node_modules/.zipchat-install";

/// The folder of the web parts.
pub(crate) fn folder() -> PathBuf {
    root().join("web")
}

/// An `npm` command in web's folder.
pub(crate) fn npm(words: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.current_dir(folder()).args(words);
    command.env("NPM_CONFIG_UPDATE_NOTIFIER", "false").env("NPM_CONFIG_FUND", "false");
    if colours() {
        command.env("FORCE_COLOR", "1");
    }
    command
}

/// # Errors
/// When Node is missing or too old, or npm is missing.
pub(crate) fn check_node() -> Result<()> {
    let wanted = format!("Node.js {}.{} or newer is needed", OLDEST_NODE.0, OLDEST_NODE.1);
    let output = Command::new("node").arg("--version").output().map_err(|_| {
        Trouble::new(format!("Node.js is not installed; {wanted} (https://nodejs.org)"))
    })?;
    let version = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    if node_version(&version).is_none_or(|found| found < OLDEST_NODE) {
        return Err(Trouble::new(format!(
            "this machine has Node.js {version}; {wanted} (https://nodejs.org)"
        )));
    }
    if crate::workspace::on_path(&["npm"]).is_none() {
        return Err(Trouble::new("npm is not installed, though Node.js is (apt install npm)"));
    }
    Ok(())
}

/// Installs the packages if they are not those of the lock file. Says why.
///
/// # Errors
/// When npm fails; without a network, in one line.
pub(crate) fn install() -> Result<()> {
    let web = folder();
    let wanted = hash_of(&[web.join("package.json"), web.join("package-lock.json")])?;
    let stamp = web.join(INSTALL_STAMP);
    let why = if !web.join("node_modules").is_dir() {
        "web/node_modules is missing"
    } else if read(&stamp).as_ref() != Some(&wanted) {
        "web/package-lock.json has changed"
    } else {
        return Ok(());
    };
    step("Installing", &format!("npm packages ({why})"));
    let mut ci = npm(&["ci", "--no-audit", "--no-fund"]);
    // npm's own patience is minutes without a word when there is no network.
    ci.args([
        "--fetch-retries=2",
        "--fetch-retry-mintimeout=1000",
        "--fetch-retry-maxtimeout=5000",
    ]);
    child::run(&mut ci)?.good("npm ci")?;
    write(&stamp, &wanted)
}

/// Builds the widget and the dashboard if their sources have changed. Says why.
///
/// # Errors
/// When the build fails.
pub(crate) fn build() -> Result<()> {
    let web = folder();
    let mut files = Vec::new();
    sources(&web, &mut files)?;
    let wanted = hash_of(&files)?;
    let stamp = web.join(BUILD_STAMP);
    let why = if !web.join("dist/loader.js").is_file() {
        "web/dist is missing"
    } else if read(&stamp).as_ref() != Some(&wanted) {
        "their sources have changed"
    } else {
        return Ok(());
    };
    step("Building", &format!("the widget and the dashboard ({why})"));
    child::run(&mut npm(&["run", "build"]))?.good("npm run build")?;
    write(&stamp, &wanted)
}

/// All files under `folder` that a build may depend on, in a stable order.
fn sources(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    let entries = std::fs::read_dir(folder).map_err(|error| Trouble::file(folder, &error))?;
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let not_source = ["node_modules", "dist", "e2e", "test-results", "playwright-report"];
        if not_source.contains(&name.as_str()) || name.contains(".test.") {
            continue;
        }
        if path.is_dir() {
            sources(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}

fn hash_of(files: &[PathBuf]) -> Result<String> {
    let mut hash = Sha256::new();
    for file in files {
        let bytes = std::fs::read(file).map_err(|error| Trouble::file(file, &error))?;
        // Lengths keep two neighbours from passing for each other.
        hash.update(file.to_string_lossy().as_bytes());
        hash.update(bytes.len().to_le_bytes());
        hash.update(&bytes);
    }
    Ok(hex(&hash.finalize()))
}

/// Bytes as lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn read(file: &Path) -> Option<String> {
    std::fs::read_to_string(file).ok()
}

fn write(file: &Path, text: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        // npm makes no folder when there is nothing to put in it.
        std::fs::create_dir_all(folder).map_err(|error| Trouble::file(folder, &error))?;
    }
    std::fs::write(file, text).map_err(|error| Trouble::file(file, &error))
}

/// `v20.19.2` as (20, 19).
fn node_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::{OLDEST_NODE, node_version};

    #[test]
    fn node_versions_compare_as_numbers() {
        assert!(node_version("v20.19.0").unwrap() >= OLDEST_NODE);
        assert!(node_version("v22.4.1").unwrap() > OLDEST_NODE);
        assert!(node_version("v20.9.0").unwrap() < OLDEST_NODE);
        assert!(node_version("v18.20.4").unwrap() < OLDEST_NODE);
        assert_eq!(node_version("20.19.0"), None);
    }
}
