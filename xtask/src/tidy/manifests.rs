//! What depends on what.

use super::tree::Tree;

/// What `domain` may depend on: nothing that reads, writes, waits or tells the time.
const DOMAIN_MAY: [&str; 14] = [
    "arrayvec",
    "aws-lc-rs",
    "base64",
    "idna",
    "jiff",
    "linkify",
    "pulldown-cmark",
    "serde",
    "serde_json",
    "thiserror",
    "totp-rs",
    "ulid",
    "unicode-normalization",
    "zeroize",
];

/// What may not be a dependency of a crate, apart from `domain`, which has its own list.
const FORBIDDEN: [(&str, &[&str]); 3] = [
    ("crates/store", &["axum", "hyper", "reqwest", "server", "tower", "tower-http"]),
    ("crates/server", &["rusqlite", "sqlx"]),
    ("xtask", &["clap", "domain", "rusqlite", "server", "sqlx", "store", "tokio"]),
];

pub(super) fn crates_depend_only_as_allowed(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for name in dependencies(tree, "crates/domain/Cargo.toml", "[dependencies]") {
        if !DOMAIN_MAY.contains(&name.as_str()) {
            wrong.push(format!("domain depends on {name}: it has no I/O, no clock, no async"));
        }
    }
    for (folder, forbidden) in FORBIDDEN {
        let manifest = format!("{folder}/Cargo.toml");
        for name in dependencies(tree, &manifest, "[dependencies]") {
            if forbidden.contains(&name.as_str()) {
                wrong.push(format!("{manifest}: {name} is not for this crate"));
            }
        }
    }
    wrong
}

/// Members say `name.workspace = true`, so that no two of them can differ.
pub(super) fn versions_are_in_one_manifest(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, text) in tree.under("", &["Cargo.toml"]) {
        if path == "Cargo.toml" || path.starts_with("fuzz/") {
            continue;
        }
        for line in
            sections(text, &["[dependencies]", "[dev-dependencies]", "[build-dependencies]"])
        {
            if !line.contains(".workspace = true") && !line.contains("workspace = true,") {
                wrong.push(format!("{path}: `{line}` has a version of its own"));
            }
        }
    }
    wrong
}

pub(super) fn dependencies_say_what_they_are_for(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, heading) in
        [("Cargo.toml", "[workspace.dependencies]"), ("fuzz/Cargo.toml", "[dependencies]")]
    {
        for line in sections(tree.text(path).unwrap_or_default(), &[heading]) {
            // Ours need no introduction.
            if !line.contains(" # ") && !line.contains("path = ") {
                wrong.push(format!("{path}: `{line}` has no comment that says what it is for"));
            }
        }
    }
    wrong
}

/// The names under `heading` in the manifest at `path`.
fn dependencies(tree: &Tree, path: &str, heading: &str) -> Vec<String> {
    let text = tree.text(path).unwrap_or_default();
    let names = sections(text, &[heading]);
    names.iter().map(|line| line.split(['.', ' ', '=']).next().unwrap_or(line).to_owned()).collect()
}

/// The entries under any of `headings`.
fn sections<'a>(manifest: &'a str, headings: &[&str]) -> Vec<&'a str> {
    let mut inside = false;
    let mut lines = Vec::new();
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = headings.contains(&line);
        } else if inside && !line.is_empty() && !line.starts_with('#') && line.contains('=') {
            lines.push(line);
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::{
        Tree, crates_depend_only_as_allowed, dependencies_say_what_they_are_for,
        versions_are_in_one_manifest,
    };

    #[test]
    fn what_is_forbidden_is_named() {
        let tree = Tree::of(&[
            ("crates/domain/Cargo.toml", "[dependencies]\nserde.workspace = true\ntokio = \"1\"\n"),
            (
                "crates/store/Cargo.toml",
                "[dependencies]\naxum.workspace = true\n[dev-dependencies]\nreqwest.workspace = true\n",
            ),
        ]);
        let wrong = crates_depend_only_as_allowed(&tree);
        assert_eq!(wrong.len(), 2, "{wrong:?}");
        assert!(wrong[0].contains("tokio") && wrong[1].contains("axum"));
        assert_eq!(versions_are_in_one_manifest(&tree).len(), 1);
    }

    #[test]
    fn a_dependency_without_a_reason_is_named() {
        let manifest = "[workspace.dependencies]\ndomain = { path = \"crates/domain\" }\n\
                        a = \"1\" # for b\nc = \"2\"\n[profile.dev]\ndebug = 1\n";
        let wrong = dependencies_say_what_they_are_for(&Tree::of(&[("Cargo.toml", manifest)]));
        assert_eq!(wrong, ["Cargo.toml: `c = \"2\"` has no comment that says what it is for"]);
    }
}
