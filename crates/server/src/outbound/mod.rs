//! Calls to addresses that merchants name. Whoever may name an address may not thereby reach what only this service can: its own
//! machine, the network it is in, the cloud's metadata.
//!
//! Every address that is connected to is judged, not the name: names are looked up by [`Guard`], and literal addresses, for which
//! nothing is looked up, before. Each call looks up and connects anew. Nothing is sent through a proxy or followed to another host,
//! nothing but pages ([`pages`]) is decompressed, and no answer is waited for or read for longer than was said.

pub mod pages;
mod public;

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ipnet::IpNet;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
    LOCATION,
};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, Url};
use zeroize::Zeroizing;

use crate::config::OutboundConfig;
use public::is_public;

/// The longest address.
const MAX_URL: usize = 2048;
/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(5);
/// How many redirections a question follows, all of them on the host that was named.
const MOST_REDIRECTIONS: u32 = 3;
/// The header in which a merchant's endpoint is shown its key.
const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Calls addresses that merchants name.
#[derive(Debug)]
pub struct Outbound {
    allowed: Arc<[IpNet]>,
    /// For `https`; `None` where the system cannot do TLS. Made when it is first needed: it reads all certificates of the system.
    secure: OnceLock<Option<Client>>,
    /// For `http`, to networks that the operator allowed.
    plain: OnceLock<Option<Client>>,
}

/// What a call may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long it may take from the look-up of the name to the last byte.
    pub time: Duration,
    /// How many bytes the body of the answer may have.
    pub size: usize,
}

/// A question to an endpoint of a merchant.
pub struct Question<'a> {
    /// Where; what its query has already is kept.
    pub endpoint: &'a str,
    /// Added to the query.
    pub query: &'a [(&'a str, &'a str)],
    /// What proves who asks; secret.
    pub proof: Proof<'a>,
}

/// What proves to a merchant's endpoint who asks.
#[derive(Clone, Copy)]
pub enum Proof<'a> {
    /// Nothing.
    None,
    /// A key in a header of its own.
    ApiKey(&'a str),
    /// A user and a password, as HTTP has them.
    Basic(&'a str, &'a str),
}

impl fmt::Debug for Proof<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proof").finish_non_exhaustive()
    }
}

impl Proof<'_> {
    /// The header that carries it; marked as secret.
    fn header(self) -> Result<Option<(HeaderName, HeaderValue)>, OutboundError> {
        let (name, value) = match self {
            Self::None => return Ok(None),
            Self::ApiKey(key) => (API_KEY, Zeroizing::new(key.to_owned())),
            Self::Basic(user, password) => {
                let both = Zeroizing::new(format!("{user}:{password}"));
                let encoded = Zeroizing::new(STANDARD.encode(both.as_bytes()));
                (AUTHORIZATION, Zeroizing::new(format!("Basic {}", encoded.as_str())))
            }
        };
        let mut value =
            HeaderValue::from_bytes(value.as_bytes()).map_err(|_| OutboundError::Key)?;
        value.set_sensitive(true);
        Ok(Some((name, value)))
    }
}

impl fmt::Debug for Question<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Question").finish_non_exhaustive()
    }
}

/// An answer.
pub struct Answer {
    /// Its status.
    pub status: u16,
    /// Its body; it may be a secret that was published by mistake, so it is wiped.
    pub body: Zeroizing<Vec<u8>>,
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({}, {} bytes)", self.status, self.body.len())
    }
}

