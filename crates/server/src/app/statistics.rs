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
        let renewed = async {
            ticks.tick().await;
            app.store.refresh_statistics().await
        };
        let renewed = tokio::select! {
            // Also in the middle: nobody waits for it.
            () = app.shutdown.cancelled() => return,
            renewed = renewed => renewed,
        };
        if let Err(error) = renewed {
            // The server does it by itself, only later.
            tracing::debug!(error = &error as &dyn std::error::Error, "statistics not renewed");
        }
    }
}
