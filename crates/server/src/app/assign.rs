//! A person takes a conversation over from the assistant, or gives it back.

use domain::activity::Counted;
use domain::chat::Chat;
use domain::conversation::{Attention, Conversation};
use domain::id::{ChatId, ConversationId, OperatorId};
use store::{Scope, StoreError, WriteTx};

use crate::app::App;
use crate::bus::{Event, Topic};

/// Why nobody could attend to a conversation.
#[derive(Debug, thiserror::Error)]
pub enum AttendError {
    /// There is no such conversation.
    #[error("there is no such conversation")]
    ConversationUnknown,
    /// There is no such person.
    #[error("no operator of this account has this id")]
    OperatorUnknown,
    /// The database could not.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Gives a conversation to an operator of the chat's account, or back to the assistant. While a person has it, the assistant is
/// silent: a reply that is being written ends, and nothing of it is posted.
///
/// # Errors
/// [`AttendError`]; nothing is changed then.
pub async fn assign(
    app: &App,
    chat: &Chat,
    id: &ConversationId,
    assignee: Option<&OperatorId>,
) -> Result<Conversation, AttendError> {
    let (mut tx, before) = hold(app, &chat.id, id).await?;
    let mut given_up = Vec::new();
    if let Some(assignee) = assignee {
        known(&mut tx, chat, assignee).await?;
        given_up = tx.give_up_replies(&chat.id, id).await?;
    }
    let taken_over = before.attention.assignee.is_none() && assignee.is_some();
    let attention = Attention { assignee: assignee.cloned(), ..before.attention.clone() };
    let conversation = Conversation { attention, ..before };
    tx.put_conversation(&conversation).await?;
    tx.commit().await?;
    if taken_over {
        app.activity.count(&chat.id, Counted::TakenOver, app.clock.now());
    }
    let visitor = &conversation.visitor_id;
    app.drafts.give_up(&chat.id, visitor, &given_up);
    app.bus.publish(&Topic::Visitor(chat.id.clone(), visitor.clone()), Event::AttentionChanged);
    let assignee = assignee.map_or("", OperatorId::as_str);
    tracing::info!(chat = %chat.id, conversation = %id, assignee, "conversation assigned");
    Ok(conversation)
}

/// A conversation, and a write that nobody else's write about it comes between.
///
/// # Errors
/// [`AttendError::ConversationUnknown`] or [`AttendError::Store`].
pub(super) async fn hold(
    app: &App,
    chat: &ChatId,
    id: &ConversationId,
) -> Result<(WriteTx, Conversation), AttendError> {
    let unknown = || AttendError::ConversationUnknown;
    loop {
        let seen = app.store.read().await?.conversation(chat, id).await?.ok_or_else(unknown)?;
        let mut tx = app.store.write(Scope::Visitor(chat, &seen.visitor_id)).await?;
        let current = tx.conversation(chat, id).await?.ok_or_else(unknown)?;
        // It becomes another visitor's when it is parted.
        if current.visitor_id == seen.visitor_id {
            return Ok((tx, current));
        }
    }
}

/// Refuses an operator who is not of the chat's account.
///
/// # Errors
/// [`AttendError::OperatorUnknown`] or [`AttendError::Store`].
pub(super) async fn known(
    tx: &mut WriteTx,
    chat: &Chat,
    operator: &OperatorId,
) -> Result<(), AttendError> {
    let found = tx.operator(&chat.account_id, operator).await?;
    found.map(drop).ok_or(AttendError::OperatorUnknown)
}
