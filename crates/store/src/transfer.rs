//! Everything of an `SQLite` file into an empty `PostgreSQL` database, as it is, and checked afterwards.
//!
//! Which tables and columns there are is asked of the schema that both have, so a new one needs no line here. What can be made again
//! from the rest (what is found by its words) is left for the service to make.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use futures_util::{Stream, TryStreamExt};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection, PgPool, Row, SqlitePool};
use tokio::time::{Instant, sleep};

use crate::postgres::{PostgresTx, Purpose};
use crate::{Store, StoreError};

/// Tables that are not copied: the record of migrations, each database's own; what a transfer has done so far; the words that the service
/// finds anew.
const NOT_COPIED: [&str; 3] = ["_sqlx_migrations", "transfer_progress", "words"];
/// Columns that say up to where the words are kept. Left out, they have their default: none are.
const NOT_COPIED_COLUMNS: [(&str, &str); 3] =
    [("conversations", "indexed_seq"), ("leads", "search_due"), ("typed_leads", "search_due")];
/// A batch is written when it has so many rows, or bytes of text.
const BATCH_ROWS: usize = 500;
const BATCH_BYTES: usize = 4 * 1024 * 1024;
/// The server may notice so late that the program of the last transfer has ended.
const NOTICED: Duration = Duration::from_secs(5);

/// Why nothing is copied, or not all. What was copied stays, and the next transfer goes on after it.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// Only this direction exists.
    #[error("a transfer is from sqlite: to postgres:")]
    Direction,
    /// The target is in use.
    #[error(
        "{0} has rows already: a transfer needs a database of its own, with nothing but the schema"
    )]
    NotEmpty(String),
    /// A transfer into it was begun from something else.
    #[error(
        "the transfer that was begun there was of another file, or the file has changed since: make the target anew"
    )]
    OtherSource,
    /// Another transfer writes there now.
    #[error("another transfer into that database is running")]
    Running,
    /// A column of a type that is not known here.
    #[error("{table}.{column} is of a type that a transfer does not know: {kind}")]
    Type {
        /// The table.
        table: String,
        /// The column.
        column: String,
        /// Its type.
        kind: String,
    },
    /// What is there is not what was copied.
    #[error(
        "{table} differs: {source_rows} rows here, {target_rows} there, and their sums are not the same; somebody writes to one of the two, or did; make the target anew"
    )]
    Differs {
        /// The table.
        table: String,
        /// Its rows in the file.
        source_rows: u64,
        /// Its rows in the target.
        target_rows: u64,
    },
    /// One of the databases.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for TransferError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// A table that was copied and found to be the same in both databases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransferredTable {
    /// Its name.
    pub name: String,
    /// How many rows it has.
    pub rows: u64,
    /// The sum of a hash (FNV-1a, 128 bits) of each of its rows, whatever their order, in hexadecimal.
    pub checksum: String,
}

/// How far a transfer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransferProgress<'a> {
    /// The table that is copied or compared.
    pub table: &'a str,
    /// How many of its rows are there.
    pub done: u64,
    /// How many it has.
    pub of: u64,
    /// Whether the two databases are being compared; before that, rows are copied.
    pub comparing: bool,
}

