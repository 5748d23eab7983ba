//! A person is asked for, or that is settled.

use domain::conversation::Conversation;
use domain::id::{ChatId, ConversationId};

use crate::app::App;
use crate::app::assign::{AttendError, hold};

/// What becomes of the question for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Escalation {
    /// A person is asked for. Where one is already, nothing changes.
    Open,
    /// It is settled. Where nobody is asked for, nothing changes.
    Resolved,
}

/// Asks for a person in a conversation, or settles it.
///
/// # Errors
/// [`AttendError::ConversationUnknown`] or [`AttendError::Store`].
pub async fn escalate(
    app: &App,
    chat: &ChatId,
    id: &ConversationId,
    escalation: Escalation,
) -> Result<Conversation, AttendError> {
    let now = app.clock.now();
    let (mut tx, before) = hold(app, chat, id).await?;
    let attention = before.attention.clone();
    let attention = match escalation {
        Escalation::Open => attention.escalated(now),
        Escalation::Resolved => attention.resolved(now),
    };
    let conversation = Conversation { attention, ..before };
    tx.put_conversation(&conversation).await?;
    tx.commit().await?;
    Ok(conversation)
}
