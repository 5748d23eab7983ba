//! Conversations and their messages.

use domain::conversation::{
    AskedBy, Attention, Author, ClientId, Conversation, EscalationReason, Joined, Message,
    MessageText,
};
use domain::id::{ChatId, ConversationId, LeadId, OperatorId, VisitorId};
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

#[derive(sqlx::FromRow)]
pub(crate) struct ConversationRow {
    chat_id: String,
    id: String,
    visitor_id: String,
    lead_id: Option<String>,
    last_seq: i64,
    preview: String,
    created_at: i64,
    last_message_at: i64,
    joined_seq: Option<i64>,
    joined_at: Option<i64>,
    assignee_id: Option<String>,
    escalated_at: Option<i64>,
    escalation_resolved_at: Option<i64>,
    escalated_by: Option<String>,
    escalation_reason: Option<String>,
    read_seq: i64,
    delivered_seq: i64,
    seen_seq: Option<i64>,
}

#[derive(sqlx::FromRow)]
struct MessageRow {
    id: String,
    seq: i64,
    author: String,
    operator_id: Option<String>,
    text: String,
    verified: bool,
    sent_at: i64,
}

impl ReadTx {
    /// The conversation `id` of `chat`, or `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a conversation.
    pub async fn conversation(
        &mut self,
        chat: &ChatId,
        id: &ConversationId,
    ) -> Result<Option<Conversation>> {
        let query = "SELECT chat_id, id, visitor_id, lead_id, last_seq, preview, created_at, last_message_at,
                            joined_seq, joined_at, assignee_id, escalated_at, escalation_resolved_at,
                            escalated_by, escalation_reason, read_seq, delivered_seq, seen_seq
                     FROM conversations WHERE chat_id = $1 AND id = $2";
        let row: Option<ConversationRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(id.as_str()).fetch_optional(db).await?);
        row.map(Conversation::try_from).transpose()
    }

    /// The conversation of a visitor, or `None` where it has not written yet.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a conversation.
    pub async fn conversation_of_visitor(
        &mut self,
        chat: &ChatId,
        visitor: &VisitorId,
    ) -> Result<Option<Conversation>> {
        let query = "SELECT chat_id, id, visitor_id, lead_id, last_seq, preview, created_at, last_message_at,
                            joined_seq, joined_at, assignee_id, escalated_at, escalation_resolved_at,
                            escalated_by, escalation_reason, read_seq, delivered_seq, seen_seq
                     FROM conversations WHERE chat_id = $1 AND visitor_id = $2";
        let row: Option<ConversationRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(visitor.as_str()).fetch_optional(db).await?);
        row.map(Conversation::try_from).transpose()
    }

    /// The conversations in which `lead` was verified and something was written at `since` or later; newest first, at most 100.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a conversation.
    pub async fn conversations_of_lead(
        &mut self,
        chat: &ChatId,
        lead: &LeadId,
        since: Timestamp,
    ) -> Result<Vec<Conversation>> {
        // A customer has few: they are found by the customer and then sorted. With a bare column SQLite goes through all of the chat's, in
        // the order that is wanted.
        let query = "SELECT chat_id, id, visitor_id, lead_id, last_seq, preview, created_at, last_message_at,
                            joined_seq, joined_at, assignee_id, escalated_at, escalation_resolved_at,
                            escalated_by, escalation_reason, read_seq, delivered_seq, seen_seq
                     FROM conversations WHERE chat_id = $1 AND lead_id = $2 AND +last_message_at >= $3
                     ORDER BY +last_message_at DESC, id DESC LIMIT 100";
        let rows: Vec<ConversationRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(lead.as_str()).bind(since.as_millis()).fetch_all(db).await?);
        rows.into_iter().map(Conversation::try_from).collect()
    }

    /// The conversations that `lead` was verified in, and those of browsers that were last proven to be `lead`; after the one with
    /// the id `after`, by id, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a conversation.
    pub async fn conversations_of_customer(
        &mut self,
        chat: &ChatId,
        lead: &LeadId,
        after: Option<&ConversationId>,
        limit: i64,
    ) -> Result<Vec<Conversation>> {
        let query = "SELECT chat_id, id, visitor_id, lead_id, last_seq, preview, created_at, last_message_at,
                            joined_seq, joined_at, assignee_id, escalated_at, escalation_resolved_at,
                            escalated_by, escalation_reason, read_seq, delivered_seq, seen_seq
                     FROM conversations
                     WHERE chat_id = $1 AND id > $3
                       AND (lead_id = $2
                            OR visitor_id IN (SELECT id FROM visitors WHERE chat_id = $1 AND lead_id = $2))
                     ORDER BY id LIMIT $4";
        let rows: Vec<ConversationRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(lead.as_str()).bind(after.map_or("", ConversationId::as_str)).bind(limit)
            .fetch_all(db).await?);
        rows.into_iter().map(Conversation::try_from).collect()
    }

    /// A page of a chat's conversations in which something was written at `since` or later; newest first.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a conversation.
    pub async fn conversations(
        &mut self,
        chat: &ChatId,
        since: Option<Timestamp>,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<Conversation>> {
        let query = "SELECT chat_id, id, visitor_id, lead_id, last_seq, preview, created_at, last_message_at,
                            joined_seq, joined_at, assignee_id, escalated_at, escalation_resolved_at,
                            escalated_by, escalation_reason, read_seq, delivered_seq, seen_seq
                     FROM conversations WHERE chat_id = $1 AND last_message_at >= $2
                     ORDER BY last_message_at DESC, id DESC LIMIT $3 OFFSET $4";
        let since = since.map_or(i64::MIN, Timestamp::as_millis);
        let rows: Vec<ConversationRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(since).bind(limit).bind(offset).fetch_all(db).await?);
        rows.into_iter().map(Conversation::try_from).collect()
    }

    /// How many conversations [`ReadTx::conversations`] has on all pages.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn count_conversations(
        &mut self,
        chat: &ChatId,
        since: Option<Timestamp>,
    ) -> Result<i64> {
        let query =
            "SELECT COUNT(*) FROM conversations WHERE chat_id = $1 AND last_message_at >= $2";
        let since = since.map_or(i64::MIN, Timestamp::as_millis);
        Ok(sql!(self, db => sqlx::query_scalar(query)
            .bind(chat.as_str()).bind(since).fetch_one(db).await?))
    }

    /// The messages of a conversation after number `after`, in order, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a message.
    pub async fn messages(
        &mut self,
        chat: &ChatId,
        conversation: &ConversationId,
        after: i64,
        limit: i64,
    ) -> Result<Vec<Message>> {
        let query = "SELECT id, seq, author, operator_id, text, verified, sent_at
                     FROM messages WHERE chat_id = $1 AND conversation_id = $2 AND seq > $3
                     ORDER BY seq LIMIT $4";
        let rows: Vec<MessageRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(conversation.as_str()).bind(after).bind(limit).fetch_all(db).await?);
        rows.into_iter().map(Message::try_from).collect()
    }

    /// A page of a conversation's messages that were sent at `since` or later, in order.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a message.
    pub async fn messages_since(
        &mut self,
        conversation: &Conversation,
        since: Option<Timestamp>,
        limit: i64,
        offset: i64,
    ) -> Result<Vec<Message>> {
        let query = "SELECT id, seq, author, operator_id, text, verified, sent_at
                     FROM messages WHERE chat_id = $1 AND conversation_id = $2 AND sent_at >= $3
                     ORDER BY seq LIMIT $4 OFFSET $5";
        let since = since.map_or(i64::MIN, Timestamp::as_millis);
        let rows: Vec<MessageRow> = sql!(self, db => sqlx::query_as(query)
            .bind(conversation.chat_id.as_str()).bind(conversation.id.as_str()).bind(since).bind(limit).bind(offset)
            .fetch_all(db).await?);
        rows.into_iter().map(Message::try_from).collect()
    }

    /// The message that its sender called `client_id`, or `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a message.
    pub async fn message_of_client(
        &mut self,
        chat: &ChatId,
        conversation: &ConversationId,
        client_id: &ClientId,
    ) -> Result<Option<Message>> {
        let query = "SELECT id, seq, author, operator_id, text, verified, sent_at
                     FROM messages WHERE chat_id = $1 AND conversation_id = $2 AND client_id = $3";
        let row: Option<MessageRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(conversation.as_str()).bind(client_id.as_str()).fetch_optional(db).await?);
        row.map(Message::try_from).transpose()
    }
}

