//! What is kept, in the shapes that it has outside.

use domain::chat::Chat;
use domain::conversation::{Author, ClientId, Conversation, Joined, Message};
use domain::id::OperatorId;
use domain::identity::jwks::JwksSource;
use domain::identity::key::{IdentificationKey, KeySource, KeyState};
use domain::lead::PersonName;
use domain::markdown;
use domain::profile::{FieldName, Profile, TypedLead};
use domain::settings::IdentificationMode;
use domain::time::Timestamp;
use serde::Serialize;
use serde_json::{Map, Value};
use store::RecordEntry;
use utoipa::ToSchema;

use crate::app::activate_identification::State;
use crate::app::erase_customer::Erased;
use crate::app::orders::{LookedUp, Order, Told};
use crate::app::people::{Operators, Person, Who};
use crate::http::content::Block;

/// A message, as pages and the dashboard see it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct MessageView {
    id: String,
    /// Its number in the conversation, from 1 without gaps.
    seq: i64,
    author: AuthorView,
    #[schema(required)]
    author_name: Option<String>,
    text: String,
    /// The text as a typed tree.
    content: Vec<Block>,
    /// RFC 3339.
    sent_at: String,
    /// Whether its author was verified when it was sent.
    verified: bool,
}

/// On which side a message was written.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum AuthorView {
    Visitor,
    Assistant,
    Operator,
}

impl From<&Author> for AuthorView {
    fn from(author: &Author) -> Self {
        match author {
            Author::Visitor => Self::Visitor,
            Author::Assistant => Self::Assistant,
            Author::Operator(_) => Self::Operator,
        }
    }
}

/// The name under which the assistant writes.
const ASSISTANT: &str = "Assistant";

impl MessageView {
    /// `visitor_name`: what the visitor is called, where that is known; `operators`: those who wrote, by what customers see.
    pub(crate) fn new(
        message: &Message,
        visitor_name: Option<&str>,
        operators: &Operators,
    ) -> Self {
        let text = message.text.as_str();
        let (author_name, content) = match &message.author {
            Author::Visitor => (visitor_name.map(str::to_owned), markdown::plain(text)),
            Author::Assistant => (Some(ASSISTANT.to_owned()), markdown::parse(text)),
            Author::Operator(id) => {
                let name = operators.get(id).map(|operator| operator.shown_name().to_owned());
                (name, markdown::parse_linked(text))
            }
        };
        Self {
            id: message.id.to_string(),
            seq: message.seq,
            author: AuthorView::from(&message.author),
            author_name,
            text: text.to_owned(),
            content: content.into_iter().map(Block::from).collect(),
            sent_at: message.sent_at.to_string(),
            verified: message.verified,
        }
    }
}

/// A chat, as the dashboard sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ChatView {
    id: String,
    name: String,
    platform: &'static str,
    widget_token: String,
    created_at: String,
    identification: IdentificationBrief,
}

/// Whether customers are identified in a chat.
#[derive(Debug, Serialize, ToSchema)]
struct IdentificationBrief {
    /// Whether it can be activated: not for a Shopify chat.
    available: bool,
    active: bool,
}

impl From<&Chat> for ChatView {
    fn from(chat: &Chat) -> Self {
        Self {
            id: chat.id.to_string(),
            name: chat.name.to_string(),
            platform: chat.platform.as_str(),
            widget_token: chat.widget_token.to_string(),
            created_at: chat.created_at.to_string(),
            identification: IdentificationBrief {
                available: chat.platform.has_identification(),
                active: chat.identification.active,
            },
        }
    }
}

/// Customer identification in a chat, with its keys.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct IdentificationView {
    available: bool,
    active: bool,
    mode: ModeView,
    keys: Vec<KeyView>,
    #[schema(required)]
    jwks: Option<JwksView>,
    /// Where the keys that verify are published.
    jwks_json_url: String,
}

/// Who may chat: anyone, or only the verified.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ModeView {
    Observe,
    Enforce,
}

