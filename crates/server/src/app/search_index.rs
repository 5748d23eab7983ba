//! What conversations and people are found by is kept up with what is written: within a second or so, and after an update, bit by bit,
//! for whatever was there before. Nobody who writes waits for it.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use domain::conversation::Conversation;
use domain::lead::Lead;
use domain::profile::TypedLead;
use domain::search::{words_of_customer, words_of_message, words_of_typed};
use store::{Scope, StoreError};

use crate::app::App;

/// How often it is looked what is new.
const LOOK: Duration = Duration::from_secs(1);
/// How many conversations, customers and visitors are read at once.
const BATCH: i64 = 100;
/// How many messages of one conversation are kept in one transaction.
const MESSAGES: i64 = 200;

/// Keeps up, until the service ends.
pub async fn run(app: Arc<App>) {
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            _ = ticks.tick() => {}
        }
        while let Ok(done) = index_some(&app).await {
            // What else there is to do for the database comes first.
            tokio::task::yield_now().await;
            if done == 0 || app.shutdown.is_cancelled() {
                break;
            }
        }
    }
}

/// Keeps up with some of what is new, and answers how much that was: 0 when there is nothing.
///
/// # Errors
/// When the database cannot; what is not kept is tried again.
pub async fn index_some(app: &App) -> Result<usize, StoreError> {
    let mut tx = app.store.read().await?;
    let conversations = tx.conversations_to_index(BATCH).await?;
    let leads = tx.leads_to_index(BATCH).await?;
    let typed = tx.typed_leads_to_index(BATCH).await?;
    drop(tx);
    for conversation in &conversations {
        index_conversation(app, conversation).await?;
    }
    for lead in &leads {
        index_customer(app, lead).await?;
    }
    for typed in &typed {
        index_typed(app, typed).await?;
    }
    Ok(conversations.len() + leads.len() + typed.len())
}

async fn index_conversation(app: &App, conversation: &Conversation) -> Result<(), StoreError> {
    let Conversation { chat_id: chat, id, visitor_id, .. } = conversation;
    let mut tx = app.store.write(Scope::Visitor(chat, visitor_id)).await?;
    let Some(current) = tx.conversation(chat, id).await? else { return Ok(()) };
    let after = tx.indexed_seq(&current).await?;
    let messages = tx.messages(chat, id, after, MESSAGES).await?;
    let mut words: Vec<(i64, BTreeSet<String>)> = messages
        .iter()
        .map(|message| (message.seq, words_of_message(message.text.as_str())))
        .collect();
    if words.is_empty() {
        // Its last messages are gone: there is nothing more to be found.
        words.push((current.last_seq, BTreeSet::new()));
    }
    tx.index_messages(&current, &words).await?;
    tx.commit().await
}

async fn index_customer(app: &App, seen: &Lead) -> Result<(), StoreError> {
    let chat = &seen.chat_id;
    let (email, stable_id) = (Some(seen.email.key()), seen.stable_id.as_ref());
    let mut tx = app.store.write(Scope::Person { chat, email, stable_id }).await?;
    let Some(lead) = tx.lead(chat, &seen.id).await? else { return Ok(()) };
    if lead.email != seen.email {
        // Others may write about the new email now: next time.
        return Ok(());
    }
    let fields = tx.profile(lead.clone()).await?.fields();
    tx.note_shared_email(&lead, app.clock.now()).await?;
    tx.index_customer(&lead, &words_of_customer(&lead, &fields)).await?;
    tx.commit().await
}

async fn index_typed(app: &App, seen: &TypedLead) -> Result<(), StoreError> {
    let (chat, visitor) = (&seen.chat_id, &seen.visitor_id);
    let mut tx = app.store.write(Scope::Visitor(chat, visitor)).await?;
    let Some(typed) = tx.typed_lead_with_id(chat, &seen.id).await? else { return Ok(()) };
    tx.index_typed_lead(&typed, &words_of_typed(&typed)).await?;
    tx.commit().await
}