/// Copies everything in `from` to `to`, or what is still missing after a transfer that was interrupted, and compares the two.
///
/// Nobody may write to either meanwhile. Each batch and how far it goes are one transaction, so that it may be killed at any time.
///
/// # Errors
/// [`TransferError`].
pub async fn transfer(
    from: &Store,
    to: &Store,
    mut progress: impl FnMut(TransferProgress<'_>),
) -> Result<Vec<TransferredTable>, TransferError> {
    let (Some(source), Some(target)) = (from.sqlite_readers(), to.postgres_pool()) else {
        return Err(TransferError::Direction);
    };
    // Held until its connection ends.
    let _alone = alone(target).await?;
    let tables = tables(target).await?;
    let counts = counts(source, &tables).await?;
    begin(target, &tables, &counts).await?;
    for (table, count) in tables.iter().zip(&counts) {
        copy(source, target, table, count.rows, &mut progress).await?;
    }
    let mut same = Vec::new();
    for (table, count) in tables.iter().zip(&counts) {
        let (table_name, of) = (table.name.as_str(), count.rows);
        progress(TransferProgress { table: table_name, done: 0, of, comparing: true });
        same.push(compare(source, target, table).await?);
    }
    // What a planner knows of an empty table would make its first plans wrong.
    sqlx::raw_sql("DROP TABLE transfer_progress").execute(target).await?;
    let mut patient = patient(target).await?;
    sqlx::raw_sql("ANALYZE").execute(&mut patient).await?;
    Ok(same)
}

/// The connection that alone may transfer into `target`.
async fn alone(target: &PgPool) -> Result<PgConnection, TransferError> {
    let mut connection = target.connect_options().as_ref().clone().connect().await?;
    let lock = "SELECT pg_try_advisory_lock(hashtextextended('zipchat transfer', 0))";
    let until = Instant::now() + NOTICED;
    while !sqlx::query_scalar::<_, bool>(lock).fetch_one(&mut connection).await? {
        if Instant::now() >= until {
            return Err(TransferError::Running);
        }
        sleep(Duration::from_millis(100)).await;
    }
    Ok(connection)
}

/// A connection without a limit of time: a large table is read as a whole.
async fn patient(target: &PgPool) -> Result<sqlx::PgConnection, TransferError> {
    let options = target.connect_options().as_ref().clone().options([("statement_timeout", "0")]);
    Ok(options.connect().await?)
}

#[derive(Debug)]
struct Table {
    name: String,
    columns: Vec<(String, Kind)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Text,
    Integer,
    Boolean,
    Float,
}

/// How many rows a table of the file has, and the number of its last.
#[derive(Debug)]
struct Count {
    rows: u64,
    last: i64,
}

/// What a field holds, the same in both databases.
#[derive(Debug, Clone, PartialEq)]
enum Value {
    Text(Option<String>),
    Integer(Option<i64>),
    Boolean(Option<bool>),
    Float(Option<f64>),
}

/// The tables in an order in which no row comes before one that it refers to.
async fn tables(target: &PgPool) -> Result<Vec<Table>, TransferError> {
    let query = "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns
                 WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position";
    let columns: Vec<(String, String, String)> = sqlx::query_as(query).fetch_all(target).await?;
    let query = "SELECT a.relname::text, b.relname::text FROM pg_constraint c
                 JOIN pg_class a ON a.oid = c.conrelid JOIN pg_class b ON b.oid = c.confrelid
                 WHERE c.contype = 'f' AND a.oid <> b.oid AND c.connamespace = current_schema()::regnamespace";
    let refers: Vec<(String, String)> = sqlx::query_as(query).fetch_all(target).await?;
    let mut left: BTreeMap<String, Table> = BTreeMap::new();
    for (name, column, kind) in columns {
        let skipped = NOT_COPIED_COLUMNS.contains(&(name.as_str(), column.as_str()));
        if skipped || NOT_COPIED.contains(&name.as_str()) {
            continue;
        }
        let kind = match kind.as_str() {
            "text" => Kind::Text,
            "bigint" => Kind::Integer,
            "boolean" => Kind::Boolean,
            "double precision" => Kind::Float,
            _ => return Err(TransferError::Type { table: name, column, kind }),
        };
        let table = left.entry(name.clone()).or_insert(Table { name, columns: Vec::new() });
        table.columns.push((column, kind));
    }
    Ok(in_order(left, &refers))
}

fn in_order(mut left: BTreeMap<String, Table>, refers: &[(String, String)]) -> Vec<Table> {
    let mut ordered = Vec::new();
    while !left.is_empty() {
        let waits = |name: &str| {
            refers.iter().any(|(from, to)| from.as_str() == name && left.contains_key(to))
        };
        let mut ready: BTreeSet<String> = left.keys().filter(|it| !waits(it)).cloned().collect();
        if ready.is_empty() {
            // Tables that refer to each other in a circle: the database will say which row it misses.
            ready = left.keys().cloned().collect();
        }
        ordered.extend(ready.iter().filter_map(|name| left.remove(name)));
    }
    ordered
}

async fn counts(source: &SqlitePool, tables: &[Table]) -> Result<Vec<Count>, TransferError> {
    let mut counts = Vec::new();
    for table in tables {
        let query = format!("SELECT COUNT(*), COALESCE(MAX(rowid), 0) FROM {}", table.name);
        let (rows, last): (i64, i64) =
            sqlx::query_as(AssertSqlSafe(query)).fetch_one(source).await?;
        counts.push(Count { rows: rows.unsigned_abs(), last });
    }
    Ok(counts)
}

/// Begins a transfer into a target that holds nothing, or goes on with one of the same file.
async fn begin(target: &PgPool, tables: &[Table], counts: &[Count]) -> Result<(), TransferError> {
    let each = tables.iter().zip(counts);
    let each = each.map(|(table, count)| format!("{} {} {}", table.name, count.rows, count.last));
    let of: String = each.collect::<Vec<_>>().join(", ");
    let begun = "SELECT to_regclass('transfer_progress') IS NOT NULL";
    if sqlx::query_scalar(begun).fetch_one(target).await? {
        let query = "SELECT of FROM transfer_progress WHERE table_name = ''";
        let begun: String = sqlx::query_scalar(query).fetch_one(target).await?;
        return if begun == of { Ok(()) } else { Err(TransferError::OtherSource) };
    }
    for name in tables.iter().map(|table| table.name.as_str()).chain(["words"]) {
        let query = format!("SELECT EXISTS (SELECT 1 FROM {name})");
        if sqlx::query_scalar(AssertSqlSafe(query)).fetch_one(target).await? {
            return Err(TransferError::NotEmpty(name.to_owned()));
        }
    }
    let mut tx = PostgresTx::begin(target, Purpose::Write).await?;
    let create = "CREATE TABLE transfer_progress (
        table_name TEXT NOT NULL PRIMARY KEY, last_row BIGINT NOT NULL, copied BIGINT NOT NULL, of TEXT NOT NULL)";
    sqlx::raw_sql(create).execute(tx.conn()).await?;
    let insert =
        "INSERT INTO transfer_progress (table_name, last_row, copied, of) VALUES ('', 0, 0, $1)";
    sqlx::query(insert).bind(of).execute(tx.conn()).await?;
    Ok(tx.commit().await?)
}

