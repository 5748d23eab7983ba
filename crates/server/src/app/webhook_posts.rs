//! What happens in a chat is sent to its webhooks: at least once, each by one node at a time, and not for ever.
//!
//! What is to be sent is written in the transaction in which it happens, so nothing is forgotten when the service ends. A webhook gets one
//! delivery at a time. No transaction is open while it is called. Deliveries are signed as Standard Webhooks has it.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::conversation::{AskedBy, Conversation, EscalationReason};
use domain::id::{ChatId, DeliveryId, WebhookId};
use domain::time::Timestamp;
use domain::webhook::WebhookEvent;
use serde::Serialize;
use serde_json::{Value, json};
use store::{Delivery, ReadTx, Scope, StoreError, Try, Webhook};
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::app::App;
use crate::app::lead_posts::{self, GONE, PAUSES};
use crate::app::secret_key::SecretKeyError;
use crate::app::turns;
use crate::outbound::{Limits, OutboundError};

/// How many deliveries to a webhook are read at once.
const BATCH: i64 = 50;
/// What a delivery may cost.
const LIMITS: Limits = Limits { time: Duration::from_secs(8), size: 64 * 1024 };
/// How long a claim holds: longer than a call may take, and two writes.
const CLAIM: Duration = Duration::from_mins(1);
/// What begins a secret, as Standard Webhooks has it.
pub const SECRET_PREFIX: &str = "whsec_";
/// How much of an answer the merchant is shown.
const MAX_SHOWN: usize = 2_000;

/// What is sent.
#[derive(Debug, Serialize)]
struct Body<'a> {
    id: &'a str,
    #[serde(rename = "type")]
    event: &'a str,
    created_at: String,
    chat_id: &'a str,
    data: Value,
}

/// What came of a call to a webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    /// The status of the answer, or why there is none.
    pub outcome: Result<u16, String>,
    /// How long it took.
    pub took: Duration,
    /// What was sent.
    pub sent: String,
    /// The headers that prove who sent it.
    pub headers: [(&'static str, String); 3],
    /// The beginning of what came back.
    pub answer: String,
}

/// Makes the deliveries that are due, until the service ends.
pub async fn run(app: Arc<App>) {
    turns::take::<Webhook>(app).await;
}

impl turns::Waiting for Webhook {
    type Key = (ChatId, WebhookId);

    fn key(&self) -> Self::Key {
        (self.chat_id.clone(), self.id.clone())
    }

    async fn due(app: &App, most: i64) -> Vec<Self> {
        match app.store.read().await {
            Ok(mut tx) => {
                let due = tx.webhooks_with_due_deliveries(app.clock.now(), most).await;
                due.unwrap_or_default()
            }
            Err(_) => Vec::new(),
        }
    }

    async fn work(self, app: Arc<App>) {
        if let Err(error) = deliver_all(&app, &self).await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, webhook = %self.id, "deliveries to a webhook are late");
        }
    }
}

/// Makes the deliveries to a webhook that are due, up to the first that fails: its address may be away.
async fn deliver_all(app: &App, webhook: &Webhook) -> Result<(), StoreError> {
    let due = app.store.read().await?.due_deliveries(webhook, app.clock.now(), BATCH).await?;
    for delivery in due {
        if app.shutdown.is_cancelled() || !deliver_one(app, &webhook.chat_id, &delivery).await? {
            break;
        }
    }
    let mut tx = app.store.write(Scope::Chat(&webhook.chat_id)).await?;
    tx.forget_old_deliveries(&webhook.chat_id, &webhook.id).await?;
    tx.commit().await
}

