//! Which addresses are told of what happens in a chat.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::audit::AuditKind;
use domain::id::{ChatId, DeliveryId, WebhookId};
use domain::time::Timestamp;
use domain::webhook::{WebhookEvent, WebhookEvents};
use serde_json::json;
use store::{Delivery, Scope, StoreError, Webhook, WriteTx};
use zeroize::Zeroizing;

use crate::app::audit::{self, Actor, Deed};
use crate::app::webhook_posts::{self, Called, SECRET_PREFIX, place};
use crate::app::{App, secrets};
use crate::outbound::OutboundError;

/// The most webhooks that a chat has.
pub const MOST_WEBHOOKS: usize = 20;

/// Why a webhook is not as it was wanted.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// Its address will never be called.
    #[error(transparent)]
    Refused(#[from] OutboundError),
    /// There are too many.
    #[error("a chat has at most {MOST_WEBHOOKS} webhooks")]
    TooMany,
    /// There is no such webhook, or no such delivery that is over.
    #[error("there is no such webhook or delivery")]
    Unknown,
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A secret, to be shown once. It does not print.
pub struct NewSecret(Zeroizing<String>);

impl NewSecret {
    fn random() -> Self {
        Self(Zeroizing::new(format!("{SECRET_PREFIX}{}", STANDARD.encode(secrets::bytes::<32>()))))
    }

    /// Its text.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for NewSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewSecret(***)")
    }
}

/// What is changed of a webhook; what is `None` stays.
#[derive(Debug, Default)]
pub struct Change {
    /// Where.
    pub url: Option<String>,
    /// Of what it is told.
    pub events: Option<WebhookEvents>,
    /// Whether nothing is sent.
    pub paused: Option<bool>,
}

/// Has `url` told of `events` from now on.
///
/// # Errors
/// [`WebhookError`].
pub async fn add(
    app: &App,
    chat: &ChatId,
    url: &str,
    events: WebhookEvents,
    by: Option<&Actor>,
) -> Result<(Webhook, NewSecret), WebhookError> {
    app.outbound.check(url)?;
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    if tx.webhooks(chat).await?.len() >= MOST_WEBHOOKS {
        return Err(WebhookError::TooMany);
    }
    let (id, secret) = (WebhookId::new(now), NewSecret::random());
    let webhook = Webhook {
        chat_id: chat.clone(),
        secret: app.secret_key.seal(&place(chat, &id), secret.reveal()),
        id,
        url: url.to_owned(),
        events,
        paused_at: None,
        created_at: now,
    };
    tx.put_webhook(&webhook).await?;
    write_down(&mut tx, by, &webhook, AuditKind::WebhookAdded, now).await?;
    tx.commit().await?;
    tracing::info!(%chat, webhook = %webhook.id, "webhook added");
    Ok((webhook, secret))
}

/// Changes a webhook. What waits for one that is paused is given up; what happens meanwhile is not kept for it.
///
/// # Errors
/// [`WebhookError`].
pub async fn change(
    app: &App,
    chat: &ChatId,
    id: &WebhookId,
    change: Change,
    by: &Actor,
) -> Result<Webhook, WebhookError> {
    if let Some(url) = &change.url {
        app.outbound.check(url)?;
    }
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    let mut webhook = tx.webhook(chat, id).await?.ok_or(WebhookError::Unknown)?;
    webhook.url = change.url.unwrap_or(webhook.url);
    webhook.events = change.events.unwrap_or(webhook.events);
    match change.paused {
        Some(true) if webhook.paused_at.is_none() => {
            webhook.paused_at = Some(now);
            tx.drop_deliveries(chat, id, "paused").await?;
        }
        Some(false) => webhook.paused_at = None,
        Some(true) | None => {}
    }
    tx.put_webhook(&webhook).await?;
    write_down(&mut tx, Some(by), &webhook, AuditKind::WebhookChanged, now).await?;
    tx.commit().await?;
    Ok(webhook)
}

