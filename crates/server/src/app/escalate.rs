//! A person is asked for, or that is settled.

use domain::account::Role;
use domain::chat::Chat;
use domain::conversation::{AskedBy, Conversation, EscalationReason};
use domain::id::ConversationId;
use domain::lead::Email;
use domain::settings::EscalationSettings;
use domain::time::Timestamp;
use domain::webhook::WebhookEvent;
use store::{EscalationMail, MailState, ReadTx, StoreError, WriteTx};

use crate::app::App;
use crate::app::activity::asked;
use crate::app::assign::{AttendError, hold};
use crate::app::escalation_mails::PAUSE;
use crate::bus::{Event, Topic};

/// What becomes of the question for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Escalation {
    /// A person is asked for. Where one is already, nothing changes.
    Open {
        /// Who asks.
        by: AskedBy,
        /// Why.
        reason: Option<EscalationReason>,
    },
    /// It is settled. Where nobody is asked for, nothing changes.
    Resolved,
    /// It was settled by mistake: the question is what it was, and nobody is told again.
    Reopened,
}

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalated {
    /// The conversation after it.
    pub conversation: Conversation,
    /// Whether it was so before.
    pub before: bool,
    /// Whether people are told by mail.
    pub mailed: bool,
}

/// Asks for a person in a conversation, or settles it. Who is to be told by mail is told in a moment; the assistant goes on until
/// somebody takes over.
///
/// # Errors
/// [`AttendError::ConversationUnknown`] or [`AttendError::Store`].
pub async fn escalate(
    app: &App,
    chat: &Chat,
    id: &ConversationId,
    escalation: Escalation,
) -> Result<Escalated, AttendError> {
    let now = app.clock.now();
    let (mut tx, held) = hold(app, &chat.id, id).await?;
    let is_new = escalation != Escalation::Reopened;
    let attention = match escalation {
        Escalation::Open { by, reason } => held.attention.clone().escalated(now, by, reason),
        Escalation::Resolved => held.attention.clone().resolved(now),
        Escalation::Reopened => held.attention.clone().reopened(),
    };
    let before = attention == held.attention;
    let is_open = attention.is_escalated();
    let conversation = Conversation { attention, ..held };
    tx.put_conversation(&conversation).await?;
    let mailed = is_new && is_open && is_mailed(app, &mut tx, chat).await?;
    if mailed && !before {
        queue(&mut tx, &conversation, now).await?;
    }
    if is_open && !before {
        let event = WebhookEvent::ConversationEscalated;
        tx.add_deliveries(&chat.id, event, conversation.id.as_str(), now).await?;
    }
    tx.commit().await?;
    if !before {
        if let Some(by) = conversation.attention.asked_by.filter(|_| is_open) {
            app.activity.count(&chat.id, asked(by), now);
        }
        let topic = Topic::Visitor(chat.id.clone(), conversation.visitor_id.clone());
        app.bus.publish(&topic, Event::DeskChanged);
        tracing::info!(chat = %chat.id, conversation = %id, is_open, mailed, "escalation");
    }
    Ok(Escalated { conversation, before, mailed })
}

/// Has a mail sent about a conversation, but not sooner than [`PAUSE`] after the last one about it.
async fn queue(
    tx: &mut WriteTx,
    conversation: &Conversation,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (chat, id) = (&conversation.chat_id, &conversation.id);
    let last = tx.escalation_mail(chat, id).await?;
    if last.as_ref().is_some_and(|last| last.state == MailState::Waiting) {
        // Somebody may be sending it just now: it is about this as well.
        return Ok(());
    }
    let sent_at = last.and_then(|last| last.sent_at);
    let mail = EscalationMail {
        chat_id: chat.clone(),
        conversation_id: id.clone(),
        escalated_at: conversation.attention.escalated_at.unwrap_or(now),
        state: MailState::Waiting,
        attempts: 0,
        due_at: sent_at.map_or(now, |sent_at| now.max(sent_at + PAUSE)),
        taken: Vec::new(),
        problem: None,
        sent_at,
    };
    tx.put_escalation_mail(&mail).await
}

/// Whether anybody is told by mail when a person is asked for.
pub(super) async fn is_mailed(app: &App, tx: &mut ReadTx, chat: &Chat) -> Result<bool, StoreError> {
    if !chat.settings.escalation.mail || !app.mail.is_set_up() {
        return Ok(false);
    }
    Ok(!told(tx, chat).await?.is_empty())
}

/// Whom a mail goes to: the addresses that the merchant named, or else the account's owners.
///
/// # Errors
/// When the database cannot answer.
pub async fn told(tx: &mut ReadTx, chat: &Chat) -> Result<Vec<Email>, StoreError> {
    let named = &chat.settings.escalation.emails;
    if !named.is_empty() {
        return Ok(named.iter().filter_map(|email| email.parse().ok()).collect());
    }
    let operators = tx.operators(&chat.account_id).await?;
    let owners = operators.into_iter().filter(|operator| operator.role == Role::Owner);
    Ok(owners.map(|owner| owner.email).take(EscalationSettings::MOST_EMAILS).collect())
}
