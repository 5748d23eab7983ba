//! What a merchant's automations call to be told of new leads. Key and chat are in the query; answers have the shape that they read.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::middleware::from_fn_with_state;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::app::calls::Integration;
use crate::app::hooks::{AddHookError, add_hook, remove_hook};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::calls;
use crate::http::error::ZapierError;
use crate::http::who::ZapierKey;

/// The routes.
pub(crate) fn routes(app: &Arc<App>) -> ApiRouter {
    let routes = ApiRouter::new()
        .routes(routes!(test_connection))
        .routes(routes!(create_endpoint))
        .routes(routes!(destroy_endpoint))
        .routes(routes!(destroy_endpoint_by_post));
    let noted = from_fn_with_state((app.clone(), Integration::Zapier), calls::noted);
    ApiRouter::new().nest("/api/integrations/zapier", routes.layer(noted))
}

/// Who calls.
#[derive(Debug, IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "describes the calls; the extractor reads it")]
struct Caller {
    chat_id: String,
    api_key: String,
}

/// What became of a call.
#[derive(Debug, Serialize, ToSchema)]
struct ZapierAnswer {
    message: &'static str,
}

/// An address to post to.
#[derive(Debug, Deserialize, ToSchema)]
struct EndpointBody {
    #[serde(rename = "hookUrl")]
    hook_url: String,
}

/// Says whether the key is right.
#[utoipa::path(get, path = "/test_connection", operation_id = "zapier_test_connection", tag = "zapier", params(Caller),
    security(("zapier" = [])), responses((status = 200, body = ZapierAnswer), (status = 401, body = ZapierAnswer)))]
async fn test_connection(_: ZapierKey) -> Json<ZapierAnswer> {
    Json(ZapierAnswer { message: "Connection successful" })
}

/// Has new leads posted to an address. The same one again changes nothing.
#[utoipa::path(post, path = "/create_endpoint", operation_id = "zapier_create_endpoint", tag = "zapier", params(Caller),
    request_body = EndpointBody, security(("zapier" = [])),
    responses((status = 200, body = ZapierAnswer), (status = 401, body = ZapierAnswer), (status = 422, body = ZapierAnswer)))]
async fn create_endpoint(
    State(app): State<Arc<App>>,
    key: ZapierKey,
    body: Body,
) -> Result<Json<ZapierAnswer>, ZapierError> {
    let url = endpoint(body).await?;
    match add_hook(&app, &key.chat.id, &url).await {
        Ok(()) => Ok(Json(ZapierAnswer { message: "Endpoint created" })),
        Err(AddHookError::Refused(_) | AddHookError::TooMany) => Err(ZapierError::Refused),
        Err(error) => Err(error.into()),
    }
}

/// Has nothing more posted to an address. One that is not there is no failure.
#[utoipa::path(delete, path = "/destroy_endpoint", operation_id = "zapier_destroy_endpoint", tag = "zapier", params(Caller),
    request_body = EndpointBody, security(("zapier" = [])),
    responses((status = 200, body = ZapierAnswer), (status = 401, body = ZapierAnswer), (status = 422, body = ZapierAnswer)))]
async fn destroy_endpoint(
    State(app): State<Arc<App>>,
    key: ZapierKey,
    body: Body,
) -> Result<Json<ZapierAnswer>, ZapierError> {
    let url = endpoint(body).await?;
    remove_hook(&app, &key.chat.id, &url, None).await?;
    Ok(Json(ZapierAnswer { message: "Endpoint destroyed" }))
}

/// The same, for programs that cannot send a body with `DELETE`.
#[utoipa::path(post, path = "/destroy_endpoint", operation_id = "zapier_destroy_endpoint_by_post", tag = "zapier", params(Caller),
    request_body = EndpointBody, security(("zapier" = [])),
    responses((status = 200, body = ZapierAnswer), (status = 401, body = ZapierAnswer), (status = 422, body = ZapierAnswer)))]
async fn destroy_endpoint_by_post(
    app: State<Arc<App>>,
    key: ZapierKey,
    body: Body,
) -> Result<Json<ZapierAnswer>, ZapierError> {
    destroy_endpoint(app, key, body).await
}

async fn endpoint(body: Body) -> Result<String, ZapierError> {
    let body = body::json::<EndpointBody>(body).await.map_err(|_| ZapierError::InvalidBody)?;
    let url = body.hook_url.trim().to_owned();
    if url.is_empty() { Err(ZapierError::InvalidBody) } else { Ok(url) }
}
