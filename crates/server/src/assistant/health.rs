//! How the model does, as far as this node has seen since it began.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::time::Timestamp;

/// So many failures in a row, and the service is degraded.
const FAILURES: u32 = 3;

/// How the model does.
#[derive(Debug, Default)]
pub struct Health(Mutex<Seen>);

/// What was seen of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// When it last answered.
    pub succeeded_at: Option<Timestamp>,
    /// When it last failed.
    pub failed_at: Option<Timestamp>,
    /// Why.
    pub failure: Option<String>,
    /// How often it failed since it last answered.
    pub failures: u32,
    /// How long it last took to its first word.
    pub first_word: Option<Duration>,
}

impl Health {
    /// It answered at `now`, its first word after `first_word`.
    pub fn succeeded(&self, now: Timestamp, first_word: Option<Duration>) {
        let mut seen = self.lock();
        seen.succeeded_at = Some(now);
        seen.failures = 0;
        seen.first_word = first_word.or(seen.first_word);
    }

    /// It failed at `now`.
    pub fn failed(&self, now: Timestamp, why: &str) {
        let mut seen = self.lock();
        seen.failed_at = Some(now);
        seen.failure = Some(why.to_owned());
        seen.failures = seen.failures.saturating_add(1);
    }

    /// What was seen.
    #[must_use]
    pub fn seen(&self) -> Seen {
        self.lock().clone()
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    /// Whether it fails now, as far as can be told.
    #[must_use]
    pub const fn fails(&self) -> bool {
        self.failures >= FAILURES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_in_a_row_are_counted_and_an_answer_ends_them() {
        let at = Timestamp::from_millis;
        let health = Health::default();
        for _ in 0..FAILURES {
            assert!(!health.seen().fails());
            health.failed(at(1), "it does not answer");
        }
        assert!(health.seen().fails());
        health.succeeded(at(2), Some(Duration::from_millis(300)));
        let expected = Seen {
            succeeded_at: Some(at(2)),
            failed_at: Some(at(1)),
            failure: Some("it does not answer".to_owned()),
            failures: 0,
            first_word: Some(Duration::from_millis(300)),
        };
        assert_eq!(health.seen(), expected);
    }
}
