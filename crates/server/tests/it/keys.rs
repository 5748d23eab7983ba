//! Keys from outside: brought, changed without an outage, ended; contract, sections 1 and 4; semantics, section 4.

use std::process::Output;
use std::time::Duration;

use domain::chat::Platform;
use domain::identity::key::{KeySize, Kid, SigningKeyPair};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use server::app::change_keys::revoke_key;
use tokio::io::AsyncWriteExt;
use tokio::time::Instant;

use crate::support::{Events, PASSWORD, TestChat, TestServer, error_of};

/// The chat's identification, over the dashboard's API.
pub(crate) struct Dashboard<'c> {
    chat: &'c TestChat<'c>,
    cookie: String,
}

impl<'c> Dashboard<'c> {
    pub(crate) async fn of(chat: &'c TestChat<'c>) -> Self {
        let cookie = chat.server.operator("default", "ada@shop.example", "owner").await;
        Self { chat, cookie }
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Value) -> Response {
        let (server, chat) = (self.chat.server, &self.chat.chat.id);
        let url = format!("{}/api/v1/chats/{chat}/identification{path}", server.url);
        let call = server.client.request(method, url).header("cookie", &self.cookie);
        let call = call.header("content-type", "application/json").body(body.to_string());
        call.send().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Response {
        self.call(Method::POST, path, body).await
    }

    /// Proves anew who one is: keys change only where that was not long ago.
    async fn prove(&self) {
        let call = self.chat.server.post("/api/v1/session/confirmation");
        let call = call.header("cookie", &self.cookie).json(&json!({ "password": PASSWORD }));
        assert_eq!(call.send().await.unwrap().status(), StatusCode::NO_CONTENT);
    }

    pub(crate) async fn view(&self) -> Value {
        self.call(Method::GET, "", Value::Null).await.json().await.unwrap()
    }

    /// The status and the message of a refusal.
    pub(crate) async fn refused(&self, path: &str, body: Value) -> String {
        let response = self.post(path, body).await;
        assert_eq!(response.status(), StatusCode::UNPROCESSABLE_ENTITY);
        let body: Value = response.json().await.unwrap();
        body["error"]["message"].as_str().unwrap().to_owned()
    }

    async fn add(&self, pair: &SigningKeyPair) -> Value {
        let body = json!({ "public_key": pair.public_key().to_pem() });
        let response = self.post("/keys", body).await;
        assert_eq!(response.status(), StatusCode::CREATED);
        response.json().await.unwrap()
    }
}

pub(crate) fn pair() -> SigningKeyPair {
    SigningKeyPair::generate(KeySize::default()).unwrap()
}

/// How identify answers to a new browser with a fresh token signed by `pair`.
pub(crate) async fn identify(
    chat: &TestChat<'_>,
    pair: &SigningKeyPair,
    kid: Option<&str>,
) -> StatusCode {
    let kid: Option<Kid> = kid.map(|kid| kid.parse().unwrap());
    let (mut claims, browser) = (chat.claims("ada@shop.example"), chat.visitor());
    // No two tokens are the same, or too many browsers would seem to share one.
    claims["jti"] = json!(browser.token);
    let jwt = pair.sign(kid.as_ref(), &claims.to_string()).unwrap();
    browser.try_identify(&jwt).await.status()
}

const REFUSED: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

fn key<'v>(view: &'v Value, kid: &str) -> &'v Value {
    view["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_the_merchant_brings_activates_verifies_and_is_published() {
    let server = TestServer::start().await;
    let chat = server.plain_chat("default", Platform::Custom).await;
    let dashboard = Dashboard::of(&chat).await;
    let pair = pair();
    assert_eq!(identify(&chat, &pair, None).await, REFUSED);
    let view = dashboard.add(&pair).await;
    assert_eq!(
        (&view["active"], &view["mode"], &view["jwks"]),
        (&json!(true), &json!("observe"), &Value::Null)
    );
    let kid = Kid::of(pair.public_key()).to_string();
    let added = key(&view, &kid);
    assert_eq!(added["source"], "public_key");
    assert_eq!(
        (&added["state"], &added["verifies"], &added["verifies_until"]),
        (&json!("active"), &json!(true), &Value::Null)
    );
    assert_eq!(
        (&added["verified"], &added["refused"], &added["first_used_at"]),
        (&json!(0), &json!(0), &Value::Null)
    );
    assert_eq!(added["retirement"]["safe"], false);
    assert_eq!(identify(&chat, &pair, None).await, StatusCode::OK);

    let path = format!("/api/v1/chats/{}/jwks.json", chat.chat.id);
    assert_eq!(view["jwks_json_url"], json!(format!("http://127.0.0.1:8787{path}")));
    let published = server.get(&path).header("origin", "https://any.example").send().await.unwrap();
    assert_eq!(published.headers()["access-control-allow-origin"], "*");
    assert_eq!(published.headers()["cache-control"], "max-age=60");
    let set: Value = published.json().await.unwrap();
    let jwk = json!({"kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid, "n": pair.public_key().n(), "e": "AQAB"});
    assert_eq!(set, json!({ "keys": [jwk] }));
    for unknown in ["chat_01jz3v5k8m2q4r6t7w9x0y1z2a", "nonsense"] {
        let answer = server.get(&format!("/api/v1/chats/{unknown}/jwks.json")).send().await;
        assert_eq!(answer.unwrap().status(), StatusCode::NOT_FOUND);
    }

    // How it was used is written down every few seconds.
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    let view = dashboard.view().await;
    let used = key(&view, &kid);
    assert_eq!(used["verified"], 1);
    assert!(used["first_used_at"].is_string() && used["first_used_at"] == used["last_used_at"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_key_is_refused_by_name_and_leaves_no_trace() {
    let server = TestServer::start().await;
    let chat = server.plain_chat("default", Platform::Custom).await;
    let dashboard = Dashboard::of(&chat).await;
    let pem = pair().private_key_pem().unwrap();
    let (pem, secret) = (pem.reveal(), &pem.reveal()[100..160]);
    let public = pair().public_key().to_pem();
    for text in [pem.to_owned(), pem.replace('\n', "\\n"), format!("{public}{pem}")] {
        let response = dashboard.post("/keys", json!({ "public_key": text })).await;
        let status = response.status();
        let answer = response.text().await.unwrap();
        assert!(status == REFUSED && answer.contains("\"private_key\""), "{answer}");
        assert!(!answer.contains(secret), "{answer}");
    }
    // Not as it should be sent, either.
    for body in [json!(pem), json!({ "key": pem }), json!({ "public_key": [pem] })] {
        let answer = dashboard.post("/keys", body).await.text().await.unwrap();
        assert!(answer.contains("\"invalid\"") && !answer.contains(secret), "{answer}");
    }
    assert_eq!(dashboard.view().await["keys"], json!([]));
    let folder =
        server.commands.config.database.database_url.sqlite_file().unwrap().parent().unwrap();
    for file in std::fs::read_dir(folder).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap();
        assert!(!bytes.windows(secret.len()).any(|part| part == secret.as_bytes()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_changed_without_an_outage() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let dashboard = Dashboard::of(&chat).await;
    let (old, new) = (chat.key.as_ref().unwrap(), pair());
    let (old_kid, new_kid) =
        (Kid::of(old.public_key()).to_string(), Kid::of(new.public_key()).to_string());
    let both = async |old_verifies, new_verifies| {
        assert_eq!(identify(&chat, old, Some(&old_kid)).await, old_verifies);
        assert_eq!(identify(&chat, &new, Some(&new_kid)).await, new_verifies);
    };
    dashboard.add(&new).await;
    both(StatusCode::OK, StatusCode::OK).await;

    // No more than three at once.
    dashboard.add(&pair()).await;
    let fourth = json!({ "public_key": pair().public_key().to_pem() });
    assert!(dashboard.refused("/keys", fourth).await.contains("at most 3 keys"));
    assert!(dashboard.refused("", json!({})).await.contains("at most 3 keys"));

    let retire = format!("/keys/{old_kid}/retire");
    assert!(
        dashboard.refused(&retire, json!({ "grace_seconds": 604_801 })).await.contains("7 days")
    );
    let retired: Value = dashboard.post(&retire, json!({})).await.json().await.unwrap();
    let key_of = |view: &Value| {
        let key = key(view, &old_kid);
        (key["state"].clone(), key["verifies"].clone(), key["verifies_until"].is_string())
    };
    assert_eq!(key_of(&retired), (json!("retired"), json!(true), true));
    both(StatusCode::OK, StatusCode::OK).await;
    server.clock.advance(Duration::from_mins(24 * 60 - 1));
    both(StatusCode::OK, StatusCode::OK).await;
    server.clock.advance(Duration::from_mins(1));
    both(REFUSED, StatusCode::OK).await;
    assert_eq!(key_of(&dashboard.view().await), (json!("retired"), json!(false), true));
    // Its place is free, and it does not come back, neither as it was nor with a longer grace time.
    dashboard.prove().await;
    dashboard.add(&pair()).await;
    let again = json!({ "public_key": old.public_key().to_pem() });
    assert!(dashboard.refused("/keys", again).await.contains("retired, and does not come back"));
    dashboard.post(&retire, json!({ "grace_seconds": 604_800 })).await;
    both(REFUSED, StatusCode::OK).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_grace_time_can_be_nothing_and_cut_short() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let dashboard = Dashboard::of(&chat).await;
    let old = chat.key.as_ref().unwrap();
    let retire = format!("/keys/{}/retire", Kid::of(old.public_key()));
    dashboard.post(&retire, json!({ "grace_seconds": 604_800 })).await;
    assert_eq!(identify(&chat, old, None).await, StatusCode::OK);
    dashboard.post(&retire, json!({ "grace_seconds": 0 })).await;
    assert_eq!(identify(&chat, old, None).await, REFUSED);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_key_ends_its_identities_within_a_second() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let dashboard = Dashboard::of(&chat).await;
    let other = pair();
    dashboard.add(&other).await;
    let kid = Kid::of(chat.key.as_ref().unwrap().public_key());
    let (mut ada, mut bob) = (chat.visitor(), chat.visitor());
    ada.identify(&chat.token_for("ada@shop.example")).await;
    let claims = chat.claims("bob@shop.example").to_string();
    bob.identify(&other.sign(None, &claims).unwrap()).await;
    let mut stream = Events::of(&ada, None).await;
    // As a command does: another process, which the service follows.
    revoke_key(&server.commands, &chat.chat.id, &kid, None).await.unwrap();
    let revoked = Instant::now();
    while stream.next().await.is_some() {}
    let took = revoked.elapsed();
    assert!(took < Duration::from_secs(1), "{took:?}");
    assert_eq!(ada.refusal().await, (StatusCode::UNAUTHORIZED, "visitor_token_ended".to_owned()));
    assert_eq!(identify(&chat, chat.key.as_ref().unwrap(), None).await, REFUSED);
    // The other key's identities go on.
    assert_eq!(bob.conversation().await["visitor"]["verified"], true);

    let view = dashboard.view().await;
    assert_eq!(key(&view, kid.as_str())["state"], "revoked");
    assert!(
        dashboard.refused(&format!("/keys/{kid}/retire"), json!({})).await.contains("is revoked")
    );
    let again = json!({ "public_key": chat.key.as_ref().unwrap().public_key().to_pem() });
    assert!(dashboard.refused("/keys", again).await.contains("revoked, and does not come back"));
    // Revoked over HTTP, it ends at once.
    let kid = Kid::of(other.public_key());
    assert_eq!(
        dashboard.post(&format!("/keys/{kid}/revoke"), json!({})).await.status(),
        StatusCode::OK
    );
    assert_eq!(bob.refusal().await.1, "visitor_token_ended");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_belongs_to_one_chat_and_its_name_may_be_anything() {
    let server = TestServer::start().await;
    let (one, two) = (server.plain_chat("default", Platform::Custom).await, server.chat().await);
    let dashboard = Dashboard::of(&one).await;
    let foreign = json!({ "public_key": two.key.as_ref().unwrap().public_key().to_pem() });
    let refusal = dashboard.refused("/keys", foreign).await;
    assert!(refusal.contains("belongs to another chat") && !refusal.contains("chat_"), "{refusal}");
    let pair = pair();
    let jwk =
        json!({"kty": "RSA", "kid": "2026/07 #1?%2F", "n": pair.public_key().n(), "e": "AQAB"});
    let view: Value = dashboard
        .post("/keys", json!({ "public_key": jwk.to_string() }))
        .await
        .json()
        .await
        .unwrap();
    assert_eq!(view["keys"][0]["kid"], "2026/07 #1?%2F");
    let known = json!({ "public_key": pair.public_key().to_pem() });
    assert!(
        dashboard
            .refused("/keys", known)
            .await
            .contains("already this chat's: it is the key 2026/07")
    );
    assert_eq!(identify(&one, &pair, Some("2026/07 #1?%2F")).await, StatusCode::OK);
    let path = "/keys/2026%2F07%20%231%3F%252F/revoke";
    assert_eq!(dashboard.post(path, json!({})).await.status(), StatusCode::OK);
    assert_eq!(identify(&one, &pair, None).await, REFUSED);
    for unknown in ["/keys/nobody/revoke", "/keys/%FF/revoke", "/keys/nobody/retire"] {
        let refused = error_of(dashboard.post(unknown, json!({})).await).await;
        assert_eq!(refused, (StatusCode::NOT_FOUND, "not_found".to_owned()), "{unknown}");
    }
    let shopify = server.plain_chat("default", Platform::Shopify).await;
    let added = server::app::change_keys::add_key(
        &server.commands,
        &shopify.chat.id,
        SigningKeyPair::generate(KeySize::default()).unwrap().public_key().clone().into(),
        None,
    );
    assert!(added.await.unwrap_err().to_string().contains("Shopify"));
}

/// Runs a command on the service's database.
pub(crate) async fn command(server: &TestServer, arguments: &[&str], input: &str) -> Output {
    let url = server.commands.config.database.database_url.reveal();
    let mut child = tokio::process::Command::new(env!("CARGO_BIN_EXE_zipchat"))
        .args(arguments)
        .env("ZIPCHAT_DATABASE_URL", url)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // A command that reads nothing may have gone.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes()).await;
    child.wait_with_output().await.unwrap()
}

fn printed(output: &Output) -> Value {
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The one line with which a command was refused.
pub(crate) fn refusal(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let text = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(text.starts_with("error: ") && text.lines().count() == 1, "{text}");
    text
}

#[tokio::test(flavor = "multi_thread")]
async fn the_commands_do_what_the_dashboard_does() {
    let server = TestServer::start().await;
    let chat = server.plain_chat("default", Platform::Custom).await;
    let id = chat.chat.id.as_str();
    let run = async |arguments: &[&str], input: &str| {
        let arguments: Vec<&str> = [&["identification"], arguments, &["--chat", id]].concat();
        command(&server, &arguments, input).await
    };
    let pair = pair();
    let added = printed(
        &run(&["add-key", "--public-key", "-", "--json"], &pair.public_key().to_pem()).await,
    );
    let kid = added["keys"][0]["kid"].as_str().unwrap().to_owned();
    assert_eq!(
        (&added["active"], &added["keys"][0]["source"]),
        (&json!(true), &json!("public_key"))
    );
    chat.settled().await;
    assert_eq!(identify(&chat, &pair, None).await, StatusCode::OK);

    let twice = run(&["add-key", "--public-key", "-"], &pair.public_key().to_pem()).await;
    assert!(refusal(&twice).contains("already this chat's"));
    let private = pair.private_key_pem().unwrap();
    let private = run(&["add-key", "--public-key", "-"], private.reveal()).await;
    assert!(refusal(&private).contains("private key"));
    let pem = pair.private_key_pem().unwrap();
    let pasted = refusal(&run(&["add-key", "--public-key", pem.reveal()], "").await);
    assert!(
        pasted.contains("this is a key") && !pasted.contains(&pem.reveal()[100..160]),
        "{pasted}"
    );
    assert!(refusal(&run(&["add-key", "--public-key", "/nowhere"], "").await).contains("/nowhere"));
    assert!(
        refusal(&run(&["retire", "--kid", "nobody"], "").await).contains("no key of that name")
    );
    assert_eq!(run(&["retire", "--kid", &kid, "--grace", "8"], "").await.status.code(), Some(2));
    assert!(
        refusal(&run(&["retire", "--kid", &kid, "--grace", "8d"], "").await).contains("7 days")
    );

    let retired = printed(&run(&["retire", "--kid", &kid, "--grace", "1h", "--json"], "").await);
    assert_eq!(
        (&retired["keys"][0]["state"], &retired["keys"][0]["verifies"]),
        (&json!("retired"), &json!(true))
    );
    let revoked = printed(&run(&["revoke", "--kid", &kid, "--json"], "").await);
    assert_eq!(revoked["keys"][0]["state"], "revoked");
    assert!(refusal(&run(&["retire", "--kid", &kid], "").await).contains("is revoked"));
    let list = run(&["list"], "").await;
    let text = String::from_utf8(list.stdout).unwrap();
    for part in [
        "active\n",
        &kid,
        "revoked, verifies nothing",
        "public_key, 2048 bits",
        "refused 0, first used",
        "SHA256:",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_signed_with_a_key_as_environments_garble_it() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let pem = chat.key.as_ref().unwrap().private_key_pem().unwrap();
    let pem = pem.reveal();
    for text in [
        pem.replace('\n', "\\n"),
        format!("\"{}\"", pem.replace('\n', "\\n")),
        pem.replace('\n', "\r\n"),
        pem.replace('\n', ""),
        format!("PRIVATE_KEY='{}'", pem.replace('\n', " ")),
    ] {
        let sign = ["token", "sign", "--key", "-", "--email", "ada@shop.example", "--json"];
        let token = printed(&command(&server, &sign, &text).await);
        let identified = chat.visitor().try_identify(token["token"].as_str().unwrap()).await;
        assert_eq!(identified.status(), StatusCode::OK, "{text:.60}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retirement_can_be_taken_back_while_the_key_verifies() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let dashboard = Dashboard::of(&chat).await;
    let kid = Kid::of(chat.key.as_ref().unwrap().public_key());
    let (retire, keep) = (format!("/keys/{kid}/retire"), format!("/keys/{kid}/keep"));
    assert!(dashboard.refused(&keep, json!({})).await.contains("can be kept after all"));
    let reach = async || -> Value {
        let path = format!("/keys/{kid}/reach");
        dashboard.call(Method::GET, &path, Value::Null).await.json().await.unwrap()
    };
    assert_eq!(reach().await, json!({ "identities": 0 }));
    assert!(chat.visitor().identify(&chat.token_for("ada@shop.example")).await);
    assert_eq!(reach().await, json!({ "identities": 1 }));

    dashboard.post(&retire, json!({ "grace_seconds": 3600 })).await;
    let kept: Value = dashboard.post(&keep, json!({})).await.json().await.unwrap();
    assert_eq!(kept["keys"][0]["state"], json!("active"));
    assert_eq!(kept["keys"][0]["verifies_until"], Value::Null);
    server.clock.advance(Duration::from_hours(2));
    assert!(chat.visitor().identify(&chat.token_for("bob@shop.example")).await);

    dashboard.prove().await;
    dashboard.post(&retire, json!({ "grace_seconds": 60 })).await;
    server.clock.advance(Duration::from_mins(2));
    assert!(dashboard.refused(&keep, json!({})).await.contains("can be kept after all"));
    let nobody = dashboard.post("/keys/nobody/keep", json!({})).await;
    assert_eq!(nobody.status(), StatusCode::NOT_FOUND);
}
