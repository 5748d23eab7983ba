//! Addresses that are told of events, and what is sent to them.

use domain::id::{ChatId, DeliveryId, WebhookId};
use domain::settings::SealedSecret;
use domain::time::Timestamp;
use domain::webhook::{WebhookEvent, WebhookEvents};

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

/// What became of deliveries is kept of so many of each address.
pub const MOST_SETTLED: i64 = 100;

/// An address that is told of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Webhook {
    /// The chat.
    pub chat_id: ChatId,
    /// Its id.
    pub id: WebhookId,
    /// Where.
    pub url: String,
    /// Of what it is told.
    pub events: WebhookEvents,
    /// What signs that which is sent.
    pub secret: SealedSecret,
    /// Since when nothing is sent, where that is so.
    pub paused_at: Option<Timestamp>,
    /// Since when it is there.
    pub created_at: Timestamp,
}

/// Something that an address is told. What is told is read when it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delivery {
    /// The chat.
    pub chat_id: ChatId,
    /// To which address.
    pub webhook_id: WebhookId,
    /// Its id: the same for one event at all addresses.
    pub id: DeliveryId,
    /// The name of the event.
    pub event: String,
    /// The id of what it happened to.
    pub subject: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried next; `None` where that is over.
    pub due_at: Option<Timestamp>,
    /// When it happened.
    pub created_at: Timestamp,
    /// What came of the last attempt.
    pub last: Option<Try>,
}

/// What came of an attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Try {
    /// When.
    pub at: Timestamp,
    /// The status of the answer, where there was one.
    pub status: Option<i64>,
    /// What went wrong, where something did.
    pub problem: Option<String>,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
}

#[derive(sqlx::FromRow)]
struct WebhookRow {
    chat_id: String,
    id: String,
    url: String,
    events: String,
    secret: String,
    paused_at: Option<i64>,
    created_at: i64,
}

#[derive(sqlx::FromRow)]
struct DeliveryRow {
    chat_id: String,
    webhook_id: String,
    id: String,
    event: String,
    subject: String,
    attempts: i64,
    due_at: Option<i64>,
    created_at: i64,
    tried_at: Option<i64>,
    status: Option<i64>,
    problem: Option<String>,
    took_ms: Option<i64>,
}

impl ReadTx {
    /// The webhooks of a chat, the first one first.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a webhook.
    pub async fn webhooks(&mut self, chat: &ChatId) -> Result<Vec<Webhook>> {
        let query = "SELECT chat_id, id, url, events, secret, paused_at, created_at FROM webhooks
                     WHERE chat_id = $1 ORDER BY id LIMIT 100";
        let rows: Vec<WebhookRow> =
            sql!(self, db => sqlx::query_as(query).bind(chat.as_str()).fetch_all(db).await?);
        rows.into_iter().map(Webhook::try_from).collect()
    }

