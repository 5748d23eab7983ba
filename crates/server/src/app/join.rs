//! What a visitor said and typed before signing in becomes the customer's: once, and marked as what it is.

use std::time::Duration;

use domain::activity::Counted;
use domain::id::LeadId;
use domain::record::{Entry, EntryKind};
use domain::time::Timestamp;
use domain::visitor::Visitor;
use store::{StoreError, WriteTx, hour_of};

/// Ties the conversation of `visitor` to the customer that it was just proven to be, unless it is somebody's already, and hands
/// on what the visitor typed about itself. The typed email is not handed on: an email is signed or claimed.
///
/// # Errors
/// When the database cannot keep it.
pub async fn join(
    tx: &mut WriteTx,
    visitor: &Visitor,
    lead: &LeadId,
    now: Timestamp,
) -> Result<(), StoreError> {
    let chat = &visitor.chat_id;
    let tied = tx.tie_conversation(chat, &visitor.id, lead, now).await?;
    if let Some(conversation) = &tied {
        let hour = hour_of(conversation.created_at);
        tx.count_activity(chat, hour, Counted::VerifiedConversations, 1).await?;
    }
    if let Some(conversation) = tied
        && let Some(joined) = conversation.joined
    {
        // The record is in the order of time: this comes after the identification that it follows from.
        let at = now + Duration::from_millis(1);
        let entry = Entry::new(chat.clone(), EntryKind::Joined, at).about_customer(lead);
        let entry = Entry {
            visitor_id: Some(visitor.id.clone()),
            conversation_id: Some(conversation.id),
            count: Some(joined.messages),
            ..entry
        };
        tx.append_record(&entry).await?;
    }
    if let Some(typed) = tx.typed_lead(chat, &visitor.id).await? {
        for field in typed.fields() {
            tx.put_field(chat, lead, &field).await?;
        }
    }
    Ok(())
}
