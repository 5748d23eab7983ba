//! A visitor writes a message.

use std::net::IpAddr;
use std::sync::Arc;

use domain::activity::Counted;
use domain::conversation::{
    Attention, Author, ClientId, Conversation, Message, MessageText, Reply, ReplyState,
};
use domain::id::{ConversationId, MessageId};
use domain::webhook::WebhookEvent;
use store::{Scope, StoreError, WriteTx};

use crate::app::limits::TooMany;
use crate::app::visit::{self, CurrentVisitor, VisitError};
use crate::app::{App, reply};
use crate::bus::{Event, Topic};

/// A message that was kept.
#[derive(Debug, Clone)]
pub struct Sent {
    /// Where.
    pub conversation_id: ConversationId,
    /// The message.
    pub message: Message,
}

/// Why a message was not kept.
#[derive(Debug, thiserror::Error)]
pub enum SendError {
    /// Only verified customers may write.
    #[error("sign in to chat: only identified customers may write here")]
    IdentificationRequired,
    /// Too many messages.
    #[error(transparent)]
    TooMany(#[from] TooMany),
    /// The visitor may not call.
    #[error(transparent)]
    Visit(#[from] VisitError),
    /// The database cannot keep it now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A message to send.
#[derive(Debug)]
pub struct NewMessage {
    /// The sender's own name for it.
    pub client_id: ClientId,
    /// What it says.
    pub text: MessageText,
    /// Whether it was written by a verified customer, and is not to be sent as anybody else's.
    pub only_verified: bool,
    /// Where it was sent from.
    pub address: IpAddr,
}

/// Keeps a message and has it answered. The same `client_id` again changes nothing and has the same answer.
///
/// # Errors
/// [`SendError`].
pub async fn send_message(
    app: &Arc<App>,
    visitor: &CurrentVisitor,
    NewMessage { client_id, text, only_verified, address }: NewMessage,
) -> Result<Sent, SendError> {
    let chat = &visitor.known.chat;
    app.limits.message(&chat.id, &visitor.id).await?;
    let mut tx = app.store.write(Scope::Visitor(&chat.id, &visitor.id)).await?;
    // Between the call's arrival and its turn the token may have ended, or the identity.
    let known = visitor.known.clone();
    let visitor = visit::current(app, &mut tx, known, visitor.token.clone()).await?;
    if let Some(sent) = sent_before(&mut tx, &visitor, &client_id).await? {
        return Ok(sent);
    }
    if visitor.must_identify() || (only_verified && visitor.customer.is_none()) {
        return Err(SendError::IdentificationRequired);
    }
    let conversation = conversation(app, &mut tx, &visitor).await?;
    let now = app.clock.now();
    let message = Message {
        id: MessageId::new(now),
        seq: conversation.last_seq + 1,
        author: Author::Visitor,
        text,
        verified: visitor.customer.is_some(),
        sent_at: now,
    };
    tx.append_message(&conversation, &message, Some(&client_id)).await?;
    let reply = reply_to(&mut tx, &conversation, &message).await?;
    tx.commit().await?;
    if chat.settings.order_tracking.unverified && visitor.customer.is_none() {
        app.order_misses.writes_from(&chat.id, &visitor.id, address, now);
    }
    app.metrics.message("visitor");
    count(app, &visitor, &message);
    app.bus.publish(&Topic::Visitor(chat.id.clone(), visitor.id.clone()), Event::MessageAppended);
    if let Some(reply) = reply {
        reply::start(app, reply);
    }
    Ok(Sent { conversation_id: conversation.id, message })
}

fn count(app: &App, visitor: &CurrentVisitor, message: &Message) {
    let (chat, at) = (&visitor.known.chat.id, message.sent_at);
    app.activity.count(chat, Counted::VisitorMessages, at);
    if message.seq == 1 {
        app.activity.count(chat, Counted::Conversations, at);
        if message.verified {
            app.activity.count(chat, Counted::VerifiedConversations, at);
        }
    }
}

/// The assistant's reply, which waits to be written; `None` where a person answers in its place.
async fn reply_to(
    tx: &mut WriteTx,
    conversation: &Conversation,
    message: &Message,
) -> Result<Option<Reply>, StoreError> {
    if conversation.attention.assignee.is_some() {
        return Ok(None);
    }
    let reply = Reply {
        chat_id: conversation.chat_id.clone(),
        id: MessageId::new(message.sent_at),
        conversation_id: conversation.id.clone(),
        answers: message.seq,
        state: ReplyState::Waiting,
    };
    tx.add_reply(&reply, message.sent_at).await?;
    Ok(Some(reply))
}

/// The message that was kept when its answer was lost on the way.
async fn sent_before(
    tx: &mut WriteTx,
    visitor: &CurrentVisitor,
    client_id: &ClientId,
) -> Result<Option<Sent>, StoreError> {
    let chat = &visitor.known.chat.id;
    let Some(own) = tx.conversation_of_visitor(chat, &visitor.id).await? else { return Ok(None) };
    let message = tx.message_of_client(chat, &own.id, client_id).await?;
    Ok(message.map(|message| Sent { conversation_id: own.id, message }))
}

/// The visitor's conversation; begun, with the visitor itself, where there is none yet.
async fn conversation(
    app: &App,
    tx: &mut WriteTx,
    current: &CurrentVisitor,
) -> Result<Conversation, StoreError> {
    let chat = &current.known.chat.id;
    let now = app.clock.now();
    visit::keep(tx, current, now).await?;
    if let Some(conversation) = tx.conversation_of_visitor(chat, &current.id).await? {
        return Ok(conversation);
    }
    let conversation = Conversation {
        chat_id: chat.clone(),
        id: ConversationId::new(now),
        visitor_id: current.id.clone(),
        lead_id: current.customer.as_ref().map(|customer| customer.id.clone()),
        last_seq: 0,
        preview: String::new(),
        created_at: now,
        last_message_at: now,
        joined: None,
        attention: Attention::default(),
        read_seq: 0,
        delivered_seq: 0,
        seen_seq: Some(0),
    };
    tx.add_conversation(&conversation).await?;
    let event = WebhookEvent::ConversationCreated;
    tx.add_deliveries(chat, event, conversation.id.as_str(), now).await?;
    Ok(conversation)
}
