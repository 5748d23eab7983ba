//! What benchmarks need of the machine: programs, databases, folders; and how thorough they are.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::{Connection as _, PgConnection};
use store::Store;

/// Where a part has its figures and its words.
pub(crate) type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

/// How thorough a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extent {
    /// In minutes, all parts together.
    Quick,
    /// As the figures in the documents are to be made.
    Full,
}

/// The machine, as `cargo xtask bench` has prepared it.
#[derive(Debug)]
pub(crate) struct World {
    /// How thorough.
    pub(crate) extent: Extent,
    /// Whether the peers are left out: for whoever only changes the service.
    pub(crate) is_alone: bool,
    /// The service's release binary.
    pub(crate) service: PathBuf,
    /// The folder of the repository.
    pub(crate) root: PathBuf,
    /// The folder that cargo builds in.
    pub(crate) target: PathBuf,
    /// A cluster that may lose nothing in a power cut, if there is one.
    pub(crate) postgres: Option<Postgres>,
    /// The message bus's program, if there is one.
    pub(crate) nats: Option<PathBuf>,
}

/// A cluster of `PostgreSQL`.
#[derive(Debug, Clone)]
pub(crate) struct Postgres {
    /// Where a superuser reaches it.
    pub(crate) url: String,
    /// Its first process.
    pub(crate) pid: u32,
}

/// Where a service or a peer keeps things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Database {
    /// A file, WAL, `synchronous=FULL`.
    Sqlite,
    /// The cluster, `fsync` and `synchronous_commit` on.
    Postgres,
}

impl Database {
    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

impl World {
    /// What the variables say that `cargo xtask bench` sets: `BENCH_POSTGRES_URL` and `BENCH_POSTGRES_PID`, `BENCH_NATS_SERVER`.
    ///
    /// # Errors
    /// When the service has not been built.
    pub(crate) fn look(extent: Extent, is_alone: bool) -> Outcome<Self> {
        let this = std::env::current_exe()?;
        let profile = this.parent().ok_or("a program is in a folder")?;
        let service = profile.join("zipchat");
        if !service.is_file() {
            return Err(
                format!("{} is missing: build it in this profile", service.display()).into()
            );
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().ok_or("bench is in a folder")?;
        let variable = |name: &str| std::env::var(name).ok().filter(|text| !text.is_empty());
        let postgres = variable("BENCH_POSTGRES_URL").zip(variable("BENCH_POSTGRES_PID"));
        let postgres = match postgres {
            Some((url, pid)) => Some(Postgres { url, pid: pid.parse()? }),
            None => None,
        };
        Ok(Self {
            extent,
            is_alone,
            root: root.to_path_buf(),
            target: profile.parent().unwrap_or(profile).to_path_buf(),
            service,
            postgres,
            nats: variable("BENCH_NATS_SERVER").map(PathBuf::from),
        })
    }

    /// `quick` in a quick run, or else `full`.
    pub(crate) fn pick<T>(&self, quick: T, full: T) -> T {
        match self.extent {
            Extent::Quick => quick,
            Extent::Full => full,
        }
    }

    /// So many seconds.
    pub(crate) fn seconds(&self, quick: u64, full: u64) -> Duration {
        Duration::from_secs(self.pick(quick, full))
    }
}

impl Postgres {
    /// A new, empty database.
    ///
    /// # Errors
    /// When the cluster does not answer.
    pub(crate) async fn database(&self) -> Outcome<String> {
        Ok(Store::create_database(&self.url).await?)
    }

    /// How often the cluster flushed its log so far, where it says so (versions 14 to 17); what it did within the last second may be
    /// missing.
    pub(crate) async fn flushes(&self) -> Option<f64> {
        let mut connection = PgConnection::connect(&self.url).await.ok()?;
        let query = "SELECT CAST(wal_sync AS double precision) FROM pg_stat_wal";
        sqlx::query_scalar(query).fetch_one(&mut connection).await.ok()
    }
}
