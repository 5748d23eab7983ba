//! Replies that are being written, and who writes them.

use domain::conversation::{Reply, ReplyState};
use domain::id::{ChatId, ConversationId, MessageId};
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

#[derive(sqlx::FromRow)]
struct ReplyRow {
    chat_id: String,
    id: String,
    conversation_id: String,
    answers: i64,
    state: String,
    claimed_until: Option<i64>,
}

impl ReadTx {
    /// The reply `id` of `chat`, or `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a reply.
    pub async fn reply(&mut self, chat: &ChatId, id: &MessageId) -> Result<Option<Reply>> {
        let query = "SELECT chat_id, id, conversation_id, answers, state, claimed_until
                     FROM replies WHERE chat_id = $1 AND id = $2";
        let row: Option<ReplyRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(id.as_str()).fetch_optional(db).await?);
        row.map(Reply::try_from).transpose()
    }

    /// The newest reply of a conversation, or `None` where there was none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a reply.
    pub async fn last_reply(
        &mut self,
        chat: &ChatId,
        conversation: &ConversationId,
    ) -> Result<Option<Reply>> {
        let query = "SELECT chat_id, id, conversation_id, answers, state, claimed_until
                     FROM replies WHERE chat_id = $1 AND conversation_id = $2 ORDER BY answers DESC, id DESC LIMIT 1";
        let row: Option<ReplyRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(conversation.as_str()).fetch_optional(db).await?);
        row.map(Reply::try_from).transpose()
    }

    /// Replies that nobody writes at `now`: waiting ones that are older than `waiting_since`, and ones whose writer was lost.
    /// Oldest first, at most 1,000.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a reply.
    pub async fn unclaimed_replies(
        &mut self,
        waiting_since: Timestamp,
        now: Timestamp,
    ) -> Result<Vec<Reply>> {
        let query = "SELECT chat_id, id, conversation_id, answers, state, claimed_until FROM replies
                     WHERE (state = 'waiting' AND created_at <= $1) OR (state = 'running' AND claimed_until <= $2)
                     ORDER BY created_at LIMIT 1000";
        let rows: Vec<ReplyRow> = sql!(self, db => sqlx::query_as(query)
            .bind(waiting_since.as_millis()).bind(now.as_millis()).fetch_all(db).await?);
        rows.into_iter().map(Reply::try_from).collect()
    }
}

impl WriteTx {
    /// Keeps a new reply, waiting to be written.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_reply(&mut self, reply: &Reply, now: Timestamp) -> Result<()> {
        let query = "INSERT INTO replies (chat_id, id, conversation_id, answers, state, claimed_until, created_at)
                     VALUES ($1, $2, $3, $4, 'waiting', NULL, $5)";
        sql!(self, db => sqlx::query(query)
            .bind(reply.chat_id.as_str()).bind(reply.id.as_str()).bind(reply.conversation_id.as_str())
            .bind(reply.answers).bind(now.as_millis())
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Claims a reply until `until`, and answers whether that succeeded: not when another writes it, or it is finished.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn claim_reply(
        &mut self,
        reply: &Reply,
        until: Timestamp,
        now: Timestamp,
    ) -> Result<bool> {
        // The condition is in the statement that writes, so that of two nodes one loses.
        let query = "UPDATE replies SET state = 'running', claimed_until = $3
                     WHERE chat_id = $1 AND id = $2
                       AND (state = 'waiting' OR (state = 'running' AND claimed_until <= $4))
                     RETURNING id";
        let claimed: Option<String> = sql!(self, db => sqlx::query_scalar(query)
            .bind(reply.chat_id.as_str()).bind(reply.id.as_str()).bind(until.as_millis()).bind(now.as_millis())
            .fetch_optional(db).await?);
        Ok(claimed.is_some())
    }

    /// Gives a reply another state, if it is in state `from`, and answers whether it was.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn move_reply(
        &mut self,
        reply: &Reply,
        from: ReplyState,
        to: ReplyState,
    ) -> Result<bool> {
        let until = match to {
            ReplyState::Running { claimed_until } => Some(claimed_until.as_millis()),
            ReplyState::Waiting | ReplyState::Done | ReplyState::Failed => None,
        };
        let query = "UPDATE replies SET state = $4, claimed_until = $5
                     WHERE chat_id = $1 AND id = $2 AND state = $3 RETURNING id";
        let moved: Option<String> = sql!(self, db => sqlx::query_scalar(query)
            .bind(reply.chat_id.as_str()).bind(reply.id.as_str()).bind(from.as_str()).bind(to.as_str()).bind(until)
            .fetch_optional(db).await?);
        Ok(moved.is_some())
    }

    /// Gives up the replies of a conversation that are not finished, and answers which.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row has no reply's id.
    pub async fn give_up_replies(
        &mut self,
        chat: &ChatId,
        conversation: &ConversationId,
    ) -> Result<Vec<MessageId>> {
        let query = "UPDATE replies SET state = 'failed', claimed_until = NULL
                     WHERE chat_id = $1 AND conversation_id = $2 AND state IN ('waiting', 'running')
                     RETURNING id";
        let ids: Vec<String> = sql!(self, db => sqlx::query_scalar(query)
            .bind(chat.as_str()).bind(conversation.as_str()).fetch_all(db).await?);
        ids.into_iter().map(|id| id.parse().map_err(StoreError::corrupt("replies", "id"))).collect()
    }
}

impl TryFrom<ReplyRow> for Reply {
    type Error = StoreError;

    fn try_from(row: ReplyRow) -> Result<Self> {
        let state = match (row.state.as_str(), row.claimed_until) {
            ("waiting", None) => ReplyState::Waiting,
            ("running", Some(until)) => {
                ReplyState::Running { claimed_until: Timestamp::from_millis(until) }
            }
            ("done", None) => ReplyState::Done,
            ("failed", None) => ReplyState::Failed,
            (other, _) => {
                return Err(StoreError::corrupt("replies", "state")(format!("no state {other:?}")));
            }
        };
        Ok(Self {
            chat_id: row.chat_id.parse().map_err(StoreError::corrupt("replies", "chat_id"))?,
            id: row.id.parse().map_err(StoreError::corrupt("replies", "id"))?,
            conversation_id: row
                .conversation_id
                .parse()
                .map_err(StoreError::corrupt("replies", "conversation_id"))?,
            answers: row.answers,
            state,
        })
    }
}
