//! Addresses that new leads are posted to, and the posts that are still to be made.

use domain::id::{ChatId, HookId, LeadId};
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

/// An address of the merchant that new leads are posted to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hook {
    /// The chat.
    pub chat_id: ChatId,
    /// Its id.
    pub id: HookId,
    /// Where.
    pub url: String,
    /// Since when.
    pub created_at: Timestamp,
}

/// A post that is still to be made. What is posted is read when it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadPost {
    /// The chat.
    pub chat_id: ChatId,
    /// To which hook.
    pub hook_id: HookId,
    /// Of whom: a customer, or what a visitor typed.
    pub lead_id: LeadId,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next; while it is being tried, when another may try.
    pub due_at: Timestamp,
    /// Since when.
    pub created_at: Timestamp,
}

/// Posts to a hook that are still to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingPosts {
    /// To which hook.
    pub hook_id: HookId,
    /// How many.
    pub count: i64,
    /// How often that was tried which was tried most.
    pub attempts: i64,
}

#[derive(sqlx::FromRow)]
struct HookRow {
    chat_id: String,
    id: String,
    url: String,
    created_at: i64,
}

#[derive(sqlx::FromRow)]
struct LeadPostRow {
    chat_id: String,
    hook_id: String,
    lead_id: String,
    attempts: i64,
    due_at: i64,
    created_at: i64,
}

impl ReadTx {
    /// The hooks of a chat, the first one first.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a hook.
    pub async fn hooks(&mut self, chat: &ChatId) -> Result<Vec<Hook>> {
        let query = "SELECT chat_id, id, url, created_at FROM hooks WHERE chat_id = $1 ORDER BY id";
        let rows: Vec<HookRow> =
            sql!(self, db => sqlx::query_as(query).bind(chat.as_str()).fetch_all(db).await?);
        rows.into_iter().map(Hook::try_from).collect()
    }

    /// The hooks that have posts which are due at `now`, at most `limit`; those that wait longest first.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a hook.
    pub async fn hooks_with_due_posts(&mut self, now: Timestamp, limit: i64) -> Result<Vec<Hook>> {
        let query = "SELECT h.chat_id, h.id, h.url, h.created_at
                     FROM hooks h
                     JOIN (SELECT chat_id, hook_id, MIN(due_at) AS since FROM lead_posts
                           WHERE due_at <= $1 GROUP BY chat_id, hook_id) d
                       ON d.chat_id = h.chat_id AND d.hook_id = h.id
                     ORDER BY d.since LIMIT $2";
        let rows: Vec<HookRow> = sql!(self, db => sqlx::query_as(query)
            .bind(now.as_millis()).bind(limit).fetch_all(db).await?);
        rows.into_iter().map(Hook::try_from).collect()
    }

    /// The posts to a hook that are due at `now`, the one that waits longest first; at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a post.
    pub async fn due_posts(
        &mut self,
        hook: &Hook,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<LeadPost>> {
        let query = "SELECT chat_id, hook_id, lead_id, attempts, due_at, created_at FROM lead_posts
                     WHERE chat_id = $1 AND hook_id = $2 AND due_at <= $3 ORDER BY due_at, lead_id LIMIT $4";
        let rows: Vec<LeadPostRow> = sql!(self, db => sqlx::query_as(query)
            .bind(hook.chat_id.as_str()).bind(hook.id.as_str()).bind(now.as_millis()).bind(limit)
            .fetch_all(db).await?);
        rows.into_iter().map(LeadPost::try_from).collect()
    }

    /// How many posts of a chat are still to be made, by hook.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row has no hook's id.
    pub async fn pending_posts(&mut self, chat: &ChatId) -> Result<Vec<PendingPosts>> {
        let query = "SELECT hook_id, COUNT(*), MAX(attempts) FROM lead_posts WHERE chat_id = $1 GROUP BY hook_id";
        let rows: Vec<(String, i64, i64)> =
            sql!(self, db => sqlx::query_as(query).bind(chat.as_str()).fetch_all(db).await?);
        rows.into_iter()
            .map(|(hook, count, attempts)| {
                let hook_id = hook.parse().map_err(StoreError::corrupt("lead_posts", "hook_id"))?;
                Ok(PendingPosts { hook_id, count, attempts })
            })
            .collect()
    }

    /// The posts about a lead that are still to be made.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a post.
    pub async fn posts_of_lead(&mut self, chat: &ChatId, lead: &LeadId) -> Result<Vec<LeadPost>> {
        let query = "SELECT chat_id, hook_id, lead_id, attempts, due_at, created_at FROM lead_posts
                     WHERE chat_id = $1 AND lead_id = $2 ORDER BY hook_id";
        let rows: Vec<LeadPostRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(lead.as_str()).fetch_all(db).await?);
        rows.into_iter().map(LeadPost::try_from).collect()
    }
}

