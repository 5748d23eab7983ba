//! The table of a chat's contacts: its pages, what a search finds in it, all of it as a file; and customers who have one email.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::id::LeadId;
use futures_util::{Stream, StreamExt, stream};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Contact, ContactOrder, ContactPlace, Decision, SharedEmails, StoreError};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::app::contacts::{self, Export, Filter, Page, Row};
use crate::app::people::Operators;
use crate::app::shared_emails::{self, Conflict};
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody};
use crate::http::parts::{InPath, InQuery};
use crate::http::views::{LeadView, parse_time};
use crate::http::who::{ChatAdmin, ChatReader, Recent};

/// The most columns that a file has.
const MOST_COLUMNS: usize = 60;
/// Before the name of an attribute, in the name of a column.
const ATTRIBUTE: &str = "attribute:";
/// The columns that are no attributes.
const COLUMNS: [&str; 10] = [
    "id",
    "verified",
    "email",
    "first_name",
    "last_name",
    "phone_number",
    "email_marketing_consent",
    "stable_id",
    "created_at",
    "identified_at",
];

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(search))
        .routes(routes!(file))
        .routes(routes!(conflicts))
        .routes(routes!(decide))
}

/// Which contacts are shown, in which order, and from where on: all, the newest first, where nothing is said.
#[derive(Debug, Default, Serialize, Deserialize, IntoParams, ToSchema)]
#[into_params(parameter_in = Query)]
#[serde(default)]
struct ContactsQuery {
    /// Only customers whom the shop vouched for (true), or only visitors who typed who they are.
    verified: Option<bool>,
    /// Only those who said yes (true), or no, to marketing by email.
    consent: Option<bool>,
    /// RFC 3339: only those known since then.
    since: Option<String>,
    /// Only those with a conversation (true), or without.
    talks: Option<bool>,
    /// The name of an attribute of the outermost level; with `value`.
    attribute: Option<String>,
    /// Only those whose attribute is this.
    value: Option<String>,
    /// In which order.
    #[param(inline)]
    #[schema(inline)]
    order: Option<Order>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// In which order contacts are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum Order {
    /// Those known last first.
    #[default]
    Newest,
    /// Those known first first.
    Oldest,
    /// By email.
    Email,
}

impl ContactsQuery {
    fn filter(&self) -> Result<Filter, ApiError> {
        let since = self.since.as_deref().filter(|text| !text.is_empty());
        let attribute = self.attribute.clone().filter(|name| !name.is_empty());
        Ok(Filter {
            verified: self.verified,
            consent: self.consent,
            since: since.map(|text| parse_time(text, "since")).transpose()?,
            talks: self.talks,
            attribute: attribute.map(|name| (name, self.value.clone().unwrap_or_default())),
            order: match self.order.unwrap_or_default() {
                Order::Newest => ContactOrder::Newest,
                Order::Oldest => ContactOrder::Oldest,
                Order::Email => ContactOrder::Email,
            },
        })
    }

    /// The place of a contact is named by its id, since no email is to be in an address.
    async fn place(
        &self,
        app: &App,
        chat: &domain::chat::Chat,
    ) -> Result<Option<ContactPlace>, ApiError> {
        let Some(after) = &self.after else { return Ok(None) };
        let wrong = || ApiError::invalid("after: not the `next` of a page, or it is erased");
        let id: LeadId = after.parse().map_err(|_| wrong())?;
        let found = app.store.read().await?.contact(&chat.id, &id).await?;
        let by_id = self.order.unwrap_or_default() != Order::Email;
        match found {
            Some(contact) => Ok(Some(contact.place())),
            None if by_id => {
                Ok(Some(ContactPlace { id, email_key: String::new(), is_typed: false }))
            }
            None => Err(wrong()),
        }
    }
}

/// A page of contacts.
#[derive(Debug, Serialize, ToSchema)]
struct ContactsPage {
    customers: Vec<ContactView>,
    /// What to ask for as `after` to get the next page; `null` on the last. Where few contacts fit, a page looks at 10,000 of them, and
    /// the next one goes on.
    #[schema(required)]
    next: Option<String>,
}