/// Where a chat's keys are fetched from, and how that went.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct JwksView {
    url: String,
    #[schema(required)]
    fetched_at: Option<String>,
    #[schema(required)]
    attempted_at: Option<String>,
    /// What was wrong the last time, in a sentence.
    #[schema(required)]
    error: Option<String>,
    /// Until when the keys verify should the address not answer again.
    #[schema(required)]
    kept_until: Option<String>,
}

/// A key that verifies tokens, or did.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct KeyView {
    kid: String,
    state: KeyStateView,
    /// Whether it verifies tokens now.
    verifies: bool,
    /// The end of a retired key's grace time; of a key from an address, how long it is good for should that not answer again.
    #[schema(required)]
    verifies_until: Option<String>,
    source: KeySourceView,
    /// SHA-256 of the public key.
    fingerprint: String,
    bits: usize,
    /// PEM, SPKI.
    public_key: String,
    created_at: String,
    /// How many tokens it verified.
    verified: u64,
    /// How many tokens that it signed were refused for another reason.
    refused: u64,
    #[schema(required)]
    first_used_at: Option<String>,
    #[schema(required)]
    last_used_at: Option<String>,
    retirement: RetirementView,
}

/// Whether a key may be retired without a customer noticing, and why.
#[derive(Debug, Serialize, ToSchema)]
struct RetirementView {
    safe: bool,
    /// A sentence.
    message: String,
}

/// Where a key is from: made here, handed in, or fetched from the chat's address.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum KeySourceView {
    Generated,
    PublicKey,
    Jwks,
}

impl From<KeySource> for KeySourceView {
    fn from(source: KeySource) -> Self {
        match source {
            KeySource::Generated => Self::Generated,
            KeySource::PublicKey => Self::PublicKey,
            KeySource::Jwks => Self::Jwks,
        }
    }
}

/// What a key is good for: it verifies; it verifies to the end of its grace time; it verifies nothing.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum KeyStateView {
    Active,
    Retired,
    Revoked,
}

impl From<KeyState> for KeyStateView {
    fn from(state: KeyState) -> Self {
        match state {
            KeyState::Active => Self::Active,
            KeyState::Retired => Self::Retired,
            KeyState::Revoked => Self::Revoked,
        }
    }
}

impl IdentificationView {
    /// `public_url`: where browsers reach the service.
    pub(crate) fn new(state: &State, public_url: &str) -> Self {
        Self {
            available: state.available,
            active: state.active,
            mode: match state.mode {
                IdentificationMode::Observe => ModeView::Observe,
                IdentificationMode::Enforce => ModeView::Enforce,
            },
            keys: KeyView::all(state),
            jwks: state.jwks.as_ref().map(JwksView::from),
            jwks_json_url: format!("{public_url}/api/v1/chats/{}/jwks.json", state.chat_id),
        }
    }
}

impl From<&JwksSource> for JwksView {
    fn from(source: &JwksSource) -> Self {
        let text = |time: Option<Timestamp>| time.map(|time| time.to_string());
        Self {
            url: source.url.clone(),
            fetched_at: text(source.fetched_at),
            attempted_at: text(source.attempted_at),
            error: source.error.clone(),
            kept_until: text(source.kept_until()),
        }
    }
}

impl KeyView {
    /// All keys of a chat.
    pub(crate) fn all(state: &State) -> Vec<Self> {
        state.keys.iter().map(|key| Self::new(key, state)).collect()
    }

    fn new(key: &IdentificationKey, state: &State) -> Self {
        let text = |time: Option<Timestamp>| time.map(|time| time.to_string());
        let retirement = key.retirement(&state.keys, state.at);
        Self {
            kid: key.kid.to_string(),
            state: key.state.into(),
            verifies: key.verifies_at(state.at),
            verifies_until: text(key.verifies_until),
            source: key.source.into(),
            fingerprint: key.public_key.fingerprint(),
            bits: key.public_key.bits(),
            public_key: key.public_key.to_pem(),
            created_at: key.created_at.to_string(),
            verified: key.verified,
            refused: key.refused,
            first_used_at: text(key.first_used_at),
            last_used_at: text(key.last_used_at),
            retirement: RetirementView { safe: retirement.safe, message: retirement.message },
        }
    }
}

