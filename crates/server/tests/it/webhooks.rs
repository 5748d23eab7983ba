//! Webhooks, the keys of merchants' programs, and what is told of an integration's last calls.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aws_lc_rs::hmac;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::support::{TestChat, TestServer};

const LOCAL: [&str; 2] = ["--allowed-private-targets", "127.0.0.0/8"];

/// It answers that it is gone, once it may.
const LATE_GONE: &str = "410 Late";

/// A merchant's program that is told of events. It answers as it was told, and then with 200.
struct Receiver {
    url: String,
    taken: Arc<Mutex<Vec<(String, String)>>>,
    answers: Arc<Mutex<VecDeque<&'static str>>>,
    /// What late answers wait for.
    late: Arc<Semaphore>,
}

impl Receiver {
    async fn start(answers: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/events?secret=1", listener.local_addr().unwrap());
        let answers = Arc::new(Mutex::new(answers.iter().copied().collect::<VecDeque<_>>()));
        let late = Arc::new(Semaphore::new(0));
        let receiver = Self { url, taken: Arc::default(), answers, late };
        let (taken, answers, late) =
            (receiver.taken.clone(), receiver.answers.clone(), receiver.late.clone());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut read = Vec::new();
                let (head, body) = loop {
                    let mut piece = [0; 4096];
                    let length = stream.read(&mut piece).await.unwrap();
                    read.extend_from_slice(&piece[..length]);
                    let text = String::from_utf8_lossy(&read).into_owned();
                    let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                    if serde_json::from_str::<Value>(body).is_ok() {
                        break (head.to_owned(), body.to_owned());
                    }
                };
                let answer = answers.lock().unwrap().pop_front().unwrap_or("200 OK");
                taken.lock().unwrap().push((head, body));
                let late = late.clone();
                tokio::spawn(async move {
                    if answer == LATE_GONE {
                        late.acquire().await.unwrap().forget();
                    }
                    let answer = format!(
                        "HTTP/1.1 {answer}\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
                    );
                    let _ = stream.write_all(answer.as_bytes()).await;
                });
            }
        });
        receiver
    }

    /// Head and body of what it took, once that is `count`.
    async fn took(&self, count: usize) -> Vec<(String, String)> {
        for _ in 0..400 {
            let taken = self.taken.lock().unwrap().clone();
            if taken.len() >= count {
                return taken;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{} deliveries came, not {count}", self.taken.lock().unwrap().len());
    }
}

/// The owner of a chat, calling the dashboard's API.
struct Owner<'c> {
    chat: &'c TestChat<'c>,
    cookie: String,
}

impl<'c> Owner<'c> {
    async fn of(chat: &'c TestChat<'c>) -> Self {
        let cookie = chat.server.operator("default", "owner@shop.example", "owner").await;
        Self { chat, cookie }
    }

    async fn call(&self, method: Method, path: &str, body: Value) -> (StatusCode, Value) {
        let server = self.chat.server;
        let url = format!("{}/api/v1/chats/{}/{path}", server.url, self.chat.chat.id);
        let call = server.client.request(method, url).header("cookie", &self.cookie);
        let call = call.header("content-type", "application/json").body(body.to_string());
        let response = call.send().await.unwrap();
        let status = response.status();
        (status, response.json().await.unwrap_or_default())
    }

    async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call(Method::GET, path, json!({})).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    /// A webhook's path, and its secret.
    async fn add(&self, url: &str, events: &[&str]) -> (String, String) {
        let body = json!({ "url": url, "events": events });
        let (status, added) = self.call(Method::POST, "webhooks", body).await;
        assert_eq!(status, StatusCode::CREATED, "{added}");
        let id = added["webhook"]["id"].as_str().unwrap();
        (format!("webhooks/{id}"), added["secret"].as_str().unwrap().to_owned())
    }
}

