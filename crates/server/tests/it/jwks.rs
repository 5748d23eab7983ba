//! Keys from an address: contract, section 1; semantics, section 4. The address is a server on this machine, which is allowed here.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::chat::Platform;
use domain::identity::key::{Kid, SigningKeyPair};
use futures_util::future::join_all;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use server::app::activate_identification::state;
use server::app::jwks::set_address;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::Instant;

use crate::keys::{Dashboard, command, identify, pair, refusal};
use crate::support::{TestChat, TestServer};

const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
const LOCAL: [&str; 2] = ["--allowed-private-targets", "127.0.0.0/8"];

/// A merchant's server with a key set.
pub(crate) struct Host {
    pub(crate) url: String,
    answer: Arc<Mutex<Option<String>>>,
    asked: Arc<AtomicUsize>,
}

impl Host {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/jwks.json", listener.local_addr().unwrap());
        let host = Self { url, answer: Arc::default(), asked: Arc::default() };
        let (answer, asked) = (host.answer.clone(), host.asked.clone());
        tokio::spawn(async move {
            let mut open = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                asked.fetch_add(1, Ordering::Relaxed);
                let _ = stream.read(&mut [0; 2048]).await;
                let answer = answer.lock().unwrap().clone();
                match answer {
                    // It is away.
                    None => {}
                    Some(answer) if answer.is_empty() => open.push(stream),
                    Some(answer) => drop(stream.write_all(answer.as_bytes()).await),
                }
            }
        });
        host
    }

    fn answers(&self, head: &str, body: &str) {
        let answer = format!(
            "HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        *self.answer.lock().unwrap() = Some(answer);
    }

    pub(crate) fn publishes(&self, keys: &[&SigningKeyPair]) {
        let jwks: Vec<Value> = keys.iter().map(|pair| jwk(pair)).collect();
        self.answers("200 OK", &json!({ "keys": jwks }).to_string());
    }

    fn is_away(&self) {
        *self.answer.lock().unwrap() = None;
    }

    fn says_nothing(&self) {
        *self.answer.lock().unwrap() = Some(String::new());
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

fn kid(pair: &SigningKeyPair) -> String {
    format!("key of {}", &Kid::of(pair.public_key()).as_str()[..8])
}

fn jwk(pair: &SigningKeyPair) -> Value {
    json!({ "kty": "RSA", "use": "sig", "kid": kid(pair), "n": pair.public_key().n(), "e": "AQAB" })
}

/// How identify answers to a token that names its key.
async fn signed(chat: &TestChat<'_>, pair: &SigningKeyPair) -> StatusCode {
    identify(chat, pair, Some(&kid(pair))).await
}

/// A chat with its keys at `host`.
async fn chat_at<'s>(server: &'s TestServer, host: &Host) -> TestChat<'s> {
    let chat = server.plain_chat("default", Platform::Custom).await;
    set_address(&server.commands, &chat.chat.id, &host.url, None).await.unwrap();
    chat.settled().await;
    chat
}