/// Why there is no answer, for the merchant who gave the address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OutboundError {
    /// Not an address.
    #[error("this is not an address: expected https://HOST/PATH, at most {MAX_URL} characters")]
    Malformed,
    /// What is secret would be shown wherever the address is.
    #[error("leave user name and password out of the address")]
    Credentials,
    /// Not TLS.
    #[error("the address must begin with https://")]
    NotHttps,
    /// Not for everybody.
    #[error(
        "{0} is not on the public internet; whoever operates this service can allow its network (ZIPCHAT_ALLOWED_PRIVATE_TARGETS)"
    )]
    NotPublic(String),
    /// No such name.
    #[error("the name {0} could not be looked up: is it spelled right?")]
    Unresolved(String),
    /// No connection.
    #[error(
        "no connection to {0} came about: is it running, and does its firewall let this service in?"
    )]
    Unreachable(String),
    /// No TLS.
    #[error(
        "{0} could not prove who it is: its certificate is not from a known authority, is for another name, or has expired"
    )]
    Certificate(String),
    /// Too slow.
    #[error("it did not answer within {0} seconds")]
    Slow(u64),
    /// Another address.
    #[error("it redirects to {0}: give that address instead, if it is yours")]
    Redirect(String),
    /// Compressed.
    #[error("it answers with a Content-Encoding that nobody asked for: answer uncompressed")]
    Encoded,
    /// Round and round.
    #[error("it redirects more than {MOST_REDIRECTIONS} times")]
    Redirects,
    /// A key that no header can carry.
    #[error("the key cannot be sent: it has characters that no header may have")]
    Key,
    /// Not for programs.
    #[error("its robots.txt does not let this service read it (its name there is Zipchat)")]
    Robots,
    /// Too much.
    #[error("its answer has more than {0} bytes")]
    TooLarge(usize),
    /// Half an answer, or none that is HTTP.
    #[error("its answer broke off, or was not HTTP")]
    Broken,
    /// Nothing that the merchant could mend.
    #[error(
        "this service cannot make TLS connections: its system has no certificates (install ca-certificates)"
    )]
    NoTls,
}

impl Outbound {
    /// Calls as `config` allows.
    #[must_use]
    pub fn new(config: &OutboundConfig) -> Self {
        Self {
            allowed: config.allowed_private_targets.clone().into(),
            secure: OnceLock::new(),
            plain: OnceLock::new(),
        }
    }

    /// Refuses what will never be called: use it where an address is set.
    ///
    /// # Errors
    /// [`OutboundError`], as far as it can be told without calling.
    pub fn check(&self, url: &str) -> Result<(), OutboundError> {
        self.parse(url).map(drop)
    }

    /// Reads what is at `url`. A redirection is an error that says where it leads.
    ///
    /// # Errors
    /// [`OutboundError`].
    pub async fn get(&self, url: &str, limits: Limits) -> Result<Answer, OutboundError> {
        self.call(url, None, limits).await
    }

    /// Posts `body`, which is JSON, to `url`. Otherwise as [`Outbound::get`].
    ///
    /// # Errors
    /// [`OutboundError`].
    pub async fn post(
        &self,
        url: &str,
        body: String,
        limits: Limits,
    ) -> Result<Answer, OutboundError> {
        self.call(url, Some(body), limits).await
    }

