//! The only file that knows there are two databases.

use std::collections::BTreeSet;
use std::ops::{Deref, DerefMut};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use domain::id::{AccountId, ChatId, VisitorId};
use domain::lead::{EmailKey, StableId};
use domain::search::Term;
use domain::time::Timestamp;
use domain::visitor::TokenHash;
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, PgPool, Sqlite, SqliteConnection, SqlitePool, Transaction};

use crate::at_once::AtOnce;
use crate::claimants::{Asked, Claimant, Known};
use crate::migrating::{self, PendingMigration, check_applied};
use crate::postgres::{self, PATIENCE, PostgresTx, Purpose};
use crate::replica::{Replica, ReplicaReport};
use crate::rows::rows;
use crate::writers::{Turn, WriteCounts, Writers};
use crate::writes::{Sql, Writes};
use crate::{Result, StoreError};

/// Two statements of full-text search that the databases do not have in common.
pub(crate) struct WordsSql {
    /// Removes what `$2` is found by.
    pub(crate) delete: &'static str,
    /// Whose texts, and which, have the words `$2`; those that were kept last first, at most `$3`.
    pub(crate) find: &'static str,
}

const SQLITE_WORDS: WordsSql = WordsSql {
    delete: "DELETE FROM words WHERE rowid IN (SELECT rowid FROM words WHERE words MATCH '\"' || $2 || '\"' AND chat_id = $1)",
    find: "SELECT owner, seq FROM words WHERE words MATCH $2 AND chat_id = $1 ORDER BY rowid DESC LIMIT $3",
};
const POSTGRES_WORDS: WordsSql = WordsSql {
    delete: "DELETE FROM words WHERE chat_id = $1 AND owner = $2",
    find: "SELECT owner, seq FROM words WHERE chat_id = $1 AND terms @@ $2::tsquery ORDER BY rowid DESC LIMIT $3",
};

/// The third: keeps the words of texts, rows of a chat, an owner, a number, and the words with spaces between them. On `SQLite` the owner
/// is among its words, or nothing of it could be found again to be removed.
pub(crate) const WORDS_INSERT: Sql = Sql::Each {
    sqlite: "INSERT INTO words (chat_id, owner, seq, terms)
             SELECT value ->> 0, value ->> 1, CAST(value ->> 2 AS BIGINT), (value ->> 3) || ' ' || (value ->> 1) FROM jsonb_each($1)",
    postgres: "INSERT INTO words (chat_id, owner, seq, terms)
             SELECT value ->> 0, value ->> 1, CAST(value ->> 2 AS BIGINT), array_to_tsvector(string_to_array(value ->> 3, ' '))
             FROM jsonb_each($1)
             ON CONFLICT (chat_id, owner, seq) DO UPDATE SET terms = excluded.terms",
};

macro_rules! renew_identities {
    ($more:literal) => {
        concat!("UPDATE visitors SET kid = r.kid, token_issued_at = r.issued_at, identified_at = r.identified_at,
                    identity_expires_at = r.expires_at", $more, "
                 FROM (SELECT value ->> 0 AS chat_id, value ->> 1 AS id, value ->> 2 AS kid,
                              CAST(value ->> 3 AS DOUBLE PRECISION) AS issued_at, CAST(value ->> 4 AS BIGINT) AS identified_at,
                              CAST(value ->> 5 AS BIGINT) AS expires_at
                       FROM jsonb_each($1)) AS r
                 WHERE visitors.chat_id = r.chat_id AND visitors.id = r.id")
    };
}

/// Keeps identities that were renewed. On `PostgreSQL` the end of the one before may be recorded between the look and this; where it was
/// not, to set it costs nothing there. `SQLite` would write the entry of an index for it, and has no between.
pub(crate) const RENEW_IDENTITIES: Sql = Sql::Each {
    sqlite: renew_identities!(""),
    postgres: renew_identities!(", end_recorded = FALSE"),
};

/// Takes the locks that the keys in an array name, in their order.
const LOCK: &str =
    "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM UNNEST($1) AS keys (key)";
/// Takes those of the same locks that nobody has, and waits for none: of each of the rows `$1` the locks in its last column, and, where it
/// has a visitor token, that of the token's visitor, which is the third column where the token was never seen.
const TRY_LOCK: &str = "WITH wanted AS (
        SELECT key AS number, value ->> 0 AS chat_id, value ->> 1 AS token_hash, value ->> 2 AS first_id, value -> 3 AS keys
        FROM jsonb_each($1)
     )
     SELECT l.number, pg_try_advisory_xact_lock(hashtextextended(l.key, 0))
     FROM (SELECT w.number, w.chat_id || '/' || COALESCE(t.visitor_id, w.first_id) AS key
           FROM wanted w LEFT JOIN visitor_tokens t ON t.chat_id = w.chat_id AND t.token_hash = w.token_hash
           WHERE w.token_hash IS NOT NULL
           UNION ALL SELECT w.number, k.key FROM wanted w CROSS JOIN LATERAL jsonb_array_elements_text(w.keys) AS k (key)) AS l";

