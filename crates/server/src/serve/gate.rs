//! How many connections there may be, and how many of one address.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ipnet::IpNet;

use super::timed::Pace;

/// The most connections, where the system allows as many files.
const MOST: usize = 20_000;
/// The most connections of one address (of one /64 with IPv6) that is neither this machine nor a trusted proxy; and never more
/// than half of all.
const MOST_OF_AN_ADDRESS: usize = 1_000;
/// Files kept free for the database and for logs.
const RESERVED_FILES: usize = 256;

/// Lets connections in, up to a limit.
#[derive(Debug)]
pub struct Gate {
    most: usize,
    proxies: Vec<IpNet>,
    open: Mutex<Open>,
    shed: AtomicU64,
}

#[derive(Debug, Default)]
struct Open {
    all: usize,
    by_address: HashMap<IpAddr, usize>,
}

/// A connection's right to be open, until this is dropped.
#[derive(Debug)]
pub(super) struct Pass {
    gate: Arc<Gate>,
    counted: Option<IpAddr>,
    pub(super) pace: Pace,
}

impl Gate {
    /// A gate for a process that may open `files`. Connections of `proxies` are counted only all together.
    #[must_use]
    pub fn new(files: usize, proxies: Vec<IpNet>) -> Self {
        let most = files.saturating_sub(RESERVED_FILES.min(files / 2)).min(MOST);
        Self { most, proxies, open: Mutex::default(), shed: AtomicU64::new(0) }
    }

    /// How many connections are open.
    #[must_use]
    pub fn open(&self) -> usize {
        self.lock().all
    }

    /// How many were closed at once, for too many.
    #[must_use]
    pub fn shed(&self) -> u64 {
        self.shed.load(Ordering::Relaxed)
    }

    /// Lets a connection from `address` in, unless there are too many.
    pub(super) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Pass> {
        let counted = self.counted(address);
        let mut open = self.lock();
        let of_address =
            counted.map_or(0, |address| open.by_address.get(&address).copied().unwrap_or(0));
        if open.all >= self.most || of_address >= MOST_OF_AN_ADDRESS.min(self.most / 2) {
            drop(open);
            let closed = self.shed.fetch_add(1, Ordering::Relaxed) + 1;
            // Rarely, for whoever floods the service shall not flood its log.
            if closed == 1 || closed.is_multiple_of(10_000) {
                tracing::warn!(closed, "too many connections: closing new ones");
            }
            return None;
        }
        open.all += 1;
        if let Some(address) = counted {
            *open.by_address.entry(address).or_default() += 1;
        }
        // The last quarter is for those who know what they want, or whoever wants nothing could keep everybody out.
        let pace = if open.all > self.most / 4 * 3 { Pace::Hurried } else { Pace::Usual };
        drop(open);
        Some(Pass { gate: self.clone(), counted, pace })
    }

    /// As whose a connection from `address` counts, if not only as one of all.
    fn counted(&self, address: IpAddr) -> Option<IpAddr> {
        let address = address.to_canonical();
        let exempt =
            address.is_loopback() || self.proxies.iter().any(|network| network.contains(&address));
        match address {
            _ if exempt => None,
            IpAddr::V4(_) => Some(address),
            // A customer of a provider has a whole /64.
            IpAddr::V6(v6) => Some(IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64))),
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut open = self.gate.lock();
        open.all -= 1;
        let Some(address) = self.counted else { return };
        if let Some(count) = open.by_address.get_mut(&address) {
            *count -= 1;
            if *count == 0 {
                open.by_address.remove(&address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn enter(gate: &Arc<Gate>, address: &str) -> Option<Pass> {
        gate.enter(address.parse().unwrap())
    }

    #[test]
    fn the_files_of_the_process_bound_the_connections() {
        let most = |files| Gate::new(files, Vec::new()).most;
        assert_eq!(most(256), 128);
        assert_eq!(most(1_024), 768);
        assert_eq!(most(usize::MAX), MOST);
    }

    #[test]
    fn too_many_are_closed_and_those_that_leave_make_room() {
        let gate = Arc::new(Gate::new(4, Vec::new()));
        let passes = [enter(&gate, "127.0.0.1"), enter(&gate, "192.0.2.1")];
        assert!(passes.iter().all(Option::is_some));
        assert!(enter(&gate, "192.0.2.2").is_none());
        assert_eq!((gate.open(), gate.shed()), (2, 1));
        drop(passes);
        assert!(enter(&gate, "192.0.2.2").is_some());
        assert!(gate.lock().by_address.is_empty());
    }

    #[test]
    fn when_it_is_crowded_newcomers_are_hurried() {
        let gate = Arc::new(Gate::new(16, Vec::new()));
        let passes: Vec<Pass> = (0..8).map_while(|_| enter(&gate, "127.0.0.1")).collect();
        let hurried = passes.iter().filter(|pass| pass.pace == Pace::Hurried).count();
        assert_eq!((passes.len(), hurried), (8, 2));
    }

    #[test]
    fn an_address_has_a_share_and_a_proxy_has_not() {
        let gate = Arc::new(Gate::new(usize::MAX, vec!["10.0.0.0/8".parse().unwrap()]));
        let fill = |address: &str| {
            (0..MOST_OF_AN_ADDRESS).map_while(|_| enter(&gate, address)).collect::<Vec<_>>()
        };
        let passes = [fill("2001:db8::1"), fill("10.0.0.1"), fill("127.0.0.1")];
        assert!(passes.iter().all(|passes| passes.len() == MOST_OF_AN_ADDRESS));
        assert!(enter(&gate, "2001:db8::2").is_none(), "the same /64");
        assert!(enter(&gate, "2001:db8:0:1::2").is_some());
        assert!(enter(&gate, "10.0.0.1").is_some());
        assert!(enter(&gate, "::ffff:127.0.0.1").is_some());
    }
}
