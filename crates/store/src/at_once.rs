//! Reads, decides and writes in one go, on a thread that a connection to `SQLite`'s file has for itself: whoever waits is woken once.
//!
//! For what comes so often that it matters. All else is written in turns (`writers.rs`), through sqlx: that has a thread a connection, too,
//! but tells whoever waits of every row and every statement, and wakes them for each.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc;
use std::thread;

use rusqlite::types::FromSql;
use rusqlite::{Connection, OpenFlags, Row, TransactionBehavior};
use tokio::sync::oneshot;

use crate::claimants::{Asked, Known};
use crate::database::PRAGMAS;
use crate::postgres::PATIENCE;
use crate::writers::Aside;
use crate::{Result, Writes};

type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// A connection and its thread. Cheap to clone; it ends with the last.
#[derive(Debug, Clone)]
pub(crate) struct AtOnce(mpsc::Sender<Job>);

impl AtOnce {
    /// Opens `file`, which is there.
    pub(crate) fn open(file: &Path) -> Result<Self> {
        let mut db = connect(file)?;
        let (jobs, given) = mpsc::channel::<Job>();
        let work = move || given.into_iter().for_each(|job| job(&mut db));
        let thread = thread::Builder::new().name("sqlite-at-once".to_owned());
        thread.spawn(work).map_err(sqlx::Error::Io)?;
        Ok(Self(jobs))
    }

    /// See [`crate::Store::write_at_once`]. Once begun it is seen through, whoever still waits.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        aside: Aside,
        asked: Asked,
        decide: impl FnOnce(Known) -> Result<(T, Writes)> + Send + 'static,
    ) -> Result<T> {
        let (answer, answered) = oneshot::channel();
        let job = move |db: &mut Connection| {
            // What panics must not take the thread along; the transaction is undone on the way.
            let outcome = catch_unwind(AssertUnwindSafe(|| write(db, &aside, &asked, decide)));
            // Others need not wait for whoever waits for this.
            drop(aside);
            if let Ok(outcome) = outcome {
                let _ = answer.send(outcome);
            }
        };
        self.0.send(Box::new(job)).map_err(|_| sqlx::Error::WorkerCrashed)?;
        answered.await.map_err(|_| sqlx::Error::WorkerCrashed)?
    }
}

/// Connects as sqlx is told to in `database.rs`.
pub(crate) fn connect(file: &Path) -> rusqlite::Result<Connection> {
    // One thread has it: it needs no locks of its own.
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(file, flags)?;
    db.busy_timeout(PATIENCE)?;
    let by_name = [("foreign_keys", "ON"), ("synchronous", "FULL")];
    for (name, value) in by_name.iter().chain(&PRAGMAS) {
        db.pragma_update(None, name, value)?;
    }
    Ok(db)
}

fn write<T>(
    db: &mut Connection,
    aside: &Aside,
    asked: &Asked,
    decide: impl FnOnce(Known) -> Result<(T, Writes)>,
) -> Result<T> {
    if !db.is_autocommit() {
        // The one before could not even be undone.
        db.execute_batch("ROLLBACK")?;
    }
    let tx = db.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let (decided, writes) = decide(asked.answer(&tx)?)?;
    if !writes.is_empty() {
        writes.write_to(&tx)?;
        tx.commit()?;
        aside.committed(1);
    }
    Ok(decided)
}

/// The columns of a row, one after the other.
pub(crate) struct Columns<'r> {
    row: &'r Row<'r>,
    at: usize,
}

impl<'r> Columns<'r> {
    pub(crate) const fn of(row: &'r Row<'r>) -> Self {
        Self { row, at: 0 }
    }

    pub(crate) fn next<T: FromSql>(&mut self) -> rusqlite::Result<T> {
        self.at += 1;
        self.row.get(self.at - 1)
    }
}