/// A lead, as the dashboard sees it: a customer, or what a visitor typed about itself.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct LeadView {
    pub(crate) id: String,
    pub(crate) email: String,
    #[schema(required)]
    pub(crate) full_name: Option<String>,
    #[schema(required)]
    pub(crate) first_name: Option<String>,
    #[schema(required)]
    pub(crate) last_name: Option<String>,
    #[schema(required)]
    pub(crate) phone_number: Option<String>,
    /// `null` where nothing was said.
    #[schema(required)]
    pub(crate) email_marketing_consent: Option<bool>,
    #[schema(value_type = Object)]
    pub(crate) additional_attributes: Map<String, Value>,
    /// Whether the merchant's key vouched for this customer in this chat; what was typed is claimed only.
    pub(crate) verified: bool,
    #[schema(required)]
    pub(crate) identified_at: Option<String>,
    #[schema(required)]
    pub(crate) stable_id: Option<String>,
    /// Whether another customer of the chat has the same email.
    shares_email: bool,
}

impl From<&Person> for LeadView {
    fn from(person: &Person) -> Self {
        match &person.who {
            Who::Customer(profile) => Self::of_customer(profile, person.shares_email),
            Who::Typed(typed) => Self::of_typed(typed, person.shares_email),
        }
    }
}

impl LeadView {
    fn of_customer(profile: &Profile, shares_email: bool) -> Self {
        let lead = profile.lead();
        Self {
            id: lead.id.to_string(),
            email: lead.email.signed().to_owned(),
            full_name: profile.full_name(),
            first_name: profile.shown(FieldName::FirstName),
            last_name: profile.shown(FieldName::LastName),
            phone_number: profile.shown(FieldName::PhoneNumber),
            email_marketing_consent: profile.email_marketing_consent(),
            additional_attributes: lead.attributes.as_map().clone(),
            verified: true,
            identified_at: Some(lead.identified_at.to_string()),
            stable_id: lead.stable_id.as_ref().map(|id| id.as_str().to_owned()),
            shares_email,
        }
    }

    fn of_typed(typed: &TypedLead, shares_email: bool) -> Self {
        let name = |name: &Option<PersonName>| name.as_ref().map(|name| name.as_str().to_owned());
        Self {
            id: typed.id.to_string(),
            email: typed.email.signed().to_owned(),
            full_name: typed.full_name(),
            first_name: name(&typed.first_name),
            last_name: name(&typed.last_name),
            phone_number: typed.phone_number.as_ref().map(|number| number.as_str().to_owned()),
            email_marketing_consent: typed.email_marketing_consent,
            additional_attributes: Map::new(),
            verified: false,
            identified_at: None,
            stable_id: None,
            shares_email,
        }
    }

    /// What the person is called.
    pub(crate) fn name(&self) -> Option<&str> {
        self.full_name.as_deref()
    }
}

/// Messages that were there before a conversation's customer signed in.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct JoinedView {
    /// How many: the first ones.
    messages: i64,
    /// When they were joined to the customer.
    at: String,
}

impl From<Joined> for JoinedView {
    fn from(joined: Joined) -> Self {
        Self { messages: joined.messages, at: joined.at.to_string() }
    }
}

/// What was erased of a customer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErasedAnswer {
    erased: ErasedView,
}

/// How much was erased.
#[derive(Debug, Serialize, ToSchema)]
struct ErasedView {
    conversations: u64,
    messages: u64,
    /// Browsers that were the customer's.
    devices: u64,
}

impl From<Erased> for ErasedAnswer {
    fn from(erased: Erased) -> Self {
        let Erased { conversations, messages, devices } = erased;
        Self { erased: ErasedView { conversations, messages, devices } }
    }
}

/// Something that happened to an identity.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct EntryView {
    /// Its number in the record; `null` for the second or so until it is sealed.
    #[schema(required)]
    seq: Option<i64>,
    at: String,
    kind: &'static str,
    /// The kind in a sentence.
    message: &'static str,
    #[schema(required)]
    kid: Option<String>,
    #[schema(required)]
    conversation_id: Option<String>,
    #[schema(required)]
    visitor_id: Option<String>,
    #[schema(required)]
    customer_id: Option<String>,
    /// The email of the operator who did it.
    #[schema(required)]
    operator: Option<String>,
    /// A code that says more.
    #[schema(required)]
    reason: Option<String>,
    #[schema(required)]
    count: Option<i64>,
    #[schema(required)]
    request_id: Option<String>,
    #[schema(required)]
    origin: Option<String>,
}

