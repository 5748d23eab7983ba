//! Trying a call of the purchase pixel, on a chat's Integrations page.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody};
use crate::http::purchase::PurchaseBody;
use crate::http::who::ChatAdmin;

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(test_purchase))
}

/// What the service would keep of a purchase.
#[derive(Debug, Serialize, ToSchema)]
struct PurchaseTestView {
    order_id: String,
    order_total: f64,
    /// Three capital letters.
    currency: String,
    /// How many items it has.
    line_items: usize,
    /// Whether the order has been counted, and would not be again.
    counted_before: bool,
    /// The conversation that it was credited to then.
    #[schema(required)]
    conversation_id: Option<String>,
}

/// Reads a purchase as the pixel's call does, and says what would be kept of it. Nothing is.
#[utoipa::path(post, path = "/chats/{chat_id}/purchase_tests", operation_id = "test_purchase", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = PurchaseBody,
    responses((status = 200, body = PurchaseTestView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn test_purchase(
    State(app): State<Arc<App>>,
    ChatAdmin { chat, .. }: ChatAdmin,
    body: Body,
) -> Result<Json<PurchaseTestView>, ApiError> {
    let (order_id, details) = body::json::<PurchaseBody>(body).await?.order()?;
    let mut tx = app.store.read().await?;
    let counted_before = tx.is_counted(&chat.id, &order_id).await?;
    let credited = tx.purchase(&chat.id, &order_id).await?;
    Ok(Json(PurchaseTestView {
        order_id: order_id.to_string(),
        order_total: details.order_total,
        currency: details.currency,
        line_items: details.line_items.len(),
        counted_before,
        conversation_id: credited.map(|purchase| purchase.conversation_id.to_string()),
    }))
}
