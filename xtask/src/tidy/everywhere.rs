//! Rules for every file.

use super::tree::Tree;

/// The one script: what CI calls, which calls xtask.
const THE_SCRIPT: &str = ".ci/run";
/// The one build script: cargo must notice a new migration.
const THE_BUILD_SCRIPT: &str = "crates/store/build.rs";

/// Automation is in xtask: no shell, no Makefile, one build script.
pub(super) fn one_language_for_one_thing(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, text) in tree.files() {
        let name = path.rsplit('/').next().unwrap_or(path);
        let extension = std::path::Path::new(name).extension();
        let shell = extension.is_some_and(|extension| extension.eq_ignore_ascii_case("sh"))
            || ["Makefile", "makefile", "GNUmakefile", "justfile", "Taskfile.yml"].contains(&name)
            || text.starts_with("#!/bin/")
            || text.starts_with("#!/usr/bin/env bash")
            || text.starts_with("#!/usr/bin/env sh");
        if shell && path != THE_SCRIPT {
            wrong.push(format!("{path}: automation belongs in xtask"));
        }
        let is_ours = path.ends_with("/Cargo.toml");
        let build = path.replace("Cargo.toml", "build.rs");
        if is_ours && build != THE_BUILD_SCRIPT && tree.has(&build) {
            wrong.push(format!("{build}: the only build script is {THE_BUILD_SCRIPT}"));
        }
    }
    wrong
}

/// A path of somebody's machine means nothing on another.
pub(super) fn no_paths_of_one_machine(tree: &Tree) -> Vec<String> {
    // Put together here, or this file would break its own rule.
    let folders = ["home", "Users", "root", "work", "tmp", "private/var"].map(|f| format!("/{f}/"));
    let mut wrong = Vec::new();
    for (path, text) in tree.files() {
        if path.ends_with("Cargo.lock") || path.ends_with("package-lock.json") {
            continue;
        }
        for (number, line) in text.lines().enumerate() {
            let found = folders.iter().any(|folder| {
                let mut places = line.match_indices(folder.as_str());
                places.any(|(at, _)| starts_a_path(&line[..at]))
            });
            if found {
                wrong.push(format!("{path}:{}: names a folder of one machine", number + 1));
            }
        }
    }
    wrong
}

/// Whether a `/` after `before` is the root, not a separator within a path or an address.
fn starts_a_path(before: &str) -> bool {
    let last = before.chars().next_back();
    last.is_none_or(|c| !c.is_alphanumeric() && !['.', '-', '_', '}', ')', '/', '~'].contains(&c))
}

#[cfg(test)]
mod tests {
    use super::{Tree, no_paths_of_one_machine, one_language_for_one_thing};

    #[test]
    fn scripts_and_second_build_scripts_are_named() {
        let tree = Tree::of(&[
            (".ci/run", "#!/usr/bin/env bash\n"),
            ("bench/go", "#!/bin/sh\n"),
            ("crates/store/Cargo.toml", ""),
            ("crates/store/build.rs", ""),
            ("crates/server/Cargo.toml", ""),
            ("crates/server/build.rs", ""),
        ]);
        let wrong = one_language_for_one_thing(&tree);
        assert_eq!(wrong.len(), 2, "{wrong:?}");
    }

    #[test]
    fn folders_of_one_machine_are_named_and_addresses_are_not() {
        let path = format!("see {}home/ada/notes", '/');
        let address = format!("https://example.com{}home/ada", '/');
        let tree = Tree::of(&[("a.md", &path), ("b.md", &address)]);
        let wrong = no_paths_of_one_machine(&tree);
        assert_eq!(wrong, ["a.md:1: names a folder of one machine"]);
    }
}