/// A contact.
#[derive(Debug, Serialize, ToSchema)]
struct ContactView {
    #[serde(flatten)]
    lead: LeadView,
    created_at: String,
    /// Whether there is a conversation with them.
    talks: bool,
    /// The conversation of a visitor who typed who they are; customers may have many.
    #[schema(required)]
    conversation_id: Option<String>,
}

impl From<&Row> for ContactView {
    fn from(row: &Row) -> Self {
        let (created_at, talks, conversation) = match &row.contact {
            Contact::Customer { lead, talks, .. } => (lead.created_at, *talks, None),
            Contact::Typed { typed, conversation } => {
                (typed.created_at, conversation.is_some(), conversation.clone())
            }
        };
        Self {
            lead: LeadView::from(&row.person),
            created_at: created_at.to_string(),
            talks,
            conversation_id: conversation.map(|id| id.to_string()),
        }
    }
}

impl From<Page> for ContactsPage {
    fn from(page: Page) -> Self {
        Self {
            customers: page.rows.iter().map(ContactView::from).collect(),
            next: page.next.map(|place| place.id.to_string()),
        }
    }
}

/// A chat's contacts: customers, and visitors who typed who they are.
#[utoipa::path(get, path = "/chats/{chat_id}/customers", operation_id = "list_customers", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ContactsQuery),
    responses((status = 200, body = ContactsPage), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
async fn list(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
    InQuery(query): InQuery<ContactsQuery>,
) -> Result<Json<ContactsPage>, ApiError> {
    let place = query.place(&app, &chat).await?;
    Ok(Json(contacts::list(&app, &chat.id, &query.filter()?, place).await?.into()))
}

/// Whom to look for. It is in the body, since it is often a name or an email.
#[derive(Debug, Deserialize, ToSchema)]
struct ContactsSearchBody {
    /// A whole email or id; or words, all of which must be known of a contact, as email, name, phone number, id or value of an
    /// attribute. Words that begin like them are found, too.
    query: String,
    #[serde(default)]
    filter: ContactsQuery,
}

/// Searches a chat's contacts: among the 1,000 that have the words and changed last. What is new can be found within seconds.
#[utoipa::path(post, path = "/chats/{chat_id}/customers/search", operation_id = "search_customers", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = ContactsSearchBody,
    responses((status = 200, body = ContactsPage), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
async fn search(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
    body: Body,
) -> Result<Json<ContactsPage>, ApiError> {
    let ContactsSearchBody { query, filter } = body::json(body).await?;
    let place = filter.place(&app, &chat).await?;
    let page = contacts::search(&app, &chat.id, &filter.filter()?, &query, place).await?;
    Ok(Json(page.into()))
}

/// What is written into a file.
#[derive(Debug, Deserialize, ToSchema)]
struct ContactsFileBody {
    /// As in a search; everybody whom the filter shows where it is empty.
    #[serde(default)]
    query: String,
    #[serde(default)]
    filter: ContactsQuery,
    /// `id`, `verified`, `email`, `first_name`, `last_name`, `phone_number`, `email_marketing_consent`, `stable_id`, `created_at`,
    /// `identified_at`, or `attribute:` and the name of one. At most 60.
    columns: Vec<String>,
}

/// Contacts as CSV, in UTF-8 with a byte-order mark: all that the filter shows, or that the search finds. A value that a table calculator
/// would take for a formula has an apostrophe before it.
#[utoipa::path(post, path = "/chats/{chat_id}/customers/file", operation_id = "export_customers", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path)), request_body = ContactsFileBody,
    responses((status = 200, content_type = "text/csv", body = String), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn file(
    State(app): State<Arc<App>>,
    Recent(ChatAdmin { chat, actor, .. }): Recent<ChatAdmin>,
    body: Body,
) -> Result<Response, ApiError> {
    let ContactsFileBody { query, filter, columns } = body::json(body).await?;
    let known =
        |column: &String| COLUMNS.contains(&column.as_str()) || column.starts_with(ATTRIBUTE);
    if columns.is_empty() || columns.len() > MOST_COLUMNS || !columns.iter().all(known) {
        return Err(ApiError::invalid("columns: 1 to 60 of those that there are"));
    }
    let export = Export::begin(&app, &actor, &chat.id, filter.filter()?, &query).await?;
    tracing::info!(chat = %chat.id, operator = %actor.operator.id, columns = columns.len(), "contacts exported");
    let name = format!("attachment; filename=\"contacts-{}.csv\"", chat.id);
    let head = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, name),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((head, axum::body::Body::from_stream(lines(app, export, columns))).into_response())
}

/// The file line by line; where the database fails, it breaks off, so that nobody takes it for whole.
fn lines(
    app: Arc<App>,
    export: Export,
    columns: Vec<String>,
) -> impl Stream<Item = Result<String, StoreError>> {
    let head = format!("\u{feff}{}", line(columns.iter().map(String::as_str)));
    let rest = stream::unfold(Some(export), move |export| {
        let (app, columns) = (app.clone(), columns.clone());
        async move {
            let mut export = export?;
            match export.more(&app).await {
                Ok(None) => None,
                Ok(Some(rows)) => {
                    let text = rows.iter().map(|row| line_of(row, &columns)).collect();
                    Some((Ok(text), Some(export)))
                }
                Err(error) => Some((Err(error), None)),
            }
        }
    });
    stream::once(async { Ok(head) }).chain(rest)
}

fn line_of(row: &Row, columns: &[String]) -> String {
    let view = ContactView::from(row);
    let lead = &view.lead;
    let said = |value: Option<bool>| value.map_or(String::new(), |value| value.to_string());
    let value = |column: &String| match column.as_str() {
        "id" => lead.id.clone(),
        "verified" => lead.verified.to_string(),
        "email" => lead.email.clone(),
        "first_name" => lead.first_name.clone().unwrap_or_default(),
        "last_name" => lead.last_name.clone().unwrap_or_default(),
        "phone_number" => lead.phone_number.clone().unwrap_or_default(),
        "email_marketing_consent" => said(lead.email_marketing_consent),
        "stable_id" => lead.stable_id.clone().unwrap_or_default(),
        "created_at" => view.created_at.clone(),
        "identified_at" => lead.identified_at.clone().unwrap_or_default(),
        other => match other.strip_prefix(ATTRIBUTE) {
            Some(name) => match lead.additional_attributes.get(name) {
                Some(Value::String(text)) => text.clone(),
                Some(Value::Null) | None => String::new(),
                Some(value) => value.to_string(),
            },
            None => String::new(),
        },
    };
    let values: Vec<String> = columns.iter().map(value).collect();
    line(values.iter().map(String::as_str))
}

/// A line of CSV.
///
/// Source: RFC 4180; OWASP, CSV Injection.
fn line<'a>(values: impl Iterator<Item = &'a str>) -> String {
    let cell = |value: &str| {
        let is_formula = value.starts_with(['=', '+', '-', '@', '\t', '\r']);
        let value = if is_formula { format!("'{value}") } else { value.to_owned() };
        if value.contains(['"', ',', ';', '\n', '\r']) {
            format!("\"{}\"", value.replace('"', "\"\""))
        } else {
            value
        }
    };
    let cells: Vec<String> = values.map(cell).collect();
    format!("{}\r\n", cells.join(","))
}

/// Which customers with one email are shown.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct ConflictsQuery {
    /// Those of whom something is decided (true), or nothing.
    decided: Option<bool>,
    /// The `next` of the page before.
    after: Option<String>,
}