impl WriteTx {
    /// Keeps a new conversation.
    ///
    /// # Errors
    /// [`StoreError::is_taken`] when its visitor has one.
    pub async fn add_conversation(&mut self, conversation: &Conversation) -> Result<()> {
        let query = "INSERT INTO conversations (chat_id, id, visitor_id, lead_id, last_seq, preview, created_at,
                                                last_message_at, joined_seq, joined_at, assignee_id,
                                                escalated_at, escalation_resolved_at, escalated_by,
                                                escalation_reason, read_seq, delivered_seq, seen_seq)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)";
        sql!(self, db => sqlx::query(query)
            .bind(conversation.chat_id.as_str()).bind(conversation.id.as_str())
            .bind(conversation.visitor_id.as_str()).bind(conversation.lead_id.as_ref().map(LeadId::as_str))
            .bind(conversation.last_seq).bind(&conversation.preview)
            .bind(conversation.created_at.as_millis()).bind(conversation.last_message_at.as_millis())
            .bind(conversation.joined.map(|joined| joined.messages))
            .bind(conversation.joined.map(|joined| joined.at.as_millis()))
            .bind(conversation.attention.assignee.as_ref().map(OperatorId::as_str))
            .bind(conversation.attention.escalated_at.map(Timestamp::as_millis))
            .bind(conversation.attention.resolved_at.map(Timestamp::as_millis))
            .bind(conversation.attention.asked_by.map(AskedBy::as_str))
            .bind(conversation.attention.reason.as_ref().map(EscalationReason::as_str))
            .bind(conversation.read_seq).bind(conversation.delivered_seq).bind(conversation.seen_seq)
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Keeps the newer form of a conversation, its visitor and its customer included.
    ///
    /// # Errors
    /// [`StoreError::is_taken`] when its visitor has another one.
    pub async fn put_conversation(&mut self, conversation: &Conversation) -> Result<()> {
        let query =
            "UPDATE conversations SET visitor_id = $3, lead_id = $4, last_seq = $5, preview = $6,
                            last_message_at = $7, joined_seq = $8, joined_at = $9, assignee_id = $10,
                            escalated_at = $11, escalation_resolved_at = $12, escalated_by = $13,
                            escalation_reason = $14, read_seq = $15, delivered_seq = $16, seen_seq = $17
                     WHERE chat_id = $1 AND id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(conversation.chat_id.as_str()).bind(conversation.id.as_str())
            .bind(conversation.visitor_id.as_str()).bind(conversation.lead_id.as_ref().map(LeadId::as_str))
            .bind(conversation.last_seq).bind(&conversation.preview)
            .bind(conversation.last_message_at.as_millis())
            .bind(conversation.joined.map(|joined| joined.messages))
            .bind(conversation.joined.map(|joined| joined.at.as_millis()))
            .bind(conversation.attention.assignee.as_ref().map(OperatorId::as_str))
            .bind(conversation.attention.escalated_at.map(Timestamp::as_millis))
            .bind(conversation.attention.resolved_at.map(Timestamp::as_millis))
            .bind(conversation.attention.asked_by.map(AskedBy::as_str))
            .bind(conversation.attention.reason.as_ref().map(EscalationReason::as_str))
            .bind(conversation.read_seq).bind(conversation.delivered_seq).bind(conversation.seen_seq)
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Ties a visitor's conversation, if it has one, to a customer, and answers it. One that is tied already stays as it is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn tie_conversation(
        &mut self,
        chat: &ChatId,
        visitor: &VisitorId,
        lead: &LeadId,
        now: Timestamp,
    ) -> Result<Option<Conversation>> {
        let query = "UPDATE conversations SET lead_id = $3, joined_seq = NULLIF(last_seq, 0),
                            joined_at = CASE WHEN last_seq > 0 THEN $4 END
                     WHERE chat_id = $1 AND visitor_id = $2 AND lead_id IS NULL
                     RETURNING chat_id, id, visitor_id, lead_id, last_seq, preview, created_at, last_message_at,
                               joined_seq, joined_at, assignee_id, escalated_at, escalation_resolved_at,
                               escalated_by, escalation_reason, read_seq, delivered_seq, seen_seq";
        let row: Option<ConversationRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(visitor.as_str()).bind(lead.as_str()).bind(now.as_millis())
            .fetch_optional(db).await?);
        row.map(Conversation::try_from).transpose()
    }

    /// Moves the messages after number `after`, and the replies to them, to the conversation `to`, which has none yet: there they
    /// are numbered from 1.
    ///
    /// # Errors
    /// [`StoreError::is_taken`] when `to` has messages.
    pub async fn move_messages(
        &mut self,
        from: &Conversation,
        after: i64,
        to: &ConversationId,
    ) -> Result<()> {
        for query in [
            "UPDATE messages SET conversation_id = $4, seq = seq - $3
             WHERE chat_id = $1 AND conversation_id = $2 AND seq > $3",
            "UPDATE replies SET conversation_id = $4, answers = answers - $3
             WHERE chat_id = $1 AND conversation_id = $2 AND answers > $3",
        ] {
            sql!(self, db => sqlx::query(query)
                .bind(from.chat_id.as_str()).bind(from.id.as_str()).bind(after).bind(to.as_str())
                .execute(db).await.map(drop)?);
        }
        // Both are read anew by whoever keeps what conversations are found by.
        self.forget_words(&from.chat_id, from.id.as_str()).await?;
        let query = "UPDATE conversations SET indexed_seq = 0 WHERE chat_id = $1 AND id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(from.chat_id.as_str()).bind(from.id.as_str()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Removes the messages of a conversation up to number `last`, and answers how many there were.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_messages(&mut self, conversation: &Conversation, last: i64) -> Result<u64> {
        self.forget_words(&conversation.chat_id, conversation.id.as_str()).await?;
        let query =
            "DELETE FROM messages WHERE chat_id = $1 AND conversation_id = $2 AND seq <= $3";
        Ok(sql!(self, db => sqlx::query(query)
            .bind(conversation.chat_id.as_str()).bind(conversation.id.as_str()).bind(last)
            .execute(db).await.map(|done| done.rows_affected())?))
    }

    /// Removes a conversation with whatever it still holds.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_conversation(&mut self, conversation: &Conversation) -> Result<()> {
        self.forget_words(&conversation.chat_id, conversation.id.as_str()).await?;
        let query = "DELETE FROM conversations WHERE chat_id = $1 AND id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(conversation.chat_id.as_str()).bind(conversation.id.as_str())
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Appends a message, whose number must be the conversation's next.
    ///
    /// # Errors
    /// [`StoreError::is_taken`] when its number or its sender's name for it is.
    pub async fn append_message(
        &mut self,
        conversation: &Conversation,
        message: &Message,
        client_id: Option<&ClientId>,
    ) -> Result<()> {
        let operator = match &message.author {
            Author::Operator(id) => Some(id),
            Author::Visitor | Author::Assistant => None,
        };
        let query = "INSERT INTO messages (chat_id, conversation_id, seq, id, client_id, author, operator_id, text,
                                           verified, sent_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
        sql!(self, db => sqlx::query(query)
            .bind(conversation.chat_id.as_str()).bind(conversation.id.as_str()).bind(message.seq)
            .bind(message.id.as_str()).bind(client_id.map(ClientId::as_str)).bind(message.author.kind())
            .bind(operator.map(OperatorId::as_str)).bind(message.text.as_str()).bind(message.verified)
            .bind(message.sent_at.as_millis())
            .execute(db).await.map(drop)?);
        let query = "UPDATE conversations SET last_seq = $3, preview = $4, last_message_at = $5
                     WHERE chat_id = $1 AND id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(conversation.chat_id.as_str()).bind(conversation.id.as_str()).bind(message.seq)
            .bind(message.preview()).bind(message.sent_at.as_millis())
            .execute(db).await.map(drop)?);
        Ok(())
    }
}

