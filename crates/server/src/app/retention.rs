//! What is older than a chat keeps is deleted: conversations, and leads that were only typed. In small transactions, by one node at a time,
//! and on from there when it was interrupted. A rule that was changed is followed an hour later, so that it can be taken back.

use std::sync::Arc;
use std::time::Duration;

use domain::chat::Chat;
use domain::id::{ChatId, ConversationId, VisitorId};
use domain::record::{Entry, EntryKind};
use domain::settings::RetentionSettings;
use domain::time::Timestamp;
use store::{RetentionSweep, Scope, StoreError};

use crate::app::App;
use crate::bus::{Event, Topic};

/// How long after a rule was changed it is first followed.
pub const GRACE: Duration = Duration::from_hours(1);
/// How often it is looked for what has become old.
pub const EVERY: Duration = Duration::from_hours(1);
/// Up to so many are counted in a forecast.
pub const MOST_COUNTED: i64 = 100_000;
/// Messages that are deleted in one transaction, and with them at most one conversation.
const BATCH: i64 = 1_000;
/// Conversations, and leads, that are read at once.
const PAGE: i64 = 100;
/// How long a node's claim on a chat holds without being renewed.
const CLAIM: Duration = Duration::from_mins(2);
/// How often it is asked in which chats it is time.
const LOOK: Duration = Duration::from_secs(5);
/// Chats that are taken up at once.
const CHATS: i64 = 100;

/// What a rule would delete now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Forecast {
    /// Conversations, up to [`MOST_COUNTED`].
    pub conversations: i64,
    /// Typed leads, up to [`MOST_COUNTED`].
    pub leads: i64,
}

/// What was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Deleted {
    conversations: i64,
    leads: i64,
}

/// What `rule` would delete in a chat now.
///
/// # Errors
/// When the database cannot answer.
pub async fn forecast(
    app: &App,
    chat: &ChatId,
    rule: RetentionSettings,
) -> Result<Forecast, StoreError> {
    let now = app.clock.now();
    let mut tx = app.store.read().await?;
    let conversations = match before(rule.conversations, now) {
        Some(before) => tx.count_old_conversations(chat, before, MOST_COUNTED).await?,
        None => 0,
    };
    let leads = match before(rule.leads, now) {
        Some(before) => tx.count_old_typed_leads(chat, before, MOST_COUNTED).await?,
        None => 0,
    };
    Ok(Forecast { conversations, leads })
}

/// Looks for what is old, wherever it is time, until the service ends.
pub async fn run(app: Arc<App>) {
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(LOOK) => {}
        }
        let due =
            async { app.store.read().await?.chats_due_for_retention(app.clock.now(), CHATS).await };
        for chat in due.await.unwrap_or_default() {
            if let Err(error) = sweep(&app, &chat).await {
                let error: &dyn std::error::Error = &error;
                tracing::warn!(error, %chat, "what is old could not be deleted; going on later");
            }
        }
    }
}

/// Deletes what is old in a chat, unless another node does.
async fn sweep(app: &App, chat: &ChatId) -> Result<(), StoreError> {
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    let Some(found) = tx.chat(chat).await? else { return Ok(()) };
    let rule = found.settings.retention;
    if rule == RetentionSettings::default() {
        tx.end_retention(chat).await?;
        return tx.commit().await;
    }
    let claimed = tx.claim_retention(chat, now + CLAIM, now).await?;
    tx.commit().await?;
    if !claimed {
        return Ok(());
    }
    let mut deleted = Deleted::default();
    let mut is_whole = delete_conversations(app, &found, now, &mut deleted).await?;
    if is_whole {
        is_whole = delete_leads(app, &found, now, &mut deleted).await?;
    }
    finish(app, chat, deleted, is_whole).await
}

/// Answers whether it came to the end: not when the rule was changed meanwhile, or the service ends.
async fn delete_conversations(
    app: &App,
    chat: &Chat,
    now: Timestamp,
    deleted: &mut Deleted,
) -> Result<bool, StoreError> {
    let Some(before) = before(chat.settings.retention.conversations, now) else { return Ok(true) };
    loop {
        let old = app.store.read().await?.old_conversations(&chat.id, before, PAGE).await?;
        let is_last = i64::try_from(old.len()).is_ok_and(|found| found < PAGE);
        let earlier = *deleted;
        for (id, visitor) in old {
            if delete_conversation(app, &chat.id, (&id, &visitor), before).await? {
                deleted.conversations += 1;
            }
        }
        if is_last || *deleted == earlier {
            return Ok(true);
        }
        if !goes_on(app, chat).await? {
            return Ok(false);
        }
    }
}

