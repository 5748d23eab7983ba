//! A visitor has seen what was written.

use domain::conversation::Conversation;
use store::{Scope, StoreError};

use crate::app::App;
use crate::app::limits::TooMany;
use crate::app::visit::{self, CurrentVisitor, VisitError};
use crate::bus::{Event, Topic};

/// Why it was not kept.
#[derive(Debug, thiserror::Error)]
pub enum MarkReadError {
    /// Too often.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The visitor may not call.
    #[error(transparent)]
    Visit(#[from] VisitError),
    /// The database cannot keep it now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Keeps that a visitor has seen its conversation up to message number `seq`. What is seen stays seen, and nobody sees what is yet
/// to be written.
///
/// # Errors
/// [`MarkReadError`].
pub async fn mark_read(app: &App, visitor: &CurrentVisitor, seq: i64) -> Result<(), MarkReadError> {
    let chat = &visitor.known.chat.id;
    app.limits.sign(chat, &visitor.id).await?;
    let own = app.store.read().await?.conversation_of_visitor(chat, &visitor.id).await?;
    if own.is_none_or(|own| own.read_seq >= seq.min(own.last_seq)) {
        return Ok(());
    }
    let mut tx = app.store.write(Scope::Visitor(chat, &visitor.id)).await?;
    let known = visitor.known.clone();
    let visitor = visit::current(app, &mut tx, known, visitor.token.clone()).await?;
    let Some(own) = tx.conversation_of_visitor(chat, &visitor.id).await? else { return Ok(()) };
    let read_seq = own.read_seq.max(seq.min(own.last_seq));
    tx.put_conversation(&Conversation { read_seq, ..own }).await?;
    tx.commit().await?;
    app.bus.publish(&Topic::Visitor(chat.clone(), visitor.id), Event::Read);
    Ok(())
}
