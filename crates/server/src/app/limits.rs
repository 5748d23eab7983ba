//! Who may call how often. Counted in memory; a refusal for too many calls does not count as a call.
//!
//! Where there are several nodes, each tells the others every tenth of a second what it counted, and they count it too (see
//! [`sharing`](crate::app::sharing), with what that bounds).

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use domain::id::{ChatId, VisitorId};
use domain::time::Timestamp;
use domain::visitor::TokenHash;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use ipnet::IpNet;
use tokio::time::Instant;

use crate::app::sharing::{Sharing, Spent};
use crate::config::Config;

/// Messages a visitor may send in a minute.
pub const MESSAGES_A_MINUTE: u32 = 30;
/// How often a visitor's page may tell in a minute that they type or have read; more is not kept.
pub const SIGNS_A_MINUTE: u32 = 120;
/// Attempts to sign in to the dashboard, a minute an address. There is no limit an email: with one, strangers could keep its owner out.
pub const SIGN_INS_A_MINUTE: u32 = 10;
/// Reports of pages, a minute an address.
pub const REPORTS_A_MINUTE: u32 = 30;
/// Purchases that pages tell of, a minute an address.
pub const PURCHASES_A_MINUTE: u32 = 30;
/// Calls of the Backend API, or of the Zapier API, with one key in a minute.
pub const BACKEND_CALLS_A_MINUTE: u32 = 120;
/// Tries of a chat's order endpoint by its merchant, in a minute.
pub const ORDER_TESTS_A_MINUTE: u32 = 20;
/// Answers that a chat's assistant gives to its own operators, in a minute.
pub const ASSISTANT_TESTS_A_MINUTE: u32 = 20;
/// Visitors who may use one signed token within [`FAN_OUT_WINDOW`].
pub const VISITORS_A_TOKEN: usize = 5;
/// See [`VISITORS_A_TOKEN`].
pub const FAN_OUT_WINDOW: Duration = Duration::from_mins(10);

/// Too many calls: when to try again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many calls; try again in {} s", retry_after.as_secs())]
pub struct TooMany {
    /// After how long; whole seconds, at least one.
    pub retry_after: Duration,
}

/// What is limited. The numbers go between nodes: they never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Of {
    IdentifyVisitor = 1,
    IdentifyAddress = 2,
    Messages = 3,
    Signs = 4,
    SignIns = 5,
    Reports = 6,
    Purchases = 7,
    OrderTests = 8,
    AssistantTests = 9,
    BackendCalls = 10,
    FanOut = 11,
}

/// A limit for each key: the hash of whom it is about.
struct Limit {
    of: Of,
    burst: u32,
    limiter: Option<DefaultKeyedRateLimiter<u64>>,
}

/// All limits of the service.
pub struct Limits {
    salt: [u8; 32],
    sharing: Sharing,
    by_kind: [Limit; 9],
    backend: Mutex<HashMap<u64, Window>>,
    fan_out: Mutex<HashMap<u64, HashMap<u32, Timestamp>>>,
}

/// The calls of a minute, counted from its first.
#[derive(Debug, Clone, Copy)]
struct Window {
    began: Timestamp,
    calls: u32,
}

/// What is left of a minute's calls, for the `X-RateLimit-…` headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Whether this call is within the limit.
    pub allowed: bool,
    /// How many more calls are.
    pub remaining: u32,
    /// When the minute ends.
    pub reset: Timestamp,
}

const MINUTE: Duration = Duration::from_mins(1);

impl Limit {
    /// `a_minute` calls on average and `burst` at once; 0 is no limit.
    fn new(of: Of, a_minute: u32, burst: u32) -> Self {
        let quota = NonZeroU32::new(a_minute).zip(NonZeroU32::new(burst));
        let limiter = quota
            .map(|(rate, burst)| RateLimiter::keyed(Quota::per_minute(rate).allow_burst(burst)));
        Self { of, burst, limiter }
    }