fn header<'h>(head: &'h str, name: &str) -> &'h str {
    let lines = head.lines().filter_map(|line| line.split_once(": "));
    let mut found = lines.filter(|(known, _)| known.eq_ignore_ascii_case(name));
    found.next().unwrap_or_else(|| panic!("no {name} in {head}")).1
}

/// Checks a signature as a merchant's program does.
fn is_signed(secret: &str, (head, body): &(String, String)) -> bool {
    let key = STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap();
    let signed =
        format!("{}.{}.{body}", header(head, "webhook-id"), header(head, "webhook-timestamp"));
    let signature = header(head, "webhook-signature").strip_prefix("v1,").unwrap();
    let signature = STANDARD.decode(signature).unwrap();
    hmac::verify(&hmac::Key::new(hmac::HMAC_SHA256, &key), signed.as_bytes(), &signature).is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happens_is_sent_signed_to_those_who_want_it() {
    let server = TestServer::start_with(&LOCAL).await;
    let chat = server.chat().await;
    let owner = Owner::of(&chat).await;
    let (all, leads) = (Receiver::start(&[]).await, Receiver::start(&[]).await);
    let events = [
        "lead.created",
        "customer.identified",
        "conversation.created",
        "conversation.escalated",
        "purchase.created",
    ];
    let (_, secret) = owner.add(&all.url, &events).await;
    owner.add(&leads.url, &["lead.created"]).await;

    let mut browser = chat.visitor();
    assert!(browser.identify(&chat.token_for("ada@shop.example")).await);
    let sent = browser.send("1", "Hello").await;
    let conversation = sent["conversation_id"].as_str().unwrap();
    let order =
        json!({ "order_id": "1001", "order_total": 12.5, "currency": "EUR", "line_items": [] });
    assert_eq!(browser.post("purchases", order).await.status(), StatusCode::CREATED);
    let key = crate::backend_api::key(&chat, store::Integration::Backend).await;
    let base = format!("/api/integrations/backend_api/v1/chats/{}", chat.chat.id);
    let url = format!("{}{base}/conversations/{conversation}/escalation", server.url);
    let escalated = server.client.patch(url).bearer_auth(&key).send().await.unwrap();
    assert_eq!(escalated.status(), StatusCode::OK);

    let taken = all.took(5).await;
    let mut kinds = Vec::new();
    for delivery in &taken {
        assert!(is_signed(&secret, delivery), "{delivery:?}");
        assert!(!is_signed("whsec_AAAA", delivery));
        let body: Value = serde_json::from_str(&delivery.1).unwrap();
        assert_eq!(body["id"], json!(header(&delivery.0, "webhook-id")));
        assert_eq!(body["chat_id"], json!(chat.chat.id.as_str()));
        match body["type"].as_str().unwrap() {
            "lead.created" | "customer.identified" => {
                assert_eq!(body["data"]["lead"]["email_address"], json!("ada@shop.example"));
                assert_eq!(body["data"]["lead"]["verified"], json!(true));
            }
            "purchase.created" => assert_eq!(body["data"]["purchase"]["order_id"], json!("1001")),
            _ => assert_eq!(body["data"]["conversation"]["id"], json!(conversation)),
        }
        kinds.push(body["type"].as_str().unwrap().to_owned());
    }
    kinds.sort();
    assert_eq!(
        kinds,
        [
            "conversation.created",
            "conversation.escalated",
            "customer.identified",
            "lead.created",
            "purchase.created"
        ]
    );
    assert_eq!(leads.took(1).await.len(), 1);

    // Known and identified already: only a page that is loaded again.
    assert!(!browser.identify(&chat.token_for("ada@shop.example")).await);
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(all.took(5).await.len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_that_fails_is_tried_again_and_can_be_sent_again() {
    let server = TestServer::start_with(&LOCAL).await;
    let chat = server.chat().await;
    let owner = Owner::of(&chat).await;
    let receiver = Receiver::start(&["500 Oh no"]).await;
    let (path, _) = owner.add(&receiver.url, &["lead.created"]).await;
    assert!(chat.visitor().identify(&chat.token_for("ada@shop.example")).await);
    receiver.took(1).await;
    let deliveries = format!("{path}/deliveries");
    let first = async || owner.get(&deliveries).await["deliveries"][0].clone();
    let until = async |state: &str| {
        for _ in 0..400 {
            let delivery = first().await;
            if delivery["state"] == state {
                return delivery;
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
        panic!("{:?}", first().await);
    };
    let failed = until("retrying").await;
    assert_eq!((&failed["status"], &failed["problem"]), (&json!(500), &json!("status 500")));
    assert_eq!(owner.get("webhooks").await["webhooks"][0]["state"], json!("failing"));
    let again = format!("{deliveries}/{}/redeliveries", failed["id"].as_str().unwrap());
    let (status, _) = owner.call(Method::POST, &again, json!({})).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "it is not over yet");

    server.clock.advance(Duration::from_secs(3));
    receiver.took(2).await;
    let done = until("delivered").await;
    assert_eq!(
        (&done["status"], &done["attempts"], &done["problem"]),
        (&json!(200), &json!(2), &Value::Null)
    );
    assert_eq!(owner.get("webhooks").await["webhooks"][0]["state"], json!("working"));
    let (status, _) = owner.call(Method::POST, &again, json!({})).await;
    assert_eq!(status, StatusCode::NO_CONTENT);
    let taken = receiver.took(3).await;
    assert_eq!(taken[1].1, taken[2].1);
    assert_eq!(header(&taken[1].0, "webhook-id"), header(&taken[2].0, "webhook-id"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_tried_paused_changed_and_removed() {
    let server = TestServer::start_with(&LOCAL).await;
    let chat = server.chat().await;
    let owner = Owner::of(&chat).await;
    let receiver = Receiver::start(&[]).await;
    let (path, secret) = owner.add(&receiver.url, &["lead.created"]).await;
    let listed = owner.get("webhooks").await;
    assert!(!listed.to_string().contains("whsec_"), "{listed}");

    let (status, tried) = owner.call(Method::POST, &format!("{path}/test"), json!({})).await;
    assert_eq!((status, &tried["status"]), (StatusCode::OK, &json!(200)), "{tried}");
    assert_eq!((&tried["problem"], &tried["answer"]), (&Value::Null, &json!("ok")));
    let taken = receiver.took(1).await;
    assert!(is_signed(&secret, &taken[0]));
    assert_eq!(tried["sent"], json!(taken[0].1));
    assert_eq!(
        owner.get(&format!("{path}/deliveries")).await["deliveries"][0]["event"],
        json!("test")
    );

    let (_, renewed) = owner.call(Method::POST, &format!("{path}/secret"), json!({})).await;
    owner.call(Method::POST, &format!("{path}/test"), json!({})).await;
    let taken = receiver.took(2).await;
    assert!(is_signed(renewed["secret"].as_str().unwrap(), &taken[1]));
    assert!(!is_signed(&secret, &taken[1]));

    let (_, paused) = owner.call(Method::PATCH, &path, json!({ "paused": true })).await;
    assert_eq!(paused["state"], json!("paused"));
    assert!(chat.visitor().identify(&chat.token_for("ada@shop.example")).await);
    let change = json!({ "paused": false, "events": ["purchase.created"] });
    let (_, changed) = owner.call(Method::PATCH, &path, change).await;
    assert_eq!(changed["events"], json!(["purchase.created"]));
    assert_eq!(changed["waiting"], json!(0));

    for body in [
        json!({ "url": "http://10.0.0.1/", "events": ["lead.created"] }),
        json!({ "url": receiver.url, "events": [] }),
        json!({ "url": receiver.url, "events": ["test"] }),
        json!({ "url": "nonsense", "events": ["lead.created"] }),
    ] {
        let (status, _) = owner.call(Method::POST, "webhooks", body.clone()).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{body}");
    }
    for _ in 0..2 {
        let (status, _) = owner.call(Method::DELETE, &path, json!({})).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    }
    assert_eq!(owner.get("webhooks").await["webhooks"], json!([]));
    tokio::time::sleep(Duration::from_millis(1_200)).await;
    assert_eq!(receiver.took(2).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_that_is_gone_pauses_its_webhook() {
    let server = TestServer::start_with(&LOCAL).await;
    let chat = server.chat().await;
    let owner = Owner::of(&chat).await;
    let receiver = Receiver::start(&["410 Gone"]).await;
    owner.add(&receiver.url, &["lead.created"]).await;
    assert!(chat.visitor().identify(&chat.token_for("ada@shop.example")).await);
    receiver.took(1).await;
    for _ in 0..400 {
        if owner.get("webhooks").await["webhooks"][0]["state"] == "paused" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{}", owner.get("webhooks").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_late_word_of_an_old_address_undoes_nothing() {
    let server = TestServer::start_with(&LOCAL).await;
    let chat = server.chat().await;
    let owner = Owner::of(&chat).await;
    let (old, new) = (Receiver::start(&[LATE_GONE; 2]).await, Receiver::start(&[]).await);
    let (moved, _) = owner.add(&old.url, &["lead.created"]).await;
    let (removed, _) = owner.add(&format!("{}&2", old.url), &["lead.created"]).await;
    assert!(chat.visitor().identify(&chat.token_for("ada@shop.example")).await);
    old.took(2).await;
    let path = moved;
    let (status, _) = owner.call(Method::PATCH, &path, json!({ "url": new.url })).await;
    assert_eq!(status, StatusCode::OK);
    let made = owner.call(Method::POST, &format!("{path}/secret"), json!({})).await;
    let secret = made.1["secret"].as_str().unwrap().to_owned();
    let gone = owner.call(Method::DELETE, &removed, json!({})).await;
    assert_eq!(gone.0, StatusCode::NO_CONTENT);
    old.late.add_permits(2);
    tokio::time::sleep(Duration::from_secs(2)).await;
    let webhooks = owner.get("webhooks").await["webhooks"].clone();
    assert_eq!(webhooks.as_array().unwrap().len(), 1, "{webhooks}");
    assert_eq!((&webhooks[0]["url"], webhooks[0]["state"] != "paused"), (&json!(new.url), true));
    assert!(chat.visitor().identify(&chat.token_for("bob@shop.example")).await);
    assert!(is_signed(&secret, &new.took(1).await[0]), "by the secret that was shown last");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_is_made_used_and_revoked_and_its_calls_are_told() {
    let server = TestServer::start_with(&LOCAL).await;
    let chat = server.chat().await;
    let owner = Owner::of(&chat).await;
    assert_eq!(owner.get("integrations").await["backend_api"]["state"], json!("not_set_up"));
    let wanted = json!({ "integration": "backend", "name": " Till " });
    let (status, made) = owner.call(Method::POST, "api_keys", wanted).await;
    assert_eq!(status, StatusCode::CREATED);
    let key = made["api_key"].as_str().unwrap().to_owned();
    assert!(key.starts_with("zc-"));
    assert_eq!(
        (&made["key"]["name"], &made["key"]["last_used_at"]),
        (&json!("Till"), &Value::Null)
    );
    assert_eq!(owner.get("integrations").await["backend_api"]["state"], json!("idle"));

    let url = format!("{}/api/integrations/backend_api/v1/chats", server.url);
    let ask = async |path: &str| {
        server.client.get(format!("{url}{path}")).bearer_auth(&key).send().await.unwrap().status()
    };
    assert_eq!(ask("").await, StatusCode::OK);
    assert_eq!(
        ask(&format!("/{}/conversations/conv_1", chat.chat.id)).await,
        StatusCode::NOT_FOUND
    );
    let told = owner.get("integrations").await["backend_api"].clone();
    assert_eq!(told["state"], json!("failing"));
    assert_eq!(told["calls"][0]["what"], json!("GET /chats/{chat_id}/conversations/{id}"));
    assert_eq!(
        (&told["calls"][1]["what"], &told["calls"][1]["status"]),
        (&json!("GET /chats"), &json!(200))
    );
    for _ in 0..100 {
        let listed = owner.get("api_keys").await;
        assert!(!listed.to_string().contains(&key));
        if listed["api_keys"][0]["last_used_at"].is_string() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(owner.get("api_keys").await["api_keys"][0]["last_used_at"].is_string());

    let path = format!("api_keys/{}", made["key"]["id"].as_str().unwrap());
    for _ in 0..2 {
        let (status, _) = owner.call(Method::DELETE, &path, json!({})).await;
        assert_eq!(status, StatusCode::NO_CONTENT);
    }
    assert_eq!(ask("").await, StatusCode::UNAUTHORIZED);
    for body in [
        json!({ "integration": "other" }),
        json!({ "integration": "zapier", "name": "x".repeat(61) }),
    ] {
        let (status, _) = owner.call(Method::POST, "api_keys", body).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn purchases_and_automations_are_among_the_calls_that_are_told() {
    let server = TestServer::start_with(&LOCAL).await;
    let chat = server.chat().await;
    let owner = Owner::of(&chat).await;
    let order =
        json!({ "order_id": "1001", "order_total": "much", "currency": "EUR", "line_items": [] });
    chat.visitor().post("purchases", order).await;
    let key = crate::backend_api::key(&chat, store::Integration::Zapier).await;
    let query = format!("chat_id={}&api_key={key}", chat.chat.id);
    server.get(&format!("/api/integrations/zapier/test_connection?{query}")).send().await.unwrap();
    let told = owner.get("integrations").await;
    assert_eq!(told["purchases"]["state"], json!("failing"));
    assert_eq!(told["purchases"]["calls"][0]["status"], json!(422));
    assert_eq!(told["zapier"]["state"], json!("working"));
    assert_eq!(told["zapier"]["calls"][0]["what"], json!("GET zapier/test_connection"));
    assert!(!told.to_string().contains(&key));
    assert_eq!(told["order_tracking"]["state"], json!("not_set_up"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_the_shop_is_looked_at() {
    let server = TestServer::start_with(&LOCAL).await;
    let chat = server.chat().await;
    let owner = Owner::of(&chat).await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let shop = format!("http://{}/", listener.local_addr().unwrap());
    let detail = server.get(&format!("/api/v1/chats/{}", chat.chat.id));
    let detail: Value =
        detail.header("cookie", &owner.cookie).send().await.unwrap().json().await.unwrap();
    let tag = detail["install_snippet"].as_str().unwrap().to_owned();
    let service = tag.split('"').nth(1).unwrap().split("/widget/").next().unwrap().to_owned();
    tokio::spawn(async move {
        let page = format!("<!doctype html><title>Tea</title>{tag}");
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut read = [0; 4096];
            let _ = stream.read(&mut read).await;
            let head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Security-Policy: script-src 'self'\r\nConnection: close";
            let _ = stream
                .write_all(
                    format!("{head}\r\nContent-Length: {}\r\n\r\n{page}", page.len()).as_bytes(),
                )
                .await;
        }
    });
    let (status, found) = owner.call(Method::POST, "site_checks", json!({ "url": shop })).await;
    assert_eq!((status, &found["status"]), (StatusCode::OK, &json!(200)), "{found}");
    let of = |code: &str| {
        let findings = found["findings"].as_array().unwrap();
        findings.iter().find(|one| one["code"] == code).cloned().unwrap_or_default()
    };
    assert_eq!(of("tag")["grade"], json!("good"), "{found}");
    assert_eq!(of("script_src")["detail"], json!(format!("script-src {service}")));
    assert_eq!(of("identify")["grade"], json!("hint"));

    for url in ["http://10.0.0.1/", "nonsense", "http://127.0.0.1:1/"] {
        let (status, _) = owner.call(Method::POST, "site_checks", json!({ "url": url })).await;
        assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{url}");
    }
}
