//! Where the chat's script was seen lately: the first sign that a shop has pasted the tag. It is kept in memory alone, so that no load of a
//! page is a write; the nodes tell each other.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::chat::Chat;
use domain::id::ChatId;
use domain::time::Timestamp;

use crate::app::App;
use crate::bus::{Event, Topic};

/// Websites that are remembered of a chat.
const MOST_ORIGINS: usize = 5;
/// Chats whose websites are remembered.
const MOST_CHATS: usize = 1_000;
/// The longest origin that is remembered.
const MAX_ORIGIN: usize = 200;
/// How often the same website is told of, at most.
const TELL: Duration = Duration::from_secs(1);

/// A website whose pages loaded the chat's script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    /// Scheme, host and port.
    pub origin: String,
    /// When it did so last.
    pub at: Timestamp,
}

/// The websites of each chat.
#[derive(Debug, Default)]
pub struct Sightings(Mutex<HashMap<ChatId, Vec<Sighting>>>);

impl Sightings {
    /// The websites of a chat, the latest first.
    #[must_use]
    pub fn of(&self, chat: &ChatId) -> Vec<Sighting> {
        let seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut seen = seen.get(chat).cloned().unwrap_or_default();
        seen.sort_by(|one, other| {
            other.at.cmp(&one.at).then_with(|| one.origin.cmp(&other.origin))
        });
        seen
    }

    /// Another node saw a website.
    pub fn hear(&self, chat: &ChatId, origin: &str, at: Timestamp) {
        if origin.len() <= MAX_ORIGIN {
            self.note(chat, origin, at);
        }
    }

    /// Notes a website, and answers whether that is worth telling.
    fn note(&self, chat: &ChatId, origin: &str, now: Timestamp) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST_CHATS && !all.contains_key(chat) {
            all.clear();
        }
        let seen = all.entry(chat.clone()).or_default();
        if let Some(known) = seen.iter_mut().find(|known| known.origin == origin) {
            let tell = now.since(known.at) >= TELL;
            known.at = known.at.max(now);
            return tell;
        }
        if seen.len() >= MOST_ORIGINS {
            seen.sort_by_key(|known| known.at);
            seen.remove(0);
        }
        seen.push(Sighting { origin: origin.to_owned(), at: now });
        true
    }
}

/// Notes that a page loaded the chat's script. `page` is what its browser says of it: an address or an origin. What is no page of one of the
/// chat's websites is passed over: anybody can ask for a script.
pub fn note(app: &App, chat: &Chat, page: Option<&str>) {
    let Some(origin) = page.and_then(origin_of) else { return };
    if origin == app.config.public_url() || !chat.settings.allows_origin(Some(&origin)) {
        return;
    }
    if app.sightings.note(&chat.id, &origin, app.clock.now()) {
        let seen = Event::PageSeen(origin.as_str().into(), app.clock.now());
        app.bus.publish(&Topic::Attempts(chat.id.clone()), seen);
    }
}

/// Scheme, host and port of an address on the web.
fn origin_of(page: &str) -> Option<String> {
    let url = reqwest::Url::parse(page).ok()?;
    let origin = matches!(url.scheme(), "http" | "https").then(|| url.origin())?;
    Some(origin.ascii_serialization()).filter(|origin| origin.len() <= MAX_ORIGIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    #[test]
    fn a_website_is_remembered_once_and_told_of_at_most_once_a_second() {
        let (seen, chat) = (Sightings::default(), ChatId::new(NOW));
        assert!(seen.note(&chat, "https://a.example", NOW));
        assert!(!seen.note(&chat, "https://a.example", NOW + Duration::from_millis(999)));
        assert!(seen.note(&chat, "https://a.example", NOW + Duration::from_secs(3)));
        assert!(seen.note(&chat, "https://b.example", NOW));
        let origins: Vec<String> = seen.of(&chat).into_iter().map(|one| one.origin).collect();
        assert_eq!(origins, ["https://a.example", "https://b.example"]);
        assert_eq!(seen.of(&ChatId::new(NOW)), []);
    }

    #[test]
    fn the_website_that_was_seen_longest_ago_makes_room() {
        let (seen, chat) = (Sightings::default(), ChatId::new(NOW));
        for at in 0..=MOST_ORIGINS {
            seen.note(
                &chat,
                &format!("https://{at}.example"),
                NOW + Duration::from_secs(at as u64),
            );
        }
        let seen = seen.of(&chat);
        assert_eq!(seen.len(), MOST_ORIGINS);
        assert!(seen.iter().all(|one| one.origin != "https://0.example"));
    }

    #[test]
    fn an_address_is_taken_as_its_origin_alone() {
        let check = |page: &str, expected: Option<&str>| {
            assert_eq!(origin_of(page).as_deref(), expected, "{page}");
        };
        check("https://shop.example/tea?customer=ada@shop.example", Some("https://shop.example"));
        check("https://shop.example:8443", Some("https://shop.example:8443"));
        check("https://user:pass@shop.example/", Some("https://shop.example"));
        check("file:///home/ada", None);
        check("null", None);
        check(&format!("https://{}.example", "a".repeat(MAX_ORIGIN)), None);
    }
}
