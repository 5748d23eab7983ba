//! Work for addresses of merchants, one piece at a time to each, and to several at once.

use std::collections::HashSet;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::app::App;

/// How often it is looked what is due.
const LOOK: Duration = Duration::from_secs(1);
/// How many addresses are called at once.
const AT_ONCE: usize = 16;

/// Addresses that wait for work to be done for them.
pub(super) trait Waiting: Send + Sized + 'static {
    /// What tells one address from another.
    type Key: Clone + Eq + Hash + Send + 'static;

    /// The key of this one.
    fn key(&self) -> Self::Key;

    /// Those that are due, at most `most`, the longest waiting first. While the database is away, others say so often enough.
    fn due(app: &App, most: i64) -> impl Future<Output = Vec<Self>> + Send;

    /// Does what is due for this one.
    fn work(self, app: Arc<App>) -> impl Future<Output = ()> + Send;
}

/// Does what is due, until the service ends. What is being done then is finished: broken off, it would be done twice.
pub(super) async fn take<W: Waiting>(app: Arc<App>) {
    let mut busy: HashSet<W::Key> = HashSet::new();
    let mut calls: JoinSet<W::Key> = JoinSet::new();
    let mut ticks = tokio::time::interval(LOOK);
    ticks.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            () = app.shutdown.cancelled() => break,
            Some(done) = calls.join_next() => {
                if let Ok(key) = done {
                    busy.remove(&key);
                }
                continue;
            }
            _ = ticks.tick() => {}
        }
        // One that is being called may be among them.
        let most = i64::try_from(AT_ONCE + busy.len()).unwrap_or(i64::MAX);
        for waiting in W::due(&app, most).await {
            let key = waiting.key();
            if busy.len() < AT_ONCE && busy.insert(key.clone()) {
                let app = app.clone();
                calls.spawn(async move {
                    waiting.work(app).await;
                    key
                });
            }
        }
    }
    while calls.join_next().await.is_some() {}
}
