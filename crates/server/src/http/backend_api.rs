//! What merchants' programs call.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::chat::Chat;
use domain::conversation::{Author, Conversation, Message};
use domain::id::ConversationId;
use domain::lead::Email;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{KnownBy, ReadTx, StoreError};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::erase_customer::erase_customer;
use crate::app::export_customer::{CustomerExport, export_customer};
use crate::app::find_customer::find_customer;
use crate::app::limits::{BACKEND_CALLS_A_MINUTE, TooMany};
use crate::app::revoke_customer::revoke_customer;
use crate::app::{App, people, secrets};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody};
use crate::http::parts::{InPath, InQuery};
use crate::http::views::{ErasedAnswer, LeadView, PageMeta, parse_time};
use crate::http::who::{BackendKey, bearer};

/// Where these routes begin.
const BASE: &str = "/api/integrations/backend_api/v1";

/// The Backend API's routes.
pub(crate) fn routes(app: &Arc<App>) -> OpenApiRouter<Arc<App>> {
    let routes = OpenApiRouter::new()
        .routes(routes!(chats))
        .routes(routes!(conversations))
        .routes(routes!(conversation))
        .routes(routes!(revoke))
        .routes(routes!(export))
        .routes(routes!(erase));
    let limited = axum::middleware::from_fn_with_state(app.clone(), limit);
    OpenApiRouter::new().nest(BASE, routes.layer(limited))
}

/// Counts a key's calls, and says in each answer what is left. A call without a key counts nowhere: it is refused anyway.
async fn limit(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let Some(key) = bearer(request.headers()).map(secrets::hash) else {
        return next.run(request).await;
    };
    let allowance = app.limits.backend_call(&key, app.clock.now());
    let mut response = if allowance.allowed {
        next.run(request).await
    } else {
        let retry_after = allowance.reset.since(app.clock.now());
        ApiError::from(TooMany { retry_after }).into_response()
    };
    let headers = response.headers_mut();
    headers.insert("x-ratelimit-limit", HeaderValue::from(BACKEND_CALLS_A_MINUTE));
    headers.insert("x-ratelimit-remaining", HeaderValue::from(allowance.remaining));
    headers.insert(
        "x-ratelimit-reset",
        HeaderValue::from(allowance.reset.as_millis().div_euclid(1000) + 1),
    );
    response
}

/// A chat.
#[derive(Debug, Serialize, ToSchema)]
struct ApiChat {
    id: String,
    name: String,
    platform: &'static str,
    widget_token: String,
    created_at: String,
}

impl From<&Chat> for ApiChat {
    fn from(chat: &Chat) -> Self {
        Self {
            id: chat.id.to_string(),
            name: chat.name.to_string(),
            platform: chat.platform.as_str(),
            widget_token: chat.widget_token.to_string(),
            created_at: chat.created_at.to_string(),
        }
    }
}

/// Chats.
#[derive(Debug, Serialize, ToSchema)]
struct ApiChats {
    chats: Vec<ApiChat>,
}

