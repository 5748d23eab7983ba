//! New leads are posted to the hooks of their chat: at least once, each by one node at a time, and not for ever.
//!
//! What is to be posted is written in the transaction that makes the lead, so nothing is forgotten when the service ends. A hook
//! gets one post at a time; those of different hooks do not wait for each other. No transaction is open while a hook is called.

use std::sync::Arc;
use std::time::Duration;

use domain::id::{ChatId, ConversationId, HookId, LeadId};
use domain::lead::PersonName;
use domain::profile::FieldName;
use domain::time::Timestamp;
use serde::Serialize;
use store::{Hook, LeadPost, ReadTx, Scope, StoreError};
use tokio::time::Instant;

use crate::app::App;
use crate::app::calls::{self, Call, Integration};
use crate::app::people::{self, Who};
use crate::app::turns;
use crate::outbound::Limits;

/// How many posts to a hook are read at once.
const BATCH: i64 = 50;
/// What a post may cost.
const LIMITS: Limits = Limits { time: Duration::from_secs(8), size: 64 * 1024 };
/// How long a claim holds: longer than a call may take, and two writes.
const CLAIM: Duration = Duration::from_mins(1);
/// How long after each failure it is tried again. After the last, a post is given up: that is within about 24 hours.
pub(super) const PAUSES: [Duration; 9] = [
    Duration::from_secs(2),
    Duration::from_secs(10),
    Duration::from_mins(1),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(4),
    Duration::from_hours(8),
    Duration::from_hours(9),
];
/// The answer of a hook that wants nothing more.
pub(super) const GONE: u16 = 410;

/// What is posted.
#[derive(Debug, Serialize)]
pub(super) struct NewLead {
    id: String,
    email_address: String,
    phone_number: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    chat_id: String,
    conversation_id: Option<String>,
    created_at: String,
    verified: bool,
}

/// Makes the posts that are due, until the service ends.
pub async fn run(app: Arc<App>) {
    turns::take::<Hook>(app).await;
}

impl turns::Waiting for Hook {
    type Key = (ChatId, HookId);

    fn key(&self) -> Self::Key {
        (self.chat_id.clone(), self.id.clone())
    }

    async fn due(app: &App, most: i64) -> Vec<Self> {
        match app.store.read().await {
            Ok(mut tx) => tx.hooks_with_due_posts(app.clock.now(), most).await.unwrap_or_default(),
            Err(_) => Vec::new(),
        }
    }

    async fn work(self, app: Arc<App>) {
        if let Err(error) = post_all(&app, &self).await {
            let error: &dyn std::error::Error = &error;
            tracing::warn!(error, hook = %self.id, "posts to a hook are late");
        }
    }
}

/// Makes the posts to a hook that are due, up to the first that fails: its address may be away.
async fn post_all(app: &App, hook: &Hook) -> Result<(), StoreError> {
    let due = app.store.read().await?.due_posts(hook, app.clock.now(), BATCH).await?;
    for post in due {
        if app.shutdown.is_cancelled() || !post_one(app, hook, post).await? {
            break;
        }
    }
    Ok(())
}

/// Makes one post, and answers whether the next may be made.
async fn post_one(app: &App, hook: &Hook, post: LeadPost) -> Result<bool, StoreError> {
    let scope = Scope::Chat(&post.chat_id);
    let mut tx = app.store.write(scope).await?;
    let claimed = tx.claim_post(&post, app.clock.now() + CLAIM).await?;
    tx.commit().await?;
    if !claimed {
        return Ok(true);
    }
    let lead = read(&mut app.store.read().await?, &post.chat_id, &post.lead_id).await?;
    let Some(lead) = lead else {
        // It was erased.
        let mut tx = app.store.write(scope).await?;
        tx.delete_post(&post).await?;
        tx.commit().await?;
        return Ok(true);
    };
    // A lead's fields can always be written.
    let body = serde_json::to_string(&lead).unwrap_or_default();
    let begun = Instant::now();
    let answer = app.outbound.post(&hook.url, body, LIMITS).await;
    let outcome = answer.map(|answer| answer.status).map_err(|error| error.to_string());
    let call = Call::new("POST new lead", app.clock.now(), begun.elapsed());
    calls::note(app, &hook.chat_id, Integration::Zapier, call.ended(outcome.clone()));
    settle(app, hook, &post, outcome).await
}

