//! What the chat's own people do in a conversation, in the shapes that it has outside.

use domain::account::Operator;
use domain::chat::Chat;
use domain::conversation::{AskedBy, Conversation, Note};
use domain::markdown;
use serde::Serialize;
use store::{EscalationMail, MailState, ReadTx, StoreError};
use utoipa::ToSchema;

use crate::app::App;
use crate::app::people::Operators;
use crate::http::content::Block;

/// An operator, as other operators see them.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct ColleagueView {
    id: String,
    /// What customers see.
    name: String,
    email: String,
}

impl From<&Operator> for ColleagueView {
    fn from(operator: &Operator) -> Self {
        Self {
            id: operator.id.to_string(),
            name: operator.shown_name().to_owned(),
            email: operator.email.signed().to_owned(),
        }
    }
}

impl ColleagueView {
    /// The operator who answers in the assistant's place, where there is one.
    pub(crate) fn assigned(conversation: &Conversation, operators: &Operators) -> Option<Self> {
        operators.get(conversation.attention.assignee.as_ref()?).map(Self::from)
    }
}

/// What an operator wrote for the others.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct NoteView {
    id: String,
    /// Who wrote it; `null` where they are gone.
    #[schema(required)]
    author: Option<ColleagueView>,
    text: String,
    /// The text as a typed tree.
    content: Vec<Block>,
    /// RFC 3339.
    created_at: String,
}

impl NoteView {
    pub(crate) fn new(note: &Note, operators: &Operators) -> Self {
        let text = note.text.as_str();
        Self {
            id: note.id.to_string(),
            author: operators.get(&note.operator_id).map(ColleagueView::from),
            text: text.to_owned(),
            content: markdown::parse_linked(text).into_iter().map(Block::from).collect(),
            created_at: note.created_at.to_string(),
        }
    }
}

/// The last time that a person was asked for.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct EscalationView {
    asked_at: String,
    #[schema(required)]
    asked_by: Option<AskedByView>,
    /// Why, in the words of whoever asked.
    #[schema(required)]
    reason: Option<String>,
    #[schema(required)]
    settled_at: Option<String>,
    mail: MailView,
}

/// Who asked for a person.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum AskedByView {
    /// The assistant.
    Assistant,
    /// A program, by the Backend API.
    Program,
    /// An operator.
    Operator,
}

impl From<AskedBy> for AskedByView {
    fn from(by: AskedBy) -> Self {
        match by {
            AskedBy::Assistant => Self::Assistant,
            AskedBy::Program => Self::Program,
            AskedBy::Operator => Self::Operator,
        }
    }
}

/// How the mail about it stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct MailView {
    state: MailStateView,
    /// When one about this conversation was last sent.
    #[schema(required)]
    sent_at: Option<String>,
    /// When it is tried next.
    #[schema(required)]
    next_try_at: Option<String>,
    /// Why it was not taken, as a code: `smtp_550`, `unreachable`, `tls`, `slow`, `address`, `no_address`.
    #[schema(required)]
    problem: Option<String>,
}

/// How a mail stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MailStateView {
    /// The service has no mail server: nobody is told.
    NotSetUp,
    /// The chat has it switched off.
    Off,
    /// There was none, since the service could not send any then.
    None,
    /// It is still to be sent.
    Waiting,
    /// It was taken.
    Sent,
    /// It was given up.
    Failed,
    /// It was settled, or somebody took over, before it was sent.
    Needless,
}

impl EscalationView {
    /// How the last escalation of a conversation stands, where there was one.
    ///
    /// # Errors
    /// When the database cannot answer.
    pub(crate) async fn read(
        app: &App,
        tx: &mut ReadTx,
        chat: &Chat,
        conversation: &Conversation,
    ) -> Result<Option<Self>, StoreError> {
        let attention = &conversation.attention;
        let Some(asked_at) = attention.escalated_at else { return Ok(None) };
        let mail = tx.escalation_mail(&chat.id, &conversation.id).await?;
        let settled_at = attention.resolved_at.filter(|_| !attention.is_escalated());
        Ok(Some(Self {
            asked_at: asked_at.to_string(),
            asked_by: attention.asked_by.map(AskedByView::from),
            reason: attention.reason.as_ref().map(|reason| reason.as_str().to_owned()),
            settled_at: settled_at.map(|at| at.to_string()),
            mail: MailView::new(app, chat, mail),
        }))
    }
}

impl MailView {
    fn new(app: &App, chat: &Chat, mail: Option<EscalationMail>) -> Self {
        let state = match mail.as_ref().map(|mail| mail.state) {
            Some(MailState::Sent) => MailStateView::Sent,
            _ if !chat.settings.escalation.mail => MailStateView::Off,
            _ if !app.mail.is_set_up() => MailStateView::NotSetUp,
            None => MailStateView::None,
            Some(MailState::Waiting) => MailStateView::Waiting,
            Some(MailState::Failed) => MailStateView::Failed,
            Some(MailState::Needless) => MailStateView::Needless,
        };
        let waiting = state == MailStateView::Waiting;
        let due_at = mail.as_ref().map(|mail| mail.due_at).filter(|_| waiting);
        Self {
            state,
            sent_at: mail.as_ref().and_then(|mail| mail.sent_at).map(|at| at.to_string()),
            next_try_at: due_at.map(|at| at.to_string()),
            problem: mail.and_then(|mail| mail.problem),
        }
    }
}
