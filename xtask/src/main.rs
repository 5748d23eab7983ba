//! All automation of the project: `cargo xtask COMMAND`.
//!
//! It has few dependencies on purpose: it is the first thing that a fresh clone compiles.

mod bench;
mod build;
mod child;
mod install;
mod postgres;
mod run;
mod say;
mod sums;
mod test;
mod tidy;
mod trouble;
mod web;
mod workspace;

use std::process::ExitCode;

use say::{answer, say};
use trouble::Trouble;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

Commands:
  run [-- ARGS]    build what changed, then start the demo: the service, a shop, data
                   (the development profile: it compiles faster than a release).
                   ARGS are passed to `zipchat demo`
  build            build web and the release binary, one file with everything in it
  test [--quick]   every test; --quick leaves out those that need PostgreSQL, Chromium,
                   Python or Ruby, and says so
  bench [--quick] [--alone] [--write] [PART…]
                   the benchmarks of bench/, with their peers, as ratios; --quick in five
                   to ten minutes; --write puts the figures into docs/; parts: verify, identity,
                   identify, messages, streams, loader, page, start, reading, nodes;
                   --alone leaves the peers out
  tidy             the rules of the source tree only (a part of `test`, in a second)
  sums             record the hash of each new migration; recorded ones never change
  help             this text";

/// What was asked for.
#[derive(Debug, PartialEq, Eq)]
enum Asked {
    Run { demo: Vec<String> },
    Build,
    Test(test::Extent),
    Bench { words: Vec<String> },
    Tidy,
    Sums,
    Help,
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let asked = match parse(&words) {
        Ok(asked) => asked,
        Err(wrong) => {
            say(&format!("error: {wrong}\n\n{USAGE}"));
            return ExitCode::from(2);
        }
    };
    match obey(&asked) {
        Ok(code) => code,
        Err(trouble) => {
            say(&format!("error: {trouble}"));
            ExitCode::FAILURE
        }
    }
}

fn parse(words: &[String]) -> Result<Asked, String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        [] | ["help" | "-h" | "--help", ..] | [_, "-h" | "--help"] => Ok(Asked::Help),
        ["run"] => Ok(Asked::Run { demo: Vec::new() }),
        ["run", "--", rest @ ..] => {
            Ok(Asked::Run { demo: rest.iter().map(|word| (*word).to_owned()).collect() })
        }
        ["build"] => Ok(Asked::Build),
        ["test"] => Ok(Asked::Test(test::Extent::Everything)),
        ["test", "--quick"] => Ok(Asked::Test(test::Extent::Quick)),
        ["bench", rest @ ..] => {
            Ok(Asked::Bench { words: rest.iter().map(|word| (*word).to_owned()).collect() })
        }
        ["tidy"] => Ok(Asked::Tidy),
        ["sums"] => Ok(Asked::Sums),
        [command @ ("run" | "build" | "test" | "tidy" | "sums"), word, ..] => {
            Err(format!("`cargo xtask {command}` does not know `{word}`"))
        }
        [command, ..] => Err(format!("there is no command `{command}`")),
    }
}

fn obey(asked: &Asked) -> Result<ExitCode, Trouble> {
    match asked {
        Asked::Run { demo } => run::run(demo),
        Asked::Build => build::build(),
        Asked::Test(extent) => test::test(*extent),
        Asked::Bench { words } => bench::bench(words),
        Asked::Tidy => tidy::tidy(),
        Asked::Sums => sums::record(),
        Asked::Help => {
            answer(USAGE);
            Ok(ExitCode::SUCCESS)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Asked, parse};
    use crate::test::Extent;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn each_command_is_understood() {
        assert_eq!(parse(&words("test")), Ok(Asked::Test(Extent::Everything)));
        assert_eq!(parse(&words("test --quick")), Ok(Asked::Test(Extent::Quick)));
        assert_eq!(parse(&words("build --help")), Ok(Asked::Help));
        assert_eq!(parse(&[]), Ok(Asked::Help));
        let demo = words("--fresh");
        assert_eq!(parse(&words("run -- --fresh")), Ok(Asked::Run { demo }));
        let asked = Asked::Bench { words: words("--quick identify") };
        assert_eq!(parse(&words("bench --quick identify")), Ok(asked));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        assert_eq!(parse(&words("tets")), Err("there is no command `tets`".to_owned()));
        let wrong = "`cargo xtask test` does not know `--fast`".to_owned();
        assert_eq!(parse(&words("test --fast")), Err(wrong));
    }
}
