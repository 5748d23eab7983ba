//! What became of identify calls: the live list, the diagnosis of a token, and what changing the mode would mean.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{Response, sse};
use domain::chat::Chat;
use domain::settings::IdentificationMode;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{PageReport, ReadTx, StoreError};
use tokio::time::Instant;
use utoipa::ToSchema;

use super::identification::view;
use super::watch::Watch;
use crate::app::attempts::{self, Attempt};
use crate::app::inspect_token::inspect_token;
use crate::app::record::{self, Verification};
use crate::app::rollout::{self, Forecast};
use crate::app::sightings::Sighting;
use crate::app::{App, activate_identification as identification, people};
use crate::bus::{Event, Heard, Topic};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody};
use crate::http::event_stream::event_stream;
use crate::http::views::{IdentificationView, LeadView};
use crate::http::who::{ChatAdmin, ChatReader, CurrentOperator};

const SECOND: Duration = Duration::from_secs(1);
/// Attempts that an open list is told of one by one, a second.
const MOST_A_SECOND: u32 = 20;

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(events))
        .routes(routes!(dismiss))
        .routes(routes!(inspect))
        .routes(routes!(forecast))
        .routes(routes!(set_mode))
        .routes(routes!(verify_record))
}

/// An identify call.
#[derive(Debug, Serialize, ToSchema)]
struct AttemptView {
    /// The call's id; its answer carries it in `X-Request-Id`.
    request_id: String,
    at: String,
    /// `verified`, `refused`, `limited` or `unavailable`.
    outcome: &'static str,
    /// The code of why it ended so, unless well.
    #[schema(required)]
    reason: Option<String>,
    #[schema(required)]
    message: Option<&'static str>,
    /// What exactly is wrong, as in `60 minutes ago`.
    #[schema(required)]
    detail: Option<String>,
    /// How to mend it.
    #[schema(required)]
    remedy: Option<&'static str>,
    /// The key that signed the token, where one of the chat's did.
    #[schema(required)]
    kid: Option<String>,
    /// The page's origin, where it came from a page.
    #[schema(required)]
    origin: Option<String>,
    warnings: Vec<WarningView>,
    #[schema(required)]
    customer: Option<LeadView>,
}

/// What is right about a token and yet unwise.
#[derive(Debug, Serialize, ToSchema)]
struct WarningView {
    code: &'static str,
    message: &'static str,
}

impl AttemptView {
    async fn new(tx: &mut ReadTx, chat: &Chat, attempt: &Attempt) -> Result<Self, StoreError> {
        let mut customer = None;
        if let Some(id) = &attempt.lead_id
            && let Some(lead) = tx.lead(&chat.id, id).await?
        {
            customer = Some(LeadView::from(&people::customer(tx, lead).await?));
        }
        let words = attempt.reason.as_deref().and_then(attempts::explain);
        let warning = |warning: &domain::identity::check::Warning| WarningView {
            code: warning.code(),
            message: warning.message(),
        };
        Ok(Self {
            request_id: attempt.id.to_string(),
            at: attempt.at.to_string(),
            outcome: attempt.outcome.as_str(),
            reason: attempt.reason.clone(),
            message: words.map(|(message, _)| message),
            detail: attempt.detail.clone(),
            remedy: words.map(|(_, remedy)| remedy),
            kid: attempt.kid.as_ref().map(ToString::to_string),
            origin: attempt.origin.clone(),
            warnings: attempt.warnings.iter().map(warning).collect(),
            customer,
        })
    }
}

/// How many identify calls ended with one refusal.
#[derive(Debug, Serialize, ToSchema)]
struct ReasonCount {
    reason: String,
    message: &'static str,
    remedy: &'static str,
    count: i64,
}

/// The identify calls of the last hours, counted.
#[derive(Debug, Serialize, ToSchema)]
struct Totals {
    hours: u64,
    verified: i64,
    refused: i64,
    /// Most first.
    by_reason: Vec<ReasonCount>,
}

/// A page that something is wrong with.
#[derive(Debug, Serialize, ToSchema)]
struct AlertView {
    /// `private_key_in_page`.
    kind: String,
    page: String,
    first_at: String,
    last_at: String,
    count: i64,
}

