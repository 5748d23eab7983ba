//! An answer that goes on with events for as long as there are any.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{self, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::{Stream, StreamExt as _, stream};

/// How often a stream without events says that it is alive.
const ALIVE: Duration = Duration::from_secs(15);

/// The answer that tells `events` as they come.
pub(crate) fn event_stream(events: impl Stream<Item = sse::Event> + Send + 'static) -> Response {
    // Some proxies (nginx by HTTP/2) pass an answer's head on with its first byte only, and a page would wait for that.
    let begun = stream::once(async { sse::Event::default().comment("begun") });
    let events = Sse::new(begun.chain(events).map(Ok::<_, Infallible>));
    // Proxies must not hold events back.
    let headers = [("x-accel-buffering", "no"), ("cache-control", "no-cache, no-transform")];
    (headers, events.keep_alive(KeepAlive::new().interval(ALIVE))).into_response()
}
