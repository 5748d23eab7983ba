//! The service under test: the release binary as an operator runs it, set up by its own commands.
//!
//! One address makes all the load, so the limits of identify calls are off, as their settings allow. Everything else is as it is.

use std::fs;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use crate::connection::Connection;
use crate::load::{get, post};
use crate::program::{Program, free_address};
use crate::world::{Database, Outcome, World};

/// How often a starting service is asked whether it is ready.
const LOOK: Duration = Duration::from_millis(2);

/// A running service with a database of its own.
#[derive(Debug)]
pub(crate) struct Service {
    /// Its process.
    pub(crate) program: Program,
    /// Where it listens.
    pub(crate) address: SocketAddr,
    place: Place,
}

/// What a service is started with; several nodes share one.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    binary: PathBuf,
    database: String,
    folder: std::sync::Arc<TempDir>,
    nats: Option<String>,
}

/// A chat that accepts tokens.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Chat {
    chat_id: String,
    /// Its public name.
    pub(crate) widget_token: String,
}

impl Chat {
    /// What programs call it.
    pub(crate) fn id(&self) -> &str {
        &self.chat_id
    }
}

impl Place {
    /// A new, empty database, and a secret key.
    ///
    /// # Errors
    /// When there is no such database on this machine.
    pub(crate) async fn new(world: &World, database: Database) -> Outcome<Self> {
        let folder = tempfile::Builder::new().prefix("zipchat-bench-").tempdir()?;
        let database = match (database, &world.postgres) {
            (Database::Sqlite, _) => format!("sqlite:{}", folder.path().join("z.db").display()),
            (Database::Postgres, Some(postgres)) => postgres.database().await?,
            (Database::Postgres, None) => return Err("there is no PostgreSQL".into()),
        };
        let place = Self {
            binary: world.service.clone(),
            database,
            folder: std::sync::Arc::new(folder),
            nats: None,
        };
        let key = place.run(&["secret", "new"])?;
        fs::write(place.key_file(), key)?;
        Ok(place)
    }

    /// The same for nodes that hear from each other at `nats`.
    pub(crate) fn with_nats(self, nats: String) -> Self {
        Self { nats: Some(nats), ..self }
    }

    fn key_file(&self) -> PathBuf {
        self.folder.path().join("secret.key")
    }

    /// Runs a command of the program; answers what it printed.
    fn run(&self, words: &[&str]) -> Outcome<String> {
        self.run_with(words, "")
    }

    /// The same with a line on its standard input.
    fn run_with(&self, words: &[&str], line: &str) -> Outcome<String> {
        let mut command = Command::new(&self.binary);
        command.args(words).env("ZIPCHAT_SECRET_KEY_FILE", self.key_file());
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn()?;
        if let Some(mut input) = child.stdin.take() {
            // A command that asks for nothing may have ended.
            let _ = writeln!(input, "{line}");
        }
        let output = child.wait_with_output()?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr);
            return Err(format!("zipchat {}: {}", words.join(" "), text.trim()).into());
        }
        Ok(String::from_utf8(output.stdout)?)
    }

    fn ask<T: DeserializeOwned>(&self, words: &[&str]) -> Outcome<T> {
        let text = self.run(&[words, &["--json", "--database-url", &self.database]].concat())?;
        Ok(serde_json::from_str(&text)?)
    }

    /// Starts a node.
    ///
    /// # Errors
    /// When it does not get ready.
    pub(crate) async fn start(&self) -> Outcome<Service> {
        let address = free_address()?;
        let mut serve = Command::new(&self.binary);
        serve.arg("serve").args(["--listen", &address.to_string()]);
        serve.args(["--database-url", &self.database]);
        serve.env("ZIPCHAT_SECRET_KEY_FILE", self.key_file());
        serve.args(["--identify-per-visitor", "0", "--identify-per-address", "0", "--log", "warn"]);
        if let Some(nats) = &self.nats {
            serve.args(["--nats-url", nats]);
        }
        let log = self.folder.path().join("log");
        let program = Program::start(&mut serve, &log)?;
        let mut service = Service { program, address, place: self.clone() };
        let ready = service.until_ready().await;
        ready
            .map_err(|error| format!("{error}: {}", fs::read_to_string(log).unwrap_or_default()))?;
        Ok(service)
    }
}

impl Service {
    /// Starts a node with a database of its own.
    ///
    /// # Errors
    /// When there is no such database, or the node does not get ready.
    pub(crate) async fn start(world: &World, database: Database) -> Outcome<Self> {
        Place::new(world, database).await?.start().await
    }

    async fn until_ready(&mut self) -> Outcome<()> {
        self.program.listens(self.address).await?;
        let request = get("/readyz", "");
        let began = Instant::now();
        loop {
            let mut connection = Connection::open(self.address).await?;
            let answer = connection.call(request.as_bytes()).await?;
            if answer.status == 200 {
                return Ok(());
            }
            if began.elapsed() > Duration::from_secs(30) {
                return Err(String::from_utf8_lossy(answer.body).into());
            }
            sleep(LOOK).await;
        }
    }

    /// Adds a chat that accepts tokens signed with the key whose public half is `public_key`.
    ///
    /// # Errors
    /// When a command fails.
    pub(crate) async fn chat(&self, public_key: &str) -> Outcome<Chat> {
        let file = self.place.folder.path().join("public.pem");
        fs::File::create(&file)?.write_all(public_key.as_bytes())?;
        let add = ["chat", "add", "--name", "Shop", "--platform", "custom"];
        let chat: Chat = self.place.ask(&add)?;
        let file = file.to_string_lossy().into_owned();
        let add = ["identification", "add-key", "--chat", &chat.chat_id, "--public-key", &file];
        let _: serde_json::Value = self.place.ask(&add)?;
        // A running service follows within a second.
        sleep(Duration::from_millis(1_200)).await;
        Ok(chat)
    }

    /// The address of its database.
    pub(crate) fn database(&self) -> &str {
        &self.place.database
    }

    /// Adds an operator who may do everything, and answers with the cookie of a session of theirs.
    ///
    /// # Errors
    /// When the service does not let them in.
    pub(crate) async fn sign_in(&self) -> Outcome<String> {
        let (email, password) = ("owner@shop.example", "a long enough password");
        let add = ["operator", "add", "--email", email, "--database-url", &self.place.database];
        self.place.run_with(&add, password)?;
        let body = serde_json::json!({ "email": email, "password": password }).to_string();
        let mut request = Vec::new();
        post(&mut request, "/api/v1/session", "", &body);
        let mut connection = Connection::open(self.address).await?;
        let answer = connection.call(&request).await?;
        answer.expect(200)?;
        let cookie = answer.header("set-cookie").ok_or("there is no cookie")?;
        Ok(cookie.split(';').next().unwrap_or(cookie).to_owned())
    }

    /// The value of a metric, its labels included in `name`; nothing where it has none yet.
    ///
    /// # Errors
    /// When the service does not answer.
    pub(crate) async fn metric(&self, name: &str) -> Outcome<f64> {
        let mut connection = Connection::open(self.address).await?;
        let answer = connection.call(get("/metrics", "").as_bytes()).await?;
        answer.expect(200)?;
        let text = std::str::from_utf8(answer.body)?;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        Ok(value.map_or(Ok(0.0), str::parse)?)
    }

    /// Ends it, and answers with what it was started with.
    pub(crate) fn stop(self) -> Place {
        self.place
    }
}
