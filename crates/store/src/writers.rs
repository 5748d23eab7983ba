//! `SQLite` writes, one at a time, many to a disk flush.
//!
//! Writers take turns in the order they came, in one open transaction; the flusher queues for a turn like any writer, so whoever
//! came before it shares its `COMMIT`. No write is acknowledged before that `COMMIT` has reached the disk. The first turn of a
//! transaction can be undone with all of it; each further one works inside a savepoint, for which `SQLite` copies every page that it
//! changes.
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
    /// Whether the turn that is under way, or was last, has a savepoint.
    is_nested: bool,
    /// The last turn, until what is to be done about it is done.
    last: Option<Last>,
    /// Who waits for the commit.
    waiting: Vec<oneshot::Sender<Result<(), String>>>,
    counts: Arc<Counts>,
}

/// A turn that has ended, and what is yet to be done about it.
#[derive(Debug, Clone, Copy)]
struct Last {
    /// Whether what it wrote belongs to the transaction; it is undone otherwise.
    is_kept: bool,
    /// Whether it has a savepoint, since others had a turn before it.
    is_nested: bool,
}

impl Last {
    /// With the beginning of the next turn, in one trip to the thread that `SQLite` has; and whether that one has a savepoint.
    const fn then_begin(self) -> (&'static str, bool) {
        match (self.is_kept, self.is_nested) {
            (true, true) => ("RELEASE turn; SAVEPOINT turn", true),
            (true, false) => ("SAVEPOINT turn", true),
            (false, true) => ("ROLLBACK TO turn; RELEASE turn; SAVEPOINT turn", true),
            (false, false) => ("ROLLBACK; BEGIN IMMEDIATE", false),
        }
    }

    const fn then_commit(self) -> &'static str {
        match (self.is_kept, self.is_nested) {
            (true, true) => "RELEASE turn; COMMIT",
            (true, false) => "COMMIT",
            (false, true) => "ROLLBACK TO turn; RELEASE turn; COMMIT",
            (false, false) => "ROLLBACK",
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

/// Nobody has a turn while there is this.
#[derive(Debug)]
pub(crate) struct Aside(OwnedMutexGuard<Desk>);

impl Aside {
    /// A commit was made with so many writes.
    pub(crate) fn committed(&self, writes: u64) {
        self.0.counts.commits.fetch_add(1, Ordering::Relaxed);
        self.0.counts.writes.fetch_add(writes, Ordering::Relaxed);
    }
}

impl Writers {
    /// Starts the flusher; it ends when the last handle is dropped.
    pub(crate) fn new(conn: SqliteConnection) -> Self {
        let counts = Arc::new(Counts::default());
        let waiting = Vec::new();
        let counted = counts.clone();
        let desk =
            Desk { conn, open: false, is_nested: false, last: None, waiting, counts: counted };
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
            match desk.begin().await {
                Ok(()) => Ok(Turn { desk, flush, kept: false }),
                Err(error) => {
                    // Others may wait for the transaction that it was to be a turn of.
                    flush.notify_one();
                    Err(error.into())
                }
            }
        });
        begin.await.unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed.into()))
    }

    /// Waits until nobody has a turn and all that was written is kept: for whoever writes on a connection of their own.
    pub(crate) async fn aside(&self) -> Result<Aside> {
        let mut desk = self.desk.clone().lock_owned().await;
        if desk.open {
            let flush = tokio::spawn(async move {
                desk.flush().await;
                desk
            });
            desk = flush.await.map_err(|_| sqlx::Error::WorkerCrashed)?;
        }
        Ok(Aside(desk))
    }

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
        // Whoever comes next sees to the savepoint on the way.
        drop(self);
        match wait.await {
            Ok(outcome) => outcome.map_err(StoreError::Commit),
            Err(_) => Err(sqlx::Error::WorkerCrashed.into()),
        }
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.desk.open {
            return;
        }
        self.desk.last = Some(Last { is_kept: self.kept, is_nested: self.desk.is_nested });
        // Also a turn that was given up leaves the transaction open; somebody must end it.
        self.flush.notify_one();
    }
}

impl Desk {
    /// Begins a turn, and with it a transaction where none is open.
    async fn begin(&mut self) -> sqlx::Result<()> {
        if let Some(last) = self.last.take() {
            self.look_whether_undone(last).await;
        }
        if let Some(last) = self.last.take() {
            let (opening, is_nested) = last.then_begin();
            match sqlx::raw_sql(opening).execute(&mut self.conn).await {
                Ok(_) => {
                    self.is_nested = is_nested;
                    return Ok(());
                }
                // It is in an unknown state: nothing in this transaction can be trusted any more.
                Err(error) => self.finish(Some(&error)).await,
            }
        }
        // Without a last turn to see to, nothing is open.
        match sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut self.conn).await {
            Ok(_) => {
                (self.open, self.is_nested) = (true, false);
                Ok(())
            }
            Err(error) => {
                self.finish(Some(&error)).await;
                Err(error)
            }
        }
    }

    /// After an error `SQLite` may have undone the whole transaction by itself. A savepoint would then begin another one, as if the first
    /// turn's writes were there: whoever waits for them is told that they are not.
    async fn look_whether_undone(&mut self, last: Last) {
        // Within a transaction this is refused.
        let is_undone = last.is_kept
            && !last.is_nested
            && sqlx::raw_sql("BEGIN").execute(&mut self.conn).await.is_ok();
        if is_undone {
            let why = "the transaction was undone after an error".to_owned();
            self.finish(Some(&sqlx::Error::Protocol(why))).await;
        } else {
            self.last = Some(last);
        }
    }

    async fn flush(&mut self) {
        if !self.open {
            return;
        }
        let commit = self.last.take().map_or("COMMIT", Last::then_commit);
        let outcome = sqlx::raw_sql(commit).execute(&mut self.conn).await;
        self.finish(outcome.as_ref().err()).await;
    }

    /// Ends the transaction, tells whoever waits, and counts them.
    async fn finish(&mut self, failure: Option<&sqlx::Error>) {
        let kept = self.waiting.len() as u64;
        if failure.is_some() {
            // After a full disk SQLite may have rolled back by itself; then this fails, and nothing is open either way.
            let _ = sqlx::raw_sql("ROLLBACK").execute(&mut self.conn).await;
        } else if kept > 0 {
            self.counts.commits.fetch_add(1, Ordering::Relaxed);
            self.counts.writes.fetch_add(kept, Ordering::Relaxed);
        }
        self.open = false;
        for writer in self.waiting.drain(..) {
            let _ = writer.send(failure.map_or(Ok(()), |error| Err(error.to_string())));
        }
    }
}