/// Writes down what became of a post, and answers whether the next may be made.
async fn settle(
    app: &App,
    hook: &Hook,
    post: &LeadPost,
    outcome: Result<u16, String>,
) -> Result<bool, StoreError> {
    let mut tx = app.store.write(Scope::Chat(&post.chat_id)).await?;
    let again = usize::try_from(post.attempts).ok().and_then(|before| PAUSES.get(before));
    let good = matches!(outcome, Ok(200..300));
    let reason = match &outcome {
        Ok(status) => format!("status {status}"),
        Err(error) => error.clone(),
    };
    match again {
        _ if good => {
            tx.delete_post(post).await?;
            app.metrics.lead_post("done");
        }
        _ if outcome == Ok(GONE) => {
            tx.delete_hook(&hook.chat_id, &hook.url).await?;
            tracing::info!(chat = %hook.chat_id, hook = %hook.id, "hook removed: its address is gone");
        }
        Some(pause) => {
            tx.put_off_post(post, app.clock.now() + *pause).await?;
            app.metrics.lead_post("failed");
            tracing::info!(hook = %hook.id, lead = %post.lead_id, reason, "a post failed; trying again");
        }
        None => {
            tx.delete_post(post).await?;
            app.metrics.lead_post("given_up");
            tracing::warn!(hook = %hook.id, lead = %post.lead_id, reason, "a post is given up");
        }
    }
    tx.commit().await?;
    Ok(good)
}

/// What is posted of a lead; `None` where it is gone.
pub(super) async fn read(
    tx: &mut ReadTx,
    chat: &ChatId,
    id: &LeadId,
) -> Result<Option<NewLead>, StoreError> {
    let name = |name: &Option<PersonName>| name.as_ref().map(|name| name.as_str().to_owned());
    let whole = |conversation: Option<ConversationId>, created_at: Timestamp| NewLead {
        id: id.to_string(),
        email_address: String::new(),
        phone_number: None,
        first_name: None,
        last_name: None,
        chat_id: chat.to_string(),
        conversation_id: conversation.map(|id| id.to_string()),
        created_at: created_at.to_string(),
        verified: false,
    };
    if let Some(lead) = tx.lead(chat, id).await? {
        let beginning = Timestamp::from_millis(0);
        let conversations = tx.conversations_of_lead(chat, id, beginning).await?;
        let Who::Customer(profile) = people::customer(tx, lead).await?.who else { return Ok(None) };
        let conversation = conversations.into_iter().next().map(|conversation| conversation.id);
        return Ok(Some(NewLead {
            email_address: profile.lead().email.signed().to_owned(),
            phone_number: profile.shown(FieldName::PhoneNumber),
            first_name: profile.shown(FieldName::FirstName),
            last_name: profile.shown(FieldName::LastName),
            verified: true,
            ..whole(conversation, profile.lead().created_at)
        }));
    }
    let Some(typed) = tx.typed_lead_with_id(chat, id).await? else { return Ok(None) };
    let conversation = tx.conversation_of_visitor(chat, &typed.visitor_id).await?;
    Ok(Some(NewLead {
        email_address: typed.email.signed().to_owned(),
        phone_number: typed.phone_number.as_ref().map(|number| number.as_str().to_owned()),
        first_name: name(&typed.first_name),
        last_name: name(&typed.last_name),
        ..whole(conversation.map(|conversation| conversation.id), typed.created_at)
    }))
}
