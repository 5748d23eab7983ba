//! Whom a call from a page comes from, and what that visitor may read.

use std::sync::Arc;
use std::time::Duration;

use domain::chat::{Chat, WidgetToken};
use domain::conversation::{Conversation, Message, Reply};
use domain::id::{ConversationId, MessageId, VisitorId};
use domain::identity::decide::Standing;
use domain::lead::Lead;
use domain::settings::{IdentificationMode, LeadFormField};
use domain::time::Timestamp;
use domain::visitor::{TokenHash, Visitor, VisitorToken};
use store::{ReadTx, StoreError, TokenState, WriteTx};

use crate::app::App;
use crate::app::chats::KnownChat;
use crate::app::people::Operators;

/// How far back a customer sees earlier conversations.
pub const HISTORY: Duration = Duration::from_hours(2160);
/// The most messages that one answer holds; a conversation that is longer shows its end.
pub const MOST_MESSAGES: i64 = 500;

/// A visitor, proven by its token.
#[derive(Debug, Clone)]
pub struct CurrentVisitor {
    /// The chat.
    pub known: Arc<KnownChat>,
    /// What is kept of its token.
    pub token: TokenHash,
    /// Its id; where it is new, the id that it will have.
    pub id: VisitorId,
    /// What is known of it; a new visitor is not kept before it writes.
    pub visitor: Option<Visitor>,
    /// The customer that it is verified to be now.
    pub customer: Option<Lead>,
}

impl CurrentVisitor {
    /// Whether the visitor may write only after it was identified.
    #[must_use]
    pub fn must_identify(&self) -> bool {
        let mode = self.known.chat.settings.identification.mode;
        self.customer.is_none() && mode == IdentificationMode::Enforce
    }
}

