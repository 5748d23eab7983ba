//! Webhooks, on a chat's Integrations page.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::id::{DeliveryId, WebhookId};
use domain::webhook::WebhookEvents;
use serde::{Deserialize, Serialize};
use store::{Delivery, Webhook};
use utoipa::ToSchema;

use crate::app::App;
use crate::app::webhook_posts::Called;
use crate::app::webhooks::{self, Change, NewSecret};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody, created, no_content};
use crate::http::parts::InPath;
use crate::http::who::{ChatAdmin, Recent};

/// Deliveries that are listed.
const LISTED: i64 = 50;

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list, add))
        .routes(routes!(change, remove))
        .routes(routes!(renew_secret))
        .routes(routes!(test))
        .routes(routes!(deliveries))
        .routes(routes!(send_again))
}

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
struct WebhookView {
    id: String,
    url: String,
    /// Of what it is told.
    events: Vec<&'static str>,
    /// `paused`; `idle`: nothing was sent yet; `working`; `failing`.
    state: &'static str,
    /// Since when every delivery fails, as far as the list of them goes back.
    #[schema(required)]
    failing_since: Option<String>,
    /// Deliveries that wait, or are tried again, among the last 50.
    waiting: usize,
    created_at: String,
}

/// The webhooks of a chat.
#[derive(Debug, Serialize, ToSchema)]
struct WebhooksView {
    webhooks: Vec<WebhookView>,
}

/// A webhook, with the secret that signs what is sent. The secret is shown this once.
#[derive(Debug, Serialize, ToSchema)]
struct AddedWebhookView {
    webhook: WebhookView,
    secret: String,
}

/// Something that a webhook was told, or is to be.
#[derive(Debug, Serialize, ToSchema)]
struct DeliveryView {
    id: String,
    event: String,
    /// `waiting`, `retrying`, `delivered` or `failed`.
    state: &'static str,
    attempts: i64,
    created_at: String,
    /// When it was tried last.
    #[schema(required)]
    tried_at: Option<String>,
    /// When it is tried next.
    #[schema(required)]
    due_at: Option<String>,
    /// The status of the last answer, where there was one.
    #[schema(required)]
    status: Option<i64>,
    /// What went wrong last, where something did.
    #[schema(required)]
    problem: Option<String>,
    #[schema(required)]
    milliseconds: Option<i64>,
}

/// Deliveries, newest first.
#[derive(Debug, Serialize, ToSchema)]
struct DeliveriesView {
    deliveries: Vec<DeliveryView>,
}

/// What came of a test event.
#[derive(Debug, Serialize, ToSchema)]
struct WebhookTestView {
    /// The status of the answer, where there was one.
    #[schema(required)]
    status: Option<u16>,
    /// What went wrong, where something did.
    #[schema(required)]
    problem: Option<String>,
    milliseconds: u64,
    /// What was sent.
    sent: String,
    /// The headers that prove who sent it.
    headers: Vec<HeaderView>,
    /// The beginning of what came back, at most 2,000 characters.
    answer: String,
}

/// A header.
#[derive(Debug, Serialize, ToSchema)]
struct HeaderView {
    name: &'static str,
    value: String,
}

impl DeliveryView {
    fn new(delivery: Delivery) -> Self {
        let last = delivery.last.as_ref();
        let problem = last.and_then(|last| last.problem.clone());
        let state = match (delivery.due_at, last) {
            (Some(_), None) => "waiting",
            (Some(_), Some(_)) => "retrying",
            (None, Some(last)) if last.problem.is_none() => "delivered",
            (None, _) => "failed",
        };
        Self {
            id: delivery.id.to_string(),
            event: delivery.event,
            state,
            attempts: delivery.attempts,
            created_at: delivery.created_at.to_string(),
            tried_at: last.map(|last| last.at.to_string()),
            due_at: delivery.due_at.map(|at| at.to_string()),
            status: last.and_then(|last| last.status),
            milliseconds: last.map(|last| last.took_ms),
            problem,
        }
    }
}

impl WebhookView {
    fn new(webhook: &Webhook, deliveries: &[Delivery]) -> Self {
        let tried: Vec<&store::Try> =
            deliveries.iter().filter_map(|one| one.last.as_ref()).collect();
        let failing = tried.iter().take_while(|last| last.problem.is_some()).last();
        let state = match (webhook.paused_at, failing) {
            (Some(_), _) => "paused",
            (None, Some(_)) => "failing",
            (None, None) if tried.is_empty() => "idle",
            (None, None) => "working",
        };
        Self {
            id: webhook.id.to_string(),
            url: webhook.url.clone(),
            events: webhook.events.names().collect(),
            state,
            failing_since: failing.map(|last| last.at.to_string()),
            waiting: deliveries.iter().filter(|one| one.due_at.is_some()).count(),
            created_at: webhook.created_at.to_string(),
        }
    }
}

