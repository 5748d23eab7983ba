//! The account's chats.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::chat::{ChatName, Platform};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::app::add_chat::{add_own_chat, rename_chat};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody, created};
use crate::http::views::ChatView;
use crate::http::who::{AccountEditor, ChatAdmin, ChatReader, CurrentOperator};

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new().routes(routes!(list, create)).routes(routes!(show, rename))
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

/// A chat that is to be made.
#[derive(Debug, Deserialize, ToSchema)]
struct NewChatBody {
    /// 1 to 100 characters.
    name: String,
    /// `custom`, `woocommerce`, `magento`, `prestashop`, `bigcommerce` or `shopify`.
    platform: String,
}

/// What became of a chat.
#[derive(Debug, Serialize, ToSchema)]
struct ChatAnswer {
    chat: ChatView,
}

fn name(text: &str) -> Result<ChatName, ApiError> {
    text.parse().map_err(|error| ApiError::invalid(format!("name: {error}")))
}

/// Makes a chat in the operator's account. For owners and editors.
#[utoipa::path(post, path = "/chats", operation_id = "create_chat", tag = "dashboard", security(("session" = [])),
    request_body = NewChatBody,
    responses((status = 201, body = ChatAnswer), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn create(
    State(app): State<Arc<App>>,
    editor: AccountEditor,
    body: Body,
) -> Result<Response, ApiError> {
    let new: NewChatBody = body::json(body).await?;
    let platform = new.platform.parse::<Platform>();
    let platform = platform.map_err(|error| ApiError::invalid(format!("platform: {error}")))?;
    let chat = add_own_chat(&app, &editor.actor, name(&new.name)?, platform).await?;
    Ok(created(ChatAnswer { chat: ChatView::from(&chat) }))
}

/// Another name.
#[derive(Debug, Deserialize, ToSchema)]
struct RenameBody {
    /// 1 to 100 characters.
    name: String,
}

/// Gives a chat another name; its customers see it.
#[utoipa::path(patch, path = "/chats/{chat_id}", operation_id = "rename_chat", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = RenameBody,
    responses((status = 200, body = ChatAnswer), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn rename(
    State(app): State<Arc<App>>,
    admin: ChatAdmin,
    body: Body,
) -> Result<Json<ChatAnswer>, ApiError> {
    let RenameBody { name: text } = body::json(body).await?;
    let chat = rename_chat(&app, &admin.actor, &admin.chat, name(&text)?).await?;
    Ok(Json(ChatAnswer { chat: ChatView::from(&chat) }))
}
