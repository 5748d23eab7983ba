//! Rules about the source tree that no compiler knows.
//!
//! Each rule is a function from the tree to the sentences it has to say, and each is an ordinary
//! test, so that `cargo test` alone shows them; `cargo xtask tidy` runs nothing else.

mod deploy;
mod docs;
mod everywhere;
mod manifests;
mod rust;
mod store;
mod tree;
mod typescript;

use std::process::ExitCode;

use crate::say::{answer, say};
use crate::trouble::Result;
use tree::Tree;

/// What it is about, and what it has to say about a tree: nothing, if all is well.
type Rule = (&'static str, fn(&Tree) -> Vec<String>);

const RULES: [Rule; 24] = [
    ("crates depend only as allowed", manifests::crates_depend_only_as_allowed),
    ("versions are in one manifest", manifests::versions_are_in_one_manifest),
    ("dependencies say what they are for", manifests::dependencies_say_what_they_are_for),
    ("app does not name HTTP", rust::app_does_not_name_http),
    ("http does not open a write", rust::http_does_not_open_a_write),
    ("handlers are short", rust::handlers_are_short),
    ("status codes are in one file", rust::status_codes_are_in_one_file),
    ("files say what they are", rust::files_say_what_they_are),
    ("nothing prints on the side", rust::nothing_prints_on_the_side),
    ("store methods are tested", store::methods_are_tested),
    ("merged migrations do not change", store::merged_migrations_do_not_change),
    ("no HTML sinks in the page", typescript::no_html_sinks),
    ("one language for one thing", everywhere::one_language_for_one_thing),
    ("no paths of one machine", everywhere::no_paths_of_one_machine),
    ("links in documents lead somewhere", docs::links_lead_somewhere),
    ("the README has the two commands", docs::readme_has_the_two_commands),
    ("decisions are listed", docs::decisions_are_listed),
    ("every setting is documented", docs::settings_are_documented),
    ("every reason is documented", docs::reasons_are_documented),
    ("styles name no side", typescript::styles_name_no_side),
    ("deploy files are sound", deploy::files_are_sound),
    ("deploy files name settings that are there", deploy::settings_are_there),
    ("deploy files ask for metrics that are there", deploy::metrics_are_there),
    ("deploy files lead to what is public", deploy::paths_are_public),
];

/// Holds every rule against the tree.
///
/// # Errors
/// When a file of the tree cannot be read.
pub(crate) fn tidy() -> Result<ExitCode> {
    let tree = Tree::read()?;
    let mut broken = 0;
    for (name, rule) in RULES {
        let said = rule(&tree);
        broken += usize::from(!said.is_empty());
        for line in said {
            say(&format!("error: {name}: {line}"));
        }
    }
    answer(&format!("tidy rules: {} passed, {broken} failed", RULES.len() - broken));
    Ok(if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::{RULES, Tree};

    /// A test for the rule of that number, which must have that name.
    macro_rules! rules {
        ($($number:literal $name:ident),* $(,)?) => {
            $(
                #[test]
                fn $name() {
                    let (name, rule) = RULES[$number];
                    assert_eq!(name.to_lowercase().replace(' ', "_"), stringify!($name));
                    let said = rule(&Tree::read().unwrap());
                    assert!(said.is_empty(), "\n{}", said.join("\n"));
                }
            )*

            #[test]
            fn every_rule_is_a_test() {
                assert_eq!([$($number),*].len(), RULES.len());
            }
        };
    }

    rules! {
        0 crates_depend_only_as_allowed,
        1 versions_are_in_one_manifest,
        2 dependencies_say_what_they_are_for,
        3 app_does_not_name_http,
        4 http_does_not_open_a_write,
        5 handlers_are_short,
        6 status_codes_are_in_one_file,
        7 files_say_what_they_are,
        8 nothing_prints_on_the_side,
        9 store_methods_are_tested,
        10 merged_migrations_do_not_change,
        11 no_html_sinks_in_the_page,
        12 one_language_for_one_thing,
        13 no_paths_of_one_machine,
        14 links_in_documents_lead_somewhere,
        15 the_readme_has_the_two_commands,
        16 decisions_are_listed,
        17 every_setting_is_documented,
        18 every_reason_is_documented,
        19 styles_name_no_side,
        20 deploy_files_are_sound,
        21 deploy_files_name_settings_that_are_there,
        22 deploy_files_ask_for_metrics_that_are_there,
        23 deploy_files_lead_to_what_is_public,
    }
}
