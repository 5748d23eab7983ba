//! One conversation of a chat, and what an operator does in it.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::chat::Chat;
use domain::conversation::{AskedBy, Conversation, Message};
use domain::id::ConversationId;
use domain::purchase::Purchase;
use serde::{Deserialize, Serialize};
use store::{ReadTx, RecordOf, StoreError};
use utoipa::ToSchema;

use crate::app::App;
use crate::app::answer::{NewAnswer, answer};
use crate::app::assign::{AttendError, assign};
use crate::app::customers::TIMELINE;
use crate::app::escalate::{Escalation, escalate};
use crate::app::note::{MOST_NOTES, NewNote};
use crate::app::orders::{self, OrderProblem, Told};
use crate::app::people::{self, Operators};
use crate::app::show_card::{self, Card, NoEmail};
use crate::app::visit::MOST_MESSAGES;
use crate::app::{note, part};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::attention::{ColleagueView, EscalationView, NoteView};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody, created};
use crate::http::parts::InPath;
use crate::http::views::{
    CustomerConversation, EntryView, JoinedView, LeadView, MessageView, answers_name,
};
use crate::http::who::{ChatAdmin, ChatReader};

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(order))
        .routes(routes!(show))
        .routes(routes!(part))
        .routes(routes!(assignment))
        .routes(routes!(message))
        .routes(routes!(escalation))
        .routes(routes!(add_note))
        .routes(routes!(colleagues))
}

/// A conversation with its messages.
#[derive(Debug, Serialize, ToSchema)]
struct ConversationDetail {
    conversation: ConversationThread,
}

/// A conversation with its messages; of a very long one, the last.
#[derive(Debug, Serialize, ToSchema)]
struct ConversationThread {
    id: String,
    created_at: String,
    last_message_at: String,
    #[schema(required)]
    lead: Option<LeadView>,
    /// What was said before the customer signed in; `null` where nothing was, or where it was parted.
    #[schema(required)]
    joined: Option<JoinedView>,
    /// Who answers in the assistant's place.
    #[schema(required)]
    assignee: Option<ColleagueView>,
    /// Whether a person was asked for, and that is not settled.
    escalated: bool,
    /// The number of the last message that the visitor has seen.
    read_seq: i64,
    /// The number of the last message that reached a page of the visitor's, as far as people's own messages tell.
    delivered_seq: i64,
    /// The last time that a person was asked for; `null` where that never was.
    #[schema(required)]
    escalation: Option<EscalationView>,
    /// Other conversations of the customer, newest first; at most 10.
    earlier: Vec<CustomerConversation>,
    orders: OrdersView,
    messages: Vec<MessageView>,
    /// What operators wrote for each other: no visitor and no assistant sees it. Of very many the last 200.
    notes: Vec<NoteView>,
    /// What happened to the identity of the browser that the conversation belongs to, newest first.
    timeline: Vec<EntryView>,
}

/// What is known of a customer's orders.
#[derive(Debug, Serialize, ToSchema)]
struct OrdersView {
    /// Whether orders can be looked up in this chat.
    available: bool,
    /// Numbers that the visitor wrote and that may be those of orders, the last first; at most 5.
    mentioned: Vec<String>,
    /// What was bought in this conversation and the earlier ones, newest first; at most 20.
    purchases: Vec<PurchaseView>,
}

/// Something that was bought. The shop's page told so; nobody vouches for it.
#[derive(Debug, Serialize, ToSchema)]
struct PurchaseView {
    order_id: String,
    total: f64,
    currency: String,
    at: String,
    /// The conversation that it is credited to.
    conversation_id: String,
}

impl From<&Card> for OrdersView {
    fn from(card: &Card) -> Self {
        let purchase = |purchase: &Purchase| PurchaseView {
            order_id: purchase.order_id.as_str().to_owned(),
            total: purchase.details.order_total,
            currency: purchase.details.currency.clone(),
            at: purchase.created_at.to_string(),
            conversation_id: purchase.conversation_id.to_string(),
        };
        Self {
            available: card.has_orders,
            mentioned: card.mentioned.iter().map(ToString::to_string).collect(),
            purchases: card.purchases.iter().map(purchase).collect(),
        }
    }
}

