//! All that is kept of a customer, in one document. No token is in it, nor the hash of one.

use domain::audit::AuditKind;
use domain::chat::Chat;
use domain::conversation::{Conversation, Message, Note};
use domain::id::LeadId;
use domain::lead::Lead;
use domain::profile::{Field, FieldName, Profile, TypedLead};
use domain::purchase::{Purchase, PurchaseDetails};
use domain::record::{Entry, EntryKind};
use domain::time::Timestamp;
use domain::visitor::Visitor;
use serde::Serialize;
use serde_json::{Map, Value};
use store::{LeadPost, ReadTx, RecordEntry, RecordOf, Scope, StoreError};
use utoipa::ToSchema;

use crate::app::App;
use crate::app::audit::{self, Actor, Deed};

/// Rows that are read at once.
const BATCH: i64 = 1_000;
/// The most entries of the record that are handed out.
const ENTRIES: i64 = 100_000;

/// Why nothing was exported.
#[derive(Debug, thiserror::Error)]
pub enum ExportCustomerError {
    /// There is no such customer.
    #[error("there is no such customer")]
    CustomerUnknown,
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// All that is kept of a customer. Times are RFC 3339.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CustomerExport {
    /// The version of this form: 1.
    version: u32,
    exported_at: String,
    chat_id: String,
    chat_name: String,
    customer: ExportedCustomer,
    /// Every value of every field, and where it came from.
    fields: Vec<ExportedField>,
    /// The conversations of the customer and of the customer's browsers.
    conversations: Vec<ExportedConversation>,
    /// The browsers that were the customer's.
    devices: Vec<ExportedDevice>,
    /// What was typed in these browsers when they were not verified.
    typed: Vec<ExportedTyped>,
    /// Posts about the customer, to the shop's own addresses, that are still to be made.
    pending_posts: Vec<ExportedPost>,
    /// What happened to the customer's identity, oldest first.
    record: Vec<ExportedEntry>,
}

/// The customer as the dashboard shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ExportedCustomer {
    id: String,
    #[schema(required)]
    stable_id: Option<String>,
    email: String,
    #[schema(required)]
    first_name: Option<String>,
    #[schema(required)]
    last_name: Option<String>,
    #[schema(required)]
    phone_number: Option<String>,
    #[schema(required)]
    email_marketing_consent: Option<bool>,
    #[schema(value_type = Object)]
    additional_attributes: Map<String, Value>,
    identified_at: String,
    created_at: String,
    /// Tokens that were issued before are refused.
    #[schema(required)]
    revoked_before: Option<String>,
}

/// A value of a field.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ExportedField {
    name: &'static str,
    value: String,
    /// `signed`, `operator` or `typed`.
    source: &'static str,
    at: String,
    /// Whether a better source's value is shown in its place.
    overridden: bool,
}

/// A conversation.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ExportedConversation {
    id: String,
    visitor_id: String,
    created_at: String,
    last_message_at: String,
    /// How many of its messages, the first ones, were there when the customer signed in.
    joined_messages: i64,
    messages: Vec<ExportedMessage>,
    /// What was bought after it, as the shop's page told.
    purchases: Vec<ExportedPurchase>,
    /// What the shop's people wrote for each other.
    notes: Vec<ExportedNote>,
    /// When a person was last asked for.
    #[schema(required)]
    escalated_at: Option<String>,
    /// Why.
    #[schema(required)]
    escalation_reason: Option<String>,
}

/// A note.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ExportedNote {
    id: String,
    text: String,
    created_at: String,
}

/// A purchase.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ExportedPurchase {
    order_id: String,
    /// `order_total`, `currency` and `line_items`.
    #[schema(value_type = Object)]
    details: PurchaseDetails,
    created_at: String,
}

/// A post that is still to be made.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ExportedPost {
    hook_id: String,
    /// How often it was tried.
    attempts: i64,
    created_at: String,
}

/// A message.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ExportedMessage {
    id: String,
    seq: i64,
    /// `visitor`, `assistant` or `operator`.
    author: &'static str,
    text: String,
    /// Whether its author was verified when it was sent.
    verified: bool,
    sent_at: String,
}

/// A browser.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ExportedDevice {
    visitor_id: String,
    browser_id: String,
    created_at: String,
    /// The key that verified the last token.
    #[schema(required)]
    kid: Option<String>,
    #[schema(required)]
    identified_at: Option<String>,
    #[schema(required)]
    expires_at: Option<String>,
}

/// What was typed in a browser.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ExportedTyped {
    visitor_id: String,
    email: String,
    #[schema(required)]
    first_name: Option<String>,
    #[schema(required)]
    last_name: Option<String>,
    #[schema(required)]
    phone_number: Option<String>,
    #[schema(required)]
    email_marketing_consent: Option<bool>,
    created_at: String,
    updated_at: String,
}

