//! Documents that agree with the tree, and with each other.

use super::tree::{Tree, code};

const DECISIONS: &str = "docs/adr/";

/// Each link to a file, folder or heading of ours has one at its end.
pub(super) fn links_lead_somewhere(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, text) in tree.under("", &[".md"]) {
        for link in links(text) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let file = if file.is_empty() { path.to_owned() } else { resolve(path, file) };
            if !tree.has(&file) {
                wrong.push(format!("{path}: there is no {link}"));
            } else if !heading.is_empty()
                && !headings(tree.text(&file).unwrap_or_default()).any(|slug| slug == heading)
            {
                wrong.push(format!("{path}: {file} has no heading #{heading}"));
            }
        }
    }
    wrong
}

pub(super) fn readme_has_the_two_commands(tree: &Tree) -> Vec<String> {
    let readme = tree.text("README.md").unwrap_or_default();
    ["cargo xtask run", "cargo xtask test"]
        .into_iter()
        .filter(|command| !readme.lines().any(|line| line.starts_with(command)))
        .map(|command| format!("README.md does not show `{command}`"))
        .collect()
}

/// Each decision record is in the list of them, and has the three parts.
pub(super) fn decisions_are_listed(tree: &Tree) -> Vec<String> {
    let list = tree.text("docs/adr/README.md").unwrap_or_default();
    let mut wrong = Vec::new();
    for (path, text) in tree.under(DECISIONS, &[".md"]) {
        let name = path.trim_start_matches(DECISIONS);
        if name == "README.md" {
            continue;
        }
        if !links(list).any(|link| link == name) {
            wrong.push(format!("docs/adr/README.md does not list {name}"));
        }
        for part in ["## Choice", "## Reasons", "## What would change it"] {
            if !text.lines().any(|line| line == part) {
                wrong.push(format!("{path} has no `{part}`"));
            }
        }
    }
    wrong
}

/// Each `ZIPCHAT_…` variable that the service reads is in the operator's handbook.
pub(super) fn settings_are_documented(tree: &Tree) -> Vec<String> {
    let handbook = tree.text("docs/operate.md").unwrap_or_default();
    let mut wrong = Vec::new();
    for (path, text) in tree.under("crates/server/src/", &[".rs"]) {
        // Only in code is text a name; `code` blanks it, so blank lines tell comments apart.
        for (line, code) in text.lines().zip(code(text).lines()) {
            let setting = !code.trim().is_empty();
            for name in variables(line).filter(|_| setting) {
                if !handbook.contains(name) {
                    wrong.push(format!("{path}: {name} is not in docs/operate.md"));
                }
            }
        }
    }
    wrong.sort();
    wrong.dedup();
    wrong
}

/// Each reason for refusing a token is in the merchant's handbook, with its exit code and in the
/// same words as the service's own.
pub(super) fn reasons_are_documented(tree: &Tree) -> Vec<String> {
    let source = tree.text("crates/domain/src/identity/reason.rs").unwrap_or_default();
    let handbook = tree.text("docs/identify.md").unwrap_or_default();
    let mut lines = source.lines().map(str::trim).skip_while(|line| *line != "reasons! {");
    let mut wrong = Vec::new();
    while let Some(line) = lines.next() {
        let Some((exit, code)) = line.split_once(" = ").and_then(|(_, rest)| rest.split_once(", "))
        else {
            continue;
        };
        let sentences: Vec<String> = lines.by_ref().take(2).map(unquoted).collect();
        let code = code.trim_matches(|c| c == '"' || c == ':');
        let row = format!("| {exit} | `{code}` | {} |", sentences.join(" | "));
        if !handbook.lines().any(|line| line == row) {
            wrong.push(format!("docs/identify.md has no line {row}"));
        }
    }
    wrong
}

/// What a text literal without line breaks says.
fn unquoted(literal: &str) -> String {
    literal.trim_matches('"').replace("\\\"", "\"").replace("\\\\", "\\")
}

