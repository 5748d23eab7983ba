//! Whether the service lives, whether it can work, and what it counts.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderName, HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use domain::id::RequestId;
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::Instant;
use tracing::Instrument;
use utoipa::ToSchema;

use crate::app::App;
use crate::app::readiness::Readiness;
use crate::http::api_router::{ApiRouter, routes};
use crate::http::{assets, error};
use crate::serve::Gate;
use crate::traces;

/// Said of a model that failed several times in a row.
const MODEL_FAILS: &str = "the assistant's model fails: see the log, or run zipchat doctor";

/// Said while NATS is set and not all nodes are heard by it.
const NATS_FAILS: &str =
    "NATS does not answer, or a node is not heard: what other nodes do is seen some seconds later";
/// Said where reads go to the primary although there is a replica.
const REPLICA_LATE: &str = "the read replica is away or behind: the primary is read";

/// Whether the service can work.
#[derive(Debug, Serialize, ToSchema)]
struct ReadyView {
    /// `ready` or `unavailable`.
    status: &'static str,
    /// Why not, where it cannot.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What does not work although the service does.
    degraded: Vec<&'static str>,
}

/// `/healthz`, `/readyz`, `/metrics`.
pub(crate) fn routes() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(healthz))
        .routes(routes!(readyz))
        .routes(routes!(metrics))
        .layer(Extension(Arc::new(Readiness::default())))
}

/// What answers while there is no database yet: the process lives, and is not ready for the reason that `why` has.
pub(crate) fn starting(why: watch::Receiver<String>) -> Router {
    let not_ready = get(async move || {
        let reason = why.borrow().clone();
        unavailable(&reason)
    });
    Router::new().route("/healthz", get(healthz)).route("/readyz", not_ready).fallback(not_yet)
}

/// The header with the call's id, which every answer carries.
pub(crate) const REQUEST_ID: &str = "x-request-id";

/// Gives each request an id, and counts requests and how long they took, by route.
pub(crate) async fn measure(
    State(app): State<Arc<App>>,
    mut request: Request,
    next: Next,
) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let id = RequestId::new(app.clock.now());
    let header = HeaderValue::from_str(id.as_str());
    let name = route.as_ref().map_or("none", MatchedPath::as_str);
    let span = traces::request(request.method(), name, id.as_str());
    request.extensions_mut().insert(id);
    let before = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    response.headers_mut().extend(header.ok().map(|id| (HeaderName::from_static(REQUEST_ID), id)));
    let took: Duration = before.elapsed();
    // The path itself is not a label: whoever makes paths up would make labels up.
    let route = route.as_ref().map_or("none", MatchedPath::as_str);
    traces::answered(&span, response.status().as_u16());
    app.metrics.request(route, response.status().as_u16(), took);
    response
}

/// Whether the process lives.
#[utoipa::path(get, path = "/healthz", tag = "operations",
    responses((status = 200, content_type = "text/plain", body = String)))]
async fn healthz() -> Response {
    plain("ok\n".to_owned(), "text/plain; charset=utf-8")
}

/// Whether the service can read and write.
#[utoipa::path(get, path = "/readyz", tag = "operations",
    responses((status = 200, body = ReadyView), (status = 503, body = ReadyView)))]
async fn readyz(
    State(app): State<Arc<App>>,
    Extension(readiness): Extension<Arc<Readiness>>,
) -> Response {
    match readiness.check(&app.store).await {
        Ok(()) => {
            let model = app.assistant.health.seen().fails().then_some(MODEL_FAILS);
            let nats = app.bus.is_degraded().then_some(NATS_FAILS);
            let replica = replica_is_late(&app).await.then_some(REPLICA_LATE);
            let degraded =
                assets::missing().into_iter().chain(model).chain(nats).chain(replica).collect();
            Json(ReadyView { status: "ready", reason: None, degraded }).into_response()
        }
        Err(reason) => unavailable(&reason.to_string()),
    }
}

/// Looks by itself: where nobody reads, nobody would notice.
async fn replica_is_late(app: &App) -> bool {
    if app.store.replica().is_none() {
        return false;
    }
    let _ = app.store.read_replica().await;
    app.store.replica().is_some_and(|replica| replica.late)
}

/// Counts, for Prometheus.
#[utoipa::path(get, path = "/metrics", tag = "operations",
    responses((status = 200, content_type = "text/plain", body = String)))]
async fn metrics(State(app): State<Arc<App>>, gate: Option<Extension<Arc<Gate>>>) -> Response {
    if let Some(Extension(gate)) = gate {
        app.metrics.connections(gate.open(), gate.shed());
    }
    if let Some(counts) = app.bus.counts() {
        app.metrics.bus(&counts);
    }
    if let Some(replica) = app.store.replica() {
        app.metrics.replica(&replica);
    }
    if let Some(counts) = app.store.write_counts() {
        app.metrics.writes(counts);
    }
    plain(app.metrics.text(), "text/plain; version=0.0.4; charset=utf-8")
}

async fn not_yet(uri: Uri) -> Response {
    let mut response = error::starting(uri.path());
    // Else the page would be told of a failed network, not of a service that starts.
    response
        .headers_mut()
        .insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn unavailable(reason: &str) -> Response {
    let reason = Some(reason.to_owned());
    error::not_ready(ReadyView { status: "unavailable", reason, degraded: Vec::new() })
}

fn plain(text: String, kind: &'static str) -> Response {
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "no-store")], text).into_response()
}
