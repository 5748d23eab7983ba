//! What was bought.

use domain::conversation::Conversation;
use domain::id::{ChatId, ConversationId};
use domain::purchase::{OrderId, Purchase};
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

#[derive(sqlx::FromRow)]
struct PurchaseRow {
    chat_id: String,
    order_id: String,
    conversation_id: String,
    details: String,
    created_at: i64,
}

impl ReadTx {
    /// The purchase with this order, or `None` where it is not credited to a conversation.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a purchase.
    pub async fn purchase(&mut self, chat: &ChatId, order: &OrderId) -> Result<Option<Purchase>> {
        let query = "SELECT chat_id, order_id, conversation_id, details, created_at FROM purchases
                     WHERE chat_id = $1 AND order_id = $2 AND conversation_id IS NOT NULL";
        let row: Option<PurchaseRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(order.as_str()).fetch_optional(db).await?);
        row.map(Purchase::try_from).transpose()
    }

    /// Whether an order of a chat has been counted, for whomever.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn is_counted(&mut self, chat: &ChatId, order: &OrderId) -> Result<bool> {
        let query = "SELECT COUNT(*) FROM purchases WHERE chat_id = $1 AND order_id = $2";
        let count: i64 = sql!(self, db => sqlx::query_scalar(query)
            .bind(chat.as_str()).bind(order.as_str()).fetch_one(db).await?);
        Ok(count > 0)
    }

    /// What is credited to a conversation, the first one first; at most 1,000.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a purchase.
    pub async fn purchases(&mut self, conversation: &Conversation) -> Result<Vec<Purchase>> {
        let query = "SELECT chat_id, order_id, conversation_id, details, created_at FROM purchases
                     WHERE chat_id = $1 AND conversation_id = $2 ORDER BY created_at, order_id LIMIT 1000";
        let rows: Vec<PurchaseRow> = sql!(self, db => sqlx::query_as(query)
            .bind(conversation.chat_id.as_str()).bind(conversation.id.as_str()).fetch_all(db).await?);
        rows.into_iter().map(Purchase::try_from).collect()
    }
}

impl WriteTx {
    /// Keeps a purchase, and answers whether the order was counted now: not when it was before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_purchase(&mut self, purchase: &Purchase) -> Result<bool> {
        // Numbers that were checked can be written as JSON.
        let details = serde_json::to_string(&purchase.details).unwrap_or_default();
        self.count_order(
            &purchase.chat_id,
            &purchase.order_id,
            Some((&purchase.conversation_id, &details)),
            purchase.created_at,
        )
        .await
    }

    /// Counts an order that is credited to no conversation, of which nothing more is kept, and answers whether it was counted now:
    /// not when it was before.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_order_of_nobody(
        &mut self,
        chat: &ChatId,
        order: &OrderId,
        now: Timestamp,
    ) -> Result<bool> {
        self.count_order(chat, order, None, now).await
    }

    /// Moves what was bought at `since` or later from one conversation to another. Where that is none, the orders stay counted, and
    /// nothing more of them is kept.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn move_purchases(
        &mut self,
        from: &Conversation,
        since: Timestamp,
        to: Option<&ConversationId>,
    ) -> Result<()> {
        let query = "UPDATE purchases SET conversation_id = $4, details = CASE WHEN $4 IS NOT NULL THEN details END
                     WHERE chat_id = $1 AND conversation_id = $2 AND created_at >= $3";
        sql!(self, db => sqlx::query(query)
            .bind(from.chat_id.as_str()).bind(from.id.as_str()).bind(since.as_millis())
            .bind(to.map(ConversationId::as_str)).execute(db).await.map(drop)?);
        Ok(())
    }

    async fn count_order(
        &mut self,
        chat: &ChatId,
        order: &OrderId,
        credited: Option<(&ConversationId, &str)>,
        now: Timestamp,
    ) -> Result<bool> {
        let query =
            "INSERT INTO purchases (chat_id, order_id, conversation_id, details, created_at)
                     VALUES ($1, $2, $3, $4, $5) ON CONFLICT (chat_id, order_id) DO NOTHING";
        Ok(sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(order.as_str()).bind(credited.map(|(id, _)| id.as_str()))
            .bind(credited.map(|(_, details)| details)).bind(now.as_millis())
            .execute(db).await.map(|done| done.rows_affected() > 0)?))
    }
}

impl TryFrom<PurchaseRow> for Purchase {
    type Error = StoreError;

    fn try_from(row: PurchaseRow) -> Result<Self> {
        Ok(Self {
            chat_id: row.chat_id.parse().map_err(StoreError::corrupt("purchases", "chat_id"))?,
            order_id: row.order_id.parse().map_err(StoreError::corrupt("purchases", "order_id"))?,
            conversation_id: row
                .conversation_id
                .parse()
                .map_err(StoreError::corrupt("purchases", "conversation_id"))?,
            details: serde_json::from_str(&row.details)
                .map_err(StoreError::corrupt("purchases", "details"))?,
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}