async fn viewed(app: &App, webhook: &Webhook) -> Result<WebhookView, ApiError> {
    let mut tx = app.store.read().await?;
    let deliveries = tx.deliveries(&webhook.chat_id, &webhook.id, LISTED).await?;
    Ok(WebhookView::new(webhook, &deliveries))
}

/// What is told of what happens in a chat.
#[utoipa::path(get, path = "/chats/{chat_id}/webhooks", operation_id = "list_webhooks", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)),
    responses((status = 200, body = WebhooksView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody)))]
async fn list(
    State(app): State<Arc<App>>,
    admin: ChatAdmin,
) -> Result<Json<WebhooksView>, ApiError> {
    let found = app.store.read().await?.webhooks(&admin.chat.id).await?;
    let mut webhooks = Vec::with_capacity(found.len());
    for webhook in &found {
        webhooks.push(viewed(&app, webhook).await?);
    }
    Ok(Json(WebhooksView { webhooks }))
}

/// A webhook that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
struct AddWebhookBody {
    /// On the public internet, with https.
    url: String,
    /// `lead.created`, `customer.identified`, `conversation.created`, `conversation.escalated` or `purchase.created`.
    events: Vec<String>,
}

/// Has an address told of what happens from now on.
#[utoipa::path(post, path = "/chats/{chat_id}/webhooks", operation_id = "add_webhook", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = AddWebhookBody,
    responses((status = 201, body = AddedWebhookView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn add(
    State(app): State<Arc<App>>,
    Recent(ChatAdmin { chat, actor, .. }): Recent<ChatAdmin>,
    body: Body,
) -> Result<Response, ApiError> {
    let AddWebhookBody { url, events } = body::json(body).await?;
    let (url, events) = (url.trim(), parsed(&events)?);
    let (webhook, secret) = webhooks::add(&app, &chat.id, url, events, Some(&actor)).await?;
    tracing::info!(operator = %actor.operator.id, chat = %chat.id, webhook = %webhook.id, "webhook added in the dashboard");
    let webhook = WebhookView::new(&webhook, &[]);
    let view = AddedWebhookView { webhook, secret: secret.reveal().to_owned() };
    Ok(([(header::CACHE_CONTROL, "no-store")], created(view)).into_response())
}

fn parsed(events: &[String]) -> Result<WebhookEvents, ApiError> {
    let invalid = |error: &dyn std::fmt::Display| ApiError::invalid(format!("events: {error}"));
    let events: Result<Vec<_>, _> = events.iter().map(|name| name.parse()).collect();
    let events =
        events.map_err(|error: domain::webhook::ParseWebhookEventError| invalid(&error))?;
    WebhookEvents::new(events).map_err(|error| invalid(&error))
}

/// What is changed; what is absent stays.
#[derive(Debug, Deserialize, ToSchema)]
struct ChangeWebhookBody {
    url: Option<String>,
    events: Option<Vec<String>>,
    /// Whether nothing is sent. What waits is given up then, and what happens meanwhile is not kept for it.
    paused: Option<bool>,
}

/// A webhook in the path.
#[derive(Deserialize)]
struct InWebhook {
    webhook_id: String,
}

impl InWebhook {
    fn id(&self) -> Result<WebhookId, ApiError> {
        self.webhook_id.parse().map_err(|_| ApiError::not_found())
    }
}

/// Changes a webhook.
#[utoipa::path(patch, path = "/chats/{chat_id}/webhooks/{webhook_id}", operation_id = "change_webhook", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("webhook_id" = String, Path)), request_body = ChangeWebhookBody,
    responses((status = 200, body = WebhookView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn change(
    State(app): State<Arc<App>>,
    Recent(ChatAdmin { chat, actor, .. }): Recent<ChatAdmin>,
    InPath(path): InPath<InWebhook>,
    body: Body,
) -> Result<Json<WebhookView>, ApiError> {
    let ChangeWebhookBody { url, events, paused } = body::json(body).await?;
    let events = events.as_deref().map(parsed).transpose()?;
    let url = url.map(|url| url.trim().to_owned());
    let wanted = Change { url, events, paused };
    let webhook = webhooks::change(&app, &chat.id, &path.id()?, wanted, &actor).await?;
    tracing::info!(operator = %actor.operator.id, chat = %chat.id, webhook = %webhook.id, "webhook changed in the dashboard");
    Ok(Json(viewed(&app, &webhook).await?))
}

/// Removes a webhook and what waits for it. One that is gone already is no failure.
#[utoipa::path(delete, path = "/chats/{chat_id}/webhooks/{webhook_id}", operation_id = "remove_webhook", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("webhook_id" = String, Path)),
    responses((status = 204), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn remove(
    State(app): State<Arc<App>>,
    ChatAdmin { chat, actor, .. }: ChatAdmin,
    InPath(path): InPath<InWebhook>,
) -> Result<Response, ApiError> {
    let id = path.id()?;
    webhooks::remove(&app, &chat.id, &id, &actor).await?;
    tracing::info!(operator = %actor.operator.id, chat = %chat.id, webhook = %id, "webhook removed in the dashboard");
    Ok(no_content())
}

/// A secret, shown this once.
#[derive(Debug, Serialize, ToSchema)]
struct SecretView {
    secret: String,
}

impl From<NewSecret> for SecretView {
    fn from(secret: NewSecret) -> Self {
        Self { secret: secret.reveal().to_owned() }
    }
}

/// Makes a new secret. The one before signs nothing any more.
#[utoipa::path(post, path = "/chats/{chat_id}/webhooks/{webhook_id}/secret", operation_id = "renew_webhook_secret", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("webhook_id" = String, Path)),
    responses((status = 201, body = SecretView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn renew_secret(
    State(app): State<Arc<App>>,
    Recent(ChatAdmin { chat, actor, .. }): Recent<ChatAdmin>,
    InPath(path): InPath<InWebhook>,
) -> Result<Response, ApiError> {
    let id = path.id()?;
    let secret = webhooks::renew_secret(&app, &chat.id, &id, &actor).await?;
    tracing::info!(operator = %actor.operator.id, chat = %chat.id, webhook = %id, "webhook's secret renewed in the dashboard");
    let view = created(SecretView::from(secret));
    Ok(([(header::CACHE_CONTROL, "no-store")], view).into_response())
}

/// Sends a test event at once, and says what came of it.
#[utoipa::path(post, path = "/chats/{chat_id}/webhooks/{webhook_id}/test", operation_id = "test_webhook", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("webhook_id" = String, Path)),
    responses((status = 200, body = WebhookTestView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn test(
    State(app): State<Arc<App>>,
    ChatAdmin { chat, .. }: ChatAdmin,
    InPath(path): InPath<InWebhook>,
) -> Result<Json<WebhookTestView>, ApiError> {
    let id = path.id()?;
    app.limits.order_test(&chat.id).await?;
    let Called { outcome, took, sent, headers, answer } =
        webhooks::test(&app, &chat.id, &id).await?;
    let problem = match &outcome {
        Ok(200..300) => None,
        Ok(status) => Some(format!("it answers {status}: expected 200 to 299")),
        Err(problem) => Some(problem.clone()),
    };
    Ok(Json(WebhookTestView {
        status: outcome.ok(),
        problem,
        milliseconds: u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        sent,
        headers: headers.map(|(name, value)| HeaderView { name, value }).into(),
        answer,
    }))
}

/// The last deliveries to a webhook.
#[utoipa::path(get, path = "/chats/{chat_id}/webhooks/{webhook_id}/deliveries", operation_id = "list_deliveries", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("webhook_id" = String, Path)),
    responses((status = 200, body = DeliveriesView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody)))]
async fn deliveries(
    State(app): State<Arc<App>>,
    ChatAdmin { chat, .. }: ChatAdmin,
    InPath(path): InPath<InWebhook>,
) -> Result<Json<DeliveriesView>, ApiError> {
    let mut tx = app.store.read().await?;
    let id = path.id()?;
    tx.webhook(&chat.id, &id).await?.ok_or_else(ApiError::not_found)?;
    let deliveries = tx.deliveries(&chat.id, &id, LISTED).await?;
    Ok(Json(DeliveriesView { deliveries: deliveries.into_iter().map(DeliveryView::new).collect() }))
}

/// Sends a delivery that is over once more, within a second or so.
#[utoipa::path(post, path = "/chats/{chat_id}/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliveries", operation_id = "redeliver",
    tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("webhook_id" = String, Path), ("delivery_id" = String, Path)),
    responses((status = 204), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn send_again(
    State(app): State<Arc<App>>,
    ChatAdmin { chat, .. }: ChatAdmin,
    InPath((_, webhook, delivery)): InPath<(String, String, String)>,
) -> Result<Response, ApiError> {
    let path = InWebhook { webhook_id: webhook };
    let delivery: DeliveryId = delivery.parse().map_err(|_| ApiError::not_found())?;
    webhooks::send_again(&app, &chat.id, &path.id()?, &delivery).await?;
    Ok(no_content())
}