/// The words in `line` that look like one of our variables.
fn variables(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|c: char| !c.is_ascii_uppercase() && !c.is_ascii_digit() && c != '_');
    words.filter(|word| word.starts_with("ZIPCHAT_") && word.len() > "ZIPCHAT_".len())
}

/// The targets of the links in `text`, code left out.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let mut fenced = false;
    text.lines()
        .filter(move |line| {
            let fence = line.trim_start().starts_with("```");
            fenced ^= fence;
            !fenced && !fence
        })
        .flat_map(|line| {
            line.match_indices("](").filter_map(|(at, _)| {
                let in_code = line[..at].matches('`').count() % 2 == 1;
                let target = line[at + 2..].split([')', ' ']).next()?;
                (!in_code).then_some(target)
            })
        })
}

/// The headings of `text` as GitHub names them.
fn headings(text: &str) -> impl Iterator<Item = String> {
    text.lines().filter(|line| line.starts_with('#')).map(|line| {
        line.trim_start_matches('#')
            .trim()
            .to_lowercase()
            .chars()
            .filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c))
            .map(|c| if c == ' ' { '-' } else { c })
            .collect()
    })
}

/// `link`, found in the file at `from`, as a path from the root.
fn resolve(from: &str, link: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in link.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            name => parts.push(name),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::{
        Tree, decisions_are_listed, links_lead_somewhere, reasons_are_documented,
        settings_are_documented,
    };

    #[test]
    fn links_that_lead_nowhere_are_named() {
        let tree = Tree::of(&[
            (
                "README.md",
                "# A\n[b](docs/b.md#two-words) [no](c.md) `[x](y)` [web](https://e.x/)\n",
            ),
            ("docs/b.md", "## Two words!\n[up](../README.md#z) [dir](../docs)\n```\n[x](y)\n```\n"),
        ]);
        let wrong = links_lead_somewhere(&tree);
        assert_eq!(
            wrong,
            ["README.md: there is no c.md", "docs/b.md: README.md has no heading #z"]
        );
    }

    #[test]
    fn a_decision_is_listed_and_whole() {
        let tree = Tree::of(&[
            ("docs/adr/README.md", "[1](0001-a.md)\n"),
            ("docs/adr/0001-a.md", "# A\n## Choice\n## Reasons\n## What would change it\n"),
            ("docs/adr/0002-b.md", "# B\n## Choice\n## Reasons\n"),
        ]);
        assert_eq!(decisions_are_listed(&tree).len(), 2);
    }

    #[test]
    fn a_reason_that_the_handbook_tells_otherwise_is_named() {
        let source = "reasons! {\n    A = 10, \"a\":\n        \"One.\"\n        \"Two.\"\n    B = 11, \"b\":\n        \"It is \\\"x\\\".\"\n        \"No.\"\n}\n";
        let tree = Tree::of(&[
            ("crates/domain/src/identity/reason.rs", source),
            (
                "docs/identify.md",
                "| 10 | `a` | One, once. | Two. |\n| 11 | `b` | It is \"x\". | No. |\n",
            ),
        ]);
        let wrong = reasons_are_documented(&tree);
        assert_eq!(wrong, ["docs/identify.md has no line | 10 | `a` | One. | Two. |"]);
    }

    #[test]
    fn a_setting_that_the_handbook_lacks_is_named() {
        let tree = Tree::of(&[
            ("docs/operate.md", "`ZIPCHAT_LISTEN`"),
            (
                "crates/server/src/config.rs",
                "//! ZIPCHAT_OLD\nenv = \"ZIPCHAT_LISTEN\"\nenv = \"ZIPCHAT_NEW\"\n",
            ),
        ]);
        let wrong = settings_are_documented(&tree);
        assert_eq!(wrong, ["crates/server/src/config.rs: ZIPCHAT_NEW is not in docs/operate.md"]);
    }
}
