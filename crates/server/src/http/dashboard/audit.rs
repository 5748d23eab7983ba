//! Who did what in an account.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::audit::{AuditEntry, AuditKind};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::app::audit::{self, Asked, MOST_IN_FILE, PER_PAGE};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::error::{ApiError, ErrorBody};
use crate::http::parts::InQuery;
use crate::http::who::AccountEditor;

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(list)).routes(routes!(file))
}

/// Which entries are wanted: all, where nothing is given.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AuditParams {
    /// Those of this operator.
    operator: Option<String>,
    /// Those of this kind.
    kind: Option<String>,
    /// Those of this time and later, RFC 3339.
    since: Option<String>,
    /// Those of before this time, RFC 3339.
    until: Option<String>,
    /// Those before the entry with this id: the last one of the page before.
    before: Option<String>,
}

/// Something that was done.
#[derive(Debug, Serialize, ToSchema)]
struct AuditEntryView {
    id: String,
    at: String,
    /// What, as in `signed_in`.
    kind: &'static str,
    /// Who, by their email as it was then; null for the terminal, a program, and who is nobody yet.
    #[schema(required)]
    operator: Option<String>,
    #[schema(required)]
    operator_id: Option<String>,
    #[schema(required)]
    chat_id: Option<String>,
    /// What it was done to: an email, or an id.
    #[schema(required)]
    subject: Option<String>,
    /// What more there is to say.
    #[schema(required)]
    detail: Option<String>,
    /// From which address.
    #[schema(required)]
    address: Option<String>,
    /// What the browser said it is.
    #[schema(required)]
    agent: Option<String>,
}

/// A page of the log.
#[derive(Debug, Serialize, ToSchema)]
struct AuditPage {
    entries: Vec<AuditEntryView>,
    /// Whether there are earlier ones.
    more: bool,
}

impl From<AuditEntry> for AuditEntryView {
    fn from(entry: AuditEntry) -> Self {
        Self {
            id: entry.id.to_string(),
            at: entry.at.to_string(),
            kind: entry.kind.code(),
            operator: entry.operator_email,
            operator_id: entry.operator_id.map(|id| id.to_string()),
            chat_id: entry.chat_id.map(|id| id.to_string()),
            subject: entry.subject,
            detail: entry.detail,
            address: entry.address,
            agent: entry.agent,
        }
    }
}

impl AuditParams {
    fn parse(self) -> Result<Asked, ApiError> {
        let time = |name: &str, text: Option<String>| {
            let parsed = text.filter(|text| !text.is_empty()).map(|text| Timestamp::parse(&text));
            parsed.transpose().map_err(|error| ApiError::invalid(format!("{name}: {error}")))
        };
        let invalid = |name: &str| ApiError::invalid(format!("{name}: there is none such"));
        let given = |text: Option<String>| text.filter(|text| !text.is_empty());
        let operator = given(self.operator).map(|id| id.parse()).transpose();
        let kind = given(self.kind).map(|kind| kind.parse::<AuditKind>()).transpose();
        let before = given(self.before).map(|id| id.parse()).transpose();
        Ok(Asked {
            operator: operator.map_err(|_| invalid("operator"))?,
            kind: kind.map_err(|_| invalid("kind"))?,
            since: time("since", self.since)?,
            until: time("until", self.until)?,
            before: before.map_err(|_| invalid("before"))?,
        })
    }
}

/// Who did what in the account, the newest first, 50 on a page. For owners and editors.
#[utoipa::path(get, path = "/audit", operation_id = "list_audit", tag = "dashboard", security(("session" = [])), params(AuditParams),
    responses((status = 200, body = AuditPage), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
async fn list(
    State(app): State<Arc<App>>,
    editor: AccountEditor,
    InQuery(query): InQuery<AuditParams>,
) -> Result<Json<AuditPage>, ApiError> {
    let (entries, more) = audit::read(&app, &editor.account, query.parse()?, PER_PAGE).await?;
    Ok(Json(AuditPage { entries: entries.into_iter().map(AuditEntryView::from).collect(), more }))
}

/// The same as CSV, the newest 10,000.
#[utoipa::path(get, path = "/audit.csv", operation_id = "export_audit", tag = "dashboard", security(("session" = [])), params(AuditParams),
    responses((status = 200, content_type = "text/csv", body = String), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
async fn file(
    State(app): State<Arc<App>>,
    editor: AccountEditor,
    InQuery(query): InQuery<AuditParams>,
) -> Result<Response, ApiError> {
    let (entries, _) = audit::read(&app, &editor.account, query.parse()?, MOST_IN_FILE).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"audit.csv\""),
    ];
    Ok((headers, audit::csv(&entries)).into_response())
}
