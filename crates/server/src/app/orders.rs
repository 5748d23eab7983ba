//! Orders, looked up at the merchant's own endpoint, or at the REST API of a `WooCommerce` shop ([`woocommerce`]): one try, and
//! little time, room and patience for it. What proves who asks is shown nowhere, whatever comes back.
//!
//! Source: contract, section 6.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use domain::chat::Chat;
use domain::id::ChatId;
use domain::lead::Email;
use domain::order::OrderNumber;
use domain::settings::OrderConnector;
use domain::time::Timestamp;
use percent_encoding::percent_decode_str;
use reqwest::Url;
use serde_json::Value;
use tokio::time::Instant;
use zeroize::Zeroizing;

use crate::app::App;
use crate::app::calls::{self, Call, Integration};
use crate::app::change_settings::place;
use crate::app::woocommerce;
use crate::outbound::{Limits, OutboundError, Proof, Question};

/// What a look-up may cost: 10 s in all, and 64 KiB.
pub const COST: Limits = Limits { time: Duration::from_secs(10), size: 64 * 1024 };
/// The most bytes of an order's `context` that are told; escaped and with its link, it fits a reply.
pub const MAX_CONTEXT: usize = 6 * 1024;
/// The longest address of a parcel.
pub const MAX_TRACKING_URL: usize = 2_048;
/// The most characters of an answer that its merchant is shown.
pub const MAX_SHOWN: usize = 4_000;
/// After this many failures in a row an endpoint is left in peace.
pub const FAILURES: u32 = 5;
/// For how long; then one look-up tries it, and the rest wait for what becomes of that.
pub const PAUSE: Duration = Duration::from_secs(30);

const API_KEY: &str = "order_tracking.api_key";

/// An order, as the merchant puts it. Text of others: nothing in it is an instruction or markup.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Plain text.
    pub context: String,
    /// Where the parcel can be followed: `http` or `https`.
    pub tracking_url: Option<Url>,
}

/// What an endpoint said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// The customer's order.
    Found(Order),
    /// No such order, or not this customer's.
    NotFound(String),
    /// The question does not please it.
    Unfit(String),
}

/// Why an endpoint said nothing of use, for its merchant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrderProblem {
    /// No endpoint.
    #[error("no endpoint is set (order_tracking.endpoint)")]
    NotSetUp,
    /// Not all of a shop.
    #[error(
        "the WooCommerce shop is not set up: set order_tracking.woocommerce_url, .woocommerce_key and .woocommerce_secret"
    )]
    ShopNotSetUp,
    /// Its key was encrypted with another secret key.
    #[error("the key cannot be read any more: set {0} anew")]
    KeyLost(&'static str),
    /// 401 or 403 of a shop.
    #[error(
        "the shop refuses the key ({0}): it must be a REST API key of WooCommerce with permission to read, sent by https, and the \
         server must pass the Authorization header on to PHP"
    )]
    ShopRefuses(u16),
    /// A status of a shop that has no meaning here.
    #[error("the shop answers {0}")]
    ShopStatus(u16),
    /// An order of a shop that is too long to be read. Whose it is nobody knows: a visitor is told what they are told of none.
    #[error("the shop's answer about this order is too long: {0}")]
    ShopTooLong(String),
    /// No REST API there.
    #[error(
        "there is no REST API of WooCommerce ({0}): give the address of the shop without a path of a page, and see that permalinks \
         are not plain"
    )]
    NoShop(&'static str),
    /// 401.
    #[error(
        "the endpoint refuses the key (401): is order_tracking.api_key the one that it expects?"
    )]
    KeyRefused,
    /// A status that has no meaning here.
    #[error("the endpoint answers {0}: expected 200, 400, 401 or 404")]
    Status(u16),
    /// 200, and nothing in it.
    #[error(
        "the endpoint answers 200 without a context: expected {{\"context\": \"…\"}} or plain text"
    )]
    Empty,
    /// It failed too often lately.
    #[error(
        "the endpoint failed {FAILURES} times in a row and is left in peace for {} s",
        PAUSE.as_secs()
    )]
    Resting,
    /// Another address, which would be shown the key.
    #[error("it redirects to another host, {0}: give that address instead, if it is yours")]
    Redirect(String),
    /// No answer.
    #[error("{0}")]
    Call(String),
}

impl OrderProblem {
    /// Whether asking again soon would only do harm.
    const fn is_failure(&self) -> bool {
        !matches!(
            self,
            Self::NotSetUp
                | Self::ShopNotSetUp
                | Self::KeyLost(_)
                | Self::ShopTooLong(_)
                | Self::Resting
        )
    }

