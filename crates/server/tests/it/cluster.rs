//! A `PostgreSQL` of a test's own, to be stopped, frozen, demoted and followed.

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// A running cluster. Dropped, it is stopped and removed.
pub(crate) struct Cluster {
    bin: PathBuf,
    pub(crate) port: u16,
    folder: TempDir,
    /// User and group that it runs as: it does not run as root.
    run_as: Option<(u32, u32)>,
}

impl Cluster {
    /// One with a database `zipchat` of a user `zipchat`, who is no superuser. `None` where there is no `PostgreSQL` to make one of; in
    /// CI there must be.
    pub(crate) fn start() -> Option<Self> {
        let new = Self::new()?;
        let data = new.data();
        let arguments = ["--username=postgres", "--auth=trust", "--encoding=UTF8"];
        let mut initdb = new.command("initdb");
        run(initdb.arg("-D").arg(&data).args(arguments).args(["--locale=C.UTF-8", "--no-sync"]));
        // Frozen or killed, it loses nothing that it was given: only the machine's own end would.
        new.set("fsync = off\nwal_level = replica\nhot_standby_feedback = on\n");
        new.up();
        new.sql("CREATE ROLE zipchat LOGIN");
        new.sql("CREATE DATABASE zipchat OWNER zipchat");
        Some(new)
    }

    /// One that follows this one.
    pub(crate) fn follower(&self) -> Self {
        let new = Self::new().unwrap();
        let mut copy = new.command("pg_basebackup");
        copy.args(["-h", "127.0.0.1", "-p", &self.port.to_string(), "-U", "postgres"]);
        run(copy.args(["-X", "stream", "-c", "fast", "-R", "--no-sync", "-D"]).arg(new.data()));
        new.set("");
        new.up();
        new
    }

    fn new() -> Option<Self> {
        let Some(bin) = programs() else {
            assert!(std::env::var_os("CI").is_none(), "PostgreSQL must be there in CI");
            return None;
        };
        let folder = tempfile::Builder::new().prefix("zipchat-pg-").tempdir_in("/tmp").unwrap();
        let private = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(folder.path(), private).unwrap();
        let root = std::fs::metadata(folder.path()).unwrap().uid() == 0;
        let run_as = root.then(|| user_of("postgres").or_else(|| user_of("nobody")).unwrap());
        if let Some((user, group)) = run_as {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        let socket = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = socket.local_addr().unwrap().port();
        Some(Self { bin, port, folder, run_as })
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.bin.join(name));
        command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null());
        command.stderr(Stdio::null());
        if let Some((user, group)) = self.run_as {
            command.uid(user).gid(group);
        }
        command
    }

    fn set(&self, more: &str) {
        let file = self.data().join("postgresql.conf");
        let (port, folder) = (self.port, self.folder.path().display());
        let text = std::fs::read_to_string(&file).unwrap();
        let own = format!(
            "\nport = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{folder}'\n{more}"
        );
        std::fs::write(file, text + &own).unwrap();
    }

    /// The address of the database `zipchat`.
    pub(crate) fn url(&self) -> String {
        format!("postgres://zipchat@127.0.0.1:{}/zipchat", self.port)
    }

    /// Starts it, and returns when it answers.
    pub(crate) fn up(&self) {
        let mut start = self.command("pg_ctl");
        run(start
            .arg("-D")
            .arg(self.data())
            .arg("-l")
            .arg(self.folder.path().join("log"))
            .args(["-w", "start"]));
    }

    /// Stops it: `fast`, or `immediate` as a crash would.
    pub(crate) fn down(&self, mode: &str) {
        run(self.command("pg_ctl").arg("-D").arg(self.data()).args(["-w", "-m", mode, "stop"]));
    }

    /// Makes a superuser say `sql`, and answers what was said.
    pub(crate) fn sql(&self, sql: &str) -> String {
        self.sql_in("postgres", sql)
    }

    /// The same in the database `database`.
    pub(crate) fn sql_in(&self, database: &str, sql: &str) -> String {
        let mut psql = Command::new(self.bin.join("psql"));
        psql.current_dir("/").args(["-qAtX", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
        // It may be set to read only: that is for others.
        psql.env("PGOPTIONS", "-c default_transaction_read_only=off");
        let said = psql.args(["-U", "postgres", "-d", database, "-c", sql]).output().unwrap();
        assert!(said.status.success(), "{sql}: {}", String::from_utf8_lossy(&said.stderr));
        String::from_utf8(said.stdout).unwrap().trim().to_owned()
    }

    /// Freezes all its processes, or lets them go on.
    pub(crate) fn freeze(&self, frozen: bool) {
        let signal = if frozen { Signal::STOP } else { Signal::CONT };
        let file = std::fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        let postmaster: i32 = file.lines().next().unwrap().parse().unwrap();
        // The first of them first, so that no more are made meanwhile.
        for pid in std::iter::once(postmaster).chain(children(postmaster)) {
            let _ = kill_process(Pid::from_raw(pid).unwrap(), signal);
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.freeze(false);
        let mut stop = self.command("pg_ctl");
        let _ = stop.arg("-D").arg(self.data()).args(["-w", "-m", "immediate", "stop"]).status();
    }
}

fn run(command: &mut Command) {
    let status = command.status().unwrap();
    assert!(status.success(), "{command:?}: {status}");
}

/// The folder of `PostgreSQL`'s programs: the one that `TEST_POSTGRES_BIN` names, or the newest that Debian has installed.
fn programs() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("TEST_POSTGRES_BIN") {
        return Some(named.into());
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let bins = versions.filter_map(|it| Some(it.ok()?.path().join("bin")));
    bins.filter(|bin| bin.join("initdb").is_file()).max()
}

fn children(parent: i32) -> Vec<i32> {
    let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let pids = processes.filter_map(|it| it.file_name().to_str()?.parse().ok());
    pids.filter(|pid| parent_of(*pid) == Some(parent)).collect()
}

fn parent_of(pid: i32) -> Option<i32> {
    let stat =
        std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("stat")).ok()?;
    // A program's name may have spaces in it, and is in brackets.
    stat.rsplit_once(')')?.1.split_whitespace().nth(1)?.parse().ok()
}

fn user_of(name: &str) -> Option<(u32, u32)> {
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let line = users.lines().find(|line| line.split(':').next() == Some(name))?.to_owned();
    let mut numbers = line.split(':').skip(2);
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}
