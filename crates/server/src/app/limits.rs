//! Who may call how often. Counted in memory; a refusal for too many calls does not count as a call.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use domain::id::{ChatId, VisitorId};
use domain::time::Timestamp;
use domain::visitor::TokenHash;
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use ipnet::IpNet;

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

/// A limit for each key.
struct Limit<K: Hash + Eq + Clone>(Option<DefaultKeyedRateLimiter<K>>);

/// All limits of the service.
pub struct Limits {
    identify_visitor: Limit<TokenHash>,
    identify_address: Limit<IpAddr>,
    messages: Limit<(ChatId, VisitorId)>,
    signs: Limit<(ChatId, VisitorId)>,
    sign_in_address: Limit<IpAddr>,
    report_address: Limit<IpAddr>,
    purchase_address: Limit<IpAddr>,
    order_test: Limit<ChatId>,
    assistant_test: Limit<ChatId>,
    backend: Mutex<HashMap<String, Window>>,
    fan_out: Mutex<HashMap<(ChatId, String), HashMap<VisitorId, Timestamp>>>,
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

impl<K: Hash + Eq + Clone> Limit<K> {
    /// `a_minute` calls on average and `burst` at once; 0 is no limit.
    fn new(a_minute: u32, burst: u32) -> Self {
        let quota = NonZeroU32::new(a_minute).zip(NonZeroU32::new(burst));
        Self(
            quota.map(|(rate, burst)| {
                RateLimiter::keyed(Quota::per_minute(rate).allow_burst(burst))
            }),
        )
    }

    fn check(&self, key: &K) -> Result<(), TooMany> {
        let Some(limiter) = &self.0 else { return Ok(()) };
        limiter.check_key(key).map(drop).map_err(|until| {
            let wait = until.wait_time_from(DefaultClock::default().now());
            TooMany { retry_after: Duration::from_secs(wait.as_secs() + 1) }
        })
    }

    fn sweep(&self) {
        if let Some(limiter) = &self.0 {
            limiter.retain_recent();
            limiter.shrink_to_fit();
        }
    }
}

impl Limits {
    /// The limits that `config` sets, and the fixed ones.
    #[must_use]
    pub fn new(config: &Config) -> Self {
        let (visitor, address) = (config.identify_per_visitor, config.identify_per_address);
        Self {
            identify_visitor: Limit::new(visitor, visitor.saturating_mul(2)),
            identify_address: Limit::new(address, address.saturating_mul(2)),
            messages: Limit::new(MESSAGES_A_MINUTE, MESSAGES_A_MINUTE),
            signs: Limit::new(SIGNS_A_MINUTE, SIGNS_A_MINUTE),
            sign_in_address: Limit::new(SIGN_INS_A_MINUTE, SIGN_INS_A_MINUTE),
            report_address: Limit::new(REPORTS_A_MINUTE, REPORTS_A_MINUTE),
            purchase_address: Limit::new(PURCHASES_A_MINUTE, PURCHASES_A_MINUTE),
            order_test: Limit::new(ORDER_TESTS_A_MINUTE, ORDER_TESTS_A_MINUTE),
            assistant_test: Limit::new(ASSISTANT_TESTS_A_MINUTE, ASSISTANT_TESTS_A_MINUTE),
            backend: Mutex::default(),
            fan_out: Mutex::default(),
        }
    }

    /// An attempt to identify from `address`, by the visitor with token `token` where the call names one.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn identify(&self, address: IpAddr, token: Option<&TokenHash>) -> Result<(), TooMany> {
        // The visitor first: else one visitor's surplus calls would use up what others at its address may do.
        if let Some(token) = token {
            self.identify_visitor.check(token)?;
        }
        self.identify_address.check(&network(address))
    }

