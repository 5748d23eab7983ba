//! What a node counts against limits, for the other nodes, which count it too. Nothing is written for it.
//!
//! Every tenth of a second each node tells the others what it counted since, and they say that they heard, after telling what they counted
//! themselves. Until all have, it counts no more of that key than its share, the limit divided by the number of nodes; who calls more
//! often waits, and is judged when the others' counts are there. So before all nodes know of all first shares, no node has had more than
//! one: what nodes allow together stays within twice the limit. Without the other nodes (one node, or NATS away) nothing waits, and each
//! node counts by itself; and for one that does not answer, nobody waits longer than a second.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// What was counted: the limit's number, the key, and how often.
pub type Spent = (u8, u64, u32);

/// After how long nobody waits any more until other nodes have heard.
const UNHEARD: Duration = Duration::from_secs(1);
/// How long a call waits for its turn at most.
const PATIENCE: Duration = Duration::from_secs(2);
/// Keys that are counted at a time; beyond, they are not told.
const MOST: usize = 20_000;

/// What was counted and not all other nodes have heard of.
#[derive(Debug, Default)]
pub struct Sharing {
    nodes: AtomicUsize,
    shares: Mutex<Shares>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct Shares {
    /// How often other nodes were told.
    round: u64,
    taken: HashMap<(u8, u64), Taken>,
    told: Vec<Spent>,
}

/// What was taken of a share.
#[derive(Debug, Default)]
struct Taken {
    calls: u32,
    untold: u32,
    /// In which round the last of it was told, and when; `None` while some of it is to be told.
    told: Option<(u64, Instant)>,
}

impl Sharing {
    /// What `call` answers when it is its turn, counted where that is `Ok`; `None` when its turn does not come.
    pub async fn count<T, E>(
        &self,
        key: (u8, u64),
        limit: u32,
        call: impl Fn() -> Result<T, E>,
    ) -> Option<Result<T, E>> {
        let until = Instant::now() + PATIENCE;
        loop {
            let nodes = self.nodes.load(Ordering::Relaxed);
            if nodes < 2 {
                return Some(call());
            }
            let freed = self.freed.notified();
            if let Some(answer) = self.lock().count(key, share(limit, nodes), &call) {
                return Some(answer);
            }
            timeout_at(until, freed).await.ok()?;
        }
    }

    /// Tells the other nodes `what` of `key`, and answers whether that was within its share.
    pub fn tell(&self, key: (u8, u64), what: u32, limit: u32) -> bool {
        let nodes = self.nodes.load(Ordering::Relaxed);
        if nodes < 2 {
            return true;
        }
        let mut shares = self.lock();
        let taken = shares.taken.entry(key).or_default();
        let is_within = taken.calls < share(limit, nodes);
        if is_within {
            taken.calls += 1;
            taken.told = None;
            shares.told.push((key.0, key.1, what));
        }
        is_within
    }

    /// What was counted since this was last called, now that there are `nodes`, and the number of this round.
    pub fn take(&self, nodes: usize, now: Instant) -> (u64, Vec<Spent>) {
        self.nodes.store(nodes, Ordering::Relaxed);
        let mut shares = self.lock();
        let shares = &mut *shares;
        shares.round += 1;
        let mut told = std::mem::take(&mut shares.told);
        for (key, taken) in &mut shares.taken {
            if taken.untold > 0 {
                told.push((key.0, key.1, std::mem::take(&mut taken.untold)));
            }
            taken.told.get_or_insert((shares.round, now));
        }
        let is_due = |at: Instant| nodes < 2 || now.duration_since(at) >= UNHEARD;
        shares.taken.retain(|_, taken| !taken.told.is_some_and(|(_, at)| is_due(at)));
        self.freed.notify_waiters();
        (shares.round, told)
    }

    /// All other nodes have heard what was told up to `round`: there is a new share.
    pub fn heard(&self, round: u64) {
        self.lock().taken.retain(|_, taken| taken.told.is_none_or(|(told, _)| told > round));
        self.freed.notify_waiters();
    }

    fn lock(&self) -> MutexGuard<'_, Shares> {
        self.shares.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shares {
    /// What `call` answers, unless the share is used up.
    fn count<T, E>(
        &mut self,
        key: (u8, u64),
        share: u32,
        call: &impl Fn() -> Result<T, E>,
    ) -> Option<Result<T, E>> {
        let is_known = self.taken.contains_key(&key);
        if !is_known && self.taken.len() >= MOST {
            return Some(call());
        }
        if is_known && self.taken[&key].calls >= share {
            return None;
        }
        let answer = call();
        if answer.is_ok() {
            let taken = self.taken.entry(key).or_default();
            taken.calls += 1;
            taken.untold += 1;
            taken.told = None;
        }
        Some(answer)
    }
}

/// How often a node counts a key between two tellings.
fn share(limit: u32, nodes: usize) -> u32 {
    (limit / u32::try_from(nodes).unwrap_or(u32::MAX)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_node_that_has_had_its_share_waits_until_the_others_know() {
        let sharing = Sharing::default();
        let ok = || Ok::<(), ()>(());
        assert_eq!(sharing.take(3, Instant::now()), (1, vec![]));
        for _ in 0..10 {
            assert_eq!(sharing.count((3, 7), 30, ok).await, Some(Ok(())));
        }
        assert_eq!(sharing.count((3, 8), 30, || Err::<(), ()>(())).await, Some(Err(())));
        let begun = Instant::now();
        assert_eq!(sharing.count((3, 7), 30, ok).await, None, "nobody was told");
        assert_eq!(begun.elapsed(), PATIENCE);
        assert_eq!(sharing.take(3, Instant::now()), (2, vec![(3, 7, 10)]));
        let waits = sharing.count((3, 7), 30, ok);
        let heard = async {
            tokio::task::yield_now().await;
            sharing.heard(1);
            tokio::task::yield_now().await;
            sharing.heard(2);
        };
        assert_eq!(tokio::join!(waits, heard).0, Some(Ok(())));
        assert_eq!(sharing.take(3, Instant::now()), (3, vec![(3, 7, 1)]));
        // One that does not answer is not waited for.
        tokio::time::advance(UNHEARD).await;
        sharing.take(3, Instant::now());
        assert!(sharing.lock().taken.is_empty());
        assert_eq!(sharing.count((3, 7), 30, ok).await, Some(Ok(())));
        assert_eq!(sharing.take(1, Instant::now()).1, [(3, 7, 1)]);
        for _ in 0..100 {
            assert_eq!(sharing.count((3, 7), 30, ok).await, Some(Ok(())));
        }
        assert_eq!(sharing.take(1, Instant::now()).1, [], "who is alone tells nobody");
    }
}