/// A handle to the database; cheap to clone.
#[derive(Debug, Clone)]
pub struct Store(Pool);

#[derive(Debug, Clone)]
enum Pool {
    Sqlite { writers: Writers, at_once: AtOnce, readers: SqlitePool, file: PathBuf },
    Postgres { primary: PgPool, batches: PgPool, replica: Option<Replica> },
}

/// How connections to a file of `SQLite`'s are set up, beside what each driver has a name for.
pub(crate) const PRAGMAS: [(&str, &str); 4] = [
    ("trusted_schema", "OFF"),
    // Pages that a statement might have to put back are remembered in memory, not in a file of their own.
    ("temp_store", "MEMORY"),
    // Pages that many writes change go from the log into the database once.
    ("wal_autocheckpoint", "4000"),
    // What is deleted is overwritten: an erased customer is not to be found in the file's free pages.
    ("secure_delete", "ON"),
];

/// Whether opening may change the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Migration {
    /// Bring the schema up to date.
    Apply,
    /// Leave it, and refuse an older one.
    Check,
}

/// A consistent view. It cannot write.
#[derive(Debug)]
pub struct ReadTx(pub(crate) Tx);

/// A transaction that can write. Dropped without [`WriteTx::commit`], it changes nothing.
#[derive(Debug)]
pub struct WriteTx(ReadTx);

#[derive(Debug)]
pub(crate) enum Tx {
    Sqlite(SqliteTx),
    Postgres(PostgresTx),
}

#[derive(Debug)]
pub(crate) enum SqliteTx {
    Glance(PoolConnection<Sqlite>),
    Read(Transaction<'static, Sqlite>),
    Write(Turn),
}

impl SqliteTx {
    pub(crate) fn conn(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Glance(conn) => conn,
            Self::Read(tx) => tx,
            Self::Write(turn) => turn.conn(),
        }
    }
}