    /// The same for the log, which knows no customers: where a redirection leads may name one.
    fn for_log(&self) -> String {
        match self {
            Self::Redirect(_) => "it redirects to another host".to_owned(),
            problem => problem.to_string(),
        }
    }
}

/// A look-up, with what its merchant wants to know of it.
#[derive(Debug)]
pub struct LookedUp {
    /// The status of the answer, where there was one.
    pub status: Option<u16>,
    /// How long it took.
    pub took: Duration,
    /// The beginning of the answer's body, at most [`MAX_SHOWN`] characters.
    pub body: Option<String>,
    /// What became of it.
    pub outcome: Result<Told, OrderProblem>,
}

/// Whose order, and which.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// Its number.
    pub number: &'a OrderNumber,
    /// Its customer's email, sent in the spelling that was given.
    pub email: &'a Email,
}

impl fmt::Debug for Wanted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wanted").finish_non_exhaustive()
    }
}

/// Looks an order up for a visitor, unless the endpoint is to be left in peace.
///
/// # Errors
/// [`OrderProblem`], which is nothing for the visitor to know.
pub async fn look_up(app: &App, chat: &Chat, wanted: Wanted<'_>) -> Result<Told, OrderProblem> {
    let endpoint = chat.settings.order_tracking.target().unwrap_or_default();
    if !app.breakers.admit(&chat.id, endpoint, app.clock.now()) {
        app.metrics.order_look_up("resting");
        return Err(OrderProblem::Resting);
    }
    match call(app, chat, wanted).await.outcome {
        Err(OrderProblem::ShopTooLong(_)) => Ok(Told::NotFound(String::new())),
        outcome => outcome,
    }
}

/// Tries the endpoint for its merchant, however it did lately.
pub async fn test(app: &App, chat: &Chat, wanted: Wanted<'_>) -> LookedUp {
    call(app, chat, wanted).await
}

async fn call(app: &App, chat: &Chat, wanted: Wanted<'_>) -> LookedUp {
    let settings = &chat.settings.order_tracking;
    let looked_up = match settings.connector {
        OrderConnector::Endpoint => ask(app, chat, wanted).await,
        OrderConnector::WooCommerce => woocommerce::ask(app, chat, wanted).await,
    };
    let endpoint = settings.target().unwrap_or_default();
    let outcome = match &looked_up.outcome {
        Ok(told) => {
            app.breakers.worked(&chat.id);
            told.name()
        }
        Err(problem) => {
            if problem.is_failure() {
                app.breakers.failed(&chat.id, endpoint, app.clock.now());
            }
            let (chat, problem) = (&chat.id, problem.for_log());
            tracing::warn!(%chat, status = looked_up.status, problem, "an order could not be looked up");
            "failed"
        }
    };
    app.metrics.order_look_up(outcome);
    note_call(app, chat, &looked_up);
    looked_up
}

/// For the merchant's list of last calls, which knows no customers.
fn note_call(app: &App, chat: &Chat, looked_up: &LookedUp) {
    let what = match chat.settings.order_tracking.connector {
        OrderConnector::Endpoint => "GET order endpoint",
        OrderConnector::WooCommerce => "GET WooCommerce orders",
    };
    let mut call = Call::new(what, app.clock.now(), looked_up.took);
    call.status = looked_up.status;
    call.problem = looked_up.outcome.as_ref().err().map(OrderProblem::for_log);
    calls::note(app, &chat.id, Integration::Orders, call);
}

async fn ask(app: &App, chat: &Chat, Wanted { number, email }: Wanted<'_>) -> LookedUp {
    let begun = Instant::now();
    let settings = &chat.settings.order_tracking;
    let unasked = |problem| LookedUp {
        status: None,
        took: begun.elapsed(),
        body: None,
        outcome: Err(problem),
    };
    let Some(endpoint) = settings.endpoint.as_deref() else {
        return unasked(OrderProblem::NotSetUp);
    };
    let open = |sealed| app.secret_key.open(&place(&chat.id, API_KEY), sealed).map(Zeroizing::new);
    let Ok(key) = settings.api_key.as_ref().map(open).transpose() else {
        return unasked(OrderProblem::KeyLost(API_KEY));
    };
    let key = key.as_ref().map(|key| key.as_str());
    let query = [("order_id", number.as_str()), ("customer_email", email.signed())];
    let proof = key.map_or(Proof::None, Proof::ApiKey);
    let question = Question { endpoint, query: &query, proof };
    match app.outbound.ask(&question, COST).await {
        Ok(answer) => {
            let body = without(key, &String::from_utf8_lossy(&answer.body));
            let outcome = understand(answer.status, &String::from_utf8_lossy(&answer.body), key);
            let body = body.chars().take(MAX_SHOWN).collect();
            LookedUp {
                status: Some(answer.status),
                took: begun.elapsed(),
                body: Some(body),
                outcome,
            }
        }
        Err(error) => unasked(problem(&error, key)),
    }
}

