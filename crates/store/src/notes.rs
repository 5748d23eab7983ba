//! What operators write for each other.

use domain::conversation::{ClientId, Conversation, MessageText, Note};
use domain::time::Timestamp;

use crate::database::sql;
use crate::{ReadTx, Result, StoreError, WriteTx};

#[derive(sqlx::FromRow)]
struct NoteRow {
    chat_id: String,
    conversation_id: String,
    id: String,
    operator_id: String,
    text: String,
    created_at: i64,
}

impl ReadTx {
    /// The notes in a conversation, in the order in which they were written; of very many the last, `limit`.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when a row cannot be a note.
    pub async fn notes(&mut self, conversation: &Conversation, limit: i64) -> Result<Vec<Note>> {
        let query = "SELECT chat_id, conversation_id, id, operator_id, text, created_at FROM notes
                     WHERE chat_id = $1 AND conversation_id = $2 ORDER BY created_at DESC, id DESC LIMIT $3";
        let rows: Vec<NoteRow> = sql!(self, db => sqlx::query_as(query)
            .bind(conversation.chat_id.as_str()).bind(conversation.id.as_str()).bind(limit)
            .fetch_all(db).await?);
        rows.into_iter().rev().map(Note::try_from).collect()
    }

    /// The note that its writer called `client_id`, or `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`] when its row cannot be a note.
    pub async fn note_of_client(
        &mut self,
        conversation: &Conversation,
        client_id: &ClientId,
    ) -> Result<Option<Note>> {
        let query = "SELECT chat_id, conversation_id, id, operator_id, text, created_at FROM notes
                     WHERE chat_id = $1 AND conversation_id = $2 AND client_id = $3";
        let row: Option<NoteRow> = sql!(self, db => sqlx::query_as(query)
            .bind(conversation.chat_id.as_str()).bind(conversation.id.as_str()).bind(client_id.as_str())
            .fetch_optional(db).await?);
        row.map(Note::try_from).transpose()
    }
}

impl WriteTx {
    /// Keeps a new note.
    ///
    /// # Errors
    /// [`StoreError::is_taken`] when its writer's name for it is.
    pub async fn add_note(&mut self, note: &Note, client_id: &ClientId) -> Result<()> {
        let query = "INSERT INTO notes (chat_id, conversation_id, id, client_id, operator_id, text, created_at)
                     VALUES ($1, $2, $3, $4, $5, $6, $7)";
        sql!(self, db => sqlx::query(query)
            .bind(note.chat_id.as_str()).bind(note.conversation_id.as_str()).bind(note.id.as_str())
            .bind(client_id.as_str()).bind(note.operator_id.as_str()).bind(note.text.as_str())
            .bind(note.created_at.as_millis()).execute(db).await.map(drop)?);
        Ok(())
    }

    /// Moves the notes that were written at `since` or later to another conversation.
    ///
    /// # Errors
    /// When the database refuses.
    pub async fn move_notes(
        &mut self,
        from: &Conversation,
        since: Timestamp,
        to: &domain::id::ConversationId,
    ) -> Result<()> {
        let query = "UPDATE notes SET conversation_id = $4
                     WHERE chat_id = $1 AND conversation_id = $2 AND created_at >= $3";
        sql!(self, db => sqlx::query(query)
            .bind(from.chat_id.as_str()).bind(from.id.as_str()).bind(since.as_millis()).bind(to.as_str())
            .execute(db).await.map(drop)?);
        Ok(())
    }
}

impl TryFrom<NoteRow> for Note {
    type Error = StoreError;

    fn try_from(row: NoteRow) -> Result<Self> {
        Ok(Self {
            chat_id: row.chat_id.parse().map_err(StoreError::corrupt("notes", "chat_id"))?,
            conversation_id: row
                .conversation_id
                .parse()
                .map_err(StoreError::corrupt("notes", "conversation_id"))?,
            id: row.id.parse().map_err(StoreError::corrupt("notes", "id"))?,
            operator_id: row
                .operator_id
                .parse()
                .map_err(StoreError::corrupt("notes", "operator_id"))?,
            text: MessageText::from_stored(row.text),
            created_at: Timestamp::from_millis(row.created_at),
        })
    }
}
