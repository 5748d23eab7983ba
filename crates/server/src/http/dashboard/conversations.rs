//! A chat's conversations: the list, and one.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use domain::chat::Chat;
use domain::conversation::{AskedBy, Conversation};
use domain::id::ConversationId;
use serde::{Deserialize, Serialize};
use store::{ReadTx, RecordOf, StoreError, Wanted};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::app::answer::{NewAnswer, answer};
use crate::app::assign::{AttendError, assign};
use crate::app::customers::TIMELINE;
use crate::app::escalate::{Escalation, escalate};
use crate::app::note::{MOST_NOTES, NewNote};
use crate::app::people::{self, Operators};
use crate::app::visit::MOST_MESSAGES;
use crate::app::{note, part};
use crate::http::attention::{ColleagueView, EscalationView, NoteView};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody, created};
use crate::http::parts::{InPath, InQuery};
use crate::http::views::{
    ConversationBrief, EntryView, JoinedView, LeadView, MessageView, PageMeta, answers_name,
};
use crate::http::who::{ChatAdmin, ChatReader};

/// Conversations on a page of the list.
const PER_PAGE: i64 = 50;

pub(super) fn routes() -> OpenApiRouter<Arc<App>> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(show))
        .routes(routes!(part))
        .routes(routes!(assignment))
        .routes(routes!(message))
        .routes(routes!(escalation))
        .routes(routes!(add_note))
        .routes(routes!(colleagues))
}

/// Which page is wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PageQuery {
    /// From 1.
    page: Option<i64>,
    /// Which conversations; all of them where nothing is said.
    #[param(inline)]
    show: Option<Show>,
}

/// Which conversations are listed.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Show {
    /// All.
    All,
    /// Those in which a person is asked for, and that is not settled.
    NeedsPerson,
    /// Those that the operator has.
    Mine,
}

/// A page of conversations.
#[derive(Debug, Serialize, ToSchema)]
struct ConversationsPage {
    conversations: Vec<ConversationBrief>,
    meta: PageMeta,
    /// In how many conversations of the chat a person is asked for.
    needs_person: i64,
}

/// A chat's conversations, newest first.
#[utoipa::path(get, path = "/chats/{chat_id}/conversations", operation_id = "list_conversations", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), PageQuery),
    responses((status = 200, body = ConversationsPage), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn list(
    State(app): State<Arc<App>>,
    ChatReader { chat, operator }: ChatReader,
    InQuery(PageQuery { page, show }): InQuery<PageQuery>,
) -> Result<Json<ConversationsPage>, ApiError> {
    let page = page.unwrap_or(1).clamp(1, 1_000_000);
    let wanted = Wanted {
        since: None,
        escalated: matches!(show, Some(Show::NeedsPerson)),
        assignee: matches!(show, Some(Show::Mine)).then_some(operator.id),
    };
    let mut tx = app.store.read().await?;
    let found = tx.conversations(&chat.id, &wanted, PER_PAGE, (page - 1) * PER_PAGE).await?;
    let total = tx.count_conversations(&chat.id, &wanted).await?;
    let needs_person = Wanted { escalated: true, ..Wanted::default() };
    let needs_person = tx.count_conversations(&chat.id, &needs_person).await?;
    let operators = Operators::assigned(&mut tx, &chat.account_id, &found).await?;
    let mut conversations = Vec::with_capacity(found.len());
    for conversation in &found {
        let person = people::of_conversation(&mut tx, conversation).await?;
        let lead = person.as_ref().map(LeadView::from);
        conversations.push(ConversationBrief::new(conversation, lead, &operators));
    }
    Ok(Json(ConversationsPage {
        conversations,
        needs_person,
        meta: PageMeta { page, per_page: PER_PAGE, total },
    }))
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
    /// The last time that a person was asked for; `null` where that never was.
    #[schema(required)]
    escalation: Option<EscalationView>,
    messages: Vec<MessageView>,
    /// What operators wrote for each other: no visitor and no assistant sees it. Of very many the last 200.
    notes: Vec<NoteView>,
    /// What happened to the identity of the browser that the conversation belongs to, newest first.
    timeline: Vec<EntryView>,
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
    let after = (found.last_seq - MOST_MESSAGES).max(0);
    let messages = tx.messages(&chat.id, &id, after, MOST_MESSAGES).await?;
    let notes = tx.notes(&found, MOST_NOTES).await?;
    let operators =
        Operators::of_thread(&mut tx, &chat.account_id, &found, (&messages, &notes)).await?;
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
        escalation: EscalationView::read(&app, &mut tx, &chat, &found).await?,
        notes: notes.iter().map(|note| NoteView::new(note, &operators)).collect(),
        timeline: timeline(&mut tx, &chat, &found).await?,
        lead,
    };
    Ok(Json(ConversationDetail { conversation }))
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
    let EscalationBody { resolved } = body::json(body).await?;
    let asked = Escalation::Open { by: AskedBy::Operator, reason: None };
    let escalation = if resolved { Escalation::Resolved } else { asked };
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
