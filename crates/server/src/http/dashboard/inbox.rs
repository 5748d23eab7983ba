//! The team's inbox: its pages, what a search finds in it, that something in it changed, and what the team has seen.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{Response, sse};
use domain::account::Operator;
use domain::id::ConversationId;
use domain::search::{Piece, Question};
use domain::time::Timestamp;
use futures_util::stream;
use serde::{Deserialize, Serialize};
use store::{InboxFilter, InboxPlace, InboxView};
use utoipa::{IntoParams, ToSchema};

use super::watch::Watch;
use crate::app::App;
use crate::app::inbox::{self, Page, Row};
use crate::app::people::Operators;
use crate::bus::Topic;
use crate::http::api_router::{ApiRouter, routes};
use crate::http::attention::ColleagueView;
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody};
use crate::http::event_stream::event_stream;
use crate::http::parts::{InPath, InQuery};
use crate::http::views::{LeadView, parse_time};
use crate::http::who::{ChatReader, CurrentOperator};

/// What happens within this time is told at once, and only once.
const TOGETHER: Duration = Duration::from_millis(300);

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(search))
        .routes(routes!(events))
        .routes(routes!(seen))
}

/// Which conversations are shown, and from where on: all, from the newest on, where nothing is said.
#[derive(Debug, Default, Serialize, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(super) struct InboxQuery {
    /// Whose turn it is.
    #[param(inline)]
    #[schema(inline)]
    show: Option<Show>,
    /// The id of an operator: only those that this one has.
    assignee: Option<String>,
    /// Only those that are a customer's (true), or nobody's in particular.
    verified: Option<bool>,
    /// RFC 3339: in which something was written then or later.
    since: Option<String>,
    /// RFC 3339: the last message of which was written before.
    until: Option<String>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// Whose turn it is in a conversation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Show {
    /// All.
    #[default]
    All,
    /// Those in which a person is asked for, and that is not settled.
    NeedsPerson,
    /// Those that the operator has.
    Mine,
    /// Those that nobody has.
    Unassigned,
}

impl InboxQuery {
    fn parse(self, operator: &Operator) -> Result<(InboxFilter, Option<InboxPlace>), ApiError> {
        let view = match (self.assignee, self.show.unwrap_or_default()) {
            (Some(id), _) => {
                InboxView::Of(id.parse().map_err(|_| ApiError::invalid("assignee: no such id"))?)
            }
            (None, Show::All) => InboxView::All,
            (None, Show::NeedsPerson) => InboxView::NeedsPerson,
            (None, Show::Mine) => InboxView::Of(operator.id.clone()),
            (None, Show::Unassigned) => InboxView::Unassigned,
        };
        let time = |text: Option<String>, field| {
            text.filter(|text| !text.is_empty()).map(|text| parse_time(&text, field)).transpose()
        };
        let filter = InboxFilter {
            view,
            verified: self.verified,
            since: time(self.since, "since")?,
            until: time(self.until, "until")?,
        };
        Ok((filter, self.after.as_deref().map(read_place).transpose()?))
    }
}

fn read_place(text: &str) -> Result<InboxPlace, ApiError> {
    let parts = text.split_once('.');
    let place = parts.and_then(|(at, id)| {
        Some(InboxPlace { at: Timestamp::from_millis(at.parse().ok()?), id: id.parse().ok()? })
    });
    place.ok_or_else(|| ApiError::invalid("after: not the `next` of a page"))
}

/// A page of conversations.
#[derive(Debug, Serialize, ToSchema)]
struct ConversationsPage {
    conversations: Vec<ConversationBrief>,
    /// What to ask for as `after` to get the next page; `null` on the last.
    #[schema(required)]
    next: Option<String>,
    /// How many there are on all pages; 1,000 stands for as many or more.
    total: i64,
    /// In how many conversations of the chat a person is asked for; 1,000 stands for as many or more.
    needs_person: i64,
}

/// A conversation in the inbox.
#[derive(Debug, Serialize, ToSchema)]
struct ConversationBrief {
    id: String,
    preview: String,
    created_at: String,
    last_message_at: String,
    #[schema(required)]
    lead: Option<LeadView>,
    /// Who answers in the assistant's place.
    #[schema(required)]
    assignee: Option<ColleagueView>,
    /// Whether a person was asked for, and that is not settled.
    escalated: bool,
    /// Whether there is something in it that none of the chat's people has seen.
    unseen: bool,
    /// The part of it that a search found, in pieces; `null` where its person was found, or nothing was searched for.
    #[schema(required)]
    excerpt: Option<Vec<PieceView>>,
}

/// A piece of a text.
#[derive(Debug, Serialize, ToSchema)]
struct PieceView {
    text: String,
    /// Whether it is what was searched for.
    #[serde(rename = "match")]
    is_match: bool,
}