    /// A webhook, or `None` where it is not there.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a webhook.
    pub async fn webhook(&mut self, chat: &ChatId, id: &WebhookId) -> Result<Option<Webhook>> {
        let query = "SELECT chat_id, id, url, events, secret, paused_at, created_at FROM webhooks
                     WHERE chat_id = $1 AND id = $2";
        let row: Option<WebhookRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(id.as_str()).fetch_optional(db).await?);
        row.map(Webhook::try_from).transpose()
    }

    /// The webhooks that have deliveries which are due at `now`, at most `limit`; those that wait longest first.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a webhook.
    pub async fn webhooks_with_due_deliveries(
        &mut self,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<Webhook>> {
        let query = "SELECT w.chat_id, w.id, w.url, w.events, w.secret, w.paused_at, w.created_at
                     FROM webhooks w
                     JOIN (SELECT chat_id, webhook_id, MIN(due_at) AS since FROM webhook_deliveries
                           WHERE due_at IS NOT NULL AND due_at <= $1 GROUP BY chat_id, webhook_id) d
                       ON d.chat_id = w.chat_id AND d.webhook_id = w.id
                     ORDER BY d.since LIMIT $2";
        let rows: Vec<WebhookRow> = sql!(self, db => sqlx::query_as(query)
            .bind(now.as_millis()).bind(limit).fetch_all(db).await?);
        rows.into_iter().map(Webhook::try_from).collect()
    }

    /// The deliveries to a webhook that are due at `now`, the one that waits longest first; at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a delivery.
    pub async fn due_deliveries(
        &mut self,
        webhook: &Webhook,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<Delivery>> {
        let query = "SELECT chat_id, webhook_id, id, event, subject, attempts, due_at, created_at, tried_at, status, problem, took_ms
                     FROM webhook_deliveries
                     WHERE chat_id = $1 AND webhook_id = $2 AND due_at IS NOT NULL AND due_at <= $3
                     ORDER BY due_at, id LIMIT $4";
        let rows: Vec<DeliveryRow> = sql!(self, db => sqlx::query_as(query)
            .bind(webhook.chat_id.as_str()).bind(webhook.id.as_str()).bind(now.as_millis()).bind(limit)
            .fetch_all(db).await?);
        rows.into_iter().map(Delivery::try_from).collect()
    }

    /// The last deliveries to a webhook, newest first, at most `limit`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a delivery.
    pub async fn deliveries(
        &mut self,
        chat: &ChatId,
        webhook: &WebhookId,
        limit: i64,
    ) -> Result<Vec<Delivery>> {
        let query = "SELECT chat_id, webhook_id, id, event, subject, attempts, due_at, created_at, tried_at, status, problem, took_ms
                     FROM webhook_deliveries WHERE chat_id = $1 AND webhook_id = $2 ORDER BY id DESC LIMIT $3";
        let rows: Vec<DeliveryRow> = sql!(self, db => sqlx::query_as(query)
            .bind(chat.as_str()).bind(webhook.as_str()).bind(limit).fetch_all(db).await?);
        rows.into_iter().map(Delivery::try_from).collect()
    }
}

impl WriteTx {
    /// Keeps a webhook: a new one, or what was changed of one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn put_webhook(&mut self, webhook: &Webhook) -> Result<()> {
        let query = "INSERT INTO webhooks (chat_id, id, url, events, secret, paused_at, created_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)
                     ON CONFLICT (chat_id, id) DO UPDATE SET url = excluded.url, events = excluded.events,
                        secret = excluded.secret, paused_at = excluded.paused_at";
        sql!(self, db => sqlx::query(query)
            .bind(webhook.chat_id.as_str()).bind(webhook.id.as_str()).bind(&webhook.url)
            .bind(webhook.events.to_string()).bind(&webhook.secret.0)
            .bind(webhook.paused_at.map(Timestamp::as_millis)).bind(webhook.created_at.as_millis())
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Removes a webhook with its deliveries, and answers whether there was one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn delete_webhook(&mut self, chat: &ChatId, id: &WebhookId) -> Result<bool> {
        let query = "DELETE FROM webhook_deliveries WHERE chat_id = $1 AND webhook_id = $2";
        sql!(self, db => sqlx::query(query).bind(chat.as_str()).bind(id.as_str()).execute(db).await.map(drop)?);
        let query = "DELETE FROM webhooks WHERE chat_id = $1 AND id = $2";
        Ok(sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(id.as_str()).execute(db).await.map(|done| done.rows_affected() > 0)?))
    }

    /// Has the webhooks of a chat that are told of `event`, and are not paused, told that it happened to `subject`, from `now` on.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_deliveries(
        &mut self,
        chat: &ChatId,
        event: WebhookEvent,
        subject: &str,
        now: Timestamp,
    ) -> Result<()> {
        let query = "INSERT INTO webhook_deliveries (chat_id, webhook_id, id, event, subject, attempts, due_at, created_at)
                     SELECT chat_id, id, $2, $3, $4, 0, $5, $5 FROM webhooks
                     WHERE chat_id = $1 AND paused_at IS NULL AND ' ' || events || ' ' LIKE '% ' || $3 || ' %'";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(DeliveryId::new(now).as_str()).bind(event.as_str()).bind(subject)
            .bind(now.as_millis()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Keeps a delivery as it is: one that was tried by hand.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn add_delivery(&mut self, delivery: &Delivery) -> Result<()> {
        let query = "INSERT INTO webhook_deliveries
                        (chat_id, webhook_id, id, event, subject, attempts, due_at, created_at, tried_at, status, problem, took_ms)
                     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
        let last = delivery.last.as_ref();
        sql!(self, db => sqlx::query(query)
            .bind(delivery.chat_id.as_str()).bind(delivery.webhook_id.as_str()).bind(delivery.id.as_str())
            .bind(&delivery.event).bind(&delivery.subject).bind(delivery.attempts)
            .bind(delivery.due_at.map(Timestamp::as_millis)).bind(delivery.created_at.as_millis())
            .bind(last.map(|last| last.at.as_millis())).bind(last.and_then(|last| last.status))
            .bind(last.and_then(|last| last.problem.as_deref())).bind(last.map(|last| last.took_ms))
            .execute(db).await.map(drop)?);
        Ok(())
    }

    /// Claims a delivery until `until`, which counts as an attempt, and answers whether nobody else has it, or had it, meanwhile.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn claim_delivery(&mut self, delivery: &Delivery, until: Timestamp) -> Result<bool> {
        // The condition is in the statement that writes, so that of two nodes one loses.
        let query = "UPDATE webhook_deliveries SET due_at = $4, attempts = attempts + 1
                     WHERE chat_id = $1 AND webhook_id = $2 AND id = $3 AND due_at = $5 AND attempts = $6";
        Ok(sql!(self, db => sqlx::query(query)
            .bind(delivery.chat_id.as_str()).bind(delivery.webhook_id.as_str()).bind(delivery.id.as_str())
            .bind(until.as_millis()).bind(delivery.due_at.map(Timestamp::as_millis)).bind(delivery.attempts)
            .execute(db).await.map(|done| done.rows_affected() > 0)?))
    }

    /// Keeps what came of an attempt, and when the next one is: `None` where that was the last. What was given up meanwhile stays so.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn settle_delivery(
        &mut self,
        delivery: &Delivery,
        last: &Try,
        due_at: Option<Timestamp>,
    ) -> Result<()> {
        let query = "UPDATE webhook_deliveries SET due_at = CASE WHEN due_at IS NULL THEN NULL ELSE $4 END, tried_at = $5, status = $6, problem = $7, took_ms = $8
                     WHERE chat_id = $1 AND webhook_id = $2 AND id = $3";
        sql!(self, db => sqlx::query(query)
            .bind(delivery.chat_id.as_str()).bind(delivery.webhook_id.as_str()).bind(delivery.id.as_str())
            .bind(due_at.map(Timestamp::as_millis)).bind(last.at.as_millis()).bind(last.status)
            .bind(last.problem.as_deref()).bind(last.took_ms).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Has a delivery that is over tried again at `now`, as if it were new, and answers whether there is one.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn send_again(
        &mut self,
        chat: &ChatId,
        webhook: &WebhookId,
        id: &DeliveryId,
        now: Timestamp,
    ) -> Result<bool> {
        let query = "UPDATE webhook_deliveries SET due_at = $4, attempts = 0
                     WHERE chat_id = $1 AND webhook_id = $2 AND id = $3 AND due_at IS NULL AND event <> 'test'";
        Ok(sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(webhook.as_str()).bind(id.as_str()).bind(now.as_millis())
            .execute(db).await.map(|done| done.rows_affected() > 0)?))
    }

    /// Gives up what still waits for a webhook, saying why.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn drop_deliveries(
        &mut self,
        chat: &ChatId,
        webhook: &WebhookId,
        why: &str,
    ) -> Result<()> {
        let query = "UPDATE webhook_deliveries SET due_at = NULL, problem = $3
                     WHERE chat_id = $1 AND webhook_id = $2 AND due_at IS NOT NULL";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(webhook.as_str()).bind(why).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Forgets the deliveries to a webhook that are over, but for the last [`MOST_SETTLED`].
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn forget_old_deliveries(
        &mut self,
        chat: &ChatId,
        webhook: &WebhookId,
    ) -> Result<()> {
        let query = "DELETE FROM webhook_deliveries
                     WHERE chat_id = $1 AND webhook_id = $2 AND due_at IS NULL AND id NOT IN
                        (SELECT id FROM webhook_deliveries WHERE chat_id = $1 AND webhook_id = $2 AND due_at IS NULL
                         ORDER BY id DESC LIMIT $3)";
        sql!(self, db => sqlx::query(query)
            .bind(chat.as_str()).bind(webhook.as_str()).bind(MOST_SETTLED).execute(db).await.map(drop)?);
        Ok(())
    }
}

impl TryFrom<WebhookRow> for Webhook {
    type Error = StoreError;

    fn try_from(row: WebhookRow) -> Result<Self> {
        let corrupt = StoreError::corrupt::<String>("webhooks", "events");
        // A later version may know more of them.
        let events = row.events.split(' ').filter_map(|name| name.parse().ok());
        Ok(Self {
            chat_id: row.chat_id.parse().map_err(StoreError::corrupt("webhooks", "chat_id"))?,
            id: row.id.parse().map_err(StoreError::corrupt("webhooks", "id"))?,
            url: row.url,
            events: WebhookEvents::new(events).map_err(|error| corrupt(error.to_string()))?,
            secret: SealedSecret(row.secret),
            paused_at: row.paused_at.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}

impl TryFrom<DeliveryRow> for Delivery {
    type Error = StoreError;

    fn try_from(row: DeliveryRow) -> Result<Self> {
        const TABLE: &str = "webhook_deliveries";
        Ok(Self {
            chat_id: row.chat_id.parse().map_err(StoreError::corrupt(TABLE, "chat_id"))?,
            webhook_id: row.webhook_id.parse().map_err(StoreError::corrupt(TABLE, "webhook_id"))?,
            id: row.id.parse().map_err(StoreError::corrupt(TABLE, "id"))?,
            event: row.event,
            subject: row.subject,
            attempts: row.attempts,
            due_at: row.due_at.map(Timestamp::from_millis),
            created_at: Timestamp::from_millis(row.created_at),
            last: row.tried_at.map(|at| Try {
                at: Timestamp::from_millis(at),
                status: row.status,
                problem: row.problem,
                took_ms: row.took_ms.unwrap_or(0),
            }),
        })
    }
}