    fn check(&self, key: u64) -> Result<(), TooMany> {
        let Some(limiter) = &self.limiter else { return Ok(()) };
        limiter.check_key(&key).map(drop).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            TooMany { retry_after: Duration::from_secs(wait.as_secs() + 1) }
        })
    }

    /// Counts `calls` of another node, as far as there is room.
    fn debit(&self, key: u64, calls: u32) {
        // A burst more than is allowed at once empties it just the same.
        let _ = (0..calls.min(self.burst)).try_for_each(|_| self.check(key));
    }

    fn sweep(&self) {
        if let Some(limiter) = &self.limiter {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

impl Limits {
    /// The limits that `config` sets, and the fixed ones. `salt` is the same on all nodes, and others do not know it.
    #[must_use]
    pub fn new(config: &Config, salt: [u8; 32]) -> Self {
        let (visitor, address) = (config.identify_per_visitor, config.identify_per_address);
        let fixed = |of, a_minute| Limit::new(of, a_minute, a_minute);
        Self {
            salt,
            sharing: Sharing::default(),
            // In the order of their numbers.
            by_kind: [
                Limit::new(Of::IdentifyVisitor, visitor, visitor.saturating_mul(2)),
                Limit::new(Of::IdentifyAddress, address, address.saturating_mul(2)),
                fixed(Of::Messages, MESSAGES_A_MINUTE),
                fixed(Of::Signs, SIGNS_A_MINUTE),
                fixed(Of::SignIns, SIGN_INS_A_MINUTE),
                fixed(Of::Reports, REPORTS_A_MINUTE),
                fixed(Of::Purchases, PURCHASES_A_MINUTE),
                fixed(Of::OrderTests, ORDER_TESTS_A_MINUTE),
                fixed(Of::AssistantTests, ASSISTANT_TESTS_A_MINUTE),
            ],
            backend: Mutex::default(),
            fan_out: Mutex::default(),
        }
    }

    /// An attempt to identify from `address`, by the visitor with token `token` where the call names one.
    ///
    /// # Errors
    /// [`TooMany`].
    pub async fn identify(
        &self,
        address: IpAddr,
        token: Option<&TokenHash>,
    ) -> Result<(), TooMany> {
        // The visitor first: else one visitor's surplus calls would use up what others at its address may do.
        if let Some(token) = token {
            self.check(Of::IdentifyVisitor, &[token.as_str()]).await?;
        }
        self.check_address(Of::IdentifyAddress, address).await
    }

    /// A message of a visitor.
    ///
    /// # Errors
    /// [`TooMany`].
    pub async fn message(&self, chat: &ChatId, visitor: &VisitorId) -> Result<(), TooMany> {
        self.check(Of::Messages, &[chat.as_str(), visitor.as_str()]).await
    }

    /// A visitor's page tells that they type, or have read.
    ///
    /// # Errors
    /// [`TooMany`].
    pub async fn sign(&self, chat: &ChatId, visitor: &VisitorId) -> Result<(), TooMany> {
        self.check(Of::Signs, &[chat.as_str(), visitor.as_str()]).await
    }

    /// An attempt to sign in to the dashboard.
    ///
    /// # Errors
    /// [`TooMany`].
    pub async fn sign_in(&self, address: IpAddr) -> Result<(), TooMany> {
        self.check_address(Of::SignIns, address).await
    }

    /// A report of a page.
    ///
    /// # Errors
    /// [`TooMany`].
    pub async fn report(&self, address: IpAddr) -> Result<(), TooMany> {
        self.check_address(Of::Reports, address).await
    }

    /// A try of the order endpoint of `chat`.
    ///
    /// # Errors
    /// [`TooMany`].
    pub async fn order_test(&self, chat: &ChatId) -> Result<(), TooMany> {
        self.check(Of::OrderTests, &[chat.as_str()]).await
    }

    /// A question of an operator to the assistant of `chat`.
    ///
    /// # Errors
    /// [`TooMany`].
    pub async fn assistant_test(&self, chat: &ChatId) -> Result<(), TooMany> {
        self.check(Of::AssistantTests, &[chat.as_str()]).await
    }

    /// A purchase that a page tells of.
    ///
    /// # Errors
    /// [`TooMany`].
    pub async fn purchase(&self, address: IpAddr) -> Result<(), TooMany> {
        self.check_address(Of::Purchases, address).await
    }

    /// A call of the Backend API, or of the Zapier API, with the key `key_hash`.
    pub async fn backend_call(&self, key_hash: &str, now: Timestamp) -> Allowance {
        let key = self.key(&[key_hash]);
        let spent = (Of::BackendCalls as u8, key);
        let counted = self.sharing.count(spent, BACKEND_CALLS_A_MINUTE, || {
            let mut windows = lock(&self.backend);
            let window = Window::of(&mut windows, key, now);
            let allowed = window.calls < BACKEND_CALLS_A_MINUTE;
            window.calls += u32::from(allowed);
            let remaining = BACKEND_CALLS_A_MINUTE - window.calls;
            let allowance = Allowance { allowed, remaining, reset: window.began + MINUTE };
            if allowed { Ok(allowance) } else { Err(allowance) }
        });
        match counted.await {
            Some(Ok(allowance) | Err(allowance)) => allowance,
            None => Allowance { allowed: false, remaining: 0, reset: now + Duration::from_secs(1) },
        }
    }

    /// A signed token, given by its hash, used by `visitor`.
    ///
    /// # Errors
    /// [`TooMany`] when more than [`VISITORS_A_TOKEN`] visitors use it within [`FAN_OUT_WINDOW`].
    pub fn fan_out(
        &self,
        chat: &ChatId,
        token: &str,
        visitor: &VisitorId,
        now: Timestamp,
    ) -> Result<(), TooMany> {
        let key = self.key(&[chat.as_str(), token]);
        // A part of the hash tells five visitors apart.
        let visitor = self.key(&[visitor.as_str()]).to_le_bytes();
        let visitor = u32::from_le_bytes([visitor[0], visitor[1], visitor[2], visitor[3]]);
        let mut uses = lock(&self.fan_out);
        let visitors = uses.entry(key).or_default();
        visitors.retain(|_, used_at| now.since(*used_at) < FAN_OUT_WINDOW);
        let is_new = !visitors.contains_key(&visitor);
        if is_new && visitors.len() >= VISITORS_A_TOKEN {
            let oldest = visitors.values().min().copied().unwrap_or(now);
            let wait = FAN_OUT_WINDOW.saturating_sub(now.since(oldest));
            return Err(TooMany { retry_after: Duration::from_secs(wait.as_secs() + 1) });
        }
        let most = u32::try_from(VISITORS_A_TOKEN).unwrap_or(u32::MAX);
        if is_new && !self.sharing.tell((Of::FanOut as u8, key), visitor, most) {
            return Err(TooMany { retry_after: Duration::from_secs(1) });
        }
        visitors.insert(visitor, now);
        Ok(())
    }

    /// What was counted since it was last asked for, now that there are `nodes`: for the other ones; and the number of this round.
    pub fn take_spent(&self, nodes: usize) -> (u64, Vec<Spent>) {
        self.sharing.take(nodes, Instant::now())
    }

    /// All other nodes have heard what was counted up to `round`.
    pub fn heard(&self, round: u64) {
        self.sharing.heard(round);
    }

    /// Counts what other nodes counted. What this one does not know, it leaves.
    pub fn debit(&self, spent: &[Spent], now: Timestamp) {
        for (of, key, calls) in spent {
            if *of == Of::BackendCalls as u8 {
                let mut windows = lock(&self.backend);
                let window = Window::of(&mut windows, *key, now);
                window.calls = window.calls.saturating_add(*calls).min(BACKEND_CALLS_A_MINUTE);
            } else if *of == Of::FanOut as u8 {
                lock(&self.fan_out).entry(*key).or_default().insert(*calls, now);
            } else if let Some(limit) = self.by_kind.iter().find(|limit| limit.of as u8 == *of) {
                limit.debit(*key, *calls);
            }
        }
    }

    /// Forgets what no longer matters; call it now and then.
    pub fn sweep(&self, now: Timestamp) {
        self.by_kind.iter().for_each(Limit::sweep);
        lock(&self.backend).retain(|_, window| now.since(window.began) < MINUTE);
        lock(&self.fan_out).retain(|_, visitors| {
            visitors.values().any(|used_at| now.since(*used_at) < FAN_OUT_WINDOW)
        });
    }

    async fn check_address(&self, of: Of, address: IpAddr) -> Result<(), TooMany> {
        self.check(of, &[&network(address).to_string()]).await
    }

    async fn check(&self, of: Of, whom: &[&str]) -> Result<(), TooMany> {
        let limit = &self.by_kind[usize::from(of as u8) - 1];
        if limit.limiter.is_none() {
            return Ok(());
        }
        let key = self.key(whom);
        let counted = self.sharing.count((of as u8, key), limit.burst, || limit.check(key));
        counted.await.unwrap_or(Err(TooMany { retry_after: Duration::from_secs(1) }))
    }

    /// The hash of whom a limit is about. Nobody who does not know the salt can tell who that is.
    fn key(&self, whom: &[&str]) -> u64 {
        let mut hash = Context::new(&SHA256);
        hash.update(&self.salt);
        for part in whom {
            hash.update(part.as_bytes());
            hash.update(&[0]);
        }
        hash.finish().as_ref().iter().take(8).fold(0, |key, byte| key << 8 | u64::from(*byte))
    }
}

impl Window {
    /// The running window of `key`, or a new one.
    fn of(windows: &mut HashMap<u64, Self>, key: u64, now: Timestamp) -> &mut Self {
        let window = windows.entry(key).or_insert(Self { began: now, calls: 0 });
        if now.since(window.began) >= MINUTE {
            *window = Self { began: now, calls: 0 };
        }
        window
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl std::fmt::Debug for Limits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Limits").finish_non_exhaustive()
    }
}

/// What counts as one address: an IPv4 address, or the first half of an IPv6 one, which is what one customer line has.
pub(super) fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(v4) => IpAddr::V4(v4),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// The address of a client: that of the peer, unless the peer is a trusted proxy; then the rightmost address in
/// `X-Forwarded-For` that is not one.
///
/// `forwarded`: the header's values in the order they came.
#[must_use]
pub fn client_address<'a>(
    peer: IpAddr,
    forwarded: impl Iterator<Item = &'a str>,
    trusted: &[IpNet],
) -> IpAddr {
    let trusts = |address: IpAddr| {
        let address = address.to_canonical();
        trusted.iter().any(|net| net.contains(&address))
    };
    if !trusts(peer) {
        return peer;
    }
    let entries: Vec<&str> = forwarded.flat_map(|value| value.split(',')).map(str::trim).collect();
    let mut nearest = peer;
    for entry in entries.into_iter().rev() {
        // What a proxy did not write cannot be believed, nor anything to the left of it.
        let Ok(address) = entry.parse::<IpAddr>() else { return nearest };
        nearest = address;
        if !trusts(address) {
            return nearest;
        }
    }
    nearest
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn addresses(list: &[&str]) -> HashSet<IpAddr> {
        list.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[test]
    fn the_client_is_the_peer_unless_a_trusted_proxy_says_otherwise() {
        let trusted: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap(), "fd00::/8".parse().unwrap()];
        let check = |peer: &str, forwarded: &[&str], expected: &str| {
            let address =
                client_address(peer.parse().unwrap(), forwarded.iter().copied(), &trusted);
            assert_eq!(address, expected.parse::<IpAddr>().unwrap(), "{peer} {forwarded:?}");
        };
        check("203.0.113.9", &["198.51.100.1"], "203.0.113.9");
        check("10.0.0.1", &[], "10.0.0.1");
        check("10.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check("10.0.0.1", &["1.2.3.4, 198.51.100.1"], "198.51.100.1");
        check("10.0.0.1", &["1.2.3.4", "198.51.100.1, 10.2.3.4"], "198.51.100.1");
        check("10.0.0.1", &["10.9.9.9"], "10.9.9.9");
        check("10.0.0.1", &["1.2.3.4, nonsense"], "10.0.0.1");
        check("10.0.0.1", &["nonsense, 198.51.100.1"], "198.51.100.1");
        check("::ffff:10.0.0.1", &["198.51.100.1"], "198.51.100.1");
        check("fd00::1", &["2001:db8::7"], "2001:db8::7");
    }

    #[test]
    fn an_ipv6_line_counts_as_one_address() {
        let lines = addresses(&[
            "2001:db8:1:2::1",
            "2001:db8:1:2:ffff::9",
            "2001:db8:1:3::1",
            "::ffff:192.0.2.1",
        ]);
        let networks: HashSet<IpAddr> = lines.into_iter().map(network).collect();
        assert_eq!(networks, addresses(&["2001:db8:1:2::", "2001:db8:1:3::", "192.0.2.1"]));
    }

    #[test]
    fn a_burst_of_twice_the_rate_passes_and_a_refusal_says_when_to_come_back() {
        let limit = Limit::new(Of::Messages, 10, 20);
        for _ in 0..20 {
            assert_eq!(limit.check(1), Ok(()));
        }
        let refused = limit.check(1).unwrap_err();
        assert!((1..=7).contains(&refused.retry_after.as_secs()), "{refused:?}");
        assert_eq!(limit.check(2), Ok(()));
        let none = Limit::new(Of::Messages, 0, 0);
        assert!((0..1_000).all(|_| none.check(1).is_ok()));
    }

    /// So many nodes of one installation.
    fn nodes(count: usize) -> Vec<Limits> {
        (0..count).map(|_| Limits::new(&Config::default(), [7; 32])).collect()
    }

    /// All tell all others what they counted.
    fn share(nodes: &[Limits], now: Timestamp) {
        let told: Vec<Vec<Spent>> = nodes.iter().map(|one| one.take_spent(nodes.len()).1).collect();
        for (speaker, spent) in told.iter().enumerate() {
            let others = nodes.iter().enumerate().filter(|(hearer, _)| *hearer != speaker);
            others.for_each(|(_, node)| node.debit(spent, now));
        }
        for node in nodes {
            node.heard(u64::MAX);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn nodes_together_allow_at_most_twice_what_one_allows() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let (chat, visitor) = (ChatId::new(now), VisitorId::new(now));
        for count in 1..=5 {
            let nodes = nodes(count);
            share(&nodes, now);
            // Somebody who calls every node at once, as often as it can, for a second.
            let mut allowed = 0;
            for _ in 0..10 {
                for node in &nodes {
                    while tokio::time::timeout(Duration::ZERO, node.message(&chat, &visitor))
                        .await
                        .is_ok_and(|outcome| outcome.is_ok())
                    {
                        allowed += 1;
                    }
                }
                share(&nodes, now);
            }
            let limit = MESSAGES_A_MINUTE;
            assert!((limit..=2 * limit).contains(&allowed), "{count} nodes: {allowed}");
        }
    }

    #[tokio::test]
    async fn what_one_node_counts_counts_on_the_others() {
        let now = Timestamp::from_millis(1_800_000_000_000);
        let chat = ChatId::new(now);
        let nodes = nodes(2);
        share(&nodes, now);
        let mut left = 0;
        for call in 0..BACKEND_CALLS_A_MINUTE {
            let allowance = nodes[call as usize % 2].backend_call("key", now).await;
            assert!(allowance.allowed, "{call}");
            left = allowance.remaining;
            share(&nodes, now);
        }
        assert_eq!(left, 0);
        assert!(!nodes[0].backend_call("key", now).await.allowed);
        for number in 0..=VISITORS_A_TOKEN {
            let used = nodes[number % 2].fan_out(&chat, "token", &VisitorId::new(now), now);
            assert_eq!(used.is_ok(), number < VISITORS_A_TOKEN, "{number}");
            share(&nodes, now);
        }
        nodes[0].debit(&[(200, 1, 1)], now);
    }
}
