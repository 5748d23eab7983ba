//! Brings a schema up to date, and says beforehand what that would do to a service that runs.
//!
//! One folder of migrations serves both databases. An index on a table that exists is built without holding writes up: its file begins
//! with `-- no-transaction` and is one `CREATE INDEX CONCURRENTLY IF NOT EXISTS`. `SQLite` has no such word; there it is left out.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions, PgPool, SqlSafeStr, SqlitePool};
use tokio::time::sleep;

use crate::{Result, StoreError};

static MIGRATOR: Migrator = sqlx::migrate!();

/// Whoever changes a schema holds this lock. It is asked for again and again and not waited for: a session that waits has a snapshot,
/// and an index that is built concurrently waits for old snapshots to go.
const LOCK: &str = "SELECT pg_try_advisory_lock(hashtextextended('zipchat migrations', 0))";
/// How often it is asked for.
const ASK: Duration = Duration::from_millis(200);

/// What makes the table of the words that texts are found by. It is the one table that the two databases do not make alike: one of FTS5
/// here, an index over a `tsvector` there. On both, `rowid` counts up, so that what was kept last is found first.
const WORDS_IN_SQLITE: &str = "
    CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5(
        terms, chat_id UNINDEXED, owner UNINDEXED, seq UNINDEXED,
        tokenize = \"ascii tokenchars '_'\", detail = none, columnsize = 0);
    INSERT INTO words (words, rank) VALUES ('secure-delete', 1);";
const WORDS_IN_POSTGRES: &str = "
    CREATE TABLE IF NOT EXISTS words (
        chat_id TEXT NOT NULL REFERENCES chats (id) ON DELETE CASCADE,
        owner TEXT NOT NULL,
        seq BIGINT NOT NULL,
        rowid BIGINT NOT NULL GENERATED ALWAYS AS IDENTITY,
        terms TSVECTOR NOT NULL,
        PRIMARY KEY (chat_id, owner, seq));
    CREATE INDEX IF NOT EXISTS words_by_term ON words USING gin (terms);
    CREATE INDEX IF NOT EXISTS words_by_order ON words (chat_id, rowid);";

/// A migration that a database has not had yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingMigration {
    /// Its number.
    pub version: i64,
    /// Its name.
    pub name: String,
    /// Why it should not run while the service does; empty where it may.
    pub risks: Vec<String>,
}

/// Applies what is missing, one process at a time. No statement has a limit, since an index may take its time; but none waits for a
/// table's lock longer than five seconds, since everybody else would wait behind it.
pub(crate) async fn postgres(options: &PgConnectOptions) -> Result<()> {
    apply(options, &MIGRATOR).await
}

async fn apply(options: &PgConnectOptions, migrator: &Migrator) -> Result<()> {
    let options = options.clone().options([("statement_timeout", "0")]);
    let one = PgPoolOptions::new().max_connections(1);
    let pool = one.connect_with(options.clone()).await?;
    if !up_to_date(&pool, migrator).await? {
        let mut lock = options.connect().await?;
        while !sqlx::query_scalar::<_, bool>(LOCK).fetch_one(&mut lock).await? {
            sleep(ASK).await;
        }
        drop_unfinished(&pool, migrator).await?;
        migrator.run(&pool).await.map_err(from_migrate)?;
        // All or nothing, as several statements sent at once are.
        sqlx::raw_sql(WORDS_IN_POSTGRES).execute(&pool).await?;
        sqlx::Connection::close(lock).await?;
    }
    pool.close().await;
    Ok(())
}

async fn up_to_date(pool: &PgPool, migrator: &Migrator) -> Result<bool> {
    let words = "SELECT COUNT(*) FROM pg_indexes WHERE schemaname = current_schema() AND indexname = 'words_by_order'";
    let words: i64 = sqlx::query_scalar(words).fetch_one(pool).await?;
    let applied = "SELECT COUNT(*) FROM _sqlx_migrations WHERE success";
    match check(migrator, sqlx::query_scalar(applied).fetch_one(pool).await) {
        Ok(()) => Ok(words > 0),
        Err(StoreError::Outdated) => Ok(false),
        Err(error) => Err(error),
    }
}

