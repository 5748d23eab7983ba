//! `cargo xtask run`: from a fresh clone to the running demo.

use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use crate::say::step;
use crate::trouble::{NO_COMPILER, Result, Trouble};
use crate::{child, web, workspace};

/// Where the service and the demo's shop listen.
const PORTS: [(u16, &str); 2] = [(8787, "the service"), (8788, "the demo's shop")];

/// Builds what has changed, then becomes `zipchat demo`, with its input, output and signals.
///
/// # Errors
/// When something that is needed is missing, or a build fails. It returns only then.
pub(crate) fn run(demo: &[String]) -> Result<ExitCode> {
    web::check_node()?;
    check_compiler()?;
    if demo.is_empty() {
        // With arguments of its own the demo may listen elsewhere, and says so itself.
        check_ports()?;
    }
    web::install()?;
    web::build()?;
    let binary = workspace::binary("debug")?;
    let first = if binary.is_file() { "" } else { "; the first time takes some minutes" };
    step("Compiling", &format!("the service (development profile: faster to build{first})"));
    let mut build = workspace::cargo();
    build.args(["build", "--package", "server", "--bin", "zipchat"]);
    child::run(&mut build)?.good("cargo build")?;
    step("Starting", "zipchat demo (Ctrl-C ends it)");
    let error = Command::new(&binary).arg("demo").args(demo).current_dir(workspace::root()).exec();
    Err(Trouble::new(format!("{} cannot be started: {error}", binary.display())))
}

/// # Errors
/// When there is no C compiler; rustc needs one to link, `SQLite` and the cryptography to compile.
pub(crate) fn check_compiler() -> Result<()> {
    let named = std::env::var_os("CC").is_some();
    if named || workspace::on_path(&["cc", "gcc", "clang"]).is_some() {
        return Ok(());
    }
    Err(Trouble::new(NO_COMPILER))
}

/// Before minutes of building, not after.
fn check_ports() -> Result<()> {
    for (port, whose) in PORTS {
        if TcpListener::bind(("127.0.0.1", port)).is_err() {
            return Err(Trouble::new(format!(
                "port {port}, which {whose} needs, is in use: end the program that has it \
                 (`ss -ltnp 'sport = :{port}'` names it)"
            )));
        }
    }
    Ok(())
}
