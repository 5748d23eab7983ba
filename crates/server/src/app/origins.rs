//! From which websites pages have called a chat lately, on this node and since it began: whoever names the allowed ones sees whom that
//! would shut out. Anybody can send an origin, so only so many are remembered.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use domain::id::ChatId;
use domain::settings::is_origin;
use domain::time::Timestamp;

/// Origins that are remembered of a chat: those that called last.
pub const MOST_ORIGINS: usize = 50;
/// Chats whose origins are remembered.
const MOST_CHATS: usize = 1_000;
/// A call within this time of the last one changes nothing.
const FRESH: Duration = Duration::from_mins(1);

/// The origins that called.
#[derive(Debug, Default)]
pub struct Origins(RwLock<HashMap<ChatId, HashMap<String, Timestamp>>>);

impl Origins {
    /// A page of `origin` called.
    pub fn saw(&self, chat: &ChatId, origin: &str, now: Timestamp) {
        let is_fresh = |seen: &Timestamp| now.since(*seen) < FRESH;
        {
            // Nearly always it was there a moment ago: nobody waits for anybody then.
            let chats = self.0.read().unwrap_or_else(PoisonError::into_inner);
            let seen = chats.get(chat).and_then(|origins| origins.get(origin));
            if seen.is_some_and(is_fresh) || !is_origin(origin) {
                return;
            }
        }
        let mut chats = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if chats.len() >= MOST_CHATS && !chats.contains_key(chat) {
            chats.clear();
        }
        let origins = chats.entry(chat.clone()).or_default();
        origins.insert(origin.to_owned(), now);
        if origins.len() > MOST_ORIGINS {
            let oldest = origins.iter().min_by_key(|(_, at)| **at).map(|(name, _)| name.clone());
            oldest.map(|name| origins.remove(&name));
        }
    }

    /// Which called, and when last; the latest first.
    #[must_use]
    pub fn of(&self, chat: &ChatId) -> Vec<(String, Timestamp)> {
        let chats = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let origins = chats.get(chat).into_iter().flatten();
        let mut origins: Vec<_> = origins.map(|(name, at)| (name.clone(), *at)).collect();
        origins.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        origins
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_ones_are_remembered_and_what_is_no_origin_is_not() {
        let origins = Origins::default();
        let at = |minutes: u64| Timestamp::from_millis(0) + Duration::from_mins(minutes);
        let (chat, other) = (ChatId::new(at(0)), ChatId::new(at(0)));
        origins.saw(&chat, "https://shop.example", at(1));
        origins.saw(&chat, "null", at(1));
        origins.saw(&chat, "https://shop.example/path", at(1));
        assert_eq!(origins.of(&chat), [("https://shop.example".to_owned(), at(1))]);
        origins.saw(&chat, "https://shop.example", at(3));
        assert_eq!(origins.of(&chat), [("https://shop.example".to_owned(), at(3))]);
        assert_eq!(origins.of(&other), []);
        for number in 0..60 {
            origins.saw(&chat, &format!("https://{number}.example"), at(4 + number));
        }
        let seen = origins.of(&chat);
        assert_eq!(seen.len(), MOST_ORIGINS);
        assert_eq!(seen[0].0, "https://59.example");
        assert!(seen.iter().all(|(name, _)| name != "https://shop.example"));
    }
}