/// An entry of the record.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct ExportedEntry {
    #[schema(required)]
    seq: Option<i64>,
    at: String,
    kind: &'static str,
    message: &'static str,
    #[schema(required)]
    kid: Option<String>,
    #[schema(required)]
    conversation_id: Option<String>,
    #[schema(required)]
    visitor_id: Option<String>,
    #[schema(required)]
    reason: Option<String>,
    #[schema(required)]
    count: Option<i64>,
    #[schema(required)]
    origin: Option<String>,
}

/// All that is kept of a customer, as it is at one moment. That it was handed out is entered in the record.
///
/// # Errors
/// [`ExportCustomerError`].
pub async fn export_customer(
    app: &App,
    chat: &Chat,
    id: &LeadId,
    by: Option<&Actor>,
) -> Result<CustomerExport, ExportCustomerError> {
    let now = app.clock.now();
    let mut tx = app.store.read_replica().await?;
    let lead = tx.lead(&chat.id, id).await?.ok_or(ExportCustomerError::CustomerUnknown)?;
    let export = read(&mut tx, chat, lead, now).await?;
    drop(tx);
    let mut tx = app.store.write(Scope::Chat(&chat.id)).await?;
    let entry = Entry::new(chat.id.clone(), EntryKind::CustomerExported, now);
    tx.append_record(&entry.about_customer(id).by(by.map(Actor::id))).await?;
    let deed = Deed { kind: AuditKind::CustomerExported, subject: id.as_str(), detail: "" };
    audit::append(&mut tx, by, &chat.id, deed, now).await?;
    tx.commit().await?;
    tracing::info!(chat = %chat.id, customer = %id, "customer exported");
    Ok(export)
}

async fn read(
    tx: &mut ReadTx,
    chat: &Chat,
    lead: Lead,
    now: Timestamp,
) -> Result<CustomerExport, StoreError> {
    let id = lead.id.clone();
    let mut record = tx.record(RecordOf::Customer(&chat.id, &id), ENTRIES).await?;
    record.reverse();
    let profile = tx.profile(lead).await?;
    let conversations = conversations(tx, chat, &id).await?;
    let visitors = visitors(tx, chat, &id).await?;
    let mut typed = Vec::new();
    let mut pending = tx.posts_of_lead(&chat.id, &id).await?;
    for visitor in &visitors {
        if let Some(lead) = tx.typed_lead(&chat.id, &visitor.id).await? {
            pending.extend(tx.posts_of_lead(&chat.id, &lead.id).await?);
            typed.push(lead);
        }
    }
    Ok(CustomerExport {
        version: 1,
        exported_at: now.to_string(),
        chat_id: chat.id.to_string(),
        chat_name: chat.name.to_string(),
        customer: ExportedCustomer::from(&profile),
        fields: profile.fields().into_iter().map(ExportedField::from).collect(),
        conversations,
        devices: visitors.iter().map(ExportedDevice::from).collect(),
        typed: typed.iter().map(ExportedTyped::from).collect(),
        pending_posts: pending.into_iter().map(ExportedPost::from).collect(),
        record: record.into_iter().map(ExportedEntry::from).collect(),
    })
}

async fn conversations(
    tx: &mut ReadTx,
    chat: &Chat,
    id: &LeadId,
) -> Result<Vec<ExportedConversation>, StoreError> {
    let mut exported = Vec::new();
    let mut after = None;
    loop {
        let page = tx.conversations_of_customer(&chat.id, id, after.as_ref(), BATCH).await?;
        let Some(last) = page.last() else { return Ok(exported) };
        after = Some(last.id.clone());
        for conversation in page {
            let messages = messages(tx, &conversation).await?;
            let purchases = tx.purchases(&conversation).await?;
            let notes = tx.notes(&conversation, i64::MAX).await?;
            exported.push(ExportedConversation {
                messages,
                purchases: purchases.into_iter().map(ExportedPurchase::from).collect(),
                notes: notes.into_iter().map(ExportedNote::from).collect(),
                ..ExportedConversation::from(&conversation)
            });
        }
    }
}

async fn messages(
    tx: &mut ReadTx,
    conversation: &Conversation,
) -> Result<Vec<ExportedMessage>, StoreError> {
    let mut exported = Vec::new();
    let mut after = 0;
    loop {
        let page = tx.messages(&conversation.chat_id, &conversation.id, after, BATCH).await?;
        let Some(last) = page.last() else { return Ok(exported) };
        after = last.seq;
        exported.extend(page.into_iter().map(ExportedMessage::from));
    }
}

