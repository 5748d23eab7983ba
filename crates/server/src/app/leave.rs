//! A visitor begins anew: with a new conversation, or by signing out. Either way the browser becomes a new visitor.

use domain::id::VisitorId;
use domain::record::{Entry, EntryKind};
use domain::visitor::{Visitor, VisitorToken};
use store::Scope;

use crate::app::App;
use crate::app::visit::{self, CurrentVisitor, VisitError};
use crate::bus::{Event, Topic};

/// Why a visitor begins anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Leaving {
    /// For a new conversation.
    NewConversation,
    /// To sign out.
    LogOut,
}

/// Makes the browser a new, unverified visitor without a conversation, and answers its new token. Every token of the old visitor
/// ends: a visitor is one browser, and its other tabs are to follow.
///
/// # Errors
/// [`VisitError::TokenEnded`] when the token ended meanwhile, [`VisitError::Store`] when the database cannot keep it.
pub async fn leave(
    app: &App,
    visitor: &CurrentVisitor,
    leaving: Leaving,
) -> Result<VisitorToken, VisitError> {
    let chat = &visitor.known.chat.id;
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Visitor(chat, &visitor.id)).await?;
    let current =
        visit::current(app, &mut tx, visitor.known.clone(), visitor.token.clone()).await?;
    if let Some(customer) = &current.customer {
        let kind = match leaving {
            Leaving::NewConversation => EntryKind::NewConversation,
            Leaving::LogOut => EntryKind::LoggedOut,
        };
        let entry = Entry {
            visitor_id: Some(current.id.clone()),
            conversation_id: current.visitor.as_ref().and_then(|old| old.conversation_id.clone()),
            ..Entry::new(chat.clone(), kind, now)
        };
        tx.append_record(&entry.about_customer(&customer.id)).await?;
    }
    let old = if let Some(old) = current.visitor {
        if let Some(identity) = &old.identity {
            tx.record_end(chat, &old.id, identity.expires_at).await?;
        }
        old
    } else {
        // The token must be remembered as ended, or whoever has it could go on with it.
        let unseen = new_visitor(visitor, current.id.clone(), current.id, now);
        tx.put_visitor(&unseen).await?;
        tx.add_visitor_token(&unseen, &visitor.token, now).await?;
        unseen
    };
    // Nobody waits for what the assistant is about to say.
    let given_up = match &old.conversation_id {
        Some(conversation) => tx.give_up_replies(chat, conversation).await?,
        None => Vec::new(),
    };
    let new = new_visitor(visitor, VisitorId::new(now), old.browser_id, now);
    tx.put_visitor(&new).await?;
    let token = VisitorToken::generate(now);
    tx.add_visitor_token(&new, &token.hash(chat), now).await?;
    tx.end_tokens_of_visitor(chat, &visitor.id).await?;
    tx.commit().await?;
    app.drafts.give_up(chat, &visitor.id, &given_up);
    app.bus.publish(&Topic::Visitor(chat.clone(), visitor.id.clone()), Event::VisitorChanged);
    Ok(token)
}

fn new_visitor(
    current: &CurrentVisitor,
    id: VisitorId,
    browser_id: VisitorId,
    now: domain::time::Timestamp,
) -> Visitor {
    let chat_id = current.known.chat.id.clone();
    Visitor { chat_id, id, browser_id, identity: None, conversation_id: None, created_at: now }
}
