//! What keeping costs, whatever asks for it: the two upserts of an identification, many to a transaction, by this program itself.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection as _, Executor, PgConnection};

use crate::measure::real;
use crate::program::cpu_time;
use crate::world::{Outcome, Postgres};

const TABLES: [&str; 2] = [
    "CREATE TABLE contacts (chat_id TEXT, email TEXT, name TEXT, issued_at BIGINT, PRIMARY KEY (chat_id, email))",
    "CREATE TABLE visitors (chat_id TEXT, token TEXT, email TEXT, PRIMARY KEY (chat_id, token))",
];

const SQLITE_CONTACTS: &str =
    "INSERT INTO contacts SELECT 'chat', value, 'Jane', 1 FROM json_each($1) WHERE true
    ON CONFLICT (chat_id, email) DO UPDATE SET issued_at = excluded.issued_at";
const SQLITE_VISITORS: &str =
    "INSERT INTO visitors SELECT 'chat', t.value, e.value FROM json_each($1) t JOIN json_each($2) e ON e.key = t.key WHERE true
    ON CONFLICT (chat_id, token) DO UPDATE SET email = excluded.email";
const POSTGRES: &str = "WITH contact AS (
        INSERT INTO contacts SELECT 'chat', email, 'Jane', 1 FROM UNNEST($1) email
        ON CONFLICT (chat_id, email) DO UPDATE SET issued_at = excluded.issued_at)
    INSERT INTO visitors SELECT 'chat', token, email FROM UNNEST($2, $1) AS t (token, email)
    ON CONFLICT (chat_id, token) DO UPDATE SET email = excluded.email";

/// µs a row: of this program, and of the database's own processes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Share {
    /// This program's, the statements included.
    pub(crate) app: f64,
    /// The database's.
    pub(crate) database: f64,
}

/// The emails and tokens of a batch.
struct Batch {
    emails: Vec<String>,
    tokens: Vec<String>,
}

impl Batch {
    /// Half of a batch is new and half is what another one brought; tokens begin with a count, as the service's begin with the time.
    fn new(batch: usize, size: usize) -> Self {
        let half = size / 2;
        let of = |batch: usize| batch * half..(batch + 1) * half;
        let before = if batch == 0 { 0..0 } else { of(batch * 7_919 / 13 % batch) };
        let numbers: Vec<usize> = of(batch).chain(before).collect();
        let email = |number: &usize| {
            format!("{:016x}@example.com", number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
        };
        let token = |number: &usize| format!("{number:08}-0123456789abcdef0123456789abcdef");
        Self {
            emails: numbers.iter().map(email).collect(),
            tokens: numbers.iter().map(token).collect(),
        }
    }
}

/// In an `SQLite` file, `size` rows a transaction, `batches` times.
///
/// # Errors
/// When `SQLite` fails.
pub(crate) async fn sqlite(size: usize, batches: usize) -> Outcome<Share> {
    let folder = tempfile::tempdir()?;
    let mut connection = SqliteConnectOptions::new()
        .filename(folder.path().join("commits.db"))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .connect()
        .await?;
    for table in TABLES {
        connection.execute(table).await?;
    }
    let began = own_time();
    for batch in 0..batches {
        let Batch { emails, tokens } = Batch::new(batch, size);
        let (emails, tokens) = (serde_json::to_string(&emails)?, serde_json::to_string(&tokens)?);
        let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
        sqlx::query(SQLITE_CONTACTS).bind(&emails).execute(&mut *tx).await?;
        sqlx::query(SQLITE_VISITORS).bind(&tokens).bind(&emails).execute(&mut *tx).await?;
        tx.commit().await?;
    }
    let app = per_row(own_time().saturating_sub(began), size * batches);
    Ok(Share { app, database: 0.0 })
}

/// In a cluster, likewise; a statement is a transaction.
///
/// # Errors
/// When `PostgreSQL` fails.
pub(crate) async fn postgres(cluster: &Postgres, size: usize, batches: usize) -> Outcome<Share> {
    let mut connection = PgConnection::connect(&cluster.database().await?).await?;
    for table in TABLES {
        connection.execute(table).await?;
    }
    let (began, database) = (own_time(), cpu_time(cluster.pid));
    for batch in 0..batches {
        let Batch { emails, tokens } = Batch::new(batch, size);
        sqlx::query(POSTGRES).bind(&emails).bind(&tokens).execute(&mut connection).await?;
    }
    let rows = size * batches;
    let app = per_row(own_time().saturating_sub(began), rows);
    Ok(Share { app, database: per_row(cpu_time(cluster.pid).saturating_sub(database), rows) })
}

fn per_row(took: Duration, rows: usize) -> f64 {
    took.as_secs_f64() * 1e6 / real(rows)
}

/// The processor time of this process.
fn own_time() -> Duration {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).unwrap_or_default()
}
