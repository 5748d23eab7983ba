//! A chat's keys, on its Integrations page, and the set of them that anybody may read.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{Method, header};
use axum::response::{IntoResponse, Response};
use domain::id::ChatId;
use domain::identity::key::{Kid, NamedKey};
use serde::{Deserialize, Serialize};
use tower_http::cors::{Any, CorsLayer};
use utoipa::ToSchema;

use super::identification::view;
use crate::app::App;
use crate::app::activate_identification::state;
use crate::app::change_keys::{self, USUAL_GRACE};
use crate::app::jwks;
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody, created};
use crate::http::parts::InPath;
use crate::http::views::IdentificationView;
use crate::http::who::{ChatAdmin, Recent};

/// How far identities of a key are counted.
const COUNTED: i64 = 1_000;
/// How long others may keep the published set.
const MAX_AGE: &str = "max-age=60";

pub(super) fn routes() -> ApiRouter {
    // Scripts of any page may read what is public anyway.
    let cors = CorsLayer::new().allow_origin(Any).allow_methods([Method::GET]);
    ApiRouter::new()
        .routes(routes!(jwks_json))
        .layer(cors)
        .routes(routes!(add))
        .routes(routes!(retire))
        .routes(routes!(keep))
        .routes(routes!(reach))
        .routes(routes!(revoke))
        .routes(routes!(set_address, remove_address))
}

/// A key in the path.
#[derive(Deserialize)]
struct InKey {
    kid: String,
}

impl InKey {
    /// A name that cannot be one leads nowhere.
    fn kid(&self) -> Result<Kid, ApiError> {
        self.kid.parse().map_err(|_| ApiError::not_found())
    }
}

/// A public key that the merchant brings.
#[derive(ToSchema)]
#[expect(
    dead_code,
    reason = "it is read by hand, so that what may be a secret is not copied about"
)]
struct AddKeyBody {
    /// PEM (SPKI, PKCS#1 or a certificate) or a JWK, as tools write it.
    public_key: String,
}

