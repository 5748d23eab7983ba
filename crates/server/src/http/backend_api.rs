//! What merchants' programs call.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use domain::account::Operator;
use domain::chat::Chat;
use domain::conversation::{AskedBy, Attention, Author, Conversation, EscalationReason, Message};
use domain::id::{ConversationId, OperatorId};
use domain::lead::Email;
use domain::purchase::{LineItem, Purchase};
use domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::{KnownBy, ReadTx, StoreError};
use utoipa::{IntoParams, ToSchema};

use crate::app::answer::{NewAnswer, answer};
use crate::app::assign::{AttendError, assign};
use crate::app::calls::Integration;
use crate::app::erase_customer::erase_customer;
use crate::app::escalate::{Escalation, escalate};
use crate::app::export_customer::{CustomerExport, export_customer};
use crate::app::find_customer::find_customer;
use crate::app::limits::{BACKEND_CALLS_A_MINUTE, TooMany};
use crate::app::people::{self, Operators};
use crate::app::revoke_customer::revoke_customer;
use crate::app::{App, secrets};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::calls;
use crate::http::error::{ApiError, ErrorBody, created};
use crate::http::parts::{InPath, InQuery};
use crate::http::views::{ErasedAnswer, LeadView, PageMeta, answers_name, parse_time};
use crate::http::who::{BackendKey, bearer};

/// Where these routes begin.
const BASE: &str = "/api/integrations/backend_api/v1";

/// The Backend API's routes.
pub(crate) fn routes(app: &Arc<App>) -> ApiRouter {
    let routes = ApiRouter::new()
        .routes(routes!(chats))
        .routes(routes!(conversations))
        .routes(routes!(conversation))
        .routes(routes!(assignment))
        .routes(routes!(message))
        .routes(routes!(escalation))
        .routes(routes!(users))
        .routes(routes!(user))
        .routes(routes!(revoke))
        .routes(routes!(export))
        .routes(routes!(erase));
    let limited = from_fn_with_state(app.clone(), limit);
    let noted = from_fn_with_state((app.clone(), Integration::Backend), calls::noted);
    ApiRouter::new().nest(BASE, routes.layer(noted).layer(limited))
}

/// Counts a key's calls, and says in each answer what is left. A call without a key counts nowhere: it is refused anyway.
async fn limit(State(app): State<Arc<App>>, request: Request, next: Next) -> Response {
    let Some(key) = bearer(request.headers()).map(secrets::hash) else {
        return next.run(request).await;
    };
    let allowance = app.limits.backend_call(&key, app.clock.now()).await;
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
    /// The person who does.
    #[schema(required)]
    assignee: Option<ApiUser>,
    /// The conversation in the dashboard.
    share_url: String,
}

