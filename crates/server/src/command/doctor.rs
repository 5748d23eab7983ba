//! `zipchat doctor`: what is wrong, and how to mend it.

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use serde::Serialize;
use serde_json::json;
use store::{Migration, ReplicaState, Store};
use tokio::time::{Instant, timeout};

use super::{Outcome, print};
use crate::app::readiness::Readiness;
use crate::app::secret_key::SecretKey;
use crate::assistant::model::Model;
use crate::config::Config;
use crate::lock::{Lock, LockError};
use crate::mail::{Mail, SmtpUrl};
use crate::{chain, http, serve};

/// Less room than this is a problem.
const LITTLE_ROOM: u64 = 512 * 1024 * 1024;
/// Fewer open files than this are worth a note: each connection is one.
const FEW_FILES: usize = 4_096;

/// How long the model may take to its first word: as long as in a reply.
const PATIENCE: Duration = Duration::from_secs(30);

/// The flags of `zipchat doctor`: those of `serve`, so that it sees what `serve` would.
#[derive(Debug, clap::Args)]
pub(super) struct Doctor {
    #[command(flatten)]
    config: Config,

    /// Print JSON: `{ok, checks: [{name, status, message, remedy}]}`
    #[arg(long)]
    json: bool,
}

/// What was looked at, and what was found.
#[derive(Debug, Serialize)]
struct Check {
    name: &'static str,
    status: Status,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Ok,
    Note,
    Problem,
}

impl Check {
    fn ok(name: &'static str, message: impl Into<String>) -> Self {
        Self { name, status: Status::Ok, message: message.into(), remedy: None }
    }

    fn note(name: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { name, status: Status::Note, message: message.into(), remedy: Some(remedy.into()) }
    }

    fn problem(name: &'static str, message: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { name, status: Status::Problem, message: message.into(), remedy: Some(remedy.into()) }
    }
}

