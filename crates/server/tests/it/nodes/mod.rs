//! Several nodes on one `PostgreSQL`, as real processes, which hear each other by a NATS of several nodes.

mod database;
mod losses;
mod together;

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use domain::chat::Chat;
use domain::identity::key::SigningKeyPair;
use reqwest::StatusCode;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use server::app::secret_key::SecretKey;
use store::Store;
use tempfile::TempDir;
use tokio::process::{Child, Command};
use tokio::time::{Instant, sleep};

use crate::support::{Events, SentEvent, TestChat, TestServer};

/// How soon nodes that hear each other know what another did; contract, section 1.
const SOON: Duration = Duration::from_secs(5);
/// The same without NATS, for messages; contract, section 2.
const WITHOUT_NATS: Duration = Duration::from_secs(10);

/// Some nodes, and what they share.
pub(crate) struct Cluster {
    nodes: Vec<Node>,
    nats: Vec<Nats>,
    database: String,
    key: PathBuf,
    more: Vec<String>,
    _folder: TempDir,
}

/// A service in a process of its own. Dropped, it is killed.
struct Node {
    process: Child,
    server: TestServer,
}

/// A NATS server of a cluster of three. Dropped, it is killed.
struct Nats {
    process: Option<Child>,
    port: u16,
    arguments: Vec<String>,
}

impl Cluster {
    /// Three nodes and three NATS servers, on a database of their own; `None` on a machine that lacks what they need, which in CI is a
    /// failure.
    async fn start(more: &[&str]) -> Option<Self> {
        let (server, program) = (needed("TEST_POSTGRES_URL")?, needed("TEST_NATS_SERVER")?);
        let database = Store::create_database(&server).await.unwrap();
        let mut nats = Nats::three(&program);
        for one in &mut nats {
            one.begin(&program);
        }
        let mut cluster = Self::on(database, more);
        cluster.nats = nats;
        cluster.add_nodes(3).await;
        Some(cluster)
    }

    fn on(database: String, more: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let key = folder.path().join("secret.key");
        SecretKey::load_or_make(&key).unwrap();
        let more = more.iter().map(|&flag| flag.to_owned()).collect();
        Self { nodes: Vec::new(), nats: Vec::new(), database, key, more, _folder: folder }
    }

    /// Starts so many nodes more, and waits until they are ready.
    async fn add_nodes(&mut self, count: usize) {
        let flags = ["--database-url", &self.database, "--secret-key-file"];
        let flags = [&flags[..], &[self.key.to_str().unwrap()]].concat();
        let servers: Vec<String> =
            self.nats.iter().map(|one| format!("nats://127.0.0.1:{}", one.port)).collect();
        let mut begun = Vec::new();
        for _ in 0..count {
            let address = format!("127.0.0.1:{}", free_port());
            let process = Command::new(env!("CARGO_BIN_EXE_zipchat"))
                .args(["serve", "--listen", &address, "--nats-url", &servers.join(",")])
                .args(&flags)
                .args(&self.more)
                .env("ZIPCHAT_LOG", std::env::var("TEST_NODE_LOG").as_deref().unwrap_or("error"))
                .stdin(Stdio::null())
                .kill_on_drop(true)
                .spawn()
                .unwrap();
            begun.push((process, format!("http://{address}")));
        }
        for (process, url) in begun {
            let server = TestServer::around(&url, &flags).await;
            self.nodes.push(Node { process, server });
        }
    }

    /// Waits until every node hears every other one.
    async fn complete(&self) {
        let nodes = self.nodes.len();
        for node in &self.nodes {
            let line = format!("zipchat_bus_nodes {nodes}");
            let is_complete = async || node.metrics().await.lines().any(|one| one == line);
            within(SOON * 2, "every node is heard", is_complete).await;
        }
    }

    /// A chat on which identification is active, and how each node sees it.
    async fn chat(&self) -> Vec<TestChat<'_>> {
        let made = self.nodes[0].server.chat().await;
        let pem = made.key.as_ref().unwrap().private_key_pem().unwrap();
        let on = |node| on_node(node, &made.chat, pem.reveal());
        self.nodes.iter().map(on).collect()
    }
}

