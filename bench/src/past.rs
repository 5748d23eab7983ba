//! Years of a busy shop: conversations, messages, visitors and customers, written into the service's own tables at once.
//!
//! The service would take hours, so the rows are made by the database from their numbers. They are such as the service writes; only what
//! messages are found by is left out, and they count as looked through.

use std::str::FromStr;

use domain::time::Timestamp;
use domain::visitor::VisitorToken;
use sqlx::sqlite::{SqliteConnectOptions, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection as _, PgConnection, SqliteConnection};

use crate::measure::now;
use crate::world::Outcome;

/// Messages of a conversation.
pub(crate) const EACH: i64 = 10;
/// Conversations that are made in one transaction.
const STEP: i64 = 20_000;
/// Between two conversations, in milliseconds.
const PAUSE: i64 = 30_000;

/// The numbers `$1` to `$2` as `i`, of which the rows are made; `$3` is the chat, `$4` the time of number 0.
macro_rules! numbered {
    ($rows:literal) => {
        concat!(
            "WITH RECURSIVE n (i) AS (SELECT CAST($1 AS BIGINT) UNION ALL SELECT i + 1 FROM n WHERE i < $2) ",
            $rows
        )
    };
}

/// Every other visitor is a customer, with two visitors each. Ids are numbers of nine digits: those of rows made later sort later.
const FILL: [&str; 4] = [
    numbered!(
        "INSERT INTO leads (chat_id, id, stable_id, email, email_key, first_name, last_name, attributes, claims_issued_at, identified_at,
                            created_at, search_due)
         SELECT $3, 'lead_00000000000000000' || (100000000 + i), 'customer-' || i, 'customer' || i || '@example.com',
                'customer' || i || '@example.com', 'Jane', 'Doe', '{\"tier\":\"gold\"}', 1700000000, $4, $4, FALSE
         FROM n WHERE i % 4 = 0"
    ),
    numbered!(
        "INSERT INTO visitors (chat_id, id, browser_id, lead_id, kid, token_issued_at, identified_at, identity_expires_at, created_at,
                               end_recorded)
         SELECT $3, 'vis_00000000000000000' || (100000000 + i), 'vis_00000000000000000' || (100000000 + i),
                CASE WHEN i % 4 < 2 THEN 'lead_00000000000000000' || (100000000 + i - i % 4) END,
                CASE WHEN i % 4 < 2 THEN 'key' END, CASE WHEN i % 4 < 2 THEN 1700000000 END, CASE WHEN i % 4 < 2 THEN $4 END,
                CASE WHEN i % 4 < 2 THEN $4 END, $4, TRUE
         FROM n"
    ),
    numbered!(
        "INSERT INTO conversations (chat_id, id, visitor_id, lead_id, last_seq, preview, created_at, last_message_at, seen_seq, indexed_seq)
         SELECT $3, 'conv_00000000000000000' || (100000000 + i), 'vis_00000000000000000' || (100000000 + i),
                CASE WHEN i % 4 < 2 THEN 'lead_00000000000000000' || (100000000 + i - i % 4) END,
                10, 'It left our warehouse on Monday and is on its way.', $4 + i * 30000, $4 + i * 30000, 10, 10
         FROM n"
    ),
    numbered!(
        "INSERT INTO messages (chat_id, conversation_id, seq, id, author, text, verified, sent_at)
         SELECT $3, 'conv_00000000000000000' || (100000000 + i), m.seq, 'msg_0000000000000000' || (1000000000 + i * 10 + m.seq - 1),
                CASE WHEN m.seq % 2 = 1 THEN 'visitor' ELSE 'assistant' END,
                'Message ' || m.seq || ' of conversation ' || i || ': where is my parcel? It was to come on Monday, and it is not here yet.',
                m.seq % 2 = 1 AND i % 4 < 2, $4 + i * 30000 - 1000 * (10 - m.seq)
         FROM n CROSS JOIN (SELECT 1 AS seq UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4 UNION ALL SELECT 5 UNION ALL SELECT 6
                            UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9 UNION ALL SELECT 10) AS m"
    ),
];

/// The tables of a service, opened beside it.
#[derive(Debug)]
pub(crate) struct Past {
    tables: Tables,
    chat: String,
    begin: i64,
}

