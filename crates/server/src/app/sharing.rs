//! What a node counts against limits, for the other nodes, which count it too. Nothing is written for it.
//!
//! Every tenth of a second each node tells the others what it counted since. In that time it counts no more of one key than its
//! share, the limit divided by the number of nodes; who calls more often waits for the next tenth, and is judged when the others'
//! counts are there. Whatever the moments at which nodes tell each other, a key gets at most two shares of each node before all know of it:
//! twice the limit. Without the other nodes (one node, or NATS away) nothing waits, and each node counts by itself.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

/// What was counted: the limit's number, the key, and how often.
pub type Spent = (u8, u64, u32);

/// How long a call waits for its turn at most.
const PATIENCE: Duration = Duration::from_secs(1);
/// Keys that are counted between two tellings; beyond, they are not told.
const MOST: usize = 20_000;

/// What was counted since the other nodes were told last.
#[derive(Debug, Default)]
pub struct Sharing {
    nodes: AtomicUsize,
    spent: Mutex<Unshared>,
    taken: Notify,
}

#[derive(Debug, Default)]
struct Unshared {
    counts: HashMap<(u8, u64), u32>,
    told: Vec<Spent>,
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
            let taken = self.taken.notified();
            {
                let mut unshared = self.lock();
                let has_room = unshared.counts.len() < MOST;
                let counted = unshared.counts.get(&key).copied().unwrap_or(0);
                if counted < share(limit, nodes) {
                    let answer = call();
                    if answer.is_ok() && (counted > 0 || has_room) {
                        unshared.counts.insert(key, counted + 1);
                    }
                    return Some(answer);
                }
            }
            timeout_at(until, taken).await.ok()?;
        }
    }

    /// Tells the other nodes `what` of `key`, and answers whether that was within its share.
    pub fn tell(&self, key: (u8, u64), what: u32, limit: usize) -> bool {
        let nodes = self.nodes.load(Ordering::Relaxed);
        if nodes < 2 {
            return true;
        }
        let mut unshared = self.lock();
        let same = unshared.told.iter().filter(|(of, one, _)| (*of, *one) == key).count();
        let is_within = same < (limit / nodes).max(1) && unshared.told.len() < MOST;
        if is_within {
            unshared.told.push((key.0, key.1, what));
        }
        is_within
    }

    /// What was counted since this was last called, now that there are `nodes`. Who waits has a turn.
    pub fn take(&self, nodes: usize) -> Vec<Spent> {
        self.nodes.store(nodes, Ordering::Relaxed);
        let Unshared { counts, mut told } = std::mem::take(&mut *self.lock());
        told.extend(counts.into_iter().map(|((of, key), calls)| (of, key, calls)));
        self.taken.notify_waiters();
        told
    }

    fn lock(&self) -> MutexGuard<'_, Unshared> {
        self.spent.lock().unwrap_or_else(PoisonError::into_inner)
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
        assert_eq!(sharing.take(3), []);
        for _ in 0..10 {
            assert_eq!(sharing.count((3, 7), 30, ok).await, Some(Ok(())));
        }
        assert_eq!(sharing.count((3, 8), 30, || Err::<(), ()>(())).await, Some(Err(())));
        let begun = Instant::now();
        assert_eq!(sharing.count((3, 7), 30, ok).await, None, "nobody was told");
        assert_eq!(begun.elapsed(), PATIENCE);
        let waits = sharing.count((3, 7), 30, ok);
        let told = async {
            tokio::task::yield_now().await;
            sharing.take(3)
        };
        assert_eq!(tokio::join!(waits, told), (Some(Ok(())), vec![(3, 7, 10)]));
        assert_eq!(sharing.take(1), [(3, 7, 1)]);
        for _ in 0..100 {
            assert_eq!(sharing.count((3, 7), 30, ok).await, Some(Ok(())));
        }
        assert_eq!(sharing.take(1), [], "who is alone tells nobody");
    }
}