/// Accepts tokens signed with the private half of this key from now on. A private key is refused (`private_key`) and not kept.
#[utoipa::path(post, path = "/chats/{chat_id}/identification/keys", operation_id = "add_key", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = AddKeyBody,
    responses((status = 201, body = IdentificationView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn add(
    State(app): State<Arc<App>>,
    Recent(admin): Recent<ChatAdmin>,
    body: Body,
) -> Result<Response, ApiError> {
    let text = body::secret(body, "public_key").await?;
    let key = NamedKey::from_text(&text)?;
    drop(text);
    let kid = change_keys::add_key(&app, &admin.chat.id, key, Some(&admin.actor)).await?;
    tracing::info!(operator = %admin.operator.id, chat = %admin.chat.id, %kid, "key added in the dashboard");
    let Json(view) = view(&app, &state(&app, &admin.chat.id).await?);
    Ok(created(view))
}

/// How long a key goes on.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
struct RetireBody {
    /// Seconds for which it still verifies: 0 to 604,800; 86,400 where it is not given.
    grace_seconds: Option<u64>,
}

/// Lets a key verify for its grace time, and then no more.
#[utoipa::path(post, path = "/chats/{chat_id}/identification/keys/{kid}/retire", operation_id = "retire_key", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("kid" = String, Path)), request_body = RetireBody,
    responses((status = 200, body = IdentificationView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn retire(
    State(app): State<Arc<App>>,
    Recent(admin): Recent<ChatAdmin>,
    InPath(path): InPath<InKey>,
    body: Body,
) -> Result<Json<IdentificationView>, ApiError> {
    let RetireBody { grace_seconds } = body::json(body).await?;
    let grace = grace_seconds.map_or(USUAL_GRACE, Duration::from_secs);
    let (chat, kid) = (&admin.chat.id, path.kid()?);
    change_keys::retire_key(&app, chat, &kid, grace, Some(&admin.actor)).await?;
    tracing::info!(operator = %admin.operator.id, %chat, %kid, "key retired in the dashboard");
    Ok(view(&app, &state(&app, chat).await?))
}

/// Takes a retirement back, while the key still verifies.
#[utoipa::path(post, path = "/chats/{chat_id}/identification/keys/{kid}/keep", operation_id = "keep_key", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("kid" = String, Path)),
    responses((status = 200, body = IdentificationView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn keep(
    State(app): State<Arc<App>>,
    Recent(admin): Recent<ChatAdmin>,
    InPath(path): InPath<InKey>,
) -> Result<Json<IdentificationView>, ApiError> {
    let (chat, kid) = (&admin.chat.id, path.kid()?);
    change_keys::keep_key(&app, chat, &kid, Some(&admin.actor)).await?;
    tracing::info!(operator = %admin.operator.id, %chat, %kid, "key kept in the dashboard");
    Ok(view(&app, &state(&app, chat).await?))
}

/// What hangs on a key.
#[derive(Debug, Serialize, ToSchema)]
struct KeyReachView {
    /// Identities that it made and that hold now, counted as far as 1,000: revoking it ends them.
    identities: i64,
}

/// What revoking a key would end.
#[utoipa::path(get, path = "/chats/{chat_id}/identification/keys/{kid}/reach", operation_id = "show_key_reach", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("kid" = String, Path)),
    responses((status = 200, body = KeyReachView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody)))]
async fn reach(
    State(app): State<Arc<App>>,
    admin: ChatAdmin,
    InPath(path): InPath<InKey>,
) -> Result<Json<KeyReachView>, ApiError> {
    let (chat, kid) = (&admin.chat.id, path.kid()?);
    let mut tx = app.store.read().await?;
    let identities = tx.count_identities_of_key(chat, &kid, app.clock.now(), COUNTED).await?;
    Ok(Json(KeyReachView { identities }))
}

/// Ends a key at once and for good, and every identity that it made.
#[utoipa::path(post, path = "/chats/{chat_id}/identification/keys/{kid}/revoke", operation_id = "revoke_key", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("kid" = String, Path)),
    responses((status = 200, body = IdentificationView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody)))]
async fn revoke(
    State(app): State<Arc<App>>,
    Recent(admin): Recent<ChatAdmin>,
    InPath(path): InPath<InKey>,
) -> Result<Json<IdentificationView>, ApiError> {
    let (chat, kid) = (&admin.chat.id, path.kid()?);
    change_keys::revoke_key(&app, chat, &kid, Some(&admin.actor)).await?;
    tracing::info!(operator = %admin.operator.id, %chat, %kid, "key revoked in the dashboard");
    Ok(view(&app, &state(&app, chat).await?))
}

/// Where keys are to be fetched from.
#[derive(Debug, Deserialize, ToSchema)]
struct AddressBody {
    /// The address of a JWK Set: `https`, and on the public internet.
    url: String,
}

/// Fetches keys from an address from now on. The first time is now: what is wrong with it is said, and nothing is changed.
#[utoipa::path(put, path = "/chats/{chat_id}/identification/jwks", operation_id = "set_jwks", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = AddressBody,
    responses((status = 200, body = IdentificationView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn set_address(
    State(app): State<Arc<App>>,
    Recent(admin): Recent<ChatAdmin>,
    body: Body,
) -> Result<Json<IdentificationView>, ApiError> {
    let AddressBody { url } = body::json(body).await?;
    let chat = &admin.chat.id;
    jwks::set_address(&app, chat, url.trim(), Some(&admin.actor)).await?;
    tracing::info!(operator = %admin.operator.id, %chat, "JWKS address set in the dashboard");
    Ok(view(&app, &state(&app, chat).await?))
}

/// Forgets the address. Its keys verify nothing from now on.
#[utoipa::path(delete, path = "/chats/{chat_id}/identification/jwks", operation_id = "remove_jwks", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)),
    responses((status = 200, body = IdentificationView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody)))]
async fn remove_address(
    State(app): State<Arc<App>>,
    Recent(admin): Recent<ChatAdmin>,
) -> Result<Json<IdentificationView>, ApiError> {
    let chat = &admin.chat.id;
    jwks::remove_address(&app, chat, Some(&admin.actor)).await?;
    tracing::info!(operator = %admin.operator.id, %chat, "JWKS address removed in the dashboard");
    Ok(view(&app, &state(&app, chat).await?))
}

/// Keys that verify, as a JWK Set.
#[derive(Serialize, ToSchema)]
struct JwksJson {
    #[schema(value_type = Vec<Object>)]
    keys: serde_json::Value,
}

/// The keys of a chat that verify tokens now, for anybody.
#[utoipa::path(get, path = "/chats/{chat_id}/jwks.json", operation_id = "jwks_json", tag = "dashboard",
    params(("chat_id" = String, Path)), responses((status = 200, body = JwksJson), (status = 404, body = ErrorBody)))]
async fn jwks_json(
    State(app): State<Arc<App>>,
    InPath(chat): InPath<InChat>,
) -> Result<Response, ApiError> {
    let id: ChatId = chat.chat_id.parse().map_err(|_| ApiError::not_found())?;
    let known = app.chats.by_id(&app.store, &id).await?.ok_or_else(ApiError::not_found)?;
    let jwks = known.keys.jwks(app.clock.now());
    Ok(([(header::CACHE_CONTROL, MAX_AGE)], Json(jwks)).into_response())
}

/// A chat in the path.
#[derive(Deserialize)]
struct InChat {
    chat_id: String,
}