    /// As [`Outbound::post`], with these headers. One whose value cannot be sent is left out.
    ///
    /// # Errors
    /// [`OutboundError`].
    pub async fn post_with(
        &self,
        url: &str,
        body: String,
        headers: &[(&'static str, String)],
        limits: Limits,
    ) -> Result<Answer, OutboundError> {
        let target = self.parse(url)?;
        let pairs = headers.iter().filter_map(|(name, value)| {
            Some((HeaderName::from_static(name), HeaderValue::from_str(value).ok()?))
        });
        let headers: HeaderMap = pairs.collect();
        let slow = OutboundError::Slow(limits.time.as_secs());
        let answer = async {
            let answer = self.send(target, headers, Some(body)).await?;
            if answer.status().is_redirection() {
                return Err(OutboundError::Redirect(destination(&answer)));
            }
            whole(answer, limits.size).await
        };
        tokio::time::timeout(limits.time, answer).await.unwrap_or(Err(slow))
    }

    async fn call(
        &self,
        url: &str,
        body: Option<String>,
        limits: Limits,
    ) -> Result<Answer, OutboundError> {
        let target = self.parse(url)?;
        let slow = OutboundError::Slow(limits.time.as_secs());
        let answer = tokio::time::timeout(limits.time, self.fetch(target, body, limits)).await;
        answer.unwrap_or(Err(slow))
    }

    /// Asks an endpoint, once. A redirection is followed where it stays on the same scheme, host and port; nobody else is shown the key.
    ///
    /// # Errors
    /// [`OutboundError`].
    pub async fn ask(
        &self,
        question: &Question<'_>,
        limits: Limits,
    ) -> Result<Answer, OutboundError> {
        let mut target = self.parse(question.endpoint)?;
        target.url.query_pairs_mut().extend_pairs(question.query);
        let key = question.proof.header()?;
        let slow = OutboundError::Slow(limits.time.as_secs());
        let answer = self.follow(target, key.as_ref(), limits);
        tokio::time::timeout(limits.time, answer).await.unwrap_or(Err(slow))
    }

    async fn follow(
        &self,
        mut target: Target,
        key: Option<&(HeaderName, HeaderValue)>,
        limits: Limits,
    ) -> Result<Answer, OutboundError> {
        for _ in 0..=MOST_REDIRECTIONS {
            let url = target.url.clone();
            let headers = key.cloned().into_iter().collect();
            let answer = self.send(target, headers, None).await?;
            if !answer.status().is_redirection() {
                return whole(answer, limits.size).await;
            }
            let next = location(&answer).filter(|next| next.origin() == url.origin());
            let Some(next) = next else {
                return Err(OutboundError::Redirect(destination(&answer)));
            };
            target = self.judge(next)?;
        }
        Err(OutboundError::Redirects)
    }

    async fn fetch(
        &self,
        target: Target,
        body: Option<String>,
        limits: Limits,
    ) -> Result<Answer, OutboundError> {
        let answer = self.send(target, HeaderMap::new(), body).await?;
        if answer.status().is_redirection() {
            return Err(OutboundError::Redirect(destination(&answer)));
        }
        whole(answer, limits.size).await
    }

    async fn send(
        &self,
        target: Target,
        headers: HeaderMap,
        body: Option<String>,
    ) -> Result<Response, OutboundError> {
        let Target { url, host, secure } = target;
        let client = if secure { &self.secure } else { &self.plain };
        let client = client.get_or_init(|| self.client(secure)).as_ref();
        let client = client.ok_or(OutboundError::NoTls)?;
        let call = match body {
            None => client.get(url),
            Some(body) => client.post(url).header(CONTENT_TYPE, "application/json").body(body),
        };
        let call = call.header(ACCEPT, "application/json").headers(headers);
        call.send().await.map_err(|error| explain(&error, host, secure))
    }

    /// An address that may be called as far as can be told from it alone.
    fn parse(&self, url: &str) -> Result<Target, OutboundError> {
        let parsed = Some(url).filter(|url| url.len() <= MAX_URL);
        self.judge(parsed.and_then(|url| Url::parse(url).ok()).ok_or(OutboundError::Malformed)?)
    }

    fn judge(&self, mut url: Url) -> Result<Target, OutboundError> {
        let secure = match url.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(OutboundError::NotHttps),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(OutboundError::Credentials);
        }
        url.set_fragment(None);
        let host = url.host_str().ok_or(OutboundError::Malformed)?.to_owned();
        if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
            let guard = self.guard(secure);
            if !guard.allows(address) {
                return Err(guard.refusal(host, is_public(address)));
            }
        } else if !secure && self.allowed.is_empty() {
            return Err(OutboundError::NotHttps);
        }
        Ok(Target { url, host, secure })
    }

    fn guard(&self, secure: bool) -> Guard {
        let only = if secure { Only::PublicOrAllowed } else { Only::Allowed };
        Guard { allowed: self.allowed.clone(), only }
    }

    fn client(&self, secure: bool) -> Option<Client> {
        let client = Client::builder()
            .user_agent(concat!("Zipchat/", env!("CARGO_PKG_VERSION")))
            .dns_resolver(self.guard(secure))
            .https_only(secure)
            .redirect(Policy::none())
            .referer(false)
            .no_proxy()
            .connect_timeout(CONNECT)
            // A connection that is used again would not be judged again.
            .pool_max_idle_per_host(0)
            .build();
        client.inspect_err(|error| tracing::error!(%error, "no client for outbound calls")).ok()
    }
}