/// Customers who have one email, and different ids.
#[derive(Debug, Serialize, ToSchema)]
struct ConflictsPage {
    conflicts: Vec<ConflictView>,
    /// What to ask for as `after` to get the next page; `null` on the last.
    #[schema(required)]
    next: Option<String>,
}

/// Customers who have one email.
#[derive(Debug, Serialize, ToSchema)]
struct ConflictView {
    email: String,
    /// At most 100.
    customers: Vec<LeadView>,
    /// What the chat's people say of them; `null` where nobody said anything. Nothing is joined or shared by it.
    #[schema(required)]
    decision: Option<DecisionView>,
    /// Who said so; `null` where they are gone, or nobody did.
    #[schema(required)]
    decided_by: Option<String>,
    #[schema(required)]
    decided_at: Option<String>,
}

/// What is said of customers with one email: they are different people, or one whom the shop gave several ids.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum DecisionView {
    Apart,
    Same,
}

impl ConflictView {
    fn new(conflict: &Conflict, operators: &Operators) -> Self {
        let decided = conflict.decided.as_ref();
        let customers: Vec<LeadView> = conflict.customers.iter().map(LeadView::from).collect();
        Self {
            email: customers.first().map_or_else(String::new, |lead| lead.email.clone()),
            customers,
            decision: decided.map(|decided| match decided.decision {
                Decision::Apart => DecisionView::Apart,
                Decision::Same => DecisionView::Same,
            }),
            decided_by: decided.map(|decided| operators.name(&decided.operator)),
            decided_at: decided.map(|decided| decided.at.to_string()),
        }
    }
}

