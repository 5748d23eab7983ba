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
    /// Whether the last turn was dropped, so that its savepoint must be undone.
    abandoned: bool,
    /// Who waits for the commit.
    waiting: Vec<oneshot::Sender<Result<(), String>>>,
    counts: Arc<Counts>,
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
        let desk = Desk { conn, open: false, abandoned: false, waiting, counts: counts.clone() };
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
        let release = tokio::spawn(async move {
            sqlx::raw_sql("RELEASE turn").execute(&mut self.desk.conn).await?;
            self.kept = true;
            self.desk.waiting.push(done);
            self.flush.notify_one();
            Ok::<_, sqlx::Error>(())
        });
        release.await.unwrap_or(Err(sqlx::Error::WorkerCrashed))?;
        match wait.await {
            Ok(outcome) => outcome.map_err(StoreError::Commit),
            Err(_) => Err(sqlx::Error::WorkerCrashed.into()),
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.desk.abandoned = !self.kept;
        // A turn that was given up leaves the transaction open; somebody must end it.
        self.flush.notify_one();
    }
}

impl Desk {
    async fn begin(&mut self) -> sqlx::Result<()> {
        if let Err(error) = self.settle().await {
            // The savepoint is in an unknown state: nothing in this transaction can be trusted any more.
            self.finish(&Err(error)).await;
        }
        if !self.open {
            sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut self.conn).await?;
            self.open = true;
        }
        sqlx::raw_sql("SAVEPOINT turn").execute(&mut self.conn).await?;
        Ok(())
    }

    /// Undoes the turn that was dropped, if the last one was.
    async fn settle(&mut self) -> sqlx::Result<()> {
        if self.abandoned {
            self.abandoned = false;
            sqlx::raw_sql("ROLLBACK TO turn; RELEASE turn").execute(&mut self.conn).await?;
        }
        Ok(())
    }

    async fn flush(&mut self) {
        let settled = self.settle().await;
        if !self.open {
            return;
        }
        let outcome = match settled {
            Ok(()) => sqlx::raw_sql("COMMIT").execute(&mut self.conn).await.map(drop),
            Err(error) => Err(error),
        };
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
