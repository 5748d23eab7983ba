//! The source tree, read once, and Rust source without what only people read.

use std::collections::BTreeMap;
use std::path::Path;

use crate::trouble::{Result, Trouble};
use crate::workspace::root;

/// Each file's path from the root, with `/`, and its text (empty where it is not UTF-8).
#[derive(Debug)]
pub(super) struct Tree(BTreeMap<String, String>);

/// Folders that hold what was made, not what was written (as `.gitignore` says).
const MADE: [&str; 10] = [
    ".git",
    "target",
    "node_modules",
    "data",
    "dist",
    "test-results",
    "playwright-report",
    "corpus",
    "artifacts",
    "coverage",
];

impl Tree {
    /// The project's own tree.
    ///
    /// # Errors
    /// When a file cannot be read.
    pub(super) fn read() -> Result<Self> {
        let mut files = BTreeMap::new();
        collect(&root(), "", &mut files)?;
        Ok(Self(files))
    }

    /// Paths and texts of the files under `folder` that end in one of `endings`.
    pub(super) fn under<'a>(
        &'a self,
        folder: &'a str,
        endings: &'a [&str],
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files().filter(move |(path, _)| {
            path.starts_with(folder) && endings.iter().any(|ending| path.ends_with(ending))
        })
    }

    pub(super) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(path, text)| (path.as_str(), text.as_str()))
    }

    pub(super) fn text(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// Whether there is a file or folder at `path`.
    pub(super) fn has(&self, path: &str) -> bool {
        let folder = format!("{path}/");
        path.is_empty()
            || self.0.contains_key(path)
            || self.0.keys().any(|file| file.starts_with(&folder))
    }

    /// A tree that a test makes up.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        Self(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect())
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeMap<String, String>) -> Result<()> {
    let entries = std::fs::read_dir(folder).map_err(|error| Trouble::file(folder, &error))?;
    for entry in entries.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{prefix}{name}");
        // In a second work tree `.git` is a file.
        if MADE.contains(&name.as_str()) {
            continue;
        }
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{path}/"), files)?;
        } else {
            // Others may be writing: a file that has just gone is no file.
            let bytes = std::fs::read(entry.path()).unwrap_or_default();
            files.insert(path, String::from_utf8(bytes).unwrap_or_default());
        }
    }
    Ok(())
}

/// Rust source in which comments and the insides of text are blank; lines stay where they are.
pub(super) fn code(source: &str) -> String {
    let letters: Vec<char> = source.chars().collect();
    let mut code = String::with_capacity(source.len());
    let mut at = 0;
    while at < letters.len() {
        let end = match (letters[at], letters.get(at + 1)) {
            ('/', Some('/')) => until(&letters, at, |rest| rest[0] == '\n'),
            ('/', Some('*')) => until(&letters, at + 2, |rest| rest.starts_with(&['*', '/'])) + 2,
            ('"', _) => quoted(&letters, at),
            ('r', Some('"' | '#')) if !is_word(&letters, at) => raw(&letters, at).unwrap_or(at + 1),
            ('\'', Some('\\')) => until(&letters, at + 3, |rest| rest[0] == '\'') + 1,
            ('\'', Some(_)) if letters.get(at + 2) == Some(&'\'') => at + 3,
            _ => at + 1,
        };
        let end = end.min(letters.len());
        if end == at + 1 {
            code.push(letters[at]);
        } else {
            code.extend(letters[at..end].iter().map(|c| if *c == '\n' { '\n' } else { ' ' }));
        }
        at = end;
    }
    code
}

/// The first place from `start` on where `found` holds for the rest, or the end.
fn until(letters: &[char], start: usize, found: impl Fn(&[char]) -> bool) -> usize {
    (start..letters.len()).find(|at| found(&letters[*at..])).unwrap_or(letters.len())
}

/// The place after the text literal that begins at `start`.
fn quoted(letters: &[char], start: usize) -> usize {
    let mut at = start + 1;
    while at < letters.len() && letters[at] != '"' {
        at += if letters[at] == '\\' { 2 } else { 1 };
    }
    at + 1
}

/// The place after the raw text literal that begins at `start`, if one does.
fn raw(letters: &[char], start: usize) -> Option<usize> {
    let fences = letters[start + 1..].iter().take_while(|letter| **letter == '#').count();
    let open = start + 1 + fences;
    if letters.get(open) != Some(&'"') {
        return None;
    }
    let closing: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', fences)).collect();
    Some(until(letters, open + 1, |rest| rest.starts_with(&closing)) + closing.len())
}

/// Whether the letter at `at` goes on with a word that began before it.
fn is_word(letters: &[char], at: usize) -> bool {
    at > 0 && (letters[at - 1].is_alphanumeric() || letters[at - 1] == '_')
}

/// `code` without the module of tests at its end.
pub(super) fn without_tests(code: &str) -> &str {
    code.find("#[cfg(test)]\nmod ").map_or(code, |at| &code[..at])
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn what_only_people_read_is_blank() {
        let source =
            "let a = \"x \\\" // no\"; // yes\n/* two\nlines */ 'b' 'a: loop r#\"c\" d\"# e";
        let code = code(source);
        for gone in ["x", "yes", "two", "'b'", "c\"", "d"] {
            assert!(!code.contains(gone), "{gone} in {code}");
        }
        for kept in ["let a =", "'a: loop", " e"] {
            assert!(code.contains(kept), "{kept} not in {code}");
        }
        assert_eq!(code.lines().count(), source.lines().count());
    }
}
