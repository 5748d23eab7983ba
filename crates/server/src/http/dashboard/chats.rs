//! The account's chats.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::http::error::{ApiError, ErrorBody};
use crate::http::views::ChatView;
use crate::http::who::{ChatReader, CurrentOperator};

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(show))
}

/// Chats.
#[derive(Debug, Serialize, ToSchema)]
struct ChatsView {
    chats: Vec<ChatView>,
}

/// The chats of the operator's account.
#[utoipa::path(get, path = "/chats", operation_id = "list_chats", tag = "dashboard", security(("session" = [])),
    responses((status = 200, body = ChatsView), (status = 401, body = ErrorBody)))]
async fn list(
    State(app): State<Arc<App>>,
    current: CurrentOperator,
) -> Result<Json<ChatsView>, ApiError> {
    let chats = app.store.read().await?.chats_of_account(&current.account.id).await?;
    Ok(Json(ChatsView { chats: chats.iter().map(ChatView::from).collect() }))
}

/// A chat, and how to put it on a page.
#[derive(Debug, Serialize, ToSchema)]
struct ChatDetail {
    chat: ChatView,
    /// The one tag that a page needs.
    install_snippet: String,
    /// The tag of the page that thanks for an order: it has purchases credited to conversations.
    purchase_snippet: String,
}

/// One chat.
#[utoipa::path(get, path = "/chats/{chat_id}", operation_id = "show_chat", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)),
    responses((status = 200, body = ChatDetail), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
) -> Json<ChatDetail> {
    let purchase_snippet = format!(
        r#"<script src="{}/widget/track_zipchat_purchase.js?id={}" data-no-optimize="1" defer></script>"#,
        app.config.public_url(),
        chat.widget_token
    );
    let install_snippet = format!(
        r#"<script src="{}/widget/zipchat.js?id={}" data-no-optimize="1" defer></script>"#,
        app.config.public_url(),
        chat.widget_token
    );
    Json(ChatDetail { chat: ChatView::from(&chat), install_snippet, purchase_snippet })
}
