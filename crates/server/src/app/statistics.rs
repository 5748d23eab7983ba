//! The database's planner is told of tables that grow quickly.

use std::sync::Arc;
use std::time::Duration;

use crate::app::App;

/// How often it is looked whether there are any.
const LOOK: Duration = Duration::from_secs(5);

/// Looks, until the service ends.
pub async fn run(app: Arc<App>) {
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => return,
            _ = ticks.tick() => {}
        }
        if let Err(error) = app.store.refresh_statistics().await {
            // The server does it by itself, only later.
            tracing::debug!(error = &error as &dyn std::error::Error, "statistics not renewed");
        }
    }
}
