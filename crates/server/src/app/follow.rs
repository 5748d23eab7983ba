//! Follows changes that another process made: a command at the terminal, or another node.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use domain::id::ChatId;
use store::StoreError;

use crate::app::App;
use crate::bus::{Event, Heard, Topic};

/// How often it looks.
const EVERY: Duration = Duration::from_millis(500);
/// How far back it looks, for clocks that differ and for commits that took their time.
const BACK: Duration = Duration::from_secs(30);

/// Looks for changed chats until the service ends.
pub async fn run(app: Arc<App>) {
    let mut seen = HashMap::new();
    let mut failing = false;
    let mut ticks = tokio::time::interval(EVERY);
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            _ = ticks.tick() => {}
        }
        match look(&app, &mut seen).await {
            Ok(()) => failing = false,
            Err(error) if !failing => {
                failing = true;
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "cannot look for changed chats; trying on"
                );
            }
            Err(_) => {}
        }
    }
}

async fn look(app: &App, seen: &mut HashMap<ChatId, i64>) -> Result<(), StoreError> {
    let since = app.clock.now() - BACK;
    let changed = app.store.read().await?.chats_changed_since(since).await?;
    for (id, version) in &changed {
        if seen.get(id) != Some(version) {
            if app.chats.version(id).is_some_and(|known| known != *version) {
                app.chats.forget(id);
            }
            // Other nodes look by themselves.
            app.bus.publish_here(&Topic::Chat(id.clone()), Heard::Event(Event::ChatChanged));
        }
    }
    *seen = changed.into_iter().collect();
    Ok(())
}
