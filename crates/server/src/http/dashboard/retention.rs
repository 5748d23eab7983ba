//! The Settings page's forecasts: what a rule about old conversations would delete, and which websites pages call from.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::settings::RetentionSettings;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::app::retention::{MOST_COUNTED, forecast};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::error::{ApiError, ErrorBody};
use crate::http::parts::InQuery;
use crate::http::who::ChatReader;

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(show)).routes(routes!(origins))
}

/// A rule that is not saved.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RuleQuery {
    /// Conversations are kept for so many days, 1 to 3,650; without it, for ever.
    conversations: Option<u32>,
    /// The same of leads that were only typed.
    leads: Option<u32>,
}

/// What a rule would delete, and how it goes with the one that is saved.
#[derive(Serialize, ToSchema)]
struct RetentionView {
    /// Conversations that the rule which was asked about would delete now.
    conversations: i64,
    /// Typed leads that it would delete now.
    leads: i64,
    /// It is counted up to so many: so many can be more.
    most_counted: i64,
    /// When it is next looked for what is old by the saved rule; null where nothing is ever deleted.
    #[schema(required)]
    due_at: Option<String>,
    /// When something was last deleted.
    #[schema(required)]
    deleted_at: Option<String>,
    /// How many conversations, then.
    deleted_conversations: i64,
    /// How many typed leads, then.
    deleted_leads: i64,
}

/// What a rule would delete now.
#[utoipa::path(get, path = "/chats/{chat_id}/retention", operation_id = "show_retention", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), RuleQuery),
    responses((status = 200, body = RetentionView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn show(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
    InQuery(RuleQuery { conversations, leads }): InQuery<RuleQuery>,
) -> Result<Json<RetentionView>, ApiError> {
    let days = RetentionSettings::DAYS;
    if conversations.iter().chain(&leads).any(|asked| !days.contains(asked)) {
        return Err(ApiError::invalid("conversations and leads must be days from 1 to 3650"));
    }
    let would = forecast(&app, &chat.id, RetentionSettings { conversations, leads }).await?;
    let sweep = app.store.read().await?.retention_sweep(&chat.id).await?;
    Ok(Json(RetentionView {
        conversations: would.conversations,
        leads: would.leads,
        most_counted: MOST_COUNTED,
        due_at: sweep.map(|sweep| sweep.due_at.to_string()),
        deleted_at: sweep.and_then(|sweep| sweep.deleted_at).map(|at| at.to_string()),
        deleted_conversations: sweep.map_or(0, |sweep| sweep.conversations),
        deleted_leads: sweep.map_or(0, |sweep| sweep.leads),
    }))
}

/// Websites whose pages called.
#[derive(Serialize, ToSchema)]
struct OriginsView {
    /// The latest first, at most 50; those that this node has seen since it began.
    origins: Vec<OriginView>,
}

/// A website whose pages called.
#[derive(Serialize, ToSchema)]
struct OriginView {
    origin: String,
    /// When last, to the minute; RFC 3339.
    last_at: String,
    /// Whether the chat takes its calls.
    allowed: bool,
}

/// From which websites pages called lately.
#[utoipa::path(get, path = "/chats/{chat_id}/origins", operation_id = "list_origins", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)),
    responses((status = 200, body = OriginsView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn origins(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
) -> Json<OriginsView> {
    let view = |(origin, last_at): (String, domain::time::Timestamp)| OriginView {
        allowed: chat.settings.allows_origin(Some(&origin)),
        last_at: last_at.to_string(),
        origin,
    };
    Json(OriginsView { origins: app.origins.of(&chat.id).into_iter().map(view).collect() })
}
