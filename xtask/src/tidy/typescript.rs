//! Our scripts run in a merchant's page, and show what strangers wrote.

use super::tree::Tree;

/// Ways to turn text into markup or code. Under `trusted-types 'none'` they would fail as well.
const SINKS: [&str; 9] = [
    "innerHTML",
    "outerHTML",
    "insertAdjacentHTML",
    "document.write",
    "dangerouslySetInnerHTML",
    "createContextualFragment",
    "DOMParser",
    "eval(",
    "new Function(",
];

/// The one place that reads what the page shows; nothing is made of it.
const READING: &str = "PRIVATE_KEY.test(document.documentElement.innerHTML)";

pub(super) fn no_html_sinks(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    let files = ["web/widget/", "web/dashboard/", "web/api/"]
        .into_iter()
        .flat_map(|folder| tree.under(folder, &[".ts", ".tsx", ".js", ".mjs"]))
        .filter(|(path, _)| !path.contains(".test."));
    for (path, text) in files {
        for (number, line) in text.lines().enumerate() {
            let trimmed = line.trim_start();
            if trimmed.starts_with("//") || trimmed.starts_with('*') || trimmed.starts_with("/*") {
                continue;
            }
            let rest = line.replace(READING, "");
            if let Some(sink) = SINKS.iter().find(|sink| rest.contains(*sink)) {
                wrong.push(format!(
                    "{path}:{}: `{sink}` turns text into markup or code",
                    number + 1
                ));
            }
        }
    }
    wrong
}

/// Properties that name a side of the screen. What reads from right to left needs the side of the text.
const SIDES: [&str; 2] = ["left", "right"];

/// Styles say `inline-start` and `inline-end`, or the pages would not turn around for Arabic.
pub(super) fn styles_name_no_side(tree: &Tree) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, text) in tree.under("web/", &[".css"]) {
        for (number, line) in text.lines().enumerate() {
            let Some((property, value)) = line.trim().split_once(':') else { continue };
            let value = value.trim().trim_end_matches(';');
            let names = |text: &str| SIDES.iter().any(|side| text.split('-').any(|it| it == *side));
            let aligned = matches!(property, "text-align" | "float" | "clear") && names(value);
            if names(property) || aligned {
                wrong.push(format!(
                    "{path}:{}: `{property}` names a side of the screen",
                    number + 1
                ));
            }
        }
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::{Tree, no_html_sinks, styles_name_no_side};

    #[test]
    fn a_side_of_the_screen_is_named_where_a_style_names_it() {
        let tree = Tree::of(&[(
            "web/dashboard/a.css",
            ".a {\n  margin-left: 1px;\n  text-align: right;\n  inset: 0 auto auto 0;\n  padding-inline-start: 2px;\n}\n",
        )]);
        let wrong = styles_name_no_side(&tree);
        assert_eq!(wrong.len(), 2, "{wrong:?}");
        assert!(wrong[0].starts_with("web/dashboard/a.css:2"));
    }

    #[test]
    fn a_sink_is_named_unless_it_is_in_a_comment_or_a_test() {
        let tree = Tree::of(&[
            ("web/widget/chat/a.ts", "// never innerHTML\nbox.innerHTML = text;\n"),
            ("web/widget/chat/a.test.ts", "box.innerHTML = '';\n"),
            (
                "web/widget/loader/b.ts",
                "if (PRIVATE_KEY.test(document.documentElement.innerHTML)) warn();\n",
            ),
        ]);
        let wrong = no_html_sinks(&tree);
        assert_eq!(wrong.len(), 1);
        assert!(wrong[0].starts_with("web/widget/chat/a.ts:2"));
    }
}