/// Writes down what `by` does with a webhook: its address in full may be a secret, so that the log has its id.
async fn write_down(
    tx: &mut WriteTx,
    by: Option<&Actor>,
    webhook: &Webhook,
    kind: AuditKind,
    now: Timestamp,
) -> Result<(), StoreError> {
    let deed = Deed { kind, subject: webhook.id.as_str(), detail: "" };
    audit::append(tx, by, &webhook.chat_id, deed, now).await
}

/// Makes a new secret for a webhook; the one before signs nothing any more.
///
/// # Errors
/// [`WebhookError`].
pub async fn renew_secret(
    app: &App,
    chat: &ChatId,
    id: &WebhookId,
    by: &Actor,
) -> Result<NewSecret, WebhookError> {
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    let webhook = tx.webhook(chat, id).await?.ok_or(WebhookError::Unknown)?;
    let secret = NewSecret::random();
    let sealed = app.secret_key.seal(&place(chat, id), secret.reveal());
    let webhook = Webhook { secret: sealed, ..webhook };
    tx.put_webhook(&webhook).await?;
    let now = app.clock.now();
    write_down(&mut tx, Some(by), &webhook, AuditKind::WebhookSecretMade, now).await?;
    tx.commit().await?;
    tracing::info!(%chat, webhook = %id, "webhook has a new secret");
    Ok(secret)
}

/// Removes a webhook, and what waits for it. One that is gone already is no failure.
///
/// # Errors
/// When the database cannot.
pub async fn remove(
    app: &App,
    chat: &ChatId,
    id: &WebhookId,
    by: &Actor,
) -> Result<(), StoreError> {
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    let removed = tx.delete_webhook(chat, id).await?;
    if removed {
        let deed = Deed { kind: AuditKind::WebhookRemoved, subject: id.as_str(), detail: "" };
        audit::append(&mut tx, Some(by), chat, deed, app.clock.now()).await?;
    }
    tx.commit().await?;
    if removed {
        tracing::info!(%chat, webhook = %id, "webhook removed");
    }
    Ok(())
}

/// Sends a test event to a webhook at once, and says what came of it. It is listed with the other deliveries.
///
/// # Errors
/// [`WebhookError::Unknown`] or [`WebhookError::Store`].
pub async fn test(app: &App, chat: &ChatId, id: &WebhookId) -> Result<Called, WebhookError> {
    let webhook = app.store.read().await?.webhook(chat, id).await?;
    let webhook = webhook.ok_or(WebhookError::Unknown)?;
    let now = app.clock.now();
    let delivery = DeliveryId::new(now);
    let event = WebhookEvent::Test.as_str();
    let data = json!({ "message": "This is a test of your webhook. Nothing happened." });
    let called = webhook_posts::call(app, &webhook, (&delivery, event, now), data).await;
    let delivery = Delivery {
        chat_id: chat.clone(),
        webhook_id: id.clone(),
        id: delivery,
        event: event.to_owned(),
        subject: String::new(),
        attempts: 1,
        due_at: None,
        created_at: now,
        last: Some(called.as_try(app.clock.now())),
    };
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    // It may have been removed while its address took its time.
    tx.webhook(chat, id).await?.ok_or(WebhookError::Unknown)?;
    tx.add_delivery(&delivery).await?;
    tx.forget_old_deliveries(chat, id).await?;
    tx.commit().await?;
    Ok(called)
}

/// Sends a delivery that is over once more, within a second or so.
///
/// # Errors
/// [`WebhookError::Unknown`] or [`WebhookError::Store`].
pub async fn send_again(
    app: &App,
    chat: &ChatId,
    id: &WebhookId,
    delivery: &DeliveryId,
) -> Result<(), WebhookError> {
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    if !tx.send_again(chat, id, delivery, app.clock.now()).await? {
        return Err(WebhookError::Unknown);
    }
    tx.commit().await?;
    Ok(())
}