/// What a write is about. Two writes with the same scope never overlap, on either database.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'a> {
    /// The whole installation: accounts and their names.
    Installation,
    /// One account, its operators and its chats.
    Account(&'a AccountId),
    /// One chat, its settings and its keys.
    Chat(&'a ChatId),
    /// One visitor: its tokens, its conversation, the replies in it.
    Visitor(&'a ChatId, &'a VisitorId),
    /// One visitor, and the customer that it turns out to be, who may have other visitors.
    Customer {
        /// The chat.
        chat: &'a ChatId,
        /// The visitor.
        visitor: &'a VisitorId,
        /// The customer's email.
        email: &'a EmailKey,
        /// The customer's stable id, where there is one.
        stable_id: Option<&'a StableId>,
    },
    /// A customer, by what the customer is known: the locks that [`Scope::Customer`] takes beside the visitor's.
    Person {
        /// The chat.
        chat: &'a ChatId,
        /// The customer's email.
        email: Option<&'a EmailKey>,
        /// The customer's stable id.
        stable_id: Option<&'a StableId>,
    },
    /// A host on the web that pages are fetched from, whichever chat's they are.
    Host(&'a str),
    /// What belongs to nobody and is only swept away.
    Housekeeping,
}

/// Evaluates `$body` with `$conn` bound to the connection of the database in use.
macro_rules! sql {
    ($tx:expr, $conn:ident => $body:expr) => {
        match &mut $tx.0 {
            $crate::database::Tx::Sqlite(tx) => {
                let $conn = tx.conn();
                $body
            }
            $crate::database::Tx::Postgres(tx) => {
                let $conn = tx.conn();
                $body
            }
        }
    };
}
pub(crate) use sql;

impl Store {
    /// Opens `url` (`sqlite:` or `postgres:`), with the schema brought up to date or checked.
    ///
    /// # Errors
    /// When the database is out of reach, its schema is newer than this program, or a migration fails.
    pub async fn open(url: &str, migration: Migration) -> Result<Self> {
        if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            open_postgres(url, migration).await
        } else if url.starts_with("sqlite:") {
            open_sqlite(url, migration).await
        } else {
            Err(StoreError::Address)
        }
    }

    /// The same store, with [`Store::read_replica`] reading at `url`: a server that follows this one. It need not be there yet.
    ///
    /// # Errors
    /// [`StoreError::Address`] with `SQLite`, or when `url` cannot be read.
    pub fn with_replica(self, url: &str) -> Result<Self> {
        match self.0 {
            Pool::Postgres { primary, batches, .. } => {
                let replica = Some(Replica::new(postgres::options(url)?));
                Ok(Self(Pool::Postgres { primary, batches, replica }))
            }
            Pool::Sqlite { .. } => Err(StoreError::Address),
        }
    }

    /// What opening `url` with [`Migration::Apply`] would do to its schema. It changes nothing, and makes no file.
    ///
    /// # Errors
    /// When the database is out of reach, or its schema is newer than this program.
    pub async fn pending_migrations(url: &str) -> Result<Vec<PendingMigration>> {
        let query = "SELECT version FROM _sqlx_migrations WHERE success ORDER BY version";
        let applied: sqlx::Result<Vec<i64>> = if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url)?.read_only(true);
            if !options.get_filename().exists() {
                return migrating::pending(&[]);
            }
            sqlx::query_scalar(query).fetch_all(&mut options.connect().await?).await
        } else {
            sqlx::query_scalar(query).fetch_all(&mut postgres::options(url)?.connect().await?).await
        };
        match applied {
            Ok(applied) => migrating::pending(&applied),
            // Without the table there is no schema at all.
            Err(sqlx::Error::Database(_)) => migrating::pending(&[]),
            Err(error) => Err(error.into()),
        }
    }

    /// Makes a new, empty database on the `PostgreSQL` server at `url`, and answers its address. For tests: each has its own.
    ///
    /// # Errors
    /// When the server is out of reach or does not allow it.
    pub async fn create_database(url: &str) -> Result<String> {
        let options = PgConnectOptions::from_str(url)?;
        // The time is not needed: 80 random bits make the name unique.
        let name = format!("test_{}", ChatId::new(Timestamp::from_millis(0)));
        let mut server = options.connect().await?;
        let create = format!("CREATE DATABASE {name}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(create)).execute(&mut server).await?;
        Ok(options.database(&name).to_url_lossy().to_string())
    }

    /// Starts a read.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn read(&self) -> Result<ReadTx> {
        Ok(ReadTx(match &self.0 {
            Pool::Sqlite { readers, .. } => Tx::Sqlite(SqliteTx::Read(readers.begin().await?)),
            Pool::Postgres { primary, .. } => {
                Tx::Postgres(PostgresTx::begin(primary, Purpose::Read).await?)
            }
        }))
    }

    /// Starts a read of a single statement. That is of one moment by itself, so on `SQLite` nothing is begun and ended around it: each
    /// of these is a trip to the thread of its connection, as dear as the statement.
    ///
    /// # Errors
    /// When no connection can be had.
    pub async fn glance(&self) -> Result<ReadTx> {
        match &self.0 {
            Pool::Sqlite { readers, .. } => {
                Ok(ReadTx(Tx::Sqlite(SqliteTx::Glance(readers.acquire().await?))))
            }
            // A dead connection is noticed when a transaction begins.
            Pool::Postgres { .. } => self.read().await,
        }
    }

    /// Starts a read that may be long, on the replica where there is one.
    ///
    /// It sees whatever was acknowledged before it was called, as [`Store::read`] does: where the replica has not come as far in a
    /// moment, or is away, the primary is read. So the two differ in where the work is done and in nothing else. For pages, lists and
    /// files; what decides or is asked for all the time reads the primary, which has to be asked either way.
    ///
    /// # Errors
    /// When the primary does not answer.
    pub async fn read_replica(&self) -> Result<ReadTx> {
        if let Pool::Postgres { primary, replica: Some(replica), .. } = &self.0
            && let Some(tx) = Box::pin(replica.read(primary)).await?
        {
            return Ok(ReadTx(Tx::Postgres(tx)));
        }
        self.read().await
    }

    /// How the replica does, where there is one.
    #[must_use]
    pub fn replica(&self) -> Option<ReplicaReport> {
        match &self.0 {
            Pool::Postgres { replica, .. } => replica.as_ref().map(Replica::report),
            Pool::Sqlite { .. } => None,
        }
    }

    /// How many writes have shared how many commits, where that is in this program's hands: with `SQLite`.
    #[must_use]
    pub fn write_counts(&self) -> Option<WriteCounts> {
        match &self.0 {
            Pool::Sqlite { writers, .. } => Some(writers.counts()),
            Pool::Postgres { .. } => None,
        }
    }

    /// Starts a write about `scope`, after any other write about it has ended.
    ///
    /// `SQLite` has one writer at a time. `PostgreSQL` would let two run and the later one undo the earlier, so there the
    /// scope is one advisory lock or a few, taken in order and held until the transaction ends.
    ///
    /// # Errors
    /// When no connection or lock can be had in five seconds.
    pub async fn write(&self, scope: Scope<'_>) -> Result<WriteTx> {
        let sweeps = matches!(scope, Scope::Housekeeping);
        let mut tx = self.begin(if sweeps { Purpose::Sweep } else { Purpose::Write }).await?;
        if let Tx::Postgres(tx) = &mut tx.0.0 {
            // In one round trip; the keys of an array are taken in its order.
            let keys: Vec<String> = scope.keys().into_iter().collect();
            sqlx::query(LOCK).bind(keys).execute(tx.conn()).await?;
        }
        Ok(tx)
    }

    /// Starts a write about many scopes at once, which [`WriteTx::try_lock`] has yet to name. Until then it may only read.
    ///
    /// # Errors
    /// When no connection can be had in five seconds.
    pub(crate) async fn write_many(&self) -> Result<WriteTx> {
        self.begin(Purpose::Batch).await
    }

    /// Reads what is known of `claimants`, has `decide` say what comes of it, and keeps what it wants written: in one go, on the database's
    /// own thread, and nobody writes in between. `None` with `PostgreSQL`, which has no thread here.
    ///
    /// # Errors
    /// When the database refuses, or `decide` does; then nothing is kept.
    pub async fn write_at_once<T: Send + 'static>(
        &self,
        claimants: &[Claimant<'_>],
        decide: impl FnOnce(Known) -> Result<(T, Writes)> + Send + 'static,
    ) -> Result<Option<T>> {
        let Pool::Sqlite { writers, at_once, .. } = &self.0 else { return Ok(None) };
        let asked = Asked::about(claimants);
        at_once.write(writers.aside().await?, asked, decide).await.map(Some)
    }

    async fn begin(&self, purpose: Purpose) -> Result<WriteTx> {
        Ok(WriteTx(ReadTx(match &self.0 {
            Pool::Sqlite { writers, .. } => Tx::Sqlite(SqliteTx::Write(writers.turn().await?)),
            Pool::Postgres { primary, batches, .. } => {
                let pool = if purpose == Purpose::Batch { batches } else { primary };
                Tx::Postgres(PostgresTx::begin(pool, purpose).await?)
            }
        })))
    }

    pub(crate) fn sqlite_readers(&self) -> Option<&SqlitePool> {
        match &self.0 {
            Pool::Sqlite { readers, .. } => Some(readers),
            Pool::Postgres { .. } => None,
        }
    }

    pub(crate) fn postgres_pool(&self) -> Option<&PgPool> {
        match &self.0 {
            Pool::Sqlite { .. } => None,
            Pool::Postgres { primary, .. } => Some(primary),
        }
    }

    /// The file that this store is in, where it is `SQLite`.
    #[must_use]
    pub fn file(&self) -> Option<&PathBuf> {
        match &self.0 {
            Pool::Sqlite { file, .. } => Some(file),
            Pool::Postgres { .. } => None,
        }
    }

    /// Sees to it that what was deleted is not left in a log beside the database, as far as that is in the program's hands.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn checkpoint(&self) -> Result<()> {
        match &self.0 {
            Pool::Sqlite { writers, .. } => writers.checkpoint().await,
            Pool::Postgres { .. } => Ok(()),
        }
    }

    /// Ends all connections, after what is being written has been kept.
    pub async fn close(&self) {
        match &self.0 {
            Pool::Sqlite { writers, readers, .. } => {
                // A turn of one's own comes after every write that was begun.
                if let Ok(turn) = writers.turn().await {
                    let _ = turn.commit().await;
                }
                readers.close().await;
                let _ = writers.checkpoint().await;
            }
            Pool::Postgres { primary, batches, replica } => {
                if let Some(replica) = replica {
                    replica.close().await;
                }
                batches.close().await;
                primary.close().await;
            }
        }
    }
}

