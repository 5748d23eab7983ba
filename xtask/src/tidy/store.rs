//! What is not checked about SQL by a compiler is checked by tests; so there must be tests.

use super::tree::{Tree, code, without_tests};
use crate::sums;

const SOURCE: &str = "crates/store/src/";
const TESTS: [&str; 2] = ["crates/store/src/tests", "crates/store/tests/"];

/// Every public method of `ReadTx` and `WriteTx` is called by a test of the store.
pub(super) fn methods_are_tested(tree: &Tree) -> Vec<String> {
    let is_test = |path: &str| TESTS.iter().any(|tests| path.starts_with(tests));
    let tests: String = tree
        .under("crates/store/", &[".rs"])
        .filter(|(path, _)| is_test(path))
        .map(|(_, text)| code(text))
        .collect();
    let mut wrong = Vec::new();
    for (path, text) in tree.under(SOURCE, &[".rs"]).filter(|(path, _)| !is_test(path)) {
        let code = code(text);
        for name in methods(without_tests(&code)) {
            if !tests.contains(&format!(".{name}(")) {
                wrong.push(format!("{path}: no test of the store calls `{name}`"));
            }
        }
    }
    wrong
}

/// The migrations are those that `SUMS` has recorded.
pub(super) fn merged_migrations_do_not_change(_: &Tree) -> Vec<String> {
    // By bytes, not by text: the hash is of the file.
    sums::differences(&sums::folder()).unwrap_or_else(|trouble| vec![trouble.to_string()])
}

/// The public methods in `impl ReadTx` and `impl WriteTx`.
fn methods(code: &str) -> Vec<String> {
    let mut inside = false;
    let mut names = Vec::new();
    for line in code.lines() {
        if line.starts_with("impl ") {
            inside = ["impl ReadTx {", "impl WriteTx {"].contains(&line.trim_end());
        }
        let rest = line.trim_start();
        let function = rest.strip_prefix("pub async fn ").or_else(|| rest.strip_prefix("pub fn "));
        if let (true, Some(rest)) = (inside, function) {
            names.push(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::{Tree, methods_are_tested};

    #[test]
    fn a_method_without_a_test_is_named() {
        let source = "//! C.\nimpl ReadTx {\n    pub async fn chat(&mut self) {}\n    pub async fn chats(&mut self) {}\n    async fn row() {}\n}\nimpl Chat {\n    pub fn id(&self) {}\n}\n";
        let tree = Tree::of(&[
            ("crates/store/src/chats.rs", source),
            ("crates/store/src/tests/chats.rs", "//! T.\nlet c = tx.chat(&id); // .chats(\n"),
        ]);
        let wrong = methods_are_tested(&tree);
        assert_eq!(wrong, ["crates/store/src/chats.rs: no test of the store calls `chats`"]);
    }
}