/// An order to look up.
#[derive(Debug, Deserialize, ToSchema)]
struct OrderBody {
    /// Its number: 1 to 64 characters.
    order_id: String,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
struct OrderAnswer {
    /// Whether the shop has such an order of this customer's.
    found: bool,
    /// Whether it was asked with an email that the visitor typed, and nobody vouches for.
    claimed: bool,
    /// What the shop says of it.
    #[schema(required)]
    context: Option<String>,
    /// The address of the parcel.
    #[schema(required)]
    tracking_url: Option<String>,
    /// Why the shop could not be asked, in a sentence.
    #[schema(required)]
    problem: Option<String>,
}

/// Looks an order up for the customer of a conversation, by the signed email; or by the one that the visitor typed, and then says so.
#[utoipa::path(post, path = "/chats/{chat_id}/conversations/{id}/orders", operation_id = "look_up_order", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)), request_body = OrderBody,
    responses((status = 200, body = OrderAnswer), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody), (status = 429, body = ErrorBody)))]
async fn order(
    State(app): State<Arc<App>>,
    ChatReader { operator, chat }: ChatReader,
    InPath((_, id)): InPath<(String, String)>,
    body: Body,
) -> Result<Json<OrderAnswer>, ApiError> {
    let id: ConversationId = id.parse().map_err(|_| ApiError::not_found())?;
    let OrderBody { order_id } = body::json(body).await?;
    let number =
        order_id.parse().map_err(|error| ApiError::invalid(format!("order_id: {error}")))?;
    let mut tx = app.store.read().await?;
    let found = tx.conversation(&chat.id, &id).await?.ok_or_else(ApiError::not_found)?;
    let whose = show_card::whose_orders(&mut tx, &found).await?;
    drop(tx);
    let whose = whose.ok_or_else(|| ApiError::invalid(NoEmail.to_string()))?;
    app.limits.order_test(&chat.id).await?;
    let wanted = orders::Wanted { number: &number, email: &whose.email };
    let told = orders::look_up(&app, &chat, wanted).await;
    tracing::info!(operator = %operator.id, chat = %chat.id, conversation = %id, "order looked up in the dashboard");
    Ok(Json(OrderAnswer::new(told, whose.claimed)))
}

impl OrderAnswer {
    fn new(told: Result<Told, OrderProblem>, claimed: bool) -> Self {
        let none = Self { found: false, claimed, context: None, tracking_url: None, problem: None };
        match told {
            Ok(Told::Found(order)) => Self {
                found: true,
                context: Some(order.context),
                tracking_url: order.tracking_url.map(String::from),
                ..none
            },
            Ok(Told::NotFound(context) | Told::Unfit(context)) => {
                Self { context: Some(context).filter(|context| !context.is_empty()), ..none }
            }
            Err(problem) => Self { problem: Some(problem.to_string()), ..none },
        }
    }
}

/// One conversation.
#[utoipa::path(get, path = "/chats/{chat_id}/conversations/{id}", operation_id = "show_conversation", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = ConversationDetail), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
    InPath((_, id)): InPath<(String, String)>,
) -> Result<Json<ConversationDetail>, ApiError> {
    let id: ConversationId = id.parse().map_err(|_| ApiError::not_found())?;
    let mut tx = app.store.read().await?;
    let found = tx.conversation(&chat.id, &id).await?.ok_or_else(ApiError::not_found)?;
    let lead = people::of_conversation(&mut tx, &found).await?.as_ref().map(LeadView::from);
    let messages = last_messages(&mut tx, &found).await?;
    let notes = tx.notes(&found, MOST_NOTES).await?;
    let operators =
        Operators::of_thread(&mut tx, &chat.account_id, &found, (&messages, &notes)).await?;
    let card = show_card::card(&mut tx, &chat, &found, &messages).await?;
    let name = lead.as_ref().and_then(LeadView::name);
    let view = |message| MessageView::new(message, name, &operators);
    let conversation = ConversationThread {
        id: found.id.to_string(),
        created_at: found.created_at.to_string(),
        last_message_at: found.last_message_at.to_string(),
        joined: found.joined.map(JoinedView::from),
        messages: messages.iter().map(view).collect(),
        assignee: ColleagueView::assigned(&found, &operators),
        escalated: found.attention.is_escalated(),
        read_seq: found.read_seq,
        delivered_seq: found.delivered_seq,
        earlier: card.earlier.iter().map(CustomerConversation::from).collect(),
        orders: OrdersView::from(&card),
        escalation: EscalationView::read(&app, &mut tx, &chat, &found).await?,
        notes: notes.iter().map(|note| NoteView::new(note, &operators)).collect(),
        timeline: timeline(&mut tx, &chat, &found).await?,
        lead,
    };
    Ok(Json(ConversationDetail { conversation }))
}