async fn open_postgres(url: &str, migration: Migration) -> Result<Store> {
    let options = postgres::options(url)?;
    if migration == Migration::Apply {
        migrating::postgres(&options).await?;
    }
    let batches = postgres::batch_pool(options.clone());
    let pool = postgres::pool_options().connect_with(options).await?;
    if migration == Migration::Check {
        let query = "SELECT COUNT(*) FROM _sqlx_migrations WHERE success";
        check_applied(sqlx::query_scalar(query).fetch_one(&pool).await)?;
    }
    Ok(Store(Pool::Postgres { primary: pool, batches, replica: None }))
}

async fn open_sqlite(url: &str, migration: Migration) -> Result<Store> {
    let options = SqliteConnectOptions::from_str(url)?
        .create_if_missing(migration == Migration::Apply)
        .foreign_keys(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .busy_timeout(PATIENCE);
    let options =
        PRAGMAS.iter().fold(options, |options, (name, value)| options.pragma(*name, *value));
    let file = options.get_filename().to_path_buf();
    if let (Migration::Apply, Some(folder)) = (migration, file.parent()) {
        std::fs::create_dir_all(folder).map_err(sqlx::Error::Io)?;
        make_private(&file).map_err(sqlx::Error::Io)?;
    }
    if migration == Migration::Apply {
        // On a pool, since a future that borrows a connection cannot be sent between threads here.
        let pool =
            SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        migrating::sqlite(&pool, &file).await?;
        pool.close().await;
    }
    let mut writer = options.connect().await?;
    let version: String =
        sqlx::query_scalar("SELECT sqlite_version()").fetch_one(&mut writer).await?;
    if !is_new_enough(&version) {
        return Err(StoreError::SqliteTooOld(version));
    }
    if migration == Migration::Check {
        let query = "SELECT COUNT(*) FROM _sqlx_migrations WHERE success";
        check_applied(sqlx::query_scalar(query).fetch_one(&mut writer).await)?;
    }
    let readers = SqlitePoolOptions::new()
        .max_connections(8)
        .acquire_timeout(PATIENCE)
        // A file does not hang up.
        .test_before_acquire(false)
        .connect_with(options.read_only(true))
        .await?;
    let at_once = AtOnce::open(&file)?;
    Ok(Store(Pool::Sqlite { writers: Writers::new(writer), at_once, readers, file }))
}

/// Makes the file, where there is none, for its owner alone: it holds customers' data. `SQLite` gives the files beside it the same
/// permissions.
fn make_private(file: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(file).map(drop)
}

/// Older versions have a fault by which a checkpoint can lose writes.
fn is_new_enough(version: &str) -> bool {
    let parts: Vec<u32> = version.split('.').map_while(|part| part.parse().ok()).collect();
    parts >= vec![3, 51, 3]
}

impl ReadTx {
    pub(crate) const fn words_sql(&self) -> &'static WordsSql {
        match &self.0 {
            Tx::Sqlite(_) => &SQLITE_WORDS,
            Tx::Postgres(_) => &POSTGRES_WORDS,
        }
    }

    /// A question in the database's own language: all of `terms`, and `word` as it is. Words are letters, marks and digits.
    pub(crate) fn words_asked(&self, terms: &[Term], word: &str) -> String {
        let terms = terms.iter().map(|term| match (&self.0, term.begins) {
            (Tx::Sqlite(_), false) => format!("\"{}\"", term.text),
            (Tx::Sqlite(_), true) => format!("\"{}\" *", term.text),
            (Tx::Postgres(_), false) => format!("'{}'", term.text),
            (Tx::Postgres(_), true) => format!("'{}':*", term.text),
        });
        let (and, quote) = match &self.0 {
            Tx::Sqlite(_) => (" AND ", '"'),
            Tx::Postgres(_) => (" & ", '\''),
        };
        let all: Vec<String> = terms.chain([format!("{quote}{word}{quote}")]).collect();
        all.join(and)
    }
}

