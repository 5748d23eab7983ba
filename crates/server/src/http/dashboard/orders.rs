//! Order tracking, on a chat's Integrations page: its endpoint can be tried.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::app::orders::{self, Wanted};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody};
use crate::http::views::OrderTestView;
use crate::http::who::ChatAdmin;

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(test))
}

/// An order to look up.
#[derive(Deserialize, ToSchema)]
struct OrderTestBody {
    /// Its number: 1 to 64 characters.
    order_id: String,
    /// Its customer's email.
    email: String,
}

/// Looks an order up at the chat's endpoint, as the assistant would for a customer with this email, and says what came of it.
#[utoipa::path(post, path = "/chats/{chat_id}/orders/test", operation_id = "test_orders", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = OrderTestBody,
    responses((status = 200, body = OrderTestView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn test(
    State(app): State<Arc<App>>,
    ChatAdmin { operator, chat, .. }: ChatAdmin,
    body: Body,
) -> Result<Json<OrderTestView>, ApiError> {
    let OrderTestBody { order_id, email } = body::json(body).await?;
    let invalid =
        |field: &str, error: &dyn std::fmt::Display| ApiError::invalid(format!("{field}: {error}"));
    let number = order_id.parse().map_err(|error| invalid("order_id", &error))?;
    let email = email.parse().map_err(|error| invalid("email", &error))?;
    app.limits.order_test(&chat.id).await?;
    let looked_up = orders::test(&app, &chat, Wanted { number: &number, email: &email }).await;
    tracing::info!(operator = %operator.id, chat = %chat.id, "order endpoint tried in the dashboard");
    Ok(Json(OrderTestView::new(looked_up)))
}
