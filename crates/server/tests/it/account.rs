//! The people of an account: how they come in, prove who they are, and go; and what is written down of what they do.

use std::time::Duration;

use domain::totp::TotpSecret;
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::mails::MailServer;
use crate::support::{PASSWORD, TestServer, error_of};

/// Where a webhook may go.
const HOOK: &str = "https://hooks.example/orders/secret-part";

/// Somebody with the cookie of a session.
pub(crate) struct Person<'s> {
    pub(crate) server: &'s TestServer,
    pub(crate) cookie: String,
}

impl<'s> Person<'s> {
    pub(crate) async fn new(server: &'s TestServer, email: &str, role: &str) -> Self {
        Self { server, cookie: server.operator("default", email, role).await }
    }

    pub(crate) async fn call(&self, method: Method, path: &str, body: Value) -> Response {
        let call = self.server.client.request(method, format!("{}/api/v1{path}", self.server.url));
        call.header("cookie", &self.cookie).json(&body).send().await.unwrap()
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let response = self.call(Method::GET, path, json!({})).await;
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json().await.unwrap()
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Response {
        self.call(Method::POST, path, body).await
    }

    async fn is_signed_in(&self) -> bool {
        self.call(Method::GET, "/session", json!({})).await.status() == StatusCode::OK
    }

    async fn id(&self) -> String {
        self.get("/session").await["operator"]["id"].as_str().unwrap().to_owned()
    }

    /// The kinds of what is in the log, newest first.
    pub(crate) async fn log(&self) -> Vec<String> {
        let page = self.get("/audit").await;
        let entries = page["entries"].as_array().unwrap();
        entries.iter().map(|entry| entry["kind"].as_str().unwrap().to_owned()).collect()
    }
}

pub(crate) fn cookie(response: &Response) -> String {
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

pub(crate) async fn sign_in(server: &TestServer, body: Value) -> Response {
    server.post("/api/v1/session").json(&body).send().await.unwrap()
}

pub(crate) async fn post(server: &TestServer, path: &str, body: Value) -> Response {
    server.post(&format!("/api/v1{path}")).json(&body).send().await.unwrap()
}

fn token_of(link: &str) -> String {
    let (address, token) = link.split_once('#').unwrap();
    assert!(!address.contains('?'), "{link}");
    token.to_owned()
}

/// An authenticator app.
async fn set_up_totp(person: &Person<'_>) -> (TotpSecret, Vec<String>) {
    let begun: Value = person.post("/security/totp", json!({})).await.json().await.unwrap();
    assert!(begun["uri"].as_str().unwrap().starts_with("otpauth://totp/"));
    assert!(begun["picture"]["size"].as_u64().unwrap() > 20);
    let secret = TotpSecret::parse(begun["secret"].as_str().unwrap()).unwrap();
    let wrong = person.post("/security/totp/confirmation", json!({ "code": "000000" })).await;
    assert_eq!(error_of(wrong).await.1, "wrong_code");
    let code = secret.code(person.server.now());
    let confirmed = person.post("/security/totp/confirmation", json!({ "code": code })).await;
    assert_eq!(confirmed.status(), StatusCode::OK);
    let codes: Value = confirmed.json().await.unwrap();
    let codes = codes["recovery_codes"].as_array().unwrap();
    assert_eq!(codes.len(), 10);
    (secret, codes.iter().map(|code| code.as_str().unwrap().to_owned()).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_invited_joins_once_with_the_role_they_were_given() {
    let server = TestServer::start().await;
    let owner = Person::new(&server, "owner@shop.example", "owner").await;
    let body = json!({ "email": "Bob@Shop.example", "role": "member" });
    let invited = owner.post("/invitations", body.clone()).await;
    assert_eq!(invited.status(), StatusCode::CREATED);
    let invited: Value = invited.json().await.unwrap();
    assert_eq!(invited["invitation"]["mail"], "off");
    let first = token_of(invited["link"].as_str().unwrap());
    // Twice, and who is there already.
    assert_eq!(error_of(owner.post("/invitations", body).await).await.1, "already_invited");
    let taken =
        owner.post("/invitations", json!({ "email": "OWNER@shop.example", "role": "editor" }));
    assert_eq!(error_of(taken.await).await, (StatusCode::CONFLICT, "already_there".to_owned()));
    // A new link makes the old one worthless.
    let id = invited["invitation"]["id"].as_str().unwrap();
    let renewed = owner.post(&format!("/invitations/{id}/renewals"), json!({})).await;
    let renewed: Value = renewed.json().await.unwrap();
    let fresh = token_of(renewed["link"].as_str().unwrap());
    let lookup =
        async |token: &str| post(&server, "/invitations/lookup", json!({ "token": token })).await;
    assert_eq!(error_of(lookup(&first).await).await.1, "invitation_invalid");
    let found: Value = lookup(&fresh).await.json().await.unwrap();
    assert_eq!(
        found,
        json!({ "account": "default", "email": "Bob@Shop.example", "role": "member" })
    );
    // Only the hash is in the database.
    let kept = std::fs::read(server.folder().path().join("test.db")).unwrap();
    let wal = std::fs::read(server.folder().path().join("test.db-wal")).unwrap_or_default();
    let there = |bytes: &[u8]| bytes.windows(fresh.len()).any(|part| part == fresh.as_bytes());
    assert!(!there(&kept) && !there(&wal));

    let accept = async |password: &str| {
        let body = json!({ "token": fresh, "name": "Bob", "password": password });
        post(&server, "/invitations/acceptances", body).await
    };
    assert_eq!(accept("short").await.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let joined = accept("a password of Bob's").await;
    assert_eq!(joined.status(), StatusCode::OK);
    let bob = Person { server: &server, cookie: cookie(&joined) };
    let session = bob.get("/session").await;
    assert_eq!(
        (&session["operator"]["role"], &session["operator"]["name"]),
        (&json!("member"), &json!("Bob"))
    );
    assert_eq!(error_of(accept("a password of Bob's").await).await.1, "invitation_invalid");
    assert_eq!(owner.get("/invitations").await["invitations"], json!([]));
    let again =
        sign_in(&server, json!({ "email": "bob@shop.example", "password": "a password of Bob's" }));
    assert_eq!(again.await.status(), StatusCode::OK);
    let log = owner.log().await;
    assert!(
        log.ends_with(&["member_invited", "signed_in", "member_added"].map(str::to_owned)),
        "{log:?}"
    );
    assert!(log.contains(&"invitation_accepted".to_owned()), "{log:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_lapses_and_can_be_withdrawn() {
    let server = TestServer::start().await;
    let owner = Person::new(&server, "owner@shop.example", "owner").await;
    let invite = async |email: &str| {
        let invited = owner.post("/invitations", json!({ "email": email, "role": "editor" })).await;
        invited.json::<Value>().await.unwrap()
    };
    let (bob, eve) = (invite("bob@shop.example").await, invite("eve@shop.example").await);
    let id = eve["invitation"]["id"].as_str().unwrap();
    let withdrawn = owner.call(Method::DELETE, &format!("/invitations/{id}"), json!({})).await;
    assert_eq!(withdrawn.status(), StatusCode::NO_CONTENT);
    let lookup = async |invited: &Value| {
        let token = token_of(invited["link"].as_str().unwrap());
        post(&server, "/invitations/lookup", json!({ "token": token })).await.status()
    };
    assert_eq!(lookup(&eve).await, StatusCode::NOT_FOUND);
    server.clock.advance(Duration::from_mins(7 * 24 * 60 - 1));
    assert_eq!(lookup(&bob).await, StatusCode::OK);
    server.clock.advance(Duration::from_mins(1));
    assert_eq!(lookup(&bob).await, StatusCode::NOT_FOUND);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_removed_is_signed_out_at_once_and_the_last_owner_stays() {
    let server = TestServer::start().await;
    let owner = Person::new(&server, "owner@shop.example", "owner").await;
    let bob = Person::new(&server, "bob@shop.example", "editor").await;
    let (owner_id, bob_id) = (owner.id().await, bob.id().await);
    let member = |id: &str| format!("/members/{id}");
    let last = owner.call(Method::DELETE, &member(&owner_id), json!({})).await;
    assert_eq!(error_of(last).await, (StatusCode::CONFLICT, "last_owner".to_owned()));
    let last = owner.call(Method::PATCH, &member(&owner_id), json!({ "role": "member" })).await;
    assert_eq!(error_of(last).await.1, "last_owner");

    let changed = owner.call(Method::PATCH, &member(&bob_id), json!({ "role": "member" })).await;
    assert_eq!(changed.status(), StatusCode::NO_CONTENT);
    assert_eq!(bob.get("/session").await["operator"]["role"], "member");
    assert_eq!(bob.call(Method::GET, "/audit", json!({})).await.status(), StatusCode::FORBIDDEN);
    let removed = owner.call(Method::DELETE, &member(&bob_id), json!({})).await;
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    assert!(!bob.is_signed_in().await);
    let again =
        sign_in(&server, json!({ "email": "bob@shop.example", "password": PASSWORD })).await;
    assert_eq!(again.status(), StatusCode::UNAUTHORIZED);
    let members = owner.get("/members").await;
    assert_eq!(members["members"].as_array().unwrap().len(), 1);
    // Another account's people are nobody's here.
    let other = server.operator("others", "o@others.example", "owner").await;
    let other = Person { server: &server, cookie: other };
    let foreign = other.call(Method::DELETE, &member(&owner_id), json!({})).await;
    assert_eq!(foreign.status(), StatusCode::NOT_FOUND);
    assert!(owner.is_signed_in().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_password_ends_all_other_sessions() {
    let server = TestServer::start().await;
    let here = Person::new(&server, "ada@shop.example", "owner").await;
    let there =
        sign_in(&server, json!({ "email": "ada@shop.example", "password": PASSWORD })).await;
    let there = Person { server: &server, cookie: cookie(&there) };
    let new = "another long password";
    let wrong = here.post("/password", json!({ "current": "not this one", "new": new })).await;
    assert_eq!(error_of(wrong).await.1, "wrong_password");
    let weak = here.post("/password", json!({ "current": PASSWORD, "new": "password123" })).await;
    assert_eq!(error_of(weak).await.1, "invalid");
    assert!(there.is_signed_in().await);
    let changed = here.post("/password", json!({ "current": PASSWORD, "new": new })).await;
    assert_eq!(changed.status(), StatusCode::NO_CONTENT);
    assert!(here.is_signed_in().await && !there.is_signed_in().await);
    let status = async |password: &str| {
        sign_in(&server, json!({ "email": "ada@shop.example", "password": password }))
            .await
            .status()
    };
    assert_eq!(
        (status(PASSWORD).await, status(new).await),
        (StatusCode::UNAUTHORIZED, StatusCode::OK)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forgotten_password_is_replaced_by_a_mailed_link_once_and_within_an_hour() {
    let mails = MailServer::start(&[]).await;
    let server = TestServer::start_with(&mails.flags()).await;
    let ada = Person::new(&server, "ada@shop.example", "owner").await;
    let ask = async |email: &str| {
        let answer = post(&server, "/password/resets", json!({ "email": email })).await;
        (answer.status(), answer.text().await.unwrap())
    };
    // Nobody is told who has an account.
    let (known, unknown, none) =
        (ask("ADA@shop.example").await, ask("nobody@shop.example").await, ask("x").await);
    assert!(known == unknown && known == none, "{known:?} {unknown:?} {none:?}");
    assert_eq!(known, (StatusCode::ACCEPTED, r#"{"mail":true}"#.to_owned()));
    let link = async |number: usize| {
        let mail = mails.took(number).await.remove(number - 1);
        assert_eq!(mail.to, "ada@shop.example");
        let body = mail.body();
        let at = body.find("https://chat.example/password#").unwrap();
        token_of(body[at..].split_whitespace().next().unwrap())
    };
    let token = link(1).await;
    let reset = async |token: &str, password: &str| {
        let url = format!("{}/api/v1/password", server.url);
        let body = json!({ "token": token, "password": password });
        server.client.put(url).json(&body).send().await.unwrap()
    };
    assert_eq!(error_of(reset(&token, "short").await).await.1, "invalid");
    assert_eq!(error_of(reset("x", "a new long password").await).await.1, "link_invalid");
    assert_eq!(reset(&token, "a new long password").await.status(), StatusCode::NO_CONTENT);
    assert_eq!(error_of(reset(&token, "yet another password").await).await.1, "link_invalid");
    assert!(!ada.is_signed_in().await);
    let body = json!({ "email": "ada@shop.example", "password": "a new long password" });
    assert_eq!(sign_in(&server, body).await.status(), StatusCode::OK);

    ask("ada@shop.example").await;
    let token = link(2).await;
    server.clock.advance(Duration::from_hours(1));
    assert_eq!(error_of(reset(&token, "a third long password").await).await.1, "link_invalid");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_authenticator_app_a_password_is_not_enough() {
    let server = TestServer::start().await;
    let ada = Person::new(&server, "ada@shop.example", "owner").await;
    let (secret, codes) = set_up_totp(&ada).await;
    let password = json!({ "email": "ada@shop.example", "password": PASSWORD });
    let asked = sign_in(&server, password.clone()).await;
    assert_eq!(asked.status(), StatusCode::ACCEPTED);
    assert!(!asked.headers().contains_key("set-cookie"));
    let asked: Value = asked.json().await.unwrap();
    assert_eq!(asked, json!({ "second_factor": { "totp": true, "passkey": false } }));
    let with = async |code: &str| {
        let mut body = password.clone();
        body["code"] = json!(code);
        sign_in(&server, body).await
    };
    // The code that set it up was used.
    assert_eq!(error_of(with(&secret.code(server.now())).await).await.1, "wrong_code");
    server.clock.advance(Duration::from_secs(30));
    let code = secret.code(server.now());
    assert_eq!(with(&code).await.status(), StatusCode::OK);
    assert_eq!(error_of(with(&code).await).await.1, "wrong_code");
    // A recovery code instead, once.
    assert_eq!(with(&codes[0].to_uppercase()).await.status(), StatusCode::OK);
    assert_eq!(error_of(with(&codes[0]).await).await.1, "wrong_code");
    assert_eq!(ada.get("/security").await["recovery_codes"], 9);
    // A wrong password is a wrong password.
    let wrong = sign_in(
        &server,
        json!({ "email": "ada@shop.example", "password": "no", "code": codes[1] }),
    );
    assert_eq!(error_of(wrong.await).await.1, "wrong_credentials");
    let log = ada.log().await;
    assert!(
        log.contains(&"totp_added".to_owned()) && log.contains(&"recovery_code_used".to_owned()),
        "{log:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_cannot_be_guessed_without_end() {
    // From many addresses, so that the limit an address has is not what stops it.
    let server = TestServer::start_with(&["--trusted-proxies", "127.0.0.0/8"]).await;
    let ada = Person::new(&server, "ada@shop.example", "owner").await;
    let (secret, codes) = set_up_totp(&ada).await;
    server.clock.advance(Duration::from_mins(1));
    let attempt = async |code: &str, from: u8| {
        let body = json!({ "email": "ada@shop.example", "password": PASSWORD, "code": code });
        let call =
            server.post("/api/v1/session").header("x-forwarded-for", format!("198.51.100.{from}"));
        call.json(&body).send().await.unwrap()
    };
    for from in 0..5 {
        assert_eq!(error_of(attempt("wrong", from).await).await.1, "wrong_code");
    }
    let locked = attempt(&secret.code(server.now()), 9).await;
    assert!(locked.headers().contains_key("retry-after"));
    assert_eq!(locked.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(attempt(&codes[0], 10).await.status(), StatusCode::TOO_MANY_REQUESTS);
    server.clock.advance(Duration::from_mins(15));
    assert_eq!(attempt(&secret.code(server.now()), 11).await.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_may_ask_everybody_for_a_second_factor() {
    let server = TestServer::start().await;
    let owner = Person::new(&server, "owner@shop.example", "owner").await;
    let bob = Person::new(&server, "bob@shop.example", "member").await;
    let rule = async |required: bool| {
        owner.call(Method::PUT, "/members/second_factor", json!({ "required": required })).await
    };
    assert_eq!(error_of(rule(true).await).await.1, "no_second_factor");
    set_up_totp(&owner).await;
    assert_eq!(rule(true).await.status(), StatusCode::NO_CONTENT);
    let kept_out = bob.call(Method::GET, "/chats", json!({})).await;
    assert_eq!(
        error_of(kept_out).await,
        (StatusCode::FORBIDDEN, "second_factor_setup_required".to_owned())
    );
    assert_eq!(bob.get("/session").await["second_factor_missing"], true);
    set_up_totp(&bob).await;
    assert_eq!(bob.get("/session").await["second_factor_missing"], false);
    assert_eq!(bob.get("/chats").await["chats"], json!([]));
    let only = bob.call(Method::DELETE, "/security/totp", json!({})).await;
    assert_eq!(error_of(only).await.1, "second_factor_required");
    assert_eq!(rule(false).await.status(), StatusCode::NO_CONTENT);
    let removed = bob.call(Method::DELETE, "/security/totp", json!({})).await;
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    assert_eq!(bob.get("/security").await["recovery_codes"], 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_session_left_open_must_not_do_asks_for_proof() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let ada = Person::new(&server, "ada@shop.example", "owner").await;
    let keys = format!("/chats/{}/identification", chat.chat.id);
    let make_key = async || ada.post(&keys, json!({ "bits": 2048 })).await;
    assert_eq!(make_key().await.status(), StatusCode::CREATED);
    server.clock.advance(Duration::from_mins(15));
    assert_eq!(
        error_of(make_key().await).await,
        (StatusCode::FORBIDDEN, "step_up_required".to_owned())
    );
    let of_chat = |path: &str| format!("/chats/{}{path}", chat.chat.id);
    for (method, path, body) in [
        (Method::POST, of_chat("/api_keys"), json!({ "integration": "backend" })),
        (Method::POST, of_chat("/webhooks"), json!({ "url": HOOK, "events": ["lead.created"] })),
        (Method::POST, of_chat("/customers/file"), json!({ "columns": ["email"] })),
    ] {
        let refused = ada.call(method, &path, body).await;
        assert_eq!(error_of(refused).await.1, "step_up_required", "{path}");
    }
    for (method, path, body) in [
        (Method::POST, "/invitations", json!({ "email": "bob@shop.example", "role": "member" })),
        (Method::PUT, "/members/second_factor", json!({ "required": false })),
        (Method::POST, "/security/totp", json!({})),
        (Method::POST, "/security/recovery_codes", json!({})),
    ] {
        let refused = ada.call(method, path, body).await;
        assert_eq!(error_of(refused).await.1, "step_up_required", "{path}");
    }
    // What does not ask for it goes on.
    assert_eq!(ada.get("/members").await["members"].as_array().unwrap().len(), 1);
    let wrong = ada.post("/session/confirmation", json!({ "password": "not this one" })).await;
    assert_eq!(error_of(wrong).await.1, "wrong_proof");
    let proven = ada.post("/session/confirmation", json!({ "password": PASSWORD })).await;
    assert_eq!(proven.status(), StatusCode::NO_CONTENT);
    assert_eq!(make_key().await.status(), StatusCode::CREATED);

    let (secret, _) = set_up_totp(&ada).await;
    server.clock.advance(Duration::from_mins(16));
    let code = secret.code(server.now());
    let proven = ada.post("/session/confirmation", json!({ "code": code })).await;
    assert_eq!(proven.status(), StatusCode::NO_CONTENT);
    let removed = ada.call(Method::DELETE, "/security/totp", json!({})).await;
    assert_eq!(removed.status(), StatusCode::NO_CONTENT);
}

#[tokio::test(flavor = "multi_thread")]
async fn sessions_are_listed_and_end_one_by_one_or_all_others() {
    let server = TestServer::start().await;
    let here = Person::new(&server, "ada@shop.example", "owner").await;
    let mut others = Vec::new();
    for agent in ["Firefox", "Chrome"] {
        let body = json!({ "email": "ada@shop.example", "password": PASSWORD });
        let call = server.post("/api/v1/session").header("user-agent", agent).json(&body);
        let cookie = cookie(&call.send().await.unwrap());
        others.push(Person { server: &server, cookie });
    }
    let security = here.get("/security").await;
    let sessions = security["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 3);
    assert_eq!(sessions.iter().filter(|one| one["current"] == true).count(), 1);
    let firefox = sessions.iter().find(|one| one["agent"] == "Firefox").unwrap();
    let path = format!("/sessions/{}", firefox["id"].as_str().unwrap());
    assert_eq!(here.call(Method::DELETE, &path, json!({})).await.status(), StatusCode::NO_CONTENT);
    assert!(!others[0].is_signed_in().await && others[1].is_signed_in().await);
    // It is written down now and then that somebody is there.
    server.clock.advance(Duration::from_mins(5));
    assert!(others[1].is_signed_in().await);
    for _ in 0..100 {
        let security = here.get("/security").await;
        let chrome =
            security["sessions"].as_array().unwrap().iter().find(|one| one["agent"] == "Chrome");
        let chrome = chrome.unwrap().clone();
        if chrome["last_seen_at"] != chrome["created_at"] {
            let ended = here.call(Method::DELETE, "/sessions", json!({})).await;
            assert_eq!(ended.json::<Value>().await.unwrap(), json!({ "ended": 1 }));
            assert!(!others[1].is_signed_in().await && here.is_signed_in().await);
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("when somebody was last there is not written down");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_tells_of_api_keys_webhooks_and_files_without_what_opens_them() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let owner = Person::new(&server, "owner@shop.example", "owner").await;
    let of_chat = |path: &str| format!("/chats/{}{path}", chat.chat.id);
    let made = owner.post(&of_chat("/api_keys"), json!({ "integration": "backend" })).await;
    let made: Value = made.json().await.unwrap();
    let key = of_chat(&format!("/api_keys/{}", made["key"]["id"].as_str().unwrap()));
    let body = json!({ "url": HOOK, "events": ["lead.created"] });
    let added: Value = owner.post(&of_chat("/webhooks"), body).await.json().await.unwrap();
    let id = added["webhook"]["id"].as_str().unwrap();
    let webhook = of_chat(&format!("/webhooks/{id}"));
    let secret: Value =
        owner.post(&format!("{webhook}/secret"), json!({})).await.json().await.unwrap();
    let changed = owner.call(Method::PATCH, &webhook, json!({ "paused": true })).await;
    assert_eq!(changed.status(), StatusCode::OK);
    for gone in [&key, &key, &webhook, &webhook] {
        let removed = owner.call(Method::DELETE, gone, json!({})).await;
        assert_eq!(removed.status(), StatusCode::NO_CONTENT);
    }
    let file = owner.post(&of_chat("/customers/file"), json!({ "columns": ["email"] })).await;
    assert_eq!(file.status(), StatusCode::OK);
    let log = owner.log().await;
    let expected = [
        "contacts_exported",
        "webhook_removed",
        "api_key_revoked",
        "webhook_changed",
        "webhook_secret_made",
        "webhook_added",
        "api_key_made",
    ];
    assert_eq!(log[..expected.len()], expected);
    let page = owner.get("/audit").await;
    for entry in &page["entries"].as_array().unwrap()[..expected.len()] {
        assert_eq!(entry["operator"], "owner@shop.example");
    }
    let text = page.to_string();
    for hidden in [&made["api_key"], &added["secret"], &secret["secret"], &json!("secret-part")] {
        assert!(!text.contains(hidden.as_str().unwrap()), "{hidden}");
    }
    assert!(text.contains(id));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_says_who_did_what_from_where_and_no_secret() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let owner = Person::new(&server, "owner@shop.example", "owner").await;
    let settings = format!("/chats/{}/settings", chat.chat.id);
    let change =
        json!({ "order_tracking.api_key": "s3cret-of-the-shop", "identification.session": 900 });
    let changed = owner.call(Method::PATCH, &settings, change).await;
    assert_eq!(changed.status(), StatusCode::OK);
    let failed = sign_in(&server, json!({ "email": "owner@shop.example", "password": "no" })).await;
    assert_eq!(failed.status(), StatusCode::UNAUTHORIZED);
    for _ in 0..100 {
        if owner.log().await.first().map(String::as_str) == Some("sign_in_failed") {
            break;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    let page = owner.get("/audit").await;
    let entries = page["entries"].as_array().unwrap();
    assert_eq!(
        (&entries[0]["kind"], &entries[0]["subject"]),
        (&json!("sign_in_failed"), &json!("owner@shop.example"))
    );
    assert_eq!(entries[0]["operator"], Value::Null);
    assert_eq!(entries[1]["kind"], "settings_changed");
    assert_eq!(entries[1]["operator"], "owner@shop.example");
    assert_eq!(entries[1]["address"], "127.0.0.1");
    assert_eq!(entries[1]["chat_id"], chat.chat.id.as_str());
    let names = entries[1]["detail"].as_str().unwrap();
    assert!(
        names.contains("order_tracking.api_key") && names.contains("identification.session"),
        "{names}"
    );
    assert!(!page.to_string().contains("s3cret") && !page.to_string().contains(PASSWORD));

    let of_kind = owner.get("/audit?kind=settings_changed").await;
    assert_eq!(of_kind["entries"].as_array().unwrap().len(), 1);
    let id = owner.id().await;
    let own = owner.get(&format!("/audit?operator={id}")).await;
    let own: Vec<_> =
        own["entries"].as_array().unwrap().iter().map(|one| one["kind"].clone()).collect();
    assert_eq!(own, ["settings_changed", "signed_in"]);
    let future = owner.get("/audit?since=2100-01-01T00:00:00Z").await;
    assert_eq!(future, json!({ "entries": [], "more": false }));
    let wrong = owner.call(Method::GET, "/audit?kind=nonsense", json!({})).await;
    assert_eq!(wrong.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let file = owner.call(Method::GET, "/audit.csv?kind=settings_changed", json!({})).await;
    assert_eq!(file.headers()["content-type"], "text/csv; charset=utf-8");
    let file = file.text().await.unwrap();
    assert!(
        file.lines().count() == 2 && file.contains(",settings_changed,owner@shop.example,"),
        "{file}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn members_see_no_keys() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let owner = Person::new(&server, "owner@shop.example", "owner").await;
    let member = Person::new(&server, "member@shop.example", "member").await;
    let path = format!("/chats/{}/identification", chat.chat.id);
    let seen = owner.get(&path).await;
    assert_eq!(seen["keys"].as_array().unwrap().len(), 1);
    let seen = member.get(&path).await;
    assert_eq!(
        (&seen["active"], &seen["keys"], &seen["jwks"]),
        (&json!(true), &json!([]), &Value::Null)
    );
    assert!(!seen.to_string().contains("PUBLIC KEY"));
    for path in ["hooks", "api_keys"] {
        let path = format!("/chats/{}/{path}", chat.chat.id);
        assert_eq!(
            member.call(Method::GET, &path, json!({})).await.status(),
            StatusCode::FORBIDDEN
        );
    }
    chat.set("order_tracking.api_key", json!("s3cret")).await;
    let settings = member.get(&format!("/chats/{}/settings", chat.chat.id)).await;
    assert_eq!(settings["settings"]["order_tracking.api_key"], json!({ "set": true }));
}

#[tokio::test(flavor = "multi_thread")]
async fn chats_are_made_and_named_in_the_dashboard() {
    let server = TestServer::start().await;
    let owner = Person::new(&server, "owner@shop.example", "owner").await;
    let member = Person::new(&server, "member@shop.example", "member").await;
    let body = json!({ "name": "Tea shop", "platform": "woocommerce" });
    assert_eq!(member.post("/chats", body.clone()).await.status(), StatusCode::FORBIDDEN);
    let made = owner.post("/chats", body).await;
    assert_eq!(made.status(), StatusCode::CREATED);
    let made: Value = made.json().await.unwrap();
    assert_eq!(
        (&made["chat"]["name"], &made["chat"]["platform"]),
        (&json!("Tea shop"), &json!("woocommerce"))
    );
    let wrong = owner.post("/chats", json!({ "name": "Tea", "platform": "abacus" })).await;
    assert_eq!(error_of(wrong).await.1, "invalid");
    let path = format!("/chats/{}", made["chat"]["id"].as_str().unwrap());
    let named = owner.call(Method::PATCH, &path, json!({ "name": "Coffee shop" })).await;
    assert_eq!(named.json::<Value>().await.unwrap()["chat"]["name"], "Coffee shop");
    assert_eq!(member.get("/chats").await["chats"][0]["name"], "Coffee shop");
    assert!(member.get(&path).await["install_snippet"].as_str().unwrap().contains("<script"));
}

#[tokio::test(flavor = "multi_thread")]
async fn recovery_codes_are_of_a_second_factor_and_new_with_the_first_one() {
    let server = TestServer::start().await;
    let ada = Person::new(&server, "ada@shop.example", "owner").await;
    // Whoever holds the session for a moment cannot keep codes for later.
    let early = ada.post("/security/recovery_codes", json!({})).await;
    assert_eq!(error_of(early).await, (StatusCode::CONFLICT, "no_second_factor".to_owned()));
    let (_, first) = set_up_totp(&ada).await;
    let renewed = ada.post("/security/recovery_codes", json!({})).await;
    assert_eq!(renewed.status(), StatusCode::OK);
    let body = json!({ "email": "ada@shop.example", "password": PASSWORD, "code": first[0] });
    assert_eq!(error_of(sign_in(&server, body).await).await.1, "wrong_code");
    for _ in 0..2 {
        let removed = ada.call(Method::DELETE, "/security/totp", json!({})).await;
        assert_eq!(removed.status(), StatusCode::NO_CONTENT, "gone already is no failure");
    }
    let removals = ada.log().await.iter().filter(|kind| *kind == "totp_removed").count();
    assert_eq!(removals, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_invite_nobody_any_more_lets_nobody_in_by_an_old_link() {
    let server = TestServer::start().await;
    let ada = Person::new(&server, "ada@shop.example", "owner").await;
    for (email, role) in [("olga@shop.example", None), ("oleg@shop.example", Some("member"))] {
        let other = Person::new(&server, email, "owner").await;
        let guest = json!({ "email": format!("friend-of-{email}"), "role": "owner" });
        let invited: Value = other.post("/invitations", guest).await.json().await.unwrap();
        let token = token_of(invited["link"].as_str().unwrap());
        let path = format!("/members/{}", other.id().await);
        let done = match role {
            None => ada.call(Method::DELETE, &path, json!({})).await,
            Some(role) => ada.call(Method::PATCH, &path, json!({ "role": role })).await,
        };
        assert_eq!(done.status(), StatusCode::NO_CONTENT);
        let lookup = post(&server, "/invitations/lookup", json!({ "token": token })).await;
        assert_eq!(error_of(lookup).await.1, "invitation_invalid");
    }
    assert!(ada.log().await.contains(&"invitation_withdrawn".to_owned()));
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_other_sites_use_up_nobodys_attempts() {
    let server = TestServer::start().await;
    Person::new(&server, "ada@shop.example", "owner").await;
    for (method, path) in [
        (Method::POST, "/password/resets"),
        (Method::PUT, "/password"),
        (Method::POST, "/invitations/lookup"),
        (Method::POST, "/session/passkey"),
    ] {
        for _ in 0..11 {
            let call =
                server.client.request(method.clone(), format!("{}/api/v1{path}", server.url));
            let call = call
                .header("origin", "https://evil.example")
                .header("sec-fetch-site", "cross-site");
            let refused =
                call.header("content-type", "text/plain").body("{}").send().await.unwrap();
            assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{path}");
        }
    }
    let body = json!({ "email": "ada@shop.example", "password": PASSWORD });
    assert_eq!(sign_in(&server, body).await.status(), StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_that_was_changed_meanwhile_opens_no_session() {
    let server = TestServer::start().await;
    let ada = Person::new(&server, "ada@shop.example", "owner").await;
    let old = json!({ "email": "ada@shop.example", "password": PASSWORD });
    // Comparing takes longer than changing does after it: some are in the middle of it then.
    let attempts = (0..6).map(|_| sign_in(&server, old.clone()));
    let change = json!({ "current": PASSWORD, "new": "another long password" });
    let (changed, opened) =
        tokio::join!(ada.post("/password", change), futures_util::future::join_all(attempts));
    assert_eq!(changed.status(), StatusCode::NO_CONTENT);
    assert!(ada.is_signed_in().await);
    for response in opened.iter().filter(|response| response.status() == StatusCode::OK) {
        let thief = Person { server: &server, cookie: cookie(response) };
        assert!(!thief.is_signed_in().await, "a session by the old password lives on");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_does_not_follow_its_address_to_another_host() {
    let server = TestServer::start().await;
    let chat = server.chat().await;
    let ada = Person::new(&server, "ada@shop.example", "owner").await;
    let path = format!("/chats/{}/settings", chat.chat.id);
    let change = async |body: Value| ada.call(Method::PATCH, &path, body).await;
    let set = async |key: &str| ada.get(&path).await["settings"][key]["set"] == true;
    let first = json!({
        "order_tracking.endpoint": "https://shop.example/orders", "order_tracking.api_key": "s3cret",
        "order_tracking.woocommerce_url": "https://shop.example", "order_tracking.woocommerce_key": "ck_1",
        "order_tracking.woocommerce_secret": "cs_1",
    });
    assert_eq!(change(first).await.status(), StatusCode::OK);
    change(json!({ "order_tracking.endpoint": "https://shop.example/v2/orders" })).await;
    assert!(set("order_tracking.api_key").await, "the same host");
    change(json!({ "order_tracking.endpoint": "https://shop.example.evil.example/orders" })).await;
    assert!(!set("order_tracking.api_key").await);
    assert!(set("order_tracking.woocommerce_key").await, "of another address");
    let both = json!({
        "order_tracking.woocommerce_url": "https://new.example", "order_tracking.woocommerce_key": "ck_2",
    });
    change(both).await;
    assert!(set("order_tracking.woocommerce_key").await, "given anew");
    assert!(!set("order_tracking.woocommerce_secret").await);
    server.clock.advance(Duration::from_mins(16));
    let moved = change(json!({ "order_tracking.endpoint": "https://evil.example" })).await;
    assert_eq!(error_of(moved).await.1, "step_up_required");
    let same = json!({ "order_tracking.woocommerce_url": "https://new.example", "order_tracking.enabled": true });
    assert_eq!(change(same).await.status(), StatusCode::OK);
}