/// Customers who have one email and different ids: those about whom nothing was decided yet, or those about whom something was.
#[utoipa::path(get, path = "/chats/{chat_id}/shared_emails", operation_id = "list_shared_emails", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ConflictsQuery),
    responses((status = 200, body = ConflictsPage), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody),
        (status = 422, body = ErrorBody)))]
async fn conflicts(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
    InQuery(query): InQuery<ConflictsQuery>,
) -> Result<Json<ConflictsPage>, ApiError> {
    let wanted = match query.decided {
        Some(true) => SharedEmails::Decided,
        _ => SharedEmails::Undecided,
    };
    let place = query.after.map(|id| id.parse()).transpose();
    let place = place.map_err(|_| ApiError::invalid("after: not the `next` of a page"))?;
    let page = shared_emails::list(&app, &chat, wanted, place.as_ref()).await?;
    let view = |conflict| ConflictView::new(conflict, &page.operators);
    Ok(Json(ConflictsPage {
        conflicts: page.conflicts.iter().map(view).collect(),
        next: page.next.as_ref().map(ToString::to_string),
    }))
}

/// What is decided.
#[derive(Debug, Deserialize, ToSchema)]
struct DecisionBody {
    /// Null takes it back.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required)]
    decision: Option<DecisionView>,
}

/// It was kept.
#[derive(Debug, Serialize, ToSchema)]
struct DecisionKept {
    success: bool,
}

/// Says of the customers who have this one's email whether they are one person. It is a note for the chat's people: the customers stay
/// apart, and share nothing. Only tokens with one id make them one.
#[utoipa::path(put, path = "/chats/{chat_id}/customers/{id}/shared_email", operation_id = "decide_shared_email", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)), request_body = DecisionBody,
    responses((status = 200, body = DecisionKept), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn decide(
    State(app): State<Arc<App>>,
    ChatAdmin { operator, chat, .. }: ChatAdmin,
    InPath((_, id)): InPath<(String, String)>,
    body: Body,
) -> Result<Json<DecisionKept>, ApiError> {
    let id: LeadId = id.parse().map_err(|_| ApiError::not_found())?;
    let DecisionBody { decision } = body::json(body).await?;
    let decision = decision.map(|decision| match decision {
        DecisionView::Apart => Decision::Apart,
        DecisionView::Same => Decision::Same,
    });
    shared_emails::decide(&app, &chat, &id, decision, &operator.id).await?;
    Ok(Json(DecisionKept { success: true }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_csv_has_no_formula_and_keeps_its_cells_apart() {
        let check = |values: &[&str], expected: &str| {
            assert_eq!(line(values.iter().copied()), format!("{expected}\r\n"));
        };
        check(&["a", "", "b c"], "a,,b c");
        check(&["a,b", "say \"x\"", "two\nlines"], "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"");
        for formula in ["=1+1", "+44 20", "-1", "@SUM(A1)", "\tx"] {
            check(&[formula], &format!("'{formula}"));
        }
        check(&["=cmd|' /C calc'!A0,1"], "\"'=cmd|' /C calc'!A0,1\"");
    }
}