impl ApiConversation {
    fn new(app: &App, conversation: &Conversation, operators: &Operators) -> Self {
        let Attention { assignee, escalated_at, resolved_at, .. } = &conversation.attention;
        let text = |time: &Option<Timestamp>| time.map(|time| time.to_string());
        let (chat, id) = (&conversation.chat_id, &conversation.id);
        Self {
            id: id.to_string(),
            chat_id: chat.to_string(),
            created_at: conversation.created_at.to_string(),
            last_message_at: conversation.last_message_at.to_string(),
            channel: "web",
            manual_reply_mode: assignee.is_some(),
            last_escalated_at: text(escalated_at),
            last_escalation_resolved_at: text(resolved_at),
            assignee: assignee.as_ref().and_then(|id| operators.get(id)).map(ApiUser::from),
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
    let mut tx = app.store.read_replica().await?;
    let found = tx.conversations(&key.chat.id, since, per_page, (page - 1) * per_page).await?;
    let total = tx.count_conversations(&key.chat.id, since).await?;
    let operators = Operators::assigned(&mut tx, &key.chat.account_id, &found).await?;
    let mut conversations = Vec::with_capacity(found.len());
    for conversation in &found {
        let lead = lead(&mut tx, conversation).await?;
        conversations.push(ApiConversationBrief {
            conversation: ApiConversation::new(&app, conversation, &operators),
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
    purchases: Vec<ApiPurchase>,
}

/// A purchase that is credited to a conversation. It is what a page of the shop told; nobody vouches for it.
#[derive(Debug, Serialize, ToSchema)]
struct ApiPurchase {
    order_id: String,
    order_total: f64,
    currency: String,
    line_items: Vec<ApiLineItem>,
    created_at: String,
}

/// An item of an order.
#[derive(Debug, Serialize, ToSchema)]
struct ApiLineItem {
    id: String,
    title: String,
    price: f64,
    quantity: f64,
}

impl From<Purchase> for ApiPurchase {
    fn from(purchase: Purchase) -> Self {
        let item = |item: LineItem| {
            let LineItem { id, title, price, quantity } = item;
            ApiLineItem { id, title, price, quantity }
        };
        Self {
            order_id: purchase.order_id.to_string(),
            order_total: purchase.details.order_total,
            currency: purchase.details.currency,
            line_items: purchase.details.line_items.into_iter().map(item).collect(),
            created_at: purchase.created_at.to_string(),
        }
    }
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
    let mut tx = app.store.read_replica().await?;
    let found = tx.conversation(&key.chat.id, &id).await?.ok_or_else(ApiError::not_found)?;
    let lead = lead(&mut tx, &found).await?;
    let messages = tx.messages_since(&found, since, per_page, (page - 1) * per_page).await?;
    let purchases = tx.purchases(&found).await?;
    let conversation = ApiThread {
        conversation: with_people(&app, &mut tx, &key.chat, &found).await?,
        lead: lead.map(ApiLeadDetail::from),
        messages: messages.iter().map(ApiMessage::from).collect(),
        purchases: purchases.into_iter().map(ApiPurchase::from).collect(),
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

async fn with_people(
    app: &App,
    tx: &mut ReadTx,
    chat: &Chat,
    conversation: &Conversation,
) -> Result<ApiConversation, StoreError> {
    let one = std::slice::from_ref(conversation);
    let operators = Operators::assigned(tx, &chat.account_id, one).await?;
    Ok(ApiConversation::new(app, conversation, &operators))
}

/// A conversation after a change.
#[derive(Debug, Serialize, ToSchema)]
struct ApiChanged {
    conversation: ApiConversationBrief,
}

impl ApiChanged {
    async fn read(
        app: &App,
        chat: &Chat,
        conversation: &Conversation,
    ) -> Result<Json<Self>, ApiError> {
        let mut tx = app.store.read().await?;
        let lead = lead(&mut tx, conversation).await?;
        let conversation = ApiConversationBrief {
            conversation: with_people(app, &mut tx, chat, conversation).await?,
            lead: lead.as_ref().map(ApiLead::from),
        };
        Ok(Json(Self { conversation }))
    }
}

/// Who is to answer.
#[derive(Debug, Deserialize, ToSchema)]
struct ApiAssignment {
    /// An operator of the account; null gives the conversation back to the assistant.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required)]
    assignee_id: Option<String>,
}

/// Gives a conversation to an operator, or back to the assistant. A reply that is being written ends, and nothing of it is posted.
#[utoipa::path(patch, path = "/chats/{chat_id}/conversations/{id}/assignment", operation_id = "backend_assign", tag = "backend", security(("api_key" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)), request_body = ApiAssignment,
    responses((status = 200, body = ApiChanged), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn assignment(
    State(app): State<Arc<App>>,
    key: BackendKey,
    InPath((_, id)): InPath<(String, String)>,
    body: Body,
) -> Result<Json<ApiChanged>, ApiError> {
    let id: ConversationId = id.parse().map_err(|_| ApiError::not_found())?;
    let assignee = body::json::<ApiAssignment>(body).await?.assignee_id;
    let assignee = assignee.map(|id| operator_id("assignee_id", &id)).transpose()?;
    let conversation = match assign(&app, &key.chat, &id, assignee.as_ref()).await {
        Err(AttendError::OperatorUnknown) => return Err(nobody("assignee_id")),
        outcome => outcome?,
    };
    ApiChanged::read(&app, &key.chat, &conversation).await
}

fn operator_id(field: &str, text: &str) -> Result<OperatorId, ApiError> {
    text.parse().map_err(|_| nobody(field))
}

fn nobody(field: &str) -> ApiError {
    ApiError::invalid(format!("{field}: {}", AttendError::OperatorUnknown))
}

/// What a person writes.
#[derive(Debug, Deserialize, ToSchema)]
struct ApiNewMessage {
    /// 1 to 4,000 characters.
    message: String,
    /// An operator of the account: the customer sees their name.
    sender_id: String,
}

/// A message that was kept.
#[derive(Debug, Serialize, ToSchema)]
struct ApiMessageAnswer {
    message: ApiMessage,
}

/// Writes in the assistant's place.
#[utoipa::path(post, path = "/chats/{chat_id}/conversations/{id}/messages", operation_id = "backend_answer", tag = "backend", security(("api_key" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path),
        ("Idempotency-Key" = Option<String>, Header, description = "1 to 90 printable ASCII characters: sent again, nothing changes")),
    request_body = ApiNewMessage,
    responses((status = 201, body = ApiMessageAnswer), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn message(
    State(app): State<Arc<App>>,
    key: BackendKey,
    InPath((_, id)): InPath<(String, String)>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let id: ConversationId = id.parse().map_err(|_| ApiError::not_found())?;
    let ApiNewMessage { message, sender_id } = body::json(body).await?;
    let operator = operator_id("sender_id", &sender_id)?;
    let once = headers.get("idempotency-key").map(|name| name.to_str().unwrap_or_default());
    let client_id = once.map(|name| answers_name(&operator, name)).transpose()?;
    let text = message.parse();
    let text = text.map_err(|error| ApiError::invalid(format!("message: {error}")))?;
    let new = NewAnswer { operator, text, client_id };
    let message = match answer(&app, &key.chat, &id, new).await {
        Err(AttendError::OperatorUnknown) => return Err(nobody("sender_id")),
        outcome => outcome?,
    };
    Ok(created(ApiMessageAnswer { message: ApiMessage::from(&message) }))
}

/// What becomes of the question for a person.
#[derive(Debug, Deserialize, ToSchema)]
struct ApiEscalation {
    /// True: it is settled. False, or nothing: a person is asked for.
    resolved: Option<bool>,
    /// Why a person is asked for; of a long one the first 300 characters are kept.
    reason: Option<String>,
}

/// Asks for a person, or says that this is settled. Either again changes nothing.
#[utoipa::path(patch, path = "/chats/{chat_id}/conversations/{id}/escalation", operation_id = "backend_escalate", tag = "backend", security(("api_key" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)), request_body = Option<ApiEscalation>,
    responses((status = 200, body = ApiChanged), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn escalation(
    State(app): State<Arc<App>>,
    key: BackendKey,
    InPath((_, id)): InPath<(String, String)>,
    body: Body,
) -> Result<Json<ApiChanged>, ApiError> {
    let id: ConversationId = id.parse().map_err(|_| ApiError::not_found())?;
    let asked: Option<ApiEscalation> = body::json_or_nothing(body).await?;
    let reason = asked.as_ref().and_then(|asked| asked.reason.as_deref());
    let reason = reason.and_then(EscalationReason::of);
    let escalation = match asked.and_then(|asked| asked.resolved) {
        Some(true) => Escalation::Resolved,
        Some(false) | None => Escalation::Open { by: AskedBy::Program, reason },
    };
    let escalated = escalate(&app, &key.chat, &id, escalation).await?;
    ApiChanged::read(&app, &key.chat, &escalated.conversation).await
}

/// A person of the account.
#[derive(Debug, Serialize, ToSchema)]
struct ApiUser {
    id: String,
    email: String,
    /// What customers see.
    full_name: String,
    /// `owner`, `editor` or `member`.
    role: &'static str,
}

impl From<&Operator> for ApiUser {
    fn from(operator: &Operator) -> Self {
        Self {
            id: operator.id.to_string(),
            email: operator.email.signed().to_owned(),
            full_name: operator.shown_name().to_owned(),
            role: operator.role.as_str(),
        }
    }
}

/// The people of the account.
#[derive(Debug, Serialize, ToSchema)]
struct ApiUsers {
    users: Vec<ApiUser>,
}

/// The people of the key's account: who can answer.
#[utoipa::path(get, path = "/users", operation_id = "backend_users", tag = "backend", security(("api_key" = [])),
    responses((status = 200, body = ApiUsers), (status = 401, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn users(State(app): State<Arc<App>>, key: BackendKey) -> Result<Json<ApiUsers>, ApiError> {
    let operators = app.store.read().await?.operators(&key.chat.account_id).await?;
    Ok(Json(ApiUsers { users: operators.iter().map(ApiUser::from).collect() }))
}

/// A person.
#[derive(Debug, Serialize, ToSchema)]
struct ApiUserAnswer {
    user: ApiUser,
}

/// One of the people of the key's account.
#[utoipa::path(get, path = "/users/{id}", operation_id = "backend_user", tag = "backend", security(("api_key" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = ApiUserAnswer), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 429, body = ErrorBody)))]
async fn user(
    State(app): State<Arc<App>>,
    key: BackendKey,
    InPath(id): InPath<String>,
) -> Result<Json<ApiUserAnswer>, ApiError> {
    let id: OperatorId = id.parse().map_err(|_| ApiError::not_found())?;
    let found = app.store.read().await?.operator(&key.chat.account_id, &id).await?;
    let found = found.ok_or_else(ApiError::not_found)?;
    Ok(Json(ApiUserAnswer { user: ApiUser::from(&found.operator) }))
}
