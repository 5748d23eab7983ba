//! A customer's data is erased. What stays names nobody: the entries of the record with their ids, and hashes of ended tokens.

use std::collections::BTreeSet;

use domain::audit::AuditKind;
use domain::conversation::Conversation;
use domain::id::{ChatId, LeadId};
use domain::lead::Lead;
use domain::record::{Entry, EntryKind};
use domain::visitor::Visitor;
use store::{KnownBy, Scope, StoreError, WriteTx};

use crate::app::App;
use crate::app::audit::{self, Actor, Deed};
use crate::bus::{Event, Topic};

/// Messages that are removed in one transaction.
const BATCH: i64 = 1_000;
/// Conversations, and browsers, that are read at once.
const PAGE: i64 = 100;

/// What was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Erased {
    /// Conversations.
    pub conversations: u64,
    /// Messages in them.
    pub messages: u64,
    /// Browsers that were the customer's.
    pub devices: u64,
}

/// Why nothing, or not all, was erased.
#[derive(Debug, thiserror::Error)]
pub enum EraseCustomerError {
    /// There is no such customer.
    #[error("there is no such customer")]
    CustomerUnknown,
    /// The database could not. What was erased stays erased; erasing again goes on with the rest.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Erases a customer with all that is kept of them: conversations, browsers, and what was typed or entered. First every token of
/// theirs dies, and signed tokens that were issued before are refused from now on; the customer's own row goes last, in one
/// transaction with the record's entry. So an erasure that was interrupted is finished by erasing again. Whoever is identified
/// later is a new customer.
///
/// # Errors
/// [`EraseCustomerError`].
pub async fn erase_customer(
    app: &App,
    chat: &ChatId,
    id: &LeadId,
    by: Option<&Actor>,
) -> Result<Erased, EraseCustomerError> {
    let lead = app.store.read().await?.lead(chat, id).await?;
    let lead = lead.ok_or(EraseCustomerError::CustomerUnknown)?;
    let mut erased = Erased::default();
    end_tokens(app, &lead).await?;
    loop {
        let mut tx = app.store.read().await?;
        let conversations = tx.conversations_of_customer(chat, id, None, PAGE).await?;
        drop(tx);
        if conversations.is_empty() {
            break;
        }
        for conversation in &conversations {
            erased.messages += erase_conversation(app, conversation).await?;
            erased.conversations += 1;
        }
    }
    let mut browsers = BTreeSet::new();
    loop {
        let visitors = app.store.read().await?.visitors_of_customer(chat, id, None, PAGE).await?;
        if visitors.is_empty() {
            break;
        }
        for visitor in visitors {
            let mut tx = app.store.write(Scope::Visitor(chat, &visitor.id)).await?;
            if browsers.insert(visitor.browser_id.clone()) {
                tx.forget_token_uses(chat, &visitor.browser_id).await?;
            }
            strip(&mut tx, visitor).await?;
            tx.commit().await?;
            erased.devices += 1;
        }
    }
    finish(app, &lead, by, &mut erased).await?;
    if let Err(error) = app.store.checkpoint().await {
        let error = &error as &dyn std::error::Error;
        tracing::warn!(
            error,
            "what was erased is in the log beside the database until the next checkpoint"
        );
    }
    tracing::info!(%chat, customer = %id, conversations = erased.conversations, "customer erased");
    Ok(erased)
}

/// Ends every token of the customer's browsers, and refuses what was signed before.
async fn end_tokens(app: &App, lead: &Lead) -> Result<(), StoreError> {
    let (chat, now) = (&lead.chat_id, app.clock.now());
    let mut tx = app.store.write(scope(lead)).await?;
    let floor = lead.floor_at(now);
    if !tx.shares_email(lead).await? {
        tx.raise_customer_floor(chat, &KnownBy::Email(lead.email.key().clone()), floor).await?;
    }
    // Where others have the same email, their earlier tokens stay good: only those that could mean this customer are refused.
    match &lead.stable_id {
        Some(id) => tx.raise_customer_floor(chat, &KnownBy::Id(id.clone()), floor).await?,
        None => tx.raise_floor_of_email_alone(chat, lead.email.key(), floor).await?,
    }
    tx.raise_lead_floor(chat, &lead.id, floor).await?;
    let ended = tx.end_tokens_of_customer(chat, &lead.id).await?;
    // Other processes look at the chat's streams again.
    tx.touch_chat(chat, now).await?;
    tx.commit().await?;
    for visitor in ended {
        app.bus.publish(&Topic::Visitor(chat.clone(), visitor), Event::VisitorChanged);
    }
    Ok(())
}

/// In pieces, so that nobody waits long for a very long conversation to go.
async fn erase_conversation(app: &App, conversation: &Conversation) -> Result<u64, StoreError> {
    let scope = Scope::Visitor(&conversation.chat_id, &conversation.visitor_id);
    let mut last = BATCH;
    let mut messages = 0;
    while last < conversation.last_seq {
        let mut tx = app.store.write(scope).await?;
        messages += tx.delete_messages(conversation, last).await?;
        tx.commit().await?;
        last += BATCH;
    }
    let mut tx = app.store.write(scope).await?;
    messages += tx.delete_messages(conversation, i64::MAX).await?;
    tx.delete_conversation(conversation).await?;
    tx.commit().await?;
    Ok(messages)
}

/// Leaves of a visitor who has no conversation no more than that there was one: its tokens stay ended for good.
async fn strip(tx: &mut WriteTx, visitor: Visitor) -> Result<(), StoreError> {
    if let Some(typed) = tx.typed_lead(&visitor.chat_id, &visitor.id).await? {
        tx.delete_posts_of_lead(&visitor.chat_id, &typed.id).await?;
    }
    tx.delete_typed_lead(&visitor.chat_id, &visitor.id).await?;
    tx.put_visitor(&Visitor { identity: None, ..visitor }).await
}

/// Removes the customer, and whatever a token that was signed since the beginning has made anew.
async fn finish(
    app: &App,
    lead: &Lead,
    by: Option<&Actor>,
    erased: &mut Erased,
) -> Result<(), EraseCustomerError> {
    let (chat, id, now) = (&lead.chat_id, &lead.id, app.clock.now());
    let mut tx = app.store.write(scope(lead)).await?;
    tx.lead(chat, id).await?.ok_or(EraseCustomerError::CustomerUnknown)?;
    tx.end_tokens_of_customer(chat, id).await?;
    for conversation in tx.conversations_of_customer(chat, id, None, i64::MAX).await? {
        erased.messages += tx.delete_messages(&conversation, i64::MAX).await?;
        tx.delete_conversation(&conversation).await?;
        erased.conversations += 1;
    }
    let mut listening = Vec::new();
    for visitor in tx.visitors_of_customer(chat, id, None, i64::MAX).await? {
        tx.forget_token_uses(chat, &visitor.browser_id).await?;
        listening.push(visitor.id.clone());
        strip(&mut tx, visitor).await?;
        erased.devices += 1;
    }
    tx.delete_posts_of_lead(chat, id).await?;
    tx.delete_lead(chat, id).await?;
    let entry = Entry::new(chat.clone(), EntryKind::CustomerErased, now);
    tx.append_record(&entry.about_customer(id).by(by.map(Actor::id))).await?;
    let deed = Deed { kind: AuditKind::CustomerErased, subject: id.as_str(), detail: "" };
    audit::append(&mut tx, by, chat, deed, now).await?;
    tx.touch_chat(chat, now).await?;
    tx.commit().await?;
    for visitor in listening {
        app.bus.publish(&Topic::Visitor(chat.clone(), visitor), Event::VisitorChanged);
    }
    Ok(())
}

fn scope(lead: &Lead) -> Scope<'_> {
    Scope::Person {
        chat: &lead.chat_id,
        email: Some(lead.email.key()),
        stable_id: lead.stable_id.as_ref(),
    }
}