/// The chat that the key belongs to.
#[utoipa::path(get, path = "/chats", operation_id = "backend_chats", tag = "backend", security(("api_key" = [])),
    responses((status = 200, body = ApiChats), (status = 401, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn chats(key: BackendKey) -> Json<ApiChats> {
    Json(ApiChats { chats: vec![ApiChat::from(&key.chat)] })
}

/// A lead in a list of conversations.
#[derive(Debug, Serialize, ToSchema)]
struct ApiLead {
    id: String,
    #[schema(required)]
    full_name: Option<String>,
    email: String,
    #[schema(required)]
    phone_number: Option<String>,
    email_marketing_consent: bool,
}

/// A lead with everything known.
#[derive(Debug, Serialize, ToSchema)]
struct ApiLeadDetail {
    #[serde(flatten)]
    lead: ApiLead,
    #[schema(required)]
    first_name: Option<String>,
    #[schema(required)]
    last_name: Option<String>,
    #[schema(value_type = Object)]
    additional_attributes: Map<String, Value>,
    /// Whether the merchant's key vouched for this customer in this chat; what an unverified visitor typed is claimed only.
    verified: bool,
    #[schema(required)]
    identified_at: Option<String>,
}

impl From<&LeadView> for ApiLead {
    fn from(lead: &LeadView) -> Self {
        Self {
            id: lead.id.clone(),
            full_name: lead.full_name.clone(),
            email: lead.email.clone(),
            phone_number: lead.phone_number.clone(),
            email_marketing_consent: lead.email_marketing_consent.unwrap_or(false),
        }
    }
}

impl From<LeadView> for ApiLeadDetail {
    fn from(lead: LeadView) -> Self {
        Self {
            lead: ApiLead::from(&lead),
            first_name: lead.first_name,
            last_name: lead.last_name,
            additional_attributes: lead.additional_attributes,
            verified: lead.verified,
            identified_at: lead.identified_at,
        }
    }
}

/// A conversation.
#[derive(Debug, Serialize, ToSchema)]
struct ApiConversation {
    id: String,
    chat_id: String,
    created_at: String,
    last_message_at: String,
    channel: &'static str,
    /// Whether a person answers in the assistant's place.
    manual_reply_mode: bool,
    #[schema(required)]
    last_escalated_at: Option<String>,
    #[schema(required)]
    last_escalation_resolved_at: Option<String>,
    #[schema(value_type = Option<Object>, required)]
    assignee: Option<Value>,
    /// The conversation in the dashboard.
    share_url: String,
}

impl ApiConversation {
    fn new(app: &App, conversation: &Conversation) -> Self {
        let (chat, id) = (&conversation.chat_id, &conversation.id);
        Self {
            id: id.to_string(),
            chat_id: chat.to_string(),
            created_at: conversation.created_at.to_string(),
            last_message_at: conversation.last_message_at.to_string(),
            channel: "web",
            manual_reply_mode: false,
            last_escalated_at: None,
            last_escalation_resolved_at: None,
            assignee: None,
            share_url: format!("{}/chats/{chat}/conversations/{id}", app.config.public_url()),
        }
    }
}

/// A conversation in a list.
#[derive(Debug, Serialize, ToSchema)]
struct ApiConversationBrief {
    #[serde(flatten)]
    conversation: ApiConversation,
    #[schema(required)]
    lead: Option<ApiLead>,
}

/// A page of conversations.
#[derive(Debug, Serialize, ToSchema)]
struct ApiConversations {
    conversations: Vec<ApiConversationBrief>,
    meta: PageMeta,
}

/// Which page of conversations is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ConversationsQuery {
    /// From 1; 1 where it is not given.
    page: Option<String>,
    /// 1 to 100; 50 where it is not given.
    per_page: Option<String>,
    /// Only those with a message at this time (RFC 3339) or later.
    last_message_at_since: Option<String>,
}

/// A whole number from `1` to `most`, or `default` where none is given.
fn number(text: Option<&str>, field: &str, default: i64, most: i64) -> Result<i64, ApiError> {
    let Some(text) = text else { return Ok(default) };
    let number = text.parse().ok().filter(|number| (1..=most).contains(number));
    number.ok_or_else(|| {
        ApiError::invalid(format!("{field} must be a whole number from 1 to {most}"))
    })
}

/// The furthest page that can be asked for.
const LAST_PAGE: i64 = 1_000_000;

/// Conversations of the chat, newest first.
#[utoipa::path(get, path = "/chats/{chat_id}/conversations", operation_id = "backend_conversations", tag = "backend", security(("api_key" = [])),
    params(("chat_id" = String, Path), ConversationsQuery),
    responses((status = 200, body = ApiConversations), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn conversations(
    State(app): State<Arc<App>>,
    key: BackendKey,
    InQuery(query): InQuery<ConversationsQuery>,
) -> Result<Json<ApiConversations>, ApiError> {
    let page = number(query.page.as_deref(), "page", 1, LAST_PAGE)?;
    let per_page = number(query.per_page.as_deref(), "per_page", 50, 100)?;
    let since = query
        .last_message_at_since
        .map(|text| parse_time(&text, "last_message_at_since"))
        .transpose()?;
    let mut tx = app.store.read().await?;
    let found = tx.conversations(&key.chat.id, since, per_page, (page - 1) * per_page).await?;
    let total = tx.count_conversations(&key.chat.id, since).await?;
    let mut conversations = Vec::with_capacity(found.len());
    for conversation in &found {
        let lead = lead(&mut tx, conversation).await?;
        conversations.push(ApiConversationBrief {
            conversation: ApiConversation::new(&app, conversation),
            lead: lead.as_ref().map(ApiLead::from),
        });
    }
    Ok(Json(ApiConversations { conversations, meta: PageMeta { page, per_page, total } }))
}

async fn lead(
    tx: &mut ReadTx,
    conversation: &Conversation,
) -> Result<Option<LeadView>, StoreError> {
    let person = people::of_conversation(tx, conversation).await?;
    Ok(person.as_ref().map(LeadView::from))
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
struct ApiMessage {
    id: String,
    /// `user` for the visitor, `assistant` for the chat's side.
    role: &'static str,
    message: String,
    /// Whether a person wrote it in the assistant's place.
    manual_reply: bool,
    status: &'static str,
    #[schema(required)]
    sender_id: Option<String>,
    created_at: String,
}

impl From<&Message> for ApiMessage {
    fn from(message: &Message) -> Self {
        let (role, sender_id) = match &message.author {
            Author::Visitor => ("user", None),
            Author::Assistant => ("assistant", None),
            Author::Operator(id) => ("assistant", Some(id.to_string())),
        };
        Self {
            id: message.id.to_string(),
            role,
            message: message.text.as_str().to_owned(),
            manual_reply: sender_id.is_some(),
            status: "sent",
            sender_id,
            created_at: message.sent_at.to_string(),
        }
    }
}

/// A conversation with its messages.
#[derive(Debug, Serialize, ToSchema)]
struct ApiThread {
    #[serde(flatten)]
    conversation: ApiConversation,
    #[schema(required)]
    lead: Option<ApiLeadDetail>,
    messages: Vec<ApiMessage>,
    /// What was bought after the conversation.
    #[schema(value_type = Vec<Object>)]
    purchases: Vec<Value>,
}

/// A conversation.
#[derive(Debug, Serialize, ToSchema)]
struct ApiConversationDetail {
    conversation: ApiThread,
}

/// Which messages are wanted.
#[expect(clippy::struct_field_names, reason = "these are the names of the query's parameters")]
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct MessagesQuery {
    /// From 1; 1 where it is not given.
    message_page: Option<String>,
    /// 1 to 200; 100 where it is not given.
    message_per_page: Option<String>,
    /// Only those sent at this time (RFC 3339) or later.
    message_created_at_since: Option<String>,
}

/// One conversation, with a page of its messages, oldest first.
#[utoipa::path(get, path = "/chats/{chat_id}/conversations/{id}", operation_id = "backend_conversation", tag = "backend", security(("api_key" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path), MessagesQuery),
    responses((status = 200, body = ApiConversationDetail), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn conversation(
    State(app): State<Arc<App>>,
    key: BackendKey,
    InPath((_, id)): InPath<(String, String)>,
    InQuery(query): InQuery<MessagesQuery>,
) -> Result<Json<ApiConversationDetail>, ApiError> {
    let id: ConversationId = id.parse().map_err(|_| ApiError::not_found())?;
    let page = number(query.message_page.as_deref(), "message_page", 1, LAST_PAGE)?;
    let per_page = number(query.message_per_page.as_deref(), "message_per_page", 100, 200)?;
    let since = query
        .message_created_at_since
        .map(|text| parse_time(&text, "message_created_at_since"))
        .transpose()?;
    let mut tx = app.store.read().await?;
    let found = tx.conversation(&key.chat.id, &id).await?.ok_or_else(ApiError::not_found)?;
    let lead = lead(&mut tx, &found).await?;
    let messages = tx.messages_since(&found, since, per_page, (page - 1) * per_page).await?;
    let conversation = ApiThread {
        conversation: ApiConversation::new(&app, &found),
        lead: lead.map(ApiLeadDetail::from),
        messages: messages.iter().map(ApiMessage::from).collect(),
        purchases: Vec::new(),
    };
    Ok(Json(ApiConversationDetail { conversation }))
}

/// Which customer is meant: by `email` or by `id`, not by both.
#[derive(Debug, Deserialize, ToSchema)]
struct CustomerBody {
    email: Option<String>,
    /// The merchant's own id of the customer, as signed in `sub` or `user_id`. To export and to erase, also the id that the
    /// customer has here.
    id: Option<String>,
}

impl CustomerBody {
    fn known_by(&self) -> Result<KnownBy, ApiError> {
        match (&self.email, &self.id) {
            (Some(email), None) => match email.parse::<Email>() {
                Ok(email) => Ok(KnownBy::Email(email.key().clone())),
                Err(error) => Err(ApiError::invalid(format!("email: {error}"))),
            },
            (None, Some(id)) => match id.parse() {
                Ok(id) => Ok(KnownBy::Id(id)),
                Err(error) => Err(ApiError::invalid(format!("id: {error}"))),
            },
            _ => Err(ApiError::invalid("send either email or id")),
        }
    }
}

/// How many identities ended.
#[derive(Debug, Serialize, ToSchema)]
struct ApiRevoked {
    revoked: usize,
}

/// Signs a customer out on every device; tokens issued before are refused. Of an email that several customers have, all are meant.
#[utoipa::path(post, path = "/chats/{chat_id}/customers/revocations", operation_id = "backend_revoke_customer", tag = "backend", security(("api_key" = [])),
    params(("chat_id" = String, Path)), request_body = CustomerBody,
    responses((status = 200, body = ApiRevoked), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn revoke(
    State(app): State<Arc<App>>,
    key: BackendKey,
    body: Body,
) -> Result<Json<ApiRevoked>, ApiError> {
    let customer: CustomerBody = body::json(body).await?;
    let revoked = revoke_customer(&app, &key.chat.id, &customer.known_by()?, None).await?;
    Ok(Json(ApiRevoked { revoked }))
}

/// All that is kept of a customer, to be handed to them. Of an email that several customers have, nobody is meant.
#[utoipa::path(post, path = "/chats/{chat_id}/customers/exports", operation_id = "backend_export_customer", tag = "backend", security(("api_key" = [])),
    params(("chat_id" = String, Path)), request_body = CustomerBody,
    responses((status = 200, body = CustomerExport), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn export(
    State(app): State<Arc<App>>,
    key: BackendKey,
    body: Body,
) -> Result<Json<CustomerExport>, ApiError> {
    let by = body::json::<CustomerBody>(body).await?.known_by()?;
    let (chat, lead) = find_customer(&mut app.store.read().await?, &key.chat.id, &by).await?;
    Ok(Json(export_customer(&app, &chat, &lead.id, None).await?))
}

/// Erases a customer with all that is kept of them. Of an email that several customers have, nobody is meant.
#[utoipa::path(post, path = "/chats/{chat_id}/customers/erasures", operation_id = "backend_erase_customer", tag = "backend", security(("api_key" = [])),
    params(("chat_id" = String, Path)), request_body = CustomerBody,
    responses((status = 200, body = ErasedAnswer), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn erase(
    State(app): State<Arc<App>>,
    key: BackendKey,
    body: Body,
) -> Result<Json<ErasedAnswer>, ApiError> {
    let by = body::json::<CustomerBody>(body).await?.known_by()?;
    let (chat, lead) = find_customer(&mut app.store.read().await?, &key.chat.id, &by).await?;
    Ok(Json(erase_customer(&app, &chat.id, &lead.id, None).await?.into()))
}