impl TryFrom<ConversationRow> for Conversation {
    type Error = StoreError;

    fn try_from(row: ConversationRow) -> Result<Self> {
        Ok(Self {
            chat_id: row
                .chat_id
                .parse()
                .map_err(StoreError::corrupt("conversations", "chat_id"))?,
            id: row.id.parse().map_err(StoreError::corrupt("conversations", "id"))?,
            visitor_id: row
                .visitor_id
                .parse()
                .map_err(StoreError::corrupt("conversations", "visitor_id"))?,
            lead_id: row
                .lead_id
                .map(|id| id.parse().map_err(StoreError::corrupt("conversations", "lead_id")))
                .transpose()?,
            last_seq: row.last_seq,
            preview: row.preview,
            created_at: Timestamp::from_millis(row.created_at),
            last_message_at: Timestamp::from_millis(row.last_message_at),
            joined: row
                .joined_seq
                .zip(row.joined_at)
                .map(|(messages, at)| Joined { messages, at: Timestamp::from_millis(at) }),
            attention: Attention {
                assignee: row
                    .assignee_id
                    .map(|id| {
                        id.parse().map_err(StoreError::corrupt("conversations", "assignee_id"))
                    })
                    .transpose()?,
                escalated_at: row.escalated_at.map(Timestamp::from_millis),
                resolved_at: row.escalation_resolved_at.map(Timestamp::from_millis),
                asked_by: row
                    .escalated_by
                    .map(|by| {
                        by.parse().map_err(StoreError::corrupt("conversations", "escalated_by"))
                    })
                    .transpose()?,
                reason: row.escalation_reason.as_deref().and_then(EscalationReason::of),
            },
            read_seq: row.read_seq,
            delivered_seq: row.delivered_seq,
            seen_seq: row.seen_seq,
        })
    }
}

impl TryFrom<MessageRow> for Message {
    type Error = StoreError;

    fn try_from(row: MessageRow) -> Result<Self> {
        let author = match (row.author.as_str(), row.operator_id) {
            ("visitor", None) => Author::Visitor,
            ("assistant", None) => Author::Assistant,
            ("operator", Some(id)) => Author::Operator(
                id.parse().map_err(StoreError::corrupt("messages", "operator_id"))?,
            ),
            (other, _) => {
                return Err(StoreError::corrupt("messages", "author")(format!(
                    "no author {other:?}"
                )));
            }
        };
        Ok(Self {
            id: row.id.parse().map_err(StoreError::corrupt("messages", "id"))?,
            seq: row.seq,
            author,
            text: MessageText::from_stored(row.text),
            verified: row.verified,
            sent_at: Timestamp::from_millis(row.sent_at),
        })
    }
}