impl From<&Piece> for PieceView {
    fn from(piece: &Piece) -> Self {
        Self { text: piece.text.clone(), is_match: piece.is_match }
    }
}

impl ConversationBrief {
    fn new(row: &Row, operators: &Operators) -> Self {
        let conversation = &row.conversation;
        Self {
            id: conversation.id.to_string(),
            preview: conversation.preview.clone(),
            created_at: conversation.created_at.to_string(),
            last_message_at: conversation.last_message_at.to_string(),
            lead: row.person.as_ref().map(LeadView::from),
            assignee: ColleagueView::assigned(conversation, operators),
            escalated: conversation.attention.is_escalated(),
            unseen: conversation.is_unseen(),
            excerpt: row.excerpt.as_ref().map(|it| it.iter().map(PieceView::from).collect()),
        }
    }
}

impl From<Page> for ConversationsPage {
    fn from(page: Page) -> Self {
        let brief = |row| ConversationBrief::new(row, &page.operators);
        let place = |place: &InboxPlace| format!("{}.{}", place.at.as_millis(), place.id);
        Self {
            conversations: page.rows.iter().map(brief).collect(),
            next: page.next.as_ref().map(place),
            total: page.total,
            needs_person: page.needs_person,
        }
    }
}

/// A chat's conversations, newest first.
#[utoipa::path(get, path = "/chats/{chat_id}/conversations", operation_id = "list_conversations", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), InboxQuery),
    responses((status = 200, body = ConversationsPage), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
async fn list(
    State(app): State<Arc<App>>,
    ChatReader { chat, operator }: ChatReader,
    InQuery(query): InQuery<InboxQuery>,
) -> Result<Json<ConversationsPage>, ApiError> {
    let (filter, place) = query.parse(&operator)?;
    let page = inbox::list(&app, &chat, &filter, place.as_ref()).await?;
    Ok(Json(page.into()))
}

/// What to look for. It is in the body, since what is looked for is often somebody's name or email.
#[derive(Debug, Deserialize, ToSchema)]
struct InboxSearchBody {
    /// Words, all of which must be in a message, or known of its person; words that begin like them are found, too.
    query: String,
    #[serde(default)]
    filter: InboxQuery,
}

/// Searches a chat's conversations: in the 500 messages and of the 500 people that have the words and changed last. What was written
/// can be found within seconds.
#[utoipa::path(post, path = "/chats/{chat_id}/conversations/search", operation_id = "search_conversations", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = InboxSearchBody,
    responses((status = 200, body = ConversationsPage), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
async fn search(
    State(app): State<Arc<App>>,
    ChatReader { chat, operator }: ChatReader,
    body: Body,
) -> Result<Json<ConversationsPage>, ApiError> {
    let InboxSearchBody { query, filter } = body::json(body).await?;
    let (filter, place) = filter.parse(&operator)?;
    let question = Question::parse(&query);
    let question = question.ok_or_else(|| ApiError::invalid("query: it has no words"))?;
    let page = inbox::search(&app, &chat, &filter, &question, place.as_ref()).await?;
    Ok(Json(page.into()))
}

/// Tells when something in a chat's list of conversations changed.
#[utoipa::path(get, path = "/chats/{chat_id}/conversations/events", operation_id = "follow_conversations", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)),
    responses((status = 200, content_type = "text/event-stream", body = String,
        description = "events `changed` (`{}`: read the list again)"),
        (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn events(
    State(app): State<Arc<App>>,
    current: CurrentOperator,
    ChatReader { chat, .. }: ChatReader,
) -> Response {
    let watch = Watch::new(app, current.token, Topic::Inbox(chat.id));
    event_stream(stream::unfold(watch, |mut watch| async move {
        watch.next().await?;
        tokio::time::sleep(TOGETHER).await;
        // What else happened meanwhile is seen by whoever looks now.
        watch.skip();
        Some((sse::Event::default().event("changed").data("{}"), watch))
    }))
}

/// How far.
#[derive(Debug, Deserialize, ToSchema)]
struct SeenBody {
    /// The number of the last message that was on the screen.
    seq: i64,
}

/// It was kept.
#[derive(Debug, Serialize, ToSchema)]
struct SeenView {
    success: bool,
}

/// Keeps that one of the chat's people has seen a conversation up to a message. It then is unseen for none of them.
#[utoipa::path(put, path = "/chats/{chat_id}/conversations/{id}/seen", operation_id = "see_conversation", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)), request_body = SeenBody,
    responses((status = 200, body = SeenView), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
async fn seen(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
    InPath((_, id)): InPath<(String, String)>,
    body: Body,
) -> Result<Json<SeenView>, ApiError> {
    let id: ConversationId = id.parse().map_err(|_| ApiError::not_found())?;
    let SeenBody { seq } = body::json(body).await?;
    inbox::mark_seen(&app, &chat, &id, seq).await?;
    Ok(Json(SeenView { success: true }))
}
