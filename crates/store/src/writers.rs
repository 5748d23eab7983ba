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

use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, SqliteConnection};
use tokio::sync::{Mutex, Notify, OwnedMutexGuard, oneshot};

use crate::writes::{RowsText, Writes};
use crate::{Result, StoreError};

/// The queue of writers. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Writers {
    desk: Arc<Mutex<Desk>>,
    flush: Arc<Notify>,
    counts: Arc<Counts>,
}

/// What a turn may begin with: statements that read, and their parameters.
#[derive(Debug)]
pub(crate) struct Question {
    pub(crate) text: String,
    pub(crate) about: Vec<RowsText>,
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
        Ok(self.begin(None).await?.0)
    }

    /// Waits for a turn, and answers what `question` finds.
    pub(crate) async fn turn_with(&self, question: Question) -> Result<(Turn, Vec<SqliteRow>)> {
        self.begin(Some(question)).await
    }

    async fn begin(&self, question: Option<Question>) -> Result<(Turn, Vec<SqliteRow>)> {
        let Self { desk, flush, .. } = self.clone();
        let begin = tokio::spawn(async move {
            let mut desk = desk.lock_owned().await;
            match desk.begin(question.as_ref()).await {
                Ok(rows) => Ok((Turn { desk, flush, kept: false }, rows)),
                Err(error) => {
                    // Others may wait for the transaction that it was to be a turn of.
                    flush.notify_one();
                    Err(error.into())
                }
            }
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
        // Whoever comes next sees to the savepoint on the way.
        drop(self);
        match wait.await {
            Ok(outcome) => outcome.map_err(StoreError::Commit),
            Err(_) => Err(sqlx::Error::WorkerCrashed.into()),
        }
    }
}

impl Turn {
    /// Writes, and ends the turn and the transaction, in one trip: whoever had a turn before in it need not wait for others.
    pub(crate) async fn commit_with(mut self, writes: Writes) -> Result<()> {
        let done = tokio::spawn(async move {
            writes.on_sqlite("COMMIT").execute(self.conn()).await?;
            self.desk.finish(None, 1).await;
            Ok(())
        });
        done.await.unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed.into()))
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
    /// Begins a turn, and with it a transaction where none is open; and answers what `question` finds.
    async fn begin(&mut self, question: Option<&Question>) -> sqlx::Result<Vec<SqliteRow>> {
        if let Some(last) = self.last.take() {
            self.look_whether_undone(last).await;
        }
        if let Some(last) = self.last.take() {
            let (opening, is_nested) = last.then_begin();
            match open(&mut self.conn, opening, question).await {
                Ok(found) => {
                    self.is_nested = is_nested;
                    return Ok(found);
                }
                Err(error) => {
                    // If what was begun is there, only the question failed, and this turn alone is undone.
                    let unasked = sqlx::raw_sql("ROLLBACK TO asked; RELEASE asked");
                    if unasked.execute(&mut self.conn).await.is_ok() {
                        self.is_nested = is_nested;
                        self.last = Some(Last { is_kept: false, is_nested });
                        return Err(error);
                    }
                    // It is in an unknown state: nothing in this transaction can be trusted any more.
                    self.finish(Some(&error), 0).await;
                }
            }
        }
        // Without a last turn to see to, nothing is open.
        let opened = open(&mut self.conn, "BEGIN IMMEDIATE", question).await;
        match &opened {
            Ok(_) => (self.open, self.is_nested) = (true, false),
            Err(error) => self.finish(Some(error), 0).await,
        }
        opened
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
            self.finish(Some(&sqlx::Error::Protocol(why)), 0).await;
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
        self.finish(outcome.as_ref().err(), 0).await;
    }

    /// Ends the transaction, tells whoever waits, and counts them and so many others who know already.
    async fn finish(&mut self, failure: Option<&sqlx::Error>, others: u64) {
        let kept = self.waiting.len() as u64 + others;
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

/// Runs `opening`, which begins a turn, and then asks the question: both in one trip to the thread that `SQLite` has.
async fn open(
    conn: &mut SqliteConnection,
    opening: &'static str,
    question: Option<&Question>,
) -> sqlx::Result<Vec<SqliteRow>> {
    let Some(Question { text, about }) = question else {
        return sqlx::raw_sql(opening).fetch_all(conn).await;
    };
    let all = AssertSqlSafe(format!("{opening}; SAVEPOINT asked; {text}; RELEASE asked"));
    about.iter().fold(sqlx::query(all), sqlx::query::Query::bind).fetch_all(conn).await
}