async fn visitors(tx: &mut ReadTx, chat: &Chat, id: &LeadId) -> Result<Vec<Visitor>, StoreError> {
    let mut all: Vec<Visitor> = Vec::new();
    loop {
        let after = all.last().map(|visitor| visitor.id.clone());
        let page = tx.visitors_of_customer(&chat.id, id, after.as_ref(), BATCH).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

impl From<&Profile> for ExportedCustomer {
    fn from(profile: &Profile) -> Self {
        let lead = profile.lead();
        Self {
            id: lead.id.to_string(),
            stable_id: profile.shown(FieldName::StableId),
            email: lead.email.signed().to_owned(),
            first_name: profile.shown(FieldName::FirstName),
            last_name: profile.shown(FieldName::LastName),
            phone_number: profile.shown(FieldName::PhoneNumber),
            email_marketing_consent: profile.email_marketing_consent(),
            additional_attributes: lead.attributes.as_map().clone(),
            identified_at: lead.identified_at.to_string(),
            created_at: lead.created_at.to_string(),
            revoked_before: lead.not_before.map(|at| Timestamp::from_seconds(at).to_string()),
        }
    }
}

impl From<Field> for ExportedField {
    fn from(field: Field) -> Self {
        Self {
            name: field.name.as_str(),
            source: field.source.kind(),
            at: field.at.to_string(),
            overridden: field.overridden,
            value: field.value,
        }
    }
}

impl From<&Conversation> for ExportedConversation {
    fn from(conversation: &Conversation) -> Self {
        let attention = &conversation.attention;
        Self {
            id: conversation.id.to_string(),
            visitor_id: conversation.visitor_id.to_string(),
            created_at: conversation.created_at.to_string(),
            last_message_at: conversation.last_message_at.to_string(),
            joined_messages: conversation.joined.map_or(0, |joined| joined.messages),
            messages: Vec::new(),
            purchases: Vec::new(),
            notes: Vec::new(),
            escalated_at: attention.escalated_at.map(|at| at.to_string()),
            escalation_reason: attention.reason.as_ref().map(|it| it.as_str().to_owned()),
        }
    }
}

impl From<Note> for ExportedNote {
    fn from(note: Note) -> Self {
        Self {
            id: note.id.to_string(),
            text: note.text.as_str().to_owned(),
            created_at: note.created_at.to_string(),
        }
    }
}

impl From<Purchase> for ExportedPurchase {
    fn from(purchase: Purchase) -> Self {
        Self {
            order_id: purchase.order_id.to_string(),
            details: purchase.details,
            created_at: purchase.created_at.to_string(),
        }
    }
}

impl From<LeadPost> for ExportedPost {
    fn from(post: LeadPost) -> Self {
        Self {
            hook_id: post.hook_id.to_string(),
            attempts: post.attempts,
            created_at: post.created_at.to_string(),
        }
    }
}

impl From<Message> for ExportedMessage {
    fn from(message: Message) -> Self {
        Self {
            id: message.id.to_string(),
            seq: message.seq,
            author: message.author.kind(),
            text: message.text.as_str().to_owned(),
            verified: message.verified,
            sent_at: message.sent_at.to_string(),
        }
    }
}

impl From<&Visitor> for ExportedDevice {
    fn from(visitor: &Visitor) -> Self {
        let identity = visitor.identity.as_ref();
        Self {
            visitor_id: visitor.id.to_string(),
            browser_id: visitor.browser_id.to_string(),
            created_at: visitor.created_at.to_string(),
            kid: identity.map(|identity| identity.kid.to_string()),
            identified_at: identity.map(|identity| identity.identified_at.to_string()),
            expires_at: identity.map(|identity| identity.expires_at.to_string()),
        }
    }
}

impl From<&TypedLead> for ExportedTyped {
    fn from(typed: &TypedLead) -> Self {
        Self {
            visitor_id: typed.visitor_id.to_string(),
            email: typed.email.signed().to_owned(),
            first_name: typed.first_name.as_ref().map(|name| name.as_str().to_owned()),
            last_name: typed.last_name.as_ref().map(|name| name.as_str().to_owned()),
            phone_number: typed.phone_number.as_ref().map(|number| number.as_str().to_owned()),
            email_marketing_consent: typed.email_marketing_consent,
            created_at: typed.created_at.to_string(),
            updated_at: typed.updated_at.to_string(),
        }
    }
}

impl From<RecordEntry> for ExportedEntry {
    fn from(RecordEntry { entry, place }: RecordEntry) -> Self {
        Self {
            seq: place.map(|(seq, _)| seq),
            at: entry.at.to_string(),
            kind: entry.kind.code(),
            message: entry.kind.message(),
            kid: entry.kid.map(|kid| kid.to_string()),
            conversation_id: entry.conversation_id.map(|id| id.to_string()),
            visitor_id: entry.visitor_id.map(|id| id.to_string()),
            reason: entry.reason,
            count: entry.count,
            origin: entry.origin,
        }
    }
}
