//! Operators' sessions in the dashboard.

use domain::id::{AccountId, OperatorId};
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

/// A session of the dashboard. Its token is kept as a hash only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// SHA-256 of its token.
    pub token_hash: String,
    /// The operator's account.
    pub account_id: AccountId,
    /// Whose it is.
    pub operator_id: OperatorId,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when.
    pub expires_at: Timestamp,
}

#[derive(sqlx::FromRow)]
struct SessionRow {
    token_hash: String,
    account_id: String,
    operator_id: String,
    created_at: i64,
    expires_at: i64,
}

impl ReadTx {
    /// The session with this token hash, if it lasts at `now`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a session.
    pub async fn session(&mut self, token_hash: &str, now: Timestamp) -> Result<Option<Session>> {
        let query = "SELECT token_hash, account_id, operator_id, created_at, expires_at
                     FROM sessions WHERE token_hash = $1 AND expires_at > $2";
        let row: Option<SessionRow> = sql!(self, db => sqlx::query_as(query)
            .bind(token_hash).bind(now.as_millis()).fetch_optional(db).await?);
        row.map(Session::try_from).transpose()
    }
}

impl WriteTx {
    /// Keeps a new session.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_session(&mut self, session: &Session) -> Result<()> {
        let query =
            "INSERT INTO sessions (token_hash, account_id, operator_id, created_at, expires_at)
                     VALUES ($1, $2, $3, $4, $5)";
        sql!(self, db => sqlx::query(query)
            .bind(&session.token_hash).bind(session.account_id.as_str()).bind(session.operator_id.as_str())
            .bind(session.created_at.as_millis()).bind(session.expires_at.as_millis())
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_session(&mut self, token_hash: &str) -> Result<()> {
        let query = "DELETE FROM sessions WHERE token_hash = $1";
        sql!(self, db => sqlx::query(query).bind(token_hash).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Deletes what has ended before `now`: sessions, uses of tokens that have expired, of more than 30 days ago reports and orders of
    /// nobody's, and counts of more than [`crate::COUNTS_KEPT_HOURS`] ago.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn sweep(&mut self, now: Timestamp) -> Result<()> {
        for query in [
            "DELETE FROM sessions WHERE expires_at <= $1",
            "DELETE FROM token_uses WHERE expires_at <= $1",
            "DELETE FROM identification_counts WHERE hour < $1 / 3600000 - 9600",
            "DELETE FROM activity_counts WHERE hour < $1 / 3600000 - 9600",
            "DELETE FROM purchase_sums WHERE hour < $1 / 3600000 - 9600",
            "DELETE FROM page_reports WHERE last_at < $1 - 2592000000",
            "DELETE FROM purchases WHERE conversation_id IS NULL AND created_at < $1 - 2592000000",
            // Whose hook went while they were added.
            "DELETE FROM lead_posts WHERE created_at < $1 - 60000 AND NOT EXISTS
                (SELECT 1 FROM hooks h WHERE h.chat_id = lead_posts.chat_id AND h.id = lead_posts.hook_id)",
            "DELETE FROM webhook_deliveries WHERE created_at < $1 - 60000 AND NOT EXISTS
                (SELECT 1 FROM webhooks w WHERE w.chat_id = webhook_deliveries.chat_id
                    AND w.id = webhook_deliveries.webhook_id)",
        ] {
            sql!(self, db => sqlx::query(query).bind(now.as_millis()).execute(db).await.map(drop)?);
        }
        Ok(())
    }
}

impl TryFrom<SessionRow> for Session {
    type Error = StoreError;

    fn try_from(row: SessionRow) -> Result<Self> {
        Ok(Self {
            token_hash: row.token_hash,
            account_id: row
                .account_id
                .parse()
                .map_err(StoreError::corrupt("sessions", "account_id"))?,
            operator_id: row
                .operator_id
                .parse()
                .map_err(StoreError::corrupt("sessions", "operator_id"))?,
            created_at: Timestamp::from_millis(row.created_at),
            expires_at: Timestamp::from_millis(row.expires_at),
        })
    }
}
