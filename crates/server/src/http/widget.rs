//! What the widget calls.

use std::str::FromStr;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use domain::conversation::Conversation;
use domain::id::{ConversationId, RequestId};
use domain::settings::LeadFormField;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;
use utoipa::ToSchema;

use crate::app::calls::{Call, Integration};
use crate::app::chats::KnownChat;
use crate::app::identify::{self, Identified};
use crate::app::leave::{Leaving, leave};
use crate::app::mark_read::mark_read;
use crate::app::people::Operators;
use crate::app::send_message::{NewMessage, send_message};
use crate::app::track_purchase::{Tracked, track_purchase};
use crate::app::type_lead::{Typed, type_lead};
use crate::app::typing::visitor_types;
use crate::app::visit::{self, CurrentVisitor, Thread};
use crate::app::{App, attempts, calls, reply};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody, accepted, created, identify_refused};
use crate::http::events::{__path_events, events};
use crate::http::parts::InPath;
use crate::http::purchase::PurchaseBody;
use crate::http::views::MessageView;
use crate::http::who::{ClientAddress, ThisVisitor, bearer, origin};

/// The header in which a visitor's new token travels after a success.
pub(crate) const NEW_TOKEN: &str = "zipchat-visitor-token";
/// The header that says after a success in how many seconds the identity lapses.
pub(crate) const EXPIRES_IN: &str = "zipchat-identity-expires-in";

/// Room for all the headers that an answer to the page has.
const HEADERS: usize = 12;

/// The widget's routes.
pub(crate) fn routes() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(identify))
        .routes(routes!(conversations))
        .routes(routes!(conversation))
        .routes(routes!(current_conversation))
        .routes(routes!(send))
        .routes(routes!(lead))
        .routes(routes!(read))
        .routes(routes!(typing))
        .routes(routes!(retry))
        .routes(routes!(new_conversation))
        .routes(routes!(logout))
        .routes(routes!(report))
        .routes(routes!(purchase))
        .routes(routes!(events))
}

/// Who the page's customer is, and the proof.
#[derive(Debug, Deserialize, ToSchema)]
#[expect(
    dead_code,
    reason = "describes the call; its body is read by the strict parser of the domain"
)]
struct IdentifyBody {
    visitor_token: String,
    /// Compact JWS, RS256, at most 16,384 bytes.
    jwt: String,
}

/// Whether it worked.
#[derive(Debug, Serialize, ToSchema)]
struct Success {
    success: bool,
}

/// Ties the page's customer to its visitor, by a token that the merchant signed.
#[utoipa::path(post, path = "/widget/{widget_token}/identify", tag = "widget", request_body = IdentifyBody,
    params(("widget_token" = String, Path)),
    responses((status = 200, body = Success, headers(
            ("Zipchat-Visitor-Token" = String, description = "the visitor's new token, when it got one"),
            ("Zipchat-Identity-Expires-In" = u64, description = "the seconds after which the identity lapses"))),
        (status = 422, body = Success, description = "refused; always the same bytes"),
        (status = 429, body = Success), (status = 503, body = Success)))]
async fn identify(
    State(app): State<Arc<App>>,
    path: Result<InPath<String>, ApiError>,
    ClientAddress(address): ClientAddress,
    Extension(id): Extension<RequestId>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let body = body::read(body, identify::MAX_BODY).await.ok();
    let request = identify::Request {
        // An address that cannot be read is that of no chat.
        widget_token: path.as_ref().map_or("", |InPath(token)| token),
        body: body.as_ref().map(Bytes::as_ref),
        origin: origin(&headers),
        address,
        id,
    };
    match identify::identify(&app, request).await {
        Ok(Identified { token, expires_in }) => {
            let mut response = Json(Success { success: true }).into_response();
            let headers = response.headers_mut();
            // At once, instead of with every other header that is added on the way out.
            headers.reserve(HEADERS);
            headers.insert(EXPIRES_IN, HeaderValue::from(expires_in.as_secs()));
            let token = token.and_then(|token| HeaderValue::from_str(token.reveal()).ok());
            headers.extend(token.map(|token| (HeaderName::from_static(NEW_TOKEN), token)));
            response
        }
        Err(error) => identify_refused(error),
    }
}