#[derive(Debug)]
enum Tables {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

/// Evaluates `$body` with `$connection` bound to the one in use.
macro_rules! on {
    ($tables:expr, $connection:ident => $body:expr) => {
        match $tables {
            Tables::Sqlite($connection) => $body,
            Tables::Postgres($connection) => $body,
        }
    };
}

impl Past {
    /// Opens those at `url`, for `most` conversations of a chat. What is written may be lost in a power cut, and foreign keys are not
    /// looked at.
    ///
    /// # Errors
    /// When they are not there.
    pub(crate) async fn open(url: &str, chat: &str, most: i64) -> Outcome<Self> {
        let tables = if url.starts_with("sqlite:") {
            let options = SqliteConnectOptions::from_str(url)?
                .foreign_keys(false)
                .synchronous(SqliteSynchronous::Off)
                .pragma("cache_size", "-200000");
            Tables::Sqlite(options.connect().await?)
        } else {
            let mut connection = PgConnection::connect(url).await?;
            let quick = "SET session_replication_role = replica; SET synchronous_commit = off";
            sqlx::raw_sql(quick).execute(&mut connection).await?;
            Tables::Postgres(connection)
        };
        // The newest is an hour old.
        let begin = now().as_millis() - 3_600_000 - most * PAUSE;
        Ok(Self { tables, chat: chat.to_owned(), begin })
    }

    /// Makes the conversations with the numbers `from` to below `to`.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn fill(&mut self, from: i64, to: i64) -> Outcome<()> {
        let mut first = from;
        while first < to {
            let last = (first + STEP).min(to) - 1;
            on!(&mut self.tables, connection => {
                let mut tx = connection.begin().await?;
                for query in FILL {
                    let query = sqlx::query(query).bind(first).bind(last);
                    query.bind(&self.chat).bind(self.begin).execute(&mut *tx).await?;
                }
                tx.commit().await?;
            });
            first = last + 1;
        }
        Ok(())
    }

    /// Has the database look at what was written, as it does by itself in time.
    ///
    /// # Errors
    /// When it refuses.
    pub(crate) async fn settle(&mut self) -> Outcome<()> {
        let query = match &self.tables {
            Tables::Sqlite(_) => "PRAGMA wal_checkpoint(TRUNCATE)",
            Tables::Postgres(_) => "VACUUM ANALYZE",
        };
        on!(&mut self.tables, connection => {
            sqlx::raw_sql(query).execute(connection).await?;
        });
        Ok(())
    }

    /// Gives the visitor of a conversation a token, and answers with it.
    ///
    /// # Errors
    /// When the database refuses.
    pub(crate) async fn token(&mut self, number: i64) -> Outcome<String> {
        let query = "INSERT INTO visitor_tokens (chat_id, token_hash, visitor_id, state, created_at)
                     VALUES ($1, $2, 'vis_00000000000000000' || (100000000 + CAST($3 AS BIGINT)), 'live', $4)";
        let token = VisitorToken::generate(now());
        let hash = token.hash(&self.chat.parse()?);
        on!(&mut self.tables, connection => {
            let query = sqlx::query(query).bind(&self.chat).bind(hash.as_str()).bind(number);
            query.bind(now().as_millis()).execute(connection).await?;
        });
        Ok(token.reveal().to_owned())
    }

    /// How large the database is, in bytes.
    ///
    /// # Errors
    /// When it does not say.
    pub(crate) async fn size(&mut self) -> Outcome<i64> {
        let query = match &self.tables {
            Tables::Sqlite(_) => {
                "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"
            }
            Tables::Postgres(_) => "SELECT pg_database_size(current_database())",
        };
        Ok(
            on!(&mut self.tables, connection => sqlx::query_scalar(query).fetch_one(connection).await?),
        )
    }

    /// When the conversation with this number ended.
    pub(crate) const fn time_of(&self, number: i64) -> Timestamp {
        Timestamp::from_millis(self.begin + number * PAUSE)
    }
}

/// The id of the conversation with this number.
pub(crate) fn conversation(number: i64) -> String {
    format!("conv_00000000000000000{}", 100_000_000 + number)
}
