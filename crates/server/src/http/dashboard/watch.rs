//! What an operator hears of a topic: for as long as they are signed in.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::app::{App, sign_in};
use crate::bus::{Heard, Subscription, Topic};

/// How often it is asked whether the operator is still signed in, in case nobody tells.
const LOOK_AGAIN: Duration = Duration::from_secs(4);
/// Nor more often than this, however much there is to tell.
const SECOND: Duration = Duration::from_secs(1);

/// An operator who listens.
pub(super) struct Watch {
    pub(super) app: Arc<App>,
    session: String,
    topic: Topic,
    heard: Subscription,
    /// When the session was looked at last.
    looked_at: Instant,
    /// When something was heard last.
    heard_at: Instant,
}

impl Watch {
    /// Listens to `topic` from now on, for the operator whose session has this token.
    pub(super) fn new(app: Arc<App>, session: String, topic: Topic) -> Self {
        let heard = app.bus.subscribe(topic.clone());
        let now = Instant::now();
        Self { app, session, topic, heard, looked_at: now, heard_at: now }
    }

    /// What is heard next; `None` when the service ends, the operator signed out, or the database is away.
    pub(super) async fn next(&mut self) -> Option<Heard> {
        loop {
            let heard = tokio::select! {
                () = self.app.shutdown.cancelled() => return None,
                heard = self.heard.next() => Some(heard),
                () = tokio::time::sleep_until(self.looked_at + LOOK_AGAIN) => None,
            };
            // Who signed out is told nothing more, however much there is to tell.
            if heard.is_none() || self.looked_at.elapsed() >= SECOND {
                sign_in::open_session(&self.app, &self.session).await.ok()??;
                self.looked_at = Instant::now();
            }
            // What other nodes do without a word is to be looked for.
            let patience = self.app.bus.patience();
            let is_late = patience <= LOOK_AGAIN && self.heard_at.elapsed() >= patience;
            if let Some(heard) = heard.or(is_late.then_some(Heard::Missed)) {
                self.heard_at = Instant::now();
                return Some(heard);
            }
        }
    }

    /// Forgets what has not been heard yet.
    pub(super) fn skip(&mut self) {
        self.heard = self.app.bus.subscribe(self.topic.clone());
    }
}
