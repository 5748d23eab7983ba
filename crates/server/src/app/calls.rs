//! The last calls of each integration of a chat, for the merchant who wonders whether it works. In memory of each node, and without personal data: what
//! was called and how that ended.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::id::ChatId;
use domain::time::Timestamp;

use crate::app::App;
use crate::bus::{Event, Topic};

/// Calls that are remembered of an integration.
pub const REMEMBERED: usize = 20;
/// Chats whose calls are remembered.
const MOST_CHATS: usize = 1_000;
/// The longest that is remembered of what went wrong.
const MAX_PROBLEM: usize = 200;

/// What a chat may be joined to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Integration {
    /// The merchant's orders: the service calls.
    Orders,
    /// The Backend API: the merchant's programs call.
    Backend,
    /// Zapier: automations call, and new leads are posted to them.
    Zapier,
    /// The purchase pixel: pages call.
    Purchases,
}

impl Integration {
    /// All there are.
    pub const ALL: [Self; 4] = [Self::Orders, Self::Backend, Self::Zapier, Self::Purchases];

    /// Its name among nodes, which never changes.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Backend => "backend",
            Self::Zapier => "zapier",
            Self::Purchases => "purchases",
        }
    }
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// When it ended.
    pub at: Timestamp,
    /// What was called: a method and a place, without ids and parameters.
    pub what: String,
    /// The status of the answer, where there was one.
    pub status: Option<u16>,
    /// What went wrong, where something did.
    pub problem: Option<String>,
    /// How long it took.
    pub took: Duration,
}

impl Call {
    /// A call of `what` that took `took`. How it ended is not said yet.
    #[must_use]
    pub fn new(what: impl Into<String>, at: Timestamp, took: Duration) -> Self {
        Self { at, what: what.into(), status: None, problem: None, took }
    }

    /// The same, with the status of its answer, or why there is none.
    #[must_use]
    pub fn ended(self, outcome: Result<u16, String>) -> Self {
        match outcome {
            Ok(status) if status < 400 => Self { status: Some(status), ..self },
            Ok(status) => {
                Self { status: Some(status), problem: Some(format!("status {status}")), ..self }
            }
            Err(problem) => {
                Self { problem: Some(problem.chars().take(MAX_PROBLEM).collect()), ..self }
            }
        }
    }
}

/// How an integration does, as far as its last calls say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Health {
    /// The last calls, newest first.
    pub calls: Vec<Call>,
    /// Since when every call fails, where the last one did.
    pub failing_since: Option<Timestamp>,
}

/// The last calls of all chats.
#[derive(Debug, Default)]
pub struct Calls(Mutex<HashMap<ChatId, HashMap<Integration, VecDeque<Call>>>>);

impl Calls {
    /// How an integration of a chat does.
    #[must_use]
    pub fn of(&self, chat: &ChatId, integration: Integration) -> Health {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let calls = all.get(chat).and_then(|chat| chat.get(&integration));
        let calls: Vec<Call> = calls.into_iter().flatten().cloned().collect();
        let failing = calls.iter().take_while(|call| call.problem.is_some()).last();
        Health { failing_since: failing.map(|call| call.at), calls }
    }

    /// Remembers a call, which another node may have made.
    pub fn remember(&self, chat: &ChatId, integration: Integration, call: Call) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_CHATS && !all.contains_key(chat) {
            all.clear();
        }
        let calls = all.entry(chat.clone()).or_default().entry(integration).or_default();
        // Those of other nodes may come a little late.
        let newer = calls.iter().take_while(|one| one.at > call.at).count();
        calls.insert(newer, call);
        calls.truncate(REMEMBERED);
    }
}

/// Notes a call.
pub fn note(app: &App, chat: &ChatId, integration: Integration, call: Call) {
    app.calls.remember(chat, integration, call.clone());
    let called = Event::Called(integration, Arc::new(call));
    app.bus.publish_away(&Topic::Attempts(chat.clone()), &called);
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn call(second: u64, outcome: Result<u16, String>) -> Call {
        Call::new("GET /orders", NOW + Duration::from_secs(second), Duration::ZERO).ended(outcome)
    }

    #[test]
    fn the_last_calls_are_remembered_newest_first() {
        let (calls, chat) = (Calls::default(), ChatId::new(NOW));
        for second in 0..30 {
            calls.remember(&chat, Integration::Orders, call(second, Ok(200)));
        }
        let health = calls.of(&chat, Integration::Orders);
        assert_eq!(health.calls.len(), REMEMBERED);
        assert_eq!(health.calls[0].at, NOW + Duration::from_secs(29));
        assert_eq!(health.failing_since, None);
        assert_eq!(calls.of(&chat, Integration::Zapier).calls, []);
    }

    #[test]
    fn it_fails_since_the_first_failure_after_a_success() {
        let (calls, chat) = (Calls::default(), ChatId::new(NOW));
        let since = |calls: &Calls| calls.of(&chat, Integration::Orders).failing_since;
        for (second, outcome) in
            [(1, Ok(500)), (2, Ok(200)), (3, Err("slow".to_owned())), (4, Ok(503))]
        {
            calls.remember(&chat, Integration::Orders, call(second, outcome));
        }
        assert_eq!(since(&calls), Some(NOW + Duration::from_secs(3)));
        calls.remember(&chat, Integration::Orders, call(5, Ok(200)));
        assert_eq!(since(&calls), None);
    }
}
