//! A `PostgreSQL` of the tests' own: made, started, stopped and removed.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use rustix::process::Signal;
use tempfile::TempDir;

use crate::child;
use crate::trouble::{Result, Trouble};

/// A running cluster, in a temporary folder. Dropped, it is stopped and removed.
#[derive(Debug)]
pub(crate) struct Postgres {
    server: Child,
    port: u16,
    // After the server, which still has files in it.
    _folder: TempDir,
}

/// Whether a cluster may lose data in a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// It may: tests have no power cuts, and are faster so.
    None,
    /// It may not: what it does by itself.
    Full,
}

impl Durability {
    const fn settings(self) -> &'static [&'static str] {
        match self {
            Self::None => &["fsync=off", "full_page_writes=off"],
            Self::Full => &[],
        }
    }
}

/// `PostgreSQL` refuses to run as root, so then it runs as somebody else.
#[derive(Debug, Clone, Copy)]
struct RunAs {
    user: u32,
    group: u32,
}

impl Postgres {
    /// Starts a cluster with the programs in `bin`, on a free port.
    ///
    /// # Errors
    /// When it cannot be made or does not answer within 30 s.
    pub(crate) fn start(bin: &Path, durability: Durability) -> Result<Self> {
        let run_as = run_as()?;
        let folder = temporary_folder(run_as)?;
        let data = folder.path().join("data");
        make(bin, &data, run_as)?;
        // Between finding a free port and using it, somebody else may take it.
        for _ in 0..3 {
            let port = free_port()?;
            let mut server = serve(bin, (folder.path(), port), durability, run_as)?;
            if answers(bin, &mut server, port)? {
                return Ok(Self { server, port, _folder: folder });
            }
            child::end(&mut server, Signal::KILL);
        }
        let log = std::fs::read_to_string(folder.path().join("log")).unwrap_or_default();
        let last = log.lines().last().unwrap_or("it said nothing");
        Err(Trouble::new(format!("PostgreSQL does not start: {last}")))
    }

    /// Its first process.
    pub(crate) fn pid(&self) -> u32 {
        self.server.id()
    }

    /// Where a superuser reaches it.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // PostgreSQL's "fast" way to stop: it ends its connections and does not wait for them.
        child::end(&mut self.server, Signal::INT);
    }
}

fn make(bin: &Path, data: &Path, run_as: Option<RunAs>) -> Result<()> {
    let mut initdb = command(bin, "initdb", run_as);
    initdb.arg("--pgdata").arg(data);
    initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"]);
    initdb.arg("--no-sync");
    let output = initdb
        .output()
        .map_err(|error| Trouble::new(format!("initdb cannot be started: {error}")))?;
    if output.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&output.stderr);
    Err(Trouble::new(format!("initdb failed: {}", text.trim().lines().last().unwrap_or("?"))))
}

fn serve(
    bin: &Path,
    (folder, port): (&Path, u16),
    durability: Durability,
    run_as: Option<RunAs>,
) -> Result<Child> {
    let file = folder.join("log");
    let log = std::fs::File::create(&file).map_err(|error| Trouble::file(&file, &error))?;
    let mut server = command(bin, "postgres", run_as);
    server.arg("-D").arg(folder.join("data")).arg("-p").arg(port.to_string());
    server.arg("-k").arg(folder);
    let settings = ["listen_addresses=127.0.0.1", "max_connections=400"];
    for setting in settings.iter().chain(durability.settings()) {
        server.arg("-c").arg(setting);
    }
    // A group of its own: Ctrl-C at the terminal ends the tests first, and this after them.
    server.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).process_group(0);
    server.spawn().map_err(|error| Trouble::new(format!("postgres cannot be started: {error}")))
}

/// Whether the server answers; `false` when it has ended instead.
fn answers(bin: &Path, server: &mut Child, port: u16) -> Result<bool> {
    for _ in 0..300 {
        child::stop_asked().inspect_err(|_| child::end(server, Signal::INT))?;
        if !matches!(server.try_wait(), Ok(None)) {
            return Ok(false);
        }
        let mut ask = Command::new(bin.join("pg_isready"));
        ask.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
        if ask.status().is_ok_and(|status| status.success()) {
            return Ok(true);
        }
        sleep(Duration::from_millis(100));
    }
    Ok(false)
}

fn command(bin: &Path, name: &str, run_as: Option<RunAs>) -> Command {
    let mut command = Command::new(bin.join(name));
    // The folder we are in may be closed to whom it runs as.
    command.current_dir("/");
    if let Some(RunAs { user, group }) = run_as {
        command.uid(user).gid(group);
    }
    command
}

fn free_port() -> Result<u16> {
    let address = TcpListener::bind(("127.0.0.1", 0)).and_then(|socket| socket.local_addr());
    let address = address.map_err(|error| Trouble::new(format!("no free port: {error}")))?;
    Ok(address.port())
}

/// A folder that whoever `PostgreSQL` runs as can reach and owns.
fn temporary_folder(run_as: Option<RunAs>) -> Result<TempDir> {
    // As root, `TMPDIR` may be in root's own home; and a socket's path must be short.
    let parent = if run_as.is_some() { PathBuf::from("/tmp") } else { std::env::temp_dir() };
    let trouble = |error| Trouble::file(&parent, &error);
    let folder = tempfile::Builder::new().prefix("zipchat-pg-").tempdir_in(&parent);
    let folder = folder.map_err(trouble)?;
    let private = std::fs::Permissions::from_mode(0o700);
    std::fs::set_permissions(folder.path(), private).map_err(trouble)?;
    if let Some(RunAs { user, group }) = run_as {
        std::os::unix::fs::chown(folder.path(), Some(user), Some(group)).map_err(trouble)?;
    }
    Ok(folder)
}

/// Whom `PostgreSQL` runs as: us, unless we are root.
fn run_as() -> Result<Option<RunAs>> {
    if !rustix::process::geteuid().is_root() {
        return Ok(None);
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let found = ["postgres", "nobody"].iter().find_map(|name| user(&users, name));
    found.map(Some).ok_or_else(|| {
        Trouble::new("PostgreSQL does not run as root, and there is no user `postgres` or `nobody`")
    })
}

/// The numbers of `name` in the text of `/etc/passwd`.
fn user(users: &str, name: &str) -> Option<RunAs> {
    let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut numbers = line.split(':').skip(2);
    Some(RunAs { user: numbers.next()?.parse().ok()?, group: numbers.next()?.parse().ok()? })
}
