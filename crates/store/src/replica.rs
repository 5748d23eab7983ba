//! Reads on a replica, of everything that was kept before they began.
//!
//! A replica is behind its primary, by milliseconds or by hours. What somebody has just written, here, on another node or through the
//! API, must not be missing from what they read next. So a read on the replica first asks the primary how far it has written, which
//! costs it next to nothing, and begins when the replica has come as far. Where it has not in a moment, the primary is read.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::postgres::PgConnectOptions;
use sqlx::{PgPool, Row};
use tokio::time::{Instant, sleep, timeout};

use crate::Result;
use crate::postgres::{PostgresTx, close_idle, pool_options};

/// How long a connection to a replica may take.
const CONNECT: Duration = Duration::from_millis(500);
/// How long a replica may take to come as far as its primary.
const CATCH_UP: Duration = Duration::from_millis(150);
/// How often it is asked meanwhile.
const ASK: Duration = Duration::from_millis(5);
/// For how long a replica that could not be read is left alone, so that not every read waits for it.
const REST: Duration = Duration::from_secs(3);
/// When it could not be read for so long, somebody ought to look.
const LATE: Duration = Duration::from_secs(10);

/// How far the primary has written what was acknowledged, and which cluster it is.
const WRITTEN: &str = "SELECT pg_current_wal_flush_lsn()::text, (SELECT system_identifier::text FROM pg_control_system())";
/// Whether a follower of the cluster `$2` has come as far as `$1`; `NULL` where it is none.
const CAUGHT_UP: &str = "SELECT CASE WHEN pg_is_in_recovery() AND (SELECT system_identifier::text FROM pg_control_system()) = $2
    THEN pg_last_wal_replay_lsn() >= $1::text::pg_lsn END";

/// How the replica does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReplicaState {
    /// It is read.
    Follows,
    /// It answers, and is too far behind to be read now.
    Behind,
    /// It cannot be reached, or follows another primary or none.
    Away,
}

/// What became of the reads that were to be on the replica.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReplicaReport {
    /// How it did last.
    pub state: ReplicaState,
    /// Whether it has not been read for ten seconds, although it was tried.
    pub late: bool,
    /// Reads on it so far.
    pub reads: u64,
    /// Reads on the primary in its place so far.
    pub fallbacks: u64,
}

/// A handle to the replica. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Replica {
    pool: PgPool,
    seen: Arc<Mutex<Seen>>,
}

#[derive(Debug)]
struct Seen {
    state: ReplicaState,
    /// Since when it cannot be read.
    failing: Option<Instant>,
    tried: Option<Instant>,
    reads: u64,
    fallbacks: u64,
}

impl Replica {
    /// Connects when first read.
    pub(crate) fn new(options: PgConnectOptions) -> Self {
        let pool = pool_options().acquire_timeout(CONNECT).connect_lazy_with(options);
        let state = ReplicaState::Follows;
        let seen = Seen { state, failing: None, tried: None, reads: 0, fallbacks: 0 };
        Self { pool, seen: Arc::new(Mutex::new(seen)) }
    }

    /// A read of everything that `primary` had kept when it was called; `None` where the primary is to be read itself.
    ///
    /// # Errors
    /// When the primary does not answer.
    pub(crate) async fn read(&self, primary: &PgPool) -> Result<Option<PostgresTx>> {
        if self.rests() {
            self.seen().fallbacks += 1;
            return Ok(None);
        }
        let written = match written(primary).await {
            Ok(written) => written,
            // A read on the primary looks for another connection.
            Err(error) if error.is_lost_connection() => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut state = ReplicaState::Away;
        let begun = self.begin(&written, &mut state).await;
        let tx = begun.unwrap_or_default();
        if tx.is_some() {
            self.read_on_it();
        } else {
            self.failed(state);
            // What leads to a server that was started anew is dead.
            close_idle(&self.pool);
        }
        Ok(tx)
    }

    async fn begin(
        &self,
        (lsn, cluster): &(String, String),
        state: &mut ReplicaState,
    ) -> Result<Option<PostgresTx>> {
        let mut tx = PostgresTx::checkout(&self.pool).await?;
        let begun = async {
            loop {
                let asked = sqlx::query_scalar(CAUGHT_UP).bind(lsn).bind(cluster);
                let caught_up: Option<bool> = asked.fetch_one(tx.conn()).await?;
                match caught_up {
                    Some(true) => break,
                    Some(false) => *state = ReplicaState::Behind,
                    None => return Ok(false),
                }
                sleep(ASK).await;
            }
            tx.begin_snapshot().await.map(|()| true)
        };
        match timeout(CATCH_UP, begun).await {
            Ok(Ok(true)) => Ok(Some(tx)),
            Ok(Ok(false)) => {
                // Promoted, or another's: perhaps the address leads elsewhere next time.
                tx.lose();
                Ok(None)
            }
            Ok(Err(error)) => Err(error),
            Err(_) => Ok(None),
        }
    }

    /// How it does.
    pub(crate) fn report(&self) -> ReplicaReport {
        let Seen { state, failing, reads, fallbacks, .. } = *self.seen();
        let late = failing.is_some_and(|since| since.elapsed() >= LATE);
        ReplicaReport { state, late, reads, fallbacks }
    }

    /// Ends its connections.
    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }

    fn rests(&self) -> bool {
        let seen = self.seen();
        seen.failing.is_some() && seen.tried.is_some_and(|tried| tried.elapsed() < REST)
    }

    fn read_on_it(&self) {
        let mut seen = self.seen();
        seen.state = ReplicaState::Follows;
        seen.failing = None;
        seen.reads += 1;
    }

    fn failed(&self, state: ReplicaState) {
        let now = Instant::now();
        let mut seen = self.seen();
        seen.state = state;
        seen.failing.get_or_insert(now);
        seen.tried = Some(now);
        seen.fallbacks += 1;
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How far the primary has written, and which cluster it is.
async fn written(primary: &PgPool) -> Result<(String, String)> {
    let mut tx = PostgresTx::checkout(primary).await?;
    let row = sqlx::query(WRITTEN).fetch_one(tx.conn()).await?;
    Ok((row.try_get(0)?, row.try_get(1)?))
}