impl WriteTx {
    /// Makes this write one about those of `wanted` that no other write is about at this moment, and answers which they are. It waits
    /// for none, so that one that is busy holds up nobody but itself.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn try_lock(&mut self, wanted: &[Wanted<'_>]) -> Result<Vec<bool>> {
        let mut free = vec![true; wanted.len()];
        // SQLite has one writer at a time.
        let Tx::Postgres(tx) = &mut self.0.0 else { return Ok(free) };
        let wanted = rows(wanted.iter().map(Wanted::row));
        let tried: Vec<(String, bool)> =
            sqlx::query_as(TRY_LOCK).bind(wanted).fetch_all(tx.conn()).await?;
        for (number, _) in tried.into_iter().filter(|(_, got)| !got) {
            let place = number.parse().ok().and_then(|number: usize| free.get_mut(number));
            *place.ok_or_else(|| StoreError::corrupt("jsonb_each", "key")(number))? = false;
        }
        Ok(free)
    }

    /// Writes all of `writes`.
    ///
    /// # Errors
    /// When the database refuses one of them. Then the whole write is to be given up: on `SQLite` those before it are there.
    pub async fn write(&mut self, writes: Writes) -> Result<()> {
        if writes.is_empty() {
            return Ok(());
        }
        match &mut self.0.0 {
            Tx::Sqlite(tx) => writes.on_sqlite().execute(tx.conn()).await.map(drop)?,
            Tx::Postgres(tx) => writes.on_postgres().execute(tx.conn()).await.map(drop)?,
        }
        Ok(())
    }

    /// The same, and keeps them with what was written before, as [`WriteTx::commit`] does.
    ///
    /// # Errors
    /// When the database refuses one of them, or could not keep them; nothing is kept then.
    pub async fn commit_with(mut self, writes: Writes) -> Result<()> {
        self.write(writes).await?;
        self.commit().await
    }

    /// Keeps what was written; when it answers, that survives a loss of power.
    ///
    /// # Errors
    /// When the database could not; nothing is kept then.
    pub async fn commit(self) -> Result<()> {
        match self.0.0 {
            Tx::Sqlite(SqliteTx::Write(turn)) => turn.commit().await,
            Tx::Sqlite(SqliteTx::Read(tx)) => Ok(tx.commit().await?),
            Tx::Sqlite(SqliteTx::Glance(_)) => Ok(()),
            Tx::Postgres(tx) => tx.commit().await,
        }
    }
}

