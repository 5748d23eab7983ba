//! One customer of a chat, and what an operator does about one.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use domain::id::LeadId;
use domain::profile::{Field, FieldName, FieldValue, Source};
use domain::time::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::app::change_customer::{Change, change_customer};
use crate::app::customers::{self, Detail, Device};
use crate::app::erase_customer::erase_customer;
use crate::app::export_customer::{CustomerExport, export_customer};
use crate::app::people::Operators;
use crate::app::revoke_customer::revoke_lead;
use crate::http::api_router::{ApiRouter, routes};
use crate::http::body::{self, Body};
use crate::http::error::{ApiError, ErrorBody};
use crate::http::parts::InPath;
use crate::http::views::{CustomerConversation, EntryView, ErasedAnswer, LeadView};
use crate::http::who::{ChatAdmin, ChatReader, Recent};

pub(super) fn routes() -> ApiRouter {
    ApiRouter::new()
        .routes(routes!(show, change, erase))
        .routes(routes!(revoke))
        .routes(routes!(export))
}

/// A customer.
#[derive(Debug, Serialize, ToSchema)]
struct CustomerAnswer {
    customer: CustomerDetail,
}

/// A customer with everything known. What is shown of a field is what was signed, or else what an operator entered, or else what
/// the visitor typed.
#[derive(Debug, Serialize, ToSchema)]
struct CustomerDetail {
    #[serde(flatten)]
    lead: LeadView,
    /// Tokens that were issued before are refused.
    #[schema(required)]
    revoked_before: Option<String>,
    fields: Vec<FieldView>,
    /// Other customers with the same email.
    same_email: Vec<LeadView>,
    conversations: Vec<CustomerConversation>,
    devices: Vec<DeviceView>,
    /// What happened, newest first.
    timeline: Vec<EntryView>,
}

/// A value of a field, and where it came from. The attributes are not among the fields: they are signed always.
#[derive(Debug, Serialize, ToSchema)]
struct FieldView {
    name: &'static str,
    value: String,
    /// `signed`, `operator` or `typed`.
    source: &'static str,
    at: String,
    /// The email of the operator who entered it.
    #[schema(required)]
    operator: Option<String>,
    /// Whether a better source's value is shown in its place.
    overridden: bool,
}

/// A browser of a customer.
#[derive(Debug, Serialize, ToSchema)]
struct DeviceView {
    visitor_id: String,
    identified_at: String,
    expires_at: String,
    /// The key that verified the token.
    kid: String,
    /// Whether it is verified as the customer now.
    verified: bool,
}

impl FieldView {
    fn new(field: &Field, operators: &Operators) -> Self {
        let operator = match &field.source {
            Source::Operator(id) => Some(operators.name(id)),
            Source::Signed | Source::Typed(_) => None,
        };
        Self {
            name: field.name.as_str(),
            value: field.value.clone(),
            source: field.source.kind(),
            at: field.at.to_string(),
            operator,
            overridden: field.overridden,
        }
    }
}

impl DeviceView {
    fn new(device: &Device) -> Option<Self> {
        let identity = device.visitor.identity.as_ref()?;
        Some(Self {
            visitor_id: device.visitor.id.to_string(),
            identified_at: identity.identified_at.to_string(),
            expires_at: identity.expires_at.to_string(),
            kid: identity.kid.to_string(),
            verified: device.verified,
        })
    }
}

impl From<Detail> for CustomerDetail {
    fn from(detail: Detail) -> Self {
        let operators = &detail.operators;
        let fields = detail.profile.fields();
        let floor = detail.profile.lead().not_before;
        Self {
            lead: LeadView::from(&detail.person),
            revoked_before: floor.map(|floor| Timestamp::from_seconds(floor).to_string()),
            fields: fields.iter().map(|field| FieldView::new(field, operators)).collect(),
            same_email: detail.same_email.iter().map(LeadView::from).collect(),
            conversations: detail.conversations.iter().map(CustomerConversation::from).collect(),
            devices: detail.devices.iter().filter_map(DeviceView::new).collect(),
            timeline: detail.timeline.iter().map(|one| EntryView::new(one, operators)).collect(),
        }
    }
}

/// One customer.
#[utoipa::path(get, path = "/chats/{chat_id}/customers/{id}", operation_id = "show_customer", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = CustomerAnswer), (status = 401, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn show(
    State(app): State<Arc<App>>,
    ChatReader { chat, .. }: ChatReader,
    InPath((_, id)): InPath<(String, String)>,
) -> Result<Json<CustomerAnswer>, ApiError> {
    let id: LeadId = id.parse().map_err(|_| ApiError::not_found())?;
    let found = customers::detail(&app, &chat, &id).await?.ok_or_else(ApiError::not_found)?;
    Ok(Json(CustomerAnswer { customer: found.into() }))
}

/// What is to become of a field: it is left out, `null`, or has a value.
#[derive(Debug, Default)]
enum Edit {
    #[default]
    Keep,
    Clear,
    Set(String),
}

impl<'de> Deserialize<'de> for Edit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Option::<String>::deserialize(deserializer)?;
        Ok(text.map_or(Self::Clear, Self::Set))
    }
}

