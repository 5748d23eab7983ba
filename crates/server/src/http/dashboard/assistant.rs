//! The Assistant page: who answers, how that goes, and what there is to choose from.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::api_router::{ApiRouter, routes};
use crate::http::error::{ApiError, ErrorBody};
use crate::http::who::ChatReader;

/// Of so many customers, the newest, names of attributes are offered.
const LOOKED_AT: i64 = 200;
/// So many names at most.
const MOST_NAMES: usize = 200;

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(show))
}

/// Who answers in a chat.
#[derive(Debug, Serialize, ToSchema)]
struct AssistantView {
    /// As the operator of the service named it: `built-in`, `openai`, …
    provider: &'static str,
    /// The model; the built-in assistant has none.
    #[schema(required)]
    model: Option<String>,
    state: ModelState,
    /// When the model last answered, RFC 3339.
    #[schema(required)]
    succeeded_at: Option<String>,
    /// When it last failed, RFC 3339.
    #[schema(required)]
    failed_at: Option<String>,
    /// Why it last failed.
    #[schema(required)]
    failure: Option<String>,
    /// How long it last took to its first word.
    #[schema(required)]
    first_word_milliseconds: Option<u64>,
    /// Names that attributes of the chat's newest customers have, in the order of the alphabet.
    attributes: Vec<String>,
}

/// How the model does, since the service began.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ModelState {
    /// There is none.
    BuiltIn,
    /// Nobody has asked it yet.
    Unknown,
    /// It answered when it was asked last.
    Works,
    /// It failed when it was asked last.
    Fails,
}

/// Who answers in a chat, and how that goes.
#[utoipa::path(get, path = "/chats/{chat_id}/assistant", operation_id = "show_assistant", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)),
    responses((status = 200, body = AssistantView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
) -> Result<Json<AssistantView>, ApiError> {
    let newest = app.store.read().await?.newest_attributes(&chat.id, LOOKED_AT).await?;
    let names: BTreeSet<&String> = newest.iter().flat_map(|it| it.as_map().keys()).collect();
    let seen = app.assistant.health.seen();
    let state = match &seen {
        _ if !app.assistant.is_model() => ModelState::BuiltIn,
        seen if seen.failures > 0 => ModelState::Fails,
        seen if seen.succeeded_at.is_some() => ModelState::Works,
        _ => ModelState::Unknown,
    };
    let config = &app.config.assistant;
    let model = config.model().filter(|_| app.assistant.is_model());
    let milliseconds = |took: std::time::Duration| u64::try_from(took.as_millis()).ok();
    Ok(Json(AssistantView {
        provider: config.assistant_provider.as_str(),
        model: model.map(str::to_owned),
        state,
        succeeded_at: seen.succeeded_at.map(|at| at.to_string()),
        failed_at: seen.failed_at.map(|at| at.to_string()),
        failure: seen.failure,
        first_word_milliseconds: seen.first_word.and_then(milliseconds),
        attributes: names.into_iter().take(MOST_NAMES).cloned().collect(),
    }))
}