async fn last_messages(
    tx: &mut ReadTx,
    conversation: &Conversation,
) -> Result<Vec<Message>, StoreError> {
    let after = (conversation.last_seq - MOST_MESSAGES).max(0);
    tx.messages(&conversation.chat_id, &conversation.id, after, MOST_MESSAGES).await
}

async fn timeline(
    tx: &mut ReadTx,
    chat: &Chat,
    conversation: &Conversation,
) -> Result<Vec<EntryView>, StoreError> {
    let of = RecordOf::Visitor(&chat.id, &conversation.visitor_id);
    let entries = tx.record(of, TIMELINE).await?;
    let acted = entries.iter().filter_map(|entry| entry.entry.operator_id.clone()).collect();
    let operators = Operators::read(tx, &chat.account_id, acted).await?;
    Ok(entries.iter().map(|entry| EntryView::new(entry, &operators)).collect())
}

/// The two conversations that were one.
#[derive(Debug, Serialize, ToSchema)]
struct PartedView {
    /// What the customer said since signing in; `null` where that is nothing.
    #[schema(required)]
    conversation_id: Option<String>,
    /// What was said before, which is nobody's now.
    parted_conversation_id: String,
}

/// Takes what was said before signing in away from the customer. It cannot be joined again.
#[utoipa::path(post, path = "/chats/{chat_id}/conversations/{id}/part", operation_id = "part_conversation", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = PartedView), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn part(
    State(app): State<Arc<App>>,
    admin: ChatAdmin,
    InPath((_, id)): InPath<(String, String)>,
) -> Result<Json<PartedView>, ApiError> {
    let id: ConversationId = id.parse().map_err(|_| ApiError::not_found())?;
    let parted = part::part(&app, &admin.chat.id, &id, Some(&admin.operator.id)).await?;
    Ok(Json(PartedView {
        conversation_id: parted.conversation_id.map(|id| id.to_string()),
        parted_conversation_id: parted.parted_conversation_id.to_string(),
    }))
}

/// Who is to answer.
#[derive(Debug, Deserialize, ToSchema)]
struct AssignmentBody {
    /// An operator of the account; null gives the conversation back to the assistant.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required)]
    assignee_id: Option<String>,
}

/// Who answers now.
#[derive(Debug, Serialize, ToSchema)]
struct AssignmentView {
    #[schema(required)]
    assignee: Option<ColleagueView>,
}