/// Makes one delivery, and answers whether the next may be made.
async fn deliver_one(app: &App, chat: &ChatId, delivery: &Delivery) -> Result<bool, StoreError> {
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    // Read with the claim: another address, or another secret, counts from the next delivery on.
    let webhook = tx.webhook(chat, &delivery.webhook_id).await?;
    let Some(webhook) = webhook.filter(|webhook| webhook.paused_at.is_none()) else {
        return Ok(false);
    };
    if !tx.claim_delivery(delivery, app.clock.now() + CLAIM).await? {
        return Ok(true);
    }
    tx.commit().await?;
    let data = read(&mut app.store.read().await?, delivery).await?;
    let Some(data) = data else {
        let problem = Some("what it was about has been erased".to_owned());
        let last = Try { at: app.clock.now(), status: None, problem, took_ms: 0 };
        let mut tx = app.store.write(Scope::Chat(chat)).await?;
        tx.settle_delivery(delivery, &last, None).await?;
        tx.commit().await?;
        return Ok(true);
    };
    let called =
        call(app, &webhook, (&delivery.id, &delivery.event, delivery.created_at), data).await;
    settle(app, &webhook, delivery, &called).await
}

/// Calls a webhook, once: with the id, the name and the time of what happened, and the rest.
pub(super) async fn call(
    app: &App,
    webhook: &Webhook,
    (id, event, at): (&DeliveryId, &str, Timestamp),
    data: Value,
) -> Called {
    let body = Body {
        id: id.as_str(),
        event,
        created_at: at.to_string(),
        chat_id: webhook.chat_id.as_str(),
        data,
    };
    // What is made of JSON can be written as JSON.
    let sent = serde_json::to_string(&body).unwrap_or_default();
    let second = app.clock.now().as_millis().div_euclid(1000);
    let place = place(&webhook.chat_id, &webhook.id);
    let signature = match app.secret_key.open(&place, &webhook.secret).map(Zeroizing::new) {
        Ok(secret) => sign(&secret, id, second, &sent),
        Err(error) => return lost(&error, sent, id),
    };
    let headers = [
        ("webhook-id", id.to_string()),
        ("webhook-timestamp", second.to_string()),
        ("webhook-signature", signature),
    ];
    let begun = Instant::now();
    let answer = app.outbound.post_with(&webhook.url, sent.clone(), &headers, LIMITS).await;
    let took = begun.elapsed();
    let shown = answer
        .as_ref()
        .map(|answer| String::from_utf8_lossy(&answer.body).chars().take(MAX_SHOWN).collect());
    Called {
        answer: shown.unwrap_or_default(),
        outcome: answer
            .map(|answer| answer.status)
            .map_err(|error: OutboundError| error.to_string()),
        took,
        sent,
        headers,
    }
}

fn lost(error: &SecretKeyError, sent: String, id: &DeliveryId) -> Called {
    Called {
        outcome: Err(format!("{error}; make a new one")),
        took: Duration::ZERO,
        sent,
        headers: [
            ("webhook-id", id.to_string()),
            ("webhook-timestamp", String::new()),
            ("webhook-signature", String::new()),
        ],
        answer: String::new(),
    }
}

/// Where a webhook's secret is sealed for.
pub(super) fn place(chat: &ChatId, webhook: &WebhookId) -> String {
    format!("{chat}/{webhook}")
}

/// The signature of a delivery: HMAC-SHA256 over its id, the second in which it is sent, and its body.
fn sign(secret: &str, id: &DeliveryId, second: i64, body: &str) -> String {
    let key = secret.strip_prefix(SECRET_PREFIX).unwrap_or(secret);
    let key = Zeroizing::new(STANDARD.decode(key).unwrap_or_default());
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let signed = Zeroizing::new(format!("{id}.{second}.{body}"));
    format!("v1,{}", STANDARD.encode(hmac::sign(&key, signed.as_bytes())))
}

impl Called {
    /// As it is kept.
    pub(super) fn as_try(&self, now: Timestamp) -> Try {
        let problem = match &self.outcome {
            Ok(200..300) => None,
            Ok(status) => Some(format!("status {status}")),
            Err(problem) => Some(problem.chars().take(200).collect()),
        };
        Try {
            at: now,
            status: self.outcome.as_ref().ok().map(|status| i64::from(*status)),
            problem,
            took_ms: i64::try_from(self.took.as_millis()).unwrap_or(i64::MAX),
        }
    }
}

