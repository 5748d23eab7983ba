//! Which programs of the merchant's are tied to a chat: addresses that new leads are posted to, and API keys.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::id::{ApiKeyId, HookId};
use serde::{Deserialize, Serialize};
use store::{ApiKey, Hook, Integration, PendingPosts};
use utoipa::ToSchema;

use crate::app::App;
use crate::app::create_api_key::{create_named_api_key, revoke_api_key};
use crate::app::hooks::remove_hook;
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody, created, no_content};
use crate::http::parts::InPath;
use crate::http::who::{ChatAdmin, Recent};

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list_hooks))
        .routes(routes!(delete_hook))
        .routes(routes!(list_keys, add_key))
        .routes(routes!(revoke_key))
}

/// An address that new leads are posted to.
#[derive(Debug, Serialize, ToSchema)]
struct HookView {
    id: String,
    /// Its host and the end of its path: whoever knows all of it can post there.
    address: String,
    created_at: String,
    /// Posts that are still to be made.
    pending: i64,
    /// How often the most unlucky of them was tried; 0 where none failed.
    attempts: i64,
}

/// The addresses.
#[derive(Debug, Serialize, ToSchema)]
struct HooksView {
    hooks: Vec<HookView>,
}

/// Where new leads of a chat are posted to.
#[utoipa::path(get, path = "/chats/{chat_id}/hooks", operation_id = "list_hooks", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)),
    responses((status = 200, body = HooksView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody)))]
async fn list_hooks(
    State(app): State<Arc<App>>,
    admin: ChatAdmin,
) -> Result<Json<HooksView>, ApiError> {
    let mut tx = app.store.read().await?;
    let hooks = tx.hooks(&admin.chat.id).await?;
    let pending = tx.pending_posts(&admin.chat.id).await?;
    Ok(Json(HooksView { hooks: hooks.iter().map(|hook| HookView::new(hook, &pending)).collect() }))
}

impl HookView {
    fn new(hook: &Hook, pending: &[PendingPosts]) -> Self {
        let pending = pending.iter().find(|pending| pending.hook_id == hook.id);
        Self {
            id: hook.id.to_string(),
            address: shortened(&hook.url),
            created_at: hook.created_at.to_string(),
            pending: pending.map_or(0, |pending| pending.count),
            attempts: pending.map_or(0, |pending| pending.attempts),
        }
    }
}

/// The host of an address, and the last letters of the rest.
fn shortened(url: &str) -> String {
    let (_, rest) = url.split_once("://").unwrap_or(("", url));
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let beyond: Vec<char> = rest.chars().skip(host.chars().count()).collect();
    let end: String = beyond.iter().skip(beyond.len().saturating_sub(4)).collect();
    if beyond.len() <= 8 { rest.to_owned() } else { format!("{host}/…{end}") }
}

/// Has nothing more posted to an address. One that is gone already is no failure.
#[utoipa::path(delete, path = "/chats/{chat_id}/hooks/{hook_id}", operation_id = "delete_hook", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("hook_id" = String, Path)),
    responses((status = 204), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn delete_hook(
    State(app): State<Arc<App>>,
    ChatAdmin { operator, chat, actor, .. }: ChatAdmin,
    InPath((_, id)): InPath<(String, String)>,
) -> Result<Response, ApiError> {
    let id: HookId = id.parse().map_err(|_| ApiError::not_found())?;
    let hooks = app.store.read().await?.hooks(&chat.id).await?;
    if let Some(hook) = hooks.iter().find(|hook| hook.id == id) {
        remove_hook(&app, &chat.id, &hook.url, Some(&actor)).await?;
        tracing::info!(operator = %operator.id, chat = %chat.id, hook = %id, "hook removed in the dashboard");
    }
    Ok(no_content())
}

/// A key of a merchant's program. The key itself is shown once, where it is made.
#[derive(Debug, Serialize, ToSchema)]
struct ApiKeyView {
    id: String,
    /// `backend` or `zapier`.
    integration: &'static str,
    /// What people call it; empty where it has no name.
    name: String,
    created_at: String,
    /// When it was used last, to the minute.
    #[schema(required)]
    last_used_at: Option<String>,
}

impl From<ApiKey> for ApiKeyView {
    fn from(key: ApiKey) -> Self {
        Self {
            id: key.id.to_string(),
            integration: key.integration.as_str(),
            name: key.name,
            created_at: key.created_at.to_string(),
            last_used_at: key.last_used_at.map(|at| at.to_string()),
        }
    }
}

/// The keys.
#[derive(Debug, Serialize, ToSchema)]
struct ApiKeysView {
    api_keys: Vec<ApiKeyView>,
}

/// The API keys of a chat.
#[utoipa::path(get, path = "/chats/{chat_id}/api_keys", operation_id = "list_api_keys", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)),
    responses((status = 200, body = ApiKeysView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody)))]
