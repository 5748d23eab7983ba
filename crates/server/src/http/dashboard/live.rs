//! What goes on in a conversation that an operator has open: that it changed, and that its visitor types.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use domain::id::ConversationId;
use futures_util::stream;
use serde::Serialize;
use tokio::time::Instant;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::typing::operator_types;
use crate::app::{App, sign_in};
use crate::bus::{Event, Heard, Subscription, Topic};
use crate::http::error::{ApiError, ErrorBody};
use crate::http::parts::InPath;
use crate::http::who::{ChatReader, CurrentOperator};

/// How often a stream looks whether its operator is still signed in.
const LOOK_AGAIN: Duration = Duration::from_secs(15);
/// Nor more often than this, however much there is to tell.
const SECOND: Duration = Duration::from_secs(1);

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(events)).routes(routes!(typing))
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
    let heard = app.bus.subscribe(Topic::Visitor(chat.id, visitor));
    let feed = Feed { app, session: current.token, heard, looked_at: Instant::now() };
    let events = stream::unfold(feed, |mut feed| async move {
        let event = feed.next().await?;
        Some((Ok::<_, Infallible>(event), feed))
    });
    // Proxies must not hold events back.
    let headers = [("x-accel-buffering", "no"), ("cache-control", "no-cache, no-transform")];
    let keep_alive = KeepAlive::new().interval(LOOK_AGAIN);
    Ok((headers, Sse::new(events).keep_alive(keep_alive)).into_response())
}

/// One open conversation.
struct Feed {
    app: Arc<App>,
    session: String,
    heard: Subscription,
    /// When the session was looked at last.
    looked_at: Instant,
}

impl Feed {
    /// The next event; `None` when the service ends, the operator signed out, or the database is away.
    async fn next(&mut self) -> Option<sse::Event> {
        loop {
            let heard = tokio::select! {
                () = self.app.shutdown.cancelled() => return None,
                heard = self.heard.next() => Some(heard),
                () = tokio::time::sleep_until(self.looked_at + LOOK_AGAIN) => None,
            };
            // Who signed out is told nothing more, however much there is to tell.
            if heard.is_none() || self.looked_at.elapsed() >= SECOND {
                sign_in::current_operator(&self.app, &self.session).await.ok()??;
                self.looked_at = Instant::now();
            }
            if let Some(name) = heard.and_then(told) {
                return Some(sse::Event::default().event(name).data("{}"));
            }
        }
    }
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
            | Event::ChatChanged
            | Event::Attempt(_)
            | Event::PageReported => None,
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