/// A conversation in a list.
#[derive(Debug, Serialize, ToSchema)]
struct ConversationItem {
    id: String,
    last_message_at: String,
    preview: String,
    /// Whether it is the one that the visitor writes in.
    current: bool,
}

/// The conversations that a visitor may read.
#[derive(Debug, Serialize, ToSchema)]
struct Conversations {
    conversations: Vec<ConversationItem>,
}

/// The visitor's own conversation and, for a verified customer, the earlier verified ones; newest first.
#[utoipa::path(get, path = "/widget/{widget_token}/conversations", tag = "widget", security(("visitor" = [])),
    params(("widget_token" = String, Path)),
    responses((status = 200, body = Conversations), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn conversations(
    State(app): State<Arc<App>>,
    ThisVisitor(visitor): ThisVisitor,
) -> Result<Json<Conversations>, ApiError> {
    let found = visit::conversations(&app, &visitor).await?;
    let item = |conversation: &Conversation| ConversationItem {
        id: conversation.id.to_string(),
        last_message_at: conversation.last_message_at.to_string(),
        preview: conversation.preview.clone(),
        current: conversation.visitor_id == visitor.id,
    };
    Ok(Json(Conversations { conversations: found.iter().map(item).collect() }))
}

/// A conversation's name.
#[derive(Debug, Serialize, ToSchema)]
struct ConversationRef {
    id: String,
}

/// Whom the visitor is known to be.
#[derive(Debug, Serialize, ToSchema)]
struct VisitorView {
    verified: bool,
    #[schema(required)]
    email: Option<String>,
    #[schema(required)]
    first_name: Option<String>,
    #[schema(required)]
    last_name: Option<String>,
}

/// The form that asks an unverified visitor who they are.
#[derive(Debug, Serialize, ToSchema)]
struct LeadForm {
    /// `email` first; then those of `first_name`, `last_name`, `phone_number` and `email_marketing_consent` that the merchant chose.
    #[schema(value_type = Vec<String>)]
    fields: Vec<LeadFormField>,
}

/// A conversation, and who reads it.
#[derive(Debug, Serialize, ToSchema)]
struct ThreadView {
    #[schema(required)]
    conversation: Option<ConversationRef>,
    visitor: VisitorView,
    #[schema(required)]
    lead_form: Option<LeadForm>,
    /// There, and true, where the visitor may write only after it was identified.
    #[serde(skip_serializing_if = "Option::is_none")]
    identification_required: Option<bool>,
    /// The name of the person who answers in the assistant's place; not there where that is nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<String>,
    /// The number of the last message that the visitor has seen; not there before there is a conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    read_seq: Option<i64>,
    messages: Vec<MessageView>,
}

impl ThreadView {
    fn new(thread: Option<&Thread>, reader: &CurrentVisitor) -> Self {
        let customer = reader.customer.as_ref();
        let view = |thread: &Thread| -> Vec<MessageView> {
            let view = |message| MessageView::new(message, None, &thread.operators);
            thread.messages.iter().map(view).collect()
        };
        let operator = |thread: &Thread| {
            let assignee = thread.conversation.attention.assignee.as_ref()?;
            thread.operators.get(assignee).map(|operator| operator.shown_name().to_owned())
        };
        let name =
            |name: Option<&domain::lead::PersonName>| name.map(|name| name.as_str().to_owned());
        Self {
            conversation: thread
                .map(|thread| ConversationRef { id: thread.conversation.id.to_string() }),
            visitor: VisitorView {
                verified: customer.is_some(),
                email: customer.map(|lead| lead.email.signed().to_owned()),
                first_name: name(customer.and_then(|lead| lead.first_name.as_ref())),
                last_name: name(customer.and_then(|lead| lead.last_name.as_ref())),
            },
            lead_form: None,
            read_seq: thread.map(|thread| thread.conversation.read_seq),
            identification_required: reader.must_identify().then_some(true),
            operator: thread.and_then(operator),
            messages: thread.map_or_else(Vec::new, view),
        }
    }
}

/// One conversation that the visitor may read.
#[utoipa::path(get, path = "/widget/{widget_token}/conversations/{id}", tag = "widget", security(("visitor" = [])),
    params(("widget_token" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = ThreadView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn conversation(
    State(app): State<Arc<App>>,
    InPath((_, id)): InPath<(String, String)>,
    ThisVisitor(visitor): ThisVisitor,
) -> Result<Json<ThreadView>, ApiError> {
    let id: ConversationId = id.parse().map_err(|_| ApiError::not_found())?;
    let thread = visit::thread(&app, &visitor, &id).await?.ok_or_else(ApiError::not_found)?;
    Ok(Json(ThreadView::new(Some(&thread), &visitor)))
}

/// The conversation that the visitor writes in.
#[utoipa::path(get, path = "/widget/{widget_token}/conversation", tag = "widget", security(("visitor" = [])),
    params(("widget_token" = String, Path)),
    responses((status = 200, body = ThreadView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn current_conversation(
    State(app): State<Arc<App>>,
    ThisVisitor(visitor): ThisVisitor,
) -> Result<Json<ThreadView>, ApiError> {
    let thread = visit::current_thread(&app, &visitor).await?;
    let fields = visit::lead_form(&mut app.store.read().await?, &visitor).await?;
    let lead_form = fields.map(|fields| LeadForm { fields });
    Ok(Json(ThreadView { lead_form, ..ThreadView::new(thread.as_ref(), &visitor) }))
}

/// A message to send.
#[derive(Debug, Deserialize, ToSchema)]
struct SendBody {
    /// The sender's own name for it, 1 to 128 printable ASCII characters: sending it again changes nothing.
    client_id: String,
    /// 1 to 4,000 characters.
    text: String,
    /// True: it was written by a verified customer; where the visitor is not one any more, it is refused (403) and not kept.
    #[serde(default)]
    verified: bool,
}

/// A message that was kept.
#[derive(Debug, Serialize, ToSchema)]
struct SentView {
    conversation_id: String,
    message: MessageView,
}

/// Writes a message. Its answer comes on the event stream.
#[utoipa::path(post, path = "/widget/{widget_token}/messages", tag = "widget", security(("visitor" = [])),
    params(("widget_token" = String, Path)), request_body = SendBody,
    responses((status = 201, body = SentView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn send(
    State(app): State<Arc<App>>,
    ThisVisitor(visitor): ThisVisitor,
    ClientAddress(address): ClientAddress,
    body: Body,
) -> Result<Response, ApiError> {
    let SendBody { client_id, text, verified } = body::json(body).await?;
    let message = NewMessage {
        client_id: client_id.parse().map_err(invalid)?,
        text: text.parse().map_err(invalid)?,
        only_verified: verified,
        address,
    };
    let sent = send_message(&app, &visitor, message).await?;
    let message = MessageView::new(&sent.message, None, &Operators::default());
    Ok(created(SentView { conversation_id: sent.conversation_id.to_string(), message }))
}

fn invalid(error: impl std::fmt::Display) -> ApiError {
    ApiError::invalid(error.to_string())
}

/// The value of a field that may be left out or empty.
fn field<T>(name: &str, text: Option<String>) -> Result<Option<T>, ApiError>
where
    T: FromStr<Err: std::fmt::Display>,
{
    let text = text.filter(|text| !text.trim().is_empty());
    let parsed = text.map(|text| text.parse()).transpose();
    parsed.map_err(|error| ApiError::invalid(format!("{name}: {error}")))
}

/// What a visitor types about itself. What is empty says nothing.
#[derive(Debug, Deserialize, ToSchema)]
struct LeadBody {
    email: String,
    first_name: Option<String>,
    last_name: Option<String>,
    phone_number: Option<String>,
    email_marketing_consent: Option<bool>,
}

impl LeadBody {
    fn parse(self) -> Result<Typed, ApiError> {
        Ok(Typed {
            email: field("email", Some(self.email))?
                .ok_or_else(|| invalid("email: it is empty"))?,
            first_name: field("first_name", self.first_name)?,
            last_name: field("last_name", self.last_name)?,
            phone_number: field("phone_number", self.phone_number)?,
            email_marketing_consent: self.email_marketing_consent,
        })
    }
}

/// Keeps what an unverified visitor says about itself: claimed, not verified. What is left out stays as it was typed before.
#[utoipa::path(post, path = "/widget/{widget_token}/lead", tag = "widget", security(("visitor" = [])),
    params(("widget_token" = String, Path)), request_body = LeadBody,
    responses((status = 200, body = Success), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 409, body = ErrorBody), (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn lead(
    State(app): State<Arc<App>>,
    ThisVisitor(visitor): ThisVisitor,
    body: Body,
) -> Result<Json<Success>, ApiError> {
    let typed = body::json::<LeadBody>(body).await?.parse()?;
    type_lead(&app, &visitor, typed).await?;
    Ok(Json(Success { success: true }))
}

/// How far a visitor has read.
#[derive(Debug, Deserialize, ToSchema)]
struct ReadBody {
    /// The number of the last message that was on the screen.
    seq: i64,
}

/// Keeps that the visitor has seen its messages up to this one; what was seen stays seen.
#[utoipa::path(post, path = "/widget/{widget_token}/read", tag = "widget", security(("visitor" = [])),
    params(("widget_token" = String, Path)), request_body = ReadBody,
    responses((status = 200, body = Success), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn read(
    State(app): State<Arc<App>>,
    ThisVisitor(visitor): ThisVisitor,
    body: Body,
) -> Result<Json<Success>, ApiError> {
    let ReadBody { seq } = body::json(body).await?;
    mark_read(&app, &visitor, seq).await?;
    Ok(Json(Success { success: true }))
}

/// Tells the people who look on that the visitor types. Nothing is kept of it; say it again every few seconds.
#[utoipa::path(post, path = "/widget/{widget_token}/typing", tag = "widget", security(("visitor" = [])),
    params(("widget_token" = String, Path)),
    responses((status = 200, body = Success), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 429, body = ErrorBody)))]
async fn typing(
    State(app): State<Arc<App>>,
    ThisVisitor(visitor): ThisVisitor,
) -> Result<Json<Success>, ApiError> {
    visitor_types(&app, &visitor).await?;
    Ok(Json(Success { success: true }))
}

/// Asks for a failed reply again.
#[utoipa::path(post, path = "/widget/{widget_token}/replies/{reply_id}/retry", tag = "widget", security(("visitor" = [])),
    params(("widget_token" = String, Path), ("reply_id" = String, Path)),
    responses((status = 200, body = Success), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 429, body = ErrorBody)))]
async fn retry(
    State(app): State<Arc<App>>,
    InPath((_, id)): InPath<(String, String)>,
    ThisVisitor(visitor): ThisVisitor,
) -> Result<Json<Success>, ApiError> {
    let id = id.parse().map_err(|_| ApiError::not_found())?;
    // It is written once more: that counts like the message which asks for it.
    app.limits.message(&visitor.known.chat.id, &visitor.id).await?;
    let reply = visit::reply(&app, &visitor, &id).await?.ok_or_else(ApiError::not_found)?;
    reply::retry(&app, &visitor.id, reply).await?;
    Ok(Json(Success { success: true }))
}

/// A visitor's new token.
#[derive(Debug, Serialize, ToSchema)]
struct NewToken {
    visitor_token: String,
}

/// Begins a new conversation: the browser becomes a new visitor, unverified until it is identified again.
#[utoipa::path(post, path = "/widget/{widget_token}/new_conversation", tag = "widget", security(("visitor" = [])),
    params(("widget_token" = String, Path)),
    responses((status = 200, body = NewToken), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn new_conversation(
    State(app): State<Arc<App>>,
    ThisVisitor(visitor): ThisVisitor,
) -> Result<Json<NewToken>, ApiError> {
    let token = leave(&app, &visitor, Leaving::NewConversation).await?;
    Ok(Json(NewToken { visitor_token: token.reveal().to_owned() }))
}

/// Ends the visitor's identity and every token of it.
#[utoipa::path(post, path = "/widget/{widget_token}/logout", tag = "widget", security(("visitor" = [])),
    params(("widget_token" = String, Path)),
    responses((status = 200, body = NewToken), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn logout(
    State(app): State<Arc<App>>,
    ThisVisitor(visitor): ThisVisitor,
) -> Result<Json<NewToken>, ApiError> {
    let token = leave(&app, &visitor, Leaving::LogOut).await?;
    Ok(Json(NewToken { visitor_token: token.reveal().to_owned() }))
}

/// What a page of the shop reports.
#[derive(Debug, Deserialize, ToSchema)]
struct ReportBody {
    /// `private_key_in_page`; anything else is ignored.
    kind: String,
    /// The page's address without query and fragment, at most 500 characters.
    page: String,
}

/// Reports that something is wrong with a page of the shop. The answer is the same whatever comes of it.
#[utoipa::path(post, path = "/widget/{widget_token}/reports", tag = "widget", request_body = ReportBody,
    params(("widget_token" = String, Path)),
    responses((status = 202, body = Success), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody),
        (status = 429, body = ErrorBody)))]
async fn report(
    State(app): State<Arc<App>>,
    InPath(widget_token): InPath<String>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let known = visit::chat(&app, &widget_token, origin(&headers)).await?;
    let ReportBody { kind, page } = body::json(body).await?;
    app.limits.report(address).await.map_err(ApiError::from)?;
    attempts::report_page(&app, &known.chat, &kind, &page);
    Ok(accepted(Success { success: true }))
}

/// Counts a purchase once, and credits it to the visitor's conversation, if something was said there in the last 24 hours. A visitor
/// token that was replaced or ended will do.
#[utoipa::path(post, path = "/widget/{widget_token}/purchases", tag = "widget", security(("visitor" = [])),
    params(("widget_token" = String, Path)), request_body = PurchaseBody,
    responses((status = 201, body = Success), (status = 200, body = Success, description = "it was counted before"),
        (status = 401, body = ErrorBody), (status = 404, body = ErrorBody), (status = 422, body = ErrorBody),
        (status = 429, body = ErrorBody)))]
async fn purchase(
    State(app): State<Arc<App>>,
    InPath(widget_token): InPath<String>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let known = visit::chat(&app, &widget_token, origin(&headers)).await?;
    app.limits.purchase(address).await.map_err(ApiError::from)?;
    let begun = Instant::now();
    let counted = count_purchase(&app, &known, bearer(&headers), body).await;
    let response = counted.into_response();
    let call = Call::new("POST purchases", app.clock.now(), begun.elapsed());
    let status = response.status().as_u16();
    calls::note(&app, &known.chat.id, Integration::Purchases, call.ended(Ok(status)));
    Ok(response)
}

async fn count_purchase(
    app: &App,
    known: &Arc<KnownChat>,
    token: Option<&str>,
    body: Body,
) -> Result<Response, ApiError> {
    let order = body::json::<PurchaseBody>(body).await?.order()?;
    let success = Success { success: true };
    Ok(match track_purchase(app, known, token, order).await? {
        Tracked::Counted => created(success),
        Tracked::CountedBefore => Json(success).into_response(),
    })
}
