//! What is counted of a chat. Counts are kept in memory and written down at most once a minute a chat, so that no message waits for
//! another one's count; a node that dies loses the last minute's. Purchases are not among them: money is counted with the purchase.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::activity::Counted;
use domain::conversation::AskedBy;
use domain::id::ChatId;
use domain::time::Timestamp;
use store::{Scope, StoreError, hour_of};

use crate::app::App;
use crate::assistant::ToolAnswer;

/// How often a chat's counts are written down, at most.
const FLUSH: Duration = Duration::from_mins(1);
/// How often it is looked for what is to be written.
const LOOK: Duration = Duration::from_secs(5);

/// What was counted and is not written down yet.
#[derive(Debug, Default)]
pub struct Activity(Mutex<HashMap<ChatId, Pending>>);

#[derive(Debug, Default)]
struct Pending {
    flushed_at: Option<Timestamp>,
    /// By the hour.
    counts: HashMap<(i64, Counted), i64>,
}

impl Activity {
    /// Counts one more, in the hour of `at`.
    pub fn count(&self, chat: &ChatId, what: Counted, at: Timestamp) {
        let mut pending = self.lock();
        let pending = pending.entry(chat.clone()).or_default();
        *pending.counts.entry((hour_of(at), what)).or_insert(0) += 1;
    }

    /// What this node has counted of a chat and not written down yet: the hour, what, and how many.
    #[must_use]
    pub fn pending(&self, chat: &ChatId) -> Vec<(i64, Counted, i64)> {
        let pending = self.lock();
        let counts = pending.get(chat).into_iter().flat_map(|pending| &pending.counts);
        counts.map(|((hour, what), count)| (*hour, *what, *count)).collect()
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ChatId, Pending>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is counted when somebody asks for a person.
#[must_use]
pub const fn asked(by: AskedBy) -> Counted {
    match by {
        AskedBy::Assistant => Counted::AskedByAssistant,
        AskedBy::Program => Counted::AskedByProgram,
        AskedBy::Operator => Counted::AskedByOperator,
    }
}

/// What is counted when an order was looked up; nothing where it was not.
#[must_use]
pub const fn looked_up(answer: &ToolAnswer) -> Option<Counted> {
    match answer {
        ToolAnswer::Order(_) => Some(Counted::OrdersFound),
        ToolAnswer::NoOrder | ToolAnswer::Unfit(_) => Some(Counted::OrdersNotFound),
        ToolAnswer::Unavailable => Some(Counted::OrdersUnanswered),
        _ => None,
    }
}

/// Writes counts down now and then.
pub async fn run(app: Arc<App>) {
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            () = tokio::time::sleep(LOOK) => flush(&app, FLUSH).await,
        }
    }
}

/// Writes down what was counted of each chat whose last time is at least `after` ago.
pub async fn flush(app: &App, after: Duration) {
    let now = app.clock.now();
    let mut due = Vec::new();
    {
        let mut chats = app.activity.lock();
        chats.retain(|chat, pending| {
            if pending.flushed_at.is_some_and(|flushed| now.since(flushed) < after) {
                return true;
            }
            let counts = std::mem::take(&mut pending.counts);
            let is_empty = counts.is_empty();
            if !is_empty {
                pending.flushed_at = Some(now);
                due.push((chat.clone(), counts));
            }
            !is_empty
        });
    }
    for (chat, counts) in due {
        if let Err(error) = write(app, &chat, &counts).await {
            tracing::debug!(error = &error as &dyn std::error::Error, "counts not written yet");
            let mut chats = app.activity.lock();
            let pending = chats.entry(chat).or_default();
            for (what, count) in counts {
                *pending.counts.entry(what).or_insert(0) += count;
            }
        }
    }
}

async fn write(
    app: &App,
    chat: &ChatId,
    counts: &HashMap<(i64, Counted), i64>,
) -> Result<(), StoreError> {
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    // In one order, or two nodes could wait for each other's rows.
    let mut counts: Vec<_> = counts.iter().collect();
    counts.sort();
    for ((hour, what), count) in counts {
        tx.count_activity(chat, *hour, *what, *count).await?;
    }
    tx.commit().await
}