impl EntryView {
    pub(crate) fn new(entry: &RecordEntry, operators: &Operators) -> Self {
        let RecordEntry { entry, place } = entry;
        Self {
            seq: place.as_ref().map(|(seq, _)| *seq),
            at: entry.at.to_string(),
            kind: entry.kind.code(),
            message: entry.kind.message(),
            kid: entry.kid.as_ref().map(ToString::to_string),
            conversation_id: entry.conversation_id.as_ref().map(ToString::to_string),
            visitor_id: entry.visitor_id.as_ref().map(ToString::to_string),
            customer_id: entry.lead_id.as_ref().map(ToString::to_string),
            operator: entry.operator_id.as_ref().map(|id| operators.name(id)),
            reason: entry.reason.clone(),
            count: entry.count,
            request_id: entry.request_id.clone(),
            origin: entry.origin.clone(),
        }
    }
}

/// Where one is in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PageMeta {
    pub(crate) page: i64,
    pub(crate) per_page: i64,
    pub(crate) total: i64,
}

/// A conversation of a customer.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CustomerConversation {
    id: String,
    preview: String,
    last_message_at: String,
    /// How many there are.
    messages: i64,
    #[schema(required)]
    joined: Option<JoinedView>,
}

impl From<&Conversation> for CustomerConversation {
    fn from(conversation: &Conversation) -> Self {
        Self {
            id: conversation.id.to_string(),
            preview: conversation.preview.clone(),
            last_message_at: conversation.last_message_at.to_string(),
            messages: conversation.last_seq,
            joined: conversation.joined.map(JoinedView::from),
        }
    }
}

/// A time in RFC 3339, as it comes in a query.
pub(crate) fn parse_time(text: &str, field: &str) -> Result<Timestamp, super::error::ApiError> {
    Timestamp::parse(text)
        .map_err(|error| super::error::ApiError::invalid(format!("{field}: {error}")))
}

/// The name under which an operator's message is kept, so that sending it again changes nothing: apart from visitors' names, and
/// from those of other operators.
pub(crate) fn answers_name(
    operator: &OperatorId,
    name: &str,
) -> Result<ClientId, super::error::ApiError> {
    let name = format!("{operator}:{name}").parse::<ClientId>();
    name.map_err(|_| {
        let words = "the name of a message must have 1 to 90 printable ASCII characters";
        super::error::ApiError::invalid(words)
    })
}

/// What came of looking an order up.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderTestView {
    /// The status of the endpoint's answer; `null` where there was none.
    #[schema(required)]
    status: Option<u16>,
    /// How long it took.
    milliseconds: u64,
    /// What the endpoint says, as text: of the order, or of what is wrong.
    #[schema(required)]
    context: Option<String>,
    /// The address of the parcel; `null` where there is none that may be shown.
    #[schema(required)]
    tracking_url: Option<String>,
    /// The beginning of the answer's body, at most 4,000 characters; the key in it is replaced by `***`.
    #[schema(required)]
    body: Option<String>,
    /// What is wrong, and how to mend it; `null` where the endpoint answers as it should.
    #[schema(required)]
    problem: Option<String>,
}

impl OrderTestView {
    pub(crate) fn new(looked_up: LookedUp) -> Self {
        let LookedUp { status, took, body, outcome } = looked_up;
        let (context, tracking_url, problem) = match outcome {
            Ok(Told::Found(Order { context, tracking_url })) => {
                (Some(context), tracking_url.map(String::from), None)
            }
            Ok(Told::NotFound(context) | Told::Unfit(context)) => {
                (Some(context).filter(|context| !context.is_empty()), None, None)
            }
            Err(problem) => (None, None, Some(problem.to_string())),
        };
        let milliseconds = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        Self { status, milliseconds, context, tracking_url, body, problem }
    }
}