/// An address, taken apart.
struct Target {
    url: Url,
    host: String,
    secure: bool,
}

/// Lets through the addresses that may be called.
#[derive(Debug, Clone)]
struct Guard {
    allowed: Arc<[IpNet]>,
    only: Only,
}

/// What a guard lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Only {
    /// Public addresses, and networks that the operator allowed.
    PublicOrAllowed,
    /// These networks only: what goes there need not be encrypted.
    Allowed,
}

impl Guard {
    fn allows(&self, address: IpAddr) -> bool {
        let plain = address.to_canonical();
        let allowed = self.allowed.iter().any(|network| network.contains(&plain));
        allowed || (self.only == Only::PublicOrAllowed && is_public(address))
    }

    /// Why the addresses of `host`, which may be `public`, are not called.
    fn refusal(&self, host: String, public: bool) -> OutboundError {
        match (self.only, public) {
            (Only::Allowed, true) => OutboundError::NotHttps,
            _ => OutboundError::NotPublic(host),
        }
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let Ok(found) = found.map(Iterator::collect::<Vec<SocketAddr>>) else {
                return Err(OutboundError::Unresolved(host).into());
            };
            let may: Vec<SocketAddr> =
                found.iter().copied().filter(|address| guard.allows(address.ip())).collect();
            if may.is_empty() {
                let public = found.iter().any(|address| is_public(address.ip()));
                return Err(guard.refusal(host, public).into());
            }
            Ok(Box::new(may.into_iter()) as Addrs)
        })
    }
}

/// The answer with its body, where it is of a form that is read.
async fn whole(answer: Response, size: usize) -> Result<Answer, OutboundError> {
    let encoding = answer.headers().get(CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding != "identity") {
        return Err(OutboundError::Encoded);
    }
    let status = answer.status().as_u16();
    Ok(Answer { status, body: read(answer, size).await? })
}

/// The body of `answer`, read only as far as it is allowed to go.
async fn read(mut answer: Response, size: usize) -> Result<Zeroizing<Vec<u8>>, OutboundError> {
    if answer.content_length().is_some_and(|length| length > size as u64) {
        return Err(OutboundError::TooLarge(size));
    }
    // Reserved at once: what grows leaves copies behind.
    let mut body = Zeroizing::new(Vec::with_capacity(size));
    while let Some(chunk) = answer.chunk().await.map_err(|_| OutboundError::Broken)? {
        if body.len() + chunk.len() > size {
            return Err(OutboundError::TooLarge(size));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Where a redirection leads.
fn location(answer: &Response) -> Option<Url> {
    let location = answer.headers().get(LOCATION).and_then(|location| location.to_str().ok());
    location.and_then(|location| answer.url().join(location).ok())
}

/// The same, short enough to be shown.
fn destination(answer: &Response) -> String {
    location(answer).map_or_else(
        || "somewhere else".to_owned(),
        |mut url| {
            // What it says beside the address is between the two of them.
            url.set_query(None);
            url.set_fragment(None);
            let _ = url.set_username("");
            let _ = url.set_password(None);
            url.as_str().chars().take(200).collect()
        },
    )
}

/// What `error` means to whoever gave the address.
fn explain(error: &reqwest::Error, host: String, secure: bool) -> OutboundError {
    let mut source: Option<&dyn std::error::Error> = Some(error);
    let mut certificate = false;
    while let Some(error) = source {
        if let Some(ours) = error.downcast_ref::<OutboundError>() {
            return ours.clone();
        }
        certificate |= secure && error.to_string().contains("certificate");
        source = error.source();
    }
    if certificate {
        OutboundError::Certificate(host)
    } else if error.is_timeout() {
        OutboundError::Slow(CONNECT.as_secs())
    } else if error.is_connect() {
        OutboundError::Unreachable(host)
    } else {
        OutboundError::Broken
    }
}

#[cfg(test)]
mod tests;