/// An index whose building was interrupted stays behind and is of no use; it would only look as if it were there.
async fn drop_unfinished(pool: &PgPool, migrator: &Migrator) -> Result<()> {
    let query = "SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                 JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE NOT i.indisvalid AND n.nspname = current_schema()";
    let unfinished: Vec<String> = sqlx::query_scalar(query).fetch_all(pool).await?;
    let ours: BTreeSet<&str> = migrator.iter().filter(|it| it.no_tx).filter_map(index_of).collect();
    // Others may be building one by hand.
    for name in unfinished.iter().filter(|name| ours.contains(name.as_str())) {
        let drop = format!("DROP INDEX CONCURRENTLY IF EXISTS {name}");
        sqlx::raw_sql(AssertSqlSafe(drop)).execute(pool).await?;
    }
    Ok(())
}

/// The index that a migration of one statement makes.
fn index_of(migration: &sqlx::migrate::Migration) -> Option<&str> {
    let (_, rest) = migration.sql.as_str().split_once("INDEX CONCURRENTLY IF NOT EXISTS ")?;
    rest.split_whitespace().next()
}

/// The same migrations for `SQLite`, whose only writer holds everything up anyhow.
fn for_sqlite(migrator: &Migrator) -> Migrator {
    let migrations = migrator.iter().cloned().map(|mut migration| {
        if migration.no_tx {
            let sql = migration.sql.as_str().replace(" CONCURRENTLY", "");
            migration.sql = AssertSqlSafe(sql).into_sql_str();
            migration.no_tx = false;
        }
        migration
    });
    Migrator::with_migrations(migrations.collect())
}

/// Applies what is missing, one process at a time: a command may come while the service starts.
pub(crate) async fn sqlite(pool: &SqlitePool, file: &Path) -> Result<()> {
    let query = "SELECT COUNT(*) FROM _sqlx_migrations WHERE success";
    let words = "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'words'";
    let has_words = async || sqlx::query_scalar(words).fetch_one(pool).await.map(|n: i64| n > 0);
    if check_applied(sqlx::query_scalar(query).fetch_one(pool).await).is_ok() && has_words().await?
    {
        return Ok(());
    }
    // Not the database's own file: closing it would let go of the locks that SQLite has on it.
    let lock = std::fs::File::create(file.with_extension("migrating")).map_err(sqlx::Error::Io)?;
    let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock));
    let lock = lock.await.map_err(|_| sqlx::Error::WorkerCrashed)?.map_err(sqlx::Error::Io)?;
    let migrated = for_sqlite(&MIGRATOR).run(pool).await.map_err(from_migrate);
    if migrated.is_ok() && !has_words().await? {
        sqlx::raw_sql(WORDS_IN_SQLITE).execute(pool).await?;
    }
    let _ = std::fs::remove_file(file.with_extension("migrating"));
    drop(lock);
    migrated
}

fn from_migrate(error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(_) => StoreError::TooNew,
        other => StoreError::Migrate(other),
    }
}

/// Whether as many migrations are applied as there are.
pub(crate) fn check_applied(applied: sqlx::Result<i64>) -> Result<()> {
    check(&MIGRATOR, applied)
}

fn check(migrator: &Migrator, applied: sqlx::Result<i64>) -> Result<()> {
    let known = i64::try_from(migrator.iter().count()).unwrap_or(i64::MAX);
    match applied {
        Ok(applied) if applied == known => Ok(()),
        Ok(applied) if applied > known => Err(StoreError::TooNew),
        // Without the table there is no schema at all.
        Ok(_) | Err(sqlx::Error::Database(_)) => Err(StoreError::Outdated),
        Err(error) => Err(error.into()),
    }
}

/// The migrations that are not among `applied`, the numbers that a database has had.
pub(crate) fn pending(applied: &[i64]) -> Result<Vec<PendingMigration>> {
    let known: BTreeSet<i64> = MIGRATOR.iter().map(|migration| migration.version).collect();
    if applied.iter().any(|version| !known.contains(version)) {
        return Err(StoreError::TooNew);
    }
    let pending = MIGRATOR.iter().filter(|migration| !applied.contains(&migration.version));
    let pending = pending.map(|migration| PendingMigration {
        version: migration.version,
        name: migration.description.to_string(),
        risks: risks(migration.sql.as_str(), migration.no_tx),
    });
    Ok(pending.collect())
}