/// Why a call from a page was refused.
#[derive(Debug, thiserror::Error)]
pub enum VisitError {
    /// There is no such chat.
    #[error("no chat has this widget token")]
    UnknownChat,
    /// The page is not one of the chat's.
    #[error("the chat does not take calls from this page's origin")]
    OriginNotAllowed,
    /// The visitor token is missing or malformed.
    #[error("send Authorization: Bearer VISITOR_TOKEN, 20 to 64 letters, digits, - and _")]
    TokenInvalid,
    /// The visitor token was replaced or logged out, or the merchant revoked what it stood for.
    #[error("this visitor token has been replaced, logged out or revoked")]
    TokenEnded,
    /// The merchant took back what the visitor token stood for.
    #[error("what this visitor token stood for was revoked")]
    TokenRevoked,
    /// The database cannot answer now.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The chat whose pages carry `widget_token`, if it takes calls from `origin`.
///
/// # Errors
/// [`VisitError::UnknownChat`], [`VisitError::OriginNotAllowed`] or [`VisitError::Store`].
pub async fn chat(
    app: &App,
    widget_token: &str,
    origin: Option<&str>,
) -> Result<Arc<KnownChat>, VisitError> {
    let token: WidgetToken = widget_token.parse().map_err(|_| VisitError::UnknownChat)?;
    let known = app.chats.of_widget(&app.store, &token).await?.ok_or(VisitError::UnknownChat)?;
    if let Some(origin) = origin {
        app.origins.saw(&known.chat.id, origin, app.clock.now());
    }
    if known.chat.settings.allows_origin(origin) {
        Ok(known)
    } else {
        Err(VisitError::OriginNotAllowed)
    }
}

/// The visitor that `token` proves to be.
///
/// # Errors
/// [`VisitError`].
pub async fn visitor(
    app: &App,
    known: Arc<KnownChat>,
    token: Option<&str>,
) -> Result<CurrentVisitor, VisitError> {
    let token = token
        .and_then(|token| token.parse::<VisitorToken>().ok())
        .ok_or(VisitError::TokenInvalid)?;
    let hash = token.hash(&known.chat.id);
    let mut tx = app.store.read().await?;
    current(app, &mut tx, known, hash).await
}

/// The visitor whose token has this hash, as `tx` sees it.
///
/// # Errors
/// [`VisitError::TokenEnded`], [`VisitError::TokenRevoked`] or [`VisitError::Store`].
pub async fn current(
    app: &App,
    tx: &mut ReadTx,
    known: Arc<KnownChat>,
    token: TokenHash,
) -> Result<CurrentVisitor, VisitError> {
    let chat = &known.chat.id;
    let Some(row) = tx.visitor_token(chat, &token).await? else {
        let id = VisitorId::of_first_token(&token);
        return Ok(CurrentVisitor { known, token, id, visitor: None, customer: None });
    };
    if row.state == TokenState::Replaced {
        return Err(VisitError::TokenEnded);
    }
    let visitor = tx.visitor(chat, &row.visitor_id).await?;
    let mut customer = None;
    if let Some(visitor) = &visitor
        && let Some(identity) = &visitor.identity
    {
        let lead = tx.lead(chat, &identity.lead_id).await?;
        match known.standing(visitor, lead.as_ref(), app.clock.now()) {
            Standing::Holds => customer = lead,
            Standing::Lapsed => {}
            // The merchant took the identity back, and with it all that was to be read under it.
            Standing::Revoked => return Err(VisitError::TokenRevoked),
        }
    }
    if row.state == TokenState::Ended {
        return Err(VisitError::TokenEnded);
    }
    Ok(CurrentVisitor { known, token, id: row.visitor_id, visitor, customer })
}

/// Keeps a visitor who was never seen, with its token: call it before the first thing that is kept of it. Of one who was seen it
/// keeps nothing.
///
/// # Errors
/// When the database refuses.
pub async fn keep(
    tx: &mut WriteTx,
    current: &CurrentVisitor,
    now: Timestamp,
) -> Result<(), StoreError> {
    if current.visitor.is_some() {
        return Ok(());
    }
    let visitor = Visitor {
        chat_id: current.known.chat.id.clone(),
        id: current.id.clone(),
        browser_id: current.id.clone(),
        identity: None,
        conversation_id: None,
        created_at: now,
    };
    tx.put_visitor(&visitor).await?;
    tx.add_visitor_token(&visitor, &current.token, now).await
}

/// What the visitor is to be asked about itself; `None` where it is not: it has said so, it may not write, or it is, or was until
/// its identity lapsed, a customer who is known.
///
/// # Errors
/// When the database cannot answer.
pub async fn lead_form(
    tx: &mut ReadTx,
    current: &CurrentVisitor,
) -> Result<Option<Vec<LeadFormField>>, StoreError> {
    let visitor = current.visitor.as_ref();
    let is_known = visitor.is_some_and(|visitor| visitor.identity.is_some());
    if is_known || current.must_identify() {
        return Ok(None);
    }
    let chat = &current.known.chat;
    let wrote = visitor.is_some_and(|visitor| visitor.conversation_id.is_some());
    let Some(fields) = chat.settings.lead_form.asks(wrote) else { return Ok(None) };
    Ok(tx.typed_lead(&chat.id, &current.id).await?.is_none().then_some(fields))
}

/// A conversation with the end of what was written in it.
#[derive(Debug, Clone)]
pub struct Thread {
    /// The conversation.
    pub conversation: Conversation,
    /// Its messages, in order; at most [`MOST_MESSAGES`].
    pub messages: Vec<Message>,
    /// The people who wrote some of them, and the one who answers now.
    pub operators: Operators,
}

/// The visitor's own conversation, or `None` where it has not written yet.
///
/// # Errors
/// When the database cannot answer.
pub async fn current_thread(
    app: &App,
    visitor: &CurrentVisitor,
) -> Result<Option<Thread>, StoreError> {
    let mut tx = app.store.read().await?;
    let conversation = tx.conversation_of_visitor(&visitor.known.chat.id, &visitor.id).await?;
    match conversation {
        Some(conversation) => {
            Ok(Some(thread_of(&mut tx, &visitor.known.chat, conversation).await?))
        }
        None => Ok(None),
    }
}

/// The conversation `id`, if the visitor may read it: its own, or an earlier one of the customer that it is verified to be.
///
/// # Errors
/// When the database cannot answer.
pub async fn thread(
    app: &App,
    visitor: &CurrentVisitor,
    id: &ConversationId,
) -> Result<Option<Thread>, StoreError> {
    let mut tx = app.store.read().await?;
    let Some(conversation) = tx.conversation(&visitor.known.chat.id, id).await? else {
        return Ok(None);
    };
    let earliest = app.clock.now() - HISTORY;
    let is_own = conversation.visitor_id == visitor.id;
    let is_earlier = visitor.known.chat.settings.identification.history
        && visitor
            .customer
            .as_ref()
            .is_some_and(|customer| conversation.lead_id.as_ref() == Some(&customer.id))
        && conversation.last_message_at >= earliest;
    if !is_own && !is_earlier {
        return Ok(None);
    }
    Ok(Some(thread_of(&mut tx, &visitor.known.chat, conversation).await?))
}

/// The conversations that the visitor may read, newest first.
///
/// # Errors
/// When the database cannot answer.
pub async fn conversations(
    app: &App,
    visitor: &CurrentVisitor,
) -> Result<Vec<Conversation>, StoreError> {
    let mut tx = app.store.read().await?;
    let chat = &visitor.known.chat;
    let mut conversations = match &visitor.customer {
        Some(customer) if chat.settings.identification.history => {
            tx.conversations_of_lead(&chat.id, &customer.id, app.clock.now() - HISTORY).await?
        }
        _ => Vec::new(),
    };
    if let Some(own) = tx.conversation_of_visitor(&chat.id, &visitor.id).await?
        && !conversations.iter().any(|one| one.id == own.id)
    {
        conversations.insert(0, own);
    }
    Ok(conversations)
}

async fn thread_of(
    tx: &mut ReadTx,
    chat: &Chat,
    conversation: Conversation,
) -> Result<Thread, StoreError> {
    let after = (conversation.last_seq - MOST_MESSAGES).max(0);
    let messages =
        tx.messages(&conversation.chat_id, &conversation.id, after, MOST_MESSAGES).await?;
    let operators =
        Operators::of_thread(tx, &chat.account_id, &conversation, (&messages, &[])).await?;
    Ok(Thread { conversation, messages, operators })
}

/// The reply `id`, if it answers in the visitor's own conversation.
///
/// # Errors
/// When the database cannot answer.
pub async fn reply(
    app: &App,
    visitor: &CurrentVisitor,
    id: &MessageId,
) -> Result<Option<Reply>, StoreError> {
    let mut tx = app.store.read().await?;
    let chat = &visitor.known.chat.id;
    let own = tx.conversation_of_visitor(chat, &visitor.id).await?;
    let reply = tx.reply(chat, id).await?;
    Ok(reply.filter(|reply| own.is_some_and(|own| own.id == reply.conversation_id)))
}
