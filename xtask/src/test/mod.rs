//! `cargo xtask test`: from a fresh clone to every test passed.
//!
//! A part that fails does not keep the others from running; at the end a table says what ran, what
//! did not, and why. All Rust is compiled once, in the development profile: clippy compiles the
//! members as it looks at them, so that nothing is read a second time for its sake.

mod report;
mod tally;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use crate::install::{Need, ensure};
use crate::postgres::{Durability, Postgres};
use crate::say::{colours, step};
use crate::trouble::{Result, Trouble};
use crate::workspace::{self, cargo};
use crate::{child, web};
use report::Report;
use tally::Tally;

/// How much is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// All there is.
    Everything,
    /// What needs only Rust and Node.
    Quick,
}

const QUICK: &str = "--quick";

/// Runs the tests and prints the table.
///
/// # Errors
/// Only when interrupted, after what was started has been stopped.
pub(crate) fn test(extent: Extent) -> Result<ExitCode> {
    let mut report = Report::new(std::env::var_os("CI").is_some_and(|ci| ci == "true"));
    match parts(extent, &mut report) {
        Err(trouble) if trouble.is_interruption() => {
            report.print();
            Err(trouble)
        }
        Err(trouble) => Err(trouble),
        Ok(()) => {
            report.print();
            Ok(if report.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
        }
    }
}

fn parts(extent: Extent, report: &mut Report) -> Result<()> {
    report.part("format", || tested(cargo().args(["fmt", "--all", "--check"])))?;
    web_parts(report)?;
    if extent == Extent::Everything {
        ensure(&[
            Need::Postgres,
            Need::Nats,
            Need::PythonJwt,
            Need::RubyJwt,
            Need::Php,
            Need::Go,
            Need::Java,
            Need::Pebble,
            Need::HeadlessShell,
            Need::Chromium,
        ])?;
    }
    let compiler = compile(report)?;
    let built = compiler.is_some();
    if let Some(compiler) = &compiler {
        rust_parts(extent, compiler, report)?;
    } else {
        report.not_run("Rust tests", "they do not compile");
    }
    match extent {
        Extent::Quick => report.left_out("browser tests", QUICK),
        Extent::Everything if built => {
            report.part("browser tests", browser)?;
        }
        Extent::Everything => report.not_run("browser tests", "there is no server to test with"),
    }
    Ok(())
}

/// What the members were compiled by: everything after it must say the same, or cargo begins anew.
enum Compiler {
    /// Clippy, which is the compiler with more to say.
    Clippy(PathBuf),
    Rustc,
}

impl Compiler {
    /// `cargo test` of all members.
    fn tests(&self) -> Command {
        let mut tests = cargo();
        tests.arg("test").args(locked()).arg("--workspace");
        if let Self::Clippy(driver) = self {
            // The form in which `cargo clippy` hands on `-D warnings`.
            tests.env("CLIPPY_ARGS", "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__");
            tests.env("RUSTC_WORKSPACE_WRAPPER", driver);
        }
        tests
    }
}

/// Compiles everything by clippy; what clippy refuses is compiled without it, so that the tests run all the same.
fn compile(report: &mut Report) -> Result<Option<Compiler>> {
    let mut compiler = Compiler::Rustc;
    let clean = report.part("compile, with clippy", || {
        compiler = Compiler::Clippy(clippy_driver()?);
        tested(compiler.tests().arg("--no-run"))
    })?;
    if clean {
        return Ok(Some(compiler));
    }
    let built =
        report.part("compile, without", || tested(Compiler::Rustc.tests().arg("--no-run")))?;
    Ok(built.then_some(Compiler::Rustc))
}

fn clippy_driver() -> Result<PathBuf> {
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let ended = child::run(Command::new(rustc).args(["--print", "sysroot"]))?;
    let sysroot = ended.good("rustc --print sysroot")?.output;
    let driver = Path::new(sysroot.trim()).join("bin").join("clippy-driver");
    let missing = || Trouble::new("clippy is not installed: rustup component add clippy");
    if driver.is_file() { Ok(driver) } else { Err(missing()) }
}

fn web_parts(report: &mut Report) -> Result<()> {
    let installed = report.part("web: packages", || {
        web::check_node()?;
        web::install().map(|()| Tally::default())
    })?;
    let scripts =
        [("web: types, lint", "check"), ("web: unit tests", "test"), ("web: sizes", "sizes")];
    if !installed {
        report.not_run("web: build", "the packages are not installed");
        for (name, _) in scripts {
            report.not_run(name, "the packages are not installed");
        }
        return Ok(());
    }
    report.part("web: build", || web::build().map(|()| Tally::default()))?;
    for (name, script) in scripts {
        report.part(name, || tested(&mut web::npm(&["run", script])))?;
    }
    Ok(())
}

/// The Rust tests. On `PostgreSQL` too, and with tokens of other libraries, unless it must be quick.
fn rust_parts(extent: Extent, compiler: &Compiler, report: &mut Report) -> Result<()> {
    let mut tests = compiler.tests();
    tests.arg("--no-fail-fast");
    if std::env::var_os("RUST_TEST_THREADS").is_none() {
        // Most of them wait for time-outs or the disk: with a thread a core, half of the time would be idle.
        tests.env("RUST_TEST_THREADS", "6");
    }
    // A snapshot that differs is a failure; no file is written beside it.
    tests.env("INSTA_UPDATE", "no");
    let mut postgres = None;
    match extent {
        Extent::Quick => {
            for name in ["TEST_POSTGRES_URL", "TEST_POSTGRES_BIN", "TEST_NATS_SERVER"] {
                tests.env_remove(name);
            }
            report.left_out("PostgreSQL", QUICK);
            report.left_out("several nodes", QUICK);
            report.left_out("tokens of other libraries", QUICK);
            report.left_out("an authority for certificates", QUICK);
        }
        Extent::Everything => {
            report.part("PostgreSQL", || {
                // Some tests start one of their own, to stop it, too.
                let bin = Need::Postgres.get()?;
                tests.env("TEST_POSTGRES_BIN", &bin);
                if std::env::var_os("TEST_POSTGRES_URL").is_none() {
                    let started = Postgres::start(&bin, Durability::None)?;
                    tests.env("TEST_POSTGRES_URL", started.url());
                    postgres = Some(started);
                }
                Ok(Tally::default())
            })?;
            report.part("several nodes", || {
                // The tests themselves are among the Rust tests.
                tests.env("TEST_NATS_SERVER", Need::Nats.get()?);
                Ok(Tally::default())
            })?;
            report.part("tokens of other libraries", || {
                tests.env("TEST_PYTHON", Need::PythonJwt.get()?);
                tests.env("TEST_RUBY", Need::RubyJwt.get()?);
                tests.env("TEST_PHP", Need::Php.get()?);
                tests.env("TEST_GO", Need::Go.get()?);
                tests.env("TEST_JAVAC", Need::Java.get()?);
                // The tests themselves are among the Rust tests; with this they cannot skip.
                tests.env("TEST_INTEROP", "1");
                Ok(Tally::default())
            })?;
            report.part("an authority for certificates", || {
                // The test itself is among the Rust tests.
                tests.env("TEST_PEBBLE", Need::Pebble.get()?);
                Ok(Tally::default())
            })?;
        }
    }
    report.part("Rust tests", || tested(&mut tests))?;
    if postgres.is_some() {
        step("Stopping", "PostgreSQL");
    }
    Ok(())
}

/// The browser's tests, against the binary that the Rust tests have been built with.
fn browser() -> Result<Tally> {
    let chromium = Need::Chromium.get()?;
    let binary = workspace::binary("debug")?;
    let mut playwright = Command::new("npx");
    playwright.args(["--no-install", "playwright", "test"]).current_dir(web::folder());
    playwright.env("ZIPCHAT_BIN", existing(&binary)?).env("CHROMIUM", chromium);
    if colours() {
        playwright.env("FORCE_COLOR", "1");
    }
    tested(&mut playwright)
}

fn existing(binary: &Path) -> Result<&Path> {
    let missing = || Trouble::new(format!("{} was not built", binary.display()));
    binary.is_file().then_some(binary).ok_or_else(missing)
}

fn tested(command: &mut Command) -> Result<Tally> {
    let name = command.get_program().to_string_lossy().into_owned();
    let name = name.rsplit('/').next().unwrap_or(&name).to_owned();
    let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy()).take(3).collect();
    let name = format!("{name} {}", words.join(" "));
    let ended = child::run(command)?;
    let tally = Tally::of(&ended.output);
    match ended.good(&name) {
        Ok(_) => Ok(tally),
        Err(_) if tally.failed > 0 => {
            Err(Trouble::new(format!("{} tests failed, {} passed", tally.failed, tally.passed)))
        }
        Err(trouble) => Err(trouble),
    }
}

/// In CI the lock file is as it was committed, or the build fails.
fn locked() -> &'static [&'static str] {
    if std::env::var_os("CI").is_some_and(|ci| ci == "true") { &["--locked"] } else { &[] }
}