/// Copies the rows of a table that are not there yet.
async fn copy(
    source: &SqlitePool,
    target: &PgPool,
    table: &Table,
    of: u64,
    progress: &mut impl FnMut(TransferProgress<'_>),
) -> Result<(), TransferError> {
    let query = "SELECT last_row, copied FROM transfer_progress WHERE table_name = $1";
    let found: Option<(i64, i64)> =
        sqlx::query_as(query).bind(&table.name).fetch_optional(target).await?;
    let (mut last, copied) = found.unwrap_or_default();
    let mut done = copied.unsigned_abs();
    let select = format!(
        "SELECT {}, rowid FROM {} WHERE rowid > $1 ORDER BY rowid",
        table.column_names(),
        table.name
    );
    let mut rows = sqlx::query(AssertSqlSafe(select)).bind(last).fetch(source);
    let (mut batch, mut bytes) = (Vec::new(), 0);
    loop {
        let row: Option<SqliteRow> = rows.try_next().await?;
        let ended = row.is_none();
        if let Some(row) = row {
            last = row.try_get_unchecked(table.columns.len())?;
            let values = table.of_sqlite(&row)?;
            bytes += values.iter().map(Value::bytes).sum::<usize>();
            batch.push(values);
        }
        let full = batch.len() >= BATCH_ROWS || bytes >= BATCH_BYTES;
        if !batch.is_empty() && (ended || full) {
            done += batch.len() as u64;
            put(target, table, std::mem::take(&mut batch), (last, done)).await?;
            bytes = 0;
        }
        if ended || full {
            progress(TransferProgress { table: &table.name, done, of, comparing: false });
        }
        if ended {
            return Ok(());
        }
    }
}

/// Writes rows, and up to where the table is copied now.
async fn put(
    target: &PgPool,
    table: &Table,
    batch: Vec<Vec<Value>>,
    (last, copied): (i64, u64),
) -> Result<(), TransferError> {
    let arrays = table.columns.iter().enumerate();
    let arrays = arrays.map(|(at, (_, kind))| format!("${}::{}[]", at + 1, kind.name()));
    let arrays: Vec<String> = arrays.collect();
    let (name, columns) = (&table.name, table.column_names());
    let insert =
        format!("INSERT INTO {name} ({columns}) SELECT * FROM UNNEST({})", arrays.join(", "));
    let mut query = sqlx::query(AssertSqlSafe(insert));
    for (at, (_, kind)) in table.columns.iter().enumerate() {
        let column = batch.iter().map(|row| row[at].clone());
        query = match kind {
            Kind::Text => query.bind(column.map(Value::text).collect::<Vec<_>>()),
            Kind::Integer => query.bind(column.map(Value::integer).collect::<Vec<_>>()),
            Kind::Boolean => query.bind(column.map(Value::boolean).collect::<Vec<_>>()),
            Kind::Float => query.bind(column.map(Value::float).collect::<Vec<_>>()),
        };
    }
    let mut tx = PostgresTx::begin(target, Purpose::Sweep).await?;
    query.execute(tx.conn()).await?;
    let note = "INSERT INTO transfer_progress (table_name, last_row, copied, of) VALUES ($1, $2, $3, '')
                ON CONFLICT (table_name) DO UPDATE SET last_row = excluded.last_row, copied = excluded.copied";
    let copied = i64::try_from(copied).unwrap_or(i64::MAX);
    sqlx::query(note).bind(name).bind(last).bind(copied).execute(tx.conn()).await?;
    Ok(tx.commit().await?)
}

/// Reads a table in both databases, all of it.
async fn compare(
    source: &SqlitePool,
    target: &PgPool,
    table: &Table,
) -> Result<TransferredTable, TransferError> {
    let select = format!("SELECT {} FROM {}", table.column_names(), table.name);
    let here = sqlx::query(AssertSqlSafe(select.clone())).fetch(source);
    let here = sum(here, |row: &SqliteRow| table.of_sqlite(row)).await?;
    let mut patient = patient(target).await?;
    let there = sqlx::query(AssertSqlSafe(select)).fetch(&mut patient);
    let there = sum(there, |row: &PgRow| table.of_postgres(row)).await?;
    if here != there {
        let (source_rows, target_rows) = (here.0, there.0);
        return Err(TransferError::Differs { table: table.name.clone(), source_rows, target_rows });
    }
    let checksum = format!("{:032x}", here.1);
    Ok(TransferredTable { name: table.name.clone(), rows: here.0, checksum })
}

/// How many rows there are, and the sum of their hashes.
async fn sum<R>(
    mut rows: impl Stream<Item = sqlx::Result<R>> + Unpin,
    values: impl Fn(&R) -> sqlx::Result<Vec<Value>>,
) -> sqlx::Result<(u64, u128)> {
    let (mut count, mut sum) = (0, 0_u128);
    while let Some(row) = rows.try_next().await? {
        count += 1;
        sum = sum.wrapping_add(hash(&values(&row)?));
    }
    Ok((count, sum))
}

/// FNV-1a with 128 bits, of the fields with their lengths. It is there for accidents, not for adversaries.
fn hash(values: &[Value]) -> u128 {
    const BASIS: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;
    let mut hash = BASIS;
    let mut add = |bytes: &[u8]| {
        for byte in bytes {
            hash = (hash ^ u128::from(*byte)).wrapping_mul(PRIME);
        }
    };
    for value in values {
        let bytes = match value {
            Value::Text(text) => text.as_ref().map(|text| text.as_bytes().to_vec()),
            Value::Integer(number) => number.map(|number| number.to_be_bytes().to_vec()),
            Value::Boolean(truth) => truth.map(|truth| vec![u8::from(truth)]),
            Value::Float(number) => number.map(|number| number.to_bits().to_be_bytes().to_vec()),
        };
        match bytes {
            None => add(&[0]),
            Some(bytes) => {
                add(&[1]);
                add(&(bytes.len() as u64).to_be_bytes());
                add(&bytes);
            }
        }
    }
    hash
}

impl Table {
    fn column_names(&self) -> String {
        let names = self.columns.iter().map(|(name, _)| format!("\"{name}\""));
        names.collect::<Vec<_>>().join(", ")
    }

    fn of_sqlite(&self, row: &SqliteRow) -> sqlx::Result<Vec<Value>> {
        // Its types are those of the values, not of the columns: it knows no boolean, and a whole number may be kept as one.
        let value = |(at, (_, kind)): (usize, &(String, Kind))| {
            Ok(match kind {
                Kind::Text => Value::Text(row.try_get_unchecked(at)?),
                Kind::Integer => Value::Integer(row.try_get_unchecked(at)?),
                Kind::Float => Value::Float(row.try_get_unchecked(at)?),
                Kind::Boolean => {
                    let number: Option<i64> = row.try_get_unchecked(at)?;
                    Value::Boolean(number.map(|number| number != 0))
                }
            })
        };
        self.columns.iter().enumerate().map(value).collect()
    }

    fn of_postgres(&self, row: &PgRow) -> sqlx::Result<Vec<Value>> {
        let value = |(at, (_, kind)): (usize, &(String, Kind))| {
            Ok(match kind {
                Kind::Text => Value::Text(row.try_get(at)?),
                Kind::Integer => Value::Integer(row.try_get(at)?),
                Kind::Float => Value::Float(row.try_get(at)?),
                Kind::Boolean => Value::Boolean(row.try_get(at)?),
            })
        };
        self.columns.iter().enumerate().map(value).collect()
    }
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "bigint",
            Self::Boolean => "boolean",
            Self::Float => "double precision",
        }
    }
}

impl Value {
    fn bytes(&self) -> usize {
        if let Self::Text(Some(text)) = self { text.len() } else { 8 }
    }

    fn text(self) -> Option<String> {
        if let Self::Text(text) = self { text } else { None }
    }

    fn integer(self) -> Option<i64> {
        if let Self::Integer(number) = self { number } else { None }
    }

    fn boolean(self) -> Option<bool> {
        if let Self::Boolean(truth) = self { truth } else { None }
    }

    fn float(self) -> Option<f64> {
        if let Self::Float(number) = self { number } else { None }
    }
}