/// What in a migration would hold up a service that runs, or break the version of it before: a sentence each.
fn risks(sql: &str, alone: bool) -> Vec<String> {
    let statements = statements(sql);
    let made: Vec<&str> = statements.iter().filter_map(|it| made_table(it)).collect();
    let alone = alone && statements.len() == 1;
    let risk = |statement: &String| {
        let words: Vec<&str> = statement.split_whitespace().collect();
        let about = table_of(&words).unwrap_or_default();
        let fault = if made.contains(&about) { None } else { fault(&words, alone) };
        fault.map(|fault| format!("{fault}: {}", words[..words.len().min(6)].join(" ")))
    };
    statements.iter().filter_map(risk).collect()
}

/// What is wrong with a statement about a table that was there before; `None` where it takes no time and nobody misses anything.
fn fault(words: &[&str], alone: bool) -> Option<&'static str> {
    const GONE: &str = "the version before may still use what it changes";
    const LONG: &str = "it holds writes up for as long as the table is long";
    let has = |word: &str| words.contains(&word);
    match words {
        ["CREATE", "TABLE", ..] => None,
        ["CREATE" | "DROP", "INDEX", ..] | ["CREATE", "UNIQUE", "INDEX", ..] => {
            let repeatable = has("CONCURRENTLY") && has("IF") && has("EXISTS");
            (!(repeatable && alone)).then_some(LONG)
        }
        ["ALTER", "TABLE", _, "ADD", "COLUMN", rest @ ..] => {
            let looked_through = ["CHECK", "UNIQUE", "REFERENCES", "PRIMARY", "GENERATED"];
            let looked_through = |word: &&str| looked_through.iter().any(|it| word.starts_with(it));
            if rest.iter().any(looked_through) {
                Some(LONG)
            } else if has("NOT") && !has("DEFAULT") {
                Some(GONE)
            } else {
                None
            }
        }
        ["INSERT", ..] if !has("SELECT") => None,
        ["INSERT" | "UPDATE" | "DELETE", ..] => Some(LONG),
        _ => Some(GONE),
    }
}

/// The statements of a text, without comments, one space between words and keywords as they are written: in capitals.
fn statements(sql: &str) -> Vec<String> {
    let lines = sql.lines().map(|line| line.split("--").next().unwrap_or_default());
    let text = lines.collect::<Vec<_>>().join(" ");
    let words = |statement: &str| statement.split_whitespace().collect::<Vec<_>>().join(" ");
    text.split(';').map(words).filter(|statement| !statement.is_empty()).collect()
}

fn made_table(statement: &str) -> Option<&str> {
    statement.strip_prefix("CREATE TABLE ")?.split_whitespace().next()
}