impl Doctor {
    pub(super) async fn run(self) -> Outcome {
        let Self { config, json } = self;
        let mut checks = vec![settings(&config), secret_key(&config)];
        checks.extend(database(&config).await);
        checks.extend(room(&config));
        checks.push(model(&config).await);
        checks.extend([port(&config), public_url(&config), web_files(), open_files()]);
        checks.extend(certificate(&config));
        checks.push(mail(&config).await);
        let ok = checks.iter().all(|check| check.status != Status::Problem);
        if json {
            print::json(&json!({"ok": ok, "checks": checks}))?;
        } else {
            for check in &checks {
                show(check);
            }
        }
        Ok(if ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

fn show(check: &Check) {
    let status = match check.status {
        Status::Ok => "ok     ",
        Status::Note => "note   ",
        Status::Problem => "PROBLEM",
    };
    print::line(&format!("{status}  {}: {}", check.name, check.message));
    if let Some(remedy) = &check.remedy {
        print::line(&format!("         -> {remedy}"));
    }
}

fn settings(config: &Config) -> Check {
    match config.check() {
        Ok(()) => Check::ok("settings", "they go together"),
        Err(error) => Check::problem("settings", error.to_string(), "see `zipchat serve --help`"),
    }
}

fn secret_key(config: &Config) -> Check {
    const NAME: &str = "secret key";
    const BACK: &str = "restore the file from your copy; a new key (`zipchat secret new`) cannot open what the old one encrypted";
    let Ok(file) = config.database.key_file() else {
        return Check::problem(
            NAME,
            "none is named",
            "zipchat secret new > FILE, and set ZIPCHAT_SECRET_KEY_FILE",
        );
    };
    let shown = file.display();
    if !file.exists() {
        return match config.database.database_url.sqlite_file() {
            Some(database) if !database.exists() => {
                Check::ok(NAME, format!("{shown} is made on first start"))
            }
            _ => Check::problem(NAME, format!("{shown} does not exist"), BACK),
        };
    }
    if let Err(error) = SecretKey::load(&file) {
        return Check::problem(NAME, chain(&error), BACK);
    }
    let mode = std::fs::metadata(&file).map_or(0, |found| found.permissions().mode() & 0o777);
    let others = mode & 0o077;
    if others == 0 {
        Check::ok(NAME, format!("{shown} is only its owner's"))
    } else {
        Check::problem(
            NAME,
            format!("{shown} can be read by others (mode {mode:o})"),
            format!("chmod 600 {shown}"),
        )
    }
}

async fn database(config: &Config) -> Vec<Check> {
    const NAME: &str = "database";
    let url = &config.database.database_url;
    if url.sqlite_file().is_some_and(|file| !file.exists()) {
        return vec![Check::ok(NAME, format!("{url} is made on first start"))];
    }
    let store = match Store::open(url.reveal(), Migration::Check).await {
        Ok(store) => store,
        Err(error) => {
            let remedy = "see that the database runs and that the address, the user and the rights are right";
            return vec![Check::problem(NAME, format!("{url}: {}", chain(&error)), remedy)];
        }
    };
    let opened = Check::ok(NAME, format!("{url} answers, and its schema is up to date"));
    let writes = match Readiness::default().check(&store).await {
        Ok(()) => Check::ok("reads and writes", "both are possible"),
        Err(reason) => {
            let remedy =
                "see that the disk has room, that the user may write, and that it is no standby";
            Check::problem("reads and writes", reason.to_string(), remedy)
        }
    };
    store.close().await;
    let mut checks = vec![opened, writes];
    checks.extend(replica(config).await);
    checks
}

/// Reads once on the replica, where there is one.
async fn replica(config: &Config) -> Option<Check> {
    const NAME: &str = "replica";
    let read_url = config.database_read_url.url()?;
    let url = &config.database.database_url;
    let store = Store::open(url.reveal(), Migration::Check).await.ok()?;
    let store = store.with_replica(read_url.reveal()).ok()?;
    let _ = store.read_replica().await;
    let state = store.replica()?.state;
    store.close().await;
    Some(match state {
        ReplicaState::Follows => Check::ok(NAME, format!("{read_url} follows")),
        ReplicaState::Behind => Check::note(
            NAME,
            format!("{read_url} answers, and is behind: the primary is read"),
            "see what it waits for: pg_stat_replication on the primary says how far it is",
        ),
        ReplicaState::Away => Check::note(
            NAME,
            format!("{read_url} cannot be read: the primary is"),
            "see that it runs, that the address and the rights are right, and that it follows this database",
        ),
    })
}

fn room(config: &Config) -> Option<Check> {
    const NAME: &str = "disk";
    let file = config.database.database_url.sqlite_file()?;
    // Where the folder is not made yet, its nearest ancestor is on the same disk.
    let folder = file.ancestors().skip(1).find(|folder| folder.exists()).unwrap_or(Path::new("."));
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let found = rustix::fs::statvfs(folder).ok()?;
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    let message = format!("{} MiB free for {}", free / (1024 * 1024), file.display());
    Some(if free < LITTLE_ROOM {
        Check::problem(NAME, message, "make room: writes are refused when the disk is full")
    } else {
        Check::ok(NAME, message)
    })
}

/// Asks the model something short: whether it answers is not to be known otherwise.
async fn model(config: &Config) -> Check {
    const NAME: &str = "assistant";
    let assistant = &config.assistant;
    let Some(model) = Model::new(assistant) else {
        let ignored = assistant.model().is_some() || assistant.key().is_some();
        return if ignored {
            Check::note(
                NAME,
                "the built-in one answers, although a model or a key is named",
                "set ZIPCHAT_ASSISTANT_PROVIDER to the model's provider, as in openai",
            )
        } else {
            Check::ok(NAME, "the built-in one answers, without a model")
        };
    };
    let provider = assistant.assistant_provider.as_str();
    let Some(name) = assistant.model() else {
        return Check::problem(
            NAME,
            format!("{provider}, and no model is named"),
            "set ZIPCHAT_ASSISTANT_MODEL to a name that the provider knows",
        );
    };
    let begun = Instant::now();
    match timeout(PATIENCE, model.try_out()).await {
        Ok(Ok(())) => {
            let took = begun.elapsed().as_millis();
            Check::ok(NAME, format!("{name} of {provider} answers after {took} ms"))
        }
        Ok(Err(error)) => {
            Check::problem(NAME, format!("{name} of {provider}: {error}"), error.mend())
        }
        Err(_) => Check::problem(
            NAME,
            format!("{name} of {provider} says nothing for {} s", PATIENCE.as_secs()),
            "see that the model is loaded, and that ZIPCHAT_ASSISTANT_URL is its address; replies fail after 30 s without a word",
        ),
    }
}

fn port(config: &Config) -> Check {
    const NAME: &str = "port";
    let address = config.listen;
    let serves = config.database.database_url.sqlite_file().filter(|file| file.exists());
    if serves.is_some_and(|file| matches!(Lock::take(file), Err(LockError::Taken(_)))) {
        return Check::ok(NAME, "a service runs on this database now");
    }
    match TcpListener::bind(address) {
        Ok(_) => Check::ok(NAME, format!("{address} is free")),
        Err(error) => {
            let remedy = "end the program that has it, or choose another with ZIPCHAT_LISTEN";
            Check::problem(NAME, format!("cannot listen on {address}: {error}"), remedy)
        }
    }
}

fn public_url(config: &Config) -> Check {
    const NAME: &str = "public address";
    let url = config.public_url();
    let host = url.split_once("://").map_or("", |(_, host)| host);
    let local = ["localhost", "127.0.0.1", "[::1]"].iter().any(|name| host.starts_with(name));
    if config.is_https() {
        Check::ok(NAME, url)
    } else if local {
        let remedy = "for real visitors, set ZIPCHAT_PUBLIC_URL to the https address of the proxy before the service";
        Check::note(NAME, format!("{url} is for this machine only"), remedy)
    } else {
        let remedy = "end TLS in a proxy before the service, and set ZIPCHAT_PUBLIC_URL to its https address";
        Check::problem(
            NAME,
            format!("{url} is without TLS: passwords and tokens can be read on the way"),
            remedy,
        )
    }
}

async fn mail(config: &Config) -> Check {
    const NAME: &str = "mail";
    let mail = Mail::new(config);
    let Some(server) = mail.server() else {
        let remedy = "set ZIPCHAT_SMTP_URL: without it, that a person is asked for is seen in the dashboard only";
        return Check::note(NAME, "no mail server is set: nobody is told by mail", remedy);
    };
    if config.mail.smtp_url.as_ref().is_some_and(SmtpUrl::shows_password) {
        let remedy = "take ?tls=none away, or user and password";
        let message = format!("{server} is sent its password for all to read on the way");
        return Check::problem(NAME, message, remedy);
    }
    match mail.test().await {
        Ok(()) => {
            let message = format!("{server} answers; mail is from {}", mail.sender());
            let remedy = "zipchat mail test --to YOU shows whether it takes mail from that sender";
            Check::note(NAME, message, remedy)
        }
        Err(error) => Check::problem(NAME, format!("{server}: {error}"), error.remedy()),
    }
}

/// The certificate's own files; what an authority gives is seen when it is asked for.
fn certificate(config: &Config) -> Option<Check> {
    const NAME: &str = "certificate";
    if !config.tls.is_on() {
        return None;
    }
    Some(match serve::Tls::try_files(&config.tls) {
        Ok(()) => Check::ok(NAME, "the service speaks TLS itself"),
        Err(error) => Check::problem(
            NAME,
            chain(&error),
            "see that both files are PEM, belong together, and can be read by this user",
        ),
    })
}

fn web_files() -> Check {
    match http::assets::missing() {
        None => Check::ok("web files", "the widget and the dashboard are built in"),
        Some(missing) => Check::problem("web files", missing, "cargo xtask build"),
    }
}

fn open_files() -> Check {
    let files = serve::raise_file_limit();
    if files < FEW_FILES {
        let remedy = "raise the limit (ulimit -n, or LimitNOFILE= of the service): each visitor with an open chat needs one";
        Check::note("open files", format!("this process may open {files}"), remedy)
    } else {
        Check::ok("open files", format!("this process may open {files}"))
    }
}