impl Deref for WriteTx {
    type Target = ReadTx;

    fn deref(&self) -> &ReadTx {
        &self.0
    }
}

impl DerefMut for WriteTx {
    fn deref_mut(&mut self) -> &mut ReadTx {
        &mut self.0
    }
}

/// What a write is to be about, if no other is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Wanted<'a> {
    /// This.
    Scope(Scope<'a>),
    /// A customer, and the visitor whose token it brings.
    Claimant(Claimant<'a>),
}

impl Wanted<'_> {
    /// As a row of [`TRY_LOCK`].
    fn row(&self) -> (Option<&str>, Option<&str>, Option<String>, BTreeSet<String>) {
        match self {
            Self::Scope(scope) => (None, None, None, scope.keys()),
            Self::Claimant(it) => {
                let first = it.token.map(|token| VisitorId::of_first_token(token).to_string());
                let keys = it.scope(None).keys();
                (Some(it.chat.as_str()), it.token.map(TokenHash::as_str), first, keys)
            }
        }
    }
}

impl Scope<'_> {
    /// The locks of this scope, in the one order in which everybody takes them.
    fn keys(&self) -> BTreeSet<String> {
        match self {
            Self::Installation => BTreeSet::from(["installation".to_owned()]),
            Self::Account(id) => BTreeSet::from([id.to_string()]),
            Self::Chat(id) => BTreeSet::from([id.to_string()]),
            // TRY_LOCK makes the same text.
            Self::Visitor(chat, id) => BTreeSet::from([format!("{chat}/{id}")]),
            Self::Customer { chat, visitor, email, stable_id } => {
                let mut keys = BTreeSet::from([
                    format!("{chat}/{visitor}"),
                    format!("{chat}/email/{}", email.as_str()),
                ]);
                keys.extend(stable_id.map(|id| format!("{chat}/id/{}", id.as_str())));
                keys
            }
            Self::Person { chat, email, stable_id } => {
                let email = email.map(|email| format!("{chat}/email/{}", email.as_str()));
                let id = stable_id.map(|id| format!("{chat}/id/{}", id.as_str()));
                email.into_iter().chain(id).collect()
            }
            Self::Host(host) => BTreeSet::from([format!("host/{host}")]),
            Self::Housekeeping => BTreeSet::from(["housekeeping".to_owned()]),
        }
    }
}
