//! `cargo xtask sums`: the hashes of migrations. A migration that was merged never changes: the
//! databases that ran it would differ from those that will.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use sha2::{Digest, Sha256};

use crate::say::answer;
use crate::trouble::{Result, Trouble};
use crate::web::hex;
use crate::workspace::root;

/// The folder of migrations and of their `SUMS`.
pub(crate) fn folder() -> PathBuf {
    root().join("crates/store/migrations")
}

/// Records each migration that `SUMS` does not name yet.
///
/// # Errors
/// When a recorded migration has changed or is gone; nothing is recorded then.
pub(crate) fn record() -> Result<ExitCode> {
    let folder = folder();
    let changed: Vec<String> =
        differences(&folder)?.into_iter().filter(|line| !line.ends_with(NOT_RECORDED)).collect();
    if !changed.is_empty() {
        return Err(Trouble::new(changed.join("; ")));
    }
    let hashes = hashes(&folder)?;
    let lines = hashes.iter().map(|(name, hash)| format!("{hash}  {name}\n"));
    let text: String = lines.collect();
    let file = folder.join("SUMS");
    std::fs::write(&file, text).map_err(|error| Trouble::file(&file, &error))?;
    answer(&format!("{}: {} migrations", file.display(), hashes.len()));
    Ok(ExitCode::SUCCESS)
}

const NOT_RECORDED: &str = "is not in SUMS: run `cargo xtask sums`";

/// What `SUMS` and the migrations in `folder` disagree about, a sentence each.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn differences(folder: &Path) -> Result<Vec<String>> {
    let found = hashes(folder)?;
    let recorded = recorded(folder);
    let mut wrong = Vec::new();
    for (name, hash) in &found {
        match recorded.get(name) {
            None => wrong.push(format!("{name} {NOT_RECORDED}")),
            Some(before) if before != hash => {
                wrong
                    .push(format!("{name} has changed since it was recorded: add a new migration"));
            }
            Some(_) => {}
        }
    }
    let gone = recorded.keys().filter(|name| !found.contains_key(*name));
    wrong.extend(gone.map(|name| format!("{name} is in SUMS but no longer there")));
    Ok(wrong)
}

fn recorded(folder: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(folder.join("SUMS")).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once("  "));
    lines.map(|(hash, name)| (name.to_owned(), hash.to_owned())).collect()
}

fn hashes(folder: &Path) -> Result<BTreeMap<String, String>> {
    let mut hashes = BTreeMap::new();
    let entries = std::fs::read_dir(folder).map_err(|error| Trouble::file(folder, &error))?;
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.extension().is_some_and(|extension| extension == "sql") {
            let bytes = std::fs::read(&path).map_err(|error| Trouble::file(&path, &error))?;
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            hashes.insert(name, hex(&Sha256::digest(&bytes)));
        }
    }
    Ok(hashes)
}

#[cfg(test)]
mod tests {
    use super::differences;

    #[test]
    fn a_migration_that_changed_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
        file("0001_a.sql", "abc");
        file("0002_b.sql", "new");
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        file("SUMS", &format!("{abc}  0001_a.sql\n{abc}  0003_gone.sql\n"));
        let wrong = differences(folder.path()).unwrap();
        assert_eq!(wrong.len(), 2, "{wrong:?}");
        assert!(wrong[0].starts_with("0002_b.sql is not in SUMS"));
        assert!(wrong[1].starts_with("0003_gone.sql is in SUMS"));
        file("0001_a.sql", "abd");
        assert!(differences(folder.path()).unwrap()[0].starts_with("0001_a.sql has changed"));
    }
}