/// What became of identify calls.
#[derive(Debug, Serialize, ToSchema)]
struct Identifications {
    /// The last ones, newest first, at most 100.
    attempts: Vec<AttemptView>,
    totals: Totals,
    /// Whether a token was ever verified.
    verified_ever: bool,
    /// The first that was verified, as far as the list goes back.
    #[schema(required)]
    first_verified: Option<AttemptView>,
    alerts: Vec<AlertView>,
    /// The websites whose pages loaded the chat's script lately, as far as this process knows; the latest first, at most 5.
    pages: Vec<PageSeenView>,
}

/// A website whose pages loaded the chat's script.
#[derive(Debug, Serialize, ToSchema)]
struct PageSeenView {
    /// Scheme, host and port.
    origin: String,
    /// When it did so last.
    at: String,
}

/// What became of the last identify calls, and the totals of 24 hours.
#[utoipa::path(get, path = "/chats/{chat_id}/identifications", operation_id = "list_identifications", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)),
    responses((status = 200, body = Identifications), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn list(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
) -> Result<Json<Identifications>, ApiError> {
    let recent = attempts::recent(&app, &chat.id).await?;
    let mut tx = app.store.read().await?;
    let mut views = Vec::with_capacity(recent.len());
    for attempt in &recent {
        views.push(AttemptView::new(&mut tx, &chat, attempt).await?);
    }
    let first = recent.iter().rev().find(|attempt| attempt.outcome == attempts::Outcome::Verified);
    let first_verified = match first {
        Some(first) => Some(AttemptView::new(&mut tx, &chat, first).await?),
        None => None,
    };
    let used = tx.identification_keys(&chat.id).await?.iter().any(|key| key.verified > 0);
    Ok(Json(Identifications {
        attempts: views,
        totals: totals(&app, &mut tx, &chat).await?,
        verified_ever: used || first_verified.is_some(),
        first_verified,
        alerts: alerts(&app, &mut tx, &chat).await?,
        pages: pages(&app, &chat),
    }))
}

fn pages(app: &App, chat: &Chat) -> Vec<PageSeenView> {
    let view = |Sighting { origin, at }| PageSeenView { origin, at: at.to_string() };
    app.sightings.of(&chat.id).into_iter().map(view).collect()
}

async fn totals(app: &App, tx: &mut ReadTx, chat: &Chat) -> Result<Totals, StoreError> {
    let since = app.clock.now() - rollout::WINDOW;
    let mut counts = app.attempts.pending_counts(&chat.id);
    for (outcome, count) in tx.identification_counts(&chat.id, since).await? {
        *counts.entry(outcome).or_insert(0) += count;
    }
    let verified = counts.remove(attempts::Outcome::Verified.as_str()).unwrap_or(0);
    let refused = counts.values().sum();
    let mut by_reason: Vec<ReasonCount> = counts
        .into_iter()
        .map(|(reason, count)| {
            let (message, remedy) = attempts::explain(&reason).unwrap_or_default();
            ReasonCount { reason, message, remedy, count }
        })
        .collect();
    by_reason.sort_by(|one, other| {
        other.count.cmp(&one.count).then_with(|| one.reason.cmp(&other.reason))
    });
    Ok(Totals { hours: rollout::WINDOW.as_secs() / 3600, verified, refused, by_reason })
}

async fn alerts(app: &App, tx: &mut ReadTx, chat: &Chat) -> Result<Vec<AlertView>, StoreError> {
    let mut reports = tx.page_reports(&chat.id).await?;
    for pending in app.attempts.pending_reports(&chat.id) {
        let kept =
            reports.iter_mut().find(|kept| kept.kind == pending.kind && kept.page == pending.page);
        match kept {
            Some(kept) => {
                kept.count += pending.count;
                kept.last_at = pending.last_at;
            }
            None => reports.push(pending),
        }
    }
    let view = |PageReport { kind, page, first_at, last_at, count }| AlertView {
        kind,
        page,
        first_at: first_at.to_string(),
        last_at: last_at.to_string(),
        count,
    };
    Ok(reports.into_iter().map(view).collect())
}

/// Identify calls as they are decided.
#[utoipa::path(get, path = "/chats/{chat_id}/identifications/events", operation_id = "follow_identifications", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)),
    responses((status = 200, content_type = "text/event-stream", body = String,
        description = "events `attempt` (`AttemptView`), `alert` and `page` (`{}`: look at the list again)"),
        (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn events(
    State(app): State<Arc<App>>,
    current: CurrentOperator,
    ChatReader { chat, .. }: ChatReader,
) -> Response {
    let watch = Watch::new(app, current.token, Topic::Attempts(chat.id.clone()));
    let feed = Feed { watch, chat, second: (Instant::now(), 0) };
    event_stream(stream::unfold(feed, |mut feed| async move {
        let event = feed.next().await?;
        Some((event, feed))
    }))
}

/// One open list.
struct Feed {
    watch: Watch,
    chat: Chat,
    /// When the running second began, and how many events it has had.
    second: (Instant, u32),
}

impl Feed {
    fn is_flooded(&mut self) -> bool {
        if self.second.0.elapsed() >= SECOND {
            self.second = (Instant::now(), 0);
        }
        self.second.1 += 1;
        self.second.1 > MOST_A_SECOND
    }

    /// The next event; `None` when there will be none.
    async fn next(&mut self) -> Option<sse::Event> {
        loop {
            match self.watch.next().await? {
                Heard::Event(Event::Attempt(_)) if self.is_flooded() => {
                    // Nobody reads that fast: the list is shown as it is when it is over.
                    tokio::time::sleep(SECOND).await;
                    self.watch.skip();
                    return Some(sse::Event::default().event("alert").data("{}"));
                }
                Heard::Event(Event::Attempt(attempt)) => {
                    let mut tx = self.watch.app.store.read().await.ok()?;
                    let view = AttemptView::new(&mut tx, &self.chat, &attempt).await.ok()?;
                    return sse::Event::default().event("attempt").json_data(view).ok();
                }
                Heard::Event(Event::PageReported) | Heard::Missed => {
                    return Some(sse::Event::default().event("alert").data("{}"));
                }
                Heard::Event(Event::PageSeen(..)) => {
                    return Some(sse::Event::default().event("page").data("{}"));
                }
                Heard::Event(_) => {}
            }
        }
    }
}

/// Which alerts were seen.
#[derive(Debug, Deserialize, ToSchema)]
struct DismissBody {
    /// As in the alert.
    kind: String,
}

/// The alerts that are left.
#[derive(Debug, Serialize, ToSchema)]
struct Alerts {
    alerts: Vec<AlertView>,
}

/// Forgets alerts of a kind until they are reported again.
#[utoipa::path(post, path = "/chats/{chat_id}/alerts/dismissals", operation_id = "dismiss_alerts", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = DismissBody,
    responses((status = 200, body = Alerts), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn dismiss(
    State(app): State<Arc<App>>,
    admin: ChatAdmin,
    body: Body,
) -> Result<Json<Alerts>, ApiError> {
    let DismissBody { kind } = body::json(body).await?;
    attempts::dismiss(&app, &admin.chat.id, &kind).await?;
    let mut tx = app.store.read().await?;
    Ok(Json(Alerts { alerts: alerts(&app, &mut tx, &admin.chat).await? }))
}

/// A token to be looked at.
#[derive(Debug, Deserialize, ToSchema)]
struct InspectBody {
    /// As the page or the backend has it; what is wrong with it is told.
    token: String,
}

/// What is right and wrong with a token, and what it would keep.
#[derive(Debug, Serialize, ToSchema)]
struct DiagnosisView {
    /// Whether it would be accepted.
    valid: bool,
    #[schema(required)]
    reason: Option<String>,
    #[schema(required)]
    message: Option<String>,
    #[schema(required)]
    remedy: Option<String>,
    checks: Vec<CheckView>,
    warnings: Vec<WarningView>,
    /// The payload, as far as it can be read.
    #[schema(required, value_type = Option<Object>)]
    claims: Option<Map<String, Value>>,
    #[schema(required)]
    stored: Option<StoredView>,
}

/// One check of a token.
#[derive(Debug, Serialize, ToSchema)]
struct CheckView {
    name: String,
    /// `passed`, `failed` or `skipped`.
    outcome: String,
    reason: Option<String>,
    detail: Option<String>,
}

/// What identifying with a token would keep.
#[derive(Debug, Serialize, ToSchema)]
struct StoredView {
    /// `new` or `known`.
    customer: String,
    #[schema(required)]
    customer_id: Option<String>,
    email: String,
    #[schema(required)]
    first_name: Option<String>,
    #[schema(required)]
    last_name: Option<String>,
    #[schema(required)]
    stable_id: Option<String>,
    #[schema(value_type = Object)]
    additional_attributes: Map<String, Value>,
    /// How long the identity would hold.
    identity_seconds: u64,
    /// Whether another customer has the same email.
    shares_email: bool,
}

/// Says what is right and wrong with a token. It identifies nobody, and the token is not kept.
#[utoipa::path(post, path = "/chats/{chat_id}/identification/inspections", operation_id = "inspect_token", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = InspectBody,
    responses((status = 200, body = DiagnosisView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn inspect(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    let InspectBody { token } = body::json(body).await?;
    Ok(Json(inspect_token(&app, &chat.id, &token).await?.to_json()))
}

/// Visitors who would have been turned away for one reason.
#[derive(Debug, Serialize, ToSchema)]
struct TurnedAwayView {
    reason: String,
    message: &'static str,
    remedy: &'static str,
    visitors: i64,
    messages: i64,
}

/// What enforcing would have meant.
#[derive(Debug, Serialize, ToSchema)]
struct ForecastView {
    hours: u64,
    /// Messages that visitors wrote.
    messages: i64,
    /// Those of them that were verified.
    verified_messages: i64,
    /// Visitors who wrote.
    visitors: i64,
    /// Who would have been turned away; most messages first, a visitor under one reason.
    by_reason: Vec<TurnedAwayView>,
    #[schema(required)]
    last_verified_at: Option<String>,
    /// Whether enforcing must be confirmed with the chat's name.
    confirmation_required: bool,
}

impl From<Forecast> for ForecastView {
    fn from(forecast: Forecast) -> Self {
        let turned_away = |one: rollout::TurnedAway| {
            let (message, remedy) = attempts::explain(&one.reason).unwrap_or_default();
            let rollout::TurnedAway { reason, visitors, messages } = one;
            TurnedAwayView { reason, message, remedy, visitors, messages }
        };
        Self {
            hours: rollout::WINDOW.as_secs() / 3600,
            messages: forecast.messages,
            verified_messages: forecast.verified_messages,
            visitors: forecast.visitors,
            by_reason: forecast.turned_away.into_iter().map(turned_away).collect(),
            last_verified_at: forecast.last_verified_at.map(|at| at.to_string()),
            confirmation_required: forecast.confirmation_required,
        }
    }
}

/// What it would have meant in the last 24 hours if only verified customers might chat.
#[utoipa::path(get, path = "/chats/{chat_id}/identification/forecast", operation_id = "forecast_enforcing", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)),
    responses((status = 200, body = ForecastView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn forecast(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
) -> Result<Json<ForecastView>, ApiError> {
    Ok(Json(rollout::forecast(&app, &chat).await?.into()))
}

/// Who may chat.
#[derive(Debug, Deserialize, ToSchema)]
struct ModeBody {
    /// `observe` or `enforce`.
    #[schema(value_type = String)]
    mode: IdentificationMode,
    /// The chat's name, where enforcing must be confirmed.
    confirm: Option<String>,
}

/// Sets who may chat. Open pages follow at once.
#[utoipa::path(put, path = "/chats/{chat_id}/identification/mode", operation_id = "set_identification_mode", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = ModeBody,
    responses((status = 200, body = IdentificationView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn set_mode(
    State(app): State<Arc<App>>,
    ChatAdmin { chat, actor, .. }: ChatAdmin,
    body: Body,
) -> Result<Json<IdentificationView>, ApiError> {
    let ModeBody { mode, confirm } = body::json(body).await?;
    rollout::set_mode(&app, &chat, mode, confirm.as_deref(), &actor).await?;
    Ok(view(&app, &identification::state(&app, &chat.id).await?))
}

/// Whether a chat's record is whole.
#[derive(Debug, Serialize, ToSchema)]
struct VerificationView {
    valid: bool,
    /// Entries in the chain.
    entries: i64,
    /// Entries that are not sealed yet; they are within seconds.
    pending: i64,
    /// The number of the first entry that is not as it should be.
    #[schema(required)]
    broken_at: Option<i64>,
    message: String,
}

impl From<Verification> for VerificationView {
    fn from(found: Verification) -> Self {
        Self {
            valid: found.broken.is_none(),
            entries: found.entries,
            pending: found.pending,
            broken_at: found.broken.as_ref().and_then(domain::record::Broken::at),
            message: found.message(),
        }
    }
}

/// Verifies the chat's record from its first entry to its last.
#[utoipa::path(get, path = "/chats/{chat_id}/record/verification", operation_id = "verify_record", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)),
    responses((status = 200, body = VerificationView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn verify_record(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
) -> Result<Json<VerificationView>, ApiError> {
    Ok(Json(record::verify(&app, &chat.id).await?.into()))
}
