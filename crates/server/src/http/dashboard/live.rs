//! What goes on in a conversation that an operator has open: that it changed, and that its visitor types.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{Response, sse};
use domain::id::ConversationId;
use futures_util::stream;
use serde::Serialize;
use utoipa::ToSchema;

use super::watch::Watch;
use crate::app::App;
use crate::app::typing::operator_types;
use crate::bus::{Event, Heard, Topic};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::error::{ApiError, ErrorBody};
use crate::http::event_stream::event_stream;
use crate::http::parts::InPath;
use crate::http::who::{ChatReader, CurrentOperator};

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(events)).routes(routes!(typing))
}

/// What goes on in a conversation, as it goes on.
#[utoipa::path(get, path = "/chats/{chat_id}/conversations/{id}/events", operation_id = "follow_conversation", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)),
    responses((status = 200, content_type = "text/event-stream", body = String,
        description = "events `changed` (`{}`: read the conversation again), `typing` (`{}`: its visitor types)"),
        (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn events(
    State(app): State<Arc<App>>,
    current: CurrentOperator,
    ChatReader { chat, .. }: ChatReader,
    InPath((_, id)): InPath<(String, String)>,
) -> Result<Response, ApiError> {
    let id: ConversationId = id.parse().map_err(|_| ApiError::not_found())?;
    let found = app.store.read().await?.conversation(&chat.id, &id).await?;
    let visitor = found.ok_or_else(ApiError::not_found)?.visitor_id;
    let watch = Watch::new(app, current.token, Topic::Visitor(chat.id, visitor));
    let events = stream::unfold(watch, |mut watch| async move {
        loop {
            if let Some(name) = told(watch.next().await?) {
                return Some((sse::Event::default().event(name).data("{}"), watch));
            }
        }
    });
    Ok(event_stream(events))
}

fn told(heard: Heard) -> Option<&'static str> {
    match heard {
        Heard::Missed => Some("changed"),
        Heard::Event(event) => match event {
            Event::MessageAppended
            | Event::AttentionChanged
            | Event::DeskChanged
            | Event::VisitorChanged
            | Event::ReplyFailed { .. }
            | Event::Read => Some("changed"),
            Event::Typing(None) => Some("typing"),
            Event::Typing(Some(_))
            | Event::ReplyDelta { .. }
            | Event::DraftWanted
            | Event::ChatChanged
            | Event::Attempt(_)
            | Event::PageReported
            | Event::PageSeen(..)
            | Event::Called(..) => None,
        },
    }
}

/// It was told.
#[derive(Debug, Serialize, ToSchema)]
struct Told {
    success: bool,
}

/// Tells the visitor that the operator is typing. Nothing is kept of it; say it again every few seconds.
#[utoipa::path(post, path = "/chats/{chat_id}/conversations/{id}/typing", operation_id = "type_in_conversation", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = Told), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn typing(
    State(app): State<Arc<App>>,
    ChatReader { operator, chat }: ChatReader,
    InPath((_, id)): InPath<(String, String)>,
) -> Result<Json<Told>, ApiError> {
    let id: ConversationId = id.parse().map_err(|_| ApiError::not_found())?;
    operator_types(&app, &chat, &id, operator.id).await?;
    Ok(Json(Told { success: true }))
}
