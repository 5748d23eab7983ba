//! A person writes in the assistant's place.

use domain::activity::Counted;
use domain::chat::Chat;
use domain::conversation::{Author, ClientId, Message, MessageText};
use domain::id::{ConversationId, MessageId, OperatorId};

use crate::app::App;
use crate::app::assign::{AttendError, hold, known};
use crate::bus::{Event, Topic};

/// What a person writes.
#[derive(Debug)]
pub struct NewAnswer {
    /// Who.
    pub operator: OperatorId,
    /// What it says.
    pub text: MessageText,
    /// The sender's own name for it, where there is one: sending it again changes nothing.
    pub client_id: Option<ClientId>,
}

/// Keeps a person's message, and tells the visitor's open chats. The same `client_id` of the same operator again changes nothing
/// and has the same answer.
///
/// # Errors
/// [`AttendError`]; nothing is kept then.
pub async fn answer(
    app: &App,
    chat: &Chat,
    id: &ConversationId,
    NewAnswer { operator, text, client_id }: NewAnswer,
) -> Result<Message, AttendError> {
    let (mut tx, conversation) = hold(app, &chat.id, id).await?;
    known(&mut tx, chat, &operator).await?;
    if let Some(client_id) = &client_id
        && let Some(before) = tx.message_of_client(&chat.id, id, client_id).await?
    {
        return Ok(before);
    }
    let now = app.clock.now();
    let message = Message {
        id: MessageId::new(now),
        seq: conversation.last_seq + 1,
        author: Author::Operator(operator),
        text,
        verified: true,
        sent_at: now,
    };
    tx.append_message(&conversation, &message, client_id.as_ref()).await?;
    tx.commit().await?;
    app.metrics.message("operator");
    app.activity.count(&chat.id, Counted::OperatorAnswers, now);
    let topic = Topic::Visitor(chat.id.clone(), conversation.visitor_id);
    app.bus.publish(&topic, Event::MessageAppended);
    Ok(message)
}
