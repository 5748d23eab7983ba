//! `SQLite` writes, one at a time, many to a disk flush.
//!
//! Writers take turns in the order they came. Each works inside a savepoint of one open transaction; the flusher queues for a
//! turn like any writer, so whoever came before it shares its `COMMIT`. No write is acknowledged before that `COMMIT` has
//! reached the disk.
//!
//! A caller may vanish at any await, as a request does whose client hangs up. What begins and ends a turn therefore runs in a
//! task of its own, which nobody cancels; a turn that is dropped in between is undone by the next.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::SqliteConnection;
use tokio::sync::{Mutex, Notify, OwnedMutexGuard, oneshot};

use crate::{Result, StoreError};

/// The queue of writers. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Writers {
    desk: Arc<Mutex<Desk>>,
    flush: Arc<Notify>,
    counts: Arc<Counts>,
}

/// What was written so far.
#[derive(Debug, Default)]
struct Counts {
    commits: AtomicU64,
    writes: AtomicU64,
}

/// How many writes shared how many commits, since the store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteCounts {
    /// Commits: each reached the disk before anybody was told.
    pub commits: u64,
    /// Writes in them.
    pub writes: u64,
}

#[derive(Debug)]
struct Desk {
    conn: SqliteConnection,
    /// Whether a transaction is open.
    open: bool,
    /// What became of the last turn, if its savepoint is still there.
    last: Option<Last>,
    /// Who waits for the commit.
    waiting: Vec<oneshot::Sender<Result<(), String>>>,
    counts: Arc<Counts>,
}

/// What becomes of the savepoint of a turn that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    /// It is released: what was written in it belongs to the transaction.
    Kept,
    /// It is undone.
    Dropped,
}

impl Last {
    /// With what comes next, in one statement's trip to the thread that `SQLite` has.
    const fn then_savepoint(self) -> &'static str {
        match self {
            Self::Kept => "RELEASE turn; SAVEPOINT turn",
            Self::Dropped => "ROLLBACK TO turn; RELEASE turn; SAVEPOINT turn",
        }
    }

    const fn then_commit(self) -> &'static str {
        match self {
            Self::Kept => "RELEASE turn; COMMIT",
            Self::Dropped => "ROLLBACK TO turn; RELEASE turn; COMMIT",
        }
    }
}

/// One writer's turn. Dropped without [`Turn::commit`], its savepoint is undone by the next.
#[derive(Debug)]
pub(crate) struct Turn {
    desk: OwnedMutexGuard<Desk>,
    flush: Arc<Notify>,
    kept: bool,
}

impl Writers {
    /// Starts the flusher; it ends when the last handle is dropped.
    pub(crate) fn new(conn: SqliteConnection) -> Self {
        let counts = Arc::new(Counts::default());
        let waiting = Vec::new();
        let desk = Desk { conn, open: false, last: None, waiting, counts: counts.clone() };
        let desk = Arc::new(Mutex::new(desk));
        let writers = Self { desk, flush: Arc::new(Notify::new()), counts };
        let (desk, flush) = (Arc::downgrade(&writers.desk), Arc::downgrade(&writers.flush));
        tokio::spawn(async move {
            loop {
                let Some(notify) = flush.upgrade() else { return };
                // Now and then it looks whether anybody could still call.
                let _ = tokio::time::timeout(std::time::Duration::from_secs(1), notify.notified())
                    .await;
                drop(notify);
                let Some(desk) = desk.upgrade() else { return };
                desk.lock_owned().await.flush().await;
            }
        });
        writers
    }

    /// Waits for a turn.
    pub(crate) async fn turn(&self) -> Result<Turn> {
        let Self { desk, flush, .. } = self.clone();
        let begin = tokio::spawn(async move {
            let mut desk = desk.lock_owned().await;
            desk.begin().await?;
            Ok(Turn { desk, flush, kept: false })
        });
        begin.await.unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed.into()))
    }
}

impl Writers {
    /// What was written so far.
    pub(crate) fn counts(&self) -> WriteCounts {
        WriteCounts {
            commits: self.counts.commits.load(Ordering::Relaxed),
            writes: self.counts.writes.load(Ordering::Relaxed),
        }
    }

    /// Moves what was written out of the log beside the database into the database, so that the log holds nothing that was deleted
    /// since. It does as much as readers let it.
    pub(crate) async fn checkpoint(&self) -> Result<()> {
        let desk = self.desk.clone();
        let done = tokio::spawn(async move {
            let mut desk = desk.lock_owned().await;
            desk.flush().await;
            sqlx::raw_sql("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut desk.conn).await.map(drop)
        });
        Ok(done.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))?)
    }
}

impl Turn {
    /// The connection, for as long as the turn lasts.
    pub(crate) fn conn(&mut self) -> &mut SqliteConnection {
        &mut self.desk.conn
    }

    /// Ends the turn and waits until what it wrote is on the disk.
    pub(crate) async fn commit(mut self) -> Result<()> {
        let (done, wait) = oneshot::channel();
        self.kept = true;
        self.desk.waiting.push(done);
        // Whoever comes next releases the savepoint on the way.
        drop(self);
        match wait.await {
            Ok(outcome) => outcome.map_err(StoreError::Commit),
            Err(_) => Err(sqlx::Error::WorkerCrashed.into()),
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.desk.last = Some(if self.kept { Last::Kept } else { Last::Dropped });
        // Also a turn that was given up leaves the transaction open; somebody must end it.
        self.flush.notify_one();
    }
}

impl Desk {
    async fn begin(&mut self) -> sqlx::Result<()> {
        if let Some(last) = self.last.take() {
            match sqlx::raw_sql(last.then_savepoint()).execute(&mut self.conn).await {
                Ok(_) => return Ok(()),
                // The savepoint is in an unknown state: nothing in this transaction can be trusted any more.
                Err(error) => self.finish(&Err(error)).await,
            }
        }
        let begin = if self.open { "SAVEPOINT turn" } else { "BEGIN IMMEDIATE; SAVEPOINT turn" };
        let outcome = sqlx::raw_sql(begin).execute(&mut self.conn).await.map(drop);
        match outcome {
            Ok(()) => self.open = true,
            Err(_) => self.finish(&outcome).await,
        }
        outcome
    }

    async fn flush(&mut self) {
        if !self.open {
            return;
        }
        let commit = self.last.take().map_or("COMMIT", Last::then_commit);
        let outcome = sqlx::raw_sql(commit).execute(&mut self.conn).await.map(drop);
        self.finish(&outcome).await;
    }

    /// Ends the transaction and tells whoever waits.
    async fn finish(&mut self, outcome: &sqlx::Result<()>) {
        if outcome.is_err() {
            // After a full disk SQLite may have rolled back by itself; then this fails, and nothing is open either way.
            let _ = sqlx::raw_sql("ROLLBACK").execute(&mut self.conn).await;
        } else if !self.waiting.is_empty() {
            self.counts.commits.fetch_add(1, Ordering::Relaxed);
            self.counts.writes.fetch_add(self.waiting.len() as u64, Ordering::Relaxed);
        }
        self.open = false;
        for writer in self.waiting.drain(..) {
            let _ = writer.send(outcome.as_ref().copied().map_err(ToString::to_string));
        }
    }
}
