//! How many identify calls were verified and refused, hour by hour: what the chart shows.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use domain::id::ChatId;
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use store::StoreError;
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::app::attempts::Outcome;
use crate::http::api_router::{ApiRouter, routes};
use crate::http::error::{ApiError, ErrorBody};
use crate::http::parts::InQuery;
use crate::http::who::ChatReader;

/// How far back the chart goes at most: a week.
const MOST_HOURS: u32 = 168;
const HOUR_MILLIS: i64 = 3_600_000;

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(hours))
}

/// How far back.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct HoursQuery {
    /// 1 to 168; 24 where it is not given. The running hour is the last of them.
    #[serde(default = "a_day")]
    #[param(minimum = 1, maximum = 168)]
    hours: u32,
}

const fn a_day() -> u32 {
    24
}

/// An hour's identify calls.
#[derive(Debug, Serialize, ToSchema)]
struct HourView {
    /// When it began.
    at: String,
    verified: i64,
    refused: i64,
}

/// Hours without a gap, the earliest first.
#[derive(Debug, Serialize, ToSchema)]
struct HoursView {
    hours: Vec<HourView>,
}

/// How many identify calls were verified and refused in each of the last hours.
#[utoipa::path(get, path = "/chats/{chat_id}/identifications/hours", operation_id = "count_identifications", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), HoursQuery),
    responses((status = 200, body = HoursView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn hours(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
    InQuery(HoursQuery { hours }): InQuery<HoursQuery>,
) -> Result<Json<HoursView>, ApiError> {
    if !(1..=MOST_HOURS).contains(&hours) {
        return Err(ApiError::invalid(format!("hours: expected 1 to {MOST_HOURS}")));
    }
    Ok(Json(HoursView { hours: counted(&app, &chat.id, hours).await? }))
}

async fn counted(app: &App, chat: &ChatId, hours: u32) -> Result<Vec<HourView>, StoreError> {
    let now = app.clock.now();
    let running = now.as_millis().div_euclid(HOUR_MILLIS) * HOUR_MILLIS;
    let since = Timestamp::from_millis(running) - Duration::from_hours(u64::from(hours) - 1);
    let kept = app.store.read_replica().await?.identifications_by_hour(chat, since).await?;
    let mut views: Vec<HourView> = (0..i64::from(hours))
        .map(|hour| {
            let at = Timestamp::from_millis(since.as_millis() + hour * HOUR_MILLIS);
            let counts = kept.iter().find(|(kept, _, _)| *kept == at);
            let (verified, refused) =
                counts.map_or((0, 0), |(_, verified, refused)| (*verified, *refused));
            HourView { at: at.to_string(), verified, refused }
        })
        .collect();
    // What is not written down yet was counted within the last minute.
    if let Some(last) = views.last_mut() {
        for (outcome, count) in app.attempts.pending_counts(chat) {
            let place = if outcome == Outcome::Verified.as_str() {
                &mut last.verified
            } else {
                &mut last.refused
            };
            *place += count;
        }
    }
    Ok(views)
}
