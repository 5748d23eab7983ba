//! Customer identification, on a chat's Integrations page.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::identity::key::KeySize;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::app::activate_identification as identification;
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody, created};
use crate::http::views::IdentificationView;
use crate::http::who::{ChatAdmin, ChatReader, Recent};

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(show, activate, deactivate))
}

/// A chat's identification as an answer.
pub(super) fn view(app: &App, state: &identification::State) -> Json<IdentificationView> {
    Json(IdentificationView::new(state, &app.config.public_url()))
}

/// Customer identification in a chat, with its keys; members get no keys.
#[utoipa::path(get, path = "/chats/{chat_id}/identification", operation_id = "show_identification", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)),
    responses((status = 200, body = IdentificationView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(
    State(app): State<Arc<App>>,
    ChatReader { chat, operator }: ChatReader,
) -> Result<Json<IdentificationView>, ApiError> {
    let mut state = identification::state(&app, &chat.id).await?;
    if !operator.role.may_change_chats() {
        // Members see that customers are identified; with which keys is not theirs to know.
        (state.keys, state.jwks) = (Vec::new(), None);
    }
    Ok(view(&app, &state))
}

/// What key is wanted.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
struct ActivateBody {
    /// 2048, 3072 or 4096; 2048 where it is not given.
    bits: Option<u32>,
}

/// A new pair of keys. The private one is shown this once and not kept.
#[derive(Debug, Serialize, ToSchema)]
struct ActivatedView {
    kid: String,
    /// PEM, PKCS#8.
    private_key: String,
    /// PEM, SPKI.
    public_key: String,
    fingerprint: String,
}

/// Makes a pair of keys, and accepts tokens signed with it from now on.
#[utoipa::path(post, path = "/chats/{chat_id}/identification", operation_id = "activate_identification", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = ActivateBody,
    responses((status = 201, body = ActivatedView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn activate(
    State(app): State<Arc<App>>,
    Recent(admin): Recent<ChatAdmin>,
    body: Body,
) -> Result<Response, ApiError> {
    let ActivateBody { bits } = body::json(body).await?;
    let size = match bits {
        Some(bits) => {
            KeySize::try_from(bits).map_err(|error| ApiError::invalid(format!("bits: {error}")))?
        }
        None => KeySize::default(),
    };
    let activated =
        identification::activate(&app, &admin.chat.id, size, Some(&admin.actor)).await?;
    tracing::info!(operator = %admin.operator.id, chat = %admin.chat.id, kid = %activated.kid, "key made in the dashboard");
    let view = ActivatedView {
        kid: activated.kid.to_string(),
        private_key: activated.private_key.reveal().to_owned(),
        public_key: activated.public_key.to_pem(),
        fingerprint: activated.public_key.fingerprint(),
    };
    Ok(([(header::CACHE_CONTROL, "no-store")], created(view)).into_response())
}

/// Refuses all tokens from now on, and ends every identity. The keys stay retired.
#[utoipa::path(delete, path = "/chats/{chat_id}/identification", operation_id = "deactivate_identification", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)),
    responses((status = 200, body = IdentificationView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody)))]
async fn deactivate(
    State(app): State<Arc<App>>,
    Recent(admin): Recent<ChatAdmin>,
) -> Result<Json<IdentificationView>, ApiError> {
    let state = identification::deactivate(&app, &admin.chat.id, Some(&admin.actor)).await?;
    tracing::info!(operator = %admin.operator.id, chat = %admin.chat.id, "deactivated in the dashboard");
    Ok(view(&app, &state))
}