/// The table that a statement is about.
fn table_of<'w>(words: &[&'w str]) -> Option<&'w str> {
    let after = |name: &str| {
        let at = words.iter().position(|word| *word == name)?;
        words.get(at + 1).copied()
    };
    match *words.first()? {
        "CREATE" => after("ON"),
        "ALTER" => after("TABLE"),
        "INSERT" => after("INTO"),
        "UPDATE" => after("UPDATE"),
        "DELETE" => after("FROM"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use sqlx::migrate::{Migration, MigrationType};

    use super::*;
    use crate::Store;

    /// Up to here migrations were made before the rule, for installations without nodes.
    const BEFORE_THE_RULE: i64 = 12;
    /// Those that drop what the version before does not use any more; beside each, since which version.
    const CONTRACTING: [i64; 0] = [];

    #[test]
    fn a_migration_may_run_while_the_service_does() {
        let under = |version: i64| version > BEFORE_THE_RULE && !CONTRACTING.contains(&version);
        for migration in MIGRATOR.iter().filter(|migration| under(migration.version)) {
            let risks = risks(migration.sql.as_str(), migration.no_tx);
            assert_eq!(risks, Vec::<String>::new(), "{}", migration.description);
        }
    }

    #[test]
    fn what_holds_a_running_service_up_is_named() {
        let check = |sql: &str, risky: bool| {
            let found = risks(sql, sql.starts_with("-- no-transaction"));
            assert_eq!(!found.is_empty(), risky, "{sql}: {found:?}");
        };
        check("CREATE TABLE t (id TEXT); CREATE INDEX i ON t (id);", false);
        check("CREATE INDEX i ON leads (id);", true);
        check("CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON leads (id);", true);
        check("-- no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS i ON leads (id);", false);
        check("-- no-transaction\nCREATE INDEX CONCURRENTLY i ON leads (id);", true);
        check("-- no-transaction\nDROP INDEX CONCURRENTLY IF EXISTS i;", false);
        check("DROP INDEX i;", true);
        check("ALTER TABLE leads ADD COLUMN a BIGINT; -- DROP TABLE x", false);
        check("ALTER TABLE leads ADD COLUMN a BIGINT NOT NULL DEFAULT 0;", false);
        check("ALTER TABLE leads ADD COLUMN a BIGINT NOT NULL;", true);
        check("ALTER TABLE leads ADD COLUMN a TEXT CHECK (a IN ('b'));", true);
        check("ALTER TABLE leads RENAME TO customers;", true);
        check("DROP TABLE leads;", true);
        check("UPDATE leads SET email = '';", true);
        check("INSERT INTO a (b) SELECT c FROM d;", true);
        check("INSERT INTO a (b) VALUES (1);", false);
    }

    /// All migrations, and one more that builds an index on a table that is there.
    fn with_an_index() -> Migrator {
        let sql = "-- no-transaction\nCREATE INDEX CONCURRENTLY IF NOT EXISTS leads_made ON leads (chat_id, created_at);";
        assert_eq!(risks(sql, true), Vec::<String>::new());
        let index = Migration::new(
            9_000,
            "index".into(),
            MigrationType::Simple,
            AssertSqlSafe(sql).into_sql_str(),
            true,
        );
        Migrator::with_migrations(MIGRATOR.iter().cloned().chain([index]).collect())
    }

    /// Three nodes at once; before them somebody had begun and was killed.
    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn an_index_is_built_beside_writes_by_one_node_of_several() {
        let Some(url) = crate::tests::own_database().await else { return };
        let store = Store::open(&url, crate::Migration::Apply).await.unwrap();
        let pool = store.postgres_pool().unwrap();
        let unfinished = "CREATE INDEX leads_made ON leads (chat_id, created_at);
            UPDATE pg_index SET indisvalid = FALSE WHERE indexrelid = 'leads_made'::regclass";
        sqlx::raw_sql(unfinished).execute(pool).await.unwrap();
        let nodes: Vec<_> = (0..3)
            .map(|_| {
                let options = crate::postgres::options(&url).unwrap();
                tokio::spawn(async move { apply(&options, &with_an_index()).await })
            })
            .collect();
        for node in nodes {
            node.await.unwrap().unwrap();
        }
        let valid = "SELECT indisvalid FROM pg_index WHERE indexrelid = 'leads_made'::regclass";
        assert!(sqlx::query_scalar::<_, bool>(valid).fetch_one(pool).await.unwrap());
        // Which this program does not know.
        assert!(matches!(Store::pending_migrations(&url).await, Err(StoreError::TooNew)));
    }

    #[tokio::test]
    async fn what_is_built_beside_writes_on_one_database_is_built_on_the_other() {
        let both = with_an_index();
        for (of_both, of_sqlite) in both.iter().zip(for_sqlite(&both).iter()) {
            assert_eq!(of_both.checksum, of_sqlite.checksum);
            assert!(!of_sqlite.sql.as_str().contains("CONCURRENTLY") && !of_sqlite.no_tx);
        }
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite:{}?mode=rwc", folder.path().join("z.db").display());
        let pool = SqlitePool::connect(&url).await.unwrap();
        for_sqlite(&both).run(&pool).await.unwrap();
        let index = "SELECT COUNT(*) FROM sqlite_schema WHERE name = 'leads_made'";
        assert_eq!(sqlx::query_scalar::<_, i64>(index).fetch_one(&pool).await.unwrap(), 1);
    }
}
