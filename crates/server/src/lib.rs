//! Connects: HTTP in, answers out. [`run`] is the service; `zipchat`'s commands are in [`command`].
//!
//! | module | holds |
//! | --- | --- |
//! | [`app`] | the use cases, one a file, and nothing about HTTP |
//! | [`http`] | the routes: requests to use cases, results to answers |
//! | [`serve`] | the accept loop under them |
//! | [`assistant`] | who writes replies |
//! | [`bus`] | what the parts of the service tell each other |
//! | [`documents`] | documents to plain text, by a process of their own |
//! | [`search`] | full-text search over a chat's passages |
//! | [`outbound`] | calls to addresses that merchants name |
//! | [`mail`] | mail, and what it says |
//! | [`config`], [`clock`], [`metrics`], [`logging`], [`traces`] | what the operator sets, the time, counts, logs, traces |
//! | [`command`], [`demo`] | the program's commands; the demo and its shop |

pub mod app;
pub mod assistant;
pub mod bus;
pub mod clock;
pub mod command;
pub mod config;
pub mod demo;
pub mod documents;
pub mod http;
pub mod lock;
pub mod logging;
pub mod mail;
pub mod metrics;
pub mod outbound;
pub mod search;
pub mod serve;
pub mod traces;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use store::{Migration, Scope, Store, StoreError};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::app::secret_key::{SecretKey, SecretKeyError};
use crate::clock::Clock;
use crate::config::{Config, ConfigError};
use crate::lock::{Lock, LockError};
use crate::serve::{Gate, Site, Tls, TlsError, Workers};

/// How long the end may take: requests, replies and writes that were begun are finished, event streams are ended.
pub const DRAIN: Duration = Duration::from_millis(9_500);
/// How often a database that is away is asked for.
const RETRY: Duration = Duration::from_secs(1);
/// How often what has ended is deleted.
const SWEEP: Duration = Duration::from_hours(1);

/// What a service is made of.
#[derive(Debug)]
pub struct Service {
    /// What the operator set.
    pub config: Config,
    /// Whether the database's schema may be changed.
    pub migration: Migration,
    /// Tells the time.
    pub clock: Clock,
    /// Where it listens.
    pub listener: TcpListener,
    /// Cancelled when it is to end.
    pub shutdown: CancellationToken,
}

/// Why a service does not run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// Settings that do not go together.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// No secret key.
    #[error(transparent)]
    SecretKey(#[from] SecretKeyError),
    /// Another service has the database.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// No threads.
    #[error("the system starts no more threads: {0}")]
    Threads(#[source] std::io::Error),
    /// No certificate.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The database will never do.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Serves until `service.shutdown` is cancelled, then finishes what was begun.
///
/// While the database is away the service lives, says so, and goes on by itself when it comes.
///
/// # Errors
/// [`RunError`], when there is something that only the operator can mend.
pub async fn run(service: Service) -> Result<(), RunError> {
    let Service { config, migration, clock, listener, shutdown } = service;
    config.check()?;
    let secret_key = load_secret_key(&config)?;
    let lock = config.database.database_url.sqlite_file().map(Lock::take).transpose()?;
    let workers = Arc::new(Workers::start().map_err(RunError::Threads)?);
    let files = serve::raise_file_limit().saturating_sub(workers.files());
    let gate = Arc::new(Gate::new(files, config.trusted_proxies.clone()));
    let stop = CancellationToken::new();
    let tls = start_tls(&config, &stop)?;
    let (why, reason) = watch::channel("the database has not answered yet".to_owned());
    let site = Arc::new(Site::new(http::health::starting(reason)).with_tls(tls));
    let address = listener.local_addr().map(|address| address.to_string()).unwrap_or_default();
    let accepting = tokio::spawn(serve::accept(
        listener,
        site.clone(),
        gate.clone(),
        workers.clone(),
        stop.clone(),
    ));
    let opened = tokio::select! {
        opened = open(&config, migration, &why) => Some(opened?),
        () = shutdown.cancelled() => None,
    };
    let app = opened.map(|store| App::new(store, config, secret_key, clock));
    if let Some(app) = &app {
        site.open(http::router(app.clone()).layer(Extension(gate)));
        start_tasks(app);
        tracing::info!(address, version = env!("CARGO_PKG_VERSION"), "serving");
        shutdown.cancelled().await;
    }
    tracing::info!("ending: finishing what was begun");
    stop.cancel();
    if timeout(DRAIN, drain(app, accepting)).await.is_err() {
        tracing::warn!("not everything was finished in time; ending all the same");
    }
    drop(lock);
    // Last: connections of the database, and others', may belong to their runtimes.
    drop(workers);
    Ok(())
}

fn start_tls(config: &Config, stop: &CancellationToken) -> Result<Option<Tls>, RunError> {
    let key = config.database.key_file()?;
    let beside = key.parent().unwrap_or(Path::new("."));
    Ok(Tls::start(&config.tls, beside, stop)?)
}

/// With `SQLite` the key is made on first start.
fn load_secret_key(config: &Config) -> Result<SecretKey, RunError> {
    let file = config.database.key_file()?;
    let Some(database) = config.database.database_url.sqlite_file() else {
        return Ok(SecretKey::load(&file)?);
    };
    if database.exists() && config.database.secret_key_file.is_some() {
        // Named, it is meant to be there: a new one would be of no use for what the old one encrypted.
        return Ok(SecretKey::load(&file)?);
    }
    if database.exists() && !file.exists() {
        tracing::warn!(
            file = %file.display(),
            "there is a database but no secret key: a new one is made, and secrets encrypted with the old one must be set again"
        );
    }
    Ok(SecretKey::load_or_make(&file)?)
}

/// Opens the database, for as long as it takes.
async fn open(
    config: &Config,
    migration: Migration,
    why: &watch::Sender<String>,
) -> Result<Store, StoreError> {
    loop {
        let error = match Store::open(config.database.database_url.reveal(), migration).await {
            Ok(store) => {
                return match config.database_read_url.url() {
                    Some(replica) => store.with_replica(replica.reveal()),
                    None => Ok(store),
                };
            }
            Err(error) => error,
        };
        if error.is_permanent() {
            return Err(error);
        }
        let reason = chain(&error);
        if *why.borrow() != reason {
            tracing::warn!(database = %config.database.database_url, reason, "cannot open the database; trying on");
            why.send_replace(reason);
        }
        sleep(RETRY).await;
    }
}

/// An error and its sources as one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        let text = error.to_string();
        // Some errors repeat their source in their own words.
        if !line.contains(&text) {
            line.push_str(": ");
            line.push_str(&text);
        }
        source = error.source();
    }
    line.replace('\n', " ")
}

