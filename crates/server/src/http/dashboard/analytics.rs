//! The Analytics page: counts over a time, and the same as a table for spreadsheets.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::app::analytics::csv::csv;
use crate::app::analytics::range::{Asked, Range};
use crate::app::analytics::{self, Purchases, REFUSALS, Series};
use crate::app::attempts::explain;
use crate::http::api_router::{ApiRouter, routes};
use crate::http::error::{ApiError, ErrorBody};
use crate::http::parts::InQuery;
use crate::http::who::ChatReader;

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(show)).routes(routes!(download))
}

/// Which time is meant.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct RangeQuery {
    /// The first day (`2026-01-31`), or the beginning by RFC 3339; without it and `to`, the last seven days.
    from: Option<String>,
    /// The last day, or the end.
    to: Option<String>,
    /// Whose days: the name of a time zone, as in `Europe/Berlin`; UTC without one.
    zone: Option<String>,
    /// Of the table: what the names of the wanted columns begin with, separated by commas; all without it.
    only: Option<String>,
}

impl RangeQuery {
    fn range(&self, app: &App) -> Result<Range, ApiError> {
        let asked = Asked {
            from: self.from.as_deref(),
            to: self.to.as_deref(),
            zone: self.zone.as_deref(),
        };
        Ok(Range::parse(asked, app.clock.now())?)
    }
}

/// What went on in a chat.
#[derive(Serialize, ToSchema)]
struct AnalyticsView {
    /// `hour` or `day`.
    step: &'static str,
    /// The time zone whose days are meant.
    zone: String,
    /// When each step begins, and last when the last one ends; RFC 3339.
    moments: Vec<String>,
    /// When the time before begins, that `before` counts; RFC 3339.
    begins_before: String,
    series: Vec<SeriesView>,
    purchases: Vec<PurchasesView>,
}

/// Something that is counted.
#[derive(Serialize, ToSchema)]
struct SeriesView {
    /// As in `leads.typed`, or `refusals.` and the code of a reason.
    name: String,
    /// Of a reason: what is wrong, in a sentence.
    #[schema(required)]
    meaning: Option<&'static str>,
    /// One for each step.
    counts: Vec<i64>,
    /// All of them together.
    total: i64,
    /// How many there were in the time before, as far as this one has come.
    before: i64,
}

/// What was bought in one currency, and credited to conversations.
#[derive(Serialize, ToSchema)]
struct PurchasesView {
    currency: String,
    /// How many in each step.
    counts: Vec<i64>,
    /// What they cost together, in each step.
    sums: Vec<f64>,
    count: i64,
    sum: f64,
    /// How many in the time before.
    count_before: i64,
    sum_before: f64,
}

impl From<Series> for SeriesView {
    fn from(Series { name, counts, before }: Series) -> Self {
        let reason = name.strip_prefix(REFUSALS);
        let meaning = reason.and_then(explain).map(|(message, _)| message);
        Self { name, meaning, total: counts.iter().sum(), counts, before }
    }
}

impl From<Purchases> for PurchasesView {
    fn from(Purchases { currency, counts, sums, before, sum_before }: Purchases) -> Self {
        let (count, sum) = (counts.iter().sum(), sums.iter().sum());
        Self { currency, counts, sums, count, sum, count_before: before, sum_before }
    }
}

/// What went on in a chat over a time: hour by hour up to 72 hours, day by day up to 400 days, and how that was in the time before.
#[utoipa::path(get, path = "/chats/{chat_id}/analytics", operation_id = "show_analytics", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), RangeQuery),
    responses((status = 200, body = AnalyticsView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn show(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
    InQuery(query): InQuery<RangeQuery>,
) -> Result<Json<AnalyticsView>, ApiError> {
    let range = query.range(&app)?;
    let read = analytics::read(&app, &chat.id, &range).await?;
    Ok(Json(AnalyticsView {
        step: range.step().as_str(),
        zone: range.zone().to_owned(),
        moments: range.moments(),
        begins_before: range.begins_before(),
        series: read.series.into_iter().map(SeriesView::from).collect(),
        purchases: read.purchases.into_iter().map(PurchasesView::from).collect(),
    }))
}

/// The same as a table for spreadsheets: a line for each step.
#[utoipa::path(get, path = "/chats/{chat_id}/analytics.csv", operation_id = "download_analytics", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), RangeQuery),
    responses((status = 200, content_type = "text/csv", body = String), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn download(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
    InQuery(query): InQuery<RangeQuery>,
) -> Result<Response, ApiError> {
    let range = query.range(&app)?;
    let read = analytics::read(&app, &chat.id, &range).await?;
    let only = query.only.as_deref().unwrap_or_default();
    let wanted: Vec<&str> = only.split(',').filter(|name| !name.is_empty()).collect();
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"analytics.csv\""),
    ];
    Ok((headers, csv(&read, &range, &wanted)).into_response())
}
