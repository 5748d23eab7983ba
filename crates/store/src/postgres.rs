//! Connections to `PostgreSQL`, and when one is not to be trusted any more.
//!
//! The server's own time-outs are of no use against a server that has stopped, a network that swallows packets, or a primary that was
//! demoted. So every statement goes through [`Watched`]: it waits for an answer no longer than it may, and notices errors after which
//! the connection must not be used again. Such a connection is closed at once, instead of going back into the pool.

use std::fmt;
use std::pin::Pin;
use std::str::FromStr;
use std::sync::LazyLock;
use std::task::{Context, Poll};
use std::time::Duration;

use futures_util::Stream;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{
    PgConnectOptions, PgPoolOptions, PgQueryResult, PgRow, PgStatement, PgTypeInfo,
};
use sqlx::{Either, Execute, Executor, PgConnection, PgPool, Postgres, Row, SqlStr};
use tokio::time::{Sleep, sleep, timeout};

use crate::{Result, StoreError};

/// How long a caller waits for a connection on which a transaction has begun, and a statement for a lock.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
/// How long a transaction may take to begin on a connection. If it is one to a server that is gone, there is time left for another one.
const BEGINS: Duration = Duration::from_secs(3);
/// How long a statement or a commit may take to be answered. Above what the server allows it: as long as the server lives, it is the
/// server that says so.
const ANSWER: Duration = Duration::from_secs(8);
/// The same, for what sweeps: nobody waits for it.
const SLOW_ANSWER: Duration = Duration::from_mins(1);
/// How many connections a pool has.
const CONNECTIONS: u32 = 16;
/// How many connections there are for writes about many at once, of which most of the time there is one. More are made when writes
/// have to wait for something.
const BATCH_CONNECTIONS: u32 = 8;

/// What the planner is told for writes. Whatever they read or change is found by an index, one row after the other, and it knows nothing
/// of a table that is new: a plan that it made for an empty one reads all of it once it is full. Such a plan is the same whatever the
/// parameters are, so it is made once.
const BY_INDEX: [(&str, &str); 5] = [
    ("enable_seqscan", "off"),
    ("enable_hashjoin", "off"),
    ("enable_mergejoin", "off"),
    ("random_page_cost", "0"),
    ("plan_cache_mode", "force_generic_plan"),
];
/// Tells it for a session. Not with the session's start, since poolers refuse or ignore what they do not know there.
static SESSION_BY_INDEX: LazyLock<String> = LazyLock::new(|| format!("SELECT {}", by_index(false)));
/// Begins a write in such a session. The last statement of this and the following says whether the server is one to write to. It goes with
/// the first, in one round trip.
const BEGIN_BATCH: &str = "BEGIN; SELECT NOT pg_is_in_recovery() AND current_setting('default_transaction_read_only') = 'off'";
/// Begins a write in any other.
static BEGIN: LazyLock<String> = LazyLock::new(|| format!("{BEGIN_BATCH}, {}", by_index(true)));
const BEGIN_SLOW: &str = "BEGIN; SET LOCAL statement_timeout = '55s'; SELECT NOT pg_is_in_recovery() AND current_setting('default_transaction_read_only') = 'off'";
const SNAPSHOT: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT NOT pg_is_in_recovery() AND current_setting('default_transaction_read_only') = 'off'";

fn by_index(for_transaction: bool) -> String {
    let set = |(name, value)| format!("set_config('{name}', '{value}', {for_transaction})");
    BY_INDEX.map(set).join(", ")
}

/// What a transaction is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Reads of one moment.
    Read,
    /// Writes that somebody waits for.
    Write,
    /// The same about many at once, on a connection of [`batch_pool`].
    Batch,
    /// Writes that nobody waits for, and which may be many.
    Sweep,
}

/// How the service's connections are set up. A pool of its own begins and ends each transaction, so nothing of a session is shared.
///
/// # Errors
/// When `url` cannot be read.
pub(crate) fn options(url: &str) -> Result<PgConnectOptions> {
    Ok(PgConnectOptions::from_str(url)?.application_name("zipchat").options([
        ("lock_timeout", "5s"),
        ("statement_timeout", "7s"),
        ("idle_in_transaction_session_timeout", "30s"),
        ("synchronous_commit", "on"),
        // Compiling a plan takes longer than anything that is asked here.
        ("jit", "off"),
        // A server that still runs learns within a minute that its client is gone.
        ("tcp_keepalives_idle", "20"),
        ("tcp_keepalives_interval", "10"),
        ("tcp_keepalives_count", "3"),
        ("tcp_user_timeout", "30s"),
    ]))
}

