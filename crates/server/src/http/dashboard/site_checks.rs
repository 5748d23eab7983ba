//! "Check my site", on a chat's Integrations page.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::app::check_site::{Finding, SiteCheck, check_site};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody};
use crate::http::who::ChatAdmin;

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(check))
}

/// A page of the shop.
#[derive(Deserialize, ToSchema)]
struct SiteCheckBody {
    /// On the public internet, with https.
    url: String,
}

/// Something about the page.
#[derive(Debug, Serialize, ToSchema)]
struct FindingView {
    /// `status`, `tag`, `policy`, `script_src`, `connect_src`, `identify`, `private_key` or `purchases`.
    code: &'static str,
    /// `good`, `bad`, or `hint`: it cannot be told from the page alone.
    grade: &'static str,
    message: &'static str,
    /// What was found, or what is to be added, to the letter.
    #[schema(required)]
    detail: Option<String>,
}

/// What was found in a page.
#[derive(Debug, Serialize, ToSchema)]
struct SiteCheckView {
    /// Where the page is in the end.
    url: String,
    status: u16,
    findings: Vec<FindingView>,
}

impl From<Finding> for FindingView {
    fn from(Finding { code, grade, message, detail }: Finding) -> Self {
        Self { code, grade: grade.as_str(), message, detail }
    }
}

/// Fetches a page of the shop, and says whether the chat can work in it.
#[utoipa::path(post, path = "/chats/{chat_id}/site_checks", operation_id = "check_site", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = SiteCheckBody,
    responses((status = 200, body = SiteCheckView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn check(
    State(app): State<Arc<App>>,
    ChatAdmin { chat, .. }: ChatAdmin,
    body: Body,
) -> Result<Json<SiteCheckView>, ApiError> {
    let SiteCheckBody { url } = body::json(body).await?;
    app.limits.order_test(&chat.id).await?;
    let found = check_site(&app, &chat, url.trim()).await;
    let SiteCheck { url, status, findings } =
        found.map_err(|error| ApiError::invalid(format!("url: {error}")))?;
    let findings = findings.into_iter().map(FindingView::from).collect();
    Ok(Json(SiteCheckView { url, status, findings }))
}