/// Gives a conversation to an operator, or back to the assistant. A reply that is being written ends, and nothing of it is posted.
#[utoipa::path(put, path = "/chats/{chat_id}/conversations/{id}/assignment", operation_id = "assign_conversation", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)), request_body = AssignmentBody,
    responses((status = 200, body = AssignmentView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
async fn assignment(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
    InPath((_, id)): InPath<(String, String)>,
    body: Body,
) -> Result<Json<AssignmentView>, ApiError> {
    let id: ConversationId = id.parse().map_err(|_| ApiError::not_found())?;
    let assignee = body::json::<AssignmentBody>(body).await?.assignee_id;
    let assignee = assignee.map(|id| id.parse()).transpose();
    let assignee = assignee.map_err(|_| AttendError::OperatorUnknown)?;
    let conversation = assign(&app, &chat, &id, assignee.as_ref()).await?;
    let mut tx = app.store.read().await?;
    let account = &chat.account_id;
    let operators =
        Operators::assigned(&mut tx, account, std::slice::from_ref(&conversation)).await?;
    Ok(Json(AssignmentView { assignee: ColleagueView::assigned(&conversation, &operators) }))
}

/// What an operator writes.
#[derive(Debug, Deserialize, ToSchema)]
struct AnswerBody {
    /// The sender's own name for it, 1 to 90 printable ASCII characters: sending it again changes nothing.
    client_id: String,
    /// 1 to 4,000 characters.
    text: String,
}

/// A message that was kept.
#[derive(Debug, Serialize, ToSchema)]
struct AnsweredView {
    message: MessageView,
}

/// Writes in the assistant's place, under the operator's own name.
#[utoipa::path(post, path = "/chats/{chat_id}/conversations/{id}/messages", operation_id = "answer_conversation", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)), request_body = AnswerBody,
    responses((status = 201, body = AnsweredView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
async fn message(
    State(app): State<Arc<App>>,
    ChatReader { operator, chat }: ChatReader,
    InPath((_, id)): InPath<(String, String)>,
    body: Body,
) -> Result<Response, ApiError> {
    let id: ConversationId = id.parse().map_err(|_| ApiError::not_found())?;
    let AnswerBody { client_id, text } = body::json(body).await?;
    let new = NewAnswer {
        client_id: Some(answers_name(&operator.id, &client_id)?),
        text: text.parse().map_err(|error| ApiError::invalid(format!("{error}")))?,
        operator: operator.id,
    };
    let message = answer(&app, &chat, &id, new).await?;
    let mut tx = app.store.read().await?;
    let written = std::slice::from_ref(&message);
    let operators = Operators::who_wrote(&mut tx, &chat.account_id, written).await?;
    Ok(created(AnsweredView { message: MessageView::new(&message, None, &operators) }))
}

/// What becomes of the question for a person.
#[derive(Debug, Deserialize, ToSchema)]
struct EscalationBody {
    /// True: it is settled. False: a person is asked for.
    resolved: bool,
    /// With `resolved` false: it was settled by mistake. The question is what it was, and nobody is told by mail again.
    #[serde(default)]
    reopen: bool,
}

/// How it stands now.
#[derive(Debug, Serialize, ToSchema)]
struct EscalationAnswer {
    escalated: bool,
    #[schema(required)]
    escalation: Option<EscalationView>,
}

/// Asks for a person, or says that this is settled. Either again changes nothing.
#[utoipa::path(put, path = "/chats/{chat_id}/conversations/{id}/escalation", operation_id = "escalate_conversation", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)), request_body = EscalationBody,
    responses((status = 200, body = EscalationAnswer), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
async fn escalation(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
    InPath((_, id)): InPath<(String, String)>,
    body: Body,
) -> Result<Json<EscalationAnswer>, ApiError> {
    let id: ConversationId = id.parse().map_err(|_| ApiError::not_found())?;
    let EscalationBody { resolved, reopen } = body::json(body).await?;
    let escalation = match (resolved, reopen) {
        (true, _) => Escalation::Resolved,
        (false, true) => Escalation::Reopened,
        (false, false) => Escalation::Open { by: AskedBy::Operator, reason: None },
    };
    let now = escalate(&app, &chat, &id, escalation).await?.conversation;
    let mut tx = app.store.read().await?;
    Ok(Json(EscalationAnswer {
        escalated: now.attention.is_escalated(),
        escalation: EscalationView::read(&app, &mut tx, &chat, &now).await?,
    }))
}

/// A note that was kept.
#[derive(Debug, Serialize, ToSchema)]
struct NotedView {
    note: NoteView,
}

/// Writes for the chat's other people. Visitors and assistants never see it.
#[utoipa::path(post, path = "/chats/{chat_id}/conversations/{id}/notes", operation_id = "note_conversation", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)), request_body = AnswerBody,
    responses((status = 201, body = NotedView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
async fn add_note(
    State(app): State<Arc<App>>,
    ChatReader { operator, chat }: ChatReader,
    InPath((_, id)): InPath<(String, String)>,
    body: Body,
) -> Result<Response, ApiError> {
    let id: ConversationId = id.parse().map_err(|_| ApiError::not_found())?;
    let AnswerBody { client_id, text } = body::json(body).await?;
    let new = NewNote {
        client_id: answers_name(&operator.id, &client_id)?,
        text: text.parse().map_err(|error| ApiError::invalid(format!("{error}")))?,
        operator: operator.id,
    };
    let note = note::note(&app, &chat, &id, new).await?;
    let mut tx = app.store.read().await?;
    let writer = [note.operator_id.clone()].into();
    let operators = Operators::read(&mut tx, &chat.account_id, writer).await?;
    Ok(created(NotedView { note: NoteView::new(&note, &operators) }))
}

/// The people of the account.
#[derive(Debug, Serialize, ToSchema)]
struct ColleaguesView {
    colleagues: Vec<ColleagueView>,
}

/// Who can answer in the chat's conversations.
#[utoipa::path(get, path = "/chats/{chat_id}/colleagues", operation_id = "list_colleagues", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)),
    responses((status = 200, body = ColleaguesView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn colleagues(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
) -> Result<Json<ColleaguesView>, ApiError> {
    let operators = app.store.read().await?.operators(&chat.account_id).await?;
    Ok(Json(ColleaguesView { colleagues: operators.iter().map(ColleagueView::from).collect() }))
}