/// What an operator enters; `null` takes back what operators entered before. What is left out stays.
#[derive(Debug, Deserialize, ToSchema)]
struct ChangeBody {
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    first_name: Edit,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    last_name: Edit,
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    phone_number: Edit,
}

impl ChangeBody {
    fn parse(self) -> Result<Vec<Change>, ApiError> {
        let edits = [
            (FieldName::FirstName, self.first_name),
            (FieldName::LastName, self.last_name),
            (FieldName::PhoneNumber, self.phone_number),
        ];
        let change = |(name, edit)| match edit {
            Edit::Keep => None,
            Edit::Clear => Some(Ok(Change::Clear(name))),
            Edit::Set(text) => Some(value(name, &text).map(Change::Set)),
        };
        edits.into_iter().filter_map(change).collect()
    }
}

fn value(name: FieldName, text: &str) -> Result<FieldValue, ApiError> {
    FieldValue::parse(name, text)
        .map_err(|error| ApiError::invalid(format!("{}: {error}", name.as_str())))
}

/// Enters what the tokens do not say about a customer. What is signed is not replaced.
#[utoipa::path(patch, path = "/chats/{chat_id}/customers/{id}", operation_id = "change_customer", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)), request_body = ChangeBody,
    responses((status = 200, body = CustomerAnswer), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn change(
    State(app): State<Arc<App>>,
    admin: ChatAdmin,
    InPath((_, id)): InPath<(String, String)>,
    body: Body,
) -> Result<Json<CustomerAnswer>, ApiError> {
    let id: LeadId = id.parse().map_err(|_| ApiError::not_found())?;
    let changes = body::json::<ChangeBody>(body).await?.parse()?;
    change_customer(&app, (&admin.chat.id, &id), &admin.operator.id, &changes).await?;
    let detail = customers::detail(&app, &admin.chat, &id).await?;
    Ok(Json(CustomerAnswer { customer: detail.ok_or_else(ApiError::not_found)?.into() }))
}

/// How many identities ended.
#[derive(Debug, Serialize, ToSchema)]
struct Revoked {
    revoked: usize,
}

/// Signs a customer out on every device; tokens issued before are refused.
#[utoipa::path(post, path = "/chats/{chat_id}/customers/{id}/revoke", operation_id = "revoke_customer", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = Revoked), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn revoke(
    State(app): State<Arc<App>>,
    ChatAdmin { chat, actor, .. }: ChatAdmin,
    InPath((_, id)): InPath<(String, String)>,
) -> Result<Json<Revoked>, ApiError> {
    let id: LeadId = id.parse().map_err(|_| ApiError::not_found())?;
    let revoked = revoke_lead(&app, &chat.id, &id, &actor).await?;
    Ok(Json(Revoked { revoked }))
}

/// All that is kept of a customer, to be handed to them. Tokens are not in it.
#[utoipa::path(get, path = "/chats/{chat_id}/customers/{id}/export", operation_id = "export_customer", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = CustomerExport), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody), (status = 404, body = ErrorBody)))]
async fn export(
    State(app): State<Arc<App>>,
    Recent(ChatAdmin { chat, actor, .. }): Recent<ChatAdmin>,
    InPath((_, id)): InPath<(String, String)>,
) -> Result<Response, ApiError> {
    let id: LeadId = id.parse().map_err(|_| ApiError::not_found())?;
    let export = export_customer(&app, &chat, &id, Some(&actor)).await?;
    let file = format!("attachment; filename=\"customer-{id}.json\"");
    Ok(([(header::CONTENT_DISPOSITION, file)], Json(export)).into_response())
}

/// What must be said to erase a customer.
#[derive(Debug, Deserialize, ToSchema)]
struct EraseBody {
    /// The customer's email.
    confirm: String,
}

/// Erases a customer with all that is kept of them. It cannot be undone.
#[utoipa::path(delete, path = "/chats/{chat_id}/customers/{id}", operation_id = "erase_customer", tag = "dashboard", security(("session" = [])),
    params(("chat_id" = String, Path), ("id" = String, Path)), request_body = EraseBody,
    responses((status = 200, body = ErasedAnswer), (status = 401, body = ErrorBody), (status = 403, body = ErrorBody),
        (status = 404, body = ErrorBody), (status = 422, body = ErrorBody)))]
async fn erase(
    State(app): State<Arc<App>>,
    ChatAdmin { chat, actor, .. }: ChatAdmin,
    InPath((_, id)): InPath<(String, String)>,
    body: Body,
) -> Result<Json<ErasedAnswer>, ApiError> {
    let id: LeadId = id.parse().map_err(|_| ApiError::not_found())?;
    let EraseBody { confirm } = body::json(body).await?;
    let lead = app.store.read().await?.lead(&chat.id, &id).await?;
    let lead = lead.ok_or_else(ApiError::not_found)?;
    if confirm.parse().ok().as_ref() != Some(&lead.email) {
        return Err(ApiError::invalid("confirm: type the customer's email"));
    }
    let erased = erase_customer(&app, &chat.id, &id, Some(&actor)).await?;
    Ok(Json(erased.into()))
}
