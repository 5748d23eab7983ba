//! What went wrong, in one line that says how to mend it.

use std::fmt;
use std::path::Path;

/// One line for the person at the keyboard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Trouble {
    line: String,
    interrupted: bool,
}

pub(crate) type Result<T> = std::result::Result<T, Trouble>;

impl Trouble {
    pub(crate) fn new(line: impl Into<String>) -> Self {
        Self { line: line.into(), interrupted: false }
    }

    /// Somebody pressed Ctrl-C, or asked for an end by a signal.
    pub(crate) fn interrupted() -> Self {
        Self { line: "interrupted".to_owned(), interrupted: true }
    }

    /// A file or folder that could not be read or written.
    pub(crate) fn file(path: &Path, error: &std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::StorageFull {
            return Self::new(DISK_FULL);
        }
        Self::new(format!("{}: {error}", path.display()))
    }

    pub(crate) fn is_interruption(&self) -> bool {
        self.interrupted
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

const DISK_FULL: &str = "the disk is full: free some space (`cargo clean` gives back what was \
                         compiled) and run this again";

/// What a program's last output means, where it is a known cause.
///
/// The order matters: a full disk makes downloads fail too.
pub(crate) fn explain(output: &str) -> Option<&'static str> {
    let causes: [(&[&str], &str); 6] = [
        (&["No space left on device", "ENOSPC"], DISK_FULL),
        (
            &[
                "npm error code ENOTFOUND",
                "npm error code EAI_AGAIN",
                "npm error code ECONN",
                "npm error code ETIMEDOUT",
                "npm error network",
            ],
            "the npm registry cannot be reached: check the network, or the address in \
             `npm config get registry`",
        ),
        (
            &["npm error code EUSAGE"],
            "web/package-lock.json does not fit web/package.json, or the npm registry lacks one \
             of its packages (named above): run `npm install` in web/",
        ),
        (
            &[
                "failed to download from",
                "download of config.json failed",
                "failed to get `",
                "Could not resolve host",
                "failed to download `",
            ],
            "crates.io cannot be reached: check the network",
        ),
        (
            &["linker `cc` not found", "failed to find tool \"cc\"", "failed to find tool \"c++\""],
            NO_COMPILER,
        ),
        (
            &["Missing dependency: cmake"],
            "cmake is missing, and the cryptography needs it on this machine: install it \
             (Debian, Ubuntu: apt install cmake)",
        ),
    ];
    causes
        .iter()
        .find(|(signs, _)| signs.iter().any(|sign| output.contains(sign)))
        .map(|(_, meaning)| *meaning)
}

pub(crate) const NO_COMPILER: &str = "no C compiler found, and SQLite and the cryptography are \
                                      compiled from C: install one (Debian, Ubuntu: apt install \
                                      build-essential)";

#[cfg(test)]
mod tests {
    use super::{DISK_FULL, NO_COMPILER, explain};

    #[test]
    fn known_causes_are_explained_in_one_line() {
        let npm = "npm error code ENOTFOUND\nnpm error network request to https://… failed";
        assert!(explain(npm).is_some_and(|line| line.starts_with("the npm registry")));
        let cargo = "error: failed to get `serde` as a dependency of package `domain`";
        assert!(explain(cargo).is_some_and(|line| line.starts_with("crates.io")));
        assert_eq!(explain("error: linker `cc` not found"), Some(NO_COMPILER));
        assert_eq!(explain("error: No space left on device (os error 28)"), Some(DISK_FULL));
    }

    #[test]
    fn a_full_disk_is_named_before_what_it_caused() {
        let both = "npm error code ECONNRESET\nnpm error ENOSPC: no space";
        assert_eq!(explain(both), Some(DISK_FULL));
    }

    #[test]
    fn an_ordinary_compile_error_is_left_alone() {
        assert_eq!(explain("error[E0308]: mismatched types"), None);
    }
}
