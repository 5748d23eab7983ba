//! How often each key verified a token. Counted in memory and written down every few seconds, so that the identifications of a
//! chat do not wait for one another at its key's row. What a crash loses is a few seconds of a statistic.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::id::ChatId;
use domain::identity::key::Kid;
use domain::time::Timestamp;
use store::{Scope, StoreError};

use crate::app::App;

/// How often it is written down.
const EVERY: Duration = Duration::from_secs(2);

/// What has not been written down yet.
#[derive(Debug, Default)]
pub struct KeyUses(Mutex<HashMap<(ChatId, Kid), (i64, Timestamp)>>);

impl KeyUses {
    /// Counts a token that a key verified.
    pub fn count(&self, chat: &ChatId, kid: &Kid, now: Timestamp) {
        self.add(chat.clone(), kid.clone(), 1, now);
    }

    fn add(&self, chat: ChatId, kid: Kid, verified: i64, last: Timestamp) {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = uses.entry((chat, kid)).or_insert((0, last));
        *entry = (entry.0 + verified, entry.1.max(last));
    }

    fn take(&self) -> HashMap<(ChatId, Kid), (i64, Timestamp)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes the counts down every few seconds, and once more when the service ends.
pub async fn run(app: Arc<App>) {
    loop {
        let ending = tokio::select! {
            () = app.shutdown.cancelled() => true,
            () = tokio::time::sleep(EVERY) => false,
        };
        flush(&app).await;
        if ending {
            return;
        }
    }
}

/// Writes the counts down. What cannot be written is kept for the next time.
pub async fn flush(app: &App) {
    for ((chat, kid), (verified, last)) in app.key_uses.take() {
        if let Err(error) = write(app, &chat, &kid, verified, last).await {
            tracing::debug!(error = &error as &dyn std::error::Error, "key uses not written yet");
            app.key_uses.add(chat, kid, verified, last);
        }
    }
}

async fn write(
    app: &App,
    chat: &ChatId,
    kid: &Kid,
    verified: i64,
    last: Timestamp,
) -> Result<(), StoreError> {
    let mut tx = app.store.write(Scope::Chat(chat)).await?;
    tx.count_verified(chat, kid, verified, last).await?;
    tx.commit().await
}