/// Writes down what became of a delivery, and answers whether the next may be made.
async fn settle(
    app: &App,
    webhook: &Webhook,
    delivery: &Delivery,
    called: &Called,
) -> Result<bool, StoreError> {
    let now = app.clock.now();
    let last = called.as_try(now);
    let good = last.problem.is_none();
    let gone = called.outcome == Ok(GONE);
    let pause = usize::try_from(delivery.attempts).ok().and_then(|before| PAUSES.get(before));
    let next = pause.filter(|_| !good && !gone).map(|pause| now + *pause);
    let mut tx = app.store.write(Scope::Chat(&webhook.chat_id)).await?;
    tx.settle_delivery(delivery, &last, next).await?;
    // It may have been removed, moved or given another secret while its address took its time: then this is no word about it.
    let same = tx.webhook(&webhook.chat_id, &webhook.id).await?.filter(|now| {
        now.paused_at.is_none() && now.url == webhook.url && now.secret == webhook.secret
    });
    if gone && let Some(same) = same {
        tx.put_webhook(&Webhook { paused_at: Some(now), ..same }).await?;
        tx.drop_deliveries(&webhook.chat_id, &webhook.id, "paused: the address answers 410")
            .await?;
    }
    tx.commit().await?;
    app.metrics.webhook_delivery(match (good, next) {
        (true, _) => "done",
        (false, Some(_)) => "failed",
        (false, None) => "given_up",
    });
    if !good {
        let reason = last.problem.as_deref();
        tracing::info!(webhook = %webhook.id, delivery = %delivery.id, reason, "a delivery failed");
    }
    Ok(good)
}

/// What is told of an event; `None` where what it was about is gone.
async fn read(tx: &mut ReadTx, delivery: &Delivery) -> Result<Option<Value>, StoreError> {
    let (chat, subject) = (&delivery.chat_id, delivery.subject.as_str());
    let is = |event: WebhookEvent| delivery.event == event.as_str();
    if is(WebhookEvent::LeadCreated) || is(WebhookEvent::CustomerIdentified) {
        let Ok(id) = subject.parse() else { return Ok(None) };
        let lead = lead_posts::read(tx, chat, &id).await?;
        return Ok(lead.map(|lead| json!({ "lead": lead })));
    }
    if is(WebhookEvent::PurchaseCreated) {
        let Ok(order) = subject.parse() else { return Ok(None) };
        let purchase = tx.purchase(chat, &order).await?;
        return Ok(purchase.map(|purchase| {
            json!({ "purchase": {
                "order_id": purchase.order_id.as_str(),
                "conversation_id": purchase.conversation_id.as_str(),
                "order_total": purchase.details.order_total,
                "currency": purchase.details.currency,
                "line_items": purchase.details.line_items,
                "created_at": purchase.created_at.to_string(),
            }})
        }));
    }
    let Ok(id) = subject.parse() else { return Ok(None) };
    let Some(conversation) = tx.conversation(chat, &id).await? else { return Ok(None) };
    Ok(Some(json!({ "conversation": of_conversation(tx, &conversation).await? })))
}

async fn of_conversation(
    tx: &mut ReadTx,
    conversation: &Conversation,
) -> Result<Value, StoreError> {
    let lead = match &conversation.lead_id {
        Some(id) => lead_posts::read(tx, &conversation.chat_id, id).await?,
        None => None,
    };
    let attention = &conversation.attention;
    Ok(json!({
        "id": conversation.id.as_str(),
        "created_at": conversation.created_at.to_string(),
        "last_message_at": conversation.last_message_at.to_string(),
        "escalated_at": attention.escalated_at.map(|at| at.to_string()),
        "asked_by": attention.asked_by.map(AskedBy::as_str),
        "reason": attention.reason.as_ref().map(EscalationReason::as_str),
        "lead": lead,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_is_signed_as_standard_webhooks_has_it() {
        // Computed with Python's hmac: the key is the 24 bytes 0 to 23.
        let secret = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX";
        let id: DeliveryId = "evt_01j00000000000000000000000".parse().unwrap();
        let signature = sign(secret, &id, 1_800_000_000, r#"{"type":"test"}"#);
        assert_eq!(signature, "v1,0HdtyuuufLyF2BDrc8Eows+Bz13wr5Lp5rLijJGxzB0=");
    }
}
