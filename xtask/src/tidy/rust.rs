//! How the Rust is divided, and what it does not do.

use super::tree::{Tree, code, without_tests};

const APP: &str = "crates/server/src/app";
const HTTP: &str = "crates/server/src/http";

/// Files other than `http/error.rs` that name status codes, each with its reason.
const STATUS_CODES_ALSO_IN: [(&str, &str); 0] = [];

/// Where printing is the purpose: commands print data, xtask has one place to, and a build script
/// tells cargo.
const PRINTING: [&str; 4] = [
    "crates/server/src/command",
    "crates/server/src/main.rs",
    "crates/store/build.rs",
    "xtask/src/say.rs",
];

/// Handlers and their helpers have fewer lines of code than this between their braces.
const HANDLER_LINES: usize = 30;

pub(super) fn app_does_not_name_http(tree: &Tree) -> Vec<String> {
    mentions(tree, APP, &["axum", "http::", "hyper"], "use cases know nothing of HTTP")
}

pub(super) fn http_does_not_open_a_write(tree: &Tree) -> Vec<String> {
    mentions(tree, HTTP, &[".write("], "a write goes through app")
}

pub(super) fn status_codes_are_in_one_file(tree: &Tree) -> Vec<String> {
    let except: Vec<&str> = STATUS_CODES_ALSO_IN.iter().map(|(path, _)| *path).collect();
    mentions(tree, "crates/server/src", &["StatusCode"], "status codes are in http/error.rs")
        .into_iter()
        .filter(|line| !line.starts_with("crates/server/src/http/error.rs"))
        .filter(|line| !except.iter().any(|path| line.starts_with(path)))
        .collect()
}

pub(super) fn handlers_are_short(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, text) in tree.under(HTTP, &[".rs"]) {
        if path.contains("tests") {
            continue;
        }
        for (name, lines) in functions(without_tests(&code(text))) {
            if lines >= HANDLER_LINES {
                wrong.push(format!("{path}: fn {name} has {lines} lines, at most 29 are meant"));
            }
        }
    }
    wrong
}

pub(super) fn files_say_what_they_are(tree: &Tree) -> Vec<String> {
    // Files of tests are said by their names, one family each.
    tree.under("", &[".rs"])
        .filter(|(path, _)| !path.contains("/tests/"))
        .filter(|(_, text)| !text.starts_with("//!") && !text.starts_with("#!["))
        .map(|(path, _)| format!("{path} does not begin with a `//!` that says what it is"))
        .collect()
}

pub(super) fn nothing_prints_on_the_side(tree: &Tree) -> Vec<String> {
    let prints = ["println!(", "eprintln!(", "print!(", "eprint!(", "dbg!("];
    let mut wrong = Vec::new();
    for (path, text) in tree.under("", &[".rs"]) {
        // A test may tell why it could not run.
        if PRINTING.iter().any(|allowed| path.starts_with(allowed)) || path.contains("tests") {
            continue;
        }
        let code = code(text);
        for (number, line) in without_tests(&code).lines().enumerate() {
            if prints.iter().any(|print| line.contains(print)) {
                wrong.push(format!("{path}:{}: prints; log it, or return it", number + 1));
            }
        }
    }
    wrong
}

/// Where the code under `folder` contains one of `words`.
fn mentions(tree: &Tree, folder: &str, words: &[&str], why: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (path, text) in tree.under(folder, &[".rs"]) {
        let code = code(text);
        for (number, line) in without_tests(&code).lines().enumerate() {
            if let Some(word) = words.iter().find(|word| line.contains(*word)) {
                found.push(format!("{path}:{}: `{word}`: {why}", number + 1));
            }
        }
    }
    found
}

/// The name of each function in `code`, and how many lines of code its body has.
fn functions(code: &str) -> Vec<(String, usize)> {
    let mut functions = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let before = code[..at].chars().next_back();
        if before.is_some_and(|letter| letter.is_alphanumeric() || letter == '_') {
            continue;
        }
        let rest = &code[at + 3..];
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if let (false, Some(body)) = (name.is_empty(), body(rest)) {
            let lines = body.lines().filter(|line| !line.trim().is_empty()).count();
            functions.push((name, lines));
        }
    }
    functions
}

/// What is between the braces of the function whose signature `code` begins with; `None` for one
/// that has no body.
fn body(code: &str) -> Option<&str> {
    let open = code.find(['{', ';'])?;
    if code[open..].starts_with(';') && !code[..open].contains('[') {
        return None;
    }
    let open = open + code[open..].find('{')?;
    let mut depth = 0_usize;
    for (at, letter) in code[open..].char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(&code[open + 1..open + at]);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{
        HTTP, Tree, app_does_not_name_http, files_say_what_they_are, functions, handlers_are_short,
        http_does_not_open_a_write, nothing_prints_on_the_side, status_codes_are_in_one_file,
    };

    #[test]
    fn functions_are_measured_without_comments_and_blanks() {
        let code = "fn a(x: [u8; 2]) -> u8 {\n    let y = x;\n\n    { y[0] }\n}\nfn b();\npub async fn c() {\n}\n";
        let found = functions(code);
        assert_eq!(found, [("a".to_owned(), 2), ("c".to_owned(), 0)]);
    }

    #[test]
    fn a_long_handler_is_named() {
        let body = "    let a = 1;\n".repeat(30);
        let text = format!("//! H.\nasync fn long() {{\n{body}}}\n");
        let path = format!("{HTTP}/widget.rs");
        assert_eq!(handlers_are_short(&Tree::of(&[(&path, &text)])).len(), 1);
        let text = text.replacen("    let a = 1;\n", "    // why\n", 1);
        assert!(handlers_are_short(&Tree::of(&[(&path, &text)])).is_empty());
    }

    #[test]
    fn layers_are_kept_apart() {
        let tree = Tree::of(&[
            ("crates/server/src/app/a.rs", "//! axum in words is well.\nuse axum::Json;\n"),
            ("crates/server/src/http/b.rs", "fn b() { store.write(scope); StatusCode::OK }\n"),
            ("crates/server/src/http/error.rs", "//! E.\nuse StatusCode;\n"),
        ]);
        assert_eq!(app_does_not_name_http(&tree).len(), 1);
        assert_eq!(http_does_not_open_a_write(&tree).len(), 1);
        assert_eq!(status_codes_are_in_one_file(&tree).len(), 1);
        assert_eq!(files_say_what_they_are(&tree).len(), 1);
    }

    #[test]
    fn printing_on_the_side_is_named() {
        let text = "//! P.\nfn p() { println!(\"x\"); }\n";
        let tree = Tree::of(&[
            ("crates/server/src/app/p.rs", text),
            ("crates/server/src/command/p.rs", text),
        ]);
        assert_eq!(nothing_prints_on_the_side(&tree).len(), 1);
    }
}
