//! The database goes away under load: no acknowledged write is lost, and all goes on by itself when it is back.

use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use reqwest::StatusCode;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use super::{Cluster, needed};
use crate::support::{Browser, TestChat};

/// A `PostgreSQL` of the test's own, that may be stopped. Dropped, it is stopped and removed.
struct Postgres {
    bin: PathBuf,
    process: Option<Child>,
    port: u16,
    run_as: Option<(u32, u32)>,
    folder: TempDir,
}

impl Postgres {
    /// A new one, with the programs in the folder that `TEST_POSTGRES_BIN` names.
    async fn start() -> Option<Self> {
        let bin = PathBuf::from(needed("TEST_POSTGRES_BIN")?);
        // It refuses to run as root.
        let run_as = rustix::process::geteuid().is_root().then(|| user("postgres"));
        let folder = tempfile::Builder::new().prefix("zipchat-nodes-").tempdir_in("/tmp").unwrap();
        if let Some((user, group)) = run_as {
            std::os::unix::fs::chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        let private = std::fs::Permissions::from_mode(0o700);
        std::fs::set_permissions(folder.path(), private).unwrap();
        let mut made = Self { bin, process: None, port: super::free_port(), run_as, folder };
        let mut initdb = made.command("initdb");
        initdb.arg("--pgdata").arg(made.data()).args(["--username=postgres", "--auth=trust"]);
        initdb.args(["--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]);
        assert!(initdb.stdout(Stdio::null()).status().unwrap().success());
        made.begin();
        made.answers().await;
        Some(made)
    }

    fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.bin.join(name));
        command.current_dir("/");
        if let Some((user, group)) = self.run_as {
            command.uid(user).gid(group);
        }
        command
    }

    fn begin(&mut self) {
        let mut server = self.command("postgres");
        server.arg("-D").arg(self.data()).arg("-p").arg(self.port.to_string());
        server.arg("-k").arg(self.folder.path()).args(["-c", "listen_addresses=127.0.0.1"]);
        server.args(["-c", "max_connections=200"]).stdin(Stdio::null());
        self.process = Some(server.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap());
    }

    /// Ends it at once, as a machine that fails does: what was not on the disk is gone.
    fn end(&mut self) {
        if let Some(mut process) = self.process.take() {
            let pid = i32::try_from(process.id()).ok().and_then(Pid::from_raw);
            kill_process(pid.unwrap(), Signal::QUIT).unwrap();
            process.wait().unwrap();
        }
    }

    async fn answers(&self) {
        for _ in 0..300 {
            let mut ask = Command::new(self.bin.join("pg_isready"));
            ask.args(["-q", "-h", "127.0.0.1", "-p", &self.port.to_string()]);
            if ask.status().unwrap().success() {
                return;
            }
            sleep(Duration::from_millis(50)).await;
        }
        panic!("PostgreSQL does not answer");
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.end();
    }
}

/// The numbers of a user and its group.
fn user(name: &str) -> (u32, u32) {
    let users = std::fs::read_to_string(Path::new("/etc/passwd")).unwrap();
    let line = users.lines().find(|line| line.split(':').next() == Some(name)).unwrap();
    let mut numbers = line.split(':').skip(2).map(|number| number.parse().unwrap());
    (numbers.next().unwrap(), numbers.next().unwrap())
}

/// What a visitor who writes all the time has seen.
#[derive(Default)]
struct Seen {
    acknowledged: Vec<String>,
    unavailable: usize,
    /// When each success came.
    successes: Vec<Instant>,
}

async fn write_until(browser: &Browser<'_>, is_over: &AtomicBool) -> Seen {
    let mut seen = Seen::default();
    for number in 0.. {
        if is_over.load(Ordering::Relaxed) || seen.acknowledged.len() == 28 {
            break;
        }
        let name = format!("m{number}");
        let response = browser.post("messages", json!({ "client_id": name, "text": name })).await;
        match response.status() {
            StatusCode::CREATED => {
                let answer: Value = response.json().await.unwrap();
                seen.acknowledged.push(answer["message"]["id"].as_str().unwrap().to_owned());
                seen.successes.push(Instant::now());
                sleep(Duration::from_millis(400)).await;
            }
            StatusCode::SERVICE_UNAVAILABLE => {
                seen.unavailable += 1;
                sleep(Duration::from_millis(100)).await;
            }
            other => panic!("{other} for a message"),
        }
    }
    seen
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_goes_away_loses_nothing_and_is_found_again() {
    let Some(mut postgres) = Postgres::start().await else { return };
    let mut cluster = Cluster::on(postgres.url(), &[]);
    cluster.add_nodes(2).await;
    let chats = cluster.chat().await;
    let browsers: Vec<Browser<'_>> =
        (0..8).map(|number| chats[number % chats.len()].visitor()).collect();
    let is_over = AtomicBool::new(false);
    let writers = join_all(browsers.iter().map(|browser| write_until(browser, &is_over)));
    let events = async {
        sleep(Duration::from_secs(2)).await;
        postgres.end();
        sleep(Duration::from_secs(5)).await;
        postgres.begin();
        postgres.answers().await;
        let back_at = Instant::now();
        sleep(Duration::from_secs(5)).await;
        is_over.store(true, Ordering::Relaxed);
        back_at
    };
    let (seen, back_at) = tokio::join!(writers, events);
    let after = seen.iter().flat_map(|one| &one.successes).filter(|at| **at > back_at).min();
    let first = after.expect("a success after its return").duration_since(back_at);
    let count = |of: fn(&Seen) -> usize| seen.iter().map(of).sum::<usize>();
    eprintln!(
        "{} acknowledged, {} times 503; the first success {first:?} after the return",
        count(|one| one.acknowledged.len()),
        count(|one| one.unavailable)
    );
    assert!(first < Duration::from_secs(5) && count(|one| one.unavailable) > 0);
    for (browser, seen) in browsers.iter().zip(&seen) {
        let kept = messages(&chats, browser).await;
        let lost = seen.acknowledged.iter().filter(|id| !kept.contains(*id));
        assert_eq!(lost.count(), 0);
    }
}

/// The ids of all messages of a browser's conversation, as the other node has them.
async fn messages(chats: &[TestChat<'_>], browser: &Browser<'_>) -> Vec<String> {
    let other = chats.iter().find(|chat| !std::ptr::eq(*chat, browser.chat)).unwrap();
    let conversation = Browser { chat: other, token: browser.token.clone() }.conversation().await;
    let messages = conversation["messages"].as_array().unwrap().iter();
    messages.map(|message| message["id"].as_str().unwrap().to_owned()).collect()
}