pub(super) fn problem(error: &OutboundError, key: Option<&str>) -> OrderProblem {
    match error {
        OutboundError::Redirect(to) => OrderProblem::Redirect(without(key, to)),
        error => OrderProblem::Call(without(key, &error.to_string())),
    }
}

/// `text` without the key, should somebody send it back.
pub(super) fn without(key: Option<&str>, text: &str) -> String {
    match key {
        Some(key) if !key.is_empty() => {
            let escaped = Value::from(key).to_string();
            text.replace(key, "***").replace(escaped.trim_matches('"'), "***")
        }
        _ => text.to_owned(),
    }
}

impl Told {
    const fn name(&self) -> &'static str {
        match self {
            Self::Found(_) => "found",
            Self::NotFound(_) => "not_found",
            Self::Unfit(_) => "unfit",
        }
    }
}

/// What an answer means.
fn understand(status: u16, body: &str, key: Option<&str>) -> Result<Told, OrderProblem> {
    let (context, tracking_url) = match serde_json::from_str(body) {
        Ok(Value::Object(members)) => {
            let text = |name: &str| members.get(name).and_then(Value::as_str).unwrap_or_default();
            (told(text("context"), key), parcel(text("tracking_url"), key))
        }
        Ok(Value::String(text)) => (told(&text, key), None),
        _ => (told(body, key), None),
    };
    match status {
        200 if context.is_empty() => Err(OrderProblem::Empty),
        200 => Ok(Told::Found(Order { context, tracking_url })),
        404 => Ok(Told::NotFound(context)),
        400 => Ok(Told::Unfit(context)),
        401 => Err(OrderProblem::KeyRefused),
        other => Err(OrderProblem::Status(other)),
    }
}

/// A merchant's text, fit to be told: without controls and marks that turn the direction of what follows, and not too long.
pub(super) fn told(text: &str, key: Option<&str>) -> String {
    let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let clean: String = without(key, text)
        .chars()
        .filter(|c| !turns(*c) && *c != '\r')
        .map(|c| if c.is_control() && c != '\n' { ' ' } else { c })
        .collect();
    let clean = clean.trim();
    match clean.floor_char_boundary(MAX_CONTEXT) {
        end if end < clean.len() => format!("{}…", &clean[..end]),
        _ => clean.to_owned(),
    }
}

/// The address of a parcel, where it is one that may be shown.
pub(super) fn parcel(text: &str, key: Option<&str>) -> Option<Url> {
    let text = text.trim();
    // However it is written.
    let decoded = percent_decode_str(text).decode_utf8_lossy();
    let leaks = |key: &str| !key.is_empty() && (text.contains(key) || decoded.contains(key));
    let leaks = key.is_some_and(leaks);
    let url = Some(text).filter(|text| !leaks && text.len() <= MAX_TRACKING_URL);
    url.and_then(|url| Url::parse(url).ok()).filter(|url| {
        matches!(url.scheme(), "http" | "https")
            && url.username().is_empty()
            && url.password().is_none()
            && url.as_str().len() <= MAX_TRACKING_URL
    })
}

/// Which endpoints failed lately.
#[derive(Debug, Default)]
pub struct Breakers(Mutex<HashMap<ChatId, Trouble>>);

#[derive(Debug)]
struct Trouble {
    endpoint: String,
    failures: u32,
    /// Until when nobody asks it, once it failed often enough.
    rests_until: Timestamp,
}

impl Breakers {
    /// Whether `endpoint` may be asked. After its rest one may ask, and the next only when that one must have its answer.
    fn admit(&self, chat: &ChatId, endpoint: &str, now: Timestamp) -> bool {
        let mut troubles = self.lock();
        let Some(trouble) = troubles.get_mut(chat) else { return true };
        if trouble.endpoint != endpoint || trouble.failures < FAILURES {
            return true;
        }
        let may = now >= trouble.rests_until;
        if may {
            trouble.rests_until = now + COST.time + Duration::from_secs(1);
        }
        may
    }

    fn worked(&self, chat: &ChatId) {
        self.lock().remove(chat);
    }

    fn failed(&self, chat: &ChatId, endpoint: &str, now: Timestamp) {
        let mut troubles = self.lock();
        let failures = match troubles.get(chat) {
            Some(trouble) if trouble.endpoint == endpoint => trouble.failures.saturating_add(1),
            _ => 1,
        };
        let endpoint = endpoint.to_owned();
        troubles.insert(chat.clone(), Trouble { endpoint, failures, rests_until: now + PAUSE });
    }