fn start_tasks(app: &Arc<App>) {
    // It ends after all others: they may have something to tell to the last.
    tokio::spawn(bus::run(app.clone()));
    app.tasks.spawn(app::follow::run(app.clone()));
    app.tasks.spawn(app::reply::sweep(app.clone()));
    app.tasks.spawn(app::key_uses::run(app.clone()));
    app.tasks.spawn(app::jwks::run(app.clone()));
    app.tasks.spawn(app::attempts::run(app.clone()));
    app.tasks.spawn(app::activity::run(app.clone()));
    app.tasks.spawn(app::retention::run(app.clone()));
    app.tasks.spawn(app::record::run(app.clone()));
    app.tasks.spawn(app::lead_posts::run(app.clone()));
    app.tasks.spawn(app::webhook_posts::run(app.clone()));
    app.tasks.spawn(app::escalation_mails::run(app.clone()));
    app.tasks.spawn(app::crawl::run(app.clone()));
    app.tasks.spawn(app::search_index::run(app.clone()));
    app.tasks.spawn(app::statistics::run(app.clone()));
    app.tasks.spawn(sweep(app.clone()));
}

/// Deletes what has ended, now and then.
async fn sweep(app: Arc<App>) {
    let mut ticks = tokio::time::interval(SWEEP);
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            _ = ticks.tick() => {}
        }
        let swept = async {
            let mut tx = app.store.write(Scope::Housekeeping).await?;
            tx.sweep(app.clock.now()).await?;
            tx.commit().await
        };
        if let Err(error) = swept.await {
            tracing::warn!(
                error = chain(&error),
                "what has ended could not be deleted; trying again in an hour"
            );
        }
    }
}

/// Ends in this order: no new connections, event streams, requests, replies and other tasks, counts, the database.
async fn drain(app: Option<Arc<App>>, accepting: JoinHandle<()>) {
    if let Some(app) = &app {
        app.shutdown.cancel();
        app.tasks.close();
    }
    // Where it failed there is nobody to wait for.
    let _ = accepting.await;
    if let Some(app) = app {
        app.tasks.wait().await;
        app::key_uses::flush(&app).await;
        app::attempts::flush(&app, Duration::ZERO).await;
        app::activity::flush(&app, Duration::ZERO).await;
        if let Err(error) = app::record::seal(&app).await {
            tracing::warn!(error = chain(&error), "the record is sealed at the next start");
        }
        app.bus.close().await;
        app.store.close().await;
    }
}
