//! Where chats' keys are fetched from.

use domain::id::ChatId;
use domain::identity::jwks::JwksSource;
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

#[derive(sqlx::FromRow)]
struct SourceRow {
    chat_id: String,
    url: String,
    attempted_at: Option<i64>,
    fetched_at: Option<i64>,
    error: Option<String>,
    created_at: i64,
}

impl ReadTx {
    /// Where the keys of a chat are fetched from, if they are.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when the row cannot be one.
    pub async fn jwks_source(&mut self, chat: &ChatId) -> Result<Option<JwksSource>> {
        let query = "SELECT chat_id, url, attempted_at, fetched_at, error, created_at
                     FROM jwks_sources WHERE chat_id = $1";
        let row: Option<SourceRow> =
            sql!(self, db => sqlx::query_as(query).bind(chat.as_str()).fetch_optional(db).await?);
        row.map(JwksSource::try_from).transpose()
    }

    /// The chats whose address was last asked at `before` or earlier, the longest ago first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row has no chat's id.
    pub async fn chats_with_jwks_due(
        &mut self,
        before: Timestamp,
        limit: i64,
    ) -> Result<Vec<ChatId>> {
        let query =
            "SELECT chat_id FROM jwks_sources WHERE attempted_at IS NULL OR attempted_at <= $1
                     ORDER BY COALESCE(attempted_at, 0), chat_id LIMIT $2";
        let rows: Vec<String> = sql!(self, db => sqlx::query_scalar(query)
            .bind(before.as_millis()).bind(limit).fetch_all(db).await?);
        rows.into_iter()
            .map(|id| id.parse().map_err(StoreError::corrupt("jwks_sources", "chat_id")))
            .collect()
    }
}

impl WriteTx {
    /// Keeps where the keys of a chat are fetched from, and how that went.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_jwks_source(&mut self, source: &JwksSource) -> Result<()> {
        let query = "INSERT INTO jwks_sources (chat_id, url, attempted_at, fetched_at, error, created_at)
                     VALUES ($1, $2, $3, $4, $5, $6)
                     ON CONFLICT (chat_id) DO UPDATE SET url = excluded.url, attempted_at = excluded.attempted_at,
                         fetched_at = excluded.fetched_at, error = excluded.error, created_at = excluded.created_at";
        sql!(self, db => sqlx::query(query)
            .bind(source.chat_id.as_str()).bind(&source.url)
            .bind(source.attempted_at.map(Timestamp::as_millis))
            .bind(source.fetched_at.map(Timestamp::as_millis))
            .bind(source.error.as_deref()).bind(source.created_at.as_millis())
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Forgets where the keys of a chat were fetched from. Whether there was such an address.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn remove_jwks_source(&mut self, chat: &ChatId) -> Result<bool> {
        let query = "DELETE FROM jwks_sources WHERE chat_id = $1";
        let removed = sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).execute(db).await?.rows_affected());
        Ok(removed > 0)
    }
}

impl TryFrom<SourceRow> for JwksSource {
    type Error = StoreError;

    fn try_from(row: SourceRow) -> Result<Self> {
        Ok(Self {
            chat_id: row.chat_id.parse().map_err(StoreError::corrupt("jwks_sources", "chat_id"))?,
            url: row.url,
            attempted_at: row.attempted_at.map(Timestamp::from_millis),
            fetched_at: row.fetched_at.map(Timestamp::from_millis),
            error: row.error,
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}