    /// Forgets what is long ago; call it now and then.
    pub fn sweep(&self, now: Timestamp) {
        self.lock().retain(|_, trouble| now.since(trouble.rests_until) < Duration::from_hours(1));
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<ChatId, Trouble>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

    fn found(context: &str, tracking_url: Option<&str>) -> Told {
        let tracking_url = tracking_url.map(|url| url.parse().unwrap());
        Told::Found(Order { context: context.to_owned(), tracking_url })
    }

    #[test]
    fn an_answer_is_understood_as_the_contract_has_it() {
        let check = |status: u16, body: &str, expected: Result<Told, OrderProblem>| {
            assert_eq!(understand(status, body, Some("s3cret")), expected, "{status} {body}");
        };
        let url = "https://parcels.example/7";
        check(
            200,
            &format!(r#"{{"context":"Sent","tracking_url":"{url}"}}"#),
            Ok(found("Sent", Some(url))),
        );
        check(200, r#"{"context":" Sent\n","tracking_url":""}"#, Ok(found("Sent", None)));
        check(200, r#"{"context":"Sent","tracking_url":null,"more":1}"#, Ok(found("Sent", None)));
        check(200, "Sent", Ok(found("Sent", None)));
        check(200, "\"Sent\"", Ok(found("Sent", None)));
        check(200, "<p>Sent</p>", Ok(found("<p>Sent</p>", None)));
        check(200, "{\"context\":", Ok(found("{\"context\":", None)));
        check(200, "", Err(OrderProblem::Empty));
        check(200, "{}", Err(OrderProblem::Empty));
        check(200, r#"{"context":["Sent"]}"#, Err(OrderProblem::Empty));
        check(404, r#"{"context":"None"}"#, Ok(Told::NotFound("None".to_owned())));
        check(404, "", Ok(Told::NotFound(String::new())));
        check(400, r#"{"context":"Odd"}"#, Ok(Told::Unfit("Odd".to_owned())));
        check(401, r#"{"context":"No"}"#, Err(OrderProblem::KeyRefused));
        check(500, r#"{"context":"Sent"}"#, Err(OrderProblem::Status(500)));
        check(204, "", Err(OrderProblem::Status(204)));
    }

    #[test]
    fn only_an_address_for_browsers_is_shown() {
        let check = |url: &str, expected: Option<&str>| {
            assert_eq!(parcel(url, Some("s3cret")).as_ref().map(Url::as_str), expected, "{url}");
        };
        check("https://parcels.example/7?a=b", Some("https://parcels.example/7?a=b"));
        check(" http://parcels.example ", Some("http://parcels.example/"));
        check("https://p.example/a b<c>", Some("https://p.example/a%20b%3Cc%3E"));
        check("javascript:alert(1)", None);
        check("data:text/html,x", None);
        check("//parcels.example/7", None);
        check("/7", None);
        check("https://u:p@parcels.example/", None);
        check("https://parcels.example/?key=s3cret", None);
        check(&format!("https://parcels.example/{}", "a".repeat(2_048)), None);
        check("", None);
    }

    #[test]
    fn what_is_told_is_clean_short_and_without_the_key() {
        assert_eq!(told("a\r\nb\u{7}c\u{202e}d", None), "a\nb cd");
        assert_eq!(told("the key is s3cret!", Some("s3cret")), "the key is ***!");
        assert_eq!(without(Some("a\"b"), r#"{"x":"a\"b"}"#), r#"{"x":"***"}"#);
        let long = told(&"é".repeat(MAX_CONTEXT), None);
        assert_eq!(long.len(), MAX_CONTEXT + "…".len());
    }

    #[test]
    fn an_endpoint_that_fails_is_left_in_peace_and_then_tried_once() {
        let (breakers, chat) = (Breakers::default(), ChatId::new(NOW));
        let admit = |now| breakers.admit(&chat, "a", now);
        for _ in 0..FAILURES {
            assert!(admit(NOW));
            breakers.failed(&chat, "a", NOW);
        }
        assert!(!admit(NOW));
        assert!(breakers.admit(&ChatId::new(NOW), "a", NOW));
        assert!(breakers.admit(&chat, "b", NOW));
        let later = NOW + PAUSE;
        assert!(admit(later));
        assert!(!admit(later));
        breakers.failed(&chat, "a", later);
        assert!(!admit(later + COST.time));
        let later = later + PAUSE;
        assert!(admit(later));
        breakers.worked(&chat);
        assert!(admit(later) && admit(later));
        breakers.failed(&chat, "a", later);
        breakers.sweep(later + PAUSE + Duration::from_hours(1));
        assert_eq!(breakers.lock().len(), 0);
    }
}