/// Waits until the address was asked this often, and what came of it was taken in.
async fn asked(chat: &TestChat<'_>, host: &Host, times: usize) {
    let began = Instant::now();
    while host.asked() < times {
        assert!(began.elapsed() < Duration::from_secs(10), "asked {} times", host.asked());
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    chat.settled().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_gives_its_keys_at_once_and_takes_them_with_it() {
    let server = TestServer::start_with(&LOCAL).await;
    let chat = server.plain_chat("default", Platform::Custom).await;
    let dashboard = Dashboard::of(&chat).await;
    let (host, one, two) = (Host::start().await, pair(), pair());
    host.publishes(&[&one, &two]);
    let put = async || dashboard.call(Method::PUT, "/jwks", json!({ "url": host.url })).await;
    let response = put().await;
    assert_eq!(response.status(), StatusCode::OK);
    let view: Value = response.json().await.unwrap();
    assert_eq!((&view["active"], &view["jwks"]["url"]), (&json!(true), &json!(host.url)));
    assert_eq!(view["jwks"]["error"], Value::Null);
    assert_eq!(view["jwks"]["fetched_at"], view["jwks"]["attempted_at"]);
    for key in view["keys"].as_array().unwrap() {
        assert_eq!((&key["source"], &key["verifies"]), (&json!("jwks"), &json!(true)));
        assert_eq!(key["verifies_until"], view["jwks"]["kept_until"]);
    }
    assert_eq!(signed(&chat, &one).await, StatusCode::OK);
    assert_eq!(identify(&chat, &two, None).await, StatusCode::OK);
    let published = server.get(&format!("/api/v1/chats/{}/jwks.json", chat.chat.id)).send().await;
    let published: Value = published.unwrap().json().await.unwrap();
    assert_eq!(published["keys"].as_array().unwrap().len(), 2);

    let removed = dashboard.call(Method::DELETE, "/jwks", Value::Null).await;
    let view: Value = removed.json().await.unwrap();
    assert_eq!(
        (&view["jwks"], &view["keys"][0]["state"], &view["keys"][0]["verifies"]),
        (&Value::Null, &json!("retired"), &json!(false))
    );
    assert_eq!(signed(&chat, &one).await, REFUSED);
    // Removed by the merchant, they do not come back.
    let again = put().await;
    assert_eq!(again.status(), REFUSED);
    assert!(again.text().await.unwrap().contains("was retired here, and stays so"));
    assert_eq!(dashboard.view().await["jwks"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_key_is_fetched_at_once_but_not_twice_a_minute() {
    let server = TestServer::start_with(&LOCAL).await;
    let (host, old, new, newer) = (Host::start().await, pair(), pair(), pair());
    host.publishes(&[&old]);
    let chat = chat_at(&server, &host).await;
    assert_eq!((signed(&chat, &old).await, host.asked()), (StatusCode::OK, 1));
    host.publishes(&[&old, &new]);
    assert_eq!((signed(&chat, &new).await, host.asked()), (REFUSED, 1));
    server.clock.advance(MINUTE);
    // Without a name, or with a known one, there is nothing to look for.
    assert_eq!(identify(&chat, &new, None).await, REFUSED);
    assert_eq!(identify(&chat, &new, Some(&kid(&old))).await, REFUSED);
    assert_eq!(host.asked(), 1);
    assert_eq!((signed(&chat, &new).await, host.asked()), (StatusCode::OK, 2));
    assert_eq!(signed(&chat, &old).await, StatusCode::OK);

    // Many at once share one call, and all go through.
    host.publishes(&[&new, &newer]);
    server.clock.advance(MINUTE);
    let all = join_all((0..10).map(|_| signed(&chat, &newer))).await;
    assert!(all.iter().all(|status| *status == StatusCode::OK), "{all:?}");
    assert_eq!(host.asked(), 3);
    assert_eq!(signed(&chat, &old).await, REFUSED);

    // A call that fails counts, too.
    host.is_away();
    server.clock.advance(MINUTE);
    let stranger = pair();
    for _ in 0..5 {
        assert_eq!(signed(&chat, &stranger).await, REFUSED);
    }
    assert_eq!((signed(&chat, &newer).await, host.asked()), (StatusCode::OK, 4));
    host.publishes(&[&new, &newer, &stranger]);
    assert_eq!((signed(&chat, &stranger).await, host.asked()), (REFUSED, 4));
    server.clock.advance(MINUTE);
    assert_eq!((signed(&chat, &stranger).await, host.asked()), (StatusCode::OK, 5));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_waits_three_seconds_at_most_and_is_told_nothing() {
    let server = TestServer::start_with(&LOCAL).await;
    let (host, known, stranger) = (Host::start().await, pair(), pair());
    host.publishes(&[&known]);
    let chat = chat_at(&server, &host).await;
    let plain = chat.visitor().try_identify("nonsense").await;
    host.says_nothing();
    server.clock.advance(MINUTE);
    let began = Instant::now();
    let token = stranger
        .sign(Some(&kid(&stranger).parse().unwrap()), &chat.claims("a@shop.example").to_string());
    let slow = chat.visitor().try_identify(&token.unwrap()).await;
    let took = began.elapsed();
    assert!((2_500..4_000).contains(&took.as_millis()), "{took:?}");
    let names = |response: &reqwest::Response| {
        let mut names: Vec<String> = response.headers().keys().map(ToString::to_string).collect();
        names.sort();
        (response.status(), names)
    };
    assert_eq!(names(&slow), names(&plain));
    assert_eq!(slow.text().await.unwrap(), plain.text().await.unwrap());
    // Others do not wait with it.
    let began = Instant::now();
    assert_eq!(signed(&chat, &known).await, StatusCode::OK);
    assert!(began.elapsed() < Duration::from_secs(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_hangs_up_does_not_keep_the_keys_from_others() {
    let server = TestServer::start_with(&LOCAL).await;
    let (host, old, new) = (Host::start().await, pair(), pair());
    host.publishes(&[&old]);
    let chat = chat_at(&server, &host).await;
    host.publishes(&[&new]);
    server.clock.advance(MINUTE);
    let hasty = tokio::time::timeout(Duration::from_millis(1), signed(&chat, &new)).await;
    assert!(hasty.is_err());
    for _ in 0..40 {
        if signed(&chat, &new).await == StatusCode::OK {
            assert_eq!(host.asked(), 2);
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the keys were not fetched");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_leave_the_set_go_within_the_hour_and_may_come_back() {
    let server = TestServer::start_with(&LOCAL).await;
    let (host, one, two) = (Host::start().await, pair(), pair());
    host.publishes(&[&one, &two]);
    let chat = chat_at(&server, &host).await;
    host.publishes(&[&two]);
    server.clock.advance(HOUR);
    asked(&chat, &host, 2).await;
    assert_eq!(signed(&chat, &one).await, REFUSED);
    assert_eq!(signed(&chat, &two).await, StatusCode::OK);
    // As when one of several servers was behind.
    host.publishes(&[&one, &two]);
    server.clock.advance(HOUR);
    asked(&chat, &host, 3).await;
    assert_eq!(signed(&chat, &one).await, StatusCode::OK);
    // What the merchant ended here stays ended.
    let (id, kid) = (&chat.chat.id, kid(&one).parse().unwrap());
    server::app::change_keys::revoke_key(&server.commands, id, &kid, None).await.unwrap();
    server.clock.advance(HOUR);
    asked(&chat, &host, 4).await;
    assert_eq!(signed(&chat, &one).await, REFUSED);
    let found = state(&server.commands, id).await.unwrap();
    let error = found.jwks.unwrap().error.unwrap();
    assert!(error.contains(kid.as_str()) && error.contains("was revoked here"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_outlast_their_address_by_seven_days() {
    let server = TestServer::start_with(&LOCAL).await;
    let (host, key) = (Host::start().await, pair());
    host.publishes(&[&key]);
    let chat = chat_at(&server, &host).await;
    host.is_away();
    server.clock.advance(6 * 24 * HOUR);
    asked(&chat, &host, 2).await;
    assert_eq!(signed(&chat, &key).await, StatusCode::OK);
    let found = state(&server.commands, &chat.chat.id).await.unwrap();
    let source = found.jwks.unwrap();
    assert!(source.error.is_some() && source.fetched_at < source.attempted_at, "{source:?}");
    server.clock.advance(24 * HOUR);
    asked(&chat, &host, 3).await;
    assert_eq!(identify(&chat, &key, None).await, REFUSED);
    // Back again, its keys are as before.
    host.publishes(&[&key]);
    server.clock.advance(MINUTE);
    assert_eq!(signed(&chat, &key).await, StatusCode::OK);
    let found = state(&server.commands, &chat.chat.id).await.unwrap();
    assert_eq!(found.jwks.unwrap().error, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_beyond_three_are_left_out_and_named() {
    let server = TestServer::start_with(&LOCAL).await;
    let host = Host::start().await;
    let pairs: Vec<SigningKeyPair> = (0..4).map(|_| pair()).collect();
    host.publishes(&pairs.iter().collect::<Vec<_>>());
    let chat = chat_at(&server, &host).await;
    for (number, pair) in pairs.iter().enumerate() {
        let expected = if number < 3 { StatusCode::OK } else { REFUSED };
        assert_eq!(signed(&chat, pair).await, expected, "{number}");
    }
    let error = state(&server.commands, &chat.chat.id).await.unwrap().jwks.unwrap().error.unwrap();
    assert!(error.contains(&kid(&pairs[3])) && error.contains("at most 3"), "{error}");
    host.publishes(&pairs[..3].iter().collect::<Vec<_>>());
    // A set that belongs to another chat is of no use.
    let other = server.plain_chat("default", Platform::Custom).await;
    let refused = set_address(&server.commands, &other.chat.id, &host.url, None).await.unwrap_err();
    assert!(refused.to_string().contains("belongs to another chat"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_does_not_do_is_refused_with_what_is_wrong() {
    let server = TestServer::start_with(&LOCAL).await;
    let chat = server.plain_chat("default", Platform::Custom).await;
    let dashboard = Dashboard::of(&chat).await;
    let (host, key) = (Host::start().await, pair());
    let check = async |url: &str, code: &str, says: &str| {
        let response = dashboard.call(Method::PUT, "/jwks", json!({ "url": url })).await;
        assert_eq!(response.status(), REFUSED, "{url}");
        let body: Value = response.json().await.unwrap();
        let message = body["error"]["message"].as_str().unwrap();
        assert!(body["error"]["code"] == code && message.contains(says), "{url}: {body}");
    };
    for (url, says) in [
        ("ftp://shop.example/", "https://"),
        ("https://user:pass@shop.example/", "user name and password"),
        ("shop.example", "not an address"),
        ("https://10.0.0.1/", "not on the public internet"),
        ("https://[::1]/", "not on the public internet"),
        ("http://169.254.169.254/latest", "not on the public internet"),
        ("http://8.8.8.8/", "must begin with https://"),
        ("https://no-such-host.invalid/", "could not be looked up"),
    ] {
        check(url, "invalid", says).await;
    }
    check(&host.url, "invalid", "broke off").await;
    host.answers("404 Not Found", "");
    check(&host.url, "invalid", "the status 404").await;
    host.answers("302 Found\r\nLocation: /elsewhere.json", "");
    check(&host.url, "invalid", "redirects to http://127.0.0.1").await;
    host.answers("200 OK\r\nContent-Encoding: gzip", "{}");
    check(&host.url, "invalid", "Content-Encoding").await;
    host.answers("200 OK", "<html></html>");
    check(&host.url, "invalid", "not a JWK Set").await;
    host.answers("200 OK", "{\"issuer\": \"x\"}");
    check(&host.url, "invalid", "no list of \"keys\"").await;
    host.answers("200 OK", r#"{"keys": []}"#);
    check(&host.url, "invalid", "no key that verifies RS256").await;
    host.answers("200 OK", r#"{"keys": [{"kty": "EC", "kid": "e1"}]}"#);
    check(&host.url, "invalid", "\"e1\": not an RSA public key").await;
    host.answers("200 OK", &format!("{{\"keys\": []}}{}", " ".repeat(64 * 1024)));
    check(&host.url, "invalid", "more than 65536 bytes").await;
    let mut private = jwk(&key);
    private["d"] = json!("c2VjcmV0IHNlY3JldCBzZWNyZXQ");
    host.answers("200 OK", &json!({ "keys": [private] }).to_string());
    check(&host.url, "private_key", "private key").await;
    host.says_nothing();
    check(&host.url, "invalid", "within 10 seconds").await;
    let view = dashboard.view().await;
    assert_eq!(
        (&view["active"], &view["keys"], &view["jwks"]),
        (&json!(false), &json!([]), &Value::Null)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_on_this_machine_is_refused_unless_it_is_allowed() {
    let server = TestServer::start().await;
    let chat = server.plain_chat("default", Platform::Custom).await;
    let (host, key) = (Host::start().await, pair());
    host.publishes(&[&key]);
    let id = chat.chat.id.as_str();
    let mut arguments = vec!["identification", "add-key", "--chat", id, "--jwks-url", &host.url];
    let refused = refusal(&command(&server, &arguments, "").await);
    assert!(refused.contains("ZIPCHAT_ALLOWED_PRIVATE_TARGETS"), "{refused}");
    let by_name = host.url.replace("http://127.0.0.1", "https://localhost");
    let refused = set_address(&server.commands, &chat.chat.id, &by_name, None).await.unwrap_err();
    assert!(refused.to_string().contains("localhost is not on the public internet"), "{refused}");
    assert_eq!(host.asked(), 0);
    arguments.extend(["--json", "--allowed-private-targets", "127.0.0.1"]);
    let output = command(&server, &arguments, "").await;
    assert!(output.status.success(), "{output:?}");
    let added: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&added["keys"][0]["source"], &added["jwks"]["url"]),
        (&json!("jwks"), &json!(host.url))
    );
    chat.settled().await;
    assert_eq!(signed(&chat, &key).await, StatusCode::OK);
    let removed = command(&server, &["identification", "remove-jwks", "--chat", id], "").await;
    assert!(removed.status.success(), "{removed:?}");
    chat.settled().await;
    assert_eq!(signed(&chat, &key).await, REFUSED);
}
