//! A chat's settings by their names.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::app::App;
use crate::app::change_settings::{Change, change_settings, say_where_orders_are};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody};
use crate::http::who::{ChatAdmin, ChatReader};

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(show, change))
}

/// A chat's settings.
#[derive(Debug, Serialize, ToSchema)]
struct SettingsView {
    /// By name, as in `identification.session`; of a secret, `{"set": bool}`.
    #[schema(value_type = Object)]
    settings: Map<String, Value>,
}

/// All settings of a chat.
#[utoipa::path(get, path = "/chats/{chat_id}/settings", operation_id = "show_settings", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)),
    responses((status = 200, body = SettingsView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(ChatReader { chat, .. }: ChatReader) -> Json<SettingsView> {
    Json(SettingsView { settings: chat.settings.shown() })
}

/// Changes settings, all of them or none. Where orders are looked up, and with which secrets, asks for recent proof of who one is; a
/// secret whose address moves to another host is forgotten, unless it is given anew.
#[utoipa::path(patch, path = "/chats/{chat_id}/settings", operation_id = "change_settings", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = Object,
    responses((status = 200, body = SettingsView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn change(
    State(app): State<Arc<App>>,
    admin: ChatAdmin,
    body: Body,
) -> Result<Json<SettingsView>, ApiError> {
    let changes: Map<String, Value> = body::json(body).await?;
    if changes.contains_key("identification.mode") {
        return Err(ApiError::invalid(
            "identification.mode: who may chat is changed by PUT …/identification/mode, which may ask for a confirmation",
        ));
    }
    if say_where_orders_are(&admin.chat.settings, &changes) {
        admin.proven_lately(&app)?;
    }
    let ChatAdmin { chat, actor, .. } = admin;
    let changes = changes.into_iter().map(|(name, value)| Change { name, value, or_else: None });
    let settings = change_settings(&app, &chat.id, changes.collect(), Some(&actor)).await?;
    Ok(Json(SettingsView { settings: settings.shown() }))
}
