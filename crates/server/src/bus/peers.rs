//! Which other nodes there are, as far as they are heard.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

/// How often a node says that it is there.
pub(super) const SAYS: Duration = Duration::from_secs(2);
/// A node that is not heard for this long has died, or cannot be heard.
const SILENT: Duration = Duration::from_secs(6);
/// For how long it is not forgotten: that may be NATS, split in two.
const MISSED: Duration = Duration::from_mins(10);
/// Nodes that are remembered: more are not believed.
const MOST: usize = 1_000;

/// The other nodes, and when each was heard last.
#[derive(Debug, Default)]
pub(super) struct Peers(HashMap<String, Peer>);

/// Another node.
#[derive(Debug)]
struct Peer {
    /// When it was heard last.
    at: Instant,
    /// Up to which telling it has counted what this node counted.
    counted: u64,
}

impl Peer {
    fn is_there(&self, now: Instant) -> bool {
        now.duration_since(self.at) <= SILENT
    }
}

impl Peers {
    /// A node was heard. Answers whether it was not before, or not for long.
    pub(super) fn heard(&mut self, node: &str, now: Instant) -> bool {
        if let Some(peer) = self.0.get_mut(node) {
            let was_silent = !peer.is_there(now);
            peer.at = now;
            return was_silent;
        }
        let room = self.0.len() < MOST;
        if room {
            self.0.insert(node.to_owned(), Peer { at: now, counted: 0 });
        }
        room
    }

    /// A node counted what this one told up to `round`. Answers up to where all that are there have.
    pub(super) fn counted(&mut self, node: &str, round: u64, now: Instant) -> u64 {
        if let Some(peer) = self.0.get_mut(node) {
            peer.counted = peer.counted.max(round);
        }
        let there = self.0.values().filter(|peer| peer.is_there(now));
        there.map(|peer| peer.counted).min().unwrap_or(0)
    }

    /// A node said that it ends.
    pub(super) fn gone(&mut self, node: &str) {
        self.0.remove(node);
    }

    /// How many are there now.
    pub(super) fn count(&self, now: Instant) -> usize {
        self.0.values().filter(|peer| peer.is_there(now)).count()
    }

    /// Whether one is not heard any more that did not say goodbye.
    pub(super) fn misses_one(&self, now: Instant) -> bool {
        self.0.values().any(|peer| !peer.is_there(now) && now.duration_since(peer.at) < MISSED)
    }

    /// Forgets those that are not coming back.
    pub(super) fn sweep(&mut self, now: Instant) {
        self.0.retain(|_, peer| now.duration_since(peer.at) < MISSED);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_node_that_falls_silent_is_missed_and_one_that_says_goodbye_is_not() {
        let mut peers = Peers::default();
        let begun = Instant::now();
        assert!(peers.heard("a", begun) && peers.heard("b", begun) && !peers.heard("a", begun));
        assert_eq!((peers.count(begun), peers.misses_one(begun)), (2, false));
        peers.gone("b");
        let later = begun + Duration::from_secs(7);
        assert_eq!((peers.count(later), peers.misses_one(later)), (0, true));
        assert!(peers.heard("a", later), "it is back");
        assert_eq!((peers.count(later), peers.misses_one(later)), (1, false));
        let much_later = later + MISSED;
        peers.sweep(much_later);
        assert_eq!((peers.count(much_later), peers.misses_one(much_later)), (0, false));
    }
}