/// The settings of a pool. What a statement shows is not asked before: that a connection still works is seen when its transaction begins.
pub(crate) fn pool_options() -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(CONNECTIONS)
        .acquire_timeout(PATIENCE)
        .test_before_acquire(false)
}

/// The pool for writes about many at once. The same connection takes one after the other: its plans are made, and what it needs is in its
/// memory, and in the processor's. From the large pool each would go to another connection.
pub(crate) fn batch_pool(options: PgConnectOptions) -> PgPool {
    let pool = pool_options().max_connections(BATCH_CONNECTIONS);
    let pool = pool.after_connect(|conn, _| {
        Box::pin(
            async move { sqlx::raw_sql(SESSION_BY_INDEX.as_str()).execute(conn).await.map(drop) },
        )
    });
    pool.connect_lazy_with(options)
}

/// A transaction on a connection from a pool. Dropped without [`PostgresTx::commit`], it is rolled back, in a task of its own.
#[derive(Debug)]
pub(crate) struct PostgresTx {
    /// `None` once it was given back.
    conn: Option<PoolConnection<Postgres>>,
    begun: bool,
    lost: bool,
    answer: Duration,
}

impl PostgresTx {
    /// Begins a transaction on a server that takes writes.
    ///
    /// A connection may have died, or its server been demoted, while nobody used it. Then so have the others most likely: all idle
    /// ones are closed, and a new one is tried.
    ///
    /// # Errors
    /// When there is none in five seconds; [`StoreError::ReadOnly`] when the server takes no writes.
    pub(crate) async fn begin(pool: &PgPool, purpose: Purpose) -> Result<Self> {
        let begin = async {
            match Self::try_begin(pool, purpose).await {
                Err(error) if error.is_lost_connection() => {
                    close_idle(pool);
                    Self::try_begin(pool, purpose).await
                }
                other => other,
            }
        };
        // On the heap, since this is a part of every call's future.
        timeout(PATIENCE, Box::pin(begin)).await.unwrap_or_else(|_| Err(no_answer().into()))
    }

    async fn try_begin(pool: &PgPool, purpose: Purpose) -> Result<Self> {
        let mut tx = Self::checkout(pool).await?;
        let (statement, answer) = match purpose {
            Purpose::Read => (SNAPSHOT, ANSWER),
            Purpose::Write => (BEGIN.as_str(), ANSWER),
            Purpose::Batch => (BEGIN_BATCH, ANSWER),
            Purpose::Sweep => (BEGIN_SLOW, SLOW_ANSWER),
        };
        // From here on there is something to roll back.
        tx.begun = true;
        tx.answer = BEGINS;
        let writable: bool = sqlx::raw_sql(statement).fetch_one(tx.conn()).await?.try_get(0)?;
        tx.answer = answer;
        if !writable {
            tx.lost = true;
            return Err(StoreError::ReadOnly);
        }
        Ok(tx)
    }

    /// A connection, and no transaction yet.
    pub(crate) async fn checkout(pool: &PgPool) -> Result<Self> {
        let conn = pool.acquire().await?;
        Ok(Self { conn: Some(conn), begun: false, lost: false, answer: ANSWER })
    }

    /// Begins a read of one moment, on whatever server this is.
    pub(crate) async fn begin_snapshot(&mut self) -> Result<()> {
        self.begun = true;
        let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
        sqlx::raw_sql(begin).execute(self.conn()).await?;
        Ok(())
    }

    /// Has the connection closed when this is dropped.
    pub(crate) fn lose(&mut self) {
        self.lost = true;
    }

    /// The connection, watched.
    pub(crate) fn conn(&mut self) -> Watched<'_> {
        // It is taken in `drop` alone.
        let conn = self.conn.as_mut().expect("a connection until it is dropped");
        Watched { conn, lost: &mut self.lost, answer: self.answer }
    }

    /// Keeps what was written.
    ///
    /// # Errors
    /// When the server did not say so in time. Then it is not known whether it was kept, as with any network.
    pub(crate) async fn commit(mut self) -> Result<()> {
        sqlx::raw_sql("COMMIT").execute(self.conn()).await?;
        self.begun = false;
        Ok(())
    }
}

