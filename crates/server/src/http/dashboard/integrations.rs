//! How the integrations of a chat do: what their last calls say.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::chat::Chat;
use serde::Serialize;
use store::{ApiKey, Integration as KeyOf, ReadTx, StoreError};
use utoipa::ToSchema;

use crate::app::App;
use crate::app::calls::{Call, Integration};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::error::{ApiError, ErrorBody};
use crate::http::who::ChatAdmin;

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(integrations))
}

/// A call of an integration.
#[derive(Debug, Serialize, ToSchema)]
struct CallView {
    /// When it ended.
    at: String,
    /// What was called, without ids and parameters.
    what: String,
    /// The status of the answer, where there was one.
    #[schema(required)]
    status: Option<u16>,
    /// What went wrong, where something did.
    #[schema(required)]
    problem: Option<String>,
    milliseconds: u64,
}

/// How an integration does.
#[derive(Debug, Serialize, ToSchema)]
struct IntegrationView {
    /// `not_set_up`; `idle`: there were no calls since the service began; `working`; `failing`.
    state: &'static str,
    /// Since when every call fails, as far as the list goes back.
    #[schema(required)]
    failing_since: Option<String>,
    /// The last calls that this process knows of, newest first, at most 20.
    calls: Vec<CallView>,
}

/// The integrations of a chat.
#[derive(Debug, Serialize, ToSchema)]
struct IntegrationsView {
    order_tracking: IntegrationView,
    backend_api: IntegrationView,
    zapier: IntegrationView,
    purchases: IntegrationView,
}

impl From<Call> for CallView {
    fn from(call: Call) -> Self {
        Self {
            at: call.at.to_string(),
            what: call.what,
            status: call.status,
            problem: call.problem,
            milliseconds: u64::try_from(call.took.as_millis()).unwrap_or(u64::MAX),
        }
    }
}

/// Whether there is what an integration needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Need {
    Met,
    Missing,
}

impl Need {
    fn of_key(keys: &[ApiKey], of: KeyOf) -> Self {
        if keys.iter().any(|key| key.integration == of) { Self::Met } else { Self::Missing }
    }

    fn of_orders(chat: &Chat) -> Self {
        let settings = &chat.settings.order_tracking;
        if settings.enabled && settings.target().is_some() { Self::Met } else { Self::Missing }
    }
}

impl IntegrationView {
    fn new(app: &App, chat: &Chat, integration: Integration, need: Need) -> Self {
        let health = app.calls.of(&chat.id, integration);
        let state = match (need, &health.failing_since) {
            (Need::Missing, _) => "not_set_up",
            (Need::Met, Some(_)) => "failing",
            (Need::Met, None) if health.calls.is_empty() => "idle",
            (Need::Met, None) => "working",
        };
        Self {
            state,
            failing_since: health.failing_since.map(|at| at.to_string()),
            calls: health.calls.into_iter().map(CallView::from).collect(),
        }
    }
}

/// How the integrations of a chat do.
#[utoipa::path(get, path = "/chats/{chat_id}/integrations", operation_id = "show_integrations", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)),
    responses((status = 200, body = IntegrationsView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody)))]
async fn integrations(
    State(app): State<Arc<App>>,
    ChatAdmin { chat, .. }: ChatAdmin,
) -> Result<Json<IntegrationsView>, ApiError> {
    let keys = keys(&mut app.store.read().await?, &chat).await?;
    let view = |integration, need| IntegrationView::new(&app, &chat, integration, need);
    Ok(Json(IntegrationsView {
        order_tracking: view(Integration::Orders, Need::of_orders(&chat)),
        backend_api: view(Integration::Backend, Need::of_key(&keys, KeyOf::Backend)),
        zapier: view(Integration::Zapier, Need::of_key(&keys, KeyOf::Zapier)),
        // A page needs nothing but the tag.
        purchases: view(Integration::Purchases, Need::Met),
    }))
}

async fn keys(tx: &mut ReadTx, chat: &Chat) -> Result<Vec<ApiKey>, StoreError> {
    tx.api_keys(&chat.id).await
}
