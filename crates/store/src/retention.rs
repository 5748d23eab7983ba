//! What is old in a chat, and when it was last deleted.

use domain::id::{ChatId, ConversationId, VisitorId};
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

/// How the deleting of what is old stands in a chat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionSweep {
    /// When it is looked again for what is old; while that is done, when whoever does it must have said so again.
    pub due_at: Timestamp,
    /// When it was last looked to the end.
    pub swept_at: Option<Timestamp>,
    /// When something was last deleted.
    pub deleted_at: Option<Timestamp>,
    /// How many conversations were, then.
    pub conversations: i64,
    /// How many typed leads were, then.
    pub leads: i64,
}

/// When it is due, was done and last deleted something; and how many conversations and leads that were.
type SweepRow = (i64, Option<i64>, Option<i64>, i64, i64);

impl ReadTx {
    /// Conversations in which nothing was written since `before`, with their visitors: the oldest, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row has no ids.
    pub async fn old_conversations(
        &mut self,
        chat: &ChatId,
        before: Timestamp,
        limit: i64,
    ) -> Result<Vec<(ConversationId, VisitorId)>> {
        let query = "SELECT id, visitor_id FROM conversations
                     WHERE chat_id = $1 AND last_message_at < $2 ORDER BY last_message_at LIMIT $3";
        let rows: Vec<(String, String)> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(before.as_millis()).bind(limit).fetch_all(db).await?);
        rows.into_iter()
            .map(|(id, visitor)| {
                let id = id.parse().map_err(StoreError::corrupt("conversations", "id"))?;
                let visitor =
                    visitor.parse().map_err(StoreError::corrupt("conversations", "visitor_id"))?;
                Ok((id, visitor))
            })
            .collect()
    }

    /// How many conversations are so old; counted up to `most`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count_old_conversations(
        &mut self,
        chat: &ChatId,
        before: Timestamp,
        most: i64,
    ) -> Result<i64> {
        let query = "SELECT COUNT(*) FROM (SELECT 1 FROM conversations WHERE chat_id = $1 AND last_message_at < $2 LIMIT $3) AS old";
        Ok(sql!(self, db => sqlx::query_scalar(query)
            .bind(chat.as_str()).bind(before.as_millis()).bind(most).fetch_one(db).await?))
    }

    /// Visitors who typed who they are, and neither that nor anything else since `before`: at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row has no visitor's id.
    pub async fn old_typed_leads(
        &mut self,
        chat: &ChatId,
        before: Timestamp,
        limit: i64,
    ) -> Result<Vec<VisitorId>> {
        let query = "SELECT visitor_id FROM typed_leads t WHERE chat_id = $1 AND updated_at < $2 AND NOT EXISTS
                        (SELECT 1 FROM conversations c WHERE c.chat_id = t.chat_id AND c.visitor_id = t.visitor_id
                            AND c.last_message_at >= $2)
                     ORDER BY updated_at LIMIT $3";
        let rows: Vec<String> = sql!(self, db => sqlx::query_scalar(query)
            .bind(chat.as_str()).bind(before.as_millis()).bind(limit).fetch_all(db).await?);
        rows.into_iter()
            .map(|id| id.parse().map_err(StoreError::corrupt("typed_leads", "visitor_id")))
            .collect()
    }

    /// How many typed leads are so old; counted up to `most`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count_old_typed_leads(
        &mut self,
        chat: &ChatId,
        before: Timestamp,
        most: i64,
    ) -> Result<i64> {
        let query = "SELECT COUNT(*) FROM
                        (SELECT 1 FROM typed_leads t WHERE chat_id = $1 AND updated_at < $2 AND NOT EXISTS
                            (SELECT 1 FROM conversations c WHERE c.chat_id = t.chat_id AND c.visitor_id = t.visitor_id
                                AND c.last_message_at >= $2)
                         LIMIT $3) AS old";
        Ok(sql!(self, db => sqlx::query_scalar(query)
            .bind(chat.as_str()).bind(before.as_millis()).bind(most).fetch_one(db).await?))
    }

    /// Chats in which it is time to look for what is old: at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row has no chat's id.
    pub async fn chats_due_for_retention(
        &mut self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<ChatId>> {
        let query =
            "SELECT chat_id FROM retention_sweeps WHERE due_at <= $1 ORDER BY due_at LIMIT $2";
        let rows: Vec<String> = sql!(self, db => sqlx::query_scalar(query)
            .bind(now.as_millis()).bind(limit).fetch_all(db).await?);
        rows.into_iter()
            .map(|id| id.parse().map_err(StoreError::corrupt("retention_sweeps", "chat_id")))
            .collect()
    }

    /// How that stands in a chat; `None` where nothing is ever deleted.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn retention_sweep(&mut self, chat: &ChatId) -> Result<Option<RetentionSweep>> {
        let query = "SELECT due_at, swept_at, deleted_at, conversations, leads FROM retention_sweeps WHERE chat_id = $1";
        let row: Option<SweepRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).fetch_optional(db).await?);
        Ok(row.map(|(due_at, swept_at, deleted_at, conversations, leads)| RetentionSweep {
            due_at: Timestamp::from_millis(due_at),
            swept_at: swept_at.map(Timestamp::from_millis),
            deleted_at: deleted_at.map(Timestamp::from_millis),
            conversations,
            leads,
        }))
    }
}

impl WriteTx {
    /// Has it looked for what is old at `at`, and not before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_retention_due(&mut self, chat: &ChatId, at: Timestamp) -> Result<()> {
        let query = "INSERT INTO retention_sweeps (chat_id, due_at, conversations, leads) VALUES ($1, $2, 0, 0)
                     ON CONFLICT (chat_id) DO UPDATE SET due_at = excluded.due_at";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(at.as_millis()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Takes the looking over until `until`, and answers whether that succeeded: not where another does it, or it is not time.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn claim_retention(
        &mut self,
        chat: &ChatId,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<bool> {
        let query = "UPDATE retention_sweeps SET due_at = $2 WHERE chat_id = $1 AND due_at <= $3 RETURNING chat_id";
        let claimed: Option<String> = sql!(self, db => sqlx::query_scalar(query)
            .bind(chat.as_str()).bind(until.as_millis()).bind(now.as_millis()).fetch_optional(db).await?);
        Ok(claimed.is_some())
    }

    /// Keeps how it stands after looking.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_retention_sweep(
        &mut self,
        chat: &ChatId,
        sweep: &RetentionSweep,
    ) -> Result<()> {
        let query = "UPDATE retention_sweeps SET due_at = $2, swept_at = $3, deleted_at = $4, conversations = $5, leads = $6
                     WHERE chat_id = $1";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(sweep.due_at.as_millis()).bind(sweep.swept_at.map(Timestamp::as_millis))
            .bind(sweep.deleted_at.map(Timestamp::as_millis)).bind(sweep.conversations).bind(sweep.leads)
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Does not look in a chat any more.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn end_retention(&mut self, chat: &ChatId) -> Result<()> {
        let query = "DELETE FROM retention_sweeps WHERE chat_id = $1";
        sql!(self, db => sqlx::query(query).bind(chat.as_str()).execute(db).await.map(drop)?);
        Ok(())
    }
}
