//! HTTP: the list of all routes. A handler turns a request into one call and the result into a response, and decides nothing.

mod api_router;
pub(crate) mod assets;
mod attention;
mod backend_api;
mod body;
mod calls;
mod compressed;
mod content;
mod dashboard;
#[cfg(test)]
mod description;
mod error;
mod event_stream;
mod events;
pub(crate) mod health;
pub(crate) mod knowledge;
mod look;
mod parts;
mod preview;
mod purchase;
mod sent;
pub(crate) mod views;
mod who;
mod widget;
mod zapier;

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{Any, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use crate::app::App;
use crate::app::visit::{self, VisitError};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::compressed::{Compressed, Effort};
use crate::http::error::ApiError;

/// The whole service.
pub fn router(app: Arc<App>) -> Router {
    let api = api(&app).router;
    let nosniff = SetResponseHeaderLayer::if_not_present(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    // In one: axum puts each layer that a router is given into a box of its own, and copies it for every request.
    let around = ServiceBuilder::new()
        .layer(from_fn_with_state(app.clone(), health::measure))
        .layer(CatchPanicLayer::new())
        .layer(nosniff);
    api.fallback(|| async { ApiError::not_found() })
        .method_not_allowed_fallback(method_not_allowed)
        .layer(around)
        .with_state(app)
}

/// The description of all routes. A test holds that it is true. It is compressed when somebody first asks for it.
static DESCRIPTION: LazyLock<Compressed> = LazyLock::new(|| {
    let text = include_str!("../../../../docs/openapi.json");
    Compressed::new(text.into(), Effort::Quick)
});

/// What the service offers to programs: this description.
#[utoipa::path(get, path = "/api/openapi.json", tag = "operations",
    responses((status = 200, content_type = "application/json", body = Object)))]
async fn openapi(headers: HeaderMap) -> Response {
    let json = (header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    assets::answer(&DESCRIPTION, HeaderMap::from_iter([json]), &headers)
}

fn api(app: &Arc<App>) -> ApiRouter {
    let others = ApiRouter::new()
        .merge(dashboard::routes())
        .merge(backend_api::routes(app))
        .merge(zapier::routes(app))
        .routes(routes!(openapi))
        .layer(no_store());
    ApiRouter::new()
        .merge(for_pages(app, widget::routes()))
        .merge(others)
        .merge(assets::routes())
        .merge(health::routes())
}

/// What is about somebody is kept nowhere, unless its answer says otherwise.
fn no_store() -> SetResponseHeaderLayer<HeaderValue> {
    let no_store = HeaderValue::from_static("no-store");
    SetResponseHeaderLayer::if_not_present(header::CACHE_CONTROL, no_store)
}

async fn method_not_allowed() -> ApiError {
    ApiError::method_not_allowed()
}

/// What pages of other origins call. The fallback goes in before the layers, which must see preflights, too: no route has a method for them.
fn for_pages(app: &Arc<App>, routes: ApiRouter) -> ApiRouter {
    let around = ServiceBuilder::new()
        .layer(no_store())
        .layer(from_fn_with_state(app.clone(), own_origins))
        .layer(cors());
    routes.method_not_allowed_fallback(method_not_allowed).layer(around)
}

/// Where a chat has a list of origins of its own, pages of others may not even read what they are answered.
async fn own_origins(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let Some(origin) = who::origin(request.headers()).map(str::to_owned) else {
        return next.run(request).await;
    };
    let uri = request.uri().clone();
    let mut response = next.run(request).await;
    let token = uri.path().split('/').nth(2).unwrap_or_default();
    let refused = visit::chat(&app, token, Some(&origin)).await;
    if matches!(refused, Err(VisitError::OriginNotAllowed)) {
        response.headers_mut().remove(header::ACCESS_CONTROL_ALLOW_ORIGIN);
    }
    response
}

/// Pages of any origin may call: what they may do is decided by tokens, and there are no cookies.
fn cors() -> CorsLayer {
    CorsLayer::new()
        .allow_origin(Any)
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            HeaderName::from_static("last-event-id"),
        ])
        .expose_headers([
            HeaderName::from_static(widget::NEW_TOKEN),
            HeaderName::from_static(widget::EXPIRES_IN),
            HeaderName::from_static(health::REQUEST_ID),
            header::RETRY_AFTER,
        ])
        .max_age(Duration::from_hours(24))
}