/// Deletes a conversation in which nothing was written meanwhile, and answers whether it did. Orders that were credited to it stay
/// counted, as their ids alone.
async fn delete_conversation(
    app: &App,
    chat: &ChatId,
    (id, visitor): (&ConversationId, &VisitorId),
    before: Timestamp,
) -> Result<bool, StoreError> {
    let mut last = BATCH;
    loop {
        let mut tx = app.store.write(Scope::Visitor(chat, visitor)).await?;
        let found = tx.conversation(chat, id).await?;
        let is_old = |it: &domain::conversation::Conversation| {
            it.visitor_id == *visitor && it.last_message_at < before
        };
        let Some(conversation) = found.filter(is_old) else { return Ok(false) };
        tx.delete_messages(&conversation, last).await?;
        let is_whole = last >= conversation.last_seq;
        if is_whole {
            tx.move_purchases(&conversation, Timestamp::from_millis(i64::MIN), None).await?;
            tx.delete_conversation(&conversation).await?;
        }
        tx.commit().await?;
        if is_whole {
            let topic = Topic::Visitor(chat.clone(), visitor.clone());
            app.bus.publish(&topic, Event::VisitorChanged);
            return Ok(true);
        }
        last += BATCH;
    }
}

/// The same of leads that were only typed.
async fn delete_leads(
    app: &App,
    chat: &Chat,
    now: Timestamp,
    deleted: &mut Deleted,
) -> Result<bool, StoreError> {
    let Some(before) = before(chat.settings.retention.leads, now) else { return Ok(true) };
    loop {
        let old = app.store.read().await?.old_typed_leads(&chat.id, before, PAGE).await?;
        let is_last = i64::try_from(old.len()).is_ok_and(|found| found < PAGE);
        let earlier = *deleted;
        for visitor in old {
            if delete_lead(app, &chat.id, &visitor, before).await? {
                deleted.leads += 1;
            }
        }
        if is_last || *deleted == earlier {
            return Ok(true);
        }
        if !goes_on(app, chat).await? {
            return Ok(false);
        }
    }
}

async fn delete_lead(
    app: &App,
    chat: &ChatId,
    visitor: &VisitorId,
    before: Timestamp,
) -> Result<bool, StoreError> {
    let mut tx = app.store.write(Scope::Visitor(chat, visitor)).await?;
    let typed = tx.typed_lead(chat, visitor).await?;
    let Some(typed) = typed.filter(|typed| typed.updated_at < before) else { return Ok(false) };
    let conversation = tx.conversation_of_visitor(chat, visitor).await?;
    if conversation.is_some_and(|it| it.last_message_at >= before) {
        return Ok(false);
    }
    tx.delete_posts_of_lead(chat, &typed.id).await?;
    tx.delete_typed_lead(chat, visitor).await?;
    tx.commit().await?;
    Ok(true)
}

/// Renews the claim, if the rule is still the one that was begun with.
async fn goes_on(app: &App, chat: &Chat) -> Result<bool, StoreError> {
    let mut tx = app.store.write(Scope::Chat(&chat.id)).await?;
    let current = tx.chat(&chat.id).await?;
    let same = current.is_some_and(|it| it.settings.retention == chat.settings.retention);
    if !same || app.shutdown.is_cancelled() {
        return Ok(false);
    }
    tx.put_retention_due(&chat.id, app.clock.now() + CLAIM).await?;
    tx.commit().await?;
    Ok(true)
}

/// Keeps what was deleted, and tells the record of it, which has no more than the counts.
async fn finish(
    app: &App,
    chat: &ChatId,
    Deleted { conversations, leads }: Deleted,
    is_whole: bool,
) -> Result<(), StoreError> {
    let now = app.clock.now();
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    let Some(before) = tx.retention_sweep(chat).await? else { return Ok(()) };
    let mut sweep = before;
    if is_whole {
        sweep = RetentionSweep { due_at: now + EVERY, swept_at: Some(now), ..before };
    }
    if conversations + leads > 0 {
        sweep = RetentionSweep { deleted_at: Some(now), conversations, leads, ..sweep };
        let entry = Entry {
            count: Some(conversations + leads),
            reason: Some(format!("conversations: {conversations}, leads: {leads}")),
            ..Entry::new(chat.clone(), EntryKind::RetentionFollowed, now)
        };
        tx.append_record(&entry).await?;
        tracing::info!(%chat, conversations, leads, "what is old was deleted");
    }
    tx.put_retention_sweep(chat, &sweep).await?;
    tx.commit().await
}

/// What is older than `days`.
fn before(days: Option<u32>, now: Timestamp) -> Option<Timestamp> {
    days.map(|days| now - Duration::from_hours(24) * days)
}
