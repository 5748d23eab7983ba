//! How often somebody unverified may ask for an order that is not there, or not theirs: guessing must not pay. Counted in memory.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::id::{ChatId, VisitorId};
use domain::time::Timestamp;

use crate::app::limits::network;

/// Misses of one visitor within [`WINDOW`].
pub const MISSES_A_VISITOR: u32 = 5;
/// Misses of all visitors of a chat at one address (a /64 for IPv6) within [`WINDOW`]: being a new visitor costs nothing.
pub const MISSES_AN_ADDRESS: u32 = 20;
/// See [`MISSES_A_VISITOR`]; it begins with the first miss.
pub const WINDOW: Duration = Duration::from_hours(1);

/// The misses of the last hour.
#[derive(Debug, Default)]
pub struct OrderMisses(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    misses: HashMap<Guesser, Misses>,
    /// Where visitors were seen last: a reply is written without them.
    addresses: HashMap<(ChatId, VisitorId), (IpAddr, Timestamp)>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Guesser {
    Visitor(ChatId, VisitorId),
    Address(ChatId, IpAddr),
}

impl Guesser {
    const fn most(&self) -> u32 {
        match self {
            Self::Visitor(..) => MISSES_A_VISITOR,
            Self::Address(..) => MISSES_AN_ADDRESS,
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Misses {
    began: Timestamp,
    count: u32,
}

impl OrderMisses {
    /// Remembers from where a visitor writes.
    pub fn writes_from(&self, chat: &ChatId, visitor: &VisitorId, address: IpAddr, now: Timestamp) {
        self.lock().addresses.insert((chat.clone(), visitor.clone()), (network(address), now));
    }

    /// Counts a look-up as a miss before it is made, so that many at once are no way around the limit. Answers whether it may be made.
    #[must_use]
    pub fn take(&self, chat: &ChatId, visitor: &VisitorId, now: Timestamp) -> bool {
        let mut counted = self.lock();
        let guessers = counted.guessers(chat, visitor);
        let spent = |guesser: &Guesser| {
            let misses = counted.misses.get(guesser);
            misses.is_some_and(|misses| {
                now.since(misses.began) < WINDOW && misses.count >= guesser.most()
            })
        };
        if guessers.iter().any(spent) {
            return false;
        }
        for guesser in guessers {
            let misses = counted.misses.entry(guesser).or_insert(Misses { began: now, count: 0 });
            if now.since(misses.began) >= WINDOW {
                *misses = Misses { began: now, count: 0 };
            }
            misses.count += 1;
        }
        true
    }

    /// Takes a miss back: it was none.
    pub fn give_back(&self, chat: &ChatId, visitor: &VisitorId) {
        let mut counted = self.lock();
        for guesser in counted.guessers(chat, visitor) {
            if let Some(misses) = counted.misses.get_mut(&guesser) {
                misses.count = misses.count.saturating_sub(1);
            }
        }
    }

    /// Forgets what no longer matters; call it now and then.
    pub fn sweep(&self, now: Timestamp) {
        let mut counted = self.lock();
        counted.misses.retain(|_, misses| misses.count > 0 && now.since(misses.began) < WINDOW);
        counted.addresses.retain(|_, (_, seen_at)| now.since(*seen_at) < WINDOW);
    }

    fn lock(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Counted {
    fn guessers(&self, chat: &ChatId, visitor: &VisitorId) -> Vec<Guesser> {
        let address = self.addresses.get(&(chat.clone(), visitor.clone()));
        let address = address.map(|(address, _)| Guesser::Address(chat.clone(), *address));
        let visitor = Guesser::Visitor(chat.clone(), visitor.clone());
        address.into_iter().chain([visitor]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn visitor() -> VisitorId {
        VisitorId::new(NOW)
    }

    #[test]
    fn a_visitor_may_miss_a_few_times_an_hour() {
        let (misses, chat, ada) = (OrderMisses::default(), ChatId::new(NOW), visitor());
        for _ in 0..MISSES_A_VISITOR {
            assert!(misses.take(&chat, &ada, NOW));
        }
        assert!(!misses.take(&chat, &ada, NOW));
        assert!(misses.take(&chat, &visitor(), NOW));
        assert!(misses.take(&ChatId::new(NOW), &ada, NOW));
        misses.give_back(&chat, &ada);
        assert!(misses.take(&chat, &ada, NOW));
        assert!(!misses.take(&chat, &ada, NOW + WINDOW - Duration::from_secs(1)));
        misses.sweep(NOW + WINDOW - Duration::from_secs(1));
        assert!(!misses.take(&chat, &ada, NOW));
        assert!(misses.take(&chat, &ada, NOW + WINDOW));
    }

    #[test]
    fn new_visitors_at_one_address_share_a_limit() {
        let (misses, chat) = (OrderMisses::default(), ChatId::new(NOW));
        let guess = |address: &str| {
            let visitor = visitor();
            misses.writes_from(&chat, &visitor, address.parse().unwrap(), NOW);
            misses.take(&chat, &visitor, NOW)
        };
        for _ in 0..MISSES_AN_ADDRESS {
            assert!(guess("192.0.2.1"));
        }
        assert!(!guess("192.0.2.1"));
        assert!(guess("192.0.2.2"));
        misses.sweep(NOW + WINDOW);
        let counted = misses.lock();
        assert_eq!((counted.misses.len(), counted.addresses.len()), (0, 0));
    }
}