async fn list_keys(
    State(app): State<Arc<App>>,
    admin: ChatAdmin,
) -> Result<Json<ApiKeysView>, ApiError> {
    let keys = app.store.read().await?.api_keys(&admin.chat.id).await?;
    Ok(Json(ApiKeysView { api_keys: keys.into_iter().map(ApiKeyView::from).collect() }))
}

/// A key that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
struct AddApiKeyBody {
    /// `backend` or `zapier`.
    integration: String,
    /// What people call it: at most 60 characters, or nothing.
    #[serde(default)]
    name: String,
}

/// A new key. It is shown this once, and only its hash is kept.
#[derive(Debug, Serialize, ToSchema)]
struct AddedApiKeyView {
    key: ApiKeyView,
    api_key: String,
}

/// Makes an API key.
#[utoipa::path(post, path = "/chats/{chat_id}/api_keys", operation_id = "add_api_key", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = AddApiKeyBody,
    responses((status = 201, body = AddedApiKeyView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn add_key(
    State(app): State<Arc<App>>,
    Recent(ChatAdmin { chat, actor, .. }): Recent<ChatAdmin>,
    body: Body,
) -> Result<Response, ApiError> {
    let AddApiKeyBody { integration, name } = body::json(body).await?;
    let purpose = [Integration::Backend, Integration::Zapier];
    let purpose = purpose.into_iter().find(|purpose| purpose.as_str() == integration);
    let purpose =
        purpose.ok_or_else(|| ApiError::invalid("integration: expected backend or zapier"))?;
    let made = create_named_api_key(&app, &chat.id, purpose, &name, Some(&actor));
    let (secret, key) = made.await?;
    tracing::info!(operator = %actor.operator.id, chat = %chat.id, key = %key.id, "API key made in the dashboard");
    let view = AddedApiKeyView { key: key.into(), api_key: secret.reveal().to_owned() };
    Ok(([(header::CACHE_CONTROL, "no-store")], created(view)).into_response())
}

/// Takes an API key away: the next call with it is refused. One that is gone already is no failure.
#[utoipa::path(delete, path = "/chats/{chat_id}/api_keys/{key_id}", operation_id = "revoke_api_key", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("key_id" = String, Path)),
    responses((status = 204), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn revoke_key(
    State(app): State<Arc<App>>,
    ChatAdmin { chat, actor, .. }: ChatAdmin,
    InPath((_, id)): InPath<(String, String)>,
) -> Result<Response, ApiError> {
    let id: ApiKeyId = id.parse().map_err(|_| ApiError::not_found())?;
    revoke_api_key(&app, &chat.id, &id, &actor).await?;
    tracing::info!(operator = %actor.operator.id, chat = %chat.id, key = %id, "API key revoked in the dashboard");
    Ok(no_content())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_without_what_opens_it() {
        assert_eq!(shortened("https://hooks.example/standard/123/secret/"), "hooks.example/…ret/");
        assert_eq!(shortened("https://hooks.example/1"), "hooks.example/1");
        assert_eq!(shortened("https://hooks.example?key=abcdefgh"), "hooks.example/…efgh");
    }
}