fn on_node<'n>(node: &'n Node, chat: &Chat, pem: &str) -> TestChat<'n> {
    let key = Some(SigningKeyPair::from_pem(pem).unwrap());
    TestChat { server: &node.server, chat: chat.clone(), key }
}

impl Node {
    fn signal(&self, signal: Signal) {
        send(&self.process, signal);
    }

    async fn metrics(&self) -> String {
        self.server.get("/metrics").send().await.unwrap().text().await.unwrap()
    }

    /// What does not work although the node does.
    async fn degraded(&self) -> Vec<String> {
        let response = self.server.get("/readyz").send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        let body: Value = response.json().await.unwrap();
        serde_json::from_value(body["degraded"].clone()).unwrap()
    }

    async fn misses_nats(&self) -> bool {
        self.degraded().await.iter().any(|one| one.contains("NATS"))
    }
}

impl Nats {
    /// Three that will find each other. Nothing runs yet.
    fn three(program: &str) -> Vec<Self> {
        assert!(PathBuf::from(program).is_file(), "{program} is not there");
        let routes: Vec<String> =
            (0..3).map(|_| format!("nats://127.0.0.1:{}", free_port())).collect();
        let with = |own: &String| {
            let port = free_port();
            let arguments = [
                "--addr",
                "127.0.0.1",
                "--port",
                &port.to_string(),
                "--cluster_name",
                "test",
                "--cluster",
                own,
                "--routes",
                &routes.join(","),
            ];
            let arguments = arguments.map(str::to_owned).to_vec();
            Self { process: None, port, arguments }
        };
        routes.iter().map(with).collect()
    }

    fn begin(&mut self, program: &str) {
        let mut command = Command::new(program);
        command.args(&self.arguments).stdin(Stdio::null()).stdout(Stdio::null());
        self.process = Some(command.stderr(Stdio::null()).kill_on_drop(true).spawn().unwrap());
    }

    fn signal(&self, signal: Signal) {
        send(self.process.as_ref().unwrap(), signal);
    }

    async fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().await.unwrap();
        }
    }
}

fn send(process: &Child, signal: Signal) {
    let id = process.id().and_then(|id| i32::try_from(id).ok()).and_then(Pid::from_raw);
    kill_process(id.unwrap(), signal).unwrap();
}

/// What `name` says, which `cargo xtask test` sets; in CI it must be there.
fn needed(name: &str) -> Option<String> {
    let value = std::env::var(name).ok();
    let is_ci = std::env::var_os("CI").is_some();
    assert!(value.is_some() || !is_ci, "{name} must be set in CI: use `cargo xtask test`");
    value
}

fn free_port() -> u16 {
    let socket = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    socket.local_addr().unwrap().port()
}

/// Waits until `is_so`, and answers how long that took.
async fn within(limit: Duration, what: &str, is_so: impl AsyncFn() -> bool) -> Duration {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < limit, "not within {limit:?}: {what}");
        sleep(Duration::from_millis(20)).await;
    }
    begun.elapsed()
}

/// The next message of a stream, within `limit`, and the text that the pieces before it make.
async fn next_message(stream: &mut Events, limit: Duration) -> (SentEvent, String) {
    let mut draft: Vec<char> = Vec::new();
    let heard = async {
        loop {
            let event = stream.next().await.expect("the stream goes on");
            match event.kind.as_str() {
                "message" => return event,
                "delta" => {
                    let offset = usize::try_from(event.data["offset"].as_u64().unwrap()).unwrap();
                    assert!(offset <= draft.len(), "a gap before {event:?} in {draft:?}");
                    draft.truncate(offset);
                    draft.extend(event.data["text"].as_str().unwrap().chars());
                }
                "reply_failed" => panic!("{event:?}"),
                _ => {}
            }
        }
    };
    let event = tokio::time::timeout(limit, heard).await;
    let event = event.unwrap_or_else(|_| panic!("no message within {limit:?}"));
    (event, draft.into_iter().collect())
}
