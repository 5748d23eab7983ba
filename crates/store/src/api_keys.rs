//! Keys of merchants' programs.

use domain::id::{ApiKeyId, ChatId};
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

/// A key of a merchant's program. The key itself is kept as a hash only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// SHA-256 of the key.
    pub key_hash: String,
    /// The chat that it belongs to.
    pub chat_id: ChatId,
    /// Its id.
    pub id: ApiKeyId,
    /// What it is for.
    pub integration: Integration,
    /// What people call it; empty where it has no name.
    pub name: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was used last, to the minute.
    pub last_used_at: Option<Timestamp>,
}

/// What an API key is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Integration {
    /// The Backend API.
    Backend,
    /// The Zapier lead API.
    Zapier,
}

impl Integration {
    /// Its name outside.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Backend => "backend",
            Self::Zapier => "zapier",
        }
    }
}

#[derive(sqlx::FromRow)]
struct ApiKeyRow {
    key_hash: String,
    chat_id: String,
    id: String,
    integration: String,
    name: String,
    created_at: i64,
    last_used_at: Option<i64>,
}

impl ReadTx {
    /// The API key with this hash, or `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a key.
    pub async fn api_key(&mut self, key_hash: &str) -> Result<Option<ApiKey>> {
        let query = "SELECT key_hash, chat_id, id, integration, name, created_at, last_used_at FROM api_keys WHERE key_hash = $1";
        let row: Option<ApiKeyRow> =
            sql!(self, db => sqlx::query_as(query).bind(key_hash).fetch_optional(db).await?);
        row.map(ApiKey::try_from).transpose()
    }

    /// The API keys of a chat, the first one first; at most 1,000.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a key.
    pub async fn api_keys(&mut self, chat: &ChatId) -> Result<Vec<ApiKey>> {
        let query = "SELECT key_hash, chat_id, id, integration, name, created_at, last_used_at FROM api_keys
                     WHERE chat_id = $1 ORDER BY id LIMIT 1000";
        let rows: Vec<ApiKeyRow> =
            sql!(self, db => sqlx::query_as(query).bind(chat.as_str()).fetch_all(db).await?);
        rows.into_iter().map(ApiKey::try_from).collect()
    }
}

impl WriteTx {
    /// Keeps a new API key.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_api_key(&mut self, key: &ApiKey) -> Result<()> {
        let query = "INSERT INTO api_keys (key_hash, chat_id, id, integration, created_at, name) VALUES ($1, $2, $3, $4, $5, $6)";
        sql!(self, db => sqlx::query(query)
            .bind(&key.key_hash).bind(key.chat_id.as_str()).bind(key.id.as_str())
            .bind(key.integration.as_str()).bind(key.created_at.as_millis()).bind(&key.name)
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Keeps that an API key was used.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn touch_api_key(&mut self, key: &ApiKey, now: Timestamp) -> Result<()> {
        let query = "UPDATE api_keys SET last_used_at = $2 WHERE key_hash = $1";
        sql!(self, db => sqlx::query(query)
            .bind(&key.key_hash).bind(now.as_millis()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Removes an API key, and answers whether there was one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_api_key(&mut self, chat: &ChatId, id: &ApiKeyId) -> Result<bool> {
        let query = "DELETE FROM api_keys WHERE chat_id = $1 AND id = $2";
        Ok(sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(id.as_str()).execute(db).await.map(|done| done.rows_affected() > 0)?))
    }
}

impl TryFrom<ApiKeyRow> for ApiKey {
    type Error = StoreError;

    fn try_from(row: ApiKeyRow) -> Result<Self> {
        let integration = match row.integration.as_str() {
            "backend" => Integration::Backend,
            "zapier" => Integration::Zapier,
            other => {
                return Err(StoreError::corrupt("api_keys", "integration")(format!(
                    "no integration {other:?}"
                )));
            }
        };
        Ok(Self {
            key_hash: row.key_hash,
            chat_id: row.chat_id.parse().map_err(StoreError::corrupt("api_keys", "chat_id"))?,
            id: row.id.parse().map_err(StoreError::corrupt("api_keys", "id"))?,
            integration,
            name: row.name,
            created_at: Timestamp::from_millis(row.created_at),
            last_used_at: row.last_used_at.map(Timestamp::from_millis),
        })
    }
}
