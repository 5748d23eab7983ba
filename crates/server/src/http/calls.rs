//! Notes the calls of merchants' programs, for the list of last calls in the dashboard.

use std::sync::{Arc, OnceLock};

use axum::extract::{MatchedPath, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;
use domain::id::ChatId;
use tokio::time::Instant;

use crate::app::App;
use crate::app::calls::{self, Call, Integration};

/// Whose call it is, once the extractor has found that out.
#[derive(Debug, Clone, Default)]
struct CalledChat(Arc<OnceLock<ChatId>>);

/// Says whose call this is. Nothing is noted of calls that nobody says it of: their key is nobody's.
pub(crate) fn is_of(parts: &Parts, chat: &ChatId) {
    if let Some(CalledChat(called)) = parts.extensions.get() {
        // It is said once a call.
        let _ = called.set(chat.clone());
    }
}

/// Notes a call by method and route, without its ids and parameters.
pub(crate) async fn noted(
    State((app, integration)): State<(Arc<App>, Integration)>,
    mut request: Request,
    next: Next,
) -> Response {
    let called = CalledChat::default();
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or("?", MatchedPath::as_str);
    let place = route.split_once("/integrations/").map_or(route, |(_, rest)| rest);
    let place = place.strip_prefix("backend_api/v1").unwrap_or(place);
    let what = format!("{} {place}", request.method());
    request.extensions_mut().insert(called.clone());
    let begun = Instant::now();
    let response = next.run(request).await;
    if let Some(chat) = called.0.get() {
        let call = Call::new(what, app.clock.now(), begun.elapsed());
        calls::note(&app, chat, integration, call.ended(Ok(response.status().as_u16())));
    }
    response
}