impl Drop for PostgresTx {
    fn drop(&mut self) {
        let Some(mut conn) = self.conn.take() else { return };
        let runtime = tokio::runtime::Handle::try_current();
        let (false, Ok(runtime)) = (self.lost, runtime) else {
            // The server sees that the socket is closed, and undoes what was begun.
            drop(conn.detach());
            return;
        };
        let begun = self.begun;
        runtime.spawn(async move {
            // A statement that was given up in the middle is waited for, too; where its answer does not come, the connection goes.
            let rollback = async {
                if begun {
                    sqlx::raw_sql("ROLLBACK").execute(&mut *conn).await?;
                }
                Ok::<_, sqlx::Error>(())
            };
            match timeout(ANSWER, rollback).await {
                // What it is doing when the time is over is dropped, and the connection with it.
                Ok(Ok(())) => drop(timeout(ANSWER, conn.return_to_pool()).await),
                _ => drop(conn.detach()),
            }
        });
    }
}

/// Closes all connections that nobody uses.
pub(crate) fn close_idle(pool: &PgPool) {
    while let Some(conn) = pool.try_acquire() {
        drop(conn.detach());
    }
}

/// A connection whose statements are answered in time or not at all.
pub(crate) struct Watched<'t> {
    conn: &'t mut PgConnection,
    lost: &'t mut bool,
    answer: Duration,
}

impl fmt::Debug for Watched<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watched").field("lost", &self.lost).finish_non_exhaustive()
    }
}

type Answers<'e, T> = Pin<Box<dyn Stream<Item = sqlx::Result<T>> + Send + 'e>>;
type Answer<'e, T> = Pin<Box<dyn Future<Output = sqlx::Result<T>> + Send + 'e>>;

impl<'t> Executor<'t> for Watched<'t> {
    type Database = Postgres;

    fn fetch_many<'e, 'q: 'e, E>(self, query: E) -> Answers<'e, Either<PgQueryResult, PgRow>>
    where
        't: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let Self { conn, lost, answer } = self;
        Box::pin(Watch { answers: conn.fetch_many(query), until: Box::pin(sleep(answer)), lost })
    }

    fn fetch_optional<'e, 'q: 'e, E>(self, query: E) -> Answer<'e, Option<PgRow>>
    where
        't: 'e,
        E: 'q + Execute<'q, Postgres>,
    {
        let Self { conn, lost, answer } = self;
        watch(conn.fetch_optional(query), lost, answer)
    }

    fn prepare_with<'e>(self, sql: SqlStr, types: &'e [PgTypeInfo]) -> Answer<'e, PgStatement>
    where
        't: 'e,
    {
        let Self { conn, lost, answer } = self;
        watch(conn.prepare_with(sql, types), lost, answer)
    }

    fn describe<'e>(self, sql: SqlStr) -> Answer<'e, sqlx::Describe<Postgres>>
    where
        't: 'e,
    {
        let Self { conn, lost, answer } = self;
        watch(conn.describe(sql), lost, answer)
    }
}

fn watch<'e, T: 'e>(
    asked: impl Future<Output = sqlx::Result<T>> + Send + 'e,
    lost: &'e mut bool,
    answer: Duration,
) -> Answer<'e, T> {
    Box::pin(async move {
        let answered = timeout(answer, asked).await.unwrap_or_else(|_| Err(no_answer()));
        if let Err(error) = &answered {
            *lost |= loses_connection(error);
        }
        answered
    })
}

struct Watch<'e, T> {
    answers: Answers<'e, T>,
    until: Pin<Box<Sleep>>,
    lost: &'e mut bool,
}

impl<T> Stream for Watch<'_, T> {
    type Item = sqlx::Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let answered = match self.answers.as_mut().poll_next(context) {
            Poll::Ready(answered) => answered,
            Poll::Pending => match self.until.as_mut().poll(context) {
                Poll::Ready(()) => Some(Err(no_answer())),
                Poll::Pending => return Poll::Pending,
            },
        };
        if let Some(Err(error)) = &answered {
            *self.lost |= loses_connection(error);
        }
        Poll::Ready(answered)
    }
}

fn no_answer() -> sqlx::Error {
    sqlx::Error::Io(std::io::Error::new(
        std::io::ErrorKind::TimedOut,
        "PostgreSQL did not answer in time",
    ))
}

/// Whether after `error` a connection, or the server at its other end, is not to be used again: the connection broke, the server ends or
/// begins, has no room for it, has ended the session, or takes no writes (any more).
///
/// Source: `PostgreSQL`, appendix A, "Error Codes".
pub(crate) fn loses_connection(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) => true,
        sqlx::Error::Database(error) => error.code().is_some_and(|code| {
            code.starts_with("08")
                || matches!(
                    code.as_ref(),
                    "25006" | "25P03" | "53300" | "57P01" | "57P02" | "57P03" | "57P05"
                )
        }),
        _ => false,
    }
}
