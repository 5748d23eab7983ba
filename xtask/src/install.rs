//! Programs that tests need and a machine may lack.
//!
//! They are looked for; those that are missing are installed with the system's package manager
//! where it may be used without a password, and are otherwise named.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::child;
use crate::say::{say, step};
use crate::trouble::Trouble;
use crate::workspace::on_path;

/// Something that a part of the tests needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// `initdb` and `postgres`.
    Postgres,
    /// `nats-server`: how several nodes hear from each other.
    Nats,
    /// Python with `PyJWT` and its cryptography, whose tokens the service must accept.
    PythonJwt,
    /// Ruby with Debian's `ruby-jwt`, likewise.
    RubyJwt,
    /// PHP: the sample that merchants are given is run.
    Php,
    /// Go, likewise.
    Go,
    /// A JDK, likewise.
    Java,
    /// An authority for tests, which gives certificates as Let's Encrypt does.
    Pebble,
    /// Chromium without windows, which Playwright drives in half the time.
    HeadlessShell,
    /// The browser that Playwright drives where there is no headless shell.
    Chromium,
}

impl Need {
    /// Where it is on this machine, or `None`.
    pub(crate) fn find(self) -> Option<PathBuf> {
        match self {
            Self::Postgres => postgres_folder(),
            Self::Nats => {
                // Debian keeps it where only root's `PATH` leads.
                let system = PathBuf::from("/usr/sbin/nats-server");
                on_path(&["nats-server"]).or_else(|| system.is_file().then_some(system))
            }
            Self::PythonJwt => interpreter("python3", &["-c", "import jwt, cryptography"]),
            Self::RubyJwt => interpreter("ruby", &["-e", "require 'jwt'"]),
            Self::Php => interpreter("php", &["-r", "openssl_sign(...);"]),
            Self::Go => interpreter("go", &["version"]),
            Self::Java => interpreter("javac", &["-version"]),
            Self::Pebble => on_path(&["pebble"]),
            Self::HeadlessShell => std::env::var_os("CHROMIUM")
                .map(PathBuf::from)
                .filter(|named| named.is_file())
                .or_else(|| on_path(&["chromium-headless-shell"])),
            Self::Chromium => Self::HeadlessShell
                .find()
                .or_else(|| on_path(&["chromium", "chromium-browser", "google-chrome"])),
        }
    }

    /// Its packages on Debian and Ubuntu.
    fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Postgres => &["postgresql"],
            Self::Nats => &["nats-server"],
            Self::PythonJwt => &["python3", "python3-jwt", "python3-cryptography"],
            Self::RubyJwt => &["ruby", "ruby-jwt"],
            Self::Php => &["php-cli"],
            Self::Go => &["golang-go"],
            Self::Java => &["default-jdk-headless"],
            Self::Pebble => &["pebble"],
            Self::HeadlessShell => &["chromium-headless-shell"],
            Self::Chromium => &["chromium"],
        }
    }

    fn why(self) -> &'static str {
        match self {
            Self::Postgres => "every test of the store runs on PostgreSQL too",
            Self::Nats => "several nodes are tried as they run",
            Self::PythonJwt => "tokens made by PyJWT must be accepted",
            Self::RubyJwt => "tokens made by ruby-jwt must be accepted",
            Self::Php => "the PHP sample is run",
            Self::Go => "the Go sample is run",
            Self::Java => "the Java sample is run",
            Self::Pebble => "a certificate is asked for, and given",
            Self::HeadlessShell => "browser tests take half the time in it",
            Self::Chromium => "the widget is tested in a real browser",
        }
    }

    /// Where it is, or the line that says what to install.
    ///
    /// # Errors
    /// When it is not on this machine.
    pub(crate) fn get(self) -> Result<PathBuf, Trouble> {
        self.find().ok_or_else(|| {
            let packages = self.packages().join(" ");
            Trouble::new(format!("missing: {packages} ({}); install with apt", self.why()))
        })
    }
}

/// Installs those of `needs` that are missing, where that is possible.
///
/// What is still missing afterwards is for each part to say, by [`Need::get`].
///
/// # Errors
/// Only when interrupted.
pub(crate) fn ensure(needs: &[Need]) -> Result<(), Trouble> {
    let missing: Vec<Need> = needs.iter().copied().filter(|need| need.find().is_none()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let Some(apt) = apt() else {
        say("Some programs are missing, and apt cannot be used here without a password.");
        return Ok(());
    };
    // Lists may be old or absent; if they cannot be had, the install says what is wrong.
    child::run(apt.command().args(["update", "-qq"]))?;
    for need in missing {
        // What was installed for another need may do.
        if need.find().is_some() {
            continue;
        }
        // One by one: a package that a distribution does not have keeps no other away.
        step("Installing", &format!("{} ({})", need.packages().join(" "), need.why()));
        let mut install = apt.command();
        install.args(["install", "-y", "-qq", "--no-install-recommends"]).args(need.packages());
        if let Err(trouble) = child::run(&mut install)?.good("apt-get install") {
            say(&format!("warning: {trouble}"));
        }
    }
    Ok(())
}

/// How apt may be used on this machine.
#[derive(Debug, Clone, Copy)]
enum Apt {
    AsRoot,
    BySudo,
}

impl Apt {
    fn command(self) -> Command {
        let mut command = match self {
            Self::AsRoot => Command::new("apt-get"),
            Self::BySudo => {
                let mut sudo = Command::new("sudo");
                sudo.args(["-n", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
                sudo
            }
        };
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    }
}

fn apt() -> Option<Apt> {
    on_path(&["apt-get"])?;
    if rustix::process::geteuid().is_root() {
        return Some(Apt::AsRoot);
    }
    succeeds(Path::new("sudo"), &["-n", "true"]).then_some(Apt::BySudo)
}

/// An interpreter called `name` for which `check` succeeds: the one on the `PATH`, or else the
/// system's own, which has the distribution's packages and may be hidden by another.
fn interpreter(name: &str, check: &[&str]) -> Option<PathBuf> {
    let system = Path::new("/usr/bin").join(name);
    on_path(&[name]).into_iter().chain([system]).find(|program| succeeds(program, check))
}

fn succeeds(program: &Path, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

/// The folder of `initdb`: on the `PATH`, or the newest of those where Debian hides it.
fn postgres_folder() -> Option<PathBuf> {
    if let Some(initdb) = on_path(&["initdb"]) {
        // Through links, since its neighbours are beside the real file.
        return std::fs::canonicalize(initdb).ok()?.parent().map(Path::to_path_buf);
    }
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
        .map(|(version, path)| (version, path.join("bin")))
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .collect();
    versions.sort();
    versions.pop().map(|(_, bin)| bin)
}
