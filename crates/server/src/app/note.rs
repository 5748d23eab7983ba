//! Operators write for each other in a conversation. No visitor and no assistant learns of it.

use domain::chat::Chat;
use domain::conversation::{ClientId, MessageText, Note};
use domain::id::{ConversationId, NoteId, OperatorId};

use crate::app::App;
use crate::app::assign::{AttendError, hold};
use crate::bus::{Event, Topic};

/// The most notes of a conversation that are shown: the last ones.
pub const MOST_NOTES: i64 = 200;

/// What an operator writes.
#[derive(Debug)]
pub struct NewNote {
    /// Who.
    pub operator: OperatorId,
    /// What it says.
    pub text: MessageText,
    /// The sender's own name for it: sending it again changes nothing.
    pub client_id: ClientId,
}

/// Keeps a note. The same `client_id` again changes nothing and has the same answer.
///
/// # Errors
/// [`AttendError::ConversationUnknown`] or [`AttendError::Store`].
pub async fn note(
    app: &App,
    chat: &Chat,
    id: &ConversationId,
    NewNote { operator, text, client_id }: NewNote,
) -> Result<Note, AttendError> {
    let (mut tx, conversation) = hold(app, &chat.id, id).await?;
    if let Some(before) = tx.note_of_client(&conversation, &client_id).await? {
        return Ok(before);
    }
    let now = app.clock.now();
    let note = Note {
        chat_id: chat.id.clone(),
        conversation_id: conversation.id,
        id: NoteId::new(now),
        operator_id: operator,
        text,
        created_at: now,
    };
    tx.add_note(&note, &client_id).await?;
    tx.commit().await?;
    let topic = Topic::Visitor(chat.id.clone(), conversation.visitor_id);
    app.bus.publish(&topic, Event::DeskChanged);
    Ok(note)
}