impl WriteTx {
    /// Keeps a hook. One whose address the chat has already stays as it is.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_hook(&mut self, hook: &Hook) -> Result<()> {
        let query = "INSERT INTO hooks (chat_id, id, url, created_at) VALUES ($1, $2, $3, $4)
                     ON CONFLICT (chat_id, url) DO NOTHING";
        sql!(self, db => sqlx::query(query)
            .bind(hook.chat_id.as_str()).bind(hook.id.as_str()).bind(&hook.url).bind(hook.created_at.as_millis())
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Removes the hook with this address and the posts to it, and answers whether there was one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_hook(&mut self, chat: &ChatId, url: &str) -> Result<bool> {
        let query = "DELETE FROM lead_posts WHERE chat_id = $1
                       AND hook_id IN (SELECT id FROM hooks WHERE chat_id = $1 AND url = $2)";
        sql!(self, db => sqlx::query(query).bind(chat.as_str()).bind(url).execute(db).await.map(drop)?);
        let query = "DELETE FROM hooks WHERE chat_id = $1 AND url = $2";
        Ok(sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(url).execute(db).await.map(|done| done.rows_affected() > 0)?))
    }

    /// Has a new lead posted to each hook of the chat, from `now` on; where the same person was posted `before`, only to the hooks
    /// that are newer.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_lead_posts(
        &mut self,
        chat: &ChatId,
        lead: &LeadId,
        before: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<()> {
        let query =
            "INSERT INTO lead_posts (chat_id, hook_id, lead_id, attempts, due_at, created_at)
                     SELECT chat_id, id, $2, 0, $3, $3 FROM hooks WHERE chat_id = $1 AND created_at > $4
                     ON CONFLICT (chat_id, hook_id, lead_id) DO NOTHING";
        let before = before.map_or(i64::MIN, Timestamp::as_millis);
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(lead.as_str()).bind(now.as_millis()).bind(before)
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Claims a post until `until`, which counts as an attempt, and answers whether nobody else has it, or had it, meanwhile.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn claim_post(&mut self, post: &LeadPost, until: Timestamp) -> Result<bool> {
        // The condition is in the statement that writes, so that of two nodes one loses.
        let query = "UPDATE lead_posts SET due_at = $4, attempts = attempts + 1
                     WHERE chat_id = $1 AND hook_id = $2 AND lead_id = $3 AND due_at = $5 AND attempts = $6";
        Ok(sql!(self, db => sqlx::query(query)
            .bind(post.chat_id.as_str()).bind(post.hook_id.as_str()).bind(post.lead_id.as_str())
            .bind(until.as_millis()).bind(post.due_at.as_millis()).bind(post.attempts)
            .execute(db).await.map(|done| done.rows_affected() > 0)?))
    }

    /// Has a post tried again at `due_at`.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_off_post(&mut self, post: &LeadPost, due_at: Timestamp) -> Result<()> {
        let query = "UPDATE lead_posts SET due_at = $4 WHERE chat_id = $1 AND hook_id = $2 AND lead_id = $3";
        sql!(self, db => sqlx::query(query)
            .bind(post.chat_id.as_str()).bind(post.hook_id.as_str()).bind(post.lead_id.as_str())
            .bind(due_at.as_millis()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Removes a post: it was made, or is given up.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_post(&mut self, post: &LeadPost) -> Result<()> {
        let query = "DELETE FROM lead_posts WHERE chat_id = $1 AND hook_id = $2 AND lead_id = $3";
        sql!(self, db => sqlx::query(query)
            .bind(post.chat_id.as_str()).bind(post.hook_id.as_str()).bind(post.lead_id.as_str())
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Removes the posts about a lead.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_posts_of_lead(&mut self, chat: &ChatId, lead: &LeadId) -> Result<()> {
        let query = "DELETE FROM lead_posts WHERE chat_id = $1 AND lead_id = $2";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(lead.as_str()).execute(db).await.map(drop)?);
        Ok(())
    }
}

impl TryFrom<HookRow> for Hook {
    type Error = StoreError;

    fn try_from(row: HookRow) -> Result<Self> {
        Ok(Self {
            chat_id: row.chat_id.parse().map_err(StoreError::corrupt("hooks", "chat_id"))?,
            id: row.id.parse().map_err(StoreError::corrupt("hooks", "id"))?,
            url: row.url,
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}

impl TryFrom<LeadPostRow> for LeadPost {
    type Error = StoreError;

    fn try_from(row: LeadPostRow) -> Result<Self> {
        Ok(Self {
            chat_id: row.chat_id.parse().map_err(StoreError::corrupt("lead_posts", "chat_id"))?,
            hook_id: row.hook_id.parse().map_err(StoreError::corrupt("lead_posts", "hook_id"))?,
            lead_id: row.lead_id.parse().map_err(StoreError::corrupt("lead_posts", "lead_id"))?,
            attempts: row.attempts,
            due_at: Timestamp::from_millis(row.due_at),
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}
