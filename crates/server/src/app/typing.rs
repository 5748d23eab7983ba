//! Somebody is typing. Nothing is kept of it: whoever looks on at this moment is told.

use domain::chat::Chat;
use domain::id::{ConversationId, OperatorId};

use crate::app::App;
use crate::app::assign::AttendError;
use crate::app::limits::TooMany;
use crate::app::visit::CurrentVisitor;
use crate::bus::{Event, Topic};

/// A visitor types.
///
/// # Errors
/// [`TooMany`].
pub async fn visitor_types(app: &App, visitor: &CurrentVisitor) -> Result<(), TooMany> {
    let chat = &visitor.known.chat.id;
    app.limits.sign(chat, &visitor.id).await?;
    app.bus.publish(&Topic::Visitor(chat.clone(), visitor.id.clone()), Event::Typing(None));
    Ok(())
}

/// An operator types an answer.
///
/// # Errors
/// [`AttendError::ConversationUnknown`] or [`AttendError::Store`].
pub async fn operator_types(
    app: &App,
    chat: &Chat,
    id: &ConversationId,
    operator: OperatorId,
) -> Result<(), AttendError> {
    let found = app.store.read().await?.conversation(&chat.id, id).await?;
    let visitor = found.ok_or(AttendError::ConversationUnknown)?.visitor_id;
    app.bus.publish(&Topic::Visitor(chat.id.clone(), visitor), Event::Typing(Some(operator)));
    Ok(())
}