    /// A message of a visitor.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn message(&self, chat: &ChatId, visitor: &VisitorId) -> Result<(), TooMany> {
        self.messages.check(&(chat.clone(), visitor.clone()))
    }

    /// A visitor's page tells that they type, or have read.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn sign(&self, chat: &ChatId, visitor: &VisitorId) -> Result<(), TooMany> {
        self.signs.check(&(chat.clone(), visitor.clone()))
    }

    /// An attempt to sign in to the dashboard.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn sign_in(&self, address: IpAddr) -> Result<(), TooMany> {
        self.sign_in_address.check(&network(address))
    }

    /// A report of a page.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn report(&self, address: IpAddr) -> Result<(), TooMany> {
        self.report_address.check(&network(address))
    }

    /// A try of the order endpoint of `chat`.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn order_test(&self, chat: &ChatId) -> Result<(), TooMany> {
        self.order_test.check(chat)
    }

    /// A question of an operator to the assistant of `chat`.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn assistant_test(&self, chat: &ChatId) -> Result<(), TooMany> {
        self.assistant_test.check(chat)
    }

    /// A purchase that a page tells of.
    ///
    /// # Errors
    /// [`TooMany`].
    pub fn purchase(&self, address: IpAddr) -> Result<(), TooMany> {
        self.purchase_address.check(&network(address))
    }

    /// A call of the Backend API, or of the Zapier API, with the key `key_hash`.
    #[must_use]
    pub fn backend_call(&self, key_hash: &str, now: Timestamp) -> Allowance {
        const MINUTE: Duration = Duration::from_mins(1);
        let mut windows = self.backend.lock().unwrap_or_else(PoisonError::into_inner);
        let window = windows.entry(key_hash.to_owned()).or_insert(Window { began: now, calls: 0 });
        if now.since(window.began) >= MINUTE {
            *window = Window { began: now, calls: 0 };
        }
        let allowed = window.calls < BACKEND_CALLS_A_MINUTE;
        window.calls += u32::from(allowed);
        Allowance {
            allowed,
            remaining: BACKEND_CALLS_A_MINUTE - window.calls,
            reset: window.began + MINUTE,
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
        let mut uses = self.fan_out.lock().unwrap_or_else(PoisonError::into_inner);
        let visitors = uses.entry((chat.clone(), token.to_owned())).or_default();
        visitors.retain(|_, used_at| now.since(*used_at) < FAN_OUT_WINDOW);
        let is_known = visitors.contains_key(visitor);
        if !is_known && visitors.len() >= VISITORS_A_TOKEN {
            let oldest = visitors.values().min().copied().unwrap_or(now);
            let wait = FAN_OUT_WINDOW.saturating_sub(now.since(oldest));
            return Err(TooMany { retry_after: Duration::from_secs(wait.as_secs() + 1) });
        }
        visitors.insert(visitor.clone(), now);
        Ok(())
    }

    /// Forgets what no longer matters; call it now and then.
    pub fn sweep(&self, now: Timestamp) {
        self.identify_visitor.sweep();
        self.identify_address.sweep();
        self.messages.sweep();
        self.signs.sweep();
        self.sign_in_address.sweep();
        self.report_address.sweep();
        self.purchase_address.sweep();
        self.order_test.sweep();
        self.assistant_test.sweep();
        let mut windows = self.backend.lock().unwrap_or_else(PoisonError::into_inner);
        windows.retain(|_, window| now.since(window.began) < Duration::from_mins(1));
        drop(windows);
        let mut uses = self.fan_out.lock().unwrap_or_else(PoisonError::into_inner);
        uses.retain(|_, visitors| {
            visitors.values().any(|used_at| now.since(*used_at) < FAN_OUT_WINDOW)
        });
    }
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
        let limit = Limit::new(10, 20);
        for _ in 0..20 {
            assert_eq!(limit.check(&"a"), Ok(()));
        }
        let refused = limit.check(&"a").unwrap_err();
        assert!((1..=7).contains(&refused.retry_after.as_secs()), "{refused:?}");
        assert_eq!(limit.check(&"b"), Ok(()));
        let none = Limit::new(0, 0);
        assert!((0..1_000).all(|_| none.check(&"a").is_ok()));
    }
}
